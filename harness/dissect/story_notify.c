// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * story_notify.c - what an error notify of IKE really means
 *
 * The rows are those of failures.md 0.2, and what the RFCs say of the rest.
 * A notify means different things by who sends it, in which phase and with which SPI.
 */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "device/wire.h"
#include "dissect/describe.h"
#include "dissect/story.h"

enum note_when {
	WHEN_ANY,
	WHEN_FIRST,	 /* main or aggressive mode, IKE_SA_INIT */
	WHEN_AUTH,	 /* IKE_AUTH */
	WHEN_CHILD,	 /* quick mode, CREATE_CHILD_SA */
	WHEN_AFTER_AUTH, /* IKEv2: an INFORMATIONAL of the initiator after IKE_AUTH */
};

enum note_sender {
	FROM_ANY,
	FROM_INITIATOR,
	FROM_RESPONDER,
};

#define SPI_ANY (-1)
#define SPI_NO	0
#define SPI_HAS 1

#define OF(...)                     \
	{                           \
		{                   \
			__VA_ARGS__ \
		}                   \
	}

/* The first row that fits. */
static const struct notify_rule {
	uint8_t version;
	uint16_t type;
	enum note_when when;
	enum note_sender sender;
	int8_t spi; /* IKEv1: in the notify; IKEv2: the responder's in the header */
	struct class_set classes;
	const char *text;
} rules[] = {
	{ 1, 4, WHEN_ANY, FROM_ANY, SPI_ANY, OF(F56),
	  "INVALID-COOKIE: the sender has no such IKE SA, or none any more: it was "
	  "restarted, or let it expire" },
	{ 1, 5, WHEN_ANY, FROM_ANY, SPI_ANY, OF(F17),
	  "INVALID-MAJOR-VERSION: the sender does not speak this IKE version" },
	{ 1, 7, WHEN_ANY, FROM_ANY, SPI_ANY, OF(F18),
	  "INVALID-EXCHANGE-TYPE: the sender refuses this mode (main or aggressive)" },
	{ 1, 11, WHEN_ANY, FROM_ANY, SPI_ANY, OF(F56),
	  "INVALID-SPI: the sender has no SA with that SPI: one of the two keeps a stale "
	  "one" },
	{ 1, 12, WHEN_ANY, FROM_ANY, SPI_ANY,
	  OF(F20, F21, F22, F23, F24, F40, F41, F42, F43, F44),
	  "INVALID-TRANSFORM-ID: the sender does not know a transform of the proposal" },
	{ 1, 13, WHEN_ANY, FROM_ANY, SPI_ANY,
	  OF(F20, F21, F22, F23, F24, F40, F41, F42, F43, F44),
	  "ATTRIBUTES-NOT-SUPPORTED: the sender does not know an attribute of the "
	  "proposal (group, encapsulation, lifetime)" },
	{ 1, 14, WHEN_FIRST, FROM_INITIATOR, SPI_ANY, OF(F20, F21, F22, F23, F24),
	  "NO-PROPOSAL-CHOSEN from the initiator: it does not take what the responder "
	  "chose" },
	{ 1, 14, WHEN_FIRST, FROM_ANY, SPI_NO, OF(F17, F30),
	  "NO-PROPOSAL-CHOSEN without an SPI: strongSwan sends it so when it has no "
	  "connection for this address or this IKE version and does not even compare "
	  "the proposals; other devices also when these differ" },
	{ 1, 14, WHEN_FIRST, FROM_ANY, SPI_HAS, OF(F20, F21, F22, F23, F24),
	  "NO-PROPOSAL-CHOSEN: the phase 1 proposals differ (cipher, hash, group, "
	  "authentication or lifetime)" },
	{ 1, 14, WHEN_ANY, FROM_ANY, SPI_ANY, OF(F40, F41, F42, F43, F44),
	  "NO-PROPOSAL-CHOSEN after phase 1: the phase 2 proposals differ (cipher, "
	  "authentication, PFS group)" },
	{ 1, 15, WHEN_ANY, FROM_ANY, SPI_ANY,
	  OF(F20, F21, F22, F23, F24, F40, F41, F42, F43, F44),
	  "BAD-PROPOSAL-SYNTAX: the sender cannot make sense of the proposal" },
	{ 1, 16, WHEN_ANY, FROM_ANY, SPI_ANY, OF(F27),
	  "PAYLOAD-MALFORMED: usually the peer could not decrypt, wrong pre-shared key" },
	{ 1, 17, WHEN_ANY, FROM_ANY, SPI_ANY, OF(F05, F39),
	  "INVALID-KEY-INFORMATION: the sender found no pre-shared key for this peer, or "
	  "lacks the DH group; never a fault of the KE payload, although charon prints "
	  "it as INVALID_KE_PAYLOAD" },
	{ 1, 18, WHEN_FIRST, FROM_INITIATOR, SPI_ANY, OF(F32),
	  "INVALID-ID-INFORMATION from the initiator: the responder's identity is not "
	  "the one it expects" },
	{ 1, 18, WHEN_FIRST, FROM_RESPONDER, SPI_ANY, OF(F31, F33),
	  "INVALID-ID-INFORMATION before phase 1 is complete: the responder knows no "
	  "peer with the initiator's identity, or not in this mode" },
	{ 1, 18, WHEN_ANY, FROM_ANY, SPI_ANY, OF(F45, F46, F51),
	  "INVALID-ID-INFORMATION: the networks (proxy ids) differ" },
	{ 1, 20, WHEN_ANY, FROM_ANY, SPI_ANY, OF(F36, F37, F38),
	  "INVALID-CERTIFICATE: the sender rejects the certificate" },
	{ 1, 22, WHEN_ANY, FROM_ANY, SPI_ANY, OF(F37),
	  "INVALID-CERT-AUTHORITY: the sender does not know who issued the certificate" },
	{ 1, 23, WHEN_ANY, FROM_ANY, SPI_ANY, OF(F27, F28),
	  "INVALID-HASH-INFORMATION: the hash does not verify, wrong pre-shared key" },
	{ 1, 24, WHEN_FIRST, FROM_RESPONDER, SPI_ANY, OF(F18, F19, F25, F31, F33),
	  "AUTHENTICATION-FAILED from the responder: it has no connection for this "
	  "identity, mode or authentication method; its own log says which" },
	{ 1, 24, WHEN_ANY, FROM_INITIATOR, SPI_ANY, OF(F28),
	  "AUTHENTICATION-FAILED from the initiator: wrong pre-shared key" },
	{ 1, 24, WHEN_ANY, FROM_ANY, SPI_ANY, OF(F27, F28),
	  "AUTHENTICATION-FAILED: wrong pre-shared key or identity" },
	{ 1, 25, WHEN_ANY, FROM_ANY, SPI_ANY, OF(F36, F37, F38),
	  "INVALID-SIGNATURE: the signature does not fit the certificate that the sender "
	  "knows" },
	{ 1, 28, WHEN_ANY, FROM_ANY, SPI_ANY, OF(F36, F37, F38),
	  "CERTIFICATE-UNAVAILABLE: the sender has no certificate of the authority asked "
	  "for" },
	{ 1, 29, WHEN_ANY, FROM_ANY, SPI_ANY, OF(F18),
	  "UNSUPPORTED-EXCHANGE-TYPE: the sender refuses this mode (main or aggressive)" },
	{ 2, 4, WHEN_ANY, FROM_ANY, SPI_ANY, OF(F56),
	  "INVALID_IKE_SPI: the sender has no such IKE SA, or none any more" },
	{ 2, 5, WHEN_ANY, FROM_ANY, SPI_ANY, OF(F17),
	  "INVALID_MAJOR_VERSION: the peer does not speak this IKE version" },
	{ 2, 7, WHEN_ANY, FROM_ANY, SPI_ANY, OF(CLASS_NONE),
	  "INVALID_SYNTAX: the peer could not read the message, often a wrong key" },
	{ 2, 9, WHEN_ANY, FROM_ANY, SPI_ANY, OF(CLASS_NONE),
	  "INVALID_MESSAGE_ID: the two do not agree which request is next" },
	{ 2, 11, WHEN_ANY, FROM_ANY, SPI_ANY, OF(F56),
	  "INVALID_SPI: the sender got ESP with an SPI that it does not have (any more)" },
	{ 2, 14, WHEN_FIRST, FROM_RESPONDER, SPI_HAS, OF(F17, F30),
	  "NO_PROPOSAL_CHOSEN with a responder SPI: strongSwan sends it so when it has "
	  "no connection for this address or version; other devices also when the "
	  "proposals differ" },
	{ 2, 14, WHEN_FIRST, FROM_RESPONDER, SPI_NO, OF(F20, F21, F22, F24),
	  "NO_PROPOSAL_CHOSEN without a responder SPI: the IKE proposals differ" },
	{ 2, 14, WHEN_ANY, FROM_ANY, SPI_ANY, OF(F40, F41, F42, F43, F44),
	  "NO_PROPOSAL_CHOSEN for the CHILD_SA: the ESP proposals differ; at a rekey "
	  "often the PFS group" },
	{ 2, 24, WHEN_AUTH, FROM_RESPONDER, SPI_ANY,
	  OF(F29, F05, F25, F31, F32, F33, F34),
	  "AUTHENTICATION_FAILED from the responder: wrong key, unknown identity or no "
	  "matching connection; its own log says which" },
	{ 2, 24, WHEN_AFTER_AUTH, FROM_INITIATOR, SPI_ANY, OF(F32, F36, F37, F38),
	  "AUTHENTICATION_FAILED from the initiator after IKE_AUTH: it rejects the "
	  "responder's identity or certificate" },
	{ 2, 24, WHEN_ANY, FROM_ANY, SPI_ANY, OF(F29, F25, F31, F32, F33, F34),
	  "AUTHENTICATION_FAILED: the sender does not accept who the other says it is" },
	{ 2, 34, WHEN_ANY, FROM_ANY, SPI_ANY, OF(F45),
	  "SINGLE_PAIR_REQUIRED: the responder wants one pair of addresses for each "
	  "CHILD_SA, not networks" },
	{ 2, 35, WHEN_ANY, FROM_ANY, SPI_ANY, OF(CLASS_NONE),
	  "NO_ADDITIONAL_SAS: the responder takes no further CHILD_SA in this IKE SA" },
	{ 2, 36, WHEN_ANY, FROM_ANY, SPI_ANY, OF(CLASS_NONE),
	  "INTERNAL_ADDRESS_FAILURE: the responder has no virtual address to give" },
	{ 2, 37, WHEN_ANY, FROM_ANY, SPI_ANY, OF(CLASS_NONE),
	  "FAILED_CP_REQUIRED: the responder expects the initiator to ask for a virtual "
	  "address: it takes it for a road warrior, not for a site" },
	{ 2, 38, WHEN_ANY, FROM_ANY, SPI_ANY, OF(F45, F46, F51, F53),
	  "TS_UNACCEPTABLE: the networks differ; when they are equal, the responder "
	  "could not install the SA" },
	{ 2, 39, WHEN_ANY, FROM_ANY, SPI_ANY, OF(F45),
	  "INVALID_SELECTORS: the sender got an ESP packet from outside the SA's "
	  "networks" },
	{ 2, 40, WHEN_ANY, FROM_ANY, SPI_ANY, OF(CLASS_NONE),
	  "UNACCEPTABLE_ADDRESSES: the sender does not take the new address that the "
	  "other moved to (MOBIKE)" },
	{ 2, 41, WHEN_ANY, FROM_ANY, SPI_ANY, OF(CLASS_NONE),
	  "UNEXPECTED_NAT_DETECTED: there is a NAT on the way, and the other end forbade "
	  "one (NO_NATS_ALLOWED)" },
	{ 2, 43, WHEN_ANY, FROM_ANY, SPI_ANY, OF(CLASS_NONE),
	  "TEMPORARY_FAILURE: a collision of rekeyings, the peer will try again" },
	{ 2, 44, WHEN_ANY, FROM_ANY, SPI_ANY, OF(F56),
	  "CHILD_SA_NOT_FOUND: the SA to be rekeyed does not exist at the sender (any "
	  "more)" },
	{ 2, 47, WHEN_ANY, FROM_ANY, SPI_ANY, OF(CLASS_NONE),
	  "STATE_NOT_FOUND: the sender knows nothing (any more) of the key exchange that "
	  "is to be gone on with (RFC 9370)" },
	{ 2, 48, WHEN_ANY, FROM_ANY, SPI_ANY, OF(CLASS_NONE),
	  "TS_MAX_QUEUE: the sender takes no further CHILD_SA for these networks "
	  "(RFC 9611)" },
};

static enum note_when when_of(const struct ike_message *message, bool is_second_phase)
{
	uint8_t exchange = message->header.exchange;

	if (ike_is_v2(message)) {
		if (exchange == V2_EXCHANGE_SA_INIT)
			return WHEN_FIRST;
		if (exchange == V2_EXCHANGE_AUTH)
			return WHEN_AUTH;
		if (exchange == V2_EXCHANGE_INFORMATIONAL && is_second_phase)
			return WHEN_AFTER_AUTH;
		return exchange == V2_EXCHANGE_CREATE_CHILD_SA ? WHEN_CHILD : WHEN_ANY;
	}
	return is_second_phase ? WHEN_CHILD : WHEN_FIRST;
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
	       (rule->spi == SPI_ANY || (rule->spi == SPI_HAS) == has_spi);
}

static bool is_error(const struct ike_message *message, const struct ike_payload *payload)
{
	return payload->notify.type &&
	       payload->notify.type <=
		       (ike_is_v2(message) ? NOTIFY_V2_ERROR_LAST : NOTIFY_V1_ERROR_LAST);
}

bool story_has_error(const struct ike_message *message)
{
	for (uint32_t i = 0; i < message->payloads; i++) {
		const struct ike_payload *payload = &message->payload[i];

		if (payload->type == (ike_is_v2(message) ? V2_PAYLOAD_NOTIFY
							 : V1_PAYLOAD_NOTIFY) &&
		    payload->fault < IKE_FAULT_SHORT_BODY && is_error(message, payload))
			return true;
	}
	return false;
}

/* An error that did not keep the SA from coming up is less of one. */
static void note_error(struct ike_story *story, const struct ike_step *step,
		       uint16_t type, const struct class_set *classes, const char *text)
{
	bool is_overcome = step->frame < story->up_frame;

	vec_foreach (note, &story->notes)
		if (note->frame == step->frame && note->notify == type)
			return; /* the same notify twice in a message */
	story_note(story, is_overcome ? STORY_WARNING : STORY_ERROR, step->frame, classes,
		   "%s%s", text,
		   is_overcome ? "; all the same the SA came up afterwards" : "");
	story->notes.items[story->notes.count - 1].notify = type;
}

/* The group of the KE payload that this message answers, 0: not seen. */
static unsigned int group_asked(const struct ike_story *story,
				const struct ike_step *answer,
				const struct ike_message *message)
{
	_cleanup_(ike_message_done) struct ike_message request = { 0 };
	unsigned int group = 0;

	vec_foreach (step, &story->session->steps) {
		const struct ike_payload *ke;

		if (step->frame >= answer->frame ||
		    step->is_from_initiator == answer->is_from_initiator)
			continue;
		session_step_message(step, &request);
		ke = ike_payload_find(&request, V2_PAYLOAD_KE, 0);
		if (ke && request.header.message_id == message->header.message_id)
			group = ke->ke.group;
	}
	return group;
}

/* Does the initiator, who was told otherwise, ask for that group once more? */
static bool is_asked_again(const struct ike_story *story, const struct ike_step *answer,
			   unsigned int group)
{
	_cleanup_(ike_message_done) struct ike_message request = { 0 };

	vec_foreach (step, &story->session->steps) {
		const struct ike_payload *ke;

		if (step->frame <= answer->frame ||
		    step->is_from_initiator == answer->is_from_initiator)
			continue;
		session_step_message(step, &request);
		ke = ike_payload_find(&request, V2_PAYLOAD_KE, 0);
		return ke && ke->ke.group == group; /* the next one that asks */
	}
	return false;
}

static void note_invalid_ke(struct ike_story *story, const struct ike_step *step,
			    const struct ike_message *message,
			    const struct ike_payload *payload)
{
	struct slice data = payload->notify.data;
	unsigned int asked = group_asked(story, step, message);

	if (asked && data.length == 2 && be16(data.bytes) == asked)
		story_note(story, STORY_ERROR, step->frame, CLASSES(F39),
			   "INVALID_KE_PAYLOAD asks for group %u, the very one that was "
			   "sent: the responder has it in its configuration and cannot "
			   "compute it (a plugin of its daemon is missing)",
			   asked);
	else if (asked && data.length == 2 && is_asked_again(story, step, asked))
		story_note(story, STORY_ERROR, step->frame, CLASSES(F39),
			   "INVALID_KE_PAYLOAD asks for group %u, and the initiator asks "
			   "for group %u once more: it has no other, or does not "
			   "understand",
			   be16(data.bytes), asked);
	else
		story_note(
			story, STORY_INFO, step->frame, CLASSES(F39),
			"INVALID_KE_PAYLOAD: the responder wants another group; no fault "
			"unless the initiator then asks for the same one again");
}

/* What is no error, and yet decides what comes next. */
static void note_status(struct ike_story *story, const struct ike_step *step,
			const struct ike_message *message,
			const struct ike_payload *payload)
{
	struct buf buf = { 0 };

	if (!ike_is_v2(message))
		return;
	if (payload->notify.type == NOTIFY_V2_INVALID_KE) {
		note_invalid_ke(story, step, message, payload);
	} else if (payload->notify.type == NOTIFY_V2_REDIRECT) {
		describe_gateway(payload->notify.data, &buf);
		story_note(story, STORY_INFO, step->frame, NULL,
			   "REDIRECT: the responder sends the initiator to another "
			   "gateway,%s (RFC 5685)",
			   buf_text(&buf));
	}
	buf_done(&buf);
}

/* Its data is the type of the payload (RFC 7296 2.5). */
static void note_critical(struct ike_story *story, const struct ike_step *step,
			  const struct ike_payload *payload)
{
	struct slice data = payload->notify.data;

	note_error(
		story, step, payload->notify.type, NULL,
		arena_printf(
			story->arena,
			"UNSUPPORTED_CRITICAL_PAYLOAD: the sender does not know "
			"%s, which the other end marked as critical, and drops "
			"the whole message",
			data.length == 1
				? arena_printf(
					  story->arena, "payload %u (%s)", data.bytes[0],
					  number_text(NUMBER_V2_PAYLOAD, data.bytes[0]).s)
				: "a payload"));
}

void story_note_notify(struct ike_story *story, const struct ike_step *step,
		       const struct ike_message *message,
		       const struct ike_payload *payload, bool is_second_phase)
{
	enum note_when when = when_of(message, is_second_phase);

	if (!is_error(message, payload) ||
	    (ike_is_v2(message) && payload->notify.type == NOTIFY_V2_INVALID_KE)) {
		note_status(story, step, message, payload);
		return;
	}
	if (ike_is_v2(message) && payload->notify.type == NOTIFY_V2_CRITICAL) {
		note_critical(story, step, payload);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		if (rule_fits(&rules[i], message, payload, when,
			      step->is_from_initiator)) {
			note_error(story, step, payload->notify.type, &rules[i].classes,
				   rules[i].text);
			return;
		}
	}
	note_error(story, step, payload->notify.type, NULL,
		   arena_printf(
			   story->arena, "error notify %s",
			   wire_notify_text(ike_is_v2(message), payload->notify.type).s));
}

/* ------------------------------------------------------------ XAUTH */

#define CONFIG_REQUEST	  1
#define CONFIG_SET	  3
#define XAUTH_USER_NAME	  16521
#define XAUTH_STATUS	  16527
#define XAUTH_STATUS_FAIL 0

void story_note_config(struct ike_story *story, const struct ike_step *step,
		       const struct ike_message *message,
		       const struct ike_payload *payload)
{
	/* An initiator that offered XAUTH expects to be asked. */
	bool is_agreed = story->chosen && strstr(story->chosen, "XAUTH");

	for (uint32_t i = 0; i < payload->config.attributes; i++) {
		const struct ike_attribute *attribute =
			&message->attribute[payload->config.first_attribute + i];

		if (attribute->type == XAUTH_STATUS &&
		    payload->config.type == CONFIG_SET &&
		    attribute->value == XAUTH_STATUS_FAIL)
			story_note(story, STORY_ERROR, step->frame, CLASSES(F25),
				   "XAUTH failed: the %s refuses the user name or the "
				   "password",
				   step->is_from_initiator ? "initiator" : "responder");
		else if (attribute->type == XAUTH_USER_NAME &&
			 payload->config.type == CONFIG_REQUEST)
			story_note(story, STORY_INFO, step->frame,
				   is_agreed ? NULL : CLASSES(F25),
				   "the %s asks for a user name (XAUTH): it takes the "
				   "other for a road warrior, not for a site",
				   step->is_from_initiator ? "initiator" : "responder");
	}
}
