/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * merge.h - the summaries of several machines become one, or a sentence says what is missing
 *
 * Shards (`run --shard I/N`) must be all there, each once, of one list and of one version;
 * each scenario of the list must have run. Without shards (`run` of other scenarios on each
 * machine) the lists are put one behind the other. A scenario that is there twice is
 * refused: of two results one would be lost.
 */
#ifndef TWINSITE_REPORT_MERGE_H
#define TWINSITE_REPORT_MERGE_H

#include <stddef.h>

struct arena;
struct err;
struct summary;

struct merge_part {
	const char *name;	       /* the folder, for sentences */
	const struct summary *summary; /* stays the caller's */
	const char *folder;	       /* the way to it from where the whole will be */
};

/* 0, or -EINVAL with a sentence. The texts are the whole's own. */
int summary_merge(const struct merge_part *parts, size_t count,
		  struct summary **ret_summary, struct err *err);

/* The way from one folder to another, both absolute: "../shards/1"; "." for the same. */
const char *merge_way(struct arena *arena, const char *from, const char *to);

#endif
