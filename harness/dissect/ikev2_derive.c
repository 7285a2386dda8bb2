// SPDX-License-Identifier: GPL-2.0-or-later
/* ikev2_derive.c - the keys and the AUTH of an IKEv2 SA (RFC 7296 2.13-2.15) */
#include "dissect/ikev2_derive.h"

#include <openssl/crypto.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "ipsec/alg.h"

bool ikev2_prf_plus(struct crypto *crypto, const struct alg *prf, struct slice key,
		    const struct slice parts[static IKEV2_PARTS_MAX], size_t length,
		    uint8_t *ret)
{
	uint8_t block[CRYPTO_HASH_MAX], number = 0;
	struct slice before = { 0 };
	size_t made = 0;

	while (made < length) {
		struct slice all[] = { before,	 parts[0], parts[1],
				       parts[2], parts[3], { &number, 1 } };
		size_t got, step;

		if (++number == 255)
			return false;
		got = crypto_prf(crypto, prf, key, all, ARRAY_SIZE(all), block);
		step = got < length - made ? got : length - made;
		if (!got)
			return false;
		memcpy(ret + made, block, step);
		made += step;
		before = (struct slice){ block, got };
	}
	OPENSSL_cleanse(block, sizeof(block));
	return true;
}

/* RFC 7296 2.14: a PRF by AES takes the first half of its key from each nonce. */
size_t ikev2_skeyseed(struct crypto *crypto, const struct ikev2_choice *choice,
		      struct slice gir, uint8_t ret[static CRYPTO_HASH_MAX])
{
	bool is_aes = str_starts(choice->prf->keyword, "prfaes");
	size_t ni = is_aes && choice->ni.length > 8 ? 8 : choice->ni.length;
	size_t nr = is_aes && choice->nr.length > 8 ? 8 : choice->nr.length;
	uint8_t nonces[2 * IKEV2_NONCE_MAX];

	if (!ni || !nr || ni > IKEV2_NONCE_MAX || nr > IKEV2_NONCE_MAX)
		return 0;
	memcpy(nonces, choice->ni.bytes, ni);
	memcpy(nonces + ni, choice->nr.bytes, nr);
	return crypto_prf(crypto, choice->prf, (struct slice){ nonces, ni + nr }, &gir, 1,
			  ret);
}

static struct slice take(uint8_t **at, size_t length)
{
	struct slice slice = { *at, length };

	*at += length;
	return slice;
}

bool ikev2_derive(struct crypto *crypto, const struct ikev2_choice *choice,
		  struct slice skeyseed, struct ikev2_material *ret)
{
	size_t prf = crypto_hash_size(choice->prf);
	struct alg_sizes sizes = crypto_sizes(choice->encr, choice->integ);
	size_t length = 3 * prf + 2 * sizes.key + 2 * sizes.integ_key;
	struct slice parts[IKEV2_PARTS_MAX] = { choice->ni, choice->nr, choice->spi_i,
						choice->spi_r };
	uint8_t *at = ret->keymat;

	if (!prf || length > sizeof(ret->keymat) ||
	    !ikev2_prf_plus(crypto, choice->prf, skeyseed, parts, length, ret->keymat))
		return false;
	ret->sk_d = take(&at, prf);
	ret->sk_ai = take(&at, sizes.integ_key);
	ret->sk_ar = take(&at, sizes.integ_key);
	ret->sk_ei = take(&at, sizes.key);
	ret->sk_er = take(&at, sizes.key);
	ret->sk_pi = take(&at, prf);
	ret->sk_pr = take(&at, prf);
	return true;
}

size_t ikev2_auth(struct crypto *crypto, const struct ikev2_signed *octets,
		  struct slice psk, uint8_t ret[static CRYPTO_HASH_MAX])
{
	static const uint8_t pad[] = "Key Pad for IKEv2";
	struct slice padding = { pad, sizeof(pad) - 1 };
	uint8_t key[CRYPTO_HASH_MAX], id[CRYPTO_HASH_MAX];
	size_t length = crypto_prf(crypto, octets->prf, psk, &padding, 1, key);
	size_t id_length =
		crypto_prf(crypto, octets->prf, octets->sk_p, &octets->id, 1, id);
	struct slice parts[] = { octets->message, octets->nonce, { id, id_length } };

	length = length && id_length
			 ? crypto_prf(crypto, octets->prf, (struct slice){ key, length },
				      parts, ARRAY_SIZE(parts), ret)
			 : 0;
	OPENSSL_cleanse(key, sizeof(key));
	return length;
}
