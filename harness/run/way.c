// SPDX-License-Identifier: GPL-2.0-or-later
/* way.c - route-based tunnels of a scenario, on the plane that a run has */
#include "run/way.h"

#include "base/err.h"
#include "base/json.h"
#include "model/way.h"
#include "run/rehearsal.h"
#include "scenario/scenario.h"

unsigned int way_features_needed(const struct scenario *scenario)
{
	unsigned int features = 0;

	vec_foreach (end, &scenario->sites) {
		struct way_features needed = way_needed(end->site);

		if (needed.has_xfrm_interfaces)
			features |= PLANE_XFRM_INTERFACE;
		if (needed.has_marks)
			features |= PLANE_VTI;
	}
	return features;
}

void way_settle_scenario(struct scenario *scenario, enum plane plane,
			 unsigned int features)
{
	const struct way_features has = {
		.has_xfrm_interfaces = features & PLANE_XFRM_INTERFACE,
		.has_marks = features & PLANE_VTI,
	};

	vec_foreach (end, &scenario->sites)
		way_settle(end->site, &has, plane_name(plane));
}

void way_follow(void *user, bool is_up)
{
	const struct way_end *end = user;
	struct rehearsal *rehearsal = end->rehearsal;
	unsigned int node = plan_gateway(rehearsal->plan, end->site);
	struct err err = { 0 };
	int r = lab_xfrms_follow(rehearsal->lab, node, is_up, &err);

	if (rehearsal->plan->nodes.items[node].xfrms.count)
		evidence_add(&rehearsal->evidence,
			     rehearsal->plan->nodes.items[node].name, "kernel", "way",
			     json_of("{s:b, s:b, s:s}", "up", is_up, "ok", !r, "text",
				     r ? err.text : ""));
}
