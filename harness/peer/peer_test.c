// SPDX-License-Identifier: GPL-2.0-or-later
/* peer_test.c - two of our peers against each other: what each is made to say, what is refused */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "dissect/ike.h"
#include "peer/peer.h"
#include "peer/peer_parts.h"

struct talk {
	struct crypto *crypto;
	struct peer_says says[2]; /* initiator, responder */
	struct peer *peer[2];
	uint8_t store[2048];
	size_t used;
};

static struct slice keep(struct talk *talk, const void *bytes, size_t length)
{
	struct slice slice = { talk->store + talk->used, length };

	assert_true(talk->used + length <= sizeof(talk->store));
	memcpy(talk->store + talk->used, bytes, length);
	talk->used += length;
	return slice;
}

/* One transform with these attributes (type, value), as an IKEv1 SA payload's body. */
static struct slice sa_v1(struct talk *talk, bool is_esp, uint8_t id,
			  const uint16_t attributes[][2], size_t count)
{
	static const uint8_t doi[] = { 0, 0, 0, 1, 0, 0, 0, 1 }, spi[] = { 9, 8, 7, 6 };
	struct buf _cleanup_buf_ out = { 0 };
	size_t transform = 8 + 4 * count;

	buf_add(&out, doi, sizeof(doi));
	buf_add_be16(&out, 0);
	buf_add_be16(&out, (uint16_t)(8 + (is_esp ? 4 : 0) + transform));
	buf_putc(&out, 1);
	buf_putc(&out, is_esp ? 3 : 1);
	buf_putc(&out, is_esp ? 4 : 0);
	buf_putc(&out, 1);
	if (is_esp)
		buf_add(&out, spi, sizeof(spi));
	buf_add_be16(&out, 0);
	buf_add_be16(&out, (uint16_t)transform);
	buf_putc(&out, 1);
	buf_putc(&out, (char)id);
	buf_add_be16(&out, 0);
	for (size_t i = 0; i < count; i++) {
		buf_add_be16(&out, 0x8000 | attributes[i][0]);
		buf_add_be16(&out, attributes[i][1]);
	}
	return keep(talk, out.data, out.length);
}

/* 3DES-CBC, SHA-1, pre-shared key, group 2; seconds */
static struct slice ike_sa(struct talk *talk, uint16_t hash)
{
	const uint16_t attributes[][2] = { { 1, 5 }, { 2, hash }, { 3, 1 },
					   { 4, 2 }, { 11, 1 },	  { 12, 28800 } };

	return sa_v1(talk, false, 1, attributes, ARRAY_SIZE(attributes));
}

/* AES-128-CBC with SHA-1 in tunnel mode; the unit of its life, PFS group (0: none) */
static struct slice esp_sa(struct talk *talk, uint16_t unit, uint16_t group)
{
	const uint16_t attributes[][2] = { { 6, 128 },	{ 5, 2 },    { 4, 3 },
					   { 1, unit }, { 2, 3600 }, { 3, group } };

	return sa_v1(talk, true, 12, attributes, group ? 6 : 5);
}

static struct slice network(struct talk *talk, uint8_t third)
{
	const uint8_t id[] = { 4, 0, 0, 0, 10, 0, third, 0, 255, 255, 255, 0 };

	return keep(talk, id, sizeof(id));
}

static struct slice name(struct talk *talk, const char *text)
{
	const uint8_t head[4] = { 2 };
	struct slice id = keep(talk, head, sizeof(head));

	id.length += keep(talk, text, strlen(text)).length; /* right behind it */
	return id;
}

static void begin(struct talk *talk, bool is_aggressive)
{
	struct peer_says *i = &talk->says[0], *r = &talk->says[1];

	*talk = (struct talk){ 0 };
	assert_int_equal(crypto_new(&talk->crypto, NULL), 0);
	*i = (struct peer_says){ .version = 1,
				 .is_aggressive = is_aggressive,
				 .group = 2,
				 .sa = ike_sa(talk, 2),
				 .id = name(talk, "left"),
				 .psk = keep(talk, "secret", 6),
				 .child_count = 1 };
	i->children[0] = (struct peer_child){ .sa = esp_sa(talk, 1, 2),
					      .local = network(talk, 1),
					      .remote = network(talk, 2),
					      .pfs = 2 };
	*r = *i;
	r->id = name(talk, "right");
	i->expected_id = r->id;
	r->expected_id = i->id;
	r->children[0].local = i->children[0].remote;
	r->children[0].remote = i->children[0].local;
}

/* One end's messages to the other; each is as long as its header says. */
static void deliver(struct talk *talk, int to, struct buf *messages, struct buf *answer)
{
	for (size_t at = 0; at < messages->length;) {
		const uint8_t *bytes = (uint8_t *)messages->data + at;
		size_t length = be32(bytes + 24);

		assert_true(length <= messages->length - at);
		peer_take(talk->peer[to], (struct slice){ bytes, length }, answer);
		at += length;
	}
	buf_done(messages);
}

static void speak(struct talk *talk)
{
	struct buf to_responder = { 0 }, to_initiator = { 0 };

	for (int i = 0; i < 2; i++)
		assert_int_equal(
			peer_new(talk->crypto, &talk->says[i], i, &talk->peer[i], NULL),
			0);
	peer_begin(talk->peer[0], &to_responder);
	while (to_responder.length) {
		deliver(talk, 1, &to_responder, &to_initiator);
		deliver(talk, 0, &to_initiator, &to_responder);
	}
}

static void end(struct talk *talk)
{
	peer_free(talk->peer[0]);
	peer_free(talk->peer[1]);
	crypto_free(talk->crypto);
}

/* Which end refuses, where, and with which word in front. */
static void assert_refused(const struct talk *talk, int by, enum peer_stage stage,
			   const char *why)
{
	assert_int_equal(peer_state(talk->peer[by]), PEER_REFUSES);
	assert_int_equal(peer_stage(talk->peer[by]), stage);
	if (strncmp(peer_why(talk->peer[by]), why, strlen(why)) != 0)
		fail_msg("'%s' does not begin with '%s'", peer_why(talk->peer[by]), why);
	assert_int_not_equal(peer_state(talk->peer[!by]), PEER_IS_UP);
}

static void both_modes_come_to_the_end_of_quick_mode(void **state)
{
	(void)state;
	for (int is_aggressive = 0; is_aggressive < 2; is_aggressive++) {
		struct talk talk;

		begin(&talk, is_aggressive);
		speak(&talk);
		assert_string_equal(peer_why(talk.peer[0]), "");
		assert_string_equal(peer_why(talk.peer[1]), "");
		assert_int_equal(peer_state(talk.peer[0]), PEER_IS_UP);
		assert_int_equal(peer_state(talk.peer[1]), PEER_IS_UP);
		end(&talk);
	}
}

static void each_child_has_its_quick_mode(void **state)
{
	struct talk talk;

	(void)state;
	begin(&talk, false);
	for (int i = 0; i < 2; i++) {
		talk.says[i].children[1] = talk.says[i].children[0];
		talk.says[i].child_count = 2;
	}
	talk.says[0].children[1].remote = network(&talk, 3);
	talk.says[1].children[1].local = talk.says[0].children[1].remote;
	talk.says[0].children[1].pfs = talk.says[1].children[1].pfs = 0;
	talk.says[0].children[1].sa = talk.says[1].children[1].sa = esp_sa(&talk, 1, 0);
	speak(&talk);
	assert_int_equal(peer_state(talk.peer[0]), PEER_IS_UP);
	assert_int_equal(peer_children_up(talk.peer[0]), 2);
	assert_int_equal(peer_children_up(talk.peer[1]), 2);
	end(&talk);
}

static void another_key_is_refused_in_phase_1(void **state)
{
	struct talk talk;

	(void)state;
	begin(&talk, false);
	talk.says[1].psk = keep(&talk, "Secret", 6);
	speak(&talk);
	assert_refused(&talk, 1, PEER_STAGE_AUTH, "pre-shared key");
	end(&talk);
	begin(&talk, true);
	talk.says[1].psk = keep(&talk, "Secret", 6);
	speak(&talk);
	assert_refused(&talk, 0, PEER_STAGE_AUTH, "pre-shared key");
	end(&talk);
}

static void what_differs_is_named_with_its_phase(void **state)
{
	struct talk talk;

	(void)state;
	begin(&talk, false);
	talk.says[1].sa = ike_sa(&talk, 1); /* MD5 */
	speak(&talk);
	assert_refused(&talk, 1, PEER_STAGE_PROPOSAL, "hash: offered");
	end(&talk);

	begin(&talk, false);
	talk.says[1].expected_id = name(&talk, "other");
	speak(&talk);
	assert_refused(&talk, 1, PEER_STAGE_AUTH, "identity");
	end(&talk);

	begin(&talk, false);
	talk.says[1].children[0].remote = network(&talk, 9);
	speak(&talk);
	assert_refused(&talk, 1, PEER_STAGE_CHILD, "networks");
	end(&talk);

	begin(&talk, false);
	talk.says[1].children[0].sa = esp_sa(&talk, 1, 5);
	talk.says[1].children[0].pfs = 5;
	speak(&talk);
	assert_refused(&talk, 1, PEER_STAGE_CHILD, "proposal: PFS group");
	end(&talk);

	begin(&talk, false);
	talk.says[1].children[0].sa = esp_sa(&talk, 2, 2);
	speak(&talk);
	assert_refused(&talk, 1, PEER_STAGE_CHILD, "proposal: lifetime's unit");
	end(&talk);
}

/* Only how long it lives may differ, and a network may be written as another type. */
static void what_is_the_same_in_other_words_is_taken(void **state)
{
	static const uint8_t range[] = { 7, 0, 0, 0, 10, 0, 2, 0, 10, 0, 2, 255 };
	struct talk talk;
	uint8_t *duration;

	(void)state;
	begin(&talk, false);
	talk.says[1].children[0].local = keep(&talk, range, sizeof(range));
	talk.says[1].sa = ike_sa(&talk, 2);
	duration = talk.store + talk.used - 1;
	*duration ^= 1;
	speak(&talk);
	assert_int_equal(peer_state(talk.peer[1]), PEER_IS_UP);
	end(&talk);
}

/* ------------------------------------------------------------ IKEv2 */

/* Transforms (type, id, key bits) as an IKEv2 SA payload's body. */
static struct slice sa_v2(struct talk *talk, bool is_esp, const uint16_t rows[][3],
			  size_t count)
{
	static const uint8_t spi[] = { 9, 8, 7, 6 };
	struct buf _cleanup_buf_ out = { 0 }, transforms = { 0 };

	for (size_t i = 0; i < count; i++) {
		buf_putc(&transforms, i + 1 < count ? 3 : 0);
		buf_putc(&transforms, 0);
		buf_add_be16(&transforms, rows[i][2] ? 12 : 8);
		buf_putc(&transforms, (char)rows[i][0]);
		buf_putc(&transforms, 0);
		buf_add_be16(&transforms, rows[i][1]);
		if (rows[i][2]) {
			buf_add_be16(&transforms, 0x800e);
			buf_add_be16(&transforms, rows[i][2]);
		}
	}
	buf_add_be16(&out, 0);
	buf_add_be16(&out, (uint16_t)(8 + (is_esp ? 4 : 0) + transforms.length));
	buf_putc(&out, 1);
	buf_putc(&out, is_esp ? 3 : 1);
	buf_putc(&out, is_esp ? 4 : 0);
	buf_putc(&out, (char)count);
	if (is_esp)
		buf_add(&out, spi, sizeof(spi));
	buf_add(&out, transforms.data, transforms.length);
	return keep(talk, out.data, out.length);
}

static struct slice selector(struct talk *talk, uint8_t third)
{
	const uint8_t ts[] = { 1,   0,	 0,  0, 7,     0, 0,  16, 0,	 0,
			       255, 255, 10, 0, third, 0, 10, 0,  third, 255 };

	return keep(talk, ts, sizeof(ts));
}

static void begin_v2(struct talk *talk, bool is_gcm)
{
	const uint16_t cbc[][3] = {
		{ 1, 12, 256 }, { 2, 5, 0 }, { 3, 12, 0 }, { 4, 14, 0 }
	};
	const uint16_t gcm[][3] = { { 1, 20, 256 }, { 2, 6, 0 }, { 4, 31, 0 } };
	const uint16_t esp[][3] = { { 1, 12, 128 }, { 3, 2, 0 }, { 5, 0, 0 } };
	struct peer_says *i = &talk->says[0], *r = &talk->says[1];

	begin(talk, false);
	i->version = 2;
	i->group = is_gcm ? 31 : 14;
	i->sa = is_gcm ? sa_v2(talk, false, gcm, 3) : sa_v2(talk, false, cbc, 4);
	i->children[0] = (struct peer_child){ .sa = sa_v2(talk, true, esp, 3),
					      .local = selector(talk, 1),
					      .remote = selector(talk, 2) };
	r->version = 2;
	r->sa = i->sa;
	r->children[0] = (struct peer_child){ .sa = i->children[0].sa,
					      .local = i->children[0].remote,
					      .remote = i->children[0].local };
}

static void ike_auth_comes_to_its_child(void **state)
{
	(void)state;
	for (int is_gcm = 0; is_gcm < 2; is_gcm++) {
		struct talk talk;

		begin_v2(&talk, is_gcm);
		speak(&talk);
		assert_string_equal(peer_why(talk.peer[0]), "");
		assert_string_equal(peer_why(talk.peer[1]), "");
		assert_int_equal(peer_state(talk.peer[0]), PEER_IS_UP);
		assert_int_equal(peer_state(talk.peer[1]), PEER_IS_UP);
		end(&talk);
	}
}

static void in_ikev2_too_what_differs_is_named(void **state)
{
	const uint16_t esp[][3] = { { 1, 12, 256 }, { 3, 2, 0 }, { 5, 0, 0 } };
	struct talk talk;

	(void)state;
	begin_v2(&talk, false);
	talk.says[1].psk = keep(&talk, "Secret", 6);
	speak(&talk);
	assert_refused(&talk, 1, PEER_STAGE_AUTH, "pre-shared key");
	end(&talk);

	begin_v2(&talk, false);
	talk.says[1].children[0].sa = sa_v2(&talk, true, esp, 3);
	speak(&talk);
	assert_refused(&talk, 1, PEER_STAGE_CHILD, "proposal: cipher");
	end(&talk);

	begin_v2(&talk, false);
	talk.says[1].children[0].local = selector(&talk, 9);
	speak(&talk);
	assert_refused(&talk, 1, PEER_STAGE_CHILD, "networks");
	end(&talk);
}

/*
 * Only a charon answers CREATE_CHILD_SA, two of ours both ask: each has its child by
 * then, and waits for the other's answer.
 */
static void child_with_pfs_is_asked_for_behind_ike_auth(void **state)
{
	const uint16_t esp[][3] = {
		{ 1, 12, 128 }, { 3, 2, 0 }, { 4, 14, 0 }, { 5, 0, 0 }
	};
	struct talk talk;

	(void)state;
	begin_v2(&talk, false);
	talk.says[0].children[0].rekey_sa = sa_v2(&talk, true, esp, 4);
	talk.says[0].children[0].pfs = 14;
	speak(&talk);
	assert_int_equal(peer_state(talk.peer[1]), PEER_IS_UP);
	assert_int_equal(peer_state(talk.peer[0]), PEER_WAITS);
	assert_int_equal(peer_stage(talk.peer[0]), PEER_STAGE_REKEY);
	assert_int_equal(peer_children_up(talk.peer[0]), 1);
	end(&talk);
}

/* Cut anywhere, a byte changed anywhere: no crash, and nobody comes up by it. */
static void what_is_broken_brings_nobody_up(void **state)
{
	(void)state;
	for (size_t at = 0; at < 120; at++) {
		struct talk talk;
		struct buf first = { 0 }, answer = { 0 };

		begin(&talk, at % 2);
		assert_int_equal(
			peer_new(talk.crypto, &talk.says[0], false, &talk.peer[0], NULL),
			0);
		assert_int_equal(
			peer_new(talk.crypto, &talk.says[1], true, &talk.peer[1], NULL),
			0);
		peer_begin(talk.peer[0], &first);
		if (at < first.length) {
			peer_take(talk.peer[1],
				  (struct slice){ (uint8_t *)first.data, at }, &answer);
			first.data[at] ^= 0x41;
		}
		peer_take(talk.peer[1], slice_of(&first), &answer);
		peer_take(talk.peer[0], slice_of(&answer), &first);
		assert_int_not_equal(peer_state(talk.peer[0]), PEER_IS_UP);
		assert_int_not_equal(peer_state(talk.peer[1]), PEER_IS_UP);
		buf_done(&first);
		buf_done(&answer);
		end(&talk);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_modes_come_to_the_end_of_quick_mode),
		cmocka_unit_test(each_child_has_its_quick_mode),
		cmocka_unit_test(another_key_is_refused_in_phase_1),
		cmocka_unit_test(what_differs_is_named_with_its_phase),
		cmocka_unit_test(what_is_the_same_in_other_words_is_taken),
		cmocka_unit_test(ike_auth_comes_to_its_child),
		cmocka_unit_test(in_ikev2_too_what_differs_is_named),
		cmocka_unit_test(child_with_pfs_is_asked_for_behind_ike_auth),
		cmocka_unit_test(what_is_broken_brings_nobody_up),
	};

	return cmocka_run_group_tests_name("peer/peer", tests, NULL, NULL);
}
