// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_plan.c - twinsite plan: the world that a run would build, without building it */
#include <stdio.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "cmd.h"
#include "lab/plan.h"
#include "lab/plan_text.h"
#include "netns/plane.h"
#include "run/way.h"
#include "scenario/scenario.h"

struct plan_command {
	bool is_network, is_libipsec;
};

static const struct option_row plan_rows[] = {
	{ .name = "network",
	  .letter = 'n',
	  OPTION_AT(struct plan_command, is_network),
	  .help = "nodes, cables and routes only" },
	{ .name = "libipsec",
	  OPTION_AT(struct plan_command, is_libipsec),
	  .help = "with the rules for ESP over TUN" },
	{ 0 },
};

const struct command_line cmd_plan_line = {
	.name = "plan",
	.summary = "the world that a run would build: nodes, routes, rules, DNS",
	.usage = "[OPTION …] SCENARIO",
	.about =
		"Shows the world that a run would build: nodes, addresses, routes, firewall "
		"rules and DNS. Nothing is built.",
	.options = plan_rows,
	.examples = "twinsite plan acme\twhat a run would build, without building it",
	.statuses =
		"0 done\n"
		"2 a file is not what it should be, or the call is not; the sentence says which",
	.operands_min = 1,
	.operands_max = 1,
};

int cmd_plan(int argc, char **argv)
{
	_cleanup_(scenario_freep) struct scenario *scenario = NULL;
	_cleanup_(plan_freep) struct plan *plan = NULL;
	_cleanup_buf_ struct buf text = { 0 };
	struct plan_command command = { 0 };
	struct operands operands;
	struct err err = { 0 };

	if (options_parse(&cmd_plan_line, argc, argv, &command, &operands, &err))
		return cmd_fail(&err);
	if (scenario_load(operands.items[0], &scenario, &err))
		return cmd_fail(&err);
	way_settle_scenario(scenario, command.is_libipsec ? PLANE_LIBIPSEC : PLANE_VM,
			    command.is_libipsec ? 0 : PLANE_ALL_FEATURES);
	if (plan_make(scenario, command.is_libipsec ? ESP_LIBIPSEC : ESP_KERNEL, &plan,
		      &err))
		return cmd_fail(&err);
	plan_text(plan, !command.is_network, &text);
	(void)fputs(buf_text(&text), stdout);
	return EXIT_OK;
}
