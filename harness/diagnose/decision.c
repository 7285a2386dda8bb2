// SPDX-License-Identifier: GPL-2.0-or-later
/* decision.c - from the first observation to a class: failures.md §0.2 as a table */
#include "diagnose/decision.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "diagnose/candidates.h"
#include "predict/predict.h"
#include "predict/sees.h"

enum stage {
	STAGE_OURS,	  /* the machine's own trouble: never blame a config */
	STAGE_NO_TUNNEL,  /* no SA, or no CHILD SA */
	STAGE_NO_TRAFFIC, /* SAs, and a question through them is not answered */
	STAGE_QUIET,	  /* everything works, and it will not stay so */
};

#define CANDIDATES_MAX 4

static const struct decision {
	enum stage stage;
	const char *seen; /* the observation, as a sentence may go on */
	bool (*is_seen)(const struct sights *sights); /* NULL: always looked at */
	struct candidate {
		enum class_id class;
		enum answer (*ask)(const struct sights *sights,
				   struct diagnosis *diagnosis);
	} candidates[CANDIDATES_MAX];
	const char *tells; /* what would tell them apart */
} decisions[] = {
	/* clang-format off */
	{ STAGE_OURS, "a kernel refused the SA", sights_is_without_sa,
	  { { F53, candidate_kernel } }, NULL },
	{ STAGE_OURS, "a daemon lacks an algorithm", sights_is_without_sa,
	  { { F39, candidate_plugin } }, NULL },
	{ STAGE_NO_TUNNEL, "the peer's name has no address", NULL,
	  { { F06, candidate_name } }, NULL },
	{ STAGE_NO_TUNNEL, "the responder has no connection for who calls",
	  sights_is_not_known,
	  { { F30, candidate_pinned },
	    { F34, candidate_private_id } },
	  "the responder's log with cfg = 3" },
	{ STAGE_NO_TUNNEL, "requests on UDP 500 are not heard", sights_is_unheard,
	  { { F07, candidate_wrong_address },
	    { F13, candidate_forwarded },
	    { F09, candidate_refused },
	    { F08, candidate_blocked } },
	  "a capture on both sides of each firewall, conntrack of the far gateway" },
	{ STAGE_NO_TUNNEL, "the answers do not arrive", sights_is_unanswered,
	  { { F10, candidate_answers } },
	  "a capture on both sides of each firewall" },
	{ STAGE_NO_TUNNEL, "UDP 500 passes and UDP 4500 does not", sights_is_half_open,
	  { { F15, candidate_ike_fragments },
	    { F11, candidate_nat_t } },
	  "IP fragments on both sides of the path" },
	{ STAGE_NO_TRAFFIC, "an updown script stopped", sights_is_script_stopped,
	  { { F93, candidate_script } },
	  "what the script prints, in the log of its end" },
	{ STAGE_NO_TRAFFIC, "one end has no such SA any more", sights_is_stale,
	  { { F60, candidate_duplicate },
	    { F57, candidate_late },
	    { F56, candidate_restarted } },
	  "the far end's log, for INITIAL_CONTACT or a start" },
	{ STAGE_NO_TRAFFIC, "ESP leaves and nothing is received", sights_is_esp_lost,
	  { { F74, candidate_large },
	    { F12, candidate_esp } },
	  "a capture on both sides of the path, conntrack of NAT routers" },
	{ STAGE_NO_TRAFFIC, "packets come out of the tunnel and go no further",
	  sights_is_dropped,
	  { { F68, candidate_forwarding },
	    { F71, candidate_filter },
	    { F67, candidate_no_way_back },
	    { F66, candidate_policy } },
	  "the LAN behind the gateway, ip_forward, rp_filter and its drop counters" },
	{ STAGE_NO_TRAFFIC, "nothing enters the tunnel", sights_is_not_sent,
	  { { F69, candidate_route } },
	  "table 220 and the policies of the sending gateway" },
	{ STAGE_QUIET, "rekeying is refused", NULL,
	  { { F43, candidate_rekey } }, NULL },
	{ STAGE_QUIET, "there are two IKE SAs for one tunnel", NULL,
	  { { F59, candidate_twice } }, NULL },
	{ STAGE_QUIET, "only large packets are lost", NULL,
	  { { F74, candidate_large } }, NULL },
	{ STAGE_QUIET, "inner packets are in clear while the tunnel is down", NULL,
	  { { F70, candidate_clear } }, NULL },
	/* clang-format on */
};

static const struct finding_class *class_at(const struct decision *decision, size_t i)
{
	return finding_class_of(decision->candidates[i].class);
}

static bool is_stage(const struct sights *sights, enum stage stage)
{
	bool is_up = sights->has_child[0] && sights->has_child[1];

	switch (stage) {
	case STAGE_OURS:
		return true;
	case STAGE_NO_TUNNEL:
		return !is_up;
	case STAGE_NO_TRAFFIC:
		return is_up && sights->lost.count;
	case STAGE_QUIET:
		return is_up && !sights->lost.count;
	}
	return false;
}

/*
 * What a run found and a file has the line of: the gateway's own firewall refuses IKE
 * (F08 of predict/) with an answer, which is F09, or without.
 */
static const struct {
	enum class_id run, finding;
} adopted[] = {
	{ F08, F08 },
	{ F09, F08 },
	{ F11, F08 },
	{ F12, F12 },
};

static void adopt(const struct sights *sights, struct diagnosis *diagnosis)
{
	struct arena *arena = sights->observe->input->arena;

	if (!sights->observe->findings || !diagnosis->site)
		return;
	vec_foreach (finding, sights->observe->findings) {
		bool is_it = false;

		for (size_t i = 0; i < ARRAY_SIZE(adopted); i++)
			is_it |= diagnosis->class->number == adopted[i].run &&
				 finding->class->number == adopted[i].finding;
		if (!is_it || !str_equal(finding->site, diagnosis->site))
			continue;
		memcpy(diagnosis->values, finding->values, sizeof(diagnosis->values));
		vec_foreach (fix, &finding->fixes)
			vec_add(arena, &diagnosis->fixes, *fix);
		return;
	}
}

/*
 * The words of the advice are strongSwan's. Another device that calls has those of an
 * unanswered phase 1; what one sees that is called is known where it hears nothing.
 */
static void say_sees(const struct sights *sights, struct diagnosis *diagnosis,
		     unsigned int site, const char *words, enum sees_role role)
{
	static const enum class_id known[] = { F07, F08, F09, F13, F30 };
	const struct site *of = sights->observe->input->scenario->sites.items[site].site;
	const struct sees_case seen = { .class = diagnosis->class->number, .version = 1 };
	bool is_known = false;

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		is_known |= diagnosis->class->number == known[i];
	if (!predict_is_strongswan(of)) {
		if (role == SEES_REFUSING && !is_known)
			return;
		words = sees_words(&seen, of->kind, role);
	}
	vec_add(sights->observe->input->arena, &diagnosis->sees,
		arena_printf(sights->observe->input->arena, "%s: %s",
			     sights_site(sights, site), words));
}

/* Where no file has the line: what both ends see, and what to do. */
static void advise(const struct sights *sights, struct diagnosis *diagnosis)
{
	const struct advice *advice = &diagnosis->class->advice;
	struct arena *arena = sights->observe->input->arena;
	const char *site = diagnosis->site;

	adopt(sights, diagnosis);
	if (!advice->fix)
		return;
	if (!diagnosis->sees.count && advice->both)
		vec_add(arena, &diagnosis->sees,
			arena_printf(arena, "both: %s", advice->both));
	else if (!diagnosis->sees.count) {
		say_sees(sights, diagnosis, sights->from, advice->caller, SEES_ASKING);
		say_sees(sights, diagnosis, sights->to, advice->called, SEES_REFUSING);
	}
	if (!diagnosis->fixes.count)
		vec_add(arena, &diagnosis->fixes,
			arena_printf(arena, "%s%s%s", site ? site : "", site ? ": " : "",
				     advice->fix));
}

static void append(const struct sights *sights, const struct candidate *candidate,
		   const struct decision *decision, struct diagnosis *diagnosis,
		   struct diagnoses *ret_diagnoses)
{
	struct arena *arena = sights->observe->input->arena;

	diagnosis_name(diagnosis, candidate->class);
	if (!diagnosis->in_effect)
		observe_in_effect(sights->observe, diagnosis, decision->seen);
	for (size_t i = 0; i < CANDIDATES_MAX && decision->candidates[i].class; i++)
		if (&decision->candidates[i] != candidate)
			vec_add(arena, &diagnosis->ruled_out,
				arena_printf(arena, "not %s (%s): its mark is not there",
					     class_at(decision, i)->id,
					     class_at(decision, i)->name));
	advise(sights, diagnosis);
	*vec_push(arena, ret_diagnoses) = *diagnosis;
}

/* Several are possible and none has its mark: say what would tell. */
static void append_undecided(const struct sights *sights, const struct decision *decision,
			     const bool *is_possible, struct diagnoses *ret_diagnoses)
{
	struct arena *arena = sights->observe->input->arena;
	struct diagnosis *diagnosis = vec_push(arena, ret_diagnoses);
	_cleanup_buf_ struct buf text = { 0 };

	buf_printf(&text, "%s: one of", decision->seen);
	for (size_t i = 0; i < CANDIDATES_MAX && decision->candidates[i].class; i++)
		if (is_possible[i])
			buf_printf(&text, " %s (%s)", class_at(decision, i)->id,
				   class_at(decision, i)->name);
	buf_printf(&text, "; it would tell: %s", decision->tells ? decision->tells : "");
	*diagnosis = (struct diagnosis){
		.class = finding_class_of(CLASS_NONE),
		.layer = class_at(decision, 0)->layer,
		.summary = arena_strdup(arena, buf_text(&text)),
	};
}

static bool decide(const struct sights *sights, const struct decision *decision,
		   struct diagnoses *ret_diagnoses)
{
	struct diagnosis answers[CANDIDATES_MAX] = { 0 };
	bool is_possible[CANDIDATES_MAX] = { 0 };
	size_t possible = 0, last = 0;

	for (size_t i = 0; i < CANDIDATES_MAX && decision->candidates[i].class; i++) {
		switch (decision->candidates[i].ask(sights, &answers[i])) {
		case ANSWER_NO:
			break;
		case ANSWER_MAYBE:
			is_possible[i] = true;
			possible++;
			last = i;
			break;
		case ANSWER_YES:
			append(sights, &decision->candidates[i], decision, &answers[i],
			       ret_diagnoses);
			return true;
		}
	}
	if (possible == 1)
		append(sights, &decision->candidates[last], decision, &answers[last],
		       ret_diagnoses);
	else if (possible)
		append_undecided(sights, decision, is_possible, ret_diagnoses);
	return possible > 0;
}

/* The mark of a candidate that stands before it in the row is against it. */
static bool row_has_mark(const struct sights *sights, const struct decision *decision,
			 enum class_id class, struct diagnosis *diagnosis)
{
	for (size_t i = 0; i < CANDIDATES_MAX && decision->candidates[i].class; i++) {
		struct diagnosis scratch = { 0 };
		bool is_wanted = decision->candidates[i].class == class;
		enum answer answer = decision->candidates[i].ask(
			sights, is_wanted ? diagnosis : &scratch);

		if (is_wanted)
			return answer != ANSWER_NO;
		if (answer == ANSWER_YES)
			return false;
	}
	return false;
}

bool decision_has_mark(const struct observe *observe, const struct finding *finding,
		       struct diagnosis *diagnosis)
{
	struct sights sights;

	sights_collect(observe, &sights);
	for (size_t i = 0; i < ARRAY_SIZE(decisions); i++) {
		const struct decision *decision = &decisions[i];

		if (!is_stage(&sights, decision->stage) ||
		    (decision->is_seen && !decision->is_seen(&sights)))
			continue;
		if (row_has_mark(&sights, decision, finding->class->number, diagnosis)) {
			observe_in_effect(observe, diagnosis, decision->seen);
			return true;
		}
	}
	return false;
}

bool decision_run(const struct observe *observe, bool is_ours,
		  struct diagnoses *ret_diagnoses)
{
	struct sights sights;

	sights_collect(observe, &sights);
	for (size_t i = 0; i < ARRAY_SIZE(decisions); i++) {
		const struct decision *decision = &decisions[i];

		if ((decision->stage == STAGE_OURS) == is_ours &&
		    is_stage(&sights, decision->stage) &&
		    (!decision->is_seen || decision->is_seen(&sights)) &&
		    decide(&sights, decision, ret_diagnoses))
			return true;
	}
	return false;
}
