// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * story_notes.c - what went wrong in an IKE SA, and what it really means
 *
 * The rows are those of reference/failures.md 0.2. A notify means different things
 * by who sends it, in which exchange and whether it is encrypted.
 */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "dissect/story.h"

enum note_when {
	WHEN_ANY,
	WHEN_FIRST,	 /* main or aggressive mode, IKE_SA_INIT: before authentication */
	WHEN_AUTH,	 /* IKE_AUTH */
	WHEN_CHILD,	 /* quick mode, CREATE_CHILD_SA */
	WHEN_AFTER_AUTH, /* IKEv2: an INFORMATIONAL of the initiator after IKE_AUTH */
};

enum note_sender {
	FROM_ANY,
	FROM_INITIATOR,
	FROM_RESPONDER,
};

static const struct notify_rule {
	uint8_t version;
	uint16_t type;
	enum note_when when;
	enum note_sender sender;
	int8_t spi; /* -1: any; IKEv1: 0 or 1, an SPI in the notify; IKEv2: in the header
		     */
	const char *findings, *text;
} rules[] = {
	{ 1, 14, WHEN_FIRST, FROM_INITIATOR, -1, "F20-F24",
	  "NO-PROPOSAL-CHOSEN from the initiator: it does not take what the responder "
	  "chose" },
	{ 1, 14, WHEN_FIRST, FROM_ANY, 0, "F17, F30",
	  "NO-PROPOSAL-CHOSEN without an SPI: the sender has no connection for this "
	  "address or this IKE version; the proposals were not even compared "
	  "(strongSwan)" },
	{ 1, 14, WHEN_FIRST, FROM_ANY, 1, "F20-F24",
	  "NO-PROPOSAL-CHOSEN: the phase 1 proposals differ (cipher, hash, group, "
	  "authentication or lifetime)" },
	{ 1, 14, WHEN_ANY, FROM_ANY, -1, "F40-F44",
	  "NO-PROPOSAL-CHOSEN after phase 1: the phase 2 proposals differ (cipher, "
	  "authentication, PFS group)" },
	{ 1, 17, WHEN_ANY, FROM_ANY, -1, "F05, F39",
	  "INVALID-KEY-INFORMATION: the sender found no pre-shared key for this peer, or "
	  "lacks the DH group; never a fault of the KE payload, although charon prints "
	  "it "
	  "as INVALID_KE_PAYLOAD" },
	{ 1, 18, WHEN_FIRST, FROM_INITIATOR, -1, "F32",
	  "INVALID-ID-INFORMATION from the initiator: the responder's identity is not "
	  "the "
	  "one it expects" },
	{ 1, 18, WHEN_ANY, FROM_ANY, -1, "F45, F46, F51",
	  "INVALID-ID-INFORMATION: the networks (proxy ids) differ" },
	{ 1, 24, WHEN_FIRST, FROM_RESPONDER, -1, "F18, F19, F25, F31, F33",
	  "AUTHENTICATION-FAILED in clear from the responder: it has no connection for "
	  "this identity, mode or authentication method; its own log says which" },
	{ 1, 24, WHEN_ANY, FROM_INITIATOR, -1, "F28",
	  "AUTHENTICATION-FAILED from the initiator: wrong pre-shared key" },
	{ 1, 24, WHEN_ANY, FROM_ANY, -1, "F27, F28",
	  "AUTHENTICATION-FAILED: wrong pre-shared key or identity" },
	{ 1, 16, WHEN_ANY, FROM_ANY, -1, "F27",
	  "PAYLOAD-MALFORMED: usually the peer could not decrypt, wrong pre-shared key" },
	{ 2, 14, WHEN_FIRST, FROM_RESPONDER, 1, "F17, F30",
	  "NO_PROPOSAL_CHOSEN with a responder SPI: strongSwan has no connection for "
	  "this "
	  "address or version" },
	{ 2, 14, WHEN_FIRST, FROM_RESPONDER, 0, "F20-F22, F24",
	  "NO_PROPOSAL_CHOSEN without a responder SPI: the IKE proposals differ" },
	{ 2, 14, WHEN_ANY, FROM_ANY, -1, "F40-F44",
	  "NO_PROPOSAL_CHOSEN for the CHILD_SA: the ESP proposals differ; at a rekey "
	  "often "
	  "the PFS group" },
	{ 2, 24, WHEN_AUTH, FROM_RESPONDER, -1, "F29, F05, F25, F31-F34",
	  "AUTHENTICATION_FAILED from the responder: wrong key, unknown identity or no "
	  "matching connection; its own log says which" },
	{ 2, 24, WHEN_AFTER_AUTH, FROM_INITIATOR, -1, "F32, F36-F38",
	  "AUTHENTICATION_FAILED from the initiator after IKE_AUTH: it rejects the "
	  "responder's identity or certificate" },
	{ 2, 38, WHEN_ANY, FROM_ANY, -1, "F45, F46, F51",
	  "TS_UNACCEPTABLE: the networks differ; when they are equal, the responder "
	  "could "
	  "not install the SA (F53)" },
	{ 2, 7, WHEN_ANY, FROM_ANY, -1, NULL,
	  "INVALID_SYNTAX: the peer could not read the message, often a wrong key" },
	{ 2, 5, WHEN_ANY, FROM_ANY, -1, "F17",
	  "INVALID_MAJOR_VERSION: the peer does not speak this IKE version" },
	{ 2, 43, WHEN_ANY, FROM_ANY, -1, NULL,
	  "TEMPORARY_FAILURE: a collision of rekeyings, the peer will try again" },
};

static enum note_when when_of(const struct ike_message *message, bool is_after_auth)
{
	uint8_t exchange = message->header.exchange;

	if (ike_is_v2(message)) {
		if (exchange == V2_EXCHANGE_SA_INIT)
			return WHEN_FIRST;
		if (exchange == V2_EXCHANGE_AUTH)
			return WHEN_AUTH;
		if (exchange == V2_EXCHANGE_INFORMATIONAL && is_after_auth)
			return WHEN_AFTER_AUTH;
		return exchange == V2_EXCHANGE_CREATE_CHILD_SA ? WHEN_CHILD : WHEN_ANY;
	}
	/* Informational messages in clear belong to phase 1. */
	return message->is_decrypted ? WHEN_ANY : WHEN_FIRST;
}

static bool rule_fits(const struct notify_rule *rule, const struct ike_message *message,
		      const struct ike_payload *payload, enum note_when when,
		      bool is_from_initiator)
{
	bool has_spi = ike_is_v2(message) ? message->header.spi_r != 0
					  : payload->notify.spi.length != 0;

	return rule->version == message->header.major &&
	       rule->type == payload->notify.type &&
	       (rule->when == WHEN_ANY || rule->when == when) &&
	       (rule->sender == FROM_ANY ||
		(rule->sender == FROM_INITIATOR) == is_from_initiator) &&
	       (rule->spi < 0 || (rule->spi == 1) == has_spi);
}

static bool is_error(const struct ike_message *message, const struct ike_payload *payload)
{
	return payload->notify.type &&
	       payload->notify.type <= (ike_is_v2(message) ? NOTIFY_V2_ERROR_LAST : 8191);
}

/* An error that did not keep the SA from coming up is less of one. */
static void note_error(struct ike_story *story, const struct ike_step *step,
		       const char *findings, const char *text)
{
	bool is_overcome = step->frame < story->up_frame;

	story_note(story, is_overcome ? STORY_WARNING : STORY_ERROR, step->frame,
		   findings, "%s%s", text,
		   is_overcome ? "; all the same the SA came up afterwards" : "");
}

static void note_notify(struct ike_story *story, const struct ike_step *step,
			const struct ike_message *message,
			const struct ike_payload *payload, bool is_after_auth)
{
	enum note_when when = when_of(message, is_after_auth);

	if (!is_error(message, payload))
		return;
	if (ike_is_v2(message) && payload->notify.type == NOTIFY_V2_INVALID_KE) {
		story_note(
			story, STORY_INFO, step->frame, "F39",
			"INVALID_KE_PAYLOAD: the responder wants another group; no fault "
			"unless the initiator then asks for the same one again");
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		if (rule_fits(&rules[i], message, payload, when,
			      step->is_from_initiator)) {
			note_error(story, step, rules[i].findings, rules[i].text);
			return;
		}
	}
	note_error(story, step, NULL,
		   arena_printf(story->arena, "error notify %s",
				number_text(ike_is_v2(message) ? NUMBER_V2_NOTIFY
							       : NUMBER_V1_NOTIFY,
					    payload->notify.type)
					.s));
}

/* ------------------------------------------------------------ silences */

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

static void note_silence(struct ike_story *story, const struct session_set *set,
			 size_t index)
{
	const struct ike_step *step = &story->session->steps.items[index];
	double seconds = (double)(step->last_ns - step->time_ns) / 1e9;
	bool is_first = index == 0 && !story->session->is_late;

	if (!step->repeats || has_answer(story->session, index) ||
	    !wants_answer(story->session, step))
		return;
	if (is_first && set->icmp_errors)
		story_note(
			story, STORY_ERROR, step->frame, "F09",
			"sent %u times in %.0f s, answered by ICMP only: no IKE daemon "
			"there, or a router rejects it (see the ICMP errors)",
			step->repeats + 1, seconds);
	else if (is_first)
		story_note(story, STORY_ERROR, step->frame, "F07, F08, F13",
			   "sent %u times in %.0f s and never answered: UDP 500 is "
			   "blocked on "
			   "the way, or the address is not the peer's, or the peer drops "
			   "what "
			   "it does not know (ScreenOS, Junos)",
			   step->repeats + 1, seconds);
	else if (step->is_nat_t)
		story_note(
			story, STORY_ERROR, step->frame, "F11, F15",
			"the first message on port 4500 was sent %u times in %.0f s and "
			"never answered: UDP 4500 is blocked%s",
			step->repeats + 1, seconds,
			step->bytes.length > 1400 ? ", or IP fragments are" : "");
	else
		story_note(story, STORY_WARNING, step->frame, NULL,
			   "sent %u times in %.0f s and never answered",
			   step->repeats + 1, seconds);
}

/* Both repeat themselves: the answers do not arrive (failures.md 0.2, row 6). */
static void note_lost_answers(struct ike_story *story)
{
	const struct ike_step *first = step_at(story->session, 0),
			      *second = step_at(story->session, 1);

	if (first && second && first->repeats && second->repeats &&
	    first->is_from_initiator && !second->is_from_initiator &&
	    story->session->steps.count == 2)
		story_note(
			story, STORY_ERROR, second->frame, "F10",
			"request and answer repeat and nothing follows: the answers do "
			"not reach the initiator");
}

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
		story_note(story, STORY_ERROR, fifth->frame, "F27",
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
				story, STORY_ERROR, step->frame, "F28",
				"the initiator answers aggressive mode's second message "
				"with an encrypted INFORMATIONAL: wrong pre-shared key");
			return;
		}
	}
}

/* What a wrong key would be called: main mode, aggressive mode, IKEv2. */
static const char *wrong_psk(const struct ike_story *story)
{
	if (story->session->version == 2)
		return "F29";
	return strstr(story->mode, "aggressive") ? "F28" : "F27";
}

static void note_psk(struct ike_story *story)
{
	static const char *const names[] = { "initiator", "responder" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const struct proof *proof = &story->peers[i].proof;

		if (proof->verdict == PROOF_REFUTED)
			story_note(story, STORY_ERROR, proof->frame, wrong_psk(story),
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
	if (message->fault >= IKE_FAULT_SHORT_BODY)
		story_note(story, STORY_WARNING, step->frame, NULL, "malformed: %s",
			   ike_fault_text(message->fault));
	if (message->header.major == 2 && message->header.exchange == V2_EXCHANGE_AUTH &&
	    ike_is_response(message) && step->state == STEP_NO_KEY &&
	    message->whole.length < STORY_SMALL_AUTH_RESPONSE)
		story_note(story, STORY_WARNING, step->frame, "F29, F05, F31-F34",
			   "the IKE_AUTH response has only %zu bytes: an error notify "
			   "and no "
			   "AUTH, most likely AUTHENTICATION_FAILED",
			   message->whole.length);
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

void story_add_notes(struct ike_story *story, const struct session_set *set)
{
	const struct ike_session *session = story->session;
	struct ike_message message = { 0 };
	bool is_after_auth = false;

	for (size_t i = 0; i < session->steps.count; i++) {
		const struct ike_step *step = &session->steps.items[i];

		session_step_message(step, &message);
		for (uint32_t j = 0; j < message.payloads; j++)
			if (message.payload[j].type == (ike_is_v2(&message)
								? V2_PAYLOAD_NOTIFY
								: V1_PAYLOAD_NOTIFY) &&
			    message.payload[j].fault < IKE_FAULT_SHORT_BODY)
				note_notify(story, step, &message, &message.payload[j],
					    is_after_auth);
		note_state(story, step, &message);
		note_silence(story, set, i);
		is_after_auth |= message.header.exchange == V2_EXCHANGE_AUTH &&
				 ike_is_response(&message);
	}
	ike_message_done(&message);
	note_lost_answers(story);
	note_wrong_psk_main(story);
	note_wrong_psk_aggressive(story);
	note_psk(story);
	note_hashes(story);
	note_weak(story);
	if (session->is_late)
		story_note(story, STORY_INFO, 0, NULL,
			   "the capture begins in the middle of this SA");
	if (session->steps_lost)
		story_note(story, STORY_WARNING, 0, NULL,
			   "%u more messages were counted, not kept",
			   session->steps_lost);
}
