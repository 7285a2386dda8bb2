/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * impair.h - a worse network: delay, loss, reordering, rate
 *
 * Acts on what an interface sends (netem); impair both ends for both directions. An
 * MTU hole is link_set_mtu() on a middle link plus a rule that drops ICMP.
 */
#ifndef TWINSITE_NETNS_IMPAIR_H
#define TWINSITE_NETNS_IMPAIR_H

#include <stdint.h>

struct err;
struct node;

struct impairment {
	uint32_t delay_us;
	uint32_t jitter_us;
	uint32_t loss_ppm; /* parts per million: 10000 is 1 % */
	uint32_t duplicate_ppm;
	uint32_t corrupt_ppm;
	uint32_t reorder_ppm;	/* sent at once instead of delayed: needs delay_us */
	uint64_t rate_bit_s;	/* 0: unlimited */
	uint32_t limit_packets; /* queue length; 0: 1000 */
};

/*
 * Replace what impairs the interface. -ENOTSUP when the kernel has no netem
 * (CONFIG_NET_SCH_NETEM, module sch_netem).
 */
int impair_set(const struct node *node, const char *link, const struct impairment *how,
	       struct err *err);
int impair_clear(const struct node *node, const char *link, struct err *err);

#endif
