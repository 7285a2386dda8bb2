// SPDX-License-Identifier: GPL-2.0-or-later
/* talk_tell_test.c - which end of a talk is a refusal, and whose */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "run/talk_tell.h"

struct lab {
	struct scenario_site site;
	struct scenario scenario;
	struct talk_says says;
	struct replay_talk_shared talk;
	struct replay replay;
};

static void begin(struct lab *lab)
{
	*lab = (struct lab){ .site = { .name = "home" } };
	lab->scenario.sites.items = &lab->site;
	lab->scenario.sites.count = 1;
	lab->talk.says = &lab->says;
	lab->talk.version = 1;
	lab->talk.tunnel = "t";
	lab->replay.arena = arena_new();
}

static void attempt(struct lab *lab, enum talk_variant variant, enum peer_state state,
		    enum peer_stage stage)
{
	lab->talk.attempts[variant] =
		(struct replay_attempt){ .is_tried = true,
					 .state = state,
					 .stage = stage,
					 .children = state == PEER_IS_UP,
					 .why = "because" };
}

static const struct replay_talk *tell(struct lab *lab)
{
	talk_tell(&lab->replay, &lab->scenario, &lab->talk);
	return lab->replay.talks.count ? &lab->replay.talks.items[0] : NULL;
}

static void end(struct lab *lab)
{
	arena_free(lab->replay.arena);
}

static void what_goes_further_when_it_is_replaced_was_refused(void **state)
{
	const struct replay_talk *told;
	struct lab lab;

	(void)state;
	begin(&lab);
	attempt(&lab, TALK_AS_RECORDED, PEER_IS_REFUSED, PEER_STAGE_CHILD);
	attempt(&lab, TALK_WITH_NETWORKS, PEER_IS_REFUSED, PEER_STAGE_CHILD);
	attempt(&lab, TALK_WITH_PFS, PEER_IS_UP, PEER_STAGE_UP);
	told = tell(&lab);
	assert_int_equal(told->end, TALK_REFUSED);
	assert_string_equal(told->cause, "PFS");
	assert_string_equal(told->text, "quick mode: because");
	end(&lab);
}

static void refusal_of_what_was_assumed_tells_nothing(void **state)
{
	for (int is_recorded = 0; is_recorded < 2; is_recorded++) {
		struct lab lab;

		(void)state;
		begin(&lab);
		lab.says.has_child = is_recorded;
		attempt(&lab, TALK_AS_RECORDED, PEER_IS_REFUSED, PEER_STAGE_CHILD);
		assert_int_equal(tell(&lab)->end,
				 is_recorded ? TALK_REFUSED : TALK_UNTOLD);
		end(&lab);
	}
}

static void silence_alone_is_nobodys_no(void **state)
{
	struct lab lab;

	(void)state;
	begin(&lab);
	lab.says.has_child = true;
	attempt(&lab, TALK_AS_RECORDED, PEER_WAITS, PEER_STAGE_CHILD);
	assert_int_equal(tell(&lab)->end, TALK_UNTOLD);
	end(&lab);
}

static void
up_is_told_with_its_children_and_what_was_not_tried_with_its_reason(void **state)
{
	struct lab lab;

	(void)state;
	begin(&lab);
	attempt(&lab, TALK_AS_RECORDED, PEER_IS_UP, PEER_STAGE_UP);
	assert_string_equal(tell(&lab)->text, "the end of quick mode, 1 child");
	end(&lab);
	begin(&lab);
	lab.says.why_not = "no reason";
	assert_int_equal(tell(&lab)->end, TALK_NOT_TRIED);
	assert_string_equal(tell(&lab)->text, "no reason");
	end(&lab);
	begin(&lab); /* its first message was refused, which is told already */
	assert_null(tell(&lab));
	end(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_goes_further_when_it_is_replaced_was_refused),
		cmocka_unit_test(refusal_of_what_was_assumed_tells_nothing),
		cmocka_unit_test(silence_alone_is_nobodys_no),
		cmocka_unit_test(
			up_is_told_with_its_children_and_what_was_not_tried_with_its_reason),
	};

	return cmocka_run_group_tests_name("run/talk_tell", tests, NULL, NULL);
}
