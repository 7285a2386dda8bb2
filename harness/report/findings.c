// SPDX-License-Identifier: GPL-2.0-or-later
/* findings.c - what predict found, as text and as JSON */
#include "report/findings.h"

#include <jansson.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/json.h"
#include "report/report.h"
#include "report/site_facts.h"
#include "report/site_json.h"
#include "report/text.h"

static void add_value(const struct diagnosis_value *value, struct buf *out)
{
	_cleanup_buf_ struct buf at = { 0 };

	if (!value->setting)
		return;
	buf_puts(out, "      ");
	text_add_plain(out, value->site);
	buf_puts(out, ": ");
	text_add_plain(out, value->setting);
	buf_puts(out, " = ");
	text_add_plain(out, value->value);
	if (value->at.file || value->at.source) {
		report_add_origin(&at, &value->at);
		buf_puts(out, "   (");
		text_add_plain(out, buf_text(&at));
		buf_putc(out, ')');
	}
	buf_putc(out, '\n');
}

static void add_line(const char *label, const char *text, struct buf *out)
{
	buf_puts(out, label);
	text_add_plain(out, text);
	buf_putc(out, '\n');
}

static void add_finding(const struct finding *finding, struct buf *out)
{
	buf_printf(out, "%s %s", finding->class->id, finding_harm(finding));
	add_line(": ", finding->summary, out);
	if (finding->accepted)
		add_line("      accepted: ", finding->accepted, out);
	for (size_t i = 0; i < 2; i++)
		add_value(&finding->values[i], out);
	if (finding->why)
		add_line("      because: ", finding->why, out);
	vec_foreach (sees, &finding->sees)
		add_line("      seen at ", *sees, out);
	vec_foreach (fix, &finding->fixes)
		add_line("      fix at ", *fix, out);
}

void report_findings_brief(const struct findings *findings, enum weight worst,
			   struct buf *out)
{
	vec_foreach (finding, findings) {
		if (finding->accepted || weight_of(finding) > worst)
			continue;
		buf_printf(out, "%s %s", finding->class->id, finding_harm(finding));
		add_line(": ", finding->summary, out);
	}
}

void report_findings_sum(const struct findings *findings, struct buf *out)
{
	const struct weights weights = findings_weigh(findings);

	for (size_t i = 0; i < WEIGHTS; i++)
		buf_printf(out, "%s%zu %s", i ? ", " : "", weights.count[i],
			   weight_name((enum weight)i));
	if (weights.accepted)
		buf_printf(out, ", %zu accepted", weights.accepted);
	if (findings->unproven.count)
		buf_printf(out, ", %zu unproven", findings->unproven.count);
	buf_putc(out, '\n');
}

void report_findings_text(const struct findings *findings, struct buf *out)
{
	vec_foreach (finding, findings)
		add_finding(finding, out);
	vec_foreach (unproven, &findings->unproven)
		add_line("unproven: ", unproven->text, out);
	vec_foreach (note, &findings->notes)
		add_line("left out: ", *note, out);
	if (!findings->count)
		buf_puts(out,
			 findings->unproven.count
				 ? "nothing found in what is rehearsed\n"
				 : "nothing found: from these files it should work\n");
}

/* json_shown(), but nothing at all for NULL. */
static json_t *shown_or_none(const char *text)
{
	return text ? json_shown(text) : NULL;
}

static json_t *value_json(const struct diagnosis_value *value)
{
	return json_of(
		"{s:o*, s:o*, s:o*, s:o*, s:i, s:o*}", "site", shown_or_none(value->site),
		"setting", shown_or_none(value->setting), "value",
		shown_or_none(value->value), "file", shown_or_none(value->at.file),
		"line", (int)value->at.line, "source", shown_or_none(value->at.source));
}

static json_t *finding_json(const struct finding *finding)
{
	json_t *object =
		json_of("{s:s, s:s, s:s, s:s, s:b, s:s, s:o*, s:o, s:o*, s:o*}", "id",
			finding->class->id, "name", finding->class->name, "layer",
			finding_layer_name(finding->class->layer), "severity",
			severity_name(finding->severity), "partial", finding->is_partial,
			"weight", weight_name(weight_of(finding)), "site",
			shown_or_none(finding->site), "summary",
			json_shown(finding->summary), "why", shown_or_none(finding->why),
			"accepted", shown_or_none(finding->accepted));
	json_t *values = json_array(), *fixes = json_array(), *sees = json_array();

	for (size_t i = 0; i < 2; i++)
		if (finding->values[i].setting)
			json_array_append_new(values, value_json(&finding->values[i]));
	vec_foreach (fix, &finding->fixes)
		json_array_append_new(fixes, json_shown(*fix));
	vec_foreach (one, &finding->sees)
		json_array_append_new(sees, json_shown(*one));
	json_object_set_new(object, "values", values);
	json_object_set_new(object, "fixes", fixes);
	json_object_set_new(object, "sees", sees);
	return object;
}

static json_t *unproven_json(const struct unproven *unproven)
{
	const struct remark *remark = unproven->remark;

	return json_of("{s:s, s:s, s:o, s:o, s:o, s:o*, s:i}", "id", "unproven",
		       "severity", "unproven", "site", json_shown(unproven->site),
		       "summary", json_shown(unproven->text), "word",
		       json_shown(remark->word), "file", shown_or_none(remark->at.file),
		       "line", (int)remark->at.line);
}

static json_t *needed_json(const struct site *needed)
{
	json_t *site = site_json(needed, NULL);
	json_t *object =
		json_of("{s:s, s:s, s:o}", "id", "other-end", "severity", "note",
			FACTS_TUNNELS, json_incref(json_object_get(site, FACTS_TUNNELS)));

	json_decref(site);
	return object;
}

void report_findings_json(const struct findings *findings, const struct site *needed,
			  struct buf *out)
{
	json_t *root = json_array();
	_cleanup_free_ char *text = NULL;

	vec_foreach (finding, findings)
		json_array_append_new(root, finding_json(finding));
	vec_foreach (unproven, &findings->unproven)
		json_array_append_new(root, unproven_json(unproven));
	vec_foreach (note, &findings->notes)
		json_array_append_new(root, json_of("{s:s, s:s, s:o}", "id", "left-out",
						    "severity", "note", "summary",
						    json_shown(*note)));
	if (needed)
		json_array_append_new(root, needed_json(needed));
	text = json_dumps(root, JSON_INDENT(1));
	json_decref(root);
	buf_puts(out, text ? text : "[]");
	buf_putc(out, '\n');
}
