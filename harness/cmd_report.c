// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_report.c - twinsite report: the reports of several machines become one */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "cmd.h"
#include "cmd_summary.h"
#include "report/merge.h"
#include "report/summary.h"
#include "report/terminal.h"

#define PARTS_MAX 1000

struct report_command {
	struct summary_options summary;
	struct report_page page; /* of one run */
};

/* What is about many runs has no effect on one. */
#define MANY "reports " SUMMARY_NAMES

static const struct option_row report_rows[] = {
	{ .name = "reports",
	  .letter = 'r',
	  .kind = OPTION_TEXT,
	  OPTION_AT(struct report_command, summary.look.reports),
	  .argument = "D",
	  .help = "folder for what is put together (default: reports)" },
	SUMMARY_ROWS(struct report_command, summary),
	{ .name = "for",
	  .kind = OPTION_TEXT,
	  OPTION_AT(struct report_command, page.side),
	  .argument = "SITE",
	  .excludes = MANY,
	  .operands = 1,
	  .help = "print one run's page for one administrator: only that site's lines, "
		  "files and fix" },
	{ .name = "share",
	  .kind = OPTION_TEXT,
	  OPTION_AT(struct report_command, page.share),
	  .argument = "FOLDER",
	  .excludes = MANY,
	  .operands = 1,
	  .help = "make a folder of one run's page, logs and captures to be given away, "
		  "without keys and paths of this machine" },
	{ .name = "hide-addresses",
	  OPTION_AT(struct report_command, page.hides_addresses),
	  .needs = "share",
	  .help = "each public address is public-1, public-2, … there; captures are left "
		  "out" },
	{ 0 },
};

const struct command_line cmd_report_line = {
	.name = "report",
	.summary =
		"put the reports of several machines together; one run, to be given away",
	.usage = "[OPTION …] DIR …\n"
		 "[--for SITE] [--share FOLDER [--hide-addresses]] RUN",
	.about =
		"Each DIR is a folder of reports as `run --reports DIR --shard I/N` made "
		"it. summary.json, junit.xml, twinsite.sarif and index.html of all of them "
		"are written, and what `run` prints at its end is printed; the exit status "
		"is the worst of all runs.\n"
		"Refused, with a sentence: a shard that is missing or there twice, a "
		"scenario that did not run or is there twice, parts of other lists, of "
		"another version. Reports of other scenarios, without --shard, are put one "
		"behind the other.\n"
		"RUN is the folder of one run. --for prints its page for one administrator, "
		"one HTML file that needs nothing else; --share writes a folder, and lists "
		"what is left out of it.",
	.options = report_rows,
	.examples =
		"twinsite report --for home reports/mine/latest >home.html\tfor the one administrator, only his side\n"
		"twinsite report --share to-forum --hide-addresses reports/mine/latest\twhat may be shown to strangers\n"
		"twinsite report shard-1 shard-2\tthe shards of two machines in one summary",
	.operands_min = 1,
	.operands_max = PARTS_MAX,
};

/* As it is called from the root, whatever is a link in it. */
static const char *absolute(struct arena *arena, const char *path)
{
	char here[PATH_MAX];

	return *path == '/' || !getcwd(here, sizeof(here))
		       ? path
		       : arena_printf(arena, "%s/%s", here, path);
}

static int load(struct arena *arena, const char *folder, struct summary **ret_summary,
		struct err *err)
{
	const char *path = arena_printf(arena, "%s/" SUMMARY_JSON_FILE, folder);
	int r = cmd_summary_load(path, ret_summary, err);

	if (r != -ENOENT || access(folder, F_OK))
		return r;
	return err_set(err, ENOENT,
		       "%s has no " SUMMARY_JSON_FILE
		       ": it is written by a run of several "
		       "scenarios (`twinsite run A B`, --shard); of a single run `report "
		       "--for SITE RUN` and --share make a page",
		       folder);
}

static int merge(const struct operands *operands, const char *reports,
		 struct arena *arena, struct summary **ret_summary, struct err *err)
{
	struct merge_part *parts = arena_alloc(arena, operands->count * sizeof(*parts));
	struct summary **loaded = arena_alloc(arena, operands->count * sizeof(*loaded));
	const char *from = absolute(arena, reports);
	int r = 0;

	for (size_t i = 0; !r && i < operands->count; i++) {
		const char *folder = operands->items[i];

		r = load(arena, folder, &loaded[i], err);
		parts[i] = (struct merge_part){
			.name = folder,
			.summary = loaded[i],
			.folder = merge_way(arena, from, absolute(arena, folder)),
		};
	}
	if (!r)
		r = summary_merge(parts, operands->count, ret_summary, err);
	for (size_t i = 0; i < operands->count; i++)
		summary_free(loaded[i]);
	return r;
}

static void print_tap(const struct summary *summary)
{
	_cleanup_buf_ struct buf text = { 0 };
	size_t number = 0;

	vec_foreach (run, &summary->runs)
		summary_tap(run, ++number, &text);
	(void)fwrite(buf_text(&text), 1, text.length, stdout);
}

int cmd_report(int argc, char **argv)
{
	_cleanup_(summary_freep) struct summary *summary = NULL;
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct report_command command = { .summary = SUMMARY_DEFAULT };
	struct summary_look *look = &command.summary.look;
	struct terminal terminal;
	struct operands operands;
	struct err err = { 0 };

	look->reports = "reports";
	if (options_parse(&cmd_report_line, argc, argv, &command, &operands, &err))
		return cmd_fail(&err);
	if (command.page.side || command.page.share)
		return cmd_report_page(&command.page, operands.items[0]);
	if (merge(&operands, look->reports, arena, &summary, &err))
		return cmd_fail(&err);
	terminal_init(&terminal, STDOUT_FILENO);
	look->has_colour = terminal.has_colour;
	cmd_summary_begin(&command.summary, summary->runs.count);
	if (command.summary.is_tap)
		print_tap(summary);
	return cmd_summary_end(summary, &command.summary);
}
