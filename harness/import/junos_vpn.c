// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * junos_vpn.c - Junos IPsec VPNs
 *
 * Bound to st0.N a vpn negotiates its traffic selectors, one SA pair each, or its
 * proxy-identity, or 0.0.0.0/0 for both sides. Without, policies name it and give
 * the proxy-id (junos_policy.c).
 */
#include <netinet/in.h>
#include <string.h>

#include "base/str.h"
#include "import/junos_reader.h"

static struct selector everything(void)
{
	struct selector selector = { .local.addr.family = AF_INET,
				     .remote.addr.family = AF_INET,
				     .local_at = junos_default(),
				     .remote_at = junos_default() };

	return selector;
}

/* A network below node; everything when it is not written. */
static void network_read(struct junos *junos, const struct junos_node *node,
			 const char *keyword, struct inet_prefix *prefix,
			 struct origin *at)
{
	const struct junos_node *value = junos_value(&junos->tree, node, keyword);
	struct inet_prefix parsed;

	if (!value)
		return;
	*at = value->at;
	if (inet_prefix_parse(value->name, &parsed) == 0)
		*prefix = inet_prefix_network(&parsed);
	else
		site_remark(junos->site, REMARK_INVALID, value->at,
			    "%s: '%s' is not a network", keyword, value->name);
}

struct child *junos_child_add(struct junos *junos, struct junos_vpn *vpn,
			      const struct selector *selector, const char *name,
			      struct origin at)
{
	struct child *child = vec_push(junos->arena, &vpn->gateway->tunnel.children);

	*child = vpn->template;
	child->name = name;
	child->at = at;
	vec_add(junos->arena, &child->selectors, *selector);
	return child;
}

/* ------------------------------------------------------------ what children share */

static void start_read(struct junos *junos, const struct junos_vpn *vpn,
		       struct child *child)
{
	const struct junos_node *when =
		junos_value(&junos->tree, vpn->node, "establish-tunnels");
	const struct tunnel *tunnel = &vpn->gateway->tunnel;

	child->start = START_ON_TRAFFIC;
	child->start_at = junos_default();
	if (when) {
		child->start_at = when->at;
		if (str_equal(when->name, "immediately"))
			child->start = START_IMMEDIATELY;
		else if (str_starts(when->name, "responder-only"))
			child->start = START_NEVER;
		else if (!str_equal(when->name, "on-traffic"))
			site_remark(junos->site, REMARK_INVALID, when->at,
				    "establish-tunnels: unknown word '%s'", when->name);
	}
	if (tunnel->remotes.count && tunnel->remotes.items[0].kind == ENDPOINT_ANY) {
		child->start = START_NEVER; /* nobody to call */
		child->start_at = tunnel->remotes.items[0].at;
	}
}

static void template_read(struct junos *junos, struct junos_vpn *vpn)
{
	const struct junos_tree *tree = &junos->tree;
	const struct junos_node *ike = junos_get(tree, vpn->node, "ike");
	const struct junos_node *name = junos_value(tree, ike, "ipsec-policy");
	const struct junos_node *policies =
		junos_path(tree, junos->security, "ipsec policy");
	const struct junos_node *policy =
		name ? junos_get(tree, policies, name->name) : NULL;
	const struct junos_node *replay = junos_get(tree, ike, "no-anti-replay");
	struct child *child = &vpn->template;
	struct junos_proposals proposals = { 0 };

	start_read(junos, vpn, child);
	child->dpd_action =
		vpn->gateway->tunnel.dpd_delay_s.is_set ? DPD_CLEAR : DPD_NONE;
	child->replay_protection = (struct flag){ true, replay == NULL,
						  replay ? replay->at : junos_default() };
	if (!policy) {
		site_remark(junos->site, REMARK_INVALID, name ? name->at : vpn->node->at,
			    "vpn '%s': there is no IPsec policy '%s'%s", vpn->node->name,
			    name ? name->name : "",
			    name ? junos_hint_child(tree, name->name, policies) : "");
		return;
	}
	junos_proposals_read(junos, 2, policy, &proposals);
	memcpy(&child->proposals, &proposals.list, sizeof(child->proposals));
	if (!child->proposals.count)
		return;
	child->lifetime_s = child->proposals.items[0].lifetime_s;
	child->lifetime_kb = child->proposals.items[0].lifetime_kb;
}

/* ------------------------------------------------------------ route-based */

static struct child *last_child(const struct junos_vpn *vpn)
{
	return &vpn->gateway->tunnel.children
			.items[vpn->gateway->tunnel.children.count - 1];
}

static void route_based(struct junos *junos, struct junos_vpn *vpn)
{
	const struct junos_tree *tree = &junos->tree;
	const struct junos_node *selectors =
		junos_get(tree, vpn->node, "traffic-selector");
	const struct junos_node *identity =
		junos_path(tree, vpn->node, "ike proxy-identity");
	const char *name = vpn->node->name;

	junos_foreach (node, selectors) {
		struct selector selector = everything();

		network_read(junos, node, "local-ip", &selector.local,
			     &selector.local_at);
		network_read(junos, node, "remote-ip", &selector.remote,
			     &selector.remote_at);
		junos_child_add(junos, vpn, &selector,
				arena_printf(junos->arena, "%s-%s", name, node->name),
				node->at);
		last_child(vpn)->has_own_routes = true;
	}
	if (!junos_first(selectors)) {
		struct selector selector = everything();

		network_read(junos, identity, "local", &selector.local,
			     &selector.local_at);
		network_read(junos, identity, "remote", &selector.remote,
			     &selector.remote_at);
		junos_child_add(junos, vpn, &selector, name, vpn->node->at);
	}
}

/* ------------------------------------------------------------ all */

static void vpn_build(struct junos *junos, const struct junos_node *node)
{
	const struct junos_tree *tree = &junos->tree;
	const struct junos_node *name =
		junos_value(tree, junos_get(tree, node, "ike"), "gateway");
	const struct junos_node *bind = junos_value(tree, node, "bind-interface");
	const struct junos_node *known = junos_path(tree, junos->security, "ike gateway");
	struct junos_vpn *vpn = arena_alloc(junos->arena, sizeof(*vpn));

	vpn->node = node;
	map_put(junos->arena, &junos->vpn_map, NULL, node->name, vpn);
	*junos->vpns_end = vpn;
	junos->vpns_end = &vpn->next;
	if (junos_get(tree, node, "manual")) {
		site_remark(junos->site, REMARK_IGNORED, node->at,
			    "vpn '%s' has manual keys and no IKE, which is not rehearsed",
			    node->name);
		return;
	}
	vpn->gateway = name ? map_get(&junos->gateway_map, NULL, name->name) : NULL;
	if (!vpn->gateway) {
		site_remark(junos->site, REMARK_INVALID, name ? name->at : node->at,
			    "vpn '%s': there is no gateway '%s'%s", node->name,
			    name ? name->name : "",
			    name ? junos_hint_child(tree, name->name, known) : "");
		return;
	}
	vpn->gateway->is_used = true;
	template_read(junos, vpn);
	if (!bind)
		return;
	vpn->bind_interface = junos_interface_name(junos, bind->name);
	vpn->gateway->tunnel.bind_interface = vpn->bind_interface;
	if (!junos_zone_of(junos, vpn->bind_interface))
		site_remark(
			junos->site, REMARK_INVALID, bind->at,
			"vpn '%s': %s is in no security zone, so it carries no traffic",
			node->name, vpn->bind_interface);
}

void junos_vpns_build(struct junos *junos)
{
	junos_foreach (vpn, junos_path(&junos->tree, junos->security, "ipsec vpn"))
		vpn_build(junos, vpn);
}

/* Whether a gateway initiates: as its most eager child. */
static void gateway_finish(struct junos *junos, struct junos_gateway *gateway)
{
	struct tunnel *tunnel = &gateway->tunnel;

	tunnel->start = START_NEVER;
	tunnel->start_at = tunnel->at;
	vec_foreach (child, &tunnel->children) {
		if (child != tunnel->children.items && child->start <= tunnel->start)
			continue;
		tunnel->start = child->start;
		tunnel->start_at = child->start_at;
	}
	if (gateway->is_used) {
		tunnel->is_disabled |= !tunnel->children.count;
		return;
	}
	tunnel->is_disabled = true;
	remark_says(site_remark(junos->tree.site, REMARK_IGNORED, tunnel->at,
				"gateway '%s' is used by no vpn", tunnel->name),
		    SAYS_UNUSED_GATEWAY, MEND_LINE, tunnel->name);
}

/* "IKEv2 requires bind-interface configuration as only route-based is supported" */
static void check_policy_based(struct junos *junos, struct junos_vpn *vpn)
{
	struct site *site = junos->tree.site;
	struct tunnel *tunnel = &vpn->gateway->tunnel;
	struct remark *remark;

	if (tunnel->version != 2)
		return;
	tunnel->is_disabled = true;
	remark = site_remark(
		site, REMARK_INVALID, vpn->node->at,
		"vpn '%s' has IKEv2 and no bind-interface: Junos does not commit it, a "
		"policy-based vpn wants version v1-only",
		vpn->node->name);
	remark_says(remark, SAYS_UNCOMMITTED, MEND_LINE, tunnel->name);
	remark_advise(
		remark,
		arena_printf(site->arena,
			     "set security ike gateway %s version v1-only, and IKEv1 at "
			     "the other end; or set security ipsec vpn %s bind-interface "
			     "st0.0, a route to it, and `then permit` without the tunnel "
			     "in the policies",
			     tunnel->name, vpn->node->name));
}

static void unused_vpn(struct junos *junos, const struct junos_vpn *vpn)
{
	struct site *site = junos->tree.site;
	const char *name = vpn->node->name;
	struct remark *remark = site_remark(
		site, REMARK_IGNORED, vpn->node->at,
		"vpn '%s' is used by no policy and bound to no interface", name);

	remark_says(remark, SAYS_NOT_LOADED, MEND_LINE, NULL);
	remark_advise(
		remark,
		arena_printf(site->arena,
			     "set security ipsec vpn %s bind-interface st0.0, with a "
			     "route to it; or a policy with `then permit tunnel "
			     "ipsec-vpn %s` in each direction",
			     name, name));
}

void junos_vpns_finish(struct junos *junos)
{
	for (struct junos_vpn *vpn = junos->vpns; vpn; vpn = vpn->next) {
		if (!vpn->gateway)
			continue;
		if (vpn->bind_interface)
			route_based(junos, vpn);
		else if (!vpn->is_used)
			unused_vpn(junos, vpn);
		else
			check_policy_based(junos, vpn);
	}
	for (struct junos_gateway *g = junos->gateways; g; g = g->next)
		gateway_finish(junos, g);
}
