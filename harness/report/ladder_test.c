// SPDX-License-Identifier: GPL-2.0-or-later
/* ladder_test.c - claims about the exchange as a capture and the logs have it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "capture/file.h"
#include "diagnose/judgement.h"
#include "dissect/session.h"
#include "lab/plan.h"
#include "report/ladder.h"

static struct ladder *ladder_of_file(struct arena *arena, const char *path)
{
	_cleanup_(session_set_freep) struct session_set *set =
		session_set_new(NULL, NULL);
	_cleanup_(capture_file_closep) struct capture_file *file = NULL;
	struct capture_packet packet;
	struct err err = { 0 };

	assert_int_equal(capture_file_open(path, &file, &err), 0);
	while (capture_file_next(file, &packet, &err) > 0)
		session_set_add(set, &packet);
	return ladder_of(arena, "x.pcapng", set);
}

static void offer_and_choice_of_aggressive_mode_have_their_packets(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	const struct ladder *ladder = ladder_of_file(arena, "pcaps/acme.pcapng");
	const struct rung *rungs = ladder->sas.items[0].rungs.items;

	(void)state;
	assert_int_equal(ladder->sas.count, 1);
	assert_true(ladder->sas.items[0].is_up);
	assert_int_equal(rungs[0].kind, RUNG_OFFERED);
	assert_int_equal(rungs[0].frame, 3);
	assert_true(rungs[0].is_to_right);
	assert_int_equal(rungs[1].kind, RUNG_CHOSEN);
	assert_int_equal(rungs[1].frame, 4);
	assert_false(rungs[1].is_to_right);
	assert_true(str_starts(rungs[1].detail, "IKE: AES-128-CBC, SHA-1, group 2"));
	assert_true(str_starts(rungs[0].payloads, "SA KE "));
}

/* What is encrypted and in no log is not guessed. */
static void closed_message_has_no_payloads(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	const struct ladder *ladder = ladder_of_file(arena, "pcaps/acme.pcapng");
	unsigned int closed = 0;

	(void)state;
	vec_foreach (rung, &ladder->sas.items[0].rungs) {
		if (!rung->is_encrypted)
			continue;
		closed++;
		assert_null(rung->payloads);
		assert_int_equal(rung->kind, RUNG_PLAIN);
	}
	assert_true(closed > 3);
}

/* The world of pcaps/acme.pcapng, as far as it is asked for. */
struct world {
	struct arena *arena;
	struct scenario scenario;
	struct scenario_site sites[2];
	struct plan plan;
	struct judgement judgement;
};

static void build(struct world *world)
{
	*world = (struct world){ .arena = arena_new() };
	world->sites[0].name = "home";
	world->sites[1].name = "acme";
	assert_int_equal(
		inet_prefix_parse("203.0.113.56/24", &world->sites[0].wan.prefix), 0);
	assert_int_equal(inet_prefix_parse("7.7.7.7/24", &world->sites[1].wan.prefix), 0);
	vec_add(world->arena, &world->scenario.sites, world->sites[0]);
	vec_add(world->arena, &world->scenario.sites, world->sites[1]);
	vec_add(world->arena, &world->plan.links,
		((struct plan_link){ .name = "acme", .is_internet = true }));
	world->judgement = (struct judgement){ .arena = world->arena,
					       .scenario = &world->scenario,
					       .plan = &world->plan,
					       .folder = "pcaps" };
}

/* The third message refuses, inside; the capture alone would call it up. */
static void refusal_inside_an_encrypted_message_is_the_outcome(void **state)
{
	struct ladder_logs logs = { 0 };
	const struct ladder *ladder;
	struct world world;

	(void)state;
	build(&world);
	ladder = ladder_read(&world.judgement, &logs);
	assert_non_null(ladder);
	assert_true(ladder->sas.items[0].is_up);
	ladder_learn(world.arena,
		     "] generating AGGRESSIVE request 0 [ SA KE No ID ]\n"
		     "] generating AGGRESSIVE request 0 [ HASH N(AUTH_FAILED) ]\n",
		     &logs.of[0]);
	ladder_learn(world.arena, "] generating AGGRESSIVE response 0 [ SA KE No ID ]\n",
		     &logs.of[1]);
	ladder = ladder_read(&world.judgement, &logs);
	assert_false(ladder->sas.items[0].is_up);
	assert_true(
		str_starts(ladder->sas.items[0].outcome, "refused by #5, Aggressive"));
	assert_int_equal(ladder->sas.items[0].rungs.items[2].kind, RUNG_REFUSED);
	arena_free(world.arena);
}

static void no_capture_is_no_ladder(void **state)
{
	struct ladder_logs logs = { 0 };
	struct world world;

	(void)state;
	build(&world);
	world.judgement.folder = "harness";
	assert_null(ladder_read(&world.judgement, &logs));
	world.judgement.plan = NULL;
	assert_null(ladder_read(&world.judgement, &logs));
	arena_free(world.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(offer_and_choice_of_aggressive_mode_have_their_packets),
		cmocka_unit_test(closed_message_has_no_payloads),
		cmocka_unit_test(refusal_inside_an_encrypted_message_is_the_outcome),
		cmocka_unit_test(no_capture_is_no_ladder),
	};

	return cmocka_run_group_tests_name("report/ladder", tests, NULL, NULL);
}
