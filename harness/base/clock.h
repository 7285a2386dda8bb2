/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clock.h - one monotonic clock, in microseconds, and deadlines on it */
#ifndef TWINSITE_BASE_CLOCK_H
#define TWINSITE_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline int64_t clock_read_us(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Monotonic; for durations and deadlines. */
static inline int64_t clock_now_us(void)
{
	return clock_read_us(CLOCK_MONOTONIC);
}

/* Since the epoch; for time stamps that people and captures compare. */
static inline int64_t clock_wall_us(void)
{
	return clock_read_us(CLOCK_REALTIME);
}

/* What this process has used of a CPU, on however busy a machine; for tests of parsers. */
static inline int64_t clock_cpu_us(void)
{
	return clock_read_us(CLOCK_PROCESS_CPUTIME_ID);
}

/* What is left until a deadline (monotonic µs), for poll(): 0..INT32_MAX ms, rounded up.
 */
static inline int clock_left_ms(int64_t deadline_us)
{
	int64_t left = (deadline_us - clock_now_us() + 999) / 1000;

	return left < 0 ? 0 : left > INT32_MAX ? INT32_MAX : (int)left;
}

#endif
