// SPDX-License-Identifier: GPL-2.0-or-later
/* device_test.c - claims about the rows of all devices */
#include "device/device.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* clang-format off */
#include <cmocka.h>
/* clang-format on */

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/str.h"

#define foreach_kind(kind)                                                   \
	for (enum device_kind kind = 0; (unsigned int)(kind) < DEVICE_KINDS; \
	     (kind) = (enum device_kind)((kind) + 1))

static void names_are_read_back_and_are_one_device_each(void **state)
{
	enum device_kind found;

	(void)state;
	foreach_kind(kind)
	{
		const struct device *device = device_of(kind);

		assert_true(device->name && *device->name && device->title);
		assert_int_equal(device_parse(device->name, &found), 0);
		assert_int_equal(found, kind);
		assert_int_equal(device_parse(device->title, &found), 0);
		assert_int_equal(found, kind);
	}
	assert_int_not_equal(device_parse("cisco", &found), 0);
	assert_int_not_equal(device_parse("", &found), 0);
}

static void who_runs_our_daemon_is_as_polite_as_it(void **state)
{
	(void)state;
	foreach_kind(kind)
	{
		const struct device_traits *traits = &device_of(kind)->traits;

		if (!traits->runs_charon)
			continue;
		assert_false(traits->is_silent || traits->wants_equal_selectors ||
			     traits->is_ikev1_only);
	}
	assert_true(device_of(DEVICE_FRITZBOX)->traits.is_ikev1_only);
	assert_true(device_of(DEVICE_SCREENOS)->traits.is_silent);
	assert_false(device_of(DEVICE_JUNOS)->traits.is_silent);
}

static void the_silent_ones_are_those_whose_rows_say_so(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();

	(void)state;
	assert_string_equal(device_silent_titles(arena), "FritzBox and ScreenOS");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_read_back_and_are_one_device_each),
		cmocka_unit_test(who_runs_our_daemon_is_as_polite_as_it),
		cmocka_unit_test(the_silent_ones_are_those_whose_rows_say_so),
	};

	return cmocka_run_group_tests_name("device/device", tests, NULL, NULL);
}
