// SPDX-License-Identifier: GPL-2.0-or-later
/* predict.c - the table of predictions, and which tunnels belong together */
#include "predict/predict.h"

#include "base/cleanup.h"
#include "model/pair.h"

/* In the order of the layers: what stops the tunnel first, names last. */
static const struct row {
	predict_site *site;
	predict_tunnels *tunnels;
} rows[] = {

	{ .site = predict_words },
	{ .site = predict_ignored },
	{ .tunnels = predict_start },
	{ .tunnels = predict_addresses },
	{ .tunnels = predict_peer_names },
	{ .tunnels = predict_inbound },
	{ .tunnels = predict_nat_t },
	{ .tunnels = predict_mode },
	{ .tunnels = predict_ike_proposals },
	{ .tunnels = predict_auth },
	{ .tunnels = predict_identities },
	{ .tunnels = predict_secrets },
	{ .tunnels = predict_selectors },
	{ .tunnels = predict_children },
	{ .tunnels = predict_lifetimes },
	{ .tunnels = predict_life },
	{ .site = predict_same_peer },
	{ .tunnels = predict_exemption },
	{ .site = predict_forwarding },
	{ .tunnels = predict_forward },
	{ .site = predict_wide_rules },
	{ .site = predict_zones },
	{ .tunnels = predict_routes },
	{ .tunnels = predict_overlap },
	{ .tunnels = predict_leak },
	{ .tunnels = predict_packets },
	{ .site = predict_dns },
	{ .tunnels = predict_weak },
};

struct tunnel_pair {
	const struct tunnel *tunnels[2];
};

struct tunnel_pairs {
	VEC(struct tunnel_pair) list;
};

/*
 * A hub has many tunnels, only some are for this peer: a pair is when each is the
 * other's best match.
 */
static void find_pairs(const struct predict_input *input, struct tunnel_pairs *pairs)
{
	unsigned int from = input->initiator;
	const struct site *own = input->sites[from], *other = input->sites[!from];

	vec_foreach (tunnel, &own->tunnels) {
		const struct tunnel *peer;
		struct tunnel_pair *pair;

		peer = tunnel->is_disabled ? NULL : pair_tunnel(own, tunnel, other);
		if (!peer || pair_tunnel(other, peer, own) != tunnel)
			continue;
		pair = vec_push(input->arena, &pairs->list);
		pair->tunnels[from] = tunnel;
		pair->tunnels[!from] = peer;
	}
}

void predict_pair(const struct predict_input *given, struct findings *ret_findings)
{
	struct predict_input loaded = *given;
	const struct predict_input *input = &loaded;
	struct tunnel_pairs pairs = { 0 };

	*ret_findings = (struct findings){ 0 };
	predict_loaded(given, ret_findings);
	for (unsigned int end = 0; end < 2; end++)
		loaded.sites[end] = predict_as_if_loaded(given, given->sites[end]);
	find_pairs(input, &pairs);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		for (unsigned int end = 0; rows[i].site && end < 2; end++)
			rows[i].site(input, end, ret_findings);
		if (rows[i].tunnels)
			vec_foreach (pair, &pairs.list)
				rows[i].tunnels(input, pair->tunnels, ret_findings);
	}
}
