/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * keep_line.h - the door into a guest: many who call, one line
 *
 * A guest kernel shares no socket with this machine, but it may have a serial line. A
 * doorkeeper listens where a kept run of this kernel would, and passes what one client
 * after the other says to the line, and back; who comes meanwhile is told so.
 */
#ifndef TWINSITE_RUN_KEEP_LINE_H
#define TWINSITE_RUN_KEEP_LINE_H

#include <sys/types.h>

struct err;

struct keep_line {
	pid_t pid;  /* of the doorkeeper; 0: none */
	int socket; /* for the guest: its end of the line; -1: none */
};

/* Start a doorkeeper for the channel `folder`. */
int keep_line_open(const char *folder, struct keep_line *ret_line, struct err *err);

/* End it; repeatable. */
void keep_line_close(struct keep_line *line);

#endif
