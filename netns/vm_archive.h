/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm_archive.h - entries of the archives that a virtual machine is given (cpio) */
#ifndef TWINSITE_NETNS_VM_ARCHIVE_H
#define TWINSITE_NETNS_VM_ARCHIVE_H

#include <stdbool.h>
#include <stdint.h>

struct archive;
struct err;

/*
 * The header of an entry: path from /, mode with its kind, link for a symbolic one. size
 * bytes of content have to follow. All of these fail with a sentence: -ENOSPC and others.
 */
int vm_archive_put(struct archive *archive, const char *path, unsigned int mode,
		   int64_t size, const char *link, struct err *err);

/* A file that contains text; text NULL: a folder, by its mode. */
int vm_archive_put_text(struct archive *archive, const char *path, unsigned int mode,
			const char *text, struct err *err);

/* The machine's regular file `from`; ret_is_elf (or NULL): is it a program or library? */
int vm_archive_put_file(struct archive *archive, const char *from, const char *path,
			bool *ret_is_elf, struct err *err);

/* A file or a folder with all that is in it, at its own path. Links stay links. */
int vm_archive_put_tree(struct archive *archive, const char *path, struct err *err);

#endif
