// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * foreign.c - what a line of another daemon's log says
 *
 * These logs name no IKE SA that all lines have. So a line that begins an attempt makes a
 * new one, and what follows belongs to it; several at once are not told apart.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "log/attempt.h"

static const struct row {
	const char *maker;     /* of a MAKER: its title; NULL: a line of the one before */
	const char *signs[24]; /* texts; with a '*' or '~' patterns of whole lines */
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

/* That of nobody's words. */
static const struct row *last_maker(void)
{
	size_t i = ARRAY_SIZE(rows);

	while (!rows[--i].maker)
		;
	return &rows[i];
}

/* The longest of its signs that the line has; 0: none. */
static size_t sign_of(const struct row *maker, const struct charon_log_span *text)
{
	struct charon_log_span capture[CHARON_LOG_CAPTURES];
	size_t longest = 0;

	for (size_t i = 0; i < ARRAY_SIZE(maker->signs) && maker->signs[i]; i++)
		if (strlen(maker->signs[i]) > longest &&
		    (strpbrk(maker->signs[i], "*~")
			     ? charon_log_fits(maker->signs[i], text, capture)
			     : strstr(text->s, maker->signs[i]) != NULL))
			longest = strlen(maker->signs[i]);
	return longest;
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
		{ LOG_ANY_PROPOSAL, LOG_PROPOSAL_OR_MODE, LOG_CHILD_PROPOSAL },
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
			return events[i].phase1 == LOG_PROPOSAL_OR_MODE &&
					       attempt->version == 2
				       ? LOG_IKE_PROPOSAL /* it has one mode only */
				       : events[i].phase1;
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
	if (event == LOG_UNREADABLE || event == LOG_MALFORMED)
		return LOG_GARBLED;
	if (event == LOG_NOTIFY_NO_PROPOSAL)
		return LOG_NOTIFY_CHILD_PROPOSAL;
	if (event == LOG_NOTIFY_ID)
		return LOG_NOTIFY_CHILD_ID;
	return event == LOG_SILENT ? log_silence(attempt) : event;
}

static const char *const pair_kinds[LOG_PAIR_KINDS] = { "encryption", "hash", "group" };

static size_t kinds_of(const struct log_pairing *pairing)
{
	size_t count = 0;

	for (size_t i = 0; i < LOG_PAIR_KINDS; i++)
		count += *pairing->own[i] || *pairing->peer[i];
	return count;
}

/*
 * The pair that differs in the fewest settings is the one that was meant (differ.h). Where two
 * differ in as many either may be: what one has and the other has not.
 */
static void merge_pair(const struct log_pairing *pair, struct log_pairing *into)
{
	for (size_t i = 0; i < LOG_PAIR_KINDS; i++)
		if (!*into->own[i] && !*into->peer[i]) {
			memcpy(into->own[i], pair->own[i], sizeof(*pair->own));
			memcpy(into->peer[i], pair->peer[i], sizeof(*pair->peer));
		}
}

/* All lines of a pair stand together: at another name the last one is complete. */
static void begin_pair(struct log_attempt *attempt,
		       const struct charon_log_span capture[])
{
	char own[24], peer[24], name[sizeof(attempt->pair_name)];

	log_text_copy(own, sizeof(own), &capture[0]);
	log_text_copy(peer, sizeof(peer), &capture[1]);
	(void)snprintf(name, sizeof(name), "%s %s", own, peer);
	if (strcmp(name, attempt->pair_name) == 0)
		return;
	memcpy(attempt->pair_name, name, sizeof(name));
	attempt->closest_count = attempt->closest_count ? attempt->closest_count
							: kinds_of(&attempt->pair);
	if (kinds_of(&attempt->pair) &&
	    kinds_of(&attempt->pair) < attempt->closest_count) {
		attempt->closest = attempt->pair;
		attempt->closest_count = kinds_of(&attempt->pair);
	} else if (kinds_of(&attempt->pair) == attempt->closest_count) {
		merge_pair(&attempt->pair, &attempt->closest);
	}
	memset(&attempt->pair, 0, sizeof(attempt->pair));
}

static void put_pair(struct log_attempt *attempt, enum log_event event,
		     const struct log_pairing *pairing)
{
	char detail[sizeof(attempt->tokens->detail)] = "";

	attempt->value_count = 0;
	for (size_t i = 0; i < LOG_PAIR_KINDS; i++) {
		const size_t length = strlen(detail);
		const struct charon_log_span peer = { pairing->peer[i],
						      strlen(pairing->peer[i]) },
					     own = { pairing->own[i],
						     strlen(pairing->own[i]) };

		if (!peer.length && !own.length)
			continue;
		(void)snprintf(detail + length, sizeof(detail) - length, "%s%s",
			       length ? "+" : "", pair_kinds[i]);
		log_attempt_value(attempt, pair_kinds[i], &peer, &own);
	}
	for (size_t i = 0; i < attempt->token_count; i++)
		if (attempt->tokens[i].event == event)
			memcpy(attempt->tokens[i].detail, detail, sizeof(detail));
}

/* racoon says each setting of each pair of transforms: which of them is the difference? */
static void note_pair(const struct row *row, const struct charon_log_span capture[],
		      struct log_attempt *attempt)
{
	struct log_pairing meant;
	size_t count;

	begin_pair(attempt, capture);
	for (size_t i = 0; i < LOG_PAIR_KINDS; i++)
		if (strcmp(pair_kinds[i], row->detail) == 0) {
			log_text_copy(attempt->pair.own[i], sizeof(*attempt->pair.own),
				      &capture[2]);
			log_text_copy(attempt->pair.peer[i], sizeof(*attempt->pair.peer),
				      &capture[3]);
		}
	count = kinds_of(&attempt->pair);
	meant = attempt->closest;
	if (!attempt->closest_count || count < attempt->closest_count)
		meant = attempt->pair;
	else if (count == attempt->closest_count)
		merge_pair(&attempt->pair, &meant);
	put_pair(attempt, row->event, &meant);
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
	case 'R':
		note_pair(row, capture, attempt);
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

/* pluto: "site" #7: …, "site"[2] 192.0.2.9 #7: … */
static void note_name(const struct log_reader *reader, struct log_attempt *attempt)
{
	const char *open = strchr(reader->line.text, '"');
	const char *close = open ? strchr(open + 1, '"') : NULL;

	if (*attempt->name || !close ||
	    (strncmp(close, "\" #", 3) != 0 && strncmp(close, "\"[", 2) != 0))
		return;
	log_text_copy(attempt->name, sizeof(attempt->name),
		      &(struct charon_log_span){ open + 1, (size_t)(close - open - 1) });
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

static enum log_stage current_stage(const struct log_reader *reader)
{
	for (size_t i = 0; i < reader->attempt_count; i++)
		if (reader->attempts[i].sa == reader->last_sa)
			return reader->attempts[i].stage;
	return LOG_STAGE_NONE;
}

/* That there is no connection, right behind why: of the same message. */
static bool is_of_last_refusal(const struct log_reader *reader, const struct row *row)
{
	for (size_t i = 0; i < reader->attempt_count; i++) {
		const struct log_attempt *attempt = &reader->attempts[i];

		if (attempt->sa == reader->last_sa)
			return row->event == LOG_NO_CONNECTION && attempt->token_count &&
			       attempt->tokens[0].event == LOG_NO_PEER &&
			       reader->clock - attempt->last_seen <= 1;
	}
	return false;
}

/* A first message for which there is nothing here, when another attempt is further. */
static bool is_of_stranger(const struct log_reader *reader, const struct row *row)
{
	return (row->event == LOG_NO_CONNECTION || row->event == LOG_NO_GATEWAY) &&
	       current_stage(reader) > LOG_ASKED;
}

/* It was up, and something happened to it: what comes up now is another one. */
static bool comes_up_again(const struct log_reader *reader, const struct row *row)
{
	for (size_t i = 0; i < reader->attempt_count; i++) {
		const struct log_attempt *attempt = &reader->attempts[i];

		if (attempt->sa == reader->last_sa)
			return !row->event && row->stage == LOG_CHILD_UP &&
			       attempt->stage == LOG_CHILD_UP && attempt->token_count;
	}
	return false;
}

/* Proposals of phase 1 after those of phase 2: somebody begins anew. */
static bool begins_anew(const struct log_reader *reader, const struct row *row)
{
	return comes_up_again(reader, row) || (row->role && !is_begun(reader, row)) ||
	       (strcmp(row->detail, "phase-1") == 0 &&
		current_stage(reader) >= LOG_IKE_UP);
}

/* Phase 1 was up when the log began: what was refused in it is of phase 2. */
static void was_up(struct log_attempt *attempt)
{
	attempt->stage = LOG_IKE_UP;
	for (size_t i = 0; i < attempt->token_count; i++)
		attempt->tokens[i].event = in_phase(attempt->tokens[i].event, attempt);
}

/* The next IPv4 or IPv6 address in a text; NULL: there is none. */
static const char *next_address(const char *at, char ret_address[40])
{
	static const char *const digits[] = { "0123456789.", "0123456789abcdefABCDEF:." };
	static const int families[] = { AF_INET, AF_INET6 };
	unsigned char bytes[16];

	while (*at) {
		size_t longest = 1;

		for (size_t i = 0; i < ARRAY_SIZE(digits); i++) {
			size_t length = strspn(at, digits[i]), end = length;

			/* "192.0.2.2.": of a sentence */
			while (end && strchr(".:", at[end - 1]))
				end--;
			if (length > longest)
				longest = length;
			if (end < 3 || end >= 40)
				continue;
			(void)snprintf(ret_address, 40, "%.*s", (int)end, at);
			if (inet_pton(families[i], ret_address, bytes) == 1)
				return at + end;
		}
		/* "192.0.2.2:500" begins as IPv6 does: only what no address can go on with */
		at += strspn(at, digits[0]) > 1 ? strspn(at, digits[0]) : longest;
	}
	return NULL;
}

static bool has_address(const struct log_attempt *attempt, const char *address)
{
	for (size_t i = 0; i < ARRAY_SIZE(attempt->addresses); i++)
		if (strcmp(attempt->addresses[i], address) == 0)
			return true;
	return false;
}

static void note_addresses(const char *text, struct log_attempt *attempt)
{
	char address[40];

	while ((text = next_address(text, address)) != NULL)
		for (size_t i = 0; i < ARRAY_SIZE(attempt->addresses); i++)
			if (!*attempt->addresses[i] || has_address(attempt, address)) {
				if (!has_address(attempt, address))
					memcpy(attempt->addresses[i], address,
					       sizeof(address));
				break;
			}
}

/*
 * ESP that nobody knows, at a tunnel that is up: anybody on the Internet may send it. The
 * peer's counts, whose address the tunnel's lines have.
 */
static bool is_strangers(const char *text, const struct log_attempt *attempt)
{
	char address[40];
	size_t known = 0;

	while ((text = next_address(text, address)) != NULL) {
		if (!has_address(attempt, address))
			return true;
		known++;
	}
	return !known;
}

/* "for message to 198.51.100.9 port 500, complainant 198.51.100.9": not of the tunnel's peer. */
static bool is_from_another(const char *text, const struct log_attempt *attempt)
{
	char address[40] = "";

	while ((text = next_address(text, address)) != NULL)
		;
	return *address && *attempt->addresses[0] && !has_address(attempt, address);
}

/* pluto: "site": …, of a connection that is not loaded, or has no address here. */
static bool is_of_connection(const struct row *row)
{
	return row->event == LOG_NOT_ORIENTED || row->event == LOG_NOT_LOADED;
}

/* That connection's attempt, whichever was read before; its number. */
static unsigned int sa_of_name(struct log_reader *reader, const char *name)
{
	for (size_t i = 0; i < reader->attempt_count; i++)
		if (strcmp(reader->attempts[i].name, name) == 0)
			return reader->attempts[i].sa;
	return LOG_SA_OURS | ++reader->unnamed;
}

static void quoted_name(const char *text, char *ret_name, size_t size)
{
	const char *open = strchr(text, '"');
	const char *close = open ? strchr(open + 1, '"') : NULL;

	*ret_name = '\0';
	if (close)
		log_text_copy(ret_name, size,
			      &(struct charon_log_span){ open + 1,
							 (size_t)(close - open - 1) });
}

/* What a row tells the reader, and not the user. */
static bool is_of_grammar(const char *detail)
{
	return strcmp(detail, "restates") == 0 || strcmp(detail, "again") == 0;
}

static void apply(struct log_reader *reader, const struct row *row,
		  const struct charon_log_span capture[])
{
	const unsigned int current = reader->last_sa;
	const bool is_same = is_of_last_refusal(reader, row);
	const bool is_stranger = !is_same && is_of_stranger(reader, row);
	const bool is_new = is_stranger || begins_anew(reader, row);
	unsigned int sa = current;
	struct log_attempt *attempt;
	char name[sizeof(attempt->name)] = "";
	enum log_event event;

	if (is_of_connection(row))
		quoted_name(reader->line.text, name, sizeof(name));
	if (*name)
		sa = sa_of_name(reader, name);
	else if (is_new)
		sa = LOG_SA_OURS | ++reader->unnamed;
	attempt = log_attempt_of(reader, sa);
	if (is_stranger || *name) /* what follows is of the attempt before it */
		reader->last_sa = current;
	if (*name)
		memcpy(attempt->name, name, sizeof(name));

	if (row->role)
		attempt->role = row->role;
	if (row->version)
		attempt->version = row->version;
	if (row->mode)
		attempt->mode = row->mode;
	attempt->is_phase1 |= strcmp(row->detail, "phase-1") == 0;
	note_name(reader, attempt);
	note_times(reader, attempt);
	if (strcmp(row->detail, "was-up") == 0 && !attempt->role &&
	    attempt->stage < LOG_IKE_UP)
		was_up(attempt);
	log_attempt_reach(attempt, row->stage);
	if (strcmp(row->detail, "again") == 0 && ++attempt->asked_again == 2)
		log_attempt_quote(reader, attempt);
	if (!row->event)
		note_addresses(reader->line.text, attempt);
	if (!row->event || is_same ||
	    (log_attempt_has_reason(attempt, row->event) &&
	     strcmp(row->detail, "restates") == 0))
		return;
	event = in_phase(row->event, attempt);
	if (attempt->stage == LOG_CHILD_UP &&
	    (event == LOG_STALE_SA ? is_strangers(reader->line.text, attempt)
				   : event == LOG_REFUSED_PORT &&
					     is_from_another(reader->line.text, attempt)))
		return;
	note_addresses(reader->line.text, attempt);
	log_attempt_add(reader, attempt, event,
			is_of_grammar(row->detail) ? "" : row->detail);
	log_attempt_quote(reader, attempt);
	note_values(row, capture, attempt);
}

/* "0x190695fe", "SPI f5b259d1": in a line that says that a child is up. */
static void find_spis(const char *text, uint32_t spis[LOG_SPIS])
{
	static const char *const marks[] = { "0x", "SPI ", "SPI 0x" };
	size_t count = 0;

	for (const char *at = text; *at && count < LOG_SPIS; at++)
		for (size_t i = 0; i < ARRAY_SIZE(marks) && count < LOG_SPIS; i++) {
			const size_t length = strlen(marks[i]);
			char digits[9] = "";

			if (strncmp(at, marks[i], length) != 0 ||
			    strspn(at + length, "0123456789abcdefABCDEF") < 6)
				continue;
			(void)snprintf(digits, sizeof(digits), "%.8s", at + length);
			spis[count++] = (uint32_t)strtoul(digits, NULL, 16);
			at += length;
			break;
		}
}

static void note_step(struct log_reader *reader, const struct row *row)
{
	const struct charon_log_span text = { reader->line.text, reader->line.length };
	uint32_t spis[LOG_SPIS] = { 0 };

	if (row->event) /* it has one of its own */
		return;
	if (row->stage == LOG_CHILD_UP)
		find_spis(reader->line.text, spis);
	log_step_add(reader, spis[0] ? LOG_STEP_CHILD : LOG_STEP_SAID, &text, spis);
}

static void read_row(struct log_reader *reader, const struct row *maker,
		     const struct row *row, const struct charon_log_span capture[])
{
	const char *name = maker->maker;

	if (maker == last_maker()) {
		if (reader->likely)
			name = reader->likely;
		if (reader->maker)
			name = reader->maker;
	}
	reader->maker = name;
	apply(reader, row, capture);
	note_step(reader, row);
}

static bool read_signed(struct log_reader *reader, const struct row *from,
			const struct row *to)
{
	const struct charon_log_span text = { reader->line.text, reader->line.length };
	struct charon_log_span capture[CHARON_LOG_CAPTURES] = { 0 };
	const struct row *maker = NULL;

	for (const struct row *row = from; row < to; row++) {
		if (row->maker) {
			const size_t sign = sign_of(row, &text);

			maker = sign ? row : NULL;
			if (sign > reader->likely_sign) {
				reader->likely_sign = sign;
				reader->likely = row->maker;
			}
			continue;
		}
		if (!maker || !charon_log_fits(row->pattern, &text, capture))
			continue;
		read_row(reader, maker, row, capture);
		return true;
	}
	return false;
}

bool log_foreign_read(struct log_reader *reader)
{
	return read_signed(reader, rows, last_maker());
}

bool log_nobody_read(struct log_reader *reader)
{
	return read_signed(reader, last_maker(), rows + ARRAY_SIZE(rows));
}

/* Letters of a pattern: enough of them, and nobody else writes so. */
#define TELLING_LETTERS 24

static bool is_telling(const char *pattern)
{
	size_t letters = 0;

	for (; *pattern; pattern++)
		letters += *pattern != '*' && *pattern != '~';
	return letters >= TELLING_LETTERS;
}

bool log_foreign_read_bare(struct log_reader *reader)
{
	const struct charon_log_span text = { reader->line.text, reader->line.length };
	struct charon_log_span capture[CHARON_LOG_CAPTURES] = { 0 };
	const struct row *maker = rows, *end = last_maker();

	for (const struct row *row = rows + 1; row < end; row++) {
		if (row->maker)
			maker = row;
		else if ((!reader->maker || reader->maker == maker->maker) &&
			 is_telling(row->pattern) &&
			 charon_log_fits(row->pattern, &text, capture)) {
			read_row(reader, maker, row, capture);
			return true;
		}
	}
	return false;
}
