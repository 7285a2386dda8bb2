// SPDX-License-Identifier: GPL-2.0-or-later
/* events.c - the events of a run and of a capture, in one format (events.md) */
#include "report/events.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/json.h"
#include "base/str.h"
#include "base/version.h"
#include "evidence/evidence.h"
#include "report/ladder.h"
#include "report/text.h"

#define RUN_EVENTS_MAX 20000

/* ------------------------------------------------------------ traces */

/* RFC 3339, to the microsecond. */
static void add_epoch(int64_t us, struct buf *out)
{
	text_add_time(out, us);
	if (out->length)
		out->length--; /* the Z */
	buf_printf(out, ".%06" PRId64 "Z", us % 1000000);
}

static json_t *trace_of(const char *name, const char *type, int64_t start_us,
			json_t *events)
{
	_cleanup_buf_ struct buf epoch = { 0 };
	json_t *reference, *common;

	add_epoch(start_us, &epoch);
	reference =
		json_of("{s:s, s:s}", "clock_type", "system", "epoch", buf_text(&epoch));
	common = json_of("{s:s, s:o}", "time_format", "relative_to_epoch",
			 "reference_time", reference);
	return json_of("{s:o, s:o, s:o}", "vantage_point",
		       json_of("{s:o, s:s}", "name", json_shown(name), "type", type),
		       "common_fields", common, "events", events);
}

/* Steals data. */
static void add_event(json_t *events, int64_t time_us, const char *name, json_t *data)
{
	(void)json_array_append_new(events, json_of("{s:f, s:s, s:o}", "time",
						    (double)time_us / 1e3, "name", name,
						    "data", data));
}

/* ------------------------------------------------------------ the exchange */

static const char *const meanings[] = {
	[RUNG_PLAIN] = NULL,	    [RUNG_OFFERED] = "offered", [RUNG_CHOSEN] = "chosen",
	[RUNG_REFUSED] = "refused", [RUNG_FAILED] = "failed",
};

static json_t *words_of(const char *text)
{
	json_t *words = json_array();

	while (text && *text) {
		size_t length = strcspn(text, " ");
		_cleanup_free_ char *word = strndup(text, length);

		if (length)
			(void)json_array_append_new(words, json_shown(word));
		text += length + (text[length] == ' ');
	}
	return words;
}

static void add_message(json_t *events, const struct ladder *ladder, size_t sa,
			const struct rung *rung)
{
	json_t *data = json_of(
		"{s:i, s:i, s:o, s:o, s:o, s:b, s:i}", "sa", (int)sa + 1, "frame",
		(int)rung->frame, "from",
		json_shown(rung->is_to_right ? ladder->left : ladder->right), "to",
		json_shown(rung->is_to_right ? ladder->right : ladder->left), "exchange",
		json_shown(rung->name), "encrypted", rung->is_encrypted, "repeats",
		(int)rung->repeats);

	if (rung->payloads)
		json_add(data, "payloads", words_of(rung->payloads));
	if (meanings[rung->kind])
		json_add(data, "meaning", json_shown(meanings[rung->kind]));
	if (rung->detail)
		json_add(data, "detail", json_shown(rung->detail));
	if (rung->error)
		json_add(data, "error", json_shown(rung->error));
	add_event(events, rung->time_us, "ike:message", data);
}

static void add_sa(json_t *events, const struct ladder *ladder, size_t index)
{
	const struct ladder_sa *sa = &ladder->sas.items[index];
	int64_t last_us = 0;

	vec_foreach (rung, &sa->rungs) {
		add_message(events, ladder, index, rung);
		last_us = rung->time_us > last_us ? rung->time_us : last_us;
	}
	add_event(events, last_us, "ike:outcome",
		  json_of("{s:i, s:o, s:b, s:o, s:o, s:o, s:i}", "sa", (int)index + 1,
			  "title", json_shown(sa->title), "up", sa->is_up, "outcome",
			  json_shown(sa->outcome), "offered", json_shown(sa->offered),
			  "chosen", json_shown(sa->chosen), "messages_left_out",
			  (int)sa->left_out));
}

/* ------------------------------------------------------------ the run */

/* Which evidence is an event, under which name, and with which facts. */
static const struct kind {
	const char *source, *kind, *name;
	const char *texts[5], *numbers[5], *flags[2];
} kinds[] = {
	{ "phase", "begin", "run:phase_began", { "name" }, { NULL }, { NULL } },
	{ "phase", "end", "run:phase_ended", { "name", "text" }, { NULL }, { "ok" } },
	{ "vici", "ike-updown", "ike:sa_updown", { "up" }, { NULL }, { NULL } },
	{ "vici", "child-updown", "ike:child_updown", { "up" }, { NULL }, { NULL } },
	{ "vici", "rekeyed", "ike:rekeyed", { NULL }, { "children" }, { "ok" } },
	{ "probe",
	  "reach",
	  "traffic:question",
	  { "label", "from", "to", "dst" },
	  { "sent", "received", "rtt_us" },
	  { NULL } },
	{ "probe",
	  "outage",
	  "traffic:outage",
	  { "site", "from", "to" },
	  { "sent", "received", "changed_us", "back_us" },
	  { "is_back" } },
	{ "probe",
	  "name",
	  "traffic:name",
	  { "asked", "name", "rcode" },
	  { "took_us" },
	  { NULL } },
	{ "lab", "wan-changed", "run:wan_changed", { "old", "new" }, { NULL }, { NULL } },
	{ "lab", "restarted", "run:restarted", { "by" }, { "took_us" }, { NULL } },
	{ "lab", "name", "run:name_changed", { "name", "address" }, { NULL }, { NULL } },
	{ "life", "happens", "run:event", { "text" }, { "at_us" }, { NULL } },
	{ "life",
	  "passed",
	  "run:event_passed",
	  { "text" },
	  { "at_us", "for_us", "gap_us", "lost" },
	  { NULL } },
	{ "life",
	  "outage",
	  "traffic:life_outage",
	  { "from", "to", "text" },
	  { "at_us", "gap_us", "lost" },
	  { "is_back" } },
	{ "inject", "applied", "run:fault_injected", { "text" }, { NULL }, { NULL } },
	{ "process",
	  "ended",
	  "run:process_ended",
	  { "name", "status" },
	  { NULL },
	  { "expected" } },
};

static const struct kind *find_kind(const struct event *event)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (str_equal(kinds[i].source, event->source) &&
		    str_equal(kinds[i].kind, event->kind))
			return &kinds[i];
	return NULL;
}

static json_t *facts_of(const struct event *event, const struct kind *kind)
{
	json_t *data = json_object();

	if (*event->node)
		json_add(data, "node", json_shown(event->node));
	for (size_t i = 0; i < ARRAY_SIZE(kind->texts) && kind->texts[i]; i++)
		json_add(data, kind->texts[i],
			 json_shown(event_text(event, kind->texts[i])));
	for (size_t i = 0; i < ARRAY_SIZE(kind->numbers) && kind->numbers[i]; i++)
		json_add(data, kind->numbers[i],
			 json_integer(event_number(event, kind->numbers[i], -1)));
	for (size_t i = 0; i < ARRAY_SIZE(kind->flags) && kind->flags[i]; i++)
		json_add(data, kind->flags[i],
			 json_boolean(event_bool(event, kind->flags[i])));
	return data;
}

static json_t *run_events(const struct timeline *timeline)
{
	json_t *events = json_array();

	for (size_t i = 0; i < timeline->count && i < RUN_EVENTS_MAX; i++) {
		const struct event *event = &timeline->events[i];
		const struct kind *kind = find_kind(event);

		if (kind)
			add_event(events, event->t_us, kind->name, facts_of(event, kind));
	}
	return events;
}

void report_events(const char *title, const struct ladder *ladder,
		   const struct timeline *timeline, int64_t start_us, struct buf *out)
{
	json_t *traces = json_array(), *events = json_array(), *root;
	json_t *schemas = json_array();
	_cleanup_free_ char *text = NULL;

	(void)json_array_append_new(schemas, json_kept(EVENTS_SCHEMA));
	if (timeline)
		(void)json_array_append_new(traces, trace_of("run", "network", start_us,
							     run_events(timeline)));
	for (size_t i = 0; ladder && i < ladder->sas.count; i++)
		add_sa(events, ladder, i);
	if (ladder)
		(void)json_array_append_new(traces, trace_of(ladder->file, "network",
							     ladder->start_us, events));
	else
		json_decref(events);
	root = json_of("{s:s, s:s, s:o, s:o, s:s, s:o}", "file_schema",
		       "urn:ietf:params:qlog:file:contained", "serialization_format",
		       "application/qlog+json", "title", json_shown(title),
		       "event_schemas", schemas, "generator",
		       "twinsite " TWINSITE_VERSION, "traces", traces);
	text = json_dumps(root, JSON_INDENT(1) | JSON_REAL_PRECISION(9));
	json_decref(root);
	buf_puts(out, text ? text : "");
	buf_putc(out, '\n');
}
