/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * terminal.h - what a person sees while a rehearsal runs, and at its end
 *
 * The caller feeds events as they are appended to evidence.jsonl and writes what comes
 * out. On a terminal the running phase is one line that is rewritten at each tick; into
 * a file or pipe only finished phases are lines. Colours only where has_colour.
 */
#ifndef TWINSITE_REPORT_TERMINAL_H
#define TWINSITE_REPORT_TERMINAL_H

#include <stdbool.h>
#include <stdint.h>

#include "evidence/evidence.h"
#include "report/report.h"

#define TERMINAL_PHASES_MAX 8
#define TERMINAL_TICK_MS    100

struct terminal {
	bool is_tty;	    /* rewrites lines */
	bool has_colour;    /* is_tty and no NO_COLOR */
	unsigned int width; /* columns; 0: no limit */
	const char *prefix; /* before each line of a batch of scenarios; NULL: none */
	size_t open;	    /* phases that have begun and not ended */
	struct terminal_phase {
		char name[40];
		int64_t start_us;
	} phases[TERMINAL_PHASES_MAX];
	bool has_line; /* a line without line feed is on the screen */
};

/* Look at the descriptor and the environment (NO_COLOR, TERM). */
void terminal_init(struct terminal *terminal, int fd);

/* "acme: The home LAN …", before anything happens. */
void terminal_begin(struct terminal *terminal, const struct scenario *scenario,
		    const char *plane, const char *plane_why, struct buf *out);

/* One event of the evidence; most say nothing. */
void terminal_event(struct terminal *terminal, const struct event *event,
		    struct buf *out);

/* Rewrite the running line; t_us is the time since the run began. Nothing off a TTY. */
void terminal_tick(struct terminal *terminal, int64_t t_us, struct buf *out);

/* Remove the running line; to be called before anything else is printed. */
void terminal_clear(struct terminal *terminal, struct buf *out);

/*
 * The end: one line per check, the numbers that matter, diagnoses (layer, the differing
 * setting with both values, proof, what each administrator sees, the fix, what was
 * ruled out), what it means for the scenario, where the report is.
 */
void terminal_report(const struct terminal *terminal, const struct judgement *judgement,
		     struct buf *out);

#endif
