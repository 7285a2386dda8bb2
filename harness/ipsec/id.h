/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * id.h - identity types of IKE (RFC 2407 4.6.2.1, RFC 7296 3.5)
 *
 * The numbers are those on the wire, the same in IKEv1 and IKEv2 where both have
 * the type.
 */
#ifndef TWINSITE_IPSEC_ID_H
#define TWINSITE_IPSEC_ID_H

#include <stddef.h>

struct arena;
struct buf;

enum id_type {
	ID_TYPE_NONE = 0, /* not given: the own or the peer's address */
	ID_TYPE_IPV4_ADDR = 1,
	ID_TYPE_FQDN = 2,
	ID_TYPE_USER_FQDN = 3, /* IKEv2: ID_RFC822_ADDR */
	ID_TYPE_IPV4_ADDR_SUBNET = 4,
	ID_TYPE_IPV6_ADDR = 5,
	ID_TYPE_IPV6_ADDR_SUBNET = 6,
	ID_TYPE_IPV4_ADDR_RANGE = 7,
	ID_TYPE_IPV6_ADDR_RANGE = 8,
	ID_TYPE_DER_ASN1_DN = 9,
	ID_TYPE_DER_ASN1_GN = 10,
	ID_TYPE_KEY_ID = 11,
};

/* "ID_FQDN", or "ID type 77" through a static buffer-free fallback "unknown ID type". */
const char *id_type_name(int type);

/*
 * The type of a name as IKEv1, IKEv2 and strongSwan's log write it: "ID_USER_FQDN" is
 * "ID_RFC822_ADDR". ID_TYPE_NONE: not known.
 */
enum id_type id_type_by_name(const char *name);

/*
 * How strongSwan reads an identity written in its configuration (devices.md 5.1,
 * identification_create_from_string): "@x" FQDN, "@@x" USER_FQDN, "@#hex" KEY_ID,
 * "fqdn:", "email:", "keyid:", "ipv4:" prefixes, an address, "a@b", "=" a DN.
 * ret_value points into text: where the value starts (after prefixes).
 */
enum id_type id_type_of_strongswan_text(const char *text, const char **ret_value);

/*
 * The value of a "@#hex" KEY_ID as other devices write it, text in the arena; the digits
 * themselves (borrowed) when they are no printable ASCII or no hex.
 */
const char *id_key_id_text(struct arena *arena, const char *hex);

/* The same identity as strongSwan text that forces the type, e.g. "fqdn:bratwurst". */
void id_strongswan_text(enum id_type type, const char *value, struct buf *out);

#endif
