// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * children.c - F40-F43, F51, F52: what the CHILD SAs of two ends are made of
 *
 * The algorithms are compared by proposals.c; here stand the encapsulation and the
 * compression, and which child is judged with which.
 */
#include "predict/predict.h"
#include "predict/proposals.h"
#include "predict/words.h"

static bool has_same_proposals(const struct child *a, const struct child *b)
{
	if (!a->proposals.count || !b->proposals.count)
		return a->proposals.count == b->proposals.count;
	return origin_same_line(&a->proposals.items[0].at, &b->proposals.items[0].at);
}

/* Children mostly share their proposals: the same two lines are judged once. */
static bool is_judged(const struct tunnel *const tunnels[2], unsigned int from,
		      const struct child *const children[2])
{
	vec_foreach (before, &tunnels[from]->children) {
		const struct child *peer;

		if (before == children[from])
			return false;
		peer = proposals_peer_child(before, tunnels[!from]);
		if (peer && has_same_proposals(before, children[from]) &&
		    has_same_proposals(peer, children[!from]))
			return true;
	}
	return false;
}

/* Transport mode is between two hosts. */
static bool has_network(const struct child *child)
{
	vec_foreach (selector, &child->selectors)
		if (selector->local.addr.family && selector->local.length < 32)
			return true;
	return false;
}

/*
 * IKEv2 only proposes transport mode (RFC 7296 1.3.1): who has tunnel mode does not confirm
 * it, and strongSwan then takes tunnel mode, between hosts and without a NAT.
 */
static bool falls_back(const struct predict_input *input,
		       const struct child *const children[2], int version)
{
	for (unsigned int end = 0; end < 2; end++)
		if (!predict_is_strongswan(input->sites[end]) ||
		    has_network(children[end]) || input->is_behind_nat[end])
			return false;
	return version == 2;
}

static void check_transport(const struct predict_input *input, struct findings *findings,
			    const struct child *const children[2], int version)
{
	struct finding *finding;

	if (!children[0]->is_transport && !children[1]->is_transport)
		return;
	if (children[0]->is_transport && children[1]->is_transport &&
	    !has_network(children[0]) && !has_network(children[1]))
		return;
	finding = predict_add(
		input, findings, F51, NULL, "%s wants %s mode for ESP, %s %s mode",
		input->sites[0]->name, children[0]->is_transport ? "transport" : "tunnel",
		input->sites[1]->name,
		children[1]->is_transport ? "transport" : "tunnel");
	if (falls_back(input, children, version)) {
		finding->severity = SEVERITY_WEAK;
		predict_why(input, finding,
			    "one end has tunnel mode and does not confirm the other's "
			    "transport mode, so both take tunnel mode");
	}
	/* strongSwan finds no host in a network and gives up the whole IKEv1 SA. */
	finding->is_phase2 = version != 1 || !children[input->initiator]->is_transport ||
			     !has_network(children[input->initiator]);
	for (unsigned int end = 0; end < 2; end++) {
		const char *mode;
		struct origin at = children[end]->transport_at.file
					   ? children[end]->transport_at
					   : children[end]->at;

		predict_value(input, finding, end, input->sites[end]->name,
			      "encapsulation", at, "%s",
			      children[end]->is_transport ? "transport" : "tunnel");
		if (!children[end]->is_transport)
			continue;
		predict_fix(input, finding, "%s: %s:%u: couple networks in tunnel mode",
			    input->sites[end]->name, at.file ? at.file : "?", at.line);
		mode = language_of(input->sites[end])->tunnel_mode;
		if (mode)
			predict_edit(input, finding, input->sites[end], EDIT_IN_BLOCK, at,
				     "%s", mode);
	}
	if (finding->severity != SEVERITY_WEAK)
		predict_sees_refusal(input, finding, version, !input->initiator);
}

static void check_compression(const struct predict_input *input,
			      struct findings *findings,
			      const struct child *const children[2])
{
	struct finding *finding;
	unsigned int on = children[1]->ipcomp.on;

	if (children[0]->ipcomp.on == children[1]->ipcomp.on)
		return;
	finding = predict_add(input, findings, F52, input->sites[on]->name,
			      "%s offers compression, %s does not",
			      input->sites[on]->name, input->sites[!on]->name);
	predict_why(input, finding,
		    "usually it is left out; where it is not, small packets "
		    "arrive in a form that firewalls drop");
	for (unsigned int end = 0; end < 2; end++)
		predict_value(input, finding, end, input->sites[end]->name,
			      words_setting(input->sites[end], WORD_IPCOMP),
			      children[end]->ipcomp.at, "%s",
			      children[end]->ipcomp.on ? "on" : "off");
	words_fix(input, finding, input->sites[on], &children[on]->ipcomp.at,
		  words_line(input->arena, input->sites[on], NULL, WORD_IPCOMP, NULL));
}

void predict_children(const struct predict_input *input,
		      const struct tunnel *const tunnels[2], struct findings *findings)
{
	unsigned int from = input->initiator;

	vec_foreach (child, &tunnels[from]->children) {
		const struct child *children[2];

		children[from] = child;
		children[!from] = proposals_peer_child(child, tunnels[!from]);
		if (!children[!from] || is_judged(tunnels, from, children))
			continue;
		proposals_compare_children(input, tunnels, children, findings);
		check_transport(input, findings, children,
				predict_version(input, tunnels));
		check_compression(input, findings, children);
	}
}
