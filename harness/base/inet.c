// SPDX-License-Identifier: GPL-2.0-or-later
/* inet.c - IPv4 and IPv6 addresses and prefixes */
#include "base/inet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned int family_bits(int family)
{
	return family == AF_INET6 ? 128 : 32;
}

int inet_addr_parse(const char *text, struct inet_addr *ret_addr)
{
	struct inet_addr addr = { 0 };

	addr.family = strchr(text, ':') ? AF_INET6 : AF_INET;
	if (inet_pton(addr.family, text, addr.bytes) != 1)
		return -EINVAL;
	*ret_addr = addr;
	return 0;
}

int inet_mask_length(const char *mask, unsigned int *ret_length)
{
	struct inet_addr addr;
	uint32_t bits;

	if (inet_addr_parse(mask, &addr) || addr.family != AF_INET)
		return -EINVAL;
	bits = (uint32_t)addr.bytes[0] << 24 | (uint32_t)addr.bytes[1] << 16 |
	       (uint32_t)addr.bytes[2] << 8 | addr.bytes[3];
	if (~bits & (~bits + 1))
		return -EINVAL;
	*ret_length = (unsigned int)__builtin_popcount(bits);
	return 0;
}

static int parse_length(const char *text, int family, unsigned int *ret_length)
{
	unsigned long value;
	char *end;

	if (family == AF_INET && strchr(text, '.'))
		return inet_mask_length(text, ret_length);
	if (*text < '0' || *text > '9')
		return -EINVAL;
	value = strtoul(text, &end, 10);
	if (*end || value > family_bits(family))
		return -EINVAL;
	*ret_length = (unsigned int)value;
	return 0;
}

int inet_prefix_parse(const char *text, struct inet_prefix *ret_prefix)
{
	char copy[INET_ADDR_TEXT_MAX + 16];
	struct inet_prefix prefix;
	char *length;

	if (strlen(text) >= sizeof(copy))
		return -EINVAL;
	(void)snprintf(copy, sizeof(copy), "%s", text);
	length = strpbrk(copy, "/ ");
	if (length)
		*length++ = '\0';
	if (inet_addr_parse(copy, &prefix.addr))
		return -EINVAL;
	prefix.length = family_bits(prefix.addr.family);
	if (length && parse_length(length, prefix.addr.family, &prefix.length))
		return -EINVAL;
	*ret_prefix = prefix;
	return 0;
}

struct inet_text inet_addr_text(const struct inet_addr *addr)
{
	struct inet_text text = { "none" };

	if (addr->family)
		(void)inet_ntop(addr->family, addr->bytes, text.s, sizeof(text.s));
	return text;
}

struct inet_text inet_prefix_text(const struct inet_prefix *prefix)
{
	struct inet_text text = inet_addr_text(&prefix->addr);
	size_t used = strlen(text.s);

	if (prefix->addr.family)
		(void)snprintf(text.s + used, sizeof(text.s) - used, "/%u",
			       prefix->length);
	return text;
}

struct inet_text inet_reverse_text(const struct inet_prefix *prefix)
{
	struct inet_text text = { "" };
	size_t used = 0;

	for (unsigned int octet = prefix->length / 8; octet > 0; octet--)
		used += (size_t)snprintf(text.s + used, sizeof(text.s) - used, "%u.",
					 prefix->addr.bytes[octet - 1]);
	(void)snprintf(text.s + used, sizeof(text.s) - used, "in-addr.arpa");
	return text;
}

bool inet_addr_equal(const struct inet_addr *a, const struct inet_addr *b)
{
	return a->family == b->family &&
	       !memcmp(a->bytes, b->bytes, family_bits(a->family) / 8);
}

bool inet_addr_is_multicast(const struct inet_addr *addr)
{
	return addr->family == AF_INET6 ? addr->bytes[0] == 0xff
					: addr->family && addr->bytes[0] >> 4 == 0xe;
}

bool inet_prefix_equal(const struct inet_prefix *a, const struct inet_prefix *b)
{
	return a->length == b->length && inet_prefix_covers(a, b);
}

struct inet_prefix inet_prefix_network(const struct inet_prefix *prefix)
{
	struct inet_prefix network = *prefix;

	for (unsigned int i = 0; i < sizeof(network.addr.bytes); i++) {
		unsigned int keep = prefix->length > i * 8 ? prefix->length - i * 8 : 0;

		if (keep < 8)
			network.addr.bytes[i] &= (uint8_t)(0xff00 >> keep);
	}
	return network;
}

struct inet_prefix inet_prefix_host(const struct inet_addr *addr)
{
	return (struct inet_prefix){ *addr, family_bits(addr->family) };
}

bool inet_prefix_has(const struct inet_prefix *prefix, const struct inet_addr *addr)
{
	unsigned int bits = family_bits(addr->family), bytes, rest;

	if (!addr->family || addr->family != prefix->addr.family)
		return false;
	if (prefix->length < bits)
		bits = prefix->length;
	bytes = bits / 8;
	rest = bits % 8;
	return !memcmp(prefix->addr.bytes, addr->bytes, bytes) &&
	       (!rest || !((prefix->addr.bytes[bytes] ^ addr->bytes[bytes]) &
			   (0xff00 >> rest) & 0xff));
}

bool inet_prefix_covers(const struct inet_prefix *outer, const struct inet_prefix *inner)
{
	return outer->length <= inner->length && inet_prefix_has(outer, &inner->addr);
}

bool inet_prefix_overlaps(const struct inet_prefix *a, const struct inet_prefix *b)
{
	return inet_prefix_covers(a, b) || inet_prefix_covers(b, a);
}

struct inet_addr inet_prefix_nth(const struct inet_prefix *prefix, uint32_t n)
{
	struct inet_prefix network = inet_prefix_network(prefix);
	unsigned int last = family_bits(prefix->addr.family) / 8 - 1;

	for (unsigned int i = last; n && i <= last; i--) {
		n += network.addr.bytes[i];
		network.addr.bytes[i] = (uint8_t)n;
		n >>= 8;
	}
	return network.addr;
}

socklen_t inet_sockaddr(const struct inet_addr *addr, uint16_t port,
			struct sockaddr_storage *ret_sockaddr)
{
	memset(ret_sockaddr, 0, sizeof(*ret_sockaddr));
	if (addr->family == AF_INET6) {
		struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)ret_sockaddr;

		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons(port);
		memcpy(&in6->sin6_addr, addr->bytes, sizeof(in6->sin6_addr));
		return sizeof(*in6);
	}
	struct sockaddr_in *in = (struct sockaddr_in *)ret_sockaddr;

	in->sin_family = AF_INET;
	in->sin_port = htons(port);
	memcpy(&in->sin_addr, addr->bytes, sizeof(in->sin_addr));
	return sizeof(*in);
}

struct inet_addr inet_addr_from_sockaddr(const struct sockaddr_storage *sockaddr,
					 uint16_t *ret_port)
{
	struct inet_addr addr = { 0 };

	addr.family = sockaddr->ss_family;
	if (sockaddr->ss_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)sockaddr;

		memcpy(addr.bytes, &in6->sin6_addr, sizeof(in6->sin6_addr));
		if (ret_port)
			*ret_port = ntohs(in6->sin6_port);
	} else {
		const struct sockaddr_in *in = (const struct sockaddr_in *)sockaddr;

		memcpy(addr.bytes, &in->sin_addr, sizeof(in->sin_addr));
		if (ret_port)
			*ret_port = ntohs(in->sin_port);
	}
	return addr;
}

bool inet_addr_is_private(const struct inet_addr *addr)
{
	/* RFC 1918, RFC 6598 (of the provider's NAT), link-local, RFC 4193. */
	static const char *const nets[] = { "10.0.0.0/8",     "100.64.0.0/10",
					    "172.16.0.0/12",  "192.168.0.0/16",
					    "169.254.0.0/16", "fc00::/7",
					    "fe80::/10" };

	for (size_t i = 0; i < sizeof(nets) / sizeof(nets[0]); i++) {
		struct inet_prefix net;

		if (!inet_prefix_parse(nets[i], &net) && inet_prefix_has(&net, addr))
			return true;
	}
	return false;
}
