// SPDX-License-Identifier: GPL-2.0-or-later
/* scripts.c - the device's own scripts: which ran, how they ended, what did not run */
#include "run/scripts.h"

#include <jansson.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/json.h"
#include "base/str.h"
#include "model/aspect.h"
#include "netns/spawn.h"
#include "run/rehearsal.h"

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

/* ------------------------------------------------------------ in the world */

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
}

void scripts_record(struct rehearsal *rehearsal)
{
	const struct lab *lab = rehearsal->lab;

	vec_foreach (script, &lab->scripts)
		record_one(rehearsal, script);
	vec_foreach (refusal, &lab->refusals)
		evidence_add(&rehearsal->evidence,
			     rehearsal->plan->nodes.items[refusal->node].name, "script",
			     "refused",
			     json_of("{s:s, s:i, s:s, s:s}", "file",
				     refusal->at.file ? refusal->at.file : "", "line",
				     (int)refusal->at.line, "rule", refusal->rule, "text",
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

static void not_rehearsed(struct site *site, const struct script_run *run)
{
	struct origin at = { .line = run->line };

	if (!site)
		return;
	at.file = arena_strdup(site->arena, run->file);
	site_unrehearsed(site, NULL, ASPECTS_OF_SCRIPTS, at, at.file);
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
			not_rehearsed(site_of(scenario, event->node), &run);
		else if (run.has_run)
			beside_fw4(site_of(scenario, event->node), &run);
	}
	add_refused(timeline, judgement);
}
