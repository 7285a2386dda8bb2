// SPDX-License-Identifier: GPL-2.0-or-later
/* user_rules.c - /etc/firewall.user: iptables commands of a script as rules */
#include "lab/user_rules.h"

#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"

#define LINE_MAX_LENGTH 2000

/*
 * Is there anything in the line that a shell would treat specially, apart from quotes,
 * blanks and a comment at the end? '!' is special to interactive shells only.
 */
static bool is_plain_shell(const char *line)
{
	return strlen(line) <= LINE_MAX_LENGTH && !strpbrk(line, "$`|&;<>(){}*?[]~\\\n");
}

/* The next word, quotes kept; false at the end or at a comment. */
static bool word_next(struct arena *arena, const char **text, const char **ret_word)
{
	const char *start;
	char quote = 0;

	*text += strspn(*text, " \t\r");
	if (!**text || **text == '#')
		return false;
	for (start = *text; **text && (quote || !strchr(" \t\r", **text)); (*text)++) {
		if (quote && **text == quote)
			quote = 0;
		else if (!quote && (**text == '"' || **text == '\''))
			quote = **text;
	}
	if (quote) {
		*text = start; /* what is left over tells the caller */
		return false;
	}
	*ret_word = arena_strndup(arena, start, (size_t)(*text - start));
	return true;
}

static const char *program_name(const char *word)
{
	const char *slash = strrchr(word, '/');

	return slash ? slash + 1 : word;
}

static bool table_parse(const char *word, enum ruleset_table *ret_table)
{
	static const struct {
		const char *name;
		enum ruleset_table table;
	} tables[] = {
		{ "filter", TABLE_FILTER },
		{ "nat", TABLE_NAT },
		{ "mangle", TABLE_MANGLE },
	};

	for (size_t i = 0; i < ARRAY_SIZE(tables); i++) {
		if (str_equal(tables[i].name, word)) {
			*ret_table = tables[i].table;
			return true;
		}
	}
	return false;
}

/* Chains, tables and targets: letters that need no quotes. */
static bool is_name(const char *word)
{
	return *word && *word != '-' && strlen(word) <= RULESET_CHAIN_MAX &&
	       !strpbrk(word, "\"'!#");
}

struct command {
	const char *table;
	char op;
	struct buf matches, target;
	bool is_bad;
};

static bool is_option(const char *word, const char *short_form, const char *long_form)
{
	return str_equal(word, short_form) || str_equal(word, long_form);
}

static void append(struct buf *out, const char *word)
{
	buf_printf(out, "%s%s", out->length ? " " : "", word);
}

/* All words behind the program's name. */
static void command_read(struct arena *arena, const char *text, struct command *command,
			 const char **ret_chain)
{
	const char *word, *value;

	while (word_next(arena, &text, &word)) {
		bool is_append = is_option(word, "-A", "--append");

		if (is_option(word, "-w", "--wait"))
			continue;
		if (is_option(word, "-t", "--table")) {
			command->is_bad |= !word_next(arena, &text, &command->table);
		} else if (is_append || is_option(word, "-I", "--insert")) {
			command->is_bad |=
				command->op || !word_next(arena, &text, ret_chain);
			command->op = is_append ? 'A' : 'I';
		} else if (is_option(word, "-j", "--jump") && !command->target.length) {
			command->is_bad |= !word_next(arena, &text, &value);
			if (command->is_bad)
				return;
			append(&command->target, value);
		} else {
			/* What follows the target are its options. */
			append(command->target.length ? &command->target
						      : &command->matches,
			       word);
		}
		if (command->is_bad)
			return;
	}
	/* Words are left over when a quote is not closed. */
	command->is_bad |= *text && *text != '#';
}

/* Matches may stand behind the target: "-j ACCEPT -d 10.0.0.0/8". */
static bool target_is_mixed(const char *target)
{
	static const char *const matches[] = { " -d ", " -s ", " -p ", " -i ",
					       " -o ", " -m ", " ! " };

	for (size_t i = 0; i < ARRAY_SIZE(matches); i++) {
		if (strstr(target, matches[i]))
			return true;
	}
	return false;
}

bool user_rule_parse(struct arena *arena, const char *line, struct user_rule *ret_rule)
{
	struct command command = { .table = "filter" };
	struct user_rule rule = { 0 };
	const char *program, *chain = NULL;
	bool is_fine;

	if (!is_plain_shell(line) || !word_next(arena, &line, &program))
		return false;
	rule.is_ipv6 = str_equal(program_name(program), "ip6tables");
	if (!rule.is_ipv6 && !str_equal(program_name(program), "iptables"))
		return false;
	command_read(arena, line, &command, &chain);
	rule.rule = (struct ruleset_rule){
		.op = command.op,
		.chain = chain,
		.matches = arena_strdup(arena, buf_text(&command.matches)),
		.target = arena_strdup(arena, buf_text(&command.target)),
	};
	is_fine = !command.is_bad && command.op && chain && is_name(chain) &&
		  table_parse(command.table, &rule.table) &&
		  !target_is_mixed(rule.rule.target) &&
		  /* "-I FORWARD 3": a place in the chain. */
		  !strchr("0123456789", *rule.rule.matches ? *rule.rule.matches : 'x');
	buf_done(&command.matches);
	buf_done(&command.target);
	if (is_fine)
		*ret_rule = rule;
	return is_fine;
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
