// SPDX-License-Identifier: GPL-2.0-or-later
/* wire.c - how charon shows itself on the wire */
#include "device/strongswan/charon.h"

#include <stddef.h>

#include "device/vendor_id.h"
#include "device/wire.h"

/* Sources: see vendor_id.c. */
/* clang-format off */
static const struct vendor_id vendor_ids[] = {
	VENDOR_ID("strongSwan", "strongSwan", 95, "MD5(\"strongSwan\"); strongSwan isakmp_vendor.c", "882fe56d6fd20dbc2251613b2ebe5beb", WHOLE, 0),
	VENDOR_ID("strongSwan 4.2.3", "strongSwan", 95, "MD5(\"strongSwan 4.2.3\"); ike-scan", "2d1f406118fbd5d28474791ffa00488a", WHOLE, 0),
	VENDOR_ID("strongSwan 4.3.5", "strongSwan", 95, "MD5(\"strongSwan 4.3.5\"); ike-scan", "de5c703801952d85f6b3ed33b33784b4", WHOLE, 0),
	VENDOR_ID("strongSwan 4.4.1", "strongSwan", 95, "MD5(\"strongSwan 4.4.1\"); ike-scan", "aaa2e272c58de8f96e72c4c21ba7dd99", WHOLE, 0),
	VENDOR_ID("strongSwan 4.5.2", "strongSwan", 95, "MD5(\"strongSwan 4.5.2\"); ike-scan", "b149d6161fb4c7c3805beeff042d08c0", WHOLE, 0),
	VENDOR_ID("strongSwan 4.6.4", "strongSwan", 95, "MD5(\"strongSwan 4.6.4\"); ike-scan", "a87680d00cbb939871eb680d18d052e2", WHOLE, 0),
	{ .name = NULL },
};
/* clang-format on */

/* Sources: charon 6.1's tasks and own runs. */
static const struct wire_habit habits[] = {
#define CHARON_V1 "the vendor ids that charon sends, in its order"
#define CHARON_V2 "the notifies of IKE_SA_INIT that charon sends, in its order"
	{ 1, 0, "XDFRn", "strongSwan", 60, CHARON_V1 },
	{ 1, 0, "XDRn", "strongSwan", 60, CHARON_V1 },
	{ 1, 1, "XDFR", "strongSwan", 45, CHARON_V1 },
	{ 1, 1, "XDR", "strongSwan", 45, CHARON_V1 },
	{ 2, 0, "sdfhr", "strongSwan", 55, CHARON_V2 },
	{ 2, 0, "sdhr", "strongSwan", 50, CHARON_V2 },
	{ 2, 1, "sdfhcm", "strongSwan", 60, CHARON_V2 },
	{ 2, 1, "sdqfhcm", "strongSwan", 60, CHARON_V2 },
	{ 2, 1, "sdfhm", "strongSwan", 55, CHARON_V2 },
	{ 2, 1, "sdqfhm", "strongSwan", 55, CHARON_V2 },
	{ 2, 1, "sdhm", "strongSwan", 50, CHARON_V2 },
	{ 2, 1, "sdm", "strongSwan", 45, CHARON_V2 },
	{ 2, 1, "sdqm", "strongSwan", 45, CHARON_V2 },
	{ .letters = NULL },
};

const struct device_wire charon_wire = { .vendor_ids = vendor_ids, .habits = habits };
