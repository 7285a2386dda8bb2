/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * esp.h - authenticate and decrypt ESP packets (RFC 4303)
 *
 * Which key is meant is found by the SPI and, where known, the addresses; of
 * several candidates the one whose ICV is right. Padding must count 1, 2, 3, ….
 * Extended sequence numbers are recognised by the ICV as well (RFC 4304, RFC 4303 2.2.1).
 */
#ifndef TWINSITE_DISSECT_ESP_H
#define TWINSITE_DISSECT_ESP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dissect/cursor.h"

struct crypto;
struct esp_key;
struct keyring;
struct packet;

#define ESP_NEXT_IPV4  4
#define ESP_NEXT_IPV6  41
#define ESP_NEXT_DUMMY 59 /* RFC 4303 2.6 */

enum esp_status {
	ESP_OPENED,    /* authenticated and decrypted; AH: authenticated */
	ESP_UNCHECKED, /* decrypted, but the ICV could not be checked */
	ESP_NO_KEY,
	ESP_NO_CIPHER,	/* the key is there, but OpenSSL lacks the algorithm */
	ESP_SHORT,	/* too short for IV, trailer and ICV */
	ESP_ODD_LENGTH, /* no whole blocks are left: not these algorithms */
	ESP_CUT,	/* the capture holds only a part */
	ESP_BAD_ICV,
	ESP_BAD_PADDING, /* ICV right, padding wrong: a sender's defect */
	ESP_STATUS_COUNT,
};

struct esp_result {
	enum esp_status status;
	struct esp_key *key; /* NULL: none */
	uint64_t sequence;   /* with ESN: all 64 bits */
	uint8_t next_header;
	uint8_t padding;
	struct slice inner; /* in the caller's buffer; without trailer */
};

/*
 * Open a PACKET_ESP or PACKET_UDP_ESP. buffer takes the plain text; it must have
 * as many bytes as packet->payload. Returns ret->status.
 */
enum esp_status esp_open(struct crypto *crypto, struct keyring *keyring,
			 const struct packet *packet, uint8_t *buffer,
			 struct esp_result *ret);

const char *esp_status_text(enum esp_status status); /* "wrong ICV" */

/* ------------------------------------------------------------ for ah.c alone */

/* May the key be that of the packet, by protocol and addresses? */
bool esp_key_fits(const struct esp_key *key, const struct packet *packet);

/* High 32 bits of a sequence number, by the window around the highest one seen. */
uint32_t esp_sequence_high(const struct esp_key *key, uint32_t low);

/* Its ICV was right: the other candidates of that SPI are refuted. */
void esp_key_prove(struct keyring *keyring, struct esp_key *key);

#endif
