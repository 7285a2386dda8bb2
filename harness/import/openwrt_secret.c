// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * openwrt_secret.c - what becomes of a pre-shared key on its way to charon
 *
 * ipsec.init writes `: PSK "key"`, so a key ends at its first double quote.
 * swanctl.init writes `secret = key` without quotes: '#' starts a comment, blanks
 * collapse, quotes vanish, 0x and 0s are decoded, '}' breaks the whole file
 * (devices.md 1.2.4, measured). Remarks never show the key.
 */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "import/openwrt_ipsec.h"

static void set_secret(struct openwrt *o, const struct tree_value *value,
		       const void *bytes, size_t length, struct secret *ret_secret)
{
	*ret_secret = (struct secret){
		.bytes = arena_memdup(o->site->arena, bytes, length),
		.length = length,
		.is_set = true,
		.is_readable = true,
		.at = value->at,
	};
}

void openwrt_secret_literal(struct openwrt *o, const struct tree_value *value,
			    struct secret *ret_secret)
{
	set_secret(o, value, value->text, strlen(value->text), ret_secret);
}

void openwrt_secret_starter(struct openwrt *o, const struct tree_value *value,
			    struct secret *ret_secret)
{
	const size_t length = strcspn(value->text, "\"\n");

	set_secret(o, value, value->text, length, ret_secret);
	ret_secret->at.source = o->firmware->source;
	if (value->text[length])
		site_remark(o->site, REMARK_INVALID, value->at,
			    "%s writes the key between double quotes: it ends at its "
			    "first '\"' or new line",
			    o->firmware->source);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* An odd digit at the start stands alone, as strongSwan reads it. */
static void decode_hex(const char *text, struct buf *out)
{
	size_t length = strlen(text);
	int high = 0;

	for (size_t i = 0; i < length; i++) {
		int digit = hex_digit(text[i]);

		if (digit < 0)
			digit = 0;
		if ((length - i) % 2 == 0)
			high = digit;
		else
			buf_putc(out, (char)(high << 4 | digit));
		if ((length - i) % 2 == 1)
			high = 0;
	}
}

static void decode_base64(const char *text, struct buf *out)
{
	const size_t length = strlen(text) / 4 * 4;
	unsigned char *bytes = OPENSSL_zalloc(length + 4);
	int got = bytes && length ? EVP_DecodeBlock(bytes, (const unsigned char *)text,
						    (int)length)
				  : -1;

	for (size_t i = length; got > 0 && i > length - 2 && text[i - 1] == '='; i--)
		got--;
	if (got > 0)
		buf_add(out, bytes, (size_t)got);
	OPENSSL_clear_free(bytes, length + 4);
}

/* The value of an unquoted setting: cut at '#', blanks collapsed, quotes gone. */
static void unquoted_value(const char *text, struct buf *out)
{
	bool is_pending = false;

	for (; *text && *text != '#' && *text != '\n' && *text != '\r'; text++) {
		if (*text == ' ' || *text == '\t') {
			is_pending = out->length > 0;
			continue;
		}
		if (*text == '"')
			continue;
		if (is_pending)
			buf_putc(out, ' ');
		is_pending = false;
		buf_putc(out, *text);
	}
}

static void wipe(struct buf *buf)
{
	if (buf->data)
		OPENSSL_cleanse(buf->data, buf->room);
	buf_done(buf);
}

void openwrt_secret_swanctl(struct openwrt *o, const struct tree_value *value,
			    struct secret *ret_secret)
{
	struct buf text = { 0 }, bytes = { 0 };
	const bool is_cut = strchr(value->text, '#');

	unquoted_value(value->text, &text);
	if (str_starts(buf_text(&text), "0x"))
		decode_hex(buf_text(&text) + 2, &bytes);
	else if (str_starts(buf_text(&text), "0s"))
		decode_base64(buf_text(&text) + 2, &bytes);
	else
		buf_puts(&bytes, buf_text(&text));
	set_secret(o, value, bytes.data ? bytes.data : "", bytes.length, ret_secret);
	ret_secret->at.source = o->firmware->source;
	if (bytes.length != strlen(value->text) ||
	    memcmp(bytes.data ? bytes.data : "", value->text, bytes.length) != 0)
		site_remark(o->site, REMARK_INVALID, value->at,
			    "%s writes the key without quotes, so charon uses another "
			    "one%s",
			    o->firmware->source,
			    is_cut ? ", because '#' starts a comment"
			    : str_starts(value->text, "0x") ||
					    str_starts(value->text, "0s")
				    ? ", because 0x and 0s mean an encoded key"
				    : ", because blanks and '\"' are lost");
	wipe(&text);
	wipe(&bytes);
}
