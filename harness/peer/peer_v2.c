// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * peer_v2.c - IKE_SA_INIT and IKE_AUTH with a pre-shared key (RFC 7296 1.2)
 *
 *	1  HDR SAi1 KEi Ni N(NATD) N(NATD) -->
 *	2  <-- HDR SAr1 KEr Nr N(NATD) N(NATD), or N(COOKIE), or N(INVALID_KE_PAYLOAD)
 *	3  HDR SK{IDi AUTH SAi2 TSi TSr}   -->
 *	4  <-- HDR SK{IDr AUTH SAr2 TSi TSr}
 *
 * and, from whichever end we are, when such was recorded (1.3.1):
 *
 *	HDR SK{SA N KE TSi TSr}            -->
 *	   <-- HDR SK{SA N KE TSi TSr}
 */
#include <openssl/crypto.h>

#include "base/cleanup.h"
#include "device/wire.h"
#include "dissect/ikev2_crypto.h"
#include "ipsec/alg.h"
#include "peer/offer.h"
#include "peer/peer_parts.h"

#define VERSION_2 0x20
#define SPI_SIZE  4  /* of ESP */
#define NAT_HASH  20 /* SHA-1 (RFC 7296 2.23) */
#define RESTARTS  3  /* cookies and other groups that are followed */

/* ------------------------------------------------------------ sending */

static void add_notify(struct chain *chain, uint16_t type, struct slice data)
{
	uint8_t head[4] = { 0, 0, (uint8_t)(type >> 8), (uint8_t)type };
	struct slice parts[] = { { head, sizeof(head) }, data };

	chain_add(chain, V2_PAYLOAD_NOTIFY, parts, ARRAY_SIZE(parts));
}

static void add_ke(const struct half *half, struct chain *chain)
{
	uint8_t head[4] = { (uint8_t)(half->group >> 8), (uint8_t)half->group, 0, 0 };
	struct slice parts[] = { { head, sizeof(head) }, half->own };

	chain_add(chain, V2_PAYLOAD_KE, parts, ARRAY_SIZE(parts));
}

/* Two hashes of nothing: each end is behind a NAT. */
static void add_nat(struct peer *peer, struct chain *chain)
{
	add_notify(chain, NOTIFY_V2_NAT_SOURCE, peer_random(peer, NAT_HASH));
	add_notify(chain, NOTIFY_V2_NAT_DESTINATION, peer_random(peer, NAT_HASH));
}

static struct chain_header header_of(const struct peer *peer, uint8_t exchange,
				     uint32_t id, bool is_response)
{
	uint8_t flags = peer->is_responder ? 0 : IKE_V2_FLAG_INITIATOR;

	return (struct chain_header){
		.spis = peer->spis,
		.version = VERSION_2,
		.exchange = exchange,
		.flags = (uint8_t)(flags | (is_response ? IKE_V2_FLAG_RESPONSE : 0)),
		.message_id = id,
	};
}

/* The first message, or the answer to it; kept, since AUTH covers it. */
static void send_init(struct peer *peer, struct slice sa, struct slice cookie,
		      struct buf *out)
{
	struct chain_header header =
		header_of(peer, V2_EXCHANGE_SA_INIT, 0, peer->is_responder);
	struct chain _cleanup_chain_ chain = { 0 };
	size_t before = out->length;

	if (cookie.length)
		add_notify(&chain, NOTIFY_V2_COOKIE, cookie);
	chain_add_one(&chain, V2_PAYLOAD_SA, sa);
	add_ke(&peer->half, &chain);
	chain_add_one(&chain, V2_PAYLOAD_NONCE, peer->half.nonce);
	add_nat(peer, &chain);
	for (unsigned int i = 0; i < peer->says->vendor_id_count; i++)
		chain_add_one(&chain, V2_PAYLOAD_VENDOR_ID, peer->says->vendor_ids[i]);
	chain_message(&header, chain.first, slice_of(&chain.bytes), out);
	peer->init_own = peer_keep(peer, (struct slice){ (uint8_t *)out->data + before,
							 out->length - before });
}

void peer_v2_begin(struct peer *peer, struct buf *out)
{
	peer->offer = peer->says->sa;
	send_init(peer, peer->offer, (struct slice){ 0 }, out);
}

/* SK{chain}: header, generic header, IV, text, ICV; all but the ICV is authenticated. */
static void send_sealed(struct peer *peer, uint8_t exchange, const struct chain *chain,
			struct buf *out)
{
	bool is_responder = peer->is_responder;
	struct crypto_keys keys = {
		.encr = peer->v2.encr,
		.integ = peer->v2.integ,
		.key = is_responder ? peer->material.sk_er : peer->material.sk_ei,
		.integ_key = is_responder ? peer->material.sk_ar : peer->material.sk_ai,
	};
	struct alg_sizes sizes = crypto_sizes(keys.encr, keys.integ);
	struct chain_header header =
		header_of(peer, exchange, peer->next_id,
			  is_responder && exchange == V2_EXCHANGE_AUTH);
	size_t padding = sizes.block - 1 - chain->bytes.length % sizes.block;
	size_t text = chain->bytes.length + padding + 1;
	struct slice iv = peer_random(peer, sizes.iv);
	uint8_t *plain = arena_alloc(peer->arena, 2 * text), icv[CRYPTO_HASH_MAX];
	struct buf _cleanup_buf_ body = { 0 }, whole = { 0 };
	struct cipher_packet packet;

	memcpy(plain, chain->bytes.data, chain->bytes.length);
	plain[text - 1] = (uint8_t)padding;
	buf_putc(&body, (char)chain->first);
	buf_putc(&body, 0);
	buf_add_be16(&body, (uint16_t)(IKE_GENERIC_SIZE + sizes.iv + text + sizes.icv));
	buf_add(&body, iv.bytes, iv.length);
	buf_add(&body, plain,
		text); /* as long as it will be: the header has the length */
	buf_add(&body, icv, sizes.icv);
	chain_message(&header, V2_PAYLOAD_SK, slice_of(&body), &whole);
	packet = (struct cipher_packet){
		.aad = { (uint8_t *)whole.data, IKE_HEADER_SIZE + IKE_GENERIC_SIZE },
		.iv = iv,
		.text = { plain, text },
	};
	if (crypto_seal(peer->crypto, &keys, &packet, plain + text, icv)) {
		peer_end(peer, PEER_REFUSES, "its own message cannot be encrypted");
		return;
	}
	memcpy(whole.data + IKE_HEADER_SIZE + IKE_GENERIC_SIZE + sizes.iv, plain + text,
	       text);
	memcpy(whole.data + whole.length - sizes.icv, icv, sizes.icv);
	buf_add(out, whole.data, whole.length);
}

/* ------------------------------------------------------------ IKE_SA_INIT */

static const struct ike_payload *find_notify(const struct ike_message *message,
					     unsigned int type)
{
	for (uint32_t i = 0; i < message->payloads; i++) {
		const struct ike_payload *payload = &message->payload[i];

		if (payload->type == V2_PAYLOAD_NOTIFY &&
		    payload->fault < IKE_FAULT_SHORT_BODY &&
		    (type ? payload->notify.type == type
			  : payload->notify.type <= NOTIFY_V2_ERROR_LAST))
			return payload;
	}
	return NULL;
}

static void read_choice(struct peer *peer)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };
	struct buf _cleanup_buf_ store = { 0 };

	offer_dissect(2, peer->choice, &store, &message);
	for (uint32_t i = 0; i < message.transforms; i++) {
		const struct ike_transform *one = &message.transform[i];

		if (one->type == V2_TRANSFORM_ENCR)
			peer->v2.encr = alg_by_ikev2(
				ALG_KIND_ENCR, one->id,
				ike_attribute_value(&message, one, V2_ATTR_KEY_LENGTH));
		else if (one->type == V2_TRANSFORM_PRF)
			peer->v2.prf = alg_by_ikev2(ALG_KIND_PRF, one->id, 0);
		else if (one->type == V2_TRANSFORM_INTEG)
			peer->v2.integ = alg_by_ikev2(ALG_KIND_INTEG, one->id, 0);
		else if (one->type == V2_TRANSFORM_DH && peer->is_responder)
			peer->half.group = one->id;
	}
	if (peer->v2.encr && peer->v2.encr->is_aead)
		peer->v2.integ = NULL;
}

/* Both halves are there: all keys. */
static bool make_keys(struct peer *peer)
{
	uint8_t skeyseed[CRYPTO_HASH_MAX];
	struct half *half = &peer->half;
	struct ikev2_choice *choice = &peer->v2;
	struct ikev2_key key;
	bool is_made = false;
	size_t length = 0;

	choice->spi_i = (struct slice){ peer->spis, IKE_SPI_SIZE };
	choice->spi_r = (struct slice){ peer->spis + IKE_SPI_SIZE, IKE_SPI_SIZE };
	choice->ni = peer->is_responder ? half->other_nonce : half->nonce;
	choice->nr = peer->is_responder ? half->nonce : half->other_nonce;
	if (choice->encr && choice->prf)
		length = ikev2_skeyseed(peer->crypto, choice, half->shared, skeyseed);
	if (length)
		is_made =
			ikev2_derive(peer->crypto, choice,
				     (struct slice){ skeyseed, length }, &peer->material);
	OPENSSL_cleanse(skeyseed, sizeof(skeyseed));
	if (!is_made) {
		peer_end(peer, PEER_REFUSES, "an algorithm that is not spoken here");
		return false;
	}
	key = (struct ikev2_key){ .has_spi_r = true,
				  .spi_i = be64(peer->spis),
				  .spi_r = be64(peer->spis + IKE_SPI_SIZE),
				  .encr = choice->encr,
				  .integ = choice->integ,
				  .prf = choice->prf,
				  .sk_ei = peer->material.sk_ei,
				  .sk_er = peer->material.sk_er,
				  .sk_ai = peer->material.sk_ai,
				  .sk_ar = peer->material.sk_ar,
				  .sk_d = peer->material.sk_d };
	keyring_add_ikev2(peer->keyring, &key);
	return true;
}

static bool take_keys(struct peer *peer)
{
	const struct ike_payload *ke = peer_want(peer, V2_PAYLOAD_KE, "the KE payload");
	const struct ike_payload *nonce = peer_want(peer, V2_PAYLOAD_NONCE, "the nonce");

	if (!ke || !nonce)
		return false;
	if (ke->ke.group != peer->half.group ||
	    !half_end(peer, &peer->half, ke->ke.data)) {
		peer_end(peer, PEER_REFUSES, "its KE is no value of group %u",
			 peer->half.group);
		return false;
	}
	peer->half.other_nonce = peer_keep(peer, nonce->body);
	peer->init_other = peer_keep(peer, peer->message.whole);
	return make_keys(peer);
}

static bool offers_group(struct slice offer, unsigned int group)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };
	struct buf _cleanup_buf_ store = { 0 };

	offer_dissect(2, offer, &store, &message);
	for (uint32_t i = 0; i < message.transforms; i++)
		if (message.transform[i].type == V2_TRANSFORM_DH &&
		    message.transform[i].id == group)
			return true;
	return false;
}

/* COOKIE and INVALID_KE_PAYLOAD: asked again as the device would. */
static bool restart(struct peer *peer, struct buf *out)
{
	const struct ike_payload *cookie = find_notify(&peer->message, NOTIFY_V2_COOKIE);
	const struct ike_payload *other =
		find_notify(&peer->message, NOTIFY_V2_INVALID_KE);
	unsigned int group;

	if ((!cookie && !other) || peer->taken++ >= RESTARTS)
		return false;
	memset(peer->spis + IKE_SPI_SIZE, 0, IKE_SPI_SIZE);
	if (cookie) {
		send_init(peer, peer->offer, cookie->notify.data, out);
		return true;
	}
	group = other->notify.data.length == 2 ? be16(other->notify.data.bytes) : 0;
	if (!offers_group(peer->offer, group) || !half_begin(peer, &peer->half, group))
		return false;
	send_init(peer, peer->offer, (struct slice){ 0 }, out);
	return true;
}

static bool take_error(struct peer *peer)
{
	const struct ike_payload *notify = find_notify(&peer->message, 0);

	if (notify)
		peer_end(peer, PEER_IS_REFUSED, "it answers %s",
			 wire_notify_text(true, notify->notify.type).s);
	return notify;
}

/* ------------------------------------------------------------ IKE_AUTH */

static size_t make_auth(struct peer *peer, bool is_own, struct slice id,
			uint8_t ret[static CRYPTO_HASH_MAX])
{
	bool is_initiators = is_own != peer->is_responder;
	struct ikev2_signed octets = {
		.prf = peer->v2.prf,
		.message = is_own ? peer->init_own : peer->init_other,
		.nonce = is_own ? peer->half.other_nonce : peer->half.nonce,
		.sk_p = is_initiators ? peer->material.sk_pi : peer->material.sk_pr,
		.id = id,
	};

	return ikev2_auth(peer->crypto, &octets, peer->says->psk, ret);
}

static void add_auth(struct peer *peer, struct chain *chain)
{
	uint8_t head[4] = { V2_AUTH_SHARED_KEY }, auth[CRYPTO_HASH_MAX];
	struct slice parts[] = { { head, sizeof(head) },
				 { auth, make_auth(peer, true, peer->says->id, auth) } };

	chain_add_one(chain, peer->is_responder ? V2_PAYLOAD_IDR : V2_PAYLOAD_IDI,
		      peer->says->id);
	chain_add(chain, V2_PAYLOAD_AUTH, parts, ARRAY_SIZE(parts));
}

static bool take_auth(struct peer *peer)
{
	const struct ike_payload *id =
		peer_want(peer, peer->is_responder ? V2_PAYLOAD_IDI : V2_PAYLOAD_IDR,
			  "the identity");
	const struct ike_payload *auth = peer_want(peer, V2_PAYLOAD_AUTH, "AUTH");
	uint8_t expected[CRYPTO_HASH_MAX];
	size_t length;

	if (!id || !auth)
		return false;
	if (auth->auth.method != V2_AUTH_SHARED_KEY) {
		peer_end(peer, PEER_REFUSES,
			 "authentication: it proves itself with %s, not with a "
			 "pre-shared key",
			 number_text(NUMBER_V2_AUTH, auth->auth.method).s);
		return false;
	}
	length = make_auth(peer, false, id->body, expected);
	if (!length || auth->auth.data.length != length ||
	    CRYPTO_memcmp(auth->auth.data.bytes, expected, length) != 0) {
		peer_end(peer, PEER_REFUSES,
			 "pre-shared key: its AUTH is not made with it");
		return false;
	}
	return peer_knows(peer, id->body);
}

/* Decrypted, the payloads of SK behind the others. */
static bool open_sealed(struct peer *peer)
{
	const struct ike_payload *sk = ike_payload_find(&peer->message, V2_PAYLOAD_SK, 0);
	struct slice chain;
	uint8_t *plain;

	if (!sk)
		return false;
	plain = arena_alloc(peer->arena, sk->body.length + 1);
	if (ikev2_decrypt(peer->crypto, peer->keyring, &peer->message, sk,
			  peer->is_responder, plain, &chain))
		return false;
	ike_dissect_decrypted(&peer->message, sk->next, chain);
	return true;
}

static void all_is_up(struct peer *peer)
{
	peer->stage = PEER_STAGE_UP;
	peer->state = PEER_IS_UP;
}

/* A child with KE: it has PFS, which the one of IKE_AUTH never has (RFC 7296 1.2). */
static void send_rekeying(struct peer *peer, unsigned int group, struct buf *out)
{
	const struct peer_child *child = &peer->says->children[0];
	struct chain _cleanup_chain_ chain = { 0 };

	if (!half_begin(peer, &peer->quick.half, group)) {
		peer_end(peer, PEER_REFUSES, "no KE of group %u can be made", group);
		return;
	}
	chain_add_one(&chain, V2_PAYLOAD_SA, child->rekey_sa);
	chain_add_one(&chain, V2_PAYLOAD_NONCE, peer->quick.half.nonce);
	add_ke(&peer->quick.half, &chain);
	chain_add_one(&chain, V2_PAYLOAD_TSI, child->local);
	chain_add_one(&chain, V2_PAYLOAD_TSR, child->remote);
	send_sealed(peer, V2_EXCHANGE_CREATE_CHILD_SA, &chain, out);
}

static void child_is_up(struct peer *peer, struct buf *out)
{
	peer->children_up++;
	if (!peer->says->child_count || !peer->says->children[0].rekey_sa.length) {
		all_is_up(peer);
		return;
	}
	peer->stage = PEER_STAGE_REKEY;
	peer->taken = 0;
	peer->next_id = peer->is_responder ? 0 : 2; /* our own requests */
	send_rekeying(peer, peer->says->children[0].pfs, out);
}

/* The answer to it; INVALID_KE_PAYLOAD is followed where that group was offered. */
static void take_rekeying(struct peer *peer, struct buf *out)
{
	const struct ike_payload *other =
		find_notify(&peer->message, NOTIFY_V2_INVALID_KE);
	unsigned int group = other && other->notify.data.length == 2
				     ? be16(other->notify.data.bytes)
				     : 0;
	const struct ike_payload *sa;

	if (group && !peer->taken++ &&
	    offers_group(peer->says->children[0].rekey_sa, group)) {
		peer->next_id++;
		send_rekeying(peer, group, out);
		return;
	}
	if (take_error(peer))
		return;
	sa = peer_want(peer, V2_PAYLOAD_SA, "the SA payload");
	if (sa &&
	    peer_checks_choice(peer, peer->says->children[0].rekey_sa, sa->body, true) &&
	    peer_want(peer, V2_PAYLOAD_KE, "the KE payload"))
		all_is_up(peer);
}

/* ------------------------------------------------------------ initiator */

static void send_auth_request(struct peer *peer, struct buf *out)
{
	const struct peer_child *child = &peer->says->children[0];
	struct chain _cleanup_chain_ chain = { 0 };

	peer->stage = PEER_STAGE_AUTH;
	peer->next_id = 1;
	add_auth(peer, &chain);
	chain_add_one(&chain, V2_PAYLOAD_SA, child->sa);
	chain_add_one(&chain, V2_PAYLOAD_TSI, child->local);
	chain_add_one(&chain, V2_PAYLOAD_TSR, child->remote);
	send_sealed(peer, V2_EXCHANGE_AUTH, &chain, out);
}

static void take_init_answer(struct peer *peer, struct buf *out)
{
	const struct ike_payload *sa;

	if (restart(peer, out) || take_error(peer))
		return;
	sa = peer_want(peer, V2_PAYLOAD_SA, "the SA payload");
	if (!sa)
		return;
	memcpy(peer->spis, peer->message.header.spis, sizeof(peer->spis));
	peer->choice = peer_keep(peer, sa->body);
	if (!peer_checks_choice(peer, peer->offer, peer->choice, false))
		return;
	read_choice(peer);
	if (take_keys(peer))
		send_auth_request(peer, out);
}

static void take_auth_answer(struct peer *peer, struct buf *out)
{
	const struct ike_payload *sa;

	if (!ike_payload_find(&peer->message, V2_PAYLOAD_AUTH, 0) && take_error(peer))
		return;
	if (!take_auth(peer))
		return;
	peer->stage = PEER_STAGE_CHILD;
	sa = ike_payload_find(&peer->message, V2_PAYLOAD_SA, 0);
	if (!sa) {
		if (!take_error(peer))
			peer_end(peer, PEER_IS_REFUSED, "it answers without a child");
		return;
	}
	if (peer_checks_choice(peer, peer->says->children[0].sa, sa->body, true))
		child_is_up(peer, out);
}

/* ------------------------------------------------------------ responder */

static void take_init_request(struct peer *peer, struct buf *out)
{
	_cleanup_(ike_message_done) struct ike_message wanted = { 0 };
	struct buf _cleanup_buf_ store = { 0 }, body = { 0 }, why = { 0 };
	const struct ike_payload *ke = ike_payload_find(&peer->message, V2_PAYLOAD_KE, 0);
	struct chain_header header =
		header_of(peer, V2_EXCHANGE_SA_INIT, 0, peer->is_responder);
	bool has_wish = peer->says->sa.length;

	if (has_wish)
		offer_dissect(2, peer->says->sa, &store, &wanted);
	if (!peer_want(peer, V2_PAYLOAD_SA, "the SA payload"))
		return;
	if (!offer_choose(&peer->message, has_wish ? &wanted : NULL, false,
			  (struct slice){ 0 }, &body, &why)) {
		peer_end(peer, PEER_REFUSES, "%s", buf_text(&why));
		return;
	}
	peer->choice = peer_keep(peer, slice_of(&body));
	read_choice(peer);
	if (ke && ke->ke.group != peer->half.group && peer->taken++ < RESTARTS) {
		uint8_t group[] = { (uint8_t)(peer->half.group >> 8),
				    (uint8_t)peer->half.group };
		struct chain _cleanup_chain_ chain = { 0 };
		uint8_t spis[2 * IKE_SPI_SIZE] = { 0 };

		memcpy(spis, peer->message.header.spis, IKE_SPI_SIZE);
		header.spis = spis;
		add_notify(&chain, NOTIFY_V2_INVALID_KE, (struct slice){ group, 2 });
		chain_message(&header, chain.first, slice_of(&chain.bytes), out);
		return;
	}
	memcpy(peer->spis, peer->message.header.spis, IKE_SPI_SIZE);
	if (!half_begin(peer, &peer->half, peer->half.group)) {
		peer_end(peer, PEER_REFUSES, "no KE of group %u can be made",
			 peer->half.group);
		return;
	}
	if (!take_keys(peer))
		return;
	send_init(peer, peer->choice, (struct slice){ 0 }, out);
	peer->stage = PEER_STAGE_AUTH;
}

static void take_auth_request(struct peer *peer, struct buf *out)
{
	static const struct peer_child any;
	const struct peer_child *child =
		peer->says->child_count ? &peer->says->children[0] : &any;
	_cleanup_(ike_message_done) struct ike_message offer = { 0 }, wanted = { 0 };
	struct buf _cleanup_buf_ a = { 0 }, b = { 0 }, body = { 0 }, why = { 0 };
	const struct ike_payload *sa, *i, *r;
	struct chain _cleanup_chain_ chain = { 0 };

	if (!take_auth(peer))
		return;
	peer->stage = PEER_STAGE_CHILD;
	sa = peer_want(peer, V2_PAYLOAD_SA, "the SA payload of the child");
	i = peer_want(peer, V2_PAYLOAD_TSI, "TSi");
	r = peer_want(peer, V2_PAYLOAD_TSR, "TSr");
	if (!sa || !i || !r)
		return;
	offer_dissect(2, sa->body, &a, &offer);
	if (child->sa.length)
		offer_dissect(2, child->sa, &b, &wanted);
	if (!offer_choose(&offer, child->sa.length ? &wanted : NULL, true,
			  peer_random(peer, SPI_SIZE), &body, &why)) {
		peer_end(peer, PEER_REFUSES, "proposal: %s", buf_text(&why));
		return;
	}
	if (peer_child_of(peer, r->body, i->body) < 0) {
		peer_end(peer, PEER_REFUSES, "networks: it wants others than recorded");
		return;
	}
	peer->next_id = peer->message.header.message_id;
	add_auth(peer, &chain);
	chain_add_one(&chain, V2_PAYLOAD_SA, slice_of(&body));
	chain_add_one(&chain, V2_PAYLOAD_TSI, i->body);
	chain_add_one(&chain, V2_PAYLOAD_TSR, r->body);
	send_sealed(peer, V2_EXCHANGE_AUTH, &chain, out);
	child_is_up(peer, out);
}

void peer_v2_take(struct peer *peer, struct buf *out)
{
	const struct ike_message *message = &peer->message;
	uint8_t exchange = message->header.exchange;

	/* The answer to a request of our own. */
	if (peer->stage == PEER_STAGE_REKEY) {
		if (exchange == V2_EXCHANGE_CREATE_CHILD_SA && ike_is_response(message) &&
		    open_sealed(peer))
			take_rekeying(peer, out);
		return;
	}
	/* Requests to the responder, answers to the initiator; nothing else is ours. */
	if (ike_is_response(message) == peer->is_responder)
		return;
	if (exchange == V2_EXCHANGE_SA_INIT && peer->stage == PEER_STAGE_PROPOSAL) {
		if (peer->is_responder)
			take_init_request(peer, out);
		else
			take_init_answer(peer, out);
	} else if (exchange == V2_EXCHANGE_AUTH && peer->stage == PEER_STAGE_AUTH &&
		   open_sealed(peer)) {
		if (peer->is_responder)
			take_auth_request(peer, out);
		else
			take_auth_answer(peer, out);
	}
}
