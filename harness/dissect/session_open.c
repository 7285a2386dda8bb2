// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * session_open.c - messages of an IKE SA opened with its keys, and put together from pieces
 *
 * IKEv2's fragments are encrypted each by itself (RFC 7383), IKEv1's are pieces in clear of
 * a message (Cisco, Microsoft).
 */
#include "dissect/session_open.h"

#include <errno.h>

#include "base/cleanup.h"
#include "dissect/ikev2_crypto.h"
#include "dissect/keyring.h"
#include "dissect/session_keys.h"
#include "dissect/session_verify.h"

#define FRAGMENT_MAX 64

void session_keep(struct ike_session *session, struct slice *place, struct slice bytes)
{
	if (bytes.length)
		*place = (struct slice){ arena_memdup(session->arena, bytes.bytes,
						      bytes.length),
					 bytes.length };
}

static enum step_plain state_of(int status)
{
	switch (status) {
	case 0:
		return STEP_DECRYPTED;
	case 1:
		return STEP_FORGED;
	case -ENOKEY:
		return STEP_NO_KEY;
	case -ENODATA:
		return STEP_NO_START;
	default:
		return STEP_WRONG_KEY;
	}
}

void session_open_ikev1(struct session_set *set, struct ike_session *session,
			struct ike_step *step, struct ike_message *message)
{
	int status = -ENOKEY;

	if (step->is_cut) {
		step->state = STEP_CUT;
		return;
	}
	if (set->keyring)
		status = ikev1_decrypt(set->crypto, set->keyring, &session->v1, message,
				       session_buffer(set, message->encrypted.length));
	step->state = state_of(status);
	if (status)
		return;
	step->plain_first = message->header.next_payload;
	session_keep(session, &step->plain,
		     (struct slice){ set->buffer, message->encrypted.length });
	ike_dissect_decrypted(message, step->plain_first, step->plain);
	step->hash = session_verify_hash(set, session, step, message);
	session_keys_quick(set, session, step, message);
}

/* Payload SKF of a step that is a fragment of the same message, or NULL. */
static const struct ike_step *fragment_of(const struct ike_session *session,
					  const struct ike_step *like, uint16_t number)
{
	for (size_t i = session->steps.count; i--;) {
		const struct ike_step *step = &session->steps.items[i];
		struct slice b = step->bytes, l = like->bytes;

		/* header and the generic header in front of number and total */
		if (step->state != STEP_FRAGMENT || b.length < 36 || l.length < 36 ||
		    step->is_from_initiator != like->is_from_initiator ||
		    memcmp(b.bytes + 18, l.bytes + 18, 6) != 0 ||
		    b.bytes[16] != V2_PAYLOAD_SKF)
			continue;
		if (be16(b.bytes + 32) == number &&
		    be16(b.bytes + 34) == be16(l.bytes + 34))
			return step;
	}
	return NULL;
}

/* When all fragments are there, the step that was last takes the whole chain. */
static void join_fragments(struct ike_session *session, struct ike_step *step,
			   uint16_t total)
{
	const struct ike_step *parts[FRAGMENT_MAX + 1];
	size_t length = 0;
	uint8_t *whole;

	if (!total || total > FRAGMENT_MAX)
		return;
	for (uint16_t number = 1; number <= total; number++) {
		parts[number] = fragment_of(session, step, number);
		if (!parts[number])
			return;
		length += parts[number]->plain.length;
	}
	whole = arena_alloc(session->arena, length + 1);
	step->plain_first = parts[1]->bytes.bytes[28];
	length = 0;
	for (uint16_t number = 1; number <= total; number++) {
		memcpy(whole + length, parts[number]->plain.bytes,
		       parts[number]->plain.length);
		length += parts[number]->plain.length;
	}
	step->plain = (struct slice){ whole, length };
	step->state = STEP_DECRYPTED;
}

static void learn_auth(struct session_set *set, struct ike_session *session,
		       const struct ike_step *step, const struct ike_message *message)
{
	enum psk_verdict *verdict =
		step->is_from_initiator ? &session->psk_i : &session->psk_r;

	if (message->header.exchange == V2_EXCHANGE_AUTH && *verdict == PSK_NOT_SEEN)
		*verdict = session_verify_auth(set, session, step, message,
					       step->is_from_initiator
						       ? &session->psk_label_i
						       : &session->psk_label_r);
}

void session_open_ikev2(struct session_set *set, struct ike_session *session,
			struct ike_step *step, struct ike_message *message)
{
	const struct ike_payload *last =
		message->payloads ? &message->payload[message->payloads - 1] : NULL;
	struct slice chain = { 0 };
	int status = -ENOKEY;
	uint16_t total;

	if (!last || (last->type != V2_PAYLOAD_SK && last->type != V2_PAYLOAD_SKF))
		return;
	if (step->is_cut) {
		step->state = STEP_CUT;
		return;
	}
	if (set->keyring)
		status = ikev2_decrypt(set->crypto, set->keyring, message, last,
				       step->is_from_initiator,
				       session_buffer(set, last->body.length), &chain);
	step->state = state_of(status);
	if (status < 0)
		return;
	session_keep(session, &step->plain, chain);
	step->plain_first = last->next;
	if (last->type == V2_PAYLOAD_SKF && !status) {
		total = last->fragment.total;
		step->state = STEP_FRAGMENT;
		join_fragments(session, step, total);
	}
	if (step->state != STEP_FRAGMENT && step->plain.length)
		ike_dissect_decrypted(message, step->plain_first, step->plain);
	if (step->state == STEP_DECRYPTED)
		learn_auth(set, session, step, message);
}

/*
 * IKEv1 (Cisco, Microsoft): a message in clear whose one payload, behind the generic
 * header, is id(2), number(1), flags(1: last) and a piece of a whole message, the
 * header of which is in the first piece. Ids are not always new for each message.
 */
#define V1_FRAGMENT_ID	   (IKE_HEADER_SIZE + IKE_GENERIC_SIZE)
#define V1_FRAGMENT_NUMBER (V1_FRAGMENT_ID + 2)
#define V1_FRAGMENT_FLAGS  (V1_FRAGMENT_ID + 3)
#define V1_FRAGMENT_DATA   (V1_FRAGMENT_ID + 4)

bool session_is_fragment_v1(const struct ike_step *step)
{
	const uint8_t *bytes = step->bytes.bytes;

	return step->bytes.length > V1_FRAGMENT_DATA && !step->is_cut &&
	       bytes[17] >> 4 == 1 && bytes[16] == V1_PAYLOAD_FRAGMENT &&
	       !(bytes[19] & IKE_V1_FLAG_ENCRYPTED);
}

/* The pieces that wait with this one, by number from 1; returns the last one's number. */
static unsigned int collect_fragments_v1(struct ike_session *session,
					 const struct ike_step *like,
					 struct ike_step *ret[static FRAGMENT_MAX + 1])
{
	unsigned int last = 0;

	vec_foreach (step, &session->steps) {
		unsigned int number;

		if (!session_is_fragment_v1(step) || step->is_joined ||
		    step->sent.length ||
		    step->is_from_initiator != like->is_from_initiator ||
		    be16(step->bytes.bytes + V1_FRAGMENT_ID) !=
			    be16(like->bytes.bytes + V1_FRAGMENT_ID))
			continue;
		number = step->bytes.bytes[V1_FRAGMENT_NUMBER];
		if (!number || number > FRAGMENT_MAX)
			continue;
		ret[number] = step;
		if (step->bytes.bytes[V1_FRAGMENT_FLAGS] & 1)
			last = number;
	}
	return last;
}

/* When all are there, the step that came last becomes the whole message. */
bool session_join_fragments_v1(struct ike_session *session, struct ike_step *step)
{
	struct ike_step *parts[FRAGMENT_MAX + 1] = { 0 };
	unsigned int last = collect_fragments_v1(session, step, parts);
	size_t length = 0;
	uint8_t *whole;

	step->state = STEP_FRAGMENT;
	for (unsigned int i = 1; i <= last; i++) {
		if (!parts[i])
			return false;
		length += parts[i]->bytes.length - V1_FRAGMENT_DATA;
	}
	if (length < IKE_HEADER_SIZE || length > UINT16_MAX)
		return false;
	whole = arena_alloc(session->arena, length);
	length = 0;
	for (unsigned int i = 1; i <= last; i++) {
		size_t piece = parts[i]->bytes.length - V1_FRAGMENT_DATA;

		memcpy(whole + length, parts[i]->bytes.bytes + V1_FRAGMENT_DATA, piece);
		length += piece;
		parts[i]->is_joined = true;
	}
	/* It must be of this SA: another would confuse the keys of both. */
	if (memcmp(whole, step->bytes.bytes, IKE_SPI_SIZE) != 0 ||
	    whole[16] == V1_PAYLOAD_FRAGMENT || whole[17] >> 4 != 1)
		return false;
	step->state = STEP_CLEAR;
	step->sent = step->bytes;
	step->bytes = (struct slice){ whole, length };
	return true;
}
