// SPDX-License-Identifier: GPL-2.0-or-later
/* check_test.c - each check can fail, says why, and is unproven where nothing was seen */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "check/check.h"

/* Indices of the expectations in scenarios/acme/scenario.yml. */
#define REACH_HOBBIT 1
#define BLOCKED_LAB  4
#define NAME_HOBBIT  7
#define LEAK_NONE    8
#define TEARDOWN     11

#define UP_SA                                                                            \
	"{\"acme\":{\"version\":\"1\",\"state\":\"ESTABLISHED\",\"local-host\":\"203.0." \
	"113.56\","                                                                      \
	"\"local-id\":\"bratwurst\",\"remote-host\":\"7.7.7.7\",\"remote-id\":\"7.7.7."  \
	"7\","                                                                           \
	"\"encr-alg\":\"AES_CBC\",\"encr-keysize\":\"128\",\"integ-alg\":\"HMAC_SHA1_"   \
	"96\","                                                                          \
	"\"prf-alg\":\"PRF_HMAC_SHA1\",\"dh-group\":\"MODP_1024\",\"child-sas\":{}}}"

static struct scenario *scenario;
static struct plan *plan;
static struct timeline timeline;
static struct wire_link links[8];
static struct wire wire;
static struct check_input input;
static struct verdicts verdicts;

static int set_up(void **state)
{
	struct err err = { 0 };

	(void)state;
	if (access("scenarios/acme/scenario.yml", R_OK) ||
	    scenario_load("scenarios/acme", &scenario, &err) ||
	    plan_make(scenario, ESP_KERNEL, &plan, &err)) {
		print_error("%s\n", err.text);
		return -1;
	}
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	plan_free(plan);
	scenario_free(scenario);
	return 0;
}

static int begin(void **state)
{
	(void)state;
	memset(links, 0, sizeof(links));
	wire = (struct wire){ .links = links };
	timeline = (struct timeline){ 0 };
	verdicts = (struct verdicts){ 0 };
	input = (struct check_input){ .scenario = scenario,
				      .plan = plan,
				      .timeline = &timeline,
				      .wire = &wire,
				      .plane = "uml",
				      .is_kernel_esp = true,
				      .arena = arena_new() };
	return 0;
}

static int end(void **state)
{
	(void)state;
	timeline_done(&timeline);
	arena_free(input.arena);
	return 0;
}

static void fact(const char *line)
{
	assert_int_equal(timeline_add_line(&timeline, line, strlen(line)), 0);
}

/* The first Internet link of the plan as captured, with one packet. */
static struct wire_link *internet_link(void)
{
	vec_foreach (link, &plan->links) {
		if (!link->is_internet || link->capture_end < 0)
			continue;
		links[0] =
			(struct wire_link){ .link = link, .file = "wan", .packets = 1 };
		wire.count = 1;
		return &links[0];
	}
	fail();
	return NULL;
}

static const struct verdict *verdict_of(const char *check, int expectation)
{
	const struct verdict *verdict = check_find(&verdicts, check, expectation);

	assert_non_null(verdict);
	return verdict;
}

static void sas(const char *node, const char *label, const char *list)
{
	char line[900];

	(void)snprintf(line, sizeof(line),
		       "{\"t\":9,\"node\":\"%s\",\"source\":\"vici\",\"kind\":\"sas\","
		       "\"label\":\"%s\",\"sas\":[%s]}",
		       node, label, list);
	fact(line);
}

static void reach(const char *received, const char *seen)
{
	char line[400];

	(void)snprintf(
		line, sizeof(line),
		"{\"t\":5,\"node\":\"laptop\",\"source\":\"probe\",\"kind\":\"reach\","
		"\"label\":\"up\",\"expectation\":1,\"from\":\"laptop\",\"to\":"
		"\"hobbit\","
		"\"dst\":\"10.1.2.42\",\"sent\":2,\"received\":%s,\"arrived\":2,"
		"\"seen_as\":[\"%s\"],\"rtt_us\":900,\"errors\":[]}",
		received, seen);
	fact(line);
	check_reach(&input, &verdicts);
}

static void an_answer_without_an_sa_came_another_way(void **state)
{
	(void)state;
	reach("2", "192.168.2.100");
	assert_int_equal(verdict_of("reach", REACH_HOBBIT)->kind, VERDICT_BROKEN);
	assert_non_null(strstr(verdict_of("reach", REACH_HOBBIT)->seen,
			       "not through the tunnel"));
}

static void an_answer_with_the_own_source_is_ok(void **state)
{
	(void)state;
	sas("home", "up", UP_SA);
	sas("acme", "up", UP_SA);
	reach("2", "192.168.2.100");
	assert_int_equal(verdict_of("reach", REACH_HOBBIT)->kind, VERDICT_OK);
}

static void a_translated_source_is_broken_and_both_are_named(void **state)
{
	const struct verdict *verdict;

	(void)state;
	reach("2", "203.0.113.56");
	verdict = verdict_of("reach", REACH_HOBBIT);
	assert_int_equal(verdict->kind, VERDICT_BROKEN);
	assert_non_null(strstr(verdict->seen, "203.0.113.56"));
	assert_non_null(strstr(verdict->seen, "instead of 192.168.2.100"));
}

static void an_own_request_in_clear_is_a_leak_though_it_was_answered(void **state)
{
	struct wire_link *link = internet_link();
	struct wire_clear *clear = vec_push(input.arena, &link->clear);

	(void)state;
	*clear = (struct wire_clear){ .number = 17,
				      .time_us = 5,
				      .expectation = REACH_HOBBIT };
	fact("{\"t\":1,\"source\":\"phase\",\"kind\":\"begin\",\"name\":\"traffic\"}");
	reach("2", "192.168.2.100");
	assert_int_equal(verdict_of("reach", REACH_HOBBIT)->kind, VERDICT_LEAK);
	assert_non_null(
		strstr(verdict_of("reach", REACH_HOBBIT)->proof.items[0], "packet 17"));
}

static void a_question_that_was_not_put_is_unproven(void **state)
{
	(void)state;
	check_reach(&input, &verdicts);
	check_blocked(&input, &verdicts);
	assert_int_equal(verdict_of("reach", REACH_HOBBIT)->kind, VERDICT_UNPROVEN);
	assert_int_equal(verdict_of("blocked", BLOCKED_LAB)->kind, VERDICT_UNPROVEN);
}

static void what_should_be_blocked_and_arrives_is_broken(void **state)
{
	(void)state;
	fact("{\"t\":5,\"source\":\"probe\",\"kind\":\"reach\",\"label\":\"up\","
	     "\"expectation\":4,"
	     "\"from\":\"laptop\",\"to\":\"lab\",\"received\":0,\"arrived\":1,\"errors\":"
	     "[]}");
	check_blocked(&input, &verdicts);
	assert_int_equal(verdict_of("blocked", BLOCKED_LAB)->kind, VERDICT_BROKEN);
}

static void name(const char *answer, const char *server, const char *from)
{
	char line[400];

	(void)snprintf(
		line, sizeof(line),
		"{\"t\":5,\"source\":\"probe\",\"kind\":\"name\",\"label\":\"up\","
		"\"expectation\":7,\"name\":\"hobbit.acme.inc\",\"rcode\":\"NOERROR\","
		"\"answers\":[\"%s\"],\"took_us\":800,"
		"\"seen\":[{\"server\":\"%s\",\"from\":\"%s\"}]}",
		answer, server, from);
	fact(line);
	check_names(&input, &verdicts);
}

static void a_right_answer_asked_the_right_way_is_ok(void **state)
{
	(void)state;
	name("10.1.2.42", "dns", "192.168.2.82");
	assert_int_equal(verdict_of("name", NAME_HOBBIT)->kind, VERDICT_OK);
}

static void a_right_answer_asked_from_a_wrong_source_is_broken(void **state)
{
	(void)state;
	name("10.1.2.42", "dns", "203.0.113.56");
	assert_int_equal(verdict_of("name", NAME_HOBBIT)->kind, VERDICT_BROKEN);
}

static void a_wrong_answer_is_broken(void **state)
{
	(void)state;
	name("10.1.2.43", "dns", "192.168.2.82");
	assert_int_equal(verdict_of("name", NAME_HOBBIT)->kind, VERDICT_BROKEN);
}

static void an_address_is_asked_for_its_name(void **state)
{
	struct expectation *wanted =
		&((struct expectation *)input.scenario->expectations.items)[NAME_HOBBIT];

	(void)state;
	wanted->name = "10.1.2.42";
	wanted->answer_name = "hobbit.acme.inc";
	name("Hobbit.ACME.inc", "dns", "192.168.2.82");
	assert_int_equal(verdict_of("name", NAME_HOBBIT)->kind, VERDICT_OK);
	verdicts.count = 0;
	wanted->answer_name = "hobbit.lan";
	check_names(&input, &verdicts);
	assert_int_equal(verdict_of("name", NAME_HOBBIT)->kind, VERDICT_BROKEN);
}

static void a_name_without_domain_needs_a_known_search_list(void **state)
{
	static const struct dhcp_network lan = { .interface = "lan" };
	struct expectation *wanted =
		&((struct expectation *)input.scenario->expectations.items)[NAME_HOBBIT];
	int laptop = plan_node_find(input.plan, "laptop");

	(void)state;
	assert_true(laptop >= 0);
	wanted->name = "hobbit";
	name("10.1.2.43", "dns", "192.168.2.82");
	((struct plan_node *)input.plan->nodes.items)[laptop].dhcp = NULL;
	verdicts.count = 0;
	check_names(&input, &verdicts);
	assert_int_equal(verdict_of("name", NAME_HOBBIT)->kind, VERDICT_UNPROVEN);
	((struct plan_node *)input.plan->nodes.items)[laptop].dhcp = &lan;
	verdicts.count = 0;
	check_names(&input, &verdicts);
	assert_int_equal(verdict_of("name", NAME_HOBBIT)->kind, VERDICT_BROKEN);
}

static void a_clear_packet_is_a_leak_with_its_time(void **state)
{
	struct wire_link *link = internet_link();

	(void)state;
	link->clear_count = 1;
	*vec_push(input.arena, &link->clear) =
		(struct wire_clear){ .number = 3, .time_us = 1 };
	check_leaks(&input, &verdicts);
	assert_int_equal(verdict_of("leak", LEAK_NONE)->kind, VERDICT_LEAK);
	assert_non_null(
		strstr(verdict_of("leak", LEAK_NONE)->seen, "1 before the tunnel"));
}

/* Up from 10, an outage of the life from 80 to 95, down from 200. */
static void a_leak_is_told_with_its_window(void **state)
{
	static const struct {
		int64_t t_us;
		const char *window;
	} rows[] = {
		{ 5, "1 before the tunnel, 0 during, 0 after" },
		{ 10, "0 before the tunnel, 1 during, 0 after" },
		{ 79, "0 before the tunnel, 1 during, 0 after" },
		{ 80, "0 before the tunnel, 0 during, 1 after" },
		{ 95, "0 before the tunnel, 0 during, 1 after" },
		{ 96, "0 before the tunnel, 1 during, 0 after" },
		{ 200, "0 before the tunnel, 1 during, 0 after" },
		{ 201, "0 before the tunnel, 0 during, 1 after" },
	};

	(void)state;
	fact("{\"t\":10,\"node\":null,\"source\":\"phase\",\"kind\":\"end\",\"name\":"
	     "\"tunnel\"}");
	sas("home", "up", UP_SA);
	fact("{\"t\":95,\"node\":\"laptop\",\"source\":\"life\",\"kind\":\"outage\","
	     "\"from_us\":80,\"until_us\":95}");
	fact("{\"t\":200,\"node\":null,\"source\":\"phase\",\"kind\":\"end\",\"name\":"
	     "\"teardown\"}");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct wire_link *link = internet_link();

		verdicts = (struct verdicts){ 0 };
		link->clear_count = 1;
		*vec_push(input.arena, &link->clear) =
			(struct wire_clear){ .number = 3, .time_us = rows[i].t_us };
		check_leaks(&input, &verdicts);
		if (!strstr(verdict_of("leak", LEAK_NONE)->seen, rows[i].window))
			fail_msg("%zu: %s", i, verdict_of("leak", LEAK_NONE)->seen);
	}
}

/* Two requests and their answers, on the wire of `home`. */
static void
esp_is_ok_when_there_is_enough_of_it_each_way_and_no_number_twice(void **state)
{
	static const struct {
		uint64_t out, in, repeated;
		enum verdict_kind kind;
	} rows[] = {
		{ 2, 2, 0, VERDICT_OK },     { 3, 2, 0, VERDICT_OK },
		{ 1, 2, 0, VERDICT_BROKEN }, { 2, 1, 0, VERDICT_BROKEN },
		{ 0, 4, 0, VERDICT_BROKEN }, { 2, 2, 1, VERDICT_BROKEN },
	};
	const struct inet_addr home = scenario_wan(&scenario->sites.items[0])->addr;
	const struct inet_addr acme = scenario_wan(&scenario->sites.items[1])->addr;

	(void)state;
	reach("2", "192.168.2.70");
	vec_foreach (link, &plan->links)
		if (link->is_internet && link->site == 0)
			links[0] = (struct wire_link){ .link = link, .file = "home-wan" };
	assert_non_null(links[0].link);
	wire.count = 1;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		links[0].esp.count = 0;
		vec_add(input.arena, &links[0].esp,
			((struct wire_esp){ .src = home,
					    .dst = acme,
					    .packets = rows[i].out,
					    .repeated = rows[i].repeated }));
		vec_add(input.arena, &links[0].esp,
			((struct wire_esp){
				.src = acme, .dst = home, .packets = rows[i].in }));
		verdicts = (struct verdicts){ 0 };
		check_esp(&input, &verdicts);
		if (verdict_of("esp", -1)->kind != rows[i].kind)
			fail_msg("%zu: %s", i, verdict_of("esp", -1)->seen);
	}
}

/* Of home's tunnel, whose `route` stands in its file in this test. */
static enum verdict_kind held_at(int64_t t_us, bool is_loaded)
{
	struct site *site = scenario->sites.items[0].site;
	struct tunnel *tunnel = &site->tunnels.items[0];
	const struct selector *selector = &tunnel->children.items[0].selectors.items[0];
	const struct origin saved = tunnel->start_at;
	struct wire_link *link = internet_link();

	verdicts = (struct verdicts){ 0 };
	link->clear_count = 1;
	*vec_push(input.arena, &link->clear) =
		(struct wire_clear){ .number = 3,
				     .time_us = t_us,
				     .src = selector->local.addr,
				     .dst = selector->remote.addr };
	if (is_loaded)
		fact("{\"t\":100,\"node\":\"home\",\"source\":\"vici\",\"kind\":"
		     "\"traps\"}");
	tunnel->start = START_ON_TRAFFIC;
	tunnel->start_at = (struct origin){ .file = "ipsec", .line = 1 };
	check_leaks(&input, &verdicts);
	tunnel->start_at = saved;
	return verdict_of("leak", LEAK_NONE)->kind;
}

static void what_passes_a_loaded_trap_policy_is_a_leak(void **state)
{
	(void)state;
	assert_int_equal(held_at(1, false), VERDICT_UNPROVEN);
	assert_int_equal(held_at(1, true), VERDICT_OK);
	assert_int_equal(held_at(101, true), VERDICT_LEAK);
}

static void a_leak_check_without_packets_or_with_lost_ones_is_unproven(void **state)
{
	(void)state;
	check_leaks(&input, &verdicts);
	assert_int_equal(verdict_of("leak", LEAK_NONE)->kind, VERDICT_UNPROVEN);
	verdicts = (struct verdicts){ 0 };
	internet_link();
	check_leaks(&input, &verdicts);
	assert_int_equal(verdict_of("leak", LEAK_NONE)->kind, VERDICT_OK);
	verdicts = (struct verdicts){ 0 };
	links[0].is_damaged = true;
	links[0].damage = "cut";
	check_leaks(&input, &verdicts);
	assert_int_equal(verdict_of("leak", LEAK_NONE)->kind, VERDICT_UNPROVEN);
}

static void an_sa_that_is_left_after_teardown_is_broken(void **state)
{
	(void)state;
	sas("home", "up", UP_SA);
	sas("acme", "up", UP_SA);
	sas("home", "after-teardown", "");
	sas("acme", "after-teardown", UP_SA);
	check_teardown(&input, &verdicts);
	assert_int_equal(verdict_of("teardown", TEARDOWN)->kind, VERDICT_BROKEN);
}

static void teardown_of_a_tunnel_that_never_was_is_unproven(void **state)
{
	(void)state;
	sas("home", "up", "");
	sas("home", "after-teardown", "");
	sas("acme", "after-teardown", "");
	check_teardown(&input, &verdicts);
	assert_int_equal(verdict_of("teardown", TEARDOWN)->kind, VERDICT_UNPROVEN);
}

static void an_ike_sa_without_its_children_is_not_enough(void **state)
{
	(void)state;
	sas("home", "up", UP_SA);
	sas("acme", "up", UP_SA);
	check_ike_sas(&input, &verdicts);
	check_child_sas(&input, &verdicts);
	assert_int_equal(verdict_of("ike-sa", 0)->kind, VERDICT_OK);
	assert_int_equal(verdict_of("ike-algorithms", -1)->kind, VERDICT_OK);
	assert_int_equal(verdict_of("child-sa", -1)->kind, VERDICT_BROKEN);
}

static enum verdict_kind child_verdict(void)
{
	verdicts = (struct verdicts){ 0 };
	check_child_sas(&input, &verdicts);
	return verdict_of("child-sa", -1)->kind;
}

/* charon of the responder could not make the route of the first pair of networks. */
static void a_route_that_only_libipsec_needs_breaks_nothing(void **state)
{
	const unsigned int from = scenario->initiator;
	const struct tunnel *tunnel = &scenario->sites.items[from].site->tunnels.items[0];
	const struct selector *selector = &tunnel->children.items[0].selectors.items[0];
	struct log_fact refused = { .fact = CHARON_LOG_ROUTE_FAILED, .line = 7 };

	(void)state;
	refused.text = refused.capture[0] = arena_printf(
		input.arena, "%s === %s out", inet_prefix_text(&selector->remote).s,
		inet_prefix_text(&selector->local).s);
	input.logs[!from] = (struct log_facts){ "far.charon.log", &refused, 1, 1 };
	sas("home", "up", UP_SA);
	sas("acme", "up", UP_SA);
	assert_int_equal(child_verdict(), VERDICT_BROKEN); /* a kernel needs none */
	input.is_kernel_esp = false;
	assert_int_equal(child_verdict(), VERDICT_UNPROVEN);
	assert_non_null(strstr(verdict_of("child-sa", -1)->seen, "far.charon.log:7"));
	refused.capture[0] = "10.9.9.0/24 === 10.8.8.0/24 out";
	assert_int_equal(child_verdict(), VERDICT_BROKEN);
}

/* The first tunnel of an end without children, or with those it had. */
static void childless(unsigned int end, bool is_without)
{
	static size_t had[2];
	struct tunnel *tunnel = &scenario->sites.items[end].site->tunnels.items[0];

	if (is_without)
		had[end] = tunnel->children.count;
	tunnel->children.count = is_without ? 0 : had[end];
}

static void without_children_an_ike_sa_is_all_that_both_files_have(void **state)
{
	const unsigned int from = scenario->initiator;

	(void)state;
	childless(0, true);
	childless(1, true);
	assert_int_equal(child_verdict(), VERDICT_BROKEN); /* no IKE SA */
	sas("home", "up", UP_SA);
	sas("acme", "up", UP_SA);
	assert_int_equal(child_verdict(), VERDICT_OK);
	childless(!from, false);
	assert_int_equal(child_verdict(), VERDICT_BROKEN); /* one wants networks */
	childless(from, false);
}

static void no_ike_sa_is_broken_and_says_what_charon_said(void **state)
{
	(void)state;
	fact("{\"t\":9,\"node\":\"home\",\"source\":\"vici\",\"kind\":\"initiated\","
	     "\"connection\":\"acme\",\"child\":\"\",\"ok\":false,\"text\":\"peer says "
	     "no\","
	     "\"took_us\":1000}");
	check_ike_sas(&input, &verdicts);
	assert_int_equal(verdict_of("ike-sa", 0)->kind, VERDICT_BROKEN);
	assert_non_null(strstr(verdict_of("ike-sa", 0)->seen, "peer says no"));
}

static void a_daemon_that_ended_by_itself_is_broken(void **state)
{
	(void)state;
	fact("{\"t\":9,\"node\":\"home\",\"source\":\"process\",\"kind\":\"ended\","
	     "\"name\":\"charon\",\"status\":\"was killed by signal "
	     "9\",\"expected\":false}");
	check_processes(&input, &verdicts);
	assert_int_equal(verdict_of("process", -1)->kind, VERDICT_BROKEN);
}

int main(void)
{
#define CLAIM(claim) cmocka_unit_test_setup_teardown(claim, begin, end)
	const struct CMUnitTest tests[] = {
		CLAIM(an_answer_without_an_sa_came_another_way),
		CLAIM(an_answer_with_the_own_source_is_ok),
		CLAIM(a_translated_source_is_broken_and_both_are_named),
		CLAIM(an_own_request_in_clear_is_a_leak_though_it_was_answered),
		CLAIM(a_question_that_was_not_put_is_unproven),
		CLAIM(what_should_be_blocked_and_arrives_is_broken),
		CLAIM(a_right_answer_asked_the_right_way_is_ok),
		CLAIM(a_right_answer_asked_from_a_wrong_source_is_broken),
		CLAIM(a_wrong_answer_is_broken),
		CLAIM(an_address_is_asked_for_its_name),
		CLAIM(a_name_without_domain_needs_a_known_search_list),
		CLAIM(a_clear_packet_is_a_leak_with_its_time),
		CLAIM(a_leak_is_told_with_its_window),
		CLAIM(esp_is_ok_when_there_is_enough_of_it_each_way_and_no_number_twice),
		CLAIM(what_passes_a_loaded_trap_policy_is_a_leak),
		CLAIM(a_leak_check_without_packets_or_with_lost_ones_is_unproven),
		CLAIM(an_sa_that_is_left_after_teardown_is_broken),
		CLAIM(teardown_of_a_tunnel_that_never_was_is_unproven),
		CLAIM(an_ike_sa_without_its_children_is_not_enough),
		CLAIM(a_route_that_only_libipsec_needs_breaks_nothing),
		CLAIM(without_children_an_ike_sa_is_all_that_both_files_have),
		CLAIM(no_ike_sa_is_broken_and_says_what_charon_said),
		CLAIM(a_daemon_that_ended_by_itself_is_broken),
	};

	return cmocka_run_group_tests_name("check/check", tests, set_up, tear_down);
}
