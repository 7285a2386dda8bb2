// SPDX-License-Identifier: GPL-2.0-or-later
/* way.c - route-based tunnels of a scenario, on the plane that a run has */
#include "run/way.h"

#include "model/way.h"
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
