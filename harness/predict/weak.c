// SPDX-License-Identifier: GPL-2.0-or-later
/* weak.c - F87, F88: what works, and should not be used like that any more */
#include "base/str.h"
#include "ipsec/alg.h"
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

static void report(const struct predict_input *input, struct findings *findings,
		   const struct alg *alg, const char *phase, const struct origin at[2],
		   enum word word)
{
	struct finding *finding = predict_add(
		input, findings, F87, NULL, "%s settles on %s, which is %s", phase,
		alg->name,
		alg->strength == ALG_STRENGTH_BROKEN ? "broken" : "weak by now");

	for (unsigned int end = 0; end < 2; end++)
		predict_value(input, finding, end, input->sites[end]->name,
			      words_setting(input->sites[end], word), at[end], "%s",
			      alg->name);
}

static void check_choice(const struct predict_input *input, struct findings *findings,
			 const struct pair_choice *choice, const char *phase,
			 const struct origin at[2], enum word word)
{
	const struct alg *algs[] = { choice->encr, choice->integ, choice->dh };

	for (size_t i = 0; i < sizeof(algs) / sizeof(algs[0]); i++)
		if (is_weak(algs[i]))
			report(input, findings, algs[i], phase, at, word);
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

	check_aggressive(input, tunnels, findings);
	at[from] = first_at(own->proposals.items, own->proposals.count, own->at);
	at[!from] = first_at(peer->proposals.items, peer->proposals.count, peer->at);
	if (proposals_settle_ike(input->arena, own, peer, &way, &choice))
		check_choice(input, findings, &choice, "phase 1", at, WORD_IKE_PROPOSAL);
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
		check_choice(input, findings, &choice, "phase 2", at, WORD_ESP_PROPOSAL);
	}
}
