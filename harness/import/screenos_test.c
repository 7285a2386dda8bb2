// SPDX-License-Identifier: GPL-2.0-or-later
/* screenos_test.c - ScreenOS configurations as sites */
#include "import/screenos.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "import/test_import.h"
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
	return test_import(DEVICE_SCREENOS,
			   &(struct import_source){ "firewall.screenos", bytes, length });
}

static struct site *import_text(const char *text)
{
	return import_bytes(text, strlen(text));
}

/* The text of acme with one place changed. */
static struct site *import_changed(const char *from, const char *to)
{
	_cleanup_free_ char *text = test_change(acme, from, to);

	return import_text(text);
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
	assert_true(site_zone_find(site, "Trust")->is_nat_mode);
	assert_false(site_zone_find(site, "DMZ")->is_nat_mode);
	assert_false(site_zone_find(site, "Untrust")->is_nat_mode);
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
	const struct remark *remark = test_remark_find(site, "unknown proposal");

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
	  "schedule of policy", 14, REMARK_NOT_REHEARSED },
	{ "\"bratwurst\"", "\"bratwurst", "quotation mark is not closed", 12,
	  REMARK_INVALID },
};

static void each_mistake_is_named_at_its_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(mistakes); i++) {
		const struct mistake *m = &mistakes[i];
		_cleanup_(site_freep) struct site *site = import_changed(m->from, m->to);
		const struct remark *remark =
			m->says ? test_remark_find(site, m->says) : NULL;

		if (!m->says) {
			assert_null(test_remark_find(site, "unknown"));
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
	const struct remark *remark = test_remark_find(site, "has hidden digits");
	_cleanup_(site_freep) struct site *named =
		import_changed("address 0.0.0.0 id", "address x.x.example.org id");

	(void)state;
	assert_non_null(remark);
	assert_int_equal(remark->at.line, 12);
	assert_null(test_remark_find(named, "has hidden digits"));
}

static void keys_are_in_no_remark(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(mistakes); i++) {
		_cleanup_(site_freep) struct site *site =
			import_changed(mistakes[i].from, mistakes[i].to);

		assert_null(test_remark_find(site, "yourpasswordhere"));
		assert_null(test_remark_find(site, "GxCQn2ZB"));
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

static void take(const char *bytes, size_t length)
{
	test_import_any(DEVICE_SCREENOS,
			&(struct import_source){ "firewall.screenos", bytes, length });
}

static void cut_anywhere_it_is_read_or_refused(void **state)
{
	(void)state;
	test_each_cut(acme, sizeof(acme) - 1, take);
}

static void each_byte_flipped_it_is_read_or_refused(void **state)
{
	(void)state;
	test_each_flip(acme, sizeof(acme) - 1, take);
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

static size_t pairs_of(const char *firmware)
{
	static const char text[] =
		"set ike gateway g address 192.0.2.1 Main outgoing-interface ethernet0/0 "
		"preshare k sec-level standard\n"
		"set vpn v gateway g sec-level standard\n"
		"set vpn v bind interface tunnel.1\n"
		"set vpn v proxy-id local-ip 10.1.0.0/24 remote-ip 10.2.0.0/24 ANY\n"
		"set vpn v proxy-id local-ip 10.1.0.0/24 remote-ip 10.3.0.0/24 ANY\n";
	const struct import_source source = { "x", text, sizeof(text) - 1 };
	const struct import_options options = { .firmware = firmware };
	_cleanup_(site_freep) struct site *site = NULL;
	struct err err = { 0 };

	assert_int_equal(
		site_import(DEVICE_SCREENOS, "s", &source, 1, &options, &site, &err), 0);
	return site->tunnels.items[0].children.count;
}

static void before_6_3_a_vpn_has_one_proxy_id(void **state)
{
	(void)state;
	assert_int_equal(pairs_of(NULL), 2);
	assert_int_equal(pairs_of("6.3.0r21"), 2);
	assert_int_equal(pairs_of("ScreenOS 6.2.0r18"), 1);
	assert_int_equal(pairs_of("5.4"), 1);
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
		cmocka_unit_test(before_6_3_a_vpn_has_one_proxy_id),
		cmocka_unit_test(sixteen_bit_characters_are_read),
	};

	return cmocka_run_group_tests_name("import/screenos", tests, NULL, NULL);
}
