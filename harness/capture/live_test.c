// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * live_test.c - live capture, tried on the loopback of a namespace of our own
 *
 * Needs user namespaces (no root); where they are forbidden the tests skip aloud.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
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
#include <unistd.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/test_skip.h"
#include "capture/file.h"
#include "capture/live.h"

#define PACKETS	    20000
#define STATUS_SKIP 77

static int loopback_up(void)
{
	_cleanup_close_ int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };

	return ioctl(fd, SIOCSIFFLAGS, &request);
}

static int send_packets(uint32_t first, uint32_t count)
{
	_cleanup_close_ int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9) };
	uint32_t payload[200] = { 0 };

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	for (uint32_t i = first; i < first + count; i++) {
		payload[0] = i;
		if (sendto(fd, payload, sizeof(payload), 0, (struct sockaddr *)&to,
			   sizeof(to)) < 0 &&
		    errno != ECONNREFUSED)
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

static int report(const char *what, const struct err *err)
{
	(void)fprintf(stderr, "live_test: %s: %s\n", what, err->text);
	return 1;
}

/* UDP datagrams of send_packets() in the file, in order; -1 when out of order. */
static int count_packets(const char *path, uint32_t captured)
{
	_cleanup_(capture_file_closep) struct capture_file *file = NULL;
	struct capture_packet packet;
	int count = 0;
	int64_t last_ns = 0;

	if (capture_file_open(path, &file, NULL))
		return -2;
	while (capture_file_next(file, &packet, NULL) > 0) {
		if (packet.length != 14 + 28 + 800)
			continue; /* ICMP port unreachable */
		if (packet.time_ns < last_ns || packet.captured != captured)
			return -1;
		last_ns = packet.time_ns;
		count++;
	}
	return capture_file_end(file) == CAPTURE_END_CLEAN ? count : -3;
}

static int capture_burst(const char *path)
{
	_cleanup_(live_freep) struct live *live = NULL;
	char own[64];
	struct live_options options = { .ring_bytes = 64u << 20, .path = own };
	struct live_statistics statistics;
	struct err err = { 0 };
	int own_count;

	(void)snprintf(own, sizeof(own), "%s.own", path);

	if (live_new(path, &live, &err) || live_add(live, "lo", "a:lo", &options, &err) ||
	    live_start(live, &err) || send_packets(0, PACKETS) ||
	    live_stop(live, &statistics, &err))
		return report("burst", &err);
	(void)fprintf(stderr, "received %llu dropped %llu written %llu\n",
		      (unsigned long long)statistics.received,
		      (unsigned long long)statistics.dropped,
		      (unsigned long long)statistics.written);
	/* Loopback shows each packet once: libpcap leaves the outgoing copy out. */
	own_count = count_packets(own, 842);
	unlink(own);
	return statistics.dropped || count_packets(path, 842) != PACKETS ||
	       own_count != PACKETS;
}

static int capture_paused(const char *path)
{
	_cleanup_(live_freep) struct live *live = NULL;
	struct err err = { 0 };

	if (live_new(path, &live, &err) || live_add(live, "lo", "a:lo", NULL, &err) ||
	    live_start(live, &err) || live_set_snaplen(live, -1, 0, &err) ||
	    send_packets(0, 500) || live_set_snaplen(live, 0, 64, &err) ||
	    send_packets(500, 7) || live_stop(live, NULL, &err))
		return report("paused", &err);
	return count_packets(path, 64) != 7;
}

static int capture_of_dead_caller(const char *path)
{
	struct live *live = NULL;
	struct err err = { 0 };
	int ends[2], status;
	char end;

	/* The caller's caller waits on a pipe that dies with the capture process. */
	if (pipe(ends))
		return 1;
	if (!fork()) {
		if (live_new(path, &live, &err) ||
		    live_add(live, "lo", "a:lo", NULL, &err) || live_start(live, &err))
			_exit(1);
		_exit(send_packets(0, 20) ? 1 : 0);
	}
	close(ends[1]);
	wait(&status);
	(void)!read(ends[0], &end, 1); /* EOF at once: the process closed its copy */
	for (int i = 0; i < 300 && count_packets(path, 842) != 20; i++)
		usleep(10000);
	return status || count_packets(path, 842) != 20;
}

static void burst_is_written_whole(void **state)
{
	(void)state;
	in_namespace(capture_burst);
}

static void paused_capture_keeps_nothing_and_a_snaplen_cuts(void **state)
{
	(void)state;
	in_namespace(capture_paused);
}

static void killed_caller_leaves_a_complete_file(void **state)
{
	(void)state;
	in_namespace(capture_of_dead_caller);
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
		cmocka_unit_test(burst_is_written_whole),
		cmocka_unit_test(paused_capture_keeps_nothing_and_a_snaplen_cuts),
		cmocka_unit_test(killed_caller_leaves_a_complete_file),
		cmocka_unit_test(unknown_interface_is_named),
	};

	return cmocka_run_group_tests_name("capture/live", tests, NULL, NULL);
}
