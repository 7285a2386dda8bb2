// SPDX-License-Identifier: GPL-2.0-or-later
/* ah_fuzz.c - IP packets in pieces and whole: fragments, AH, and IPComp behind it or not */
#include <stdlib.h>

#include "dissect/ah.h"
#include "dissect/ipcomp.h"
#include "dissect/seeds_fuzz.h"

#define LINK_RAW 101

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static struct crypto *crypto;
static struct keyring *keyring;
static struct ipcomp *ipcomp;

/* A key for each of the SPIs 0 to 3, so that mutations find one. */
static void prepare(void)
{
	static const uint8_t zeros[64];
	static const char *const keywords[] = { "md5", "sha256", "sha512", "aesxcbc" };

	(void)crypto_new(&crypto, NULL);
	ipcomp = ipcomp_new();
	keyring = keyring_new();
	for (uint32_t spi = 0; spi < ARRAY_SIZE(keywords); spi++) {
		struct esp_key key = { .is_ah = true, .spi = spi };

		key.integ = alg_by_keyword(ALG_KIND_INTEG, keywords[spi]);
		key.integ_key =
			(struct slice){ zeros, crypto_sizes(NULL, key.integ).integ_key };
		keyring_add_esp(keyring, &key);
	}
}

/* Each packet of a capture that has AH, IPComp or is a fragment: its length, itself. */
static void write_seeds(const uint8_t *bytes, size_t length)
{
	_cleanup_(capture_file_closep) struct capture_file *file = NULL;
	struct capture_packet captured;
	struct packet packet;

	if (capture_file_open_bytes("seeds", bytes, length, &file, NULL))
		return;
	while (capture_file_next(file, &captured, NULL) > 0) {
		_cleanup_buf_ struct buf seed = { 0 };

		(void)packet_dissect(captured.link_type, captured.bytes,
				     captured.captured, captured.length, &packet);
		if (packet.kind != PACKET_AH && packet.kind != PACKET_IPCOMP &&
		    packet.kind != PACKET_FRAGMENT)
			continue;
		buf_add_be16(&seed, (uint16_t)packet.ip.length);
		buf_add(&seed, packet.ip.bytes, packet.ip.length);
		seeds_write(&seed);
	}
}

static void open_packet(const struct packet *packet)
{
	struct ipcomp_result compressed;
	struct esp_result result;
	struct packet behind = { 0 };

	if (packet->kind == PACKET_AH) {
		uint8_t *scratch = malloc(packet->ip.length ? packet->ip.length : 1);

		(void)ah_open(crypto, keyring, packet, scratch, &result);
		free(scratch);
		if (packet_behind_ah(packet, &behind))
			return;
		packet = &behind;
	}
	if (packet->kind == PACKET_IPCOMP &&
	    ipcomp_open(ipcomp, packet->payload, &compressed) == IPCOMP_OPENED)
		(void)packet_dissect_ip(compressed.inner.bytes, compressed.inner.length,
					&behind);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct cursor cursor = cursor_of(bytes, length);
	struct ip_reassembly *reassembly;

	if (!crypto)
		prepare();
	if (seeds_folder()) {
		write_seeds(bytes, length);
		return 0;
	}
	reassembly = ip_reassembly_new();
	while (cursor_left(&cursor) > 2) {
		size_t size = cursor_u16(&cursor);
		struct slice slice = cursor_slice(
			&cursor,
			size < cursor_left(&cursor) ? size : cursor_left(&cursor));
		struct packet packet, whole;

		(void)packet_dissect(LINK_RAW, slice.bytes, (uint32_t)slice.length,
				     (uint32_t)slice.length, &packet);
		open_packet(&packet);
		if (packet.kind == PACKET_FRAGMENT &&
		    ip_reassembly_add(reassembly, &packet, 0, &whole))
			open_packet(&whole);
	}
	ip_reassembly_free(reassembly);
	return 0;
}
