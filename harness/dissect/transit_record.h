/* SPDX-License-Identifier: GPL-2.0-or-later */
/* transit_record.h - one packet of one capture; for transit*.c alone */
#ifndef TWINSITE_DISSECT_TRANSIT_RECORD_H
#define TWINSITE_DISSECT_TRANSIT_RECORD_H

#include "dissect/transit.h"

struct transit_record {
	uint64_t key; /* the same at both ends */
	uint64_t spi;
	int64_t time_ns, other_ns; /* there, when it is matched */
	uint32_t frame, tail;
	uint32_t length; /* of the IP packet */
	uint32_t other;	 /* its place there, while both are sorted by key */
	uint16_t ends;
	uint8_t kind, ttl, tos;
	bool is_matched, is_fragmented;
	uint8_t way;
};

/* While both are sorted by key: NAT, hops, what else changed on the way. */
void transit_note_pairs(const struct transit_side *left, const struct transit_side *right,
			struct transit *ret);
/* While both are sorted by time: what was sent and what arrived of each SPI. */
void transit_add_flows(const struct transit_side *left, const struct transit_side *right,
		       struct transit *ret);
void transit_add_problems(const struct transit_side *left,
			  const struct transit_side *right, struct transit *ret);

#endif
