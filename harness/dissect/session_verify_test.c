// SPDX-License-Identifier: GPL-2.0-or-later
/* session_verify_test.c - hashes and AUTH of our reference captures */
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "dissect/test_reading.h"

/* A key table and charon's log; in the log the first `from` becomes `to`. */
static void read_keys(struct keyring *keyring, const char *table, const char *log,
		      const char *from, const char *to)
{
	_cleanup_free_ char *text = NULL;
	size_t length;
	char *at;

	assert_int_equal(keyring_read_file(keyring, table, NULL), 0);
	assert_int_equal(file_read(log, &text, &length, NULL), 0);
	at = from ? strstr(text, from) : NULL;
	if (from) {
		assert_non_null(at);
		while (*to)
			*at++ = *to++;
	}
	assert_int_equal(keyring_read_text(keyring, "log", text, NULL), 0);
}

static unsigned int count(const struct test_reading *reading, enum step_hash hash)
{
	unsigned int steps = 0;

	vec_foreach (step, &reading->set->session[0]->steps)
		steps += step->hash == hash;
	return steps;
}

static void read_acme(struct test_reading *reading, const char *from, const char *to)
{
	reading_begin(reading, NULL);
	read_keys(reading->keyring, "pcaps/acme.keys/ikev1_decryption_table",
		  "pcaps/acme.keys/charon.log", from, to);
	reading_take(reading, "pcaps/acme.pcapng", UINT_MAX);
	assert_int_equal(reading->set->sessions, 1);
}

/* Two quick modes of three messages, and what takes the SAs down. */
static void hash_1_2_3_and_those_of_informational_messages_are_right(void **state)
{
	_cleanup_reading_ struct test_reading reading = { 0 };

	(void)state;
	read_acme(&reading, NULL, NULL);
	assert_true(count(&reading, STEP_HASH_RIGHT) >= 6);
	assert_int_equal(count(&reading, STEP_HASH_WRONG), 0);
}

static void hash_is_wrong_with_another_skeyid_a(void **state)
{
	_cleanup_reading_ struct test_reading reading = { 0 };

	(void)state;
	read_acme(&reading, "    0: ", "    0: 00 00");
	assert_int_equal(count(&reading, STEP_HASH_RIGHT), 0);
	assert_true(count(&reading, STEP_HASH_WRONG) >= 6);
}

static void hash_without_skeyid_a_is_unknown_not_wrong(void **state)
{
	_cleanup_reading_ struct test_reading reading;

	(void)state;
	reading_begin(&reading, NULL);
	assert_int_equal(keyring_read_file(reading.keyring,
					   "pcaps/acme.keys/ikev1_decryption_table",
					   NULL),
			 0);
	reading_take(&reading, "pcaps/acme.pcapng", UINT_MAX);
	assert_int_equal(reading.set->sessions, 1);
	assert_int_equal(count(&reading, STEP_HASH_UNKNOWN),
			 reading.set->session[0]->steps.count);
}

static void auth_of(const char *psk, enum psk_verdict wanted)
{
	_cleanup_reading_ struct test_reading reading;

	reading_begin(&reading, psk);
	read_keys(reading.keyring, "pcaps/ikev2.keys/ikev2_decryption_table",
		  "pcaps/ikev2.keys/charon.log", NULL, NULL);
	reading_take(&reading, "pcaps/ikev2.pcapng", UINT_MAX);
	assert_int_equal(reading.set->sessions, 1);
	assert_int_equal(reading.set->session[0]->psk_i, wanted);
	assert_int_equal(reading.set->session[0]->psk_r, wanted);
}

static void auth_of_both_ends_verifies_with_its_psk_and_no_other(void **state)
{
	(void)state;
	auth_of("correct-horse-battery", PSK_RIGHT);
	auth_of("correct-horse-batterY", PSK_WRONG);
	auth_of("", PSK_WRONG);
	auth_of(NULL, PSK_NOT_GIVEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			hash_1_2_3_and_those_of_informational_messages_are_right),
		cmocka_unit_test(hash_is_wrong_with_another_skeyid_a),
		cmocka_unit_test(hash_without_skeyid_a_is_unknown_not_wrong),
		cmocka_unit_test(auth_of_both_ends_verifies_with_its_psk_and_no_other),
	};

	return cmocka_run_group_tests_name("dissect/session_verify", tests, NULL, NULL);
}
