// SPDX-License-Identifier: GPL-2.0-or-later
/* fixes.c - policies and routes of ScreenOS */
#include "device/screenos/screenos.h"

#include "base/arena.h"
#include "device/fixes.h"
#include "model/shadow.h"

static enum edit_language edit_language(const char *file, const char *text)
{
	(void)file;
	(void)text;
	return EDIT_COMMANDS;
}

static struct device_line route(struct arena *arena, const char *net,
				const char *interface)
{
	return language_statement(
		arena_printf(arena, "set route %s interface %s", net, interface));
}

static struct device_line null_route(struct arena *arena, const char *net)
{
	return language_statement(
		arena_printf(arena, "set route %s interface null metric 10", net));
}

static const char *name_of(const struct rule *rule)
{
	return rule->id ? rule->id : rule->name ? rule->name : "?";
}

static const char *order(struct arena *arena, const struct shadow *shadow)
{
	return arena_printf(arena, "set policy move %s before %s",
			    name_of(shadow->rule_of_tunnel), name_of(shadow->rule));
}

const struct device_fixes screenos_fixes = {
	.language = edit_language,
	.route = route,
	.null_route = null_route,
	.order = order,
	.vpn_of_gateway = "a vpn with this gateway: set vpn V gateway …",
	.use_of_vpn = "bind it (set vpn … bind interface tunnel.1) and route the far "
		      "network there, or name it in a policy (… tunnel vpn …)",
	.name_late = { DEVICE_STARTS_LATER },
	.address_new = { DEVICE_STARTS_ANEW },
};
