/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * warden.h - what strangers' scripts have started is bounded together
 *
 * A limit for each process is none for all of them: a script may leave as many behind as
 * it likes. So once a script runs in a world, a thread looks ten times a second at
 * everything that scripts have started in any node of it, known by a limit that they can
 * make only smaller; where that is too much together, all of it is killed. No privilege
 * and no cgroup is needed. What we started ourselves is never touched.
 */
#ifndef TWINSITE_NETNS_WARDEN_H
#define TWINSITE_NETNS_WARDEN_H

#define WARDEN_PROCESSES_MAX 128
#define WARDEN_MEMORY_MAX    256 /* MiB that are resident, all together */

/* In a world: begin to look; again is fine. Nothing where limits cannot tell them apart. */
void warden_start(void);

/* How many processes it has killed at once, at most; 0: it had not to. */
unsigned int warden_killed(void);

#endif
