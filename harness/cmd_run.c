// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_run.c - twinsite run: rehearse scenarios and say what came out */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/machine.h"
#include "base/str.h"
#include "cmd.h"
#include "netns/vm_kernel.h"
#include "report/report.h"
#include "report/terminal.h"
#include "run/reader.h"
#include "run/run.h"

#define JOBS_MAX      64
#define JOBS_PER_CORE 4 /* a run waits more than it works */

struct run_command {
	struct run_options options;
	unsigned int jobs; /* 0: as many as this machine takes */
	unsigned int shard, shards;
	bool has_seed, has_kernel;
	bool is_tried_twice; /* what is not as expected runs once more, alone, at the end */
	int *statuses;	     /* of each scenario's run, -1: none yet */
	char **scenarios;
	size_t count;
};

struct tally {
	unsigned int passed, failed, skipped;
	bool is_any;
	int status; /* the worst exit status */
};

/* ------------------------------------------------------------ one scenario */

static void put(struct buf *text)
{
	(void)fwrite(buf_text(text), 1, text->length, stdout);
	(void)fflush(stdout);
	text->length = 0;
}

static void on_start(void *user, const struct scenario *scenario, const char *plane,
		     const char *why)
{
	_cleanup_buf_ struct buf text = { 0 };

	terminal_begin(user, scenario, plane, why, &text);
	put(&text);
}

static void on_event(void *user, const struct event *event)
{
	_cleanup_buf_ struct buf text = { 0 };

	terminal_event(user, event, &text);
	put(&text);
}

static void on_note(void *user, const char *text)
{
	_cleanup_buf_ struct buf line = { 0 };

	terminal_clear(user, &line);
	buf_printf(&line, "%s\n", text);
	put(&line);
}

static void on_tick(void *user, int64_t t_us)
{
	_cleanup_buf_ struct buf text = { 0 };

	terminal_tick(user, t_us, &text);
	put(&text);
}

/* The report that a person reads, and those for programs; the worst of what it says. */
static int report(struct terminal *terminal, const struct judged *judged)
{
	const struct judgement *judgement = &judged->judgement;
	_cleanup_buf_ struct buf text = { 0 };
	int status = cmd_status(judgement);
	struct err err = { 0 };
	int r = report_write(judgement, judged->timeline, &err);

	terminal_report(terminal, judgement, &text);
	put(&text);
	if (!r && !judgement->broke_off)
		r = reader_latest(judgement->folder, &err);
	if (!r)
		return status;
	(void)err_mark(&err, ERR_BROKE);
	return exit_worst(status, cmd_fail(&err));
}

/* One of several: a line that harness/skips.sh holds against the list of skips. */
static void say_skip(const char *scenario, const struct err *err)
{
	size_t length = strlen(scenario);

	while (length && scenario[length - 1] == '/')
		length--;
	(void)printf("SKIP %.*s: %s: %s\n", (int)length, scenario, err->missing,
		     err->text);
}

static int run_one(const struct run_command *command, const char *scenario)
{
	_cleanup_(judged_freep) struct judged *judged = NULL;
	_cleanup_buf_ struct buf text = { 0 };
	struct run_options options = command->options;
	struct terminal terminal = { 0 };
	struct err err = { 0 };
	int r;

	terminal_init(&terminal, STDOUT_FILENO);
	options.scenario = scenario;
	options.on_start = on_start;
	options.on_event = on_event;
	options.on_note = on_note;
	options.on_tick = terminal.is_tty ? on_tick : NULL;
	options.user = &terminal;
	options.interrupt = cmd_signal_pipe();
	r = run_scenario(&options, &judged, &err);
	terminal_clear(&terminal, &text);
	put(&text);
	if (r && command->count > 1 && err.missing[0]) {
		say_skip(scenario, &err);
		return EXIT_MISSING;
	}
	return r ? cmd_fail(&err) : report(&terminal, judged);
}

/* ------------------------------------------------------------ several */

static void count_status(struct tally *tally, int status)
{
	if (status == EXIT_OK)
		tally->passed++;
	else if (status == EXIT_MISSING)
		tally->skipped++;
	else
		tally->failed++;
	tally->status = tally->is_any ? exit_worst(tally->status, status) : status;
	tally->is_any = true;
}

struct job {
	pid_t pid;
	int cpu;   /* where its guest runs; -1: anywhere */
	size_t of; /* index of the scenario */
	int out;   /* what it prints is shown as a whole when it has ended */
	struct buf text;
};

/* The CPU that fewest of the running jobs have, and of these the least busy. */
static int choose_cpu(const struct job *jobs, size_t count)
{
	unsigned int taken[CPU_SETSIZE] = { 0 }, fewest = UINT_MAX;
	cpu_set_t allowed, best;

	if (sched_getaffinity(0, sizeof(allowed), &allowed))
		return -1;
	for (size_t i = 0; i < count; i++)
		if (jobs[i].pid && jobs[i].cpu >= 0)
			taken[jobs[i].cpu]++;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &allowed) && taken[cpu] < fewest)
			fewest = taken[cpu];
	CPU_ZERO(&best);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &allowed) && taken[cpu] == fewest)
			CPU_SET(cpu, &best);
	return machine_cpu_least_busy(&best);
}

/* In the job's process. */
static int run_job(const struct run_command *command, const char *scenario, int cpu)
{
	struct run_command own = *command;
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	if (cpu >= 0) {
		CPU_SET(cpu, &cpus);
		own.options.cpus = &cpus;
	}
	return run_one(&own, scenario);
}

static int start_job(const struct run_command *command, const char *scenario,
		     struct job *job)
{
	pid_t parent = getpid();
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	(void)fflush(stdout);
	job->pid = fork();
	if (!job->pid) {
		/* Not outlive who reads what we print, nor what that one would have done. */
		if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != parent)
			_exit(EXIT_BROKE);
		/* Signals of the terminal are for the parent, which passes them on. */
		(void)setpgid(0, 0);
		cmd_signals_catch();
		(void)dup2(ends[1], STDOUT_FILENO);
		(void)dup2(ends[1], STDERR_FILENO);
		exit(cmd_flush(run_job(command, scenario, job->cpu)));
	}
	close(ends[1]);
	job->out = ends[0];
	return job->pid < 0 ? -errno : 0;
}

static void end_job(const struct run_command *command, struct job *job)
{
	int status = 0;

	while (waitpid(job->pid, &status, 0) < 0 && errno == EINTR)
		;
	put(&job->text);
	buf_done(&job->text);
	close(job->out);
	job->pid = 0;
	command->statuses[job->of] = WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_BROKE;
	if (WIFSIGNALED(status) && !cmd_signal())
		(void)fprintf(stderr, "twinsite: the run of %s was killed by SIG%s\n",
			      command->scenarios[job->of],
			      sigabbrev_np(WTERMSIG(status)));
}

/* Read what the running jobs print; end those that are done. */
static void serve_jobs(const struct run_command *command, struct job *jobs, size_t count)
{
	struct pollfd fds[JOBS_MAX];
	char bytes[4096];

	for (size_t i = 0; i < count; i++)
		fds[i] = (struct pollfd){ .fd = jobs[i].pid ? jobs[i].out : -1,
					  .events = POLLIN };
	(void)poll(fds, count, -1);
	for (size_t i = 0; i < count; i++) {
		ssize_t got;

		if (fds[i].fd < 0 || !fds[i].revents)
			continue;
		got = read(jobs[i].out, bytes, sizeof(bytes));
		if (got > 0)
			buf_add(&jobs[i].text, bytes, (size_t)got);
		else
			end_job(command, &jobs[i]);
	}
}

/* Each job breaks off its run and reports what there is, as we would alone. */
static void pass_signal(const struct job *jobs, size_t count, int *passed)
{
	int signal = cmd_signal();

	if (!signal || *passed)
		return;
	for (size_t i = 0; i < count; i++)
		if (jobs[i].pid)
			(void)kill(jobs[i].pid, signal);
	*passed = signal;
}

static void run_jobs(const struct run_command *command)
{
	struct job jobs[JOBS_MAX] = { 0 };
	size_t next = 0, running = 0;
	int passed = 0;

	while ((next < command->count && !cmd_signal()) || running) {
		for (size_t i = 0;
		     i < command->jobs && next < command->count && !cmd_signal(); i++) {
			if (jobs[i].pid)
				continue;
			jobs[i].of = next;
			jobs[i].cpu = choose_cpu(jobs, command->jobs);
			if (start_job(command, command->scenarios[next++], &jobs[i]))
				command->statuses[jobs[i].of] = EXIT_BROKE;
		}
		serve_jobs(command, jobs, command->jobs);
		pass_signal(jobs, command->jobs, &passed);
		running = 0;
		for (size_t i = 0; i < command->jobs; i++)
			running += jobs[i].pid != 0;
	}
}

static void run_in_turn(const struct run_command *command)
{
	for (size_t i = 0; i < command->count && !cmd_signal(); i++)
		command->statuses[i] = run_one(command, command->scenarios[i]);
}

/*
 * On a busy machine a run may miss a deadline: once more, alone, and said aloud. Two that
 * differ are no result, whichever of them is the better one.
 */
static void run_again(const struct run_command *command)
{
	for (size_t i = 0; i < command->count && !cmd_signal(); i++) {
		int first = command->statuses[i], second;

		if (first != EXIT_UNEXPECTED && first != EXIT_BROKE)
			continue;
		(void)printf("\nagain, alone: %s was not as expected at the first try\n",
			     command->scenarios[i]);
		second = run_one(command, command->scenarios[i]);
		if (second == first)
			continue;
		(void)printf(
			"unstable: %s ended with status %d at the first try, with %d "
			"at the second\n",
			command->scenarios[i], first, second);
		command->statuses[i] = exit_worst(EXIT_UNSTABLE, second);
	}
}

static int sum_up(const struct run_command *command)
{
	struct tally tally = { 0 };
	unsigned int left = 0;

	for (size_t i = 0; i < command->count; i++)
		if (command->statuses[i] < 0)
			left++;
		else
			count_status(&tally, command->statuses[i]);
	(void)printf("%u passed, %u failed, %u skipped", tally.passed, tally.failed,
		     tally.skipped);
	if (left)
		(void)printf(", %u not started", left);
	(void)putchar('\n');
	return tally.is_any ? tally.status : EXIT_NOTHING_RAN;
}

static int run_list(struct run_command *command)
{
	size_t kept = 0;
	int status;

	for (size_t i = 0; i < command->count; i++)
		if (i % command->shards == command->shard)
			command->scenarios[kept++] = command->scenarios[i];
	command->count = kept;
	if (command->count == 1 && !command->is_tried_twice)
		return run_one(command, command->scenarios[0]);
	if (!command->jobs)
		command->jobs =
			command->options.is_kept ? 1
			: command->options.plane == PLANE_VM ||
					command->options.is_virtual
				/* It has a processor to itself, if emulated. */
				? machine_jobs(1, RUN_MEMORY_VM_MIB, JOBS_MAX)
				: machine_jobs(JOBS_PER_CORE, RUN_MEMORY_MIB, JOBS_MAX);
	command->statuses = malloc((command->count + 1) * sizeof(*command->statuses));
	if (!command->statuses)
		return EXIT_BROKE;
	for (size_t i = 0; i < command->count; i++)
		command->statuses[i] = -1;
	if (command->jobs > 1)
		run_jobs(command);
	else
		run_in_turn(command);
	if (command->is_tried_twice)
		run_again(command);
	status = sum_up(command);
	free(command->statuses);
	return status;
}

/* ------------------------------------------------------------ the command line */

static int take_plane(void *user, char *value, struct err *err)
{
	struct run_command *command = user;

	command->options.has_plane = !str_equal(value, "auto");
	return command->options.has_plane
		       ? plane_parse(value, &command->options.plane, err)
		       : 0;
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
		return err_set(err, EINVAL, "--shard: '%s' is not I/N", value);
	command->shard = (unsigned int)shard - 1;
	command->shards = (unsigned int)shards;
	return 0;
}

static int take_clock(void *user, char *value, struct err *err)
{
	struct run_command *command = user;

	command->options.is_virtual = str_equal(value, "virtual");
	return command->options.is_virtual || str_equal(value, "real")
		       ? 0
		       : err_set(err, EINVAL,
				 "--clock: '%.60s' is neither real nor virtual", value);
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
	  .kind = OPTION_TAKE,
	  .take = take_plane,
	  .argument = "P",
	  .help = "which kernel carries ESP: native, uml, vm, libipsec; default (auto): the "
		  "first that works here and has what the scenario needs" },
	{ .name = "kernel",
	  .kind = OPTION_TAKE,
	  .take = take_kernel,
	  .argument = "K",
	  .help = "the kernel of plane vm: a file vmlinuz-VERSION, or a folder with boot/ and "
		  "lib/modules/; default: that of the cache (.ci/packages --vm), else this "
		  "machine's" },
	{ .name = "clock",
	  .kind = OPTION_TAKE,
	  .take = take_clock,
	  .argument = "C",
	  .help = "real (default), or virtual: on plane vm, where nothing is to do no time "
		  "passes. Measures no throughput" },
	{ .name = "seed",
	  .kind = OPTION_TAKE,
	  .take = take_seed,
	  .argument = "N",
	  .needs = "clock",
	  .help = "of all random numbers, with --clock virtual: the same seed, the same "
		  "evidence (the same day, or with SOURCE_DATE_EPOCH); default: any" },
	{ .name = "quick",
	  .letter = 'q',
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
	{ .name = "keep",
	  .letter = 'k',
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
	  .help = "only the I-th of N parts of the list" },
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
		"it is partial. A second one ends at once.",
	.operands_min = 1,
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

int cmd_run(int argc, char **argv)
{
	struct run_command command = { .options.reports = "reports", .shards = 1 };
	const char *pairs = getenv("TWINSITE_CAPTURE_PAIRS"); /* capture/bench.sh */
	struct operands operands;
	struct err err = { 0 };
	int64_t number;
	int status;

	if (options_parse(&cmd_run_line, argc, argv, &command, &operands, &err))
		return cmd_fail(&err);
	if (pairs && str_to_number(pairs, 1, 20, &number)) {
		(void)err_set(&err, EINVAL,
			      "TWINSITE_CAPTURE_PAIRS: '%s' is no number from 1 to 20",
			      pairs);
		return cmd_fail(&err);
	}
	if (pairs)
		command.options.capture_pairs = (unsigned int)number;
	if (settle_seed(&command, &err) || check_kernel(&command, &err))
		return cmd_fail(&err);
	command.scenarios = operands.items;
	command.count = operands.count;
	cmd_signals_catch();
	status = run_list(&command);
	return cmd_signal() ? EXIT_SIGNAL + cmd_signal() : status;
}
