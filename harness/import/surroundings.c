// SPDX-License-Identifier: GPL-2.0-or-later
/* surroundings.c - the LAN and the WAN of a device whose file shows tunnels only */
#include "import/surroundings.h"

static const struct selector *network_of(const struct tunnel *tunnel)
{
	vec_foreach (child, &tunnel->children)
		vec_foreach (selector, &child->selectors)
			if (selector->local.addr.family && selector->local.length)
				return selector;
	return NULL;
}

static const struct selector *first_network(const struct site *site)
{
	const struct selector *unused = NULL;

	vec_foreach (tunnel, &site->tunnels) {
		const struct selector *selector = network_of(tunnel);

		if (selector && !tunnel->is_disabled)
			return selector;
		if (!unused)
			unused = selector;
	}
	return unused;
}

const struct selector *surroundings_lan_add(struct site *site)
{
	const struct selector *selector = first_network(site);
	struct site_interface *lan;

	if (!selector)
		return NULL;
	lan = vec_push(site->arena, &site->interfaces);
	lan->name = lan->device = "lan";
	lan->source = ADDRESS_NONE;
	lan->at = selector->local_at;
	vec_add(site->arena, &lan->addresses,
		((struct prefix_value){ .prefix = selector->local,
					.at = selector->local_at }));
	return selector;
}

void surroundings_wan_add(struct site *site, struct origin at)
{
	struct site_interface *wan = vec_push(site->arena, &site->interfaces);

	wan->name = wan->device = "wan";
	wan->source = ADDRESS_DYNAMIC;
	wan->at = at;
	vec_foreach (tunnel, &site->tunnels) {
		if (tunnel->is_disabled || tunnel->local.kind != ENDPOINT_ADDRESS)
			continue;
		wan->source = ADDRESS_STATIC;
		wan->at = tunnel->local.at;
		vec_add(site->arena, &wan->addresses,
			((struct prefix_value){
				.prefix = inet_prefix_host(&tunnel->local.addr),
				.at = tunnel->local.at }));
		return;
	}
}
