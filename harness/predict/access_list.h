/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * access_list.h - what a FRITZ!Box' accesslist sends into the tunnel
 *
 * phase2remoteid is negotiated, the accesslist decides what goes in: the first entry that
 * is about a packet (AVM's vpncfg).
 */
#ifndef TWINSITE_PREDICT_ACCESS_LIST_H
#define TWINSITE_PREDICT_ACCESS_LIST_H

#include "predict/predict.h"

/*
 * F65 where the accesslist of that end sends not all of the pair's far network into the
 * tunnel; a doubt where an entry for some packets only decides. Nothing for other devices.
 */
void predict_access_list(const struct predict_input *input, struct findings *findings,
			 unsigned int end, const struct tunnel *tunnel,
			 const struct selector *selector);

#endif
