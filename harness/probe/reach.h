/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reach.h - who reaches whom, seen from both ends, all questions at once
 *
 * Every task sends echo requests from one node to an address; the target node, if
 * it is one of ours, is watched too and says from which source address they came:
 * the proof of a NAT exemption. Tasks end with their answers; what stays unanswered is
 * given up after a multiple of what the slowest answer took, in time that this process
 * was served (base/patience.h): a starved machine gets more, and no false "broken".
 */
#ifndef TWINSITE_PROBE_REACH_H
#define TWINSITE_PROBE_REACH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/inet.h"

struct err;
struct node;

#define REACH_TASKS_MAX	 64
#define REACH_ERRORS_MAX 4
#define REACH_SEEN_MAX	 4

struct reach_error { /* an ICMP error that came back */
	uint8_t type, code;
	struct inet_addr from;
};

struct reach_task {
	struct node *from;
	struct node *to; /* NULL: the target is not watched */
	struct inet_addr dst;
	uint16_t id;	    /* in each packet; unlike those of the other tasks */
	uint16_t flow;	    /* requests of one flow are one connection to a firewall */
	unsigned int count; /* answers wanted, 1.. */
	bool is_negative;   /* no answer is expected: do not wait for long */

	/* what came out */
	unsigned int sent, received, arrived;
	struct inet_addr seen_as[REACH_SEEN_MAX]; /* source addresses at the target */
	unsigned int seen_count;
	struct reach_error errors[REACH_ERRORS_MAX];
	unsigned int error_count; /* may exceed REACH_ERRORS_MAX */
	int64_t rtt_us;		  /* fastest; -1: no answer */
	int send_errno;		  /* the node itself could not send: no route; 0 */
};

struct reach_patience {
	unsigned int positive_ms; /* shortest wait for an answer that is expected */
	unsigned int negative_ms; /* shortest wait for one that is not */
	/*
	 * The slowest round trip known of these paths; grows with each slower answer.
	 * delay_us of it are no measure of the machine: the network was told to take so
	 * long.
	 */
	int64_t slowest_us, delay_us;
};

/* So many of the slowest round trips are waited for an answer. */
#define REACH_TIMES 8

/* What that is; least_ms: but not less. */
int64_t reach_window_us(const struct reach_patience *patience, unsigned int least_ms);

/* Run all tasks. Returns 0 whatever came out; -errno only when sockets fail. */
int reach_run(struct reach_task *tasks, size_t count, struct reach_patience *patience,
	      struct err *err);

/*
 * The largest IP packet that travels from node to dst unfragmented (with DF), found
 * between ICMP_SIZE_MIN and max_bytes; 0 when none is answered.
 */
int mtu_probe(struct node *from, const struct inet_addr *dst, unsigned int max_bytes,
	      unsigned int patience_ms, unsigned int *ret_bytes, struct err *err);

#endif
