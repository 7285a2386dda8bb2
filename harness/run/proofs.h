/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * proofs.h - did both ends prove the pre-shared key of their files on the wire?
 *
 * Each HASH_I, HASH_R and AUTH that a capture shows is tried with the keys of both
 * sites' files: evidence "packet" "proof", one event for each end of each IKE SA.
 */
#ifndef TWINSITE_RUN_PROOFS_H
#define TWINSITE_RUN_PROOFS_H

#include "dissect/session.h"
#include "run/rehearsal.h"

/* The pre-shared keys of both sites, labelled by who has them: "home", "both". */
void proofs_add_keys(const struct rehearsal *rehearsal, struct keyring *keyring);

/* What the IKE SAs of a link's capture prove. */
void proofs_record(struct rehearsal *rehearsal, const char *link,
		   const struct session_set *set);

#endif
