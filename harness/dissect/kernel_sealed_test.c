// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kernel_sealed_test.c - AH and IPComp as the Linux kernel makes them
 *
 * kernel/README.md says how they were recorded.
 */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "dissect/test_reading.h"

#define FOLDER "harness/dissect/kernel/"

struct tally {
	uint64_t packets, opened, inner, decompressed;
};

static struct tally read_capture(const char *name, const char *keys)
{
	_cleanup_reading_ struct test_reading reading;
	struct tally tally = { 0 };
	struct err err = { 0 };
	char path[200];

	reading_begin(&reading, NULL);
	(void)snprintf(path, sizeof(path), FOLDER "%s.keys", keys);
	if (keyring_read_file(reading.keyring, path, &err))
		fail_msg("%s", err.text);
	(void)snprintf(path, sizeof(path), FOLDER "%s.pcap", name);
	reading_take(&reading, path, UINT_MAX);
	vec_foreach (flow, &reading.set->flows) {
		tally.packets += flow->packets;
		tally.opened += flow->status[ESP_OPENED];
		tally.decompressed += flow->ipcomp[IPCOMP_OPENED];
		for (uint32_t i = 0; flow->inside && i < flow->inside->inners; i++)
			tally.inner += flow->inside->inner[i].packets;
	}
	return tally;
}

static void ah_of_linux_is_authenticated(void **state)
{
	static const char *const names[] = { "ah-sha256", "ah-sha512", "ah-aesxcbc" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct tally tally = read_capture(names[i], names[i]);

		assert_int_equal(tally.packets, 16);
		assert_int_equal(tally.opened, 16);
		assert_int_equal(tally.inner, 16);
		tally = read_capture(names[i], names[(i + 1) % ARRAY_SIZE(names)]);
		assert_int_equal(tally.opened, 0);
		assert_int_equal(tally.inner, 16); /* nothing of AH is secret */
	}
}

static void ipcomp_of_linux_is_decompressed(void **state)
{
	struct tally tally = read_capture("ipcomp", "ipcomp");

	(void)state;
	assert_int_equal(tally.packets, 36);
	assert_int_equal(tally.opened, 36);
	assert_int_equal(tally.inner, 36);
	assert_int_equal(tally.decompressed, 16);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ah_of_linux_is_authenticated),
		cmocka_unit_test(ipcomp_of_linux_is_decompressed),
	};

	return cmocka_run_group_tests_name("dissect/kernel_sealed", tests, NULL, NULL);
}
