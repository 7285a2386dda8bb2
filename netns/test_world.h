/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_world.h - for tests: a function run in a world of its own */
#ifndef TWINSITE_NETNS_TEST_WORLD_H
#define TWINSITE_NETNS_TEST_WORLD_H

#include <stdio.h>

#include "base/clock.h"
#include "base/err.h"
#include "netns/world.h"

/* The shadow memory of the sanitizers has no room in a guest's address space. */
#if defined(__SANITIZE_ADDRESS__)
#define HAS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_SANITIZER 1
#endif
#endif
#ifndef HAS_SANITIZER
#define HAS_SANITIZER 0
#endif

#define TEST_WORLD_US (60 * (int64_t)1000000)

/* In a world or a guest cmocka is not there: leave the function with 1, aloud. */
#define CHECK(condition)                                                       \
	do {                                                                   \
		if (!(condition)) {                                            \
			fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, \
				#condition, err.text);                         \
			return 1;                                              \
		}                                                              \
	} while (0)

/*
 * Run it to its end, at most a minute. Its exit status; -ENOTSUP when there can be no
 * world here, or another -errno.
 */
static inline int test_world_run(int (*run)(void *arg), void *arg,
				 const char *const *keep, struct err *err)
{
	struct world world;
	int status = -1;
	int ret = world_start(&(struct world_options){ .keep = keep }, run, arg, &world,
			      err);

	if (ret)
		return ret;
	ret = world_wait(&world, clock_now_us() + TEST_WORLD_US, &status, err);
	world_stop(&world);
	world_stop(&world); /* may be repeated */
	return ret ? ret : status;
}

#endif
