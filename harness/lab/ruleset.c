// SPDX-License-Identifier: GPL-2.0-or-later
/* ruleset.c - one node's iptables rules, collected in order and written at the end */
#include "lab/ruleset.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "lab/plan.h"

static const char *const table_names[] = {
	[TABLE_FILTER] = "filter",
	[TABLE_NAT] = "nat",
	[TABLE_MANGLE] = "mangle",
};

static_assert(ARRAY_SIZE(table_names) == RULESET_TABLES, "one name for each table");

static const struct {
	enum ruleset_table table;
	const char *chain;
} builtin[] = {
	{ TABLE_FILTER, "INPUT" },    { TABLE_FILTER, "FORWARD" },
	{ TABLE_FILTER, "OUTPUT" },   { TABLE_NAT, "PREROUTING" },
	{ TABLE_NAT, "INPUT" },	      { TABLE_NAT, "OUTPUT" },
	{ TABLE_NAT, "POSTROUTING" }, { TABLE_MANGLE, "PREROUTING" },
	{ TABLE_MANGLE, "INPUT" },    { TABLE_MANGLE, "FORWARD" },
	{ TABLE_MANGLE, "OUTPUT" },   { TABLE_MANGLE, "POSTROUTING" },
};

struct ruleset *ruleset_new(struct arena *arena)
{
	struct ruleset *set = arena_alloc(arena, sizeof(*set));

	set->arena = arena;
	for (size_t i = 0; i < ARRAY_SIZE(builtin); i++)
		ruleset_chain_add(set, builtin[i].table, builtin[i].chain, "ACCEPT");
	return set;
}

static struct ruleset_chain *chain_find(const struct ruleset *set,
					enum ruleset_table table, const char *chain)
{
	vec_foreach (known, &set->tables[table].chains) {
		if (str_equal(known->name, chain))
			return known;
	}
	return NULL;
}

void ruleset_chain_add(struct ruleset *set, enum ruleset_table table, const char *chain,
		       const char *policy)
{
	struct ruleset_chain *known = chain_find(set, table, chain);

	if (known && known->policy && policy)
		known->policy = policy;
	if (known)
		return;
	known = vec_push(set->arena, &set->tables[table].chains);
	known->name = arena_strdup(set->arena, chain);
	known->policy = policy;
}

bool ruleset_chain_exists(const struct ruleset *set, enum ruleset_table table,
			  const char *chain)
{
	return chain_find(set, table, chain) != NULL;
}

/* One line, every quote closed: it cannot become a rule or a table of its own. */
static bool is_one_line(const char *text)
{
	char quote = 0;

	for (; *text; text++) {
		if ((unsigned char)*text < ' ' && *text != '\t')
			return false;
		if (*text == '\\')
			return false;
		if (quote && *text == quote)
			quote = 0;
		else if (!quote && (*text == '"' || *text == '\''))
			quote = *text;
	}
	return !quote;
}

/* Printable ASCII without quotes, at most PLAN_COMMENT_MAX letters. */
static const char *comment_clean(struct arena *arena, const char *text)
{
	char *clean = arena_strndup(arena, text,
				    strlen(text) > PLAN_COMMENT_MAX ? PLAN_COMMENT_MAX
								    : strlen(text));

	for (char *c = clean; *c; c++) {
		if (*c < ' ' || *c > '~' || *c == '"' || *c == '\\' || *c == '\'')
			*c = '_';
	}
	return clean;
}

/* Blanks outside quotes: one between words, none at the ends. */
static const char *blanks_squeeze(struct arena *arena, const char *text)
{
	char *out = arena_alloc(arena, strlen(text) + 1), *end = out;
	char quote = 0;

	for (; *text; text++) {
		if (quote && *text == quote)
			quote = 0;
		else if (!quote && (*text == '"' || *text == '\''))
			quote = *text;
		if (quote || (*text != ' ' && *text != '\t'))
			*end++ = *text;
		else if (end > out && end[-1] != ' ')
			*end++ = ' ';
	}
	if (end > out && end[-1] == ' ')
		end[-1] = '\0';
	return out;
}

static void rule_put(struct ruleset *set, enum ruleset_table table,
		     const struct ruleset_rule *rule)
{
	const char *matches = rule->matches ? rule->matches : "";

	if (!is_one_line(matches) || !is_one_line(rule->target)) {
		ruleset_note(set, NULL,
			     "%s: rule with unclosed quotes or control "
			     "characters left out",
			     rule->comment ? rule->comment : "");
		return;
	}
	if (set->count++ >= RULESET_RULES_MAX) {
		if (set->count == RULESET_RULES_MAX + 1)
			ruleset_note(set, NULL,
				     "more than %d rules: the rest is left out",
				     RULESET_RULES_MAX);
		return;
	}
	vec_add(set->arena, &set->tables[table].rules,
		((struct ruleset_rule){
			.op = rule->op,
			.chain = arena_strdup(set->arena, rule->chain),
			.matches = blanks_squeeze(set->arena, matches),
			.comment = rule->comment
					   ? comment_clean(set->arena, rule->comment)
					   : NULL,
			.target = arena_strdup(set->arena, rule->target),
		}));
}

void ruleset_add(struct ruleset *set, enum ruleset_table table, const char *chain,
		 const char *matches, const char *target, const char *comment)
{
	rule_put(set, table,
		 &(struct ruleset_rule){ 'A', chain, matches, comment, target });
}

void ruleset_insert(struct ruleset *set, enum ruleset_table table, const char *chain,
		    const char *matches, const char *target, const char *comment)
{
	rule_put(set, table,
		 &(struct ruleset_rule){ 'I', chain, matches, comment, target });
}

static const char *file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

const char *ruleset_comment(struct arena *arena, const struct origin *at,
			    const char *name)
{
	_cleanup_buf_ struct buf text = { 0 };

	if (at->file)
		buf_puts(&text, file_name(at->file));
	if (at->file && at->line)
		buf_printf(&text, ":%u", at->line);
	if (!at->file)
		buf_puts(&text, at->source ? at->source : "built in");
	if (name && *name)
		buf_printf(&text, " %s", name);
	return comment_clean(arena, buf_text(&text));
}

void ruleset_note(struct ruleset *set, const struct origin *at, const char *format, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list ap;

	if (set->notes.count >= RULESET_NOTES_MAX)
		return;
	va_start(ap, format);
	if (vasprintf(&text, format, ap) < 0)
		text = NULL;
	va_end(ap);
	if (!text)
		return;
	for (char *c = text; *c; c++) {
		if ((unsigned char)*c < ' ')
			*c = ' ';
	}
	vec_add(set->arena, &set->notes,
		at ? arena_printf(set->arena, "%s: %s",
				  ruleset_comment(set->arena, at, NULL), text)
		   : arena_strdup(set->arena, text));
}

static void rule_write(const struct ruleset_rule *rule, struct buf *out)
{
	buf_printf(out, "-%c %s", rule->op, rule->chain);
	if (*rule->matches)
		buf_printf(out, " %s", rule->matches);
	if (rule->comment)
		buf_printf(out, " -m comment --comment \"%s\"", rule->comment);
	if (*rule->target)
		buf_printf(out, " -j %s", rule->target);
	buf_putc(out, '\n');
}

const char *ruleset_text(const struct ruleset *set)
{
	_cleanup_buf_ struct buf out = { 0 };

	vec_foreach (note, &set->notes)
		buf_printf(&out, "# %s\n", *note);
	for (size_t t = 0; t < RULESET_TABLES; t++) {
		if (t != TABLE_FILTER && !set->tables[t].rules.count)
			continue;
		buf_printf(&out, "*%s\n", table_names[t]);
		vec_foreach (chain, &set->tables[t].chains)
			buf_printf(&out, ":%s %s [0:0]\n", chain->name,
				   chain->policy ? chain->policy : "-");
		vec_foreach (rule, &set->tables[t].rules)
			rule_write(rule, &out);
		buf_puts(&out, "COMMIT\n");
	}
	return arena_strdup(set->arena, buf_text(&out));
}
