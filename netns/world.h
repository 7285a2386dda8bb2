/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * world.h - the sandbox that a whole run lives in, and dies with
 *
 * A world is a tree of processes in its own user, mount, pid, net, uts and ipc
 * namespaces. Its PID 1 is a small init that reaps orphans; main() runs as its
 * child. Whatever is made in there (nodes, links, mounts, daemons) is gone the
 * moment PID 1 is, and PID 1 goes when main() returns, when world_stop() is called
 * or when the process that started it dies, even by SIGKILL at any moment.
 *
 * What the world sees: the files of the machine, but an empty private /run and /tmp
 * (except for the paths given as `keep`), its own /proc, one network namespace with
 * only lo. It has all capabilities over its own namespaces and none over the
 * machine's. An ordinary user is mapped to root; root keeps all user ids.
 *
 * Death of the parent is noticed by the thread that called world_start(): call it
 * from a thread that lives as long as the world should (the main thread).
 */
#ifndef TWINSITE_NETNS_WORLD_H
#define TWINSITE_NETNS_WORLD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct err;

#define WORLD_KEEP_MAX 16

struct world_options {
	/*
	 * Absolute paths, NULL-terminated (or NULL), that stay visible and writable
	 * even when they are below /run or /tmp: the report folder, the scenarios,
	 * our own program. At most WORLD_KEEP_MAX. They must exist.
	 */
	const char *const *keep;
	const char *hostname; /* NULL: "twinsite" */
	/*
	 * Stay in the user namespace we are in; needs CAP_SYS_ADMIN there. For a
	 * world inside a guest kernel, where we are root and alone anyway.
	 */
	bool same_user;
};

struct world {
	pid_t pid; /* PID 1 of the world as we see it */
	int pidfd; /* readable when the world is gone; closed by world_stop() */
};

/*
 * Build a world and run main(arg) in it; its return value (0..255) is the world's
 * exit status. main() runs in a forked copy of this process with all its open
 * descriptors; it must not touch what belongs to threads of the parent. Returns once
 * the world is set up. -ENOTSUP when this machine does not let us (the sentence
 * says what is missing and which setting allows it).
 */
int world_start(const struct world_options *options, int (*main)(void *arg), void *arg,
		struct world *ret_world, struct err *err);

/*
 * Wait until the world has ended or the deadline (clock_now_us()) has passed:
 * -ETIMEDOUT. ret_status is the exit status of main(), or 128 + signal. Afterwards
 * only world_stop() may be called.
 */
int world_wait(struct world *world, int64_t deadline_us, int *ret_status,
	       struct err *err);

/* Kill whatever is left of it, wait until it is gone, close pidfd. Repeatable. */
void world_stop(struct world *world);

/*
 * Mount a fresh tmpfs on folder, keeping the given paths visible in it. For our own
 * use in world, node and guest.
 */
int world_cover(const char *folder, const char *const *keep, struct err *err);

#endif
