// SPDX-License-Identifier: GPL-2.0-or-later
/* run.c - rehearse a scenario: choose a plane, start the world, follow it, judge */
#include "run/run.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "lab/plan.h"
#include "netns/guest.h"
#include "netns/root.h"
#include "netns/world.h"
#include "run/channel.h"
#include "run/params.h"
#include "run/plant.h"
#include "run/world_main.h"

#define RUN_DEADLINE_S	   120
#define RUN_DEADLINE_UML_S 300
#define GUEST_MEMORY_MIB   384

/* ---------------------------------------------------------------- the plane */

static unsigned int features_needed(const struct scenario *scenario)
{
	unsigned int features = PLANE_NAT;

	if (scenario->needs & NEED_KERNEL_ESP)
		features |= PLANE_KERNEL_ESP | PLANE_POLICIES;
	if (scenario->needs & NEED_NETEM)
		features |= PLANE_NETEM;
	return features;
}

/* "native cannot (no ESP in the kernel: …), so uml" */
static void say_why(const struct plane_status *statuses, size_t count, enum plane plane,
		    struct buf *why)
{
	for (size_t i = 0; i < count; i++)
		if (statuses[i].plane != plane && !statuses[i].is_usable)
			buf_printf(why, "%s%s: %s", why->length ? "; " : "",
				   plane_name(statuses[i].plane), statuses[i].reason);
	if (!why->length)
		buf_puts(why, "the most faithful plane, and it works here");
}

static int check_given_plane(enum plane plane, unsigned int needed, struct err *err)
{
	struct plane_status status;
	unsigned int missing;

	plane_probe(plane, &status);
	if (!status.is_usable)
		return err_set(err, ENOTSUP, "plane %s: %s", plane_name(plane),
			       status.reason);
	missing = needed & ~status.features;
	if (missing)
		return err_set(err, ENOTSUP,
			       "plane %s does not have %s, which this scenario needs",
			       plane_name(plane), plane_feature_name(missing & -missing));
	return 0;
}

static int choose_plane(const struct run_options *options,
			const struct scenario *scenario, enum plane *ret_plane,
			struct buf *why, struct err *err)
{
	struct plane_status statuses[PLANE_COUNT];
	unsigned int needed = features_needed(scenario);
	size_t count;
	int r;

	if (options->is_kept && !options->has_plane) {
		/* A guest has no door: `twinsite shell` could not enter it. */
		struct plane_status native;

		plane_probe(PLANE_NATIVE, &native);
		*ret_plane = native.is_usable ? PLANE_NATIVE : PLANE_LIBIPSEC;
		buf_puts(why, "a kept run must be on this kernel, for `twinsite shell`");
		return check_given_plane(*ret_plane, needed, err);
	}
	if (options->is_kept && options->plane == PLANE_UML)
		return err_set(err, ENOTSUP,
			       "plane uml: a guest cannot be entered by `twinsite "
			       "shell`; keep a run on native or libipsec");
	if (scenario->needs & NEED_LIBIPSEC) {
		if (options->has_plane && options->plane != PLANE_LIBIPSEC)
			return err_set(err, ENOTSUP,
				       "plane %s: what this scenario shows is only there "
				       "on libipsec",
				       plane_name(options->plane));
		*ret_plane = PLANE_LIBIPSEC;
		buf_puts(why, "what it shows is only there on libipsec");
		return check_given_plane(PLANE_LIBIPSEC, needed, err);
	}
	if (options->has_plane) {
		*ret_plane = options->plane;
		buf_puts(why, "as asked for");
		return check_given_plane(options->plane, needed, err);
	}
	r = plane_choose(needed, statuses, &count, ret_plane, err);
	if (!r)
		say_why(statuses, count, *ret_plane, why);
	return r;
}

/* ---------------------------------------------------------------- the folder */

/* reports/NAME/2026-11-21T19-50-00, with a number behind it when that exists. */
static int make_folder(const char *reports, const char *name, char folder[PATH_MAX],
		       struct err *err)
{
	char parent[PATH_MAX - 64], stamp[32], latest[PATH_MAX];
	time_t now = time(NULL);
	struct tm local;
	int r;

	(void)snprintf(parent, sizeof(parent), "%s/%s", reports, name);
	r = file_make_folder(parent, err);
	if (r)
		return r;
	(void)strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H-%M-%S",
		       localtime_r(&now, &local));
	for (unsigned int i = 0; i < 1000; i++) {
		char suffix[8] = "";

		if (i)
			(void)snprintf(suffix, sizeof(suffix), "-%u", i);
		(void)snprintf(folder, PATH_MAX, "%s/%s%s", parent, stamp, suffix);
		if (!mkdir(folder, 0755)) {
			(void)snprintf(latest, sizeof(latest), "%s/latest", parent);
			(void)unlink(latest);
			(void)!symlink(strrchr(folder, '/') + 1, latest);
			return 0;
		}
		if (errno != EEXIST)
			break;
	}
	return err_sys(err, errno, "%s", folder);
}

/* ---------------------------------------------------------------- following */

struct follower {
	const struct run_options *options;
	int file; /* the evidence, -1 until it is there */
	int inotify;
	struct buf rest; /* an incomplete line */
	char path[PATH_MAX];
};

static void follow_lines(struct follower *follower)
{
	char *text = follower->rest.data, *end;
	size_t done = 0;

	while (text && (end = strchr(text + done, '\n'))) {
		struct timeline one = { 0 };

		if (!timeline_add_line(&one, text + done, (size_t)(end - text) - done) &&
		    follower->options->on_event)
			follower->options->on_event(follower->options->user, one.events);
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

	if (follower->file < 0)
		follower->file = open(follower->path, O_RDONLY | O_CLOEXEC);
	while (follower->file >= 0 &&
	       (got = read(follower->file, bytes, sizeof(bytes))) > 0)
		buf_add(&follower->rest, bytes, (size_t)got);
	follow_lines(follower);
}

static int patience_ms(const struct follower *follower, int64_t deadline_us)
{
	int left_ms = clock_left_ms(deadline_us);

	return follower->options->on_tick && left_ms > RUN_TICK_MS ? RUN_TICK_MS
								   : left_ms;
}

/* Until the world is gone or the deadline has passed; 0 or -ETIMEDOUT. */
static int follow(struct follower *follower, int pidfd, int64_t deadline_us)
{
	int64_t start_us = clock_now_us();

	while (clock_left_ms(deadline_us)) {
		struct pollfd fds[] = { { .fd = pidfd, .events = POLLIN },
					{ .fd = follower->inotify, .events = POLLIN } };
		char drop[4096];

		follow_read(follower);
		(void)poll(fds, 2, patience_ms(follower, deadline_us));
		if (fds[1].revents)
			(void)!read(follower->inotify, drop, sizeof(drop));
		if (follower->options->on_tick)
			follower->options->on_tick(follower->options->user,
						   clock_now_us() - start_us);
		if (fds[0].revents) {
			follow_read(follower);
			return 0;
		}
	}
	return -ETIMEDOUT;
}

/* ---------------------------------------------------------------- the world */

static int main_in_world(void *arg)
{
	return world_main(arg, NULL);
}

static int run_in_namespaces(struct follower *follower, const char *folder,
			     const struct root_view *views, int64_t deadline_us,
			     struct err *err)
{
	const char *const keep[] = { folder, NULL };
	const struct world_options options = { .keep = keep, .views = views };
	char path[PATH_MAX];
	struct world world;
	int r, status;

	(void)snprintf(path, sizeof(path), "%s", folder);
	r = world_start(&options, main_in_world, path, &world, err);
	if (r)
		return r;
	/* However it ended: what it recorded until then is judged. */
	if (!follow(follower, world.pidfd, deadline_us))
		(void)world_wait(&world, deadline_us, &status, err);
	world_stop(&world);
	follow_read(follower);
	return 0;
}

static int run_in_guest(struct follower *follower, const char *folder,
			const struct root_view *views, int64_t deadline_us,
			struct err *err)
{
	const struct guest_options options = { .folder = folder,
					       .cpus = follower->options->cpus,
					       .memory_mib = GUEST_MEMORY_MIB,
					       .views = views };
	struct guest guest;
	int r = guest_start(&options, &guest, err), status;

	if (r)
		return r;
	r = follow(follower, guest.world.pidfd, deadline_us);
	if (!r)
		r = guest_wait(&guest, folder, deadline_us, &status, err);
	guest_stop(&guest);
	follow_read(follower);
	return r == -ETIMEDOUT ? 0 : r;
}

static int run_world(const struct run_options *options, enum plane plane,
		     const char *report, const char *scenario, struct err *err)
{
	_cleanup_close_ int inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	struct follower follower = { .options = options, .file = -1, .inotify = inotify };
	unsigned int seconds = plane == PLANE_UML ? RUN_DEADLINE_UML_S : RUN_DEADLINE_S;
	int64_t deadline_us = options->is_kept
				      ? INT64_MAX
				      : clock_now_us() + (int64_t)seconds * 1000000;
	struct root_view views[3] = { 0 };
	char scenarios[PATH_MAX];
	char program[PATH_MAX] = "", folder[PATH_MAX];
	struct err left = { 0 };
	int r = channel_make(report, folder, err), collected;

	if (r)
		return r;
	r = run_params_copy(report, folder, err);
	if (r)
		return r;

	(void)snprintf(scenarios, sizeof(scenarios), "%s", scenario);
	views[0].path = dirname(scenarios); /* an overlay's base stands beside it */
	if (readlink("/proc/self/exe", program, sizeof(program) - 1) > 0)
		views[1].path = program;
	if (snprintf(follower.path, sizeof(follower.path), "%s/%s", folder,
		     EVIDENCE_FILE) < 0)
		return err_set(err, ENAMETOOLONG, "%s", folder);
	(void)inotify_add_watch(inotify, folder, IN_CREATE | IN_MODIFY);
	r = plane == PLANE_UML
		    ? run_in_guest(&follower, folder, views, deadline_us, err)
		    : run_in_namespaces(&follower, folder, views, deadline_us, err);
	buf_done(&follower.rest);
	if (follower.file >= 0)
		close(follower.file);
	collected = channel_collect(report, &left);
	if (!r && collected)
		r = err_set(err, -collected, "%s", left.text);
	return r;
}

int run_scenario(const struct run_options *options, struct judged **ret_judged,
		 struct err *err)
{
	_cleanup_(scenario_freep) struct scenario *scenario = NULL;
	_cleanup_(plan_freep) struct plan *plan = NULL;
	_cleanup_buf_ struct buf why = { 0 };
	char folder[PATH_MAX], absolute[PATH_MAX], path[PATH_MAX];
	struct run_params params = { .has_keys = options->has_keys,
				     .is_quick = options->is_quick,
				     .has_no_scripts = options->has_no_scripts,
				     .capture_pairs = options->capture_pairs,
				     .is_kept = options->is_kept,
				     .plant = getenv(PLANT_VARIABLE) };
	int r = params.plant ? plant_check(params.plant, err) : 0;

	*ret_judged = NULL;
	if (!r)
		r = scenario_load(options->scenario, &scenario, err);
	if (r)
		return r;
	if (!realpath(scenario->path, path))
		return err_sys(err, errno, "%s", scenario->path);
	r = choose_plane(options, scenario, &params.plane, &why, err);
	if (!r) /* bad input is said here, not in a world */
		r = plan_make(scenario,
			      params.plane == PLANE_LIBIPSEC ? ESP_LIBIPSEC : ESP_KERNEL,
			      &plan, err);
	if (!r)
		r = make_folder(options->reports, scenario->name, folder, err);
	if (r)
		return r;
	if (!realpath(folder, absolute))
		return err_sys(err, errno, "%s", folder);
	params.scenario = path;
	params.plane_why = buf_text(&why);
	r = run_params_write(absolute, &params, err);
	if (r)
		return r;
	if (options->on_start)
		options->on_start(options->user, scenario, plane_name(params.plane),
				  params.plane_why);
	r = run_world(options, params.plane, absolute, path, err);
	return r ? r : judge_folder(absolute, NULL, ret_judged, err);
}
