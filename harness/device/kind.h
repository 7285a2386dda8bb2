/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kind.h - one enumerator for each device, see device.h */
#ifndef TWINSITE_DEVICE_KIND_H
#define TWINSITE_DEVICE_KIND_H

enum device_kind {
#define DEVICE(enumerator, row) DEVICE_##enumerator,
#include "device/devices.def"
#undef DEVICE
};

/* Nobody's in particular: an end that is not given, as polite as a rehearsal's own. */
#define DEVICE_PLAIN DEVICE_STRONGSWAN

/* How many there are; no enumerator of the kinds. */
enum {
#define DEVICE(enumerator, row) +1
	DEVICE_KINDS = 0
#include "device/devices.def"
#undef DEVICE
};

#endif
