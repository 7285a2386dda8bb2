// SPDX-License-Identifier: GPL-2.0-or-later
/* phase2.c - predictions about CHILD SAs */
#include "model/pair.h"
#include "predict/predict.h"

static const struct selector *find_swapped(const struct selector *selector,
					   const struct tunnel *other)
{
	vec_foreach (child, &other->children)
		vec_foreach (candidate, &child->selectors)
			if (pair_selectors_equal(selector, candidate))
				return candidate;
	return NULL;
}

/* The other end's selector for the same remote network or, failing that, its first. */
static const struct selector *find_nearest(const struct selector *selector,
					   const struct tunnel *other)
{
	const struct selector *first = NULL;

	vec_foreach (child, &other->children) {
		vec_foreach (candidate, &child->selectors) {
			if (inet_prefix_overlaps(&candidate->local, &selector->remote))
				return candidate;
			if (!first)
				first = candidate;
		}
	}
	return first;
}

static void say_pair(const struct predict_input *input, struct finding *finding,
		     unsigned int index, const struct site *site,
		     const struct selector *selector)
{
	struct inet_prefix local = inet_prefix_network(&selector->local);
	struct inet_prefix remote = inet_prefix_network(&selector->remote);

	predict_value(input, finding, index, site->name, "traffic selectors",
		      selector->local_at, "%s === %s", inet_prefix_text(&local).s,
		      inet_prefix_text(&remote).s);
}

static void report_missing(const struct predict_input *input, struct findings *findings,
			   unsigned int from, const struct selector *selector,
			   const struct tunnel *other)
{
	const struct site *own = input->sites[from], *peer = input->sites[!from];
	const struct selector *swapped = find_swapped(selector, other);
	const struct selector *nearest =
		swapped ? swapped : find_nearest(selector, other);
	struct inet_prefix local = inet_prefix_network(&selector->local);
	struct inet_prefix remote = inet_prefix_network(&selector->remote);
	struct finding *finding = predict_add(
		input, findings, swapped ? "F46" : "F45", NULL,
		"%s wants %s === %s, %s has %s", own->name, inet_prefix_text(&local).s,
		inet_prefix_text(&remote).s, peer->name,
		swapped ? "its own local and remote network swapped"
			: "no such pair of networks");

	finding->selector = selector;
	say_pair(input, finding, from, own, selector);
	if (nearest)
		say_pair(input, finding, !from, peer, nearest);
	else
		predict_value(input, finding, !from, peer->name, "traffic selectors",
			      other->at, "none");
	predict_fix(input, finding,
		    "%s: add %s === %s%s, or take the pair out of %s (%s:%u)", peer->name,
		    inet_prefix_text(&remote).s, inet_prefix_text(&local).s,
		    peer->firewall == FIREWALL_POLICY
			    ? " (a policy with this tunnel, for each direction)"
			    : "",
		    own->name, selector->remote_at.file ? selector->remote_at.file : "?",
		    selector->remote_at.line);
}

void predict_selectors(const struct predict_input *input, struct findings *findings)
{
	unsigned int from = input->initiator;
	const struct site *own = input->sites[from], *other = input->sites[!from];

	vec_foreach (tunnel, &own->tunnels) {
		const struct tunnel *peer = pair_tunnel(own, tunnel, other);

		if (tunnel->is_disabled || !peer)
			continue;
		vec_foreach (child, &tunnel->children)
			vec_foreach (selector, &child->selectors)
				if (!pair_find_mirror(selector, peer, NULL))
					report_missing(input, findings, from, selector,
						       peer);
	}
}
