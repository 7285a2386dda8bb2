/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plant.h - a fault planted into twinsite itself, to see that it is noticed
 *
 * For tests only: off unless the environment has TWINSITE_PLANT=FAULT:WHERE when the
 * run is started. run.json carries it to the world, also into a guest.
 *
 *	abort:PHASE	the world aborts after the phase has begun (phases: world_main.c)
 *	killed:PHASE	it is killed as the kernel kills when memory runs out
 *	panic:PHASE	the guest kernel panics; in namespaces as abort
 *	hang:PHASE	it does nothing any more
 *	full:PHASE	nothing more can be written: the disk is full
 *	memory:PHASE	the phase gets no memory
 *	charon:PHASE	the first site's charon is killed
 *	lost:CHECK	the verdicts of that check get lost ("reach", "child-sa", …)
 *	open:outer	the outer wall is taken away: the world is given the whole machine
 *			below PLANT_HOST, writable, and its root stays who we are
 *	parse:FOLDER	whoever reads the scenario has been taken over by it, and tries to
 *			change the machine (base/hostile.h); works for other commands, too
 */
#ifndef TWINSITE_RUN_PLANT_H
#define TWINSITE_RUN_PLANT_H

#include <stdbool.h>

struct err;
struct rehearsal;
struct verdicts;

#define PLANT_VARIABLE "TWINSITE_PLANT"

/* Is that a fault that can be planted ("abort:traffic")? -EINVAL names those there are. */
int plant_check(const char *plant, struct err *err);

/* In the world, when a phase has begun: 0, or the planted error of the phase. */
int plant_phase(struct rehearsal *rehearsal, const char *phase, struct err *err);

/* Is the outer wall to be taken away? Then the wall around each node stands alone. */
bool plant_is_open(const char *plant);
#define PLANT_HOST "/host"

/* Where a run is judged: drop the verdicts that shall get lost. */
void plant_verdicts(const char *plant, struct verdicts *verdicts);

#endif
