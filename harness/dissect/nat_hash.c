// SPDX-License-Identifier: GPL-2.0-or-later
/* nat_hash.c - the hash of an address by which NAT is detected */
#include "dissect/nat_hash.h"

#include "base/cleanup.h"
#include "dissect/ike.h"
#include "dissect/ip.h"
#include "ipsec/alg.h"

size_t nat_hash(struct crypto *crypto, const struct alg *alg, const uint8_t *spis,
		const struct inet_addr *addr, uint16_t port,
		uint8_t ret[static CRYPTO_HASH_MAX])
{
	uint8_t port_bytes[2] = { (uint8_t)(port >> 8), (uint8_t)port };
	struct slice parts[] = { { spis, 2 * IKE_SPI_SIZE },
				 { addr->bytes, addr->family == AF_INET6 ? 16 : 4 },
				 { port_bytes, 2 } };

	return crypto ? crypto_hash(crypto, alg, parts, ARRAY_SIZE(parts), ret) : 0;
}

bool nat_hash_find(struct crypto *crypto, const struct ike_message *message,
		   const struct packet *packet, struct slice hash, struct nat_hash *ret)
{
	static const char *const words[] = { "sha1", "md5", "sha256", "sha384",
					     "sha512" };
	struct inet_addr ends[] = { packet_dst(packet), packet_src(packet) };
	uint16_t ports[] = { packet->dst_port, packet->src_port };

	for (size_t i = 0; i < 2 * ARRAY_SIZE(words); i++) {
		const struct alg *alg = alg_by_keyword(ALG_KIND_INTEG, words[i / 2]);
		uint8_t made[CRYPTO_HASH_MAX];
		size_t length = nat_hash(crypto, alg, message->header.spis, &ends[i % 2],
					 ports[i % 2], made);

		if (!length || !slice_equal(hash, (struct slice){ made, length }))
			continue;
		*ret = (struct nat_hash){ alg, i % 2 };
		return true;
	}
	return false;
}
