// SPDX-License-Identifier: GPL-2.0-or-later
/* junos_secret.c - Junos' "$9$" form of secrets (devices.md 4.4) */
#include "import/junos_secret.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"

/* The alphabet, in four families: letters of family n are followed by 3 - n random ones.
 */
static const char alphabet[] = "QzF3n6/9CAtpu0O"
			       "B1IREhcSyrleKvMW8LXx"
			       "7N-dVbwsY2g4oaJZGUDj"
			       "iHkq.mPf5T";
static const unsigned int family_ends[] = { 15, 35, 55, 65 };

#define LETTERS ((int)sizeof(alphabet) - 1)

/* What the distances of one character are worth; the vectors take turns. */
static const struct {
	unsigned int count;
	unsigned int weights[4];
} vectors[] = {
	{ 3, { 1, 4, 32 } },  { 3, { 1, 16, 32 } }, { 3, { 1, 8, 32 } },
	{ 2, { 1, 64 } },     { 2, { 1, 32 } },	    { 4, { 1, 4, 16, 128 } },
	{ 3, { 1, 32, 64 } },
};

/* -1: no letter of the alphabet */
static int letter_number(char c)
{
	const char *place = c ? strchr(alphabet, c) : NULL;

	return place ? (int)(place - alphabet) : -1;
}

static unsigned int letter_extra(int number)
{
	unsigned int family = 0;

	while ((unsigned int)number >= family_ends[family])
		family++;
	return 3 - family;
}

/* How far next is behind last, going round the alphabet; neighbours have 0. */
static unsigned int letter_gap(int last, int next)
{
	const int letters = LETTERS;

	return (unsigned int)((next - last - 1 + 2 * letters) % letters);
}

int junos_secret_decode(const char *text, uint8_t *bytes, size_t *ret_length)
{
	size_t length = 0, extra;
	int last;

	if (!str_starts(text, "$9$"))
		return -EINVAL;
	text += 3;
	last = letter_number(*text);
	if (last < 0)
		return -EINVAL;
	extra = letter_extra(last);
	for (text++; extra > 0; extra--, text++) {
		if (letter_number(*text) < 0)
			return -EINVAL;
	}
	while (*text) {
		size_t v = length % ARRAY_SIZE(vectors);
		unsigned int value = 0;

		for (unsigned int i = 0; i < vectors[v].count; i++, text++) {
			int next = letter_number(*text);

			if (next < 0)
				return -EINVAL;
			value += letter_gap(last, next) * vectors[v].weights[i];
			last = next;
		}
		bytes[length++] = (uint8_t)value;
	}
	*ret_length = length;
	return 0;
}

size_t junos_secret_encode(const uint8_t *bytes, size_t length, unsigned int salt,
			   char *text)
{
	unsigned int last = salt % LETTERS, extra = letter_extra((int)last);
	size_t out = 0;

	memcpy(text, "$9$", 3);
	out = 3;
	text[out++] = alphabet[last];
	for (unsigned int i = 0; i < extra; i++)
		text[out++] = alphabet[(salt / 7 + i * 11) % LETTERS];
	for (size_t n = 0; n < length; n++) {
		size_t v = n % ARRAY_SIZE(vectors);
		unsigned int gaps[4] = { 0 }, value = bytes[n];

		for (unsigned int i = vectors[v].count; i-- > 0;) {
			gaps[i] = value / vectors[v].weights[i];
			value %= vectors[v].weights[i];
		}
		for (unsigned int i = 0; i < vectors[v].count; i++) {
			last = (last + gaps[i] + 1) % LETTERS;
			text[out++] = alphabet[last];
		}
	}
	text[out] = '\0';
	return out;
}
