/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cmd_summary.h - a summary read, shown and written, for `run` and `report` (cmd_summary.c) */
#ifndef TWINSITE_CMD_SUMMARY_H
#define TWINSITE_CMD_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/options.h"
#include "report/summary.h"

struct err;

/* How the end of many runs is shown: what both commands can be told. */
struct summary_options {
	struct summary_look look;
	bool is_tap;
	int annotate; /* which of summary_annotations(); -1: none */
};

#define SUMMARY_DEFAULT                             \
	{                                           \
		.look.durations = 3, .annotate = -1 \
	}

/* Their rows, without the last comma; `field` is the struct summary_options in `type`. */
#define SUMMARY_NAMES "durations quiet tap annotate"
/* clang-format off */
#define SUMMARY_ROWS(type, field)                                                       \
	{ .name = "durations", .kind = OPTION_NUMBER,                                   \
	  OPTION_AT(type, field.look.durations), .argument = "N", .min = 0, .max = 1000, \
	  .help = "of several: name the N slowest (default 3)" },                       \
	{ .name = "quiet", .letter = 'q', OPTION_AT(type, field.look.is_quiet),         \
	  .excludes = "verbose",                                                        \
	  .help = "of several: only the failures and the last line" },                  \
	{ .name = "tap", OPTION_AT(type, field.is_tap), .excludes = "verbose",          \
	  .help = "TAP on standard output, the rest on standard error" },               \
	{ .name = "annotate", .kind = OPTION_WORD, .words = summary_annotations,        \
	  OPTION_AT(type, field.annotate), .argument = "WHERE", .excludes = "tap",      \
	  .help = "mark the wrong lines of a pull request (workflow commands)" }
/* clang-format on */

/* "github", with a NULL behind. */
const char *const *summary_annotations(void);

int cmd_summary_load(const char *path, struct summary **ret_summary, struct err *err);

/* With TAP the plan comes first. */
void cmd_summary_begin(const struct summary_options *options, size_t count);

/*
 * On stdout the end that options->look asks for (with TAP it is on stderr), annotations
 * behind it; into the folder look.reports the files for everybody else. The exit status.
 */
int cmd_summary_end(struct summary *summary, const struct summary_options *options);

#endif
