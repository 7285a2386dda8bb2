// SPDX-License-Identifier: GPL-2.0-or-later
/* session_copies_test.c - packets captured twice are one, what is sent twice are two */
#include "base/cleanup.h"
#include "dissect/test_reading.h"

#define MS 1000000LL

struct lab {
	struct test_reading reading;
	int64_t time_ns;
};

static void lab_done(struct lab *lab)
{
	reading_done(&lab->reading);
}

#define _cleanup_lab_ _cleanup_(lab_done)

static void begin(struct lab *lab)
{
	reading_begin(&lab->reading, NULL);
	lab->reading.set = session_set_new(lab->reading.crypto, lab->reading.keyring);
	lab->time_ns = 1000 * MS;
}

static void feed(struct lab *lab, const uint8_t *bytes, uint32_t length)
{
	session_set_add(lab->reading.set,
			&(struct capture_packet){ .link_type = 101,
						  .time_ns = lab->time_ns,
						  .bytes = bytes,
						  .captured = length,
						  .length = length });
}

/* ESP of that number; its last octets are `tail`. */
static void esp(struct lab *lab, uint8_t sequence, uint8_t tail)
{
	const uint8_t bytes[] = {
		0x45, 0,  0,   48, 0, 0, 0, 0, 64, 50, 0, 0,	    203, 0, 113, 1,
		198,  51, 100, 2,  0, 0, 1, 0, 0,  0,  0, sequence, 9,	 9, 9,	 9,
		9,    9,  9,   9,  8, 8, 8, 8, 7,  7,  7, 7,	    6,	 6, 6,	 tail
	};

	feed(lab, bytes, sizeof(bytes));
}

static void esp_that_two_interfaces_saw_is_counted_once(void **state)
{
	_cleanup_lab_ struct lab lab;
	const struct esp_flow *flow;

	(void)state;
	begin(&lab);
	for (uint8_t sequence = 1; sequence <= 5; sequence++) {
		esp(&lab, sequence, sequence);
		lab.time_ns += MS / 30;
		esp(&lab, sequence, sequence);
		lab.time_ns += 50 * MS;
	}
	flow = &lab.reading.set->flows.items[0];
	assert_int_equal(flow->packets, 5);
	assert_int_equal(flow->copies, 5);
	assert_int_equal(flow->backward, 0);
}

static void replayed_and_changed_esp_is_no_copy(void **state)
{
	_cleanup_lab_ struct lab lab;

	(void)state;
	begin(&lab);
	esp(&lab, 1, 1);
	lab.time_ns += 20 * MS; /* a replay */
	esp(&lab, 1, 1);
	lab.time_ns += MS / 30; /* another packet with that number */
	esp(&lab, 1, 2);
	assert_int_equal(lab.reading.set->flows.items[0].packets, 3);
	assert_int_equal(lab.reading.set->flows.items[0].backward, 2);
}

static void ike_said_again_at_once_is_a_copy_and_later_a_repetition(void **state)
{
	uint8_t bytes[20 + 8 + 28] = { 0x45, 0,
				       0,    sizeof(bytes),
				       0,    0,
				       0,    0,
				       64,   17,
				       0,    0,
				       203,  0,
				       113,  1,
				       198,  51,
				       100,  2,
				       1,    0xf4,
				       1,    0xf4,
				       0,    sizeof(bytes) - 20,
				       0,    0,
				       1,    1,
				       1,    1,
				       1,    1,
				       1,    1,
				       0,    0,
				       0,    0,
				       0,    0,
				       0,    0,
				       0,    0x20,
				       34,   0x08 };
	_cleanup_lab_ struct lab lab;
	const struct ike_step *step;

	(void)state;
	bytes[55] = 28;
	begin(&lab);
	feed(&lab, bytes, sizeof(bytes));
	lab.time_ns += MS / 30;
	feed(&lab, bytes, sizeof(bytes));
	lab.time_ns += 4000 * MS;
	feed(&lab, bytes, sizeof(bytes));
	step = &lab.reading.set->session[0]->steps.items[0];
	assert_int_equal(step->copies, 1);
	assert_int_equal(step->repeats, 1);
}

static void mtu_of_the_next_link_is_told(void **state)
{
	/* 10.9.9.9 says: fragmentation needed, 1400; it quotes ESP */
	const uint8_t bytes[] = { 0x45, 0,    0,   56, 0,    0,	 0,    0,    64,   1,
				  0,	0,    10,  9,  9,    9,	 203,  0,    113,  1,
				  3,	4,    0,   0,  0,    0,	 0x05, 0x78, 0x45, 0,
				  5,	0xdc, 0,   0,  0x40, 0,	 64,   50,   0,	   0,
				  203,	0,    113, 1,  198,  51, 100,  2,    0,	   0,
				  1,	0,    0,   0,  0,    1 };
	_cleanup_lab_ struct lab lab;

	(void)state;
	begin(&lab);
	feed(&lab, bytes, sizeof(bytes));
	assert_int_equal(lab.reading.set->icmp_errors, 1);
	assert_int_equal(lab.reading.set->icmp_error[0].mtu, 1400);
}

/* A manual SA, as OSPFv3's: to a neighbour and to all, with one row of numbers. */
static void flow_to_several_with_one_spi_has_siblings(void **state)
{
	uint8_t bytes[48] = { 0x45, 0, 0, 48, 0, 0, 0, 0, 64, 50, 0, 0, 203, 0, 113, 1 };
	_cleanup_lab_ struct lab lab;
	const struct esp_flow *flow;

	(void)state;
	begin(&lab);
	memcpy(bytes + 20, (uint8_t[]){ 0, 0, 1, 0, 0, 0, 0, 1 }, 8);
	memcpy(bytes + 16, (uint8_t[]){ 224, 0, 0, 5 }, 4);
	feed(&lab, bytes, sizeof(bytes));
	flow = &lab.reading.set->flows.items[0];
	assert_false(session_flow_has_siblings(lab.reading.set, flow));
	bytes[12] = 198; /* of another sender: no row of the same numbers */
	feed(&lab, bytes, sizeof(bytes));
	flow = &lab.reading.set->flows.items[0];
	assert_false(session_flow_has_siblings(lab.reading.set, flow));
	bytes[12] = 203;
	bytes[19] = 9;
	feed(&lab, bytes, sizeof(bytes));
	flow = &lab.reading.set->flows.items[0];
	assert_true(session_flow_has_siblings(lab.reading.set, flow));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flow_to_several_with_one_spi_has_siblings),
		cmocka_unit_test(esp_that_two_interfaces_saw_is_counted_once),
		cmocka_unit_test(replayed_and_changed_esp_is_no_copy),
		cmocka_unit_test(ike_said_again_at_once_is_a_copy_and_later_a_repetition),
		cmocka_unit_test(mtu_of_the_next_link_is_told),
	};

	return cmocka_run_group_tests_name("dissect/session_copies", tests, NULL, NULL);
}
