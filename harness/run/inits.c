// SPDX-License-Identifier: GPL-2.0-or-later
/* inits.c - where the folder has an init script, what it writes decides, not the model */
#include "run/inits.h"

#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/json.h"
#include "base/str.h"
#include "charon/conf_differ.h"
#include "import/settle.h"
#include "import/strongswan.h"
#include "lab/hotplug.h"
#include "lab/init.h"
#include "lab/script.h"
#include "model/aspect.h"
#include "netns/spawn.h"
#include "run/rehearsal.h"
#include "run/scripts.h"
#include "text/command.h"

#define DIFFERENCES_MAX 6
#define KEY_HIDDEN_MIN	6 /* letters; what is shorter stands everywhere */
#define VALUE_MAX	60

/* Of the second article's script; before a name iproute2 refuses it. */
static const char asks_route[] = "ip route get ";

/* Whose key of the model a tunnel has; else its index. */
#define KEY_NONE  (-1)
#define KEY_OTHER (-2)

/* ------------------------------------------------------------ what it wrote, read */

/* The tunnels of the files, in the site's arena: the site has them for that moment. */
struct tunnels {
	struct tunnel *items;
	size_t count, room;
};

static struct tunnels tunnels_of(const struct site *site)
{
	return (struct tunnels){ site->tunnels.items, site->tunnels.count,
				 site->tunnels.room };
}

static void tunnels_set(struct site *site, const struct tunnels *tunnels)
{
	site->tunnels.items = tunnels->items;
	site->tunnels.count = tunnels->count;
	site->tunnels.room = tunnels->room;
}

/* Give the site the tunnels that these files have, and return those that it had. */
static struct tunnels tunnels_read(struct site *site,
				   const struct device_node_files *files)
{
	const struct tunnels before = tunnels_of(site), none = { 0 };
	VEC(struct import_source) sources = { 0 };

	/* What it tells the daemon besides is the rehearsal's, and the model's. */
	vec_foreach (file, files)
		if (*file->text && !str_ends(file->path, "/strongswan.conf"))
			vec_add(site->arena, &sources,
				((struct import_source){ file->path + 1, file->text,
							 strlen(file->text) }));
	tunnels_set(site, &none);
	strongswan_import_tunnels(site, sources.items, sources.count);
	return before;
}

/* ------------------------------------------------------------ the same, or not */

static struct conf *conf_for(const struct site *site)
{
	const struct conf_params params = { .vici_socket = "/run/charon.vici",
					    .log_file = "/run/charon.log" };
	struct conf *conf = NULL;
	struct err err = { 0 };

	return conf_new(site, &params, &conf, &err) ? NULL : conf;
}

static bool has_key(const struct secret *a, const struct secret *b)
{
	return a->is_readable && b->is_readable && a->length == b->length &&
	       !memcmp(a->bytes, b->bytes, a->length);
}

static int key_of(const struct secret *key, const struct tunnels *model)
{
	if (!key->is_set)
		return KEY_NONE;
	for (size_t i = 0; i < model->count; i++)
		if (has_key(key, &model->items[i].psk))
			return (int)i;
	return KEY_OTHER;
}

/* Defaults are lists of dozens of algorithms. */
static const char *value_text(struct arena *arena, const char *value)
{
	return strlen(value) <= VALUE_MAX
		       ? value
		       : arena_printf(arena, "%.*s…", VALUE_MAX, value);
}

/* "esp_proposals is aes128-md5, the model has aes128-sha1" */
static const char *difference_text(struct arena *arena, const struct conf_difference *is)
{
	if (is->key)
		return arena_printf(arena, "%s is %s, the model has %s", is->key,
				    is->a ? value_text(arena, is->a) : "not written",
				    is->b ? value_text(arena, is->b) : "nothing of it");
	return is->a ? arena_printf(arena, "%s is written, the model has no such child",
				    is->a)
		     : arena_printf(arena, "%s is not written, the model has it", is->b);
}

/* Of the site's tunnels, which are the script's, and the model's. */
static json_t *differences_of(struct site *site, const struct tunnels *model,
			      struct arena *arena)
{
	_cleanup_(conf_freep) struct conf *written = conf_for(site), *modelled = NULL;
	const struct tunnels own = tunnels_of(site);
	struct conf_differences differences = { 0 };
	json_t *texts = json_array();

	tunnels_set(site, model);
	modelled = conf_for(site);
	tunnels_set(site, &own);
	if (written && modelled)
		conf_differ(written, modelled, arena, &differences);
	vec_foreach (difference, &differences)
		(void)json_array_append_new(
			texts, json_kept(difference_text(arena, difference)));
	vec_foreach (tunnel, &site->tunnels) {
		int key = key_of(&tunnel->psk, model);

		if (key < 0 && tunnel->auth == AUTH_PSK)
			(void)json_array_append_new(
				texts,
				json_kept(arena_printf(
					arena, "%s has %s", tunnel->name,
					key == KEY_NONE
						? "no key"
						: "a key that the model has not")));
	}
	return texts;
}

/* ------------------------------------------------------------ nothing is started */

static void starts_nothing(struct site *site, struct origin at, const char *why)
{
	vec_foreach (tunnel, &site->tunnels)
		tunnel->is_disabled = true;
	remark_says(
		site_remark(site, REMARK_INVALID, at, "%s: %s",
			    str_starts(at.file, "etc/init.d/")
				    ? "its init script starts nothing"
				    : arena_printf(site->arena, "%s stops it", at.file),
			    why),
		SAYS_NONE_LOADED, MEND_LINE, NULL);
}

/* ------------------------------------------------------------ in the world */

/* What is behind `secret =` in a line of swanctl.conf, wherever that stands. */
static size_t before_secret(const char *line, size_t length)
{
	static const char word[] = "secret";
	const char *at = memmem(line, length, word, strlen(word));
	const char *equals = at ? memchr(at, '=', length - (size_t)(at - line)) : NULL;

	return equals ? (size_t)(equals - line) + 1 : length;
}

/* A key is said nowhere else by a script that means well; by another it may be. */
static size_t key_at(const struct site *site, const char *text)
{
	vec_foreach (tunnel, &site->tunnels)
		if (tunnel->psk.is_readable && tunnel->psk.length >= KEY_HIDDEN_MIN &&
		    !strncmp(text, (const char *)tunnel->psk.bytes, tunnel->psk.length))
			return tunnel->psk.length;
	return 0;
}

/* site: with the tunnels that were read of it, and their keys. */
static const char *without_secrets(const struct site *site, struct arena *arena,
				   const char *text)
{
	_cleanup_buf_ struct buf out = { 0 };

	while (*text) {
		size_t length = strcspn(text, "\n");
		const char *end = text + before_secret(text, length);
		const char *line = text + length;

		while (text < end) {
			size_t hidden = key_at(site, text);

			if (hidden)
				buf_puts(&out, "(a key)");
			else
				buf_putc(&out, *text);
			text += hidden ? hidden : 1;
		}
		text = line;
		if (*text)
			buf_putc(&out, *text++);
	}
	return arena_strdup(arena, buf_text(&out));
}

static json_t *written_of(const struct site *site, struct arena *arena,
			  const struct device_node_files *files)
{
	json_t *array = json_array();

	vec_foreach (file, files)
		if (!str_ends(file->path, ".secrets"))
			(void)json_array_append_new(
				array, json_of("{s:s, s:s}", "path", file->path, "text",
					       without_secrets(site, arena, file->text)));
	return array;
}

static bool is_started(const struct lab_called *called)
{
	return device_outcome(DEVICE_STOPPED, &called->ran) == DEVICE_RESTARTED;
}

/* Why it starts nothing, and the line of the script that says so. */
struct stop {
	const char *reason;
	unsigned int line; /* 1 where no line of it is known to be the one */
};

/* The line of a script with these words, and then a variable; 0: none. */
static unsigned int line_with(const char *text, const char *words, bool has_variable)
{
	for (unsigned int line = 1; *text; line++) {
		size_t length = strcspn(text, "\n");
		const char *at = memmem(text, length, words, strlen(words));

		if (at && text[strspn(text, " \t")] != '#') {
			at += strlen(words);
			at += *at == '"';
			if (!has_variable || *at == '$')
				return line;
		}
		text += length + (text[length] == '\n');
	}
	return 0;
}

/* Of rc.local, after a start. */
static bool is_stopped(const struct lab_called *called)
{
	return device_outcome(DEVICE_RESTARTED, &called->ran) == DEVICE_STOPPED;
}

/* The function that rc.common calls, where nothing in it is known to have ended it. */
static unsigned int start_line(const char *text)
{
	static const char *const names[] = { "start_service()", "start()" };
	unsigned int line = 0;

	for (size_t i = 0; !line && i < ARRAY_SIZE(names); i++)
		line = line_with(text, names[i], false);
	return line ? line : 1;
}

/* What a program refused, else what procd was told, else where it ended. */
static struct stop stop_of(struct arena *arena, const struct lab_called *called,
			   const char *text)
{
	const char *ended = lab_line_text(arena, text, called->ran.end_line);
	struct stop stop = { "it ends without asking for a start", start_line(text) };
	unsigned int line = 0;

	if (strstr(ended, "exit"))
		stop = (struct stop){ arena_printf(arena, "line %u ends it: %.120s",
						   called->ran.end_line, ended),
				      called->ran.end_line };
	if (called->ran.refused.count) {
		stop.reason = called->ran.refused.items[0];
		if (str_starts(stop.reason, asks_route))
			line = line_with(text, asks_route, true);
	} else if (called->ran.missing.count) {
		const struct device_missing *missing = &called->ran.missing.items[0];

		stop.reason = command_shown(arena, missing->name);
		line = missing->line;
		if (str_starts(missing->name, "procd error"))
			line = line_with(text, "procd_set_param error", false);
	}
	if (is_stopped(called) && called->ran.asked.count) {
		line = line_with(text, " stop", false);
		stop.reason = line ? lab_line_text(arena, text, line)
				   : called->ran.asked.items[called->ran.asked.count - 1]
					      .program;
	}
	if (line)
		stop.line = line;
	return stop;
}

static void record_missing(struct rehearsal *rehearsal, const struct lab_init *init)
{
	vec_foreach (missing, &init->called.ran.missing) {
		bool is_own = !*missing->file || str_ends(missing->file, "rc.common");

		/* What procd is told is why it does not start. */
		if (scripts_is_begun_anyhow(scripts_site(rehearsal, init->node),
					    missing->name) ||
		    str_starts(missing->name, "procd error"))
			continue;
		evidence_add(&rehearsal->evidence,
			     rehearsal->plan->nodes.items[init->node].name, "script",
			     "missing",
			     json_of("{s:s, s:i, s:s, s:b}", "file",
				     is_own ? init->file : missing->file, "line",
				     (int)missing->line, "name",
				     command_shown(rehearsal->lab->arena, missing->name),
				     "daemon", (int)missing->is_of_daemon));
	}
}

static json_t *keys_of(const struct site *site, const struct tunnels *model)
{
	json_t *keys = json_array();

	vec_foreach (tunnel, &site->tunnels)
		(void)json_array_append_new(keys,
					    json_integer(key_of(&tunnel->psk, model)));
	return keys;
}

static void settle(const struct scenario *scenario)
{
	const struct scenario_site *sites = scenario->sites.items;

	import_settle((struct site *const[2]){ sites[0].site, sites[1].site },
		      (const struct inet_addr[2]){ sites[0].wan.prefix.addr,
						   sites[1].wan.prefix.addr });
}

/* Facts of one run of the last init script of a node: what is there now is what counts. */
static void take(struct rehearsal *rehearsal, const struct lab_init *init)
{
	const struct plan_node *node = &rehearsal->plan->nodes.items[init->node];
	struct site *site = rehearsal->scenario->sites.items[node->site].site;
	const struct lab_called *called = &init->called;
	struct device_node_files files = { 0 };
	json_t *facts = json_of(
		"{s:s, s:i, s:s, s:i, s:s, s:b, s:i, s:o}", "file", init->file, "lines",
		(int)init->lines, "end", scripts_end_word(called->end), "status",
		called->status, "why", called->why, "started", (int)is_started(called),
		"revived", (int)called->revived, "refused",
		scripts_texts(called->ran.refused.items, called->ran.refused.count));

	/* Of one that was stopped it proves nothing, and is kept: somebody will ask how far it got. */
	if (called->end != LAB_SCRIPT_NOT_RUN && is_started(called))
		lab_inits_written(rehearsal->lab, init->node, &files);
	if (called->end == LAB_SCRIPT_LATE) {
		json_add(facts, "wrote", written_of(site, rehearsal->arena, &files));
	} else if (called->end == LAB_SCRIPT_RAN && is_started(called)) {
		struct tunnels model;
		json_t *differences;

		model = tunnels_read(site, &files);
		differences = differences_of(site, &model, rehearsal->arena);
		json_add(facts, "keys", keys_of(site, &model));
		json_add(facts, "wrote", written_of(site, rehearsal->arena, &files));
		rehearsal->is_scripted[node->site] = json_array_size(differences) > 0;
		if (!rehearsal->is_scripted[node->site])
			tunnels_set(site, &model);
		json_add(facts, "differs", differences);
		settle(rehearsal->scenario);
	} else if (called->end == LAB_SCRIPT_RAN) {
		const struct stop stop =
			stop_of(rehearsal->arena, called,
				lab_source_text(rehearsal->lab, init->node, init->file));

		json_add(facts, "reason", json_kept(stop.reason));
		json_add(facts, "line", json_integer(stop.line));
		starts_nothing(site,
			       (struct origin){ .file = init->file, .line = stop.line },
			       stop.reason);
	}
	evidence_add(&rehearsal->evidence, node->name, "script", "init", facts);
}

/*
 * Of several that are there to start it the last that does decides; of none, the last.
 * NULL: there is none, the firmware's own does it.
 */
static const struct lab_init *init_that_decides(const struct lab *lab, size_t first)
{
	const struct lab_init *last = NULL;

	for (size_t i = lab->inits.count; i > first; i--) {
		const struct lab_init *init = &lab->inits.items[i - 1];

		if (init->is_starter && is_started(&init->called))
			return init;
		if (init->is_starter && !last)
			last = init;
	}
	return last;
}

/* What the boot runs besides, as a script that was run once. */
static void other_inits(struct lab *lab, size_t first)
{
	for (size_t i = first; i < lab->inits.count; i++) {
		const struct lab_init *init = &lab->inits.items[i];

		if (!init->is_starter)
			vec_add(lab->arena, &lab->hotplugs,
				((struct lab_hotplug){
					.node = init->node,
					.file = init->file,
					.event = { LAB_BOOT_INIT, "", "", false },
					.is_boot = true,
					.end = init->called.end,
					.status = init->called.status,
					.why = init->called.why,
					.ran = init->called.ran,
					.end_text = "",
					.lines = init->lines,
					.daemon_text = "",
					.revived = init->called.revived }));
	}
}

/*
 * Where rc.local, which runs after them, or an init script that is there for something
 * else starts what they did not, or stops it, it decides;
 * a restart is a start of the same.
 */
static bool last_decides(const struct lab_init *init, const struct lab_hotplug *last,
			 struct lab_init *ret_init)
{
	bool is_running =
		!init || init->called.end != LAB_SCRIPT_RAN || is_started(&init->called);
	enum device_outcome before = is_running ? DEVICE_RESTARTED : DEVICE_STOPPED;

	if (last->end != LAB_SCRIPT_RAN || device_outcome(before, &last->ran) == before)
		return false;
	*ret_init = (struct lab_init){
		.node = last->node,
		.file = last->file,
		.lines = last->lines,
		.called = { .end = last->end,
			    .status = last->status,
			    .why = last->why,
			    .ran = last->ran },
	};
	return true;
}

static int site_run(struct rehearsal *rehearsal, unsigned int site, struct err *err)
{
	unsigned int node = plan_gateway(rehearsal->plan, site);
	struct lab *lab = rehearsal->lab;
	size_t first = lab->inits.count, first_last = lab->hotplugs.count;
	const struct device_asked *ignored;
	const struct lab_init *init, *starter;
	struct lab_init last, decides;
	int r = lab_inits_run(lab, node, err);

	if (!r)
		other_inits(lab, first);
	if (!r)
		r = lab_hotplug_last(lab, node, err);
	if (r)
		return r;
	(void)scripts_record_hotplug(rehearsal, first_last, &ignored);
	init = init_that_decides(lab, first);
	starter = init;
	for (size_t i = first_last; i < lab->hotplugs.count; i++)
		if (last_decides(init, &lab->hotplugs.items[i], &last)) {
			decides = last;
			init = &decides;
		}
	if (init)
		take(rehearsal, init);
	if (starter)
		record_missing(rehearsal, starter);
	return 0;
}

int inits_run(struct rehearsal *rehearsal, struct err *err)
{
	int r = 0;

	for (unsigned int site = 0; !r && site < 2; site++)
		r = site_run(rehearsal, site, err);
	return r;
}

static bool has_starter(const struct lab *lab, unsigned int node)
{
	vec_foreach (init, &lab->inits)
		if (init->node == node && init->is_starter)
			return true;
	return false;
}

void inits_take(struct rehearsal *rehearsal, unsigned int site)
{
	unsigned int node = plan_gateway(rehearsal->plan, site);
	struct site *own = rehearsal->scenario->sites.items[site].site;
	struct device_node_files files;
	struct tunnels before;
	json_t *differences;

	if (!has_starter(rehearsal->lab, node) || rehearsal->plan->no_scripts)
		return;
	lab_inits_written(rehearsal->lab, node, &files);
	before = tunnels_read(own, &files);
	differences = differences_of(own, &before, rehearsal->arena);
	if (!json_array_size(differences) && !rehearsal->is_scripted[site])
		tunnels_set(own, &before);
	else
		rehearsal->is_scripted[site] = true;
	settle(rehearsal->scenario);
	evidence_add(&rehearsal->evidence, rehearsal->plan->nodes.items[node].name,
		     "script", "init-again", json_of("{s:o}", "differs", differences));
}

void inits_local(const struct rehearsal *rehearsal, unsigned int site,
		 struct conf_params *params)
{
	const struct site *own = rehearsal->scenario->sites.items[site].site;

	if (!rehearsal->is_scripted[site])
		return;
	params->is_local_any = true;
	vec_foreach (tunnel, &own->tunnels)
		if (!tunnel->is_disabled && tunnel->local.kind == ENDPOINT_ADDRESS) {
			params->is_local_any = false;
			params->local_addr = tunnel->local.addr;
		}
}

/* ------------------------------------------------------------ judged */

static struct device_node_files files_of(struct arena *arena, const json_t *wrote)
{
	struct device_node_files files = { 0 };
	const json_t *file;
	size_t i;

	json_array_foreach (wrote, i, file) {
		const char *path = json_text(file, "path");

		if (*path == '/')
			vec_add(arena, &files,
				((struct device_node_file){
					arena_strdup(arena, path),
					arena_strdup(arena, json_text(file, "text")),
					false }));
	}
	return files;
}

/* Whose key each has is known, the bytes of no other one. */
static void keys_give(struct site *site, const struct tunnels *model, const json_t *keys)
{
	for (size_t i = 0; i < site->tunnels.count; i++) {
		const json_t *key = json_array_get(keys, i);
		json_int_t at =
			json_is_integer(key) ? json_integer_value(key) : KEY_OTHER;
		struct secret *psk = &site->tunnels.items[i].psk;
		struct origin from = psk->at.file ? psk->at : site->tunnels.items[i].at;

		*psk = (struct secret){ .is_set = at != KEY_NONE, .at = from };
		if (at >= 0 && (size_t)at < model->count)
			*psk = model->items[at].psk;
	}
}

static const char *how_of(struct arena *arena, const struct event *event,
			  const struct site *site)
{
	const json_t *differs = json_object_get(event->facts, "differs");
	const char *end = event_text(event, "end");
	_cleanup_buf_ struct buf text = { 0 };
	const json_t *difference;
	size_t i;

	if (!str_equal(end, scripts_end_word(LAB_SCRIPT_RAN)))
		return arena_printf(arena, "%s: %s; the model decides", end,
				    event_text(event, "why"));
	if (!event_bool(event, "started"))
		return arena_printf(arena, "run at the boot, and starts nothing: %s",
				    event_text(event, "reason"));
	if (!json_array_size(differs))
		return "run at the boot; what it wrote and the model say the same";
	buf_printf(&text, "run at the boot; what it wrote decides, not the model (%s):",
		   site->firmware ? site->firmware : "as documented");
	json_array_foreach (differs, i, difference)
		if (i < DIFFERENCES_MAX && json_string_value(difference))
			buf_printf(&text, "%s %s", i ? ";" : "",
				   json_string_value(difference));
	if (json_array_size(differs) > DIFFERENCES_MAX)
		buf_printf(&text, "; and %zu more",
			   json_array_size(differs) - DIFFERENCES_MAX);
	return arena_strdup(arena, buf_text(&text));
}

/* ------------------------------------------------------------ what it asked in vain */

static bool has_empty_left(const json_t *wrote)
{
	const json_t *file;
	size_t i;

	json_array_foreach (wrote, i, file) {
		for (const char *at = json_text(file, "text"); *at;) {
			const char *value = at + strspn(at, " \t");

			if (str_starts(value, "left=")) {
				value += strlen("left=");
				value += strspn(value, " \t\r");
				if (!*value || *value == '\n')
					return true;
			}
			at += strcspn(at, "\n");
			at += *at == '\n';
		}
	}
	return false;
}

static const char *script_text(const struct scenario_site *of, struct arena *arena,
			       const char *file)
{
	vec_foreach (source, &of->sources)
		if (str_equal(source->name, file))
			return arena_strndup(arena, source->bytes, source->length);
	return "";
}

/*
 * "ip route get NAME: Error: an inet prefix is expected rather than …", of the second article
 * for a gateway that is a name. A script that went on to find an address has one.
 */
static void note_no_address(const struct event *event, const struct scenario_site *of,
			    const struct tunnels *model, struct judgement *judgement)
{
	const json_t *refused = json_object_get(event->facts, "refused"), *line;
	const char *file = event_text(event, "file");
	struct arena *arena = judgement->arena;
	_cleanup_buf_ struct buf gateway = { 0 };
	size_t i;

	if (!has_empty_left(json_object_get(event->facts, "wrote")))
		return;
	json_array_foreach (refused, i, line) {
		const char *said = json_string_value(line);

		if (!said || !str_starts(said, asks_route))
			continue;
		for (size_t j = 0; !gateway.length && j < model->count; j++)
			vec_foreach (remote, &model->items[j].remotes)
				if (remote->name &&
				    str_starts(said + strlen(asks_route), remote->name)) {
					buf_puts(&gateway, ", of the gateway ");
					origin_format(&remote->at, &gateway);
				}
		vec_add(arena, &judgement->notes,
			arena_printf(
				arena,
				"%s: %s:%u: %s%s: left= stays empty, which "
				"strongSwan takes for any address; resolve the name "
				"before",
				event->node, file,
				line_with(script_text(of, arena, file), asks_route, true),
				said, buf_text(&gateway)));
		return;
	}
}

/* rc.local is listed already; what it wrote is told only where it decides. */
static void run_list(struct judgement *judgement, const struct script_run *run,
		     bool has_started)
{
	vec_foreach (listed, &judgement->scripts)
		if (str_equal(listed->file, run->file) &&
		    str_equal(listed->site, run->site)) {
			if (has_started)
				listed->how = arena_printf(judgement->arena, "%s; %s",
							   listed->how, run->how);
			return;
		}
	vec_add(judgement->arena, &judgement->scripts, *run);
}

static void init_judge(const struct event *event, const struct scenario_site *of,
		       struct judgement *judgement)
{
	struct site *site = of->site;
	const struct tunnels before = tunnels_of(site);
	struct arena *arena = judgement->arena;
	struct script_run run = {
		.site = arena_strdup(arena, event->node),
		.file = arena_strdup(arena, event_text(event, "file")),
		.line = (unsigned int)event_number(event, "line", 1),
		.commands = (unsigned int)event_number(event, "lines", 0),
		.has_run = !str_equal(event_text(event, "end"),
				      scripts_end_word(LAB_SCRIPT_NOT_RUN)),
		.has_ended = str_equal(event_text(event, "end"),
				       scripts_end_word(LAB_SCRIPT_RAN)),
		.how = arena_printf(arena, "%s%s", how_of(arena, event, site),
				    scripts_revived_text(event)),
	};

	run_list(judgement, &run, event_bool(event, "started"));
	if (!run.has_ended)
		return;
	scripts_take_back(site, run.file);
	if (!event_bool(event, "started")) {
		starts_nothing(
			site,
			(struct origin){ .file = arena_strdup(site->arena, run.file),
					 .line = run.line },
			arena_strdup(site->arena, event_text(event, "reason")));
	} else if (json_array_size(json_object_get(event->facts, "differs"))) {
		const struct device_node_files files =
			files_of(site->arena, json_object_get(event->facts, "wrote"));
		const struct tunnels model = tunnels_read(site, &files);

		keys_give(site, &model, json_object_get(event->facts, "keys"));
	}
	if (event_bool(event, "started"))
		note_no_address(event, of, &before, judgement);
}

void inits_judge(const struct timeline *timeline, struct scenario *scenario,
		 struct judgement *judgement)
{
	const struct event *event = NULL;
	bool has_any = false;

	while ((event = timeline_next(timeline, event, "script", "init"))) {
		vec_foreach (of, &scenario->sites)
			if (str_equal(of->name, event->node)) {
				init_judge(event, of, judgement);
				has_any = true;
			}
	}
	if (has_any && scenario->sites.count == 2)
		settle(scenario);
}
