// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * junos_policy.c - Junos security policies to rules, and the children of those that
 * permit only through a tunnel
 *
 * Policies are asked in their order within a pair of zones, global ones after all
 * others; the first that matches decides.
 */
#include <netinet/in.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "import/junos_reader.h"
#include "model/aspect.h"

struct policy {
	const struct junos_node *node;
	const char *from, *to; /* zones; "*": global */
	const char *what;      /* "policy 'x'", for remarks */
	struct junos_side src, dest;
	struct junos_apps apps;
	enum verdict_target target;
	const struct junos_node *vpn, *pair;
};

/* ------------------------------------------------------------ reading one */

static void sides_read(struct junos *junos, struct policy *policy)
{
	const struct junos_tree *tree = &junos->tree;
	const struct junos_node *match = junos_get(tree, policy->node, "match");
	const char *from = str_equal(policy->from, "*") ? NULL : policy->from;
	const char *to = str_equal(policy->to, "*") ? NULL : policy->to;

	junos_foreach (name, junos_get(tree, match, "source-address"))
		junos_side_add(junos, &policy->src, from, name, policy->what);
	junos_foreach (name, junos_get(tree, match, "destination-address"))
		junos_side_add(junos, &policy->dest, to, name, policy->what);
	junos_foreach (name, junos_get(tree, match, "application"))
		junos_apps_add(junos, &policy->apps, name, policy->what);
	if (policy->src.is_any)
		policy->src.prefixes.count = 0;
	if (policy->dest.is_any)
		policy->dest.prefixes.count = 0;
	vec_foreach (value, &policy->src.prefixes)
		value->is_negated = junos_get(tree, match, "source-address-excluded");
	vec_foreach (value, &policy->dest.prefixes)
		value->is_negated =
			junos_get(tree, match, "destination-address-excluded");
}

/* then { permit [ { tunnel { ipsec-vpn V; pair-policy P } } ] | deny | reject } */
static bool action_read(struct junos *junos, struct policy *policy)
{
	const struct junos_tree *tree = &junos->tree;
	const struct junos_node *then = junos_get(tree, policy->node, "then");
	const struct junos_node *permit = junos_get(tree, then, "permit");
	const struct junos_node *tunnel = junos_get(tree, permit, "tunnel");

	policy->vpn = junos_value(tree, tunnel, "ipsec-vpn");
	policy->pair = junos_value(tree, tunnel, "pair-policy");
	if (policy->vpn)
		policy->target = TARGET_TUNNEL;
	else if (permit)
		policy->target = TARGET_ACCEPT;
	else if (junos_get(tree, then, "reject"))
		policy->target = TARGET_REJECT;
	else if (junos_get(tree, then, "deny"))
		policy->target = TARGET_DROP;
	else
		return false;
	return true;
}

static bool side_is_empty(const struct junos_side *side)
{
	return !side->is_any && side->prefixes.count == 0;
}

/* False, with a remark, when the policy cannot become a rule. */
static bool policy_read(struct junos *junos, struct policy *policy)
{
	struct junos_tree *tree = &junos->tree;

	sides_read(junos, policy);
	if (!action_read(junos, policy)) {
		site_remark(tree->site, REMARK_INVALID, policy->node->at,
			    "%s has no action", policy->what);
		return false;
	}
	if (policy->src.is_wrong || policy->dest.is_wrong || policy->apps.is_wrong)
		return false;
	if (!policy->src.names.count || !policy->dest.names.count) {
		site_remark(tree->site, REMARK_INVALID, policy->node->at,
			    "%s does not say which addresses it matches", policy->what);
		return false;
	}
	if (side_is_empty(&policy->src) || side_is_empty(&policy->dest)) {
		site_remark(tree->site, REMARK_IGNORED, policy->node->at,
			    "%s names no network that is rehearsed", policy->what);
		return false;
	}
	if (junos_get(tree, policy->node, "scheduler-name"))
		site_remark(tree->site, REMARK_IGNORED, policy->node->at,
			    "%s holds only at scheduled times; it is rehearsed as if "
			    "it always held",
			    policy->what);
	return true;
}

/* ------------------------------------------------------------ rules */

static struct rule *rule_new(struct junos *junos, const struct policy *policy)
{
	struct rule *rule = vec_push(junos->arena, &junos->site->rules);

	*rule = (struct rule){
		.name = policy->node->name,
		.src_zone = policy->from,
		.dest_zone = policy->to,
		.target = policy->target,
		.pair = policy->pair ? policy->pair->name : NULL,
		.at = policy->node->at,
	};
	if (policy->vpn)
		rule->tunnel = junos_text(policy->vpn);
	/* Rules of one policy share the vectors: nobody adds to them any more. */
	memcpy(&rule->src, &policy->src.prefixes, sizeof(rule->src));
	memcpy(&rule->dest, &policy->dest.prefixes, sizeof(rule->dest));
	memcpy(&rule->src_names, &policy->src.names, sizeof(rule->src_names));
	memcpy(&rule->dest_names, &policy->dest.names, sizeof(rule->dest_names));
	return rule;
}

static bool is_any_port(const struct port_range *range)
{
	return range->first == 0 && range->last == 65535;
}

static bool is_same_rule(const struct junos_app *a, const struct junos_app *b)
{
	return str_equal(a->protocol, b->protocol) && is_any_port(&a->src) &&
	       is_any_port(&b->src) && !is_any_port(&a->dest) && !is_any_port(&b->dest);
}

/* One rule per protocol. */
static void rules_build(struct junos *junos, const struct policy *policy)
{
	const struct junos_apps *apps = &policy->apps;

	if (apps->is_any) {
		rule_new(junos, policy);
		return;
	}
	for (size_t i = 0; i < apps->list.count; i++) {
		const struct junos_app *app = &apps->list.items[i];
		struct rule *rule;

		if (i > 0 && is_same_rule(app - 1, app)) {
			rule = &junos->site->rules.items[junos->site->rules.count - 1];
		} else {
			rule = rule_new(junos, policy);
			vec_add(junos->arena, &rule->protocols,
				((struct text){ app->protocol, policy->node->at }));
		}
		if (!is_any_port(&app->dest))
			vec_add(junos->arena, &rule->dest_ports, app->dest);
		if (!is_any_port(&app->src))
			vec_add(junos->arena, &rule->src_ports, app->src);
	}
}

/* ------------------------------------------------------------ children */

/* The proxy-id's network: of exactly one address, else everything. */
static struct inet_prefix proxy_network(struct junos *junos, const struct policy *policy,
					const struct junos_side *side,
					struct origin *ret_at)
{
	struct inet_prefix all = { .addr.family = AF_INET };

	*ret_at = policy->node->at;
	if (side->prefixes.count == 1 && side->names.count == 1 && !side->has_set &&
	    !side->prefixes.items[0].is_negated) {
		*ret_at = side->prefixes.items[0].at;
		return inet_prefix_network(&side->prefixes.items[0].prefix);
	}
	if (!side->is_any)
		site_remark(
			junos->site, REMARK_ASSUMED, policy->node->at,
			"%s: several addresses or a set on one side make the proxy-id "
			"0.0.0.0/0 there",
			policy->what);
	return all;
}

static uint8_t protocol_number(const char *word)
{
	static const struct {
		const char *word;
		uint8_t number;
	} protocols[] = {
		{ "tcp", IPPROTO_TCP },	  { "udp", IPPROTO_UDP },
		{ "icmp", IPPROTO_ICMP }, { "icmp6", IPPROTO_ICMPV6 },
		{ "gre", IPPROTO_GRE },	  { "esp", IPPROTO_ESP },
		{ "ospf", 89 },
	};
	int64_t n;

	for (size_t i = 0; i < ARRAY_SIZE(protocols); i++) {
		if (str_equal(word, protocols[i].word))
			return protocols[i].number;
	}
	return str_to_number(word, 1, 255, &n) == 0 ? (uint8_t)n : 0;
}

static void proxy_application(const struct junos_apps *apps, bool is_inbound,
			      struct selector *selector)
{
	const struct junos_app *app = apps->list.items;
	uint16_t port;

	if (apps->is_any || apps->list.count != 1)
		return;
	selector->protocol = protocol_number(app->protocol);
	port = app->dest.first == app->dest.last ? app->dest.first : 0;
	if (is_inbound)
		selector->local_port = port;
	else
		selector->remote_port = port;
}

/* The other policy of the pair says the same from the far end. */
static bool child_exists(struct junos *junos, const struct junos_vpn *vpn,
			 const struct selector *selector)
{
	const char *name = vpn->node->name;
	size_t length = strlen(name);

	if (!junos_work(&junos->tree, vpn->node->at, vpn->gateway->tunnel.children.count))
		return true;
	vec_foreach (child, &vpn->gateway->tunnel.children) {
		const struct selector *other = child->selectors.items;

		if (inet_prefix_equal(&other->local, &selector->local) &&
		    inet_prefix_equal(&other->remote, &selector->remote) &&
		    other->protocol == selector->protocol &&
		    other->local_port == selector->local_port &&
		    other->remote_port == selector->remote_port &&
		    strncmp(child->name, name, length) == 0 && child->name[length] == '-')
			return true;
	}
	return false;
}

/* False: there is no such vpn, so the device refuses the policy. */
static bool tunnel_build(struct junos *junos, const struct policy *policy)
{
	struct junos_vpn *vpn = map_get(&junos->vpn_map, NULL, policy->vpn->name);
	struct selector selector = { 0 };
	const char *far_zone;
	struct child *child;
	bool is_inbound;

	if (!vpn) {
		site_remark(junos->site, REMARK_INVALID, policy->vpn->at,
			    "%s: there is no vpn '%s'%s", policy->what, policy->vpn->name,
			    junos_hint_child(&junos->tree, policy->vpn->name,
					     junos_path(&junos->tree, junos->security,
							"ipsec vpn")));
		return false;
	}
	vpn->is_used = true;
	if (!vpn->gateway || vpn->bind_interface) {
		if (vpn->bind_interface)
			site_remark(
				junos->site, REMARK_INVALID, policy->vpn->at,
				"%s: vpn '%s' is bound to %s, so policies cannot name it",
				policy->what, policy->vpn->name, vpn->bind_interface);
		return vpn->gateway == NULL;
	}
	far_zone = vpn->gateway->external ? junos_zone_of(junos, vpn->gateway->external)
					  : NULL;
	is_inbound =
		str_equal(policy->from, far_zone) && !str_equal(policy->to, far_zone);
	selector.local =
		proxy_network(junos, policy, is_inbound ? &policy->dest : &policy->src,
			      &selector.local_at);
	selector.remote =
		proxy_network(junos, policy, is_inbound ? &policy->src : &policy->dest,
			      &selector.remote_at);
	proxy_application(&policy->apps, is_inbound, &selector);
	if (child_exists(junos, vpn, &selector))
		return true;
	child = junos_child_add(
		junos, vpn, &selector,
		arena_printf(junos->arena, "%s-%s", vpn->node->name, policy->node->name),
		policy->node->at);
	child->rule_id = policy->node->name;
	return true;
}

/* ------------------------------------------------------------ all */

static void policy_build(struct junos *junos, const struct junos_node *node,
			 const char *from, const char *to)
{
	struct policy policy = {
		.node = node,
		.from = from,
		.to = to,
		.what = arena_printf(junos->arena, "policy '%s'", node->name),
	};

	if (!policy_read(junos, &policy))
		return;
	if (policy.target == TARGET_TUNNEL && !tunnel_build(junos, &policy))
		return;
	rules_build(junos, &policy);
}

/* A zone that only policies know is a mistake the device would refuse. */
static void zone_check(struct junos *junos, const struct junos_node *name)
{
	const struct junos_node *zones =
		junos_path(&junos->tree, junos->security, "zones security-zone");

	if (!junos_get(&junos->tree, zones, name->name) &&
	    !str_equal(name->name, "junos-host") && !str_equal(name->name, "any"))
		site_remark(junos->site, REMARK_INVALID, name->at,
			    "there is no security zone '%s'%s", name->name,
			    junos_hint_child(&junos->tree, name->name, zones));
}

static const char *zone_name(const struct junos_node *node)
{
	if (!node || str_equal(node->name, "any"))
		return "*";
	/* Traffic to the device itself. */
	return str_equal(node->name, "junos-host") ? NULL : node->name;
}

static void global_build(struct junos *junos, const struct junos_node *policies)
{
	const struct junos_tree *tree = &junos->tree;

	junos_foreach (node, junos_path(tree, policies, "global policy")) {
		const struct junos_node *match = junos_get(tree, node, "match");
		const struct junos_node *from =
			junos_first(junos_get(tree, match, "from-zone"));
		const struct junos_node *to =
			junos_first(junos_get(tree, match, "to-zone"));

		if ((from && junos_next(from)) || (to && junos_next(to)))
			site_unrehearsed(junos->site, NULL, ASPECT_WAY, node->at,
					 arena_printf(junos->arena,
						      "policy %.60s of several zones",
						      node->name));
		policy_build(junos, node, zone_name(from), zone_name(to));
	}
}

void junos_policies_build(struct junos *junos)
{
	const struct junos_tree *tree = &junos->tree;
	const struct junos_node *policies = junos_get(tree, junos->security, "policies");

	if (junos_path(tree, policies, "default-policy permit-all"))
		junos->site->default_forward = TARGET_ACCEPT;
	junos_foreach (from, junos_get(tree, policies, "from-zone")) {
		zone_check(junos, from);
		junos_foreach (to, junos_get(tree, from, "to-zone")) {
			zone_check(junos, to);
			junos_foreach (policy, junos_get(tree, to, "policy"))
				policy_build(junos, policy, zone_name(from),
					     zone_name(to));
		}
	}
	global_build(junos, policies);
}
