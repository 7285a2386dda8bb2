// SPDX-License-Identifier: GPL-2.0-or-later
/* crypto_test.c - MACs and hashes against the vectors of their RFCs */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "dissect/crypto.h"
#include "dissect/test_unhex.h"
#include "ipsec/alg.h"

static void prfs_give_what_their_rfcs_print(void **state)
{
	static const struct {
		const char *keyword, *key, *message, *mac;
	} rows[] = {
		/* RFC 2202 2 and 3, test case 1 */
		{ "prfmd5", "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265",
		  "9294727a3638bb1c13f48ef8158bfc9d" },
		{ "prfsha1", "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
		  "4869205468657265", "b617318655057264e28bc0b6fb378c8ef146be00" },
		/* RFC 4231 4.2 */
		{ "prfsha256", "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
		  "4869205468657265",
		  "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7" },
		/* RFC 3566 4.6: empty, 3, 16 and 20 bytes */
		{ "prfaesxcbc", "000102030405060708090a0b0c0d0e0f", "",
		  "75f0251d528ac01c4573dfd584d79f29" },
		{ "prfaesxcbc", "000102030405060708090a0b0c0d0e0f", "000102",
		  "5b376580ae2f19afe7219ceef172756f" },
		{ "prfaesxcbc", "000102030405060708090a0b0c0d0e0f",
		  "000102030405060708090a0b0c0d0e0f",
		  "d2a246fa349b68a79998a4394ff7a263" },
		{ "prfaesxcbc", "000102030405060708090a0b0c0d0e0f",
		  "000102030405060708090a0b0c0d0e0f10111213",
		  "47f51b4564966215b8985c63055ed308" },
		/* RFC 4434 2: a key of 10 bytes, and one of 18 */
		{ "prfaesxcbc", "00010203040506070809",
		  "000102030405060708090a0b0c0d0e0f10111213",
		  "0fa087af7d866e7653434e602fdde835" },
		{ "prfaesxcbc", "000102030405060708090a0b0c0d0e0fedcb",
		  "000102030405060708090a0b0c0d0e0f10111213",
		  "8cd3c93ae598a9803006ffb67c40e9e4" },
		/* RFC 4615 4 */
		{ "prfaescmac", "000102030405060708090a0b0c0d0e0fedcb",
		  "000102030405060708090a0b0c0d0e0f10111213",
		  "84a348a4a45d235babfffc0d2b4da09a" },
	};
	_cleanup_(crypto_freep) struct crypto *crypto = NULL;

	(void)state;
	assert_int_equal(crypto_new(&crypto, NULL), 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint8_t key[64], message[64], wanted[64], mac[CRYPTO_HASH_MAX];
		struct slice key_slice = test_unhex(rows[i].key, key, sizeof(key));
		struct slice part = test_unhex(rows[i].message, message, sizeof(message));
		size_t length = test_unhex(rows[i].mac, wanted, sizeof(wanted)).length;

		assert_int_equal(crypto_prf(crypto,
					    alg_by_keyword(ALG_KIND_PRF, rows[i].keyword),
					    key_slice, &part, 1, mac),
				 length);
		assert_memory_equal(mac, wanted, length);
	}
}

/* RFC 2451's 3DES-CBC by NIST SP 800-67's known answer for a single block with IV 0. */
static void cbc_of_legacy_ciphers_works_or_says_that_it_lacks(void **state)
{
	static const char *const keywords[] = { "des",	   "3des",	  "blowfish128",
						"cast128", "camellia128", "aes256" };
	_cleanup_(crypto_freep) struct crypto *crypto = NULL;
	uint8_t key[32], iv[16] = { 0 }, text[32] = { 0 }, out[32];

	(void)state;
	memset(key, 0x5a, sizeof(key));
	assert_int_equal(crypto_new(&crypto, NULL), 0);
	for (size_t i = 0; i < ARRAY_SIZE(keywords); i++) {
		const struct alg *alg = alg_by_keyword(ALG_KIND_ENCR, keywords[i]);
		struct alg_sizes sizes = crypto_sizes(alg, NULL);

		assert_int_equal(crypto_decrypt_cbc(crypto, alg,
						    (struct slice){ key, sizes.key },
						    (struct slice){ iv, sizes.block },
						    (struct slice){ text, 32 }, out),
				 0);
		/* Two equal blocks under CBC: the second is XORed with the first's text
		 */
		assert_memory_equal(out, out + sizes.block, sizes.block);
		assert_true(crypto_decrypt_cbc(crypto, alg,
					       (struct slice){ key, sizes.key },
					       (struct slice){ iv, sizes.block },
					       (struct slice){ text, 31 }, out) < 0);
		assert_true(crypto_decrypt_cbc(crypto, alg,
					       (struct slice){ key, sizes.key - 1 },
					       (struct slice){ iv, sizes.block },
					       (struct slice){ text, 32 }, out) < 0);
	}
}

static void every_cipher_row_of_alg_h_can_be_used(void **state)
{
	_cleanup_(crypto_freep) struct crypto *crypto = NULL;
	uint8_t key[64] = { 1, 2, 3 };
	unsigned int rows = 0;

	(void)state;
	assert_int_equal(crypto_new(&crypto, NULL), 0);
	for (const struct alg *alg = NULL; (alg = alg_next(alg));) {
		const struct alg *sha1 = alg_by_keyword(ALG_KIND_INTEG, "sha1");
		struct cipher *cipher = NULL;
		size_t length;

		if (alg->kind != ALG_KIND_ENCR)
			continue;
		for (length = 0; length < sizeof(key); length++)
			if (!cipher_new(crypto, alg, (struct slice){ key, length }, sha1,
					(struct slice){ key, 20 }, &cipher, NULL))
				break;
		if (length == sizeof(key))
			fail_msg("%s cannot be used", alg->name);
		assert_int_equal(length, crypto_sizes(alg, sha1).key);
		cipher_free(cipher);
		rows++;
	}
	assert_true(rows > 30);
}

/* DES is the legacy provider's, which must not be unloaded under a cipher of a keyring. */
static void cipher_may_outlive_who_made_it(void **state)
{
	uint8_t key[8] = { 1, 2, 3 }, iv[8] = { 0 }, text[8] = { 0 }, out[8];
	struct cipher_packet packet = { .iv = { iv, 8 }, .text = { text, 8 } };
	struct crypto *crypto = NULL;
	struct cipher *cipher = NULL;

	(void)state;
	assert_int_equal(crypto_new(&crypto, NULL), 0);
	assert_int_equal(cipher_new(crypto, alg_by_keyword(ALG_KIND_ENCR, "des"),
				    (struct slice){ key, 8 }, NULL, (struct slice){ 0 },
				    &cipher, NULL),
			 0);
	crypto_free(crypto);
	assert_int_equal(cipher_open(cipher, &packet, out), 0);
	cipher_free(cipher);
}

/* Sealed and opened again, by every cipher an IKE SA can have. */
static void what_is_sealed_opens_and_nothing_else_does(void **state)
{
	static const uint8_t key[64] = { 1, 2, 3 }, iv[16] = { 4 }, aad[12] = { 5 };
	static const uint8_t text[32] = { 6, 7 };
	const struct alg *sha256 = alg_by_keyword(ALG_KIND_INTEG, "sha256");
	_cleanup_(crypto_freep) struct crypto *crypto = NULL;

	(void)state;
	assert_int_equal(crypto_new(&crypto, NULL), 0);
	for (const struct alg *alg = NULL; (alg = alg_next(alg));) {
		uint8_t sealed[32], opened[32], icv[CRYPTO_HASH_MAX];
		const struct alg *integ = alg->is_aead ? NULL : sha256;
		struct alg_sizes sizes = crypto_sizes(alg, integ);
		struct crypto_keys keys = { alg, integ, { key, sizes.key }, { key, 32 } };
		struct cipher_packet packet = { .aad = { aad, sizeof(aad) },
						.iv = { iv, sizes.iv },
						.text = { text, sizeof(text) } };
		struct cipher *cipher = NULL;

		if (alg->kind != ALG_KIND_ENCR || strstr(alg->keyword, "gmac"))
			continue;
		if (crypto_seal(crypto, &keys, &packet, sealed, icv))
			fail_msg("%s does not seal", alg->name);
		packet.text.bytes = sealed;
		packet.icv = (struct slice){ icv, sizes.icv };
		assert_int_equal(cipher_new(crypto, alg, keys.key, integ, keys.integ_key,
					    &cipher, NULL),
				 0);
		assert_int_equal(cipher_open(cipher, &packet, opened), 0);
		assert_memory_equal(opened, text, sizeof(text));
		icv[0] ^= 1;
		assert_int_equal(cipher_open(cipher, &packet, opened), -EBADMSG);
		cipher_free(cipher);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_sealed_opens_and_nothing_else_does),
		cmocka_unit_test(prfs_give_what_their_rfcs_print),
		cmocka_unit_test(cbc_of_legacy_ciphers_works_or_says_that_it_lacks),
		cmocka_unit_test(every_cipher_row_of_alg_h_can_be_used),
		cmocka_unit_test(cipher_may_outlive_who_made_it),
	};

	return cmocka_run_group_tests_name("dissect/crypto", tests, NULL, NULL);
}
