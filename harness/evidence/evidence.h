/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * evidence.h - what was seen in a run: append-only JSON lines
 *
 * The world (all namespaces, daemons and probes) only ever appends to
 * evidence.jsonl; the parent follows that file and shows progress, and `explain`
 * reads it a year later. One line is one fact:
 *
 *	{"t":1234,"node":"home","source":"vici","kind":"sas", …facts…}
 *
 * t is in microseconds since the run began (one clock); the first line, kind
 * "run", has the wall clock. node is null when no single node is meant.
 *
 * Kinds, by source:
 *	phase	begin, end	name; end also has ok (bool) and text when it failed
 *	run	run, end	scenario plane why kernel start_us (epoch) version
 *		broke		text: why it broke off, noted by the parent (run/ending.h)
 *	vici	sas		label ("up", "after-traffic", "after-teardown"),
 *				sas: [VICI trees]
 *		initiated	child, ok, text (charon's errmsg), took_us
 *		conns		names: […]
 *	probe	reach		label ("before","up","after"), expectation (index or -1),
 *				from, to, dst, protocol, sent, received,
 *				seen_as: [addresses at the target], rtt_us,
 *				errors: [{type, code, from}]
 *		name		expectation, asked, name, rcode, answers: […], took_us,
 *				seen: [{server, from}]
 *		throughput	protocol, lifted (bool), mbit_s, samples, retransmits,
 *				lost_percent
 *		mtu		from, to, bytes (largest unfragmented IP packet)
 *	packet	esp, lan	what opening each ESP packet and the LANs gave (run/audit.h)
 *		proof		link, spi, end, payload, frame, verdict, of: [sites], reason
 *	counter	rules		label, rules: [{table, chain, packets, bytes, rule,
 *				comment}]
 *	kernel	xfrm		label, sas, policies (counts), or unsupported: true
 *		routes		label, table, routes: [text]
 *	process	started, ended	name, pid, status (text), expected (bool)
 *	capture	link		link, file, packets, dropped
 *	vici	rekeyed		ok (both ends replaced their CHILD SAs), children
 *	kernel	settings	label, ip_forward, rp_filter, reverse_path_drops
 *	life	begin		alive_us, each_us, gap_us, events (how many times)
 *		happens		event (index of `events`), text, at_us (since begin)
 *		passed		event, text, at_us, for_us, gap_us (-1: not back), lost
 *		outage		expectation, from, to, event (-1: none), text, at_us,
 *				from_us, until_us (of the run; -1), gap_us, lost, is_back
 *		so-far, end	at_us, sent, answered, outages, without, rekeys, ups
 *	inject	applied, effect	index, text; effect also has ok and how it was seen
 */
#ifndef TWINSITE_EVIDENCE_EVIDENCE_H
#define TWINSITE_EVIDENCE_EVIDENCE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct err;

#define EVIDENCE_FILE "evidence.jsonl"

/* ------------------------------------------------------------ writing */

struct evidence {
	int fd;		  /* O_APPEND */
	int64_t start_us; /* monotonic */
	int error;	  /* first -errno of a failed write (a full disk), 0 */
};

/* Create folder/evidence.jsonl. */
int evidence_open(const char *folder, struct evidence *ret_evidence, struct err *err);
void evidence_close(struct evidence *evidence);

/*
 * Append one fact; steals facts (an object, or NULL for none). A failed write is
 * remembered in evidence->error and ends the run with a sentence, never silently.
 */
void evidence_add(struct evidence *evidence, const char *node, const char *source,
		  const char *kind, json_t *facts);

/* ------------------------------------------------------------ reading */

struct event {
	int64_t t_us;
	const char *node; /* "" for none */
	const char *source, *kind;
	json_t *facts; /* the whole line */
};

struct timeline {
	struct event *events;
	size_t count, room;
};

/*
 * Read all complete lines. Cut or damaged last lines are skipped (a run may have been
 * killed); a damaged line in the middle is an error with its number.
 */
int timeline_load(const char *folder, struct timeline *ret_timeline, struct err *err);
int timeline_add_line(struct timeline *timeline, const char *line, size_t length);
void timeline_done(struct timeline *timeline);

/* The next event of that source and kind after `after` (NULL: from the start); NULL. */
const struct event *timeline_next(const struct timeline *timeline,
				  const struct event *after, const char *source,
				  const char *kind);

/* Facts with a fallback: never NULL, never crash on a missing or wrong type. */
const char *event_text(const struct event *event, const char *key);
int64_t event_number(const struct event *event, const char *key, int64_t fallback);
bool event_bool(const struct event *event, const char *key);

#endif
