// SPDX-License-Identifier: GPL-2.0-or-later
/* life_event.c - what `events:` do while `alive:` is watched */
#include "run/life.h"

#include "base/clock.h"
#include "base/json.h"
#include "lab/change.h"
#include "run/inject.h"
#include "run/life_line.h"

#define START_MS 15000
#define ASK_MS	 5000

void life_moments_plan(struct life *life)
{
	struct arena *arena = life->rehearsal->arena;
	struct scenario_moment *moments;

	scenario_moments(life->rehearsal->scenario, arena, &moments, &life->moment_count);
	life->moments =
		arena_alloc(arena, (life->moment_count + 1) * sizeof(struct happening));
	for (size_t i = 0; i < life->moment_count; i++)
		life->moments[i] = (struct happening){
			.event = moments[i].event,
			.at_us = life->start_us + moments[i].at_s * SECOND_US,
			.end_us = life->start_us + moments[i].until_s * SECOND_US,
		};
}

static const char *where(const struct life *life, const struct scenario_event *event)
{
	return event->kind == EVENT_LOSS || event->kind == EVENT_REORDER
		       ? "internet"
		       : life->rehearsal->scenario->sites.items[event->site].name;
}

/* Its line is whole again, if an event has cut it. */
static int mend_line(struct life *life, struct err *err)
{
	bool was_cut = life->is_cut;

	life->is_cut = false;
	return was_cut ? life_line_set(life->rehearsal, life_event(life, life->now),
				       false, err)
		       : 0;
}

/* It is over, everybody is answered, or nobody will be for now. */
int life_event_pass(struct life *life, struct err *err)
{
	struct happening *moment = life->now;
	const struct scenario_event *event = life_event(life, moment);
	int r = mend_line(life, err);

	for (size_t i = 0; i < life->flow_count; i++)
		if (life->flows[i].lost_us && life->flows[i].cause == moment)
			moment->worst_us = -1;
	evidence_add(&life->rehearsal->evidence, where(life, event), "life", "passed",
		     json_of("{s:i, s:s, s:I, s:I, s:I, s:i}", "event",
			     (int)moment->event, "text", event->text, "at_us",
			     (json_int_t)(moment->at_us - life->start_us), "for_us",
			     (json_int_t)(moment->end_us - moment->at_us), "gap_us",
			     (json_int_t)moment->worst_us, "lost", (int)moment->lost));
	life->now = NULL;
	return r;
}

/*
 * As a power cut does it: nobody is told, no SA is left, and its daemon comes back with a
 * configuration for the address that the site has by now.
 */
static int restart(struct life *life, unsigned int site, struct err *err)
{
	struct rehearsal *rehearsal = life->rehearsal;
	struct end *end = &rehearsal->ends[site];
	int r = inject_kill_site(rehearsal, site, err);

	if (r)
		return r;
	end_done(end);
	r = rehearsal_start_end(rehearsal, site, err);
	return r ? r : end_load(end, rehearsal_deadline(rehearsal, START_MS), err);
}

static int act(struct life *life, const struct scenario_event *event, struct err *err)
{
	struct rehearsal *rehearsal = life->rehearsal;
	bool is_restarted = false;
	int r = 0;

	switch (event->kind) {
	case EVENT_DNS_STALE:
		break; /* see stale_begin() */
	case EVENT_WAN_CHANGE:
		life->before[event->site] = lab_wan(rehearsal->lab, event->site).addr;
		r = change_address_now(rehearsal, event->site, &life->dns_us[event->site],
				       &is_restarted, err);
		break;
	case EVENT_RESTART:
		r = restart(life, event->site, err);
		is_restarted = true;
		break;
	case EVENT_REKEY:
		/* Asked of both in a millisecond: their requests cross on the line. */
		for (unsigned int site = 0; !r && site < 2; site++)
			if (event->is_both || event->site == site)
				r = end_rekey_ask(&rehearsal->ends[site],
						  rehearsal_deadline(rehearsal, ASK_MS),
						  err);
		break;
	case EVENT_DISCONNECT:
	case EVENT_LOSS:
	case EVENT_REORDER:
		life->is_cut = true;
		r = life_line_set(rehearsal, event, true, err);
		break;
	}
	if (!r && is_restarted)
		life_start_anew(life, event->site);
	return r;
}

/* ------------------------------------------------------------ a DNS of yesterday */

/*
 * It begins beside whatever else happens. The address of before is back at once, where
 * there was one, and what changes from now on is not told until it is over.
 */
static int stale_begin(struct life *life, struct happening *moment, struct err *err)
{
	const struct scenario_event *event = life_event(life, moment);
	struct rehearsal *rehearsal = life->rehearsal;
	const struct scenario_site *site = &rehearsal->scenario->sites.items[event->site];
	const struct inet_addr *before = &life->before[event->site];

	moment->at_us = clock_now_us();
	life->stale_us[event->site] = moment->at_us + event->for_s * SECOND_US;
	evidence_add(&rehearsal->evidence, site->name, "life", "happens",
		     json_of("{s:i, s:s, s:I, s:s}", "event", (int)moment->event, "text",
			     event->text, "at_us",
			     (json_int_t)(moment->at_us - life->start_us), "address",
			     before->family ? inet_addr_text(before).s : ""));
	return before->family ? lab_dns_set(rehearsal->lab, site->dns_name, before, err)
			      : 0;
}

/* What the DNS says of that site is looked at again: new, or not to be told yet. */
static int names_maybe(struct life *life, unsigned int site, struct err *err)
{
	int64_t now_us = clock_now_us();

	if (life->stale_us[site] && now_us >= life->stale_us[site]) {
		life->stale_us[site] = 0;
		life->dns_us[site] = now_us;
	}
	if (!life->dns_us[site] || now_us < life->dns_us[site] || life->stale_us[site])
		return 0;
	life->dns_us[site] = 0;
	return change_name(life->rehearsal, site, err);
}

static int happen(struct life *life, struct err *err)
{
	struct happening *moment = &life->moments[life->next];
	const struct scenario_event *event = life_event(life, moment);
	int r = 0;

	life->next++;
	if (event->kind == EVENT_DNS_STALE)
		return stale_begin(life, moment, err);
	if (life->now)
		r = life_event_pass(life, err);
	if (r)
		return r;
	moment->at_us = clock_now_us();
	moment->end_us = moment->at_us + event->for_s * SECOND_US;
	life->now = moment;
	evidence_add(&life->rehearsal->evidence, where(life, event), "life", "happens",
		     json_of("{s:i, s:s, s:I}", "event", (int)moment->event, "text",
			     event->text, "at_us",
			     (json_int_t)(moment->at_us - life->start_us)));
	/* Who asks now asks as the event is there. */
	for (size_t i = 0; i < life->flow_count; i++)
		life_flow_take(life, &life->flows[i]);
	r = act(life, event, err);
	for (size_t i = 0; i < life->flow_count; i++)
		life->flows[i].due_us = clock_now_us();
	return r;
}

/* What is due of events: begin, end, be past. */
int life_events_maybe(struct life *life, struct err *err)
{
	int64_t now_us = clock_now_us();
	struct happening *now = life->now;
	int r = 0;

	if (now && life->is_cut && now_us >= now->end_us) {
		r = mend_line(life, err);
		now->end_us = clock_now_us();
	}
	if (!r && now && !life->is_cut && now_us >= now->end_us + CALM_US &&
	    (!life_is_any_lost(life, 2) ||
	     now_us >= now->end_us + life->wanted->gap_s * SECOND_US + CALM_US))
		r = life_event_pass(life, err);
	while (!r && life->next < life->moment_count &&
	       now_us >= life->moments[life->next].at_us)
		r = happen(life, err);
	for (unsigned int site = 0; !r && site < 2; site++)
		r = names_maybe(life, site, err);
	return r;
}
