// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * screenos_rules.c - ScreenOS policies to rules, proxy-ids and children
 *
 * A policy-based VPN has one phase 2 SA pair for each pair of policies; its proxy-id
 * is what their address objects say. From the zone that the tunnel leaves to another
 * one the source is the far side, in the other direction the near side. A route-based
 * VPN has the proxy-ids written with it, or one of 0.0.0.0/0 (devices.md 3.4).
 */
#include <netinet/in.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "import/screenos_reader.h"
#include "ipsec/alg.h"

#define HINT_NAMES_MAX 5000

/* The source or the destination of a policy, looked up. */
struct side {
	VEC(struct prefix_value) prefixes;
	VEC(struct text) names;
	bool is_any;
	bool has_group;
	bool is_wrong; /* a name is not there: the device refuses the policy */
};

static struct inet_prefix everything(void)
{
	struct inet_prefix prefix = { .addr.family = AF_INET };

	return prefix;
}

static bool is_expansion_left(struct reader *reader)
{
	if (reader->expanded++ < SCREENOS_EXPANSION_MAX)
		return true;
	if (reader->expanded == SCREENOS_EXPANSION_MAX + 1)
		sos_remark(reader, REMARK_IGNORED,
			   "the policies name more than %d addresses and services: the "
			   "rest is "
			   "left out",
			   SCREENOS_EXPANSION_MAX);
	return false;
}

/* ------------------------------------------------------------ addresses */

/* "MIP(1.2.3.4)", "MIP(1.2.3.0/24)", "VIP(1.2.3.4)" */
static bool translated_parse(const char *name, struct inet_prefix *ret_prefix)
{
	char text[64];
	size_t length = strlen(name);

	if ((!str_starts(name, "MIP(") && !str_starts(name, "VIP(")) ||
	    length >= sizeof(text) || name[length - 1] != ')')
		return false;
	memcpy(text, name + 4, length - 5);
	text[length - 5] = '\0';
	return inet_prefix_parse(text, ret_prefix) == 0;
}

static void side_add(struct reader *reader, struct side *side,
		     const struct inet_prefix *prefix, struct origin at)
{
	if (is_expansion_left(reader))
		vec_add(reader->arena, &side->prefixes,
			((struct prefix_value){ .prefix = *prefix, .at = at }));
}

static const char *address_hint(struct reader *reader, const char *zone, const char *name)
{
	VEC(const char *) names = { 0 };
	const void *scope = map_get(&reader->zone_map, NULL, zone);
	const struct map *map = &reader->address_map;

	if (!sos_remark_wanted(reader) || map->count > HINT_NAMES_MAX)
		return "";
	for (size_t i = 0; i < map->room; i++) {
		if (map->slots[i].value && map->slots[i].scope == scope)
			vec_add(reader->arena, &names, map->slots[i].key);
	}
	vec_add(reader->arena, &names, NULL);
	return sos_hint(reader, name, names.items);
}

static void side_add_object(struct reader *reader, struct side *side,
			    const struct sos_address *address, unsigned int depth)
{
	if (address->fqdn)
		return;
	if (!address->is_group) {
		if (address->is_prefix)
			side_add(reader, side, &address->prefix, address->at);
		else
			side->is_wrong = true; /* its value was refused and remarked */
		return;
	}
	side->has_group = true;
	if (depth == SCREENOS_GROUP_DEPTH) {
		sos_remark_at(reader, REMARK_INVALID, address->at,
			      "groups are nested too deeply at '%s'", address->name);
		return;
	}
	vec_foreach (member, &address->members) {
		const struct sos_address *found =
			sos_address_find(reader, address->zone->name, member->name);

		if (!is_expansion_left(reader))
			return;
		if (found)
			side_add_object(reader, side, found, depth + 1);
		else
			sos_remark_at(reader, REMARK_INVALID, member->at,
				      "group '%s': there is no address '%s' in zone '%s'",
				      address->name, member->name, address->zone->name);
	}
}

static bool is_any_word(const char *word)
{
	return str_equal_nocase(word, "Any") || str_equal_nocase(word, "Any-IPv4") ||
	       str_equal_nocase(word, "Any-IPv6") ||
	       str_equal_nocase(word, "Dial-Up VPN");
}

static void side_add_name(struct reader *reader, struct side *side, const char *policy,
			  const char *zone, const struct text *name)
{
	const char *book = str_equal(zone, "*") ? "Global" : zone;
	const struct sos_address *address;
	struct inet_prefix prefix;

	if (is_any_word(name->s)) {
		side->is_any = true;
		return;
	}
	if (translated_parse(name->s, &prefix)) {
		side_add(reader, side, &prefix, name->at);
		return;
	}
	address = sos_address_find(reader, book, name->s);
	if (address) {
		side_add_object(reader, side, address, 0);
	} else if (inet_prefix_parse(name->s, &prefix) == 0) {
		side_add(reader, side, &prefix, name->at);
	} else {
		side->is_wrong = true;
		sos_remark_at(reader, REMARK_INVALID, name->at,
			      "policy %s: there is no address '%s' in zone '%s'%s",
			      policy, name->s, book, address_hint(reader, book, name->s));
	}
}

static void side_resolve(struct reader *reader, const struct sos_policy *policy,
			 bool is_src, struct side *side)
{
	const char *zone = is_src ? policy->from : policy->to;
	const struct text *names = is_src ? policy->src.items : policy->dest.items;
	size_t count = is_src ? policy->src.count : policy->dest.count;
	bool is_negated = is_src ? policy->is_src_negated : policy->is_dest_negated;

	for (size_t i = 0; i < count; i++) {
		vec_add(reader->arena, &side->names, names[i]);
		side_add_name(reader, side, policy->id, zone, &names[i]);
	}
	if (side->is_any)
		side->prefixes.count = 0;
	vec_foreach (value, &side->prefixes)
		value->is_negated = is_negated;
}

/* ------------------------------------------------------------ services */

struct services {
	VEC(struct sos_service_entry) entries;
	bool is_any;
	bool is_wrong;
};

static void services_add(struct reader *reader, struct services *services,
			 const struct text *name, unsigned int depth)
{
	const struct sos_service *service = sos_service_find(reader, name->s);

	if (!service || depth == SCREENOS_GROUP_DEPTH) {
		services->is_wrong = true;
		sos_remark_at(reader, REMARK_INVALID, name->at,
			      "there is no service '%s'", name->s);
		return;
	}
	vec_foreach (entry, &service->entries) {
		services->is_any |= str_equal(entry->protocol, "all");
		if (is_expansion_left(reader))
			vec_add(reader->arena, &services->entries, *entry);
	}
	vec_foreach (member, &service->members) {
		struct text text = { member->name, member->at };

		if (is_expansion_left(reader))
			services_add(reader, services, &text, depth + 1);
	}
}

static void services_resolve(struct reader *reader, const struct sos_policy *policy,
			     struct services *services)
{
	vec_foreach (name, &policy->services)
		services_add(reader, services, name, 0);
}

/* ------------------------------------------------------------ rules */

struct lookup {
	const struct sos_policy *policy;
	struct side src, dest;
	struct services services;
};

static struct rule *rule_new(struct reader *reader, const struct lookup *lookup)
{
	const struct sos_policy *policy = lookup->policy;
	struct rule *rule = vec_push(reader->arena, &reader->site->rules);

	*rule = (struct rule){
		.name = policy->name,
		.id = policy->id,
		.is_disabled = policy->is_disabled,
		.src_zone = policy->from,
		.dest_zone = policy->to,
		.target = policy->target,
		.tunnel = policy->vpn,
		.pair = policy->pair,
		.is_source_nat = policy->is_source_nat,
		.at = policy->at,
	};
	/* Rules of one policy share the vectors: nobody adds to them any more. */
	memcpy(&rule->src, &lookup->src.prefixes, sizeof(rule->src));
	memcpy(&rule->dest, &lookup->dest.prefixes, sizeof(rule->dest));
	memcpy(&rule->src_names, &lookup->src.names, sizeof(rule->src_names));
	memcpy(&rule->dest_names, &lookup->dest.names, sizeof(rule->dest_names));
	return rule;
}

static bool is_any_port(const struct port_range *range)
{
	return range->first == 0 && range->last == 65535;
}

/* Can the entry join the rule of an earlier one? Same protocol, no source ports. */
static bool is_same_rule(const struct sos_service_entry *a,
			 const struct sos_service_entry *b)
{
	return str_equal(a->protocol, b->protocol) && is_any_port(&a->src) &&
	       is_any_port(&b->src) && !is_any_port(&a->dest) && !is_any_port(&b->dest);
}

static void rule_add_ports(struct reader *reader, struct rule *rule,
			   const struct sos_service_entry *entry)
{
	if (!is_any_port(&entry->dest))
		vec_add(reader->arena, &rule->dest_ports, entry->dest);
	if (!is_any_port(&entry->src))
		vec_add(reader->arena, &rule->src_ports, entry->src);
}

/* One rule per protocol; entries of one protocol follow each other or start anew. */
static void build_policy_rules(struct reader *reader, const struct lookup *lookup)
{
	const struct services *services = &lookup->services;

	if (services->is_any) {
		rule_new(reader, lookup);
		return;
	}
	for (size_t i = 0; i < services->entries.count; i++) {
		const struct sos_service_entry *entry = &services->entries.items[i];
		struct rule *rule;

		if (i > 0 && is_same_rule(entry - 1, entry)) {
			rule = &reader->site->rules.items[reader->site->rules.count - 1];
			rule_add_ports(reader, rule, entry);
			continue;
		}
		rule = rule_new(reader, lookup);
		vec_add(reader->arena, &rule->protocols,
			((struct text){ entry->protocol, lookup->policy->at }));
		rule_add_ports(reader, rule, entry);
	}
}

/* `nat src dip-id N` and `nat dst ip A` translate apart from the interfaces' mode. */
static void build_policy_nat(struct reader *reader, const struct lookup *lookup)
{
	const struct sos_policy *policy = lookup->policy;
	const struct sos_dip *dip =
		policy->dip.s ? map_get(&reader->dip_map, NULL, policy->dip.s) : NULL;
	struct nat_rule rule = {
		.src_zone = str_equal(policy->from, "*") ? NULL : policy->from,
		.dest_zone = str_equal(policy->to, "*") ? NULL : policy->to,
		.is_disabled = policy->is_disabled,
		.at = policy->at,
	};

	memcpy(&rule.src, &lookup->src.prefixes, sizeof(rule.src));
	memcpy(&rule.dest, &lookup->dest.prefixes, sizeof(rule.dest));
	if (dip) {
		rule.kind = NAT_SOURCE;
		rule.to = inet_prefix_host(&dip->first);
		vec_add(reader->arena, &reader->site->nat, rule);
	}
	if (policy->nat_dest.family) {
		rule.kind = NAT_DESTINATION;
		rule.to = inet_prefix_host(&policy->nat_dest);
		rule.to_port = (uint16_t)policy->nat_port;
		vec_add(reader->arena, &reader->site->nat, rule);
	}
}

/* ------------------------------------------------------------ children */

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
		sos_remark_at(
			reader, REMARK_INVALID, vpn->at,
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
					const struct lookup *lookup,
					const struct side *side, struct origin *ret_at)
{
	*ret_at = lookup->policy->at;
	if (side->prefixes.count == 1 && side->names.count == 1 && !side->has_group &&
	    !side->prefixes.items[0].is_negated) {
		*ret_at = side->prefixes.items[0].at;
		return inet_prefix_network(&side->prefixes.items[0].prefix);
	}
	if (!side->is_any)
		sos_remark_at(
			reader, REMARK_ASSUMED, lookup->policy->at,
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
static void proxy_service(const struct services *services, bool is_outbound,
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

static void build_policy_child(struct reader *reader, const struct lookup *lookup,
			       struct sos_vpn *vpn, struct sos_gateway *gateway)
{
	const struct sos_policy *policy = lookup->policy;
	const char *far_zone = tunnel_zone(reader, gateway);
	bool is_inbound =
		str_equal(policy->from, far_zone) && !str_equal(policy->to, far_zone);
	const struct side *local = is_inbound ? &lookup->dest : &lookup->src;
	const struct side *remote = is_inbound ? &lookup->src : &lookup->dest;
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

/* False: the vpn or its gateway is not there, so the device refuses the policy. */
static bool build_policy_tunnel(struct reader *reader, const struct lookup *lookup)
{
	const struct sos_policy *policy = lookup->policy;
	struct sos_vpn *vpn = sos_vpn_find(reader, policy->vpn.s);
	struct sos_gateway *gateway =
		vpn && vpn->gateway.s ? sos_gateway_find(reader, vpn->gateway.s) : NULL;

	if (!vpn) {
		sos_remark_at(reader, REMARK_INVALID, policy->vpn.at,
			      "policy %s: there is no vpn '%s'", policy->id,
			      policy->vpn.s);
		return false;
	}
	vpn->is_used = true;
	if (gateway && !policy->is_disabled)
		build_policy_child(reader, lookup, vpn, gateway);
	return true;
}

/* ------------------------------------------------------------ route-based vpns */

static struct selector proxy_id_selector(struct reader *reader,
					 const struct sos_proxy_id *id)
{
	struct selector selector = { .local = inet_prefix_network(&id->local),
				     .remote = inet_prefix_network(&id->remote),
				     .local_at = id->at,
				     .remote_at = id->at };
	struct services services = { 0 };

	if (id->service.s)
		services_add(reader, &services, &id->service, 0);
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

static void build_vpn(struct reader *reader, struct sos_vpn *vpn)
{
	struct sos_gateway *gateway =
		vpn->gateway.s ? sos_gateway_find(reader, vpn->gateway.s) : NULL;

	if (vpn->is_unset || vpn->is_manual || vpn->is_used || !gateway)
		return;
	if (vpn->bind_interface.s || vpn->proxy_ids.count)
		build_route_based(reader, vpn, gateway);
	else
		sos_remark_at(reader, REMARK_IGNORED, vpn->at,
			      "vpn '%s' is used by no policy and bound to no interface",
			      vpn->name);
}

/* ------------------------------------------------------------ all */

/* No network is left: an empty vector would mean any address in a rule. */
static bool side_is_empty(const struct side *side)
{
	return !side->is_any && side->prefixes.count == 0;
}

static void build_policy(struct reader *reader, const struct sos_policy *policy)
{
	struct lookup lookup = { .policy = policy };

	side_resolve(reader, policy, true, &lookup.src);
	side_resolve(reader, policy, false, &lookup.dest);
	services_resolve(reader, policy, &lookup.services);
	if (lookup.src.is_wrong || lookup.dest.is_wrong || lookup.services.is_wrong)
		return; /* remarked */
	if (side_is_empty(&lookup.src) || side_is_empty(&lookup.dest)) {
		sos_remark_at(
			reader, REMARK_IGNORED, policy->at,
			"policy %s names an empty group, or hosts by name only, which is "
			"not rehearsed",
			policy->id);
		return;
	}
	if (policy->target == TARGET_TUNNEL && !build_policy_tunnel(reader, &lookup))
		return;
	build_policy_rules(reader, &lookup);
	build_policy_nat(reader, &lookup);
}

void sos_build_rules(struct reader *reader)
{
	/* Global policies are asked after all others. */
	for (int is_global = 0; is_global <= 1; is_global++) {
		for (const struct sos_policy *p = reader->policies; p; p = p->next) {
			if (str_equal(p->from, "*") == (is_global == 1))
				build_policy(reader, p);
		}
	}
	for (struct sos_vpn *vpn = reader->vpns; vpn; vpn = vpn->next)
		build_vpn(reader, vpn);
}
