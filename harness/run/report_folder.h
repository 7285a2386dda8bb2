/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report_folder.h - the folder of a run's report: made, given away, taken back */
#ifndef TWINSITE_RUN_REPORT_FOLDER_H
#define TWINSITE_RUN_REPORT_FOLDER_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

struct err;

/*
 * reports/NAME/2026-11-21T19-50-00, with a number behind it when that exists; only its
 * owner may look into it when it has secrets.
 */
int report_folder_make(const char *reports, const char *name, bool has_secrets,
		       char ret_folder[PATH_MAX], struct err *err);

/*
 * `latest` beside a run's folder becomes a link to it; to be called when its report is
 * complete. ERR_BROKE when it cannot be written.
 */
int report_folder_latest(const char *folder, struct err *err);

/*
 * Take back a folder (a descriptor of it) that was given to somebody whom we do not trust,
 * with all that is in there: folders and regular files with one name become ours, and are
 * no programs; whatever else there is is removed.
 */
void report_folder_adopt(int folder);

/*
 * Move everything of one folder into another, whose files of the same name are replaced
 * and stay whose they were; what cannot be moved stays, and is named. only: nothing but
 * the files of those names, a '/' between them, everything else is removed; NULL: all.
 */
int report_folder_merge(int from, int to, const char *only, struct err *err);

#endif
