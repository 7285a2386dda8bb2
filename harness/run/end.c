// SPDX-License-Identifier: GPL-2.0-or-later
/* end.c - one end of the tunnel while it runs: its charon and what it tells us */
#include "run/end.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "charon/process.h"
#include "charon/vici_client.h"
#include "netns/node.h"
#include "run/vici_json.h"

#define SETTLE_US 3000000 /* for the last message of a quick mode */

/* ---------------------------------------------------------------- start and load */

static void on_updown(void *user, const char *event, const struct vici_node *message)
{
	struct end *end = user;
	bool is_up = vici_node_text(message, "up") != NULL;

	if (!strcmp(event, "child-rekey"))
		end->rekeys++;
	else if (!strcmp(event, "child-updown"))
		end->child_ups += is_up;
	else if (is_up)
		end->ups++;
	else
		end->downs++;
	evidence_add(end->evidence, end->name, "vici", event, vici_json(message));
}

/* The list of plugins without one: its package is not installed there. */
static bool remove_plugin(struct conf *conf, const char *plugin)
{
	const char *word = arena_printf(conf->arena, " %s ", plugin);
	const char *at = strstr(conf->strongswan, word);

	if (!at)
		return false;
	conf->strongswan =
		arena_printf(conf->arena, "%.*s%s", (int)(at - conf->strongswan),
			     conf->strongswan, at + strlen(word) - 1);
	return true;
}

static int write_conf(const struct end *end, const char *report, struct err *err)
{
	_cleanup_buf_ struct buf text = { 0 };
	char path[PATH_MAX];
	int r;

	(void)snprintf(path, sizeof(path), "%s/%s.strongswan.conf", report, end->name);
	r = file_write(path, end->conf->strongswan, strlen(end->conf->strongswan), err);
	if (r)
		return r;
	conf_swanctl_format(end->conf, false, &text);
	(void)snprintf(path, sizeof(path), "%s/%s.swanctl.conf", report, end->name);
	return file_write(path, buf_text(&text), text.length, err);
}

/* What charon would have discarded, and what is not quite as on the device. */
static void add_conf_facts(const struct end *end)
{
	vec_foreach (discard, &end->conf->discarded)
		evidence_add(end->evidence, end->name, "conf", "discarded",
			     json_pack("{s:s, s:s, s:s, s:i}", "connection",
				       discard->connection, "reason", discard->reason,
				       "file", discard->at.file ? discard->at.file : "",
				       "line", (int)discard->at.line));
	vec_foreach (remark, &end->conf->remarks)
		evidence_add(end->evidence, end->name, "conf", "remark",
			     json_pack("{s:s}", "text", remark->text));
}

/* Where an end's things are, by its name. */
struct end_paths {
	char folder[PATH_MAX], socket[PATH_MAX + 8], log[PATH_MAX], keys[PATH_MAX + 16];
};

static void set_paths(struct end_paths *paths, const char *name, const char *report,
		      bool has_keys)
{
	(void)snprintf(paths->folder, sizeof(paths->folder), "/tmp/%s", name);
	(void)snprintf(paths->socket, sizeof(paths->socket), "%s/vici", paths->folder);
	(void)snprintf(paths->log, sizeof(paths->log), "%s/%s.charon.log", report, name);
	if (has_keys)
		(void)snprintf(paths->keys, sizeof(paths->keys), "%s/%s.keys.log", report,
			       name);
	else
		(void)snprintf(paths->keys, sizeof(paths->keys), "%s/keys.log",
			       paths->folder);
}

static int start_charon(struct end *end, const struct end_paths *paths, struct err *err)
{
	const struct charon_params charon = { .node = end->node,
					      .name = end->name,
					      .folder = paths->folder,
					      .vici_socket = paths->socket,
					      .strongswan_conf = end->conf->strongswan };

	return charon_start(&charon, &end->charon, err);
}

int end_start(struct end *end, const struct site *site, struct node *node,
	      struct evidence *evidence, const struct end_options *options,
	      struct err *err)
{
	struct conf_params params = *options->params;
	struct end_paths paths = { 0 };
	int r;

	*end = (struct end){ .name = options->name ? options->name : site->name,
			     .node = node,
			     .evidence = evidence };
	set_paths(&paths, end->name, options->report, options->has_keys);
	params.vici_socket = paths.socket;
	params.log_file = paths.log;
	params.key_log_file = paths.keys;
	r = file_make_folder(paths.folder, err);
	if (!r)
		r = conf_new(site, &params, &end->conf, err);
	if (!r && options->without)
		end->is_without = remove_plugin(end->conf, options->without);
	if (!r)
		r = write_conf(end, options->report, err);
	if (r)
		return r;
	end->key_log = arena_strdup(end->conf->arena, paths.keys);
	add_conf_facts(end);
	return start_charon(end, &paths, err);
}

void end_kill(struct end *end)
{
	vici_free(steal(&end->control));
	vici_free(steal(&end->events));
	charon_free(steal(&end->charon));
}

int end_restart(struct end *end, const char *report, int64_t deadline_us, struct err *err)
{
	struct end_paths paths = { 0 };
	int r;

	set_paths(&paths, end->name, report, false);
	r = start_charon(end, &paths, err);
	end->is_restarted = !r;
	return r ? r : end_load(end, deadline_us, err);
}

/* A connection that charon refuses is a result of the rehearsal: evidence, no error. */
static int load_one(struct end *end, const char *command, const char *name,
		    const struct vici_message *message, int64_t deadline_us,
		    struct err *err)
{
	struct err refusal = { 0 };
	int r = vici_request(end->control, command, message, deadline_us, NULL, NULL,
			     &refusal);

	evidence_add(end->evidence, end->name, "vici", "loaded",
		     json_pack("{s:s, s:s, s:b, s:s}", "command", command, "name", name,
			       "ok", !r, "text", r ? refusal.text : ""));
	if (r && r != -EREMOTEIO)
		return err_set(err, -r, "%s: %s", end->name, refusal.text);
	return 0;
}

static int load_all(struct end *end, int64_t deadline_us, struct err *err)
{
	int r = 0;

	vec_foreach (secret, &end->conf->secrets) {
		r = load_one(end, "load-shared", secret->id, &secret->message,
			     deadline_us, err);
		if (r)
			return r;
	}
	vec_foreach (connection, &end->conf->connections) {
		r = load_one(end, "load-conn", connection->name, &connection->message,
			     deadline_us, err);
		if (r)
			return r;
	}
	return r;
}

int end_load(struct end *end, int64_t deadline_us, struct err *err)
{
	int r;

	if (!end->charon)
		return 0;
	r = charon_wait_ready(end->charon, deadline_us, err);
	if (!r)
		r = vici_open(charon_vici_path(end->charon), &end->control, err);
	if (!r)
		r = vici_open(charon_vici_path(end->charon), &end->events, err);
	if (!r)
		r = vici_listen(end->events, "ike-updown", deadline_us, on_updown, end,
				err);
	if (!r)
		r = vici_listen(end->events, "child-updown", deadline_us, on_updown, end,
				err);
	if (!r)
		r = vici_listen(end->events, "child-rekey", deadline_us, on_updown, end,
				err);
	if (!r)
		r = load_all(end, deadline_us, err);
	return r;
}

/* ---------------------------------------------------------------- up and down */

/* Serve both ends' events until the counter is at least `wanted` or time is over. */
static bool wait_for(struct end *a, struct end *b, const unsigned int *counter,
		     unsigned int wanted, int64_t deadline_us)
{
	struct end *ends[] = { a, b };

	while (*counter < wanted) {
		struct pollfd fds[2];

		if (!clock_left_ms(deadline_us))
			return false;
		for (size_t i = 0; i < 2; i++) {
			fds[i] = (struct pollfd){ .fd = -1 };
			if (ends[i]->events)
				fds[i] = (struct pollfd){ .fd = vici_fd(ends[i]->events),
							  .events = vici_poll_events(
								  ends[i]->events) };
		}
		if (poll(fds, 2, clock_left_ms(deadline_us)) < 0 && errno != EINTR)
			return false;
		for (size_t i = 0; i < 2; i++)
			if (ends[i]->events && vici_dispatch(ends[i]->events, NULL))
				return false;
	}
	return true;
}

struct attempt {
	bool is_done, is_ok;
	char text[ERR_TEXT_MAX];
};

static void on_attempt(void *user, const struct vici_node *reply,
		       const struct err *failure)
{
	struct attempt *attempt = user;
	struct err refusal = { 0 };

	attempt->is_done = true;
	attempt->is_ok = !failure && !vici_reply_check(reply, &refusal);
	if (!attempt->is_ok)
		(void)snprintf(attempt->text, sizeof(attempt->text), "%s",
			       failure ? failure->text : refusal.text);
}

/* Drive one initiate, rekey or terminate to its end. */
static int attempt_finish(struct end *end, struct attempt *attempt, struct err *err)
{
	while (!attempt->is_done) {
		struct pollfd fd = { .fd = vici_fd(end->control),
				     .events = vici_poll_events(end->control) };
		int r;

		(void)poll(&fd, 1, clock_left_ms(vici_deadline_us(end->control)));
		r = vici_dispatch(end->control, err);
		if (r && !attempt->is_done)
			return r;
	}
	return 0;
}

static int initiate(struct end *end, const char *ike, const char *child,
		    int64_t deadline_us, bool *ret_ok, struct err *err)
{
	int64_t start_us = clock_now_us();
	struct attempt attempt = { 0 };
	struct vici_initiation what = {
		.ike = ike,
		.child = child,
		.timeout_ms = (unsigned int)clock_left_ms(deadline_us),
		.on_reply = on_attempt,
		.user = &attempt,
		.deadline_us = deadline_us + 2000000,
	};
	int r = vici_initiate(end->control, &what, err);

	if (!r)
		r = attempt_finish(end, &attempt, err);
	if (r)
		return r;
	evidence_add(end->evidence, end->name, "vici", "initiated",
		     json_pack("{s:s, s:s, s:b, s:s, s:I}", "connection", ike, "child",
			       child ? child : "", "ok", attempt.is_ok, "text",
			       attempt.text, "took_us",
			       (json_int_t)(clock_now_us() - start_us)));
	*ret_ok = attempt.is_ok;
	end->initiated += attempt.is_ok;
	return 0;
}

int end_initiate_both(struct end *end, struct end *other, int64_t deadline_us,
		      struct err *err)
{
	struct end *ends[] = { end, other };
	struct attempt attempts[2] = { 0 };
	int r = 0;

	for (size_t i = 0; !r && i < 2; i++) {
		const struct conf *conf = ends[i]->conf;
		struct vici_initiation what = {
			.timeout_ms = (unsigned int)clock_left_ms(deadline_us),
			.on_reply = on_attempt,
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
		r = attempt_finish(ends[i], &attempts[i], err);
		ends[i]->initiated += !r && attempts[i].is_ok;
		evidence_add(ends[i]->evidence, ends[i]->name, "vici", "initiated",
			     json_pack("{s:s, s:s, s:b, s:s, s:I}", "connection",
				       ends[i]->conf->connections.items[0].name, "child",
				       "", "ok", attempts[i].is_ok, "text",
				       attempts[i].text, "took_us", (json_int_t)0));
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

static void on_end_attempt(void *user, const struct vici_node *reply,
			   const struct err *failure)
{
	struct end_attempt *attempt = user;
	struct attempt plain = { 0 };

	on_attempt(&plain, reply, failure);
	attempt->is_done = true;
	attempt->is_ok = plain.is_ok;
	memcpy(attempt->text, plain.text, sizeof(attempt->text));
}

int end_attempt_begin(struct end *end, size_t number, int64_t deadline_us,
		      struct end_attempt *attempt, struct err *err)
{
	struct vici_initiation what = { .on_reply = on_end_attempt, .user = attempt };
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

	if (!attempt->is_running || !attempt->is_done)
		return r;
	attempt->is_running = false;
	evidence_add(end->evidence, end->name, "vici", "initiated",
		     json_pack("{s:s, s:s, s:b, s:s, s:I}", "connection", attempt->ike,
			       "child", attempt->child, "ok", attempt->is_ok, "text",
			       attempt->text, "took_us",
			       (json_int_t)(clock_now_us() - attempt->start_us)));
	return r;
}

int end_events(struct end *end)
{
	return vici_dispatch(end->events, NULL);
}

void end_watch(struct end *a, struct end *b, int64_t deadline_us)
{
	const unsigned int never = 0;

	(void)wait_for(a, b, &never, 1, deadline_us);
}

bool end_restarts_by_dpd(const struct end *end)
{
	vec_foreach (connection, &end->conf->connections)
		vec_foreach (child, &connection->tunnel->children)
			if (child->dpd_action == DPD_RESTART &&
			    connection->tunnel->dpd_delay_s.n > 0)
				return true;
	return false;
}

bool end_starts_on_traffic(const struct end *end)
{
	vec_foreach (connection, &end->conf->connections)
		vec_foreach (child, &connection->tunnel->children)
			if (child->start == START_ON_TRAFFIC)
				return true;
	return false;
}

static int start_rekey(struct end *end, int64_t deadline_us, unsigned int *ret_started,
		       struct err *err)
{
	vec_foreach (connection, &end->conf->connections) {
		vec_foreach (child, &connection->children) {
			struct attempt attempt = { 0 };
			struct vici_initiation what = { .ike = connection->name,
							.child = child->name,
							.on_reply = on_attempt,
							.user = &attempt,
							.deadline_us = deadline_us };
			int r = vici_rekey(end->control, &what, err);

			if (!r)
				r = attempt_finish(end, &attempt, err);
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

int end_rekey(struct end *end, struct end *other, int64_t deadline_us, struct err *err)
{
	unsigned int own = end->rekeys, others = other->rekeys, started = 0;
	bool is_done;
	int r;

	if (!end->control || !end->conf)
		return 0;
	r = start_rekey(end, deadline_us, &started, err);
	if (r || !started)
		return r;
	is_done = wait_for(end, other, &end->rekeys, own + started, deadline_us) &&
		  wait_for(end, other, &other->rekeys, others + started, deadline_us);
	evidence_add(end->evidence, end->name, "vici", "rekeyed",
		     json_pack("{s:b, s:i}", "ok", is_done, "children", (int)started));
	return 0;
}

static void on_sa(void *user, const char *event, const struct vici_node *message)
{
	(void)event;
	json_array_append_new(user, vici_json(message));
}

int end_sas(struct end *end, int64_t deadline_us, json_t *sas, struct err *err)
{
	if (!end->control)
		return 0;
	return vici_stream(end->control, "list-sas", "list-sa", NULL, deadline_us, on_sa,
			   sas, err);
}

int end_terminate_child(struct end *end, const char *ike, const char *child,
			int64_t deadline_us, struct err *err)
{
	struct attempt attempt = { 0 };
	struct vici_initiation what = { .ike = ike,
					.child = child,
					.on_reply = on_attempt,
					.user = &attempt,
					.deadline_us = deadline_us };
	int r = vici_terminate(end->control, &what, err);

	return r ? r : attempt_finish(end, &attempt, err);
}

int end_list_sas(struct end *end, const char *label, int64_t deadline_us, struct err *err)
{
	json_t *sas;
	int r;

	if (!end->control)
		return 0;
	sas = json_array();
	r = end_sas(end, deadline_us, sas, err);
	if (r) {
		json_decref(sas);
		return r;
	}
	evidence_add(end->evidence, end->name, "vici", "sas",
		     json_pack("{s:s, s:o}", "label", label, "sas", sas));
	return 0;
}

int end_terminate(struct end *end, struct end *other, int64_t deadline_us,
		  struct err *err)
{
	unsigned int wanted = other->downs + (end->ups > end->downs);

	if (!end->control)
		return 0;
	vec_foreach (connection, &end->conf->connections) {
		struct attempt attempt = { 0 };
		struct vici_initiation what = { .ike = connection->name,
						.on_reply = on_attempt,
						.user = &attempt,
						.deadline_us = deadline_us };
		int r = vici_terminate(end->control, &what, err);

		if (!r)
			r = attempt_finish(end, &attempt, err);
		if (r)
			return r;
		evidence_add(end->evidence, end->name, "vici", "terminated",
			     json_pack("{s:s, s:b, s:s}", "connection", connection->name,
				       "ok", attempt.is_ok, "text", attempt.text));
	}
	(void)wait_for(end, other, &other->downs, wanted, deadline_us);
	return 0;
}

void end_stop(struct end *end, int64_t deadline_us)
{
	const char *how = "";

	if (!end->charon)
		return;
	if (charon_has_ended(end->charon, &how))
		evidence_add(end->evidence, end->name, "process", "ended",
			     json_pack("{s:s, s:s, s:b}", "name", "charon", "status", how,
				       "expected", 0));
	else
		(void)charon_stop(end->charon, deadline_us, NULL);
}

void end_done(struct end *end)
{
	vici_free(end->control);
	vici_free(end->events);
	charon_free(end->charon);
	conf_free(end->conf);
	*end = (struct end){ 0 };
}
