/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * junos_reader.h - what the parts of the Junos importer share
 *
 * Theory of operation. junos_text.c reads all files into one tree, junos_groups.c
 * puts in what groups inherit; then each part below asks the tree for its hierarchy
 * and fills the site. junos_check.c at last names what nobody asks for.
 */
#ifndef TWINSITE_IMPORT_JUNOS_READER_H
#define TWINSITE_IMPORT_JUNOS_READER_H

#include "import/junos_tree.h"

#define JUNOS_EXPANSION_MAX 300000 /* addresses and services of policies and zones */
#define JUNOS_SET_DEPTH	    8	   /* sets of sets */

struct junos_gateway {
	struct tunnel tunnel;
	const char *external; /* interface with its unit, NULL: not written */
	bool is_used;
	struct junos_gateway *next;
};

struct junos_vpn {
	const struct junos_node *node;
	struct junos_gateway *gateway; /* NULL: not there, remarked */
	const char *bind_interface;
	struct child template; /* what all its children have in common */
	bool is_used;	       /* by a policy */
	struct junos_vpn *next;
};

struct junos {
	struct junos_tree tree;
	struct arena *arena;
	struct site *site;
	const struct junos_node *security;
	struct map gateway_map, vpn_map;
	struct map interface_map; /* name → the zone's node */
	struct map unit_map;	  /* name → place in site.interfaces, from 1 */
	struct junos_gateway *gateways, **gateways_end;
	struct junos_vpn *vpns, **vpns_end;
	struct map books; /* zone name → struct junos_books */
	size_t expanded;
};

/* The addresses that a policy's names stand for. */
struct junos_side {
	VEC(struct prefix_value) prefixes;
	VEC(struct text) names;
	bool is_any;
	bool has_set;
	bool is_wrong; /* a name is not there: the device refuses the commit */
};

struct junos_app {
	const char *protocol; /* "tcp", "udp", "icmp", a number; "all" */
	struct port_range src, dest;
};

struct junos_apps {
	VEC(struct junos_app) list;
	bool is_any, is_wrong;
};

struct origin junos_default(void);
struct text junos_text(const struct junos_node *node);
/* A number below node; unset when there is none, remarked when it is no number. */
struct number junos_number(struct junos *junos, const struct junos_node *node,
			   const char *keyword);
/* False, with one remark, when policies name too much. */
bool junos_is_expansion_left(struct junos *junos, struct origin at);

/* junos_net.c: interfaces, zones, host-inbound-traffic, routes */
void junos_network_build(struct junos *junos);
/* Which interfaces learn routes by OSPF, BGP or RIP; after the interfaces are built. */
void junos_routing_build(struct junos *junos);
void junos_inbound_build(struct junos *junos);
/* "ge-0/0/0" is "ge-0/0/0.0". */
const char *junos_interface_name(const struct junos *junos, const char *word);
const char *junos_zone_of(const struct junos *junos, const char *interface);

/* junos_book.c: address books and applications */
void junos_books_build(struct junos *junos);
void junos_side_add(struct junos *junos, struct junos_side *side, const char *zone,
		    const struct junos_node *name, const char *what);
void junos_apps_add(struct junos *junos, struct junos_apps *apps,
		    const struct junos_node *name, const char *what);

/* junos_proposal.c: proposals of a policy, phase 1 or 2; appended to proposals */
struct junos_proposals {
	VEC(struct proposal) list;
	const char *auth; /* "pre-shared-keys" of the first; NULL: not said */
	struct origin auth_at;
};
void junos_proposals_read(struct junos *junos, int phase, const struct junos_node *policy,
			  struct junos_proposals *proposals);

/* junos_ike.c */
void junos_gateways_build(struct junos *junos);

/* junos_vpn.c */
void junos_vpns_build(struct junos *junos);
void junos_vpns_finish(struct junos *junos);
struct child *junos_child_add(struct junos *junos, struct junos_vpn *vpn,
			      const struct selector *selector, const char *name,
			      struct origin at);

/* junos_policy.c, junos_nat.c */
void junos_policies_build(struct junos *junos);
void junos_nat_build(struct junos *junos);

/* junos_check.c */
void junos_check(struct junos *junos);

#endif
