// SPDX-License-Identifier: GPL-2.0-or-later
/* wire.c - how an SRX shows itself on the wire */
#include "device/junos/junos.h"

#include <stddef.h>

#include "device/vendor_id.h"
#include "device/wire.h"

/* Sources: see vendor_id.c. */
/* clang-format off */
static const struct vendor_id vendor_ids[] = {
	VENDOR_ID("NetScreen/Juniper 6", "Juniper SRX or ScreenOS", 80, "Wireshark \"Netscreen-6\"; a captured SRX210 sends it", "699369228741c6d4ca094c93e242c9de19e7b7c6", PREFIX, 20),
	VENDOR_ID("Juniper SRX", "Juniper SRX", 90, "strongSwan isakmp_vendor.c (\"probably\"); behind NetScreen 6 in libreswan issue 786", "fd808804df73b15150709d878044cde0ac1efcde", WHOLE, 0),
	VENDOR_ID("Juniper 67967050", "Juniper SRX", 60, "behind that of an SRX in a public charon log (IKEv2, AES-GCM)", "67967050f138eb51de0ca65f54f1f036", WHOLE, 0),
	{ .name = NULL },
};
/* clang-format on */

/* Junos has QuickSec, which offers the very old drafts, too: an SRX210 does. */
static const struct wire_draft drafts[] = {
	{ "Juniper SRX or ScreenOS", "stenberg", "Juniper SRX (or ScreenOS)", 85,
	  "the NAT-T drafts of stenberg, offered as by a captured SRX210" },
	{ .of = NULL },
};

/* An SRX sends them in IKE_AUTH; in IKEv1 the first is NHTB-INFORM. */
static const struct wire_notify notifies[] = {
	{ 2, { 40001, "Juniper private 40001", "Juniper SRX" } },
	{ 2, { 40002, "Juniper private 40002", "Juniper SRX" } },
	{ .version = 0 },
};

const struct device_wire junos_wire = {
	.vendor_ids = vendor_ids,
	.drafts = drafts,
	.notifies = notifies,
};
