// SPDX-License-Identifier: GPL-2.0-or-later
/* life_line_test.c - claims about lines that are cut for a time */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "lab/plan.h"
#include "run/life_line.h"
#include "scenario/scenario.h"

struct world {
	struct scenario *scenario;
	struct plan *plan;
};

static void load(const char *path, struct world *world)
{
	struct err err = { 0 };

	if (scenario_load(path, &world->scenario, &err) ||
	    plan_make(world->scenario, ESP_KERNEL, &world->plan, &err))
		fail_msg("%s: %s", path, err.text);
}

static void done(struct world *world)
{
	plan_free(world->plan);
	scenario_free(world->scenario);
}

static unsigned int count(const char *text, const char *word)
{
	unsigned int found = 0;

	for (const char *at = text; (at = strstr(at, word)); at++)
		found++;
	return found;
}

static void a_line_is_cut_both_ways_and_made_whole_by_the_same_rules(void **state)
{
	static const struct scenario_event events[] = {
		{ .kind = EVENT_DISCONNECT, .site = 1, .for_s = 45 },
		{ .kind = EVENT_LOSS, .percent = 100, .for_s = 45 },
		{ .kind = EVENT_LOSS, .percent = 20, .for_s = 45 },
	};
	struct world world = { 0 };

	(void)state;
	load("scenarios/office", &world);
	for (size_t i = 0; i < ARRAY_SIZE(events); i++) {
		_cleanup_buf_ struct buf begin = { 0 }, end = { 0 };
		unsigned int rules = i ? 2 : 4;

		life_line_script(world.plan, world.scenario, &events[i], true, &begin);
		life_line_script(world.plan, world.scenario, &events[i], false, &end);
		assert_int_equal(count(buf_text(&begin), "iptables -I "), rules);
		assert_int_equal(count(buf_text(&end), "iptables -D "), rules);
		assert_int_equal(count(buf_text(&begin), "--probability 0.2"),
				 i == 2 ? 2 : 0);
	}
	done(&world);
}

static void a_restart_touches_no_line(void **state)
{
	static const struct scenario_event event = { .kind = EVENT_RESTART };
	_cleanup_buf_ struct buf text = { 0 };
	struct world world = { 0 };

	(void)state;
	load("scenarios/office", &world);
	life_line_script(world.plan, world.scenario, &event, true, &text);
	assert_int_equal(text.length, 0);
	done(&world);
}

/* In one network of the provider there is a switch between the gateways, and no rule. */
static void sites_without_a_line_of_their_own_are_refused(void **state)
{
	struct scenario_event event = { .kind = EVENT_DISCONNECT,
					.text = "disconnect: office",
					.from = { "t.yml", 7, NULL } };
	struct world world = { 0 };
	struct err err = { 0 };

	(void)state;
	load("scenarios/office", &world);
	vec_add(world.scenario->arena, &world.scenario->events, event);
	assert_int_equal(life_line_check(world.scenario, world.plan, &err), 0);
	vec_foreach (link, &world.plan->links)
		link->nodes[0] = link->nodes[1] = 0;
	assert_int_equal(life_line_check(world.scenario, world.plan, &err), -EINVAL);
	assert_non_null(strstr(err.text, "t.yml:7: 'disconnect: office'"));
	done(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_line_is_cut_both_ways_and_made_whole_by_the_same_rules),
		cmocka_unit_test(a_restart_touches_no_line),
		cmocka_unit_test(sites_without_a_line_of_their_own_are_refused),
	};

	return cmocka_run_group_tests_name("run/life_line", tests, NULL, NULL);
}
