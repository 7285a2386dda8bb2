// SPDX-License-Identifier: GPL-2.0-or-later
/* archive.c - a router's backup as sources, without unpacking it to disk */
#include "import/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"

struct unpack {
	const char *name; /* of the archive */
	struct archive *archive;
	struct arena *arena;
	struct import_sources *sources;
	struct err *err;
	uint64_t bytes; /* of all entries so far */
	size_t entries;
};

bool import_archive_is(const char *bytes, size_t length)
{
	static const struct {
		size_t offset, length;
		const char *bytes;
	} magics[] = {
		{ 0, 2, "\x1f\x8b" },
		{ 0, 6,
		  "\xfd"
		  "7zXZ\0" },
		{ 0, 3, "BZh" },
		{ 0, 4, "PK\x03\x04" },
		{ 257, 5, "ustar" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(magics); i++)
		if (length >= magics[i].offset + magics[i].length &&
		    memcmp(bytes + magics[i].offset, magics[i].bytes, magics[i].length) ==
			    0)
			return true;
	return false;
}

/* What importers read. Keys below /etc are not among it. */
static bool is_wanted(const char *path)
{
	static const char *const folders[] = { "etc/config/",	  "etc/hotplug.d/iface/",
					       "etc/nftables.d/", "etc/sysctl.d/",
					       "etc/dnsmasq.d/",  "etc/init.d/ipsec" };
	static const char *const ends[] = {
		"etc/hosts",
		"etc/firewall.user",
		"etc/openwrt_release",
		"etc/ipsec.user",
		"ipsec.conf",
		"ipsec.secrets",
		"swanctl.conf",
		"strongswan.conf",
		"dnsmasq.conf",
		"sysctl.conf",
		"iptables/rules.v4",
		"sysconfig/iptables",
		"etc/rc.local",
		"etc/crontabs/root",
		"etc/init.d/ipsec",
		"etc/init.d/swanctl",
		".cfg",
		".export",
		".screenos",
		".junos",
		".uci",
		".set",
	};

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		if (str_starts(path, folders[i]) || strstr(path, folders[i]))
			return true;
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		if (str_ends(path, ends[i]))
			return true;
	return false;
}

static const char *clean_path(const char *path)
{
	while (str_starts(path, "./") || *path == '/')
		path += *path == '/' ? 1 : 2;
	return path;
}

static int fail(const struct unpack *unpack, const char *what)
{
	const char *why = archive_error_string(unpack->archive);

	return err_set(unpack->err, EINVAL, "%s: %s%s%s", unpack->name, what,
		       why ? ": " : "", why ? why : "");
}

static int keep_entry(const struct unpack *unpack, const char *path, size_t size)
{
	struct import_source source = { .length = size };
	char *bytes = arena_alloc(unpack->arena, size + 1);
	size_t done = 0;

	if (unpack->sources->list.count >= IMPORT_SOURCES_MAX)
		return err_set(unpack->err, EINVAL, "%s: more than %d device files",
			       unpack->name, IMPORT_SOURCES_MAX);
	while (done < size) {
		la_ssize_t n =
			archive_read_data(unpack->archive, bytes + done, size - done);

		if (n < 0)
			return fail(unpack, "the archive is damaged");
		if (n == 0)
			break;
		done += (size_t)n;
	}
	source.name = arena_strdup(unpack->arena, path);
	source.bytes = bytes;
	source.length = done;
	vec_add(unpack->arena, &unpack->sources->list, source);
	return 0;
}

/*
 * What a link leads to would have to be found in the archive, before or behind it; without
 * it the device would be another one than the backup's, and nobody would know.
 */
static int refuse_link(const struct unpack *unpack, const char *path,
		       struct archive_entry *entry)
{
	const char *hard = archive_entry_hardlink(entry);
	const char *target = hard ? hard : archive_entry_symlink(entry);

	return err_set(unpack->err, EINVAL,
		       "%s: %s is a %s link to '%.100s', and links in an archive are not "
		       "followed: unpack it, and give the folder",
		       unpack->name, path, hard ? "hard" : "symbolic",
		       target ? target : "?");
}

static int take_entry(struct unpack *unpack, struct archive_entry *entry)
{
	const char *path = archive_entry_pathname(entry);
	int64_t size = archive_entry_size(entry);

	if (++unpack->entries > ARCHIVE_ENTRIES_MAX)
		return err_set(unpack->err, EINVAL, "%s: more than %d files in it",
			       unpack->name, ARCHIVE_ENTRIES_MAX);
	if (size < 0 || (unpack->bytes += (uint64_t)size) > ARCHIVE_BYTES_MAX)
		return err_set(unpack->err, EINVAL, "%s: more than %u bytes in it",
			       unpack->name, ARCHIVE_BYTES_MAX);
	if (!path)
		return 0;
	path = clean_path(path);
	if (!is_wanted(path) || strlen(path) > 255 || !str_is_utf8(path, strlen(path)))
		return 0;
	if (archive_entry_filetype(entry) == AE_IFLNK || archive_entry_hardlink(entry))
		return refuse_link(unpack, path, entry);
	if (archive_entry_filetype(entry) != AE_IFREG)
		return 0;
	if (size > FILE_SIZE_MAX)
		return err_set(unpack->err, EINVAL, "%s: %s has more than %u bytes",
			       unpack->name, path, FILE_SIZE_MAX);
	return keep_entry(unpack, path, (size_t)size);
}

static int read_entries(struct unpack *unpack)
{
	struct archive_entry *entry;
	int r = 0;

	while (!r) {
		int status = archive_read_next_header(unpack->archive, &entry);

		if (status == ARCHIVE_EOF)
			return 0;
		if (status < ARCHIVE_WARN)
			return fail(unpack, "the archive is damaged");
		r = take_entry(unpack, entry);
	}
	return r;
}

int import_archive_read(const char *name, const char *bytes, size_t length,
			struct arena *arena, struct import_sources *sources,
			struct err *err)
{
	struct unpack unpack = { .name = name,
				 .archive = archive_read_new(),
				 .arena = arena,
				 .sources = sources,
				 .err = err };
	size_t before = sources->list.count;
	int r;

	if (!unpack.archive)
		return err_set(err, ENOMEM, "%s: no memory for the archive", name);
	archive_read_support_filter_gzip(unpack.archive);
	archive_read_support_filter_xz(unpack.archive);
	archive_read_support_filter_bzip2(unpack.archive);
	archive_read_support_format_tar(unpack.archive);
	archive_read_support_format_zip(unpack.archive);
	if (archive_read_open_memory(unpack.archive, bytes, length) != ARCHIVE_OK)
		r = fail(&unpack, "not an archive that can be read");
	else
		r = read_entries(&unpack);
	archive_read_free(unpack.archive);
	if (!r && sources->list.count == before)
		r = err_set(err, EINVAL, "%s: no device file in this archive", name);
	return r;
}
