// SPDX-License-Identifier: GPL-2.0-or-later
/* hide.c - what a report that is given away must not say */
#include "report/hide.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "scenario/scenario.h"

#define TOKEN_MAX 64

void hide_begin(struct hide *hide, struct arena *arena, const struct scenario *scenario,
		bool has_addresses)
{
	const char *path = scenario ? scenario->path : NULL;
	const char *slash = path ? strrchr(path, '/') : NULL;

	*hide = (struct hide){ .arena = arena, .has_addresses = has_addresses };
	if (slash && slash > path)
		hide->path = arena_strndup(arena, path, (size_t)(slash - path) + 1);
}

/* ------------------------------------------------------------ addresses */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_word(char c)
{
	return is_hex(c) || (c >= 'g' && c <= 'z') || (c >= 'G' && c <= 'Z');
}

/* Ones, then zeros: "255.255.255.192" is no address. */
static bool is_mask(const struct inet_addr *addr)
{
	uint32_t bits = 0;

	for (size_t i = 0; i < 4; i++)
		bits = bits << 8 | addr->bytes[i];
	return addr->bytes[0] == 255 && (~bits & (~bits + 1)) == 0;
}

static bool is_public(const struct inet_addr *addr)
{
	if (inet_addr_is_private(addr) || inet_addr_is_multicast(addr))
		return false;
	if (addr->family != AF_INET)
		return (addr->bytes[0] & 0xe0) == 0x20; /* 2000::/3, RFC 4291 2.4 */
	return addr->bytes[0] != 0 && addr->bytes[0] != 127 && addr->bytes[0] < 224 &&
	       !is_mask(addr);
}

/* How many of the characters are an IPv4 address by themselves; 0: none. */
static size_t length_v4(const char *text)
{
	size_t at = 0;

	for (unsigned int part = 0; part < 4; part++) {
		size_t digits = 0;

		while (digits < 4 && is_digit(text[at + digits]))
			digits++;
		if (!digits || digits > 3)
			return 0;
		at += digits;
		if (part < 3 && text[at++] != '.')
			return 0;
	}
	return is_word(text[at]) || (text[at] == '.' && is_digit(text[at + 1])) ? 0 : at;
}

static size_t length_v6(const char *text)
{
	size_t length = 0, colons = 0;

	for (; is_hex(text[length]) || text[length] == ':' || text[length] == '.';
	     length++)
		colons += text[length] == ':';
	while (length &&
	       (text[length - 1] == '.' ||
		(text[length - 1] == ':' && (length < 2 || text[length - 2] != ':'))))
		length--;
	return colons < 2 || is_word(text[length]) ? 0 : length;
}

static bool begins_here(const char *start, const char *at)
{
	return at == start || (!is_word(at[-1]) &&
			       !(at[-1] == '.' && at - 1 > start && is_digit(at[-2])));
}

/* The address there, and how long it is written; 0: none. start: of the whole text. */
static size_t take_address(const char *start, const char *text, struct inet_addr *ret)
{
	size_t length = length_v4(text);
	char token[TOKEN_MAX];

	/* "host:7.7.7.7" has one; what stands behind a colon in IPv6 is a part. */
	if (!length && (text == start || text[-1] != ':'))
		length = length_v6(text);
	if (!length || length >= sizeof(token))
		return 0;
	memcpy(token, text, length);
	token[length] = '\0';
	return inet_addr_parse(token, ret) ? 0 : length;
}

static size_t number_of(struct hide *hide, const struct inet_addr *addr)
{
	for (size_t i = 0; i < hide->addresses.count; i++)
		if (inet_addr_equal(&hide->addresses.items[i], addr))
			return i + 1;
	vec_add(hide->arena, &hide->addresses, *addr);
	return hide->addresses.count;
}

void hide_text(struct hide *hide, const char *text, struct buf *out)
{
	const size_t path = hide->path ? strlen(hide->path) : 0;
	const char *at = text;

	while (*at) {
		struct inet_addr addr;
		size_t length = 0;

		if (path && !strncmp(at, hide->path, path)) {
			at += path;
			continue;
		}
		if (hide->has_addresses && (is_hex(*at) || *at == ':') &&
		    begins_here(text, at))
			length = take_address(text, at, &addr);
		if (length && is_public(&addr))
			buf_printf(out, "public-%zu", number_of(hide, &addr));
		else
			buf_add(out, at, length ? length : 1);
		at += length ? length : 1;
	}
}

/* ------------------------------------------------------------ keys */

static bool has_bytes(const char *bytes, size_t length, const void *key,
		      size_t key_length)
{
	return key_length >= HIDE_KEY_MIN && memmem(bytes, length, key, key_length);
}

static bool has_key(const char *bytes, size_t length, const void *key, size_t key_length)
{
	const size_t room = 4 * key_length + 8;
	char *spelled = malloc(room);
	bool found = has_bytes(bytes, length, key, key_length);
	const unsigned char *raw = key;

	if (!spelled)
		return true;
	for (size_t i = 0; i < key_length; i++)
		(void)snprintf(spelled + 2 * i, 3, "%02x", raw[i]);
	found |= has_bytes(bytes, length, spelled, 2 * key_length);
	(void)EVP_EncodeBlock((unsigned char *)spelled, raw, (int)key_length);
	/* What stands behind it may be another key's: without the padding. */
	found |= has_bytes(bytes, length, spelled, strcspn(spelled, "="));
	OPENSSL_cleanse(spelled, room);
	free(spelled);
	return found;
}

bool hide_has_key(const struct scenario *scenario, const char *bytes, size_t length)
{
	if (!scenario)
		return false;
	vec_foreach (site, &scenario->sites) {
		if (site->psk && has_key(bytes, length, site->psk, strlen(site->psk)))
			return true;
		if (!site->site)
			continue;
		vec_foreach (tunnel, &site->site->tunnels)
			if (tunnel->psk.bytes && tunnel->psk.length >= HIDE_KEY_MIN &&
			    has_key(bytes, length, tunnel->psk.bytes, tunnel->psk.length))
				return true;
	}
	return false;
}
