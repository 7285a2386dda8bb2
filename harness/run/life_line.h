/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * life_line.h - cut a site's line, lose or reorder packets between the sites, for a time
 *
 * Done in the middle, by rules and queues of the node `internet`: neither gateway sees anything of it
 * but that nothing comes. So a site's line must end there, or at a NAT router of its own.
 */
#ifndef TWINSITE_RUN_LIFE_LINE_H
#define TWINSITE_RUN_LIFE_LINE_H

#include <stdbool.h>

struct buf;
struct err;
struct plan;
struct rehearsal;
struct scenario;
struct scenario_event;

/* Can each event be done in that plan? -EINVAL with the event's line. */
int life_line_check(const struct scenario *scenario, const struct plan *plan,
		    struct err *err);

/* The commands that begin the event (is_begin) or end it; nothing for other kinds. */
void life_line_script(const struct plan *plan, const struct scenario *scenario,
		      const struct scenario_event *event, bool is_begin, struct buf *out);

/* Load them. */
int life_line_set(struct rehearsal *rehearsal, const struct scenario_event *event,
		  bool is_begin, struct err *err);

#endif
