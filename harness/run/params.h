/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * params.h - what the world is told: FOLDER/run.json
 *
 * The parent writes it into the report folder, the world reads it: in a namespace
 * of this machine, or in a guest kernel that shares nothing but the file system.
 */
#ifndef TWINSITE_RUN_PARAMS_H
#define TWINSITE_RUN_PARAMS_H

#include <stdbool.h>
#include <stdint.h>

#include "netns/plane.h"

struct arena;
struct err;

#define RUN_PARAMS_FILE "run.json"

struct run_params {
	const char *scenario; /* absolute path of the scenario's folder */
	enum plane plane;
	unsigned int features; /* of enum plane_feature what run/way.h asks for; else 0 */
	const char *plane_why; /* one sentence: why auto took it */
	bool has_keys;	       /* write keys for Wireshark */
	bool is_quick;	       /* no throughput */
	bool has_iperf3;       /* measured by iperf3, not by figure.h */
	bool has_no_scripts;   /* none of the devices' scripts is run by a shell */
	unsigned int
		capture_pairs; /* for `make bench`: measure so often what captures cost */
	bool is_virtual;       /* in there a clock runs that waits for nobody */
	bool is_emulated;      /* a processor that is none: slower than this machine */
	unsigned int seed;     /* of all random numbers, when is_virtual */
	int64_t wall_us;       /* what it all took, outside; 0: it has not ended */
	const char
		*firmware; /* read the ends as that release; "": as the scenario says */
	bool is_kept;	   /* stay alive after the questions, for `twinsite shell` */
	const char *plant; /* run/plant.h; "": nothing */
};

int run_params_write(const char *folder, const struct run_params *params,
		     struct err *err);
/* The same file in another folder. */
int run_params_copy(const char *from, const char *to, struct err *err);

int run_params_read(const char *folder, struct arena *arena,
		    struct run_params *ret_params, struct err *err);

#endif
