// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ladder.c - the logs of both ends as one ladder
 *
 * Every pair of steps that could be one message is a candidate. Those with times vote for a
 * difference of the clocks; where one wins, only its pairs remain. Of these the longest row in
 * which both logs keep their order is taken (longest common subsequence).
 */
#include "log/ladder.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/exit.h"

#define DAY	      86400000
#define WIDTH_SECONDS 2000 /* ms: what may lie between the two lines of a message */
#define WIDTH_PARTS   250  /* where both daemons log parts of seconds */
#define TOLERANCE     (2 * WIDTH_SECONDS)
#define RARE	      8 /* votes of a pair that cannot be chance */
#define CANDIDATES    (16 * LOG_STEPS)

struct candidate {
	int64_t later_ms;
	unsigned int votes;
};

/* The steps of a ring in their order. */
struct steps {
	const struct log_step *items[LOG_STEPS];
	size_t count;
};

static void unroll(const struct log_reader *reader, struct steps *ret_steps)
{
	const size_t count =
		reader->step_count < LOG_STEPS ? reader->step_count : LOG_STEPS;

	ret_steps->count = count;
	for (size_t i = 0; i < count; i++)
		ret_steps->items[i] =
			&reader->steps[(reader->step_count - count + i) % LOG_STEPS];
}

/* "IKE_SA_INIT request 0 [ SA": what both ends write the same, whatever their release. */
static size_t key_length(const char *text)
{
	const char *bracket = strstr(text, "[ ");

	return bracket ? (size_t)(bracket - text) + 2 + strcspn(bracket + 2, " (")
		       : strlen(text);
}

static bool has_common_spi(const struct log_step *a, const struct log_step *b)
{
	for (size_t i = 0; i < LOG_SPIS; i++)
		for (size_t j = 0; a->spis[i] && j < LOG_SPIS; j++)
			if (a->spis[i] == b->spis[j])
				return true;
	return false;
}

/* Can these be one? 0: no; else how many votes it is worth. */
static unsigned int votes_of(const struct log_step *here, const struct log_step *there)
{
	const size_t length = key_length(here->text);

	if (here->kind == LOG_STEP_CHILD && there->kind == LOG_STEP_CHILD)
		return has_common_spi(here, there) ? RARE : 0;
	if (!(here->kind == LOG_STEP_SENT && there->kind == LOG_STEP_GOT) &&
	    !(here->kind == LOG_STEP_GOT && there->kind == LOG_STEP_SENT))
		return 0;
	if (length != key_length(there->text) ||
	    strncmp(here->text, there->text, length) != 0)
		return 0;
	/* IKEv1 draws the message IDs of phase 2 by lot (RFC 2409 5.5). */
	return strncmp(here->text, "QUICK_MODE ", 11) == 0 ||
			       strncmp(here->text, "INFORMATIONAL_V1 ", 17) == 0
		       ? RARE
		       : 1;
}

/* Between -12 h and 12 h. */
static int64_t of_one_day(int64_t ms)
{
	ms %= DAY;
	if (ms > DAY / 2)
		ms -= DAY;
	return ms <= -DAY / 2 ? ms + DAY : ms;
}

static int compare(const void *a, const void *b)
{
	const struct candidate *left = a, *right = b;

	return (left->later_ms > right->later_ms) - (left->later_ms < right->later_ms);
}

static size_t find_candidates(const struct steps *here, const struct steps *there,
			      struct candidate *candidates)
{
	size_t count = 0;

	for (size_t i = 0; i < here->count; i++)
		for (size_t j = 0; j < there->count && count < CANDIDATES; j++) {
			const struct log_step *a = here->items[i], *b = there->items[j];
			const unsigned int votes = votes_of(a, b);

			if (!votes || a->ms < 0 || b->ms < 0)
				continue;
			candidates[count++] =
				(struct candidate){ of_one_day(b->ms - a->ms), votes };
		}
	qsort(candidates, count, sizeof(*candidates), compare);
	return count;
}

static bool has_parts(const struct steps *steps)
{
	for (size_t i = 0; i < steps->count; i++)
		if (steps->items[i]->ms > 0 && steps->items[i]->ms % 1000)
			return true;
	return false;
}

/* The middle of the window that most votes are in. False: nobody votes. */
static bool vote(const struct candidate *candidates, size_t count, int64_t width,
		 int64_t *ret_later_ms)
{
	unsigned int votes = 0, best = 0;
	size_t end = 0;

	for (size_t first = 0; first < count; first++) {
		while (end < count &&
		       candidates[end].later_ms - candidates[first].later_ms <= width)
			votes += candidates[end++].votes;
		if (votes > best) {
			best = votes;
			*ret_later_ms = (candidates[first].later_ms +
					 candidates[end - 1].later_ms) /
					2;
		}
		votes -= candidates[first].votes;
	}
	return best;
}

static void find_clock(const struct steps *here, const struct steps *there,
		       struct log_ladder *ladder)
{
	struct candidate *candidates = calloc(CANDIDATES, sizeof(*candidates));
	const int64_t width =
		has_parts(here) && has_parts(there) ? WIDTH_PARTS : WIDTH_SECONDS;

	if (!candidates)
		exit_without_memory();
	ladder->has_clock = vote(candidates, find_candidates(here, there, candidates),
				 width, &ladder->later_ms);
	free(candidates);
}

/* No message comes before it goes: the clock is the middle of the shortest ways. */
static void refine_clock(struct log_ladder *ladder)
{
	bool has_sent = false, has_got = false;
	int64_t sent = 0, got = 0;

	for (size_t i = 0; i < ladder->count; i++) {
		const struct log_rung *rung = &ladder->rungs[i];
		int64_t later;

		if (!rung->here || !rung->there || rung->here->kind > LOG_STEP_GOT ||
		    rung->here->ms < 0 || rung->there->ms < 0)
			continue;
		later = of_one_day(rung->there->ms - rung->here->ms);
		if (rung->here->kind == LOG_STEP_SENT) {
			sent = has_sent && sent < later ? sent : later;
			has_sent = true;
		} else {
			got = has_got && got > later ? got : later;
			has_got = true;
		}
	}
	if (has_sent || has_got)
		ladder->later_ms = has_sent && has_got ? (sent + got) / 2
				   : has_sent	       ? sent
						       : got;
}

static bool is_rung(const struct log_ladder *ladder, const struct log_step *here,
		    const struct log_step *there)
{
	int64_t off;

	if (!votes_of(here, there))
		return false;
	if (!ladder->has_clock || here->ms < 0 || there->ms < 0)
		return true;
	off = of_one_day(there->ms - here->ms - ladder->later_ms);
	return off <= TOLERANCE && off >= -TOLERANCE;
}

static void add(struct log_ladder *ladder, const struct log_step *here,
		const struct log_step *there, bool is_covered)
{
	ladder->rungs[ladder->count++] = (struct log_rung){ here, there, is_covered };
	ladder->both += here && there;
}

/* Does the log reach to that time, by its own clock? */
static bool covers(const struct log_reader *reader, int64_t ms)
{
	return reader->first_ms >= 0 && ms >= reader->first_ms && ms <= reader->now_ms;
}

/* Which of two lines of different ends is first? Without clocks this end's. */
static bool is_before(const struct log_ladder *ladder, const struct log_step *here,
		      const struct log_step *there)
{
	return !ladder->has_clock || here->ms < 0 || there->ms < 0 ||
	       of_one_day(there->ms - ladder->later_ms - here->ms) >= 0;
}

struct walk {
	const struct log_reader *here_log, *there_log;
	struct steps here, there;
	unsigned short length[LOG_STEPS + 1][LOG_STEPS + 1]; /* of what comes after */
};

static void measure(struct walk *walk, const struct log_ladder *ladder)
{
	for (size_t i = walk->here.count; i-- > 0;)
		for (size_t j = walk->there.count; j-- > 0;) {
			const unsigned short down = walk->length[i + 1][j];
			const unsigned short right = walk->length[i][j + 1];

			walk->length[i][j] = down > right ? down : right;
			if (is_rung(ladder, walk->here.items[i], walk->there.items[j]) &&
			    walk->length[i + 1][j + 1] + 1 >= walk->length[i][j])
				walk->length[i][j] = walk->length[i + 1][j + 1] + 1;
		}
}

static void add_alone(const struct walk *walk, size_t i, size_t j, bool is_here,
		      struct log_ladder *ladder)
{
	const struct log_step *step =
		is_here ? walk->here.items[i] : walk->there.items[j];
	const int64_t other =
		is_here ? step->ms + ladder->later_ms : step->ms - ladder->later_ms;

	add(ladder, is_here ? step : NULL, is_here ? NULL : step,
	    ladder->has_clock && step->ms >= 0 &&
		    covers(is_here ? walk->there_log : walk->here_log, other));
}

static void climb(const struct walk *walk, struct log_ladder *ladder)
{
	size_t i = 0, j = 0;

	while (i < walk->here.count || j < walk->there.count) {
		const bool has_both = i < walk->here.count && j < walk->there.count;
		bool is_here = i < walk->here.count;

		if (has_both &&
		    is_rung(ladder, walk->here.items[i], walk->there.items[j]) &&
		    walk->length[i][j] == walk->length[i + 1][j + 1] + 1) {
			add(ladder, walk->here.items[i++], walk->there.items[j++], true);
			continue;
		}
		if (has_both && walk->length[i + 1][j] != walk->length[i][j + 1])
			is_here = walk->length[i + 1][j] > walk->length[i][j + 1];
		else if (has_both)
			is_here = is_before(ladder, walk->here.items[i],
					    walk->there.items[j]);
		add_alone(walk, i, j, is_here, ladder);
		i += is_here;
		j += !is_here;
	}
}

void log_ladder_build(const struct log_reader *here, const struct log_reader *there,
		      struct log_ladder *ret_ladder)
{
	struct walk *walk = calloc(1, sizeof(*walk));

	if (!walk)
		exit_without_memory();
	memset(ret_ladder, 0, sizeof(*ret_ladder));
	walk->here_log = here;
	walk->there_log = there;
	unroll(here, &walk->here);
	unroll(there, &walk->there);
	find_clock(&walk->here, &walk->there, ret_ladder);
	measure(walk, ret_ladder);
	climb(walk, ret_ladder);
	refine_clock(ret_ladder);
	free(walk);
}

/* ------------------------------------------------------------ what both say */

static bool is_within(const struct log_answer *answer, const struct log_step *step)
{
	const struct log_attempt *last = answer->kind ? &answer->kind->last : NULL;

	return last && step->line >= last->first_line && step->line <= last->last_line;
}

static bool is_of_one_attempt(const struct log_ladder *ladder,
			      const struct log_answer *here,
			      const struct log_answer *there)
{
	for (size_t i = 0; i < ladder->count; i++) {
		const struct log_rung *rung = &ladder->rungs[i];

		if (rung->here && rung->there && is_within(here, rung->here) &&
		    is_within(there, rung->there))
			return true;
	}
	return false;
}

enum log_join log_ladder_join(const struct log_ladder *ladder,
			      const struct log_answer *here,
			      const struct log_answer *there,
			      struct log_answer *ret_answer)
{
	enum log_join join = LOG_JOIN_NONE;

	memset(ret_answer, 0, sizeof(*ret_answer));
	if (is_of_one_attempt(ladder, here, there))
		join = LOG_JOIN_SAME_ATTEMPT;
	else if (!here->kind || !there->kind)
		join = LOG_JOIN_SAME_TIME;
	if (here->is_healthy || there->is_healthy || !join)
		return LOG_JOIN_NONE;
	for (enum class_id class = CLASS_NONE + 1; class < CLASSES_END; class ++) {
		ret_answer->may_be[class] = here->may_be[class] && there->may_be[class];
		ret_answer->count += ret_answer->may_be[class];
	}
	ret_answer->kind = here->kind;
	ret_answer->basis = here->basis;
	return ret_answer->count ? join : LOG_JOIN_NONE;
}

const char *log_join_token(enum log_join join)
{
	static const char *const tokens[] = { "none", "same-time", "same-attempt" };

	return tokens[join];
}
