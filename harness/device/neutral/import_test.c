// SPDX-License-Identifier: GPL-2.0-or-later
/* import_test.c - claims about the neutral form */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
/* clang-format off */
#include <cmocka.h>
/* clang-format on */

#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "device/neutral/neutral.h"
#include "ipsec/alg.h"
#include "model/aspect.h"

static int read_text(const char *text, size_t length, struct site **ret, struct err *err)
{
	const struct import_source source = { "hq.yml", text, length };

	return site_import(DEVICE_NEUTRAL, "hq", &source, 1, NULL, ret, err);
}

/* The form with one text in place of another. */
static char *changed(struct arena *arena, const char *find, const char *replace)
{
	const char *at = strstr(neutral_form, find);

	assert_non_null(at);
	return arena_printf(arena, "%.*s%s%s", (int)(at - neutral_form), neutral_form,
			    replace, at + strlen(find));
}

static void the_form_as_it_is_printed_is_read_with_its_lines(void **state)
{
	_cleanup_(site_freep) struct site *site = NULL;
	const struct tunnel *tunnel;
	const struct child *child;
	enum device_kind kind;
	const struct import_source source = { "x", neutral_form, strlen(neutral_form) };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(import_detect(&source, 1, &kind, &err), 0);
	assert_int_equal(kind, DEVICE_NEUTRAL);
	assert_int_equal(read_text(neutral_form, strlen(neutral_form), &site, &err), 0);
	tunnel = &site->tunnels.items[0];
	child = &tunnel->children.items[0];
	assert_int_equal(tunnel->version, 2);
	assert_int_equal(tunnel->version_at.line, 11);
	assert_string_equal(tunnel->local_id.value, "hq.example.org");
	assert_string_equal(tunnel->proposals.items[0].encr.items[0].alg->keyword,
			    "aes256");
	assert_string_equal(child->proposals.items[0].dh.items[0].alg->keyword,
			    "modp2048");
	assert_int_equal(child->selectors.count, 1);
	assert_int_equal(tunnel->lifetime_s.n, 28800);
	assert_int_equal(tunnel->start, START_IMMEDIATELY);
	assert_string_equal(site_wan(site)->name, "wan");
}

/* Nothing is concluded from rules that nobody asked for. */
static void
what_the_form_does_not_ask_for_is_unproven_until_somebody_says_it(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	_cleanup_(site_freep) struct site *site = NULL, *said = NULL;
	const char *text =
		changed(arena, "firewall: unknown", "firewall: passes the tunnel");
	struct err err = { 0 };

	(void)state;
	assert_int_equal(read_text(neutral_form, strlen(neutral_form), &site, &err), 0);
	assert_non_null(site_touching(site, NULL, ASPECT_WAY));
	assert_non_null(site_touching(site, NULL, ASPECT_NAT));
	assert_int_equal(read_text(text, strlen(text), &said, &err), 0);
	assert_null(site_touching(said, NULL, ASPECT_WAY));
	assert_non_null(site_touching(said, NULL, ASPECT_NAT));
}

static void algorithms_are_read_as_pages_write_them(void **state)
{
	static const char *const spellings[][2] = {
		{ "AES-256", "aes256" },	  { "\"AES-CBC 256\"", "aes256" },
		{ "AES128-CBC", "aes128" },	  { "3DES-CBC", "3des" },
		{ "AES-256-GCM", "aes256gcm16" },
	};
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct err err = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(spellings); i++) {
		_cleanup_(site_freep) struct site *site = NULL;
		const char *text = changed(
			arena, "ike: { encryption: aes256",
			arena_printf(arena, "ike: { encryption: %s", spellings[i][0]));

		if (read_text(text, strlen(text), &site, &err))
			fail_msg("%s", err.text);
		assert_string_equal(site->tunnels.items[0]
					    .proposals.items[0]
					    .encr.items[0]
					    .alg->keyword,
				    spellings[i][1]);
	}
}

static void what_is_mistyped_or_missing_is_named_with_its_line(void **state)
{
	static const char *const mistakes[][3] = {
		{ "  peer: 198", "  pier: 198", "hq.yml:10" },
		{ "version: IKEv2", "version: IKEv3", "hq.yml:11" },
		{ "encryption: aes256", "encryption: aes257", "hq.yml:16" },
		{ "wan: 203.0.113.5/24", "wan: 203.0.113.500/24", "hq.yml:4" },
		{ "local: 10.1.2.0/24", "local: 10.1.2.0/44", "hq.yml:19" },
		{ "{ fqdn: hq.example.org }", "{ name: hq.example.org }", "hq.yml:13" },
		{ "starts: at once", "starts: sometimes", "hq.yml:20" },
		{ "  version: IKEv2", "", "'version' is missing" },
		{ "firewall: unknown", "firewall: open", "hq.yml:7" },
	};
	_cleanup_(arena_freep) struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(mistakes); i++) {
		_cleanup_(site_freep) struct site *site = NULL;
		const char *text = changed(arena, mistakes[i][0], mistakes[i][1]);
		struct err err = { 0 };

		assert_true(read_text(text, strlen(text), &site, &err) < 0);
		if (!strstr(err.text, mistakes[i][2]))
			fail_msg("%s: %s", mistakes[i][1], err.text);
	}
}

static void a_mark_in_place_of_the_key_is_no_key(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	_cleanup_(site_freep) struct site *site = NULL;
	const char *text = changed(arena, "the pre-shared key", "FILL-IN-PSK");
	struct err err = { 0 };

	(void)state;
	assert_int_equal(read_text(text, strlen(text), &site, &err), 0);
	assert_true(site->tunnels.items[0].psk.is_set);
	assert_false(site->tunnels.items[0].psk.is_readable);
}

/* The page's example is what the page says of it: a form. */
static void the_form_of_the_page_is_one(void **state)
{
	_cleanup_(site_freep) struct site *site = NULL;
	_cleanup_free_ char *page = NULL;
	char *text, *end;
	struct err err = { 0 };
	size_t length;

	(void)state;
	assert_int_equal(file_read("harness/doc/neutral.md", &page, &length, &err), 0);
	text = strstr(page, "```yaml\n");
	assert_non_null(text);
	text += strlen("```yaml\n");
	end = strstr(text, "```");
	assert_non_null(end);
	*end = '\0';
	if (read_text(text, strlen(text), &site, &err))
		fail_msg("%s", err.text);
}

static void the_form_cut_anywhere_is_read_or_refused(void **state)
{
	(void)state;
	for (size_t length = 0; length < strlen(neutral_form); length++) {
		_cleanup_(site_freep) struct site *site = NULL;
		char copy[4096];
		struct err err = { 0 };

		memcpy(copy, neutral_form, length);
		copy[length] = '\0';
		if (read_text(copy, length, &site, &err))
			assert_true(err.text[0]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_form_as_it_is_printed_is_read_with_its_lines),
		cmocka_unit_test(
			what_the_form_does_not_ask_for_is_unproven_until_somebody_says_it),
		cmocka_unit_test(algorithms_are_read_as_pages_write_them),
		cmocka_unit_test(what_is_mistyped_or_missing_is_named_with_its_line),
		cmocka_unit_test(a_mark_in_place_of_the_key_is_no_key),
		cmocka_unit_test(the_form_of_the_page_is_one),
		cmocka_unit_test(the_form_cut_anywhere_is_read_or_refused),
	};

	return cmocka_run_group_tests_name("device/neutral", tests, NULL, NULL);
}
