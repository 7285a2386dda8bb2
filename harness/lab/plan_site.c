// SPDX-License-Identifier: GPL-2.0-or-later
/* plan_site.c - the networks behind a site's gateway, and who is in them */
#include <assert.h>
#include <ctype.h>
#include <errno.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "lab/planner.h"
#include "model/way.h"

#define ROUTES_MAX 1000 /* of one site; a rehearsal needs no more */

static const struct inet_prefix everything = { .addr = { .family = AF_INET } };

/* Index of the switch of each port of the site; the WAN has none. */
struct inner_networks {
	VEC(unsigned int) switches;
};

/*
 * What people call the network: OpenWrt's "lan"; the zone of a Juniper device, "trust",
 * rather than "ethernet0/1".
 */
static const char *network_name(struct planner *planner, unsigned int site,
				const struct port *port)
{
	struct arena *arena = planner->plan->arena;
	const struct scenario_site *of = &planner->scenario->sites.items[site];
	const char *word = port->logical;
	char *name;

	vec_foreach (interface, &port->interfaces) {
		if ((*interface)->zone)
			word = (*interface)->zone;
	}
	name = arena_strdup(arena, word);
	for (char *c = name; *c; c++)
		*c = isalnum((unsigned char)*c) || *c == '-' || *c == '.'
			     ? (char)tolower((unsigned char)*c)
			     : '_';
	return arena_printf(arena, "%s-%s", of->name, name);
}

static void route_add(struct planner *planner, unsigned int site,
		      const struct site_route *route, const char *interface)
{
	struct plan_node *gateway = &planner->plan->nodes.items[planner->gateways[site]];
	/* Of such an interface there is nobody to ask for a hardware address. */
	const struct inet_addr nobody = { 0 };

	vec_add(planner->plan->arena, &gateway->routes,
		((struct plan_route){
			.destination = inet_prefix_network(&route->destination),
			.gateway = interface ? nobody : route->gateway,
			.interface = interface,
			.source = route->source,
			.is_unreachable = route->is_blackhole,
		}));
}

/* A route that is there already, by a network of the gateway or a line before. */
static bool route_is_known(const struct planner *planner, unsigned int site,
			   const struct inet_prefix *destination)
{
	const struct plan_node *gateway =
		&planner->plan->nodes.items[planner->gateways[site]];
	struct inet_prefix network = inet_prefix_network(destination);

	vec_foreach (address, &gateway->addresses) {
		struct inet_prefix own = inet_prefix_network(&address->prefix);

		if (inet_prefix_equal(&own, &network))
			return true;
	}
	vec_foreach (route, &gateway->routes) {
		if (inet_prefix_equal(&route->destination, &network))
			return true;
	}
	return false;
}

/* Is there a neighbour of that address on one of the gateway's networks? */
static bool is_neighbour(const struct ports *ports, const struct inet_addr *addr)
{
	const struct port *port = addr->family == AF_INET ? port_for(ports, addr) : NULL;

	if (!port)
		return false;
	vec_foreach (address, &port->addresses) {
		if (inet_addr_equal(&address->prefix.addr, addr))
			return false; /* itself */
	}
	return true;
}

/* A source that is none of the router's addresses: its kernel refuses the route. */
static bool has_usable_source(const struct planner *planner, unsigned int site,
			      const struct site_route *route)
{
	const struct plan_node *gateway =
		&planner->plan->nodes.items[planner->gateways[site]];

	vec_foreach (address, &gateway->addresses)
		if (inet_addr_equal(&address->prefix.addr, &route->source))
			return true;
	return !route->source.family;
}

static void site_route(struct planner *planner, unsigned int site,
		       const struct site_route *route)
{
	const struct site *of = planner->scenario->sites.items[site].site;
	const struct ports *ports = &planner->ports[site];
	const struct site_interface *interface =
		route->interface ? site_interface_find(of, route->interface) : NULL;
	const struct port *port =
		route->interface ? port_find(ports, route->interface) : NULL;

	if (route->destination.addr.family != AF_INET || !route->destination.length ||
	    (interface && interface->is_tunnel && !interface->is_device) ||
	    route_is_known(planner, site, &route->destination) ||
	    !has_usable_source(planner, site, route))
		return;
	if (route->is_blackhole ||
	    (is_neighbour(ports, &route->gateway) && !(port && port->xfrm)))
		route_add(planner, site, route, NULL);
	else if (port && (port->xfrm || !route->gateway.family))
		route_add(planner, site, route, port->device);
}

/*
 * The routes of the files, except the default one (it goes to the provider) and those
 * into tunnel interfaces, which charon's policies stand for. What a kernel would refuse
 * is left out.
 */
static void site_routes(struct planner *planner, unsigned int site)
{
	const struct site *of = planner->scenario->sites.items[site].site;
	size_t count = of->routes.count < ROUTES_MAX ? of->routes.count : ROUTES_MAX;

	for (size_t i = 0; i < count; i++)
		site_route(planner, site, &of->routes.items[i]);
}

/* Where a VTI's SAs begin: as written, else the address of what it names or the WAN's. */
static struct inet_addr vti_local(const struct planner *planner, unsigned int site,
				  const struct port *under, const struct site_vti *vti)
{
	const struct ports *ports = &planner->ports[site];

	if (vti->local.family)
		return vti->local;
	vec_foreach (port, &ports->list)
		if (under ? port == under : port->is_wan)
			vec_foreach (address, &port->addresses)
				return address->prefix.addr;
	return vti->local;
}

/* No cable: its packets leave as ESP. The interface below is the one it names. */
static void xfrm_add(struct planner *planner, unsigned int site, const struct port *port)
{
	struct arena *arena = planner->plan->arena;
	unsigned int gateway = planner->gateways[site];
	const struct port *under =
		port->xfrm->under ? port_find(&planner->ports[site], port->xfrm->under)
				  : NULL;

	if (port->xfrm->vti.is_set)
		planner->plan->nodes.items[gateway].has_vti = true;
	vec_add(arena, &planner->plan->nodes.items[gateway].xfrms,
		((struct plan_xfrm){
			.name = port->device,
			.under = under && !under->xfrm ? under->device : NULL,
			.if_id = if_id_number(&port->xfrm->if_id),
			.mtu = port->mtu,
			.follows_sa = port->xfrm->follows_sa,
			.is_vti = port->xfrm->vti.is_set,
			.in_key = vti_key(&port->xfrm->vti.in),
			.out_key = vti_key(&port->xfrm->vti.out),
			.local = vti_local(planner, site, under, &port->xfrm->vti),
			.remote = port->xfrm->vti.remote,
		}));
	vec_foreach (address, &port->addresses)
		planner_address_add(planner, gateway, port->device, &address->prefix);
}

static unsigned int network_add(struct planner *planner, unsigned int site,
				const struct port *port)
{
	const char *name = network_name(planner, site, port);
	unsigned int node = planner_switch_add(planner, name, (int)site);
	unsigned int link = planner_link_add(
		planner, name,
		(const struct planner_end[2]){
			{ planner->gateways[site], port->device, port->logical },
			{ node, "gateway", NULL } },
		port->mtu);

	planner->plan->links.items[link].capture_end = 1;
	planner->plan->links.items[link].site = (int)site;
	vec_foreach (address, &port->addresses)
		planner_address_add(planner, planner->gateways[site],
				    planner->plan->links.items[link].ends[0],
				    &address->prefix);
	return node;
}

static const char *host_place(const struct scenario_host *host, struct arena *arena)
{
	return arena_printf(arena, "%s:%u",
			    host->at.file ? host->at.file : "scenario.yml",
			    host->at.line);
}

static int host_is_off(struct planner *planner, unsigned int site,
		       const struct scenario_host *host)
{
	_cleanup_buf_ struct buf networks = { 0 };

	vec_foreach (port, &planner->ports[site].list) {
		vec_foreach (address, &port->addresses) {
			struct inet_prefix network =
				inet_prefix_network(&address->prefix);

			if (!port->is_wan && !port->xfrm)
				buf_printf(&networks, "%s%s", networks.length ? ", " : "",
					   inet_prefix_text(&network).s);
		}
	}
	return err_set(planner->err, EINVAL,
		       "%s: host %s: %s is in no network behind %s, whose files have %s",
		       host_place(host, planner->plan->arena), host->name,
		       inet_addr_text(&host->addr).s,
		       planner->scenario->sites.items[site].name,
		       networks.length ? buf_text(&networks) : "none");
}

/* The network of a port that the host is in: the longest that holds its address. */
static const struct port_address *port_network(const struct port *port,
					       const struct inet_addr *addr)
{
	const struct port_address *best = NULL;

	vec_foreach (address, &port->addresses) {
		if (inet_prefix_has(&address->prefix, addr) &&
		    (!best || address->prefix.length > best->prefix.length))
			best = address;
	}
	return best;
}

static int host_check(struct planner *planner, unsigned int site,
		      const struct scenario_host *host,
		      const struct port_address *network)
{
	struct arena *arena = planner->plan->arena;
	const struct scenario_site *of = &planner->scenario->sites.items[site];

	if (inet_addr_equal(&network->prefix.addr, &host->addr))
		return err_set(planner->err, EINVAL,
			       "%s: host %s: %s is the router's own address",
			       host_place(host, arena), host->name,
			       inet_addr_text(&host->addr).s);
	vec_foreach (other, &of->hosts) {
		if (other == host)
			break;
		if (inet_addr_equal(&other->addr, &host->addr))
			return err_set(planner->err, EINVAL,
				       "%s: host %s: %s is taken by host %s",
				       host_place(host, arena), host->name,
				       inet_addr_text(&host->addr).s, other->name);
	}
	if (host->gateway.family && !inet_prefix_has(&network->prefix, &host->gateway))
		return err_set(planner->err, EINVAL,
			       "%s: host %s: its gateway %s is not in its network %s",
			       host_place(host, arena), host->name,
			       inet_addr_text(&host->gateway).s,
			       inet_prefix_text(&network->prefix).s);
	return 0;
}

/* The switch behind one of the ports; inner has one for each. */
static unsigned int switch_of(const struct inner_networks *inner,
			      const struct ports *ports, const struct port *port)
{
	size_t index = (size_t)(port - ports->list.items);

	assert(inner->switches.items && index < inner->switches.count);
	return inner->switches.items[index];
}

static int host_add(struct planner *planner, unsigned int site,
		    const struct scenario_host *host, const struct inner_networks *inner)
{
	const struct ports *ports = &planner->ports[site];
	const struct port *port = port_for(ports, &host->addr);
	const struct port_address *network;
	struct inet_prefix address = { .addr = host->addr };
	unsigned int node, link;
	int rc;

	if (host->addr.family != AF_INET || !port || port->is_wan || port->xfrm)
		return host_is_off(planner, site, host);
	network = port_network(port, &host->addr);
	rc = host_check(planner, site, host, network);
	if (rc)
		return rc;
	node = planner_node_add(planner, host->name, NODE_HOST, (int)site);
	planner->plan->nodes.items[node].host = host;
	link = planner_link_add(
		planner, host->name,
		(const struct planner_end[2]){
			{ node, "eth0", NULL },
			{ switch_of(inner, ports, port), host->name, NULL } },
		0);
	planner->plan->links.items[link].site = (int)site;
	address.length = network->prefix.length;
	planner_address_add(planner, node, "eth0", &address);
	planner_route_add(planner, node, &everything,
			  host->gateway.family ? &host->gateway : &network->prefix.addr);
	return 0;
}

int planner_site(struct planner *planner, unsigned int site)
{
	const struct scenario_site *of = &planner->scenario->sites.items[site];
	struct inner_networks inner = { 0 };
	int rc = 0;

	vec_foreach (port, &planner->ports[site].list)
		vec_add(planner->plan->arena, &inner.switches,
			port->is_wan || port->xfrm ? 0
						   : network_add(planner, site, port));
	vec_foreach (port, &planner->ports[site].list)
		if (port->xfrm)
			xfrm_add(planner, site, port);
	site_routes(planner, site);
	vec_foreach (host, &of->hosts) {
		if (!rc)
			rc = host_add(planner, site, host, &inner);
	}
	return rc;
}
