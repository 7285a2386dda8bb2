// SPDX-License-Identifier: GPL-2.0-or-later
/* unproven_test.c - claims about `unproven` */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "scenario/unproven.h"
#include "scenario/test_read.h"

static void each_check_is_listed_for_its_plane(void **state)
{
	_cleanup_(scenario_freep) struct scenario *scenario = NULL;
	struct err err = { 0 };

	(void)state;
	if (test_read("unproven: { libipsec: [ exemption, throughput ], uml: rekey }\n",
		      SIZE_MAX, &scenario, &err))
		fail_msg("%s", err.text);
	assert_true(scenario_may_be_unproven(scenario, "libipsec", "exemption"));
	assert_true(scenario_may_be_unproven(scenario, "libipsec", "throughput"));
	assert_true(scenario_may_be_unproven(scenario, "uml", "rekey"));
	assert_false(scenario_may_be_unproven(scenario, "uml", "exemption"));
	assert_false(scenario_may_be_unproven(scenario, "libipsec", "rekey"));
	assert_false(scenario_may_be_unproven(scenario, "native", "exemption"));
}

static void what_is_listed_for_native_holds_in_a_virtual_machine(void **state)
{
	_cleanup_(scenario_freep) struct scenario *scenario = NULL;
	struct err err = { 0 };

	(void)state;
	if (test_read("unproven: { native: [ exemption ], vm: rekey }\n", SIZE_MAX,
		      &scenario, &err))
		fail_msg("%s", err.text);
	assert_true(scenario_may_be_unproven(scenario, "vm", "exemption"));
	assert_true(scenario_may_be_unproven(scenario, "vm", "rekey"));
	assert_false(scenario_may_be_unproven(scenario, "native", "rekey"));
	assert_false(scenario_may_be_unproven(scenario, "uml", "exemption"));
}

static void nothing_may_be_unproven_unless_it_is_listed(void **state)
{
	_cleanup_(scenario_freep) struct scenario *scenario = NULL;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(test_read("", SIZE_MAX, &scenario, &err), 0);
	for (size_t i = 0; check_words[i]; i++)
		assert_false(
			scenario_may_be_unproven(scenario, "libipsec", check_words[i]));
}

static void wrong_words_are_refused_with_their_line(void **state)
{
	static const char *const cases[][2] = {
		{ "unproven: [ exemption ]\n", "t.yml:14: " },
		{ "unproven: { libipsek: [ esp ] }\n", "did you mean 'libipsec'" },
		{ "unproven: { uml: [ exemtion ] }\n", "did you mean 'exemption'" },
		{ "unproven: { uml: [ [ esp ] ] }\n", "t.yml:14: " },
		{ "unproven: { uml: { esp: yes } }\n", "t.yml:14: " },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		_cleanup_(scenario_freep) struct scenario *scenario = NULL;
		struct err err = { 0 };

		assert_int_equal(test_read(cases[i][0], SIZE_MAX, &scenario, &err),
				 -EINVAL);
		if (!strstr(err.text, cases[i][1]))
			fail_msg("%s: %s", cases[i][0], err.text);
	}
}

/* What a class of failure explains (finding/class.h) are checks that there are. */
static void classes_explain_known_checks_only(void **state)
{
	(void)state;
	for (unsigned int i = CLASS_NONE + 1; i < CLASSES_END; i++) {
		const char *words = finding_class_of((enum class_id)i)->explains;

		for (; *words; words += strspn(words, " ")) {
			char word[32];
			size_t length = strcspn(words, " ");

			(void)snprintf(word, sizeof(word), "%.*s", (int)length, words);
			if (!check_word_is_known(word))
				fail_msg("%s explains '%s'",
					 finding_class_of((enum class_id)i)->id, word);
			words += length;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_check_is_listed_for_its_plane),
		cmocka_unit_test(what_is_listed_for_native_holds_in_a_virtual_machine),
		cmocka_unit_test(nothing_may_be_unproven_unless_it_is_listed),
		cmocka_unit_test(classes_explain_known_checks_only),
		cmocka_unit_test(wrong_words_are_refused_with_their_line),
	};

	return cmocka_run_group_tests_name("scenario/unproven", tests, NULL, NULL);
}
