// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ikev2_crypto.c - open SK and SKF payloads (RFC 7296 3.14, RFC 5282, RFC 7383)
 *
 *	header | payloads in clear | generic header | [number, total] | IV | text | ICV
 *
 * HMAC covers all of the message before the ICV. AEAD authenticates what stands
 * before the IV and the text (RFC 5282 5.1). The last octet of the text is the
 * padding's length.
 */
#include "dissect/ikev2_crypto.h"

#include <errno.h>

#include "base/cleanup.h"
#include "dissect/ike.h"
#include "dissect/keyring.h"
#include "ipsec/alg.h"

static struct cipher *cipher_for(struct crypto *crypto, struct ikev2_key *key,
				 bool is_from_initiator)
{
	struct cipher **cipher = is_from_initiator ? &key->initiator : &key->responder;

	if (!*cipher)
		(void)cipher_new(crypto, key->encr,
				 is_from_initiator ? key->sk_ei : key->sk_er, key->integ,
				 is_from_initiator ? key->sk_ai : key->sk_ar, cipher,
				 NULL);
	return *cipher;
}

/* Do decrypted bytes look like a payload chain? */
static bool is_chain(uint8_t first, struct slice plain)
{
	struct cursor cursor = cursor_of(plain.bytes, plain.length);

	while (first) {
		const uint8_t *p = cursor_take(&cursor, IKE_GENERIC_SIZE);

		if (!p || !number_find(NUMBER_V2_PAYLOAD, first) ||
		    be16(p + 2) < IKE_GENERIC_SIZE ||
		    !cursor_take(&cursor, be16(p + 2) - (size_t)IKE_GENERIC_SIZE))
			return false;
		first = p[0];
	}
	return !cursor_left(&cursor);
}

static int open_with(const struct ikev2_key *key, struct cipher *cipher,
		     const struct ike_message *message, const struct ike_payload *payload,
		     uint8_t *ret_plain, struct slice *ret_chain)
{
	struct alg_sizes sizes = cipher_sizes(cipher);
	bool is_unchecked = !key->integ && !key->encr->is_aead;
	size_t icv = is_unchecked ? key->unchecked_icv : sizes.icv;
	struct slice data = payload->fragment.data;
	struct cipher_packet packet = {
		.aad = { message->whole.bytes,
			 (size_t)(data.bytes - message->whole.bytes) },
	};
	size_t text;
	bool is_forged = false;
	int status;

	if (data.length < sizes.iv + icv + 1)
		return -EINVAL;
	text = data.length - sizes.iv - icv;
	packet.iv = (struct slice){ data.bytes, sizes.iv };
	packet.text = (struct slice){ data.bytes + sizes.iv, text };
	packet.icv = (struct slice){ data.bytes + sizes.iv + text, icv };
	status = cipher_open(cipher, &packet, ret_plain);
	is_forged = status == -EBADMSG && !key->is_floating &&
		    !cipher_decrypt(cipher, &packet, ret_plain);
	if (status && !is_forged)
		return status;
	if (ret_plain[text - 1] > text - 1)
		return -EBADMSG;
	*ret_chain = (struct slice){ ret_plain, text - 1 - ret_plain[text - 1] };
	/* Without an ICV only sense tells whether the key was right. */
	if ((is_forged || is_unchecked) && !is_chain(payload->next, *ret_chain))
		return -EBADMSG;
	return is_forged;
}

static bool key_fits(const struct ikev2_key *key, const struct ike_header *header,
		     bool is_from_initiator)
{
	if (!(is_from_initiator ? key->sk_ei : key->sk_er).length &&
	    crypto_sizes(key->encr, key->integ).key)
		return false;
	if (key->is_floating)
		return true;
	return key->spi_i == header->spi_i &&
	       (!key->has_spi_r || key->spi_r == header->spi_r);
}

int ikev2_decrypt(struct crypto *crypto, struct keyring *keyring,
		  const struct ike_message *message, const struct ike_payload *payload,
		  bool is_from_initiator, uint8_t *ret_plain, struct slice *ret_chain)
{
	int status = -ENOKEY;

	if (!payload->fragment.data.length || payload->fault >= IKE_FAULT_SHORT_BODY)
		return -EINVAL;
	for (size_t i = 0; i < keyring_ikev2s(keyring); i++) {
		struct ikev2_key *key = keyring_ikev2(keyring, i);
		struct cipher *cipher;
		int code;

		if (!key_fits(key, &message->header, is_from_initiator))
			continue;
		cipher = cipher_for(crypto, key, is_from_initiator);
		if (!cipher)
			continue;
		code = open_with(key, cipher, message, payload, ret_plain, ret_chain);
		if (code >= 0) {
			key->is_floating = false;
			key->has_spi_r = true;
			key->spi_i = message->header.spi_i;
			key->spi_r = message->header.spi_r;
			return code;
		}
		if (!key->is_floating)
			status = code;
	}
	return status;
}
