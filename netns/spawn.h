/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * spawn.h - start, watch and stop a process, in a node or outside
 *
 * Each process is the leader of its own group, dies with the thread that started it,
 * and inherits nothing but stdin, stdout and stderr. Nothing here polls: a pidfd tells
 * the end.
 */
#ifndef TWINSITE_NETNS_SPAWN_H
#define TWINSITE_NETNS_SPAWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "netns/sandbox.h"

struct err;
struct node;
struct process;

struct spawn {
	const struct node *node; /* NULL: where we are */
	/*
	 * NULL-terminated. argv[0] with a slash is a path (as the node sees it), else it
	 * is looked up in SPAWN_PATH.
	 */
	const char *const *argv;
	const char *const *env; /* "NAME=value", NULL-terminated; NULL: SPAWN_PATH only */
	/* Descriptors to hand over, borrowed. 0 stands for /dev/null. */
	int in, out, err;
	const char *folder; /* working directory; NULL: / */
	bool has_terminal; /* in is a terminal, to be the one that it is controlled from */
	/* In a node: what it may do there, see sandbox.h. */
	enum sandbox_rights rights;
};

#define SPAWN_PATH "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin"

/*
 * -ENOENT when there is no such program, with its name; other errors name it too. The
 * program has been executed when this returns 0. The caller frees with
 * process_free().
 */
int process_start(const struct spawn *spawn, struct process **ret_process,
		  struct err *err);

int process_pidfd(const struct process *process); /* borrowed; readable at its end */

/*
 * Wait for its end: 0 with ret_status (exit status, or 128 + signal), or -ETIMEDOUT.
 * May be called again after the end; ret_status may be NULL.
 */
int process_wait(struct process *process, int64_t deadline_us, int *ret_status);

/* Has it ended? Never blocks. */
bool process_has_ended(struct process *process);

/*
 * End it: SIGTERM to its group, SIGKILL to the group when the deadline has passed or
 * the leader has ended. Returns the exit status as process_wait() does.
 */
int process_stop(struct process *process, int64_t deadline_us);

/* Send a signal to the process alone (SIGHUP, SIGSTOP, …). 0 or negative errno. */
int process_signal(const struct process *process, int signal);

/* Kills the group if it still runs. NULL is fine. */
void process_free(struct process *process);

static inline void process_freep(struct process **process)
{
	process_free(*process);
}

/* "exited with status 3", "was killed by signal 9 (Killed)", "ended well". */
struct process_text {
	char s[80];
};
struct process_text process_status_text(int status);

/*
 * Run a program to its end with text on its stdin (NULL: none) and collect what it
 * wrote on stdout and stderr (each malloc()ed, NUL-terminated, at most
 * SPAWN_OUTPUT_MAX; the ret_ pointers may be NULL). 0 with ret_status, -ETIMEDOUT
 * (killed, with what it wrote until then), or another negative errno when it did not
 * start. spawn->in, out and err are not used.
 */
#define SPAWN_OUTPUT_MAX (4u << 20) /* bytes; what is above is dropped */

int process_run(const struct spawn *spawn, const char *input, int64_t deadline_us,
		char **ret_output, char **ret_errors, int *ret_status, struct err *err);

/* Full path of a program found in SPAWN_PATH, malloc()ed; NULL: there is none. */
char *process_find(const char *program);

#endif
