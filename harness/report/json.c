// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * json.c - result.json: the judgement for programs
 *
 * report.md has its fields.
 * Keys stay as they are once released; new ones may be added.
 */
#include <jansson.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/json.h"
#include "report/report.h"
#include "report/text.h"

#define JSON_FORMAT 1

static json_t *json_texts(const char *const *texts, size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++)
		(void)json_array_append_new(array, json_shown(texts[i]));
	return array;
}

static json_t *json_origin(const struct origin *origin)
{
	json_t *object;

	if (!origin->file && !origin->source)
		return json_null();
	object = json_object();
	(void)json_object_set_new(object, "file", json_shown(origin->file));
	(void)json_object_set_new(object, "line", json_integer(origin->line));
	(void)json_object_set_new(object, "source", json_shown(origin->source));
	return object;
}

static json_t *json_verdict(const struct verdict *verdict)
{
	json_t *object = json_object();

	(void)json_object_set_new(object, "verdict",
				  json_shown(verdict_kind_name(verdict->kind)));
	(void)json_object_set_new(object, "check", json_shown(verdict->check));
	(void)json_object_set_new(object, "claim", json_shown(verdict->claim));
	(void)json_object_set_new(object, "seen", json_shown(verdict->seen));
	(void)json_object_set_new(object, "proof",
				  json_texts(verdict->proof.items, verdict->proof.count));
	(void)json_object_set_new(object, "at", json_origin(&verdict->at));
	(void)json_object_set_new(object, "expectation",
				  json_integer(verdict->expectation));
	return object;
}

static json_t *json_value(const struct diagnosis_value *value)
{
	json_t *object = json_object();

	(void)json_object_set_new(object, "site", json_shown(value->site));
	(void)json_object_set_new(object, "setting", json_shown(value->setting));
	(void)json_object_set_new(object, "value", json_shown(value->value));
	(void)json_object_set_new(object, "at", json_origin(&value->at));
	return object;
}

static json_t *json_diagnosis(const struct diagnosis *diagnosis)
{
	json_t *object = json_object(), *values = json_array();

	for (size_t i = 0; i < ARRAY_SIZE(diagnosis->values); i++)
		if (diagnosis->values[i].setting)
			(void)json_array_append_new(values,
						    json_value(&diagnosis->values[i]));
	(void)json_object_set_new(object, "id", json_shown(diagnosis->class->id));
	(void)json_object_set_new(object, "name", json_shown(diagnosis->class->name));
	(void)json_object_set_new(object, "layer",
				  json_shown(finding_layer_name(diagnosis->layer)));
	(void)json_object_set_new(object, "summary", json_shown(diagnosis->summary));
	(void)json_object_set_new(object, "site", json_shown(diagnosis->site));
	(void)json_object_set_new(object, "values", values);
	(void)json_object_set_new(
		object, "proof",
		json_texts(diagnosis->proof.items, diagnosis->proof.count));
	(void)json_object_set_new(
		object, "sees", json_texts(diagnosis->sees.items, diagnosis->sees.count));
	(void)json_object_set_new(
		object, "fixes",
		json_texts(diagnosis->fixes.items, diagnosis->fixes.count));
	(void)json_object_set_new(
		object, "ruled_out",
		json_texts(diagnosis->ruled_out.items, diagnosis->ruled_out.count));
	(void)json_object_set_new(object, "is_in_effect",
				  json_boolean(diagnosis->is_in_effect));
	(void)json_object_set_new(object, "in_effect", json_shown(diagnosis->in_effect));
	return object;
}

static json_t *json_figure(const struct figure *figure)
{
	json_t *object = json_object();

	(void)json_object_set_new(object, "name", json_shown(figure->name));
	(void)json_object_set_new(object, "value", json_shown(figure->value));
	(void)json_object_set_new(object, "label", json_shown(figure->label));
	return object;
}

static json_t *json_script(const struct script_run *run)
{
	json_t *object = json_object();

	(void)json_object_set_new(object, "site", json_shown(run->site));
	(void)json_object_set_new(object, "file", json_shown(run->file));
	(void)json_object_set_new(object, "line", json_integer(run->line));
	(void)json_object_set_new(object, "commands", json_integer(run->commands));
	(void)json_object_set_new(object, "has_run", json_boolean(run->has_run));
	(void)json_object_set_new(object, "has_ended", json_boolean(run->has_ended));
	(void)json_object_set_new(object, "how", json_shown(run->how));
	return object;
}

static void add_scenario(json_t *root, const struct scenario *scenario)
{
	json_t *object = json_object(), *faults = json_array();

	(void)json_object_set_new(object, "name", json_shown(scenario->name));
	(void)json_object_set_new(object, "sentence", json_shown(scenario->sentence));
	(void)json_object_set_new(object, "path", json_shown(scenario->path));
	(void)json_object_set_new(root, "scenario", object);
	for (size_t i = 0; i < scenario->faults.count; i++)
		(void)json_array_append_new(
			faults, json_shown(scenario->faults.items[i].class->id));
	(void)json_object_set_new(root, "expected_faults", faults);
}

static void add_run(json_t *root, const struct judgement *judgement)
{
	_cleanup_buf_ struct buf start = { 0 };

	text_add_time(&start, judgement->start_us);
	(void)json_object_set_new(root, "plane", json_shown(judgement->plane));
	(void)json_object_set_new(root, "plane_why", json_shown(judgement->plane_why));
	(void)json_object_set_new(root, "folder", json_shown(judgement->folder));
	(void)json_object_set_new(root, "start", json_shown(buf_text(&start)));
	(void)json_object_set_new(root, "took_s",
				  json_real((double)judgement->took_us / 1e6));
	(void)json_object_set_new(root, "wall_s",
				  json_real((double)judgement->wall_us / 1e6));
	(void)json_object_set_new(root, "clock",
				  json_shown(judgement->is_virtual ? "virtual" : "real"));
	if (judgement->is_virtual)
		(void)json_object_set_new(root, "seed", json_integer(judgement->seed));
	(void)json_object_set_new(root, "outcome",
				  json_shown(report_outcome_word(judgement->outcome)));
	(void)json_object_set_new(root, "outcome_text",
				  json_shown(judgement->outcome_text));
	(void)json_object_set_new(root, "broke_off", json_shown(judgement->broke_off));
	(void)json_object_set_new(root, "partial",
				  json_boolean(judgement->broke_off != NULL));
}

static void add_contradictions(json_t *root, const struct judgement *judgement)
{
	json_t *array = json_array();

	vec_foreach (one, &judgement->contradictions) {
		json_t *object = json_object();

		(void)json_object_set_new(object, "predicted",
					  json_shown(one->predicted));
		(void)json_object_set_new(object, "seen", json_shown(one->seen));
		(void)json_array_append_new(array, object);
	}
	(void)json_object_set_new(root, "contradictions", array);
}

static void add_counts(json_t *root, const struct judgement *judgement)
{
	struct report_counts counts = report_count(judgement);
	json_t *object = json_object();

	for (unsigned int kind = 0; kind < ARRAY_SIZE(counts.of); kind++)
		(void)json_object_set_new(object,
					  verdict_kind_name((enum verdict_kind)kind),
					  json_integer((json_int_t)counts.of[kind]));
	(void)json_object_set_new(root, "counts", object);
}

static void add_status(json_t *statuses, const struct status *status)
{
	_cleanup_buf_ struct buf site = { 0 };

	text_add_plain(&site, status->site);
	json_add(statuses, buf_text(&site), json_shown(status->text));
}

static void add_lists(json_t *root, const struct judgement *judgement)
{
	json_t *verdicts = json_array(), *diagnoses = json_array(),
	       *figures = json_array(), *statuses = json_object(),
	       *scripts = json_array();

	for (size_t i = 0; i < judgement->verdicts.count; i++)
		(void)json_array_append_new(verdicts,
					    json_verdict(&judgement->verdicts.items[i]));
	for (size_t i = 0; i < judgement->diagnoses.count; i++)
		(void)json_array_append_new(
			diagnoses, json_diagnosis(&judgement->diagnoses.items[i]));
	for (size_t i = 0; i < judgement->figures.count; i++)
		(void)json_array_append_new(figures,
					    json_figure(&judgement->figures.items[i]));
	(void)json_object_set_new(root, "verdicts", verdicts);
	(void)json_object_set_new(root, "diagnoses", diagnoses);
	(void)json_object_set_new(root, "figures", figures);
	for (size_t i = 0; i < judgement->scripts.count; i++)
		(void)json_array_append_new(scripts,
					    json_script(&judgement->scripts.items[i]));
	(void)json_object_set_new(root, "scripts", scripts);
	for (size_t i = 0; i < judgement->statuses.count; i++)
		add_status(statuses, &judgement->statuses.items[i]);
	(void)json_object_set_new(root, "status", statuses);
	(void)json_object_set_new(
		root, "notes",
		json_texts(judgement->notes.items, judgement->notes.count));
}

void report_json(const struct judgement *judgement, struct buf *out)
{
	json_t *root = json_object();
	char *text;

	(void)json_object_set_new(root, "twinsite", json_integer(JSON_FORMAT));
	if (judgement->scenario)
		add_scenario(root, judgement->scenario);
	add_run(root, judgement);
	add_contradictions(root, judgement);
	add_counts(root, judgement);
	add_lists(root, judgement);
	text = json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
	json_decref(root);
	buf_puts(out, text ? text : "{}");
	buf_putc(out, '\n');
	free(text);
}
