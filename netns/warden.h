/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * warden.h - what strangers' scripts have started is bounded together
 *
 * A limit for each process is none for all of them: a script may leave as many behind as
 * it likes. So while anything of scripts runs in a world, a thread looks ten times a second
 * at everything that they have started in any node of it, known by a limit that they can
 * make only smaller; where that is too much together, all of it is killed. No privilege
 * and no cgroup is needed. What we started ourselves is never touched.
 *
 * Where nothing of scripts has run for ten seconds it rests until the next one starts: of
 * nothing comes nothing, and by a virtual clock it was four fifths of what an hour costs.
 */
#ifndef TWINSITE_NETNS_WARDEN_H
#define TWINSITE_NETNS_WARDEN_H

#define WARDEN_PROCESSES_MAX 128
#define WARDEN_MEMORY_MAX    256 /* MiB that are resident, all together */

/*
 * In a world, before a script starts: look, again if it rests. Nothing where limits cannot
 * tell them apart.
 */
void warden_start(void);

/* Scripts will be started by others, unannounced: never rest. */
void warden_stay(void);

/* How many processes it has killed at once, at most; 0: it had not to. */
unsigned int warden_killed(void);

#endif
