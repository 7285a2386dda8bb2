// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_shell.c - twinsite shell: a command in a node of a kept run */
#include <stdio.h>

#include "base/err.h"
#include "base/str.h"
#include "cmd.h"
#include "run/keep.h"

const char cmd_shell_help[] =
	"usage: twinsite shell REPORT-FOLDER NODE [COMMAND …]\n"
	"       twinsite shell REPORT-FOLDER --end\n"
	"\n"
	"Runs a command (default: a shell) in a node of a run that `twinsite run --keep`\n"
	"keeps: the sites' names (home, acme), the hosts' names, or internet. --end lets the\n"
	"run go on to its end. The exit status is the command's.\n";

int cmd_shell(int argc, char **argv)
{
	struct err err = { 0 };
	int status = EXIT_OK, r;

	if (argc < 3)
		return cmd_usage(cmd_shell_help);
	if (str_equal(argv[2], "--end"))
		r = keep_end(argv[1], &err);
	else
		r = keep_shell(argv[1], argv[2], argv + 3, &status, &err);
	return r ? cmd_fail(&err) : status;
}
