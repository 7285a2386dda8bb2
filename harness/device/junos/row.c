// SPDX-License-Identifier: GPL-2.0-or-later
/* row.c - Junos: `show configuration` of an SRX, in both forms (devices.md 4) */
#include "device/device.h"

extern const struct device device_junos;

const struct device device_junos = {
	.name = "junos",
	.title = "Junos",
	.traits = { .wants_equal_selectors = true,  /* failures.md F47 */
		    .has_one_pair_per_child = true, /* devices.md 4.5 */
		    .has_interfaces = true,
		    /* system-services ike; ESP of its own tunnels needs no word */
		    .is_open_with_ike = true },
};
