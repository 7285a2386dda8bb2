// SPDX-License-Identifier: GPL-2.0-or-later
/* ladder.c - the IKE messages between both ends, in their order, as a capture has them */
#include "report/ladder.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "capture/file.h"
#include "diagnose/judgement.h"
#include "dissect/describe.h"
#include "dissect/session.h"
#include "dissect/story.h"
#include "lab/plan.h"

#define SAS_MAX	     1000
#define RUNGS_MAX    60 /* of each */
#define MADE_MAX     5000
#define ERROR_NOTIFY 16384 /* RFC 7296 3.10.1: types below are errors; so in IKEv1 */

/* ------------------------------------------------------------ logs */

/* The next word of a line, up to a blank; it is cut off there. "" behind the last. */
static char *next_word(char **at)
{
	char *word = *at + strspn(*at, " ");
	size_t length = strcspn(word, " ");

	*at = word + length + (word[length] != '\0');
	word[length] = '\0';
	return word;
}

/* "QUICK_MODE request 4120861908 [ HASH SA No KE ID ID ]" */
static bool parse_made(struct arena *arena, const char *text, size_t length,
		       struct ladder_made *ret)
{
	char *at = arena_strndup(arena, text, length), *close = strrchr(at, ']');
	const char *exchange = next_word(&at), *way = next_word(&at);
	int64_t id;

	if (str_to_number(next_word(&at), 0, UINT32_MAX, &id) || *at != '[' || !close ||
	    close < at)
		return false;
	*close = '\0';
	*ret = (struct ladder_made){ .id = (uint32_t)id,
				     .is_response = str_equal(way, "response"),
				     .exchange = exchange,
				     .payloads = str_trim(at + 1) };
	return true;
}

void ladder_learn(struct arena *arena, const char *log, struct ladder_log *ret_log)
{
	static const char mark[] = "] generating ", named_mark[] = "> generating ";

	while (*log && ret_log->list.count < MADE_MAX) {
		size_t length = strcspn(log, "\n");
		const char *at = memmem(log, length, mark, strlen(mark));
		struct ladder_made made;

		if (!at)
			at = memmem(log, length, named_mark, strlen(named_mark));
		if (at) {
			at += strlen(mark);
			if (parse_made(arena, at, length - (size_t)(at - log), &made))
				vec_add(arena, &ret_log->list, made);
		}
		log += length + (log[length] == '\n');
	}
}

/* charon's words and ours have the same beginning, but for main mode. */
static bool is_exchange(const char *charons, const char *ours)
{
	if (str_equal(charons, "ID_PROT"))
		return !strncasecmp(ours, "main", 4);
	return !strncasecmp(charons, ours, 4);
}

/* The first that has that id and was not asked for yet: a daemon sends in its log's order. */
static const char *made_payloads(struct ladder_log *log,
				 const struct ike_message *message)
{
	const struct number_text exchange = ike_exchange_name(message);

	vec_foreach (made, &log->list) {
		if (made->is_used || made->id != message->header.message_id ||
		    (ike_is_v2(message) && made->is_response != ike_is_response(message)))
			continue;
		if (!is_exchange(made->exchange, exchange.s))
			continue;
		made->is_used = true;
		return made->payloads;
	}
	return NULL;
}

/* ------------------------------------------------------------ messages */

struct ladder_reader {
	struct arena *arena;
	struct ladder *ladder;
	struct ladder_log *logs[2]; /* of who began the SA, of who answered */
	bool is_left;		    /* who began it is on the left */
	const struct ike_story *story;
	bool has_offer; /* of the exchange that is going on */
	uint32_t exchange_id;
	int64_t first_ns;
};

static bool is_error(const struct ike_message *message, const struct ike_payload *payload)
{
	const unsigned int type =
		ike_is_v2(message) ? V2_PAYLOAD_NOTIFY : V1_PAYLOAD_NOTIFY;

	return payload->type == type && payload->notify.type < ERROR_NOTIFY;
}

/* What charon calls errors, in the words of its logs. */
static bool names_error(const char *payloads)
{
	static const char *const errors[] = {
		"N(NO_PROP)",	      "N(AUTH_FAILED)", "N(TS_UNACCEPT)",
		"N(INVAL_ID)",	      "N(INVAL_KE)",	"N(INVAL_SYN)",
		"N(PLD_MAL)",	      "N(FAIL_CP_REQ)", "N(INT_ADDR_FAIL)",
		"N(CHILD_NOT_FOUND)", "N(TEMP_FAIL)",	"N(INVAL_HASH)",
	};

	for (size_t i = 0; i < ARRAY_SIZE(errors); i++)
		if (strstr(payloads, errors[i]))
			return true;
	return false;
}

static void describe_clear(struct ladder_reader *reader,
			   const struct ike_message *message, struct rung *rung)
{
	const unsigned int sa = ike_is_v2(message) ? V2_PAYLOAD_SA : V1_PAYLOAD_SA;
	_cleanup_buf_ struct buf names = { 0 };

	for (uint32_t i = 0; i < message->payloads; i++) {
		const struct ike_payload *payload = &message->payload[i];
		_cleanup_buf_ struct buf text = { 0 };

		buf_printf(&names, "%s%s", i ? " " : "",
			   ike_payload_name(message, payload->type).s);
		if (payload->type == sa)
			describe_sa(message, payload, 3, &text);
		else if (is_error(message, payload))
			describe_payload(message, payload, &text);
		if (!text.length)
			continue;
		rung->detail = arena_strdup(reader->arena, buf_text(&text));
		rung->kind = payload->type != sa ? RUNG_REFUSED
			     : reader->has_offer ? RUNG_CHOSEN
						 : RUNG_OFFERED;
		reader->has_offer |= payload->type == sa;
	}
	if (names.length)
		rung->payloads = arena_strdup(reader->arena, buf_text(&names));
}

static bool has_word_sa(const char *payloads)
{
	const char *at = strstr(payloads, "SA ");

	return at && (at == payloads || at[-1] == ' ');
}

static void describe_sealed(struct ladder_reader *reader, const char *payloads,
			    struct rung *rung)
{
	rung->payloads = payloads;
	if (!payloads)
		return;
	if (names_error(payloads)) {
		rung->kind = RUNG_REFUSED;
		return;
	}
	if (!has_word_sa(payloads))
		return;
	rung->kind = reader->has_offer ? RUNG_CHOSEN : RUNG_OFFERED;
	reader->has_offer = true;
}

/* What the capture says went wrong with that message. */
static void add_error(struct ladder_reader *reader, struct rung *rung)
{
	vec_foreach (note, &reader->story->notes)
		if (note->level == STORY_ERROR && note->frame == rung->frame) {
			rung->kind = RUNG_FAILED;
			rung->error = arena_strdup(reader->arena, note->text);
			return;
		}
}

static void add_rung(struct ladder_reader *reader, struct ladder_sa *sa,
		     const struct ike_step *step, struct ike_message *message)
{
	struct rung *rung = vec_push(reader->arena, &sa->rungs);
	const char *payloads;

	session_step_message(step, message);
	payloads = made_payloads(reader->logs[!step->is_from_initiator], message);
	*rung = (struct rung){
		.frame = step->frame,
		.time_us = (step->time_ns - reader->first_ns) / 1000,
		.is_to_right = step->is_from_initiator == reader->is_left,
		.repeats = step->repeats,
		.name = arena_printf(reader->arena, "%s%s", ike_exchange_name(message).s,
				     !ike_is_v2(message)	? ""
				     : ike_is_response(message) ? " response"
								: " request"),
	};
	if (sa->rungs.count == 1 || reader->exchange_id != message->header.message_id)
		reader->has_offer = false;
	reader->exchange_id = message->header.message_id;
	rung->is_encrypted = message->encrypted.length || step->state != STEP_CLEAR;
	if (rung->is_encrypted && step->state != STEP_DECRYPTED)
		describe_sealed(reader, payloads, rung);
	else
		describe_clear(reader, message, rung);
	add_error(reader, rung);
}

static const char *kept(struct arena *arena, const char *text)
{
	return text ? arena_strdup(arena, text) : NULL;
}

/* The capture alone does not see a refusal inside an encrypted message; the log does. */
static void correct_outcome(struct arena *arena, struct ladder_sa *sa)
{
	vec_foreach (rung, &sa->rungs) {
		if (rung->kind != RUNG_REFUSED || !rung->is_encrypted)
			continue;
		sa->is_up = false;
		sa->outcome = arena_printf(arena, "refused by #%u, %s: %s", rung->frame,
					   rung->name, rung->payloads);
		return;
	}
}

static void add_sa(struct ladder_reader *reader, const struct session_set *set,
		   const struct ike_session *session)
{
	struct ike_story *story = story_of(set, session);
	struct ladder_sa *sa = vec_push(reader->arena, &reader->ladder->sas);
	struct ike_message message = { 0 };

	reader->story = story;
	reader->has_offer = false;
	*sa = (struct ladder_sa){
		.title = arena_printf(reader->arena, "%s, SPIs %016llx %016llx",
				      story->mode, (unsigned long long)session->spi_i,
				      (unsigned long long)session->spi_r),
		.outcome = kept(reader->arena, story->outcome),
		.offered = kept(reader->arena, story->offered),
		.chosen = kept(reader->arena, story->chosen),
		.is_up = story->is_up,
	};
	vec_foreach (step, &session->steps) {
		if (sa->rungs.count < RUNGS_MAX)
			add_rung(reader, sa, step, &message);
		else
			sa->left_out++;
	}
	ike_message_done(&message);
	story_free(story);
	correct_outcome(reader->arena, sa);
}

/* ------------------------------------------------------------ the capture */

static const struct plan_link *find_link(const struct plan *plan, unsigned int site)
{
	vec_foreach (link, &plan->links)
		if (link->is_internet && link->site == (int)site &&
		    link->capture_end >= 0)
			return link;
	return NULL;
}

static bool read_capture(const char *folder, const char *name, struct session_set *set)
{
	_cleanup_(capture_file_closep) struct capture_file *file = NULL;
	struct capture_packet packet;
	struct err err = { 0 };

	if (capture_file_open_below(folder, name, &file, &err))
		return false;
	while (capture_file_next(file, &packet, &err) > 0)
		session_set_add(set, &packet);
	return set->sessions > 0;
}

/* Which site began it: the one the scenario says, unless it comes from the other's address. */
static unsigned int who_began(const struct judgement *judgement,
			      const struct ike_session *session)
{
	const unsigned int other = !judgement->scenario->initiator;
	const struct inet_prefix *wan =
		scenario_wan(&judgement->scenario->sites.items[other]);

	return wan && inet_addr_equal(&wan->addr, &session->initiator)
		       ? other
		       : judgement->scenario->initiator;
}

static void begin(struct ladder_reader *reader, const char *file,
		  const struct session_set *set)
{
	reader->first_ns = set->first_ns;
	reader->ladder = arena_alloc(reader->arena, sizeof(*reader->ladder));
	reader->ladder->file = file;
	reader->ladder->start_us = set->first_ns / 1000;
}

struct ladder *ladder_of(struct arena *arena, const char *file,
			 const struct session_set *set)
{
	struct ladder_log none = { 0 };
	struct ladder_reader reader = { .arena = arena,
					.logs = { &none, &none },
					.is_left = true };

	begin(&reader, file, set);
	reader.ladder->left = "initiator";
	reader.ladder->right = "responder";
	for (uint32_t i = 0; i < set->sessions; i++)
		add_sa(&reader, set, set->session[i]);
	return reader.ladder;
}

struct ladder *ladder_read(const struct judgement *judgement, struct ladder_logs *logs)
{
	_cleanup_(session_set_freep) struct session_set *set = NULL;
	struct ladder_reader reader = { .arena = judgement->arena };
	const struct plan_link *link =
		judgement->plan
			? find_link(judgement->plan, judgement->scenario->initiator)
			: NULL;
	const char *file;

	if (!link)
		return NULL;
	file = arena_printf(judgement->arena, "%s.pcapng", link->name);
	set = session_set_new(NULL, NULL);
	if (!read_capture(judgement->folder, file, set))
		return NULL;
	begin(&reader, file, set);
	reader.ladder->left = judgement->scenario->sites.items[0].name;
	reader.ladder->right = judgement->scenario->sites.items[1].name;
	for (uint32_t i = 0; i < set->sessions; i++) {
		unsigned int began = who_began(judgement, set->session[i]);

		if (i >= SAS_MAX) {
			reader.ladder->sas_left_out++;
			continue;
		}
		reader.is_left = began == 0;
		reader.logs[0] = &logs->of[began];
		reader.logs[1] = &logs->of[!began];
		add_sa(&reader, set, set->session[i]);
	}
	return reader.ladder;
}
