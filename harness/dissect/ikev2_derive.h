/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ikev2_derive.h - the keys and the AUTH of an IKEv2 SA (RFC 7296 2.13-2.15)
 *
 *	SKEYSEED = prf(Ni | Nr, g^ir)
 *	SK_d | SK_ai | SK_ar | SK_ei | SK_er | SK_pi | SK_pr =
 *	           prf+(SKEYSEED, Ni | Nr | SPIi | SPIr)
 *	prf+     = T1 | T2 | …, Tn = prf(K, Tn-1 | S | n)
 *	AUTH     = prf(prf(psk, "Key Pad for IKEv2"), message | nonce | prf(SK_p, ID'))
 */
#ifndef TWINSITE_DISSECT_IKEV2_DERIVE_H
#define TWINSITE_DISSECT_IKEV2_DERIVE_H

#include <stdbool.h>

#include "dissect/crypto.h"

#define IKEV2_NONCE_MAX	 256 /* RFC 7296 3.9 */
#define IKEV2_PARTS_MAX	 4
#define IKEV2_KEYMAT_MAX (7 * CRYPTO_KEY_MAX)

/* What an IKE SA is made of; slices are borrowed. */
struct ikev2_choice {
	const struct alg *encr, *integ, *prf; /* integ NULL with AEAD */
	struct slice ni, nr, spi_i, spi_r;
};

/* The seven keys; they point into keymat, which is to be wiped. */
struct ikev2_material {
	struct slice sk_d, sk_ai, sk_ar, sk_ei, sk_er, sk_pi, sk_pr;
	uint8_t keymat[IKEV2_KEYMAT_MAX];
};

/* Empty parts count nothing. false: the PRF cannot be computed, or too much is wanted. */
bool ikev2_prf_plus(struct crypto *crypto, const struct alg *prf, struct slice key,
		    const struct slice parts[static IKEV2_PARTS_MAX], size_t length,
		    uint8_t *ret);

/* SKEYSEED of the first exchange; its length, 0 when it cannot be computed. */
size_t ikev2_skeyseed(struct crypto *crypto, const struct ikev2_choice *choice,
		      struct slice gir, uint8_t ret[static CRYPTO_HASH_MAX]);

/* All seven from SKEYSEED. false: an algorithm is not known. */
bool ikev2_derive(struct crypto *crypto, const struct ikev2_choice *choice,
		  struct slice skeyseed, struct ikev2_material *ret);

/*
 * AUTH by a pre-shared key: message is the end's own IKE_SA_INIT, nonce the other end's,
 * id the body of its ID payload. Returns its length, 0 when it cannot be computed.
 */
struct ikev2_signed {
	const struct alg *prf;
	struct slice message, nonce, sk_p, id;
};
size_t ikev2_auth(struct crypto *crypto, const struct ikev2_signed *octets,
		  struct slice psk, uint8_t ret[static CRYPTO_HASH_MAX]);

#endif
