// SPDX-License-Identifier: GPL-2.0-or-later
/* page_configs.c - both ends' files as they were read, each line with an anchor; versions, files */
#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "base/version.h"
#include "evidence/evidence.h"
#include "fix/fix.h"
#include "report/markup.h"
#include "report/page.h"
#include "report/text.h"

#define LINES_MAX 5000 /* of each file */

static void add_line(struct buf *out, const char *prefix, const char *line, size_t length,
		     unsigned int number)
{
	_cleanup_free_ char *text = strndup(line, length);

	buf_puts(out, "<span id=\"");
	buf_puts(out, prefix);
	buf_printf(out, "-L%u\"><span class=\"n\">%4u  </span>", number, number);
	text_add_markup(out, text);
	buf_puts(out, "</span>");
}

static void add_config(struct buf *out, const struct scenario_site *site,
		       const struct import_source *source)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	_cleanup_buf_ struct buf prefix = { 0 };
	const char *text =
		arena_strndup(arena, source->length ? source->bytes : "", source->length);
	unsigned int number = 1;

	arena_set_secret(arena);
	text = fix_without_keys(arena, site->site, site->site, source->name, text);
	markup_id(&prefix, site->name);
	buf_putc(&prefix, '-');
	markup_id(&prefix, source->name);
	buf_puts(out, "<details><summary>");
	text_add_markup(out, source->name);
	buf_puts(out, "</summary><pre class=\"quote config\">");
	for (; *text && number <= LINES_MAX; number++) {
		size_t length = strcspn(text, "\n");

		add_line(out, buf_text(&prefix), text, length, number);
		text += length + (text[length] == '\n');
	}
	buf_puts(out, "</pre>");
	if (*text)
		buf_printf(out, "<p class=\"dim\">Lines behind %u are left out.</p>",
			   LINES_MAX);
	buf_puts(out, "</details>\n");
}

void page_add_configs(struct buf *out, const struct page *page)
{
	const struct scenario *scenario = page->judgement->scenario;

	if (!scenario || !scenario->sites.count)
		return;
	page_begin_section(out, "configurations", "Configurations");
	buf_puts(out,
		 "<p class=\"dim\">As they were read, with the scenario's edits; keys "
		 "are not shown.</p>\n");
	vec_foreach (site, &scenario->sites) {
		if (!page_shows(page, site->name) || !site->site)
			continue;
		buf_puts(out, "<div class=\"card\">");
		markup_element(out, "h3", NULL, site->name);
		vec_foreach (source, &site->sources)
			add_config(out, site, source);
		buf_puts(out, "</div>\n");
	}
	page_end_section(out);
}

/* ------------------------------------------------------------ files */

static const struct {
	const char *end, *what;
} kinds[] = {
	{ ".pcapng", "capture, for Wireshark" },
	{ ".charon.log", "log of the IKE daemon" },
	{ ".keys.log", "its log with keys: for their owner alone" },
	{ ".kernel.keys", "keys of the kernel's SAs: for their owner alone" },
	{ ".swanctl.conf", "the connections it was given, secrets left out" },
	{ ".strongswan.conf", "what the IKE daemon was started with" },
	{ ".hosts", "names of a DNS server" },
	{ ".log", "log" },
	{ "evidence.jsonl", "all that was seen, as JSON lines" },
	{ "result.json", "this page for programs" },
	{ "events.json", "what happened when, as events (qlog)" },
	{ "junit.xml", "this page for CI" },
	{ "run.json", "how it was run" },
};

static const char *kind_of(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (str_ends(name, kinds[i].end))
			return kinds[i].what;
	return "";
}

static void add_size(struct buf *out, int64_t bytes)
{
	if (bytes >= 10000000)
		buf_printf(out, "%" PRId64 " MB", bytes / 1000000);
	else if (bytes >= 10000)
		buf_printf(out, "%" PRId64 " kB", bytes / 1000);
	else if (bytes >= 0)
		buf_printf(out, "%" PRId64 " B", bytes);
}

void page_add_files(struct buf *out, const struct page *page)
{
	if (!page->files.count)
		return;
	page_begin_section(out, "files", "Logs, captures, evidence");
	buf_puts(out,
		 "<div class=\"card\"><table>\n<thead><tr><th scope=\"col\">File beside "
		 "this page</th><th scope=\"col\">What it is</th><th scope=\"col\">Size"
		 "</th></tr></thead>\n<tbody>\n");
	vec_foreach (file, &page->files) {
		const char *site = page_file_site(page, file->name);

		if (!page_shows(page, site))
			continue;
		buf_puts(out, "<tr><td class=\"mono\">");
		markup_link_file(out, file->name, file->name);
		buf_puts(out, "</td><td>");
		text_add_markup(out, kind_of(file->name));
		buf_puts(out, "</td><td class=\"num\">");
		add_size(out, file->bytes);
		buf_puts(out, "</td></tr>\n");
	}
	buf_puts(out, "</tbody></table>");
	if (page->has_others)
		buf_puts(out, "<p><a href=\"../\">Other runs of this scenario</a></p>");
	buf_puts(out, "</div>\n");
	page_end_section(out);
}

/* ------------------------------------------------------------ versions */

void page_add_versions(struct buf *out, const struct page *page)
{
	const struct scenario *scenario = page->judgement->scenario;
	const struct event *run =
		page->timeline ? timeline_next(page->timeline, NULL, "run", "run") : NULL;

	page_begin_section(out, "versions", "Versions");
	buf_puts(out, "<dl><dt>twinsite</dt><dd>" TWINSITE_VERSION "</dd>\n");
	if (run && *event_text(run, "kernel")) {
		buf_puts(out, "<dt>Kernel</dt><dd>Linux ");
		text_add_markup(out, event_text(run, "kernel"));
		buf_puts(out, "</dd>\n");
	}
	for (size_t i = 0; scenario && i < 2 && i < scenario->sites.count; i++) {
		if (!page->daemons[i])
			continue;
		markup_element(out, "dt", NULL, scenario->sites.items[i].name);
		markup_element(out, "dd", NULL, page->daemons[i]);
	}
	buf_puts(out, "</dl>\n");
	page_end_section(out);
}
