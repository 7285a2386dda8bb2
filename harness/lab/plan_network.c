// SPDX-License-Identifier: GPL-2.0-or-later
/* plan_network.c - nodes, cables, addresses and routes of a plan */
#include <string.h>

#include "base/str.h"
#include "lab/planner.h"

#define BRIDGE "br0"

/* Two nodes never share a name: "home", "home-2", … */
static const char *node_name_unique(struct planner *planner, const char *name)
{
	const char *wanted = name;

	for (unsigned int n = 2; plan_node_find(planner->plan, name) >= 0; n++)
		name = arena_printf(planner->plan->arena, "%s-%u", wanted, n);
	return name;
}

unsigned int planner_node_add(struct planner *planner, const char *name,
			      enum node_role role, int site)
{
	struct plan *plan = planner->plan;
	const char *unique = node_name_unique(planner, name);
	struct plan_node *node = vec_push(plan->arena, &plan->nodes);

	node->name = arena_strdup(plan->arena, unique);
	node->role = role;
	node->site = site;
	return (unsigned int)plan->nodes.count - 1;
}

unsigned int planner_switch_add(struct planner *planner, const char *name, int site)
{
	unsigned int node;

	/* Hosts come later and must have their own names: expectations use them. */
	if (scenario_host_find(planner->scenario, name, NULL))
		name = arena_printf(planner->plan->arena, "%s-net", name);
	node = planner_node_add(planner, name, NODE_SWITCH, site);

	planner->plan->nodes.items[node].bridge = BRIDGE;
	return node;
}

static bool interface_exists(const struct plan_node *node, const char *name)
{
	if (str_equal(name, "lo") || str_equal(name, node->bridge))
		return true;
	vec_foreach (interface, &node->interfaces) {
		if (str_equal(interface->name, name))
			return true;
	}
	return false;
}

/* File names of captures: letters, digits, '-', '_' and '.'. */
static const char *link_name(struct planner *planner, const char *wanted)
{
	struct plan *plan = planner->plan;
	char *clean = arena_strdup(plan->arena, wanted);
	const char *name = clean;
	bool is_taken = true;

	for (char *c = clean; *c; c++) {
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "0123456789-_.",
			    *c))
			*c = '_';
	}
	for (unsigned int n = 2; is_taken; n++) {
		is_taken = false;
		vec_foreach (link, &plan->links)
			is_taken |= str_equal(link->name, name);
		if (is_taken)
			name = arena_printf(plan->arena, "%s-%u", clean, n);
	}
	return name;
}

static const char *end_add(struct planner *planner, const struct planner_end *end,
			   unsigned int link, unsigned int mtu)
{
	struct arena *arena = planner->plan->arena;
	struct plan_node *node = &planner->plan->nodes.items[end->node];
	const char *name = port_device_name(arena, end->interface, 0);
	struct plan_interface *interface;

	for (unsigned int n = 2; interface_exists(node, name); n++)
		name = port_device_name(arena, end->interface, n);
	interface = vec_push(arena, &node->interfaces);
	interface->name = name;
	interface->logical = end->logical;
	interface->bridge = node->bridge;
	interface->link = link;
	interface->mtu = mtu;
	return name;
}

unsigned int planner_link_add(struct planner *planner, const char *name,
			      const struct planner_end ends[2], unsigned int mtu)
{
	struct plan *plan = planner->plan;
	unsigned int index = (unsigned int)plan->links.count;
	struct plan_link link = {
		.name = link_name(planner, name),
		.nodes = { ends[0].node, ends[1].node },
		.capture_end = -1,
		.site = -1,
	};

	for (size_t i = 0; i < 2; i++)
		link.ends[i] = end_add(planner, &ends[i], index, mtu);
	vec_add(plan->arena, &plan->links, link);
	return index;
}

void planner_address_add(struct planner *planner, unsigned int node,
			 const char *interface, const struct inet_prefix *address)
{
	vec_add(planner->plan->arena, &planner->plan->nodes.items[node].addresses,
		((struct plan_address){ interface, *address }));
}

void planner_route_add(struct planner *planner, unsigned int node,
		       const struct inet_prefix *destination,
		       const struct inet_addr *gateway)
{
	vec_add(planner->plan->arena, &planner->plan->nodes.items[node].routes,
		((struct plan_route){ .destination = *destination,
				      .gateway = *gateway }));
}
