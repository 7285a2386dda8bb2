// SPDX-License-Identifier: GPL-2.0-or-later
/* defaults.c - what an end really offers: the written and strongSwan's own proposals */
#include <stddef.h>

#include "base/cleanup.h"
#include "ipsec/alg.h"
#include "model/defaults.h"
#include "predict/predict.h"
#include "predict/proposals.h"

#define EXPANDED_MAX 100 /* proposals; charon/conf offers no more */

void proposals_of(struct arena *arena, const struct proposal *items, size_t count,
		  bool has_default, bool is_esp, struct proposals *ret_proposals)
{
	struct proposal own[STRONGSWAN_DEFAULTS];

	*ret_proposals = (struct proposals){ .is_default = has_default && !count };
	for (size_t i = 0; i < count; i++)
		vec_add(arena, &ret_proposals->list, items[i]);
	if (!has_default)
		return;
	strongswan_defaults(arena, is_esp, own);
	for (size_t i = 0; i < STRONGSWAN_DEFAULTS; i++)
		vec_add(arena, &ret_proposals->list, own[i]);
}

void proposals_cut(struct arena *arena, const struct proposals *proposals,
		   struct proposals *ret_first)
{
	*ret_first = (struct proposals){ .is_default = proposals->is_default };
	vec_foreach (proposal, &proposals->list) {
		struct proposal *first = vec_push(arena, &ret_first->list);

		*first = *proposal;
		first->encr.count = proposal->encr.count > 0;
		first->integ.count = proposal->integ.count > 0;
		first->prf.count = proposal->prf.count > 0;
		first->dh.count = proposal->dh.count > 0;
	}
}

static bool has_group(const struct proposal *proposal, const struct alg *group)
{
	vec_foreach (item, &proposal->dh)
		if (item->alg == group)
			return true;
	return false;
}

void proposals_one_group(struct arena *arena, const struct alg *ike_group,
			 struct proposals *proposals)
{
	struct proposals sent = { .is_default = proposals->is_default };
	const struct alg *group = NULL;

	vec_foreach (proposal, &proposals->list) {
		if (!group && proposal->dh.count)
			group = proposal->dh.items[0].alg;
		if (ike_group && has_group(proposal, ike_group))
			group = ike_group;
		if (group && group == ike_group)
			break;
	}
	if (!group)
		return;
	vec_foreach (proposal, &proposals->list) {
		struct proposal *one;

		if (!has_group(proposal, group))
			continue;
		one = vec_push(arena, &sent.list);
		*one = *proposal;
		one->dh = (__typeof__(one->dh)){ 0 };
		vec_foreach (item, &proposal->dh)
			if (item->alg == group && !one->dh.count)
				vec_add(arena, &one->dh, *item);
	}
	*proposals = sent;
}

bool proposals_are_spoiled(const struct site *site, const struct proposal *items,
			   size_t count, bool is_esp)
{
	for (size_t i = 0; i < count; i++) {
		if (predict_is_strongswan(site) &&
		    pair_proposal_refusal(&items[i], !is_esp, false))
			return true;
		vec_foreach (item, &items[i].encr)
			if (!item->alg)
				return true;
		vec_foreach (item, &items[i].integ)
			if (!item->alg)
				return true;
		vec_foreach (item, &items[i].prf)
			if (!item->alg)
				return true;
		vec_foreach (item, &items[i].dh)
			if (!item->alg)
				return true;
	}
	return false;
}

const struct child *proposals_peer_child(const struct child *child,
					 const struct tunnel *peer)
{
	const struct child *mirror = NULL;

	vec_foreach (selector, &child->selectors)
		if (pair_find_mirror(selector, peer, &mirror))
			return mirror;
	return peer->children.count ? &peer->children.items[0] : NULL;
}

/* The n-th of a list of alternatives alone; an empty list stays so. */
#define TAKE_ONE(arena, to, from, kind, n)                                      \
	do {                                                                    \
		(to)->kind = (__typeof__((to)->kind)){ 0 };                     \
		if ((from)->kind.count)                                         \
			vec_add((arena), &(to)->kind, (from)->kind.items[(n)]); \
	} while (0)

#define AT_LEAST_ONE(count) ((count) ? (count) : 1)

/* Each combination a proposal of its own, groups vary fastest, as in charon/conf. */
static void expand(struct arena *arena, const struct proposal *proposal,
		   struct proposals *to)
{
	size_t encr = AT_LEAST_ONE(proposal->encr.count);
	size_t integ = AT_LEAST_ONE(proposal->integ.count);
	size_t dh = AT_LEAST_ONE(proposal->dh.count);

	for (size_t i = 0; i < encr * integ * dh && to->list.count < EXPANDED_MAX; i++) {
		struct proposal *one = vec_push(arena, &to->list);

		*one = *proposal;
		TAKE_ONE(arena, one, proposal, encr, i / dh / integ);
		TAKE_ONE(arena, one, proposal, integ, i / dh % integ);
		TAKE_ONE(arena, one, proposal, dh, i % dh);
	}
}

/* What is compared: in IKEv1 a proposal with alternatives is not one on the wire. */
static void on_wire(struct arena *arena, struct proposals *proposals,
		    const struct proposals_way *way, bool is_initiator)
{
	struct proposals sent = { .is_default = proposals->is_default };

	if (way->version != 1 || (!is_initiator && way->are_strongswan[1]))
		return;
	if (way->are_strongswan[0] && is_initiator)
		proposals_cut(arena, proposals, &sent);
	else
		vec_foreach (proposal, &proposals->list)
			expand(arena, proposal, &sent);
	*proposals = sent;
}

static bool settle(struct arena *arena, struct proposals *from, struct proposals *to,
		   const struct proposals_way *way, bool has_dh,
		   struct pair_choice *ret_choice)
{
	on_wire(arena, from, way, true);
	on_wire(arena, to, way, false);
	return pair_choose(to->list.items, to->list.count, from->list.items,
			   from->list.count, has_dh, ret_choice);
}

bool proposals_settle_ike(struct arena *arena, const struct tunnel *from,
			  const struct tunnel *to, const struct proposals_way *way,
			  struct pair_choice *ret_choice)
{
	struct proposals a, b;

	proposals_of(arena, from->proposals.items, from->proposals.count,
		     from->has_default_proposals, false, &a);
	proposals_of(arena, to->proposals.items, to->proposals.count,
		     to->has_default_proposals, false, &b);
	return settle(arena, &a, &b, way, true, ret_choice);
}

bool proposals_settle_esp(struct arena *arena, const struct child *from,
			  const struct child *to, const struct proposals_way *way,
			  bool has_dh, struct pair_choice *ret_choice)
{
	struct proposals a, b;

	proposals_of(arena, from->proposals.items, from->proposals.count,
		     from->has_default_proposals, true, &a);
	proposals_of(arena, to->proposals.items, to->proposals.count,
		     to->has_default_proposals, true, &b);
	if (way->version == 1)
		proposals_one_group(arena, way->ike_group, &a);
	return settle(arena, &a, &b, way, has_dh, ret_choice);
}
