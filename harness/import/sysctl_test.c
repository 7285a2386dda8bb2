// SPDX-License-Identifier: GPL-2.0-or-later
/* sysctl_test.c - claims about sysctl.conf: which line decides about forwarding */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "import/import.h"
#include "import/sysctl.h"
#include "model/aspect.h"

static void the_last_line_decides(void **state)
{
	static const struct {
		const char *text;
		bool is_set, on;
		unsigned int line;
	} cases[] = {
		{ "net.ipv4.ip_forward = 0\n", true, false, 1 },
		{ "# a comment\n-net/ipv4/ip_forward=1\n", true, true, 2 },
		{ "net.ipv4.ip_forward=1\n net.ipv4.conf.all.forwarding = 0", true, false,
		  2 },
		{ "#net.ipv4.ip_forward=1\n; net.ipv4.ip_forward=1\n", false, false, 0 },
		{ "net.ipv4.ip_forward\nnet.ipv6.conf.all.forwarding=0\n=\n", false,
		  false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_(site_freep) struct site *site =
			site_new("a", DEVICE_STRONGSWAN);

		sysctl_read(site, "etc/sysctl.conf", cases[i].text);
		assert_int_equal(site->forwarding.is_set, cases[i].is_set);
		assert_int_equal(site->forwarding.on, cases[i].on);
		assert_int_equal(site->forwarding.at.line, cases[i].line);
	}
}

static void sysctl_conf_is_read_after_the_files_of_sysctl_d(void **state)
{
	_cleanup_(site_freep) struct site *site = site_new("a", DEVICE_OPENWRT);

	(void)state;
	sysctl_read(site, "etc/sysctl.conf", "net.ipv4.ip_forward=0\n");
	sysctl_read(site, "etc/sysctl.d/10-default.conf", "net.ipv4.ip_forward=1\n");
	assert_false(site->forwarding.on);
}

static void what_no_node_is_given_is_named(void **state)
{
	_cleanup_(site_freep) struct site *site = site_new("a", DEVICE_STRONGSWAN);
	const struct remark *said;

	(void)state;
	sysctl_read(site, "etc/sysctl.conf",
		    "net.ipv4.conf.all.rp_filter=2\nnet.ipv4.conf.eth0.disable_policy=0\n"
		    "net.ipv4.conf.all.accept_redirects=1\n");
	assert_null(site_touching(site, NULL, ~0u));
	sysctl_read(site, "etc/sysctl.conf", "\nnet.ipv4.conf.default.rp_filter = 1\n");
	said = site_touching(site, NULL, ASPECT_WAY);
	assert_non_null(said);
	assert_int_equal(said->at.line, 2);
}

static void the_files_are_known_by_their_names(void **state)
{
	(void)state;
	assert_true(sysctl_is("etc/sysctl.conf"));
	assert_true(sysctl_is("etc/sysctl.d/99-forward.conf"));
	assert_false(sysctl_is("swanctl.conf"));
	assert_false(sysctl_is("etc/sysctl.d/README"));
}

static void a_hostile_file_is_only_passed_over(void **state)
{
	static char text[100000];
	_cleanup_(site_freep) struct site *site = site_new("a", DEVICE_STRONGSWAN);

	(void)state;
	memset(text, '=', sizeof(text) - 1);
	sysctl_read(site, "sysctl.conf", text);
	for (size_t i = 0; i + 1 < sizeof(text); i++)
		text[i] = (char)(i % 251 + 1);
	sysctl_read(site, "sysctl.conf", text);
	assert_false(site->forwarding.is_set);
}

static void both_kinds_of_linux_router_read_it(void **state)
{
	static const char conf[] = "net.ipv4.ip_forward=0\n";
	static const char swanctl[] =
		"connections { a { children { x { } } } }\nsecrets { }\n";
	static const char ipsec[] = "config remote a\n option enabled 1\n";
	const struct import_source linux_files[] = {
		{ "swanctl.conf", swanctl, sizeof(swanctl) - 1 },
		{ "sysctl.conf", conf, sizeof(conf) - 1 },
	};
	const struct import_source openwrt_files[] = {
		{ "etc/config/ipsec", ipsec, sizeof(ipsec) - 1 },
		{ "etc/sysctl.conf", conf, sizeof(conf) - 1 },
	};
	const struct import_options options = { 0 };
	_cleanup_(site_freep) struct site *a = NULL, *b = NULL;

	(void)state;
	assert_int_equal(
		site_import(DEVICE_STRONGSWAN, "a", linux_files, 2, &options, &a, NULL),
		0);
	assert_true(a->forwarding.is_set && !a->forwarding.on);
	assert_int_equal(
		site_import(DEVICE_OPENWRT, "b", openwrt_files, 2, &options, &b, NULL),
		0);
	assert_true(b->forwarding.is_set && !b->forwarding.on);
	assert_string_equal(b->forwarding.at.file, "etc/sysctl.conf");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_line_decides),
		cmocka_unit_test(sysctl_conf_is_read_after_the_files_of_sysctl_d),
		cmocka_unit_test(what_no_node_is_given_is_named),
		cmocka_unit_test(the_files_are_known_by_their_names),
		cmocka_unit_test(a_hostile_file_is_only_passed_over),
		cmocka_unit_test(both_kinds_of_linux_router_read_it),
	};

	return cmocka_run_group_tests_name("import/sysctl", tests, NULL, NULL);
}
