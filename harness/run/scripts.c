// SPDX-License-Identifier: GPL-2.0-or-later
/* scripts.c - the device's own scripts: which ran, how they ended, what did not run */
#include "run/scripts.h"

#include <jansson.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/json.h"
#include "base/str.h"
#include "device/device.h"
#include "device/scripts.h"
#include "import/import.h"
#include "lab/hotplug.h"
#include "lab/user_rules.h"
#include "model/aspect.h"
#include "netns/spawn.h"
#include "run/rehearsal.h"
#include "text/command.h"
#include "text/shell.h"

/* A firewall lets in IKE or not, translates, forwards; only what is agreed it cannot. */
#define ASPECTS_OF_SCRIPTS                                                 \
	(ASPECT_IKE | ASPECT_WAY | ASPECT_NAT | ASPECT_DNS | ASPECT_LIFE | \
	 ASPECT_TEARDOWN | ASPECT_THROUGHPUT)

#define REFUSED_SHOWN_MAX 8

/* Words of the evidence. */
static const char *const ends[] = {
	[LAB_SCRIPT_RULES] = "rules",
	[LAB_SCRIPT_RAN] = "ran",
	[LAB_SCRIPT_LATE] = "late",
	[LAB_SCRIPT_NOT_RUN] = "not run",
};

const char *scripts_end_word(enum lab_script_end end)
{
	return ends[end];
}

/* ------------------------------------------------------------ in the world */

json_t *scripts_texts(const char *const *items, size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++)
		(void)json_array_append_new(array, json_kept(items[i]));
	return array;
}

static const char *const outcomes[] = {
	[DEVICE_NOTHING] = "nothing",
	[DEVICE_RESTARTED] = "restart",
	[DEVICE_STOPPED] = "stop",
};

const struct site *scripts_site(const struct rehearsal *rehearsal, size_t node)
{
	int site = rehearsal->plan->nodes.items[node].site;

	return site < 0 ? NULL : rehearsal->scenario->sites.items[site].site;
}

/* By the name of the connection, of a child of it, or both, as netifd's names are. */
static bool has_tunnel(const struct site *site, const char *name)
{
	vec_foreach (tunnel, &site->tunnels) {
		if (tunnel->is_disabled || !tunnel->name)
			continue;
		if (str_equal(tunnel->name, name))
			return true;
		vec_foreach (child, &tunnel->children) {
			size_t length = strlen(tunnel->name);

			if (child->name &&
			    (str_equal(child->name, name) ||
			     (str_starts(name, tunnel->name) && name[length] == '-' &&
			      str_equal(name + length + 1, child->name))))
				return true;
		}
	}
	return false;
}

/* Of `swanctl --initiate`, what it names, "" where it names nothing. */
static const char *initiated(const struct shell_command *command)
{
	static const char *const options[] = { "-c", "--child", "-i", "--ike" };

	for (size_t i = 2; i < command->words.count; i++) {
		const char *word = command->words.items[i].text;

		if (str_starts(word, "--child=") || str_starts(word, "--ike="))
			return strchr(word, '=') + 1;
		for (size_t j = 0; j < ARRAY_SIZE(options); j++)
			if (str_equal(word, options[j]) && i + 1 < command->words.count)
				return command->words.items[i + 1].text;
	}
	return "";
}

/* "swanctl --load-all", "swanctl -q". */
static bool is_load(const struct shell_command *command)
{
	return command->words.count > 1 &&
	       str_equal(command->words.items[0].text, "swanctl") &&
	       (str_starts(command->words.items[1].text, "--load-") ||
		str_equal(command->words.items[1].text, "-q"));
}

/* `--load-all --file OTHER` replaces what the files of the site say. */
static bool is_of_own_file(const struct shell_command *command)
{
	for (size_t i = 2; i < command->words.count; i++)
		if (str_starts(command->words.items[i].text, "--f") ||
		    (str_starts(command->words.items[i].text, "-f")))
			return false;
	return true;
}

bool scripts_is_begun_anyhow(const struct site *site, const char *name)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct shell_commands commands = { 0 };
	const struct shell_command *command;
	const char *program, *verb;

	shell_read(arena, &name, 1, &commands);
	if (!site || commands.count != 1 || commands.items->words.count < 2)
		return false;
	command = commands.items;
	program = command->words.items[0].text;
	verb = command->words.items[1].text;
	if (str_equal(program, "ipsec"))
		return str_equal(verb, "up") && command->words.count > 2 &&
		       has_tunnel(site, command->words.items[2].text);
	if (!str_equal(program, "swanctl"))
		return false;
	if (str_equal(verb, "--initiate") || str_equal(verb, "-i"))
		return has_tunnel(site, initiated(command));
	return is_load(command) && is_of_own_file(command);
}

static void record_missing(struct rehearsal *rehearsal, unsigned int node,
			   const char *file, const struct device_ran *ran, bool is_boot)
{
	vec_foreach (missing, &ran->missing) {
		if (is_boot &&
		    scripts_is_begun_anyhow(scripts_site(rehearsal, node), missing->name))
			continue;
		evidence_add(&rehearsal->evidence,
			     rehearsal->plan->nodes.items[node].name, "script", "missing",
			     json_of("{s:s, s:i, s:s, s:b}", "file",
				     *missing->file ? missing->file : file, "line",
				     (int)missing->line, "name",
				     command_shown(rehearsal->lab->arena, missing->name),
				     "daemon", (int)missing->is_of_daemon));
	}
}

static void record_one(struct rehearsal *rehearsal, const struct lab_script *script)
{
	const struct plan_script *plan = script->script;
	const struct plan_node *node = &rehearsal->plan->nodes.items[script->node];

	evidence_add(&rehearsal->evidence, node->name, "script", "script",
		     json_of("{s:s, s:i, s:i, s:s, s:i, s:s}", "file",
			     plan->file ? plan->file : "", "line",
			     plan->lines.count ? (int)plan->lines.items[0].at.line : 0,
			     "lines", (int)plan->lines.count, "end", ends[script->end],
			     "status", script->status, "why", script->why));
	record_missing(rehearsal, script->node, plan->file ? plan->file : "",
		       &script->ran, true);
}

/* The first that is a wish. */
static const char *asker(const struct device_ran *ran)
{
	vec_foreach (asked, &ran->asked)
		if (asked->wish != DEVICE_WISH_UNKNOWN)
			return asked->program;
	return "";
}

static void record_hotplug(struct rehearsal *rehearsal, const struct lab_hotplug *run)
{
	const char *name = rehearsal->plan->nodes.items[run->node].name;
	enum device_outcome outcome = device_outcome(DEVICE_NOTHING, &run->ran);

	evidence_add(
		&rehearsal->evidence, name, "script", "hotplug",
		json_of("{s:s, s:s, s:s, s:s, s:b, s:s, s:i, s:s, s:s, s:s, s:i, "
			"s:s, s:i, s:s, s:i, s:i, s:o}",
			"file", run->file, "action", run->event.action, "interface",
			run->event.interface, "device", run->event.device, "boot",
			(int)run->is_boot, "end", ends[run->end], "status", run->status,
			"why", run->why, "asked", outcomes[outcome], "by",
			asker(&run->ran), "line", (int)run->ran.end_line, "text",
			run->end_text, "daemon_line", (int)run->daemon_line,
			"daemon_text", run->daemon_text, "lines", (int)run->lines,
			"revived", (int)run->revived, "logged",
			scripts_texts(run->ran.logged.items, run->ran.logged.count)));
	record_missing(rehearsal, run->node, run->file, &run->ran, run->is_boot);
}

enum device_outcome scripts_record_hotplug(struct rehearsal *rehearsal, size_t first,
					   const struct device_asked **ret_by)
{
	const struct lab *lab = rehearsal->lab;
	enum device_outcome outcome = DEVICE_NOTHING;

	*ret_by = NULL;
	for (size_t i = first; i < lab->hotplugs.count; i++) {
		const struct lab_hotplug *run = &lab->hotplugs.items[i];

		record_hotplug(rehearsal, run);
		outcome = device_outcome(outcome, &run->ran);
		if (run->ran.asked.count)
			*ret_by = &run->ran.asked.items[run->ran.asked.count - 1];
	}
	return outcome;
}

void scripts_record(struct rehearsal *rehearsal)
{
	const struct lab *lab = rehearsal->lab;
	const struct device_asked *by;

	/* The daemon starts after them: what they ask of it comes to nothing. */
	(void)scripts_record_hotplug(rehearsal, 0, &by);

	vec_foreach (script, &lab->scripts)
		record_one(rehearsal, script);
	vec_foreach (refusal, &lab->refusals)
		evidence_add(&rehearsal->evidence,
			     rehearsal->plan->nodes.items[refusal->node].name, "script",
			     "refused",
			     json_of("{s:s, s:i, s:s, s:s}", "file",
				     refusal->at.file ? refusal->at.file : "", "line",
				     (int)refusal->at.line, "rule",
				     command_shown(lab->arena, refusal->rule), "text",
				     refusal->message));
}

/* ------------------------------------------------------------ judged */

static struct site *site_of(struct scenario *scenario, const char *node)
{
	vec_foreach (site, &scenario->sites)
		if (str_equal(site->name, node))
			return site->site;
	return NULL;
}

static bool has_ended(const char *end)
{
	return str_equal(end, ends[LAB_SCRIPT_RAN]) ||
	       str_equal(end, ends[LAB_SCRIPT_RULES]);
}

static void not_rehearsed(struct site *site, const struct script_run *run,
			  unsigned int aspects)
{
	struct origin at = { .line = run->line };

	if (!site)
		return;
	at.file = arena_strdup(site->arena, run->file);
	site_unrehearsed(site, NULL, aspects, at, at.file);
}

static bool calls(const struct site *site, const char *file, const char *program)
{
	vec_foreach (line, &site->firewall_user)
		if (str_equal(line->at.file, file) && strstr(line->text, program))
			return true;
	return false;
}

/*
 * A shell's iptables has put its rules among the lab's own. fw4 has a table of its own,
 * which is asked all the same: what such a rule accepts is not accepted there.
 */
static void beside_fw4(struct site *site, const struct script_run *run)
{
	struct origin at = { .line = run->line };

	if (!site || site->firewall != FIREWALL_FW4 ||
	    !calls(site, run->file, "iptables"))
		return;
	at.file = arena_strdup(site->arena, run->file);
	site_unrehearsed(site, NULL, ASPECT_IKE | ASPECT_WAY | ASPECT_NAT | ASPECT_DNS,
			 at, "iptables of a script that only a shell can run, beside fw4")
		->is_only_worse = true;
}

const char *scripts_revived_text(const struct event *event)
{
	return event_number(event, "revived", 0)
		       ? "; the router's DNS server ended meanwhile, and was started again, as "
			 "procd does"
		       : "";
}

static const char *how(struct arena *arena, const struct event *event)
{
	const char *end = event_text(event, "end"), *why = event_text(event, "why");

	if (str_equal(end, ends[LAB_SCRIPT_RULES]))
		return "taken as rules, no shell";
	if (str_equal(end, ends[LAB_SCRIPT_RAN]))
		return arena_printf(
			arena, "run by a shell, %s",
			process_status_text((int)event_number(event, "status", 0)).s);
	if (str_equal(end, ends[LAB_SCRIPT_LATE]))
		return arena_printf(arena, "run by a shell: %s", why);
	return arena_printf(arena, "not run: %s", why);
}

/* ------------------------------------------------------------ hotplug, judged */

/* "ifup of wan (eth0.2): ran, restart asked for by …": a file is one line of the report. */
static void add_event(struct arena *arena, const struct event *event,
		      struct script_run *run)
{
	const char *asked = event_text(event, "asked"), *end = event_text(event, "end");
	bool is_boot = event_bool(event, "boot");
	bool is_before = is_boot && *event_text(event, "interface");
	const char *did;

	if (!str_equal(end, ends[LAB_SCRIPT_RAN]))
		did = arena_printf(arena, "%s: %s", end, event_text(event, "why"));
	else if (str_equal(asked, outcomes[DEVICE_NOTHING]))
		did = arena_printf(arena,
				   "ran, ended in line %lld, nothing asked of IPsec",
				   (long long)event_number(event, "line", 0));
	else
		did = arena_printf(arena, "ran, %s asked for by %s%s", asked,
				   event_text(event, "by"),
				   is_before ? ", before the daemon starts" : "");
	if (!*event_text(event, "interface")) {
		run->how = arena_printf(
			arena, "%s%sat the %sboot: %s", run->how, *run->how ? "; " : "",
			str_equal(event_text(event, "action"), LAB_BOOT_DONE)
				? "end of the "
				: "",
			did);
		return;
	}
	run->how = arena_printf(
		arena, "%s%s%s of %s (%s)%s: %s%s", run->how, *run->how ? "; " : "",
		event_text(event, "action"), event_text(event, "interface"),
		event_text(event, "device"), is_boot ? " at the boot" : "", did,
		scripts_revived_text(event));
}

static struct script_run *run_of(struct judgement *judgement, const struct event *event)
{
	const char *file = event_text(event, "file");
	struct arena *arena = judgement->arena;

	vec_foreach (run, &judgement->scripts)
		if (str_equal(run->file, file) && str_equal(run->site, event->node))
			return run;
	vec_add(arena, &judgement->scripts,
		((struct script_run){
			.site = arena_strdup(arena, event->node),
			.file = arena_strdup(arena, file),
			.line = 1,
			.commands = (unsigned int)event_number(event, "lines", 0),
			.has_run = true,
			.has_ended = true,
			.how = "" }));
	return &judgement->scripts.items[judgement->scripts.count - 1];
}

static const char *text_of(struct arena *arena, const struct scenario_site *site,
			   const char *file)
{
	vec_foreach (source, &site->sources)
		if (str_equal(source->name, file))
			return arena_strndup(arena, source->bytes, source->length);
	return NULL;
}

/* "procd's /usr/bin/watch.sh 10": that program's path, where the folder has it. */
static const char *program_text(struct arena *arena, const struct scenario_site *site,
				const char *name)
{
	static const char before[] = "procd's /";
	const char *path = name + strlen(before);

	if (!str_starts(name, before))
		return NULL;
	return text_of(arena, site, arena_strndup(arena, path, strcspn(path, " ")));
}

/* "swanctl --load-all --file OTHER": connections that nobody here has read. */
static bool loads_another(struct arena *arena, const char *name)
{
	struct shell_commands commands = { 0 };

	shell_read(arena, &name, 1, &commands);
	vec_foreach (command, &commands)
		if (is_load(command) && !is_of_own_file(command))
			return true;
	return false;
}

/* What rests on it; without the script's text everything may. */
static unsigned int aspects_missing(struct arena *arena, const struct scenario *scenario,
				    const struct event *event)
{
	if (loads_another(arena, event_text(event, "name"))) /* what is agreed, too */
		return ASPECTS_UP | (ASPECTS_OF_SCRIPTS & ~ASPECT_IKE);
	if (event_bool(event, "daemon"))
		return ASPECT_LIFE | ASPECT_TEARDOWN;
	vec_foreach (site, &scenario->sites) {
		const struct device_scripts *scripts = device_of(site->kind)->scripts;
		const char *text = text_of(arena, site, event_text(event, "file"));

		const char *name = event_text(event, "name");
		const char *program = program_text(arena, site, name);

		if (!str_equal(site->name, event->node) || !scripts ||
		    !scripts->missing || !text)
			continue;
		if (program) /* a service: all that it may do, and when nobody knows */
			return (ASPECTS_OF_SCRIPTS &
				scripts->missing(arena, ". it", program)) |
			       ASPECT_LIFE | ASPECT_TEARDOWN;
		return ASPECTS_OF_SCRIPTS & scripts->missing(arena, name, text);
	}
	return ASPECTS_OF_SCRIPTS;
}

/* What is not there was not done: by its name. */
static void judge_missing(const struct timeline *timeline, struct scenario *scenario,
			  struct judgement *judgement)
{
	const struct event *event = NULL;

	while ((event = timeline_next(timeline, event, "script", "missing"))) {
		struct site *site = site_of(scenario, event->node);
		struct origin at = { 0 };
		unsigned int aspects;

		if (!site)
			continue;
		aspects = aspects_missing(site->arena, scenario, event);
		if (!aspects) {
			vec_add(judgement->arena, &judgement->notes,
				arena_printf(judgement->arena,
					     "%s: %s calls %s, which is not rehearsed; "
					     "nothing of the tunnel rests on it",
					     event->node, event_text(event, "file"),
					     event_text(event, "name")));
			continue;
		}
		at.line = (unsigned int)event_number(event, "line", 0);
		at.file = arena_strdup(site->arena, event_text(event, "file"));
		site_unrehearsed(site, NULL, aspects, at,
				 arena_printf(site->arena, "a script calls %s",
					      event_text(event, "name")));
	}
}

/* Something without which nobody knows what it would have done to the traffic. */
static bool has_missed(const struct timeline *timeline, const struct scenario *scenario,
		       struct arena *arena, const struct script_run *run)
{
	const struct event *event = NULL;

	while ((event = timeline_next(timeline, event, "script", "missing")))
		if (str_equal(event->node, run->site) &&
		    (aspects_missing(arena, scenario, event) &
		     ~(unsigned int)(ASPECT_LIFE | ASPECT_TEARDOWN | ASPECT_THROUGHPUT)))
			return true;
	return false;
}

void scripts_take_back(struct site *site, const char *file)
{
	if (!site)
		return;
	vec_foreach (remark, &site->remarks)
		if (remark->is_script && str_equal(remark->at.file, file)) {
			remark->ran |= remark->aspects;
			remark->aspects = 0;
		}
}

static void judge_hotplug(const struct timeline *timeline, struct scenario *scenario,
			  struct judgement *judgement)
{
	const struct event *event = NULL;

	while ((event = timeline_next(timeline, event, "script", "hotplug"))) {
		struct script_run *run = run_of(judgement, event);
		const json_t *logged = json_object_get(event->facts, "logged");
		bool has_ended =
			str_equal(event_text(event, "end"), ends[LAB_SCRIPT_RAN]);
		const json_t *line;
		size_t i;

		add_event(judgement->arena, event, run);
		if (!has_ended && run->has_ended)
			/* What else it would do was said when it was read. */
			not_rehearsed(site_of(scenario, event->node), run,
				      ASPECT_LIFE | ASPECT_TEARDOWN);
		run->has_ended = run->has_ended && has_ended;
		json_array_foreach (logged, i, line)
			if (!event_bool(event, "boot") && json_string_value(line))
				vec_add(judgement->arena, &judgement->notes,
					arena_printf(judgement->arena,
						     "%s: %s logged: %s", event->node,
						     run->file, json_string_value(line)));
	}
	judge_missing(timeline, scenario, judgement);
	vec_foreach (run, &judgement->scripts)
		if (run->has_ended &&
		    !has_missed(timeline, scenario, judgement->arena, run))
			scripts_take_back(site_of(scenario, run->site), run->file);
}

/* "12 refused lines" may be one's typing errors, or a stranger's flood. */
static void add_refused(const struct timeline *timeline, struct judgement *judgement)
{
	const struct event *event = NULL;
	unsigned int count = 0;

	while ((event = timeline_next(timeline, event, "script", "refused"))) {
		const char *file = event_text(event, "file");

		if (++count > REFUSED_SHOWN_MAX)
			continue;
		vec_add(judgement->arena, &judgement->notes,
			arena_printf(judgement->arena,
				     "%s: %s%s%srefused, and left out: %s: %s",
				     event->node, file, *file ? ":" : "",
				     *file ? arena_printf(judgement->arena, "%lld: ",
							  (long long)event_number(
								  event, "line", 0))
					   : "",
				     event_text(event, "rule"),
				     event_text(event, "text")));
	}
	if (count > REFUSED_SHOWN_MAX)
		vec_add(judgement->arena, &judgement->notes,
			arena_printf(judgement->arena,
				     "%u more refused lines stand in " EVIDENCE_FILE,
				     count - REFUSED_SHOWN_MAX));
}

void scripts_judge(const struct timeline *timeline, struct scenario *scenario,
		   struct judgement *judgement)
{
	const struct event *event = NULL;

	while ((event = timeline_next(timeline, event, "script", "script"))) {
		struct arena *arena = judgement->arena;
		struct script_run run = {
			.site = arena_strdup(arena, event->node),
			.file = arena_strdup(arena, event_text(event, "file")),
			.line = (unsigned int)event_number(event, "line", 0),
			.commands = (unsigned int)event_number(event, "lines", 0),
			.has_run = !str_equal(event_text(event, "end"),
					      ends[LAB_SCRIPT_NOT_RUN]) &&
				   !str_equal(event_text(event, "end"),
					      ends[LAB_SCRIPT_RULES]),
			.has_ended = has_ended(event_text(event, "end")),
			.how = how(arena, event),
		};

		vec_add(arena, &judgement->scripts, run);
		if (!run.has_ended)
			not_rehearsed(site_of(scenario, event->node), &run,
				      ASPECTS_OF_SCRIPTS);
		else if (run.has_run)
			beside_fw4(site_of(scenario, event->node), &run);
	}
	judge_hotplug(timeline, scenario, judgement);
	add_refused(timeline, judgement);
}

/* ------------------------------------------------------------ without policies */

/* "ip -4 rule add", "/sbin/ip ru add": ip takes the beginning of an object for it. */
static bool is_ip_rule(const struct shell_command *command)
{
	const char *program = command->words.items[0].text, *object;
	size_t i = 1;

	if (!str_equal(program, "ip") && !str_ends(program, "/ip"))
		return false;
	for (; i < command->words.count && *command->words.items[i].text == '-'; i++) {
		const char *option = command->words.items[i].text;

		if (str_equal(option, "-f") || str_starts(option, "-fa") ||
		    str_equal(option, "-n") || str_starts(option, "-ne"))
			i++;
	}
	object = i < command->words.count ? command->words.items[i].text : "";
	/* One of a variable may be that. */
	return (i < command->words.count && !command->words.items[i].is_known) ||
	       (str_starts(object, "ru") && str_starts("rule", object));
}

/* The first `ip rule`: charon's routes there are in a table that a rule sends packets to. */
static unsigned int ip_rule_line(struct arena *arena, const char *text)
{
	struct shell_commands commands = { 0 };

	shell_read(arena, &text, 1, &commands);
	vec_foreach (command, &commands) {
		struct shell_command inner = *command;

		/* "! ip rule …", "nice -n 5 ip rule …": wherever it begins. */
		for (; inner.words.count; inner.words.items++, inner.words.count--)
			if (is_ip_rule(&inner))
				return (unsigned int)command->line + 1;
	}
	return 0;
}

/* The first line that goes by policies and that nobody has rewritten; 0: none. */
static unsigned int policy_line(struct arena *arena, const char *text)
{
	unsigned int rule_line = ip_rule_line(arena, text);

	for (unsigned int number = 1; *text; number++) {
		size_t length = strcspn(text, "\n");
		const char *line = str_trim(arena_strndup(arena, text, length));
		struct user_rule rule;

		if (*line != '#' && strstr(line, "ip rule "))
			return number;
		if (*line != '#' && strstr(line, "--pol") &&
		    (!user_rule_parse(arena, line, &rule) || rule.is_ipv6))
			return number;
		text += length + (text[length] == '\n');
	}
	return rule_line;
}

void scripts_without_policies(struct scenario *scenario,
			      const struct judgement *judgement)
{
	vec_foreach (run, &judgement->scripts)
		vec_foreach (site, &scenario->sites) {
			struct arena *arena = site->site->arena;
			const char *text = text_of(arena, site, run->file);
			unsigned int line =
				run->has_run && text && str_equal(site->name, run->site)
					? policy_line(arena, text)
					: 0;

			if (line)
				site_unrehearsed(
					site->site, NULL, ASPECT_WAY | ASPECT_NAT,
					(struct origin){ arena_strdup(arena, run->file),
							 line, NULL },
					"a script that goes by policies, and no kernel here has ESP's");
		}
}
