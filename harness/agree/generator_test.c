// SPDX-License-Identifier: GPL-2.0-or-later
/* generator_test.c - the same two files for ever, and files that importers read */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
/* clang-format off */
#include <cmocka.h>
/* clang-format on */

#include "agree/generator.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"

#define CASES 400

static bool is_same(const struct agree_case *a, const struct agree_case *b)
{
	for (unsigned int end = 0; end < 2; end++) {
		const struct import_sources *x = &a->ends[end].sources,
					    *y = &b->ends[end].sources;

		if (x->list.count != y->list.count)
			return false;
		for (size_t i = 0; i < x->list.count; i++)
			if (!str_equal(x->list.items[i].bytes, y->list.items[i].bytes))
				return false;
	}
	return a->initiator == b->initiator;
}

static void the_same_numbers_give_the_same_case(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < CASES; i++) {
		_cleanup_(arena_freep) struct arena *arena = arena_new();
		struct agree_case a, b;

		agree_generate(7, i, arena, &a);
		agree_generate(7, i, arena, &b);
		assert_true(is_same(&a, &b));
	}
}

static void neighbours_and_other_seeds_differ(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct agree_case a, b;

	(void)state;
	agree_generate(7, 1, arena, &a);
	agree_generate(7, 2, arena, &b);
	assert_false(is_same(&a, &b));
	agree_generate(8, 1, arena, &b);
	assert_false(is_same(&a, &b));
}

static void check_end(const struct agree_case *generated, const struct agree_end *end)
{
	struct site *site = NULL;
	struct err err = { 0 };

	if (site_import(end->wish.kind, end->name, end->sources.list.items,
			end->sources.list.count, &end->options, &site, &err))
		fail_msg("case %u: %s", generated->number, err.text);
	vec_foreach (remark, &site->remarks)
		if (remark->kind == REMARK_UNKNOWN)
			fail_msg("case %u: %s:%u: %s", generated->number,
				 remark->at.file ? remark->at.file : "", remark->at.line,
				 remark->text);
	site_free(site);
}

static void every_file_is_read_without_an_unknown_word(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < CASES; i++) {
		_cleanup_(arena_freep) struct arena *arena = arena_new();
		struct agree_case generated;

		agree_generate(3, i, arena, &generated);
		for (unsigned int end = 0; end < 2; end++)
			check_end(&generated, &generated.ends[end]);
	}
}

static void all_devices_and_numbers_of_mistakes_occur(void **state)
{
	unsigned int kinds[5] = { 0 }, mistakes[3] = { 0 }, initiators[2] = { 0 };

	(void)state;
	for (unsigned int i = 0; i < CASES; i++) {
		_cleanup_(arena_freep) struct arena *arena = arena_new();
		struct agree_case generated;

		agree_generate(5, i, arena, &generated);
		kinds[generated.ends[0].wish.kind]++;
		kinds[generated.ends[1].wish.kind]++;
		mistakes[generated.mistakes.count]++;
		initiators[generated.initiator]++;
	}
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		assert_true(kinds[i] > 10);
	for (size_t i = 0; i < ARRAY_SIZE(mistakes); i++)
		assert_true(mistakes[i] > 10);
	assert_true(initiators[0] > CASES / 4 && initiators[1] > CASES / 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_numbers_give_the_same_case),
		cmocka_unit_test(neighbours_and_other_seeds_differ),
		cmocka_unit_test(every_file_is_read_without_an_unknown_word),
		cmocka_unit_test(all_devices_and_numbers_of_mistakes_occur),
	};

	return cmocka_run_group_tests_name("agree/generator", tests, NULL, NULL);
}
