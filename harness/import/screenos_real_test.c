// SPDX-License-Identifier: GPL-2.0-or-later
/* screenos_real_test.c - ScreenOS configurations as devices and vendors write them */
#include "import/screenos.h"

#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "import/test_import.h"

static struct site *import_bytes(const char *bytes, size_t length)
{
	return test_import(DEVICE_SCREENOS,
			   &(struct import_source){ "firewall.screenos", bytes, length });
}

static struct site *import_text(const char *text)
{
	return import_bytes(text, strlen(text));
}

/* After Microsoft's sample for SSG (Azure-vpn-config-samples), IKEv2 and route-based. */
static const char azure[] =
	"ssg20-serial-> get config\r\n"
	"Total Config size 4711:\r\n"
	"ssg20-serial-> set interface ethernet0/0 zone untrust\r\n"
	"set int eth0/0 ip 203.0.113.9 255.255.255.240\r\n"
	"set interface bgroup0 zone trust\r\n"
	"set interface bgroup0 ip 192.168.1.1/24\r\n"
	"--- more ---\b\b\b\b\b\b            set interface tunnel.1 zone untrust\r\n"
	"set interface tunnel.1 ip unnumbered interface ethernet0/0\r\n"
	"set route 10.0.0.0/8 interface tunnel.1\r\n"
	"set route 10.0.0.0/8 interface null metric 10\r\n"
	"set ike gateway ikev2 azure-gateway address 198.51.100.76 outgoing-interface "
	"ethernet0/0 preshare 879ac96b53764ad0b6482e55c0e05a0a sec-level compatible\r\n"
	"set ike gateway azure-gateway dpd-liveness interval 10\r\n"
	"set vpn azure-ipsec-vpn gateway azure-gateway tunnel idletime 0 sec-level "
	"compatible\r\n"
	"set vpn azure-ipsec-vpn bind interface tunnel.1\r\n"
	"set vpn azure-ipsec-vpn monitor rekey\r\n"
	"set address trust onprem-networks-1 192.168.1.0/24\r\n"
	"set address untrust azure-networks-1 10.0.0.0/8\r\n"
	"set policy id 7 from trust to untrust any any any nat src permit\r\n"
	"set policy top from trust to untrust onprem-networks-1 azure-networks-1 any "
	"permit\r\n"
	"set policy top from untrust to trust azure-networks-1 onprem-networks-1 any "
	"permit\r\n"
	"set flow vpn-tcp-mss 1350\r\n"
	"save\r\n"
	"ssg20-serial-> exit\r\n";

static void an_ikev2_gateway_with_a_tunnel_interface_is_read(void **state)
{
	_cleanup_(site_freep) struct site *site = import_text(azure);
	const struct tunnel *tunnel = site_tunnel_find(site, "azure-gateway");
	const struct child *child;

	(void)state;
	assert_non_null(tunnel);
	assert_int_equal(tunnel->version, 2);
	assert_string_equal(tunnel->bind_interface, "tunnel.1");
	assert_int_equal(tunnel->proposals.count, 4);
	assert_string_equal(tunnel->proposals.items[0].name, "pre-g2-3des-sha");
	assert_int_equal(tunnel->dpd_delay_s.n, 10);
	assert_int_equal(tunnel->dpd_timeout_s.n, 50);
	assert_int_equal(tunnel->start, START_IMMEDIATELY);
	assert_int_equal(tunnel->children.count, 1);
	child = tunnel->children.items;
	assert_int_equal(child->start, START_IMMEDIATELY);
	assert_int_equal(child->proposals.count, 4);
	assert_int_equal(child->proposals.items[0].dh.count, 0);
	ASSERT_PREFIX(child->selectors.items[0].local, "0.0.0.0/0");
	assert_string_equal(child->selectors.items[0].local_at.source,
			    "ScreenOS default");
	assert_true(site_interface_find(site, "tunnel.1")->is_tunnel);
	assert_string_equal(site_interface_find(site, "tunnel.1")->zone, "Untrust");
	assert_true(site->routes.items[1].is_blackhole);
	assert_null(test_remark_find(site, "unknown"));
	/* `get config` was typed, yet the key has no form of ciphertext. */
	assert_true(tunnel->psk.is_readable);
	assert_int_equal(test_remark_find(site, "clear text")->kind, REMARK_ASSUMED);
}

static void top_puts_a_policy_first(void **state)
{
	_cleanup_(site_freep) struct site *site = import_text(azure);

	(void)state;
	assert_int_equal(site->rules.count, 3);
	assert_string_equal(site->rules.items[0].src_zone, "Untrust");
	assert_string_equal(site->rules.items[1].src_zone, "Trust");
	assert_false(site->rules.items[1].is_source_nat);
	assert_string_equal(site->rules.items[2].id, "7");
}

/* After Amazon's generated file for ScreenOS: two tunnels, BGP in a virtual router. */
static const char amazon[] =
	"# Amazon Web Services\n"
	"# Virtual Private Cloud\n"
	"! --------------------------------------\n"
	"set interface ethernet0/0 zone Untrust\n"
	"set interface ethernet0/0 ip 203.0.113.20/24\n"
	"set ike p1-proposal ike-prop-vpn-1 preshare group2 esp aes128 sha-1 second "
	"28800\n"
	"set ike gateway gw-vpn-1 address 198.51.100.225 id 198.51.100.225 main "
	"outgoing-interface ethernet0/0 preshare \"plain-text-password1\" proposal "
	"ike-prop-vpn-1\n"
	"set ike gateway gw-vpn-1 dpd-liveness interval 10\n"
	"set ike gateway gw-vpn-1 dpd-liveness retry 3\n"
	"set ike gateway gw-vpn-1 nat-traversal\n"
	"set ike gateway gw-vpn-1 nat-traversal keepalive-frequency 20\n"
	"set ike p2-proposal ipsec-prop-vpn-1 group2 esp aes128 sha-1 hour 1 kbyte "
	"64000\n"
	"set vpn IPSEC-vpn-1 gateway gw-vpn-1 replay tunnel proposal ipsec-prop-vpn-1\n"
	"set interface tunnel.1 zone Trust\n"
	"set interface tunnel.1 ip 169.254.255.2/30\n"
	"set interface tunnel.1 mtu 1436\n"
	"set vpn IPSEC-vpn-1 bind interface tunnel.1\n"
	"set vpn IPSEC-vpn-1 proxy-id local-ip 10.9.0.0/16 remote-ip 10.8.0.0/16 "
	"\"ANY\"\n"
	"set vpn IPSEC-vpn-1 proxy-id local-ip 10.9.0.0/16 remote-ip 10.7.0.0/16 HTTP\n"
	"set flow vpn-tcp-mss 1387\n"
	"set vrouter trust-vr\n"
	"set max-ecmp-routes 2\n"
	"set protocol bgp 65000\n"
	"set hold-time 30\n"
	"set network 0.0.0.0/0\n"
	"set enable\n"
	"set neighbor 169.254.255.1 remote-as 7224\n"
	"set neighbor 169.254.255.1 enable\n"
	"exit\n"
	"exit\n"
	"set interface tunnel.1 protocol bgp\n"
	"set interface ethernet0/1 zone Trust\n";

static void written_proposals_keep_units_and_lines(void **state)
{
	_cleanup_(site_freep) struct site *site = import_text(amazon);
	const struct tunnel *tunnel = site_tunnel_find(site, "gw-vpn-1");
	const struct child *child = &tunnel->children.items[0];

	(void)state;
	assert_int_equal(tunnel->lifetime_s.n, 28800);
	assert_int_equal(tunnel->lifetime_s.at.line, 6);
	assert_int_equal(tunnel->proposals.items[0].at.line, 6);
	assert_int_equal(tunnel->nat_t, NAT_T_AUTO);
	assert_int_equal(tunnel->nat_t_at.line, 11);
	assert_int_equal(tunnel->dpd_timeout_s.n, 30);
	assert_int_equal(tunnel->remote_id.type, ID_TYPE_IPV4_ADDR);
	assert_int_equal(child->lifetime_s.n, 3600);
	assert_int_equal(child->lifetime_kb.n, 64000);
	assert_int_equal(child->lifetime_kb.at.line, 12);
	assert_int_equal(site_interface_find(site, "tunnel.1")->mtu.n, 1436);
}

static void each_proxy_id_is_a_child(void **state)
{
	_cleanup_(site_freep) struct site *site = import_text(amazon);
	const struct tunnel *tunnel = site_tunnel_find(site, "gw-vpn-1");
	const struct child *second = &tunnel->children.items[1];

	(void)state;
	assert_int_equal(tunnel->children.count, 2);
	assert_string_equal(tunnel->children.items[0].name, "IPSEC-vpn-1-1");
	assert_int_equal(tunnel->children.items[0].selectors.items[0].protocol, 0);
	assert_string_equal(second->name, "IPSEC-vpn-1-2");
	ASSERT_PREFIX(second->selectors.items[0].remote, "10.7.0.0/16");
	assert_int_equal(second->selectors.items[0].protocol, 6);
	assert_int_equal(second->selectors.items[0].remote_port, 80);
	assert_int_equal(second->selectors.items[0].remote_at.line, 19);
}

static void a_routing_protocol_is_left_out_aloud(void **state)
{
	_cleanup_(site_freep) struct site *site = import_text(amazon);

	(void)state;
	assert_int_equal(test_remark_find(site, "routing protocol bgp")->kind,
			 REMARK_IGNORED);
	assert_int_equal(test_remark_find(site, "routing protocol bgp")->at.line, 23);
	assert_null(test_remark_find(site, "unknown"));
	/* What stands behind both `exit`s is read again. */
	assert_non_null(site_interface_find(site, "ethernet0/1"));
}

static void a_forgotten_exit_is_named(void **state)
{
	_cleanup_(site_freep) struct site *site =
		import_text("set vrouter trust-vr\n"
			    "set protocol bgp 65000\n"
			    "set interface ethernet0/1 zone Trust\n");

	(void)state;
	assert_int_equal(test_remark_find(site, "'exit' is missing")->at.line, 3);
	assert_non_null(site_interface_find(site, "ethernet0/1"));
}

/* ------------------------------------------------------------ a whole device */

/* What `get config` prints first on an SSG, as far as it is of many kinds. */
static const char listing_head[] =
	"ssg140(vsys1)-> get config\n"
	"Total Config size 36790:\n"
	"unset key protection enable\n"
	"set clock timezone 0\n"
	"set vrouter trust-vr sharable\n"
	"set vrouter \"untrust-vr\"\n"
	"exit\n"
	"set vrouter \"trust-vr\"\n"
	"unset auto-route-export\n"
	"exit\n"
	"set alg appleichat enable\n"
	"unset alg appleichat re-assembly enable\n"
	"set auth-server \"Local\" id 0\n"
	"set auth default auth server \"Local\"\n"
	"set admin name \"netscreen\"\n"
	"set admin password \"nKVUM2rwMUzPcrkG5sWIHdCtqkAibn\"\n"
	"set admin format dos\n"
	"set zone \"Trust\" vrouter \"trust-vr\"\n"
	"set zone \"Untrust-Tun\" vrouter \"trust-vr\"\n"
	"set zone \"Trust\" tcp-rst \n"
	"set zone \"Untrust\" block \n"
	"unset zone \"V1-Trust\" tcp-rst \n"
	"set zone \"Untrust\" screen syn-flood\n"
	"set zone Trust asymmetric-vpn\n"
	"set interface \"ethernet0/0\" zone \"Untrust\"\n"
	"set interface \"bgroup0\" zone \"Trust\"\n"
	"set interface bgroup0 port ethernet0/2\n"
	"unset interface vlan1 ip\n"
	"set interface ethernet0/0 ip 203.0.113.2/24\n"
	"set interface ethernet0/0 route\n"
	"set interface bgroup0 ip 192.168.1.1/24\n"
	"set interface bgroup0 nat\n"
	"set interface \"tunnel.1\" ipv6 mode \"host\"\n"
	"unset interface vlan1 bypass-others-ipsec\n"
	"set interface bgroup0 ip manageable\n"
	"set interface ethernet0/0 manage ping\n"
	"set interface bgroup0 dhcp server service\n"
	"unset flow no-tcp-seq-check\n"
	"set flow tcp-syn-check\n"
	"set pki authority default scep mode \"auto\"\n"
	"set crypto-policy\n"
	"exit\n"
	"set ike respond-bad-spi 1\n"
	"set ike ikev2 ike-sa-soft-lifetime 60\n"
	"unset ike ikeid-enumeration\n"
	"unset ike dos-protection\n"
	"unset ipsec access-session enable\n"
	"set url protocol websense\n"
	"exit\n"
	"set anti-spam profile ns-profile\n"
	" set sbl default-server enable\n"
	"exit\n"
	"set nsmgmt bulkcli reboot-timeout 60\n"
	"set ssh version v2\n"
	"set config lock timeout 5\n"
	"set modem speed 115200\n"
	"set snmp port listen 161\n";

static void tunnel_print(struct buf *text, unsigned int n)
{
	buf_printf(text, "set address \"Untrust\" \"site %u\" 10.%u.0.0 255.255.0.0\n", n,
		   n);
	buf_printf(text,
		   "set ike gateway %s\"gw %u\" address 198.51.100.%u Main "
		   "outgoing-interface \"ethernet0/0\" preshare "
		   "\"GxCQn2ZBNk4QWPs8ZlCpYPeP1PnOG5pU3A==\" proposal "
		   "\"pre-g2-3des-sha\" \"pre-g2-aes128-sha\"\n",
		   n % 7 == 0 ? "ikev2 " : "", n, n);
	buf_printf(
		text,
		"ssg140(vsys1)-> set vpn \"vpn %u\" gateway \"gw %u\" no-replay tunnel "
		"idletime 0 sec-level standard\n",
		n, n);
	if (n % 2) {
		buf_printf(text, "set interface \"tunnel.%u\" zone \"Untrust\"\n", n);
		buf_printf(text, "set vpn \"vpn %u\" id 0x%x bind interface tunnel.%u\n",
			   n, n, n);
		buf_printf(
			text,
			"set vpn \"vpn %u\" proxy-id local-ip 192.168.1.0/24 remote-ip "
			"10.%u.0.0/16 \"ANY\" \n",
			n, n);
		return;
	}
	buf_printf(
		text,
		"set policy id %u name \"p\" from \"Trust\" to \"Untrust\"  \"lan\" "
		"\"site %u\" \"ANY\" tunnel vpn \"vpn %u\" id 0x%x pair-policy %u log \n",
		n * 10, n, n, n, n * 10 + 1);
	buf_printf(text, "set policy id %u\nset log session-init\nexit\n", n * 10);
	buf_printf(text,
		   "set policy id %u from \"Untrust\" to \"Trust\"  \"site %u\" \"lan\" "
		   "\"ANY\" tunnel vpn \"vpn %u\" id 0x%x pair-policy %u log \n",
		   n * 10 + 1, n, n, n, n * 10);
}

static void fourteen_tunnels_of_a_listing_are_read(void **state)
{
	_cleanup_buf_ struct buf text = { 0 };
	_cleanup_(site_freep) struct site *site = NULL;

	(void)state;
	buf_puts(&text, listing_head);
	buf_puts(&text, "set address \"Trust\" \"lan\" 192.168.1.0 255.255.255.0\n");
	for (unsigned int n = 1; n <= 14; n++)
		tunnel_print(&text, n);
	site = import_bytes(buf_text(&text), text.length);
	assert_int_equal(site->tunnels.count, 14);
	vec_foreach (tunnel, &site->tunnels) {
		assert_int_equal(tunnel->children.count, 1);
		assert_int_equal(tunnel->proposals.count, 2);
		assert_int_equal(tunnel->children.items[0].proposals.count, 2);
		ASSERT_PREFIX(tunnel->children.items[0].selectors.items[0].local,
			      "192.168.1.0/24");
		assert_true(tunnel->psk.is_set);
		assert_false(tunnel->psk.is_readable);
	}
	assert_int_equal(site_tunnel_find(site, "gw 7")->version, 2);
	assert_int_equal(site_tunnel_find(site, "gw 8")->version, 1);
	assert_string_equal(site_tunnel_find(site, "gw 8")->children.items[0].name,
			    "vpn 8-80");
	vec_foreach (remark, &site->remarks) {
		if (remark->kind != REMARK_IGNORED)
			fail_msg("line %u: %s", remark->at.line, remark->text);
	}
	assert_true(site_zone_find(site, "Trust")->is_nat_mode);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_ikev2_gateway_with_a_tunnel_interface_is_read),
		cmocka_unit_test(top_puts_a_policy_first),
		cmocka_unit_test(written_proposals_keep_units_and_lines),
		cmocka_unit_test(each_proxy_id_is_a_child),
		cmocka_unit_test(a_routing_protocol_is_left_out_aloud),
		cmocka_unit_test(a_forgotten_exit_is_named),
		cmocka_unit_test(fourteen_tunnels_of_a_listing_are_read),
	};

	return cmocka_run_group_tests_name("import/screenos_real", tests, NULL, NULL);
}
