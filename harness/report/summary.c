// SPDX-License-Identifier: GPL-2.0-or-later
/* summary.c - many runs in one: what came out of each */
#include "report/summary.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/exit.h"
#include "base/str.h"
#include "device/device.h"
#include "diagnose/judgement.h"
#include "report/report.h"
#include "report/text.h"

struct summary *summary_new(void)
{
	struct arena *arena = arena_new();
	struct summary *summary = arena_alloc(arena, sizeof(*summary));

	summary->arena = arena;
	summary->shard = summary->shards = 1;
	return summary;
}

void summary_free(struct summary *summary)
{
	if (summary)
		arena_free(summary->arena);
}

/* ---------------------------------------------------------------- of a judgement */

static const char *keep(struct summary *summary, const char *text)
{
	return text ? arena_strdup(summary->arena, text) : NULL;
}

/* "/home/me/site/scenario.yml", seen from "/home/me": "site/scenario.yml". */
static const char *from_here(const char *path, const char *here)
{
	size_t length = strlen(here);

	while (length && here[length - 1] == '/')
		length--;
	if (!length || strncmp(path, here, length) != 0 || path[length] != '/')
		return path;
	return path + length + 1;
}

static struct origin keep_origin(struct summary *summary, const struct origin *at,
				 const char *here)
{
	return (struct origin){
		.file = at->file ? keep(summary, from_here(at->file, here)) : NULL,
		.line = at->line,
		.source = keep(summary, at->source),
	};
}

/* Where the file of that site is; NULL when what was rehearsed is not what stands there. */
static const char *path_of(struct summary *summary, const struct scenario *scenario,
			   const struct diagnosis_value *value, const char *here)
{
	if (!value->at.file || !value->at.line || !scenario)
		return NULL;
	if (*value->at.file == '/') /* the scenario's own */
		return keep(summary, from_here(value->at.file, here));
	vec_foreach (site, &scenario->sites) {
		if (!str_equal(site->name, value->site) || !site->files)
			continue;
		if (str_ends(site->files, value->at.file))
			return keep(summary, from_here(site->files, here));
		return keep(summary, from_here(arena_printf(summary->arena, "%s/%s",
							    site->files, value->at.file),
					       here));
	}
	return NULL;
}

static void take_cause(struct summary *summary, struct summary_run *run,
		       const struct diagnosis *diagnosis, const struct scenario *scenario,
		       const char *here)
{
	struct summary_cause *cause = vec_push(summary->arena, &run->causes);

	cause->id = diagnosis->class->id;
	cause->name = keep(summary, diagnosis->class->name);
	cause->layer = keep(summary, finding_layer_name(diagnosis->layer));
	cause->summary = keep(summary, diagnosis->summary);
	cause->fix =
		diagnosis->fixes.count ? keep(summary, diagnosis->fixes.items[0]) : NULL;
	cause->id = keep(summary, cause->id);
	for (size_t i = 0; i < ARRAY_SIZE(cause->values); i++) {
		const struct diagnosis_value *value = &diagnosis->values[i];

		if (!value->setting)
			continue;
		cause->values[i] = (struct summary_value){
			.site = keep(summary, value->site),
			.setting = keep(summary, value->setting),
			.value = keep(summary, value->value),
			.at = keep_origin(summary, &value->at, here),
			.path = path_of(summary, scenario, value, here),
		};
	}
}

void summary_take_scenario(struct summary *summary, struct summary_run *run,
			   const struct scenario *scenario, const char *here)
{
	run->name = keep(summary, scenario->name);
	run->sentence = keep(summary, scenario->sentence);
	if (scenario->path)
		run->path = arena_printf(
			summary->arena, "%s%s", from_here(scenario->path, here),
			str_ends(scenario->path, ".yml") ? "" : "/scenario.yml");
	for (size_t i = 0; i < scenario->sites.count && i < ARRAY_SIZE(run->devices); i++)
		run->devices[i] =
			keep(summary, device_of(scenario->sites.items[i].kind)->name);
	vec_foreach (fault, &scenario->faults)
		vec_add(summary->arena, &run->faults, keep(summary, fault->class->id));
}

void summary_take(struct summary *summary, struct summary_run *run,
		  const struct judgement *judgement, const char *here,
		  const char *reports)
{
	_cleanup_buf_ struct buf start = { 0 };

	if (judgement->scenario)
		summary_take_scenario(summary, run, judgement->scenario, here);
	text_add_time(&start, judgement->start_us);
	run->start = keep(summary, buf_text(&start));
	run->outcome = report_outcome_word(judgement->outcome);
	run->text = keep(summary, judgement->outcome_text);
	run->plane = keep(summary, judgement->plane);
	if (judgement->folder)
		run->folder = keep(
			summary, from_here(from_here(judgement->folder, here), reports));
	vec_foreach (diagnosis, &judgement->diagnoses)
		take_cause(summary, run, diagnosis, judgement->scenario, here);
	vec_foreach (verdict, &judgement->verdicts)
		vec_add(summary->arena, &run->verdicts,
			((struct summary_verdict){
				.verdict = verdict_kind_name(verdict->kind),
				.check = keep(summary, verdict->check),
				.claim = keep(summary, verdict->claim),
				.seen = keep(summary, verdict->seen),
				.at = keep_origin(summary, &verdict->at, here) }));
}

/* ---------------------------------------------------------------- counting */

enum summary_result summary_result(const struct summary_run *run)
{
	if (run->status == EXIT_OK)
		return SUMMARY_PASSED;
	if (run->status == EXIT_MISSING || run->status == EXIT_NOTHING_RAN)
		return SUMMARY_SKIPPED;
	/* Two that differ are no result, whichever of them is the better one. */
	if (run->first_status >= 0 && run->first_status != run->status)
		return SUMMARY_UNSTABLE;
	return run->status == EXIT_UNSTABLE ? SUMMARY_UNSTABLE : SUMMARY_FAILED;
}

const char *summary_result_word(enum summary_result result)
{
	static const char *const words[] = {
		[SUMMARY_PASSED] = "passed",
		[SUMMARY_FAILED] = "failed",
		[SUMMARY_SKIPPED] = "skipped",
		[SUMMARY_UNSTABLE] = "unstable",
	};

	return words[result < SUMMARY_RESULTS ? result : SUMMARY_FAILED];
}

bool summary_is_ours(const struct summary *summary, size_t number)
{
	return number % summary->shards == summary->shard - 1;
}

struct summary_counts summary_count(const struct summary *summary)
{
	struct summary_counts counts = { 0 };
	size_t ours = 0;

	for (size_t i = 0; i < summary->list.count; i++)
		ours += summary_is_ours(summary, i);
	vec_foreach (run, &summary->runs) {
		enum summary_result result = summary_result(run);

		counts.of[result]++;
		if (result == SUMMARY_UNSTABLE)
			counts.of[SUMMARY_FAILED]++;
	}
	counts.not_started = ours > summary->runs.count ? ours - summary->runs.count : 0;
	return counts;
}

int summary_status(const struct summary *summary)
{
	int status = EXIT_NOTHING_RAN;

	vec_foreach (run, &summary->runs)
		status = run == summary->runs.items ? run->status
						    : exit_worst(status, run->status);
	return status;
}

/* ---------------------------------------------------------------- marks */

static void mark_causes(const struct summary *summary, const struct summary_run *run,
			struct summary_marks *marks)
{
	vec_foreach (cause, &run->causes)
		for (size_t i = 0; i < ARRAY_SIZE(cause->values); i++) {
			const struct summary_value *value = &cause->values[i];

			if (!value->path || !value->at.line)
				continue;
			vec_add(summary->arena, marks,
				((struct summary_mark){
					.run = run,
					.id = cause->id ? cause->id : "?",
					.name = cause->name ? cause->name : "undecided",
					.path = value->path,
					.line = value->at.line,
					.text = arena_printf(
						summary->arena, "%s: %s%s%s",
						run->name ? run->name : run->scenario,
						cause->summary ? cause->summary : "",
						cause->fix ? ". Fix: " : "",
						cause->fix ? cause->fix : "") }));
		}
}

/* The first that does not hold; its line may be one of a device's file, which is named. */
static const struct summary_verdict *first_broken(const struct summary_run *run)
{
	vec_foreach (verdict, &run->verdicts)
		if (str_equal(verdict->verdict, "broken") ||
		    str_equal(verdict->verdict, "leak"))
			return verdict;
	return NULL;
}

/* Another fault than the one that was wanted: which, where its lines are a base's. */
static const char *found_instead(const struct summary *summary,
				 const struct summary_run *run)
{
	const struct summary_cause *cause = run->causes.items;

	if (!run->causes.count || !cause->summary)
		return NULL;
	return arena_printf(summary->arena, "%s: %s", cause->id ? cause->id : "found",
			    cause->summary);
}

static void mark_scenario(const struct summary *summary, const struct summary_run *run,
			  struct summary_marks *marks)
{
	const struct summary_verdict *verdict = first_broken(run);
	const char *sentence = run->text      ? run->text
			       : run->outcome ? run->outcome
					      : "there is no result";
	const char *path = run->path ? run->path
				     : arena_printf(summary->arena, "%s/scenario.yml",
						    run->scenario);
	const char *instead = found_instead(summary, run);
	bool is_there = verdict && verdict->at.file && verdict->at.line &&
			str_ends(verdict->at.file, "/scenario.yml");

	vec_add(summary->arena, marks,
		((struct summary_mark){
			.run = run,
			.id = "check",
			.name = verdict && verdict->check ? verdict->check : "outcome",
			.path = is_there ? verdict->at.file : path,
			.line = is_there ? verdict->at.line : 1,
			.text = instead	  ? arena_printf(summary->arena, "%s: %s: %s",
							 run->scenario, sentence, instead)
				: verdict ? arena_printf(
						    summary->arena, "%s: %s: %s: %s",
						    run->scenario, sentence,
						    verdict->claim ? verdict->claim : "",
						    verdict->seen ? verdict->seen : "")
					  : arena_printf(summary->arena, "%s: %s",
							 run->scenario, sentence) }));
}

struct summary_marks summary_mark(const struct summary *summary)
{
	struct summary_marks marks = { 0 };

	vec_foreach (run, &summary->runs) {
		enum summary_result result = summary_result(run);
		size_t before = marks.count;

		if (result != SUMMARY_FAILED && result != SUMMARY_UNSTABLE)
			continue;
		mark_causes(summary, run, &marks);
		if (marks.count == before)
			mark_scenario(summary, run, &marks);
	}
	return marks;
}
