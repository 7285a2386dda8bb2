/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wire.h - what the captures of a run say: ESP, IKE, and what was in clear
 *
 * One pass over each link's pcapng. Memory is bounded: of clear packets the first
 * WIRE_CLEAR_MAX per link are kept, all are counted.
 */
#ifndef TWINSITE_CHECK_WIRE_H
#define TWINSITE_CHECK_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/inet.h"
#include "lab/plan.h"

struct err;

#define WIRE_CLEAR_MAX 4096
#define WIRE_ESP_MAX   64
#define WIRE_FLOWS_MAX 64 /* of IKE, echo and refusals each, per link */

/* A packet with an inner address of a site, in clear on an Internet link. */
struct wire_clear {
	uint64_t number; /* of the packet in the link's file, from 1 */
	int64_t time_us; /* since the epoch */
	struct inet_addr src, dst;
	uint8_t protocol;
	uint16_t dst_port;
	int expectation; /* whose echo request it is (also quoted in an error); -1 */
};

/* One ESP flow: an SPI towards a destination. */
struct wire_esp {
	uint32_t spi;
	struct inet_addr src, dst;
	uint64_t packets, bytes;
	uint32_t first_sequence, last_sequence;
	size_t largest; /* bytes of its largest IP packet */
	bool is_in_udp;
	uint64_t late;	   /* numbers lower than one before: reordered */
	uint64_t repeated; /* numbers that came twice */
	uint64_t window;   /* which of the last 64 numbers were seen */
	int64_t first_us, last_us;
};

/* IKE (or what goes to its ports) between two addresses. */
struct wire_ike {
	struct inet_addr src, dst;
	uint16_t dst_port;	 /* 500 or 4500: what the initiator would have to reach */
	bool is_nat_t;		 /* on port 4500 at either end */
	uint64_t packets, first; /* first: number of the first one */
};

/* Echo requests or replies between two addresses. */
struct wire_echo {
	struct inet_addr src, dst;
	bool is_reply;
	uint64_t packets, first;
};

/* An ICMP error, and what it is about. */
struct wire_refusal {
	struct inet_addr from, to, wanted; /* wanted: where the refused packet went */
	uint8_t type, code;
	uint16_t port; /* UDP port that was wanted, 0 */
	uint64_t packets, first;
};

struct wire_link {
	const struct plan_link *link;
	const char *file; /* "home-wan.pcapng" */
	uint64_t packets, ike, esp_packets, clear_count;
	VEC(struct wire_clear) clear;
	VEC(struct wire_esp) esp;
	VEC(struct wire_ike) ike_flows;
	VEC(struct wire_echo) echoes;
	VEC(struct wire_refusal) refusals;
	uint64_t fragments;
	bool is_damaged; /* the file could not be read to its end */
	const char *damage;
};

struct wire {
	struct wire_link *links;
	size_t count;
};

/* Read all captures of a run's folder. A missing file is damage, not an error. */
int wire_load(const char *folder, const struct plan *plan, struct arena *arena,
	      struct wire *ret_wire, struct err *err);

#endif
