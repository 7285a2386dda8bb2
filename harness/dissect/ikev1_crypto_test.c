// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ikev1_crypto_test.c - the chain of keys as charon computes it, and IVs
 *
 * The values are those of an aggressive mode between two strongSwan 5.9.8 with the
 * pre-shared key "yourpasswordhere", as their log printed them (ike = 4).
 */
#include <openssl/evp.h>
#include <string.h>

#include "base/cleanup.h"
#include "dissect/crypto.h"
#include "dissect/ike.h"
#include "dissect/ikev1_crypto.h"
#include "dissect/keyring.h"
#include "dissect/test_unhex.h"
#include "ipsec/alg.h"

static const char cookies_hex[] = "0f645c3e42d584772d9d634cc306240e";
static const char ni_hex[] =
	"c3494ab21362e5caf8d4571d073359e0360d3cdccbcd954fcf51b5d4da117a8a";
static const char nr_hex[] =
	"e996d8888721bf039459b742b82435cafe5bad60a093294c06d74c3392eec44a";
static const char gxy_hex[] =
	"caf569d9caa7098884d84c6330d468903d33a392c31bf7ae956638b836edb8be840197fe"
	"d2d98e3f6a86581cdcb48b33d2a29bc29313f9dcb41f6cdf0f106291fc0ae8d0da5de10f"
	"01c992ad533e0c7d59d8dba20bd548d450f4568e866a2b25951745f38c950519735c9ec9"
	"4bfba4ee5a02d857c04cbd93fb90cff8a4c934db";
static const char skeyid_hex[] = "cf4db2d0393d65d6329934f3b7a96c93b46dbbd8";
static const char skeyid_d_hex[] = "ca5bbe7fd9a36ac08de2f5878e6d6231f90ddf2a";
static const char skeyid_a_hex[] = "69006bdaa75ce8c9f900abb21b83ebedb2bd5e42";
static const char skeyid_e_hex[] = "dfdf5e0645d489d9a611ccd7c9944567700618ad";
static const char ka_hex[] = "dfdf5e0645d489d9a611ccd7c9944567";

static void equals(const uint8_t *bytes, const char *wanted_hex)
{
	uint8_t wanted[256];
	struct slice slice = test_unhex(wanted_hex, wanted, sizeof(wanted));

	assert_memory_equal(bytes, wanted, slice.length);
}

static void chain_of_keys_is_that_of_charon(void **state)
{
	_cleanup_(crypto_freep) struct crypto *crypto = NULL;
	uint8_t ni[64], nr[64], gxy[256], cookies[16];
	struct ikev1_sa sa = { .hash = alg_by_keyword(ALG_KIND_INTEG, "sha1"),
			       .encr = alg_by_keyword(ALG_KIND_ENCR, "aes128") };
	struct ikev1_keys keys;
	struct slice psk = { (const uint8_t *)"yourpasswordhere", 16 };

	(void)state;
	assert_int_equal(crypto_new(&crypto, NULL), 0);
	(void)test_unhex(cookies_hex, cookies, sizeof(cookies));
	memcpy(sa.cookies, cookies, sizeof(cookies));
	sa.ni = test_unhex(ni_hex, ni, sizeof(ni));
	sa.nr = test_unhex(nr_hex, nr, sizeof(nr));
	assert_int_equal(ikev1_derive(crypto, &sa, psk,
				      test_unhex(gxy_hex, gxy, sizeof(gxy)), &keys),
			 0);
	assert_int_equal(keys.length, 20);
	equals(keys.skeyid, skeyid_hex);
	equals(keys.skeyid_d, skeyid_d_hex);
	equals(keys.skeyid_a, skeyid_a_hex);
	equals(keys.skeyid_e, skeyid_e_hex);
	assert_int_equal(keys.ka_length, 16);
	equals(keys.ka, ka_hex);
	/* A cipher that wants more than the hash gives: K1 | K2 of RFC 2409 B. */
	sa.encr = alg_by_keyword(ALG_KIND_ENCR, "aes256");
	assert_int_equal(ikev1_derive(crypto, &sa, psk,
				      test_unhex(gxy_hex, gxy, sizeof(gxy)), &keys),
			 0);
	assert_int_equal(keys.ka_length, 32);
	assert_memory_not_equal(keys.ka, keys.skeyid_e, 16);
	sa.nr.length = 0;
	assert_true(ikev1_derive(crypto, &sa, psk, test_unhex(gxy_hex, gxy, sizeof(gxy)),
				 &keys) < 0);
}

/* Header and a HASH payload of 20 bytes, padded to two blocks; encrypted with iv. */
static void seal(uint32_t message_id, const uint8_t *key, const uint8_t *iv, uint8_t fill,
		 uint8_t bytes[static 60])
{
	uint8_t plain[32] = { 0, 0, 0, 24 };
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	int length;

	memset(plain + 4, fill, 20);
	memset(bytes, 0, 60);
	memset(bytes, 1, 16);
	bytes[16] = V1_PAYLOAD_HASH;
	bytes[17] = 0x10;
	bytes[18] = V1_EXCHANGE_INFORMATIONAL;
	bytes[19] = IKE_V1_FLAG_ENCRYPTED;
	bytes[23] = (uint8_t)message_id;
	bytes[27] = 60;
	assert_true(EVP_EncryptInit_ex(context, EVP_aes_128_cbc(), NULL, key, iv));
	EVP_CIPHER_CTX_set_padding(context, 0);
	assert_true(EVP_EncryptUpdate(context, bytes + 28, &length, plain, 32));
	EVP_CIPHER_CTX_free(context);
}

static void open_sealed(struct crypto *crypto, struct keyring *keyring,
			struct ikev1_sa *sa, const uint8_t *bytes, uint8_t fill)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };
	uint8_t plain[32];

	assert_int_equal(ike_dissect((struct slice){ bytes, 60 }, false, &message), 0);
	assert_int_equal(ikev1_decrypt(crypto, keyring, sa, &message, plain), 0);
	assert_int_equal(plain[4], fill);
	assert_int_equal(plain[23], fill);
}

/*
 * strongSwan answers a DPD with the next IV of the exchange; a FRITZ!Box with the
 * same message id as if a new exchange began (strongSwan 8a6b01dd2a).
 */
static void dpd_reply_opens_with_the_chained_and_with_a_fresh_iv(void **state)
{
	_cleanup_(crypto_freep) struct crypto *crypto = NULL;
	const struct alg *sha1 = alg_by_keyword(ALG_KIND_INTEG, "sha1");
	uint8_t key[16] = { 9, 8, 7 }, phase1[16] = { 1, 2, 3 }, id[4] = { 0, 0, 0, 5 };
	struct slice parts[] = { { phase1, 16 }, { id, 4 } };
	uint8_t iv[CRYPTO_HASH_MAX], request[60], chained[60], fresh[60];

	(void)state;
	assert_int_equal(crypto_new(&crypto, NULL), 0);
	assert_int_equal(crypto_hash(crypto, sha1, parts, 2, iv), 20);
	seal(5, key, iv, 0xaa, request);
	seal(5, key, request + 44, 0xbb, chained);
	seal(5, key, iv, 0xcc, fresh);
	for (int is_fritz = 0; is_fritz < 2; is_fritz++) {
		_cleanup_(keyring_freep) struct keyring *keyring = keyring_new();
		struct ikev1_key known = { .cookie_i = 0x0101010101010101ULL,
					   .key = { key, 16 } };
		struct ikev1_sa sa = { .hash = sha1,
				       .encr = alg_by_keyword(ALG_KIND_ENCR, "aes128"),
				       .has_phase1_iv = true };

		memset(sa.cookies, 1, 16);
		memcpy(sa.phase1_iv, phase1, 16);
		keyring_add_ikev1(keyring, &known);
		open_sealed(crypto, keyring, &sa, request, 0xaa);
		open_sealed(crypto, keyring, &sa, is_fritz ? fresh : chained,
			    is_fritz ? 0xcc : 0xbb);
	}
}

static void garbage_is_no_payload_chain(void **state)
{
	static const uint8_t good[] = { 11, 0, 0, 6, 1, 2, 0, 0, 0, 8, 1, 2, 3, 4, 0, 0 };
	uint8_t bad[sizeof(good)];

	(void)state;
	assert_true(
		ikev1_is_chain(V1_PAYLOAD_HASH, (struct slice){ good, sizeof(good) }));
	assert_false(ikev1_is_chain(99, (struct slice){ good, sizeof(good) }));
	memcpy(bad, good, sizeof(good));
	bad[3] = 3; /* shorter than its own header */
	assert_false(ikev1_is_chain(V1_PAYLOAD_HASH, (struct slice){ bad, sizeof(bad) }));
	bad[3] = 200;
	assert_false(ikev1_is_chain(V1_PAYLOAD_HASH, (struct slice){ bad, sizeof(bad) }));
	assert_false(ikev1_is_chain(0, (struct slice){ bad, sizeof(bad) }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chain_of_keys_is_that_of_charon),
		cmocka_unit_test(dpd_reply_opens_with_the_chained_and_with_a_fresh_iv),
		cmocka_unit_test(garbage_is_no_payload_chain),
	};

	return cmocka_run_group_tests_name("dissect/ikev1_crypto", tests, NULL, NULL);
}
