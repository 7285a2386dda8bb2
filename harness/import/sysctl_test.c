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
		cmocka_unit_test(the_files_are_known_by_their_names),
		cmocka_unit_test(a_hostile_file_is_only_passed_over),
		cmocka_unit_test(both_kinds_of_linux_router_read_it),
	};

	return cmocka_run_group_tests_name("import/sysctl", tests, NULL, NULL);
}
