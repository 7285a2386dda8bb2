// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * reached.c - F96: a network behind the same zone is reached through the tunnel, and must not be
 *
 * No file says what must not be reached; the scenario does (`blocked:`). The line is the one
 * that lets the packet into the tunnel at the asker's gateway; the other one lets it out.
 */

#include "base/str.h"
#include "diagnose/observe.h"
#include "predict/forward.h"

struct reached {
	const struct check_input *input;
	const struct expectation *wanted;
	const struct event *probe;
	const struct scenario_site *from, *to;
	struct inet_addr src, dst;
	const struct tunnel *tunnel; /* that carries it, of the asker's gateway */
};

static const struct tunnel *carrying(const struct site *site, const struct inet_addr *src,
				     const struct inet_addr *dst)
{
	vec_foreach (tunnel, &site->tunnels)
		vec_foreach (child, &tunnel->children)
			vec_foreach (selector, &child->selectors)
				if (!tunnel->is_disabled &&
				    inet_prefix_has(&selector->local, src) &&
				    inet_prefix_has(&selector->remote, dst))
					return tunnel;
	return NULL;
}

static bool find_reached(const struct observe *observe, const struct verdict *verdict,
			 struct reached *ret)
{
	const struct check_input *input = observe->input;
	const struct scenario_host *from, *to;
	int from_site = -1, to_site = -1;

	if (!str_equal(verdict->check, "blocked") || verdict->kind != VERDICT_BROKEN ||
	    verdict->expectation < 0)
		return false;
	*ret = (struct reached){
		.input = input,
		.wanted = &input->scenario->expectations.items[verdict->expectation],
		.probe = check_probe(input, "reach", "up", verdict->expectation),
	};
	from = scenario_host_find(input->scenario, ret->wanted->from, &from_site);
	to = scenario_host_find(input->scenario, ret->wanted->to, &to_site);
	if (!ret->probe || !from || !to || from_site < 0 || to_site < 0 ||
	    from_site == to_site || !event_number(ret->probe, "arrived", 0))
		return false;
	ret->from = &input->scenario->sites.items[from_site];
	ret->to = &input->scenario->sites.items[to_site];
	ret->src = from->addr;
	ret->dst = to->addr;
	ret->tunnel = carrying(ret->from->site, &from->addr, &to->addr);
	return ret->tunnel != NULL;
}

/* The line of that gateway which lets the packet pass; false: no file has one. */
static bool passing_line(const struct reached *reached, const struct scenario_site *site,
			 struct diagnosis_value *ret)
{
	const bool is_near = site == reached->from;
	const struct tunnel *back =
		is_near ? reached->tunnel
			: carrying(site->site, &reached->dst, &reached->src);
	const struct forward_question question = {
		.src = reached->src,
		.dst = reached->dst,
		.is_out_ipsec = is_near,
		.is_in_ipsec = !is_near,
		.tunnel_interface = back ? back->bind_interface : NULL,
	};
	const struct inet_prefix src = inet_prefix_host(&reached->src);
	const struct inet_prefix dst = inet_prefix_host(&reached->dst);
	const struct forward_answer answer =
		forward_ask_all(reached->input->arena, site->site, &question, &src, &dst);

	if ((answer.target != TARGET_ACCEPT && answer.target != TARGET_TUNNEL) ||
	    !answer.at.file)
		return false;
	*ret = (struct diagnosis_value){
		.site = site->name,
		.setting = answer.rule && answer.rule->name ? answer.rule->name
							    : answer.reason,
		.value = answer.rule && answer.rule->dest.count ? "lets it pass"
			 : answer.rule ? "lets it pass, names no destination"
				       : "lets it pass, whatever the destination",
		.at = answer.at,
	};
	return true;
}

static bool fill_reached(const struct observe *observe, const struct reached *reached,
			 struct diagnosis *diagnosis)
{
	struct diagnosis_value *values = diagnosis->values;
	unsigned int count = passing_line(reached, reached->from, &values[0]);

	count += passing_line(reached, reached->to, &values[count]);
	if (!count)
		return false;
	diagnosis_name(diagnosis, F96);
	diagnosis->site = values[0].site;
	diagnosis->summary =
		arena_printf(reached->input->arena,
			     "%s reaches %s through the tunnel, and must not: %s of %s "
			     "lets it pass",
			     reached->wanted->from, reached->wanted->to,
			     values[0].setting, values[0].site);
	vec_add(reached->input->arena, &diagnosis->fixes,
		arena_printf(
			reached->input->arena,
			"%s: %s:%u: name the networks that are meant as its destination, "
			"without %s of %s",
			values[0].site, values[0].at.file, values[0].at.line,
			inet_addr_text(&reached->dst).s, reached->wanted->to));
	vec_add(reached->input->arena, &diagnosis->sees,
		arena_printf(reached->input->arena, "both: nothing, it works"));
	observe_prove(observe, diagnosis, "%s > %s: %d of %d requests arrived",
		      reached->wanted->from, reached->wanted->to,
		      (int)event_number(reached->probe, "arrived", 0),
		      (int)event_number(reached->probe, "sent", 0));
	observe_in_effect(observe, diagnosis,
			  "what must be blocked arrived through the tunnel");
	return true;
}

/* One line is one cause, however many hosts it lets pass. */
static bool diagnoses_have(const struct diagnoses *diagnoses,
			   const struct diagnosis *diagnosis)
{
	for (size_t i = 0; i < diagnoses->count; i++)
		if (origin_same_line(&diagnoses->items[i].values[0].at,
				     &diagnosis->values[0].at))
			return true;
	return false;
}

void observe_reached(const struct observe *observe, struct diagnoses *diagnoses)
{
	for (size_t i = 0; i < observe->verdicts->count; i++) {
		struct diagnosis diagnosis = { 0 };
		struct reached reached;

		if (find_reached(observe, &observe->verdicts->items[i], &reached) &&
		    fill_reached(observe, &reached, &diagnosis) &&
		    !diagnoses_have(diagnoses, &diagnosis))
			*vec_push(observe->input->arena, diagnoses) = diagnosis;
	}
}
