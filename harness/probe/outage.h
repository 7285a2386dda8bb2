/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * outage.h - how long nothing gets through: echo requests at a steady pace
 *
 * Each request is a flow of its own, as a new connection would be: what a firewall
 * remembers of an old one (F77) is not what is measured. Driven by the caller's poll
 * loop: wait for outage->fd until outage->next_us, then call outage_step().
 */
#ifndef TWINSITE_PROBE_OUTAGE_H
#define TWINSITE_PROBE_OUTAGE_H

#include <stdint.h>

#include "base/inet.h"

struct err;
struct node;

struct outage {
	int fd; /* -1: not open */
	struct inet_addr dst;
	int64_t interval_us, next_us; /* base/clock.h */
	int64_t mark_us;	      /* when the path changed */
	int64_t last_us;	      /* the last answer before the mark came; 0: none */
	int64_t back_us; /* the first answer to a request sent after it; 0: none */
	/* Before the mark, and after it. */
	unsigned int sent_before, received_before, sent, received;
	unsigned int lost; /* requests after the mark and before the first answered one */
	uint16_t sequence, mark_sequence;
};

int outage_open(struct outage *outage, struct node *from, const struct inet_addr *dst,
		unsigned int interval_ms, struct err *err);
void outage_close(struct outage *outage); /* may be called twice */

/* The path changes now: what is sent from here on counts as after. */
void outage_mark(struct outage *outage);

/* Send what is due, take what has come. */
void outage_step(struct outage *outage);

#endif
