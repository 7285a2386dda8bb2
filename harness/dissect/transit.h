/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * transit.h - two captures of one tunnel: what left here and never arrived there
 *
 * A packet of ESP or AH is known again by its SPI, sequence number, length and last
 * bytes, an IKE message by all of its bytes: NAT and encapsulation change none of them.
 * Which way a packet went is told by its TTL, else by the times of both directions.
 * From the smallest times of both directions follows how far the clocks are apart, if
 * both ways take equally long; what is lost is only said of times at which both captures
 * were running.
 */
#ifndef TWINSITE_DISSECT_TRANSIT_H
#define TWINSITE_DISSECT_TRANSIT_H

#include "base/arena.h"
#include "dissect/session.h"
#include "finding/class.h"

#define TRANSIT_RECORDS_MAX 1000000 /* packets of one capture; others are counted */
#define TRANSIT_ENDS_MAX    512	    /* pairs of addresses and ports of one capture */
#define TRANSIT_FLOWS_MAX   512
#define TRANSIT_NATS_MAX    32

/* Addresses and ports as one capture shows them. */
struct transit_ends {
	struct inet_addr src, dst;
	uint16_t src_port, dst_port; /* 0: none */
};

/* One capture's packets of IKE, ESP and AH; private but for the counts. */
struct transit_side {
	uint64_t packets, lost;		/* of IKE, ESP and AH; those beyond the bound */
	uint64_t copies;		/* captured once more */
	const struct session_set *set;	/* borrowed */
	int64_t first_ns, last_ns;	/* of all its packets */
	struct transit_record *records; /* malloc()ed */
	size_t count, room;
	uint32_t ends_count;
	struct transit_ends ends[TRANSIT_ENDS_MAX];
};

/* Watch what a set reads: its on_packet is ours until the side is done. */
void transit_watch(struct transit_side *side, struct session_set *set);
void transit_side_done(struct transit_side *side);

enum transit_way {
	TRANSIT_TO_RIGHT,
	TRANSIT_TO_LEFT,
	TRANSIT_WAYS,
};

/* How sure is it which way packets go? */
enum transit_sign {
	TRANSIT_BY_TTL,	  /* routers count it down */
	TRANSIT_BY_TIMES, /* one direction's times are larger than the other's */
	TRANSIT_ASSUMED,  /* nothing tells: the left one is taken for the sender */
};

/* Packets of one SPI in one direction. */
struct transit_flow {
	enum packet_kind kind;
	uint64_t spi; /* IKE: the initiator's */
	enum transit_way way;
	struct transit_ends ends;	    /* where it was sent */
	uint64_t sent, arrived, lost, late; /* late: overtaken by a later one */
	uint64_t outside;		/* sent while the other capture was not running */
	uint32_t first_lost, last_lost; /* frames at the sender's side; 0: none */
	uint64_t longest_run;		/* of losses behind each other */
	uint32_t largest_arrived, smallest_lost;	  /* bytes of IP */
	int64_t delay_min_ns, delay_max_ns, delay_sum_ns; /* by the corrected clock */
};

struct transit_nat {
	enum transit_way way;
	struct transit_ends sent, arrived;
	uint64_t packets;
	uint32_t frame; /* the first, where it arrived */
};

struct transit_problem {
	const char *text;
	struct class_set classes;
};

struct transit {
	struct arena *arena; /* borrowed */
	uint64_t matched, unmatched_left, unmatched_right;
	int64_t usual_ns; /* private */
	enum transit_sign sign;
	bool has_offset;	/* both directions were seen */
	int64_t offset_ns;	/* the right clock minus the left one */
	int64_t around_ns;	/* there and back at least; no clock matters */
	int64_t drift_ns;	/* of the offset, from the first to the second half */
	int hops[TRANSIT_WAYS]; /* routers that were passed; -1: not known */
	uint64_t altered;	/* same SPI and number, other bytes */
	uint64_t fragmented[TRANSIT_WAYS]; /* whole when sent, in fragments on arrival */
	uint64_t remarked[TRANSIT_WAYS];   /* DSCP or ECN is another on arrival */
	uint64_t appeared[TRANSIT_WAYS];   /* arrived and was never seen leaving */
	uint32_t appeared_frame[TRANSIT_WAYS]; /* the first one, where it arrived */
	bool has_common_time; /* both captures were running at some time; by their clocks if nothing is in both */
	VEC(struct transit_flow) flows; /* of this tunnel */
	uint64_t flows_lost, others;	/* beyond the bound; packets of other peers */
	VEC(struct transit_nat) nats;
	VEC(struct transit_problem) problems;
};

/* left and right are sorted by it. */
void transit_compare(struct transit_side *left, struct transit_side *right,
		     struct transit *ret);

/* Did anything leave while both were captured, so that something can be said of it? */
bool transit_is_told(const struct transit *transit);

/* Was anything lost, altered or left out? */
bool transit_has_losses(const struct transit *transit);

#endif
