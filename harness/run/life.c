// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * life.c - `alive:`: a tunnel for hours or days, and what `events:` do to it
 *
 * Theory of operation. The hosts of each `reach` through the tunnel ask in turns of
 * `each:`; whoever gets no answer within a second asks again each second, and less often
 * when that lasts. From an event on everybody asks each second, until the event is over,
 * all are answered and CALM_US has passed. By a virtual clock the time in between is free.
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
#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "base/str.h"
#include "charon/vici_client.h"
#include "lab/change.h"
#include "probe/icmp.h"
#include "run/end_tunnel.h"
#include "run/inject.h"
#include "run/life_line.h"
#include "run/rehearsal.h"

#define SECOND_US  INT64_C(1000000)
#define HOUR_US	   (3600 * SECOND_US)
#define CALM_US	   (10 * SECOND_US) /* after an event, all answered */
#define RETRY_US   SECOND_US
#define ATTEMPT_MS 8000
#define START_MS   15000
#define FLOW_TASK  0xfe00 /* task of the first pair of hosts; away from other probes' */
#define FLOW_FIRST 0x5000
#define FLOW_MASK  0x0fff
#define FLOWS_MAX  32

/* One time that an event happens. */
struct happening {
	size_t event; /* of scenario->events */
	int64_t at_us, end_us;
	int64_t worst_us; /* the longest outage that began in it; -1: no answer again */
	unsigned int lost;
};

/* Questions of one pair of hosts. */
struct flow {
	const struct expectation *wanted;
	size_t index;
	int fd;
	struct inet_addr dst;
	unsigned int site; /* of who asks */
	uint16_t sequence;
	bool is_pending;	 /* the last question has no answer */
	int64_t asked_us;	 /* when it was asked */
	int64_t due_us;		 /* the next question */
	int64_t answered_us;	 /* the last answer came */
	int64_t lost_us;	 /* since then nothing is answered; 0: all is */
	struct happening *cause; /* of that; NULL: no event */
	unsigned int lost, sent, answered;
};

/* What the device does beside its charon, see above. */
struct starter {
	struct end_attempt attempt;
	size_t child;
	bool is_wanted;
	int64_t next_us;
};

struct life {
	struct rehearsal *rehearsal;
	const struct expectation *wanted;
	int64_t start_us, end_us, so_far_us, pace_us;
	struct flow flows[FLOWS_MAX];
	size_t flow_count;
	struct happening *moments; /* by time */
	size_t moment_count, next; /* the next to happen */
	struct happening *now;	   /* the last that happened and is not yet past */
	bool is_cut;		   /* its line is cut now */
	int64_t dns_us[2];
	struct starter starters[2];
	unsigned int outages;
};

static int64_t since_start(const struct life *life, int64_t t_us)
{
	return t_us < 0 ? -1 : t_us - life->rehearsal->evidence.start_us;
}

static const struct scenario_event *event_of(const struct life *life,
					     const struct happening *moment)
{
	return &life->rehearsal->scenario->events.items[moment->event];
}

/* ------------------------------------------------------------ the questions */

static int open_flows(struct life *life, struct err *err)
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

		if (end <= begin)
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

static void say_outage(struct life *life, struct flow *flow, int64_t back_us)
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
			     cause ? event_of(life, cause)->text : "", "at_us",
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

static void take_answers(struct life *life, struct flow *flow)
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
			say_outage(life, flow, now_us);
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

static void step_flow(struct life *life, struct flow *flow)
{
	int64_t now_us = clock_now_us();

	take_answers(life, flow);
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

static bool is_any_pending(const struct life *life)
{
	for (size_t i = 0; i < life->flow_count; i++)
		if (life->flows[i].is_pending)
			return true;
	return false;
}

static bool is_any_lost(const struct life *life, unsigned int site)
{
	for (size_t i = 0; i < life->flow_count; i++)
		if (life->flows[i].lost_us && (site > 1 || life->flows[i].site == site))
			return true;
	return false;
}

/* ------------------------------------------------------------ what the device starts */

static enum start_condition start_of(const struct end *end, size_t number)
{
	const struct conf_connection *of;
	const struct conf_child *child = end_child(end, number, &of);

	return child ? child->child->start : START_NEVER;
}

/* Its daemon is new: what its files start at once is started. */
static void start_anew(struct life *life, unsigned int site)
{
	life->starters[site] =
		(struct starter){ .is_wanted = true, .next_us = clock_now_us() };
}

/* Traffic, no SA, and no trap policy that would see it: only such a device begins so. */
static bool is_asked_by_traffic(const struct life *life, unsigned int site)
{
	const struct end *end = &life->rehearsal->ends[site];

	return is_any_lost(life, site) && end->ups <= end->downs &&
	       end_starts_on_traffic(end) && !end_has_traps(end);
}

static int start_maybe(struct life *life, unsigned int site, struct err *err)
{
	struct end *end = &life->rehearsal->ends[site];
	struct starter *starter = &life->starters[site];
	bool was_running = starter->attempt.is_running;
	bool is_traffic = is_asked_by_traffic(life, site);
	int r = end_attempt_poll(end, &starter->attempt, err);

	if (r || starter->attempt.is_running)
		return r;
	if (was_running) {
		starter->child += starter->is_wanted || starter->attempt.result.is_ok;
		starter->next_us =
			clock_now_us() + (starter->attempt.result.is_ok ? 0 : RETRY_US);
	}
	if (!starter->is_wanted && !is_traffic)
		starter->child = 0;
	if ((!starter->is_wanted && !is_traffic) || clock_now_us() < starter->next_us)
		return 0;
	while (starter->is_wanted && start_of(end, starter->child) == START_ON_TRAFFIC)
		starter->child++;
	if (starter->is_wanted && start_of(end, starter->child) == START_NEVER)
		return starter->is_wanted = false, 0;
	r = end_attempt_begin(end, starter->child,
			      rehearsal_deadline(life->rehearsal, ATTEMPT_MS),
			      &starter->attempt, err);
	if (r != -ENOENT)
		return r;
	*starter = (struct starter){ .next_us = clock_now_us() + RETRY_US };
	return 0;
}

/* ------------------------------------------------------------ events */

static void plan_moments(struct life *life)
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
	return event->kind == EVENT_LOSS
		       ? "internet"
		       : life->rehearsal->scenario->sites.items[event->site].name;
}

/* Its line is whole again, if an event has cut it. */
static int mend_line(struct life *life, struct err *err)
{
	bool was_cut = life->is_cut;

	life->is_cut = false;
	return was_cut ? life_line_set(life->rehearsal, event_of(life, life->now), false,
				       err)
		       : 0;
}

/* It is over, everybody is answered, or nobody will be for now. */
static int pass(struct life *life, struct err *err)
{
	struct happening *moment = life->now;
	const struct scenario_event *event = event_of(life, moment);
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
	case EVENT_WAN_CHANGE:
		r = change_address_now(rehearsal, event->site, &life->dns_us[event->site],
				       &is_restarted, err);
		break;
	case EVENT_RESTART:
		r = restart(life, event->site, err);
		is_restarted = true;
		break;
	case EVENT_DISCONNECT:
	case EVENT_LOSS:
		life->is_cut = true;
		r = life_line_set(rehearsal, event, true, err);
		break;
	}
	if (!r && is_restarted)
		start_anew(life, event->site);
	return r;
}

static int happen(struct life *life, struct err *err)
{
	struct happening *moment = &life->moments[life->next];
	const struct scenario_event *event = event_of(life, moment);
	int r = life->now ? pass(life, err) : 0;

	if (r)
		return r;
	life->next++;
	moment->at_us = clock_now_us();
	moment->end_us = moment->at_us + event->for_s * SECOND_US;
	life->now = moment;
	evidence_add(&life->rehearsal->evidence, where(life, event), "life", "happens",
		     json_of("{s:i, s:s, s:I}", "event", (int)moment->event, "text",
			     event->text, "at_us",
			     (json_int_t)(moment->at_us - life->start_us)));
	/* Who asks now asks as the event is there. */
	for (size_t i = 0; i < life->flow_count; i++)
		take_answers(life, &life->flows[i]);
	r = act(life, event, err);
	for (size_t i = 0; i < life->flow_count; i++)
		life->flows[i].due_us = clock_now_us();
	return r;
}

/* What is due of events: begin, end, be past. */
static int events_maybe(struct life *life, struct err *err)
{
	int64_t now_us = clock_now_us();
	struct happening *now = life->now;
	int r = 0;

	if (now && life->is_cut && now_us >= now->end_us) {
		r = mend_line(life, err);
		now->end_us = clock_now_us();
	}
	if (!r && now && !life->is_cut && now_us >= now->end_us + CALM_US &&
	    (!is_any_lost(life, 2) ||
	     now_us >= now->end_us + life->wanted->gap_s * SECOND_US + CALM_US))
		r = pass(life, err);
	while (!r && life->next < life->moment_count &&
	       now_us >= life->moments[life->next].at_us)
		r = happen(life, err);
	for (unsigned int site = 0; !r && site < 2; site++) {
		if (!life->dns_us[site] || now_us < life->dns_us[site])
			continue;
		life->dns_us[site] = 0;
		r = change_name(life->rehearsal, site, err);
	}
	return r;
}

/* ------------------------------------------------------------ the loop */

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
		earlier(&due_us, life->dns_us[site]);
		earlier(&due_us, vici_deadline_us(life->rehearsal->ends[site].control));
		if (!life->starters[site].attempt.is_running &&
		    (life->starters[site].is_wanted || is_asked_by_traffic(life, site)))
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
		step_flow(life, &life->flows[i]);
	for (unsigned int site = 0; !r && site < 2; site++) {
		r = end_events(&ends[site]);
		if (r)
			return err_set(err, -r, "charon of %s has ended",
				       ends[site].name);
		r = start_maybe(life, site, err);
	}
	return r ? r : events_maybe(life, err);
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
	return (!life->now && !is_any_lost(life, 2) && !is_any_pending(life)) ||
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
		r = pass(life, err);
	for (size_t i = 0; !r && i < life->flow_count; i++)
		if (life->flows[i].lost_us)
			say_outage(life, &life->flows[i], -1);
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
	plan_moments(&life);
	evidence_add(&rehearsal->evidence, NULL, "life", "begin",
		     json_of("{s:I, s:I, s:I, s:i}", "alive_us",
			     (json_int_t)(wanted->alive_s * SECOND_US), "each_us",
			     (json_int_t)(wanted->each_s * SECOND_US), "gap_us",
			     (json_int_t)(wanted->gap_s * SECOND_US), "events",
			     (int)life.moment_count));
	r = open_flows(&life, err);
	if (!r)
		r = live_it(&life, err);
	if (!r)
		say_so_far(&life, "end");
	for (size_t i = 0; i < life.flow_count; i++)
		close(life.flows[i].fd);
	return r ? r : rehearsal_list_sas(rehearsal, "after-life", err);
}
