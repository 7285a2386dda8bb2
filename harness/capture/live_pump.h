/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * live_pump.h - the process that empties the rings of a capture
 *
 * Part of live.c, whose head is the theory; for live.c and live_pump.c only.
 */
#ifndef TWINSITE_CAPTURE_LIVE_PUMP_H
#define TWINSITE_CAPTURE_LIVE_PUMP_H

#include <pcap/pcap.h>
#include <sys/types.h>

#include "base/err.h"
#include "capture/live.h"

#define RETIRE_MS 30 /* after that long the kernel hands over a block */

struct live_handle {
	pcap_t *pcap;
	char *label;
	char *path; /* NULL: only the common file */
	uint32_t snaplen;
	int link_type;
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
};

/*
 * In the forked process: read all rings into the files until the control pipe closes,
 * then what is left of them. 0, or -1 with the reason in live->shared.
 */
int live_pump(struct live *live, int control);

/* Taking a ring down waits for a grace period of the kernel: all at once. */
void live_handles_close(struct live *live);

#endif
