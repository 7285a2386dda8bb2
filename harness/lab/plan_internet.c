// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * plan_internet.c - the Internet between the sites: providers, NAT, public hosts
 *
 * Everybody is attached by a network of a provider, in which the internet router has
 * the address that the attached one uses as its gateway. Two whose networks overlap
 * (both sites at one provider) share a switch; else it is one cable. Captures are made
 * at the router's or the switch's end.
 */
#include <errno.h>

#include "base/err.h"
#include "base/str.h"
#include "lab/planner.h"

#define PUBLIC_LENGTH 24 /* a public host's network */

static const struct inet_prefix everything = { .addr = { .family = AF_INET } };

/* The network of an attachment: one that is there already, made wider, or a new one. */
static unsigned int network_join(struct planner *planner,
				 const struct attachment *attachment)
{
	struct inet_prefix wanted = inet_prefix_network(&attachment->address);
	struct provider_network *network;

	for (unsigned int i = 0; i < planner->networks.count; i++) {
		network = &planner->networks.items[i];
		if (!inet_prefix_overlaps(&network->network, &wanted))
			continue;
		if (wanted.length < network->network.length)
			network->network = wanted;
		network->members++;
		if (!network->router.family)
			network->router = attachment->gateway;
		return i;
	}
	network = vec_push(planner->plan->arena, &planner->networks);
	network->network = wanted;
	network->router = attachment->gateway;
	network->members = 1;
	network->hub = -1;
	return (unsigned int)planner->networks.count - 1;
}

static int attach(struct planner *planner, struct attachment attachment)
{
	vec_foreach (other, &planner->attachments) {
		if (inet_addr_equal(&other->address.addr, &attachment.address.addr))
			return err_set(planner->err, EINVAL,
				       "%s: %s and %s have the same address %s",
				       planner->scenario->name,
				       planner->plan->nodes.items[other->node].name,
				       planner->plan->nodes.items[attachment.node].name,
				       inet_addr_text(&attachment.address.addr).s);
	}
	attachment.group = network_join(planner, &attachment);
	vec_add(planner->plan->arena, &planner->attachments, attachment);
	return 0;
}

/* What the peer's files dial, when it is an address; else one of TEST-NET-1. */
static struct inet_prefix nat_outside(const struct planner *planner, unsigned int site)
{
	const struct site *peer = planner->scenario->sites.items[1 - site].site;
	struct inet_prefix outside = { .length = PUBLIC_LENGTH };

	vec_foreach (tunnel, &peer->tunnels) {
		if (tunnel->is_disabled)
			continue;
		vec_foreach (remote, &tunnel->remotes) {
			if (remote->kind == ENDPOINT_ADDRESS &&
			    remote->addr.family == AF_INET &&
			    !inet_addr_equal(&remote->addr,
					     &planner->ports[site].wan_address.addr)) {
				outside.addr = remote->addr;
				return outside;
			}
		}
	}
	(void)inet_addr_parse(site ? "192.0.2.20" : "192.0.2.10", &outside.addr);
	return outside;
}

/* The provider's NAT router: the site's WAN behind it, its own address outside. */
static unsigned int nat_add(struct planner *planner, unsigned int site)
{
	struct arena *arena = planner->plan->arena;
	const struct ports *ports = &planner->ports[site];
	const char *name = planner->scenario->sites.items[site].name;
	const char *nat_name = arena_printf(arena, "%s-nat", name);
	unsigned int node = planner_node_add(planner, nat_name, NODE_NAT, -1);
	unsigned int link =
		planner_link_add(planner, nat_name,
				 (const struct planner_end[2]){ { node, "inside", NULL },
								{ planner->gateways[site],
								  ports->wan->device,
								  ports->wan->logical } },
				 ports->wan->mtu);
	struct plan_link *cable = &planner->plan->links.items[link];
	struct inet_prefix inside = ports->wan_address;

	inside.addr = ports->gateway;
	planner->plan->nodes.items[node].is_forwarding = true;
	cable->is_internet = true;
	cable->capture_end = 0;
	cable->site = (int)site;
	planner_address_add(planner, node, "inside", &inside);
	planner_address_add(planner, planner->gateways[site], cable->ends[1],
			    &ports->wan_address);
	planner_route_add(planner, planner->gateways[site], &everything, &ports->gateway);
	return node;
}

static int attach_site(struct planner *planner, unsigned int site)
{
	struct arena *arena = planner->plan->arena;
	const struct scenario_site *of = &planner->scenario->sites.items[site];
	const struct ports *ports = &planner->ports[site];
	struct attachment attachment = {
		.link = arena_printf(arena, "%s-wan", of->name),
		.node = planner->gateways[site],
		.interface = ports->wan->device,
		.logical = ports->wan->logical,
		.address = ports->wan_address,
		.gateway = ports->gateway,
		.mtu = ports->wan->mtu,
		.site = (int)site,
		.at = of->at,
	};

	if (of->is_behind_nat) {
		attachment.node = nat_add(planner, site);
		attachment.interface = "outside";
		attachment.logical = NULL;
		attachment.address = nat_outside(planner, site);
		attachment.gateway = inet_prefix_nth(&attachment.address, 1);
		if (inet_addr_equal(&attachment.gateway, &attachment.address.addr))
			attachment.gateway = inet_prefix_nth(&attachment.address, 2);
	}
	planner->outside[site] = attachment.address;
	return attach(planner, attachment);
}

static int attach_host(struct planner *planner, const struct scenario_host *host)
{
	struct attachment attachment = {
		.link = host->name,
		.interface = "eth0",
		.address = { .addr = host->addr, .length = PUBLIC_LENGTH },
		.gateway = host->gateway,
		.site = -1,
		.at = host->at,
	};

	if (host->addr.family != AF_INET)
		return err_set(planner->err, EINVAL,
			       "%s:%u: host %s: only IPv4 is rehearsed",
			       host->at.file ? host->at.file : "scenario.yml",
			       host->at.line, host->name);
	if (host->gateway.family && !inet_prefix_has(&attachment.address, &host->gateway))
		return err_set(planner->err, EINVAL,
			       "%s:%u: host %s: its gateway is not in its network %s",
			       host->at.file ? host->at.file : "scenario.yml",
			       host->at.line, host->name,
			       inet_prefix_text(&attachment.address).s);
	attachment.node = planner_node_add(planner, host->name, NODE_HOST, -1);
	planner->plan->nodes.items[attachment.node].host = host;
	return attach(planner, attachment);
}

static bool address_is_taken(const struct planner *planner, const struct inet_addr *addr)
{
	vec_foreach (member, &planner->attachments) {
		if (inet_addr_equal(&member->address.addr, addr))
			return true;
	}
	return false;
}

/* The router's address in a network: a member's gateway, else the first that is free. */
static void network_router_settle(struct planner *planner,
				  struct provider_network *network)
{
	/* Two sites on one cable may each be the other's gateway: no router then. */
	if (network->router.family && address_is_taken(planner, &network->router))
		network->router.family = 0;
	for (uint32_t n = 1; !network->router.family && n < 255; n++) {
		struct inet_addr addr = inet_prefix_nth(&network->network, n);

		if (!address_is_taken(planner, &addr))
			network->router = addr;
	}
}

/* The router's addresses in a network: one for each gateway that somebody uses. */
static void network_addresses(struct planner *planner, unsigned int group,
			      const char *interface)
{
	const struct provider_network *network = &planner->networks.items[group];
	struct plan_node *router = &planner->plan->nodes.items[planner->internet];
	struct inet_prefix address = network->network;
	size_t first = router->addresses.count;

	address.addr = network->router;
	planner_address_add(planner, planner->internet, interface, &address);
	vec_foreach (member, &planner->attachments) {
		bool is_known = member->group != group || !member->gateway.family ||
				address_is_taken(planner, &member->gateway);

		for (size_t i = first; i < router->addresses.count; i++)
			is_known |=
				inet_addr_equal(&router->addresses.items[i].prefix.addr,
						&member->gateway);
		if (is_known)
			continue;
		address.addr = member->gateway;
		planner_address_add(planner, planner->internet, interface, &address);
	}
}

/* A switch for a network with several members. */
static void network_hub(struct planner *planner, unsigned int group)
{
	struct provider_network *network = &planner->networks.items[group];
	unsigned int hub, link;

	hub = planner_switch_add(planner, "provider", -1);
	network->hub = (int)hub;
	link = planner_link_add(
		planner, "provider",
		(const struct planner_end[2]){ { planner->internet, "provider", NULL },
					       { hub, "internet", NULL } },
		0);
	planner->plan->links.items[link].is_internet = true;
	network_addresses(planner, group, planner->plan->links.items[link].ends[0]);
}

static void member_connect(struct planner *planner, const struct attachment *member)
{
	const struct provider_network *network = &planner->networks.items[member->group];
	unsigned int near_node =
		network->hub < 0 ? planner->internet : (unsigned int)network->hub;
	const char *name = planner->plan->nodes.items[member->node].name;
	struct inet_prefix address = member->address;
	unsigned int index = planner_link_add(
		planner, member->link,
		(const struct planner_end[2]){
			{ near_node, name, NULL },
			{ member->node, member->interface, member->logical } },
		member->mtu);
	struct plan_link *link = &planner->plan->links.items[index];

	link->is_internet = true;
	link->capture_end = 0;
	link->site = member->site;
	if (network->hub < 0)
		network_addresses(planner, member->group, link->ends[0]);
	else
		address.length = network->network.length;
	planner_address_add(planner, member->node, link->ends[1], &address);
	planner_route_add(planner, member->node, &everything,
			  member->gateway.family ? &member->gateway : &network->router);
}

int planner_internet(struct planner *planner)
{
	int rc = 0;

	for (unsigned int i = 0; !rc && i < PLAN_SITES; i++)
		rc = attach_site(planner, i);
	vec_foreach (host, &planner->scenario->internet) {
		if (!rc)
			rc = attach_host(planner, host);
	}
	if (rc)
		return rc;
	for (unsigned int i = 0; i < planner->networks.count; i++) {
		network_router_settle(planner, &planner->networks.items[i]);
		if (planner->networks.items[i].members > 1)
			network_hub(planner, i);
	}
	vec_foreach (member, &planner->attachments)
		member_connect(planner, member);
	return 0;
}

struct inet_addr planner_provider_dns(const struct planner *planner, unsigned int node)
{
	vec_foreach (member, &planner->attachments) {
		if (member->node == node)
			return planner->networks.items[member->group].router;
	}
	return planner->networks.items[0].router;
}
