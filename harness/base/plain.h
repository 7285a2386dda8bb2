/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plain.h - text of others, made harmless
 *
 * Names, values and log lines come from device files, daemons and captures: hostile input.
 * What they could do to whoever reads them is the same for a terminal, a log of CI, XML and
 * JSON, so there is one function for all of them:
 *
 *	bytes that are no UTF-8			U+FFFD
 *	C0, DEL and C1 controls			shown as their number: \u001b
 *	what turns the direction of writing,	\u202e
 *	or hides other text
 *	& < > " '				with PLAIN_MARKUP as entities
 *	`::` at the start of a line, `##[`	\u003a instead of the last character: CI takes
 *	or `##word[` anywhere			`::error::` and `##[error]` for commands
 *
 * A \u in a string of JSON is an escape of JSON: a document goes through unchanged in
 * meaning. Going through twice changes nothing more.
 */
#ifndef TWINSITE_BASE_PLAIN_H
#define TWINSITE_BASE_PLAIN_H

#include <stddef.h>

struct buf;

enum plain_flag {
	/* A stream of lines: '\n' and '\t' pass, and CI's commands are looked for. Without it
	   the text is one field in a line: '\n', '\t' and '\r' become blanks. */
	PLAIN_LINES = 1,
	PLAIN_MARKUP = 2,
	/* Colours ("\033[31m"), "\033[K", "\033[1A" and '\r' pass: our own, on a terminal. */
	PLAIN_STYLES = 4,
	/* A byte that is no UTF-8 is shown as \xe4: which one it is tells the encoding. */
	PLAIN_BYTES = 8,
};

/* A stream that comes in pieces; begins as { .flags = … }. */
struct plain {
	unsigned int flags; /* enum plain_flag */
	char rest[8];	    /* a character that is not complete yet */
	size_t rest_length;
	unsigned int colons; /* at the start of this line; 2: nothing to look for */
	unsigned int hashes; /* "##" and letters so far: 0, 1, 2 */
};

/* Add the next piece. A character that is cut at its end waits for the next one. */
void plain_add(struct plain *plain, const char *bytes, size_t length, struct buf *out);

/* The stream ends: what still waits is no character. */
void plain_end(struct plain *plain, struct buf *out);

/* One text as a whole. */
void plain_text(const char *text, unsigned int flags, struct buf *out);

#endif
