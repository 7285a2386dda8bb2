/* SPDX-License-Identifier: GPL-2.0-or-later */
/* talk_tell.h - what a talk of replay_world.h came to, in words */
#ifndef TWINSITE_RUN_TALK_TELL_H
#define TWINSITE_RUN_TALK_TELL_H

#include "check/answer.h"
#include "run/replay_world.h"

/*
 * Adds it to replay->talks; nothing for one that was not gone on with because the first
 * message was refused already. Pure.
 */
void talk_tell(struct replay *replay, const struct scenario *scenario,
	       const struct replay_talk_shared *talk);

#endif
