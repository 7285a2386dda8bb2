// SPDX-License-Identifier: GPL-2.0-or-later
/* event_test.c - claims about `alive` and `events` */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "scenario/test_read.h"

#define REACH "  - { reach: laptop -> hobbit, through: tunnel }\n"
#define ALIVE REACH "  - alive: 48h\n"

static struct scenario *read_well(const char *more)
{
	struct scenario *scenario = NULL;
	struct err err = { 0 };

	if (test_read(more, strlen(more), &scenario, &err))
		fail_msg("%s: %s", more, err.text);
	return scenario;
}

static void a_life_asks_each_five_minutes_and_bears_half_a_minute(void **state)
{
	_cleanup_(scenario_freep) struct scenario *scenario = read_well(ALIVE);
	size_t index = 0;
	const struct expectation *alive = scenario_alive(scenario, &index);

	(void)state;
	assert_non_null(alive);
	assert_int_equal(index, 2);
	assert_int_equal(alive->alive_s, 48 * 3600);
	assert_int_equal(alive->each_s, 300);
	assert_int_equal(alive->gap_s, 30);
}

static void in_a_life_charon_has_its_own_timers_unless_told(void **state)
{
	_cleanup_(scenario_freep) struct scenario *life = read_well(ALIVE);
	_cleanup_(scenario_freep) struct scenario *told =
		read_well(ALIVE "timing: { retransmit: 1s, tries: 2 }\n");
	_cleanup_(scenario_freep) struct scenario *without = read_well("");

	(void)state;
	assert_true(life->retransmit_s > 3.9 && life->retransmit_tries == 5);
	assert_true(told->retransmit_s < 1.1 && told->retransmit_tries == 2);
	assert_true(without->retransmit_s < 0.6 && without->retransmit_tries == 3);
}

static const char everything[] =
	ALIVE "events:\n"
	      "  - { at: 3h, wan change: home }\n"
	      "  - { at: 4h, every: 24h, disconnect: acme, for: 45s }\n"
	      "  - { at: 6h, restart: home }\n"
	      "  - { at: 8h, loss: 30%, between: [ acme, home ], for: 3m }\n";

static void each_event_is_read(void **state)
{
	_cleanup_(scenario_freep) struct scenario *scenario = read_well(everything);
	const struct scenario_event *events = scenario->events.items;

	(void)state;
	assert_int_equal(scenario->events.count, 4);
	assert_int_equal(events[0].kind, EVENT_WAN_CHANGE);
	assert_int_equal(events[1].site, 1);
	assert_int_equal(events[1].every_s, 86400);
	assert_int_equal(events[1].for_s, 45);
	assert_string_equal(events[2].text, "restart: home");
	assert_true(events[3].percent > 29.9 && events[3].percent < 30.1);
	assert_true(scenario_has_event(scenario, EVENT_WAN_CHANGE, 0));
	assert_false(scenario_has_event(scenario, EVENT_WAN_CHANGE, 1));
}

static void rekeys_may_cross_and_packets_overtake(void **state)
{
	_cleanup_(scenario_freep) struct scenario *scenario = read_well(
		ALIVE "events:\n"
		      "  - { at: 3h, rekey: both }\n"
		      "  - { at: 4h, rekey: acme }\n"
		      "  - { at: 8h, reorder: 25%, between: [ acme, home ], for: 3m }\n");
	const struct scenario_event *events = scenario->events.items;

	(void)state;
	assert_int_equal(events[0].kind, EVENT_REKEY);
	assert_true(events[0].is_both && !events[1].is_both);
	assert_int_equal(events[1].site, 1);
	assert_true(scenario_has_event(scenario, EVENT_REKEY, 0));
	assert_int_equal(events[2].kind, EVENT_REORDER);
	assert_true(events[2].percent > 24.9 && events[2].percent < 25.1);
	/* Only some kernels can. */
	assert_true(scenario->needs & NEED_NETEM);
}

static void what_repeats_happens_until_the_life_is_over(void **state)
{
	_cleanup_(scenario_freep) struct scenario *scenario = read_well(everything);
	struct scenario_moment *moments;
	size_t count;

	(void)state;
	scenario_moments(scenario, scenario->arena, &moments, &count);
	assert_int_equal(count, 5);
	assert_int_equal(moments[1].until_s, 4 * 3600 + 45);
	assert_int_equal(moments[4].event, 1);
	assert_int_equal(moments[4].at_s, 28 * 3600);
}

static void what_makes_no_sense_is_refused_with_its_line(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ "  - alive: 48h\n", "needs a `reach`" },
		{ REACH "  - alive: never\n", "is not a time" },
		{ REACH "  - alive: 40d\n", "is not a time" },
		{ REACH "  - alive: 0s\n", "is not a time" },
		{ REACH "  - { alive: 1m, each: 5m }\n", "nothing would ever" },
		{ REACH "  - { alive: 31d, each: 1m }\n", "44640 questions" },
		{ ALIVE "  - alive: 1h\n", "twice" },
		{ REACH "events: [ { at: 1h, restart: home } ]\n", "add `- alive: 48h`" },
		{ ALIVE "events: [ { restart: home } ]\n", "needs `at:`" },
		{ ALIVE "events: [ { at: 1h, restart: nowhere } ]\n", "nowhere" },
		{ ALIVE "events: [ { at: 1h, restart: home, for: 5s } ]\n", "for" },
		{ ALIVE "events: [ { at: 1h, disconnect: home } ]\n", "needs `for:`" },
		{ ALIVE "events: [ { at: 49h, restart: home } ]\n", "is watched for" },
		{ ALIVE "events: [ { at: 47h, disconnect: home, for: 1h } ]\n",
		  "is watched for" },
		{ ALIVE "events: [ { at: 1h, loss: 5%, for: 1m } ]\n", "between" },
		{ ALIVE
		  "events: [ { at: 1h, loss: 0%, between: [ home, acme ], for: 1m } "
		  "]\n",
		  "more than 0%" },
		{ ALIVE
		  "events: [ { at: 1h, loss: 5%, between: [ home, home ], for: 1m } "
		  "]\n",
		  "twice" },
		{ ALIVE "events: [ { at: 1h, reorder: 5%, for: 1m } ]\n",
		  "'reorder' needs `between:`" },
		{ ALIVE "events: [ { at: 1h, rekey: neither } ]\n", "neither" },
		{ ALIVE "events: [ { at: 1h, rekey: both, for: 5s } ]\n", "for" },
		{ ALIVE "events: [ { at: 1h, dns: a.example } ]\n", "dns name" },
		{ ALIVE "events: [ { at: 1h, restart: home, every: 30s } ]\n",
		  "at least 60s" },
		{ ALIVE "events: [ { at: 1m, restart: home, every: 60s } ]\n",
		  "more than 1000" },
		{ ALIVE "events:\n  - { at: 1h, disconnect: home, for: 1h }\n"
			"  - { at: 90m, restart: acme }\n",
		  "is not over" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_(scenario_freep) struct scenario *scenario = NULL;
		struct err err = { 0 };

		assert_int_equal(
			test_read(cases[i].text, strlen(cases[i].text), &scenario, &err),
			-EINVAL);
		if (!strstr(err.text, cases[i].says) || !strstr(err.text, "t.yml:"))
			fail_msg("%s: %s", cases[i].text, err.text);
	}
}

static void text_cut_anywhere_is_survived(void **state)
{
	(void)state;
	for (size_t cut = 0; cut < sizeof(everything); cut++) {
		_cleanup_(scenario_freep) struct scenario *scenario = NULL;
		struct err err = { 0 };

		if (test_read(everything, cut, &scenario, &err))
			assert_true(*err.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_life_asks_each_five_minutes_and_bears_half_a_minute),
		cmocka_unit_test(in_a_life_charon_has_its_own_timers_unless_told),
		cmocka_unit_test(each_event_is_read),
		cmocka_unit_test(rekeys_may_cross_and_packets_overtake),
		cmocka_unit_test(what_repeats_happens_until_the_life_is_over),
		cmocka_unit_test(what_makes_no_sense_is_refused_with_its_line),
		cmocka_unit_test(text_cut_anywhere_is_survived),
	};

	return cmocka_run_group_tests_name("scenario/event", tests, NULL, NULL);
}
