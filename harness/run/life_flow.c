// SPDX-License-Identifier: GPL-2.0-or-later
/* life_flow.c - the questions of `alive:`, and what is not answered */
#include "run/life.h"

#include <errno.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "probe/icmp.h"

#define FLOW_TASK  0xfe00 /* task of the first pair of hosts; away from other probes' */
#define FLOW_FIRST 0x5000
#define FLOW_MASK  0x0fff

static int64_t since_start(const struct life *life, int64_t t_us)
{
	return t_us < 0 ? -1 : t_us - life->rehearsal->evidence.start_us;
}

int life_flows_open(struct life *life, struct err *err)
{
	struct rehearsal *rehearsal = life->rehearsal;

	for (size_t i = 0; i < rehearsal->scenario->expectations.count; i++) {
		const struct expectation *wanted =
			&rehearsal->scenario->expectations.items[i];
		struct flow *flow = &life->flows[life->flow_count];
		int site = -1;

		if (wanted->kind != EXPECT_REACH || wanted->path != PATH_TUNNEL ||
		    !scenario_host_find(rehearsal->scenario, wanted->from, &site) ||
		    site < 0)
			continue;
		if (life->flow_count == FLOWS_MAX)
			return err_set(err, E2BIG,
				       "%s:%u: `alive` asks for at most %d `reach`",
				       wanted->at.file, wanted->at.line, FLOWS_MAX);
		*flow = (struct flow){
			.wanted = wanted,
			.index = i,
			.site = (unsigned int)site,
			.dst = wanted->as.family
				       ? wanted->as
				       : rehearsal_host_addr(rehearsal, wanted->to),
			.due_us = life->start_us,
		};
		flow->fd = icmp_open(rehearsal_node(rehearsal, wanted->from), err);
		if (flow->fd < 0)
			return flow->fd;
		life->flow_count++;
	}
	return 0;
}

/* How much of a time was it an event that let nothing pass? */
static int64_t cut_within(const struct life *life, int64_t from_us, int64_t until_us)
{
	int64_t cut_us = 0, counted_us = from_us;

	for (size_t i = 0; i < life->next; i++) {
		const struct happening *moment = &life->moments[i];
		int64_t begin = moment->at_us > counted_us ? moment->at_us : counted_us;
		int64_t end = moment->end_us < until_us ? moment->end_us : until_us;

		if (end <= begin || life_event(life, moment)->kind == EVENT_DNS_STALE)
			continue;
		cut_us += end - begin;
		counted_us = end; /* of two at once each second counts once */
	}
	return cut_us;
}

static int64_t tick_after(const struct life *life, int64_t now_us)
{
	int64_t each_us = life->wanted->each_s * SECOND_US;

	return life->start_us + ((now_us - life->start_us) / each_us + 1) * each_us;
}

/* Where nothing is answered for long, asking less often tells as much. */
static int64_t pace_us(const struct life *life, const struct flow *flow, int64_t now_us)
{
	int64_t lasts_us = flow->lost_us ? now_us - flow->lost_us : 0;

	if (life->now || lasts_us < 300 * SECOND_US)
		return SECOND_US;
	return lasts_us < HOUR_US ? 10 * SECOND_US : 60 * SECOND_US;
}

void life_outage_say(struct life *life, struct flow *flow, int64_t back_us)
{
	int64_t until_us = back_us < 0 ? clock_now_us() : back_us;
	int64_t gap_us =
		until_us - flow->lost_us - cut_within(life, flow->lost_us, until_us);
	const struct happening *cause = flow->cause;
	int64_t wall_us = clock_wall_us() - clock_now_us();
	struct account_gap gap = { .from_ns = (flow->lost_us + wall_us) * 1000,
				   .until_ns = (until_us + wall_us) * 1000 };

	vec_add(life->rehearsal->arena, &life->rehearsal->gaps, gap);
	evidence_add(&life->rehearsal->evidence, flow->wanted->from, "life", "outage",
		     json_of("{s:i, s:s, s:s, s:i, s:s, s:I, s:I, s:I, s:I, s:i, s:b}",
			     "expectation", (int)flow->index, "from", flow->wanted->from,
			     "to", flow->wanted->to, "event",
			     cause ? (int)cause->event : -1, "text",
			     cause ? life_event(life, cause)->text : "", "at_us",
			     (json_int_t)(flow->lost_us - life->start_us), "from_us",
			     (json_int_t)since_start(life, flow->lost_us), "until_us",
			     (json_int_t)since_start(life, back_us), "gap_us",
			     (json_int_t)gap_us, "lost", (int)flow->lost, "is_back",
			     back_us >= 0));
	life->outages++;
	if (flow->cause && back_us < 0)
		flow->cause->worst_us = -1;
	else if (flow->cause && flow->cause->worst_us >= 0 &&
		 gap_us > flow->cause->worst_us)
		flow->cause->worst_us = gap_us;
	if (flow->cause)
		flow->cause->lost += flow->lost;
	flow->lost_us = 0;
	flow->lost = 0;
	flow->cause = NULL;
}

void life_flow_take(struct life *life, struct flow *flow)
{
	struct icmp_sighting sighting;
	int got;

	while ((got = icmp_receive(flow->fd, &sighting)) >= 0) {
		int64_t now_us = clock_now_us();

		if (!got || sighting.kind != ICMP_SIGHT_REPLY ||
		    sighting.task != FLOW_TASK + (flow - life->flows))
			continue;
		flow->answered++;
		flow->answered_us = now_us;
		if (sighting.sequence == (uint16_t)(flow->sequence - 1))
			flow->is_pending = false;
		if (flow->lost_us)
			life_outage_say(life, flow, now_us);
		flow->due_us =
			life->now ? flow->asked_us + SECOND_US : tick_after(life, now_us);
	}
}

/* The last question has no answer: since when is it so, and whose doing may it be? */
static void count_lost(struct life *life, struct flow *flow)
{
	flow->lost++;
	if (flow->lost_us)
		return;
	flow->lost_us = flow->asked_us;
	flow->cause = life->now;
	/* While the event was done nobody could ask. */
	if (life->now && life->now->at_us > flow->answered_us &&
	    life->now->at_us < flow->lost_us)
		flow->lost_us = life->now->at_us;
}

void life_flow_step(struct life *life, struct flow *flow)
{
	int64_t now_us = clock_now_us();

	life_flow_take(life, flow);
	if (now_us < flow->due_us)
		return;
	if (flow->is_pending)
		count_lost(life, flow);
	/* A node that cannot send has no path either: it is as good as lost. */
	(void)icmp_send(
		flow->fd, &flow->dst,
		&(struct icmp_request){
			.flow = (uint16_t)(FLOW_FIRST + (flow->sequence & FLOW_MASK)),
			.task = (uint16_t)(FLOW_TASK + (flow - life->flows)),
			.sequence = flow->sequence,
			.size = ICMP_SIZE_MIN });
	flow->sequence++;
	flow->sent++;
	flow->is_pending = true;
	flow->asked_us = now_us;
	flow->due_us = now_us + pace_us(life, flow, now_us);
}

bool life_is_any_pending(const struct life *life)
{
	for (size_t i = 0; i < life->flow_count; i++)
		if (life->flows[i].is_pending)
			return true;
	return false;
}

bool life_is_any_lost(const struct life *life, unsigned int site)
{
	for (size_t i = 0; i < life->flow_count; i++)
		if (life->flows[i].lost_us && (site > 1 || life->flows[i].site == site))
			return true;
	return false;
}

void life_flows_close(struct life *life)
{
	for (size_t i = 0; i < life->flow_count; i++)
		(void)close(life->flows[i].fd);
}
