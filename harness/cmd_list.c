// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_list.c - twinsite list: the scenarios below a folder, in one sentence each */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/installed.h"
#include "base/program.h"
#include "base/out.h"
#include "cmd.h"
#include "report/text.h"
#include "scenario/scenario.h"

#define DEFAULT_FOLDER "scenarios"
#define NAME_COLUMNS   30

const char *cmd_list_folder(void)
{
	static char folder[PATH_MAX];

	if (!access(DEFAULT_FOLDER, F_OK) || installed_scenarios(program_path(), folder))
		return DEFAULT_FOLDER;
	return folder;
}

static int has_scenario(const char *folder, const char *name)
{
	char path[PATH_MAX];
	int length = snprintf(path, sizeof(path), "%s/%s/scenario.yml", folder, name);

	return name[0] != '.' && length > 0 && (size_t)length < sizeof(path) &&
	       faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* " [F63, needs kernel-esp]" */
static void add_remarks(const struct scenario *scenario, struct buf *out)
{
	const char *before = " [";

	vec_foreach (fault, &scenario->faults) {
		buf_printf(out, "%s%s", before, fault->class->id);
		before = ", ";
	}
	for (const struct scenario_need *need = scenario_need_words; need->word; need++) {
		if (!(scenario->needs & need->need))
			continue;
		buf_printf(out, "%sneeds %s", before, need->word);
		before = ", ";
	}
	if (before[0] == ',')
		buf_putc(out, ']');
}

static int list_one(const char *folder, const char *name)
{
	_cleanup_(scenario_freep) struct scenario *scenario = NULL;
	_cleanup_buf_ struct buf line = { 0 };
	struct err err = { 0 };
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/%s", folder, name) >= (int)sizeof(path))
		return EXIT_BAD_INPUT;
	if (scenario_load(path, &scenario, &err)) {
		(void)fflush(stdout);
		return cmd_fail(&err);
	}
	text_add_padded(&line, name, NAME_COLUMNS);
	text_add_plain(&line, scenario->sentence);
	add_remarks(scenario, &line);
	(void)puts(buf_text(&line));
	return EXIT_OK;
}

const struct command_line cmd_list_line = {
	.name = "list",
	.summary = "the scenarios, in one sentence each",
	.usage = "[FOLDER]",
	.about =
		"The scenarios of a folder (default: scenarios, or those that are installed), each in one sentence.",
	.examples = "twinsite list\twhat can be run by its name",
	.statuses = "0 done\n2 a scenario is not right\n3 there is none",
	.operands_max = 1,
};

int cmd_list(int argc, char **argv)
{
	struct operands operands;
	struct dirent **entries;
	int status = EXIT_OK, found = 0, count;
	struct err error = { 0 };
	const char *folder;

	if (options_parse(&cmd_list_line, argc, argv, NULL, &operands, &error))
		return cmd_fail(&error);
	out_wrap();
	folder = operands.count ? operands.items[0] : cmd_list_folder();
	count = scandir(folder, &entries, NULL, alphasort);
	if (count < 0) {
		struct err err = { 0 };

		(void)err_sys(&err, errno, "%s", folder);
		return cmd_fail(&err);
	}
	for (int i = 0; i < count; i++) {
		if (has_scenario(folder, entries[i]->d_name)) {
			int one = list_one(folder, entries[i]->d_name);

			status = exit_worst(status, one);
			found++;
		}
		free(entries[i]);
	}
	free(entries);
	if (!found)
		(void)fprintf(stderr, "twinsite: no scenario below %s\n", folder);
	return found ? status : EXIT_NOTHING_RAN;
}
