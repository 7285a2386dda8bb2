/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * judge.h - a recorded run, judged: today by `run`, a year later by `explain`
 */
#ifndef TWINSITE_RUN_JUDGE_H
#define TWINSITE_RUN_JUDGE_H

#include "diagnose/judgement.h"

struct err;
struct plan;
struct timeline;
struct wire;

/* A judgement with everything it borrows from. */
struct judged {
	struct judgement judgement;
	struct scenario *scenario;
	struct plan *plan;
	struct timeline *timeline;
};

/* A scenario that expects nothing would be as expected whatever comes: -EINVAL. */
int judge_wants_nothing(const struct scenario *scenario, struct err *err);

/*
 * Judge the run recorded in folder. Needs no root, no network: only the folder and
 * the scenario it names (scenario_path NULL: as recorded in run.json). The caller
 * frees with judged_free().
 */
int judge_folder(const char *folder, const char *scenario_path,
		 struct judged **ret_judged, struct err *err);

/*
 * The same of a run that broke off, for a reason that may not have reached its evidence
 * (a full disk), which may not be there either. Nothing is proved by it.
 */
int judge_broken(const char *folder, const char *reason, struct judged **ret_judged,
		 struct err *err);
void judged_free(struct judged *judged); /* NULL is fine */
static inline void judged_freep(struct judged **judged)
{
	judged_free(*judged);
}

#endif
