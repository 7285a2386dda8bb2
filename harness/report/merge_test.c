// SPDX-License-Identifier: GPL-2.0-or-later
/* merge_test.c - claims about shards that are put together, and about holes */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/exit.h"
#include "report/merge.h"
#include "report/summary.h"

static struct summary *parts[2];
static struct merge_part wanted[2];

/* Five scenarios, dealt out to two. */
static int set_up(void **state)
{
	static const char *const names[] = { "a", "b", "c", "d", "e" };

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		struct summary *part = parts[i] = summary_new();

		part->version = "1";
		part->start = i ? "2026-11-29T01:00:00Z" : "2026-11-29T02:00:00Z";
		part->took_us = 1000 * (i + 1);
		part->shard = i + 1;
		part->shards = 2;
		for (unsigned int j = 0; j < ARRAY_SIZE(names); j++) {
			vec_add(part->arena, &part->list, names[j]);
			if (summary_is_ours(part, j))
				vec_add(part->arena, &part->runs,
					((struct summary_run){ .number = j,
							       .scenario = names[j],
							       .first_status = -1,
							       .folder = "x/1" }));
		}
		wanted[i] = (struct merge_part){ i ? "two" : "one", part,
						 i ? "../two" : "." };
	}
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	summary_free(parts[0]);
	summary_free(parts[1]);
	return 0;
}

static void refused(size_t count, const char *sentence)
{
	struct summary *whole = NULL;
	struct err err = { 0 };

	assert_int_equal(summary_merge(wanted, count, &whole, &err), -EINVAL);
	assert_string_equal(err.text, sentence);
	assert_null(whole);
}

static void shards_become_one_in_the_order_of_the_list(void **state)
{
	_cleanup_(summary_freep) struct summary *whole = NULL;

	(void)state;
	parts[1]->runs.items[0].status = EXIT_UNEXPECTED;
	assert_int_equal(summary_merge(wanted, 2, &whole, NULL), 0);
	assert_int_equal(whole->list.count, 5);
	assert_int_equal(whole->runs.count, 5);
	for (unsigned int i = 0; i < 5; i++)
		assert_int_equal(whole->runs.items[i].number, i);
	assert_int_equal(whole->shards, 1);
	assert_int_equal(summary_status(whole), EXIT_UNEXPECTED);
	assert_int_equal(summary_count(whole).not_started, 0);
	assert_string_equal(whole->runs.items[0].folder, "x/1");
	assert_string_equal(whole->runs.items[1].folder, "../two/x/1");
	assert_string_equal(whole->start, "2026-11-29T01:00:00Z");
	assert_int_equal(whole->took_us, 2000);
}

static void a_missing_shard_is_named(void **state)
{
	(void)state;
	refused(1, "shard 2 of 2 is missing: nothing is known of its scenarios");
}

/* Not the first of them only: each is another machine to be asked. */
static void all_missing_shards_are_named(void **state)
{
	(void)state;
	parts[0]->shards = 4;
	parts[0]->shard = 3;
	refused(1,
		"shards 1, 2, 4 of 4 are missing: nothing is known of their scenarios");
}

static void a_shard_twice_is_named(void **state)
{
	(void)state;
	wanted[1].summary = parts[0];
	refused(2, "shard 1 of 2 is there twice: one and two");
}

static void a_scenario_that_did_not_run_is_named(void **state)
{
	(void)state;
	parts[1]->runs.count--;
	refused(2, "two: d did not run: start it again");
}

static void a_scenario_twice_is_named(void **state)
{
	(void)state;
	vec_add(parts[1]->arena, &parts[1]->runs, parts[1]->runs.items[1]);
	refused(2, "two: d is there twice");
}

static void a_scenario_of_another_shard_is_named(void **state)
{
	(void)state;
	parts[1]->runs.items[0].number = 0;
	parts[1]->runs.items[0].scenario = "a";
	refused(2, "two: a is another shard's, and ran here");
}

static void another_version_is_refused(void **state)
{
	(void)state;
	parts[1]->version = "2";
	refused(2, "one is of twinsite 1, and two of twinsite 2: what one found says "
		   "nothing of the other");
}

static void other_lists_are_refused(void **state)
{
	(void)state;
	parts[1]->list.items[4] = "f";
	refused(2,
		"scenario 5 of one is e, and of two f: they are not parts of the same");
	parts[1]->list.count--;
	refused(2, "one is a shard of 5 scenarios, and two of 4: they are not parts of "
		   "the same");
	parts[1]->shards = 3;
	refused(2, "one is one of 2 shards, and two one of 3 shards: they are not parts "
		   "of the same");
	parts[1]->shards = 1;
	refused(2, "one is one of 2 shards, and two a whole run: they are not parts of "
		   "the same");
}

static void make_whole(struct summary *part, const char *name)
{
	part->shard = part->shards = 1;
	part->list.count = part->runs.count = 1;
	part->list.items[0] = name;
	part->runs.items[0].number = 0;
	part->runs.items[0].scenario = name;
}

static void lists_without_shards_follow_each_other(void **state)
{
	_cleanup_(summary_freep) struct summary *whole = NULL;

	(void)state;
	make_whole(parts[0], "a");
	make_whole(parts[1], "b");
	assert_int_equal(summary_merge(wanted, 2, &whole, NULL), 0);
	assert_int_equal(whole->list.count, 2);
	assert_string_equal(whole->runs.items[1].scenario, "b");
	assert_int_equal(whole->runs.items[1].number, 1);
	make_whole(parts[1], "a");
	refused(2, "a is there twice: in one and in two");
}

static void the_way_between_folders_is_found(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();

	(void)state;
	assert_string_equal(merge_way(arena, "/a/b", "/a/b/c"), "c");
	assert_string_equal(merge_way(arena, "/a/b/", "/a/./c/d"), "../c/d");
	assert_string_equal(merge_way(arena, "/a/b", "/a/x/../b"), ".");
	assert_string_equal(merge_way(arena, "/a/b/c", "/a"), "../..");
	assert_string_equal(merge_way(arena, "/", "/../a"), "a");
}

int main(void)
{
#define CLAIM(claim) cmocka_unit_test_setup_teardown(claim, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CLAIM(shards_become_one_in_the_order_of_the_list),
		CLAIM(a_missing_shard_is_named),
		CLAIM(all_missing_shards_are_named),
		CLAIM(a_shard_twice_is_named),
		CLAIM(a_scenario_that_did_not_run_is_named),
		CLAIM(a_scenario_twice_is_named),
		CLAIM(a_scenario_of_another_shard_is_named),
		CLAIM(another_version_is_refused),
		CLAIM(other_lists_are_refused),
		CLAIM(lists_without_shards_follow_each_other),
		CLAIM(the_way_between_folders_is_found),
	};

	return cmocka_run_group_tests_name("report/merge", tests, NULL, NULL);
}
