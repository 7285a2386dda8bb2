// SPDX-License-Identifier: GPL-2.0-or-later
/* routes.c - F69, F72, F74, F76: where packets for the tunnel really go */
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "device/device.h"
#include "model/site_index.h"
#include "model/updown.h"
#include "predict/one_end.h"
#include "predict/pairs.h"
#include "predict/predict.h"
#include "predict/words.h"

static bool is_known(const struct selector *selector)
{
	return selector->local.addr.family && selector->remote.addr.family;
}

/* ------------------------------------------------------------ route-based tunnels */

static bool has_route(const struct site *site, const char *interface,
		      const struct inet_prefix *remote)
{
	const struct site_index_routes *routes =
		site_index_routes(site->index, interface);

	vec_foreach (route, &routes->list)
		if (!remote->length ||
		    inet_prefix_overlaps(&(*route)->destination, remote))
			return true;
	return false;
}

/* The route of a part of that network, where no route or routes have all of it; NULL. */
static const struct site_route *part_of(const struct site *site, const char *interface,
					const struct inet_prefix *remote)
{
	const struct site_index_routes *routes =
		site_index_routes(site->index, interface);
	const struct site_route *part = NULL;
	uint64_t addresses = 0;

	if (!remote->length || remote->addr.family != AF_INET)
		return NULL;
	vec_foreach (route, &routes->list) {
		if (inet_prefix_covers(&(*route)->destination, remote))
			return NULL;
		if (!inet_prefix_has(remote, &(*route)->destination.addr))
			continue;
		part = part ? part : *route;
		addresses += 1ULL << (32 - (*route)->destination.length);
	}
	return addresses < 1ULL << (32 - remote->length) ? part : NULL;
}

/* Perhaps no host that is meant is in the rest, so that is said and no more. */
static void report_part(const struct predict_input *input, struct findings *findings,
			const struct site *site, const struct tunnel *tunnel,
			const struct inet_prefix *remote, const struct site_route *part)
{
	struct finding *finding = predict_add(
		input, findings, F69, site->name, "%s routes only %s of %s through %s",
		site->name, inet_prefix_text(&part->destination).s,
		inet_prefix_text(remote).s, tunnel->bind_interface);

	finding->severity = SEVERITY_WEAK;
	finding->tunnel = tunnel;
	predict_why(input, finding,
		    "packets for the rest follow the default route, in clear");
	predict_value(input, finding, 0, site->name, "route", part->at, "%s",
		      inet_prefix_text(&part->destination).s);
	predict_fix(input, finding, "%s: %s:%u: a route for %s", site->name,
		    part->at.file ? part->at.file : "?", part->at.line,
		    inet_prefix_text(remote).s);
}

/* The script that makes the VTI is where its routes are added. */
static void say_script(const struct predict_input *input, struct finding *finding,
		       const struct site *site, const struct tunnel *tunnel,
		       const struct updown_script *script)
{
	const struct origin at = { .file = script->file,
				   .line = updown_line_with(script, "vti key") };

	predict_value(input, finding, 0, site->name, "VTI of the updown script", at, "%s",
		      tunnel->bind_interface);
	predict_fix(input, finding,
		    "%s: %s, behind the line that sets the VTI up: ip route add "
		    "\"$PLUTO_PEER_CLIENT\" dev VTI",
		    site->name, script->file);
}

static bool is_into_nothing(const struct site *site, const struct inet_prefix *net)
{
	vec_foreach (route, &site->routes)
		if (route->is_blackhole && route->destination.length &&
		    inet_prefix_covers(&route->destination, net))
			return true;
	return false;
}

static void report_route(const struct predict_input *input, struct findings *findings,
			 const struct site *site, const struct tunnel *tunnel,
			 const struct selector *selector,
			 const struct inet_prefix *remote,
			 const struct site_interface *interface)
{
	/* Never a route of everything: it is not known what is behind the other end. */
	struct inet_text net = remote->length ? inet_prefix_text(remote)
					      : (struct inet_text){ "NET/MASK" };
	const struct device_fixes *fixes = words_fixes(site);
	struct finding *finding = predict_add(
		input, findings, F69, site->name,
		!interface ? "%s binds the tunnel for %s to %s, which no line makes"
		: interface->is_disabled
			? "%s binds the tunnel for %s to %s, which is disabled"
			: "%s has no route for %s through %s",
		site->name, remote->length ? net.s : "the far networks",
		tunnel->bind_interface);

	finding->tunnel = tunnel;
	finding->selector = selector;
	predict_why(input, finding,
		    is_into_nothing(site, remote)
			    ? "the packets follow the route into nothing"
			    : "the packets follow the default route, in clear");
	predict_value(input, finding, 0, site->name, "tunnel interface", tunnel->at, "%s",
		      tunnel->bind_interface);
	if (tunnel_updown(site, tunnel))
		say_script(input, finding, site, tunnel, tunnel_updown(site, tunnel));
	else if (interface && interface->is_disabled)
		words_fix(
			input, finding, site, &interface->at,
			interface->switch_on
				? language_statement(interface->switch_on)
				: (struct device_line){
					  .text = arena_printf(input->arena, "enable %s",
							       tunnel->bind_interface) });
	else if (!interface && fixes->interface)
		words_place(input, finding, site,
			    fixes->interface(input->arena, tunnel->bind_interface),
			    EDIT_IN_BLOCK, tunnel->at);
	else if (fixes->route)
		words_place(input, finding, site,
			    fixes->route(input->arena, net.s, tunnel->bind_interface),
			    EDIT_IN_BLOCK, tunnel->at);
	else
		predict_fix(input, finding, "%s: a route for %s through %s", site->name,
			    net.s, tunnel->bind_interface);
	predict_sees(input, finding, "%s: the tunnel is up and counts no packet",
		     site->name);
}

/* The far network: the selector's or, where that is everything, the other end's own. */
static struct inet_prefix far_network(const struct selector *selector,
				      const struct tunnel *peer, const struct site *far)
{
	const struct site_interface *wan = site_wan(far);

	if (selector->remote.length)
		return inet_prefix_network(&selector->remote);
	vec_foreach (child, &peer->children)
		vec_foreach (other, &child->selectors)
			if (other->local.length)
				return inet_prefix_network(&other->local);
	/* What static NAT at the other end's tunnel interface shows its LAN as. */
	vec_foreach (rule, &far->nat)
		if (rule->kind == NAT_NETMAP && !rule->is_disabled && rule->dest.count &&
		    peer->bind_interface &&
		    str_equal(rule->interface, peer->bind_interface))
			return inet_prefix_network(&rule->dest.items[0].prefix);
	vec_foreach (interface, &far->interfaces)
		if (interface != wan && !interface->is_tunnel &&
		    !interface->is_disabled && interface->addresses.count &&
		    interface->addresses.items[0].prefix.length > 0)
			return inet_prefix_network(&interface->addresses.items[0].prefix);
	return selector->remote;
}

/*
 * Of a pair of everything the far LAN stands for what a route is wanted for; one that is
 * here as well is reached by other addresses, which any route through the interface has.
 */
static bool is_shown_otherwise(const struct site *site, const char *interface,
			       const struct selector *selector,
			       const struct inet_prefix *remote)
{
	bool is_here = false, has_any = false;

	if (selector->remote.length || !remote->length)
		return false;
	vec_foreach (own, &site->interfaces)
		vec_foreach (address, &own->addresses)
			is_here |= !own->is_tunnel &&
				   inet_prefix_overlaps(&address->prefix, remote);
	vec_foreach (route, &site->routes)
		has_any |= str_equal(route->interface, interface) && !route->is_blackhole;
	return is_here && has_any;
}

void predict_routes(const struct predict_input *input,
		    const struct tunnel *const tunnels[2], struct findings *findings)
{
	for (unsigned int end = 0; end < 2; end++) {
		const struct site *site = input->sites[end];
		const char *bound = tunnels[end]->bind_interface;
		const struct site_interface *interface =
			bound ? site_interface_find(site, bound) : NULL;

		if (!bound)
			continue;
		vec_foreach (child, &tunnels[end]->children) {
			predict_foreach_selector (selector, child) {
				struct inet_prefix remote = far_network(
					selector, tunnels[!end], input->sites[!end]);

				/* What a routing protocol will learn no file shows. */
				bool is_up = interface && !interface->is_disabled;
				const struct site_route *part =
					is_up ? part_of(site, bound, &remote) : NULL;

				if (part && is_known(selector) &&
				    !child->has_own_routes && !interface->routing)
					report_part(input, findings, site, tunnels[end],
						    &remote, part);
				if (!is_known(selector) ||
				    (is_up &&
				     (child->has_own_routes || interface->routing ||
				      has_route(site, bound, &remote) ||
				      is_shown_otherwise(site, bound, selector,
							 &remote))))
					continue;
				report_route(input, findings, site, tunnels[end],
					     selector, &remote, interface);
			}
		}
	}
}

/* ------------------------------------------------------------ overlapping networks */

static void check_overlap(const struct predict_input *input, struct findings *findings,
			  unsigned int end, const struct selector *selector)
{
	const struct site *site = input->sites[end];
	struct inet_prefix remote = inet_prefix_network(&selector->remote);
	struct inet_prefix local = inet_prefix_network(&selector->local);
	const struct prefix_value *lan = predict_own_network(site, &remote);
	struct finding *finding;

	if (!remote.length || !is_known(selector) ||
	    (!lan && (!local.length || !inet_prefix_overlaps(&local, &remote))))
		return;
	if (lan)
		local = inet_prefix_network(&lan->prefix);
	finding = predict_add(input, findings, F72, site->name,
			      "%s has %s itself, and the tunnel goes to %s", site->name,
			      inet_prefix_text(&local).s, inet_prefix_text(&remote).s);
	finding->selector = selector;
	predict_why(input, finding,
		    "hosts take the far network for their own, and the router "
		    "cuts itself off from its LAN");
	predict_value(input, finding, 0, site->name, "own network",
		      lan ? lan->at : selector->local_at, "%s",
		      inet_prefix_text(&local).s);
	predict_value(input, finding, 1, site->name, "remote network",
		      selector->remote_at, "%s", inet_prefix_text(&remote).s);
	predict_fix(input, finding,
		    "either end: give one LAN another network, or translate it (NETMAP, "
		    "local_nat)");
}

void predict_overlap(const struct predict_input *input,
		     const struct tunnel *const tunnels[2], struct findings *findings)
{
	for (unsigned int end = 0; end < 2; end++)
		vec_foreach (child, &tunnels[end]->children) {
			/* Between two hosts, which may well be neighbours. */
			if (child->is_transport)
				continue;
			predict_foreach_selector (selector, child)
				if (!predict_is_swapped_here(input->sites[end], selector,
							     tunnels[!end]))
					check_overlap(input, findings, end, selector);
		}
}

/* ------------------------------------------------------------ the own network */

/* Of the inside, and not the Internet's side; it need not have an address. */
static bool is_inner(const struct site *site, const struct site_interface *interface)
{
	const struct site_interface *wan = site_wan(site);
	const struct zone *outer = wan ? site_zone_of_interface(site, wan) : NULL;

	return wan && interface != wan && !interface->is_tunnel &&
	       !interface->is_disabled && !str_equal(interface->device, "lo") &&
	       (!outer || site_zone_of_interface(site, interface) != outer);
}

/* Files that say no LAN: it was taken from the line of the tunnel's own network. */
static bool is_guessed(const struct site *site, const struct site_interface *interface)
{
	vec_foreach (tunnel, &site->tunnels)
		vec_foreach (child, &tunnel->children)
			vec_foreach (selector, &child->selectors)
				if (interface->at.line == selector->local_at.line &&
				    interface->at.file &&
				    str_equal(interface->at.file,
					      selector->local_at.file))
					return true;
	return false;
}

/* The address of the LAN, where the files show all of the inside; else NULL. */
static const struct prefix_value *known_inside(const struct site *site)
{
	const struct prefix_value *lan = NULL;

	vec_foreach (interface, &site->interfaces) {
		if (interface->routing)
			return NULL;
		if (!is_inner(site, interface))
			continue;
		if (!interface->addresses.count || is_guessed(site, interface))
			return NULL;
		lan = lan ? lan : &interface->addresses.items[0];
	}
	return lan;
}

static bool is_behind_other_tunnel(const struct site *site, const struct tunnel *own,
				   const struct inet_prefix *net)
{
	vec_foreach (tunnel, &site->tunnels) {
		if (tunnel == own)
			continue;
		vec_foreach (child, &tunnel->children)
			vec_foreach (selector, &child->selectors)
				if (!selector->remote.addr.family ||
				    inet_prefix_overlaps(&selector->remote, net))
					return true;
	}
	return false;
}

/* By an address, a route, or another tunnel. */
static bool is_behind(const struct site *site, const struct tunnel *own_tunnel,
		      const struct inet_prefix *net)
{
	vec_foreach (interface, &site->interfaces)
		vec_foreach (address, &interface->addresses) {
			const struct inet_prefix own =
				inet_prefix_network(&address->prefix);

			if (inet_prefix_overlaps(&own, net))
				return true;
		}
	vec_foreach (route, &site->routes)
		if (route->destination.length &&
		    inet_prefix_overlaps(&route->destination, net))
			return true;
	return is_behind_other_tunnel(site, own_tunnel, net);
}

/* One network for another, told where the tunnel comes in. */
static bool maps_at_tunnel(const struct site *site, const struct tunnel *tunnel,
			   const struct nat_rule *rule, const struct inet_prefix *net)
{
	const struct site_interface *bound =
		tunnel->bind_interface ? site_interface_find(site, tunnel->bind_interface)
				       : NULL;
	const struct zone *zone = bound ? site_zone_of_interface(site, bound) : NULL;

	if (rule->kind != NAT_NETMAP || rule->is_disabled || !rule->dest.count ||
	    !inet_prefix_overlaps(&rule->dest.items[0].prefix, net))
		return false;
	if (rule->interface && tunnel->bind_interface)
		return str_equal(rule->interface, tunnel->bind_interface);
	return !zone || !rule->src_zone || str_equal(rule->src_zone, zone->name);
}

/* A script's rule that translates is not asked what: it may be this. */
static bool is_translated_to(const struct predict_input *input, const struct site *site,
			     const struct tunnel *tunnel, const struct inet_prefix *net)
{
	static const char *const words[] = { "NETMAP", "SNAT", "DNAT", "snat", "dnat" };

	vec_foreach (line, &site->firewall_user)
		for (size_t i = 0; i < ARRAY_SIZE(words); i++)
			if (strstr(line->text, words[i]))
				return true;
	vec_foreach (rule, &site->nat)
		if ((rule->kind == NAT_SOURCE && rule->to.addr.family &&
		     inet_prefix_overlaps(&rule->to, net)) ||
		    (rule->kind == NAT_DESTINATION && rule->dest.count) ||
		    maps_at_tunnel(site, tunnel, rule, net))
			return true;
	return predict_is_mapped(input->arena, site, net);
}

static bool do_selectors_differ(const struct findings *findings)
{
	vec_foreach (finding, findings)
		if (finding->class == finding_class_of(F45) ||
		    finding->class == finding_class_of(F46))
			return true;
	return false;
}

/* It is meant to be another one's second name: of the tunnel it is not. */
static bool is_mapped_elsewhere(const struct site *site, const struct inet_prefix *net)
{
	vec_foreach (rule, &site->nat)
		if (rule->kind == NAT_NETMAP && !rule->is_disabled && rule->dest.count &&
		    inet_prefix_overlaps(&rule->dest.items[0].prefix, net))
			return true;
	return false;
}

/* With one LAN at both ends the mapping is what is missing. */
static void report_not_here(const struct predict_input *input, struct findings *findings,
			    unsigned int end, const struct selector *selector,
			    const struct prefix_value *lan)
{
	const struct site *site = input->sites[end];
	const struct prefix_value *far = known_inside(input->sites[!end]);
	const struct inet_prefix own = inet_prefix_network(&lan->prefix);
	const bool is_same = far && inet_prefix_overlaps(&own, &far->prefix);
	const bool is_sure = is_same || is_mapped_elsewhere(site, &selector->local);
	struct finding *finding = predict_add(
		input, findings, is_same ? F72 : F69, site->name,
		"%s shows %s in the tunnel, which is not behind it: no interface, "
		"route or translation has it",
		site->name, inet_prefix_text(&selector->local).s);

	finding->selector = selector;
	/* A file that was not given, a routing daemon, a container's bridge may have it. */
	if (!is_sure)
		finding->severity = SEVERITY_WEAK;
	predict_why(input, finding,
		    "%spackets of its hosts do not fit the pair of networks and stay out "
		    "of the tunnel; what comes out of it for that network goes to the "
		    "default route",
		    is_sure ? ""
			    : "right only where something that these files do not show "
			      "has that network (another file, a routing daemon, "
			      "another VPN, containers); else ");
	predict_value(input, finding, 0, site->name, "own network in the tunnel",
		      selector->local_at, "%s", inet_prefix_text(&selector->local).s);
	predict_value(input, finding, 1, site->name, "network of an interface", lan->at,
		      "%s", inet_prefix_text(&own).s);
	predict_fix(input, finding,
		    is_same ? "%s: translate %s to %s for the tunnel, both ways"
			    : "%s: translate %s to %s for the tunnel, both ways; or name "
			      "%s at both ends",
		    site->name, inet_prefix_text(&own).s,
		    inet_prefix_text(&selector->local).s, inet_prefix_text(&own).s);
}

/* A LAN's address, by which the selectors of one end may name the other's networks. */
static bool is_address_of(const struct site *site, const struct inet_prefix *net)
{
	vec_foreach (interface, &site->interfaces)
		vec_foreach (address, &interface->addresses)
			if (!interface->is_tunnel &&
			    inet_prefix_has(net, &address->prefix.addr))
				return true;
	return false;
}

/*
 * The first network that it shows, where none of them is behind it: of several one may
 * be behind a router of the LAN, whose route an excerpt does not have.
 */
static const struct selector *not_here(const struct predict_input *input,
				       unsigned int end, const struct tunnel *tunnel)
{
	const struct site *site = input->sites[end];
	const struct selector *first = NULL;

	vec_foreach (child, &tunnel->children) {
		predict_foreach_selector (selector, child) {
			const struct inet_prefix net =
				inet_prefix_network(&selector->local);

			if (!is_known(selector) || !net.length ||
			    net.addr.family != AF_INET || is_behind(site, tunnel, &net) ||
			    is_address_of(input->sites[!end], &net) ||
			    is_translated_to(input, site, tunnel, &net))
				return NULL;
			first = first ? first : selector;
		}
	}
	return first;
}

void predict_own_networks(const struct predict_input *input,
			  const struct tunnel *const tunnels[2],
			  struct findings *findings)
{
	for (unsigned int end = 0; end < 2; end++) {
		const struct prefix_value *lan = known_inside(input->sites[end]);
		const struct selector *selector =
			lan ? not_here(input, end, tunnels[end]) : NULL;

		/* Alone, the selector may be what is wrong, and F45 of the pair. */
		if (selector && !do_selectors_differ(findings) &&
		    !str_equal(input->sites[!end]->name, OTHER_END))
			report_not_here(input, findings, end, selector, lan);
	}
}

/* ------------------------------------------------------------ sizes and short cuts */

#define MTU_DEFAULT 1500
/* Outer IP 20, UDP 8, ESP 8, IV 16, padding up to 17, ICV 12..16, inner IP and TCP 40. */
#define OVERHEAD_ESP 77
#define OVERHEAD_TCP 40

static void check_size(const struct predict_input *input, struct findings *findings,
		       const struct site *site, const struct zone *zone,
		       const struct site_interface *wan)
{
	int mtu = wan->mtu.is_set && wan->mtu.n > 576 && wan->mtu.n <= MTU_DEFAULT
			  ? (int)wan->mtu.n
			  : MTU_DEFAULT;
	struct finding *finding = predict_add(input, findings, F74, site->name,
					      "%s tells TCP connections no smaller size: "
					      "packets above %d bytes do not fit "
					      "into the tunnel",
					      site->name, mtu - OVERHEAD_ESP);

	predict_why(input, finding,
		    "%d bytes on the WAN less up to %d for ESP; where the hint to send "
		    "less is lost, pages and ssh hang while ping works",
		    mtu, OVERHEAD_ESP);
	predict_value(input, finding, 0, site->name, "mtu_fix", zone->mtu_fix.at, "off");
	predict_fix(input, finding, "%s: %s:%u: option mtu_fix '1' (MSS %d)", site->name,
		    zone->at.file ? zone->at.file : "etc/config/firewall", zone->at.line,
		    mtu - OVERHEAD_ESP - OVERHEAD_TCP);
}

void predict_packets(const struct predict_input *input,
		     const struct tunnel *const tunnels[2], struct findings *findings)
{
	(void)tunnels;
	for (unsigned int end = 0; end < 2; end++) {
		const struct site *site = input->sites[end];
		const struct site_interface *wan = site_wan(site);
		const struct zone *zone = wan ? site_zone_of_interface(site, wan) : NULL;
		struct finding *finding;

		if (device_of(site->kind)->traits.clamps_mss_by_zone && zone &&
		    !zone->mtu_fix.on)
			check_size(input, findings, site, zone, wan);
		if (!site->flow_offloading.on)
			continue;
		finding = predict_add(input, findings, F76, site->name,
				      "%s takes a short cut for known connections (flow "
				      "offloading), past IPsec",
				      site->name);
		predict_why(input, finding,
			    "the first packets of a connection pass, then it stalls");
		predict_value(input, finding, 0, site->name, "flow_offloading",
			      site->flow_offloading.at, "on");
		predict_fix(input, finding, "%s: %s:%u: option flow_offloading '0'",
			    site->name, site->flow_offloading.at.file,
			    site->flow_offloading.at.line);
	}
}
