// SPDX-License-Identifier: GPL-2.0-or-later
/* change.c - what changes while a lab runs: names in the DNS, addresses on the WAN */
#include "lab/change.h"

#include <errno.h>

#include "base/err.h"
#include "base/str.h"
#include "lab/build.h"
#include "lab/build_service.h"
#include "netns/link.h"
#include "netns/route.h"

/* ------------------------------------------------------------ names */

static const struct lab_service *server_of(const struct lab *lab, const char *name)
{
	vec_foreach (service, &lab->services)
		vec_foreach (own, &lab->plan->nodes.items[service->node].names)
			if (str_equal_nocase(own->name, name))
				return service;
	return NULL;
}

int lab_dns_set(struct lab *lab, const char *name, const struct inet_addr *addr,
		struct err *err)
{
	const struct lab_service *service = server_of(lab, name);

	if (!service)
		return err_set(err, ENOENT, "no DNS server has the name %s", name);
	vec_foreach (known, &lab->names)
		if (str_equal_nocase(known->name, name))
			known->addr = addr ? *addr : (struct inet_addr){ 0 };
	return lab_names_serve(lab, service, err);
}

/* ------------------------------------------------------------ the WAN */

/* The gateway's own address on its cable to the Internet, as planned. */
static const struct plan_address *wan_planned(const struct lab *lab, unsigned int site)
{
	unsigned int gateway = plan_gateway(lab->plan, site);

	vec_foreach (link, &lab->plan->links) {
		if (!link->is_internet || link->nodes[1] != gateway)
			continue;
		vec_foreach (address, &lab->plan->nodes.items[gateway].addresses)
			if (str_equal(address->interface, link->ends[1]))
				return address;
	}
	return NULL;
}

struct inet_prefix lab_wan(const struct lab *lab, unsigned int site)
{
	const struct plan_address *planned = wan_planned(lab, site);

	if (lab->wan[site].addr.family || !planned)
		return lab->wan[site];
	return planned->prefix;
}

static bool is_taken(const struct lab *lab, const struct inet_addr *addr)
{
	for (unsigned int site = 0; site < 2; site++) {
		struct inet_prefix wan = lab_wan(lab, site);

		if (inet_addr_equal(&wan.addr, addr))
			return true;
	}
	vec_foreach (node, &lab->plan->nodes)
		vec_foreach (address, &node->addresses)
			if (inet_addr_equal(&address->prefix.addr, addr))
				return true;
	return false;
}

/* The first free address of a network from number n on; family 0: it is full. */
static struct inet_addr first_free(const struct lab *lab,
				   const struct inet_prefix *network, uint32_t n)
{
	for (uint32_t tries = 0; tries < 1024; tries++) {
		struct inet_addr addr = inet_prefix_nth(network, n + tries);
		struct inet_addr next = inet_prefix_nth(network, n + tries + 1);

		/* The last address of a network is its broadcast address. */
		if (!inet_prefix_has(network, &addr) || !inet_prefix_has(network, &next))
			break;
		if (!is_taken(lab, &addr))
			return addr;
	}
	return (struct inet_addr){ 0 };
}

struct inet_prefix lab_wan_free(const struct lab *lab, unsigned int site)
{
	struct inet_prefix wan = lab_wan(lab, site);
	struct inet_prefix network = inet_prefix_network(&wan);
	uint32_t n = 1;

	for (; n < 1024; n++) {
		struct inet_addr addr = inet_prefix_nth(&network, n);

		if (inet_addr_equal(&addr, &wan.addr))
			break;
	}
	wan.addr = first_free(lab, &network, n + 1);
	if (!wan.addr.family)
		wan.addr = first_free(lab, &network, 1);
	return wan;
}

static const struct plan_route *default_route(const struct plan_node *node)
{
	vec_foreach (route, &node->routes)
		if (!route->destination.length && route->gateway.family)
			return route;
	return NULL;
}

/* The interface of the internet router that has this address. */
static const char *router_interface(const struct lab *lab, const struct inet_addr *addr,
				    unsigned int *ret_node)
{
	for (unsigned int i = 0; i < lab->plan->nodes.count; i++) {
		const struct plan_node *node = &lab->plan->nodes.items[i];

		if (node->role != NODE_INTERNET)
			continue;
		vec_foreach (address, &node->addresses)
			if (inet_addr_equal(&address->prefix.addr, addr)) {
				*ret_node = i;
				return address->interface;
			}
	}
	return NULL;
}

/* Who routes for the new address: the router we have, perhaps with one more address. */
static int router_settle(struct lab *lab, const struct inet_prefix *address,
			 const struct inet_addr *gateway, struct inet_addr *ret_gateway,
			 struct err *err)
{
	struct inet_prefix network = inet_prefix_network(address);
	struct inet_prefix own = *address;
	const char *interface;
	unsigned int node = 0;
	int rc;

	*ret_gateway = *gateway;
	if (inet_prefix_has(&network, gateway))
		return 0;
	interface = router_interface(lab, gateway, &node);
	own.addr = first_free(lab, &network, 1);
	if (inet_addr_equal(&own.addr, &address->addr))
		own.addr = first_free(lab, &network, 2);
	if (!interface || !own.addr.family)
		return err_set(err, EINVAL, "%s: no router for that network",
			       inet_prefix_text(address).s);
	rc = link_address_add(lab->nodes[node], interface, &own, err);
	if (rc == -EEXIST)
		rc = 0;
	*ret_gateway = own.addr;
	return rc;
}

/*
 * The provider's router delivers nothing more to an address that nobody has: what it
 * remembers of the neighbour would send packets round and round until their TTL ends.
 */
static int router_forget(struct lab *lab, const struct inet_addr *gateway,
			 const struct inet_prefix *old, const struct inet_prefix *new,
			 struct err *err)
{
	struct route gone = { .kind = ROUTE_BLACKHOLE,
			      .destination = inet_prefix_host(&old->addr) };
	struct route back = { .kind = ROUTE_BLACKHOLE,
			      .destination = inet_prefix_host(&new->addr) };
	unsigned int node = 0;
	int rc;

	if (!router_interface(lab, gateway, &node))
		return 0;
	(void)route_delete(lab->nodes[node], &back, NULL); /* had by somebody before */
	rc = route_add(lab->nodes[node], &gone, err);
	return rc == -EEXIST ? 0 : rc;
}

int lab_wan_change(struct lab *lab, unsigned int site, const struct inet_prefix *address,
		   struct err *err)
{
	unsigned int gateway = plan_gateway(lab->plan, site);
	const struct plan_address *planned = wan_planned(lab, site);
	const struct plan_route *way = default_route(&lab->plan->nodes.items[gateway]);
	struct inet_prefix old = lab_wan(lab, site);
	struct route route = { .kind = ROUTE_UNICAST,
			       .destination = { .addr = { .family = AF_INET } } };
	int rc;

	if (!planned || !way)
		return err_set(err, EINVAL, "%s has no WAN address that could change",
			       lab->plan->nodes.items[gateway].name);
	rc = router_settle(lab, address, &way->gateway, &route.gateway, err);
	if (!rc)
		rc = link_address_delete(lab->nodes[gateway], planned->interface, &old,
					 err);
	if (!rc)
		rc = link_address_add(lab->nodes[gateway], planned->interface, address,
				      err);
	if (!rc)
		rc = router_forget(lab, &way->gateway, &old, address, err);
	if (rc)
		return rc;
	lab->wan[site] = *address;
	/* The old default route went with its network, or is still right. */
	rc = route_add(lab->nodes[gateway], &route, err);
	return rc == -EEXIST ? 0 : rc;
}
