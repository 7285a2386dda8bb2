/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * strongswan_proposal.h - proposals as strongSwan writes them
 *
 * "aes128-sha1-modp1024,aes256gcm16-prfsha256-ecp256": commas between proposals, '-'
 * between keywords. Used for swanctl.conf, ipsec.conf and for OpenWrt, whose generators
 * hand such words to strongSwan verbatim.
 */
#ifndef TWINSITE_IMPORT_STRONGSWAN_PROPOSAL_H
#define TWINSITE_IMPORT_STRONGSWAN_PROPOSAL_H

#include <stdbool.h>
#include <stddef.h>

#include "model/site.h"

struct buf;

/*
 * "ke1_mlkem768": one of the further key exchanges of RFC 9370, which strongSwan knows
 * from 6.0 on; before it the whole proposal is refused. We rehearse without.
 */
bool strongswan_is_additional(const char *word);

/*
 * Read one proposal. It is always filled in, with everything copied into the arena:
 * words that strongSwan does not know have alg NULL, and are put where their place or
 * look suggests (a number or "group2": dh; the first word: encr; else integ).
 * strongSwan skips a proposal that holds such a word; the count of them is returned,
 * so 0 means that all is well.
 */
size_t strongswan_proposal_parse(struct arena *arena, const char *text, struct origin at,
				 struct proposal *ret_proposal);

/*
 * The next proposal of a comma list, trimmed, in the arena; NULL at the end. Empty ones
 * are left out. *list moves on. "default" is returned as it is: strongSwan's own list.
 */
const char *strongswan_proposal_next(struct arena *arena, const char **list);

/* The first word without meaning and "did you mean" for it, as a sentence for a remark:
 * "algorithm '2' not recognized, did you mean 'modp1024'?" Adds nothing if all is well.
 * Returns the word to write, NULL when none is near; of several they are in ret_meant.
 */
const char *strongswan_proposal_complain(const struct proposal *proposal, struct buf *out,
					 struct buf *ret_meant);

/* The proposal as strongSwan text, from the words' algorithms ("aes128-sha1-modp1024").
 * Words without meaning are written as they are. */
void strongswan_proposal_format(const struct proposal *proposal, struct buf *out);

#endif
