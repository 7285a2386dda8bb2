// SPDX-License-Identifier: GPL-2.0-or-later
/* node_test.c - nodes, cables, routes, firewalls and XFRM of the real kernel */
#include <errno.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <string.h>

#include "base/file.h"
#include "base/str.h"
#include "base/test_skip.h"
#include "netns/firewall.h"
#include "netns/impair.h"
#include "netns/route.h"
#include "netns/test_world.h"
#include "netns/xfrm.h"

#define SECOND_US 1000000

/* -------------------------------------------------- nodes and cables */

static uint16_t checksum(const struct icmphdr *header)
{
	uint16_t words[sizeof(*header) / sizeof(uint16_t)];
	uint32_t sum = 0;

	memcpy(words, header, sizeof(words));
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		sum += words[i];
	sum = (sum >> 16) + (sum & 0xffff);
	return (uint16_t) ~(sum + (sum >> 16));
}

/* Does an ICMP echo from the node get its answer within the time? */
static bool ping(const struct node *node, const char *destination, int64_t timeout_us)
{
	_cleanup_close_ int fd = node_socket(node, AF_INET, SOCK_RAW, IPPROTO_ICMP);
	struct icmphdr echo = { .type = ICMP_ECHO, .un.echo.id = 7 };
	struct inet_addr to = test_addr(destination);
	int64_t deadline_us = clock_now_us() + timeout_us;
	struct sockaddr_storage sockaddr;
	socklen_t length = inet_sockaddr(&to, 0, &sockaddr);
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	uint8_t answer[256];

	echo.checksum = checksum(&echo);
	if (fd < 0 ||
	    sendto(fd, &echo, sizeof(echo), 0, (struct sockaddr *)&sockaddr, length) < 0)
		return false;
	while (poll(&poll_fd, 1, clock_left_ms(deadline_us)) > 0) {
		ssize_t got = recv(fd, answer, sizeof(answer), 0);

		/* 20 bytes of IPv4 header stand before it. */
		if (got >= 28 && answer[20] == ICMP_ECHOREPLY)
			return true;
	}
	return false;
}

static int uses_a_cable(void *arg)
{
	_cleanup_(test_pair_done) struct test_pair pair = { 0 };
	struct inet_prefix b = test_prefix("10.0.0.2/24");
	struct arena *arena = arena_new();
	uint8_t mac[LINK_MAC_LENGTH];
	struct link_list links;
	struct err err = { 0 };

	(void)arg;
	CHECK(test_pair_make(&pair, &err) == 0);
	CHECK(ping(pair.a, "10.0.0.2", SECOND_US));
	CHECK(link_list(pair.a, arena, &links, &err) == 0);
	CHECK(links.count == 2);
	CHECK(str_equal(links.items[1].kind, "veth") && links.items[1].mtu == 1500);
	CHECK(links.items[1].is_up && links.items[1].tx_packets > 0);
	link_mac("a", "eth0", mac);
	CHECK(memcmp(links.items[1].mac, mac, sizeof(mac)) == 0);
	CHECK(link_set_offload(pair.a, "eth0", true, &err) == 0);
	CHECK(link_set_offload(pair.a, "eth0", false, &err) == 0);
	CHECK(link_set_offload(pair.a, "eth9", false, &err) == -ENODEV);
	CHECK(link_set_mtu(pair.a, "eth0", 1400, &err) == 0);
	CHECK(link_address_delete(pair.b, "eth0", &b, &err) == 0);
	CHECK(!ping(pair.a, "10.0.0.2", SECOND_US / 50));
	CHECK(link_address_add(pair.b, "eth0", &b, &err) == 0);
	CHECK(link_set_up(pair.a, "eth0", false, &err) == 0);
	CHECK(!ping(pair.a, "10.0.0.2", SECOND_US / 50));
	/* One end takes the other with it. */
	CHECK(link_delete(pair.a, "eth0", &err) == 0);
	CHECK(link_list(pair.b, arena, &links, &err) == 0);
	CHECK(links.count == 1);
	CHECK(link_delete(pair.a, "eth0", &err) == -ENODEV);
	CHECK(strstr(err.text, "node a: delete interface eth0"));
	arena_free(arena);
	return 0;
}

static void two_nodes_reach_each_other_over_a_cable(void **state)
{
	(void)state;
	assert_int_equal(test_in_world(uses_a_cable, NULL, NULL), 0);
}

static int uses_a_bridge(void *arg)
{
	_cleanup_(test_pair_done) struct test_pair pair = { 0 };
	struct inet_prefix a = test_prefix("10.0.0.1/24");
	struct err err = { 0 };

	(void)arg;
	CHECK(test_pair_make(&pair, &err) == 0);
	CHECK(link_bridge_add(pair.a, "br-lan", &err) == 0);
	CHECK(link_address_delete(pair.a, "eth0", &a, &err) == 0);
	CHECK(link_set_bridge(pair.a, "eth0", "br-lan", &err) == 0);
	CHECK(link_address_add(pair.a, "br-lan", &a, &err) == 0);
	CHECK(ping(pair.b, "10.0.0.1", SECOND_US));
	CHECK(link_set_bridge(pair.a, "eth0", NULL, &err) == 0);
	CHECK(!ping(pair.b, "10.0.0.1", SECOND_US / 50));
	CHECK(link_set_bridge(pair.a, "eth0", "nosuch", &err) == -ENODEV);
	CHECK(link_bridge_add(pair.a, "a-name-that-is-too-long", &err) == -EINVAL);
	return 0;
}

static void a_bridge_forwards_at_once(void **state)
{
	(void)state;
	assert_int_equal(test_in_world(uses_a_bridge, NULL, NULL), 0);
}

static int uses_routes(void *arg)
{
	_cleanup_(test_pair_done) struct test_pair pair = { 0 };
	struct arena *arena = arena_new();
	struct route way = { .destination = test_prefix("172.16.0.0/12"),
			     .gateway = test_addr("10.0.0.2"),
			     .source = test_addr("10.0.0.1"),
			     .link_name = "eth0",
			     .table = ROUTE_TABLE_IPSEC };
	struct route hole = { .kind = ROUTE_BLACKHOLE,
			      .destination = test_prefix("10.1.2.77/24") };
	struct route_rule_list rules;
	struct route_list routes;
	struct err err = { 0 };

	(void)arg;
	CHECK(test_pair_make(&pair, &err) == 0);
	CHECK(route_list(pair.a, AF_INET, ROUTE_TABLE_IPSEC, arena, &routes, &err) == 0);
	CHECK(routes.count == 0);
	CHECK(route_add(pair.a, &way, &err) == 0);
	CHECK(route_list(pair.a, AF_INET, ROUTE_TABLE_IPSEC, arena, &routes, &err) == 0);
	CHECK(routes.count == 1);
	CHECK(str_equal(route_text(&routes.items[0], arena),
			"172.16.0.0/12 via 10.0.0.2 dev eth0 src 10.0.0.1 table 220"));
	CHECK(route_add(pair.a, &way, &err) == -EEXIST);
	CHECK(route_delete(pair.a, &way, &err) == 0);
	CHECK(route_delete(pair.a, &way, &err) == -ESRCH);
	CHECK(route_add(pair.a, &hole, &err) == 0);
	CHECK(route_list(pair.a, AF_INET, ROUTE_TABLE_MAIN, arena, &routes, &err) == 0);
	CHECK(routes.count == 2);
	CHECK(str_equal(route_text(&routes.items[1], arena), "blackhole 10.1.2.0/24"));
	CHECK(route_rule_list(pair.a, AF_INET, arena, &rules, &err) == 0);
	CHECK(rules.count == 3 && rules.items[0].table == ROUTE_TABLE_LOCAL);
	arena_free(arena);
	return 0;
}

static void routes_are_added_listed_and_deleted(void **state)
{
	(void)state;
	assert_int_equal(test_in_world(uses_routes, NULL, NULL), 0);
}

static int uses_files(void *arg)
{
	_cleanup_(test_pair_done) struct test_pair pair = { 0 };
	struct arena *arena = arena_new();
	struct err err = { 0 };
	char text[16];

	(void)arg;
	CHECK(test_pair_make(&pair, &err) == 0);
	CHECK(node_file(pair.a, "/etc/hosts", "1.2.3.4 hobbit\n", &err) == 0);
	CHECK(node_file(pair.a, "/etc/hosts", "1.2.3.5 hobbit\n", &err) == 0);
	CHECK(node_file(pair.a, "/etc/no-such-file", "one\n", &err) == 0);
	CHECK(node_file(pair.a, "/etc/no-such-file-2", "two\n", &err) == 0);
	CHECK(node_file(pair.a, "/run/x/y", "three\n", &err) == 0);
	CHECK(str_equal(test_shell(pair.a, "cat /etc/hosts", arena), "1.2.3.5 hobbit\n"));
	CHECK(str_equal(test_shell(pair.a, "cat /etc/no-such-file*", arena),
			"one\ntwo\n"));
	CHECK(str_equal(test_shell(pair.a, "cat /run/x/y", arena), "three\n"));
	CHECK(str_starts(test_shell(pair.a, "cat /etc/passwd", arena), "root:"));
	CHECK(!strstr(test_shell(pair.b, "cat /etc/hosts", arena), "1.2.3.5"));
	CHECK(str_equal(test_shell(NULL, "ls -A /run; ls /etc/no-such-file", arena), ""));
	CHECK(node_file(pair.a, "relative", "", &err) == -EINVAL);
	CHECK(node_sysctl(pair.a, "net/ipv4/ip_forward", "1", &err) == 0);
	CHECK(node_sysctl_get(pair.a, "net/ipv4/ip_forward", text, sizeof(text), &err) ==
	      0);
	CHECK(str_equal(text, "1"));
	CHECK(node_sysctl_get(pair.b, "net/ipv4/ip_forward", text, sizeof(text), &err) ==
	      0);
	CHECK(str_equal(text, "0"));
	CHECK(node_sysctl(pair.a, "net/no/such", "1", &err) == -ENOENT);
	arena_free(arena);
	return 0;
}

static void a_node_has_files_and_sysctls_of_its_own(void **state)
{
	(void)state;
	assert_int_equal(test_in_world(uses_files, NULL, NULL), 0);
}

static int begins_with_things(void *arg)
{
	static const struct node_setting settings[] = { { "net/ipv4/ip_forward", "1" },
							{ "net/no/such", "1" } };
	static const struct node_entry entries[] = {
		{ .path = "/run/x/y", .text = "one\n" },
		{ .path = "/run/x/y", .text = "two\n" },
		{ .path = "/tmp/go",
		  .text = "#!/bin/sh\necho gone\n",
		  .is_program = true },
		{ .path = "/tmp/kept", .is_folder = true },
		{ .path = "relative", .text = "" },
	};
	struct node_options options = { .settings = settings,
					.settings_count = 1,
					.entries = entries,
					.entries_count = 4 };
	_cleanup_(node_freep) struct node *node = NULL, *none = NULL;
	struct arena *arena = arena_new();
	struct err err = { 0 };
	char text[16];

	(void)arg;
	CHECK(node_new("a", &options, &node, &err) == 0);
	CHECK(node_sysctl_get(node, "net/ipv4/ip_forward", text, sizeof(text), &err) ==
	      0);
	CHECK(str_equal(text, "1"));
	CHECK(str_equal(test_shell(node,
				   "cat /run/x/y; /tmp/go\n"
				   "rmdir /tmp/kept 2>/dev/null || echo stays",
				   arena),
			"two\ngone\nstays\n"));
	/* What cannot be had is no node, and says its name. */
	options.entries_count = 5;
	CHECK(node_new("b", &options, &none, &err) == -EINVAL);
	CHECK(strstr(err.text, "relative"));
	options.entries_count = 0;
	options.settings_count = 2;
	CHECK(node_new("c", &options, &none, &err) == -ENOENT);
	CHECK(strstr(err.text, "net/no/such") && !none);
	arena_free(arena);
	return 0;
}

static void a_node_begins_with_what_it_is_told(void **state)
{
	(void)state;
	assert_int_equal(test_in_world(begins_with_things, NULL, NULL), 0);
}

/* A node's file system has a bound in files, too, and a script may reach it. */
static int fills_a_node(void *arg)
{
	_cleanup_(test_pair_done) struct test_pair pair = { 0 };
	struct arena *arena = arena_new();
	struct err err = { 0 };

	(void)arg;
	CHECK(file_make_folder("/tmp/shared", &err) == 0);
	CHECK(test_pair_make(&pair, &err) == 0);
	CHECK(node_keep(pair.a, "/tmp/kept", true, &err) == 0);
	CHECK(node_keep(pair.a, "/run/kept.pid", false, &err) == 0);
	CHECK(str_equal(
		test_shell(pair.a,
			   "rm -rf /tmp/kept /run/kept.pid 2>/dev/null; n=0\n"
			   "while true 2>/dev/null >/tmp/$n; do n=$((n + 1)); done\n"
			   "mkdir /tmp/one 2>/dev/null || echo full",
			   arena),
		"full\n"));
	CHECK(node_share(pair.a, "/tmp/shared", "/tmp/other", &err) == -ENOSPC);
	CHECK(node_share(pair.a, "/tmp/shared", "/tmp/kept", &err) == 0);
	CHECK(str_equal(test_shell(pair.a, "echo 1 >/tmp/kept/x; cat /tmp/kept/x", arena),
			"1\n"));
	CHECK(str_equal(
		test_shell(pair.a, "echo 2 >/run/kept.pid; cat /run/kept.pid", arena),
		"2\n"));
	CHECK(str_equal(test_shell(pair.b, "mkdir /tmp/one && echo room", arena),
			"room\n"));
	arena_free(arena);
	return 0;
}

static void what_is_kept_outlasts_a_script_that_fills_the_node(void **state)
{
	(void)state;
	assert_int_equal(test_in_world(fills_a_node, NULL, NULL), 0);
}

/* -------------------------------------------------- firewall, impairment, XFRM */

static const char rules[] = "*filter\n"
			    ":INPUT ACCEPT [0:0]\n"
			    ":FORWARD DROP [0:0]\n"
			    "-A INPUT -p icmp -m comment --comment \"seen\" -j ACCEPT\n"
			    "COMMIT\n"
			    "*nat\n"
			    ":POSTROUTING ACCEPT [0:0]\n"
			    "-A POSTROUTING -o eth0 -s 10.9.0.0/16 -j MASQUERADE\n"
			    "COMMIT\n";

static int uses_a_firewall(void *arg)
{
	_cleanup_(test_pair_done) struct test_pair pair = { 0 };
	struct arena *arena = arena_new();
	struct firewall_counter_list counters;
	const struct firewall_counter *seen;
	enum firewall_backend backend;
	struct err err = { 0 };

	(void)arg;
	if (firewall_probe(&backend, &err) == -ENOTSUP)
		return 77;
	CHECK(test_pair_make(&pair, &err) == 0);
	CHECK(firewall_load(pair.b, backend, AF_INET, rules, &err) == 0);
	CHECK(ping(pair.a, "10.0.0.2", SECOND_US));
	CHECK(firewall_counters(pair.b, backend, AF_INET, arena, &counters, &err) == 0);
	seen = firewall_counter_find(&counters, "seen");
	CHECK(seen && seen->packets == 1 && seen->bytes == 28);
	CHECK(firewall_load(pair.b, backend, AF_INET,
			    "*filter\n:INPUT ACCEPT [0:0]\n"
			    "-A INPUT -j NOSUCH\nCOMMIT\n",
			    &err) == -EINVAL);
	CHECK(strstr(err.text, "node b: firewall rules:3: '-A INPUT -j NOSUCH': "));
	/* A rule set that is refused changes nothing. */
	CHECK(firewall_counters(pair.b, backend, AF_INET, arena, &counters, &err) == 0);
	CHECK(firewall_counter_find(&counters, "seen"));
	arena_free(arena);
	return 0;
}

static void rules_are_loaded_counted_and_refused_by_line(void **state)
{
	int status = test_in_world(uses_a_firewall, NULL, NULL);

	(void)state;
	if (status == 77)
		skip_without("iptables", "neither iptables works");
	assert_int_equal(status, 0);
}

static const char script[] = "# like OpenWrt's /etc/firewall.user\n"
			     "iptables -N input_rule\n"
			     "iptables -A input_rule -p esp -j ACCEPT\n"
			     "\n"
			     "\tiptables -A nosuch -p esp -j ACCEPT 2>/dev/null\n"
			     "for port in 500 4500; do\n"
			     "\tiptables -A input_rule -p udp --dport $port -j ACCEPT\n"
			     "done\n"
			     "no-such-command\n"
			     "iptables -A input_rule -m comment --comment \"last one\"\n";

static int uses_a_script(void *arg)
{
	_cleanup_(test_pair_done) struct test_pair pair = { 0 };
	struct arena *arena = arena_new();
	struct firewall_failure_list failures;
	struct firewall_counter_list counters;
	enum firewall_backend backend;
	struct err err = { 0 };
	int status = -1;

	(void)arg;
	if (firewall_probe(&backend, &err) == -ENOTSUP)
		return 77;
	CHECK(test_pair_make(&pair, &err) == 0);
	CHECK(firewall_script(pair.a, backend, script, clock_now_us() + 10 * SECOND_US,
			      arena, &failures, &status, &err) == 0);
	CHECK(status == 0);
	CHECK(failures.count == 2);
	CHECK(failures.items[0].line == 5 && failures.items[0].status == 1);
	CHECK(str_equal(failures.items[0].command,
			"iptables -A nosuch -p esp -j ACCEPT"));
	CHECK(strstr(failures.items[0].message, "No chain"));
	CHECK(failures.items[1].line == 9 && failures.items[1].status == 127);
	CHECK(firewall_counters(pair.a, backend, AF_INET, arena, &counters, &err) == 0);
	CHECK(firewall_counter_find(&counters, "last one"));
	CHECK(counters.items[counters.count - 2].rule &&
	      strstr(counters.items[counters.count - 2].rule, "--dport 4500"));
	CHECK(firewall_script(pair.a, backend, "sleep 60\n",
			      clock_now_us() + SECOND_US / 50, arena, &failures, NULL,
			      &err) == -ETIMEDOUT);
	arena_free(arena);
	return 0;
}

static void a_script_runs_on_and_its_failures_have_lines(void **state)
{
	int status = test_in_world(uses_a_script, NULL, NULL);

	(void)state;
	if (status == 77)
		skip_without("iptables", "neither iptables works");
	assert_int_equal(status, 0);
}

static int uses_impairments(void *arg)
{
	_cleanup_(test_pair_done) struct test_pair pair = { 0 };
	struct impairment late = { .delay_us = 30000, .rate_bit_s = 100000000 };
	struct impairment deaf = { .loss_ppm = 1000000 };
	struct impairment wrong = { .reorder_ppm = 1000 };
	struct err err = { 0 };
	int64_t start_us;
	int ret;

	(void)arg;
	CHECK(test_pair_make(&pair, &err) == 0);
	CHECK(impair_set(pair.a, "eth0", &wrong, &err) == -EINVAL);
	ret = impair_set(pair.a, "eth0", &late, &err);
	if (ret == -ENOTSUP)
		return 77;
	CHECK(ret == 0);
	start_us = clock_now_us();
	CHECK(ping(pair.a, "10.0.0.2", SECOND_US));
	CHECK(clock_now_us() - start_us >= 30000);
	CHECK(impair_set(pair.a, "eth0", &deaf, &err) == 0);
	CHECK(!ping(pair.a, "10.0.0.2", SECOND_US / 10));
	CHECK(impair_clear(pair.a, "eth0", &err) == 0);
	CHECK(impair_clear(pair.a, "eth0", &err) == 0);
	CHECK(ping(pair.a, "10.0.0.2", SECOND_US));
	return 0;
}

static void an_impaired_cable_is_late_and_lossy(void **state)
{
	int status = test_in_world(uses_impairments, NULL, NULL);

	(void)state;
	if (status == 77)
		skip_without("netem", "the kernel has no netem");
	assert_int_equal(status, 0);
}

static int uses_xfrm(void *arg)
{
	_cleanup_(test_pair_done) struct test_pair pair = { 0 };
	struct inet_prefix local = test_prefix("192.168.2.82/26"),
			   remote = test_prefix("10.1.2.0/24");
	struct arena *arena = arena_new();
	struct xfrm_policy_list policies;
	struct xfrm_sa_list sas;
	struct err err = { 0 };
	int ret;

	(void)arg;
	CHECK(test_pair_make(&pair, &err) == 0);
	ret = xfrm_sa_list(pair.a, arena, &sas, &err);
	if (ret == -ENOTSUP)
		return 77;
	CHECK(ret == 0 && sas.count == 0);
	CHECK(xfrm_bypass_add(pair.a, &local, &remote, &err) == 0);
	CHECK(xfrm_policy_list(pair.a, arena, &policies, &err) == 0);
	CHECK(policies.count == 6);
	vec_foreach (policy, &policies)
		CHECK(policy->is_bypass && policy->priority == 1 && !policy->is_block);
	CHECK(xfrm_bypass_delete(pair.a, &local, &remote, &err) == 0);
	CHECK(xfrm_policy_list(pair.a, arena, &policies, &err) == 0);
	CHECK(policies.count == 0);
	CHECK(xfrm_bypass_delete(pair.a, &local, &remote, &err) == -ENOENT);
	arena_free(arena);
	return 0;
}

static void a_bypass_comes_and_goes(void **state)
{
	int status = test_in_world(uses_xfrm, NULL, NULL);

	(void)state;
	if (status == 77)
		skip_without("xfrm", "the kernel has no XFRM");
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_nodes_reach_each_other_over_a_cable),
		cmocka_unit_test(a_bridge_forwards_at_once),
		cmocka_unit_test(routes_are_added_listed_and_deleted),
		cmocka_unit_test(a_node_has_files_and_sysctls_of_its_own),
		cmocka_unit_test(a_node_begins_with_what_it_is_told),
		cmocka_unit_test(what_is_kept_outlasts_a_script_that_fills_the_node),
		cmocka_unit_test(rules_are_loaded_counted_and_refused_by_line),
		cmocka_unit_test(a_script_runs_on_and_its_failures_have_lines),
		cmocka_unit_test(an_impaired_cable_is_late_and_lossy),
		cmocka_unit_test(a_bypass_comes_and_goes),
	};

	return cmocka_run_group_tests_name("netns/node", tests, NULL, NULL);
}
