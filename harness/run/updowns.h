/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * updowns.h - the updown scripts that charon ran: by file, and what they could not do here
 *
 * A rehearsal's node has the programs of a router, not all that a stranger's has, and a
 * script is given UPDOWN_SECONDS. What ends for want of either is no fault of the device:
 * what rests on it is not rehearsed.
 */
#ifndef TWINSITE_RUN_UPDOWNS_H
#define TWINSITE_RUN_UPDOWNS_H

#include "check/logs.h"
#include "diagnose/judgement.h"

struct scenario;
struct timeline;

/* Judge side, before the checks; logs by site. A script may also have ended its charon. */
void updowns_judge(const struct log_facts logs[2], const struct timeline *timeline,
		   struct scenario *scenario, struct judgement *judgement);

#endif
