// SPDX-License-Identifier: GPL-2.0-or-later
/* plane_test.c - the names of planes and their features */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "netns/plane.h"

static void every_name_is_read_back(void **state)
{
	(void)state;
	for (int i = 0; i < PLANE_COUNT; i++) {
		enum plane plane = PLANE_COUNT;
		struct err err = { 0 };

		assert_int_equal(plane_parse(plane_name((enum plane)i), &plane, &err), 0);
		assert_int_equal(plane, i);
	}
}

static void another_word_is_refused_with_a_proposal(void **state)
{
	enum plane plane = PLANE_UML;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(plane_parse("natvie", &plane, &err), -EINVAL);
	assert_non_null(strstr(err.text, "did you mean 'native'?"));
	assert_int_equal(plane_parse("qemu-kvm", &plane, &err), -EINVAL);
	assert_non_null(strstr(err.text, "native, uml, vm or libipsec"));
	assert_int_equal(plane_parse("", &plane, &err), -EINVAL);
	assert_int_equal(plane, PLANE_UML);
}

static void every_feature_has_a_name(void **state)
{
	(void)state;
	for (unsigned int bit = 1; bit < PLANE_ALL_FEATURES; bit <<= 1)
		assert_string_not_equal(plane_feature_name(bit), "something unknown");
}

/* A probe either works or says what is missing; it never just fails. */
static void a_probe_that_fails_says_why(void **state)
{
	(void)state;
	for (int i = 0; i < PLANE_COUNT; i++) {
		struct plane_status status;

		plane_probe((enum plane)i, &status);
		assert_int_equal(status.plane, i);
		assert_int_equal(status.is_usable, status.reason[0] == '\0');
		print_message("%s: %s\n", plane_name((enum plane)i),
			      status.is_usable ? "usable" : status.reason);
	}
}

static void what_nothing_offers_is_not_chosen(void **state)
{
	struct plane_status statuses[PLANE_COUNT];
	enum plane plane = PLANE_UML;
	struct err err = { 0 };
	size_t count = 0;

	(void)state;
	assert_int_equal(plane_choose(1u << 30, NULL, statuses, &count, &plane, &err),
			 -ENOTSUP);
	assert_int_equal(count, PLANE_COUNT);
	assert_non_null(strstr(err.text, "native: "));
	assert_non_null(strstr(err.text, "libipsec: "));
}

static void a_plane_that_broke_is_passed_over_with_its_sentence(void **state)
{
	static const char *const broken[PLANE_COUNT] = { "one", "two", "three", "four" };
	struct plane_status statuses[PLANE_COUNT];
	enum plane plane = PLANE_UML;
	struct err err = { 0 };
	size_t count = 0;

	(void)state;
	assert_int_equal(plane_choose(0, broken, statuses, &count, &plane, &err),
			 -ENOTSUP);
	assert_int_equal(count, PLANE_COUNT);
	assert_string_equal(statuses[PLANE_UML].reason, "it broke at its start: two");
	assert_non_null(strstr(err.text, "uml: it broke at its start: two"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_name_is_read_back),
		cmocka_unit_test(another_word_is_refused_with_a_proposal),
		cmocka_unit_test(every_feature_has_a_name),
		cmocka_unit_test(a_probe_that_fails_says_why),
		cmocka_unit_test(what_nothing_offers_is_not_chosen),
		cmocka_unit_test(a_plane_that_broke_is_passed_over_with_its_sentence),
	};

	return cmocka_run_group_tests_name("netns/plane", tests, NULL, NULL);
}
