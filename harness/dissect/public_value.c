// SPDX-License-Identifier: GPL-2.0-or-later
/* public_value.c - a public value for a KE payload, of any group, without its secret */
#include "dissect/public_value.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

#include "base/cleanup.h"

static const struct group_row {
	uint8_t group;
	uint16_t length;
	const char *curve; /* OpenSSL's name; NULL: any number below the prime */
} rows[] = {
	{ 1, 96, NULL },
	{ 2, 128, NULL },
	{ 5, 192, NULL },
	{ 14, 256, NULL },
	{ 15, 384, NULL },
	{ 16, 512, NULL },
	{ 17, 768, NULL },
	{ 18, 1024, NULL },
	{ 19, 64, "P-256" },
	{ 20, 96, "P-384" },
	{ 21, 132, "P-521" },
	{ 22, 128, NULL },
	{ 23, 256, NULL },
	{ 24, 256, NULL },
	{ 25, 48, "P-192" },
	{ 26, 56, "P-224" },
	{ 27, 56, "brainpoolP224r1" },
	{ 28, 64, "brainpoolP256r1" },
	{ 29, 96, "brainpoolP384r1" },
	{ 30, 128, "brainpoolP512r1" },
	{ 31, 32, NULL },
	{ 32, 56, NULL },
};

static const struct group_row *row_of(unsigned int group)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].group == group)
			return &rows[i];
	return NULL;
}

size_t public_value_length(unsigned int group)
{
	const struct group_row *row = row_of(group);

	return row ? row->length : 0;
}

/* A point of the curve: its two coordinates, without the byte before them. */
static size_t make_point(const struct group_row *row, uint8_t *ret)
{
	EVP_PKEY *key = EVP_EC_gen(row->curve);
	uint8_t point[1 + PUBLIC_VALUE_MAX];
	size_t length = 0;

	if (!key || !EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point,
						     sizeof(point), &length))
		length = 0;
	EVP_PKEY_free(key);
	if (length != row->length + 1U)
		return 0;
	memcpy(ret, point + 1, row->length);
	return row->length;
}

size_t public_value_make(unsigned int group, uint8_t ret[static PUBLIC_VALUE_MAX])
{
	const struct group_row *row = row_of(group);

	if (!row)
		return 0;
	if (row->curve)
		return make_point(row, ret);
	if (RAND_bytes(ret, row->length) != 1)
		return 0;
	/* Below the primes of all groups; the curves of 31 and 32 take any bytes. */
	ret[0] &= 0x7f;
	return row->length;
}
