// SPDX-License-Identifier: GPL-2.0-or-later
/* svg_timeline.c - when what happened: phases, SAs, traffic, outages, and what was done to it */
#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "evidence/evidence.h"
#include "report/markup.h"
#include "report/page.h"
#include "report/text.h"

#define ROW_HEIGHT   22
#define ROWS_MAX     64
#define EVENTS_MAX   2000
#define MARKS_MAX    12 /* numbered, with words below */
#define NUMBER_WIDTH 26 /* of "3–5" and a gap */

/* A picture that grows row by row. */
struct chart {
	struct buf out;
	unsigned int width, label, rows;
	int64_t all_us;
};

static double x_of(const struct chart *chart, int64_t t_us)
{
	/* Behind a bar there is room for how long it took. */
	return chart->label +
	       (double)t_us * (chart->width - chart->label - 52) / (double)chart->all_us;
}

static double y_of(const struct chart *chart)
{
	return (double)chart->rows * ROW_HEIGHT;
}

static void begin_row(struct chart *chart, const char *label)
{
	svg_text(&chart->out, 0, y_of(chart) + 15, NULL, chart->label / 7, label);
}

static void add_bar(struct chart *chart, const char *class, int64_t from_us,
		    int64_t to_us)
{
	double x = x_of(chart, from_us), width = x_of(chart, to_us) - x;

	svg_rect(&chart->out, class, x, y_of(chart) + 4, width < 2 ? 2 : width,
		 ROW_HEIGHT - 8);
}

/* ------------------------------------------------------------ phases */

static const struct event *phase_end(const struct timeline *timeline,
				     const struct event *begin)
{
	const struct event *end = begin;

	while ((end = timeline_next(timeline, end, "phase", "end")) != NULL)
		if (str_equal(event_text(end, "name"), event_text(begin, "name")))
			return end;
	return NULL;
}

static void add_phase(struct chart *chart, const struct event *begin,
		      const struct event *end)
{
	const int64_t to_us = end ? end->t_us : chart->all_us;
	_cleanup_buf_ struct buf took = { 0 };
	double x = x_of(chart, to_us), least = x_of(chart, begin->t_us) + 2;

	begin_row(chart, event_text(begin, "name"));
	add_bar(chart, !end || !event_bool(end, "ok") ? "bar failed" : "bar", begin->t_us,
		to_us);
	text_add_duration(&took, to_us - begin->t_us);
	svg_text(&chart->out, (x < least ? least : x) + 5, y_of(chart) + 15, "dim", 0,
		 buf_text(&took));
	chart->rows++;
}

static void add_phases(struct chart *chart, const struct timeline *timeline)
{
	const struct event *begin = NULL;

	while ((begin = timeline_next(timeline, begin, "phase", "begin")) != NULL &&
	       chart->rows < ROWS_MAX)
		add_phase(chart, begin, phase_end(timeline, begin));
}

/* ------------------------------------------------------------ SAs */

/* While at least one of that kind was up at the site, by what its charon told. */
static void add_sa_row(struct chart *chart, const struct timeline *timeline,
		       const char *site, const char *kind, const char *words)
{
	_cleanup_buf_ struct buf label = { 0 };
	const struct event *event = NULL;
	int64_t since_us = -1;
	int up = 0;

	while ((event = timeline_next(timeline, event, "vici", kind)) != NULL) {
		if (!str_equal(event->node, site))
			continue;
		if (!label.length) {
			buf_printf(&label, "%s %s", site, words);
			begin_row(chart, buf_text(&label));
		}
		up += str_equal(event_text(event, "up"), "yes") ? 1 : -1;
		if (up > 0 && since_us < 0)
			since_us = event->t_us;
		if (up > 0 || since_us < 0)
			continue;
		add_bar(chart, "bar up", since_us, event->t_us);
		since_us = -1;
		up = 0;
	}
	if (since_us >= 0)
		add_bar(chart, "bar up", since_us, chart->all_us);
	chart->rows += label.length != 0;
}

static void add_sas(struct chart *chart, const struct page *page)
{
	const struct scenario *scenario = page->judgement->scenario;

	for (size_t i = 0; scenario && i < scenario->sites.count; i++) {
		const char *site = scenario->sites.items[i].name;

		add_sa_row(chart, page->timeline, site, "ike-updown", "IKE SA");
		add_sa_row(chart, page->timeline, site, "child-updown", "CHILD SA");
	}
}

/* ------------------------------------------------------------ traffic */

static void add_probe(struct chart *chart, const struct event *event)
{
	const bool is_answered = event_number(event, "received", 0) > 0;
	double x = x_of(chart, event->t_us);

	svg_line(&chart->out, is_answered ? "event" : "event bad", x, y_of(chart) + 4, x,
		 y_of(chart) + ROW_HEIGHT - 4);
}

/* Each question a stroke, red without an answer; an outage a red bar. */
static void add_traffic(struct chart *chart, const struct timeline *timeline)
{
	const struct event *event = NULL;
	bool is_any = false;

	for (size_t i = 0; i < timeline->count; i++) {
		event = &timeline->events[i];
		if (!str_equal(event->source, "probe"))
			continue;
		if (!is_any)
			begin_row(chart, "traffic");
		is_any = true;
		if (str_equal(event->kind, "reach"))
			add_probe(chart, event);
		if (str_equal(event->kind, "outage"))
			add_bar(chart, "bar failed", event_number(event, "changed_us", 0),
				event_bool(event, "is_back")
					? event_number(event, "back_us", 0)
					: chart->all_us);
	}
	chart->rows += is_any;
}

/* ------------------------------------------------------------ what was done to it */

static const struct mark {
	const char *source, *kind, *words;
	const char *facts[3];
} marks[] = {
	{ "lab", "wan-changed", "new WAN address", { "old", "new" } },
	{ "lab", "restarted", "tunnel restarted by", { "by" } },
	{ "lab", "name", "the name has the new address", { "name", "address" } },
	{ "vici", "rekeyed", "rekeyed", { NULL } },
	{ "vici", "child-rekey", "CHILD SA rekeyed", { NULL } },
	{ "life", "happens", "event:", { "text" } },
	{ "inject", "applied", "fault injected:", { "text" } },
	{ "process", "ended", "ended:", { "name", "status" } },
};

static const struct mark *find_mark(const struct event *event)
{
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++)
		if (str_equal(marks[i].source, event->source) &&
		    str_equal(marks[i].kind, event->kind) &&
		    (!str_equal(event->source, "process") ||
		     !event_bool(event, "expected")))
			return &marks[i];
	return NULL;
}

/* Events nearer than a number is wide share one: "3–5". */
static void add_mark_number(struct chart *chart, double x, unsigned int first,
			    unsigned int last)
{
	char text[24];

	if (first == last)
		(void)snprintf(text, sizeof(text), "%u", first);
	else
		(void)snprintf(text, sizeof(text), "%u–%u", first, last);
	svg_text(&chart->out, x, y_of(chart) + 16, "mid", 0, text);
}

static void add_marks(struct chart *chart, const struct timeline *timeline)
{
	unsigned int number = 0, first = 1;
	double first_x = 0;

	for (size_t i = 0; i < timeline->count && number < MARKS_MAX; i++) {
		const struct event *event = &timeline->events[i];
		double x = x_of(chart, event->t_us);

		if (!find_mark(event))
			continue;
		if (!number++)
			begin_row(chart, "events");
		if (number > first && x - first_x >= NUMBER_WIDTH) {
			add_mark_number(chart, first_x, first, number - 1);
			first = number;
		}
		first_x = number == first ? x : first_x;
		svg_line(&chart->out, "axis", x, 0, x, y_of(chart) + 4);
	}
	if (number)
		add_mark_number(chart, first_x, first, number);
	chart->rows += number != 0;
}

static void add_mark_words(struct buf *out, const struct timeline *timeline)
{
	unsigned int number = 0;

	for (size_t i = 0; i < timeline->count && number < MARKS_MAX; i++) {
		const struct event *event = &timeline->events[i];
		const struct mark *mark = find_mark(event);

		if (!mark)
			continue;
		if (!number++)
			buf_puts(out, "<ol>\n");
		buf_printf(out, "<li>%.3f s: ", (double)event->t_us / 1e6);
		text_add_markup(out, event->node);
		buf_printf(out, ": %s", mark->words);
		for (size_t f = 0; f < ARRAY_SIZE(mark->facts) && mark->facts[f]; f++) {
			buf_putc(out, ' ');
			text_add_markup(out, event_text(event, mark->facts[f]));
		}
		buf_puts(out, "</li>\n");
	}
	if (number)
		buf_puts(out, "</ol>\n");
}

/* ------------------------------------------------------------ the picture */

static int64_t end_of(const struct timeline *timeline)
{
	int64_t all_us = 1;

	for (size_t i = 0; i < timeline->count; i++)
		if (timeline->events[i].t_us > all_us)
			all_us = timeline->events[i].t_us;
	return all_us;
}

static void draw(struct buf *out, const struct page *page, const char *class,
		 unsigned int width, unsigned int label)
{
	struct chart chart = { .width = width,
			       .label = label,
			       .all_us = end_of(page->timeline) };

	add_phases(&chart, page->timeline);
	add_sas(&chart, page);
	add_traffic(&chart, page->timeline);
	add_marks(&chart, page->timeline);
	if (chart.rows) {
		svg_begin(
			out, class, width, chart.rows * ROW_HEIGHT, "Timeline of the run",
			"A row for each phase with how long it took, the time that each "
			"end had an IKE SA and a CHILD SA, and each question through the "
			"tunnel, red without an answer. The same in words: the events "
			"below.");
		buf_puts(out, buf_text(&chart.out));
		svg_end(out);
	}
	buf_done(&chart.out);
}

/* ------------------------------------------------------------ the same as a table */

/* What is worth a line of the table, and the facts that say it. */
static const struct event_row {
	const char *source, *kind;
	const char *facts[6];
} event_rows[] = {
	{ "phase", "begin", { "name" } },
	{ "vici", "initiated", { "child", "text" } },
	{ "vici", "ike-updown", { "up" } },
	{ "vici", "child-updown", { "up" } },
	{ "vici", "sas", { "label" } },
	{ "lab", "wan-changed", { "old", "new" } },
	{ "lab", "restarted", { "by" } },
	{ "lab", "name", { "name", "address" } },
	{ "life", "happens", { "text" } },
	{ "life", "outage", { "from", "to", "text" } },
	{ "inject", "applied", { "text" } },
	{ "probe", "reach", { "label", "from", "to", "dst", "protocol" } },
	{ "probe", "outage", { "from", "to", "old", "new" } },
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
	markup_element(out, "td", NULL, event->node);
	buf_puts(out, "<td>");
	text_add_markup(out, event->source);
	buf_putc(out, ' ');
	text_add_markup(out, event->kind);
	for (size_t i = 0; i < ARRAY_SIZE(row->facts) && row->facts[i]; i++) {
		buf_puts(out, " <span class=\"mono\">");
		text_add_markup(out, event_text(event, row->facts[i]));
		buf_puts(out, "</span>");
	}
	if (str_equal(event->kind, "reach"))
		buf_printf(out, " %" PRId64 " of %" PRId64,
			   event_number(event, "received", 0),
			   event_number(event, "sent", 0));
	buf_puts(out, "</td></tr>\n");
}

static void add_events(struct buf *out, const struct timeline *timeline)
{
	size_t rows = 0;

	buf_puts(out, "<details><summary>events</summary><table>\n"
		      "<thead><tr><th scope=\"col\">Time</th><th scope=\"col\">Node</th>"
		      "<th scope=\"col\">Event</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < timeline->count && rows < EVENTS_MAX; i++) {
		const struct event_row *row = find_event_row(&timeline->events[i]);

		if (row) {
			add_event(out, &timeline->events[i], row);
			rows++;
		}
	}
	buf_puts(out, "</tbody></table></details>\n");
}

void page_add_timeline(struct buf *out, const struct page *page)
{
	if (!page->timeline || !page->timeline->count)
		return;
	page_begin_section(out, "timeline", "Timeline");
	buf_puts(out, "<div class=\"card\">\n");
	draw(out, page, "wide", 900, 150);
	draw(out, page, "narrow", 380, 105);
	if (timeline_next(page->timeline, NULL, "probe", "reach"))
		buf_puts(out, "<p class=\"dim\">Traffic: a stroke is a question, red one "
			      "without an answer, also where none is wanted: before and "
			      "after the tunnel, and into what is blocked.</p>\n");
	add_mark_words(out, page->timeline);
	add_events(out, page->timeline);
	buf_puts(out, "</div>\n");
	page_end_section(out);
}
