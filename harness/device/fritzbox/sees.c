// SPDX-License-Identifier: GPL-2.0-or-later
/* sees.c - what the administrator of a FRITZ!Box reads on it */
#include "device/fritzbox/fritzbox.h"

#include <stddef.h>

#include "finding/class.h"

/* It says the same of everything, and codes that no source of ours explains. */
const struct device_sees fritzbox_sees[MOMENTS] = {
	[MOMENT_PHASE1] = { { "System > Events: nothing, or a VPN error after a time-out" },
			    { "System > Events: nothing, or a VPN error after a time-out" } },
	[MOMENT_UNHEARD] = { { NULL }, { "System > Events: nothing" } },
	[MOMENT_PHASE2] = { { "System > Events: a VPN error after a time-out, the same as "
			      "if nobody had answered" },
			    { "System > Events: nothing, or a VPN error: the connection "
			      "is not shown as up" } },
	[MOMENT_REKEY] = { { "System > Events: the connection goes down after its lifetime" },
			   { "System > Events: the connection goes down after its "
			     "lifetime" } },
};
