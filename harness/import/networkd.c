// SPDX-License-Identifier: GPL-2.0-or-later
/* networkd.c - XFRM interfaces, addresses and routes of systemd-networkd */
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "import/host_network.h"
#include "model/aspect.h"

#define THINGS_MAX 256

/* One file: what its sections have said until now. */
struct networkd {
	struct site *site;
	const char *section;
	struct text name, kind, if_id; /* of a .netdev */
	struct site_vti vti;
	bool is_independent;	  /* … which is made without an interface below */
	const char *match;	  /* of a .network: the interface; NULL: none yet */
	struct text masquerade;	  /* IPMasquerade= of IPv4; .s NULL: it is not */
	struct site_route *route; /* the [Route] that is read */
};

static struct site_interface *matched(struct networkd *networkd, struct origin at)
{
	return networkd->match && networkd->site->interfaces.count < THINGS_MAX
		       ? host_interface(networkd->site, networkd->match, at)
		       : NULL;
}

/* [Tunnel] of a VTI; an address that is none of IPv4 ("dhcp4") stays open. */
static void tunnel_key(struct networkd *networkd, const char *key, struct text value)
{
	struct site_vti *vti = &networkd->vti;

	if (str_equal(key, "Local"))
		(void)inet_addr_parse(value.s, &vti->local);
	else if (str_equal(key, "Remote"))
		(void)inet_addr_parse(value.s, &vti->remote);
	else if (str_equal(key, "Key"))
		vti->in = vti->out = value;
	else if (str_equal(key, "InputKey"))
		vti->in = value;
	else if (str_equal(key, "OutputKey"))
		vti->out = value;
}

static void netdev_key(struct networkd *networkd, const char *key, struct text value)
{
	if (str_equal(networkd->section, "NetDev") && str_equal(key, "Name"))
		networkd->name = value;
	else if (str_equal(networkd->section, "NetDev") && str_equal(key, "Kind"))
		networkd->kind = value;
	else if (str_equal(networkd->section, "Xfrm") && str_equal(key, "InterfaceId"))
		networkd->if_id = value;
	else if (str_equal(networkd->section, "Tunnel"))
		tunnel_key(networkd, key, value);
	if (networkd->section && str_has_word("Xfrm Tunnel", networkd->section) &&
	    str_equal(key, "Independent"))
		networkd->is_independent = str_has_word("yes true on 1", value.s);
}

/* "Xfrm=ipsec0", "Tunnel=vti0" in the .network of the interface below: now networkd makes it. */
static void attach(struct networkd *networkd, const struct site_interface *under,
		   struct text value)
{
	struct site_interface *interface =
		host_interface(networkd->site, value.s, value.at);

	interface->under = under->name;
	interface->is_disabled = false;
}

static void network_section_key(struct networkd *networkd, const char *key,
				struct text value)
{
	struct site_interface *interface = matched(networkd, value.at);

	if (!interface)
		return;
	if (str_equal(key, "Address")) {
		host_address_add(networkd->site, interface, value.s, NULL, value.at);
	} else if (str_equal(key, "Gateway")) {
		(void)inet_addr_parse(value.s, &interface->gateway);
	} else if (str_equal(key, "DHCP")) {
		if (str_equal(value.s, "yes") || str_equal(value.s, "ipv4"))
			interface->source = ADDRESS_DYNAMIC;
	} else if (str_has_word("Xfrm Tunnel", key)) {
		attach(networkd, interface, value);
	} else if (str_equal(key, "IPMasquerade")) {
		networkd->masquerade = str_has_word("ipv4 both yes true on 1", value.s)
					       ? value
					       : (struct text){ .s = NULL };
	}
}

static void route_key(struct networkd *networkd, const char *key, struct text value)
{
	struct site_route *route = networkd->route;

	if (!route)
		return;
	if (str_equal(key, "Destination")) {
		if (inet_prefix_parse(value.s, &route->destination))
			site_remark(networkd->site, REMARK_INVALID, value.at,
				    "'%.60s' is no network", value.s);
		route->at = value.at;
	} else if (str_equal(key, "Gateway")) {
		(void)inet_addr_parse(value.s, &route->gateway);
	} else if (str_equal(key, "PreferredSource")) {
		(void)inet_addr_parse(value.s, &route->source);
	} else if (!str_equal(key, "Metric") && !str_equal(key, "Scope") &&
		   !str_equal(key, "Protocol")) {
		site_unrehearsed(networkd->site, NULL, ASPECT_WAY, value.at,
				 arena_strdup(networkd->site->arena, key));
	}
}

static void key_take(struct networkd *networkd, const char *key, struct text value)
{
	struct site_interface *interface;
	int64_t mtu;

	if (str_equal(networkd->section, "Match") && str_equal(key, "Name"))
		networkd->match = value.s;
	else if (str_equal(networkd->section, "Network") ||
		 (str_equal(networkd->section, "Address") && str_equal(key, "Address")))
		network_section_key(networkd, key, value);
	else if (str_equal(networkd->section, "Route"))
		route_key(networkd, key, value);
	else if (str_equal(networkd->section, "Link") && str_equal(key, "MTUBytes") &&
		 !str_to_number(value.s, 68, 65535, &mtu)) {
		interface = matched(networkd, value.at);
		if (interface)
			interface->mtu = (struct number){ true, mtu, value.at };
	}
	netdev_key(networkd, key, value);
}

static void section_begin(struct networkd *networkd, const char *name, struct origin at)
{
	networkd->section = name;
	networkd->route = NULL;
	if (!str_equal(name, "Route") || !networkd->match ||
	    networkd->site->routes.count >= THINGS_MAX)
		return;
	networkd->route = vec_push(networkd->site->arena, &networkd->site->routes);
	*networkd->route = (struct site_route){ .destination.addr.family = AF_INET,
						.interface = networkd->match,
						.at = at };
}

static void line_take(struct networkd *networkd, char *line, struct origin at)
{
	char *word = str_trim(line), *value;

	if (!*word || *word == '#' || *word == ';')
		return;
	if (*word == '[') {
		word[strcspn(word, "]")] = '\0';
		section_begin(networkd, word + 1, at);
		return;
	}
	value = strchr(word, '=');
	if (!value || !networkd->section)
		return;
	*value++ = '\0';
	key_take(networkd, str_trim(word), (struct text){ str_trim(value), at });
}

/*
 * IPMasquerade= (systemd.network(5)): all that the networks of this interface send by
 * another one is translated, by rules of networkd's own. No exemption of another table
 * holds it off, so they stand before all others here.
 */
static void masquerade_end(const struct networkd *networkd)
{
	struct site *site = networkd->site;
	const struct site_interface *interface =
		networkd->masquerade.s && networkd->match
			? site_interface_find(site, networkd->match)
			: NULL;

	if (!interface)
		return;
	vec_foreach (address, &interface->addresses) {
		const struct inet_prefix net = inet_prefix_network(&address->prefix);

		if (net.addr.family != AF_INET || site->firewall_user.count >= THINGS_MAX)
			continue;
		vec_add(site->arena, &site->firewall_user,
			((struct firewall_line){
				arena_printf(site->arena,
					     "iptables -t nat -I POSTROUTING -s %s -j "
					     "MASQUERADE",
					     inet_prefix_text(&net).s),
				networkd->masquerade.at }));
	}
}

/* A .netdev is complete: make the XFRM interface. */
static void netdev_end(struct networkd *networkd)
{
	struct site_interface *interface;

	if (!networkd->name.s || !networkd->kind.s ||
	    !str_has_word("xfrm vti", networkd->kind.s))
		return;
	interface = host_interface(networkd->site, networkd->name.s, networkd->name.at);
	interface->is_tunnel = true;
	interface->is_disabled = !networkd->is_independent;
	if (str_equal(networkd->kind.s, "vti")) {
		interface->vti = networkd->vti;
		interface->vti.is_set = true;
		return;
	}
	interface->if_id = networkd->if_id;
	if (!networkd->if_id.s)
		site_remark(networkd->site, REMARK_INVALID, networkd->name.at,
			    "XFRM interface '%.60s' has no InterfaceId: it is not made",
			    networkd->name.s);
}

void networkd_read(struct site *site, const char *name, const char *text)
{
	struct networkd networkd = { .site = site };
	struct origin at = { .file = name };

	while (*text) {
		size_t length = strcspn(text, "\n");

		at.line++;
		line_take(&networkd, arena_strndup(site->arena, text, length), at);
		text += length + (text[length] == '\n');
	}
	netdev_end(&networkd);
	masquerade_end(&networkd);
}

void networkd_end(struct site *site)
{
	const struct site_interface *wan = site_wan(site);
	const bool shows_wan = wan && wan->at.file && str_ends(wan->at.file, ".network");

	vec_foreach (interface, &site->interfaces) {
		if (!interface->is_disabled || !interface->at.file ||
		    !str_ends(interface->at.file, ".netdev"))
			continue;
		interface->is_disabled = shows_wan;
		site_remark(site, shows_wan ? REMARK_INVALID : REMARK_ASSUMED,
			    interface->at,
			    shows_wan ? "no .network has '%s=%.60s', and it is not "
					"Independent=: networkd does not make it"
				      : "no .network here has '%s=%.60s': another one is "
					"taken to have it",
			    interface->vti.is_set ? "Tunnel" : "Xfrm", interface->name);
	}
}
