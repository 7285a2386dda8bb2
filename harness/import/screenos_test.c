// SPDX-License-Identifier: GPL-2.0-or-later
/* screenos_test.c - ScreenOS configurations as sites */
#include "import/screenos.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "ipsec/alg.h"

/* The firewall of the ACME scenario (scenarios/acme/acme/firewall.screenos). */
static const char acme[] =
	"set hostname acme-fw\n"					  /* 1 */
	"set zone \"DMZ\" vrouter \"trust-vr\"\n"			  /* 2 */
	"set interface \"ethernet0/0\" zone \"Untrust\" ip 7.7.7.7/24\n"  /* 3 */
	"set interface \"ethernet0/1\" zone \"Trust\"\n"		  /* 4 */
	"set interface ethernet0/1 ip 10.1.2.1/24\n"			  /* 5 */
	"set interface \"ethernet0/2\" zone \"DMZ\"\n"			  /* 6 */
	"set interface ethernet0/2 ip 66.77.88.193/26\n"		  /* 7 */
	"set interface ethernet0/2 route\n"				  /* 8 */
	"set address \"Trust\" \"LAN\" 10.1.2.0 255.255.255.0\n"	  /* 9 */
	"set address \"DMZ\" \"DMZ-NET\" 66.77.88.192 255.255.255.192\n"  /* 10 */
	"set address \"Untrust\" \"home\" 192.168.2.64 255.255.255.192\n" /* 11 */
	"set ike gateway \"home-gw\" address 0.0.0.0 id \"bratwurst\" Aggr "
	"outgoing-interface " /* 12 */
	"\"ethernet0/0\" preshare \"yourpasswordhere\" proposal "
	"\"pre-g2-aes128-sha\"\n"
	"set vpn \"home-vpn\" gateway \"home-gw\" replay tunnel idletime 0 "
	"proposal " /* 13 */
	"\"g2-esp-aes128-sha\"\n"
	"set policy id 10 from \"Untrust\" to \"Trust\" \"home\" \"LAN\" \"ANY\" "
	"tunnel vpn " /* 14 */
	"\"home-vpn\" id 0x1 pair-policy 11\n"
	"set policy id 11 from \"Trust\" to \"Untrust\" \"LAN\" \"home\" \"ANY\" "
	"tunnel vpn " /* 15 */
	"\"home-vpn\" id 0x1 pair-policy 10\n"
	"set policy id 12 from \"Untrust\" to \"DMZ\" \"home\" \"DMZ-NET\" "
	"\"ANY\" tunnel vpn " /* 16 */
	"\"home-vpn\" id 0x1 pair-policy 13\n"
	"set policy id 13 from \"DMZ\" to \"Untrust\" \"DMZ-NET\" \"home\" "
	"\"ANY\" tunnel vpn " /* 17 */
	"\"home-vpn\" id 0x1 pair-policy 12\n"
	"set policy id 1 from \"Trust\" to \"Untrust\" \"Any\" \"Any\" \"ANY\" "
	"nat src permit\n"					      /* 18 */
	"set vrouter \"trust-vr\"\n"				      /* 19 */
	"set route 0.0.0.0/0 interface ethernet0/0 gateway 7.7.7.1\n" /* 20 */
	"exit\n";

static struct site *import_bytes(const char *bytes, size_t length)
{
	const struct import_source source = { "firewall.screenos", bytes, length };
	struct site *site = NULL;
	struct err err;

	if (site_import(DEVICE_SCREENOS, "acme", &source, 1, NULL, &site, &err) != 0)
		fail_msg("%s", err.text);
	return site;
}

static struct site *import_text(const char *text)
{
	return import_bytes(text, strlen(text));
}

/* The text of acme with one place changed. */
static struct site *import_changed(const char *from, const char *to)
{
	_cleanup_buf_ struct buf text = { 0 };
	const char *place = strstr(acme, from);

	assert_non_null(place);
	buf_add(&text, acme, (size_t)(place - acme));
	buf_puts(&text, to);
	buf_puts(&text, place + strlen(from));
	return import_bytes(buf_text(&text), text.length);
}

#define ASSERT_PREFIX(prefix, text) \
	assert_string_equal(inet_prefix_text(&(prefix)).s, text)

static const struct remark *remark_find(const struct site *site, const char *part)
{
	vec_foreach (remark, &site->remarks) {
		if (strstr(remark->text, part))
			return remark;
	}
	return NULL;
}

static const struct rule *rule_find(const struct site *site, const char *id)
{
	vec_foreach (rule, &site->rules) {
		if (str_equal(rule->id, id))
			return rule;
	}
	return NULL;
}

/* ------------------------------------------------------------ ACME */

static void acme_network_is_read(void **state)
{
	_cleanup_(site_freep) struct site *site = import_text(acme);
	struct site_interface *wan = site_wan(site);

	(void)state;
	assert_string_equal(site->hostname, "acme-fw");
	assert_int_equal(site->firewall, FIREWALL_POLICY);
	assert_non_null(wan);
	assert_string_equal(wan->name, "ethernet0/0");
	assert_string_equal(wan->zone, "Untrust");
	ASSERT_PREFIX(wan->addresses.items[0].prefix, "7.7.7.7/24");
	assert_int_equal(wan->addresses.items[0].at.line, 3);
	assert_int_equal(site->interfaces.count, 3);
	assert_int_equal(site->routes.count, 1);
	assert_int_equal(site->routes.items[0].at.line, 20);
	/* NAT mode is the default in Trust only; the DMZ was set to route mode. */
	assert_true(site_zone_find(site, "Trust")->is_screenos_nat);
	assert_false(site_zone_find(site, "DMZ")->is_screenos_nat);
	assert_false(site_zone_find(site, "Untrust")->is_screenos_nat);
	assert_true(site->is_ike_open);
	assert_int_equal(site->default_forward, TARGET_DROP);
}

static void acme_gateway_is_read(void **state)
{
	_cleanup_(site_freep) struct site *site = import_text(acme);
	const struct tunnel *tunnel = site_tunnel_find(site, "home-gw");

	(void)state;
	assert_non_null(tunnel);
	assert_int_equal(tunnel->version, 1);
	assert_int_equal(tunnel->mode, EXCHANGE_AGGRESSIVE);
	assert_int_equal(tunnel->mode_at.line, 12);
	assert_int_equal(tunnel->remotes.items[0].kind, ENDPOINT_ANY);
	assert_int_equal(tunnel->remote_id.type, ID_TYPE_FQDN);
	assert_string_equal(tunnel->remote_id.value, "bratwurst");
	assert_int_equal(tunnel->local_id.type, ID_TYPE_NONE);
	assert_int_equal(tunnel->local.kind, ENDPOINT_INTERFACE);
	assert_string_equal(tunnel->local.name, "ethernet0/0");
	assert_int_equal(tunnel->auth, AUTH_PSK);
	assert_true(tunnel->psk.is_readable);
	assert_int_equal(tunnel->psk.length, strlen("yourpasswordhere"));
	assert_memory_equal(tunnel->psk.bytes, "yourpasswordhere", tunnel->psk.length);
	assert_int_equal(tunnel->start, START_NEVER);
	assert_int_equal(tunnel->nat_t, NAT_T_OFF);
	assert_null(tunnel->bind_interface);
}

static void acme_proposals_are_read(void **state)
{
	_cleanup_(site_freep) struct site *site = import_text(acme);
	const struct tunnel *tunnel = site_tunnel_find(site, "home-gw");
	const struct proposal *ike = tunnel->proposals.items;
	const struct proposal *esp = tunnel->children.items[0].proposals.items;

	(void)state;
	assert_int_equal(tunnel->proposals.count, 1);
	assert_string_equal(ike->encr.items[0].alg->keyword, "aes128");
	assert_string_equal(ike->integ.items[0].alg->keyword, "sha1");
	assert_string_equal(ike->dh.items[0].alg->keyword, "modp1024");
	assert_int_equal(tunnel->lifetime_s.n, 28800);
	assert_string_equal(tunnel->lifetime_s.at.source, "ScreenOS default");
	assert_int_equal(ike->at.line, 12);
	assert_string_equal(esp->encr.items[0].alg->keyword, "aes128");
	assert_string_equal(esp->dh.items[0].alg->keyword, "modp1024");
	assert_int_equal(tunnel->children.items[0].lifetime_s.n, 3600);
	assert_int_equal(esp->at.line, 13);
}

static void acme_has_one_child_for_each_pair_of_policies(void **state)
{
	_cleanup_(site_freep) struct site *site = import_text(acme);
	const struct tunnel *tunnel = site_tunnel_find(site, "home-gw");
	const struct child *lan = &tunnel->children.items[0];
	const struct child *dmz = &tunnel->children.items[1];

	(void)state;
	assert_int_equal(tunnel->children.count, 2);
	assert_string_equal(lan->name, "home-vpn-10");
	assert_string_equal(lan->rule_id, "10");
	assert_int_equal(lan->at.line, 14);
	ASSERT_PREFIX(lan->selectors.items[0].local, "10.1.2.0/24");
	ASSERT_PREFIX(lan->selectors.items[0].remote, "192.168.2.64/26");
	assert_int_equal(lan->selectors.items[0].local_at.line, 9);
	assert_int_equal(lan->selectors.items[0].remote_at.line, 11);
	assert_true(lan->replay_protection.on);
	assert_string_equal(dmz->name, "home-vpn-12");
	ASSERT_PREFIX(dmz->selectors.items[0].local, "66.77.88.192/26");
	assert_int_equal(dmz->selectors.items[0].local_at.line, 10);
}

static void acme_policies_become_rules_in_order(void **state)
{
	static const char *const ids[] = { "10", "11", "12", "13", "1" };
	_cleanup_(site_freep) struct site *site = import_text(acme);

	(void)state;
	assert_int_equal(site->rules.count, 5);
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		assert_string_equal(site->rules.items[i].id, ids[i]);
	assert_int_equal(site->rules.items[0].target, TARGET_TUNNEL);
	assert_string_equal(site->rules.items[0].tunnel.s, "home-vpn");
	assert_string_equal(site->rules.items[0].pair, "11");
	assert_string_equal(site->rules.items[0].src_zone, "Untrust");
	ASSERT_PREFIX(site->rules.items[0].src.items[0].prefix, "192.168.2.64/26");
	assert_int_equal(site->rules.items[4].target, TARGET_ACCEPT);
	assert_true(site->rules.items[4].is_source_nat);
	assert_int_equal(site->rules.items[4].src.count, 0);
	assert_int_equal(site->rules.items[4].protocols.count, 0);
}

/* ------------------------------------------------------------ mistakes */

static void unknown_proposal_is_named_with_line_and_hint(void **state)
{
	_cleanup_(site_freep) struct site *site =
		import_changed("pre-g2-aes128-sha", "pre-g2-aes129-sha");
	const struct remark *remark = remark_find(site, "unknown proposal");

	(void)state;
	assert_non_null(remark);
	assert_int_equal(remark->kind, REMARK_INVALID);
	assert_string_equal(remark->text,
			    "unknown proposal 'pre-g2-aes129-sha', did you mean "
			    "'pre-g2-aes128-sha'?");
	assert_string_equal(remark->at.file, "firewall.screenos");
	assert_int_equal(remark->at.line, 12);
	assert_int_equal(site_tunnel_find(site, "home-gw")->proposals.count, 0);
}

struct mistake {
	const char *from, *to, *says;
	unsigned int line;
	enum remark_kind kind;
};

static const struct mistake mistakes[] = {
	{ "set hostname", "set hostnam", NULL, 0, 0 }, /* an abbreviation */
	{ "set hostname", "set hsotname",
	  "unknown command 'set hsotname', did you mean "
	  "'hostname'?",
	  1, REMARK_UNKNOWN },
	{ "set hostname", "sett hostname", "neither with 'set' nor", 1, REMARK_UNKNOWN },
	{ "replay tunnel", "replay tunel",
	  "vpn 'home-vpn': unknown word 'tunel', did you mean "
	  "'tunnel'?",
	  13, REMARK_UNKNOWN },
	{ "Aggr", "Agr", "gateway 'home-gw': unknown word 'Agr', did you mean 'Aggr'?",
	  12, REMARK_UNKNOWN },
	{ "\"home\" \"LAN\" \"ANY\"", "\"home\" \"LNA\" \"ANY\"",
	  "policy 10: there is no address 'LNA' in zone 'Trust', did you mean 'LAN'?", 14,
	  REMARK_INVALID },
	{ "\"LAN\" \"ANY\"", "\"LAN\" \"ANYY\"", "there is no service 'ANYY'", 14,
	  REMARK_INVALID },
	{ "gateway \"home-gw\" replay", "gateway \"hom-gw\" replay",
	  "vpn 'home-vpn': there is no gateway 'hom-gw'", 13, REMARK_INVALID },
	{ "Aggr ", "", "the device wants aggressive mode", 12, REMARK_INVALID },
	{ "preshare \"yourpasswordhere\" ", "", "has no pre-shared key", 12,
	  REMARK_INVALID },
	{ "0.0.0.0/0 interface", "0.0.0/0 interface", "'0.0.0/0' is not a network", 20,
	  REMARK_INVALID },
	{ "10.1.2.1/24", "10.1.2.300/24", "'10.1.2.300/24' is not an address", 5,
	  REMARK_INVALID },
	{ "\"yourpasswordhere\"", "\"GxCQn2ZBNk4QWPs8ZlCpYPeP1PnOG5pU3A==\"",
	  "probably encrypted by the device", 12, REMARK_ASSUMED },
	{ "\"yourpasswordhere\"", "\"Kq7ZtB2mN9xLw4RfVh8sYc3JpGd6TaEuWn5XiMoQzCbr\"",
	  "probably encrypted by the device", 12, REMARK_ASSUMED },
	{ "id 0x1 pair-policy 11\n", "id 0x1 pair-policy 11 schedule \"night\"\n",
	  "only at scheduled times", 14, REMARK_IGNORED },
	{ "\"bratwurst\"", "\"bratwurst", "quotation mark is not closed", 12,
	  REMARK_INVALID },
};

static void each_mistake_is_named_at_its_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(mistakes); i++) {
		const struct mistake *m = &mistakes[i];
		_cleanup_(site_freep) struct site *site = import_changed(m->from, m->to);
		const struct remark *remark = m->says ? remark_find(site, m->says) : NULL;

		if (!m->says) {
			assert_null(remark_find(site, "unknown"));
			continue;
		}
		if (!remark)
			fail_msg("'%s': no remark says '%s'", m->to, m->says);
		assert_int_equal(remark->at.line, m->line);
		assert_int_equal(remark->kind, m->kind);
	}
}

/* An AWS key has 32 letters, `openssl rand -base64 36` makes 48: both were typed. */
static void keys_of_letters_are_no_ciphertext(void **state)
{
	static const char *const keys[] = { "Kq7ZtB2mN9xLw4RfVh8sYc3JpGd6TaEu",
					    "Kq7ZtB2mN9xLw4RfVh8sYc3JpGd6TaEu"
					    "Wn5XiMoQzCbrHyUk" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		_cleanup_(site_freep) struct site *site =
			import_changed("yourpasswordhere", keys[i]);
		const struct secret *psk = &site->tunnels.items[0].psk;

		assert_true(psk->is_readable);
		assert_int_equal(psk->length, strlen(keys[i]));
	}
}

static void routing_over_a_tunnel_interface_is_seen(void **state)
{
	_cleanup_(site_freep) struct site *site =
		import_text("set interface \"tunnel.1\" zone \"Untrust\"\n"
			    "set interface \"tunnel.2\" zone \"Untrust\"\n"
			    "set interface tunnel.1 protocol bgp\n"
			    "set interface tunnel.2 protocol ospf area 0.0.0.0\n"
			    "unset interface tunnel.2 protocol ospf\n");

	(void)state;
	assert_string_equal(site_interface_find(site, "tunnel.1")->routing, "bgp");
	assert_null(site_interface_find(site, "tunnel.2")->routing);
}

static void a_hidden_peer_address_is_pointed_at(void **state)
{
	_cleanup_(site_freep) struct site *site =
		import_changed("address 0.0.0.0 id", "address 40.X.X.X id");
	const struct remark *remark = remark_find(site, "has hidden digits");
	_cleanup_(site_freep) struct site *named =
		import_changed("address 0.0.0.0 id", "address x.x.example.org id");

	(void)state;
	assert_non_null(remark);
	assert_int_equal(remark->at.line, 12);
	assert_null(remark_find(named, "has hidden digits"));
}

static void keys_are_in_no_remark(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(mistakes); i++) {
		_cleanup_(site_freep) struct site *site =
			import_changed(mistakes[i].from, mistakes[i].to);

		assert_null(remark_find(site, "yourpasswordhere"));
		assert_null(remark_find(site, "GxCQn2ZB"));
	}
}

static void another_file_is_refused(void **state)
{
	static const char text[] = "config interface 'lan'\n\toption proto 'static'\n";
	const struct import_source source = { "network", text, sizeof(text) - 1 };
	struct site *site = NULL;
	struct err err;

	(void)state;
	assert_int_equal(
		site_import(DEVICE_SCREENOS, "acme", &source, 1, NULL, &site, &err),
		-EINVAL);
	assert_non_null(
		strstr(err.text, "acme: network: this is no ScreenOS configuration"));
	assert_null(site);
}

static void cut_anywhere_it_is_read_or_refused(void **state)
{
	(void)state;
	for (size_t length = 0; length < sizeof(acme); length++) {
		/* A copy of exactly this size: the sanitizer sees a read behind it. */
		char *copy = memcpy(malloc(length + 1), acme, length);
		const struct import_source source = { "cut", copy, length };
		struct site *site = NULL;
		struct err err;

		copy = realloc(copy, length ? length : 1);
		assert_non_null(copy);
		if (site_import(DEVICE_SCREENOS, "x",
				&(struct import_source){ source.name, copy, length }, 1,
				NULL, &site, &err) == 0)
			site_free(site);
		free(copy);
	}
}

static void each_byte_flipped_it_is_read_or_refused(void **state)
{
	static const unsigned char masks[] = { 0x01, 0x20, 0x80, 0xff };
	char copy[sizeof(acme)];

	(void)state;
	for (size_t i = 0; i < sizeof(acme) - 1; i++) {
		struct site *site = NULL;

		memcpy(copy, acme, sizeof(acme));
		copy[i] = (char)(copy[i] ^ masks[i % sizeof(masks)]);
		site = import_bytes(copy, sizeof(copy) - 1);
		site_free(site);
	}
}

/* ------------------------------------------------------------ real files' ways */

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
	assert_null(remark_find(site, "unknown"));
	/* `get config` was typed, yet the key has no form of ciphertext. */
	assert_true(tunnel->psk.is_readable);
	assert_int_equal(remark_find(site, "clear text")->kind, REMARK_ASSUMED);
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
	assert_int_equal(remark_find(site, "routing protocol bgp")->kind, REMARK_IGNORED);
	assert_int_equal(remark_find(site, "routing protocol bgp")->at.line, 23);
	assert_null(remark_find(site, "unknown"));
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
	assert_int_equal(remark_find(site, "'exit' is missing")->at.line, 3);
	assert_non_null(site_interface_find(site, "ethernet0/1"));
}

static void sixteen_bit_characters_are_read(void **state)
{
	_cleanup_free_ char *wide = calloc(2, sizeof(acme));
	_cleanup_(site_freep) struct site *site = NULL;

	(void)state;
	wide[0] = '\xff';
	wide[1] = '\xfe';
	for (size_t i = 0; i < sizeof(acme) - 1; i++)
		wide[2 + 2 * i] = acme[i];
	site = import_bytes(wide, 2 * sizeof(acme));
	assert_int_equal(site_tunnel_find(site, "home-gw")->children.count, 2);
	assert_int_equal(site_tunnel_find(site, "home-gw")->at.line, 12);
}

/* ------------------------------------------------------------ policies, books */

#define NETWORK                                          \
	"set interface ethernet0/0 zone Untrust\n"       \
	"set interface ethernet0/0 ip 198.51.100.2/24\n" \
	"set interface ethernet0/1 zone Trust\n"         \
	"set interface ethernet0/1 ip 10.0.0.1/24\n"     \
	"set address Trust A 10.0.1.0/24\n"              \
	"set address Trust B 10.0.2.0/24\n"              \
	"set address Untrust F 172.16.0.0/16\n"

static void a_context_adds_members(void **state)
{
	_cleanup_(site_freep) struct site *site = import_text(
		NETWORK
		"set service RDP protocol tcp src-port 0-65535 dst-port "
		"3389-3389\n"
		"set service RDP + udp src-port 0-65535 dst-port 3389-3389\n"
		"set policy id 5 name \"x\" from Trust to Untrust A F RDP permit log\n"
		"set policy id 5\n"
		"set src-address \"B\"\n"
		"set service \"DNS\"\n"
		"set log session-init\n"
		"exit\n"
		"set policy id 5 disable\n");
	const struct rule *rule = rule_find(site, "5");

	(void)state;
	/* RDP tcp, RDP udp and DNS udp, DNS tcp */
	assert_int_equal(site->rules.count, 3);
	assert_int_equal(rule->src.count, 2);
	assert_true(rule->is_disabled);
	assert_string_equal(rule->name, "x");
	assert_string_equal(rule->protocols.items[0].s, "tcp");
	assert_int_equal(rule->dest_ports.items[0].first, 3389);
	assert_string_equal(site->rules.items[1].protocols.items[0].s, "udp");
	assert_int_equal(site->rules.items[1].dest_ports.count, 2);
	assert_int_equal(site->rules.items[1].dest_ports.items[1].first, 53);
}

static void groups_are_resolved_and_widen_the_proxy_id(void **state)
{
	_cleanup_(site_freep) struct site *site = import_text(
		NETWORK
		"set group address Trust LANS\n"
		"set group address Trust LANS add A\n"
		"set group address Trust LANS add B\n"
		"set group address Trust LANS add LANS\n" /* itself */
		"set ike gateway g address 192.0.2.1 Main outgoing-interface "
		"ethernet0/0 preshare k sec-level standard\n"
		"set vpn v gateway g sec-level standard\n"
		"set policy id 1 from Trust to Untrust LANS F ANY tunnel vpn v\n");
	const struct child *child = site_tunnel_find(site, "g")->children.items;

	(void)state;
	assert_true(rule_find(site, "1")->src.count >= 2);
	ASSERT_PREFIX(child->selectors.items[0].local, "0.0.0.0/0");
	ASSERT_PREFIX(child->selectors.items[0].remote, "172.16.0.0/16");
	assert_int_equal(remark_find(site, "make the proxy-id 0.0.0.0/0")->kind,
			 REMARK_ASSUMED);
	assert_int_equal(site_tunnel_find(site, "g")->start, START_ON_TRAFFIC);
}

static void moves_and_removals_change_the_order(void **state)
{
	_cleanup_(site_freep) struct site *site = import_text(
		NETWORK "set policy id 1 from Trust to Untrust A F ANY permit\n"
			"set policy id 2 from Trust to Untrust B F ANY permit\n"
			"set policy id 3 from Trust to Untrust Any Any ANY deny\n"
			"set policy global id 9 Any Any PING permit\n"
			"set policy id 4 before 3 from Untrust to Trust F A HTTP reject\n"
			"set policy move 3 before 1\n"
			"unset policy id 2\n");
	static const char *const ids[] = { "3", "1", "4", "9" };

	(void)state;
	assert_int_equal(site->rules.count, ARRAY_SIZE(ids));
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		assert_string_equal(site->rules.items[i].id, ids[i]);
	assert_int_equal(site->rules.items[0].target, TARGET_DROP);
	assert_int_equal(site->rules.items[2].target, TARGET_REJECT);
	assert_string_equal(site->rules.items[3].src_zone, "*");
}

static void an_empty_group_is_not_any(void **state)
{
	_cleanup_(site_freep) struct site *site = import_text(
		NETWORK "set group address Trust NONE\n"
			"set address Trust W www.example.com\n"
			"set policy id 1 from Trust to Untrust NONE F ANY permit\n"
			"set policy id 2 from Trust to Untrust W F ANY permit\n");

	(void)state;
	assert_int_equal(site->rules.count, 0);
	assert_non_null(remark_find(site, "policy 1 names an empty group"));
	assert_non_null(remark_find(site, "policy 2 names an empty group"));
}

static void translations_are_read(void **state)
{
	_cleanup_(site_freep) struct site *site = import_text(
		NETWORK
		"set interface ethernet0/0 mip 198.51.100.10 host 10.0.0.10 netmask "
		"255.255.255.255 vr trust-vr\n"
		"set interface ethernet0/0 vip 198.51.100.11 80 HTTP 10.0.0.11\n"
		"set interface ethernet0/0 dip 4 198.51.100.20 198.51.100.30\n"
		"set policy id 1 from Untrust to Trust Any \"MIP(198.51.100.10)\" HTTP "
		"permit\n"
		"set policy id 2 from Trust to Untrust A Any ANY nat src dip-id 4 "
		"permit\n");

	(void)state;
	assert_int_equal(site->nat.count, 3);
	assert_int_equal(site->nat.items[0].kind, NAT_NETMAP);
	ASSERT_PREFIX(site->nat.items[0].to, "10.0.0.10/32");
	assert_int_equal(site->nat.items[1].kind, NAT_DESTINATION);
	assert_int_equal(site->nat.items[1].dest_ports.items[0].first, 80);
	assert_int_equal(site->nat.items[2].kind, NAT_SOURCE);
	ASSERT_PREFIX(site->nat.items[2].to, "198.51.100.20/32");
	ASSERT_PREFIX(rule_find(site, "1")->dest.items[0].prefix, "198.51.100.10/32");
	assert_true(rule_find(site, "2")->is_source_nat);
}

static void what_is_unset_is_gone(void **state)
{
	_cleanup_(site_freep) struct site *site = import_text(
		NETWORK "set ike gateway g address 192.0.2.1 outgoing-interface "
			"ethernet0/0 preshare k sec-level basic nat-traversal\n"
			"set ike gateway h address 192.0.2.2 outgoing-interface "
			"ethernet0/0 preshare k sec-level basic\n"
			"unset ike gateway g nat-traversal\n"
			"unset ike gateway h\n"
			"set route 10.9.0.0/16 gateway 10.0.0.9\n"
			"unset route 10.9.0.0/16\n"
			"unset interface ethernet0/1 ip\n"
			"unset flow tcp-mss\n");

	(void)state;
	assert_int_equal(site->tunnels.count, 1);
	assert_int_equal(site_tunnel_find(site, "g")->nat_t, NAT_T_OFF);
	assert_int_equal(site->routes.count, 0);
	assert_int_equal(site_interface_find(site, "ethernet0/1")->addresses.count, 0);
}

static void identities_have_the_type_of_their_form(void **state)
{
	static const struct {
		const char *text;
		enum id_type type;
	} rows[] = {
		{ "id vpn@example.com", ID_TYPE_USER_FQDN },
		{ "id 192.0.2.77", ID_TYPE_IPV4_ADDR },
		{ "id gw.example.com", ID_TYPE_FQDN },
		{ "id bratwurst", ID_TYPE_FQDN },
		{ "", ID_TYPE_NONE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_buf_ struct buf text = { 0 };
		_cleanup_(site_freep) struct site *site = NULL;

		buf_printf(&text,
			   NETWORK
			   "set ike gateway g address 192.0.2.1 %s local-%s "
			   "outgoing-interface ethernet0/0 preshare k sec-level basic\n",
			   rows[i].text, rows[i].text[0] ? rows[i].text : "id x");
		site = import_text(buf_text(&text));
		assert_int_equal(site_tunnel_find(site, "g")->remote_id.type,
				 rows[i].type);
		assert_false(site_tunnel_find(site, "g")->remote_id.is_any);
	}
}

/* Hostile: as many addresses as policies, each policy naming its own. */
static void a_large_file_is_read_in_time(void **state)
{
	_cleanup_buf_ struct buf text = { 0 };
	_cleanup_(site_freep) struct site *site = NULL;

	(void)state;
	for (unsigned int i = 0; i < 20000; i++)
		buf_printf(&text, "set address Trust h%u 10.%u.%u.0/24\n", i, i / 256,
			   i % 256);
	for (unsigned int i = 0; i < 20000; i++)
		buf_printf(
			&text,
			"set policy id %u top from Trust to Untrust h%u Any ANY permit\n",
			i + 1, i);
	for (unsigned int i = 0; i < 20000; i++)
		buf_printf(&text, "nonsense %u\n", i);
	site = import_bytes(buf_text(&text), text.length);
	assert_int_equal(site->rules.count, 20000);
	assert_string_equal(site->rules.items[0].id, "20000");
	assert_true(site->remarks.count < 3000);
	assert_non_null(remark_find(site, "further remarks are left out"));
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
	buf_printf(
		text,
		"set ike gateway %s\"gw %u\" address 198.51.100.%u Main outgoing-interface \"ethernet0/0\" preshare \"GxCQn2ZBNk4QWPs8ZlCpYPeP1PnOG5pU3A==\" proposal \"pre-g2-3des-sha\" \"pre-g2-aes128-sha\"\n",
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
	assert_true(site_zone_find(site, "Trust")->is_screenos_nat);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(acme_network_is_read),
		cmocka_unit_test(acme_gateway_is_read),
		cmocka_unit_test(acme_proposals_are_read),
		cmocka_unit_test(acme_has_one_child_for_each_pair_of_policies),
		cmocka_unit_test(acme_policies_become_rules_in_order),
		cmocka_unit_test(unknown_proposal_is_named_with_line_and_hint),
		cmocka_unit_test(each_mistake_is_named_at_its_line),
		cmocka_unit_test(keys_of_letters_are_no_ciphertext),
		cmocka_unit_test(routing_over_a_tunnel_interface_is_seen),
		cmocka_unit_test(a_hidden_peer_address_is_pointed_at),
		cmocka_unit_test(keys_are_in_no_remark),
		cmocka_unit_test(another_file_is_refused),
		cmocka_unit_test(cut_anywhere_it_is_read_or_refused),
		cmocka_unit_test(each_byte_flipped_it_is_read_or_refused),
		cmocka_unit_test(an_ikev2_gateway_with_a_tunnel_interface_is_read),
		cmocka_unit_test(top_puts_a_policy_first),
		cmocka_unit_test(written_proposals_keep_units_and_lines),
		cmocka_unit_test(each_proxy_id_is_a_child),
		cmocka_unit_test(a_routing_protocol_is_left_out_aloud),
		cmocka_unit_test(a_forgotten_exit_is_named),
		cmocka_unit_test(sixteen_bit_characters_are_read),
		cmocka_unit_test(a_context_adds_members),
		cmocka_unit_test(groups_are_resolved_and_widen_the_proxy_id),
		cmocka_unit_test(moves_and_removals_change_the_order),
		cmocka_unit_test(an_empty_group_is_not_any),
		cmocka_unit_test(translations_are_read),
		cmocka_unit_test(what_is_unset_is_gone),
		cmocka_unit_test(identities_have_the_type_of_their_form),
		cmocka_unit_test(a_large_file_is_read_in_time),
		cmocka_unit_test(fourteen_tunnels_of_a_listing_are_read),
	};

	return cmocka_run_group_tests_name("import/screenos", tests, NULL, NULL);
}
