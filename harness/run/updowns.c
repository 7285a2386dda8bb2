// SPDX-License-Identifier: GPL-2.0-or-later
/* updowns.c - the updown scripts that charon ran */
#include "run/updowns.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "evidence/evidence.h"
#include "model/aspect.h"
#include "model/updown.h"
#include "scenario/scenario.h"

#define ASPECTS_OF_UPDOWN (ASPECT_WAY | ASPECT_NAT | ASPECT_DNS)

/* "…/x.sh: line 3: vtysh: command not found" (bash), "…: 3: vtysh: not found" (dash) */
static const char *program_of(struct arena *arena, const char *said)
{
	const char *end = strstr(said, ": command not found"), *begin;

	if (!end)
		end = strstr(said, ": not found");
	if (!end)
		return NULL;
	for (begin = end; begin > said && begin[-1] != ' ';)
		begin--;
	return arena_strndup(arena, begin, (size_t)(end - begin));
}

static const char *missing_before(const struct log_facts *log, const struct log_fact *end,
				  struct arena *arena)
{
	const struct log_fact *fact = NULL;
	const char *name = NULL;

	while ((fact = logs_next(log, fact, CHARON_LOG_UPDOWN_SAID)) &&
	       fact->line < end->line)
		if (program_of(arena, fact->capture[0]))
			name = program_of(arena, fact->capture[0]);
	return name;
}

/* What the kernel here has not and a device's has: nft, or a match of it. */
static bool asks_too_much(const struct log_facts *log, const struct log_fact *end)
{
	static const char *const words[] = {
		"Failed to initialize nft",
		"Could not process rule: Operation not supported",
		"Could not process rule: Protocol not supported",
		"Unable to initialize Netlink socket: Protocol not supported",
		"cache initialization failed",
		"(legacy): can't initialize",
	};
	const struct log_fact *fact = NULL;

	while ((fact = logs_next(log, fact, CHARON_LOG_UPDOWN_SAID)) &&
	       fact->line < end->line)
		for (size_t i = 0; i < ARRAY_SIZE(words); i++)
			if (strstr(fact->capture[0], words[i]))
				return true;
	return false;
}

static struct script_run *run_of(struct judgement *judgement, const char *site,
				 const struct updown_script *script)
{
	struct script_run *run;

	vec_foreach (one, &judgement->scripts)
		if (str_equal(one->file, script->file) && str_equal(one->site, site))
			return one;
	run = vec_push(judgement->arena, &judgement->scripts);
	*run = (struct script_run){ .site = site,
				    .file = script->file,
				    .line = 1,
				    .has_run = true,
				    .has_ended = true };
	for (const char *at = script->text; *at;
	     at += strcspn(at, "\n") + !!strchr(at, '\n'))
		run->commands += *at != '#' && *at != '\n';
	return run;
}

static void judge_end(const struct log_facts *log, const struct log_fact *end,
		      struct site *site, const struct updown_script *script,
		      struct script_run *run)
{
	const char *status = end->capture[0], *name;
	struct origin at = { .file = script->file, .line = 1 };

	run->how =
		arena_printf(site->arena, "run by charon, ended with status %s", status);
	if (str_equal(status, UPDOWN_STATUS_MISSING)) {
		name = missing_before(log, end, site->arena);
		run->has_ended = false;
		site_unrehearsed(site, NULL, ASPECTS_OF_UPDOWN, at,
				 name ? arena_printf(site->arena,
						     "an updown script calls %s", name)
				      : "an updown script calls what is not here");
	} else if (!str_equal(status, "0") && asks_too_much(log, end)) {
		run->has_ended = false;
		site_unrehearsed(site, NULL, ASPECTS_OF_UPDOWN, at,
				 "an updown script whose rules this kernel cannot take");
	} else if (str_equal(status, UPDOWN_STATUS_LATE) ||
		   str_equal(status, UPDOWN_STATUS_KILLED)) {
		run->has_ended = false;
		run->how = "run by charon, not done in its time (" UPDOWN_SECONDS
			   " s, more on a slow machine)";
		/* charon waits for it, and its peer for charon. */
		site_unrehearsed(site, NULL, ~0u, at,
				 "an updown script that is not done after " UPDOWN_SECONDS
				 " s, and what a slow machine adds");
	}
}

/* Whether a router starts it again, and when, no file says. */
static void judge_lost(const struct timeline *timeline, const char *name,
		       struct site *site, const struct updown_script *script,
		       struct judgement *judgement)
{
	struct origin at = { .file = script->file, .line = 1 };
	const struct event *event = NULL;
	struct script_run *run;

	while ((event = timeline_next(timeline, event, "process", "lost"))) {
		if (!str_equal(event->node, name))
			continue;
		run = run_of(judgement, name, script);
		run->has_ended = false;
		run->how = arena_printf(site->arena, "run by charon, which %s",
					event_text(event, "status"));
		site_unrehearsed(site, NULL, ~0u, at,
				 "an updown script that takes away the charon that runs "
				 "it");
	}
}

void updowns_judge(const struct log_facts logs[2], const struct timeline *timeline,
		   struct scenario *scenario, struct judgement *judgement)
{
	for (unsigned int i = 0; i < 2 && i < scenario->sites.count; i++) {
		const struct scenario_site *of = &scenario->sites.items[i];
		const struct updown_script *script = site_updown(of->site);
		const struct log_fact *end = NULL;

		while (script &&
		       (end = logs_next(&logs[i], end, CHARON_LOG_UPDOWN_ENDED)))
			judge_end(&logs[i], end, of->site, script,
				  run_of(judgement, of->name, script));
		if (script)
			judge_lost(timeline, of->name, of->site, script, judgement);
	}
}
