/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * machine.h - how much of this machine is ours: CPUs, memory, and how many jobs fit
 *
 * Limits of control groups count (cgroup v1 and v2, of every level up to the root that
 * is seen), so that a container's share is what is used.
 */
#ifndef TWINSITE_BASE_MACHINE_H
#define TWINSITE_BASE_MACHINE_H

#include <sched.h>
#include <stdint.h>

/* CPUs that we may keep busy: by affinity and quota, rounded up; at least 1. */
unsigned int machine_cores(void);

/* Memory that can still be had, in MiB; UINT64_MAX when nothing says it. */
uint64_t machine_memory_mib(void);

/*
 * So many jobs at once, per_core for each of machine_cores(), but no more than have
 * job_mib of memory each (half of what is there is left alone); 1 to max.
 */
unsigned int machine_jobs(unsigned int per_core, unsigned int job_mib, unsigned int max);

/*
 * The CPU of `among` (NULL: of all that we may use) that fewest processes want at this
 * moment; of several such any. -1 when there is none.
 */
int machine_cpu_least_busy(const cpu_set_t *among);

/* ------------------------------------------------------------ the pure parts */

/*
 * A line of /proc/PID/stat (proc(5)): its processor when the process wants one now
 * (state R), else -1; also for lines that are none.
 */
int machine_stat_cpu(const char *line);

/* The path of a controller ("memory") in /proc/self/cgroup; "" is cgroup v2's.
 * Returns its length and points into the text, or NULL. */
const char *machine_cgroup_path(const char *text, const char *controller,
				size_t *ret_length);

#endif
