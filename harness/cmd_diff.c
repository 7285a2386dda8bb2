// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_diff.c - twinsite diff: what changed from one run to another */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "cmd.h"
#include "cmd_summary.h"
#include "fix/diff.h"
#include "report/report.h"
#include "report/runs_diff.h"
#include "report/summary.h"

const struct command_line cmd_diff_line = {
	.name = "diff",
	.summary = "what changed from one run to another",
	.usage = "RUN RUN",
	.about =
		"Each RUN is the folder of one run (reports/acme/latest), or a folder of "
		"reports with a summary.json. Says which verdicts, causes and outcomes are "
		"others, and how the configurations differ that the daemons were given; what "
		"was measured is not compared. The exit status is 0 when nothing differs, "
		"1 when something does.",
	.examples =
		"twinsite diff reports/mine/2026-11-01T10-00-00 reports/mine/latest\twhat the last change changed",
	.statuses =
		"0 nothing differs\n"
		"1 something does\n"
		"2 a file is not what it should be, or the call is not; the sentence says which",
	.operands_min = 2,
	.operands_max = 2,
};

struct side {
	const char *folder;
	struct summary *summary;
};

static int load(struct side *side, struct err *err)
{
	_cleanup_free_ char *text = NULL;
	char path[PATH_MAX];
	size_t length;
	int r;

	if (snprintf(path, sizeof(path), "%s/" REPORT_JSON_FILE, side->folder) >=
	    (int)sizeof(path))
		return err_set(err, ENAMETOOLONG, "%.100s…: path too long", side->folder);
	if (!access(path, F_OK)) {
		r = file_read(path, &text, &length, err);
		return r ? r
			 : runs_diff_read_result(path, text, length, &side->summary, err);
	}
	(void)snprintf(path, sizeof(path), "%s/" SUMMARY_JSON_FILE, side->folder);
	if (access(path, F_OK))
		return err_set(err, ENOENT,
			       "%s: neither a " REPORT_JSON_FILE
			       " nor a " SUMMARY_JSON_FILE " is in there",
			       side->folder);
	return cmd_summary_load(path, &side->summary, err);
}

/* ---------------------------------------------------------------- configurations */

static bool is_configuration(const char *name)
{
	return name[0] != '.' &&
	       (str_ends(name, ".swanctl.conf") || str_ends(name, ".strongswan.conf"));
}

static int choose(const struct dirent *entry)
{
	return is_configuration(entry->d_name);
}

/* A report of others: never out of its folder. "" when there is no such file. */
static char *read_conf(const char *folder, const char *name)
{
	char *text = NULL;
	size_t length;

	if (file_read_below(folder, name, FILE_SIZE_MAX, &text, &length, NULL))
		return strdup("");
	return text;
}

static void diff_file(const char *old, const char *new, const char *name, struct buf *out)
{
	_cleanup_free_ char *before = read_conf(old, name);
	_cleanup_free_ char *after = read_conf(new, name);

	if (before && after)
		diff_unified(name, before, after, out);
}

/* Files of the first that are also in the second, and the other way round. */
static void diff_files(const char *old, const char *new, struct buf *out)
{
	const char *const folders[] = { old, new };

	for (size_t side = 0; side < ARRAY_SIZE(folders); side++) {
		struct dirent **entries = NULL;
		int count = scandir(folders[side], &entries, choose, alphasort);

		for (int i = 0; i < count; i++) {
			char other[PATH_MAX + NAME_MAX + 2];

			(void)snprintf(other, sizeof(other), "%s/%s", old,
				       entries[i]->d_name);
			if (side == 0 || access(other, F_OK))
				diff_file(old, new, entries[i]->d_name, out);
			free(entries[i]);
		}
		free(entries);
	}
}

static bool folder_of(const struct side *side, const struct summary_run *run,
		      char path[PATH_MAX])
{
	return run->folder && *run->folder != '/' && !strstr(run->folder, "..") &&
	       snprintf(path, PATH_MAX, "%s/%s", side->folder, run->folder) < PATH_MAX;
}

static bool configurations(void *user, const struct summary_run *old,
			   const struct summary_run *new, struct buf *out)
{
	const struct side *sides = user;
	char before[PATH_MAX], after[PATH_MAX];
	size_t length = out->length;

	if (folder_of(&sides[0], old, before) && folder_of(&sides[1], new, after))
		diff_files(before, after, out);
	return out->length > length;
}

int cmd_diff(int argc, char **argv)
{
	struct side sides[2] = { 0 };
	_cleanup_buf_ struct buf text = { 0 };
	struct operands operands;
	struct err err = { 0 };
	bool differ = false;
	int r = options_parse(&cmd_diff_line, argc, argv, NULL, &operands, &err);

	for (size_t i = 0; !r && i < ARRAY_SIZE(sides); i++) {
		sides[i].folder = operands.items[i];
		r = load(&sides[i], &err);
	}
	if (!r)
		differ = runs_diff_all(sides[0].summary, sides[1].summary, configurations,
				       sides, &text);
	for (size_t i = 0; i < ARRAY_SIZE(sides); i++)
		summary_free(sides[i].summary);
	if (r)
		return cmd_fail(&err);
	(void)fwrite(buf_text(&text), 1, text.length, stdout);
	return differ ? EXIT_UNEXPECTED : EXIT_OK;
}
