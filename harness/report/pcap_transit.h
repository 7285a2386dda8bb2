/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pcap_transit.h - two captures of one tunnel, as text and as JSON */
#ifndef TWINSITE_REPORT_PCAP_TRANSIT_H
#define TWINSITE_REPORT_PCAP_TRANSIT_H

#include "dissect/transit.h"

struct buf;

struct transit_report {
	const char *names[2]; /* of the captures: left, right */
	const struct transit_side *sides[2];
	const struct transit *transit;
};

void transit_text(const struct transit_report *report, struct buf *out);

/*
 * One object: left, right {capture, packets, copies, beyond}, matched, clock {offset_s,
 * drift_s, round_trip_s}, way_by, hops, nat [{way, sent, arrived, packets, frame}], flows
 * [{way, kind, spi, src, dst, sent, arrived, lost, outside, late, first_lost, last_lost,
 * longest_run, largest_arrived, smallest_lost, delay_s}], fragmented, remarked, appeared,
 * altered, others, problems [{text, findings}]. What is not known is null.
 */
void transit_json(const struct transit_report *report, struct buf *out);

#endif
