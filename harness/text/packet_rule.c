// SPDX-License-Identifier: GPL-2.0-or-later
/* packet_rule.c - which packets a rule is about, and which program's command it is */
#include "text/packet_rule.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "text/packet_rule_read.h"

/* Protocols by the names that rules use; IANA numbers. */
static const struct {
	const char *name;
	int number;
} protocols[] = {
	{ "icmp", 1 },	     { "igmp", 2 },	  { "ipip", 4 },   { "ipencap", 4 },
	{ "tcp", 6 },	     { "udp", 17 },	  { "ipv6", 41 },  { "gre", 47 },
	{ "esp", 50 },	     { "ipsec-esp", 50 }, { "ah", 51 },	   { "ipsec-ah", 51 },
	{ "ipv6-icmp", 58 }, { "icmpv6", 58 },	  { "ospf", 89 },  { "pim", 103 },
	{ "ipcomp", 108 },   { "vrrp", 112 },	  { "l2tp", 115 }, { "sctp", 132 },
	{ "udplite", 136 },
};

int packet_protocol(const char *word)
{
	int64_t number;

	if (str_equal_nocase(word, "all") || str_equal(word, "0"))
		return PACKET_PROTOCOL_ALL;
	for (size_t i = 0; i < ARRAY_SIZE(protocols); i++)
		if (str_equal_nocase(protocols[i].name, word))
			return protocols[i].number;
	return str_to_number(word, 0, 255, &number) ? PACKET_PROTOCOL_UNKNOWN
						    : (int)number;
}

/* ------------------------------------------------------------ which packets */

static enum packet_match turned(enum packet_match match, bool is_negated)
{
	if (!is_negated || match == MATCH_SOME || match == MATCH_UNKNOWN)
		return match;
	return match == MATCH_ALL ? MATCH_NONE : MATCH_ALL;
}

static enum packet_match match_nets(const struct packet_nets *nets,
				    const struct inet_prefix *asked)
{
	enum packet_match match = MATCH_NONE;

	if (!nets->list.count)
		return MATCH_ALL;
	if (!asked->addr.family)
		return MATCH_UNKNOWN;
	vec_foreach (net, &nets->list) {
		if (inet_prefix_covers(net, asked))
			return turned(MATCH_ALL, nets->is_negated);
		if (inet_prefix_overlaps(net, asked))
			match = MATCH_SOME;
	}
	return turned(match, nets->is_negated);
}

static enum packet_match match_protocol(const struct packet_rule *rule, int asked)
{
	if (rule->protocol == PACKET_PROTOCOL_ALL)
		return MATCH_ALL;
	if (asked == PACKET_PROTOCOL_ALL)
		return MATCH_SOME;
	return turned(rule->protocol == asked ? MATCH_ALL : MATCH_NONE,
		      rule->is_protocol_negated);
}

static enum packet_match match_port(const struct packet_ports *ports, uint16_t asked)
{
	if (!ports->list.count)
		return MATCH_ALL;
	if (!asked)
		return MATCH_SOME;
	vec_foreach (range, &ports->list)
		if (asked >= range->first && asked <= range->last)
			return turned(MATCH_ALL, ports->is_negated);
	return turned(MATCH_NONE, ports->is_negated);
}

/* "eth0+" is every device whose name begins like that. */
static bool is_device(const char *pattern, const char *device)
{
	size_t length = strlen(pattern);

	if (length && pattern[length - 1] == '+')
		return !strncmp(pattern, device, length - 1);
	return str_equal(pattern, device);
}

static enum packet_match match_side(const struct packet_side *side, const char *device,
				    bool is_ipsec)
{
	if (side->policy != POLICY_NOT_SAID && (side->policy == POLICY_IPSEC) != is_ipsec)
		return MATCH_NONE;
	if (!side->device)
		return MATCH_ALL;
	if (!device)
		return MATCH_UNKNOWN;
	return turned(is_device(side->device, device) ? MATCH_ALL : MATCH_NONE,
		      side->is_negated);
}

static bool is_family(const struct packet_rule *rule, const struct packet_kind *kind)
{
	int family =
		kind->dst.addr.family ? kind->dst.addr.family : kind->src.addr.family;

	return rule->family == AF_UNSPEC || rule->family == (family ? family : AF_INET);
}

enum packet_match packet_rule_match(const struct packet_rule *rule,
				    const struct packet_kind *kind)
{
	const enum packet_match parts[] = {
		match_nets(&rule->src, &kind->src),
		match_nets(&rule->dst, &kind->dst),
		match_protocol(rule, kind->protocol),
		match_port(&rule->dports, kind->port),
		rule->sports.list.count ? MATCH_SOME : MATCH_ALL,
		match_side(&rule->in, kind->in, kind->is_in_ipsec),
		match_side(&rule->out, kind->out, kind->is_out_ipsec),
		rule->unknown.count ? MATCH_UNKNOWN : MATCH_ALL,
		rule->is_partial ? MATCH_SOME : MATCH_ALL,
	};
	enum packet_match all = MATCH_ALL;

	if (rule->is_old_only || !is_family(rule, kind))
		return MATCH_NONE;
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (parts[i] == MATCH_NONE)
			return MATCH_NONE;
		if (parts[i] == MATCH_UNKNOWN ||
		    (parts[i] == MATCH_SOME && all == MATCH_ALL))
			all = parts[i];
	}
	return all;
}

/* ------------------------------------------------------------ reading */

static const char *program_of(const struct shell_command *command)
{
	const char *word = command->words.items[0].text;
	const char *slash = strrchr(word, '/');

	return slash ? slash + 1 : word;
}

/* Variants that take the same words, xtables-nft(8). */
static const struct {
	const char *name;
	int family; /* AF_UNSPEC: nft */
} programs[] = {
	{ "iptables", AF_INET },
	{ "iptables-legacy", AF_INET },
	{ "iptables-nft", AF_INET },
	{ "ip6tables", AF_INET6 },
	{ "ip6tables-legacy", AF_INET6 },
	{ "ip6tables-nft", AF_INET6 },
	{ "nft", AF_UNSPEC },
};

/*
 * "-vnI" is "-v -n -I", "-w5" is "-w 5", "-Fx" is "-F x": getopt(3), of letters without a
 * value and of those whose value may be missing.
 */
static struct shell_command split_letters(struct arena *arena,
					  const struct shell_command *command)
{
	struct shell_command split = *command;

	split.words.items = NULL;
	split.words.count = split.words.room = 0;
	vec_foreach (word, &command->words) {
		const char *text = word->text;

		for (; text[0] == '-' && text[1] && strchr("vnx", text[1]) && text[2];
		     text = arena_printf(arena, "-%s", text + 2))
			vec_add(arena, &split.words,
				((struct shell_word){ arena_printf(arena, "-%c", text[1]),
						      true }));
		if (text[0] == '-' && text[1] && text[2] &&
		    (strchr("FLSXZ", text[1]) ||
		     (text[1] == 'w' && text[2] >= '0' && text[2] <= '9'))) {
			vec_add(arena, &split.words,
				((struct shell_word){ arena_printf(arena, "-%c", text[1]),
						      true }));
			text += 2;
		}
		vec_add(arena, &split.words,
			((struct shell_word){ text, word->is_known }));
	}
	return split;
}

enum packet_rule_reading packet_rule_read(struct arena *arena,
					  const struct shell_command *command,
					  struct packet_rule *ret_rule,
					  const char **ret_why)
{
	struct packet_rule rule = { .protocol = PACKET_PROTOCOL_ALL, .place = 1 };
	const char *name = command->words.count ? program_of(command) : "";
	enum packet_rule_reading reading;
	struct shell_command split;
	size_t i = 0;

	*ret_why = "";
	while (i < ARRAY_SIZE(programs) && !str_equal(programs[i].name, name))
		i++;
	if (i == ARRAY_SIZE(programs))
		return RULE_IS_OTHER;
	vec_foreach (word, &command->words) {
		if (word->is_known)
			continue;
		*ret_why =
			command->unset
				? arena_printf(arena, "nothing in the script sets '$%s'",
					       command->unset)
				: "only a shell can tell what its words are";
		return RULE_NOT_READ;
	}
	rule.family = programs[i].family;
	rule.is_nft = rule.family == AF_UNSPEC;
	if (rule.is_nft) {
		reading = nft_read(arena, command, &rule, ret_why);
	} else {
		split = split_letters(arena, command);
		reading = iptables_read(arena, &split, true, &rule, ret_why);
	}
	*ret_rule = rule;
	return reading;
}

bool packet_rule_read_matches(struct arena *arena, const char *matches,
			      struct packet_rule *ret_rule)
{
	const char *line = arena_printf(arena, "iptables %s", matches);
	struct packet_rule rule = { .protocol = PACKET_PROTOCOL_ALL, .family = AF_INET };
	struct shell_commands commands;
	const char *why = "";

	shell_read(arena, &line, 1, &commands);
	if (commands.count != 1 || commands.is_damaged)
		return false;
	vec_foreach (word, &commands.items[0].words)
		if (!word->is_known)
			return false;
	if (iptables_read(arena, &commands.items[0], false, &rule, &why) != RULE_READ)
		return false;
	*ret_rule = rule;
	return true;
}

enum packet_rule_reading packet_rule_read_line(struct arena *arena, const char *line,
					       struct packet_rule *ret_rule,
					       const char **ret_why)
{
	struct shell_commands commands;

	*ret_why = "";
	shell_read(arena, &line, 1, &commands);
	if (commands.is_damaged || commands.count != 1 || !commands.items[0].is_certain) {
		*ret_why = "it is more than one command";
		return commands.count || commands.is_damaged ? RULE_NOT_READ
							     : RULE_IS_OTHER;
	}
	return packet_rule_read(arena, &commands.items[0], ret_rule, ret_why);
}
