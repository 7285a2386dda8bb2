// SPDX-License-Identifier: GPL-2.0-or-later
/* main.c - one table of subcommands */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "cmd.h"
#include "netns/guest.h"
#include "run/world_main.h"

#define TWINSITE_VERSION "0.1"

struct subcommand {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *usage, *help;
};

static const struct subcommand subcommands[] = {
	{ "import", cmd_import, "import FILE|FOLDER|ARCHIVE",
	  "what was understood of a device's files, and what was not" },
	{ "new", cmd_new, "new DIR --left FILES --right FILES",
	  "a scenario from the files of two devices" },
	{ "list", cmd_list, "list [FOLDER]", "the scenarios, in one sentence each" },
	{ "doctor", cmd_doctor, "doctor",
	  "what this machine can do, and what is missing" },
	{ "run", cmd_run, "run [OPTION …] SCENARIO …",
	  "rehearse: build the world, bring the tunnel up, ask, judge" },
	{ "shell", cmd_shell, "shell REPORT-FOLDER NODE [COMMAND …]",
	  "a command in a node of a kept run" },
	{ "predict", cmd_predict, "predict SCENARIO | A B",
	  "what will not work and why, before a packet is sent" },
	{ "explain", cmd_explain, "explain REPORT-FOLDER", "judge a recorded run again" },
	{ "pcap", cmd_pcap, "pcap FILE [--psk KEY] [--keys DIR] [--json]",
	  "what a capture tells: peers, IKE messages, ESP" },
	{ "agree", cmd_agree, "agree [N] [--seed S]",
	  "random pairs of files: does charon do what predict says?" },
	{ "plan", cmd_plan, "plan [--network] SCENARIO",
	  "the world that a run would build: nodes, routes, rules, DNS" },
	{ "version", cmd_version, "version", "print the version" },
};

int cmd_version(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	(void)printf("twinsite %s\n", TWINSITE_VERSION);
	return EXIT_OK;
}

int cmd_fail(const struct err *err)
{
	(void)fprintf(stderr, "twinsite: %s\n", err->text);
	return err->code == -ENOTSUP || err->code == -EPERM || err->code == -EACCES ||
			       err->code == -ENOSPC || err->code == -EROFS ||
			       err->code == -ENOMEM
		       ? EXIT_MACHINE
		       : EXIT_BAD_INPUT;
}

static int usage(FILE *out, int status)
{
	(void)fputs("usage: twinsite COMMAND …\n\n", out);
	for (size_t i = 0; i < ARRAY_SIZE(subcommands); i++)
		(void)fprintf(out, "  %-34s %s\n", subcommands[i].usage,
			      subcommands[i].help);
	return status;
}

static int unknown_subcommand(const char *name)
{
	const char *names[ARRAY_SIZE(subcommands) + 1] = { NULL };
	const char *nearest;

	for (size_t i = 0; i < ARRAY_SIZE(subcommands); i++)
		names[i] = subcommands[i].name;
	nearest = str_nearest(name, names);
	(void)fprintf(stderr, "twinsite: unknown command '%s'%s%s%s\n", name,
		      nearest ? ", did you mean '" : "", nearest ? nearest : "",
		      nearest ? "'?" : "");
	return usage(stderr, EXIT_BAD_INPUT);
}

int main(int argc, char **argv)
{
	if (guest_is_init())
		guest_run(guest_modules_ipsec, world_main, NULL);
	if (argc < 2)
		return usage(stderr, EXIT_BAD_INPUT);
	if (str_equal(argv[1], "--help") || str_equal(argv[1], "help"))
		return usage(stdout, EXIT_OK);
	for (size_t i = 0; i < ARRAY_SIZE(subcommands); i++)
		if (str_equal(argv[1], subcommands[i].name))
			return subcommands[i].run(argc - 1, argv + 1);
	return unknown_subcommand(argv[1]);
}
