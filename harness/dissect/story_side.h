/* SPDX-License-Identifier: GPL-2.0-or-later */
/* story_side.h - of an IKE SA only what one end sent is in the capture */
#ifndef TWINSITE_DISSECT_STORY_SIDE_H
#define TWINSITE_DISSECT_STORY_SIDE_H

#include "dissect/session.h"

enum story_side {
	STORY_SIDES_BOTH, /* or nothing proves that the other end spoke */
	STORY_SIDE_INITIATOR,
	STORY_SIDE_RESPONDER,
};

/*
 * Is every message of an SA from one end, and is there one that this end cannot have sent
 * unless the other had answered or asked? Then the other end was not captured (a mirror
 * port of one direction, a filter, routes that differ), and that nothing of it is there
 * says nothing of it. Proof is, behind the first message: a response (RFC 7296 2.1), the
 * responder's SPI where an earlier message had none, the next message id of IKEv2 (window
 * of 1, 2.3), the next message of a phase 1 of IKEv1, the third of quick mode (RFC 2409 5).
 * Questions of IKEv1 that nobody answers prove nothing: the peer may be dead.
 */
enum story_side story_side_of(const struct ike_session *session);

/* "initiator", "responder" of a side that is one. */
const char *story_side_name(enum story_side side);

#endif
