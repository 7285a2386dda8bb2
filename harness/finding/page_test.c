// SPDX-License-Identifier: GPL-2.0-or-later
/* page_test.c - claims: each class has its page, and a word finds the page that is meant */
#include <string.h>

#include "base/test_text.h"

#include "finding/page.h"

static void each_class_has_one_page_that_says_everything(void **state)
{
	(void)state;
	for (unsigned int i = CLASS_NONE + 1; i < CLASSES_END; i++) {
		const struct finding_class *class = finding_class_of((enum class_id)i);
		const struct finding_page *page = finding_page_of(class->number);

		if (!page)
			fail_msg("%s %s has no page", class->id, class->name);
		assert_true(strlen(page->what) > 20);
		assert_true(strlen(page->proof) > 10);
		if (!page->fix && !class->advice.fix)
			fail_msg("%s: neither its page nor its advice says what to do",
				 class->id);
		if (page->fix && class->advice.fix)
			fail_msg("%s: two pieces of advice", class->id);
		if (page->seen && class->advice.fix)
			fail_msg("%s: its advice says what is seen", class->id);
	}
	assert_null(finding_page_of(CLASS_NONE));
}

/* What strikes outside of an exchange has no words of a moment. */
static void what_has_no_moment_says_what_is_seen(void **state)
{
	(void)state;
	for (unsigned int i = CLASS_NONE + 1; i < CLASSES_END; i++) {
		const struct finding_class *class = finding_class_of((enum class_id)i);

		if (class->moment == MOMENT_PHASE1 && !class->advice.fix &&
		    !finding_page_of(class->number)->seen)
			fail_msg("%s: nobody says what is seen", class->id);
	}
}

static void a_word_finds_its_classes_in_any_case(void **state)
{
	const struct finding_class *found[8];

	(void)state;
	assert_int_equal(finding_pages_find("f63", found, 8), 1);
	assert_int_equal(found[0]->number, F63);
	assert_int_equal(finding_pages_find("PSK-differs", found, 8), 3);
	assert_int_equal(found[0]->number, F27);
	assert_int_equal(found[2]->number, F29);
	assert_int_equal(finding_pages_find("psk-differs", found, 2), 2);
	assert_int_equal(finding_pages_find("f1", found, 8), 1);
	assert_string_equal(found[0]->id, "F01");
	assert_int_equal(finding_pages_find("f", found, 8), 0);
	assert_int_equal(finding_pages_find("F99", found, 8), 0);
	assert_int_equal(finding_pages_find("", found, 8), 0);
}

static void a_part_of_a_name_finds_all_that_have_it(void **state)
{
	const struct finding_class *found[8];

	(void)state;
	assert_int_equal(finding_pages_with("Exemption", found, 8), 2);
	assert_string_equal(found[0]->id, "F63");
	assert_string_equal(found[1]->id, "F64");
	assert_int_equal(finding_pages_with("exemption", found, 1), 1);
	assert_int_equal(finding_pages_with("a", found, 8), 0);
	assert_int_equal(finding_pages_with("xyzzy", found, 8), 0);
}

static void a_mistyped_word_has_the_nearest(void **state)
{
	(void)state;
	assert_string_equal(finding_pages_nearest("psk-difers"), "psk-differs");
	assert_string_equal(finding_pages_nearest("nat-exempton-missing"),
			    "nat-exemption-missing");
	assert_null(finding_pages_nearest("something else"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_class_has_one_page_that_says_everything),
		cmocka_unit_test(what_has_no_moment_says_what_is_seen),
		cmocka_unit_test(a_word_finds_its_classes_in_any_case),
		cmocka_unit_test(a_part_of_a_name_finds_all_that_have_it),
		cmocka_unit_test(a_mistyped_word_has_the_nearest),
	};

	return cmocka_run_group_tests_name("finding/page", tests, NULL, NULL);
}
