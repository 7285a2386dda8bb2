/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cleanup.h - release resources when a variable leaves its scope
 *
 * Write `_cleanup_free_ char *text = NULL;` and every return path frees it. Hand
 * the value over to a caller with steal(&text), which leaves NULL behind.
 */
#ifndef TWINSITE_BASE_CLEANUP_H
#define TWINSITE_BASE_CLEANUP_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define _cleanup_(fn) __attribute__((cleanup(fn)))

static inline void cleanup_freep(void *pointer)
{
	free(*(void **)pointer);
}

static inline void cleanup_closep(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void cleanup_fclosep(FILE **file)
{
	if (*file)
		fclose(*file);
}

#define _cleanup_free_	 _cleanup_(cleanup_freep)
#define _cleanup_close_	 _cleanup_(cleanup_closep)
#define _cleanup_fclose_ _cleanup_(cleanup_fclosep)

/* Take the pointer out of a variable: the caller owns it, the variable is NULL. */
#define steal(variable)                                             \
	({                                                          \
		__typeof__(*(variable)) steal_value_ = *(variable); \
		*(variable) = NULL;                                 \
		steal_value_;                                       \
	})

/* The same for a file descriptor: the variable is -1 afterwards. */
static inline int steal_fd(int *fd)
{
	int value = *fd;

	*fd = -1;
	return value;
}

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#endif
