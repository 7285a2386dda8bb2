// SPDX-License-Identifier: GPL-2.0-or-later
/* esp_fuzz.c - ESP packets with keys of every kind, and what comes out as IP again */
#include <stdlib.h>

#include "dissect/seeds_fuzz.h"

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

/* An opened packet as if NULL had been its cipher, SPI 0 to 31 in turn. */
static void write_inner(void *user, const struct inner_packet *inner)
{
	static uint8_t spi;
	const struct esp_result *esp = inner->esp;
	const uint8_t header[8] = { 0, 0, 0, spi++ & 31, 0, 0, 0, 1 };
	const uint8_t trailer[] = { 1, 2, 2, esp->next_header };
	_cleanup_buf_ struct buf seed = { 0 };

	(void)user;
	if (esp->status > ESP_UNCHECKED)
		return;
	buf_add(&seed, header, sizeof(header));
	buf_add(&seed, esp->inner.bytes, esp->inner.length);
	buf_add(&seed, trailer, sizeof(trailer));
	seeds_write(&seed);
}

static void write_seeds(const uint8_t *bytes, size_t length)
{
	_cleanup_(keyring_freep) struct keyring *keys = seeds_keyring();

	session_set_free(seeds_read(bytes, length, crypto, keys, write_inner));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct esp_result result;
	struct packet packet, inner;
	uint8_t *buffer;

	if (!crypto)
		prepare();
	if (seeds_folder()) {
		write_seeds(bytes, length);
		return 0;
	}
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
