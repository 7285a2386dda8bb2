// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_shell.c - twinsite shell: a command in a node of a kept run */
#include <errno.h>
#include <limits.h>

#include "base/err.h"
#include "cmd.h"
#include "run/keep.h"

struct shell_command_line {
	bool is_end;
};

static const struct option_row shell_rows[] = {
	{ .name = "end",
	  OPTION_AT(struct shell_command_line, is_end),
	  .operands = 1,
	  .help = "let the run go on to its end" },
	{ 0 },
};

const struct command_line cmd_shell_line = {
	.name = "shell",
	.summary = "a command in a node of a kept run",
	.usage = "REPORT-FOLDER NODE [COMMAND …]\n"
		 "REPORT-FOLDER --end",
	.about =
		"Runs a command (default: a shell) in a node of a run that `twinsite run "
		"--keep` keeps: the sites' names (home, acme), the hosts' names, or internet. "
		"The exit status is the command's.",
	.options = shell_rows,
	.examples =
		"twinsite run --keep mine &\tkeeps the network up\n"
		"twinsite shell reports/mine/latest home swanctl --list-sas\tthe SAs of the one gateway\n"
		"twinsite shell reports/mine/latest --end\tdone: take it down",
	.operands_min = 1,
	.operands_max = UINT_MAX,
	.command_behind = 2,
};

int cmd_shell(int argc, char **argv)
{
	struct shell_command_line command = { 0 };
	struct operands operands;
	struct err err = { 0 };
	int status = EXIT_OK, r;

	r = options_parse(&cmd_shell_line, argc, argv, &command, &operands, &err);
	if (r)
		return cmd_fail(&err);
	if (command.is_end)
		r = keep_end(operands.items[0], &err);
	else if (operands.count < 2)
		r = err_set(&err, EINVAL, "shell: in which node? twinsite shell %s NODE",
			    operands.items[0]);
	else
		r = keep_shell(operands.items[0], operands.items[1], operands.items + 2,
			       &status, &err);
	return r ? cmd_fail(&err) : status;
}
