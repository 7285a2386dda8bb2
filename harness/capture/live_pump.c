// SPDX-License-Identifier: GPL-2.0-or-later
/* live_pump.c - the process that reads the sockets, see live.c for why there is one */
#include "capture/live_pump.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "capture/pcapng.h"

#define PAUSE_MS       60
#define BUSY_PAUSE_MS  5     /* while packets come fast */
#define READ_MAX       65536 /* packets at a time: more than a ring holds */
#define PRIORITY       (-15) /* it needs little, but that in time */
#define DRAIN_MS       5
#define MMAP_FROM      (64 << 10) /* bytes of an allocation */
#define HOLD_MS	       60
#define HOLD_NS	       (HOLD_MS * 1000000LL)
#define HELD_BYTES_MAX (4u << 20) /* beyond that order is given up for memory */

struct held {
	int64_t time_ns;
	size_t offset; /* of the bytes in pump.bytes */
	uint32_t captured, length;
	uint32_t interface;
	uint32_t order; /* of arrival, so that sorting is stable */
};

struct pump {
	struct live *live;
	struct pcapng *file;		      /* all interfaces, in order of time */
	struct pcapng *own[LIVE_HANDLES_MAX]; /* one interface each, NULL: none */
	struct err *err;		      /* the first failure */
	int current;			      /* the handle being read */
	struct held *held;
	size_t count, room;
	uint8_t *bytes, *spare; /* what is held, and where it moves to */
	size_t used, size, spare_size;
	struct live_room *room_in;		 /* what is received */
	struct pollfd fds[LIVE_HANDLES_MAX + 1]; /* the last one is the control pipe */
	bool is_busy; /* a socket was well filled when it was read last */
};

static bool pump_reserve(struct pump *pump, size_t more)
{
	if (pump->count == pump->room) {
		size_t room = pump->room ? pump->room * 2 : 1024;
		struct held *held = realloc(pump->held, room * sizeof(*held));

		if (!held)
			return false;
		pump->held = held;
		pump->room = room;
	}
	if (pump->size - pump->used < more) {
		size_t size = (pump->size + more) * 2;
		uint8_t *bytes = realloc(pump->bytes, size);

		if (!bytes)
			return false;
		pump->bytes = bytes;
		pump->size = size;
	}
	return true;
}

static void pump_hold(void *user, const struct live_packet *packet)
{
	struct pump *pump = user;
	uint32_t snaplen = pump->live->handles[pump->current].snaplen;
	uint32_t captured = packet->captured < snaplen ? packet->captured : snaplen;

	if (!pump_reserve(pump, captured)) {
		err_set(pump->err, ENOMEM, "capture: out of memory");
		return;
	}
	pump->held[pump->count] = (struct held){
		.time_ns = packet->time_ns,
		.offset = pump->used,
		.captured = captured,
		.length = packet->length,
		.interface = (uint32_t)pump->current,
		.order = (uint32_t)pump->count,
	};
	memcpy(pump->bytes + pump->used, packet->bytes, captured);
	pump->used += captured;
	pump->count++;
}

static int held_compare(const void *left, const void *right)
{
	const struct held *a = left, *b = right;

	if (a->time_ns != b->time_ns)
		return a->time_ns < b->time_ns ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

/* Keep what is too young: its bytes move to the other buffer. */
static void pump_compact(struct pump *pump, size_t written)
{
	uint8_t *old = pump->bytes;
	size_t left = pump->count - written, size = pump->size;

	pump->bytes = pump->spare;
	pump->size = pump->spare_size;
	pump->spare = old;
	pump->spare_size = size;
	pump->used = pump->count = 0;
	for (size_t i = 0; i < left; i++) {
		struct held one = pump->held[written + i];

		if (!pump_reserve(pump, one.captured)) {
			err_set(pump->err, ENOMEM, "capture: out of memory");
			return;
		}
		memcpy(pump->bytes + pump->used, old + one.offset, one.captured);
		one.offset = pump->used;
		one.order = (uint32_t)i;
		pump->used += one.captured;
		pump->held[pump->count++] = one;
	}
}

/* Only the first failure is kept. */
static struct err *pump_err(const struct pump *pump)
{
	return pump->err->code ? NULL : pump->err;
}

/*
 * Of whole packets the common file has each; what was cut to its headers, a throughput
 * test that is, stands in the interface's own file alone, when it has one: writing twice
 * is most of what capture costs a guest kernel.
 */
static void pump_write_one(struct pump *pump, const struct held *one)
{
	struct pcapng *own = pump->own[one->interface];
	struct capture_packet packet = { .interface = one->interface,
					 .time_ns = one->time_ns,
					 .bytes = pump->bytes + one->offset,
					 .captured = one->captured,
					 .length = one->length };

	if ((!own || one->captured == one->length) &&
	    pcapng_write(pump->file, &packet, pump_err(pump)))
		return;
	packet.interface = 0;
	if (own)
		(void)pcapng_write(own, &packet, pump_err(pump));
	pump->live->shared->statistics[one->interface].written++;
}

/* Write, in order, everything not younger than until_ns. */
static void pump_write(struct pump *pump, int64_t until_ns)
{
	size_t written = 0;

	if (!pump->count)
		return;
	qsort(pump->held, pump->count, sizeof(*pump->held), held_compare);
	for (; written < pump->count && pump->held[written].time_ns <= until_ns;
	     written++)
		pump_write_one(pump, &pump->held[written]);
	if (written == pump->count)
		pump->used = pump->count = 0;
	else if (written)
		pump_compact(pump, written);
}

/* Read one socket until it is empty; returns how many packets came. */
static size_t pump_read_one(struct pump *pump, int i)
{
	struct live_source *source = &pump->live->handles[i].source;
	size_t got = 0;
	int n;

	pump->current = i;
	do {
		n = live_source_read(source, pump->room_in, READ_MAX, pump_hold, pump);
		got += (size_t)n;
		if (pump->used > HELD_BYTES_MAX)
			pump_write(pump, INT64_MAX);
	} while (n >= READ_MAX);
	if (got > live_source_many(source))
		pump->is_busy = true;
	return got;
}

/* Read the sockets that have something, says poll(), or all of them. */
static size_t pump_read(struct pump *pump, bool is_all)
{
	size_t got = 0;

	pump->is_busy = false;
	for (int i = 0; i < pump->live->count; i++)
		if (is_all || pump->fds[i].revents)
			got += pump_read_one(pump, i);
	return got;
}

/* How long to wait for packets; -1: until some come. */
static int pump_patience_ms(const struct pump *pump, bool is_stopping)
{
	if (is_stopping)
		return DRAIN_MS;
	return pump->count ? HOLD_MS : -1;
}

/* From now on no packet is taken; what the sockets hold is still to be read. */
static void pump_stop(struct pump *pump)
{
	(void)live_set_snaplen(pump->live, -1, 0, NULL);
	pump->fds[pump->live->count].fd = -1;
}

static void pump_loop(struct pump *pump)
{
	struct pollfd *control = &pump->fds[pump->live->count];
	bool is_stopping = false, is_drained = false;

	while (!is_drained) {
		int64_t before_ns = clock_wall_us() * 1000;
		int ready = poll(pump->fds, (nfds_t)pump->live->count + 1,
				 pump_patience_ms(pump, is_stopping));
		size_t got;

		if (ready > 0 && !is_stopping)
			(void)poll(control, 1, pump->is_busy ? BUSY_PAUSE_MS : PAUSE_MS);
		got = pump_read(pump, is_stopping);
		pump_write(pump, before_ns - HOLD_NS);
		is_drained = is_stopping && !ready && !got;
		if (!pump->count)
			(void)pcapng_flush(pump->file, pump_err(pump));
		if (!is_stopping && control->revents) {
			is_stopping = true;
			pump_stop(pump);
		}
	}
	pump_write(pump, INT64_MAX);
}

static void pump_statistics(struct pump *pump)
{
	int64_t now_ns = clock_wall_us() * 1000;

	for (int i = 0; i < pump->live->count; i++) {
		struct live_statistics *statistics = &pump->live->shared->statistics[i];

		live_source_statistics(&pump->live->handles[i].source,
				       &statistics->received, &statistics->dropped);
		(void)pcapng_write_statistics(pump->file, (unsigned int)i, now_ns,
					      statistics->received, statistics->dropped,
					      NULL);
		if (pump->own[i])
			(void)pcapng_write_statistics(pump->own[i], 0, now_ns,
						      statistics->received,
						      statistics->dropped, NULL);
	}
}

/*
 * The caller's other descriptors must not live on here: a pipe whose end we hold
 * never says EOF.
 */
static void close_foreign(const struct live *live, int control)
{
	DIR *folder = opendir("/proc/self/fd");
	const struct dirent *entry;

	while (folder && (entry = readdir(folder))) {
		int fd = (int)strtol(entry->d_name, NULL, 10);
		bool is_ours = fd < 3 || fd == control || fd == dirfd(folder);

		for (int i = 0; i < live->count && !is_ours; i++)
			is_ours = fd == live->handles[i].source.fd;
		if (!is_ours)
			close(fd);
	}
	if (folder)
		closedir(folder);
}

/* A file with this one interface. */
static int pump_open_own(struct pump *pump, int i)
{
	const struct live_handle *handle = &pump->live->handles[i];
	int status = pcapng_create(handle->path, &pump->own[i], pump->err);

	if (status)
		return status;
	return pcapng_add_interface(pump->own[i], handle->label, handle->source.link_type,
				    handle->snaplen, pump->err);
}

static int pump_open(struct pump *pump)
{
	struct live *live = pump->live;
	int status = pcapng_create(live->path, &pump->file, pump->err);

	pump->room_in = live_room_new();
	if (!status && !pump->room_in)
		status = err_sys(pump->err, ENOMEM, "capture");
	for (int i = 0; status >= 0 && i < live->count; i++) {
		struct live_handle *handle = &live->handles[i];

		pump->fds[i] =
			(struct pollfd){ .fd = handle->source.fd, .events = POLLIN };
		status = live_source_map(&handle->source, handle->label, pump->err);
		if (status)
			break;
		status = pcapng_add_interface(pump->file, handle->label,
					      handle->source.link_type, handle->snaplen,
					      pump->err);
		if (status >= 0 && handle->path)
			status = pump_open_own(pump, i);
	}
	return status < 0 ? status : 0;
}

static int pump_close(struct pump *pump)
{
	int status = pump->file ? pcapng_close(pump->file, pump_err(pump)) : 0;

	for (int i = 0; i < pump->live->count; i++) {
		int r = pump->own[i] ? pcapng_close(pump->own[i], pump_err(pump)) : 0;

		if (r && !status)
			status = r;
	}
	return status;
}

/*
 * A guest kernel on a busy host charges a process for time that the host took away:
 * it would then wait for its turn longer than a ring lasts. Only where it may: in a
 * guest, as root, or not at all.
 */
static void ask_for_priority(void)
{
	(void)setpriority(PRIO_PROCESS, 0, PRIORITY);
}

/* Interrupts of the terminal are for the caller, who then stops us. */
static void ignore_interrupts(void)
{
	const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE };
	sigset_t none;

	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		(void)signal(signals[i], SIG_IGN);
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

int live_pump(struct live *live, int control)
{
	struct pump pump = { .live = live, .err = &live->shared->err };
	int status;

	ignore_interrupts();
	ask_for_priority();
	/* What grows is to be moved by the kernel, not copied and left behind in the heap. */
	(void)mallopt(M_MMAP_THRESHOLD, MMAP_FROM);
	close_foreign(live, control);
	status = pump_open(&pump);
	if (status) {
		(void)pump_close(&pump);
		return status;
	}
	pump.fds[live->count] = (struct pollfd){ .fd = control, .events = POLLIN };
	(void)pcapng_flush(pump.file, pump.err);
	pump_loop(&pump);
	pump_statistics(&pump);
	/* The sockets are our caller's as well, who closes them: here there is no wait. */
	status = pump_close(&pump);
	live_room_free(pump.room_in);
	free(pump.held);
	free(pump.bytes);
	free(pump.spare);
	return status;
}
