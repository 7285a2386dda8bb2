/* SPDX-License-Identifier: GPL-2.0-or-later */
/* write.h - cured texts into the files that they came from */
#ifndef TWINSITE_FIX_WRITE_H
#define TWINSITE_FIX_WRITE_H

#include "fix/fix.h"

/*
 * Write what differs between old and new. paths: the file or the folder that each end was
 * read from, the user's own. A file keeps its mode and owner; one that is new is made in
 * a folder that is there. All new texts are written beside their files first and put in
 * their place only when every one is on the disk. An archive, or a file that is not where
 * its name says, has changed since, or is that of both ends, is refused with a sentence
 * (-EINVAL) before anything is written.
 */
int fix_write(const struct fix_pair *old, const struct fix_pair *new,
	      const char *const paths[2], struct err *err);

#endif
