// SPDX-License-Identifier: GPL-2.0-or-later
/* session_fragment_test.c - our reference capture, each message sent in pieces */
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

#define LINK_RAW 101 /* LINKTYPE_RAW: IP at once */

struct world {
	struct crypto *crypto;
	struct keyring *keyring, *again;
	struct session_set *recorded, *pieces;
};

static void world_start(struct world *world)
{
	_cleanup_(capture_file_closep) struct capture_file *file = NULL;
	struct capture_packet packet;

	assert_int_equal(crypto_new(&world->crypto, NULL), 0);
	world->keyring = keyring_new();
	world->again = keyring_new();
	assert_int_equal(keyring_read_folder(world->keyring, "pcaps/fritzbox.keys", NULL),
			 0);
	assert_int_equal(keyring_read_folder(world->again, "pcaps/fritzbox.keys", NULL),
			 0);
	world->recorded = session_set_new(world->crypto, world->keyring);
	world->pieces = session_set_new(world->crypto, world->again);
	assert_int_equal(capture_file_open("pcaps/fritzbox.pcapng", &file, NULL), 0);
	while (capture_file_next(file, &packet, NULL) > 0)
		session_set_add(world->recorded, &packet);
	assert_int_equal(world->recorded->sessions, 1);
}

static void world_done(struct world *world)
{
	session_set_free(world->recorded);
	session_set_free(world->pieces);
	keyring_free(world->keyring);
	keyring_free(world->again);
	crypto_free(world->crypto);
}

#define _cleanup_world_ __attribute__((cleanup(world_done)))

static void put16(uint8_t *at, size_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

/* IP, UDP 500, IKE header and a FRAGMENT payload with one piece of a message. */
static void send_piece(struct session_set *set, const struct ike_step *step,
		       unsigned int number, bool is_last, struct slice piece)
{
	uint8_t bytes[4096] = { 0x45, 0, 0, 0, 0, 0, 0, 0, 64, 17 };
	uint8_t *ike = bytes + 28;
	size_t length = 36 + piece.length;
	struct capture_packet packet = { .link_type = LINK_RAW, .bytes = bytes };

	put16(bytes + 2, 28 + length);
	memcpy(bytes + 12, step->src.bytes, 4);
	memcpy(bytes + 16, step->dst.bytes, 4);
	put16(bytes + 20, 500);
	put16(bytes + 22, 500);
	put16(bytes + 24, 8 + length);
	memcpy(ike, step->bytes.bytes, 28);
	ike[16] = V1_PAYLOAD_FRAGMENT;
	ike[19] = 0;
	put16(ike + 26, length);
	put16(ike + 30, length - 28);
	ike[33] = 1; /* always the same id, as strongSwan does */
	ike[34] = (uint8_t)number;
	ike[35] = is_last;
	memcpy(ike + 36, piece.bytes, piece.length);
	packet.captured = packet.length = (uint32_t)(28 + length);
	session_set_add(set, &packet);
}

static void send_in_pieces(struct session_set *set, const struct ike_step *step,
			   bool is_backward)
{
	size_t half = step->bytes.length / 2;
	struct slice first = { step->bytes.bytes, half };
	struct slice second = { step->bytes.bytes + half, step->bytes.length - half };

	if (is_backward)
		send_piece(set, step, 2, true, second);
	send_piece(set, step, 1, false, first);
	if (!is_backward)
		send_piece(set, step, 2, true, second);
}

static void compare(bool is_backward, bool is_repeated)
{
	_cleanup_world_ struct world world = { 0 };
	const struct ike_session *recorded, *pieces;

	world_start(&world);
	recorded = world.recorded->session[0];
	vec_foreach (step, &recorded->steps) {
		send_in_pieces(world.pieces, step, is_backward);
		if (is_repeated)
			send_in_pieces(world.pieces, step, is_backward);
	}
	assert_int_equal(world.pieces->sessions, 1);
	pieces = world.pieces->session[0];
	assert_int_equal(pieces->steps.count, 2 * recorded->steps.count);
	for (size_t i = 0; i < recorded->steps.count; i++) {
		const struct ike_step *a = &recorded->steps.items[i];
		const struct ike_step *b = &pieces->steps.items[2 * i + 1];

		assert_int_equal(pieces->steps.items[2 * i].state, STEP_FRAGMENT);
		assert_int_equal(b->state, a->state);
		assert_int_equal(b->bytes.length, a->bytes.length);
		assert_memory_equal(b->bytes.bytes, a->bytes.bytes, a->bytes.length);
		assert_int_equal(b->plain.length, a->plain.length);
		assert_int_equal(b->hash, a->hash);
	}
}

static void message_in_fragments_is_read_as_if_it_were_whole(void **state)
{
	(void)state;
	compare(false, false);
}

static void fragments_in_any_order_are_joined(void **state)
{
	(void)state;
	compare(true, false);
}

static void repeated_fragments_move_no_iv(void **state)
{
	(void)state;
	compare(false, true);
}

static void fragments_without_the_last_or_of_another_sa_stay_what_they_are(void **state)
{
	_cleanup_world_ struct world world = { 0 };
	const struct ike_step *step;
	uint8_t other[64] = { 1, 2, 3 };

	(void)state;
	world_start(&world);
	step = &world.recorded->session[0]->steps.items[0];
	send_piece(world.pieces, step, 1, false, step->bytes);
	send_piece(world.pieces, step, 0, true, step->bytes);
	send_piece(world.pieces, step, 255, true, step->bytes);
	vec_foreach (piece, &world.pieces->session[0]->steps)
		assert_int_equal(piece->state, STEP_FRAGMENT);
	send_piece(world.pieces, step, 1, true, (struct slice){ other, sizeof(other) });
	assert_int_equal(world.pieces->session[0]->steps.items[3].state, STEP_FRAGMENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(message_in_fragments_is_read_as_if_it_were_whole),
		cmocka_unit_test(fragments_in_any_order_are_joined),
		cmocka_unit_test(repeated_fragments_move_no_iv),
		cmocka_unit_test(
			fragments_without_the_last_or_of_another_sa_stay_what_they_are),
	};

	return cmocka_run_group_tests_name("dissect/session_fragment", tests, NULL, NULL);
}
