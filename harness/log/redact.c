// SPDX-License-Identifier: GPL-2.0-or-later
/* redact.c - take the keys out of a line of a log */
#include "log/redact.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"

#define DIGITS_MIN 32 /* hex digits: a cookie has 16, an SPI 8 */
#define HIDDEN	   "(redacted)"

struct output {
	char *text;
	size_t length, room, hidden;
};

static void put(struct output *out, const char *bytes, size_t length)
{
	if (length > out->room - out->length)
		length = out->room - out->length;
	memcpy(out->text + out->length, bytes, length);
	out->length += length;
	out->text[out->length] = '\0';
}

static void hide(struct output *out)
{
	put(out, HIDDEN, strlen(HIDDEN));
	out->hidden++;
}

/*
 * Hex digits from here on: one run, or groups of two with ':', '-' or a blank between, or
 * of four or eight with a blank. *ret_digits: how many there are. A pair of cookies is none.
 */
static const char *skip_hex(const char *at, const char *end, size_t *ret_digits)
{
	const char *stop = at;
	size_t digits = 0, first = 0;

	while (at < end) {
		size_t group = 0;

		while (at < end && isxdigit((unsigned char)*at)) {
			at++;
			group++;
		}
		if (!group || group % 2 || (at < end && isalnum((unsigned char)*at)))
			break;
		if (first && group != first)
			break;
		first = group;
		digits += group;
		stop = at;
		if (at >= end || !strchr(group == 2 ? " :-" : " ", *at) || group > 8)
			break;
		at++;
	}
	*ret_digits = digits;
	return stop;
}

/* A row of a dump is short: "  32: 4F 2E", "| 4f 2e"; it begins the message. */
static bool is_dump_row(const char *line, const char *at)
{
	const char *from = at;

	while (from > line && from[-1] == ' ')
		from--;
	if (from > line && from[-1] == '|')
		return true;
	if (from == line || from[-1] != ':' || from == at)
		return false;
	for (from--; from > line && isdigit((unsigned char)from[-1]);)
		from--;
	return isdigit((unsigned char)*from) && (from == line || from[-1] == ' ');
}

/* A word that stands before a secret, and how long it is with its "= ". */
static size_t secret_word(const char *at, const char *end)
{
	static const char *const words[] = {
		"pre-shared-key", "pre_shared_key", "presharedkey", "preshared-key",
		"pre-shared key", "psksecret",	    "passphrase",   "password",
		"passwd",	  "secret",	    "psk",	    "ipsec-secret",
		"authkey",	  "enckey",	    "preshare",
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		size_t length = strlen(words[i]);
		const char *behind = at + length;

		if ((size_t)(end - at) <= length ||
		    strncasecmp(at, words[i], length) != 0)
			continue;
		/* "l2tp-psk"[1]: a name that ends so */
		if (*behind == '"' && end - behind > 1 && !strchr(" :=", behind[1]))
			continue;
		while (behind < end && (*behind == ' ' || *behind == '"'))
			behind++;
		if (behind < end && (*behind == '=' || *behind == ':'))
			behind++;
		else if (behind == at + length || behind[-1] != '"')
			continue;
		while (behind < end && (*behind == ' ' || *behind == '>'))
			behind++;
		return behind < end ? (size_t)(behind - at) : 0;
	}
	return 0;
}

/* What the value of such a word is: to its quote, or to the next blank. */
static const char *skip_value(const char *at, const char *end)
{
	const char quote = *at == '"' || *at == '\'' ? *at++ : ' ';

	while (at < end && *at != quote)
		at += *at == '\\' && at + 1 < end ? 2 : 1;
	return at < end && quote != ' ' ? at + 1 : at;
}

static bool is_base64(char c)
{
	return isalnum((unsigned char)c) || c == '+' || c == '/' || c == '=';
}

/* Behind which nothing else can begin: the middle of a word. */
static bool is_inside(const char *line, const char *at)
{
	return at > line && isalnum((unsigned char)at[-1]);
}

/* A secret begins here: where it ends. NULL: none does. */
static const char *skip_secret(const char *line, const char *at, const char *end)
{
	const char *from = at, *stop;
	size_t digits;

	if (is_inside(line, at))
		return NULL;
	if (end - at > 2 && at[0] == '0' && (at[1] == 'x' || at[1] == 's')) {
		for (stop = at + 2; stop < end && is_base64(*stop);)
			stop++;
		if (stop - at >= (at[1] == 's' ? 8 : DIGITS_MIN))
			return stop;
	}
	stop = skip_hex(from, end, &digits);
	if (stop < end && *stop == '[') /* "access_1 | 05[IKE]": a thread */
		return NULL;
	if (digits >= DIGITS_MIN || (digits >= 2 && is_dump_row(line, at)))
		return digits && is_dump_row(line, at) ? end : stop;
	return NULL;
}

size_t log_redact(const char *bytes, size_t length, char *ret_text, size_t size)
{
	struct output out = { .text = ret_text, .room = size - 1 };
	const char *at = bytes, *end = bytes + length;

	*ret_text = '\0';
	while (at < end) {
		const char *stop = skip_secret(bytes, at, end);
		size_t word = !stop && !is_inside(bytes, at) ? secret_word(at, end) : 0;

		if (word) {
			put(&out, at, word);
			at += word;
			stop = skip_value(at, end);
		}
		if (stop) {
			hide(&out);
			at = stop;
		} else {
			put(&out, at++, 1);
		}
	}
	return out.hidden;
}
