/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * render.h - a wish as the files of its device
 *
 * Pure. What a device cannot say is left out or written as nearly as it can. The function
 * of a device's row appends to out and hands over each file that it has finished.
 */
#ifndef TWINSITE_DEVICE_RENDER_H
#define TWINSITE_DEVICE_RENDER_H

#include "base/buf.h"
#include "device/algs.h"
#include "device/files.h"
#include "device/wish.h"

/* Append the files; texts are in the arena. A device without a renderer has none. */
void render_wish(const struct wish *wish, struct arena *arena,
		 struct import_sources *sources);

struct render {
	const struct wish *wish;
	struct arena *arena; /* of the finished files, and of passing texts */
	struct buf out;
};

/* Append out as a file of that name to the sources, and begin anew. */
void render_finish(struct render *r, const char *name, struct import_sources *sources);

/* Text with a backslash before each of the given characters, then in quotes. */
void render_quoted(struct render *r, const char *text, const char *escaped);

/* The only word of devices that take one; NULL: none is wanted. */
const char *render_first_word(const struct wish_words *words);

/* One vendor's word for strongSwan's; the same one when it is not in the table. */
struct render_word {
	const char *word, *vendor; /* the last row has NULL */
};
const char *render_vendor_word(const struct render_word *rows, const char *word);

/* The only word of a list as the wish's device calls it (device/algs.h), or as it is. */
const char *render_alg(const struct render *r, enum alg_kind kind, unsigned int in,
		       const struct wish_words *words);

extern const struct render_word render_group_numbers[]; /* "modp1024": "2" */

struct inet_prefix render_prefix(const char *text);
const char *render_mask(struct arena *arena, unsigned int length); /* "255.255.0.0" */

#endif
