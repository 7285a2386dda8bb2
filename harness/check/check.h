/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check.h - from evidence to verdicts
 *
 * Pure: everything that was recorded goes in, verdicts come out, today or a year
 * later. Each check is one row of the table in check.c and can fail; what the plane
 * cannot observe is `unproven` with the reason, never `ok`.
 */
#ifndef TWINSITE_CHECK_CHECK_H
#define TWINSITE_CHECK_CHECK_H

#include <stdbool.h>

#include "check/logs.h"
#include "check/verdict.h"
#include "check/wire.h"
#include "evidence/evidence.h"
#include "lab/plan.h"
#include "scenario/scenario.h"

struct check_input {
	const struct scenario *scenario;
	const struct plan *plan;
	const struct timeline *timeline;
	const struct wire *wire;
	struct log_facts logs[2]; /* by site */
	const char *plane;	  /* "uml" */
	bool is_kernel_esp;	  /* the kernel carries ESP: policies and NAT are real */
	int64_t start_us;	  /* wall clock of the run's t = 0 */
	struct arena *arena;	  /* everything in the verdicts is taken from it */
};

/* All checks that the scenario asks for, plus those that always hold. */
void check_run(const struct check_input *input, struct verdicts *ret_verdicts);

/* ------------------------------------------------------------ for checks and diagnose */

/* The SA lists of an end under a label ("up"): JSON array of VICI trees, or NULL. */
const json_t *check_sas(const struct check_input *input, unsigned int site,
			const char *label);

/* An SA of that list: has its end done with phase 1? NULL has not. */
bool check_is_established(const json_t *sa);

/* The IKE SA of a connection in that list, an established one first; NULL: none. */
const json_t *check_ike_sa(const struct check_input *input, unsigned int site,
			   const char *label, const struct tunnel *tunnel);

/* Is there an IKE SA that is established, in that end's list? */
/*
 * CHILD SAs that the site still has installed when `alive:` is over and of which the other
 * end knows nothing: those of SAs that it has lost.
 */
unsigned int check_left_over(const struct check_input *input, unsigned int site);

bool check_has_tunnel(const struct check_input *input, unsigned int site,
		      const char *label);

/* The result of one expectation's probe under a label, NULL: not asked. */
const struct event *check_probe(const struct check_input *input, const char *kind,
				const char *label, int expectation);

/* Counter of the first rule of a node whose comment starts with text; -1: no such rule.
 */
int64_t check_rule_packets(const struct check_input *input, const char *node,
			   const char *label, const char *table, const char *comment);

/* When the tunnel was up and when it was taken down, µs since the run's start; -1. */
int64_t check_phase_us(const struct check_input *input, const char *phase, bool is_end);

/* Was the tunnel up at that time (event times)? Not during an outage either. */
bool check_is_up_at(const struct check_input *input, int64_t t_us);

/* Verdict by check id and expectation; NULL. */
const struct verdict *check_find(const struct verdicts *verdicts, const char *check,
				 int expectation);

/* ------------------------------------------------------------ the single checks */

void check_ike_sas(const struct check_input *input, struct verdicts *verdicts);
void check_child_sas(const struct check_input *input, struct verdicts *verdicts);
void check_rekey(const struct check_input *input, struct verdicts *verdicts);
void check_reach(const struct check_input *input, struct verdicts *verdicts);
void check_blocked(const struct check_input *input, struct verdicts *verdicts);
void check_names(const struct check_input *input, struct verdicts *verdicts);
void check_exemption(const struct check_input *input, struct verdicts *verdicts);
void check_esp(const struct check_input *input, struct verdicts *verdicts);
void check_proofs(const struct check_input *input, struct verdicts *verdicts);
void check_content(const struct check_input *input, struct verdicts *verdicts);
void check_leaks(const struct check_input *input, struct verdicts *verdicts);
void check_teardown(const struct check_input *input, struct verdicts *verdicts);
void check_figures(const struct check_input *input, struct verdicts *verdicts);
void check_wan_changes(const struct check_input *input, struct verdicts *verdicts);
void check_alive(const struct check_input *input, struct verdicts *verdicts);
void check_late_names(const struct check_input *input, struct verdicts *verdicts);
void check_silence(const struct check_input *input, struct verdicts *verdicts);
void check_processes(const struct check_input *input, struct verdicts *verdicts);

/* The aspects of a tunnel that a check rests on, by its id; 0: none. */
unsigned int check_aspects(const char *check);

/* After all others: how long each one's question was open, of the recording. */
void check_took(const struct check_input *input, struct verdicts *verdicts);

/* After all others: what rests on a word that is not rehearsed becomes unproven. */
void check_rehearsed(const struct check_input *input, struct verdicts *verdicts);

/*
 * A check that says something about every run that got this far (or that the scenario
 * lists as unproven somewhere), and has no verdict: it got lost, which is our error, for
 * what nobody looked at is not as expected. NULL: none.
 */
const char *check_silent(const struct scenario *scenario,
			 const struct verdicts *verdicts);

/* Append a verdict with claim and seen formatted into the arena. */
struct verdict *check_add(const struct check_input *input, struct verdicts *verdicts,
			  enum verdict_kind kind, const char *check, const char *claim);
void check_seen(const struct check_input *input, struct verdict *verdict,
		const char *format, ...) __attribute__((format(printf, 3, 4)));
void check_proof(const struct check_input *input, struct verdict *verdict,
		 const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
