/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shown.h - text of foreign files, fit for a terminal and for JSON
 *
 * Names and values come from device files and may hold anything: escape sequences that
 * repaint a terminal, bytes that are no UTF-8. Everything that is shown goes through
 * here.
 */
#ifndef TWINSITE_REPORT_SHOWN_H
#define TWINSITE_REPORT_SHOWN_H

#include <stddef.h>

struct arena;
struct buf;

/* Append text as one field (base/plain.h), bytes that are no UTF-8 as \xNN. NULL adds nothing. */
void shown_puts(struct buf *out, const char *text);

/* The same in an arena. NULL stays NULL. */
const char *shown_text(struct arena *arena, const char *text);

/* Characters (not bytes) of valid UTF-8: what it takes of a line. */
size_t shown_width(const char *text);

#endif
