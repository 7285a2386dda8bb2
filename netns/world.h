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
 * There are two walls around it. The outer part makes a small root (root.h) with what
 * of the machine is to be seen, all read-only but the paths to keep, and a fresh /proc;
 * the inner part, in which main() runs, has a user namespace of its own, so that all of
 * these mounts are locked: whoever is root in there cannot make them writable. When the
 * machine's root starts a world, root in there is an id that nobody on the machine uses,
 * and init is no longer root either; an ordinary user is mapped to root.
 *
 * Where there can be no user namespaces, root does without the inner one; where /proc
 * cannot be mounted afresh (masked in a container), the old one serves. Then
 * world_wall_missing() says what is missing, and what is not trusted must not run.
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
struct root_view;

#define WORLD_KEEP_MAX 16

struct world_options {
	/*
	 * Absolute paths, NULL-terminated (or NULL), that are visible and writable: the
	 * report folder. At most WORLD_KEEP_MAX. They must exist.
	 */
	const char *const *keep;
	const struct root_view *views; /* more of the machine; or NULL */
	/*
	 * What runs in there is our own work alone: root in there stays who we are, and
	 * can write to our files where it sees them.
	 */
	bool is_trusted;
	/*
	 * For those who read what is not trusted, not for a network: who is root in there is
	 * one more id that nobody uses, and may start worlds of his own, whose root then is
	 * yet another. Only as world_has_ids() says; else -ENOTSUP.
	 */
	bool is_reader;
	const char *hostname; /* NULL: "twinsite" */
};

/* Are we the machine's root, who has ids to give away that nobody uses? */
bool world_has_ids(void);

/* The user and group, on the machine, that a reader is; only when world_has_ids(). */
uid_t world_reader_id(void);

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
 * Give a file or folder of ours to those who will be root in the worlds that we start, so
 * that they can write there: a change of owner when we are the machine's root, else
 * nothing.
 */
int world_give(const char *path, struct err *err);

/*
 * In a world or a guest: why what is not trusted must not run in a node of it, as part
 * of a sentence; NULL when it may. The other is for those who build the walls.
 */
const char *world_wall_missing(void);
void world_wall_set(const char *missing);

/*
 * Mount a fresh tmpfs on folder, keeping the given paths visible in it. For our own
 * use in world, node and guest.
 */
int world_cover(const char *folder, const char *const *keep, struct err *err);

#endif
