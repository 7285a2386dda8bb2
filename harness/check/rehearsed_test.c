// SPDX-License-Identifier: GPL-2.0-or-later
/* rehearsed_test.c - claims: a check is unproven where a word it rests on was dropped */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "check/check.h"
#include "model/aspect.h"

struct world {
	struct scenario *scenario;
	struct check_input input;
	struct verdicts verdicts;
};

static void begin(struct world *world)
{
	struct err err = { 0 };

	if (scenario_load("scenarios/acme", &world->scenario, &err))
		fail_msg("%s", err.text);
	world->input =
		(struct check_input){ .scenario = world->scenario, .arena = arena_new() };
	for (int kind = VERDICT_OK; kind <= VERDICT_LEAK; kind++) {
		check_add(&world->input, &world->verdicts, kind, "ike-sa", "up");
		check_add(&world->input, &world->verdicts, kind, "reach", "reaches");
	}
}

static void done(struct world *world)
{
	scenario_free(world->scenario);
	arena_free(world->input.arena);
}

static struct site *home(const struct world *world)
{
	return world->scenario->sites.items[0].site;
}

static void neither_ok_nor_broken_nor_leak_is_said_of_what_is_touched(void **state)
{
	_cleanup_(done) struct world world = { 0 };
	const struct origin at = { .file = "etc/config/ipsec", .line = 7 };

	(void)state;
	begin(&world);
	site_unrehearsed(home(&world), home(&world)->tunnels.items[0].name, ASPECT_WAY,
			 at, "if_id");
	check_rehearsed(&world.input, &world.verdicts);
	for (size_t i = 0; i < world.verdicts.count; i += 2) {
		assert_int_equal(world.verdicts.items[i].kind, i / 2);
		assert_int_equal(world.verdicts.items[i + 1].kind, VERDICT_UNPROVEN);
		assert_string_equal(
			world.verdicts.items[i + 1].seen,
			"home: 'if_id' (etc/config/ipsec:7) is not rehearsed");
	}
}

static void a_word_of_a_tunnel_that_is_off_changes_no_verdict(void **state)
{
	_cleanup_(done) struct world world = { 0 };

	(void)state;
	begin(&world);
	site_unrehearsed(home(&world), "another", ASPECTS_TRAFFIC, (struct origin){ 0 },
			 "if_id");
	check_rehearsed(&world.input, &world.verdicts);
	for (size_t i = 0; i < world.verdicts.count; i++)
		assert_int_equal(world.verdicts.items[i].kind, i / 2);
}

static void what_a_word_only_makes_worse_stays_broken(void **state)
{
	_cleanup_(done) struct world world = { 0 };

	(void)state;
	begin(&world);
	site_unrehearsed(home(&world), NULL, ASPECT_WAY, (struct origin){ 0 }, "x")
		->is_only_worse = true;
	check_rehearsed(&world.input, &world.verdicts);
	assert_int_equal(world.verdicts.items[1].kind, VERDICT_UNPROVEN);
	assert_int_equal(world.verdicts.items[3].kind, VERDICT_BROKEN);
	assert_int_equal(world.verdicts.items[5].kind, VERDICT_LEAK);
}

static void ends_that_authenticate_differently_are_broken_all_the_same(void **state)
{
	_cleanup_(done) struct world world = { 0 };

	(void)state;
	begin(&world);
	home(&world)->tunnels.items[0].auth = AUTH_RSA;
	site_unrehearsed(home(&world), NULL, ASPECT_AUTH, (struct origin){ 0 }, "cert");
	check_rehearsed(&world.input, &world.verdicts);
	assert_int_equal(world.verdicts.items[2].kind, VERDICT_BROKEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			neither_ok_nor_broken_nor_leak_is_said_of_what_is_touched),
		cmocka_unit_test(what_a_word_only_makes_worse_stays_broken),
		cmocka_unit_test(a_word_of_a_tunnel_that_is_off_changes_no_verdict),
		cmocka_unit_test(
			ends_that_authenticate_differently_are_broken_all_the_same),
	};

	return cmocka_run_group_tests_name("check/rehearsed", tests, NULL, NULL);
}
