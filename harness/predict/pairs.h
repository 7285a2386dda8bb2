/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pairs.h - which tunnels of the two ends belong together, and what is not known of them
 *
 * Inner layer of predict.
 */
#ifndef TWINSITE_PREDICT_PAIRS_H
#define TWINSITE_PREDICT_PAIRS_H

#include "predict/predict.h"

struct tunnel_pair {
	const struct tunnel *tunnels[2]; /* of sites[0] and sites[1] */
};

struct tunnel_pairs {
	VEC(struct tunnel_pair) list;
};

/*
 * A hub has many tunnels, only some are for this peer: a pair is when each is the
 * other's best match.
 */
void predict_find_pairs(const struct predict_input *input, struct tunnel_pairs *pairs);

/*
 * Nothing is concluded from what is not rehearsed: findings that rest on an aspect
 * which a word of their tunnel touches are taken out again, and each such word becomes
 * a sentence of findings->unproven (model/aspect.h).
 */
void predict_take_back(const struct predict_input *input,
		       const struct tunnel_pairs *pairs, struct findings *findings);

#endif
