// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * crypto.c - hashes, PRFs and packet ciphers of IKE and ESP, by rows of ipsec/alg.h
 *
 * Rows are found by strongSwan's keyword, which names an algorithm with its key
 * length. A cipher keeps keyed contexts, so that a packet costs no key schedule.
 */
#include "dissect/crypto.h"

#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "dissect/xcbc.h"
#include "ipsec/alg.h"

#define SALT_MAX  4
#define NONCE_MAX 16

enum cipher_mode {
	MODE_NULL,
	MODE_CBC,
	MODE_CTR,    /* nonce = salt | IV | counter 1 (RFC 3686) */
	MODE_GCM,    /* nonce = salt | IV (RFC 4106) */
	MODE_CCM,    /* nonce = salt | IV (RFC 4309) */
	MODE_CHACHA, /* nonce = salt | IV (RFC 7634) */
	MODE_GMAC,   /* text is only authenticated (RFC 4543) */
};

struct cipher_row {
	const char *keyword; /* of ipsec/alg.h */
	const char *openssl;
	enum cipher_mode mode;
	uint8_t key, salt, block, iv, icv; /* bytes; key 0: any that OpenSSL takes */
};

/* clang-format off */
#define AES(bits, bytes)                                                                      \
	{ "aes" #bits, "AES-" #bits "-CBC", MODE_CBC, bytes, 0, 16, 16, 0 },                  \
	{ "aes" #bits "ctr", "AES-" #bits "-CTR", MODE_CTR, bytes, 4, 1, 8, 0 },              \
	{ "aes" #bits "ccm8", "AES-" #bits "-CCM", MODE_CCM, bytes, 3, 1, 8, 8 },             \
	{ "aes" #bits "ccm12", "AES-" #bits "-CCM", MODE_CCM, bytes, 3, 1, 8, 12 },           \
	{ "aes" #bits "ccm16", "AES-" #bits "-CCM", MODE_CCM, bytes, 3, 1, 8, 16 },           \
	{ "aes" #bits "gcm8", "AES-" #bits "-GCM", MODE_GCM, bytes, 4, 1, 8, 8 },             \
	{ "aes" #bits "gcm12", "AES-" #bits "-GCM", MODE_GCM, bytes, 4, 1, 8, 12 },           \
	{ "aes" #bits "gcm16", "AES-" #bits "-GCM", MODE_GCM, bytes, 4, 1, 8, 16 },           \
	{ "aes" #bits "gmac", "AES-" #bits "-GCM", MODE_GMAC, bytes, 4, 1, 8, 16 },           \
	{ "camellia" #bits, "CAMELLIA-" #bits "-CBC", MODE_CBC, bytes, 0, 16, 16, 0 },        \
	{ "camellia" #bits "ctr", "CAMELLIA-" #bits "-CTR", MODE_CTR, bytes, 4, 1, 8, 0 },    \
	{ "blowfish" #bits, "BF-CBC", MODE_CBC, bytes, 0, 8, 8, 0 }

static const struct cipher_row cipher_rows[] = {
	AES(128, 16),
	AES(192, 24),
	AES(256, 32),
	{ "chacha20poly1305", "ChaCha20-Poly1305", MODE_CHACHA, 32, 4, 1, 8, 16 },
	{ "3des", "DES-EDE3-CBC", MODE_CBC, 24, 0, 8, 8, 0 },
	{ "des", "DES-CBC", MODE_CBC, 8, 0, 8, 8, 0 },
	{ "cast128", "CAST5-CBC", MODE_CBC, 16, 0, 8, 8, 0 },
	{ "null", NULL, MODE_NULL, 0, 0, 1, 0, 0 },
};

static const struct mac_row {
	const char *keyword;
	const char *openssl; /* of the hash; NULL: by AES, see is_xcbc */
	uint8_t key, icv;    /* bytes */
	bool is_xcbc;
} mac_rows[] = {
	{ "md5", "MD5", 16, 12, false },
	{ "md5_128", "MD5", 16, 16, false },
	{ "sha1", "SHA1", 20, 12, false },
	{ "sha1_160", "SHA1", 20, 20, false },
	{ "sha256", "SHA2-256", 32, 16, false },
	{ "sha256_96", "SHA2-256", 32, 12, false },
	{ "sha384", "SHA2-384", 48, 24, false },
	{ "sha512", "SHA2-512", 64, 32, false },
	{ "aesxcbc", NULL, 16, 12, true },
	{ "aescmac", NULL, 16, 12, false },
	{ "prfmd5", "MD5", 16, 16, false },
	{ "prfsha1", "SHA1", 20, 20, false },
	{ "prfsha256", "SHA2-256", 32, 32, false },
	{ "prfsha384", "SHA2-384", 48, 48, false },
	{ "prfsha512", "SHA2-512", 64, 64, false },
	{ "prfaesxcbc", NULL, 16, 16, true },
	{ "prfaescmac", NULL, 16, 16, false },
};
/* clang-format on */

struct crypto {
	OSSL_LIB_CTX *library;
	OSSL_PROVIDER *standard, *legacy;
	EVP_MAC *hmac, *cmac;
	EVP_MD *hashes[ARRAY_SIZE(mac_rows)];
	unsigned int users; /* whoever made it, and each cipher */
};

struct cipher {
	struct crypto *crypto; /* its providers must outlive the contexts */
	const struct cipher_row *row;
	const struct mac_row *mac; /* NULL: none */
	EVP_CIPHER_CTX *context;
	EVP_MAC_CTX *mac_context;
	struct xcbc *xcbc;
	uint8_t salt[SALT_MAX];
};

static const struct cipher_row *cipher_row(const struct alg *alg)
{
	for (size_t i = 0; alg && i < ARRAY_SIZE(cipher_rows); i++)
		if (str_equal(cipher_rows[i].keyword, alg->keyword))
			return &cipher_rows[i];
	return NULL;
}

static const struct mac_row *mac_row(const struct alg *alg)
{
	for (size_t i = 0; alg && i < ARRAY_SIZE(mac_rows); i++)
		if (str_equal(mac_rows[i].keyword, alg->keyword))
			return &mac_rows[i];
	return NULL;
}

/* ------------------------------------------------------------ the library */

int crypto_new(struct crypto **ret_crypto, struct err *err)
{
	struct crypto *crypto = calloc(1, sizeof(*crypto));

	if (!crypto)
		return err_sys(err, ENOMEM, "crypto");
	crypto->users = 1;
	crypto->library = OSSL_LIB_CTX_new();
	crypto->standard = OSSL_PROVIDER_load(crypto->library, "default");
	crypto->legacy = OSSL_PROVIDER_load(crypto->library, "legacy"); /* may lack */
	crypto->hmac = EVP_MAC_fetch(crypto->library, "HMAC", NULL);
	crypto->cmac = EVP_MAC_fetch(crypto->library, "CMAC", NULL);
	if (!crypto->standard || !crypto->hmac || !crypto->cmac) {
		crypto_free(crypto);
		return err_set(err, ENOTSUP, "OpenSSL's default provider does not load");
	}
	for (size_t i = 0; i < ARRAY_SIZE(mac_rows); i++)
		if (mac_rows[i].openssl)
			crypto->hashes[i] =
				EVP_MD_fetch(crypto->library, mac_rows[i].openssl, NULL);
	*ret_crypto = crypto;
	return 0;
}

void crypto_free(struct crypto *crypto)
{
	if (!crypto || --crypto->users)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(mac_rows); i++)
		EVP_MD_free(crypto->hashes[i]);
	EVP_MAC_free(crypto->hmac);
	EVP_MAC_free(crypto->cmac);
	if (crypto->legacy)
		OSSL_PROVIDER_unload(crypto->legacy);
	if (crypto->standard)
		OSSL_PROVIDER_unload(crypto->standard);
	OSSL_LIB_CTX_free(crypto->library);
	free(crypto);
}

size_t crypto_hash(struct crypto *crypto, const struct alg *alg,
		   const struct slice *parts, size_t count,
		   uint8_t ret_hash[static CRYPTO_HASH_MAX])
{
	const struct mac_row *row = mac_row(alg);
	const EVP_MD *md = row ? crypto->hashes[row - mac_rows] : NULL;
	EVP_MD_CTX *context = md ? EVP_MD_CTX_new() : NULL;
	unsigned int length = 0;

	if (context && EVP_DigestInit_ex2(context, md, NULL)) {
		for (size_t i = 0; i < count; i++)
			EVP_DigestUpdate(context, parts[i].bytes, parts[i].length);
		if (!EVP_DigestFinal_ex(context, ret_hash, &length))
			length = 0;
	}
	EVP_MD_CTX_free(context);
	return length;
}

/* A keyed MAC context, or NULL. */
static EVP_MAC_CTX *mac_context(struct crypto *crypto, const struct mac_row *row,
				struct slice key)
{
	static const uint8_t nothing[1];
	EVP_MAC_CTX *context =
		EVP_MAC_CTX_new(row->openssl ? crypto->hmac : crypto->cmac);
	char name[32] = "AES-128-CBC";
	OSSL_PARAM params[2] = {
		OSSL_PARAM_construct_utf8_string(row->openssl ? OSSL_MAC_PARAM_DIGEST
							      : OSSL_MAC_PARAM_CIPHER,
						 name, 0),
		OSSL_PARAM_construct_end(),
	};

	if (row->openssl)
		strncpy(name, row->openssl, sizeof(name) - 1);
	params[0].data_size = strlen(name);
	if (!context || !EVP_MAC_init(context, key.length ? key.bytes : nothing,
				      key.length, params)) {
		EVP_MAC_CTX_free(context);
		return NULL;
	}
	return context;
}

static size_t prf_by_openssl(struct crypto *crypto, const struct mac_row *row,
			     struct slice key, const struct slice *parts, size_t count,
			     uint8_t *ret_mac)
{
	EVP_MAC_CTX *context = mac_context(crypto, row, key);
	size_t length = 0;

	if (!context)
		return 0;
	for (size_t i = 0; i < count; i++)
		if (parts[i].length)
			EVP_MAC_update(context, parts[i].bytes, parts[i].length);
	if (!EVP_MAC_final(context, ret_mac, &length, CRYPTO_HASH_MAX))
		length = 0;
	EVP_MAC_CTX_free(context);
	return length;
}

static size_t prf_by_xcbc(struct crypto *crypto, struct slice key,
			  const struct slice *parts, size_t count, uint8_t *ret_mac)
{
	struct xcbc *xcbc = xcbc_new(crypto->library, key.bytes);

	if (!xcbc)
		return 0;
	for (size_t i = 0; i < count; i++)
		xcbc_update(xcbc, parts[i].bytes, parts[i].length);
	xcbc_final(xcbc, ret_mac);
	xcbc_free(xcbc);
	return XCBC_SIZE;
}

/* PRFs by AES want 16 bytes: RFC 4434 2 pads or hashes others, RFC 4615 3 hashes. */
static struct slice prf_key_of_aes(struct crypto *crypto, const struct mac_row *row,
				   struct slice key, uint8_t ret_key[static XCBC_SIZE])
{
	uint8_t zeros[XCBC_SIZE] = { 0 };
	struct slice zero_key = { zeros, sizeof(zeros) };

	if (key.length == XCBC_SIZE)
		return key;
	if (row->is_xcbc && key.length < XCBC_SIZE) {
		memset(ret_key, 0, XCBC_SIZE);
		if (key.length)
			memcpy(ret_key, key.bytes, key.length);
	} else {
		uint8_t mac[CRYPTO_HASH_MAX];

		if (row->is_xcbc)
			(void)prf_by_xcbc(crypto, zero_key, &key, 1, mac);
		else
			(void)prf_by_openssl(crypto, row, zero_key, &key, 1, mac);
		memcpy(ret_key, mac, XCBC_SIZE);
	}
	return (struct slice){ ret_key, XCBC_SIZE };
}

size_t crypto_prf(struct crypto *crypto, const struct alg *alg, struct slice key,
		  const struct slice *parts, size_t count,
		  uint8_t ret_mac[static CRYPTO_HASH_MAX])
{
	const struct mac_row *row = mac_row(alg);
	uint8_t aes_key[XCBC_SIZE];

	if (!row)
		return 0;
	if (!row->openssl)
		key = prf_key_of_aes(crypto, row, key, aes_key);
	if (row->is_xcbc)
		return prf_by_xcbc(crypto, key, parts, count, ret_mac);
	return prf_by_openssl(crypto, row, key, parts, count, ret_mac);
}

/* ------------------------------------------------------------ one SA */

/* A context with the key set, or NULL. Padding is the packets' business. */
static EVP_CIPHER_CTX *cipher_context(struct crypto *crypto, const struct cipher_row *row,
				      struct slice key, bool is_sealing)
{
	EVP_CIPHER *cipher = EVP_CIPHER_fetch(crypto->library, row->openssl, NULL);
	EVP_CIPHER_CTX *context = cipher ? EVP_CIPHER_CTX_new() : NULL;
	bool is_fine = context &&
		       EVP_CipherInit_ex2(context, cipher, NULL, NULL, is_sealing, NULL);

	if (is_fine && row->mode == MODE_CCM)
		is_fine = EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, 11,
					      NULL) > 0 &&
			  EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, row->icv,
					      NULL) > 0;
	if (is_fine && EVP_CIPHER_CTX_get_key_length(context) != (int)key.length)
		is_fine = EVP_CIPHER_CTX_set_key_length(context, (int)key.length) > 0;
	is_fine = is_fine && EVP_CipherInit_ex2(context, NULL, key.bytes, NULL,
						is_sealing, NULL) > 0;
	if (is_fine)
		EVP_CIPHER_CTX_set_padding(context, 0);
	EVP_CIPHER_free(cipher);
	if (is_fine)
		return context;
	EVP_CIPHER_CTX_free(context);
	return NULL;
}

size_t crypto_hash_size(const struct alg *alg)
{
	const struct mac_row *row = mac_row(alg);

	/* The keys of all HMACs here are as long as their hash. */
	return row ? row->key : 0;
}

struct alg_sizes crypto_sizes(const struct alg *encr, const struct alg *integ)
{
	const struct cipher_row *row = cipher_row(encr);
	const struct mac_row *mac = mac_row(integ);
	struct alg_sizes sizes = { 0 };

	if (row)
		sizes = (struct alg_sizes){ .key = (size_t)row->key + row->salt,
					    .block = row->block,
					    .iv = row->iv,
					    .icv = row->icv };
	if (mac && !sizes.icv) {
		sizes.icv = mac->icv;
		sizes.integ_key = mac->key;
	}
	return sizes;
}

static int cipher_set_keys(struct crypto *crypto, struct cipher *cipher, struct slice key,
			   struct slice integ_key)
{
	const struct cipher_row *row = cipher->row;
	struct slice plain_key = { key.bytes, key.length - row->salt };

	if (row->salt)
		memcpy(cipher->salt, key.bytes + plain_key.length, row->salt);
	if (row->mode != MODE_NULL &&
	    !(cipher->context = cipher_context(crypto, row, plain_key, false)))
		return -ENOTSUP;
	if (!cipher->mac)
		return 0;
	if (cipher->mac->is_xcbc)
		cipher->xcbc = xcbc_new(crypto->library, integ_key.bytes);
	else
		cipher->mac_context = mac_context(crypto, cipher->mac, integ_key);
	return cipher->xcbc || cipher->mac_context ? 0 : -ENOTSUP;
}

int cipher_new(struct crypto *crypto, const struct alg *encr, struct slice key,
	       const struct alg *integ, struct slice integ_key,
	       struct cipher **ret_cipher, struct err *err)
{
	const struct cipher_row *row = cipher_row(encr);
	const struct mac_row *mac =
		!integ || (encr && encr->is_aead) ? NULL : mac_row(integ);
	struct cipher *cipher;
	int status;

	if (!row || !encr || (integ && !encr->is_aead && !mac))
		return err_set(err, ENOTSUP, "no way to decrypt %s with %s",
			       encr ? encr->name : "an unknown cipher",
			       integ ? integ->name : "nothing");
	if (key.length != (size_t)row->key + row->salt)
		return err_set(err, EINVAL, "a key of %zu bytes for %s, which takes %d",
			       key.length, encr->name, row->key + row->salt);
	if (mac && integ_key.length != mac->key)
		return err_set(err, EINVAL, "a key of %zu bytes for %s, which takes %d",
			       integ_key.length, integ->name, mac->key);
	cipher = calloc(1, sizeof(*cipher));
	if (!cipher)
		return err_sys(err, ENOMEM, "cipher");
	cipher->row = row;
	cipher->mac = mac;
	cipher->crypto = crypto;
	crypto->users++;
	status = cipher_set_keys(crypto, cipher, key, integ_key);
	if (status) {
		cipher_free(cipher);
		return err_set(err, -status, "OpenSSL here lacks %s or %s", encr->name,
			       integ ? integ->name : "-");
	}
	*ret_cipher = cipher;
	return 0;
}

void cipher_free(struct cipher *cipher)
{
	struct crypto *crypto;

	if (!cipher)
		return;
	crypto = cipher->crypto;
	EVP_CIPHER_CTX_free(cipher->context);
	EVP_MAC_CTX_free(cipher->mac_context);
	xcbc_free(cipher->xcbc);
	OPENSSL_cleanse(cipher, sizeof(*cipher));
	free(cipher);
	crypto_free(crypto);
}

struct alg_sizes cipher_sizes(const struct cipher *cipher)
{
	return (struct alg_sizes){
		.key = (size_t)cipher->row->key + cipher->row->salt,
		.block = cipher->row->block,
		.iv = cipher->row->iv,
		.icv = cipher->mac ? cipher->mac->icv : cipher->row->icv,
		.integ_key = cipher->mac ? cipher->mac->key : 0,
	};
}

static void mac_update(struct cipher *cipher, struct slice part)
{
	if (!part.length)
		return;
	if (cipher->xcbc)
		xcbc_update(cipher->xcbc, part.bytes, part.length);
	else
		(void)EVP_MAC_update(cipher->mac_context, part.bytes, part.length);
}

/* The MAC of a packet with this text. */
static bool make_mac(struct cipher *cipher, const struct cipher_packet *packet,
		     struct slice text, uint8_t mac[static CRYPTO_HASH_MAX])
{
	size_t length = 0;

	if (cipher->mac_context && !EVP_MAC_init(cipher->mac_context, NULL, 0, NULL))
		return false;
	mac_update(cipher, packet->aad);
	mac_update(cipher, packet->iv);
	mac_update(cipher, text);
	mac_update(cipher, packet->tail);
	if (cipher->xcbc)
		xcbc_final(cipher->xcbc, mac);
	else if (!EVP_MAC_final(cipher->mac_context, mac, &length, CRYPTO_HASH_MAX))
		return false;
	return true;
}

static bool mac_is_right(struct cipher *cipher, const struct cipher_packet *packet)
{
	uint8_t mac[CRYPTO_HASH_MAX];

	return packet->icv.length == cipher->mac->icv &&
	       make_mac(cipher, packet, packet->text, mac) &&
	       !CRYPTO_memcmp(mac, packet->icv.bytes, packet->icv.length);
}

/* Salt, then the IV, then for CTR the block counter 1. */
static void make_nonce(const struct cipher *cipher, struct slice iv,
		       uint8_t ret_nonce[static NONCE_MAX])
{
	size_t salt = cipher->row->salt;

	memset(ret_nonce, 0, NONCE_MAX);
	memcpy(ret_nonce, cipher->salt, salt);
	memcpy(ret_nonce + salt, iv.bytes, iv.length);
	if (cipher->row->mode == MODE_CTR)
		ret_nonce[NONCE_MAX - 1] = 1;
}

static int open_aead(struct cipher *cipher, const struct cipher_packet *packet,
		     uint8_t *ret_text)
{
	EVP_CIPHER_CTX *context = cipher->context;
	uint8_t nonce[NONCE_MAX], icv[CRYPTO_HASH_MAX];
	int length = (int)packet->text.length, done = 0;
	bool is_ccm = cipher->row->mode == MODE_CCM;
	bool is_gmac = cipher->row->mode == MODE_GMAC;

	if (packet->icv.length != cipher->row->icv)
		return -EINVAL;
	make_nonce(cipher, packet->iv, nonce);
	memcpy(icv, packet->icv.bytes, packet->icv.length);
	if (EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, (int)packet->icv.length,
				icv) <= 0 ||
	    EVP_DecryptInit_ex2(context, NULL, NULL, nonce, NULL) <= 0)
		return -EINVAL;
	if (is_ccm && EVP_DecryptUpdate(context, NULL, &done, NULL, length) <= 0)
		return -EINVAL;
	if (EVP_DecryptUpdate(context, NULL, &done, packet->aad.bytes,
			      (int)packet->aad.length) <= 0)
		return -EINVAL;
	if (is_gmac) {
		(void)EVP_DecryptUpdate(context, NULL, &done, packet->iv.bytes,
					(int)packet->iv.length);
		(void)EVP_DecryptUpdate(context, NULL, &done, packet->text.bytes, length);
		memcpy(ret_text, packet->text.bytes, packet->text.length);
	} else if (EVP_DecryptUpdate(context, ret_text, &done, packet->text.bytes,
				     length) <= 0) {
		return -EBADMSG; /* CCM checks the ICV here */
	}
	if (!is_ccm && EVP_DecryptFinal_ex(context, ret_text + length, &done) <= 0)
		return -EBADMSG;
	return 0;
}

int cipher_decrypt(struct cipher *cipher, const struct cipher_packet *packet,
		   uint8_t *ret_text)
{
	uint8_t nonce[NONCE_MAX];
	int done = 0;

	if (!cipher || packet->iv.length != cipher->row->iv ||
	    packet->text.length % cipher->row->block || packet->text.length > INT32_MAX)
		return -EINVAL;
	switch (cipher->row->mode) {
	case MODE_NULL:
		if (packet->text.length)
			memcpy(ret_text, packet->text.bytes, packet->text.length);
		return 0;
	case MODE_CBC:
	case MODE_CTR:
		break;
	case MODE_GCM:
	case MODE_CCM:
	case MODE_CHACHA:
	case MODE_GMAC:
		return -ENOTSUP;
	}
	if (cipher->row->mode == MODE_CTR)
		make_nonce(cipher, packet->iv, nonce);
	else
		memcpy(nonce, packet->iv.bytes, packet->iv.length);
	if (EVP_DecryptInit_ex2(cipher->context, NULL, NULL, nonce, NULL) <= 0 ||
	    EVP_DecryptUpdate(cipher->context, ret_text, &done, packet->text.bytes,
			      (int)packet->text.length) <= 0)
		return -EINVAL;
	return 0;
}

int cipher_open(struct cipher *cipher, const struct cipher_packet *packet,
		uint8_t *ret_text)
{
	if (cipher->row->icv) {
		if (packet->iv.length != cipher->row->iv ||
		    packet->text.length > INT32_MAX)
			return -EINVAL;
		return open_aead(cipher, packet, ret_text);
	}
	if (packet->iv.length != cipher->row->iv ||
	    packet->text.length % cipher->row->block)
		return -EINVAL;
	if (cipher->mac && !mac_is_right(cipher, packet))
		return -EBADMSG;
	return cipher_decrypt(cipher, packet, ret_text);
}

int crypto_decrypt_cbc(struct crypto *crypto, const struct alg *encr, struct slice key,
		       struct slice iv, struct slice text, uint8_t *ret_text)
{
	struct cipher_packet packet = { .iv = iv, .text = text };
	struct cipher *cipher = NULL;
	int status;

	status = cipher_new(crypto, encr, key, NULL, (struct slice){ 0 }, &cipher, NULL);
	if (status)
		return status;
	status = cipher_decrypt(cipher, &packet, ret_text);
	cipher_free(cipher);
	return status;
}

/* ------------------------------------------------------------ sealing */

static int seal_aead(const struct cipher *cipher, EVP_CIPHER_CTX *context,
		     const struct cipher_packet *packet, uint8_t *ret_text,
		     uint8_t *ret_icv)
{
	int length = (int)packet->text.length, done = 0;
	uint8_t nonce[NONCE_MAX];
	bool is_fine;

	if (cipher->row->mode == MODE_GMAC)
		return -ENOTSUP; /* IKE has no use for it */
	make_nonce(cipher, packet->iv, nonce);
	is_fine = EVP_EncryptInit_ex2(context, NULL, NULL, nonce, NULL) > 0;
	if (is_fine && cipher->row->mode == MODE_CCM)
		is_fine = EVP_EncryptUpdate(context, NULL, &done, NULL, length) > 0;
	is_fine = is_fine &&
		  EVP_EncryptUpdate(context, NULL, &done, packet->aad.bytes,
				    (int)packet->aad.length) > 0 &&
		  EVP_EncryptUpdate(context, ret_text, &done, packet->text.bytes,
				    length) > 0 &&
		  EVP_EncryptFinal_ex(context, ret_text + length, &done) > 0 &&
		  EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, cipher->row->icv,
				      ret_icv) > 0;
	return is_fine ? 0 : -EINVAL;
}

static int seal_plain(struct cipher *cipher, EVP_CIPHER_CTX *context,
		      const struct cipher_packet *packet, uint8_t *ret_text,
		      uint8_t *ret_icv)
{
	uint8_t nonce[NONCE_MAX], mac[CRYPTO_HASH_MAX];
	struct slice sealed = { ret_text, packet->text.length };
	int done = 0;

	if (cipher->row->mode == MODE_CTR)
		make_nonce(cipher, packet->iv, nonce);
	else if (packet->iv.length)
		memcpy(nonce, packet->iv.bytes, packet->iv.length);
	if (cipher->row->mode == MODE_NULL)
		memcpy(ret_text, packet->text.bytes, packet->text.length);
	else if (EVP_EncryptInit_ex2(context, NULL, NULL, nonce, NULL) <= 0 ||
		 EVP_EncryptUpdate(context, ret_text, &done, packet->text.bytes,
				   (int)packet->text.length) <= 0)
		return -EINVAL;
	if (!cipher->mac)
		return 0;
	if (!make_mac(cipher, packet, sealed, mac))
		return -EINVAL;
	memcpy(ret_icv, mac, cipher->mac->icv);
	return 0;
}

int crypto_seal(struct crypto *crypto, const struct crypto_keys *keys,
		const struct cipher_packet *packet, uint8_t *ret_text, uint8_t *ret_icv)
{
	struct cipher *cipher = NULL;
	EVP_CIPHER_CTX *context = NULL;
	int status = cipher_new(crypto, keys->encr, keys->key, keys->integ,
				keys->integ_key, &cipher, NULL);

	if (status || !cipher)
		return status;
	if (packet->iv.length != cipher->row->iv || packet->text.length > INT32_MAX ||
	    packet->text.length % cipher->row->block)
		status = -EINVAL;
	if (!status && cipher->row->mode != MODE_NULL) {
		struct slice key = { keys->key.bytes,
				     keys->key.length - cipher->row->salt };

		context = cipher_context(crypto, cipher->row, key, true);
		status = context ? 0 : -ENOTSUP;
	}
	if (!status)
		status = cipher->row->icv
				 ? seal_aead(cipher, context, packet, ret_text, ret_icv)
				 : seal_plain(cipher, context, packet, ret_text, ret_icv);
	EVP_CIPHER_CTX_free(context);
	cipher_free(cipher);
	return status;
}
