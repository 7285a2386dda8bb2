// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * interop_verdict.c - one verdict from what was compared and what was answered live
 *
 * The first message decides over version, mode and proposal; authentication, keys,
 * identities and networks come later, so a charon that takes the first message says
 * nothing about those: a talk does, which goes on to the first children.
 */
#include "base/cleanup.h"
#include "base/str.h"
#include "check/answer.h"
#include "check/interop.h"

enum interop_answer interop_answer_of(const struct interop_verdict *verdict)
{
	if (verdict->as_responder == INTEROP_REFUSES ||
	    verdict->as_initiator == INTEROP_REFUSES)
		return INTEROP_REFUSES;
	if (verdict->as_responder == INTEROP_TAKES ||
	    verdict->as_initiator == INTEROP_TAKES)
		return INTEROP_TAKES;
	return INTEROP_UNKNOWN;
}

/* Do the sites stand for both ends of that SA? Then the two tunnels that do decide. */
static bool are_both_there(const struct interop *interop, uint32_t sa)
{
	bool is_there[INTEROP_IS_RESPONDER + 1] = { false };

	vec_foreach (verdict, &interop->verdicts)
		if (verdict->sa == sa)
			is_there[verdict->place] = true;
	return is_there[INTEROP_IS_INITIATOR] && is_there[INTEROP_IS_RESPONDER];
}

/* Would the other one of such a pair refuse? */
static bool is_spoiled(const struct interop *interop, uint32_t sa)
{
	vec_foreach (verdict, &interop->verdicts)
		if (verdict->sa == sa && verdict->place != INTEROP_ELSEWHERE &&
		    interop_answer_of(verdict) == INTEROP_REFUSES)
			return true;
	return false;
}

enum interop_answer interop_overall(const struct interop *interop)
{
	enum interop_answer overall = INTEROP_UNKNOWN;

	vec_foreach (verdict, &interop->verdicts) {
		enum interop_answer answer = interop_answer_of(verdict);

		if (are_both_there(interop, verdict->sa)) {
			if (verdict->place == INTEROP_ELSEWHERE)
				continue;
			if (is_spoiled(interop, verdict->sa))
				answer = INTEROP_REFUSES;
		}
		if (answer == INTEROP_TAKES)
			return INTEROP_TAKES;
		if (answer == INTEROP_REFUSES)
			overall = INTEROP_REFUSES;
	}
	return overall;
}

/* The last question to that site about that SA: later ones correct what earlier asked. */
static const struct replay_result *result_of(const struct replay *replay,
					     const struct interop_verdict *verdict)
{
	const struct replay_result *last = NULL;

	vec_foreach (result, &replay->results)
		if (result->sa == verdict->sa && str_equal(result->site, verdict->site))
			last = result;
	return last;
}

/* How many tunnels of that site were compared? A charon answers for all of them. */
static unsigned int tunnels_of(const struct interop *interop,
			       const struct interop_verdict *like)
{
	unsigned int count = 0;

	vec_foreach (verdict, &interop->verdicts)
		count += verdict->sa == like->sa && str_equal(verdict->site, like->site);
	return count;
}

/* What a talk came to decides over that role of the site. */
static void add_talk(struct interop *interop, struct interop_verdict *verdict,
		     const struct replay_talk *talk)
{
	bool is_initiator = talk->is_site_initiator;
	enum interop_answer *answer =
		is_initiator ? &verdict->as_initiator : &verdict->as_responder;
	const char **why =
		is_initiator ? &verdict->why_initiator : &verdict->why_responder;

	*(is_initiator ? &verdict->talk_initiator : &verdict->talk_responder) = talk;
	if (talk->end == TALK_UP && *answer == INTEROP_UNKNOWN)
		*answer = INTEROP_TAKES;
	if (talk->end != TALK_REFUSED || *answer == INTEROP_REFUSES)
		return;
	*answer = INTEROP_REFUSES;
	*why = talk->cause ? arena_printf(interop->arena, "%s (live, %s)", talk->cause,
					  talk->text)
			   : arena_printf(interop->arena, "live, %s", talk->text);
}

static void add_talks(struct interop *interop, struct interop_verdict *verdict,
		      const struct replay *replay)
{
	vec_foreach (talk, &replay->talks)
		if (talk->sa == verdict->sa && str_equal(talk->site, verdict->site) &&
		    str_equal(talk->tunnel, verdict->tunnel) &&
		    /* A charon that is called answers for all its tunnels. */
		    (talk->is_site_initiator || tunnels_of(interop, verdict) == 1))
			add_talk(interop, verdict, talk);
}

void interop_add_live(struct interop *interop, const struct replay *replay)
{
	vec_foreach (verdict, &interop->verdicts)
		add_talks(interop, verdict, replay);
	vec_foreach (verdict, &interop->verdicts) {
		const struct replay_result *result = result_of(replay, verdict);

		if (!result || !result->is_answered || !result->recorded)
			continue;
		verdict->live = result->answer.summary;
		if (!result->answer.refused_here || tunnels_of(interop, verdict) > 1 ||
		    verdict->place == INTEROP_IS_INITIATOR)
			continue;
		verdict->is_contradicted = verdict->as_responder == INTEROP_TAKES &&
					   !result->answer.refused_there;
		verdict->as_responder = INTEROP_REFUSES;
		if (!verdict->why_responder)
			verdict->why_responder =
				arena_printf(interop->arena, "its charon answers %s",
					     result->answer.refused_here);
	}
}
