// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kernel_key_test.c - what `ip xfrm state` prints (iproute2 6.1), with and without -s
 *
 * The keys are made up.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "dissect/crypto.h"
#include "dissect/kernel_key.h"
#include "dissect/keyring.h"
#include "ipsec/alg.h"

static const char state_text[] =
	"# of the gateway\n"
	"src 7.7.7.7 dst 203.0.113.56\n"
	"\tproto esp spi 0xc261e377 reqid 1 mode tunnel\n"
	"\treplay-window 32 flag af-unspec\n"
	"\tauth-trunc hmac(sha1) 0x303132333435363738393a3b3c3d3e3f40414243 96\n"
	"\tenc cbc(aes) 0x101112131415161718191a1b1c1d1e1f\n"
	"\tencap type espinudp sport 4500 dport 4500 addr 0.0.0.0\n"
	"\tanti-replay context: seq 0x0, oseq 0x0, bitmap 0x00000000\n"
	"src 203.0.113.56 dst 7.7.7.7\n"
	"\tproto esp spi 0xc858dc94(3361266836) reqid 1(0x00000001) mode tunnel\n"
	"\treplay-window 0 seq 0x00000000 flag af-unspec esn (0x10100000)\n"
	"\taead rfc4106(gcm(aes)) "
	"0x101112131415161718191a1b1c1d1e1f20212223 (160 bits) 128\n"
	"\tanti-replay esn context:\n"
	"\t seq-hi 0x0, seq 0x0, oseq-hi 0x0, oseq 0x0\n"
	"src 2001:db8::1 dst 2001:db8::2\n"
	"\tproto ah spi 0x00000100 reqid 0 mode transport\n"
	"\treplay-window 0 \n"
	"\tauth-trunc hmac(sha256) "
	"0x303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f 128\n"
	"\tsel src ::/0 dst ::/0 \n"
	"src 7.7.7.7 dst 203.0.113.56\n"
	"\tproto comp spi 0x0000c3d4 reqid 1 mode tunnel\n"
	"\tcomp deflate \n"
	"src 7.7.7.7 dst 203.0.113.57\n"
	"\tproto esp spi 0x00000101 reqid 1 mode tunnel\n"
	"\tenc cbc(unheard-of) 0x101112131415161718191a1b1c1d1e1f\n"
	"src 7.7.7.7 dst 203.0.113.57\n"
	"\tproto esp spi 0x00000102 reqid 1 mode tunnel\n"
	"\tauth-trunc hmac(unheard-of) 0x303132333435363738393a3b3c3d3e3f40414243 96\n"
	"\tenc cbc(aes) 0x101112131415161718191a1b1c1d1e1f\n";

static void ip_xfrm_state_gives_esp_and_ah_keys(void **state)
{
	_cleanup_(keyring_freep) struct keyring *keyring = keyring_new();
	const struct esp_key *key;
	struct err err = { 0 };

	(void)state;
	if (keyring_read_text(keyring, "gw.keys", state_text, &err))
		fail_msg("%s", err.text);
	assert_int_equal(keyring_esps(keyring), 3);
	key = keyring_esp_of(keyring, 0xc261e377, NULL);
	assert_non_null(key);
	assert_string_equal(key->encr->keyword, "aes128");
	assert_string_equal(key->integ->keyword, "sha1");
	assert_int_equal(key->integ_key.bytes[19], 0x43);
	assert_string_equal(inet_addr_text(&key->dst).s, "203.0.113.56");
	assert_false(key->is_ah || key->is_esn);
	key = keyring_esp_of(keyring, 0xc858dc94, NULL);
	assert_non_null(key);
	assert_string_equal(key->encr->keyword, "aes128gcm16");
	assert_int_equal(key->key.length, 20);
	assert_null(key->integ);
	assert_true(key->is_esn);
	key = keyring_esp_of(keyring, 0x100, NULL);
	assert_non_null(key);
	assert_true(key->is_ah);
	assert_null(key->encr);
	assert_string_equal(key->integ->keyword, "sha256");
	assert_int_equal(key->dst.family, AF_INET6);
}

/* Each row's kernel name with the key's length leads back to that row. */
static void every_cipher_that_the_kernel_has_is_named(void **state)
{
	static const struct {
		const char *name, *keyword;
		unsigned int icv_bits;
	} rows[] = {
		{ "cbc(aes)", "aes256", 0 },
		{ "rfc3686(ctr(aes))", "aes192ctr", 0 },
		{ "rfc4106(gcm(aes))", "aes256gcm8", 64 },
		{ "rfc4106(gcm(aes))", "aes128gcm12", 96 },
		{ "rfc4309(ccm(aes))", "aes192ccm16", 128 },
		{ "rfc4543(gcm(aes))", "aes256gmac", 128 },
		{ "rfc7539esp(chacha20,poly1305)", "chacha20poly1305", 128 },
		{ "cbc(camellia)", "camellia192", 0 },
		{ "cbc(des3_ede)", "3des", 0 },
		{ "cbc(blowfish)", "blowfish128", 0 },
		{ "cbc(cast5)", "cast128", 0 },
		{ "cbc(des)", "des", 0 },
		{ "ecb(cipher_null)", "null", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct alg *alg = alg_by_keyword(ALG_KIND_ENCR, rows[i].keyword);

		assert_ptr_equal(kernel_key_encr(rows[i].name,
						 crypto_sizes(alg, NULL).key,
						 rows[i].icv_bits),
				 alg);
	}
	assert_null(kernel_key_encr("cbc(aes)", 17, 0));
	assert_null(kernel_key_encr("rfc4106(gcm(aes))", 20, 32));
	assert_string_equal(kernel_key_integ("hmac(sha256)", 128)->keyword, "sha256");
	assert_string_equal(kernel_key_integ("hmac(sha256)", 0)->keyword, "sha256_96");
	assert_null(kernel_key_integ("hmac(sha256)", 100));
}

/* A line that is not whole gives no key, and no other one either. */
static void state_cut_anywhere_gives_no_wrong_key(void **state)
{
	(void)state;
	for (size_t cut = 0; cut < sizeof(state_text); cut++) {
		_cleanup_(keyring_freep) struct keyring *keyring = keyring_new();
		_cleanup_free_ char *part = strndup(state_text, cut);

		(void)keyring_read_text(keyring, "gw.keys", part, NULL);
		assert_true(keyring_esps(keyring) <= 3);
		for (size_t i = 0; i < keyring_esps(keyring); i++) {
			const struct esp_key *key = keyring_esp(keyring, i);

			if (key->encr)
				assert_int_equal(key->key.length,
						 crypto_sizes(key->encr, NULL).key);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ip_xfrm_state_gives_esp_and_ah_keys),
		cmocka_unit_test(every_cipher_that_the_kernel_has_is_named),
		cmocka_unit_test(state_cut_anywhere_gives_no_wrong_key),
	};

	return cmocka_run_group_tests_name("dissect/kernel_key", tests, NULL, NULL);
}
