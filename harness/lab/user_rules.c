// SPDX-License-Identifier: GPL-2.0-or-later
/* user_rules.c - /etc/firewall.user: iptables commands of a script as rules */
#include "lab/user_rules.h"

#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"

/* Chains: letters that need no quotes, as many as iptables takes. */
static bool is_name(const char *word)
{
	return word && *word && *word != '-' && strlen(word) <= RULESET_CHAIN_MAX &&
	       !strpbrk(word, "\"'!# \t");
}

/* Chains of fw4's table as ours are named (fw3_zone.c). */
static const struct {
	const char *fw4, *ours;
	enum ruleset_table table;
} base_chains[] = {
	{ "input", "INPUT", TABLE_FILTER },    { "forward", "FORWARD", TABLE_FILTER },
	{ "output", "OUTPUT", TABLE_FILTER },  { "srcnat", "POSTROUTING", TABLE_NAT },
	{ "dstnat", "PREROUTING", TABLE_NAT },
};

static bool fw4_chain(struct packet_rule *rule)
{
	if (!str_equal(rule->nft_table, "fw4") || !rule->chain)
		return false;
	rule->table =
		str_starts(rule->chain, "srcnat_") || str_starts(rule->chain, "dstnat_")
			? TABLE_NAT
			: TABLE_FILTER;
	for (size_t i = 0; i < ARRAY_SIZE(base_chains); i++) {
		if (!str_equal(base_chains[i].fw4, rule->chain))
			continue;
		rule->chain = base_chains[i].ours;
		rule->table = base_chains[i].table;
	}
	return true;
}

static bool is_plain(struct packet_rule *rule)
{
	if (rule->is_nft && !fw4_chain(rule))
		return false;
	if (rule->table == TABLE_OTHER || !is_name(rule->chain) || !rule->matches)
		return false;
	return rule->does == RULE_ADDS ||
	       (rule->does == RULE_INSERTS && rule->place == 1);
}

static void user_rule_from(const struct packet_rule *rule, struct user_rule *ret_rule)
{
	*ret_rule = (struct user_rule){
		.table = rule->table,
		.rule = { .op = rule->does == RULE_ADDS ? 'A' : 'I',
			  .chain = rule->chain,
			  .matches = rule->matches,
			  .target = rule->target },
		.is_ipv6 = rule->family == AF_INET6,
		.is_nft = rule->is_nft,
	};
}

/* A rule that iptables refuses is for iptables to refuse. */
static bool is_command(struct arena *arena, const struct shell_command *command,
		       struct packet_rule *ret_rule)
{
	enum packet_rule_reading reading;
	const char *why;

	reading = packet_rule_read(arena, command, ret_rule, &why);
	return reading == RULE_READ || (reading == RULE_IS_REFUSED && ret_rule->matches);
}

bool user_rule_parse(struct arena *arena, const char *line, struct user_rule *ret_rule)
{
	struct packet_rule rule;
	const char *why;

	if (packet_rule_read_line(arena, line, &rule, &why) != RULE_READ || rule.is_nft ||
	    !is_plain(&rule))
		return false;
	user_rule_from(&rule, ret_rule);
	return true;
}

static bool is_builtin_target(const char *target)
{
	/* iptables' own targets are in capitals. */
	return !*target || (*target >= 'A' && *target <= 'Z');
}

/*
 * fw4: iptables has tables of its own beside fw4's. What they accept fw4's chains are
 * still asked about, so their rules stand in a chain that accepting only leaves.
 */
static void put_beside(struct ruleset *set, struct user_rule *user)
{
	struct ruleset_rule *rule = &user->rule;
	bool is_builtin = false;
	const char *own;

	for (size_t i = 0; i < ARRAY_SIZE(base_chains); i++)
		is_builtin |= str_equal(base_chains[i].ours, rule->chain);
	if (!is_builtin)
		return;
	own = arena_printf(set->arena, "iptables_%s", rule->chain);
	if (!ruleset_chain_exists(set, user->table, own)) {
		ruleset_chain_add(set, user->table, own, NULL);
		ruleset_insert(set, user->table, rule->chain, NULL, own,
			       "iptables beside fw4");
	}
	rule->chain = own;
	if (str_equal(rule->target, "ACCEPT"))
		rule->target = "RETURN";
}

static void add_rule(struct ruleset *set, const struct firewall_line *line, bool is_fw4,
		     struct user_rule *user)
{
	struct ruleset_rule *rule = &user->rule;
	const char *comment = ruleset_comment(set->arena, &line->at, NULL);

	if (user->is_ipv6)
		return;
	if (!ruleset_chain_exists(set, user->table, rule->chain) ||
	    (!is_builtin_target(rule->target) &&
	     !ruleset_chain_exists(set, user->table, rule->target))) {
		ruleset_note(set, &line->at,
			     "No chain/target/match by that name, as on the device: %s",
			     line->text);
		return;
	}
	if (is_fw4 && !user->is_nft)
		put_beside(set, user);
	if (rule->op == 'I')
		ruleset_insert(set, user->table, rule->chain, rule->matches, rule->target,
			       comment);
	else
		ruleset_add(set, user->table, rule->chain, rule->matches, rule->target,
			    comment);
}

bool user_rules_add(struct ruleset *set, bool is_fw4, const struct firewall_line *lines,
		    size_t count)
{
	struct {
		VEC(struct user_rule) list;
	} rules = { 0 };
	VEC(const char *) texts = { 0 };
	struct shell_commands commands;

	for (size_t i = 0; i < count; i++)
		vec_add(set->arena, &texts, lines[i].text);
	shell_read(set->arena, texts.items, texts.count, &commands);
	if (commands.is_damaged || commands.is_cut)
		return false;
	vec_foreach (command, &commands) {
		struct packet_rule rule;

		if (!command->is_certain || !is_command(set->arena, command, &rule) ||
		    (rule.is_nft && !is_fw4) || !is_plain(&rule))
			return false;
		user_rule_from(&rule, vec_push(set->arena, &rules.list));
	}
	vec_foreach (rule, &rules.list)
		add_rule(set, &lines[commands.items[rule - rules.list.items].line],
			 is_fw4, rule);
	return true;
}

const char *user_rule_translate(struct arena *arena, const char *line,
				const char *wan_device, const struct inet_addr *wan_addr)
{
	static const char *const tables[] = { "filter", "nat", "mangle" };
	struct ruleset_rules variants = { 0 };
	_cleanup_buf_ struct buf out = { 0 };
	struct user_rule rule;

	if (!user_rule_parse(arena, line, &rule) || rule.is_ipv6)
		return line;
	ruleset_rule_translate(arena, &rule.rule, wan_device, wan_addr, &variants);
	vec_foreach (variant, &variants)
		buf_printf(&out, "%siptables -t %s -%c %s %s%s%s%s",
			   out.length ? "; " : "", tables[rule.table], variant->op,
			   variant->chain, variant->matches, *variant->matches ? " " : "",
			   *variant->target ? "-j " : "", variant->target);
	return arena_strdup(arena, out.length ? buf_text(&out) : ":");
}
