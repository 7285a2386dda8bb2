/* SPDX-License-Identifier: GPL-2.0-or-later */
/* screenos.h - the parts of its row that stand in files of their own */
#ifndef TWINSITE_DEVICE_SCREENOS_SCREENOS_H
#define TWINSITE_DEVICE_SCREENOS_SCREENOS_H

#include "device/device.h"

extern const struct device_sees screenos_sees[];

#endif
