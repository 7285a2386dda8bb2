// SPDX-License-Identifier: GPL-2.0-or-later
/* page_top.c - the top of the page: what was rehearsed, how it was read, what came out */
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "device/device.h"
#include "report/markup.h"
#include "report/page.h"
#include "report/text.h"

/* "OpenWrt, as firmware 19.07 renders its files" */
static void add_reading(struct buf *out, const struct scenario_site *site)
{
	text_add_markup(out, device_of(site->kind)->title);
	if (site->site && site->site->model) {
		buf_puts(out, " (");
		text_add_markup(out, site->site->model);
		buf_putc(out, ')');
	}
	if (!site->site)
		return;
	if (site->site->reading == READING_RENDERED && site->site->firmware) {
		buf_puts(out, ", its files read as firmware ");
		text_add_markup(out, site->site->firmware);
		buf_puts(out, site->firmware ? " does" : " does, which they fit");
	} else {
		buf_puts(out, ", its files read as documented");
	}
}

static void add_sites(struct buf *out, const struct page *page)
{
	const struct scenario *scenario = page->judgement->scenario;

	for (size_t i = 0; scenario && i < scenario->sites.count; i++) {
		const struct scenario_site *site = &scenario->sites.items[i];

		markup_element(out, "dt", NULL, site->name);
		buf_puts(out, "<dd>");
		add_reading(out, site);
		if (i == scenario->initiator)
			buf_puts(out, "; it begins");
		buf_puts(out, "</dd>\n");
	}
}

static void add_clock(struct buf *out, const struct judgement *judgement)
{
	buf_puts(out, "<dt>When</dt><dd>");
	text_add_time(out, judgement->start_us);
	buf_puts(out, ", ");
	text_add_duration(out, judgement->took_us);
	if (judgement->is_virtual)
		text_add_clocks(out, judgement->seed, judgement->wall_us);
	else
		buf_puts(out, " of the real clock");
	buf_puts(out, "</dd>\n");
}

static void add_how(struct buf *out, const struct page *page)
{
	const struct judgement *judgement = page->judgement;

	buf_puts(out, "<dl>");
	add_sites(out, page);
	buf_puts(out, "<dt>Plane</dt><dd>");
	text_add_markup(out, judgement->plane);
	if (judgement->plane_why && *judgement->plane_why) {
		buf_puts(out, " (");
		text_add_markup(out, judgement->plane_why);
		buf_putc(out, ')');
	}
	buf_puts(out, "</dd>\n");
	add_clock(out, judgement);
	buf_puts(out, "</dl>\n");
}

/* "home etc/config/ipsec:8 option pre_shared_key: (16 bytes)", on the first screen of a phone. */
static void add_where(struct buf *out, const struct page *page,
		      const struct diagnosis *diagnosis)
{
	for (size_t i = 0; i < ARRAY_SIZE(diagnosis->values); i++) {
		const struct diagnosis_value *value = &diagnosis->values[i];

		if (!value->setting || !page_shows(page, value->site))
			continue;
		buf_puts(out, "<p class=\"where\"><strong>");
		text_add_markup(out, value->site);
		buf_puts(out, "</strong> ");
		page_add_origin(out, page, value->site, &value->at);
		buf_puts(out, " <span class=\"mono\">");
		text_add_markup(out, value->setting);
		buf_puts(out, ": ");
		text_add_markup(out, value->value);
		buf_puts(out, "</span></p>\n");
	}
}

static void add_fix_line(struct buf *out, const char *title, const char *text,
			 bool is_proved)
{
	buf_printf(out, "<p class=\"where\"><strong>%s</strong> <span class=\"mono\">",
		   title);
	text_add_markup(out, text);
	buf_puts(out, "</span>");
	if (is_proved)
		buf_puts(out, " <a href=\"#fix\">as a diff</a>");
	buf_puts(out, "</p>\n");
}

/* The fix that was proved, else the first that each end has: who looks for ten seconds sees it. */
static void add_fix_lines(struct buf *out, const struct page *page,
			  const struct diagnosis *diagnosis)
{
	const char *first = NULL;

	vec_foreach (cure, &page->cures) {
		if (!cure->sentence || !str_equal(cure->id, diagnosis->class->id))
			continue;
		if (page_is_others(page, cure->sentence))
			break;
		add_fix_line(out, "Fix", cure->sentence,
			     page->diffs[0] || page->diffs[1]);
		return;
	}
	vec_foreach (fix, &diagnosis->fixes) {
		if (page_is_others(page, *fix))
			continue;
		/* Of one end's several the first; of the other end's, too. */
		if (first && !strncmp(first, *fix, strcspn(first, ":") + 1))
			continue;
		add_fix_line(out, first ? "or" : "Fix", *fix, false);
		if (first)
			return;
		first = *fix;
	}
}

/* The one reason: why nothing may be believed, else the first fault, else the sum. */
static void add_reason(struct buf *out, const struct page *page)
{
	const struct judgement *judgement = page->judgement;
	const struct diagnosis *first =
		judgement->diagnoses.count && !judgement->broke_off &&
				judgement->outcome != OUTCOME_CONTRADICTION
			? &judgement->diagnoses.items[0]
			: NULL;

	if (first) {
		buf_puts(out, "<p><strong>");
		page_add_summary(out, page, first);
		buf_puts(out, "</strong> <span class=\"dim\">(");
		text_add_markup(out, first->class->id);
		buf_puts(out, ", ");
		text_add_markup(out, finding_layer_name(first->layer));
		buf_puts(out, ")</span></p>\n");
		add_where(out, page, first);
		add_fix_lines(out, page, first);
	}
	markup_element(out, "p", first ? "dim" : NULL, judgement->outcome_text);
}

static void add_counts(struct buf *out, const struct judgement *judgement)
{
	const struct report_counts counts = report_count(judgement);
	bool is_any = false;

	buf_puts(out, "<p>");
	for (unsigned int kind = VERDICT_OK; kind <= VERDICT_UNPROVEN; kind++) {
		const char *word = verdict_kind_name((enum verdict_kind)kind);

		if (!counts.of[kind])
			continue;
		buf_printf(out, "%s<span class=\"%s\">%zu %s</span>", is_any ? ", " : "",
			   word, counts.of[kind], word);
		is_any = true;
	}
	buf_puts(out, is_any ? " of the checks</p>\n" : "nothing was checked</p>\n");
}

void page_add_top(struct buf *out, const struct page *page)
{
	const struct judgement *judgement = page->judgement;
	const struct scenario *scenario = judgement->scenario;
	const struct page_vpn vpn = page_vpn(judgement);

	buf_puts(out, "<header>\n");
	markup_element(out, "h1", NULL, scenario ? scenario->name : "twinsite");
	if (scenario && scenario->sentence)
		markup_element(out, "p", NULL, scenario->sentence);
	if (page->only) {
		buf_puts(out, "<p class=\"dim\">This page is for the administrator of ");
		text_add_markup(out, page->only);
		buf_puts(out, ": the other end's files are not on it.</p>\n");
	}
	buf_printf(out, "<p class=\"vpn %s\">VPN: %s%s</p>\n", vpn.class, vpn.words,
		   vpn.wanted);
	add_reason(out, page);
	add_counts(out, judgement);
	add_how(out, page);
	buf_puts(out, "</header>\n");
}
