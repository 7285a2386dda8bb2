// SPDX-License-Identifier: GPL-2.0-or-later
/* policy.c - firewalls with ordered policies between zones (ScreenOS, Junos) */
#include "lab/policy.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/map.h"
#include "base/str.h"

#define IPSEC_IN  "-m policy --dir in --pol ipsec"
#define IPSEC_OUT "-m policy --dir out --pol ipsec"
#define CLEAR_IN  "-m policy --dir in --pol none"
#define CLEAR_OUT "-m policy --dir out --pol none"

#define ZONES_MAX 256
#define MAPS_MAX  256 /* mapped addresses that policies are asked about */

/* Ways into and out of a zone, as matches. */
struct zone_gates {
	const char *name;
	bool has_wan;
	bool is_nat; /* ScreenOS: its interfaces translate towards the WAN's zone */
	VEC(const char *) in, out;
	VEC(const char *) sources; /* "-s 10.1.2.0/24", its networks */
};

struct policy {
	struct ruleset *set;
	const struct site *site;
	const struct ports *ports;
	bool is_route_based;
	VEC(struct zone_gates) zones;
	VEC(const struct nat_rule *) maps; /* one address that stands for another */
	struct map guarded;		   /* matches that "tunnel_only" has already */
};

static const char *words(struct policy *fw, const char *a, const char *b)
{
	return arena_printf(fw->set->arena, "%s%s%s", a, *a && *b ? " " : "", b);
}

static const char *words3(struct policy *fw, const char *a, const char *b, const char *c)
{
	return words(fw, words(fw, a, b), c);
}

static struct zone_gates *zone_find(struct policy *fw, const char *name)
{
	vec_foreach (zone, &fw->zones) {
		if (str_equal(zone->name, name))
			return zone;
	}
	return NULL;
}

static struct zone_gates *zone_get(struct policy *fw, const char *name)
{
	struct zone_gates *zone = zone_find(fw, name);

	if (!zone && fw->zones.count < ZONES_MAX) {
		const struct zone *written = site_zone_find(fw->site, name);

		zone = vec_push(fw->set->arena, &fw->zones);
		zone->name = name;
		zone->is_nat = written && written->is_screenos_nat;
	}
	return zone;
}

static void gate_add(struct policy *fw, struct zone_gates *zone, const char *in,
		     const char *out)
{
	vec_add(fw->set->arena, &zone->in, in);
	vec_add(fw->set->arena, &zone->out, out);
}

/* What is in ESP belongs to the tunnel interface's zone, one remote network at a time. */
static void tunnel_gates(struct policy *fw, struct zone_gates *zone,
			 const struct site_interface *interface)
{
	struct arena *arena = fw->set->arena;
	const char *wan = fw->ports->wan->device;

	vec_foreach (tunnel, &fw->site->tunnels) {
		if (!str_equal(tunnel->bind_interface, interface->name))
			continue;
		vec_foreach (child, &tunnel->children) {
			vec_foreach (pair, &child->selectors) {
				struct inet_prefix remote =
					inet_prefix_network(&pair->remote);
				bool is_any = !remote.length;
				const char *text = inet_prefix_text(&remote).s;

				if (remote.addr.family != AF_INET)
					continue;
				text = arena_strdup(arena, text);
				gate_add(fw, zone,
					 arena_printf(arena, "-i %s%s%s " IPSEC_IN, wan,
						      is_any ? "" : " -s ",
						      is_any ? "" : text),
					 arena_printf(arena, "-o %s%s%s " IPSEC_OUT, wan,
						      is_any ? "" : " -d ",
						      is_any ? "" : text));
			}
		}
	}
}

static void port_gate(struct policy *fw, struct zone_gates *zone, const struct port *port)
{
	struct arena *arena = fw->set->arena;
	bool is_split = port->is_wan && fw->is_route_based;

	gate_add(fw, zone,
		 arena_printf(arena, "-i %s%s", port->device,
			      is_split ? " " CLEAR_IN : ""),
		 arena_printf(arena, "-o %s%s", port->device,
			      is_split ? " " CLEAR_OUT : ""));
	zone->has_wan |= port->is_wan;
	vec_foreach (address, &port->addresses) {
		struct inet_prefix network = inet_prefix_network(&address->prefix);

		vec_add(arena, &zone->sources,
			arena_printf(arena, "-s %s", inet_prefix_text(&network).s));
	}
}

/* The zone an interface says, or the zone that names the interface. */
static const char *zone_name_of(const struct policy *fw,
				const struct site_interface *interface)
{
	const struct zone *zone;

	if (interface->zone)
		return interface->zone;
	zone = site_zone_of_interface(fw->site, interface);
	return zone ? zone->name : NULL;
}

static void zones_make(struct policy *fw)
{
	vec_foreach (interface, &fw->site->interfaces)
		fw->is_route_based |= interface->is_tunnel && !interface->is_disabled &&
				      zone_name_of(fw, interface);
	vec_foreach (port, &fw->ports->list) {
		vec_foreach (interface, &port->interfaces) {
			const char *name = zone_name_of(fw, *interface);
			struct zone_gates *zone = name ? zone_get(fw, name) : NULL;

			if (!zone)
				continue;
			port_gate(fw, zone, port);
			break;
		}
	}
	vec_foreach (interface, &fw->site->interfaces) {
		const char *name = zone_name_of(fw, interface);
		struct zone_gates *zone =
			name && interface->is_tunnel && !interface->is_disabled
				? zone_get(fw, name)
				: NULL;

		if (zone)
			tunnel_gates(fw, zone, interface);
	}
}

static const char *policy_comment(struct policy *fw, const struct rule *rule)
{
	const char *name = rule->name;

	if (!name && rule->id)
		name = arena_printf(fw->set->arena, "policy %s", rule->id);
	return ruleset_comment(fw->set->arena, &rule->at, name);
}

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
		is_any(rule->src_zone) ? NULL : zone_find(fw, rule->src_zone);
	struct zone_gates *dest =
		is_any(rule->dest_zone) ? NULL : zone_find(fw, rule->dest_zone);

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
				    words(fw, match, "-p tcp"),
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
			    words(fw, match, ways->to_wan ? IPSEC_OUT : IPSEC_IN),
			    "ACCEPT", comment);
	ruleset_add(fw->set, TABLE_FILTER, "policies", match, "DROP",
		    arena_printf(fw->set->arena, "%s not in ESP", comment));
}

static bool rule_is_forward(const struct rule *rule)
{
	return !rule->is_disabled && rule->src_zone && rule->dest_zone;
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
 * Policies name the address that the packet had (a MIP), FORWARD sees the one that it
 * has got.
 */
static struct rule rule_after_nat(struct policy *fw, const struct rule *rule)
{
	struct rule after = *rule;

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

static void policies(struct policy *fw)
{
	ruleset_chain_add(fw->set, TABLE_FILTER, "policies", NULL);
	vec_foreach (rule, &fw->site->rules) {
		struct ruleset_matches matches = { 0 };
		struct rule after = rule_after_nat(fw, rule);
		struct ways ways = { 0 };

		if (!rule_is_forward(rule) || !ways_make(fw, rule, &ways))
			continue;
		if (fw->set->count > RULESET_RULES_MAX)
			return;
		ruleset_rule_matches(fw->set, &after, &matches);
		vec_foreach (in, &ways.in) {
			vec_foreach (out, &ways.out) {
				vec_foreach (match, &matches)
					verdict_add(fw, rule, &ways,
						    words3(fw, *in, *out, *match));
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
		words3(fw,
		       arena_printf(fw->set->arena, "-%c %s", is_out ? 'o' : 'i',
				    fw->ports->wan->device),
		       words(fw, src, dest), is_out ? CLEAR_OUT : CLEAR_IN);

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
			    words(fw,
				  arena_printf(fw->set->arena, "-%c %s",
					       to_wan ? 'o' : 'i', wan),
				  *match),
			    "RETURN", policy_comment(fw, rule));
}

static bool zone_has_wan(struct policy *fw, const char *name)
{
	const struct zone_gates *zone = zone_find(fw, name);

	return zone && zone->has_wan;
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

		if (!rule_is_forward(rule) ||
		    (!to_wan && !zone_has_wan(fw, rule->src_zone)))
			continue;
		if (rule->target == TARGET_TUNNEL)
			guard_rule(fw, rule, to_wan);
		else
			guard_exception(fw, rule, to_wan);
	}
}

/* ScreenOS lets interfaces of one zone talk, except in the WAN's zone. */
static void intrazone(struct policy *fw)
{
	if (fw->site->kind != DEVICE_SCREENOS)
		return;
	vec_foreach (zone, &fw->zones) {
		if (zone->has_wan)
			continue;
		vec_foreach (in, &zone->in) {
			vec_foreach (out, &zone->out)
				ruleset_add(fw->set, TABLE_FILTER, "FORWARD",
					    words(fw, *in, *out), "ACCEPT",
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
	ruleset_add(fw->set, TABLE_FILTER, "FORWARD", NULL,
		    fw->site->default_forward == TARGET_ACCEPT ? "ACCEPT" : "DROP",
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
		zone = zone_find(fw, rule->src_zone);
		if (!zone)
			continue;
		ruleset_rule_matches(fw->set, rule, &matches);
		vec_foreach (in, &zone->in) {
			vec_foreach (match, &matches)
				ruleset_add(fw->set, TABLE_FILTER, "INPUT",
					    words(fw, *in, *match),
					    rule->target == TARGET_ACCEPT ? "ACCEPT"
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
			vec_foreach (match, matches)
				ruleset_add(fw->set, TABLE_NAT, "source_nat",
					    words3(fw, outs[o], sources[s], *match),
					    target, comment);
		}
	}
}

/* Junos rule-sets in their order, `off` among them. */
static void nat_rules(struct policy *fw)
{
	vec_foreach (rule, &fw->site->nat) {
		struct zone_gates *src =
			rule->src_zone ? zone_find(fw, rule->src_zone) : NULL;
		struct zone_gates *dest =
			rule->dest_zone ? zone_find(fw, rule->dest_zone) : NULL;
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

		if (!rule_is_forward(rule))
			continue;
		src = zone_find(fw, rule->src_zone);
		dest = zone_find(fw, rule->dest_zone);
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
	const struct zone_gates *zone =
		rule->src_zone ? zone_find(fw, rule->src_zone) : NULL;
	const char *wan = arena_printf(fw->set->arena, "-%c %s", *direction,
				       fw->ports->wan->device);
	const char *const *gates = !zone	       ? &wan
				   : *direction == 'i' ? zone->in.items
						       : zone->out.items;
	size_t count = !zone ? 1 : *direction == 'i' ? zone->in.count : zone->out.count;

	for (size_t i = 0; i < count; i++)
		ruleset_add(fw->set, TABLE_NAT, chain, words(fw, gates[i], matches),
			    target, ruleset_comment(fw->set->arena, &rule->at, "nat"));
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

static void nat(struct policy *fw)
{
	ruleset_chain_add(fw->set, TABLE_NAT, "source_nat", NULL);
	ruleset_add(fw->set, TABLE_NAT, "POSTROUTING", NULL, "source_nat", "source NAT");
	nat_destination(fw);
	nat_rules(fw);
	nat_policies(fw);
	nat_modes(fw);
}

void policy_generate(struct ruleset *set, const struct site *site,
		     const struct ports *ports)
{
	struct policy fw = { .set = set, .site = site, .ports = ports };

	zones_make(&fw);
	maps_make(&fw);
	input(&fw);
	forward(&fw);
	nat(&fw);
}
