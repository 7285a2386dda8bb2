/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * keep.h - a run that stays up, and the door into its nodes
 *
 * A kept world listens on shell.sock in its channel (channel.h). A client says what to run
 * in which node; the command gets a terminal of the node's own (when the client has one)
 * or pipes, and what goes in and comes out is copied: it never holds a descriptor of the
 * client's. Into a guest leads a serial line, with a doorkeeper before it (keep_line.h).
 */
#ifndef TWINSITE_RUN_KEEP_H
#define TWINSITE_RUN_KEEP_H

struct buf;
struct err;
struct rehearsal;
struct scenario;

#define KEEP_SOCKET "shell.sock"

/* World side: serve clients until one asks for the end. */
int keep_serve(struct rehearsal *rehearsal, struct err *err);

/*
 * Client side: run argv (NULL-terminated; NULL for a shell) in a node of the kept run.
 * 0 with the exit status, -ENOENT when that run is not kept (any more) or has no such
 * node, with the names there are.
 */
int keep_shell(const char *folder, const char *node, char *const *argv, int *ret_status,
	       struct err *err);

/* The command lines that lead into a kept run, ready to be copied. */
void keep_ready(const char *report, const struct scenario *scenario, struct buf *out);

/* Tell a kept run to go on to its end. */
int keep_end(const char *folder, struct err *err);

#endif
