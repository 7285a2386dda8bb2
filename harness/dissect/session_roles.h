/* SPDX-License-Identifier: GPL-2.0-or-later */
/* session_roles.h - which end of an IKE SA sent a message, as far as the protocol tells */
#ifndef TWINSITE_DISSECT_SESSION_ROLES_H
#define TWINSITE_DISSECT_SESSION_ROLES_H

#include <stdbool.h>

#include "dissect/session.h"

enum sender {
	SENDER_UNKNOWN,
	SENDER_INITIATOR,
	SENDER_RESPONDER,
};

/*
 * By the message alone. IKEv2 has a flag; in IKEv1 who begins leaves the responder's
 * cookie empty, and the payloads of phase 1 tell (RFC 2409 5). An INFORMATIONAL with an
 * empty cookie tells nothing: whoever refuses a first message keeps no state of it.
 */
enum sender session_sender_of(const struct ike_message *message);

/* The same, and the likelier end where it does not tell; never SENDER_UNKNOWN. */
enum sender session_sender_guess(const struct ike_message *message);

/*
 * By what came before it in an IKEv1 SA whose beginning is missing: the KE of main mode
 * before its first encrypted message is the responder's, that one the initiator's; and a
 * single encrypted message of main mode before the other end's quick mode is the responder's.
 * is_forward: it is from the end that is taken for the initiator.
 */
enum sender session_sender_after(const struct ike_session *session,
				 const struct ike_message *message, bool is_forward);

#endif
