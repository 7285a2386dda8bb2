/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * decision.h - from the first observation to a class, when no file explains it
 *
 * failures.md §0.2 as a table. Its rows are observations in the order in which a
 * packet goes; each has the classes that it may be. A class is named when its own
 * mark is there, or when all others of the row are ruled out; else the row says
 * which observation would tell, and names none of them.
 */
#ifndef TWINSITE_DIAGNOSE_DECISION_H
#define TWINSITE_DIAGNOSE_DECISION_H

#include <stdbool.h>

#include "diagnose/judgement.h"
#include "diagnose/observe.h"

/*
 * is_ours: only what is the rehearsal's own machine (failures.md F39, F53), to be asked
 * before any config is blamed. Returns true when something was appended: a diagnosis,
 * or one of CLASS_NONE, undecided.
 */
bool decision_run(const struct observe *observe, bool is_ours,
		  struct diagnoses *ret_diagnoses);

/*
 * Is the mark of that class in the run? For findings whose fault shows on the way of a
 * packet and not in a log. Proof and summary are put into the diagnosis.
 */
bool decision_has_mark(const struct observe *observe, const struct finding *finding,
		       struct diagnosis *diagnosis);

#endif
