/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * diagnose.h - from verdicts and evidence to the one setting that is wrong
 *
 * Pure. Each row of the table in diagnose.c is one class of failures.md: it looks for
 * its own proof in evidence of both ends and in both models, and says nothing unless
 * it finds it. What would fit several classes is not guessed.
 */
#ifndef TWINSITE_DIAGNOSE_DIAGNOSE_H
#define TWINSITE_DIAGNOSE_DIAGNOSE_H

#include "check/check.h"
#include "diagnose/judgement.h"

/* Append what is wrong, in the order of the layers: phase 1 first, names last. */
void diagnose_run(const struct check_input *input, const struct verdicts *verdicts,
		  struct diagnoses *ret_diagnoses);

/* Is it of a class that a run shows, and not only the files? */
bool diagnose_is_observable(const struct finding *finding);

/*
 * A sentence about the first injected fault that was not in effect, in the arena; NULL
 * when all were. A fault that did not take looks like a healthy tunnel.
 */
const char *diagnose_injection(const struct timeline *timeline, struct arena *arena);

/*
 * Compare with what the scenario expects and fill outcome and outcome_text: healthy
 * without a finding, or exactly the expected faults and in effect.
 */
void diagnose_outcome(struct judgement *judgement, bool is_run_complete,
		      const char *incomplete_text);

#endif
