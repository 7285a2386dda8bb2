// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pcap_flip_test.c - captures cut at every byte and with each byte changed, told all the same
 *
 * Each damaged capture goes the whole way of `twinsite pcap`: reader, packets, keys,
 * sessions, text, JSON, comparison with a scenario. A case may take CASE_S at most. There are about 650,000 of them: as a unit test every
 * STEP-th is run, beginning elsewhere in each capture; TWINSITE_FLIP=all runs them
 * all and TWINSITE_FLIP=name those of the captures whose names begin so (best with
 * SAN=1, which takes an hour).
 */
#include <dirent.h>
#include <jansson.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/str.h"
#include "capture/shared_pcaps.h"
#include "check/interop.h"
#include "dissect/seeds_fuzz.h"
#include "report/pcap.h"
#include "scenario/scenario.h"

#define CASE_S	   5 /* seconds; the slowest takes some hundredths */
#define STEP	   101
#define MEMORY_MAX (64u << 20) /* of the process at its peak, without ASan */

struct flip {
	struct crypto *crypto;
	struct scenario *scenario;
	const char *wanted; /* TWINSITE_FLIP, NULL: every STEP-th */
	unsigned long cuts, flips, number;
	char name[256];
};

/* For the signal handler: what is under way. */
static char under_way[512];

static void too_slow(int signal)
{
	static const char text[] = "too slow: ";

	(void)signal;
	(void)!write(STDERR_FILENO, text, sizeof(text) - 1);
	(void)!write(STDERR_FILENO, under_way, strlen(under_way));
	(void)!write(STDERR_FILENO, "\n", 1);
	_exit(1);
}

#ifdef __SANITIZE_ADDRESS__
void __sanitizer_set_death_callback(void (*callback)(void));

static void say_where(void)
{
	(void)!write(STDERR_FILENO, under_way, strlen(under_way));
	(void)!write(STDERR_FILENO, "\n", 1);
}
#endif

static void tell(const struct flip *flip, const struct session_set *set, const char *end)
{
	_cleanup_buf_ struct buf text = { 0 }, json = { 0 };
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct interop interop = { .arena = arena };
	struct pcap_report report = { .name = "x", .set = set, .end = end };
	json_t *root;

	pcap_text(&report, &text);
	for (const char *c = buf_text(&text); *c; c++)
		if (*c != '\n' && (unsigned char)*c < ' ')
			fail_msg("%s: a control character in the text", under_way);
	pcap_json(&report, &json);
	root = json_loads(buf_text(&json), 0, NULL);
	if (!root)
		fail_msg("%s: no valid JSON", under_way);
	json_decref(root);
	interop_compare(set, flip->scenario, &interop);
	pcap_interop_text(&interop, "x", &text);
}

/* One case; the bytes are as long as they say, so that ASan sees a step beyond. */
static void run_case(struct flip *flip, const uint8_t *bytes, size_t length)
{
	_cleanup_(keyring_freep) struct keyring *keyring = seeds_keyring();
	_cleanup_(session_set_freep) struct session_set *set = NULL;
	_cleanup_(capture_file_closep) struct capture_file *file = NULL;
	struct capture_packet packet;

	alarm(CASE_S);
	if (!capture_file_open_bytes("x", bytes, length, &file, NULL)) {
		set = session_set_new(flip->crypto, keyring);
		while (capture_file_next(file, &packet, NULL) > 0)
			session_set_add(set, &packet);
		tell(flip, set, capture_file_end_text(file));
	}
	alarm(0);
}

/* Is it this one's turn? */
static bool is_due(struct flip *flip)
{
	return flip->number++ % STEP == 0 || flip->wanted;
}

static void cut(struct flip *flip, const uint8_t *bytes, size_t length)
{
	for (size_t at = 0; at < length; at++) {
		_cleanup_free_ uint8_t *copy = NULL;

		if (!is_due(flip))
			continue;
		(void)snprintf(under_way, sizeof(under_way), "%s cut at %zu", flip->name,
			       at);
		copy = malloc(at ? at : 1);
		assert_non_null(copy);
		memcpy(copy, bytes, at);
		run_case(flip, copy, at);
		flip->cuts++;
	}
}

static void change(struct flip *flip, const uint8_t *bytes, size_t length)
{
	_cleanup_free_ uint8_t *copy = malloc(length);

	assert_non_null(copy);
	memcpy(copy, bytes, length);
	for (size_t at = 0; at < length; at++) {
		const uint8_t old = bytes[at];
		const uint8_t values[] = { old ^ 0x01, old ^ 0x80, (uint8_t)~old, 0x00,
					   0xff };

		for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
			if (!is_due(flip) || values[i] == old)
				continue;
			(void)snprintf(under_way, sizeof(under_way),
				       "%s, byte %zu is 0x%02x", flip->name, at,
				       values[i]);
			copy[at] = values[i];
			run_case(flip, copy, length);
			flip->flips++;
		}
		copy[at] = old;
	}
}

static void damage(struct flip *flip, const char *folder, const char *name)
{
	_cleanup_free_ char *bytes = NULL;
	char path[512];
	size_t length;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	(void)snprintf(flip->name, sizeof(flip->name), "%s", name);
	assert_int_equal(file_read(path, &bytes, &length, NULL), 0);
	cut(flip, (const uint8_t *)bytes, length);
	change(flip, (const uint8_t *)bytes, length);
}

static bool is_wanted(const struct flip *flip, const char *name)
{
	return (str_ends(name, "cap") || str_ends(name, "pcapng")) &&
	       (!flip->wanted || !strcmp(flip->wanted, "all") ||
		!strncmp(name, flip->wanted, strlen(flip->wanted)));
}

static void damage_folder(struct flip *flip, const char *folder)
{
	struct dirent *entry;
	DIR *dir = folder ? opendir(folder) : NULL;

	while (dir && (entry = readdir(dir)))
		if (is_wanted(flip, entry->d_name))
			damage(flip, folder, entry->d_name);
	if (dir)
		closedir(dir);
}

static void damaged_captures_are_told_in_time(void **state)
{
	struct flip flip = { .wanted = getenv("TWINSITE_FLIP") };
	struct rusage usage;

	(void)state;
	(void)signal(SIGALRM, too_slow);
#ifdef __SANITIZE_ADDRESS__
	__sanitizer_set_death_callback(say_where);
#endif
	assert_int_equal(crypto_new(&flip.crypto, NULL), 0);
	assert_int_equal(scenario_load("scenarios/acme", &flip.scenario, NULL), 0);
	damage_folder(&flip, "pcaps");
	damage_folder(&flip, shared_pcaps_folder());
	crypto_free(flip.crypto);
	scenario_free(flip.scenario);
	getrusage(RUSAGE_SELF, &usage);
	print_message("%lu cuts, %lu changed bytes, %ld MB at the peak\n", flip.cuts,
		      flip.flips, usage.ru_maxrss / 1024);
	assert_true(flip.cuts > 100);
#ifndef __SANITIZE_ADDRESS__
	assert_true((size_t)usage.ru_maxrss * 1024 < MEMORY_MAX);
#endif
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(damaged_captures_are_told_in_time),
	};

	return cmocka_run_group_tests_name("report/pcap_flip", tests, NULL, NULL);
}
