/* SPDX-License-Identifier: GPL-2.0-or-later */
/* write.h - which files get which cured texts */
#ifndef TWINSITE_FIX_WRITE_H
#define TWINSITE_FIX_WRITE_H

#include "base/replace.h"
#include "fix/fix.h"

/*
 * end->path and end->place for what the user named. An archive, and what is not below the
 * folder where he is (patch(1) goes to neither), are FIX_PLACE_NAME.
 */
void fix_set_place(struct arena *arena, const char *path, struct fix_end *end);

struct fix_writes {
	VEC(struct replace) list; /* in the arena of the new pair */
};

/*
 * What differs between old and new, as files to be replaced. paths: the file or the folder
 * that each end was read from, the user's own. A new file is made in a folder only. An
 * archive, or a file that is not where its name says, is refused with a sentence
 * (-EINVAL); what has changed since, or is that of both ends, replace_files() refuses.
 */
int fix_writes(const struct fix_pair *old, const struct fix_pair *new,
	       const char *const paths[2], struct fix_writes *ret, struct err *err);

#endif
