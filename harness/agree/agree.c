// SPDX-License-Identifier: GPL-2.0-or-later
/* agree.c - random cases, each predicted and then negotiated by two real charons */
#include "agree/agree.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agree/compare.h"
#include "agree/daemon.h"
#include "agree/generator.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "charon/process.h"
#include "device/device.h"
#include "netns/node.h"
#include "netns/world.h"
#include "report/findings.h"

#define LOG_MAX (64u << 20)

struct job {
	const struct agree_options *options;
	unsigned int index;
	atomic_uint *next; /* shared by all jobs: the case that is taken next */
	int pipe;	   /* results go there */
	struct daemons daemons;
};

/* One case and all that is made of it. */
struct trial {
	struct arena *arena;
	struct agree_case generated;
	struct site *sites[2];
	struct conf *confs[2];
	struct findings findings;
	struct agree_outcome predicted, observed;
	struct buf difference;
};

static void trial_done(struct trial *trial)
{
	for (unsigned int end = 0; end < 2; end++) {
		conf_free(trial->confs[end]);
		site_free(trial->sites[end]);
	}
	buf_done(&trial->difference);
	arena_free(trial->arena);
}

static int trial_prepare(const struct job *job, struct trial *trial, struct err *err)
{
	struct predict_input input = { .initiator = trial->generated.initiator,
				       .arena = trial->arena,
				       .peer_is_strongswan = true };
	int r = 0;

	for (unsigned int i = 0; !r && i < 2; i++) {
		const struct agree_end *end = &trial->generated.ends[i];

		r = site_import(end->wish.kind, end->name, end->sources.list.items,
				end->sources.list.count, &end->options, &trial->sites[i],
				err);
		input.sites[i] = trial->sites[i];
	}
	for (unsigned int i = 0; !r && i < 2; i++) {
		struct conf_params params;

		daemon_params(&job->daemons.ends[i], i, &params);
		params.substitute = conf_substitute_by(trial->sites[!i]);
		r = conf_new(trial->sites[i], &params, &trial->confs[i], err);
	}
	if (r)
		return r;
	trial->generated.initiator =
		agree_initiator(input.sites, trial->generated.initiator);
	input.initiator = trial->generated.initiator;
	predict_pair(&input, &trial->findings);
	agree_predict(&input, &trial->findings,
		      (const struct conf *const[]){ trial->confs[0], trial->confs[1] },
		      &trial->predicted);
	return 0;
}

static int trial_run(struct job *job, struct trial *trial, struct err *err)
{
	const struct conf *const confs[] = { trial->confs[0], trial->confs[1] };
	int r = daemons_rehearse(&job->daemons, confs, trial->generated.initiator,
				 trial->arena, &trial->observed, err);

	trial->difference.length = 0;
	if (!r)
		(void)agree_compare(&trial->predicted, &trial->observed,
				    &trial->difference);
	return r;
}

/* ------------------------------------------------------------ keeping a case */

static const char *case_line(const struct trial *trial)
{
	const struct agree_case *generated = &trial->generated;
	_cleanup_buf_ struct buf text = { 0 };

	for (unsigned int end = 0; end < 2; end++)
		buf_printf(&text, "%s%s%s%s%s", end ? " - " : "",
			   device_of(generated->ends[end].wish.kind)->name,
			   generated->ends[end].options.firmware ? " " : "",
			   generated->ends[end].options.firmware
				   ? generated->ends[end].options.firmware
				   : "",
			   generated->initiator == end ? "*" : "");
	vec_foreach (mistake, &generated->mistakes)
		buf_printf(&text, "; %s", *mistake);
	return arena_strdup(trial->arena, buf_text(&text));
}

static int keep_end(const struct job *job, const struct trial *trial, unsigned int i,
		    const char *folder, struct err *err)
{
	const struct agree_end *end = &trial->generated.ends[i];
	_cleanup_buf_ struct buf swanctl = { 0 };
	_cleanup_free_ char *log = NULL;
	char path[PATH_MAX];
	size_t length;
	int r = 0;

	vec_foreach (source, &end->sources.list) {
		char parent[PATH_MAX];

		(void)snprintf(path, sizeof(path), "%s/%s/%s", folder, end->name,
			       source->name);
		(void)snprintf(parent, sizeof(parent), "%.*s",
			       (int)(strrchr(path, '/') - path), path);
		r = r ? r : file_make_folder(parent, err);
		r = r ? r : file_write(path, source->bytes, source->length, err);
	}
	conf_swanctl_format(trial->confs[i], false, &swanctl);
	(void)snprintf(path, sizeof(path), "%s/%s.swanctl.conf", folder, end->name);
	r = r ? r : file_write(path, buf_text(&swanctl), swanctl.length, err);
	(void)snprintf(path, sizeof(path), "%s/%s.charon.log", folder, end->name);
	if (!r &&
	    !file_read_up_to(job->daemons.ends[i].log, LOG_MAX, &log, &length, NULL))
		r = file_write(path, log, length, err);
	return r;
}

/* Generated keys are no secrets, so the files are kept as they are. */
static int keep(const struct job *job, const struct trial *trial, struct err *err)
{
	_cleanup_buf_ struct buf text = { 0 };
	char folder[PATH_MAX - 64], path[PATH_MAX];
	int r;

	(void)snprintf(folder, sizeof(folder), "%s/case-%u", job->options->folder,
		       trial->generated.number);
	r = file_make_folder(folder, err);
	buf_printf(&text, "%s\n\n%s\nWhat predict says:\n\n", case_line(trial),
		   trial->difference.length ? buf_text(&trial->difference)
					    : "As predicted.\n");
	report_findings_text(&trial->findings, &text);
	(void)snprintf(path, sizeof(path), "%s/agree.txt", folder);
	r = r ? r : file_write(path, buf_text(&text), text.length, err);
	for (unsigned int i = 0; !r && i < 2; i++)
		r = keep_end(job, trial, i, folder, err);
	return r;
}

/* ------------------------------------------------------------ a case */

static void fill_result(const struct trial *trial, const struct err *err, int r,
			struct agree_result *result)
{
	result->verdict = r			     ? AGREE_BROKEN
			  : trial->difference.length ? AGREE_DIFFERS
						     : AGREE_SAME;
	result->is_up = trial->predicted.is_ike_up;
	vec_foreach (child, &trial->predicted.children)
		result->children += child->is_up;
	(void)snprintf(result->text, sizeof(result->text), "%s\n%s", case_line(trial),
		       r ? err->text : buf_text(&trial->difference));
}

static void run_case(struct job *job, unsigned int number, struct agree_result *result)
{
	struct trial trial = { .arena = arena_new() };
	struct err err = { 0 };
	int r;

	*result = (struct agree_result){ .number = number };
	agree_generate(job->options->seed, number, trial.arena, &trial.generated);
	r = trial_prepare(job, &trial, &err);
	if (!r && job->options->is_kept) /* with a log of its own */
		daemons_stop(&job->daemons);
	if (!r) {
		r = trial_run(job, &trial, &err);
		/* Once more with fresh daemons: it may be the fault of the case before.
		 */
		if (r || trial.difference.length) {
			result->restarts++;
			daemons_stop(&job->daemons);
			r = trial_run(job, &trial, &err);
		}
		if (!r && (trial.difference.length || job->options->is_kept))
			r = keep(job, &trial, &err);
		if (r)
			daemons_stop(&job->daemons);
	}
	fill_result(&trial, &err, r, result);
	trial_done(&trial);
}

static void say_broken(const struct job *job, const char *text)
{
	struct agree_result result = { .verdict = AGREE_BROKEN,
				       .number = job->options->first + job->index };

	(void)snprintf(result.text, sizeof(result.text), "%s", text);
	(void)!write(job->pipe, &result, sizeof(result));
}

static int job_main(struct job *job)
{
	const struct agree_options *options = job->options;
	struct agree_result result = { 0 };
	struct err err = { 0 };
	int r = daemons_init(&job->daemons, job->index, &err);

	if (r)
		say_broken(job, err.text);
	/* Who is done takes the next: a case takes 10 ms or, in silence, 600. */
	for (unsigned int i;
	     !r && (i = atomic_fetch_add(job->next, 1)) < options->count;) {
		run_case(job, options->first + i, &result);
		if (write(job->pipe, &result, sizeof(result)) != sizeof(result))
			r = -EPIPE;
	}
	/* They end with the world, all at once: in turn they take a second. */
	return r ? 1 : 0;
}

/* ------------------------------------------------------------ all jobs */

/*
 * In the world: a process for each job. A world for each took 60 ms one after the other, as
 * long as a job's share of all cases.
 */
static int jobs_main(void *arg)
{
	struct job *job = arg;
	struct err err = { 0 };
	unsigned int started = 0;

	if (node_prepare(&err)) {
		say_broken(job, err.text);
		return 1;
	}
	for (; started < job->options->jobs; started++) {
		pid_t pid = fork();

		if (pid == 0) {
			job->index = started;
			exit(job_main(job));
		}
		if (pid < 0)
			break;
	}
	if (!started)
		say_broken(job, "no process can be made for it");
	while (wait(NULL) > 0 || errno == EINTR)
		;
	return 0;
}

_Static_assert(sizeof(struct agree_result) < PIPE_BUF,
	       "results are written in one piece");

/* Is there a result to be read, or the end? No: somebody wants none any more. */
static bool wait_result(const struct agree_options *options, int pipe)
{
	struct pollfd fds[] = {
		{ .fd = pipe, .events = POLLIN },
		{ .fd = options->interrupt ? options->interrupt : -1, .events = POLLIN },
	};

	while (poll(fds, ARRAY_SIZE(fds), -1) < 0 && errno == EINTR)
		;
	return !fds[1].revents;
}

static void read_results(const struct agree_options *options, int pipe)
{
	struct agree_result result;

	/* Several writers, but each result comes as a whole. */
	for (unsigned int done = 0; done < options->count && wait_result(options, pipe) &&
				    read(pipe, &result, sizeof(result)) == sizeof(result);
	     done++)
		options->on_result(options->user, &result);
}

/* Make the world and follow what its jobs tell. */
static int run_jobs(const struct agree_options *options, atomic_uint *next,
		    struct err *err)
{
	const char *const keeps[] = { options->folder, NULL };
	const struct world_options how = { .keep = keeps, .is_trusted = true };
	struct job job = { .options = options, .next = next };
	struct world world;
	int pipes[2], r;

	if (pipe2(pipes, O_CLOEXEC))
		return err_sys(err, errno, "a pipe");
	job.pipe = pipes[1];
	r = world_start(&how, jobs_main, &job, &world, err);
	close(pipes[1]);
	if (!r) {
		read_results(options, pipes[0]);
		world_stop(&world);
	}
	close(pipes[0]);
	return r;
}

int agree_run(const struct agree_options *options, struct err *err)
{
	struct agree_options own = *options;
	int r = charon_check_installed(true, err);
	atomic_uint *next;

	if (r)
		return r;
	if (own.jobs > AGREE_JOBS_MAX)
		own.jobs = AGREE_JOBS_MAX;
	if (own.jobs > own.count)
		own.jobs = own.count;
	next = mmap(NULL, sizeof(*next), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (next == MAP_FAILED)
		return err_sys(err, errno, "shared memory");
	atomic_init(next, 0);
	r = run_jobs(&own, next, err);
	(void)munmap(next, sizeof(*next));
	return r;
}

/* ------------------------------------------------------------ the predictions alone */

int agree_foretell(const struct agree_options *options, struct buf *out, struct err *err)
{
	/* Its daemons never run; their configurations want paths all the same. */
	const struct job job = { .options = options,
				 .daemons.ends = {
					 { .socket = "/tmp/left/vici",
					   .log = "/tmp/left/charon.log" },
					 { .socket = "/tmp/right/vici",
					   .log = "/tmp/right/charon.log" },
				 } };
	int r = 0;

	for (unsigned int i = 0; !r && i < options->count; i++) {
		struct trial trial = { .arena = arena_new() };

		agree_generate(options->seed, options->first + i, trial.arena,
			       &trial.generated);
		r = trial_prepare(&job, &trial, err);
		buf_printf(out, "case %u: %s\n", options->first + i, case_line(&trial));
		report_findings_text(&trial.findings, out);
		trial_done(&trial);
	}
	return r;
}
