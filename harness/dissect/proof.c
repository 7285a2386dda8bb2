// SPDX-License-Identifier: GPL-2.0-or-later
/* proof.c - how one end of an IKE SA proved who it is, and whether that holds */
#include "dissect/proof.h"

#include <errno.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "dissect/keyring.h"
#include "dissect/session_verify.h"

static void cannot(struct proof *proof, const char *reason)
{
	proof->verdict = PROOF_UNCHECKABLE;
	proof->reason = reason;
}

/* Why a message that should hold the proof cannot be read. */
static const char *why_closed(const struct ike_step *step, struct arena *arena)
{
	switch (step->state) {
	case STEP_NO_KEY:
		return arena_printf(arena,
				    "message #%u is encrypted and its key is not known",
				    step->frame);
	case STEP_WRONG_KEY:
		return arena_printf(
			arena, "message #%u is encrypted and the key given does not fit",
			step->frame);
	case STEP_CUT:
		return arena_printf(arena,
				    "message #%u is encrypted and captured only in part",
				    step->frame);
	case STEP_NO_START:
		return arena_printf(arena,
				    "message #%u is encrypted and the capture lacks what "
				    "is needed to open it",
				    step->frame);
	case STEP_FRAGMENT:
		return arena_printf(arena,
				    "message #%u is a fragment, the others are missing",
				    step->frame);
	case STEP_FORGED:
	case STEP_CLEAR:
	case STEP_DECRYPTED:
		break;
	}
	return NULL;
}

static bool is_proving_exchange(const struct ike_session *session,
				const struct ike_message *message)
{
	uint8_t exchange = message->header.exchange;

	if (session->version == 2)
		return exchange == V2_EXCHANGE_AUTH;
	return !message->header.message_id &&
	       (exchange == V1_EXCHANGE_MAIN || exchange == V1_EXCHANGE_AGGRESSIVE);
}

/* The payload of an end that proves it: its step is in ret_step, NULL: none readable. */
static void find_payload(const struct ike_session *session, bool is_responder,
			 unsigned int type, struct ike_message *message,
			 const struct ike_step **ret_step,
			 const struct ike_step **ret_closed)
{
	*ret_step = *ret_closed = NULL;
	vec_foreach (step, &session->steps) {
		if (step->is_from_initiator == is_responder)
			continue;
		session_step_message(step, message);
		if (!is_proving_exchange(session, message))
			continue;
		if (step->state != STEP_CLEAR && step->state != STEP_DECRYPTED) {
			*ret_closed = step;
			continue;
		}
		if (ike_payload_find(message, type, 0)) {
			*ret_step = step;
			return;
		}
	}
}

static const char *why_not_seen(const struct ike_session *session,
				const struct ike_step *closed, struct arena *arena)
{
	const char *reason = closed ? why_closed(closed, arena) : NULL;

	if (reason)
		return reason;
	return session->is_late ? "the capture begins after it"
				: "no HASH or AUTH of it was captured";
}

/* ------------------------------------------------------------ IKEv1 */

static void prove_v1(const struct session_set *set, const struct ike_session *session,
		     bool is_responder, struct arena *arena, struct proof *proof)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };
	const struct ikev1_sa *sa = &session->v1;
	const struct ike_step *step, *closed;

	if (sa->has_signatures) {
		proof->payload = "SIG";
		cannot(proof, arena_printf(arena,
					   "the ends authenticate by %s, not by a "
					   "pre-shared key",
					   number_text(NUMBER_V1_AUTH, sa->auth).s));
		return;
	}
	find_payload(session, is_responder, V1_PAYLOAD_HASH, &message, &step, &closed);
	if (!step) {
		cannot(proof, why_not_seen(session, closed, arena));
		return;
	}
	proof->frame = step->frame;
	if (!sa->hash)
		cannot(proof, "the responder's choice of algorithms is not in the "
			      "capture");
	else if (ikev1_verify_psk(set->crypto, sa, is_responder, (struct slice){ 0 }) ==
		 -ENODATA)
		cannot(proof, "not everything that it covers (SA, KE, NONCE, ID) is in "
			      "the capture");
	else if (!set->keyring || !keyring_psks(set->keyring))
		proof->verdict = PROOF_NOT_TRIED;
	else
		proof->verdict = PROOF_REFUTED;
}

/* ------------------------------------------------------------ IKEv2 */

static bool has_eap(const struct ike_session *session)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };

	vec_foreach (step, &session->steps) {
		session_step_message(step, &message);
		if (message.header.exchange == V2_EXCHANGE_AUTH &&
		    ike_payload_find(&message, V2_PAYLOAD_EAP, 0))
			return true;
	}
	return false;
}

static void prove_v2(const struct session_set *set, const struct ike_session *session,
		     bool is_responder, struct arena *arena, struct proof *proof)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };
	const struct ike_step *step, *closed;
	const struct ike_payload *auth;

	find_payload(session, is_responder, V2_PAYLOAD_AUTH, &message, &step, &closed);
	if (!step) {
		cannot(proof, why_not_seen(session, closed, arena));
		return;
	}
	proof->frame = step->frame;
	auth = ike_payload_find(&message, V2_PAYLOAD_AUTH, 0);
	if (auth->auth.method != V2_AUTH_SHARED_KEY) {
		cannot(proof,
		       arena_printf(arena, "it is made by %s, not with a pre-shared key",
				    number_text(NUMBER_V2_AUTH, auth->auth.method).s));
		return;
	}
	if (has_eap(session)) {
		cannot(proof, "EAP is in between, its key makes AUTH");
		return;
	}
	switch (session_auth_inputs(set, session, step)) {
	case AUTH_INPUTS_NO_INIT:
		cannot(proof, "IKE_SA_INIT or the identity, which it covers, is not in "
			      "the capture");
		break;
	case AUTH_INPUTS_NO_KEY:
		cannot(proof, is_responder ? "SK_pr is not known: charon's log has it, "
					     "Wireshark's tables have not"
					   : "SK_pi is not known: charon's log has it, "
					     "Wireshark's tables have not");
		break;
	case AUTH_INPUTS_OTHER:
		cannot(proof, "the algorithms or the nonces it is made with cannot be "
			      "read");
		break;
	case AUTH_INPUTS_HERE:
		proof->verdict =
			keyring_psks(set->keyring) ? PROOF_REFUTED : PROOF_NOT_TRIED;
		break;
	}
}

/* ------------------------------------------------------------ both */

void proof_of(const struct session_set *set, const struct ike_session *session,
	      bool is_responder, struct arena *arena, struct proof *ret)
{
	bool is_v2 = session->version == 2;

	*ret = (struct proof){ .payload = is_v2		 ? "AUTH"
					  : is_responder ? "HASH_R"
							 : "HASH_I" };
	if (is_v2)
		prove_v2(set, session, is_responder, arena, ret);
	else
		prove_v1(set, session, is_responder, arena, ret);
	/* What the session found out when the message came is the last word. */
	if ((is_responder ? session->psk_r : session->psk_i) == PSK_RIGHT) {
		ret->verdict = PROOF_VERIFIED;
		ret->reason = NULL;
		ret->label = is_responder ? session->psk_label_r : session->psk_label_i;
	}
}

enum proof_verdict proof_of_all(const struct session_set *set)
{
	struct arena *arena = arena_new();
	enum proof_verdict verdict = PROOF_UNCHECKABLE;

	for (uint32_t i = 0; i < 2 * set->sessions; i++) {
		struct proof proof;

		proof_of(set, set->session[i / 2], i % 2, arena, &proof);
		if (proof.verdict < verdict && verdict != PROOF_REFUTED)
			verdict = proof.verdict;
		if (proof.verdict == PROOF_REFUTED)
			verdict = PROOF_REFUTED;
	}
	arena_free(arena);
	return verdict;
}

const char *proof_verdict_name(enum proof_verdict verdict)
{
	switch (verdict) {
	case PROOF_VERIFIED:
		return "verified";
	case PROOF_REFUTED:
		return "does not verify";
	case PROOF_NOT_TRIED:
		return "not tried";
	case PROOF_UNCHECKABLE:
		return "cannot be checked";
	}
	return "?";
}
