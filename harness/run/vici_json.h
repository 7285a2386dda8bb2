/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vici_json.h - a VICI message as JSON, for the evidence */
#ifndef TWINSITE_RUN_VICI_JSON_H
#define TWINSITE_RUN_VICI_JSON_H

#include <jansson.h>

struct vici_node;

/*
 * Sections become objects, lists arrays, values strings (bytes that are no UTF-8 text
 * become "(N bytes)"). A new reference, never NULL.
 */
json_t *vici_json(const struct vici_node *section);

#endif
