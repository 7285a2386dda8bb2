/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmd_run.h - what the parts of `twinsite run` share: one scenario (cmd_run.c), many
 * (cmd_run_many.c)
 */
#ifndef TWINSITE_CMD_RUN_H
#define TWINSITE_CMD_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include "cmd_summary.h"
#include "run/run.h"

#define JOBS_MAX 64

struct run_command {
	struct run_options options;
	unsigned int jobs; /* 0: as many as this machine takes */
	unsigned int shard, shards;
	bool has_seed, has_kernel;
	bool is_tried_twice; /* what is not as expected runs once more, alone, at the end */
	bool is_last_failed, is_first_failure_the_end;
	unsigned int verbose; /* 1: a line for each; 2: all that each prints */
	struct summary_options summary;
	const char *match; /* of names; NULL: all */
	char **scenarios;
	size_t count;
};

/*
 * Rehearse one and report it on stdout; its exit status. news: where it is said while it
 * goes on, for cmd_run_many.c: "+PHASE" and "-PHASE" lines, and one of summary_run_json()
 * in the end; -1: nowhere.
 */
int run_one(const struct run_command *command, const char *scenario, int news);

/* Rehearse all that are wanted, and sum up. */
int run_many(struct run_command *command);

/* Was a summary asked for, whatever the number of scenarios? */
bool run_is_many(const struct run_command *command);

#endif
