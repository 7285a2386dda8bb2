// SPDX-License-Identifier: GPL-2.0-or-later
/* session_verify_test.c - hashes and AUTH of our reference captures */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "capture/file.h"
#include "dissect/crypto.h"
#include "dissect/keyring.h"
#include "dissect/session.h"

struct world {
	struct crypto *crypto;
	struct keyring *keyring;
	struct session_set *set;
};

static void world_done(struct world *world)
{
	session_set_free(world->set);
	keyring_free(world->keyring);
	crypto_free(world->crypto);
}

#define _cleanup_world_ __attribute__((cleanup(world_done)))

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

static void read_capture(struct world *world, const char *path, const char *psk)
{
	_cleanup_(capture_file_closep) struct capture_file *file = NULL;
	struct capture_packet packet;

	assert_int_equal(crypto_new(&world->crypto, NULL), 0);
	if (psk)
		keyring_add_psk(world->keyring,
				(struct slice){ (const uint8_t *)psk, strlen(psk) },
				"--psk");
	world->set = session_set_new(world->crypto, world->keyring);
	assert_int_equal(capture_file_open(path, &file, NULL), 0);
	while (capture_file_next(file, &packet, NULL) > 0)
		session_set_add(world->set, &packet);
	assert_int_equal(world->set->sessions, 1);
}

static unsigned int count(const struct world *world, enum step_hash hash)
{
	unsigned int steps = 0;

	vec_foreach (step, &world->set->session[0]->steps)
		steps += step->hash == hash;
	return steps;
}

static void read_acme(struct world *world, const char *from, const char *to)
{
	world->keyring = keyring_new();
	read_keys(world->keyring, "pcaps/acme.keys/ikev1_decryption_table",
		  "pcaps/acme.keys/charon.log", from, to);
	read_capture(world, "pcaps/acme.pcapng", NULL);
}

/* Two quick modes of three messages, and what takes the SAs down. */
static void hash_1_2_3_and_those_of_informational_messages_are_right(void **state)
{
	_cleanup_world_ struct world world = { 0 };

	(void)state;
	read_acme(&world, NULL, NULL);
	assert_true(count(&world, STEP_HASH_RIGHT) >= 6);
	assert_int_equal(count(&world, STEP_HASH_WRONG), 0);
}

static void hash_is_wrong_with_another_skeyid_a(void **state)
{
	_cleanup_world_ struct world world = { 0 };

	(void)state;
	read_acme(&world, "    0: ", "    0: 00 00");
	assert_int_equal(count(&world, STEP_HASH_RIGHT), 0);
	assert_true(count(&world, STEP_HASH_WRONG) >= 6);
}

static void hash_without_skeyid_a_is_unknown_not_wrong(void **state)
{
	_cleanup_world_ struct world world = { .keyring = keyring_new() };

	(void)state;
	assert_int_equal(keyring_read_file(world.keyring,
					   "pcaps/acme.keys/ikev1_decryption_table",
					   NULL),
			 0);
	read_capture(&world, "pcaps/acme.pcapng", NULL);
	assert_int_equal(count(&world, STEP_HASH_UNKNOWN),
			 world.set->session[0]->steps.count);
}

static void auth_of(const char *psk, enum psk_verdict wanted)
{
	_cleanup_world_ struct world world = { .keyring = keyring_new() };

	read_keys(world.keyring, "pcaps/ikev2.keys/ikev2_decryption_table",
		  "pcaps/ikev2.keys/charon.log", NULL, NULL);
	read_capture(&world, "pcaps/ikev2.pcapng", psk);
	assert_int_equal(world.set->session[0]->psk_i, wanted);
	assert_int_equal(world.set->session[0]->psk_r, wanted);
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
