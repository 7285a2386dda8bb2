// SPDX-License-Identifier: GPL-2.0-or-later
/* unrehearsed.c - what no rehearsal shows of a tunnel, whatever device it is of */
#include "import/unrehearsed.h"

#include <sys/socket.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "model/aspect.h"
#include "model/updown.h"
#include "model/way.h"
#include "model/shadow.h"
#include "model/site.h"

#define PROTOCOL_GRE 47

struct view {
	struct site *site;
	const struct tunnel *tunnel;
	const struct site_interface *unused_vti; /* asked once: a hub has many children */
};

static void name(const struct view *view, unsigned int aspects, struct origin at,
		 const char *word)
{
	if (!at.file)
		at = view->tunnel->at;
	site_unrehearsed(view->site, view->tunnel->name, aspects, at, word);
}

static void name_auth(const struct view *view)
{
	static const char *const words[] = {
		[AUTH_RSA] = "authentication by certificates or public keys",
		[AUTH_ECDSA] = "authentication by certificates or public keys",
		[AUTH_EAP] = "authentication by EAP",
		[AUTH_XAUTH_PSK] = "XAuth",
	};
	enum auth_method auth = view->tunnel->auth;

	if (auth < ARRAY_SIZE(words) && words[auth])
		name(view, ASPECT_AUTH, view->tunnel->auth_word.at, words[auth]);
}

static void name_peers(const struct view *view)
{
	const struct tunnel *tunnel = view->tunnel;

	if (tunnel->remotes.count > 1)
		name(view, ASPECT_IKE | ASPECT_LIFE, tunnel->remotes.items[1].at,
		     "more than one address of the peer");
	vec_foreach (remote, &tunnel->remotes) {
		if (remote->kind != ENDPOINT_ADDRESS || remote->addr.family != AF_INET6)
			continue;
		name(view, ASPECTS_TRAFFIC, remote->at, "IPv6 between the gateways");
		return;
	}
}

/* A device that sends from an address that is none of its own is behind a NAT, or wrong. */
static void name_local(const struct view *view)
{
	const struct endpoint *local = &view->tunnel->local;
	bool has_any = false;

	if (local->kind != ENDPOINT_ADDRESS || !local->at.file)
		return;
	vec_foreach (interface, &view->site->interfaces)
		has_any |= interface->addresses.count > 0;
	if (has_any && !site_has_address(view->site, &local->addr) &&
	    site_wan(view->site) && site_wan(view->site)->source == ADDRESS_STATIC)
		name(view, ASPECT_IKE, local->at,
		     "a local address that no interface has");
}

static void name_selectors(const struct view *view, const struct child *child)
{
	bool has_ipv6 = false, has_gre = false;

	vec_foreach (selector, &child->selectors) {
		if (!has_ipv6 && (selector->local.addr.family == AF_INET6 ||
				  selector->remote.addr.family == AF_INET6)) {
			has_ipv6 = true;
			name(view, ASPECT_SELECTORS | ASPECT_WAY, selector->local_at,
			     "IPv6 in the tunnel");
		}
		if (!has_gre && selector->protocol == PROTOCOL_GRE) {
			has_gre = true;
			name(view, ASPECT_SELECTORS | ASPECT_WAY | ASPECT_NAT,
			     selector->local_at, "GRE in the tunnel");
		}
	}
}

/*
 * An unmarked child, and a VTI with a key that nobody has: what comes out of it depends on
 * disable_policy. A pair of everything is F73 all the same.
 */
static bool is_beside_vti(const struct view *view, const struct child *child)
{
	const struct site *site = view->site;
	bool is_narrow = false;

	if (!view->unused_vti)
		return false;

	vec_foreach (pair, &child->selectors)
		is_narrow |= pair->local.length || pair->remote.length;
	return is_narrow && !child_has_mark(child) && !child_has_if_id(child) &&
	       !child_updown(site, child) && !site_vti_of(site, child);
}

/*
 * Who makes the interface, who marks the packets? An OpenWrt's etc/config/network has all
 * interfaces; a host may make one in any script of its own, unless its files have some.
 */
static void name_way(const struct view *view, const struct child *child)
{
	const struct text *id = &child->words[CHILD_WORD_IF_ID_OUT];

	if (child_updown_is_spare(view->site, child))
		site_remark(view->site, REMARK_IGNORED,
			    child->words[CHILD_WORD_UPDOWN].at,
			    "'%s': strongSwan's own script lets packets pass, which no "
			    "firewall of these files refuses",
			    child_word_name(CHILD_WORD_UPDOWN));
	else if (child->words[CHILD_WORD_UPDOWN].s && !child_updown(view->site, child) &&
		 !child_unmarked(view->site, child))
		name(view, ASPECT_WAY | ASPECT_NAT | ASPECT_DNS,
		     child->words[CHILD_WORD_UPDOWN].at,
		     child_word_name(CHILD_WORD_UPDOWN));
	if (child_has_mark(child) && !child_mark_is_rehearsed(view->site, child))
		name(view, ASPECT_WAY, child->words[CHILD_WORD_MARK_OUT].at,
		     child_word_name(CHILD_WORD_MARK_OUT));
	if (is_beside_vti(view, child))
		name(view, ASPECT_WAY, view->unused_vti->at,
		     "a VTI whose key is the mark of no connection");
	if (!child_has_if_id(child))
		return;
	if (!if_id_number(id))
		name(view, ASPECT_WAY, id->at, "an if_id that charon chooses");
	else if (!view->tunnel->bind_interface && !site_has_xfrm(view->site) &&
		 (view->site->kind != DEVICE_OPENWRT ||
		  view->tunnel->own_file != OWN_FILE_NONE))
		name(view, ASPECT_WAY, id->at,
		     "if_id_out, whose XFRM interface no file shows");
	else if (!site_xfrm_of(view->site, if_id_number(id)) &&
		 site_makes_xfrm(view->site))
		name(view, ASPECT_WAY, id->at,
		     "if_id_out, whose XFRM interface a script may make");
}

/* The same word of several proposals is named once. */
static void name_words(const struct view *view, const struct proposal *proposals,
		       size_t count, unsigned int aspects)
{
	for (size_t i = 0; i < count; i++) {
		const char *word = proposals[i].unrehearsed;
		bool is_named = !word;

		for (size_t j = 0; j < i && !is_named; j++)
			is_named = proposals[j].unrehearsed &&
				   str_equal(proposals[j].unrehearsed, word);
		if (!is_named)
			name(view, aspects, proposals[i].at, word);
	}
}

static void name_child(const struct view *view, const struct child *child)
{
	name_way(view, child);
	name_words(view, child->proposals.items, child->proposals.count,
		   ASPECT_SELECTORS | ASPECT_WAY);
	vec_foreach (proposal, &child->proposals) {
		if (!proposal->is_ah)
			continue;
		name(view, ASPECT_SELECTORS | ASPECT_WAY | ASPECT_NAT, proposal->at,
		     "AH");
		break;
	}
	name_selectors(view, child);
}

/*
 * The kernel's policies have no zones: it would take the packets all the same, but for those
 * that the policy before translates, which leave with another source as on the device.
 */
static void name_shadows(struct site *site)
{
	const struct tunnel *last = NULL;
	struct shadows shadows;

	shadows_find(site->arena, site, &shadows);
	vec_foreach (shadow, &shadows.list) {
		if (shadow->tunnel == last || (shadow->rule->is_source_nat &&
					       shadow->rule->target == TARGET_ACCEPT))
			continue;
		last = shadow->tunnel;
		site_unrehearsed(site, last->name, ASPECT_WAY, shadow->rule->at,
				 "a policy before the tunnel's own")
			->is_only_worse = true;
	}
}

/* ------------------------------------------------------------ narrowed rules */

static bool is_zone(const struct site *site, const char *zone,
		    const struct site_interface *interface)
{
	const struct zone *own =
		interface ? site_zone_of_interface(site, interface) : NULL;

	return str_equal(zone, "*") || !own || str_equal(zone, own->name);
}

static bool is_among(const struct prefix_value *items, size_t count,
		     const struct inet_prefix *net)
{
	for (size_t i = 0; i < count; i++)
		if (items[i].is_negated || inet_prefix_overlaps(&items[i].prefix, net))
			return true;
	return !count;
}

/* Could it decide about packets of the pair, one way or the other? */
static bool is_on_way(const struct site *site, const struct rule *rule,
		      const struct selector *selector)
{
	const struct inet_prefix *local = &selector->local, *remote = &selector->remote;
	const struct site_interface *lan = site_interface_for(site, &local->addr);

	if (!rule->src_zone || !rule->dest_zone || local->addr.family != AF_INET)
		return false;
	return (is_zone(site, rule->src_zone, lan) &&
		is_among(rule->src.items, rule->src.count, local) &&
		is_among(rule->dest.items, rule->dest.count, remote)) ||
	       (is_zone(site, rule->dest_zone, lan) &&
		is_among(rule->src.items, rule->src.count, remote) &&
		is_among(rule->dest.items, rule->dest.count, local));
}

/* UDP 500 and 4500, and ESP. */
static bool is_about_ike(const struct rule *rule)
{
	static const char *const of_others[] = { "tcp", "icmp", "igmp", "6", "1", "2" };
	size_t others = 0;

	vec_foreach (protocol, &rule->protocols)
		for (size_t i = 0; i < ARRAY_SIZE(of_others); i++)
			others += str_equal_nocase(protocol->s, of_others[i]);
	if (rule->protocols.count && others == rule->protocols.count)
		return false;
	vec_foreach (port, &rule->dest_ports)
		if ((port->first <= 500 && port->last >= 500) ||
		    (port->first <= 4500 && port->last >= 4500))
			return true;
	return !rule->dest_ports.count;
}

/* Does it translate, or exempt, what goes into a tunnel? */
static bool is_about_tunnel(const struct site *site, const struct nat_rule *rule)
{
	if (rule->kind == NAT_DESTINATION)
		return false;
	vec_foreach (tunnel, &site->tunnels) {
		if (tunnel->is_disabled)
			continue;
		vec_foreach (child, &tunnel->children)
			vec_foreach (selector, &child->selectors)
				if (is_among(rule->src.items, rule->src.count,
					     &selector->local) &&
				    is_among(rule->dest.items, rule->dest.count,
					     &selector->remote))
					return true;
	}
	return false;
}

static unsigned int touched_by(const struct site *site, const struct rule *rule)
{
	if (rule->src_zone && !rule->dest_zone && is_about_ike(rule) &&
	    is_zone(site, rule->src_zone, site_wan(site)))
		return ASPECT_IKE;
	vec_foreach (tunnel, &site->tunnels) {
		if (tunnel->is_disabled)
			continue;
		vec_foreach (child, &tunnel->children)
			vec_foreach (selector, &child->selectors)
				if (is_on_way(site, rule, selector))
					return ASPECT_WAY;
	}
	return 0;
}

/* `option src_mac`, `option mark`: read without, they would be for every packet. */
static void name_narrowed(struct site *site)
{
	vec_foreach (rule, &site->rules) {
		unsigned int aspects;

		if (!rule->narrowed || rule->is_disabled || rule->family == AF_INET6)
			continue;
		aspects = touched_by(site, rule);
		if (aspects)
			site_unrehearsed(site, NULL, aspects, rule->at,
					 arena_printf(site->arena, "%s of a rule",
						      rule->narrowed));
	}
}

static void name_narrowed_nat(struct site *site)
{
	vec_foreach (rule, &site->rules)
		if (rule->target == TARGET_TUNNEL && rule->is_source_nat &&
		    !rule->is_disabled)
			site_unrehearsed(site, NULL, ASPECT_NAT | ASPECT_WAY, rule->at,
					 "source NAT of a tunnel policy");
	vec_foreach (rule, &site->nat)
		if (rule->narrowed && !rule->is_disabled && is_about_tunnel(site, rule))
			site_unrehearsed(site, NULL, ASPECT_NAT | ASPECT_WAY, rule->at,
					 arena_printf(site->arena, "%s of a NAT rule",
						      rule->narrowed));
}

void import_unrehearsed(struct site *site)
{
	const struct site_interface *unused_vti = site_vti_unused(site);

	vec_foreach (tunnel, &site->tunnels) {
		const struct view view = { site, tunnel, unused_vti };

		if (tunnel->is_disabled)
			continue;
		name_auth(&view);
		name_peers(&view);
		name_local(&view);
		name_words(&view, tunnel->proposals.items, tunnel->proposals.count,
			   ASPECT_IKE | ASPECT_SELECTORS);
		vec_foreach (child, &tunnel->children)
			name_child(&view, child);
	}
	name_shadows(site);
	name_narrowed(site);
	name_narrowed_nat(site);
}
