/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * markup.h - pieces of HTML and SVG, with the text of others in them
 *
 * Tags and classes are ours and go out as they are; every text is escaped.
 */
#ifndef TWINSITE_REPORT_MARKUP_H
#define TWINSITE_REPORT_MARKUP_H

#include <stdbool.h>

struct buf;

/* <tag class="class">text</tag>; class may be NULL. */
void markup_element(struct buf *out, const char *tag, const char *class,
		    const char *text);

/*
 * A name as part of an id or of a fragment: letters, digits, '-' and '_' stay, everything
 * else becomes '-' ("etc/config/ipsec" is "etc-config-ipsec"). Nothing is "x".
 */
void markup_id(struct buf *out, const char *name);

/* The name of a file below the page, as the path of a link (RFC 3986). */
void markup_path(struct buf *out, const char *name);

/* <a href="#…"> to an element whose id is that, and the text. */
void markup_link_here(struct buf *out, const char *id, const char *text);

/* <a href="file">text</a>, below the page. */
void markup_link_file(struct buf *out, const char *file, const char *text);

/*
 * A picture of that size begins: role "img", its title and what it shows in words, which
 * is what a screen reader says. class: "wide" or "narrow", which of two widths it is for;
 * NULL: for each.
 */
void svg_begin(struct buf *out, const char *class, unsigned int width,
	       unsigned int height, const char *title, const char *words);
void svg_end(struct buf *out);

/*
 * One line of text in a picture. max: characters, the last of which is an ellipsis when
 * there are more (all of it stands in words elsewhere, too); 0: any number.
 */
void svg_text(struct buf *out, double x, double y, const char *class, unsigned int max,
	      const char *text);
void svg_rect(struct buf *out, const char *class, double x, double y, double width,
	      double height);
void svg_line(struct buf *out, const char *class, double x1, double y1, double x2,
	      double y2);

#endif
