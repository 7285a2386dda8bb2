// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * sarif.c - the wrong lines for those who review them: SARIF 2.1.0 (OASIS), as GitHub's
 * code scanning and GitLab take it
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/json.h"
#include "base/str.h"
#include "finding/class.h"
#include "finding/page.h"
#include "report/summary.h"

#define SCHEMA "https://json.schemastore.org/sarif-2.1.0.json"

static void add(json_t *object, const char *key, json_t *value)
{
	(void)json_object_set_new(object, key, value);
}

static json_t *message(const char *text)
{
	return json_of("{s:o}", "text", json_shown(text));
}

/* A relative reference of RFC 3986: each byte that is none of its characters, as %XX. */
static json_t *uri(const char *path)
{
	static const char fine[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				   "0123456789-._~/!$&'()*+,;=@";
	_cleanup_buf_ struct buf text = { 0 };

	if (*path == '/')
		buf_puts(&text, "file://");
	for (; *path; path++)
		if (strchr(fine, *path))
			buf_putc(&text, *path);
		else
			buf_printf(&text, "%%%02X", (unsigned char)*path);
	return json_kept(buf_text(&text));
}

static json_t *location(const struct summary_mark *mark)
{
	json_t *artifact = json_object(), *physical = json_object();

	add(artifact, "uri", uri(mark->path));
	if (*mark->path != '/')
		add(artifact, "uriBaseId", json_kept("%SRCROOT%"));
	add(physical, "artifactLocation", artifact);
	add(physical, "region", json_of("{s:i}", "startLine", (int)mark->line));
	return json_of("{s:o}", "physicalLocation", physical);
}

static json_t *result(const struct summary_mark *mark)
{
	json_t *object =
		json_of("{s:o, s:s}", "ruleId", json_shown(mark->id), "level", "error");
	json_t *locations = json_array();

	add(object, "message", message(mark->text));
	(void)json_array_append_new(locations, location(mark));
	add(object, "locations", locations);
	return object;
}

static bool is_first_of_its_rule(const struct summary_marks *marks, size_t i)
{
	for (size_t other = 0; other < i; other++)
		if (str_equal(marks->items[other].id, marks->items[i].id))
			return false;
	return true;
}

static json_t *rule(const struct summary_mark *mark)
{
	const struct finding_class *class = finding_class_find(mark->id);
	const struct finding_page *page = class ? finding_page_of(class->number) : NULL;
	json_t *object = json_of("{s:o, s:o}", "id", json_shown(mark->id), "name",
				 json_shown(class ? class->name : mark->id));

	add(object, "shortDescription",
	    message(class ? class->name
			  : "an expectation of the scenario does not hold"));
	if (page)
		add(object, "fullDescription", message(page->what));
	return object;
}

void summary_sarif(const struct summary *summary, struct buf *out)
{
	struct summary_marks marks = summary_mark(summary);
	json_t *rules = json_array(), *results = json_array(), *runs = json_array();
	json_t *driver =
		json_of("{s:s, s:s}", "name", "twinsite", "version", summary->version);
	json_t *run = json_object(), *root = json_object();
	char *text;

	for (size_t i = 0; i < marks.count; i++) {
		if (is_first_of_its_rule(&marks, i))
			(void)json_array_append_new(rules, rule(&marks.items[i]));
		(void)json_array_append_new(results, result(&marks.items[i]));
	}
	add(driver, "rules", rules);
	add(run, "tool", json_of("{s:o}", "driver", driver));
	add(run, "columnKind", json_kept("unicodeCodePoints"));
	add(run, "results", results);
	(void)json_array_append_new(runs, run);
	add(root, "$schema", json_kept(SCHEMA));
	add(root, "version", json_kept("2.1.0"));
	add(root, "runs", runs);
	text = json_dumps(root, JSON_INDENT(1));
	json_decref(root);
	buf_puts(out, text ? text : "{}");
	buf_putc(out, '\n');
	free(text);
}
