// SPDX-License-Identifier: GPL-2.0-or-later
/* screenos_build.c - from ScreenOS objects to the site */
#include "base/cleanup.h"
#include "base/str.h"
#include "import/screenos_reader.h"

static struct origin screenos_default(void)
{
	return (struct origin){ .source = "ScreenOS default" };
}

/* ------------------------------------------------------------ interfaces, zones */

static bool interface_is_used(const struct sos_interface *interface)
{
	return interface->zone || interface->addresses.count || interface->is_dynamic ||
	       interface->is_unnumbered;
}

static void build_interface(struct reader *reader, const struct sos_interface *interface)
{
	struct site_interface *built = vec_push(reader->arena, &reader->site->interfaces);

	*built = (struct site_interface){
		.name = interface->name,
		.device = interface->name,
		.zone = interface->zone ? interface->zone->name : NULL,
		.source = interface->is_dynamic	       ? ADDRESS_DYNAMIC
			  : interface->addresses.count ? ADDRESS_STATIC
						       : ADDRESS_NONE,
		.gateway = interface->gateway,
		.is_disabled = interface->is_disabled,
		.is_tunnel = str_starts(interface->name, "tunnel."),
		.mtu = interface->mtu,
		.routing = interface->routing,
		.at = interface->at,
	};
	vec_foreach (address, &interface->addresses)
		vec_add(reader->arena, &built->addresses, *address);
	if (interface->gateway.family) {
		struct site_route route = { .gateway = interface->gateway,
					    .interface = interface->name,
					    .at = interface->gateway_at };

		(void)inet_prefix_parse("0.0.0.0/0", &route.destination);
		vec_add(reader->arena, &reader->site->routes, route);
	}
}

/* NAT mode is the default of interfaces in the Trust zone, and of no other. */
static bool interface_is_nat(const struct sos_interface *interface)
{
	if (interface->nat.is_set)
		return interface->nat.on;
	return interface->zone && str_equal(interface->zone->name, "Trust") &&
	       !str_starts(interface->name, "tunnel.") &&
	       (interface->addresses.count || interface->is_dynamic);
}

static void build_zone(struct reader *reader, const struct sos_zone *zone)
{
	struct zone *built = vec_push(reader->arena, &reader->site->zones);

	*built = (struct zone){
		.name = zone->name,
		.input = TARGET_DROP,
		.forward = zone->is_blocked ? TARGET_DROP : TARGET_ACCEPT,
		.output = TARGET_ACCEPT,
		.input_at = screenos_default(),
		.forward_at = zone->at,
		.output_at = screenos_default(),
		.at = zone->at,
	};
	/* Interfaces of the Trust zone can be managed unless told otherwise. */
	if (str_equal(zone->name, "Trust"))
		built->input = TARGET_ACCEPT;
}

static void build_zone_member(struct reader *reader,
			      const struct sos_interface *interface)
{
	struct zone *zone = site_zone_find(reader->site, interface->zone->name);

	if (!zone)
		return;
	vec_add(reader->arena, &zone->interfaces,
		((struct text){ interface->name, interface->at }));
	zone->is_nat_mode |= interface_is_nat(interface);
}

static void manage_rule(struct reader *reader, const struct sos_interface *interface,
			const char *service)
{
	const struct sos_service *found = sos_service_find(reader, service);
	struct rule *rule = vec_push(reader->arena, &reader->site->rules);

	*rule = (struct rule){ .name = arena_printf(reader->arena, "manage %s", service),
			       .src_zone = interface->zone->name,
			       .target = TARGET_ACCEPT,
			       .at = interface->manage_at };
	vec_add(reader->arena, &rule->protocols,
		((struct text){ found->entries.items[0].protocol,
				interface->manage_at }));
	vec_add(reader->arena, &rule->dest_ports, found->entries.items[0].dest);
}

/* What `set interface IF manage …` lets in to the device itself. */
static void build_manage(struct reader *reader, const struct sos_interface *interface)
{
	static const struct {
		enum sos_manage bit;
		const char *service;
	} rows[] = {
		{ MANAGE_PING, "PING" },     { MANAGE_SSH, "SSH" },
		{ MANAGE_TELNET, "TELNET" }, { MANAGE_WEB, "HTTP" },
		{ MANAGE_SSL, "HTTPS" },     { MANAGE_SNMP, "SNMP" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (interface->manage & rows[i].bit)
			manage_rule(reader, interface, rows[i].service);
	}
}

static void build_network(struct reader *reader)
{
	sos_vrouters_touch(reader);
	for (const struct sos_interface *i = reader->interfaces; i; i = i->next) {
		if (interface_is_used(i))
			build_interface(reader, i);
	}
	for (const struct sos_zone *zone = reader->zones; zone; zone = zone->next)
		build_zone(reader, zone);
	for (const struct sos_interface *i = reader->interfaces; i; i = i->next) {
		if (!i->zone || !sos_work(reader, reader->site->zones.count))
			continue;
		build_zone_member(reader, i);
		build_manage(reader, i);
	}
}

/* ------------------------------------------------------------ vpns */

static void vpn_check(struct reader *reader, struct sos_vpn *vpn)
{
	struct sos_gateway *gateway;

	if (vpn->is_unset || vpn->is_manual)
		return;
	if (!vpn->gateway.s) {
		site_remark(reader->site, REMARK_INVALID, vpn->at,
			    "vpn '%s' has no gateway", vpn->name);
		return;
	}
	gateway = sos_gateway_find(reader, vpn->gateway.s);
	if (!gateway) {
		site_remark(reader->site, REMARK_INVALID, vpn->gateway.at,
			    "vpn '%s': there is no gateway '%s'", vpn->name,
			    vpn->gateway.s);
		return;
	}
	gateway->vpn_count++;
	if (vpn->is_monitored && vpn->is_rekeyed) {
		gateway->is_monitored = true;
		gateway->monitor_at = vpn->monitor_at;
	}
	if (vpn->monitor_target.family)
		gateway->tunnel.keepalive_target = vpn->monitor_target;
	if (vpn->bind_interface.s)
		gateway->tunnel.bind_interface = vpn->bind_interface.s;
}

static void build_tunnels(struct reader *reader)
{
	for (struct sos_vpn *vpn = reader->vpns; vpn; vpn = vpn->next)
		vpn_check(reader, vpn);
	for (struct sos_gateway *g = reader->gateways; g; g = g->next) {
		if (g->is_unset)
			continue;
		sos_gateway_finish(reader, g);
		g->tunnel.is_disabled |= !g->vpn_count;
		if (!g->vpn_count)
			remark_says(site_remark(reader->site, REMARK_IGNORED,
						g->tunnel.at,
						"gateway '%s' is used by no vpn",
						g->tunnel.name),
				    SAYS_UNUSED_GATEWAY, MEND_LINE, NULL);
	}
}

/* Its vpns are there, and nothing leads into one of them. */
static void check_used(struct reader *reader, struct sos_gateway *gateway)
{
	const struct sos_vpn *of = NULL;

	if (gateway->is_unset || !gateway->vpn_count || gateway->tunnel.children.count)
		return;
	for (const struct sos_vpn *vpn = reader->vpns; vpn; vpn = vpn->next) {
		if (vpn->is_unset || !str_equal(vpn->gateway.s, gateway->tunnel.name))
			continue;
		if (vpn->is_used || vpn->bind_interface.s || vpn->bind_zone.s)
			return;
		of = vpn;
	}
	if (!of)
		return;
	gateway->tunnel.is_disabled = true;
	remark_says(site_remark(reader->site, REMARK_IGNORED, of->at,
				"vpn '%s' is used by no policy and bound to no "
				"interface",
				of->name),
		    SAYS_UNUSED_VPN, MEND_LINE, of->name);
}

void sos_build(struct reader *reader)
{
	struct site *site = reader->site;

	site->firewall = FIREWALL_POLICY;
	site->is_ike_open = true; /* on the outgoing interface of each gateway */
	site->default_input = TARGET_DROP;
	site->default_output = TARGET_ACCEPT;
	build_network(reader);
	build_tunnels(reader);
	sos_build_rules(reader);
	for (struct sos_gateway *g = reader->gateways; g; g = g->next) {
		check_used(reader, g);
		if (!g->is_unset)
			vec_add(reader->arena, &site->tunnels, g->tunnel);
	}
}
