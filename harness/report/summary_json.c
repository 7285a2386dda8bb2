// SPDX-License-Identifier: GPL-2.0-or-later
/* summary_json.c - summary.json, written and read again; report.md has its fields */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/exit.h"
#include "base/json.h"
#include "base/str.h"
#include "report/summary.h"

#define SUMMARY_FORMAT 1
#define SHARDS_MAX     10000

/* ---------------------------------------------------------------- writing */

static void add(json_t *object, const char *key, json_t *value)
{
	(void)json_object_set_new(object, key, value);
}

static json_t *json_at(const struct origin *at)
{
	return at->file || at->source
		       ? json_of("{s:s, s:i, s:s}", "file", at->file, "line",
				 (int)at->line, "source", at->source)
		       : json_null();
}

static json_t *json_value(const struct summary_value *value)
{
	json_t *object =
		json_of("{s:s, s:s, s:s, s:s}", "site", value->site, "setting",
			value->setting, "value", value->value, "path", value->path);

	add(object, "at", json_at(&value->at));
	return object;
}

static json_t *json_cause(const struct summary_cause *cause)
{
	json_t *object = json_of("{s:s, s:s, s:s, s:s, s:s}", "id", cause->id, "name",
				 cause->name, "layer", cause->layer, "summary",
				 cause->summary, "fix", cause->fix);
	json_t *values = json_array();

	for (size_t i = 0; i < ARRAY_SIZE(cause->values); i++)
		if (cause->values[i].setting)
			(void)json_array_append_new(values,
						    json_value(&cause->values[i]));
	add(object, "values", values);
	return object;
}

static json_t *json_verdict(const struct summary_verdict *verdict)
{
	json_t *object =
		json_of("{s:s, s:s, s:s, s:s}", "verdict", verdict->verdict, "check",
			verdict->check, "claim", verdict->claim, "seen", verdict->seen);

	add(object, "at", json_at(&verdict->at));
	return object;
}

static json_t *json_run(const struct summary_run *run)
{
	json_t *object = json_of(
		"{s:i, s:s, s:s, s:s, s:s, s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:f, s:s}",
		"number", (int)run->number, "scenario", run->scenario, "name", run->name,
		"sentence", run->sentence, "result",
		summary_result_word(summary_result(run)), "status", run->status,
		"outcome", run->outcome, "text", run->text, "missing", run->missing,
		"plane", run->plane, "start", run->start, "folder", run->folder, "took_s",
		(double)run->took_us / 1e6, "path", run->path);
	json_t *devices = json_array(), *faults = json_array(), *causes = json_array(),
	       *verdicts = json_array();

	add(object, "first_status",
	    run->first_status < 0 ? json_null() : json_integer(run->first_status));
	for (size_t i = 0; i < ARRAY_SIZE(run->devices); i++)
		if (run->devices[i])
			(void)json_array_append_new(devices, json_kept(run->devices[i]));
	vec_foreach (fault, &run->faults)
		(void)json_array_append_new(faults, json_kept(*fault));
	vec_foreach (cause, &run->causes)
		(void)json_array_append_new(causes, json_cause(cause));
	vec_foreach (verdict, &run->verdicts)
		(void)json_array_append_new(verdicts, json_verdict(verdict));
	add(object, "devices", devices);
	add(object, "expected_faults", faults);
	add(object, "diagnoses", causes);
	add(object, "verdicts", verdicts);
	return object;
}

static void dump(json_t *root, size_t flags, struct buf *out)
{
	char *text = json_dumps(root, flags | JSON_REAL_PRECISION(6));

	json_decref(root);
	buf_puts(out, text ? text : "{}");
	buf_putc(out, '\n');
	free(text);
}

void summary_run_json(const struct summary_run *run, struct buf *out)
{
	dump(json_run(run), JSON_COMPACT, out);
}

static json_t *json_counts(const struct summary *summary)
{
	struct summary_counts counts = summary_count(summary);
	json_t *object = json_object();

	for (unsigned int i = 0; i < SUMMARY_RESULTS; i++)
		add(object, summary_result_word((enum summary_result)i),
		    json_integer((json_int_t)counts.of[i]));
	add(object, "not_started", json_integer((json_int_t)counts.not_started));
	return object;
}

void summary_json(const struct summary *summary, struct buf *out)
{
	json_t *root = json_of("{s:i, s:s, s:s, s:f, s:i, s:i, s:i}", "summary",
			       SUMMARY_FORMAT, "version", summary->version, "start",
			       summary->start, "took_s", (double)summary->took_us / 1e6,
			       "shard", (int)summary->shard, "shards",
			       (int)summary->shards, "status", summary_status(summary));
	json_t *list = json_array(), *runs = json_array();

	vec_foreach (scenario, &summary->list)
		(void)json_array_append_new(list, json_kept(*scenario));
	vec_foreach (run, &summary->runs)
		(void)json_array_append_new(runs, json_run(run));
	add(root, "counts", json_counts(summary));
	add(root, "scenarios", list);
	add(root, "runs", runs);
	dump(root, JSON_INDENT(1), out);
}

/* ---------------------------------------------------------------- reading */

const char *summary_read_text(struct summary *summary, const json_t *object,
			      const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_string(value)
		       ? arena_strdup(summary->arena, json_string_value(value))
		       : NULL;
}

static int number_of(const json_t *object, const char *key, int min, int max, int other)
{
	const json_t *value = json_object_get(object, key);
	json_int_t number = json_integer_value(value);

	return json_is_integer(value) && number >= min && number <= max ? (int)number
									: other;
}

static int64_t seconds_of(const json_t *object, const char *key)
{
	double seconds = json_number_value(json_object_get(object, key));

	return seconds > 0 && seconds < 1e9 ? (int64_t)(seconds * 1e6) : 0;
}

static struct origin origin_of(struct summary *summary, const json_t *object)
{
	const json_t *at = json_object_get(object, "at");

	return (struct origin){ .file = summary_read_text(summary, at, "file"),
				.line = (unsigned int)number_of(at, "line", 0, INT32_MAX,
								0),
				.source = summary_read_text(summary, at, "source") };
}

static void read_cause(struct summary *summary, const json_t *object,
		       struct summary_cause *cause)
{
	const json_t *value, *values = json_object_get(object, "values");
	size_t i;

	cause->id = summary_read_text(summary, object, "id");
	cause->name = summary_read_text(summary, object, "name");
	cause->layer = summary_read_text(summary, object, "layer");
	cause->summary = summary_read_text(summary, object, "summary");
	cause->fix = summary_read_text(summary, object, "fix");
	json_array_foreach (values, i, value) {
		if (i >= ARRAY_SIZE(cause->values))
			break;
		cause->values[i] = (struct summary_value){
			.site = summary_read_text(summary, value, "site"),
			.setting = summary_read_text(summary, value, "setting"),
			.value = summary_read_text(summary, value, "value"),
			.at = origin_of(summary, value),
			.path = summary_read_text(summary, value, "path"),
		};
	}
}

void summary_read_judged(struct summary *summary, const json_t *object,
			 struct summary_run *run)
{
	const json_t *value;
	size_t i;

	json_array_foreach (json_object_get(object, "diagnoses"), i, value)
		read_cause(summary, value, vec_push(summary->arena, &run->causes));
	json_array_foreach (json_object_get(object, "verdicts"), i, value)
		if (i < SUMMARY_VERDICTS_MAX)
			vec_add(summary->arena, &run->verdicts,
				((struct summary_verdict){
					.verdict = summary_read_text(summary, value,
								     "verdict"),
					.check = summary_read_text(summary, value,
								   "check"),
					.claim = summary_read_text(summary, value,
								   "claim"),
					.seen = summary_read_text(summary, value, "seen"),
					.at = origin_of(summary, value) }));
}

static void read_lists(struct summary *summary, const json_t *object,
		       struct summary_run *run)
{
	const json_t *value;
	size_t i;

	json_array_foreach (json_object_get(object, "devices"), i, value)
		if (i < ARRAY_SIZE(run->devices) && json_is_string(value))
			run->devices[i] =
				arena_strdup(summary->arena, json_string_value(value));
	json_array_foreach (json_object_get(object, "expected_faults"), i, value)
		if (json_is_string(value))
			vec_add(summary->arena, &run->faults,
				arena_strdup(summary->arena, json_string_value(value)));
	summary_read_judged(summary, object, run);
}

/* What has no number, no name or no status is no run. */
static bool read_run(struct summary *summary, const json_t *object,
		     struct summary_run *run)
{
	int number = number_of(object, "number", 0, INT32_MAX, -1);

	*run = (struct summary_run){
		.number = (unsigned int)number,
		.scenario = summary_read_text(summary, object, "scenario"),
		.name = summary_read_text(summary, object, "name"),
		.sentence = summary_read_text(summary, object, "sentence"),
		.status = number_of(object, "status", 0, 255, -1),
		.first_status = number_of(object, "first_status", 0, 255, -1),
		.outcome = summary_read_text(summary, object, "outcome"),
		.text = summary_read_text(summary, object, "text"),
		.missing = summary_read_text(summary, object, "missing"),
		.plane = summary_read_text(summary, object, "plane"),
		.start = summary_read_text(summary, object, "start"),
		.folder = summary_read_text(summary, object, "folder"),
		.took_us = seconds_of(object, "took_s"),
		.path = summary_read_text(summary, object, "path"),
	};
	read_lists(summary, object, run);
	return number >= 0 && run->scenario && run->status >= 0;
}

int summary_run_read(struct summary *summary, const char *text, size_t length,
		     struct summary_run *ret_run)
{
	json_t *object = json_loadb(text, length, 0, NULL);
	bool is_run = object && read_run(summary, object, ret_run);

	json_decref(object);
	return is_run ? 0 : -EINVAL;
}

static int read_all(struct summary *summary, const char *name, const json_t *root,
		    struct err *err)
{
	const json_t *value;
	size_t i;

	if (number_of(root, "summary", 0, INT32_MAX, 0) != SUMMARY_FORMAT)
		return err_set(err, EINVAL,
			       "%s: no summary of format %d, as `twinsite run` writes "
			       "it",
			       name, SUMMARY_FORMAT);
	summary->version = summary_read_text(summary, root, "version");
	summary->start = summary_read_text(summary, root, "start");
	summary->took_us = seconds_of(root, "took_s");
	summary->shards = (unsigned int)number_of(root, "shards", 1, SHARDS_MAX, 0);
	summary->shard =
		(unsigned int)number_of(root, "shard", 1, (int)summary->shards, 0);
	if (!summary->shard)
		return err_set(err, EINVAL, "%s: it does not say which shard it is",
			       name);
	json_array_foreach (json_object_get(root, "scenarios"), i, value) {
		if (!json_is_string(value))
			return err_set(err, EINVAL, "%s: scenarios[%zu] is no text", name,
				       i);
		vec_add(summary->arena, &summary->list,
			arena_strdup(summary->arena, json_string_value(value)));
	}
	json_array_foreach (json_object_get(root, "runs"), i, value)
		if (!read_run(summary, value, vec_push(summary->arena, &summary->runs)))
			return err_set(err, EINVAL,
				       "%s: runs[%zu] has no number, scenario or status",
				       name, i);
	vec_foreach (run, &summary->runs)
		if (run->number >= summary->list.count ||
		    !str_equal(summary->list.items[run->number], run->scenario))
			return err_set(err, EINVAL,
				       "%s: the run of %s is not in its list of "
				       "scenarios",
				       name, run->scenario);
	return 0;
}

int summary_read(const char *name, const char *text, size_t length,
		 struct summary **ret_summary, struct err *err)
{
	struct summary *summary;
	json_error_t error;
	json_t *root = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
	int r;

	if (!root)
		return err_set(err, EINVAL, "%s:%d: no JSON: %s", name, error.line,
			       error.text);
	summary = summary_new();
	r = read_all(summary, name, root, err);
	json_decref(root);
	if (r)
		summary_free(summary);
	else
		*ret_summary = summary;
	return r;
}
