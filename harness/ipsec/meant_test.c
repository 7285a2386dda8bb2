// SPDX-License-Identifier: GPL-2.0-or-later
/* meant_test.c - claims: what is suggested for a word is of its kind, and is what was meant */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "ipsec/meant.h"

static const struct row {
	enum alg_kind kind;
	const char *word, *meant;
} rows[] = {
	/* Another spelling of the same. */
	{ ALG_KIND_ENCR, "AES256", "'aes256'" },
	{ ALG_KIND_ENCR, "aes256cbc", "'aes256'" },
	{ ALG_KIND_ENCR, "aes-256-cbc", "'aes256'" },
	{ ALG_KIND_INTEG, "SHA-256", "'sha256'" },
	{ ALG_KIND_DH, "modp_2048", "'modp2048'" },
	/* A group by its number. */
	{ ALG_KIND_DH, "14", "'modp2048'" },
	{ ALG_KIND_DH, "group19", "'ecp256'" },
	{ ALG_KIND_DH, "dh2", "'modp1024'" },
	/* Its beginning; several, when several have it. */
	{ ALG_KIND_INTEG, "sha2", "'sha256', 'sha384' or 'sha512'" },
	{ ALG_KIND_ENCR, "chacha20", "'chacha20poly1305'" },
	/* The number is right. */
	{ ALG_KIND_ENCR, "des3", "'3des'" },
	{ ALG_KIND_DH, "ecp25519", "'curve25519'" },
	/* A slip of a finger. */
	{ ALG_KIND_INTEG, "sha265", "'sha256'" },
	{ ALG_KIND_ENCR, "aes265", "'aes256'" },
	{ ALG_KIND_ENCR, "eas128", "'aes128'" },
	{ ALG_KIND_ENCR, "aes129", "'aes128' or 'aes192'" },
	{ ALG_KIND_DH, "modp2049", "'modp2048'" },
	/* No number of that family. */
	{ ALG_KIND_ENCR, "aes512", "'aes128', 'aes192' or 'aes256'" },
	/* Nothing that is far away. */
	{ ALG_KIND_INTEG, "256", "" },
	{ ALG_KIND_INTEG, "whirlpool", "" },
	{ ALG_KIND_ENCR, "", "" },
};

static void a_word_means_what_its_writer_meant(void **state)
{
	unsigned int wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_buf_ struct buf text = { 0 };
		const char *words[ALG_MEANT_MAX];

		alg_meant_format(words, alg_meant(rows[i].kind, rows[i].word, words),
				 &text);
		if (str_equal(buf_text(&text), rows[i].meant))
			continue;
		print_message("%s: %s, not %s\n", rows[i].word, buf_text(&text),
			      rows[i].meant);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_word_means_what_its_writer_meant),
	};

	return cmocka_run_group_tests_name("ipsec/meant", tests, NULL, NULL);
}
