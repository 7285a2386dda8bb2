// SPDX-License-Identifier: GPL-2.0-or-later
/* session_roles.c - which end of an IKE SA sent a message (RFC 2409 5, RFC 7296 3.1) */
#include "dissect/session_roles.h"

/* IKEv1's phase 1 in clear: which payloads stand in it? */
static enum sender sender_of_phase1(const struct ike_message *message)
{
	bool has_sa = ike_payload_find(message, V1_PAYLOAD_SA, 0);
	bool has_hash = ike_payload_find(message, V1_PAYLOAD_HASH, 0) ||
			ike_payload_find(message, V1_PAYLOAD_SIG, 0);

	if (message->is_encrypted || message->header.message_id)
		return SENDER_UNKNOWN;
	if (has_sa) /* with a responder's cookie: the answer of either mode */
		return SENDER_RESPONDER;
	if (message->header.exchange == V1_EXCHANGE_AGGRESSIVE && has_hash)
		return SENDER_INITIATOR; /* its third message */
	return SENDER_UNKNOWN;
}

static bool is_refusal_without_state(const struct ike_message *message)
{
	return message->header.major != 2 && !message->header.spi_r &&
	       message->header.exchange == V1_EXCHANGE_INFORMATIONAL;
}

enum sender session_sender_of(const struct ike_message *message)
{
	if (message->header.major == 2)
		return message->header.flags & IKE_V2_FLAG_INITIATOR ? SENDER_INITIATOR
								     : SENDER_RESPONDER;
	if (message->header.spi_r)
		return sender_of_phase1(message);
	return is_refusal_without_state(message) ? SENDER_UNKNOWN : SENDER_INITIATOR;
}

enum sender session_sender_guess(const struct ike_message *message)
{
	enum sender sender = session_sender_of(message);

	if (sender != SENDER_UNKNOWN)
		return sender;
	return is_refusal_without_state(message) ? SENDER_RESPONDER : SENDER_INITIATOR;
}

/*
 * Quick mode behind a single encrypted message of main mode, from the other end: that was
 * the sixth, as the fifth is answered first. Who begins quick mode is the initiator then.
 */
static enum sender sender_of_quick(const struct ike_session *session, bool is_forward)
{
	const struct ike_step *only = NULL;

	vec_foreach (step, &session->steps) {
		if (step->bytes.bytes[18] != V1_EXCHANGE_MAIN || only ||
		    !(step->bytes.bytes[19] & IKE_V1_FLAG_ENCRYPTED))
			return SENDER_UNKNOWN;
		only = step;
	}
	return only && only->is_from_initiator != is_forward ? SENDER_INITIATOR
							     : SENDER_UNKNOWN;
}

enum sender session_sender_after(const struct ike_session *session,
				 const struct ike_message *message, bool is_forward)
{
	const struct ike_step *last = NULL;

	if (message->header.exchange == V1_EXCHANGE_QUICK)
		return sender_of_quick(session, is_forward);
	if (message->header.exchange != V1_EXCHANGE_MAIN || !message->is_encrypted)
		return SENDER_UNKNOWN;
	vec_foreach (step, &session->steps) {
		if (step->bytes.bytes[18] != V1_EXCHANGE_MAIN)
			continue;
		if (step->bytes.bytes[19] & IKE_V1_FLAG_ENCRYPTED)
			return SENDER_UNKNOWN;
		last = step;
	}
	/* From the same end as the KE: a message between the two is missing. */
	return last && last->is_from_initiator != is_forward ? SENDER_INITIATOR
							     : SENDER_UNKNOWN;
}
