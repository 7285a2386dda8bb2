// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_plan.c - twinsite plan: the world that a run would build, without building it */
#include <getopt.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "cmd.h"
#include "lab/plan.h"
#include "lab/plan_text.h"
#include "scenario/scenario.h"

const char cmd_plan_help[] =
	"usage: twinsite plan [--network] [--libipsec] SCENARIO\n"
	"\n"
	"Shows the world that a run would build: nodes, addresses, routes, firewall rules and\n"
	"DNS. Nothing is built.\n"
	"\n"
	"  --network   nodes, cables and routes only\n"
	"  --libipsec  with the rules for ESP over TUN\n";

int cmd_plan(int argc, char **argv)
{
	static const struct option options[] = {
		{ "network", no_argument, NULL, 'n' },
		{ "libipsec", no_argument, NULL, 'l' },
		{ 0 },
	};
	_cleanup_(scenario_freep) struct scenario *scenario = NULL;
	_cleanup_(plan_freep) struct plan *plan = NULL;
	_cleanup_buf_ struct buf text = { 0 };
	enum esp_plane plane = ESP_KERNEL;
	struct err err = { 0 };
	bool is_full = true;
	int c;

	optind = 1;
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'n')
			is_full = false;
		else if (c == 'l')
			plane = ESP_LIBIPSEC;
		else
			return cmd_usage(cmd_plan_help);
	}
	if (optind + 1 != argc)
		return cmd_usage(cmd_plan_help);
	if (scenario_load(argv[optind], &scenario, &err) ||
	    plan_make(scenario, plane, &plan, &err))
		return cmd_fail(&err);
	plan_text(plan, is_full, &text);
	(void)fputs(buf_text(&text), stdout);
	return EXIT_OK;
}
