/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * session_fold.h - long lives in bounded memory: what of an IKE SA's messages is kept
 *
 * A tunnel asks every few seconds whether the other end is alive, for days. Of a run of
 * such pairs, each answered at once and as long as the one before, the first and the last
 * are kept and the others counted. The same with cycles of a few steps that come again and
 * again, as rekeyings do: each exchange answered, each message like the one in its place a
 * cycle before, the distance about the same. So whatever comes late (a rekeying that is
 * refused, a DELETE, a dead peer) is seen. Where that does not help, the beginning and the
 * end are kept and messages between are counted.
 */
#ifndef TWINSITE_DISSECT_SESSION_FOLD_H
#define TWINSITE_DISSECT_SESSION_FOLD_H

#include "dissect/session.h"

/* Make room for one more step. */
void session_fold(struct ike_session *session);

/* Quick mode, CREATE_CHILD_SA: a cycle begins with one. */
bool session_makes_child(const struct ike_session *session, const struct ike_step *step);

/* Are steps index and index + 1 a quiet question and its answer? */
bool session_is_quiet_pair(const struct ike_session *session, size_t index);

/*
 * What a step has in common with the one in its place a cycle later: exchange, length, who
 * sent it (but of quiet pairs), and what can be read of it but SPIs, keys and nonces.
 */
uint64_t session_step_shape(const struct ike_session *session, size_t index);

#endif
