// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_explain.c - twinsite explain: judge a recorded run again */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "cmd.h"
#include "report/report.h"
#include "report/terminal.h"
#include "run/judge.h"

const char cmd_explain_help[] =
	"usage: twinsite explain [--json] REPORT-FOLDER [SCENARIO]\n"
	"\n"
	"Judges what was recorded in the folder once more; no root, no network, any machine.\n"
	"The scenario is the one recorded unless another folder is given.\n";

int cmd_explain(int argc, char **argv)
{
	_cleanup_(judged_freep) struct judged *judged = NULL;
	_cleanup_buf_ struct buf text = { 0 };
	bool is_json = argc > 1 && str_equal(argv[1], "--json");
	struct terminal terminal = { 0 };
	struct err err = { 0 };

	argv += is_json;
	argc -= is_json;
	if (argc < 2 || argc > 3)
		return cmd_usage(cmd_explain_help);
	if (judge_folder(argv[1], argc == 3 ? argv[2] : NULL, &judged, &err))
		return cmd_fail(&err);
	terminal_init(&terminal, STDOUT_FILENO);
	if (is_json)
		report_json(&judged->judgement, &text);
	else
		terminal_report(&terminal, &judged->judgement, &text);
	(void)fwrite(buf_text(&text), 1, text.length, stdout);
	return cmd_status(&judged->judgement);
}
