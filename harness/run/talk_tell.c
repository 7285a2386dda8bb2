// SPDX-License-Identifier: GPL-2.0-or-later
/* talk_tell.c - what a talk of replay_world.h came to, in words */
#include "run/talk_tell.h"

/* Whatever goes further than what was recorded: that was the cause. */
static const char *cause_of(const struct replay_talk_shared *talk)
{
	const struct replay_attempt *first = &talk->attempts[TALK_AS_RECORDED];

	for (int i = 1; i < TALK_VARIANTS; i++)
		if (talk->attempts[i].is_tried && talk->attempts[i].stage > first->stage)
			return talk_variant_name((enum talk_variant)i);
	return NULL;
}

/* Does what was being decided there stand in the capture? */
static bool is_recorded(const struct replay_talk_shared *talk, enum peer_stage stage)
{
	const struct talk_says *says = talk->says;

	switch (stage) {
	case PEER_STAGE_PROPOSAL:
	case PEER_STAGE_KEYS:
		return true;
	case PEER_STAGE_AUTH:
		return says->has_identity && says->has_psk;
	case PEER_STAGE_CHILD:
	case PEER_STAGE_REKEY:
		return says->has_child;
	case PEER_STAGE_UP:
		break;
	}
	return false;
}

static enum talk_end end_of(const struct replay_talk_shared *talk, const char *cause)
{
	const struct replay_attempt *first = &talk->attempts[TALK_AS_RECORDED];

	if (!first->is_tried)
		return TALK_NOT_TRIED;
	if (first->state == PEER_IS_UP)
		return TALK_UP;
	if (cause)
		return TALK_REFUSED;
	/* Whoever refuses says so here; silence alone is nobody's no. */
	return first->state != PEER_WAITS && is_recorded(talk, first->stage)
		       ? TALK_REFUSED
		       : TALK_UNTOLD;
}

static const char *text_of(struct arena *arena, const struct replay_talk_shared *talk,
			   enum talk_end end)
{
	const struct replay_attempt *first = &talk->attempts[TALK_AS_RECORDED];
	const char *stage = peer_stage_name(talk->version, first->stage);

	if (end == TALK_NOT_TRIED)
		return arena_strdup(arena,
				    *talk->failure ? talk->failure : talk->says->why_not);
	if (end != TALK_UP)
		return arena_printf(arena, "%s: %s", stage, first->why);
	return arena_printf(arena, "%s, %u child%s", stage, first->children,
			    first->children == 1 ? "" : "ren");
}

void talk_tell(struct replay *replay, const struct scenario *scenario,
	       const struct replay_talk_shared *talk)
{
	const char *cause = cause_of(talk);
	enum talk_end end = end_of(talk, cause);
	struct replay_talk *told;

	if (end == TALK_NOT_TRIED && !*talk->failure && !talk->says->why_not)
		return;
	told = vec_push(replay->arena, &replay->talks);
	*told = (struct replay_talk){ .sa = talk->sa,
				      .site = scenario->sites.items[talk->site].name,
				      .tunnel = talk->tunnel,
				      .is_site_initiator = talk->is_site_initiator,
				      .end = end,
				      .text = text_of(replay->arena, talk, end),
				      .cause = cause };
	if (end == TALK_NOT_TRIED)
		return;
	vec_foreach (remark, &talk->says->remarks)
		vec_add(replay->arena, &told->remarks, *remark);
}
