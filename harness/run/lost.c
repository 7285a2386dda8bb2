// SPDX-License-Identifier: GPL-2.0-or-later
/* lost.c - an IKE daemon that its own updown script took away */
#include "run/lost.h"

#include "base/json.h"
#include "charon/process.h"
#include "charon/vici_request.h"
#include "model/updown.h"
#include "run/rehearsal.h"

#define ANSWER_MS 2000 /* for a question that costs nothing */

/* How it was lost; NULL: it is there and answers. */
static const char *how_lost(struct rehearsal *rehearsal, struct end *end)
{
	const char *how = NULL;

	if (charon_has_ended(end->charon, &how))
		return how;
	if (vici_request(end->control, "version", NULL,
			 rehearsal_deadline(rehearsal, ANSWER_MS), NULL, NULL, NULL))
		return "does not answer any more";
	return NULL;
}

bool lost_daemon(struct rehearsal *rehearsal)
{
	bool is_any = false;

	for (unsigned int site = 0; site < 2; site++) {
		struct end *end = &rehearsal->ends[site];
		const char *how;

		if (!end->charon || !end->control ||
		    !site_updown(rehearsal->scenario->sites.items[site].site))
			continue;
		how = how_lost(rehearsal, end);
		if (!how)
			continue;
		evidence_add(&rehearsal->evidence, end->name, "process", "lost",
			     json_of("{s:s, s:s}", "name", "charon", "status", how));
		end_kill(end);
		end->is_lost = is_any = true;
	}
	return is_any;
}
