// SPDX-License-Identifier: GPL-2.0-or-later
/* id.c - identity types of IKE (RFC 2407 4.6.2.1, RFC 7296 3.5) */
#include "ipsec/id.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/inet.h"
#include "base/str.h"

static const struct {
	const char *name;
	const char *prefix; /* strongSwan's word that forces the type, NULL: none */
} types[] = {
	[ID_TYPE_NONE] = { "no ID", NULL },
	[ID_TYPE_IPV4_ADDR] = { "ID_IPV4_ADDR", "ipv4:" },
	[ID_TYPE_FQDN] = { "ID_FQDN", "fqdn:" },
	[ID_TYPE_USER_FQDN] = { "ID_USER_FQDN", "email:" },
	[ID_TYPE_IPV4_ADDR_SUBNET] = { "ID_IPV4_ADDR_SUBNET", "ipv4net:" },
	[ID_TYPE_IPV6_ADDR] = { "ID_IPV6_ADDR", "ipv6:" },
	[ID_TYPE_IPV6_ADDR_SUBNET] = { "ID_IPV6_ADDR_SUBNET", "ipv6net:" },
	[ID_TYPE_IPV4_ADDR_RANGE] = { "ID_IPV4_ADDR_RANGE", "ipv4range:" },
	[ID_TYPE_IPV6_ADDR_RANGE] = { "ID_IPV6_ADDR_RANGE", "ipv6range:" },
	[ID_TYPE_DER_ASN1_DN] = { "ID_DER_ASN1_DN", "asn1dn:" },
	[ID_TYPE_DER_ASN1_GN] = { "ID_DER_ASN1_GN", "asn1gn:" },
	[ID_TYPE_KEY_ID] = { "ID_KEY_ID", "keyid:" },
};

static_assert(ARRAY_SIZE(types) == ID_TYPE_KEY_ID + 1, "one row for each id type");

/* Further prefixes of strongSwan for types that already have one. */
static const struct {
	const char *prefix;
	enum id_type type;
} prefixes[] = {
	{ "userfqdn:", ID_TYPE_USER_FQDN },
	{ "rfc822:", ID_TYPE_USER_FQDN },
	{ "dns:", ID_TYPE_FQDN },
	{ "xmppaddr:", ID_TYPE_DER_ASN1_GN },
};

/* Words for "whatever the peer says". */
static const char *const any_words[] = {
	"", "*", "%any", "%any6", "0.0.0.0", "::", "0::0"
};

const char *id_type_name(int type)
{
	if (type < 0 || type >= (int)ARRAY_SIZE(types))
		return "unknown ID type";
	return types[type].name;
}

enum id_type id_type_by_name(const char *name)
{
	if (str_equal(name, "ID_RFC822_ADDR"))
		return ID_TYPE_USER_FQDN;
	for (size_t i = 1; i < ARRAY_SIZE(types); i++)
		if (types[i].name && str_equal(types[i].name, name))
			return (enum id_type)i;
	return ID_TYPE_NONE;
}

/* Prefixes are read whatever their case; "dns:" and the like are rarely seen. */
static enum id_type prefixed_type(const char *text, const char **ret_value)
{
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		size_t length = types[i].prefix ? strlen(types[i].prefix) : 0;

		if (length && !strncasecmp(text, types[i].prefix, length)) {
			*ret_value = text + length;
			return (enum id_type)i;
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		size_t length = strlen(prefixes[i].prefix);

		if (!strncasecmp(text, prefixes[i].prefix, length)) {
			*ret_value = text + length;
			return prefixes[i].type;
		}
	}
	return ID_TYPE_NONE;
}

/* "@x", "@@x", "@#hex" */
static enum id_type type_after_at(const char *text, const char **ret_value)
{
	if (text[1] == '#') {
		*ret_value = text + 2;
		return ID_TYPE_KEY_ID;
	}
	if (text[1] == '@') {
		*ret_value = text + 2;
		return ID_TYPE_USER_FQDN;
	}
	*ret_value = text + 1;
	return ID_TYPE_FQDN;
}

/* An address with a length or a range without a prefix word is a subnet or a range. */
static enum id_type network_type(const char *text)
{
	struct inet_prefix prefix;
	struct inet_addr first, last;
	char start[INET_ADDR_TEXT_MAX];
	const char *dash = strchr(text, '-');

	if (strchr(text, '/') && !inet_prefix_parse(text, &prefix))
		return prefix.addr.family == AF_INET ? ID_TYPE_IPV4_ADDR_SUBNET
						     : ID_TYPE_IPV6_ADDR_SUBNET;
	if (!dash || (size_t)(dash - text) >= sizeof(start))
		return ID_TYPE_NONE;
	memcpy(start, text, (size_t)(dash - text));
	start[dash - text] = '\0';
	if (inet_addr_parse(start, &first) || inet_addr_parse(dash + 1, &last) ||
	    first.family != last.family)
		return ID_TYPE_NONE;
	return first.family == AF_INET ? ID_TYPE_IPV4_ADDR_RANGE
				       : ID_TYPE_IPV6_ADDR_RANGE;
}

enum id_type id_type_of_strongswan_text(const char *text, const char **ret_value)
{
	struct inet_addr addr;
	enum id_type type;

	*ret_value = text;
	for (size_t i = 0; i < ARRAY_SIZE(any_words); i++) {
		if (str_equal(text, any_words[i]))
			return ID_TYPE_NONE;
	}
	type = prefixed_type(text, ret_value);
	if (type != ID_TYPE_NONE)
		return type;
	/* A DN is tried before '@': "C=DE, E=a@b.de" is a DN. */
	if (strchr(text, '='))
		return ID_TYPE_DER_ASN1_DN;
	if (*text == '@')
		return type_after_at(text, ret_value);
	if (strchr(text, '@'))
		return ID_TYPE_USER_FQDN;
	if (!inet_addr_parse(text, &addr))
		return addr.family == AF_INET ? ID_TYPE_IPV4_ADDR : ID_TYPE_IPV6_ADDR;
	type = network_type(text);
	if (type != ID_TYPE_NONE)
		return type;
	/* A colon without an address is an opaque string for strongSwan. */
	return strchr(text, ':') ? ID_TYPE_KEY_ID : ID_TYPE_FQDN;
}

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, c | 0x20) : NULL;

	return at ? (int)(at - digits) : -1;
}

const char *id_key_id_text(struct arena *arena, const char *hex)
{
	size_t length = strlen(hex) / 2;
	char *text = arena_alloc(arena, length + 1);

	for (size_t i = 0; i < length; i++) {
		int high = hex_digit(hex[2 * i]), low = hex_digit(hex[2 * i + 1]);
		int c = high * 16 + low;

		if (high < 0 || low < 0 || c < 0x20 || c > 0x7e)
			return hex;
		text[i] = (char)c;
	}
	return length && !hex[2 * length] ? text : hex;
}

/*
 * After a prefix strongSwan takes the letters as they are: "ipv4:7.7.7.7" becomes the
 * address 55.46.55.46 (seen with 5.9.8), "asn1dn:C=DE" no DN at all. So what it takes
 * for the type anyway goes without.
 */
static bool has_binary_form(enum id_type type)
{
	return type != ID_TYPE_FQDN && type != ID_TYPE_USER_FQDN &&
	       type != ID_TYPE_KEY_ID;
}

void id_strongswan_text(enum id_type type, const char *value, struct buf *out)
{
	const char *rest;

	if (type == ID_TYPE_NONE || !value) {
		buf_puts(out, "%any");
		return;
	}
	if (!has_binary_form(type) || id_type_of_strongswan_text(value, &rest) != type)
		buf_puts(out, types[type].prefix);
	buf_puts(out, value);
}
