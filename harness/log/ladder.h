/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ladder.h - the logs of both ends as one ladder
 *
 * A message that one end sent and the other got is one rung. Found without any clock: by the
 * exchange, its direction, its message ID and its first payload, and by the SPIs of children,
 * which both ends log. How much later the other end's clock is follows from the rungs: of all
 * differences that pairs of equal messages would have, the one that most of them share. Times
 * of a log have no date that all daemons write, so a difference is between -12 h and 12 h.
 * Pure.
 */
#ifndef TWINSITE_LOG_LADDER_H
#define TWINSITE_LOG_LADDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "log/answer.h"
#include "log/attempt.h"

struct buf;

struct log_rung {
	const struct log_step *here, *there; /* borrowed; one may be NULL, not both */
	/* Of one end alone: does the other end's log reach to that time? Then it would be
	 * there, had it arrived. */
	bool is_covered;
};

struct log_ladder {
	struct log_rung rungs[2 * LOG_STEPS];
	size_t count, both; /* rungs, and those that both logs have */
	bool has_clock;	    /* the difference is known */
	int64_t later_ms; /* the other end's clock; of the middle of the ways there and back */
};

/* ~15 kB. The readers must outlive it. */
void log_ladder_build(const struct log_reader *here, const struct log_reader *there,
		      struct log_ladder *ret_ladder);

enum log_join {
	LOG_JOIN_NONE, /* not of one attempt, one is healthy, or no class in common */
	LOG_JOIN_SAME_TIME, /* one log has no attempt at all: if it is of the same time */
	LOG_JOIN_SAME_ATTEMPT,
};

/* The other end's log, and what both say; borrowed, all NULL: there is no other. */
struct log_pair {
	const struct log_reader *reader;
	const struct log_answer *answer, *both;
	enum log_join join;
	const struct log_ladder *ladder;
};

/* What both logs say of the same attempt: the classes that either can come from. */
enum log_join log_ladder_join(const struct log_ladder *ladder,
			      const struct log_answer *here,
			      const struct log_answer *there,
			      struct log_answer *ret_answer);

/* "same-attempt": stable. */
const char *log_join_token(enum log_join join);

/* The clocks, the rungs, and what both say. */
void log_ladder_print(const struct log_ladder *ladder, const struct log_answer *here,
		      const struct log_answer *there, struct buf *out);

#endif
