/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lines.h - what became of each line of a site's files
 *
 * A reader tells each line with a statement as it comes to it (site_statement()); a remark
 * about a line tells its state, whether it is kept or not. A line ends in the worst state
 * that was told of it, and is read in full when none was.
 */
#ifndef TWINSITE_MODEL_LINES_H
#define TWINSITE_MODEL_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/origin.h"

struct site;

/* From the best to the worst. */
enum line_state {
	LINE_READ,
	LINE_NO_EFFECT,	     /* known, without effect on a tunnel */
	LINE_IN_PART,	     /* read, with a warning: a part is wrong, or assumed */
	LINE_NOT_REHEARSED,  /* known, with an effect that no rehearsal shows */
	LINE_NOT_UNDERSTOOD, /* unrecognised */
	LINE_STATES,
};

struct file_lines {
	const char *file;   /* borrowed */
	VEC(uint8_t) lines; /* [line - 1]: its state, and whether it has a statement */
};

/* "read in full", "without effect", … */
const char *line_state_name(enum line_state state);

/* Nothing for an origin without a line. */
void site_statement(struct site *site, struct origin at);
void site_line_is(struct site *site, struct origin at, enum line_state state);
enum line_state site_line_state(const struct site *site, struct origin at);

/*
 * A statement in a block: where nothing was told of its line, it shares the state of the
 * block's, if that has no effect or is not understood as a whole.
 */
void site_statement_in(struct site *site, struct origin at, struct origin block);

/* Did a reader tell of a statement in that file? Surroundings (sysctl, rules) are told by none. */
bool site_counts_lines_of(const struct site *site, const char *file);

/* How many lines with a statement ended in which state. Returns their number. */
size_t site_lines_count(const struct site *site, size_t ret_counts[static LINE_STATES]);

#endif
