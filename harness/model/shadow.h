/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shadow.h - policies that packets never get to
 *
 * ScreenOS and Junos evaluate the policies between two zones from the top, the first
 * that matches decides: a tunnel policy below one that matches the same packets sends
 * nothing into its tunnel.
 */
#ifndef TWINSITE_MODEL_SHADOW_H
#define TWINSITE_MODEL_SHADOW_H

#include "model/site.h"

struct shadow {
	const struct rule *rule;   /* the first that stands before and matches */
	bool is_whole;		   /* it matches all of the packets, not only some */
	const struct rule *tunnel; /* the tunnel policy below it */
};

/*
 * What keeps packets out of the tunnel of a policy (TARGET_TUNNEL) of the site. false:
 * nothing, or the site's policies have no order.
 */
bool shadow_find(const struct site *site, const struct rule *tunnel,
		 struct shadow *ret_shadow);

/*
 * The next policy from *index on that sends the networks of the tunnel (its policy-based
 * children) into it and is shadowed; false: no more.
 */
bool shadow_next(const struct site *site, const struct tunnel *tunnel, size_t *index,
		 struct shadow *ret_shadow);

#endif
