// SPDX-License-Identifier: GPL-2.0-or-later
/* markup.c - pieces of HTML and SVG, with the text of others in them */
#include "report/markup.h"

#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "report/text.h"

void markup_element(struct buf *out, const char *tag, const char *class, const char *text)
{
	buf_printf(out, "<%s%s%s%s>", tag, class ? " class=\"" : "", class ? class : "",
		   class ? "\"" : "");
	text_add_markup(out, text);
	buf_printf(out, "</%s>", tag);
}

static bool is_letter_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

void markup_id(struct buf *out, const char *name)
{
	if (!name || !*name)
		name = "x";
	for (; *name; name++)
		buf_putc(out, is_letter_or_digit(*name) || *name == '_' ? *name : '-');
}

void markup_path(struct buf *out, const char *name)
{
	for (; *name; name++)
		if (is_letter_or_digit(*name) || strchr("-._~/", *name))
			buf_putc(out, *name);
		else
			buf_printf(out, "%%%02X", (unsigned int)(unsigned char)*name);
}

void markup_link_here(struct buf *out, const char *id, const char *text)
{
	buf_puts(out, "<a href=\"#");
	markup_id(out, id);
	buf_puts(out, "\">");
	text_add_markup(out, text);
	buf_puts(out, "</a>");
}

/* "./" before it: a name with a colon is no scheme. */
void markup_link_file(struct buf *out, const char *file, const char *text)
{
	buf_puts(out, "<a href=\"./");
	markup_path(out, file);
	buf_puts(out, "\">");
	text_add_markup(out, text);
	buf_puts(out, "</a>");
}

void svg_begin(struct buf *out, const char *class, unsigned int width,
	       unsigned int height, const char *title, const char *words)
{
	buf_printf(out, "<svg%s%s%s viewBox=\"0 0 %u %u\" role=\"img\">",
		   class ? " class=\"" : "", class ? class : "", class ? "\"" : "", width,
		   height);
	markup_element(out, "title", NULL, title);
	markup_element(out, "desc", NULL, words);
	buf_putc(out, '\n');
}

void svg_end(struct buf *out)
{
	buf_puts(out, "</svg>\n");
}

/* Bytes of the first `max` characters of plain text. */
static size_t cut_at(const char *text, unsigned int max)
{
	size_t at = 0;

	for (; text[at]; at++)
		if (((unsigned char)text[at] & 0xc0) != 0x80 && !max--)
			break;
	return at;
}

void svg_text(struct buf *out, double x, double y, const char *class, unsigned int max,
	      const char *text)
{
	_cleanup_buf_ struct buf plain = { 0 };
	_cleanup_free_ char *cut = NULL;
	size_t length;

	text_add_plain(&plain, text);
	length = max ? cut_at(buf_text(&plain), max) : plain.length;
	buf_printf(out, "<text x=\"%.1f\" y=\"%.1f\"%s%s%s>", x, y,
		   class ? " class=\"" : "", class ? class : "", class ? "\"" : "");
	if (length == plain.length) {
		text_add_markup(out, buf_text(&plain));
	} else {
		cut = strndup(buf_text(&plain), cut_at(buf_text(&plain), max - 1));
		text_add_markup(out, cut);
		buf_puts(out, "…");
	}
	buf_puts(out, "</text>\n");
}

void svg_rect(struct buf *out, const char *class, double x, double y, double width,
	      double height)
{
	buf_printf(out,
		   "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
		   "height=\"%.1f\" rx=\"4\"/>\n",
		   class, x, y, width, height);
}

void svg_line(struct buf *out, const char *class, double x1, double y1, double x2,
	      double y2)
{
	buf_printf(out,
		   "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" "
		   "y2=\"%.1f\"/>\n",
		   class, x1, y1, x2, y2);
}
