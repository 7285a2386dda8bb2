// SPDX-License-Identifier: GPL-2.0-or-later
/* algs_test.c - claims about the devices' words for algorithms */
#include "device/algs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
/* clang-format off */
#include <cmocka.h>
/* clang-format on */

#include "base/str.h"
#include "device/device.h"

static const struct device_algs *algs_of(enum device_kind kind)
{
	return device_of(kind)->algs;
}

/* Each keyword of the list is an algorithm of that kind. */
static void check_keywords(const struct device_alg *row)
{
	char keyword[32];

	for (const char *list = row->keywords; *list;) {
		size_t length = strcspn(list, " ");

		assert_in_range(length, 1, sizeof(keyword) - 1);
		memcpy(keyword, list, length);
		keyword[length] = '\0';
		if (!alg_by_keyword(row->kind, keyword))
			fail_msg("'%s' means '%s', which is no algorithm", row->word,
				 keyword);
		list += length + (list[length] == ' ');
	}
}

/* What is written is understood again, in each place where it is written. */
static void check_row(const struct device_algs *algs, const struct device_alg *row)
{
	for (unsigned int in = 1; in < ALG_ANYWHERE; in <<= 1) {
		const char *keyword, *word;

		if (!(row->in & in))
			continue;
		keyword = device_alg_keywords(algs, row->kind, in, row->word);
		if (!keyword || !str_equal(keyword, row->keywords))
			fail_msg("'%s' is two rows in one place", row->word);
		if (row->is_only_read || strchr(keyword, ' '))
			continue;
		word = device_alg_word(algs, row->kind, in, keyword);
		if (!word ||
		    !str_equal(device_alg_keywords(algs, row->kind, in, word), keyword))
			fail_msg("'%s' is written as '%s', which is read otherwise",
				 keyword, word ? word : "nothing");
	}
}

static void each_word_is_read_as_it_is_written(void **state)
{
	size_t count = 0;

	(void)state;
	for (size_t i = 0; i < DEVICE_KINDS; i++) {
		const struct device_algs *algs = algs_of((enum device_kind)i);

		for (const struct device_alg *row = algs ? algs->rows : NULL;
		     row && row->word; row++) {
			check_keywords(row);
			check_row(algs, row);
			count++;
		}
	}
	assert_in_range(count, 50, 200);
}

static void the_place_decides_about_the_word(void **state)
{
	const struct device_algs *junos = algs_of(DEVICE_JUNOS);
	const struct device_algs *screenos = algs_of(DEVICE_SCREENOS);

	(void)state;
	assert_string_equal(device_alg_word(junos, ALG_KIND_INTEG, ALG_IN_IKE, "sha384"),
			    "sha-384");
	assert_string_equal(device_alg_word(junos, ALG_KIND_INTEG, ALG_IN_ESP, "sha384"),
			    "hmac-sha-384");
	assert_null(device_alg_keywords(junos, ALG_KIND_INTEG, ALG_IN_ESP, "sha-384"));
	assert_null(device_alg_keywords(junos, ALG_KIND_ENCR, ALG_IN_ESP, "AES-128-CBC"));
	assert_string_equal(
		device_alg_word(screenos, ALG_KIND_INTEG, ALG_IN_NAME, "sha1"), "sha");
	assert_string_equal(device_alg_word(screenos, ALG_KIND_INTEG, ALG_IN_ESP, "sha1"),
			    "sha-1");
	assert_string_equal(
		device_alg_keywords(screenos, ALG_KIND_INTEG, ALG_IN_ESP, "SHA-1"),
		"sha1");
}

static void a_word_for_several_is_written_for_each(void **state)
{
	const struct device_algs *fritz = algs_of(DEVICE_FRITZBOX);

	(void)state;
	assert_string_equal(device_alg_word(fritz, ALG_KIND_ENCR, ALG_IN_IKE, "aes192"),
			    "aes");
	assert_string_equal(device_alg_word(fritz, ALG_KIND_INTEG, ALG_IN_ESP, "sha1"),
			    "sha");
	/* "sha" is SHA-1: there is no word for it in AVM's lists. */
	assert_null(device_alg_word(fritz, ALG_KIND_INTEG, ALG_IN_ESP, "sha256"));
	assert_null(device_alg_word(fritz, ALG_KIND_ENCR, ALG_IN_IKE, "aes"));
}

static void without_a_table_the_words_are_ours(void **state)
{
	(void)state;
	assert_null(algs_of(DEVICE_STRONGSWAN));
	assert_string_equal(device_alg_word(NULL, ALG_KIND_ENCR, ALG_IN_ESP, "aes128"),
			    "aes128");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_word_is_read_as_it_is_written),
		cmocka_unit_test(the_place_decides_about_the_word),
		cmocka_unit_test(a_word_for_several_is_written_for_each),
		cmocka_unit_test(without_a_table_the_words_are_ours),
	};

	return cmocka_run_group_tests_name("device/algs", tests, NULL, NULL);
}
