/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * replace.h - several files get new texts: all of them, or none
 *
 * Each new text is written beside its file, with its owner and mode, and put in its place
 * only when every one is on the disk. Nothing is written through a link that leads out of
 * the folder, nor over anything but the regular file whose text is the one that was read.
 */
#ifndef TWINSITE_BASE_REPLACE_H
#define TWINSITE_BASE_REPLACE_H

#include <stddef.h>

struct err;

struct replace {
	const char *folder; /* the user's own path; links in it are followed */
	const char *name;   /* below it; never leaves it */
	const void *was;    /* what must stand there; NULL: nothing does */
	size_t was_length;
	const void *bytes;
	size_t length;
};

#define REPLACE_MAX 64 /* files at once */

/*
 * A new file belongs to whom its folder belongs to, mode 0644. Fails with a sentence and
 * nothing is changed: -EXDEV when a name leads out, -EINVAL when a file is not regular,
 * has changed since it was read, is there already or is named twice; errors of the disk
 * are marked ERR_BROKE.
 */
int replace_files(const struct replace *files, size_t count, struct err *err);

#endif
