/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * patience.h - a window that only time counts for in which this process was served
 *
 * "Nothing came within 400 ms" proves something only where whatever should have come had
 * 400 ms to do so. On a machine that is starved (other programs, a throttled group, a
 * guest whose host stopped it) the wall clock goes on while nothing else does. So the
 * waiting is cut into naps of at most PATIENCE_NAP_US, and a nap counts as no more than
 * that, however late it ended: what the machine took away, the window gets back.
 *
 *	struct patience patience = patience_for(400000);
 *
 *	while (!patience_is_over(&patience)) {
 *		poll(fds, count, patience_nap_ms(&patience));
 *		patience_pass(&patience);
 *		…
 *	}
 */
#ifndef TWINSITE_BASE_PATIENCE_H
#define TWINSITE_BASE_PATIENCE_H

#include <stdbool.h>
#include <stdint.h>

#define PATIENCE_NAP_US 10000

struct patience {
	int64_t passed_us; /* counted so far */
	int64_t wall_us;   /* what the clock on the wall says it was */
	int64_t window_us; /* may be changed while it runs */
	int64_t last_us;   /* monotonic: up to here it is counted */
};

struct patience patience_for(int64_t window_us);

/* For poll(): until the window could be over, but no longer than a nap; at least 1. */
int patience_nap_ms(const struct patience *patience);

/* Count what has passed since the last time. */
void patience_pass(struct patience *patience);

bool patience_is_over(const struct patience *patience);

/*
 * How many times slower than wanted everything is here: 1 where all naps ended in time,
 * 20 where we get a twentieth of each second. Of naps only: not of work between them.
 */
double patience_starvation(const struct patience *patience);

/*
 * Nobody waits any longer. Where it was the window that ended it, not what was waited for,
 * its time on the wall counts as waited in vain by this process: what a faster rehearsal
 * would have to be rid of.
 */
void patience_end(const struct patience *patience);
int64_t patience_in_vain_us(void);

#endif
