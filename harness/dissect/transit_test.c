// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * transit_test.c - two captures of one tunnel: what is lost, NAT, clocks, sizes
 *
 * The left gateway is 192.168.1.2, the right one 203.0.113.9; between them are two
 * routers, and perhaps a NAT that makes 198.51.100.7 of the left one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "dissect/test_message.h"
#include "dissect/transit.h"

#define DELAY_MS 10
#define HEAD	 28

struct lab {
	struct arena *arena;
	struct session_set *sets[2]; /* left, right */
	struct transit_side *sides;
	struct transit transit;
	int64_t offset_ms; /* of the right clock */
	uint16_t nat_port; /* 0: no NAT */
};

static const uint8_t left_addr[] = { 192, 168, 1, 2 };
static const uint8_t nat_addr[] = { 198, 51, 100, 7 };
static const uint8_t right_addr[] = { 203, 0, 113, 9 };

static struct lab lab_new(void)
{
	struct lab lab = { .arena = arena_new(), .sides = calloc(2, sizeof(*lab.sides)) };

	assert_non_null(lab.sides);
	for (int i = 0; i < 2; i++) {
		lab.sets[i] = session_set_new(NULL, NULL);
		transit_watch(&lab.sides[i], lab.sets[i]);
	}
	return lab;
}

static void lab_done(struct lab *lab)
{
	for (int i = 0; i < 2; i++) {
		transit_side_done(&lab->sides[i]);
		session_set_free(lab->sets[i]);
	}
	free(lab->sides);
	arena_free(lab->arena);
}

#define _cleanup_lab_ __attribute__((cleanup(lab_done)))

enum what {
	WHAT_IKE,
	WHAT_ESP,
	WHAT_UDP_ESP,
};

struct sent {
	enum what what;
	bool is_back; /* from right to left */
	bool is_lost, is_altered;
	int64_t ms; /* by the left clock, when it is sent */
	uint32_t number;
	uint16_t size; /* of the payload; 0: 100 */
};

static void capture(struct lab *lab, const struct sent *sent, int side)
{
	bool is_sender = sent->is_back == (side == 1);
	bool is_natted = side == 1 && lab->nat_port;
	size_t size = sent->size ? sent->size : 100;
	size_t udp = sent->what == WHAT_ESP ? 0 : 8;
	uint8_t bytes[2048] = { 0x45, 0, 0, 0, 0, 0, 0x40, 0 };
	uint8_t *payload = bytes + 20 + udp;
	const uint8_t *here = is_natted ? nat_addr : left_addr;
	uint16_t port = sent->what == WHAT_IKE ? 500 : 4500;
	int64_t at_ms = sent->ms + (is_sender ? 0 : DELAY_MS);
	struct capture_packet captured = {
		.link_type = TEST_LINK_RAW,
		.bytes = bytes,
		.captured = (uint32_t)(20 + udp + size),
		.length = (uint32_t)(20 + udp + size),
		.time_ns = (at_ms + (side ? lab->offset_ms : 0) + 1000000) * 1000000,
		.frame = lab->sets[side]->frames + 1,
	};

	test_put16(bytes + 2, captured.length);
	bytes[8] = is_sender ? 64 : 62;
	bytes[9] = udp ? 17 : 50;
	memcpy(bytes + 12, sent->is_back ? right_addr : here, 4);
	memcpy(bytes + 16, sent->is_back ? here : right_addr, 4);
	if (udp) {
		uint16_t near = is_natted ? lab->nat_port : port;

		test_put16(bytes + 20, sent->is_back ? port : near);
		test_put16(bytes + 22, sent->is_back ? near : port);
		test_put16(bytes + 24, udp + size);
	}
	memset(payload, (int)(sent->number * 7 + sent->is_back), size);
	if (sent->what == WHAT_IKE) {
		payload[17] = 0x20;
		payload[18] = V2_EXCHANGE_INFORMATIONAL;
		test_put16(payload + 26, size);
		memset(payload, 1, 16);
	} else {
		memset(payload, 0, 8);
		payload[0] = sent->is_back ? 2 : 1;
		test_put16(payload + 6, sent->number);
	}
	if (sent->is_altered && !is_sender)
		payload[size - 1] ^= 1;
	session_set_add(lab->sets[side], &captured);
}

static void travel(struct lab *lab, const struct sent *sent)
{
	for (int side = 0; side < 2; side++)
		if (!sent->is_lost || sent->is_back == (side == 1))
			capture(lab, sent, side);
}

static void compare(struct lab *lab)
{
	lab->transit.arena = lab->arena;
	transit_compare(&lab->sides[0], &lab->sides[1], &lab->transit);
}

/* So many packets each way, 100 ms apart; returns when. */
static int64_t exchange(struct lab *lab, enum what what, uint32_t from, uint32_t count)
{
	int64_t ms = from * 100;

	for (uint32_t i = 0; i < count; i++, ms += 100) {
		travel(lab, &(struct sent){ .what = what, .number = from + i, .ms = ms });
		travel(lab, &(struct sent){ .what = what,
					    .is_back = true,
					    .number = from + i,
					    .ms = ms + 50 });
	}
	return ms;
}

static const struct transit_flow *flow_of(const struct lab *lab, enum transit_way way,
					  enum packet_kind kind)
{
	vec_foreach (flow, &lab->transit.flows)
		if (flow->way == way && flow->kind == kind)
			return flow;
	fail_msg("no such flow");
	return NULL;
}

static bool is_problem(const struct lab *lab, const char *words)
{
	vec_foreach (problem, &lab->transit.problems)
		if (strstr(problem->text, words))
			return true;
	return false;
}

static void what_all_arrives_has_delay_hops_and_no_problem(void **state)
{
	_cleanup_lab_ struct lab lab = lab_new();
	const struct transit_flow *flow;

	(void)state;
	(void)exchange(&lab, WHAT_ESP, 0, 10);
	compare(&lab);
	assert_int_equal(lab.transit.matched, 20);
	assert_int_equal(lab.transit.flows.count, 2);
	assert_int_equal(lab.transit.problems.count, 0);
	assert_int_equal(lab.transit.sign, TRANSIT_BY_TTL);
	assert_int_equal(lab.transit.hops[TRANSIT_TO_LEFT], 2);
	assert_int_equal(lab.transit.offset_ns, 0);
	assert_int_equal(lab.transit.around_ns, 2 * DELAY_MS * 1000000);
	flow = flow_of(&lab, TRANSIT_TO_RIGHT, PACKET_ESP);
	assert_int_equal(flow->spi, 0x01000000);
	assert_int_equal(flow->delay_min_ns, DELAY_MS * 1000000);
	assert_false(transit_has_losses(&lab.transit));
}

static void clocks_that_differ_are_told_and_taken_out(void **state)
{
	_cleanup_lab_ struct lab lab = lab_new();

	(void)state;
	lab.offset_ms = -7200123;
	(void)exchange(&lab, WHAT_UDP_ESP, 0, 10);
	compare(&lab);
	assert_true(lab.transit.has_offset);
	assert_int_equal(lab.transit.offset_ns / 1000000, -7200123);
	assert_int_equal(flow_of(&lab, TRANSIT_TO_LEFT, PACKET_UDP_ESP)->delay_max_ns,
			 DELAY_MS * 1000000);
	assert_int_equal(lab.transit.problems.count, 0);
}

static void what_is_lost_is_counted_where_it_left(void **state)
{
	_cleanup_lab_ struct lab lab = lab_new();
	const struct transit_flow *flow;

	(void)state;
	(void)exchange(&lab, WHAT_ESP, 0, 5);
	for (uint32_t i = 0; i < 3; i++)
		travel(&lab, &(struct sent){ .what = WHAT_ESP,
					     .number = 5 + i,
					     .ms = 500 + i,
					     .is_lost = true });
	(void)exchange(&lab, WHAT_ESP, 8, 5);
	compare(&lab);
	flow = flow_of(&lab, TRANSIT_TO_RIGHT, PACKET_ESP);
	assert_int_equal(flow->sent, 13);
	assert_int_equal(flow->lost, 3);
	assert_int_equal(flow->longest_run, 3);
	assert_int_equal(flow->first_lost, 11);
	assert_int_equal(flow->last_lost, 13);
	assert_int_equal(flow_of(&lab, TRANSIT_TO_LEFT, PACKET_ESP)->lost, 0);
	assert_true(is_problem(&lab, "3 of 13 packets"));
	assert_true(transit_has_losses(&lab.transit));
}

static void what_one_did_not_record_is_not_called_lost(void **state)
{
	_cleanup_lab_ struct lab lab = lab_new();
	const struct transit_flow *flow;

	(void)state;
	for (uint32_t i = 0; i < 5; i++) /* the right capture begins later */
		capture(&lab,
			&(struct sent){ .what = WHAT_ESP, .number = i, .ms = 100 * i },
			0);
	(void)exchange(&lab, WHAT_ESP, 5, 5);
	compare(&lab);
	flow = flow_of(&lab, TRANSIT_TO_RIGHT, PACKET_ESP);
	assert_int_equal(flow->outside, 5);
	assert_int_equal(flow->lost, 0);
	assert_int_equal(lab.transit.problems.count, 0);
}

static void what_was_under_way_at_the_end_is_not_called_lost(void **state)
{
	_cleanup_lab_ struct lab lab = lab_new();
	int64_t ms = exchange(&lab, WHAT_ESP, 0, 5) - 50;

	(void)state;
	/* The right capture ends with what it sent last; these would come after that. */
	for (uint32_t i = 0; i < 4; i++)
		capture(&lab,
			&(struct sent){ .what = WHAT_ESP,
					.number = 5 + i,
					.ms = ms - DELAY_MS + 1 + 5 * i },
			0);
	compare(&lab);
	assert_int_equal(flow_of(&lab, TRANSIT_TO_RIGHT, PACKET_ESP)->outside, 4);
	assert_int_equal(lab.transit.problems.count, 0);
}

static void one_way_that_is_dead_is_told_whatever_the_clocks(void **state)
{
	_cleanup_lab_ struct lab lab = lab_new();

	(void)state;
	lab.offset_ms = 5000;
	for (uint32_t i = 0; i < 20; i++) {
		bool is_back = i % 2;

		travel(&lab, &(struct sent){ .what = WHAT_ESP,
					     .number = i,
					     .ms = 1000 * i,
					     .is_back = is_back,
					     .is_lost = !is_back });
	}
	compare(&lab);
	assert_int_equal(flow_of(&lab, TRANSIT_TO_RIGHT, PACKET_ESP)->lost, 9);
	assert_true(is_problem(&lab, "nothing of what leaves left arrives at right"));
}

static void nat_and_its_changes_are_told(void **state)
{
	_cleanup_lab_ struct lab lab = lab_new();

	(void)state;
	lab.nat_port = 61000;
	(void)exchange(&lab, WHAT_UDP_ESP, 0, 5);
	lab.nat_port = 61001;
	(void)exchange(&lab, WHAT_UDP_ESP, 5, 5);
	compare(&lab);
	assert_int_equal(lab.transit.matched, 20);
	assert_int_equal(lab.transit.nats.count, 4);
	assert_int_equal(lab.transit.nats.items[0].packets, 5);
	assert_true(is_problem(&lab, "NAT mapping of 192.168.1.2 port 4500 changed"));
}

static void esp_that_is_blocked_is_named_when_ike_passes(void **state)
{
	_cleanup_lab_ struct lab lab = lab_new();

	(void)state;
	(void)exchange(&lab, WHAT_IKE, 0, 5);
	for (uint32_t i = 0; i < 5; i++)
		travel(&lab, &(struct sent){ .what = WHAT_ESP,
					     .number = i,
					     .ms = 200 + i,
					     .is_lost = true });
	compare(&lab);
	assert_true(is_problem(&lab, "50 or 51 does not pass from left to right"));
	assert_int_equal(lab.transit.problems.count, 1);
	assert_int_equal(flow_of(&lab, TRANSIT_TO_RIGHT, PACKET_ESP)->lost, 5);
}

static void what_is_too_large_for_the_way_is_named(void **state)
{
	_cleanup_lab_ struct lab lab = lab_new();

	(void)state;
	(void)exchange(&lab, WHAT_ESP, 0, 10);
	for (uint32_t i = 0; i < 3; i++)
		travel(&lab, &(struct sent){ .what = WHAT_ESP,
					     .number = 20 + i,
					     .ms = 500 + i,
					     .size = 1480,
					     .is_lost = true });
	compare(&lab);
	assert_true(is_problem(&lab, "what is large does not pass"));
	assert_true(is_problem(&lab, "all 3 that were lost have 1500 bytes or more"));
}

/* The same bytes again and again: which of them arrived is told by the times of others. */
static void of_what_was_sent_again_the_right_one_is_lost(void **state)
{
	_cleanup_lab_ struct lab lab = lab_new();
	const struct transit_flow *flow;

	(void)state;
	lab.offset_ms = 5000;
	(void)exchange(&lab, WHAT_ESP, 0, 50);
	for (uint32_t i = 0; i < 3; i++)
		travel(&lab, &(struct sent){ .what = WHAT_IKE,
					     .number = 1,
					     .ms = 1000 * (1 + i),
					     .is_lost = i < 2 });
	compare(&lab);
	flow = flow_of(&lab, TRANSIT_TO_RIGHT, PACKET_IKE);
	assert_int_equal(flow->sent, 3);
	assert_int_equal(flow->lost, 2);
	assert_int_equal(flow->first_lost, 101);
	assert_int_equal(flow->last_lost, 102);
	assert_int_equal(flow->delay_max_ns, DELAY_MS * 1000000);
}

static void what_changes_on_the_way_or_comes_from_elsewhere_is_told(void **state)
{
	_cleanup_lab_ struct lab lab = lab_new();

	(void)state;
	(void)exchange(&lab, WHAT_ESP, 0, 10);
	travel(&lab,
	       &(struct sent){
		       .what = WHAT_ESP, .number = 20, .ms = 500, .is_altered = true });
	capture(&lab, &(struct sent){ .what = WHAT_ESP, .number = 30, .ms = 510 }, 1);
	compare(&lab);
	assert_int_equal(lab.transit.altered, 1);
	assert_int_equal(lab.transit.appeared[TRANSIT_TO_RIGHT], 1);
	assert_true(is_problem(&lab, "something changes them on the way"));
	assert_true(is_problem(&lab, "never seen leaving left"));
}

static void captures_of_different_tunnels_say_nothing_of_losses(void **state)
{
	_cleanup_lab_ struct lab lab = lab_new();

	(void)state;
	for (uint32_t i = 0; i < 5; i++) {
		capture(&lab,
			&(struct sent){ .what = WHAT_ESP, .number = i, .ms = 100 * i },
			0);
		capture(&lab,
			&(struct sent){
				.what = WHAT_ESP, .number = 100 + i, .ms = 100 * i },
			1);
	}
	compare(&lab);
	assert_int_equal(lab.transit.matched, 0);
	assert_true(is_problem(&lab, "no packet of one capture is in the other"));
	assert_int_equal(lab.transit.problems.count, 1);
}

/* One way only, and a clock that is an hour off: what is in both is told all the same. */
static void clock_that_is_wrong_hides_no_loss_of_one_way(void **state)
{
	_cleanup_lab_ struct lab lab = lab_new();

	(void)state;
	lab.offset_ms = 3600000;
	for (uint32_t i = 0; i < 20; i++)
		travel(&lab, &(struct sent){ .what = WHAT_ESP,
					     .number = i,
					     .ms = 100 * i,
					     .is_lost = i == 7 });
	compare(&lab);
	assert_int_equal(lab.transit.matched, 19);
	assert_int_equal(flow_of(&lab, TRANSIT_TO_RIGHT, PACKET_ESP)->lost, 1);
	assert_true(transit_is_told(&lab.transit));
	assert_true(transit_has_losses(&lab.transit));
	assert_false(is_problem(&lab, "no time in common"));
}

static void captures_without_a_packet_in_common_tell_nothing(void **state)
{
	_cleanup_lab_ struct lab lab = lab_new();

	(void)state;
	capture(&lab, &(struct sent){ .what = WHAT_ESP, .number = 1 }, 0);
	compare(&lab);
	assert_false(transit_is_told(&lab.transit));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clock_that_is_wrong_hides_no_loss_of_one_way),
		cmocka_unit_test(captures_without_a_packet_in_common_tell_nothing),
		cmocka_unit_test(what_all_arrives_has_delay_hops_and_no_problem),
		cmocka_unit_test(clocks_that_differ_are_told_and_taken_out),
		cmocka_unit_test(what_is_lost_is_counted_where_it_left),
		cmocka_unit_test(what_one_did_not_record_is_not_called_lost),
		cmocka_unit_test(what_was_under_way_at_the_end_is_not_called_lost),
		cmocka_unit_test(one_way_that_is_dead_is_told_whatever_the_clocks),
		cmocka_unit_test(nat_and_its_changes_are_told),
		cmocka_unit_test(esp_that_is_blocked_is_named_when_ike_passes),
		cmocka_unit_test(what_is_too_large_for_the_way_is_named),
		cmocka_unit_test(of_what_was_sent_again_the_right_one_is_lost),
		cmocka_unit_test(what_changes_on_the_way_or_comes_from_elsewhere_is_told),
		cmocka_unit_test(captures_of_different_tunnels_say_nothing_of_losses),
	};

	return cmocka_run_group_tests_name("dissect/transit", tests, NULL, NULL);
}
