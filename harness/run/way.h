/* SPDX-License-Identifier: GPL-2.0-or-later */
/* way.h - route-based tunnels of a scenario, on the plane that a run has */
#ifndef TWINSITE_RUN_WAY_H
#define TWINSITE_RUN_WAY_H

#include "run/params.h"

struct scenario;

/* The features that its route-based tunnels need, enum plane_feature. */
unsigned int way_features_needed(const struct scenario *scenario);

/* Settle both sites for the plane (model/way.h); before plan_make(), everywhere alike. */
void way_settle_scenario(struct scenario *scenario, enum plane plane,
			 unsigned int features);

/*
 * An end's on_child, user a struct way_end: what follows the SA of its gateway comes and
 * goes with it. What fails is evidence.
 */
void way_follow(void *user, bool is_up);

#endif
