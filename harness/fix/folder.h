/* SPDX-License-Identifier: GPL-2.0-or-later */
/* folder.h - a scenario with cured files, in a folder of its own, to be rehearsed */
#ifndef TWINSITE_FIX_FOLDER_H
#define TWINSITE_FIX_FOLDER_H

#include "fix/fix.h"

struct scenario;

/*
 * Make `folder`, which may be there if it is empty, with the scenario.yml of the
 * scenario, of an overlay: of the scenario that all its bases end in, and the cured files
 * of both sites where it looks for them. Where a nearer base is healthy and edits nothing,
 * an overlay of that one. What the overlay said beside its edits, the fault
 * it wanted above all, is not in it: the expectations are those of the healthy one. Texts
 * hold keys: files are 0600, folders 0700.
 */
int fix_make_folder(const struct scenario *scenario, const struct fix_pair *cured,
		    const char *folder, struct err *err);

#endif
