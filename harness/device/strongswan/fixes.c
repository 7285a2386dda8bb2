// SPDX-License-Identifier: GPL-2.0-or-later
/* fixes.c - routes of a Linux */
#include "device/strongswan/charon.h"

#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "device/fixes.h"

/* strongSwan's own files, on whatever device, and a router's UCI files. */
static const struct {
	const char *part; /* of the name */
	enum edit_language language;
} names[] = {
	{ "config/", EDIT_UCI },	 { "swanctl", EDIT_SWANCTL },
	{ "ipsec.secrets", EDIT_LINES }, { "ipsec.conf", EDIT_IPSEC_CONF },
	{ "ipsec.d/", EDIT_IPSEC_CONF },
};

enum edit_language charon_edit_language(const char *file, const char *text)
{
	(void)text;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strstr(file, names[i].part))
			return names[i].language;
	return EDIT_LINES;
}

static enum edit_language edit_language(const char *file, const char *text)
{
	enum edit_language language = charon_edit_language(file, text);

	return language == EDIT_LINES && str_ends(file, ".conf") ? EDIT_SWANCTL
								 : language;
}

static struct device_line route(struct arena *arena, const char *net,
				const char *interface)
{
	return (struct device_line){
		.text = arena_printf(arena, "ip route add %s dev %s", net, interface),
	};
}

static const char *xfrm_interface(struct arena *arena, const char *if_id)
{
	return arena_printf(arena, "ip link add ipsec0 type xfrm if_id %s", if_id);
}

const struct device_fixes linux_fixes = {
	.language = edit_language,
	.route = route,
	.xfrm_interface = xfrm_interface,
	.name_late = { "/etc/strongswan.conf: charon { retry_initiate_interval = 60 } asks "
		       "again and again",
		       "or start_action = trap (ipsec.conf: auto=route): the next packet "
		       "starts it" },
	.try_forever =
		"keyingtries = 0 in that connection (ipsec.conf: keyingtries=%forever), or start_action = trap",
	.address_new = { DEVICE_STARTS_ANEW },
};
