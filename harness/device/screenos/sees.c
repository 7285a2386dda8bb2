// SPDX-License-Identifier: GPL-2.0-or-later
/* sees.c - what the administrator of a ScreenOS device reads on it */
#include "device/screenos/screenos.h"

#include <stddef.h>

#include "finding/class.h"

const struct device_sees screenos_sees[MOMENTS] = {
	[MOMENT_PHASE1] = { { "get event: phase 1 is sent again and again; get ike "
			      "cookies has no entry of the peer" },
			    { "get event: a phase 1 packet of the peer is rejected" } },
	[MOMENT_NO_CONNECTION] = { { NULL },
				   { "get event: Rejected an IKE packet … because an "
				     "initial Phase 1 packet arrived from an "
				     "unrecognized peer gateway" } },
	[MOMENT_ID] = { { NULL },
			{ "get event: Rejected an IKE packet … because an initial Phase 1 "
			  "packet arrived from an unrecognized peer gateway" } },
	[MOMENT_UNHEARD] = { { NULL }, { "get event: nothing" } },
	[MOMENT_PHASE2] = { { "get ike cookies has the peer; get sa shows the VPN "
			      "inactive, get event a quick mode without an answer" },
			    { "get ike cookies has the peer; get sa shows the VPN "
			      "inactive, get event a rejected phase 2" } },
	[MOMENT_REKEY] = { { "get sa: active until its lifetime ends, then inactive" },
			   { "get sa: active until its lifetime ends, then inactive" } },
	[MOMENT_SELECTORS] = { { NULL },
			       { "get ike cookies has the peer; get sa shows the VPN "
				 "inactive, get event a proxy-id that no policy has" } },
};
