// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_agree.c - twinsite agree: does charon do what predict says? */
#include <errno.h>
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

static int take_number(char *value, const char *name, int64_t min, int64_t max,
		       int64_t *ret_number, struct err *err)
{
	return str_to_number(value, min, max, ret_number)
		       ? err_set(err, EINVAL,
				 "%s: '%s' is no number from %" PRId64 " to %" PRId64,
				 name, value, min, max)
		       : 0;
}

static int take_seed(void *user, char *value, struct err *err)
{
	struct command *command = user;
	int64_t number;
	int r = take_number(value, "--seed", 0, UINT32_MAX, &number, err);

	if (!r)
		command->options.seed = (uint64_t)number;
	return r;
}

static int take_case(void *user, char *value, struct err *err)
{
	struct command *command = user;
	int64_t number;
	int r = take_number(value, "--case", 0, UINT32_MAX, &number, err);

	if (!r)
		command->options.first = (unsigned int)number;
	command->options.is_kept = true;
	return r;
}

static const struct option_row agree_rows[] = {
	{ .name = "seed",
	  .letter = 's',
	  .kind = OPTION_TAKE,
	  .take = take_seed,
	  .argument = "S",
	  .help = "the same cases again; default: by the clock, and printed" },
	{ .name = "case",
	  .letter = 'c',
	  .kind = OPTION_TAKE,
	  .take = take_case,
	  .argument = "K",
	  .help = "only this one, and keep it" },
	{ .name = "jobs",
	  .letter = 'j',
	  .kind = OPTION_NUMBER,
	  OPTION_AT(struct command, options.jobs),
	  .argument = "J",
	  .min = 1,
	  .max = UINT32_MAX,
	  .excludes = "predict",
	  .help = "so many pairs of charons at once; default: 16 for each CPU" },
	{ .name = "reports",
	  .letter = 'r',
	  .kind = OPTION_TEXT,
	  OPTION_AT(struct command, reports),
	  .argument = "D",
	  .excludes = "predict",
	  .help = "keeps what differs in D/agree/ (default: reports)" },
	{ .name = "predict",
	  .letter = 'p',
	  OPTION_AT(struct command, is_foretold),
	  .help = "only says what is predicted of each: no charon, any machine" },
	{ 0 },
};

const struct command_line cmd_agree_line = {
	.name = "agree",
	.summary = "random pairs of files: does charon do what predict says?",
	.usage = "[OPTION …] [N]",
	.about =
		"Makes N (100) random pairs of device files, healthy or broken in a place or "
		"two, predicts what will come of each and has two charons negotiate it.",
	.options = agree_rows,
	.operands_max = 1,
};

static int read_arguments(int argc, char **argv, struct command *command, struct err *err)
{
	struct operands operands;
	int64_t number = 0;
	int r = options_parse(&cmd_agree_line, argc, argv, command, &operands, err);

	if (!r && operands.count)
		r = take_number(operands.items[0], "agree", 1, CASES_MAX, &number, err);
	if (!r && operands.count)
		command->options.count = (unsigned int)number;
	if (command->options.is_kept)
		command->options.count = 1;
	return r;
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

	if (read_arguments(argc, argv, &command, &err))
		return cmd_fail(&err);
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
