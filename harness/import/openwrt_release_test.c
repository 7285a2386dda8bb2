// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * openwrt_release_test.c - claims: a release reads what its scripts read, and no more
 *
 * The numbers are those of openwrt-scripts.md, where each kind was measured.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "import/openwrt.h"
#include "import/test_import.h"

#define _cleanup_site_ _cleanup_(site_freep)

/* REMOTE and TUNNEL are further lines of the two sections. */
#define FILE_OF(remote, tunnel)                                           \
	"config ipsec\n"                                                  \
	"config remote b\n option enabled 1\n option gateway 192.0.2.2\n" \
	" option authentication_method psk\n option pre_shared_key key\n" \
	" list crypto_proposal c\n list tunnel t\n" remote                \
	"config crypto_proposal c\n option encryption_algorithm aes256\n" \
	" option hash_algorithm sha256\n option dh_group modp2048\n"      \
	"config tunnel t\n list crypto_proposal c\n" tunnel

#define NETS " list local_subnet 10.1.0.0/24\n list remote_subnet 10.2.0.0/24\n"

static struct site *read_files(const char *firmware, const struct import_source *given,
			       size_t count)
{
	const struct import_options options = import_options_of(firmware);
	struct import_source sources[4];
	struct site *site = NULL;
	struct err err = { 0 };

	for (size_t i = 0; i < count; i++) {
		sources[i] = given[i];
		sources[i].length = strlen(given[i].bytes);
	}
	if (site_import(DEVICE_OPENWRT, "home", sources, count, &options, &site, &err))
		fail_msg("%s", err.text);
	return site;
}

static struct site *read_as(const char *firmware, const char *text)
{
	return read_files(firmware,
			  &(struct import_source){ "etc/config/ipsec", text, 0 }, 1);
}

/* ------------------------------------------------------------ the sixteen kinds */

static void what_stops_a_release_is_named(void **state)
{
	static const struct {
		const char *firmware, *text;
		bool is_loaded;
		const char *remark;
	} cases[] = {
		/* 1 */
		{ "21.02", FILE_OF("", NETS), false, "never closes the section" },
		{ "22.03", FILE_OF("", NETS), true, NULL },
		/* 2 */
		{ "master", FILE_OF("", NETS), true, "'gateway' is not read by" },
		/* 5 */
		{ "23.05", FILE_OF("", NETS " option startaction ignore\n"), false,
		  "start condition 'ignore' is unknown" },
		{ "23.05", FILE_OF("", NETS " option startaction restart\n"), false,
		  "'restart' is unknown" },
		{ "24.10", FILE_OF("", NETS " option dpdaction off\n"), false,
		  "dpdaction 'off' is unknown" },
		{ "24.10", FILE_OF("", NETS " option closeaction off\n"), false,
		  "closeaction 'off' is unknown" },
		{ "24.10", FILE_OF(" option fragmentation off\n", NETS), false,
		  "fragmentation 'off'" },
		{ "24.10", FILE_OF("", NETS " option hw_offload maybe\n"), false,
		  "hw_offload 'maybe'" },
		{ "24.10", FILE_OF(" option authentication_method rsasig\n", NETS), false,
		  "no authentication_method 'rsasig'" },
		{ "24.10",
		  FILE_OF(" option authentication_method pre_shared_key\n", NETS), false,
		  "no authentication_method 'pre_shared_key'" },
		{ "23.05", FILE_OF(" option authentication_method eap-mschapv2\n", NETS),
		  false, "no authentication_method 'eap-mschapv2'" },
		{ "24.10", FILE_OF(" option authentication_method eap-mschapv2\n", NETS),
		  true, NULL },
		{ "25.12", FILE_OF(" option authentication_method eap-tls\n", NETS),
		  false, "no authentication_method 'eap-tls'" },
		{ "master", FILE_OF(" option authentication_method eap-tls\n", NETS),
		  true, NULL },
		{ "24.10", FILE_OF(" option firewall yes\n", NETS), true,
		  "is not read in a remote" },
		/* 6 */
		{ "19.07", FILE_OF("", NETS " option mode trap\n"), false,
		  "'trap' is no word of starter's" },
		{ "19.07", FILE_OF("", NETS " option mode Start\n"), false,
		  "'Start' is no word of starter's" },
		{ "19.07", FILE_OF("", NETS " option dpdaction start\n"), false,
		  "dpdaction 'start' is no word" },
		{ "19.07", FILE_OF("", NETS " option mode ignore\n"), false,
		  "not to load it" },
		{ "19.07", FILE_OF("", NETS " option mode start\n"), true, NULL },
		/* 9 */
		{ "23.05", FILE_OF(" option pre_shared_key 'a\"b'\n", NETS), false,
		  "begins a string that never ends" },
		{ "23.05", FILE_OF(" option local_identifier 'a\"b'\n", NETS), false,
		  "breaks the file" },
		{ "23.05", FILE_OF(" option local_identifier 'a}b'\n", NETS), false,
		  "'}' in an identity" },
		{ "23.05", FILE_OF(" option local_identifier '\303\244'\n", NETS), false,
		  "not ASCII" },
		{ "19.07", FILE_OF(" option local_identifier 'CN=a'\n", NETS), false,
		  "'=' in an identity" },
		{ "23.05", FILE_OF(" option local_identifier 'CN=a'\n", NETS), true,
		  NULL },
		/* 12 */
		{ "19.07",
		  "config remote b\n option enabled 1\n option gateway 192.0.2.2\n"
		  " option authentication_method psk\n"
		  " option pre_shared_key key\n list tunnel t\n"
		  "config tunnel t\n" NETS,
		  false, "no section `config ipsec`" },
		/* 13 */
		{ "wiki", FILE_OF("", NETS), false, "'esp=--'" },
		/* 16 */
		{ "23.05", FILE_OF("", NETS " option rekeytime 1h30m\n"), false,
		  "'1h30m' is no time" },
		{ "23.05", FILE_OF(" option keyingtries many\n", NETS), false,
		  "'many' is no number" },
		{ "23.05", FILE_OF(" list tunnel 'a,b'\n", NETS), false, "comma" },
		{ "23.05", FILE_OF("", " list local_subnet %dynamic\n"), false,
		  "'%dynamic' is no traffic selector" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_site_ struct site *site =
			read_as(cases[i].firmware, cases[i].text);

		if (site->tunnels.items[0].is_disabled == cases[i].is_loaded)
			fail_msg("case %zu (%s): %s", i, cases[i].firmware,
				 cases[i].is_loaded ? "not loaded" : "loaded");
		if (cases[i].remark && !test_remark_find(site, cases[i].remark))
			fail_msg("case %zu: nobody says '%s'", i, cases[i].remark);
	}
}

/* 3 */
static void an_option_is_not_seen_where_a_list_is_walked(void **state)
{
	static const char nets[] = FILE_OF("", " option local_subnet 10.1.0.0/24\n"
					       " option remote_subnet 10.2.0.0/24\n");
	_cleanup_site_ struct site *swanctl = read_as("23.05", nets);
	_cleanup_site_ struct site *starter = read_as("19.07", nets);
	static const char tunnel[] =
		"config ipsec\nconfig remote b\n option enabled 1\n"
		" option authentication_method psk\n option pre_shared_key k\n"
		" option tunnel t\nconfig tunnel t\n" NETS;

	(void)state;
	assert_int_equal(swanctl->tunnels.items[0].children.items[0].selectors.count, 0);
	assert_int_equal(starter->tunnels.items[0].children.items[0].selectors.count, 1);
	for (const char *const *name = openwrt_firmwares(); *name; name++) {
		_cleanup_site_ struct site *site = read_as(*name, tunnel);

		assert_int_equal(site->tunnels.items[0].children.count, 0);
		assert_true(site->tunnels.items[0].is_disabled);
	}
}

/* 4 */
static void without_local_identifier_the_last_key_is_everybodys(void **state)
{
	static const char text[] =
		FILE_OF("", NETS) "config remote c\n option enabled 1\n"
				  " option gateway 192.0.2.3\n"
				  " option authentication_method psk\n"
				  " option pre_shared_key other\n list tunnel t\n";
	_cleanup_site_ struct site *swanctl = read_as("23.05", text);
	_cleanup_site_ struct site *starter = read_as("19.07", text);

	(void)state;
	assert_int_equal(swanctl->tunnels.items[0].psk.length, 5);
	assert_int_equal(starter->tunnels.items[0].psk.length, 3);
	assert_non_null(test_remark_find(swanctl, "the last one written, that of 'c'"));
}

/* 8 */
static void a_name_without_its_section_is_a_child_of_defaults(void **state)
{
	_cleanup_site_ struct site *site =
		read_as("23.05", FILE_OF(" list tunnel missing\n", NETS));
	const struct child *child = &site->tunnels.items[0].children.items[1];

	(void)state;
	assert_int_equal(site->tunnels.items[0].children.count, 2);
	assert_int_equal(child->selectors.count, 0);
	assert_int_equal(child->start, START_ON_TRAFFIC);
}

/* 10 */
static void options_count_from_their_release_on(void **state)
{
	static const char text[] =
		FILE_OF(" option encap 1\n option local_ip 192.0.2.1\n", NETS);
	static const struct {
		const char *firmware;
		bool has_encap, has_local;
	} cases[] = {
		{ "22.03", false, true },  { "24.10", false, true },
		{ "25.12", true, true },   { "master", true, false },
		{ "19.07", false, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_site_ struct site *site = read_as(cases[i].firmware, text);
		const struct tunnel *tunnel = &site->tunnels.items[0];

		assert_int_equal(tunnel->nat_t == NAT_T_FORCED, cases[i].has_encap);
		assert_int_equal(tunnel->local.kind == ENDPOINT_ADDRESS,
				 cases[i].has_local);
	}
}

/* 11 */
static void an_interface_that_is_not_there_is_waited_for(void **state)
{
	static const char network[] = "config interface wan\n option proto dhcp\n"
				      "config interface wan6\n option proto dhcpv6\n";
	static const struct {
		const char *name;
		bool is_loaded, is_unproven;
	} cases[] = { { "wan", true, false },
		      { "wan6", true, true },
		      { "wlan", false, false } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *text =
			test_change(FILE_OF("", NETS), "config ipsec\n",
				    "config ipsec\n list interface NAME\n");
		_cleanup_free_ char *named = test_change(text, "NAME", cases[i].name);
		const struct import_source sources[] = {
			{ "etc/config/ipsec", named, 0 },
			{ "etc/config/network", network, 0 },
		};
		_cleanup_site_ struct site *site = read_files("23.05", sources, 2);

		assert_int_equal(!site->tunnels.items[0].is_disabled, cases[i].is_loaded);
		assert_int_equal(test_remark_find(site, "list interface") != NULL,
				 cases[i].is_unproven);
	}
}

/* 14 */
static void ipsec_init_makes_a_connection_of_each_section(void **state)
{
	static const char text[] =
		FILE_OF(" list tunnel u\n", NETS " option keyexchange ikev1\n") //
		"config tunnel u\n" NETS " option keyexchange ikev2\n";
	_cleanup_site_ struct site *starter = read_as("19.07", text);
	_cleanup_site_ struct site *swanctl = read_as("23.05", text);

	(void)state;
	assert_int_equal(starter->tunnels.count, 2);
	assert_int_equal(starter->tunnels.items[0].version, 1);
	assert_int_equal(starter->tunnels.items[1].version, 2);
	assert_string_equal(starter->tunnels.items[1].name, "b-u");
	assert_int_equal(swanctl->tunnels.count, 1);
}

/* 15 */
static void words_are_put_together_before_they_are_read(void **state)
{
	static const struct {
		const char *word;
		size_t proposals, ciphers;
		bool is_known;
	} cases[] = {
		{ "aes256", 1, 1, true },
		{ "AES256", 1, 1, false },
		{ "aes128-aes256", 1, 2, true },
		{ "aes128,aes256", 2, 1, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *text =
			test_change(FILE_OF("", NETS), "aes256", cases[i].word);
		_cleanup_site_ struct site *site = read_as("23.05", text);
		const struct tunnel *tunnel = &site->tunnels.items[0];

		assert_int_equal(tunnel->proposals.count, cases[i].proposals);
		assert_int_equal(tunnel->proposals.items[0].encr.count, cases[i].ciphers);
		assert_int_equal(tunnel->proposals.items[0].encr.items[0].alg != NULL,
				 cases[i].is_known);
	}
}

/* 16 */
static void odd_networks_are_what_strongswan_makes_of_them(void **state)
{
	_cleanup_site_ struct site *mask =
		read_as("23.05", FILE_OF("", " list local_subnet 10.1.0.0/255.255.255.0\n"
					     " list remote_subnet 10.2.0.0/33\n"));
	_cleanup_site_ struct site *port =
		read_as("23.05", FILE_OF("", " list local_subnet 10.1.0.0/24[tcp/80]\n"
					     " list remote_subnet 10.2.0.0/24\n"));
	const struct selector *selector =
		&mask->tunnels.items[0].children.items[0].selectors.items[0];

	(void)state;
	ASSERT_PREFIX(selector->local, "10.1.0.0/32");
	ASSERT_PREFIX(selector->remote, "10.2.0.0/32");
	assert_false(port->tunnels.items[0].is_disabled);
	assert_true(
		test_has_remark(port, REMARK_NOT_REHEARSED, 0, "10.1.0.0/24[tcp/80]"));
}

/* ------------------------------------------------------------ which release */

static void names_that_people_write_are_known(void **state)
{
	static const struct {
		const char *written, *known;
	} cases[] = {
		{ "15.05", "wiki" },
		{ "17.01.7", "wiki" },
		{ "SNAPSHOT", "master" },
		{ "v23.05.3", "23.05" },
		{ "OpenWrt 23.05.3", "23.05" },
		{ "OpenWrt 19.07.7 r11306-c4a6851c72", "19.07" },
		{ "23.05-SNAPSHOT", "23.05" },
		{ "24.10.0-rc2", "24.10" },
		{ "25.12-ipsec", "25.12-ipsec" },
		{ "21.02-swanctl", "21.02" },
		{ "22.03.5-ipsec", "22.03-ipsec" },
		{ "master-ipsec", "master-ipsec" },
		{ "Chaos Calmer", "wiki" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_site_ struct site *site =
			read_as(cases[i].written, FILE_OF("", NETS));

		assert_string_equal(site->firmware, cases[i].known);
	}
}

static void the_files_say_which_release_they_are_of(void **state)
{
	static const char article[] =
		"config ipsec\nconfig remote b\n option enabled 1\n list p1_proposal p\n"
		"config p1_proposal p\n option encryption_algorithm aes128\n";
	static const char starter[] = FILE_OF("", NETS " option mode start\n");
	static const char child[] = FILE_OF(" list child u\n", NETS) "config child u\n";
	static const struct {
		const char *known;
		struct import_source sources[2];
		size_t count;
	} cases[] = {
		{ "wiki", { { "etc/config/ipsec", article, 0 } }, 1 },
		{ "25.12", { { "etc/config/ipsec", FILE_OF("", NETS), 0 } }, 1 },
		{ "25.12-ipsec", { { "etc/config/ipsec", starter, 0 } }, 1 },
		{ "pr30504", { { "etc/config/ipsec", child, 0 } }, 1 },
		{ "master",
		  { { "etc/config/ipsec", FILE_OF(" list remote_addrs 192.0.2.2\n", NETS),
		      0 } },
		  1 },
		{ "21.02-ipsec",
		  { { "etc/config/ipsec", starter, 0 },
		    { "etc/config/network", "config interface wan\n option ifname eth1\n",
		      0 } },
		  2 },
		{ "19.07",
		  { { "etc/config/ipsec", FILE_OF("", NETS), 0 },
		    { "etc/openwrt_release", "DISTRIB_RELEASE='19.07.7'\n", 0 } },
		  2 },
		{ "23.05-ipsec",
		  { { "etc/config/ipsec", starter, 0 },
		    { "etc/openwrt_release", "DISTRIB_RELEASE='23.05.3'\n", 0 } },
		  2 },
		/* A release that breaks every key's file is none of a working router. */
		{ "19.07",
		  { { "etc/config/ipsec", FILE_OF("", NETS), 0 },
		    { "etc/firewall.user", "iptables -A input_rule -j ACCEPT\n", 0 } },
		  2 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_site_ struct site *site =
			read_files(NULL, cases[i].sources, cases[i].count);

		if (strcmp(site->firmware, cases[i].known) != 0)
			fail_msg("case %zu: %s", i, site->firmware);
		assert_true(test_has_remark(site, REMARK_ASSUMED, 0, "is assumed"));
	}
}

static void of_two_that_fit_the_newest_is_taken_and_said(void **state)
{
	_cleanup_site_ struct site *site = read_as(NULL, FILE_OF("", NETS));

	(void)state;
	assert_string_equal(site->firmware, "25.12");
	assert_non_null(test_remark_find(site, "its files fit 24.10, 23.05"));
	assert_string_equal(site->also_fits.items[0], "24.10");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_stops_a_release_is_named),
		cmocka_unit_test(an_option_is_not_seen_where_a_list_is_walked),
		cmocka_unit_test(without_local_identifier_the_last_key_is_everybodys),
		cmocka_unit_test(a_name_without_its_section_is_a_child_of_defaults),
		cmocka_unit_test(options_count_from_their_release_on),
		cmocka_unit_test(an_interface_that_is_not_there_is_waited_for),
		cmocka_unit_test(ipsec_init_makes_a_connection_of_each_section),
		cmocka_unit_test(words_are_put_together_before_they_are_read),
		cmocka_unit_test(odd_networks_are_what_strongswan_makes_of_them),
		cmocka_unit_test(names_that_people_write_are_known),
		cmocka_unit_test(the_files_say_which_release_they_are_of),
		cmocka_unit_test(of_two_that_fit_the_newest_is_taken_and_said),
	};

	return cmocka_run_group_tests_name("import/openwrt_release", tests, NULL, NULL);
}
