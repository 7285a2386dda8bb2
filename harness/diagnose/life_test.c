// SPDX-License-Identifier: GPL-2.0-or-later
/* life_test.c - claims about why a tunnel was away for too long */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "diagnose/observe.h"

#define FOLDER "scenarios/office-48h-gave-up"
#define OUTAGE                                                                         \
	"{\"t\":5,\"node\":\"desk\",\"source\":\"life\",\"kind\":\"outage\","          \
	"\"expectation\":1,\"from\":\"desk\",\"to\":\"store\",\"event\":%d,\"text\":"  \
	"\"an event\",\"at_us\":10800000000,\"from_us\":1,\"until_us\":%s,\"gap_us\":" \
	"%s,\"lost\":30,\"is_back\":%s}"
#define SAS                                                                        \
	"{\"t\":6,\"node\":\"%s\",\"source\":\"vici\",\"kind\":\"sas\",\"label\":" \
	"\"after-life\",\"sas\":[{\"branch\":{\"state\":\"ESTABLISHED\"}}]}"
#define RESTART 0 /* of the scenario's events */
#define LOSS	1

struct world {
	struct scenario *scenario;
	struct timeline timeline;
	struct check_input input;
	struct diagnoses diagnoses;
};

static void load(struct world *world)
{
	struct err err = { 0 };

	*world = (struct world){ 0 };
	if (scenario_load(FOLDER, &world->scenario, &err))
		fail_msg("%s", err.text);
	world->input.arena = arena_new();
	world->input.scenario = world->scenario;
	world->input.timeline = &world->timeline;
	world->input.logs[0].file = "office.charon.log";
	world->input.logs[1].file = "branch.charon.log";
}

static void done(struct world *world)
{
	timeline_done(&world->timeline);
	arena_free(world->input.arena);
	scenario_free(world->scenario);
}

static void add(struct world *world, const char *line)
{
	assert_int_equal(timeline_add_line(&world->timeline, line, strlen(line)), 0);
}

static void add_outage(struct world *world, int event, const char *gap_us, bool is_back)
{
	add(world, arena_printf(world->input.arena, OUTAGE, event, is_back ? "9" : "-1",
				gap_us, is_back ? "true" : "false"));
}

static void give_up(struct world *world, unsigned int site)
{
	struct log_fact fact = { .fact = CHARON_LOG_GAVE_UP,
				 .line = 7,
				 .text = "giving up after 5 retransmits" };

	vec_add(world->input.arena, &world->input.logs[site], fact);
}

static struct tunnel *tunnel_of(struct world *world, unsigned int site)
{
	return &world->scenario->sites.items[site].site->tunnels.items[0];
}

static const struct diagnosis *diagnose(struct world *world)
{
	struct verdicts verdicts = { 0 };
	struct observe observe = { .input = &world->input, .verdicts = &verdicts };

	observe_life(&observe, &world->diagnoses);
	return world->diagnoses.count ? &world->diagnoses.items[0] : NULL;
}

static void who_gave_up_for_good_is_named_with_the_line(void **state)
{
	const struct diagnosis *diagnosis;
	struct world world;

	(void)state;
	load(&world);
	add_outage(&world, LOSS, "900000000", false);
	give_up(&world, 0);
	give_up(&world, 1);
	diagnosis = diagnose(&world);
	assert_non_null(diagnosis);
	assert_int_equal(diagnosis->class->number, F61);
	assert_string_equal(diagnosis->site, "office");
	assert_true(str_ends(diagnosis->values[0].at.file, "etc/config/ipsec"));
	assert_int_equal(diagnosis->values[0].at.line, 4);
	assert_string_equal(diagnosis->values[0].value, "3 (default)");
	assert_string_equal(diagnosis->values[1].site, "branch");
	assert_true(diagnosis->is_in_effect);
	assert_int_equal(diagnosis->fixes.count, 2);
	done(&world);
}

static void who_tries_for_ever_or_has_an_sa_has_not_given_up(void **state)
{
	struct world world;

	(void)state;
	load(&world);
	add_outage(&world, LOSS, "900000000", false);
	give_up(&world, 0);
	tunnel_of(&world, 0)->keyingtries = (struct number){ .is_set = true, .n = 0 };
	assert_null(diagnose(&world));
	done(&world);

	load(&world);
	add_outage(&world, LOSS, "900000000", false);
	give_up(&world, 0);
	add(&world, arena_printf(world.input.arena, SAS, "branch"));
	assert_null(diagnose(&world));
	done(&world);
}

static void what_was_back_is_no_giving_up(void **state)
{
	struct world world;

	(void)state;
	load(&world);
	add_outage(&world, LOSS, "900000000", true);
	give_up(&world, 0);
	assert_null(diagnose(&world));
	done(&world);
}

static void after_a_restart_it_is_the_other_ends_detection(void **state)
{
	const struct diagnosis *diagnosis;
	struct world world;

	(void)state;
	load(&world);
	add_outage(&world, RESTART, "300000000", true);
	diagnosis = diagnose(&world);
	assert_int_equal(diagnosis->class->number, F57);
	assert_true(str_ends(diagnosis->values[0].at.file, "etc/config/ipsec"));
	assert_int_equal(diagnosis->values[0].at.line, 12);
	done(&world);

	load(&world);
	add_outage(&world, RESTART, "300000000", true);
	tunnel_of(&world, 0)->dpd_delay_s.n = 0;
	diagnosis = diagnose(&world);
	assert_int_equal(diagnosis->class->number, F56);
	assert_string_equal(diagnosis->values[0].site, "office");
	done(&world);
}

#define CHANGED                                                                     \
	"{\"t\":2,\"node\":\"office\",\"source\":\"lab\",\"kind\":\"wan-changed\"," \
	"\"old\":\"203.0.113.9/24\",\"new\":\"203.0.113.10/24\"}"
#define RESTARTED                                                                 \
	"{\"t\":3,\"node\":\"office\",\"source\":\"lab\",\"kind\":\"restarted\"," \
	"\"by\":\"a script\"}"
#define OLD_SAS                                                                     \
	"{\"t\":6,\"node\":\"branch\",\"source\":\"vici\",\"kind\":\"sas\","        \
	"\"label\":\"after-life\",\"sas\":[{\"office\":{\"state\":\"ESTABLISHED\"," \
	"\"local-host\":\"198.51.100.4\",\"remote-host\":\"203.0.113.9\"}}]}"

static void load_moved(struct world *world)
{
	load(world);
	world->scenario->events.items[RESTART].kind = EVENT_WAN_CHANGE;
	world->scenario->events.items[RESTART].site = 0;
	add(world, CHANGED);
}

static void address_that_nothing_of_the_device_follows_is_named(void **state)
{
	const struct diagnosis *diagnosis;
	struct world world;

	(void)state;
	load_moved(&world);
	add_outage(&world, RESTART, "900000000", false);
	add(&world, OLD_SAS);
	diagnosis = diagnose(&world);
	assert_non_null(diagnosis);
	assert_int_equal(diagnosis->class->number, F58);
	assert_string_equal(diagnosis->site, "office");
	assert_non_null(strstr(diagnosis->summary, "203.0.113.10 for 203.0.113.9"));
	assert_true(diagnosis->is_in_effect);
	done(&world);

	load_moved(&world);
	add_outage(&world, RESTART, "300000000", true);
	diagnosis = diagnose(&world);
	assert_non_null(diagnosis);
	assert_non_null(strstr(diagnosis->summary, "before dead peer detection"));
	done(&world);
}

static void who_was_restarted_or_has_no_old_sa_has_another_fault(void **state)
{
	struct world world;

	(void)state;
	load_moved(&world);
	add(&world, RESTARTED);
	add_outage(&world, RESTART, "900000000", false);
	add(&world, OLD_SAS);
	assert_null(diagnose(&world));
	done(&world);

	load_moved(&world);
	add_outage(&world, RESTART, "900000000", false);
	assert_null(diagnose(&world));
	done(&world);
}

#define STALE_AT(us)                                                             \
	"{\"t\":2,\"node\":\"office\",\"source\":\"life\",\"kind\":\"happens\"," \
	"\"event\":1,\"text\":\"dns: office.example.net\",\"at_us\":" us "}"

/* The branch knows the office by its name, and has refused its new address. */
static void load_stale(struct world *world, const char *happens)
{
	struct log_fact fact = { .fact = CHARON_LOG_NO_IKE_CONFIG,
				 .line = 9,
				 .text = "no IKE config found for 198.51.100.4..."
					 "203.0.113.10, sending NO_PROPOSAL_CHOSEN" };
	struct endpoint *peer;

	load_moved(world);
	world->scenario->events.items[LOSS].kind = EVENT_DNS_STALE;
	world->scenario->events.items[LOSS].site = 0;
	world->scenario->sites.items[0].dns_name = "office.example.net";
	peer = &tunnel_of(world, 1)->remotes.items[0];
	peer->kind = ENDPOINT_NAME;
	peer->name = "office.example.net";
	vec_add(world->input.arena, &world->input.logs[1], fact);
	add(world, happens);
	add(world, RESTARTED);
	add_outage(world, RESTART, "900000000", true);
}

static void name_that_was_late_is_the_end_that_refuses(void **state)
{
	const struct diagnosis *diagnosis;
	struct world world;

	(void)state;
	load_stale(&world, STALE_AT("10799000000"));
	diagnosis = diagnose(&world);
	assert_non_null(diagnosis);
	assert_int_equal(diagnosis->class->number, F30);
	assert_string_equal(diagnosis->site, "branch");
	assert_string_equal(diagnosis->values[0].value, "office.example.net");
	assert_non_null(strstr(diagnosis->summary, "still said 203.0.113.9"));
	done(&world);

	/* It was over before, or the other end never asked for a name, or never refused. */
	load_stale(&world, STALE_AT("1000000"));
	assert_null(diagnose(&world));
	done(&world);
	load_stale(&world, STALE_AT("10799000000"));
	tunnel_of(&world, 1)->remotes.items[0].kind = ENDPOINT_ADDRESS;
	assert_null(diagnose(&world));
	done(&world);
	load_stale(&world, STALE_AT("10799000000"));
	world.input.logs[1].count = 0;
	assert_null(diagnose(&world));
	done(&world);
}

static void an_outage_that_the_scenario_bears_has_no_cause(void **state)
{
	struct world world;

	(void)state;
	load(&world);
	add_outage(&world, RESTART, "120000000", true);
	assert_null(diagnose(&world));
	done(&world);
}

static void without_an_event_nothing_is_claimed(void **state)
{
	struct world world;

	(void)state;
	load(&world);
	add_outage(&world, -1, "900000000", true);
	assert_null(diagnose(&world));
	done(&world);
}

/* Found by a soak: the address moves with MOBIKE, and then its daemon is restarted. */
static void who_calls_from_a_new_address_is_a_stranger_to_a_pinned_one(void **state)
{
	struct log_fact fact = {
		.fact = CHARON_LOG_NO_IKE_CONFIG,
		.line = 9,
		.text = "no IKE config found for 198.18.10.2...198.18.20.3"
	};
	const struct diagnosis *diagnosis;
	struct world world;

	(void)state;
	load(&world);
	add(&world, "{\"t\":2,\"node\":\"branch\",\"source\":\"lab\",\"kind\":"
		    "\"wan-changed\",\"old\":\"198.18.20.2/24\",\"new\":"
		    "\"198.18.20.3/24\"}");
	add_outage(&world, RESTART, "900000000", false);
	give_up(&world, 0);
	assert_int_equal(diagnose(&world)->class->number, F61);
	world.diagnoses.count = 0;
	vec_add(world.input.arena, &world.input.logs[0], fact);
	diagnosis = diagnose(&world);
	assert_int_equal(diagnosis->class->number, F30);
	assert_string_equal(diagnosis->site, "office");
	assert_string_equal(diagnosis->values[0].value, "198.18.20.2");
	assert_true(str_ends(diagnosis->values[0].at.file, "etc/config/ipsec"));
	assert_true(diagnosis->is_in_effect);
	done(&world);
}

static void who_began_again_has_not_given_up(void **state)
{
	struct log_fact fact = { .fact = CHARON_LOG_INITIATING, .line = 8, .text = "x" };
	struct world world;

	(void)state;
	load(&world);
	add_outage(&world, LOSS, "900000000", false);
	give_up(&world, 0);
	vec_add(world.input.arena, &world.input.logs[0], fact);
	assert_null(diagnose(&world));
	done(&world);
}

#define CHILD(in, out)                                                                      \
	"{\"a\":{\"state\":\"ESTABLISHED\",\"child-sas\":{\"lan-1\":{\"state\":\"INSTALLED" \
	"\",\"spi-in\":\"" in "\",\"spi-out\":\"" out "\"}}}}"
#define LISTED(node, sas)                                                                \
	"{\"t\":6,\"node\":\"" node "\",\"source\":\"vici\",\"kind\":\"sas\",\"label\":" \
	"\"after-life\",\"sas\":[" sas "]}"

/* The branch has three of the office's lives, and the office one. */
static void load_pile(struct world *world)
{
	struct tunnel *tunnel;

	load(world);
	add(world, LISTED("office", CHILD("b3", "a3")));
	add(world, LISTED("branch",
			  CHILD("a1", "b1") "," CHILD("a2", "b2") "," CHILD("a3", "b3")));
	tunnel = tunnel_of(world, 1);
	tunnel->dpd_delay_s.n = 0;
	tunnel->unique = (struct text){ "never", { "branch/swanctl.conf", 7, NULL } };
}

static void sas_that_nobody_throws_away_are_named_with_the_line(void **state)
{
	const struct diagnosis *diagnosis;
	struct world world;

	(void)state;
	load_pile(&world);
	diagnosis = diagnose(&world);
	assert_non_null(diagnosis);
	assert_int_equal(diagnosis->class->number, F97);
	assert_string_equal(diagnosis->site, "branch");
	assert_int_equal(diagnosis->values[0].at.line, 7);
	assert_true(diagnosis->is_in_effect);
	done(&world);
}

/* Detection takes them away; with another word, or one of a moment ago, it is not that. */
static void sas_that_go_are_no_pile(void **state)
{
	struct world world;

	(void)state;
	load_pile(&world);
	tunnel_of(&world, 1)->dpd_delay_s = (struct number){ .is_set = true, .n = 30 };
	assert_null(diagnose(&world));
	done(&world);

	load_pile(&world);
	tunnel_of(&world, 1)->unique.s = "no";
	assert_null(diagnose(&world));
	done(&world);

	load(&world);
	add(&world, LISTED("office", CHILD("b3", "a3")));
	add(&world, LISTED("branch", CHILD("a2", "b2") "," CHILD("a3", "b3")));
	tunnel_of(&world, 1)->dpd_delay_s.n = 0;
	tunnel_of(&world, 1)->unique.s = "never";
	assert_null(diagnose(&world));
	done(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_gave_up_for_good_is_named_with_the_line),
		cmocka_unit_test(who_tries_for_ever_or_has_an_sa_has_not_given_up),
		cmocka_unit_test(what_was_back_is_no_giving_up),
		cmocka_unit_test(after_a_restart_it_is_the_other_ends_detection),
		cmocka_unit_test(sas_that_nobody_throws_away_are_named_with_the_line),
		cmocka_unit_test(sas_that_go_are_no_pile),
		cmocka_unit_test(
			who_calls_from_a_new_address_is_a_stranger_to_a_pinned_one),
		cmocka_unit_test(who_began_again_has_not_given_up),
		cmocka_unit_test(address_that_nothing_of_the_device_follows_is_named),
		cmocka_unit_test(who_was_restarted_or_has_no_old_sa_has_another_fault),
		cmocka_unit_test(name_that_was_late_is_the_end_that_refuses),
		cmocka_unit_test(an_outage_that_the_scenario_bears_has_no_cause),
		cmocka_unit_test(without_an_event_nothing_is_claimed),
	};

	return cmocka_run_group_tests_name("diagnose/life", tests, NULL, NULL);
}
