// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * host_nft.c - the ruleset of nftables.conf: its tables and chains, and what they become
 *
 * First all chains are read (nft_rule.c reads one rule), then each is given the tables of
 * iptables from whose hooks it is reached: a chain that both nat and filter jump to is
 * there twice.
 */
#include "import/host_nft.h"

#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "import/nft_rule.h"
#include "model/aspect.h"

#define COMMANDS_MAX 1000
#define CHAINS_MAX   200
#define IN_NAT	     1U
#define IN_FILTER    2U
#define IN_MANGLE    4U
/* Beside the table: there is no way in to ask for any more, or no way out yet. */
#define IN_POSTROUTING 8U
#define IN_OUTPUT      16U
#define IN_BEFORE      32U

static const struct {
	unsigned int bit;
	const char *name;
} tables[] = { { IN_NAT, "nat" }, { IN_FILTER, "filter" }, { IN_MANGLE, "mangle" } };

/* Where a base chain of nft stands in iptables. */
static const struct {
	const char *type, *hook;
	unsigned int in;
	const char *chain;
} hooks[] = {
	{ "nat", "prerouting", IN_NAT | IN_BEFORE, "PREROUTING" },
	{ "nat", "input", IN_NAT | IN_BEFORE, "INPUT" },
	{ "nat", "output", IN_NAT | IN_OUTPUT, "OUTPUT" },
	{ "nat", "postrouting", IN_NAT | IN_POSTROUTING, "POSTROUTING" },
	{ "filter", "input", IN_FILTER | IN_BEFORE, "INPUT" },
	{ "filter", "forward", IN_FILTER, "FORWARD" },
	{ "filter", "output", IN_FILTER | IN_OUTPUT, "OUTPUT" },
	{ "filter", "prerouting", IN_MANGLE | IN_BEFORE, "PREROUTING" },
	{ "filter", "postrouting", IN_MANGLE | IN_POSTROUTING, "POSTROUTING" },
};

struct nft_chain {
	const char *family, *table, *name;
	unsigned int number; /* from 1: names of iptables are shorter than nft's */
	const char *builtin; /* of iptables; NULL: no base chain */
	bool is_refused;     /* another one stands at its hook */
	bool drops;	     /* policy drop */
	unsigned int in;     /* IN_…, from where it is reached */
	struct nft_rules rules;
	struct origin at, policy_at;
};

struct nft {
	struct site *site;
	const char *file;
	struct nft_tokens tokens;
	size_t next;
	VEC(struct nft_chain *) chains;
	unsigned int buts;    /* chains of iptables that are one rule's */
	unsigned int cut_at;  /* the line from which not all is kept; 0: all is */
	unsigned int open_at; /* of a brace that nothing closes; 0: none */
};

static void unrehearsed(struct nft *nft, unsigned int line, const char *what)
{
	site_unrehearsed(nft->site, NULL, ASPECT_WAY | ASPECT_NAT | ASPECT_IKE,
			 (struct origin){ nft->file, line, NULL }, what);
}

/* ------------------------------------------------------------ tokens */

static const struct nft_token *peek(const struct nft *nft)
{
	return nft->next < nft->tokens.count ? &nft->tokens.items[nft->next] : NULL;
}

static bool take(struct nft *nft, const char *text)
{
	const struct nft_token *token = peek(nft);

	if (!token || !str_equal(token->s, text))
		return false;
	nft->next++;
	return true;
}

static bool is_end(const struct nft_token *token)
{
	return str_equal(token->s, "\n") || str_equal(token->s, ";");
}

static const char *take_word(struct nft *nft)
{
	const struct nft_token *token = peek(nft);

	if (!token || is_end(token) || strchr("{}", token->s[0]))
		return NULL;
	nft->next++;
	return token->s;
}

/* The tokens up to the end of a statement, with the sets that are in it. */
static struct nft_tokens take_statement(struct nft *nft)
{
	struct nft_tokens statement = { .items = &nft->tokens.items[nft->next] };
	unsigned int depth = 0;
	const struct nft_token *token;

	while ((token = peek(nft))) {
		if (!depth && (is_end(token) || str_equal(token->s, "}")))
			break;
		depth += str_equal(token->s, "{");
		depth -= depth && str_equal(token->s, "}");
		nft->next++;
		statement.count++;
	}
	if (depth)
		nft->open_at = statement.items[0].line;
	return statement;
}

/* A block, behind its brace: sets, maps, flow tables. */
static void skip_block(struct nft *nft)
{
	const unsigned int line = nft->tokens.items[nft->next - 1].line;
	unsigned int depth = 1;
	const struct nft_token *token;

	while (depth && (token = peek(nft))) {
		depth += str_equal(token->s, "{");
		depth -= str_equal(token->s, "}");
		nft->next++;
	}
	if (depth)
		nft->open_at = line;
}

/* ------------------------------------------------------------ chains */

static struct nft_chain *chain_find(struct nft *nft, const char *family,
				    const char *table, const char *name)
{
	for (size_t i = 0; i < nft->chains.count; i++) {
		struct nft_chain *chain = nft->chains.items[i];

		if (str_equal(chain->family, family) && str_equal(chain->table, table) &&
		    str_equal(chain->name, name))
			return chain;
	}
	return NULL;
}

static struct nft_chain *chain_get(struct nft *nft, const char *family, const char *table,
				   const char *name, unsigned int line)
{
	struct nft_chain *chain = chain_find(nft, family, table, name);

	if (chain)
		return chain;
	if (nft->chains.count >= CHAINS_MAX) {
		nft->cut_at = nft->cut_at ? nft->cut_at : line;
		return NULL;
	}
	chain = arena_alloc(nft->site->arena, sizeof(*chain));
	*chain = (struct nft_chain){ .family = family,
				     .table = table,
				     .name = name,
				     .number = (unsigned int)nft->chains.count + 1,
				     .at = { nft->file, line, NULL } };
	vec_add(nft->site->arena, &nft->chains, chain);
	return chain;
}

static const char *word_at(const struct nft_tokens *statement, size_t i)
{
	return i < statement->count ? statement->items[i].s : "";
}

static bool is_ipv4(const struct nft_chain *chain)
{
	return str_equal(chain->family, "ip") || str_equal(chain->family, "inet");
}

/* "type nat hook postrouting priority srcnat" */
static void set_hook(struct nft *nft, struct nft_chain *chain,
		     const struct nft_tokens *statement)
{
	chain->is_refused = true; /* until it is found */
	for (size_t i = 0; i < ARRAY_SIZE(hooks); i++)
		if (str_equal(word_at(statement, 1), hooks[i].type) &&
		    str_equal(word_at(statement, 3), hooks[i].hook)) {
			chain->builtin = hooks[i].chain;
			chain->in = hooks[i].in;
			chain->is_refused = false;
		}
	vec_foreach (other, &nft->chains)
		if (*other != chain && (*other)->builtin && (*other)->in == chain->in &&
		    is_ipv4(*other) && is_ipv4(chain) &&
		    str_equal((*other)->builtin, chain->builtin))
			chain->is_refused = true;
}

static void read_statement(struct nft *nft, struct nft_chain *chain)
{
	const struct nft_tokens statement = take_statement(nft);
	const char *first = word_at(&statement, 0);

	if (!statement.count || !chain)
		return;
	if (str_equal(first, "type")) {
		set_hook(nft, chain, &statement);
	} else if (str_equal(first, "policy")) {
		chain->drops = str_equal(word_at(&statement, 1), "drop");
		chain->policy_at =
			(struct origin){ nft->file, statement.items[0].line, NULL };
	} else if (!str_equal(first, "comment")) {
		nft_rules_read(nft->site->arena, &statement, &chain->rules);
	}
}

/* Behind its brace. */
static void read_chain_block(struct nft *nft, struct nft_chain *chain)
{
	const unsigned int line = nft->tokens.items[nft->next - 1].line;

	while (peek(nft)) {
		if (take(nft, "}"))
			return;
		if (!take(nft, "\n") && !take(nft, ";"))
			read_statement(nft, chain);
	}
	nft->open_at = line;
}

static bool is_family(const char *word)
{
	static const char *const families[] = { "ip",	  "ip6",    "inet",
						"bridge", "netdev", "arp" };

	for (size_t i = 0; i < ARRAY_SIZE(families); i++)
		if (str_equal(word, families[i]))
			return true;
	return false;
}

static const char *take_family(struct nft *nft)
{
	const struct nft_token *token = peek(nft);

	return token && is_family(token->s) ? take_word(nft) : "ip";
}

static void read_table_block(struct nft *nft, const char *family, const char *table)
{
	const unsigned int line = nft->tokens.items[nft->next - 1].line;
	const struct nft_token *token;

	while ((token = peek(nft))) {
		const char *kind, *name;

		if (take(nft, "}"))
			return;
		kind = take_word(nft);
		if (!kind) {
			nft->next++;
			continue;
		}
		name = take_word(nft);
		if (!take(nft, "{")) {
			(void)take_statement(nft);
			if (str_equal(kind, "include") || str_equal(kind, "flags"))
				unrehearsed(nft, token->line, kind);
		} else if (str_equal(kind, "chain") && name) {
			read_chain_block(
				nft, chain_get(nft, family, table, name, token->line));
		} else {
			skip_block(nft);
		}
	}
	nft->open_at = line;
}

/* "add table …", "add chain inet f input { … }", "add rule inet f input …" */
static void read_add(struct nft *nft)
{
	const unsigned int line = nft->tokens.items[nft->next - 1].line;
	const char *kind = take_word(nft);
	const char *family = take_family(nft), *table = take_word(nft);
	const char *name = take_word(nft);
	const bool is_rule = str_equal(kind, "rule") && table && name;
	struct nft_chain *chain = is_rule ? chain_find(nft, family, table, name) : NULL;

	if (is_rule && !chain && !nft->cut_at)
		unrehearsed(nft, line,
			    "a rule of no chain of this file: nft refuses the whole "
			    "file unless another one made the chain");
	if (str_equal(kind, "chain") && table && name)
		chain = chain_get(nft, family, table, name, line);
	if (str_equal(kind, "chain") && take(nft, "{"))
		read_chain_block(nft, chain);
	else if (is_rule && chain)
		read_statement(nft, chain);
	else
		(void)take_statement(nft);
}

/*
 * "flush ruleset" takes away what stands before it. Another one is mostly ahead of all that it
 * names; where it is not, what is left is not looked for.
 */
static void read_removal(struct nft *nft, const char *word, unsigned int line)
{
	const bool is_flush = str_equal(word, "flush");
	const char *kind = take_word(nft);
	const struct nft_token *token = peek(nft);
	const bool has_family = token && is_family(token->s);
	const char *family = take_family(nft), *table = take_word(nft);
	const bool is_all = str_equal(kind, "ruleset");

	(void)take_statement(nft);
	if (is_all && is_flush && !has_family) {
		nft->chains.count = 0;
		return;
	}
	if (!is_all && !str_equal(kind, "table") && !str_equal(kind, "chain") &&
	    !str_equal(kind, "rule"))
		return;
	vec_foreach (chain, &nft->chains)
		if (str_equal((*chain)->family, family) &&
		    (is_all || str_equal((*chain)->table, table)) &&
		    ((*chain)->rules.count || !is_flush || is_all)) {
			unrehearsed(nft, line,
				    arena_printf(nft->site->arena,
						 "%s %s behind what it takes away", word,
						 kind));
			return;
		}
}

static bool is_removal(const char *word)
{
	return str_equal(word, "flush") || str_equal(word, "delete") ||
	       str_equal(word, "destroy");
}

static void read_top(struct nft *nft)
{
	const struct nft_token *token;

	while ((token = peek(nft))) {
		const char *word = take_word(nft);

		if (!word) {
			if (str_equal(token->s, "}"))
				unrehearsed(nft, token->line,
					    "a closing brace without an opening one: nft "
					    "refuses the whole file");
			nft->next++;
		} else if (str_equal(word, "table")) {
			const char *family = take_family(nft), *table = take_word(nft);

			if (take(nft, "{"))
				read_table_block(nft, family, table ? table : "");
		} else if (str_equal(word, "add")) {
			read_add(nft);
		} else if (is_removal(word)) {
			read_removal(nft, word, token->line);
		} else {
			(void)take_statement(nft);
			unrehearsed(nft, token->line,
				    arena_printf(nft->site->arena, "%.60s", word));
		}
	}
}

/* ------------------------------------------------------------ commands */

static void command_add(struct nft *nft, unsigned int line, const char *text)
{
	struct site *site = nft->site;

	if (site->firewall_user.count >= COMMANDS_MAX)
		unrehearsed(nft, line, "more rules than are read");
	else
		vec_add(site->arena, &site->firewall_user,
			((struct firewall_line){ text, { nft->file, line, NULL } }));
}

/*
 * iptables' names have 28 letters at most; the number tells those apart that begin alike. A
 * shell shall make nothing else of one.
 */
static const char *own_name(struct arena *arena, const struct nft_chain *chain)
{
	char *name = arena_printf(arena, "%.10s_%.12s_%u", chain->table, chain->name,
				  chain->number);

	for (char *c = name; *c; c++)
		if (!isalnum((unsigned char)*c))
			*c = '_';
	return name;
}

static const char *name_of(struct arena *arena, const struct nft_chain *chain)
{
	return chain->builtin ? chain->builtin : own_name(arena, chain);
}

/* From the hooks along the jumps. */
static void spread(struct nft *nft)
{
	bool is_changed = true;

	while (is_changed) {
		is_changed = false;
		vec_foreach (chain, &nft->chains)
			vec_foreach (rule, &(*chain)->rules) {
				struct nft_chain *to =
					rule->jump && !(*chain)->is_refused
						? chain_find(nft, (*chain)->family,
							     (*chain)->table, rule->jump)
						: NULL;

				if (!to || to->builtin || !((*chain)->in & ~to->in))
					continue;
				to->in |= (*chain)->in;
				is_changed = true;
			}
	}
}

static bool asks(const char *match, const char *option)
{
	return str_starts(match, option + 1) || strstr(match, option);
}

/*
 * iptables asks -m policy --dir in before the routing only, --dir out behind it, and -i and -o
 * in none of its own chains that have no such device.
 */
static bool can_ask(const struct nft_chain *chain, const char *match)
{
	const bool is_behind = chain->in & (IN_POSTROUTING | IN_OUTPUT);
	const bool is_before = chain->in & IN_BEFORE;

	if ((is_behind && asks(match, " -m policy --dir in")) ||
	    (is_before && asks(match, " -m policy --dir out")))
		return false;
	if (asks(match, " -i "))
		return !(chain->in & IN_POSTROUTING) && !(is_behind && chain->builtin);
	return !asks(match, " -o ") || !is_before || !chain->builtin;
}

static const char *impossible(const struct nft_chain *chain, const struct nft_rule *rule)
{
	if (rule->but.count &&
	    (str_equal(rule->target, "-j RETURN") || str_starts(rule->target, "-g")))
		return "return or goto behind a negated set";
	vec_foreach (match, &rule->variants)
		if (!can_ask(chain, *match))
			return "what this hook cannot ask of a packet";
	vec_foreach (match, &rule->but)
		if (!can_ask(chain, *match))
			return "what this hook cannot ask of a packet";
	return NULL;
}

/* A chain of its own that RETURNs for each of a negated set. */
static void put_but(struct nft *nft, const struct nft_chain *chain, const char *table,
		    const struct nft_rule *rule, const char *target)
{
	struct arena *arena = nft->site->arena;
	const char *but = arena_printf(arena, "but_%u_%u", rule->line,
				       (unsigned int)nft->chains.count + ++nft->buts);

	command_add(nft, rule->line,
		    arena_printf(arena, "iptables -t %s -N %s", table, but));
	vec_foreach (match, &rule->but)
		command_add(nft, rule->line,
			    arena_printf(arena, "iptables -t %s -A %s %s -j RETURN",
					 table, but, *match));
	vec_foreach (match, &rule->variants)
		command_add(nft, rule->line,
			    arena_printf(arena, "iptables -t %s -A %s%s -j %s", table,
					 name_of(arena, chain), *match, but));
	command_add(nft, rule->line,
		    arena_printf(arena, "iptables -t %s -A %s %s", table, but, target));
}

static void put_rule(struct nft *nft, const struct nft_chain *chain, const char *table,
		     const struct nft_rule *rule)
{
	struct arena *arena = nft->site->arena;
	const struct nft_chain *to =
		rule->jump ? chain_find(nft, chain->family, chain->table, rule->jump)
			   : NULL;
	const char *target =
		to ? arena_printf(arena, "%s %s", rule->target, name_of(arena, to))
		   : rule->target;
	const char *why = impossible(chain, rule);

	if (rule->jump && !to)
		return; /* look_at_jumps() has told */
	if (why) {
		unrehearsed(nft, rule->line, why);
		return;
	}
	if (rule->but.count) {
		put_but(nft, chain, table, rule, target);
		return;
	}
	vec_foreach (match, &rule->variants)
		command_add(nft, rule->line,
			    arena_printf(arena, "iptables -t %s -A %s%s %s", table,
					 name_of(arena, chain), *match, target));
}

/* Wherever such a jump stands, nft loads nothing of the file. */
static void look_at_jumps(struct nft *nft)
{
	vec_foreach (chain, &nft->chains)
		vec_foreach (rule, &(*chain)->rules) {
			const struct nft_chain *to;

			if (!rule->jump || rule->unknown)
				continue;
			to = chain_find(nft, (*chain)->family, (*chain)->table,
					rule->jump);
			if (!to || to->builtin)
				unrehearsed(
					nft, rule->line,
					to ? "a jump to a base chain: nft refuses the "
					     "whole file"
					   : "a jump to no chain of this file: nft "
					     "refuses the whole file unless another "
					     "one made the chain");
		}
}

static void put_chain(struct nft *nft, const struct nft_chain *chain, const char *table)
{
	vec_foreach (rule, &chain->rules)
		if (rule->unknown)
			unrehearsed(nft, rule->line, rule->unknown);
		else if (rule->target)
			put_rule(nft, chain, table, rule);
	if (chain->drops && chain->builtin)
		command_add(nft, chain->policy_at.line,
			    arena_printf(nft->site->arena, "iptables -t %s -P %s DROP",
					 table, chain->builtin));
}

/* A second chain at a hook: what the first accepts it is asked as well. */
static void refuse_chain(struct nft *nft, const struct nft_chain *chain)
{
	vec_foreach (rule, &chain->rules)
		if (rule->unknown ||
		    (rule->target && !str_equal(rule->target, "-j ACCEPT"))) {
			unrehearsed(
				nft, rule->line,
				"a rule of a chain whose hook has another one, or none "
				"of iptables'");
			return;
		}
	if (chain->drops)
		unrehearsed(nft, chain->policy_at.line, "policy drop");
}

void host_nft_read(struct site *site, const char *name, const char *text)
{
	struct nft nft = { .site = site, .file = name };

	nft_tokens_read(site->arena, text, &nft.tokens);
	nft.cut_at = nft.tokens.cut_at;
	read_top(&nft);
	if (nft.open_at && !nft.cut_at)
		unrehearsed(&nft, nft.open_at,
			    "a brace that is not closed: nft refuses the whole file");
	if (nft.cut_at)
		unrehearsed(&nft, nft.cut_at, "more rules than are read");
	else
		look_at_jumps(&nft);
	spread(&nft);
	/* Chains first: a rule that jumps to none is refused. */
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++)
		vec_foreach (chain, &nft.chains)
			if (is_ipv4(*chain) && !(*chain)->builtin &&
			    ((*chain)->in & tables[i].bit))
				command_add(&nft, (*chain)->at.line,
					    arena_printf(site->arena,
							 "iptables -t %s -N %s",
							 tables[i].name,
							 own_name(site->arena, *chain)));
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++)
		vec_foreach (chain, &nft.chains)
			if (is_ipv4(*chain) && !(*chain)->is_refused &&
			    ((*chain)->in & tables[i].bit))
				put_chain(&nft, *chain, tables[i].name);
	vec_foreach (chain, &nft.chains)
		if ((*chain)->is_refused &&
		    (is_ipv4(*chain) || str_equal((*chain)->family, "netdev")))
			refuse_chain(&nft, *chain);
}
