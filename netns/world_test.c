// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * world_test.c - worlds, nodes, cables and firewalls of the real kernel
 *
 * Needs no root, but user namespaces; skips aloud where they are not allowed. What
 * happens in a world cannot use cmocka's assertions (another process): CHECK() prints
 * the sentence and lets main() of that world fail.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "netns/firewall.h"
#include "netns/impair.h"
#include "netns/link.h"
#include "netns/node.h"
#include "netns/route.h"
#include "netns/spawn.h"
#include "netns/test_world.h"
#include "netns/world.h"
#include "netns/xfrm.h"

#define SECOND_US 1000000

/* Run main() in a world and return its exit status; skips where there can be none. */
static int in_world(int (*main)(void *arg), void *arg, const char *const *keep)
{
	struct err err = { 0 };
	int ret = test_world_run(main, arg, keep, &err);

	if (ret == -ENOTSUP) {
		print_message("SKIPPED: %s\n", err.text);
		skip();
	}
	if (ret < 0)
		fail_msg("%s", err.text);
	return ret;
}

static struct inet_prefix prefix(const char *text)
{
	struct inet_prefix value;

	if (inet_prefix_parse(text, &value))
		abort();
	return value;
}

static struct inet_addr addr(const char *text)
{
	return prefix(text).addr;
}

/* -------------------------------------------------- worlds */

static int returns_its_argument(void *arg)
{
	return *(const int *)arg;
}

static void the_status_of_main_comes_back(void **state)
{
	int value = 42;

	(void)state;
	assert_int_equal(in_world(returns_its_argument, &value, NULL), 42);
}

static int kills_itself(void *arg)
{
	(void)arg;
	raise(SIGKILL);
	return 0;
}

static void a_signal_that_killed_main_comes_back(void **state)
{
	(void)state;
	assert_int_equal(in_world(kills_itself, NULL, NULL), 128 + SIGKILL);
}

static int looks_around(void *arg)
{
	const char *kept = arg;
	struct err err = { 0 };
	char path[256], name[64];
	struct stat status;

	CHECK(getuid() == 0);
	CHECK(access("/tmp/twinsite-world-test-other", F_OK) != 0);
	CHECK(access(kept, W_OK) == 0);
	snprintf(path, sizeof(path), "%s/inside", kept);
	CHECK(file_write(path, "x", 1, &err) == 0);
	CHECK(stat("/run", &status) == 0);
	CHECK(access("/run/utmp", F_OK) != 0);
	CHECK(gethostname(name, sizeof(name)) == 0 && str_equal(name, "twinsite"));
	CHECK(getppid() == 1);
	return 0;
}

static void a_world_sees_what_is_kept_and_nothing_else_of_tmp(void **state)
{
	char kept[] = "/tmp/twinsite-world-test-XXXXXX";
	const char *const keep[] = { kept, NULL };
	char inside[64];

	(void)state;
	assert_non_null(mkdtemp(kept));
	assert_int_equal(mkdir("/tmp/twinsite-world-test-other", 0700) && errno != EEXIST,
			 0);
	assert_int_equal(in_world(looks_around, kept, keep), 0);
	snprintf(inside, sizeof(inside), "%s/inside", kept);
	assert_int_equal(unlink(inside), 0);
	assert_int_equal(rmdir(kept), 0);
	rmdir("/tmp/twinsite-world-test-other");
}

static void a_path_to_keep_must_exist(void **state)
{
	static const char *const keep[] = { "/tmp/twinsite-no-such-path", NULL };
	struct world_options options = { .keep = keep };
	struct world world = { .pidfd = -1 };
	struct err err = { 0 };
	int value = 0;
	int ret = world_start(&options, returns_its_argument, &value, &world, &err);

	(void)state;
	if (ret == -ENOTSUP)
		skip();
	assert_int_equal(ret, -ENOENT);
	assert_non_null(strstr(err.text, "twinsite-no-such-path"));
	assert_int_equal(world.pidfd, -1);
}

static int waits_for_ever(void *arg)
{
	(void)arg;
	for (;;)
		pause();
	return 0;
}

static void a_deadline_ends_the_waiting_but_not_the_world(void **state)
{
	struct world_options options = { 0 };
	struct world world;
	struct err err = { 0 };
	int status;

	(void)state;
	if (world_start(&options, waits_for_ever, NULL, &world, &err) == -ENOTSUP)
		skip();
	assert_int_equal(
		world_wait(&world, clock_now_us() + SECOND_US / 50, &status, &err),
		-ETIMEDOUT);
	assert_int_equal(kill(world.pid, 0), 0);
	world_stop(&world);
	assert_int_equal(world.pidfd, -1);
}

/* -------------------------------------------------- nodes and cables */

struct pair {
	struct node *a, *b;
};

static void pair_done(struct pair *pair)
{
	node_free(pair->a);
	node_free(pair->b);
}

/* a (10.0.0.1) ──── b (10.0.0.2) */
static int pair_make(struct pair *pair, struct err *err)
{
	struct inet_prefix a = prefix("10.0.0.1/24"), b = prefix("10.0.0.2/24");
	int ret = node_new("a", NULL, &pair->a, err);

	if (!ret)
		ret = node_new("b", NULL, &pair->b, err);
	if (!ret)
		ret = link_veth_add(pair->a, "eth0", pair->b, "eth0", 0, err);
	if (!ret)
		ret = link_address_add(pair->a, "eth0", &a, err);
	if (!ret)
		ret = link_address_add(pair->b, "eth0", &b, err);
	return ret;
}

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
	struct inet_addr to = addr(destination);
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
	_cleanup_(pair_done) struct pair pair = { 0 };
	struct inet_prefix b = prefix("10.0.0.2/24");
	struct arena *arena = arena_new();
	uint8_t mac[LINK_MAC_LENGTH];
	struct link_list links;
	struct err err = { 0 };

	(void)arg;
	CHECK(pair_make(&pair, &err) == 0);
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
	assert_int_equal(in_world(uses_a_cable, NULL, NULL), 0);
}

static int uses_a_bridge(void *arg)
{
	_cleanup_(pair_done) struct pair pair = { 0 };
	struct inet_prefix a = prefix("10.0.0.1/24");
	struct err err = { 0 };

	(void)arg;
	CHECK(pair_make(&pair, &err) == 0);
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
	assert_int_equal(in_world(uses_a_bridge, NULL, NULL), 0);
}

static int uses_routes(void *arg)
{
	_cleanup_(pair_done) struct pair pair = { 0 };
	struct arena *arena = arena_new();
	struct route way = { .destination = prefix("172.16.0.0/12"),
			     .gateway = addr("10.0.0.2"),
			     .source = addr("10.0.0.1"),
			     .link_name = "eth0",
			     .table = ROUTE_TABLE_IPSEC };
	struct route hole = { .kind = ROUTE_BLACKHOLE,
			      .destination = prefix("10.1.2.77/24") };
	struct route_rule_list rules;
	struct route_list routes;
	struct err err = { 0 };

	(void)arg;
	CHECK(pair_make(&pair, &err) == 0);
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
	assert_int_equal(in_world(uses_routes, NULL, NULL), 0);
}

/* What a command in the node (NULL: in the world) prints. */
static const char *shell(const struct node *node, const char *command,
			 struct arena *arena)
{
	const char *const argv[] = { "sh", "-c", command, NULL };
	struct spawn spawn = { .node = node, .argv = argv };
	_cleanup_free_ char *output = NULL;
	int status;

	if (process_run(&spawn, NULL, clock_now_us() + 10 * SECOND_US, &output, NULL,
			&status, NULL))
		return "(did not run)";
	return arena_strdup(arena, output);
}

static int uses_files(void *arg)
{
	_cleanup_(pair_done) struct pair pair = { 0 };
	struct arena *arena = arena_new();
	struct err err = { 0 };
	char text[16];

	(void)arg;
	CHECK(pair_make(&pair, &err) == 0);
	CHECK(node_file(pair.a, "/etc/hosts", "1.2.3.4 hobbit\n", &err) == 0);
	CHECK(node_file(pair.a, "/etc/hosts", "1.2.3.5 hobbit\n", &err) == 0);
	CHECK(node_file(pair.a, "/etc/no-such-file", "one\n", &err) == 0);
	CHECK(node_file(pair.a, "/etc/no-such-file-2", "two\n", &err) == 0);
	CHECK(node_file(pair.a, "/run/x/y", "three\n", &err) == 0);
	CHECK(str_equal(shell(pair.a, "cat /etc/hosts", arena), "1.2.3.5 hobbit\n"));
	CHECK(str_equal(shell(pair.a, "cat /etc/no-such-file*", arena), "one\ntwo\n"));
	CHECK(str_equal(shell(pair.a, "cat /run/x/y", arena), "three\n"));
	CHECK(str_starts(shell(pair.a, "cat /etc/passwd", arena), "root:"));
	CHECK(!strstr(shell(pair.b, "cat /etc/hosts", arena), "1.2.3.5"));
	CHECK(str_equal(shell(NULL, "ls -A /run; ls /etc/no-such-file", arena), ""));
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
	assert_int_equal(in_world(uses_files, NULL, NULL), 0);
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
	_cleanup_(pair_done) struct pair pair = { 0 };
	struct arena *arena = arena_new();
	struct firewall_counter_list counters;
	const struct firewall_counter *seen;
	enum firewall_backend backend;
	struct err err = { 0 };

	(void)arg;
	if (firewall_probe(&backend, &err) == -ENOTSUP) {
		fprintf(stderr, "SKIPPED: %s\n", err.text);
		return 77;
	}
	CHECK(pair_make(&pair, &err) == 0);
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
	int status = in_world(uses_a_firewall, NULL, NULL);

	(void)state;
	if (status == 77)
		skip();
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
	_cleanup_(pair_done) struct pair pair = { 0 };
	struct arena *arena = arena_new();
	struct firewall_failure_list failures;
	struct firewall_counter_list counters;
	enum firewall_backend backend;
	struct err err = { 0 };

	(void)arg;
	if (firewall_probe(&backend, &err) == -ENOTSUP)
		return 77;
	CHECK(pair_make(&pair, &err) == 0);
	CHECK(firewall_script(pair.a, backend, script, clock_now_us() + 10 * SECOND_US,
			      arena, &failures, &err) == 0);
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
			      clock_now_us() + SECOND_US / 50, arena, &failures,
			      &err) == -ETIMEDOUT);
	arena_free(arena);
	return 0;
}

static void a_script_runs_on_and_its_failures_have_lines(void **state)
{
	int status = in_world(uses_a_script, NULL, NULL);

	(void)state;
	if (status == 77)
		skip();
	assert_int_equal(status, 0);
}

static int uses_impairments(void *arg)
{
	_cleanup_(pair_done) struct pair pair = { 0 };
	struct impairment late = { .delay_us = 30000, .rate_bit_s = 100000000 };
	struct impairment deaf = { .loss_ppm = 1000000 };
	struct impairment wrong = { .reorder_ppm = 1000 };
	struct err err = { 0 };
	int64_t start_us;
	int ret;

	(void)arg;
	CHECK(pair_make(&pair, &err) == 0);
	CHECK(impair_set(pair.a, "eth0", &wrong, &err) == -EINVAL);
	ret = impair_set(pair.a, "eth0", &late, &err);
	if (ret == -ENOTSUP) {
		fprintf(stderr, "SKIPPED: %s\n", err.text);
		return 77;
	}
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
	int status = in_world(uses_impairments, NULL, NULL);

	(void)state;
	if (status == 77)
		skip();
	assert_int_equal(status, 0);
}

static int uses_xfrm(void *arg)
{
	_cleanup_(pair_done) struct pair pair = { 0 };
	struct inet_prefix local = prefix("192.168.2.82/26"),
			   remote = prefix("10.1.2.0/24");
	struct arena *arena = arena_new();
	struct xfrm_policy_list policies;
	struct xfrm_sa_list sas;
	struct err err = { 0 };
	int ret;

	(void)arg;
	CHECK(pair_make(&pair, &err) == 0);
	ret = xfrm_sa_list(pair.a, arena, &sas, &err);
	if (ret == -ENOTSUP) {
		fprintf(stderr, "SKIPPED: %s\n", err.text);
		return 77;
	}
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
	int status = in_world(uses_xfrm, NULL, NULL);

	(void)state;
	if (status == 77)
		skip();
	assert_int_equal(status, 0);
}

/* -------------------------------------------------- nothing is left */

/* Build things and start a process that holds the descriptor open for ever. */
static int builds_and_stays(void *arg)
{
	const char *const argv[] = { "sh", "-c", "setsid sleep 600 & exec sleep 600",
				     NULL };
	struct spawn spawn = { .argv = argv, .out = *(const int *)arg };
	struct process *process;
	struct pair pair = { 0 };
	struct err err = { 0 };

	CHECK(pair_make(&pair, &err) == 0);
	spawn.node = pair.a;
	CHECK(process_start(&spawn, &process, &err) == 0);
	return waits_for_ever(NULL);
}

static void starts_a_world_and_stays(int hold_fd)
{
	struct world_options options = { 0 };
	struct world world;

	world_start(&options, builds_and_stays, &hold_fd, &world, NULL);
	for (;;)
		pause();
}

/* What of the machine could have changed, as text. */
static const char *machine_state(struct arena *arena)
{
	return shell(
		NULL,
		"cat /proc/self/mounts /proc/net/route; ls /sys/class/net /run/netns",
		arena);
}

/*
 * Kill the parent of a world after so many microseconds of its life, and wait until
 * nobody has the descriptor open any more.
 */
static bool leaves_nothing(int64_t life_us)
{
	struct pollfd poll_fd = { .events = POLLIN };
	struct timespec life = { .tv_nsec = life_us * 1000 };
	bool is_gone;
	int pipes[2];
	pid_t pid;

	assert_int_equal(pipe(pipes), 0);
	pid = fork();
	if (pid == 0) {
		close(pipes[0]);
		starts_a_world_and_stays(pipes[1]);
	}
	close(pipes[1]);
	poll_fd.fd = pipes[0];
	ppoll(&poll_fd, 1, &life, NULL);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	poll(&poll_fd, 1, 5000);
	is_gone = poll_fd.revents & POLLHUP;
	close(pipes[0]);
	return is_gone;
}

static void killed_at_any_moment_nothing_is_left(void **state)
{
	struct arena *arena = arena_new();
	const char *before = machine_state(arena);
	int value = 0;

	(void)state;
	assert_int_equal(in_world(returns_its_argument, &value, NULL), 0); /* or skip */
	for (int i = 0; i < 24; i++)
		/* Denser at the start, where the world is half made. */
		if (!leaves_nothing(i * i * 20))
			fail_msg("after %d us something was left", i * i * 20);
	assert_string_equal(before, machine_state(arena));
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_status_of_main_comes_back),
		cmocka_unit_test(a_signal_that_killed_main_comes_back),
		cmocka_unit_test(a_world_sees_what_is_kept_and_nothing_else_of_tmp),
		cmocka_unit_test(a_path_to_keep_must_exist),
		cmocka_unit_test(a_deadline_ends_the_waiting_but_not_the_world),
		cmocka_unit_test(two_nodes_reach_each_other_over_a_cable),
		cmocka_unit_test(a_bridge_forwards_at_once),
		cmocka_unit_test(routes_are_added_listed_and_deleted),
		cmocka_unit_test(a_node_has_files_and_sysctls_of_its_own),
		cmocka_unit_test(rules_are_loaded_counted_and_refused_by_line),
		cmocka_unit_test(a_script_runs_on_and_its_failures_have_lines),
		cmocka_unit_test(an_impaired_cable_is_late_and_lossy),
		cmocka_unit_test(a_bypass_comes_and_goes),
		cmocka_unit_test(killed_at_any_moment_nothing_is_left),
	};

	return cmocka_run_group_tests_name("netns/world", tests, NULL, NULL);
}
