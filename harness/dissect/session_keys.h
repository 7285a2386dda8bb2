/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * session_keys.h - keys that a capture itself gives once a private exponent is known
 *
 * With the exponent of either end the shared secret follows from what the other end sent,
 * and with it (IKEv1: and the pre-shared key) every key of the IKE SA. Its decrypted
 * messages then give the keys of its children; with PFS the exponent of that exchange
 * must be known, too. All go into the keyring and prove themselves as any others: by
 * payloads that make sense, by ICVs. For session.c alone.
 */
#ifndef TWINSITE_DISSECT_SESSION_KEYS_H
#define TWINSITE_DISSECT_SESSION_KEYS_H

#include "dissect/session.h"

/* IKEv1: when phase 1 has told enough, once. */
void session_keys_phase1(struct session_set *set, struct ike_session *session);

/* IKEv1: when `step` is the answer of a quick mode, decrypted. */
void session_keys_quick(struct session_set *set, const struct ike_session *session,
			const struct ike_step *step, const struct ike_message *message);

/* IKEv2: when `step` is an answer: of IKE_SA_INIT, IKE_AUTH or CREATE_CHILD_SA. */
void session_keys_ikev2(struct session_set *set, const struct ike_session *session,
			const struct ike_step *step, const struct ike_message *message);

/* ------------------------------------------------------------ for session_keys_… alone */

#define SESSION_SECRETS_MAX  4096 /* shared secrets computed of one capture, at most */
#define SESSION_ESP_KEYS_MAX 4096 /* a keyring with so many gets no derived ones */

/*
 * The shared secret of two public values; 0: neither exponent is known, or there were too
 * many.
 */
size_t session_shared_secret(struct session_set *set, unsigned int group, struct slice a,
			     struct slice b, uint8_t *ret_shared);

#endif
