/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * run.h - rehearse a scenario: choose a plane, start the world, follow it, judge
 *
 * The parent of a run never enters a namespace: it only reads what the world appends
 * to the evidence, with one deadline for the whole run.
 */
#ifndef TWINSITE_RUN_RUN_H
#define TWINSITE_RUN_RUN_H

#include <sched.h>
#include <stdbool.h>

#include "evidence/evidence.h"
#include "netns/plane.h"
#include "run/judge.h"

struct err;

#define RUN_TICK_MS 100

/* Memory that a run takes while it goes on, as it was measured on the greediest plane. */
#define RUN_MEMORY_MIB	  400
#define RUN_MEMORY_VM_MIB 900 /* on the plane vm, which has them for its own */

struct run_options {
	const char *scenario; /* folder */
	const char *reports;  /* "reports" */
	const char *firmware; /* scenario_load_as() */
	bool has_plane;	      /* plane was given; else auto */
	enum plane plane;
	bool has_keys, is_quick, has_iperf3, is_kept, has_no_scripts;
	unsigned int capture_pairs; /* run/params.h */
	bool is_virtual;	    /* a virtual clock, which only the plane vm has */
	unsigned int seed;	    /* with a virtual clock; else one is drawn */
	const cpu_set_t *cpus;	    /* for a guest, see guest.h; NULL: any */
	/* Called for each new fact, while the run goes on; may be NULL. */
	void (*on_event)(void *user, const struct event *event);
	/* Called when the plane is chosen and the folder is made, and again with another
	 * plane and why when that one broke at its start; may be NULL. */
	void (*on_start)(void *user, const struct scenario *scenario, const char *plane,
			 const char *why);
	/* Called with a sentence when something takes a while before anything is seen; may
	 * be NULL. */
	void (*on_note)(void *user, const char *text);
	/* Called every RUN_TICK_MS with the time since the start; may be NULL. */
	void (*on_tick)(void *user, int64_t t_us);
	void *user;
	/* A descriptor from which the number of a signal (one byte) is read: the run is to
	 * be broken off. 0: none. */
	int interrupt;
};

/*
 * Rehearse. 0 with a judgement, whatever it says, also when the rehearsal broke off. Else
 * *ret_judged is NULL and the error is marked: ERR_INPUT bad input, ERR_MISSING when no
 * plane can do it here, ERR_BROKE. The report folder's path is in the judgement.
 */
int run_scenario(const struct run_options *options, struct judged **ret_judged,
		 struct err *err);

#endif
