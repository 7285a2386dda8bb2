// SPDX-License-Identifier: GPL-2.0-or-later
/* openwrt_command_test.c - claims: what is not known to be harmless may do anything */
#include "import/openwrt_command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* clang-format off */
#include <cmocka.h>
/* clang-format on */

#include "base/arena.h"
#include "base/cleanup.h"

#define RESTART OPENWRT_TOUCHES_RESTART
#define ALL	OPENWRT_TOUCHES_ALL

static void what_a_script_may_change_is_what_its_commands_may(void **state)
{
	static const struct {
		const char *text;
		unsigned int touches;
	} cases[] = {
		{ "logger up\n[ \"$A\" = b ] || exit 0\nsleep 3\n", 0 },
		{ ". /lib/functions/network.sh\nnetwork_get_ipaddr ip wan\n", 0 },
		{ "ip=$(cat /tmp/ip)\necho \"$ip\" > /tmp/ip\nmkdir -p /tmp/run\n", 0 },
		{ "ubus call network.interface.wan status\n/etc/init.d/ipsec restart\n",
		  RESTART },
		{ "lock /var/lock/vpn\nservice ipsec restart\nlock -u /var/lock/vpn\n",
		  RESTART },
		{ "killall -9 charon\nrm -f /var/run/charon.pid\nipsec start\n",
		  RESTART },
		{ "ethtool -K eth0 gro off\n/etc/init.d/cron start\n",
		  ASPECT_THROUGHPUT },
		{ "/etc/init.d/dnsmasq restart\n", ASPECT_DNS },
		{ "ip -4 addr show dev eth0 | awk '{ print $2 }' | logger\n", 0 },
		{ "iptables -t nat -C POSTROUTING -j ACCEPT\n", 0 },
		{ "iptables -t nat -C a -j b || iptables -t nat -I a -j b\n", ALL },
		{ "echo none > /sys/class/leds/green/trigger\n", 0 },
		/* … and what may do anything. */
		{ "echo 0 > /proc/sys/net/ipv4/ip_forward\n", ALL },
		{ "cat /root/own.conf > /etc/ipsec.conf\n", ALL },
		{ "cp /root/own.conf /etc/ipsec.conf\n", ALL },
		{ "uci -q set ipsec.a.b=c\n", ALL },
		{ "uci -q get ipsec.a.b\n", 0 },
		{ "killall openvpn\n", ALL },
		{ "/etc/init.d/firewall reload\n", 0 },
		{ "/etc/init.d/firewall restart\n", ALL },
		{ "/etc/init.d/own start\n", ALL },
		{ "/root/own.sh\n", ALL },
		{ "iptables -F\n", ALL },
		{ "echo 'never closed\n", ALL },
	};
	_cleanup_(arena_freep) struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		if (openwrt_script_touches(arena, cases[i].text) != cases[i].touches)
			fail_msg("%s", cases[i].text);
}

/* What it was asked decides what the script does; what it would do itself is its own. */
static void missing_command_counts_by_what_it_is_there_for(void **state)
{
	static const char restarts[] = "x=$(ubus call a b)\nipsec restart\n";
	static const char filters[] = "x=$(ubus call a b)\niptables -I FORWARD -j DROP\n";
	_cleanup_(arena_freep) struct arena *arena = arena_new();

	(void)state;
	assert_int_equal(openwrt_missing_touches(arena, "ubus", restarts), RESTART);
	assert_int_equal(openwrt_missing_touches(arena, "ubus", filters), ALL);
	assert_int_equal(openwrt_missing_touches(arena, "ethtool", filters),
			 ASPECT_THROUGHPUT);
	assert_int_equal(openwrt_missing_touches(arena, "/etc/init.d/cron", filters), 0);
	assert_int_equal(openwrt_missing_touches(arena, "ipset", restarts), ALL);
	assert_int_equal(openwrt_missing_touches(arena, "procd's /usr/bin/x", restarts),
			 ALL);
	assert_int_equal(openwrt_missing_touches(arena, ". /lib/own.sh", restarts),
			 RESTART);
}

static void services_of_the_firmware_are_told_from_ones_own(void **state)
{
	(void)state;
	assert_true(openwrt_is_firmware_service("etc/init.d/dnsmasq"));
	assert_true(openwrt_is_firmware_service("home/etc/init.d/firewall"));
	assert_false(openwrt_is_firmware_service("etc/init.d/ipsec"));
	assert_false(openwrt_is_firmware_service("etc/init.d/dnsmasq-own"));
	assert_false(openwrt_is_firmware_service("etc/config/dnsmasq"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_script_may_change_is_what_its_commands_may),
		cmocka_unit_test(missing_command_counts_by_what_it_is_there_for),
		cmocka_unit_test(services_of_the_firmware_are_told_from_ones_own),
	};

	return cmocka_run_group_tests_name("import/openwrt_command", tests, NULL, NULL);
}
