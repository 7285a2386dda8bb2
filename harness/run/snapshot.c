// SPDX-License-Identifier: GPL-2.0-or-later
/* snapshot.c - what kernels and firewalls of both gateways say at one moment */
#include <errno.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "netns/firewall.h"
#include "netns/node.h"
#include "netns/route.h"
#include "netns/xfrm.h"
#include "run/rehearsal.h"

#define TABLE_CHARON 220 /* charon's own routing table */

static int add_counters(struct rehearsal *rehearsal, const struct node *node,
			const char *label, struct arena *arena, struct err *err)
{
	struct firewall_counter_list counters;
	json_t *rules;
	int r = firewall_counters(node, rehearsal->lab->backend, AF_INET, arena,
				  &counters, err);

	if (r)
		return r;
	rules = json_array();
	vec_foreach (counter, &counters)
		json_array_append_new(
			rules, json_pack("{s:s, s:s, s:I, s:I, s:s*, s:s*, s:s*}",
					 "table", counter->table, "chain", counter->chain,
					 "packets", (json_int_t)counter->packets, "bytes",
					 (json_int_t)counter->bytes, "rule",
					 counter->rule, "target", counter->target,
					 "comment", counter->comment));
	evidence_add(&rehearsal->evidence, node_name(node), "counter", "rules",
		     json_pack("{s:s, s:o}", "label", label, "rules", rules));
	return 0;
}

static int add_xfrm(struct rehearsal *rehearsal, const struct node *node,
		    const char *label, struct arena *arena, struct err *err)
{
	struct xfrm_sa_list sas;
	struct xfrm_policy_list policies;
	int r;

	if (!rehearsal->is_kernel_esp)
		return 0;
	r = xfrm_sa_list(node, arena, &sas, err);
	if (!r)
		r = xfrm_policy_list(node, arena, &policies, err);
	if (r)
		return r;
	evidence_add(&rehearsal->evidence, node_name(node), "kernel", "xfrm",
		     json_pack("{s:s, s:i, s:i}", "label", label, "sas", (int)sas.count,
			       "policies", (int)policies.count));
	return 0;
}

static int add_routes(struct rehearsal *rehearsal, const struct node *node,
		      const char *label, struct arena *arena, struct err *err)
{
	struct route_list routes;
	json_t *texts;
	int r = route_list(node, AF_INET, TABLE_CHARON, arena, &routes, err);

	if (r)
		return r;
	texts = json_array();
	vec_foreach (route, &routes)
		json_array_append_new(texts, json_string(route_text(route, arena)));
	evidence_add(&rehearsal->evidence, node_name(node), "kernel", "routes",
		     json_pack("{s:s, s:i, s:o}", "label", label, "table", TABLE_CHARON,
			       "routes", texts));
	return 0;
}

int snapshot_take(struct rehearsal *rehearsal, const char *label, struct err *err)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();

	arena_set_secret(arena);
	for (unsigned int site = 0; site < 2; site++) {
		const struct node *node = rehearsal_gateway(rehearsal, site);
		int r = add_counters(rehearsal, node, label, arena, err);

		if (!r)
			r = add_xfrm(rehearsal, node, label, arena, err);
		if (!r)
			r = add_routes(rehearsal, node, label, arena, err);
		if (r)
			return r;
	}
	return 0;
}
