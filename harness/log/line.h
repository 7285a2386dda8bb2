/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * line.h - one line of a log, as people paste it: its header first
 *
 * logread, journal, syslog, filelog, docker, pages of firewalls and browsers: what stands
 * before the message is told by where the message begins, never by a guess at the whole.
 * Pure; nothing is allocated.
 */
#ifndef TWINSITE_LOG_LINE_H
#define TWINSITE_LOG_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "charon/log.h"

#define LOG_LINE_MAX \
	4096 /* bytes of a line that are read; no daemon writes longer ones */

struct log_line {
	char text[LOG_LINE_MAX + 1]; /* without colours, entities, quoting and line end */
	size_t length;
	struct charon_log_span time;	/* as it is written, length 0: none */
	struct charon_log_span message; /* of charon; else the whole text */
	bool is_charon;
	char subsystem[4];	     /* "IKE"; "": not said */
	unsigned int sa;	     /* unique number of its IKE SA; 0: not said */
	struct charon_log_span name; /* of its connection */
};

/*
 * Make a line readable: colours (CSI), entities and tags of HTML, "> " of a mail, a byte
 * order mark and control characters go; text is cut at LOG_LINE_MAX. Then find its parts.
 */
void log_line_read(const char *bytes, size_t length, struct log_line *ret_line);

/* Milliseconds since midnight; -1: it has no time. */
int64_t log_line_ms(const struct log_line *line);

#endif
