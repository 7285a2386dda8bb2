// SPDX-License-Identifier: GPL-2.0-or-later
/* build.c - a plan becomes nodes, cables, addresses and routes */
#include "lab/build.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/machine.h"
#include "base/str.h"
#include "lab/build_service.h"
#include "netns/impair.h"
#include "netns/link.h"
#include "netns/node.h"
#include "netns/route.h"
#include "netns/spawn.h"

struct node *lab_node(const struct lab *lab, unsigned int index)
{
	return lab->nodes[index];
}

struct node *lab_node_find(const struct lab *lab, const char *name)
{
	int index = plan_node_find(lab->plan, name);

	return index < 0 ? NULL : lab->nodes[index];
}

const struct lab_service *lab_service_find(const struct lab *lab, unsigned int node)
{
	vec_foreach (service, &lab->services) {
		if (service->node == node)
			return service;
	}
	return NULL;
}

/* Forwarding, and no reverse path filter: OpenWrt has none either (F71 is a fault). */
static const struct node_setting settings[] = {
	{ "net/ipv4/conf/all/rp_filter", "0" },
	{ "net/ipv4/conf/default/rp_filter", "0" },
	/* Of who forwards. */
	{ "net/ipv4/ip_forward", "1" },
	/* A refusal must be seen each time: it settles a probe, and names who refused. */
	{ "net/ipv4/icmp_ratelimit", "0" },
};
#define SETTINGS_OF_ALL 2

#define KEPT_MAX 3

/* A script that fills its file system must not take away what the daemons need. */
static void places_keep(const struct plan_node *plan, struct node_options *options,
			struct node_entry *entries, char folder[PATH_MAX])
{
	if (!plan->scripts.count && !plan->hotplug.count && !plan->inits.count)
		return;
	(void)snprintf(folder, PATH_MAX, LAB_DAEMON_FOLDER, plan->name);
	entries[options->entries_count++] =
		(struct node_entry){ .path = folder, .is_folder = true };
	entries[options->entries_count++] = (struct node_entry){ .path = LAB_DAEMON_PID };
	if (lab_service_place(plan))
		entries[options->entries_count++] =
			(struct node_entry){ .path = lab_service_place(plan) };
}

static int node_make(struct lab *lab, unsigned int index, struct err *err)
{
	const struct plan_node *plan = &lab->plan->nodes.items[index];
	_cleanup_free_ struct node_entry *entries =
		calloc(plan->files.count + KEPT_MAX, sizeof(*entries));
	struct node_options options = { .entries = entries };
	char folder[PATH_MAX];
	int rc;

	if (!entries)
		return err_sys(err, ENOMEM, "node %s", plan->name);
	if (plan->bridge) {
		rc = node_new(plan->name, NULL, &lab->nodes[index], err);
		return rc ? rc : link_bridge_add(lab->nodes[index], plan->bridge, err);
	}
	vec_foreach (file, &plan->files)
		entries[options.entries_count++] =
			(struct node_entry){ file->path, file->text, file->is_program,
					     false };
	places_keep(plan, &options, entries, folder);
	options.settings = settings;
	options.settings_count =
		plan->is_forwarding ? ARRAY_SIZE(settings) : SETTINGS_OF_ALL;
	rc = node_new(plan->name, &options, &lab->nodes[index], err);
	if (!rc && plan->has_vti)
		rc = link_vti_base_add(lab->nodes[index], err);
	return rc;
}

/* ---------------------------------------------------------------- nodes at once */

#define NODE_THREADS_MAX 16u

struct crew {
	struct lab *lab;
	atomic_uint next;
	struct crew_member {
		struct crew *crew; /* borrowed */
		pthread_t thread;
		struct err err;
		int rc;
	} members[NODE_THREADS_MAX];
};

static void *make_some(void *arg)
{
	struct crew_member *member = arg;
	struct crew *crew = member->crew;
	unsigned int i;

	while (!member->rc &&
	       (i = atomic_fetch_add(&crew->next, 1)) < crew->lab->plan->nodes.count)
		member->rc = node_make(crew->lab, i, &member->err);
	return NULL;
}

/*
 * Most of what a node takes is waiting: for the kernel's grace periods and for its first
 * process. So several are made at once; not on a single processor, a guest kernel's
 * above all, where a thread costs more than it saves. What all share is made before.
 */
static int nodes_make(struct lab *lab, struct err *err)
{
	size_t count = lab->plan->nodes.count, wanted = machine_cores() > 1 ? count : 0;
	struct crew crew = { .lab = lab };
	int rc = node_prepare(err);
	size_t started = 0;

	if (rc)
		return rc;
	atomic_init(&crew.next, 0);
	for (size_t i = 0; i < NODE_THREADS_MAX; i++)
		crew.members[i].crew = &crew;
	while (started < wanted && started < NODE_THREADS_MAX &&
	       !pthread_create(&crew.members[started].thread, NULL, make_some,
			       &crew.members[started]))
		started++;
	if (!started)
		(void)make_some(&crew.members[0]);
	for (size_t i = 0; i < started; i++)
		(void)pthread_join(crew.members[i].thread, NULL);
	for (size_t i = 0; !rc && i < NODE_THREADS_MAX; i++) {
		rc = crew.members[i].rc;
		if (rc)
			*err = crew.members[i].err;
	}
	return rc;
}

static const struct plan_interface *interface_find(const struct plan_node *node,
						   const char *name)
{
	vec_foreach (interface, &node->interfaces) {
		if (str_equal(interface->name, name))
			return interface;
	}
	return NULL;
}

/* A cable, and at each end what the end wants: its own MTU, a bridge. */
static int cable_make(struct lab *lab, const struct plan_link *link, struct err *err)
{
	int rc = link_veth_add(lab->nodes[link->nodes[0]], link->ends[0],
			       lab->nodes[link->nodes[1]], link->ends[1], 0, err);

	for (size_t i = 0; !rc && i < 2; i++) {
		const struct node *node = lab->nodes[link->nodes[i]];
		const struct plan_interface *interface = interface_find(
			&lab->plan->nodes.items[link->nodes[i]], link->ends[i]);

		if (!interface)
			continue;
		if (interface->mtu)
			rc = link_set_mtu(node, interface->name, interface->mtu, err);
		if (!rc && interface->bridge)
			rc = link_set_bridge(node, interface->name, interface->bridge,
					     err);
	}
	return rc;
}

static int xfrms_make(const struct plan_node *plan, const struct node *node,
		      struct err *err)
{
	int rc = 0;

	vec_foreach (xfrm, &plan->xfrms) {
		if (!rc && xfrm->is_vti)
			rc = link_vti_add(node,
					  &(struct link_vti){
						  .name = xfrm->name,
						  .in_key = xfrm->in_key,
						  .out_key = xfrm->out_key,
						  .local = xfrm->local,
						  .remote = xfrm->remote,
						  .mtu = xfrm->mtu,
					  },
					  err);
		else if (!rc)
			rc = link_xfrm_add(node, xfrm->name, xfrm->if_id, xfrm->under,
					   xfrm->mtu, err);
		if (!rc && xfrm->follows_sa)
			rc = link_set_up(node, xfrm->name, false, err);
	}
	return rc;
}

static int route_make(const struct plan_route *from, const struct node *node,
		      struct err *err)
{
	struct route route = {
		.kind = from->is_unreachable ? ROUTE_UNREACHABLE : ROUTE_UNICAST,
		.destination = from->destination,
		.gateway = from->gateway,
		.source = from->source,
	};

	if (from->interface)
		(void)strncpy(route.link_name, from->interface,
			      sizeof(route.link_name) - 1);
	return route_add(node, &route, err);
}

/* Is the route over an interface that follows an SA? */
static bool follows_sa(const struct plan_node *plan, const struct plan_route *route)
{
	vec_foreach (xfrm, &plan->xfrms)
		if (xfrm->follows_sa && str_equal(xfrm->name, route->interface))
			return true;
	return false;
}

static int routes_make(const struct plan_node *plan, const struct node *node,
		       struct err *err)
{
	int rc = xfrms_make(plan, node, err);

	vec_foreach (address, &plan->addresses)
		if (!rc)
			rc = link_address_add(node, address->interface, &address->prefix,
					      err);
	vec_foreach (route, &plan->routes)
		if (!rc && !follows_sa(plan, route))
			rc = route_make(route, node, err);
	return rc;
}

/* The kernel takes routes out with their interface; it is up before they are added. */
int lab_xfrms_follow(struct lab *lab, unsigned int node, bool is_up, struct err *err)
{
	const struct plan_node *plan = &lab->plan->nodes.items[node];
	int rc = 0;

	vec_foreach (xfrm, &plan->xfrms)
		if (!rc && xfrm->follows_sa)
			rc = link_set_up(lab->nodes[node], xfrm->name, is_up, err);
	vec_foreach (route, &plan->routes) {
		if (rc || !is_up || !follows_sa(plan, route))
			continue;
		rc = route_make(route, lab->nodes[node], err);
		if (rc == -EEXIST)
			rc = 0;
	}
	return rc;
}

struct impairment lab_impairment(const struct scenario_impairment *from)
{
	return (struct impairment){
		.delay_us = from->delay_ms * 1000,
		.jitter_us = from->jitter_ms * 1000,
		.loss_ppm = (uint32_t)(from->loss_percent * 10000),
		.reorder_ppm = (uint32_t)(from->reorder_percent * 10000),
		.rate_bit_s = (uint64_t)from->rate_kbit * 1000,
	};
}

/* `impair: { site: home, delay: 20ms, … }`: both directions of the site's provider link.
 */
static int impairment_make(struct lab *lab, const struct scenario_impairment *from,
			   struct err *err)
{
	const struct impairment how = lab_impairment(from);
	int rc = 0;

	if (!how.delay_us && !how.jitter_us && !how.loss_ppm && !how.reorder_ppm &&
	    !how.rate_bit_s)
		return 0;
	vec_foreach (link, &lab->plan->links) {
		if (!link->is_internet || link->site < 0 ||
		    lab->plan->nodes.items[link->nodes[0]].role == NODE_NAT ||
		    !str_equal(lab->plan->scenario->sites.items[link->site].name,
			       from->site))
			continue;
		for (size_t i = 0; !rc && i < 2; i++)
			rc = impair_set(lab->nodes[link->nodes[i]], link->ends[i], &how,
					err);
		break;
	}
	return rc;
}

static int network_make(struct lab *lab, struct err *err)
{
	const struct plan *plan = lab->plan;
	int rc = nodes_make(lab, err);

	for (size_t i = 0; !rc && i < plan->links.count; i++)
		rc = cable_make(lab, &plan->links.items[i], err);
	for (unsigned int i = 0; !rc && i < plan->nodes.count; i++)
		rc = routes_make(&plan->nodes.items[i], lab->nodes[i], err);
	vec_foreach (impairment, &plan->scenario->impairments) {
		if (!rc)
			rc = impairment_make(lab, impairment, err);
	}
	return rc;
}

static bool has_script(const struct plan *plan)
{
	for (size_t i = 0; !plan->no_scripts && i < plan->nodes.count; i++) {
		if (plan->nodes.items[i].hotplug.count)
			return true;
		vec_foreach (script, &plan->nodes.items[i].scripts)
			if (!script->is_rules)
				return true;
	}
	return false;
}

int lab_build(const struct plan *plan, const char *folder, struct lab **ret_lab,
	      struct err *err)
{
	struct arena *arena = arena_new();
	_cleanup_(lab_freep) struct lab *lab = arena_alloc(arena, sizeof(*lab));
	int rc;

	lab->arena = arena;
	lab->plan = plan;
	lab->nodes = arena_alloc(arena, plan->nodes.count * sizeof(struct node *));
	rc = network_make(lab, err);
	/* A script may kill what it finds in its node: then it had better find nothing. */
	if (!rc && has_script(plan))
		rc = lab_firewalls_load(lab, err);
	if (!rc && folder)
		rc = lab_services_start(lab, folder, err);
	if (!rc && !has_script(plan))
		rc = lab_firewalls_load(lab, err);
	if (!rc && folder)
		rc = lab_services_wait(lab, err);
	if (rc)
		return rc;
	*ret_lab = steal(&lab);
	return 0;
}

void lab_free(struct lab *lab)
{
	if (!lab)
		return;
	/* All at once, and then each is waited for. */
	vec_foreach (service, &lab->services)
		if (service->process)
			(void)process_signal(service->process, SIGKILL);
	vec_foreach (service, &lab->services)
		process_free(service->process);
	for (size_t i = 0; i < lab->plan->nodes.count; i++)
		node_free(lab->nodes[i]);
	arena_free(lab->arena);
}
