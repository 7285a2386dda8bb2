/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ikev2_crypto.h - open SK and SKF payloads (RFC 7296 3.14, RFC 5282, RFC 7383)
 */
#ifndef TWINSITE_DISSECT_IKEV2_CRYPTO_H
#define TWINSITE_DISSECT_IKEV2_CRYPTO_H

#include <stdbool.h>
#include <stdint.h>

#include "dissect/crypto.h"
#include "dissect/cursor.h"

struct ike_message;
struct ike_payload;
struct keyring;

/*
 * Authenticate and decrypt one SK or SKF payload of a message into ret_plain
 * (payload->body.length bytes). is_from_initiator: of the IKE SA, not of the
 * exchange. A floating key that authenticates is bound to the SPIs. Returns 0, 1
 * when the key belongs to these SPIs and gives payloads that make sense although the
 * ICV is wrong (a sender's defect, or a changed packet; CBC and CTR only), -ENOKEY,
 * -EBADMSG (wrong ICV: the key is another SA's), -EINVAL (lengths).
 */
int ikev2_decrypt(struct crypto *crypto, struct keyring *keyring,
		  const struct ike_message *message, const struct ike_payload *payload,
		  bool is_from_initiator, uint8_t *ret_plain, struct slice *ret_chain);

#endif
