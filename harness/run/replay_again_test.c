// SPDX-License-Identifier: GPL-2.0-or-later
/* replay_again_test.c - COOKIE and INVALID_KE_PAYLOAD are followed as RFC 7296 says */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dissect/ike.h"
#include "run/replay_again.h"

/* IKE_SA_INIT: SA with groups 2 and 14, KE of group 2 (8 bytes will do), a nonce. */
static const uint8_t question_bytes[] = {
	1,  2,	  3,  4,  5, 6, 7, 8,  0, 0, 0, 0,  0, 0, 0, 0, /* SPIs */
	33, 0x20, 34, 8,  0, 0, 0, 0,  0, 0, 0, 88,		/* SA next */
	34, 0,	  0,  28, 0, 0, 0, 24, 1, 1, 0, 2, /* one proposal, two transforms */
	3,  0,	  0,  8,  4, 0, 0, 2,		   /* group 2 */
	0,  0,	  0,  8,  4, 0, 0, 14,		   /* group 14 */
	40, 0,	  0,  16, 0, 2, 0, 0,  9, 9, 9, 9,  9, 9, 9, 9, /* KE */
	0,  0,	  0,  16, 7, 7, 7, 7,  7, 7, 7, 7,  7, 7, 7, 7, /* NONCE */
};

static struct replay_question question;

static void ask(void)
{
	memset(&question, 0, sizeof(question));
	memcpy(question.bytes, question_bytes, sizeof(question_bytes));
	question.length = sizeof(question_bytes);
}

/* An answer with one notify. */
static void answer(uint16_t type, const uint8_t *data, uint8_t length)
{
	static const uint8_t head[] = {
		1, 2, 3,  4,	5,  6,	  7, 8, 0, 0, 0, 0, 0, 0,
		0, 0, 41, 0x20, 34, 0x20, 0, 0, 0, 0, 0, 0, 0, 0
	};

	memcpy(question.answer, head, sizeof(head));
	question.answer_length = (uint16_t)(sizeof(head) + 8 + length);
	question.answer[27] = (uint8_t)question.answer_length;
	memset(question.answer + 28, 0, 8);
	question.answer[31] = (uint8_t)(8 + length);
	question.answer[34] = (uint8_t)(type >> 8);
	question.answer[35] = (uint8_t)type;
	if (length)
		memcpy(question.answer + 36, data, length);
}

/* The question as it stands: faultless, and with these two facts. */
static void is_sound(unsigned int group, size_t ke_length, unsigned int payloads)
{
	struct ike_message message = { 0 };
	const struct ike_payload *ke;

	assert_int_equal(ike_dissect((struct slice){ question.bytes, question.length },
				     false, &message),
			 0);
	assert_int_equal(message.fault, IKE_FAULT_NONE);
	assert_int_equal(message.payloads, payloads);
	ke = ike_payload_find(&message, V2_PAYLOAD_KE, 0);
	assert_non_null(ke);
	assert_int_equal(ke->ke.group, group);
	assert_int_equal(ke->ke.data.length, ke_length);
	assert_non_null(ike_payload_find(&message, V2_PAYLOAD_NONCE, 0));
	ike_message_done(&message);
}

static void another_offered_group_gets_a_ke_of_that_group(void **state)
{
	static const uint8_t group14[] = { 0, 14 };

	(void)state;
	ask();
	is_sound(2, 8, 3);
	answer(NOTIFY_V2_INVALID_KE, group14, 2);
	assert_true(replay_ask_again(&question));
	assert_int_equal(question.answer_length, 0);
	is_sound(14, 256, 3);
	assert_non_null(strstr(question.again, "group 14 (modp2048): asked again"));
}

static void a_group_that_was_not_offered_is_not_asked_for(void **state)
{
	static const uint8_t group19[] = { 0, 19 };

	(void)state;
	ask();
	answer(NOTIFY_V2_INVALID_KE, group19, 2);
	assert_false(replay_ask_again(&question));
	assert_true(question.answer_length > 0);
	is_sound(2, 8, 3);
	assert_non_null(strstr(question.again, "does not offer"));
}

static void the_same_group_again_ends_it(void **state)
{
	static const uint8_t group2[] = { 0, 2 };

	(void)state;
	ask();
	answer(NOTIFY_V2_INVALID_KE, group2, 2);
	assert_false(replay_ask_again(&question));
}

static void a_cookie_comes_first_and_a_newer_one_in_its_place(void **state)
{
	static const uint8_t cookie[] = { 1, 2, 3, 4, 5 }, newer[] = { 9, 8, 7 };

	(void)state;
	ask();
	answer(NOTIFY_V2_COOKIE, cookie, sizeof(cookie));
	assert_true(replay_ask_again(&question));
	is_sound(2, 8, 4);
	assert_int_equal(question.bytes[16], V2_PAYLOAD_NOTIFY);
	assert_memory_equal(question.bytes + 36, cookie, sizeof(cookie));
	answer(NOTIFY_V2_COOKIE, newer, sizeof(newer));
	assert_true(replay_ask_again(&question));
	is_sound(2, 8, 4);
	assert_memory_equal(question.bytes + 36, newer, sizeof(newer));
	assert_int_equal(question.length, sizeof(question_bytes) + 8 + sizeof(newer));
}

static void answers_cut_and_flipped_anywhere_change_nothing_for_the_worse(void **state)
{
	static const uint8_t group14[] = { 0, 14 };

	(void)state;
	for (size_t at = 0; at < 38; at++) {
		ask();
		answer(NOTIFY_V2_INVALID_KE, group14, 2);
		question.answer[at] = (uint8_t)~question.answer[at];
		(void)replay_ask_again(&question);
		assert_true(question.length <= sizeof(question.bytes));
		ask();
		answer(NOTIFY_V2_INVALID_KE, group14, 2);
		question.answer_length = (uint16_t)at;
		(void)replay_ask_again(&question);
		is_sound(question.answer_length	 ? 2
			 : question.length > 200 ? 14
						 : 2,
			 question.length > 200 ? 256 : 8, 3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(another_offered_group_gets_a_ke_of_that_group),
		cmocka_unit_test(a_group_that_was_not_offered_is_not_asked_for),
		cmocka_unit_test(the_same_group_again_ends_it),
		cmocka_unit_test(a_cookie_comes_first_and_a_newer_one_in_its_place),
		cmocka_unit_test(
			answers_cut_and_flipped_anywhere_change_nothing_for_the_worse),
	};

	return cmocka_run_group_tests_name("run/replay_again", tests, NULL, NULL);
}
