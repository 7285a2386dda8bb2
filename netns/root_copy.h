/* SPDX-License-Identifier: GPL-2.0-or-later */
/* root_copy.h - what a world could not read where it is, as a copy; for root.c */
#ifndef TWINSITE_NETNS_ROOT_COPY_H
#define TWINSITE_NETNS_ROOT_COPY_H

#include <stdbool.h>

struct err;

#define ROOT_COPY_BYTES_MAX (512u << 20)
#define ROOT_COPY_FILES_MAX 4096

/*
 * May everybody read what is at path, all of it when it is a folder? Of a folder with
 * more than ROOT_COPY_FILES_MAX entries it is taken for granted.
 */
bool root_copy_is_readable(const char *path);

/*
 * Copy a regular file or a folder (from: a descriptor of it) to a path; everybody may
 * read the copy. Links stay what they are and are not followed; a FIFO of its own stands
 * for whatever is no file: it is refused as that would be. -E2BIG for more than the above.
 */
int root_copy(int from, const char *to, struct err *err);

#endif
