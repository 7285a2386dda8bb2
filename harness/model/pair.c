// SPDX-License-Identifier: GPL-2.0-or-later
/* pair.c - what belongs together in two sites' models */
#include "model/pair.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "device/device.h"
#include "ipsec/alg.h"

#define SCORE_ADDRESS	6
#define SCORE_IDENTITY	5
#define SCORE_SELECTOR	4
#define SCORE_SECRET	4
#define SCORE_PROPOSALS 2
#define SCORE_VERSION	1

#define SELECTORS_MAX 64 /* enough to tell tunnels apart */

struct selector pair_mirror(const struct selector *selector)
{
	struct selector mirror = *selector;

	mirror.local = selector->remote;
	mirror.remote = selector->local;
	mirror.local_port = selector->remote_port;
	mirror.remote_port = selector->local_port;
	mirror.local_at = selector->remote_at;
	mirror.remote_at = selector->local_at;
	return mirror;
}

bool pair_selectors_equal(const struct selector *a, const struct selector *b)
{
	return inet_prefix_equal(&a->local, &b->local) &&
	       inet_prefix_equal(&a->remote, &b->remote) && a->protocol == b->protocol &&
	       a->local_port == b->local_port && a->remote_port == b->remote_port;
}

const struct selector *pair_find_mirror(const struct selector *selector,
					const struct tunnel *other,
					const struct child **ret_child)
{
	struct selector mirror = pair_mirror(selector);

	vec_foreach (child, &other->children) {
		vec_foreach (candidate, &child->selectors) {
			if (!pair_selectors_equal(&mirror, candidate))
				continue;
			if (ret_child)
				*ret_child = child;
			return candidate;
		}
	}
	return NULL;
}

/* Does a remote endpoint of the tunnel name an address of the other site's WAN? */
static bool points_at(const struct tunnel *tunnel, const struct site *other)
{
	const struct site_interface *wan = site_wan(other);

	vec_foreach (remote, &tunnel->remotes) {
		if (remote->kind != ENDPOINT_ADDRESS || !wan)
			continue;
		vec_foreach (address, &wan->addresses)
			if (inet_addr_equal(&remote->addr, &address->prefix.addr))
				return true;
	}
	return false;
}

static bool identity_fits(const struct identity *own, const struct identity *wanted)
{
	return own->value && wanted->value && own->type == wanted->type &&
	       str_equal_nocase(own->value, wanted->value);
}

static unsigned int mirrored_selectors(const struct tunnel *a, const struct tunnel *b)
{
	unsigned int count = 0, looked_at = 0;

	vec_foreach (child, &a->children)
		vec_foreach (selector, &child->selectors)
			if (looked_at++ < SELECTORS_MAX)
				count += pair_find_mirror(selector, b, NULL) != NULL;
	return count;
}

static bool secrets_fit(const struct secret *a, const struct secret *b)
{
	return a->is_readable && b->is_readable && a->length && a->length == b->length &&
	       !memcmp(a->bytes, b->bytes, a->length);
}

static bool proposals_fit(const struct tunnel *a, const struct tunnel *b)
{
	struct pair_choice choice;

	return pair_choose(a->proposals.items, a->proposals.count, b->proposals.items,
			   b->proposals.count, true, &choice);
}

unsigned int pair_score(const struct site *own, const struct tunnel *tunnel,
			const struct site *other, const struct tunnel *candidate)
{
	unsigned int points = 1;

	points += SCORE_ADDRESS * points_at(tunnel, other);
	points += SCORE_ADDRESS * points_at(candidate, own);
	points +=
		SCORE_IDENTITY * identity_fits(&tunnel->local_id, &candidate->remote_id);
	points +=
		SCORE_IDENTITY * identity_fits(&candidate->local_id, &tunnel->remote_id);
	points += SCORE_SELECTOR * mirrored_selectors(tunnel, candidate);
	points += SCORE_SECRET * secrets_fit(&tunnel->psk, &candidate->psk);
	points += SCORE_PROPOSALS * proposals_fit(tunnel, candidate);
	points += SCORE_VERSION * (tunnel->version == candidate->version);
	return points;
}

const struct tunnel *pair_tunnel(const struct site *own, const struct tunnel *tunnel,
				 const struct site *other)
{
	const struct tunnel *best = NULL;
	unsigned int best_score = 0;

	vec_foreach (candidate, &other->tunnels) {
		unsigned int points;

		if (candidate->is_disabled)
			continue;
		points = pair_score(own, tunnel, other, candidate);
		if (points > best_score) {
			best = candidate;
			best_score = points;
		}
	}
	return best;
}

/* The first algorithm of a that is also in b. */
static const struct alg *common(const struct proposal_alg *a, size_t a_count,
				const struct proposal_alg *b, size_t b_count)
{
	for (size_t i = 0; i < a_count; i++)
		for (size_t j = 0; j < b_count; j++)
			if (a[i].alg && a[i].alg == b[j].alg)
				return a[i].alg;
	return NULL;
}

/* Kinds that neither side lists are fine: AEAD has no integrity, no PFS no group. */
#define COMMON(kind)	common(a->kind.items, a->kind.count, b->kind.items, b->kind.count)
#define IS_ABSENT(kind) (!a->kind.count && !b->kind.count)

/* Extended sequence numbers are one more choice, and "without" is what is not written. */
static bool esn_meets(const struct proposal *a, const struct proposal *b)
{
	bool a_without = a->has_no_esn || !a->has_esn;
	bool b_without = b->has_no_esn || !b->has_esn;

	return (a->has_esn && b->has_esn) || (a_without && b_without);
}

static bool proposals_meet(const struct proposal *a, const struct proposal *b,
			   bool has_dh, struct pair_choice *choice)
{
	*choice = (struct pair_choice){ COMMON(encr), COMMON(integ), COMMON(prf),
					has_dh ? COMMON(dh) : NULL };
	return a->is_ah == b->is_ah && esn_meets(a, b) &&
	       (choice->encr || IS_ABSENT(encr)) && (choice->integ || IS_ABSENT(integ)) &&
	       (choice->prf || !a->prf.count || !b->prf.count) &&
	       (!has_dh || choice->dh || IS_ABSENT(dh));
}

bool pair_choose(const struct proposal *offers, size_t offer_count,
		 const struct proposal *accepts, size_t accept_count, bool has_dh,
		 struct pair_choice *ret_choice)
{
	for (size_t i = 0; i < offer_count; i++)
		for (size_t j = 0; j < accept_count; j++) {
			struct pair_choice choice;

			if (!proposals_meet(&offers[i], &accepts[j], has_dh, &choice))
				continue;
			*ret_choice = choice;
			return true;
		}
	return false;
}

bool pair_takes_any_id(const struct site *site, const struct tunnel *tunnel)
{
	const struct device *device = device_of(site->kind);

	return device->takes_any_id && device->takes_any_id(site, tunnel);
}

/* ------------------------------------------------------------ whole proposals */

static bool is_aead(const struct proposal_alg *item)
{
	return item->alg && item->alg->is_aead;
}

static bool is_mixed(const struct proposal *proposal)
{
	vec_foreach (item, &proposal->encr)
		if (is_aead(item) != is_aead(&proposal->encr.items[0]))
			return true;
	return false;
}

bool pair_proposal_lacks_prf(const struct proposal *proposal)
{
	return proposal->encr.count && is_aead(&proposal->encr.items[0]) &&
	       !proposal->integ.count && !proposal->prf.count;
}

const char *pair_proposal_refusal(const struct proposal *proposal, bool is_ike,
				  bool has_silent_prf)
{
	bool has_aead = proposal->encr.count && is_aead(&proposal->encr.items[0]);

	/* What is missing may be what is not rehearsed. */
	if (proposal->unrehearsed)
		return NULL;
	if (proposal->is_ah && !proposal->integ.count)
		return "a proposal for AH has no integrity algorithm";
	if (!proposal->is_ah && !proposal->encr.count)
		return "a proposal has no encryption algorithm";
	if (is_ike && !proposal->dh.count)
		return "a proposal for IKE has no DH group";
	if (is_ike && !proposal->integ.count && !has_aead)
		return "a proposal for IKE has no integrity algorithm";
	if (is_ike && pair_proposal_lacks_prf(proposal) && !has_silent_prf)
		return "a proposal for IKE with an AEAD cipher has no PRF";
	if (is_mixed(proposal))
		return "a proposal mixes AEAD and other ciphers";
	return NULL;
}

/* The PRF of a hash, HMAC with it: "sha256" and "prfsha256". */
static const struct alg *prf_of(const struct alg *hash)
{
	char keyword[32];

	if (!hash)
		return NULL;
	(void)snprintf(keyword, sizeof(keyword), "prf%s", hash->keyword);
	return alg_by_keyword(ALG_KIND_PRF, keyword);
}

void pair_proposal_settle(struct arena *arena, struct proposal *proposal, bool is_ike)
{
	if (!proposal->encr.count || !is_aead(&proposal->encr.items[0]))
		return;
	vec_foreach (hash, &proposal->integ) {
		struct proposal_alg prf = *hash;

		/* A word that means nothing stays, to be named. */
		if (!hash->alg)
			return;
		prf.alg = prf_of(hash->alg);
		if (is_ike && prf.alg && proposal->prf.count < proposal->integ.count)
			vec_add(arena, &proposal->prf, prf);
	}
	proposal->integ.count = 0;
}
