// SPDX-License-Identifier: GPL-2.0-or-later
/* settle_test.c - claims: which end is left, and which tunnel is to whom, both files say */
#include "base/str.h"
#include "import/settle.h"
#include "import/test_import.h"

static const struct inet_addr nowhere[2];

static struct site *import(enum device_kind kind, const char *name, const char *text)
{
	const struct import_source source = { name, text, strlen(text) };
	struct site *site = NULL;
	struct err err = { 0 };

	if (site_import(kind, "site", &source, 1, NULL, &site, &err))
		fail_msg("%s", err.text);
	return site;
}

static struct inet_addr addr(const char *text)
{
	struct inet_addr parsed;

	assert_int_equal(inet_addr_parse(text, &parsed), 0);
	return parsed;
}

#define CONF(more)                                                                       \
	"conn ns\n authby=psk\n left=192.0.2.11\n leftsubnet=10.11.0.0/24\n leftid=@a\n" \
	" right=192.0.2.22\n rightsubnet=10.22.0.0/24\n auto=route\n" more
#define SWANCTL                                                                         \
	"connections { far {\n local_addrs = 192.0.2.11\n remote_addrs = 192.0.2.22\n"  \
	" local { auth = psk\n id = a\n }\n remote { auth = psk\n }\n children { n {\n" \
	" local_ts = 10.11.0.0/24\n remote_ts = 10.22.0.0/24\n } } } }\n"

static void assert_is(const struct site *site, const char *own, const char *peer,
		      const char *network)
{
	const struct tunnel *tunnel = &site->tunnels.items[0];

	assert_string_equal(inet_addr_text(&tunnel->local.addr).s, own);
	assert_string_equal(inet_addr_text(&tunnel->remotes.items[0].addr).s, peer);
	ASSERT_PREFIX(tunnel->children.items[0].selectors.items[0].local, network);
	ASSERT_PREFIX(site_interface_find(site, "lan")->addresses.items[0].prefix,
		      network);
	assert_string_equal(
		inet_addr_text(&site_wan(site)->addresses.items[0].prefix.addr).s, own);
}

static void of_two_identical_files_one_has_right_as_its_own_end(void **state)
{
	_cleanup_(site_freep) struct site *a =
		import(DEVICE_STRONGSWAN, "ipsec.conf", CONF(""));
	_cleanup_(site_freep) struct site *b =
		import(DEVICE_STRONGSWAN, "ipsec.conf", CONF(""));

	(void)state;
	import_settle((struct site *const[2]){ a, b }, nowhere);
	assert_is(a, "192.0.2.22", "192.0.2.11", "10.22.0.0/24");
	assert_is(b, "192.0.2.11", "192.0.2.22", "10.11.0.0/24");
	assert_true(str_equal(a->tunnels.items[0].remote_id.value, "a"));
	assert_true(str_equal(b->tunnels.items[0].local_id.value, "a"));
}

static void what_the_provider_gives_says_which_of_the_two(void **state)
{
	_cleanup_(site_freep) struct site *a =
		import(DEVICE_STRONGSWAN, "ipsec.conf", CONF(""));
	_cleanup_(site_freep) struct site *b =
		import(DEVICE_STRONGSWAN, "ipsec.conf", CONF(""));
	const struct inet_addr wans[2] = { addr("192.0.2.11"), { 0 } };

	(void)state;
	import_settle((struct site *const[2]){ a, b }, wans);
	assert_is(a, "192.0.2.11", "192.0.2.22", "10.11.0.0/24");
	assert_is(b, "192.0.2.22", "192.0.2.11", "10.22.0.0/24");
}

static void the_peers_file_says_that_right_is_local(void **state)
{
	_cleanup_(site_freep) struct site *near =
		import(DEVICE_STRONGSWAN, "ipsec.conf", CONF(""));
	_cleanup_(site_freep) struct site *far =
		import(DEVICE_STRONGSWAN, "swanctl.conf", SWANCTL);

	(void)state;
	import_settle((struct site *const[2]){ far, near }, nowhere);
	assert_is(near, "192.0.2.22", "192.0.2.11", "10.22.0.0/24");
	assert_is(far, "192.0.2.11", "192.0.2.22", "10.11.0.0/24");
	assert_true(near->tunnels.items[0].is_right_local);
}

static void ends_that_fit_stay_as_they_are(void **state)
{
	_cleanup_(site_freep) struct site *a =
		import(DEVICE_STRONGSWAN, "ipsec.conf", CONF(""));
	_cleanup_(site_freep) struct site *b = import(
		DEVICE_STRONGSWAN, "ipsec.conf",
		"conn ns\n authby=psk\n left=192.0.2.22\n leftsubnet=10.22.0.0/24\n"
		" right=192.0.2.11\n rightsubnet=10.11.0.0/24\n auto=route\n");

	(void)state;
	import_settle((struct site *const[2]){ a, b }, nowhere);
	assert_is(a, "192.0.2.11", "192.0.2.22", "10.11.0.0/24");
	assert_is(b, "192.0.2.22", "192.0.2.11", "10.22.0.0/24");
}

/* ------------------------------------------------------------ other peers */

#define BRANCH                                                               \
	"conn ns\n authby=psk\n left=192.0.2.22\n leftsubnet=10.22.0.0/24\n" \
	" right=192.0.2.11\n rightsubnet=10.11.0.0/24\n rightid=@a\n auto=route\n"

static const struct {
	const char *more; /* another conn beside the one to the branch */
	bool is_left_out;
} others[] = {
	{ "conn x\n authby=psk\n left=192.0.2.11\n right=203.0.113.9\n auto=add\n"
	  " leftsubnet=10.11.0.0/24\n rightsubnet=10.99.0.0/24\n",
	  true },
	{ "conn x\n authby=psk\n left=192.0.2.11\n right=x.example\n auto=add\n"
	  " leftsubnet=10.11.0.0/24\n rightsubnet=10.99.0.0/24\n",
	  true },
	/* To the same peer, for another network: it belongs there. */
	{ "conn x\n authby=psk\n left=192.0.2.11\n right=192.0.2.22\n auto=add\n"
	  " leftsubnet=10.11.0.0/24\n rightsubnet=10.99.0.0/24\n",
	  false },
	/* For anybody: it may be meant for the branch. */
	{ "conn x\n authby=psk\n left=192.0.2.11\n right=%any\n auto=add\n"
	  " leftsubnet=10.11.0.0/24\n rightsubnet=10.99.0.0/24\n",
	  false },
};

static void a_tunnel_to_another_peer_is_left_out_and_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		_cleanup_buf_ struct buf text = { 0 };
		_cleanup_(site_freep) struct site *hub = NULL;
		_cleanup_(site_freep) struct site *branch =
			import(DEVICE_STRONGSWAN, "ipsec.conf", BRANCH);

		buf_puts(&text, CONF(""));
		buf_puts(&text, others[i].more);
		hub = import(DEVICE_STRONGSWAN, "ipsec.conf", buf_text(&text));
		import_settle((struct site *const[2]){ hub, branch }, nowhere);
		assert_false(hub->tunnels.items[0].is_disabled);
		assert_int_equal(hub->tunnels.items[1].is_disabled,
				 others[i].is_left_out);
		assert_int_equal(
			test_has_remark(hub, REMARK_IGNORED, 9, "'x' is to another peer"),
			others[i].is_left_out);
	}
}

static void the_only_tunnel_is_never_left_out(void **state)
{
	_cleanup_(site_freep) struct site *a = import(
		DEVICE_STRONGSWAN, "ipsec.conf",
		"conn x\n authby=psk\n left=192.0.2.11\n right=203.0.113.9\n auto=add\n"
		" leftsubnet=10.11.0.0/24\n rightsubnet=10.99.0.0/24\n");
	_cleanup_(site_freep) struct site *b =
		import(DEVICE_STRONGSWAN, "ipsec.conf", BRANCH);

	(void)state;
	import_settle((struct site *const[2]){ a, b }, nowhere);
	assert_false(a->tunnels.items[0].is_disabled);
}

/* ------------------------------------------------------------ keys taken out */

static void a_key_that_was_taken_out_of_the_file_is_not_known(void **state)
{
	static const struct {
		const char *key;
		bool is_readable;
	} keys[] = {
		{ "********", false },	 { "xxxxxxxx", false },
		{ "<removed>", false },	 { "SECRET-DATA", false },
		{ "$$$$ABCDEF", false }, { "XXXXX", false },
		{ "x", true },		 { "xxxy", true },
		{ "aaaa", true },	 { "made up", true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		_cleanup_buf_ struct buf text = { 0 };
		_cleanup_(site_freep) struct site *site = NULL;

		buf_printf(&text,
			   "connections { c { remote_addrs = 1.2.3.4\n"
			   " local { auth = psk\n }\n children { n { } } } }\n"
			   "secrets { ike { secret = \"%s\"\n } }\n",
			   keys[i].key);
		site = import(DEVICE_STRONGSWAN, "swanctl.conf", buf_text(&text));
		assert_true(site->tunnels.items[0].psk.is_set);
		if (site->tunnels.items[0].psk.is_readable != keys[i].is_readable)
			fail_msg("%s", keys[i].key);
		assert_int_equal(test_has_remark(site, REMARK_ASSUMED, 0, "taken out"),
				 !keys[i].is_readable);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_two_identical_files_one_has_right_as_its_own_end),
		cmocka_unit_test(what_the_provider_gives_says_which_of_the_two),
		cmocka_unit_test(the_peers_file_says_that_right_is_local),
		cmocka_unit_test(ends_that_fit_stay_as_they_are),
		cmocka_unit_test(a_tunnel_to_another_peer_is_left_out_and_named),
		cmocka_unit_test(a_key_that_was_taken_out_of_the_file_is_not_known),
		cmocka_unit_test(the_only_tunnel_is_never_left_out),
	};

	return cmocka_run_group_tests_name("import/settle", tests, NULL, NULL);
}
