/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_world.h - for tests: a function run in a world of its own, two nodes in it
 *
 * Worlds need no root, but user namespaces; tests skip aloud where they are not allowed.
 * What happens in a world cannot use cmocka's assertions (another process): CHECK()
 * prints the sentence and lets main() of that world fail.
 */
#ifndef TWINSITE_NETNS_TEST_WORLD_H
#define TWINSITE_NETNS_TEST_WORLD_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/sanitizer.h"
#include "base/test_skip.h"
#include "netns/link.h"
#include "netns/node.h"
#include "netns/spawn.h"
#include "netns/world.h"

#define TEST_WORLD_US INT64_C(60000000)

/* Leave the function with 1, aloud. */
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
	int ret = world_start(&(struct world_options){ .keep = keep, .is_trusted = true },
			      run, arg, &world, err);

	if (ret)
		return ret;
	ret = world_wait(&world, clock_now_us() + TEST_WORLD_US, &status, err);
	world_stop(&world);
	world_stop(&world); /* may be repeated */
	return ret ? ret : status;
}

/* Run main() in a world and return its exit status; skips where there can be none. */
static inline int test_in_world(int (*main)(void *arg), void *arg,
				const char *const *keep)
{
	struct err err = { 0 };
	int ret = test_world_run(main, arg, keep, &err);

	if (ret == -ENOTSUP)
		skip_without("userns", err.text);
	if (ret < 0)
		fail_msg("%s", err.text);
	return ret;
}

static inline struct inet_prefix test_prefix(const char *text)
{
	struct inet_prefix value;

	if (inet_prefix_parse(text, &value))
		abort();
	return value;
}

static inline struct inet_addr test_addr(const char *text)
{
	return test_prefix(text).addr;
}

struct test_pair {
	struct node *a, *b;
};

static inline void test_pair_done(struct test_pair *pair)
{
	node_free(pair->a);
	node_free(pair->b);
}

/* a (10.0.0.1) ──── b (10.0.0.2) */
static inline int test_pair_make(struct test_pair *pair, struct err *err)
{
	struct inet_prefix a = test_prefix("10.0.0.1/24"), b = test_prefix("10.0.0.2/24");
	int ret = node_new("a", NULL, &pair->a, err);

	if (!ret)
		ret = node_new("b", NULL, &pair->b, err);
	if (!ret)
		ret = link_veth_add(pair->a, "eth0", pair->b, "eth0", 0, err);
	if (!ret)
		ret = link_address_add(pair->a, "eth0", &a, err);
	if (!ret)
		ret = link_address_add(pair->b, "eth0", &b, err);
	return ret;
}

/* What a command in the node (NULL: in the world) prints. */
static inline const char *test_shell(const struct node *node, const char *command,
				     struct arena *arena)
{
	const char *const argv[] = { "sh", "-c", command, NULL };
	struct spawn spawn = { .node = node, .argv = argv };
	_cleanup_free_ char *output = NULL;
	int status;

	if (process_run(&spawn, NULL, clock_now_us() + 10 * INT64_C(1000000), &output,
			NULL, &status, NULL))
		return "(did not run)";
	return arena_strdup(arena, output);
}

#endif
