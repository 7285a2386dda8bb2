// SPDX-License-Identifier: GPL-2.0-or-later
/* esp_fuzz.c - ESP packets with keys of every kind, and what comes out as IP again */
#include <stdlib.h>

#include "dissect/crypto.h"
#include "dissect/esp.h"
#include "dissect/ip.h"
#include "dissect/keyring.h"
#include "ipsec/alg.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static struct crypto *crypto;
static struct keyring *keyring;

/* One key for each cipher, SPI 0, 1, 2, …; NULL without authentication among them. */
static void prepare(void)
{
	static const uint8_t zeros[64];
	uint32_t spi = 0;

	(void)crypto_new(&crypto, NULL);
	keyring = keyring_new();
	for (const struct alg *alg = NULL; (alg = alg_next(alg));) {
		struct esp_key key = { .spi = spi, .encr = alg };

		if (alg->kind != ALG_KIND_ENCR)
			continue;
		key.key = (struct slice){ zeros, crypto_sizes(alg, NULL).key };
		key.unchecked_icv = spi % 3 * 4;
		keyring_add_esp(keyring, &key);
		spi++;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct esp_result result;
	struct packet packet, inner;
	uint8_t *buffer;

	if (!crypto)
		prepare();
	if (packet_dissect(101, bytes, (uint32_t)length, (uint32_t)length, &packet) ||
	    (packet.kind != PACKET_ESP && packet.kind != PACKET_UDP_ESP)) {
		packet = (struct packet){ .kind = PACKET_ESP,
					  .payload = { bytes, length } };
		if (length < 8)
			return 0;
		packet.spi = bytes[3];
	}
	packet.spi &= 0x3f;
	buffer = malloc(packet.payload.length + 1);
	if (esp_open(crypto, keyring, &packet, buffer, &result) <= ESP_UNCHECKED)
		(void)packet_dissect_ip(result.inner.bytes, result.inner.length, &inner);
	free(buffer);
	return 0;
}
