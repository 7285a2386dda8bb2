// SPDX-License-Identifier: GPL-2.0-or-later
/* policy.c - firewalls with ordered policies between zones (ScreenOS, Junos) */
#include "lab/policy.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "device/device.h"
#include "lab/policy_zone.h"
#include "model/way.h"

#define MAPS_MAX 256 /* mapped addresses that policies are asked about */

static bool is_any(const char *zone)
{
	return str_equal(zone, "*");
}

/* A rule with the ways that its zones mean, ready to be combined. */
struct ways {
	VEC(const char *) in, out;
	bool from_wan, to_wan;
};

static bool ways_make(struct policy *fw, const struct rule *rule, struct ways *ways)
{
	struct zone_gates *src =
		is_any(rule->src_zone) ? NULL : policy_zone_find(fw, rule->src_zone);
	struct zone_gates *dest =
		is_any(rule->dest_zone) ? NULL : policy_zone_find(fw, rule->dest_zone);

	if ((!src && !is_any(rule->src_zone)) || (!dest && !is_any(rule->dest_zone))) {
		ruleset_note(fw->set, &rule->at,
			     "no interface is in zone '%s': the policy catches nothing",
			     !src && !is_any(rule->src_zone) ? rule->src_zone
							     : rule->dest_zone);
		return false;
	}
	if (!src)
		vec_add(fw->set->arena, &ways->in, "");
	else
		vec_foreach (gate, &src->in)
			vec_add(fw->set->arena, &ways->in, *gate);
	if (!dest)
		vec_add(fw->set->arena, &ways->out, "");
	else
		vec_foreach (gate, &dest->out)
			vec_add(fw->set->arena, &ways->out, *gate);
	ways->from_wan = src && src->has_wan;
	ways->to_wan = dest && dest->has_wan;
	return true;
}

static void verdict_add(struct policy *fw, const struct rule *rule,
			const struct ways *ways, const char *match)
{
	const char *comment = policy_comment(fw, rule);

	switch (rule->target) {
	case TARGET_ACCEPT:
		ruleset_add(fw->set, TABLE_FILTER, "policies", match, "ACCEPT", comment);
		return;
	case TARGET_REJECT:
		if (!strstr(match, "-p "))
			ruleset_add(fw->set, TABLE_FILTER, "policies",
				    policy_words(fw, match, "-p tcp"),
				    "REJECT --reject-with tcp-reset", comment);
		ruleset_add(fw->set, TABLE_FILTER, "policies", match,
			    strstr(match, "-p tcp")
				    ? "REJECT --reject-with tcp-reset"
				    : "REJECT --reject-with icmp-port-unreachable",
			    comment);
		return;
	case TARGET_DROP:
		ruleset_add(fw->set, TABLE_FILTER, "policies", match, "DROP", comment);
		return;
	case TARGET_TUNNEL:
		break;
	}
	if (ways->to_wan || ways->from_wan)
		ruleset_add(fw->set, TABLE_FILTER, "policies",
			    policy_words(fw, match, ways->to_wan ? IPSEC_OUT : IPSEC_IN),
			    "ACCEPT", comment);
	ruleset_add(fw->set, TABLE_FILTER, "policies", match, "DROP",
		    arena_printf(fw->set->arena, "%s not in ESP", comment));
}

static void maps_make(struct policy *fw)
{
	vec_foreach (nat, &fw->site->nat) {
		if ((nat->kind == NAT_NETMAP || nat->kind == NAT_DESTINATION) &&
		    !nat->is_disabled && nat->to.addr.family == AF_INET &&
		    nat->dest.count == 1 && fw->maps.count < MAPS_MAX)
			vec_add(fw->set->arena, &fw->maps, nat);
	}
}

/*
 * Where policies name the address that the packet had (a MIP), FORWARD sees the one that
 * it has got. Junos asks its policies after static and destination NAT, as FORWARD does.
 */
static struct rule rule_after_nat(struct policy *fw, const struct rule *rule)
{
	struct rule after = *rule;

	if (!device_of(fw->site->kind)->traits.policies_before_nat)
		return after;
	memset(&after.dest, 0, sizeof(after.dest));
	vec_foreach (dest, &rule->dest) {
		struct prefix_value value = *dest;

		vec_foreach (nat, &fw->maps) {
			if (inet_prefix_equal(&(*nat)->dest.items[0].prefix,
					      &dest->prefix))
				value.prefix = (*nat)->to;
		}
		vec_add(fw->set->arena, &after.dest, value);
	}
	return after;
}

/*
 * A policy for the host behind a MIP does not let in what was sent to the MIP: that is
 * another destination there, though FORWARD no longer sees it. "" where it is none such.
 */
static const char *not_translated(struct policy *fw, const struct rule *rule)
{
	bool is_behind = false;

	if (!device_of(fw->site->kind)->traits.policies_before_nat)
		return "";
	vec_foreach (dest, &rule->dest) {
		vec_foreach (nat, &fw->maps) {
			if (inet_prefix_equal(&(*nat)->dest.items[0].prefix,
					      &dest->prefix))
				return "";
			is_behind |= inet_prefix_overlaps(&(*nat)->to, &dest->prefix) &&
				     (!(*nat)->src_zone ||
				      str_equal((*nat)->src_zone, rule->src_zone));
		}
	}
	return is_behind ? "-m conntrack ! --ctstate DNAT" : "";
}

static void policies(struct policy *fw)
{
	ruleset_chain_add(fw->set, TABLE_FILTER, "policies", NULL);
	vec_foreach (rule, &fw->site->rules) {
		struct ruleset_matches matches = { 0 };
		struct rule after = rule_after_nat(fw, rule);
		const char *untouched = not_translated(fw, rule);
		struct ways ways = { 0 };

		if (!policy_is_forward(rule) || !ways_make(fw, rule, &ways))
			continue;
		if (fw->set->count > RULESET_RULES_MAX)
			return;
		ruleset_rule_matches(fw->set, &after, &matches);
		vec_foreach (in, &ways.in) {
			vec_foreach (out, &ways.out) {
				vec_foreach (match, &matches) {
					const char *words =
						policy_words3(fw, *in, *out, *match);

					words = policy_words(fw, words, untouched);
					if (words)
						verdict_add(fw, rule, &ways, words);
				}
			}
		}
	}
}

/*
 * Sessions of a tunnel policy stay in the tunnel when its SA is gone, so this comes
 * before connection tracking: both directions of each pair, in the order of the
 * policies. A policy before it that matches the same packets decides instead.
 */
static void guard_pair(struct policy *fw, const struct rule *rule, const char *src,
		       const char *dest, bool is_out)
{
	const char *match =
		policy_words3(fw,
			      arena_printf(fw->set->arena, "-%c %s", is_out ? 'o' : 'i',
					   fw->ports->wan->device),
			      policy_words(fw, src, dest), is_out ? CLEAR_OUT : CLEAR_IN);

	/* A pair-policy guards the same two directions. */
	if (map_get(&fw->guarded, NULL, match))
		return;
	map_put(fw->set->arena, &fw->guarded, NULL, match, fw);
	ruleset_add(
		fw->set, TABLE_FILTER, "tunnel_only", match, "DROP",
		arena_printf(fw->set->arena, "%s not in ESP", policy_comment(fw, rule)));
}

static const char *guard_match(struct policy *fw, const struct prefix_value *value,
			       char option)
{
	struct inet_prefix network;

	if (!value)
		return "";
	network = inet_prefix_network(&value->prefix);
	return arena_printf(fw->set->arena, "%s-%c %s", value->is_negated ? "! " : "",
			    option, inet_prefix_text(&network).s);
}

/* One policy, source by destination; to the WAN's zone, or from it. */
static void guard_rule(struct policy *fw, const struct rule *rule, bool to_wan)
{
	size_t sources = rule->src.count ? rule->src.count : 1;
	size_t dests = rule->dest.count ? rule->dest.count : 1;

	for (size_t i = 0; i < sources * dests && i < RULESET_COMBOS_MAX; i++) {
		const struct prefix_value *src =
			rule->src.count ? &rule->src.items[i / dests] : NULL;
		const struct prefix_value *dest =
			rule->dest.count ? &rule->dest.items[i % dests] : NULL;

		if ((src && src->prefix.addr.family != AF_INET) ||
		    (dest && dest->prefix.addr.family != AF_INET))
			continue;
		guard_pair(fw, rule, guard_match(fw, src, 's'),
			   guard_match(fw, dest, 'd'), to_wan);
		guard_pair(fw, rule, guard_match(fw, dest, 's'),
			   guard_match(fw, src, 'd'), !to_wan);
	}
}

/* A policy without tunnel before others with one: what it matches is left to it. */
static void guard_exception(struct policy *fw, const struct rule *rule, bool to_wan)
{
	struct ruleset_matches matches = { 0 };
	const char *wan = fw->ports->wan->device;

	ruleset_rule_matches(fw->set, rule, &matches);
	vec_foreach (match, &matches)
		ruleset_add(fw->set, TABLE_FILTER, "tunnel_only",
			    policy_words(fw,
					 arena_printf(fw->set->arena, "-%c %s",
						      to_wan ? 'o' : 'i', wan),
					 *match),
			    "RETURN", policy_comment(fw, rule));
}

static bool zone_has_wan(struct policy *fw, const char *name)
{
	const struct zone_gates *zone = policy_zone_find(fw, name);

	return zone && zone->has_wan;
}

static const char *default_target(const struct policy *fw)
{
	return fw->site->default_forward == TARGET_ACCEPT ? "ACCEPT" : "DROP";
}

/*
 * A route into the tunnel that stays without an SA: the packets wait there. Where it goes
 * with the SA, a session that went through the tunnel is looked up anew, in the zone the
 * other route leads to: its policies decide, not that the session is known.
 */
static void guard_routes(struct policy *fw)
{
	bool has_left = false;

	vec_foreach (tunnel, &fw->site->tunnels)
		vec_foreach (child, &tunnel->children)
			vec_foreach (selector, &child->selectors) {
				const struct inet_prefix src =
					inet_prefix_network(&selector->local);
				const struct inet_prefix dst =
					inet_prefix_network(&selector->remote);

				bool is_kept = tunnel_keeps_route(fw->site, tunnel, &dst);

				if (tunnel->is_disabled || !src.length || !dst.length ||
				    dst.addr.family != AF_INET ||
				    (!is_kept && !tunnel->bind_interface))
					continue;
				has_left |= !is_kept;
				ruleset_add(fw->set, TABLE_FILTER, "tunnel_only",
					    arena_printf(fw->set->arena,
							 "-o %s -s %s -d %s " CLEAR_OUT,
							 fw->ports->wan->device,
							 inet_prefix_text(&src).s,
							 inet_prefix_text(&dst).s),
					    is_kept ? "DROP" : "left_tunnel",
					    is_kept ? "routed into the tunnel"
						    : "no longer routed into it");
			}
	if (!has_left)
		return;
	ruleset_chain_add(fw->set, TABLE_FILTER, "left_tunnel", NULL);
	ruleset_add(fw->set, TABLE_FILTER, "left_tunnel", NULL, "policies", "policies");
	ruleset_add(fw->set, TABLE_FILTER, "left_tunnel", NULL, default_target(fw),
		    "no policy matches");
}

static void guard(struct policy *fw)
{
	size_t last = 0;

	ruleset_chain_add(fw->set, TABLE_FILTER, "tunnel_only", NULL);
	for (size_t i = 0; i < fw->site->rules.count; i++) {
		if (fw->site->rules.items[i].target == TARGET_TUNNEL)
			last = i + 1;
	}
	for (size_t i = 0; i < last; i++) {
		const struct rule *rule = &fw->site->rules.items[i];
		bool to_wan = zone_has_wan(fw, rule->dest_zone);

		if (!policy_is_forward(rule) ||
		    (!to_wan && !zone_has_wan(fw, rule->src_zone)))
			continue;
		if (rule->target == TARGET_TUNNEL)
			guard_rule(fw, rule, to_wan);
		else
			guard_exception(fw, rule, to_wan);
	}
	guard_routes(fw);
}

/* Some let interfaces of one zone talk, except in the WAN's and in one that blocks. */
static void intrazone(struct policy *fw)
{
	if (!device_of(fw->site->kind)->traits.forwards_in_zone)
		return;
	vec_foreach (zone, &fw->zones) {
		const struct zone *said = site_zone_find(fw->site, zone->name);

		if (zone->has_wan || (said && said->forward != TARGET_ACCEPT))
			continue;
		vec_foreach (in, &zone->in) {
			vec_foreach (out, &zone->out)
				ruleset_add(fw->set, TABLE_FILTER, "FORWARD",
					    policy_words(fw, *in, *out), "ACCEPT",
					    arena_printf(fw->set->arena, "intrazone %s",
							 zone->name));
		}
	}
}

static void forward(struct policy *fw)
{
	guard(fw);
	policies(fw);
	ruleset_chain_add(fw->set, TABLE_FILTER, "FORWARD", "DROP");
	ruleset_add(fw->set, TABLE_FILTER, "FORWARD", NULL, "tunnel_only",
		    "tunnel policies");
	ruleset_add(fw->set, TABLE_FILTER, "FORWARD",
		    "-m conntrack --ctstate RELATED,ESTABLISHED", "ACCEPT", "sessions");
	ruleset_add(fw->set, TABLE_FILTER, "FORWARD", NULL, "policies", "policies");
	intrazone(fw);
	ruleset_add(fw->set, TABLE_FILTER, "FORWARD", NULL, default_target(fw),
		    "no policy matches");
}

/* Rules for the device itself: Junos host-inbound-traffic, ScreenOS manage. */
static void input_rules(struct policy *fw)
{
	vec_foreach (rule, &fw->site->rules) {
		struct ruleset_matches matches = { 0 };
		struct zone_gates *zone;

		if (rule->is_disabled || rule->dest_zone || !rule->src_zone)
			continue;
		zone = policy_zone_find(fw, rule->src_zone);
		if (!zone)
			continue;
		ruleset_rule_matches(fw->set, rule, &matches);
		vec_foreach (in, &zone->in) {
			vec_foreach (match, &matches)
				if (policy_words(fw, *in, *match))
					ruleset_add(fw->set, TABLE_FILTER, "INPUT",
						    policy_words(fw, *in, *match),
						    rule->target == TARGET_ACCEPT
							    ? "ACCEPT"
							    : "DROP",
						    policy_comment(fw, rule));
		}
	}
}

static void input(struct policy *fw)
{
	static const char *const ike[] = {
		"-p udp -m udp --dport 500",
		"-p udp -m udp --dport 4500",
		"-p esp",
	};
	static const char *const inner[] = {
		"-p icmp",
		"-p udp -m udp --dport 53",
		"-p tcp -m tcp --dport 53",
	};
	struct ruleset *set = fw->set;
	const char *wan = fw->ports->wan->device;

	ruleset_chain_add(set, TABLE_FILTER, "INPUT", "DROP");
	ruleset_add(set, TABLE_FILTER, "INPUT", "-i lo", "ACCEPT", "loopback");
	ruleset_add(set, TABLE_FILTER, "INPUT",
		    "-m conntrack --ctstate RELATED,ESTABLISHED", "ACCEPT", "sessions");
	for (size_t i = 0; fw->site->is_ike_open && i < ARRAY_SIZE(ike); i++)
		ruleset_add(set, TABLE_FILTER, "INPUT",
			    arena_printf(set->arena, "-i %s %s", wan, ike[i]), "ACCEPT",
			    "the device answers IKE and ESP");
	input_rules(fw);
	vec_foreach (port, &fw->ports->list) {
		for (size_t i = 0; !port->is_wan && i < ARRAY_SIZE(inner); i++)
			ruleset_add(set, TABLE_FILTER, "INPUT",
				    arena_printf(set->arena, "-i %s %s", port->device,
						 inner[i]),
				    "ACCEPT", "inner networks");
	}
}

void policy_generate(struct ruleset *set, const struct site *site,
		     const struct ports *ports)
{
	struct policy fw = { .set = set, .site = site, .ports = ports };

	policy_zones_make(&fw);
	maps_make(&fw);
	input(&fw);
	forward(&fw);
	policy_nat(&fw);
}
