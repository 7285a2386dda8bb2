// SPDX-License-Identifier: GPL-2.0-or-later
/* svg_throughput.c - how much went through the tunnel, and how much beside it, with its loss */
#include <jansson.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "evidence/evidence.h"
#include "report/markup.h"
#include "report/page.h"

#define WIDTH	    380
#define ROW	    44
#define SAMPLES_MAX 200

static double number_of(const struct event *event, const char *key)
{
	return json_number_value(json_object_get(event->facts, key));
}

static double largest_of(const struct timeline *timeline)
{
	const struct event *event = NULL;
	double largest = 0;

	while ((event = timeline_next(timeline, event, "probe", "throughput")) != NULL) {
		const json_t *samples = json_object_get(event->facts, "samples");
		const json_t *sample;
		size_t i;

		if (number_of(event, "mbit_s") > largest)
			largest = number_of(event, "mbit_s");
		json_array_foreach (samples, i, sample)
			if (json_number_value(sample) > largest)
				largest = json_number_value(sample);
	}
	return largest;
}

static void say(const struct event *event, struct buf *out)
{
	buf_printf(out, "%s %s: %.0f Mbit/s, %.2g %% lost", event_text(event, "protocol"),
		   event_bool(event, "lifted") ? "without the tunnel"
					       : "through the tunnel",
		   number_of(event, "mbit_s"), number_of(event, "lost_percent"));
}

static void add_row(struct buf *out, const struct event *event, double y, double scale)
{
	const json_t *samples = json_object_get(event->facts, "samples"), *sample;
	_cleanup_buf_ struct buf words = { 0 };
	size_t i;

	say(event, &words);
	svg_text(out, 0, y + 13, NULL, 60, buf_text(&words));
	svg_rect(out, event_bool(event, "lifted") ? "bar plain" : "bar up", 0, y + 19,
		 number_of(event, "mbit_s") * scale, 12);
	json_array_foreach (samples, i, sample)
		if (i < SAMPLES_MAX)
			buf_printf(out,
				   "<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" "
				   "r=\"1.6\"/>",
				   json_number_value(sample) * scale, y + 36);
	buf_putc(out, '\n');
}

void page_add_throughput(struct buf *out, const struct page *page)
{
	const struct event *event = NULL;
	_cleanup_buf_ struct buf rows = { 0 }, words = { 0 };
	double largest = page->timeline ? largest_of(page->timeline) : 0;
	unsigned int count = 0;

	if (largest <= 0)
		return;
	while ((event = timeline_next(page->timeline, event, "probe", "throughput"))) {
		add_row(&rows, event, count++ * ROW, (WIDTH - 6) / largest);
		buf_puts(&words, count > 1 ? "; " : "");
		say(event, &words);
	}
	page_begin_section(out, "throughput", "Throughput");
	buf_puts(out, "<div class=\"card\">\n");
	svg_begin(out, "one", WIDTH, count * ROW, "Throughput and loss",
		  buf_text(&words));
	buf_puts(out, buf_text(&rows));
	svg_end(out);
	buf_puts(
		out,
		"<p class=\"dim\">Bars: the figure; dots: each sample it comes from.</p></div>\n");
	page_end_section(out);
}
