// SPDX-License-Identifier: GPL-2.0-or-later
/* junos_net.c - Junos interfaces, zones, what they let in, and routes */
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "import/junos_reader.h"
#include "model/aspect.h"

const char *junos_interface_name(const struct junos *junos, const char *word)
{
	return strchr(word, '.') ? word : arena_printf(junos->arena, "%s.0", word);
}

/* `interfaces all` takes those that no other zone names. */
static const struct junos_node *zone_node(const struct junos *junos,
					  const char *interface)
{
	const struct junos_node *zone = map_get(&junos->interface_map, NULL, interface);

	return zone ? zone : map_get(&junos->interface_map, NULL, "all.0");
}

/* The zone that `security zones` binds an interface to; NULL: none. */
const char *junos_zone_of(const struct junos *junos, const char *interface)
{
	const struct junos_node *zone = zone_node(junos, interface);

	return zone ? zone->name : NULL;
}

/* ------------------------------------------------------------ interfaces */

static void family_read(struct junos *junos, struct site_interface *interface,
			const struct junos_node *inet)
{
	const struct junos_tree *tree = &junos->tree;
	struct inet_prefix prefix;

	if (junos_get(tree, inet, "dhcp") || junos_get(tree, inet, "dhcp-client") ||
	    junos_get(tree, inet, "negotiate-address"))
		interface->source = ADDRESS_DYNAMIC;
	junos_foreach (address, junos_get(tree, inet, "address")) {
		if (inet_prefix_parse(address->name, &prefix) != 0) {
			site_remark(junos->site, REMARK_INVALID, address->at,
				    "interface %s: '%s' is not an address with a prefix "
				    "length",
				    interface->name, address->name);
			continue;
		}
		vec_add(junos->arena, &interface->addresses,
			((struct prefix_value){ .prefix = prefix, .at = address->at }));
		if (interface->source == ADDRESS_NONE)
			interface->source = ADDRESS_STATIC;
	}
	if (junos_get(tree, inet, "mtu"))
		interface->mtu = junos_number(junos, inet, "mtu");
}

/* What is off, and the command that undoes it. */
static void switch_read(struct junos *junos, struct site_interface *interface,
			const struct junos_node *device, const struct junos_node *unit)
{
	const struct junos_node *off = unit->is_inactive ? unit : device;
	const char *command = "activate";

	if (!off->is_inactive) {
		off = junos_get(&junos->tree, unit, "disable");
		if (!off)
			off = junos_get(&junos->tree, device, "disable");
		command = "delete";
	}
	if (!off)
		return;
	interface->is_disabled = true;
	interface->at = off->is_inactive ? off->inactive_at : off->at;
	interface->switch_on = arena_printf(junos->arena, "%s %s", command,
					    junos_node_text(&junos->tree, off));
}

static void unit_build(struct junos *junos, const char *name,
		       const struct junos_node *device, const struct junos_node *unit)
{
	const struct junos_tree *tree = &junos->tree;
	const struct junos_node *family = junos_get(tree, unit, "family");
	struct site_interface *interface =
		vec_push(junos->arena, &junos->site->interfaces);

	*interface = (struct site_interface){
		.name = name,
		.is_tunnel = str_starts(name, "st0."),
		.mtu = junos_number(junos, device, "mtu"),
		.at = unit->at,
	};
	switch_read(junos, interface, device, unit);
	interface->device = interface->name;
	map_put(junos->arena, &junos->unit_map, NULL, interface->name,
		(void *)(uintptr_t)junos->site->interfaces.count);
	interface->zone = junos_zone_of(junos, interface->name);
	family_read(junos, interface, junos_get(tree, family, "inet"));
	family_read(junos, interface, junos_get(tree, family, "inet6"));
}

static void named_unit_build(struct junos *junos, const struct junos_node *device,
			     const struct junos_node *unit)
{
	unit_build(junos, arena_printf(junos->arena, "%s.%s", device->name, unit->name),
		   device, unit);
}

static void interfaces_build(struct junos *junos)
{
	const struct junos_tree *tree = &junos->tree;

	junos_foreach (device, junos_get(tree, tree->root, "interfaces")) {
		if (str_equal(device->name, "interface-range"))
			continue;
		/* `set interfaces st0.1 …` is short for `st0 unit 1`. */
		if (strchr(device->name, '.'))
			unit_build(junos, device->name, device, device);
		junos_foreach (unit, junos_get(tree, device, "unit"))
			named_unit_build(junos, device, unit);
	}
}

static const struct junos_node *any_child(const struct junos_node *node, const char *name)
{
	const struct junos_node *child = node ? node->first : NULL;

	while (child && !str_equal(child->name, name))
		child = child->next;
	return child;
}

/* Tunnel interfaces that are deactivated: a vpn that is bound to one wants it back. */
static void inactive_build(struct junos *junos)
{
	const struct junos_node *device =
		any_child(junos_get(&junos->tree, junos->tree.root, "interfaces"), "st0");
	const struct junos_node *units = any_child(device, "unit");

	for (const struct junos_node *unit = units ? units->first : NULL; unit;
	     unit = unit->next)
		if (device->is_inactive || unit->is_inactive)
			named_unit_build(junos, device, unit);
}

/* ------------------------------------------------------------ zones */

static void zone_build(struct junos *junos, const struct junos_node *node)
{
	struct zone *zone = vec_push(junos->arena, &junos->site->zones);

	*zone = (struct zone){
		.name = node->name,
		.input = TARGET_DROP,
		.forward = TARGET_DROP, /* inside a zone too a policy is needed */
		.output = TARGET_ACCEPT,
		.input_at = junos_default(),
		.forward_at = junos_default(),
		.output_at = junos_default(),
		.at = node->at,
	};
	junos_foreach (interface, junos_get(&junos->tree, node, "interfaces")) {
		const char *name = junos_interface_name(junos, interface->name);

		vec_add(junos->arena, &zone->interfaces,
			((struct text){ name, interface->at }));
		map_put(junos->arena, &junos->interface_map, NULL, name,
			(void *)(uintptr_t)node);
	}
}

/* ------------------------------------------------------------ host-inbound-traffic */

struct inbound_service {
	const char *name;
	const char *protocol;
	uint16_t port[2]; /* 0: none */
	bool is_protocol; /* below `protocols`, else below `system-services` */
};

static const struct inbound_service inbound_services[] = {
	{ "ike", "udp", { 500, 4500 }, false },
	{ "ike", "esp", { 0 }, false }, /* what IKE negotiated may come in */
	{ "ping", "icmp", { 0 }, false },
	{ "ssh", "tcp", { 22 }, false },
	{ "telnet", "tcp", { 23 }, false },
	{ "ftp", "tcp", { 21 }, false },
	{ "tftp", "udp", { 69 }, false },
	{ "http", "tcp", { 80 }, false },
	{ "https", "tcp", { 443 }, false },
	{ "dns", "udp", { 53 }, false },
	{ "dhcp", "udp", { 67, 68 }, false },
	{ "bootp", "udp", { 67, 68 }, false },
	{ "ntp", "udp", { 123 }, false },
	{ "snmp", "udp", { 161 }, false },
	{ "snmp-trap", "udp", { 162 }, false },
	{ "netconf", "tcp", { 830 }, false },
	{ "traceroute", "udp", { 33434 }, false },
	{ "rsh", "tcp", { 514 }, false },
	{ "bgp", "tcp", { 179 }, true },
	{ "ospf", "89", { 0 }, true },
	{ "ospf3", "89", { 0 }, true },
	{ "rip", "udp", { 520 }, true },
	{ "vrrp", "112", { 0 }, true },
	{ "igmp", "2", { 0 }, true },
	{ "pim", "103", { 0 }, true },
};

/* The services of one `system-services` or `protocols` node that are open. */
static const struct junos_node *service_open(const struct junos_tree *tree,
					     const struct junos_node *services,
					     const char *name)
{
	const struct junos_node *one = junos_get(tree, services, name);
	const struct junos_node *all = junos_get(tree, services, "all");

	if (!all)
		all = junos_get(tree, services, "any-service");
	if (one)
		return junos_get(tree, one, "except") ? NULL : one;
	return all && !junos_get(tree, all, "except") ? all : NULL;
}

static void inbound_rule(struct junos *junos, const char *zone,
			 const struct site_interface *interface,
			 const struct inbound_service *service, struct origin at)
{
	struct rule *rule;

	if (!junos_is_expansion_left(junos, at))
		return;
	rule = vec_push(junos->arena, &junos->site->rules);
	*rule = (struct rule){
		.name = arena_printf(junos->arena, "host-inbound-traffic %s",
				     service->name),
		.src_zone = zone,
		.target = TARGET_ACCEPT,
		.at = at,
	};
	vec_add(junos->arena, &rule->protocols, ((struct text){ service->protocol, at }));
	for (size_t i = 0; i < 2 && service->port[i]; i++)
		vec_add(junos->arena, &rule->dest_ports,
			((struct port_range){ service->port[i], service->port[i] }));
	if (!interface)
		return;
	vec_foreach (address, &interface->addresses)
		vec_add(junos->arena, &rule->dest,
			((struct prefix_value){ inet_prefix_host(&address->prefix.addr),
						false, address->at }));
}

static void inbound_add(struct junos *junos, const char *zone,
			const struct site_interface *interface,
			const struct junos_node *inbound)
{
	const struct junos_tree *tree = &junos->tree;

	for (size_t i = 0; i < ARRAY_SIZE(inbound_services); i++) {
		const struct inbound_service *service = &inbound_services[i];
		const struct junos_node *open = service_open(
			tree,
			junos_get(tree, inbound,
				  service->is_protocol ? "protocols" : "system-services"),
			service->name);

		if (open)
			inbound_rule(junos, zone, interface, service, open->at);
	}
}

static struct site_interface *unit_find(const struct junos *junos, const char *name)
{
	uintptr_t place = (uintptr_t)map_get(&junos->unit_map, NULL, name);

	return place ? &junos->site->interfaces.items[place - 1] : NULL;
}

/* The interface's own list replaces the zone's, as soon as there is one. */
static void zone_inbound(struct junos *junos, const struct junos_node *zone)
{
	const struct junos_tree *tree = &junos->tree;
	const struct junos_node *common = junos_get(tree, zone, "host-inbound-traffic");
	bool has_own = false;

	junos_foreach (interface, junos_get(tree, zone, "interfaces"))
		has_own |= junos_get(tree, interface, "host-inbound-traffic") != NULL;
	if (!has_own) {
		inbound_add(junos, zone->name, NULL, common);
		return;
	}
	junos_foreach (interface, junos_get(tree, zone, "interfaces")) {
		const struct junos_node *own =
			junos_get(tree, interface, "host-inbound-traffic");
		const char *name = junos_interface_name(junos, interface->name);
		struct site_interface *unit = unit_find(junos, name);

		if (unit)
			unit->has_own_services = own != NULL;
		inbound_add(junos, zone->name, unit, own ? own : common);
	}
}

static bool is_ike_let_in(const struct junos *junos, const struct junos_gateway *gateway,
			  struct origin *ret_at)
{
	const struct junos_tree *tree = &junos->tree;
	const struct junos_node *zone = zone_node(junos, gateway->external);
	const struct junos_node *inbound = NULL;

	*ret_at = zone->at;
	junos_foreach (interface, junos_get(tree, zone, "interfaces")) {
		if (!str_equal(junos_interface_name(junos, interface->name),
			       gateway->external) &&
		    !str_equal(interface->name, "all"))
			continue;
		inbound = junos_get(tree, interface, "host-inbound-traffic");
		if (inbound)
			*ret_at = inbound->at;
	}
	if (!inbound)
		inbound = junos_get(tree, zone, "host-inbound-traffic");
	return service_open(tree, junos_get(tree, inbound, "system-services"), "ike") !=
	       NULL;
}

void junos_inbound_build(struct junos *junos)
{
	struct origin at;

	junos_foreach (zone,
		       junos_path(&junos->tree, junos->security, "zones security-zone"))
		zone_inbound(junos, zone);
	for (struct junos_gateway *g = junos->gateways; g; g = g->next) {
		if (!g->external || !junos_zone_of(junos, g->external)) {
			if (g->external)
				site_remark(junos->site, REMARK_INVALID,
					    g->tunnel.local.at,
					    "gateway '%s': its external interface %s "
					    "is in no security zone, so the device "
					    "drops all of its IKE",
					    g->tunnel.name, g->external);
		} else if (!is_ike_let_in(junos, g, &at)) {
			site_remark(junos->site, REMARK_INVALID, at,
				    "gateway '%s': host-inbound-traffic of %s lacks "
				    "'ike', so the device never answers",
				    g->tunnel.name, g->external);
		}
	}
}

/* ------------------------------------------------------------ routes */

static void route_build(struct junos *junos, const struct junos_node *node)
{
	const struct junos_tree *tree = &junos->tree;
	const struct junos_node *hop = junos_first(junos_get(tree, node, "next-hop"));
	struct site_route route = { .at = node->at };
	const char *destination =
		str_equal(node->name, "default") ? "0.0.0.0/0" : node->name;

	if (!hop)
		hop = junos_first(junos_get(tree, node, "qualified-next-hop"));
	if (inet_prefix_parse(destination, &route.destination) != 0) {
		site_remark(junos->site, REMARK_INVALID, node->at,
			    "the route's destination '%s' is no network", node->name);
		return;
	}
	if (junos_get(tree, node, "discard") || junos_get(tree, node, "reject"))
		route.is_blackhole = true;
	else if (!hop) {
		if (junos_get(tree, node, "next-table"))
			site_unrehearsed(junos->site, NULL, ASPECT_WAY, node->at,
					 "next-table");
		return;
	} else if (inet_addr_parse(hop->name, &route.gateway) != 0)
		route.interface = junos_interface_name(junos, hop->name);
	if (hop && junos_next(hop))
		site_unrehearsed(junos->site, NULL, ASPECT_WAY, node->at,
				 arena_printf(junos->arena,
					      "a route of several hops, %.60s",
					      node->name));
	vec_add(junos->arena, &junos->site->routes, route);
}

static void routes_build(struct junos *junos, const struct junos_node *options)
{
	const struct junos_tree *tree = &junos->tree;

	junos_foreach (route, junos_path(tree, options, "static route"))
		route_build(junos, route);
	junos_foreach (rib, junos_get(tree, options, "rib")) {
		junos_foreach (route, junos_path(tree, rib, "static route"))
			route_build(junos, route);
	}
}

void junos_network_build(struct junos *junos)
{
	const struct junos_tree *tree = &junos->tree;

	junos_foreach (zone, junos_path(tree, junos->security, "zones security-zone"))
		zone_build(junos, zone);
	interfaces_build(junos);
	inactive_build(junos);
	junos_routing_build(junos);
	routes_build(junos, junos_get(tree, tree->root, "routing-options"));
	junos_foreach (instance, junos_get(tree, tree->root, "routing-instances")) {
		site_remark(
			junos->site, REMARK_IGNORED, instance->at,
			"routing instance '%s' is read as part of the one routing table",
			instance->name);
		/* What is in it does not see the routes of the others. */
		if (junos_get(tree, instance, "interface"))
			site_unrehearsed(junos->site, NULL, ASPECT_IKE | ASPECT_WAY,
					 instance->at, "routing-instances");
		routes_build(junos, junos_get(tree, instance, "routing-options"));
	}
}
