// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nat.c - predictions about NAT
 *
 * A router that masquerades on its WAN rewrites the source before the kernel looks for
 * a policy the second time: the packet matches none and leaves in clear (F63). What
 * exempts: fw3's firewall.user with `-t nat -A postrouting_rule -d NET -j ACCEPT`, a
 * zone's negated masq_dest, `config nat` with ACCEPT, Junos `source-nat off` before the
 * others. ScreenOS never translates what goes into a policy-based tunnel.
 */
#include "predict/nat.h"

#include <netinet/in.h>
#include <string.h>

#include "base/str.h"
#include "device/device.h"
#include "model/updown.h"
#include "model/aspect.h"
#include "model/pair.h"
#include "predict/pairs.h"
#include "predict/predict.h"

/* An exemption covers the network wholly, or it is for another one. */
static bool note_exemption(const struct inet_prefix *net, bool is_source_right,
			   const struct inet_prefix *remote, struct origin at,
			   struct nat_answer *answer)
{
	if (is_source_right && inet_prefix_covers(net, remote)) {
		answer->is_translated = false;
		answer->at = at;
		return true;
	}
	if (!answer->other_at.line) {
		answer->other = *net;
		answer->other_at = at;
	}
	return false;
}

static bool zone_exempts(const struct zone *zone, const struct inet_prefix *remote,
			 struct nat_answer *answer)
{
	vec_foreach (dest, &zone->masq_dest)
		if (dest->is_negated &&
		    note_exemption(&dest->prefix, true, remote, dest->at, answer))
			return true;
	return false;
}

static bool list_covers(const struct prefix_value *items, size_t count,
			const struct inet_prefix *net)
{
	for (size_t i = 0; i < count; i++)
		if (!items[i].is_negated && inet_prefix_covers(&items[i].prefix, net))
			return true;
	return !count;
}

/* All protocols, or TCP and UDP. */
static bool is_for_all(const struct nat_rule *rule)
{
	bool has_tcp = false, has_udp = false;

	if (rule->dest_ports.count)
		return false;
	vec_foreach (protocol, &rule->protocols) {
		int number = packet_protocol(protocol->s);

		if (number == PACKET_PROTOCOL_ALL || str_equal_nocase(protocol->s, "any"))
			return true;
		has_tcp |= number == IPPROTO_TCP;
		has_udp |= number == IPPROTO_UDP;
	}
	return !rule->protocols.count || (has_tcp && has_udp);
}

/* The rules of `config nat`, Junos and MIPs, first match wins; false: none matches. */
static bool rules_decide(const struct site *site, const struct inet_prefix *local,
			 const struct inet_prefix *remote, struct nat_answer *answer)
{
	vec_foreach (rule, &site->nat) {
		if (rule->is_disabled || rule->kind == NAT_DESTINATION ||
		    !list_covers(rule->src.items, rule->src.count, local) ||
		    !list_covers(rule->dest.items, rule->dest.count, remote))
			continue;
		if (!is_for_all(rule)) {
			/* It decides for TCP, say; what follows for the rest. */
			answer->partial = rule;
			continue;
		}
		answer->is_translated = rule->kind != NAT_EXEMPT;
		answer->at = rule->at;
		return true;
	}
	return false;
}

/* What the device's own rules do. */
static void ask_device(const struct site *site, const struct zone *zone,
		       const struct inet_prefix *local, const struct inet_prefix *remote,
		       struct nat_answer *answer)
{
	bool is_decided = rules_decide(site, local, remote, answer);

	if (!is_decided && zone && zone->masq.on && !zone_exempts(zone, remote, answer)) {
		answer->is_translated =
			list_covers(zone->masq_src.items, zone->masq_src.count, local);
		answer->at = zone->masq.at;
	}
	if (answer->partial &&
	    answer->is_translated != (answer->partial->kind != NAT_EXEMPT))
		answer->doubt = (struct user_doubt){
			"a NAT rule for some protocols or ports only", answer->partial->at
		};
	/* Without the firewall's own file: a router masquerades unless it says otherwise.
	 */
	if (device_of(site->kind)->traits.masquerades && !site->zones.count &&
	    answer->other_at.line)
		answer->is_translated = true;
}

/* The scripts' rules before the device's own, those, and the scripts' behind them. */
static void ask_in_order(const struct user_rules *rules, const struct site *site,
			 const struct zone *zone, const struct packet_kind *kind,
			 struct nat_answer *answer)
{
	struct user_answer before, behind;
	const char *name = zone ? zone->name : NULL;
	bool is_translated;

	user_rules_ask(rules, USER_POSTROUTING, false, name, kind, &before);
	user_rules_ask(rules, USER_POSTROUTING, true, name, kind, &behind);
	if (before.says[USER_NOTHING])
		ask_device(site, zone, &kind->src, &kind->dst, answer);
	is_translated = answer->is_translated;
	if (before.says[USER_TRANSLATES]) {
		answer->at = before.at[USER_TRANSLATES];
		is_translated = true;
	} else if (!is_translated && behind.says[USER_TRANSLATES] &&
		   (before.says[USER_NOTHING] || before.says[USER_LEAVES_ZONE])) {
		answer->at = behind.at[USER_TRANSLATES];
		is_translated = true;
	} else if (!is_translated && before.says[USER_ACCEPTS]) {
		answer->at = before.at[USER_ACCEPTS];
	}
	answer->is_translated = is_translated;
	if (!answer->doubt.what)
		answer->doubt =
			before.doubts[is_translated ? USER_ACCEPTS : USER_TRANSLATES];
	if (!is_translated && !answer->doubt.what)
		answer->doubt = behind.doubts[USER_TRANSLATES];
}

/* What happens to packets from local to remote on their way to the WAN. */
static struct nat_answer ask(const struct user_rules *rules, const struct site *site,
			     const struct inet_prefix *local,
			     const struct inet_prefix *remote)
{
	const struct site_interface *wan = site_wan(site);
	const struct zone *zone =
		wan ? site_zone_of_interface(site, wan) : site_zone_find(site, "wan");
	const struct packet_kind kind = { .src = *local,
					  .dst = *remote,
					  .protocol = PACKET_PROTOCOL_ALL,
					  .out = user_rules_device(wan),
					  .is_out_ipsec = true };
	struct nat_answer answer = { 0 };

	(void)user_rules_exempt_elsewhere(rules, local, remote, &answer.other,
					  &answer.other_at);
	ask_in_order(rules, site, zone, &kind, &answer);
	return answer;
}

/* At the line that masquerades, when a file has one. */
static void say_masq_dest(const struct predict_input *input, struct finding *finding,
			  const struct site *site, const char *net)
{
	const struct site_interface *wan = site_wan(site);
	const struct zone *zone =
		wan ? site_zone_of_interface(site, wan) : site_zone_find(site, "wan");
	struct origin at = { 0 };

	if (zone)
		at = zone->masq.at.file ? zone->masq.at : zone->at;
	if (at.file)
		predict_fix(input, finding, "%s: %s:%u: list masq_dest '!%s'", site->name,
			    at.file, at.line, net);
	else
		predict_fix(input, finding,
			    "%s: /etc/config/firewall, zone %s: list masq_dest '!%s'",
			    site->name, zone && zone->name ? zone->name : "wan", net);
	if (at.line)
		predict_edit(input, finding, site, EDIT_IN_BLOCK, at,
			     "list masq_dest '!%s'", net);
}

/* How to exempt on this device, in its own words. */
static void say_fixes(const struct predict_input *input, struct finding *finding,
		      const struct site *site, const struct inet_prefix *remote)
{
	struct inet_text net = inet_prefix_text(remote);

	switch (site->firewall) {
	case FIREWALL_FW3:
		predict_fix(input, finding,
			    "%s: /etc/firewall.user: iptables -t nat -A "
			    "postrouting_rule -d %s -j ACCEPT",
			    site->name, net.s);
		predict_edit(input, finding, site, EDIT_AT_END,
			     (struct origin){ .file = "etc/firewall.user" },
			     "iptables -t nat -A postrouting_rule -d %s -j ACCEPT",
			     net.s);
		say_masq_dest(input, finding, site, net.s);
		break;
	case FIREWALL_FW4:
		say_masq_dest(input, finding, site, net.s);
		break;
	case FIREWALL_POLICY:
		predict_fix(
			input, finding,
			"%s: a source NAT rule for %s with `source-nat off` before the "
			"others",
			site->name, net.s);
		break;
	case FIREWALL_ACCESS_LIST:
	case FIREWALL_OPEN:
		predict_fix(input, finding, "%s: do not translate packets to %s",
			    site->name, net.s);
		break;
	}
}

static void report(const struct predict_input *input, struct findings *findings,
		   const struct site *site, const struct tunnel *tunnel,
		   const struct selector *selector, const struct nat_answer *answer)
{
	struct inet_prefix remote = inet_prefix_network(&selector->remote);
	bool is_wrong_net = answer->other_at.line != 0;
	struct finding *finding;

	if (is_wrong_net)
		finding = predict_add(
			input, findings, F64, site->name,
			"the NAT exemption covers %s, the tunnel goes to %s",
			inet_prefix_text(&answer->other).s, inet_prefix_text(&remote).s);
	else
		finding =
			predict_add(input, findings, F63, site->name,
				    "packets to %s are masqueraded before they reach the "
				    "tunnel: no NAT exemption",
				    inet_prefix_text(&remote).s);
	finding->tunnel = tunnel;
	finding->selector = selector;
	finding->why =
		"with another source address they match no policy and leave in clear";
	predict_value(input, finding, 0, site->name, is_wrong_net ? "exemption" : "masq",
		      is_wrong_net ? answer->other_at : answer->at, "%s",
		      is_wrong_net ? inet_prefix_text(&answer->other).s : "on");
	predict_value(input, finding, 1, site->name, "remote network",
		      selector->remote_at, "%s", inet_prefix_text(&remote).s);
	say_fixes(input, finding, site, &remote);
	predict_sees(
		input, finding,
		"%s: the tunnel is up, nothing of the LAN gets through it; from the far "
		"side everything works",
		site->name);
}

/* The zone of a route-based tunnel's own interface; NULL: not known. */
static const char *zone_of_tunnel(const struct site *site, const struct tunnel *tunnel)
{
	const struct site_interface *interface =
		site_interface_find(site, tunnel->bind_interface);
	const struct zone *zone =
		interface ? site_zone_of_interface(site, interface) : NULL;

	return zone ? zone->name : NULL;
}

/*
 * One of a tunnel's own interface holds there alone: the pair is made for what it shows.
 * A pair of the network behind it is not, whose packets are another's when they come.
 */
static bool is_made_for(const struct nat_rule *rule, const struct inet_prefix *local)
{
	return rule->interface && rule->dest.count &&
	       inet_prefix_overlaps(&rule->dest.items[0].prefix, local);
}

/*
 * Static NAT (a MIP) turns the source of what its hosts send to that zone, too: who is
 * behind the tunnel sees another address, and a policy-based tunnel does not take it.
 */
static const struct nat_rule *map_of(const struct site *site, const char *zone,
				     const struct inet_prefix *local)
{
	vec_foreach (rule, &site->nat)
		if (rule->kind == NAT_NETMAP && !rule->is_disabled &&
		    !is_made_for(rule, local) &&
		    (!rule->src_zone || !zone || str_equal(rule->src_zone, zone)) &&
		    (inet_prefix_overlaps(&rule->to, local) ||
		     (rule->dest.count &&
		      inet_prefix_overlaps(&rule->dest.items[0].prefix, local))))
			return rule;
	return NULL;
}

static void check_map(const struct predict_input *input, const struct site *site,
		      const struct tunnel *tunnel, const struct selector *selector,
		      struct findings *findings)
{
	const struct site_interface *wan = site_wan(site);
	const struct zone *zone = wan ? site_zone_of_interface(site, wan) : NULL;
	const struct nat_rule *map =
		map_of(site,
		       tunnel->bind_interface ? zone_of_tunnel(site, tunnel)
		       : zone		      ? zone->name
					      : NULL,
		       &selector->local);

	if (map)
		user_doubt_say(input, site,
			       &(struct user_doubt){
				       "static NAT towards the tunnel's zone", map->at },
			       ASPECT_NAT | ASPECT_WAY, findings);
}

/*
 * What goes into a tunnel interface may be translated as well, wanted or not: packets of
 * another source address are none of the pair that was agreed.
 */
static void check_route_based(const struct predict_input *input, unsigned int end,
			      const struct tunnel *tunnel,
			      const struct selector *selector, struct findings *findings)
{
	const struct site *site = input->sites[end];
	const char *zone = zone_of_tunnel(site, tunnel);

	vec_foreach (rule, &site->nat) {
		bool is_destination = rule->kind == NAT_DESTINATION;
		const char *of = is_destination ? rule->src_zone : rule->dest_zone;

		if (rule->is_disabled || rule->kind == NAT_NETMAP ||
		    (of && zone && !str_equal(of, zone)) ||
		    !list_covers(rule->src.items, rule->src.count,
				 is_destination ? &selector->remote : &selector->local) ||
		    !list_covers(rule->dest.items, rule->dest.count,
				 is_destination ? &selector->local : &selector->remote))
			continue;
		if (rule->kind != NAT_EXEMPT)
			user_doubt_say(
				input, site,
				&(struct user_doubt){ "NAT at the tunnel's interface",
						      rule->at },
				ASPECT_NAT | ASPECT_WAY, findings);
		return;
	}
}

/* A script's rule before the one that maps: what it translates is not mapped any more. */
static void check_mapping(const struct predict_input *input, const struct site *site,
			  const struct tunnel *tunnel, const struct selector *selector,
			  const struct user_rules *rules, struct findings *findings)
{
	const struct site_interface *wan = site_wan(site);
	const struct zone *zone = wan ? site_zone_of_interface(site, wan) : NULL;
	struct packet_kind kind = { .dst = selector->remote,
				    .protocol = PACKET_PROTOCOL_ALL,
				    .out = user_rules_device(wan) };
	struct nat_answer answer = { .is_translated = true };
	struct user_answer before;
	struct origin map;

	if (!predict_shown_from(input->arena, site, &selector->local, &kind.src, &map))
		return;
	user_rules_ask(rules, USER_POSTROUTING, false, zone ? zone->name : NULL, &kind,
		       &before);
	answer.at = before.at[USER_TRANSLATES];
	if (before.says[USER_TRANSLATES] && !before.doubts[USER_NOTHING].what &&
	    str_equal(map.file, answer.at.file) && answer.at.line < map.line)
		report(input, findings, site, tunnel, selector, &answer);
}

/* What is mapped onto a network that is not the tunnel's is no matter of an exemption. */
static bool doubt_mapping(const struct predict_input *input, const struct site *site,
			  const struct selector *selector, struct findings *findings)
{
	const struct origin *at =
		predict_mapping_towards(input->arena, site, &selector->remote);

	if (at)
		user_doubt_say(input, site,
			       &(struct user_doubt){ "NETMAP to another network than the "
						     "tunnel's",
						     *at },
			       ASPECT_NAT | ASPECT_WAY, findings);
	return at != NULL;
}

void predict_exemption(const struct predict_input *input,
		       const struct tunnel *const tunnels[2], struct findings *findings)
{
	for (unsigned int end = 0; end < 2; end++) {
		const struct site *site = input->sites[end];
		const struct user_rules *rules = user_rules_read(input->arena, site);

		vec_foreach (child, &tunnels[end]->children) {
			predict_foreach_selector (selector, child) {
				struct nat_answer answer;

				/* Nobody exempts everything: F73 is said of such a pair. */
				if (!selector->remote.addr.family ||
				    (!selector->remote.length &&
				     !selector->local.length &&
				     !tunnels[end]->bind_interface) ||
				    predict_is_swapped_here(site, selector,
							    tunnels[!end]) ||
				    child_has_no_way(site, tunnels[end], child))
					continue;
				if (site->firewall == FIREWALL_POLICY)
					check_map(input, site, tunnels[end], selector,
						  findings);
				if (predict_is_mapped(input->arena, site,
						      &selector->local)) {
					check_mapping(input, site, tunnels[end], selector,
						      rules, findings);
					continue;
				}
				if (doubt_mapping(input, site, selector, findings))
					continue;
				if (tunnels[end]->bind_interface) {
					check_route_based(input, end, tunnels[end],
							  selector, findings);
					continue;
				}
				answer = ask(rules, site, &selector->local,
					     &selector->remote);
				if (answer.doubt.what)
					user_doubt_say(input, site, &answer.doubt,
						       ASPECT_NAT | ASPECT_WAY, findings);
				else if (answer.is_translated)
					report(input, findings, site, tunnels[end],
					       selector, &answer);
			}
		}
	}
}
