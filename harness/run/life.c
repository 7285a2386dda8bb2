// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * life.c - `alive:`: a tunnel for hours or days, and what `events:` do to it
 *
 * Theory of operation; life.h has the parts. The hosts of each `reach` through the tunnel
 * ask in turns of `each:`; whoever gets no answer within a second asks again each second,
 * and less often when that lasts. From an event on everybody asks each second, until the
 * event is over, all are answered and CALM_US has passed. By a virtual clock the time in
 * between is free.
 *
 * An outage lasts from the first question that was not answered to the first answer that
 * came again, less the time in which the line itself was cut by an event. What brings the
 * tunnel back is charon's own (dead peer detection, trap policies, MOBIKE, keyingtries), but for
 * what the device would do beside it: start its tunnels when it was restarted, and by traffic
 * where it has no trap policy.
 *
 * Evidence, source "life": `begin`; `happens` and `passed` for each event; `outage` for each
 * outage of each pair of hosts; `so-far`, so that who follows sees it live; `end`.
 */
#include "run/life.h"

#include <errno.h>
#include <poll.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "charon/vici_client.h"

static void earlier(int64_t *due_us, int64_t t_us)
{
	if (t_us && t_us < *due_us)
		*due_us = t_us;
}

static int64_t next_due_us(const struct life *life)
{
	const struct happening *now = life->now;
	int64_t due_us = life->so_far_us;

	for (size_t i = 0; i < life->flow_count; i++)
		earlier(&due_us, life->flows[i].due_us);
	/* What is due and must wait for an answer is looked at when that is asked for. */
	if (now && life->is_cut)
		earlier(&due_us, now->end_us);
	else if (now && now->end_us + CALM_US > clock_now_us())
		earlier(&due_us, now->end_us + CALM_US);
	if (life->next < life->moment_count)
		earlier(&due_us, life->moments[life->next].at_us);
	for (unsigned int site = 0; site < 2; site++) {
		earlier(&due_us,
			life->stale_us[site] ? life->stale_us[site] : life->dns_us[site]);
		earlier(&due_us, vici_deadline_us(life->rehearsal->ends[site].control));
		if (!life->starters[site].attempt.is_running &&
		    (life->starters[site].is_wanted ||
		     life_is_asked_by_traffic(life, site)))
			earlier(&due_us, life->starters[site].next_us);
	}
	return due_us;
}

static int wait_and_serve(struct life *life, struct err *err)
{
	struct end *ends = life->rehearsal->ends;
	struct pollfd fds[FLOWS_MAX + 4];
	size_t count = 0;
	int r = 0;

	for (size_t i = 0; i < life->flow_count; i++)
		fds[count++] =
			(struct pollfd){ .fd = life->flows[i].fd, .events = POLLIN };
	for (unsigned int site = 0; site < 2; site++) {
		fds[count++] = (struct pollfd){ .fd = vici_fd(ends[site].events),
						.events = POLLIN };
		fds[count++] =
			(struct pollfd){ .fd = vici_fd(ends[site].control),
					 .events = vici_poll_events(ends[site].control) };
	}
	if (poll(fds, count, clock_left_ms(next_due_us(life))) < 0 && errno != EINTR)
		return err_sys(err, errno, "cannot wait");
	for (size_t i = 0; i < life->flow_count; i++)
		life_flow_step(life, &life->flows[i]);
	for (unsigned int site = 0; !r && site < 2; site++) {
		r = end_events(&ends[site]);
		if (r)
			return err_set(err, -r, "charon of %s has ended",
				       ends[site].name);
		r = life_start_maybe(life, site, err);
	}
	return r ? r : life_events_maybe(life, err);
}

static void say_so_far(const struct life *life, const char *kind)
{
	const struct end *ends = life->rehearsal->ends;
	unsigned int sent = 0, answered = 0, lost = 0;

	for (size_t i = 0; i < life->flow_count; i++) {
		sent += life->flows[i].sent;
		answered += life->flows[i].answered;
		lost += life->flows[i].lost_us != 0;
	}
	evidence_add(&life->rehearsal->evidence, NULL, "life", kind,
		     json_of("{s:I, s:i, s:i, s:i, s:i, s:i, s:i}", "at_us",
			     (json_int_t)(clock_now_us() - life->start_us), "sent",
			     (int)sent, "answered", (int)answered, "outages",
			     (int)life->outages, "without", (int)lost, "rekeys",
			     (int)(ends[0].rekeys + ends[1].rekeys), "ups",
			     (int)(ends[0].ups + ends[1].ups)));
}

/* To its end; an outage that has begun by then is followed as long as it may last. */
static bool is_over(const struct life *life)
{
	int64_t now_us = clock_now_us();

	if (now_us < life->end_us)
		return false;
	return (!life->now && !life_is_any_lost(life, 2) && !life_is_any_pending(life)) ||
	       now_us >= life->end_us + (life->wanted->gap_s + 1) * SECOND_US + CALM_US;
}

static int live_it(struct life *life, struct err *err)
{
	int r = 0;

	while (!r && !is_over(life)) {
		r = wait_and_serve(life, err);
		if (!r && clock_now_us() >= life->so_far_us) {
			say_so_far(life, "so-far");
			life->so_far_us += life->pace_us;
		}
	}
	if (!r && life->now)
		r = life_event_pass(life, err);
	for (size_t i = 0; !r && i < life->flow_count; i++)
		if (life->flows[i].lost_us)
			life_outage_say(life, &life->flows[i], -1);
	/* What is under way ends: its end is written to a struct of ours. */
	while (!r && (life->starters[0].attempt.is_running ||
		      life->starters[1].attempt.is_running))
		r = wait_and_serve(life, err);
	return r;
}

int life_watch(struct rehearsal *rehearsal, struct err *err)
{
	const struct expectation *wanted = scenario_alive(rehearsal->scenario, NULL);
	struct life life = { .rehearsal = rehearsal,
			     .wanted = wanted,
			     .start_us = clock_now_us() };
	int r;

	if (!rehearsal->ends[0].control || !rehearsal->ends[1].control)
		return 0; /* an end without charon: the verdict says it was not tried */
	life.end_us = life.start_us + wanted->alive_s * SECOND_US;
	/* Who follows takes half a minute without a word for the end of it. */
	life.pace_us = rehearsal->params.is_virtual ? HOUR_US : 10 * SECOND_US;
	life.so_far_us = life.start_us + life.pace_us;
	life_moments_plan(&life);
	evidence_add(&rehearsal->evidence, NULL, "life", "begin",
		     json_of("{s:I, s:I, s:I, s:i}", "alive_us",
			     (json_int_t)(wanted->alive_s * SECOND_US), "each_us",
			     (json_int_t)(wanted->each_s * SECOND_US), "gap_us",
			     (json_int_t)(wanted->gap_s * SECOND_US), "events",
			     (int)life.moment_count));
	r = life_flows_open(&life, err);
	if (!r)
		r = live_it(&life, err);
	if (!r)
		say_so_far(&life, "end");
	life_flows_close(&life);
	return r ? r : rehearsal_list_sas(rehearsal, "after-life", err);
}
