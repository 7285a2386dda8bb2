// SPDX-License-Identifier: GPL-2.0-or-later
/* archive.c - a router's backup as sources, without unpacking it to disk */
#include "import/archive.h"

#define ZLIB_CONST /* its input is const */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <string.h>
#include <zlib.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"

/* One after the other, until one finds something. */
enum unpacking {
	READ_BACKUP,	/* names as below the root: etc/config/ipsec */
	READ_ETC,	/* etc itself was packed: config/ipsec, firewall.user */
	READ_FLAT,	/* etc/config was, or some of its files: ipsec, network */
	READ_ONLY_FILE, /* whatever its name is */
};

struct unpack {
	const char *name; /* of the archive */
	struct archive *archive;
	struct arena *arena;
	struct import_sources *sources;
	struct err *err;
	uint64_t bytes; /* of all entries so far */
	size_t entries;
	enum unpacking as;
	size_t files;		   /* regular ones, wanted or not */
	bool has_root, has_config; /* etc/config/…; config/… */
	bool is_document; /* of an office: "[Content_Types].xml" (OOXML), "mimetype" (ODF) */
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
		{ 0, 4, "\x28\xb5\x2f\xfd" }, /* zstd */
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
		"nftables.conf",
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

static bool is_uci_name(const char *path)
{
	static const char *const names[] = { "ipsec",  "network",   "firewall", "dhcp",
					     "system", "libreswan", "swanctl" };
	const char *slash = strrchr(path, '/');

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (str_equal(slash ? slash + 1 : path, names[i]))
			return true;
	return false;
}

/* As what an entry is kept; NULL: it is not. */
static const char *kept_name(const struct unpack *unpack, const char *path)
{
	const char *below_etc;

	switch (unpack->as) {
	case READ_BACKUP:
		return is_wanted(path) ? path : NULL;
	case READ_ETC:
		below_etc = arena_printf(unpack->arena, "etc/%s", path);
		return is_wanted(below_etc) ? below_etc : NULL;
	case READ_FLAT:
		return is_uci_name(path) ? path : NULL;
	case READ_ONLY_FILE:
		return path;
	}
	return NULL;
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

/* It reads on to the entry's end: there libarchive compares the checksum that a zip has of each. */
static int keep_entry(const struct unpack *unpack, const char *path, size_t size)
{
	struct import_source source = { .name = arena_strdup(unpack->arena, path) };
	char *bytes = arena_alloc(unpack->arena, size + 1);
	size_t done = 0;

	if (unpack->sources->list.count >= IMPORT_SOURCES_MAX)
		return err_set(unpack->err, EINVAL, "%s: more than %d device files",
			       unpack->name, IMPORT_SOURCES_MAX);
	while (done <= size) {
		la_ssize_t n =
			archive_read_data(unpack->archive, bytes + done, size + 1 - done);

		if (n < 0)
			return fail(unpack, "the archive is damaged");
		if (n == 0)
			break;
		done += (size_t)n;
	}
	if (done > size)
		return err_set(unpack->err, EINVAL, "%s: %s has more than %zu bytes",
			       unpack->name, path, size);
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

/* A file that was packed by itself (juniper.conf.gz) says neither its name nor its size. */
static int take_packed(struct unpack *unpack)
{
	static const char *const ends[] = { ".gz", ".xz", ".bz2", ".zst" };
	char *name = arena_strdup(unpack->arena, unpack->name);

	if (archive_filter_count(unpack->archive) < 2) /* a container that is damaged */
		return err_set(unpack->err, EINVAL, "%s: the archive is damaged",
			       unpack->name);
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		if (str_ends(name, ends[i]))
			name[strlen(name) - strlen(ends[i])] = '\0';
	return keep_entry(unpack, name, FILE_SIZE_MAX);
}

static int take_entry(struct unpack *unpack, struct archive_entry *entry)
{
	const char *path = archive_entry_pathname(entry), *name;
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
	unpack->files += archive_entry_filetype(entry) == AE_IFREG;
	unpack->is_document |=
		str_equal(path, "[Content_Types].xml") || str_equal(path, "mimetype");
	unpack->has_root |= strstr(path, "etc/config/") != NULL;
	unpack->has_config |= str_starts(path, "config/") && is_uci_name(path);
	if (strlen(path) > 255 || !str_is_utf8(path, strlen(path)))
		return 0;
	name = kept_name(unpack, path);
	if (!name)
		return 0;
	if (archive_entry_filetype(entry) == AE_IFLNK || archive_entry_hardlink(entry))
		return refuse_link(unpack, path, entry);
	if (archive_entry_filetype(entry) != AE_IFREG)
		return 0;
	if (size > FILE_SIZE_MAX)
		return err_set(unpack->err, EINVAL, "%s: %s has more than %u bytes",
			       unpack->name, path, FILE_SIZE_MAX);
	return keep_entry(unpack, name, (size_t)size);
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
		if (archive_format(unpack->archive) == ARCHIVE_FORMAT_RAW)
			return take_packed(unpack);
		r = take_entry(unpack, entry);
	}
	return r;
}

/* Packed with folders above it, home/etc/config/ipsec: the device has no such folder. */
static void drop_folders_above(const struct import_sources *sources, size_t first)
{
	const char *prefix = NULL;
	size_t length = 0;

	for (size_t i = first; i < sources->list.count && !prefix; i++) {
		const char *name = sources->list.items[i].name;
		const char *etc = strstr(name, "/etc/config/");

		/* "../" is kept: whoever writes files by these names refuses it. */
		if (etc && !strstr(name, "..")) {
			prefix = name;
			length = (size_t)(etc + 1 - name);
		}
	}
	for (size_t i = first; prefix && i < sources->list.count; i++) {
		struct import_source *source = &sources->list.items[i];

		if (strncmp(source->name, prefix, length) == 0)
			source->name += length;
	}
}

/* One member; what is behind it stays in the stream. Z_STREAM_END: whole, its checksum is right. */
static int inflate_member(z_stream *stream, uint64_t *ret_bytes)
{
	Bytef scratch[16u << 10];
	int status = Z_OK;

	while (status == Z_OK && *ret_bytes <= ARCHIVE_BYTES_MAX) {
		stream->next_out = scratch;
		stream->avail_out = sizeof(scratch);
		status = inflate(stream, Z_NO_FLUSH);
		*ret_bytes += sizeof(scratch) - stream->avail_out;
	}
	return status;
}

static const char *gzip_fault(z_stream *stream)
{
	uint64_t bytes = 0;
	int status;

	do {
		status = inflate_member(stream, &bytes);
		if (status == Z_BUF_ERROR)
			return "it ends too early";
		if (status != Z_STREAM_END) /* Z_OK: too large, which is said later */
			return status == Z_OK ? NULL
			       : stream->msg  ? stream->msg
					      : "not to be unpacked";
	} while (stream->avail_in > 2 && stream->next_in[0] == 0x1f &&
		 stream->next_in[1] == 0x8b && inflateReset(stream) == Z_OK);
	return NULL;
}

/* libarchive does not compare a gzip's checksum with what it unpacked, and reads half a file, or another. */
static int check_gzip(const struct unpack *unpack, const char *bytes, size_t length)
{
	z_stream stream = { .next_in = (const Bytef *)bytes, .avail_in = (uInt)length };
	const char *fault;

	if (length < 2 || memcmp(bytes, "\x1f\x8b", 2) != 0)
		return 0;
	if (length > ARCHIVE_BYTES_MAX)
		return err_set(unpack->err, EINVAL, "%s: more than %u bytes in it",
			       unpack->name, ARCHIVE_BYTES_MAX);
	if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK)
		return err_set(unpack->err, ENOMEM, "%s: no memory for the archive",
			       unpack->name);
	fault = gzip_fault(&stream);
	if (fault)
		(void)err_set(unpack->err, EINVAL, "%s: the archive is damaged: %s",
			      unpack->name, fault);
	(void)inflateEnd(&stream);
	return fault ? -EINVAL : 0;
}

static int read_once(struct unpack *unpack, const char *bytes, size_t length)
{
	int r;

	unpack->archive = archive_read_new();
	if (!unpack->archive)
		return err_set(unpack->err, ENOMEM, "%s: no memory for the archive",
			       unpack->name);
	archive_read_support_filter_gzip(unpack->archive);
	archive_read_support_filter_xz(unpack->archive);
	archive_read_support_filter_bzip2(unpack->archive);
	archive_read_support_filter_zstd(unpack->archive);
	archive_read_support_format_tar(unpack->archive);
	archive_read_support_format_zip(unpack->archive);
	archive_read_support_format_raw(unpack->archive);
	unpack->bytes = 0;
	unpack->entries = unpack->files = 0;
	if (archive_read_open_memory(unpack->archive, bytes, length) != ARCHIVE_OK)
		r = fail(unpack, "not an archive that can be read");
	else
		r = read_entries(unpack);
	archive_read_free(unpack->archive);
	return r;
}

int import_archive_read(const char *name, const char *bytes, size_t length,
			struct arena *arena, struct import_sources *sources,
			struct err *err)
{
	struct unpack unpack = {
		.name = name, .arena = arena, .sources = sources, .err = err
	};
	const size_t before = sources->list.count;
	int r = check_gzip(&unpack, bytes, length);

	if (!r)
		r = read_once(&unpack, bytes, length);
	if (!r && unpack.has_config && !unpack.has_root) {
		sources->list.count = before;
		unpack.as = READ_ETC;
		r = read_once(&unpack, bytes, length);
	}
	if (!r && sources->list.count == before) {
		unpack.as = READ_FLAT;
		r = read_once(&unpack, bytes, length);
	}
	if (!r && sources->list.count == before && unpack.files == 1) {
		unpack.as = READ_ONLY_FILE;
		r = read_once(&unpack, bytes, length);
	}
	drop_folders_above(sources, before);
	if (!r && sources->list.count == before)
		r = unpack.is_document
			    ? import_refuse_document(name, "an office document", err)
			    : err_set(err, EINVAL, "%s: no device file in this archive",
				      name);
	return r;
}
