// SPDX-License-Identifier: GPL-2.0-or-later
/* judge.c - a recorded run, judged: today by `run`, a year later by `explain` */
#include "run/judge.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/reveal.h"
#include "base/str.h"
#include "check/check.h"
#include "check/status.h"
#include "diagnose/contradict.h"
#include "diagnose/diagnose.h"
#include "lab/dnsmasq.h"
#include "netns/warden.h"
#include "run/ending.h"
#include "run/inits.h"
#include "run/limits.h"
#include "run/params.h"
#include "run/plant.h"
#include "run/refused.h"
#include "run/scripts.h"
#include "run/updowns.h"
#include "run/way.h"

void judged_free(struct judged *judged)
{
	if (!judged)
		return;
	if (judged->timeline)
		timeline_done(judged->timeline);
	free(judged->timeline);
	plan_free(judged->plan);
	scenario_free(judged->scenario);
	arena_free(judged->judgement.arena);
	free(judged);
}

static void add_figure(struct judgement *judgement, const struct verdict *verdict,
		       const char *label)
{
	struct figure *figure = vec_push(judgement->arena, &judgement->figures);

	figure->name = verdict->claim;
	/* What explains it stands in the line of the verdict. */
	figure->value = verdict->figure ? verdict->figure : verdict->seen;
	figure->label = label;
}

static void add_figures(struct judgement *judgement)
{
	for (size_t i = 0; i < judgement->verdicts.count; i++) {
		const struct verdict *verdict = &judgement->verdicts.items[i];

		if (verdict->kind == VERDICT_OK &&
		    (str_equal(verdict->check, "throughput") ||
		     str_equal(verdict->check, "mtu") ||
		     str_equal(verdict->check, "wan-change")))
			add_figure(judgement, verdict, judgement->plane);
	}
}

static void add_statuses(struct judgement *judgement, const struct check_input *input)
{
	for (unsigned int site = 0; site < 2; site++) {
		_cleanup_buf_ struct buf text = { 0 };

		check_status(input, site, "up", &text);
		if (text.length)
			vec_add(judgement->arena, &judgement->statuses,
				((struct status){ input->scenario->sites.items[site].name,
						  arena_strdup(judgement->arena,
							       buf_text(&text)) }));
	}
}

/* Nothing is measured with real patience: by how much a figure is too good. */
static void add_timers(struct judgement *judgement)
{
	unsigned int faster = judgement->scenario->faster;

	vec_foreach (wanted, &judgement->scenario->expectations) {
		if (wanted->kind != EXPECT_WAN_CHANGE)
			continue;
		vec_add(judgement->arena, &judgement->notes,
			arena_printf(judgement->arena,
				     "timers: the DNS follows a WAN change after 1 s and "
				     "its answers are kept %d s, where DynDNS has 60 s; "
				     "dead peer detection runs %u times as fast as the "
				     "files say, retransmits start at %.1f s, not at 4 s",
				     DNSMASQ_TTL_S, faster ? faster : 1,
				     judgement->scenario->retransmit_s));
		return;
	}
}

static void add_notes(struct judgement *judgement, const struct timeline *timeline)
{
	const struct event *event = NULL;

	vec_foreach (site, &judgement->scenario->sites)
		vec_foreach (tunnel, &site->site->tunnels)
			if (tunnel->left_out)
				vec_add(judgement->arena, &judgement->notes,
					arena_printf(judgement->arena, "%s: %s",
						     site->name, tunnel->left_out));

	/* Its text begins with the site's name. */
	while ((event = timeline_next(timeline, event, "conf", "remark")))
		vec_add(judgement->arena, &judgement->notes,
			arena_strdup(judgement->arena, event_text(event, "text")));
	event = timeline_next(timeline, NULL, "script", "bounded");
	if (event)
		vec_add(judgement->arena, &judgement->notes,
			arena_printf(judgement->arena,
				     "scripts: %lld processes that scripts had started "
				     "were killed: all together may be %d, and take %d "
				     "MiB",
				     (long long)event_number(event, "processes", 0),
				     WARDEN_PROCESSES_MAX, WARDEN_MEMORY_MAX));
	event = NULL;
	while ((event = timeline_next(timeline, event, "capture", "link")))
		if (event_number(event, "dropped", 0))
			vec_add(judgement->arena, &judgement->notes,
				arena_printf(
					judgement->arena, "capture %s lost %lld packets",
					event_text(event, "link"),
					(long long)event_number(event, "dropped", 0)));
}

/* Where the kernel carries ESP: is what it was given what charon says it gave? */
static void add_kernel_keys(struct judgement *judgement, const struct timeline *timeline)
{
	long long sas = 0, same = 0, differ = 0, unlogged = 0;
	const struct event *event = NULL;
	bool has_lost = false;

	while ((event = timeline_next(timeline, event, "kernel", "keys"))) {
		sas += event_number(event, "sas", 0);
		same += event_number(event, "same", 0);
		differ += event_number(event, "differ", 0);
		unlogged += event_number(event, "unlogged", 0);
		has_lost |= event_bool(event, "lost");
	}
	if (!sas)
		return;
	if (same == sas && !has_lost) {
		vec_add(judgement->arena, &judgement->notes,
			arena_printf(judgement->arena,
				     "keys: all %lld SAs of both kernels have the keys "
				     "that charon logged",
				     sas));
		return;
	}
	vec_add(judgement->arena, &judgement->notes,
		arena_printf(judgement->arena,
			     "keys: of %lld SAs of both kernels %lld have the keys that "
			     "charon logged, %lld have others, of %lld it logged none%s",
			     sas, same, differ, unlogged,
			     has_lost ? "; events were lost, there were more" : ""));
}

int judge_wants_nothing(const struct scenario *scenario, struct err *err)
{
	if (scenario->expectations.count)
		return 0;
	return err_set(err, EINVAL, "%s: it expects nothing: there is no `expect:`",
		       scenario->path);
}

/* Where it broke off before anything was recorded there is nothing to read. */
static int load_timeline(const char *folder, struct judged *judged, struct err *err)
{
	int r = timeline_load(folder, judged->timeline, err);

	if (!r || !judged->judgement.broke_off)
		return r;
	*judged->timeline = (struct timeline){ 0 };
	return 0;
}

static int load(const char *folder, const char *scenario_path, struct judged *judged,
		struct run_params *params, struct wire *wire, struct err *err)
{
	struct judgement *judgement = &judged->judgement;
	int r = run_params_read(folder, judgement->arena, params, err);

	if (!r && !scenario_path)
		reveal(params->scenario);
	if (!r)
		r = scenario_load_as(scenario_path ? scenario_path : params->scenario,
				     params->firmware, &judged->scenario, err);
	if (!r)
		way_settle_scenario(judged->scenario, params->plane, params->features);
	if (!r)
		r = plan_make(judged->scenario,
			      params->plane == PLANE_LIBIPSEC ? ESP_LIBIPSEC : ESP_KERNEL,
			      &judged->plan, err);
	if (!r)
		r = judge_wants_nothing(judged->scenario, err);
	if (!r)
		r = load_timeline(folder, judged, err);
	if (!r)
		r = wire_load(folder, judged->plan, judgement->arena, wire, err);
	return r;
}

/* The last thing that was recorded. */
static int64_t end_us(const struct timeline *timeline)
{
	int64_t end = 0;

	for (size_t i = 0; i < timeline->count; i++)
		if (timeline->events[i].t_us > end)
			end = timeline->events[i].t_us;
	return end;
}

static void add_head(struct judged *judged, const char *folder,
		     const struct run_params *params, int64_t start_us)
{
	struct judgement *judgement = &judged->judgement;

	judgement->scenario = judged->scenario;
	judgement->plan = judged->plan;
	judgement->plane = plane_name(params->plane);
	judgement->plane_why = params->plane_why;
	judgement->is_quick = params->is_quick || params->is_virtual;
	judgement->folder = arena_strdup(judgement->arena, folder);
	judgement->start_us = start_us;
	judgement->took_us = end_us(judged->timeline);
	judgement->is_virtual = params->is_virtual;
	judgement->seed = params->seed;
	judgement->wall_us = params->wall_us;
}

/* An expectation that was checked by nothing is an error of ours, not as expected. */
static const struct expectation *find_unchecked(const struct judgement *judgement)
{
	vec_foreach (wanted, &judgement->scenario->expectations) {
		int index = (int)(wanted - judgement->scenario->expectations.items);
		bool is_checked = false;

		vec_foreach (verdict, &judgement->verdicts) {
			int checked = verdict->expectation;

			/* The tunnel is one, however often it is asked for. */
			is_checked |=
				checked == index ||
				(checked >= 0 && wanted->kind == EXPECT_TUNNEL &&
				 judgement->scenario->expectations.items[checked].kind ==
					 EXPECT_TUNNEL);
		}
		if (!is_checked)
			return wanted;
	}
	return NULL;
}

/* The one reason why nothing of this may be believed; NULL: all is well. */
static const char *find_reason(const struct judged *judged)
{
	const struct judgement *judgement = &judged->judgement;
	const char *reason =
		ending_reason(judged->timeline, judgement->broke_off, judgement->arena);
	const struct expectation *unchecked;
	const char *silent;

	if (reason)
		return reason;
	silent = check_silent(judgement->scenario, &judgement->verdicts);
	if (silent)
		return arena_printf(judgement->arena,
				    "the check '%s' said nothing, which is an error of "
				    "twinsite",
				    silent);
	unchecked = find_unchecked(judgement);
	if (!unchecked)
		return NULL;
	return arena_printf(judgement->arena,
			    "'%s' (%s:%u) was checked by nothing, which is an error of "
			    "twinsite",
			    unchecked->text, unchecked->at.file, unchecked->at.line);
}

static void judge_outcome(struct judged *judged, const struct check_input *input)
{
	struct judgement *judgement = &judged->judgement;
	const char *reason = find_reason(judged), *injected;

	if (reason)
		ending_unprove(judgement, reason);
	else
		diagnose_contradictions(input, judgement);
	diagnose_outcome(judgement, !reason, reason);
	injected = diagnose_injection(judged->timeline, judgement->arena);
	if (injected && judgement->outcome == OUTCOME_AS_EXPECTED) {
		judgement->outcome = OUTCOME_UNEXPECTED;
		judgement->outcome_text = injected;
	}
}

static void judge(struct judged *judged, const char *folder,
		  const struct run_params *params, const struct wire *wire)
{
	struct judgement *judgement = &judged->judgement;
	const struct event *run = timeline_next(judged->timeline, NULL, "run", "run");
	struct check_input input = {
		.scenario = judged->scenario,
		.plan = judged->plan,
		.timeline = judged->timeline,
		.wire = wire,
		.plane = plane_name(params->plane),
		.is_kernel_esp = params->plane != PLANE_LIBIPSEC,
		.start_us = run ? event_number(run, "start_us", 0) : 0,
		.arena = judgement->arena,
	};

	for (unsigned int site = 0; site < 2; site++)
		logs_load(folder, judged->scenario->sites.items[site].name,
			  judgement->arena, &input.logs[site]);
	scripts_judge(judged->timeline, judged->scenario, judgement);
	inits_judge(judged->timeline, judged->scenario, judgement);
	updowns_judge(input.logs, judged->timeline, judged->scenario, judgement);
	if (!input.is_kernel_esp) {
		scripts_without_policies(judged->scenario, judgement);
		limits_without_kernel(judged->scenario, input.plane);
	}
	refused_judge(judged->timeline, judged->plan, judged->scenario);
	add_head(judged, folder, params, input.start_us);
	check_run(&input, &judgement->verdicts);
	plant_verdicts(params->plant, &judgement->verdicts);
	diagnose_run(&input, &judgement->verdicts, &judgement->diagnoses);
	refused_diagnose(judged->timeline, judged->plan, judged->scenario, judgement);
	add_figures(judgement);
	add_statuses(judgement, &input);
	add_timers(judgement);
	add_notes(judgement, judged->timeline);
	add_kernel_keys(judgement, judged->timeline);
	judge_outcome(judged, &input);
}

static int judge_anyhow(const char *folder, const char *scenario_path, const char *reason,
			struct judged **ret_judged, struct err *err)
{
	_cleanup_(judged_freep) struct judged *judged = calloc(1, sizeof(*judged));
	struct run_params params;
	struct wire wire;
	int r;

	if (!judged || !(judged->timeline = calloc(1, sizeof(*judged->timeline))))
		return err_set(err, ENOMEM, "out of memory");
	judged->judgement.arena = arena_new();
	if (reason)
		judged->judgement.broke_off =
			arena_strdup(judged->judgement.arena, reason);
	r = load(folder, scenario_path, judged, &params, &wire, err);
	if (r)
		return r;
	judge(judged, folder, &params, &wire);
	*ret_judged = steal(&judged);
	return 0;
}

int judge_folder(const char *folder, const char *scenario_path,
		 struct judged **ret_judged, struct err *err)
{
	return judge_anyhow(folder, scenario_path, NULL, ret_judged, err);
}

int judge_broken(const char *folder, const char *reason, struct judged **ret_judged,
		 struct err *err)
{
	return judge_anyhow(folder, NULL, reason, ret_judged, err);
}
