// SPDX-License-Identifier: GPL-2.0-or-later
/* end_tunnel.c - the tunnel of an end: brought up, rekeyed, taken down */
#include "run/end_tunnel.h"

#include <errno.h>
#include <poll.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/str.h"
#include "charon/vici_request.h"
#include "check/sas.h"
#include "run/end.h"

#define AGAIN_MS 2 /* between two questions for the same state */

/* Serve both ends' events until the counter is at least `wanted` or time is over. */
static bool wait_for(const struct end *a, const struct end *b,
		     const unsigned int *counter, unsigned int wanted,
		     int64_t deadline_us)
{
	struct vici *const events[2] = { a->events, b->events };

	return vici_wait_count(events, counter, wanted, deadline_us);
}

/* Evidence of an attempt that has ended. */
static void say_initiated(struct end *end, const char *ike, const char *child,
			  const struct vici_attempt *attempt, int64_t start_us)
{
	int64_t took_us = clock_now_us() - start_us;

	evidence_add(end->evidence, end->name, "vici", "initiated",
		     json_pack("{s:s, s:s, s:b, s:s, s:I}", "connection", ike, "child",
			       child ? child : "", "ok", attempt->is_ok, "text",
			       attempt->text, "took_us", (json_int_t)took_us));
	end->initiated += attempt->is_ok;
	if (attempt->is_ok && took_us > end->exchange_us)
		end->exchange_us = took_us;
}

static int initiate(struct end *end, const char *ike, const char *child,
		    int64_t deadline_us, bool *ret_ok, struct err *err)
{
	int64_t start_us = clock_now_us();
	struct vici_attempt attempt = { 0 };
	struct vici_initiation what = {
		.ike = ike,
		.child = child,
		.timeout_ms = (unsigned int)clock_left_ms(deadline_us),
		.on_reply = vici_attempt_reply,
		.user = &attempt,
		.deadline_us = deadline_us + 2000000,
	};
	int r = vici_initiate(end->control, &what, err);

	if (!r)
		r = vici_attempt_finish(end->control, &attempt, err);
	if (r)
		return r;
	say_initiated(end, ike, child, &attempt, start_us);
	*ret_ok = attempt.is_ok;
	return 0;
}

int end_initiate_both(struct end *end, struct end *other, int64_t deadline_us,
		      struct err *err)
{
	struct end *ends[] = { end, other };
	struct vici_attempt attempts[2] = { 0 };
	int64_t start_us = clock_now_us();
	int r = 0;

	for (size_t i = 0; !r && i < 2; i++) {
		const struct conf *conf = ends[i]->conf;
		struct vici_initiation what = {
			.timeout_ms = (unsigned int)clock_left_ms(deadline_us),
			.on_reply = vici_attempt_reply,
			.user = &attempts[i],
			.deadline_us = deadline_us + 2000000,
		};

		if (!conf->connections.count ||
		    !conf->connections.items[0].children.count)
			return 0;
		what.ike = conf->connections.items[0].name;
		what.child = conf->connections.items[0].children.items[0].name;
		r = vici_initiate(ends[i]->control, &what, err);
		if (!r) /* it is sent now, not when the first one is done */
			r = vici_dispatch(ends[i]->control, err);
	}
	for (size_t i = 0; !r && i < 2; i++) {
		r = vici_attempt_finish(ends[i]->control, &attempts[i], err);
		say_initiated(ends[i], ends[i]->conf->connections.items[0].name, NULL,
			      &attempts[i], start_us);
	}
	return r;
}

static int initiate_connection(struct end *end, struct end *responder,
			       const struct conf_connection *connection,
			       int64_t deadline_us, struct err *err)
{
	unsigned int children = responder->child_ups;
	bool is_up = true;
	int r = 0;

	if (connection->tunnel->version == 1) {
		unsigned int wanted = responder->ups + 1;

		r = initiate(end, connection->name, NULL, deadline_us, &is_up, err);
		if (!r && is_up)
			is_up = wait_for(end, responder, &responder->ups, wanted,
					 deadline_us);
	}
	for (size_t i = 0; !r && is_up && i < connection->children.count; i++) {
		bool is_child_up;

		r = initiate(end, connection->name, connection->children.items[i].name,
			     deadline_us, &is_child_up, err);
		children += !r && is_child_up;
	}
	/* The initiator is ready one message before the responder is. */
	if (!r)
		(void)wait_for(end, responder, &responder->child_ups, children,
			       deadline_us);
	return r;
}

int end_initiate(struct end *end, struct end *responder, int64_t deadline_us,
		 struct err *err)
{
	if (!end->control)
		return 0;
	vec_foreach (connection, &end->conf->connections) {
		int r;

		if (connection->is_second || connection->tunnel->is_disabled)
			continue;
		r = initiate_connection(end, responder, connection, deadline_us, err);
		if (r)
			return r;
	}
	return 0;
}

/* ---------------------------------------------------------------- in a poll loop */

/* The n-th child of all connections that this end may initiate. */
static bool child_find(const struct end *end, size_t number, const char **ret_ike,
		       const char **ret_child)
{
	vec_foreach (connection, &end->conf->connections) {
		if (connection->is_second || connection->tunnel->is_disabled)
			continue;
		if (number < connection->children.count) {
			*ret_ike = connection->name;
			*ret_child = connection->children.items[number].name;
			return true;
		}
		number -= connection->children.count;
	}
	return false;
}

int end_attempt_begin(struct end *end, size_t number, int64_t deadline_us,
		      struct end_attempt *attempt, struct err *err)
{
	struct vici_initiation what = { .on_reply = vici_attempt_reply,
					.user = &attempt->result };
	int r;

	*attempt = (struct end_attempt){ .start_us = clock_now_us() };
	if (!child_find(end, number, &attempt->ike, &attempt->child))
		return -ENOENT;
	what.ike = attempt->ike;
	what.child = attempt->child;
	what.timeout_ms = (unsigned int)clock_left_ms(deadline_us);
	what.deadline_us = deadline_us + 2000000;
	r = vici_initiate(end->control, &what, err);
	attempt->is_running = !r;
	return r;
}

int end_attempt_poll(struct end *end, struct end_attempt *attempt, struct err *err)
{
	int r = vici_dispatch(end->control, err);

	if (!attempt->is_running || !attempt->result.is_done)
		return r;
	attempt->is_running = false;
	say_initiated(end, attempt->ike, attempt->child, &attempt->result,
		      attempt->start_us);
	return r;
}

void end_watch(struct end *a, struct end *b, int64_t deadline_us)
{
	const unsigned int never = 0;

	(void)wait_for(a, b, &never, 1, deadline_us);
}

static int start_rekey(struct end *end, int64_t deadline_us, unsigned int *ret_started,
		       struct err *err)
{
	vec_foreach (connection, &end->conf->connections) {
		vec_foreach (child, &connection->children) {
			struct vici_attempt attempt = { 0 };
			struct vici_initiation what = { .ike = connection->name,
							.child = child->name,
							.on_reply = vici_attempt_reply,
							.user = &attempt,
							.deadline_us = deadline_us };
			int r = vici_rekey(end->control, &what, err);

			if (!r)
				r = vici_attempt_finish(end->control, &attempt, err);
			if (r)
				return r;
			evidence_add(end->evidence, end->name, "vici", "rekey-started",
				     json_pack("{s:s, s:b, s:s}", "child", child->name,
					       "ok", attempt.is_ok, "text",
					       attempt.text));
			*ret_started += attempt.is_ok;
		}
	}
	return 0;
}

/*
 * Is a CHILD SA between two states? That two ends know the new one does not end the old
 * one: its DELETE is still to come, and what is asked of charon meanwhile collides with
 * it. DELETED is its rest: it only waits for late packets (delete_rekeyed_delay).
 */
static bool is_changing(const json_t *sas)
{
	static const char *const states[] = { "INSTALLED", "ROUTED", "DELETED" };
	struct sas_walk walk = { .sas = sas };
	const json_t *child;

	while ((child = sas_next_child(&walk))) {
		bool is_at_rest = false;

		for (size_t i = 0; i < ARRAY_SIZE(states); i++)
			is_at_rest |= str_equal(json_text(child, "state"), states[i]);
		if (!is_at_rest)
			return true;
	}
	return false;
}

/* charon has no event for the end of a CHILD SA that was replaced: ask for its state. */
static int wait_at_rest(struct end *end, int64_t deadline_us, struct err *err)
{
	bool is_waiting = true;
	int r = 0;

	while (!r && is_waiting && clock_left_ms(deadline_us)) {
		json_t *sas = json_array();

		r = end_sas(end, deadline_us, sas, err);
		is_waiting = !r && is_changing(sas);
		json_decref(sas);
		if (is_waiting) /* until its daemon says anything, or soon */
			(void)poll(&(struct pollfd){ .fd = vici_fd(end->events),
						     .events = POLLIN },
				   1, AGAIN_MS);
		if (!r && is_waiting)
			r = end_events(end);
	}
	return r == -ETIMEDOUT ? 0 : r;
}

int end_rekey(struct end *end, struct end *other, int64_t deadline_us, bool *ret_begun,
	      struct err *err)
{
	unsigned int own = end->rekeys, others = other->rekeys, started = 0;
	bool is_done;
	int r;

	if (!end->control || !end->conf)
		return 0;
	r = start_rekey(end, deadline_us, &started, err);
	if (r || !started)
		return r;
	*ret_begun = true;
	is_done = wait_for(end, other, &end->rekeys, own + started, deadline_us) &&
		  wait_for(end, other, &other->rekeys, others + started, deadline_us);
	evidence_add(end->evidence, end->name, "vici", "rekeyed",
		     json_pack("{s:b, s:i}", "ok", is_done, "children", (int)started));
	if (is_done)
		r = wait_at_rest(end, deadline_us, err);
	return !r && is_done && other->control ? wait_at_rest(other, deadline_us, err)
					       : r;
}

int end_terminate_child(struct end *end, const char *ike, const char *child,
			int64_t deadline_us, struct err *err)
{
	struct vici_attempt attempt = { 0 };
	struct vici_initiation what = { .ike = ike,
					.child = child,
					.on_reply = vici_attempt_reply,
					.user = &attempt,
					.deadline_us = deadline_us };
	int r = vici_terminate(end->control, &what, err);

	return r ? r : vici_attempt_finish(end->control, &attempt, err);
}

int end_terminate(struct end *end, struct end *other, int64_t deadline_us,
		  struct err *err)
{
	unsigned int wanted = other->downs + (end->ups > end->downs);

	if (!end->control)
		return 0;
	vec_foreach (connection, &end->conf->connections) {
		struct vici_attempt attempt = { 0 };
		struct vici_initiation what = { .ike = connection->name,
						.on_reply = vici_attempt_reply,
						.user = &attempt,
						.deadline_us = deadline_us };
		int r = vici_terminate(end->control, &what, err);

		if (!r)
			r = vici_attempt_finish(end->control, &attempt, err);
		if (r)
			return r;
		evidence_add(end->evidence, end->name, "vici", "terminated",
			     json_pack("{s:s, s:b, s:s}", "connection", connection->name,
				       "ok", attempt.is_ok, "text", attempt.text));
	}
	(void)wait_for(end, other, &other->downs, wanted, deadline_us);
	return 0;
}
