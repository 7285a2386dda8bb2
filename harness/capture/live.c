// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * live.c - capture on many interfaces of many network namespaces into one pcapng
 *
 * Theory of operation. Each interface has one packet socket (live_source.h), with a
 * small ring or with none.
 *
 * Waking up is what costs, in a guest kernel most of all: a socket is read only when it
 * has something, and that not before PAUSE_MS have passed, while packets come slowly.
 *
 * A forked process polls all sockets. It is a process and not a thread because the
 * caller goes on calling setns(), which the kernel refuses to threads, and fork().
 * What a socket gives is in order, but they are read in turn, and a packet has its time
 * stamp some time before it can be read; so packets are held back for HOLD_MS. Then
 * they are sorted by time and written.
 *
 * The control pipe tells the process to stop by closing (also when the caller was
 * killed); then all sockets are read until nothing came for DRAIN_MS.
 * Counters travel in shared memory.
 */
#include "capture/live.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "capture/live_pump.h"
#include "netns/node.h"

int live_new(const char *path, struct live **ret_live, struct err *err)
{
	struct live *live = calloc(1, sizeof(*live));

	if (!live || !(live->path = strdup(path))) {
		free(live);
		return err_sys(err, ENOMEM, "%s", path);
	}
	live->control = -1;
	live->shared = mmap(NULL, sizeof(*live->shared), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (live->shared == MAP_FAILED) {
		live->shared = NULL;
		live_free(live);
		return err_sys(err, ENOMEM, "%s", path);
	}
	*ret_live = live;
	return 0;
}

/* ------------------------------------------------------------ opening */

/* Open the handle in the current namespace; on failure it is as if never touched. */
static int handle_open(struct live_handle *handle, const char *interface,
		       const char *label, const struct live_options *options,
		       struct err *err)
{
	int status = live_source_open(interface, label, options->ring_bytes,
				      &handle->source, err);

	if (status)
		return status;
	handle->label = strdup(label);
	handle->path = options->path ? strdup(options->path) : NULL;
	handle->snaplen = options->snaplen ? options->snaplen : LIVE_SNAPLEN_FULL;
	if (!handle->label || (options->path && !handle->path))
		status = err_sys(err, ENOMEM, "capture on %s", label);
	else
		status = live_source_filter(&handle->source, handle->snaplen, label, err);
	if (!status)
		return 0;
	live_source_close(&handle->source);
	free(handle->label);
	free(handle->path);
	*handle = (struct live_handle){ .source.fd = -1 };
	return status;
}

int live_add(struct live *live, const char *interface, const char *label,
	     const struct live_options *options, struct err *err)
{
	static const struct live_options defaults;
	int status;

	if (live->pid || live->count == LIVE_HANDLES_MAX)
		return err_set(err, EBUSY, "capture on %s: %s", label,
			       live->pid ? "already started" : "too many interfaces");
	status = handle_open(&live->handles[live->count], interface, label,
			     options ? options : &defaults, err);
	return status ? status : live->count++;
}

struct opening {
	const struct live_point *point; /* borrowed */
	struct live_handle handle;
	struct err err;
	pthread_t thread;
	bool is_thread;
	int status;
};

static int open_in_node(void *arg)
{
	struct opening *opening = arg;
	const struct live_point *point = opening->point;

	return handle_open(&opening->handle, point->interface, point->label,
			   &point->options, &opening->err);
}

static void *open_in_thread(void *arg)
{
	struct opening *opening = arg;

	opening->status = node_run(opening->point->node, open_in_node, opening);
	return NULL;
}

int live_add_all(struct live *live, const struct live_point *points, size_t count,
		 struct err *err)
{
	struct opening *openings = calloc(count ? count : 1, sizeof(*openings));
	size_t started = 0;
	int r = 0;

	if (!openings || live->count || count > LIVE_HANDLES_MAX) {
		free(openings);
		return err_set(err, EINVAL, "capture: %zu interfaces at once", count);
	}
	for (; started < count; started++) {
		openings[started].point = &points[started];
		openings[started].handle.source.fd = -1;
		/*
		 * Setting up a ring waits for a grace period of the kernel: all at once.
		 * Without one there is no wait, but a guest takes 2 ms for a thread.
		 */
		if (!points[started].options.ring_bytes) {
			(void)open_in_thread(&openings[started]);
			continue;
		}
		openings[started].is_thread = true;
		if (pthread_create(&openings[started].thread, NULL, open_in_thread,
				   &openings[started]))
			break;
	}
	for (size_t i = 0; i < started; i++)
		if (openings[i].is_thread)
			(void)pthread_join(openings[i].thread, NULL);
	for (size_t i = 0; i < count; i++) {
		if (i < started && openings[i].handle.source.fd >= 0)
			live->handles[live->count++] = openings[i].handle;
		else if (!r)
			r = err_set(err,
				    openings[i].status ? -openings[i].status : EAGAIN,
				    "%s", openings[i].err.text);
	}
	free(openings);
	return r;
}

int live_set_snaplen(struct live *live, int index, uint32_t snaplen, struct err *err)
{
	int first = index < 0 ? 0 : index, last = index < 0 ? live->count - 1 : index;

	if (last >= live->count)
		return err_set(err, EINVAL, "capture: no interface %d", index);
	for (int i = first; i <= last; i++) {
		int status = live_source_filter(&live->handles[i].source, snaplen,
						live->handles[i].label, err);

		if (status)
			return status;
	}
	return 0;
}

/* ------------------------------------------------------------ start and stop */

int live_start(struct live *live, struct err *err)
{
	int ends[2];
	pid_t pid;

	if (live->pid)
		return err_set(err, EBUSY, "capture: already started");
	if (pipe2(ends, O_CLOEXEC))
		return err_sys(err, errno, "capture: pipe");
	pid = fork();
	if (pid < 0) {
		int code = errno;

		close(ends[0]);
		close(ends[1]);
		return err_sys(err, code, "capture: fork");
	}
	if (!pid) {
		close(ends[1]);
		_exit(live_pump(live, ends[0]) ? 1 : 0);
	}
	close(ends[0]);
	live->control = ends[1];
	live->pid = pid;
	return 0;
}

int live_stop(struct live *live, struct live_statistics *ret_statistics, struct err *err)
{
	struct live_statistics sum = { 0 };
	struct rusage usage = { 0 };
	int status = 0;

	if (live->pid) {
		close(steal_fd(&live->control));
		while (wait4(live->pid, &status, 0, &usage) < 0 && errno == EINTR)
			;
		live->pid = 0;
	}
	if (live->shared->err.code)
		return err_set(err, -live->shared->err.code, "%s",
			       live->shared->err.text);
	if (status)
		return err_set(err, EIO, "%s: the capture process ended with status %#x",
			       live->path, (unsigned int)status);
	for (int i = 0; i < live->count; i++) {
		sum.received += live->shared->statistics[i].received;
		sum.dropped += live->shared->statistics[i].dropped;
		sum.written += live->shared->statistics[i].written;
	}
	sum.cpu_us = (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000LL +
		     usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
	if (ret_statistics)
		*ret_statistics = sum;
	return 0;
}

struct live_statistics live_statistics_of(const struct live *live, int index)
{
	return index >= 0 && index < live->count ? live->shared->statistics[index]
						 : (struct live_statistics){ 0 };
}

static void *close_in_thread(void *source)
{
	live_source_close(source);
	return NULL;
}

/* A kernel with one processor, a guest's, waits for no other, and there a thread takes 2 ms. */
void live_close_begin(struct live *live)
{
	const bool has_others = sysconf(_SC_NPROCESSORS_ONLN) > 1;

	for (int i = 0; i < live->count; i++) {
		struct live_source *source = &live->handles[i].source;
		pthread_t *thread = &live->closing[live->closing_count];

		if (source->fd < 0 || live->is_closing)
			continue;
		if (!has_others || pthread_create(thread, NULL, close_in_thread, source))
			live_source_close(source);
		else
			live->closing_count++;
	}
	live->is_closing = true;
}

void live_free(struct live *live)
{
	if (!live)
		return;
	if (live->shared) {
		(void)live_stop(live, NULL, NULL);
		(void)munmap(live->shared, sizeof(*live->shared));
	}
	live_close_begin(live);
	while (live->closing_count)
		(void)pthread_join(live->closing[--live->closing_count], NULL);
	for (int i = 0; i < live->count; i++) {
		free(live->handles[i].label);
		free(live->handles[i].path);
	}
	free(live->path);
	free(live);
}
