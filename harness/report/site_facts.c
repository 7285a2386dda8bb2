// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * site_facts.c - what was understood of a device's files, as a tree of facts
 *
 * What is not set is left out: a fact that is missing was not in the files and has no
 * default that the model knows.
 */
#include "report/site_facts.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "device/device.h"
#include "ipsec/alg.h"
#include "report/shown.h"

/* ------------------------------------------------------------ building */

static struct fact *add(struct arena *arena, struct fact *parent, enum fact_kind kind,
			const char *name, struct origin at)
{
	struct fact *fact = arena_alloc(arena, sizeof(*fact));

	fact->kind = kind;
	fact->name = name;
	fact->at = at;
	fact->at.file = shown_text(arena, at.file);
	fact->at.source = shown_text(arena, at.source);
	if (parent->last_child)
		parent->last_child->next = fact;
	else
		parent->children = fact;
	parent->last_child = fact;
	return fact;
}

static void add_text(struct arena *arena, struct fact *parent, const char *name,
		     const char *value, struct origin at)
{
	if (value)
		add(arena, parent, FACT_TEXT, name, at)->value = shown_text(arena, value);
}

static void add_number(struct arena *arena, struct fact *parent, const char *name,
		       const struct number *number, const char *unit)
{
	struct fact *fact;

	if (!number->is_set)
		return;
	fact = add(arena, parent, FACT_NUMBER, name, number->at);
	fact->number = number->n;
	fact->unit = unit;
}

static void add_bool(struct arena *arena, struct fact *parent, const char *name, bool on,
		     struct origin at)
{
	add(arena, parent, FACT_FLAG, name, at)->on = on;
}

static void add_flag(struct arena *arena, struct fact *parent, const char *name,
		     const struct flag *flag)
{
	if (flag->is_set)
		add_bool(arena, parent, name, flag->on, flag->at);
}

static struct fact *add_group(struct arena *arena, struct fact *parent, const char *name,
			      const char *value, struct origin at)
{
	struct fact *fact = add(arena, parent, FACT_GROUP, name, at);

	fact->value = shown_text(arena, value);
	return fact;
}

static struct fact *add_list(struct arena *arena, struct fact *parent, const char *name)
{
	return add(arena, parent, FACT_LIST, name, (struct origin){ 0 });
}

static const struct origin nowhere = { 0 };

/* ------------------------------------------------------------ small values */

static const char *taken(struct arena *arena, struct buf *out)
{
	const char *text = out->length ? arena_strdup(arena, out->data) : NULL;

	buf_done(out);
	return text;
}

static const char *prefixes_text(struct arena *arena, const struct prefix_value *items,
				 size_t count)
{
	struct buf out = { 0 };

	for (size_t i = 0; i < count; i++)
		buf_printf(&out, "%s%s%s", i ? " " : "", items[i].is_negated ? "!" : "",
			   inet_prefix_text(&items[i].prefix).s);
	return taken(arena, &out);
}

static const char *texts_text(struct arena *arena, const struct text *items, size_t count)
{
	struct buf out = { 0 };

	for (size_t i = 0; i < count; i++)
		buf_printf(&out, "%s%s", i ? " " : "", items[i].s ? items[i].s : "");
	return taken(arena, &out);
}

static const char *ports_text(struct arena *arena, const struct port_range *items,
			      size_t count)
{
	struct buf out = { 0 };

	for (size_t i = 0; i < count; i++) {
		buf_printf(&out, "%s%u", i ? " " : "", items[i].first);
		if (items[i].last != items[i].first)
			buf_printf(&out, "-%u", items[i].last);
	}
	return taken(arena, &out);
}

/* Where the first of a list stands stands for the list. */
#define LIST_AT(list) ((list)->count ? (list)->items[0].at : nowhere)
#define ADD_PREFIXES(arena, parent, name, list) \
	add_text(arena, parent, name,           \
		 prefixes_text(arena, (list)->items, (list)->count), LIST_AT(list))
#define ADD_TEXTS(arena, parent, name, list)                                           \
	add_text(arena, parent, name, texts_text(arena, (list)->items, (list)->count), \
		 LIST_AT(list))

static const char *addr_text(struct arena *arena, const struct inet_addr *addr)
{
	return addr->family ? arena_strdup(arena, inet_addr_text(addr).s) : NULL;
}

static const char *target_name(enum verdict_target target)
{
	static const char *const names[] = {
		[TARGET_ACCEPT] = "accept",
		[TARGET_REJECT] = "reject",
		[TARGET_DROP] = "drop",
		[TARGET_TUNNEL] = "tunnel",
	};

	return names[target];
}

/* ------------------------------------------------------------ network */

static void add_interfaces(struct arena *arena, struct fact *parent,
			   const struct site *site)
{
	static const char *const sources[] = {
		[ADDRESS_NONE] = "none given",
		[ADDRESS_STATIC] = "static",
		[ADDRESS_DYNAMIC] = "dynamic",
	};
	struct fact *list = add_list(arena, parent, "interfaces");

	vec_foreach (interface, &site->interfaces) {
		struct fact *fact = add_group(arena, list, "interface", interface->name,
					      interface->at);

		add_text(arena, fact, "device", interface->device, nowhere);
		add_text(arena, fact, "zone", interface->zone, nowhere);
		add_text(arena, fact, "address", sources[interface->source], nowhere);
		ADD_PREFIXES(arena, fact, "networks", &interface->addresses);
		add_text(arena, fact, "gateway", addr_text(arena, &interface->gateway),
			 nowhere);
		add_number(arena, fact, "mtu", &interface->mtu, NULL);
		if (interface->is_tunnel)
			add_bool(arena, fact, "tunnel_interface", true, nowhere);
		if (interface->is_disabled)
			add_bool(arena, fact, "disabled", true, nowhere);
	}
}

static void add_routes(struct arena *arena, struct fact *parent, const struct site *site)
{
	struct fact *list = add_list(arena, parent, "routes");

	vec_foreach (route, &site->routes) {
		struct fact *fact =
			add_group(arena, list, "route",
				  inet_prefix_text(&route->destination).s, route->at);

		add_text(arena, fact, "gateway", addr_text(arena, &route->gateway),
			 nowhere);
		add_text(arena, fact, "interface", route->interface, nowhere);
		if (route->is_blackhole)
			add_bool(arena, fact, "blackhole", true, nowhere);
	}
}

static void add_dns(struct arena *arena, struct fact *parent, const struct site_dns *dns)
{
	struct fact *group = add_group(arena, parent, "dns", NULL, nowhere), *list;

	add_bool(arena, group, "served", dns->is_served, nowhere);
	add_text(arena, group, "local_domain", dns->local_domain.s, dns->local_domain.at);
	add_flag(arena, group, "rebind_protection", &dns->rebind_protection);
	add_flag(arena, group, "rebind_localhost", &dns->rebind_localhost);
	ADD_TEXTS(arena, group, "rebind_domains", &dns->rebind_domains);
	list = add_list(arena, group, "forwards");
	vec_foreach (forward, &dns->forwards) {
		struct fact *fact = add_group(
			arena, list, "forward",
			forward->domain ? forward->domain : "everything", forward->at);

		add_text(arena, fact, "server", addr_text(arena, &forward->server),
			 nowhere);
		add_text(arena, fact, "from", addr_text(arena, &forward->source),
			 nowhere);
	}
	list = add_list(arena, group, "records");
	vec_foreach (record, &dns->records)
		add_text(arena,
			 add_group(arena, list, "record", record->name, record->at),
			 "address", addr_text(arena, &record->addr), nowhere);
	ADD_TEXTS(arena, group, "raw", &dns->raw);
}

/* ------------------------------------------------------------ firewall */

static void add_zones(struct arena *arena, struct fact *parent, const struct site *site)
{
	struct fact *list = add_list(arena, parent, "zones");

	vec_foreach (zone, &site->zones) {
		struct fact *fact = add_group(arena, list, "zone", zone->name, zone->at);

		ADD_TEXTS(arena, fact, "interfaces", &zone->interfaces);
		ADD_TEXTS(arena, fact, "devices", &zone->devices);
		ADD_PREFIXES(arena, fact, "subnets", &zone->subnets);
		add_text(arena, fact, "extra_src", zone->extra_src.s, zone->extra_src.at);
		add_text(arena, fact, "extra_dest", zone->extra_dest.s,
			 zone->extra_dest.at);
		add_text(arena, fact, "input", target_name(zone->input), zone->input_at);
		add_text(arena, fact, "forward", target_name(zone->forward),
			 zone->forward_at);
		add_text(arena, fact, "output", target_name(zone->output),
			 zone->output_at);
		add_flag(arena, fact, "masq", &zone->masq);
		ADD_PREFIXES(arena, fact, "masq_src", &zone->masq_src);
		ADD_PREFIXES(arena, fact, "masq_dest", &zone->masq_dest);
		add_flag(arena, fact, "mtu_fix", &zone->mtu_fix);
		if (zone->is_nat_mode)
			add_bool(arena, fact, "nat_mode", true, nowhere);
	}
	list = add_list(arena, parent, "forwardings");
	vec_foreach (forwarding, &site->forwardings) {
		struct fact *fact =
			add_group(arena, list, "forwarding", NULL, forwarding->at);

		add_text(arena, fact, "src", forwarding->src, nowhere);
		add_text(arena, fact, "dest", forwarding->dest, nowhere);
	}
}

static void add_rule(struct arena *arena, struct fact *list, const struct rule *rule)
{
	struct fact *fact = add_group(arena, list, "rule",
				      rule->name ? rule->name : rule->id, rule->at);

	if (rule->is_disabled)
		add_bool(arena, fact, "disabled", true, nowhere);
	add_text(arena, fact, "from_zone", rule->src_zone, nowhere);
	add_text(arena, fact, "to_zone", rule->dest_zone, nowhere);
	ADD_TEXTS(arena, fact, "protocols", &rule->protocols);
	ADD_TEXTS(arena, fact, "src_names", &rule->src_names);
	ADD_PREFIXES(arena, fact, "src", &rule->src);
	ADD_TEXTS(arena, fact, "dest_names", &rule->dest_names);
	ADD_PREFIXES(arena, fact, "dest", &rule->dest);
	add_text(arena, fact, "src_ports",
		 ports_text(arena, rule->src_ports.items, rule->src_ports.count),
		 nowhere);
	add_text(arena, fact, "dest_ports",
		 ports_text(arena, rule->dest_ports.items, rule->dest_ports.count),
		 nowhere);
	ADD_TEXTS(arena, fact, "icmp_types", &rule->icmp_types);
	add_text(arena, fact, "extra", rule->extra.s, rule->extra.at);
	add_text(arena, fact, "target", target_name(rule->target), nowhere);
	add_text(arena, fact, "tunnel", rule->tunnel.s, rule->tunnel.at);
	add_text(arena, fact, "pair", rule->pair, nowhere);
	if (rule->is_source_nat)
		add_bool(arena, fact, "source_nat", true, nowhere);
}

static void add_nat(struct arena *arena, struct fact *parent, const struct site *site)
{
	static const char *const kinds[] = {
		[NAT_EXEMPT] = "exempt",
		[NAT_SOURCE] = "source",
		[NAT_DESTINATION] = "destination",
		[NAT_NETMAP] = "netmap",
	};
	struct fact *list = add_list(arena, parent, "nat");

	vec_foreach (rule, &site->nat) {
		struct fact *fact =
			add_group(arena, list, "nat", kinds[rule->kind], rule->at);

		if (rule->is_disabled)
			add_bool(arena, fact, "disabled", true, nowhere);
		add_text(arena, fact, "from_zone", rule->src_zone, nowhere);
		add_text(arena, fact, "to_zone", rule->dest_zone, nowhere);
		ADD_PREFIXES(arena, fact, "src", &rule->src);
		ADD_PREFIXES(arena, fact, "dest", &rule->dest);
		ADD_TEXTS(arena, fact, "protocols", &rule->protocols);
		add_text(
			arena, fact, "dest_ports",
			ports_text(arena, rule->dest_ports.items, rule->dest_ports.count),
			nowhere);
		if (rule->to.addr.family)
			add_text(arena, fact, "to", inet_prefix_text(&rule->to).s,
				 nowhere);
	}
}

static void add_firewall(struct arena *arena, struct fact *parent,
			 const struct site *site)
{
	static const char *const kinds[] = {
		[FIREWALL_FW3] = "fw3 (iptables zones)",
		[FIREWALL_FW4] = "fw4 (nftables zones)",
		[FIREWALL_POLICY] = "policies between zones, in order",
		[FIREWALL_ACCESS_LIST] = "access list into the tunnel, NAT for the rest",
		[FIREWALL_OPEN] = "none",
	};
	struct fact *list;

	add_text(arena, parent, "firewall", kinds[site->firewall], nowhere);
	add_text(arena, parent, "default_input", target_name(site->default_input),
		 nowhere);
	add_text(arena, parent, "default_forward", target_name(site->default_forward),
		 nowhere);
	add_text(arena, parent, "default_output", target_name(site->default_output),
		 nowhere);
	add_bool(arena, parent, "ike_open", site->is_ike_open, nowhere);
	add_flag(arena, parent, "drop_invalid", &site->drop_invalid);
	add_flag(arena, parent, "syn_flood", &site->syn_flood);
	add_flag(arena, parent, "flow_offloading", &site->flow_offloading);
	add_zones(arena, parent, site);
	list = add_list(arena, parent, "rules");
	vec_foreach (rule, &site->rules)
		add_rule(arena, list, rule);
	add_nat(arena, parent, site);
	list = add_list(arena, parent, "firewall_user");
	vec_foreach (line, &site->firewall_user)
		add_group(arena, list, "line", line->text, line->at);
}

/* ------------------------------------------------------------ tunnels */

static void add_endpoint(struct arena *arena, struct fact *parent, const char *name,
			 const struct endpoint *endpoint)
{
	const char *value = "any";

	switch (endpoint->kind) {
	case ENDPOINT_ANY:
		break;
	case ENDPOINT_ADDRESS:
		value = addr_text(arena, &endpoint->addr);
		break;
	case ENDPOINT_NAME:
		value = endpoint->name;
		break;
	case ENDPOINT_INTERFACE:
		value = arena_printf(arena, "the address of %s",
				     endpoint->name ? endpoint->name : "its interface");
		break;
	}
	add_text(arena, parent, name, value, endpoint->at);
}

static void add_identity(struct arena *arena, struct fact *parent, const char *name,
			 const struct identity *identity)
{
	const char *value =
		identity->type == ID_TYPE_NONE
			? "not given (the address)"
			: arena_printf(arena, "%s %s", id_type_name(identity->type),
				       identity->value ? identity->value : "");

	add_text(arena, parent, name, identity->is_any ? "any" : value, identity->at);
}

/* Length only: whether two ends agree is predict's to say. */
static void add_secret(struct arena *arena, struct fact *parent,
		       const struct secret *secret)
{
	const char *value = "not set";

	if (secret->is_set && !secret->is_readable)
		value = "set, not readable";
	else if (secret->is_set)
		value = arena_printf(arena, "set, %zu bytes", secret->length);
	add_text(arena, parent, "psk", value, secret->at);
}

static void add_algs(struct arena *arena, struct fact *parent, const char *name,
		     const struct proposal_alg *items, size_t count)
{
	struct buf out = { 0 };

	for (size_t i = 0; i < count; i++) {
		buf_puts(&out, i ? ", " : "");
		if (items[i].alg)
			buf_puts(&out, items[i].alg->name);
		else
			buf_printf(&out, "'%s' (not known)",
				   items[i].word ? items[i].word : "");
	}
	add_text(arena, parent, name, taken(arena, &out), count ? items[0].at : nowhere);
}

static void add_proposal(struct arena *arena, struct fact *list, const char *dh_name,
			 const struct proposal *proposal)
{
	struct fact *fact =
		add_group(arena, list, "proposal", proposal->name, proposal->at);

	if (proposal->is_ah)
		add_bool(arena, fact, "ah", true, nowhere);
	add_algs(arena, fact, "encryption", proposal->encr.items, proposal->encr.count);
	add_algs(arena, fact, "integrity", proposal->integ.items, proposal->integ.count);
	add_algs(arena, fact, "prf", proposal->prf.items, proposal->prf.count);
	add_algs(arena, fact, dh_name, proposal->dh.items, proposal->dh.count);
	add_number(arena, fact, "lifetime", &proposal->lifetime_s, "s");
	add_number(arena, fact, "lifetime_kb", &proposal->lifetime_kb, "KB");
}

static const char *start_name(enum start_condition start)
{
	static const char *const names[] = {
		[START_NEVER] = "never, only answers",
		[START_ON_TRAFFIC] = "when traffic wants to pass",
		[START_IMMEDIATELY] = "at once",
	};

	return names[start];
}

static const char *dpd_name(enum dead_peer_action action)
{
	static const char *const names[] = {
		[DPD_NONE] = "none",
		[DPD_CLEAR] = "clear",
		[DPD_HOLD] = "hold",
		[DPD_RESTART] = "restart",
	};

	return names[action];
}

static void add_selector(struct arena *arena, struct fact *list,
			 const struct selector *selector)
{
	struct fact *fact = add_group(arena, list, "selector", NULL, selector->local_at);
	struct number number = { .is_set = true };

	add_text(arena, fact, "local",
		 selector->local.addr.family ? inet_prefix_text(&selector->local).s
					     : "the own address",
		 selector->local_at);
	add_text(arena, fact, "remote",
		 selector->remote.addr.family ? inet_prefix_text(&selector->remote).s
					      : "the peer's address",
		 selector->remote_at);
	if (selector->protocol) {
		number.n = selector->protocol;
		add_number(arena, fact, "protocol", &number, NULL);
	}
	if (selector->local_port) {
		number.n = selector->local_port;
		add_number(arena, fact, "local_port", &number, NULL);
	}
	if (selector->remote_port) {
		number.n = selector->remote_port;
		add_number(arena, fact, "remote_port", &number, NULL);
	}
}

static void add_child(struct arena *arena, struct fact *list, const struct child *child)
{
	struct fact *fact = add_group(arena, list, "child", child->name, child->at);
	struct fact *inner = add_list(arena, fact, "selectors");

	vec_foreach (selector, &child->selectors)
		add_selector(arena, inner, selector);
	add_text(arena, fact, "encapsulation",
		 child->is_transport ? "transport" : "tunnel", nowhere);
	if (child->is_one_sa)
		add_bool(arena, fact, "one_sa_for_all", true, nowhere);
	inner = add_list(arena, fact, "proposals");
	vec_foreach (proposal, &child->proposals)
		add_proposal(arena, inner, "pfs", proposal);
	if (child->has_default_proposals)
		add_bool(arena, fact, "default_proposals", true, nowhere);
	add_number(arena, fact, "lifetime", &child->lifetime_s, "s");
	add_number(arena, fact, "lifetime_kb", &child->lifetime_kb, "KB");
	add_number(arena, fact, "rekey", &child->rekey_s, "s");
	add_text(arena, fact, "start", start_name(child->start), child->start_at);
	add_text(arena, fact, "dpd_action", dpd_name(child->dpd_action), nowhere);
	add_text(arena, fact, "close_action", dpd_name(child->close_action), nowhere);
	add_flag(arena, fact, "ipcomp", &child->ipcomp);
	add_flag(arena, fact, "replay_protection", &child->replay_protection);
	add_text(arena, fact, "rule", child->rule_id, nowhere);
}

static void add_exchange(struct arena *arena, struct fact *fact,
			 const struct tunnel *tunnel)
{
	static const char *const versions[] = { "IKEv1 and IKEv2, starts IKEv2", "IKEv1",
						"IKEv2" };
	static const char *const nat_t[] = {
		[NAT_T_OFF] = "off",
		[NAT_T_AUTO] = "when there is NAT",
		[NAT_T_FORCED] = "always",
	};

	if (tunnel->version >= 0 && tunnel->version <= 2)
		add_text(arena, fact, "version", versions[tunnel->version],
			 tunnel->version_at);
	if (tunnel->version != 2)
		add_text(arena, fact, "mode",
			 arena_printf(arena, "%s%s", exchange_mode_name(tunnel->mode),
				      tunnel->accepts_both_modes ? ", answers both" : ""),
			 tunnel->mode_at);
	add_endpoint(arena, fact, "local", &tunnel->local);
	vec_foreach (remote, &tunnel->remotes)
		add_endpoint(arena, fact, "remote", remote);
	if (!tunnel->remotes.count)
		add_text(arena, fact, "remote", "any", nowhere);
	add_text(arena, fact, "nat_t", nat_t[tunnel->nat_t], tunnel->nat_t_at);
}

static void add_tunnel(struct arena *arena, struct fact *list,
		       const struct tunnel *tunnel)
{
	static const char *const auths[] = {
		[AUTH_PSK] = "pre-shared key",
		[AUTH_RSA] = "RSA",
		[AUTH_ECDSA] = "ECDSA",
		[AUTH_XAUTH_PSK] = "pre-shared key and XAuth",
		[AUTH_EAP] = "EAP",
		[AUTH_UNKNOWN] = "not known",
	};
	struct fact *fact = add_group(arena, list, "tunnel", tunnel->name, tunnel->at);
	struct fact *inner;

	if (tunnel->is_disabled)
		add_bool(arena, fact, "disabled", true, nowhere);
	add_exchange(arena, fact, tunnel);
	add_identity(arena, fact, "local_id", &tunnel->local_id);
	add_identity(arena, fact, "remote_id", &tunnel->remote_id);
	add_text(arena, fact, "auth", auths[tunnel->auth], tunnel->auth_word.at);
	add_secret(arena, fact, &tunnel->psk);
	inner = add_list(arena, fact, "proposals");
	vec_foreach (proposal, &tunnel->proposals)
		add_proposal(arena, inner, "dh_group", proposal);
	if (tunnel->has_default_proposals)
		add_bool(arena, fact, "default_proposals", true, nowhere);
	add_number(arena, fact, "lifetime", &tunnel->lifetime_s, "s");
	add_number(arena, fact, "dpd_delay", &tunnel->dpd_delay_s, "s");
	add_number(arena, fact, "dpd_timeout", &tunnel->dpd_timeout_s, "s");
	add_number(arena, fact, "keyingtries", &tunnel->keyingtries, NULL);
	add_flag(arena, fact, "mobike", &tunnel->mobike);
	add_flag(arena, fact, "fragmentation", &tunnel->fragmentation);
	add_text(arena, fact, "start", start_name(tunnel->start), tunnel->start_at);
	add_text(arena, fact, "bind_interface", tunnel->bind_interface, nowhere);
	add_text(arena, fact, "keepalive", addr_text(arena, &tunnel->keepalive_target),
		 nowhere);
	inner = add_list(arena, fact, "children");
	vec_foreach (child, &tunnel->children)
		add_child(arena, inner, child);
}

const struct fact *site_facts(struct arena *arena, const struct site *site)
{
	struct fact *root = arena_alloc(arena, sizeof(*root)), *list;

	root->kind = FACT_GROUP;
	root->name = "site";
	root->value = shown_text(arena, site->name);
	add_text(arena, root, "device", device_of(site->kind)->name, nowhere);
	add_text(arena, root, "model", site->model, nowhere);
	add_text(arena, root, "hostname", site->hostname, nowhere);
	add_text(arena, root, "reading",
		 site->reading == READING_RENDERED ? "as rendered by the firmware"
						   : "as documented",
		 nowhere);
	add_text(arena, root, "firmware", site->firmware, nowhere);
	add_interfaces(arena, root, site);
	add_routes(arena, root, site);
	add_firewall(arena, root, site);
	add_flag(arena, root, "install_routes", &site->install_routes);
	add_dns(arena, root, &site->dns);
	list = add_list(arena, root, FACTS_TUNNELS);
	vec_foreach (tunnel, &site->tunnels)
		add_tunnel(arena, list, tunnel);
	return root;
}
