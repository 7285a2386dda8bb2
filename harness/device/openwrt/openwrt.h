/* SPDX-License-Identifier: GPL-2.0-or-later */
/* openwrt.h - the parts of its row that stand in files of their own */
#ifndef TWINSITE_DEVICE_OPENWRT_OPENWRT_H
#define TWINSITE_DEVICE_OPENWRT_OPENWRT_H

#include "device/device.h"
#include "device/fixes.h"
#include "device/language.h"

extern const struct language openwrt_language;

extern const struct device_fixes openwrt_fixes;

void render_openwrt(struct render *render, struct import_sources *sources);

#endif
