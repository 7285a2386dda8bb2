// SPDX-License-Identifier: GPL-2.0-or-later
/* end_tunnel.c - the tunnel of an end: brought up, rekeyed, taken down */
#include "run/end_tunnel.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/patience.h"
#include "base/str.h"
#include "charon/log.h"
#include "charon/process.h"
#include "charon/vici_request.h"
#include "check/sas.h"
#include "model/updown.h"
#include "run/end.h"

#define AGAIN_MS      2	      /* between two questions for the same state */
#define LIST_US	      2000000 /* for a list of SAs */
#define AGAIN_US      20000   /* between two looks at what charon does */
#define LAST_US	      400000  /* for a message that nobody answers, at least */
#define REKEY_MS      8000    /* charon gives its peer up before */
#define EXCHANGE_MANY 4	      /* and so many times what an exchange took */

/* ---------------------------------------------------------------- waiting */

/* Serve both ends' events, for a nap at most; -errno when a charon is gone. */
static int serve(const struct end *a, const struct end *b, struct vici *third,
		 struct patience *patience)
{
	struct vici *const vicis[] = { a->events, b->events, third };
	struct pollfd fds[ARRAY_SIZE(vicis)];
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(vicis); i++)
		fds[i] = (struct pollfd){
			.fd = vicis[i] ? vici_fd(vicis[i]) : -1,
			.events = vicis[i] ? vici_poll_events(vicis[i]) : 0,
		};
	(void)poll(fds, ARRAY_SIZE(fds), patience_nap_ms(patience));
	patience_pass(patience);
	for (size_t i = 0; !r && i < ARRAY_SIZE(vicis); i++)
		r = vicis[i] ? vici_dispatch(vicis[i], NULL) : 0;
	return r;
}

/* Until the counter of an end is at least `wanted`; false: the window is over. */
static bool wait_for(const struct end *a, const struct end *b,
		     const unsigned int *counter, unsigned int wanted, int64_t window_us)
{
	struct patience patience = patience_for(window_us);

	while (*counter < wanted && !patience_is_over(&patience))
		if (serve(a, b, NULL, &patience))
			break;
	patience_end(&patience);
	return *counter >= wanted;
}

/*
 * How long a message of an exchange may still be on its way to the other end. Where
 * packets are lost by chance charon's repetitions count, too; where a rule takes them,
 * each is taken.
 */
static int64_t last_message_us(const struct end *end)
{
	const struct conf_params *params = &end->conf->params;
	double timeout_us = params->retransmit_timeout_ms * 1e3, us = LAST_US;

	for (unsigned int i = 0; end->is_lossy && i <= params->retransmit_tries; i++) {
		us += timeout_us;
		timeout_us *= params->retransmit_base;
	}
	if (end->has_updown) /* it stands between two messages, and a busy machine */
		us += (end->updown_s + 1) * 1e6;
	return (int64_t)us + EXCHANGE_MANY * end->exchange_us;
}

/* ---------------------------------------------------------------- up */

/* Evidence of an attempt that has ended. */
static void say_initiated(struct end *end, const char *ike, const char *child,
			  const struct vici_attempt *attempt, int64_t start_us)
{
	int64_t took_us = clock_now_us() - start_us;

	evidence_add(end->evidence, end->name, "vici", "initiated",
		     json_of("{s:s, s:s, s:b, s:s, s:I}", "connection", ike, "child",
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
					 last_message_us(end));
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
			       last_message_us(end));
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

/* ---------------------------------------------------------------- by traffic */

/* The CHILD SA of that name among the SAs of that connection. */
static bool has_child(const json_t *sas, const char *ike, const char *child)
{
	size_t i;
	json_t *sa;

	json_array_foreach (sas, i, sa) {
		json_t *children = json_object_get(json_object_get(sa, ike), "child-sas");
		const char *key;
		json_t *entry;

		json_object_foreach (children, key, entry)
			if (str_equal(json_string_value(json_object_get(entry, "name")),
				      child) &&
			    str_equal(json_string_value(json_object_get(entry, "state")),
				      "INSTALLED"))
				return true;
	}
	return false;
}

/* Is charon still at it? An SA that stands does nothing more by itself. */
static bool is_trying(struct end *end, int64_t deadline_us)
{
	json_t *sas = json_array();
	bool is_busy = false;
	struct sas_walk walk = { .sas = sas };
	const json_t *sa;

	if (!end_sas(end, deadline_us, sas, NULL))
		while ((sa = sas_next(&walk)))
			is_busy |= !str_equal(
				json_string_value(json_object_get(sa, "state")),
				"ESTABLISHED");
	json_decref(sas);
	return is_busy;
}

/* All children that shall be up, and say which an acquire brought up. */
static int start_rest(struct end *end, struct end *responder, const json_t *sas,
		      int64_t deadline_us, struct err *err)
{
	const struct vici_attempt by_kernel = { .is_ok = true,
						.text = "by an acquire of the kernel" };

	vec_foreach (connection, &end->conf->connections) {
		size_t up = 0;
		int r = 0;

		if (connection->is_second || connection->tunnel->is_disabled)
			continue;
		vec_foreach (child, &connection->children)
			if (has_child(sas, connection->name, child->name)) {
				say_initiated(end, connection->name, child->name,
					      &by_kernel, clock_now_us());
				up++;
			}
		if (!up)
			r = initiate_connection(end, responder, connection, deadline_us,
						err);
		for (size_t i = 0; !r && up && i < connection->children.count; i++) {
			const char *name = connection->children.items[i].name;
			bool is_up;

			if (!has_child(sas, connection->name, name))
				r = initiate(end, connection->name, name, deadline_us,
					     &is_up, err);
		}
		if (r)
			return r;
	}
	return 0;
}

int end_await_traffic(struct end *end, struct end *responder, unsigned int children,
		      int64_t deadline_us, struct err *err)
{
	const int64_t early_us = clock_now_us() + last_message_us(end);
	json_t *sas;
	int r;

	if (!end->control)
		return 0;
	/* As long as charon tries; when it does not, nothing has woken it or it is over. */
	while (responder->child_ups < children && clock_left_ms(deadline_us) &&
	       (clock_now_us() < early_us || is_trying(end, deadline_us)))
		(void)wait_for(end, responder, &responder->child_ups, children, AGAIN_US);
	sas = json_array();
	r = end_sas(end, clock_now_us() + LIST_US, sas, err);
	if (!r)
		r = start_rest(end, responder, sas, deadline_us, err);
	json_decref(sas);
	return r;
}

/* ---------------------------------------------------------------- in a poll loop */

const struct conf_child *end_child(const struct end *end, size_t number,
				   const struct conf_connection **ret_of)
{
	vec_foreach (connection, &end->conf->connections) {
		if (connection->is_second || connection->tunnel->is_disabled)
			continue;
		if (number < connection->children.count) {
			*ret_of = connection;
			return &connection->children.items[number];
		}
		number -= connection->children.count;
	}
	return NULL;
}

int end_attempt_begin(struct end *end, size_t number, int64_t deadline_us,
		      struct end_attempt *attempt, struct err *err)
{
	struct vici_initiation what = { .on_reply = vici_attempt_reply,
					.user = &attempt->result };
	const struct conf_connection *of;
	const struct conf_child *child = end_child(end, number, &of);
	int r;

	*attempt = (struct end_attempt){ .start_us = clock_now_us() };
	if (!child)
		return -ENOENT;
	attempt->ike = of->name;
	attempt->child = child->name;
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

void end_watch(struct end *a, struct end *b, unsigned int window_ms)
{
	const unsigned int never = 0;

	(void)wait_for(a, b, &never, 1, (int64_t)window_ms * 1000);
}

/* ---------------------------------------------------------------- anew */

static int start_rekey(struct end *end, struct vici *vici, int64_t deadline_us,
		       unsigned int *ret_started, struct err *err)
{
	vec_foreach (connection, &end->conf->connections) {
		vec_foreach (child, &connection->children) {
			struct vici_attempt attempt = { 0 };
			struct vici_initiation what = { .ike = connection->name,
							.child = child->name,
							.on_reply = vici_attempt_reply,
							.user = &attempt,
							.deadline_us = deadline_us };
			int r = vici_rekey(vici, &what, err);

			if (!r)
				r = vici_attempt_finish(vici, &attempt, err);
			if (r)
				return r;
			evidence_add(end->evidence, end->name, "vici", "rekey-started",
				     json_of("{s:s, s:b, s:s}", "child", child->name,
					     "ok", attempt.is_ok, "text", attempt.text));
			*ret_started += attempt.is_ok;
		}
	}
	return 0;
}

int end_rekey_ask(struct end *end, int64_t deadline_us, struct err *err)
{
	_cleanup_(vici_freep) struct vici *own = NULL;
	unsigned int ignored = 0;
	int r;

	if (!end->charon || !end->conf)
		return 0;
	r = vici_open(charon_vici_path(end->charon), &own, err);
	return r ? r : start_rekey(end, own, deadline_us, &ignored, err);
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

/* What charon logs is the only sign of a rekeying that was refused. */
static void on_log(void *user, const char *event, const struct vici_node *message)
{
	const char *text = vici_node_text(message, "msg");
	struct charon_log_span span = { .s = text, .length = text ? strlen(text) : 0 };
	struct charon_log_match match;
	unsigned int *refused = user;

	(void)event;
	if (text && charon_log_match(&span, &match))
		*refused += match.fact == CHARON_LOG_REKEY_FAILED;
}

static int listen_to_log(const struct end *end, int64_t deadline_us,
			 unsigned int *refused, struct vici **ret_log, struct err *err)
{
	int r = vici_open(charon_vici_path(end->charon), ret_log, err);

	return r ? r : vici_listen(*ret_log, "log", deadline_us, on_log, refused, err);
}

int end_rekey(struct end *end, struct end *other, int64_t deadline_us, bool *ret_begun,
	      struct err *err)
{
	unsigned int own = end->rekeys, others = other->rekeys, started = 0, refused = 0;
	unsigned int downs = end->downs;
	_cleanup_(vici_freep) struct vici *log = NULL;
	struct patience patience = { 0 };
	bool is_done = false;
	int r;

	if (!end->control || !end->conf)
		return 0;
	r = listen_to_log(end, deadline_us, &refused, &log, err);
	if (!r)
		r = start_rekey(end, end->control, deadline_us, &started, err);
	if (r || !started)
		return r;
	*ret_begun = true;
	/* Silence ends when charon gives its peer up, which it will say. */
	patience = patience_for((int64_t)REKEY_MS * 1000 + last_message_us(end));
	while (!is_done && !patience_is_over(&patience)) {
		if (serve(end, other, log, &patience))
			break;
		is_done =
			end->rekeys >= own + started && other->rekeys >= others + started;
		if (end->rekeys + refused >= own + started && refused)
			break;
		if (end->downs > downs) /* given up: nothing is left to rekey */
			break;
	}
	patience_end(&patience);
	evidence_add(end->evidence, end->name, "vici", "rekeyed",
		     json_of("{s:b, s:i}", "ok", is_done, "children", (int)started));
	if (is_done)
		r = wait_at_rest(end, deadline_us, err);
	return !r && is_done && other->control ? wait_at_rest(other, deadline_us, err)
					       : r;
}

/* ---------------------------------------------------------------- down */

int end_terminate_child(struct end *end, struct end *other, const char *ike,
			const char *child, int64_t deadline_us, struct err *err)
{
	const unsigned int wanted = other->child_downs + 1;
	struct vici_attempt attempt = { 0 };
	struct vici_initiation what = { .ike = ike,
					.child = child,
					.on_reply = vici_attempt_reply,
					.user = &attempt,
					.deadline_us = deadline_us };
	int r = vici_terminate(end->control, &what, err);

	if (!r)
		r = vici_attempt_finish(end->control, &attempt, err);
	if (!r && end_has_sas(other, deadline_us))
		(void)wait_for(end, other, &other->child_downs, wanted,
			       last_message_us(end));
	return r;
}

int end_terminate(struct end *end, struct end *other, int64_t deadline_us,
		  unsigned int patience_ms, struct err *err)
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
			     json_of("{s:s, s:b, s:s}", "connection", connection->name,
				     "ok", attempt.is_ok, "text", attempt.text));
	}
	/* Who has lost its SAs, or never had one, notices nothing. */
	if (end_has_sas(other, deadline_us))
		(void)wait_for(end, other, &other->downs, wanted,
			       (int64_t)patience_ms * 1000);
	return 0;
}
