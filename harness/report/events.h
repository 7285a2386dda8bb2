/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * events.h - the events of a run and of a capture, in one format (events.md)
 *
 * In the manner of qlog's main schema (draft-ietf-quic-qlog-main-schema): a file has
 * traces, each with the point it was seen from, a reference time and events, each with time
 * (ms since then), name and data. The trace of a capture is made of the ladder, that of a
 * run of its evidence: of what the page draws its pictures. Keys are never in it: of an IKE
 * message there are the names of its payloads, proposals and errors.
 */
#ifndef TWINSITE_REPORT_EVENTS_H
#define TWINSITE_REPORT_EVENTS_H

#include <stdint.h>

struct buf;
struct ladder;
struct timeline;

#define EVENTS_SCHEMA "urn:twinsite:events:ipsec-0" /* 0: may still change */

/*
 * title: what it is of. ladder, timeline: NULL leaves that trace out. start_us: since the
 * epoch, of the run.
 */
void report_events(const char *title, const struct ladder *ladder,
		   const struct timeline *timeline, int64_t start_us, struct buf *out);

#endif
