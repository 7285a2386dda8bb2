// SPDX-License-Identifier: GPL-2.0-or-later
/* live_pump.c - the process that empties the rings, see live.c for why there is one */
#include "capture/live_pump.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <pthread.h>
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
#define DISPATCH_MAX   65536	    /* packets at a time: more than a ring holds */
#define PAUSE_BYTES    (512u << 10) /* with more than that at a time there is no pause */
#define PRIORITY       (-15)	    /* it needs little, but that in time */
#define DRAIN_MS       (RETIRE_MS + 15)
#define HOLD_NS	       (2 * RETIRE_MS * 1000000LL)
#define HELD_BYTES_MAX (16u << 20) /* beyond that order is given up for memory */

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
	struct pollfd fds[LIVE_HANDLES_MAX + 1]; /* the last one is the control pipe */
	bool has_failed_handle;
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

static void pump_hold(u_char *user, const struct pcap_pkthdr *header, const u_char *bytes)
{
	struct pump *pump = (struct pump *)(void *)user;

	if (!pump_reserve(pump, header->caplen)) {
		err_set(pump->err, ENOMEM, "capture: out of memory");
		return;
	}
	pump->held[pump->count] = (struct held){
		.time_ns = header->ts.tv_sec * 1000000000LL + header->ts.tv_usec,
		.offset = pump->used,
		.captured = header->caplen,
		.length = header->len,
		.interface = (uint32_t)pump->current,
		.order = (uint32_t)pump->count,
	};
	memcpy(pump->bytes + pump->used, bytes, header->caplen);
	pump->used += header->caplen;
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

/* Has it something, says poll()? Those that poll() does not watch may have. */
static bool is_to_read(const struct pump *pump, int i)
{
	return pump->fds[i].fd < 0 || pump->fds[i].revents;
}

/* Read rings until they are empty; returns how many packets came. */
static size_t pump_read(struct pump *pump, bool is_all)
{
	size_t got = 0;

	for (int i = 0; i < pump->live->count; i++) {
		int n;

		if (!is_all && !is_to_read(pump, i))
			continue;
		pump->current = i;
		/* Asking again, only to hear that there is no more, would be a system
		   call. */
		do {
			n = pcap_dispatch(pump->live->handles[i].pcap, DISPATCH_MAX,
					  pump_hold, (u_char *)pump);
			got += n > 0 ? (size_t)n : 0;
			if (pump->used > HELD_BYTES_MAX)
				pump_write(pump, INT64_MAX);
		} while (n == DISPATCH_MAX);
		/* Interface gone or down: poll() would return at once for ever. It may
		   come back, so it is still read, just not waited for. */
		if (n < 0) {
			pump->fds[i].fd = -1;
			pump->has_failed_handle = true;
		}
	}
	return got;
}

/* How long to wait for packets; -1: until some come. */
static int pump_patience_ms(const struct pump *pump, bool is_stopping)
{
	if (is_stopping)
		return DRAIN_MS;
	return pump->count || pump->has_failed_handle ? RETIRE_MS : -1;
}

/* From now on no packet is taken; what the rings hold is still to be read. */
static void pump_stop(struct pump *pump)
{
	(void)live_set_snaplen(pump->live, -1, 0, NULL);
	pump->fds[pump->live->count].fd = -1;
}

static void pump_loop(struct pump *pump)
{
	struct pollfd *control = &pump->fds[pump->live->count];
	bool is_stopping = false, is_drained = false;
	size_t held = 0; /* bytes that the last round brought */

	while (!is_drained) {
		int64_t before_ns = clock_wall_us() * 1000;
		int ready = poll(pump->fds, (nfds_t)pump->live->count + 1,
				 pump_patience_ms(pump, is_stopping));
		size_t got;

		if (ready > 0 && !is_stopping && held < PAUSE_BYTES)
			(void)poll(control, 1, PAUSE_MS);
		held = pump->used;
		got = pump_read(pump, is_stopping);
		held = pump->used > held ? pump->used - held : 0;
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
		struct pcap_stat counters = { 0 };

		(void)pcap_stats(pump->live->handles[i].pcap, &counters);
		statistics->received = counters.ps_recv;
		statistics->dropped = counters.ps_drop;
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
 * never says EOF. libpcap's own (ring sockets, eventfd) stay.
 */
static void close_foreign(const struct live *live, int control)
{
	DIR *folder = opendir("/proc/self/fd");
	const struct dirent *entry;

	while (folder && (entry = readdir(folder))) {
		int fd = (int)strtol(entry->d_name, NULL, 10);
		bool is_ours = fd < 3 || fd == control || fd == dirfd(folder);
		char target[32] = "";

		for (int i = 0; i < live->count && !is_ours; i++)
			is_ours = fd == pcap_fileno(live->handles[i].pcap);
		if (is_ours ||
		    readlinkat(dirfd(folder), entry->d_name, target, sizeof(target) - 1) <
			    0 ||
		    !strcmp(target, "anon_inode:[eventfd]"))
			continue;
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
	return pcapng_add_interface(pump->own[i], handle->label, handle->link_type,
				    handle->snaplen, pump->err);
}

static int pump_open(struct pump *pump)
{
	const struct live *live = pump->live;
	int status = pcapng_create(live->path, &pump->file, pump->err);

	for (int i = 0; status >= 0 && i < live->count; i++) {
		const struct live_handle *handle = &live->handles[i];

		pump->fds[i] = (struct pollfd){ .fd = pcap_fileno(handle->pcap),
						.events = POLLIN };
		status =
			pcapng_add_interface(pump->file, handle->label, handle->link_type,
					     handle->snaplen, pump->err);
		if (status >= 0 && handle->path)
			status = pump_open_own(pump, i);
	}
	return status < 0 ? status : 0;
}

static void *close_in_thread(void *pcap)
{
	pcap_close(pcap);
	return NULL;
}

void live_handles_close(struct live *live)
{
	pthread_t threads[LIVE_HANDLES_MAX];
	int count = 0;

	for (int i = 0; i < live->count; i++) {
		if (pthread_create(&threads[count], NULL, close_in_thread,
				   live->handles[i].pcap))
			pcap_close(live->handles[i].pcap);
		else
			count++;
		live->handles[i].pcap = NULL;
	}
	while (count)
		(void)pthread_join(threads[--count], NULL);
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
	status = pump_close(&pump);
	live_handles_close(live);
	free(pump.held);
	free(pump.bytes);
	free(pump.spare);
	return status;
}
