// SPDX-License-Identifier: GPL-2.0-or-later
/* strongswan_kinds_test.c - claims: strongSwan's files are read as strongSwan reads them */
#include "import/test_import.h"
#include "model/aspect.h"

static struct site *import(const char *name, const char *text)
{
	const struct import_source source = { name, text, strlen(text) };

	return test_import(DEVICE_STRONGSWAN, &source);
}

#define SWANCTL(conn, child)                                                            \
	"connections { c {\n local_addrs = 203.0.113.1\n remote_addrs = 198.51.100.1\n" \
	" local { auth = psk }\n remote { auth = psk }\n" conn " children { n {\n"      \
	" local_ts = 10.1.0.0/24\n remote_ts = 10.2.0.0/24\n" child "\n } }\n } }\n"

static void times_are_read_as_the_daemon_reads_them(void **state)
{
	static const struct {
		const char *swanctl;
		int64_t seconds;
	} rows[] = {
		{ " rekey_time = 25200 s\n", 25200 },
		{ " rekey_time = 7 h\n", 25200 },
		{ " rekey_time = 7H\n", 25200 },
		{ " rekey_time = 0x10\n", 16 },
		{ " rekey_time = 420 m\n", 25200 },
		{ " rekey_time = 25200\n", 25200 },
		{ " rekey_time = 1 D\n", 86400 },
		{ " rekey_time = 7 hours\n", 14400 },
		{ " rekey_time = -1\n", 14400 },
		{ " rekey_time = h\n", 14400 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_buf_ struct buf text = { 0 };
		_cleanup_(site_freep) struct site *site = NULL;

		buf_printf(&text, SWANCTL("%s", ""), rows[i].swanctl);
		site = import("swanctl.conf", buf_text(&text));
		assert_int_equal(site->tunnels.items[0].lifetime_s.n,
				 rows[i].seconds + rows[i].seconds / 10);
	}
}

static void starter_takes_no_blank_before_the_unit(void **state)
{
	_cleanup_(site_freep) struct site *site =
		import("ipsec.conf", "conn c\n right=1.2.3.4\n ikelifetime=7200 s\n"
				     " lifetime=2h\n auto=add\n");

	(void)state;
	assert_true(test_has_remark(site, REMARK_INVALID, 3, "is no time"));
	assert_int_equal(site->tunnels.items[0].children.items[0].lifetime_s.n, 7200);
}

static void a_shunt_is_no_tunnel_in_either_language(void **state)
{
	static const char conf[] =
		"conn keep\n leftsubnet=10.1.0.0/24\n rightsubnet=10.1.0.0/24\n"
		" authby=never\n type=passthrough\n auto=route\n"
		"conn t\n right=1.2.3.4\n auto=add\n";
	static const char swanctl[] =
		"connections {\n keep {\n children { lan {\n mode = pass\n"
		" local_ts = 10.1.0.0/24\n remote_ts = 10.1.0.0/24\n"
		" start_action = trap\n } } }\n"
		" t {\n children { n { remote_ts = 10.2.0.0/24\n } } } }\n";
	_cleanup_(site_freep) struct site *a = import("ipsec.conf", conf);
	_cleanup_(site_freep) struct site *b = import("swanctl.conf", swanctl);

	(void)state;
	assert_int_equal(a->tunnels.count, 1);
	assert_string_equal(a->tunnels.items[0].name, "t");
	assert_true(test_has_remark(a, REMARK_IGNORED, 1, "'keep' is a policy"));
	assert_false(test_has_remark(a, REMARK_UNKNOWN, 0, "never"));
	assert_int_equal(b->tunnels.count, 1);
	assert_string_equal(b->tunnels.items[0].name, "t");
}

static void no_pair_goes_from_ipv4_to_ipv6(void **state)
{
	_cleanup_(site_freep) struct site *site = import(
		"swanctl.conf", SWANCTL("", " local_ts = 10.1.0.0/24,fd00:a::/64\n"
					    " remote_ts = 10.2.0.0/24,fd00:b::/64\n"));
	const struct child *child = &site->tunnels.items[0].children.items[0];

	(void)state;
	assert_int_equal(child->selectors.count, 2);
	vec_foreach (selector, &child->selectors)
		assert_int_equal(selector->local.addr.family,
				 selector->remote.addr.family);
}

static void a_word_inherited_by_also_touches_the_conn_that_takes_it(void **state)
{
	_cleanup_(site_freep) struct site *site =
		import("ipsec.conf",
		       "conn base\n mark=42\n leftupdown=/x.sh\n"
		       "conn a\n authby=psk\n also=base\n right=1.2.3.4\n auto=add\n"
		       "conn b\n authby=psk\n right=1.2.3.5\n auto=add\n");
	unsigned int of_a = 0, of_b = 0;

	(void)state;
	vec_foreach (remark, &site->remarks) {
		of_a += remark->aspects && !strcmp(remark->tunnel, "a");
		of_b += remark->aspects && !strcmp(remark->tunnel, "b");
	}
	assert_int_equal(of_a, 2);
	assert_int_equal(of_b, 0);
}

/* vici refuses a key or a value, and the connection with it; and what it takes. */
static const struct {
	const char *conn, *child;
	bool is_discarded;
	unsigned int aspects; /* not rehearsed */
} accepted[] = {
	{ "", "", false, 0 },
	{ " enabled = no\n", "", true, 0 },
	{ " version = 3\n", "", true, 0 },
	{ " mobike = maybe\n", "", true, 0 },
	{ " unique = never\n", "", false, 0 },
	{ " unique = sometimes\n", "", true, 0 },
	{ " rekey_time = a week\n", "", true, 0 },
	{ " locale {\n }\n", "", false, ASPECT_AUTH }, /* a round of its own */
	{ " extra {\n }\n", "", true, 0 },
	{ " local { auth = psk\n cert1 { file = a.pem\n }\n }\n", "", false, 0 },
	{ "", " start_action = add\n", true, 0 },
	{ "", " start_action = trap|start\n", false, 0 },
	{ "", " dpd_action = hold\n", true, 0 },
	{ "", " close_action = trap\n", false, 0 },
	{ "", " mode = tunel\n", true, 0 },
	{ "", " mode = beet\n", false, ASPECT_WAY },
	{ "", " local_ts = the LAN\n", true, 0 },
	{ "", " local_ts = 10.1.0.0-10.1.0.255\n", false, 0 },
	{ "", " local_ts = 10.1.0.5-10.1.0.9\n", false, ASPECT_SELECTORS },
	{ "", " esp_proposals = aes256-sha256-modp2048-ke1_mlkem768\n", false,
	  ASPECT_SELECTORS },
};

static void what_the_daemon_refuses_discards_the_connection(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(accepted); i++) {
		_cleanup_buf_ struct buf text = { 0 };
		_cleanup_(site_freep) struct site *site = NULL;
		bool is_discarded = false;

		buf_printf(&text, SWANCTL("%s", "%s"), accepted[i].conn,
			   accepted[i].child);
		site = import("swanctl.conf", buf_text(&text));
		vec_foreach (remark, &site->remarks)
			is_discarded |= remark->code == SAYS_DISCARDS;
		if (is_discarded != accepted[i].is_discarded)
			fail_msg("%s%s", accepted[i].conn, accepted[i].child);
		if (!accepted[i].aspects != !site_touching(site, NULL, ASPECTS_TRAFFIC) ||
		    (accepted[i].aspects &&
		     !site_touching(site, NULL, accepted[i].aspects)))
			fail_msg("%s%s touches", accepted[i].conn, accepted[i].child);
	}
}

static const struct {
	const char *line;
	bool is_discarded;
	unsigned int aspects;
} conns[] = {
	{ "", false, 0 },
	{ " unknown=key\n", false, 0 }, /* said, and left out */
	{ " KeyExchange=ikev3\n", false, 0 },
	{ " keyexchange=IKEv2\n", true, 0 },
	{ " auto=onDemand\n", true, 0 },
	{ " auto=trap\n", true, 0 },
	{ " dpdaction=start\n", true, 0 },
	{ " dpdaction=hold\n", false, 0 },
	{ " mobike=true\n", true, 0 },
	{ " ikelifetime=1 h\n", true, 0 },
	{ " type=tunel\n", true, 0 },
	{ " rightauth=pubkey\n", false, ASPECT_AUTH },
	{ " authby=never\n", false, ASPECT_AUTH },
};

static void a_conn_with_a_parsing_error_is_ignored(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(conns); i++) {
		_cleanup_buf_ struct buf text = { 0 };
		_cleanup_(site_freep) struct site *site = NULL;
		bool is_discarded = false;

		buf_printf(&text, "conn c\n right=1.2.3.4\n authby=psk\n auto=add\n%s",
			   conns[i].line);
		site = import("ipsec.conf", buf_text(&text));
		vec_foreach (remark, &site->remarks)
			is_discarded |= remark->code == SAYS_DISCARDS;
		if (is_discarded != conns[i].is_discarded)
			fail_msg("%s", conns[i].line);
		if (!conns[i].aspects != !site_touching(site, NULL, ASPECTS_TRAFFIC))
			fail_msg("%s touches", conns[i].line);
	}
}

static void two_conns_of_a_name_are_one(void **state)
{
	_cleanup_(site_freep) struct site *site =
		import("ipsec.conf", "conn c\n right=1.2.3.4\n authby=psk\n auto=add\n"
				     " rightsubnet=10.2.0.0/24\n"
				     "conn d\n right=1.2.3.5\n auto=add\n"
				     "conn c\n rightsubnet=10.9.0.0/24\n");
	const struct child *child = site->tunnels.items[0].children.items;

	(void)state;
	assert_int_equal(site->tunnels.count, 2);
	ASSERT_PREFIX(child->selectors.items[0].remote, "10.9.0.0/24");
}

/* The first line is read or not, and so is the second. */
static const struct {
	const char *first;
	bool is_read, is_second_read;
} secrets[] = {
	{ "a b : PSK \"x\"", true, true },   { ": PSK \"x\"", true, true },
	{ "  a b : PSK 'x'", true, true },   { "a b: PSK \"x\"", false, false },
	{ "a b :PSK \"x\"", false, false },  { "a b\t:\tPSK \"x\"", false, false },
	{ "a b : psk \"x\"", false, false }, { "a b : PSK \"x", false, false },
	{ ": RSA key.pem", false, true },    { "a : XAUTH \"x\"", false, true },
	{ "# a b: PSK", false, true },
};

static void a_secret_that_strongswan_does_not_read_ends_the_file(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(secrets); i++) {
		_cleanup_buf_ struct buf text = { 0 };
		struct import_source files[] = {
			{ "ipsec.conf",
			  "conn c\n right=1.2.3.4\n leftid=a\n rightid=b\n authby=psk\n"
			  " auto=add\nconn d\n right=1.2.3.5\n leftid=c\n rightid=d\n"
			  " authby=psk\n auto=add\n",
			  0 },
			{ "ipsec.secrets", NULL, 0 },
		};
		_cleanup_(site_freep) struct site *site = NULL;
		struct err err = { 0 };

		buf_printf(&text, "%s\nc d : PSK \"y\"\n", secrets[i].first);
		files[1].bytes = buf_text(&text);
		for (size_t k = 0; k < 2; k++)
			files[k].length = strlen(files[k].bytes);
		assert_int_equal(
			site_import(DEVICE_STRONGSWAN, "s", files, 2, NULL, &site, &err),
			0);
		if (site->tunnels.items[0].psk.is_set != secrets[i].is_read ||
		    (site->tunnels.items[1].psk.length == 1 &&
		     site->tunnels.items[1].psk.bytes[0] == 'y') !=
			    secrets[i].is_second_read)
			fail_msg("%s", secrets[i].first);
	}
}

static void a_range_that_is_a_network_is_that_network(void **state)
{
	_cleanup_(site_freep) struct site *site = import(
		"swanctl.conf", SWANCTL("", " local_ts = 10.1.0.0 - 10.1.1.255\n"));
	const struct child *child = &site->tunnels.items[0].children.items[0];

	(void)state;
	assert_int_equal(child->selectors.count, 1);
	ASSERT_PREFIX(child->selectors.items[0].local, "10.1.0.0/23");
}

/* stroke goes on with what is left of a list; who reads it cannot know what was meant. */
static void a_placeholder_for_a_network_is_not_passed_over(void **state)
{
	_cleanup_(site_freep) struct site *site = import(
		"ipsec.conf", "conn c\n right=1.2.3.4\n leftsubnet=__NET__/24\n"
			      " rightsubnet=10.2.0.0/24\n authby=psk\n auto=add\n");

	(void)state;
	assert_non_null(test_remark_find(site, "'__NET__/24, which is no network'"));
	assert_non_null(site_touching(site, &site->tunnels.items[0], ASPECT_SELECTORS));
}

static void a_file_of_includes_alone_names_the_file_that_is_wanted(void **state)
{
	_cleanup_(site_freep) struct site *site =
		import("ipsec.conf", "\ninclude /tmp/ipsec.d/*.conf\n");

	(void)state;
	assert_int_equal(site->tunnels.count, 0);
	assert_non_null(test_remark_find(site, "'include /tmp/ipsec.d/*.conf, no such"));
}

/* ------------------------------------------------------------ several files */

#define C                                                       \
	"c { remote_addrs = 1.2.3.4\n local { auth = psk\n }\n" \
	" remote { auth = psk\n }\n children { n { } } }\n"
#define CONN "connections { " C "}\n"

#define STARTER_CONN \
	"conn c\n right=1.2.3.4\n rightsubnet=10.2.0.0/24\n authby=psk\n auto=add\n"

static const struct {
	const char *claim;
	struct import_source files[3];
	bool is_read;
	const char *remark; /* "'…": a word that is not rehearsed */
} layouts[] = {
	{ "included from conf.d",
	  { { "etc/swanctl/swanctl.conf", "include conf.d/*.conf\n", 0 },
	    { "etc/swanctl/conf.d/a.conf", CONN, 0 } },
	  true,
	  NULL },
	{ "included by its whole path",
	  { { "swanctl/swanctl.conf", "include /etc/swanctl/conf.d/a.conf\n", 0 },
	    { "swanctl/conf.d/a.conf", CONN, 0 } },
	  true,
	  NULL },
	{ "conf.d alone", { { "conf.d/a.conf", CONN, 0 } }, true, NULL },
	{ "not included",
	  { { "swanctl.conf", "connections { }\n", 0 }, { "conf.d/a.conf", CONN, 0 } },
	  true,
	  "is not loaded: swanctl.conf does not include it" },
	{ "included and not there",
	  { { "swanctl.conf", CONN "include peers/*.conf\n", 0 } },
	  true,
	  "'include peers/*.conf, no such file is among these" },
	{ "from a folder of another name",
	  { { "swanctl.conf", CONN "include peers/*.conf\n", 0 },
	    { "conf.d/b.conf", "x { }\n", 0 } },
	  true,
	  "'include peers/*.conf, no such file" },
	{ "the package's folder, empty",
	  { { "swanctl.conf", CONN "include conf.d/*.conf\n", 0 } },
	  true,
	  "is taken for empty, as the package has it" },
	{ "an empty file says that there is nothing",
	  { { "etc/swanctl.conf", CONN "include /etc/peers/*.conf\n", 0 },
	    { "etc/peers/none.conf", "", 0 } },
	  true,
	  NULL },
	{ "into a section",
	  { { "swanctl.conf", "connections {\n include peers/*.conf # all\n}\n", 0 },
	    { "peers/c.conf", C, 0 } },
	  true,
	  NULL },
	{ "by a file that is included itself, in quotes",
	  { { "swanctl.conf", "include \"all.conf\"\n", 0 },
	    { "all.conf", "include one.conf\n", 0 },
	    { "one.conf", CONN, 0 } },
	  true,
	  NULL },
	{ "in a circle",
	  { { "swanctl.conf", CONN "include a.conf\n", 0 },
	    { "a.conf", "include swanctl.conf\n", 0 } },
	  true,
	  "'include, in a file that is included itself" },
	{ "beside, and not included",
	  { { "swanctl.conf", CONN, 0 },
	    { "old.conf", "connections { d { remote_addrs = 1.1.1.1\n } }\n", 0 } },
	  true,
	  "is not loaded: swanctl.conf does not include it" },
	{ "of Debian's ipsec.conf",
	  { { "ipsec.conf", STARTER_CONN "include /var/lib/strongswan/ipsec.conf.inc\n",
	      0 } },
	  true,
	  "is taken for empty" },
	{ "of ipsec.conf, and not there",
	  { { "ipsec.conf", "include /etc/ipsec.d/*.conf\n" STARTER_CONN, 0 } },
	  true,
	  "'include /etc/ipsec.d/*.conf, no such file" },
	{ "of ipsec.secrets, and not there",
	  { { "ipsec.conf", STARTER_CONN, 0 },
	    { "ipsec.secrets", "include /etc/ipsec.d/*.secrets\n", 0 } },
	  true,
	  "'include /etc/ipsec.d/*.secrets, no such file" },
	{ "of ipsec.secrets, from Debian",
	  { { "ipsec.conf", STARTER_CONN, 0 },
	    { "ipsec.secrets", "include /var/lib/strongswan/ipsec.secrets.inc\n", 0 } },
	  true,
	  NULL },
	{ "beside ipsec.conf, and not included",
	  { { "etc/ipsec.conf", STARTER_CONN, 0 },
	    { "etc/ipsec.d/b.conf", "conn d\n right=1.1.1.1\n auto=add\n", 0 } },
	  true,
	  "is not loaded: ipsec.conf does not include it" },
};

static void files_are_read_as_they_include_each_other(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(layouts); i++) {
		struct import_source files[3];
		_cleanup_(site_freep) struct site *site = NULL;
		struct err err = { 0 };
		size_t count = 0;
		int r;

		for (; count < 3 && layouts[i].files[count].name; count++) {
			files[count] = layouts[i].files[count];
			files[count].length = strlen(files[count].bytes);
		}
		r = site_import(DEVICE_STRONGSWAN, "s", files, count, NULL, &site, &err);
		if (layouts[i].is_read != !r)
			fail_msg("%s: %d %s", layouts[i].claim, r, err.text);
		if (r)
			continue;
		if (site->tunnels.count !=
		    (strcmp(layouts[i].claim, "not included") != 0))
			fail_msg("%s: %zu tunnels", layouts[i].claim,
				 site->tunnels.count);
		if (layouts[i].remark && !test_remark_find(site, layouts[i].remark))
			fail_msg("%s: not said", layouts[i].claim);
		if ((layouts[i].remark && layouts[i].remark[0] == '\'') !=
		    !!site_touching(site, NULL, ASPECT_AUTH))
			fail_msg("%s: unproven or not", layouts[i].claim);
	}
}

static void a_conn_inherits_from_files_that_are_included(void **state)
{
	static const char main[] = "include ipsec.d/*.conf\n"
				   "conn c\n also=peer\n auto=add\n";
	static const char other[] = "conn %default\n keyexchange=ikev1\n authby=psk\n"
				    "conn peer\n right=1.2.3.4\n mark=42\n";
	const struct import_source files[] = { { "ipsec.conf", main, strlen(main) },
					       { "ipsec.d/peer.conf", other,
						 strlen(other) } };
	_cleanup_(site_freep) struct site *site = NULL;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(site_import(DEVICE_STRONGSWAN, "s", files, 2, NULL, &site, &err),
			 0);
	assert_int_equal(site->tunnels.count, 1);
	assert_int_equal(site->tunnels.items[0].version, 1);
	assert_int_equal(site->tunnels.items[0].remotes.count, 1);
	assert_string_equal(site->tunnels.items[0].remotes.items[0].at.file,
			    "ipsec.d/peer.conf");
	assert_non_null(site_touching(site, NULL, ASPECT_WAY));
}

static void a_section_that_others_take_from_is_no_mistake(void **state)
{
	_cleanup_(site_freep) struct site *site =
		import("swanctl.conf",
		       "base { version = 2\n local { auth = psk\n } }\n"
		       "kids { esp_proposals = aes256-sha256\n start_action = trap\n }\n"
		       "connections { c : base { remote_addrs = 1.2.3.4\n"
		       " children { n : kids { remote_ts = 10.2.0.0/24\n } } } }\n"
		       "other { }\n");
	const struct tunnel *tunnel = &site->tunnels.items[0];

	(void)state;
	assert_int_equal(tunnel->version, 2);
	assert_int_equal(tunnel->auth, AUTH_PSK);
	assert_int_equal(tunnel->children.items[0].proposals.count, 1);
	assert_int_equal(tunnel->children.items[0].start, START_ON_TRAFFIC);
	assert_null(test_remark_find(site, "'base' is no section"));
	assert_null(test_remark_find(site, "'kids' is no section"));
	assert_non_null(test_remark_find(site, "'other' is no section"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_read_as_the_daemon_reads_them),
		cmocka_unit_test(starter_takes_no_blank_before_the_unit),
		cmocka_unit_test(a_shunt_is_no_tunnel_in_either_language),
		cmocka_unit_test(no_pair_goes_from_ipv4_to_ipv6),
		cmocka_unit_test(files_are_read_as_they_include_each_other),
		cmocka_unit_test(what_the_daemon_refuses_discards_the_connection),
		cmocka_unit_test(a_conn_with_a_parsing_error_is_ignored),
		cmocka_unit_test(two_conns_of_a_name_are_one),
		cmocka_unit_test(a_secret_that_strongswan_does_not_read_ends_the_file),
		cmocka_unit_test(a_range_that_is_a_network_is_that_network),
		cmocka_unit_test(a_placeholder_for_a_network_is_not_passed_over),
		cmocka_unit_test(a_file_of_includes_alone_names_the_file_that_is_wanted),
		cmocka_unit_test(a_conn_inherits_from_files_that_are_included),
		cmocka_unit_test(a_section_that_others_take_from_is_no_mistake),
		cmocka_unit_test(a_word_inherited_by_also_touches_the_conn_that_takes_it),
	};

	return cmocka_run_group_tests_name("import/strongswan_kinds", tests, NULL, NULL);
}
