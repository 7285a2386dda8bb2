// SPDX-License-Identifier: GPL-2.0-or-later
/* port.c - a gateway's interfaces as Linux will see them */
#include "lab/port.h"

#include <errno.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "model/way.h"

#define DEVICE_MAX (IF_NAMESIZE - 1)
/* Of one site; a rehearsal needs no more. */
#define PORTS_MAX      64
#define INTERFACES_MAX 1024

const char *port_device_name(struct arena *arena, const char *name, unsigned int number)
{
	const char *suffix = number ? arena_printf(arena, "_%u", number) : "";
	size_t room = DEVICE_MAX - strlen(suffix);
	char *device;

	if (!strcmp(name, ".") || !strcmp(name, "..") || !*name)
		name = "_";
	device = arena_strndup(arena, name, strlen(name) > room ? room : strlen(name));
	for (char *c = device; *c; c++) {
		if (*c <= ' ' || *c > '~' || strchr("/:\"'\\%+!", *c))
			*c = '_';
	}
	return number ? arena_printf(arena, "%s%s", device, suffix) : device;
}

static struct port *port_by_device(const struct ports *ports, const char *device)
{
	vec_foreach (port, &ports->list) {
		if (str_equal(port->device, device))
			return port;
	}
	return NULL;
}

struct port *port_find(const struct ports *ports, const char *name)
{
	vec_foreach (port, &ports->list) {
		if (str_equal(port->logical, name))
			return port;
		vec_foreach (interface, &port->interfaces) {
			if (str_equal((*interface)->name, name))
				return port;
		}
	}
	vec_foreach (port, &ports->list) {
		vec_foreach (interface, &port->interfaces) {
			if ((*interface)->device && str_equal((*interface)->device, name))
				return port;
		}
	}
	return port_by_device(ports, name);
}

struct port *port_for(const struct ports *ports, const struct inet_addr *addr)
{
	struct port *best = NULL;
	unsigned int length = 0;

	vec_foreach (port, &ports->list) {
		vec_foreach (address, &port->addresses) {
			if (inet_prefix_has(&address->prefix, addr) &&
			    (!best || address->prefix.length > length)) {
				best = port;
				length = address->prefix.length;
			}
		}
	}
	return best;
}

/* The device's word for where the interface is; "@lan" is an alias of that one. */
static const char *device_word(const struct site *site,
			       const struct site_interface *interface)
{
	for (size_t hops = 0; hops < 8; hops++) {
		const struct site_interface *of;

		if (!interface->device || !*interface->device)
			return interface->name;
		if (*interface->device != '@')
			return interface->device;
		of = site_interface_find(site, interface->device + 1);
		if (!of)
			return interface->device + 1;
		interface = of;
	}
	return interface->name;
}

static bool is_loopback(const struct site_interface *interface, const char *device)
{
	static const uint8_t loopback = 127;

	if (str_equal(device, "lo"))
		return true;
	vec_foreach (address, &interface->addresses) {
		if (address->prefix.addr.family != AF_INET ||
		    address->prefix.addr.bytes[0] != loopback)
			return false;
	}
	return interface->addresses.count > 0;
}

/*
 * A network instead of an address (a vpncfg names only the LAN's network): the scenario
 * says the router's address in it, else it is the first.
 */
static struct inet_prefix own_address(const struct scenario_site *site,
				      const struct inet_prefix *prefix)
{
	struct inet_prefix network = inet_prefix_network(prefix), own = *prefix;

	if (prefix->length > 30 || !inet_addr_equal(&network.addr, &prefix->addr))
		return own;
	if (site->router_lan.addr.family == AF_INET &&
	    inet_prefix_has(&network, &site->router_lan.addr))
		return site->router_lan;
	own.addr = inet_prefix_nth(&network, 1);
	return own;
}

/* Could an interface have this address? Not 0/8, multicast and above, or any /0. */
static bool is_usable(const struct inet_prefix *prefix)
{
	return prefix->addr.family == AF_INET && prefix->length &&
	       prefix->addr.bytes[0] && prefix->addr.bytes[0] < 224;
}

static bool port_has(const struct port *port, const struct inet_addr *addr)
{
	vec_foreach (address, &port->addresses) {
		if (inet_addr_equal(&address->prefix.addr, addr))
			return true;
	}
	return false;
}

static void port_add_addresses(struct arena *arena, struct port *port,
			       const struct scenario_site *site,
			       const struct site_interface *interface)
{
	vec_foreach (address, &interface->addresses) {
		struct inet_prefix own = own_address(site, &address->prefix);

		if (is_usable(&address->prefix) && !port_has(port, &own.addr) &&
		    port->addresses.count < PORTS_MAX)
			vec_add(arena, &port->addresses,
				((struct port_address){ own, address->at }));
	}
}

/* A new port whose Linux name nobody else has. */
static struct port *port_new(struct arena *arena, struct ports *ports, const char *word,
			     const char *logical)
{
	const char *device = port_device_name(arena, word, 0);
	struct port *port;

	if (strlen(word) > DEVICE_MAX)
		device = port_device_name(arena, word,
					  (unsigned int)ports->list.count + 1);
	for (unsigned int n = 2; port_by_device(ports, device) || str_equal(device, "lo");
	     n++)
		device = port_device_name(arena, word, n);
	port = vec_push(arena, &ports->list);
	port->device = device;
	port->logical = arena_strdup(arena, logical);
	return port;
}

/* The port that already stands for the same device word. */
static struct port *port_sharing(const struct site *site, const struct ports *ports,
				 const char *word)
{
	vec_foreach (port, &ports->list) {
		vec_foreach (interface, &port->interfaces) {
			if (str_equal(device_word(site, *interface), word))
				return port;
		}
	}
	return NULL;
}

static bool has_ipv4(const struct site_interface *interface)
{
	vec_foreach (address, &interface->addresses) {
		if (is_usable(&address->prefix))
			return true;
	}
	return false;
}

static void add_site_ports(struct arena *arena, const struct scenario_site *of,
			   struct ports *ports, size_t *ret_wan)
{
	const struct site *site = of->site;
	const struct site_interface *wan = site_wan(site);

	*ret_wan = SIZE_MAX;
	vec_foreach (interface, &site->interfaces) {
		const char *word = device_word(site, interface);
		struct port *port;

		if (interface - site->interfaces.items >= INTERFACES_MAX)
			break;
		if (interface->is_disabled ||
		    (interface->is_tunnel && !interface->is_device) ||
		    is_loopback(interface, word))
			continue;
		if (interface != wan && !has_ipv4(interface) && !interface->is_device)
			continue;
		port = port_sharing(site, ports, word);
		if (!port && ports->list.count >= PORTS_MAX)
			continue;
		if (!port)
			port = port_new(arena, ports, word, interface->name);
		if (interface_is_way(interface) && interface->is_device)
			port->xfrm = interface;
		vec_add(arena, &port->interfaces, interface);
		port_add_addresses(arena, port, of, interface);
		if (interface->mtu.is_set && interface->mtu.n >= 68 &&
		    interface->mtu.n <= 1500)
			port->mtu = (unsigned int)interface->mtu.n;
		if (interface == wan)
			*ret_wan = (size_t)(port - ports->list.items);
	}
}

static void add_lan_address(struct arena *arena, struct ports *ports,
			    const struct inet_prefix *lan, const struct origin *at)
{
	struct port *port;

	if (lan->addr.family != AF_INET || !lan->length || lan->length > 30 ||
	    port_for(ports, &lan->addr))
		return;
	port = port_find(ports, "lan");
	if (!port)
		port = port_new(arena, ports, "lan", "lan");
	vec_add(arena, &port->addresses, ((struct port_address){ *lan, *at }));
}

/* Ports that are cables, the WAN's among them. */
static size_t inner_count(const struct ports *ports)
{
	size_t count = 0;

	vec_foreach (port, &ports->list)
		count += !port->xfrm;
	return count;
}

/*
 * Devices whose files have no LAN (FRITZ!Box): `lan:` of the scenario says it, else it
 * is what the tunnels connect, with the router at the first address.
 */
static void add_router_lan(struct arena *arena, const struct scenario_site *site,
			   struct ports *ports, size_t wan)
{
	add_lan_address(arena, ports, &site->router_lan, &site->at);
	if (inner_count(ports) > (wan == SIZE_MAX ? 0 : 1))
		return;
	vec_foreach (tunnel, &site->site->tunnels) {
		vec_foreach (child, &tunnel->children) {
			vec_foreach (pair, &child->selectors) {
				struct inet_prefix lan = pair->local;

				lan.addr = inet_prefix_nth(&lan, 1);
				add_lan_address(arena, ports, &lan, &pair->local_at);
			}
		}
	}
}

/* The address of the WAN: an address alone is taken as one of a /24. */
static int wan_settle(const struct scenario_site *site, struct ports *ports,
		      struct err *err)
{
	const struct inet_prefix *wan = scenario_wan(site);

	if (!wan || wan->addr.family != AF_INET)
		return err_set(err, EINVAL,
			       "%s: its files do not say the WAN address: write `wan: "
			       "203.0.113.56/24` into scenario.yml",
			       site->name);
	ports->wan_address = *wan;
	if (wan->length >= 31)
		ports->wan_address.length = 24;
	ports->wan->addresses.count = 0;
	return 0;
}

/* The provider's router: the scenario, the default route of the files, the first. */
static struct inet_addr gateway_find(const struct scenario_site *site,
				     struct ports *ports)
{
	const struct inet_prefix *wan = &ports->wan_address;
	struct inet_addr first = inet_prefix_nth(wan, 1);

	if (site->gateway.family == AF_INET)
		return site->gateway;
	vec_foreach (interface, &ports->wan->interfaces) {
		if ((*interface)->gateway.family == AF_INET)
			return (*interface)->gateway;
	}
	vec_foreach (route, &site->site->routes) {
		if (!route->destination.length && route->gateway.family == AF_INET &&
		    inet_prefix_has(wan, &route->gateway))
			return route->gateway;
	}
	ports->is_gateway_assumed = true;
	return inet_addr_equal(&first, &wan->addr) ? inet_prefix_nth(wan, 2) : first;
}

int ports_make(struct arena *arena, const struct scenario_site *site,
	       struct ports *ret_ports, struct err *err)
{
	struct ports ports = { 0 };
	size_t wan;
	int rc;

	add_site_ports(arena, site, &ports, &wan);
	add_router_lan(arena, site, &ports, wan);
	if (wan == SIZE_MAX) {
		if (!scenario_wan(site) || !scenario_wan(site)->addr.family)
			return err_set(err, EINVAL,
				       "%s: no interface faces the Internet: there is no "
				       "default route, no `wan` and no `wan:` in "
				       "scenario.yml",
				       site->name);
		wan = ports.list.count;
		(void)port_new(arena, &ports, "wan", "wan");
	}
	ports.wan = &ports.list.items[wan];
	ports.wan->is_wan = true;
	rc = wan_settle(site, &ports, err);
	if (rc)
		return rc;
	vec_add(arena, &ports.wan->addresses,
		((struct port_address){ ports.wan_address, site->wan.at }));
	ports.gateway = gateway_find(site, &ports);
	if (!inet_prefix_has(&ports.wan_address, &ports.gateway))
		return err_set(
			err, EINVAL,
			"%s: its gateway %s is not in the network of its WAN address %s",
			site->name, inet_addr_text(&ports.gateway).s,
			inet_prefix_text(&ports.wan_address).s);
	*ret_ports = ports;
	return 0;
}
