/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * proof.h - how one end of an IKE SA proved who it is, and whether that holds
 *
 * With a pre-shared key each end sends a hash that only its owner can make: HASH_I and
 * HASH_R in IKEv1 (RFC 2409 5), AUTH in IKEv2 (RFC 7296 2.15). Where everything that
 * it covers was captured, the keys of the keyring are tried on it. In aggressive mode
 * HASH_R is in clear and needs no other key at all.
 */
#ifndef TWINSITE_DISSECT_PROOF_H
#define TWINSITE_DISSECT_PROOF_H

#include "dissect/session.h"

struct arena;

enum proof_verdict {
	PROOF_VERIFIED,	   /* made with the pre-shared key named by label */
	PROOF_REFUTED,	   /* made with none of those given */
	PROOF_NOT_TRIED,   /* it could be checked, and no pre-shared key was given */
	PROOF_UNCHECKABLE, /* reason says what is missing */
};

struct proof {
	enum proof_verdict verdict;
	const char *payload; /* "HASH_R", "SIG", "AUTH" */
	uint32_t frame;	     /* of the message it is in; 0: not seen */
	const char *label;   /* PROOF_VERIFIED: of the key; never the key */
	const char *reason;  /* PROOF_UNCHECKABLE: half a sentence; else NULL */
};

/* Strings are static, of the session or from the arena. */
void proof_of(const struct session_set *set, const struct ike_session *session,
	      bool is_responder, struct arena *arena, struct proof *ret);

/*
 * Of all IKE SAs together: PROOF_REFUTED when one is, else PROOF_VERIFIED when one is,
 * else that nothing was tried or could be.
 */
enum proof_verdict proof_of_all(const struct session_set *set);

/* "verified", "does not verify", "not tried", "cannot be checked" */
const char *proof_verdict_name(enum proof_verdict verdict);

#endif
