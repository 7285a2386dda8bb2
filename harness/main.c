// SPDX-License-Identifier: GPL-2.0-or-later
/* main.c - one table of subcommands */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/out.h"
#include "base/str.h"
#include "cmd.h"
#include "diagnose/judgement.h"
#include "lab/router_root.h"
#include "netns/guest.h"
#include "netns/vm.h"
#include "run/world_main.h"

#define TWINSITE_VERSION "0.1"
#define DESCRIPTORS	 1024

struct subcommand {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help; /* what --help prints */
	const char *summary;
};

static const struct subcommand subcommands[] = {
	{ "import", cmd_import, cmd_import_help,
	  "what was understood of a device's files, and what was not" },
	{ "new", cmd_new, cmd_new_help, "a scenario from the files of two devices" },
	{ "list", cmd_list, cmd_list_help, "the scenarios, in one sentence each" },
	{ "doctor", cmd_doctor, cmd_doctor_help,
	  "what this machine can do, and what is missing" },
	{ "run", cmd_run, cmd_run_help,
	  "rehearse: build the world, bring the tunnel up, ask, judge" },
	{ "shell", cmd_shell, cmd_shell_help, "a command in a node of a kept run" },
	{ "predict", cmd_predict, cmd_predict_help,
	  "what will not work and why, before a packet is sent" },
	{ "fix", cmd_fix, cmd_fix_help,
	  "diffs of both ends' files that cure it, each one proved first" },
	{ "explain", cmd_explain, cmd_explain_help, "judge a recorded run again" },
	{ "pcap", cmd_pcap, cmd_pcap_help,
	  "what a capture tells: peers, IKE messages, ESP" },
	{ "agree", cmd_agree, cmd_agree_help,
	  "random pairs of files: does charon do what predict says?" },
	{ "plan", cmd_plan, cmd_plan_help,
	  "the world that a run would build: nodes, routes, rules, DNS" },
	{ "version", cmd_version, cmd_version_help, "print the version" },
};

const char cmd_version_help[] = "usage: twinsite version\n";

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
	return exit_of_err(err);
}

int cmd_status(const struct judgement *judgement)
{
	switch (judgement->outcome) {
	case OUTCOME_AS_EXPECTED:
		return EXIT_OK;
	case OUTCOME_UNEXPECTED:
		return EXIT_UNEXPECTED;
	case OUTCOME_NOT_RUN:
		return EXIT_NOTHING_RAN;
	case OUTCOME_LAB_FAILED:
	case OUTCOME_CONTRADICTION:
		return EXIT_BROKE;
	}
	return EXIT_BROKE;
}

int cmd_usage(const char *help)
{
	(void)fputs(help, stderr);
	return EXIT_BAD_INPUT;
}

static int usage(FILE *out, int status)
{
	(void)fputs("usage: twinsite COMMAND …\n\n", out);
	for (size_t i = 0; i < ARRAY_SIZE(subcommands); i++)
		(void)fprintf(out, "  %-8s %s\n", subcommands[i].name,
			      subcommands[i].summary);
	(void)fputs("\n`twinsite COMMAND --help` says how it is called.\n", out);
	return status;
}

static bool is_help(const char *word)
{
	return str_equal(word, "--help") || str_equal(word, "-h");
}

/* `twinsite run --help`, `twinsite run acme --help`; behind shell stands another command. */
static bool wants_help(const struct subcommand *subcommand, int argc, char **argv)
{
	for (int i = 2; i < argc && !str_equal(argv[i], "--"); i++)
		if (is_help(argv[i]))
			return i == 2 || subcommand->run != cmd_shell;
	return false;
}

static void help(const struct subcommand *subcommand, FILE *out)
{
	_cleanup_buf_ struct buf text = { 0 };

	buf_puts(&text, subcommand->help);
	exit_help(&text);
	(void)fputs(buf_text(&text), out);
}

static int run(const struct subcommand *subcommand, int argc, char **argv)
{
	if (!wants_help(subcommand, argc, argv))
		return subcommand->run(argc - 1, argv + 1);
	help(subcommand, stdout);
	return EXIT_OK;
}

static const struct subcommand *find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(subcommands); i++)
		if (str_equal(name, subcommands[i].name))
			return &subcommands[i];
	return NULL;
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

static int dispatch(int argc, char **argv)
{
	const struct subcommand *subcommand;

	if (argc < 2)
		return usage(stderr, EXIT_BAD_INPUT);
	if (is_help(argv[1]) || str_equal(argv[1], "help"))
		return usage(stdout, EXIT_OK);
	subcommand = find(argv[1]);
	return subcommand ? run(subcommand, argc, argv) : unknown_subcommand(argv[1]);
}

/*
 * A descriptor that was closed before us would be the next file that is opened, and get
 * what is printed. What takes its place can be neither read nor written.
 */
static void fill_closed_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)!open("/dev/null",
				    fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

int cmd_flush(int status)
{
	bool is_lost = ferror(stdout) != 0;
	int error = 0;

	if (fflush(stdout))
		error = errno;
	if (!is_lost && !error)
		return status;
	(void)fprintf(stderr, "twinsite: standard output cannot be written%s%s\n",
		      error ? ": " : "", error ? strerror(error) : "");
	clearerr(stdout);
	return exit_worst(status, EXIT_BROKE);
}

/* A world needs some 100 descriptors; shells and CI are given fewer than they may have. */
static void raise_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= DESCRIPTORS)
		return;
	limit.rlim_cur = limit.rlim_max < DESCRIPTORS ? limit.rlim_max : DESCRIPTORS;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

int main(int argc, char **argv)
{
	root_use(router_root);
	if (guest_is_init())
		guest_run(guest_modules_always, world_main, NULL);
	if (vm_is_booting())
		vm_boot();
	if (vm_is_running())
		vm_run(world_main, NULL);
	fill_closed_descriptors();
	raise_descriptors();
	out_guard();
	return cmd_flush(dispatch(argc, argv));
}
