/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * throughput.h - how much TCP and UDP gets from one node to another
 *
 * iperf3 in both nodes; figures only mean something as a ratio within one run.
 */
#ifndef TWINSITE_PROBE_THROUGHPUT_H
#define TWINSITE_PROBE_THROUGHPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/inet.h"

struct err;
struct node;

#define THROUGHPUT_PORT	     5201 /* TCP and UDP, where iperf3 listens */
#define THROUGHPUT_PORT_TEXT "5201"

struct throughput {
	struct node *from, *to;
	struct inet_addr dst;
	bool is_udp;
	unsigned int seconds;
	unsigned int udp_mbit; /* offered, UDP only */

	double mbit_s;	     /* received */
	double lost_percent; /* UDP */
	int64_t retransmits; /* TCP */
};

/* 0, -ENOTSUP without iperf3, -ETIMEDOUT, -EIO with iperf3's own words. */
int throughput_run(struct throughput *throughput, int64_t deadline_us, struct err *err);

/* Read what iperf3 -J printed (for any bytes); -EINVAL or -EIO with its error. */
int throughput_parse(const char *json, struct throughput *throughput, struct err *err);

#endif
