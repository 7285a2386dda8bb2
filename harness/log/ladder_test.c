// SPDX-License-Identifier: GPL-2.0-or-later
/* ladder_test.c - claims: two logs become one ladder, without a clock that both have */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
/* clang-format off */
#include <cmocka.h>
/* clang-format on */

#include "base/buf.h"
#include "base/cleanup.h"
#include "log/ladder.h"

/* IKEv2, the peer's clock an hour and half a second ahead. */
#define ASKS                                                               \
	"12:00:00.000 05[IKE] <a|1> initiating IKE_SA a[1] to 192.0.2.7\n" \
	"12:00:00.001 05[ENC] <a|1> generating IKE_SA_INIT request 0 [ SA KE No ]\n"
#define IS_ASKED "13:00:00.521 05[ENC] <1> parsed IKE_SA_INIT request 0 [ SA KE No ]\n"
#define REFUSES                                                        \
	"13:00:00.522 05[IKE] <1> 192.0.2.1 is initiating an IKE_SA\n" \
	"13:00:00.523 05[CFG] <1> received proposals: "                \
	"IKE:AES_CBC_256/HMAC_SHA1_96/PRF_HMAC_SHA1/MODP_2048\n"       \
	"13:00:00.523 05[CFG] <1> configured proposals: "              \
	"IKE:AES_CBC_128/HMAC_SHA1_96/PRF_HMAC_SHA1/MODP_2048\n"       \
	"13:00:00.523 05[IKE] <1> received proposals unacceptable\n"   \
	"13:00:00.524 05[ENC] <1> generating IKE_SA_INIT response 0 [ N(NO_PROP) ]\n"
#define IS_REFUSED                                                                  \
	"12:00:00.044 05[ENC] <a|1> parsed IKE_SA_INIT response 0 [ N(NO_PROP) ]\n" \
	"12:00:00.045 05[IKE] <a|1> received NO_PROPOSAL_CHOSEN notify error\n"

struct pair {
	struct log_reader *here, *there;
	struct log_answer here_answer, there_answer, both;
	struct log_ladder ladder;
	enum log_join join;
};

static struct log_reader *read_log(const char *text, size_t length)
{
	struct log_reader *reader = log_reader_new();

	log_reader_add(reader, text, length);
	log_reader_end(reader);
	return reader;
}

static void pair_init(struct pair *pair, const char *here, const char *there)
{
	pair->here = read_log(here, strlen(here));
	pair->there = read_log(there, strlen(there));
	log_answer(pair->here, &pair->here_answer);
	log_answer(pair->there, &pair->there_answer);
	log_ladder_build(pair->here, pair->there, &pair->ladder);
	pair->join = log_ladder_join(&pair->ladder, &pair->here_answer,
				     &pair->there_answer, &pair->both);
}

static void pair_done(struct pair *pair)
{
	log_reader_free(pair->here);
	log_reader_free(pair->there);
}

static void the_other_clock_follows_from_the_messages(void **state)
{
	struct pair pair;

	(void)state;
	pair_init(&pair, ASKS IS_REFUSED, IS_ASKED REFUSES);
	assert_true(pair.ladder.has_clock);
	assert_in_range(pair.ladder.later_ms, 3600490, 3600510);
	assert_int_equal(pair.ladder.both, 2);
	pair_done(&pair);
	pair_init(&pair, IS_ASKED REFUSES, ASKS IS_REFUSED);
	assert_in_range(-pair.ladder.later_ms, 3600490, 3600510);
	pair_done(&pair);
}

static void both_logs_name_what_one_cannot(void **state)
{
	struct pair pair;

	(void)state;
	pair_init(&pair, ASKS IS_REFUSED, IS_ASKED REFUSES);
	assert_true(pair.here_answer.count > 1);
	assert_int_equal(pair.join, LOG_JOIN_SAME_ATTEMPT);
	assert_int_equal(pair.both.count, 1);
	assert_true(pair.both.may_be[F20]);
	pair_done(&pair);
}

static void a_message_that_did_not_arrive_is_of_one_end(void **state)
{
	struct pair pair;
	size_t lost = 0;

	(void)state;
	pair_init(&pair,
		  ASKS
		  "12:00:00.900 05[IKE] <a|1> sending retransmit 1 of request message "
		  "ID 0, seq 1\n" IS_REFUSED,
		  IS_ASKED REFUSES "13:00:09.000 05[IKE] <2> 192.0.2.1 is initiating an "
				   "IKE_SA\n");
	for (size_t i = 0; i < pair.ladder.count; i++) {
		const struct log_rung *rung = &pair.ladder.rungs[i];

		lost += rung->here && rung->here->kind == LOG_STEP_SENT && !rung->there &&
			rung->is_covered;
	}
	assert_int_equal(lost, 1);
	pair_done(&pair);
}

static void attempts_of_different_times_are_not_joined(void **state)
{
	struct pair pair;

	(void)state;
	pair_init(&pair, ASKS IS_REFUSED,
		  "13:00:00.521 05[ENC] <1> parsed ID_PROT request 0 [ SA V ]\n"
		  "13:00:00.523 05[IKE] <1> no proposal found\n");
	assert_int_equal(pair.join, LOG_JOIN_NONE);
	assert_int_equal(pair.ladder.both, 0);
	assert_false(pair.ladder.has_clock);
	pair_done(&pair);
}

static void a_log_without_attempts_is_joined_only_if_of_the_same_time(void **state)
{
	struct pair pair;

	(void)state;
	pair_init(&pair,
		  ASKS "12:01:00.000 05[IKE] <a|1> giving up after 5 retransmits\n",
		  "13:00:00.000 05[CFG] <1> added vici connection: b\n");
	assert_int_equal(pair.join, LOG_JOIN_SAME_TIME);
	assert_true(pair.both.may_be[F08]);
	assert_false(pair.both.may_be[F20]);
	pair_done(&pair);
}

static void logs_of_two_makers_meet_in_their_spis(void **state)
{
	struct pair pair;

	(void)state;
	pair_init(&pair,
		  "12:00:00 05[IKE] <a|1> CHILD_SA a{1} established with SPIs c1234567_i "
		  "0a89abcd_o and TS 10.1.0.0/16 === 10.2.0.0/16\n",
		  "Nov 29 10:00:02  srx kmd[14]: KMD_PM_SA_ESTABLISHED: Local gateway: "
		  "192.0.2.7, Direction: inbound, SPI: 0xa89abcd, AUX-SPI: 0\n");
	assert_int_equal(pair.ladder.both, 1);
	assert_true(pair.ladder.has_clock);
	assert_in_range(-pair.ladder.later_ms, 7195000, 7205000);
	pair_done(&pair);
}

static void a_ladder_of_cut_logs_is_built_and_printed(void **state)
{
	static const char here[] = ASKS IS_REFUSED, there[] = IS_ASKED REFUSES;

	(void)state;
	for (size_t cut = 0; cut < sizeof(there); cut += 7) {
		_cleanup_buf_ struct buf out = { 0 };
		struct pair pair;
		char text[sizeof(there)];

		memcpy(text, there, sizeof(there));
		text[cut] = '\0';
		pair_init(&pair, here, text);
		log_ladder_print(&pair.ladder, &pair.here_answer, &pair.there_answer,
				 &out);
		assert_true(strstr(buf_text(&out), "clocks: "));
		pair_done(&pair);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_other_clock_follows_from_the_messages),
		cmocka_unit_test(both_logs_name_what_one_cannot),
		cmocka_unit_test(a_message_that_did_not_arrive_is_of_one_end),
		cmocka_unit_test(attempts_of_different_times_are_not_joined),
		cmocka_unit_test(
			a_log_without_attempts_is_joined_only_if_of_the_same_time),
		cmocka_unit_test(logs_of_two_makers_meet_in_their_spis),
		cmocka_unit_test(a_ladder_of_cut_logs_is_built_and_printed),
	};

	return cmocka_run_group_tests_name("log/ladder", tests, NULL, NULL);
}
