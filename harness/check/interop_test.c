// SPDX-License-Identifier: GPL-2.0-or-later
/* interop_test.c - the reference captures held against scenarios */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "capture/file.h"
#include "capture/shared_pcaps.h"
#include "check/interop.h"
#include "dissect/crypto.h"
#include "dissect/keyring.h"

/* How many lines of a site's tunnel about `what` are of that kind. */
static unsigned int count(const struct interop *interop, const char *site,
			  const char *what, enum interop_kind kind)
{
	unsigned int lines = 0;

	vec_foreach (line, &interop->lines)
		lines += line->kind == kind && str_equal(line->site, site) &&
			 (!what || str_equal(line->what, what));
	return lines;
}

static void compare(const char *capture, const char *keys, const char *scenario_path,
		    struct interop *ret)
{
	_cleanup_(crypto_freep) struct crypto *crypto = NULL;
	_cleanup_(keyring_freep) struct keyring *keyring = keyring_new();
	_cleanup_(session_set_freep) struct session_set *set = NULL;
	_cleanup_(capture_file_closep) struct capture_file *file = NULL;
	struct scenario *scenario = NULL;
	struct capture_packet packet;
	struct err err = { 0 };

	assert_int_equal(crypto_new(&crypto, NULL), 0);
	if (keys)
		assert_int_equal(keyring_read_folder(keyring, keys, NULL), 0);
	set = session_set_new(crypto, keyring);
	assert_int_equal(capture_file_open(capture, &file, NULL), 0);
	while (capture_file_next(file, &packet, NULL) > 0)
		session_set_add(set, &packet);
	if (scenario_load(scenario_path, &scenario, &err))
		fail_msg("%s", err.text);
	interop_compare(set, scenario, ret);
	/* The lines borrow names from the scenario: compare before it is freed. */
	assert_true(ret->lines.count > 0);
	if (keys) {
		assert_int_equal(count(ret, "home", NULL, INTEROP_DIFFERS), 0);
		assert_int_equal(count(ret, "acme", NULL, INTEROP_DIFFERS), 0);
		assert_int_equal(count(ret, "acme", "phase 1 proposal", INTEROP_FITS), 1);
		assert_int_equal(count(ret, "acme", "phase 2 proposal", INTEROP_FITS), 1);
		assert_int_equal(count(ret, "home", "phase 2 choice", INTEROP_FITS), 1);
		assert_int_equal(count(ret, "acme", "identity", INTEROP_FITS), 1);
	} else {
		assert_int_equal(count(ret, "acme", "phase 1 proposal", INTEROP_DIFFERS),
				 1);
		assert_int_equal(count(ret, "acme", "identity", INTEROP_DIFFERS), 1);
		assert_int_equal(count(ret, "acme", "mode", INTEROP_FITS), 1);
	}
	scenario_free(scenario);
}

static void own_capture_fits_its_own_scenario_in_everything(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct interop interop = { .arena = arena };

	(void)state;
	compare("pcaps/acme.pcapng", "pcaps/acme.keys", "scenarios/acme", &interop);
}

static void screenos_with_3des_differs_in_cipher_and_identity_not_in_mode(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct interop interop = { .arena = arena };
	char path[512];

	(void)state;
	if (shared_pcaps_path("screenos-5.4.0-aggressive-sha1.pcap", path,
			      sizeof(path))) {
		print_message("skipped: no shared captures here\n");
		skip();
	}
	compare(path, NULL, "scenarios/acme", &interop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(own_capture_fits_its_own_scenario_in_everything),
		cmocka_unit_test(
			screenos_with_3des_differs_in_cipher_and_identity_not_in_mode),
	};

	return cmocka_run_group_tests_name("check/interop", tests, NULL, NULL);
}
