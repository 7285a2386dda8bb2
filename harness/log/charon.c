// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * charon.c - what a line of charon's log says about its attempt
 *
 * The texts that tell something are those of charon/log.h; here stands which event each
 * fact is, and how far the messages that are "generated" and "parsed" brought the attempt.
 * A child's request is no news where one is up already.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "log/attempt.h"
#include "log/differ.h"

/* ------------------------------------------------------------ messages */

/* "generating IKE_AUTH request 1 [ IDi …": what it brings, by who sends it. */
#define PROVES "generating IKE_AUTH response ~"

static const struct message_row {
	const char *pattern;
	int version;
	char mode;
	enum log_role role; /* of the end whose log it is */
	enum log_stage stage;
} messages[] = {
	{ "generating IKE_SA_INIT request ~", 2, 0, LOG_INITIATOR, LOG_ASKED },
	{ "parsed IKE_SA_INIT response ~[ SA ~", 2, 0, LOG_INITIATOR, LOG_ANSWERED },
	{ "generating IKE_AUTH request ~", 2, 0, LOG_INITIATOR, LOG_AUTH },
	{ "parsed IKE_SA_INIT request ~", 2, 0, LOG_RESPONDER, LOG_ASKED },
	{ "generating IKE_SA_INIT response ~[ SA ~", 2, 0, LOG_RESPONDER, LOG_ANSWERED },
	{ "parsed IKE_AUTH request ~", 2, 0, LOG_RESPONDER, LOG_AUTH },
	{ PROVES, 2, 0, LOG_RESPONDER, LOG_AUTH },
	{ "generating ID_PROT request ~[ SA ~", 1, 'm', LOG_INITIATOR, LOG_ASKED },
	{ "parsed ID_PROT response ~[ SA ~", 1, 'm', LOG_INITIATOR, LOG_ANSWERED },
	{ "generating ID_PROT request ~[ ID ~", 1, 'm', LOG_INITIATOR, LOG_AUTH },
	{ "parsed ID_PROT request ~[ SA ~", 1, 'm', LOG_RESPONDER, LOG_ASKED },
	{ "generating ID_PROT response ~[ SA ~", 1, 'm', LOG_RESPONDER, LOG_ANSWERED },
	{ "parsed ID_PROT request ~[ ID ~", 1, 'm', LOG_RESPONDER, LOG_AUTH },
	{ "generating AGGRESSIVE request ~[ SA ~", 1, 'a', LOG_INITIATOR, LOG_ASKED },
	{ "parsed AGGRESSIVE response ~[ SA ~", 1, 'a', LOG_INITIATOR, LOG_ANSWERED },
	{ "generating AGGRESSIVE request ~[ HASH ~", 1, 'a', LOG_INITIATOR, LOG_AUTH },
	{ "parsed AGGRESSIVE request ~[ SA ~", 1, 'a', LOG_RESPONDER, LOG_ASKED },
	{ "generating AGGRESSIVE response ~[ SA ~", 1, 'a', LOG_RESPONDER, LOG_ANSWERED },
	{ "parsed AGGRESSIVE request ~[ HASH ~", 1, 'a', LOG_RESPONDER, LOG_AUTH },
	/* These are protected: phase 1 is up, wherever the log begins. */
	{ "generating QUICK_MODE request ~[ HASH SA ~", 1, 0, LOG_INITIATOR, LOG_IKE_UP },
	{ "parsed QUICK_MODE request ~[ HASH SA ~", 1, 0, LOG_RESPONDER, LOG_IKE_UP },
	{ "generating CREATE_CHILD_SA request ~", 2, 0, LOG_INITIATOR, LOG_IKE_UP },
	{ "parsed CREATE_CHILD_SA request ~", 2, 0, LOG_RESPONDER, LOG_IKE_UP },
	{ "generating CREATE_CHILD_SA response ~", 2, 0, LOG_RESPONDER, LOG_IKE_UP },
	{ "parsed CREATE_CHILD_SA response ~", 2, 0, LOG_INITIATOR, LOG_IKE_UP },
};

/* Which request of this end waits for an answer, and that it has one. */
static void note_asked(const struct charon_log_span *text, struct log_attempt *attempt)
{
	struct charon_log_span capture[CHARON_LOG_CAPTURES];

	if (charon_log_fits("parsed ~ response ~", text, capture))
		attempt->asked_again = 0;
	if (charon_log_fits("generating * request ~", text, capture))
		log_text_copy(attempt->asked, sizeof(attempt->asked), &capture[0]);
}

static bool read_message(const struct charon_log_span *text, struct log_attempt *attempt)
{
	struct charon_log_span capture[CHARON_LOG_CAPTURES];

	for (size_t i = 0; i < ARRAY_SIZE(messages); i++) {
		const struct message_row *row = &messages[i];

		if (!charon_log_fits(row->pattern, text, capture))
			continue;
		attempt->version = row->version;
		if (row->mode)
			attempt->mode = row->mode;
		if (!attempt->role)
			attempt->role = row->role;
		attempt->asked_again = 0;
		log_attempt_reach(attempt, row->stage);
		attempt->has_messages = true;
		attempt->has_proved |= strcmp(row->pattern, PROVES) == 0;
		attempt->has_child_asked |= row->stage == LOG_IKE_UP;
		return true;
	}
	return false;
}

/* ------------------------------------------------------------ facts */

static const enum log_event events[CHARON_LOG_FACT_COUNT] = {
	[CHARON_LOG_NO_PROPOSAL] = LOG_IKE_PROPOSAL,
	[CHARON_LOG_NO_CHILD_PROPOSAL] = LOG_CHILD_PROPOSAL,
	[CHARON_LOG_DH_UNSUPPORTED] = LOG_NO_ALGORITHM,
	[CHARON_LOG_DH_UNACCEPTABLE] = LOG_GROUP_WISH,
	[CHARON_LOG_CIPHER_UNSUPPORTED] = LOG_NO_ALGORITHM,
	[CHARON_LOG_KDF_UNSUPPORTED] = LOG_NO_ALGORITHM,
	[CHARON_LOG_KE_OTHER_GROUP] = LOG_KE_OTHER_GROUP,
	[CHARON_LOG_NO_IKE_CONFIG] = LOG_NO_CONNECTION,
	[CHARON_LOG_NO_PEER_CONFIG] = LOG_NO_PEER,
	[CHARON_LOG_MODE_REFUSED] = LOG_MODE_REFUSED,
	[CHARON_LOG_AGGRESSIVE_DISABLED] = LOG_AGGRESSIVE_OFF,
	[CHARON_LOG_PEER_ID_DIFFERS] = LOG_PEER_ID,
	[CHARON_LOG_NO_SHARED_KEY] = LOG_NO_KEY,
	[CHARON_LOG_HASH_WRONG] = LOG_KEY_DIFFERS,
	[CHARON_LOG_MAC_MISMATCH] = LOG_KEY_DIFFERS,
	[CHARON_LOG_DECRYPT_FAILED] = LOG_UNREADABLE,
	[CHARON_LOG_AUTH_OF_FAILED] = LOG_AUTH_FAILED,
	[CHARON_LOG_NO_CHILD_CONFIG] = LOG_SELECTORS,
	[CHARON_LOG_TS_UNACCEPTABLE] = LOG_SELECTORS,
	[CHARON_LOG_TS_MISSING] = LOG_SELECTORS,
	[CHARON_LOG_PEER_SILENT] = LOG_SILENT,
	[CHARON_LOG_GAVE_UP] = LOG_SILENT,
	[CHARON_LOG_RETRANSMIT_RECEIVED] = LOG_ASKED_AGAIN,
	[CHARON_LOG_HALF_OPEN_DELETED] = LOG_HALF_OPEN,
	[CHARON_LOG_DPD_TIMEOUT] = LOG_DPD,
	[CHARON_LOG_RESOLVE_FAILED] = LOG_NO_ADDRESS,
	[CHARON_LOG_INITIATE_ABORTED] = LOG_NO_ADDRESS,
	[CHARON_LOG_REKEY_FAILED] = LOG_REKEY_FAILED,
	[CHARON_LOG_UNIQUENESS] = LOG_REPLACED,
	[CHARON_LOG_ALG_UNKNOWN] = LOG_NOT_LOADED,
	[CHARON_LOG_PROPOSAL_SKIPPED] = LOG_NOT_LOADED,
	[CHARON_LOG_CONFIG_DISCARDED] = LOG_NOT_LOADED,
	[CHARON_LOG_KERNEL_SAD_FAILED] = LOG_KERNEL,
	[CHARON_LOG_KERNEL_SPD_FAILED] = LOG_KERNEL,
	[CHARON_LOG_LIFETIME_DIFFERS] = LOG_LIFETIME,
	[CHARON_LOG_CHILD_LIFETIME_DIFFERS] = LOG_LIFETIME,
};

#define WITH_PSK "authentication of '~' (myself) with pre-shared key"
#define ABORTS	 "initialization failed - aborting ~"

/* Texts that no judgement of a run needs. */
static const struct {
	const char *pattern;
	enum log_event event;
	bool restates;
} others[] = {
#define SAYS(pattern_, event_)	   { (pattern_), LOG_##event_, false },
#define RESTATES(pattern_, event_) { (pattern_), LOG_##event_, true },
#include "log/charon.def"
#undef RESTATES
#undef SAYS
};

/*
 * told: before phase 1 is up, and after. Where the log begins with the refusal nothing says
 * which it is, unless it came in clear.
 */
static enum log_event in_phase(const enum log_event told[2],
			       const struct log_attempt *attempt)
{
	if (!attempt->stage && !*attempt->notified && told[0] == LOG_NOTIFY_NO_PROPOSAL)
		return LOG_NOTIFY_ANY_PROPOSAL;
	if (!attempt->stage && !*attempt->notified && told[0] == LOG_NOTIFY_ID)
		return LOG_NOTIFY_ANY_ID;
	return told[attempt->stage >= LOG_IKE_UP];
}

static enum log_event notify_event(const struct charon_log_span *name,
				   const struct log_attempt *attempt)
{
	static const struct {
		const char *name;
		enum log_event events[2]; /* before phase 1 is up, and after */
	} notifies[] = {
		{ "NO_PROPOSAL_CHOSEN",
		  { LOG_NOTIFY_NO_PROPOSAL, LOG_NOTIFY_CHILD_PROPOSAL } },
		{ "AUTHENTICATION_FAILED", { LOG_NOTIFY_AUTH, LOG_NOTIFY_AUTH } },
		{ "INVALID_ID_INFORMATION", { LOG_NOTIFY_ID, LOG_NOTIFY_CHILD_ID } },
		{ "TS_UNACCEPTABLE", { LOG_NOTIFY_TS, LOG_NOTIFY_TS } },
		{ "INVALID_KE_PAYLOAD", { LOG_NOTIFY_KE, LOG_NOTIFY_KE } },
		{ "INVALID_KEY_INFORMATION", { LOG_NOTIFY_KE, LOG_NOTIFY_KE } },
		{ "PAYLOAD_MALFORMED", { LOG_NOTIFY_SYNTAX, LOG_NOTIFY_OTHER } },
		{ "INVALID_HASH_INFORMATION", { LOG_NOTIFY_SYNTAX, LOG_NOTIFY_OTHER } },
		{ "INVALID_SYNTAX", { LOG_NOTIFY_SYNTAX, LOG_NOTIFY_OTHER } },
		{ "SINGLE_PAIR_REQUIRED", { LOG_NOTIFY_TS, LOG_NOTIFY_TS } },
		{ "INVALID_MAJOR_VERSION", { LOG_NOTIFY_EXCHANGE, LOG_NOTIFY_OTHER } },
		{ "(29)",
		  { LOG_NOTIFY_EXCHANGE, LOG_NOTIFY_OTHER } }, /* RFC 2408 3.14.1 */
		{ "INVALID_CERT_ENCODING", { LOG_NOTIFY_CERTIFICATE, LOG_NOTIFY_OTHER } },
		{ "INVALID_CERTIFICATE", { LOG_NOTIFY_CERTIFICATE, LOG_NOTIFY_OTHER } },
		{ "INVALID_CERT_AUTHORITY",
		  { LOG_NOTIFY_CERTIFICATE, LOG_NOTIFY_OTHER } },
		{ "INVALID_SIGNATURE", { LOG_NOTIFY_CERTIFICATE, LOG_NOTIFY_OTHER } },
		/* as in brackets behind "parsed" */
		{ "NO_PROP", { LOG_NOTIFY_NO_PROPOSAL, LOG_NOTIFY_CHILD_PROPOSAL } },
		{ "AUTH_FAILED", { LOG_NOTIFY_AUTH, LOG_NOTIFY_AUTH } },
		{ "INVAL_ID", { LOG_NOTIFY_ID, LOG_NOTIFY_CHILD_ID } },
		{ "PLD_MAL", { LOG_NOTIFY_SYNTAX, LOG_NOTIFY_OTHER } },
		{ "INVAL_HASH", { LOG_NOTIFY_SYNTAX, LOG_NOTIFY_OTHER } },
	};

	for (size_t i = 0; i < ARRAY_SIZE(notifies); i++)
		if (name->length == strlen(notifies[i].name) &&
		    memcmp(name->s, notifies[i].name, name->length) == 0)
			return in_phase(notifies[i].events, attempt);
	return LOG_NOTIFY_OTHER;
}

/* What charon offers when nobody chose anything (proposal.c, the same since 5.4). */
static bool is_default_offer(const char *received)
{
	static const char *const offers[] = {
		"IKE:AES_CBC_128/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/CURVE_25519, IKE:",
		"IKE:AES_CBC_128/AES_CBC_192/AES_CBC_256/",
	};

	for (size_t i = 0; i < ARRAY_SIZE(offers); i++)
		if (strncmp(received, offers[i], strlen(offers[i])) == 0)
			return true;
	return false;
}

/* The child of IKE_AUTH has no group of its own, whatever is configured (RFC 7296 1.2). */
static bool is_without_group(const struct log_attempt *attempt,
			     const struct difference *difference)
{
	return attempt->version == 2 && !attempt->has_child_asked &&
	       strcmp(difference->received[DIFFER_GROUP], "none") == 0;
}

/* In what the two lists differ, as a detail of the event and as values. */
static void compare_proposals(struct log_attempt *attempt, char *detail, size_t size)
{
	const bool is_esp = strncmp(attempt->received, "IKE:", 4) != 0;
	struct difference difference = { 0 };
	size_t length = 0;

	*detail = '\0';
	if (!proposals_differ(attempt->received, attempt->configured, &difference))
		return;
	if (is_esp && is_without_group(attempt, &difference))
		difference.kinds &= ~(1u << DIFFER_GROUP);
	for (unsigned int kind = 0; kind < DIFFER_KINDS; kind++) {
		const char *name = differ_kind_name(kind, is_esp);
		struct charon_log_span peer = { difference.received[kind],
						strlen(difference.received[kind]) },
				       own = { difference.configured[kind],
					       strlen(difference.configured[kind]) };

		if (!(difference.kinds & 1u << kind))
			continue;
		if (length < size)
			length += (size_t)snprintf(detail + length, size - length, "%s%s",
						   length ? "+" : "", name);
		log_attempt_value(attempt, name, &peer, &own);
	}
	if (is_default_offer(attempt->received))
		(void)snprintf(detail, size, "default");
}

static void note_values(const struct charon_log_match *match, struct log_attempt *attempt)
{
	const struct charon_log_span *capture = match->capture;
	struct charon_log_span looked = { attempt->looked_for,
					  strlen(attempt->looked_for) };

	switch ((int)match->fact) {
	case CHARON_LOG_NO_CHILD_CONFIG:
		log_attempt_value(attempt, "the peer's networks", &capture[0], NULL);
		log_attempt_value(attempt, "this end's networks", &capture[1], NULL);
		break;
	case CHARON_LOG_NO_PEER_CONFIG:
		log_attempt_value(attempt, "addresses and identities", &looked, NULL);
		break;
	case CHARON_LOG_PEER_ID_DIFFERS:
		log_attempt_value(attempt, "identity of the peer", &capture[0],
				  &capture[1]);
		break;
	case CHARON_LOG_NO_IKE_CONFIG:
		log_attempt_value(attempt, "address", &capture[1], &capture[0]);
		break;
	case CHARON_LOG_LIFETIME_DIFFERS:
	case CHARON_LOG_CHILD_LIFETIME_DIFFERS:
		log_attempt_value(attempt, "lifetime (s)", &capture[0], &capture[1]);
		break;
	default:
		break;
	}
}

static void begin(const struct charon_log_match *match, struct log_attempt *attempt)
{
	const bool is_own = match->fact == CHARON_LOG_INITIATING;
	const struct charon_log_span *peer = &match->capture[is_own];
	const struct charon_log_span *mode = &match->capture[!is_own];

	attempt->role = is_own ? LOG_INITIATOR : LOG_RESPONDER;
	log_text_copy(attempt->peer, sizeof(attempt->peer), peer);
	if (mode->length >= 4 && memcmp(mode->s, "Main", 4) == 0)
		attempt->mode = 'm';
	if (mode->length >= 4 && memcmp(mode->s, "Aggr", 4) == 0)
		attempt->mode = 'a';
	attempt->version = attempt->mode ? 1 : 2;
	log_attempt_reach(attempt, LOG_ASKED);
}

/* "received … notify, no CHILD_SA built": phase 1 is up, wherever the log begins. */
static bool is_of_child(const struct charon_log_span *text)
{
	struct charon_log_span capture[CHARON_LOG_CAPTURES];

	return charon_log_fits("received ~ notify, no CHILD_SA built", text, capture);
}

/* A message that begins nothing here: of whoever sent it, beside the attempt before it. */
static void add_of_sender(struct log_reader *reader, enum log_event event,
			  const struct charon_log_span *from)
{
	const unsigned int current = reader->last_sa;
	struct log_attempt *own = NULL;
	char peer[sizeof(own->peer)];

	log_text_copy(peer, sizeof(peer), from);
	for (size_t i = 0; i < reader->attempt_count; i++)
		if (reader->attempts[i].sa >= LOG_SA_OURS && !reader->attempts[i].role &&
		    strcmp(reader->attempts[i].peer, peer) == 0)
			own = &reader->attempts[i];
	own = log_attempt_of(reader, own ? own->sa : LOG_SA_OURS | ++reader->unnamed);
	memcpy(own->peer, peer, sizeof(peer));
	log_attempt_add(reader, own, event, NULL);
	reader->last_sa = current;
}

/* Is a first message for which there is nothing here beside an attempt with another peer? */
static bool is_of_another(const struct log_attempt *attempt, enum log_event event,
			  const struct charon_log_span *sender)
{
	char from[sizeof(attempt->peer)];

	if (event == LOG_VERSION_REFUSED)
		return sender->length;
	log_text_copy(from, sizeof(from), sender);
	return event == LOG_NO_CONNECTION && *from && attempt->stage > LOG_ASKED &&
	       *attempt->peer && strcmp(from, attempt->peer) != 0;
}

static bool read_fact(struct log_reader *reader, struct log_attempt *attempt,
		      const struct charon_log_match *match)
{
	enum log_event event = events[match->fact];
	char detail[48] = "";

	switch ((int)match->fact) {
	case CHARON_LOG_INITIATING:
	case CHARON_LOG_RESPONDING:
		begin(match, attempt);
		return true;
	case CHARON_LOG_IKE_ESTABLISHED:
		log_attempt_reach(attempt, LOG_IKE_UP);
		return true;
	case CHARON_LOG_CHILD_ESTABLISHED:
		log_attempt_reach(attempt, LOG_CHILD_UP);
		return true;
	case CHARON_LOG_PROPOSALS_RECEIVED:
		log_text_copy(attempt->received, sizeof(attempt->received),
			      &match->capture[0]);
		log_attempt_quote(reader, attempt);
		return true;
	case CHARON_LOG_PROPOSALS_CONFIGURED:
		log_text_copy(attempt->configured, sizeof(attempt->configured),
			      &match->capture[0]);
		log_attempt_quote(reader, attempt);
		return true;
	case CHARON_LOG_LOOKING_FOR_PEER:
		log_text_copy(attempt->looked_for, sizeof(attempt->looked_for),
			      &match->capture[0]);
		return true;
	case CHARON_LOG_NOTIFY_RECEIVED:
		if (is_of_child(&reader->line.message))
			log_attempt_reach(attempt, LOG_IKE_UP);
		event = notify_event(&match->capture[0], attempt);
		break;
	default:
		break;
	}
	if (!event)
		return true;
	if (match->fact == CHARON_LOG_MAC_MISMATCH)
		attempt->version = 2; /* IKEv1 has no MAC of the key */
	if (event == LOG_SILENT)
		event = attempt->stage ? log_silence(attempt) : LOG_TIMED_OUT;
	if (event == LOG_HALF_OPEN && attempt->has_proved)
		event = LOG_PROOF_UNANSWERED;
	if (event == LOG_IKE_PROPOSAL || event == LOG_CHILD_PROPOSAL)
		compare_proposals(attempt, detail, sizeof(detail));
	log_attempt_add(reader, attempt, event, detail);
	note_values(match, attempt);
	return true;
}

/* ------------------------------------------------------------ lines */

/* The daemon's own: it starts, it loads. */
static bool read_daemon(struct log_reader *reader, const struct charon_log_span *text)
{
	struct charon_log_span capture[CHARON_LOG_CAPTURES];

	if (charon_log_fits("Starting ~charon~", text, capture)) {
		log_reader_flush(reader); /* its SAs count from 1 again */
		reader->has_start = true;
		reader->has_loaded = reader->has_plugins = reader->has_workers = false;
		reader->start.line = reader->lines;
		log_text_copy(reader->start.text, sizeof(reader->start.text),
			      &(struct charon_log_span){ reader->line.text,
							 reader->line.length });
		return true;
	}
	if (charon_log_fits("spawning ~ worker threads", text, capture)) {
		reader->has_workers = true;
		return true;
	}
	if (reader->line.subsystem[0] && memcmp(reader->line.subsystem, "DMN", 3) != 0)
		reader->has_plugins = true;
	if (charon_log_fits("added ~connection~", text, capture) ||
	    charon_log_fits("added configuration ~", text, capture)) {
		reader->has_loaded = true;
		return true;
	}
	return false;
}

static uint32_t spi_of(const struct charon_log_span *text)
{
	char digits[9];

	log_text_copy(digits, sizeof(digits), text);
	return (uint32_t)strtoul(digits, NULL, 16);
}

/*
 * "sending retransmit 1 of request message ID 0, seq 1": the message, once more. Where the
 * log begins with that the first one is this end's beginning (seq counts the messages).
 */
static bool note_again(struct log_reader *reader, struct log_attempt *attempt,
		       const struct charon_log_span *text)
{
	struct charon_log_span capture[CHARON_LOG_CAPTURES];
	struct charon_log_span ignored[CHARON_LOG_CAPTURES];
	char request[32];

	/* IKEv2: both ends count their own from 0, so whose first message it is nobody says */
	if (charon_log_fits("retransmit * of request with message ID *", text, capture)) {
		char number[4], id[12];

		log_text_copy(number, sizeof(number), &capture[0]);
		log_text_copy(id, sizeof(id), &capture[1]);
		attempt->asked_again = strtoul(number, NULL, 10);
		attempt->is_later_asked = strtoul(id, NULL, 10) > 1; /* 1: IKE_AUTH */
		return false;
	}
	if (!charon_log_fits("sending retransmit ~ of request message ID *, ~", text,
			     capture) ||
	    !capture[0].length || capture[0].length > 10)
		return false;
	attempt->asked_again++;
	attempt->is_later_asked = strncmp(capture[0].s, "0", capture[0].length) != 0;
	if (!attempt->stage && charon_log_fits("~message ID 0, seq 1", text, ignored)) {
		attempt->role = LOG_INITIATOR;
		log_attempt_reach(attempt, LOG_ASKED);
	}
	(void)snprintf(request, sizeof(request), " request %.*s [",
		       (int)capture[0].length, capture[0].s);
	log_step_again(reader, request);
	return true;
}

/* For the ladder: the messages, and what is no event but tells how it went. */
static void note_step(struct log_reader *reader, const struct charon_log_span *text)
{
	static const struct {
		const char *pattern;
		enum log_step_kind kind;
	} kinds[] = {
		{ "generating *", LOG_STEP_SENT },
		{ "parsed *", LOG_STEP_GOT },
		{ "CHILD_SA ~ established with SPIs *_i *_o ~", LOG_STEP_CHILD },
		{ "inbound CHILD_SA ~ established with SPIs *_i *_o ~", LOG_STEP_CHILD },
		{ "IKE_SA ~ established between ~", LOG_STEP_SAID },
		{ "received retransmit ~", LOG_STEP_SAID },
		{ "received DELETE ~", LOG_STEP_SAID },
	};
	struct charon_log_span capture[CHARON_LOG_CAPTURES];

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		uint32_t spis[LOG_SPIS] = { 0 };

		if (!charon_log_fits(kinds[i].pattern, text, capture))
			continue;
		if (kinds[i].kind == LOG_STEP_CHILD) {
			spis[0] = spi_of(&capture[0]);
			spis[1] = spi_of(&capture[1]);
		}
		log_step_add(reader, kinds[i].kind,
			     kinds[i].kind < LOG_STEP_SAID ? &capture[0] : text, spis);
		return;
	}
}

/* The peer's first message, of a log that does not name its SAs. */
static bool is_first_request(const struct charon_log_span *text)
{
	struct charon_log_span capture[CHARON_LOG_CAPTURES];

	return charon_log_fits("parsed IKE_SA_INIT request ~", text, capture) ||
	       charon_log_fits("parsed ID_PROT request ~[ SA ~", text, capture) ||
	       charon_log_fits("parsed AGGRESSIVE request ~[ SA ~", text, capture);
}

/* Its number: from the prefix, from "home[3]" in a line that begins an attempt, or ours. */
static unsigned int sa_of(struct log_reader *reader, const struct charon_log_span *text)
{
	struct charon_log_span capture[CHARON_LOG_CAPTURES];
	unsigned int sa = 0;

	if (reader->line.sa) {
		reader->has_names = true;
		return reader->line.sa;
	}
	if (reader->has_names) /* what `ipsec up` prints has none, and is of the one */
		return !reader->line.is_charon && reader->attempt_count == 1
			       ? reader->attempts[0].sa
			       : 0;
	if (is_first_request(text))
		return LOG_SA_OURS | ++reader->unnamed;
	if (!charon_log_fits("initiating ~[*] to ~", text, capture))
		return reader->last_sa;
	for (size_t i = 0; i < capture[0].length && i < 8; i++)
		if (capture[0].s[i] >= '0' && capture[0].s[i] <= '9')
			sa = sa * 10 + (unsigned int)(capture[0].s[i] - '0');
	return sa;
}

static bool peer_deletes(struct log_reader *reader, struct log_attempt *attempt,
			 const struct charon_log_span *text)
{
	struct charon_log_span capture[CHARON_LOG_CAPTURES];

	if (attempt->stage >= LOG_CHILD_UP ||
	    !charon_log_fits("received DELETE for IKE_SA ~", text, capture))
		return false;
	log_attempt_add(reader, attempt, LOG_PEER_DELETES, NULL);
	return true;
}

#define IN_CLEAR     "parsed INFORMATIONAL_V1 request ~[ N(*) ]"
#define NOT_BELIEVED "ignoring unprotected INFORMATIONAL from ~"

/*
 * What the peer said in clear although there were keys: charon does not believe it, and
 * says nothing else of it. A peer that cannot read this end's message cannot answer otherwise.
 */
static bool read_unprotected(struct log_reader *reader, struct log_attempt *attempt,
			     const struct charon_log_span *text)
{
	struct charon_log_span capture[CHARON_LOG_CAPTURES];

	if (charon_log_fits(IN_CLEAR, text, capture)) {
		log_text_copy(attempt->notified, sizeof(attempt->notified), &capture[0]);
		return true;
	}
	if (!charon_log_fits(NOT_BELIEVED, text, capture))
		return false;
	capture[0] =
		(struct charon_log_span){ attempt->notified, strlen(attempt->notified) };
	if (capture[0].length)
		log_attempt_add(reader, attempt, notify_event(&capture[0], attempt),
				NULL);
	return true;
}

static bool read_other(struct log_reader *reader, struct log_attempt *attempt,
		       const struct charon_log_span *text)
{
	struct charon_log_span capture[CHARON_LOG_CAPTURES] = { 0 };

	attempt->has_psk |= charon_log_fits(WITH_PSK, text, capture);
	/* Ports are changed behind the first answer (RFC 3947 4, RFC 7296 2.23). */
	if (!attempt->stage &&
	    charon_log_fits("sending packet: from ~[4500] to ~[4500] ~", text, capture))
		log_attempt_reach(attempt, LOG_ANSWERED);

	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		if (!charon_log_fits(others[i].pattern, text, capture))
			continue;
		if (is_of_another(attempt, others[i].event, &capture[0])) {
			add_of_sender(reader, others[i].event, &capture[0]);
			return true;
		}
		if (others[i].event &&
		    !(others[i].restates &&
		      log_attempt_has_reason(attempt, others[i].event)))
			log_attempt_add(reader, attempt, others[i].event, NULL);
		return true;
	}
	return read_unprotected(reader, attempt, text) ||
	       peer_deletes(reader, attempt, text);
}

/* "received NO_PROPOSAL_CHOSEN notify, …": whatever another release says behind it. */
static bool read_notify(struct log_reader *reader, struct log_attempt *attempt,
			const struct charon_log_span *text)
{
	struct charon_log_span capture[CHARON_LOG_CAPTURES];
	enum log_event event;

	if (!charon_log_fits("received * notify~", text, capture))
		return false;
	event = notify_event(&capture[0], attempt);
	if (event == LOG_NOTIFY_OTHER)
		return false;
	log_attempt_add(reader, attempt, event, NULL);
	return true;
}

/* A line of the daemon as a whole, or an exchange that is not one of attempts. */
static bool is_of_no_attempt(const struct log_reader *reader)
{
	struct charon_log_span capture[CHARON_LOG_CAPTURES];

	if (!reader->has_names && charon_log_fits("deleting half open IKE_SA ~",
						  &reader->line.message, capture))
		return false;
	return !reader->line.sa && reader->line.subsystem[0] &&
	       (memcmp(reader->line.subsystem, "LIB", 3) == 0 ||
		memcmp(reader->line.subsystem, "JOB", 3) == 0 ||
		memcmp(reader->line.subsystem, "DMN", 3) == 0);
}

bool log_charon_knows(const struct charon_log_span *text)
{
	struct charon_log_span capture[CHARON_LOG_CAPTURES];
	struct charon_log_match match;

	for (size_t i = 0; i < ARRAY_SIZE(messages); i++)
		if (charon_log_fits(messages[i].pattern, text, capture))
			return true;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (charon_log_fits(others[i].pattern, text, capture))
			return true;
	if (charon_log_fits(IN_CLEAR, text, capture) ||
	    charon_log_fits(NOT_BELIEVED, text, capture))
		return true;
	return charon_log_match(text, &match) && match.fact != CHARON_LOG_RESPONDING;
}

bool log_charon_read(struct log_reader *reader)
{
	struct charon_log_span capture[CHARON_LOG_CAPTURES];
	struct charon_log_span text = reader->line.message;
	struct charon_log_match match;
	struct log_attempt *attempt;

	reader->maker = "strongSwan (charon)";
	reader->is_charon = true;
	if (read_daemon(reader, &text) ||
	    (is_of_no_attempt(reader) && !charon_log_fits(ABORTS, &text, capture)))
		return true;
	attempt = log_attempt_of(reader, sa_of(reader, &text));
	if (reader->line.name.length)
		log_text_copy(attempt->name, sizeof(attempt->name), &reader->line.name);
	if (!*attempt->first_time)
		log_text_copy(attempt->first_time, sizeof(attempt->first_time),
			      &reader->line.time);
	if (reader->line.time.length)
		log_text_copy(attempt->last_time, sizeof(attempt->last_time),
			      &reader->line.time);
	note_asked(&text, attempt);
	if (!note_again(reader, attempt, &text))
		note_step(reader, &text);
	if (read_message(&text, attempt) || read_other(reader, attempt, &text))
		return true;
	if (charon_log_match(&text, &match))
		return read_fact(reader, attempt, &match);
	return read_notify(reader, attempt, &text);
}
