// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * secret_test.c - claims: what strongSwan leaves of a key that another device takes as it is
 *
 * The keys of both ends stand in their files in base64, so that each has just the bytes that
 * a row says: what was meant at one end, what became of it at the other.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "import/test_import.h"
#include "predict/predict.h"

static const struct row {
	const char *meant, *used;
	const char *why; /* NULL: keys that merely differ, F29 */
} rows[] = {
	{ "swor#dfish", "swor", "a '#' starts a comment" },
	{ "swor #dfish", "swor", "a '#' starts a comment" },
	{ "0x6162636465666768", "abcdefgh", "0x means an encoded key" },
	{ "0x4A4b", "JK", "0x means an encoded key" },
	{ "0x616", "\x06\x16", "0x means an encoded key" },
	{ "0sYWJjZGVmZ2g=", "abcdefgh", "0s means an encoded key" },
	{ "0sYWJjZGVmZ2hp", "abcdefghi", "0s means an encoded key" },
	{ "sword\"fish\"", "swordfish", "double quotes vanish" },
	{ "sword\"fish", "sword", "ends there at its first double quote" },
	{ " sword  fish ", "sword fish", "blanks at its ends or in a row are lost" },
	{ "swordfish", "sword", NULL },
	{ "swordfish", "swordfisH", NULL },
	{ "6162", "ab", NULL },
	{ "sword#fish", "swordfish", NULL },
};

static struct site *end_with_key(const char *name, bool is_left, const char *key)
{
	char encoded[64], text[1024];
	struct import_source source = { "swanctl.conf", text, 0 };
	struct site *site = NULL;
	struct err err = { 0 };

	EVP_EncodeBlock((unsigned char *)encoded, (const unsigned char *)key,
			(int)strlen(key));
	source.length = (size_t)snprintf(
		text, sizeof(text),
		"connections {\n s2s {\n  version = 2\n  local_addrs = %s\n"
		"  remote_addrs = %s\n  local {\n   auth = psk\n   id = %s\n  }\n"
		"  remote {\n   auth = psk\n   id = %s\n  }\n  children {\n   lan {\n"
		"    local_ts = %s\n    remote_ts = %s\n    start_action = trap\n"
		"   }\n  }\n }\n}\nsecrets {\n ike-1 {\n  secret = 0s%s\n }\n}\n",
		is_left ? "203.0.113.1" : "198.51.100.2",
		is_left ? "198.51.100.2" : "203.0.113.1",
		is_left ? "a.example" : "b.example", is_left ? "b.example" : "a.example",
		is_left ? "10.1.0.0/24" : "10.2.0.0/24",
		is_left ? "10.2.0.0/24" : "10.1.0.0/24", encoded);
	assert_true(source.length < sizeof(text));
	if (site_import(DEVICE_STRONGSWAN, name, &source, 1, NULL, &site, &err))
		fail_msg("%s", err.text);
	return site;
}

static const struct finding *find(const struct findings *findings, const char *id)
{
	vec_foreach (finding, findings)
		if (str_equal(finding->class->id, id))
			return finding;
	return NULL;
}

static void what_is_left_of_a_key_is_told_and_why_at_the_end_that_lost_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(arena_freep) struct arena *arena = arena_new();
		_cleanup_(site_freep) struct site *a =
			end_with_key("a", true, rows[i].meant);
		_cleanup_(site_freep) struct site *b =
			end_with_key("b", false, rows[i].used);
		const struct predict_input input = { .sites = { a, b }, .arena = arena };
		const struct finding *mangled, *differs;
		struct findings findings;

		predict_pair(&input, &findings);
		mangled = find(&findings, "F03");
		differs = find(&findings, "F29");
		if (!mangled != !rows[i].why || !differs != !!rows[i].why)
			fail_msg("row %zu: %s%s", i, mangled ? "F03" : "",
				 differs ? "F29" : "");
		if (!mangled)
			continue;
		assert_string_equal(mangled->site, "b");
		if (!strstr(mangled->why, rows[i].why))
			fail_msg("row %zu: %s", i, mangled->why);
	}
}

static void equal_keys_are_no_finding(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(arena_freep) struct arena *arena = arena_new();
		_cleanup_(site_freep) struct site *a =
			end_with_key("a", true, rows[i].meant);
		_cleanup_(site_freep) struct site *b =
			end_with_key("b", false, rows[i].meant);
		const struct predict_input input = { .sites = { a, b }, .arena = arena };
		struct findings findings;

		predict_pair(&input, &findings);
		assert_null(find(&findings, "F03"));
		assert_null(find(&findings, "F29"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			what_is_left_of_a_key_is_told_and_why_at_the_end_that_lost_it),
		cmocka_unit_test(equal_keys_are_no_finding),
	};

	return cmocka_run_group_tests_name("predict/secret", tests, NULL, NULL);
}
