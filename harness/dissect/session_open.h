/* SPDX-License-Identifier: GPL-2.0-or-later */
/* session_open.h - messages of an IKE SA opened with its keys; for session.c only */
#ifndef TWINSITE_DISSECT_SESSION_OPEN_H
#define TWINSITE_DISSECT_SESSION_OPEN_H

#include "dissect/session.h"

/* A copy in the session's memory, when there is anything. */
void session_keep(struct ike_session *session, struct slice *place, struct slice bytes);

/* Decrypt as far as the keyring allows; step->state, plain and message tell the rest. */
void session_open_ikev1(struct session_set *set, struct ike_session *session,
			struct ike_step *step, struct ike_message *message);
void session_open_ikev2(struct session_set *set, struct ike_session *session,
			struct ike_step *step, struct ike_message *message);

bool session_is_fragment_v1(const struct ike_step *step);

/* When all pieces are there, the step that came last becomes the whole message: true. */
bool session_join_fragments_v1(struct ike_session *session, struct ike_step *step);

#endif
