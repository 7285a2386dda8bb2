// SPDX-License-Identifier: GPL-2.0-or-later
/* svg_ladder.c - the exchange as a picture, and each message in words beside it */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/exit.h"
#include "report/ladder.h"
#include "report/markup.h"
#include "report/page.h"
#include "report/text.h"

#define WIDTH	   380
#define DRAWN_ALL  8  /* so many IKE SAs are drawn, */
#define DRAWN_ENDS 3  /* of more the first and the last, */
#define DRAWN_ODD  12 /* and those with a fault */

#define LEFT  58
#define RIGHT 322
#define RUNG  36

#define LABEL_MAX 42 /* characters above an arrow */
#define TOP	  26

/* As classes of the picture, and as words. */
static const struct {
	const char *class, *words;
} kinds[] = {
	[RUNG_PLAIN] = { "", "" },
	[RUNG_OFFERED] = { "offered", "offered" },
	[RUNG_CHOSEN] = { "chosen", "chosen" },
	[RUNG_REFUSED] = { "refused", "refused" },
	[RUNG_FAILED] = { "refused", "failed" },
};

static void draw_rung(struct buf *out, const struct rung *rung, double y)
{
	const char *kind = kinds[rung->kind].class;
	const double from = rung->is_to_right ? LEFT : RIGHT;
	const double to = rung->is_to_right ? RIGHT : LEFT;
	const double back = rung->is_to_right ? -8 : 8;
	_cleanup_buf_ struct buf arrow = { 0 }, text = { 0 }, class = { 0 };
	char number[24];

	buf_printf(&arrow, "arrow %s", kind);
	buf_printf(&class, "mid %s", kind);
	buf_printf(&text, "%s%s%s", rung->name, *kinds[rung->kind].words ? ": " : "",
		   kinds[rung->kind].words);
	/* What an arrow has no room for is what is known of a CREATE_CHILD_SA anyway. */
	if (rung->is_encrypted && text.length + strlen(" (encrypted)") <= LABEL_MAX)
		buf_puts(&text, " (encrypted)");
	if (rung->repeats)
		buf_printf(&text, " ×%u", rung->repeats + 1);
	(void)snprintf(number, sizeof(number), "#%u", rung->frame);
	svg_text(out, (LEFT + RIGHT) / 2.0, y - 5, buf_text(&class), LABEL_MAX,
		 buf_text(&text));
	svg_line(out, buf_text(&arrow), from, y, to + back, y);
	buf_printf(out, "<path class=\"head %s\" d=\"M%.1f %.1fl%.1f -4v8z\"/>\n", kind,
		   to, y, back);
	svg_text(out, rung->is_to_right ? LEFT - 5 : RIGHT + 5, y + 4,
		 rung->is_to_right ? "end dim" : "dim", 0, number);
}

static void draw(struct buf *out, const struct ladder *ladder, const struct ladder_sa *sa)
{
	const unsigned int height = TOP + (unsigned int)sa->rungs.count * RUNG + 16;
	double y = TOP;

	svg_begin(out, "one", WIDTH, height, "Ladder of the exchange",
		  "Each message is an arrow between both ends, with the number of its "
		  "packet; what was offered, chosen and refused has its colour and its "
		  "word. The same in words: the list beside it.");
	svg_text(out, LEFT, 14, "mid strong", 14, ladder->left);
	svg_text(out, RIGHT, 14, "mid strong", 14, ladder->right);
	svg_line(out, "life", LEFT, 20, LEFT, height - 4);
	svg_line(out, "life", RIGHT, 20, RIGHT, height - 4);
	vec_foreach (rung, &sa->rungs)
		draw_rung(out, rung, y += RUNG - (rung == sa->rungs.items ? 8 : 0));
	svg_end(out);
}

static void say_rung(struct buf *out, const struct ladder *ladder,
		     const struct rung *rung)
{
	buf_printf(out, "<li><strong>#%u</strong> <span class=\"dim\">%.3f s</span> ",
		   rung->frame, (double)rung->time_us / 1e6);
	text_add_markup(out, rung->is_to_right ? ladder->left : ladder->right);
	buf_puts(out, " → ");
	text_add_markup(out, rung->is_to_right ? ladder->right : ladder->left);
	buf_puts(out, ": ");
	text_add_markup(out, rung->name);
	if (rung->repeats)
		buf_printf(out, ", sent %u times", rung->repeats + 1);
	if (rung->payloads) {
		buf_puts(out, " <span class=\"mono dim\">");
		text_add_markup(out, rung->payloads);
		buf_puts(out, "</span>");
	} else if (rung->is_encrypted) {
		buf_puts(out, " <span class=\"dim\">encrypted</span>");
	}
	if (rung->detail || (rung->kind != RUNG_PLAIN && rung->kind != RUNG_FAILED)) {
		buf_printf(out, "<br><span class=\"%s\">",
			   rung->kind == RUNG_REFUSED  ? "broken"
			   : rung->kind == RUNG_CHOSEN ? "ok"
						       : "offered");
		if (rung->kind != RUNG_FAILED)
			buf_puts(out, kinds[rung->kind].words);
		if (rung->detail && rung->kind != RUNG_FAILED && rung->kind != RUNG_PLAIN)
			buf_puts(out, ": ");
		text_add_markup(out, rung->detail);
		buf_puts(out, "</span>");
	}
	if (rung->error) {
		buf_puts(out, "<br><span class=\"broken\">failed: ");
		text_add_markup(out, rung->error);
		buf_puts(out, "</span>");
	}
	buf_puts(out, "</li>\n");
}

static void add_sa(struct buf *out, const struct ladder *ladder,
		   const struct ladder_sa *sa)
{
	buf_puts(out, "<div class=\"card\">");
	markup_element(out, "h3", NULL, sa->title);
	markup_element(out, "p", sa->is_up ? "ok" : "broken", sa->outcome);
	buf_puts(out, "<div class=\"ladder\">\n");
	draw(out, ladder, sa);
	buf_puts(out, "<ol>\n");
	vec_foreach (rung, &sa->rungs)
		say_rung(out, ladder, rung);
	buf_puts(out, "</ol></div>\n");
	if (sa->left_out)
		buf_printf(out, "<p class=\"dim\">%u messages more.</p>", sa->left_out);
	buf_puts(out, "</div>\n");
}

/* ------------------------------------------------------------ more than one can look at */

static bool is_odd(const struct ladder_sa *sa)
{
	if (!sa->is_up)
		return true;
	vec_foreach (rung, &sa->rungs)
		if (rung->error || rung->kind == RUNG_REFUSED)
			return true;
	return false;
}

/*
 * All of a few. Of a tunnel that was renewed for two days how it began, how it stands, and
 * what went wrong between.
 */
static void choose(const struct ladder *ladder, bool *is_drawn)
{
	size_t odd = 0;

	for (size_t i = 0; i < ladder->sas.count; i++) {
		is_drawn[i] = ladder->sas.count <= DRAWN_ALL || i < DRAWN_ENDS ||
			      i + DRAWN_ENDS >= ladder->sas.count ||
			      (is_odd(&ladder->sas.items[i]) && odd < DRAWN_ODD);
		odd += is_drawn[i] && is_odd(&ladder->sas.items[i]);
	}
}

static void list_sa(struct buf *out, const struct ladder_sa *sa)
{
	const struct rung *first = sa->rungs.count ? &sa->rungs.items[0] : NULL;

	buf_printf(out, "<tr><td class=\"num\">#%u</td><td class=\"num\">%.3f s</td><td>",
		   first ? first->frame : 0, first ? (double)first->time_us / 1e6 : 0.);
	text_add_markup(out, sa->title);
	buf_printf(out, "</td><td class=\"%s\">", is_odd(sa) ? "broken" : "ok");
	text_add_markup(out, sa->outcome);
	buf_puts(out, "</td></tr>\n");
}

static void list_others(struct buf *out, const struct ladder *ladder,
			const bool *is_drawn, size_t count)
{
	buf_printf(out,
		   "<details><summary>%zu IKE SAs more, a line each</summary>\n"
		   "<table>\n<thead><tr><th scope=\"col\">packet</th>"
		   "<th scope=\"col\">after</th><th scope=\"col\">IKE SA</th>"
		   "<th scope=\"col\">what came of it</th></tr></thead>\n<tbody>\n",
		   count);
	for (size_t i = 0; i < ladder->sas.count; i++)
		if (!is_drawn[i])
			list_sa(out, &ladder->sas.items[i]);
	buf_puts(out, "</tbody></table></details>\n");
}

static void add_sas(struct buf *out, const struct ladder *ladder)
{
	_cleanup_free_ bool *is_drawn = calloc(ladder->sas.count + 1, sizeof(*is_drawn));
	size_t others = 0;

	if (!is_drawn)
		exit_without_memory();
	choose(ladder, is_drawn);
	for (size_t i = 0; i < ladder->sas.count; i++) {
		others += !is_drawn[i];
		if (is_drawn[i])
			add_sa(out, ladder, &ladder->sas.items[i]);
	}
	if (others)
		list_others(out, ladder, is_drawn, others);
}

void page_add_ladder(struct buf *out, const struct page *page)
{
	const struct ladder *ladder = page->ladder;

	if (!ladder)
		return;
	page_begin_section(out, "exchange", "The exchange");
	buf_puts(out, "<p class=\"dim\">As ");
	if (page_has_file(page, ladder->file, strlen(ladder->file)))
		markup_link_file(out, ladder->file, ladder->file);
	else
		text_add_markup(out, ladder->file);
	buf_puts(out, page->judgement ? " has it; what is encrypted there, as the log of "
					"the daemon that sent it says.</p>\n"
				      : " has it.</p>\n");
	add_sas(out, ladder);
	if (ladder->sas_left_out)
		buf_printf(out, "<p class=\"dim\">%u IKE SAs more.</p>\n",
			   ladder->sas_left_out);
	page_end_section(out);
}
