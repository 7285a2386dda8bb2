// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * junos_routing.c - over which interfaces routing protocols learn routes
 *
 * The protocols are not rehearsed. But a tunnel interface without a static route is
 * no mistake when OSPF, RIP or BGP brings the routes over it.
 */
#include <string.h>

#include "base/str.h"
#include "import/junos_reader.h"

static void mark(struct junos *junos, struct site_interface *interface,
		 const char *protocol, struct origin at)
{
	if (!interface || interface->routing)
		return;
	interface->routing = protocol;
	if (interface->is_tunnel)
		site_remark(junos->site, REMARK_IGNORED, at,
			    "%s learns routes by %s, which is not rehearsed: they are "
			    "missing",
			    interface->name, protocol);
}

static struct site_interface *interface_named(struct junos *junos, const char *name)
{
	name = junos_interface_name(junos, name);
	vec_foreach (interface, &junos->site->interfaces) {
		if (str_equal(interface->name, name))
			return interface;
	}
	return NULL;
}

/* The interface in whose network a neighbour is. */
static struct site_interface *interface_near(struct junos *junos, const char *neighbour)
{
	struct inet_addr addr;

	if (inet_addr_parse(neighbour, &addr))
		return NULL;
	vec_foreach (interface, &junos->site->interfaces) {
		vec_foreach (value, &interface->addresses) {
			if (inet_prefix_has(&value->prefix, &addr))
				return interface;
		}
	}
	return NULL;
}

/* `protocols ospf area A interface I`, `protocols ospf area A interface all` */
static void areas_read(struct junos *junos, const struct junos_node *ospf)
{
	const struct junos_tree *tree = &junos->tree;

	junos_foreach (area, junos_get(tree, ospf, "area")) {
		junos_foreach (node, junos_get(tree, area, "interface")) {
			if (junos_get(tree, node, "disable") ||
			    junos_get(tree, node, "passive"))
				continue;
			mark(junos, interface_named(junos, node->name), "OSPF", node->at);
			if (!str_equal(node->name, "all"))
				continue;
			vec_foreach (interface, &junos->site->interfaces)
				mark(junos, interface, "OSPF", node->at);
		}
	}
}

/* `protocols bgp group G neighbor A`, `protocols rip group G neighbor I` */
static void groups_read(struct junos *junos, const struct junos_node *protocol,
			const char *name)
{
	const struct junos_tree *tree = &junos->tree;

	junos_foreach (group, junos_get(tree, protocol, "group")) {
		junos_foreach (node, junos_get(tree, group, "neighbor")) {
			struct site_interface *interface =
				interface_near(junos, node->name);

			if (!interface)
				interface = interface_named(junos, node->name);
			mark(junos, interface, name, node->at);
		}
	}
}

void junos_routing_build(struct junos *junos)
{
	const struct junos_tree *tree = &junos->tree;
	const struct junos_node *protocols = junos_get(tree, tree->root, "protocols");

	if (!protocols)
		return;
	areas_read(junos, junos_get(tree, protocols, "ospf"));
	groups_read(junos, junos_get(tree, protocols, "bgp"), "BGP");
	groups_read(junos, junos_get(tree, protocols, "rip"), "RIP");
}
