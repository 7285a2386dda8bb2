// SPDX-License-Identifier: GPL-2.0-or-later
/* str.c - small helpers for text */
#include "base/str.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define STR_DISTANCE_MAX_LENGTH 64

bool str_equal(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

bool str_equal_nocase(const char *a, const char *b)
{
	return a == b || (a && b && !strcasecmp(a, b));
}

bool str_starts(const char *text, const char *prefix)
{
	return !strncmp(text, prefix, strlen(prefix));
}

bool str_ends(const char *text, const char *suffix)
{
	size_t length = strlen(text), tail = strlen(suffix);

	return length >= tail && !strcmp(text + length - tail, suffix);
}

bool str_has_word(const char *words, const char *word)
{
	size_t length = strlen(word);

	while (*words) {
		size_t this = strcspn(words, " ");

		if (length && this == length && !strncmp(words, word, length))
			return true;
		words += this;
		words += strspn(words, " ");
	}
	return false;
}

int str_to_number(const char *text, int64_t min, int64_t max, int64_t *ret_number)
{
	long long value;
	char *end;

	if (!((*text >= '0' && *text <= '9') || (*text == '-' && text[1])))
		return -EINVAL;
	errno = 0;
	value = strtoll(text, &end, 10);
	if (errno || *end || value < min || value > max)
		return -EINVAL;
	*ret_number = value;
	return 0;
}

bool str_take_number(const char **text, unsigned int *ret_number)
{
	unsigned long value;
	char *end;

	if (**text < '0' || **text > '9')
		return false;
	errno = 0;
	value = strtoul(*text, &end, 10);
	if (errno || value > UINT_MAX)
		return false;
	*ret_number = (unsigned int)value;
	*text = end;
	return true;
}

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

size_t str_distance(const char *a, const char *b)
{
	size_t rows[3][STR_DISTANCE_MAX_LENGTH + 1];
	size_t la = strlen(a), lb = strlen(b);

	if (la > STR_DISTANCE_MAX_LENGTH || lb > STR_DISTANCE_MAX_LENGTH)
		return la > lb ? la : lb;
	for (size_t j = 0; j <= lb; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= la; i++) {
		size_t *now = rows[i % 3], *last = rows[(i + 2) % 3];
		const size_t *before = rows[(i + 1) % 3];

		now[0] = i;
		for (size_t j = 1; j <= lb; j++) {
			now[j] = min3(last[j] + 1, now[j - 1] + 1,
				      last[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && before[j - 2] + 1 < now[j])
				now[j] = before[j - 2] + 1;
		}
	}
	return rows[la % 3][lb];
}

/* The only one that begins with what was written; three letters are something. */
static const char *only_beginning(const char *word, const char *const *words)
{
	const char *only = NULL;

	for (; strlen(word) >= 3 && *words; words++) {
		if (!str_starts(*words, word))
			continue;
		if (only)
			return NULL;
		only = *words;
	}
	return only;
}

const char *str_nearest(const char *word, const char *const *words)
{
	const char *nearest = only_beginning(word, words);
	size_t best = strlen(word) / 3 + 1;

	if (nearest)
		return nearest;
	for (; *words; words++) {
		size_t distance = str_distance(word, *words);

		if (distance < best || (distance == best && !nearest)) {
			best = distance;
			nearest = *words;
		}
	}
	return nearest;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

char *str_trim(char *text)
{
	size_t length;

	while (is_blank(*text))
		text++;
	length = strlen(text);
	while (length && is_blank(text[length - 1]))
		text[--length] = '\0';
	return text;
}

/* Length of the UTF-8 sequence at bytes (RFC 3629, 4), or 0. */
static size_t utf8_sequence(const unsigned char *bytes, size_t left)
{
	static const uint32_t least[] = { 0, 1, 0x80, 0x800, 0x10000 };
	size_t length = bytes[0] < 0x80		    ? 1
			: (bytes[0] & 0xe0) == 0xc0 ? 2
			: (bytes[0] & 0xf0) == 0xe0 ? 3
			: (bytes[0] & 0xf8) == 0xf0 ? 4
						    : 0;
	uint32_t point;

	if (!length || length > left)
		return 0;
	point = length == 1 ? bytes[0] : bytes[0] & (0xffU >> (length + 1));
	for (size_t i = 1; i < length; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
		point = point << 6 | (bytes[i] & 0x3f);
	}
	if (point < least[length] || point > 0x10ffff ||
	    (point >= 0xd800 && point < 0xe000))
		return 0;
	return length;
}

bool str_is_utf8(const char *bytes, size_t length)
{
	for (size_t at = 0; at < length;) {
		size_t step =
			utf8_sequence((const unsigned char *)bytes + at, length - at);

		if (!step)
			return false;
		at += step;
	}
	return true;
}
