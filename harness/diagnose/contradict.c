// SPDX-License-Identifier: GPL-2.0-or-later
/* contradict.c - predict and run judge each other */
#include "diagnose/contradict.h"

#include "base/str.h"
#include "model/aspect.h"
#include "predict/predict.h"

/* One tunnel at each end, as the files have it, and nothing that only a run knows. */
static bool is_comparable(const struct check_input *input)
{
	const struct scenario *scenario = input->scenario;

	if (scenario->injections.count || scenario->impairments.count)
		return false;
	vec_foreach (end, &scenario->sites)
		if (end->site->tunnels.count != 1 ||
		    site_touching(end->site, NULL, ASPECTS_UP))
			return false;
	vec_foreach (wanted, &scenario->expectations)
		if (wanted->kind == EXPECT_TUNNEL && !str_equal(wanted->to, "up"))
			return false;
	return true;
}

/* Are these the checks of "the tunnel is up"? */
static bool is_about_up(const struct verdict *verdict)
{
	return str_equal(verdict->check, "ike-sa") ||
	       str_equal(verdict->check, "child-sa");
}

/* The first that is of that kind; NULL. */
static const struct verdict *find_up(const struct judgement *judgement,
				     enum verdict_kind kind)
{
	vec_foreach (verdict, &judgement->verdicts)
		if (is_about_up(verdict) && verdict->kind == kind)
			return verdict;
	return NULL;
}

static bool is_diagnosed(const struct judgement *judgement, const struct finding *finding)
{
	vec_foreach (diagnosis, &judgement->diagnoses)
		if (diagnosis->class == finding->class)
			return true;
	return false;
}

static void add(struct judgement *judgement, const char *predicted,
		const struct verdict *seen)
{
	struct contradiction *one =
		vec_push(judgement->arena, &judgement->contradictions);

	one->predicted = predicted;
	one->seen = arena_printf(judgement->arena, "%s: %s%s%s",
				 verdict_kind_name(seen->kind), seen->claim,
				 *seen->seen ? ": " : "", seen->seen);
}

void diagnose_contradictions(const struct check_input *input, struct judgement *judgement)
{
	const struct scenario_site *ends = input->scenario->sites.items;
	const struct predict_input pair = {
		.sites = { ends[0].site, ends[1].site },
		.initiator = input->scenario->initiator,
		.arena = input->arena,
		.is_behind_nat = { ends[0].is_behind_nat, ends[1].is_behind_nat },
	};
	const struct verdict *up = find_up(judgement, VERDICT_OK);
	const struct verdict *down = find_up(judgement, VERDICT_BROKEN);
	struct findings findings;
	bool is_foretold = false;

	if (!is_comparable(input) || find_up(judgement, VERDICT_UNPROVEN))
		return;
	predict_pair(&pair, &findings);
	vec_foreach (finding, &findings) {
		if (finding->severity != SEVERITY_NO_TUNNEL &&
		    finding->severity != SEVERITY_NO_TRAFFIC)
			continue;
		is_foretold = true;
		if (finding->severity == SEVERITY_NO_TUNNEL && up && !down &&
		    diagnose_is_observable(finding) && !is_diagnosed(judgement, finding))
			add(judgement,
			    arena_printf(judgement->arena, "%s: %s", finding->class->id,
					 finding->summary),
			    up);
	}
	if (down && !is_foretold && !judgement->diagnoses.count)
		add(judgement, "nothing in the files keeps the tunnel from coming up",
		    down);
}
