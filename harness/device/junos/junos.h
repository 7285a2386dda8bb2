/* SPDX-License-Identifier: GPL-2.0-or-later */
/* junos.h - the parts of its row that stand in files of their own */
#ifndef TWINSITE_DEVICE_JUNOS_JUNOS_H
#define TWINSITE_DEVICE_JUNOS_JUNOS_H

#include "device/algs.h"
#include "device/device.h"
#include "device/fixes.h"
#include "device/language.h"

extern const struct device_algs junos_algs;
extern const struct language junos_language;
extern const struct device_sees junos_sees[];

extern const struct device_fixes junos_fixes;
extern const struct device_wire junos_wire;

void render_junos(struct render *render, struct import_sources *sources);

#endif
