// SPDX-License-Identifier: GPL-2.0-or-later
/* took_test.c - claims about how long a check's answer was waited for */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "check/check.h"

static const char *const lines[] = {
	"{\"t\":1000,\"source\":\"phase\",\"kind\":\"begin\",\"name\":\"tunnel\"}",
	"{\"t\":5000,\"source\":\"phase\",\"kind\":\"end\",\"name\":\"tunnel\"}",
	"{\"t\":5500,\"source\":\"probe\",\"kind\":\"reach\",\"expectation\":1}",
	"{\"t\":6000,\"source\":\"phase\",\"kind\":\"begin\",\"name\":\"traffic\"}",
	"{\"t\":6700,\"source\":\"probe\",\"kind\":\"reach\",\"expectation\":1}",
	"{\"t\":7000,\"source\":\"probe\",\"kind\":\"reach\",\"expectation\":2}",
	"{\"t\":9000,\"source\":\"phase\",\"kind\":\"end\",\"name\":\"traffic\"}",
	"{\"t\":9100,\"source\":\"probe\",\"kind\":\"reach\",\"expectation\":1}",
	"{\"t\":9200,\"source\":\"phase\",\"kind\":\"begin\",\"name\":\"teardown\"}",
};

/* Nothing that was asked before or after counts, and of what did not end nothing is known. */
static void a_check_takes_as_long_as_its_question_was_open(void **state)
{
	static const struct {
		const char *check;
		int expectation;
		int64_t took_us;
	} rows[] = {
		{ "ike-sa", -1, 4000 }, { "ike-sa", 0, 4000 }, { "reach", 1, 700 },
		{ "reach", 2, 1000 },	{ "reach", 3, 3000 },  { "leak", 4, 0 },
		{ "rekey", -1, 0 },	{ "teardown", 5, 0 },
	};
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct timeline timeline = { 0 };
	struct check_input input = { .timeline = &timeline, .arena = arena };
	struct verdicts verdicts = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		assert_int_equal(timeline_add_line(&timeline, lines[i], strlen(lines[i])),
				 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		check_add(&input, &verdicts, VERDICT_OK, rows[i].check, "x")
			->expectation = rows[i].expectation;
	check_took(&input, &verdicts);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(verdicts.items[i].took_us, rows[i].took_us);
	timeline_done(&timeline);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_check_takes_as_long_as_its_question_was_open),
	};

	return cmocka_run_group_tests_name("check/took", tests, NULL, NULL);
}
