// SPDX-License-Identifier: GPL-2.0-or-later
/* strongswan_test.c - swanctl.conf, ipsec.conf and ipsec.secrets, whole and broken */
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "import/strongswan.h"
#include "import/test_import.h"
#include "ipsec/alg.h"

static const char swanctl[] =
	"connections {\n"				  /* 1 */
	"   base { dpd_delay = 20s }\n"			  /* 2 */
	"   acme : connections.base {\n"		  /* 3 */
	"      version = 1\n"				  /* 4 */
	"      aggressive = yes # needed by the SSG\n"	  /* 5 */
	"      remote_addrs = 7.7.7.7, vpn.acme.inc\n"	  /* 6 */
	"      proposals = aes128-sha1-modp1024, aes-2\n" /* 7 */
	"      encap = yes\n"				  /* 8 */
	"      local {\n"				  /* 9 */
	"         auth = psk\n"
	"         id = @bratwurst\n" /* 11 */
	"      }\n"
	"      remote { auth = psk }\n"
	"      children {\n"
	"         lan {\n" /* 15 */
	"            local_ts  = 192.168.2.64/26\n"
	"            remote_ts = 10.1.2.0/24, 66.77.88.192/26\n" /* 17 */
	"            esp_proposals = aes128-sha1-modp1024\n"
	"            rekey_time = 30m\n"
	"            start_action = trap\n"
	"            dpd_action = restart\n"
	"            dpd_acton = clear\n" /* 22 */
	"         }\n"
	"      }\n"
	"   }\n"
	"}\n"
	"secrets {\n"
	"   ike-other { id = 9.9.9.9\n secret = other }\n"
	"   ike-acme {\n"
	"      id-home = @bratwurst\n"
	"      secret = \"your#password\"\n" /* 32 */
	"   }\n"
	"}\n"
	"include conf.d/*.conf\n";

static const char ipsec_conf[] = "# ipsec.conf\n" /* 1 */
				 "config setup\n"
				 "\tuniqueids=no\n"
				 "conn %default\n" /* 4 */
				 "\tkeyexchange=ikev1\n"
				 "\tauthby=secret\n"
				 "\tike=aes256-sha1-modp1024!\n"
				 "conn common\n" /* 8 */
				 "\tleft=%defaultroute\n"
				 "\tleftsubnet=192.168.1.0/24\n"
				 "\tleftid=@localsite.dyndns.org\n"
				 "conn fritz\n" /* 12 */
				 "\talso=common\n"
				 "\tright=remotesite.dyndns.org   # the box\n"
				 "\trightid=\"@remotesite.dyndns.org\"\n"
				 "\trightsubnet=192.168.0.0/24\n"
				 "\tesp=aes256-sha1-modp1024\n" /* 17 */
				 "\tikelifetime=3600s\n"
				 "\tlifetime=1h\n"
				 "\tdpdaction=restart\n"
				 "\tcompress=yes\n"
				 "\tauto=route\n" /* 22 */
				 "conn unused\n"
				 "\tright=1.2.3.4\n";
static const char ipsec_secrets[] =
	"# secrets\n"
	"9.9.9.9 : PSK \"wrong\"\n"
	"@localsite.dyndns.org @remotesite.dyndns.org : PSK \"wBN4 HK\"\n"
	": RSA key.pem\n";

static int import_bytes(const char *first, size_t length, const char *second,
			struct site **ret_site, struct err *err)
{
	const struct import_source sources[] = {
		{ second ? "etc/ipsec.conf" : "swanctl.conf", first, length },
		{ "etc/ipsec.secrets", second, second ? strlen(second) : 0 },
	};
	static const struct import_options options = { 0 };
	_cleanup_(site_freep) struct site *site = site_new("host", DEVICE_STRONGSWAN);
	int r = strongswan_import(site, sources, second ? 2 : 1, &options, err);

	if (r < 0)
		return r;
	*ret_site = steal(&site);
	return 0;
}

static struct site *import(const char *first, const char *second)
{
	struct site *site = NULL;
	struct err err = { 0 };

	if (import_bytes(first, strlen(first), second, &site, &err) < 0)
		fail_msg("%s", err.text);
	return site;
}

static void swanctl_connections_become_tunnels(void **state)
{
	_cleanup_(site_freep) struct site *site = import(swanctl, NULL);
	const struct tunnel *tunnel = site_tunnel_find(site, "acme");

	(void)state;
	assert_non_null(tunnel);
	assert_int_equal(tunnel->version, 1);
	assert_int_equal(tunnel->mode, EXCHANGE_AGGRESSIVE);
	assert_int_equal(tunnel->mode_at.line, 5);
	assert_int_equal(tunnel->local.kind, ENDPOINT_INTERFACE);
	assert_int_equal(tunnel->remotes.count, 2);
	assert_int_equal(tunnel->remotes.items[0].kind, ENDPOINT_ADDRESS);
	assert_string_equal(tunnel->remotes.items[1].name, "vpn.acme.inc");
	assert_int_equal(tunnel->local_id.type, ID_TYPE_FQDN);
	assert_string_equal(tunnel->local_id.value, "bratwurst");
	assert_int_equal(tunnel->remote_id.type, ID_TYPE_NONE);
	assert_int_equal(tunnel->auth, AUTH_PSK);
	assert_int_equal(tunnel->psk.length, 13);
	assert_memory_equal(tunnel->psk.bytes, "your#password", 13);
	assert_int_equal(tunnel->nat_t, NAT_T_FORCED);
	assert_int_equal(tunnel->lifetime_s.n, 15840);
	assert_string_equal(tunnel->lifetime_s.at.source, "swanctl.conf default");
	assert_int_equal(tunnel->start, START_ON_TRAFFIC);
	assert_int_equal(tunnel->dpd_delay_s.n, 20); /* of the referenced section */
}

static void swanctl_children_negotiate_as_the_version_does(void **state)
{
	_cleanup_(site_freep) struct site *site = import(swanctl, NULL);
	const struct child *child = site_tunnel_find(site, "acme")->children.items;

	(void)state;
	assert_int_equal(child->selectors.count, 1); /* IKEv1: the first pair */
	assert_string_equal(inet_prefix_text(&child->selectors.items[0].remote).s,
			    "10.1.2.0/24");
	assert_true(test_has_remark(site, REMARK_INVALID, 16,
				    "only the first is negotiated"));
	assert_int_equal(child->rekey_s.n, 1800);
	assert_int_equal(child->lifetime_s.n, 1980);
	assert_int_equal(child->dpd_action, DPD_RESTART);
	assert_int_equal(site_interface_find(site, "lan")->addresses.count, 1);
	assert_int_equal(site->firewall, FIREWALL_OPEN);
}

static void what_strongswan_would_skip_is_named(void **state)
{
	_cleanup_(site_freep) struct site *site = import(swanctl, NULL);

	(void)state;
	assert_int_equal(site_tunnel_find(site, "acme")->proposals.count, 2);
	assert_null(site_tunnel_find(site, "acme")->proposals.items[1].encr.items[0].alg);
	assert_true(test_has_remark(site, REMARK_INVALID, 7,
				    "refuses the proposal 'aes-2': algorithm '2' not "
				    "recognized, did you mean 'modp1024'?"));
	assert_true(
		test_has_remark(site, REMARK_UNKNOWN, 22, "did you mean 'dpd_action'?"));
	assert_true(
		test_has_remark(site, REMARK_IGNORED, 35, "no such file is among these"));
}

static void unquoted_values_are_read_as_strongswan_does(void **state)
{
	static const struct {
		const char *written, *read;
	} cases[] = {
		{ "abc#def", "abc" },	      { "a   b", "a b" },
		{ "\"a   b#c\"", "a   b#c" }, { "\"a\\\"b\"", "a\"b" },
		{ "0x616263", "abc" },	      { "\"0sYWJj\"", "abc" },
		{ "a{b=c;d", "a{b=c;d" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_(site_freep) struct site *site = NULL;
		_cleanup_buf_ struct buf text = { 0 };

		buf_printf(&text,
			   "connections { a { local { auth = psk\n} children { x { } } } "
			   "}\nsecrets { ike { secret = %s\n} }\n",
			   cases[i].written);
		site = import(buf_text(&text), NULL);
		assert_int_equal(site->tunnels.items[0].psk.length,
				 strlen(cases[i].read));
		assert_memory_equal(site->tunnels.items[0].psk.bytes, cases[i].read,
				    strlen(cases[i].read));
	}
}

static void a_secret_with_a_brace_breaks_the_file_and_is_not_quoted(void **state)
{
	_cleanup_(site_freep) struct site *site =
		import("connections { a { children { x { } } } }\n"
		       "secrets {\n ike {\n  secret = topsec}ret\n }\n}\n",
		       NULL);

	(void)state;
	assert_true(test_has_remark(site, REMARK_INVALID, 6, "refuses the whole file"));
	vec_foreach (remark, &site->remarks)
		assert_null(strstr(remark->text, "ret"));
}

static void what_nobody_knows_is_named_wherever_it_stands(void **state)
{
	_cleanup_(site_freep) struct site *site =
		import("connections {\n stray = 1\n a {\n  local { dpd_delay = 3 }\n"
		       "  children { x { wrong { } } }\n }\n}\n"
		       "charon {\n install_rutes = no\n install_routes = no\n"
		       " plugins {\n  kernel-netlink { mtu = 1400 }\n }\n tls { }\n}\n"
		       "base {\n version = 1\n}\nother : base { }\nhalf = secret\n",
		       NULL);

	(void)state;
	assert_true(test_has_remark(site, REMARK_UNKNOWN, 2, "'stray'"));
	assert_true(test_has_remark(site, REMARK_UNKNOWN, 4, "unknown key 'dpd_delay'"));
	assert_true(test_has_remark(site, REMARK_UNKNOWN, 5, "unknown section 'wrong'"));
	assert_true(test_has_remark(site, REMARK_UNKNOWN, 9, "'install_rutes'"));
	assert_false(test_has_remark(site, REMARK_UNKNOWN, 10, ""));
	assert_true(test_has_remark(site, REMARK_IGNORED, 11, "'plugins'"));
	assert_null(test_remark_find(site, "mtu"));
	assert_null(test_remark_find(site, "tls"));
	assert_null(test_remark_find(site, "'base'"));
	assert_true(test_has_remark(site, REMARK_UNKNOWN, 19, "'other' is no section"));
	assert_true(test_has_remark(site, REMARK_UNKNOWN, 20, "outside of any section"));
	assert_null(test_remark_find(site, "half"));
}

static void ipsec_conf_takes_from_itself_then_also_then_default(void **state)
{
	_cleanup_(site_freep) struct site *site = import(ipsec_conf, ipsec_secrets);
	const struct tunnel *tunnel = site_tunnel_find(site, "fritz");
	const struct child *child;

	(void)state;
	assert_non_null(tunnel);
	assert_null(site_tunnel_find(site, "common"));
	assert_int_equal(tunnel->version, 1);
	assert_int_equal(tunnel->version_at.line, 5);
	assert_string_equal(tunnel->local_id.value, "localsite.dyndns.org");
	assert_string_equal(tunnel->remote_id.value, "remotesite.dyndns.org");
	assert_string_equal(tunnel->remotes.items[0].name, "remotesite.dyndns.org");
	assert_int_equal(tunnel->psk.length, 7);
	assert_memory_equal(tunnel->psk.bytes, "wBN4 HK", 7);
	assert_false(tunnel->has_default_proposals);
	assert_int_equal(tunnel->lifetime_s.n, 3600);
	assert_int_equal(tunnel->dpd_delay_s.n, 30);
	child = tunnel->children.items;
	assert_string_equal(inet_prefix_text(&child->selectors.items[0].local).s,
			    "192.168.1.0/24");
	assert_int_equal(child->selectors.items[0].local_at.line, 10);
	assert_true(child->has_default_proposals); /* no '!' */
	assert_int_equal(child->rekey_s.n, 3060);
	assert_int_equal(child->start, START_ON_TRAFFIC);
	assert_true(child->ipcomp.on);
	/* Of config setup, and the same for all. */
	assert_string_equal(tunnel->unique.s, "no");
	assert_int_equal(tunnel->unique.at.line, 3);
}

static void
uniqueids_is_yes_where_nobody_says_it_or_starter_takes_no_such_word(void **state)
{
	static const char *const setups[] = { "", "config setup\n uniqueids = perhaps\n",
					      "config setup\n uniqueids=YES\n" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(setups); i++) {
		_cleanup_buf_ struct buf text = { 0 };
		_cleanup_(site_freep) struct site *site = NULL;

		buf_printf(&text, "%sconn a\n right=192.0.2.1\n auto=add\n", setups[i]);
		site = import(buf_text(&text), "");
		assert_string_equal(site_tunnel_find(site, "a")->unique.s, "replace");
	}
}

/* As charon 5.9.8 does for starter: "skipped invalid proposal string", and no conn. */
static void a_bad_proposal_of_ipsec_conf_stays_in_its_list(void **state)
{
	_cleanup_(site_freep) struct site *site =
		import("conn c\n auto=add\n authby=psk\n "
		       "ike=aes128-sha1-2,aes128-sha1-modp1024\n"
		       " esp=default\n",
		       ": PSK \"x\"\n");
	const struct tunnel *tunnel = site_tunnel_find(site, "c");

	(void)state;
	assert_int_equal(tunnel->proposals.count, 2);
	assert_null(tunnel->proposals.items[0].encr.items[0].alg);
	assert_non_null(tunnel->proposals.items[1].encr.items[0].alg);
	assert_null(tunnel->children.items[0].proposals.items[0].encr.items[0].alg);
	assert_true(
		test_has_remark(site, REMARK_INVALID, 4, "algorithm '2' not recognized"));
}

static void a_misspelt_default_is_said_to_be_read_by_nobody(void **state)
{
	_cleanup_(site_freep) struct site *site =
		import("conn %defult\n keyexchange=ikev1\n"
		       "conn c\n auto=add\n authby=psk\n",
		       ": PSK \"x\"\n");

	(void)state;
	assert_non_null(site_tunnel_find(site, "c"));
	assert_int_equal(site->tunnels.count, 1);
	assert_true(test_has_remark(site, REMARK_INVALID, 1,
				    "only conn %default gives others its values"));
}

/* charon 5.9.8 settles on AES_GCM_16_256/PRF_HMAC_SHA2_256, with or without it. */
static void a_hash_beside_an_aead_cipher_is_its_prf(void **state)
{
	_cleanup_(site_freep) struct site *site =
		import("connections { a {\n proposals = aes256gcm16-sha256-modp2048, "
		       "aes128gcm16-prfsha384-ecp256-ke1_mlkem768\n children { x {\n"
		       " esp_proposals = aes256gcm16-sha256-modp2048\n } } } }\n",
		       NULL);
	const struct tunnel *tunnel = site_tunnel_find(site, "a");
	const struct proposal *ike = tunnel->proposals.items;
	const struct proposal *esp = tunnel->children.items[0].proposals.items;

	(void)state;
	assert_int_equal(ike->integ.count, 0);
	assert_string_equal(ike->prf.items[0].alg->keyword, "prfsha256");
	assert_int_equal(esp->integ.count, 0);
	assert_int_equal(esp->prf.count, 0);
	assert_int_equal(esp->dh.count, 1);
	assert_string_equal(ike[1].prf.items[0].alg->keyword, "prfsha384");
	assert_int_equal(ike[1].dh.count, 1);
	assert_true(test_has_remark(site, REMARK_NOT_REHEARSED, 2,
				    "'ke1_mlkem768, which needs strongSwan 6.0"));
}

static void the_secret_that_fits_best_is_taken(void **state)
{
	static const struct {
		const char *secrets, *taken;
	} cases[] = {
		{ ": PSK \"any\"\n@a @b : PSK \"both\"\n@b : PSK \"peer\"\n", "both" },
		{ "@a @b : PSK \"both\"\n: PSK \"any\"\n%any : PSK \"more\"\n", "both" },
		{ "@x : PSK \"other\"\n@b : PSK \"peer\"\n: PSK \"any\"\n", "peer" },
		{ "%any @b : PSK \"peer\"\n@a : PSK \"own\"\n", "peer" },
		{ "b : PSK \"plain\"\n%any : PSK \"more\"\n", "plain" },
		{ "@x : PSK \"other\"\n", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_(site_freep) struct site *site = import(
			"conn c\n auto=add\n authby=psk\n leftid=@a\n rightid=@b\n",
			cases[i].secrets);
		const struct secret *psk = &site->tunnels.items[0].psk;

		assert_int_equal(psk->is_set, cases[i].taken != NULL);
		if (!cases[i].taken) {
			assert_true(test_has_remark(site, REMARK_INVALID, 1,
						    "no secret fits"));
			continue;
		}
		assert_int_equal(psk->length, strlen(cases[i].taken));
		assert_memory_equal(psk->bytes, cases[i].taken, psk->length);
	}
}

static void without_ipsec_secrets_the_key_is_unknown_not_missing(void **state)
{
	static const char conf[] = "conn c\n auto=add\n authby=psk\n leftid=@a\n";
	_cleanup_(site_freep) struct site *alone = import(conf, NULL);
	_cleanup_(site_freep) struct site *with = import(conf, "@x : PSK \"other\"\n");

	(void)state;
	assert_true(alone->tunnels.items[0].psk.is_set);
	assert_false(alone->tunnels.items[0].psk.is_readable);
	assert_true(
		test_has_remark(alone, REMARK_ASSUMED, 1, "ipsec.secrets is not among"));
	assert_false(with->tunnels.items[0].psk.is_set);
}

/* As people paste it. An empty section is all there is, and so is another file beside it. */
static void
one_swanctl_conf_without_a_section_of_secrets_says_nothing_of_the_key(void **state)
{
	static const char conf[] =
		"connections { c { local { auth = psk }\n remote { auth = "
		"psk }\n children { x { } } } }\n";
	char with_empty[sizeof(conf) + 16];
	_cleanup_(site_freep) struct site *alone = import(conf, NULL), *with = NULL;

	(void)state;
	(void)snprintf(with_empty, sizeof(with_empty), "%ssecrets { }\n", conf);
	with = import(with_empty, NULL);
	assert_true(alone->tunnels.items[0].psk.is_set);
	assert_false(alone->tunnels.items[0].psk.is_readable);
	assert_false(with->tunnels.items[0].psk.is_set);
}

static void a_host_name_without_id_is_the_identity_in_ipsec_conf_only(void **state)
{
	_cleanup_(site_freep) struct site *site =
		import("conn c\n auto=add\n left=home.example\n right=7.7.7.7\n", "");
	_cleanup_(site_freep) struct site *other = import(
		"connections { c { local_addrs = home.example\n children { x { } } } }",
		NULL);

	(void)state;
	assert_int_equal(site->tunnels.items[0].local_id.type, ID_TYPE_FQDN);
	assert_string_equal(site->tunnels.items[0].local_id.value, "home.example");
	assert_int_equal(site->tunnels.items[0].remote_id.type, ID_TYPE_NONE);
	assert_int_equal(other->tunnels.items[0].local_id.type, ID_TYPE_NONE);
	assert_true(test_has_remark(site, REMARK_ASSUMED, 3,
				    "'home.example' is the identity"));
}

static void a_conn_without_auto_is_not_loaded(void **state)
{
	_cleanup_(site_freep) struct site *site = import(ipsec_conf, ipsec_secrets);

	(void)state;
	assert_true(site_tunnel_find(site, "unused")->is_disabled);
	assert_true(test_has_remark(site, REMARK_INVALID, 23, "is not loaded"));
}

static void an_unloaded_conn_names_neither_lan_nor_wan(void **state)
{
	_cleanup_(site_freep) struct site *site =
		import("conn old\n left=8.8.8.8\n leftsubnet=10.9.0.0/24\n"
		       " right=7.7.7.7\n auto=ignore\n"
		       "conn now\n left=9.9.9.9\n leftsubnet=10.1.0.0/24\n"
		       " right=7.7.7.7\n auto=start\n",
		       "");

	(void)state;
	assert_string_equal(
		inet_prefix_text(&site_wan(site)->addresses.items[0].prefix).s,
		"9.9.9.9/32");
	assert_string_equal(
		inet_prefix_text(
			&site_interface_find(site, "lan")->addresses.items[0].prefix)
			.s,
		"10.1.0.0/24");
}

static void also_in_circles_ends(void **state)
{
	_cleanup_(site_freep) struct site *site = import(
		"conn a\n also=b\n also=a\n auto=add\nconn b\n also=a\n auto=add\n", "");

	(void)state;
	assert_int_equal(site->tunnels.count, 2);
}

static void references_in_circles_end(void **state)
{
	_cleanup_(site_freep) struct site *site = import(
		"connections : connections { a : connections.b, connections.a { x { y "
		"{ } } } b : connections.a, connections { children { c { } } } "
		"}",
		NULL);

	(void)state;
	assert_int_equal(site->tunnels.count, 2);
}

static void try_bytes(const char *bytes, size_t length, const char *second)
{
	_cleanup_(site_freep) struct site *site = NULL;
	struct err err = { 0 };

	if (import_bytes(bytes, length, second, &site, &err) < 0)
		assert_true(err.text[0]);
}

static void try_swanctl(const char *bytes, size_t length)
{
	try_bytes(bytes, length, NULL);
}

static void try_ipsec_conf(const char *bytes, size_t length)
{
	try_bytes(bytes, length, ipsec_secrets);
}

static void cut_or_flipped_anywhere_it_ends(void **state)
{
	(void)state;
	test_each_cut(swanctl, sizeof(swanctl) - 1, try_swanctl);
	test_each_flip(swanctl, sizeof(swanctl) - 1, try_swanctl);
	test_each_cut(ipsec_conf, sizeof(ipsec_conf) - 1, try_ipsec_conf);
	test_each_flip(ipsec_conf, sizeof(ipsec_conf) - 1, try_ipsec_conf);
	test_each_cut(ipsec_secrets, sizeof(ipsec_secrets) - 1, try_ipsec_conf);
	test_each_flip(ipsec_secrets, sizeof(ipsec_secrets) - 1, try_ipsec_conf);
}

static void a_megabyte_of_anything_ends_soon(void **state)
{
	static const char *const units[] = {
		"{",
		"}",
		"a{",
		"a=b\n",
		"\"",
		"#",
		"a:b",
		"a:a,",
		"a : a {}\n",
		"a{}\n",
		"conn a\n",
		" also=a\n",
		"x ",
		"conn %default\n also=%default\n",
		"connections {a : connections{}\n",
		"include x\n",
		"a : PSK x\n",
		"connections { b { children { c { local_ts = 1/1,2/2,3/3 } } } }\n"
	};
	int64_t start = clock_cpu_us();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		_cleanup_buf_ struct buf text = { 0 };

		while (text.length < 1 << 20)
			buf_puts(&text, units[i]);
		try_bytes(text.data, text.length, NULL);
		try_bytes(text.data, text.length, "");
		try_bytes("conn a\n", 7, text.data);
	}
	assert_true(clock_cpu_us() - start < 60 * 1000000LL);
}

static void a_file_without_connections_is_refused_with_a_sentence(void **state)
{
	struct site *site = NULL;
	struct err err = { 0 };

	(void)state;
	assert_true(import_bytes("hello", 5, NULL, &site, &err) < 0);
	assert_non_null(strstr(err.text, "swanctl.conf: no connection in it"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_misspelt_default_is_said_to_be_read_by_nobody),
		cmocka_unit_test(swanctl_connections_become_tunnels),
		cmocka_unit_test(swanctl_children_negotiate_as_the_version_does),
		cmocka_unit_test(what_strongswan_would_skip_is_named),
		cmocka_unit_test(a_bad_proposal_of_ipsec_conf_stays_in_its_list),
		cmocka_unit_test(a_hash_beside_an_aead_cipher_is_its_prf),
		cmocka_unit_test(unquoted_values_are_read_as_strongswan_does),
		cmocka_unit_test(a_secret_with_a_brace_breaks_the_file_and_is_not_quoted),
		cmocka_unit_test(what_nobody_knows_is_named_wherever_it_stands),
		cmocka_unit_test(ipsec_conf_takes_from_itself_then_also_then_default),
		cmocka_unit_test(
			uniqueids_is_yes_where_nobody_says_it_or_starter_takes_no_such_word),
		cmocka_unit_test(the_secret_that_fits_best_is_taken),
		cmocka_unit_test(without_ipsec_secrets_the_key_is_unknown_not_missing),
		cmocka_unit_test(
			one_swanctl_conf_without_a_section_of_secrets_says_nothing_of_the_key),
		cmocka_unit_test(
			a_host_name_without_id_is_the_identity_in_ipsec_conf_only),
		cmocka_unit_test(a_conn_without_auto_is_not_loaded),
		cmocka_unit_test(an_unloaded_conn_names_neither_lan_nor_wan),
		cmocka_unit_test(also_in_circles_ends),
		cmocka_unit_test(references_in_circles_end),
		cmocka_unit_test(cut_or_flipped_anywhere_it_ends),
		cmocka_unit_test(a_megabyte_of_anything_ends_soon),
		cmocka_unit_test(a_file_without_connections_is_refused_with_a_sentence),
	};

	return cmocka_run_group_tests_name("import/strongswan", tests, NULL, NULL);
}
