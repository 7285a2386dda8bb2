// SPDX-License-Identifier: GPL-2.0-or-later
/* log_json.c - what a log says, for programs */
#include "report/log_json.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/json.h"
#include "finding/finding.h"
#include "log/answer.h"
#include "log/ladder.h"
#include "report/shown.h"

static json_t *text_or_null(const char *text)
{
	return text && *text ? json_shown(text) : json_null();
}

static json_t *events_json(const struct log_attempt *attempt)
{
	json_t *array = json_array();

	for (size_t i = 0; i < attempt->token_count; i++) {
		const struct log_token *token = &attempt->tokens[i];

		json_array_append_new(array,
				      json_of("{s:s, s:o, s:b, s:s}", "event",
					      log_event_token(token->event), "detail",
					      text_or_null(token->detail), "later",
					      token->is_later, "means",
					      log_event_means(token->event)));
	}
	return array;
}

static json_t *values_json(const struct log_attempt *attempt)
{
	json_t *array = json_array();

	for (size_t i = 0; i < attempt->value_count; i++) {
		const struct log_value *value = &attempt->values[i];

		json_array_append_new(array, json_of("{s:o, s:o, s:o}", "setting",
						     json_shown(value->setting), "peer",
						     text_or_null(value->peer), "own",
						     text_or_null(value->own)));
	}
	return array;
}

static json_t *quotes_json(const struct log_attempt *attempt)
{
	json_t *array = json_array();

	for (size_t i = 0; i < attempt->quote_count; i++)
		json_array_append_new(array,
				      json_of("{s:I, s:o}", "line",
					      (json_int_t)attempt->quotes[i].line, "text",
					      json_shown(attempt->quotes[i].text)));
	return array;
}

static json_t *kind_json(const struct log_kind *kind)
{
	const struct log_attempt *last = &kind->last;
	const char mode[] = { last->mode, '\0' };
	json_t *object = json_of(
		"{s:I, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:I}", "count",
		(json_int_t)kind->count, "role", log_role_token(last->role), "reached",
		log_stage_token(last->stage), "version",
		last->version ? json_integer(last->version) : json_null(), "mode",
		mode[0] == 'm'	 ? json_shown("main")
		: mode[0] == 'a' ? json_shown("aggressive")
				 : json_null(),
		"connection", text_or_null(last->name), "peer", text_or_null(last->peer),
		"first", text_or_null(kind->first_time), "last",
		text_or_null(last->last_time), "first_line", (json_int_t)kind->first_line,
		"last_line", (json_int_t)last->last_line);

	json_object_set_new(object, "events", events_json(last));
	json_object_set_new(object, "values", values_json(last));
	json_object_set_new(object, "quotes", quotes_json(last));
	return object;
}

static json_t *classes_json(const bool classes[CLASSES_END])
{
	json_t *array = json_array();

	for (enum class_id class = CLASS_NONE + 1; class < CLASSES_END; class ++)
		if (classes[class])
			json_array_append_new(array,
					      json_of("{s:s, s:s}", "id",
						      finding_class_of(class)->id, "name",
						      finding_class_of(class)->name));
	return array;
}

/* healthy: IKE does what it should. one, several: of "classes". nothing: not proved. */
static const char *verdict(const struct log_reader *reader,
			   const struct log_answer *answer)
{
	if (!reader->known)
		return "not-read";
	if (answer->is_healthy)
		return "healthy";
	if (!answer->count)
		return "cannot-tell";
	return answer->count == 1 ? "one" : "several";
}

static json_t *findings_json(const struct findings *findings)
{
	json_t *array = findings ? json_array() : json_null();

	for (size_t i = 0; findings && i < findings->count; i++)
		json_array_append_new(array,
				      json_of("{s:s, s:o}", "id",
					      findings->items[i].class->id, "summary",
					      json_shown(findings->items[i].summary)));
	return array;
}

/* Without "files" and "other". */
static json_t *log_json(const struct log_reader *reader, const struct log_answer *answer)
{
	static const char *const bases[] = { "none", "rehearsed", "event" };
	json_t *attempts = json_array();

	for (size_t i = 0; i < reader->kind_count; i++)
		json_array_append_new(attempts, kind_json(&reader->kinds[i]));
	return json_of("{s:i, s:o, s:I, s:I, s:I, s:o, s:s, s:s, s:o, s:o, s:o}",
		       "format", 1, "maker", text_or_null(reader->maker), "lines",
		       (json_int_t)reader->lines, "understood", (json_int_t)reader->known,
		       "left_out", (json_int_t)reader->kinds_lost, "attempts", attempts,
		       "verdict", verdict(reader, answer), "basis", bases[answer->basis],
		       "classes", classes_json(answer->may_be), "also",
		       classes_json(answer->also), "question",
		       text_or_null(answer->question));
}

static json_t *step_line(const struct log_step *step)
{
	return step ? json_integer((json_int_t)step->line) : json_null();
}

static json_t *ladder_json(const struct log_ladder *ladder)
{
	static const char *const kinds[] = { "sent", "got", "said", "child" };
	json_t *array = json_array();

	for (size_t i = 0; i < ladder->count; i++) {
		const struct log_rung *rung = &ladder->rungs[i];
		const struct log_step *step = rung->here ? rung->here : rung->there;

		json_array_append_new(array, json_of("{s:s, s:o, s:o, s:o, s:b}", "kind",
						     kinds[step->kind], "text",
						     json_shown(step->text), "here",
						     step_line(rung->here), "there",
						     step_line(rung->there), "covered",
						     rung->is_covered));
	}
	return array;
}

static json_t *pair_json(const struct log_pair *other)
{
	json_t *log;

	if (!other->reader)
		return json_null();
	log = log_json(other->reader, other->answer);
	json_object_del(log, "format");
	return json_of("{s:o, s:o, s:s, s:o, s:o}", "log", log, "clock_later_ms",
		       other->ladder->has_clock
			       ? json_integer((json_int_t)other->ladder->later_ms)
			       : json_null(),
		       "join", log_join_token(other->join), "both",
		       classes_json(other->both->may_be), "ladder",
		       ladder_json(other->ladder));
}

void report_log_json(const struct log_reader *reader, const struct log_answer *answer,
		     const struct findings *findings, const struct log_pair *other,
		     struct buf *out)
{
	json_t *root = log_json(reader, answer);
	char *text;

	json_object_set_new(root, "files", findings_json(findings));
	json_object_set_new(root, "other", pair_json(other));
	text = json_dumps(root, JSON_INDENT(1));
	json_decref(root);
	buf_puts(out, text);
	buf_putc(out, '\n');
	free(text);
}
