// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * junos_nat.c - Junos source, destination and static NAT
 *
 * Source NAT comes before the tunnel: a policy-based VPN needs a rule with `off` for
 * its networks in front of the one for everything.
 */
#include "base/str.h"
#include "import/junos_reader.h"
#include "model/aspect.h"

/* A rule set between two zones; NULL: any. */
struct set {
	const struct junos_node *node;
	const char *from, *to;
};

/*
 * Calls build for each zone of one direction; a rule set of several is one of each. An
 * interface stands for its zone, which is more when that has others.
 */
static void each_zone(struct junos *junos, struct set *set, const char *direction,
		      const char **ret_zone,
		      void (*build)(struct junos *junos, struct set *set))
{
	const struct junos_tree *tree = &junos->tree;
	const struct junos_node *node = junos_get(tree, set->node, direction);
	const struct junos_node *zones = junos_get(tree, node, "zone");
	const struct junos_node *interfaces = junos_get(tree, node, "interface");

	junos_foreach (zone, zones) {
		*ret_zone = zone->name;
		build(junos, set);
	}
	junos_foreach (interface, interfaces) {
		const char *name = junos_interface_name(junos, interface->name);
		const struct zone *zone;

		*ret_zone = junos_zone_of(junos, name);
		zone = *ret_zone ? site_zone_find(junos->site, *ret_zone) : NULL;
		if (!zone || zone->interfaces.count > 1)
			site_unrehearsed(
				junos->site, NULL, ASPECT_NAT | ASPECT_WAY, interface->at,
				arena_printf(junos->arena, "NAT %s interface %.60s",
					     direction, name));
		build(junos, set);
	}
	if (!junos_first(zones) && !junos_first(interfaces)) {
		*ret_zone = NULL;
		build(junos, set);
	}
}

/* Networks written out, or names from the address books. */
static bool networks_read(struct junos *junos, const struct junos_node *match,
			  const char *keyword, const char *name_keyword, const char *zone,
			  struct junos_side *side)
{
	const struct junos_tree *tree = &junos->tree;
	struct inet_prefix prefix;

	junos_foreach (value, junos_get(tree, match, keyword)) {
		if (inet_prefix_parse(value->name, &prefix) != 0) {
			site_remark(junos->site, REMARK_INVALID, value->at,
				    "NAT rule: '%s' is not a network", value->name);
			return false;
		}
		if (junos_is_expansion_left(junos, value->at))
			vec_add(junos->arena, &side->prefixes,
				((struct prefix_value){ .prefix = prefix,
							.at = value->at }));
	}
	junos_foreach (name, junos_get(tree, match, name_keyword))
		junos_side_add(junos, side, zone, name, "NAT rule");
	if (side->is_any)
		side->prefixes.count = 0;
	return !side->is_wrong;
}

/* Everything is the same as nothing said. */
static void side_take(struct junos *junos, const struct junos_side *side,
		      struct nat_rule *rule, bool is_src)
{
	vec_foreach (value, &side->prefixes) {
		if (is_src)
			vec_add(junos->arena, &rule->src, *value);
		else
			vec_add(junos->arena, &rule->dest, *value);
	}
}

static bool match_read(struct junos *junos, const struct junos_node *node,
		       struct nat_rule *rule)
{
	const struct junos_node *match = junos_get(&junos->tree, node, "match");
	struct junos_side src = { 0 }, dest = { 0 };

	if (!networks_read(junos, match, "source-address", "source-address-name",
			   rule->src_zone, &src) ||
	    !networks_read(junos, match, "destination-address",
			   "destination-address-name", rule->dest_zone, &dest))
		return false;
	side_take(junos, &src, rule, true);
	side_take(junos, &dest, rule, false);
	return true;
}

/* destination-port 80 | 8000 to 8080; protocol tcp. False, with its remark: not read. */
static bool ports_read(struct junos *junos, const struct junos_node *node,
		       struct nat_rule *rule)
{
	const struct junos_tree *tree = &junos->tree;
	const struct junos_node *match = junos_get(tree, node, "match");

	junos_foreach (port, junos_get(tree, match, "destination-port")) {
		const struct junos_node *to = junos_value(tree, port, "to");
		int64_t first, last;

		if (str_to_number(port->name, 0, 65535, &first) != 0 ||
		    str_to_number(to ? to->name : port->name, first, 65535, &last) != 0) {
			site_unrehearsed(junos->site, NULL, ASPECT_NAT | ASPECT_WAY,
					 port->at, "destination-port");
			return false;
		}
		vec_add(junos->arena, &rule->dest_ports,
			((struct port_range){ (uint16_t)first, (uint16_t)last }));
	}
	junos_foreach (protocol, junos_get(tree, match, "protocol"))
		vec_add(junos->arena, &rule->protocols, junos_text(protocol));
	/* Ports are of TCP and UDP. */
	if (rule->dest_ports.count && !rule->protocols.count) {
		vec_add(junos->arena, &rule->protocols,
			((struct text){ "tcp", node->at }));
		vec_add(junos->arena, &rule->protocols,
			((struct text){ "udp", node->at }));
	}
	return true;
}

/* The first address of a pool. */
static bool pool_read(struct junos *junos, const char *kind,
		      const struct junos_node *name, struct nat_rule *rule)
{
	const struct junos_tree *tree = &junos->tree;
	const struct junos_node *pools =
		junos_path(tree, junos_path(tree, junos->security, "nat"), kind);
	const struct junos_node *pool =
		junos_get(tree, junos_get(tree, pools, "pool"), name->name);
	const struct junos_node *address = junos_first(junos_get(tree, pool, "address"));
	int64_t port;

	if (!address || inet_prefix_parse(address->name, &rule->to) != 0) {
		site_remark(junos->site, REMARK_INVALID, name->at,
			    "there is no NAT pool '%s' with an address%s", name->name,
			    junos_hint_child(tree, name->name,
					     junos_get(tree, pools, "pool")));
		return false;
	}
	address = junos_value(tree, address, "port");
	if (address && str_to_number(address->name, 1, 65535, &port) == 0)
		rule->to_port = (uint16_t)port;
	return true;
}

static void source_rule(struct junos *junos, const struct set *set,
			const struct junos_node *node)
{
	const struct junos_tree *tree = &junos->tree;
	const struct junos_node *action = junos_path(tree, node, "then source-nat");
	const struct junos_node *pool = junos_value(tree, action, "pool");
	struct nat_rule rule = { .kind = NAT_SOURCE, .at = node->at };

	rule.src_zone = set->from;
	rule.dest_zone = set->to;
	if (!match_read(junos, node, &rule))
		return;
	if (junos_get(tree, action, "off")) {
		rule.kind = NAT_EXEMPT;
	} else if (pool) {
		if (!pool_read(junos, "source", pool, &rule))
			return;
	} else if (!junos_get(tree, action, "interface")) {
		site_remark(junos->site, REMARK_INVALID, node->at,
			    "NAT rule '%s' has no action (interface, pool or off)",
			    node->name);
		return;
	}
	vec_add(junos->arena, &junos->site->nat, rule);
}

static void destination_rule(struct junos *junos, const struct set *set,
			     const struct junos_node *node)
{
	const struct junos_tree *tree = &junos->tree;
	const struct junos_node *action = junos_path(tree, node, "then destination-nat");
	const struct junos_node *pool = junos_value(tree, action, "pool");
	struct nat_rule rule = { .kind = NAT_DESTINATION, .at = node->at };

	rule.src_zone = set->from;
	if (!match_read(junos, node, &rule) || !ports_read(junos, node, &rule))
		return;
	if (junos_get(tree, action, "off"))
		rule.kind = NAT_EXEMPT;
	else if (!pool || !pool_read(junos, "destination", pool, &rule))
		return;
	vec_add(junos->arena, &junos->site->nat, rule);
}

/* The only interface of the zone, where it is a tunnel's; else NULL. */
static const char *tunnel_of_zone(const struct junos *junos, const char *name)
{
	const struct zone *zone = name ? site_zone_find(junos->site, name) : NULL;
	const struct site_interface *interface =
		zone && zone->interfaces.count == 1
			? site_interface_find(junos->site, zone->interfaces.items[0].s)
			: NULL;

	return interface && interface->is_tunnel ? interface->name : NULL;
}

static void static_rule(struct junos *junos, const struct set *set,
			const struct junos_node *node)
{
	const struct junos_tree *tree = &junos->tree;
	const struct junos_node *to =
		junos_first(junos_path(tree, node, "then static-nat prefix"));
	struct nat_rule rule = { .kind = NAT_NETMAP, .at = node->at };

	rule.src_zone = set->from;
	rule.interface = tunnel_of_zone(junos, set->from);
	if (!to || inet_prefix_parse(to->name, &rule.to) != 0) {
		site_unrehearsed(junos->site, NULL, ASPECT_NAT | ASPECT_WAY, node->at,
				 arena_printf(junos->arena,
					      "static NAT rule %.60s, without a prefix",
					      node->name));
		return;
	}
	if (match_read(junos, node, &rule))
		vec_add(junos->arena, &junos->site->nat, rule);
}

static void sources(struct junos *junos, struct set *set)
{
	junos_foreach (rule, junos_get(&junos->tree, set->node, "rule"))
		source_rule(junos, set, rule);
}

static void sources_to(struct junos *junos, struct set *set)
{
	each_zone(junos, set, "to", &set->to, sources);
}

static void destinations(struct junos *junos, struct set *set)
{
	junos_foreach (rule, junos_get(&junos->tree, set->node, "rule"))
		destination_rule(junos, set, rule);
}

static void statics(struct junos *junos, struct set *set)
{
	junos_foreach (rule, junos_get(&junos->tree, set->node, "rule"))
		static_rule(junos, set, rule);
}

static void sets_build(struct junos *junos, const char *path,
		       void (*build)(struct junos *junos, struct set *set))
{
	junos_foreach (node, junos_path(&junos->tree, junos->security, path)) {
		struct set set = { .node = node };

		if (junos_is_expansion_left(junos, node->at))
			each_zone(junos, &set, "from", &set.from, build);
	}
}

void junos_nat_build(struct junos *junos)
{
	/* In the order the device asks them. */
	sets_build(junos, "nat static rule-set", statics);
	sets_build(junos, "nat destination rule-set", destinations);
	sets_build(junos, "nat source rule-set", sources_to);
}
