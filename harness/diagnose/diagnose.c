// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * diagnose.c - from verdicts and evidence to the one setting that is wrong
 *
 * Theory of operation. predict/ says from the files alone what must go wrong; each
 * row below knows how that looks in a run. A finding becomes a diagnosis only when
 * its own marks are in the evidence, so nothing is claimed that was not seen; one that
 * should have been seen and was not is said aloud: either the prediction or the
 * simulation is wrong. What no file explains is left to the table of first
 * observations in decision.c.
 */
#include "diagnose/diagnose.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "diagnose/decision.h"
#include "diagnose/observe.h"
#include "model/aspect.h"
#include "predict/predict.h"
#include "scenario/unproven.h"

static const struct observation {
	enum class_id class;
	bool (*is_seen)(const struct observe *observe, const struct finding *finding,
			struct diagnosis *diagnosis);
} observations[] = {
	/* clang-format off */
	{ F01, observe_discarded }, { F03, observe_marks }, { F23, observe_marks },
	{ F05, observe_marks }, { F06, observe_marks }, { F17, observe_marks },
	{ F18, observe_mode }, { F19, observe_marks }, { F20, observe_marks },
	{ F21, observe_marks }, { F22, observe_marks }, { F24, observe_marks },
	{ F25, observe_authentication }, { F27, observe_marks }, { F28, observe_marks },
	{ F29, observe_marks }, { F30, observe_marks }, { F31, observe_marks },
	{ F32, observe_marks }, { F33, observe_marks }, { F34, observe_marks },
	{ F40, observe_marks }, { F41, observe_marks }, { F42, observe_marks },
	{ F44, observe_marks },
	{ F04, observe_nobody }, { F07, decision_has_mark },
	{ F08, decision_has_mark }, { F12, decision_has_mark },
	{ F13, decision_has_mark },
	{ F43, decision_has_mark }, { F56, decision_has_mark },
	{ F60, decision_has_mark }, { F69, observe_route },
	{ F70, observe_clear }, { F72, observe_overlap },
	{ F73, observe_way }, { F91, observe_way },
	{ F92, observe_way }, { F94, observe_way }, { F95, observe_way },
	{ F47, observe_strict }, { F48, observe_strict },
	{ F49, observe_strict }, { F50, observe_strict },
	{ F51, observe_marks }, { F54, observe_strict },
	{ F45, observe_strict }, { F46, observe_selector },
	{ F63, observe_exemption }, { F64, observe_exemption },
	{ F65, observe_refused_here }, { F66, observe_refused_there },
	{ F68, observe_forwarding },
	{ F81, observe_dns_source }, { F82, observe_rebind },
	{ F85, observe_wide_rule }, { F86, observe_dead_zone },
	{ F89, observe_shadow },
	/* clang-format on */
};

static void take_finding(const struct check_input *input, const struct finding *finding,
			 struct diagnosis *diagnosis)
{
	diagnosis_name(diagnosis, finding->class->number);
	diagnosis->summary = finding->summary;
	diagnosis->site = finding->site;
	memcpy(diagnosis->values, finding->values, sizeof(diagnosis->values));
	vec_foreach (fix, &finding->fixes)
		vec_add(input->arena, &diagnosis->fixes, *fix);
	vec_foreach (sees, &finding->sees)
		vec_add(input->arena, &diagnosis->sees, *sees);
}

/* The same class at the same site and line is one cause, however often it shows. */
static bool is_known(const struct diagnoses *diagnoses, const struct finding *finding)
{
	for (size_t i = 0; i < diagnoses->count; i++) {
		const struct diagnosis *known = &diagnoses->items[i];

		if (known->class == finding->class &&
		    str_equal(known->site, finding->site) &&
		    origin_same_line(&known->values[0].at, &finding->values[0].at))
			return true;
	}
	return false;
}

static const struct observation *observation_of(const struct finding *finding)
{
	for (size_t i = 0; i < ARRAY_SIZE(observations); i++)
		if (observations[i].class == finding->class->number)
			return &observations[i];
	return NULL;
}

bool diagnose_is_observable(const struct finding *finding)
{
	return observation_of(finding) != NULL;
}

/*
 * Everything that could be wrong rests on words that are not rehearsed: what was seen
 * then shows the limits of this program, no mistake of the user.
 */
static bool is_beyond_us(const struct check_input *input, const struct verdicts *verdicts)
{
	bool is_touched = false;

	vec_foreach (end, &input->scenario->sites)
		is_touched |= site_touching(end->site, NULL, ~0U) != NULL;
	for (size_t i = 0; is_touched && i < verdicts->count; i++)
		if (verdicts->items[i].kind == VERDICT_BROKEN ||
		    verdicts->items[i].kind == VERDICT_LEAK)
			return false;
	return is_touched;
}

void diagnose_run(const struct check_input *input, const struct verdicts *verdicts,
		  struct diagnoses *ret_diagnoses)
{
	struct observe observe = { .input = input, .verdicts = verdicts };
	const struct predict_input pair = {
		.sites = { input->scenario->sites.items[0].site,
			   input->scenario->sites.items[1].site },
		.initiator = input->scenario->initiator,
		.arena = input->arena,
		.is_behind_nat = { input->scenario->sites.items[0].is_behind_nat,
				   input->scenario->sites.items[1].is_behind_nat },
	};
	struct findings findings;

	*ret_diagnoses = (struct diagnoses){ 0 };
	if (is_beyond_us(input, verdicts))
		return;
	if (decision_run(&observe, true, ret_diagnoses))
		return;
	predict_pair(&pair, &findings);
	observe.findings = &findings;
	vec_foreach (finding, &findings) {
		const struct observation *observation = observation_of(finding);
		struct diagnosis diagnosis = { 0 };

		if (!observation || is_known(ret_diagnoses, finding) ||
		    !observation->is_seen(&observe, finding, &diagnosis))
			continue;
		take_finding(input, finding, &diagnosis);
		*vec_push(input->arena, ret_diagnoses) = diagnosis;
	}
	observe_changes(&observe, ret_diagnoses);
	observe_names(&observe, ret_diagnoses);
	observe_reached(&observe, ret_diagnoses);
	observe_life(&observe, ret_diagnoses);
	if (!ret_diagnoses->count)
		(void)decision_run(&observe, false, ret_diagnoses);
}

/* ------------------------------------------------------------ outcome */

static bool points_there(const struct diagnosis *diagnosis, const struct fault *fault)
{
	for (size_t i = 0; i < 2; i++) {
		const struct origin *at = &diagnosis->values[i].at;

		if (at->file && (!fault->file || str_ends(at->file, fault->file)) &&
		    (!fault->line || at->line == fault->line))
			return true;
	}
	return !fault->file && !fault->line;
}

static bool is_fault(const struct diagnosis *diagnosis, const struct fault *fault)
{
	return diagnosis->class == fault->class &&
	       (!fault->site || !diagnosis->site ||
		str_equal(fault->site, diagnosis->site)) &&
	       points_there(diagnosis, fault);
}

static const struct diagnosis *find_fault(const struct judgement *judgement,
					  const struct fault *fault)
{
	vec_foreach (diagnosis, &judgement->diagnoses)
		if (is_fault(diagnosis, fault))
			return diagnosis;
	return NULL;
}

/* A diagnosis that no expected fault accounts for. */
static const struct diagnosis *find_surplus(const struct judgement *judgement)
{
	vec_foreach (diagnosis, &judgement->diagnoses) {
		bool is_expected = false;

		vec_foreach (fault, &judgement->scenario->faults)
			is_expected |= is_fault(diagnosis, fault);
		if (!is_expected)
			return diagnosis;
	}
	return NULL;
}

/* A check that is not as it should be and that no diagnosis accounts for. */
static const struct verdict *find_unexplained(const struct judgement *judgement)
{
	for (size_t i = 0; i < judgement->verdicts.count; i++) {
		const struct verdict *verdict = &judgement->verdicts.items[i];
		bool is_explained = false;

		if (verdict->kind != VERDICT_BROKEN && verdict->kind != VERDICT_LEAK)
			continue;
		vec_foreach (diagnosis, &judgement->diagnoses)
			is_explained |=
				finding_class_explains(diagnosis->class, verdict->check);
		if (!is_explained)
			return verdict;
	}
	return NULL;
}

static void outcome(struct judgement *judgement, enum outcome kind, const char *text)
{
	judgement->outcome = kind;
	judgement->outcome_text = arena_strdup(judgement->arena, text);
}

/* May it stay unproven: does the scenario say so, or was it not measured (world_main.c)? */
static bool may_be_unproven(const struct judgement *judgement,
			    const struct verdict *verdict)
{
	bool is_unmeasured = judgement->is_quick || judgement->scenario->faults.count;

	return scenario_may_be_unproven(judgement->scenario, judgement->plane,
					verdict->check) ||
	       (is_unmeasured && str_equal(verdict->check, "throughput"));
}

/* What proved nothing although it should have: not listed, no fault accounts for it. */
static const struct verdict *find_unlisted(const struct judgement *judgement)
{
	vec_foreach (verdict, &judgement->verdicts) {
		bool is_explained = false;

		if (verdict->kind != VERDICT_UNPROVEN ||
		    may_be_unproven(judgement, verdict))
			continue;
		vec_foreach (diagnosis, &judgement->diagnoses)
			is_explained |=
				finding_class_explains(diagnosis->class, verdict->check);
		if (!is_explained)
			return verdict;
	}
	return NULL;
}

static void outcome_unlisted(struct judgement *judgement, const struct verdict *verdict)
{
	outcome(judgement, OUTCOME_UNEXPECTED,
		arena_printf(judgement->arena,
			     "unproven on %s, and scenario.yml does not list '%s' under "
			     "`unproven:` for it: %s",
			     judgement->plane, verdict->check, verdict->claim));
}

static void outcome_healthy(struct judgement *judgement)
{
	const struct verdict *unlisted = find_unlisted(judgement);
	unsigned int wrong = 0, unproven = 0;
	bool is_nothing_proved;
	char text[200];

	vec_foreach (verdict, &judgement->verdicts) {
		wrong += verdict->kind == VERDICT_BROKEN || verdict->kind == VERDICT_LEAK;
		unproven += verdict->kind == VERDICT_UNPROVEN;
	}
	is_nothing_proved = unproven == judgement->verdicts.count;
	if (!wrong && !judgement->diagnoses.count && unlisted) {
		outcome_unlisted(judgement, unlisted);
		return;
	}
	if (wrong)
		(void)snprintf(text, sizeof(text), "%u of %zu checks are not as expected",
			       wrong, judgement->verdicts.count);
	else if (judgement->diagnoses.count && unproven)
		(void)snprintf(text, sizeof(text),
			       "%s was found, and %u of %zu checks are unproven",
			       judgement->diagnoses.items[0].class->id, unproven,
			       judgement->verdicts.count);
	else if (judgement->diagnoses.count)
		(void)snprintf(text, sizeof(text),
			       "all checks hold, and yet %s was found",
			       judgement->diagnoses.items[0].class->id);
	else if (is_nothing_proved)
		(void)snprintf(text, sizeof(text),
			       "nothing was proved: each of %zu checks is unproven on %s",
			       judgement->verdicts.count, judgement->plane);
	else if (unproven)
		(void)snprintf(text, sizeof(text),
			       "as expected; %u of %zu checks unproven here", unproven,
			       judgement->verdicts.count);
	else
		(void)snprintf(text, sizeof(text), "as expected, all %zu checks hold",
			       judgement->verdicts.count);
	outcome(judgement,
		wrong || judgement->diagnoses.count ? OUTCOME_UNEXPECTED
		: is_nothing_proved		    ? OUTCOME_NOTHING_PROVED
						    : OUTCOME_AS_EXPECTED,
		text);
}

static void outcome_faulty(struct judgement *judgement)
{
	const struct diagnosis *surplus = find_surplus(judgement);
	const struct verdict *unexplained, *unlisted;
	_cleanup_buf_ struct buf ids = { 0 };
	char text[300];

	vec_foreach (fault, &judgement->scenario->faults) {
		const struct diagnosis *found = find_fault(judgement, fault);

		if (found && found->is_in_effect)
			continue;
		(void)snprintf(
			text, sizeof(text), "the fault %s was %s", fault->class->id,
			found ? "named, but not seen to be in effect" : "not found");
		outcome(judgement, OUTCOME_UNEXPECTED, text);
		return;
	}
	if (surplus) {
		(void)snprintf(text, sizeof(text),
			       "beside the expected fault, %s was found: %s",
			       surplus->class->id, surplus->summary);
		outcome(judgement, OUTCOME_UNEXPECTED, text);
		return;
	}
	unexplained = find_unexplained(judgement);
	if (unexplained) {
		(void)snprintf(
			text, sizeof(text),
			"the expected fault was found, and does not explain: %.200s",
			unexplained->claim);
		outcome(judgement, OUTCOME_UNEXPECTED, text);
		return;
	}
	unlisted = find_unlisted(judgement);
	if (unlisted) {
		outcome_unlisted(judgement, unlisted);
		return;
	}
	vec_foreach (fault, &judgement->scenario->faults)
		buf_printf(&ids, "%s%s", ids.length ? " and " : "", fault->class->id);
	(void)snprintf(text, sizeof(text),
		       "as expected: %.200s, and nothing else, was found and named",
		       buf_text(&ids));
	outcome(judgement, OUTCOME_AS_EXPECTED, text);
}

const char *diagnose_injection(const struct timeline *timeline, struct arena *arena)
{
	const struct event *event = NULL;

	while ((event = timeline_next(timeline, event, "inject", "effect")))
		if (!event_bool(event, "ok"))
			return arena_printf(
				arena, "the injected fault '%s' was not in effect: %s",
				event_text(event, "text"), event_text(event, "how"));
	return NULL;
}

void diagnose_outcome(struct judgement *judgement, bool is_run_complete,
		      const char *incomplete_text)
{
	char text[ERR_TEXT_MAX + 32];

	if (!is_run_complete) {
		(void)snprintf(text, sizeof(text), "the rehearsal broke off: %s",
			       incomplete_text);
		outcome(judgement, OUTCOME_LAB_FAILED, text);
	} else if (judgement->contradictions.count) {
		const struct contradiction *first = judgement->contradictions.items;

		outcome(judgement, OUTCOME_CONTRADICTION,
			arena_printf(
				judgement->arena,
				"twinsite disagrees with itself; it predicts \"%s\", "
				"and the run says \"%s\"",
				first->predicted, first->seen));
	} else if (judgement->scenario->faults.count) {
		outcome_faulty(judgement);
	} else {
		outcome_healthy(judgement);
	}
}
