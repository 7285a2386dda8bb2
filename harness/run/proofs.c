// SPDX-License-Identifier: GPL-2.0-or-later
/* proofs.c - did both ends prove the pre-shared key of their files on the wire? */
#include "run/proofs.h"

#include <stdio.h>

#include "base/arena.h"
#include "base/json.h"
#include "dissect/keyring.h"
#include "dissect/proof.h"

#define BOTH		  "*" /* no site has this name */
#define SESSIONS_MAX_TOLD 16  /* IKE SAs of a link; a run has one, or a few by retrying */

static bool has_key(const struct site *site, const struct secret *wanted)
{
	if (!site)
		return false;
	vec_foreach (tunnel, &site->tunnels) {
		const struct secret *psk = &tunnel->psk;

		if (!tunnel->is_disabled && psk->is_readable &&
		    psk->length == wanted->length &&
		    !memcmp(psk->bytes, wanted->bytes, psk->length))
			return true;
	}
	return false;
}

void proofs_add_keys(const struct rehearsal *rehearsal, struct keyring *keyring)
{
	const struct scenario *scenario = rehearsal->scenario;

	for (unsigned int i = 0; i < 2; i++) {
		const struct scenario_site *site = &scenario->sites.items[i];
		const struct site *other = scenario->sites.items[!i].site;

		if (!site->site)
			continue;
		vec_foreach (tunnel, &site->site->tunnels) {
			const struct secret *psk = &tunnel->psk;
			bool is_shared;

			if (tunnel->is_disabled || !psk->is_readable || !psk->length)
				continue;
			is_shared = has_key(other, psk);
			keyring_add_psk(keyring,
					(struct slice){ psk->bytes, psk->length },
					is_shared ? BOTH : site->name);
		}
	}
}

/* Whose key it was made with, as a list of sites. */
static json_t *owners_of(const struct scenario *scenario, const struct proof *proof)
{
	json_t *owners = json_array();

	if (proof->verdict != PROOF_VERIFIED)
		return owners;
	for (unsigned int i = 0; i < 2; i++) {
		const char *name = scenario->sites.items[i].name;

		if (!strcmp(proof->label, BOTH) || !strcmp(proof->label, name))
			json_array_append_new(owners, json_kept(name));
	}
	return owners;
}

void proofs_record(struct rehearsal *rehearsal, const char *link,
		   const struct session_set *set)
{
	struct arena *arena = arena_new();

	for (uint32_t i = 0; i < set->sessions && i < SESSIONS_MAX_TOLD; i++) {
		const struct ike_session *session = set->session[i];
		char spi[20];

		(void)snprintf(spi, sizeof(spi), "%016llx",
			       (unsigned long long)session->spi_i);
		for (int is_responder = 0; is_responder < 2; is_responder++) {
			struct proof proof;

			proof_of(set, session, is_responder, arena, &proof);
			evidence_add(&rehearsal->evidence, NULL, "packet", "proof",
				     json_of("{s:s, s:s, s:s, s:s, s:i, s:s, s:o, s:s}",
					     "link", link, "spi", spi, "end",
					     is_responder ? "responder" : "initiator",
					     "payload", proof.payload, "frame",
					     (int)proof.frame, "verdict",
					     proof_verdict_name(proof.verdict), "of",
					     owners_of(rehearsal->scenario, &proof),
					     "reason", proof.reason ? proof.reason : ""));
		}
	}
	arena_free(arena);
}
