// SPDX-License-Identifier: GPL-2.0-or-later
/* class_test.c - the rows of classes.def */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
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

/* The text between "**" at the start of a line, of a list of ids or one with its name. */
static bool has_prose(const char *page, const char *id)
{
	for (const char *line = page; line; line = strchr(line, '\n')) {
		const char *end, *at;

		line += *line == '\n';
		if (strncmp(line, "**F", 3) != 0)
			continue;
		end = strstr(line + 2, "**");
		at = strstr(line, id);
		if (at && end && at < end)
			return true;
	}
	return false;
}

static void each_has_its_prose(void **state)
{
	_cleanup_free_ char *page = NULL;
	size_t length;

	(void)state;
	assert_int_equal(file_read("harness/doc/failures.md", &page, &length, NULL), 0);
	for (unsigned int i = CLASS_NONE + 1; i < CLASSES_END; i++)
		if (!has_prose(page, finding_class_of(i)->id))
			fail_msg("%s is not in failures.md", finding_class_of(i)->id);
}

/* Does a scenario expect it? */
static bool is_rehearsed(const char *id)
{
	glob_t found = { 0 };
	bool is_there = false;

	assert_int_equal(glob("scenarios/*/scenario.yml", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc && !is_there; i++) {
		_cleanup_free_ char *text = NULL;
		char wanted[16];
		size_t length;

		(void)snprintf(wanted, sizeof(wanted), "id: %s", id);
		assert_int_equal(file_read(found.gl_pathv[i], &text, &length, NULL), 0);
		is_there = strstr(text, wanted) != NULL;
	}
	globfree(&found);
	return is_there;
}

static void each_has_a_scenario_or_the_reason_for_none(void **state)
{
	(void)state;
	for (unsigned int i = CLASS_NONE + 1; i < CLASSES_END; i++) {
		const struct finding_class *class = finding_class_of((enum class_id)i);

		if (class->no_scenario && is_rehearsed(class->id))
			fail_msg("%s has a scenario: '%s' is not true", class->id,
				 class->no_scenario);
		if (!class->no_scenario && !is_rehearsed(class->id))
			fail_msg("%s %s has no scenario", class->id, class->name);
		if (!class->no_scenario && !(class->told_by & TOLD_RUN))
			fail_msg("%s has a scenario that cannot name it", class->id);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_id_is_found_by_its_text),
		cmocka_unit_test(names_are_words_of_small_letters),
		cmocka_unit_test(a_name_is_of_one_class),
		cmocka_unit_test(advice_is_whole),
		cmocka_unit_test(what_only_a_run_shows_has_advice),
		cmocka_unit_test(each_has_its_prose),
		cmocka_unit_test(each_has_a_scenario_or_the_reason_for_none),
		cmocka_unit_test(a_set_is_written_in_its_order),
	};

	return cmocka_run_group_tests_name("finding/class", tests, NULL, NULL);
}
