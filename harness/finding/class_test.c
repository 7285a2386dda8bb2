// SPDX-License-Identifier: GPL-2.0-or-later
/* class_test.c - the rows of classes.def */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "finding/test_class.h"

static void an_id_is_found_by_its_text(void **state)
{
	(void)state;
	for (unsigned int i = CLASS_NONE + 1; i < CLASSES_END; i++) {
		const struct finding_class *class = finding_class_of((enum class_id)i);

		assert_int_equal(class->number, i);
		assert_ptr_equal(finding_class_find(class->id), class);
	}
	assert_null(finding_class_find("?"));
	assert_null(finding_class_find("F99"));
	assert_null(finding_class_find("f63"));
}

/* They stand in reports, and scripts look for them. */
static void names_are_words_of_small_letters(void **state)
{
	(void)state;
	for (unsigned int i = CLASS_NONE + 1; i < CLASSES_END; i++) {
		const char *name = finding_class_of((enum class_id)i)->name;

		if (name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")])
			fail_msg("'%s'", name);
		assert_true(*finding_layer_name(finding_class_of(i)->layer));
	}
}

/* One setting in three exchanges has one name; nothing else has another's. */
static void a_name_is_of_one_class(void **state)
{
	(void)state;
	for (unsigned int i = CLASS_NONE + 1; i < CLASSES_END; i++)
		for (unsigned int j = i + 1; j < CLASSES_END; j++)
			if (!(i >= F27 && j <= F29) &&
			    str_equal(finding_class_of(i)->name,
				      finding_class_of(j)->name))
				fail_msg("%s and %s are both '%s'",
					 finding_class_of(i)->id, finding_class_of(j)->id,
					 finding_class_of(i)->name);
}

/* Either what both see, or what each of them does; and what to do in any case. */
static void advice_is_whole(void **state)
{
	(void)state;
	for (unsigned int i = CLASS_NONE; i < CLASSES_END; i++) {
		const struct advice *advice = &finding_class_of(i)->advice;

		if (!advice->fix) {
			assert_null(advice->both);
			assert_null(advice->caller);
		} else if (advice->both) {
			assert_null(advice->caller);
			assert_null(advice->called);
		} else {
			assert_non_null(advice->caller);
			assert_non_null(advice->called);
		}
	}
}

/* What no file shows has no finding that would bring words and fixes. */
static void what_only_a_run_shows_has_advice(void **state)
{
	(void)state;
	for (unsigned int i = CLASS_NONE + 1; i < CLASSES_END; i++)
		if (finding_class_of(i)->told_by == TOLD_RUN && i != F90)
			assert_non_null(finding_class_of(i)->advice.fix);
}

static void a_set_is_written_in_its_order(void **state)
{
	(void)state;
	assert_string_equal(test_classes_of(CLASSES(F17, F30)).s, "F17, F30");
	assert_string_equal(test_classes_of(CLASSES(F29, F05, F31, F32, F33)).s,
			    "F29, F05, F31-F33");
	assert_string_equal(test_classes_of(CLASSES(F45, F46, F51)).s, "F45, F46, F51");
	assert_string_equal(test_classes_of(CLASSES(CLASS_NONE)).s, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_id_is_found_by_its_text),
		cmocka_unit_test(names_are_words_of_small_letters),
		cmocka_unit_test(a_name_is_of_one_class),
		cmocka_unit_test(advice_is_whole),
		cmocka_unit_test(what_only_a_run_shows_has_advice),
		cmocka_unit_test(a_set_is_written_in_its_order),
	};

	return cmocka_run_group_tests_name("finding/class", tests, NULL, NULL);
}
