// SPDX-License-Identifier: GPL-2.0-or-later
/* user_chains.c - which chains there are, and what netfilter would answer from them */
#include "predict/user_chains.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"

#define JUMPS_MAX 16	 /* nested; the kernel refuses loops */
#define STEPS_MAX 200000 /* rules looked at for one question */

/* ------------------------------------------------------------ chains of the device */

static bool is_zone(const struct site *site, const char *name, size_t length)
{
	vec_foreach (zone, &site->zones)
		if (zone->name && strlen(zone->name) == length &&
		    !strncmp(zone->name, name, length))
			return true;
	return false;
}

/* "zone_wan_input": head, a zone, tail. */
static bool has_zone_between(const struct site *site, const char *chain, const char *head,
			     const char *tail)
{
	size_t around = strlen(head) + strlen(tail), length = strlen(chain);

	return length > around && str_starts(chain, head) && str_ends(chain, tail) &&
	       is_zone(site, chain + strlen(head), length - around);
}

/* Chains of a firewall; '*' stands for a zone. is_empty: for users, nothing in it. */
static const struct chain_name {
	enum firewall_kind firewall;
	enum ruleset_table table;
	bool is_empty;
	const char *head, *tail; /* tail NULL: head is the whole name */
} chain_names[] = {
	{ FIREWALL_FW3, TABLE_FILTER, true, "input_rule", NULL },
	{ FIREWALL_FW3, TABLE_FILTER, true, "forwarding_rule", NULL },
	{ FIREWALL_FW3, TABLE_FILTER, true, "output_rule", NULL },
	{ FIREWALL_FW3, TABLE_NAT, true, "prerouting_rule", NULL },
	{ FIREWALL_FW3, TABLE_NAT, true, "postrouting_rule", NULL },
	{ FIREWALL_FW3, TABLE_FILTER, true, "input_", "_rule" },
	{ FIREWALL_FW3, TABLE_FILTER, true, "forwarding_", "_rule" },
	{ FIREWALL_FW3, TABLE_FILTER, true, "output_", "_rule" },
	{ FIREWALL_FW3, TABLE_NAT, true, "prerouting_", "_rule" },
	{ FIREWALL_FW3, TABLE_NAT, true, "postrouting_", "_rule" },
	{ FIREWALL_FW3, TABLE_FILTER, false, "reject", NULL },
	{ FIREWALL_FW3, TABLE_FILTER, false, "syn_flood", NULL },
	{ FIREWALL_FW3, TABLE_FILTER, false, "zone_", "_input" },
	{ FIREWALL_FW3, TABLE_FILTER, false, "zone_", "_output" },
	{ FIREWALL_FW3, TABLE_FILTER, false, "zone_", "_forward" },
	{ FIREWALL_FW3, TABLE_FILTER, false, "zone_", "_src_ACCEPT" },
	{ FIREWALL_FW3, TABLE_FILTER, false, "zone_", "_src_REJECT" },
	{ FIREWALL_FW3, TABLE_FILTER, false, "zone_", "_src_DROP" },
	{ FIREWALL_FW3, TABLE_FILTER, false, "zone_", "_dest_ACCEPT" },
	{ FIREWALL_FW3, TABLE_FILTER, false, "zone_", "_dest_REJECT" },
	{ FIREWALL_FW3, TABLE_FILTER, false, "zone_", "_dest_DROP" },
	{ FIREWALL_FW3, TABLE_NAT, false, "zone_", "_prerouting" },
	{ FIREWALL_FW3, TABLE_NAT, false, "zone_", "_postrouting" },
	{ FIREWALL_FW4, TABLE_OTHER, false, "input", NULL },
	{ FIREWALL_FW4, TABLE_OTHER, false, "forward", NULL },
	{ FIREWALL_FW4, TABLE_OTHER, false, "output", NULL },
	{ FIREWALL_FW4, TABLE_OTHER, false, "srcnat", NULL },
	{ FIREWALL_FW4, TABLE_OTHER, false, "dstnat", NULL },
	{ FIREWALL_FW4, TABLE_OTHER, false, "handle_reject", NULL },
	{ FIREWALL_FW4, TABLE_OTHER, false, "input_", "" },
	{ FIREWALL_FW4, TABLE_OTHER, false, "forward_", "" },
	{ FIREWALL_FW4, TABLE_OTHER, false, "output_", "" },
	{ FIREWALL_FW4, TABLE_OTHER, false, "srcnat_", "" },
	{ FIREWALL_FW4, TABLE_OTHER, false, "dstnat_", "" },
	{ FIREWALL_FW4, TABLE_OTHER, false, "accept_to_", "" },
	{ FIREWALL_FW4, TABLE_OTHER, false, "accept_from_", "" },
	{ FIREWALL_FW4, TABLE_OTHER, false, "reject_to_", "" },
	{ FIREWALL_FW4, TABLE_OTHER, false, "reject_from_", "" },
	{ FIREWALL_FW4, TABLE_OTHER, false, "drop_to_", "" },
	{ FIREWALL_FW4, TABLE_OTHER, false, "drop_from_", "" },
};

static bool is_builtin(const char *chain)
{
	return str_equal(chain, "INPUT") || str_equal(chain, "FORWARD") ||
	       str_equal(chain, "OUTPUT") || str_equal(chain, "PREROUTING") ||
	       str_equal(chain, "POSTROUTING");
}

/* Has the device that chain, and rules of its own in it? */
static bool is_of_device(const struct user_rules *rules, enum ruleset_table table,
			 const char *nft_table, const char *chain, bool *ret_has_others)
{
	const struct site *site = rules->site;

	*ret_has_others = site->firewall == FIREWALL_FW3 && site->zones.count;
	if (!nft_table && is_builtin(chain))
		return true;
	if (nft_table && !str_equal(nft_table, "fw4"))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(chain_names); i++) {
		const struct chain_name *name = &chain_names[i];

		if (name->firewall != site->firewall || name->table != table)
			continue;
		*ret_has_others = !name->is_empty;
		if (name->tail ? has_zone_between(site, chain, name->head, name->tail)
			       : str_equal(chain, name->head))
			return true;
		/* Without /etc/config/firewall nobody knows the zones. */
		if (name->tail && !site->zones.count && str_starts(chain, name->head) &&
		    str_ends(chain, name->tail))
			return true;
	}
	return false;
}

static struct user_chain *find(const struct user_rules *rules, enum ruleset_table table,
			       const char *nft_table, const char *name)
{
	vec_foreach (chain, &rules->chains)
		if (chain->table == table && str_equal(chain->nft_table, nft_table) &&
		    str_equal(chain->name, name))
			return chain;
	return NULL;
}

struct user_chain *user_chain_find(struct user_rules *rules,
				   const struct packet_rule *rule)
{
	struct user_chain *chain;
	bool has_others;

	if (!rule->chain)
		return NULL;
	chain = find(rules, rule->table, rule->nft_table, rule->chain);
	if (chain ||
	    !is_of_device(rules, rule->table, rule->nft_table, rule->chain, &has_others))
		return chain;
	user_chain_make(rules, rule);
	chain = &rules->chains.items[rules->chains.count - 1];
	chain->has_others = has_others;
	return chain;
}

void user_chain_make(struct user_rules *rules, const struct packet_rule *rule)
{
	struct user_chain *chain;

	if (!rule->chain || find(rules, rule->table, rule->nft_table, rule->chain))
		return;
	chain = vec_push(rules->arena, &rules->chains);
	chain->table = rule->table;
	chain->nft_table = rule->nft_table;
	chain->name = rule->chain;
}

void user_chain_put(struct user_rules *rules, const struct user_command *command)
{
	struct user_chain *chain = user_chain_find(rules, &command->rule);
	struct user_command *place;
	bool is_misplaced;
	size_t at, last;

	if (!chain)
		return; /* "No chain/target/match by that name" */
	last = chain->has_others ? chain->before : chain->rules.count;
	at = command->rule.does == RULE_ADDS ? chain->rules.count
					     : command->rule.place - 1;
	/* Behind rules that are not of the script. */
	is_misplaced = command->rule.does == RULE_INSERTS && at > last;
	if (is_misplaced && !chain->has_others)
		return; /* "Index of insertion too big" */
	if (is_misplaced)
		at = last;
	(void)vec_push(rules->arena, &chain->rules);
	place = &chain->rules.items[at];
	memmove(place + 1, place, (chain->rules.count - 1 - at) * sizeof(*place));
	*place = *command;
	place->is_misplaced = is_misplaced;
	chain->before += command->rule.does == RULE_INSERTS;
}

/* ------------------------------------------------------------ a walk */

struct walk {
	const struct user_rules *rules;
	const struct packet_kind *kind;
	struct user_answer *answer;
	unsigned int steps;
	bool is_forward; /* some protocols that pass are not nothing */
	bool is_foreign; /* a table beside the device's own: accepting ends nothing */
	/* A rule that is about some of the networks asked for: ask for them apart. */
	const struct packet_rule *divides;
};

static void doubt(struct walk *walk, enum user_says says, const char *what,
		  struct origin at)
{
	if (!walk->answer->doubts[says].what)
		walk->answer->doubts[says] = (struct user_doubt){ what, at };
}

static void doubt_everything(struct walk *walk, const char *what, struct origin at)
{
	static const enum user_says all[] = { USER_ACCEPTS, USER_DROPS, USER_TRANSLATES };

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		doubt(walk, all[i], what, at);
}

static bool is_divided(const struct packet_nets *nets, const struct inet_prefix *asked)
{
	vec_foreach (net, &nets->list)
		if (asked->addr.family && inet_prefix_overlaps(net, asked) &&
		    !inet_prefix_covers(net, asked))
			return true;
	return false;
}

/* What a rule would do to packets it is about; USER_NOTHING: the next one is asked. */
static enum user_says said_by(const struct packet_rule *rule)
{
	switch (rule->verdict) {
	case VERDICT_ACCEPT:
		return USER_ACCEPTS;
	case VERDICT_DROP:
		return USER_DROPS;
	case VERDICT_SOURCE:
		return USER_TRANSLATES;
	case VERDICT_RETURN:
		return USER_LEAVES_ZONE;
	case VERDICT_NONE:
	case VERDICT_DESTINATION:
	case VERDICT_JUMP:
	case VERDICT_GOTO:
	case VERDICT_UNKNOWN:
		break;
	}
	return USER_NOTHING;
}

static enum user_says walk_rules(struct walk *walk, const struct user_command *rules,
				 size_t count, unsigned int depth, struct origin *ret_at);

/* At a jump: what the chain says. */
static enum user_says walk_jump(struct walk *walk, const struct user_command *command,
				unsigned int depth, struct origin *ret_at)
{
	const struct packet_rule *rule = &command->rule;
	const struct user_chain *chain =
		find(walk->rules, rule->table, rule->nft_table, rule->jump);
	bool has_others;

	if (str_equal(rule->jump, "reject") || str_equal(rule->jump, "handle_reject")) {
		*ret_at = command->at;
		return USER_DROPS;
	}
	if (chain && !chain->has_others && depth < JUMPS_MAX)
		return walk_rules(walk, chain->rules.items, chain->rules.count, depth + 1,
				  ret_at);
	/* No chain of that name: iptables has refused the rule, unless it is an extension. */
	if (!chain && !rule->is_nft &&
	    !is_of_device(walk->rules, rule->table, rule->nft_table, rule->jump,
			  &has_others) &&
	    strpbrk(rule->jump, "abcdefghijklmnopqrstuvwxyz"))
		return USER_NOTHING;
	doubt_everything(walk, command->text, command->at);
	return USER_NOTHING;
}

/* A rule that may be about the packets: what it would say is a doubt. */
static void walk_doubtful(struct walk *walk, const struct user_command *command)
{
	const struct packet_rule *rule = &command->rule;
	enum user_says says = said_by(rule);
	const char *what = rule->unknown.count ? rule->unknown.items[0] : command->text;

	if (says == USER_LEAVES_ZONE)
		says = USER_ACCEPTS;
	if (says != USER_NOTHING)
		doubt(walk, says, what, command->at);
	else if (rule->verdict != VERDICT_NONE)
		doubt_everything(walk, what, command->at);
}

static bool is_beside(const struct walk *walk, enum user_says says)
{
	return walk->is_foreign && (says == USER_ACCEPTS || says == USER_LEAVES_ZONE);
}

/* One rule; USER_NOTHING: the next one is asked. */
static enum user_says walk_rule(struct walk *walk, const struct user_command *command,
				unsigned int depth, struct origin *ret_at)
{
	const struct packet_rule *rule = &command->rule;
	enum packet_match match = packet_rule_match(rule, walk->kind);

	if (match == MATCH_NONE || rule->verdict == VERDICT_NONE)
		return USER_NOTHING;
	if (match == MATCH_UNKNOWN || !command->is_certain || command->is_misplaced ||
	    rule->verdict == VERDICT_UNKNOWN) {
		walk_doubtful(walk, command);
		return USER_NOTHING;
	}
	if (match == MATCH_SOME) {
		if (!walk->divides && (is_divided(&rule->dst, &walk->kind->dst) ||
				       is_divided(&rule->src, &walk->kind->src)))
			walk->divides = rule;
		else if (walk->is_forward && said_by(rule) == USER_ACCEPTS &&
			 !rule->is_partial &&
			 (rule->protocol != PACKET_PROTOCOL_ALL ||
			  rule->dports.list.count))
			doubt(walk, USER_ACCEPTS, command->text, command->at);
		return USER_NOTHING;
	}
	if (rule->verdict == VERDICT_JUMP || rule->verdict == VERDICT_GOTO)
		return walk_jump(walk, command, depth, ret_at);
	*ret_at = command->at;
	return said_by(rule);
}

/* Rules in order. USER_LEAVES_ZONE inside of a jump means no more than its end. */
static enum user_says walk_rules(struct walk *walk, const struct user_command *rules,
				 size_t count, unsigned int depth, struct origin *ret_at)
{
	for (size_t i = 0; i < count; i++) {
		enum user_says says;

		if (++walk->steps > STEPS_MAX) {
			doubt_everything(walk, "so many rules", rules[i].at);
			return USER_NOTHING;
		}
		says = walk_rule(walk, &rules[i], depth, ret_at);
		if (says == USER_LEAVES_ZONE && depth)
			return USER_NOTHING;
		if (says != USER_NOTHING)
			return says;
		if (rules[i].rule.verdict == VERDICT_GOTO &&
		    packet_rule_match(&rules[i].rule, walk->kind) == MATCH_ALL)
			return USER_NOTHING;
	}
	return USER_NOTHING;
}

/* ------------------------------------------------------------ a hook */

/*
 * The chains of a hook, in the order in which a packet comes to them before the device's
 * own rules. A RETURN from one that is of the zone leaves the zone; from a built-in one,
 * all of them.
 */
static const struct stage {
	enum firewall_kind firewall;
	enum user_hook hook;
	enum ruleset_table table;
	bool is_own; /* of the zone, or the base: RETURN passes the device's rules by */
	bool is_base;
	const char *head, *tail; /* tail NULL: no zone in the name */
} stages[] = {
	{ FIREWALL_FW3, USER_INPUT, TABLE_FILTER, true, true, "INPUT", NULL },
	{ FIREWALL_FW3, USER_INPUT, TABLE_FILTER, false, false, "input_rule", NULL },
	{ FIREWALL_FW3, USER_INPUT, TABLE_FILTER, true, false, "zone_", "_input" },
	{ FIREWALL_FW3, USER_INPUT, TABLE_FILTER, false, false, "input_", "_rule" },
	{ FIREWALL_FW3, USER_FORWARD, TABLE_FILTER, true, true, "FORWARD", NULL },
	{ FIREWALL_FW3, USER_FORWARD, TABLE_FILTER, false, false, "forwarding_rule",
	  NULL },
	{ FIREWALL_FW3, USER_FORWARD, TABLE_FILTER, true, false, "zone_", "_forward" },
	{ FIREWALL_FW3, USER_FORWARD, TABLE_FILTER, false, false, "forwarding_",
	  "_rule" },
	{ FIREWALL_FW3, USER_POSTROUTING, TABLE_NAT, true, true, "POSTROUTING", NULL },
	{ FIREWALL_FW3, USER_POSTROUTING, TABLE_NAT, false, false, "postrouting_rule",
	  NULL },
	{ FIREWALL_FW3, USER_POSTROUTING, TABLE_NAT, true, false, "zone_",
	  "_postrouting" },
	{ FIREWALL_FW3, USER_POSTROUTING, TABLE_NAT, false, false, "postrouting_",
	  "_rule" },
	{ FIREWALL_OPEN, USER_INPUT, TABLE_FILTER, true, true, "INPUT", NULL },
	{ FIREWALL_OPEN, USER_FORWARD, TABLE_FILTER, true, true, "FORWARD", NULL },
	{ FIREWALL_OPEN, USER_POSTROUTING, TABLE_NAT, true, true, "POSTROUTING", NULL },
	{ FIREWALL_FW4, USER_INPUT, TABLE_OTHER, true, true, "input", NULL },
	{ FIREWALL_FW4, USER_INPUT, TABLE_OTHER, true, false, "input_", "" },
	{ FIREWALL_FW4, USER_FORWARD, TABLE_OTHER, true, true, "forward", NULL },
	{ FIREWALL_FW4, USER_FORWARD, TABLE_OTHER, true, false, "forward_", "" },
	{ FIREWALL_FW4, USER_POSTROUTING, TABLE_OTHER, true, true, "srcnat", NULL },
	{ FIREWALL_FW4, USER_POSTROUTING, TABLE_OTHER, true, false, "srcnat_", "" },
};

static const char *const builtin_of[USER_HOOKS] = { "INPUT", "FORWARD", "POSTROUTING" };

static const struct user_chain *stage_chain(const struct user_rules *rules,
					    const struct stage *stage, const char *zone)
{
	const char *name = stage->head;

	if (stage->tail && !zone)
		return NULL;
	if (stage->tail)
		name = arena_printf(rules->arena, "%s%s%s", stage->head, zone,
				    stage->tail);
	return find(rules, stage->table, stage->table == TABLE_OTHER ? "fw4" : NULL,
		    name);
}

/* One chain, before or behind the device's own rules in it. */
static enum user_says walk_chain(struct walk *walk, const struct user_chain *chain,
				 bool is_behind, struct origin *ret_at)
{
	size_t before = chain->has_others ? chain->before : chain->rules.count;

	if (is_behind)
		return walk_rules(walk, chain->rules.items + before,
				  chain->rules.count - before, 0, ret_at);
	return walk_rules(walk, chain->rules.items, before, 0, ret_at);
}

/* Under fw4 iptables has tables of its own beside fw4's: to accept there ends nothing. */
static enum user_says walk_beside(struct walk *walk, enum user_hook hook,
				  struct origin *ret_at)
{
	const struct user_chain *chain =
		find(walk->rules, hook == USER_POSTROUTING ? TABLE_NAT : TABLE_FILTER,
		     NULL, builtin_of[hook]);
	struct user_answer *answer = walk->answer, own = { 0 };
	enum user_says says;

	if (!chain)
		return USER_NOTHING;
	walk->answer = &own;
	walk->is_foreign = true;
	says = walk_rules(walk, chain->rules.items, chain->rules.count, 0, ret_at);
	if (is_beside(walk, says))
		says = USER_NOTHING;
	walk->is_foreign = false;
	walk->answer = answer;
	if (own.doubts[USER_DROPS].what)
		doubt(walk, USER_DROPS, own.doubts[USER_DROPS].what,
		      own.doubts[USER_DROPS].at);
	if (own.doubts[USER_TRANSLATES].what)
		doubt(walk, USER_TRANSLATES, own.doubts[USER_TRANSLATES].what,
		      own.doubts[USER_TRANSLATES].at);
	return says;
}

static enum user_says walk_hook(struct walk *walk, enum user_hook hook, bool is_behind,
				const char *zone, struct origin *ret_at)
{
	enum user_says says = USER_NOTHING;

	if (walk->rules->site->firewall == FIREWALL_FW4 && !is_behind)
		says = walk_beside(walk, hook, ret_at);
	for (size_t i = 0; says == USER_NOTHING && i < ARRAY_SIZE(stages); i++) {
		const struct stage *stage = &stages[i];
		const struct user_chain *chain;

		if (stage->hook != hook ||
		    stage->firewall != walk->rules->site->firewall ||
		    (is_behind && !stage->is_base))
			continue;
		chain = stage_chain(walk->rules, stage, zone);
		if (!chain)
			continue;
		says = walk_chain(walk, chain, is_behind, ret_at);
		if (says != USER_LEAVES_ZONE)
			continue;
		if (!stage->is_own)
			says = USER_NOTHING;
		else if (stage->is_base && hook == USER_POSTROUTING)
			says = USER_ACCEPTS; /* the policy of the table nat */
		else if (stage->is_base)
			doubt_everything(walk, "RETURN to the policy", *ret_at);
	}
	return says;
}

/* ------------------------------------------------------------ parts of networks */

static bool halve(const struct inet_prefix *net, struct inet_prefix halves[2])
{
	unsigned int bits = net->addr.family == AF_INET6 ? 128 : 32;
	unsigned int bit = net->length;

	if (bit >= bits)
		return false;
	halves[0] = halves[1] = inet_prefix_network(net);
	halves[0].length = halves[1].length = bit + 1;
	halves[1].addr.bytes[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
	return true;
}

static void ask(const struct user_rules *rules, enum user_hook hook, bool is_behind,
		const char *zone, const struct packet_kind *kind, unsigned int *steps,
		struct user_answer *answer)
{
	struct user_answer before = *answer;
	struct walk walk = { .rules = rules,
			     .kind = kind,
			     .answer = answer,
			     .steps = *steps,
			     .is_forward = hook == USER_FORWARD };
	struct packet_kind part = *kind;
	struct inet_prefix halves[2];
	struct origin at = { 0 };
	enum user_says says = walk_hook(&walk, hook, is_behind, zone, &at);
	bool is_dst = walk.divides && is_divided(&walk.divides->dst, &kind->dst);

	*steps = walk.steps;
	if (walk.divides && *steps < STEPS_MAX &&
	    halve(is_dst ? &kind->dst : &kind->src, halves)) {
		*answer = before;
		for (unsigned int i = 0; i < 2; i++) {
			*(is_dst ? &part.dst : &part.src) = halves[i];
			ask(rules, hook, is_behind, zone, &part, steps, answer);
		}
		return;
	}
	if (!answer->says[says])
		answer->at[says] = at;
	answer->says[says] = true;
}

void user_rules_ask(const struct user_rules *rules, enum user_hook hook, bool is_behind,
		    const char *zone, const struct packet_kind *kind,
		    struct user_answer *ret_answer)
{
	unsigned int steps = 0;

	*ret_answer = (struct user_answer){ 0 };
	ask(rules, hook, is_behind, zone, kind, &steps, ret_answer);
	if (!is_behind && rules->doubts[hook].what) {
		struct walk walk = { .rules = rules, .answer = ret_answer };

		doubt_everything(&walk, rules->doubts[hook].what, rules->doubts[hook].at);
	}
}
