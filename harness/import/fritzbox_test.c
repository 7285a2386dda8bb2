// SPDX-License-Identifier: GPL-2.0-or-later
/* fritzbox_test.c - vpncfg files as published, broken in every way, and full exports */
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "import/articles.h"
#include "import/fritzbox.h"
#include "import/test_import.h"
#include "ipsec/alg.h"

static int import_bytes(const char *bytes, size_t length, const char *firmware,
			struct site **ret_site, struct err *err)
{
	struct import_source source = { "vpn.cfg", bytes, length };
	struct import_options options = { .firmware = firmware };
	_cleanup_(site_freep) struct site *site = site_new("box", DEVICE_FRITZBOX);
	int r = fritzbox_import(site, &source, 1, &options, err);

	if (r < 0)
		return r;
	*ret_site = steal(&site);
	return 0;
}

static struct site *import(const char *text)
{
	struct site *site = NULL;
	struct err err = { 0 };

	if (import_bytes(text, strlen(text), NULL, &site, &err) < 0)
		fail_msg("%s", err.text);
	return site;
}

static size_t count_remarks(const struct site *site, enum remark_kind kind)
{
	size_t count = 0;

	vec_foreach (remark, &site->remarks)
		count += remark->kind == kind;
	return count;
}

static void the_article_is_understood_to_the_last_key(void **state)
{
	_cleanup_(site_freep) struct site *site = import(article_vpn_cfg);
	struct tunnel *tunnel = site->tunnels.items;

	(void)state;
	assert_int_equal(site->tunnels.count, 1);
	assert_string_equal(tunnel->name, "Site2Site VPN");
	assert_int_equal(tunnel->version, 1);
	assert_int_equal(tunnel->mode, EXCHANGE_AGGRESSIVE);
	assert_false(tunnel->accepts_both_modes);
	assert_int_equal(tunnel->mode_at.line, 20);
	assert_int_equal(tunnel->local.kind, ENDPOINT_INTERFACE);
	assert_int_equal(tunnel->remotes.count, 1);
	assert_int_equal(tunnel->remotes.items[0].kind, ENDPOINT_NAME);
	assert_string_equal(tunnel->remotes.items[0].name, "localsite.dyndns.org");
	assert_int_equal(tunnel->local_id.type, ID_TYPE_FQDN);
	assert_string_equal(tunnel->local_id.value, "remotesite.dyndns.org");
	assert_int_equal(tunnel->local_id.at.line, 15);
	assert_string_equal(tunnel->remote_id.value, "localsite.dyndns.org");
	assert_int_equal(tunnel->psk.length, 30);
	assert_memory_equal(tunnel->psk.bytes, "wBN4HKbOL4SrbQf9MCa2HLWh6raiPi", 30);
	assert_int_equal(tunnel->start, START_ON_TRAFFIC);
	assert_int_equal(tunnel->nat_t, NAT_T_AUTO);
	assert_int_equal(tunnel->lifetime_s.n, 3600);
	assert_true(site->is_ike_open);
	assert_int_equal(count_remarks(site, REMARK_UNKNOWN), 0);
	assert_int_equal(count_remarks(site, REMARK_INVALID), 0);
}

static void the_article_gives_networks_rules_and_interfaces(void **state)
{
	_cleanup_(site_freep) struct site *site = import(article_vpn_cfg);
	const struct child *child = site->tunnels.items[0].children.items;
	const struct selector *selector = child->selectors.items;

	(void)state;
	assert_int_equal(child->selectors.count, 1);
	assert_string_equal(inet_prefix_text(&selector->local).s, "192.168.0.0/24");
	assert_string_equal(inet_prefix_text(&selector->remote).s, "192.168.1.0/24");
	assert_int_equal(selector->local_at.line, 30);
	assert_int_equal(child->proposals.items[0].dh.items[0].alg->ikev1, 2);
	assert_true(child->ipcomp.on);
	assert_int_equal(site->firewall, FIREWALL_ACCESS_LIST);
	assert_int_equal(site->rules.items[0].target, TARGET_TUNNEL);
	assert_string_equal(site->rules.items[0].tunnel.s, "Site2Site VPN");
	assert_int_equal(site->nat.items[0].kind, NAT_EXEMPT);
	assert_int_equal(site->nat.items[1].kind, NAT_SOURCE);
	assert_int_equal(site_interface_find(site, "lan")->source, ADDRESS_NONE);
	assert_int_equal(site_interface_find(site, "wan")->source, ADDRESS_DYNAMIC);
	assert_true(test_has_remark(site, REMARK_ASSUMED, 30, "192.168.0.1"));
}

static void every_key_is_listed_with_meaning_and_line(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct import_source source = { "vpn.cfg", article_vpn_cfg,
					strlen(article_vpn_cfg) };
	struct key_listings listings;

	(void)state;
	fritzbox_list_keys(arena, &source, 1, &listings);
	assert_int_equal(listings.list.count, 28);
	vec_foreach (listing, &listings.list) {
		assert_non_null(listing->meaning);
		assert_true(listing->at.line > 2);
		assert_null(strstr(listing->value, "wBN4"));
	}
	assert_string_equal(listings.list.items[16].path, "key");
	assert_string_equal(listings.list.items[16].value, "set, 30 bytes");
}

static void idp_starts_main_and_answers_both_as_an_assumption(void **state)
{
	_cleanup_free_ char *text =
		test_change(article_vpn_cfg, "mode_aggressive", "mode_idp");
	_cleanup_(site_freep) struct site *site = import(text);

	(void)state;
	assert_int_equal(site->tunnels.items[0].mode, EXCHANGE_MAIN);
	assert_true(site->tunnels.items[0].accepts_both_modes);
	assert_true(test_has_remark(site, REMARK_ASSUMED, 20, "aggressive"));
}

static void identities_keep_their_type(void **state)
{
	static const struct {
		const char *line;
		enum id_type type;
		const char *value;
	} cases[] = {
		{ "user_fqdn = \"a@b.de\";", ID_TYPE_USER_FQDN, "a@b.de" },
		{ "key_id = \"$$site$$\";", ID_TYPE_KEY_ID, "$$site$$" },
		{ "ipaddr = 7.7.7.7;", ID_TYPE_IPV4_ADDR, "7.7.7.7" },
		{ "fqdn = remotesite;", ID_TYPE_FQDN, "remotesite" },
		{ "ipaddr = 0.0.0.0;", ID_TYPE_NONE, NULL },
		{ "", ID_TYPE_NONE, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *text =
			test_change(article_vpn_cfg, "fqdn = \"remotesite.dyndns.org\";",
				    cases[i].line);
		_cleanup_(site_freep) struct site *site = import(text);

		assert_int_equal(site->tunnels.items[0].local_id.type, cases[i].type);
		assert_true(
			str_equal(site->tunnels.items[0].local_id.value, cases[i].value));
	}
}

/* The keywords of a list, joined: "aes256 aes192". */
#define KEYWORDS(list, out)                               \
	vec_foreach (it_, list)                           \
	buf_printf(out, "%s%s", (out)->length ? " " : "", \
		   it_->alg ? it_->alg->keyword : "?")

static void phase1_strategies_become_proposals(void **state)
{
	static const struct {
		const char *strategy, *firmware, *encr, *hash, *dh;
		int64_t lifetime;
	} cases[] = {
		{ "all/all/all", NULL, "aes256 aes192 aes128 3des des", "sha512 sha1 md5",
		  "modp1024", 3600 },
		{ "all/all/all", "6.30", "aes256 aes192 aes128 3des des", "sha1 md5",
		  "modp1024", 3600 },
		{ "all/all/all", "FRITZ!OS 06.30", "aes256 aes192 aes128 3des des",
		  "sha1 md5", "modp1024", 3600 },
		{ "def/3des/sha", NULL, "3des", "sha1", "modp768", 3600 },
		{ "alt/aes/sha", NULL, "aes256 aes192 aes128", "sha1", "modp1024", 3600 },
		{ "alt/all-no-aes/all", "113.06.83", "3des des", "sha1 md5", "modp1024",
		  3600 },
		{ "alt/aes-3des/sha", NULL, "aes256 3des", "sha1", "modp1024", 3600 },
		{ "dh14/aes/sha", NULL, "aes256 aes192 aes128", "sha1", "modp2048",
		  3600 },
		{ "dh15/aes/sha512", NULL, "aes256 aes192 aes128", "sha512", "modp3072",
		  3600 },
		{ "LT8h/all/all/all", "7.29", "aes256 aes192 aes128 3des des",
		  "sha512 sha1 md5", "modp1024", 28800 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *text =
			test_change(article_vpn_cfg, "all/all/all", cases[i].strategy);
		_cleanup_buf_ struct buf encr = { 0 }, hash = { 0 }, dh = { 0 };
		_cleanup_(site_freep) struct site *site = NULL;
		const struct proposal *proposal;

		if (import_bytes(text, strlen(text), cases[i].firmware, &site, NULL) ||
		    !site)
			fail_msg("%s is refused", cases[i].strategy);
		proposal = site->tunnels.items[0].proposals.items;
		KEYWORDS(&proposal->encr, &encr);
		KEYWORDS(&proposal->integ, &hash);
		KEYWORDS(&proposal->dh, &dh);
		assert_string_equal(buf_text(&encr), cases[i].encr);
		assert_string_equal(buf_text(&hash), cases[i].hash);
		assert_string_equal(buf_text(&dh), cases[i].dh);
		assert_int_equal(site->tunnels.items[0].lifetime_s.n, cases[i].lifetime);
	}
}

static void phase2_strategies_become_proposals(void **state)
{
	static const struct {
		const char *strategy, *encr, *integ, *dh;
		bool is_ipcomp;
		size_t proposals;
	} cases[] = {
		{ "esp-aes-sha/ah-sha/comp-lzjh/pfs", "aes256 aes192 aes128", "sha1",
		  "modp1024", false, 2 },
		{ "esp-3des-sha/ah-no/comp-no/no-pfs", "3des", "sha1", "", false, 1 },
		{ "esp-3des-sha/ah-no/comp-deflate/no-pfs", "3des", "sha1", "", true, 1 },
		{ "esp-aes256-3des-sha/ah-all-sha/comp-lzs-no/pfs", "aes256 3des", "sha1",
		  "modp1024", false, 2 },
		{ "esp-aes256-3des-sha/ah-no/comp-lzs-no/pfs", "aes256 3des", "sha1",
		  "modp1024", false, 1 },
		{ "esp-des|x", NULL, NULL, NULL, false, 0 },
		{ "", NULL, NULL, NULL, false, 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *text =
			test_change(article_vpn_cfg, "esp-all-all/ah-none/comp-all/pfs",
				    cases[i].strategy);
		_cleanup_buf_ struct buf encr = { 0 }, integ = { 0 }, dh = { 0 };
		_cleanup_(site_freep) struct site *site = import(text);
		const struct child *child = site->tunnels.items[0].children.items;

		assert_int_equal(child->proposals.count, cases[i].proposals);
		if (!cases[i].encr)
			continue;
		KEYWORDS(&child->proposals.items[0].encr, &encr);
		KEYWORDS(&child->proposals.items[0].integ, &integ);
		KEYWORDS(&child->proposals.items[0].dh, &dh);
		assert_string_equal(buf_text(&encr), cases[i].encr);
		assert_string_equal(buf_text(&integ), cases[i].integ);
		assert_string_equal(buf_text(&dh), cases[i].dh);
		assert_int_equal(child->ipcomp.on, cases[i].is_ipcomp);
	}
}

static void a_mistyped_strategy_is_named(void **state)
{
	_cleanup_free_ char *text =
		test_change(article_vpn_cfg, "all/all/all", "alt/ase/sha");
	_cleanup_(site_freep) struct site *site = import(text);

	(void)state;
	assert_true(test_has_remark(site, REMARK_UNKNOWN, 21, "did you mean 'aes'?"));
	assert_int_equal(site->tunnels.items[0].proposals.count, 0);
}

/* What people publish: each file is broken in one way and still used. */
static void files_from_the_wild_are_used_and_their_mistakes_named(void **state)
{
	static const struct {
		const char *from, *to;
		enum remark_kind kind;
		unsigned int line;
		const char *part;
	} cases[] = {
		{ "\tike_forward_rules", "\t}\n\tike_forward_rules", REMARK_INVALID, 46,
		  "surplus '}'" },
		{ "\t\tmode =", "\t\t}\n\t\tmode =", REMARK_INVALID, 21,
		  "outside of the connection that starts on line 2" },
		{ "\"localsite.dyndns.org\";\n\t\tlocalid",
		  "\"localsite.dyndns.org\"; <- your name\n\t\tlocalid", REMARK_UNKNOWN,
		  13, "'<-'" },
		{ "\"all/all/all\";", "\"all/all/all\"", REMARK_INVALID, 21, "';'" },
		{ "\"Site2Site VPN\"", "\"Site2Site VPN", REMARK_INVALID, 5,
		  "closing quote" },
		{ "remoteip = 0.0.0.0", "remoteip = 123.457.789.00", REMARK_INVALID, 11,
		  "'123.457.789.00' is not an address" },
		{ "\"wBN4HKbOL4SrbQf9MCa2HLWh6raiPi\"", "\"${VPN_PSK}\"", REMARK_INVALID,
		  23, "placeholder" },
		{ "ipaddr = 192.168.1.0", "ipaddr = ${cidrhost(var.net, 0)}",
		  REMARK_INVALID, 36, "placeholder" },
		{ "any 192.168.1.0 255.255.255.0", "any 192.168.8.0 255.255.255.0",
		  REMARK_INVALID, 41, "phase2remoteid is 192.168.1.0/24" },
		{ "\"permit ip any", "\"allow everything", REMARK_UNKNOWN, 41,
		  "not understood" },
		{ "\t\tuse_nat_t", "\t\tuse_natt = no;\n\t\tuse_nat_t", REMARK_UNKNOWN,
		  25, "did you mean 'use_nat_t'?" },
		{ "always_renew = no", "always_renew = maybe", REMARK_INVALID, 6,
		  "yes or no" },
		{ "4500 0.0.0.0:4500\"", "4500 0.0.0.0:4500", REMARK_INVALID, 44,
		  "closing quote" },
		{ "vpncfg {\n", "vpncfg {\n/* never closed? no */ // EOF\n",
		  REMARK_ASSUMED, 31, "192.168.0.1" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *text =
			test_change(article_vpn_cfg, cases[i].from, cases[i].to);
		_cleanup_(site_freep) struct site *site = import(text);

		assert_int_equal(site->tunnels.count, 1);
		assert_int_equal(site->tunnels.items[0].mode, EXCHANGE_AGGRESSIVE);
		if (!test_has_remark(site, cases[i].kind, cases[i].line, cases[i].part))
			fail_msg("case %zu: no remark '%s' on line %u", i, cases[i].part,
				 cases[i].line);
	}
}

static void a_placeholder_is_no_secret_that_could_be_compared(void **state)
{
	_cleanup_free_ char *text = test_change(
		article_vpn_cfg, "wBN4HKbOL4SrbQf9MCa2HLWh6raiPi", "###PSK###");
	_cleanup_(site_freep) struct site *site = import(text);

	(void)state;
	assert_true(site->tunnels.items[0].psk.is_set);
	assert_false(site->tunnels.items[0].psk.is_readable);
}

static void carriage_returns_change_nothing(void **state)
{
	_cleanup_(site_freep) struct site *site = NULL;
	_cleanup_buf_ struct buf text = { 0 };

	(void)state;
	for (const char *c = article_vpn_cfg; *c; c++)
		buf_puts(&text, *c == '\n' ? "\r\n" : (char[]){ *c, '\0' });
	site = import(buf_text(&text));
	assert_int_equal(site->tunnels.items[0].mode_at.line, 20);
	assert_int_equal(count_remarks(site, REMARK_INVALID), 0);
}

static void one_section_holds_several_connections(void **state)
{
	_cleanup_(site_freep) struct site *site = import(
		"vpncfg { connections { name = \"a\"; } { name = \"b\"; enabled = no; }"
		" connections { name = \"b\"; } }");

	(void)state;
	assert_int_equal(site->tunnels.count, 3);
	assert_string_equal(site->tunnels.items[1].name, "b");
	assert_true(site->tunnels.items[1].is_disabled);
	assert_string_not_equal(site->tunnels.items[2].name, "b");
	assert_true(test_has_remark(site, REMARK_INVALID, 1, "another connection"));
}

/* FritzOS 7.50 and later; its words are those of the connection and of `global`. */
static void wireguard_beside_it_is_no_tunnel_of_ipsec(void **state)
{
	_cleanup_(site_freep) struct site *site = import(
		"vpncfg {\n connections {\n enabled = yes;\n conn_type = conntype_wg;\n"
		" name = \"phone\";\n wg_public_key = \"a=\";\n wg_allowed_ips = "
		"\"192.168.178.201/32\";\n }\n global {\n wg_private_key = \"b=\";\n"
		" wg_listen_port = 51820;\n }\n}\n");

	(void)state;
	assert_int_equal(site->tunnels.count, 0);
	vec_foreach (remark, &site->remarks)
		if (remark->kind == REMARK_UNKNOWN || remark->kind == REMARK_INVALID ||
		    strstr(remark->text, "b="))
			fail_msg("%u: %s", remark->at.line, remark->text);
}

static void a_vpncfg_pasted_into_something_else_is_found(void **state)
{
	_cleanup_buf_ struct buf text = { 0 };
	_cleanup_(site_freep) struct site *site = NULL;

	(void)state;
	buf_printf(&text, "a { b { } c { d = 1; } } cfg {\n x { y { %s } z = 1; } }\n",
		   article_vpn_cfg);
	site = import(buf_text(&text));
	assert_int_equal(site->tunnels.count, 1);
	assert_true(site->is_ike_open);
}

/* As people write it who send all their traffic through the tunnel. */
static void an_accesslist_may_name_ports(void **state)
{
	_cleanup_free_ char *text = test_change(
		article_vpn_cfg, "\"permit ip any 192.168.1.0 255.255.255.0\"",
		"\"reject udp any any eq 53\",\n\"deny tcp host 1.2.3.4 range 1 9 "
		"10.0.0.0 255.0.0.0\", \"permit ip any any\"");
	_cleanup_(site_freep) struct site *site = import(text);
	const struct rule *rules = site->rules.items;

	(void)state;
	assert_int_equal(site->rules.count, 3);
	assert_int_equal(rules[0].target, TARGET_REJECT);
	assert_int_equal(rules[0].at.line, 41);
	assert_string_equal(rules[0].protocols.items[0].s, "udp");
	assert_int_equal(rules[0].dest_ports.items[0].first, 53);
	assert_int_equal(rules[1].target, TARGET_DROP);
	assert_int_equal(rules[1].src_ports.items[0].last, 9);
	assert_string_equal(inet_prefix_text(&rules[1].src.items[0].prefix).s,
			    "1.2.3.4/32");
	assert_int_equal(rules[2].target, TARGET_TUNNEL);
	assert_int_equal(rules[2].dest.count, 0);
	assert_true(test_has_remark(site, REMARK_INVALID, 42, "0.0.0.0/0"));
}

static void what_is_nested_too_deep_is_skipped_and_the_rest_is_read(void **state)
{
	_cleanup_buf_ struct buf deep = { 0 };
	_cleanup_free_ char *text = NULL;
	_cleanup_(site_freep) struct site *site = NULL;

	(void)state;
	for (unsigned int i = 0; i < 40; i++)
		buf_puts(&deep, "a { name = \"deep\"; ");
	for (unsigned int i = 0; i < 40; i++)
		buf_puts(&deep, "} ");
	buf_puts(&deep, "mode =");
	text = test_change(article_vpn_cfg, "mode =", buf_text(&deep));
	site = import(text);
	assert_true(test_has_remark(site, REMARK_INVALID, 20, "nested more than"));
	assert_false(test_has_remark(site, REMARK_INVALID, 0, "surplus"));
	assert_int_equal(site->tunnels.items[0].mode, EXCHANGE_AGGRESSIVE);
	assert_string_equal(site->tunnels.items[0].name, "Site2Site VPN");
}

static void what_many_connections_assume_is_said_once(void **state)
{
	_cleanup_(site_freep) struct site *site =
		import("vpncfg { connections { name = a; } { name = b; } { mode = x; } "
		       "{ mode = x; } }");

	(void)state;
	assert_true(test_has_remark(
		site, REMARK_ASSUMED, 1,
		"without localid the box says its own address (4 times)"));
	assert_false(test_has_remark(site, REMARK_ASSUMED, 1, "address (3 times"));
	assert_int_equal(site->tunnels.count, 4);
}

static void backslashes_of_a_plain_file_are_not_halved(void **state)
{
	_cleanup_free_ char *text =
		test_change(article_vpn_cfg, "Site2Site VPN", "a \\\\ \\101\\\"");
	_cleanup_(site_freep) struct site *site = import(text);

	(void)state;
	assert_string_equal(site->tunnels.items[0].name, "a \\ A\"");
}

static void who_starts_follows_the_keys(void **state)
{
	static const struct {
		const char *from, *to;
		enum start_condition start;
	} cases[] = {
		{ "always_renew = no", "always_renew = yes", START_IMMEDIATELY },
		{ "always_renew = no", "keepalive_ip = 192.168.1.1", START_IMMEDIATELY },
		{ "remotehostname = \"localsite.dyndns.org\";", "", START_NEVER },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *text =
			test_change(article_vpn_cfg, cases[i].from, cases[i].to);
		_cleanup_(site_freep) struct site *site = import(text);

		assert_int_equal(site->tunnels.items[0].start, cases[i].start);
	}
}

static const char export_head[] =
	"**** FRITZ!Box Fon WLAN 7490 CONFIGURATION EXPORT\n"
	"Password=$$$$ABCDEF\n"
	"FirmwareVersion=113.06.83\n"
	"**** CFGFILE:ar7.cfg\n"
	"/*\n * /var/flash/ar7.cfg\n */\n"
	"meta { encoding = \"utf-8\"; }\n"
	"ar7cfg { mode = dsldmode_router; brinterfaces { name = \"lan\";\n"
	"ipaddr = 192.168.0.254; netmask = 255.255.255.0; } { name = \"guest\";\n"
	"ipaddr = 192.168.179.1; netmask = 255.255.255.0; } }\n"
	"// EOF\n"
	"**** END OF FILE ****\n"
	"**** B64FILE:phonebook\nPD94bWw=\n**** END OF FILE ****\n"
	"**** CFGFILE:vpn.cfg\n";
static const char export_tail[] = "// EOF\n**** END OF FILE ****\n"
				  "**** END OF EXPORT 12345678 ****\n";

static void a_full_export_is_taken_apart(void **state)
{
	_cleanup_free_ char *vpn = test_change(
		article_vpn_cfg, "wBN4HKbOL4SrbQf9MCa2HLWh6raiPi", "$$$$CIPHERTEXT");
	_cleanup_free_ char *named =
		test_change(vpn, "Site2Site VPN", "a \\\\\"b\\\\\" \\\\\\\\");
	_cleanup_(site_freep) struct site *site = NULL;
	_cleanup_buf_ struct buf text = { 0 };

	(void)state;
	buf_printf(&text, "%s%s%s", export_head, named, export_tail);
	site = import(buf_text(&text));
	assert_string_equal(site->model, "FRITZ!Box Fon WLAN 7490");
	assert_string_equal(site->tunnels.items[0].name, "a \"b\" \\");
	assert_true(site->tunnels.items[0].psk.is_set);
	assert_false(site->tunnels.items[0].psk.is_readable);
	assert_int_equal(site->tunnels.items[0].mode_at.line, 37);
	assert_int_equal(site_interface_find(site, "lan")->source, ADDRESS_STATIC);
	assert_non_null(site_interface_find(site, "guest"));
	assert_true(test_has_remark(site, REMARK_IGNORED, 9, "only the bridges'"));
	/* FritzOS 6: no SHA2-512 */
	assert_int_equal(site->tunnels.items[0].proposals.items[0].integ.count, 2);
	assert_int_equal(count_remarks(site, REMARK_INVALID), 0);
}

static void a_file_without_connections_is_refused_with_a_sentence(void **state)
{
	static const char *const texts[] = { "hello", "{{{{", "}}}}",
					     "**** FRITZ!Box CONFIGURATION EXPORT\n" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct site *site = NULL;
		struct err err = { 0 };

		assert_true(import_bytes(texts[i], strlen(texts[i]), NULL, &site, &err) <
			    0);
		assert_non_null(strstr(err.text, "vpn.cfg: no VPN connection"));
	}
}

static void try_bytes(const char *bytes, size_t length)
{
	_cleanup_(site_freep) struct site *site = NULL;
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct import_source source = { "vpn.cfg", bytes, length };
	struct key_listings listings;
	struct err err = { 0 };

	if (import_bytes(bytes, length, NULL, &site, &err) < 0)
		assert_true(err.text[0]);
	fritzbox_list_keys(arena, &source, 1, &listings);
}

static void cut_anywhere_it_ends(void **state)
{
	_cleanup_buf_ struct buf text = { 0 };

	(void)state;
	buf_printf(&text, "%s%s%s", export_head, article_vpn_cfg, export_tail);
	test_each_cut(text.data, text.length, try_bytes);
	test_each_cut(article_vpn_cfg, strlen(article_vpn_cfg), try_bytes);
}

static void flipped_anywhere_it_ends(void **state)
{
	(void)state;
	test_each_flip(article_vpn_cfg, strlen(article_vpn_cfg), try_bytes);
}

static void a_megabyte_of_anything_ends_soon(void **state)
{
	static const char *const units[] = { "{",
					     "}",
					     "\"",
					     "\"\\",
					     ";",
					     "=",
					     ",",
					     "a=b;",
					     "a{",
					     "${",
					     "/*",
					     "//",
					     "a ",
					     "{}",
					     "\"\n",
					     "a=",
					     "a=\"\",",
					     "-",
					     "connections{}",
					     "**** CFGFILE:vpn.cfg\n" };
	int64_t start = clock_cpu_us();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		_cleanup_buf_ struct buf text = { 0 };

		buf_puts(&text, "vpncfg { connections { name = ");
		while (text.length < 1 << 20)
			buf_puts(&text, units[i]);
		try_bytes(text.data, text.length);
		text.length = 0;
		while (text.length < 1 << 20)
			buf_puts(&text, units[i]);
		try_bytes(text.data, text.length);
	}
	assert_true(clock_cpu_us() - start < 60 * 1000000LL);
}

static void ten_thousand_connections_are_imported(void **state)
{
	const char *start = strstr(article_vpn_cfg, "connections"),
		   *end = strstr(article_vpn_cfg, "\tike");
	_cleanup_(site_freep) struct site *site = NULL;
	_cleanup_buf_ struct buf text = { 0 };
	int64_t began = clock_cpu_us();

	(void)state;
	buf_puts(&text, "vpncfg {\n");
	for (unsigned int i = 0; i < 10000; i++)
		buf_add(&text, start, (size_t)(end - start));
	buf_puts(&text, "}\n");
	site = import(buf_text(&text));
	assert_int_equal(site->tunnels.count, 10000);
	assert_true(clock_cpu_us() - began < 20 * 1000000LL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_article_is_understood_to_the_last_key),
		cmocka_unit_test(the_article_gives_networks_rules_and_interfaces),
		cmocka_unit_test(every_key_is_listed_with_meaning_and_line),
		cmocka_unit_test(idp_starts_main_and_answers_both_as_an_assumption),
		cmocka_unit_test(identities_keep_their_type),
		cmocka_unit_test(phase1_strategies_become_proposals),
		cmocka_unit_test(phase2_strategies_become_proposals),
		cmocka_unit_test(a_mistyped_strategy_is_named),
		cmocka_unit_test(files_from_the_wild_are_used_and_their_mistakes_named),
		cmocka_unit_test(a_placeholder_is_no_secret_that_could_be_compared),
		cmocka_unit_test(carriage_returns_change_nothing),
		cmocka_unit_test(one_section_holds_several_connections),
		cmocka_unit_test(wireguard_beside_it_is_no_tunnel_of_ipsec),
		cmocka_unit_test(a_vpncfg_pasted_into_something_else_is_found),
		cmocka_unit_test(an_accesslist_may_name_ports),
		cmocka_unit_test(what_is_nested_too_deep_is_skipped_and_the_rest_is_read),
		cmocka_unit_test(what_many_connections_assume_is_said_once),
		cmocka_unit_test(backslashes_of_a_plain_file_are_not_halved),
		cmocka_unit_test(who_starts_follows_the_keys),
		cmocka_unit_test(a_full_export_is_taken_apart),
		cmocka_unit_test(a_file_without_connections_is_refused_with_a_sentence),
		cmocka_unit_test(cut_anywhere_it_ends),
		cmocka_unit_test(flipped_anywhere_it_ends),
		cmocka_unit_test(a_megabyte_of_anything_ends_soon),
		cmocka_unit_test(ten_thousand_connections_are_imported),
	};

	return cmocka_run_group_tests_name("import/fritzbox", tests, NULL, NULL);
}
