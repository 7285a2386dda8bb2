// SPDX-License-Identifier: GPL-2.0-or-later
/* attempt.c - from the lines of a log to the attempts to bring up a tunnel */
#include "log/attempt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/exit.h"
#include "log/redact.h"

static const struct event_row {
	const char *token, *means;
	const enum class_id *classes;
} rows[] = {
#define EVENT(name, token_, means_, ...)    \
	[LOG_##name] = { .token = (token_), \
			 .means = (means_), \
			 .classes =         \
				 (const enum class_id[]){ __VA_ARGS__, CLASS_NONE } },
#include "log/events.def"
#undef EVENT
};

_Static_assert(ARRAY_SIZE(rows) == LOG_EVENTS, "a row for each event");

const char *log_event_token(enum log_event event)
{
	return event && event < LOG_EVENTS ? rows[event].token : "none";
}

const char *log_event_means(enum log_event event)
{
	return event && event < LOG_EVENTS ? rows[event].means : "nothing";
}

const enum class_id *log_event_classes(enum log_event event)
{
	static const enum class_id none[] = { CLASS_NONE };

	return event && event < LOG_EVENTS ? rows[event].classes : none;
}

/* ------------------------------------------------------------ one attempt */

void log_text_copy(char *ret_text, size_t size, const struct charon_log_span *span)
{
	size_t length = span && span->s ? span->length : 0;

	if (length >= size)
		length = size - 1;
	if (length)
		memcpy(ret_text, span->s, length);
	ret_text[length] = '\0';
}

void log_attempt_quote(struct log_reader *reader, struct log_attempt *attempt)
{
	struct log_quote *quote = &attempt->quotes[attempt->quote_count];

	if (attempt->quote_count == LOG_QUOTES_MAX ||
	    (attempt->quote_count && quote[-1].line == reader->lines))
		return;
	quote->line = reader->lines;
	log_redact(reader->line.text, reader->line.length, quote->text,
		   sizeof(quote->text));
	attempt->quote_count++;
}

/* One proposal was refused for its cipher, the next for its hash: either may be meant. */
static void merge_detail(struct log_token *token, const char *detail)
{
	const size_t length = strlen(token->detail);

	if (detail && *detail && length && !strstr(token->detail, detail))
		(void)snprintf(token->detail + length, sizeof(token->detail) - length,
			       "+%s", detail);
}

/* What IKEv2 can know only when IKE_AUTH came (RFC 7296 1.2), wherever the log begins. */
static bool is_of_auth(enum log_event event)
{
	switch ((int)event) {
	case LOG_NO_PEER:
	case LOG_MODE_REFUSED:
	case LOG_PEER_ID:
	case LOG_NO_KEY:
	case LOG_KEY_DIFFERS:
	case LOG_AUTH_FAILED:
	case LOG_NOTIFY_AUTH:
		return true;
	default:
		return false;
	}
}

void log_attempt_add(struct log_reader *reader, struct log_attempt *attempt,
		     enum log_event event, const char *detail)
{
	struct log_token *token = &attempt->tokens[attempt->token_count];
	const bool is_later = attempt->stage == LOG_CHILD_UP;

	/* The keys of IKEv2 are not made of the pre-shared one (RFC 7296 2.14). */
	if (attempt->version == 2 && event == LOG_UNREADABLE)
		event = LOG_GARBLED;
	if (attempt->version == 2 && is_of_auth(event))
		log_attempt_reach(attempt, LOG_AUTH);
	for (size_t i = 0; i < attempt->token_count; i++)
		if (attempt->tokens[i].event == event &&
		    attempt->tokens[i].is_later == is_later) {
			merge_detail(&attempt->tokens[i], detail);
			return;
		}
	if (attempt->token_count == LOG_TOKENS_MAX)
		return;
	token->event = event;
	token->is_later = is_later;
	token->is_phase1 = attempt->stage < LOG_IKE_UP;
	(void)snprintf(token->detail, sizeof(token->detail), "%s", detail ? detail : "");
	attempt->token_count++;
	log_attempt_quote(reader, attempt);
	log_step_add(reader, LOG_STEP_SAID, &reader->line.message, NULL);
}

void log_attempt_reach(struct log_attempt *attempt, enum log_stage stage)
{
	if (stage > attempt->stage)
		attempt->stage = stage;
}

enum log_event log_silence(const struct log_attempt *attempt)
{
	if (attempt->stage == LOG_IKE_UP)
		return LOG_CHILD_SILENT;
	return attempt->stage == LOG_ANSWERED || attempt->stage == LOG_AUTH
		       ? LOG_GOES_SILENT
		       : LOG_SILENT;
}

void log_attempt_value(struct log_attempt *attempt, const char *setting,
		       const struct charon_log_span *peer,
		       const struct charon_log_span *own)
{
	struct log_value *value = &attempt->values[attempt->value_count];

	for (size_t i = 0; i < attempt->value_count; i++)
		if (strcmp(attempt->values[i].setting, setting) == 0)
			return;
	if (attempt->value_count == LOG_VALUES_MAX)
		return;
	(void)snprintf(value->setting, sizeof(value->setting), "%s", setting);
	log_text_copy(value->peer, sizeof(value->peer), peer);
	log_text_copy(value->own, sizeof(value->own), own);
	attempt->value_count++;
}

/* ------------------------------------------------------------ signatures */

static const char *const roles[] = { "unknown", "initiator", "responder" };
static const char *const stages[] = { "none", "asked",	"answered",
				      "auth", "ike-up", "child-up" };

_Static_assert(ARRAY_SIZE(stages) == LOG_STAGES, "a word for each stage");

const char *log_role_token(enum log_role role)
{
	return roles[role];
}

const char *log_stage_token(enum log_stage stage)
{
	return stages[stage < LOG_STAGES ? stage : LOG_STAGE_NONE];
}

/*
 * What was said of the peer's proof, and the IKE SA came up: another connection took it, or
 * it was said of another certificate of the chain.
 */
static bool is_overcome(const struct log_attempt *attempt, const struct log_token *token)
{
	if (!token->is_phase1 || attempt->stage < LOG_IKE_UP)
		return false;
	switch ((int)token->event) {
	case LOG_CERTIFICATE:
	case LOG_PEER_ID:
	case LOG_NO_PEER:
	case LOG_MODE_REFUSED:
	case LOG_AUTH_FAILED:
	case LOG_REFUSES_AUTH:
		return true;
	default:
		return false;
	}
}

/*
 * A lost packet that was sent again is nothing to talk of once the tunnel is there; what
 * this end says of it when the daemon is stopped is not either. That the peer takes down
 * what was refused says nothing more, nor that another proposal was refused before.
 */
static bool is_of_account(const struct log_attempt *attempt,
			  const struct log_token *token)
{
	if (token->event == LOG_LIFETIME || is_overcome(attempt, token) ||
	    (token->event == LOG_CHILD_SILENT && !token->is_later &&
	     attempt->stage == LOG_CHILD_UP) ||
	    (token->event == LOG_PEER_DELETES && token != attempt->tokens) ||
	    (token->event == LOG_IKE_PROPOSAL && attempt->stage >= LOG_ANSWERED) ||
	    (token->event == LOG_GROUP_WISH && attempt->stage > LOG_ASKED))
		return false;
	return attempt->stage < LOG_IKE_UP ||
	       (token->event != LOG_ASKED_AGAIN && token->event != LOG_QUEUED &&
		token->event != LOG_HALF_OPEN);
}

bool log_attempt_counts(const struct log_attempt *attempt, const struct log_token *token)
{
	return is_of_account(attempt, token);
}

/* A message that was lost, or that nobody answered yet: what says why counts before it. */
static bool is_of_waiting(enum log_event event)
{
	switch ((int)event) {
	case LOG_ASKED_AGAIN:
	case LOG_HALF_OPEN:
	case LOG_QUEUED:
	case LOG_SILENT:
	case LOG_GOES_SILENT:
	case LOG_CHILD_SILENT:
	case LOG_TIMED_OUT:
	case LOG_PROOF_UNANSWERED:
		return true;
	default:
		return false;
	}
}

const struct log_token *log_attempt_cause(const struct log_attempt *attempt)
{
	const struct log_token *first = NULL;

	for (size_t i = 0; i < attempt->token_count; i++) {
		const struct log_token *token = &attempt->tokens[i];

		if (!is_of_account(attempt, token))
			continue;
		if (!first)
			first = token;
		if (first->event != LOG_ASKED_AGAIN && first->event != LOG_HALF_OPEN &&
		    first->event != LOG_QUEUED)
			return first;
		if (!is_of_waiting(token->event))
			return token;
	}
	return first;
}

bool log_attempt_has_reason(const struct log_attempt *attempt, enum log_event event)
{
	const struct log_token *cause = log_attempt_cause(attempt);

	return cause && (is_of_waiting(event) ||
			 (cause->event != LOG_ASKED_AGAIN &&
			  cause->event != LOG_HALF_OPEN && cause->event != LOG_QUEUED));
}

void log_attempt_signature(const struct log_attempt *attempt,
			   char signature[LOG_SIGNATURE_MAX])
{
	int length = snprintf(signature, LOG_SIGNATURE_MAX, "%s %s", roles[attempt->role],
			      stages[attempt->stage]);

	for (size_t i = 0; i < attempt->token_count; i++) {
		const struct log_token *token = &attempt->tokens[i];

		if (!is_of_account(attempt, token) || length >= LOG_SIGNATURE_MAX)
			continue;
		length +=
			snprintf(signature + length, (size_t)(LOG_SIGNATURE_MAX - length),
				 " %s%s%s%s%s", token->is_later ? "later-" : "",
				 log_event_token(token->event), *token->detail ? "(" : "",
				 token->detail, *token->detail ? ")" : "");
	}
}

static int compare(const void *a, const void *b)
{
	const char *const *left = a, *const *right = b;

	return strcmp(*left, *right);
}

void log_reader_signature(const struct log_reader *reader, char *ret_text, size_t size)
{
	const char *texts[LOG_KINDS] = { NULL };
	size_t length = 0;

	for (size_t i = 0; i < reader->kind_count; i++)
		texts[i] = reader->kinds[i].signature;
	qsort(texts, reader->kind_count, sizeof(*texts), compare);
	(void)snprintf(ret_text, size, "%s", reader->kind_count ? "" : "nothing");
	for (size_t i = 0; i < reader->kind_count && length < size; i++)
		length += (size_t)snprintf(ret_text + length, size - length, "%s%s",
					   i ? " + " : "", texts[i]);
}

/* ------------------------------------------------------------ kinds */

/*
 * Nothing was asked, and nothing is wrong: a rekeyed SA of charon's, which has a number of
 * its own, or the end of one that began before the log does.
 */
static bool is_empty(const struct log_reader *reader, const struct log_attempt *attempt)
{
	const enum log_stage told = reader->is_charon ? LOG_CHILD_UP : LOG_IKE_UP;

	return !attempt->token_count &&
	       (attempt->stage < LOG_ASKED || (!attempt->role && attempt->stage < told));
}

static struct log_kind *kind_of(struct log_reader *reader, const char *signature,
				const struct log_attempt *attempt)
{
	struct log_kind kind = { .first_line = attempt->first_line };
	size_t at = 0;

	(void)snprintf(kind.first_time, sizeof(kind.first_time), "%s",
		       attempt->first_time);
	(void)snprintf(kind.signature, sizeof(kind.signature), "%s", signature);
	while (at < reader->kind_count &&
	       strcmp(reader->kinds[at].signature, signature) != 0)
		at++;
	if (at < reader->kind_count)
		kind = reader->kinds[at];
	else if (reader->kind_count == LOG_KINDS) {
		at = 0;
		reader->kinds_lost++;
	} else {
		reader->kind_count++;
	}
	memmove(&reader->kinds[at], &reader->kinds[at + 1],
		(reader->kind_count - 1 - at) * sizeof(kind));
	reader->kinds[reader->kind_count - 1] = kind;
	return &reader->kinds[reader->kind_count - 1];
}

/* Is what was asked last of phase 1? Of a tunnel that was up, it is no beginning. */
static bool asks_phase1(const struct log_attempt *attempt)
{
	static const char *const exchanges[] = { "IKE_SA_INIT", "IKE_AUTH", "ID_PROT",
						 "AGGRESSIVE" };

	for (size_t i = 0; i < ARRAY_SIZE(exchanges); i++)
		if (strcmp(attempt->asked, exchanges[i]) == 0)
			return true;
	return !*attempt->asked && !attempt->is_later_asked;
}

/*
 * Asked again and again without an answer, and the log, or the daemon, ends before this end
 * gives up: silent so far.
 */
static void note_unanswered(const struct log_reader *reader, struct log_attempt *attempt)
{
	const struct log_token *cause = log_attempt_cause(attempt);
	const bool is_asker =
		reader->is_charon
			? attempt->role != LOG_RESPONDER && attempt->stage < LOG_IKE_UP
			: attempt->role != LOG_RESPONDER && attempt->stage < LOG_CHILD_UP;

	/* A child that was up before the log begins may be what is asked about. */
	const bool is_placed = attempt->stage && (attempt->role || !reader->is_charon);

	if (attempt->asked_again < (reader->is_charon ? 2 : 1) || !is_asker ||
	    (reader->is_charon && !asks_phase1(attempt)) ||
	    (cause && cause->event != LOG_HALF_OPEN))
		return;
	attempt->tokens[0] = (struct log_token){ .event = is_placed ? log_silence(attempt)
								    : LOG_TIMED_OUT };
	attempt->token_count = 1;
}

static void finish(struct log_reader *reader, size_t index)
{
	struct log_attempt *attempt = &reader->attempts[index];
	char signature[LOG_SIGNATURE_MAX];
	struct log_kind *kind;

	note_unanswered(reader, attempt);
	if (is_empty(reader, attempt)) {
		reader->is_cut |= attempt->stage || *attempt->received;
	} else {
		log_attempt_signature(attempt, signature);
		kind = kind_of(reader, signature, attempt);
		kind->count++;
		kind->last = *attempt;
	}
	memmove(attempt, attempt + 1,
		(reader->attempt_count - 1 - index) * sizeof(*attempt));
	reader->attempt_count--;
}

struct log_attempt *log_attempt_of(struct log_reader *reader, unsigned int sa)
{
	struct log_attempt *attempt;
	size_t oldest = 0;

	reader->last_sa = sa;
	for (size_t i = 0; i < reader->attempt_count; i++) {
		attempt = &reader->attempts[i];
		if (attempt->sa == sa) {
			attempt->last_line = reader->lines;
			attempt->last_seen = reader->clock;
			return attempt;
		}
		if (attempt->last_seen < reader->attempts[oldest].last_seen)
			oldest = i;
	}
	if (reader->attempt_count == LOG_ATTEMPTS)
		finish(reader, oldest);
	attempt = &reader->attempts[reader->attempt_count++];
	memset(attempt, 0, sizeof(*attempt));
	attempt->sa = sa;
	attempt->first_line = attempt->last_line = reader->lines;
	attempt->last_seen = reader->clock;
	return attempt;
}

/* ------------------------------------------------------------ reading */

struct log_reader *log_reader_new(void)
{
	struct log_reader *reader = calloc(1, sizeof(*reader));

	if (!reader)
		exit_without_memory();
	reader->now_ms = reader->first_ms = -1;
	return reader;
}

void log_reader_free(struct log_reader *reader)
{
	free(reader);
}

/* Charon's words, also indented, in a list or a diff, or begun with a capital letter. */
static bool is_charons(struct log_reader *reader)
{
	struct charon_log_span *message = &reader->line.message;
	struct charon_log_span lowered;

	if (log_charon_knows(message))
		return true;
	while (message->length && strchr(" +-|*", *message->s)) {
		message->s++;
		message->length--;
	}
	if (!message->length || log_charon_knows(message))
		return message->length;
	if (*message->s < 'A' || *message->s > 'Z')
		return false;
	/* The line stays as it is: it is quoted. */
	log_text_copy(reader->lowered, sizeof(reader->lowered), message);
	*reader->lowered += 'a' - 'A';
	lowered = (struct charon_log_span){ reader->lowered, message->length };
	if (!log_charon_knows(&lowered))
		return false;
	*message = lowered;
	return true;
}

/* Nothing says whose line it is: of another daemon, or what `ipsec up` prints. */
static bool read_unsigned(struct log_reader *reader)
{
	if (log_foreign_read(reader))
		return true;
	if ((!reader->maker || reader->is_charon) && is_charons(reader))
		return log_charon_read(reader);
	return !reader->is_charon &&
	       (log_foreign_read_bare(reader) || log_nobody_read(reader));
}

/* Times go up: one that is half a day before the last is of the next day. */
static void note_now(struct log_reader *reader)
{
	const int64_t day = 86400000;
	int64_t now = log_line_ms(&reader->line);

	if (now < 0)
		return;
	if (reader->clock > 1 && reader->now_ms >= 0)
		now += (reader->now_ms - now + day / 2) / day * day;
	reader->now_ms = now;
	if (reader->first_ms < 0)
		reader->first_ms = now;
}

static void read_line(struct log_reader *reader, const char *bytes, size_t length)
{
	reader->lines++;
	reader->clock++;
	log_line_read(bytes, length, &reader->line);
	note_now(reader);
	if (reader->line.is_charon ? log_charon_read(reader) : read_unsigned(reader))
		reader->known++;
}

void log_reader_add(struct log_reader *reader, const char *bytes, size_t length)
{
	while (length) {
		const char *newline = memchr(bytes, '\n', length);
		size_t part = newline ? (size_t)(newline - bytes) : length;
		size_t room = sizeof(reader->pending) - reader->pending_length;
		size_t taken = part < room ? part : room;

		memcpy(reader->pending + reader->pending_length, bytes, taken);
		reader->pending_length += taken;
		if (newline) {
			read_line(reader, reader->pending, reader->pending_length);
			reader->pending_length = 0;
			part++;
		}
		bytes += part;
		length -= part;
	}
}

/* charon builds a message before it sends it, and gets one before it reads it. */
static int order_of_messages(const char *before, const char *now)
{
	static const char *const pairs[][2] = { { " generating ", "sending packet: " },
						{ "received packet: ", " parsed " } };

	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		if (strstr(before, pairs[i][0]) && strstr(now, pairs[i][1]))
			return 1;
		if (strstr(before, pairs[i][1]) && strstr(now, pairs[i][0]))
			return -1;
	}
	return 0;
}

/*
 * Times of day that go down more often than up; where all is in one second, messages that
 * were sent before they were built. At most some of the lines are asked.
 */
static bool is_newest_first(struct log_reader *reader, const char *bytes, size_t length)
{
	char before[9] = "", line[256] = "", last[256] = "";
	int up = 0, down = 0, order_in_second = 0;

	for (const char *at = bytes, *end = bytes + length;
	     at < end && up + down < 2000;) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		char now[9] = "";
		int order;

		log_line_read(at, (size_t)((newline ? newline : end) - at),
			      &reader->line);
		log_text_copy(now, sizeof(now), &reader->line.time);
		order = *now && *before ? strcmp(now, before) : 0;
		up += order > 0;
		down += order < 0;
		if (*now)
			memcpy(before, now, sizeof(before));
		memcpy(last, line, sizeof(last));
		log_text_copy(line, sizeof(line),
			      &(struct charon_log_span){ reader->line.text,
							 reader->line.length });
		order_in_second += order_of_messages(last, line);
		at = newline ? newline + 1 : end;
	}
	return down > up || (!down && !up && order_in_second < 0);
}

void log_reader_add_whole(struct log_reader *reader, const char *bytes, size_t length)
{
	size_t lines = 0;

	if (!is_newest_first(reader, bytes, length)) {
		log_reader_add(reader, bytes, length);
		return;
	}
	for (size_t i = 0; i < length; i++)
		lines += bytes[i] == '\n';
	lines += length && bytes[length - 1] != '\n';
	if (length && bytes[length - 1] == '\n')
		length--;
	for (size_t number = lines; number; number--) {
		const char *newline = memrchr(bytes, '\n', length);
		const char *start = newline ? newline + 1 : bytes;

		reader->lines = number - 1;
		read_line(reader, start, (size_t)(bytes + length - start));
		length = newline ? (size_t)(newline - bytes) : 0;
	}
	reader->lines = lines;
}

/* The daemon started in this log, and loaded nothing: there is no attempt, and why. */
static void note_empty_start(struct log_reader *reader)
{
	struct log_attempt *attempt;

	if (reader->kind_count || reader->attempt_count || !reader->has_start ||
	    (reader->has_plugins && !reader->has_workers) || reader->has_loaded)
		return;
	attempt = log_attempt_of(reader, 0);
	log_attempt_add(reader, attempt, LOG_NOTHING_LOADED, NULL);
	attempt->quotes[0] = reader->start;
}

void log_reader_flush(struct log_reader *reader)
{
	while (reader->attempt_count) {
		size_t oldest = 0;

		for (size_t i = 1; i < reader->attempt_count; i++)
			if (reader->attempts[i].last_seen <
			    reader->attempts[oldest].last_seen)
				oldest = i;
		finish(reader, oldest);
	}
}

void log_reader_end(struct log_reader *reader)
{
	if (reader->pending_length)
		read_line(reader, reader->pending, reader->pending_length);
	reader->pending_length = 0;
	log_reader_flush(reader);
	note_empty_start(reader);
	log_reader_flush(reader);
}
