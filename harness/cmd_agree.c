// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_agree.c - twinsite agree: does charon do what predict says? */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agree/agree.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/machine.h"
#include "base/str.h"
#include "cmd.h"

#define CASES_MAX     1000000
#define JOBS_PER_CORE 16 /* a case waits far more than it works */
#define JOB_MIB	      24 /* two charons and their world */

const char cmd_agree_help[] =
	"usage: twinsite agree [N] [--seed S] [--case K] [--jobs J] [--reports D] [--predict]\n"
	"\n"
	"Makes N (100) random pairs of device files, healthy or broken in a place or two,\n"
	"predicts what will come of each and has two charons negotiate it.\n"
	"\n"
	"  --seed S     the same cases again; default: by the clock, and printed\n"
	"  --case K     only this one, and keep it\n"
	"  --jobs J     so many pairs of charons at once; default: 16 for each CPU\n"
	"  --reports D  keeps what differs in D/agree/ (default: reports)\n"
	"  --predict    only says what is predicted of each: no charon, any machine\n";

struct command {
	struct agree_options options;
	const char *reports;
	bool is_foretold;
	unsigned int done, same, differ, broken, ups, children, restarts;
};

static void on_result(void *user, const struct agree_result *result)
{
	struct command *command = user;

	command->done++;
	command->ups += result->is_up;
	command->children += result->children;
	command->restarts += result->restarts;
	switch (result->verdict) {
	case AGREE_SAME:
		command->same++;
		return;
	case AGREE_DIFFERS:
		command->differ++;
		(void)printf("case %u differs: %s", result->number, result->text);
		break;
	case AGREE_BROKEN:
		command->broken++;
		(void)printf("case %u could not be tried: %s\n", result->number,
			     result->text);
		break;
	}
	(void)fflush(stdout);
}

/* A number of an option; false when it is none. */
static bool read_number(const char *text, int64_t min, int64_t max, int64_t *ret_number)
{
	if (!str_to_number(text, min, max, ret_number))
		return true;
	(void)fprintf(stderr,
		      "twinsite: '%s' is no number from %" PRId64 " to %" PRId64 "\n",
		      text, min, max);
	return false;
}

static bool read_arguments(int argc, char **argv, struct command *command)
{
	static const struct option options[] = {
		{ "seed", required_argument, NULL, 's' },
		{ "case", required_argument, NULL, 'c' },
		{ "jobs", required_argument, NULL, 'j' },
		{ "reports", required_argument, NULL, 'r' },
		{ "predict", no_argument, NULL, 'p' },
		{ NULL, 0, NULL, 0 },
	};
	struct agree_options *run = &command->options;
	int64_t number = 0;
	bool is_fine = true;
	int option;

	while (is_fine && (option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'r') {
			command->reports = optarg;
			continue;
		}
		if (option == 'p') {
			command->is_foretold = true;
			continue;
		}
		is_fine = option != '?' &&
			  read_number(optarg, option == 'j', UINT32_MAX, &number);
		if (option == 's')
			run->seed = (uint64_t)number;
		else if (option == 'j')
			run->jobs = (unsigned int)number;
		else if (option == 'c')
			run->first = (unsigned int)number;
		run->is_kept |= option == 'c';
	}
	if (is_fine && optind < argc)
		is_fine = read_number(argv[optind], 1, CASES_MAX, &number);
	if (is_fine && optind < argc)
		run->count = (unsigned int)number;
	if (run->is_kept)
		run->count = 1;
	return is_fine && argc - optind < 2;
}

static void say_end(const struct command *command, int64_t start_us)
{
	double seconds = (double)(clock_now_us() - start_us) / 1e6;

	(void)printf("%u of %u cases as predicted (%.1f %%), %u differ, %u could not be "
		     "tried; %u with an IKE SA, %u CHILD SAs; %u restarts; %.1f s, %.1f "
		     "cases/s\n",
		     command->same, command->done,
		     command->done ? 100.0 * command->same / command->done : 0.0,
		     command->differ, command->broken, command->ups, command->children,
		     command->restarts, seconds, command->done / seconds);
	/* Nothing was kept: then nothing is left. */
	if (rmdir(command->options.folder))
		(void)printf("kept in %s\n", command->options.folder);
	if (cmd_signal())
		(void)fprintf(stderr,
			      "twinsite: interrupted by SIG%s after %u of %u cases\n",
			      sigabbrev_np(cmd_signal()), command->done,
			      command->options.count);
}

static int foretell(const struct agree_options *options)
{
	_cleanup_buf_ struct buf text = { 0 };
	struct err err = { 0 };
	int r = agree_foretell(options, &text, &err);

	(void)fwrite(buf_text(&text), 1, text.length, stdout);
	return r ? cmd_fail(&err) : EXIT_OK;
}

int cmd_agree(int argc, char **argv)
{
	struct command command = {
		.options = { .seed = (uint64_t)(clock_wall_us() / 1000 % 1000000),
			     .count = 100,
			     .jobs = machine_jobs(JOBS_PER_CORE, JOB_MIB, AGREE_JOBS_MAX),
			     .on_result = on_result },
		.reports = "reports",
	};
	char folder[PATH_MAX], real[PATH_MAX];
	int64_t start_us = clock_now_us();
	struct err err = { 0 };
	int r;

	if (!read_arguments(argc, argv, &command))
		return cmd_usage(cmd_agree_help);
	command.options.user = &command;
	if (command.is_foretold)
		return foretell(&command.options);
	(void)snprintf(folder, sizeof(folder), "%s/agree/seed-%" PRIu64, command.reports,
		       command.options.seed);
	r = file_make_folder(folder, &err);
	if (!r && !realpath(folder, real))
		r = err_sys(&err, errno, "%s", folder);
	if (r) {
		(void)err_mark(&err, ERR_BROKE);
		return cmd_fail(&err);
	}
	command.options.folder = real;
	cmd_signals_catch();
	command.options.interrupt = cmd_signal_pipe();
	(void)printf("seed %" PRIu64 "\n", command.options.seed);
	(void)fflush(stdout);
	r = agree_run(&command.options, &err);
	if (r) { /* charon and worlds are probed before the first case */
		(void)err_mark(&err, r == -ENOTSUP ? ERR_MISSING : ERR_BROKE);
		return cmd_fail(&err);
	}
	say_end(&command, start_us);
	if (cmd_signal())
		return EXIT_SIGNAL + cmd_signal();
	if (command.done < command.options.count || command.broken)
		return EXIT_BROKE;
	return command.differ ? EXIT_UNEXPECTED : EXIT_OK;
}
