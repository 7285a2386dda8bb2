// SPDX-License-Identifier: GPL-2.0-or-later
/* sees.c - what the administrator of an SRX reads on it */
#include "device/junos/junos.h"

#include <stddef.h>

#include "finding/class.h"

const struct device_sees junos_sees[MOMENTS] = {
	[MOMENT_PHASE1] = { { "show security ike security-associations: none, or State "
			      "DOWN; show log kmd: IKE negotiation failed with error" },
			    { "show log kmd: IKE negotiation failed with error" } },
	[MOMENT_IKE_PROPOSAL] = { { "show log kmd: IKE negotiation failed with error: No "
				    "proposal chosen" },
				  { "show log kmd: IKE negotiation failed with error: No "
				    "proposal chosen" } },
	[MOMENT_NO_CONNECTION] = { { "show log kmd: IKE negotiation failed with error: No "
				     "proposal chosen" },
				   { "show log kmd: IKE negotiation failed with error: No "
				     "proposal chosen" } },
	[MOMENT_KEY_V2] = { { NULL },
			    { "show log kmd: IKE negotiation failed with error: "
			      "Authentication failed" } },
	[MOMENT_UNHEARD] = { { NULL }, { "show log kmd: nothing" } },
	[MOMENT_PHASE2] = { { "show security ike security-associations: UP, show "
			      "security ipsec security-associations: none; show log kmd: "
			      "IKE Phase-2 Failure" },
			    { "show security ike security-associations: UP, show "
			      "security ipsec security-associations: none; show log kmd: "
			      "IKE Phase-2 Failure" } },
	[MOMENT_REKEY] = { { "show security ipsec security-associations: there until the "
			     "lifetime ends, then none" },
			   { "show security ipsec security-associations: there until the "
			     "lifetime ends, then none" } },
	[MOMENT_SELECTORS] = { { NULL },
			       { "show security ike security-associations: UP; show log "
				 "kmd: IKE Phase-2: Failed to match the peer's proxy ids "
				 "(IKEv2: KMD_VPN_TS_MISMATCH)" } },
};
