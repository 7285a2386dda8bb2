// SPDX-License-Identifier: GPL-2.0-or-later
/* wire.c - how ScreenOS shows itself on the wire */
#include "device/screenos/screenos.h"

#include <stddef.h>

#include "device/vendor_id.h"
#include "device/wire.h"

/* Sources: see vendor_id.c. */
/* clang-format off */
static const struct vendor_id vendor_ids[] = {
	VENDOR_ID("NetScreen 15", "Juniper ScreenOS", 40, "Wireshark \"Netscreen-15\"; Shrew Soft sends the 20 bytes alone", "166f932d55eb64d8e4df4fd37e2313f0d0fd8451", PREFIX, 20),
	VENDOR_ID("HeartBeat_Notify", "Juniper ScreenOS", 90, "ASCII; a captured ScreenOS 5.4.0, ike-scan", "4865617274426561745f4e6f74696679", PREFIX, 0),
	VENDOR_ID("HeartBeat Notify", "Juniper ScreenOS", 80, "ASCII; ike-scan", "486561727442656174204e6f74696679", PREFIX, 0),
	VENDOR_ID("NetScreen 01, NS-5XP 5.0", "Juniper ScreenOS", 80, "ike-scan, Wireshark", "299ee8289f40a8973bc78687e2e7226b532c3b76", PREFIX, 20),
	VENDOR_ID("NetScreen 02", "Juniper ScreenOS", 80, "ike-scan, Wireshark", "3a15e1f3cf2a63582e3ac82d1c64cbe3b6d779e7", PREFIX, 20),
	VENDOR_ID("NetScreen 03", "Juniper ScreenOS", 80, "ike-scan, Wireshark", "47d2b126bfcd83489760e2cf8c5d4d5a03497c15", PREFIX, 20),
	VENDOR_ID("NetScreen 04, NS-5GT 5.0", "Juniper ScreenOS", 80, "ike-scan, Wireshark", "4a4340b543e02b84c88a8b96a8af9ebe77d9accc", PREFIX, 20),
	VENDOR_ID("NetScreen 05, NS-5XP 4.0", "Juniper ScreenOS", 80, "ike-scan, Wireshark", "64405f46f03b7660a23be116a1975058e69e8387", PREFIX, 20),
	VENDOR_ID("NetScreen 07", "Juniper ScreenOS", 80, "ike-scan, Wireshark", "8c0dc6cf62a0ef1b5c6eabd1b67ba69866adf16a", PREFIX, 20),
	VENDOR_ID("NetScreen 08", "Juniper ScreenOS", 80, "ike-scan, Wireshark", "92d27a9ecb31d99246986d3453d0c3d57a222a61", PREFIX, 20),
	VENDOR_ID("NetScreen 09", "Juniper ScreenOS", 80, "ike-scan, Wireshark", "9b096d9ac3275a7d6fe8b91c583111b09efed1a0", PREFIX, 20),
	VENDOR_ID("NetScreen 10", "Juniper ScreenOS", 80, "ike-scan, Wireshark", "bf03746108d746c904f1f3547de24f78479fed12", PREFIX, 20),
	VENDOR_ID("NetScreen 11", "Juniper ScreenOS", 80, "ike-scan, Wireshark", "c2e80500f4cc5fbf5daaeed3bb59abaeee56c652", PREFIX, 20),
	VENDOR_ID("NetScreen 12", "Juniper ScreenOS", 80, "ike-scan, Wireshark", "c8660a62b03b1b6130bf781608d32a6a8d0fb89f", PREFIX, 20),
	VENDOR_ID("NetScreen 13", "Juniper ScreenOS", 80, "ike-scan, Wireshark", "f885da40b1e7a9abd17655ec5bbec0f21f0ed52e", PREFIX, 20),
	VENDOR_ID("NetScreen 14, NS-5GT 5.1", "Juniper ScreenOS", 80, "ike-scan, Wireshark", "2a2bcac19b8e91b426107807e02e7249569d6fd3", PREFIX, 20),
	VENDOR_ID("NetScreen 16", "Juniper ScreenOS", 80, "ike-scan, Wireshark", "a35bfd05ca1ac0b3d2f24e9e82bfcbff9c9e52b5", PREFIX, 20),
	VENDOR_ID("NetScreen 16", "Juniper ScreenOS", 80, "ike-scan", "9436e8d67174ef9aed068d5ad5213f187a3f8ba6", PREFIX, 20),
	{ .name = NULL },
};
/* clang-format on */

/* ike-scan 1.9.5's ike-backoff-patterns. */
static const struct wire_backoff backoffs[] = {
	{ "Juniper ScreenOS", { 40, 40, 40, 40, 40, 40, 40, 40 }, 8, 5 },
	{ .device = NULL },
};

/* Next hop tunnel binding: the inner address of a route-based VPN's end. Junos has it, too. */
static const struct wire_notify notifies[] = {
	{ 1, { 40001, "NHTB-INFORM", "NetScreen, Juniper; libreswan" } },
	{ .version = 0 },
};

const struct device_wire screenos_wire = {
	.vendor_ids = vendor_ids,
	.backoffs = backoffs,
	.notifies = notifies,
};
