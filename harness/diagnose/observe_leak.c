// SPDX-License-Identifier: GPL-2.0-or-later
/* observe_leak.c - F70: what leaves in clear while there is no tunnel */
#include "base/str.h"
#include "diagnose/decision.h"
#include "diagnose/observe.h"

#define PROOFS_MAX 3

/* While the tunnel is up it is another cause that lets them out: not this one's mark. */
static bool is_mark(const struct observe *observe, const struct finding *finding,
		    const struct wire_clear *clear)
{
	return inet_prefix_has(&finding->selector->remote, &clear->dst) &&
	       !check_is_up_at(observe->input, clear->time_us - observe->input->start_us);
}

bool observe_clear(const struct observe *observe, const struct finding *finding,
		   struct diagnosis *diagnosis)
{
	const struct check_input *input = observe->input;
	struct diagnosis scratch = { 0 };
	int site = str_equal(finding->site, input->scenario->sites.items[1].name);

	/* A leak that was not expected, and nothing is wrong with the tunnel itself. */
	if (!finding->selector || !decision_has_mark(observe, finding, &scratch))
		return false;
	for (size_t i = 0; i < input->wire->count; i++) {
		const struct wire_link *link = &input->wire->links[i];

		if (!link->link->is_internet || link->link->site != site)
			continue;
		vec_foreach (clear, &link->clear)
			if (diagnosis->proof.count < PROOFS_MAX &&
			    is_mark(observe, finding, clear))
				observe_prove(observe, diagnosis,
					      "%s packet %llu: %s > %s in clear",
					      link->file,
					      (unsigned long long)clear->number,
					      inet_addr_text(&clear->src).s,
					      inet_addr_text(&clear->dst).s);
	}
	if (!diagnosis->proof.count)
		return false;
	observe_in_effect(observe, diagnosis,
			  "packets for the far network left while the tunnel was down");
	return true;
}
