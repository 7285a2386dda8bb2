// SPDX-License-Identifier: GPL-2.0-or-later
/* map_test.c - names to pointers */
#include "base/map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/arena.h"

static void a_name_is_found_in_its_scope_only(void **state)
{
	struct arena *arena = arena_new();
	struct map map = { 0 };
	int trust, untrust, value;

	(void)state;
	assert_null(map_get(&map, &trust, "LAN"));
	map_put(arena, &map, &trust, "LAN", &value);
	assert_ptr_equal(map_get(&map, &trust, "LAN"), &value);
	assert_null(map_get(&map, &untrust, "LAN"));
	assert_null(map_get(&map, &trust, "lan"));
	map_put(arena, &map, &trust, "LAN", NULL);
	assert_null(map_get(&map, &trust, "LAN"));
	arena_free(arena);
}

static void case_is_ignored_when_asked(void **state)
{
	struct arena *arena = arena_new();
	struct map map = { .is_nocase = true };
	int value;

	(void)state;
	map_put(arena, &map, NULL, "Untrust", &value);
	assert_ptr_equal(map_get(&map, NULL, "UNTRUST"), &value);
	arena_free(arena);
}

static void a_hundred_thousand_names_are_all_found(void **state)
{
	struct arena *arena = arena_new();
	struct map map = { 0 };
	static int values[100000];

	(void)state;
	for (int i = 0; i < 100000; i++)
		map_put(arena, &map, NULL, arena_printf(arena, "host-%d", i), &values[i]);
	for (int i = 0; i < 100000; i += 7)
		assert_ptr_equal(map_get(&map, NULL, arena_printf(arena, "host-%d", i)),
				 &values[i]);
	assert_null(map_get(&map, NULL, "host-100000"));
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_found_in_its_scope_only),
		cmocka_unit_test(case_is_ignored_when_asked),
		cmocka_unit_test(a_hundred_thousand_names_are_all_found),
	};

	return cmocka_run_group_tests_name("base/map", tests, NULL, NULL);
}
