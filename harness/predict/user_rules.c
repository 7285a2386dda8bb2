// SPDX-License-Identifier: GPL-2.0-or-later
/* user_rules.c - the scripts of a device's owner as chains of rules */
#include "predict/user_rules.h"

#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "model/aspect.h"
#include "predict/user_chains.h"

/* ------------------------------------------------------------ doubts */

static void doubt_all(struct user_rules *rules, enum ruleset_table table,
		      struct origin at, const char *what)
{
	for (unsigned int hook = 0; hook < USER_HOOKS; hook++) {
		bool is_nat = hook == USER_POSTROUTING;

		if (table != TABLE_OTHER && is_nat != (table == TABLE_NAT))
			continue;
		if (!rules->doubts[hook].what)
			rules->doubts[hook] = (struct user_doubt){ what, at };
	}
}

/* ------------------------------------------------------------ programs */

/* Programs of scripts that change no rule of the packet filter. */
static const char *const harmless[] = {
	"echo",
	"logger",
	"printf",
	"sleep",
	"ip",
	"ipset",
	"modprobe",
	"insmod",
	"sysctl",
	"test",
	"[",
	"[[",
	"true",
	"false",
	":",
	"cat",
	"grep",
	"sed",
	"awk",
	"cut",
	"tr",
	"head",
	"tail",
	"date",
	"uci",
	"touch",
	"mkdir",
	"rm",
	"read",
	"unset",
	"set",
	"shift",
	"local",
	"wait",
	"kill",
	"tc",
	"ethtool",
	"conntrack",
	"wg",
	"arp",
	"ifconfig",
	"route",
	"ebtables",
	"brctl",
	"killall",
	"which",
	"command",
	"type",
	"trap",
	"network_flush_cache",
	"config_load",
	"config_get",
	"swanctl",
	"ipsec",
	"ip6tables-restore",
	"ip6tables-save",
	"iptables-save",
};

/* The kernel's policies of IPsec, and whether it forwards at all. */
static bool is_kernels_way(const struct shell_command *command, const char *name)
{
	const char *word = str_equal(name, "ip")       ? "xfrm"
			   : str_equal(name, "sysctl") ? "forward"
						       : NULL;
	bool is_named = false, is_asked = false;

	vec_foreach (item, &command->words) {
		is_named |= word && strstr(item->text, word) &&
			    !str_ends(item->text, "ip_forward=1");
		is_asked |= str_equal(item->text, "show") ||
			    str_equal(item->text, "list") || str_equal(item->text, "-n");
	}
	return is_named && !is_asked;
}

static bool is_harmless(const struct shell_command *command)
{
	const char *name = command->words.items[0].text;
	const char *slash = strrchr(name, '/');

	if (!command->words.items[0].is_known)
		return false;
	/* Libraries of functions, which do nothing when they are read. */
	if ((str_equal(name, ".") || str_equal(name, "source")) &&
	    command->words.count > 1)
		return str_starts(command->words.items[1].text, "/lib/functions");
	/* What it runs comes later: `trap 'rm -f /tmp/x' EXIT`. */
	if (str_equal(name, "trap") && command->words.count > 1 &&
	    (strstr(command->words.items[1].text, "tables") ||
	     strstr(command->words.items[1].text, "nft")))
		return false;
	if (str_starts(name, "network_get_"))
		return true;
	if (slash)
		name = slash + 1;
	if (is_kernels_way(command, name))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(harmless); i++)
		if (str_equal(harmless[i], name))
			return true;
	return false;
}

static const char *command_text(struct arena *arena, const struct shell_command *command)
{
	_cleanup_buf_ struct buf text = { 0 };

	vec_foreach (word, &command->words)
		buf_printf(&text, "%s%s", text.length ? " " : "",
			   word->is_known ? word->text : "…");
	if (text.length <= 80)
		return arena_strdup(arena, buf_text(&text));
	return arena_printf(arena, "%.77s…", buf_text(&text));
}

/* ------------------------------------------------------------ one command */

static bool is_same_rule(const struct packet_rule *a, const struct packet_rule *b)
{
	return a->table == b->table && str_equal(a->nft_table, b->nft_table) &&
	       str_equal(a->chain, b->chain) && str_equal(a->matches, b->matches) &&
	       str_equal(a->target, b->target) && a->matches;
}

/* -F of a chain of the script or for users: empty. Of others: the device's rules go. */
static void flush(struct user_rules *rules, const struct user_command *command)
{
	const struct packet_rule *rule = &command->rule;
	struct user_chain *chain = user_chain_find(rules, rule);

	if (!rule->chain || !chain || chain->has_others) {
		doubt_all(rules, rule->is_nft ? TABLE_OTHER : rule->table, command->at,
			  command->text);
		return;
	}
	if (command->is_certain)
		chain->rules.count = 0;
	else
		vec_foreach (one, &chain->rules)
			one->is_certain = false;
}

static void delete (struct user_rules *rules, const struct user_command *command)
{
	struct user_chain *chain = user_chain_find(rules, &command->rule);
	const char *jump = command->rule.jump;

	for (size_t i = 0; chain && i < chain->rules.count; i++) {
		if (!is_same_rule(&chain->rules.items[i].rule, &command->rule))
			continue;
		if (!command->is_certain) {
			chain->rules.items[i].is_certain = false;
			return;
		}
		memmove(&chain->rules.items[i], &chain->rules.items[i + 1],
			(chain->rules.count - i - 1) * sizeof(*chain->rules.items));
		chain->rules.count--;
		return;
	}
	/* One of the device's own, as far as it has such. */
	if (chain && chain->has_others &&
	    (command->rule.verdict == VERDICT_SOURCE ||
	     (jump && (str_starts(jump, "zone_") || strstr(jump, "_rule")))))
		doubt_all(rules, command->rule.table, command->at, command->text);
}

/* The policy that is set last counts; where other rules stand, only a run can tell. */
static void set_policy(struct user_rules *rules, const struct user_command *command)
{
	const struct packet_rule *rule = &command->rule;

	if (rules->site->firewall != FIREWALL_OPEN || !command->is_certain ||
	    rule->is_nft || rule->table != TABLE_FILTER ||
	    (!str_equal(rule->chain, "INPUT") && !str_equal(rule->chain, "FORWARD"))) {
		doubt_all(rules, rule->table, command->at, command->text);
		return;
	}
	for (size_t i = rules->policies.count; i-- > 0;)
		if (str_equal(rules->policies.items[i].rule.chain, rule->chain))
			rules->policies.items[i] =
				rules->policies.items[--rules->policies.count];
	if (rule->verdict != VERDICT_DROP)
		return;
	vec_add(rules->arena, &rules->policies, *command);
}

/* Of the families of packets, a policy asks nothing. */
static void put_policies(struct user_rules *rules)
{
	vec_foreach (policy, &rules->policies) {
		policy->rule.does = RULE_ADDS;
		policy->rule.protocol = PACKET_PROTOCOL_ALL;
		user_chain_put(rules, policy);
	}
}

static void obey(struct user_rules *rules, const struct user_command *command)
{
	const struct packet_rule *rule = &command->rule;

	switch (rule->does) {
	case RULE_ADDS:
	case RULE_INSERTS:
		user_chain_put(rules, command);
		break;
	case RULE_DELETES:
		delete (rules, command);
		break;
	case RULE_FLUSHES:
		flush(rules, command);
		break;
	case RULE_MAKES_CHAIN:
		user_chain_make(rules, rule);
		break;
	case RULE_SETS_POLICY:
		set_policy(rules, command);
		break;
	case RULE_DROPS_CHAIN: /* only an empty one, that nobody jumps to */
	case RULE_CHECKS:
	case RULE_LISTS:
		break;
	}
}

/* `iptables -C RULE || iptables -A RULE`: there afterwards, whatever was. */
static bool is_check_and_add(const struct user_command *before,
			     const struct user_command *command)
{
	return before->rule.does == RULE_CHECKS && before->is_certain &&
	       is_same_rule(&before->rule, &command->rule);
}

static void take(struct user_rules *rules, const struct shell_command *words,
		 struct origin at, struct user_command *before)
{
	struct user_command command = { .at = at, .is_certain = words->is_certain };
	const char *why;

	command.text = command_text(rules->arena, words);
	switch (packet_rule_read(rules->arena, words, &command.rule, &why)) {
	case RULE_READ:
		if (words->is_fallback && is_check_and_add(before, &command))
			command.is_certain = true;
		obey(rules, &command);
		break;
	case RULE_IS_OTHER:
		if (!is_harmless(words))
			doubt_all(rules, TABLE_OTHER, at, command.text);
		break;
	case RULE_IS_REFUSED: /* no effect */
		break;
	case RULE_NOT_READ:
		doubt_all(rules, TABLE_OTHER, at, command.text);
		break;
	}
	*before = command;
}

/* One script: its lines from first on, until another file begins. */
static size_t read_script(struct user_rules *rules, size_t first)
{
	const struct firewall_line *lines = rules->site->firewall_user.items;
	struct user_command before = { 0 };
	struct shell_commands commands;
	VEC(const char *) texts = { 0 };
	size_t end = first;

	for (; end < rules->site->firewall_user.count &&
	       str_equal(lines[end].at.file, lines[first].at.file);
	     end++)
		vec_add(rules->arena, &texts, lines[end].text);
	shell_read(rules->arena, texts.items, texts.count, &commands);
	vec_foreach (command, &commands) {
		const struct firewall_line *line = &lines[first + command->line];

		take(rules, command, line->at, &before);
		if (strchr(line->text, '>') &&
		    strstr(line->text, "/proc/sys/net/ipv4/") &&
		    strstr(line->text, "forward") && !strstr(line->text, "echo 1"))
			doubt_all(rules, TABLE_OTHER, line->at, line->text);
	}
	if (commands.is_damaged || commands.is_cut)
		doubt_all(rules, TABLE_OTHER, lines[first].at,
			  commands.is_cut ? "a script this long"
					  : "a script with an open quote or block");
	return end;
}

const struct user_rules *user_rules_read(struct arena *arena, const struct site *site)
{
	struct user_rules *rules = arena_alloc(arena, sizeof(*rules));

	rules->arena = arena;
	rules->site = site;
	for (size_t i = 0; i < site->firewall_user.count;)
		i = read_script(rules, i);
	put_policies(rules);
	return rules;
}

/* ------------------------------------------------------------ what is said of them */

const char *user_rules_device(const struct site_interface *interface)
{
	/* "@lan": an alias of another one. */
	if (!interface || !interface->device || *interface->device == '@')
		return NULL;
	return interface->device;
}

bool user_rules_exempt_elsewhere(const struct user_rules *rules,
				 const struct inet_prefix *src,
				 const struct inet_prefix *dst,
				 struct inet_prefix *ret_other, struct origin *ret_at)
{
	vec_foreach (chain, &rules->chains) {
		vec_foreach (one, &chain->rules) {
			const struct packet_rule *rule = &one->rule;
			bool is_nat = rule->table == TABLE_NAT ||
				      (rule->chain && str_starts(rule->chain, "srcnat"));

			if (!is_nat || rule->dst.list.count != 1 ||
			    rule->dst.is_negated ||
			    (rule->verdict != VERDICT_ACCEPT &&
			     rule->verdict != VERDICT_RETURN) ||
			    (inet_prefix_covers(&rule->dst.list.items[0], dst) &&
			     (!rule->src.list.count ||
			      inet_prefix_covers(&rule->src.list.items[0], src))))
				continue;
			*ret_other = rule->dst.list.items[0];
			*ret_at = one->at;
			return true;
		}
	}
	return false;
}

static bool is_said(const struct findings *findings, const struct user_doubt *doubt)
{
	vec_foreach (unproven, &findings->unproven)
		if (origin_same_line(&unproven->remark->at, &doubt->at) &&
		    str_equal(unproven->remark->word, doubt->what))
			return true;
	return false;
}

void user_doubt_say(const struct predict_input *input, const struct site *site,
		    const struct user_doubt *doubt, unsigned int aspects,
		    struct findings *findings)
{
	_cleanup_buf_ struct buf at = { 0 }, touched = { 0 };
	struct remark *remark;

	if (is_said(findings, doubt))
		return;
	origin_format(&doubt->at, &at);
	aspects_format(aspects, &touched);
	remark = arena_alloc(input->arena, sizeof(*remark));
	*remark = (struct remark){ .kind = REMARK_NOT_REHEARSED,
				   .at = doubt->at,
				   .aspects = aspects,
				   .word = doubt->what };
	remark->text = arena_printf(input->arena,
				    "only a run can tell what '%s' does, it touches %s",
				    doubt->what, buf_text(&touched));
	vec_add(input->arena, &findings->unproven,
		((struct unproven){
			.site = site->name,
			.remark = remark,
			.is_doubt = true,
			.text = arena_printf(
				input->arena,
				"%s: only a run can tell what '%s' (%s) does: "
				"nothing is concluded about %s",
				site->name, doubt->what, buf_text(&at),
				buf_text(&touched)) }));
}
