// SPDX-License-Identifier: GPL-2.0-or-later
/* way.c - the way into a route-based tunnel: interfaces, if_ids, marks */
#include "model/way.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "device/device.h"
#include "model/aspect.h"
#include "model/site_index.h"
#include "model/updown.h"

#define OWN_IF_ID 1000 /* from here on */

static const char *const names[CHILD_WORDS] = {
	[CHILD_WORD_IF_ID_IN] = "if_id_in",
	[CHILD_WORD_IF_ID_OUT] = "if_id_out",
	[CHILD_WORD_MARK_IN] = "mark_in",
	[CHILD_WORD_MARK_OUT] = "mark_out",
	[CHILD_WORD_MARK_IN_SA] = "mark_in_sa",
	[CHILD_WORD_SET_MARK_IN] = "set_mark_in",
	[CHILD_WORD_SET_MARK_OUT] = "set_mark_out",
	[CHILD_WORD_REQID] = "reqid",
	[CHILD_WORD_UPDOWN] = "updown",
};

const char *child_word_name(enum child_word word)
{
	return names[word];
}

uint32_t if_id_number(const struct text *text)
{
	unsigned long long n;
	char *end;

	if (!text->s || *text->s < '0' || *text->s > '9')
		return 0;
	errno = 0;
	n = strtoull(text->s, &end, 0);
	return errno || *end || n > UINT32_MAX ? 0 : (uint32_t)n;
}

bool child_has_if_id(const struct child *child)
{
	const struct text *text = &child->words[CHILD_WORD_IF_ID_OUT];

	return text->s && (*text->s == '%' || if_id_number(text));
}

bool child_has_mark(const struct child *child)
{
	const char *mark = child->words[CHILD_WORD_MARK_OUT].s;

	return mark && (*mark == '%' || strtoul(mark, NULL, 0) > 0);
}

bool mark_parse(const struct text *text, struct mark *ret_mark)
{
	unsigned long long value, mask = UINT32_MAX;
	char *end;

	if (!text->s || *text->s < '0' || *text->s > '9')
		return false;
	errno = 0;
	value = strtoull(text->s, &end, 0);
	if (*end == '/')
		mask = strtoull(end + 1, &end, 0);
	if (errno || *end || value > UINT32_MAX || mask > UINT32_MAX)
		return false;
	*ret_mark = (struct mark){ (uint32_t)value, (uint32_t)mask };
	return true;
}

uint32_t vti_key(const struct text *text)
{
	struct inet_addr dotted;

	if (text->s && strchr(text->s, '.') && !inet_addr_parse(text->s, &dotted) &&
	    dotted.family == AF_INET)
		return (uint32_t)dotted.bytes[0] << 24 | (uint32_t)dotted.bytes[1] << 16 |
		       (uint32_t)dotted.bytes[2] << 8 | dotted.bytes[3];
	return if_id_number(text);
}

static bool has_key_of(const struct site_interface *interface, const struct child *child)
{
	struct mark mark;

	return interface->vti.is_set &&
	       mark_parse(&child->words[CHILD_WORD_MARK_OUT], &mark) && mark.mask &&
	       (vti_key(&interface->vti.out) & mark.mask) == (mark.value & mark.mask);
}

struct site_interface *site_vti_of(const struct site *site, const struct child *child)
{
	vec_foreach (interface, &site->interfaces)
		if (!interface->is_disabled && has_key_of(interface, child))
			return interface;
	return NULL;
}

const struct site_interface *site_vti_unmade(const struct site *site,
					     const struct child *child)
{
	vec_foreach (interface, &site->interfaces)
		if (interface->is_disabled && has_key_of(interface, child))
			return interface;
	return NULL;
}

static bool is_key_of_any(const struct site *site, const struct site_interface *interface)
{
	vec_foreach (tunnel, &site->tunnels) {
		if (tunnel->is_disabled)
			continue;
		vec_foreach (child, &tunnel->children)
			if (has_key_of(interface, child))
				return true;
	}
	return false;
}

const struct site_interface *site_vti_unused(const struct site *site)
{
	vec_foreach (interface, &site->interfaces)
		if (interface->vti.is_set && !interface->is_disabled &&
		    !is_key_of_any(site, interface))
			return interface;
	return NULL;
}

const struct site_interface *site_vti_spare(const struct site *site,
					    const struct child *child)
{
	return site_vti_of(site, child) ? NULL : site_vti_unused(site);
}

bool interface_reaches(const struct site *site, const struct site_interface *interface,
		       const struct inet_addr *gateway)
{
	if (!gateway->family || !interface_is_way(interface))
		return true;
	vec_foreach (other, &site->interfaces)
		if (other == interface || str_equal(other->device, interface->device))
			vec_foreach (address, &other->addresses)
				if (inet_prefix_has(&address->prefix, gateway))
					return true;
	return false;
}

bool interface_is_way(const struct site_interface *interface)
{
	return if_id_number(&interface->if_id) || interface->vti.is_set;
}

bool site_has_way_to(const struct site *site, const struct inet_prefix *network)
{
	if (site->index)
		return site_index_has_way_to(site->index, network);
	vec_foreach (route, &site->routes) {
		const struct site_interface *interface;

		if (!route->interface || route->destination.length > network->length ||
		    !inet_prefix_has(&route->destination, &network->addr))
			continue;
		interface = site_interface_find(site, route->interface);
		if (interface && interface_is_way(interface) && !interface->is_disabled)
			return true;
	}
	return false;
}

const struct site_interface *site_zoneless(const struct site *site)
{
	if (site->index)
		return site_index_zoneless(site->index);
	if (site->firewall != FIREWALL_FW3 && site->firewall != FIREWALL_FW4)
		return NULL;
	vec_foreach (tunnel, &site->tunnels) {
		const struct site_interface *interface =
			tunnel->bind_interface && !tunnel->is_disabled
				? site_interface_find(site, tunnel->bind_interface)
				: NULL;

		if (interface &&
		    (if_id_number(&interface->if_id) || interface->is_tunnel) &&
		    site->zones.count && !site_zone_of_interface(site, interface))
			return interface;
	}
	return NULL;
}

bool site_has_xfrm(const struct site *site)
{
	vec_foreach (interface, &site->interfaces)
		if (if_id_number(&interface->if_id))
			return true;
	return false;
}

bool site_makes_xfrm(const struct site *site)
{
	vec_foreach (line, &site->firewall_user)
		if (strstr(line->text, "xfrm"))
			return true;
	return false;
}

struct site_interface *site_xfrm_of(const struct site *site, uint32_t if_id)
{
	vec_foreach (interface, &site->interfaces)
		if (if_id && !interface->is_disabled &&
		    if_id_number(&interface->if_id) == if_id)
			return interface;
	return NULL;
}

struct site_interface *tunnel_routed_by(const struct site *site,
					const struct tunnel *tunnel)
{
	struct site_interface *interface =
		tunnel->bind_interface ? site_interface_find(site, tunnel->bind_interface)
				       : NULL;
	bool is_everything = tunnel->children.count > 0;

	vec_foreach (child, &tunnel->children)
		vec_foreach (selector, &child->selectors)
			is_everything &=
				selector->local.addr.family == AF_INET &&
				selector->remote.addr.family == AF_INET &&
				!selector->local.length && !selector->remote.length &&
				!child_has_if_id(child) && !child_has_mark(child);
	return interface && interface->is_tunnel && !interface->is_disabled &&
			       !interface->if_id.s && is_everything
		       ? interface
		       : NULL;
}

struct way_features way_needed(const struct site *site)
{
	struct way_features needed = { 0 };

	vec_foreach (tunnel, &site->tunnels) {
		if (tunnel->is_disabled)
			continue;
		needed.has_xfrm_interfaces |= tunnel_routed_by(site, tunnel) != NULL;
		vec_foreach (child, &tunnel->children) {
			needed.has_xfrm_interfaces |= child_has_if_id(child);
			needed.has_marks |=
				child_has_mark(child) || child_updown(site, child);
		}
	}
	return needed;
}

/* An alias ("@ipsec0") is on the same device. */
static void devices_make(struct site *site, const struct way_features *has)
{
	vec_foreach (interface, &site->interfaces)
		interface->is_device |=
			interface->vti.is_set
				? has->has_marks
				: has->has_xfrm_interfaces &&
					  if_id_number(&interface->if_id) != 0;
	vec_foreach (alias, &site->interfaces)
		vec_foreach (interface, &site->interfaces)
			if (alias->is_tunnel && interface_is_way(interface) &&
			    interface->is_device &&
			    str_equal(alias->device, interface->device))
				alias->is_device = true;
}

static void words_remove(struct site *site, const struct tunnel *tunnel,
			 struct child *child, enum child_word first, enum child_word last,
			 const char *what, const char *plane)
{
	struct origin at = child->words[first].at;

	for (unsigned int i = first; i <= last; i++)
		if (!at.file)
			at = child->words[i].at;
	site_unrehearsed(site, tunnel->name, ASPECT_WAY, at,
			 arena_printf(site->arena, "%s on the plane %s", what, plane));
	for (unsigned int i = first; i <= last; i++)
		child->words[i].s = NULL;
}

/* A script may do anything: with routes, rules and names. */
static void updown_remove(struct site *site, const struct tunnel *tunnel,
			  struct child *child, const char *plane)
{
	struct text *updown = &child->words[CHILD_WORD_UPDOWN];

	site_unrehearsed(site, tunnel->name, ASPECT_WAY | ASPECT_NAT | ASPECT_DNS,
			 updown->at,
			 arena_printf(site->arena, "updown on the plane %s", plane));
	updown->s = NULL;
}

/* Such a device has no if_ids: any number does that no other interface of it has. */
static void routed_settle(struct site *site, struct tunnel *tunnel, bool has_xfrm,
			  const char *plane)
{
	struct site_interface *interface = tunnel_routed_by(site, tunnel);
	size_t number = (size_t)(tunnel - site->tunnels.items);
	struct text id;

	if (!interface)
		return;
	if (!has_xfrm) {
		site_unrehearsed(site, tunnel->name, ASPECT_WAY, tunnel->at,
				 arena_printf(site->arena, "%s on the plane %s",
					      interface->name, plane));
		return;
	}
	id.s = arena_printf(site->arena, "%zu", OWN_IF_ID + number);
	id.at = interface->at;
	interface->if_id = id;
	interface->follows_sa = device_of(site->kind)->traits.routes_follow_tunnel;
	vec_foreach (child, &tunnel->children)
		child->words[CHILD_WORD_IF_ID_IN] = child->words[CHILD_WORD_IF_ID_OUT] =
			id;
}

void way_settle(struct site *site, const struct way_features *has, const char *plane)
{
	vec_foreach (tunnel, &site->tunnels)
		if (!tunnel->is_disabled)
			routed_settle(site, tunnel, has->has_xfrm_interfaces, plane);
	devices_make(site, has);
	vec_foreach (tunnel, &site->tunnels) {
		if (tunnel->is_disabled)
			continue;
		vec_foreach (child, &tunnel->children) {
			if (child_has_if_id(child) && !has->has_xfrm_interfaces)
				words_remove(site, tunnel, child, CHILD_WORD_IF_ID_IN,
					     CHILD_WORD_IF_ID_OUT, "if_id", plane);
			if (child_has_mark(child) && !has->has_marks)
				words_remove(site, tunnel, child, CHILD_WORD_MARK_IN,
					     CHILD_WORD_MARK_IN_SA, "mark", plane);
			if (child->words[CHILD_WORD_UPDOWN].s && !has->has_marks)
				updown_remove(site, tunnel, child, plane);
		}
	}
}

bool tunnel_keeps_route(const struct site *site, const struct tunnel *tunnel,
			const struct inet_prefix *remote)
{
	if (!device_of(site->kind)->traits.keeps_tunnel_interface ||
	    !tunnel->bind_interface || tunnel->start == START_IMMEDIATELY)
		return false;
	vec_foreach (route, &site->routes)
		if (str_equal(route->interface, tunnel->bind_interface) &&
		    inet_prefix_covers(&route->destination, remote))
			return true;
	return false;
}
