/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * strongswan_files.h - the files of one strongSwan, and which one `include` means
 *
 * A file is meant wherever it was found: by its name, and its folder's where both say one.
 * Files are read where they are included; what nobody includes, beside a swanctl.conf or
 * an ipsec.conf, is not loaded by strongSwan. An include that names none of the files may
 * say anything: it is not rehearsed, but for those of the packages, which are empty or
 * without effect until somebody writes into them.
 */
#ifndef TWINSITE_IMPORT_STRONGSWAN_FILES_H
#define TWINSITE_IMPORT_STRONGSWAN_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "model/site.h"

#define STRONGSWAN_INCLUDE_DEPTH 8   /* files in files */
#define STRONGSWAN_INCLUDES_MAX	 256 /* of one site, in all */

enum strongswan_file_kind {
	FILE_SETTINGS,
	FILE_IPSEC_CONF,
	FILE_IPSEC_SECRETS,
	FILE_SYSCTL,
	FILE_NETWORK, /* of the host: addresses, routes, XFRM interfaces */
	FILE_RULES,   /* of the host: its packet filter */
};

struct strongswan_file {
	const char *name, *text; /* in the site's arena */
	enum strongswan_file_kind kind;
	bool is_read;
};

struct strongswan_files {
	struct strongswan_file *items;
	size_t count;
	unsigned int depth, includes; /* while they are read */
};

/* What to do with a file that is included. */
typedef void strongswan_include_read(void *user, struct strongswan_file *file);

/*
 * `include pattern` at a line of a file: all that it means are given to read(), or it is
 * remarked what this leaves open. aspects: what such a file could touch, 0: anything.
 */
void strongswan_include(struct site *site, struct strongswan_files *files,
			const char *pattern, struct origin at, unsigned int aspects,
			strongswan_include_read *read, void *user);

/*
 * Every file of a kind: first the one whose name ends so ("ipsec.conf"), then, unless it
 * is there, those that none includes; what is there and not included is remarked.
 */
void strongswan_files_read(struct site *site, struct strongswan_files *files,
			   enum strongswan_file_kind kind, const char *main,
			   strongswan_include_read *read, void *user);

#endif
