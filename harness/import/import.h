/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * import.h - device files in, struct site out
 *
 * Importers are pure functions from text to model: scenarios edit the text of a
 * file before it is imported, and nothing is read that is not in the sources.
 * Only import_load() touches the file system.
 *
 * What an importer does not understand becomes a remark with file and line, never
 * silence. It fails only when a file is useless as a whole.
 *
 * A new device: write `int NAME_import(struct site *site, …)` (import_function)
 * and name it in the device's row (device/device.h).
 */
#ifndef TWINSITE_IMPORT_IMPORT_H
#define TWINSITE_IMPORT_IMPORT_H

#include <stddef.h>

#include "base/arena.h"
#include "device/files.h"
#include "model/site.h"

struct tree_node;

struct err;

struct import_options {
	enum reading reading;
	/* Generator of a rendered reading, "19.07" (openwrt.h has the list); NULL: the
	 * newest that the files fit. Ignored for devices with one reading only. */
	const char *firmware;
};

/*
 * What a user says of a firmware: NULL is what the device really does, its release found
 * out from the files; "documented" is what the words mean, whatever any release does.
 */
struct import_options import_options_of(const char *firmware);

/*
 * Fill an empty site. Everything the site keeps is copied into site->arena; names
 * of sources too, so that sources may die before the site. options is never NULL.
 */
typedef int import_function(struct site *site, const struct import_source *sources,
			    size_t count, const struct import_options *options,
			    struct err *err);

/*
 * Import the files of one device. options may be NULL (as documented); what a user asks
 * for comes from import_options_of().
 * Returns 0, or -EINVAL with a sentence "site_name: file:line: …" when the files are
 * useless or the kind has no importer.
 */
int site_import(enum device_kind kind, const char *site_name,
		const struct import_source *sources, size_t count,
		const struct import_options *options, struct site **ret_site,
		struct err *err);

/*
 * Whoever keeps both ends' files in one folder, or sends them in one archive, means them
 * as two ends. path: as the user named it. Returns -EINVAL with both files named.
 */
int import_refuse_mixture(const char *path, const struct import_source *sources,
			  size_t count, struct err *err);

/* -EINVAL, with what is wanted instead of "a PDF document". */
int import_refuse_document(const char *name, const char *document, struct err *err);

/*
 * Which device wrote these files, judged by their names and their first words.
 * Returns 0 or -EINVAL.
 */
int import_detect(const struct import_source *sources, size_t count,
		  enum device_kind *ret_kind, struct err *err);

/*
 * Read the files of a device at a path that the user named, a file or a folder (OpenWrt:
 * the root of its file system, or a folder with UCI files; others: every regular file of
 * the folder). The path itself may be a link, it is the user's own; what stands in the
 * folder is not, and leaves it nowhere: -EXDEV or -ENOLINK with the file's name. Devices,
 * FIFOs and sockets are refused unopened. Names and bytes are put into the arena. At
 * most IMPORT_SOURCES_MAX files. The path "-" is standard input, a file or an archive.
 */
#define IMPORT_STDIN_NAME "standard-input"
int import_load(enum device_kind kind, const char *path, struct arena *arena,
		struct import_sources *ret_sources, struct err *err);

/* The same for a name below a folder of somebody else: a scenario's `files:`. */
int import_load_below(enum device_kind kind, const char *folder, const char *name,
		      struct arena *arena, struct import_sources *ret_sources,
		      struct err *err);

/* As import_load() when nobody said what it is: a folder with etc/config is OpenWrt. */
int import_load_any(const char *path, struct arena *arena, enum device_kind *ret_kind,
		    struct import_sources *ret_sources, struct err *err);

/*
 * Is that folder a router's /etc itself? Its sources are named as below the root,
 * etc/config/ipsec, and stand in config/ipsec there.
 */
bool import_is_etc(const char *folder);

#define IMPORT_SOURCES_MAX 64

/* Count the lines of a tree that has been read; what nobody used is not understood. */
void import_count_tree(struct site *site, const struct tree_node *root);

#endif
