// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * strict.c - networks that a device would not have agreed on are not used
 *
 * strongSwan as responder narrows what it is offered, and as initiator takes what was
 * narrowed; a FRITZ!Box, ScreenOS or Junos wants exactly the pair of its own file and
 * refuses all else. So what came up otherwise is taken down again at once, before
 * any question is put, and evidence "refused" says what was narrowed.
 */
#include "base/err.h"
#include "base/json.h"
#include "base/str.h"
#include "check/sas.h"
#include "device/device.h"
#include "run/end_tunnel.h"
#include "run/rehearsal.h"

#define LIST_MS 4000

static bool is_only(const json_t *list, const struct inet_prefix *prefix)
{
	struct inet_prefix network = inet_prefix_network(prefix);

	/* family 0 stands for an address that the file does not say. */
	return !prefix->addr.family ||
	       str_equal(json_string_value(json_array_get(list, 0)),
			 inet_prefix_text(&network).s);
}

static bool is_configured(const struct site *site, const json_t *local,
			  const json_t *remote)
{
	vec_foreach (tunnel, &site->tunnels)
		vec_foreach (child, &tunnel->children)
			vec_foreach (selector, &child->selectors)
				if (!tunnel->is_disabled &&
				    is_only(local, &selector->local) &&
				    is_only(remote, &selector->remote))
					return true;
	return false;
}

static int refuse(struct rehearsal *rehearsal, unsigned int site, const char *ike,
		  const json_t *child, struct err *err)
{
	const json_t *local = json_object_get(child, "local-ts");
	const json_t *remote = json_object_get(child, "remote-ts");
	const char *name = json_string_value(json_object_get(child, "name"));
	struct end *end = &rehearsal->ends[site];

	/* Several networks in one SA are IKEv2's own matter. */
	if (!name || json_array_size(local) != 1 || json_array_size(remote) != 1 ||
	    is_configured(rehearsal->scenario->sites.items[site].site, local, remote))
		return 0;
	evidence_add(&rehearsal->evidence, end->name, "lab", "refused",
		     json_of("{s:s, s:s, s:s, s:s}", "connection", ike, "child", name,
			     "local", json_string_value(json_array_get(local, 0)),
			     "remote", json_string_value(json_array_get(remote, 0))));
	return end_terminate_child(end, &rehearsal->ends[!site], ike, name,
				   rehearsal_deadline(rehearsal, LIST_MS), err);
}

int strict_enforce(struct rehearsal *rehearsal, struct err *err)
{
	int r = 0;

	for (unsigned int site = 0; !r && site < 2; site++) {
		const struct scenario_site *side =
			&rehearsal->scenario->sites.items[site];
		struct sas_walk walk = { 0 };
		const json_t *child;
		json_t *sas;

		if (!device_of(side->kind)->traits.wants_equal_selectors)
			continue;
		sas = json_array();
		r = end_sas(&rehearsal->ends[site],
			    rehearsal_deadline(rehearsal, LIST_MS), sas, err);
		walk.sas = sas;
		while (!r && (child = sas_next_child(&walk)))
			r = refuse(rehearsal, site, walk.name, child, err);
		json_decref(sas);
	}
	return r;
}
