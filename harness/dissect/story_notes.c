// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * story_notes.c - what went wrong in an IKE SA, and what it really means
 *
 * The rows are those of failures.md 0.2. Notifies are in story_notify.c.
 */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "dissect/story.h"
#include "dissect/story_side.h"

/* ------------------------------------------------------------ keys */

/* Main mode: the fifth message again and again, each answered by an encrypted INFO. */
static void note_wrong_psk_main(struct ike_story *story)
{
	const struct ike_session *session = story->session;
	const struct ike_step *fifth = NULL;
	unsigned int infos = 0;

	if (session->version != 1 || session->v1.has_signatures)
		return;
	vec_foreach (step, &session->steps) {
		uint8_t exchange = step->bytes.bytes[18];
		bool is_encrypted = step->bytes.bytes[19] & IKE_V1_FLAG_ENCRYPTED;

		if (exchange == V1_EXCHANGE_MAIN && is_encrypted) {
			if (fifth && !step->is_from_initiator)
				return; /* the sixth: it was understood */
			fifth = step;
		} else if (exchange == V1_EXCHANGE_INFORMATIONAL && fifth &&
			   is_encrypted && !step->is_from_initiator) {
			infos++;
		}
	}
	if (fifth && infos && fifth->repeats)
		story_note(story, STORY_ERROR, fifth->frame, CLASSES(F27),
			   "main mode's fifth message is repeated and answered only by "
			   "encrypted INFORMATIONALs: wrong pre-shared key");
}

/* Aggressive: an encrypted INFO of the initiator right behind the second message. */
static void note_wrong_psk_aggressive(struct ike_story *story)
{
	const struct ike_session *session = story->session;
	bool has_answer_of_responder = false;

	if (session->version != 1 || session->v1.has_signatures)
		return;
	vec_foreach (step, &session->steps) {
		uint8_t exchange = step->bytes.bytes[18];

		if (exchange == V1_EXCHANGE_AGGRESSIVE) {
			if (has_answer_of_responder && step->is_from_initiator)
				return; /* the third message: accepted */
			has_answer_of_responder |= !step->is_from_initiator;
		} else if (has_answer_of_responder && step->is_from_initiator &&
			   exchange == V1_EXCHANGE_INFORMATIONAL &&
			   step->state != STEP_CLEAR) {
			story_note(
				story, STORY_ERROR, step->frame, CLASSES(F28),
				"the initiator answers aggressive mode's second message "
				"with an encrypted INFORMATIONAL: wrong pre-shared key");
			return;
		}
	}
}

/* What a wrong key would be called: main mode, aggressive mode, IKEv2. */
static enum class_id wrong_psk(const struct ike_story *story)
{
	if (story->session->version == 2)
		return F29;
	return story->exchange == V1_EXCHANGE_AGGRESSIVE ? F28 : F27;
}

static void note_psk(struct ike_story *story)
{
	static const char *const names[] = { "initiator", "responder" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const struct proof *proof = &story->peers[i].proof;

		if (proof->verdict == PROOF_REFUTED)
			story_note(story, STORY_ERROR, proof->frame,
				   CLASSES(wrong_psk(story)),
				   "%s does not verify: the %s uses another pre-shared "
				   "key than what was given; if that is what its peer "
				   "has, their keys differ",
				   proof->payload, names[i]);
	}
}

/* A decrypted IKEv1 message behind phase 1: its first payload is a HASH. */
static bool is_hashed(const struct ike_step *step)
{
	return step->state == STEP_DECRYPTED && step->bytes.bytes[17] >> 4 == 1 &&
	       step->plain_first == V1_PAYLOAD_HASH && be32(step->bytes.bytes + 20);
}

/* HASH(1) to HASH(3) and those of informational messages. */
static void note_hashes(struct ike_story *story)
{
	unsigned int right = 0, unchecked = 0;

	vec_foreach (step, &story->session->steps) {
		right += step->hash == STEP_HASH_RIGHT;
		unchecked += is_hashed(step) && step->hash == STEP_HASH_UNKNOWN;
		if (step->hash == STEP_HASH_WRONG)
			story_note(story, STORY_ERROR, step->frame, NULL,
				   "its HASH is wrong: the message was changed, or the "
				   "sender computes it in another way");
	}
	if (right)
		story_note(story, STORY_INFO, 0, NULL,
			   "the HASH of %u encrypted messages is right", right);
	if (unchecked)
		story_note(
			story, STORY_INFO, 0, NULL,
			"the HASH of %u encrypted messages cannot be checked: "
			"SKEYID_a is not known (charon's log has it, Wireshark's tables "
			"have not)",
			unchecked);
}

static void note_state(struct ike_story *story, const struct ike_step *step,
		       const struct ike_message *message)
{
	if (step->state == STEP_FORGED)
		story_note(story, STORY_ERROR, step->frame, NULL,
			   "decrypts, but its integrity check value is wrong");
	else if (step->state == STEP_WRONG_KEY)
		story_note(story, STORY_WARNING, step->frame, NULL,
			   "the key given does not open this message");
	if (message->fault >= IKE_FAULT_SHORT_BODY && message->fault != IKE_FAULT_CUT)
		story_note(story, STORY_WARNING, step->frame, NULL, "malformed: %s",
			   ike_fault_text(message->fault));
}

static void note_cut(struct ike_story *story)
{
	const struct ike_step *first = NULL;
	unsigned int count = 0;

	vec_foreach (step, &story->session->steps) {
		if (!step->is_cut)
			continue;
		first = count++ ? first : step;
	}
	if (count)
		story_note(story, STORY_INFO, first->frame, NULL,
			   "captured only in part (snaplen), as are %u messages in all: "
			   "what stood behind that is not told",
			   count);
}

static void note_weak(struct ike_story *story)
{
	static const struct {
		const char *word, *text;
	} weak[] = {
		{ "modp1024", "group 2 (modp1024) is too weak today" },
		{ "modp768", "group 1 (modp768) is broken" },
		{ "MD5", "MD5 is broken" },
		{ "DES-CBC, ", "DES is broken" },
	};

	for (size_t i = 0; story->chosen && i < ARRAY_SIZE(weak); i++)
		if (strstr(story->chosen, weak[i].word) &&
		    !(i == 3 && strstr(story->chosen, "3DES")))
			story_note(story, STORY_INFO, 0, NULL, "%s", weak[i].text);
}

/* From here on notifies are about children: a quick mode, the answer of IKE_AUTH. */
static bool begins_second_phase(const struct ike_message *message)
{
	if (ike_is_v2(message))
		return message->header.exchange == V2_EXCHANGE_AUTH &&
		       ike_is_response(message);
	return message->header.exchange == V1_EXCHANGE_QUICK;
}

static void note_payloads(struct ike_story *story, const struct ike_step *step,
			  const struct ike_message *message, bool is_second_phase)
{
	bool is_v2 = ike_is_v2(message);

	for (uint32_t i = 0; i < message->payloads; i++) {
		const struct ike_payload *payload = &message->payload[i];

		if (payload->fault >= IKE_FAULT_SHORT_BODY)
			continue;
		if (payload->type == (is_v2 ? V2_PAYLOAD_NOTIFY : V1_PAYLOAD_NOTIFY))
			story_note_notify(story, step, message, payload, is_second_phase);
		else if (!is_v2 && payload->type == V1_PAYLOAD_ATTRIBUTES)
			story_note_config(story, step, message, payload);
	}
}

void story_add_notes(struct ike_story *story, const struct session_set *set)
{
	const struct ike_session *session = story->session;
	struct ike_message message = { 0 };
	enum story_side side = story_side_of(session);
	bool is_second_phase = session->is_late;

	for (size_t i = 0; i < session->steps.count; i++) {
		const struct ike_step *step = &session->steps.items[i];

		session_step_message(step, &message);
		note_payloads(story, step, &message, is_second_phase);
		note_state(story, step, &message);
		is_second_phase |= begins_second_phase(&message);
	}
	ike_message_done(&message);
	story_add_silences(story, set);
	story_add_moves(story);
	note_wrong_psk_main(story);
	note_wrong_psk_aggressive(story);
	note_psk(story);
	note_hashes(story);
	note_weak(story);
	note_cut(story);
	if (side != STORY_SIDES_BOTH)
		story_note(story, STORY_WARNING, 0, NULL,
			   "only what the %s sent is in this capture, and it goes on "
			   "where the other end must have spoken, which was not "
			   "captured (a mirror port or a filter of one direction, "
			   "another way back)",
			   story_side_name(side));
	else if (session->is_late)
		story_note(story, STORY_INFO, 0, NULL,
			   "the capture begins in the middle of this SA%s",
			   session->version == 1 && !story->exchange
				   ? ", behind phase 1: which end began it is not told, "
				     "who spoke first here is taken for the initiator"
				   : "");
	if (session->steps_lost)
		story_note(story, STORY_WARNING, 0, NULL,
			   "%u more messages were counted, not kept",
			   session->steps_lost);
}
