// SPDX-License-Identifier: GPL-2.0-or-later
/* observe_kernel.c - F68, F70: what a gateway's kernel does with packets of the LAN */
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

/* ------------------------------------------------------------ F68 */

static bool is_forwarding_off(const struct observe *observe, const char *site)
{
	const struct event *event = NULL;

	while ((event = timeline_next(observe->input->timeline, event, "kernel",
				      "settings")))
		if (str_equal(event->node, site) &&
		    str_equal(event_text(event, "label"), "after-traffic") &&
		    str_equal(event_text(event, "ip_forward"), "0"))
			return true;
	return false;
}

bool observe_forwarding(const struct observe *observe, const struct finding *finding,
			struct diagnosis *diagnosis)
{
	const struct check_input *input = observe->input;

	if (!is_forwarding_off(observe, finding->site))
		return false;
	for (size_t i = 0; i < input->scenario->expectations.count; i++) {
		const struct event *probe = check_probe(input, "reach", "up", (int)i);

		if (probe && !event_number(probe, "received", 0) &&
		    diagnosis->proof.count < PROOFS_MAX)
			observe_prove(observe, diagnosis, "%s > %s: no answer",
				      event_text(probe, "from"), event_text(probe, "to"));
	}
	if (!diagnosis->proof.count)
		return false;
	observe_prove(observe, diagnosis, "%s: net.ipv4.ip_forward = 0", finding->site);
	observe_in_effect(observe, diagnosis, "the running kernel does not forward");
	return true;
}
