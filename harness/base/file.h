/* SPDX-License-Identifier: GPL-2.0-or-later */
/* file.h - whole files, with a limit */
#ifndef TWINSITE_BASE_FILE_H
#define TWINSITE_BASE_FILE_H

#include <stddef.h>

struct err;

#define FILE_SIZE_MAX (16u << 20) /* bytes; no router's configuration is larger */

/*
 * Read a whole regular file into malloc()ed memory that ends with a NUL which is
 * not counted. Refuses files above FILE_SIZE_MAX (-EFBIG) and anything that is
 * not a regular file. The sentence names the path.
 */
int file_read(const char *path, char **ret_bytes, size_t *ret_length, struct err *err);

/* The same with another limit, for files of our own. */
int file_read_up_to(const char *path, size_t max, char **ret_bytes, size_t *ret_length,
		    struct err *err);

/* Write a whole file (mode 0644), replacing what was there. */
int file_write(const char *path, const void *bytes, size_t length, struct err *err);

/* The same for secrets: mode 0600. */
int file_write_secret(const char *path, const void *bytes, size_t length,
		      struct err *err);

/* mkdir -p; an existing folder is fine. */
int file_make_folder(const char *path, struct err *err);

#endif
