// SPDX-License-Identifier: GPL-2.0-or-later
/* findings.c - what predict found, as text and as JSON */
#include "report/findings.h"

#include <jansson.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "report/report.h"

static void add_value(const struct diagnosis_value *value, struct buf *out)
{
	if (!value->setting)
		return;
	buf_printf(out, "      %s: %s = %s", value->site, value->setting, value->value);
	if (value->at.file || value->at.source) {
		buf_puts(out, "   (");
		report_add_origin(out, &value->at);
		buf_putc(out, ')');
	}
	buf_putc(out, '\n');
}

static void add_finding(const struct finding *finding, struct buf *out)
{
	buf_printf(out, "%s %s: %s\n", finding->class->id,
		   severity_name(finding->severity), finding->summary);
	for (size_t i = 0; i < 2; i++)
		add_value(&finding->values[i], out);
	if (finding->why)
		buf_printf(out, "      because: %s\n", finding->why);
	vec_foreach (sees, &finding->sees)
		buf_printf(out, "      seen at %s\n", *sees);
	vec_foreach (fix, &finding->fixes)
		buf_printf(out, "      fix at %s\n", *fix);
}

void report_findings_text(const struct findings *findings, struct buf *out)
{
	vec_foreach (finding, findings)
		add_finding(finding, out);
	vec_foreach (unproven, &findings->unproven)
		buf_printf(out, "unproven: %s\n", unproven->text);
	vec_foreach (note, &findings->notes)
		buf_printf(out, "left out: %s\n", *note);
	if (!findings->count)
		buf_puts(out,
			 findings->unproven.count
				 ? "nothing found in what is rehearsed\n"
				 : "nothing found: from these files it should work\n");
}

static json_t *value_json(const struct diagnosis_value *value)
{
	return json_pack("{s:s*, s:s*, s:s*, s:s*, s:i, s:s*}", "site", value->site,
			 "setting", value->setting, "value", value->value, "file",
			 value->at.file, "line", (int)value->at.line, "source",
			 value->at.source);
}

static json_t *finding_json(const struct finding *finding)
{
	json_t *object = json_pack(
		"{s:s, s:s, s:s, s:s, s:s*, s:s, s:s*}", "id", finding->class->id, "name",
		finding->class->name, "layer", finding->class->layer, "severity",
		severity_name(finding->severity), "site", finding->site, "summary",
		finding->summary, "why", finding->why);
	json_t *values = json_array(), *fixes = json_array(), *sees = json_array();

	for (size_t i = 0; i < 2; i++)
		if (finding->values[i].setting)
			json_array_append_new(values, value_json(&finding->values[i]));
	vec_foreach (fix, &finding->fixes)
		json_array_append_new(fixes, json_string(*fix));
	vec_foreach (one, &finding->sees)
		json_array_append_new(sees, json_string(*one));
	json_object_set_new(object, "values", values);
	json_object_set_new(object, "fixes", fixes);
	json_object_set_new(object, "sees", sees);
	return object;
}

static json_t *unproven_json(const struct unproven *unproven)
{
	const struct remark *remark = unproven->remark;

	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s*, s:i}", "id", "unproven",
			 "severity", "unproven", "site", unproven->site, "summary",
			 unproven->text, "word", remark->word, "file", remark->at.file,
			 "line", (int)remark->at.line);
}

void report_findings_json(const struct findings *findings, struct buf *out)
{
	json_t *root = json_array();
	_cleanup_free_ char *text = NULL;

	vec_foreach (finding, findings)
		json_array_append_new(root, finding_json(finding));
	vec_foreach (unproven, &findings->unproven)
		json_array_append_new(root, unproven_json(unproven));
	vec_foreach (note, &findings->notes)
		json_array_append_new(root,
				      json_pack("{s:s, s:s, s:s}", "id", "left-out",
						"severity", "note", "summary", *note));
	text = json_dumps(root, JSON_INDENT(1));
	json_decref(root);
	buf_puts(out, text ? text : "[]");
	buf_putc(out, '\n');
}
