// SPDX-License-Identifier: GPL-2.0-or-later
/* shadow.c - F89: a tunnel policy that another one stands before */
#include "model/shadow.h"

#include "base/str.h"
#include "predict/predict.h"
#include "predict/words.h"

static const char *name_of(const struct rule *rule)
{
	return rule->id ? rule->id : rule->name ? rule->name : "?";
}

static void say_fix(const struct predict_input *input, struct finding *finding,
		    const struct site *site, const struct shadow *shadow)
{
	const struct device_fixes *fixes = words_fixes(site);

	if (fixes->order)
		predict_fix(input, finding, "%s: %s", site->name,
			    fixes->order(input->arena, shadow));
	else
		predict_fix(input, finding, "%s: policy %s before policy %s", site->name,
			    name_of(shadow->rule_of_tunnel), name_of(shadow->rule));
}

static void report(const struct predict_input *input, struct findings *findings,
		   unsigned int end, const struct shadow *shadow)
{
	const struct site *site = input->sites[end];
	bool is_permit = shadow->rule->target == TARGET_ACCEPT;
	struct finding *finding = predict_add(
		input, findings, F89, site->name,
		"%s: %s packet that the tunnel policy '%s' is for gets to it: '%s' "
		"stands before it and %s",
		site->name, shadow->is_whole ? "no" : "not every",
		name_of(shadow->rule_of_tunnel), name_of(shadow->rule),
		is_permit ? "permits them without the tunnel"
		: shadow->rule->target == TARGET_TUNNEL ? "sends them into another tunnel"
							: "refuses them");

	finding->tunnel = shadow->tunnel;
	finding->rule = shadow->rule_of_tunnel;
	if (!is_permit)
		finding->severity = SEVERITY_NO_TRAFFIC;
	predict_why(input, finding,
		    "policies between two zones are evaluated from the top, the first "
		    "that matches decides");
	predict_value(input, finding, 0, site->name, "stands before", shadow->rule->at,
		      "policy %s", name_of(shadow->rule));
	predict_value(input, finding, 1, site->name, "tunnel policy",
		      shadow->rule_of_tunnel->at, "policy %s",
		      name_of(shadow->rule_of_tunnel));
	say_fix(input, finding, site, shadow);
	predict_sees(input, finding,
		     is_permit ? "%s: the packets leave to the Internet in clear, the "
				 "tunnel counts none out"
			       : "%s: the tunnel counts no packets out",
		     site->name);
}

/* Only what goes out: what comes in was in the tunnel. */
static void find(struct arena *arena, const struct site *site,
		 struct shadows *ret_shadows)
{
	const struct site_interface *wan = site_wan(site);
	const struct zone *outer = wan ? site_zone_of_interface(site, wan) : NULL;
	struct shadows all;

	*ret_shadows = (struct shadows){ 0 };
	shadows_find(arena, site, &all);
	vec_foreach (shadow, &all.list)
		if (!outer || str_equal(shadow->rule_of_tunnel->dest_zone, outer->name))
			vec_add(arena, &ret_shadows->list, *shadow);
}

bool predict_is_shadow(const struct predict_input *input, unsigned int end,
		       const struct rule *rule)
{
	struct shadows shadows;

	if (!rule)
		return false;
	find(input->arena, input->sites[end], &shadows);
	vec_foreach (shadow, &shadows.list)
		if (shadow->rule == rule)
			return true;
	return false;
}

void predict_shadows(const struct predict_input *input, unsigned int end,
		     struct findings *findings)
{
	struct shadows shadows;

	find(input->arena, input->sites[end], &shadows);
	vec_foreach (shadow, &shadows.list)
		report(input, findings, end, shadow);
}
