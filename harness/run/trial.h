/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trial.h - does a plane what its probe promises?
 *
 * A probe looks; this brings one SA up between two Linux hosts, with everything that a
 * run has: a guest boots, both charons start, a packet goes through ESP.
 */
#ifndef TWINSITE_RUN_TRIAL_H
#define TWINSITE_RUN_TRIAL_H

#include "netns/plane.h"

struct err;

/*
 * Try it, in a folder of its own below TMPDIR (/tmp) that is gone afterwards. 0, or -EIO
 * with one sentence: why it broke off, or the first check that is not ok. interrupt: as
 * in struct run_options.
 */
int trial_run(enum plane plane, int interrupt, struct err *err);

#endif
