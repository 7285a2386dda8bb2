// SPDX-License-Identifier: GPL-2.0-or-later
/* alg_test.c - claims about the table of algorithms */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
/* clang-format off */
#include <cmocka.h>
/* clang-format on */

#include "base/cleanup.h"
#include "base/str.h"
#include "ipsec/alg.h"

static void every_keyword_finds_its_row(void **state)
{
	size_t rows = 0;

	(void)state;
	for (const struct alg *alg = NULL; (alg = alg_next(alg)); rows++)
		assert_ptr_equal(alg_by_keyword(alg->kind, alg->keyword), alg);
	assert_true(rows > 70);
}

static void every_log_name_finds_its_row(void **state)
{
	(void)state;
	for (const struct alg *alg = NULL; (alg = alg_next(alg));)
		assert_ptr_equal(alg_by_charon(alg->kind, alg->charon_log, alg->key_bits),
				 alg);
}

static void every_number_finds_its_row(void **state)
{
	(void)state;
	for (const struct alg *alg = NULL; (alg = alg_next(alg));) {
		if (alg->ikev1 != ALG_NUMBER_NONE)
			assert_ptr_equal(
				alg_by_ikev1(alg->kind, alg->ikev1, alg->key_bits), alg);
		if (alg->esp_v1 != ALG_NUMBER_NONE)
			assert_ptr_equal(
				alg_by_esp_v1(alg->kind, alg->esp_v1, alg->key_bits),
				alg);
		assert_ptr_equal(alg_by_ikev2(alg->kind, alg->ikev2, alg->key_bits), alg);
	}
}

static void synonyms_mean_what_strongswan_says(void **state)
{
	static const struct {
		enum alg_kind kind;
		const char *word, *keyword;
	} cases[] = {
		{ ALG_KIND_ENCR, "aes", "aes128" },
		{ ALG_KIND_ENCR, "AES256", "aes256" },
		{ ALG_KIND_ENCR, "aes256gcm128", "aes256gcm16" },
		{ ALG_KIND_INTEG, "sha", "sha1" },
		{ ALG_KIND_INTEG, "sha2_256", "sha256" },
		{ ALG_KIND_DH, "x25519", "curve25519" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct alg *alg = alg_by_keyword(cases[i].kind, cases[i].word);

		assert_non_null(alg);
		assert_string_equal(alg->keyword, cases[i].keyword);
	}
}

static void words_strongswan_does_not_know_are_not_found(void **state)
{
	(void)state;
	assert_null(alg_by_keyword(ALG_KIND_DH, "2"));
	assert_null(alg_by_keyword(ALG_KIND_DH, "group2"));
	assert_null(alg_by_keyword(ALG_KIND_ENCR, "sha1"));
	assert_null(alg_by_keyword(ALG_KIND_PRF, "sha1"));
	assert_null(alg_by_keyword(ALG_KIND_ENCR, ""));
}

/* From the proposal that acme and bratwurst agree on, RFC 2409 appendix A. */
static void wire_numbers_of_acme_name_its_proposal(void **state)
{
	(void)state;
	assert_string_equal(alg_by_ikev1(ALG_KIND_ENCR, 7, 128)->keyword, "aes128");
	assert_string_equal(alg_by_ikev1(ALG_KIND_INTEG, 2, 0)->keyword, "sha1");
	assert_string_equal(alg_by_ikev1(ALG_KIND_PRF, 2, 0)->charon_log,
			    "PRF_HMAC_SHA1");
	assert_string_equal(alg_by_ikev1(ALG_KIND_DH, 2, 0)->charon_log, "MODP_1024");
	assert_string_equal(alg_by_esp_v1(ALG_KIND_ENCR, 12, 256)->keyword, "aes256");
	assert_string_equal(alg_by_esp_v1(ALG_KIND_INTEG, 5, 0)->keyword, "sha256");
	assert_null(alg_by_ikev1(ALG_KIND_ENCR, ALG_NUMBER_NONE, 0));
	assert_null(alg_by_ikev1(ALG_KIND_ENCR, 7, 129));
}

static void log_names_carry_the_key_length_or_not(void **state)
{
	(void)state;
	assert_string_equal(alg_by_charon(ALG_KIND_ENCR, "AES_CBC_192", 0)->keyword,
			    "aes192");
	assert_string_equal(alg_by_charon(ALG_KIND_ENCR, "AES_CBC", 256)->keyword,
			    "aes256");
	assert_string_equal(alg_by_charon(ALG_KIND_ENCR, "AES_GCM_16_256", 0)->keyword,
			    "aes256gcm16");
	assert_null(alg_by_charon(ALG_KIND_ENCR, "AES_CBC_99", 0));
}

static void groups_are_found_by_vendor_number(void **state)
{
	(void)state;
	assert_string_equal(alg_by_group(2)->keyword, "modp1024");
	assert_string_equal(alg_by_group(31)->keyword, "curve25519");
	assert_null(alg_by_group(0));
	assert_null(alg_by_group(3));
	assert_null(alg_by_group(70000));
}

static void every_keyword_is_offered_as_a_suggestion(void **state)
{
	(void)state;
	for (const struct alg *alg = NULL; (alg = alg_next(alg));)
		assert_string_equal(str_nearest(alg->keyword, alg_keywords(alg->kind)),
				    alg->keyword);
	assert_string_equal(str_nearest("aes129", alg_keywords(ALG_KIND_ENCR)), "aes128");
	assert_string_equal(alg_kind_name(ALG_KIND_DH), "DH group");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_keyword_finds_its_row),
		cmocka_unit_test(every_log_name_finds_its_row),
		cmocka_unit_test(every_number_finds_its_row),
		cmocka_unit_test(synonyms_mean_what_strongswan_says),
		cmocka_unit_test(words_strongswan_does_not_know_are_not_found),
		cmocka_unit_test(wire_numbers_of_acme_name_its_proposal),
		cmocka_unit_test(log_names_carry_the_key_length_or_not),
		cmocka_unit_test(groups_are_found_by_vendor_number),
		cmocka_unit_test(every_keyword_is_offered_as_a_suggestion),
	};

	return cmocka_run_group_tests_name("ipsec/alg", tests, NULL, NULL);
}
