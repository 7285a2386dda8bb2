// SPDX-License-Identifier: GPL-2.0-or-later
/* page_fix.c - both ends' lines side by side, and what to write instead as a diff */
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "fix/fix.h"
#include "report/markup.h"
#include "report/page.h"
#include "report/text.h"

#define AROUND 2 /* lines quoted before and behind */

static const struct scenario_site *find_site(const struct page *page, const char *name)
{
	const struct scenario *scenario = page->judgement->scenario;

	for (size_t i = 0; name && scenario && i < scenario->sites.count; i++)
		if (str_equal(scenario->sites.items[i].name, name))
			return &scenario->sites.items[i];
	return NULL;
}

static const struct import_source *find_source(const struct scenario_site *site,
					       const char *file)
{
	for (size_t i = 0; site && site->site && file && i < site->sources.count; i++)
		if (str_equal(site->sources.items[i].name, file))
			return &site->sources.items[i];
	return NULL;
}

static void add_quoted_line(struct buf *out, const char *line, size_t length,
			    unsigned int number, bool is_it)
{
	_cleanup_free_ char *text = strndup(line, length);

	buf_printf(out, "%s<span class=\"n\">%4u  </span>", is_it ? "<b>" : "", number);
	text_add_markup(out, text);
	buf_puts(out, is_it ? "</b>" : "\n");
}

/* Blanks that each of the lines begins with: a narrow column has no room for them. */
static size_t common_indent(const char *text, unsigned int first, unsigned int last)
{
	const char *model = NULL;
	size_t common = 0;

	for (unsigned int number = 1; *text && number <= last; number++) {
		const size_t length = strcspn(text, "\n");
		const size_t indent = strspn(text, " \t");

		if (number >= first && indent < length) {
			common = model ? common : indent;
			model = model ? model : text;
			while (common && strncmp(model, text, common) != 0)
				common--;
		}
		text += length + (text[length] == '\n');
	}
	return common;
}

/* The lines around, without keys. */
static void add_quote(struct buf *out, const struct scenario_site *site,
		      const struct import_source *source, unsigned int wanted)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	const char *text =
		arena_strndup(arena, source->length ? source->bytes : "", source->length);

	size_t indent;

	arena_set_secret(arena);
	text = fix_without_keys(arena, site->site, site->site, source->name, text);
	indent = common_indent(text, wanted > AROUND ? wanted - AROUND : 1,
			       wanted + AROUND);
	buf_puts(out, "<pre class=\"quote\">");
	for (unsigned int number = 1; *text && number <= wanted + AROUND; number++) {
		size_t length = strcspn(text, "\n");
		size_t left = strspn(text, " \t") < indent ? strspn(text, " \t") : indent;

		if (number + AROUND >= wanted)
			add_quoted_line(out, text + left, length - left, number,
					number == wanted);
		text += length + (text[length] == '\n');
	}
	buf_puts(out, "</pre>");
}

static void add_value(struct buf *out, const struct page *page,
		      const struct diagnosis_value *value)
{
	const struct scenario_site *site = find_site(page, value->site);
	const struct import_source *source =
		page_shows(page, value->site) ? find_source(site, value->at.file) : NULL;

	buf_puts(out, "<div>");
	markup_element(out, "h4", NULL, value->site);
	buf_puts(out, "<p class=\"mono\">");
	text_add_markup(out, value->setting);
	buf_puts(out, ": <strong>");
	text_add_markup(out, page_hides_value(page, value) ? "…" : value->value);
	buf_puts(out, "</strong></p><p>");
	if (page_shows(page, value->site))
		page_add_origin(out, page, value->site, &value->at);
	buf_puts(out, "</p>");
	if (source && value->at.line)
		add_quote(out, site, source, value->at.line);
	buf_puts(out, "</div>\n");
}

static void add_values(struct buf *out, const struct page *page,
		       const struct diagnosis *diagnosis)
{
	bool is_open = false;

	for (size_t i = 0; i < ARRAY_SIZE(diagnosis->values); i++) {
		if (!diagnosis->values[i].setting)
			continue;
		if (!is_open)
			buf_puts(out, "<div class=\"two\">\n");
		is_open = true;
		add_value(out, page, &diagnosis->values[i]);
	}
	if (is_open)
		buf_puts(out, "</div>\n");
}

enum term { TERM_TEXT, TERM_CODE, TERM_FIX };

/* Fixes are code, and one of the other end's is there instead of the first. */
static void add_terms(struct buf *out, const struct page *page, const char *term,
		      const char *const *items, size_t count, enum term kind)
{
	bool is_open = false;

	for (size_t i = 0; i < count; i++) {
		if (page_is_others(page, items[i]))
			continue;
		if (!is_open) {
			markup_element(out, "dt", NULL, term);
			buf_puts(out, "<dd>");
		} else {
			buf_puts(out, "<br>");
		}
		if (is_open && kind == TERM_FIX && fix_is_instead(items, i))
			buf_puts(out, "or ");
		is_open = true;
		if (kind != TERM_TEXT)
			page_add_proof(out, page, items[i]);
		else
			markup_element(out, "span", NULL, items[i]);
	}
	if (is_open)
		buf_puts(out, "</dd>\n");
}

/* ------------------------------------------------------------ the diff */

static const char *line_class(const char *line)
{
	if (str_starts(line, "+++") || str_starts(line, "---") || *line == '@')
		return "at";
	return *line == '+' ? "add" : *line == '-' ? "del" : "same";
}

static void add_diff(struct buf *out, const char *diff)
{
	buf_puts(out, "<pre class=\"quote diff\">");
	while (*diff) {
		size_t length = strcspn(diff, "\n");
		_cleanup_free_ char *line = strndup(diff, length);

		markup_element(out, "span", line_class(line ? line : ""), line);
		diff += length + (diff[length] == '\n');
	}
	buf_puts(out, "</pre>\n");
}

static void add_cures(struct buf *out, const struct page *page)
{
	if (!page->cures.count)
		return;
	buf_puts(out, "<ul>\n");
	vec_foreach (cure, &page->cures) {
		buf_puts(out, "<li>");
		text_add_markup(out, cure->id);
		if (page->only && page_is_others(page, cure->sentence)) {
			buf_puts(out, ": the other end changes its files");
		} else {
			buf_puts(out,
				 cure->sentence ? ": " : ": no fix is proved for it");
			text_add_markup(out, cure->sentence);
		}
		buf_puts(out, "</li>\n");
	}
	buf_puts(out, "</ul>\n");
}

/* What makes the fault go, as lines of both ends' files. */
static void add_fix(struct buf *out, const struct page *page)
{
	const struct scenario *scenario = page->judgement->scenario;
	bool is_any = false;

	if (!page->diffs[0] && !page->diffs[1])
		return;
	buf_puts(
		out,
		"<h4 id=\"fix\">What to write instead</h4>\n<p class=\"dim\">Proved by prediction: made in "
		"a copy and predicted again, the fault is gone, no other came, and "
		"nothing else passes. Keys are not shown; <code>twinsite fix "
		"--apply</code> writes the files.</p>\n");
	add_cures(out, page);
	for (size_t i = 0; i < 2; i++) {
		const char *site = scenario && i < scenario->sites.count
					   ? scenario->sites.items[i].name
					   : NULL;

		if (!page->diffs[i] || !page_shows(page, site))
			continue;
		is_any = true;
		markup_element(out, "h5", NULL, site);
		add_diff(out, page->diffs[i]);
	}
	if (!is_any)
		buf_puts(out, "<p>Nothing has to change at this end: the other end's "
			      "administrator has to.</p>\n");
}

/* ------------------------------------------------------------ the faults */

static void add_diagnosis(struct buf *out, const struct page *page,
			  const struct diagnosis *diagnosis)
{
	_cleanup_buf_ struct buf title = { 0 };

	buf_printf(&title, "%s %s", diagnosis->class->id, diagnosis->class->name);
	buf_puts(out, "<div class=\"card\" id=\"fault-");
	markup_id(out, diagnosis->class->id);
	buf_printf(out, "-%zu\">",
		   (size_t)(diagnosis - page->judgement->diagnoses.items));
	markup_element(out, "h3", NULL, buf_text(&title));
	markup_element(out, "p", "dim", finding_layer_name(diagnosis->layer));
	buf_puts(out, "<p>");
	page_add_summary(out, page, diagnosis);
	buf_puts(out, "</p>");
	add_values(out, page, diagnosis);
	if (diagnosis == page->judgement->diagnoses.items)
		add_fix(out, page);
	buf_puts(out, "<dl>");
	add_terms(out, page, "Fix", diagnosis->fixes.items, diagnosis->fixes.count,
		  TERM_FIX);
	add_terms(out, page, "Proof", diagnosis->proof.items, diagnosis->proof.count,
		  TERM_CODE);
	if (diagnosis->in_effect)
		add_terms(out, page, "In effect", &diagnosis->in_effect, 1, TERM_CODE);
	add_terms(out, page, "Seen by", diagnosis->sees.items, diagnosis->sees.count,
		  TERM_TEXT);
	add_terms(out, page, "Ruled out", diagnosis->ruled_out.items,
		  diagnosis->ruled_out.count, TERM_TEXT);
	buf_puts(out, "</dl></div>\n");
}

void page_add_reasons(struct buf *out, const struct page *page)
{
	if (!page->judgement->diagnoses.count)
		return;
	page_begin_section(out, "why", "Why, and what to write instead");
	vec_foreach (diagnosis, &page->judgement->diagnoses)
		add_diagnosis(out, page, diagnosis);
	page_end_section(out);
}
