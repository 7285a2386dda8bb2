// SPDX-License-Identifier: GPL-2.0-or-later
/* peer.c - an IKE peer that says what a recorded device said: what both versions share */
#include "peer/peer.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/random.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "dissect/describe.h"
#include "ipsec/alg.h"
#include "ipsec/id.h"
#include "peer/offer.h"
#include "peer/peer_parts.h"

#define GROUP_X448 32 /* its private key has 56 octets (RFC 8031) */

struct slice peer_keep(struct peer *peer, struct slice bytes)
{
	return (struct slice){ bytes.length ? arena_memdup(peer->arena, bytes.bytes,
							   bytes.length)
					    : NULL,
			       bytes.length };
}

struct slice peer_random(struct peer *peer, size_t length)
{
	uint8_t *bytes = arena_alloc(peer->arena, length ? length : 1);

	for (size_t at = 0; at < length;) {
		ssize_t got = getrandom(bytes + at, length - at, 0);

		if (got > 0)
			at += (size_t)got;
	}
	return (struct slice){ bytes, length };
}

void peer_end(struct peer *peer, enum peer_state state, const char *format, ...)
{
	va_list ap;

	if (peer->state == PEER_REFUSES || peer->state == PEER_IS_REFUSED)
		return; /* the first reason counts */
	peer->state = state;
	va_start(ap, format);
	buf_vprintf(&peer->why, format, ap);
	va_end(ap);
}

/* ------------------------------------------------------------ Diffie-Hellman */

bool half_begin(struct peer *peer, struct half *half, unsigned int group)
{
	uint8_t value[DH_SIZE_MAX];
	size_t length;

	half->exponent = peer_random(peer, group == GROUP_X448 ? 56 : 32);
	half->group = group;
	length = dh_public(group, half->exponent, value);
	half->own = peer_keep(peer, (struct slice){ value, length });
	half->nonce = peer_random(peer, NONCE_SIZE);
	return length;
}

bool half_end(struct peer *peer, struct half *half, struct slice value)
{
	uint8_t shared[DH_SIZE_MAX];
	size_t length = dh_shared(half->group, half->exponent, value, shared);

	half->other = peer_keep(peer, value);
	half->shared = peer_keep(peer, (struct slice){ shared, length });
	OPENSSL_cleanse(shared, sizeof(shared));
	return length;
}

/* ------------------------------------------------------------ checks */

const struct ike_payload *peer_want(struct peer *peer, unsigned int type,
				    const char *what)
{
	const struct ike_payload *payload = ike_payload_find(&peer->message, type, 0);

	if (payload && payload->fault < IKE_FAULT_SHORT_BODY)
		return payload;
	peer_end(peer, PEER_REFUSES, "%s is %s", what, payload ? "malformed" : "missing");
	return NULL;
}

static bool is_name(uint8_t type)
{
	return type == ID_TYPE_FQDN || type == ID_TYPE_USER_FQDN ||
	       type == ID_TYPE_KEY_ID;
}

/* Names are compared whatever their case, as the devices do. */
static bool is_same_id(struct slice a, struct slice b)
{
	size_t length = a.length;

	if (length < 4 || b.length != length || a.bytes[0] != b.bytes[0])
		return false;
	if (a.bytes[0] == ID_TYPE_KEY_ID)
		return !memcmp(a.bytes + 4, b.bytes + 4, length - 4);
	return !strncasecmp((const char *)a.bytes + 4, (const char *)b.bytes + 4,
			    length - 4);
}

static void put_id(struct slice id, struct buf *out)
{
	buf_puts(out, id_type_name(id.bytes[0]));
	buf_putc(out, ' ');
	if (is_name(id.bytes[0]))
		describe_bytes_as_text((struct slice){ id.bytes + 4, id.length - 4 },
				       out);
	else if (id.bytes[0] == ID_TYPE_IPV4_ADDR || id.bytes[0] == ID_TYPE_IPV6_ADDR)
		describe_address((struct slice){ id.bytes + 4, id.length - 4 }, out);
	else
		describe_hex((struct slice){ id.bytes + 4, id.length - 4 }, 32, out);
}

bool peer_knows(struct peer *peer, struct slice id)
{
	struct slice expected = peer->says->expected_id;
	struct buf _cleanup_buf_ text = { 0 };

	if (expected.length < 4 || !is_name(expected.bytes[0]) ||
	    is_same_id(expected, id))
		return true;
	buf_puts(&text, "identity: it says ");
	if (id.length >= 4)
		put_id(id, &text);
	buf_puts(&text, ", the recorded one ");
	put_id(expected, &text);
	peer_end(peer, PEER_REFUSES, "%s", buf_text(&text));
	return false;
}

/* A network of an ID payload as addresses from first to last; false: none. */
static bool id_range(struct slice id, struct slice *ret_head, uint8_t first[16],
		     uint8_t last[16], size_t *ret_size)
{
	struct slice data = { id.bytes + 4, id.length - 4 };
	size_t size;
	uint8_t type;

	if (id.length < 8)
		return false;
	type = id.bytes[0];
	size = type == ID_TYPE_IPV6_ADDR || type == ID_TYPE_IPV6_ADDR_SUBNET ||
			       type == ID_TYPE_IPV6_ADDR_RANGE
		       ? 16
		       : 4;
	*ret_head = (struct slice){ id.bytes + 1, 3 }; /* protocol and port */
	*ret_size = size;
	if ((type == ID_TYPE_IPV4_ADDR || type == ID_TYPE_IPV6_ADDR) &&
	    data.length == size) {
		memcpy(first, data.bytes, size);
		memcpy(last, data.bytes, size);
		return true;
	}
	if (data.length != 2 * size)
		return false;
	memcpy(first, data.bytes, size);
	memcpy(last, data.bytes + size, size);
	if (type == ID_TYPE_IPV4_ADDR_SUBNET || type == ID_TYPE_IPV6_ADDR_SUBNET)
		for (size_t i = 0; i < size; i++) {
			uint8_t mask = last[i];

			first[i] &= mask;
			last[i] = (uint8_t)(first[i] | ~mask);
		}
	return true;
}

/* Bodies of TS payloads are compared as they are, of ID payloads as networks. */
static bool is_same_network(int version, struct slice a, struct slice b)
{
	uint8_t a_first[16], a_last[16], b_first[16], b_last[16];
	struct slice a_head, b_head;
	size_t a_size, b_size;

	if (version == 2 || slice_equal(a, b))
		return slice_equal(a, b);
	return id_range(a, &a_head, a_first, a_last, &a_size) &&
	       id_range(b, &b_head, b_first, b_last, &b_size) && a_size == b_size &&
	       slice_equal(a_head, b_head) && !memcmp(a_first, b_first, a_size) &&
	       !memcmp(a_last, b_last, a_size);
}

int peer_child_of(const struct peer *peer, struct slice local, struct slice remote)
{
	const struct peer_says *says = peer->says;

	if (!says->child_count)
		return 0;
	for (unsigned int i = 0; i < says->child_count; i++)
		if ((!says->children[i].local.length &&
		     !says->children[i].remote.length) ||
		    (is_same_network(says->version, says->children[i].local, local) &&
		     is_same_network(says->version, says->children[i].remote, remote)))
			return (int)i;
	return -1;
}

bool peer_checks_choice(struct peer *peer, struct slice offer, struct slice choice,
			bool is_child)
{
	_cleanup_(ike_message_done) struct ike_message offered = { 0 }, chosen = { 0 };
	struct buf _cleanup_buf_ a = { 0 }, b = { 0 }, why = { 0 };

	offer_dissect(peer->says->version, offer, &a, &offered);
	offer_dissect(peer->says->version, choice, &b, &chosen);
	if (offer_has(&offered, &chosen, is_child, &why))
		return true;
	peer_end(peer, PEER_REFUSES, "it chose what was not offered: %s", buf_text(&why));
	return false;
}

/* ------------------------------------------------------------ what is public */

int peer_new(struct crypto *crypto, const struct peer_says *says, bool is_responder,
	     struct peer **ret_peer, struct err *err)
{
	struct peer *peer = calloc(1, sizeof(*peer));
	struct slice spi;

	if (!peer)
		return err_sys(err, ENOMEM, "peer");
	peer->crypto = crypto;
	peer->says = says;
	peer->is_responder = is_responder;
	peer->arena = arena_new();
	arena_set_secret(peer->arena);
	peer->keyring = keyring_new();
	spi = peer_random(peer, IKE_SPI_SIZE);
	memcpy(peer->spis + (is_responder ? IKE_SPI_SIZE : 0), spi.bytes, IKE_SPI_SIZE);
	peer->spis[is_responder ? IKE_SPI_SIZE : 0] |= 1; /* zero is none */
	if (!is_responder && (says->version == 2 || says->is_aggressive) &&
	    !half_begin(peer, &peer->half, says->group)) {
		peer_free(peer);
		return err_set(err, ENOTSUP, "no KE of group %u can be made here",
			       says->group);
	}
	*ret_peer = peer;
	return 0;
}

void peer_free(struct peer *peer)
{
	if (!peer)
		return;
	keyring_free(peer->keyring);
	ike_message_done(&peer->message);
	buf_wipe(&peer->last_in);
	buf_wipe(&peer->last_out);
	buf_done(&peer->why);
	arena_free(peer->arena);
	OPENSSL_cleanse(peer, sizeof(*peer));
	free(peer);
}

void peer_begin(struct peer *peer, struct buf *out)
{
	if (peer->says->version == 2)
		peer_v2_begin(peer, out);
	else
		peer_v1_begin(peer, out);
}

static bool is_again(const struct peer *peer, struct slice message)
{
	return peer->last_in.length && slice_equal(slice_of(&peer->last_in), message);
}

/* Of this IKE SA, or as responder the first of one? */
static bool is_ours(const struct peer *peer)
{
	static const uint8_t none[IKE_SPI_SIZE];
	const uint8_t *spis = peer->message.header.spis;

	if (peer->is_responder && !memcmp(peer->spis, none, IKE_SPI_SIZE))
		return !memcmp(spis + IKE_SPI_SIZE, none, IKE_SPI_SIZE);
	return !memcmp(spis, peer->spis, IKE_SPI_SIZE);
}

void peer_take(struct peer *peer, struct slice message, struct buf *out)
{
	size_t before = out->length;

	if (peer->state == PEER_REFUSES || peer->state == PEER_IS_REFUSED)
		return;
	if (is_again(peer, message)) {
		if (peer->last_out.length)
			buf_add(out, peer->last_out.data, peer->last_out.length);
		return;
	}
	if (ike_dissect(message, false, &peer->message) ||
	    peer->message.fault >= IKE_FAULT_BEYOND || !is_ours(peer) ||
	    peer->message.header.major != (unsigned int)peer->says->version)
		return;
	buf_wipe(&peer->last_in);
	buf_wipe(&peer->last_out);
	buf_add(&peer->last_in, message.bytes, message.length);
	/* Read from the copy: the payloads live as long as it does. */
	(void)ike_dissect(slice_of(&peer->last_in), false, &peer->message);
	if (peer->says->version == 2)
		peer_v2_take(peer, out);
	else
		peer_v1_take(peer, out);
	if (out->length > before)
		buf_add(&peer->last_out, out->data + before, out->length - before);
}

enum peer_state peer_state(const struct peer *peer)
{
	return peer->state;
}

enum peer_stage peer_stage(const struct peer *peer)
{
	return peer->stage;
}

unsigned int peer_children_up(const struct peer *peer)
{
	return peer->children_up;
}

const char *peer_why(const struct peer *peer)
{
	return buf_text(&peer->why);
}

const char *peer_stage_name(int version, enum peer_stage stage)
{
	static const char *const names[][2] = {
		[PEER_STAGE_PROPOSAL] = { "phase 1, proposal", "IKE_SA_INIT" },
		[PEER_STAGE_KEYS] = { "phase 1, keys", "IKE_SA_INIT" },
		[PEER_STAGE_AUTH] = { "phase 1, authentication", "IKE_AUTH" },
		[PEER_STAGE_CHILD] = { "quick mode", "IKE_AUTH, child" },
		[PEER_STAGE_REKEY] = { "quick mode", "CREATE_CHILD_SA" },
		[PEER_STAGE_UP] = { "the end of quick mode", "the end of IKE_AUTH" },
	};

	return names[stage][version == 2];
}
