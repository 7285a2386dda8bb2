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

struct explain_command {
	bool is_json;
};

static const struct option_row explain_rows[] = {
	{ .name = "json",
	  .letter = 'J',
	  OPTION_AT(struct explain_command, is_json),
	  .help = "the same for programs" },
	{ 0 },
};

const struct command_line cmd_explain_line = {
	.name = "explain",
	.summary = "judge a recorded run again",
	.usage = "[--json] REPORT-FOLDER [SCENARIO]",
	.about =
		"Judges what was recorded in the folder once more; no root, no network, any "
		"machine. The scenario is the one recorded unless another folder is given.",
	.options = explain_rows,
	.examples =
		"twinsite explain reports/mine/latest\tjudge it again, for example by a newer twinsite",
	.operands_min = 1,
	.operands_max = 2,
};

int cmd_explain(int argc, char **argv)
{
	_cleanup_(judged_freep) struct judged *judged = NULL;
	_cleanup_buf_ struct buf text = { 0 };
	struct explain_command command = { 0 };
	struct terminal terminal = { 0 };
	struct operands operands;
	struct err err = { 0 };

	if (options_parse(&cmd_explain_line, argc, argv, &command, &operands, &err) ||
	    judge_folder(operands.items[0],
			 operands.count == 2 ? operands.items[1] : NULL, &judged, &err))
		return cmd_fail(&err);
	terminal_init(&terminal, STDOUT_FILENO);
	if (command.is_json)
		report_json(&judged->judgement, &text);
	else
		terminal_report(&terminal, &judged->judgement, &text);
	(void)fwrite(buf_text(&text), 1, text.length, stdout);
	return cmd_status(&judged->judgement);
}
