// SPDX-License-Identifier: GPL-2.0-or-later
/* html.c - one page about one run that needs nothing else: no script, no file, no network
 */
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "report/markup.h"
#include "report/page.h"
#include "report/text.h"

void page_begin(struct buf *out, const char *name, const char *what)
{
	buf_puts(out, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
		      "<meta name=\"viewport\" content=\"width=device-width\">\n<title>");
	text_add_markup(out, name);
	buf_puts(out, ": ");
	text_add_markup(out, what);
	buf_puts(out, "</title>\n");
	page_add_style(out);
	buf_puts(out, "</head>\n<body>\n");
}

static void add_head(struct buf *out, const struct page *page)
{
	const struct scenario *scenario = page->judgement->scenario;
	const struct page_vpn vpn = page_vpn(page->judgement);
	_cleanup_buf_ struct buf what = { 0 };

	buf_printf(&what, "VPN %s%s", vpn.words, vpn.wanted);
	page_begin(out, scenario ? scenario->name : "twinsite", buf_text(&what));
}

/* ------------------------------------------------------------ verdicts, figures */

static void add_proof(struct buf *out, const struct page *page,
		      const struct verdict *verdict)
{
	bool is_any = false;

	vec_foreach (proof, &verdict->proof) {
		if (page_is_others(page, *proof))
			continue;
		buf_puts(out, is_any ? "<br>" : "<details><summary>proof</summary>");
		page_add_proof(out, page, *proof);
		is_any = true;
	}
	if (is_any)
		buf_puts(out, "</details>");
}

/* "home: 'uci …' (etc/firewall.user:7) is not rehearsed": what stands there is home's to read. */
static void add_seen(struct buf *out, const struct page *page,
		     const struct verdict *verdict)
{
	const char *seen = verdict->seen;

	if (verdict->kind == VERDICT_UNPROVEN ? page_is_others(page, seen)
					      : page_quotes_others(page, seen))
		seen = verdict->kind == VERDICT_UNPROVEN
			       ? "something of the other end is not rehearsed, or was not "
				 "seen; its administrator's page says what"
			       : "something of the other end: its administrator's page "
				 "says what";
	markup_element(out, "span", "dim", seen);
}

/* "check-reach-2": of that check the second. */
static void add_check_id(struct buf *out, const struct judgement *judgement, size_t index)
{
	const struct verdict *verdicts = judgement->verdicts.items;
	size_t number = 1;

	for (size_t i = 0; i < index; i++)
		number += str_equal(verdicts[i].check, verdicts[index].check);
	buf_puts(out, "check-");
	markup_id(out, verdicts[index].check);
	buf_printf(out, "-%zu", number);
}

static void add_verdict(struct buf *out, const struct page *page, size_t index)
{
	const struct verdict *verdict = &page->judgement->verdicts.items[index];
	const char *word = verdict_kind_name(verdict->kind);
	_cleanup_buf_ struct buf id = { 0 };

	add_check_id(&id, page->judgement, index);
	buf_printf(out, "<tr id=\"%s\"><td class=\"word %s\">%s</td><td>", buf_text(&id),
		   word, word);
	text_add_markup(out, verdict->claim);
	buf_printf(out, " <a href=\"#%s\" aria-label=\"link to this check\">#</a><br>",
		   buf_text(&id));
	add_seen(out, page, verdict);
	buf_puts(out, " ");
	page_add_origin(out, page, NULL, &verdict->at);
	add_proof(out, page, verdict);
	buf_puts(out, "</td></tr>\n");
}

/* What is wrong stands first. */
static void add_verdicts(struct buf *out, const struct page *page)
{
	static const enum verdict_kind order[] = { VERDICT_LEAK, VERDICT_BROKEN,
						   VERDICT_UNPROVEN, VERDICT_OK };
	const struct judgement *judgement = page->judgement;

	if (!judgement->verdicts.count)
		return;
	page_begin_section(out, "checks", "Checks");
	buf_puts(out, "<div class=\"card\"><table>\n<thead><tr><th scope=\"col\" "
		      "class=\"word\">Verdict</th><th scope=\"col\">Check, and what was "
		      "seen</th></tr></thead>\n<tbody>\n");
	for (size_t kind = 0; kind < ARRAY_SIZE(order); kind++)
		for (size_t i = 0; i < judgement->verdicts.count; i++)
			if (judgement->verdicts.items[i].kind == order[kind])
				add_verdict(out, page, i);
	buf_puts(out, "</tbody></table></div>\n");
	page_end_section(out);
}

static void add_figures(struct buf *out, const struct judgement *judgement)
{
	if (!judgement->figures.count)
		return;
	page_begin_section(out, "figures", "Figures");
	buf_puts(out,
		 "<div class=\"card\"><table>\n<thead><tr><th scope=\"col\">What</th>"
		 "<th scope=\"col\">Value</th><th scope=\"col\">Measured on</th></tr>"
		 "</thead>\n<tbody>\n");
	for (size_t i = 0; i < judgement->figures.count; i++) {
		const struct figure *figure = &judgement->figures.items[i];

		buf_puts(out, "<tr>");
		markup_element(out, "td", NULL, figure->name);
		markup_element(out, "td", "mono", figure->value);
		markup_element(out, "td", "dim", figure->label);
		buf_puts(out, "</tr>\n");
	}
	buf_puts(out, "</tbody></table></div>\n");
	page_end_section(out);
}

static void add_status_lines(struct buf *out, const char *line)
{
	buf_puts(out, "<pre>");
	while (*line) {
		size_t length = strcspn(line, "\n");
		_cleanup_free_ char *text = strndup(line, length);

		text_add_markup(out, text);
		buf_putc(out, '\n');
		line += length + (line[length] == '\n');
	}
	buf_puts(out, "</pre>");
}

static void add_statuses(struct buf *out, const struct page *page)
{
	if (!page->judgement->statuses.count)
		return;
	page_begin_section(out, "status", "Status of the gateways");
	vec_foreach (status, &page->judgement->statuses) {
		if (!page_shows(page, status->site))
			continue;
		buf_puts(out, "<div class=\"card\">");
		markup_element(out, "h3", NULL, status->site);
		add_status_lines(out, status->text);
		buf_puts(out, "</div>\n");
	}
	page_end_section(out);
}

/* A section that is a list; nothing without an item. */
static void add_list(struct buf *out, const char *id, const char *title,
		     const struct buf *items)
{
	if (!items->length)
		return;
	page_begin_section(out, id, title);
	buf_puts(out, "<ul>");
	buf_puts(out, buf_text(items));
	buf_puts(out, "</ul>\n");
	page_end_section(out);
}

static void add_scripts(struct buf *out, const struct page *page)
{
	_cleanup_buf_ struct buf items = { 0 };

	vec_foreach (script, &page->judgement->scripts) {
		_cleanup_buf_ struct buf line = { 0 };

		if (!page_shows(page, script->site))
			continue;
		report_script_text(script, &line);
		markup_element(&items, "li", NULL, buf_text(&line));
	}
	add_list(out, "scripts", "Scripts of the devices", &items);
}

static void add_notes(struct buf *out, const struct page *page)
{
	_cleanup_buf_ struct buf items = { 0 };

	vec_foreach (note, &page->judgement->notes)
		if (!page_is_others(page, *note))
			markup_element(&items, "li", NULL, *note);
	add_list(out, "notes", "Notes", &items);
}

/* ------------------------------------------------------------ the page */

/* The links to the sections that are there: their titles stand in them. */
static void add_contents(struct buf *out, const char *sections)
{
	static const char mark[] = "<section id=\"", title[] = "-title\">\n<h2 id=\"";

	buf_puts(out, "<nav aria-label=\"Contents\"><ul>\n");
	for (const char *at = strstr(sections, mark); at; at = strstr(at, mark)) {
		const char *id = at + strlen(mark), *name;

		at = strstr(id, title);
		name = at ? strchr(at + strlen(title), '>') : NULL;
		if (!name)
			break;
		buf_printf(out, "<li><a href=\"#%.*s\">%.*s</a></li>\n",
			   (int)strcspn(id, "\""), id, (int)strcspn(name + 1, "<"),
			   name + 1);
		at = name;
	}
	buf_puts(out, "</ul></nav>\n");
}

static void add_sections(struct buf *out, const struct page *page)
{
	page_add_reasons(out, page);
	page_add_topology(out, page);
	page_add_ladder(out, page);
	page_add_timeline(out, page);
	page_add_throughput(out, page);
	add_verdicts(out, page);
	add_figures(out, page->judgement);
	add_statuses(out, page);
	add_scripts(out, page);
	add_notes(out, page);
	page_add_configs(out, page);
	page_add_files(out, page);
	page_add_versions(out, page);
}

void report_html(const struct page *page, struct buf *out)
{
	_cleanup_buf_ struct buf sections = { 0 };

	add_sections(&sections, page);
	add_head(out, page);
	page_add_top(out, page);
	add_contents(out, buf_text(&sections));
	buf_puts(out, "<main>\n");
	buf_puts(out, buf_text(&sections));
	buf_puts(out, "</main>\n<footer><p class=\"dim\">Written by twinsite; ");
	if (page->only && page->files.count) {
		/* It goes where no path of this machine means anything. */
		buf_puts(out, "this end's logs and captures lie beside this page, the "
			      "evidence of both ends stays with whoever rehearsed it");
	} else if (page->only) {
		buf_puts(out, "the evidence and the captures stay with whoever "
			      "rehearsed it");
	} else {
		buf_puts(out,
			 "the evidence and the captures lie beside this page in <code>");
		text_add_markup(out, page->judgement->folder);
		buf_puts(out, "</code>");
	}
	buf_puts(out, ".</p></footer>\n</body></html>\n");
}
