/* SPDX-License-Identifier: GPL-2.0-or-later */
/* screenos.h - the parts of its row that stand in files of their own */
#ifndef TWINSITE_DEVICE_SCREENOS_SCREENOS_H
#define TWINSITE_DEVICE_SCREENOS_SCREENOS_H

#include "device/algs.h"
#include "device/device.h"
#include "device/fixes.h"
#include "device/language.h"

extern const struct device_algs screenos_algs;
extern const struct language screenos_language;
extern const struct device_sees screenos_sees[];

extern const struct device_fixes screenos_fixes;
extern const struct device_wire screenos_wire;

void render_screenos(struct render *render, struct import_sources *sources);

#endif
