/* SPDX-License-Identifier: GPL-2.0-or-later */
/* updown.h - the scripts that `updown` of a tunnel names, among a device's files */
#ifndef TWINSITE_IMPORT_UPDOWN_H
#define TWINSITE_IMPORT_UPDOWN_H

#include <stddef.h>

#include "base/arena.h"
#include "device/files.h"

struct site;

/* site->updowns: each script that a child names and that is among the sources, once. */
void import_updowns(struct site *site, const struct import_source *sources, size_t count);

/* Which of the site's scripts are not executable, by the names of their files. */
void import_give_modes(struct site *site, const char *const *names, size_t count);

/*
 * Which paths such words of a configuration file name ("/etc/…", nothing with ".."), for
 * whoever reads the files; not necessarily of a connection that is in use.
 */
const char *const *import_updown_paths(const struct import_source *source,
				       struct arena *arena, size_t *ret_count);

#endif
