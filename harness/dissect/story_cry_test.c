// SPDX-License-Identifier: GPL-2.0-or-later
/* story_cry_test.c - an IKEv1 peer that answers no R-U-THERE any more */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "dissect/story.h"
#include "dissect/test_message.h"

#define ENCRYPTED 1

struct world {
	struct session_set *set;
	struct ike_story *story;
	uint8_t id;
};

static void world_done(struct world *world)
{
	story_free(world->story);
	session_set_free(world->set);
}

#define _cleanup_world_ __attribute__((cleanup(world_done)))

/* Bytes that nobody can read, behind the header. */
static void say(struct world *world, int end, uint8_t exchange, uint8_t id, size_t length,
		int64_t ms)
{
	struct test_message message;
	uint8_t sealed[128] = { ++world->id };

	message_start(&message, end, 0x10, exchange, ENCRYPTED, true);
	message_set_id(&message, id);
	message.bytes[message.last] = V1_PAYLOAD_HASH;
	memcpy(message.bytes + message.length, sealed, length);
	message.length += length;
	message_send(&message, world->set, ms);
}

/* The end of main mode and a quick mode. */
static void begin(struct world *world)
{
	world->set = session_set_new(NULL, NULL);
	say(world, 0, V1_EXCHANGE_MAIN, 0, 48, 0);
	say(world, 1, V1_EXCHANGE_MAIN, 0, 48, 50);
	say(world, 0, V1_EXCHANGE_QUICK, 1, 120, 100);
	say(world, 1, V1_EXCHANGE_QUICK, 1, 120, 150);
	say(world, 0, V1_EXCHANGE_QUICK, 1, 40, 200);
}

/* So many questions of the responder, so far apart. */
static void ask(struct world *world, unsigned int times, int64_t ms)
{
	for (unsigned int i = 0; i < times; i++)
		say(world, 1, V1_EXCHANGE_INFORMATIONAL, (uint8_t)(20 + i), 64,
		    60000 + ms * i);
}

static void told(struct world *world)
{
	world->story = story_of(world->set, world->set->session[0]);
}

static bool is_dead(const struct world *world)
{
	vec_foreach (note, &world->story->notes)
		if (strstr(note->text, "nothing comes from there any more"))
			return true;
	return false;
}

static void a_peer_that_answers_no_question_is_dead(void **state)
{
	_cleanup_world_ struct world world = { 0 };

	(void)state;
	begin(&world);
	ask(&world, 5, 3000);
	told(&world);
	assert_true(is_dead(&world));
	assert_false(world.story->is_up);
	assert_true(str_starts(world.story->outcome,
			       "up until #6, which the other end never answers"));
}

static void two_unanswered_may_be_lost(void **state)
{
	_cleanup_world_ struct world world = { 0 };

	(void)state;
	begin(&world);
	ask(&world, 2, 9000);
	told(&world);
	assert_false(is_dead(&world));
	assert_true(world.story->is_up);
}

static void a_peer_that_answers_the_last_is_alive(void **state)
{
	_cleanup_world_ struct world world = { 0 };

	(void)state;
	begin(&world);
	ask(&world, 5, 3000);
	say(&world, 0, V1_EXCHANGE_INFORMATIONAL, 99, 64, 80000);
	told(&world);
	assert_false(is_dead(&world));
	assert_true(world.story->is_up);
}

/* Of several lengths, or all at once: those say something, deletes perhaps. */
static void informationals_that_differ_are_no_questions(void **state)
{
	_cleanup_world_ struct world world = { 0 }, at_once = { 0 };

	(void)state;
	begin(&world);
	for (unsigned int i = 0; i < 5; i++)
		say(&world, 1, V1_EXCHANGE_INFORMATIONAL, (uint8_t)(20 + i), 40 + 16 * i,
		    60000 + 3000 * i);
	told(&world);
	assert_false(is_dead(&world));
	begin(&at_once);
	ask(&at_once, 5, 10);
	told(&at_once);
	assert_false(is_dead(&at_once));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_peer_that_answers_no_question_is_dead),
		cmocka_unit_test(two_unanswered_may_be_lost),
		cmocka_unit_test(a_peer_that_answers_the_last_is_alive),
		cmocka_unit_test(informationals_that_differ_are_no_questions),
	};

	return cmocka_run_group_tests_name("dissect/story_cry", tests, NULL, NULL);
}
