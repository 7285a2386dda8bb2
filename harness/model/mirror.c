// SPDX-License-Identifier: GPL-2.0-or-later
/* mirror.c - the other end that would fit, made from one end alone */
#include "model/mirror.h"

#include <sys/socket.h>

#include "base/cleanup.h"
#include "base/str.h"

#define LAN_NAME "lan"
#define WAN_NAME "wan"
#define LANS_MAX 64 /* more have no file of their own to be compared with */

static const struct origin follows = { .source = "what fits" };

/* The address that a peer of the given end would call, where its files say it. */
static struct endpoint own_address(const struct site *given, const struct tunnel *tunnel)
{
	const struct site_interface *wan = site_wan(given);
	struct endpoint any = { .kind = ENDPOINT_ANY, .at = tunnel->at };

	if (tunnel->local.kind == ENDPOINT_ADDRESS || tunnel->local.kind == ENDPOINT_NAME)
		return tunnel->local;
	if (tunnel->local.kind == ENDPOINT_INTERFACE)
		wan = site_interface_find(given, tunnel->local.name);
	if (!wan || wan->source != ADDRESS_STATIC || !wan->addresses.count)
		return any;
	return (struct endpoint){ .kind = ENDPOINT_ADDRESS,
				  .addr = wan->addresses.items[0].prefix.addr,
				  .at = wan->addresses.items[0].at };
}

static struct selector turned(const struct selector *selector)
{
	return (struct selector){ .local = selector->remote,
				  .remote = selector->local,
				  .protocol = selector->protocol,
				  .local_port = selector->remote_port,
				  .remote_port = selector->local_port,
				  .local_at = selector->remote_at,
				  .remote_at = selector->local_at };
}

static struct child mirror_child(struct arena *arena, const struct child *given)
{
	struct child child = *given;

	child.selectors.items = NULL;
	child.selectors.count = child.selectors.room = 0;
	vec_foreach (selector, &given->selectors)
		vec_add(arena, &child.selectors, turned(selector));
	child.start = START_NEVER;
	child.start_at = follows;
	child.has_own_routes = true;
	child.rule_id = NULL;
	return child;
}

/* Who cannot begin needs somebody who does. */
static enum start_condition start_of(const struct tunnel *given)
{
	const bool knows_peer =
		given->remotes.count && given->remotes.items[0].kind != ENDPOINT_ANY;

	return knows_peer && given->start != START_NEVER ? START_NEVER
							 : START_IMMEDIATELY;
}

static struct tunnel mirror_tunnel(struct arena *arena, const struct site *given_site,
				   const struct tunnel *given)
{
	struct tunnel tunnel = *given;
	const struct endpoint own = own_address(given_site, given);

	tunnel.own_file = OWN_FILE_SWANCTL;
	tunnel.is_right_local = false;
	tunnel.accepts_both_modes = true;
	tunnel.local = given->remotes.count ? given->remotes.items[0]
					    : (struct endpoint){ .kind = ENDPOINT_ANY,
								 .at = given->at };
	if (tunnel.local.kind == ENDPOINT_NAME) /* it is the one behind that name */
		tunnel.local.kind = ENDPOINT_ANY;
	tunnel.remotes.items = NULL;
	tunnel.remotes.count = tunnel.remotes.room = 0;
	vec_add(arena, &tunnel.remotes, own);
	tunnel.local_id = given->remote_id;
	if (given->remote_id.is_any)
		tunnel.local_id = (struct identity){ .at = given->remote_id.at };
	tunnel.remote_id = given->local_id;
	tunnel.nat_t = NAT_T_AUTO;
	tunnel.nat_t_at = follows;
	tunnel.start = start_of(given);
	tunnel.start_at = follows;
	/* How it watches its peer is its own affair. */
	tunnel.dpd_delay_s = tunnel.dpd_timeout_s = tunnel.keyingtries =
		(struct number){ 0 };
	tunnel.mobike = tunnel.fragmentation = (struct flag){ 0 };
	tunnel.bind_interface = NULL;
	tunnel.rejects_clear = (struct flag){ 0 };
	tunnel.keepalive_target = (struct inet_addr){ 0 };
	tunnel.children.items = NULL;
	tunnel.children.count = tunnel.children.room = 0;
	vec_foreach (child, &given->children) {
		struct child mirrored = mirror_child(arena, child);

		mirrored.start = tunnel.start;
		vec_add(arena, &tunnel.children, mirrored);
	}
	return tunnel;
}

/* A network of the other end, with the gateway as its first host. */
static void add_lan(struct site *site, const struct selector *selector)
{
	struct site_interface *lan;
	struct prefix_value own = { .prefix = selector->local, .at = selector->local_at };

	if (own.prefix.addr.family != AF_INET || own.prefix.length > 30 ||
	    !own.prefix.length || site->interfaces.count > LANS_MAX)
		return;
	vec_foreach (interface, &site->interfaces)
		vec_foreach (address, &interface->addresses)
			if (inet_prefix_overlaps(&address->prefix, &own.prefix))
				return;
	own.prefix.addr = inet_prefix_nth(&own.prefix, 1);
	lan = vec_push(site->arena, &site->interfaces);
	*lan = (struct site_interface){
		.name = arena_printf(site->arena, LAN_NAME "%zu", site->interfaces.count),
		.source = ADDRESS_STATIC,
		.at = own.at,
	};
	lan->device = lan->name;
	vec_add(site->arena, &lan->addresses, own);
}

static void add_wan(struct site *site)
{
	struct site_interface *wan = vec_push(site->arena, &site->interfaces);
	const struct site_route away = { .destination = { .addr = { .family = AF_INET } },
					 .interface = WAN_NAME,
					 .at = follows };

	*wan = (struct site_interface){ .name = WAN_NAME,
					.device = WAN_NAME,
					.source = ADDRESS_DYNAMIC,
					.at = follows };
	vec_foreach (tunnel, &site->tunnels) {
		struct prefix_value own = { .at = tunnel->local.at };

		if (tunnel->local.kind != ENDPOINT_ADDRESS)
			continue;
		own.prefix =
			(struct inet_prefix){ .addr = tunnel->local.addr, .length = 24 };
		wan->source = ADDRESS_STATIC;
		vec_add(site->arena, &wan->addresses, own);
		break;
	}
	vec_add(site->arena, &site->routes, away);
}

struct site *mirror_site(const struct site *given, const char *name)
{
	struct site *site = site_new(name, DEVICE_PLAIN);

	site->firewall = FIREWALL_OPEN;
	site->default_input = site->default_forward = site->default_output =
		TARGET_ACCEPT;
	site->is_ike_open = true;
	site->install_routes = site->forwarding = site->aggressive_psk =
		(struct flag){ .is_set = true, .on = true, .at = follows };
	vec_foreach (tunnel, &given->tunnels)
		if (!tunnel->is_disabled)
			vec_add(site->arena, &site->tunnels,
				mirror_tunnel(site->arena, given, tunnel));
	add_wan(site);
	vec_foreach (tunnel, &site->tunnels)
		vec_foreach (child, &tunnel->children)
			vec_foreach (selector, &child->selectors)
				add_lan(site, selector);
	return site;
}
