/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cmd_summary.h - a summary read, shown and written, for `run` and `report` (cmd_summary.c) */
#ifndef TWINSITE_CMD_SUMMARY_H
#define TWINSITE_CMD_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>

struct err;
struct summary;
struct summary_look;

int cmd_summary_load(const char *path, struct summary **ret_summary, struct err *err);

/* With TAP the plan comes first. */
void cmd_summary_begin(bool is_tap, size_t count);

/*
 * On stdout the end that `look` asks for (with TAP it is on stderr), GitHub's annotations
 * behind it; into the folder look->reports the files for everybody else. The exit status.
 */
int cmd_summary_end(struct summary *summary, const struct summary_look *look, bool is_tap,
		    bool is_github);

#endif
