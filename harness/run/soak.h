/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * soak.h - lives of a tunnel with events that are drawn by chance, and the shortest that fails
 *
 * A schedule is drawn from its seed and from nothing else: loss, reorder, a line that is
 * cut, restarts, addresses that change, rekeys that cross. It is a list of `events:` of a
 * scenario (scenario/event.c), so what fails can be run again by anybody, without a seed.
 * Who knows how to try one is asked by a function: here is nothing but numbers.
 */
#ifndef TWINSITE_RUN_SOAK_H
#define TWINSITE_RUN_SOAK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scenario/scenario.h"

struct buf;
struct err;

#define SOAK_EVENTS_MAX 8

struct soak_event {
	enum event_kind kind;
	unsigned int site; /* 0, 1; 2: both (EVENT_REKEY) */
	unsigned int at_s, for_s;
	unsigned int percent; /* EVENT_LOSS, EVENT_REORDER */
};

struct soak_schedule {
	struct soak_event items[SOAK_EVENTS_MAX];
	size_t count;
};

/* What may be drawn. */
struct soak_room {
	unsigned int life_s,
		gap_s;	    /* of `alive:`; an outage of gap_s still fits at the end */
	unsigned int kinds; /* bits, 1 << enum event_kind */
};

/* One event takes so long at least, with what it needs to be over. */
#define SOAK_SLOT_MIN_S 10
/* The shortest life in which anything can happen. */
unsigned int soak_life_min_s(unsigned int gap_s);

/*
 * The schedule of that seed: one to SOAK_EVENTS_MAX events, by time, each over before the
 * next begins and all of them gap_s before the life's end. None where no kind may be drawn
 * or the life is shorter than soak_life_min_s().
 */
void soak_draw(uint64_t seed, const struct soak_room *room,
	       struct soak_schedule *ret_schedule);

/* Does it still fail, in the way that is to be explained? Negative: err_set, it broke. */
typedef int soak_fails_fn(void *user, const struct soak_schedule *schedule,
			  bool *ret_fails, struct err *err);

/*
 * The shortest part of a schedule that fails that is found by leaving out halves, then one
 * by one until none can be left out: what stays is needed, each event of it. The schedule
 * itself is not tried again, and each part at most once. -errno of the function; then
 * *schedule is the shortest so far. ret_tries (may be NULL): how many were tried.
 */
int soak_shrink(struct soak_schedule *schedule, soak_fails_fn *fails, void *user,
		unsigned int *ret_tries, struct err *err);

/* `events:` of a scenario.yml, with the names of its sites; nothing for none. */
void soak_write_events(const struct soak_schedule *schedule,
		       const char *const site_names[2], struct buf *out);

/* The words of --events, "loss reorder …", and the bit of one; 0: there is no such word. */
extern const char *const soak_words[];
unsigned int soak_kind(const char *word, size_t length);

/*
 * An overlay of that scenario with the schedule: up, its `reach` through the tunnel, and
 * `alive:`. faster: as of `timing:`, charon's own retransmits that much faster, too; 1: as
 * the files and charon have it. base: path of the folder, absolute.
 */
struct soak_life {
	const char *base;
	unsigned int life_s, gap_s, each_s, faster;
};
void soak_write_scenario(const struct scenario *scenario, const struct soak_life *life,
			 const struct soak_schedule *schedule, uint64_t seed,
			 struct buf *out);

#endif
