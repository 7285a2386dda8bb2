// SPDX-License-Identifier: GPL-2.0-or-later
/* fixes.c - routes of a Linux */
#include "device/strongswan/charon.h"

#include "base/arena.h"
#include "device/fixes.h"

static struct device_line route(struct arena *arena, const char *net,
				const char *interface)
{
	return (struct device_line){
		.text = arena_printf(arena, "ip route add %s dev %s", net, interface),
	};
}

const struct device_fixes linux_fixes = { .route = route };
