// SPDX-License-Identifier: GPL-2.0-or-later
/* plan.c - the simulated world as data: from a scenario to nodes, links, rules, DNS */
#include "lab/plan.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "lab/planner.h"

struct inet_addr plan_outside(const struct plan *plan, const char *site_name)
{
	vec_foreach (node, &plan->nodes) {
		const size_t length = strlen(site_name);

		if (node->role != NODE_NAT ||
		    strncmp(node->name, site_name, length) != 0 ||
		    !str_equal(node->name + length, "-nat"))
			continue;
		vec_foreach (address, &node->addresses)
			if (str_equal(address->interface, "outside"))
				return address->prefix.addr;
	}
	return (struct inet_addr){ 0 };
}

int plan_node_find(const struct plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->nodes.count; i++) {
		if (str_equal(plan->nodes.items[i].name, name))
			return (int)i;
	}
	return -1;
}

unsigned int plan_gateway(const struct plan *plan, unsigned int site)
{
	for (size_t i = 0; i < plan->nodes.count; i++) {
		if (plan->nodes.items[i].role == NODE_GATEWAY &&
		    plan->nodes.items[i].site == (int)site)
			return (unsigned int)i;
	}
	assert(false && "every plan has two gateways");
	return 0;
}

void plan_free(struct plan *plan)
{
	if (plan)
		arena_free(plan->arena);
}

static void inner_add(struct planner *planner, unsigned int site,
		      const struct inet_prefix *prefix)
{
	struct plan_prefixes *inner = &planner->plan->inner[site];
	struct inet_prefix network = inet_prefix_network(prefix);

	/* 0.0.0.0/0 of a route-based tunnel is not a network of the site. */
	if (network.addr.family != AF_INET || !network.length)
		return;
	vec_foreach (known, inner) {
		if (inet_prefix_covers(known, &network))
			return;
	}
	vec_add(planner->plan->arena, inner, network);
}

/* LANs first, then what the tunnels say is behind the site. */
static void inner_prefixes(struct planner *planner, unsigned int site)
{
	const struct scenario_site *of = &planner->scenario->sites.items[site];

	vec_foreach (port, &planner->ports[site].list) {
		if (port->is_wan)
			continue;
		vec_foreach (address, &port->addresses)
			inner_add(planner, site, &address->prefix);
	}
	vec_foreach (tunnel, &of->site->tunnels) {
		if (tunnel->is_disabled)
			continue;
		vec_foreach (child, &tunnel->children) {
			vec_foreach (pair, &child->selectors) {
				if (!inet_prefix_has(
					    &pair->local,
					    &planner->ports[site].wan_address.addr))
					inner_add(planner, site, &pair->local);
			}
		}
	}
}

/* The official addresses of a site are routed to it by everybody. */
static void public_routes(struct planner *planner, unsigned int site)
{
	vec_foreach (prefix, &planner->plan->inner[site]) {
		if (!inet_addr_is_private(&prefix->addr))
			planner_route_add(planner, planner->internet, prefix,
					  &planner->outside[site].addr);
	}
}

/* A gateway that no file names is nobody's address: WANs .1 and .2 of one network. */
static void gateway_settle(struct ports *ports, const struct inet_addr *other)
{
	for (uint32_t n = 1; ports->is_gateway_assumed && n < 255; n++) {
		struct inet_addr addr = inet_prefix_nth(&ports->wan_address, n);

		if (inet_addr_equal(&addr, &ports->wan_address.addr) ||
		    inet_addr_equal(&addr, other))
			continue;
		if (inet_prefix_has(&ports->wan_address, &addr))
			ports->gateway = addr;
		return;
	}
}

static int plan_fill(struct planner *planner)
{
	int rc;

	planner->internet = planner_node_add(planner, "internet", NODE_INTERNET, -1);
	planner->plan->nodes.items[planner->internet].is_forwarding = true;
	for (unsigned int i = 0; i < PLAN_SITES; i++) {
		const struct scenario_site *site = &planner->scenario->sites.items[i];

		rc = ports_make(planner->plan->arena, site, &planner->ports[i],
				planner->err);
		if (rc)
			return rc;
		planner->gateways[i] =
			planner_node_add(planner, site->name, NODE_GATEWAY, (int)i);
		planner->plan->nodes.items[planner->gateways[i]].is_forwarding =
			!site->site->forwarding.is_set || site->site->forwarding.on;
	}
	for (unsigned int i = 0; i < PLAN_SITES; i++)
		gateway_settle(&planner->ports[i], &planner->ports[!i].wan_address.addr);
	rc = planner_internet(planner);
	for (unsigned int i = 0; !rc && i < PLAN_SITES; i++)
		rc = planner_site(planner, i);
	if (rc)
		return rc;
	for (unsigned int i = 0; i < PLAN_SITES; i++) {
		inner_prefixes(planner, i);
		public_routes(planner, i);
	}
	planner_services(planner);
	return 0;
}

int plan_make(const struct scenario *scenario, enum esp_plane plane,
	      struct plan **ret_plan, struct err *err)
{
	struct arena *arena = arena_new();
	_cleanup_(plan_freep) struct plan *plan = arena_alloc(arena, sizeof(*plan));
	struct planner planner = {
		.plan = plan,
		.scenario = scenario,
		.plane = plane,
		.err = err,
	};
	int rc;

	plan->arena = arena;
	plan->scenario = scenario;
	if (scenario->sites.count != PLAN_SITES)
		return err_set(err, EINVAL, "%s: a rehearsal has two sites, not %zu",
			       scenario->name, scenario->sites.count);
	rc = plan_fill(&planner);
	if (rc)
		return rc;
	*ret_plan = steal(&plan);
	return 0;
}
