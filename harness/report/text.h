/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * text.h - text of others, made fit to be shown
 *
 * Names, values and log lines come from device files, daemons and captures: hostile
 * input. Bytes that are no UTF-8 become U+FFFD; control characters, which could move
 * a terminal's cursor or break XML, and characters that reverse the direction of
 * writing are shown as their number.
 */
#ifndef TWINSITE_REPORT_TEXT_H
#define TWINSITE_REPORT_TEXT_H

#include <stddef.h>
#include <stdint.h>

struct buf;

/* NULL adds nothing. Line feeds and tabs become blanks. */
void text_add_plain(struct buf *out, const char *text);

/*
 * As buf_printf(), but each %s is plain; it takes %s with a width to the left (%-13s), and
 * numbers of printf(3) without '*'. For lines of our own around names of others.
 */
void text_printf(struct buf *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * A line of our own around names of others, by printf(3); whatever they hold, it stays one
 * line. The line feed is added.
 */
void text_line(struct buf *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* For XML and HTML, content and attribute values: & < > " ' are escaped too. */
void text_add_markup(struct buf *out, const char *text);

/* How many columns plain text takes (each character one). */
size_t text_width(const char *text);

/* Plain text, then blanks up to that many columns. */
void text_add_padded(struct buf *out, const char *text, size_t columns);

/* "0.42 s", "12.3 s", "2 min 05 s" from µs. */
void text_add_duration(struct buf *out, int64_t us);

/* Behind a duration that is virtual: " of a virtual clock (seed 7), in 3.10 s"; wall_us is
 * the time that it took outside, 0: not known. */
void text_add_clocks(struct buf *out, unsigned int seed, int64_t wall_us);

/* "2026-11-21T19:50:00Z" from µs since the epoch. */
void text_add_time(struct buf *out, int64_t wall_us);

#endif
