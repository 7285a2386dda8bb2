// SPDX-License-Identifier: GPL-2.0-or-later
/* site_text_test.c - what `twinsite import` shows, and what it never shows */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "import/fritzbox.h"
#include "report/shown.h"
#include "report/site_json.h"
#include "report/site_text.h"

static const char vpncfg[] =
	"vpncfg { connections {\n"
	"name = \"caf\xc3\xa9 \x1b[31m\xff\";\n"
	"key = \"topsecret\";\n"
	"kye = \"topsecret\";\n"
	"mode = phase1_mode_idp;\n"
	"phase1ss = \"def/ase/sha\";\n"
	"xauth { username = \"u\"; passwd = \"topsecret\"; }\n"
	"phase2localid { ipnet { ipaddr = 10.0.0.0; mask = 255.0.0.0; } }\n"
	"phase2remoteid { ipaddr = 7.7.7.7; }\n"
	"} }\n";

static const struct import_source source = { "vpn.cfg", vpncfg, sizeof(vpncfg) - 1 };

static struct site *import(void)
{
	static const struct import_options options = { 0 };
	struct site *site = site_new("home", DEVICE_FRITZBOX);
	struct err err = { 0 };

	assert_int_equal(fritzbox_import(site, &source, 1, &options, &err), 0);
	return site;
}

static void values_are_shown_with_their_lines(void **state)
{
	_cleanup_(site_freep) struct site *site = import();
	_cleanup_buf_ struct buf out = { 0 };

	(void)state;
	site_text(site, &out);
	assert_non_null(strstr(out.data, "site home\n"));
	assert_non_null(strstr(out.data, "psk                 set, 9 bytes"));
	assert_non_null(strstr(out.data, "vpn.cfg:5\n"));
	assert_non_null(strstr(out.data, "10.0.0.0/8"));
}

static void terminals_are_not_repainted(void **state)
{
	_cleanup_(site_freep) struct site *site = import();
	_cleanup_buf_ struct buf out = { 0 };

	(void)state;
	site_text(site, &out);
	site_text_remarks(site, &out);
	assert_null(strchr(out.data, '\x1b'));
	assert_null(strchr(out.data, '\xff'));
	assert_non_null(strstr(out.data, "tunnel caf\xc3\xa9 \\u001b[31m\\xff"));
}

static void remarks_are_sorted_by_kind_and_line(void **state)
{
	_cleanup_(site_freep) struct site *site = import();
	_cleanup_buf_ struct buf out = { 0 };
	const char *unknown, *key, *cipher, *ignored;

	(void)state;
	site_text_remarks(site, &out);
	unknown = strstr(out.data, "not understood\n");
	key = strstr(out.data, "vpn.cfg:4: unknown key 'kye', did you mean 'key'?");
	cipher = strstr(out.data, "vpn.cfg:6: phase1ss: unknown cipher 'ase'");
	ignored = strstr(out.data, "ignored\n");
	assert_true(unknown && key > unknown && cipher > key && ignored > cipher);
}

static void no_secret_is_ever_shown(void **state)
{
	_cleanup_(site_freep) struct site *site = import();
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct key_listings listings;
	_cleanup_buf_ struct buf out = { 0 };
	_cleanup_free_ char *json = NULL;
	json_t *root;

	(void)state;
	fritzbox_list_keys(arena, &source, 1, &listings);
	site_text(site, &out);
	site_text_keys(&listings, &out);
	site_text_remarks(site, &out);
	assert_non_null(strstr(out.data, "key = set, 9 bytes"));
	assert_null(strstr(out.data, "topsecret"));
	root = site_json(site, &listings);
	json = json_dumps(root, 0);
	json_decref(root);
	assert_non_null(json);
	assert_null(strstr(json, "topsecret"));
}

static void json_has_values_with_file_and_line(void **state)
{
	_cleanup_(site_freep) struct site *site = import();
	json_t *root = site_json(site, NULL), *tunnel, *mode;

	(void)state;
	tunnel = json_array_get(json_object_get(root, "tunnels"), 0);
	mode = json_object_get(tunnel, "mode");
	assert_string_equal(json_string_value(json_object_get(mode, "value")),
			    "main, answers both");
	assert_int_equal(json_integer_value(json_object_get(mode, "line")), 5);
	assert_string_equal(json_string_value(json_object_get(mode, "file")), "vpn.cfg");
	assert_true(json_array_size(json_object_get(root, "remarks")) > 3);
	json_decref(root);
}

static void a_secret_that_is_missing_or_encrypted_is_said_so(void **state)
{
	static const struct {
		const char *text, *shown;
	} cases[] = {
		{ "vpncfg { connections { name = x; } }", "psk                 not set" },
		{ "vpncfg { connections { key = \"$$$$A\"; } }",
		  "psk                 set, not readable" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct import_source file = { "v", cases[i].text, strlen(cases[i].text) };
		static const struct import_options options = { 0 };
		_cleanup_(site_freep) struct site *site =
			site_new("home", DEVICE_FRITZBOX);
		_cleanup_buf_ struct buf out = { 0 };

		assert_int_equal(fritzbox_import(site, &file, 1, &options, NULL), 0);
		site_text(site, &out);
		assert_non_null(strstr(out.data, cases[i].shown));
	}
}

static void odd_text_is_shown_as_numbers(void **state)
{
	_cleanup_buf_ struct buf out = { 0 };

	(void)state;
	shown_puts(&out, "a\n\x7f\xc2\x85\xe2\x82\xac\xe2\x82");
	assert_string_equal(out.data, "a \\u007f\\u0085\xe2\x82\xac\\xe2\\x82");
	assert_int_equal(shown_width("\xe2\x82\xac"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_shown_with_their_lines),
		cmocka_unit_test(terminals_are_not_repainted),
		cmocka_unit_test(remarks_are_sorted_by_kind_and_line),
		cmocka_unit_test(no_secret_is_ever_shown),
		cmocka_unit_test(json_has_values_with_file_and_line),
		cmocka_unit_test(a_secret_that_is_missing_or_encrypted_is_said_so),
		cmocka_unit_test(odd_text_is_shown_as_numbers),
	};

	return cmocka_run_group_tests_name("report/site_text", tests, NULL, NULL);
}
