// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * story_cry.c - the peer that is dead: what is asked at the end, and never answered
 *
 * IKEv2 sends one request again and again. IKEv1 asks anew each time (RFC 3706), in
 * Informationals that nobody can read without keys: several of one length, from one end,
 * seconds apart, and after the first of them nothing from the other, neither IKE nor ESP.
 */
#include "base/cleanup.h"
#include "dissect/story.h"
#include "dissect/story_side.h"

#define CRIES_LEAST   2		   /* repetitions: by then it is not one that was lost */
#define CRIES_NS      5000000000LL /* from the first to the last */
#define QUESTIONS_GAP 500000000LL  /* sooner after each other they say different things */

static bool is_silent(const struct session_set *set, const struct ike_step *since)
{
	vec_foreach (flow, &set->flows)
		if (inet_addr_equal(&flow->src, &since->dst) &&
		    flow->last_ns > since->time_ns)
			return false;
	return true;
}

static bool cry_of_v2(const struct ike_session *session, struct story_cry *ret)
{
	const struct ike_step *last = &session->steps.items[session->steps.count - 1];

	*ret = (struct story_cry){ .first = last,
				   .times = last->repeats + 1,
				   .last_ns = last->last_ns };
	return !(last->bytes.bytes[19] & IKE_V2_FLAG_RESPONSE) &&
	       last->repeats >= CRIES_LEAST;
}

/* Whether a peer is alive; or what cannot be read and may be that. */
static bool is_question(const struct ike_step *step, const struct ike_step *like)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };
	const struct ike_payload *notify;

	if (step->state != STEP_DECRYPTED && step->state != STEP_CLEAR)
		return !like || (step->bytes.length == like->bytes.length &&
				 step->time_ns - like->last_ns >= QUESTIONS_GAP);
	session_step_message(step, &message);
	notify = ike_payload_find(&message, V1_PAYLOAD_NOTIFY, 0);
	return notify && notify->notify.type == NOTIFY_V1_R_U_THERE;
}

/* The first of the Informationals from one end with which the steps end. */
static size_t tail_of(const struct ike_session *session)
{
	const struct ike_step *steps = session->steps.items;
	size_t at = session->steps.count;

	while (at && steps[at - 1].bytes.bytes[18] == V1_EXCHANGE_INFORMATIONAL &&
	       steps[at - 1].is_from_initiator ==
		       steps[session->steps.count - 1].is_from_initiator)
		at--;
	return at;
}

static bool cry_of_v1(const struct ike_session *session, struct story_cry *ret)
{
	const struct ike_step *before = NULL;

	*ret = (struct story_cry){ 0 };
	for (size_t i = tail_of(session); i < session->steps.count; i++) {
		const struct ike_step *step = &session->steps.items[i];

		if (!is_question(step, before))
			continue;
		if (!ret->first)
			ret->first = step;
		ret->times += 1 + step->repeats;
		ret->last_ns = step->last_ns;
		ret->is_guess |= step->state != STEP_DECRYPTED;
		before = step;
	}
	return ret->times > CRIES_LEAST;
}

bool story_last_cry(const struct session_set *set, const struct ike_session *session,
		    struct story_cry *ret)
{
	if (!session->steps.count ||
	    (session->version == 1 && story_side_of(session) != STORY_SIDES_BOTH))
		return false;
	return (session->version == 2 ? cry_of_v2(session, ret)
				      : cry_of_v1(session, ret)) &&
	       ret->last_ns - ret->first->time_ns >= CRIES_NS &&
	       is_silent(set, ret->first);
}

void story_note_cry(struct ike_story *story, const struct session_set *set)
{
	struct story_cry cry;

	/* IKEv2's is a message without answer as any. */
	if (story->session->version != 1 || !story->up_frame ||
	    !story_last_cry(set, story->session, &cry))
		return;
	story_note(
		story, STORY_WARNING, cry.first->frame, CLASSES(F56, F57),
		"the %s asks %u times in %.0f s whether the peer is alive (%sR-U-THERE), "
		"and nothing comes from there any more",
		cry.first->is_from_initiator ? "initiator" : "responder", cry.times,
		(double)(cry.last_ns - cry.first->time_ns) / 1e9,
		cry.is_guess ? "encrypted, perhaps " : "");
}
