// SPDX-License-Identifier: GPL-2.0-or-later
/* dn.c - distinguished names as identities */
#include "ipsec/dn.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

struct span {
	const char *bytes;
	size_t length;
};

static struct span trimmed(const char *start, const char *end)
{
	while (start < end && isspace((unsigned char)*start))
		start++;
	while (end > start && isspace((unsigned char)end[-1]))
		end--;
	return (struct span){ start, (size_t)(end - start) };
}

/* "CN=a" at *at, which moves behind it; false: there is none any more. */
static bool next_part(const char **at, char separator, struct span *ret_key,
		      struct span *ret_value)
{
	const char *start = *at, *end, *equals;

	while (*start == separator || isspace((unsigned char)*start))
		start++;
	if (!*start)
		return false;
	for (end = start; *end && *end != separator; end++)
		if (*end == '\\' && end[1])
			end++;
	equals = memchr(start, '=', (size_t)(end - start));
	if (!equals)
		equals = end;
	*ret_key = trimmed(start, equals);
	*ret_value = trimmed(equals < end ? equals + 1 : end, end);
	*at = end;
	return true;
}

static bool is_same(struct span a, struct span b)
{
	return a.length == b.length && !strncasecmp(a.bytes, b.bytes, a.length);
}

static bool is_star(struct span value)
{
	return value.length == 1 && *value.bytes == '*';
}

static char separator_of(const char *name)
{
	return *name == '/' ? '/' : ',';
}

bool dn_matches(const char *name, const char *pattern)
{
	const char separators[] = { separator_of(name), separator_of(pattern) };
	struct span keys[2], values[2];

	for (;;) {
		const bool is_there =
			next_part(&name, separators[0], &keys[0], &values[0]);

		if (is_there != next_part(&pattern, separators[1], &keys[1], &values[1]))
			return false;
		if (!is_there)
			return true;
		if (!is_same(keys[0], keys[1]) ||
		    (!is_star(values[1]) && !is_same(values[0], values[1])))
			return false;
	}
}
