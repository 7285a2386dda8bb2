/* SPDX-License-Identifier: GPL-2.0-or-later */
/* planner.h - a plan in the making; only for plan.c and plan_*.c */
#ifndef TWINSITE_LAB_PLANNER_H
#define TWINSITE_LAB_PLANNER_H

#include "lab/plan.h"
#include "lab/port.h"

struct err;

#define PLAN_SITES 2

/* Somebody who is connected to the Internet by a network of a provider. */
struct attachment {
	const char *link;      /* "home-wan", "public" */
	unsigned int node;     /* who */
	const char *interface; /* the wanted Linux name at the node */
	const char *logical;
	struct inet_prefix address; /* its own */
	struct inet_addr gateway;   /* family 0: the network's first router */
	unsigned int mtu;
	int site;
	unsigned int group;
	struct origin at;
};

/* One network of a provider; the internet router has an address in it. */
struct provider_network {
	struct inet_prefix network;
	struct inet_addr router; /* of the first who needs it */
	size_t members;
	int hub; /* node index of the switch when there are several members, else -1 */
};

struct planner {
	struct plan *plan;
	const struct scenario *scenario;
	enum esp_plane plane;
	struct ports ports[PLAN_SITES];
	unsigned int gateways[PLAN_SITES];
	unsigned int internet;
	struct inet_prefix outside[PLAN_SITES]; /* how the Internet knows the site */
	VEC(struct attachment) attachments;
	VEC(struct provider_network) networks;
	struct err *err;
};

/* plan_network.c */
unsigned int planner_node_add(struct planner *planner, const char *name,
			      enum node_role role, int site);
unsigned int planner_switch_add(struct planner *planner, const char *name, int site);

struct planner_end {
	unsigned int node;
	const char *interface; /* wanted; made legal and unique in the node */
	const char *logical;
};
/* Returns the index of the link. */
unsigned int planner_link_add(struct planner *planner, const char *name,
			      const struct planner_end ends[2], unsigned int mtu);

void planner_address_add(struct planner *planner, unsigned int node,
			 const char *interface, const struct inet_prefix *address);
void planner_route_add(struct planner *planner, unsigned int node,
		       const struct inet_prefix *destination,
		       const struct inet_addr *gateway);

/* plan_internet.c: providers, NAT before a site, public hosts. */
int planner_internet(struct planner *planner);
/* The provider's DNS server as a node sees it: the router of its network. */
struct inet_addr planner_provider_dns(const struct planner *planner, unsigned int node);

/* plan_site.c: inner networks and their hosts. */
int planner_site(struct planner *planner, unsigned int site);

/* plan_service.c: firewalls, DNS, files. */
void planner_services(struct planner *planner);

#endif
