// SPDX-License-Identifier: GPL-2.0-or-later
/* html.c - one page about one run that needs nothing else: no script, no file, no network
 */
#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "evidence/evidence.h"
#include "report/report.h"
#include "report/text.h"

/* clang-format off */
static const char style[] =
	":root{--fg:#1d2430;--dim:#667085;--bg:#fbfbfa;--card:#fff;--line:#e4e5e7;"
	"--ok:#157347;--broken:#b3261e;--unproven:#8a6100;--accent:#2f5fb3}\n"
	"@media(prefers-color-scheme:dark){:root{--fg:#e6e8eb;--dim:#98a2b3;--bg:#14171c;"
	"--card:#1b1f26;--line:#2d333d;--ok:#4cc38a;--broken:#ff7b72;--unproven:#e3b341;"
	"--accent:#82aaff}}\n"
	"*{box-sizing:border-box}\n"
	"body{margin:0 auto;max-width:62rem;padding:2.5rem 1.25rem 4rem;color:var(--fg);"
	"background:var(--bg);font:16px/1.5 system-ui,sans-serif}\n"
	"h1{font-size:1.7rem;margin:0}h2{font-size:1.05rem;margin:2.2rem 0 .6rem}"
	"h3{font-size:1rem;margin:0 0 .4rem}\n"
	"p{margin:.3rem 0}.dim{color:var(--dim)}code,.mono{font-family:ui-monospace,monospace;"
	"font-size:.86em;overflow-wrap:anywhere}\n"
	".badge{display:inline-block;border-radius:1rem;padding:.15rem .8rem;font-weight:600;"
	"border:1.5px solid currentColor}\n"
	".ok{color:var(--ok)}.broken,.leak{color:var(--broken)}.unproven{color:var(--unproven)}\n"
	".card{background:var(--card);border:1px solid var(--line);border-radius:.6rem;"
	"padding:1rem 1.2rem;margin:.8rem 0}\n"
	"table{border-collapse:collapse;width:100%}td,th{padding:.4rem .6rem .4rem 0;"
	"text-align:left;vertical-align:top;border-top:1px solid var(--line)}"
	"th{font-weight:600;color:var(--dim);font-size:.85em}tr:first-child>*{border-top:0}\n"
	"td.word{font-weight:600;white-space:nowrap;width:6.5rem}td.num{text-align:right;"
	"white-space:nowrap;font-variant-numeric:tabular-nums}\n"
	"dl{display:grid;grid-template-columns:7rem 1fr;gap:.3rem 1rem;margin:.8rem 0 0}"
	"dt{color:var(--dim)}dd{margin:0}\n"
	"details>summary{cursor:pointer;color:var(--dim)}"
	".bar{fill:var(--accent);opacity:.8}.bar.failed{fill:var(--broken)}"
	"svg text{fill:var(--fg);font:12px system-ui,sans-serif}svg .dim{fill:var(--dim)}\n"
	"@media(max-width:40rem){dl{grid-template-columns:1fr}}\n";
/* clang-format on */

/* <tag class="class">text</tag>, text of others */
static void add_element(struct buf *out, const char *tag, const char *class,
			const char *text)
{
	buf_printf(out, "<%s%s%s%s>", tag, class ? " class=\"" : "", class ? class : "",
		   class ? "\"" : "");
	text_add_markup(out, text);
	buf_printf(out, "</%s>", tag);
}

static void add_origin_code(struct buf *out, const struct origin *origin)
{
	_cleanup_buf_ struct buf at = { 0 };

	report_add_origin(&at, origin);
	if (at.length)
		add_element(out, "code", "dim", buf_text(&at));
}

/* ------------------------------------------------------------ head */

static void add_head(struct buf *out, const struct judgement *judgement)
{
	const struct scenario *scenario = judgement->scenario;

	buf_puts(out, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
		      "<meta name=\"viewport\" content=\"width=device-width\">\n<title>");
	text_add_markup(out, scenario ? scenario->name : "twinsite");
	buf_printf(out, ": %s", report_outcome_word(judgement->outcome));
	buf_printf(out, "</title>\n<style>\n%s</style></head>\n<body>\n", style);
}

static const char *outcome_class(enum outcome outcome)
{
	switch (outcome) {
	case OUTCOME_AS_EXPECTED:
		return "badge ok";
	case OUTCOME_UNEXPECTED:
	case OUTCOME_LAB_FAILED:
	case OUTCOME_CONTRADICTION:
		return "badge broken";
	case OUTCOME_NOT_RUN:
		return "badge unproven";
	}
	return "badge";
}

static void add_title(struct buf *out, const struct judgement *judgement)
{
	const struct scenario *scenario = judgement->scenario;

	buf_puts(out, "<header>");
	add_element(out, "h1", NULL, scenario ? scenario->name : "twinsite");
	if (scenario && scenario->sentence)
		add_element(out, "p", NULL, scenario->sentence);
	buf_puts(out, "<p>");
	add_element(out, "span", outcome_class(judgement->outcome),
		    report_outcome_word(judgement->outcome));
	buf_puts(out, " <span class=\"dim\">");
	text_add_time(out, judgement->start_us);
	buf_puts(out, ", ");
	text_add_duration(out, judgement->took_us);
	if (judgement->is_virtual)
		text_add_clocks(out, judgement->seed, judgement->wall_us);
	buf_puts(out, ", plane ");
	text_add_markup(out, judgement->plane);
	if (judgement->plane_why && *judgement->plane_why) {
		buf_puts(out, " (");
		text_add_markup(out, judgement->plane_why);
		buf_putc(out, ')');
	}
	buf_puts(out, "</span></p>");
	add_element(out, "p", NULL, judgement->outcome_text);
	buf_puts(out, "</header>\n");
}

/* ------------------------------------------------------------ diagnoses */

static void add_terms(struct buf *out, const char *term, const char *const *items,
		      size_t count, const char *tag)
{
	if (!count)
		return;
	add_element(out, "dt", NULL, term);
	buf_puts(out, "<dd>");
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_puts(out, "<br>");
		add_element(out, tag, NULL, items[i]);
	}
	buf_puts(out, "</dd>\n");
}

static void add_values(struct buf *out, const struct diagnosis *diagnosis)
{
	bool is_open = false;

	for (size_t i = 0; i < ARRAY_SIZE(diagnosis->values); i++) {
		const struct diagnosis_value *v = &diagnosis->values[i];

		if (!v->setting)
			continue;
		if (!is_open)
			buf_puts(out, "<table>");
		is_open = true;
		buf_puts(out, "<tr>");
		add_element(out, "td", NULL, v->site);
		add_element(out, "td", "mono", v->setting);
		buf_puts(out, "<td><strong class=\"mono\">");
		text_add_markup(out, v->value);
		buf_puts(out, "</strong></td><td>");
		add_origin_code(out, &v->at);
		buf_puts(out, "</td></tr>");
	}
	if (is_open)
		buf_puts(out, "</table>\n");
}

static void add_diagnosis(struct buf *out, const struct diagnosis *diagnosis)
{
	_cleanup_buf_ struct buf title = { 0 };

	buf_printf(&title, "%s %s", diagnosis->class->id, diagnosis->class->name);
	buf_puts(out, "<section class=\"card\">");
	add_element(out, "p", "dim", finding_layer_name(diagnosis->layer));
	add_element(out, "h3", NULL, buf_text(&title));
	add_element(out, "p", NULL, diagnosis->summary);
	add_values(out, diagnosis);
	buf_puts(out, "<dl>");
	add_terms(out, "Proof", diagnosis->proof.items, diagnosis->proof.count, "code");
	if (diagnosis->in_effect)
		add_terms(out, "In effect", &diagnosis->in_effect, 1, "code");
	add_terms(out, "Seen by", diagnosis->sees.items, diagnosis->sees.count, "span");
	add_terms(out, "Fix", diagnosis->fixes.items, diagnosis->fixes.count, "code");
	add_terms(out, "Ruled out", diagnosis->ruled_out.items,
		  diagnosis->ruled_out.count, "span");
	buf_puts(out, "</dl></section>\n");
}

/* ------------------------------------------------------------ verdicts, figures */

static void add_proof(struct buf *out, const struct verdict *verdict)
{
	if (!verdict->proof.count)
		return;
	buf_puts(out, "<details><summary>proof</summary>");
	for (size_t i = 0; i < verdict->proof.count; i++) {
		if (i)
			buf_puts(out, "<br>");
		add_element(out, "code", NULL, verdict->proof.items[i]);
	}
	buf_puts(out, "</details>");
}

static void add_verdicts(struct buf *out, const struct judgement *judgement)
{
	if (!judgement->verdicts.count)
		return;
	buf_puts(out, "<h2>Checks</h2>\n<div class=\"card\"><table>\n");
	for (size_t i = 0; i < judgement->verdicts.count; i++) {
		const struct verdict *verdict = &judgement->verdicts.items[i];
		const char *word = verdict_kind_name(verdict->kind);

		buf_printf(out, "<tr><td class=\"word %s\">%s</td><td>", word, word);
		text_add_markup(out, verdict->claim);
		buf_puts(out, "<br>");
		add_element(out, "span", "dim", verdict->seen);
		add_proof(out, verdict);
		buf_puts(out, "</td><td>");
		add_origin_code(out, &verdict->at);
		buf_puts(out, "</td></tr>\n");
	}
	buf_puts(out, "</table></div>\n");
}

static void add_figures(struct buf *out, const struct judgement *judgement)
{
	if (!judgement->figures.count)
		return;
	buf_puts(out, "<h2>Figures</h2>\n<div class=\"card\"><table>\n");
	for (size_t i = 0; i < judgement->figures.count; i++) {
		const struct figure *figure = &judgement->figures.items[i];

		buf_puts(out, "<tr>");
		add_element(out, "td", NULL, figure->name);
		add_element(out, "td", "mono", figure->value);
		add_element(out, "td", "dim", figure->label);
		buf_puts(out, "</tr>\n");
	}
	buf_puts(out, "</table></div>\n");
}

static void add_statuses(struct buf *out, const struct judgement *judgement)
{
	if (judgement->statuses.count)
		buf_puts(out, "<h2>Status of the gateways</h2>\n");
	vec_foreach (status, &judgement->statuses) {
		const char *line = status->text;

		buf_puts(out, "<div class=\"card\"><b>");
		text_add_markup(out, status->site);
		buf_puts(out, "</b><pre>");
		while (*line) {
			size_t length = strcspn(line, "\n");
			_cleanup_free_ char *text = strndup(line, length);

			text_add_markup(out, text);
			buf_putc(out, '\n');
			line += length + (line[length] == '\n');
		}
		buf_puts(out, "</pre></div>\n");
	}
}

static void add_scripts(struct buf *out, const struct judgement *judgement)
{
	if (!judgement->scripts.count)
		return;
	buf_puts(out, "<h2>Scripts of the devices</h2>\n<ul>");
	for (size_t i = 0; i < judgement->scripts.count; i++) {
		_cleanup_buf_ struct buf line = { 0 };

		report_script_text(&judgement->scripts.items[i], &line);
		add_element(out, "li", NULL, buf_text(&line));
	}
	buf_puts(out, "</ul>\n");
}

static void add_notes(struct buf *out, const struct judgement *judgement)
{
	if (!judgement->notes.count)
		return;
	buf_puts(out, "<h2>Notes</h2>\n<ul>");
	for (size_t i = 0; i < judgement->notes.count; i++)
		add_element(out, "li", NULL, judgement->notes.items[i]);
	buf_puts(out, "</ul>\n");
}

/* ------------------------------------------------------------ the timeline */

#define CHART_WIDTH 900
#define LABEL_WIDTH 190
#define ROW_HEIGHT  22
#define ROWS_MAX    64
#define EVENTS_MAX  2000

static const struct event *phase_end(const struct timeline *timeline,
				     const struct event *begin)
{
	const struct event *end = begin;

	while ((end = timeline_next(timeline, end, "phase", "end")) != NULL)
		if (str_equal(event_text(end, "name"), event_text(begin, "name")))
			return end;
	return NULL;
}

static void add_bar(struct buf *out, unsigned int row, int64_t from_us, int64_t to_us,
		    int64_t all_us, const char *name, bool is_failed)
{
	double scale = (double)(CHART_WIDTH - LABEL_WIDTH - 70) / (double)all_us;
	double x = LABEL_WIDTH + (double)from_us * scale;
	double width = (double)(to_us - from_us) * scale;
	unsigned int y = row * ROW_HEIGHT;

	buf_printf(out, "<text x=\"0\" y=\"%u\">", y + 15);
	text_add_markup(out, name);
	buf_printf(out,
		   "</text><rect class=\"bar%s\" x=\"%.1f\" y=\"%u\" width=\"%.1f\" "
		   "height=\"%d\" rx=\"3\"/><text class=\"dim\" x=\"%.1f\" y=\"%u\">",
		   is_failed ? " failed" : "", x, y + 4, width < 2 ? 2 : width,
		   ROW_HEIGHT - 8, x + (width < 2 ? 2 : width) + 6, y + 15);
	text_add_duration(out, to_us - from_us);
	buf_puts(out, "</text>\n");
}

static void add_phases(struct buf *out, const struct timeline *timeline)
{
	const struct event *begin = NULL;
	_cleanup_buf_ struct buf bars = { 0 };
	int64_t all_us = 1;
	unsigned int row = 0;

	for (size_t i = 0; i < timeline->count; i++)
		if (timeline->events[i].t_us > all_us)
			all_us = timeline->events[i].t_us;
	while ((begin = timeline_next(timeline, begin, "phase", "begin")) != NULL &&
	       row < ROWS_MAX) {
		const struct event *end = phase_end(timeline, begin);

		add_bar(&bars, row++, begin->t_us, end ? end->t_us : all_us, all_us,
			event_text(begin, "name"), !end || !event_bool(end, "ok"));
	}
	if (!row)
		return;
	buf_printf(out,
		   "<svg viewBox=\"0 0 %d %u\" width=\"100%%\" role=\"img\" "
		   "aria-label=\"phases\">\n%s</svg>\n",
		   CHART_WIDTH, row * ROW_HEIGHT, buf_text(&bars));
}

/* What is worth a line of the table, and the facts that say it. */
static const struct event_row {
	const char *source, *kind;
	const char *facts[6];
} event_rows[] = {
	{ "vici", "initiated", { "child", "text" } },
	{ "vici", "sas", { "label" } },
	{ "probe", "reach", { "label", "from", "to", "dst", "protocol" } },
	{ "probe", "name", { "asked", "name", "rcode" } },
	{ "probe", "throughput", { "protocol" } },
	{ "probe", "mtu", { "from", "to" } },
	{ "process", "started", { "name" } },
	{ "process", "ended", { "name", "status" } },
	{ "capture", "link", { "link", "file" } },
};

static const struct event_row *find_event_row(const struct event *event)
{
	for (size_t i = 0; i < ARRAY_SIZE(event_rows); i++)
		if (str_equal(event_rows[i].source, event->source) &&
		    str_equal(event_rows[i].kind, event->kind))
			return &event_rows[i];
	return NULL;
}

static void add_event(struct buf *out, const struct event *event,
		      const struct event_row *row)
{
	buf_printf(out, "<tr><td class=\"num\">%.3f s</td>", (double)event->t_us / 1e6);
	add_element(out, "td", NULL, event->node);
	buf_puts(out, "<td>");
	text_add_markup(out, event->source);
	buf_putc(out, ' ');
	text_add_markup(out, event->kind);
	buf_puts(out, "</td><td class=\"mono\">");
	for (size_t i = 0; i < ARRAY_SIZE(row->facts) && row->facts[i]; i++) {
		text_add_markup(out, event_text(event, row->facts[i]));
		buf_putc(out, ' ');
	}
	if (str_equal(event->kind, "reach"))
		buf_printf(out, "%" PRId64 " of %" PRId64,
			   event_number(event, "received", 0),
			   event_number(event, "sent", 0));
	buf_puts(out, "</td></tr>\n");
}

static void add_timeline(struct buf *out, const struct timeline *timeline)
{
	size_t rows = 0;

	if (!timeline || !timeline->count)
		return;
	buf_puts(out, "<h2>Timeline</h2>\n<div class=\"card\">\n");
	add_phases(out, timeline);
	buf_puts(out, "<details><summary>events</summary><table>\n"
		      "<tr><th>time</th><th>node</th><th>event</th><th></th></tr>\n");
	for (size_t i = 0; i < timeline->count && rows < EVENTS_MAX; i++) {
		const struct event_row *row = find_event_row(&timeline->events[i]);

		if (row) {
			add_event(out, &timeline->events[i], row);
			rows++;
		}
	}
	buf_puts(out, "</table></details></div>\n");
}

/* ------------------------------------------------------------ the page */

void report_html(const struct judgement *judgement, const struct timeline *timeline,
		 struct buf *out)
{
	add_head(out, judgement);
	add_title(out, judgement);
	if (judgement->diagnoses.count)
		buf_puts(out, "<h2>Why</h2>\n");
	for (size_t i = 0; i < judgement->diagnoses.count; i++)
		add_diagnosis(out, &judgement->diagnoses.items[i]);
	add_verdicts(out, judgement);
	add_statuses(out, judgement);
	add_figures(out, judgement);
	add_scripts(out, judgement);
	add_notes(out, judgement);
	add_timeline(out, timeline);
	buf_puts(out, "<p class=\"dim\">Written by twinsite; the evidence and the "
		      "captures lie beside this page in <code>");
	text_add_markup(out, judgement->folder);
	buf_puts(out, "</code>.</p>\n</body></html>\n");
}
