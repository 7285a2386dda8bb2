/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pairs.h - what is not known of the tunnels that belong together
 *
 * Inner layer of predict.
 */
#ifndef TWINSITE_PREDICT_PAIRS_H
#define TWINSITE_PREDICT_PAIRS_H

#include "model/pair_tunnels.h"
#include "predict/predict.h"

/*
 * Nothing is concluded from what is not rehearsed: findings that rest on an aspect
 * which a word of their tunnel touches are taken out again, and each such word becomes
 * a sentence of findings->unproven (model/aspect.h). Tunnels that were left out become
 * findings->notes.
 */
void predict_take_back(const struct predict_input *input,
		       const struct tunnel_pairs *pairs, struct findings *findings);

/*
 * The address of an interface of the inside whose network has a part of that one: F72 says
 * what becomes of it. None of a tunnel, of one that is disabled, of the loopback. NULL: none.
 */
const struct prefix_value *predict_own_network(const struct site *site,
					       const struct inet_prefix *net);

/*
 * Has this end the pair of networks as its peer has it, and the far network itself? Then it
 * has written both the wrong way round, which F46 says; what else is wrong with the far
 * network there follows from it.
 */
bool predict_is_swapped_here(const struct site *site, const struct selector *selector,
			     const struct tunnel *peer);

#endif
