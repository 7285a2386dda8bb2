// SPDX-License-Identifier: GPL-2.0-or-later
/* openwrt_network.c - /etc/config/network and system (netifd) */
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "import/openwrt_reader.h"
#include "model/aspect.h"
#include "model/way.h"
#include "import/words.h"

/* What a protocol handler of netifd means for the model. */
static const struct {
	const char *proto;
	enum address_source source;
	bool is_tunnel;
	const char *device_prefix; /* "pppoe-" + name; NULL: the interface's device */
} protocols[] = {
	{ "static", ADDRESS_STATIC, false, NULL },
	{ "dhcp", ADDRESS_DYNAMIC, false, NULL },
	{ "dhcpv6", ADDRESS_NONE, false, NULL },
	{ "none", ADDRESS_NONE, false, NULL },
	{ "pppoe", ADDRESS_DYNAMIC, false, "pppoe-" },
	{ "pppoa", ADDRESS_DYNAMIC, false, "pppoa-" },
	{ "ppp", ADDRESS_DYNAMIC, false, "ppp-" },
	{ "3g", ADDRESS_DYNAMIC, false, "3g-" },
	{ "qmi", ADDRESS_DYNAMIC, false, NULL },
	{ "mbim", ADDRESS_DYNAMIC, false, NULL },
	{ "ncm", ADDRESS_DYNAMIC, false, NULL },
	{ "wwan", ADDRESS_DYNAMIC, false, NULL },
	{ "modemmanager", ADDRESS_DYNAMIC, false, NULL },
	{ "directip", ADDRESS_DYNAMIC, false, NULL },
	{ "hnet", ADDRESS_DYNAMIC, false, NULL },
	{ "bonding", ADDRESS_STATIC, false, "bonding-" },
	{ "relay", ADDRESS_NONE, false, NULL },
	{ "unmanaged", ADDRESS_NONE, false, NULL },
	{ "batadv", ADDRESS_NONE, false, "" },
	{ "batadv_hardif", ADDRESS_NONE, false, NULL },
	{ "vxlan", ADDRESS_NONE, false, "" },
	{ "464xlat", ADDRESS_NONE, true, "464-" },
	{ "map", ADDRESS_NONE, true, "map-" },
	{ "ipip", ADDRESS_NONE, true, "ipip-" },
	{ "gretap", ADDRESS_NONE, true, "gre4t-" },
	{ "pptp", ADDRESS_DYNAMIC, true, "pptp-" },
	{ "l2tp", ADDRESS_DYNAMIC, true, "l2tp-" },
	{ "6in4", ADDRESS_NONE, true, "6in4-" },
	{ "6to4", ADDRESS_NONE, true, "6to4-" },
	{ "6rd", ADDRESS_NONE, true, "6rd-" },
	{ "dslite", ADDRESS_NONE, true, "ds-" },
	{ "gre", ADDRESS_NONE, true, "gre4-" },
	{ "vti", ADDRESS_NONE, true, "vti-" },
	{ "xfrm", ADDRESS_NONE, true, "" },
	{ "wireguard", ADDRESS_STATIC, true, "" },
	{ "openvpn", ADDRESS_NONE, true, "" },
};

static const struct openwrt_option interface_options[] = {
	{ "proto", NULL, 0 },
	{ "ipaddr", NULL, 0 },
	{ "netmask", NULL, 0 },
	{ "gateway", NULL, 0 },
	{ "device", NULL, 0 },
	{ "ifname", NULL, 0 },
	{ "type", NULL, 0 },
	{ "mtu", NULL, 0 },
	{ "disabled", NULL, 0 },
	{ "auto", NULL, 0 },
	{ "enabled", NULL, 0 },
	{ "ip6addr", NULL, 0 },
	{ "ip6gw", NULL, 0 },
	{ "ip6assign", NULL, 0 },
	{ "ip6hint", NULL, 0 },
	{ "ip6prefix", NULL, 0 },
	{ "ip6class", NULL, 0 },
	{ "ip6ifaceid", NULL, 0 },
	{ "dns", NULL, 0 },
	{ "dns_search", NULL, 0 },
	{ "peerdns", NULL, 0 },
	{ "macaddr", NULL, 0 },
	{ "metric", NULL, 0 },
	{ "broadcast", NULL, 0 },
	{ "delegate", NULL, 0 },
	{ "force_link", NULL, 0 },
	{ "igmp_snooping", NULL, 0 },
	{ "stp", NULL, 0 },
	{ "username", NULL, 0 },
	{ "password", NULL, 0 },
	{ "ipv6", NULL, 0 },
	{ "reqprefix", NULL, 0 },
	{ "reqaddress", NULL, 0 },
	{ "hostname", NULL, 0 },
	{ "clientid", NULL, 0 },
	{ "vendorid", NULL, 0 },
	{ "defaultroute", NULL, 0 },
	{ "keepalive", NULL, 0 },
	{ "apn", NULL, 0 },
	{ "pincode", NULL, 0 },
	{ "service", NULL, 0 },
	{ "tunlink", NULL, 0 },
	{ "ifid", NULL, 0 },
	{ "peeraddr", NULL, 0 },
	{ "tunnelid", NULL, 0 },
	{ "norelease", NULL, 0 },
	{ "noserverunicast", NULL, 0 },
	{ "customroutes", NULL, 0 },
	{ "classlessroute", NULL, 0 },
	{ "sendopts", NULL, 0 },
	{ "reqopts", NULL, 0 },
	{ "ip4table", NULL, 0 },
	{ "ip6table", NULL, 0 },
	{ "zone", NULL, 0 },
	{ "private_key", NULL, 0 },
	{ "listen_port", NULL, 0 },
	{ "addresses", NULL, 0 },
	{ "ttl", NULL, 0 },
	{ "nohostroute", NULL, 0 },
	{ "ikey", NULL, 0 },
	{ "okey", NULL, 0 },
	{ "ac", NULL, 0 },
	{ "multicast", NULL, 0 },
	{ "accept_ra", NULL, 0 },
	{ "send_rs", NULL, 0 },
	{ "vlan", NULL, 0 },
	{ "demand", NULL, 0 },
	{ "pppd_options", NULL, 0 },
	{ "unit", NULL, 0 },
	{ "multicast_querier", NULL, 0 },
	{ "isolate", NULL, 0 },
	{ "bridge_empty", NULL, 0 },
	{ "hairpin", NULL, 0 },
	{ "vendorclass", NULL, 0 },
	{ "userclass", NULL, 0 },
	{ "defaultreqopts", NULL, 0 },
	{ "noclientfqdn", NULL, 0 },
	{ "noacceptreconfig", NULL, 0 },
	{ "forceprefix", NULL, 0 },
	{ "extendprefix", NULL, 0 },
	{ "soltimeout", NULL, 0 },
	{ "fakeroutes", NULL, 0 },
	{ "sourcefilter", NULL, 0 },
	{ "skpriority", NULL, 0 },
	{ "verbose", NULL, 0 },
	{ "iface_dslite", NULL, 0 },
	{ "iface_map", NULL, 0 },
	{ "iface_464xlat", NULL, 0 },
	{ "zone_dslite", NULL, 0 },
	{ "zone_map", NULL, 0 },
	{ "zone_464xlat", NULL, 0 },
	{ "ip6deprecated", NULL, 0 },
	{ "ip6weight", NULL, 0 },
	{ "dns_metric", NULL, 0 },
	{ "mru", NULL, 0 },
	{ "host_uniq", NULL, 0 },
	{ "padi_attempts", NULL, 0 },
	{ "padi_timeout", NULL, 0 },
	{ "pppname", NULL, 0 },
	{ "auth", NULL, 0 },
	{ "pdptype", NULL, 0 },
	{ "modes", NULL, 0 },
	{ "allow_roaming", NULL, 0 },
	{ "plmn", NULL, 0 },
	{ "delay", NULL, 0 },
	{ "fwmark", NULL, 0 },
	{ "slaves", NULL, 0 },
	{ "bonding_policy", NULL, 0 },
	{ "packets_per_slave", NULL, 0 },
	{ "all_slaves_active", NULL, 0 },
	{ "link_monitoring", NULL, 0 },
	{ "network", NULL, 0 },
	{ "ns_*", "is a note of NethSecurity", 0 },
	{ NULL, NULL, 0 },
};

static const struct openwrt_option device_options[] = {
	{ "name", NULL, 0 },
	{ "type", NULL, 0 },
	{ "ports", NULL, 0 },
	{ "ifname", NULL, 0 },
	{ "vid", NULL, 0 },
	{ "mtu", NULL, 0 },
	{ "macaddr", NULL, 0 },
	{ "ipv6", NULL, 0 },
	{ "stp", NULL, 0 },
	{ "igmp_snooping", NULL, 0 },
	{ "enabled", NULL, 0 },
	{ "bridge_empty", NULL, 0 },
	{ "txqueuelen", NULL, 0 },
	{ "mtu6", NULL, 0 },
	{ "acceptlocal", NULL, 0 },
	{ "rpfilter", NULL, 0 },
	{ "vlan_filtering", NULL, 0 },
	{ "egress_qos_mapping", NULL, 0 },
	{ "ingress_qos_mapping", NULL, 0 },
	{ "multicast_querier", NULL, 0 },
	{ "mld_snooping", NULL, 0 },
	{ "force_igmp_version", NULL, 0 },
	{ "force_mld_version", NULL, 0 },
	{ "promisc", NULL, 0 },
	{ "multicast", NULL, 0 },
	{ "multicast_to_unicast", NULL, 0 },
	{ "learning", NULL, 0 },
	{ "unicast_flood", NULL, 0 },
	{ "isolate", NULL, 0 },
	{ "hairpin", NULL, 0 },
	{ "priority", NULL, 0 },
	{ "ageing_time", NULL, 0 },
	{ "hello_time", NULL, 0 },
	{ "max_age", NULL, 0 },
	{ "forward_delay", NULL, 0 },
	{ "hash_max", NULL, 0 },
	{ "robustness", NULL, 0 },
	{ "query_interval", NULL, 0 },
	{ "table", NULL, 0 },
	{ "mode", NULL, 0 },
	{ "eee", NULL, 0 },
	{ "speed", NULL, 0 },
	{ "duplex", NULL, 0 },
	{ "autoneg", NULL, 0 },
	{ "pause", NULL, 0 },
	{ "policy", NULL, 0 },
	{ "ns_*", NULL, 0 },
	{ NULL, NULL, 0 },
};

static const struct openwrt_option route_options[] = {
	{ "interface", NULL, 0 },
	{ "target", NULL, 0 },
	{ "netmask", NULL, 0 },
	{ "gateway", NULL, 0 },
	{ "type", NULL, 0 },
	{ "disabled", NULL, 0 },
	{ "metric", NULL, 0 },
	{ "mtu", NULL, 0 },
	{ "source", NULL, 0 },
	{ "onlink", NULL, 0 },
	{ "table", "makes a route of another table, it is left out", 0 },
	{ "ns_*", NULL, 0 },
	{ NULL, NULL, 0 },
};

#define TUNNEL_MTU 1280 /* of netifd's xfrm.sh and vti.sh, where no option says it */

/* Section types without any part in a rehearsal. */
#define WIREGUARD_PEER "wireguard_" /* … and the interface: the section's type */

static const char *const idle_types[] = { "globals",	     "switch",	    "switch_vlan",
					  "switch_port",     "bridge-vlan", "rule6",
					  "alias",	     "atm-bridge",  "dsl",
					  "interface_rename" };

/* Addresses of `option ipaddr A` + `netmask M`, or `list ipaddr A/N`. */
static void read_addresses(struct openwrt *o, const struct tree_node *section,
			   struct site_interface *interface)
{
	struct openwrt_words words = openwrt_words(o, section, "ipaddr", "");
	const struct text netmask = openwrt_text(o, section, "netmask");
	unsigned int length = 32;

	if (netmask.s && inet_mask_length(netmask.s, &length)) {
		site_remark(o->site, REMARK_INVALID, netmask.at, "'%s' is not a netmask",
			    netmask.s);
		length = 32;
	}
	vec_foreach (word, &words.list) {
		struct prefix_value value;

		if (!openwrt_prefix(o, word, &value))
			continue;
		if (!strchr(word->s, '/') && value.prefix.addr.family == AF_INET)
			value.prefix.length = length;
		vec_add(o->site->arena, &interface->addresses, value);
	}
	words = openwrt_words(o, section, "ip6addr", "");
	vec_foreach (word, &words.list) {
		struct prefix_value value;

		if (openwrt_prefix(o, word, &value))
			vec_add(o->site->arena, &interface->addresses, value);
	}
}

static void read_gateway(struct openwrt *o, const struct tree_node *section,
			 struct site_interface *interface)
{
	const struct text gateway = openwrt_text(o, section, "gateway");

	if (gateway.s && inet_addr_parse(gateway.s, &interface->gateway))
		site_remark(o->site, REMARK_INVALID, gateway.at,
			    "gateway '%s' is not an address", gateway.s);
}

/* "br-lan" of the old `type bridge`, "pppoe-wan" of PPPoE, else what is written. */
static const char *device_of(struct openwrt *o, const struct tree_node *section,
			     const char *prefix)
{
	const struct openwrt_words devices = openwrt_words(o, section, "device", "");
	const struct openwrt_words names = openwrt_words(o, section, "ifname", "");
	const char *device = devices.list.count ? devices.list.items[0].s
			     : names.list.count ? names.list.items[0].s
						: NULL;

	if (str_equal(openwrt_get(o, section, "type"), "bridge"))
		return arena_printf(o->site->arena, "br-%s", section->name);
	if (prefix)
		return arena_printf(o->site->arena, "%s%s", prefix, section->name);
	return device;
}

/* netifd's xfrm.sh: without ifid the interface does not come up. */
static void read_xfrm(struct openwrt *o, const struct tree_node *section,
		      struct site_interface *interface)
{
	interface->if_id = openwrt_text(o, section, "ifid");
	interface->under = openwrt_get(o, section, "tunlink");
	interface->zone = openwrt_get(o, section, "zone");
	if (!interface->if_id.s)
		site_remark(o->site, REMARK_INVALID, interface->at,
			    "interface '%s' has no ifid: it does not come up",
			    interface->name);
	else if (!interface->under)
		site_remark(o->site, REMARK_ASSUMED, interface->at,
			    "interface '%s' has no tunlink, which older scripts demand: "
			    "it is taken as up",
			    interface->name);
	if (!interface->mtu.is_set)
		interface->mtu = (struct number){ true,
						  TUNNEL_MTU,
						  { .source = "OpenWrt default" } };
}

/* netifd's vti.sh (package vti): `ipaddr` is where its SAs begin, else tunlink's address. */
static void read_vti(struct openwrt *o, const struct tree_node *section,
		     struct site_interface *interface)
{
	const struct text peer = openwrt_text(o, section, "peeraddr");
	const char *local = openwrt_get(o, section, "ipaddr");

	interface->vti = (struct site_vti){ .is_set = true,
					    .in = openwrt_text(o, section, "ikey"),
					    .out = openwrt_text(o, section, "okey") };
	interface->under = openwrt_get(o, section, "tunlink");
	interface->zone = openwrt_get(o, section, "zone");
	if (local)
		(void)inet_addr_parse(local, &interface->vti.local);
	if (peer.s)
		(void)inet_addr_parse(peer.s, &interface->vti.remote);
	if (!peer.s)
		site_remark(o->site, REMARK_INVALID, interface->at,
			    "interface '%s' has no peeraddr: it does not come up",
			    interface->name);
	interface->is_disabled |= !peer.s;
	if (!interface->mtu.is_set)
		interface->mtu = (struct number){ true,
						  TUNNEL_MTU,
						  { .source = "OpenWrt default" } };
}

static void read_protocol(struct openwrt *o, const struct tree_node *section,
			  struct site_interface *interface)
{
	const struct text proto = openwrt_text(o, section, "proto");
	const char *prefix = NULL;
	bool is_known = !proto.s;

	for (size_t i = 0; i < ARRAY_SIZE(protocols); i++) {
		if (str_equal(protocols[i].proto, proto.s)) {
			interface->source = protocols[i].source;
			interface->is_tunnel = protocols[i].is_tunnel;
			prefix = protocols[i].device_prefix;
			is_known = true;
		}
	}
	if (!is_known)
		site_remark(o->site, REMARK_UNKNOWN, proto.at,
			    "protocol '%s' is not known, the interface has no address",
			    proto.s);
	interface->device = device_of(o, section, prefix);
	if (str_equal(proto.s, "xfrm"))
		read_xfrm(o, section, interface);
	if (str_equal(proto.s, "vti"))
		read_vti(o, section, interface);
}

static void read_interface(struct openwrt *o, struct tree_node *section)
{
	struct site_interface *interface;

	if (str_equal(section->name, "loopback")) {
		site_remark(o->site, REMARK_IGNORED, section->at,
			    "the loopback interface is always there");
		return;
	}
	if (o->site->interfaces.count >= OPENWRT_THINGS_MAX)
		return;
	interface = vec_push(o->site->arena, &o->site->interfaces);
	interface->name = section->name;
	interface->at = section->at;
	interface->mtu = openwrt_number(o, section, "mtu");
	interface->is_disabled = openwrt_bool(o, section, "disabled", false) ||
				 !openwrt_bool(o, section, "enabled", true);
	if (!openwrt_bool(o, section, "auto", true))
		site_remark(
			o->site, REMARK_ASSUMED, openwrt_option_at(o, section, "auto"),
			"interface '%s' does not come up by itself, it is taken as up",
			section->name);
	read_protocol(o, section, interface);
	if (interface->source == ADDRESS_STATIC) {
		read_addresses(o, section, interface);
		read_gateway(o, section, interface);
		if (!interface->addresses.count)
			site_remark(o->site, REMARK_INVALID, interface->at,
				    "interface '%s' is static but has no address",
				    interface->name);
	}
	openwrt_check(o, section, interface_options);
}

/* `option device '@lan'` and IPv6 on top of another: the same device. */
static void resolve_aliases(struct openwrt *o)
{
	vec_foreach (interface, &o->site->interfaces) {
		const struct site_interface *other;

		if (!interface->device)
			interface->device = interface->name;
		if (*interface->device != '@')
			continue;
		other = site_interface_find(o->site, interface->device + 1);
		if (other && other->is_tunnel)
			interface->is_tunnel = true;
		interface->device = other && other->device && *other->device != '@'
					    ? other->device
					    : interface->device + 1;
	}
}

/* Linux refuses a gateway that no network of the interface has, and nobody sees it. */
static bool is_taken(struct site *site, const struct site_route *route)
{
	const struct site_interface *interface =
		route->interface ? site_interface_find(site, route->interface) : NULL;

	if (!interface || interface_reaches(site, interface, &route->gateway))
		return true;
	site_remark(
		site, REMARK_INVALID, route->at,
		"no network of %s has the gateway %s: the kernel does not take the route",
		interface->name, inet_addr_text(&route->gateway).s);
	return false;
}

static void read_route(struct openwrt *o, const struct tree_node *section)
{
	const struct text target = openwrt_text(o, section, "target");
	const struct text netmask = openwrt_text(o, section, "netmask");
	const struct text gateway = openwrt_text(o, section, "gateway");
	const char *type = openwrt_get(o, section, "type");
	struct site_route route = { .at = section->at };

	route.interface = openwrt_get(o, section, "interface");
	route.is_blackhole = str_equal(type, "blackhole") ||
			     str_equal(type, "unreachable") ||
			     str_equal(type, "prohibit");
	if (!target.s || inet_prefix_parse(target.s, &route.destination)) {
		site_remark(o->site, REMARK_INVALID, target.s ? target.at : route.at,
			    "route without a usable target");
		return;
	}
	if (netmask.s && inet_mask_length(netmask.s, &route.destination.length))
		site_remark(o->site, REMARK_INVALID, netmask.at, "'%s' is not a netmask",
			    netmask.s);
	if (gateway.s && inet_addr_parse(gateway.s, &route.gateway))
		site_remark(o->site, REMARK_INVALID, gateway.at,
			    "gateway '%s' is not an address", gateway.s);
	if (!openwrt_bool(o, section, "disabled", false) &&
	    !uci_get(&o->uci, section, "table") &&
	    (openwrt_bool(o, section, "onlink", false) || is_taken(o->site, &route)))
		vec_add(o->site->arena, &o->site->routes, route);
	openwrt_check(o, section, route_options);
}

/* `config rule`: which table a packet's route is looked up in. There is one here. */
static void read_rule(struct openwrt *o, const struct tree_node *section)
{
	if (!openwrt_bool(o, section, "disabled", false))
		site_unrehearsed(o->site, NULL, ASPECT_WAY, section->at,
				 "a rule for another routing table");
}

static void read_device(struct openwrt *o, const struct tree_node *section)
{
	const char *name = openwrt_get(o, section, "name");
	const struct number mtu = openwrt_number(o, section, "mtu");

	vec_foreach (interface, &o->site->interfaces) {
		if (mtu.is_set && name && str_equal(interface->device, name) &&
		    !interface->mtu.is_set)
			interface->mtu = mtu;
	}
	/* Bridge ports are Ethernet sockets; the lab has one link per interface. */
	(void)uci_get(&o->uci, section, "type");
	(void)uci_get(&o->uci, section, "ports");
	openwrt_check(o, section, device_options);
}

/*
 * A WireGuard peer: netifd makes routes of its allowed_ips where route_allowed_ips is 1. An
 * `option allowed_ips` with several words is read as a list there, too.
 */
static void read_wireguard_peer(struct openwrt *o, const struct tree_node *section)
{
	const struct site_interface *interface =
		site_interface_find(o->site, uci_type(section) + strlen(WIREGUARD_PEER));
	const struct openwrt_words words = openwrt_words(o, section, "allowed_ips", "");

	if (!openwrt_bool(o, section, "route_allowed_ips", false) || !interface ||
	    interface->is_disabled || openwrt_bool(o, section, "disabled", false))
		return;
	vec_foreach (word, &words.list) {
		struct site_route route = { .interface = interface->name,
					    .at = word->at };
		struct prefix_value value;

		/* Its default route is the WAN's no longer, and that no rehearsal shows. */
		if (openwrt_prefix(o, word, &value) && value.prefix.length &&
		    o->site->routes.count < OPENWRT_THINGS_MAX) {
			route.destination = inet_prefix_network(&value.prefix);
			vec_add(o->site->arena, &o->site->routes, route);
		}
	}
}

static void read_other(struct openwrt *o, const struct tree_node *section)
{
	for (size_t i = 0; i < ARRAY_SIZE(idle_types); i++) {
		if (str_equal(uci_type(section), idle_types[i])) {
			site_remark(o->site, REMARK_IGNORED, section->at,
				    "section '%s' has no part in a rehearsal",
				    uci_type(section));
			return;
		}
	}
	if (str_starts(uci_type(section), WIREGUARD_PEER))
		read_wireguard_peer(o, section);
	else
		site_remark(o->site, REMARK_UNKNOWN, section->at,
			    "unknown section type '%s'", uci_type(section));
}

void openwrt_read_network(struct openwrt *o)
{
	const struct tree_node *package = uci_package_find(&o->uci, "network");

	if (!package)
		return;
	tree_foreach (section, package) {
		if (str_equal(uci_type(section), "interface"))
			read_interface(o, section);
	}
	resolve_aliases(o);
	tree_foreach (section, package) {
		const char *type = uci_type(section);

		if (str_equal(type, "route") || str_equal(type, "route6"))
			read_route(o, section);
		else if (str_equal(type, "device"))
			read_device(o, section);
		else if (str_equal(type, "rule"))
			read_rule(o, section);
		else if (!str_equal(type, "interface"))
			read_other(o, section);
	}
}

void openwrt_read_system(struct openwrt *o)
{
	const struct tree_node *package = uci_package_find(&o->uci, "system");

	if (!package)
		return;
	tree_foreach (section, package) {
		if (str_equal(uci_type(section), "system"))
			o->site->hostname = openwrt_get(o, section, "hostname");
	}
}

void openwrt_network_words_list(struct import_words *words)
{
	openwrt_options_list(words, "network, section interface", interface_options);
	openwrt_options_list(words, "network, section device", device_options);
	openwrt_options_list(words, "network, section route", route_options);
}
