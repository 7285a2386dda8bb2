// SPDX-License-Identifier: GPL-2.0-or-later
/* observe_way.c - F69, F73, F91, F92, F94, F95: SAs that are up, and an interface that nothing passes */
#include "base/str.h"
#include "diagnose/decision.h"
#include "diagnose/sights.h"
#include "model/way.h"

/* A child without if_id takes everybody's packets: its SAs send all sorts of them. */
static bool takes_all(const struct finding *finding)
{
	if (finding->class->number != F73 || !finding->tunnel)
		return false;
	vec_foreach (child, &finding->tunnel->children)
		if (!child_has_if_id(child))
			return true;
	return false;
}

/*
 * The site's own SAs have sent nothing at all, whoever asked; of F91 the question is lost,
 * wherever it was seen last.
 */
static bool is_mark(const struct sights *sights, const struct finding *finding,
		    unsigned int site)
{
	return finding->class->number == F91 || takes_all(finding) || !sights->out[site];
}

/* Of an XFRM interface table 220 says nothing: its routes are in the main one. */
bool observe_route(const struct observe *observe, const struct finding *finding,
		   struct diagnosis *diagnosis)
{
	vec_foreach (end, &observe->input->scenario->sites) {
		const struct site_interface *bound =
			finding->tunnel && finding->tunnel->bind_interface &&
					str_equal(end->name, finding->site)
				? site_interface_find(end->site,
						      finding->tunnel->bind_interface)
				: NULL;

		if (bound && bound->is_device)
			return observe_way(observe, finding, diagnosis);
	}
	return decision_has_mark(observe, finding, diagnosis);
}

bool observe_way(const struct observe *observe, const struct finding *finding,
		 struct diagnosis *diagnosis)
{
	const struct scenario *scenario = observe->input->scenario;
	struct sights sights;

	sights_collect(observe, &sights);
	if (!sights.has_child[0] || !sights.has_child[1] || !sights.lost.count)
		return false;
	for (unsigned int site = 0; site < 2; site++) {
		if (!str_equal(scenario->sites.items[site].name, finding->site) ||
		    !is_mark(&sights, finding, site))
			continue;
		observe_prove(observe, diagnosis,
			      "%s: SAs are installed, they sent %ld packets and received "
			      "%ld",
			      finding->site, (long)sights.out[site],
			      (long)sights.in[site]);
		vec_foreach (lost, &sights.lost)
			observe_prove(observe, diagnosis, "%s > %s: no answer",
				      lost->host_from, lost->host_to);
		observe_in_effect(observe, diagnosis, "nothing passes the interface");
		return true;
	}
	return false;
}
