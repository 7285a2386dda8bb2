// SPDX-License-Identifier: GPL-2.0-or-later
/* session_hostile_test.c - messages nobody means well with, and what fuzzing found */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "capture/file.h"
#include "dissect/crypto.h"
#include "dissect/keyring.h"
#include "dissect/session.h"
#include "dissect/story.h"
#include "ipsec/number.h"

#define LINK_RAW 101 /* LINKTYPE_RAW: IP at once */

#define INITIATOR "\x11\x22\x33\x44\x55\x66\x77\x88"
#define RESPONDER "\x99\xaa\xbb\xcc\xdd\xee\xff\x01"
#define NOBODY	  "\0\0\0\0\0\0\0\0"

struct world {
	struct crypto *crypto;
	struct keyring *keyring;
	struct session_set *set;
};

static struct world world_new(void)
{
	struct world world = { .keyring = keyring_new() };

	assert_int_equal(crypto_new(&world.crypto, NULL), 0);
	keyring_add_psk(world.keyring, (struct slice){ (const uint8_t *)"x", 1 }, "psk");
	world.set = session_set_new(world.crypto, world.keyring);
	return world;
}

static void world_done(struct world *world)
{
	session_set_free(world->set);
	keyring_free(world->keyring);
	crypto_free(world->crypto);
}

#define _cleanup_world_ __attribute__((cleanup(world_done)))

static void put16(uint8_t *at, size_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

/* IPv4, UDP 500 and an IKE message as it stands: its own length is not touched. */
static void feed(struct session_set *set, bool is_answer, const void *ike, size_t length)
{
	uint8_t bytes[4096] = { 0x45, 0, 0, 0, 0, 0, 0, 0, 64, 17 };
	struct capture_packet packet = { .link_type = LINK_RAW, .bytes = bytes };

	bytes[15] = is_answer ? 2 : 1;
	bytes[19] = is_answer ? 1 : 2;
	put16(bytes + 2, 28 + length);
	put16(bytes + 20, 500);
	put16(bytes + 22, 500);
	put16(bytes + 24, 8 + length);
	memcpy(bytes + 28, ike, length);
	packet.captured = packet.length = (uint32_t)(28 + length);
	session_set_add(set, &packet);
}

#define FEED(set, is_answer, text) feed(set, is_answer, text, sizeof(text) - 1)

/* All that is read of it, too. */
static enum ike_fault told(struct session_set *set)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };
	const struct ike_session *session = set->session[set->sessions - 1];

	story_free(story_of(set, session));
	session_step_message(&session->steps.items[session->steps.count - 1], &message);
	return message.fault;
}

/* session_fuzz, UBSan: &proposal[0] of an array that was never made. */
static void sa_without_proposals_chooses_nothing(void **state)
{
	_cleanup_world_ struct world world = world_new();

	(void)state;
	FEED(world.set, false, INITIATOR NOBODY "\0\x10\x04\0\0\0\0\0\0\0\0\x1c");
	FEED(world.set, true,
	     INITIATOR RESPONDER "\x01\x10\x04\0\0\0\0\0\0\0\0\x28"
				 "\0\0\0\x0c\0\0\0\x01\0\0\0\x01");
	assert_int_equal(world.set->sessions, 1);
	(void)told(world.set);
	assert_null(world.set->session[0]->v1.encr);
}

/* An IKEv1 header and count payloads of no content, each 4 bytes. */
static size_t make_empty(uint8_t *ike, uint64_t spi, uint32_t id, size_t count)
{
	size_t length = IKE_HEADER_SIZE + count * IKE_GENERIC_SIZE;

	memset(ike, 0, length);
	memcpy(ike, &spi, sizeof(spi));
	memcpy(ike + 20, &id, sizeof(id));
	ike[16] = count ? V1_PAYLOAD_VENDOR_ID : 0;
	ike[17] = 0x10;
	ike[18] = V1_EXCHANGE_MAIN;
	put16(ike + 26, length);
	for (size_t i = 0; i < count; i++) {
		ike[IKE_HEADER_SIZE + i * 4] = i + 1 < count ? V1_PAYLOAD_VENDOR_ID : 0;
		ike[IKE_HEADER_SIZE + i * 4 + 3] = IKE_GENERIC_SIZE;
	}
	return length;
}

/* Each would become a line of text: half a gigabyte of them from a file of 60 MB. */
static void empty_payloads_count_for_what_they_cost(void **state)
{
	_cleanup_world_ struct world world = world_new();
	uint8_t ike[4000] = { 0 };
	uint32_t kept = 0, lost = 0;

	(void)state;
	for (uint32_t i = 0; i < 4000; i++)
		feed(world.set, false, ike, make_empty(ike, 1 + i % 100, i, 900));
	for (uint32_t i = 0; i < world.set->sessions; i++) {
		kept += (uint32_t)world.set->session[i]->steps.count;
		lost += world.set->session[i]->steps_lost;
	}
	assert_int_equal(kept + lost, 4000);
	assert_in_range(kept * 900, 1, SESSION_BYTES_MAX / SESSION_ITEM_BYTES + 900);
	assert_in_range(world.set->bytes, 1, SESSION_BYTES_MAX + 65536);
}

static const struct ike_session *of_spi(const struct session_set *set, uint64_t spi)
{
	for (uint32_t i = 0; i < set->sessions; i++)
		if (be64((const uint8_t *)&spi) == set->session[i]->spi_i)
			return set->session[i];
	return NULL;
}

/* The first SA is heard again and again, so that it is never the quiet one. */
static void of_too_many_sas_the_quiet_ones_are_forgotten(void **state)
{
	_cleanup_world_ struct world world = world_new();
	const uint64_t count = 3 * SESSIONS_MAX;
	uint8_t ike[IKE_HEADER_SIZE] = { 0 };

	(void)state;
	for (uint64_t spi = 1; spi <= count; spi++) {
		feed(world.set, false, ike, make_empty(ike, spi, 0, 0));
		feed(world.set, false, ike, make_empty(ike, 1, (uint32_t)spi % 100, 0));
	}
	assert_int_equal(world.set->sessions, SESSIONS_MAX);
	assert_int_equal(world.set->sessions_lost, count - SESSIONS_MAX);
	assert_non_null(of_spi(world.set, 1));
	assert_null(of_spi(world.set, 2));
	assert_null(of_spi(world.set, count - SESSIONS_MAX + 1));
	for (uint64_t spi = count - SESSIONS_MAX + 2; spi <= count; spi++)
		assert_non_null(of_spi(world.set, spi));
	assert_int_equal(of_spi(world.set, 1)->steps.count, 100);
}

static void feed_esp(struct session_set *set, uint32_t spi, uint8_t from)
{
	uint8_t bytes[40] = { 0x45, 0, 0, 40, 0, 0, 0, 0, 64, 50, 0, 0, 10, 0, 0, from };
	struct capture_packet packet = { .link_type = LINK_RAW,
					 .bytes = bytes,
					 .captured = sizeof(bytes),
					 .length = sizeof(bytes) };

	memcpy(bytes + 20, &spi, sizeof(spi));
	session_set_add(set, &packet);
}

static void flow_is_found_again_among_too_many(void **state)
{
	_cleanup_world_ struct world world = world_new();

	(void)state;
	for (int round = 0; round < 2; round++)
		for (uint32_t i = 0; i < ESP_FLOWS_MAX + 100; i++)
			feed_esp(world.set, i / 2 + 1, (uint8_t)(i % 2));
	assert_int_equal(world.set->flows.count, ESP_FLOWS_MAX);
	assert_int_equal(world.set->flows_lost, 200);
	vec_foreach (flow, &world.set->flows)
		assert_int_equal(flow->packets, 2);
}

/* A payload of length 0 or 3 would be read again and again. */
static void payload_that_ends_before_it_begins_ends_the_chain(void **state)
{
	_cleanup_world_ struct world world = world_new();

	(void)state;
	FEED(world.set, false,
	     INITIATOR NOBODY "\x0d\x10\x02\0\0\0\0\0\0\0\0\x24"
			      "\x0d\0\0\0\x0d\0\0\0");
	assert_int_equal(told(world.set), IKE_FAULT_LENGTH);
	FEED(world.set, false,
	     INITIATOR NOBODY "\x21\x20\x22\x08\0\0\0\0\0\0\0\x24"
			      "\x21\0\0\3\x21\0\0\0");
	assert_int_equal(told(world.set), IKE_FAULT_LENGTH);
}

/* SA, proposal and transform lengths of 0: as above, one level deeper. */
static void proposal_and_transform_of_no_length_end_the_list(void **state)
{
	_cleanup_world_ struct world world = world_new();

	(void)state;
	FEED(world.set, false,
	     INITIATOR NOBODY "\x01\x10\x02\0\0\0\0\0\0\0\0\x30"
			      "\0\0\0\x14\0\0\0\x01\0\0\0\x01\2\0\0\0\1\1\0\1");
	assert_int_equal(told(world.set), IKE_FAULT_LENGTH);
	FEED(world.set, false,
	     INITIATOR NOBODY "\x01\x10\x02\0\0\0\0\1\0\0\0\x38"
			      "\0\0\0\x1c\0\0\0\x01\0\0\0\x01\0\0\0\x10\1\1\0\1"
			      "\3\0\0\0\1\1\0\0");
	assert_int_equal(told(world.set), IKE_FAULT_LENGTH);
}

static void length_of_4_gb_is_what_is_there(void **state)
{
	_cleanup_world_ struct world world = world_new();

	(void)state;
	FEED(world.set, false,
	     INITIATOR NOBODY "\x0d\x10\x02\0\0\0\0\0\xff\xff\xff\xff"
			      "\0\0\0\x08"
			      "abcd");
	assert_int_equal(told(world.set), IKE_FAULT_HEADER_LENGTH);
	assert_int_equal(world.set->session[0]->steps.items[0].bytes.length, 36);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sa_without_proposals_chooses_nothing),
		cmocka_unit_test(empty_payloads_count_for_what_they_cost),
		cmocka_unit_test(of_too_many_sas_the_quiet_ones_are_forgotten),
		cmocka_unit_test(flow_is_found_again_among_too_many),
		cmocka_unit_test(payload_that_ends_before_it_begins_ends_the_chain),
		cmocka_unit_test(proposal_and_transform_of_no_length_end_the_list),
		cmocka_unit_test(length_of_4_gb_is_what_is_there),
	};

	return cmocka_run_group_tests_name("dissect/session_hostile", tests, NULL, NULL);
}
