// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * session_keys_test.c - captures of strongSwan, opened with one end's exponents
 *
 * exponents/README.md says how they were recorded.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "dissect/keyring.h"
#include "dissect/test_reading.h"

#define FOLDER "harness/dissect/exponents/"

/* What came of a capture. */
struct tally {
	unsigned int encrypted, decrypted, hashes, wrong_hashes;
	enum psk_verdict psk_i, psk_r;
	uint64_t esp, opened, wrong_keys, outside, covered;
};

static void tally_up(const struct session_set *set, struct tally *tally)
{
	assert_true(set->sessions > 0);
	tally->psk_i = set->session[0]->psk_i;
	tally->psk_r = set->session[0]->psk_r;
	for (uint32_t i = 0; i < set->sessions; i++) {
		vec_foreach (step, &set->session[i]->steps) {
			tally->encrypted += step->state != STEP_CLEAR;
			tally->decrypted += step->state == STEP_DECRYPTED;
			tally->hashes += step->hash == STEP_HASH_RIGHT;
			tally->wrong_hashes += step->hash == STEP_HASH_WRONG;
		}
	}
	vec_foreach (flow, &set->flows) {
		tally->esp += flow->packets;
		tally->opened += flow->status[ESP_OPENED];
		tally->wrong_keys += flow->status[ESP_BAD_ICV];
		tally->outside += flow->inside ? flow->inside->outside : 0;
		if (flow->key && flow->key->selectors &&
		    flow->key->selectors->sources == 1)
			tally->covered += flow->packets;
	}
}

static struct tally read_capture(const char *name, const char *psk, const char *keys)
{
	_cleanup_reading_ struct test_reading reading;
	struct tally tally = { 0 };
	struct err err = { 0 };
	char path[200];

	reading_begin(&reading, psk);
	if (keys && keyring_read_text(reading.keyring, name, keys, &err))
		fail_msg("%s", err.text);
	(void)snprintf(path, sizeof(path), FOLDER "%s.pcapng", name);
	reading_take(&reading, path, UINT_MAX);
	tally_up(reading.set, &tally);
	return tally;
}

static const struct recorded {
	const char *name, *psk;
	unsigned int encrypted, hashes;
	uint64_t esp; /* as many as the run opened with charon's keys */
} recorded[] = {
	{ "aggressive", "yourpasswordhere", 10, 9, 28 },
	{ "main", "correct-horse-battery", 7, 5, 8 },
	{ "ikev2", "correct-horse-battery", 12, 0, 16 },
	{ "ikev2-rekeyed", "correct-horse-battery", 12, 0, 16 },
};

static char *keys_of(const struct recorded *row)
{
	char path[200], *text = NULL;
	struct err err = { 0 };
	size_t length;

	(void)snprintf(path, sizeof(path), FOLDER "%s.keys", row->name);
	if (file_read(path, &text, &length, &err))
		fail_msg("%s", err.text);
	return text;
}

static void exponents_of_one_end_and_the_psk_open_everything(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(recorded); i++) {
		_cleanup_free_ char *keys = keys_of(&recorded[i]);
		struct tally tally =
			read_capture(recorded[i].name, recorded[i].psk, keys);

		assert_int_equal(tally.encrypted, recorded[i].encrypted);
		assert_int_equal(tally.decrypted, recorded[i].encrypted);
		assert_int_equal(tally.hashes, recorded[i].hashes);
		assert_int_equal(tally.wrong_hashes, 0);
		assert_int_equal(tally.psk_i, PSK_RIGHT);
		assert_int_equal(tally.psk_r, PSK_RIGHT);
		assert_int_equal(tally.esp, recorded[i].esp);
		assert_int_equal(tally.opened, recorded[i].esp);
		assert_int_equal(tally.covered, recorded[i].esp);
		assert_int_equal(tally.outside, 0);
	}
}

static void without_exponents_nothing_opens(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(recorded); i++) {
		struct tally tally =
			read_capture(recorded[i].name, recorded[i].psk, "dh 0x0102\n");

		assert_int_equal(tally.decrypted, 0);
		assert_int_equal(tally.opened, 0);
	}
}

/* IKEv1's keys are made of the pre-shared key; IKEv2's are not, only its AUTH. */
static void wrong_psk_opens_ikev2_alone(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(recorded); i++) {
		_cleanup_free_ char *keys = keys_of(&recorded[i]);
		struct tally tally = read_capture(recorded[i].name, "other", keys);
		bool is_ikev2 = !strncmp(recorded[i].name, "ikev2", 5);

		assert_int_equal(tally.decrypted, is_ikev2 ? recorded[i].encrypted : 0);
		assert_int_equal(tally.opened, is_ikev2 ? recorded[i].esp : 0);
		assert_true(tally.psk_i != PSK_RIGHT && tally.psk_r != PSK_RIGHT);
	}
}

/* Perfect forward secrecy: the first exponent opens IKE, not what came of the others. */
static void pfs_keeps_what_another_exponent_made(void **state)
{
	/* IKEv2's first child has no KE of its own; nor can a rekeyed IKE SA be read. */
	static const struct {
		unsigned int decrypted;
		uint64_t opened;
	} wanted[] = { { 10, 0 }, { 7, 0 }, { 12, 8 }, { 6, 8 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(recorded); i++) {
		_cleanup_free_ char *keys = keys_of(&recorded[i]);
		char *first = strstr(keys, "dh 0x");
		struct tally tally;

		assert_non_null(first);
		first[strcspn(first, "\n")] = '\0';
		tally = read_capture(recorded[i].name, recorded[i].psk, keys);
		assert_int_equal(tally.decrypted, wanted[i].decrypted);
		assert_int_equal(tally.opened, wanted[i].opened);
		assert_int_equal(tally.wrong_keys, 0);
	}
}

static void exponent_that_is_none_is_refused(void **state)
{
	static const char *const lines[] = { "dh\n",	  "dh 0x\n", "dh 0x0\n",
					     "dh 0xgg\n", "dh 12\n", "dh 0x01 0x02\n" };
	char huge[2100] = "dh 0x";

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		_cleanup_(keyring_freep) struct keyring *keyring = keyring_new();
		struct err err = { 0 };

		assert_true(keyring_read_text(keyring, "dh", lines[i], &err) < 0);
		assert_string_equal(err.text, "dh:1: no line of a key table");
		assert_int_equal(keyring_exponents(keyring), 0);
	}
	_cleanup_(keyring_freep) struct keyring *keyring = keyring_new();

	memset(huge + 5, '1', 2048);
	assert_int_equal(keyring_read_text(keyring, "dh", huge, NULL), 0);
	assert_int_equal(keyring_exponents(keyring), 1);
	memset(huge + 5, '1', 2050);
	assert_true(keyring_read_text(keyring, "dh", huge, NULL) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exponents_of_one_end_and_the_psk_open_everything),
		cmocka_unit_test(without_exponents_nothing_opens),
		cmocka_unit_test(wrong_psk_opens_ikev2_alone),
		cmocka_unit_test(pfs_keeps_what_another_exponent_made),
		cmocka_unit_test(exponent_that_is_none_is_refused),
	};

	return cmocka_run_group_tests_name("dissect/session_keys", tests, NULL, NULL);
}
