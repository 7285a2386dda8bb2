/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * weigh.h - how bad what was found is, in three words, and in their order
 *
 * Five severities say what happens; whoever gates a merge on predict asks for one of
 * three: fatal (it does not come up, or traffic does not pass), leak, weak (all that
 * works today).
 */
#ifndef TWINSITE_FINDING_WEIGH_H
#define TWINSITE_FINDING_WEIGH_H

#include "finding/finding.h"

enum weight {
	WEIGHT_FATAL,
	WEIGHT_LEAK,
	WEIGHT_WEAK,
	WEIGHTS,
};

const char *weight_name(enum weight weight); /* "fatal" */
const char *const *weight_names(void);	     /* in their order, a NULL behind */
/* For people: severity_name(), or that a part of the pair passes. Static. */
const char *finding_harm(const struct finding *finding);

enum weight weight_of(const struct finding *finding);

/* The worst first; those of one weight stay in the order of the layers. */
void findings_order(struct findings *findings);

/* How many of each weight, without those that are accepted. */
struct weights {
	size_t count[WEIGHTS];
	size_t accepted;
};
struct weights findings_weigh(const struct findings *findings);

/*
 * Is nothing concluded about whether there is a tunnel, what it is for and how packets get
 * into it, as words that are not rehearsed touch all three? Then no finding is no "ok".
 */
bool findings_prove_nothing(const struct findings *findings);

#endif
