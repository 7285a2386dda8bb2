/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * talk_says.h - what a recorded device would say to a site, and what else it could have said
 *
 * What the capture shows is taken as it is. What it does not show (identities and phase 2
 * are mostly encrypted) is taken as the site expects it, and that is said: nothing is
 * learned about it then. When the site refuses, the same is said again with one thing
 * replaced by what the site expects: the one that helps is what was refused.
 */
#ifndef TWINSITE_RUN_TALK_SAYS_H
#define TWINSITE_RUN_TALK_SAYS_H

#include "dissect/session.h"
#include "model/site.h"
#include "peer/peer.h"

enum talk_variant {
	TALK_AS_RECORDED,
	TALK_WITH_PHASE_1, /* the site initiates, and anything it offers is taken */
	TALK_WITH_IDENTITY,
	TALK_WITH_PSK,
	TALK_WITH_AUTH, /* identity and key */
	TALK_WITH_NETWORKS,
	TALK_WITH_PFS,
	TALK_WITH_PROPOSAL, /* of phase 2, PFS and all */
	TALK_WITH_CHILD,    /* networks and proposal */
	TALK_VARIANTS,
};

/* What is replaced: "pre-shared key", "networks". */
const char *talk_variant_name(enum talk_variant variant);

struct talk_says {
	const char *why_not; /* nothing can be said; NULL: it can */
	/* What the capture itself shows; else it is assumed, and remarks say so. */
	bool has_identity, has_child, has_psk;
	bool is_there[TALK_VARIANTS]; /* it is something else than what was recorded */
	struct peer_says says[TALK_VARIANTS];
	VEC(struct text) remarks;
};

/* Who meets whom. All borrowed. */
struct talk_pair {
	const struct session_set *set;
	const struct ike_session *session;
	const struct ike_step *question,
		*answer; /* the first exchange; answer may be NULL */
	const struct tunnel *tunnel;
	struct inet_addr own, peer; /* the site's address, its peer's */
	bool is_site_initiator;	    /* it meets the recorded responder */
	bool is_itself;		    /* … in whose place it stands: nothing to be said */
	struct slice psk;	    /* of the tunnel, or what stands for it */
};

/* Pure; everything is in the arena or borrowed from the pair. */
void talk_says_read(const struct talk_pair *pair, struct arena *arena,
		    struct talk_says *ret);

#endif
