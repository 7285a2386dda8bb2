// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * keyring_test.c - Wireshark's tables read and written, charon's log
 *
 * The log lines are those of strongSwan 5.9.8 with `ike = 4, chd = 4`; the keys are
 * made up.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "dissect/crypto.h"
#include "dissect/keyring.h"
#include "ipsec/alg.h"

static const char ikev2_table[] =
	"0001020304050607,c02e7a3031a03188,3f44bf47cafd8150591deb088199fcbf,"
	"bedb67ec7dc3d00cccac42e70cd63bde,\"AES-CBC-128 [RFC3602]\","
	"4ea8e662b07cdd430f6944c6723e4b82d5722418,"
	"515b0bd22e6d76b34fdb760aa7bfad80b109b75d,\"HMAC_SHA1_96 [RFC2404]\"\n";

/* What Wireshark offers for an ICV that it shall not check. */
static const char unchecked_table[] =
	"a2926ae833c6f138,5464c57d0dc5e272,5daf82e6fd7e57d5fbf76cd5af73fd46035db0bc,"
	"68848f4a7602b20c7d033cc998b0c097032ac38a,\"AES-CTR-128 [RFC5930]\",,,"
	"\"ANY 96-bits of Authentication [No Checking]\"\n";

static const char esp_table[] =
	"\"IPv4\",\"*\",\"192.1.2.45\",\"0x12345678\",\"TripleDES-CBC [RFC2451]\","
	"\"0x4043434545464649494a4a4c4c4f4f515152525454575758\","
	"\"HMAC-SHA-1-96 [RFC2404]\",\"0x000102030405060708090a0b0c0d0e0f10111213\"\n";

static void text_keys_and_any_spi_are_read_as_wireshark_reads_them(void **state)
{
	static const char table[] =
		"\"IPv4\",\"*\",\"*\",\"*\",\"AES-CBC [RFC3602]\",\"aescbcencryption\","
		"\"HMAC-SHA-1-96 [RFC2404]\",\"hmacsha1authenticati\"\n"
		"\"IPv4\",\"*\",\"*\",\"0x7\",\"AES-CBC [RFC3602]\",\"aescbcencryptioN\","
		"\"NULL\",\"\"\n";
	_cleanup_(keyring_freep) struct keyring *keyring = keyring_new();
	struct esp_key *key;

	(void)state;
	assert_int_equal(keyring_read_text(keyring, "esp_sa", table, NULL), 0);
	key = keyring_esp_of(keyring, 7, NULL);
	assert_non_null(key);
	assert_memory_equal(key->key.bytes, "aescbcencryptioN", 16);
	key = keyring_esp_of(keyring, 7, key); /* the one of any SPI comes last */
	assert_non_null(key);
	assert_memory_equal(key->key.bytes, "aescbcencryption", 16);
	assert_null(keyring_esp_of(keyring, 7, key));
	assert_ptr_equal(keyring_esp_of(keyring, 8, NULL), key);
}

static void line_of_an_unknown_cipher_is_left_out_and_named(void **state)
{
	static const char table[] =
		"\"IPv4\",\"*\",\"*\",\"0x1\",\"KUZNYECHIK-CTR\",\"0x00\","
		"\"HMAC-SHA-1-96 [RFC2404]\",\"0x00\"\n";
	_cleanup_(keyring_freep) struct keyring *keyring = keyring_new();

	(void)state;
	assert_int_equal(keyring_read_text(keyring, "x", table, NULL), 0);
	assert_int_equal(keyring_read_text(keyring, "esp_sa", esp_table, NULL), 0);
	assert_int_equal(keyring_esps(keyring), 1);
	assert_int_equal(keyring_warnings(keyring), 1);
	assert_string_equal(keyring_warning(keyring, 0)->file, "x");
	assert_int_equal(keyring_warning(keyring, 0)->line, 1);
}

static void each_of_many_keys_is_found_by_its_spi(void **state)
{
	_cleanup_(keyring_freep) struct keyring *keyring = keyring_new();
	const struct alg *null = alg_by_keyword(ALG_KIND_ENCR, "null");

	(void)state;
	for (uint32_t spi = 1; spi <= 5000; spi++)
		keyring_add_esp(keyring,
				&(struct esp_key){ .spi = spi * 256, .encr = null });
	for (uint32_t spi = 1; spi <= 5000; spi++) {
		struct esp_key *key = keyring_esp_of(keyring, spi * 256, NULL);

		assert_non_null(key);
		assert_int_equal(key->spi, spi * 256);
		assert_null(keyring_esp_of(keyring, spi * 256, key));
	}
	assert_null(keyring_esp_of(keyring, 1, NULL));
}

static void icvs_not_to_be_checked_are_read_and_written(void **state)
{
	_cleanup_(keyring_freep) struct keyring *keyring = keyring_new();
	char folder[] = "/tmp/twinsite-keys-XXXXXX", path[64];
	static const char *const names[] = { "ikev1_decryption_table", "esp_sa",
					     "ikev2_decryption_table" };
	_cleanup_free_ char *text = NULL;
	size_t length;

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(keyring_read_text(keyring, "a", unchecked_table, NULL), 0);
	assert_int_equal(keyring_ikev2s(keyring), 1);
	assert_null(keyring_ikev2(keyring, 0)->integ);
	assert_int_equal(keyring_ikev2(keyring, 0)->unchecked_icv, 12);
	assert_int_equal(keyring_write_folder(keyring, folder, NULL), 0);
	(void)snprintf(path, sizeof(path), "%s/%s", folder, names[2]);
	assert_int_equal(file_read(path, &text, &length, NULL), 0);
	assert_string_equal(text, unchecked_table);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
	rmdir(folder);
}

static void tables_are_written_as_they_were_read(void **state)
{
	_cleanup_(keyring_freep) struct keyring *keyring = keyring_new();
	char folder[] = "/tmp/twinsite-keys-XXXXXX", path[64];
	struct stat status;

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(keyring_read_text(keyring, "a", ikev2_table, NULL), 0);
	assert_int_equal(keyring_read_text(keyring, "b", esp_table, NULL), 0);
	assert_int_equal(keyring_read_text(keyring, "c",
					   "# none\n\nfafaeb49382a763c,0102\n", NULL),
			 0);
	assert_int_equal(keyring_write_folder(keyring, folder, NULL), 0);
	static const struct {
		const char *name, *content;
	} files[] = { { "ikev1_decryption_table", "fafaeb49382a763c,0102\n" },
		      { "ikev2_decryption_table", ikev2_table },
		      { "esp_sa", esp_table } };
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_cleanup_free_ char *text = NULL;
		size_t length;

		(void)snprintf(path, sizeof(path), "%s/%s", folder, files[i].name);
		assert_int_equal(file_read(path, &text, &length, NULL), 0);
		assert_string_equal(text, files[i].content);
		assert_int_equal(stat(path, &status), 0);
		assert_int_equal(status.st_mode & 0777, 0600);
	}
	/* And the folder is read again as a whole. */
	_cleanup_(keyring_freep) struct keyring *again = keyring_new();

	assert_int_equal(keyring_read_folder(again, folder, NULL), 0);
	assert_int_equal(keyring_ikev1s(again), 1);
	assert_int_equal(keyring_ikev2s(again), 1);
	assert_int_equal(keyring_esps(again), 1);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, files[i].name);
		unlink(path);
	}
	rmdir(folder);
}

static void error_names_the_line_and_never_the_key(void **state)
{
	_cleanup_(keyring_freep) struct keyring *keyring = keyring_new();
	struct err err = { 0 };

	(void)state;
	assert_true(keyring_read_text(keyring, "esp_sa",
				      "# keys\nfafaeb49382a763c,0102030z\n", &err) < 0);
	assert_string_equal(err.text, "esp_sa:2: no line of a key table");
}

/* AH has no table in Wireshark: ours is esp_sa without the cipher. */
static void ah_keys_have_a_table_of_their_own(void **state)
{
	static const char table[] =
		"\"IPv4\",\"10.0.0.1\",\"10.0.0.2\",\"0x8179b705\",\"HMAC-MD5-96 "
		"[RFC2403]\",\"0x000102030405060708090a0b0c0d0e0f\"\n"
		"\"IPv6\",\"*\",\"2001:db8::2\",\"0x00000100\",\"aesxcbc\","
		"\"0x000102030405060708090a0b0c0d0e0f\",\"64-bit\"\n";
	static const char too_short[] =
		"\"*\",\"*\",\"*\",\"0x100\",\"sha1\",\"0x0001\"\n";
	_cleanup_(keyring_freep) struct keyring *keyring = keyring_new();
	_cleanup_free_ char *text = NULL;
	char folder[] = "/tmp/twinsite-keys-XXXXXX", path[64];
	static const char *const names[] = { "ikev1_decryption_table",
					     "ikev2_decryption_table", "esp_sa",
					     "ah_sa" };
	size_t length;

	(void)state;
	assert_int_equal(keyring_read_text(keyring, "ah_sa", table, NULL), 0);
	assert_int_equal(keyring_esps(keyring), 2);
	assert_true(keyring_esp(keyring, 0)->is_ah);
	assert_true(keyring_esp(keyring, 1)->is_esn);
	assert_true(keyring_read_text(keyring, "ah_sa", too_short, NULL) < 0);
	assert_non_null(mkdtemp(folder));
	assert_int_equal(keyring_write_folder(keyring, folder, NULL), 0);
	(void)snprintf(path, sizeof(path), "%s/ah_sa", folder);
	assert_int_equal(file_read(path, &text, &length, NULL), 0);
	assert_string_equal(text, table);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		assert_int_equal(unlink(path), 0);
	}
	rmdir(folder);
}

/* Wireshark has no word for AES-XCBC: at least it must know how long the ICV is. */
static void icv_that_wireshark_cannot_check_keeps_its_length(void **state)
{
	static const char table[] = "\"IPv4\",\"*\",\"*\",\"0x00000007\",\"aes128\","
				    "\"0x000102030405060708090a0b0c0d0e0f\",\"aesxcbc\","
				    "\"0x000102030405060708090a0b0c0d0e0f\"\n";
	_cleanup_(keyring_freep) struct keyring *keyring = keyring_new();
	_cleanup_free_ char *text = NULL;
	char folder[] = "/tmp/twinsite-keys-XXXXXX", path[64];
	size_t length;

	(void)state;
	assert_int_equal(keyring_read_text(keyring, "esp_sa", table, NULL), 0);
	assert_non_null(mkdtemp(folder));
	assert_int_equal(keyring_write_folder(keyring, folder, NULL), 0);
	(void)snprintf(path, sizeof(path), "%s/esp_sa", folder);
	assert_int_equal(file_read(path, &text, &length, NULL), 0);
	assert_non_null(strstr(text, "\"AES-CBC [RFC3602]\""));
	assert_non_null(strstr(text, "\"ANY 96 bit authentication [no checking]\""));
	assert_int_equal(unlink(path), 0);
	(void)snprintf(path, sizeof(path), "%s/ikev1_decryption_table", folder);
	assert_int_equal(unlink(path), 0);
	(void)snprintf(path, sizeof(path), "%s/ikev2_decryption_table", folder);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0);
}

static const char log_of_child[] =
	"13[NET] received packet: from 7.7.7.7[500] to 203.0.113.56[500] (412 bytes)\n"
	"02[CFG] selected proposal: "
	"IKE:AES_CBC_128/HMAC_SHA1_96/PRF_HMAC_SHA1/MODP_1024\n"
	"02[IKE] encryption key Ka => 16 bytes @ 0x7f8b20009660\n"
	"05[IKE] some other thread in between\n"
	"02[IKE]    0: 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F  "
	"................\n"
	"01[CHD]   using AES_CBC for encryption\n"
	"01[CHD]   using HMAC_SHA1_96 for integrity\n"
	"01[CHD] encryption initiator key => 16 bytes @ 0x1\n"
	"01[CHD]    0: 10 11 12 13 14 15 16 17 18 19 1A 1B 1C 1D 1E 1F  "
	"................\n"
	"01[CHD] encryption responder key => 16 bytes @ 0x1\n"
	"01[CHD]    0: 20 21 22 23 24 25 26 27 28 29 2A 2B 2C 2D 2E 2F  "
	"................\n"
	"01[CHD] integrity initiator key => 20 bytes @ 0x1\n"
	"01[CHD]    0: 30 31 32 33 34 35 36 37 38 39 3A 3B 3C 3D 3E 3F  "
	"................\n"
	"01[CHD]   16: 40 41 42 43                                      ....\n"
	"01[CHD] integrity responder key => 20 bytes @ 0x1\n"
	"01[CHD]    0: 50 51 52 53 54 55 56 57 58 59 5A 5B 5C 5D 5E 5F  "
	"................\n"
	"01[CHD]   16: 60 61 62 63                                      ....\n"
	"2026-11-21 20:57:35.279 01[CHD] <acme|1> adding inbound ESP SA\n"
	"2026-11-21 20:57:35.279 01[CHD] <acme|1>   SPI 0x63e2e680, src 7.7.7.7 dst "
	"203.0.113.56\n"
	"01[IKE] CHILD_SA lan{1} established with SPIs 63e2e680_i ec12aeef_o and TS "
	"192.168.2.64/26 === 10.1.2.0/24 66.77.88.192/26\n";

static void charon_log_gives_keys_that_float_until_proven(void **state)
{
	_cleanup_(keyring_freep) struct keyring *keyring = keyring_new();
	const struct esp_key *key;

	(void)state;
	assert_int_equal(keyring_read_text(keyring, "gw.log", log_of_child, NULL), 0);
	assert_int_equal(keyring_ikev1s(keyring), 1);
	assert_true(keyring_ikev1(keyring, 0)->is_floating);
	assert_int_equal(keyring_ikev1(keyring, 0)->key.bytes[15], 0x0f);
	assert_int_equal(keyring_esps(keyring), 2); /* both ways: nobody said who began */
	key = keyring_esp(keyring, 0);
	assert_int_equal(key->spi, 0x63e2e680);
	assert_string_equal(key->encr->keyword, "aes128");
	assert_string_equal(key->integ->keyword, "sha1");
	assert_int_equal(key->integ_key.bytes[19], 0x43);
	struct inet_addr hobbit, laptop, other;

	assert_int_equal(inet_addr_parse("66.77.88.200", &hobbit), 0);
	assert_int_equal(inet_addr_parse("192.168.2.100", &laptop), 0);
	assert_int_equal(inet_addr_parse("192.168.2.200", &other), 0);
	assert_int_equal(esp_key_covers(key, &hobbit, &laptop), 1);
	assert_int_equal(esp_key_covers(key, &laptop, &hobbit), 0);
	assert_int_equal(esp_key_covers(key, &hobbit, &other), 0);
	/* The other end's log prints the same: nothing is kept twice. */
	assert_int_equal(keyring_read_text(keyring, "fw.log", log_of_child, NULL), 0);
	assert_int_equal(keyring_esps(keyring), 2);
}

/* Of an AH SA charon says the same, but for ciphers; what ESP had before must not count. */
static void charon_log_gives_keys_of_ah(void **state)
{
	static const char more[] =
		"01[CHD]   using HMAC_MD5_96 for integrity\n"
		"01[CHD] integrity initiator key => 16 bytes @ 0x1\n"
		"01[CHD]    0: 10 11 12 13 14 15 16 17 18 19 1A 1B 1C 1D 1E 1F  ....\n"
		"01[CHD] integrity responder key => 16 bytes @ 0x1\n"
		"01[CHD]    0: 20 21 22 23 24 25 26 27 28 29 2A 2B 2C 2D 2E 2F  ....\n"
		"01[CHD] adding inbound AH SA\n"
		"01[CHD]   SPI 0x63e2e6aa, src 7.7.7.7 dst 203.0.113.56\n";
	_cleanup_(keyring_freep) struct keyring *keyring = keyring_new();
	char log[sizeof(log_of_child) + sizeof(more)];
	const struct esp_key *key;

	(void)state;
	(void)snprintf(log, sizeof(log), "%s%s", log_of_child, more);
	assert_int_equal(keyring_read_text(keyring, "gw.log", log, NULL), 0);
	assert_int_equal(keyring_esps(keyring), 4);
	key = keyring_esp_of(keyring, 0x63e2e6aa, NULL);
	assert_true(key->is_ah);
	assert_null(key->encr);
	assert_int_equal(key->key.length, 0);
	assert_string_equal(key->integ->keyword, "md5");
	assert_int_equal(key->integ_key.bytes[15], 0x1f);
	assert_false(keyring_esp_of(keyring, 0x63e2e680, NULL)->is_ah);
}

static void gcm_key_length_decides_which_aes_it_is(void **state)
{
	_cleanup_(keyring_freep) struct keyring *keyring = keyring_new();
	char log[1024] = "01[CFG] selected proposal: "
			 "IKE:AES_GCM_16_256/PRF_HMAC_SHA2_256/MODP_2048\n";

	(void)state;
	for (int side = 0; side < 2; side++) {
		(void)sprintf(log + strlen(log),
			      "01[IKE] Sk_e%c secret => 36 bytes @ 0x1\n",
			      side ? 'r' : 'i');
		for (int row = 0; row < 3; row++)
			(void)sprintf(log + strlen(log), "01[IKE]   %2d:%.*s  .\n",
				      row * 16, row == 2 ? 12 : 48,
				      " 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F");
	}
	assert_int_equal(keyring_read_text(keyring, "gw.log", log, NULL), 0);
	assert_int_equal(keyring_ikev2s(keyring), 1);
	assert_string_equal(keyring_ikev2(keyring, 0)->encr->keyword, "aes256gcm16");
	assert_null(keyring_ikev2(keyring, 0)->integ);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_keys_and_any_spi_are_read_as_wireshark_reads_them),
		cmocka_unit_test(line_of_an_unknown_cipher_is_left_out_and_named),
		cmocka_unit_test(each_of_many_keys_is_found_by_its_spi),
		cmocka_unit_test(tables_are_written_as_they_were_read),
		cmocka_unit_test(icvs_not_to_be_checked_are_read_and_written),
		cmocka_unit_test(error_names_the_line_and_never_the_key),
		cmocka_unit_test(ah_keys_have_a_table_of_their_own),
		cmocka_unit_test(icv_that_wireshark_cannot_check_keeps_its_length),
		cmocka_unit_test(charon_log_gives_keys_of_ah),
		cmocka_unit_test(charon_log_gives_keys_that_float_until_proven),
		cmocka_unit_test(gcm_key_length_decides_which_aes_it_is),
	};

	return cmocka_run_group_tests_name("dissect/keyring", tests, NULL, NULL);
}
