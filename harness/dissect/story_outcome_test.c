// SPDX-License-Identifier: GPL-2.0-or-later
/* story_outcome_test.c - "up" means that traffic can flow */
#include "base/cleanup.h"
#include "base/str.h"
#include "dissect/story.h"
#include "dissect/test_reading.h"

/* acme.pcapng: messages 3 to 5 are aggressive mode, 6 to 8 the first quick mode. */
static struct ike_story *of_acme(struct test_reading *reading, unsigned int packets)
{
	reading_begin(reading, NULL);
	reading_take(reading, "pcaps/acme.pcapng", packets);
	assert_int_equal(reading->set->sessions, 1);
	return story_of(reading->set, reading->set->session[0]);
}

static void phase_1_without_quick_mode_is_not_up(void **state)
{
	_cleanup_reading_ struct test_reading reading;
	struct ike_story *story = of_acme(&reading, 5);

	(void)state;
	assert_false(story->is_up);
	assert_int_equal(story->up_frame, 5);
	assert_true(str_starts(story->outcome,
			       "phase 1 only: phase 1 is complete, and no "
			       "quick mode follows"));
	story_free(story);
}

static void quick_mode_that_is_never_answered_is_not_up(void **state)
{
	_cleanup_reading_ struct test_reading reading;
	struct ike_story *story = of_acme(&reading, 6);

	(void)state;
	assert_false(story->is_up);
	assert_true(str_starts(story->outcome,
			       "phase 1 only: phase 1 is complete, 0 of 1 "
			       "quick modes complete"));
	story_free(story);
}

static void complete_quick_mode_is_up(void **state)
{
	_cleanup_reading_ struct test_reading reading;
	struct ike_story *story = of_acme(&reading, 8);

	(void)state;
	assert_true(story->is_up);
	assert_true(str_starts(story->outcome, "up: phase 1 is complete, 1 of 1 quick"));
	story_free(story);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(phase_1_without_quick_mode_is_not_up),
		cmocka_unit_test(quick_mode_that_is_never_answered_is_not_up),
		cmocka_unit_test(complete_quick_mode_is_up),
	};

	return cmocka_run_group_tests_name("dissect/story_outcome", tests, NULL, NULL);
}
