/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * flow.h - how much gets from one node to another, in samples of some milliseconds
 *
 * The sender is ours, so that the path is measured and not the system calls of a program:
 * sendmmsg(2) with UDP_SEGMENT where the path takes it. What arrived is told by the
 * receiving node's own counters (RFC 4113), not by somebody who reads it. Samples are short,
 * so that those of two paths can be taken in turn: what else happens on the machine then
 * happens to both.
 */
#ifndef TWINSITE_PROBE_FLOW_H
#define TWINSITE_PROBE_FLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/inet.h"

struct err;
struct flow;
struct node;

#define FLOW_BYTES     1300  /* of a datagram: unfragmented below any overhead of ESP */
#define FLOW_SEARCH_MS 100   /* a step of the search */
#define FLOW_LOSS_MAX  0.001 /* what counts as none, as RFC 2544's throughput has it */

/* Sockets at both ends, ports as probe/throughput.h has them. -EIO: it does not connect. */
int flow_open(struct node *from, struct node *to, const struct inet_addr *dst,
	      struct flow **ret_flow, struct err *err);
void flow_close(struct flow *flow); /* NULL is fine */
static inline void flow_closep(struct flow **flow)
{
	flow_close(*flow);
}

/* Mbit/s of TCP payload that arrived when it was sent for so long; 0: nothing. */
double flow_tcp(struct flow *flow, unsigned int ms);

/*
 * Mbit/s of UDP payload that arrived when so much was offered (0: as fast as it goes), and
 * the part of what was sent that did not arrive.
 */
double flow_udp(struct flow *flow, unsigned int ms, double offered_mbit_s,
		double *ret_loss);

/*
 * The highest offer of which at most FLOW_LOSS_MAX is lost, found in steps
 * (RFC 2544, 26.1); 0: as fast as it goes, nothing is lost even then; -1: no offer is.
 */
double flow_udp_search(struct flow *flow);

/* The middle one of the values, which are put into order; 0 of none. */
double flow_median(double *values, unsigned int count);

#endif
