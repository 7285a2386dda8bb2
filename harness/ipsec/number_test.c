// SPDX-License-Identifier: GPL-2.0-or-later
/* number_test.c - the tables of numbers hold together */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ipsec/number.h"

static void every_table_is_sorted_and_every_row_found(void **state)
{
	(void)state;
	for (int table = 0; table < NUMBER_TABLE_COUNT; table++) {
		unsigned int rows = 0;
		const struct number_row *before = NULL;

		for (unsigned int n = 0; n < 65536; n++) {
			const struct number_row *row =
				number_find((enum number_table)table, n);

			if (!row)
				continue;
			assert_int_equal(row->number, n);
			assert_true(!before || row == before + 1);
			assert_true(strlen(row->name) < sizeof(struct number_text));
			assert_non_null(row->source);
			before = row;
			rows++;
		}
		assert_true(rows >= 1);
	}
}

/* What came in the last years, and what is private but often seen. */
static void new_and_private_numbers_have_names(void **state)
{
	(void)state;
	assert_string_equal(number_text(NUMBER_GROUP, 36).s, "group 36 (ML-KEM-768)");
	assert_string_equal(number_text(NUMBER_V2_EXCHANGE, 43).s, "IKE_INTERMEDIATE");
	assert_string_equal(number_text(NUMBER_V2_EXCHANGE, 44).s, "IKE_FOLLOWUP_KE");
	assert_string_equal(number_text(NUMBER_V2_NOTIFY, 16443).s,
			    "SUPPORTED_AUTH_METHODS");
	assert_string_equal(number_text(NUMBER_V2_NOTIFY, 16445).s, "USE_PPK_INT");
	assert_string_equal(number_text(NUMBER_V2_NOTIFY, 49).s, "REGISTRATION_FAILED");
	assert_string_equal(number_text(NUMBER_V2_EXCHANGE, 42).s, "GSA_INBAND_REKEY");
	assert_string_equal(number_text(NUMBER_V2_NOTIFY, 41101).s, "DEVICE_IDENTITY");
	assert_string_equal(number_text(NUMBER_V2_CIPHER, 30).s, "AES-GCM-16-IIV");
	assert_string_equal(number_text(NUMBER_V1_AH, 5).s, "AH SHA2-256");
}

static void unknown_number_is_shown_as_such(void **state)
{
	(void)state;
	assert_string_equal(number_text(NUMBER_V1_PAYLOAD, 77).s, "unknown 77");
	assert_string_equal(number_text(NUMBER_V1_NOTIFY, 17).s,
			    "INVALID-KEY-INFORMATION");
	assert_string_equal(number_text(NUMBER_V2_NOTIFY, 17).s, "INVALID_KE_PAYLOAD");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_table_is_sorted_and_every_row_found),
		cmocka_unit_test(new_and_private_numbers_have_names),
		cmocka_unit_test(unknown_number_is_shown_as_such),
	};

	return cmocka_run_group_tests_name("ipsec/number", tests, NULL, NULL);
}
