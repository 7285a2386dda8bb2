// SPDX-License-Identifier: GPL-2.0-or-later
/* ike_test.c - messages of both versions, damage of every kind, shared captures */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "capture/file.h"
#include "capture/shared_pcaps.h"
#include "dissect/ike.h"
#include "dissect/ip.h"

/* clang-format off */
/* IKEv2 IKE_SA_INIT request: SA (AES-CBC-256, group 14), KE (empty), N(COOKIE "ab"), unknown 99 */
static const uint8_t v2_init[] = {
	1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0, 33, 0x20, 34, 8, 0, 0, 0, 0, 0, 0, 0, 86,
	34, 0, 0, 32,
		0, 0, 0, 28, 1, 1, 0, 2,
			3, 0, 0, 12, 1, 0, 0, 12, 0x80, 14, 1, 0,
			0, 0, 0, 8, 4, 0, 0, 14,
	41, 0, 0, 8, 0, 14, 0, 0,
	99, 0, 0, 10, 0, 0, 0x40, 0x06, 'a', 'b',
	0, 0x80, 0, 8, 0xde, 0xad, 0xbe, 0xef,
};
/* clang-format on */

static int dissect(const uint8_t *bytes, size_t length, struct ike_message *message)
{
	return ike_dissect((struct slice){ bytes, length }, false, message);
}

static void sa_init_becomes_a_tree_and_unknown_payloads_are_kept(void **state)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };
	const struct ike_payload *sa, *cookie, *odd;

	(void)state;
	assert_int_equal(dissect(v2_init, sizeof(v2_init), &message), 0);
	assert_int_equal(message.fault, IKE_FAULT_UNKNOWN);
	assert_int_equal(message.payloads, 4);
	sa = ike_payload_find(&message, V2_PAYLOAD_SA, 0);
	assert_int_equal(sa->sa.proposals, 1);
	assert_int_equal(message.proposal[0].transforms, 2);
	assert_int_equal(message.transform[0].id, 12);
	assert_int_equal(ike_attribute_find(&message, &message.transform[0], 14)->value,
			 256);
	assert_int_equal(message.transform[1].type, V2_TRANSFORM_DH);
	cookie = ike_payload_find(&message, V2_PAYLOAD_NOTIFY, 0);
	assert_int_equal(cookie->notify.type, NOTIFY_V2_COOKIE);
	assert_int_equal(cookie->notify.data.length, 2);
	odd = ike_payload_find(&message, 99, 0);
	assert_true(odd->is_critical);
	assert_int_equal(odd->data.length, 4);
}

/* Every slice must lie within the message: read each byte under ASan. */
static void touch_all(const struct ike_message *message)
{
	volatile uint8_t sum = 0;

	for (uint32_t i = 0; i < message->payloads; i++)
		for (size_t j = 0; j < message->payload[i].whole.length; j++)
			sum = (uint8_t)(sum + message->payload[i].whole.bytes[j]);
	for (uint32_t i = 0; i < message->attributes; i++)
		for (size_t j = 0; j < message->attribute[i].bytes.length; j++)
			sum = (uint8_t)(sum + message->attribute[i].bytes.bytes[j]);
	for (uint32_t i = 0; i < message->proposals; i++) {
		assert_true(message->proposal[i].first_transform +
				    message->proposal[i].transforms <=
			    message->transforms);
		for (size_t j = 0; j < message->proposal[i].spi.length; j++)
			sum = (uint8_t)(sum + message->proposal[i].spi.bytes[j]);
	}
	for (uint32_t i = 0; i < message->selectors; i++)
		for (size_t j = 0; j < message->selector[i].last.length; j++)
			sum = (uint8_t)(sum + message->selector[i].last.bytes[j]);
}

static void cut_and_flip(const uint8_t *bytes, size_t length, struct ike_message *message)
{
	for (size_t cut = 0; cut < length; cut++) {
		_cleanup_free_ uint8_t *part = malloc(cut ? cut : 1);

		memcpy(part, bytes, cut);
		if (!dissect(part, cut, message))
			assert_int_not_equal(message->fault, IKE_FAULT_NONE);
		touch_all(message);
	}
	for (size_t at = 0; at < length; at++) {
		_cleanup_free_ uint8_t *copy = malloc(length);

		memcpy(copy, bytes, length);
		for (int i = 0; i < 3; i++) {
			static const uint8_t masks[] = { 0xff, 0x01, 0x80 };

			copy[at] = bytes[at] ^ masks[i];
			(void)dissect(copy, length, message);
			touch_all(message);
		}
	}
}

static void message_cut_anywhere_is_faulty_and_any_byte_flipped_is_survived(void **state)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };

	(void)state;
	cut_and_flip(v2_init, sizeof(v2_init), &message);
}

static void zero_length_payload_ends_the_chain(void **state)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };
	uint8_t bytes[60] = {
		1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 13, 0x10, 2
	};

	(void)state;
	bytes[27] = 60;
	bytes[28] = 13; /* next: again a vendor id; length 0 */
	assert_int_equal(dissect(bytes, sizeof(bytes), &message), 0);
	assert_int_equal(message.payloads, 1);
	assert_int_equal(message.fault, IKE_FAULT_LENGTH);
	bytes[31] = 200;
	assert_int_equal(dissect(bytes, sizeof(bytes), &message), 0);
	assert_int_equal(message.fault, IKE_FAULT_BEYOND);
	assert_int_equal(message.payload[0].body.length, 28);
}

static void four_gigabyte_header_length_is_a_fault_not_a_read(void **state)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };
	uint8_t bytes[28] = {
		[17] = 0x20, [24] = 0xff, [25] = 0xff, [26] = 0xff, [27] = 0xff
	};

	(void)state;
	assert_int_equal(dissect(bytes, sizeof(bytes), &message), 0);
	assert_int_equal(message.fault, IKE_FAULT_HEADER_LENGTH);
	bytes[17] = 0x30;
	assert_true(dissect(bytes, sizeof(bytes), &message) < 0);
}

/* Each IKE message of a capture, whole, cut and flipped; *user counts them. */
static void take_capture(const char *name, const char *path, void *user)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };
	_cleanup_(capture_file_closep) struct capture_file *file = NULL;
	struct capture_packet captured;
	struct packet packet;
	unsigned int *count = user;

	(void)name;
	assert_int_equal(capture_file_open(path, &file, NULL), 0);
	while (capture_file_next(file, &captured, NULL) > 0) {
		(void)packet_dissect(captured.link_type, captured.bytes,
				     captured.captured, captured.length, &packet);
		if (packet.kind != PACKET_IKE)
			continue;
		++*count;
		(void)ike_dissect(packet.payload, packet.is_cut, &message);
		touch_all(&message);
		cut_and_flip(packet.payload.bytes, packet.payload.length, &message);
	}
}

static void each_shared_capture_cut_and_flipped_at_every_byte_is_survived(void **state)
{
	unsigned int count = 0;

	(void)state;
	if (!shared_pcaps_each(take_capture, &count))
		shared_pcaps_skip();
	assert_true(count > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sa_init_becomes_a_tree_and_unknown_payloads_are_kept),
		cmocka_unit_test(
			message_cut_anywhere_is_faulty_and_any_byte_flipped_is_survived),
		cmocka_unit_test(zero_length_payload_ends_the_chain),
		cmocka_unit_test(four_gigabyte_header_length_is_a_fault_not_a_read),
		cmocka_unit_test(
			each_shared_capture_cut_and_flipped_at_every_byte_is_survived),
	};

	return cmocka_run_group_tests_name("dissect/ike", tests, NULL, NULL);
}
