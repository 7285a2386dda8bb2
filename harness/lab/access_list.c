// SPDX-License-Identifier: GPL-2.0-or-later
/* access_list.c - what a FRITZ!Box lets pass: the access list of the tunnel, NAT for the rest
 */
#include "lab/policy.h"

#include "base/cleanup.h"
#include "base/str.h"

#define IPSEC_IN  "-m policy --dir in --pol ipsec"
#define IPSEC_OUT "-m policy --dir out --pol ipsec"

/* Device by device: with `! -i wan` the libipsec translation could not be exact. */
static void from_lan(struct ruleset *set, const struct ports *ports, const char *chain)
{
	vec_foreach (port, &ports->list) {
		if (!port->is_wan)
			ruleset_add(set, TABLE_FILTER, chain,
				    arena_printf(set->arena, "-i %s", port->device),
				    "ACCEPT", "from the LAN");
	}
}

static void input(struct ruleset *set, const struct site *site, const struct ports *ports)
{
	static const char *const ike[] = {
		"-p udp -m udp --dport 500",
		"-p udp -m udp --dport 4500",
		"-p esp",
	};

	const char *wan = ports->wan->device;

	ruleset_chain_add(set, TABLE_FILTER, "INPUT", "DROP");
	ruleset_add(set, TABLE_FILTER, "INPUT", "-i lo", "ACCEPT", "loopback");
	ruleset_add(set, TABLE_FILTER, "INPUT",
		    "-m conntrack --ctstate RELATED,ESTABLISHED", "ACCEPT", "sessions");
	for (size_t i = 0; site->is_ike_open && i < ARRAY_SIZE(ike); i++)
		ruleset_add(set, TABLE_FILTER, "INPUT",
			    arena_printf(set->arena, "-i %s %s", wan, ike[i]), "ACCEPT",
			    "ike_forward_rules");
	ruleset_add(set, TABLE_FILTER, "INPUT",
		    arena_printf(set->arena, "-i %s " IPSEC_IN, wan), "ACCEPT",
		    "from the tunnel to the box");
	from_lan(set, ports, "INPUT");
}

/* One entry: it decides only about packets that would go into the tunnel. */
static void access_entry(struct ruleset *set, const struct rule *rule, const char *wan)
{
	struct ruleset_matches matches = { 0 };
	const char *target = rule->target == TARGET_REJECT
				     ? "REJECT --reject-with icmp-port-unreachable"
			     : rule->target == TARGET_DROP ? "DROP"
							   : "ACCEPT";

	if (rule->is_disabled)
		return;
	ruleset_rule_matches(set, rule, &matches);
	vec_foreach (match, &matches)
		ruleset_add(set, TABLE_FILTER, "accesslist",
			    arena_printf(set->arena, "-o %s %s%s" IPSEC_OUT, wan, *match,
					 **match ? " " : ""),
			    target, ruleset_comment(set->arena, &rule->at, "accesslist"));
}

static void forward(struct ruleset *set, const struct site *site,
		    const struct ports *ports)
{
	const char *wan = ports->wan->device;

	ruleset_chain_add(set, TABLE_FILTER, "FORWARD", "DROP");
	ruleset_chain_add(set, TABLE_FILTER, "accesslist", NULL);
	vec_foreach (rule, &site->rules)
		access_entry(set, rule, wan);
	ruleset_add(set, TABLE_FILTER, "FORWARD",
		    "-m conntrack --ctstate RELATED,ESTABLISHED", "ACCEPT", "sessions");
	ruleset_add(set, TABLE_FILTER, "FORWARD", NULL, "accesslist", "accesslist");
	ruleset_add(set, TABLE_FILTER, "FORWARD",
		    arena_printf(set->arena, "-o %s " IPSEC_OUT, wan), "DROP",
		    "not in the accesslist");
	ruleset_add(set, TABLE_FILTER, "FORWARD",
		    arena_printf(set->arena, "-i %s " IPSEC_IN, wan), "ACCEPT",
		    "from the tunnel");
	from_lan(set, ports, "FORWARD");
}

void access_list_generate(struct ruleset *set, const struct site *site,
			  const struct ports *ports)
{
	const char *wan = ports->wan->device;

	input(set, site, ports);
	forward(set, site, ports);
	ruleset_add(set, TABLE_NAT, "POSTROUTING",
		    arena_printf(set->arena, "-o %s " IPSEC_OUT, wan), "ACCEPT",
		    "no NAT into the tunnel");
	ruleset_add(set, TABLE_NAT, "POSTROUTING", arena_printf(set->arena, "-o %s", wan),
		    "MASQUERADE",
		    site->nat.count
			    ? ruleset_comment(set->arena, &site->nat.items[0].at, "NAT")
			    : "NAT");
}
