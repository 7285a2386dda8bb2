// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * behind.c - F66: a policy that names the wrong one of two addresses (MIP, static NAT)
 *
 * At a tunnel's interface a host has the address that the far end calls it by and its
 * own. ScreenOS asks its policies by the first, Junos, after static NAT, by the second.
 */
#include "base/str.h"
#include "device/device.h"
#include "model/pair.h"
#include "predict/predict.h"

static bool has_overlap(const struct prefix_value *items, size_t count,
			const struct inet_prefix *net)
{
	for (size_t i = 0; i < count; i++)
		if (!items[i].is_negated && inet_prefix_overlaps(&items[i].prefix, net))
			return true;
	return false;
}

/* The first policy that permits something of the network to what comes from the tunnel. */
static const struct rule *policy_to(const struct site *site, const struct nat_rule *map,
				    const struct inet_prefix *net)
{
	vec_foreach (rule, &site->rules) {
		if (rule->is_disabled || rule->target != TARGET_ACCEPT ||
		    !rule->dest_zone ||
		    (!str_equal(rule->src_zone, "*") &&
		     !str_equal(rule->src_zone, map->src_zone)))
			continue;
		if (!rule->dest.count ||
		    has_overlap(rule->dest.items, rule->dest.count, net))
			return rule;
	}
	return NULL;
}

static void report(const struct predict_input *input, struct findings *findings,
		   const struct site *site, const struct tunnel *tunnel,
		   const struct nat_rule *map, const struct rule *rule,
		   const struct inet_prefix *asked)
{
	bool is_before = device_of(site->kind)->traits.policies_before_nat;
	const char *name = rule->id ? rule->id : rule->name ? rule->name : "?";
	struct selector *pair = arena_alloc(input->arena, sizeof(*pair));
	struct finding *finding = predict_add(
		input, findings, F66, site->name,
		"policy %s names %s: what comes out of the tunnel is asked for as %s, %s "
		"its translation",
		name, inet_prefix_text(&rule->dest.items[0].prefix).s,
		inet_prefix_text(asked).s, is_before ? "before" : "after");

	*pair = pair_mirror(tunnel->children.items[0].selectors.items);
	finding->rule = rule;
	finding->tunnel = tunnel;
	finding->selector = pair;
	predict_why(input, finding,
		    is_before ? "policies are asked by the address that a packet came "
				"with, the MIP"
			      : "policies are asked after static NAT, by the host's own "
				"address");
	predict_value(input, finding, 0, site->name, "policy", rule->at, "%s",
		      inet_prefix_text(&rule->dest.items[0].prefix).s);
	predict_value(input, finding, 1, site->name, is_before ? "MIP" : "static NAT",
		      map->at, "%s", inet_prefix_text(asked).s);
	predict_fix(input, finding,
		    is_before ? "%s: policy %s to MIP(%s)"
			      : "%s: policy %s to an address of %s",
		    site->name, name,
		    is_before && asked->length == 32 ? inet_addr_text(&asked->addr).s
						     : inet_prefix_text(asked).s);
	predict_sees(input, finding,
		     "%s: the tunnel is up, its SA counts packets in, none out",
		     site->name);
}

/* The tunnel of the interface at which the addresses are translated; NULL: not in use. */
static const struct tunnel *tunnel_at(const struct site *site, const char *interface)
{
	vec_foreach (tunnel, &site->tunnels)
		if (!tunnel->is_disabled &&
		    str_equal(tunnel->bind_interface, interface) &&
		    tunnel->children.count && tunnel->children.items[0].selectors.count)
			return tunnel;
	return NULL;
}

void predict_behind(const struct predict_input *input, unsigned int end,
		    struct findings *findings)
{
	const struct site *site = input->sites[end];

	if (site->firewall != FIREWALL_POLICY || site->default_forward == TARGET_ACCEPT)
		return;
	vec_foreach (map, &site->nat) {
		bool is_before = device_of(site->kind)->traits.policies_before_nat;
		const struct inet_prefix *shown, *asked;
		const struct tunnel *tunnel;
		const struct rule *rule;

		if (map->kind != NAT_NETMAP || !map->interface || map->is_disabled ||
		    map->dest.count != 1)
			continue;
		tunnel = tunnel_at(site, map->interface);
		shown = &map->dest.items[0].prefix;
		asked = is_before ? shown : &map->to;
		if (!tunnel || policy_to(site, map, asked))
			continue;
		rule = policy_to(site, map, is_before ? &map->to : shown);
		if (rule)
			report(input, findings, site, tunnel, map, rule, asked);
	}
}
