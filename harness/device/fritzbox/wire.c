// SPDX-License-Identifier: GPL-2.0-or-later
/* wire.c - how a FRITZ!Box shows itself on the wire */
#include "device/fritzbox/fritzbox.h"

#include <stddef.h>

#include "device/vendor_id.h"
#include "device/wire.h"

/* Sources: see vendor_id.c. */
/* clang-format off */
static const struct vendor_id vendor_ids[] = {
	VENDOR_ID("AVM FRITZ OS", "FRITZ!Box", 98, "strongSwan pull request 316", "a2226fc364500f5634ff77db3b74f41b", WHOLE, 0),
	{ .name = NULL },
};
/* clang-format on */

const struct device_wire fritzbox_wire = { .vendor_ids = vendor_ids };
