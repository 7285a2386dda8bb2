// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * story_auth.c - IKE_AUTH: which answer is the last, and does it agree?
 *
 * IKE_AUTH is one exchange, or several: EAP (RFC 7296 2.16) takes rounds, each with the next
 * message id, and so do several authentications (RFC 4739). Certificates and EAP-TLS make
 * answers in between long, longer than the last one. What tells the last round is its
 * request: behind EAP-Success the initiator sends AUTH and nothing else. IKE_INTERMEDIATE
 * (RFC 9242) comes before, so the first round need not have message id 1.
 */
#include "base/cleanup.h"
#include "dissect/cursor.h"
#include "dissect/story.h"

#define AT_ONCE_NS 2000000000LL /* sooner nobody asks whether a peer is alive */

static uint32_t id_of(const struct ike_step *step)
{
	return be32(step->bytes.bytes + 20);
}

static bool is_answer(const struct ike_step *step)
{
	return step->bytes.bytes[19] & IKE_V2_FLAG_RESPONSE;
}

static bool is_auth(const struct ike_step *step)
{
	return step->bytes.bytes[18] == V2_EXCHANGE_AUTH ||
	       step->bytes.bytes[18] == V2_EXCHANGE_GSA_AUTH;
}

/* A round of IKE_AUTH; NULL: not captured. */
struct round {
	const struct ike_step *request, *answer; /* borrowed */
	bool is_first;
};

/* The one with the highest message id; false: there is no IKE_AUTH. */
static bool last_round(const struct ike_session *session, struct round *ret)
{
	uint32_t first = UINT32_MAX, last = 0;
	bool is_any = false;

	vec_foreach (step, &session->steps) {
		if (!is_auth(step))
			continue;
		is_any = true;
		first = id_of(step) < first ? id_of(step) : first;
		last = id_of(step) > last ? id_of(step) : last;
	}
	*ret = (struct round){ .is_first = first == last &&
					   (last == 1 || !session->is_late) };
	vec_foreach (step, &session->steps)
		if (is_auth(step) && id_of(step) == last)
			*(is_answer(step) ? &ret->answer : &ret->request) = step;
	return is_any;
}

/* An initiator without the whole answer would ask again and not go on. */
static bool is_whole(const struct ike_session *session, const struct ike_step *answer)
{
	if (!story_fragments_missing(session, answer))
		return true;
	vec_foreach (step, &session->steps)
		if (!is_answer(step) && step->is_from_initiator &&
		    id_of(step) > id_of(answer))
			return true;
	return false;
}

static bool is_success(const struct ike_session *session, const struct round *round)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };

	if (round->answer->state == STEP_DECRYPTED) {
		session_step_message(round->answer, &message);
		return ike_payload_find(&message, V2_PAYLOAD_AUTH, 0) &&
		       !ike_payload_find(&message, V2_PAYLOAD_EAP, 0);
	}
	if (!is_whole(session, round->answer))
		return false;
	if (round->is_first)
		return story_room_of(session, round->answer) >= STORY_ROOM_NO_CHILD;
	return story_room_of(session, round->answer) == STORY_ROOM_ALL &&
	       (!round->request || story_is_auth_alone(session, round->request));
}

uint32_t story_auth_frame(const struct ike_session *session)
{
	struct round round;
	bool has_round = last_round(session, &round);

	if (has_round && round.answer && is_success(session, &round))
		return round.answer->frame;
	/* Nobody makes children before. */
	vec_foreach (step, &session->steps)
		if (step->bytes.bytes[18] == V2_EXCHANGE_CREATE_CHILD_SA)
			return step->frame;
	return 0;
}

const struct ike_step *story_refusal_of_answer(const struct ike_session *session)
{
	const struct ike_step *refusal = NULL;
	struct round round;

	if (!last_round(session, &round) || !round.answer)
		return NULL;
	vec_foreach (step, &session->steps) {
		if (step->bytes.bytes[18] == V2_EXCHANGE_SA_INIT || is_auth(step) ||
		    step->bytes.bytes[18] == V2_EXCHANGE_INTERMEDIATE)
			continue;
		if (refusal && is_answer(step) && id_of(step) == id_of(refusal))
			continue;
		if (refusal || step->bytes.bytes[18] != V2_EXCHANGE_INFORMATIONAL ||
		    is_answer(step) || !step->is_from_initiator || step->folded ||
		    step->cycles || step->state == STEP_DECRYPTED ||
		    step->time_ns - round.answer->time_ns > AT_ONCE_NS)
			return NULL;
		refusal = step;
	}
	return refusal;
}
