/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nat_hash.h - the hash of an address by which NAT is detected (RFC 3947 3.2, RFC 7296 2.23) */
#ifndef TWINSITE_DISSECT_NAT_HASH_H
#define TWINSITE_DISSECT_NAT_HASH_H

#include "base/inet.h"
#include "dissect/crypto.h"

struct alg;
struct ike_message;
struct packet;

/*
 * HASH(SPI_i | SPI_r | address | port); spis: both, 16 bytes. Returns its length in bytes,
 * 0 when it cannot be made.
 */
size_t nat_hash(struct crypto *crypto, const struct alg *alg, const uint8_t *spis,
		const struct inet_addr *addr, uint16_t port,
		uint8_t ret[static CRYPTO_HASH_MAX]);

struct nat_hash {
	const struct alg *hash;
	bool is_source; /* of the packet's source, else of its destination */
};

/* By which hash and of which end of its packet was it made? False: of neither. */
bool nat_hash_find(struct crypto *crypto, const struct ike_message *message,
		   const struct packet *packet, struct slice hash, struct nat_hash *ret);

#endif
