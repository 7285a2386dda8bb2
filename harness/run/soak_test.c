// SPDX-License-Identifier: GPL-2.0-or-later
/* soak_test.c - claims about schedules that are drawn, and what is left of one that fails */
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
#include "base/test_text.h"
#include "run/soak.h"

#define ALL                                                                \
	(1u << EVENT_LOSS | 1u << EVENT_REORDER | 1u << EVENT_DISCONNECT | \
	 1u << EVENT_RESTART | 1u << EVENT_WAN_CHANGE | 1u << EVENT_REKEY)

static const struct soak_room room = { .life_s = 120, .gap_s = 20, .kinds = ALL };

static void same_seed_same_schedule_and_another_seed_another(void **state)
{
	struct soak_schedule one, again, other;

	(void)state;
	soak_draw(7, &room, &one);
	soak_draw(7, &room, &again);
	soak_draw(8, &room, &other);
	assert_memory_equal(&one, &again, sizeof(one));
	assert_memory_not_equal(&one, &other, sizeof(one));
}

static void each_is_over_before_the_next_and_before_the_end(void **state)
{
	unsigned int seen = 0;
	bool has_most = false;

	(void)state;
	for (uint64_t seed = 0; seed < 2000; seed++) {
		struct soak_schedule drawn;
		unsigned int before_s = 0;

		soak_draw(seed, &room, &drawn);
		assert_in_range(drawn.count, 1, SOAK_EVENTS_MAX);
		has_most |= drawn.count == SOAK_EVENTS_MAX;
		for (size_t i = 0; i < drawn.count; i++) {
			const struct soak_event *event = &drawn.items[i];

			assert_true(event->at_s > before_s);
			before_s = event->at_s + event->for_s;
			seen |= 1u << event->kind;
			assert_true(event->site < 2 ||
				    (event->site == 2 && event->kind == EVENT_REKEY));
			assert_int_equal(event->percent != 0,
					 event->kind == EVENT_LOSS ||
						 event->kind == EVENT_REORDER);
			assert_true(event->percent <= 100);
		}
		assert_true(before_s + room.gap_s < room.life_s);
	}
	assert_int_equal(seen, ALL);
	assert_true(has_most);
}

static void only_what_may_be_drawn_is(void **state)
{
	const struct soak_room rekeys = { .life_s = 60,
					  .gap_s = 10,
					  .kinds = 1u << EVENT_REKEY };
	const struct soak_room too_short = { .life_s = soak_life_min_s(20) - 1,
					     .gap_s = 20,
					     .kinds = ALL };
	const struct soak_room none = { .life_s = 60, .gap_s = 10 };
	struct soak_schedule drawn;

	(void)state;
	for (uint64_t seed = 0; seed < 100; seed++) {
		soak_draw(seed, &rekeys, &drawn);
		for (size_t i = 0; i < drawn.count; i++)
			assert_int_equal(drawn.items[i].kind, EVENT_REKEY);
	}
	soak_draw(1, &too_short, &drawn);
	assert_int_equal(drawn.count, 0);
	soak_draw(1, &none, &drawn);
	assert_int_equal(drawn.count, 0);
}

/* ------------------------------------------------------------ a judge of whom all is known */

struct judge {
	unsigned int needed; /* bits of at_s: it fails when all of them are there */
	unsigned int tries, breaks_at;
	bool was_asked[1u << SOAK_EVENTS_MAX];
};

static int judge_fails(void *user, const struct soak_schedule *schedule, bool *ret_fails,
		       struct err *err)
{
	struct judge *judge = user;
	unsigned int there = 0;

	assert_true(schedule->count > 0);
	if (++judge->tries == judge->breaks_at)
		return err_set(err, EIO, "the world broke");
	for (size_t i = 0; i < schedule->count; i++)
		there |= 1u << schedule->items[i].at_s;
	assert_false(judge->was_asked[there]);
	judge->was_asked[there] = true;
	*ret_fails = (there & judge->needed) == judge->needed;
	return 0;
}

static struct soak_schedule numbered(size_t count)
{
	struct soak_schedule schedule = { .count = count };

	for (unsigned int i = 0; i < count; i++)
		schedule.items[i] =
			(struct soak_event){ .kind = EVENT_RESTART, .at_s = i };
	return schedule;
}

static void what_stays_is_what_is_needed_whatever_that_is(void **state)
{
	(void)state;
	for (size_t count = 1; count <= SOAK_EVENTS_MAX; count++)
		for (unsigned int needed = 1; needed < 1u << count; needed++) {
			struct soak_schedule schedule = numbered(count);
			struct judge judge = { .needed = needed };
			unsigned int left = 0, tries;
			struct err err = { 0 };

			assert_int_equal(
				soak_shrink(&schedule, judge_fails, &judge, &tries, &err),
				0);
			for (size_t i = 0; i < schedule.count; i++) {
				left |= 1u << schedule.items[i].at_s;
				assert_true(!i || schedule.items[i].at_s >
							  schedule.items[i - 1].at_s);
			}
			assert_int_equal(left, needed);
			assert_int_equal(tries, judge.tries);
			assert_true(tries <= 4 * count);
		}
}

static void one_of_eight_is_found_by_halves(void **state)
{
	(void)state;
	for (unsigned int one = 0; one < 8; one++) {
		struct soak_schedule schedule = numbered(8);
		struct judge judge = { .needed = 1u << one };
		struct err err = { 0 };

		assert_int_equal(soak_shrink(&schedule, judge_fails, &judge, NULL, &err),
				 0);
		assert_int_equal(schedule.count, 1);
		assert_true(judge.tries <= 6);
	}
}

static void judge_that_breaks_ends_it_with_the_shortest_so_far(void **state)
{
	struct soak_schedule schedule = numbered(8);
	struct judge judge = { .needed = 1, .breaks_at = 3 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(soak_shrink(&schedule, judge_fails, &judge, NULL, &err), -EIO);
	assert_true(schedule.count < 8);
	assert_int_equal(schedule.items[0].at_s, 0);
}

/* ------------------------------------------------------------ written */

static void schedule_is_read_as_it_was_written(void **state)
{
	_cleanup_(scenario_freep) struct scenario *office = NULL;
	_cleanup_buf_ struct buf text = { 0 };
	const struct soak_life life = {
		.base = "../office", .life_s = 120, .gap_s = 20, .each_s = 2, .faster = 10
	};
	const struct soak_schedule schedule = {
		.items = { { .kind = EVENT_LOSS, .at_s = 3, .for_s = 9, .percent = 35 },
			   { .kind = EVENT_REKEY, .at_s = 20, .site = 2 },
			   { .kind = EVENT_WAN_CHANGE, .at_s = 40, .site = 1 } },
		.count = 3
	};
	struct err err = { 0 };

	(void)state;
	if (scenario_load("scenarios/office", &office, &err))
		fail_msg("%s", err.text);
	soak_write_scenario(office, &life, &schedule, 7, &text);
	assert_has(buf_text(&text), "base: ../office\n");
	assert_has(buf_text(&text),
		   "timing: { retransmit: 0.40s, tries: 5, faster: 10 }\n");
	assert_has(buf_text(&text), "  - reach: store -> desk\n    through: tunnel\n");
	assert_has(buf_text(&text), "  - alive: 120s\n    each: 2s\n    gap: 20s\n");
	assert_has(buf_text(&text),
		   "events:\n"
		   "  - { at: 3s, loss: 35%, between: [ office, branch ], for: 9s }\n"
		   "  - { at: 20s, rekey: both }\n"
		   "  - { at: 40s, wan change: branch }\n");
	assert_null(strstr(buf_text(&text), "public"));
}

static void words_are_those_of_the_option(void **state)
{
	unsigned int all = 0;

	(void)state;
	for (size_t i = 0; soak_words[i]; i++)
		all |= soak_kind(soak_words[i], strlen(soak_words[i]));
	assert_int_equal(all, ALL);
	assert_int_equal(soak_kind("los", 3), 0);
	assert_int_equal(soak_kind("loss,rekey", 4), 1u << EVENT_LOSS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_seed_same_schedule_and_another_seed_another),
		cmocka_unit_test(each_is_over_before_the_next_and_before_the_end),
		cmocka_unit_test(only_what_may_be_drawn_is),
		cmocka_unit_test(what_stays_is_what_is_needed_whatever_that_is),
		cmocka_unit_test(one_of_eight_is_found_by_halves),
		cmocka_unit_test(judge_that_breaks_ends_it_with_the_shortest_so_far),
		cmocka_unit_test(schedule_is_read_as_it_was_written),
		cmocka_unit_test(words_are_those_of_the_option),
	};

	return cmocka_run_group_tests_name("run/soak", tests, NULL, NULL);
}
