/* SPDX-License-Identifier: GPL-2.0-or-later */
/* proposals.h - what an end really offers, and what both settle on */
#ifndef TWINSITE_PREDICT_PROPOSALS_H
#define TWINSITE_PREDICT_PROPOSALS_H

#include "model/pair.h"

struct proposals {
	VEC(struct proposal) list;
	bool is_default; /* nothing written: strongSwan's own alone */
};

/*
 * The written proposals and, where the daemon adds them, strongSwan's own (5.9.8,
 * devices.md 1.2.4 and 5.1). is_esp: DH is PFS.
 */
void proposals_of(struct arena *arena, const struct proposal *items, size_t count,
		  bool has_default, bool is_esp, struct proposals *ret_proposals);

/* In IKEv1 strongSwan sends of each proposal only the first algorithm of a kind. */
void proposals_cut(struct arena *arena, const struct proposals *proposals,
		   struct proposals *ret_first);

/* Is a word in them that the device does not know (F01)? */
bool proposals_are_spoiled(const struct proposal *items, size_t count);

/* The child of the peer that is meant for this child; NULL when it has none. */
const struct child *proposals_peer_child(const struct child *child,
					 const struct tunnel *peer);

/* What the two ends of a tunnel settle on in phase 1; false: on nothing. */
bool proposals_settle_ike(struct arena *arena, const struct tunnel *from,
			  const struct tunnel *to, struct pair_choice *ret_choice);
bool proposals_settle_esp(struct arena *arena, const struct child *from,
			  const struct child *to, struct pair_choice *ret_choice);

#endif
