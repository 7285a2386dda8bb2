/* SPDX-License-Identifier: GPL-2.0-or-later */
/* name.h - what a site is called whose files a user named */
#ifndef TWINSITE_IMPORT_NAME_H
#define TWINSITE_IMPORT_NAME_H

struct arena;
struct err;

/*
 * The last part of a path, up to its first dot: "office.cfg" is office, "home/etc/config"
 * home, LuCI's "backup-fw1-2026-11-01.tar.gz" fw1. "site" where that says nothing (".",
 * "-", "/"). Never empty; of the path as it is written, the disk is not asked.
 */
const char *import_name(struct arena *arena, const char *path);

/*
 * Those of two ends, which are never the same: else they are left and right. -EINVAL when
 * both paths are one file or folder, or standard input: then one of them is mistyped.
 */
int import_names(struct arena *arena, const char *one, const char *other,
		 const char *ret_names[2], struct err *err);

#endif
