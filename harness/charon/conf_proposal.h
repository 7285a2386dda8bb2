/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * conf_proposal.h - a device's proposals in strongSwan's words
 *
 * Part of conf.c, apart because the rules are intricate; pure.
 */
#ifndef TWINSITE_CHARON_CONF_PROPOSAL_H
#define TWINSITE_CHARON_CONF_PROPOSAL_H

#include <stdbool.h>

#include "base/arena.h"
#include "model/site.h"

enum conf_protocol {
	CONF_PROTOCOL_IKE,
	CONF_PROTOCOL_CHILD,
};

/* What strongSwan is given, for ESP (or IKE) and for AH; or why it would refuse. */
struct conf_words {
	enum conf_protocol protocol;
	bool is_one_by_one; /* IKEv1: no alternatives inside a proposal */
	bool is_whole; /* even so: it is strongSwan, which sends the first of each only */
	bool needs_prf; /* add prfsha256 to AEAD in IKE: the device has it silently */
	VEC(const char *) words;
	VEC(const char *) ah_words;
	bool is_cut;	     /* more than CONF_PROPOSALS_MAX */
	const char *refusal; /* in the arena; NULL: fine */
	struct origin refusal_at;
};

/* Add one proposal behind the others; without effect after a refusal. */
void conf_words_add(struct conf_words *words, struct arena *arena,
		    const struct proposal *proposal);

#endif
