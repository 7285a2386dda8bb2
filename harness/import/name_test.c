// SPDX-License-Identifier: GPL-2.0-or-later
/* name_test.c - claims about what the ends are called */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/test_text.h"
#include "import/name.h"

static void a_site_is_called_as_its_file_or_folder(void **state)
{
	static const struct {
		const char *path, *name;
	} rows[] = {
		{ "office.cfg", "office" },
		{ "../x/office.cfg", "office" },
		{ "home", "home" },
		{ "home/", "home" },
		{ "./home//", "home" },
		{ "home/etc", "home" },
		{ "home/etc/config/", "home" },
		{ "/backups/home/etc/config", "home" },
		{ "home/.", "home" },
		{ "backup-fw1-2026-11-01.tar.gz", "fw1" },
		{ "backup-home-office-2026-11-01.tar.gz", "home-office" },
		{ "backup-2026-11-01.tar.gz", "backup-2026-11-01" },
		{ "backup-fw1.tar.gz", "backup-fw1" },
		{ "FRITZ.Box 7590 154.07.57_01.01.24_1200.export", "FRITZ" },
		{ "etc", "etc" },
		{ ".", "site" },
		{ "..", "site" },
		{ "-", "site" },
		{ "/", "site" },
		{ "", "site" },
		{ ".hidden", "site" },
	};
	_cleanup_(arena_freep) struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_string_equal(import_name(arena, rows[i].path), rows[i].name);
}

static void two_ends_have_two_names(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	const char *names[2];

	(void)state;
	assert_int_equal(import_names(arena, "a/vpn.cfg", "b/vpn.cfg", names, NULL), 0);
	assert_string_equal(names[0], "left");
	assert_string_equal(names[1], "right");
	assert_int_equal(import_names(arena, "a/home", "b/office.cfg", names, NULL), 0);
	assert_string_equal(names[0], "home");
	assert_string_equal(names[1], "office");
}

static void one_file_is_not_both_ends(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	static const char *const rows[][2] = { { "x.cfg", "x.cfg" },
					       { "-", "-" },
					       { "/tmp", "/tmp/." } };
	const char *names[2];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct err err = { 0 };

		assert_int_equal(import_names(arena, rows[i][0], rows[i][1], names, &err),
				 -EINVAL);
		assert_has(err.text, rows[i][0]);
		assert_has(err.text, "the same files");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_site_is_called_as_its_file_or_folder),
		cmocka_unit_test(two_ends_have_two_names),
		cmocka_unit_test(one_file_is_not_both_ends),
	};

	return cmocka_run_group_tests_name("import/name", tests, NULL, NULL);
}
