/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_message.h - for tests: IKE messages made payload by payload, and sent to a set
 *
 * 192.0.2.1 is the initiator, 192.0.2.2 the responder, the SPIs are ones and twos.
 */
#ifndef TWINSITE_DISSECT_TEST_MESSAGE_H
#define TWINSITE_DISSECT_TEST_MESSAGE_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "capture/file.h"
#include "dissect/session.h"

#define TEST_LINK_RAW 101 /* LINKTYPE_RAW: IP at once */
#define TEST_UDP_HEAD 28

struct test_message {
	uint8_t bytes[1024];
	size_t length, last; /* last: where the type of the next payload goes */
};

static inline void test_put16(uint8_t *at, size_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

/* end 0: from the initiator. has_spi_r: the responder's SPI is known by then. */
static inline void message_start(struct test_message *message, int end, uint8_t version,
				 uint8_t exchange, uint8_t flags, bool has_spi_r)
{
	uint8_t *ike;

	memset(message, 0, sizeof(*message));
	ike = message->bytes + TEST_UDP_HEAD;
	message->bytes[0] = 0x45;
	message->bytes[8] = 64;
	message->bytes[9] = 17;
	memcpy(message->bytes + 12, (uint8_t[]){ 192, 0, 2, (uint8_t)(1 + end) }, 4);
	memcpy(message->bytes + 16, (uint8_t[]){ 192, 0, 2, (uint8_t)(2 - end) }, 4);
	test_put16(message->bytes + 20, 500);
	test_put16(message->bytes + 22, 500);
	memset(ike, 1, 8);
	memset(ike + 8, has_spi_r ? 2 : 0, 8);
	ike[17] = version;
	ike[18] = exchange;
	ike[19] = flags;
	message->length = TEST_UDP_HEAD + 28;
	message->last = TEST_UDP_HEAD + 16;
}

static inline void message_set_id(struct test_message *message, uint8_t id)
{
	message->bytes[TEST_UDP_HEAD + 23] = id;
}

static inline void message_add(struct test_message *message, uint8_t type,
			       const uint8_t *body, size_t length)
{
	message->bytes[message->last] = type;
	message->last = message->length;
	test_put16(message->bytes + message->length + 2, 4 + length);
	memcpy(message->bytes + message->length + 4, body, length);
	message->length += 4 + length;
}

static inline void message_add_hex(struct test_message *message, uint8_t type,
				   const char *hex)
{
	uint8_t body[256] = { 0 };
	size_t length = strlen(hex) / 2;

	for (size_t i = 0; i < length; i++)
		(void)sscanf(hex + 2 * i, "%2hhx", &body[i]); // NOLINT(cert-err34-c)
	message_add(message, type, body, length);
}

/* IKEv2, without SPI or data. */
static inline void message_add_notify(struct test_message *message, unsigned int type)
{
	uint8_t body[4] = { 0, 0, (uint8_t)(type >> 8), (uint8_t)type };

	message_add(message, V2_PAYLOAD_NOTIFY, body, sizeof(body));
}

/* Captured so many milliseconds after the beginning. */
static inline void message_send(struct test_message *message, struct session_set *set,
				int64_t ms)
{
	struct capture_packet captured = { .link_type = TEST_LINK_RAW,
					   .bytes = message->bytes,
					   .time_ns = ms * 1000000 };

	test_put16(message->bytes + 2, message->length);
	test_put16(message->bytes + 24, message->length - 20);
	test_put16(message->bytes + TEST_UDP_HEAD + 26, message->length - TEST_UDP_HEAD);
	captured.captured = captured.length = (uint32_t)message->length;
	session_set_add(set, &captured);
}

#endif
