/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * draft.h - a scenario for two devices whose files are all that is known
 *
 * Everything that neither file says (hosts, addresses, a name to ask for) is invented
 * and its line ends with "# invented". Pure.
 */
#ifndef TWINSITE_SCENARIO_DRAFT_H
#define TWINSITE_SCENARIO_DRAFT_H

#include "model/site.h"

struct buf;

struct draft_site {
	const char *name;  /* a valid name of a site */
	const char *files; /* as `files:` says, below the scenario's folder */
	const struct site *site;
	bool leaks_while_down; /* as predict says (F70); beside what its kind does */
	const char *psk; /* invented, where the files hide theirs; NULL: they do not */
};

/* The text of scenario.yml. */
void scenario_draft(const struct draft_site sites[2], struct buf *out);

/* Make a name of a site out of any word: letters, digits, '-' and '_', at most 16. */
void scenario_draft_name(const char *word, char ret_name[17]);

#endif
