// SPDX-License-Identifier: GPL-2.0-or-later
/* fw3_zone.c - the zones of OpenWrt's firewall: chains, NAT, jumps */
#include "lab/fw3_zone.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"

/* How fw3 and fw4 name a zone's chains. */
static const struct {
	const char *fw3_head, *fw3_tail; /* around the zone's name */
	const char *fw4_head;		 /* before it */
} names[] = {
	[FW3_INPUT] = { "zone_", "_input", "input_" },
	[FW3_OUTPUT] = { "zone_", "_output", "output_" },
	[FW3_FORWARD] = { "zone_", "_forward", "forward_" },
	[FW3_SRC] = { "zone_", "_src_", "_from_" },
	[FW3_DEST] = { "zone_", "_dest_", "_to_" },
	[FW3_PREROUTING] = { "zone_", "_prerouting", "dstnat_" },
	[FW3_POSTROUTING] = { "zone_", "_postrouting", "srcnat_" },
};

static const char *fw4_verdict(const char *target)
{
	return str_equal(target, "ACCEPT")   ? "accept"
	       : str_equal(target, "REJECT") ? "reject"
					     : "drop";
}

const char *fw3_chain(struct fw3 *fw, enum fw3_chain chain, const char *zone,
		      const char *target)
{
	if (fw->is_fw4)
		return arena_printf(fw->set->arena, "%s%s%s",
				    target ? fw4_verdict(target) : "",
				    names[chain].fw4_head, zone);
	return arena_printf(fw->set->arena, "%s%s%s%s", names[chain].fw3_head, zone,
			    names[chain].fw3_tail, target ? target : "");
}

const char *fw3_target_word(enum verdict_target target)
{
	static const char *const words[] = {
		[TARGET_ACCEPT] = "ACCEPT",
		[TARGET_REJECT] = "REJECT",
		[TARGET_DROP] = "DROP",
		[TARGET_TUNNEL] = "ACCEPT",
	};

	return words[target];
}

const char *fw3_verdict(const struct fw3 *fw, enum verdict_target target)
{
	if (target != TARGET_REJECT)
		return fw3_target_word(target);
	return fw->is_fw4 ? "handle_reject" : "reject";
}

const struct fw3_zone *fw3_zone_find(const struct fw3 *fw, const char *name)
{
	vec_foreach (zone, &fw->zones) {
		if (str_equal(zone->zone->name, name))
			return zone;
	}
	return NULL;
}

static void add(struct fw3 *fw, enum ruleset_table table, const char *chain,
		const char *matches, const char *target, const char *comment)
{
	ruleset_add(fw->set, table, chain, matches, target, comment);
}

static void device_add(struct fw3 *fw, struct fw3_zone *zone, const char *name,
		       bool is_tunnel)
{
	vec_foreach (known, &zone->devices) {
		if (str_equal(known->name, name) && known->is_tunnel == is_tunnel)
			return;
	}
	vec_add(fw->set->arena, &zone->devices, ((struct fw3_device){ name, is_tunnel }));
}

/* A name of `list device`: "eth0.2", or "tun+" for all that begin so. */
static const char *device_pattern(struct fw3 *fw, const char *name)
{
	struct arena *arena = fw->set->arena;
	size_t length = strlen(name);

	if (length < 2 || name[length - 1] != '+')
		return port_device_name(arena, name, 0);
	name = port_device_name(arena, arena_strndup(arena, name, length - 1), 0);
	return strlen(name) < IF_NAMESIZE - 1 ? arena_printf(arena, "%s+", name) : name;
}

/* The zone's Linux devices: of its networks, then those it names itself. */
static void zone_devices(struct fw3 *fw, struct fw3_zone *zone)
{
	vec_foreach (name, &zone->zone->interfaces) {
		const struct port *port = port_find(fw->ports, name->s);
		const struct site_interface *interface =
			site_interface_find(fw->site, name->s);

		if (port) {
			device_add(fw, zone, port->device, false);
		} else if (interface && interface->is_tunnel) {
			device_add(fw, zone, fw->ports->wan->device, true);
			fw->has_tunnel_zone = true;
		}
	}
	vec_foreach (name, &zone->zone->devices) {
		const struct port *port = port_find(fw->ports, name->s);

		device_add(fw, zone, port ? port->device : device_pattern(fw, name->s),
			   false);
	}
}

static bool zone_name_is_fine(const char *name)
{
	size_t length = strlen(name);

	return length && length <= FW3_ZONE_NAME_MAX &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "0123456789_-.") == length;
}

static const struct {
	enum ruleset_table table;
	enum fw3_chain chain;
	const char *custom;
} custom_chains[] = {
	{ TABLE_FILTER, FW3_INPUT, "input" },
	{ TABLE_FILTER, FW3_OUTPUT, "output" },
	{ TABLE_FILTER, FW3_FORWARD, "forwarding" },
	{ TABLE_NAT, FW3_PREROUTING, "prerouting" },
	{ TABLE_NAT, FW3_POSTROUTING, "postrouting" },
};

/* Does anything jump to zone_X_src_TARGET, zone_X_dest_TARGET? fw3 makes no others. */
static bool target_is_used(const struct fw3 *fw, const struct zone *zone,
			   enum fw3_chain chain, enum verdict_target target)
{
	if (chain == FW3_SRC)
		return zone->input == target;
	if (zone->forward == target || zone->output == target)
		return true;
	vec_foreach (rule, &fw->site->rules) {
		if (!rule->is_disabled && rule->target == target &&
		    str_equal(rule->dest_zone, zone->name))
			return true;
	}
	vec_foreach (forwarding, &fw->site->forwardings) {
		if (target == TARGET_ACCEPT && str_equal(forwarding->dest, zone->name))
			return true;
	}
	return false;
}

static const enum verdict_target targets[] = { TARGET_ACCEPT, TARGET_REJECT,
					       TARGET_DROP };

static void zone_chains(struct fw3 *fw, const struct zone *of)
{
	const char *zone = of->name;

	for (size_t i = 0; i < ARRAY_SIZE(custom_chains); i++) {
		enum ruleset_table table = custom_chains[i].table;
		const char *chain = fw3_chain(fw, custom_chains[i].chain, zone, NULL);
		const char *custom = arena_printf(fw->set->arena, "%s_%s_rule",
						  custom_chains[i].custom, zone);

		ruleset_chain_add(fw->set, table, chain, NULL);
		if (fw->is_fw4)
			continue;
		ruleset_chain_add(fw->set, table, custom, NULL);
		add(fw, table, chain, NULL, custom, "custom rules");
	}
	for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
		const char *word = fw3_target_word(targets[i]);

		if (target_is_used(fw, of, FW3_SRC, targets[i]))
			ruleset_chain_add(fw->set, TABLE_FILTER,
					  fw3_chain(fw, FW3_SRC, zone, word), NULL);
		if (target_is_used(fw, of, FW3_DEST, targets[i]))
			ruleset_chain_add(fw->set, TABLE_FILTER,
					  fw3_chain(fw, FW3_DEST, zone, word), NULL);
	}
}

void fw3_zones_make(struct fw3 *fw)
{
	vec_foreach (zone, &fw->site->zones) {
		struct fw3_zone *made;

		if (!zone_name_is_fine(zone->name)) {
			ruleset_note(fw->set, &zone->at,
				     "zone '%s' left out: names have at most %d letters",
				     zone->name, FW3_ZONE_NAME_MAX);
			continue;
		}
		if (fw3_zone_find(fw, zone->name)) {
			ruleset_note(fw->set, &zone->at,
				     "there is a zone '%s' before, left out", zone->name);
			continue;
		}
		if (fw->zones.count >= FW3_ZONES_MAX) {
			ruleset_note(fw->set, &zone->at, "more than %d zones, left out",
				     FW3_ZONES_MAX);
			continue;
		}
		made = vec_push(fw->set->arena, &fw->zones);
		made->zone = zone;
		zone_devices(fw, made);
		if (!made->devices.count && !zone->subnets.count && !zone->extra_src.s &&
		    !zone->extra_dest.s)
			ruleset_note(fw->set, &zone->at,
				     "zone '%s' has no network, device or subnet: "
				     "nothing is caught by it",
				     zone->name);
		zone_chains(fw, zone);
	}
}

static const char *nat_target(struct fw3 *fw, const struct nat_rule *rule)
{
	struct arena *arena = fw->set->arena;

	struct inet_prefix network = inet_prefix_network(&rule->to);

	switch (rule->kind) {
	case NAT_EXEMPT:
		return "ACCEPT";
	case NAT_SOURCE:
		if (!rule->to.addr.family)
			return "MASQUERADE";
		return arena_printf(arena, "SNAT --to-source %s",
				    inet_addr_text(&rule->to.addr).s);
	case NAT_NETMAP:
		return arena_printf(arena, "NETMAP --to %s",
				    inet_prefix_text(&network).s);
	case NAT_DESTINATION:
		break;
	}
	if (!rule->to.addr.family)
		return arena_printf(arena, "REDIRECT --to-ports %u", rule->to_port);
	if (rule->to_port)
		return arena_printf(arena, "DNAT --to-destination %s:%u",
				    inet_addr_text(&rule->to.addr).s, rule->to_port);
	return arena_printf(arena, "DNAT --to-destination %s",
			    inet_addr_text(&rule->to.addr).s);
}

static void nat_rule_add(struct fw3 *fw, const struct nat_rule *rule, const char *chain)
{
	struct ruleset_matches matches = { 0 };

	ruleset_nat_matches(fw->set, rule, &matches);
	vec_foreach (match, &matches)
		add(fw, TABLE_NAT, chain, *match, nat_target(fw, rule),
		    ruleset_comment(fw->set->arena, &rule->at, "nat"));
}

static const char *nat_chain(struct fw3 *fw, const char *zone, enum fw3_chain chain,
			     const char *global, const struct origin *at)
{
	if (!zone || str_equal(zone, "*"))
		return global;
	if (fw3_zone_find(fw, zone))
		return fw3_chain(fw, chain, zone, NULL);
	ruleset_note(fw->set, at, "there is no zone '%s', left out", zone);
	return NULL;
}

void fw3_redirects(struct fw3 *fw)
{
	vec_foreach (rule, &fw->site->nat) {
		const char *chain;

		if (rule->kind != NAT_DESTINATION || rule->is_disabled)
			continue;
		if (!rule->to.addr.family && !rule->to_port)
			continue;
		chain = nat_chain(fw, rule->src_zone, FW3_PREROUTING, "PREROUTING",
				  &rule->at);
		if (chain)
			nat_rule_add(fw, rule, chain);
	}
}

void fw3_source_nat(struct fw3 *fw)
{
	vec_foreach (rule, &fw->site->nat) {
		/* `config nat` calls the zone that packets leave by its `src`. */
		const char *zone = rule->dest_zone ? rule->dest_zone : rule->src_zone;
		const char *chain;

		if (rule->kind == NAT_DESTINATION || rule->is_disabled)
			continue;
		if (rule->kind == NAT_NETMAP && rule->to.addr.family != AF_INET)
			continue;
		chain = nat_chain(fw, zone, FW3_POSTROUTING, "POSTROUTING", &rule->at);
		if (chain)
			nat_rule_add(fw, rule, chain);
	}
}

static bool has_redirect(const struct fw3 *fw, const char *zone)
{
	vec_foreach (rule, &fw->site->nat) {
		if (rule->kind == NAT_DESTINATION && !rule->is_disabled &&
		    str_equal(rule->src_zone, zone))
			return true;
	}
	return false;
}

static void zone_policies(struct fw3 *fw, const struct zone *zone)
{
	struct arena *arena = fw->set->arena;
	const char *name = zone->name;
	const char *accept = "-m conntrack --ctstate DNAT";

	if (has_redirect(fw, name)) {
		add(fw, TABLE_FILTER, fw3_chain(fw, FW3_INPUT, name, NULL), accept,
		    "ACCEPT", "redirected");
		add(fw, TABLE_FILTER, fw3_chain(fw, FW3_FORWARD, name, NULL), accept,
		    "ACCEPT", "redirected");
	}
	add(fw, TABLE_FILTER, fw3_chain(fw, FW3_INPUT, name, NULL), NULL,
	    fw3_chain(fw, FW3_SRC, name, fw3_target_word(zone->input)),
	    ruleset_comment(arena, zone->input_at.file ? &zone->input_at : &zone->at,
			    arena_printf(arena, "%s input", name)));
	add(fw, TABLE_FILTER, fw3_chain(fw, FW3_FORWARD, name, NULL), NULL,
	    fw3_chain(fw, FW3_DEST, name, fw3_target_word(zone->forward)),
	    ruleset_comment(arena, zone->forward_at.file ? &zone->forward_at : &zone->at,
			    arena_printf(arena, "%s forward", name)));
	add(fw, TABLE_FILTER, fw3_chain(fw, FW3_OUTPUT, name, NULL), NULL,
	    fw3_chain(fw, FW3_DEST, name, fw3_target_word(zone->output)),
	    ruleset_comment(arena, zone->output_at.file ? &zone->output_at : &zone->at,
			    arena_printf(arena, "%s output", name)));
}

/* "-s 192.168.2.0/24", "" for any; NULL when it is negated and must not be. */
static const char *masq_match(struct fw3 *fw, const struct prefix_value *value,
			      const char *option)
{
	struct inet_prefix network = inet_prefix_network(&value->prefix);

	return arena_printf(fw->set->arena, "%s %s", option,
			    inet_prefix_text(&network).s);
}

struct masq_list {
	VEC(const char *) matches;
};

/* Negated networks return at once; the others are what is masqueraded. */
static void masq_side(struct fw3 *fw, const struct zone *zone,
		      const struct prefix_value *items, size_t count, const char *option,
		      struct masq_list *positive)
{
	const char *chain = fw3_chain(fw, FW3_POSTROUTING, zone->name, NULL);

	for (size_t i = 0; i < count; i++) {
		const char *match = masq_match(fw, &items[i], option);

		if (items[i].prefix.addr.family != AF_INET)
			continue;
		if (items[i].is_negated)
			add(fw, TABLE_NAT, chain, match, "RETURN",
			    ruleset_comment(fw->set->arena, &items[i].at,
					    "not masqueraded"));
		else
			vec_add(fw->set->arena, &positive->matches, match);
	}
	if (!positive->matches.count)
		vec_add(fw->set->arena, &positive->matches, "");
}

static void zone_masquerade(struct fw3 *fw, const struct zone *zone)
{
	struct arena *arena = fw->set->arena;
	struct masq_list src = { 0 }, dest = { 0 };

	if (!zone->masq.on)
		return;
	masq_side(fw, zone, zone->masq_src.items, zone->masq_src.count, "-s", &src);
	masq_side(fw, zone, zone->masq_dest.items, zone->masq_dest.count, "-d", &dest);
	vec_foreach (s, &src.matches) {
		vec_foreach (d, &dest.matches)
			add(fw, TABLE_NAT,
			    fw3_chain(fw, FW3_POSTROUTING, zone->name, NULL),
			    arena_printf(arena, "%s%s%s", *s, **s && **d ? " " : "", *d),
			    "MASQUERADE",
			    ruleset_comment(arena,
					    zone->masq.at.file ? &zone->masq.at
							       : &zone->at,
					    arena_printf(arena, "%s masq", zone->name)));
	}
}

/* One way into or out of a zone: a device, a subnet, or both. */
struct gate {
	const char *in, *out;  /* "-i eth0.2 -s 10.0.0.0/8", with extra_src */
	const char *plain_out; /* without extra_dest */
};

/* Only what is (tunnel zones) or is not (the WAN's zone) carried in ESP. */
static const char *gate_policy(struct fw3 *fw, const struct fw3_device *device,
			       const char *direction)
{
	if (!device || !fw->has_tunnel_zone ||
	    !str_equal(device->name, fw->ports->wan->device))
		return "";
	return arena_printf(fw->set->arena, "-m policy --dir %s --pol %s ", direction,
			    device->is_tunnel ? "ipsec" : "none");
}

static struct gate gate_make(struct fw3 *fw, const struct zone *zone,
			     const struct fw3_device *device,
			     const struct prefix_value *subnet)
{
	struct arena *arena = fw->set->arena;
	const char *extra_src = !fw->is_fw4 && zone->extra_src.s ? zone->extra_src.s : "";
	const char *extra_dest = fw->is_fw4	      ? ""
				 : zone->extra_dest.s ? zone->extra_dest.s
						      : extra_src;
	const char *in = !device ? ""
				 : arena_printf(arena, "-i %s %s", device->name,
						gate_policy(fw, device, "in"));
	const char *out = !device ? ""
				  : arena_printf(arena, "-o %s %s", device->name,
						 gate_policy(fw, device, "out"));
	const char *src = "", *dest = "";

	if (subnet) {
		struct inet_prefix network = inet_prefix_network(&subnet->prefix);
		const char *not = subnet->is_negated ? "! " : "";

		src = arena_printf(arena, "%s-s %s ", not, inet_prefix_text(&network).s);
		dest = arena_printf(arena, "%s-d %s ", not, inet_prefix_text(&network).s);
	}
	return (struct gate){
		.in = arena_printf(arena, "%s%s%s", in, src, extra_src),
		.out = arena_printf(arena, "%s%s%s", out, dest, extra_dest),
		.plain_out = arena_printf(arena, "%s%s", out, dest),
	};
}

/* zone_X_src_TARGET: what comes from the zone; accepted when new, as fw3 does. */
static void gate_source(struct fw3 *fw, const struct zone *zone, const struct gate *gate,
			enum verdict_target target, const char *comment)
{
	const char *matches = gate->in;

	if (target == TARGET_ACCEPT && !fw->site->drop_invalid.on && !fw->is_fw4)
		matches =
			arena_printf(fw->set->arena,
				     "%s -m conntrack --ctstate NEW,UNTRACKED", matches);
	add(fw, TABLE_FILTER, fw3_chain(fw, FW3_SRC, zone->name, fw3_target_word(target)),
	    matches, fw3_verdict(fw, target), comment);
}

/* zone_X_dest_TARGET: what goes to the zone. */
static void gate_dest(struct fw3 *fw, const struct zone *zone, const struct gate *gate,
		      enum verdict_target target, const char *comment)
{
	const char *chain = fw3_chain(fw, FW3_DEST, zone->name, fw3_target_word(target));

	if (target == TARGET_ACCEPT && zone->masq.on && !zone->masq_allow_invalid.on)
		add(fw, TABLE_FILTER, chain,
		    arena_printf(fw->set->arena, "%s -m conntrack --ctstate INVALID",
				 gate->plain_out),
		    "DROP", "Prevent NAT leakage");
	add(fw, TABLE_FILTER, chain, gate->out, fw3_verdict(fw, target), comment);
}

static void gate_targets(struct fw3 *fw, const struct zone *zone, const struct gate *gate)
{
	const char *comment =
		ruleset_comment(fw->set->arena, &zone->at,
				arena_printf(fw->set->arena, "zone %s", zone->name));

	for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
		const char *word = fw3_target_word(targets[i]);

		/* zone_chains() has made those that are used. */
		if (ruleset_chain_exists(fw->set, TABLE_FILTER,
					 fw3_chain(fw, FW3_SRC, zone->name, word)))
			gate_source(fw, zone, gate, targets[i], comment);
		if (ruleset_chain_exists(fw->set, TABLE_FILTER,
					 fw3_chain(fw, FW3_DEST, zone->name, word)))
			gate_dest(fw, zone, gate, targets[i], comment);
	}
}

static void gate_jumps(struct fw3 *fw, const struct zone *zone, const struct gate *gate)
{
	const struct {
		enum ruleset_table table;
		const char *from;
		enum fw3_chain to;
		const char *matches;
	} jumps[] = {
		{ TABLE_FILTER, "INPUT", FW3_INPUT, gate->in },
		{ TABLE_FILTER, "OUTPUT", FW3_OUTPUT, gate->out },
		{ TABLE_FILTER, "FORWARD", FW3_FORWARD, gate->in },
		{ TABLE_NAT, "PREROUTING", FW3_PREROUTING, gate->in },
		{ TABLE_NAT, "POSTROUTING", FW3_POSTROUTING, gate->out },
	};

	for (size_t i = 0; i < ARRAY_SIZE(jumps); i++)
		add(fw, jumps[i].table, jumps[i].from, jumps[i].matches,
		    fw3_chain(fw, jumps[i].to, zone->name, NULL),
		    ruleset_comment(fw->set->arena, &zone->at,
				    arena_printf(fw->set->arena, "zone %s", zone->name)));
}

static void gate_mtu_fix(struct fw3 *fw, const struct zone *zone,
			 const struct fw3_device *device)
{
	if (!zone->mtu_fix.on || !device)
		return;
	add(fw, TABLE_MANGLE, "FORWARD",
	    arena_printf(fw->set->arena, "-o %s -p tcp -m tcp --tcp-flags SYN,RST SYN",
			 device->name),
	    "TCPMSS --clamp-mss-to-pmtu",
	    ruleset_comment(fw->set->arena, &zone->mtu_fix.at, "mtu_fix"));
}

static void zone_gate(struct fw3 *fw, const struct zone *zone,
		      const struct fw3_device *device, const struct prefix_value *subnet)
{
	struct gate gate;

	if (subnet && subnet->prefix.addr.family != AF_INET)
		return;
	/* Without all three, fw3 makes no jump: the zone catches nothing. */
	if (!device && !subnet &&
	    (fw->is_fw4 || (!zone->extra_src.s && !zone->extra_dest.s)))
		return;
	gate = gate_make(fw, zone, device, subnet);
	gate_targets(fw, zone, &gate);
	gate_jumps(fw, zone, &gate);
	if (!subnet || subnet == zone->subnets.items)
		gate_mtu_fix(fw, zone, device);
}

void fw3_zone_rules(struct fw3 *fw)
{
	vec_foreach (zone, &fw->zones) {
		size_t devices = zone->devices.count ? zone->devices.count : 1;
		size_t subnets =
			zone->zone->subnets.count ? zone->zone->subnets.count : 1;

		zone_policies(fw, zone->zone);
		zone_masquerade(fw, zone->zone);
		for (size_t d = 0; d < devices; d++) {
			for (size_t s = 0; s < subnets; s++)
				zone_gate(fw, zone->zone,
					  zone->devices.count ? &zone->devices.items[d]
							      : NULL,
					  zone->zone->subnets.count
						  ? &zone->zone->subnets.items[s]
						  : NULL);
		}
	}
}
