/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * site_json.h - what was understood of a device's files, for programs
 *
 * Values are objects: { "value": …, "file": "vpn.cfg", "line": 20 }, or with "source"
 * when a device's default gave it. Secrets are never in it.
 */
#ifndef TWINSITE_REPORT_SITE_JSON_H
#define TWINSITE_REPORT_SITE_JSON_H

#include <jansson.h>

#include "model/site.h"

struct key_listings;

/* A new reference. listings may be NULL. Its "remarks" are in the order of the importer.
 */
json_t *site_json(const struct site *site, const struct key_listings *listings);

#endif
