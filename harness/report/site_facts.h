/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * site_facts.h - what was understood of a device's files, as a tree of facts
 *
 * One walk over struct site serves the terminal and JSON. Each fact has a name, a value
 * and its origin; secrets are only said to be set. All text is fit to be shown.
 */
#ifndef TWINSITE_REPORT_SITE_FACTS_H
#define TWINSITE_REPORT_SITE_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "model/site.h"

enum fact_kind {
	FACT_TEXT,
	FACT_NUMBER,
	FACT_FLAG,
	FACT_GROUP, /* has children, each with its own name */
	FACT_LIST,  /* has children that are groups of one kind */
};

struct fact {
	enum fact_kind kind;
	const char *name;  /* "mode"; of a list's children: the kind, "tunnel" */
	const char *value; /* FACT_TEXT; of groups: what it is called, may be NULL */
	int64_t number;	   /* FACT_NUMBER */
	bool on;	   /* FACT_FLAG */
	const char *unit;  /* FACT_NUMBER: "s"; NULL: none */
	struct origin at;
	struct fact *children, *last_child, *next;
};

#define FACTS_TUNNELS "tunnels" /* the list of them */

/* The whole site as one group; memory is the arena's, strings may be the site's. */
const struct fact *site_facts(struct arena *arena, const struct site *site);

#endif
