// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * foreign.c - what a line of another daemon's log says
 *
 * These logs name no IKE SA that all lines have. So a line that begins an attempt makes a
 * new one, and what follows belongs to it; several at once are not told apart.
 */
#include <string.h>

#include "base/cleanup.h"
#include "log/attempt.h"

static const struct row {
	const char *maker;     /* of a MAKER: its title; NULL: a line of the one before */
	const char *signs[20]; /* texts; with a '*' or '~' patterns of whole lines */
	const char *pattern;
	enum log_event event;
	enum log_role role;
	enum log_stage stage;
	int version;
	char mode;
	const char *detail, *setting;
	char order;
} rows[] = {
#define MAKER(title, ...) { .maker = (title), .signs = { __VA_ARGS__ } },
#define LINE(pattern_, event_, role_, stage_, version_, mode_, detail_, setting_, \
	     order_)                                                              \
	{ .pattern = (pattern_),                                                  \
	  .event = LOG_##event_,                                                  \
	  .role = (role_),                                                        \
	  .stage = (stage_),                                                      \
	  .version = (version_),                                                  \
	  .mode = (mode_),                                                        \
	  .detail = (detail_),                                                    \
	  .setting = (setting_),                                                  \
	  .order = (order_) },
#include "log/makers.def"
#undef LINE
#undef MAKER
};

static bool has_sign(const struct row *maker, const struct charon_log_span *text)
{
	struct charon_log_span capture[CHARON_LOG_CAPTURES];

	for (size_t i = 0; i < ARRAY_SIZE(maker->signs) && maker->signs[i]; i++)
		if (strpbrk(maker->signs[i], "*~")
			    ? charon_log_fits(maker->signs[i], text, capture)
			    : strstr(text->s, maker->signs[i]) != NULL)
			return true;
	return false;
}

/* What is of either phase, where the log has shown in which one the attempt is. */
static enum log_event of_known_phase(enum log_event event,
				     const struct log_attempt *attempt)
{
	static const struct {
		enum log_event either, phase1, phase2;
	} events[] = {
		{ LOG_NOTIFY_ANY_PROPOSAL, LOG_NOTIFY_NO_PROPOSAL,
		  LOG_NOTIFY_CHILD_PROPOSAL },
		{ LOG_NOTIFY_ANY_ID, LOG_NOTIFY_ID, LOG_NOTIFY_CHILD_ID },
		{ LOG_ANY_PROPOSAL, LOG_IKE_PROPOSAL, LOG_CHILD_PROPOSAL },
	};
	const bool is_phase2 = attempt->stage == LOG_IKE_UP ||
			       (attempt->version == 2 && attempt->stage == LOG_AUTH);

	if (event == LOG_TIMED_OUT && attempt->stage)
		return log_silence(attempt);
	for (size_t i = 0; i < ARRAY_SIZE(events); i++)
		if (events[i].either == event && is_phase2)
			return events[i].phase2;
		else if (events[i].either == event && attempt->stage < LOG_IKE_UP &&
			 (attempt->role || attempt->is_phase1))
			return events[i].phase1;
	return event;
}

/* What one table row calls proposals, of the phase that the attempt is in. */
static enum log_event in_phase(enum log_event event, const struct log_attempt *attempt)
{
	event = of_known_phase(event, attempt);
	if (attempt->stage < LOG_IKE_UP)
		return event == LOG_SILENT ? log_silence(attempt) : event;
	if (event == LOG_IKE_PROPOSAL)
		return LOG_CHILD_PROPOSAL;
	if (event == LOG_NOTIFY_NO_PROPOSAL)
		return LOG_NOTIFY_CHILD_PROPOSAL;
	if (event == LOG_NOTIFY_ID)
		return LOG_NOTIFY_CHILD_ID;
	return event == LOG_SILENT ? log_silence(attempt) : event;
}

static void note_values(const struct row *row, const struct charon_log_span capture[],
			struct log_attempt *attempt)
{
	switch (row->order) {
	case 'O':
		log_attempt_value(attempt, row->setting, &capture[1], &capture[0]);
		break;
	case 'P':
		log_attempt_value(attempt, row->setting, &capture[0], &capture[1]);
		break;
	case 'p':
		log_attempt_value(attempt, row->setting, &capture[0], NULL);
		break;
	default:
		break;
	}
}

static void note_times(const struct log_reader *reader, struct log_attempt *attempt)
{
	if (!reader->line.time.length)
		return;
	if (!*attempt->first_time)
		log_text_copy(attempt->first_time, sizeof(attempt->first_time),
			      &reader->line.time);
	log_text_copy(attempt->last_time, sizeof(attempt->last_time), &reader->line.time);
}

/* Two lines of the same beginning: "initiating …", and that the first message was sent. */
static bool is_begun(const struct log_reader *reader, const struct row *row)
{
	for (size_t i = 0; i < reader->attempt_count; i++) {
		const struct log_attempt *attempt = &reader->attempts[i];

		if (attempt->sa == reader->last_sa)
			return attempt->role == row->role &&
			       attempt->stage == LOG_ASKED && !attempt->token_count &&
			       reader->clock - attempt->last_seen <= 2;
	}
	return false;
}

/* Proposals of phase 1 after those of phase 2: somebody begins anew. */
static bool is_past_phase1(const struct log_reader *reader)
{
	for (size_t i = 0; i < reader->attempt_count; i++)
		if (reader->attempts[i].sa == reader->last_sa)
			return reader->attempts[i].stage >= LOG_IKE_UP;
	return false;
}

/* Phase 1 was up when the log began: what was refused in it is of phase 2. */
static void was_up(struct log_attempt *attempt)
{
	attempt->stage = LOG_IKE_UP;
	for (size_t i = 0; i < attempt->token_count; i++)
		attempt->tokens[i].event = in_phase(attempt->tokens[i].event, attempt);
}

static void apply(struct log_reader *reader, const struct row *row,
		  const struct charon_log_span capture[])
{
	const bool is_phase1 = strcmp(row->detail, "phase-1") == 0;
	const bool is_new = (row->role && !is_begun(reader, row)) ||
			    (is_phase1 && is_past_phase1(reader));
	struct log_attempt *attempt = log_attempt_of(
		reader, is_new ? LOG_SA_OURS | ++reader->unnamed : reader->last_sa);
	enum log_event event;

	if (row->role)
		attempt->role = row->role;
	if (row->version)
		attempt->version = row->version;
	if (row->mode)
		attempt->mode = row->mode;
	attempt->is_phase1 |= is_phase1;
	note_times(reader, attempt);
	if (strcmp(row->detail, "was-up") == 0 && !attempt->role &&
	    attempt->stage < LOG_IKE_UP)
		was_up(attempt);
	log_attempt_reach(attempt, row->stage);
	if (!row->event)
		return;
	event = in_phase(row->event, attempt);
	log_attempt_add(reader, attempt, event, row->detail);
	log_attempt_quote(reader, attempt);
	note_values(row, capture, attempt);
}

bool log_foreign_read(struct log_reader *reader)
{
	const struct charon_log_span text = { reader->line.text, reader->line.length };
	struct charon_log_span capture[CHARON_LOG_CAPTURES] = { 0 };
	const struct row *maker = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct row *row = &rows[i];

		if (row->maker) {
			maker = has_sign(row, &text) ? row : NULL;
			continue;
		}
		if (!maker || !charon_log_fits(row->pattern, &text, capture))
			continue;
		reader->maker = maker->maker;
		apply(reader, row, capture);
		return true;
	}
	return false;
}
