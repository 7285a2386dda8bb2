// SPDX-License-Identifier: GPL-2.0-or-later
/* refused_test.c - a refused line is a finding where it is wrong, and proves nothing */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "lab/plan.h"
#include "model/aspect.h"
#include "run/refused.h"

struct fixture {
	struct scenario *scenario;
	struct plan *plan;
	struct timeline timeline;
	struct judgement judgement;
};

static int set_up(void **state)
{
	static struct fixture f;
	struct err err = { 0 };

	f = (struct fixture){ .judgement.arena = arena_new() };
	if (scenario_load("scenarios/acme", &f.scenario, &err) ||
	    plan_make(f.scenario, ESP_KERNEL, &f.plan, &err))
		fail_msg("%s", err.text);
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	plan_free(f->plan);
	scenario_free(f->scenario);
	timeline_done(&f->timeline);
	arena_free(f->judgement.arena);
	return 0;
}

#define NO_CHAIN "iptables: No chain/target/match by that name."

#define REFUSED(file, line, rule, text)                                                   \
	"{\"t\":9,\"node\":\"home\",\"source\":\"script\",\"kind\":\"refused\",\"file\":" \
	"\"" file "\",\"line\":" line ",\"rule\":\"" rule "\",\"text\":\"" text "\"}"

static void judge(struct fixture *f, const char *line)
{
	assert_int_equal(timeline_add_line(&f->timeline, line, strlen(line)), 0);
	refused_judge(&f->timeline, f->plan, f->scenario);
	refused_diagnose(&f->timeline, f->plan, f->scenario, &f->judgement);
}

static bool is_touched(const struct fixture *f, unsigned int aspects)
{
	return site_touching(f->scenario->sites.items[0].site, NULL, aspects) != NULL;
}

static void a_wrong_rule_is_a_finding_with_file_and_line(void **state)
{
	struct fixture *f = *state;
	const struct diagnosis *said;

	judge(f, REFUSED("firewall.user", "7",
			 "iptables -t nat -A postrouting_rule -d 10.9.0.0/40 -j ACCEPT",
			 "node home: firewall rules:190: '…': iptables-restore v1.8.9 "
			 "(legacy): invalid mask `40' specified"));
	assert_int_equal(f->judgement.diagnoses.count, 1);
	said = f->judgement.diagnoses.items;
	assert_string_equal(said->class->id, "F90");
	assert_string_equal(said->site, "home");
	assert_string_equal(said->values[0].at.file, "etc/firewall.user");
	assert_int_equal(said->values[0].at.line, 7);
	assert_non_null(strstr(said->summary, ": invalid mask `40' specified"));
	assert_non_null(strstr(said->fixes.items[0], "etc/firewall.user:7: mend"));
	assert_true(is_touched(f, ASPECT_NAT));
	assert_false(is_touched(f, ASPECTS_UP | ASPECT_DNS));
}

static void what_this_machine_lacks_is_nobodys_fault(void **state)
{
	struct fixture *f = *state;

	judge(f,
	      REFUSED("firewall.user", "7", "iptables -t filter -A input_rule -m geoip",
		      "iptables-restore v1.8.9 (legacy): Couldn't load match "
		      "`geoip':No such file or directory"));
	assert_int_equal(f->judgement.diagnoses.count, 0);
	assert_true(is_touched(f, ASPECT_WAY));
	assert_true(is_touched(f, ASPECT_IKE));
}

static void a_rule_of_the_way_says_nothing_of_ike(void **state)
{
	struct fixture *f = *state;

	judge(f, REFUSED("firewall.user", "7",
			 "iptables -t filter -A forwarding_rule -m geoip",
			 "Couldn't load match `geoip':No such file or directory"));
	assert_true(is_touched(f, ASPECT_WAY));
	assert_false(is_touched(f, ASPECTS_UP));
}

static void a_rule_that_is_ours_is_not_the_users_fault(void **state)
{
	struct fixture *f = *state;

	judge(f, REFUSED("firewall", "28",
			 "iptables -t filter -A policies -d 10.1.2.3 -d "
			 "10.1.2.4 -j ACCEPT",
			 "iptables-restore v1.8.9 (legacy): multiple -d flags not "
			 "allowed"));
	assert_int_equal(f->judgement.diagnoses.count, 0);
	assert_true(is_touched(f, ASPECT_WAY));
}

static void a_missing_chain_is_wrong_a_missing_match_may_be_ours(void **state)
{
	static const char said[] = "iptables: No chain/target/match by that name.";

	(void)state;
	assert_true(refused_is_wrong_line("iptables -A nosuch -j ACCEPT", said));
	assert_false(refused_is_wrong_line("iptables -A INPUT -m geoip -j DROP", said));
	assert_true(refused_is_wrong_line("dnsmasq.conf",
					  "dnsmasq: bad option at line 9 of stdin"));
	assert_false(refused_is_wrong_line("dnsmasq.conf",
					   "dnsmasq: failed to create listening socket"));
}

static void a_wrong_word_of_ip_sysctl_and_nft_is_a_finding(void **state)
{
	struct fixture *f = *state;

	judge(f,
	      REFUSED("firewall.user", "7", "ip route add 10.9.0.0/40 via 192.168.2.9",
		      "Error: any valid prefix is expected rather than \\\"10.9.0.0/40\\\"."));
	assert_int_equal(f->judgement.diagnoses.count, 1);
	assert_true(str_starts(f->judgement.diagnoses.items[0].summary,
			       "ip does not take a line: Error: any valid prefix"));
	assert_true(is_touched(f, ASPECT_WAY));
	assert_false(is_touched(f, ASPECTS_UP | ASPECT_DNS));
	assert_true(refused_is_wrong_line(
		"sysctl -w net.ipv4.ip_forward=on",
		"sysctl: setting key \"net.ipv4.ip_forward\": Invalid "
		"argument"));
	assert_true(
		refused_is_wrong_line("nft add rule inet fw4 x tcp dport 99999 accept",
				      "Error: Value 99999 exceeds valid range 0-65535"));
}

static void a_route_by_no_neighbour_is_not_rehearsed(void **state)
{
	struct fixture *f = *state;
	struct site *site = f->scenario->sites.items[0].site;
	struct site_route route = { .at = { .file = "etc/config/network", .line = 9 } };

	(void)inet_prefix_parse("10.9.0.0/16", &route.destination);
	(void)inet_addr_parse("192.168.77.1", &route.gateway);
	refused_judge(&f->timeline, f->plan, f->scenario);
	assert_false(is_touched(f, ASPECT_WAY));
	vec_add(site->arena, &site->routes, route);
	refused_judge(&f->timeline, f->plan, f->scenario);
	assert_true(is_touched(f, ASPECT_WAY));
	assert_false(is_touched(f, ASPECTS_UP));
}

static void a_route_by_a_neighbour_is_rehearsed(void **state)
{
	struct fixture *f = *state;
	struct site *site = f->scenario->sites.items[0].site;
	struct site_route route = { .at = { .file = "etc/config/network", .line = 9 } };
	const struct plan_node *home =
		&f->plan->nodes.items[plan_node_find(f->plan, "home")];

	(void)inet_prefix_parse("10.9.0.0/16", &route.destination);
	route.gateway = inet_prefix_nth(&home->addresses.items[0].prefix, 9);
	vec_add(site->arena, &site->routes, route);
	refused_judge(&f->timeline, f->plan, f->scenario);
	assert_false(is_touched(f, ASPECT_WAY));
}

/* Another kernel, another release, names of devices: what fails here may work there. */
static void what_only_this_machine_refuses_is_no_finding(void **state)
{
	static const char *const refusals[][2] = {
		{ "sysctl -w net.netfilter.nf_x=1",
		  "sysctl: cannot stat /proc/sys/net/netfilter/nf_x: No such file or directory" },
		{ "sysctl -w vm.swappiness=1", "sysctl: permission denied on key" },
		{ "nft add chain inet fw4 x { }", "Error: syntax error, unexpected '}'" },
		{ "nft add chain inet fw4 x", "sh: 1: nft: not found" },
		{ "ip route add 10.9.0.0/24 dev pppoe-wan",
		  "Cannot find device \"pppoe-wan\"" },
		{ "ip link add x type ifb", "RTNETLINK answers: Invalid argument" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(refusals); i++)
		assert_false(refused_is_wrong_line(refusals[i][0], refusals[i][1]));
}

/* The gateway of the site home has a script of these lines as well. */
static void script(struct fixture *f, const char *const *lines, size_t count)
{
	struct plan_node *node = &f->plan->nodes.items[plan_node_find(f->plan, "home")];
	struct plan_script *script = vec_push(f->judgement.arena, &node->scripts);

	*script = (struct plan_script){ .file = "etc/own" };
	for (size_t i = 0; i < count; i++)
		vec_add(f->judgement.arena, &script->lines,
			((struct text){ .s = lines[i], .at = { .line = 1 } }));
}

#define NO_RULE "iptables: Bad rule (does a matching rule exist in that chain?)."

static void what_nobody_adds_and_a_script_takes_away_was_the_devices(void **state)
{
	static const char *const others[] = {
		"iptables -A FORWARD -s 10.8.0.0/24 -j DROP", "iptables -N own"
	};
	struct fixture *f = *state;

	script(f, others, ARRAY_SIZE(others));
	judge(f, REFUSED("own", "1", "iptables -F own", NO_CHAIN));
	assert_false(is_touched(f, ASPECT_WAY));
	judge(f,
	      REFUSED("own", "1", "iptables -D FORWARD -s 10.9.0.0/24 -j DROP", NO_RULE));
	assert_int_equal(f->judgement.diagnoses.count, 0);
	assert_true(is_touched(f, ASPECT_WAY));
}

static void a_chain_that_no_script_makes_was_the_devices(void **state)
{
	struct fixture *f = *state;

	judge(f, REFUSED("own", "1", "iptables -F zone_dmz_forward", NO_CHAIN));
	assert_true(is_touched(f, ASPECT_WAY));
}

#define EXISTS "RTNETLINK answers: File exists"

static void a_route_that_is_there_is_as_wanted_but_for_one_of_our_own(void **state)
{
	struct fixture *f = *state;
	struct plan_node *node = &f->plan->nodes.items[plan_node_find(f->plan, "home")];
	struct plan_route route = { .interface = "br-lan" };

	judge(f, REFUSED("own", "1", "ip rule add fwmark 1 table 9", EXISTS));
	judge(f, REFUSED("own", "1", "ip route add 10.77.0.0/16 dev br-lan", EXISTS));
	assert_false(is_touched(f, ASPECT_WAY));
	(void)inet_prefix_parse("10.77.0.0/16", &route.destination);
	vec_add(f->judgement.arena, &node->routes, route);
	refused_judge(&f->timeline, f->plan, f->scenario);
	assert_true(is_touched(f, ASPECT_WAY));
}

static void what_is_as_the_line_wants_it_touches_nothing(void **state)
{
	static const char *const again[] = {
		"iptables -I FORWARD 1 -s 10.9.0.0/24 -j DROP 2>/dev/null",
	};
	struct fixture *f = *state;

	script(f, again, ARRAY_SIZE(again));

	judge(f, REFUSED("firewall.user", "7", "ip rule del fwmark 1 table 9",
			 "RTNETLINK answers: No such file or directory"));
	judge(f,
	      REFUSED("firewall.user", "8", "iptables -D FORWARD -s 10.9.0.0/24 -j DROP",
		      "iptables: Bad rule (does a matching rule exist in that chain?)."));
	judge(f, REFUSED("firewall.user", "9", "ip -4 link show tun0",
			 "Device \\\"tun0\\\" does not exist."));
	judge(f, REFUSED("firewall.user", "10", "iptables -t nat -N own",
			 "iptables: Chain already exists."));
	assert_int_equal(f->judgement.diagnoses.count, 0);
	assert_false(is_touched(f, ASPECT_WAY | ASPECT_IKE | ASPECT_DNS));
	judge(f,
	      REFUSED("firewall.user", "10", "ip route add 10.9.0.0/24 via 192.168.77.1",
		      "Error: Nexthop has invalid gateway."));
	assert_int_equal(f->judgement.diagnoses.count, 0);
	assert_true(is_touched(f, ASPECT_WAY));
}

/* dnsmasq names the line of what it was given; the user wants that of the file. */
static void an_option_that_dnsmasq_refuses_has_its_own_line(void **state)
{
	struct fixture *f = *state;
	struct site *site = f->scenario->sites.items[0].site;
	int node = plan_node_find(f->plan, "home");

	f->plan->nodes.items[node].dnsmasq = "no-resolv\nalias=1.2.3\nport=53\n";
	vec_add(site->arena, &site->dns.raw,
		((struct text){ .s = "alias=1.2.3",
				.at = { .file = "etc/config/dhcp", .line = 21 } }));
	judge(f, REFUSED("", "0", "dnsmasq.conf",
			 "dnsmasq: bad IPv4 address at line 2 of stdin"));
	assert_int_equal(f->judgement.diagnoses.count, 1);
	assert_string_equal(f->judgement.diagnoses.items[0].values[0].at.file,
			    "etc/config/dhcp");
	assert_int_equal(f->judgement.diagnoses.items[0].values[0].at.line, 21);
	assert_true(is_touched(f, ASPECT_DNS));
	assert_false(is_touched(f, ASPECTS_TRAFFIC));
}

static void a_flood_of_wrong_lines_is_a_few_findings(void **state)
{
	static const char *const lines[] = {
		REFUSED("firewall.user", "6", "iptables -Q", "unknown option \\\"-Q\\\""),
		REFUSED("firewall.user", "7", "iptables -Q", "unknown option \\\"-Q\\\""),
		REFUSED("firewall.user", "7", "iptables -Q", "unknown option \\\"-Q\\\""),
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		judge(f, lines[i]);
	assert_int_equal(f->judgement.diagnoses.count, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_wrong_rule_is_a_finding_with_file_and_line),
		TEST(what_this_machine_lacks_is_nobodys_fault),
		TEST(a_rule_of_the_way_says_nothing_of_ike),
		TEST(a_rule_that_is_ours_is_not_the_users_fault),
		TEST(a_missing_chain_is_wrong_a_missing_match_may_be_ours),
		TEST(a_wrong_word_of_ip_sysctl_and_nft_is_a_finding),
		TEST(a_route_by_no_neighbour_is_not_rehearsed),
		TEST(a_route_by_a_neighbour_is_rehearsed),
		TEST(what_only_this_machine_refuses_is_no_finding),
		TEST(what_nobody_adds_and_a_script_takes_away_was_the_devices),
		TEST(a_chain_that_no_script_makes_was_the_devices),
		TEST(a_route_that_is_there_is_as_wanted_but_for_one_of_our_own),
		TEST(what_is_as_the_line_wants_it_touches_nothing),
		TEST(an_option_that_dnsmasq_refuses_has_its_own_line),
		TEST(a_flood_of_wrong_lines_is_a_few_findings),
	};

	return cmocka_run_group_tests_name("run/refused", tests, NULL, NULL);
}
