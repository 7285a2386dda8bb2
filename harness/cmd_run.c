// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_run.c - twinsite run: rehearse scenarios and say what came out */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "cmd.h"
#include "cmd_run.h"
#include "device/device.h"
#include "netns/vm_kernel.h"
#include "report/report.h"
#include "report/summary.h"
#include "report/terminal.h"
#include "report/text.h"
#include "run/reader.h"
#include "run/run.h"
#include "scenario/scenario.h"
#include "text/shell.h"

/* ------------------------------------------------------------ one scenario */

struct watched {
	struct terminal terminal;
	int news; /* -1: none */
};

static void put(struct buf *text)
{
	(void)fwrite(buf_text(text), 1, text->length, stdout);
	(void)fflush(stdout);
	text->length = 0;
}

/* Whoever reads it may be gone; then we are soon, too. */
static void tell(int news, const struct buf *line)
{
	for (size_t done = 0; news >= 0 && done < line->length;) {
		ssize_t put = write(news, line->data + done, line->length - done);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return;
		done += (size_t)put;
	}
}

static void on_start(void *user, const struct scenario *scenario, const char *plane,
		     const char *why)
{
	struct watched *watched = user;
	_cleanup_buf_ struct buf text = { 0 };

	terminal_begin(&watched->terminal, scenario, plane, why, &text);
	put(&text);
}

static void tell_phase(const struct watched *watched, const struct event *event)
{
	_cleanup_buf_ struct buf line = { 0 };

	if (watched->news < 0 || !str_equal(event->source, "phase"))
		return;
	buf_putc(&line, str_equal(event->kind, "begin") ? '+' : '-');
	text_add_plain(&line, event_text(event, "name"));
	buf_putc(&line, '\n');
	tell(watched->news, &line);
}

static void on_event(void *user, const struct event *event)
{
	struct watched *watched = user;
	_cleanup_buf_ struct buf text = { 0 };

	terminal_event(&watched->terminal, event, &text);
	put(&text);
	tell_phase(watched, event);
}

static void on_note(void *user, const char *text)
{
	struct watched *watched = user;
	_cleanup_buf_ struct buf line = { 0 };

	terminal_clear(&watched->terminal, &line);
	buf_printf(&line, "%s\n", text);
	put(&line);
}

static void on_tick(void *user, int64_t t_us)
{
	struct watched *watched = user;
	_cleanup_buf_ struct buf text = { 0 };

	terminal_tick(&watched->terminal, t_us, &text);
	put(&text);
}

/* The report that a person reads, and those for programs; the worst of what it says. */
static int report(struct terminal *terminal, const struct judged *judged, struct err *err)
{
	const struct judgement *judgement = &judged->judgement;
	_cleanup_buf_ struct buf text = { 0 };
	int status = cmd_status(judgement);
	int r = report_write(judgement, judged->timeline, err);

	terminal_report(terminal, judgement, &text);
	put(&text);
	if (!r && !judgement->broke_off)
		r = reader_latest(judgement->folder, err);
	if (!r)
		return status;
	(void)err_mark(err, ERR_BROKE);
	return exit_worst(status, cmd_fail(err));
}

/* What came out, for who sums up; an error says more than a judgement. */
static void tell_result(const struct run_command *command, const char *path, int news,
			int status, const struct judged *judged, const struct err *err)
{
	_cleanup_(scenario_freep) struct scenario *scenario = NULL;
	_cleanup_(summary_freep) struct summary *summary = summary_new();
	struct summary_run run = { .scenario = "", .first_status = -1 };
	_cleanup_buf_ struct buf line = { 0 };
	char here[PATH_MAX] = "";

	if (news < 0)
		return;
	if (!getcwd(here, sizeof(here)))
		*here = '\0';
	if (judged)
		summary_take(summary, &run, &judged->judgement, here,
			     command->options.reports);
	else if (!scenario_load(path, &scenario, NULL))
		summary_take_scenario(summary, &run, scenario, here);
	run.status = status;
	if (err->code) {
		run.text = err->text;
		run.missing = err->missing[0] ? err->missing : NULL;
	}
	summary_run_json(&run, &line);
	tell(news, &line);
}

int run_one(const struct run_command *command, const char *scenario, int news)
{
	_cleanup_(judged_freep) struct judged *judged = NULL;
	_cleanup_buf_ struct buf text = { 0 };
	struct run_options options = command->options;
	struct watched watched = { .news = news };
	struct err err = { 0 };
	int r, status;

	terminal_init(&watched.terminal, STDOUT_FILENO);
	options.scenario = scenario;
	options.on_start = on_start;
	options.on_event = on_event;
	options.on_note = on_note;
	options.on_tick = watched.terminal.is_tty ? on_tick : NULL;
	options.user = &watched;
	options.interrupt = cmd_signal_pipe();
	r = run_scenario(&options, &judged, &err);
	terminal_clear(&watched.terminal, &text);
	put(&text);
	status = r ? cmd_fail(&err) : report(&watched.terminal, judged, &err);
	tell_result(command, scenario, news, status, judged, &err);
	return status;
}

/* ------------------------------------------------------------ the command line */

const char *const *cmd_planes(void)
{
	static const char *words[1 + PLANE_COUNT + 1] = { "auto" };

	for (size_t i = 0; i < PLANE_COUNT; i++)
		words[1 + i] = plane_name((enum plane)i);
	return words;
}

enum clock_word {
	CLOCK_REAL,
	CLOCK_VIRTUAL,
};

const char *const *cmd_clocks(void)
{
	static const char *const words[] = {
		[CLOCK_REAL] = "real", [CLOCK_VIRTUAL] = "virtual", NULL
	};

	return words;
}

static int take_shard(void *user, char *value, struct err *err)
{
	struct run_command *command = user;
	char copy[32], *slash;
	int64_t shard, shards;

	(void)snprintf(copy, sizeof(copy), "%s", value);
	slash = strchr(copy, '/');
	if (slash)
		*slash = '\0';
	if (!slash || str_to_number(slash + 1, 1, 10000, &shards) ||
	    str_to_number(copy, 1, shards, &shard))
		return err_set(
			err, EINVAL,
			"--shard: '%s' is not I/N, the I-th of N parts: 1/4 to 4/4",
			value);
	command->shard = (unsigned int)shard - 1;
	command->shards = (unsigned int)shards;
	return 0;
}

static int take_seed(void *user, char *value, struct err *err)
{
	struct run_command *command = user;
	int64_t seed;

	if (str_to_number(value, 0, UINT32_MAX, &seed))
		return err_set(err, EINVAL, "--seed: '%.60s' is no number from 0 to %u",
			       value, UINT32_MAX);
	command->has_seed = true;
	command->options.seed = (unsigned int)seed;
	return 0;
}

static int take_verbose(void *user, char *value, struct err *err)
{
	struct run_command *command = user;

	(void)value;
	(void)err;
	command->verbose++;
	return 0;
}

static int take_kernel(void *user, char *value, struct err *err)
{
	struct run_command *command = user;

	(void)err;
	command->has_kernel = true;
	vm_kernel_use(value);
	return 0;
}

static const struct option_row run_options[] = {
	{ .name = "plane",
	  .letter = 'p',
	  .kind = OPTION_WORD,
	  .words = cmd_planes,
	  OPTION_AT(struct run_command, plane),
	  .argument = "P",
	  .help = "which kernel carries ESP; default (auto): the first that works here and "
		  "has what the scenario needs" },
	{ .name = "kernel",
	  .kind = OPTION_TAKE,
	  .take = take_kernel,
	  .argument = "K",
	  .help = "the kernel of plane vm: a file vmlinuz-VERSION, or a folder with boot/ and "
		  "lib/modules/; default: that of the cache (.ci/packages --vm), else this "
		  "machine's" },
	{ .name = "clock",
	  .kind = OPTION_WORD,
	  .words = cmd_clocks,
	  OPTION_AT(struct run_command, clock),
	  .argument = "C",
	  .help = "default: real. Virtual: on plane vm, where nothing is to do no time "
		  "passes. Measures no throughput" },
	{ .name = "seed",
	  .kind = OPTION_TAKE,
	  .take = take_seed,
	  .argument = "N",
	  .needs = "clock",
	  .help = "of all random numbers, with --clock virtual: the same seed, the same "
		  "evidence (the same day, or with SOURCE_DATE_EPOCH); default: any" },
	{ .name = "quick",
	  OPTION_AT(struct run_command, options.is_quick),
	  .excludes = "iperf3",
	  .help = "no throughput measurement" },
	{ .name = "iperf3",
	  OPTION_AT(struct run_command, options.has_iperf3),
	  .help = "have iperf3 measure it: a second each, ESP first and plain later" },
	{ .name = "keys",
	  OPTION_AT(struct run_command, options.has_keys),
	  .help = "write the keys into the report folder: wireshark/, charon's logs "
		  "(SITE.keys.log) and the kernels' SAs (SITE.kernel.keys)" },
	{ .name = "no-scripts",
	  OPTION_AT(struct run_command, options.has_no_scripts),
	  .help = "no shell runs a script of the devices; what rests on one is unproven" },
	{ FIRMWARE_OPTION(struct run_command, options.firmware) },
	{ .name = "keep",
	  OPTION_AT(struct run_command, options.is_kept),
	  .help = "stay up after the questions, for `twinsite shell`" },
	{ .name = "reports",
	  .letter = 'r',
	  .kind = OPTION_TEXT,
	  OPTION_AT(struct run_command, options.reports),
	  .argument = "D",
	  .help = "folder for reports (default: reports)" },
	{ .name = "jobs",
	  .letter = 'j',
	  .kind = OPTION_NUMBER,
	  OPTION_AT(struct run_command, jobs),
	  .argument = "N",
	  .min = 1,
	  .max = JOBS_MAX,
	  .help = "so many scenarios at once; default: 4 for each CPU, as far as the memory "
		  "goes (400 MiB each)" },
	{ .name = "twice",
	  OPTION_AT(struct run_command, is_tried_twice),
	  .help = "run again, alone and at the end, what was not as expected; both results "
		  "are shown; where they differ the status is 5 (unstable)" },
	{ .name = "shard",
	  .kind = OPTION_TAKE,
	  .take = take_shard,
	  .argument = "I/N",
	  .help = "only the I-th of N parts of the list; `twinsite report` puts their "
		  "reports together" },
	{ .name = "match",
	  .letter = 'k',
	  .kind = OPTION_TEXT,
	  OPTION_AT(struct run_command, match),
	  .argument = "PATTERN",
	  .help = "only scenarios whose name has that in it; * ? [a-z] as in a shell" },
	{ .name = "last-failed",
	  OPTION_AT(struct run_command, is_last_failed),
	  .help = "only those that failed when several ran last, as summary.json below "
		  "--reports says; with no SCENARIO all of them" },
	{ .name = "exitfirst",
	  .letter = 'x',
	  OPTION_AT(struct run_command, is_first_failure_the_end),
	  .help = "start no other one once one has failed" },
	{ .name = "verbose",
	  .letter = 'v',
	  .kind = OPTION_TAKE,
	  .take = take_verbose,
	  .help = "of several: a line for each; said twice: all that each of them prints" },
	SUMMARY_ROWS(struct run_command, summary),
	{ 0 },
};

const struct command_line cmd_run_line = {
	.name = "run",
	.summary = "rehearse: build the world, bring the tunnel up, ask, judge",
	.usage = "[OPTION …] SCENARIO …",
	.about = "Builds both sites of each scenario out of its device files, brings the "
		 "tunnel up, asks, judges, and writes a report.",
	.options = run_options,
	.after =
		"SIGINT (Ctrl-C), SIGTERM and SIGHUP break a run off; its report says that "
		"it is partial. A second one ends at once.\n"
		"Of several scenarios the end says which failed and why. The folder of "
		"--reports then has summary.json, junit.xml, twinsite.sarif and index.html "
		"of all of them.",
	.examples =
		"twinsite run mine\tone scenario; the report is in reports/mine/latest/index.html\n"
		"twinsite run acme office --plane uml\ttwo that are installed, with a kernel of their own\n"
		"twinsite run -k 'office-*' -j 4 --quick\tmany, without throughput",
	.operands_max = UINT_MAX,
};

/* The seed of a virtual clock: the user's, else any. */
static int settle_seed(struct run_command *command, struct err *err)
{
	unsigned int *seed = &command->options.seed;

	if (command->has_seed && !command->options.is_virtual)
		return err_set(err, EINVAL,
			       "--seed: only a run with --clock virtual is the same each "
			       "time");
	if (command->options.is_virtual && !command->has_seed &&
	    getrandom(seed, sizeof(*seed), 0) != (ssize_t)sizeof(*seed))
		return err_sys(err, errno, "random numbers");
	return 0;
}

/* One that is none is bad input; one that is of no use is a matter of the plane. */
static int check_kernel(struct run_command *command, struct err *err)
{
	struct run_options *options = &command->options;
	struct vm_kernel kernel;
	int r;

	if (!command->has_kernel)
		return 0;
	if (options->has_plane && options->plane != PLANE_VM)
		return err_set(err, EINVAL, "--kernel: only the plane vm boots one");
	options->has_plane = true;
	options->plane = PLANE_VM;
	r = vm_kernel_find(&kernel, err);
	return r == -ENOTSUP ? 0 : r;
}

/* `twinsite run home office.cfg`: both ends' files, of which a scenario is made first. */
static int check_ends(const struct operands *operands, struct err *err)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();

	if (operands->count != 2 || !scenario_is_device(operands->items[0]) ||
	    !scenario_is_device(operands->items[1]))
		return 0;
	return err_set(err, EINVAL,
		       "run: %s and %s are no scenarios; of both ends' files make one: "
		       "twinsite new mine %s %s && twinsite run mine",
		       operands->items[0], operands->items[1],
		       shell_quote(arena, operands->items[0]),
		       shell_quote(arena, operands->items[1]));
}

int cmd_run(int argc, char **argv)
{
	struct run_command command = { .options.reports = "reports",
				       .shards = 1,
				       .summary = SUMMARY_DEFAULT };
	const char *pairs = getenv("TWINSITE_CAPTURE_PAIRS"); /* capture/bench.sh */
	struct operands operands;
	struct err err = { 0 };
	int64_t number;
	int status;

	if (options_parse(&cmd_run_line, argc, argv, &command, &operands, &err))
		return cmd_fail(&err);
	command.options.is_virtual = command.clock == CLOCK_VIRTUAL;
	command.options.has_plane = command.plane > 0;
	if (command.options.has_plane)
		command.options.plane = (enum plane)(command.plane - 1);
	if (pairs && str_to_number(pairs, 1, 20, &number)) {
		(void)err_set(&err, EINVAL,
			      "TWINSITE_CAPTURE_PAIRS: '%s' is no number from 1 to 20",
			      pairs);
		return cmd_fail(&err);
	}
	if (pairs)
		command.options.capture_pairs = (unsigned int)number;
	if (settle_seed(&command, &err) || check_kernel(&command, &err) ||
	    check_ends(&operands, &err))
		return cmd_fail(&err);
	command.scenarios = operands.items;
	command.count = operands.count;
	if (!command.count && !command.is_last_failed) {
		(void)err_set(&err, EINVAL,
			      "run: something is missing: twinsite run [OPTION …] "
			      "SCENARIO …");
		return cmd_fail(&err);
	}
	cmd_signals_catch();
	status = run_is_many(&command) ? run_many(&command)
				       : run_one(&command, command.scenarios[0], -1);
	return cmd_signal() ? EXIT_SIGNAL + cmd_signal() : status;
}
