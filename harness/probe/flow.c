// SPDX-License-Identifier: GPL-2.0-or-later
/* flow.c - how much gets from one node to another, in samples of some milliseconds */
#include "probe/flow.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "netns/node.h"
#include "probe/throughput.h"

#define SAMPLE_US    (FLOW_SAMPLE_MS * INT64_C(1000))
#define CONNECT_US   3000000
#define DRAIN_US     2000000 /* until what is under way is given up */
#define QUIET_US     10000   /* nothing more came for so long: it is all */
#define SEGMENTS     40	     /* datagrams a buffer: below 64 KiB */
#define MESSAGES     8	     /* buffers a system call */
#define TCP_BUFFER   (256 * 1024)
#define SEARCH_STEPS 6
#define BITS_PER_US  1.0 /* Mbit/s are bits a microsecond */

struct flow {
	struct node *to;
	int udp_from, udp_to, tcp_from, tcp_to;
	unsigned int
		segments; /* datagrams a message: 1 where UDP_SEGMENT does not work */
	uint8_t bytes[SEGMENTS * FLOW_BYTES];
};

/* ---------------------------------------------------------------- sockets */

static void set_address(struct sockaddr_in *address, const struct inet_addr *addr)
{
	*address = (struct sockaddr_in){ .sin_family = AF_INET,
					 .sin_port = htons(THROUGHPUT_PORT) };
	if (addr)
		memcpy(&address->sin_addr, addr->bytes, sizeof(address->sin_addr));
}

static int open_bound(struct node *node, int type, struct err *err)
{
	int fd = node_socket(node, AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	struct sockaddr_in any;
	const int on = 1;

	if (fd < 0)
		return err_sys(err, -fd, "%s: a socket", node_name(node));
	set_address(&any, NULL);
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&any, sizeof(any))) {
		int code = errno;

		close(fd);
		return err_sys(err, code, "%s: port %d", node_name(node),
			       THROUGHPUT_PORT);
	}
	return fd;
}

static int wait_fd(int fd, short events, int64_t deadline_us)
{
	struct pollfd pollfd = { .fd = fd, .events = events };

	return poll(&pollfd, 1, clock_left_ms(deadline_us)) > 0 ? 0 : -ETIMEDOUT;
}

static int open_tcp(struct flow *flow, struct node *from, const struct sockaddr_in *dst,
		    struct err *err)
{
	_cleanup_close_ int listener = open_bound(flow->to, SOCK_STREAM, err);
	int64_t deadline_us = clock_now_us() + CONNECT_US;
	const int room = TCP_BUFFER;

	if (listener < 0)
		return listener;
	if (listen(listener, 1))
		return err_sys(err, errno, "%s: listen", node_name(flow->to));
	flow->tcp_from =
		node_socket(from, AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (flow->tcp_from < 0)
		return err_sys(err, -flow->tcp_from, "%s: a socket", node_name(from));
	(void)setsockopt(flow->tcp_from, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	if (connect(flow->tcp_from, (const struct sockaddr *)dst, sizeof(*dst)) &&
	    errno != EINPROGRESS)
		return err_sys(err, errno, "%s: connect", node_name(from));
	if (wait_fd(listener, POLLIN, deadline_us) ||
	    wait_fd(flow->tcp_from, POLLOUT, deadline_us))
		return err_set(err, EIO, "%s: TCP to %s port %d does not connect",
			       node_name(from), node_name(flow->to), THROUGHPUT_PORT);
	/* cppcheck-suppress nullPointer ; accept(2): whose address it is may be left out */
	flow->tcp_to = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	return flow->tcp_to < 0 ? err_sys(err, errno, "accept") : 0;
}

static int open_udp(struct flow *flow, struct node *from, const struct sockaddr_in *dst,
		    struct err *err)
{
	const int least = 1; /* the kernel takes its minimum: nobody reads it */

	flow->udp_to = open_bound(flow->to, SOCK_DGRAM, err);
	if (flow->udp_to < 0)
		return flow->udp_to;
	(void)setsockopt(flow->udp_to, SOL_SOCKET, SO_RCVBUF, &least, sizeof(least));
	flow->udp_from =
		node_socket(from, AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (flow->udp_from < 0)
		return err_sys(err, -flow->udp_from, "%s: a socket", node_name(from));
	if (connect(flow->udp_from, (const struct sockaddr *)dst, sizeof(*dst)))
		return err_sys(err, errno, "%s: connect", node_name(from));
	return 0;
}

int flow_open(struct node *from, struct node *to, const struct inet_addr *dst,
	      struct flow **ret_flow, struct err *err)
{
	_cleanup_(flow_closep) struct flow *flow = calloc(1, sizeof(*flow));
	struct sockaddr_in address;
	int r;

	if (!flow)
		return err_sys(err, ENOMEM, "throughput");
	flow->udp_from = flow->udp_to = flow->tcp_from = flow->tcp_to = -1;
	flow->to = to;
	flow->segments = SEGMENTS;
	set_address(&address, dst);
	r = open_udp(flow, from, &address, err);
	if (!r)
		r = open_tcp(flow, from, &address, err);
	if (!r)
		*ret_flow = steal(&flow);
	return r;
}

void flow_close(struct flow *flow)
{
	if (!flow)
		return;
	for (int i = 0; i < 4; i++) {
		int fd = (int[]){ flow->udp_from, flow->udp_to, flow->tcp_from,
				  flow->tcp_to }[i];

		if (fd >= 0)
			close(fd);
	}
	free(flow);
}

/* ---------------------------------------------------------------- TCP */

double flow_tcp(struct flow *flow, unsigned int ms)
{
	int64_t start_us = clock_now_us(), last_us = start_us, now_us = start_us;
	int64_t sent = 0, got = 0, end_us = start_us + (int64_t)ms * 1000;

	while (now_us < end_us || (got < sent && now_us < last_us + DRAIN_US)) {
		bool is_sending = now_us < end_us;
		struct pollfd fds[] = {
			{ .fd = flow->tcp_to, .events = POLLIN },
			{ .fd = is_sending ? flow->tcp_from : -1, .events = POLLOUT },
		};
		ssize_t count;

		(void)poll(fds, 2, (int)ms);
		if (is_sending && fds[1].revents) {
			count = send(flow->tcp_from, flow->bytes, sizeof(flow->bytes),
				     MSG_DONTWAIT | MSG_NOSIGNAL);
			sent += count > 0 ? count : 0;
		}
		/* MSG_TRUNC: tcp(7) throws the bytes away without a copy. */
		/* cppcheck-suppress nullPointer */
		count = recv(flow->tcp_to, NULL, (size_t)16 * TCP_BUFFER,
			     MSG_DONTWAIT | MSG_TRUNC);
		now_us = clock_now_us();
		if (count > 0) {
			got += count;
			last_us = now_us;
		}
	}
	return last_us > start_us
		       ? 8.0 * (double)got / BITS_PER_US / (double)(last_us - start_us)
		       : 0;
}

/* ---------------------------------------------------------------- UDP */

struct snmp {
	char text[4096];
};

static int read_snmp(void *arg)
{
	struct snmp *snmp = arg;
	_cleanup_close_ int fd = open("/proc/thread-self/net/snmp", O_RDONLY | O_CLOEXEC);
	size_t used = 0;
	ssize_t got;

	while (fd >= 0 && used < sizeof(snmp->text) - 1 &&
	       (got = read(fd, snmp->text + used, sizeof(snmp->text) - 1 - used)) > 0)
		used += (size_t)got;
	snmp->text[used] = '\0';
	return fd < 0 ? -EIO : 0;
}

/* Datagrams that reached the sockets of the receiver, whether read or thrown away. */
static int64_t delivered(const struct flow *flow)
{
	struct snmp snmp = { .text = "" };
	long long numbers[3]; /* received, without a port, in error */
	const char *at;

	if (node_run(flow->to, read_snmp, &snmp))
		return -1;
	/* "Udp: InDatagrams NoPorts InErrors …" and then the numbers. */
	at = strstr(snmp.text, "\nUdp: ");
	at = at ? strstr(at + 1, "\nUdp: ") : NULL;
	if (!at)
		return -1;
	at += strlen("\nUdp: ");
	for (int i = 0; i < 3; i++) {
		char *end;

		numbers[i] = strtoll(at, &end, 10);
		if (end == at)
			return -1;
		at = end;
	}
	return numbers[0] + numbers[2];
}

/* So many datagrams at once; how many went. */
static int64_t send_some(struct flow *flow, int64_t wanted)
{
	union {
		char bytes[CMSG_SPACE(sizeof(uint16_t))];
		struct cmsghdr align;
	} control = { 0 };
	struct mmsghdr messages[MESSAGES] = { 0 };
	struct iovec vectors[MESSAGES];
	int64_t counts[MESSAGES] = { 0 }, sent = 0;
	unsigned int used = 0;
	const uint16_t size = FLOW_BYTES;
	int went;

	for (; used < MESSAGES && wanted > 0; used++) {
		counts[used] = wanted < flow->segments ? wanted : flow->segments;
		wanted -= counts[used];
		vectors[used] =
			(struct iovec){ flow->bytes, (size_t)counts[used] * FLOW_BYTES };
		messages[used].msg_hdr.msg_iov = &vectors[used];
		messages[used].msg_hdr.msg_iovlen = 1;
		if (flow->segments == 1)
			continue;
		messages[used].msg_hdr.msg_control = control.bytes;
		messages[used].msg_hdr.msg_controllen = sizeof(control.bytes);
	}
	control.align.cmsg_level = SOL_UDP;
	control.align.cmsg_type = UDP_SEGMENT;
	control.align.cmsg_len = CMSG_LEN(sizeof(size));
	memcpy(CMSG_DATA(&control.align), &size, sizeof(size));
	went = sendmmsg(flow->udp_from, messages, used, MSG_DONTWAIT);
	/* Where checksums are not left to the device it cannot be cut later. */
	if (went < 0 && (errno == EIO || errno == EINVAL || errno == EMSGSIZE))
		flow->segments = 1;
	for (int i = 0; i < went; i++)
		sent += counts[i];
	return sent;
}

/* Send at that pace (datagrams a µs; 0: no pace) for a sample; how many, how long. */
static int64_t send_sample(struct flow *flow, unsigned int ms, double pace,
			   int64_t *ret_took_us)
{
	int64_t start_us = clock_now_us(), passed_us = 0, sent = 0;

	while (passed_us < (int64_t)ms * 1000) {
		int64_t due = pace > 0 ? (int64_t)(pace * (double)passed_us) + 1 - sent
				       : MESSAGES * SEGMENTS;
		int64_t went = due > 0 ? send_some(flow, due) : 0;

		sent += went;
		if (went <= 0)
			(void)poll(&(struct pollfd){ .fd = flow->udp_from,
						     .events = due > 0 ? POLLOUT : 0 },
				   1, 1);
		passed_us = clock_now_us() - start_us;
	}
	*ret_took_us = passed_us;
	return sent;
}

double flow_udp(struct flow *flow, unsigned int ms, double offered_mbit_s,
		double *ret_loss)
{
	double pace = offered_mbit_s * BITS_PER_US / 8 / FLOW_BYTES;
	int64_t before = delivered(flow), got = 0, took_us = 1;
	int64_t sent = send_sample(flow, ms, pace, &took_us);
	int64_t deadline_us = clock_now_us() + DRAIN_US, now = -1;

	/* Until no more comes: on libipsec a daemon has it in its queues. */
	while (got < sent && clock_left_ms(deadline_us)) {
		int64_t last = now;

		now = delivered(flow);
		got = now - before;
		if (now == last)
			break;
		(void)poll(NULL, 0, QUIET_US / 1000);
	}
	*ret_loss = sent > 0 && got < sent ? (double)(sent - got) / (double)sent : 0;
	return before < 0
		       ? 0
		       : 8.0 * FLOW_BYTES * (double)got / BITS_PER_US / (double)took_us;
}

double flow_udp_search(struct flow *flow)
{
	double loss, low = 0, high, offer;

	(void)flow_udp(flow, 10, 1, &loss); /* neighbours, the receiver's buffer */
	high = flow_udp(flow, FLOW_SEARCH_MS, 0, &loss);
	if (loss <= FLOW_LOSS_MAX)
		return high > 0 ? 0 : -1;
	offer = high;
	for (int i = 0; i < SEARCH_STEPS; i++) {
		(void)flow_udp(flow, FLOW_SEARCH_MS, offer, &loss);
		if (loss <= FLOW_LOSS_MAX)
			low = offer;
		else
			high = offer;
		offer = (low + high) / 2;
		if (low >= high)
			break;
	}
	return low > 0 ? low : -1;
}

/* ---------------------------------------------------------------- figures */

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double flow_median(double *values, unsigned int count)
{
	if (!count)
		return 0;
	qsort(values, count, sizeof(*values), compare);
	return count % 2 ? values[count / 2]
			 : (values[count / 2 - 1] + values[count / 2]) / 2;
}
