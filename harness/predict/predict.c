// SPDX-License-Identifier: GPL-2.0-or-later
/* predict.c - the table of predictions */
#include "predict/predict.h"

#include "base/cleanup.h"
#include "model/site_index.h"
#include "predict/pairs.h"

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
	{ .site = predict_shadows },
	{ .site = predict_behind },
	{ .site = predict_wide_rules },
	{ .site = predict_zones },
	{ .tunnels = predict_way },
	{ .tunnels = predict_vti },
	{ .tunnels = predict_routes },
	{ .tunnels = predict_overlap },
	{ .tunnels = predict_own_networks },
	{ .tunnels = predict_leak },
	{ .tunnels = predict_packets },
	{ .site = predict_dns },
	{ .tunnels = predict_weak },
};

void predict_pair(const struct predict_input *given, struct findings *ret_findings)
{
	struct predict_input loaded = *given;
	const struct predict_input *input = &loaded;
	struct tunnel_pairs pairs = { 0 };

	*ret_findings = (struct findings){ 0 };
	predict_loaded(given, ret_findings);
	for (unsigned int end = 0; end < 2; end++)
		loaded.sites[end] = site_indexed(
			given->arena, predict_as_if_loaded(given, given->sites[end]));
	pair_tunnels(input->arena, input->sites[0], input->sites[1], &pairs);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		for (unsigned int end = 0; rows[i].site && end < 2; end++)
			rows[i].site(input, end, ret_findings);
		if (rows[i].tunnels)
			vec_foreach (pair, &pairs.list)
				rows[i].tunnels(input, pair->tunnels, ret_findings);
	}
	predict_take_back(input, &pairs, ret_findings);
}
