/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcap_overview.h - a capture in a few lines: one for each IKE SA, one for each problem
 *
 * What the same sentence says of several SAs is one problem. What is beyond a bound of
 * ours is counted. For pcap_text.c and pcap_json.c, which say the same.
 */
#ifndef TWINSITE_REPORT_PCAP_OVERVIEW_H
#define TWINSITE_REPORT_PCAP_OVERVIEW_H

#include <jansson.h>

#include "report/pcap.h"
#include "report/pcap_filter.h"

#define OVERVIEW_PROBLEMS_MAX 100 /* sentences; others are counted */
#define OVERVIEW_SAS_MAX      12  /* whose numbers stand with a problem */

struct overview_row {
	uint32_t number; /* of the IKE SA, from 1 */
	double start_s;	 /* from the beginning of the capture */
	const char *mode, *ends, *outcome;
	uint32_t messages;
	bool is_up, is_phase1;
	uint32_t problems; /* warnings and errors that it has */
};

struct overview_problem {
	const struct story_note *note; /* of the first */
	uint32_t sas;		       /* IKE SAs it is about */
	uint32_t sa[OVERVIEW_SAS_MAX];
	uint32_t last_sa; /* private */
};

/* So many of each are not kept, or not shown, because there are too many. */
struct overview_bound {
	const char *what;
	uint64_t count;
};

struct pcap_overview {
	struct arena *arena;	       /* borrowed */
	VEC(struct overview_row) rows; /* those that the filter has */
	VEC(struct overview_problem) problems;
	VEC(struct overview_bound) bounds;
	uint32_t problems_lost;
	bool has_details; /* of each row */
};

void pcap_overview_of(const struct pcap_report *report, struct pcap_overview *ret);

void pcap_overview_text(const struct pcap_overview *overview,
			const struct pcap_report *report, struct buf *out);
json_t *pcap_overview_json(const struct pcap_overview *overview,
			   const struct pcap_report *report);

#endif
