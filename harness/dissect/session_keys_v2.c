// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * session_keys_v2.c - keys of IKEv2 from a private exponent (RFC 7296 2.13-2.18)
 *
 *	SKEYSEED = prf(Ni | Nr, g^ir)            rekeyed: prf(SK_d, g^ir | Ni | Nr)
 *	SK_d | SK_ai | SK_ar | SK_ei | SK_er | SK_pi | SK_pr =
 *	           prf+(SKEYSEED, Ni | Nr | SPIi | SPIr)
 *	KEYMAT   = prf+(SK_d, [g^ir |] Ni | Nr)  to the responder first, cipher first
 *	prf+     = T1 | T2 | …, Tn = prf(K, Tn-1 | S | n)
 */
#include <openssl/crypto.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "dissect/dh.h"
#include "dissect/ikev2_derive.h"
#include "dissect/keyring.h"
#include "dissect/session_keys.h"
#include "ipsec/alg.h"

#define KEYMAT_MAX IKEV2_KEYMAT_MAX

/* An exchange of two messages, decrypted or in clear. */
struct exchange {
	const struct ike_message *request, *answer;
	const struct ike_step *asked;
	struct slice ni, nr, gir; /* gir empty: no KE, or nobody's exponent is known */
	bool has_ke;
	uint8_t shared[DH_SIZE_MAX];
};

/* What the answer chose. */
struct chosen {
	const struct alg *encr, *integ, *prf;
	unsigned int group;
	bool is_esn;
	uint8_t protocol;
	struct slice spi_i, spi_r; /* of children and new IKE SAs */
};

/* ------------------------------------------------------------ reading */

static bool is_answer_of(const struct ike_step *request, const struct ike_step *answer)
{
	const uint8_t *a = request->bytes.bytes, *b = answer->bytes.bytes;

	/* exchange and message id; the flag of an answer only there */
	return request->bytes.length >= IKE_HEADER_SIZE && a[18] == b[18] &&
	       !memcmp(a + 20, b + 20, 4) && !(a[19] & IKE_V2_FLAG_RESPONSE) &&
	       request->is_from_initiator != answer->is_from_initiator &&
	       (request->state == STEP_CLEAR || request->state == STEP_DECRYPTED);
}

/* The last one: IKE_SA_INIT is asked again with a cookie or another group. */
static const struct ike_step *request_of(const struct ike_session *session,
					 const struct ike_step *answer)
{
	const struct ike_step *found = NULL;

	vec_foreach (step, &session->steps)
		if (step != answer && is_answer_of(step, answer))
			found = step;
	return found;
}

static struct slice nonce_of(const struct ike_message *message)
{
	const struct ike_payload *nonce = ike_payload_find(message, V2_PAYLOAD_NONCE, 0);

	return nonce && nonce->fault < IKE_FAULT_BEYOND &&
			       nonce->body.length <= IKEV2_NONCE_MAX
		       ? nonce->body
		       : (struct slice){ 0 };
}

static void read_transform(const struct ike_message *message,
			   const struct ike_transform *transform, struct chosen *ret)
{
	const struct alg *alg = ike_transform_alg(message, transform);

	if (transform->type == V2_TRANSFORM_ENCR)
		ret->encr = alg;
	else if (transform->type == V2_TRANSFORM_INTEG)
		ret->integ = alg;
	else if (transform->type == V2_TRANSFORM_PRF)
		ret->prf = alg;
	else if (transform->type == V2_TRANSFORM_DH)
		ret->group = transform->id;
	else if (transform->type == V2_TRANSFORM_ESN)
		ret->is_esn = transform->id == 1;
}

static struct slice asked_spi(const struct ike_message *request,
			      const struct ike_proposal *chosen)
{
	const struct ike_payload *sa = ike_payload_find(request, V2_PAYLOAD_SA, 0);

	for (uint32_t i = 0; sa && i < sa->sa.proposals; i++) {
		const struct ike_proposal *proposal =
			&request->proposal[sa->sa.first_proposal + i];

		if (proposal->protocol == chosen->protocol &&
		    proposal->number == chosen->number)
			return proposal->spi;
	}
	return (struct slice){ 0 };
}

static bool read_chosen(const struct exchange *exchange, struct chosen *ret)
{
	const struct ike_payload *sa =
		ike_payload_find(exchange->answer, V2_PAYLOAD_SA, 0);
	const struct ike_proposal *proposal;

	if (!sa || !sa->sa.proposals)
		return false;
	proposal = &exchange->answer->proposal[sa->sa.first_proposal];
	*ret = (struct chosen){ .protocol = proposal->protocol,
				.spi_i = asked_spi(exchange->request, proposal),
				.spi_r = proposal->spi };
	for (uint32_t i = 0; i < proposal->transforms; i++)
		read_transform(
			exchange->answer,
			&exchange->answer->transform[proposal->first_transform + i], ret);
	if (ret->encr && ret->encr->is_aead)
		ret->integ = NULL;
	return true;
}

static void read_secret(struct session_set *set, struct exchange *exchange)
{
	const struct ike_payload *i =
		ike_payload_find(exchange->request, V2_PAYLOAD_KE, 0);
	const struct ike_payload *r =
		ike_payload_find(exchange->answer, V2_PAYLOAD_KE, 0);

	exchange->has_ke = i && r;
	if (!i || !r || i->fault >= IKE_FAULT_SHORT_BODY ||
	    r->fault >= IKE_FAULT_SHORT_BODY || i->ke.group != r->ke.group)
		return;
	exchange->gir =
		(struct slice){ exchange->shared,
				session_shared_secret(set, r->ke.group, i->ke.data,
						      r->ke.data, exchange->shared) };
}

/* ------------------------------------------------------------ computing */

static struct slice take(uint8_t **at, size_t length)
{
	struct slice slice = { *at, length };

	*at += length;
	return slice;
}

/* The SPIs are of the new IKE SA. */
static struct ikev2_choice choice_of(const struct chosen *chosen,
				     const struct exchange *exchange)
{
	return (struct ikev2_choice){ .encr = chosen->encr,
				      .integ = chosen->integ,
				      .prf = chosen->prf,
				      .ni = exchange->ni,
				      .nr = exchange->nr,
				      .spi_i = chosen->spi_i,
				      .spi_r = chosen->spi_r };
}

/* All seven keys of an IKE SA, from SKEYSEED. */
static void add_ike_sa(struct session_set *set, const struct chosen *chosen,
		       const struct exchange *exchange, struct slice skeyseed)
{
	struct ikev2_choice choice = choice_of(chosen, exchange);
	struct ikev2_material made = { 0 };

	if (ikev2_derive(set->crypto, &choice, skeyseed, &made)) {
		struct ikev2_key key = { .has_spi_r = true,
					 .spi_i = be64(chosen->spi_i.bytes),
					 .spi_r = be64(chosen->spi_r.bytes),
					 .encr = chosen->encr,
					 .integ = chosen->integ,
					 .prf = chosen->prf,
					 .sk_d = made.sk_d,
					 .sk_ai = made.sk_ai,
					 .sk_ar = made.sk_ar,
					 .sk_ei = made.sk_ei,
					 .sk_er = made.sk_er };
		struct auth_key auth = { .sk_ei = made.sk_ei,
					 .sk_pi = made.sk_pi,
					 .sk_pr = made.sk_pr };

		keyring_add_ikev2(set->keyring, &key);
		keyring_add_auth(set->keyring, &auth);
	}
	OPENSSL_cleanse(&made, sizeof(made));
}

static const struct ikev2_key *key_of(const struct session_set *set,
				      const struct ike_session *session)
{
	for (size_t i = 0; i < keyring_ikev2s(set->keyring); i++) {
		const struct ikev2_key *key = keyring_ikev2(set->keyring, i);

		if (!key->is_floating && key->spi_i == session->spi_i &&
		    key->spi_r == session->spi_r && key->sk_d.length)
			return key;
	}
	return NULL;
}

/* ------------------------------------------------------------ IKE SAs */

static void add_first(struct session_set *set, const struct ike_session *session,
		      struct exchange *exchange)
{
	uint8_t skeyseed[CRYPTO_HASH_MAX];
	struct ikev2_choice choice;
	struct chosen chosen;
	size_t length;

	if (!read_chosen(exchange, &chosen) || !chosen.prf || !chosen.encr ||
	    key_of(set, session))
		return;
	chosen.spi_i = (struct slice){ exchange->answer->header.spis, 8 };
	chosen.spi_r = (struct slice){ exchange->answer->header.spis + 8, 8 };
	read_secret(set, exchange);
	if (!exchange->gir.length)
		return;
	choice = choice_of(&chosen, exchange);
	length = ikev2_skeyseed(set->crypto, &choice, exchange->gir, skeyseed);
	if (length)
		add_ike_sa(set, &chosen, exchange, (struct slice){ skeyseed, length });
	OPENSSL_cleanse(skeyseed, sizeof(skeyseed));
}

static void add_rekeyed(struct session_set *set, const struct ikev2_key *old,
			const struct chosen *chosen, const struct exchange *exchange)
{
	struct slice parts[] = { exchange->gir, exchange->ni, exchange->nr };
	uint8_t skeyseed[CRYPTO_HASH_MAX];
	size_t length;

	if (!exchange->gir.length || chosen->spi_i.length != 8 ||
	    chosen->spi_r.length != 8 || !chosen->prf || !chosen->encr)
		return;
	length = crypto_prf(set->crypto, old->prf, old->sk_d, parts, ARRAY_SIZE(parts),
			    skeyseed);
	if (length)
		add_ike_sa(set, chosen, exchange, (struct slice){ skeyseed, length });
	OPENSSL_cleanse(skeyseed, sizeof(skeyseed));
}

/* ------------------------------------------------------------ children */

/* Ranges that are a prefix each; anything else leaves the selectors unknown. */
static unsigned int read_prefixes(const struct ike_message *message, unsigned int type,
				  struct inet_prefix *ret)
{
	const struct ike_payload *ts = ike_payload_find(message, type, 0);
	unsigned int count = 0;

	if (!ts || ts->fault >= IKE_FAULT_SHORT_BODY ||
	    ts->ts.selectors > ESP_KEY_SELECTORS_MAX)
		return 0;
	for (uint32_t i = 0; i < ts->ts.selectors; i++) {
		const struct ike_selector *selector =
			&message->selector[ts->ts.first_selector + i];
		struct inet_prefix *prefix = &ret[count];
		size_t size = selector->first.length, bits = size * 8, same = 0;

		if ((size != 4 && size != 16) || selector->last.length != size)
			return 0;
		*prefix = (struct inet_prefix){ .addr.family =
							size == 16 ? AF_INET6 : AF_INET };
		memcpy(prefix->addr.bytes, selector->first.bytes, size);
		while (same < bits && !((selector->first.bytes[same / 8] ^
					 selector->last.bytes[same / 8]) &
					0x80 >> same % 8))
			same++;
		prefix->length = (unsigned int)same;
		for (size_t bit = same; bit < bits; bit++)
			if (selector->first.bytes[bit / 8] & 0x80 >> bit % 8 ||
			    !(selector->last.bytes[bit / 8] & 0x80 >> bit % 8))
				return 0;
		count++;
	}
	return count;
}

static void read_selectors(const struct ike_message *answer, bool is_to_responder,
			   struct esp_key_selectors *ret)
{
	ret->sources = read_prefixes(
		answer, is_to_responder ? V2_PAYLOAD_TSI : V2_PAYLOAD_TSR, ret->source);
	ret->destinations =
		read_prefixes(answer, is_to_responder ? V2_PAYLOAD_TSR : V2_PAYLOAD_TSI,
			      ret->destination);
}

static void add_child(struct session_set *set, const struct ikev2_key *sa,
		      const struct chosen *chosen, const struct exchange *exchange)
{
	size_t encr = crypto_sizes(chosen->encr, NULL).key;
	size_t integ = crypto_sizes(NULL, chosen->integ).integ_key;
	struct slice parts[IKEV2_PARTS_MAX] = { exchange->gir, exchange->ni,
						exchange->nr };
	uint8_t keymat[KEYMAT_MAX], *at = keymat;

	if (chosen->spi_i.length != 4 || chosen->spi_r.length != 4 ||
	    (exchange->has_ke && !exchange->gir.length) || (!chosen->encr && !integ) ||
	    2 * (encr + integ) > sizeof(keymat) ||
	    keyring_esps(set->keyring) >= SESSION_ESP_KEYS_MAX ||
	    !ikev2_prf_plus(set->crypto, sa->prf, sa->sk_d, parts, 2 * (encr + integ),
			    keymat))
		return;
	for (int way = 0; way < 2; way++) {
		bool is_to_responder = way == 0;
		const struct ike_step *asked = exchange->asked;
		struct esp_key_selectors selectors = { 0 };
		struct esp_key key = {
			.selectors = &selectors,
			.is_ah = chosen->protocol == IKE_PROTOCOL_AH,
			.spi = be32(
				(is_to_responder ? chosen->spi_r : chosen->spi_i).bytes),
			.src = is_to_responder ? asked->src : asked->dst,
			.dst = is_to_responder ? asked->dst : asked->src,
			.encr = chosen->encr,
			.integ = chosen->integ,
			.is_esn = chosen->is_esn,
		};

		key.key = take(&at, encr);
		key.integ_key = take(&at, integ);
		read_selectors(exchange->answer, is_to_responder, &selectors);
		keyring_add_esp(set->keyring, &key);
	}
	OPENSSL_cleanse(keymat, sizeof(keymat));
}

/* The nonces of IKE_AUTH's child are those of IKE_SA_INIT (RFC 7296 2.17). */
static void read_first_nonces(const struct ike_session *session, struct ike_message *init,
			      struct exchange *ret)
{
	vec_foreach (step, &session->steps) {
		if (step->bytes.length < IKE_HEADER_SIZE ||
		    step->bytes.bytes[18] != V2_EXCHANGE_SA_INIT)
			continue;
		session_step_message(step, init);
		*(step->is_from_initiator ? &ret->ni : &ret->nr) = nonce_of(init);
	}
}

static void add_of_exchange(struct session_set *set, const struct ike_session *session,
			    struct exchange *exchange)
{
	_cleanup_(ike_message_done) struct ike_message init = { 0 };
	const struct ikev2_key *key = key_of(set, session);
	struct chosen chosen;

	if (!key || !key->prf || !read_chosen(exchange, &chosen))
		return;
	if (exchange->answer->header.exchange == V2_EXCHANGE_AUTH)
		read_first_nonces(session, &init, exchange);
	else
		read_secret(set, exchange);
	if (!exchange->ni.length || !exchange->nr.length)
		return;
	if (chosen.protocol == IKE_PROTOCOL_IKE)
		add_rekeyed(set, key, &chosen, exchange);
	else
		add_child(set, key, &chosen, exchange);
}

void session_keys_ikev2(struct session_set *set, const struct ike_session *session,
			const struct ike_step *step, const struct ike_message *message)
{
	_cleanup_(ike_message_done) struct ike_message request = { 0 };
	struct exchange exchange = { .request = &request, .answer = message };
	uint8_t kind = message->header.exchange;

	if (!set->keyring || !keyring_exponents(set->keyring) ||
	    !ike_is_response(message) || !ike_payload_find(message, V2_PAYLOAD_SA, 0) ||
	    (kind != V2_EXCHANGE_SA_INIT && kind != V2_EXCHANGE_AUTH &&
	     kind != V2_EXCHANGE_CREATE_CHILD_SA) ||
	    (kind != V2_EXCHANGE_SA_INIT && step->state != STEP_DECRYPTED))
		return;
	exchange.asked = request_of(session, step);
	if (!exchange.asked)
		return;
	session_step_message(exchange.asked, &request);
	exchange.ni = nonce_of(&request);
	exchange.nr = nonce_of(message);
	if (kind == V2_EXCHANGE_SA_INIT && exchange.ni.length && exchange.nr.length)
		add_first(set, session, &exchange);
	else if (kind != V2_EXCHANGE_SA_INIT)
		add_of_exchange(set, session, &exchange);
	OPENSSL_cleanse(exchange.shared, sizeof(exchange.shared));
}
