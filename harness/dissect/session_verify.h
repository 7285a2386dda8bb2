/* SPDX-License-Identifier: GPL-2.0-or-later */
/* session_verify.h - what IKE messages prove: IKEv1's hashes, IKEv2's AUTH */
#ifndef TWINSITE_DISSECT_SESSION_VERIFY_H
#define TWINSITE_DISSECT_SESSION_VERIFY_H

#include "dissect/session.h"

/*
 * The HASH of a decrypted message behind phase 1: HASH(1), (2), (3) of quick mode, and
 * of informational and transaction exchanges (RFC 2409 5.5, 5.7). Needs SKEYID_a.
 */
enum step_hash session_verify_hash(const struct session_set *set,
				   const struct ike_session *session,
				   const struct ike_step *step,
				   const struct ike_message *message);

/*
 * The AUTH of a decrypted IKE_AUTH message by pre-shared key (RFC 7296 2.15). Needs
 * SK_pi or SK_pr, a pre-shared key and both IKE_SA_INIT messages. ret_label: of the key
 * that is right.
 */
enum psk_verdict session_verify_auth(const struct session_set *set,
				     const struct ike_session *session,
				     const struct ike_step *step,
				     const struct ike_message *message,
				     const char **ret_label);

/* Is everything there that an AUTH by pre-shared key needs, but that key? */
enum auth_inputs {
	AUTH_INPUTS_HERE,
	AUTH_INPUTS_NO_INIT, /* an IKE_SA_INIT or the identity is not in the capture */
	AUTH_INPUTS_NO_KEY,  /* neither table nor log has SK_pi or SK_pr */
	AUTH_INPUTS_OTHER,   /* another method, or an algorithm nobody knows here */
};

/* step: one that has AUTH, in clear or decrypted. */
enum auth_inputs session_auth_inputs(const struct session_set *set,
				     const struct ike_session *session,
				     const struct ike_step *step);

/*
 * Is this the pre-shared key that an end's HASH_I, HASH_R or AUTH was made with? 1 yes,
 * 0 no, -ENODATA when that cannot be said (nothing seen, keys missing, another method).
 */
int session_try_psk(const struct session_set *set, const struct ike_session *session,
		    bool is_responder, struct slice psk);

#endif
