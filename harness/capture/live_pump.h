/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * live_pump.h - the process that reads the sockets of a capture
 *
 * Part of live.c, whose head is the theory; for live.c and live_pump.c only.
 */
#ifndef TWINSITE_CAPTURE_LIVE_PUMP_H
#define TWINSITE_CAPTURE_LIVE_PUMP_H

#include <pthread.h>
#include <sys/types.h>

#include "base/err.h"
#include "capture/live.h"
#include "capture/live_source.h"

struct live_handle {
	struct live_source source;
	char *label;
	char *path; /* NULL: only the common file */
	uint32_t snaplen;
};

/* Written by the pumping process, read by the caller after its end. */
struct live_shared {
	struct live_statistics statistics[LIVE_HANDLES_MAX];
	struct err err;
};

struct live {
	char *path;
	int count;
	struct live_handle handles[LIVE_HANDLES_MAX];
	struct live_shared *shared;
	pid_t pid;   /* 0: not started or already reaped */
	int control; /* our end of the pipe, -1 */
	pthread_t closing[LIVE_HANDLES_MAX];
	int closing_count; /* threads that live_close_begin() started */
	bool is_closing;   /* it was called */
};

/*
 * In the forked process: read all sockets into the files until the control pipe closes,
 * then what is left in them. 0, or -1 with the reason in live->shared.
 */
int live_pump(struct live *live, int control);

#endif
