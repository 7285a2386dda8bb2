/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pcap.h - what a capture tells, as text and as JSON */
#ifndef TWINSITE_REPORT_PCAP_H
#define TWINSITE_REPORT_PCAP_H

#include "dissect/session.h"

struct buf;
struct capture_file;
struct interop;
struct pcap_filter;
struct replay;

struct pcap_report {
	const char *name;		  /* of the capture */
	const struct session_set *set;	  /* all of it, already read */
	const char *end;		  /* why it ends early; "": it does not */
	const struct capture_file *file;  /* for names of interfaces; may be NULL */
	uint64_t drops;			  /* packets lost while capturing */
	const struct pcap_filter *filter; /* NULL: everything is shown */
	/* Held against a scenario: its name, what `--scenario` and `--live` found; or NULL. */
	const char *scenario;
	const struct interop *interop;
	const struct replay *replay;
};

void pcap_text(const struct pcap_report *report, struct buf *out);

/*
 * One JSON object and a newline, with everything that the text says (pcap_json_test.c):
 *
 *	overview	{total, shown, beyond_bounds: how many of what were too many,
 *			ike_sas [{ike_sa, start_s, mode, ends, outcome, up, phase1, messages,
 *			problems}], problems [{level, ike_sas, count, frame, text, findings}]}
 *	version 1, capture, end, packets, seconds, drops, cut, no_ike, reassembled
 *	kinds		how many packets of each kind, by its name
 *	unread		[{layer, number, packets}]: what is not read, by name and number
 *	tunnels		how many packets came in GRE, VXLAN, …, by its name
 *	notes		[{level, frame, text, findings}] about the capture as a whole
 *	ike_sas		[{number, version, mode, spi_i, spi_r, initiator, responder, offered,
 *			chosen, lifetime_s, outcome {up: traffic can flow, phase1, frame, text}, children, messages,
 *			notes}]; an end has address, port, device, confidence, reasons,
 *			identity, nat_t, behind_nat and its proof {payload, frame, verdict,
 *			key, reason}; verdict: "verified", "does not verify", "not tried",
 *			"cannot be checked"
 *			a message has folded_behind: quiet ones, cycles_behind of
 *			cycle_messages each: alike_behind messages like those before; all
 *			of these were counted only
 *	esp_flows	[{kind, spi, src, dst, interface, packets, bytes, kbit_s, status, …,
 *			missing, copies: captured once more, shares_numbers: what is missing may
 *			have gone to another address with that SPI,
 *			tunnel_mode, transport_mode, aggfrag, nested, inner [{src, dst, protocol,
 *			port, what, packets}], dns [{name, type, answer, rcode, what, packets}]}]
 *	icmp_errors	[{frame, type, code, from, about, port, count}]
 *	comparison	with a scenario: {scenario, compared, verdict {overall, tunnels},
 *			asked, remarks}
 *
 * Keys are added, never changed, without another version.
 */
void pcap_json(const struct pcap_report *report, struct buf *out);

/* For pcap_text(): what `--scenario` found. */
void pcap_interop_text(const struct interop *interop, const char *scenario,
		       struct buf *out);

/* What comes of both. */
void pcap_verdict_text(const struct interop *interop, const char *scenario,
		       struct buf *out);

/* What `--live` found. */
void pcap_replay_text(const struct replay *replay, const char *scenario, struct buf *out);

#endif
