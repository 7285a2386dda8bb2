// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * live.c - capture on many interfaces of many network namespaces into one pcapng
 *
 * Theory of operation. Each interface has one libpcap handle with a TPACKET_V3
 * ring: the kernel fills blocks with as many packets as fit and retires a block
 * that is not full after RETIRE_MS. (Immediate mode would mean TPACKET_V2 with one
 * slot of full snaplen per packet: a 4 MiB ring of 16 packets, which drops.) libpcap's
 * blocks are 256 KiB and one that is retired counts as full: a ring of 4 MiB lasts 16
 * RETIRE_MS however few packets there are, and has to be read in that time.
 *
 * Waking up is what costs, in a guest kernel most of all: a ring is read only when it
 * has something, and that not before PAUSE_MS have passed, while packets come slowly.
 *
 * A forked process polls all rings. It is a process and not a thread because the
 * caller goes on calling setns(), which the kernel refuses to threads, and fork().
 * What a ring gives is in order, but rings are read in turn, so packets are held
 * back until every ring must have delivered what is as old: two retire times. Then
 * they are sorted by time and written.
 *
 * The control pipe tells the process to stop by closing (also when the caller was
 * killed); then all rings are read until nothing came for DRAIN_MS.
 * Counters travel in shared memory.
 */
#include "capture/live.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <net/if.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "capture/pcapng.h"
#include "netns/node.h"

#define RETIRE_MS      30
#define PAUSE_MS       60
#define DISPATCH_MAX   65536	    /* packets at a time: more than a ring holds */
#define PAUSE_BYTES    (512u << 10) /* with more than that at a time there is no pause */
#define PRIORITY       (-15)	    /* it needs little, but that in time */
#define DRAIN_MS       (RETIRE_MS + 15)
#define HOLD_NS	       (2 * RETIRE_MS * 1000000LL)
#define RING_BYTES     (4u << 20)
#define HELD_BYTES_MAX (16u << 20) /* beyond that order is given up for memory */
#define LINKTYPE_RAW   101

struct live_handle {
	pcap_t *pcap;
	char *label;
	char *path; /* NULL: only the common file */
	uint32_t snaplen;
	int link_type;
};

/* Written by the pumping process, read by the caller after its end. */
struct live_shared {
	struct live_statistics statistics[LIVE_HANDLES_MAX];
	struct err err;
};

struct live {
	char *path;
	int count;
	struct live_handle handles[LIVE_HANDLES_MAX];
	struct live_shared *shared;
	pid_t pid;   /* 0: not started or already reaped */
	int control; /* our end of the pipe, -1 */
};

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

static int activate_code(int status)
{
	switch (status) {
	case PCAP_ERROR_PERM_DENIED:
	case PCAP_ERROR_PROMISC_PERM_DENIED:
		return EPERM;
	case PCAP_ERROR_NO_SUCH_DEVICE:
		return ENODEV;
	default:
		return EIO;
	}
}

static int open_handle(const char *interface, const char *label,
		       const struct live_options *options, pcap_t **ret_pcap,
		       struct err *err)
{
	char text[PCAP_ERRBUF_SIZE] = "";
	uint32_t ring = options->ring_bytes ? options->ring_bytes : RING_BYTES;
	pcap_t *pcap = pcap_create(interface, text);
	int status;

	if (!pcap)
		return err_set(err, EIO, "capture on %s: %s", label, text);
	(void)pcap_set_snaplen(pcap, (int)LIVE_SNAPLEN_FULL);
	(void)pcap_set_timeout(pcap, RETIRE_MS);
	(void)pcap_set_buffer_size(pcap, (int)ring);
	(void)pcap_set_promisc(pcap, 1);
	(void)pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO);
	status = pcap_activate(pcap);
	if (status < 0 || pcap_setnonblock(pcap, 1, text)) {
		err_set(err, activate_code(status), "capture on %s (%s): %s", label,
			interface, status < 0 ? pcap_geterr(pcap) : text);
		pcap_close(pcap);
		return -activate_code(status);
	}
	*ret_pcap = pcap;
	return 0;
}

/* A one-instruction filter in the kernel: keep so many bytes; 0 drops the packet. */
static int set_filter(const struct live_handle *handle, uint32_t snaplen, struct err *err)
{
	struct sock_filter keep = BPF_STMT(BPF_RET | BPF_K, snaplen);
	struct sock_fprog program = { .len = 1, .filter = &keep };

	if (setsockopt(pcap_fileno(handle->pcap), SOL_SOCKET, SO_ATTACH_FILTER, &program,
		       sizeof(program)))
		return err_sys(err, errno, "capture on %s: filter", handle->label);
	return 0;
}

/* Open the handle in the current namespace; on failure it is as if never touched. */
static int handle_open(struct live_handle *handle, const char *interface,
		       const char *label, const struct live_options *options,
		       struct err *err)
{
	int status = open_handle(interface, label, options, &handle->pcap, err);

	if (status)
		return status;
	handle->label = strdup(label);
	handle->path = options->path ? strdup(options->path) : NULL;
	handle->snaplen = options->snaplen ? options->snaplen : LIVE_SNAPLEN_FULL;
	handle->link_type = pcap_datalink(handle->pcap);
	if (handle->link_type == DLT_RAW) /* 12 here, 101 in files */
		handle->link_type = LINKTYPE_RAW;
	if (handle->label && !set_filter(handle, handle->snaplen, err))
		return 0;
	pcap_close(handle->pcap);
	free(handle->label);
	free(handle->path);
	*handle = (struct live_handle){ 0 };
	return -EIO;
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
	const struct live_point *point;
	struct live_handle handle;
	struct err err;
	pthread_t thread;
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
		if (pthread_create(&openings[started].thread, NULL, open_in_thread,
				   &openings[started]))
			break;
	}
	for (size_t i = 0; i < started; i++)
		(void)pthread_join(openings[i].thread, NULL);
	for (size_t i = 0; i < count; i++) {
		if (openings[i].handle.pcap)
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
		int status = set_filter(&live->handles[i], snaplen, err);

		if (status)
			return status;
	}
	return 0;
}

/* ------------------------------------------------------------ the pumping process */

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

/* Taking a ring down waits for a grace period, too: all at once. */
static void close_handles(struct live *live)
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

static int pump_run(struct live *live, int control)
{
	struct pump pump = { .live = live, .err = &live->shared->err };
	int status;

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
	close_handles(live);
	free(pump.held);
	free(pump.bytes);
	free(pump.spare);
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
		ignore_interrupts();
		ask_for_priority();
		_exit(pump_run(live, ends[0]) ? 1 : 0);
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

void live_free(struct live *live)
{
	if (!live)
		return;
	if (live->shared) {
		(void)live_stop(live, NULL, NULL);
		(void)munmap(live->shared, sizeof(*live->shared));
	}
	close_handles(live);
	for (int i = 0; i < live->count; i++) {
		free(live->handles[i].label);
		free(live->handles[i].path);
	}
	free(live->path);
	free(live);
}
