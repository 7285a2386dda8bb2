// SPDX-License-Identifier: GPL-2.0-or-later
/* answer_test.c - two answers to the same first message, and what differs */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "check/answer.h"

/* Main mode, message 2: AES-128, SHA-1, PSK, group 2, 28800 s; vendor id DPD. */
static const uint8_t
	chosen[] = {
		1,    2,    3,	  4,	5,    6,    7,	  8,	9,    10,   11,
		12,   13,   14,	  15,	16, /* cookies */
		1,    0x10, 2,	  0,	0,    0,    0,	  0,	0,    0,    0,
		108, /* SA next, main mode */
		13,   0,    0,	  60,	0,    0,    0,	  1,	0,    0,    0,
		1, /* SA: IPsec, identity only */
		0,    0,    0,	  48,	1,    1,    0,	  1, /* proposal 1: ISAKMP */
		0,    0,    0,	  40,	1,    1,    0,	  0, /* transform 1: KEY_IKE */
		0x80, 1,    0,	  7,	0x80, 14,   0,	  128,	0x80, 2,    0,
		2,    0x80, 4,	  0,	2,    0x80, 3,	  0,	1,    0x80, 11,
		0,    1,    0x80, 12,	0x70, 0x80, 0x80, 99,	0,    1, /* … and one
									    unknown */
		0,    0,    0,	  20,	0xaf, 0xca, 0xd7, 0x13, 0x68, 0xa1, 0xf1,
		0xc9, 0x6b, 0x86, 0x96, 0xfc, 0x77, 0x57, 1,	0,
	};

#define AT_CIPHER_BITS 63 /* the low byte of the key length */
#define AT_GROUP       71
#define AT_VENDOR_ID   92

static void compare(const uint8_t *recorded, size_t recorded_length, const uint8_t *here,
		    size_t here_length, struct answer *ret)
{
	struct ike_message a = { 0 }, b = { 0 };

	assert_int_equal(
		ike_dissect((struct slice){ recorded, recorded_length }, false, &a), 0);
	assert_int_equal(ike_dissect((struct slice){ here, here_length }, false, &b), 0);
	answer_compare(&a, &b, ret);
	ike_message_done(&a);
	ike_message_done(&b);
}

static unsigned int count(const struct answer *answer, enum answer_kind kind)
{
	unsigned int lines = 0;

	vec_foreach (line, &answer->lines)
		lines += line->kind == kind;
	return lines;
}

static const struct answer_line *find(const struct answer *answer, const char *what)
{
	vec_foreach (line, &answer->lines)
		if (str_equal(line->what, what))
			return line;
	fail_msg("nothing is said of %s", what);
	return NULL;
}

static void answer_is_the_same_as_itself_whatever_the_cookies(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct answer answer = { .arena = arena };
	uint8_t other[sizeof(chosen)];

	(void)state;
	memcpy(other, chosen, sizeof(chosen));
	memset(other, 0x77, 16);
	compare(chosen, sizeof(chosen), other, sizeof(other), &answer);
	assert_int_equal(count(&answer, ANSWER_SAME), answer.lines.count);
	assert_string_equal(find(&answer, "cipher")->here, "AES-128-CBC");
	assert_true(find(&answer, "hash")->is_transform);
	assert_false(find(&answer, "exchange")->is_transform);
	assert_string_equal(find(&answer, "life duration")->recorded, "28800");
	assert_string_equal(answer.summary, "the same choice, all 7 parts of it");
}

static void each_transform_that_differs_is_named_with_both_values(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct answer answer = { .arena = arena };
	uint8_t other[sizeof(chosen)];

	(void)state;
	memcpy(other, chosen, sizeof(chosen));
	assert_int_equal(other[AT_CIPHER_BITS], 128);
	other[AT_CIPHER_BITS] = 0;
	other[AT_CIPHER_BITS - 1] = 1; /* 256 */
	assert_int_equal(other[AT_GROUP], 2);
	other[AT_GROUP] = 5;
	compare(chosen, sizeof(chosen), other, sizeof(other), &answer);
	assert_int_equal(count(&answer, ANSWER_DIFFERS), 2);
	assert_string_equal(find(&answer, "cipher")->recorded, "AES-128-CBC");
	assert_string_equal(find(&answer, "cipher")->here, "AES-256-CBC");
	assert_string_equal(find(&answer, "group")->here, "group 5 (modp1536)");
	assert_string_equal(
		answer.summary,
		"another choice: not the same cipher, group, the other 5 parts "
		"are");
}

static void what_only_one_has_is_told_from_what_differs(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct answer answer = { .arena = arena };
	uint8_t other[sizeof(chosen)];

	(void)state;
	memcpy(other, chosen, sizeof(chosen));
	other[AT_VENDOR_ID] ^= 0xff;
	compare(chosen, sizeof(chosen), other, sizeof(other), &answer);
	assert_int_equal(count(&answer, ANSWER_ONLY_RECORDED), 1);
	assert_int_equal(count(&answer, ANSWER_ONLY_HERE), 1);
	assert_int_equal(find(&answer, "vendor id Dead Peer Detection")->kind,
			 ANSWER_ONLY_RECORDED);
	assert_int_equal(count(&answer, ANSWER_DIFFERS), 0);
}

/* An Informational with NO-PROPOSAL-CHOSEN in the place of a choice. */
static void a_refusal_says_by_whom_and_with_what(void **state)
{
	static const uint8_t refused[] = {
		1, 2, 3, 4, 5, 6, 7, 8,	 0, 0, 0, 0,  0, 0, 0, 0, 11, 0x10, 5, 0,
		0, 0, 0, 7, 0, 0, 0, 40, 0, 0, 0, 12, 0, 0, 0, 1, 1,  0,    0, 14,
	};
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct answer here = { .arena = arena }, there = { .arena = arena },
		      both = { .arena = arena };

	(void)state;
	compare(chosen, sizeof(chosen), refused, sizeof(refused), &here);
	assert_string_equal(here.summary,
			    "refused here with NO-PROPOSAL-CHOSEN, taken by "
			    "the recorded peer");
	compare(refused, sizeof(refused), chosen, sizeof(chosen), &there);
	assert_string_equal(there.summary,
			    "taken here, refused by the recorded peer with "
			    "NO-PROPOSAL-CHOSEN");
	compare(refused, sizeof(refused), refused, sizeof(refused), &both);
	assert_string_equal(both.summary,
			    "refused by both: here with NO-PROPOSAL-CHOSEN, "
			    "recorded was NO-PROPOSAL-CHOSEN");
}

static void answer_cut_or_flipped_anywhere_is_compared_all_the_same(void **state)
{
	uint8_t other[sizeof(chosen)];

	(void)state;
	for (size_t i = IKE_HEADER_SIZE; i < sizeof(chosen); i++) {
		_cleanup_(arena_freep) struct arena *arena = arena_new();
		struct answer cut = { .arena = arena }, flipped = { .arena = arena };

		compare(chosen, sizeof(chosen), chosen, i, &cut);
		memcpy(other, chosen, sizeof(chosen));
		other[i] ^= 0xff;
		compare(other, sizeof(other), chosen, sizeof(chosen), &flipped);
		assert_true(flipped.lines.count > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answer_is_the_same_as_itself_whatever_the_cookies),
		cmocka_unit_test(each_transform_that_differs_is_named_with_both_values),
		cmocka_unit_test(what_only_one_has_is_told_from_what_differs),
		cmocka_unit_test(a_refusal_says_by_whom_and_with_what),
		cmocka_unit_test(answer_cut_or_flipped_anywhere_is_compared_all_the_same),
	};

	return cmocka_run_group_tests_name("check/answer", tests, NULL, NULL);
}
