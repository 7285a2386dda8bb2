// SPDX-License-Identifier: GPL-2.0-or-later
/* dh.c - Diffie-Hellman by a known private exponent, by OpenSSL */
#include "dissect/dh.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>

#include "base/cleanup.h"

enum dh_kind {
	DH_MODP,       /* y = g^x mod p */
	DH_CURVE,      /* a point: x and y; what is shared is x */
	DH_MONTGOMERY, /* RFC 7748 */
};

static const struct dh_group {
	uint8_t group;
	enum dh_kind kind;
	uint16_t size; /* octets of a number */
	BIGNUM *(*prime)(BIGNUM *bn);
	const char *name; /* RFC 5114's: OpenSSL's parameters, its generators are not 2 */
	int curve;	  /* NID */
} groups[] = {
	{ 1, DH_MODP, 96, BN_get_rfc2409_prime_768, NULL, 0 },
	{ 2, DH_MODP, 128, BN_get_rfc2409_prime_1024, NULL, 0 },
	{ 5, DH_MODP, 192, BN_get_rfc3526_prime_1536, NULL, 0 },
	{ 14, DH_MODP, 256, BN_get_rfc3526_prime_2048, NULL, 0 },
	{ 15, DH_MODP, 384, BN_get_rfc3526_prime_3072, NULL, 0 },
	{ 16, DH_MODP, 512, BN_get_rfc3526_prime_4096, NULL, 0 },
	{ 17, DH_MODP, 768, BN_get_rfc3526_prime_6144, NULL, 0 },
	{ 18, DH_MODP, 1024, BN_get_rfc3526_prime_8192, NULL, 0 },
	{ 19, DH_CURVE, 32, NULL, NULL, NID_X9_62_prime256v1 },
	{ 20, DH_CURVE, 48, NULL, NULL, NID_secp384r1 },
	{ 21, DH_CURVE, 66, NULL, NULL, NID_secp521r1 },
	{ 22, DH_MODP, 128, NULL, "dh_1024_160", 0 },
	{ 23, DH_MODP, 256, NULL, "dh_2048_224", 0 },
	{ 24, DH_MODP, 256, NULL, "dh_2048_256", 0 },
	{ 25, DH_CURVE, 24, NULL, NULL, NID_X9_62_prime192v1 },
	{ 26, DH_CURVE, 28, NULL, NULL, NID_secp224r1 },
	{ 27, DH_CURVE, 28, NULL, NULL, NID_brainpoolP224r1 },
	{ 28, DH_CURVE, 32, NULL, NULL, NID_brainpoolP256r1 },
	{ 29, DH_CURVE, 48, NULL, NULL, NID_brainpoolP384r1 },
	{ 30, DH_CURVE, 64, NULL, NULL, NID_brainpoolP512r1 },
	{ 31, DH_MONTGOMERY, 32, NULL, "X25519", 0 },
	{ 32, DH_MONTGOMERY, 56, NULL, "X448", 0 },
};

static const struct dh_group *group_find(unsigned int number)
{
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
		if (groups[i].group == number)
			return &groups[i];
	return NULL;
}

size_t dh_public_size(unsigned int group)
{
	const struct dh_group *row = group_find(group);

	if (!row)
		return 0;
	return row->kind == DH_CURVE ? 2 * (size_t)row->size : row->size;
}

static BIGNUM *number_of(struct slice bytes)
{
	return BN_bin2bn(bytes.bytes, (int)bytes.length, NULL);
}

/* ------------------------------------------------------------ MODP */

struct modp {
	BIGNUM *prime, *generator;
};

static bool modp_by_name(const char *name, struct modp *ret)
{
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, NULL, 0),
		OSSL_PARAM_construct_end(),
	};
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "DHX", NULL);
	EVP_PKEY *key = NULL;
	char word[16] = "";
	bool is_fine;

	for (size_t i = 0; i + 1 < sizeof(word) && name[i]; i++)
		word[i] = name[i];
	params[0] = OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, word, 0);
	is_fine = context && EVP_PKEY_paramgen_init(context) > 0 &&
		  EVP_PKEY_CTX_set_params(context, params) > 0 &&
		  EVP_PKEY_generate(context, &key) > 0 &&
		  EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_FFC_P, &ret->prime) > 0 &&
		  EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_FFC_G, &ret->generator) > 0;
	EVP_PKEY_free(key);
	EVP_PKEY_CTX_free(context);
	return is_fine;
}

static bool modp_of(const struct dh_group *row, struct modp *ret)
{
	*ret = (struct modp){ 0 };
	if (row->name)
		return modp_by_name(row->name, ret);
	ret->prime = row->prime(NULL);
	ret->generator = BN_new();
	return ret->prime && ret->generator && BN_set_word(ret->generator, 2);
}

/* base^x mod p, base the generator when `other` is empty; base must be in 2 … p-2. */
static size_t modp_power(const struct dh_group *row, struct slice exponent,
			 struct slice other, uint8_t *ret)
{
	BIGNUM *x = number_of(exponent), *base = other.length ? number_of(other) : NULL;
	BIGNUM *result = BN_new(), *last = BN_new();
	BN_CTX *context = BN_CTX_new();
	struct modp modp;
	bool is_fine = modp_of(row, &modp) && x && result && last && context &&
		       !BN_is_zero(x) && (base || !other.length) &&
		       BN_copy(last, modp.prime) && BN_sub_word(last, 1);

	if (is_fine && base)
		is_fine = !BN_is_zero(base) && !BN_is_one(base) && BN_cmp(base, last) < 0;
	is_fine = is_fine &&
		  BN_mod_exp(result, base ? base : modp.generator, x, modp.prime,
			     context) &&
		  BN_bn2binpad(result, ret, row->size) == row->size;
	BN_clear_free(x);
	BN_clear_free(result);
	BN_free(base);
	BN_free(last);
	BN_free(modp.prime);
	BN_free(modp.generator);
	BN_CTX_free(context);
	return is_fine ? row->size : 0;
}

/* ------------------------------------------------------------ curves */

/* The point that a KE payload says; false: none of the curve. */
static bool point_of(const EC_GROUP *curve, size_t size, struct slice bytes,
		     EC_POINT *ret_point, BN_CTX *context)
{
	BIGNUM *x, *y;
	bool is_fine;

	if (bytes.length != 2 * size)
		return false;
	x = number_of((struct slice){ bytes.bytes, size });
	y = number_of((struct slice){ bytes.bytes + size, size });
	is_fine = x && y &&
		  EC_POINT_set_affine_coordinates(curve, ret_point, x, y, context);
	BN_free(x);
	BN_free(y);
	return is_fine;
}

/* x times a point, the generator when `other` is empty; ret has room for both numbers. */
static bool curve_multiply(const struct dh_group *row, struct slice exponent,
			   struct slice other, uint8_t *ret)
{
	EC_GROUP *curve = EC_GROUP_new_by_curve_name(row->curve);
	EC_POINT *point = curve ? EC_POINT_new(curve) : NULL;
	EC_POINT *result = curve ? EC_POINT_new(curve) : NULL;
	BIGNUM *k = number_of(exponent), *x = BN_new(), *y = BN_new();
	BN_CTX *context = BN_CTX_new();
	bool is_fine = point && result && k && x && y && context;

	if (is_fine && other.length)
		is_fine = point_of(curve, row->size, other, point, context) &&
			  EC_POINT_mul(curve, result, NULL, point, k, context);
	else if (is_fine)
		is_fine = EC_POINT_mul(curve, result, k, NULL, NULL, context);
	is_fine = is_fine &&
		  EC_POINT_get_affine_coordinates(curve, result, x, y, context) &&
		  BN_bn2binpad(x, ret, row->size) == row->size &&
		  BN_bn2binpad(y, ret + row->size, row->size) == row->size;
	BN_clear_free(k);
	BN_clear_free(x);
	BN_clear_free(y);
	EC_POINT_free(point);
	EC_POINT_clear_free(result);
	EC_GROUP_free(curve);
	BN_CTX_free(context);
	return is_fine;
}

/* ------------------------------------------------------------ Montgomery curves */

static size_t montgomery(const struct dh_group *row, struct slice exponent,
			 struct slice other, uint8_t *ret)
{
	EVP_PKEY *key = EVP_PKEY_new_raw_private_key_ex(NULL, row->name, NULL,
							exponent.bytes, exponent.length);
	EVP_PKEY *peer = NULL;
	EVP_PKEY_CTX *context = NULL;
	size_t length = row->size;
	bool is_fine = key != NULL;

	if (is_fine && other.length) {
		peer = EVP_PKEY_new_raw_public_key_ex(NULL, row->name, NULL, other.bytes,
						      other.length);
		context = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
		is_fine = peer && context && EVP_PKEY_derive_init(context) > 0 &&
			  EVP_PKEY_derive_set_peer(context, peer) > 0 &&
			  EVP_PKEY_derive(context, ret, &length) > 0;
	} else if (is_fine) {
		is_fine = EVP_PKEY_get_raw_public_key(key, ret, &length) > 0;
	}
	EVP_PKEY_CTX_free(context);
	EVP_PKEY_free(peer);
	EVP_PKEY_free(key);
	return is_fine && length == row->size ? length : 0;
}

/* ------------------------------------------------------------ both */

/* Without `other`: what the generator gives. */
static size_t compute(const struct dh_group *row, struct slice exponent,
		      struct slice other, uint8_t ret[static DH_SIZE_MAX])
{
	switch (row->kind) {
	case DH_MODP:
		return modp_power(row, exponent, other, ret);
	case DH_CURVE:
		if (!curve_multiply(row, exponent, other, ret))
			return 0;
		return other.length ? row->size : 2 * (size_t)row->size;
	case DH_MONTGOMERY:
		return montgomery(row, exponent, other, ret);
	}
	return 0;
}

size_t dh_public(unsigned int group, struct slice exponent,
		 uint8_t ret_public[static DH_SIZE_MAX])
{
	const struct dh_group *row = group_find(group);

	if (!row || !exponent.length || exponent.length > DH_SIZE_MAX)
		return 0;
	return compute(row, exponent, (struct slice){ 0 }, ret_public);
}

size_t dh_shared(unsigned int group, struct slice exponent, struct slice other,
		 uint8_t ret_shared[static DH_SIZE_MAX])
{
	const struct dh_group *row = group_find(group);

	if (!row || !exponent.length || exponent.length > DH_SIZE_MAX ||
	    other.length != dh_public_size(group))
		return 0;
	return compute(row, exponent, other, ret_shared);
}
