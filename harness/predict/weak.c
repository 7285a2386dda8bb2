// SPDX-License-Identifier: GPL-2.0-or-later
/* weak.c - F87, F88: what works, and should not be used like that any more */
#include "base/str.h"
#include "ipsec/alg.h"
#include "predict/one_end.h"
#include "predict/predict.h"
#include "predict/proposals.h"
#include "predict/words.h"

/* Old devices have nothing better than SHA-1; it is not worth a word in HMAC. */
static bool is_weak(const struct alg *alg)
{
	return alg && (alg->strength == ALG_STRENGTH_BROKEN ||
		       (alg->strength == ALG_STRENGTH_WEAK &&
			alg->kind != ALG_KIND_INTEG && alg->kind != ALG_KIND_PRF));
}

/* The proposals of both ends, by their places in predict_input. */
struct offers {
	const struct proposal *items[2];
	size_t counts[2];
	bool has_defaults[2]; /* the daemon's own behind them */
};

/* How a weak algorithm comes to be used: by both, by this end alone, or perhaps. */
enum use { USE_SETTLED, USE_NOTHING_BETTER, USE_TAKEN };

/* The algorithms of that kind in a proposal, and those that are not weak. */
struct tally {
	size_t all, good;
};

static struct tally tally_of(const struct proposal_alg *items, size_t count,
			     enum alg_kind kind)
{
	struct tally tally = { 0 };

	for (size_t i = 0; i < count; i++) {
		if (!items[i].alg || items[i].alg->kind != kind)
			continue;
		tally.all++;
		tally.good += !is_weak(items[i].alg);
	}
	return tally;
}

static struct tally tally(const struct proposal *proposal, enum alg_kind kind)
{
	switch (kind) {
	case ALG_KIND_ENCR:
		return tally_of(proposal->encr.items, proposal->encr.count, kind);
	case ALG_KIND_INTEG:
		return tally_of(proposal->integ.items, proposal->integ.count, kind);
	case ALG_KIND_PRF:
		return tally_of(proposal->prf.items, proposal->prf.count, kind);
	case ALG_KIND_DH:
		return tally_of(proposal->dh.items, proposal->dh.count, kind);
	}
	return (struct tally){ 0 };
}

static bool has_aead(const struct proposal *proposal)
{
	vec_foreach (encr, &proposal->encr)
		if (encr->alg && encr->alg->is_aead)
			return true;
	return false;
}

/* Does one of these proposals let the other end choose something better than that? */
static bool has_better(const struct proposal *items, size_t count, const struct alg *alg)
{
	for (size_t i = 0; i < count; i++) {
		const struct tally of = tally(&items[i], alg->kind);

		/* One without any of that kind: AEAD, or no PFS. */
		if (of.good ||
		    (!of.all && (alg->kind != ALG_KIND_INTEG || has_aead(&items[i]))))
			return true;
	}
	return false;
}

/* What both agree on; of one end alone nobody knows that. */
static enum use how_it_is_used(const struct predict_input *input,
			       const struct offers *offers, const struct alg *alg)
{
	for (unsigned int end = 0; end < 2; end++)
		if (str_equal(input->sites[end]->name, OTHER_END))
			return offers->has_defaults[!end] ||
					       has_better(offers->items[!end],
							  offers->counts[!end], alg)
				       ? USE_TAKEN
				       : USE_NOTHING_BETTER;
	return USE_SETTLED;
}

static void report(const struct predict_input *input, struct findings *findings,
		   const struct alg *alg, const char *phase, const struct offers *offers,
		   const struct origin at[2], enum word word)
{
	static const char *const verbs[] = {
		[USE_SETTLED] = "settles on",
		[USE_NOTHING_BETTER] = "offers nothing better than",
		[USE_TAKEN] = "takes",
	};
	const enum use use = how_it_is_used(input, offers, alg);
	struct finding *finding = predict_add(
		input, findings, F87, NULL, "%s %s %s%s is %s", phase, verbs[use],
		alg->name,
		use == USE_TAKEN ? " where the other end wants it; it" : ", which",
		alg->strength == ALG_STRENGTH_BROKEN ? "broken" : "weak by now");

	for (unsigned int end = 0; end < 2; end++)
		predict_value(input, finding, end, input->sites[end]->name,
			      words_setting(input->sites[end], word), at[end], "%s",
			      alg->name);
}

/* One that is broken is worse than all that are only weak. */
static unsigned int weakness_of(const struct alg *alg)
{
	if (!alg || alg->strength == ALG_STRENGTH_FINE)
		return 0;
	if (alg->strength == ALG_STRENGTH_BROKEN)
		return 100;
	return is_weak(alg) ? 10 : 1;
}

/* tunnel, child (NULL: phase 1): of the first end. */
static void check_choice(const struct predict_input *input, struct findings *findings,
			 const struct tunnel *tunnel, const struct child *of_child,
			 const struct pair_choice *choice, const char *phase,
			 const struct offers *offers, const struct origin at[2],
			 enum word word)
{
	const struct alg *algs[] = { choice->encr, choice->integ, choice->dh };
	struct settled *settled = vec_push(input->arena, &findings->settled);

	/* The names outlive the site. */
	*settled = (struct settled){ 0 };
	if (tunnel->name)
		settled->tunnel = arena_strdup(input->arena, tunnel->name);
	if (of_child)
		settled->child =
			arena_strdup(input->arena, of_child->name ? of_child->name : "");
	for (size_t i = 0; i < sizeof(algs) / sizeof(algs[0]); i++) {
		settled->weakness += weakness_of(algs[i]);
		if (is_weak(algs[i]))
			report(input, findings, algs[i], phase, offers, at, word);
	}
}

static struct origin first_at(const struct proposal *items, size_t count,
			      struct origin other)
{
	return count ? items[0].at : other;
}

/* Whoever begins in that mode sends it, also the end that begins now and then. */
static bool sends_hash(const struct predict_input *input,
		       const struct tunnel *const tunnels[2], unsigned int end)
{
	const struct tunnel *from = tunnels[end];

	return (end == input->initiator || predict_can_start(from)) &&
	       predict_version_of(tunnels, end) == 1 &&
	       from->mode == EXCHANGE_AGGRESSIVE && from->auth == AUTH_PSK;
}

static void check_aggressive(const struct predict_input *input,
			     const struct tunnel *const tunnels[2],
			     struct findings *findings)
{
	const unsigned int end = sends_hash(input, tunnels, input->initiator)
					 ? input->initiator
					 : !input->initiator;
	const struct tunnel *from = tunnels[end];
	const struct site *site = input->sites[end];
	struct finding *finding;

	if (predict_version(input, tunnels) != 1 || !sends_hash(input, tunnels, end))
		return;
	finding = predict_add(
		input, findings, F88, NULL,
		"aggressive mode sends a hash of the pre-shared key in clear: who "
		"listens can guess the key offline");
	predict_value(input, finding, 0, site->name, words_setting(site, WORD_MODE),
		      from->mode_at, "aggressive");
	predict_fix(input, finding, "both: IKEv2, or a long random key");
}

void predict_weak(const struct predict_input *input,
		  const struct tunnel *const tunnels[2], struct findings *findings)
{
	unsigned int from = input->initiator;
	const struct tunnel *own = tunnels[from], *peer = tunnels[!from];
	const struct proposals_way way = proposals_way_of(input, tunnels);
	struct origin at[2];
	struct pair_choice choice;
	struct offers offers;

	check_aggressive(input, tunnels, findings);
	at[from] = first_at(own->proposals.items, own->proposals.count, own->at);
	at[!from] = first_at(peer->proposals.items, peer->proposals.count, peer->at);
	for (unsigned int end = 0; end < 2; end++) {
		offers.items[end] = tunnels[end]->proposals.items;
		offers.counts[end] = tunnels[end]->proposals.count;
		offers.has_defaults[end] = tunnels[end]->has_default_proposals;
	}
	if (proposals_settle_ike(input->arena, own, peer, &way, &choice))
		check_choice(input, findings, tunnels[0], NULL, &choice, "phase 1",
			     &offers, at, WORD_IKE_PROPOSAL);
	if (own->children.count) {
		const struct child *child = &own->children.items[0];
		const struct child *other = proposals_peer_child(child, peer);

		if (!other || (!proposals_settle_esp(input->arena, child, other, &way,
						     true, &choice) &&
			       !proposals_settle_esp(input->arena, child, other, &way,
						     false, &choice)))
			return;
		at[from] = first_at(child->proposals.items, child->proposals.count,
				    child->at);
		at[!from] = first_at(other->proposals.items, other->proposals.count,
				     other->at);
		offers.items[from] = child->proposals.items;
		offers.counts[from] = child->proposals.count;
		offers.items[!from] = other->proposals.items;
		offers.counts[!from] = other->proposals.count;
		offers.has_defaults[from] = child->has_default_proposals;
		offers.has_defaults[!from] = other->has_default_proposals;
		check_choice(input, findings, tunnels[0], from ? other : child, &choice,
			     "phase 2", &offers, at, WORD_ESP_PROPOSAL);
	}
}
