/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * site_index.h - where in a site is what has to do with an address?
 *
 * For hubs: predict asks for each of N tunnels which interface holds an address, which
 * rule takes a packet and where the routes lead, and a hub has a rule or two, an interface
 * and a route for each. The index belongs to a site that no longer changes; site_wan(),
 * site_interface_for(), site_interface_find(), site_zone_of_interface(), site_own_file(),
 * site_has_way_to() and site_zoneless() look there when there is one, and else everywhere, with the same answers.
 */
#ifndef TWINSITE_MODEL_SITE_INDEX_H
#define TWINSITE_MODEL_SITE_INDEX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "model/site.h"

struct site_index;

/*
 * The same site with an index, in the arena (itself, when it has one). All that it consists
 * of is borrowed, and must not change as long as this is used.
 */
const struct site *site_indexed(struct arena *arena, const struct site *site);

/* What the functions of site.h of these names answer. */
struct site_interface *site_index_wan(const struct site_index *index);
struct site_interface *site_index_interface_for(const struct site_index *index,
						const struct inet_addr *addr);
struct site_interface *site_index_interface_find(const struct site_index *index,
						 const char *name);
struct zone *site_index_zone_of(const struct site_index *index,
				const struct site_interface *interface);
const struct tunnel *site_index_own_file(const struct site_index *index);
/* Those of way.h. */
bool site_index_has_way_to(const struct site_index *index,
			   const struct inet_prefix *network);
const struct site_interface *site_index_zoneless(const struct site_index *index);

/* The routes through an interface, by its name or by a gateway that is connected there. */
struct site_index_routes {
	VEC(const struct site_route *) list;
};
const struct site_index_routes *site_index_routes(const struct site_index *index,
						  const char *interface);

/* A packet, and the names of the zones that it may come from and go to. */
struct site_index_question {
	const struct inet_addr *src, *dst;
	const char *const *from, *const *to;
	size_t from_count, to_count;
};

/*
 * The first rule, in the device's order, that fits() says yes to. Asked are at least all
 * between two of these zones ("*" is any) whose networks hold the two addresses, and
 * hardly more.
 */
const struct rule *site_index_rule(const struct site_index *index,
				   const struct site_index_question *question,
				   bool (*fits)(const struct rule *rule, void *user),
				   void *user);

#endif
