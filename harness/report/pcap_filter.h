/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pcap_filter.h - which IKE SAs, flows and errors of a capture are shown */
#ifndef TWINSITE_REPORT_PCAP_FILTER_H
#define TWINSITE_REPORT_PCAP_FILTER_H

#include "dissect/story.h"

#define PCAP_FILTER_MAX	 16 /* values of each kind */
#define PCAP_DETAILS_MAX 8  /* more IKE SAs are only listed, unless they are asked for */

/* All that is asked for must hold; of several values of one kind one is enough. */
struct pcap_filter {
	bool is_all;	 /* details of however many */
	bool has_errors; /* only what has an error or a warning, or is not up */
	uint32_t sas;	 /* numbers from first to last */
	struct {
		uint32_t first, last;
	} sa[PCAP_FILTER_MAX];
	uint32_t peers;
	struct inet_prefix peer[PCAP_FILTER_MAX];
	uint32_t spis;
	uint64_t spi[PCAP_FILTER_MAX];
};

/* "3", "3-7", "3,5-7"; "192.0.2.1", "192.0.2.0/24"; "1a2b3c4d", "0x…". -EINVAL. */
int pcap_filter_add_sa(struct pcap_filter *filter, const char *text);
int pcap_filter_add_peer(struct pcap_filter *filter, const char *text);
int pcap_filter_add_spi(struct pcap_filter *filter, const char *text);

/* Is anything left out by it? Of NULL nothing is. */
bool pcap_filter_is_set(const struct pcap_filter *filter);

/* index: from 0. An SPI may be that of the IKE SA or one of a child it speaks of. */
bool pcap_filter_has_sa(const struct pcap_filter *filter, const struct ike_story *story,
			uint32_t index);
/* A flow is shown with the IKE SAs between its two ends. */
bool pcap_filter_has_flow(const struct pcap_filter *filter, const struct session_set *set,
			  const struct esp_flow *flow);

/*
 * Is anything of the capture what --sa, --peer and --spi ask for, with errors or not? With
 * none of them: yes.
 */
bool pcap_filter_finds(const struct pcap_filter *filter, const struct session_set *set);

/* Has it packets that do not open, are missing, or are outside its selectors? */
bool pcap_flow_has_errors(const struct esp_flow *flow);

#endif
