/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * unproven.h - which checks may stay unproven, and on which plane
 *
 * A check that proved nothing is not as expected, unless the scenario says that this plane
 * cannot show it:
 *
 *	unproven: { libipsec: [ exemption, throughput ], uml: rekey }
 *
 * An overlay adds planes to its base's, or replaces the list of a plane.
 */
#ifndef TWINSITE_SCENARIO_UNPROVEN_H
#define TWINSITE_SCENARIO_UNPROVEN_H

#include <stdbool.h>

struct err;
struct scenario;
struct yaml_node;

/* The word of each check, as verdicts and scenario.yml have it; ends with NULL. */
extern const char *const check_words[];

bool check_word_is_known(const char *word);

/* `unproven:` into the scenario; NULL: there is none. */
int unproven_read(struct scenario *scenario, const struct yaml_node *node,
		  struct err *err);

/* Does the scenario say that this check may be unproven on that plane ("libipsec")? What
 * it lists for native holds for vm, too. */
bool scenario_may_be_unproven(const struct scenario *scenario, const char *plane,
			      const char *check);

#endif
