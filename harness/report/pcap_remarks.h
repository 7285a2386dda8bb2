/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcap_remarks.h - what must be said about a capture as a whole
 *
 * For pcap_text.c and pcap_json.c, which say the same: what is missing from the
 * capture, what routers refused, flows without a way back.
 */
#ifndef TWINSITE_REPORT_PCAP_REMARKS_H
#define TWINSITE_REPORT_PCAP_REMARKS_H

#include "base/arena.h"
#include "dissect/story.h"
#include "report/pcap.h"

struct pcap_remarks {
	struct arena *arena; /* borrowed */
	VEC(struct story_note) head, flows;
};

void pcap_remarks_of(const struct pcap_report *report, struct pcap_remarks *ret);

#endif
