/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * file_beneath.h - open a name below a folder without ever leaving it, for file.c
 *
 * openat2(2) with RESOLVE_BENEATH does it in the kernel since Linux 5.6. Where it is
 * missing or forbidden (containers), the same is walked component by component with
 * O_NOFOLLOW, ".." going back to the folder we came from.
 */
#ifndef TWINSITE_BASE_FILE_BENEATH_H
#define TWINSITE_BASE_FILE_BENEATH_H

#define FILE_BENEATH_DEPTH_MAX 64 /* folders; the walk's limit */

/*
 * A descriptor of name below the folder (O_PATH will do), opened with the flags of
 * open(2), O_CLOEXEC added. Links that stay below are followed, the last one not with
 * O_NOFOLLOW (with O_PATH: the link itself). Negative: -EXDEV when it leads out, -ELOOP,
 * or what open(2) says.
 */
int file_beneath(int folder, const char *name, int flags);

/* The two ways. file_beneath_kernel() returns -ENOSYS where the kernel has none. */
int file_beneath_kernel(int folder, const char *name, int flags);
int file_beneath_walk(int folder, const char *name, int flags);

#endif
