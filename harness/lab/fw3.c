// SPDX-License-Identifier: GPL-2.0-or-later
/* fw3.c - OpenWrt's firewall: defaults, rules and forwardings (zones: fw3_zone.c) */
#include "lab/fw3.h"

#include <string.h>

#include "base/str.h"
#include "lab/fw3_zone.h"

static void add(struct fw3 *fw, enum ruleset_table table, const char *chain,
		const char *matches, const char *target, const char *comment)
{
	ruleset_add(fw->set, table, chain, matches, target, comment);
}

/* REJECT is a chain in fw3 and fw4: TCP gets a reset, the rest a message. */
static void reject_chain(struct fw3 *fw)
{
	const char *name = fw3_verdict(fw, TARGET_REJECT);

	ruleset_chain_add(fw->set, TABLE_FILTER, name, NULL);
	add(fw, TABLE_FILTER, name, "-p tcp", "REJECT --reject-with tcp-reset",
	    "reject TCP");
	add(fw, TABLE_FILTER, name, NULL, "REJECT --reject-with icmp-port-unreachable",
	    "reject");
}

static void syn_flood_chain(struct fw3 *fw)
{
	if (!fw->site->syn_flood.on)
		return;
	ruleset_chain_add(fw->set, TABLE_FILTER, "syn_flood", NULL);
	add(fw, TABLE_FILTER, "syn_flood",
	    "-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -m limit --limit 25/sec "
	    "--limit-burst 50",
	    "RETURN", "syn_flood");
	add(fw, TABLE_FILTER, "syn_flood", NULL, "DROP", "syn_flood");
}

/* What stands at the head of each built-in chain. */
static const struct {
	enum ruleset_table table;
	const char *chain, *custom, *loopback;
} heads[] = {
	{ TABLE_FILTER, "INPUT", "input_rule", "-i lo" },
	{ TABLE_FILTER, "FORWARD", "forwarding_rule", NULL },
	{ TABLE_FILTER, "OUTPUT", "output_rule", "-o lo" },
	{ TABLE_NAT, "PREROUTING", "prerouting_rule", NULL },
	{ TABLE_NAT, "POSTROUTING", "postrouting_rule", NULL },
};

static void head_rules(struct fw3 *fw)
{
	const struct origin *drop_at = &fw->site->drop_invalid.at;

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		if (heads[i].loopback)
			add(fw, heads[i].table, heads[i].chain, heads[i].loopback,
			    "ACCEPT", "loopback");
		if (!fw->is_fw4) {
			ruleset_chain_add(fw->set, heads[i].table, heads[i].custom, NULL);
			add(fw, heads[i].table, heads[i].chain, NULL, heads[i].custom,
			    "custom rules");
		}
		if (heads[i].table != TABLE_FILTER)
			continue;
		add(fw, TABLE_FILTER, heads[i].chain,
		    "-m conntrack --ctstate RELATED,ESTABLISHED", "ACCEPT",
		    "established");
		if (fw->site->drop_invalid.on)
			add(fw, TABLE_FILTER, heads[i].chain,
			    "-m conntrack --ctstate INVALID", "DROP",
			    ruleset_comment(fw->set->arena, drop_at, "drop_invalid"));
	}
	if (fw->site->syn_flood.on)
		add(fw, TABLE_FILTER, "INPUT",
		    "-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN", "syn_flood",
		    "syn_flood");
}

static bool is_any(const char *zone)
{
	return str_equal(zone, "*");
}

static const char *rule_chain(struct fw3 *fw, const struct rule *rule)
{
	if (!rule->src_zone)
		return !rule->dest_zone || is_any(rule->dest_zone)
			       ? "OUTPUT"
			       : fw3_chain(fw, FW3_OUTPUT, rule->dest_zone, NULL);
	if (is_any(rule->src_zone))
		return rule->dest_zone ? "FORWARD" : "INPUT";
	return fw3_chain(fw, rule->dest_zone ? FW3_FORWARD : FW3_INPUT, rule->src_zone,
			 NULL);
}

static const char *rule_target(struct fw3 *fw, const struct rule *rule)
{
	if (rule->dest_zone && !is_any(rule->dest_zone))
		return fw3_chain(fw, FW3_DEST, rule->dest_zone,
				 fw3_target_word(rule->target));
	return fw3_verdict(fw, rule->target);
}

/* fw3 leaves a rule out that names a zone which is not there. */
static bool zone_is_known(struct fw3 *fw, const char *zone, const struct origin *at)
{
	if (!zone || is_any(zone) || fw3_zone_find(fw, zone))
		return true;
	ruleset_note(fw->set, at, "there is no zone '%s', left out", zone);
	return false;
}

static const char *with_extra(struct fw3 *fw, const char *matches,
			      const struct text *extra)
{
	if (!extra->s || !*extra->s)
		return matches;
	if (fw->is_fw4) {
		ruleset_note(fw->set, &extra->at, "fw4 ignores the option `extra`");
		return matches;
	}
	return arena_printf(fw->set->arena, "%s%s%s", matches, *matches ? " " : "",
			    extra->s);
}

static void rules(struct fw3 *fw)
{
	vec_foreach (rule, &fw->site->rules) {
		struct ruleset_matches matches = { 0 };
		const char *comment =
			ruleset_comment(fw->set->arena, &rule->at, rule->name);

		if (rule->is_disabled || !zone_is_known(fw, rule->src_zone, &rule->at) ||
		    !zone_is_known(fw, rule->dest_zone, &rule->at))
			continue;
		ruleset_rule_matches(fw->set, rule, &matches);
		vec_foreach (match, &matches)
			add(fw, TABLE_FILTER, rule_chain(fw, rule),
			    with_extra(fw, *match, &rule->extra), rule_target(fw, rule),
			    comment);
	}
}

static void forwardings(struct fw3 *fw)
{
	vec_foreach (forwarding, &fw->site->forwardings) {
		const char *src = forwarding->src ? forwarding->src : "*";
		const char *dest = forwarding->dest ? forwarding->dest : "*";
		const char *text = arena_printf(fw->set->arena, "%s->%s", src, dest);

		if (!zone_is_known(fw, src, &forwarding->at) ||
		    !zone_is_known(fw, dest, &forwarding->at))
			continue;
		add(fw, TABLE_FILTER,
		    is_any(src) ? "FORWARD" : fw3_chain(fw, FW3_FORWARD, src, NULL), NULL,
		    is_any(dest) ? "ACCEPT" : fw3_chain(fw, FW3_DEST, dest, "ACCEPT"),
		    ruleset_comment(fw->set->arena, &forwarding->at, text));
	}
}

static void tail_rules(struct fw3 *fw)
{
	const struct {
		const char *chain;
		enum verdict_target policy;
	} tails[] = {
		{ "INPUT", fw->site->default_input },
		{ "FORWARD", fw->site->default_forward },
		{ "OUTPUT", fw->site->default_output },
	};

	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		bool is_accept = tails[i].policy == TARGET_ACCEPT;

		ruleset_chain_add(fw->set, TABLE_FILTER, tails[i].chain,
				  is_accept ? "ACCEPT" : "DROP");
		if (tails[i].policy == TARGET_REJECT)
			add(fw, TABLE_FILTER, tails[i].chain, NULL,
			    fw3_verdict(fw, TARGET_REJECT), "default policy");
	}
}

void fw3_generate(struct ruleset *set, const struct site *site, const struct ports *ports)
{
	struct fw3 fw = {
		.set = set,
		.site = site,
		.ports = ports,
		.is_fw4 = site->firewall == FIREWALL_FW4,
	};

	reject_chain(&fw);
	syn_flood_chain(&fw);
	fw3_zones_make(&fw);
	head_rules(&fw);
	rules(&fw);
	fw3_redirects(&fw);
	fw3_source_nat(&fw);
	forwardings(&fw);
	fw3_zone_rules(&fw);
	tail_rules(&fw);
}
