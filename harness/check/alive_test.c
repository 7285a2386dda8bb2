// SPDX-License-Identifier: GPL-2.0-or-later
/* alive_test.c - claims about what is said of a tunnel's life */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
/* clang-format off */
#include <cmocka.h>
/* clang-format on */

#include "base/cleanup.h"
#include "check/check.h"

#define END                                                                       \
	"{\"t\":9,\"node\":null,\"source\":\"life\",\"kind\":\"end\",\"at_us\":"  \
	"172800000000,\"sent\":1152,\"answered\":%s,\"outages\":1,\"without\":0," \
	"\"rekeys\":90,\"ups\":4}"
#define OUTAGE                                                                       \
	"{\"t\":5,\"node\":\"desk\",\"source\":\"life\",\"kind\":\"outage\","        \
	"\"expectation\":1,\"from\":\"desk\",\"to\":\"store\",\"event\":0,\"text\":" \
	"\"restart: office\",\"at_us\":10800000000,\"from_us\":%s,\"until_us\":%s,"  \
	"\"gap_us\":%s,\"lost\":30,\"is_back\":true}"
#define PASSED                                                                      \
	"{\"t\":6,\"node\":\"office\",\"source\":\"life\",\"kind\":\"passed\","     \
	"\"event\":0,\"text\":\"restart: office\",\"at_us\":10800000000,\"for_us\"" \
	":0,\"gap_us\":%s,\"lost\":30}"

struct fixture {
	struct scenario scenario;
	struct timeline timeline;
	struct wire wire;
	struct check_input input;
	struct verdicts verdicts;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct expectation *wanted;
	struct scenario_event *event;

	assert_non_null(f);
	f->input.arena = arena_new();
	f->input.scenario = &f->scenario;
	f->input.timeline = &f->timeline;
	f->input.wire = &f->wire;
	wanted = vec_push(f->input.arena, &f->scenario.expectations);
	wanted->kind = EXPECT_ALIVE;
	wanted->alive_s = 48 * 3600;
	wanted->gap_s = 30;
	event = vec_push(f->input.arena, &f->scenario.events);
	event->kind = EVENT_RESTART;
	event->from.line = 21;
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	timeline_done(&f->timeline);
	arena_free(f->input.arena);
	free(f);
	return 0;
}

static void add(struct fixture *f, const char *line)
{
	assert_int_equal(timeline_add_line(&f->timeline, line, strlen(line)), 0);
}

/* One outage after the event, in seconds, and the end. */
static void live(struct fixture *f, const char *gap_us, const char *passed_us,
		 const char *answered)
{
	add(f, arena_printf(f->input.arena, OUTAGE, "2000000", "4000000", gap_us));
	add(f, arena_printf(f->input.arena, PASSED, passed_us));
	add(f, arena_printf(f->input.arena, END, answered));
	check_alive(&f->input, &f->verdicts);
	assert_int_equal(f->verdicts.count, 2); /* the whole, and one line an event */
}

static void short_outage_is_borne_and_told(void **state)
{
	struct fixture *f = *state;

	live(f, "2000000", "2000000", "1122");
	assert_int_equal(f->verdicts.items[0].kind, VERDICT_OK);
	assert_non_null(strstr(f->verdicts.items[0].seen, "the longest 2.0 s after"));
	assert_int_equal(f->verdicts.items[1].kind, VERDICT_OK);
	assert_non_null(strstr(f->verdicts.items[1].claim, "3:00:00 h, restart: office"));
	assert_non_null(strstr(f->verdicts.items[1].seen, "30 requests lost"));
	assert_int_equal(f->verdicts.items[1].at.line, 21);
}

static void outage_longer_than_the_gap_is_broken_and_proved(void **state)
{
	struct fixture *f = *state;

	live(f, "30000001", "30000001", "1122");
	assert_int_equal(f->verdicts.items[0].kind, VERDICT_BROKEN);
	assert_int_equal(f->verdicts.items[0].proof.count, 1);
	assert_int_equal(f->verdicts.items[1].kind, VERDICT_BROKEN);
}

static void what_did_not_come_back_is_broken(void **state)
{
	struct fixture *f = *state;

	live(f, "99000000", "-1", "1122");
	assert_int_equal(f->verdicts.items[1].kind, VERDICT_BROKEN);
	assert_non_null(strstr(f->verdicts.items[1].seen, "was not, 30 s later"));
}

static void nothing_answered_at_all_is_no_life(void **state)
{
	struct fixture *f = *state;

	live(f, "1", "1", "0");
	assert_int_equal(f->verdicts.items[0].kind, VERDICT_BROKEN);
}

static void run_that_ended_before_proves_nothing(void **state)
{
	struct fixture *f = *state;

	check_alive(&f->input, &f->verdicts);
	assert_int_equal(f->verdicts.count, 1);
	assert_int_equal(f->verdicts.items[0].kind, VERDICT_UNPROVEN);
}

static void who_expects_no_life_gets_no_verdict(void **state)
{
	struct fixture *f = *state;

	f->scenario.expectations.items[0].kind = EXPECT_LEAK;
	check_alive(&f->input, &f->verdicts);
	assert_int_equal(f->verdicts.count, 0);
}

int main(void)
{
#define CLAIM(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CLAIM(short_outage_is_borne_and_told),
		CLAIM(outage_longer_than_the_gap_is_broken_and_proved),
		CLAIM(what_did_not_come_back_is_broken),
		CLAIM(nothing_answered_at_all_is_no_life),
		CLAIM(run_that_ended_before_proves_nothing),
		CLAIM(who_expects_no_life_gets_no_verdict),
	};

	return cmocka_run_group_tests_name("check/alive", tests, NULL, NULL);
}
