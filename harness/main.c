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
#include "base/program.h"
#include "base/str.h"
#include "cmd.h"
#include "diagnose/judgement.h"
#include "lab/router_root.h"
#include "netns/guest.h"
#include "netns/vm.h"
#include "netns/world.h"
#include "run/reader.h"
#include "run/world_main.h"

#define TWINSITE_VERSION "0.1"
#define DESCRIPTORS	 1024

static const struct subcommand {
	const struct command_line *line;
	int (*run)(int argc, char **argv);
	enum {
		READS_NOTHING, /* of others */
		READS_FILES,
		READS_AND_RUNS, /* starts worlds */
	} reads;
	const char *output; /* what it writes, see run/reader.h */
} subcommands[] = {
	{ &cmd_import_line, cmd_import, READS_FILES, NULL },
	{ &cmd_new_line, cmd_new, READS_FILES, "" },
	{ &cmd_list_line, cmd_list, READS_FILES, NULL },
	{ &cmd_doctor_line, cmd_doctor, READS_NOTHING, NULL },
	{ &cmd_run_line, cmd_run, READS_AND_RUNS, "--reports" },
	{ &cmd_shell_line, cmd_shell, READS_NOTHING, NULL },
	{ &cmd_predict_line, cmd_predict, READS_FILES, NULL },
	{ &cmd_fix_line, cmd_fix, READS_FILES, "--cured" },
	{ &cmd_log_line, cmd_log, READS_FILES, NULL },
	{ &cmd_explain_line, cmd_explain, READS_FILES, NULL },
	{ &cmd_pcap_line, cmd_pcap, READS_FILES, "--write-keys --make" },
	{ &cmd_agree_line, cmd_agree, READS_NOTHING, NULL },
	{ &cmd_plan_line, cmd_plan, READS_FILES, NULL },
	{ &cmd_version_line, cmd_version, READS_NOTHING, NULL },
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

/* Is one of the words this option, or its beginning? */
static bool has_word(int argc, char **argv, const char *option)
{
	for (int i = 2; i < argc; i++)
		if (strlen(argv[i]) > 2 && str_starts(option, argv[i]))
			return true;
	return false;
}

/* `pcap --live` asks charons. */
static bool has_worlds(const struct subcommand *subcommand, int argc, char **argv)
{
	return subcommand->reads == READS_AND_RUNS ||
	       (subcommand->run == cmd_pcap && has_word(argc, argv, "--live"));
}

/* `fix --apply` replaces files where they are, whoever they belong to: that is for root. */
static bool is_for_root(const struct subcommand *subcommand, int argc, char **argv)
{
	return subcommand->reads == READS_NOTHING ||
	       (subcommand->run == cmd_fix && has_word(argc, argv, "--apply"));
}

/* What prints must be flushed by who has printed it. */
static int (*reading)(int argc, char **argv);

static int read_as_nobody(int argc, char **argv)
{
	return cmd_flush(reading(argc, argv));
}

/* Root is given away before anything of others is read; where it can be, see reader.h. */
static int carry_out(const struct subcommand *subcommand, int argc, char **argv)
{
	const struct reader reader = {
		.argc = argc - 1,
		.argv = argv + 1,
		.main = read_as_nobody,
		.has_worlds = has_worlds(subcommand, argc, argv),
		.output = subcommand->output,
		.fallback = subcommand->run == cmd_list ? "scenarios" : NULL,
	};
	struct err err = { 0 }, other = { 0 };
	int status = EXIT_OK, r;

	reading = subcommand->run;
	if (geteuid() != 0 || is_for_root(subcommand, argc, argv))
		return subcommand->run(argc - 1, argv + 1);
	r = reader_run(&reader, &status, &err);
	if (!r)
		return status;
	if (r != -ENOTSUP)
		return cmd_fail(&err);
	if (world_has_ids() && reader_become(&reader, &other))
		(void)fprintf(stderr, "twinsite: note: root itself reads this: %s; %s\n",
			      err.text, other.text);
	return subcommand->run(argc - 1, argv + 1);
}

/* `twinsite run --help`, `twinsite run acme -h` */
static int run(const struct subcommand *subcommand, int argc, char **argv)
{
	if (!options_ask_help(subcommand->line, argc - 1, argv + 1))
		return carry_out(subcommand, argc, argv);
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
	(void)program_path();
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
