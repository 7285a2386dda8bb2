/* SPDX-License-Identifier: GPL-2.0-or-later */
/* charon.h - what every device has in common that runs strongSwan's daemon */
#ifndef TWINSITE_DEVICE_STRONGSWAN_CHARON_H
#define TWINSITE_DEVICE_STRONGSWAN_CHARON_H

#include "device/device.h"

extern const struct device_sees charon_sees[];

#endif
