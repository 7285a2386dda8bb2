// SPDX-License-Identifier: GPL-2.0-or-later
/* kernel_key.c - keys as Linux has them: XFRM's names, and what `ip xfrm state` prints */
#include "dissect/kernel_key.h"

#include <ctype.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "dissect/crypto.h"
#include "dissect/keyring.h"
#include "ipsec/alg.h"

/* NOLINTBEGIN(cert-err34-c): widths bound what sscanf() takes; a wrong number is no key
 */

#define NAME_MAX_ 64
#define LENGTHS	  3

/* net/xfrm/xfrm_algo.c: names and old names; rows differ in the key's length. */
static const struct encr_row {
	const char *name;
	unsigned int icv_bits; /* 0: no AEAD */
	const char *keywords[LENGTHS];
} encr_rows[] = {
	{ "cbc(aes)", 0, { "aes128", "aes192", "aes256" } },
	{ "aes", 0, { "aes128", "aes192", "aes256" } },
	{ "rfc3686(ctr(aes))", 0, { "aes128ctr", "aes192ctr", "aes256ctr" } },
	{ "rfc4106(gcm(aes))", 64, { "aes128gcm8", "aes192gcm8", "aes256gcm8" } },
	{ "rfc4106(gcm(aes))", 96, { "aes128gcm12", "aes192gcm12", "aes256gcm12" } },
	{ "rfc4106(gcm(aes))", 128, { "aes128gcm16", "aes192gcm16", "aes256gcm16" } },
	{ "rfc4309(ccm(aes))", 64, { "aes128ccm8", "aes192ccm8", "aes256ccm8" } },
	{ "rfc4309(ccm(aes))", 96, { "aes128ccm12", "aes192ccm12", "aes256ccm12" } },
	{ "rfc4309(ccm(aes))", 128, { "aes128ccm16", "aes192ccm16", "aes256ccm16" } },
	{ "rfc4543(gcm(aes))", 128, { "aes128gmac", "aes192gmac", "aes256gmac" } },
	{ "rfc7539esp(chacha20,poly1305)", 128, { "chacha20poly1305" } },
	{ "cbc(camellia)", 0, { "camellia128", "camellia192", "camellia256" } },
	{ "cbc(des3_ede)", 0, { "3des" } },
	{ "des3_ede", 0, { "3des" } },
	{ "cbc(blowfish)", 0, { "blowfish128", "blowfish192", "blowfish256" } },
	{ "blowfish", 0, { "blowfish128", "blowfish192", "blowfish256" } },
	{ "cbc(cast5)", 0, { "cast128" } },
	{ "cast5", 0, { "cast128" } },
	{ "cbc(des)", 0, { "des" } },
	{ "des", 0, { "des" } },
	{ "ecb(cipher_null)", 0, { "null" } },
	{ "cipher_null", 0, { "null" } },
};

static const struct {
	const char *name;
	unsigned int icv_bits; /* the first row of a name: what is usual */
	const char *keyword;
} integ_rows[] = {
	{ "hmac(md5)", 96, "md5" },
	{ "md5", 96, "md5" },
	{ "hmac(md5)", 128, "md5_128" },
	{ "hmac(sha1)", 96, "sha1" },
	{ "sha1", 96, "sha1" },
	{ "hmac(sha1)", 160, "sha1_160" },
	{ "hmac(sha256)", 96, "sha256_96" }, /* without a truncation, as of old */
	{ "hmac(sha256)", 128, "sha256" },
	{ "sha256", 96, "sha256_96" },
	{ "hmac(sha384)", 192, "sha384" },
	{ "hmac(sha512)", 256, "sha512" },
	{ "xcbc(aes)", 96, "aesxcbc" },
	{ "cmac(aes)", 96, "aescmac" },
};

const struct alg *kernel_key_encr(const char *name, size_t key, unsigned int icv_bits)
{
	for (size_t i = 0; i < ARRAY_SIZE(encr_rows); i++) {
		const struct encr_row *row = &encr_rows[i];

		if (!str_equal(row->name, name) ||
		    (row->icv_bits && row->icv_bits != icv_bits))
			continue;
		for (size_t j = 0; j < LENGTHS && row->keywords[j]; j++) {
			const struct alg *alg =
				alg_by_keyword(ALG_KIND_ENCR, row->keywords[j]);

			if (crypto_sizes(alg, NULL).key == key)
				return alg;
		}
	}
	return NULL;
}

const struct alg *kernel_key_integ(const char *name, unsigned int icv_bits)
{
	for (size_t i = 0; i < ARRAY_SIZE(integ_rows); i++)
		if (str_equal(integ_rows[i].name, name) &&
		    (!icv_bits || integ_rows[i].icv_bits == icv_bits))
			return alg_by_keyword(ALG_KIND_INTEG, integ_rows[i].keyword);
	return NULL;
}

/* ------------------------------------------------------------ ip xfrm state */

struct kernel_keys {
	struct keyring *keyring;
	struct esp_key key;
	bool is_open;	 /* an SA is being read */
	bool is_ours;	 /* ESP or AH */
	bool is_unknown; /* has an algorithm that no row names */
	uint8_t bytes[CRYPTO_KEY_MAX], integ_bytes[CRYPTO_KEY_MAX];
};

struct kernel_keys *kernel_keys_new(struct keyring *keyring)
{
	struct kernel_keys *keys = calloc(1, sizeof(*keys));

	if (keys)
		keys->keyring = keyring;
	return keys;
}

static void finish(struct kernel_keys *keys)
{
	const struct esp_key *key = &keys->key;
	bool is_whole = key->is_ah ? key->integ && !key->encr : key->encr != NULL;

	if (keys->is_open && keys->is_ours && !keys->is_unknown && is_whole)
		keyring_add_esp(keys->keyring, key);
	keys->is_open = keys->is_ours = keys->is_unknown = false;
	OPENSSL_cleanse(&keys->key, sizeof(keys->key));
	OPENSSL_cleanse(keys->bytes, sizeof(keys->bytes));
	OPENSSL_cleanse(keys->integ_bytes, sizeof(keys->integ_bytes));
}

void kernel_keys_free(struct kernel_keys *keys)
{
	if (!keys)
		return;
	finish(keys);
	OPENSSL_cleanse(keys, sizeof(*keys));
	free(keys);
}

bool kernel_keys_is_head(const char *line)
{
	char src[64], dst[64];
	struct inet_addr addr;

	return sscanf(line, "src %63s dst %63s", src, dst) == 2 &&
	       !inet_addr_parse(src, &addr) && !inet_addr_parse(dst, &addr);
}

static void head_line(struct kernel_keys *keys, const char *line)
{
	char src[64], dst[64];

	finish(keys);
	if (sscanf(line, "src %63s dst %63s", src, dst) == 2 &&
	    !inet_addr_parse(src, &keys->key.src) &&
	    !inet_addr_parse(dst, &keys->key.dst))
		keys->is_open = true;
}

static void proto_line(struct kernel_keys *keys, const char *line)
{
	char proto[16];

	if (sscanf(line, "proto %15s spi 0x%x", proto, &keys->key.spi) != 2)
		return;
	keys->key.is_ah = str_equal(proto, "ah");
	keys->is_ours = keys->key.is_ah || str_equal(proto, "esp");
}

/* "0x0123…" -> bytes. false: too long, odd, or no hex. */
static bool read_hex(const char *text, uint8_t *ret, struct slice *ret_slice)
{
	size_t length = 0;
	unsigned int byte;

	if (!str_starts(text, "0x"))
		return !*text;
	for (text += 2; isxdigit((unsigned char)*text); text += 2) {
		if (!isxdigit((unsigned char)text[1]) || length == CRYPTO_KEY_MAX ||
		    sscanf(text, "%2x", &byte) != 1)
			return false;
		ret[length++] = (uint8_t)byte;
	}
	*ret_slice = (struct slice){ ret, length };
	return !*text;
}

/* "auth-trunc hmac(sha1) 0x… (160 bits) 96": the number of bits is left out at times. */
static void algorithm_line(struct kernel_keys *keys, const char *line)
{
	char word[16], name[NAME_MAX_], key[4 + 2 * CRYPTO_KEY_MAX] = "";
	const char *end = strrchr(line, ' ');
	unsigned int icv_bits = 0;
	bool is_fine;

	if (sscanf(line, "%15s %63s %131s", word, name, key) < 2)
		return;
	if (end && isdigit((unsigned char)end[1]) && strchr(end, 'x') == NULL)
		(void)sscanf(end, "%u", &icv_bits);
	if (str_starts(word, "auth")) {
		is_fine = read_hex(key, keys->integ_bytes, &keys->key.integ_key);
		keys->key.integ = kernel_key_integ(name, icv_bits);
		is_fine &= keys->key.integ != NULL || str_equal(name, "digest_null");
	} else {
		is_fine = read_hex(key, keys->bytes, &keys->key.key);
		keys->key.encr = kernel_key_encr(name, keys->key.key.length, icv_bits);
		is_fine &= keys->key.encr != NULL;
	}
	keys->is_unknown |= !is_fine;
	OPENSSL_cleanse(key, sizeof(key));
}

void kernel_keys_line(struct kernel_keys *keys, const char *line)
{
	if (!keys)
		return;
	if (str_starts(line, "src ")) {
		head_line(keys, line);
		return;
	}
	while (*line == ' ' || *line == '\t')
		line++;
	if (str_starts(line, "proto "))
		proto_line(keys, line);
	else if (str_starts(line, "replay-window ") || str_starts(line, "flag "))
		keys->key.is_esn |= strstr(line, " esn") != NULL;
	else if (str_starts(line, "auth") || str_starts(line, "enc ") ||
		 str_starts(line, "aead "))
		algorithm_line(keys, line);
}

/* NOLINTEND(cert-err34-c) */
