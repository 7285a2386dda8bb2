// SPDX-License-Identifier: GPL-2.0-or-later
/* session_fold_test.c - long lives: quiet pairs are counted, what comes late is seen */
#include "base/cleanup.h"
#include "dissect/test_reading.h"

#define SECOND	 1000000000LL
#define MESSAGE	 (20 + 8 + 4 + 28 + 48)
#define MORE_MAX 32

/* An IKEv2 message behind UDP 4500, 203.0.113.1 > 198.51.100.2 or back; encrypted. */
struct maker {
	struct test_reading reading;
	int64_t time_ns;
	uint8_t more; /* bytes of each message, up to MORE_MAX */
};

static void maker_done(struct maker *maker)
{
	reading_done(&maker->reading);
}

#define _cleanup_maker_ _cleanup_(maker_done)

static void begin(struct maker *maker)
{
	reading_begin(&maker->reading, NULL);
	maker->reading.set =
		session_set_new(maker->reading.crypto, maker->reading.keyring);
	maker->time_ns = 1000 * SECOND;
	maker->more = 0;
}

static void say(struct maker *maker, uint8_t exchange, uint32_t id, bool is_response)
{
	uint8_t bytes[MESSAGE + MORE_MAX] = { 0x45,	0,
					      0,	MESSAGE,
					      0,	0,
					      0,	0,
					      64,	17,
					      0,	0,
					      203,	0,
					      113,	1,
					      198,	51,
					      100,	2,
					      0x11,	0x94,
					      0x11,	0x94,
					      0,	MESSAGE - 20,
					      0,	0,
					      0,	0,
					      0,	0,
					      1,	1,
					      1,	1,
					      1,	1,
					      1,	1,
					      2,	2,
					      2,	2,
					      2,	2,
					      2,	2,
					      46,	0x20,
					      exchange, is_response ? 0x20 : 0x08 };

	memcpy(bytes + 52, &(uint32_t){ __builtin_bswap32(id) }, 4);
	bytes[59] = 28 + 48;
	bytes[63] = 48; /* the payload's length */
	bytes[3] = (uint8_t)(bytes[3] + maker->more);
	bytes[25] = (uint8_t)(bytes[25] + maker->more);
	bytes[59] = (uint8_t)(bytes[59] + maker->more);
	bytes[63] = (uint8_t)(bytes[63] + maker->more);
	bytes[64] = (uint8_t)id;
	bytes[65] = (uint8_t)(id >> 8);
	if (is_response) {
		memcpy(bytes + 12, (const uint8_t[]){ 198, 51, 100, 2, 203, 0, 113, 1 },
		       8);
	}
	session_set_add(maker->reading.set,
			&(struct capture_packet){ .link_type = 101,
						  .time_ns = maker->time_ns,
						  .bytes = bytes,
						  .captured = MESSAGE + maker->more,
						  .length = MESSAGE + maker->more });
	maker->time_ns += SECOND / 50;
}

static void say_quiet_pairs(struct maker *maker, uint32_t from, uint32_t count)
{
	for (uint32_t id = from; id < from + count; id++) {
		say(maker, V2_EXCHANGE_INFORMATIONAL, id, false);
		say(maker, V2_EXCHANGE_INFORMATIONAL, id, true);
		maker->time_ns += 30 * SECOND;
	}
}

static uint64_t all_of(const struct ike_session *session)
{
	uint64_t all = 0;

	vec_foreach (step, &session->steps)
		all += 1 + (uint64_t)step->folded + step->alike + step->lost;
	return all;
}

static void quiet_pairs_are_counted_and_the_dead_peer_at_the_end_is_seen(void **state)
{
	_cleanup_maker_ struct maker maker;
	const struct ike_session *session;
	const struct ike_step *last;

	(void)state;
	begin(&maker);
	say_quiet_pairs(&maker, 2, 5000);
	for (int i = 0; i < 5; i++) {
		say(&maker, V2_EXCHANGE_INFORMATIONAL, 6000, false);
		maker.time_ns += 4 * SECOND;
	}
	session = maker.reading.set->session[0];
	assert_true(session->steps.count < SESSION_STEPS_MAX);
	assert_int_equal(session->steps_lost, 0);
	assert_int_equal(all_of(session), 10001);
	last = &session->steps.items[session->steps.count - 1];
	assert_int_equal(last->repeats, 4);
	assert_int_equal(be32(last->bytes.bytes + 20), 6000);
}

static void rekeying_between_quiet_pairs_is_kept(void **state)
{
	_cleanup_maker_ struct maker maker;
	const struct ike_session *session;
	unsigned int rekeyings = 0;

	(void)state;
	begin(&maker);
	for (uint32_t round = 0; round < 20; round++) {
		say_quiet_pairs(&maker, 2 + 200 * round, 199);
		say(&maker, V2_EXCHANGE_CREATE_CHILD_SA, 201 + 200 * round, false);
		say(&maker, V2_EXCHANGE_CREATE_CHILD_SA, 201 + 200 * round, true);
	}
	session = maker.reading.set->session[0];
	vec_foreach (step, &session->steps)
		rekeyings += step->bytes.bytes[18] == V2_EXCHANGE_CREATE_CHILD_SA;
	assert_int_equal(rekeyings + 2 * session->alike_children, 40);
	assert_in_range(session->alike_children, 10, 18);
	assert_int_equal(all_of(session), 20 * 400);
}

/* Every 50 minutes, with as many quiet pairs between; the ids go on. */
static void rekey_for_days(struct maker *maker, uint32_t rounds, uint32_t odd)
{
	for (uint32_t round = 0; round < rounds; round++) {
		uint32_t id = 2 + 11 * round;

		say_quiet_pairs(maker, id, 10);
		say(maker, V2_EXCHANGE_CREATE_CHILD_SA, id + 10, false);
		if (round != odd)
			say(maker, V2_EXCHANGE_CREATE_CHILD_SA, id + 10, true);
		maker->time_ns += 2700 * SECOND;
	}
}

static void of_hundreds_of_rekeyings_all_are_counted_and_few_kept(void **state)
{
	_cleanup_maker_ struct maker maker;
	const struct ike_session *session;

	(void)state;
	begin(&maker);
	rekey_for_days(&maker, 500, UINT32_MAX);
	session = maker.reading.set->session[0];
	assert_int_equal(session->steps_lost, 0);
	assert_true(session->steps.count < 130);
	assert_int_equal(all_of(session), 500 * 22);
}

static void a_rekeying_without_answer_stands_among_hundreds(void **state)
{
	_cleanup_maker_ struct maker maker;
	const struct ike_session *session;
	bool is_there = false;

	(void)state;
	begin(&maker);
	rekey_for_days(&maker, 500, 300);
	session = maker.reading.set->session[0];
	vec_foreach (step, &session->steps)
		is_there |= be32(step->bytes.bytes + 20) == 2 + 11 * 300 + 10;
	assert_true(is_there);
	assert_int_equal(all_of(session), 500 * 22 - 1);
}

/* Longer than the questions before and after: a DELETE, perhaps. */
static void a_pair_of_another_length_is_not_quiet(void **state)
{
	_cleanup_maker_ struct maker maker;
	const struct ike_session *session;
	bool is_there = false;

	(void)state;
	begin(&maker);
	say_quiet_pairs(&maker, 2, 100);
	maker.more = 16;
	say_quiet_pairs(&maker, 102, 1);
	maker.more = 0;
	say_quiet_pairs(&maker, 103, 100);
	session = maker.reading.set->session[0];
	vec_foreach (step, &session->steps)
		is_there |= be32(step->bytes.bytes + 20) == 102;
	assert_true(is_there);
}

static void unanswered_question_is_never_folded(void **state)
{
	_cleanup_maker_ struct maker maker;
	const struct ike_session *session;
	bool is_there = false;

	(void)state;
	begin(&maker);
	say_quiet_pairs(&maker, 2, 100);
	say(&maker, V2_EXCHANGE_INFORMATIONAL, 500, false);
	maker.time_ns += 30 * SECOND;
	say_quiet_pairs(&maker, 501, 100);
	session = maker.reading.set->session[0];
	vec_foreach (step, &session->steps)
		is_there |= be32(step->bytes.bytes + 20) == 500;
	assert_true(is_there);
}

static void what_cannot_be_folded_keeps_its_beginning_and_its_end(void **state)
{
	_cleanup_maker_ struct maker maker;
	const struct ike_session *session;

	(void)state;
	begin(&maker);
	for (uint32_t id = 0; id < 3 * SESSION_STEPS_MAX; id++)
		say(&maker, V2_EXCHANGE_CREATE_CHILD_SA, id, false);
	session = maker.reading.set->session[0];
	assert_int_equal(be32(session->steps.items[0].bytes.bytes + 20), 0);
	assert_int_equal(
		be32(session->steps.items[session->steps.count - 1].bytes.bytes + 20),
		3 * SESSION_STEPS_MAX - 1);
	assert_int_equal(all_of(session), 3 * SESSION_STEPS_MAX);
	assert_int_equal(session->steps.count + session->steps_lost,
			 3 * SESSION_STEPS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			quiet_pairs_are_counted_and_the_dead_peer_at_the_end_is_seen),
		cmocka_unit_test(rekeying_between_quiet_pairs_is_kept),
		cmocka_unit_test(of_hundreds_of_rekeyings_all_are_counted_and_few_kept),
		cmocka_unit_test(a_rekeying_without_answer_stands_among_hundreds),
		cmocka_unit_test(a_pair_of_another_length_is_not_quiet),
		cmocka_unit_test(unanswered_question_is_never_folded),
		cmocka_unit_test(what_cannot_be_folded_keeps_its_beginning_and_its_end),
	};

	return cmocka_run_group_tests_name("dissect/session_fold", tests, NULL, NULL);
}
