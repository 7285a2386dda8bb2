/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_reading.h - for tests: a capture read with keys, and all that goes with it
 *
 *	_cleanup_reading_ struct test_reading reading = { 0 };
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

struct test_reading {
	struct arena *arena; /* for whatever the test wants to know */
	struct crypto *crypto;
	struct keyring *keyring;
	/* From reading_take() on. */
	struct capture_file *file;
	struct session_set *set;
};

static inline void reading_done(struct test_reading *reading)
{
	session_set_free(reading->set);
	capture_file_close(reading->file);
	keyring_free(reading->keyring);
	crypto_free(reading->crypto);
	arena_free(reading->arena);
}

#define _cleanup_reading_ _cleanup_(reading_done)

/* No key yet but the PSK, unless it is NULL; more go into reading->keyring. */
static inline void reading_begin(struct test_reading *reading, const char *psk)
{
	*reading =
		(struct test_reading){ .arena = arena_new(), .keyring = keyring_new() };
	assert_int_equal(crypto_new(&reading->crypto, NULL), 0);
	if (psk)
		keyring_add_psk(reading->keyring,
				(struct slice){ (const uint8_t *)psk, strlen(psk) },
				"--psk");
}

/* A folder of tables and logs, or one of them; NULL: none. */
static inline void reading_keys(struct test_reading *reading, const char *keys)
{
	if (keys)
		assert_int_equal(keyring_read_folder(reading->keyring, keys, NULL), 0);
}

/* The first `packets` of a file; as with tcpdump -s of each the first octets. */
static inline void reading_take_cut(struct test_reading *reading, const char *path,
				    unsigned int packets, uint32_t snaplen)
{
	struct capture_packet packet;

	reading->set = session_set_new(reading->crypto, reading->keyring);
	assert_int_equal(capture_file_open(path, &reading->file, NULL), 0);
	while (packets-- && capture_file_next(reading->file, &packet, NULL) > 0) {
		if (packet.captured > snaplen)
			packet.captured = snaplen;
		session_set_add(reading->set, &packet);
	}
}

static inline void reading_take(struct test_reading *reading, const char *path,
				unsigned int packets)
{
	reading_take_cut(reading, path, packets, UINT32_MAX);
}

/* All of a capture in memory; false: it is none. */
static inline bool reading_take_bytes(struct test_reading *reading, const void *bytes,
				      size_t length)
{
	struct capture_packet packet;

	if (capture_file_open_bytes("x", bytes, length, &reading->file, NULL))
		return false;
	reading->set = session_set_new(reading->crypto, reading->keyring);
	while (capture_file_next(reading->file, &packet, NULL) > 0)
		session_set_add(reading->set, &packet);
	return true;
}

/* All of a capture of ../shared/pcaps; the test is skipped when it is not there. */
static inline void reading_take_shared(struct test_reading *reading, const char *name)
{
	char path[512];

	if (shared_pcaps_path(name, path, sizeof(path))) {
		reading_done(reading); /* skip() jumps over all cleanups */
		shared_pcaps_skip();
	}
	reading_take(reading, path, UINT_MAX);
}

#endif
