// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * peer_quick.c - quick mode of IKEv1 (RFC 2409 5.5), one child after the other
 *
 *	1  HASH(1) SA Ni [KE] [IDci IDcr] -->
 *	2     <--  HASH(2) SA Nr [KE] [IDci IDcr]
 *	3  HASH(3)                        -->
 *
 *	HASH(1) = prf(SKEYID_a, M-ID | rest)
 *	HASH(2) = prf(SKEYID_a, M-ID | Ni | rest)
 *	HASH(3) = prf(SKEYID_a, 0 | M-ID | Ni | Nr)
 */
#include <openssl/crypto.h>

#include "base/cleanup.h"
#include "peer/offer.h"
#include "peer/peer_parts.h"

#define SPI_SIZE 4 /* of ESP */

static const struct peer_child *child_of(const struct peer *peer)
{
	static const struct peer_child any;

	return peer->quick.child < peer->says->child_count
		       ? &peer->says->children[peer->quick.child]
		       : &any;
}

/* HASH over the chain, then the chain. */
static void send_hashed(struct peer *peer, struct slice before, const struct chain *rest,
			struct buf *out)
{
	struct slice parts[] = { before, slice_of(&rest->bytes) };
	struct chain _cleanup_chain_ chain = { 0 };
	uint8_t hash[CRYPTO_HASH_MAX];
	size_t length = peer_v1_hash(peer, peer->quick.message_id, parts,
				     ARRAY_SIZE(parts), hash);

	chain_add_one(&chain, V1_PAYLOAD_HASH, (struct slice){ hash, length });
	chain_join(&chain, rest);
	peer_v1_send(peer, V1_EXCHANGE_QUICK, peer->quick.message_id, &chain, out);
}

static void add_networks(struct chain *chain, struct slice i, struct slice r)
{
	if (!i.length || !r.length)
		return;
	chain_add_one(chain, V1_PAYLOAD_ID, i);
	chain_add_one(chain, V1_PAYLOAD_ID, r);
}

void peer_quick_begin(struct peer *peer, struct buf *out)
{
	struct quick *quick = &peer->quick;
	struct chain _cleanup_chain_ rest = { 0 };
	const struct peer_child *child;
	struct slice id = peer_random(peer, 4);

	*quick = (struct quick){ .is_open = true,
				 .message_id = be32(id.bytes) | 1,
				 .child = peer->children_up };
	child = child_of(peer);
	quick->offer = child->sa;
	if (!half_begin(peer, &quick->half, child->pfs ? child->pfs : peer->sa.group)) {
		peer_end(peer, PEER_REFUSES, "no KE of group %u can be made", child->pfs);
		return;
	}
	quick->ni = quick->half.nonce;
	chain_add_one(&rest, V1_PAYLOAD_SA, quick->offer);
	chain_add_one(&rest, V1_PAYLOAD_NONCE, quick->ni);
	if (child->pfs)
		chain_add_one(&rest, V1_PAYLOAD_KE, quick->half.own);
	add_networks(&rest, child->local, child->remote);
	send_hashed(peer, (struct slice){ 0 }, &rest, out);
}

/* ------------------------------------------------------------ what came */

/* Behind HASH, all payloads as they were. */
static struct slice rest_of(const struct ike_message *message)
{
	const struct ike_payload *last = &message->payload[message->payloads - 1];
	const uint8_t *from =
		message->payload[0].whole.bytes + message->payload[0].whole.length;
	const uint8_t *to = last->whole.bytes + last->whole.length;

	return (struct slice){ from, to > from ? (size_t)(to - from) : 0 };
}

static bool is_hash_right(struct peer *peer, const struct slice *parts, size_t count,
			  bool is_third)
{
	const struct ike_message *message = &peer->message;
	uint8_t expected[CRYPTO_HASH_MAX], id[4];
	struct slice third[4] = { { (const uint8_t *)"", 1 }, { id, 4 } };
	size_t length;

	memcpy(id, message->whole.bytes + 20, sizeof(id));
	if (is_third) {
		memcpy(third + 2, parts, 2 * sizeof(*parts));
		length = crypto_prf(peer->crypto, peer->sa.hash, peer->sa.skeyid_a, third,
				    4, expected);
	} else {
		length = peer_v1_hash(peer, message->header.message_id, parts, count,
				      expected);
	}
	return length && message->payloads &&
	       message->payload[0].type == V1_PAYLOAD_HASH &&
	       message->payload[0].body.length == length &&
	       !CRYPTO_memcmp(message->payload[0].body.bytes, expected, length);
}

/* IDci and IDcr; both empty: not sent. */
static void networks_of(const struct ike_message *message, struct slice *ret_i,
			struct slice *ret_r)
{
	const struct ike_payload *i = ike_payload_find(message, V1_PAYLOAD_ID, 0);
	const struct ike_payload *r =
		i ? ike_payload_find(message, V1_PAYLOAD_ID,
				     (uint32_t)(i - message->payload) + 1)
		  : NULL;

	*ret_i = i && r ? i->body : (struct slice){ 0 };
	*ret_r = i && r ? r->body : (struct slice){ 0 };
}

/* The KE of the other end, where there is to be one. */
static bool take_ke(struct peer *peer, bool is_wanted)
{
	const struct ike_payload *ke = ike_payload_find(&peer->message, V1_PAYLOAD_KE, 0);

	if (is_wanted != (ke != NULL)) {
		peer_end(peer, PEER_REFUSES, "PFS: %s",
			 ke ? "it has a KE payload, and none is wanted"
			    : "it has no KE payload");
		return false;
	}
	if (ke && !half_end(peer, &peer->quick.half, ke->body)) {
		peer_end(peer, PEER_REFUSES, "PFS: its KE is no value of group %u",
			 peer->quick.half.group);
		return false;
	}
	return true;
}

static void child_is_up(struct peer *peer)
{
	peer->quick.is_open = false;
	peer->children_up++;
	if (peer->is_responder || peer->children_up >= peer->says->child_count) {
		peer->stage = PEER_STAGE_UP;
		peer->state = PEER_IS_UP;
	}
}

static void take_second(struct peer *peer, struct buf *out)
{
	struct quick *quick = &peer->quick;
	const struct peer_child *child = child_of(peer);
	const struct ike_payload *sa = peer_want(peer, V1_PAYLOAD_SA, "the SA payload");
	const struct ike_payload *nonce = peer_want(peer, V1_PAYLOAD_NONCE, "the nonce");
	struct slice parts[] = { quick->ni, { 0 } }, i, r;
	struct chain _cleanup_chain_ chain = { 0 };
	uint8_t hash[CRYPTO_HASH_MAX], zero = 0;
	uint32_t id = peer->quick.message_id;
	uint8_t id_bytes[4] = { (uint8_t)(id >> 24), (uint8_t)(id >> 16),
				(uint8_t)(id >> 8), (uint8_t)id };
	struct slice third[] = { { &zero, 1 }, { id_bytes, 4 }, quick->ni, { 0 } };

	if (!sa || !nonce)
		return;
	parts[1] = rest_of(&peer->message);
	if (!is_hash_right(peer, parts, 2, false)) {
		peer_end(peer, PEER_REFUSES, "its HASH(2) is wrong");
		return;
	}
	if (!peer_checks_choice(peer, quick->offer, sa->body, true) ||
	    !take_ke(peer, child->pfs))
		return;
	networks_of(&peer->message, &i, &r);
	if (i.length && peer_child_of(peer, i, r) < 0) {
		peer_end(peer, PEER_REFUSES, "networks: it answers with others");
		return;
	}
	third[3] = nonce->body;
	chain_add_one(
		&chain, V1_PAYLOAD_HASH,
		(struct slice){ hash, crypto_prf(peer->crypto, peer->sa.hash,
						 peer->sa.skeyid_a, third, 4, hash) });
	peer_v1_send(peer, V1_EXCHANGE_QUICK, id, &chain, out);
	child_is_up(peer);
	if (peer->state == PEER_WAITS)
		peer_quick_begin(peer, out);
}

/* Our choice of its offer, with an SPI of our own. */
static bool choose(struct peer *peer, const struct peer_child *child, struct buf *body)
{
	_cleanup_(ike_message_done) struct ike_message offer = { 0 }, wanted = { 0 };
	struct buf _cleanup_buf_ a = { 0 }, b = { 0 }, why = { 0 };
	const struct ike_payload *sa = peer_want(peer, V1_PAYLOAD_SA, "the SA payload");

	if (!sa)
		return false;
	offer_dissect(1, sa->body, &a, &offer);
	if (child->sa.length)
		offer_dissect(1, child->sa, &b, &wanted);
	if (offer_choose(&offer, child->sa.length ? &wanted : NULL, true,
			 peer_random(peer, SPI_SIZE), body, &why))
		return true;
	peer_end(peer, PEER_REFUSES, "proposal: %s", buf_text(&why));
	return false;
}

static void take_first(struct peer *peer, struct buf *out)
{
	struct quick *quick = &peer->quick;
	struct slice parts[] = { rest_of(&peer->message), { 0 } }, i, r;
	struct chain _cleanup_chain_ rest = { 0 };
	struct buf _cleanup_buf_ body = { 0 };
	const struct ike_payload *nonce = peer_want(peer, V1_PAYLOAD_NONCE, "the nonce");
	const struct ike_payload *ke = ike_payload_find(&peer->message, V1_PAYLOAD_KE, 0);
	const struct peer_child *child;
	int number;

	if (!nonce)
		return;
	if (!is_hash_right(peer, parts, 1, false)) {
		peer_end(peer, PEER_REFUSES, "its HASH(1) is wrong");
		return;
	}
	networks_of(&peer->message, &i, &r);
	number = peer_child_of(peer, r, i);
	if (number < 0) {
		peer_end(peer, PEER_REFUSES, "networks: it wants others than recorded");
		return;
	}
	*quick = (struct quick){ .is_open = true,
				 .message_id = peer->message.header.message_id,
				 .child = (unsigned int)number };
	child = child_of(peer);
	if (!choose(peer, child, &body))
		return;
	quick->half.group = child->pfs;
	if (!half_begin(peer, &quick->half,
			child->pfs ? child->pfs
				   : offer_group(slice_of(&body), peer->sa.group)) ||
	    !take_ke(peer, child->sa.length ? child->pfs : ke != NULL))
		return;
	quick->ni = peer_keep(peer, nonce->body);
	quick->nr = quick->half.nonce;
	chain_add_one(&rest, V1_PAYLOAD_SA, slice_of(&body));
	chain_add_one(&rest, V1_PAYLOAD_NONCE, quick->nr);
	if (ke)
		chain_add_one(&rest, V1_PAYLOAD_KE, quick->half.own);
	add_networks(&rest, i, r);
	send_hashed(peer, quick->ni, &rest, out);
}

static void take_third(struct peer *peer)
{
	struct slice parts[] = { peer->quick.ni, peer->quick.nr };

	if (is_hash_right(peer, parts, 2, true))
		child_is_up(peer);
	else
		peer_end(peer, PEER_REFUSES, "its HASH(3) is wrong");
}

void peer_quick_take(struct peer *peer, struct buf *out)
{
	bool is_ours = peer->quick.is_open &&
		       peer->message.header.message_id == peer->quick.message_id;

	if (!peer->message.payloads)
		return;
	if (!peer->is_responder && is_ours)
		take_second(peer, out);
	else if (peer->is_responder && is_ours)
		take_third(peer);
	else if (peer->is_responder)
		take_first(peer, out);
}
