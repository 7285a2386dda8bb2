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

static const struct subcommand {
	const struct command_line *line;
	int (*run)(int argc, char **argv);
} subcommands[] = {
	{ &cmd_import_line, cmd_import },   { &cmd_new_line, cmd_new },
	{ &cmd_list_line, cmd_list },	    { &cmd_doctor_line, cmd_doctor },
	{ &cmd_run_line, cmd_run },	    { &cmd_shell_line, cmd_shell },
	{ &cmd_predict_line, cmd_predict }, { &cmd_fix_line, cmd_fix },
	{ &cmd_explain_line, cmd_explain }, { &cmd_pcap_line, cmd_pcap },
	{ &cmd_agree_line, cmd_agree },	    { &cmd_plan_line, cmd_plan },
	{ &cmd_version_line, cmd_version },
};

const struct command_line cmd_version_line = {
	.name = "version",
	.summary = "print the version",
	.usage = "",
	.about = "Prints the version; so does `twinsite --version`.",
};

static int print_version(void)
{
	(void)printf("twinsite %s\n", TWINSITE_VERSION);
	return EXIT_OK;
}

int cmd_version(int argc, char **argv)
{
	struct operands operands;
	struct err err = { 0 };

	if (options_parse(&cmd_version_line, argc, argv, NULL, &operands, &err))
		return cmd_fail(&err);
	return print_version();
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

static int usage(FILE *out, int status)
{
	(void)fputs("usage: twinsite COMMAND …\n\n", out);
	for (size_t i = 0; i < ARRAY_SIZE(subcommands); i++)
		(void)fprintf(out, "  %-8s %s\n", subcommands[i].line->name,
			      subcommands[i].line->summary);
	(void)fputs(
		"\n`twinsite help COMMAND` says how it is called, `twinsite help --all` "
		"all of it.\n",
		out);
	return status;
}

static void help(const struct command_line *line)
{
	_cleanup_buf_ struct buf text = { 0 };

	options_help(line, &text);
	(void)fputs(buf_text(&text), stdout);
}

static void help_exit(void)
{
	_cleanup_buf_ struct buf text = { 0 };

	exit_help(&text);
	(void)fputs(buf_text(&text), stdout);
}

static const struct subcommand *find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(subcommands); i++)
		if (str_equal(name, subcommands[i].line->name))
			return &subcommands[i];
	return NULL;
}

static int unknown_subcommand(const char *name)
{
	const char *names[ARRAY_SIZE(subcommands) + 1] = { NULL };
	const char *nearest;

	for (size_t i = 0; i < ARRAY_SIZE(subcommands); i++)
		names[i] = subcommands[i].line->name;
	nearest = str_nearest(name, names);
	(void)fprintf(stderr, "twinsite: unknown command '%s'%s%s%s\n", name,
		      nearest ? ", did you mean '" : "", nearest ? nearest : "",
		      nearest ? "'?" : "");
	return usage(stderr, EXIT_BAD_INPUT);
}

/* `twinsite help`, `twinsite help run`, `twinsite help --all` */
static int help_about(int argc, char **argv)
{
	const struct subcommand *subcommand;

	if (argc < 3)
		return usage(stdout, EXIT_OK);
	if (str_equal(argv[2], "--all")) {
		for (size_t i = 0; i < ARRAY_SIZE(subcommands); i++) {
			help(subcommands[i].line);
			(void)putchar('\n');
		}
		help_exit();
		return EXIT_OK;
	}
	subcommand = find(argv[2]);
	if (!subcommand)
		return unknown_subcommand(argv[2]);
	help(subcommand->line);
	help_exit();
	return EXIT_OK;
}

/* `twinsite run --help`, `twinsite run acme -h` */
static int run(const struct subcommand *subcommand, int argc, char **argv)
{
	if (!options_ask_help(subcommand->line, argc - 1, argv + 1))
		return subcommand->run(argc - 1, argv + 1);
	help(subcommand->line);
	help_exit();
	return EXIT_OK;
}

static int dispatch(int argc, char **argv)
{
	const struct subcommand *subcommand;

	if (argc < 2)
		return usage(stderr, EXIT_BAD_INPUT);
	if (str_equal(argv[1], "--help") || str_equal(argv[1], "-h") ||
	    str_equal(argv[1], "help"))
		return help_about(argc, argv);
	if (str_equal(argv[1], "--version") || str_equal(argv[1], "-V"))
		return print_version();
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
