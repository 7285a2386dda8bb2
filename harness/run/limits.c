// SPDX-License-Identifier: GPL-2.0-or-later
/* limits.c - what the plane of a run cannot do of what the files ask for */
#include "run/limits.h"

#include "base/arena.h"
#include "model/aspect.h"
#include "model/site.h"
#include "scenario/scenario.h"

/* NULL: none of the site's tunnels in use has one. */
static const struct child *transport_child(const struct site *site,
					   const struct tunnel **ret_tunnel)
{
	vec_foreach (tunnel, &site->tunnels)
		vec_foreach (child, &tunnel->children)
			if (child->is_transport && !tunnel->is_disabled) {
				*ret_tunnel = tunnel;
				return child;
			}
	return NULL;
}

void limits_without_kernel(struct scenario *scenario, const char *plane)
{
	const struct child *children[2];
	const struct tunnel *tunnels[2];

	for (unsigned int end = 0; end < 2; end++) {
		children[end] =
			transport_child(scenario->sites.items[end].site, &tunnels[end]);
		if (!children[end])
			return;
	}
	for (unsigned int end = 0; end < 2; end++) {
		struct site *site = scenario->sites.items[end].site;

		(void)site_unrehearsed(site, tunnels[end]->name,
				       ASPECT_SELECTORS | ASPECT_WAY | ASPECT_NAT |
					       ASPECT_LIFE | ASPECT_THROUGHPUT,
				       children[end]->at,
				       arena_printf(site->arena,
						    "transport mode on the plane %s",
						    plane));
	}
}
