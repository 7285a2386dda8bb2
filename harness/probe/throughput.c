// SPDX-License-Identifier: GPL-2.0-or-later
/* throughput.c - how much TCP and UDP gets from one node to another */
#include "probe/throughput.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "netns/node.h"
#include "netns/spawn.h"

#define SERVER_READY_US 10000000
#define BITS_PER_MBIT	1e6

/* iperf3 prints this line (flushed by --forceflush) once it listens. */
#define SERVER_READY "Server listening"

static int wait_ready(int fd, int64_t deadline_us)
{
	char seen[4096];
	size_t used = 0;

	while (clock_left_ms(deadline_us)) {
		struct pollfd pollfd = { .fd = fd, .events = POLLIN };
		ssize_t got;

		if (poll(&pollfd, 1, clock_left_ms(deadline_us)) < 1)
			continue;
		got = read(fd, seen + used, sizeof(seen) - 1 - used);
		if (got <= 0)
			return -EIO;
		used += (size_t)got;
		seen[used] = '\0';
		if (strstr(seen, SERVER_READY))
			return 0;
		if (used == sizeof(seen) - 1)
			return -EIO;
	}
	return -ETIMEDOUT;
}

static int server_start(struct node *node, struct process **ret_process, struct err *err)
{
	const char *const argv[] = {
		"iperf3", "-s", "-1", "--forceflush", "-p", THROUGHPUT_PORT_TEXT, NULL
	};
	_cleanup_close_ int in = -1, out = -1;
	struct spawn spawn = { .node = node, .argv = argv };
	_cleanup_(process_freep) struct process *process = NULL;
	int pipes[2], r;

	if (pipe2(pipes, O_CLOEXEC))
		return err_sys(err, errno, "pipe");
	in = pipes[0];
	out = pipes[1];
	spawn.out = out;
	spawn.err = out;
	r = process_start(&spawn, &process, err);
	if (r == -ENOENT)
		return err_set(err, ENOTSUP, "iperf3 is missing (package iperf3)");
	if (r)
		return r;
	close(steal_fd(&out));
	r = wait_ready(in, clock_now_us() + SERVER_READY_US);
	if (r)
		return err_sys(err, -r, "iperf3 server in %s", node_name(node));
	*ret_process = steal(&process);
	return 0;
}

static double number(const json_t *object, const char *key)
{
	return json_number_value(json_object_get(object, key));
}

int throughput_parse(const char *json, struct throughput *throughput, struct err *err)
{
	json_t *root = json_loads(json, 0, NULL);
	const json_t *end = json_object_get(root, "end");
	const char *error = json_string_value(json_object_get(root, "error"));
	const json_t *sum;
	int r = 0;

	if (error)
		r = err_set(err, EIO, "iperf3: %s", error);
	else if (!json_is_object(end))
		r = err_set(err, EINVAL, "iperf3 printed no result");
	if (!r) {
		sum = json_object_get(end, throughput->is_udp ? "sum" : "sum_received");
		throughput->mbit_s = number(sum, "bits_per_second") / BITS_PER_MBIT;
		throughput->lost_percent = number(sum, "lost_percent");
		throughput->mbit_s *=
			throughput->is_udp ? 1 - throughput->lost_percent / 100 : 1;
		throughput->retransmits =
			(int64_t)number(json_object_get(end, "sum_sent"), "retransmits");
	}
	json_decref(root);
	return r;
}

static int client_run(struct throughput *throughput, int64_t deadline_us, struct err *err)
{
	struct inet_text dst = inet_addr_text(&throughput->dst);
	char seconds[16], rate[16];
	/* The words for UDP stand at its end, where TCP has nothing. */
	const char *argv[] = { "iperf3", "-c", dst.s, "-p", THROUGHPUT_PORT_TEXT, "-J",
			       "-t", seconds, "--connect-timeout", "3000",
			       throughput->is_udp ? "-u" : NULL,
			       /* 1300 bytes: unfragmented below any ESP overhead */
			       "-l", "1300", "-b", rate, NULL };
	struct spawn spawn = { .node = throughput->from, .argv = argv };
	_cleanup_free_ char *output = NULL;
	int status, r;

	(void)snprintf(seconds, sizeof(seconds), "%u", throughput->seconds);
	(void)snprintf(rate, sizeof(rate), "%uM", throughput->udp_mbit);
	r = process_run(&spawn, NULL, deadline_us, &output, NULL, &status, err);
	if (r)
		return r;
	return throughput_parse(output, throughput, err);
}

int throughput_run(struct throughput *throughput, int64_t deadline_us, struct err *err)
{
	_cleanup_(process_freep) struct process *server = NULL;
	int r = server_start(throughput->to, &server, err);

	if (r)
		return r;
	return client_run(throughput, deadline_us, err);
}
