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
 * A new string of any bytes, where json_string() gives NULL for what is no UTF-8 and
 * json_pack() then nothing at all; null for NULL. json_kept() is for what is recorded or
 * read by programs: each byte that is no UTF-8 becomes U+FFFD, nothing else changes.
 * json_shown() is for people: controls are shown as their number, too (base/plain.h).
 */
json_t *json_kept(const char *text);
json_t *json_shown(const char *text);

/*
 * A new object by a format as json_pack() has it, but of one level: "{s:s, s:i}". Any
 * text goes through json_kept(), and a number that is none (0/0) becomes null, so that
 * nothing makes the whole object disappear. Keys are ours. Of the specifiers:
 *
 *	s	a text, null for NULL		s*	a text, no member for NULL
 *	i I b f	as json_pack() has them
 *	o	a value, stolen, null for NULL	o*	no member for NULL
 *
 * Never NULL. layers.awk sees to it that nobody else calls json_pack() or json_string().
 */
json_t *json_of(const char *format, ...);

/* Add a member under a key of any bytes; steals the value. */
void json_add(json_t *object, const char *key, json_t *value);

/* A number that is written as text, as VICI does ("packets-in": "42"); 0: none. */
int64_t json_text_number(const json_t *object, const char *key);

#endif
