// SPDX-License-Identifier: GPL-2.0-or-later
/* json.c - a member of a jansson object, with an answer for any input */
#include "base/json.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/plain.h"
#include "base/str.h"

const char *json_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

/* How many bytes the character at the start of the text has; 0: it is none. */
static size_t character(const char *text)
{
	for (size_t length = 1; length <= 4 && text[length - 1]; length++)
		if (str_is_utf8(text, length))
			return length;
	return 0;
}

json_t *json_kept(const char *text)
{
	_cleanup_buf_ struct buf clean = { 0 };
	json_t *string = text ? json_string(text) : json_null();

	if (string || !text)
		return string;
	for (size_t length; *text; text += length) {
		length = character(text);
		if (length)
			buf_add(&clean, text, length);
		else
			buf_puts(&clean, "\xef\xbf\xbd");
		length += !length;
	}
	return json_string(buf_text(&clean));
}

json_t *json_shown(const char *text)
{
	_cleanup_buf_ struct buf clean = { 0 };

	if (!text)
		return json_null();
	plain_text(text, 0, &clean);
	return json_string(buf_text(&clean));
}

void json_add(json_t *object, const char *key, json_t *value)
{
	json_t *kept = json_kept(key);

	(void)json_object_set_new(object, json_string_value(kept), value);
	json_decref(kept);
}

/* One value of json_of(), by its specifier; NULL for none. */
static json_t *value_of(char specifier, va_list *arguments)
{
	double number;

	switch (specifier) {
	case 's':
		return json_kept(va_arg(*arguments, const char *));
	case 'i':
		return json_integer(va_arg(*arguments, int));
	case 'I':
		return json_integer(va_arg(*arguments, json_int_t));
	case 'b':
		return json_boolean(va_arg(*arguments, int));
	case 'f':
		number = va_arg(*arguments, double);
		return isfinite(number) ? json_real(number) : json_null();
	case 'o':
		return va_arg(*arguments, json_t *);
	default:
		assert(!"json_of() knows no such specifier");
		return NULL;
	}
}

json_t *json_of(const char *format, ...)
{
	json_t *object = json_object();
	va_list arguments;

	va_start(arguments, format);
	for (const char *at = format; (at = strstr(at, "s:")) != NULL; at += 3) {
		const char *key = va_arg(arguments, const char *);
		json_t *value = value_of(at[2], &arguments);

		if (at[3] != '*')
			json_object_set_new(object, key, value ? value : json_null());
		else if (value && !json_is_null(value))
			json_object_set_new(object, key, value);
	}
	va_end(arguments);
	return object;
}

int64_t json_text_number(const json_t *object, const char *key)
{
	int64_t number = 0;

	return str_to_number(json_text(object, key), INT64_MIN, INT64_MAX, &number)
		       ? 0
		       : number;
}
