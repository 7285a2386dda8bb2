/* SPDX-License-Identifier: GPL-2.0-or-later */
/* diff.h - two texts as a unified diff, as `diff -u` writes it and patch(1) reads it */
#ifndef TWINSITE_FIX_DIFF_H
#define TWINSITE_FIX_DIFF_H

struct buf;

/*
 * Add the diff of one file; nothing when the texts are equal. old NULL: the file is new.
 * The longest common run of lines is found for files of up to DIFF_LINES_MAX lines between
 * the first and the last difference; beyond that all in between is shown as replaced.
 */
#define DIFF_LINES_MAX 2000
void diff_unified(const char *name, const char *old, const char *new, struct buf *out);

#endif
