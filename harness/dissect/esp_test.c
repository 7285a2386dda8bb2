// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * esp_test.c - ESP packets of tcpdump's captures, and every cipher both ways
 *
 * The captures' keys are public (the-tcpdump-group, esp-secrets.txt).
 */
#include <openssl/evp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "capture/file.h"
#include "capture/shared_pcaps.h"
#include "dissect/crypto.h"
#include "dissect/esp.h"
#include "dissect/ip.h"
#include "dissect/keyring.h"
#include "ipsec/alg.h"

struct tally {
	unsigned int packets, opened, pings;
	enum esp_status last;
};

static struct tally open_capture(const char *name, const char *table)
{
	_cleanup_(crypto_freep) struct crypto *crypto = NULL;
	_cleanup_(keyring_freep) struct keyring *keyring = NULL;
	_cleanup_(capture_file_closep) struct capture_file *file = NULL;
	struct capture_packet captured;
	struct tally tally = { 0 };
	struct err err = { 0 };
	char path[512];

	if (shared_pcaps_path(name, path, sizeof(path)))
		shared_pcaps_skip(); /* which jumps over all cleanups */
	keyring = keyring_new();
	assert_int_equal(crypto_new(&crypto, NULL), 0);
	if (keyring_read_text(keyring, "keys", table, &err))
		fail_msg("%s", err.text);
	assert_int_equal(capture_file_open(path, &file, NULL), 0);
	while (capture_file_next(file, &captured, NULL) > 0) {
		uint8_t buffer[2048];
		struct packet packet, inner;
		struct esp_result result;

		(void)packet_dissect(captured.link_type, captured.bytes,
				     captured.captured, captured.length, &packet);
		if (packet.kind != PACKET_ESP && packet.kind != PACKET_UDP_ESP)
			continue;
		tally.packets++;
		tally.last = esp_open(crypto, keyring, &packet, buffer, &result);
		if (tally.last != ESP_OPENED && tally.last != ESP_UNCHECKED)
			continue;
		tally.opened++;
		assert_int_equal(result.next_header, ESP_NEXT_IPV4);
		(void)packet_dissect_ip(result.inner.bytes, result.inner.length, &inner);
		assert_false(inner.is_malformed);
		tally.pings += inner.kind == PACKET_ICMP;
	}
	return tally;
}

static void triple_des_of_tcpdumps_capture_opens(void **state)
{
	struct tally tally = open_capture(
		"tcpdump-02-sunrise-sunset-esp.pcap",
		"0x12345678@192.1.2.45 "
		"3des-cbc-hmac96:0x4043434545464649494a4a4c4c4f4f515152525454575758\n");

	(void)state;
	assert_int_equal(tally.packets, 8);
	assert_int_equal(tally.opened, 8);
	assert_int_equal(tally.pings, 8);
}

static void aes_256_by_secrets_file_and_by_wireshark_table_opens(void **state)
{
	static const char key[] =
		"aaaabbbbccccdddd4043434545464649494a4a4c4c4f4f5151525254"
		"54575758";
	struct tally tally;
	char table[400];

	(void)state;
	(void)snprintf(table, sizeof(table),
		       "# a comment\n\n0xd1234567@192.1.2.45 aes256-cbc-hmac96:0x%s\n",
		       key);
	tally = open_capture("tcpdump-08-sunrise-sunset-aes.pcap", table);
	assert_int_equal(tally.opened, 8);
	(void)snprintf(table, sizeof(table),
		       "\"IPv4\",\"*\",\"192.1.2.45\",\"0xd1234567\",\"AES-CBC "
		       "[RFC3602]\",\"0x%s\",\"ANY 96 bit authentication [no "
		       "checking]\",\"\"\r\n",
		       key);
	tally = open_capture("tcpdump-08-sunrise-sunset-aes.pcap", table);
	assert_int_equal(tally.pings, 8);
	(void)snprintf(table, sizeof(table),
		       "0xd1234567@192.1.2.45 aes256-cbc-hmac96:0xbb%s\n", key + 2);
	tally = open_capture("tcpdump-08-sunrise-sunset-aes.pcap", table);
	assert_int_equal(tally.opened, 0);
	assert_int_equal(tally.last, ESP_BAD_ICV);
	tally = open_capture("tcpdump-08-sunrise-sunset-aes.pcap", "");
	assert_int_equal(tally.last, ESP_NO_KEY);
}

static void udp_encapsulated_triple_des_opens(void **state)
{
	struct tally tally = open_capture(
		"tcpdump-espudp1.pcap",
		"0x12345678@192.1.2.45 "
		"3des-cbc-hmac96:0x4043434545464649494a4a4c4c4f4f515152525454575758\n");

	(void)state;
	assert_int_equal(tally.opened, 8);
}

/* ------------------------------------------------------------ our own packets */

/*
 * Seal by OpenSSL directly, not by the code under test. AEAD ciphers only: the
 * captures above and the IKE tests cover CBC with HMAC.
 */
static size_t seal_aead(const char *name, struct slice key, size_t salt, size_t icv,
			struct slice aad, uint8_t *esp, struct slice text)
{
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, name, NULL);
	uint8_t nonce[12];
	bool is_ccm = strstr(name, "CCM");
	int done;

	memcpy(nonce, key.bytes + key.length - salt, salt);
	memcpy(nonce + salt, esp + 8, 8);
	assert_true(EVP_EncryptInit_ex2(context, cipher, NULL, NULL, NULL));
	if (is_ccm) {
		EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, 11, NULL);
		EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, (int)icv, NULL);
	}
	assert_true(EVP_EncryptInit_ex2(context, NULL, key.bytes, nonce, NULL));
	if (is_ccm)
		EVP_EncryptUpdate(context, NULL, &done, NULL, (int)text.length);
	EVP_EncryptUpdate(context, NULL, &done, aad.bytes, (int)aad.length);
	assert_true(EVP_EncryptUpdate(context, esp + 16, &done, text.bytes,
				      (int)text.length));
	EVP_EncryptFinal_ex(context, esp + 16 + text.length, &done);
	EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, (int)icv,
			    esp + 16 + text.length);
	EVP_CIPHER_CTX_free(context);
	EVP_CIPHER_free(cipher);
	return 16 + text.length + icv;
}

static void open_sealed(const char *keyword, const char *name, size_t salt, bool is_esn)
{
	_cleanup_(crypto_freep) struct crypto *crypto = NULL;
	_cleanup_(keyring_freep) struct keyring *keyring = keyring_new();
	const struct alg *alg = alg_by_keyword(ALG_KIND_ENCR, keyword);
	static const uint8_t text[24] = { 0x45, 0, 0,	     20, 1, 1,
					  1,	1, [20] = 1, 2,	 2, ESP_NEXT_IPV4 };
	uint8_t bytes[100] = { 0, 0, 0, 9, 0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8 };
	uint8_t key_bytes[40], buffer[100],
		aad[12] = { 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 1 };
	struct alg_sizes sizes;
	struct packet packet = { .kind = PACKET_ESP, .spi = 9, .sequence = 1 };
	struct esp_key key = { .spi = 9, .encr = alg };
	struct esp_result result;

	assert_non_null(alg);
	sizes = crypto_sizes(alg, NULL);
	for (size_t i = 0; i < sizeof(key_bytes); i++)
		key_bytes[i] = (uint8_t)(i * 7 + 1);
	key.key = (struct slice){ key_bytes, sizes.key };
	assert_int_equal(crypto_new(&crypto, NULL), 0);
	keyring_add_esp(keyring, &key);
	packet.payload.bytes = bytes;
	packet.payload.length =
		seal_aead(name, key.key, salt, sizes.icv,
			  is_esn ? (struct slice){ aad, 12 } : (struct slice){ bytes, 8 },
			  bytes, (struct slice){ text, sizeof(text) });
	assert_int_equal(esp_open(crypto, keyring, &packet, buffer, &result), ESP_OPENED);
	assert_int_equal(result.inner.length, 20);
	assert_int_equal(keyring_esp(keyring, 0)->is_esn, is_esn);
	for (size_t i = 0; i < packet.payload.length; i++) {
		if (i >= 4 && i < 8)
			continue; /* the sequence number chooses ESN's window */
		bytes[i] ^= 1;
		if (i >= 4)
			assert_int_not_equal(
				esp_open(crypto, keyring, &packet, buffer, &result),
				ESP_OPENED);
		bytes[i] ^= 1;
	}
	while (packet.payload.length--)
		assert_int_not_equal(esp_open(crypto, keyring, &packet, buffer, &result),
				     ESP_OPENED);
}

static void every_aead_opens_what_openssl_sealed_and_nothing_else(void **state)
{
	static const struct {
		const char *keyword, *name;
		size_t salt;
	} rows[] = {
		{ "aes128gcm16", "AES-128-GCM", 4 },
		{ "aes192gcm12", "AES-192-GCM", 4 },
		{ "aes256gcm8", "AES-256-GCM", 4 },
		{ "aes128ccm16", "AES-128-CCM", 3 },
		{ "aes192ccm12", "AES-192-CCM", 3 },
		{ "aes256ccm8", "AES-256-CCM", 3 },
		{ "chacha20poly1305", "ChaCha20-Poly1305", 4 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		open_sealed(rows[i].keyword, rows[i].name, rows[i].salt, false);
		open_sealed(rows[i].keyword, rows[i].name, rows[i].salt, true);
	}
}

/* RFC 4231 test case 1, cut to what ESP uses; NULL encryption (RFC 2410). */
static void null_encryption_with_hmac_sha256_is_checked(void **state)
{
	_cleanup_(crypto_freep) struct crypto *crypto = NULL;
	_cleanup_(keyring_freep) struct keyring *keyring = keyring_new();
	uint8_t bytes[8 + 4 + 16] = { 0, 0, 0, 7, 0, 0, 0, 1, 'x', 'y', 0, 59 };
	uint8_t mac[CRYPTO_HASH_MAX], integ_key[32] = { 1, 2, 3 }, buffer[64];
	struct slice part = { bytes, 12 };
	struct esp_key key = { .spi = 7,
			       .encr = alg_by_keyword(ALG_KIND_ENCR, "null"),
			       .integ = alg_by_keyword(ALG_KIND_INTEG, "sha256"),
			       .integ_key = { integ_key, sizeof(integ_key) } };
	struct packet packet = { .kind = PACKET_ESP,
				 .spi = 7,
				 .payload = { bytes, sizeof(bytes) } };
	struct esp_result result;

	(void)state;
	assert_int_equal(crypto_new(&crypto, NULL), 0);
	assert_int_equal(crypto_prf(crypto, key.integ, key.integ_key, &part, 1, mac), 32);
	memcpy(bytes + 12, mac, 16);
	keyring_add_esp(keyring, &key);
	assert_int_equal(esp_open(crypto, keyring, &packet, buffer, &result), ESP_OPENED);
	assert_int_equal(result.next_header, ESP_NEXT_DUMMY);
	assert_int_equal(result.inner.length, 2);
	bytes[8] ^= 1;
	assert_int_equal(esp_open(crypto, keyring, &packet, buffer, &result),
			 ESP_BAD_ICV);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(triple_des_of_tcpdumps_capture_opens),
		cmocka_unit_test(aes_256_by_secrets_file_and_by_wireshark_table_opens),
		cmocka_unit_test(udp_encapsulated_triple_des_opens),
		cmocka_unit_test(every_aead_opens_what_openssl_sealed_and_nothing_else),
		cmocka_unit_test(null_encryption_with_hmac_sha256_is_checked),
	};

	return cmocka_run_group_tests_name("dissect/esp", tests, NULL, NULL);
}
