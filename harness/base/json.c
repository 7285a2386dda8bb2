// SPDX-License-Identifier: GPL-2.0-or-later
/* json.c - a member of a jansson object, with an answer for any input */
#include "base/json.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/plain.h"
#include "base/str.h"

const char *json_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

json_t *json_shown(const char *text)
{
	_cleanup_buf_ struct buf clean = { 0 };

	if (!text)
		return json_null();
	plain_text(text, 0, &clean);
	return json_string(buf_text(&clean));
}

int64_t json_text_number(const json_t *object, const char *key)
{
	int64_t number = 0;

	return str_to_number(json_text(object, key), INT64_MIN, INT64_MAX, &number)
		       ? 0
		       : number;
}
