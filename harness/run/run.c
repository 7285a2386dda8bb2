// SPDX-License-Identifier: GPL-2.0-or-later
/* run.c - rehearse a scenario: choose a plane, start the world, follow it, judge */
#include "run/run.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/exit.h"
#include "base/file.h"
#include "base/machine.h"
#include "base/program.h"
#include "base/str.h"
#include "lab/plan.h"
#include "netns/guest.h"
#include "netns/root.h"
#include "netns/vm.h"
#include "netns/world.h"
#include "run/annotate.h"
#include "run/channel.h"
#include "run/choose.h"
#include "run/ending.h"
#include "run/keep.h"
#include "run/keep_line.h"
#include "run/life_line.h"
#include "run/params.h"
#include "run/plant.h"
#include "run/reader.h"
#include "run/way.h"
#include "run/world_main.h"

#define RUN_DEADLINE_S	     120
#define RUN_DEADLINE_GUEST_S 300
#define LIFE_HOUR_S	     30 /* on the wall, for one of a virtual clock: 2 s and more */
#define GUEST_MEMORY_MIB     384
#define GUEST_BOOT_S	     90 /* modules of a slow disk */
#define GUEST_SILENCE_S	     20 /* it has a pulse of one second */
#define PULSE_TICK_MS	     1000
/*
 * Nothing recorded for so long: the world hangs, whatever its kernel does. The longest
 * silence of a healthy run is 13 s (an IKE SA that is sent again and again). While it is
 * built the device's scripts run, each of which is given 10 s, more beside other load.
 */
#define SILENCE_S	30
#define SILENCE_BUILD_S 90
#define SILENCE_SLOWER	4 /* so many times as long, at most, where others want the CPUs */

/* ---------------------------------------------------------------- following */

struct follower {
	const struct run_options *options;
	const struct scenario *scenario;
	const char *folder, *report;
	int file; /* the evidence, -1 until it is there */
	int inotify;
	struct buf rest;     /* an incomplete line */
	unsigned int needed; /* of the plane: enum plane_feature */
	bool is_guest;
	int64_t pulse, pulse_us; /* of the guest, and since when it stands still */
	int64_t heard_us;	 /* when something was recorded last; 0: nothing yet */
	bool is_building;	 /* the last that was recorded is the begin of that */
	char path[PATH_MAX];
};

/* It waits for shells from here on. */
static void say_kept(const struct follower *follower, const struct event *event)
{
	_cleanup_buf_ struct buf text = { 0 };

	if (!follower->options->on_note || !str_equal(event->source, "phase") ||
	    !str_equal(event->kind, "begin") ||
	    !str_equal(event_text(event, "name"), "keep"))
		return;
	keep_ready(follower->report, follower->scenario, &text);
	follower->options->on_note(follower->options->user, buf_text(&text));
}

static void follow_lines(struct follower *follower)
{
	char *text = follower->rest.data, *end;
	size_t done = 0;

	while (text && (end = strchr(text + done, '\n'))) {
		struct timeline one = { 0 };

		if (!timeline_add_line(&one, text + done, (size_t)(end - text) - done)) {
			const struct event *event = one.events;

			follower->is_building =
				str_equal(event->kind, "begin") &&
				str_equal(event_text(event, "name"), "build");
			if (follower->options->on_event)
				follower->options->on_event(follower->options->user,
							    event);
			say_kept(follower, event);
		}
		timeline_done(&one);
		done = (size_t)(end - text) + 1;
	}
	if (done) {
		memmove(text, text + done, follower->rest.length - done + 1);
		follower->rest.length -= done;
	}
}

static void follow_read(struct follower *follower)
{
	char bytes[8192];
	ssize_t got;

	if (follower->file < 0) {
		follower->file = open(follower->path, O_RDONLY | O_CLOEXEC);
		/* Before it is read, so that nothing comes unheard. */
		if (follower->file >= 0)
			(void)inotify_add_watch(follower->inotify, follower->path,
						IN_MODIFY);
	}
	while (follower->file >= 0 &&
	       (got = read(follower->file, bytes, sizeof(bytes))) > 0) {
		buf_add(&follower->rest, bytes, (size_t)got);
		follower->heard_us = clock_now_us();
	}
	follow_lines(follower);
}

static int patience_ms(const struct follower *follower, int64_t deadline_us)
{
	int left_ms = clock_left_ms(deadline_us);
	int tick_ms = follower->options->on_tick ? RUN_TICK_MS : PULSE_TICK_MS;

	return left_ms > tick_ms ? tick_ms : left_ms;
}

/* Somebody wants it to end: 0, or -EINTR with the sentence. */
static int check_interrupt(const struct follower *follower, short events, struct err *err)
{
	unsigned char number = 0;

	if (!events || read(follower->options->interrupt, &number, 1) != 1)
		return 0;
	return err_set(err, EINTR, "interrupted by SIG%s", sigabbrev_np(number));
}

/* A guest kernel that hangs says nothing, and would not for the rest of the deadline. */
static int check_pulse(struct follower *follower, struct err *err)
{
	int64_t pulse = follower->is_guest ? guest_pulse(follower->folder) : 0;
	int64_t now_us = clock_now_us();
	int silence_s = pulse ? GUEST_SILENCE_S : GUEST_BOOT_S;
	char words[200];

	if (pulse != follower->pulse || !follower->pulse_us)
		follower->pulse_us = now_us;
	follower->pulse = pulse;
	if (!follower->is_guest || now_us - follower->pulse_us < silence_s * 1000000LL)
		return 0;
	guest_last_words(follower->folder, words, sizeof(words));
	return err_set(err, ETIMEDOUT, "the guest kernel %s for %d s; its last words: %s",
		       pulse ? "has not stirred" : "did not boot", silence_s, words);
}

/* A kernel that lives is not enough: its pulse goes on while what runs in it hangs. */
static int check_silence(const struct follower *follower, struct err *err)
{
	int base_s = follower->is_building ? SILENCE_BUILD_S : SILENCE_S;
	double load = 0, slower;

	if (!follower->heard_us || follower->options->is_kept ||
	    clock_now_us() - follower->heard_us < base_s * 1000000LL)
		return 0;
	slower = getloadavg(&load, 1) == 1 ? load / machine_cores() : 1;
	slower = slower < 1 ? 1 : slower > SILENCE_SLOWER ? SILENCE_SLOWER : slower;
	if (clock_now_us() - follower->heard_us < (int64_t)(base_s * slower * 1e6))
		return 0;
	return err_set(err, ETIMEDOUT,
		       "nothing was recorded for %d s: what ought to go on hangs",
		       (int)(base_s * slower));
}

static bool has_ended(const struct follower *follower, short events)
{
	int status;

	return events ||
	       (follower->is_guest && guest_has_result(follower->folder, &status));
}

/* Until the world is gone, or a guest done: 0, or why nobody waits for it any longer. */
static int follow(struct follower *follower, int pidfd, int64_t deadline_us,
		  struct err *err)
{
	int64_t start_us = clock_now_us();
	int r = 0;

	while (!r && clock_left_ms(deadline_us)) {
		int interrupt = follower->options->interrupt;
		struct pollfd fds[] = {
			{ .fd = pidfd, .events = POLLIN },
			{ .fd = follower->inotify, .events = POLLIN },
			{ .fd = interrupt ? interrupt : -1, .events = POLLIN },
		};
		char drop[4096];

		follow_read(follower);
		if (poll(fds, ARRAY_SIZE(fds), patience_ms(follower, deadline_us)) < 0)
			continue;
		if (fds[1].revents)
			(void)!read(follower->inotify, drop, sizeof(drop));
		if (follower->options->on_tick)
			follower->options->on_tick(follower->options->user,
						   clock_now_us() - start_us);
		if (has_ended(follower, fds[0].revents)) {
			follow_read(follower);
			return 0;
		}
		r = check_interrupt(follower, fds[2].revents, err);
		r = r ? r : check_pulse(follower, err);
		r = r ? r : check_silence(follower, err);
	}
	return r ? r
		 : err_set(err, ETIMEDOUT, "it had not ended after %d s",
			   (int)((clock_now_us() - start_us) / 1000000));
}

/* ---------------------------------------------------------------- the world */

struct in_world {
	char folder[PATH_MAX];
	unsigned int needed;
	struct plane_status *status; /* shared with who waits; NULL: it is known */
};

static int main_in_world(void *arg)
{
	struct in_world *in = arg;
	struct plane_status *status = in->status;

	if (status)
		plane_probe_here(status->plane, in->needed, status);
	if (status && (!status->is_usable || in->needed & ~status->features))
		return ENOTSUP;
	return world_main(in->folder, NULL);
}

/* What only the world's status tells (run/world_main.h); its evidence has the rest. */
static int check_status(const struct follower *follower, int status, struct err *err)
{
	if (status == 0 || status == 1)
		return 0;
	if (status == EXIT_BROKE)
		return err_set(err, ENOMEM, "its process ran out of memory");
	if (status == 128 + SIGKILL)
		return err_set(
			err, EIO,
			"its process was killed by SIGKILL, as the kernel does when "
			"memory runs out");
	if (status == 128 + SIGXFSZ || status == 128 + SIGXCPU)
		return err_set(err, EFBIG,
			       "its process came to a limit that it was given: %s",
			       status == 128 + SIGXFSZ ? "the size of a file (ulimit -f)"
						       : "processor time (ulimit -t)");
	if (status > 128)
		return err_set(err, EIO,
			       "its process was killed by SIG%s, which is an error of "
			       "twinsite",
			       sigabbrev_np(status - 128) ? sigabbrev_np(status - 128)
							  : "?");
	return err_sys(err, status, "%s", follower->path);
}

static int run_in_namespaces(struct follower *follower, enum plane plane,
			     const struct scenario *scenario,
			     const struct root_view *views, int64_t deadline_us,
			     struct err *err)
{
	const char *const keep[] = { follower->folder, NULL };
	const struct world_options options = {
		.keep = keep,
		.views = views,
		.is_trusted = plant_is_open(getenv(PLANT_VARIABLE)),
	};
	struct plane_status *found = mmap(NULL, sizeof(*found), PROT_READ | PROT_WRITE,
					  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct in_world in = { .needed = choose_features(scenario) };
	struct world world;
	int r, status;

	if (found == MAP_FAILED)
		return err_sys(err, ENOMEM, "a world");
	found->plane = plane;
	in.status = plane == PLANE_LIBIPSEC ? found : NULL; /* choose_plane() did not */
	(void)snprintf(in.folder, sizeof(in.folder), "%s", follower->folder);
	r = world_start(&options, main_in_world, &in, &world, err);
	if (!r) {
		r = follow(follower, world.pidfd, deadline_us, err);
		if (!r)
			r = world_wait(&world, deadline_us, &status, err);
		if (!r && status == ENOTSUP && in.status)
			r = choose_check(found, scenario, err);
		if (!r)
			r = check_status(follower, status, err);
		world_stop(&world);
	}
	(void)munmap(found, sizeof(*found));
	return r;
}

static int start_vm(const struct follower *follower, const struct root_view *views,
		    struct guest *ret_guest, struct err *err)
{
	const struct vm_options options = {
		.folder = follower->folder,
		.views = views,
		.told = RUN_PARAMS_FILE,
		.evidence = EVIDENCE_FILE,
		.is_trusted = plant_is_open(getenv(PLANT_VARIABLE)),
		.needed_features = follower->needed,
		.is_virtual = follower->options->is_virtual,
		.seed = follower->options->seed,
		.interrupt = follower->options->interrupt,
		.on_note = follower->options->on_note,
		.user = follower->options->user,
	};
	int r;

	r = vm_start(&options, ret_guest, err);
	return r == -EINTR ? check_interrupt(follower, POLLIN, err) ?: r : r;
}

static int start_uml(const struct follower *follower, const struct root_view *views,
		     struct keep_line *line, struct guest *ret_guest, struct err *err)
{
	int r = follower->options->is_kept ? keep_line_open(follower->folder, line, err)
					   : 0;
	const struct guest_options options = {
		.line = line->socket >= 0 ? line->socket : 0,
		.folder = follower->folder,
		.cpus = follower->options->cpus,
		.memory_mib = GUEST_MEMORY_MIB,
		.views = views,
		.is_trusted = plant_is_open(getenv(PLANT_VARIABLE)),
	};

	return r ? r : guest_start(&options, ret_guest, err);
}

static int run_in_guest(struct follower *follower, enum plane plane,
			const struct root_view *views, int64_t deadline_us,
			struct err *err)
{
	struct keep_line line = { .socket = -1 };
	struct guest guest;
	int r = plane == PLANE_VM ? start_vm(follower, views, &guest, err)
				  : start_uml(follower, views, &line, &guest, err);
	int status;

	if (r) {
		keep_line_close(&line);
		return r;
	}
	follower->is_guest = true;
	r = follow(follower, guest.world.pidfd, deadline_us, err);
	if (!r)
		r = guest_wait(&guest, follower->folder, deadline_us, &status, err);
	if (!r)
		r = check_status(follower, status, err);
	guest_stop(&guest);
	keep_line_close(&line);
	return r;
}

/* What the world sees besides: the program, the scenario and all of its bases. */
struct seen {
	struct root_view views[ROOT_VIEWS_MAX + 2];
	size_t count;
	struct arena *arena;
};

static int see(struct seen *seen, const char *path, struct err *err)
{
	char real[PATH_MAX];

	if (!realpath(*path ? path : ".", real))
		return err_sys(err, errno, "%s", path);
	if (seen->count == ROOT_VIEWS_MAX)
		return err_set(err, E2BIG, "%s: too many bases", path);
	seen->views[seen->count++].path = arena_strdup(seen->arena, real);
	return 0;
}

static int see_all(struct seen *seen, const struct scenario *scenario, struct err *err)
{
	const char *program = program_path();
	int r = program ? see(seen, program, err)
			: err_set(err, ENOENT, "this program's path is not known");

	for (size_t i = 0; !r && i < scenario->folders.count; i++)
		r = see(seen, scenario->folders.items[i], err);
	if (!r && plant_is_open(getenv(PLANT_VARIABLE)))
		seen->views[seen->count++] = (struct root_view){ .path = "/",
								 .at = PLANT_HOST,
								 .is_writable = true };
	return r;
}

/* What an `alive:` may take beside the rest, on the wall. */
static unsigned int life_seconds(const struct run_options *options,
				 const struct scenario *scenario)
{
	const struct expectation *alive = scenario_alive(scenario, NULL);

	if (!alive)
		return 0;
	return options->is_virtual ? alive->alive_s / 3600 * LIFE_HOUR_S + LIFE_HOUR_S
				   : alive->alive_s + alive->gap_s;
}

/* However it ends: what it recorded until then is judged. */
static int run_in_channel(struct follower *follower, enum plane plane,
			  const struct scenario *scenario, struct err *err)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	unsigned int seconds =
		(plane_is_guest(plane) ? RUN_DEADLINE_GUEST_S : RUN_DEADLINE_S) +
		life_seconds(follower->options, scenario);
	int64_t deadline_us = follower->options->is_kept
				      ? INT64_MAX
				      : clock_now_us() + (int64_t)seconds * 1000000;
	struct seen seen = { .arena = arena };
	int r = see_all(&seen, scenario, err);

	if (snprintf(follower->path, sizeof(follower->path), "%s/%s", follower->folder,
		     EVIDENCE_FILE) >= (int)sizeof(follower->path))
		r = err_set(err, ENAMETOOLONG, "%s", follower->folder);
	if (r)
		return r;
	/* A guest tells its end in a file of its own; the daemons' logs are for nobody yet. */
	(void)inotify_add_watch(follower->inotify, follower->folder,
				plane_is_guest(plane) ? IN_CREATE | IN_MODIFY
						      : IN_CREATE);
	r = plane_is_guest(plane)
		    ? run_in_guest(follower, plane, seen.views, deadline_us, err)
		    : run_in_namespaces(follower, plane, scenario, seen.views,
					deadline_us, err);
	follow_read(follower);
	buf_done(&follower->rest);
	if (follower->file >= 0)
		close(follower->file);
	return r;
}

static int run_world(const struct run_options *options, enum plane plane,
		     const char *report, const struct scenario *scenario, struct err *err)
{
	_cleanup_close_ int inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	char folder[PATH_MAX];
	struct follower follower = {
		.options = options,
		.scenario = scenario,
		.folder = folder,
		.report = report,
		.file = -1,
		.inotify = inotify,
		.needed = choose_features(scenario),
	};
	struct err left = { 0 };
	int r = channel_make(report, folder, err), collected;

	if (r)
		return r;
	r = run_params_copy(report, folder, err);
	if (!r)
		r = run_in_channel(&follower, plane, scenario, err);
	collected = channel_collect(report, &left);
	if (!r && collected)
		r = err_set(err, -collected, "%s", left.text);
	return r;
}

/* ---------------------------------------------------------------- the whole */

/*
 * What decides which way into a tunnel can be shown (run/way.h). The VTI that an updown
 * script would make is not there when no script is run. A plane that can have none of it
 * is not asked: libipsec would be asked by a world of its own.
 */
static unsigned int features_of(enum plane plane, bool has_no_scripts)
{
	struct plane_status status;

	if (!(plane_features_possible(plane) & (PLANE_VTI | PLANE_XFRM_INTERFACE)))
		return 0;
	plane_probe(plane, &status);
	return has_no_scripts ? status.features & ~(unsigned int)PLANE_VTI
			      : status.features;
}

/* What of the chosen plane the world must know. */
static void tell_plane(const struct run_options *options, struct run_params *params)
{
	params->features = features_of(params->plane, params->has_no_scripts);
	params->is_virtual = options->is_virtual;
	params->seed = options->seed;
	params->is_emulated =
		params->plane == PLANE_VM && (params->is_virtual || !vm_has_kvm());
}

/* Everything that can be said before anything is built. */
static int prepare(const struct run_options *options, struct scenario **ret_scenario,
		   struct run_params *params, struct buf *why, struct err *err)
{
	_cleanup_(plan_freep) struct plan *plan = NULL;
	int r = scenario_load_as(options->scenario, options->firmware, ret_scenario, err);

	if (!r)
		r = judge_wants_nothing(*ret_scenario, err);
	if (r)
		return r;
	r = choose_plane(options, *ret_scenario, NULL, &params->plane, why, err);
	if (r) /* who says ENOTSUP says what is missing */
		return r == -ENOTSUP || r == -EINVAL ? r : err_mark(err, ERR_BROKE);
	tell_plane(options, params);
	way_settle_scenario(*ret_scenario, params->plane, params->features);
	/* bad input is said here, not in a world */
	r = plan_make(*ret_scenario,
		      params->plane == PLANE_LIBIPSEC ? ESP_LIBIPSEC : ESP_KERNEL, &plan,
		      err);
	return r ? r : life_line_check(*ret_scenario, plan, err);
}

static int open_folder(const struct run_options *options, const struct scenario *scenario,
		       struct run_params *params, char absolute[PATH_MAX],
		       struct err *err)
{
	char folder[PATH_MAX], path[PATH_MAX];
	int r = reader_report(options->reports, scenario->name, options->has_keys, folder,
			      err);

	if (!r && !realpath(folder, absolute))
		r = err_sys(err, errno, "%s", folder);
	if (!r && !realpath(scenario->path, path))
		r = err_sys(err, errno, "%s", scenario->path);
	params->scenario = path;
	if (!r)
		r = run_params_write(absolute, params, err);
	params->scenario = NULL;
	return r ? err_mark(err, ERR_BROKE), r : 0;
}

/* Did the world record anything? Else it was the plane that broke, at its start. */
static bool has_begun(const char *folder)
{
	struct stat status;
	char path[PATH_MAX];

	return snprintf(path, sizeof(path), "%s/%s", folder, EVIDENCE_FILE) >=
		       (int)sizeof(path) ||
	       (!stat(path, &status) && status.st_size > 0);
}

/* Run on the plane of params; when that breaks at its start, on the next that can. */
static int run_somewhere(const struct run_options *options,
			 const struct scenario *scenario, struct run_params *params,
			 struct buf *why, const char *folder, struct err *err)
{
	struct err failures[PLANE_COUNT];
	const char *broken[PLANE_COUNT] = { NULL };
	char *const path = realpath(scenario->path, NULL);
	int r;

	for (;;) {
		if (options->on_start)
			options->on_start(options->user, scenario,
					  plane_name(params->plane), buf_text(why));
		r = run_world(options, params->plane, folder, scenario, err);
		if (!r || r == -EINTR || !choose_may_fall_back(options, scenario) ||
		    has_begun(folder))
			break;
		failures[params->plane] = *err;
		broken[params->plane] = failures[params->plane].text;
		why->length = 0;
		if (choose_plane(options, scenario, broken, &params->plane, why, NULL))
			break;
		params->plane_why = buf_text(why);
		tell_plane(options, params);
		params->scenario = path;
		if (run_params_write(folder, params, err))
			break;
	}
	params->scenario = NULL;
	free(path);
	return r;
}

/* Of a run that could not even begin: what we wrote ourselves. */
static void remove_folder(const char *folder)
{
	static const char *const files[] = { RUN_PARAMS_FILE, "guest.log" };
	char path[PATH_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		if (snprintf(path, sizeof(path), "%s/%s", folder, files[i]) <
		    (int)sizeof(path))
			(void)unlink(path);
	}
	(void)rmdir(folder);
}

/* The evidence has the time of the world's clock, which is not always everybody's. */
static void note_wall(const char *folder, const struct scenario *scenario,
		      struct run_params *params, int64_t wall_us)
{
	_cleanup_free_ char *path = realpath(scenario->path, NULL);

	params->wall_us = wall_us;
	params->scenario = path;
	if (path)
		(void)run_params_write(folder, params, NULL);
	params->scenario = NULL;
}

int run_scenario(const struct run_options *options, struct judged **ret_judged,
		 struct err *err)
{
	_cleanup_(scenario_freep) struct scenario *scenario = NULL;
	_cleanup_buf_ struct buf why = { 0 };
	char folder[PATH_MAX];
	int64_t start_us = clock_now_us();
	struct run_params params = { .has_keys = options->has_keys,
				     .is_quick = options->is_quick,
				     .has_iperf3 = options->has_iperf3,
				     .has_no_scripts = options->has_no_scripts,
				     .firmware = options->firmware,
				     .capture_pairs = options->capture_pairs,
				     .is_kept = options->is_kept,
				     .plant = getenv(PLANT_VARIABLE) };
	int r = params.plant ? plant_check(params.plant, err) : 0;

	*ret_judged = NULL;
	if (!r)
		r = prepare(options, &scenario, &params, &why, err);
	params.plane_why = buf_text(&why);
	if (!r)
		r = open_folder(options, scenario, &params, folder, err);
	if (r)
		return r;
	r = run_somewhere(options, scenario, &params, &why, folder, err);
	if (r == -ENOTSUP && (params.plane == PLANE_VM || err->missing[0]) &&
	    !has_begun(folder)) {
		remove_folder(folder);
		return err->missing[0] ? r
				       : err_missing(err, "%s", plane_name(params.plane));
	}
	note_wall(folder, scenario, &params, clock_now_us() - start_us);
	if (r) {
		(void)ending_note(folder, start_us, err->text, NULL);
		r = judge_broken(folder, err->text, ret_judged, err);
	} else {
		r = judge_folder(folder, NULL, ret_judged, err);
		if (!r)
			r = annotate_captures(folder, &(*ret_judged)->judgement, err);
	}
	return r ? err_mark(err, ERR_BROKE), r : 0;
}
