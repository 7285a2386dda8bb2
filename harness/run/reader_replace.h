/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reader_replace.h - the new texts that a reader wishes for, for reader_keeper.c
 *
 * A wish is held against the command line, which must say that files are replaced, and
 * name the file or a folder above it. It is carried out with all others, or not at all.
 */
#ifndef TWINSITE_RUN_READER_REPLACE_H
#define TWINSITE_RUN_READER_REPLACE_H

#include <stddef.h>

#include "base/replace.h"

struct reader;
struct reader_request;

struct reader_wishes {
	struct replace files[REPLACE_MAX]; /* all of it malloc()ed */
	size_t count;
	size_t length; /* of all texts */
};

#define READER_WISHES_LENGTH_MAX (64u << 20) /* bytes */

/* One more. texts: a memfd, see READER_REPLACE; read once. */
int reader_wish(struct reader_wishes *wishes, const struct reader *reader,
		const struct reader_request *request, int texts, struct err *err);

/* All of them, see replace_files(); then there is none. */
int reader_wishes_grant(struct reader_wishes *wishes, struct err *err);

/* Forget them. */
void reader_wishes_done(struct reader_wishes *wishes);

#endif
