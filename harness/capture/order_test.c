// SPDX-License-Identifier: GPL-2.0-or-later
/* order_test.c - packets given out by their times, with the numbers of the file */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "capture/order.h"

/* A capture in memory of packets with these times in ms, one byte each: its number. */
static void make(const int *times_ms, size_t count, struct buf *ret)
{
	static const uint32_t head[] = { 0xa1b2c3d4, 0x00040002, 0, 0, 65535, 101 };

	buf_add(ret, head, sizeof(head));
	for (size_t i = 0; i < count; i++) {
		uint32_t record[] = { 1000 + (uint32_t)times_ms[i] / 1000,
				      (uint32_t)times_ms[i] % 1000 * 1000, 1, 1 };

		buf_add(ret, record, sizeof(record));
		buf_add(ret, &(uint8_t){ (uint8_t)(i + 1) }, 1);
	}
}

static void expect(const int *times_ms, size_t count, const uint32_t *frames)
{
	_cleanup_(capture_order_freep) struct capture_order *order = NULL;
	_cleanup_(capture_file_closep) struct capture_file *file = NULL;
	_cleanup_buf_ struct buf bytes = { 0 };
	struct capture_packet packet;

	make(times_ms, count, &bytes);
	assert_int_equal(
		capture_file_open_bytes("test", bytes.data, bytes.length, &file, NULL),
		0);
	order = capture_order_new(file);
	assert_non_null(order);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(capture_order_next(order, &packet, NULL), 1);
		assert_int_equal(packet.frame, frames[i]);
		assert_int_equal(packet.bytes[0], (uint8_t)frames[i]);
	}
	assert_int_equal(capture_order_next(order, &packet, NULL), 0);
}

static void packets_come_by_time_and_keep_their_numbers(void **state)
{
	(void)state;
	expect((int[]){ 60, 0, 80, 70 }, 4, (uint32_t[]){ 2, 1, 4, 3 });
}

static void packets_of_one_time_stay_in_order(void **state)
{
	(void)state;
	expect((int[]){ 5, 5, 5, 4, 5 }, 5, (uint32_t[]){ 4, 1, 2, 3, 5 });
}

static void nothing_moves_across_a_gap_of_the_clock(void **state)
{
	(void)state;
	/* the clock was set back by an hour, or another capture stands behind this one */
	expect((int[]){ 3600000, 3600010, 0, 20, 10 }, 5, (uint32_t[]){ 1, 2, 3, 5, 4 });
	expect((int[]){ 0, 3600010, 3600000 }, 3, (uint32_t[]){ 1, 3, 2 });
}

static void more_than_the_window_holds_comes_through(void **state)
{
	int times_ms[3 * CAPTURE_ORDER_PACKETS];
	uint32_t frames[ARRAY_SIZE(times_ms)];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(times_ms); i++) {
		times_ms[i] = (int)(i ^ 1); /* each pair the wrong way round */
		frames[i] = (uint32_t)(i ^ 1) + 1;
	}
	expect(times_ms, ARRAY_SIZE(times_ms), frames);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets_come_by_time_and_keep_their_numbers),
		cmocka_unit_test(packets_of_one_time_stay_in_order),
		cmocka_unit_test(nothing_moves_across_a_gap_of_the_clock),
		cmocka_unit_test(more_than_the_window_holds_comes_through),
	};

	return cmocka_run_group_tests_name("capture/order", tests, NULL, NULL);
}
