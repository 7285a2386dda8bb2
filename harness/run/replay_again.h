/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * replay_again.h - asked, and told how to ask instead: IKEv2's COOKIE and INVALID_KE
 *
 * A responder may want a cookie back before it does any work (RFC 7296 2.6), or a KE of
 * another group that was offered as well (2.7). The recorded device would ask again;
 * so the question is changed as it would have done.
 */
#ifndef TWINSITE_RUN_REPLAY_AGAIN_H
#define TWINSITE_RUN_REPLAY_AGAIN_H

#include "run/replay_world.h"

/*
 * Look at the answer. When it asks for that, rewrite question->bytes, say so in
 * question->again, forget the answer and return true. When the device would not do it
 * (a group that it never offered), say so and return false. Pure.
 */
bool replay_ask_again(struct replay_question *question);

#endif
