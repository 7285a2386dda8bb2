// SPDX-License-Identifier: GPL-2.0-or-later
/* life_line.c - cut a site's line, or lose packets between the sites, for a time */
#include "run/life_line.h"

#include <errno.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "netns/firewall.h"
#include "netns/impair.h"
#include "run/rehearsal.h"

#define PROGRAM_MS	 10000
#define REORDER_DELAY_US 20000 /* so far a packet may be overtaken */

/* The Internet's own port of a site's line; NULL: several sites are behind one. */
static const char *port_of(const struct plan *plan, const struct scenario *scenario,
			   unsigned int site)
{
	const char *name = scenario->sites.items[site].name;
	int internet = plan_node_find(plan, "internet"), at;
	char nat[80];

	(void)snprintf(nat, sizeof(nat), "%s-nat", name);
	at = scenario->sites.items[site].is_behind_nat ? plan_node_find(plan, nat)
						       : (int)plan_gateway(plan, site);
	vec_foreach (link, &plan->links)
		for (unsigned int end = 0; end < 2; end++)
			if ((int)link->nodes[end] == internet &&
			    (int)link->nodes[!end] == at)
				return link->ends[end];
	return NULL;
}

int life_line_check(const struct scenario *scenario, const struct plan *plan,
		    struct err *err)
{
	vec_foreach (event, &scenario->events) {
		bool is_between =
			event->kind == EVENT_LOSS || event->kind == EVENT_REORDER;

		if (event->kind != EVENT_DISCONNECT && !is_between)
			continue;
		if (port_of(plan, scenario, event->site) &&
		    (!is_between || port_of(plan, scenario, !event->site)))
			continue;
		return err_set(
			err, EINVAL,
			"%s:%u: '%s' cannot be rehearsed where several WAN addresses "
			"are in one network of the provider: they have no line of "
			"their own",
			event->from.file, event->from.line, event->text);
	}
	return 0;
}

static void write_pair(const char *in, const char *to, double percent, bool is_begin,
		       struct buf *out)
{
	buf_printf(out, "iptables %s FORWARD %s-i %s -o %s", is_begin ? "-I" : "-D",
		   is_begin ? "1 " : "", in, to);
	if (percent < 100)
		buf_printf(out, " -m statistic --mode random --probability %.6f",
			   percent / 100);
	buf_puts(out, " -j DROP\n");
}

void life_line_script(const struct plan *plan, const struct scenario *scenario,
		      const struct scenario_event *event, bool is_begin, struct buf *out)
{
	static const char *const cuts[][2] = { { "FORWARD", "-i" },
					       { "FORWARD", "-o" },
					       { "INPUT", "-i" },
					       { "OUTPUT", "-o" } };
	const char *port = port_of(plan, scenario, event->site);
	const char *other = port_of(plan, scenario, !event->site);

	if (event->kind == EVENT_LOSS && port && other) {
		write_pair(port, other, event->percent, is_begin, out);
		write_pair(other, port, event->percent, is_begin, out);
	}
	for (size_t i = 0;
	     event->kind == EVENT_DISCONNECT && port && i < ARRAY_SIZE(cuts); i++)
		buf_printf(out, "iptables %s %s %s%s %s -j DROP\n",
			   is_begin ? "-I" : "-D", cuts[i][0], is_begin ? "1 " : "",
			   cuts[i][1], port);
}

/* What goes to each site waits a while, but for the packets that go at once. */
static int reorder_set(struct rehearsal *rehearsal, const struct scenario_event *event,
		       bool is_begin, struct err *err)
{
	const struct impairment how = { .delay_us = REORDER_DELAY_US,
					.reorder_ppm =
						(uint32_t)(event->percent * 10000) };
	struct node *internet = rehearsal_node(rehearsal, "internet");
	int r = 0;

	for (unsigned int site = 0; !r && site < 2; site++) {
		const char *port = port_of(rehearsal->plan, rehearsal->scenario, site);

		if (port)
			r = is_begin ? impair_set(internet, port, &how, err)
				     : impair_clear(internet, port, err);
	}
	return r;
}

int life_line_set(struct rehearsal *rehearsal, const struct scenario_event *event,
		  bool is_begin, struct err *err)
{
	struct firewall_failure_list failures = { 0 };
	_cleanup_buf_ struct buf script = { 0 };
	int r = 0;

	if (event->kind == EVENT_REORDER)
		return reorder_set(rehearsal, event, is_begin, err);
	life_line_script(rehearsal->plan, rehearsal->scenario, event, is_begin, &script);
	if (!script.length)
		return 0;
	if (!rehearsal->lab->has_backend)
		r = firewall_probe(&rehearsal->lab->backend, err);
	if (r)
		return r;
	rehearsal->lab->has_backend = true;
	r = firewall_script(rehearsal_node(rehearsal, "internet"),
			    rehearsal->lab->backend, buf_text(&script),
			    rehearsal_deadline(rehearsal, PROGRAM_MS), rehearsal->arena,
			    &failures, NULL, err);
	if (!r && failures.count)
		r = err_set(err, EIO, "events: '%s': %s", event->text,
			    failures.items[0].message);
	return r;
}
