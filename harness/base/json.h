/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * json.h - a member of a jansson object, with an answer for any input
 *
 * jansson gives NULL for a member that is missing or of another type. A recorded run
 * may be damaged or from another release: what is printed or compared then is "".
 */
#ifndef TWINSITE_BASE_JSON_H
#define TWINSITE_BASE_JSON_H

#include <jansson.h>
#include <stdint.h>

/* The text, borrowed from the object; "" when there is none. */
const char *json_text(const json_t *object, const char *key);

/*
 * A new string of any bytes: what is no UTF-8 becomes U+FFFD, where json_string() gives
 * NULL and json_pack() then nothing at all, and controls are shown as their number. null
 * for NULL.
 */
json_t *json_shown(const char *text);

/* A number that is written as text, as VICI does ("packets-in": "42"); 0: none. */
int64_t json_text_number(const json_t *object, const char *key);

#endif
