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
		{ "until ping -c1 a; do sleep 1; done\nwhile ! nslookup a; do sleep 2; done\n",
		  0 },
		{ "! /root/own.sh || exit\n", ALL },
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
		/* A script in the script. */
		{ "x=$(iptables -I FORWARD -j DROP 2>&1)\n", ALL },
		{ "logger \"`ip route del default`\"\n", ALL },
		{ "x=$(logger $(iptables -F))\n", ALL },
		{ "$($($($($($($($($($(:))))))))))\n", ALL },
		{ "x=$((1 + 2))\ny=$(uci -q get a.b | cut -d. -f1)\n", 0 },
		/* Where it writes to. */
		{ "for f in /proc/sys/net/ipv4/conf/*/forwarding; do echo 0 > $f; done\n",
		  ALL },
		{ "echo 0 \\\n> /proc/sys/net/ipv4/ip_forward\n", ALL },
		{ "{ echo 0;} > /proc/sys/net/ipv4/ip_forward\n", ALL },
		{ "cd /proc/sys/net/ipv4; echo 0 > ip_forward\n", ALL },
		{ "F=/proc/sys/net/ipv4/ip_forward; echo 0 > $F\n", ALL },
		{ "echo 0 2>/dev/null >/proc/sys/net/ipv4/ip_forward\n", ALL },
		{ "echo 0 > /tmp/../proc/sys/net/ipv4/ip_forward\n", ALL },
		{ "echo a >> /var/log/ipsec-watch.log 2>&1\n", 0 },
		{ "echo a > \"/tmp/state.$INTERFACE\"\n", 0 },
		{ "echo a > /dev/console\necho b >/dev/kmsg\n", 0 },
		{ "cd /etc/config; cp network.vpn network\n", ALL },
		{ "cp /tmp/../etc/a /tmp/b\n", ALL },
		{ "cp --target-directory=/etc /tmp/a\n", ALL },
		{ "rm -f /tmp/a\ntouch /var/run/b\n", 0 },
		/* What asks, and what only looks like it. */
		{ "ubus -t 5 wait_for network.interface.wan\nubus list\n", 0 },
		{ "ubus call network.interface.wan down\n", ALL },
		{ "! ubus call network.interface.wan down\n", ALL },
		{ "opkg list-installed\nopkg -V0 status x\n", 0 },
		{ "opkg remove strongswan\n", ALL },
		{ "wget -qO- http://a\ncurl -fsS -o /dev/null b\nwget -O /tmp/a b\n", 0 },
		{ "wget -qO /etc/config/network http://a\n", ALL },
		{ "curl --output=/etc/a b\n", ALL },
		{ "sed -n 's/a/b/p' /etc/config/network\nsed -i s/a/b/ /tmp/c\n", 0 },
		{ "sed -i s/a/b/ /etc/config/network\n", ALL },
		{ "find /etc -name x\n", 0 },
		{ "find /etc -name x -exec rm {} \\;\n", ALL },
		{ "find /etc -name x -delete\n", ALL },
		{ "awk '$1 == 2 || NR > 1 { print }' /tmp/a\n", 0 },
		{ "awk 'BEGIN { system(\"reboot\") }'\n", ALL },
		{ "awk '{ print | \"sh\" }'\n", ALL },
		{ "sort -u /tmp/a\n", 0 },
		{ "sort -uo /etc/a /tmp/a\n", ALL },
		{ "trap '' INT\ntrap - INT\ntrap 'rm -f /tmp/lock' EXIT\n", 0 },
		{ "trap 'iptables -F' EXIT\n", ALL },
		{ "iptables -t nat -nvL\niptables -S\niptables -C a -j ACCEPT\n", 0 },
		{ "iptables -S --insert FORWARD -j DROP\n", ALL },
		{ "iptables -nL -t nat --flush\n", ALL },
		{ "iptables -nvL -Z\n", ALL },
		{ "iptables -vZL\n", ALL },
		{ "ip a\nip -4 route get 10.0.0.1\nip route\n", 0 },
		{ "ip addr a 10.0.0.1/24 dev list\n", ALL },
		{ ". /lib/network/own.sh\n", ALL },
		{ ". /lib/functions/own.sh\n", ALL },
		/* What runs another command. */
		{ "nice -n 5 logger a\ntaskset 1 logger b\n", ASPECT_THROUGHPUT },
		{ "nice -n 5 iptables -F\n", ALL | ASPECT_THROUGHPUT },
		{ "taskset -c 1 ip route add 10.0.0.0/8 dev a\n",
		  ALL | ASPECT_THROUGHPUT },
		{ "nohup ipsec restart\n", RESTART },
		{ "tc qdisc add dev a root fq_codel\n", ASPECT_THROUGHPUT },
		{ "tc qdisc add dev a root netem loss 100%\n", ALL },
		{ "tc filter add dev a protocol ip u32 action drop\n", ALL },
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
	static const char restarts[] = "x=$(ubus call a status)\nipsec restart\n";
	static const char filters[] =
		"x=$(ubus call a status)\niptables -I FORWARD -j DROP\n";
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
	static const char plain[] = "#!/bin/sh /etc/rc.common\nSTART=60\nstart() {\n"
				    "\tlogger a\n}\n";
	static const char own[] = "#!/bin/sh /etc/rc.common\nSTART=60\nstart() {\n"
				  "\tiptables -I FORWARD -j DROP\n}\n";
	_cleanup_(arena_freep) struct arena *arena = arena_new();

	(void)state;
	assert_true(openwrt_is_firmware_service(arena, "etc/init.d/dnsmasq", plain));
	assert_true(openwrt_is_firmware_service(arena, "home/etc/init.d/firewall", ""));
	assert_false(openwrt_is_firmware_service(arena, "etc/init.d/ipsec", plain));
	assert_false(openwrt_is_firmware_service(arena, "etc/init.d/dnsmasq-own", plain));
	assert_false(openwrt_is_firmware_service(arena, "etc/config/dnsmasq", plain));
	assert_false(openwrt_is_firmware_service(arena, "etc/init.d/system", own));
	assert_false(openwrt_is_firmware_service(arena, "etc/init.d/watchcat", own));
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
