// SPDX-License-Identifier: GPL-2.0-or-later
/* screenos_rules.c - ScreenOS policies to rules of the firewall and of NAT */
#include <string.h>

#include "base/str.h"
#include "import/screenos_child.h"

static struct rule *rule_new(struct reader *reader, const struct sos_lookup *lookup)
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
static void build_policy_rules(struct reader *reader, const struct sos_lookup *lookup)
{
	const struct sos_services *services = &lookup->services;

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
static void build_policy_nat(struct reader *reader, const struct sos_lookup *lookup)
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

/* ------------------------------------------------------------ all */

static void build_policy(struct reader *reader, const struct sos_policy *policy)
{
	struct sos_lookup lookup;

	if (!sos_policy_lookup(reader, policy, &lookup))
		return;
	if (policy->target == TARGET_TUNNEL && !sos_build_policy_tunnel(reader, &lookup))
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
		sos_build_vpn(reader, vpn);
}
