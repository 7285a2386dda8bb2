/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * inject.h - put the scenario's injected faults into effect, and prove that they are
 *
 * A fault that failed to load looks exactly like a healthy tunnel. So each one is
 * evidence twice: "inject" "applied" when it was made, "inject" "effect" with `ok`
 * and how it was seen (its rule's counter, the state read back) after the traffic.
 */
#ifndef TWINSITE_RUN_INJECT_H
#define TWINSITE_RUN_INJECT_H

#include <stdbool.h>

struct err;
struct rehearsal;
struct conf_params;

/* The injection of that kind at a site, NULL: none. kind: enum inject_kind. */
const struct scenario_injection *inject_find(const struct rehearsal *rehearsal,
					     unsigned int kind, unsigned int site);

/* What holds from the beginning: rules, kernel settings, routes of hosts. */
int inject_at_start(struct rehearsal *rehearsal, struct err *err);

/* What happens once the tunnel is up: restarts, routes, clones, a second initiator. */
int inject_when_up(struct rehearsal *rehearsal, struct err *err);

/* Kill the site's daemon without a word; nothing of its SAs is left in its kernel. */
int inject_kill_site(struct rehearsal *rehearsal, unsigned int site, struct err *err);

/* Read back everything; a fault not in effect is evidence, no error. */
int inject_verify(struct rehearsal *rehearsal, struct err *err);

#endif
