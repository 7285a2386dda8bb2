/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * inet.h - IPv4 and IPv6 addresses and prefixes
 *
 * Pure values, copied freely. The bytes are in network order; an IPv4 address
 * uses the first four.
 */
#ifndef TWINSITE_BASE_INET_H
#define TWINSITE_BASE_INET_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

struct inet_addr {
	int family; /* AF_INET, AF_INET6, or 0: no address */
	uint8_t bytes[16];
};

struct inet_prefix {
	struct inet_addr addr; /* as written: host bits are kept */
	unsigned int length;   /* bits */
};

#define INET_ADDR_TEXT_MAX   46
#define INET_PREFIX_TEXT_MAX 50

/* Text buffers by value, so that a call can be a printf argument. */
struct inet_text {
	char s[INET_PREFIX_TEXT_MAX];
};

/* Returns 0, or -EINVAL when text is not exactly one address. */
int inet_addr_parse(const char *text, struct inet_addr *ret_addr);

/*
 * "a.b.c.d/n", "a.b.c.d/m.m.m.m", "a.b.c.d m.m.m.m", an IPv6 prefix, or an address
 * alone (then all bits count). -EINVAL for anything else and for masks with holes.
 */
int inet_prefix_parse(const char *text, struct inet_prefix *ret_prefix);

/* The length of a netmask such as 255.255.255.192, or -EINVAL (holes, not IPv4). */
int inet_mask_length(const char *mask, unsigned int *ret_length);

struct inet_text inet_addr_text(const struct inet_addr *addr);	     /* "7.7.7.7" */
struct inet_text inet_prefix_text(const struct inet_prefix *prefix); /* "10.1.2.1/24" */

/*
 * The name below which DNS has the names of the addresses of an IPv4 network, of its whole
 * octets: "42.2.1.10.in-addr.arpa", "2.1.10.in-addr.arpa" (RFC 1035 3.5).
 */
struct inet_text inet_reverse_text(const struct inet_prefix *prefix);

bool inet_addr_equal(const struct inet_addr *a, const struct inet_addr *b);
/* 224.0.0.0/4 or ff00::/8: a group's address, from which nothing ever comes. */
bool inet_addr_is_multicast(const struct inet_addr *addr);
bool inet_prefix_equal(const struct inet_prefix *a, const struct inet_prefix *b);

/* The same network with the host bits cleared. */
struct inet_prefix inet_prefix_network(const struct inet_prefix *prefix);
struct inet_prefix inet_prefix_host(const struct inet_addr *addr); /* /32 or /128 */

bool inet_prefix_has(const struct inet_prefix *prefix, const struct inet_addr *addr);
/* Is every address of inner in outer? */
bool inet_prefix_covers(const struct inet_prefix *outer, const struct inet_prefix *inner);
bool inet_prefix_overlaps(const struct inet_prefix *a, const struct inet_prefix *b);

/* The n-th address of the network (0: the network itself). Host bits may wrap. */
struct inet_addr inet_prefix_nth(const struct inet_prefix *prefix, uint32_t n);

/* Fill a sockaddr for bind() and connect(); returns its length. port in host order. */
socklen_t inet_sockaddr(const struct inet_addr *addr, uint16_t port,
			struct sockaddr_storage *ret_sockaddr);
struct inet_addr inet_addr_from_sockaddr(const struct sockaddr_storage *sockaddr,
					 uint16_t *ret_port);

/*
 * 10/8, 172.16/12, 192.168/16 (RFC 1918), 100.64/10 (behind a provider's NAT, RFC 6598),
 * 169.254/16, fc00::/7, fe80::/10 (RFC 4193): nobody is called there from the Internet.
 */
bool inet_addr_is_private(const struct inet_addr *addr);

#endif
