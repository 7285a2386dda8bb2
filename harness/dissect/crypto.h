/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * crypto.h - hashes, PRFs and packet ciphers of IKE and ESP, by rows of ipsec/alg.h
 *
 * OpenSSL does the work; AES-XCBC, which it lacks, is built from its AES. DES,
 * Blowfish and CAST come from its legacy provider, loaded into a library context of
 * our own so that nobody else's configuration matters. Not for several threads at once.
 */
#ifndef TWINSITE_DISSECT_CRYPTO_H
#define TWINSITE_DISSECT_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dissect/cursor.h"

struct alg;
struct cipher;
struct crypto;
struct err;

#define CRYPTO_HASH_MAX	 64 /* bytes of the longest hash or MAC */
#define CRYPTO_KEY_MAX	 64 /* bytes of the longest key, with salt */
#define CRYPTO_PARTS_MAX 12

/* -ENOTSUP when OpenSSL lacks even its default provider. */
int crypto_new(struct crypto **ret_crypto, struct err *err);
void crypto_free(struct crypto *crypto); /* NULL is fine; ciphers may live longer */

static inline void crypto_freep(struct crypto **crypto)
{
	crypto_free(*crypto);
}

/*
 * The plain hash behind an integrity or PRF row (SHA-1 of "SHA-1"), over the parts
 * one after the other. Returns the number of bytes, 0 when the row has no hash.
 */
size_t crypto_hash(struct crypto *crypto, const struct alg *alg,
		   const struct slice *parts, size_t count,
		   uint8_t ret_hash[static CRYPTO_HASH_MAX]);

/*
 * The PRF of a row (HMAC of its hash; AES-XCBC and AES-CMAC as RFC 4434 and 4615
 * say), untruncated. Returns the number of bytes, 0 when it cannot be computed.
 */
size_t crypto_prf(struct crypto *crypto, const struct alg *alg, struct slice key,
		  const struct slice *parts, size_t count,
		  uint8_t ret_mac[static CRYPTO_HASH_MAX]);

/*
 * Plain CBC decryption for IKEv1: whole blocks, no padding rules. Returns 0,
 * -EINVAL for lengths that do not fit, -ENOTSUP when OpenSSL lacks the cipher.
 */
int crypto_decrypt_cbc(struct crypto *crypto, const struct alg *encr, struct slice key,
		       struct slice iv, struct slice text, uint8_t *ret_text);

/* Bytes: of a cipher's key (with its salt), block, IV as on the wire, and ICV. */
struct alg_sizes {
	size_t key, block, iv, icv, integ_key;
};

/* Bytes of an integrity or PRF row's whole hash or MAC, before it is cut; 0: unknown. */
size_t crypto_hash_size(const struct alg *alg);

/* integ may be NULL (AEAD, or not authenticated). */
struct alg_sizes crypto_sizes(const struct alg *encr, const struct alg *integ);

/* ------------------------------------------------------------ packets of one SA */

/* The parts of an ESP packet or an SK payload. */
struct cipher_packet {
	struct slice aad; /* what is authenticated before the IV */
	struct slice iv;
	struct slice text; /* encrypted */
	struct slice tail; /* authenticated behind it (ESN's high half); not for AEAD */
	struct slice icv;
};

/*
 * Keys of one direction. key contains the salt of AEAD and CTR ciphers at its end
 * (RFC 4106 8.1). integ NULL: nothing is authenticated. -EINVAL when a key's length
 * does not fit, -ENOTSUP when OpenSSL lacks the cipher.
 */
int cipher_new(struct crypto *crypto, const struct alg *encr, struct slice key,
	       const struct alg *integ, struct slice integ_key,
	       struct cipher **ret_cipher, struct err *err);
void cipher_free(struct cipher *cipher);
struct alg_sizes cipher_sizes(const struct cipher *cipher);

/*
 * Authenticate and decrypt text into ret_text (text.length bytes; may not overlap).
 * Returns 0, -EBADMSG when the ICV is wrong, -EINVAL when lengths do not fit.
 */
int cipher_open(struct cipher *cipher, const struct cipher_packet *packet,
		uint8_t *ret_text);

/* Keys of one direction, as cipher_new() wants them. */
struct crypto_keys {
	const struct alg *encr, *integ;
	struct slice key, integ_key;
};

/*
 * The other way round, once: encrypt text into ret_text (text.length bytes, whole blocks;
 * may not overlap) and make the ICV (crypto_sizes() says how long; with integ NULL and no
 * AEAD there is none). packet->icv does not matter. As cipher_new(), and -EINVAL for
 * lengths that do not fit.
 */
int crypto_seal(struct crypto *crypto, const struct crypto_keys *keys,
		const struct cipher_packet *packet, uint8_t *ret_text, uint8_t *ret_icv);

/* Only decrypt, although the ICV is wrong: to show what the wrong bytes were. CBC only.
 */
int cipher_decrypt(struct cipher *cipher, const struct cipher_packet *packet,
		   uint8_t *ret_text);

#endif
