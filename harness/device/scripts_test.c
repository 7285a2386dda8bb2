// SPDX-License-Identifier: GPL-2.0-or-later
/* scripts_test.c - claims about a router's scripts: which run, how, and what they ask for */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "device/scripts.h"

static int set_up(void **state)
{
	*state = arena_new();
	return 0;
}

static int tear_down(void **state)
{
	arena_free(*state);
	return 0;
}

static void what_is_asked_is_read_and_nothing_else(void **state)
{
	struct device_ran ran;

	device_script_read(*state,
			   "log ipsec: up again\nrestart /etc/init.d/ipsec\n\nrestart \n"
			   "rubbish\nunknown ipsec up office\nend 12\n",
			   "", &ran);
	assert_int_equal(ran.asked.count, 2);
	assert_int_equal(ran.asked.items[0].wish, DEVICE_WISH_RESTART);
	assert_string_equal(ran.asked.items[0].program, "/etc/init.d/ipsec");
	assert_int_equal(ran.missing.count, 1);
	assert_string_equal(ran.missing.items[0].name, "ipsec up office");
	assert_int_equal(ran.logged.count, 1);
	assert_string_equal(ran.logged.items[0], "ipsec: up again");
	assert_int_equal(ran.end_line, 12);
}

static void command_that_is_not_there_is_named_with_its_line(void **state)
{
	struct device_ran ran;

	device_script_read(*state, "",
			   "/etc/hotplug.d/iface/50-x: line 6: nosuch: not found\n"
			   "sh: /etc/init.d/x: line 12: ubus: not found\n"
			   "cat: can't open 'x': No such file or directory\n"
			   ": line 6: : not found\n: line x: y: not found\n",
			   &ran);
	assert_int_equal(ran.missing.count, 2);
	assert_string_equal(ran.missing.items[0].file, "etc/hotplug.d/iface/50-x");
	assert_int_equal(ran.missing.items[0].line, 6);
	assert_string_equal(ran.missing.items[0].name, "nosuch");
	assert_string_equal(ran.missing.items[1].file, "etc/init.d/x");
	assert_int_equal(ran.missing.items[1].line, 12);
	assert_string_equal(ran.missing.items[1].name, "ubus");
}

/* busybox' own words: it ends there, whatever was to come. */
static void library_that_is_not_there_is_named_with_its_line(void **state)
{
	struct device_ran ran;

	device_script_read(*state, "",
			   "/etc/hotplug.d/iface/9-x: .: line 2: can't open "
			   "'/usr/share/own.sh': No such file or directory\n"
			   "x: .: line y: can't open 'z'\n: .: line 1: can't open 'z\n",
			   &ran);
	assert_int_equal(ran.missing.count, 1);
	assert_string_equal(ran.missing.items[0].file, "etc/hotplug.d/iface/9-x");
	assert_int_equal(ran.missing.items[0].line, 2);
	assert_string_equal(ran.missing.items[0].name, ". /usr/share/own.sh");
}

/* A watchdog may restart it later; the boot does not wait for it. */
static void init_script_starts_ipsec_by_its_name_or_its_program(void **state)
{
	static const char watches[] = "# ipsec start\nPROG=/usr/bin/watch.sh\n"
				      "/etc/init.d/ipsec start\n";

	(void)state;
	assert_true(device_script_starts("etc/init.d/ipsec", ""));
	assert_true(
		device_script_starts("etc/init.d/own", "\t/usr/sbin/ipsec starter\n"));
	assert_true(device_script_starts(
		"etc/init.d/own", "PROG=/usr/lib/ipsec/starter\nstart() {\n"
				  "\tprocd_set_param command $PROG --nofork\n}\n"));
	assert_true(device_script_starts(
		"etc/init.d/own",
		"start() {\n\tservice_start /usr/lib/ipsec/starter\n}\n"));
	assert_true(device_script_starts("etc/init.d/own",
					 "sleep 5 && ipsec restart >/dev/null 2>&1\n"));
	assert_true(device_script_starts("etc/init.d/own", "swanctl --load-all\n"));
	assert_false(device_script_starts("etc/init.d/own", watches));
	/* What only speaks of it, asks it, or ends it. */
	assert_false(device_script_starts(
		"etc/init.d/own", "logger \"down: ipsec restart is left to cron\"\n"));
	assert_false(device_script_starts("etc/init.d/own",
					  "logger \"$(swanctl --stats)\"\n"));
	assert_false(device_script_starts("etc/init.d/own", "swanctl --list-sas\n"));
	assert_false(device_script_starts("etc/init.d/own", "ipsec status\n"));
	assert_false(device_script_starts("etc/init.d/own", "pidof charon\n"));
	assert_false(device_script_starts("etc/init.d/nat", "iptables -F\n"));
}

static void flood_is_kept_within_bounds(void **state)
{
	_cleanup_buf_ struct buf asked = { 0 };
	struct device_ran ran;

	for (size_t i = 0; i < 200; i++)
		buf_puts(&asked, "restart x\nlog y\n");
	device_script_read(*state, buf_text(&asked), "", &ran);
	assert_int_equal(ran.asked.count, 64);
	assert_int_equal(ran.logged.count, 64);
}

/* Its words may have gone to /dev/null; behind the line it ended in it called nothing. */
static void init_script_that_is_absent_is_named_without_its_words(void **state)
{
	static const char text[] = "#!/bin/sh\n/etc/init.d/ipsec stop\n"
				   "/etc/init.d/nosuch restart 2>/dev/null\n"
				   "/etc/init.d/later restart\n";
	const char *there_items[] = { "/etc/init.d/ipsec" };
	const struct device_places there = { there_items, 1, 1 };
	struct device_ran ran = { .end_line = 3 };

	device_script_absent(*state, "etc/hotplug.d/iface/50-x", text, &there, &ran);
	assert_int_equal(ran.missing.count, 1);
	assert_string_equal(ran.missing.items[0].name, "/etc/init.d/nosuch");
	assert_int_equal(ran.missing.items[0].line, 3);
}

static enum device_outcome after(struct arena *arena, enum device_outcome before,
				 const char *asked)
{
	struct device_ran ran;

	device_script_read(arena, asked, "", &ran);
	return device_outcome(before, &ran);
}

static void wishes_together_are_what_the_daemon_does(void **state)
{
	struct arena *a = *state;

	assert_int_equal(after(a, DEVICE_NOTHING, ""), DEVICE_NOTHING);
	assert_int_equal(after(a, DEVICE_NOTHING, "start x\n"), DEVICE_NOTHING);
	assert_int_equal(after(a, DEVICE_NOTHING, "stop x\n"), DEVICE_STOPPED);
	assert_int_equal(after(a, DEVICE_NOTHING, "restart x\n"), DEVICE_RESTARTED);
	assert_int_equal(after(a, DEVICE_NOTHING, "stop x\nstart x\n"), DEVICE_RESTARTED);
	/* ifdown's script stops it, ifup's starts it. */
	assert_int_equal(after(a, DEVICE_STOPPED, "start x\n"), DEVICE_RESTARTED);
	assert_int_equal(after(a, DEVICE_STOPPED, ""), DEVICE_STOPPED);
	assert_int_equal(after(a, DEVICE_NOTHING, "unknown x\n"), DEVICE_NOTHING);
}

/* firewall.user runs at each reload; what it does to the daemon then, nobody sees. */
static void script_of_the_firewall_that_stops_ipsec_misses_that_by_its_line(void **state)
{
	static const char *const lines[] = { "x=1",
					     "uci set network.wg0.key=a >/dev/null",
					     "true; /etc/init.d/ipsec stop",
					     "ipsec \"$x\"" };
	struct device_ran ran;

	device_script_read(*state,
			   "unknown uci set network.wg0.key=a\nunknown uci set b\n"
			   "stop /etc/init.d/ipsec (modelled)\nstart ipsec\n",
			   "", &ran);
	device_script_again(*state, "etc/firewall.user", lines, ARRAY_SIZE(lines), &ran);
	assert_int_equal(ran.missing.count, 3);
	assert_string_equal(ran.missing.items[0].file, "etc/firewall.user");
	assert_int_equal(ran.missing.items[0].line, 2);
	assert_false(ran.missing.items[0].is_of_daemon);
	assert_int_equal(ran.missing.items[1].line, 0);
	assert_string_equal(ran.missing.items[2].name, "/etc/init.d/ipsec stop");
	assert_int_equal(ran.missing.items[2].line, 3);
	assert_true(ran.missing.items[2].is_of_daemon);
}

static void line_that_would_restart_ipsec_is_found(void **state)
{
	static const char text[] = "#!/bin/sh\n[ $x ] || exit\n# ipsec\n"
				   "logger -t ipsec x\n\tipsec restart\n";

	(void)state;
	assert_int_equal(device_script_daemon_line(text), 5);
	assert_int_equal(
		device_script_daemon_line("[ $x ] && /etc/init.d/swanctl restart"), 1);
	assert_int_equal(device_script_daemon_line("# ipsec\nroute add\n"), 0);
	assert_int_equal(device_script_lines(text), 3);
}

static void script_that_only_ends_does_nothing(void **state)
{
	(void)state;
	assert_false(device_script_does(""));
	assert_false(
		device_script_does("# Put your custom commands here\r\n\n  exit 0\r\n"));
	assert_false(device_script_does("exit 0"));
	assert_true(device_script_does("# x\n\texit 0; x"));
	assert_true(device_script_does("# x\n\tipsec stop\nexit 0\n"));
}

int main(void)
{
#define TEST(claim) cmocka_unit_test_setup_teardown(claim, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_is_asked_is_read_and_nothing_else),
		TEST(command_that_is_not_there_is_named_with_its_line),
		TEST(library_that_is_not_there_is_named_with_its_line),
		TEST(init_script_starts_ipsec_by_its_name_or_its_program),
		TEST(flood_is_kept_within_bounds),
		TEST(init_script_that_is_absent_is_named_without_its_words),
		TEST(wishes_together_are_what_the_daemon_does),
		TEST(line_that_would_restart_ipsec_is_found),
		TEST(script_of_the_firewall_that_stops_ipsec_misses_that_by_its_line),
		TEST(script_that_only_ends_does_nothing),
	};

	return cmocka_run_group_tests_name("device/scripts", tests, NULL, NULL);
}
