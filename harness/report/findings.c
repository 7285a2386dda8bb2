// SPDX-License-Identifier: GPL-2.0-or-later
/* findings.c - what predict found, as text and as JSON */
#include "report/findings.h"

#include <jansson.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/json.h"
#include "base/map.h"
#include "base/str.h"
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

/* The same said of another line: each proposal has the cipher that nobody knows. */
static bool is_twin(const struct finding *a, const struct finding *b)
{
	return a->class == b->class && a->severity == b->severity &&
	       str_equal(a->summary, b->summary) && !a->accepted == !b->accepted &&
	       (!a->accepted || str_equal(a->accepted, b->accepted)) &&
	       !strcmp(a->why ? a->why : "", b->why ? b->why : "");
}

/* It and those behind it that say the same. */
static size_t count_twins(const struct findings *findings, const struct finding *finding)
{
	const struct finding *end = findings->items + findings->count, *last = finding;

	while (last + 1 < end && is_twin(finding, last + 1))
		last++;
	return (size_t)(last - finding) + 1;
}

/* Was it told with the one before it? */
static bool is_told(const struct findings *findings, const struct finding *finding)
{
	return finding > findings->items && is_twin(finding - 1, finding);
}

/* Lines that stand there already: there may be thousands of twins. */
struct lines_seen {
	struct arena *arena;
	struct map lines;
};

static void lines_seen_done(struct lines_seen *seen)
{
	arena_free(seen->arena);
}

/* A line once, whichever of the twins it is of. */
static void add_once(const struct buf *line, struct lines_seen *seen, struct buf *out)
{
	const char *text = buf_text(line);

	if (map_get(&seen->lines, NULL, text))
		return;
	text = arena_strdup(seen->arena, text);
	map_put(seen->arena, &seen->lines, NULL, text, seen);
	buf_puts(out, text);
}

static void add_values(const struct finding *finding, size_t twins, struct buf *out)
{
	_cleanup_(lines_seen_done) struct lines_seen seen = { .arena = arena_new() };

	for (size_t i = 0; i < twins; i++)
		for (size_t j = 0; j < 2; j++) {
			_cleanup_buf_ struct buf line = { 0 };

			add_value(&finding[i].values[j], &line);
			add_once(&line, &seen, out);
		}
}

static void add_fixes(const struct finding *finding, size_t twins, struct buf *out)
{
	_cleanup_(lines_seen_done) struct lines_seen seen = { .arena = arena_new() };

	for (size_t i = 0; i < twins; i++)
		vec_foreach (fix, &finding[i].fixes) {
			const size_t index = (size_t)(fix - finding[i].fixes.items);
			_cleanup_buf_ struct buf line = { 0 };

			add_line(fix_is_instead(finding[i].fixes.items, index)
					 ? "      or at "
					 : "      fix at ",
				 *fix, &line);
			add_once(&line, &seen, out);
		}
}

/* "F01 no tunnel: …", of several that say the same how many they are. */
static void add_head(const struct finding *finding, size_t twins, struct buf *out)
{
	buf_printf(out, "%s %s: ", finding->class->id, finding_harm(finding));
	text_add_plain(out, finding->summary);
	if (twins > 1)
		buf_printf(out, " (in %zu places)", twins);
	buf_putc(out, '\n');
}

static void add_finding(const struct findings *findings, const struct finding *finding,
			struct buf *out)
{
	const size_t twins = count_twins(findings, finding);

	add_head(finding, twins, out);
	if (finding->accepted)
		add_line("      accepted: ", finding->accepted, out);
	add_values(finding, twins, out);
	if (finding->why)
		add_line("      because: ", finding->why, out);
	vec_foreach (sees, &finding->sees)
		add_line("      seen at ", *sees, out);
	add_fixes(finding, twins, out);
}

void report_findings_brief(const struct findings *findings, enum weight worst,
			   struct buf *out)
{
	vec_foreach (finding, findings) {
		if (finding->accepted || weight_of(finding) > worst ||
		    is_told(findings, finding))
			continue;
		add_head(finding, count_twins(findings, finding), out);
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
		if (!is_told(findings, finding))
			add_finding(findings, finding, out);
	vec_foreach (unproven, &findings->unproven)
		add_line("unproven: ", unproven->text, out);
	vec_foreach (note, &findings->notes)
		add_line("left out: ", *note, out);
	if (findings_prove_nothing(findings))
		buf_puts(
			out,
			"nothing was proved: whether it comes up, for which networks and "
			"how packets get into it rest on words that are not rehearsed\n");
	else if (!findings->count)
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
