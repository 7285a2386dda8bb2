// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xcbc.c - AES-XCBC-MAC (RFC 3566), which OpenSSL lacks
 *
 * K1, K2, K3 are the encryptions of blocks full of 1, 2, 3. CBC-MAC with K1; before
 * the last block is encrypted, K2 is added to a full one, K3 to a padded one.
 */
#include "dissect/xcbc.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

struct xcbc {
	EVP_CIPHER_CTX *k1;
	uint8_t k2[XCBC_SIZE], k3[XCBC_SIZE];
	uint8_t state[XCBC_SIZE], block[XCBC_SIZE];
	size_t used; /* of block */
};

static EVP_CIPHER_CTX *ecb(OSSL_LIB_CTX *library, const uint8_t *key)
{
	EVP_CIPHER *cipher = EVP_CIPHER_fetch(library, "AES-128-ECB", NULL);
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();

	if (!cipher || !context ||
	    !EVP_EncryptInit_ex2(context, cipher, key, NULL, NULL)) {
		EVP_CIPHER_CTX_free(context);
		context = NULL;
	} else {
		EVP_CIPHER_CTX_set_padding(context, 0);
	}
	EVP_CIPHER_free(cipher);
	return context;
}

static void encrypt(EVP_CIPHER_CTX *context, const uint8_t *in, uint8_t *out)
{
	int length;

	(void)EVP_EncryptUpdate(context, out, &length, in, XCBC_SIZE);
}

struct xcbc *xcbc_new(OSSL_LIB_CTX *library, const uint8_t key[XCBC_SIZE])
{
	struct xcbc *xcbc = calloc(1, sizeof(*xcbc));
	EVP_CIPHER_CTX *outer = ecb(library, key);
	uint8_t ones[XCBC_SIZE], k1[XCBC_SIZE];

	if (xcbc && outer) {
		memset(ones, 1, sizeof(ones));
		encrypt(outer, ones, k1);
		memset(ones, 2, sizeof(ones));
		encrypt(outer, ones, xcbc->k2);
		memset(ones, 3, sizeof(ones));
		encrypt(outer, ones, xcbc->k3);
		xcbc->k1 = ecb(library, k1);
		OPENSSL_cleanse(k1, sizeof(k1));
	}
	EVP_CIPHER_CTX_free(outer);
	if (xcbc && xcbc->k1)
		return xcbc;
	xcbc_free(xcbc);
	return NULL;
}

void xcbc_free(struct xcbc *xcbc)
{
	if (!xcbc)
		return;
	EVP_CIPHER_CTX_free(xcbc->k1);
	OPENSSL_cleanse(xcbc, sizeof(*xcbc));
	free(xcbc);
}

static void add(uint8_t *state, const uint8_t *block)
{
	for (size_t i = 0; i < XCBC_SIZE; i++)
		state[i] ^= block[i];
}

void xcbc_update(struct xcbc *xcbc, const uint8_t *bytes, size_t length)
{
	while (length) {
		size_t step = XCBC_SIZE - xcbc->used;

		/* A full block waits: it may be the last one. */
		if (!step) {
			add(xcbc->state, xcbc->block);
			encrypt(xcbc->k1, xcbc->state, xcbc->state);
			xcbc->used = 0;
			continue;
		}
		step = length < step ? length : step;
		memcpy(xcbc->block + xcbc->used, bytes, step);
		xcbc->used += step;
		bytes += step;
		length -= step;
	}
}

void xcbc_final(struct xcbc *xcbc, uint8_t ret_mac[XCBC_SIZE])
{
	const uint8_t *last = xcbc->k2;

	if (xcbc->used < XCBC_SIZE) {
		last = xcbc->k3;
		memset(xcbc->block + xcbc->used, 0, XCBC_SIZE - xcbc->used);
		xcbc->block[xcbc->used] = 0x80;
	}
	add(xcbc->state, xcbc->block);
	add(xcbc->state, last);
	encrypt(xcbc->k1, xcbc->state, ret_mac);
	memset(xcbc->state, 0, sizeof(xcbc->state));
	xcbc->used = 0;
}
