// SPDX-License-Identifier: GPL-2.0-or-later
/* firewall.c - predictions about what the gateways forward */
#include <stdio.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "model/aspect.h"
#include "model/pair.h"
#include "model/updown.h"
#include "model/way.h"
#include "predict/access_list.h"
#include "predict/forward.h"
#include "predict/pairs.h"
#include "predict/predict.h"
#include "predict/words.h"

static const char *target_word(enum verdict_target target)
{
	switch (target) {
	case TARGET_ACCEPT:
		return "accepted";
	case TARGET_REJECT:
		return "rejected";
	case TARGET_DROP:
		return "dropped";
	case TARGET_TUNNEL:
		return "put into the tunnel";
	}
	return "?";
}

/* refuser: the rule that refuses; NULL: the zone's default. */
static void say_fix(const struct predict_input *input, struct finding *finding,
		    const struct site *site, const struct rule *refuser,
		    const struct inet_prefix *src, const struct inet_prefix *dst)
{
	const struct device_fixes *fixes = words_fixes(site);
	const struct zone *zones[1];
	struct inet_addr from = predict_sample(src);
	const size_t count = forward_zones(site, &from, false, zones, 1);

	if (fixes->forward)
		words_place(input, finding, site,
			    fixes->forward(input->arena, count ? zones[0]->name : "lan",
					   inet_prefix_text(src).s,
					   inet_prefix_text(dst).s),
			    refuser ? EDIT_BEFORE_BLOCK : EDIT_AT_END,
			    refuser ? refuser->at
				    : (struct origin){ .file = fixes->rules_file });
	else
		predict_fix(input, finding,
			    "%s: a policy from the zone of %s to the zone of %s that "
			    "permits it through the tunnel, before any that refuses it",
			    site->name, inet_prefix_text(src).s, inet_prefix_text(dst).s);
}

/* Some hosts may, and the others may not: right, if that is meant. */
static void say_some(const struct predict_input *input, struct finding *finding,
		     const struct site *site, const struct rule *rule)
{
	finding->severity = SEVERITY_WEAK;
	finding->rule = rule; /* of a part of the pair */
	predict_why(input, finding, "only the hosts of rule '%s' (%s:%u) may",
		    rule->name ? rule->name : "without a name", rule->at.file,
		    rule->at.line);
	predict_fix(input, finding,
		    "%s: %s:%u: if others shall, too, let the rule name them", site->name,
		    rule->at.file, rule->at.line);
}

static void report_refused(const struct predict_input *input, struct findings *findings,
			   unsigned int end, const struct selector *selector,
			   unsigned int from, const struct forward_answer *answer)
{
	const struct site *site = input->sites[end];
	const struct site *owner = input->sites[from], *far = input->sites[!end];
	struct inet_prefix src = inet_prefix_network(&selector->local);
	struct inet_prefix dst = inet_prefix_network(&selector->remote);
	bool is_sender = end == from;
	struct finding *finding =
		predict_add(input, findings, is_sender ? F65 : F66, site->name,
			    "%s does not forward %s to %s: %s by the %s", site->name,
			    inet_prefix_text(&src).s, inet_prefix_text(&dst).s,
			    target_word(answer->target), answer->reason);

	finding->selector = selector;
	finding->rule = answer->rule;
	predict_value(input, finding, 0, site->name,
		      answer->rule && answer->rule->name ? answer->rule->name
							 : answer->reason,
		      answer->at, "%s", target_word(answer->target));
	predict_value(input, finding, 1, owner->name, "traffic selector",
		      selector->remote_at, "%s", inet_prefix_text(&selector->remote).s);
	if (answer->letting_some)
		say_some(input, finding, site, answer->letting_some);
	else if (str_equal(answer->reason, FORWARD_BY_SCRIPT))
		predict_fix(input, finding, "%s: %s:%u: let %s to %s pass before it",
			    site->name, answer->at.file, answer->at.line,
			    inet_prefix_text(&src).s, inet_prefix_text(&dst).s);
	else
		say_fix(input, finding, site, answer->rule, &src, &dst);
	predict_sees(
		input, finding,
		is_sender ? "%s: the tunnel is up, and no packet of this pair goes into "
			    "it"
			  : "%s: the tunnel is up, its SA counts packets in, none out",
		site->name);
	predict_sees(input, finding,
		     is_sender
			     ? "%s: the tunnel is up, nothing comes out of it"
			     : "%s: the tunnel is up, its SA counts packets out, none in",
		     far->name);
}

static void check_answer(const struct predict_input *input, struct findings *findings,
			 unsigned int end, const struct selector *selector,
			 unsigned int from, const struct forward_answer *answer)
{
	const struct inet_prefix own =
		inet_prefix_network(end == from ? &selector->local : &selector->remote);
	const struct inet_addr sample = predict_sample(&own);
	const bool is_refused =
		answer->target == TARGET_REJECT || answer->target == TARGET_DROP;
	struct user_doubt doubt = answer->doubt;

	if (!doubt.what && is_refused)
		doubt = forward_unseen(input->arena, input->sites[end], &sample);
	if (doubt.what)
		user_doubt_say(input, input->sites[end], &doubt, ASPECT_WAY, findings);
	else if (is_refused && !predict_is_shadow(input, end, answer->rule))
		report_refused(input, findings, end, selector, from, answer);
}

/*
 * A tunnel without an interface is filled by its policies alone. What another policy
 * permits leaves without it; where a tunnel policy stands behind, F89 names both.
 */
static bool is_past_tunnel(const struct site *site, const struct tunnel *tunnel,
			   const struct forward_question *question,
			   const struct forward_answer *answer)
{
	if (site->firewall != FIREWALL_POLICY || tunnel->bind_interface ||
	    answer->target != TARGET_ACCEPT || !answer->rule || answer->doubt.what)
		return false;
	vec_foreach (rule, &site->rules)
		if (rule->target == TARGET_TUNNEL && !rule->is_disabled &&
		    site_prefixes_hold(site, rule->src.items, rule->src.count,
				       &question->src) &&
		    site_prefixes_hold(site, rule->dest.items, rule->dest.count,
				       &question->dst))
			return false;
	return true;
}

static void report_past(const struct predict_input *input, struct findings *findings,
			unsigned int end, const struct selector *selector,
			const struct forward_answer *answer)
{
	const struct site *site = input->sites[end];
	struct inet_prefix dst = inet_prefix_network(&selector->remote);
	struct finding *finding = predict_add(
		input, findings, F65, site->name,
		"%s has no tunnel policy for %s: the policy '%s' permits it without the "
		"tunnel",
		site->name, inet_prefix_text(&dst).s,
		answer->rule->name ? answer->rule->name
		: answer->rule->id ? answer->rule->id
				   : "?");

	finding->selector = selector;
	finding->rule = answer->rule;
	predict_value(input, finding, 0, site->name, "policy", answer->at, "permit");
	predict_value(input, finding, 1, site->name, "traffic selector",
		      selector->remote_at, "%s", inet_prefix_text(&selector->remote).s);
	predict_fix(
		input, finding,
		"%s: a tunnel policy from the zone of %s to the zone of %s, before it",
		site->name, inet_prefix_text(&selector->local).s,
		inet_prefix_text(&dst).s);
	predict_sees(input, finding,
		     "%s: the tunnel is up, and what the LAN sends leaves in clear",
		     site->name);
}

static void check_way(const struct predict_input *input, struct findings *findings,
		      const struct tunnel *const tunnels[2],
		      const struct selector *selector, unsigned int from);

/* The first network that the site routes to its XFRM interface or VTI; NULL: none. */
static const struct site_route *routed(const struct site *site,
				       const struct tunnel *tunnel)
{
	const struct site_interface *bound =
		tunnel->bind_interface ? site_interface_find(site, tunnel->bind_interface)
				       : NULL;

	if (!bound || !interface_is_way(bound))
		return NULL;
	vec_foreach (route, &site->routes)
		if (str_equal(route->interface, bound->name) && route->destination.length)
			return route;
	return NULL;
}

/* Of XFRM interfaces at both ends: what each routes to its own stands for the pair. */
static void check_routed(const struct predict_input *input, struct findings *findings,
			 const struct tunnel *const tunnels[2],
			 const struct selector *selector, unsigned int from)
{
	const struct site_route *there = routed(input->sites[from], tunnels[from]);
	const struct site_route *back = routed(input->sites[!from], tunnels[!from]);
	struct selector *pair;

	if (!there || !back)
		return;
	pair = arena_memdup(input->arena, selector, sizeof(*selector));
	pair->local = back->destination;
	pair->remote = there->destination;
	check_way(input, findings, tunnels, pair, from);
}

/* Bound to an interface that no line makes, so in no zone: F69 says which. */
static bool is_nowhere(const struct site *site, const struct tunnel *tunnel)
{
	return site->firewall == FIREWALL_POLICY && tunnel->bind_interface &&
	       !site_interface_find(site, tunnel->bind_interface);
}

/* A tunnel of the gateway itself: what it sends and gets is not forwarded. */
static bool is_gateway(const struct site *site, const struct inet_prefix *net)
{
	return net->length == inet_prefix_host(&net->addr).length &&
	       site_has_address(site, &net->addr);
}

/*
 * The LAN of `from` opens connections: its own gateway must let them into the tunnel,
 * the other one out of it.
 */
static void check_way_out(const struct predict_input *input, struct findings *findings,
			  const struct tunnel *const tunnels[2],
			  const struct selector *selector, unsigned int from,
			  const struct forward_question *question,
			  const struct inet_prefix *src, const struct inet_prefix *dst)
{
	struct forward_answer answer =
		forward_ask_all(input->arena, input->sites[from], question, src, dst);

	if (is_past_tunnel(input->sites[from], tunnels[from], question, &answer))
		report_past(input, findings, from, selector, &answer);
	else
		check_answer(input, findings, from, selector, from, &answer);
}

static void check_way(const struct predict_input *input, struct findings *findings,
		      const struct tunnel *const tunnels[2],
		      const struct selector *selector, unsigned int from)
{
	struct inet_prefix src = inet_prefix_network(&selector->local);
	struct inet_prefix dst = inet_prefix_network(&selector->remote);
	struct forward_question question = { .src = predict_sample(&src),
					     .dst = predict_sample(&dst),
					     .is_out_ipsec = true,
					     .tunnel_interface =
						     tunnels[from]->bind_interface };
	struct forward_answer answer;

	/*
	 * A pair of everything, as route-based tunnels have it, says nothing of what
	 * goes in: routes do. No rule that lets everything through is ever advised.
	 */
	if (!src.length || !dst.length) {
		check_routed(input, findings, tunnels, selector, from);
		return;
	}
	/* The same network at both ends is F72, whatever the rules say. */
	if (inet_prefix_overlaps(&src, &dst) ||
	    predict_own_network(input->sites[from], &dst) ||
	    is_nowhere(input->sites[0], tunnels[0]) ||
	    is_nowhere(input->sites[1], tunnels[1]) || site_zoneless(input->sites[0]) ||
	    site_zoneless(input->sites[1]) ||
	    predict_is_mapped(input->arena, input->sites[from], &src) ||
	    predict_is_mapped(input->arena, input->sites[!from], &dst) ||
	    tunnel_has_no_way(input->sites[from], tunnels[from]) ||
	    tunnel_has_no_way(input->sites[!from], tunnels[!from]))
		return;
	if (!is_gateway(input->sites[from], &src))
		check_way_out(input, findings, tunnels, selector, from, &question, &src,
			      &dst);
	if (is_gateway(input->sites[!from], &dst))
		return;
	question.is_out_ipsec = false;
	question.is_in_ipsec = true;
	question.tunnel_interface = tunnels[!from]->bind_interface;
	answer =
		forward_ask_all(input->arena, input->sites[!from], &question, &src, &dst);
	check_answer(input, findings, !from, selector, from, &answer);
}

void predict_forwarding(const struct predict_input *input, unsigned int end,
			struct findings *findings)
{
	const struct site *site = input->sites[end];
	const struct flag *forwarding = &site->forwarding;
	struct finding *finding;

	if (!forwarding->is_set || forwarding->on)
		return;
	finding = predict_add(input, findings, F68, site->name,
			      "%s forwards no packet at all: net.ipv4.ip_forward is 0",
			      site->name);
	predict_why(input, finding,
		    "the tunnel comes up; what comes out of it for the LAN ends at the "
		    "gateway, as does what the LAN sends");
	predict_value(input, finding, 0, site->name, "net.ipv4.ip_forward",
		      forwarding->at, "0");
	predict_fix(input, finding, "%s: %s:%u: net.ipv4.ip_forward = 1", site->name,
		    forwarding->at.file, forwarding->at.line);
	predict_edit(input, finding, site, EDIT_LINE, forwarding->at,
		     "net.ipv4.ip_forward = 1");
	predict_sees(input, finding,
		     "%s: the SA counts packets in and none out; no rule counts a drop",
		     site->name);
	predict_sees(input, finding, "%s: the tunnel is up, no answer comes",
		     input->sites[!end]->name);
}

/* Zones that carry a tunnel: with the subnets of remote networks. */
static bool is_tunnel_zone(const struct site *site, const char *name)
{
	const struct zone *zone = name ? site_zone_find(site, name) : NULL;

	if (!zone || !zone->subnets.count)
		return false;
	vec_foreach (tunnel, &site->tunnels)
		vec_foreach (child, &tunnel->children)
			predict_foreach_selector (selector, child)
				vec_foreach (subnet, &zone->subnets)
					if (inet_prefix_overlaps(&subnet->prefix,
								 &selector->remote))
						return true;
	return false;
}

/* One entry for each network behind the site's tunnels. */
static void edit_dest_ip(const struct predict_input *input, struct finding *finding,
			 const struct site *site, const struct rule *rule)
{
	const char *(*rule_for)(struct arena *, const char *) =
		words_fixes(site)->rule_for;

	if (!rule_for)
		return;
	vec_foreach (tunnel, &site->tunnels)
		vec_foreach (child, &tunnel->children)
			predict_foreach_selector (selector, child) {
				struct inet_prefix remote =
					inet_prefix_network(&selector->remote);

				if (!tunnel->is_disabled && remote.length)
					predict_edit(
						input, finding, site, EDIT_IN_BLOCK,
						rule->at, "%s",
						rule_for(input->arena,
							 inet_prefix_text(&remote).s));
			}
}

/* A rule into a tunnel's zone that names no destination passes whatever is in it. */
void predict_wide_rules(const struct predict_input *input, unsigned int end,
			struct findings *findings)
{
	const struct site *site = input->sites[end];

	vec_foreach (rule, &site->rules) {
		struct finding *finding;

		if (rule->is_disabled || rule->target != TARGET_ACCEPT ||
		    rule->dest.count || !rule->src_zone ||
		    !is_tunnel_zone(site, rule->dest_zone) || rule->extra.s)
			continue;
		finding = predict_add(
			input, findings, F85, site->name,
			"rule '%s' passes everything to zone %s, not only the "
			"tunnel's networks",
			rule->name ? rule->name : "?", rule->dest_zone);
		finding->rule = rule;
		finding->why = "what no tunnel carries leaves by the WAN in clear";
		predict_value(input, finding, 0, site->name, "dest_ip", rule->at,
			      "(any)");
		predict_fix(
			input, finding,
			"%s: %s:%u: give the rule an `option dest_ip` with the tunnel's "
			"remote network",
			site->name, rule->at.file, rule->at.line);
		edit_dest_ip(input, finding, site, rule);
	}
}

/* ------------------------------------------------------------ zones that catch nothing
 */

static bool catches_nothing(const struct site *site, const struct zone *zone)
{
	bool has_extra = site->firewall == FIREWALL_FW3 &&
			 (zone->extra_src.s || zone->extra_dest.s);

	return !zone->interfaces.count && !zone->devices.count && !zone->subnets.count &&
	       !has_extra;
}

/* The first forwarding or rule that counts on the zone. */
static bool find_user(const struct site *site, const char *zone, struct origin *ret_at)
{
	vec_foreach (forwarding, &site->forwardings) {
		if (!str_equal(forwarding->src, zone) &&
		    !str_equal(forwarding->dest, zone))
			continue;
		*ret_at = forwarding->at;
		return true;
	}
	vec_foreach (rule, &site->rules) {
		if (rule->is_disabled || (!str_equal(rule->src_zone, zone) &&
					  !str_equal(rule->dest_zone, zone)))
			continue;
		*ret_at = rule->at;
		return true;
	}
	return false;
}

static void edit_subnet(const struct predict_input *input, struct finding *finding,
			const struct site *site, const struct zone *zone,
			const struct selector *selector)
{
	struct inet_prefix remote = inet_prefix_network(&selector->remote);

	predict_edit(input, finding, site, EDIT_IN_BLOCK, zone->at, "list subnet '%s'",
		     inet_prefix_text(&remote).s);
}

/* The zone is to hold what is behind the tunnels: line by line. */
static void say_subnets(const struct predict_input *input, struct finding *finding,
			const struct site *site, const struct zone *zone)
{
	_cleanup_buf_ struct buf nets = { 0 };

	vec_foreach (tunnel, &site->tunnels)
		vec_foreach (child, &tunnel->children)
			predict_foreach_selector (selector, child) {
				struct inet_prefix remote =
					inet_prefix_network(&selector->remote);

				if (tunnel->is_disabled || !remote.length ||
				    nets.length > 400)
					continue;
				buf_printf(&nets, "%slist subnet '%s'",
					   nets.length ? ", " : "",
					   inet_prefix_text(&remote).s);
			}
	predict_fix(input, finding, "%s: %s:%u: %s", site->name, zone->at.file,
		    zone->at.line,
		    nets.length ? buf_text(&nets)
				: "list subnet with the tunnel's remote networks");
	vec_foreach (tunnel, &site->tunnels)
		vec_foreach (child, &tunnel->children)
			predict_foreach_selector (selector, child)
				if (!tunnel->is_disabled && selector->remote.length)
					edit_subnet(input, finding, site, zone, selector);
}

static void report_zone(const struct predict_input *input, struct findings *findings,
			const struct site *site, const struct zone *zone,
			struct origin user_at)
{
	struct finding *finding = predict_add(input, findings, F86, site->name,
					      "zone %s has no network, device or subnet: "
					      "nothing is ever in it, and what is "
					      "allowed for it has no effect",
					      zone->name);

	predict_why(
		input, finding,
		"packets of an IPsec tunnel come and go by the WAN device: connections "
		"of the far side meet the WAN zone's refusal, the LAN's own leave by "
		"the forwarding to the WAN");
	predict_value(input, finding, 0, site->name, "zone", zone->at, "%s", zone->name);
	predict_value(input, finding, 1, site->name, "used by", user_at, "%s",
		      zone->name);
	say_subnets(input, finding, site, zone);
	if (site->firewall == FIREWALL_FW3)
		predict_fix(input, finding,
			    "%s: or in zone %s: option extra_src '-m policy --dir in "
			    "--pol ipsec --proto esp' and option extra_dest '-m policy "
			    "--dir out --pol ipsec --proto esp'",
			    site->name, zone->name);
	predict_sees(
		input, finding,
		"%s: the firewall warns about a zone without an interface when it starts",
		site->name);
}

void predict_zones(const struct predict_input *input, unsigned int end,
		   struct findings *findings)
{
	const struct site *site = input->sites[end];
	struct origin user_at;

	if (site->firewall != FIREWALL_FW3 && site->firewall != FIREWALL_FW4)
		return;
	/* F91 says what belongs into it. */
	if (site_zoneless(site))
		return;
	vec_foreach (zone, &site->zones)
		if (catches_nothing(site, zone) && find_user(site, zone->name, &user_at))
			report_zone(input, findings, site, zone, user_at);
}

/* ------------------------------------------------------------ both ways */

static bool has_dead_zone(const struct site *site)
{
	struct origin at;

	if (site->firewall != FIREWALL_FW3 && site->firewall != FIREWALL_FW4)
		return false;
	vec_foreach (zone, &site->zones)
		if (catches_nothing(site, zone) && find_user(site, zone->name, &at))
			return true;
	return false;
}

/* Does a finding name the rule, or the line of a script, that refuses this as well? */
static bool is_said(const struct finding *said, size_t count,
		    const struct finding *finding)
{
	const struct diagnosis_value *value = &finding->values[0];

	for (size_t i = 0; i < count; i++)
		if (finding->rule
			    ? said[i].rule == finding->rule
			    : str_equal(value->setting, FORWARD_BY_SCRIPT) &&
				      origin_same_line(&said[i].values[0].at, &value->at))
			return true;
	return false;
}

/* Whoever writes that an end starts the tunnel wants its LAN to open connections. */
static bool is_meant_to_open(const struct tunnel *tunnel)
{
	return predict_can_start(tunnel) && tunnel->start_at.file;
}

/*
 * F66b: one end opens connections, the other cannot; that may well be what is wanted.
 * first: where the findings of the first direction begin, if there are any.
 */
static void check_way_back(const struct predict_input *input, struct findings *findings,
			   const struct tunnel *const tunnels[2],
			   const struct selector *mirror, size_t first)
{
	unsigned int from = input->initiator;
	size_t before = findings->count, kept = before;

	/* F86 says it already, with the reason. */
	if (has_dead_zone(input->sites[from]) || site_zoneless(input->sites[from]))
		return;
	check_way(input, findings, tunnels, mirror, !from);
	if (is_meant_to_open(tunnels[!from])) {
		for (size_t i = before; first == before && i < findings->count; i++)
			if (!findings->items[i].why)
				predict_why(
					input, &findings->items[i],
					"%s starts the tunnel as well, so its LAN is taken to "
					"open connections; those that %s opens pass, and what "
					"answers them",
					input->sites[!from]->name,
					input->sites[from]->name);
		return;
	}
	for (size_t i = before; i < findings->count; i++) {
		struct finding *finding = &findings->items[i];

		if (is_said(&findings->items[first], before - first, finding))
			continue;
		findings->items[kept++] = *finding;
		finding = &findings->items[kept - 1];
		finding->severity = SEVERITY_WEAK;
		if (finding->why)
			continue; /* that only some hosts may */
		predict_why(input, finding,
			    first == before
				    ? "only %s can open connections; what answers them "
				      "passes"
				    : "with the other direction mended only %s can open "
				      "connections; what answers them passes",
			    input->sites[from]->name);
	}
	findings->count = kept;
}

void predict_forward(const struct predict_input *input,
		     const struct tunnel *const tunnels[2], struct findings *findings)
{
	unsigned int from = input->initiator;

	vec_foreach (child, &tunnels[from]->children)
		predict_foreach_selector (selector, child) {
			const struct selector *mirror =
				pair_find_mirror(selector, tunnels[!from], NULL);
			size_t before = findings->count;

			if (!mirror)
				continue;
			predict_access_list(input, findings, from, tunnels[from],
					    selector);
			predict_access_list(input, findings, !from, tunnels[!from],
					    mirror);
			if (findings->count != before)
				continue;
			check_way(input, findings, tunnels, selector, from);
			check_way_back(input, findings, tunnels, mirror, before);
		}
}
