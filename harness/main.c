// SPDX-License-Identifier: GPL-2.0-or-later
/* main.c - one table of subcommands */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/installed.h"
#include "base/options_pages.h"
#include "base/out.h"
#include "base/program.h"
#include "base/str.h"
#include "base/version.h"
#include "cmd.h"
#include "diagnose/judgement.h"
#include "lab/router_root.h"
#include "netns/guest.h"
#include "netns/vm.h"
#include "netns/world.h"
#include "report/summary.h"
#include "run/reader.h"
#include "run/world_main.h"

#define DESCRIPTORS   1024
#define NAMES_SETTLED 1024 /* scenarios of one call that are given by name */

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
	{ &cmd_run_line, cmd_run, READS_AND_RUNS, "--reports -r" },
	{ &cmd_report_line, cmd_report, READS_FILES, "--reports -r" },
	{ &cmd_diff_line, cmd_diff, READS_FILES, NULL },
	{ &cmd_shell_line, cmd_shell, READS_NOTHING, NULL },
	{ &cmd_predict_line, cmd_predict, READS_FILES, NULL },
	{ &cmd_other_end_line, cmd_other_end, READS_FILES, "--output -o" },
	{ &cmd_fix_line, cmd_fix, READS_FILES, "--cured" },
	{ &cmd_log_line, cmd_log, READS_FILES, NULL },
	{ &cmd_explain_line, cmd_explain, READS_FILES, NULL },
	{ &cmd_pcap_line, cmd_pcap, READS_FILES, "--write-keys --make" },
	{ &cmd_soak_line, cmd_soak, READS_AND_RUNS, "--reports -r" },
	{ &cmd_agree_line, cmd_agree, READS_NOTHING, NULL },
	{ &cmd_plan_line, cmd_plan, READS_FILES, NULL },
	{ &cmd_why_line, cmd_why, READS_NOTHING, NULL },
	{ &cmd_version_line, cmd_version, READS_NOTHING, NULL },
};

const struct command_line cmd_version_line = {
	.name = "version",
	.summary = "print the version",
	.usage = "",
	.about =
		"Prints the version, and the beginning of a SHA-256 of the sources that this "
		"program is made of; so does `twinsite --version`.",
	.statuses = "0 always",
};

static int print_version(void)
{
	(void)printf("twinsite %s\n", version_text());
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
	case OUTCOME_NOTHING_PROVED:
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
		(void)fprintf(out, "  %-9s %s\n", subcommands[i].line->name,
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

static void help_with_exit(const struct command_line *line)
{
	help(line);
	if (!line->statuses)
		help_exit();
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
	/* `twinsite --plane uml run acme`, `twinsite home office.cfg` */
	(void)fprintf(stderr, "twinsite: %s '%s'%s%s%s: `twinsite help` lists %s\n",
		      *name == '-' ? "the command comes first, before"
				   : "unknown command",
		      name, nearest ? ", did you mean '" : "", nearest ? nearest : "",
		      nearest ? "'?" : "", *name == '-' ? "the commands" : "them all");
	return EXIT_BAD_INPUT;
}

/* `twinsite help --man`, `twinsite help --complete bash`: for the build, which fails with it. */
static int print_pages(const char *shell)
{
	const struct command_line *lines[ARRAY_SIZE(subcommands)];
	_cleanup_buf_ struct buf text = { 0 };
	struct err err = { 0 };
	int r;

	for (size_t i = 0; i < ARRAY_SIZE(subcommands); i++)
		lines[i] = subcommands[i].line;
	r = options_are_described(lines, ARRAY_SIZE(lines), &err);
	if (!r && shell)
		r = options_complete(shell, lines, ARRAY_SIZE(lines), &text, &err);
	else if (!r)
		options_man(lines, ARRAY_SIZE(lines), &text);
	if (r)
		return cmd_fail(&err);
	(void)fputs(buf_text(&text), stdout);
	return EXIT_OK;
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
	if (str_equal(argv[2], "--man"))
		return print_pages(NULL);
	if (str_equal(argv[2], "--complete"))
		return print_pages(argc > 3 ? argv[3] : "");
	subcommand = find(argv[2]);
	if (!subcommand)
		return unknown_subcommand(argv[2]);
	help_with_exit(subcommand->line);
	return EXIT_OK;
}

/* Is one of the words this option, or its beginning? */
static bool has_word(int argc, char **argv, const char *option)
{
	for (int i = 2; i < argc; i++) {
		size_t length = strcspn(argv[i], "=");

		if (length > 2 && !strncmp(option, argv[i], length))
			return true;
	}
	return false;
}

/* `pcap --live` asks charons, `other-end --run` starts them. */
static bool has_worlds(const struct subcommand *subcommand, int argc, char **argv)
{
	return subcommand->reads == READS_AND_RUNS ||
	       (subcommand->run == cmd_pcap && has_word(argc, argv, "--live")) ||
	       (subcommand->run == cmd_other_end && has_word(argc, argv, "--run"));
}

/* `report --for`, `report --share` are about one run; the others put many together. */
static bool is_of_one_run(const struct subcommand *subcommand, int argc, char **argv)
{
	return subcommand->run == cmd_report &&
	       (has_word(argc, argv, "--for") || has_word(argc, argv, "--share"));
}

static bool has_summary(const struct subcommand *subcommand, int argc, char **argv)
{
	return subcommand->run == cmd_run ||
	       (subcommand->run == cmd_report && !is_of_one_run(subcommand, argc, argv));
}

/* `run --last-failed` reads what it wrote: the summary below the folder of --reports. */
static const char *sees(const struct subcommand *subcommand, int argc, char **argv,
			char path[PATH_MAX])
{
	static const char option[] = "--reports";
	const char *reports = "reports";

	if (subcommand->run != cmd_run || !has_word(argc, argv, "--last-failed"))
		return NULL;
	for (int i = 2; i < argc; i++) {
		const char *equals = strchr(argv[i], '=');
		size_t length = equals ? (size_t)(equals - argv[i]) : strlen(argv[i]);

		if (str_starts(argv[i], "-r") && argv[i][2])
			reports = argv[i] + 2;
		else if (str_equal(argv[i], "-r") ||
			 (length > 2 && !strncmp(option, argv[i], length)))
			reports = equals ? equals + 1 : argv[i + 1];
	}
	if (!reports ||
	    snprintf(path, PATH_MAX, "%s/" SUMMARY_JSON_FILE, reports) >= PATH_MAX)
		return NULL;
	return path;
}

/* `other-end --run` is a run of what it has made, with a run's reports. */
static const char *output_of(const struct subcommand *subcommand, int argc, char **argv)
{
	if (subcommand->run == cmd_other_end && has_word(argc, argv, "--run"))
		return "--reports";
	if (is_of_one_run(subcommand, argc, argv))
		return "--share";
	return subcommand->output;
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
	char last[PATH_MAX];
	const struct reader reader = {
		.argc = argc - 1,
		.argv = argv + 1,
		.main = read_as_nobody,
		.has_worlds = has_worlds(subcommand, argc, argv),
		.output = output_of(subcommand, argc, argv),
		.replaces = subcommand->run == cmd_fix && has_word(argc, argv, "--apply"),
		.fallback = subcommand->run == cmd_list ? cmd_list_folder() : NULL,
		.summary = has_summary(subcommand, argc, argv) ? SUMMARY_FILES : NULL,
		.sees = sees(subcommand, argc, argv, last),
	};
	struct err err = { 0 }, other = { 0 };
	int status = EXIT_OK, r;

	reading = subcommand->run;
	if (geteuid() != 0 || subcommand->reads == READS_NOTHING)
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

/* Whose operands may be scenarios, by name; predict's an only one, for two are files. */
static bool has_names(const struct subcommand *subcommand, size_t operands)
{
	return subcommand->run == cmd_run || subcommand->run == cmd_plan ||
	       (subcommand->run == cmd_predict && operands == 1);
}

/* `run acme`: where that scenario is. What is not in this folder is said, for it may be meant. */
static int settle_names(const struct subcommand *subcommand, int argc, char **argv)
{
	static char paths[NAMES_SETTLED][PATH_MAX];
	_cleanup_free_ int *operands = calloc((size_t)argc + 1, sizeof(*operands));
	size_t count, settled = 0;
	struct err err = { 0 };

	if (!operands)
		exit_without_memory();
	count = options_find_operands(subcommand->line, argc, argv, operands);
	if (!has_names(subcommand, count))
		return EXIT_OK;
	for (size_t i = 0; i < count && settled < NAMES_SETTLED; i++) {
		int found = installed_find(program_path(), argv[operands[i]],
					   subcommand->run != cmd_predict, paths[settled],
					   &err);

		if (found < 0)
			return cmd_fail(&err);
		if (found && *paths[settled] == '/' && subcommand->run == cmd_predict)
			(void)fprintf(
				stderr,
				"twinsite: note: there is no %s in this folder; this "
				"is the scenario %s\n",
				argv[operands[i]], paths[settled]);
		if (found)
			argv[operands[i]] = paths[settled++];
	}
	return EXIT_OK;
}

static int predict_once(int argc, char **argv)
{
	return carry_out(find("predict"), argc, argv);
}

/* `twinsite run --help`, `twinsite run acme -h` */
static int run(const struct subcommand *subcommand, int argc, char **argv)
{
	if (!options_ask_help(subcommand->line, argc - 1, argv + 1)) {
		int status = settle_names(subcommand, argc - 1, argv + 1);

		if (status)
			return status;
		return subcommand->run == cmd_predict && has_word(argc, argv, "--watch")
			       ? cmd_watch(argc, argv, predict_once)
			       : carry_out(subcommand, argc, argv);
	}
	help_with_exit(subcommand->line);
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
	/* A file that may not become so large is an error with a sentence, not our end. */
	(void)signal(SIGXFSZ, SIG_IGN);
	out_guard();
	return cmd_flush(dispatch(argc, argv));
}
