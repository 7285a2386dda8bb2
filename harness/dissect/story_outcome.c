// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * story_outcome.c - what became of an IKE SA: is it up, or where did it end?
 *
 * Most captures are encrypted from the fifth message on. So this counts what can be
 * seen without keys: which exchanges were answered, and how long the answers are.
 */
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "dissect/story.h"
#include "dissect/story_side.h"

#define EXCHANGES_MAX 256 /* quick modes and CREATE_CHILD_SAs that are told apart */
#define OTHERS_MAX    64  /* SAs that are asked whether they have children of the two */

/* Messages of one exchange: from who began it, and from the other. */
struct exchange {
	uint32_t message_id;
	bool is_from_initiator; /* who began */
	unsigned int began, answered;
};

struct tally {
	VEC(struct exchange) list;
	unsigned int complete, answered;
};

static struct exchange *exchange_of(struct ike_story *story, struct tally *tally,
				    const struct ike_step *step,
				    const struct ike_message *message)
{
	bool is_first = ike_is_v2(message)
				? ike_is_response(message) != step->is_from_initiator
				: step->is_from_initiator;
	struct exchange *exchange;

	/* IKEv2 counts message ids for each direction of requests by itself. */
	vec_foreach (known, &tally->list)
		if (known->message_id == message->header.message_id &&
		    (!ike_is_v2(message) || known->is_from_initiator == is_first))
			return known;
	if (tally->list.count == EXCHANGES_MAX)
		return NULL;
	exchange = vec_push(story->arena, &tally->list);
	*exchange = (struct exchange){ .message_id = message->header.message_id,
				       .is_from_initiator = is_first };
	return exchange;
}

bool story_is_error_by_length(const struct ike_session *session,
			      const struct ike_step *step)
{
	return step->bytes.bytes[16] == V2_PAYLOAD_SK &&
	       (step->state == STEP_NO_KEY || step->state == STEP_CUT) &&
	       step->bytes.bytes[19] & IKE_V2_FLAG_RESPONSE &&
	       story_room_of(session, step) != STORY_ROOM_ALL;
}

/* An answer of CREATE_CHILD_SA is no child when it is an error alone. */
static bool is_refusal(const struct ike_session *session, const struct ike_step *step,
		       const struct ike_message *message)
{
	if (!ike_is_v2(message))
		return false;
	return step->state == STEP_DECRYPTED
		       ? !ike_payload_find(message, V2_PAYLOAD_SA, 0)
		       : story_is_error_by_length(session, step);
}

static void count_exchanges(struct ike_story *story, unsigned int type,
			    struct tally *ret_tally)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };

	vec_foreach (step, &story->session->steps) {
		struct exchange *exchange;

		session_step_message(step, &message);
		if (message.header.exchange != type)
			continue;
		exchange = exchange_of(story, ret_tally, step, &message);
		if (!exchange)
			return;
		if (step->is_from_initiator == exchange->is_from_initiator)
			exchange->began++;
		else if (!is_refusal(story->session, step, &message))
			exchange->answered++;
	}
	vec_foreach (exchange, &ret_tally->list) {
		ret_tally->answered += exchange->answered > 0;
		/* Quick mode has three messages, IKEv2's exchanges two. */
		ret_tally->complete +=
			exchange->answered > 0 &&
			(story->session->version == 2 || exchange->began > 1);
	}
}

/* ------------------------------------------------------------ is it up? */

static bool is_up_v1(const struct ike_step *step, const struct ike_message *message,
		     bool has_answer)
{
	switch (message->header.exchange) {
	case V1_EXCHANGE_MAIN:
		return message->is_encrypted && !step->is_from_initiator;
	case V1_EXCHANGE_AGGRESSIVE:
		/* Sent again and again it was not heard. */
		return has_answer && step->is_from_initiator && !step->repeats;
	case V1_EXCHANGE_QUICK:
	case V1_EXCHANGE_TRANSACTION:
		return true;
	default: /* numbers of the wire */
		return false;
	}
}

static uint32_t up_frame_v1(const struct ike_session *session)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };
	bool has_answer = false;

	vec_foreach (step, &session->steps) {
		session_step_message(step, &message);
		if (is_up_v1(step, &message, has_answer))
			return step->frame;
		has_answer |= !step->is_from_initiator;
	}
	return 0;
}

uint32_t story_up_frame(const struct ike_session *session)
{
	return session->version == 2 ? story_auth_frame(session) : up_frame_v1(session);
}

/* ------------------------------------------------------------ in words */

static void say_exchanges(const struct ike_session *session, const struct tally *tally,
			  const char *what, struct buf *out)
{
	if (!tally->list.count)
		return;
	buf_printf(out, ", %u of %zu %s%s complete",
		   tally->complete + session->alike_children,
		   tally->list.count + session->alike_children, what,
		   session->steps_lost ? " that were kept" : "");
	if (tally->answered > tally->complete)
		buf_printf(out, " (%u lack %s message)",
			   tally->answered - tally->complete,
			   session->is_late ? "the first or the third" : "the third");
}

/* IKE_AUTH makes a CHILD SA with it; was it refused, and made by nothing later? */
static bool lacks_child_v2(const struct ike_session *session)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };
	bool is_lacking = false;

	vec_foreach (step, &session->steps) {
		session_step_message(step, &message);
		if (!ike_is_response(&message))
			continue;
		if (message.header.exchange == V2_EXCHANGE_CREATE_CHILD_SA &&
		    !is_refusal(session, step, &message))
			return false;
		if (message.header.exchange != V2_EXCHANGE_AUTH)
			continue;
		is_lacking = step->state == STEP_DECRYPTED
				     ? !ike_payload_find(&message, V2_PAYLOAD_SA, 0)
				     : story_room_of(session, step) != STORY_ROOM_ALL;
	}
	return is_lacking;
}

/* Quick modes with a third message: without reading any, that is what can be seen. */
static bool has_quick_mode(const struct ike_session *session)
{
	vec_foreach (third, &session->steps) {
		unsigned int same = 0;

		if (third->bytes.bytes[18] != V1_EXCHANGE_QUICK)
			continue;
		vec_foreach (step, &session->steps)
			same += step->bytes.bytes[18] == V1_EXCHANGE_QUICK &&
				!memcmp(step->bytes.bytes + 20, third->bytes.bytes + 20,
					4);
		if (same >= 3)
			return true;
	}
	return false;
}

/* Is there another SA of the two whose children the ESP may be? */
static bool has_other_children(const struct session_set *set,
			       const struct ike_session *session)
{
	for (uint32_t i = 0; i < set->sessions && i < OTHERS_MAX; i++) {
		const struct ike_session *other = set->session[i];

		if (other != session &&
		    (story_is_between(other, &session->initiator, &session->responder) ||
		     story_is_between(other, &session->responder, &session->initiator)) &&
		    (other->version == 2 ? story_up_frame(other) > 0
					 : has_quick_mode(other)))
			return true;
	}
	return false;
}

/* ESP that nobody else accounts for. */
static bool has_own_esp(const struct session_set *set, const struct ike_session *session)
{
	return story_has_esp(set, session) && !has_other_children(set, session);
}

/* A message of what comes before any child; IKE_AUTH's answer makes the first of IKEv2. */
static bool has_first_phase(const struct ike_session *session)
{
	vec_foreach (step, &session->steps) {
		uint8_t exchange = step->bytes.bytes[18];

		if (session->version == 2 ? exchange == V2_EXCHANGE_AUTH ||
						    exchange == V2_EXCHANGE_GSA_AUTH
					  : exchange == V1_EXCHANGE_MAIN ||
						    exchange == V1_EXCHANGE_AGGRESSIVE)
			return true;
	}
	return false;
}

/* The children of before the capture: are there any? Nothing that was captured tells. */
static bool are_children_untold(const struct session_set *set,
				const struct ike_session *session,
				const struct tally *tally)
{
	return session->is_late && !tally->complete && !session->alike_children &&
	       !has_first_phase(session) && !has_own_esp(set, session);
}

/*
 * Phase 1 carries nothing: without a quick mode that is complete, or ESP that nobody else
 * accounts for, no traffic flows.
 */
static bool is_phase1_only(const struct session_set *set,
			   const struct ike_session *session, const struct tally *tally)
{
	if ((session->version == 1 && (tally->complete || session->alike_children)) ||
	    has_own_esp(set, session))
		return false;
	return session->version == 1 || lacks_child_v2(session);
}

static void say_end(const struct ike_session *session, struct buf *out)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };
	const struct ike_step *last = NULL;

	vec_foreach (step, &session->steps)
		last = step;
	if (!last) {
		buf_puts(out, "not up: none of its messages was kept");
		return;
	}
	session_step_message(last, &message);
	if (session->version == 2 && !session->spi_r && session->steps.count == 1 &&
	    message.header.exchange == V2_EXCHANGE_INFORMATIONAL) {
		buf_printf(out, "no IKE SA: #%u is a notify outside of any", last->frame);
		return;
	}
	buf_printf(out, "not up: it ends with #%u, %s from the %s%s", last->frame,
		   ike_exchange_name(&message).s,
		   last->is_from_initiator ? "initiator" : "responder",
		   last->last_ns - last->time_ns >= (int64_t)(STORY_REPEAT_S * 1e9)
			   ? ", sent again and again"
			   : "");
}

/* Group keys (G-IKEv2): the responder is a key server, and no end of the tunnel. */
static bool is_of_group(const struct ike_session *session)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };

	vec_foreach (step, &session->steps) {
		session_step_message(step, &message);
		if (message.header.major == 2 &&
		    message.header.exchange == V2_EXCHANGE_GSA_AUTH)
			return true;
	}
	return false;
}

/* RFC 5723: instead of IKE_SA_INIT. */
static bool is_resumed(const struct ike_session *session)
{
	return session->steps.count &&
	       session->steps.items[0].bytes.bytes[18] == V2_EXCHANGE_SESSION_RESUME;
}

/* IKEv2 makes the next IKE SA inside the one before it, where nobody sees it. */
static bool has_predecessor(const struct session_set *set,
			    const struct ike_session *session)
{
	for (uint32_t i = 0; i < set->sessions && set->session[i] != session; i++) {
		const struct ike_session *other = set->session[i];

		if (other->version == 2 && session->version == 2 &&
		    (story_is_between(other, &session->initiator, &session->responder) ||
		     story_is_between(other, &session->responder, &session->initiator)))
			return true;
	}
	return false;
}

static const char *phase1_name(const struct ike_session *session)
{
	if (session->version == 1)
		return "phase 1 is";
	if (is_resumed(session))
		return "IKE_SESSION_RESUME and IKE_AUTH are";
	if (is_of_group(session))
		return session->is_late ? "GSA_AUTH is" : "IKE_SA_INIT and GSA_AUTH are";
	return session->is_late ? "IKE_AUTH is" : "IKE_SA_INIT and IKE_AUTH are";
}

static bool is_delete_of_ike(const struct ike_message *message,
			     const struct ike_payload *payload)
{
	return payload->type ==
		       (ike_is_v2(message) ? V2_PAYLOAD_DELETE : V1_PAYLOAD_DELETE) &&
	       payload->fault < IKE_FAULT_SHORT_BODY &&
	       payload->delete.protocol == IKE_PROTOCOL_IKE;
}

/* The message that deletes the IKE SA itself; NULL: none that can be read does. */
static const struct ike_step *deleted_by(const struct ike_session *session)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };

	vec_foreach (step, &session->steps) {
		if (step->state != STEP_DECRYPTED || step->hash == STEP_HASH_WRONG)
			continue;
		session_step_message(step, &message);
		for (uint32_t i = 0; i < message.payloads; i++)
			if (is_delete_of_ike(&message, &message.payload[i]))
				return step;
	}
	return NULL;
}

/* IKEv2's children end with it (RFC 7296 1.4.1), IKEv1's need not. */
static void say_deleted(const struct ike_session *session, struct buf *out)
{
	const struct ike_step *step = deleted_by(session);

	if (step)
		buf_printf(out, "; the %s deletes %s with #%u",
			   step->is_from_initiator ? "initiator" : "responder",
			   session->version == 2 ? "it" : "phase 1", step->frame);
}

/* Long answers of IKE_AUTH that the initiator does not take look like those it takes. */
static bool say_left_at_once(const struct session_set *set,
			     const struct ike_session *session, struct buf *out)
{
	const struct ike_step *step =
		session->version == 2 && !story_has_esp(set, session)
			? story_refusal_of_answer(session)
			: NULL;

	if (step)
		buf_printf(
			out,
			"not told: %s complete, the initiator sends an "
			"INFORMATIONAL (#%u) at once, and nothing follows: it may "
			"refuse the responder (AUTHENTICATION_FAILED) or delete the SA",
			phase1_name(session), step->frame);
	return step;
}

static void say_up(struct ike_story *story, const struct session_set *set,
		   struct buf *out)
{
	const struct ike_session *session = story->session;
	struct story_cry cry;
	bool is_dead = story_last_cry(set, session, &cry);
	bool is_v2 = session->version == 2;
	struct tally tally = { 0 };

	count_exchanges(story, is_v2 ? V2_EXCHANGE_CREATE_CHILD_SA : V1_EXCHANGE_QUICK,
			&tally);
	if (are_children_untold(set, session, &tally)) {
		buf_puts(out, "not told: its beginning is not in the capture");
		say_exchanges(session, &tally, is_v2 ? "CREATE_CHILD_SAs" : "quick modes",
			      out);
		story_say_flows(set, session, out);
		return;
	}
	story->is_up = !is_phase1_only(set, session, &tally);
	if (story->is_up && say_left_at_once(set, session, out)) {
		story->is_up = false;
		return;
	}
	buf_puts(out, story->is_up ? "up" : is_v2 ? "IKE SA only" : "phase 1 only");
	if (is_dead)
		buf_printf(out, " until #%u, which the other end never answers",
			   cry.first->frame);
	buf_printf(out, ": %s complete", phase1_name(session));
	say_exchanges(session, &tally, is_v2 ? "CREATE_CHILD_SAs" : "quick modes", out);
	if (!story->is_up && !tally.list.count)
		buf_puts(out,
			 is_v2 ? ", without a CHILD SA" : ", and no quick mode follows");
	story->is_up &= !is_dead;
	if (is_of_group(session))
		buf_puts(out, "; the responder is a key server, the group's ESP goes "
			      "between its members");
	else
		story_say_flows(set, session, out);
	say_deleted(session, out);
}

bool story_is_key_answer(const struct ike_session *session, const struct ike_step *step)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };
	const bool is_v2 = session->version == 2;

	if (step->is_from_initiator || step->state != STEP_CLEAR)
		return false;
	session_step_message(step, &message);
	if (is_v2 && message.header.exchange == V2_EXCHANGE_SESSION_RESUME)
		return message.header.spi_r && !story_has_error(&message) &&
		       ike_payload_find(&message, V2_PAYLOAD_NONCE, 0);
	return message.header.spi_r && !story_has_error(&message) &&
	       ike_payload_find(&message, is_v2 ? V2_PAYLOAD_KE : V1_PAYLOAD_KE, 0);
}

/*
 * The message by which it is up is not in the capture (fragments that a filter for ports
 * left out, packets that were not captured), and what only follows is: an answer with a
 * KE, then ESP each way, from its first number on, that is nobody else's.
 */
static bool is_up_by_esp(const struct session_set *set, const struct ike_session *session)
{
	const struct ike_step *last = NULL;

	vec_foreach (step, &session->steps)
		last = step;
	if (!last || session->is_late || session->steps.count < 2 ||
	    !story_is_key_answer(session, last))
		return false;
	for (uint32_t i = 0; i < set->sessions && i < OTHERS_MAX; i++)
		if (set->session[i] != session &&
		    (story_is_between(set->session[i], &session->initiator,
				      &session->responder) ||
		     story_is_between(set->session[i], &session->responder,
				      &session->initiator)))
			return false;
	return story_has_new_esp(set, session, true) &&
	       story_has_new_esp(set, session, false);
}

bool story_may_end_in_fragments(const struct session_set *set,
				const struct ike_session *session)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };
	const struct ike_step *last = NULL;
	bool is_refused;

	vec_foreach (step, &session->steps)
		last = step;
	if (!last)
		return false;
	session_step_message(last, &message);
	is_refused = last->state == STEP_CLEAR || last->state == STEP_DECRYPTED
			     ? story_has_error(&message)
			     : session->version == 2 &&
				       story_is_error_by_length(session, last);
	return ip_reassembly_has_ike_first(set->reassembly, session->spi_i,
					   &session->initiator, &session->responder,
					   is_refused ? last->last_ns : 0);
}

/* What the other end answered is not there: only what goes on behind it can be told. */
static void say_one_side(struct ike_story *story, const struct session_set *set,
			 enum story_side side, struct buf *out)
{
	const struct ike_session *session = story->session;
	struct tally tally = { 0 };

	count_exchanges(story, V1_EXCHANGE_QUICK, &tally);
	vec_foreach (quick, &tally.list) /* the third follows the second */
		story->is_up |= session->version == 1 && quick->began > 1;
	story->is_up |= story_has_esp(set, session) &&
			(story->up_frame || (!has_other_children(set, session) &&
					     (story_has_new_esp(set, session, true) ||
					      story_has_new_esp(set, session, false))));
	buf_printf(out, "%s: only what the %s sent is in this capture",
		   story->is_up ? "up, as far as one direction tells" : "not told",
		   story_side_name(side));
	if (story_has_esp(set, session))
		story_say_flows(set, session, out);
}

void story_add_outcome(struct ike_story *story, const struct session_set *set)
{
	const struct ike_session *session = story->session;
	enum story_side side = story_side_of(session);
	struct buf _cleanup_buf_ text = { 0 };

	story->up_frame = story_up_frame(session);
	if (side != STORY_SIDES_BOTH) {
		say_one_side(story, set, side, &text);
	} else if (story->up_frame) {
		say_up(story, set, &text);
	} else if (session->is_late) {
		buf_puts(&text, "not told: its beginning is not in the capture");
		if (story_has_esp(set, session))
			story_say_flows(set, session, &text);
		if (has_predecessor(set, session))
			buf_puts(&text, "; it may be the successor of an earlier IKE SA "
					"of these two, rekeyed inside that one");
	} else if (is_up_by_esp(set, session)) {
		story->is_up = true;
		buf_puts(&text, "up: ESP says so, the end of its negotiation is not in "
				"the capture");
		story_say_flows(set, session, &text);
	} else if (story_may_end_in_fragments(set, session)) {
		buf_puts(&text, "not told: of IP fragments only the first are in the "
				"capture, and they may be the end of its negotiation");
		story_say_flows(set, session, &text);
	} else {
		say_end(session, &text);
	}
	story->outcome = arena_strdup(story->arena, buf_text(&text));
}
