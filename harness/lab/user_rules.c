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

bool user_rule_parse(struct arena *arena, const char *line, struct user_rule *ret_rule)
{
	struct packet_rule rule;
	const char *why;

	if (packet_rule_read_line(arena, line, &rule, &why) != RULE_READ || rule.is_nft ||
	    rule.table == TABLE_OTHER || !is_name(rule.chain) || !rule.matches)
		return false;
	if (rule.does != RULE_ADDS && (rule.does != RULE_INSERTS || rule.place != 1))
		return false;
	*ret_rule = (struct user_rule){
		.table = rule.table,
		.rule = { .op = rule.does == RULE_ADDS ? 'A' : 'I',
			  .chain = rule.chain,
			  .matches = rule.matches,
			  .target = rule.target },
		.is_ipv6 = rule.family == AF_INET6,
	};
	return true;
}

static bool is_builtin_target(const char *target)
{
	/* iptables' own targets are in capitals. */
	return !*target || (*target >= 'A' && *target <= 'Z');
}

static void add_line(struct ruleset *set, const struct firewall_line *line,
		     const struct user_rule *user)
{
	const struct ruleset_rule *rule = &user->rule;
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
	if (rule->op == 'I')
		ruleset_insert(set, user->table, rule->chain, rule->matches, rule->target,
			       comment);
	else
		ruleset_add(set, user->table, rule->chain, rule->matches, rule->target,
			    comment);
}

bool user_rules_add(struct ruleset *set, const struct firewall_line *lines, size_t count)
{
	struct {
		VEC(struct user_rule) list;
	} rules = { 0 };

	for (size_t i = 0; i < count; i++) {
		struct user_rule *rule;

		if (str_equal(lines[i].text, "exit 0") && i + 1 == count) {
			count = i;
			break;
		}
		rule = vec_push(set->arena, &rules.list);
		if (!user_rule_parse(set->arena, lines[i].text, rule))
			return false;
	}
	for (size_t i = 0; i < count; i++)
		add_line(set, &lines[i], &rules.list.items[i]);
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
