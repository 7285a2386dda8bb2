/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fritzbox.h - the parts of its row that stand in files of their own */
#ifndef TWINSITE_DEVICE_FRITZBOX_FRITZBOX_H
#define TWINSITE_DEVICE_FRITZBOX_FRITZBOX_H

#include "device/algs.h"
#include "device/device.h"
#include "device/fixes.h"
#include "device/language.h"

extern const struct device_algs fritzbox_algs;
extern const struct language fritzbox_language;
extern const struct device_fixes fritzbox_fixes;
extern const struct device_wire fritzbox_wire;
extern const struct device_sees fritzbox_sees[];

void render_fritzbox(struct render *render, struct import_sources *sources);

#endif
