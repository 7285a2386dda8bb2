/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pair_tunnels.h - which tunnels of the two ends belong together, all at once
 *
 * A hub has many tunnels, only some are for this peer: a pair is when each is the
 * other's best match. In time that grows as the number of tunnels does: candidates are
 * found by what they share (networks, identities, key, peer), not by trying all.
 */
#ifndef TWINSITE_MODEL_PAIR_TUNNELS_H
#define TWINSITE_MODEL_PAIR_TUNNELS_H

#include "model/site.h"

struct tunnel_pair {
	const struct tunnel *tunnels[2]; /* of the first and of the second site */
};

struct tunnel_pairs {
	VEC(struct tunnel_pair) list;
};

/*
 * Pairs of tunnels in use, in the order of the first site. Both sites are borrowed; the
 * list is taken from the arena.
 */
void pair_tunnels(struct arena *arena, const struct site *first,
		  const struct site *second, struct tunnel_pairs *ret_pairs);

#endif
