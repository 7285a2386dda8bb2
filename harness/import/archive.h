/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * archive.h - a router's backup as sources, without unpacking it to disk
 *
 * OpenWrt's backup-*.tar.gz holds /etc; a zip with device files is taken as well, and so is
 * what people pack themselves: /etc alone, /etc/config alone, one file under any name,
 * or a file that is only compressed (Junos' juniper.conf.gz). Only
 * files that an importer can read are kept, so no private key or password file is ever
 * in memory longer than it takes to skip it. Everything is bounded: an archive is as
 * hostile as any other file.
 */
#ifndef TWINSITE_IMPORT_ARCHIVE_H
#define TWINSITE_IMPORT_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>

#include "import/import.h"

struct err;

#define ARCHIVE_ENTRIES_MAX 20000
#define ARCHIVE_BYTES_MAX   (256u << 20) /* all entries, kept or not */

/* Does it begin like a gzip, xz, bzip2, zstd, zip or tar file? */
bool import_archive_is(const char *bytes, size_t length);

/*
 * Add the wanted files of an archive to the sources, copied into the arena. Names are
 * the paths inside, without leading "./" and "/" and what stands above an
 * etc/config, with "etc/" when /etc was packed; that of
 * a compressed file is the archive's without its ending. name is the archive's own, for
 * sentences. Returns 0, or -EINVAL when it is damaged, too large or has no wanted file, or
 * when a wanted one is a link, which is named.
 */
int import_archive_read(const char *name, const char *bytes, size_t length,
			struct arena *arena, struct import_sources *sources,
			struct err *err);

#endif
