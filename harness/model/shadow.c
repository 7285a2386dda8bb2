// SPDX-License-Identifier: GPL-2.0-or-later
/* shadow.c - policies that packets never get to */
#include "model/shadow.h"

#include "base/map.h"
#include "base/str.h"

#define BEFORE_MAX 256 /* policies without a tunnel that are tried before one with */

static bool zone_covers(const char *zone, const char *other)
{
	return str_equal(zone, "*") || str_equal(zone, other);
}

enum overlap {
	OVERLAP_NONE,
	OVERLAP_SOME,
	OVERLAP_WHOLE,
};

/* How much of the network do the prefixes of a policy hold? None means any. */
static enum overlap overlap_one(const struct prefix_value *items, size_t count,
				const struct inet_prefix *net)
{
	enum overlap overlap = count ? OVERLAP_NONE : OVERLAP_WHOLE;

	for (size_t i = 0; i < count; i++) {
		const struct inet_prefix *prefix = &items[i].prefix;

		if (items[i].is_negated)
			return OVERLAP_NONE; /* no order of sets is tried here */
		if (prefix->addr.family != net->addr.family)
			continue;
		if (prefix->length <= net->length && inet_prefix_has(prefix, &net->addr))
			return OVERLAP_WHOLE;
		if (inet_prefix_has(net, &prefix->addr))
			overlap = OVERLAP_SOME;
	}
	return overlap;
}

static enum overlap overlap_all(const struct prefix_value *items, size_t count,
				const struct prefix_value *nets, size_t net_count)
{
	enum overlap overlap = OVERLAP_WHOLE;
	bool has_some = false;

	for (size_t i = 0; i < net_count; i++) {
		enum overlap one = overlap_one(items, count, &nets[i].prefix);

		has_some |= one != OVERLAP_NONE;
		if (one < overlap)
			overlap = one;
	}
	if (!net_count) /* the tunnel's policy is for any itself */
		return count ? OVERLAP_SOME : OVERLAP_WHOLE;
	return overlap == OVERLAP_NONE && has_some ? OVERLAP_SOME : overlap;
}

/* Of the applications of one policy each is a rule of its own: some packets only. */
static bool is_for_all(const struct rule *rule)
{
	return (!rule->protocols.count || str_equal(rule->protocols.items[0].s, "all")) &&
	       !rule->dest_ports.count && !rule->src_ports.count &&
	       !rule->icmp_types.count;
}

static enum overlap overlap_of(const struct rule *rule, const struct rule *tunnel)
{
	enum overlap src = overlap_all(rule->src.items, rule->src.count,
				       tunnel->src.items, tunnel->src.count);
	enum overlap dest = overlap_all(rule->dest.items, rule->dest.count,
					tunnel->dest.items, tunnel->dest.count);

	if (src == OVERLAP_NONE || dest == OVERLAP_NONE)
		return OVERLAP_NONE;
	if (src == OVERLAP_WHOLE && dest == OVERLAP_WHOLE && is_for_all(rule))
		return OVERLAP_WHOLE;
	return OVERLAP_SOME;
}

/* Of the policies before it: the first that takes all, else the first that takes some. */
static bool find_before(const struct rule *const *before, size_t count,
			const struct rule *rule, struct shadow *ret_shadow)
{
	struct shadow shadow = { .rule_of_tunnel = rule };

	for (size_t i = 0; i < count && !shadow.is_whole; i++) {
		enum overlap overlap;

		if (!zone_covers(before[i]->src_zone, rule->src_zone) ||
		    !zone_covers(before[i]->dest_zone, rule->dest_zone))
			continue;
		overlap = overlap_of(before[i], rule);
		shadow.is_whole = overlap == OVERLAP_WHOLE;
		if (shadow.is_whole || (overlap == OVERLAP_SOME && !shadow.rule &&
					before[i]->target == TARGET_ACCEPT))
			shadow.rule = before[i];
	}
	if (!shadow.rule)
		return false;
	*ret_shadow = shadow;
	return true;
}

struct way {
	const struct tunnel *tunnel;
	const struct child *child;
	const struct way *next; /* of the same policy */
};

static void ways_make(struct arena *arena, const struct site *site, struct map *ways)
{
	vec_foreach (tunnel, &site->tunnels)
		vec_foreach (child, &tunnel->children) {
			struct way *way;

			if (tunnel->is_disabled || tunnel->bind_interface ||
			    !child->rule_id)
				continue;
			way = arena_alloc(arena, sizeof(*way));
			*way = (struct way){ tunnel, child,
					     map_get(ways, NULL, child->rule_id) };
			map_put(arena, ways, NULL, child->rule_id, way);
		}
}

static const struct tunnel *tunnel_by(const struct map *ways, const char *id,
				      const struct rule *rule)
{
	const struct way *way = map_get(ways, NULL, id);

	for (; way; way = way->next)
		vec_foreach (selector, &way->child->selectors)
			if (overlap_one(rule->src.items, rule->src.count,
					&selector->local) != OVERLAP_NONE &&
			    overlap_one(rule->dest.items, rule->dest.count,
					&selector->remote) != OVERLAP_NONE)
				return way->tunnel;
	return NULL;
}

/*
 * The tunnel whose networks the policy sends into it; NULL: none. A child has the id of
 * the first policy of its pair, which may be the one for what comes in.
 */
static const struct tunnel *tunnel_of(const struct map *ways, const struct rule *rule)
{
	const struct tunnel *tunnel =
		tunnel_by(ways, rule->id ? rule->id : rule->name, rule);

	return tunnel || !rule->pair ? tunnel : tunnel_by(ways, rule->pair, rule);
}

void shadows_find(struct arena *arena, const struct site *site,
		  struct shadows *ret_shadows)
{
	const struct rule *before[BEFORE_MAX];
	struct map ways = { 0 };
	size_t count = 0;

	*ret_shadows = (struct shadows){ 0 };
	if (site->firewall != FIREWALL_POLICY)
		return;
	ways_make(arena, site, &ways);
	vec_foreach (rule, &site->rules) {
		struct shadow shadow;

		if (rule->is_disabled || !rule->src_zone || !rule->dest_zone)
			continue;
		if (rule->target != TARGET_TUNNEL) {
			if (count < BEFORE_MAX)
				before[count++] = rule;
			continue;
		}
		if (!count || !(rule->id || rule->name) ||
		    !find_before(before, count, rule, &shadow))
			continue;
		shadow.tunnel = tunnel_of(&ways, rule);
		if (shadow.tunnel)
			vec_add(arena, &ret_shadows->list, shadow);
	}
}
