/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * contradict.h - predict and run judge each other
 *
 * Both know whether the tunnel can come up, for which networks, whether what goes into it is
 * translated, and whether a firewall lets it pass: one from the files, the other from what
 * two daemons and two kernels did with them. Where they differ one of them is wrong, and
 * that is our error, whatever else is as expected.
 */
#ifndef TWINSITE_DIAGNOSE_CONTRADICT_H
#define TWINSITE_DIAGNOSE_CONTRADICT_H

#include "diagnose/diagnose.h"

/*
 * Fill judgement->contradictions from its verdicts and diagnoses. Only where both can see
 * the same: one tunnel at each end, nothing injected, nothing that is not rehearsed, and
 * of the classes that a run shows (diagnose.c).
 */
void diagnose_contradictions(const struct check_input *input,
			     struct judgement *judgement);

#endif
