/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ah.h - authenticate packets with an Authentication Header (RFC 4302)
 *
 * The ICV covers the whole IP packet: header, extension headers, AH and what follows.
 * What routers may change counts as zero, and what the sender could foresee (a source
 * route) as it arrives (RFC 4302 3.3.3.1). Fragments must be whole again before.
 */
#ifndef TWINSITE_DISSECT_AH_H
#define TWINSITE_DISSECT_AH_H

#include <stddef.h>
#include <stdint.h>

#include "dissect/cursor.h"
#include "dissect/esp.h"

struct crypto;
struct keyring;
struct packet;

/*
 * Verify a PACKET_AH with the keys that have is_ah. scratch takes the packet as it is
 * authenticated: as many bytes as packet->ip. Returns ret->status: ESP_OPENED when the
 * ICV is right, ESP_NO_KEY, ESP_NO_CIPHER, ESP_SHORT (no room for the ICV), ESP_CUT or
 * ESP_BAD_ICV. ret->inner and ret->next_header are what follows AH, whatever the
 * status; borrowed from the packet.
 */
enum esp_status ah_open(struct crypto *crypto, struct keyring *keyring,
			const struct packet *packet, uint8_t *scratch,
			struct esp_result *ret);

/*
 * The packet as it is authenticated, but for the ICV, which stays: the fields of its IP
 * header, options and extension headers that may change are zero. ret has room for
 * packet->ip.length bytes. Returns its length (fewer when a fragment header went), and
 * where AH begins in it; 0 when the headers contradict themselves.
 */
size_t ah_normalize(const struct packet *packet, uint8_t *ret, size_t *ret_ah);

#endif
