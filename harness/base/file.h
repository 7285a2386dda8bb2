/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * file.h - whole files, with a limit
 *
 * A path is either the user's own, said on the command line or made by us: links in it
 * are followed as everywhere. Or it comes with what is rehearsed: a scenario, a backup,
 * a report. Then it is read by the functions of "below", which never leave the folder
 * and open nothing but regular files and folders.
 */
#ifndef TWINSITE_BASE_FILE_H
#define TWINSITE_BASE_FILE_H

#include <stdbool.h>
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

/* All that a descriptor has until its end, whatever it is; shown: in sentences. */
int file_read_stream(int fd, const char *shown, size_t max, char **ret_bytes,
		     size_t *ret_length, struct err *err);

/*
 * What a name below a folder is, after links that stay below the folder. folder is the
 * user's own path ("" is "."), name is relative to it. FILE_IS_NOTHING: there is nothing
 * of that name. Negative: -EXDEV when a link, ".." or an absolute name leads out of the
 * folder, -ENOLINK for a link to nothing, -ELOOP for links in a circle.
 */
enum file_kind {
	FILE_IS_NOTHING,
	FILE_IS_REGULAR,
	FILE_IS_FOLDER,
	FILE_IS_ODD, /* a device, a FIFO, a socket */
};
int file_kind_below(const char *folder, const char *name, struct err *err);

/*
 * A descriptor to read a regular file or a folder below a folder. Negative as
 * file_kind_below(), and -ENOENT when there is nothing, -EINVAL when it is anything else
 * than asked for, which is not even opened.
 */
int file_open_below(const char *folder, const char *name, enum file_kind kind,
		    struct err *err);

/* file_read_up_to() for a file below a folder; fails as file_open_below() does. */
int file_read_below(const char *folder, const char *name, size_t max, char **ret_bytes,
		    size_t *ret_length, struct err *err);

/*
 * Write a whole file (mode 0644), replacing what was there. What stands at the end of
 * the path must not be a symbolic link (-ELOOP): folders of reports come from others too.
 * An error of this and of the next two is marked ERR_BROKE.
 */
int file_write(const char *path, const void *bytes, size_t length, struct err *err);

/* The same for secrets: mode 0600, whatever the umask and the mode that it had. */
int file_write_secret(const char *path, const void *bytes, size_t length,
		      struct err *err);

/* mkdir -p; an existing folder is fine. */
int file_make_folder(const char *path, struct err *err);

/*
 * The same for a folder that will hold secrets: mode 0700, whatever the umask. One that
 * was there already keeps its mode: it is somebody's.
 */
int file_make_secret_folder(const char *path, struct err *err);

/* rm -rf of a folder of ours; what cannot be removed stays. Links are not followed. */
void file_remove_tree(const char *path);

#endif
