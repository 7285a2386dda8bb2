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
	const struct rule *rule; /* the first that stands before and matches */
	bool is_whole;		 /* it matches all of the packets, not only some */
	const struct rule *rule_of_tunnel; /* the tunnel policy below it */
	const struct tunnel *tunnel;
};

struct shadows {
	VEC(struct shadow) list;
};

/*
 * All tunnel policies of the site that send the networks of a tunnel in use into it, and
 * that another policy stands before. In one pass; the list is taken from the arena.
 */
void shadows_find(struct arena *arena, const struct site *site,
		  struct shadows *ret_shadows);

#endif
