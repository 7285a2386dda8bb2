// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * openwrt_rendered_test.c - claims about what each firmware makes of /etc/config/ipsec
 *
 * The facts were measured or read in the scripts: devices.md 1.2 and 1.3.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "import/openwrt.h"
#include "import/test_import.h"

#define _cleanup_site_ _cleanup_(site_freep)

/* The wiki's article in short; AUTH stands for the line that it lacks. */
#define ARTICLE(auth)                                                      \
	"config ipsec\n list listen ''\n"                                  \
	"config remote acme\n option enabled 1\n option gateway 7.7.7.7\n" \
	" option pre_shared_key 'key'\n option exchange_mode aggressive\n" \
	" option local_identifier bratwurst\n list p1_proposal p1\n" auth  \
	" list tunnel dmz\n list tunnel lan\n"                             \
	"config p1_proposal p1\n option encryption_algorithm aes128\n"     \
	" option hash_algorithm sha1\n option dh_group 2\n"                \
	"config tunnel lan\n option local_subnet 192.168.2.64/26\n"        \
	" option remote_subnet 10.1.2.0/24\n option p2_proposal p2\n"      \
	"config tunnel dmz\n option local_subnet 192.168.2.64/26\n"        \
	" option remote_subnet 66.77.88.192/26\n option p2_proposal p2\n"  \
	"config p2_proposal p2\n option pfs_group 2\n"                     \
	" option encryption_algorithm aes128\n option authentication_algorithm sha1\n"

#define PSK " option authentication_method psk\n"

/* The new schema, complete; MORE goes into the remote, CHILD into the tunnel. */
#define MODERN(more, child)                                                           \
	"config ipsec\nconfig remote b\n option enabled 1\n option gateway 1.2.3.4\n" \
	" option authentication_method psk\n list crypto_proposal c\n"                \
	" list tunnel t\n" more                                                       \
	"config crypto_proposal c\n option encryption_algorithm aes256\n"             \
	" option hash_algorithm sha256\n option dh_group modp2048\n"                  \
	"config tunnel t\n list crypto_proposal c\n" child

static struct site *render(const char *firmware, const char *text)
{
	const struct import_source source = { "etc/config/ipsec", text, strlen(text) };
	const struct import_options options = { READING_RENDERED, firmware };
	struct site *site = NULL;
	struct err err = { 0 };

	if (site_import(DEVICE_OPENWRT, "home", &source, 1, &options, &site, &err))
		fail_msg("%s", err.text);
	return site;
}

#define assert_remark(site, kind, words) \
	assert_true(test_has_remark(site, kind, 0, words))

static void every_firmware_can_be_named(void **state)
{
	(void)state;
	for (const char *const *name = openwrt_firmwares(); *name; name++) {
		_cleanup_site_ struct site *site = render(*name, MODERN("", ""));

		assert_string_equal(site->firmware, *name);
		assert_int_equal(site->reading, READING_RENDERED);
	}
}

static void a_patch_level_is_its_release(void **state)
{
	_cleanup_site_ struct site *site = render("19.07.7", MODERN("", ""));

	(void)state;
	assert_string_equal(site->firmware, "19.07");
}

/* ipsec.init writes keyingtries into each connection, swanctl.init reads the remote's. */
static void tries_are_the_tunnels_or_the_remotes_by_script(void **state)
{
	static const struct {
		const char *firmware;
		int64_t none, of_tunnel, of_remote;
	} rows[] = { { "18.06", 3, 7, 3 },
		     { "21.02-ipsec", 3, 7, 3 },
		     { "23.05", 3, 3, 7 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *const firmware = rows[i].firmware;
		_cleanup_site_ struct site *none = render(firmware, MODERN("", ""));
		_cleanup_site_ struct site *tunnel =
			render(firmware, MODERN("", " option keyingtries 7\n"));
		_cleanup_site_ struct site *remote =
			render(firmware, MODERN(" option keyingtries 7\n", ""));

		assert_int_equal(none->tunnels.items[0].keyingtries.n, rows[i].none);
		assert_int_equal(tunnel->tunnels.items[0].keyingtries.n,
				 rows[i].of_tunnel);
		assert_int_equal(remote->tunnels.items[0].keyingtries.n,
				 rows[i].of_remote);
	}
}

static void an_unknown_firmware_is_refused(void **state)
{
	const struct import_source source = { "etc/config/ipsec", "config remote x\n",
					      16 };
	const struct import_options options = { READING_RENDERED, "19.08" };
	struct site *site = NULL;
	struct err err = { 0 };

	(void)state;
	assert_int_not_equal(
		site_import(DEVICE_OPENWRT, "home", &source, 1, &options, &site, &err),
		0);
	assert_non_null(strstr(err.text, "did you mean '19.07'?"));
}

static void no_generator_writes_aggressive_mode(void **state)
{
	(void)state;
	for (const char *const *name = openwrt_firmwares(); *name; name++) {
		_cleanup_site_ struct site *site = render(*name, ARTICLE(PSK));

		assert_int_equal(site->tunnels.items[0].mode, EXCHANGE_MAIN);
		assert_remark(site, REMARK_IGNORED, "never writes aggressive=yes");
	}
}

static void the_articles_missing_auth_drops_it_everywhere(void **state)
{
	(void)state;
	for (const char *const *name = openwrt_firmwares(); *name; name++) {
		_cleanup_site_ struct site *site = render(*name, ARTICLE(""));

		/* 21.02 only warns, and strongSwan's own method is another one. */
		assert_int_equal(site->tunnels.items[0].is_disabled,
				 strcmp(*name, "21.02") != 0);
		assert_int_not_equal(site->tunnels.items[0].auth, AUTH_PSK);
		assert_remark(site, REMARK_INVALID,
			      "needs option authentication_method 'psk'");
	}
}

static void group_2_is_no_word_of_strongswan(void **state)
{
	_cleanup_site_ struct site *site = render("wiki", ARTICLE(PSK));
	const struct tunnel *tunnel = &site->tunnels.items[0];

	(void)state;
	assert_false(tunnel->is_disabled);
	assert_int_equal(tunnel->version, 1);
	assert_null(tunnel->proposals.items[0].dh.items[0].alg);
	assert_string_equal(tunnel->proposals.items[0].dh.items[0].word, "2");
	assert_null(tunnel->children.items[0].proposals.items[0].dh.items[0].alg);
	assert_remark(site, REMARK_INVALID, "did you mean 'modp1024'?");
}

static void ipsec_init_knows_nothing_of_the_old_schema(void **state)
{
	static const char *const firmwares[] = { "19.07", "24.10-ipsec", "24.10",
						 "25.12" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(firmwares); i++) {
		_cleanup_site_ struct site *site = render(firmwares[i], ARTICLE(PSK));
		const struct tunnel *tunnel = &site->tunnels.items[0];

		assert_int_equal(tunnel->version, 2);
		assert_int_equal(tunnel->proposals.count, 0);
		assert_true(tunnel->has_default_proposals);
		assert_remark(site, REMARK_IGNORED, "p1_proposal 'p1' is not read");
	}
}

static void technicolor_speaks_ikev2_and_needs_an_interface(void **state)
{
	_cleanup_site_ struct site *idle = render("technicolor", ARTICLE(PSK));
	_cleanup_site_ struct site *site =
		render("technicolor", ARTICLE(PSK) "config ipsec\n list interface wan\n");

	(void)state;
	assert_true(idle->tunnels.items[0].is_disabled);
	assert_false(site->tunnels.items[0].is_disabled);
	assert_int_equal(site->tunnels.items[0].version, 2);
}

static void starter_offers_its_own_behind_the_written(void **state)
{
	_cleanup_site_ struct site *site = render("19.07", MODERN("", ""));
	_cleanup_site_ struct site *forced =
		render("19.07", MODERN(" option force_crypto_proposal 1\n", ""));
	_cleanup_site_ struct site *swanctl = render("24.10", MODERN("", ""));

	(void)state;
	assert_true(site->tunnels.items[0].has_default_proposals);
	assert_int_equal(site->tunnels.items[0].proposals.count, 1);
	assert_false(forced->tunnels.items[0].has_default_proposals);
	assert_false(swanctl->tunnels.items[0].has_default_proposals);
}

static void keys_are_mangled_as_measured(void **state)
{
	static const struct {
		const char *firmware, *written, *used;
	} cases[] = {
		{ "24.10", "abc#def", "abc" },
		{ "24.10", "a  b", "a b" },
		{ "24.10", "a\"b", "ab" },
		{ "24.10", "0x616263", "abc" },
		{ "24.10", "0sYWJj", "abc" },
		{ "24.10", "0sYWI=", "ab" },
		{ "24.10", "a= , ; $ % & {", "a= , ; $ % & {" },
		{ "19.07", "abc#def", "abc#def" },
		{ "19.07", "0x616263", "0x616263" },
		{ "19.07", "ab\"cd", "ab" },
		{ "wiki", "a b", "a b" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_(arena_freep) struct arena *arena = arena_new();
		_cleanup_site_ struct site *site = render(
			cases[i].firmware,
			arena_printf(arena, MODERN(" option pre_shared_key '%s'\n", ""),
				     cases[i].written));
		const struct secret *psk = &site->tunnels.items[0].psk;

		assert_int_equal(psk->length, strlen(cases[i].used));
		assert_memory_equal(psk->bytes, cases[i].used, psk->length);
		assert_int_equal(
			test_has_remark(site, REMARK_INVALID, 0, "writes the key"),
			strcmp(cases[i].written, cases[i].used) != 0);
		vec_foreach (remark, &site->remarks)
			assert_null(strstr(remark->text, cases[i].written));
	}
}

static void a_brace_in_the_key_breaks_the_whole_file(void **state)
{
	_cleanup_site_ struct site *site =
		render("23.05", MODERN(" option pre_shared_key 'a}b'\n", ""));
	_cleanup_site_ struct site *starter =
		render("19.07", MODERN(" option pre_shared_key 'a}b'\n", ""));

	(void)state;
	assert_true(site->tunnels.items[0].is_disabled);
	assert_remark(site, REMARK_INVALID, "no connection is loaded at all");
	assert_false(starter->tunnels.items[0].is_disabled);
}

static void of_a_list_of_subnets_the_first_counts_before_24_10(void **state)
{
	static const char text[] = MODERN("", " list local_subnet 10.0.0.0/24\n"
					      " list local_subnet 10.1.0.0/24\n"
					      " list remote_subnet 10.9.0.0/24\n");
	static const char commas[] = MODERN("", " option local_subnet "
						"'10.0.0.0/24,10.1.0.0/24'\n"
						" option remote_subnet 10.9.0.0/24\n");
	static const struct {
		const char *firmware, *text;
		bool is_lost;
	} cases[] = {
		{ "19.07", text, true },	{ "23.05-ipsec", text, true },
		{ "24.10-ipsec", text, false }, { "24.10", text, false },
		{ "19.07", commas, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_site_ struct site *site =
			render(cases[i].firmware, cases[i].text);
		const struct child *child = &site->tunnels.items[0].children.items[0];

		assert_int_equal(
			test_has_remark(site, REMARK_INVALID, 0, "reads only the first"),
			cases[i].is_lost);
		assert_int_equal(child->selectors.count, cases[i].is_lost ? 1 : 2);
		assert_int_equal(child->selectors.items[0].local.addr.family, AF_INET);
	}
}

static void ikev1_negotiates_only_the_first_pair(void **state)
{
	static const char text[] = MODERN(" option keyexchange ikev1\n",
					  " list local_subnet 10.0.0.0/24\n"
					  " list remote_subnet 10.1.0.0/24\n"
					  " list remote_subnet 10.2.0.0/24\n");
	_cleanup_site_ struct site *site = render("24.10", text);

	(void)state;
	assert_int_equal(site->tunnels.items[0].version, 1);
	assert_true(site->tunnels.items[0].children.items[0].is_one_sa);
	assert_remark(site, REMARK_INVALID, "negotiates only the first one");
}

/* ipsec.init reads keyexchange in the tunnel, swanctl.init in the remote. */
static void keyexchange_is_read_where_each_script_looks(void **state)
{
	_cleanup_site_ struct site *a =
		render("19.07", MODERN("", " option keyexchange ikev1\n"));
	_cleanup_site_ struct site *b =
		render("19.07", MODERN(" option keyexchange ikev1\n", ""));
	_cleanup_site_ struct site *c =
		render("24.10", MODERN("", " option keyexchange ikev1\n"));
	_cleanup_site_ struct site *d =
		render("24.10", MODERN(" option keyexchange ike\n", ""));

	(void)state;
	assert_int_equal(a->tunnels.items[0].version, 1);
	assert_int_equal(b->tunnels.items[0].version, 2);
	assert_remark(b, REMARK_IGNORED, "'keyexchange' is not read by ipsec.init 19.07");
	assert_int_equal(c->tunnels.items[0].version, 2);
	assert_int_equal(d->tunnels.items[0].version, 0);
}

static void one_child_without_dpd_switches_it_off(void **state)
{
	_cleanup_site_ struct site *off =
		render("24.10", MODERN(" list tunnel u\n", " option dpdaction restart\n"
							   "config tunnel u\n"));
	_cleanup_site_ struct site *on =
		render("24.10", MODERN("", " option dpdaction restart\n"));

	(void)state;
	assert_true(off->tunnels.items[0].dpd_delay_s.is_set);
	assert_int_equal(off->tunnels.items[0].dpd_delay_s.n, 0);
	assert_int_equal(on->tunnels.items[0].dpd_delay_s.n, 30);
}

static void a_hash_beside_an_aead_stops_swanctl_init(void **state)
{
	static const char text[] =
		"config remote b\n option enabled 1\n option gateway 1.2.3.4\n"
		" option authentication_method psk\n option pre_shared_key k\n"
		" list crypto_proposal c\n list tunnel t\n"
		"config crypto_proposal c\n option encryption_algorithm aes256gcm128\n"
		" option hash_algorithm sha256\n option dh_group modp2048\n"
		"config tunnel t\n list crypto_proposal c\n";
	_cleanup_site_ struct site *site = render("23.05", text);

	(void)state;
	assert_true(site->tunnels.items[0].is_disabled);
	assert_remark(site, REMARK_INVALID, "Can't have sha256 with aes256gcm128");
}

static void the_new_names_of_master_are_read(void **state)
{
	static const char text[] =
		"config remote b\n option enabled 1\n list remote_addrs 1.2.3.4\n"
		" option authentication_method psk\n option pre_shared_key k\n"
		" list child t\nconfig child t\n option mode tunnel\n"
		" list local_subnet 10.0.0.0/24\n list remote_subnet 10.1.0.0/24\n";
	_cleanup_site_ struct site *site = render("pr30504", text);
	_cleanup_site_ struct site *master = render("master", text);
	_cleanup_site_ struct site *old = render("25.12", text);

	(void)state;
	assert_int_equal(site->tunnels.items[0].remotes.count, 1);
	assert_int_equal(site->tunnels.items[0].children.count, 1);
	assert_int_equal(master->tunnels.items[0].remotes.count, 1);
	assert_int_equal(master->tunnels.items[0].children.count, 0);
	assert_int_equal(old->tunnels.items[0].remotes.count, 0);
	assert_int_equal(old->tunnels.items[0].children.count, 0);
	assert_remark(old, REMARK_IGNORED, "'child' is not read by swanctl.init 25.12");
}

static void lifetimes_are_those_of_each_script(void **state)
{
	static const char text[] =
		MODERN(" option rekeytime 2h\n",
		       " option ikelifetime 8h\n option lifetime 40m\n");
	_cleanup_site_ struct site *starter = render("19.07", text);
	_cleanup_site_ struct site *swanctl = render("24.10", text);

	(void)state;
	assert_int_equal(starter->tunnels.items[0].lifetime_s.n, 8 * 3600);
	assert_int_equal(starter->tunnels.items[0].children.items[0].lifetime_s.n, 2400);
	assert_int_equal(starter->tunnels.items[0].children.items[0].rekey_s.n,
			 2400 - 540);
	assert_int_equal(swanctl->tunnels.items[0].lifetime_s.n, 7920);
	assert_int_equal(swanctl->tunnels.items[0].children.items[0].lifetime_s.n, 2400);
}

static void what_a_script_reads_is_not_called_unread(void **state)
{
	static const char text[] = MODERN("", " option local_leftip 5.6.7.8\n"
					      " option reqid 7\n option priority 3\n");
	_cleanup_site_ struct site *a = render("18.06", text);
	_cleanup_site_ struct site *b = render("22.03-ipsec", text);
	_cleanup_site_ struct site *c = render("22.03", text);

	(void)state;
	assert_remark(a, REMARK_IGNORED,
		      "'local_leftip' is not read by ipsec.init 18.06");
	assert_int_equal(a->tunnels.items[0].local.kind, ENDPOINT_ANY);
	assert_int_equal(b->tunnels.items[0].local.kind, ENDPOINT_ADDRESS);
	assert_remark(b, REMARK_IGNORED, "'reqid' has no part in a rehearsal");
	assert_remark(b, REMARK_IGNORED, "'priority' is not read by ipsec.init 22.03");
	assert_remark(c, REMARK_IGNORED, "'reqid' is not read by swanctl.init 22.03");
	assert_remark(c, REMARK_NOT_REHEARSED, "'priority' is not rehearsed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_firmware_can_be_named),
		cmocka_unit_test(a_patch_level_is_its_release),
		cmocka_unit_test(tries_are_the_tunnels_or_the_remotes_by_script),
		cmocka_unit_test(an_unknown_firmware_is_refused),
		cmocka_unit_test(no_generator_writes_aggressive_mode),
		cmocka_unit_test(the_articles_missing_auth_drops_it_everywhere),
		cmocka_unit_test(group_2_is_no_word_of_strongswan),
		cmocka_unit_test(ipsec_init_knows_nothing_of_the_old_schema),
		cmocka_unit_test(technicolor_speaks_ikev2_and_needs_an_interface),
		cmocka_unit_test(starter_offers_its_own_behind_the_written),
		cmocka_unit_test(keys_are_mangled_as_measured),
		cmocka_unit_test(a_brace_in_the_key_breaks_the_whole_file),
		cmocka_unit_test(of_a_list_of_subnets_the_first_counts_before_24_10),
		cmocka_unit_test(ikev1_negotiates_only_the_first_pair),
		cmocka_unit_test(keyexchange_is_read_where_each_script_looks),
		cmocka_unit_test(one_child_without_dpd_switches_it_off),
		cmocka_unit_test(a_hash_beside_an_aead_stops_swanctl_init),
		cmocka_unit_test(the_new_names_of_master_are_read),
		cmocka_unit_test(what_a_script_reads_is_not_called_unread),
		cmocka_unit_test(lifetimes_are_those_of_each_script),
	};

	return cmocka_run_group_tests_name("import/openwrt_rendered", tests, NULL, NULL);
}
