// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * file_unpack.c - captures in xz, zstd, bzip2, lz4, …: whatever libarchive unpacks
 *
 * gzip and plain files are zlib's: it is faster for them and says where a cut one ends. Only
 * what begins with neither gets here, with the bytes that were already read.
 */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "capture/window.h"

#define RAW_LEAST (64u << 10)

struct unpack {
	struct archive *archive;
	struct capture_file *file;
	size_t seen; /* bytes of the window that come first */
	size_t room;
	uint8_t raw[]; /* packed */
};

/* First what the window has already, then what the file still has. */
static la_ssize_t feed(struct archive *archive, void *user, const void **ret)
{
	struct unpack *unpack = user;
	int got;

	*ret = unpack->raw;
	if (unpack->seen) {
		size_t seen = unpack->seen;

		unpack->seen = 0;
		return (la_ssize_t)seen;
	}
	got = gzread(unpack->file->gz, unpack->raw, (unsigned int)unpack->room);
	if (got < 0)
		archive_set_error(archive, errno ? errno : EIO, "%s",
				  gzerror(unpack->file->gz, &(int){ 0 }));
	return got < 0 ? -1 : got;
}

static int refuse(struct archive *archive, int status)
{
	(void)archive_read_free(archive);
	return status;
}

/* One file, packed by a filter that is not just "none"? */
static int open_packed(struct unpack *unpack)
{
	struct archive *archive = archive_read_new();
	struct archive_entry *entry;

	if (!archive)
		return -ENOMEM;
	(void)archive_read_support_filter_all(archive);
	(void)archive_read_support_format_raw(archive);
	/* It asks the filter for a first piece: what is not packed always has one. */
	if (archive_read_open(archive, unpack, NULL, feed, NULL) != ARCHIVE_OK)
		return refuse(archive, -EBADMSG);
	if (archive_read_next_header(archive, &entry) != ARCHIVE_OK ||
	    archive_filter_count(archive) < 2)
		return refuse(archive, -EINVAL);
	unpack->archive = archive;
	return 0;
}

int window_unpack(struct capture_file *file)
{
	size_t seen = file->end - file->at;
	size_t room = seen > RAW_LEAST ? seen : RAW_LEAST;
	struct unpack *unpack;
	int status;

	if (!file->gz)
		return -EINVAL;
	unpack = calloc(1, sizeof(*unpack) + room);
	if (!unpack)
		return -ENOMEM;
	unpack->room = room;
	unpack->file = file;
	unpack->seen = seen;
	memcpy(unpack->raw, file->window + file->at, seen);
	status = open_packed(unpack);
	if (status) {
		free(unpack);
		return status;
	}
	file->unpack = unpack;
	file->at = file->end = 0;
	file->is_eof = false;
	return 0;
}

int window_read_unpacked(struct capture_file *file, uint8_t *bytes, size_t room)
{
	la_ssize_t got = archive_read_data(file->unpack->archive, bytes, room);

	if (got < 0)
		capture_file_finish(file, CAPTURE_END_DAMAGED,
				    "the packed data is damaged, or ends too early");
	return got < 0 ? 0 : (int)got;
}

void window_unpack_done(struct capture_file *file)
{
	if (!file->unpack)
		return;
	(void)archive_read_free(file->unpack->archive);
	free(file->unpack);
}
