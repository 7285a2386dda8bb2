// SPDX-License-Identifier: GPL-2.0-or-later
/* settle.c - what one end's files leave open and the other end's decide */
#include "import/settle.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/map.h"
#include "base/str.h"
#include "device/device.h"
#include "import/surroundings.h"
#include "model/pair.h"
#include "model/pair_tunnels.h"

/* ------------------------------------------------------------ left and right */

#define SWAP(a, b)                           \
	do {                                 \
		__typeof__(a) swapped = (a); \
		(a) = (b);                   \
		(b) = swapped;               \
	} while (0)

static void swap_ends(struct site *site, struct tunnel *tunnel)
{
	struct endpoint local = tunnel->local;

	tunnel->local = tunnel->remotes.items[0];
	if (local.kind == ENDPOINT_INTERFACE)
		tunnel->remotes.count = 0;
	else
		tunnel->remotes.items[0] = local;
	SWAP(tunnel->local_id, tunnel->remote_id);
	vec_foreach (child, &tunnel->children)
		vec_foreach (selector, &child->selectors)
			*selector = pair_mirror(selector);
	tunnel->is_right_local = true;
	site_remark(site, REMARK_ASSUMED, tunnel->local.at,
		    "'%s': right is this end's own address, left is the peer",
		    tunnel->name);
}

static bool is_address(const struct endpoint *endpoint)
{
	return endpoint->kind == ENDPOINT_ADDRESS && endpoint->addr.family;
}

/* Did the file say its interfaces itself, or were they made of its tunnels? */
static bool has_own_interfaces(const struct site *site)
{
	return device_of(site->kind)->traits.has_interfaces || site->has_network_files;
}

/* Does a tunnel of the site say that address is its own, and the other its peer's? */
static bool says(const struct site *site, const struct inet_addr *own,
		 const struct inet_addr *peer)
{
	vec_foreach (tunnel, &site->tunnels) {
		bool is_own = is_address(&tunnel->local)
				      ? inet_addr_equal(&tunnel->local.addr, own)
				      : site_has_address(site, own);

		if (tunnel->is_disabled || !is_own || !tunnel->remotes.count)
			continue;
		if (is_address(&tunnel->remotes.items[0]) &&
		    inet_addr_equal(&tunnel->remotes.items[0].addr, peer))
			return true;
	}
	return false;
}

/*
 * Is `right` this end's? What the scenario and the own interfaces say comes first, then
 * the other end's file, which calls left its own and right its peer.
 */
static bool is_right_own(const struct site *site, const struct tunnel *tunnel,
			 const struct site *other, const struct inet_addr *wan)
{
	const struct inet_addr *right, *left;

	if (tunnel->own_file != OWN_FILE_IPSEC_CONF || !tunnel->remotes.count ||
	    !is_address(&tunnel->remotes.items[0]))
		return false;
	right = &tunnel->remotes.items[0].addr;
	if (wan->family && inet_addr_equal(wan, right))
		return true;
	if (has_own_interfaces(site) && site_has_address(site, right))
		return true;
	if (!is_address(&tunnel->local))
		return false;
	left = &tunnel->local.addr;
	if (wan->family && inet_addr_equal(wan, left))
		return false;
	if (has_own_interfaces(site) && site_has_address(site, left))
		return false;
	return says(other, left, right);
}

static void settle_ends(struct site *site, const struct site *other,
			const struct inet_addr *wan)
{
	bool is_changed = false;

	vec_foreach (tunnel, &site->tunnels) {
		if (!is_right_own(site, tunnel, other, wan))
			continue;
		swap_ends(site, tunnel);
		is_changed = true;
	}
	if (!is_changed || has_own_interfaces(site))
		return;
	/* They were made of the tunnels. */
	memset(&site->interfaces, 0, sizeof(site->interfaces));
	(void)surroundings_lan_add(site);
	surroundings_wan_add(site, (struct origin){ .source = "strongSwan default" });
}

/* ------------------------------------------------------------ any peer */

/* In Main Mode a responder chooses the key before it has heard an identity. */
static bool is_peer_called(const struct tunnel *tunnel, const struct tunnel *peer,
			   const char *id)
{
	const char *value;
	enum id_type type = id_type_of_strongswan_text(id, &value);
	bool is_main = peer->version == 1 && peer->mode == EXCHANGE_MAIN;
	struct inet_addr addr;

	if (tunnel->is_disabled || peer->is_disabled)
		return false;
	if (peer->local_id.type != ID_TYPE_NONE && !is_main)
		return type == peer->local_id.type &&
		       str_equal_nocase(value, peer->local_id.value);
	return is_address(&peer->local) && inet_addr_parse(id, &addr) == 0 &&
	       inet_addr_equal(&addr, &peer->local.addr);
}

static void settle_secret(struct tunnel *tunnel, const struct site *other)
{
	vec_foreach (kept, &tunnel->peer_secrets) {
		vec_foreach (peer, &other->tunnels) {
			if (!is_peer_called(tunnel, peer, kept->id))
				continue;
			tunnel->psk = kept->secret;
			return;
		}
	}
}

/* The address of the one that calls, when only one is there. */
static const struct inet_addr *only_address(const struct site *site)
{
	const struct inet_addr *only = NULL;

	vec_foreach (tunnel, &site->tunnels) {
		if (tunnel->is_disabled || !is_address(&tunnel->local))
			continue;
		if (only && !inet_addr_equal(only, &tunnel->local.addr))
			return NULL;
		only = &tunnel->local.addr;
	}
	return only;
}

static void settle_any_peer(struct site *site, const struct site *other)
{
	const struct inet_addr *addr = only_address(other);

	vec_foreach (tunnel, &site->tunnels) {
		if (tunnel->remotes.count)
			continue;
		settle_secret(tunnel, other);
		vec_foreach (child, &tunnel->children)
			vec_foreach (selector, &child->selectors)
				if (addr && !selector->remote.addr.family &&
				    site->kind == DEVICE_STRONGSWAN)
					selector->remote = inet_prefix_host(addr);
	}
}

/* ------------------------------------------------------------ other peers */

/* What is known of one end, by the texts of addresses, names and identities. */
struct view {
	struct arena *arena;
	struct map own;	 /* its addresses, and what tunnels that are to it call it */
	struct map ids;	 /* the identities its tunnels have */
	bool has_idless; /* a tunnel without: it may have any */
	bool *is_paired; /* by index of its tunnels */
};

static const char *endpoint_key(struct arena *arena, const struct endpoint *endpoint)
{
	if (endpoint->kind == ENDPOINT_ADDRESS)
		return arena_strdup(arena, inet_addr_text(&endpoint->addr).s);
	return endpoint->kind == ENDPOINT_NAME ? endpoint->name : NULL;
}

static void know(struct view *view, struct map *map, const char *key)
{
	if (key)
		map_put(view->arena, map, NULL, key, view);
}

static void view_make(struct arena *arena, const struct site *site,
		      const struct inet_addr *wan, struct view *view)
{
	*view = (struct view){ .arena = arena,
			       .own.is_nocase = true,
			       .ids.is_nocase = true };
	view->is_paired = arena_alloc(arena, site->tunnels.count + 1);
	if (wan->family)
		know(view, &view->own, arena_strdup(arena, inet_addr_text(wan).s));
	vec_foreach (interface, &site->interfaces)
		vec_foreach (address, &interface->addresses)
			know(view, &view->own,
			     arena_strdup(arena,
					  inet_addr_text(&address->prefix.addr).s));
	vec_foreach (tunnel, &site->tunnels) {
		if (tunnel->is_disabled)
			continue;
		view->has_idless |= !tunnel->local_id.value;
		know(view, &view->ids, tunnel->local_id.value);
	}
}

static bool is_to_another(const struct tunnel *tunnel, const struct view *other)
{
	vec_foreach (remote, &tunnel->remotes) {
		const char *key = endpoint_key(other->arena, remote);

		if (!key || map_get(&other->own, NULL, key))
			return false;
	}
	if (tunnel->remotes.count)
		return true;
	return tunnel->remote_id.value && !other->has_idless &&
	       !map_get(&other->ids, NULL, tunnel->remote_id.value);
}

static void leave_out(struct site *site, struct tunnel *tunnel)
{
	const char *name = tunnel->remotes.count
				   ? endpoint_key(site->arena, &tunnel->remotes.items[0])
				   : tunnel->remote_id.value;

	tunnel->is_disabled = true;
	tunnel->left_out = arena_printf(
		site->arena, "tunnel '%s' is to another peer (%s) and is left out",
		tunnel->name, name ? name : "unknown");
	site_remark(site, REMARK_IGNORED, tunnel->at, "%s", tunnel->left_out);
}

static bool is_to(const struct tunnel *tunnel, const struct view *other)
{
	vec_foreach (remote, &tunnel->remotes) {
		const char *key = endpoint_key(other->arena, remote);

		if (key && map_get(&other->own, NULL, key))
			return true;
	}
	return false;
}

static unsigned int best_score(const struct site *site, const struct tunnel *tunnel,
			       const struct site *other)
{
	unsigned int best = 0;

	vec_foreach (candidate, &other->tunnels) {
		const unsigned int score = pair_score(site, tunnel, other, candidate);

		if (!candidate->is_disabled && score > best)
			best = score;
	}
	return best;
}

/*
 * The tunnel to the other end is there and switched off, and those that are on go
 * elsewhere: none of them is to be measured by the other end's.
 */
static void settle_switched_off(struct site *site, const struct site *other,
				const struct view *view)
{
	unsigned int best = 0;

	vec_foreach (tunnel, &site->tunnels)
		if (tunnel->is_disabled && is_to(tunnel, view) &&
		    best_score(site, tunnel, other) > best)
			best = best_score(site, tunnel, other);
	if (!best)
		return;
	vec_foreach (tunnel, &site->tunnels)
		if (!tunnel->is_disabled && (!is_to_another(tunnel, view) ||
					     best_score(site, tunnel, other) >= best))
			return;
	vec_foreach (tunnel, &site->tunnels)
		if (!tunnel->is_disabled)
			leave_out(site, tunnel);
}

static void settle_peers(struct site *const sites[2], const struct inet_addr wans[2])
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct tunnel_pairs pairs;
	struct view views[2];

	if (sites[0]->tunnels.count < 2 && sites[1]->tunnels.count < 2)
		return;
	for (unsigned int end = 0; end < 2; end++)
		view_make(arena, sites[end], &wans[end], &views[end]);
	for (unsigned int end = 0; end < 2; end++)
		settle_switched_off(sites[end], sites[!end], &views[!end]);
	pair_tunnels(arena, sites[0], sites[1], &pairs);
	if (!pairs.list.count)
		return;
	vec_foreach (pair, &pairs.list) {
		for (unsigned int end = 0; end < 2; end++) {
			const struct tunnel *tunnel = pair->tunnels[end];

			views[end].is_paired[tunnel - sites[end]->tunnels.items] = true;
			vec_foreach (remote, &tunnel->remotes)
				know(&views[!end], &views[!end].own,
				     endpoint_key(arena, remote));
		}
	}
	for (unsigned int end = 0; end < 2; end++)
		for (size_t i = 0; i < sites[end]->tunnels.count; i++) {
			struct tunnel *tunnel = &sites[end]->tunnels.items[i];

			if (!tunnel->is_disabled && !views[end].is_paired[i] &&
			    is_to_another(tunnel, &views[!end]))
				leave_out(sites[end], tunnel);
		}
}

void import_settle(struct site *const sites[2], const struct inet_addr wans[2])
{
	for (unsigned int end = 0; end < 2; end++)
		settle_ends(sites[end], sites[!end], &wans[end]);
	for (unsigned int end = 0; end < 2; end++)
		settle_any_peer(sites[end], sites[!end]);
	settle_peers(sites, wans);
}

void import_give_psk(struct site *site, const char *psk)
{
	if (!psk)
		return;
	vec_foreach (tunnel, &site->tunnels) {
		if (!tunnel->psk.is_set || tunnel->psk.is_readable)
			continue;
		tunnel->psk.bytes = (const uint8_t *)psk;
		tunnel->psk.length = strlen(psk);
		tunnel->psk.is_readable = true;
	}
}
