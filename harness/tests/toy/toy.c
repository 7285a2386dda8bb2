// SPDX-License-Identifier: GPL-2.0-or-later
/* toy.c - claims about a device that is a row and nothing else; built by `make toy` */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
/* clang-format off */
#include <cmocka.h>
/* clang-format on */

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "device/device.h"
#include "import/import.h"
#include "predict/predict.h"
#include "report/site_text.h"

#define TOY(key)                                   \
	"toybox\npeer 198.51.100.7\nkey " key "\n" \
	"nets 10.1.0.0/24 10.2.0.0/24\n"
#define FAR                                                                       \
	"connections {\n c {\n  version = 2\n  local_addrs = 198.51.100.7\n"      \
	"  remote_addrs = 203.0.113.56\n  proposals = aes128-sha1-modp2048\n"     \
	"  local { auth = psk }\n  remote { auth = psk }\n  children {\n   n {\n" \
	"    local_ts = 10.2.0.0/24\n    remote_ts = 10.1.0.0/24\n"               \
	"    esp_proposals = aes256-sha256\n   }\n  }\n }\n}\n"                   \
	"secrets {\n ike { secret = \"right\" }\n}\n"

static struct site *read_text(const char *name, const char *text)
{
	const struct import_source source = { name, text, strlen(text) };
	struct site *site = NULL;
	enum device_kind kind;
	struct err err = { 0 };

	if (import_detect(&source, 1, &kind, &err) ||
	    site_import(kind, name, &source, 1, NULL, &site, &err))
		fail_msg("%s", err.text);
	return site;
}

static void its_file_is_recognised_and_read(void **state)
{
	_cleanup_(site_freep) struct site *site = read_text("a.toy", TOY("right"));
	_cleanup_buf_ struct buf text = { 0 };

	(void)state;
	assert_string_equal(device_of(site->kind)->name, "toy");
	assert_int_equal(site->tunnels.items[0].psk.at.line, 3);
	site_text(site, &text);
	assert_non_null(strstr(buf_text(&text), "10.2.0.0/24"));
}

static bool has(const struct findings *findings, enum class_id class)
{
	for (size_t i = 0; i < findings->count; i++)
		if (findings->items[i].class->number == class)
			return true;
	return false;
}

/* No word of its administrator's is known, and no line can be written for it. */
static void it_is_predicted_as_any_other(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	_cleanup_(site_freep) struct site *toy = read_text("a.toy", TOY("wrong"));
	_cleanup_(site_freep) struct site *far = read_text("swanctl.conf", FAR);
	const struct predict_input input = { .sites = { toy, far }, .arena = arena };
	struct findings findings = { 0 };

	(void)state;
	predict_pair(&input, &findings);
	assert_true(has(&findings, F29)); /* the key */
	assert_true(has(&findings, F40)); /* the cipher of ESP */
	for (size_t i = 0; i < findings.count; i++)
		vec_foreach (sees, &findings.items[i].sees)
			assert_non_null(*sees);
}

static void a_partial_row_is_known_and_not_read(void **state)
{
	const struct import_source source = { "x", "text", 4 };
	struct site *site = NULL;
	enum device_kind kind;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(device_parse("scribe", &kind), 0);
	assert_true(site_import(kind, "x", &source, 1, NULL, &site, &err));
	assert_non_null(strstr(err.text, "no importer"));
}

static void an_unknown_file_is_told_every_device(void **state)
{
	const struct import_source source = { "x", "text", 4 };
	enum device_kind kind;
	struct err err = { 0 };

	(void)state;
	assert_true(import_detect(&source, 1, &kind, &err));
	assert_non_null(strstr(err.text, "Toy"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(its_file_is_recognised_and_read),
		cmocka_unit_test(it_is_predicted_as_any_other),
		cmocka_unit_test(a_partial_row_is_known_and_not_read),
		cmocka_unit_test(an_unknown_file_is_told_every_device),
	};

	return cmocka_run_group_tests_name("tests/toy", tests, NULL, NULL);
}
