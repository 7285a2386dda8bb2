/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * life.h - `alive:`, in parts: what is asked, what happens, what the device starts
 *
 * life.c has the theory and the loop; life_flow.c asks, life_event.c does what `events:`
 * say, life_start.c what a device does beside its charon.
 */
#ifndef TWINSITE_RUN_LIFE_H
#define TWINSITE_RUN_LIFE_H

#include "base/inet.h"
#include "run/end_tunnel.h"
#include "run/rehearsal.h"

#define SECOND_US INT64_C(1000000)
#define HOUR_US	  (3600 * SECOND_US)
#define CALM_US	  (10 * SECOND_US) /* after an event, all answered */
#define FLOWS_MAX 32

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
	int64_t dns_us[2];   /* when the DNS follows an address that changed; 0: done */
	int64_t stale_us[2]; /* until then it says nothing new of the site; 0: it does */
	struct inet_addr before[2]; /* the site's address before the last change */
	struct starter starters[2];
	unsigned int outages;
};

static inline const struct scenario_event *life_event(const struct life *life,
						      const struct happening *moment)
{
	return &life->rehearsal->scenario->events.items[moment->event];
}

/* ------------------------------------------------------------ life_flow.c */

/* A socket for each `reach` through the tunnel; err_set E2BIG: there are too many. */
int life_flows_open(struct life *life, struct err *err);
void life_flows_close(struct life *life);

/* Take what was answered, and ask again what is due. */
void life_flow_step(struct life *life, struct flow *flow);
void life_flow_take(struct life *life, struct flow *flow);

/* Evidence of an outage: back_us is when it was over, negative: it is not. */
void life_outage_say(struct life *life, struct flow *flow, int64_t back_us);

bool life_is_any_pending(const struct life *life);
/* Of those that ask from that site; 2: of all. */
bool life_is_any_lost(const struct life *life, unsigned int site);

/* ------------------------------------------------------------ life_start.c */

/* Its daemon is new: what its files start at once is started. */
void life_start_anew(struct life *life, unsigned int site);

/* Traffic, no SA, and no trap policy that would see it: only such a device begins so. */
bool life_is_asked_by_traffic(const struct life *life, unsigned int site);

/* Begin, or go on with, what the device of that site starts. */
int life_start_maybe(struct life *life, unsigned int site, struct err *err);

/* ------------------------------------------------------------ life_event.c */

void life_moments_plan(struct life *life);

/* What is due of events: begin, end, be past. */
int life_events_maybe(struct life *life, struct err *err);

/* The one that is there now is over: its line is whole, and evidence says what it cost. */
int life_event_pass(struct life *life, struct err *err);

#endif
