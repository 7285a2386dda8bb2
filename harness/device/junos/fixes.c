// SPDX-License-Identifier: GPL-2.0-or-later
/* fixes.c - policies and routes of Junos */
#include "device/junos/junos.h"

#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "device/fixes.h"
#include "model/shadow.h"

static bool is_set_style(const char *text)
{
	while (*text) {
		if (str_starts(text, "set "))
			return true;
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	return false;
}

static enum edit_language edit_language(const char *file, const char *text)
{
	(void)file;
	return is_set_style(text) ? EDIT_SET_PATHS : EDIT_BRACES;
}

static struct device_line let_in(struct arena *arena, const char *zone, unsigned int port)
{
	(void)port; /* one service is all that IKE needs */
	return language_statement(
		arena_printf(arena,
			     "set security zones security-zone %s host-inbound-traffic "
			     "system-services ike",
			     zone));
}

/* "st0.0": unit 0 of st0; without family inet it forwards nothing. */
static struct device_line interface(struct arena *arena, const char *name)
{
	const char *dot = strchr(name, '.');

	return language_statement(
		arena_printf(arena, "set interfaces %.*s unit %s family inet",
			     (int)(dot ? dot - name : (ptrdiff_t)strlen(name)), name,
			     dot ? dot + 1 : "0"));
}

static struct device_line route(struct arena *arena, const char *net,
				const char *interface)
{
	return language_statement(
		arena_printf(arena, "set routing-options static route %s next-hop %s",
			     net, interface));
}

static struct device_line null_route(struct arena *arena, const char *net)
{
	return (struct device_line){
		.text = arena_printf(arena,
				     "set routing-options static route … discard, for a "
				     "wider network than %s",
				     net),
	};
}

static const char *name_of(const struct rule *rule)
{
	return rule->name ? rule->name : "?";
}

static const char *order(struct arena *arena, const struct shadow *shadow)
{
	const struct rule *tunnel = shadow->rule_of_tunnel, *first = shadow->rule;

	if (str_equal(first->src_zone, "*") || str_equal(first->dest_zone, "*"))
		return arena_printf(
			arena,
			"insert security policies global policy %s before policy %s",
			name_of(tunnel), name_of(first));
	return arena_printf(arena,
			    "insert security policies from-zone %s to-zone %s policy %s "
			    "before policy %s",
			    tunnel->src_zone, tunnel->dest_zone, name_of(tunnel),
			    name_of(first));
}

const struct device_fixes junos_fixes = {
	.language = edit_language,
	.let_in = let_in,
	.is_let_in_by_zone = true,
	.interface = interface,
	.route = route,
	.null_route = null_route,
	.order = order,
	.vpn_of_gateway =
		"a vpn with this gateway: set security ipsec vpn V ike gateway …",
	.name_late = { DEVICE_STARTS_LATER },
	.address_new = { DEVICE_STARTS_ANEW },
};
