// SPDX-License-Identifier: GPL-2.0-or-later
/* shadow.c - policies that packets never get to */
#include "model/shadow.h"

#include "base/str.h"
#include "model/pair.h"

#define RULES_MAX 4096 /* looked at before one policy; a hub has thousands */

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

static bool is_same_policy(const struct rule *a, const struct rule *b)
{
	return a->target == TARGET_TUNNEL && str_equal(a->tunnel.s, b->tunnel.s);
}

bool shadow_find(const struct site *site, const struct rule *tunnel,
		 struct shadow *ret_shadow)
{
	size_t end = (size_t)(tunnel - site->rules.items);
	size_t start = end > RULES_MAX ? end - RULES_MAX : 0;
	struct shadow shadow = { .tunnel = tunnel };

	if (site->firewall != FIREWALL_POLICY || !tunnel->src_zone || !tunnel->dest_zone)
		return false;
	for (size_t i = start; i < end; i++) {
		const struct rule *rule = &site->rules.items[i];
		enum overlap overlap;

		if (rule->is_disabled || is_same_policy(rule, tunnel) ||
		    !zone_covers(rule->src_zone, tunnel->src_zone) ||
		    !zone_covers(rule->dest_zone, tunnel->dest_zone))
			continue;
		overlap = overlap_of(rule, tunnel);
		/* What goes into another tunnel on purpose is narrower or a mistake. */
		if (overlap == OVERLAP_NONE ||
		    (overlap == OVERLAP_SOME && rule->target != TARGET_ACCEPT))
			continue;
		if (!shadow.rule || overlap == OVERLAP_WHOLE)
			shadow.rule = rule;
		shadow.is_whole = overlap == OVERLAP_WHOLE;
		if (shadow.is_whole)
			break;
	}
	if (!shadow.rule)
		return false;
	*ret_shadow = shadow;
	return true;
}

/* Does the policy send a pair of the tunnel's networks into it? */
static bool is_way_in(const struct rule *rule, const struct tunnel *tunnel)
{
	vec_foreach (child, &tunnel->children) {
		if (!child->rule_id || (!str_equal(child->rule_id, rule->id) &&
					!str_equal(child->rule_id, rule->name)))
			continue;
		vec_foreach (selector, &child->selectors)
			if (overlap_one(rule->src.items, rule->src.count,
					&selector->local) != OVERLAP_NONE &&
			    overlap_one(rule->dest.items, rule->dest.count,
					&selector->remote) != OVERLAP_NONE)
				return true;
	}
	return false;
}

bool shadow_next(const struct site *site, const struct tunnel *tunnel, size_t *index,
		 struct shadow *ret_shadow)
{
	if (site->firewall != FIREWALL_POLICY || tunnel->bind_interface)
		return false;
	for (; *index < site->rules.count; (*index)++) {
		const struct rule *rule = &site->rules.items[*index];

		if (rule->target != TARGET_TUNNEL || rule->is_disabled ||
		    !is_way_in(rule, tunnel) || !shadow_find(site, rule, ret_shadow))
			continue;
		(*index)++;
		return true;
	}
	return false;
}
