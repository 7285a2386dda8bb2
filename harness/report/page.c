// SPDX-License-Identifier: GPL-2.0-or-later
/* page.c - what the parts of the page share: links, sections, the verdict of the VPN */
#include "report/page.h"

#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "report/markup.h"
#include "report/text.h"

bool page_shows(const struct page *page, const char *site)
{
	return !page->only || !site || str_equal(page->only, site);
}

/* The longest: "office-2.charon.log" is none of "office". */
static const char *begins_with_site(const struct page *page, const char *text,
				    const char *ends)
{
	const struct scenario *scenario = page->judgement->scenario;
	const char *longest = NULL;

	for (size_t i = 0; scenario && i < scenario->sites.count; i++) {
		const char *name = scenario->sites.items[i].name;

		if (str_starts(text, name) && strchr(ends, text[strlen(name)]) &&
		    (!longest || strlen(name) > strlen(longest)))
			longest = name;
	}
	return longest;
}

const char *page_file_site(const struct page *page, const char *name)
{
	return begins_with_site(page, name, ".-");
}

static bool quotes(const char *text, const char *word)
{
	_cleanup_buf_ struct buf quoted = { 0 };

	buf_printf(&quoted, "'%s'", word);
	return strstr(text, buf_text(&quoted)) != NULL;
}

/* Does it quote a word of that end's (or the other's) files that is not rehearsed? */
static bool quotes_remark(const struct page *page, const char *text, bool is_own)
{
	vec_foreach (one, &page->judgement->scenario->sites) {
		if (!one->site || str_equal(one->name, page->only) != is_own)
			continue;
		vec_foreach (remark, &one->site->remarks)
			if (remark->word && quotes(text, remark->word))
				return true;
	}
	return false;
}

bool page_quotes_others(const struct page *page, const char *text)
{
	return page->only && text && page->judgement->scenario &&
	       quotes_remark(page, text, false) && !quotes_remark(page, text, true);
}

bool page_is_others(const struct page *page, const char *text)
{
	const char *site, *file;

	if (!page->only || !text || !page->judgement->scenario)
		return false;
	site = begins_with_site(page, text, ":' ");
	file = begins_with_site(page, text, ".");
	return (site && !page_shows(page, site)) || (file && !page_shows(page, file)) ||
	       page_quotes_others(page, text);
}

bool page_hides_value(const struct page *page, const struct diagnosis_value *value)
{
	return value->setting && str_ends(value->setting, " script") &&
	       !page_shows(page, value->site);
}

void page_add_summary(struct buf *out, const struct page *page,
		      const struct diagnosis *diagnosis)
{
	const char *summary = diagnosis->summary;

	for (size_t i = 0; summary && i < ARRAY_SIZE(diagnosis->values); i++) {
		const struct diagnosis_value *value = &diagnosis->values[i];
		const char *at =
			value->value && *value->value && page_hides_value(page, value)
				? strstr(summary, value->value)
				: NULL;
		_cleanup_free_ char *before =
			at ? strndup(summary, (size_t)(at - summary)) : NULL;

		if (!at)
			continue;
		text_add_markup(out, before);
		text_add_markup(out, "…");
		summary = at + strlen(value->value);
	}
	text_add_markup(out, summary);
}

bool page_has_file(const struct page *page, const char *name, size_t length)
{
	vec_foreach (file, &page->files)
		if (strlen(file->name) == length && !memcmp(file->name, name, length))
			return true;
	return false;
}

void page_add_proof(struct buf *out, const struct page *page, const char *proof)
{
	size_t length = proof ? strcspn(proof, " :,") : 0;
	_cleanup_free_ char *name = proof ? strndup(proof, length) : NULL;

	buf_puts(out, "<code>");
	if (name && length && page_has_file(page, name, length)) {
		markup_link_file(out, name, name);
		text_add_markup(out, proof + length);
	} else {
		text_add_markup(out, proof);
	}
	buf_puts(out, "</code>");
}

/* The site whose files have it: the one said, else the only one that has such a file. */
static const struct scenario_site *site_with(const struct page *page, const char *site,
					     const char *file)
{
	const struct scenario *scenario = page->judgement->scenario;
	const struct scenario_site *found = NULL;

	for (size_t i = 0; scenario && i < scenario->sites.count; i++) {
		const struct scenario_site *one = &scenario->sites.items[i];

		if (site && !str_equal(one->name, site))
			continue;
		vec_foreach (source, &one->sources) {
			if (!str_equal(source->name, file))
				continue;
			if (found)
				return NULL;
			found = one;
			break;
		}
	}
	return found;
}

/* Whose line nobody said, of a file that the other end has. */
static bool is_of_other(const struct page *page, const char *site, const char *file)
{
	const struct scenario *scenario = page->judgement->scenario;

	if (!page->only || site || !file || !scenario)
		return false;
	vec_foreach (one, &scenario->sites)
		if (!str_equal(one->name, page->only))
			vec_foreach (source, &one->sources)
				if (str_equal(source->name, file))
					return true;
	return false;
}

void page_add_origin(struct buf *out, const struct page *page, const char *site,
		     const struct origin *origin)
{
	const struct scenario_site *in =
		origin->file ? site_with(page, site, origin->file) : NULL;
	_cleanup_buf_ struct buf at = { 0 }, id = { 0 };

	report_add_origin(&at, origin);
	if (!at.length || is_of_other(page, site, origin->file))
		return;
	if (!in || !origin->line || !page_shows(page, in->name)) {
		markup_element(out, "code", "dim", buf_text(&at));
		return;
	}
	buf_printf(&id, "%s-%s-L%u", in->name, origin->file, origin->line);
	buf_puts(out, "<code>");
	markup_link_here(out, buf_text(&id), buf_text(&at));
	buf_puts(out, "</code>");
}

void page_begin_section(struct buf *out, const char *id, const char *title)
{
	buf_printf(out,
		   "<section id=\"%s\" aria-labelledby=\"%s-title\">\n"
		   "<h2 id=\"%s-title\">",
		   id, id, id);
	text_add_markup(out, title);
	buf_puts(out, "</h2>\n");
}

void page_end_section(struct buf *out)
{
	buf_puts(out, "</section>\n");
}

/* ------------------------------------------------------------ the VPN */

static bool is_wanted_down(const struct judgement *judgement)
{
	const struct scenario *scenario = judgement->scenario;

	if (!scenario)
		return false;
	vec_foreach (wanted, &scenario->expectations)
		if (wanted->kind == EXPECT_TUNNEL && str_equal(wanted->to, "down"))
			return true;
	return false;
}

static const char *wanted_words(const struct judgement *judgement)
{
	if (judgement->outcome == OUTCOME_UNEXPECTED)
		return ", which is not what this test wants";
	return report_is_about_fault(judgement) || is_wanted_down(judgement)
		       ? ", as this test wants"
		       : ", as expected";
}

struct page_vpn page_vpn(const struct judgement *judgement)
{
	const struct report_counts counts = report_count(judgement);
	struct page_vpn vpn = { .wanted = wanted_words(judgement), .class = "broken" };

	switch (judgement->outcome) {
	case OUTCOME_NOT_RUN:
		return (struct page_vpn){ "not rehearsed", "", "unproven" };
	case OUTCOME_LAB_FAILED:
		return (struct page_vpn){ "unproven", ": the rehearsal itself broke off",
					  "unproven" };
	case OUTCOME_CONTRADICTION:
		return (struct page_vpn){ "unproven", ": twinsite disagrees with itself",
					  "unproven" };
	case OUTCOME_NOTHING_PROVED:
		return (struct page_vpn){ "unproven", ": no check could be made here",
					  "unproven" };
	case OUTCOME_AS_EXPECTED:
	case OUTCOME_UNEXPECTED:
		break;
	}
	if (counts.of[VERDICT_LEAK] && counts.of[VERDICT_BROKEN])
		vpn.words = "broken, and it leaks";
	else if (counts.of[VERDICT_LEAK])
		vpn.words = "leaks in clear";
	else if (counts.of[VERDICT_BROKEN])
		vpn.words = "broken";
	else if (judgement->diagnoses.count)
		vpn.words = "faulty, though each check holds today";
	else if (is_wanted_down(judgement))
		vpn = (struct page_vpn){ "down", vpn.wanted, "unproven" };
	else if (!counts.of[VERDICT_OK])
		vpn = (struct page_vpn){ "unproven", vpn.wanted, "unproven" };
	else
		vpn = (struct page_vpn){
			counts.of[VERDICT_UNPROVEN] ? "works, though not all was proved"
						    : "works",
			vpn.wanted,
			judgement->outcome == OUTCOME_AS_EXPECTED ? "ok" : "broken"
		};
	return vpn;
}
