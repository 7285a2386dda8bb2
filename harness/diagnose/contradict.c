// SPDX-License-Identifier: GPL-2.0-or-later
/* contradict.c - predict and run judge each other */
#include "diagnose/contradict.h"

#include "base/cleanup.h"
#include "base/str.h"
#include "model/aspect.h"
#include "model/pair.h"
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

static void add_finding(struct judgement *judgement, const struct finding *finding,
			const struct verdict *seen)
{
	add(judgement,
	    arena_printf(judgement->arena, "%s: %s", finding->class->id,
			 finding->summary),
	    seen);
}

/* ------------------------------------------------------------ what passes */

/* Both hosts of the verdict's expectation lie in the pair, from its local to its remote. */
static bool is_of_pair(const struct check_input *input, const struct verdict *verdict,
		       const struct selector *selector, const struct rule *rule)
{
	const struct scenario *scenario = input->scenario;
	const struct expectation *wanted;
	const struct scenario_host *from, *to;

	if (verdict->expectation < 0)
		return false;
	wanted = &scenario->expectations.items[verdict->expectation];
	if (wanted->path != PATH_TUNNEL)
		return false;
	from = scenario_host_find(scenario, wanted->from, NULL);
	to = scenario_host_find(scenario, wanted->to, NULL);
	if (!from || !to || !selector ||
	    !inet_prefix_has(&selector->local, &from->addr) ||
	    !inet_prefix_has(&selector->remote, &to->addr))
		return false;
	/* A rule for a part of the pair may be of other hosts. */
	return !rule || (!rule->src.count && !rule->dest.count && !rule->protocols.count);
}

/* Questions and answers go by the same interface: whoever asks. */
static bool is_of_either(const struct check_input *input, const struct verdict *verdict,
			 const struct selector *selector)
{
	struct selector mirror;

	if (!selector)
		return false;
	mirror = pair_mirror(selector);
	return is_of_pair(input, verdict, selector, NULL) ||
	       is_of_pair(input, verdict, &mirror, NULL);
}

/* F64: the exemption that is there may be for a part of the pair, with that host. */
static bool is_exempted(const struct check_input *input, const struct finding *finding,
			const struct verdict *verdict)
{
	const struct expectation *wanted =
		&input->scenario->expectations.items[verdict->expectation];
	const struct scenario_host *to =
		scenario_host_find(input->scenario, wanted->to, NULL);
	const char *covers = finding->values[0].value;
	struct inet_prefix prefix;

	return to && covers && !inet_prefix_parse(covers, &prefix) &&
	       inet_prefix_has(&prefix, &to->addr);
}

/* What a verdict says that is "ok", and a finding that it cannot be. */
static bool is_denied(const struct check_input *input, const struct finding *finding,
		      const struct verdict *verdict)
{
	const enum class_id class = finding->class->number;

	if (class == F63 || class == F64)
		return str_equal(verdict->check, "exemption") &&
		       is_of_pair(input, verdict, finding->selector, NULL) &&
		       !is_exempted(input, finding, verdict);
	if (!str_equal(verdict->check, "reach"))
		return false;
	if (class == F69 || class == F73)
		return is_of_either(input, verdict, finding->selector);
	if (class == F65 || class == F66)
		return is_of_pair(input, verdict, finding->selector, finding->rule);
	return class == F68 && verdict->expectation >= 0 &&
	       input->scenario->expectations.items[verdict->expectation].path ==
		       PATH_TUNNEL;
}

/* As the one or the other end has it. */
static bool is_about_pair(const struct verdict *verdict, const struct selector *selector)
{
	const struct selector mirror = pair_mirror(selector);

	return verdict->selector && (pair_selectors_equal(verdict->selector, selector) ||
				     pair_selectors_equal(verdict->selector, &mirror));
}

/* The networks are not those of the other end, and yet both have installed them. */
static bool is_agreed(const struct finding *finding, const struct verdict *verdict)
{
	return (finding->class->number == F45 || finding->class->number == F46 ||
		finding->class->number == F47) &&
	       finding->selector && str_equal(verdict->check, "child-sa") &&
	       is_about_pair(verdict, finding->selector);
}

/* Which rules and routes a script of the folder has added no prediction knows. */
static bool has_script_done(const struct check_input *input, unsigned int aspects)
{
	vec_foreach (end, &input->scenario->sites)
		vec_foreach (remark, &end->site->remarks)
			if (remark->ran & aspects)
				return true;
	return false;
}

/*
 * F69 of an interface that the rehearsal has not: with networks of its own such a tunnel is
 * policies there (way.h), which take the packets that on the device would need the route.
 */
static bool is_by_policies(const struct check_input *input, const struct finding *finding)
{
	const struct site_interface *interface = NULL;

	if (finding->class->number != F69 || !finding->tunnel)
		return false;
	vec_foreach (end, &input->scenario->sites)
		if (str_equal(end->name, finding->site))
			interface = site_interface_find(end->site,
							finding->tunnel->bind_interface);
	return !interface || !interface->is_device;
}

/* Nothing that passed there was shown to pass; what the files say of it stands. */
static void leave_unproven(const struct check_input *input, struct judgement *judgement,
			   const struct finding *finding)
{
	vec_foreach (verdict, &judgement->verdicts)
		if (verdict->kind == VERDICT_OK && is_denied(input, finding, verdict)) {
			verdict->kind = VERDICT_UNPROVEN;
			verdict->seen = arena_printf(
				judgement->arena,
				"%s (%s), and the rehearsal goes by policies, not by routes",
				finding->summary, finding->class->id);
		}
}

/* Each finding with the first verdict that it does not go with. */
static void compare_traffic(const struct check_input *input, struct judgement *judgement,
			    const struct findings *findings)
{
	bool is_scripted = has_script_done(input, ASPECTS_TRAFFIC);

	vec_foreach (finding, findings) {
		if (is_diagnosed(judgement, finding))
			continue;
		if (is_by_policies(input, finding)) {
			leave_unproven(input, judgement, finding);
			continue;
		}
		vec_foreach (verdict, &judgement->verdicts) {
			if (verdict->kind != VERDICT_OK ||
			    ((is_scripted || !is_denied(input, finding, verdict)) &&
			     !is_agreed(finding, verdict)))
				continue;
			add_finding(judgement, finding, verdict);
			break;
		}
	}
}

/* What does not pass, and nothing in the files keeps it from passing. */
static void compare_refused(const struct check_input *input, struct judgement *judgement,
			    const struct findings *findings)
{
	static const char *const checks[][2] = {
		{ "exemption", "nothing in the files translates what goes into the "
			       "tunnel" },
		{ "reach", "nothing in the files keeps packets from the tunnel" },
	};

	if (findings->unproven.count || judgement->diagnoses.count)
		return;
	/* Something in the files does; that this plane does not show how is another matter. */
	vec_foreach (finding, findings)
		if (finding->severity <= SEVERITY_LEAK)
			return;
	vec_foreach (end, &input->scenario->sites)
		if (site_touching(end->site, NULL, ASPECTS_TRAFFIC))
			return;
	if (has_script_done(input, ASPECTS_TRAFFIC))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(checks); i++)
		vec_foreach (verdict, &judgement->verdicts) {
			if (verdict->kind != VERDICT_BROKEN || verdict->expectation < 0 ||
			    !str_equal(verdict->check, checks[i][0]) ||
			    input->scenario->expectations.items[verdict->expectation]
					    .path != PATH_TUNNEL)
				continue;
			add(judgement, checks[i][1], verdict);
			return;
		}
}

/* ------------------------------------------------------------ all */

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
			add_finding(judgement, finding, up);
	}
	if (down && !is_foretold && !judgement->diagnoses.count)
		add(judgement, "nothing in the files keeps the tunnel from coming up",
		    down);
	if (up && !judgement->contradictions.count)
		compare_traffic(input, judgement, &findings);
	if (up && !down && !is_foretold && !judgement->contradictions.count)
		compare_refused(input, judgement, &findings);
}
