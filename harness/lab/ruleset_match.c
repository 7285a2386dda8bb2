// SPDX-License-Identifier: GPL-2.0-or-later
/* ruleset_match.c - what addresses, protocols and ports of a rule are in iptables' words
 */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "lab/ruleset.h"

/* A part of a match: the alternatives of one kind, each a piece of text. */
struct alternatives {
	VEC(const char *) list;
};

#define PROTOCOL_ANY	 0
#define PROTOCOL_UNKNOWN 256
#define PROTOCOL_ICMP	 1
#define PROTOCOL_TCP	 6
#define PROTOCOL_UDP	 17

/* "any" is a word of device files, not of iptables. */
static unsigned int protocol_number(const char *word)
{
	int number = str_equal_nocase(word, "any") || !*word ? PACKET_PROTOCOL_ALL
							     : packet_protocol(word);

	if (number == PACKET_PROTOCOL_ALL)
		return PROTOCOL_ANY;
	return number == PACKET_PROTOCOL_UNKNOWN ? PROTOCOL_UNKNOWN
						 : (unsigned int)number;
}

/* ICMP type names that iptables knows (RFC 792); numbers and type/code pass, too. */
static const char *const icmp_types[] = {
	"echo-reply",
	"pong",
	"destination-unreachable",
	"network-unreachable",
	"host-unreachable",
	"protocol-unreachable",
	"port-unreachable",
	"fragmentation-needed",
	"source-route-failed",
	"network-unknown",
	"host-unknown",
	"network-prohibited",
	"host-prohibited",
	"communication-prohibited",
	"source-quench",
	"redirect",
	"network-redirect",
	"host-redirect",
	"echo-request",
	"ping",
	"router-advertisement",
	"router-solicitation",
	"time-exceeded",
	"ttl-exceeded",
	"ttl-zero-during-transit",
	"ttl-zero-during-reassembly",
	"parameter-problem",
	"ip-header-bad",
	"required-option-missing",
	"timestamp-request",
	"timestamp-reply",
	"address-mask-request",
	"address-mask-reply",
	"any",
};

static bool icmp_type_is_known(const char *word)
{
	size_t digits = strspn(word, "0123456789/");

	if (digits && !word[digits] && strlen(word) <= 7)
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(icmp_types); i++) {
		if (str_equal(word, icmp_types[i]))
			return true;
	}
	return false;
}

static void prefixes_add(struct ruleset *set, const struct prefix_value *items,
			 size_t count, const char *option, struct alternatives *out)
{
	for (size_t i = 0; i < count; i++) {
		struct inet_prefix network = inet_prefix_network(&items[i].prefix);

		if (network.addr.family != AF_INET)
			continue;
		if (!network.length && !items[i].is_negated) { /* 0.0.0.0/0 */
			vec_add(set->arena, &out->list, "");
			continue;
		}
		vec_add(set->arena, &out->list,
			arena_printf(set->arena, "%s%s %s",
				     items[i].is_negated ? "! " : "", option,
				     inet_prefix_text(&network).s));
	}
}

static bool port_is_any(const struct port_range *range)
{
	return !range->first && range->last == 65535;
}

static const char *port_match(struct ruleset *set, const char *option,
			      const struct port_range *range)
{
	if (port_is_any(range))
		return "";
	if (range->first == range->last)
		return arena_printf(set->arena, "%s %u", option, range->first);
	return arena_printf(set->arena, "%s %u:%u", option, range->first, range->last);
}

/* The ports of one protocol, every source with every destination. */
static void ports_add(struct ruleset *set, const char *protocol, const struct rule *rule,
		      struct alternatives *out)
{
	static const struct port_range any = { 0, 65535 };
	size_t sources = rule->src_ports.count ? rule->src_ports.count : 1;
	size_t dests = rule->dest_ports.count ? rule->dest_ports.count : 1;

	for (size_t s = 0; s < sources && s < RULESET_COMBOS_MAX; s++) {
		for (size_t d = 0; d < dests && d < RULESET_COMBOS_MAX; d++) {
			const char *sport = port_match(
				set, " --sport",
				rule->src_ports.count ? &rule->src_ports.items[s] : &any);
			const char *dport = port_match(
				set, " --dport",
				rule->dest_ports.count ? &rule->dest_ports.items[d]
						       : &any);

			if (out->list.count >= RULESET_COMBOS_MAX)
				return;
			vec_add(set->arena, &out->list,
				*sport || *dport
					? arena_printf(set->arena, "-p %s -m %s%s%s",
						       protocol, protocol, sport, dport)
					: arena_printf(set->arena, "-p %s", protocol));
		}
	}
}

/* False: the word means nothing to iptables. */
static bool protocol_add(struct ruleset *set, const char *word, const struct rule *rule,
			 struct alternatives *out)
{
	unsigned int number = protocol_number(word);

	if (str_equal_nocase(word, "tcpudp")) {
		ports_add(set, "tcp", rule, out);
		ports_add(set, "udp", rule, out);
		return true;
	}
	switch (number) {
	case PROTOCOL_UNKNOWN:
		ruleset_note(set, &rule->at, "unknown protocol '%s', rule left out",
			     word);
		return false;
	case PROTOCOL_ANY:
		vec_add(set->arena, &out->list, "");
		return true;
	case PROTOCOL_TCP:
	case PROTOCOL_UDP:
		ports_add(set, number == PROTOCOL_TCP ? "tcp" : "udp", rule, out);
		return true;
	case PROTOCOL_ICMP:
		if (!rule->icmp_types.count)
			vec_add(set->arena, &out->list, "-p icmp");
		vec_foreach (type, &rule->icmp_types) {
			if (icmp_type_is_known(type->s))
				vec_add(set->arena, &out->list,
					arena_printf(set->arena,
						     "-p icmp -m icmp --icmp-type %s",
						     type->s));
			else
				ruleset_note(set, &type->at,
					     "ICMP type '%s' is not one of IPv4",
					     type->s);
		}
		return true;
	default: /* any other number of 0..255 */
		vec_add(set->arena, &out->list,
			arena_printf(set->arena, "-p %u", number));
		return true;
	}
}

static void protocols_add(struct ruleset *set, const struct rule *rule,
			  struct alternatives *out)
{
	if (!rule->protocols.count && (rule->src_ports.count || rule->dest_ports.count)) {
		protocol_add(set, "tcpudp", rule, out);
		return;
	}
	if (!rule->protocols.count)
		vec_add(set->arena, &out->list, "");
	vec_foreach (word, &rule->protocols)
		protocol_add(set, word->s, rule, out);
}

static const char *join(struct arena *arena, const char *const parts[3])
{
	_cleanup_buf_ struct buf text = { 0 };

	for (size_t i = 0; i < 3; i++) {
		if (*parts[i])
			buf_printf(&text, "%s%s", text.length ? " " : "", parts[i]);
	}
	return arena_strdup(arena, buf_text(&text));
}

static void combine(struct ruleset *set, const struct origin *at,
		    const struct alternatives kinds[3], struct ruleset_matches *out)
{
	vec_foreach (src, &kinds[0].list) {
		vec_foreach (dest, &kinds[1].list) {
			vec_foreach (protocol, &kinds[2].list) {
				if (out->count >= RULESET_COMBOS_MAX) {
					ruleset_note(set, at,
						     "more than %d combinations: the "
						     "rest is left out",
						     RULESET_COMBOS_MAX);
					return;
				}
				vec_add(set->arena, out,
					join(set->arena,
					     (const char *const[3]){ *src, *dest,
								     *protocol }));
			}
		}
	}
}

void ruleset_rule_matches(struct ruleset *set, const struct rule *rule,
			  struct ruleset_matches *ret_matches)
{
	struct alternatives kinds[3] = { 0 };

	if (rule->family == AF_INET6)
		return;
	prefixes_add(set, rule->src.items, rule->src.count, "-s", &kinds[0]);
	prefixes_add(set, rule->dest.items, rule->dest.count, "-d", &kinds[1]);
	/* A rule with IPv6 addresses only says nothing about IPv4. */
	for (size_t i = 0; i < 2; i++) {
		if (!(i ? rule->dest.count : rule->src.count))
			vec_add(set->arena, &kinds[i].list, "");
	}
	protocols_add(set, rule, &kinds[2]);
	combine(set, &rule->at, kinds, ret_matches);
}

void ruleset_nat_matches(struct ruleset *set, const struct nat_rule *rule,
			 struct ruleset_matches *ret_matches)
{
	struct rule like = { .at = rule->at };

	/* The fields that both kinds of rules share, borrowed. */
	like.src.items = rule->src.items;
	like.src.count = rule->src.count;
	like.dest.items = rule->dest.items;
	like.dest.count = rule->dest.count;
	like.protocols.items = rule->protocols.items;
	like.protocols.count = rule->protocols.count;
	like.dest_ports.items = rule->dest_ports.items;
	like.dest_ports.count = rule->dest_ports.count;
	ruleset_rule_matches(set, &like, ret_matches);
}
