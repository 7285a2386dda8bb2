/* SPDX-License-Identifier: GPL-2.0-or-later */
/* choose.h - the plane that a run takes, and why */
#ifndef TWINSITE_RUN_CHOOSE_H
#define TWINSITE_RUN_CHOOSE_H

#include <stdbool.h>

#include "netns/plane.h"

struct buf;
struct err;
struct run_options;
struct scenario;

/* What the scenario needs of a plane: enum plane_feature. */
unsigned int choose_features(const struct scenario *scenario);

/*
 * The plane that was asked for, else the first that can do what the scenario needs; why
 * gets a sentence. broken: as for plane_choose(). -ENOTSUP: none can. libipsec that was
 * asked for is not tried, it only must be able to have what is needed: the run's own world
 * tries it (plane_probe_here()), which takes half the time.
 */
int choose_plane(const struct run_options *options, const struct scenario *scenario,
		 const char *const broken[PLANE_COUNT], enum plane *ret_plane,
		 struct buf *why, struct err *err);

/*
 * Is what a probe found all that the scenario needs? 0, or -ENOTSUP with the sentence and
 * what is missing.
 */
int choose_check(const struct plane_status *status, const struct scenario *scenario,
		 struct err *err);

/* May another plane take over when that breaks at its start? Not if it was asked for. */
bool choose_may_fall_back(const struct run_options *options,
			  const struct scenario *scenario);

#endif
