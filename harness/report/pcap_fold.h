/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcap_fold.h - the messages of an IKE SA, of which what repeats itself stands once
 *
 * For somebody who reads: questions whether the peer is alive, one after the other, and
 * cycles of them with rekeyings between, are an item with how many times it is there.
 * What differs in anything that can be seen (see session_step_shape()), was sent again, or
 * comes much sooner or later than in the cycle before, is an item of its own.
 */
#ifndef TWINSITE_REPORT_PCAP_FOLD_H
#define TWINSITE_REPORT_PCAP_FOLD_H

#include "base/arena.h"
#include "dissect/session.h"

struct fold_item {
	size_t first, span;		/* steps of the session, all its times */
	size_t shown;			/* times that have steps; 1: once */
	uint64_t hidden;		/* times among them that were counted only */
	int64_t least_ns, most_ns;	/* between two beginnings that are shown */
	uint64_t shape;			/* private */
	bool is_pair;			/* a quiet question and its answer; private */
	bool is_of_pairs;		/* a run of such */
	const struct fold_item *inside; /* of its first time; NULL: its steps, then */
	size_t insides;			/* 1 for one step, 2 for a quiet pair */
};

struct fold_items {
	VEC(struct fold_item) list;
};

/* All steps of the session, in their order. */
void pcap_fold(struct arena *arena, const struct ike_session *session,
	       struct fold_items *ret);

/* Messages of an item, also those that were counted only; no cycles behind its end. */
uint64_t pcap_fold_messages(const struct ike_session *session,
			    const struct fold_item *item);

#endif
