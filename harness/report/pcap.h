/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pcap.h - what a capture tells, as text and as JSON */
#ifndef TWINSITE_REPORT_PCAP_H
#define TWINSITE_REPORT_PCAP_H

#include "dissect/session.h"

struct buf;
struct capture_file;
struct interop;
struct replay;

struct pcap_report {
	const char *name;		 /* of the capture */
	const struct session_set *set;	 /* all of it, already read */
	const char *end;		 /* why it ends early; "": it does not */
	const struct capture_file *file; /* for names of interfaces; may be NULL */
	uint64_t drops;			 /* packets lost while capturing */
};

void pcap_text(const struct pcap_report *report, struct buf *out);

/* One JSON object and a newline. */
void pcap_json(const struct pcap_report *report, struct buf *out);

/* What `--scenario` found. */
void pcap_interop_text(const struct interop *interop, const char *scenario,
		       struct buf *out);

/* What `--live` found. */
void pcap_replay_text(const struct replay *replay, const char *scenario, struct buf *out);

/* Both as one JSON object and a newline; replay may be NULL. */
void pcap_compare_json(const struct interop *interop, const struct replay *replay,
		       const char *scenario, struct buf *out);

#endif
