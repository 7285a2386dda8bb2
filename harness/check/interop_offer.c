// SPDX-License-Identifier: GPL-2.0-or-later
/* interop_offer.c - recorded proposals and choices against those of a tunnel */
#include <stdio.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "check/interop_pair.h"
#include "dissect/describe.h"
#include "ipsec/alg.h"

/* ------------------------------------------------------------ transforms */

/* One offered combination in rows of ipsec/alg.h; NULL: not named. */
struct combination {
	const struct alg *encr, *integ, *prf, *dh;
	bool has_unknown; /* a number that no row has */
};

static struct combination combination_v1(const struct ike_message *message,
					 const struct ike_transform *transform,
					 bool is_esp)
{
	struct combination result = { 0 };
	uint32_t bits = ike_attribute_value(
		message, transform, is_esp ? V1_ESP_KEY_LENGTH : V1_ATTR_KEY_LENGTH);
	uint32_t group = ike_attribute_value(message, transform,
					     is_esp ? V1_ESP_GROUP : V1_ATTR_GROUP);

	if (is_esp) {
		result.encr = alg_by_esp_v1(ALG_KIND_ENCR, transform->id, bits);
		result.integ = alg_by_esp_v1(
			ALG_KIND_INTEG,
			(int)ike_attribute_value(message, transform, V1_ESP_AUTH), 0);
	} else {
		result.encr = alg_by_ikev1(
			ALG_KIND_ENCR,
			(int)ike_attribute_value(message, transform, V1_ATTR_ENCRYPTION),
			bits);
		result.integ = alg_by_ikev1(
			ALG_KIND_INTEG,
			(int)ike_attribute_value(message, transform, V1_ATTR_HASH), 0);
	}
	result.dh = group ? alg_by_group(group) : NULL;
	result.has_unknown = !result.encr || (group && !result.dh);
	return result;
}

/* A number or a word that nobody knows (NULL) is in no list. */
#define has_alg(list, wanted)                                     \
	({                                                        \
		bool has_alg_found_ = (list)->count == 0;         \
		vec_foreach (item_, (list))                       \
			if (item_->alg && item_->alg == (wanted)) \
				has_alg_found_ = true;            \
		has_alg_found_;                                   \
	})

/* Which part of a combination a proposal lacks; NULL: none, it is acceptable. */
static const struct alg *missing_of(const struct proposal *proposal,
				    const struct combination *offered, bool is_esp)
{
	if (!has_alg(&proposal->encr, offered->encr))
		return offered->encr;
	if (offered->integ && !has_alg(&proposal->integ, offered->integ))
		return offered->integ;
	if (offered->dh && !has_alg(&proposal->dh, offered->dh))
		return offered->dh;
	/* PFS: an empty list is none, so a group where none is wanted differs, too. */
	if (is_esp && offered->dh && !proposal->dh.count)
		return offered->dh;
	return NULL;
}

static bool lacks_pfs(const struct proposal *proposal, const struct combination *offered)
{
	return proposal->dh.count && !offered->dh;
}

struct outcome {
	bool is_fit;
	const struct origin *at;
	const struct alg *missing; /* of the nearest proposal */
	bool lacks_pfs;
};

#define judge(proposals, offered, is_esp)                                               \
	({                                                                              \
		struct outcome judge_ = { 0 };                                          \
		vec_foreach (proposal_, (proposals)) {                                  \
			const struct alg *lack_ =                                       \
				missing_of(proposal_, (offered), (is_esp));             \
			if (judge_.is_fit)                                              \
				break;                                                  \
			judge_.at = &proposal_->at;                                     \
			judge_.missing = lack_;                                         \
			judge_.lacks_pfs = (is_esp) && lacks_pfs(proposal_, (offered)); \
			judge_.is_fit = !lack_ && !judge_.lacks_pfs;                    \
		}                                                                       \
		judge_;                                                                 \
	})

/* Say of one transform whether the tunnel has it. Returns whether it fits. */
static bool say_transform(const struct pair *pair, const char *what,
			  const char *description, const struct combination *offered,
			  const struct outcome *outcome)
{
	if (offered->has_unknown)
		interop_add(pair, INTEROP_DIFFERS, what, outcome->at,
			    "%s: has a number no list knows", description);
	else if (outcome->is_fit)
		interop_add(pair, INTEROP_FITS, what, outcome->at, "%s: allowed here",
			    description);
	else if (outcome->missing)
		interop_add(pair, INTEROP_DIFFERS, what, outcome->at,
			    "%s: %s is not %s here", description, outcome->missing->name,
			    outcome->missing->kind == ALG_KIND_DH ? "the group"
								  : "allowed");
	else
		interop_add(pair, INTEROP_DIFFERS, what, outcome->at,
			    "%s: no PFS is offered, the tunnel wants it", description);
	return outcome->is_fit;
}

static void compare_offer_v1(const struct pair *pair, const struct ike_message *message,
			     const struct ike_payload *sa, bool is_esp, bool is_choice)
{
	const char *what = is_choice ? (is_esp ? "phase 2 choice" : "phase 1 choice")
				     : (is_esp ? "phase 2 proposal" : "phase 1 proposal");
	const struct child *child = pair->tunnel->children.items;
	bool is_open = is_esp ? !child || child->has_default_proposals
			      : pair->tunnel->has_default_proposals;

	for (uint32_t i = 0; i < sa->sa.proposals && !is_open; i++) {
		const struct ike_proposal *proposal =
			&message->proposal[sa->sa.first_proposal + i];

		for (uint32_t j = 0; j < proposal->transforms && j < 32; j++) {
			const struct ike_transform *transform =
				&message->transform[proposal->first_transform + j];
			struct combination offered =
				combination_v1(message, transform, is_esp);
			struct outcome outcome =
				is_esp ? judge(&child->proposals, &offered, true)
				       : judge(&pair->tunnel->proposals, &offered, false);
			struct buf text = { 0 };

			describe_transform_v1(message, proposal, transform, &text);
			(void)say_transform(pair, what, buf_text(&text), &offered,
					    &outcome);
			buf_done(&text);
		}
	}
}

/* Has the offer a transform of that type which the list allows, or is nothing said? */
#define offers_one(message, proposal, transform_type, kind, list)                        \
	({                                                                               \
		bool offers_found_ = (list)->count == 0, offers_any_ = false;            \
		for (uint32_t i_ = 0; i_ < (proposal)->transforms; i_++) {               \
			const struct ike_transform *t_ =                                 \
				&(message)->transform[(proposal)->first_transform + i_]; \
			if (t_->type != (transform_type))                                \
				continue;                                                \
			offers_any_ = true;                                              \
			if (has_alg((list), alg_by_ikev2((kind), t_->id,                 \
							 ike_attribute_value(            \
								 (message), t_,          \
								 V2_ATTR_KEY_LENGTH))))  \
				offers_found_ = true;                                    \
		}                                                                        \
		offers_found_ || !offers_any_;                                           \
	})

static bool offers_any(const struct ike_message *message,
		       const struct ike_proposal *offer, unsigned int type)
{
	for (uint32_t i = 0; i < offer->transforms; i++)
		if (message->transform[offer->first_transform + i].type == type)
			return true;
	return false;
}

/* Where a proposal names no PRF, strongSwan takes that of the integrity algorithm. */
static bool offers_implied_prf(const struct ike_message *message,
			       const struct ike_proposal *offer,
			       const struct proposal *own)
{
	bool is_any_offered = false;

	for (uint32_t i = 0; i < offer->transforms; i++) {
		const struct ike_transform *transform =
			&message->transform[offer->first_transform + i];
		const struct alg *prf = alg_by_ikev2(ALG_KIND_PRF, transform->id, 0);

		if (transform->type != V2_TRANSFORM_PRF)
			continue;
		is_any_offered = true;
		vec_foreach (integ, &own->integ) {
			char word[32];

			(void)snprintf(word, sizeof(word), "prf%s",
				       integ->alg ? integ->alg->keyword : "");
			if (prf && alg_by_keyword(ALG_KIND_PRF, word) == prf)
				return true;
		}
	}
	return !is_any_offered || !own->integ.count;
}

/* Which type of transform the offer and one own proposal have nothing of in common. */
static const char *lacking_v2(const struct ike_message *message,
			      const struct ike_proposal *offer,
			      const struct proposal *own, bool is_esp)
{
	if (!offers_one(message, offer, V2_TRANSFORM_ENCR, ALG_KIND_ENCR, &own->encr))
		return "cipher";
	if (!offers_one(message, offer, V2_TRANSFORM_INTEG, ALG_KIND_INTEG, &own->integ))
		return "integrity algorithm";
	if (!offers_one(message, offer, V2_TRANSFORM_PRF, ALG_KIND_PRF, &own->prf) ||
	    (!own->prf.count && !offers_implied_prf(message, offer, own)))
		return "PRF";
	/* In IKE_AUTH there is no PFS, whatever was configured. */
	if (!offers_one(message, offer, V2_TRANSFORM_DH, ALG_KIND_DH, &own->dh))
		return "group";
	if (is_esp && !own->dh.count && offers_any(message, offer, V2_TRANSFORM_DH))
		return "lack of PFS";
	return NULL;
}

/* The own proposal nearest to an offer: what it lacks; NULL: it fits. */
#define judge_v2(proposals, message, offer, is_esp, ret_at)                           \
	({                                                                            \
		const char *judge_lack_ = "proposal";                                 \
		vec_foreach (own_, (proposals)) {                                     \
			if (!judge_lack_)                                             \
				break;                                                \
			judge_lack_ = lacking_v2((message), (offer), own_, (is_esp)); \
			*(ret_at) = &own_->at;                                        \
		}                                                                     \
		judge_lack_;                                                          \
	})

/* IKEv2: a proposal fits an own one when they share a transform of each type. */
static void compare_offer_v2(const struct pair *pair, const struct ike_message *message,
			     const struct ike_payload *sa, bool is_esp, bool is_choice)
{
	const struct child *child = pair->tunnel->children.items;
	const char *what = is_choice ? (is_esp ? "ESP choice" : "IKE choice")
				     : (is_esp ? "ESP proposal" : "IKE proposal");
	bool is_open =
		is_esp ? !child || child->has_default_proposals || !child->proposals.count
		       : pair->tunnel->has_default_proposals ||
				 !pair->tunnel->proposals.count;

	for (uint32_t i = 0; i < sa->sa.proposals && i < 32 && !is_open; i++) {
		const struct ike_proposal *offer =
			&message->proposal[sa->sa.first_proposal + i];
		const struct origin *at = &pair->tunnel->at;
		struct buf text = { 0 };
		const char *lacking =
			is_esp ? judge_v2(&child->proposals, message, offer, true, &at)
			       : judge_v2(&pair->tunnel->proposals, message, offer, false,
					  &at);

		describe_proposal(message, offer, &text);
		if (lacking)
			interop_add(pair, INTEROP_DIFFERS, what, at,
				    "%s: no %s of it is allowed here", buf_text(&text),
				    lacking);
		else
			interop_add(pair, INTEROP_FITS, what, at, "%s: allowed here",
				    buf_text(&text));
		buf_done(&text);
	}
}

/* One that fits is enough: that others do not is no difference. */
static void soften(const struct pair *pair, size_t first)
{
	bool has_fit = false;

	for (size_t i = first; i < pair->interop->lines.count; i++)
		has_fit |= pair->interop->lines.items[i].kind == INTEROP_FITS;
	for (size_t i = first; has_fit && i < pair->interop->lines.count; i++)
		if (pair->interop->lines.items[i].kind == INTEROP_DIFFERS)
			pair->interop->lines.items[i].kind = INTEROP_NOTE;
}

void interop_compare_offer(const struct pair *pair, const struct ike_message *message,
			   const struct ike_payload *sa, bool is_esp, bool is_choice)
{
	size_t first = pair->interop->lines.count;

	if (ike_is_v2(message))
		compare_offer_v2(pair, message, sa, is_esp, is_choice);
	else
		compare_offer_v1(pair, message, sa, is_esp, is_choice);
	soften(pair, first);
}

/* ------------------------------------------------------------ the own offer */

#define OWN_MAX 3 /* proposals that are shown */

#define put_algs(list, out)                                                       \
	do {                                                                      \
		vec_foreach (item_, (list))                                       \
			if (item_->alg)                                           \
				buf_printf((out), "%s%s",                         \
					   item_ == (list)->items ? " / " : ", ", \
					   item_->alg->name);                     \
	} while (0)

void interop_put_own_offer(const struct tunnel *tunnel, struct buf *out)
{
	size_t count = 0;

	vec_foreach (own, &tunnel->proposals) {
		struct buf _cleanup_buf_ text = { 0 };

		if (count++ == OWN_MAX)
			break;
		put_algs(&own->encr, &text);
		put_algs(&own->integ, &text);
		put_algs(&own->prf, &text);
		put_algs(&own->dh, &text);
		/* Behind the first separator. */
		buf_printf(out, "%s%s", count > 1 ? " | " : "",
			   text.length > 3 ? buf_text(&text) + 3 : "");
	}
	if (tunnel->proposals.count > OWN_MAX)
		buf_printf(out, " and %zu more", tunnel->proposals.count - OWN_MAX);
	if (tunnel->has_default_proposals || !tunnel->proposals.count)
		buf_printf(out, "%sthe daemon's defaults", out->length ? " | " : "");
}
