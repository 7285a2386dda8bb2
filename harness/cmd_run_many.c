// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_run_many.c - twinsite run with several scenarios: side by side, summed up */
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/machine.h"
#include "base/reveal.h"
#include "base/str.h"
#include "base/version.h"
#include "cmd.h"
#include "cmd_run.h"
#include "cmd_summary.h"
#include "report/live.h"
#include "report/summary.h"
#include "report/terminal.h"
#include "report/text.h"
#include "run/reader.h"

#define JOBS_PER_CORE 4 /* a run waits more than it works */
#define LIVE_TICK_MS  200
#define TAIL_BYTES    600 /* of what a job said that ended without a result */
#define PHASE_MAX     40
#define NEWS_MAX      (64u << 20)

struct job {
	pid_t pid;
	int cpu;	     /* where its guest runs; -1: anywhere */
	unsigned int number; /* of the scenario in the whole list */
	int out, news;	     /* what it prints, and what it tells us; -1: at its end */
	struct buf text, line;
	char phase[PHASE_MAX];
	int64_t start_us;
	struct summary_run run; /* its result; scenario NULL: none yet */
};

struct many {
	const struct run_command *command;
	struct summary *summary;
	struct terminal terminal; /* stdout */
	struct live live;
	int64_t drawn_us;
	struct job jobs[JOBS_MAX];
	unsigned int *wanted; /* numbers of the scenarios that run now */
	size_t count, done, failed;
	bool is_over;	  /* no other one is started */
	int signal;	  /* that was passed on */
	size_t tap_tests; /* that were written */
};

static void put(struct buf *text)
{
	(void)fwrite(buf_text(text), 1, text->length, stdout);
	(void)fflush(stdout);
	text->length = 0;
}

/* ------------------------------------------------------------ live lines */

static void clear_live(struct many *many)
{
	_cleanup_buf_ struct buf text = { 0 };

	live_clear(&many->live, &text);
	put(&text);
}

/* What is printed as a whole by each needs no lines of ours. */
static bool is_live(const struct many *many)
{
	return many->terminal.is_tty && many->command->verbose < 2 &&
	       !many->command->summary.is_tap;
}

static void draw_live(struct many *many)
{
	_cleanup_buf_ struct buf text = { 0 };
	struct live_row rows[JOBS_MAX];
	struct winsize size = { 0 };
	size_t count = 0;

	if (!is_live(many) || clock_now_us() - many->drawn_us < LIVE_TICK_MS * 500)
		return;
	many->drawn_us = clock_now_us();
	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size)) {
		many->live.width = size.ws_col;
		many->live.height = size.ws_row;
	}
	for (size_t i = 0; i < JOBS_MAX; i++)
		if (many->jobs[i].pid)
			rows[count++] = (struct live_row){
				.name = many->summary->list.items[many->jobs[i].number],
				.phase = many->jobs[i].phase,
				.took_us = clock_now_us() - many->jobs[i].start_us,
			};
	live_draw(&many->live, rows, count, many->done, many->failed, many->count, &text);
	put(&text);
}

/* ------------------------------------------------------------ one job */

/* The CPU that fewest of the running jobs have, and of these the least busy. */
static int choose_cpu(const struct job *jobs)
{
	unsigned int taken[CPU_SETSIZE] = { 0 }, fewest = UINT_MAX;
	cpu_set_t allowed, best;

	if (sched_getaffinity(0, sizeof(allowed), &allowed))
		return -1;
	for (size_t i = 0; i < JOBS_MAX; i++)
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
static int run_job(const struct run_command *command, const char *scenario, int cpu,
		   int news)
{
	struct run_command own = *command;
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	if (cpu >= 0) {
		CPU_SET(cpu, &cpus);
		own.options.cpus = &cpus;
	}
	return run_one(&own, scenario, news);
}

static void be_job(const struct many *many, const struct job *job, int out, int news)
{
	const char *scenario = many->summary->list.items[job->number];

	/* Signals of the terminal are for the parent, which passes them on. */
	(void)setpgid(0, 0);
	cmd_signals_catch();
	(void)dup2(out, STDOUT_FILENO);
	(void)dup2(out, STDERR_FILENO);
	exit(cmd_flush(run_job(many->command, scenario, job->cpu, news)));
}

static int start_job(struct many *many, unsigned int number, struct job *job)
{
	pid_t parent = getpid();
	int out[2], news[2];

	*job = (struct job){ .number = number, .cpu = choose_cpu(many->jobs) };
	if (pipe2(out, O_CLOEXEC))
		return -errno;
	if (pipe2(news, O_CLOEXEC)) {
		close(out[0]);
		close(out[1]);
		return -EMFILE;
	}
	clear_live(many);
	job->start_us = clock_now_us();
	job->pid = fork();
	if (!job->pid) {
		/* Not outlive who reads what we print, nor what that one would have done. */
		if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != parent)
			_exit(EXIT_BROKE);
		be_job(many, job, out[1], news[1]);
	}
	close(out[1]);
	close(news[1]);
	job->out = out[0];
	job->news = news[0];
	return job->pid < 0 ? -EAGAIN : 0;
}

/* "+traffic", "-traffic", or the result. */
static void hear(struct many *many, struct job *job, const char *line, size_t length)
{
	if (*line == '+')
		(void)snprintf(job->phase, sizeof(job->phase), "%.*s", (int)length - 1,
			       line + 1);
	else if (*line == '{' && summary_run_read(many->summary, line, length, &job->run))
		job->run.scenario = NULL;
}

static void hear_lines(struct many *many, struct job *job)
{
	char *text = job->line.data, *end;
	size_t done = 0;

	while (text && (end = memchr(text + done, '\n', job->line.length - done))) {
		hear(many, job, text + done, (size_t)(end - text) - done);
		done = (size_t)(end - text) + 1;
	}
	if (done) {
		memmove(text, text + done, job->line.length - done + 1);
		job->line.length -= done;
	}
}

/* How a job ended that did not say so. */
static const char *last_words(struct many *many, const struct job *job, int status)
{
	struct arena *arena = many->summary->arena;
	const char *text = buf_text(&job->text), *tail = text;

	if (job->text.length > TAIL_BYTES)
		tail += job->text.length - TAIL_BYTES;
	if (WIFSIGNALED(status))
		return arena_printf(arena, "its process was killed by SIG%s",
				    sigabbrev_np(WTERMSIG(status))
					    ? sigabbrev_np(WTERMSIG(status))
					    : "?");
	return arena_printf(arena, "its process ended with status %d and no result: %s",
			    WIFEXITED(status) ? WEXITSTATUS(status) : -1, tail);
}

/* ------------------------------------------------------------ results */

static bool is_failure(const struct summary_run *run)
{
	enum summary_result result = summary_result(run);

	return result == SUMMARY_FAILED || result == SUMMARY_UNSTABLE;
}

/* A place in the order of the list: the one of a first try, or a new one. */
static struct summary_run *place_for(struct summary *summary, unsigned int number)
{
	size_t at = 0;

	while (at < summary->runs.count && summary->runs.items[at].number < number)
		at++;
	if (at < summary->runs.count && summary->runs.items[at].number == number)
		return &summary->runs.items[at];
	(void)vec_push(summary->arena, &summary->runs);
	memmove(&summary->runs.items[at + 1], &summary->runs.items[at],
		(summary->runs.count - 1 - at) * sizeof(*summary->runs.items));
	summary->runs.items[at] = (struct summary_run){ .first_status = -1 };
	return &summary->runs.items[at];
}

static void show(struct many *many, const struct job *job, const struct summary_run *run)
{
	const struct run_command *command = many->command;
	_cleanup_buf_ struct buf text = { 0 };

	clear_live(many);
	if (command->summary.is_tap) {
		summary_tap(run, ++many->tap_tests, &text);
	} else {
		if (command->verbose >= 2)
			buf_add(&text, buf_text(&job->text), job->text.length);
		if (command->verbose ||
		    (is_failure(run) && !command->summary.look.is_quiet))
			summary_line(run, many->terminal.has_colour, &text);
	}
	put(&text);
}

static void keep_result(struct many *many, struct job *job, int status)
{
	struct summary_run *run = place_for(many->summary, job->number);
	bool is_again = run->scenario != NULL;
	int first = run->status;

	if (!job->run.scenario) {
		job->run = (struct summary_run){ .first_status = -1 };
		job->run.status = WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_BROKE;
		if (job->run.status == EXIT_OK) /* it said nothing: nothing is known */
			job->run.status = EXIT_BROKE;
		job->run.text = last_words(many, job, status);
	} else if (!WIFEXITED(status) || WEXITSTATUS(status) != job->run.status) {
		job->run.status = WIFEXITED(status) ? exit_worst(job->run.status,
								 WEXITSTATUS(status))
						    : EXIT_BROKE;
		job->run.text = last_words(many, job, status);
	}
	*run = job->run;
	run->number = job->number;
	run->scenario = many->summary->list.items[job->number];
	run->took_us = clock_now_us() - job->start_us;
	run->first_status = is_again ? first : -1;
	if (is_again && first != run->status)
		run->status = exit_worst(EXIT_UNSTABLE, run->status);
	many->done++;
	many->failed += is_failure(run);
	if (many->command->is_first_failure_the_end && is_failure(run))
		many->is_over = true;
	if (!many->command->summary.is_tap || !many->command->is_tried_twice ||
	    is_again || !is_failure(run))
		show(many, job, run);
}

static void end_job(struct many *many, struct job *job)
{
	int status = 0;

	while (waitpid(job->pid, &status, 0) < 0 && errno == EINTR)
		;
	keep_result(many, job, status);
	buf_done(&job->text);
	buf_done(&job->line);
	job->pid = 0;
}

/* One that could not be started. */
static void fail_job(struct many *many, struct job *job, int error)
{
	job->run = (struct summary_run){
		.scenario = "",
		.status = EXIT_BROKE,
		.first_status = -1,
		.text = arena_printf(many->summary->arena, "cannot be started: %s",
				     strerror(-error)),
	};
	keep_result(many, job, EXIT_BROKE << 8);
	job->pid = 0;
}

/* ------------------------------------------------------------ all jobs */

static void read_into(int *fd, struct buf *text, size_t max)
{
	char bytes[4096];
	ssize_t got = read(*fd, bytes, sizeof(bytes));

	if (got > 0 && text->length < max)
		buf_add(text, bytes, (size_t)got);
	if (got > 0 || (got < 0 && errno == EINTR))
		return;
	close(*fd);
	*fd = -1;
}

static void serve_job(struct many *many, struct job *job, const struct pollfd *fds)
{
	if (fds[0].revents)
		read_into(&job->out, &job->text, SIZE_MAX);
	if (fds[1].revents) {
		read_into(&job->news, &job->line, NEWS_MAX);
		hear_lines(many, job);
	}
	if (many->command->options.is_kept) /* it stays until somebody ends it */
		put(&job->text);
	if (job->out < 0 && job->news < 0)
		end_job(many, job);
}

/* Read what the running jobs print; end those that are done. */
static void serve_jobs(struct many *many)
{
	struct pollfd fds[JOBS_MAX * 2];

	for (size_t i = 0; i < JOBS_MAX; i++) {
		const struct job *job = &many->jobs[i];

		fds[2 * i] = (struct pollfd){ job->pid ? job->out : -1, POLLIN, 0 };
		fds[2 * i + 1] = (struct pollfd){ job->pid ? job->news : -1, POLLIN, 0 };
	}
	if (poll(fds, ARRAY_SIZE(fds), is_live(many) ? LIVE_TICK_MS : -1) < 0)
		return;
	for (size_t i = 0; i < JOBS_MAX; i++)
		if (many->jobs[i].pid)
			serve_job(many, &many->jobs[i], &fds[2 * i]);
	draw_live(many);
}

/* Each job breaks off its run and reports what there is, as we would alone. */
static void pass_signal(struct many *many)
{
	int signal = cmd_signal();

	if (!signal || many->signal)
		return;
	for (size_t i = 0; i < JOBS_MAX; i++)
		if (many->jobs[i].pid)
			(void)kill(many->jobs[i].pid, signal);
	many->signal = signal;
}

static size_t running(const struct many *many)
{
	size_t count = 0;

	for (size_t i = 0; i < JOBS_MAX; i++)
		count += many->jobs[i].pid != 0;
	return count;
}

static void run_wanted(struct many *many, unsigned int jobs)
{
	size_t next = 0;

	while ((next < many->count && !many->is_over && !cmd_signal()) || running(many)) {
		for (unsigned int i = 0;
		     i < jobs && next < many->count && !many->is_over && !cmd_signal();
		     i++) {
			struct job *job = &many->jobs[i];
			int r;

			if (job->pid)
				continue;
			r = start_job(many, many->wanted[next++], job);
			if (r)
				fail_job(many, job, r);
		}
		if (running(many))
			serve_jobs(many);
		pass_signal(many);
	}
	clear_live(many);
}

/*
 * On a busy machine a run may miss a deadline: once more, alone, and said aloud. Two that
 * differ are no result, whichever of them is the better one.
 */
static void run_again(struct many *many)
{
	many->count = many->done = many->failed = 0;
	vec_foreach (run, &many->summary->runs)
		if (run->status == EXIT_UNEXPECTED || run->status == EXIT_BROKE)
			many->wanted[many->count++] = run->number;
	if (!many->count || many->is_over || cmd_signal())
		return;
	if (!many->command->summary.is_tap)
		(void)printf("again, alone: %zu that failed\n", many->count);
	run_wanted(many, 1);
}

/* ------------------------------------------------------------ which ones */

/* "scenarios/acme/" is called "scenarios/acme". */
static const char *called(struct summary *summary, const char *scenario)
{
	size_t length = strlen(scenario);

	while (length > 1 && scenario[length - 1] == '/')
		length--;
	return arena_strndup(summary->arena, scenario, length);
}

/* Is the pattern in its name? */
static bool is_wanted(const struct run_command *command, const char *scenario)
{
	const char *slash = strrchr(scenario, '/');
	_cleanup_buf_ struct buf pattern = { 0 };

	if (!command->match)
		return true;
	buf_printf(&pattern, "*%s*", command->match);
	return !fnmatch(buf_text(&pattern), slash ? slash + 1 : scenario, 0);
}

static bool has_scenario(const struct run_command *command, struct summary *summary,
			 const char *scenario)
{
	for (size_t i = 0; i < command->count; i++)
		if (str_equal(called(summary, command->scenarios[i]), scenario))
			return true;
	return !command->count;
}

static int list_last_failed(const struct run_command *command, struct summary *summary,
			    struct err *err)
{
	_cleanup_(summary_freep) struct summary *last = NULL;
	char path[PATH_MAX];
	int r;

	if (snprintf(path, sizeof(path), "%s/" SUMMARY_JSON_FILE,
		     command->options.reports) >= (int)sizeof(path))
		return err_set(err, ENAMETOOLONG, "--reports: the path is too long");
	if (access(path, F_OK) && errno == ENOENT)
		return err_set(err, EINVAL,
			       "--last-failed: no run of several scenarios has left its "
			       "%s here (--reports says where they were)",
			       path);
	r = cmd_summary_load(path, &last, err);
	if (r)
		return err_wrap(err, "--last-failed");
	vec_foreach (run, &last->runs) {
		if (!is_failure(run) || !is_wanted(command, run->scenario) ||
		    !has_scenario(command, summary, run->scenario))
			continue;
		reveal(run->scenario); /* the command line does not name it */
		vec_add(summary->arena, &summary->list,
			arena_strdup(summary->arena, run->scenario));
	}
	return 0;
}

static int list_all(const struct run_command *command, struct summary *summary,
		    struct err *err)
{
	if (command->is_last_failed)
		return list_last_failed(command, summary, err);
	for (size_t i = 0; i < command->count; i++) {
		const char *scenario = called(summary, command->scenarios[i]);

		if (is_wanted(command, scenario))
			vec_add(summary->arena, &summary->list, scenario);
	}
	return 0;
}

static unsigned int jobs_for(const struct run_command *command)
{
	unsigned int jobs = command->jobs;

	if (command->options.is_kept)
		return 1;
	if (!jobs)
		jobs = command->options.plane == PLANE_VM || command->options.is_virtual
			       /* It has a processor to itself, if emulated. */
			       ? machine_jobs(1, RUN_MEMORY_VM_MIB, JOBS_MAX)
			       : machine_jobs(JOBS_PER_CORE, RUN_MEMORY_MIB, JOBS_MAX);
	return jobs > JOBS_MAX ? JOBS_MAX : jobs;
}

bool run_is_many(const struct run_command *command)
{
	return command->count != 1 || command->shards > 1 || command->is_tried_twice ||
	       command->is_last_failed || command->match || command->summary.is_tap ||
	       command->summary.annotate >= 0 || command->summary.look.is_quiet;
}

static int carry_out(struct many *many, int64_t start_us)
{
	const struct run_command *command = many->command;
	struct summary_options shown = command->summary;

	shown.look.has_colour = many->terminal.has_colour;
	shown.look.reports = command->options.reports;
	for (unsigned int i = 0; i < many->summary->list.count; i++)
		if (summary_is_ours(many->summary, i))
			many->wanted[many->count++] = i;
	cmd_summary_begin(&shown, many->count);
	run_wanted(many, jobs_for(command));
	if (command->is_tried_twice)
		run_again(many);
	many->summary->took_us = clock_now_us() - start_us;
	return cmd_summary_end(many->summary, &shown);
}

/* An empty list passes for a good one to whoever reads the counts only. */
static void say_empty(const struct run_command *command)
{
	if (command->match)
		(void)fprintf(stderr,
			      "twinsite: run: -k '%s' is in the name of none of them: "
			      "`twinsite list` has the names\n",
			      command->match);
	else if (command->is_last_failed)
		(void)fputs("twinsite: run: none of these failed last time\n", stderr);
}

int run_many(struct run_command *command)
{
	_cleanup_(summary_freep) struct summary *summary = summary_new();
	_cleanup_free_ struct many *many = calloc(1, sizeof(*many));
	_cleanup_buf_ struct buf start = { 0 };
	int64_t start_us = clock_now_us();
	struct err err = { 0 };

	if (!many)
		return EXIT_BROKE;
	many->command = command;
	many->summary = summary;
	terminal_init(&many->terminal, STDOUT_FILENO);
	text_add_time(&start, clock_wall_us());
	summary->version = version_text();
	summary->start = arena_strdup(summary->arena, buf_text(&start));
	summary->shard = command->shard + 1;
	summary->shards = command->shards;
	if (list_all(command, summary, &err))
		return cmd_fail(&err);
	if (!summary->list.count)
		say_empty(command);
	many->wanted = arena_alloc(summary->arena,
				   (summary->list.count + 1) * sizeof(*many->wanted));
	return carry_out(many, start_us);
}
