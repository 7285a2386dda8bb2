/* SPDX-License-Identifier: GPL-2.0-or-later */
/* charon.h - what every device has in common that runs strongSwan's daemon */
#ifndef TWINSITE_DEVICE_STRONGSWAN_CHARON_H
#define TWINSITE_DEVICE_STRONGSWAN_CHARON_H

#include "device/device.h"
#include "device/fixes.h"
#include "device/language.h"
#include "device/wish.h"

extern const struct device_sees charon_sees[];
extern const struct language swanctl_language;
extern const struct device_wire charon_wire;

/* By the name of the file: strongSwan's own, or a router's UCI. */
enum edit_language charon_edit_language(const char *file, const char *text);

/* Of tunnels in strongSwan's own files, by enum own_file. */
extern const struct language *const charon_languages[];

extern const struct device_fixes linux_fixes;

/* An identity with its type, as strongSwan reads it. */
void charon_render_id(struct render *render, const struct wish_id *id);
void render_swanctl(struct render *render, struct import_sources *sources);

#endif
