// SPDX-License-Identifier: GPL-2.0-or-later
/* row.c - ScreenOS: `get config` of a NetScreen or SSG (devices.md 3) */
#include "device/device.h"

extern const struct device device_screenos;

const struct device device_screenos = {
	.name = "screenos",
	.title = "ScreenOS",
	.traits = { .is_silent = true,		   /* failures.md H */
		    .wants_equal_selectors = true, /* failures.md F47, devices.md 3.4 */
		    .has_one_pair_per_child = true,
		    .has_interfaces = true,
		    .forwards_in_zone = true },
};
