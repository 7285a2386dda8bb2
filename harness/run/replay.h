/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * replay.h - recorded first messages, asked again of a scenario's charons
 *
 * Each IKE SA of a capture whose first message is there is sent to the charon of each
 * site of a scenario, from the address of that site's peer, with a fresh SPI. What the
 * charon answers is held against what the recorded device answered.
 *
 * Aggressive mode names the initiator in its first message, and a charon that does not
 * know that name never gets to the proposals. So such a message is sent a second time
 * with only the identity replaced by the one the site expects.
 *
 * What the first message does not decide (keys, identities, networks, PFS) is found by
 * going on: a peer of ours says what the recorded device says, to the end of the first
 * children, in either role (run/talk_says.h, peer/peer.h).
 */
#ifndef TWINSITE_RUN_REPLAY_H
#define TWINSITE_RUN_REPLAY_H

#include "check/answer.h"
#include "dissect/session.h"
#include "scenario/scenario.h"

struct err;

#define REPLAY_MAX 64 /* questions; more are not asked */

/*
 * Runs in a world of its own, at most REPLAY_SECONDS. -ENOTSUP when this machine cannot
 * (no namespaces, no charon, no TUN). No question at all is no error.
 */
#define REPLAY_SECONDS 60
int replay_run(const struct session_set *set, const struct scenario *scenario,
	       struct replay *ret, struct err *err);

#endif
