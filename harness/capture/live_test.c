// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * live_test.c - live capture, tried on the loopback of a namespace of our own
 *
 * Needs user namespaces (no root); where they are forbidden the tests skip aloud.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/test_skip.h"
#include "capture/file.h"
#include "capture/live.h"
#include "capture/live_source.h"

#define PACKETS	    20000
#define WHOLE	    (14 + 28 + 800) /* bytes of one */
#define HEADERS	    80
#define FEW	    150 /* fit a socket's queue of net.core.rmem_default, whole */
#define STATUS_SKIP 77

/* Each is tried with a ring and without: what the one that runs now has. */
static uint32_t ring_bytes;

static int loopback_up(void)
{
	_cleanup_close_ int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };

	return ioctl(fd, SIOCSIFFLAGS, &request);
}

static int send_packets(uint32_t first, uint32_t count)
{
	_cleanup_close_ int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	_cleanup_close_ int sink = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9) };
	uint32_t payload[200] = { 0 };

	/* Nobody reads there, but so nothing else is on the wire: no ICMP. */
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(sink, (struct sockaddr *)&to, sizeof(to)))
		return -errno;
	for (uint32_t i = first; i < first + count; i++) {
		payload[0] = i;
		if (sendto(fd, payload, sizeof(payload), 0, (struct sockaddr *)&to,
			   sizeof(to)) < 0)
			return -errno;
	}
	return 0;
}

/* Runs fn in a process with its own user and network namespace. */
static void in_namespace(int (*fn)(const char *path))
{
	char path[] = "/tmp/twinsite-live-XXXXXX";
	int fd = mkstemp(path), status;
	pid_t pid;

	assert_true(fd >= 0);
	close(fd);
	pid = fork();
	if (!pid)
		_exit(unshare(CLONE_NEWUSER | CLONE_NEWNET) || loopback_up() ? STATUS_SKIP
									     : fn(path));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	unlink(path);
	if (WEXITSTATUS(status) == STATUS_SKIP)
		skip_without("userns", "no user and network namespaces");
	assert_int_equal(status, 0);
}

static void with_a_ring_and_without(int (*fn)(const char *path))
{
	ring_bytes = 128u << 10;
	in_namespace(fn);
	ring_bytes = 0;
	in_namespace(fn);
}

static int report(const char *what, const struct err *err)
{
	(void)fprintf(stderr, "live_test: %s: %s\n", what, err->text);
	return 1;
}

/* UDP datagrams of send_packets() in the file with so many bytes; -1: others, or out of order. */
static int count_packets(const char *path, uint32_t captured)
{
	_cleanup_(capture_file_closep) struct capture_file *file = NULL;
	struct capture_packet packet;
	int count = 0;
	int64_t last_ns = 0;

	if (capture_file_open(path, &file, NULL))
		return -2;
	while (capture_file_next(file, &packet, NULL) > 0) {
		if (packet.length != WHOLE || packet.time_ns < last_ns)
			return -1;
		last_ns = packet.time_ns;
		count += packet.captured == captured;
	}
	return capture_file_end(file) == CAPTURE_END_CLEAN ? count : -3;
}

static int capture(const char *path, const struct live_options *options, uint32_t count,
		   struct live_statistics *statistics)
{
	_cleanup_(live_freep) struct live *live = NULL;
	struct err err = { 0 };

	if (live_new(path, &live, &err) || live_add(live, "lo", "a:lo", options, &err) ||
	    live_start(live, &err) || send_packets(0, count) ||
	    live_stop(live, statistics, &err))
		return report("capture", &err);
	(void)fprintf(stderr, "received %llu dropped %llu written %llu\n",
		      (unsigned long long)statistics->received,
		      (unsigned long long)statistics->dropped,
		      (unsigned long long)statistics->written);
	return 0;
}

/* The ring has a slot for each: whether it is read in time does not matter. */
static int capture_headers(const char *path)
{
	char own[64];
	struct live_options options = { .ring_bytes = 4u << 20,
					.path = own,
					.snaplen = HEADERS };
	struct live_statistics statistics;
	int own_count;

	(void)snprintf(own, sizeof(own), "%s.own", path);
	if (capture(path, &options, PACKETS, &statistics))
		return 1;
	/* Loopback shows each packet once: the outgoing copy is left out. */
	own_count = count_packets(own, HEADERS);
	unlink(own);
	return statistics.dropped || own_count != PACKETS ||
	       count_packets(path, HEADERS) != 0;
}

static int capture_whole(const char *path)
{
	struct live_options options = { .ring_bytes = ring_bytes };
	struct live_statistics statistics;

	return capture(path, &options, FEW, &statistics) || statistics.dropped ||
	       count_packets(path, WHOLE) != FEW;
}

/* More than there is room for, as fast as they can be sent. */
static int capture_too_much(const char *path)
{
	struct live_options options = { .ring_bytes = ring_bytes };
	struct live_statistics statistics;
	int whole;

	if (capture(path, &options, PACKETS, &statistics))
		return 1;
	whole = count_packets(path, WHOLE);
	return whole < 0 || (uint64_t)whole + statistics.dropped != PACKETS ||
	       statistics.received != PACKETS;
}

static int capture_paused(const char *path)
{
	_cleanup_(live_freep) struct live *live = NULL;
	struct live_options options = { .ring_bytes = ring_bytes };
	struct err err = { 0 };

	if (live_new(path, &live, &err) || live_add(live, "lo", "a:lo", &options, &err) ||
	    live_start(live, &err) || live_set_snaplen(live, -1, 0, &err) ||
	    send_packets(0, 500) || live_set_snaplen(live, 0, 64, &err) ||
	    send_packets(500, 7) || live_stop(live, NULL, &err))
		return report("paused", &err);
	return count_packets(path, 64) != 7;
}

static void note_time(void *user, const struct live_packet *packet)
{
	*(int64_t *)user = packet->time_ns;
}

/* It lies in the queue for a moment, and then is read. */
static int capture_late(const char *path)
{
	struct live_room *room = live_room_new();
	struct live_source source;
	struct err err = { 0 };
	struct timespec sent;
	int64_t stamp = 0;

	(void)path;
	if (!room || live_source_open("lo", "a:lo", ring_bytes, &source, &err) ||
	    live_source_map(&source, "a:lo", &err) ||
	    live_source_filter(&source, LIVE_SNAPLEN_FULL, "a:lo", &err) ||
	    send_packets(0, 1))
		return report("late", &err);
	(void)clock_gettime(CLOCK_REALTIME, &sent);
	(void)poll(NULL, 0, 5);
	(void)live_source_read(&source, room, 1, note_time, &stamp);
	live_source_close(&source);
	live_room_free(room);
	return !stamp || stamp > sent.tv_sec * 1000000000LL + sent.tv_nsec;
}

static int capture_of_dead_caller(const char *path)
{
	struct live_options options = { .ring_bytes = ring_bytes };
	struct live *live = NULL;
	struct err err = { 0 };
	int ends[2], status;
	char end;

	/* The caller's caller waits on a pipe that dies with the capture process. */
	if (pipe(ends))
		return 1;
	if (!fork()) {
		if (live_new(path, &live, &err) ||
		    live_add(live, "lo", "a:lo", &options, &err) ||
		    live_start(live, &err))
			_exit(1);
		_exit(send_packets(0, 20) ? 1 : 0);
	}
	close(ends[1]);
	wait(&status);
	(void)!read(ends[0], &end, 1); /* EOF at once: the process closed its copy */
	for (int i = 0; i < 300 && count_packets(path, WHOLE) != 20; i++)
		usleep(10000);
	return status || count_packets(path, WHOLE) != 20;
}

static void a_burst_cut_to_headers_is_all_in_the_ring(void **state)
{
	(void)state;
	in_namespace(capture_headers);
}

static void packets_larger_than_a_slot_are_written_whole(void **state)
{
	(void)state;
	with_a_ring_and_without(capture_whole);
}

static void what_there_was_no_room_for_is_counted(void **state)
{
	(void)state;
	with_a_ring_and_without(capture_too_much);
}

static void paused_capture_keeps_nothing_and_a_snaplen_cuts(void **state)
{
	(void)state;
	with_a_ring_and_without(capture_paused);
}

static void packets_have_the_time_when_they_came_not_when_they_were_read(void **state)
{
	(void)state;
	with_a_ring_and_without(capture_late);
}

static void killed_caller_leaves_a_complete_file(void **state)
{
	(void)state;
	with_a_ring_and_without(capture_of_dead_caller);
}

static void unknown_interface_is_named(void **state)
{
	_cleanup_(live_freep) struct live *live = NULL;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(live_new("/tmp/never", &live, &err), 0);
	assert_true(live_add(live, "nosuch0", "home:wan", NULL, &err) < 0);
	assert_non_null(strstr(err.text, "home:wan"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_burst_cut_to_headers_is_all_in_the_ring),
		cmocka_unit_test(packets_larger_than_a_slot_are_written_whole),
		cmocka_unit_test(what_there_was_no_room_for_is_counted),
		cmocka_unit_test(paused_capture_keeps_nothing_and_a_snaplen_cuts),
		cmocka_unit_test(
			packets_have_the_time_when_they_came_not_when_they_were_read),
		cmocka_unit_test(killed_caller_leaves_a_complete_file),
		cmocka_unit_test(unknown_interface_is_named),
	};

	return cmocka_run_group_tests_name("capture/live", tests, NULL, NULL);
}
