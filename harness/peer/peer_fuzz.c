// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * peer_fuzz.c - two of our peers talk, and what one says reaches the other changed
 *
 * The first byte says who talks (version, mode); then each four bytes are a change: number
 * of the message, offset (two bytes), what is XORed there; an offset behind the end cuts
 * the message in half. With bit 7 of the first byte the rest is one message as it is, for
 * both. So what lies behind encryption is reached as well.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "dissect/ike.h"
#include "peer/peer.h"
#include "peer/peer_parts.h"

#define MESSAGES_MAX  64 /* two that never end with each other are a finding */
#define IS_V2	      1
#define IS_AGGRESSIVE 2
#define IS_RAW	      128

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* 3DES-CBC, SHA-1, pre-shared key, group 2 */
static const uint8_t ike_v1[] = {
	0,    0, 0, 1,	0,    0, 0, 1, 0,    0,	 0, 40, 1,    1,  0,	1,
	0,    0, 0, 32, 1,    1, 0, 0, 0x80, 1,	 0, 5,	0x80, 2,  0,	2,
	0x80, 3, 0, 1,	0x80, 4, 0, 2, 0x80, 11, 0, 1,	0x80, 12, 0x70, 0x80,
};
/* AES-128-CBC, SHA-1, tunnel mode, an hour */
static const uint8_t esp_v1[] = {
	0,    0, 0, 1, 0,    0, 0, 1,  0,    0,	 0, 40, 1,    3, 4,    1,
	9,    8, 7, 6, 0,    0, 0, 28, 1,    12, 0, 0,	0x80, 6, 0,    128,
	0x80, 5, 0, 2, 0x80, 4, 0, 3,  0x80, 1,	 0, 1,	0x80, 2, 0x0e, 0x10,
};
/* AES-256-GCM, PRF-SHA-384, group 31 */
static const uint8_t ike_v2[] = {
	0, 0, 0, 36, 1, 1, 0, 3, 3, 0, 0, 12, 1, 0, 0, 20, 0x80, 14,
	1, 0, 3, 0,  0, 8, 2, 0, 0, 6, 0, 0,  0, 8, 4, 0,  0,	 31,
};
/* AES-128-CBC, SHA-1 */
static const uint8_t esp_v2[] = {
	0,    0,  0, 40,  1, 3, 4, 3, 9, 8, 7, 6, 3, 0, 0, 12, 1, 0, 0, 12,
	0x80, 14, 0, 128, 3, 0, 0, 8, 3, 0, 0, 2, 0, 0, 0, 8,  5, 0, 0, 0,
};
static const uint8_t networks_v1[2][12] = { { 4, 0, 0, 0, 10, 0, 1, 0, 255, 255, 255, 0 },
					    { 4, 0, 0, 0, 10, 0, 2, 0, 255, 255, 255,
					      0 } };
static const uint8_t networks_v2[2][20] = {
	{ 1, 0, 0, 0, 7, 0, 0, 16, 0, 0, 255, 255, 10, 0, 1, 0, 10, 0, 1, 255 },
	{ 1, 0, 0, 0, 7, 0, 0, 16, 0, 0, 255, 255, 10, 0, 2, 0, 10, 0, 2, 255 }
};
static const uint8_t names[2][8] = { { 2, 0, 0, 0, 'l', 'e', 'f', 't' },
				     { 2, 0, 0, 0, 'a', 'w', 'a', 'y' } };

#define SLICE(array) ((struct slice){ (array), sizeof(array) })

static struct peer_says says_of(int end, uint8_t who)
{
	const bool is_v2 = who & IS_V2;
	struct peer_says says = {
		.version = is_v2 ? 2 : 1,
		.is_aggressive = !is_v2 && (who & IS_AGGRESSIVE),
		.sa = is_v2 ? SLICE(ike_v2) : SLICE(ike_v1),
		.group = is_v2 ? 31 : 2,
		.id = SLICE(names[end]),
		.expected_id = SLICE(names[!end]),
		.psk = { (const uint8_t *)"secret", 6 },
		.child_count = 1,
	};

	says.children[0] = (struct peer_child){
		.sa = is_v2 ? SLICE(esp_v2) : SLICE(esp_v1),
		.local = is_v2 ? SLICE(networks_v2[end]) : SLICE(networks_v1[end]),
		.remote = is_v2 ? SLICE(networks_v2[!end]) : SLICE(networks_v1[!end]),
	};
	return says;
}

struct talk {
	struct peer_says says[2];
	struct peer *peers[2];
	const uint8_t *changes;
	size_t change_count;
	unsigned int said; /* messages so far */
};

/* In memory of its own, so that a byte too far is seen. */
static void give(struct peer *peer, const uint8_t *bytes, size_t length, struct buf *out)
{
	_cleanup_free_ uint8_t *copy = malloc(length + !length);

	if (!copy)
		abort();
	memcpy(copy, bytes, length);
	peer_take(peer, (struct slice){ copy, length }, out);
}

static size_t change(const struct talk *talk, uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < talk->change_count; i++) {
		const uint8_t *one = talk->changes + 4 * i;
		size_t at = be16(one + 1);

		if (one[0] != talk->said)
			continue;
		if (at < length)
			bytes[at] ^= one[3];
		else
			length /= 2;
	}
	return length;
}

static void deliver(struct talk *talk, int to, struct buf *messages, struct buf *answer)
{
	for (size_t at = 0; at < messages->length;) {
		uint8_t *bytes = (uint8_t *)messages->data + at;
		size_t length = be32(bytes + 24), left = messages->length - at;

		if (length > left || length < 28)
			abort(); /* a peer's own message is as long as it says */
		at += length;
		give(talk->peers[to], bytes, change(talk, bytes, length), answer);
		if (++talk->said > MESSAGES_MAX)
			abort();
	}
	buf_done(messages);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static struct crypto *crypto;
	struct buf to_responder = { 0 }, to_initiator = { 0 };
	struct talk talk = { .changes = bytes + 1 };

	if (!length || (!crypto && crypto_new(&crypto, NULL)))
		return 0;
	for (int end = 0; end < 2; end++) {
		talk.says[end] = says_of(end, *bytes);
		if (peer_new(crypto, &talk.says[end], end, &talk.peers[end], NULL))
			abort();
	}
	peer_begin(talk.peers[0], &to_responder);
	if (*bytes & IS_RAW) {
		give(talk.peers[1], bytes + 1, length - 1, &to_initiator);
		give(talk.peers[0], bytes + 1, length - 1, &to_initiator);
		buf_done(&to_responder);
		buf_done(&to_initiator);
	} else {
		talk.change_count = (length - 1) / 4;
	}
	while (to_responder.length) {
		deliver(&talk, 1, &to_responder, &to_initiator);
		deliver(&talk, 0, &to_initiator, &to_responder);
	}
	if (!(*bytes & IS_RAW) && !talk.change_count &&
	    (peer_state(talk.peers[0]) != PEER_IS_UP ||
	     peer_state(talk.peers[1]) != PEER_IS_UP))
		abort(); /* nothing was changed */
	buf_done(&to_responder);
	buf_done(&to_initiator);
	peer_free(talk.peers[0]);
	peer_free(talk.peers[1]);
	return 0;
}
