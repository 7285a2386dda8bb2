// SPDX-License-Identifier: GPL-2.0-or-later
/* end.c - one end of the tunnel while it runs: its charon and what it tells us */
#include "run/end.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/json.h"
#include "base/str.h"
#include "charon/conf_modules.h"
#include "charon/process.h"
#include "charon/vici_request.h"
#include "lab/build.h"
#include "lab/build_service.h"
#include "model/updown.h"
#include "netns/node.h"
#include "run/vici_json.h"

#define STARVED	     1.5  /* from then on timeouts are stretched */
#define STARVED_MOST 40.0 /* so far */

/* ---------------------------------------------------------------- start and load */

static void count_child(struct end *end, bool is_up)
{
	unsigned int before = end->children;

	end->child_ups += is_up;
	end->child_downs += !is_up;
	if (is_up)
		end->children++;
	else if (end->children)
		end->children--;
	if (end->on_child && !before != !end->children)
		end->on_child(end->on_child_user, is_up);
}

static void on_updown(void *user, const char *event, const struct vici_node *message)
{
	struct end *end = user;
	bool is_up = vici_node_text(message, "up") != NULL;

	if (!strcmp(event, "child-rekey"))
		end->rekeys++;
	else if (!strcmp(event, "child-updown"))
		count_child(end, is_up);
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
			     json_of("{s:s, s:s, s:s, s:i}", "connection",
				     discard->connection, "reason", discard->reason,
				     "file", discard->at.file ? discard->at.file : "",
				     "line", (int)discard->at.line));
	vec_foreach (remark, &end->conf->remarks)
		evidence_add(end->evidence, end->name, "conf", "remark",
			     json_of("{s:s}", "text", remark->text));
}

/* Where an end's things are, by its name. */
struct end_paths {
	char folder[PATH_MAX], socket[PATH_MAX + 8], log[PATH_MAX], keys[PATH_MAX + 16];
};

static void set_paths(struct end_paths *paths, const char *name, const char *report,
		      bool has_keys)
{
	(void)snprintf(paths->folder, sizeof(paths->folder), LAB_DAEMON_FOLDER, name);
	(void)snprintf(paths->socket, sizeof(paths->socket), "%s/vici", paths->folder);
	(void)snprintf(paths->log, sizeof(paths->log), "%s/%s.charon.log", report, name);
	if (has_keys)
		(void)snprintf(paths->keys, sizeof(paths->keys), "%s/%s.keys.log", report,
			       name);
	else
		(void)snprintf(paths->keys, sizeof(paths->keys), "%s/" CHARON_KEYS,
			       paths->folder);
}

static int start_charon(struct end *end, const struct end_paths *paths, struct err *err)
{
	bool is_kept = !str_starts(paths->keys, paths->folder);
	const struct charon_params charon = { .node = end->node,
					      .name = end->name,
					      .folder = paths->folder,
					      .vici_socket = paths->socket,
					      .outside_log = paths->log,
					      .outside_keys =
						      is_kept ? paths->keys : NULL,
					      .strongswan_conf = end->conf->strongswan };

	return charon_start(&charon, &end->charon, err);
}

int end_start(struct end *end, const struct site *site, struct node *node,
	      struct evidence *evidence, const struct end_options *options,
	      struct err *err)
{
	struct conf_params params = *options->params;
	char log[PATH_MAX + 16], keys[PATH_MAX + 16]; /* as charon sees them */
	struct end_paths paths = { 0 };
	int r;

	*end = (struct end){ .name = options->name ? options->name : site->name,
			     .node = node,
			     .evidence = evidence,
			     .on_child = options->on_child,
			     .on_child_user = options->on_child_user };
	set_paths(&paths, end->name, options->report, options->has_keys);
	(void)snprintf(log, sizeof(log), "%s/" CHARON_LOG, paths.folder);
	(void)snprintf(keys, sizeof(keys), "%s/" CHARON_KEYS, paths.folder);
	params.vici_socket = paths.socket;
	params.log_file = log;
	params.key_log_file = keys;
	r = file_make_folder(paths.folder, err);
	if (!r)
		r = conf_new(site, &params, &end->conf, err);
	end->without = options->without;
	end->is_lossy = options->is_lossy;
	end->has_updown = site_updown(site) != NULL;
	if (!r && options->without)
		end->is_without = remove_plugin(end->conf, options->without);
	if (!r)
		r = write_conf(end, options->report, err);
	if (r)
		return r;
	end->key_log = arena_strdup(end->conf->arena, paths.keys);
	add_conf_facts(end);
	conf_load_modules(end->conf);
	return start_charon(end, &paths, err);
}

void end_kill(struct end *end)
{
	vici_free(steal(&end->control));
	vici_free(steal(&end->events));
	charon_free(steal(&end->charon));
	if (end->children && end->on_child)
		end->on_child(end->on_child_user, false);
	end->children = 0;
}

int end_restart(struct end *end, const char *report, int64_t deadline_us, struct err *err)
{
	struct end_paths paths = { 0 };
	int r;

	set_paths(&paths, end->name, report, false);
	if (!str_equal(paths.keys, end->key_log))
		set_paths(&paths, end->name, report, true);
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
		     json_of("{s:s, s:s, s:b, s:s}", "command", command, "name", name,
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
	if (end_has_traps(end))
		evidence_add(end->evidence, end->name, "vici", "traps", NULL);
	return r;
}

/* As patient as with whatever else: it stands behind everybody in the queue. */
static int give_updown_time(struct end *end, struct err *err)
{
	double times = lab_script_slower();
	char text[16];

	if (times < end->starvation)
		times = end->starvation;
	end->updown_s = (unsigned int)(UPDOWN_S * times + 0.5);
	if (end->updown_s > UPDOWN_MOST_S)
		end->updown_s = UPDOWN_MOST_S;
	(void)snprintf(text, sizeof(text), "%u\n", end->updown_s);
	return end->has_updown ? node_file(end->node, UPDOWN_SECONDS_FILE, text, err) : 0;
}

/* On a starved machine charon would give its peer up while neither can do anything. */
static int stretch_timeouts(struct end *end, int64_t deadline_us, struct err *err)
{
	double times = charon_starvation(end->charon);
	int r;

	end->starvation = times < STARVED_MOST ? times : STARVED_MOST;
	r = give_updown_time(end, err);
	if (r)
		return r;
	if (end->starvation < STARVED)
		return 0;
	conf_slow_down(end->conf, end->starvation);
	if (end->without)
		(void)remove_plugin(end->conf, end->without);
	r = charon_settings_write(end->charon, end->conf->strongswan, err);
	if (!r)
		r = vici_request(end->control, "reload-settings", NULL, deadline_us, NULL,
				 NULL, err);
	evidence_add(end->evidence, end->name, "run", "starved",
		     json_of("{s:f, s:i}", "times", end->starvation, "retransmit_ms",
			     (int)end->conf->params.retransmit_timeout_ms));
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
		r = stretch_timeouts(end, deadline_us, err);
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

/* ---------------------------------------------------------------- what it says */

int end_events(struct end *end)
{
	return vici_dispatch(end->events, NULL);
}

bool end_restarts_by_dpd(const struct end *end)
{
	vec_foreach (connection, &end->conf->connections)
		vec_foreach (child, &connection->tunnel->children)
			if (child->dpd_action == DPD_RESTART &&
			    tunnel_has_dpd(connection->tunnel))
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

bool end_has_traps(const struct end *end)
{
	return end->control && end->conf->params.is_trap && end_starts_on_traffic(end);
}

int end_remove_traps(struct end *end, int64_t deadline_us, struct err *err)
{
	if (!end_has_traps(end))
		return 0;
	vec_foreach (connection, &end->conf->connections)
		vec_foreach (entry, &connection->children) {
			struct vici_message message = { 0 };
			int r;

			if (entry->child->start != START_ON_TRAFFIC)
				continue;
			vici_message_add(&message, "child", entry->name);
			vici_message_add(&message, "ike", connection->name);
			r = vici_request(end->control, "uninstall", &message, deadline_us,
					 NULL, NULL, err);
			vici_message_done(&message);
			/* One that was never installed is gone already. */
			if (r && r != -EREMOTEIO)
				return r;
		}
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

bool end_has_sas(struct end *end, int64_t deadline_us)
{
	json_t *sas = json_array();
	bool has_any = !end_sas(end, deadline_us, sas, NULL) && json_array_size(sas) > 0;

	json_decref(sas);
	return has_any;
}

int end_list_sas(struct end *end, const char *label, int64_t deadline_us, struct err *err)
{
	json_t *sas;
	int r;

	if (!end->control && !end->is_lost)
		return 0;
	sas = json_array();
	r = end_sas(end, deadline_us, sas, err);
	if (r) {
		json_decref(sas);
		return r;
	}
	evidence_add(end->evidence, end->name, "vici", "sas",
		     json_of("{s:s, s:o}", "label", label, "sas", sas));
	return 0;
}

/* ---------------------------------------------------------------- the end */

bool end_note_death(struct end *end)
{
	const char *how = "";

	if (!end->charon || !charon_has_ended(end->charon, &how))
		return false;
	evidence_add(end->evidence, end->name, "process", "ended",
		     json_of("{s:s, s:s, s:b}", "name", "charon", "status", how,
			     "expected", 0));
	return true;
}

void end_stop_begin(struct end *end)
{
	if (!end->charon || end->is_stopping)
		return;
	if (!end_note_death(end))
		charon_stop_begin(end->charon);
	end->is_stopping = true;
}

void end_finish_begin(struct end *end, int64_t deadline_us)
{
	json_t *sas = json_array();

	if (end->charon && end->control && !end->is_stopping && !end_note_death(end) &&
	    !end_sas(end, deadline_us, sas, NULL) && !json_array_size(sas)) {
		charon_kill(end->charon);
		end->is_stopping = end->is_killed = true;
	}
	json_decref(sas);
	end_stop_begin(end);
}

void end_stop(struct end *end, int64_t deadline_us)
{
	end_stop_begin(end);
	if (end->charon && !charon_has_ended(end->charon, NULL))
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
