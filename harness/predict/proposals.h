/* SPDX-License-Identifier: GPL-2.0-or-later */
/* proposals.h - what an end really offers, and what both settle on */
#ifndef TWINSITE_PREDICT_PROPOSALS_H
#define TWINSITE_PREDICT_PROPOSALS_H

#include "model/pair.h"

struct findings;
struct predict_input;

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

/*
 * Quick Mode has one PFS group, which the initiator chooses: strongSwan takes that of
 * the IKE SA if a proposal has it, else the first; the other proposals are not sent.
 */
void proposals_one_group(struct arena *arena, const struct alg *ike_group,
			 struct proposals *proposals);

/* Is a word in them that the device does not know, or one not whole (F01)? */
bool proposals_are_spoiled(const struct site *site, const struct proposal *items,
			   size_t count, bool is_esp);

/* The child of the peer that is meant for this child; NULL when it has none. */
const struct child *proposals_peer_child(const struct child *child,
					 const struct tunnel *peer);

/* Append what stands between the algorithms of two children, by site index. */
void proposals_compare_children(const struct predict_input *input,
				const struct tunnel *const tunnels[2],
				const struct child *const children[2],
				struct findings *findings);

/* How both ends talk, the initiator first. */
struct proposals_way {
	int version;
	bool are_strongswan
		[2]; /* sends of an IKEv1 proposal only the first of each kind */
	const struct alg *ike_group; /* that phase 1 settles on; NULL: on none */
};
struct proposals_way proposals_way_of(const struct predict_input *input,
				      const struct tunnel *const tunnels[2]);

/*
 * What the two ends of a tunnel settle on in phase 1; false: on nothing. The responder's
 * order counts, as strongSwan has it (charon.prefer_configured_proposals).
 */
bool proposals_settle_ike(struct arena *arena, const struct tunnel *from,
			  const struct tunnel *to, const struct proposals_way *way,
			  struct pair_choice *ret_choice);
/* has_dh: PFS is asked for, so not in the CHILD SA that comes with an IKEv2 SA. */
bool proposals_settle_esp(struct arena *arena, const struct child *from,
			  const struct child *to, const struct proposals_way *way,
			  bool has_dh, struct pair_choice *ret_choice);

#endif
