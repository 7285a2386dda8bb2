// SPDX-License-Identifier: GPL-2.0-or-later
/* policy_nat.c - address translation of ScreenOS and Junos, in the device's order */
#include "lab/policy_zone.h"

static const char *nat_target(struct policy *fw, const struct nat_rule *rule)
{
	struct arena *arena = fw->set->arena;
	struct inet_prefix to = inet_prefix_network(&rule->to);
	struct inet_addr first, last;

	if (rule->to.addr.family != AF_INET)
		return "MASQUERADE";
	if (to.length < 8 || to.length > 30)
		return arena_printf(arena, "SNAT --to-source %s",
				    inet_addr_text(&rule->to.addr).s);
	/* A pool: all of the network but its own and its broadcast address. */
	first = inet_prefix_nth(&to, 1);
	last = inet_prefix_nth(&to, (1U << (32 - to.length)) - 2);
	return arena_printf(arena, "SNAT --to-source %s-%s", inet_addr_text(&first).s,
			    inet_addr_text(&last).s);
}

/* Sources of a rule that names none: the networks of its zone. */
static void source_nat_add(struct policy *fw, const struct zone_gates *src,
			   const struct zone_gates *dest, bool has_source,
			   const struct ruleset_matches *matches, const char *target,
			   const char *comment)
{
	static const char *any[] = { "" };
	const char *const *sources = has_source || !src ? any : src->sources.items;
	size_t count = has_source || !src ? 1 : src->sources.count;
	const char *const *outs = dest ? dest->out.items : any;
	size_t out_count = dest ? dest->out.count : 1;

	for (size_t s = 0; s < count; s++) {
		for (size_t o = 0; o < out_count; o++) {
			vec_foreach (match, matches) {
				const char *words =
					policy_words3(fw, outs[o], sources[s], *match);

				if (words)
					ruleset_add(fw->set, TABLE_NAT, "source_nat",
						    words, target, comment);
			}
		}
	}
}

/* Junos rule-sets in their order, `off` among them. */
static void nat_rules(struct policy *fw)
{
	vec_foreach (rule, &fw->site->nat) {
		struct zone_gates *src =
			rule->src_zone ? policy_zone_find(fw, rule->src_zone) : NULL;
		struct zone_gates *dest =
			rule->dest_zone ? policy_zone_find(fw, rule->dest_zone) : NULL;
		struct ruleset_matches matches = { 0 };

		if (rule->is_disabled ||
		    (rule->kind != NAT_SOURCE && rule->kind != NAT_EXEMPT))
			continue;
		if ((rule->src_zone && !src) || (rule->dest_zone && !dest)) {
			ruleset_note(fw->set, &rule->at, "no interface is in its zone");
			continue;
		}
		ruleset_nat_matches(fw->set, rule, &matches);
		source_nat_add(fw, src, dest, rule->src.count > 0, &matches,
			       rule->kind == NAT_EXEMPT ? "ACCEPT" : nat_target(fw, rule),
			       ruleset_comment(fw->set->arena, &rule->at, "nat"));
	}
}

/* `nat src` of policies: the first policy that matches decides for the session. */
static void nat_policies(struct policy *fw)
{
	vec_foreach (rule, &fw->site->rules) {
		struct ruleset_matches matches = { 0 };
		struct zone_gates *src, *dest;

		if (!policy_is_forward(rule))
			continue;
		src = policy_zone_find(fw, rule->src_zone);
		dest = policy_zone_find(fw, rule->dest_zone);
		if (!dest || !dest->has_wan || rule->target == TARGET_DROP ||
		    rule->target == TARGET_REJECT)
			continue;
		ruleset_rule_matches(fw->set, rule, &matches);
		source_nat_add(fw, src, dest, rule->src.count > 0, &matches,
			       rule->is_source_nat	       ? "MASQUERADE"
			       : rule->target == TARGET_TUNNEL ? "ACCEPT"
							       : "RETURN",
			       policy_comment(fw, rule));
	}
}

/* ScreenOS interfaces in NAT mode translate what goes out, but not into a tunnel. */
static void nat_modes(struct policy *fw)
{
	vec_foreach (zone, &fw->zones) {
		if (!zone->is_nat || zone->has_wan)
			continue;
		vec_foreach (source, &zone->sources)
			ruleset_add(fw->set, TABLE_NAT, "POSTROUTING",
				    arena_printf(fw->set->arena, "-o %s %s " CLEAR_OUT,
						 fw->ports->wan->device, *source),
				    "MASQUERADE",
				    arena_printf(fw->set->arena,
						 "interface in NAT mode, zone %s",
						 zone->name));
	}
}

static void gates_nat(struct policy *fw, const struct nat_rule *rule, const char *chain,
		      const char *direction, const char *matches, const char *target)
{
	const struct site_interface *interface =
		rule->interface ? site_interface_find(fw->site, rule->interface) : NULL;
	const struct zone_gates *zone =
		rule->src_zone ? policy_zone_find(fw, rule->src_zone) : NULL;
	struct zone_gates own;
	const char *wan = arena_printf(fw->set->arena, "-%c %s", *direction,
				       fw->ports->wan->device);
	const char *const *gates;
	size_t count;

	if (interface) {
		policy_tunnel_gates(fw, interface, &own);
		zone = &own;
	}
	gates = !zone ? &wan : *direction == 'i' ? zone->in.items : zone->out.items;
	count = !zone ? 1 : *direction == 'i' ? zone->in.count : zone->out.count;
	for (size_t i = 0; i < count; i++)
		ruleset_add(fw->set, TABLE_NAT, chain,
			    policy_words(fw, gates[i], matches), target,
			    ruleset_comment(fw->set->arena, &rule->at, "nat"));
}

/* One address, or a network, for another in both directions: ScreenOS MIP. */
static void nat_map(struct policy *fw, const struct nat_rule *rule)
{
	struct arena *arena = fw->set->arena;
	struct inet_prefix inside = inet_prefix_network(&rule->to), outside;

	if (rule->dest.count != 1 || rule->dest.items[0].prefix.addr.family != AF_INET)
		return;
	outside = inet_prefix_network(&rule->dest.items[0].prefix);
	gates_nat(fw, rule, "PREROUTING", "i",
		  arena_printf(arena, "-d %s", inet_prefix_text(&outside).s),
		  arena_printf(arena, "NETMAP --to %s", inet_prefix_text(&inside).s));
	gates_nat(fw, rule, "source_nat", "o",
		  arena_printf(arena, "-s %s", inet_prefix_text(&inside).s),
		  arena_printf(arena, "NETMAP --to %s", inet_prefix_text(&outside).s));
}

/* A mapped address answers for a host behind: MIP, VIP, destination NAT. */
static void nat_destination(struct policy *fw)
{
	struct arena *arena = fw->set->arena;

	vec_foreach (rule, &fw->site->nat) {
		struct ruleset_matches matches = { 0 };
		const char *to;

		if (rule->is_disabled || rule->to.addr.family != AF_INET)
			continue;
		if (rule->kind == NAT_NETMAP)
			nat_map(fw, rule);
		if (rule->kind != NAT_DESTINATION)
			continue;
		to = arena_printf(arena, "DNAT --to-destination %s",
				  inet_addr_text(&rule->to.addr).s);
		if (rule->to_port)
			to = arena_printf(arena, "%s:%u", to, rule->to_port);
		ruleset_nat_matches(fw->set, rule, &matches);
		vec_foreach (match, &matches)
			gates_nat(fw, rule, "PREROUTING", "i", *match, to);
	}
}

void policy_nat(struct policy *fw)
{
	ruleset_chain_add(fw->set, TABLE_NAT, "source_nat", NULL);
	ruleset_add(fw->set, TABLE_NAT, "POSTROUTING", NULL, "source_nat", "source NAT");
	nat_destination(fw);
	nat_rules(fw);
	nat_policies(fw);
	nat_modes(fw);
}
