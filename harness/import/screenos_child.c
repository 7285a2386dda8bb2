// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * screenos_child.c - ScreenOS policies and VPNs to proxy-ids and children
 *
 * A policy-based VPN has one phase 2 SA pair for each pair of policies; its proxy-id
 * is what their address objects say. From the zone that the tunnel leaves to another
 * one the source is the far side, in the other direction the near side. A route-based
 * VPN has the proxy-ids written with it, or one of 0.0.0.0/0 (devices.md 3.4).
 */
#include "import/screenos_child.h"

#include <netinet/in.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "ipsec/alg.h"
#include "model/aspect.h"

static struct inet_prefix everything(void)
{
	struct inet_prefix prefix = { .addr.family = AF_INET };

	return prefix;
}

/* ------------------------------------------------------------ policy-based VPNs */

static void child_proposal_add(struct reader *reader, void *to,
			       const struct sos_proposal *proposal)
{
	struct child *child = to;

	if (child->proposals.count == 0) {
		child->lifetime_s = proposal->proposal.lifetime_s;
		child->lifetime_kb = proposal->proposal.lifetime_kb;
	}
	vec_add(reader->arena, &child->proposals, proposal->proposal);
}

/* With IKEv1 all phase 2 proposals of a vpn must use the same group. */
static void pfs_check(struct reader *reader, const struct sos_vpn *vpn,
		      const struct child *child)
{
	vec_foreach (proposal, &child->proposals) {
		const struct proposal *first = child->proposals.items;
		const struct alg *a = first->dh.count ? first->dh.items[0].alg : NULL;
		const struct alg *b =
			proposal->dh.count ? proposal->dh.items[0].alg : NULL;

		if (a == b)
			continue;
		site_remark(
			reader->site, REMARK_INVALID, vpn->at,
			"vpn '%s': with IKEv1 all phase 2 proposals must use the same "
			"Diffie-Hellman group, but '%s' and '%s' differ",
			vpn->name, first->name, proposal->name);
		return;
	}
}

static void template_make(struct reader *reader, struct sos_vpn *vpn,
			  const struct tunnel *tunnel)
{
	struct child *child = &vpn->template;
	const struct sos_proposal_use use = {
		.phase = 2,
		.what = arena_printf(reader->arena, "vpn '%s'", vpn->name),
		.words = vpn->proposals.items,
		.count = vpn->proposals.count,
		.sec_level = vpn->sec_level,
		.at = vpn->at,
	};

	vpn->has_template = true;
	child->is_transport = vpn->is_transport;
	child->dpd_action = tunnel->dpd_delay_s.is_set ? DPD_CLEAR : DPD_NONE;
	child->replay_protection = vpn->replay;
	if (!vpn->replay.is_set)
		child->replay_protection =
			(struct flag){ true, false, { .source = "ScreenOS default" } };
	child->start = tunnel->start;
	child->start_at = tunnel->start_at;
	if (tunnel->start == START_IMMEDIATELY && !vpn->is_rekeyed) {
		child->start = START_ON_TRAFFIC;
		child->start_at = (struct origin){ .source = "ScreenOS default" };
	}
	sos_proposals_resolve(reader, &use, child_proposal_add, child);
	if (tunnel->version == 1)
		pfs_check(reader, vpn, child);
}

static struct child *child_add(struct reader *reader, struct sos_vpn *vpn,
			       struct tunnel *tunnel, const struct selector *selector)
{
	struct child *child;

	if (!vpn->has_template)
		template_make(reader, vpn, tunnel);
	child = vec_push(reader->arena, &tunnel->children);
	*child = vpn->template;
	vec_add(reader->arena, &child->selectors, *selector);
	return child;
}

static bool selector_equal(const struct selector *a, const struct selector *b)
{
	return inet_prefix_equal(&a->local, &b->local) &&
	       inet_prefix_equal(&a->remote, &b->remote) && a->protocol == b->protocol &&
	       a->local_port == b->local_port && a->remote_port == b->remote_port;
}

/* The child of the other policy of the pair, which says the same from the far end. */
static struct child *child_find(struct reader *reader, const struct sos_vpn *vpn,
				const struct tunnel *tunnel,
				const struct selector *selector)
{
	size_t length = strlen(vpn->name);

	if (!sos_work(reader, tunnel->children.count))
		return NULL;
	vec_foreach (child, &tunnel->children) {
		if (selector_equal(child->selectors.items, selector) &&
		    strncmp(child->name, vpn->name, length) == 0 &&
		    child->name[length] == '-')
			return child;
	}
	return NULL;
}

/* The proxy-id's network: of exactly one address object, else everything. */
static struct inet_prefix proxy_network(struct reader *reader,
					const struct sos_lookup *lookup,
					const struct sos_side *side,
					struct origin *ret_at)
{
	*ret_at = lookup->policy->at;
	if (side->prefixes.count == 1 && side->names.count == 1 && !side->has_group &&
	    !side->prefixes.items[0].is_negated) {
		*ret_at = side->prefixes.items[0].at;
		return inet_prefix_network(&side->prefixes.items[0].prefix);
	}
	/* No source says whether a group of one counts as a group (devices.md, 3.4). */
	if (side->prefixes.count == 1 && side->has_group)
		site_unrehearsed(reader->site, NULL, ASPECT_SELECTORS, lookup->policy->at,
				 "proxy-id of a group with one address");
	if (!side->is_any)
		site_remark(
			reader->site, REMARK_ASSUMED, lookup->policy->at,
			"policy %s: several addresses or a group on one side make the "
			"proxy-id 0.0.0.0/0 there",
			lookup->policy->id);
	return everything();
}

static uint8_t protocol_number(const char *word)
{
	static const struct {
		const char *word;
		uint8_t number;
	} protocols[] = {
		{ "tcp", IPPROTO_TCP },
		{ "udp", IPPROTO_UDP },
		{ "icmp", IPPROTO_ICMP },
	};
	int64_t n;

	for (size_t i = 0; i < ARRAY_SIZE(protocols); i++) {
		if (str_equal_nocase(word, protocols[i].word))
			return protocols[i].number;
	}
	return str_to_number(word, 1, 255, &n) == 0 ? (uint8_t)n : 0;
}

/* One service is part of the proxy-id, as protocol and destination port. */
static void proxy_service(const struct sos_services *services, bool is_outbound,
			  struct selector *selector)
{
	const struct sos_service_entry *entry = services->entries.items;
	uint16_t port;

	if (services->is_any || services->entries.count != 1)
		return;
	selector->protocol = protocol_number(entry->protocol);
	port = entry->dest.first == entry->dest.last ? entry->dest.first : 0;
	if (is_outbound)
		selector->remote_port = port;
	else
		selector->local_port = port;
}

static const char *tunnel_zone(const struct reader *reader,
			       const struct sos_gateway *gateway)
{
	const struct sos_interface *interface =
		gateway->outgoing
			? map_get(&reader->interface_map, NULL, gateway->outgoing)
			: NULL;

	if (interface && interface->zone)
		return interface->zone->name;
	return gateway->outgoing_zone ? gateway->outgoing_zone : "Untrust";
}

static void build_policy_child(struct reader *reader, const struct sos_lookup *lookup,
			       struct sos_vpn *vpn, struct sos_gateway *gateway)
{
	const struct sos_policy *policy = lookup->policy;
	const char *far_zone = tunnel_zone(reader, gateway);
	bool is_inbound =
		str_equal(policy->from, far_zone) && !str_equal(policy->to, far_zone);
	const struct sos_side *local = is_inbound ? &lookup->dest : &lookup->src;
	const struct sos_side *remote = is_inbound ? &lookup->src : &lookup->dest;
	struct selector selector = { 0 };
	struct child *child;

	selector.local = proxy_network(reader, lookup, local, &selector.local_at);
	selector.remote = proxy_network(reader, lookup, remote, &selector.remote_at);
	proxy_service(&lookup->services, !is_inbound, &selector);
	if (child_find(reader, vpn, &gateway->tunnel, &selector))
		return;
	child = child_add(reader, vpn, &gateway->tunnel, &selector);
	child->name = arena_printf(reader->arena, "%s-%s", vpn->name, policy->id);
	child->rule_id = policy->id;
	child->at = policy->at;
}

bool sos_build_policy_tunnel(struct reader *reader, const struct sos_lookup *lookup)
{
	const struct sos_policy *policy = lookup->policy;
	struct sos_vpn *vpn = sos_vpn_find(reader, policy->vpn.s);
	struct sos_gateway *gateway =
		vpn && vpn->gateway.s ? sos_gateway_find(reader, vpn->gateway.s) : NULL;

	if (!vpn) {
		site_remark(reader->site, REMARK_INVALID, policy->vpn.at,
			    "policy %s: there is no vpn '%s'", policy->id, policy->vpn.s);
		return false;
	}
	vpn->is_used = true;
	if (gateway && !policy->is_disabled)
		build_policy_child(reader, lookup, vpn, gateway);
	return true;
}

/* ------------------------------------------------------------ route-based VPNs */

static struct selector proxy_id_selector(struct reader *reader,
					 const struct sos_proxy_id *id)
{
	struct selector selector = { .local = inet_prefix_network(&id->local),
				     .remote = inet_prefix_network(&id->remote),
				     .local_at = id->at,
				     .remote_at = id->at };
	struct sos_services services = { 0 };

	if (id->service.s)
		sos_services_add(reader, &services, &id->service, 0);
	proxy_service(&services, true, &selector);
	return selector;
}

static void build_route_based(struct reader *reader, struct sos_vpn *vpn,
			      struct sos_gateway *gateway)
{
	struct origin source = { .source = "ScreenOS default" };
	struct selector all = { .local = everything(),
				.remote = everything(),
				.local_at = source,
				.remote_at = source };
	struct child *child;
	size_t n = 0;

	if (vpn->proxy_ids.count == 0) {
		child = child_add(reader, vpn, &gateway->tunnel, &all);
		child->name = vpn->name;
		child->at = vpn->at;
	}
	vec_foreach (id, &vpn->proxy_ids) {
		struct selector selector = proxy_id_selector(reader, id);

		child = child_add(reader, vpn, &gateway->tunnel, &selector);
		child->name =
			vpn->proxy_ids.count == 1
				? vpn->name
				: arena_printf(reader->arena, "%s-%zu", vpn->name, ++n);
		child->at = id->at;
	}
}

void sos_build_vpn(struct reader *reader, struct sos_vpn *vpn)
{
	struct sos_gateway *gateway =
		vpn->gateway.s ? sos_gateway_find(reader, vpn->gateway.s) : NULL;

	if (vpn->is_unset || vpn->is_manual || vpn->is_used || !gateway)
		return;
	/* Without an interface or a policy nothing leads into it, proxy-id or not. */
	if (vpn->bind_interface.s)
		build_route_based(reader, vpn, gateway);
}
