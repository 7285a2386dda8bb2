// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * peer_v1.c - phase 1 of IKEv1, main and aggressive mode (RFC 2409 5.4)
 *
 *	main mode		    aggressive mode
 *	1  SA          -->	    1  SA KE Ni IDii            -->
 *	2     <--      SA	    2  <--  SA KE Nr IDir HASH_R
 *	3  KE Ni       -->	    3  HASH_I                   -->
 *	4     <--   KE Nr
 *	5  IDii HASH_I --> (*)	    (*) and all that follows encrypted
 *	6  <-- IDir HASH_R (*)
 */
#include <openssl/crypto.h>

#include "base/cleanup.h"
#include "device/wire.h"
#include "dissect/session.h"
#include "ipsec/alg.h"
#include "peer/offer.h"
#include "peer/peer_parts.h"

#define VERSION_1 0x10

static const uint8_t nat_t_id[] = { /* RFC 3947 3.1 */
				    0x4a, 0x13, 0x1c, 0x81, 0x07, 0x03, 0x58, 0x45,
				    0x5c, 0x57, 0x28, 0xf2, 0x0e, 0x95, 0x45, 0x2f
};

/* ------------------------------------------------------------ sending */

size_t peer_v1_hash(struct peer *peer, uint32_t message_id, const struct slice *parts,
		    size_t count, uint8_t ret[static CRYPTO_HASH_MAX])
{
	uint8_t id[4] = { (uint8_t)(message_id >> 24), (uint8_t)(message_id >> 16),
			  (uint8_t)(message_id >> 8), (uint8_t)message_id };
	struct slice all[4] = { { id, sizeof(id) } };

	for (size_t i = 0; i < count && i + 1 < ARRAY_SIZE(all); i++)
		all[i + 1] = parts[i];
	return crypto_prf(peer->crypto, peer->sa.hash, peer->sa.skeyid_a, all, count + 1,
			  ret);
}

void peer_v1_send(struct peer *peer, uint8_t exchange, uint32_t message_id,
		  const struct chain *chain, struct buf *out)
{
	struct chain_header header = { .spis = peer->spis,
				       .version = VERSION_1,
				       .exchange = exchange,
				       .message_id = message_id };
	size_t block, length;
	uint8_t *text;

	if (!peer->is_encrypted) {
		chain_message(&header, chain->first, slice_of(&chain->bytes), out);
		return;
	}
	block = crypto_sizes(peer->sa.encr, NULL).block;
	length = (chain->bytes.length + block - 1) / block * block;
	text = arena_alloc(peer->arena, 2 * length); /* zeros: the padding */
	memcpy(text, chain->bytes.data, chain->bytes.length);
	if (ikev1_encrypt(peer->crypto, &peer->sa, message_id,
			  exchange == V1_EXCHANGE_INFORMATIONAL,
			  (struct slice){ text, length }, text + length)) {
		peer_end(peer, PEER_REFUSES, "its own message cannot be encrypted");
		return;
	}
	header.flags = IKE_V1_FLAG_ENCRYPTED;
	chain_message(&header, chain->first, (struct slice){ text + length, length },
		      out);
}

static uint8_t exchange_of(const struct peer *peer)
{
	return peer->says->is_aggressive ? V1_EXCHANGE_AGGRESSIVE : V1_EXCHANGE_MAIN;
}

static void add_vendor_ids(const struct peer *peer, struct chain *chain)
{
	struct slice nat_t = { nat_t_id, sizeof(nat_t_id) };
	bool has_nat_t = false;

	for (unsigned int i = 0; i < peer->says->vendor_id_count; i++) {
		chain_add_one(chain, V1_PAYLOAD_VENDOR_ID, peer->says->vendor_ids[i]);
		has_nat_t |= slice_equal(peer->says->vendor_ids[i], nat_t);
	}
	if (!has_nat_t)
		chain_add_one(chain, V1_PAYLOAD_VENDOR_ID, nat_t);
}

/* Two hashes of nothing: each end is behind a NAT. */
static void add_nat_d(struct peer *peer, struct chain *chain)
{
	for (int i = 0; i < 2; i++)
		chain_add_one(chain, V1_PAYLOAD_NAT_D,
			      peer_random(peer, crypto_hash_size(peer->sa.hash)));
}

static void add_keys(const struct peer *peer, struct chain *chain)
{
	chain_add_one(chain, V1_PAYLOAD_KE, peer->half.own);
	chain_add_one(chain, V1_PAYLOAD_NONCE, peer->half.nonce);
}

static void add_hash(struct peer *peer, struct chain *chain)
{
	uint8_t hash[CRYPTO_HASH_MAX];
	size_t length = ikev1_hash_of_psk(peer->crypto, &peer->sa, peer->is_responder,
					  peer->says->psk, hash);

	chain_add_one(chain, V1_PAYLOAD_HASH, (struct slice){ hash, length });
}

/* ------------------------------------------------------------ what came */

/* As initiator: the other end's choice; as responder: ours of its offer. */
static bool take_sa(struct peer *peer)
{
	const struct ike_payload *sa = peer_want(peer, V1_PAYLOAD_SA, "the SA payload");
	_cleanup_(ike_message_done) struct ike_message wanted = { 0 }, chosen = { 0 };
	struct buf _cleanup_buf_ a = { 0 }, b = { 0 }, why = { 0 }, body = { 0 };
	bool has_wish = peer->says->sa.length;

	if (!sa)
		return false;
	if (!peer->is_responder) {
		peer->choice = peer_keep(peer, sa->body);
		if (!peer_checks_choice(peer, peer->says->sa, peer->choice, false))
			return false;
		session_ikev1_choose(&peer->sa, &peer->message, sa);
		peer->sa.sai = peer->says->sa;
	} else {
		if (has_wish)
			offer_dissect(1, peer->says->sa, &a, &wanted);
		if (!offer_choose(&peer->message, has_wish ? &wanted : NULL, false,
				  (struct slice){ 0 }, &body, &why)) {
			peer_end(peer, PEER_REFUSES, "%s", buf_text(&why));
			return false;
		}
		peer->sa.sai = peer_keep(peer, sa->body);
		peer->choice = peer_keep(peer, slice_of(&body));
		offer_dissect(1, peer->choice, &b, &chosen);
		session_ikev1_choose(&peer->sa, &chosen,
				     ike_payload_find(&chosen, V1_PAYLOAD_SA, 0));
	}
	if (!peer->sa.hash || !peer->sa.encr || !peer->sa.group) {
		peer_end(peer, PEER_REFUSES, "an algorithm that is not spoken here");
		return false;
	}
	return true;
}

/* KE and nonce of the other end, and all keys. */
static bool take_keys(struct peer *peer)
{
	const struct ike_payload *ke = peer_want(peer, V1_PAYLOAD_KE, "the KE payload");
	const struct ike_payload *nonce = peer_want(peer, V1_PAYLOAD_NONCE, "the nonce");
	struct half *half = &peer->half;
	struct ikev1_sa *sa = &peer->sa;

	if (!ke || !nonce)
		return false;
	if (!half->own.length && !half_begin(peer, half, sa->group)) {
		peer_end(peer, PEER_REFUSES, "no KE of group %u can be made", sa->group);
		return false;
	}
	if (half->group != sa->group || !half_end(peer, half, ke->body)) {
		peer_end(peer, PEER_REFUSES, "its KE is no value of group %u", sa->group);
		return false;
	}
	half->other_nonce = peer_keep(peer, nonce->body);
	memcpy(sa->cookies, peer->spis, sizeof(sa->cookies));
	sa->gxi = peer->is_responder ? half->other : half->own;
	sa->gxr = peer->is_responder ? half->own : half->other;
	sa->ni = peer->is_responder ? half->other_nonce : half->nonce;
	sa->nr = peer->is_responder ? half->nonce : half->other_nonce;
	if (ikev1_derive(peer->crypto, sa, peer->says->psk, half->shared, &peer->keys)) {
		peer_end(peer, PEER_REFUSES, "no keys can be made");
		return false;
	}
	sa->key = (struct slice){ peer->keys.ka, peer->keys.ka_length };
	sa->skeyid_a = (struct slice){ peer->keys.skeyid_a, peer->keys.length };
	sa->skeyid_d = (struct slice){ peer->keys.skeyid_d, peer->keys.length };
	keyring_add_ikev1(
		peer->keyring,
		&(struct ikev1_key){ .cookie_i = be64(peer->spis), .key = sa->key });
	*(peer->is_responder ? &sa->idr : &sa->idi) = peer->says->id;
	return true;
}

static bool take_id(struct peer *peer)
{
	const struct ike_payload *id = peer_want(peer, V1_PAYLOAD_ID, "the identity");

	if (!id)
		return false;
	*(peer->is_responder ? &peer->sa.idi : &peer->sa.idr) = peer_keep(peer, id->body);
	return true;
}

static bool take_hash(struct peer *peer)
{
	const struct ike_payload *hash = peer_want(peer, V1_PAYLOAD_HASH, "HASH");
	uint8_t expected[CRYPTO_HASH_MAX];
	size_t length;

	if (!hash)
		return false;
	length = ikev1_hash_of_psk(peer->crypto, &peer->sa, !peer->is_responder,
				   peer->says->psk, expected);
	if (!length || length != hash->body.length ||
	    CRYPTO_memcmp(expected, hash->body.bytes, length) != 0) {
		peer_end(peer, PEER_REFUSES, "pre-shared key: its %s is not made with it",
			 peer->is_responder ? "HASH_I" : "HASH_R");
		return false;
	}
	return peer_knows(peer, peer->is_responder ? peer->sa.idi : peer->sa.idr);
}

/* ------------------------------------------------------------ the modes */

void peer_v1_begin(struct peer *peer, struct buf *out)
{
	struct chain _cleanup_chain_ chain = { 0 };

	chain_add_one(&chain, V1_PAYLOAD_SA, peer->says->sa);
	if (peer->says->is_aggressive) {
		add_keys(peer, &chain);
		chain_add_one(&chain, V1_PAYLOAD_ID, peer->says->id);
	}
	add_vendor_ids(peer, &chain);
	peer_v1_send(peer, exchange_of(peer), 0, &chain, out);
}

static void go_on_to_children(struct peer *peer, struct buf *out)
{
	peer->stage = PEER_STAGE_CHILD;
	if (!peer->is_responder)
		peer_quick_begin(peer, out);
}

static void main_initiator(struct peer *peer, struct buf *out)
{
	struct chain _cleanup_chain_ chain = { 0 };

	switch (peer->taken) {
	case 0:
		if (!take_sa(peer))
			return;
		peer->stage = PEER_STAGE_KEYS;
		if (!half_begin(peer, &peer->half, peer->sa.group)) {
			peer_end(peer, PEER_REFUSES, "no KE of group %u can be made",
				 peer->sa.group);
			return;
		}
		add_keys(peer, &chain);
		add_nat_d(peer, &chain);
		break;
	case 1:
		if (!take_keys(peer))
			return;
		peer->stage = PEER_STAGE_AUTH;
		peer->is_encrypted = true;
		chain_add_one(&chain, V1_PAYLOAD_ID, peer->says->id);
		add_hash(peer, &chain);
		break;
	case 2:
		if (take_id(peer) && take_hash(peer))
			go_on_to_children(peer, out);
		return;
	default:
		return;
	}
	peer_v1_send(peer, V1_EXCHANGE_MAIN, 0, &chain, out);
}

static void main_responder(struct peer *peer, struct buf *out)
{
	struct chain _cleanup_chain_ chain = { 0 };

	switch (peer->taken) {
	case 0:
		if (!take_sa(peer))
			return;
		peer->stage = PEER_STAGE_KEYS;
		chain_add_one(&chain, V1_PAYLOAD_SA, peer->choice);
		add_vendor_ids(peer, &chain);
		break;
	case 1:
		if (!take_keys(peer))
			return;
		peer->stage = PEER_STAGE_AUTH;
		add_keys(peer, &chain);
		add_nat_d(peer, &chain);
		break;
	case 2:
		if (!take_id(peer) || !take_hash(peer))
			return;
		peer->is_encrypted = true;
		chain_add_one(&chain, V1_PAYLOAD_ID, peer->says->id);
		add_hash(peer, &chain);
		break;
	default:
		return;
	}
	peer_v1_send(peer, V1_EXCHANGE_MAIN, 0, &chain, out);
	if (peer->taken == 2)
		go_on_to_children(peer, out);
}

static void aggressive_initiator(struct peer *peer, struct buf *out)
{
	struct chain _cleanup_chain_ chain = { 0 };

	if (peer->taken || !take_sa(peer))
		return;
	peer->stage = PEER_STAGE_AUTH;
	if (!take_keys(peer) || !take_id(peer) || !take_hash(peer))
		return;
	peer->is_encrypted = true;
	add_hash(peer, &chain);
	add_nat_d(peer, &chain);
	peer_v1_send(peer, V1_EXCHANGE_AGGRESSIVE, 0, &chain, out);
	go_on_to_children(peer, out);
}

static void aggressive_responder(struct peer *peer, struct buf *out)
{
	struct chain _cleanup_chain_ chain = { 0 };

	if (peer->taken == 1) {
		if (take_hash(peer)) {
			peer->is_encrypted = true;
			go_on_to_children(peer, out);
		}
		return;
	}
	if (peer->taken || !take_sa(peer))
		return;
	peer->stage = PEER_STAGE_AUTH;
	if (!take_keys(peer) || !take_id(peer))
		return;
	chain_add_one(&chain, V1_PAYLOAD_SA, peer->choice);
	add_keys(peer, &chain);
	chain_add_one(&chain, V1_PAYLOAD_ID, peer->says->id);
	add_hash(peer, &chain);
	add_vendor_ids(peer, &chain);
	add_nat_d(peer, &chain);
	peer_v1_send(peer, V1_EXCHANGE_AGGRESSIVE, 0, &chain, out);
}

/* ------------------------------------------------------------ what came, by kind */

static void take_notify(struct peer *peer)
{
	for (uint32_t i = 0; i < peer->message.payloads; i++) {
		const struct ike_payload *payload = &peer->message.payload[i];

		if (payload->type == V1_PAYLOAD_DELETE && peer->state != PEER_IS_UP)
			peer_end(peer, PEER_IS_REFUSED, "it deletes the SA again");
		if (payload->type != V1_PAYLOAD_NOTIFY ||
		    payload->fault >= IKE_FAULT_SHORT_BODY ||
		    payload->notify.type > NOTIFY_V1_ERROR_LAST ||
		    peer->state == PEER_IS_UP)
			continue;
		peer_end(peer, PEER_IS_REFUSED, "it answers %s",
			 wire_notify_text(false, payload->notify.type).s);
	}
}

/* In clear, or decrypted; false: neither. */
static bool decrypt(struct peer *peer)
{
	struct ike_message *message = &peer->message;
	uint8_t *plain;
	int status;

	if (!message->is_encrypted)
		return true;
	plain = arena_alloc(peer->arena, message->encrypted.length + 1);
	status = ikev1_decrypt(peer->crypto, peer->keyring, &peer->sa, message, plain);
	if (!status) {
		ike_dissect_decrypted(message, message->header.next_payload,
				      (struct slice){ plain, message->encrypted.length });
		return true;
	}
	if (peer->stage == PEER_STAGE_AUTH)
		peer_end(peer, PEER_REFUSES,
			 "pre-shared key: its message cannot be decrypted, so it has "
			 "another one");
	return false;
}

static void take_phase_1(struct peer *peer, struct buf *out)
{
	if (peer->says->is_aggressive)
		(peer->is_responder ? aggressive_responder : aggressive_initiator)(peer,
										   out);
	else
		(peer->is_responder ? main_responder : main_initiator)(peer, out);
	peer->taken++;
}

void peer_v1_take(struct peer *peer, struct buf *out)
{
	const struct ike_header *header = &peer->message.header;

	if (header->exchange == V1_EXCHANGE_MAIN ||
	    header->exchange == V1_EXCHANGE_AGGRESSIVE) {
		if (header->exchange != exchange_of(peer)) {
			peer_end(peer, PEER_REFUSES, "it speaks %s mode",
				 header->exchange == V1_EXCHANGE_MAIN ? "main"
								      : "aggressive");
			return;
		}
		memcpy(peer->spis + (peer->is_responder ? 0 : IKE_SPI_SIZE),
		       header->spis + (peer->is_responder ? 0 : IKE_SPI_SIZE),
		       IKE_SPI_SIZE);
	}
	if (!decrypt(peer))
		return;
	switch (header->exchange) {
	case V1_EXCHANGE_MAIN:
	case V1_EXCHANGE_AGGRESSIVE:
		take_phase_1(peer, out);
		break;
	case V1_EXCHANGE_QUICK:
		if (peer->stage >= PEER_STAGE_CHILD)
			peer_quick_take(peer, out);
		break;
	case V1_EXCHANGE_INFORMATIONAL:
		take_notify(peer);
		break;
	case V1_EXCHANGE_TRANSACTION:
		peer_end(peer, PEER_REFUSES, "it wants XAUTH or mode config");
		break;
	default:
		break;
	}
}
