// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * story_silence.c - what was not said, or said by messages that nobody can read
 *
 * Without keys a refusal is a length, an order of exchanges, or nothing at all. The
 * rows are those of failures.md 0.2 that need no plain text.
 */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "device/device.h"
#include "dissect/icmp_meaning.h"
#include "dissect/story.h"

#define COOKIES_MANY 3
#define GONE_NS	     5000000000LL

static const struct ike_step *step_at(const struct ike_session *session, size_t index)
{
	return index < session->steps.count ? &session->steps.items[index] : NULL;
}

static bool has_answer(const struct ike_session *session, size_t index)
{
	const struct ike_step *step = &session->steps.items[index];

	for (size_t i = index + 1; i < session->steps.count; i++)
		if (session->steps.items[i].is_from_initiator != step->is_from_initiator)
			return true;
	return false;
}

/* Whose reply could be missing? IKEv1's third aggressive and quick messages end it. */
static bool wants_answer(const struct ike_session *session, const struct ike_step *step)
{
	if (session->version == 2)
		return !(step->bytes.bytes[19] & IKE_V2_FLAG_RESPONSE);
	return step->bytes.bytes[18] != V1_EXCHANGE_INFORMATIONAL;
}

/* ------------------------------------------------------------ the first message */

/* What ICMP said about packets to the responder, or NULL. */
static const struct icmp_meaning *icmp_about(const struct session_set *set,
					     const struct ike_session *session)
{
	for (uint32_t i = 0; i < set->icmp_errors; i++)
		if (inet_addr_equal(&set->icmp_error[i].about_dst, &session->responder) &&
		    set->icmp_error[i].about_port)
			return icmp_meaning_of(&set->icmp_error[i]);
	return NULL;
}

static void note_first_silence(struct ike_story *story, const struct session_set *set,
			       const struct ike_step *step, double seconds)
{
	const struct icmp_meaning *icmp = icmp_about(set, story->session);

	if (icmp)
		story_note(story, STORY_ERROR, step->frame, &icmp->classes,
			   "sent %u times in %.0f s, answered by ICMP only: %s",
			   step->repeats + 1, seconds, icmp->text);
	else if (story->session->version == 2)
		story_note(story, STORY_ERROR, step->frame,
			   CLASSES(F07, F08, F10, F13, F17),
			   "sent %u times in %.0f s and never answered: UDP 500 is "
			   "blocked on the way there or back, or the address is not the "
			   "peer's, or the peer has no IKEv2 and says nothing",
			   step->repeats + 1, seconds);
	else
		story_note(story, STORY_ERROR, step->frame,
			   CLASSES(F07, F08, F10, F13, F05, F17, F18, F20, F21, F22, F23,
				   F24, F30, F31),
			   "sent %u times in %.0f s and never answered: UDP 500 is "
			   "blocked on the way there or back, or the address is not the "
			   "peer's; or the peer does not accept it and says nothing, as "
			   "%s do: mode, proposal, identity, no key for it",
			   step->repeats + 1, seconds,
			   device_silent_titles(story->arena));
}

/* While no phase 1 is complete, or at the first message on port 4500. */
static bool note_early_silence(struct ike_story *story, const struct ike_step *step,
			       double seconds)
{
	bool is_large = story_length_of(step) > 1400;

	if (story->up_frame)
		return false;
	if (story_is_fragment(step))
		story_note(
			story, STORY_WARNING, step->frame, CLASSES(F11, F15),
			"a message in fragments (RFC 7383) was sent %u times in %.0f s "
			"and never answered: one of them or the answer is lost, or "
			"the peer refuses it and says nothing",
			step->repeats + 1, seconds);
	else if (step->is_nat_t)
		story_note(story, STORY_ERROR, step->frame, CLASSES(F11, F15),
			   "the first message on port 4500 was sent %u times in %.0f s "
			   "and never answered: UDP 4500 is blocked%s, or the peer "
			   "refuses it and says nothing",
			   step->repeats + 1, seconds,
			   is_large ? ", or IP fragments are" : "");
	else if (story->session->version == 2)
		story_note(story, STORY_WARNING, step->frame,
			   is_large ? CLASSES(F15) : NULL,
			   "%s was sent %u times in %.0f s and never answered: its "
			   "answers are lost%s, or the peer refuses it and says nothing",
			   number_text(NUMBER_V2_EXCHANGE, step->bytes.bytes[18]).s,
			   step->repeats + 1, seconds,
			   is_large ? ", or its IP fragments are" : "");
	else if (step->bytes.bytes[18] == V1_EXCHANGE_MAIN &&
		 step->bytes.bytes[19] & IKE_V1_FLAG_ENCRYPTED)
		story_note(story, STORY_WARNING, step->frame,
			   CLASSES(F27, F25, F31, F33, F34, F10),
			   "main mode's fifth message was sent %u times in %.0f s and "
			   "never answered: the peer cannot read it%s, or knows no such "
			   "identity, and says nothing; or its answers are lost",
			   step->repeats + 1, seconds,
			   story->session->v1.has_signatures
				   ? ""
				   : " (another pre-shared key)");
	else
		return false;
	return true;
}

/* Told with the first one of its message. */
static bool is_further_fragment(const struct ike_session *session, size_t index)
{
	const struct ike_step *step = &session->steps.items[index], *before = step - 1;

	return session->version == 2 && index && story_is_fragment(step) &&
	       story_is_fragment(before) &&
	       before->is_from_initiator == step->is_from_initiator &&
	       !memcmp(before->bytes.bytes + 18, step->bytes.bytes + 18, 6);
}

static void note_silence(struct ike_story *story, const struct session_set *set,
			 size_t index)
{
	const struct ike_session *session = story->session;
	const struct ike_step *step = &session->steps.items[index];
	double seconds = (double)(step->last_ns - step->time_ns) / 1e9;

	if (!step->repeats || seconds < STORY_REPEAT_S || has_answer(session, index) ||
	    !wants_answer(session, step) || is_further_fragment(session, index))
		return;
	if (index == 0 && !session->is_late)
		note_first_silence(story, set, step, seconds);
	else if (session->version == 1 && step->bytes.bytes[18] == V1_EXCHANGE_QUICK)
		story_note(
			story, STORY_ERROR, step->frame,
			CLASSES(F40, F41, F42, F43, F44, F45, F46, F51),
			"quick mode was sent %u times in %.0f s and never answered: the "
			"peer refuses the networks (proxy ids) or the proposal, and "
			"says nothing, as %s do; or its "
			"answers are lost, or come after the end of the capture",
			step->repeats + 1, seconds, device_silent_titles(story->arena));
	else if (!note_early_silence(story, step, seconds))
		story_note(story, STORY_WARNING, step->frame,
			   session->version == 2 ? CLASSES(F56, F57) : NULL,
			   "sent %u times in %.0f s and never answered",
			   step->repeats + 1, seconds);
}

/* Repetitions of a refusal are new attempts, not lost answers. */
static bool is_refusal(const struct ike_step *step)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };
	const struct ike_payload *notify;
	bool is_v2;

	session_step_message(step, &message);
	is_v2 = ike_is_v2(&message);
	notify = ike_payload_find(&message, is_v2 ? V2_PAYLOAD_NOTIFY : V1_PAYLOAD_NOTIFY,
				  0);
	return notify &&
	       !ike_payload_find(&message, is_v2 ? V2_PAYLOAD_SA : V1_PAYLOAD_SA, 0) &&
	       notify->notify.type <=
		       (is_v2 ? NOTIFY_V2_ERROR_LAST : NOTIFY_V1_ERROR_LAST);
}

/* Both repeat themselves: the answers do not arrive (failures.md 0.2, row 6). */
static void note_lost_answers(struct ike_story *story)
{
	const struct ike_step *first = step_at(story->session, 0),
			      *second = step_at(story->session, 1);

	if (first && second && first->repeats && second->repeats &&
	    first->is_from_initiator && !second->is_from_initiator &&
	    story->session->steps.count == 2 && !is_refusal(second))
		story_note(
			story, STORY_ERROR, second->frame, CLASSES(F10),
			"request and answer repeat and nothing follows: the answers do "
			"not reach the initiator");
}

/*
 * The answer that the next message is to follow, at UDP 4500 when there is a NAT: of
 * IKE_SA_INIT, or main mode's fourth with the responder's KE. It is the last that is said.
 */
static bool is_answer_to_go_on_with(const struct ike_session *session,
				    const struct ike_step *step)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };
	bool is_v2 = session->version == 2;

	if (!story_is_key_answer(session, step))
		return false;
	session_step_message(step, &message);
	return is_v2 ? message.header.exchange == V2_EXCHANGE_SA_INIT &&
			       ike_payload_find(&message, V2_PAYLOAD_SA, 0)
		     : message.header.exchange == V1_EXCHANGE_MAIN;
}

/* Silence of who was answered, while the capture goes on. */
static void note_gone(struct ike_story *story, const struct session_set *set)
{
	const struct ike_session *session = story->session;
	const struct ike_step *last =
		session->steps.count ? &session->steps.items[session->steps.count - 1]
				     : NULL;

	if (!last || session->is_late || story->up_frame || story->is_up ||
	    story_may_end_in_fragments(set, session) ||
	    set->last_ns - last->last_ns < GONE_NS ||
	    !is_answer_to_go_on_with(session, last))
		return;
	story_note(story, STORY_WARNING, last->frame, CLASSES(F11),
		   "%s, and the initiator says nothing more: it does not take the answer,"
		   " or it goes on at UDP 4500, where this capture does not look or "
		   "nothing gets through",
		   session->version == 2 ? "IKE_SA_INIT is answered"
					 : "main mode's fourth message is there");
}

/* Once is usual under load (RFC 7296 2.6); whoever brings it is believed. */
static void note_cookies(struct ike_story *story)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };
	const struct ike_step *last = NULL;
	unsigned int cookies = 0;

	if (story->session->version != 2)
		return;
	vec_foreach (step, &story->session->steps) {
		const struct ike_payload *notify;

		if (step->bytes.bytes[18] != V2_EXCHANGE_SA_INIT)
			break;
		session_step_message(step, &message);
		if (step->is_from_initiator)
			continue;
		if (ike_payload_find(&message, V2_PAYLOAD_SA, 0))
			return;
		notify = ike_payload_find(&message, V2_PAYLOAD_NOTIFY, 0);
		if (notify && notify->notify.type == NOTIFY_V2_COOKIE) {
			cookies++;
			last = step;
		}
	}
	if (cookies >= COOKIES_MANY)
		story_note(
			story, STORY_WARNING, last->frame, NULL,
			"the responder asks for a COOKIE %u times and believes none: the "
			"initiator brings another one, or its address changes on the way",
			cookies);
}

/* ------------------------------------------------------------ refused, unreadably */

/* Quick mode, and the next that the other end says is an INFORMATIONAL in cipher. */
static void note_refused_quick(struct ike_story *story, size_t index)
{
	const struct ike_session *session = story->session;
	const struct ike_step *step = &session->steps.items[index], *answer = NULL;

	if (session->version != 1 || step->bytes.bytes[18] != V1_EXCHANGE_QUICK ||
	    step->state == STEP_CLEAR)
		return;
	for (size_t i = 0; i < session->steps.count; i++) {
		const struct ike_step *other = &session->steps.items[i];
		bool is_same =
			!memcmp(other->bytes.bytes + 20, step->bytes.bytes + 20, 4);

		/* Only the message that began it, and only when nobody went on with it. */
		if (i != index && is_same)
			return;
		if (i > index && !answer &&
		    other->is_from_initiator != step->is_from_initiator)
			answer = other;
	}
	if (answer && answer->bytes.bytes[18] == V1_EXCHANGE_INFORMATIONAL &&
	    answer->state != STEP_CLEAR && answer->state != STEP_DECRYPTED)
		story_note(
			story, STORY_ERROR, step->frame,
			CLASSES(F40, F41, F42, F43, F44, F45, F46, F51),
			"quick mode is answered by an encrypted INFORMATIONAL (#%u) "
			"alone: phase 2 is refused, for its cipher, its PFS group or "
			"its networks; the refusing end's log says which, and with the "
			"key of phase 1 (--keys) so would this",
			answer->frame);
}

/* CREATE_CHILD_SA makes it later, or ESP says that there is one. */
static bool has_child_later(const struct ike_story *story, const struct session_set *set)
{
	vec_foreach (step, &story->session->steps)
		if (step->bytes.bytes[18] == V2_EXCHANGE_CREATE_CHILD_SA)
			return true;
	return story_has_esp(set, story->session);
}

/* The IKE_AUTH request is step `index`, encrypted; what does the answer's length say? */
static void note_short_auth(struct ike_story *story, const struct session_set *set,
			    const struct ike_step *request, const struct ike_step *answer)
{
	size_t asked = story_length_of(request), length = story_length_of(answer);
	enum story_room room = story_room_of(story->session, answer);

	if (room == STORY_ROOM_NOTIFY)
		story_note(story, STORY_WARNING, answer->frame,
			   CLASSES(F29, F05, F31, F32, F33, F34),
			   "the IKE_AUTH response has only %zu bytes: an error notify "
			   "and no AUTH, most likely AUTHENTICATION_FAILED",
			   length);
	else if (has_child_later(story, set))
		return;
	else if (room == STORY_ROOM_NO_CHILD)
		story_note(
			story, STORY_WARNING, answer->frame,
			CLASSES(F40, F41, F42, F43, F44, F45, F46, F51, F53),
			"the IKE_AUTH response has only %zu bytes: with this cipher there is "
			"room for AUTH and none for a CHILD SA, which was refused or not "
			"asked for; or it is an error notify with data",
			length);
	/* SA and both TS are a fifth or more of what the initiator sends. */
	else if (length * 100 < asked * 65)
		story_note(
			story, STORY_WARNING, answer->frame,
			CLASSES(F40, F41, F42, F43, F44, F45, F46, F51, F53),
			"the IKE_AUTH response has %zu bytes, its request %zu, and no "
			"ESP follows: the IKE SA seems to be there without a CHILD SA; "
			"cipher or networks were refused, or the kernel did not take it",
			length, asked);
}

/* EAP takes several rounds of IKE_AUTH, with small answers in between. */
static bool is_followed_by_auth(const struct ike_session *session,
				const struct ike_step *step)
{
	vec_foreach (other, &session->steps)
		if (other->frame > step->frame && other->is_from_initiator &&
		    other->bytes.bytes[18] == V2_EXCHANGE_AUTH)
			return true;
	return false;
}

static void note_auth(struct ike_story *story, const struct session_set *set)
{
	const struct ike_step *request = NULL;

	if (story->session->version != 2)
		return;
	vec_foreach (step, &story->session->steps) {
		if (step->bytes.bytes[18] != V2_EXCHANGE_AUTH)
			continue;
		if (!(step->bytes.bytes[19] & IKE_V2_FLAG_RESPONSE)) {
			request = step;
			continue;
		}
		/* The last of its fragments is short, not the message. */
		if (request && (step->state == STEP_NO_KEY || step->state == STEP_CUT) &&
		    !story_is_fragment(step) &&
		    !is_followed_by_auth(story->session, step)) {
			note_short_auth(story, set, request, step);
			return;
		}
	}
}

/* Nonce, SA and KE or TS have no room in so little. */
static void note_short_child(struct ike_story *story)
{
	if (story->session->version != 2)
		return;
	vec_foreach (step, &story->session->steps)
		if (step->bytes.bytes[18] == V2_EXCHANGE_CREATE_CHILD_SA &&
		    story_is_error_by_length(story->session, step))
			story_note(story, STORY_WARNING, step->frame,
				   CLASSES(F39, F40, F41, F42, F43, F44, F45, F46, F51),
				   "the CREATE_CHILD_SA response has only %zu bytes: an "
				   "error notify alone, the child or the rekeying is "
				   "refused, or asked for with another group",
				   story_length_of(step));
}

void story_add_silences(struct ike_story *story, const struct session_set *set)
{
	for (size_t i = 0; i < story->session->steps.count; i++) {
		note_silence(story, set, i);
		note_refused_quick(story, i);
	}
	story_note_cry(story, set);
	note_lost_answers(story);
	note_gone(story, set);
	note_cookies(story);
	note_auth(story, set);
	note_short_child(story);
}
