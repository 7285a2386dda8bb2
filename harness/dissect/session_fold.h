/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * session_fold.h - long lives in bounded memory: what of an IKE SA's messages is kept
 *
 * A tunnel asks every few seconds whether the other end is alive, for days. Of a run of
 * such pairs, each answered at once, the first and the last are kept and the others
 * counted; so whatever comes late (a rekeying, a DELETE, a dead peer) is seen. Where that
 * does not help, the beginning and the end are kept and messages between are counted.
 */
#ifndef TWINSITE_DISSECT_SESSION_FOLD_H
#define TWINSITE_DISSECT_SESSION_FOLD_H

#include "dissect/session.h"

/* Make room for one more step. */
void session_fold(struct ike_session *session);

#endif
