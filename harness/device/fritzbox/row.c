// SPDX-License-Identifier: GPL-2.0-or-later
/* row.c - FRITZ!Box: vpn.cfg, or an export of all settings (devices.md 2) */
#include "device/device.h"
#include "model/site.h"

extern const struct device device_fritzbox;

/* The key alone decides (devices.md 2.3). */
static bool takes_any_id(const struct site *site, const struct tunnel *tunnel)
{
	(void)site;
	(void)tunnel;
	return true;
}

const struct device device_fritzbox = {
	.name = "fritzbox",
	.title = "FritzBox",
	.traits = { .is_silent = true,		   /* failures.md H */
		    .wants_equal_selectors = true, /* failures.md F47 */
		    .has_one_pair_per_child = true,
		    .is_ikev1_only = true, /* of this file; devices.md 2 */
		    .has_interfaces = true },
	.takes_any_id = takes_any_id,
};
