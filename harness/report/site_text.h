/* SPDX-License-Identifier: GPL-2.0-or-later */
/* site_text.h - what was understood of a device's files, for a terminal */
#ifndef TWINSITE_REPORT_SITE_TEXT_H
#define TWINSITE_REPORT_SITE_TEXT_H

#include "model/site.h"

struct buf;
struct key_listings;

/* Everything in the site, each value with its origin in a column of its own. */
void site_text(const struct site *site, struct buf *out);

/* Of a counterpart (model/mirror.h): its tunnels, and of them what the given end asks for. */
void site_text_needed(const struct site *site, struct buf *out);

/* The remarks by kind and line, and a line with their number. */
void site_text_remarks(const struct site *site, struct buf *out);

/* How many lines ended in which state (model/lines.h); nothing where they are not counted. */
void site_text_lines(const struct site *site, struct buf *out);

/* Every key of a FRITZ!Box file: origin, path, value, meaning. */
void site_text_keys(const struct key_listings *listings, struct buf *out);

/* "not understood", "ignored", "invalid", "assumed" */
const char *remark_kind_name(enum remark_kind kind);

#endif
