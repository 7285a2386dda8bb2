// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * forward.c - would this device's firewall forward a packet, and because of which line?
 *
 * fw3 (devices.md §1.4): a packet is in the zone of its device and in every zone with
 * a subnet that holds its address; on a plain IPsec tunnel its device is the WAN's. The
 * rules of all zones come before the forwardings, those before the zones' defaults.
 * ScreenOS and Junos: policies in order between exactly two zones.
 */
#include "predict/forward.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "device/device.h"
#include "model/site_index.h"
#include "text/packet_rule.h"

#define ZONES_MAX 8

static bool zone_has_subnet(const struct zone *zone, const struct inet_addr *addr)
{
	vec_foreach (subnet, &zone->subnets)
		if (subnet->is_negated != inet_prefix_has(&subnet->prefix, addr))
			return true;
	return false;
}

static bool zone_has_interface(const struct site *site, const struct zone *zone,
			       const struct site_interface *interface)
{
	const struct zone *own =
		interface ? site_zone_of_interface(site, interface) : NULL;

	return own == zone;
}

static size_t list_zones(const struct site *site, const struct inet_addr *addr,
			 const struct site_interface *interface,
			 const struct zone *ret_zones[], size_t max)
{
	size_t count = 0;

	vec_foreach (zone, &site->zones)
		if (count < max && (zone_has_interface(site, zone, interface) ||
				    zone_has_subnet(zone, addr)))
			ret_zones[count++] = zone;
	return count;
}

/* A network behind a router of the LAN: where its longest route leads; NULL: none. */
static const struct site_interface *routed_to(const struct site *site,
					      const struct inet_addr *addr)
{
	const struct site_interface *found = NULL;
	unsigned int length = 0;

	vec_foreach (route, &site->routes) {
		const struct site_interface *interface = NULL;

		if (route->is_blackhole || route->destination.length <= length ||
		    !inet_prefix_has(&route->destination, addr))
			continue;
		if (route->interface)
			interface = site_interface_find(site, route->interface);
		else if (route->gateway.family)
			interface = site_interface_for(site, &route->gateway);
		if (!interface || interface->is_disabled)
			continue;
		found = interface;
		length = route->destination.length;
	}
	return found;
}

size_t forward_zones(const struct site *site, const struct inet_addr *addr,
		     bool is_tunnel, const struct zone *ret_zones[], size_t max)
{
	const struct site_interface *interface = site_interface_for(site, addr);

	if (!interface && !is_tunnel)
		interface = routed_to(site, addr);
	if (is_tunnel || !interface)
		interface = site_wan(site);
	return list_zones(site, addr, interface, ret_zones, max);
}

/* Does a connected network or a route of its own say where the address is? */
static bool is_placed(const struct site *site, const struct inet_addr *addr)
{
	if (site_interface_for(site, addr))
		return true;
	vec_foreach (route, &site->routes)
		if (route->destination.length &&
		    inet_prefix_has(&route->destination, addr))
			return true;
	return false;
}

static bool has_device(const struct site *site, const char *device)
{
	vec_foreach (interface, &site->interfaces)
		if (str_equal(interface->device, device) && interface->addresses.count)
			return true;
	return false;
}

struct user_doubt forward_unseen(struct arena *arena, const struct site *site,
				 const struct inet_addr *addr)
{
	const struct site_interface *wan = site_wan(site);
	const struct zone *outer = wan ? site_zone_of_interface(site, wan) : NULL;

	if (is_placed(site, addr))
		return (struct user_doubt){ 0 };
	vec_foreach (zone, &site->zones) {
		if (zone == outer)
			continue;
		vec_foreach (device, &zone->devices)
			if (!has_device(site, device->s))
				return (struct user_doubt){
					arena_printf(arena, "list device %s", device->s),
					device->at
				};
	}
	return (struct user_doubt){ 0 };
}

/*
 * A part of a file, as people print it, has policies and no inner interface: then the
 * address may be in any zone but the Internet's, and the policies' addresses decide.
 */
static size_t inner_zones(const struct site *site, const struct zone *ret_zones[])
{
	const struct site_interface *wan = site_wan(site);
	const struct zone *outer = wan ? site_zone_of_interface(site, wan) : NULL;
	size_t count = 0;

	vec_foreach (zone, &site->zones)
		if (zone != outer && count < ZONES_MAX)
			ret_zones[count++] = zone;
	return count;
}

/* The zones of one side of a packet that may be in the tunnel there. */
static size_t side_zones(const struct site *site, const struct forward_question *question,
			 bool is_src, const struct zone *ret_zones[])
{
	const struct inet_addr *addr = is_src ? &question->src : &question->dst;
	bool is_tunnel = is_src ? question->is_in_ipsec : question->is_out_ipsec;
	const struct site_interface *interface = NULL;

	if (!is_src && question->is_out_wan && site_wan(site))
		return list_zones(site, addr, site_wan(site), ret_zones, ZONES_MAX);
	if (!is_tunnel && site->firewall == FIREWALL_POLICY && !is_placed(site, addr))
		return inner_zones(site, ret_zones);
	if (is_tunnel && question->tunnel_interface)
		interface = site_interface_find(site, question->tunnel_interface);
	return interface ? list_zones(site, addr, interface, ret_zones, ZONES_MAX)
			 : forward_zones(site, addr, is_tunnel, ret_zones, ZONES_MAX);
}

static bool zones_have(const struct zone *const zones[], size_t count, const char *name)
{
	if (str_equal(name, "*"))
		return true;
	for (size_t i = 0; i < count; i++)
		if (str_equal(zones[i]->name, name))
			return true;
	return false;
}

/* Does a rule take all packets between two networks? */
enum fit {
	FITS_NOT,
	FITS,
	FITS_SOME,    /* some protocols or ports */
	FITS_PERHAPS, /* a match that is not understood */
};

static enum fit matches_fit(const struct packet_rule *rule,
			    const struct forward_question *question)
{
	const struct packet_kind kind = { .src = inet_prefix_host(&question->src),
					  .dst = inet_prefix_host(&question->dst),
					  .protocol = PACKET_PROTOCOL_ALL,
					  .is_in_ipsec = question->is_in_ipsec,
					  .is_out_ipsec = question->is_out_ipsec };

	switch (packet_rule_match(rule, &kind)) {
	case MATCH_NONE:
		return FITS_NOT;
	case MATCH_SOME:
		return FITS_SOME;
	case MATCH_ALL:
		return FITS;
	case MATCH_UNKNOWN:
		return FITS_PERHAPS;
	}
	return FITS_PERHAPS;
}

/* iptables' words; fw4 leaves them out. */
static bool has_extra(const struct site *site, const struct rule *rule)
{
	return rule->extra.s && *rule->extra.s && site->firewall != FIREWALL_FW4;
}

static enum fit extra_fits(const struct site *site, const struct rule *rule,
			   const struct forward_question *question)
{
	_cleanup_(arena_freep) struct arena *arena = NULL;
	struct packet_rule extra;

	if (!has_extra(site, rule))
		return FITS;
	arena = arena_new();
	if (!packet_rule_read_matches(arena, rule->extra.s, &extra))
		return FITS_PERHAPS;
	return matches_fit(&extra, question);
}

/* All protocols, or TCP and UDP: what a network as a whole is judged by. */
static bool is_for_all(const struct rule *rule)
{
	bool has_tcp = false, has_udp = false;

	if (rule->dest_ports.count || rule->src_ports.count || rule->icmp_types.count)
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

static bool has_other_port(const struct rule *rule)
{
	vec_foreach (range, &rule->dest_ports)
		if (range->first != range->last ||
		    (range->first != 500 && range->first != 4500))
			return true;
	return !rule->dest_ports.count;
}

/*
 * For the IPsec of a host behind the gateway, as OpenWrt's own firewall has two of them:
 * whatever goes through the gateway's own tunnel is something else.
 */
static bool is_for_ipsec(const struct rule *rule)
{
	vec_foreach (protocol, &rule->protocols) {
		const int number = packet_protocol(protocol->s);

		if (number != IPPROTO_ESP && number != IPPROTO_AH &&
		    (number != IPPROTO_UDP || has_other_port(rule)))
			return false;
	}
	return rule->protocols.count > 0;
}

/* Is it a rule at all for what is asked, wherever that comes from and goes to? */
static bool may_fit(const struct rule *rule, const struct forward_question *question)
{
	return !rule->is_disabled && rule->src_zone && rule->dest_zone &&
	       (rule->family != AF_INET6 || question->src.family != AF_INET);
}

/* Does it take the packet's address of one side, which is in these zones? */
static bool side_fits(const struct site *site, const struct rule *rule,
		      const struct forward_question *question, bool is_src,
		      const struct zone *const zones[], size_t count)
{
	return zones_have(zones, count, is_src ? rule->src_zone : rule->dest_zone) &&
	       (is_src ? site_prefixes_hold(site, rule->src.items, rule->src.count,
					    &question->src)
		       : site_prefixes_hold(site, rule->dest.items, rule->dest.count,
					    &question->dst));
}

static enum fit rule_fits(const struct site *site, const struct rule *rule,
			  const struct forward_question *question,
			  const struct zone *const from[], size_t from_count,
			  const struct zone *const to[], size_t to_count)
{
	enum fit fit;

	if (!may_fit(rule, question) ||
	    !side_fits(site, rule, question, true, from, from_count) ||
	    !side_fits(site, rule, question, false, to, to_count))
		return FITS_NOT;
	fit = extra_fits(site, rule, question);
	return fit == FITS && !is_for_all(rule) ? FITS_SOME : fit;
}

/* A tunnel policy takes only what is in the tunnel, or is going to be. */
static bool tunnel_policy_fits(const struct rule *rule,
			       const struct forward_question *question)
{
	return rule->target != TARGET_TUNNEL || question->is_in_ipsec ||
	       question->is_out_ipsec;
}

static struct forward_answer ask_zones(const struct site *site,
				       const struct zone *const from[], size_t from_count,
				       const struct zone *const to[], size_t to_count)
{
	vec_foreach (forwarding, &site->forwardings)
		if (zones_have(from, from_count, forwarding->src) &&
		    zones_have(to, to_count, forwarding->dest))
			return (struct forward_answer){ .target = TARGET_ACCEPT,
							.at = forwarding->at,
							.reason = "forwarding" };
	if (from_count && site->firewall != FIREWALL_POLICY) {
		const struct zone *zone = from[0];

		/* A zone's own policy covers only traffic between its own networks. */
		if (zone->forward == TARGET_ACCEPT &&
		    zones_have(to, to_count, zone->name))
			return (struct forward_answer){ .target = TARGET_ACCEPT,
							.at = zone->forward_at,
							.reason = "zone default" };
		return (struct forward_answer){ .target = zone->forward == TARGET_ACCEPT
								  ? site->default_forward
								  : zone->forward,
						.at = zone->forward_at,
						.reason = "zone default" };
	}
	/* Only where it is sure which zone both ends are in. */
	if (device_of(site->kind)->traits.forwards_in_zone && from_count == 1 &&
	    to_count == 1 && from[0] == to[0] && from[0]->forward == TARGET_ACCEPT)
		return (struct forward_answer){ .target = TARGET_ACCEPT,
						.at = from[0]->forward_at,
						.reason = "zone default" };
	return (struct forward_answer){ .target = site->default_forward,
					.reason = "device default" };
}

/* A question with the zones that it may be between. */
struct passage {
	const struct site *site;
	const struct forward_question *question;
	const struct zone *const *from, *const *to;
	size_t from_count, to_count;
	/* The first ones that may, or that do for some packets. */
	const struct rule *letting_perhaps, *refusing_perhaps, *letting_some;
};

static bool lets_pass(enum verdict_target target)
{
	return target == TARGET_ACCEPT || target == TARGET_TUNNEL;
}

static void note_first(const struct rule **first, const struct rule *rule)
{
	if (!*first || rule < *first)
		*first = rule;
}

static bool takes(const struct rule *rule, void *user)
{
	struct passage *passage = user;

	if (!tunnel_policy_fits(rule, passage->question))
		return false;
	switch (rule_fits(passage->site, rule, passage->question, passage->from,
			  passage->from_count, passage->to, passage->to_count)) {
	case FITS_NOT:
		return false;
	case FITS:
		return true;
	case FITS_SOME:
		if (lets_pass(rule->target) && !is_for_ipsec(rule))
			note_first(&passage->letting_some, rule);
		return false;
	case FITS_PERHAPS:
		note_first(lets_pass(rule->target) ? &passage->letting_perhaps
						   : &passage->refusing_perhaps,
			   rule);
		return false;
	}
	return false;
}

/* The first rule that decides; NULL: none does. */
static const struct rule *first_rule(const struct site *site, struct passage *passage)
{
	const char *from[ZONES_MAX], *to[ZONES_MAX];
	const struct site_index_question question = {
		&passage->question->src, &passage->question->dst, from, to,
		passage->from_count,	 passage->to_count
	};

	for (size_t i = 0; i < passage->from_count; i++)
		from[i] = passage->from[i]->name;
	for (size_t i = 0; i < passage->to_count; i++)
		to[i] = passage->to[i]->name;
	if (site->index)
		return site_index_rule(site->index, &question, takes, passage);
	vec_foreach (rule, &site->rules)
		if (takes(rule, passage))
			return rule;
	return NULL;
}

/* Could a rule before the one that decides (NULL: before the default) turn the answer? */
static struct user_doubt doubt_of(struct arena *arena, const struct passage *passage,
				  const struct rule *decided, enum verdict_target target)
{
	const struct rule *perhaps =
		lets_pass(target) ? passage->refusing_perhaps : passage->letting_perhaps;
	const struct rule *some = lets_pass(target) ? NULL : passage->letting_some;

	if (perhaps && (!decided || perhaps < decided))
		return (struct user_doubt){
			arena_printf(arena, "extra %s", perhaps->extra.s),
			perhaps->extra.at.file ? perhaps->extra.at : perhaps->at
		};
	if (some && (!decided || some < decided))
		return (struct user_doubt){
			arena_printf(arena, "rule %s, for some packets only",
				     some->name ? some->name : "without a name"),
			some->at
		};
	return (struct user_doubt){ 0 };
}

struct forward_answer forward_ask(struct arena *arena, const struct site *site,
				  const struct forward_question *question)
{
	const struct zone *from[ZONES_MAX], *to[ZONES_MAX];
	size_t from_count = side_zones(site, question, true, from);
	size_t to_count = side_zones(site, question, false, to);
	struct passage passage = { .site = site,
				   .question = question,
				   .from = from,
				   .to = to,
				   .from_count = from_count,
				   .to_count = to_count };
	struct forward_answer answer;
	const struct rule *rule;

	if (site->firewall == FIREWALL_OPEN || site->firewall == FIREWALL_ACCESS_LIST)
		return (struct forward_answer){ .target = TARGET_ACCEPT,
						.reason = "device default" };
	rule = first_rule(site, &passage);
	if (rule)
		answer = (struct forward_answer){ .target = rule->target,
						  .rule = rule,
						  .at = rule->at,
						  .reason = "rule" };
	else
		answer = ask_zones(site, from, from_count, to, to_count);
	answer.doubt = doubt_of(arena, &passage, rule, answer.target);
	return answer;
}

/* An address that item and network have in common: of a wider item the one asked about. */
static struct inet_addr host_of(const struct prefix_value *item,
				const struct inet_prefix *net,
				const struct inet_addr *asked)
{
	return item->prefix.length > net->length ? item->prefix.addr : *asked;
}

struct hosts {
	VEC(struct inet_addr) list;
};

/*
 * The addresses of one side of a rule that its zone and itself take, each looked at once; of
 * a side that names none the one that is asked about.
 */
static void list_hosts(struct arena *arena, const struct site *site,
		       const struct rule *rule, const struct forward_question *question,
		       bool is_src, const struct inet_prefix *net,
		       struct hosts *ret_hosts)
{
	const struct prefix_value *items = is_src ? rule->src.items : rule->dest.items;
	const size_t count = is_src ? rule->src.count : rule->dest.count;
	const struct inet_addr *asked = is_src ? &question->src : &question->dst;

	for (size_t i = 0; i < (count ? count : 1); i++) {
		const struct zone *zones[ZONES_MAX];
		struct forward_question host = *question;
		struct inet_addr *addr = is_src ? &host.src : &host.dst;

		if (count &&
		    (items[i].is_negated || !inet_prefix_overlaps(&items[i].prefix, net)))
			continue;
		if (count)
			*addr = host_of(&items[i], net, asked);
		if (side_fits(site, rule, &host, is_src, zones,
			      side_zones(site, &host, is_src, zones)))
			vec_add(arena, &ret_hosts->list, *addr);
	}
}

/* Does the rule let hosts of both networks pass, whichever of its addresses they have? */
static bool lets_some(const struct site *site, const struct rule *rule,
		      const struct forward_question *question,
		      const struct inet_prefix *src, const struct inet_prefix *dst)
{
	_cleanup_(arena_freep) struct arena *arena = NULL;
	struct hosts srcs = { 0 }, dests = { 0 };
	struct packet_rule extra;

	if (!may_fit(rule, question) || !is_for_all(rule))
		return false;
	arena = arena_new();
	if (has_extra(site, rule) &&
	    !packet_rule_read_matches(arena, rule->extra.s, &extra))
		return false;
	list_hosts(arena, site, rule, question, true, src, &srcs);
	if (srcs.list.count)
		list_hosts(arena, site, rule, question, false, dst, &dests);
	if (!has_extra(site, rule))
		return srcs.list.count && dests.list.count;
	vec_foreach (from, &srcs.list)
		vec_foreach (to, &dests.list) {
			struct forward_question host = *question;

			host.src = *from;
			host.dst = *to;
			if (matches_fit(&extra, &host) == FITS)
				return true;
		}
	return false;
}

/*
 * A rule before the one that refuses which lets some hosts of both networks pass: for one
 * machine, say. What refuses the rest is what somebody wanted.
 */
static const struct rule *for_some_hosts(const struct site *site,
					 const struct forward_question *question,
					 const struct rule *decided,
					 const struct inet_prefix *src,
					 const struct inet_prefix *dst)
{
	vec_foreach (rule, &site->rules) {
		if (rule == decided)
			break;
		/* Past the tunnel, in clear. */
		if (site->firewall == FIREWALL_POLICY && !question->tunnel_interface &&
		    rule->target != TARGET_TUNNEL)
			continue;
		if (lets_pass(rule->target) && (rule->src.count || rule->dest.count) &&
		    tunnel_policy_fits(rule, question) &&
		    lets_some(site, rule, question, src, dst))
			return rule;
	}
	return NULL;
}

static const char *gate_of(const struct site *site,
			   const struct forward_question *question, bool is_src)
{
	const struct inet_addr *addr = is_src ? &question->src : &question->dst;
	const struct site_interface *interface = site_interface_for(site, addr);

	if (is_src ? question->is_in_ipsec : question->is_out_ipsec)
		interface =
			question->tunnel_interface
				? site_interface_find(site, question->tunnel_interface)
				: site_wan(site);
	return user_rules_device(interface);
}

struct forward_answer forward_ask_all(struct arena *arena, const struct site *site,
				      const struct forward_question *question,
				      const struct inet_prefix *src,
				      const struct inet_prefix *dst)
{
	const struct packet_kind kind = { .src = *src,
					  .dst = *dst,
					  .protocol = PACKET_PROTOCOL_ALL,
					  .in = gate_of(site, question, true),
					  .out = gate_of(site, question, false),
					  .is_in_ipsec = question->is_in_ipsec,
					  .is_out_ipsec = question->is_out_ipsec };
	struct forward_answer answer = forward_ask(arena, site, question);
	const struct zone *zones[ZONES_MAX];
	struct user_answer scripts;
	bool is_device_asked;

	user_rules_ask(user_rules_read(arena, site), USER_FORWARD, false,
		       side_zones(site, question, true, zones) ? zones[0]->name : NULL,
		       &kind, &scripts);
	is_device_asked = scripts.says[USER_NOTHING] || scripts.says[USER_LEAVES_ZONE];
	if (!is_device_asked && scripts.says[USER_ACCEPTS] != scripts.says[USER_DROPS])
		answer = (struct forward_answer){
			.target =
				scripts.says[USER_ACCEPTS] ? TARGET_ACCEPT : TARGET_DROP,
			.at = scripts.at[scripts.says[USER_ACCEPTS] ? USER_ACCEPTS
								    : USER_DROPS],
			.reason = FORWARD_BY_SCRIPT,
		};
	else if (!lets_pass(answer.target))
		answer.letting_some =
			for_some_hosts(site, question, answer.rule, src, dst);
	/* Some of the hosts may, others not, and nothing else was asked. */
	if (!answer.doubt.what && !is_device_asked && scripts.says[USER_ACCEPTS] &&
	    scripts.says[USER_DROPS])
		answer.doubt = (struct user_doubt){ "rules for some of the hosts",
						    scripts.at[USER_ACCEPTS] };
	if (!answer.doubt.what)
		answer.doubt = scripts.doubts[lets_pass(answer.target) ? USER_DROPS
								       : USER_ACCEPTS];
	return answer;
}
