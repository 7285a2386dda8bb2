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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sa_without_proposals_chooses_nothing),
	};

	return cmocka_run_group_tests_name("dissect/session_hostile", tests, NULL, NULL);
}
