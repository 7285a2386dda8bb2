// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * summary_html.c - many runs on one page: failures first, then who rehearsed what with whom
 *
 * One file without scripts and without anything from outside. What is wide scrolls in its
 * own box, so that a telephone shows the rest as it is.
 */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "finding/class.h"
#include "report/summary.h"
#include "report/text.h"

#define HEALTHY	   "healthy"
#define LABELS_MAX 120 /* rows or columns of a matrix */

static const char style[] =
	":root{color-scheme:light dark;--good:#1a7f37;--bad:#c6232b;--dim:#6a6f76;"
	"--line:#8884}"
	"@media(prefers-color-scheme:dark){:root{--good:#4ac26b;--bad:#ff7b72;"
	"--dim:#9aa0a6}}"
	"body{font:16px/1.45 system-ui,sans-serif;max-width:70rem;margin:0 auto;"
	"padding:.8rem;overflow-wrap:anywhere}"
	"h1{font-size:1.4rem}h2{font-size:1.15rem;margin-top:2rem}"
	".passed{color:var(--good)}.failed,.unstable{color:var(--bad)}"
	".skipped,.dim{color:var(--dim)}"
	".box{overflow-x:auto}table{border-collapse:collapse;font-size:.9rem}"
	"th,td{border:1px solid var(--line);padding:.2rem .5rem;text-align:left;"
	"overflow-wrap:normal;white-space:nowrap}"
	"article{border-left:.3rem solid var(--bad);padding:.1rem .8rem;margin:.8rem 0}"
	"article h3{font-size:1.05rem;margin:0}article p,article ul{margin:.15rem 0}"
	"ul.runs{list-style:none;padding:0}ul.runs li{border-top:1px solid var(--line);"
	"padding:.3rem 0;display:flex;flex-wrap:wrap;gap:0 .8rem}"
	"ul.runs b{flex:0 0 5rem}ul.runs .what{flex:1 1 16rem}"
	"code{font-family:ui-monospace,monospace;font-size:.92em}"
	"@media print{article,li{break-inside:avoid}}";

static void add_text(struct buf *out, const char *before, const char *text,
		     const char *after)
{
	buf_puts(out, before);
	text_add_markup(out, text);
	buf_puts(out, after);
}

/* A path as a reference: what could be a scheme, a query or a fragment is %XX. */
static void add_reference(struct buf *out, const char *path)
{
	static const char fine[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				   "0123456789-._~/+=,@";

	for (; *path; path++)
		if (strchr(fine, *path))
			buf_putc(out, *path);
		else
			buf_printf(out, "%%%02X", (unsigned char)*path);
}

static const char *name_of(const struct summary_run *run)
{
	return run->name ? run->name : run->scenario;
}

/* The name, leading to the page of that run. */
static void add_link(struct buf *out, const struct summary_run *run)
{
	if (run->folder) {
		buf_puts(out, "<a href=\"");
		add_reference(out, run->folder);
		buf_puts(out, "/index.html\">");
	}
	text_add_markup(out, name_of(run));
	if (run->folder)
		buf_puts(out, "</a>");
}

/* ---------------------------------------------------------------- failures */

static void add_value(struct buf *out, const struct summary_value *value)
{
	const char *file = value->path ? value->path : value->at.file;

	if (!value->setting)
		return;
	add_text(out, "<li>", value->site, ": ");
	add_text(out, "<code>", value->setting, ": ");
	add_text(out, "", value->value, "</code> ");
	if (file) {
		add_text(out, "<span class=\"dim\">", file, "");
		if (value->at.line)
			buf_printf(out, ":%u", value->at.line);
		buf_puts(out, "</span>");
	}
	buf_puts(out, "</li>\n");
}

static void add_cause(struct buf *out, const struct summary_cause *cause)
{
	add_text(out, "<p><strong>", cause->id, " ");
	add_text(out, "", cause->name, "</strong>: ");
	add_text(out, "", cause->summary, "</p>\n");
	if (cause->values[0].setting || cause->values[1].setting) {
		buf_puts(out, "<ul>\n");
		for (size_t i = 0; i < ARRAY_SIZE(cause->values); i++)
			add_value(out, &cause->values[i]);
		buf_puts(out, "</ul>\n");
	}
	if (cause->fix)
		add_text(out, "<p>fix: <code>", cause->fix, "</code></p>\n");
}

static void add_broken(struct buf *out, const struct summary_run *run)
{
	buf_puts(out, "<ul>\n");
	vec_foreach (verdict, &run->verdicts) {
		if (!str_equal(verdict->verdict, "broken") &&
		    !str_equal(verdict->verdict, "leak"))
			continue;
		add_text(out, "<li>", verdict->verdict, ": ");
		add_text(out, "", verdict->claim, ": ");
		add_text(out, "", verdict->seen, "</li>\n");
	}
	buf_puts(out, "</ul>\n");
}

static void add_failure(struct buf *out, const struct summary_run *run)
{
	const char *word = summary_result_word(summary_result(run));

	buf_printf(out, "<article id=\"run-%u\">\n<h3>", run->number);
	add_link(out, run);
	buf_printf(out, " <span class=\"%s\">%s</span></h3>\n", word, word);
	if (run->sentence)
		add_text(out, "<p class=\"dim\">", run->sentence, "</p>\n");
	add_text(out, "<p>", run->text ? run->text : run->outcome, "</p>\n");
	vec_foreach (cause, &run->causes)
		add_cause(out, cause);
	if (!run->causes.count && run->verdicts.count)
		add_broken(out, run);
	buf_puts(out, "</article>\n");
}

static bool has_failed(const struct summary_run *run)
{
	return summary_result(run) == SUMMARY_FAILED ||
	       summary_result(run) == SUMMARY_UNSTABLE;
}

static void add_failures(struct buf *out, const struct summary *summary)
{
	bool has_any = false;

	vec_foreach (run, &summary->runs) {
		if (!has_failed(run))
			continue;
		buf_puts(out, has_any ? "" : "<h2 id=\"failed\">What failed</h2>\n");
		add_failure(out, run);
		has_any = true;
	}
}

/* ---------------------------------------------------------------- matrices */

typedef const char *label_fn(const struct summary *summary,
			     const struct summary_run *run);

/* "acme-wrong-psk" is one of the family acme. */
static const char *family(const struct summary *summary, const struct summary_run *run)
{
	const char *name = strrchr(name_of(run), '/');

	if (!run->name)
		return NULL;
	name = name ? name + 1 : name_of(run);
	return arena_strndup(summary->arena, name, strcspn(name, "-"));
}

static const char *class_expected(const struct summary *summary,
				  const struct summary_run *run)
{
	const struct finding_class *class =
		run->faults.count ? finding_class_find(run->faults.items[0]) : NULL;

	if (class)
		return arena_printf(summary->arena, "%s %s", class->id, class->name);
	if (run->faults.count)
		return run->faults.items[0];
	return run->name ? HEALTHY
			 : NULL; /* one that could not be read expects nothing */
}

static const char *left_device(const struct summary *summary,
			       const struct summary_run *run)
{
	(void)summary;
	return run->devices[0];
}

static const char *right_device(const struct summary *summary,
				const struct summary_run *run)
{
	(void)summary;
	return run->devices[1];
}

struct labels {
	const char **of_run;	       /* by its index; NULL: it has none */
	const char *items[LABELS_MAX]; /* sorted, each once */
	size_t count;
	bool is_cut; /* there are more */
};

static void labels_add(struct labels *labels, const char *text)
{
	size_t at = 0;

	while (at < labels->count && strcmp(labels->items[at], text) < 0)
		at++;
	if (at < labels->count && str_equal(labels->items[at], text))
		return;
	if (labels->count == LABELS_MAX) {
		labels->is_cut = true;
		return;
	}
	memmove(&labels->items[at + 1], &labels->items[at],
		(labels->count - at) * sizeof(char *));
	labels->items[at] = text;
	labels->count++;
}

static struct labels labels_of(const struct summary *summary, label_fn *label)
{
	struct labels labels = {
		.of_run = arena_alloc(summary->arena,
				      (summary->runs.count + 1) * sizeof(char *)),
	};

	for (size_t i = 0; i < summary->runs.count; i++) {
		labels.of_run[i] = label(summary, &summary->runs.items[i]);
		if (labels.of_run[i])
			labels_add(&labels, labels.of_run[i]);
	}
	return labels;
}

/* How many passed, failed, were skipped; the first of each is a link. */
static void add_cell(struct buf *out, const struct summary *summary,
		     const struct labels *rows, const struct labels *columns, size_t row,
		     size_t column)
{
	const struct summary_run *first[SUMMARY_RESULTS] = { NULL };
	size_t counts[SUMMARY_RESULTS] = { 0 };

	for (size_t i = 0; i < summary->runs.count; i++) {
		const struct summary_run *run = &summary->runs.items[i];
		enum summary_result result = summary_result(run);

		if (!str_equal(rows->of_run[i], rows->items[row]) ||
		    !str_equal(columns->of_run[i], columns->items[column]))
			continue;
		counts[result]++;
		if (!first[result])
			first[result] = run;
	}
	buf_puts(out, "<td>");
	for (unsigned int i = 0; i < SUMMARY_RESULTS; i++) {
		const char *word = summary_result_word((enum summary_result)i);

		if (first[i])
			buf_printf(out, "<a class=\"%s\" href=\"#%s-%u\">%zu %s</a> ",
				   word, has_failed(first[i]) ? "run" : "row",
				   first[i]->number, counts[i], word);
	}
	buf_puts(out, "</td>");
}

static void add_matrix(struct buf *out, const struct summary *summary, const char *title,
		       label_fn *row_of, label_fn *column_of)
{
	struct labels rows = labels_of(summary, row_of);
	struct labels columns = labels_of(summary, column_of);

	if (!rows.count || !columns.count)
		return;
	buf_printf(out,
		   "<h2>%s</h2>\n<div class=\"box\" tabindex=\"0\" role=\"region\" "
		   "aria-label=\"%s\"><table><tr><td></td>",
		   title, title);
	for (size_t i = 0; i < columns.count; i++)
		add_text(out, "<th scope=\"col\">", columns.items[i], "</th>");
	buf_puts(out, "</tr>\n");
	for (size_t i = 0; i < rows.count; i++) {
		add_text(out, "<tr><th scope=\"row\">", rows.items[i], "</th>");
		for (size_t j = 0; j < columns.count; j++)
			add_cell(out, summary, &rows, &columns, i, j);
		buf_puts(out, "</tr>\n");
	}
	buf_puts(out, "</table></div>\n");
	if (rows.is_cut || columns.is_cut)
		buf_printf(out, "<p>Not shown: what is beyond %d.</p>\n", LABELS_MAX);
}

/* ---------------------------------------------------------------- all */

static void add_run(struct buf *out, const struct summary_run *run)
{
	const char *word = summary_result_word(summary_result(run));

	buf_printf(out, "<li id=\"row-%u\"><b class=\"%s\">%s</b><span class=\"what\">",
		   run->number, word, word);
	add_link(out, run);
	buf_puts(out, " <span class=\"dim\">");
	text_add_markup(out, run->sentence ? run->sentence : run->text ? run->text : "");
	buf_puts(out, "</span></span><span class=\"dim\">");
	text_add_duration(out, run->took_us);
	if (run->plane)
		add_text(out, " on ", run->plane, "");
	if (summary_result(run) == SUMMARY_SKIPPED)
		add_text(out, ", no ", run->missing ? run->missing : "capability", "");
	buf_puts(out, "</span></li>\n");
}

static void add_head(struct buf *out, const struct summary *summary)
{
	struct summary_counts counts = summary_count(summary);

	buf_puts(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
		      "<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
		      "content=\"width=device-width, initial-scale=1\">\n");
	buf_printf(out, "<title>twinsite: %zu passed, %zu failed</title>\n",
		   counts.of[SUMMARY_PASSED], counts.of[SUMMARY_FAILED]);
	buf_printf(out, "<style>%s</style>\n</head>\n<body>\n<main>\n", style);
	buf_printf(out,
		   "<h1>%zu rehearsals: <span class=\"passed\">%zu passed</span>, "
		   "<span class=\"%s\">%zu failed</span>, "
		   "<span class=\"skipped\">%zu skipped</span></h1>\n",
		   summary->runs.count, counts.of[SUMMARY_PASSED],
		   counts.of[SUMMARY_FAILED] ? "failed" : "dim",
		   counts.of[SUMMARY_FAILED], counts.of[SUMMARY_SKIPPED]);
	add_text(out, "<p class=\"dim\">twinsite ", summary->version, ", ");
	add_text(out, "", summary->start, ", in ");
	text_add_duration(out, summary->took_us);
	if (summary->shards > 1)
		buf_printf(out, ", shard %u of %u", summary->shard, summary->shards);
	if (counts.not_started)
		buf_printf(out, ", <strong>%zu not started</strong>", counts.not_started);
	buf_puts(out, ". <a href=\"" SUMMARY_JSON_FILE "\">" SUMMARY_JSON_FILE
		      "</a>, <a href=\"" SUMMARY_JUNIT_FILE "\">" SUMMARY_JUNIT_FILE
		      "</a>, <a href=\"" SUMMARY_SARIF_FILE "\">" SUMMARY_SARIF_FILE
		      "</a></p>\n");
}

void summary_html(const struct summary *summary, struct buf *out)
{
	add_head(out, summary);
	add_failures(out, summary);
	add_matrix(out, summary, "Class of failure and family of scenarios",
		   class_expected, family);
	add_matrix(out, summary, "Device and device", left_device, right_device);
	buf_puts(out, "<h2>All runs</h2>\n<ul class=\"runs\">\n");
	vec_foreach (run, &summary->runs)
		add_run(out, run);
	buf_puts(out, "</ul>\n</main>\n</body>\n</html>\n");
}
