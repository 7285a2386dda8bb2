/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_reading.h - for tests: a capture read with keys, and all that goes with it
 *
 *	_cleanup_reading_ struct reading reading = { 0 };
 *
 *	reading_begin(&reading, "garibaldi");
 *	reading_take(&reading, "pcaps/acme.pcapng", UINT_MAX);
 *
 * Failures are cmocka's.
 */
#ifndef TWINSITE_DISSECT_TEST_READING_H
#define TWINSITE_DISSECT_TEST_READING_H

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "capture/file.h"
#include "capture/shared_pcaps.h"
#include "dissect/crypto.h"
#include "dissect/keyring.h"
#include "dissect/session.h"

struct reading {
	struct arena *arena; /* for whatever the test wants to know */
	struct crypto *crypto;
	struct keyring *keyring;
	struct session_set *set; /* from reading_take() on */
};

static inline void reading_done(struct reading *reading)
{
	session_set_free(reading->set);
	keyring_free(reading->keyring);
	crypto_free(reading->crypto);
	arena_free(reading->arena);
}

#define _cleanup_reading_ _cleanup_(reading_done)

/* No key yet but the PSK, unless it is NULL; more go into reading->keyring. */
static inline void reading_begin(struct reading *reading, const char *psk)
{
	*reading = (struct reading){ .arena = arena_new(), .keyring = keyring_new() };
	assert_int_equal(crypto_new(&reading->crypto, NULL), 0);
	if (psk)
		keyring_add_psk(reading->keyring,
				(struct slice){ (const uint8_t *)psk, strlen(psk) },
				"--psk");
}

/* The first `packets` of a file. */
static inline void reading_take(struct reading *reading, const char *path,
				unsigned int packets)
{
	_cleanup_(capture_file_closep) struct capture_file *file = NULL;
	struct capture_packet packet;

	reading->set = session_set_new(reading->crypto, reading->keyring);
	assert_int_equal(capture_file_open(path, &file, NULL), 0);
	while (packets-- && capture_file_next(file, &packet, NULL) > 0)
		session_set_add(reading->set, &packet);
}

/* All of a capture of ../shared/pcaps; the test is skipped when it is not there. */
static inline void reading_take_shared(struct reading *reading, const char *name)
{
	char path[512];

	if (shared_pcaps_path(name, path, sizeof(path))) {
		print_message("skipped: no shared captures here\n");
		reading_done(reading); /* skip() jumps over all cleanups */
		skip();
	}
	reading_take(reading, path, UINT_MAX);
}

#endif
