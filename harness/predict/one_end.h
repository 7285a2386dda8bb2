/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * one_end.h - what one end's files say by themselves
 *
 * The end is paired with the counterpart that fits it (model/mirror.h): what is found wrong
 * all the same is wrong with this end, whatever the other one is. Nothing is claimed of the
 * other: findings that would be about it, or about both, are left out, and those that
 * would be none if it called from its side.
 */
#ifndef TWINSITE_PREDICT_ONE_END_H
#define TWINSITE_PREDICT_ONE_END_H

#include "predict/predict.h"

/* How the end that nobody gave is called in findings. */
#define OTHER_END "the other end"

/*
 * Findings of the site at input->sites[0]; sets input->sites[1] to the counterpart, which
 * the caller frees (site_free) when the findings are no longer needed.
 */
void predict_one_end(struct predict_input *input, struct findings *ret_findings,
		     struct site **ret_other);

#endif
