// SPDX-License-Identifier: GPL-2.0-or-later
/* site.c - one end of a VPN, whatever device it is */
#include "model/site.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "device/device.h"
#include "model/site_index.h"
#include "model/way.h"

const char *exchange_mode_name(enum exchange_mode mode)
{
	return mode == EXCHANGE_AGGRESSIVE ? "aggressive" : "main";
}

struct site *site_new(const char *name, enum device_kind kind)
{
	struct arena *arena = arena_new();
	struct site *site = arena_alloc(arena, sizeof(*site));

	arena_set_secret(arena);
	site->arena = arena;
	site->name = arena_strdup(arena, name);
	site->kind = kind;
	return site;
}

void site_free(struct site *site)
{
	if (site)
		arena_free(site->arena);
}

static bool is_kept(struct site *site, const struct remark *remark)
{
	size_t *count = remark->code ? &site->decisive_remarks : &site->plain_remarks;

	if (remark->kind == REMARK_NOT_REHEARSED || remark->code == SAYS_CAPPED)
		return true;
	if (*count >= (remark->code ? SITE_DECISIVE_MAX : SITE_REMARKS_MAX))
		return false;
	(*count)++;
	return true;
}

/* The last remark has its code by now: does it stay? */
static void settle_last(struct site *site)
{
	struct remark *last;

	if (!site->is_remark_open || !site->remarks.count)
		return;
	site->is_remark_open = false;
	last = &site->remarks.items[site->remarks.count - 1];
	if (!is_kept(site, last)) {
		site->remarks.count--;
		site->remarks_left_out++;
	} else if (last->text == site->late_text) {
		last->text = arena_strdup(site->arena, last->text);
	}
}

static enum line_state state_of(enum remark_kind kind)
{
	switch (kind) {
	case REMARK_UNKNOWN:
		return LINE_NOT_UNDERSTOOD;
	case REMARK_IGNORED:
		return LINE_NO_EFFECT;
	case REMARK_INVALID:
	case REMARK_ASSUMED:
		return LINE_IN_PART;
	case REMARK_NOT_REHEARSED:
		return LINE_NOT_REHEARSED;
	}
	return LINE_READ;
}

struct remark *site_vremark(struct site *site, enum remark_kind kind, struct origin at,
			    const char *format, va_list args)
{
	char text[SITE_REMARK_TEXT_MAX];
	struct remark *remark;
	bool is_late;

	settle_last(site);
	is_late = site->plain_remarks >= SITE_REMARKS_MAX;
	(void)vsnprintf(text, sizeof(text), format, args);
	if (is_late && !site->late_text)
		site->late_text = arena_alloc(site->arena, sizeof(text));
	if (is_late)
		memcpy(site->late_text, text, sizeof(text));
	remark = vec_push(site->arena, &site->remarks);
	*remark = (struct remark){
		.kind = kind,
		.text = is_late ? site->late_text : arena_strdup(site->arena, text),
		.at = at,
	};
	site_line_is(site, at, state_of(kind));
	site->is_remark_open = true;
	site->mistakes += kind == REMARK_INVALID;
	return remark;
}

struct remark *site_remark(struct site *site, enum remark_kind kind, struct origin at,
			   const char *format, ...)
{
	struct remark *remark;
	va_list args;

	va_start(args, format);
	remark = site_vremark(site, kind, at, format, args);
	va_end(args);
	return remark;
}

void site_capped(struct site *site, struct origin at, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	remark_says(site_vremark(site, REMARK_IGNORED, at, format, args), SAYS_CAPPED,
		    MEND_LINE, NULL);
	va_end(args);
}

size_t site_remarks_count(struct site *site)
{
	settle_last(site);
	return site->remarks.count;
}

bool site_remark_wanted(const struct site *site)
{
	return site->plain_remarks < SITE_REMARKS_MAX;
}

const char *site_hint(const struct site *site, const char *word, const char *const *words)
{
	const char *near =
		words && site_remark_wanted(site) ? str_nearest(word, words) : NULL;

	return near ? arena_printf(site->arena, ", did you mean '%s'?", near) : "";
}

void site_remarks_end(struct site *site, struct origin at)
{
	size_t count;

	settle_last(site);
	count = site->remarks_left_out;
	if (!count)
		return;
	*(struct remark *)vec_push(site->arena, &site->remarks) = (struct remark){
		.kind = REMARK_UNKNOWN,
		.text = arena_printf(site->arena, "%zu further remarks are left out",
				     count),
		.at = at,
	};
}

bool site_has_remark(const struct site *site, struct origin at, const char *text)
{
	vec_foreach (remark, &site->remarks)
		if (origin_same_line(&remark->at, &at) && str_equal(remark->text, text))
			return true;
	return false;
}

void remark_says(struct remark *remark, enum remark_code code, enum remark_mend mend,
		 const char *subject)
{
	if (!remark)
		return;
	remark->code = code;
	remark->mend = mend;
	remark->subject = subject;
}

void remark_advise(struct remark *remark, const char *advice)
{
	if (remark)
		remark->advice = advice;
}

bool site_prefixes_hold(const struct site *site, const struct prefix_value *items,
			size_t count, const struct inet_addr *addr)
{
	bool has_plain = false, has_negated = false, is_in = false, is_out = false;

	for (size_t i = 0; i < count; i++) {
		const bool has = inet_prefix_has(&items[i].prefix, addr);

		if (site->firewall == FIREWALL_FW3 && has != items[i].is_negated)
			return true;
		has_negated |= items[i].is_negated;
		has_plain |= !items[i].is_negated;
		is_out |= items[i].is_negated && has;
		is_in |= !items[i].is_negated && has;
	}
	if (site->firewall == FIREWALL_FW3 && count)
		return false;
	return (!has_plain || is_in) && (!has_negated || !is_out);
}

struct site_interface *site_interface_find(const struct site *site, const char *name)
{
	if (site->index && name)
		return site_index_interface_find(site->index, name);
	vec_foreach (interface, &site->interfaces) {
		if (str_equal(interface->name, name))
			return interface;
	}
	return NULL;
}

struct zone *site_zone_find(const struct site *site, const char *name)
{
	vec_foreach (zone, &site->zones) {
		if (str_equal(zone->name, name))
			return zone;
	}
	return NULL;
}

struct tunnel *site_tunnel_find(const struct site *site, const char *name)
{
	vec_foreach (tunnel, &site->tunnels) {
		if (str_equal(tunnel->name, name))
			return tunnel;
	}
	return NULL;
}

static bool zone_has(const struct zone *zone, const struct site_interface *interface)
{
	vec_foreach (name, &zone->interfaces) {
		if (str_equal(name->s, interface->name))
			return true;
	}
	vec_foreach (name, &zone->devices) {
		if (interface->device && str_equal(name->s, interface->device))
			return true;
	}
	return false;
}

struct zone *site_zone_of_interface(const struct site *site,
				    const struct site_interface *interface)
{
	if (interface->zone)
		return site_zone_find(site, interface->zone);
	if (site->index)
		return site_index_zone_of(site->index, interface);
	vec_foreach (zone, &site->zones) {
		if (zone_has(zone, interface))
			return zone;
	}
	return NULL;
}

bool site_has_address(const struct site *site, const struct inet_addr *addr)
{
	vec_foreach (interface, &site->interfaces)
		vec_foreach (address, &interface->addresses)
			if (!interface->is_disabled &&
			    inet_addr_equal(&address->prefix.addr, addr))
				return true;
	return false;
}

static bool interface_holds(const struct site_interface *interface,
			    const struct inet_addr *addr, unsigned int *length)
{
	bool is_held = false;

	if (interface->is_disabled)
		return false;
	vec_foreach (address, &interface->addresses) {
		if (inet_prefix_has(&address->prefix, addr) &&
		    (!is_held || address->prefix.length > *length)) {
			*length = address->prefix.length;
			is_held = true;
		}
	}
	return is_held;
}

struct site_interface *site_interface_for(const struct site *site,
					  const struct inet_addr *addr)
{
	struct site_interface *best = NULL;
	unsigned int best_length = 0, length = 0;

	if (site->index)
		return site_index_interface_for(site->index, addr);
	vec_foreach (interface, &site->interfaces) {
		if (interface_holds(interface, addr, &length) &&
		    (!best || length > best_length)) {
			best = interface;
			best_length = length;
		}
	}
	return best;
}

static bool is_usable(const struct site_interface *interface)
{
	return interface && !interface->is_disabled && !interface->is_tunnel;
}

/* Where a written default route leaves. */
static struct site_interface *wan_by_route(const struct site *site)
{
	vec_foreach (route, &site->routes) {
		struct site_interface *interface = NULL;

		if (route->destination.length || route->is_blackhole)
			continue;
		if (route->interface)
			interface = site_interface_find(site, route->interface);
		else if (route->gateway.family)
			interface = site_interface_for(site, &route->gateway);
		if (is_usable(interface))
			return interface;
	}
	return NULL;
}

/* An interface that brings its own default route: a gateway, DHCP, PPPoE. */
static struct site_interface *wan_by_gateway(const struct site *site)
{
	struct site_interface *dynamic = NULL;

	vec_foreach (interface, &site->interfaces) {
		if (!is_usable(interface))
			continue;
		if (interface->gateway.family == AF_INET)
			return interface;
		if (!dynamic && interface->source == ADDRESS_DYNAMIC)
			dynamic = interface;
	}
	return dynamic;
}

static struct site_interface *wan_by_tunnel(const struct site *site)
{
	vec_foreach (tunnel, &site->tunnels) {
		struct site_interface *interface = NULL;

		if (tunnel->local.kind == ENDPOINT_INTERFACE)
			interface = site_interface_find(site, tunnel->local.name);
		else if (tunnel->local.kind == ENDPOINT_ADDRESS)
			interface = site_interface_for(site, &tunnel->local.addr);
		if (is_usable(interface))
			return interface;
	}
	return NULL;
}

struct site_interface *site_wan(const struct site *site)
{
	static struct site_interface *(*const ways[])(const struct site *) = {
		wan_by_route,
		wan_by_tunnel,
	};
	struct site_interface *interface;

	if (site->index)
		return site_index_wan(site->index);
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		interface = ways[i](site);
		if (interface)
			return interface;
	}
	/* "wan" before another DHCP interface: OpenWrt's modem or IPTV ports use DHCP
	 * too. */
	interface = site_interface_find(site, "wan");
	return is_usable(interface) ? interface : wan_by_gateway(site);
}

const struct tunnel *site_own_file(const struct site *site)
{
	if (site->index)
		return site_index_own_file(site->index);
	vec_foreach (tunnel, &site->tunnels)
		if (tunnel->own_file != OWN_FILE_NONE)
			return tunnel;
	return NULL;
}

bool site_answers_aggressive_psk(const struct site *site)
{
	return !device_of(site->kind)->traits.runs_charon || site->aggressive_psk.on;
}

bool tunnel_has_trap(const struct site *site, const struct tunnel *tunnel)
{
	const struct device_traits *traits = &device_of(site->kind)->traits;

	if (tunnel->start != START_ON_TRAFFIC)
		return false;
	/* It holds what is routed to the interface or marked, and that only. */
	vec_foreach (child, &tunnel->children)
		if (child_has_if_id(child) || child_has_mark(child))
			return false;
	/* Scripts of a firmware write it, unless the file says another. */
	if (device_of(site->kind)->releases && site->reading == READING_RENDERED)
		return true;
	return traits->runs_charon && tunnel->start_at.file;
}

bool tunnel_has_dpd(const struct tunnel *tunnel)
{
	return tunnel->dpd_delay_s.is_set && tunnel->dpd_delay_s.n > 0;
}

bool tunnel_notices_dead_peer(const struct tunnel *tunnel)
{
	return tunnel_has_dpd(tunnel) || tunnel->keepalive_target.family;
}
