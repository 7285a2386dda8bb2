/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pair.h - what belongs together in two sites' models
 *
 * Which tunnel of one device is meant for which of the other, what both would agree
 * on, and which pairs of networks mirror each other. Pure.
 */
#ifndef TWINSITE_MODEL_PAIR_H
#define TWINSITE_MODEL_PAIR_H

#include <stdbool.h>

#include "model/site.h"

struct alg;

/*
 * The tunnel of `other` that is meant for `tunnel` of `own`, judged by addresses,
 * identities, networks and version; the best match even when nothing fits well, NULL
 * only when the other site has no enabled tunnel.
 */
const struct tunnel *pair_tunnel(const struct site *own, const struct tunnel *tunnel,
				 const struct site *other);

/*
 * How well a tunnel of `own` and one of `other` fit: what an administrator makes for one
 * peer alone (networks, key, proposals) weighs more than its address, which may be the
 * mistake. At least 1.
 */
unsigned int pair_score(const struct site *own, const struct tunnel *tunnel,
			const struct site *other, const struct tunnel *candidate);

/* The pair of networks seen from the other end. */
struct selector pair_mirror(const struct selector *selector);
bool pair_selectors_equal(const struct selector *a, const struct selector *b);

/* The selector of the tunnel that mirrors the given one exactly; NULL. */
const struct selector *pair_find_mirror(const struct selector *selector,
					const struct tunnel *other,
					const struct child **ret_child);

/* What both ends settle on, one algorithm of each kind; NULL where none is used. */
struct pair_choice {
	const struct alg *encr, *integ, *prf, *dh;
};

/*
 * The first proposal of `offers` that has, for each kind, something in common with one
 * of `accepts`. true when there is one. In an ESP proposal dh only counts when
 * has_dh (not in IKEv2's first CHILD SA).
 */
bool pair_choose(const struct proposal *offers, size_t offer_count,
		 const struct proposal *accepts, size_t accept_count, bool has_dh,
		 struct pair_choice *ret_choice);

/*
 * Why strongSwan refuses to load a proposal of algorithms it knows, by the rules of its
 * check_proposal(); NULL: it does not. has_silent_prf: the device gives an AEAD cipher
 * its PRF by itself. A word that means nothing is no matter of this.
 */
const char *pair_proposal_refusal(const struct proposal *proposal, bool is_ike,
				  bool has_silent_prf);
/* An AEAD cipher, and neither a PRF nor a hash that would name one: IKE needs it. */
bool pair_proposal_lacks_prf(const struct proposal *proposal);

/*
 * strongSwan takes an AEAD cipher without the hash that is written beside it; in IKE the
 * hash is the PRF then, unless one is written. The proposal becomes what is negotiated.
 */
void pair_proposal_settle(struct arena *arena, struct proposal *proposal, bool is_ike);

/*
 * Does this end take whatever identity its peer says, when its file names none? So do
 * the FRITZ!Box and swanctl.conf (swanctl.opt); others expect the peer's address.
 */
bool pair_takes_any_id(const struct site *site, const struct tunnel *tunnel);

#endif
