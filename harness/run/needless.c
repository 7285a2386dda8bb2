// SPDX-License-Identifier: GPL-2.0-or-later
/* needless.c - what a program refused, and the device's would refuse alike without harm */
#include "run/needless.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "lab/plan.h"
#include "text/shell.h"

#define NO_CHAIN "No chain/target/match by that name"

/* Does one of the first words say that it only asks? "ip -4 link show tun0" */
static bool is_question(const char *rule)
{
	static const char *const asks[] = { "-C",   "--check", "-L",  "-S",
					    "show", "list",    "get", "ls" };
	const char *word = rule;

	if (str_starts(rule, "sysctl "))
		return !strchr(rule, '=');
	for (unsigned int n = 0; n < 5 && *word; n++) {
		size_t length = strcspn(word, " ");

		for (size_t i = 0; i < ARRAY_SIZE(asks); i++)
			if (strlen(asks[i]) == length && str_starts(word, asks[i]))
				return true;
		word += length;
		word += strspn(word, " ");
	}
	return false;
}

/* ------------------------------------------------------------ the scripts' commands */

static bool is_one_of(const char *word, const char *const *words)
{
	for (; *words; words++)
		if (str_equal(*words, word))
			return true;
	return false;
}

static const char *const adds[] = { "-A", "--append", "-I", "--insert", NULL };
static const char *const deletes[] = { "-D", "--delete", NULL };
static const char *const makes[] = { "-N", "--new-chain", NULL };
static const char *const empties[] = { "-F", "--flush", "-X", "--delete-chain", NULL };

static bool is_number(const char *word)
{
	return *word && strspn(word, "0123456789") == strlen(word);
}

/*
 * Is b what a takes away, or empties? Both from their first word; what only a run could
 * tell of b is taken as the same.
 */
static bool is_twin(const struct shell_command *a, const struct shell_command *b)
{
	const char *const *to = NULL;
	size_t k = 0;

	for (size_t i = 0; i < a->words.count; i++, k++) {
		const char *word = a->words.items[i].text;
		const bool is_last = to == makes;

		if (is_last && k >= b->words.count)
			return true;
		if (k >= b->words.count)
			return false;
		if (is_one_of(word, deletes))
			to = adds;
		else if (is_one_of(word, empties))
			to = makes;
		else if (!b->words.items[k].is_known ||
			 str_equal(word, b->words.items[k].text))
			continue;
		else
			return false;
		if (!is_one_of(b->words.items[k].text, to))
			return false;
		/* "-I CHAIN 1 …": the place is no part of the rule. */
		if (to == adds && k + 2 < b->words.count && i + 1 < a->words.count &&
		    is_number(b->words.items[k + 2].text)) {
			if (!str_equal(a->words.items[i + 1].text,
				       b->words.items[k + 1].text))
				return false;
			i++;
			k += 2;
		}
	}
	return to && k >= b->words.count;
}

/* Is there a command of the node's scripts that adds it (again)? */
static bool is_added(const struct plan_node *node, const char *rule)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct shell_commands refused, commands;

	shell_read(arena, &rule, 1, &refused);
	if (!refused.count)
		return false;
	vec_foreach (script, &node->scripts) {
		VEC(const char *) lines = { 0 };

		vec_foreach (line, &script->lines)
			vec_add(arena, &lines, line->s);
		shell_read(arena, lines.items, lines.count, &commands);
		for (size_t i = 0; i < commands.count; i++)
			if (is_twin(&refused.items[0], &commands.items[i]))
				return true;
	}
	return false;
}

/* ------------------------------------------------------------ routes */

/* The word behind "add" or "del" of "ip route …"; false: it is no network. */
static bool route_read(const char *rule, struct inet_prefix *ret_destination)
{
	const char *at = strstr(rule, " route ");
	char word[64];
	size_t length;

	if (!str_starts(rule, "ip ") || !at)
		return false;
	at += strlen(" route ");
	at += strcspn(at, " ");
	at += strspn(at, " ");
	length = strcspn(at, " ");
	if (length >= sizeof(word))
		return false;
	memcpy(word, at, length);
	word[length] = '\0';
	return inet_prefix_parse(str_equal(word, "default") ? "0.0.0.0/0" : word,
				 ret_destination) == 0;
}

static bool has_route(const struct site *site, const struct inet_prefix *wanted)
{
	vec_foreach (route, &site->routes)
		if (inet_prefix_equal(&route->destination, wanted))
			return true;
	return false;
}

/*
 * A route that is there: by a script or by the files it is so on the device. One that only
 * the plan has may go elsewhere there.
 */
static bool is_route_there(const struct plan_node *node, const struct site *site,
			   const char *rule)
{
	struct inet_prefix wanted;

	if (!route_read(rule, &wanted))
		return false;
	if (has_route(site, &wanted))
		return true;
	vec_foreach (route, &node->routes)
		if (inet_prefix_equal(&route->destination, &wanted) &&
		    (!route->gateway.family ||
		     !strstr(rule, inet_addr_text(&route->gateway).s)))
			return false;
	return true;
}

static bool is_route_absent(const struct site *site, const char *rule)
{
	struct inet_prefix wanted;

	return route_read(rule, &wanted) && wanted.length && !has_route(site, &wanted);
}

/* ------------------------------------------------------------ all */

static bool is_absent(const char *message)
{
	static const char *const absent[] = { "No such process",
					      "No such file or directory",
					      "does a matching rule exist",
					      NO_CHAIN,
					      "Cannot find device",
					      "Cannot find specified" };

	for (size_t i = 0; i < ARRAY_SIZE(absent); i++)
		if (strstr(message, absent[i]))
			return true;
	return false;
}

bool refusal_is_needless(const struct plan_node *node, const struct site *site,
			 const char *rule, const char *message)
{
	static const char *const removes[] = { " del ", " delete ", " flush " };

	if (is_question(rule))
		return true;
	/* The other way round: "iptables -N x 2>/dev/null || iptables -F x". */
	if ((strstr(rule, " -N ") || strstr(rule, " --new")) &&
	    strstr(message, "Chain already exists"))
		return true;
	if (strstr(message, "File exists"))
		return strstr(rule, " rule add ") || strstr(rule, " addr add ") ||
		       strstr(rule, " address add ") || is_route_there(node, site, rule);
	if (!is_absent(message))
		return false;
	if (str_starts(rule, "iptables") || str_starts(rule, "ip6tables"))
		return is_added(node, rule);
	if (strstr(rule, " route del"))
		return is_route_absent(site, rule);
	for (size_t i = 0; i < ARRAY_SIZE(removes); i++)
		if (strstr(rule, removes[i]))
			return true;
	return false;
}
