// SPDX-License-Identifier: GPL-2.0-or-later
/* archive_test.c - backups of routers, whole, cut and hostile */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
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

/* A tar.gz of the files, or a zip; to be freed. */
static char *pack_as(const struct file *files, size_t count, bool is_zip,
		     size_t *ret_length)
{
	struct archive *archive = archive_write_new();
	char *bytes = malloc(ROOM);

	if (is_zip) {
		archive_write_set_format_zip(archive);
	} else {
		archive_write_add_filter_gzip(archive);
		archive_write_set_format_ustar(archive);
	}
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

static char *pack(const struct file *files, size_t count, size_t *ret_length)
{
	return pack_as(files, count, false, ret_length);
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

/* Of the backup above: three files of five. */
static void assert_is_the_backup(const struct import_sources *sources)
{
	static const size_t kept[] = { 0, 1, 4 };

	assert_int_equal(sources->list.count, ARRAY_SIZE(kept));
	for (size_t i = 0; i < ARRAY_SIZE(kept); i++) {
		const struct import_source *source = &sources->list.items[i];
		const char *text = backup[kept[i]].text;

		assert_int_equal(source->length, strlen(text));
		assert_memory_equal(source->bytes, text, strlen(text));
	}
}

/* libarchive alone takes many of these, with other bytes in the files, or with fewer files. */
static void cut_or_flipped_anywhere_it_is_refused_or_the_same(void **state)
{
	size_t length, refused = 0;
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
		if (import_archive_read("b", copy, size, arena, &sources, &err)) {
			assert_non_null(strstr(err.text, "b: "));
			refused++;
		} else {
			assert_is_the_backup(&sources);
		}
	}
	/* What may differ is the time, the system and the flags in gzip's header. */
	assert_true(refused >= 2 * length - 16);
}

static const uint8_t packed[] = { /* printf 'set zone x\n' | gzip -n */
				  0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00,
				  0x00, 0x03, 0x2b, 0x4e, 0x2d, 0x51, 0xa8, 0xca,
				  0xcf, 0x4b, 0x55, 0xa8, 0xe0, 0x02, 0x00, 0x52,
				  0x1a, 0x8e, 0xcb, 0x0b, 0x00, 0x00, 0x00
};

/* The second one's checksum counts, too. */
static void two_gzips_one_after_the_other_are_one(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct import_sources sources = { 0 };
	struct err err = { 0 };
	uint8_t twice[2 * sizeof(packed)];

	(void)state;
	memcpy(twice, packed, sizeof(packed));
	memcpy(twice + sizeof(packed), packed, sizeof(packed));
	assert_int_equal(import_archive_read("x.screenos.gz", (char *)twice,
					     sizeof(twice), arena, &sources, &err),
			 0);
	assert_int_equal(sources.list.items[0].length, 22);
	twice[sizeof(twice) - 5] ^= 1;
	assert_int_equal(import_archive_read("x.screenos.gz", (char *)twice,
					     sizeof(twice), arena, &sources, &err),
			 -EINVAL);
	assert_non_null(strstr(err.text, "x.screenos.gz: the archive is damaged"));
}

static void a_zip_whose_checksum_differs_is_refused(void **state)
{
	size_t length, refused = 0;
	_cleanup_free_ char *bytes = pack_as(backup, ARRAY_SIZE(backup), true, &length);
	char *body = memmem(bytes, length, "etc/firewall.user", 17);

	(void)state;
	assert_non_null(body);
	for (size_t i = 0; i < 64; i++) {
		_cleanup_(arena_freep) struct arena *arena = arena_new();
		struct import_sources sources = { 0 };
		struct err err = { 0 };

		body[i] = (char)(body[i] ^ 0x41);
		if (import_archive_read("b.zip", bytes, length, arena, &sources, &err))
			refused++;
		else if (sources.list.count == 3)
			assert_is_the_backup(&sources);
		body[i] = (char)(body[i] ^ 0x41);
	}
	assert_true(refused > 0);
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

/* What people pack who do not take the router's own backup. */
static void what_people_pack_themselves_is_read(void **state)
{
	static const struct {
		struct file files[2];
		const char *name; /* of the first source; NULL: none is found */
		size_t count;
	} rows[] = {
		{ { { "firewall.user", "# nothing\n", 0, NULL, NULL },
		    { "config/ipsec", "config remote 'x'\n", 0, NULL, NULL } },
		  "etc/firewall.user",
		  2 },
		{ { { "sysctl.conf", "# nothing\n", 0, NULL, NULL },
		    { "./config/network", "config interface 'lan'\n", 0, NULL, NULL } },
		  "etc/sysctl.conf",
		  2 },
		{ { { "home/etc/firewall.user", "# nothing\n", 0, NULL, NULL },
		    { "home/etc/config/ipsec", "config remote 'x'\n", 0, NULL, NULL } },
		  "etc/firewall.user",
		  2 },
		{ { { "../x/etc/config/ipsec", "config remote 'x'\n", 0, NULL, NULL },
		    { "home/etc/hosts", "", 0, NULL, NULL } },
		  "../x/etc/config/ipsec",
		  2 },
		{ { { "network", "config interface 'lan'\n", 0, NULL, NULL },
		    { "wireless", "config wifi-device x\n", 0, NULL, NULL } },
		  "network",
		  1 },
		{ { { "Konfiguration.txt", "set zone x\n", 0, NULL, NULL } },
		  "Konfiguration.txt",
		  1 },
		{ { { "a.txt", "set zone x\n", 0, NULL, NULL },
		    { "b.txt", "set zone y\n", 0, NULL, NULL } },
		  NULL,
		  0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(arena_freep) struct arena *arena = arena_new();
		struct import_sources sources = { 0 };
		struct err err = { 0 };
		size_t length;
		_cleanup_free_ char *bytes =
			pack(rows[i].files, rows[i].files[1].path ? 2 : 1, &length);
		int r = import_archive_read("b", bytes, length, arena, &sources, &err);

		assert_int_equal(r, rows[i].name ? 0 : -EINVAL);
		assert_int_equal(sources.list.count, rows[i].count);
		if (rows[i].name)
			assert_string_equal(sources.list.items[0].name, rows[i].name);
	}
}

/* gzip(1) of one file, as Junos keeps its configuration. */
static void a_file_that_is_only_compressed_is_read(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct import_sources sources = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(import_archive_read("juniper.conf.gz", (const char *)packed,
					     sizeof(packed), arena, &sources, &err),
			 0);
	assert_int_equal(sources.list.count, 1);
	assert_string_equal(sources.list.items[0].name, "juniper.conf");
	assert_int_equal(sources.list.items[0].length, 11);
	assert_memory_equal(sources.list.items[0].bytes, "set zone x\n", 11);
	sources = (struct import_sources){ 0 };
	assert_int_equal(import_archive_read("juniper.conf.gz", (const char *)packed,
					     sizeof(packed) - 9, arena, &sources, &err),
			 -EINVAL);
	assert_non_null(strstr(err.text, "it ends too early"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_backup_gives_its_device_files_and_no_others),
		cmocka_unit_test(cut_or_flipped_anywhere_it_is_refused_or_the_same),
		cmocka_unit_test(two_gzips_one_after_the_other_are_one),
		cmocka_unit_test(a_zip_whose_checksum_differs_is_refused),
		cmocka_unit_test(a_wanted_file_that_is_a_link_is_named),
		cmocka_unit_test(a_bomb_is_refused),
		cmocka_unit_test(what_people_pack_themselves_is_read),
		cmocka_unit_test(a_file_that_is_only_compressed_is_read),
		cmocka_unit_test(an_archive_without_device_files_is_refused),
	};

	return cmocka_run_group_tests_name("import/archive", tests, NULL, NULL);
}
