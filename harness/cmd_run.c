// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_run.c - twinsite run: rehearse scenarios and say what came out */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
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
#include "run/run.h"

#define JOBS_MAX      64
#define JOBS_PER_CORE 4 /* a run waits more than it works */

const char cmd_run_help[] =
	"usage: twinsite run [--plane native|uml|vm|libipsec] [OPTION …] SCENARIO …\n"
	"\n"
	"  --plane P     which kernel carries ESP; default: the first that works here and has\n"
	"                what the scenario needs\n"
	"  --kernel K    the kernel of plane vm: a file vmlinuz-VERSION, or a folder with boot/\n"
	"                and lib/modules/; default: that of the cache (.ci/packages --vm), else\n"
	"                this machine's\n"
	"  --clock C     real (default), or virtual: on plane vm, where nothing is to do no\n"
	"                time passes. Measures no throughput\n"
	"  --seed N      of all random numbers, with --clock virtual: the same seed, the same\n"
	"                evidence (the same day, or with SOURCE_DATE_EPOCH); default: any\n"
	"  --quick       no throughput measurement\n"
	"  --iperf3      have iperf3 measure it: a second each, ESP first and plain later\n"
	"  --keys        write the keys into the report folder: wireshark/, charon's logs\n"
	"                (SITE.keys.log) and the kernels' SAs (SITE.kernel.keys)\n"
	"  --no-scripts  no shell runs a script of the devices; what rests on one is unproven\n"
	"  --keep        stay up after the questions, for `twinsite shell`\n"
	"  --reports D   folder for reports (default: reports)\n"
	"  --jobs N      so many scenarios at once; default: 4 for each CPU, as far as the\n"
	"                memory goes (400 MiB each)\n"
	"  --twice       run again, alone and at the end, what was not as expected; both\n"
	"                results are shown; where they differ the status is 5 (unstable)\n"
	"  --shard I/N   only the I-th of N parts of the list\n"
	"\n"
	"SIGINT (Ctrl-C), SIGTERM and SIGHUP break a run off; its report says that it is\n"
	"partial. A second one ends at once.\n";

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
		r = run_set_latest(judgement->folder, &err);
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

static int parse_number(const char *text, int64_t min, int64_t max, unsigned int *ret)
{
	int64_t number;

	if (str_to_number(text, min, max, &number))
		return -EINVAL;
	*ret = (unsigned int)number;
	return 0;
}

static int parse_shard(const char *text, struct run_command *command)
{
	char copy[32], *slash;

	(void)snprintf(copy, sizeof(copy), "%s", text);
	slash = strchr(copy, '/');
	if (!slash)
		return -EINVAL;
	*slash = '\0';
	if (parse_number(slash + 1, 1, 10000, &command->shards) ||
	    parse_number(copy, 1, command->shards, &command->shard))
		return -EINVAL;
	command->shard--;
	return 0;
}

static int parse_option(int option, struct run_command *command, struct err *err)
{
	switch (option) {
	case 'p':
		command->options.has_plane = true;
		if (str_equal(optarg, "auto")) {
			command->options.has_plane = false;
			return 0;
		}
		return plane_parse(optarg, &command->options.plane, err);
	case 'q':
		command->options.is_quick = true;
		return 0;
	case 'i':
		command->options.has_iperf3 = true;
		return 0;
	case 'k':
		command->options.has_keys = true;
		return 0;
	case 't':
		command->is_tried_twice = true;
		return 0;
	case 'S':
		command->options.has_no_scripts = true;
		return 0;
	case 'c':
		command->options.is_virtual = str_equal(optarg, "virtual");
		if (!command->options.is_virtual && !str_equal(optarg, "real"))
			return err_set(err, EINVAL,
				       "--clock: '%.60s' is neither real nor virtual",
				       optarg);
		return 0;
	case 'e':
		command->has_seed = true;
		if (parse_number(optarg, 0, UINT32_MAX, &command->options.seed))
			return err_set(err, EINVAL,
				       "--seed: '%.60s' is no number from 0 to %u",
				       optarg, UINT32_MAX);
		return 0;
	case 'V':
		command->has_kernel = true;
		vm_kernel_use(optarg);
		return 0;
	case 'K':
		command->options.is_kept = true;
		return 0;
	case 'r':
		command->options.reports = optarg;
		return 0;
	case 'j':
		if (parse_number(optarg, 1, JOBS_MAX, &command->jobs))
			return err_set(err, EINVAL,
				       "--jobs: '%s' is no number from 1 to %d", optarg,
				       JOBS_MAX);
		return 0;
	case 's':
		if (parse_shard(optarg, command))
			return err_set(err, EINVAL, "--shard: '%s' is not I/N", optarg);
		return 0;
	default:
		return err_set(err, EINVAL, "see `twinsite run --help`");
	}
}

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
	static const struct option options[] = {
		{ "plane", required_argument, NULL, 'p' },
		{ "quick", no_argument, NULL, 'q' },
		{ "iperf3", no_argument, NULL, 'i' },
		{ "keys", no_argument, NULL, 'k' },
		{ "no-scripts", no_argument, NULL, 'S' },
		{ "keep", no_argument, NULL, 'K' },
		{ "clock", required_argument, NULL, 'c' },
		{ "seed", required_argument, NULL, 'e' },
		{ "kernel", required_argument, NULL, 'V' },
		{ "reports", required_argument, NULL, 'r' },
		{ "jobs", required_argument, NULL, 'j' },
		{ "shard", required_argument, NULL, 's' },
		{ "twice", no_argument, NULL, 't' },
		{ NULL, 0, NULL, 0 },
	};
	struct run_command command = { .options.reports = "reports", .shards = 1 };
	const char *pairs = getenv("TWINSITE_CAPTURE_PAIRS"); /* capture/bench.sh */
	struct err err = { 0 };
	int option;

	if (pairs && parse_number(pairs, 1, 20, &command.options.capture_pairs))
		return cmd_usage(cmd_run_help);
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (parse_option(option, &command, &err))
			return cmd_fail(&err);
	}
	if (settle_seed(&command, &err) || check_kernel(&command, &err))
		return cmd_fail(&err);
	command.scenarios = argv + optind;
	command.count = (size_t)(argc - optind);
	if (!command.count)
		return cmd_usage(cmd_run_help);
	cmd_signals_catch();
	option = run_list(&command);
	return cmd_signal() ? EXIT_SIGNAL + cmd_signal() : option;
}
