// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * session_verify.c - what IKE messages prove: IKEv1's hashes, IKEv2's AUTH
 *
 * RFC 2409 5.5 and 5.7, with `rest` all payloads behind the HASH payload:
 *	HASH(1) = prf(SKEYID_a, M-ID | rest)           also informational, transaction
 *	HASH(2) = prf(SKEYID_a, M-ID | Ni_b | rest)
 *	HASH(3) = prf(SKEYID_a, 0 | M-ID | Ni_b | Nr_b)
 *
 * RFC 7296 2.15, for the initiator; the responder's has message 2, Ni, SK_pr and IDr:
 *	AUTH = prf(prf(psk, "Key Pad for IKEv2"), message 1 | Nr | prf(SK_pi, IDi'))
 */
#include "dissect/session_verify.h"

#include <errno.h>
#include <openssl/crypto.h>

#include "base/cleanup.h"
#include "dissect/crypto.h"
#include "dissect/ikev2_derive.h"
#include "dissect/keyring.h"
#include "ipsec/alg.h"

/* ------------------------------------------------------------ IKEv1 */

/* The nonces of a quick mode as the steps before this one have them. */
static void find_nonces(const struct ike_session *session, const struct ike_step *step,
			struct slice *ret_ni, struct slice *ret_nr)
{
	_cleanup_(ike_message_done) struct ike_message before = { 0 };

	vec_foreach (other, &session->steps) {
		const struct ike_payload *nonce;

		if (other == step)
			return;
		if (other->state != STEP_DECRYPTED ||
		    memcmp(other->bytes.bytes + 18, step->bytes.bytes + 18, 1) != 0 ||
		    memcmp(other->bytes.bytes + 20, step->bytes.bytes + 20, 4) != 0)
			continue;
		session_step_message(other, &before);
		nonce = ike_payload_find(&before, V1_PAYLOAD_NONCE, 0);
		if (!nonce || nonce->fault >= IKE_FAULT_SHORT_BODY)
			continue;
		*(ret_ni->length ? ret_nr : ret_ni) = nonce->body;
	}
}

static struct slice rest_behind(const struct ike_message *message,
				const struct ike_payload *hash)
{
	const struct ike_payload *last = &message->payload[message->payloads - 1];
	const uint8_t *from = hash->whole.bytes + hash->whole.length;
	const uint8_t *to = last->whole.bytes + last->whole.length;

	return to > from ? (struct slice){ from, (size_t)(to - from) }
			 : (struct slice){ 0 };
}

enum step_hash session_verify_hash(const struct session_set *set,
				   const struct ike_session *session,
				   const struct ike_step *step,
				   const struct ike_message *message)
{
	static const uint8_t zero[1];
	const struct ikev1_sa *sa = &session->v1;
	const struct ike_payload *hash = message->payload;
	struct slice id = { message->whole.bytes + 20, 4 }, ni = { 0 }, nr = { 0 };
	struct slice parts[4];
	uint8_t expected[CRYPTO_HASH_MAX];
	size_t count = 0, length;

	if (!sa->skeyid_a.length || !sa->hash || !message->header.message_id ||
	    !message->payloads || hash->type != V1_PAYLOAD_HASH || !hash->is_decrypted)
		return STEP_HASH_UNKNOWN;
	for (uint32_t i = 0; i < message->payloads; i++)
		if (message->payload[i].fault >= IKE_FAULT_BEYOND)
			return STEP_HASH_UNKNOWN;
	if (message->header.exchange == V1_EXCHANGE_QUICK)
		find_nonces(session, step, &ni, &nr);
	if (ni.length && nr.length && message->payloads == 1)
		parts[count++] = (struct slice){ zero, 1 };
	parts[count++] = id;
	if (ni.length)
		parts[count++] = ni;
	parts[count++] = nr.length ? nr : rest_behind(message, hash);
	length = crypto_prf(set->crypto, sa->hash, sa->skeyid_a, parts, count, expected);
	if (!length)
		return STEP_HASH_UNKNOWN;
	return length == hash->body.length &&
			       !CRYPTO_memcmp(expected, hash->body.bytes, length)
		       ? STEP_HASH_RIGHT
		       : STEP_HASH_WRONG;
}

/* ------------------------------------------------------------ IKEv2 */

/* The last IKE_SA_INIT of one side: the one that counted. */
static const struct ike_step *find_init(const struct ike_session *session,
					bool is_from_initiator)
{
	const struct ike_step *found = NULL;

	vec_foreach (step, &session->steps)
		if (step->is_from_initiator == is_from_initiator && !step->is_cut &&
		    step->bytes.length > IKE_HEADER_SIZE &&
		    step->bytes.bytes[18] == V2_EXCHANGE_SA_INIT)
			found = step;
	return found;
}

static const struct alg *chosen_prf(const struct ike_message *init)
{
	const struct ike_payload *sa = ike_payload_find(init, V2_PAYLOAD_SA, 0);
	const struct ike_proposal *proposal;

	if (!sa || !sa->sa.proposals)
		return NULL;
	proposal = &init->proposal[sa->sa.first_proposal];
	for (uint32_t i = 0; i < proposal->transforms; i++) {
		const struct ike_transform *transform =
			&init->transform[proposal->first_transform + i];

		if (transform->type == V2_TRANSFORM_PRF)
			return alg_by_ikev2(ALG_KIND_PRF, transform->id, 0);
	}
	return NULL;
}

static struct slice nonce_of(const struct ike_message *init)
{
	const struct ike_payload *nonce = ike_payload_find(init, V2_PAYLOAD_NONCE, 0);

	return nonce ? nonce->body : (struct slice){ 0 };
}

static struct slice sk_p_of(const struct session_set *set,
			    const struct ike_session *session, bool is_from_initiator)
{
	size_t keys = set->keyring ? keyring_ikev2s(set->keyring) : 0;

	for (size_t i = 0; i < keys; i++) {
		const struct ikev2_key *key = keyring_ikev2(set->keyring, i);
		const struct auth_key *auth;

		if (key->is_floating || key->spi_i != session->spi_i ||
		    key->spi_r != session->spi_r)
			continue;
		auth = keyring_auth_of(set->keyring, key->sk_ei);
		if (auth)
			return is_from_initiator ? auth->sk_pi : auth->sk_pr;
	}
	return (struct slice){ 0 };
}

/* What AUTH covers, and with which PRF; and what it is. */
struct signed_octets {
	struct ikev2_signed covered;
	struct slice auth;
};

static bool is_auth_of(struct crypto *crypto, const struct signed_octets *octets,
		       struct slice psk)
{
	uint8_t auth[CRYPTO_HASH_MAX];
	size_t length = ikev2_auth(crypto, &octets->covered, psk, auth);

	return length && length == octets->auth.length &&
	       !CRYPTO_memcmp(auth, octets->auth.bytes, length);
}

static enum auth_inputs read_octets(const struct session_set *set,
				    const struct ike_session *session,
				    const struct ike_step *step,
				    const struct ike_message *message,
				    struct ike_message *init, struct signed_octets *ret)
{
	bool is_initiator = step->is_from_initiator;
	const struct ike_payload *auth = ike_payload_find(message, V2_PAYLOAD_AUTH, 0);
	const struct ike_payload *id = ike_payload_find(
		message, is_initiator ? V2_PAYLOAD_IDI : V2_PAYLOAD_IDR, 0);
	const struct ike_step *own = find_init(session, is_initiator);
	const struct ike_step *answer = find_init(session, false);
	const struct ike_step *other = find_init(session, !is_initiator);
	struct slice sk_p = sk_p_of(set, session, is_initiator);

	if (!auth || auth->auth.method != V2_AUTH_SHARED_KEY ||
	    auth->fault >= IKE_FAULT_SHORT_BODY)
		return AUTH_INPUTS_OTHER;
	if (!id || !own || !answer || !other)
		return AUTH_INPUTS_NO_INIT;
	if (!sk_p.length)
		return AUTH_INPUTS_NO_KEY;
	session_step_message(answer, init);
	ret->covered.prf = chosen_prf(init);
	session_step_message(other, init);
	ret->covered.nonce = nonce_of(init);
	ret->covered.message = own->bytes;
	ret->covered.sk_p = sk_p;
	ret->covered.id = id->body;
	ret->auth = auth->auth.data;
	return ret->covered.prf && ret->covered.nonce.length &&
			       crypto_hash_size(ret->covered.prf)
		       ? AUTH_INPUTS_HERE
		       : AUTH_INPUTS_OTHER;
}

enum auth_inputs session_auth_inputs(const struct session_set *set,
				     const struct ike_session *session,
				     const struct ike_step *step)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 }, init = { 0 };
	struct signed_octets octets = { 0 };

	session_step_message(step, &message);
	return read_octets(set, session, step, &message, &init, &octets);
}

enum psk_verdict session_verify_auth(const struct session_set *set,
				     const struct ike_session *session,
				     const struct ike_step *step,
				     const struct ike_message *message,
				     const char **ret_label)
{
	_cleanup_(ike_message_done) struct ike_message init = { 0 };
	struct signed_octets octets = { 0 };

	if (read_octets(set, session, step, message, &init, &octets) != AUTH_INPUTS_HERE)
		return PSK_NOT_SEEN;
	for (size_t i = 0; i < keyring_psks(set->keyring); i++) {
		const struct psk *psk = keyring_psk(set->keyring, i);

		if (is_auth_of(set->crypto, &octets, psk->bytes)) {
			*ret_label = psk->label;
			return PSK_RIGHT;
		}
	}
	return keyring_psks(set->keyring) ? PSK_WRONG : PSK_NOT_GIVEN;
}

static int try_auth(const struct session_set *set, const struct ike_session *session,
		    bool is_responder, struct slice psk)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 }, init = { 0 };

	vec_foreach (step, &session->steps) {
		struct signed_octets octets = { 0 };

		if (step->is_from_initiator == is_responder ||
		    step->state != STEP_DECRYPTED)
			continue;
		session_step_message(step, &message);
		if (message.header.exchange == V2_EXCHANGE_AUTH &&
		    ike_payload_find(&message, V2_PAYLOAD_AUTH, 0) &&
		    read_octets(set, session, step, &message, &init, &octets) ==
			    AUTH_INPUTS_HERE)
			return is_auth_of(set->crypto, &octets, psk);
	}
	return -ENODATA;
}

int session_try_psk(const struct session_set *set, const struct ike_session *session,
		    bool is_responder, struct slice psk)
{
	if (!set->crypto || session->v1.has_signatures)
		return -ENODATA;
	return session->version == 2
		       ? try_auth(set, session, is_responder, psk)
		       : ikev1_verify_psk(set->crypto, &session->v1, is_responder, psk);
}
