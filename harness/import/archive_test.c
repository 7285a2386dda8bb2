// SPDX-License-Identifier: GPL-2.0-or-later
/* archive_test.c - backups of routers, whole, cut and hostile */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <archive.h>
#include <archive_entry.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "import/archive.h"

struct file {
	const char *path, *text;
	size_t size;			/* 0: of the text */
	const char *symlink, *hardlink; /* what it is instead */
};

#define ROOM (4u << 20)

/* A tar.gz of the files; to be freed. */
static char *pack(const struct file *files, size_t count, size_t *ret_length)
{
	struct archive *archive = archive_write_new();
	char *bytes = malloc(ROOM);

	archive_write_add_filter_gzip(archive);
	archive_write_set_format_ustar(archive);
	assert_int_equal(archive_write_open_memory(archive, bytes, ROOM, ret_length), 0);
	for (size_t i = 0; i < count; i++) {
		struct archive_entry *entry = archive_entry_new();
		size_t size = files[i].size ? files[i].size : strlen(files[i].text);
		_cleanup_free_ char *body = calloc(1, size + 1);

		memcpy(body, files[i].text, strlen(files[i].text));
		archive_entry_set_pathname(entry, files[i].path);
		archive_entry_set_size(entry, (la_int64_t)size);
		archive_entry_set_filetype(entry, AE_IFREG);
		archive_entry_set_perm(entry, 0644);
		if (files[i].symlink) {
			archive_entry_set_filetype(entry, AE_IFLNK);
			archive_entry_set_symlink(entry, files[i].symlink);
		}
		if (files[i].hardlink)
			archive_entry_set_hardlink(entry, files[i].hardlink);
		assert_int_equal(archive_write_header(archive, entry), 0);
		(void)archive_write_data(archive, body, size);
		archive_entry_free(entry);
	}
	archive_write_close(archive);
	archive_write_free(archive);
	return bytes;
}

static const struct file backup[] = {
	{ "./etc/config/ipsec", "config remote 'acme'\n", 0, NULL, NULL },
	{ "/etc/config/network", "config interface 'lan'\n", 0, NULL, NULL },
	{ "etc/dropbear/dropbear_rsa_host_key", "PRIVATE", 0, NULL, NULL },
	{ "etc/shadow", "root:x", 0, NULL, NULL },
	{ "etc/firewall.user", "# nothing\n", 0, NULL, NULL },
};

static void a_backup_gives_its_device_files_and_no_others(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct import_sources sources = { 0 };
	struct err err = { 0 };
	size_t length;
	_cleanup_free_ char *bytes = pack(backup, ARRAY_SIZE(backup), &length);

	(void)state;
	assert_true(import_archive_is(bytes, length));
	assert_int_equal(
		import_archive_read("b.tar.gz", bytes, length, arena, &sources, &err), 0);
	assert_int_equal(sources.list.count, 3);
	assert_string_equal(sources.list.items[0].name, "etc/config/ipsec");
	assert_string_equal(sources.list.items[1].name, "etc/config/network");
	assert_int_equal(sources.list.items[0].length, strlen(backup[0].text));
	assert_memory_equal(sources.list.items[0].bytes, backup[0].text,
			    strlen(backup[0].text));
}

static void cut_or_flipped_anywhere_it_ends(void **state)
{
	size_t length;
	_cleanup_free_ char *bytes = pack(backup, ARRAY_SIZE(backup), &length);

	(void)state;
	for (size_t i = 0; i < 2 * length; i++) {
		_cleanup_(arena_freep) struct arena *arena = arena_new();
		size_t size = i < length ? i : length;
		_cleanup_free_ char *copy = malloc(size + 1);
		struct import_sources sources = { 0 };
		struct err err = { 0 };

		memcpy(copy, bytes, size);
		if (i >= length)
			copy[i - length] = (char)(copy[i - length] ^ 0x41);
		if (import_archive_read("b", copy, size, arena, &sources, &err))
			assert_non_null(strstr(err.text, "b: "));
	}
}

static void a_bomb_is_refused(void **state)
{
	static const struct file bomb[] = {
		{ "etc/zeros", "", ARCHIVE_BYTES_MAX / 2, NULL, NULL },
		{ "etc/more", "", ARCHIVE_BYTES_MAX / 2 + 1, NULL, NULL },
	};
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct import_sources sources = { 0 };
	struct err err = { 0 };
	size_t length;
	_cleanup_free_ char *bytes = pack(bomb, ARRAY_SIZE(bomb), &length);

	(void)state;
	assert_int_equal(import_archive_read("b", bytes, length, arena, &sources, &err),
			 -EINVAL);
	assert_non_null(strstr(err.text, "more than"));
}

static void an_archive_without_device_files_is_refused(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct import_sources sources = { 0 };
	struct err err = { 0 };
	size_t length;
	_cleanup_free_ char *bytes = pack(backup + 2, 2, &length);

	(void)state;
	assert_int_equal(import_archive_read("b", bytes, length, arena, &sources, &err),
			 -EINVAL);
	assert_string_equal(err.text, "b: no device file in this archive");
	assert_false(import_archive_is("vpncfg {", 8));
}

static void a_wanted_file_that_is_a_link_is_named(void **state)
{
	static const struct file links[][2] = {
		{ { "etc/config/network", "config interface 'lan'\n", 0, NULL, NULL },
		  { "etc/config/dhcp", "", 0, "/root/secret", NULL } },
		{ { "etc/config/network", "config interface 'lan'\n", 0, NULL, NULL },
		  { "etc/config/dhcp", "", 0, NULL, "etc/config/network" } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
		_cleanup_(arena_freep) struct arena *arena = arena_new();
		struct import_sources sources = { 0 };
		struct err err = { 0 };
		size_t length;
		_cleanup_free_ char *bytes = pack(links[i], 2, &length);

		assert_int_equal(import_archive_read("b.tar.gz", bytes, length, arena,
						     &sources, &err),
				 -EINVAL);
		assert_non_null(strstr(err.text, "etc/config/dhcp is a "));
		assert_non_null(strstr(err.text, i ? "etc/config/network" : "secret"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_backup_gives_its_device_files_and_no_others),
		cmocka_unit_test(cut_or_flipped_anywhere_it_ends),
		cmocka_unit_test(a_wanted_file_that_is_a_link_is_named),
		cmocka_unit_test(a_bomb_is_refused),
		cmocka_unit_test(an_archive_without_device_files_is_refused),
	};

	return cmocka_run_group_tests_name("import/archive", tests, NULL, NULL);
}
