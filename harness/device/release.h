/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * release.h - one release of a device's firmware, and what only some releases do
 *
 * Whoever wants to know what a release does asks it here; its name is for people, and its
 * number tells which of two is newer.
 */
#ifndef TWINSITE_DEVICE_RELEASE_H
#define TWINSITE_DEVICE_RELEASE_H

#include <stdbool.h>

struct device_release {
	const char *name; /* "24.10-ipsec" */
	unsigned int
		number; /* 2410: greater is newer; what is not yet released is above */
	/* What its scripts write into strongSwan's files (openwrt-scripts.md). */
	bool takes_any_id;     /* no id of the peer unless one is given: %any */
	bool asks_for_address; /* `ip route get PEER`, which fails for a name */
	bool pins_address;     /* left= is the own address of that moment */
	bool is_swanctl; /* by swanctl, started by /etc/init.d/swanctl; else by ipsec's */
};

#endif
