// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nft_rule.c - one rule of an nftables ruleset, as matches and a target of iptables
 *
 * A set is as many variants of the rule as it has elements; of a negated one each element
 * is one of `but`. nft(8), iptables-extensions(8).
 */
#include "import/nft_rule.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"

#define VARIANTS_MAX 64

struct reader {
	struct arena *arena;
	const struct nft_token *tokens;
	size_t count, at;
	struct nft_rule *rule;
	const char *protocol; /* that the variants have; NULL: none yet */
	bool has_protocols;   /* more than one: the variants differ */
	bool is_ipv6;
};

struct values {
	struct nft_texts list;
	bool is_negated;
};

static const char *next(const struct reader *reader)
{
	return reader->at < reader->count ? reader->tokens[reader->at].s : "";
}

static bool take(struct reader *reader, const char *word)
{
	if (!str_equal(next(reader), word) || reader->at >= reader->count)
		return false;
	reader->at++;
	return true;
}

static void unknown_what(struct reader *reader, const char *what)
{
	if (!reader->rule->unknown)
		reader->rule->unknown = arena_printf(reader->arena, "%.40s", what);
	reader->at = reader->count;
}

static void unknown(struct reader *reader)
{
	const char *word = next(reader);

	unknown_what(reader, *word ? word : "the rule");
}

/* Nothing that a shell would make something else of. */
static bool is_plain(const char *word)
{
	for (const char *c = word; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("._-+/:", *c))
			return false;
	return *word && *word != '-';
}

static bool take_values(struct reader *reader, struct values *ret)
{
	*ret = (struct values){ .is_negated = take(reader, "!=") };
	(void)take(reader, "==");
	if (!take(reader, "{")) {
		if (!is_plain(next(reader)))
			return false;
		vec_add(reader->arena, &ret->list, next(reader));
		reader->at++;
		/* "established,related" is a list without braces. */
		while (take(reader, ",") && is_plain(next(reader)))
			vec_add(reader->arena, &ret->list,
				reader->tokens[reader->at++].s);
		return true;
	}
	while (!take(reader, "}")) {
		if (take(reader, ",") || take(reader, "\n"))
			continue;
		if (!is_plain(next(reader)))
			return false;
		vec_add(reader->arena, &ret->list, next(reader));
		reader->at++;
		if (!str_equal(next(reader), ",") && !str_equal(next(reader), "}") &&
		    !str_equal(next(reader), "\n"))
			return false;
	}
	return ret->list.count > 0;
}

/* ------------------------------------------------------------ what is matched */

/* Each variant so far with each of these. */
static void multiply(struct reader *reader, const struct nft_texts *matches)
{
	struct nft_texts product = { 0 };

	if (reader->rule->variants.count * matches->count > VARIANTS_MAX) {
		unknown(reader);
		return;
	}
	vec_foreach (variant, &reader->rule->variants)
		vec_foreach (match, matches)
			vec_add(reader->arena, &product,
				arena_printf(reader->arena, "%s %s", *variant, *match));
	reader->rule->variants = product;
}

static void match_one(struct reader *reader, const char *match)
{
	struct nft_texts one = { 0 };

	vec_add(reader->arena, &one, match);
	multiply(reader, &one);
}

/* before: "-s", "--dport"; iptables negates one value by a "!" before the option. */
static void match_values(struct reader *reader, const char *before,
			 const struct values *values)
{
	struct nft_texts matches = { 0 };
	const bool is_but = values->is_negated && values->list.count > 1;

	vec_foreach (value, &values->list)
		vec_add(reader->arena, is_but ? &reader->rule->but : &matches,
			arena_printf(reader->arena, "%s%s %s",
				     values->is_negated && !is_but ? "! " : "", before,
				     *value));
	if (!is_but)
		multiply(reader, &matches);
}

static void match_device(struct reader *reader, const char *option)
{
	struct values values;
	const bool is_negated = str_equal(next(reader), "!=");
	const size_t at = reader->at + is_negated;

	/* "ppp*" is no plain word, and iptables' "ppp+". */
	if (at < reader->count && str_ends(reader->tokens[at].s, "*")) {
		char *name = arena_strdup(reader->arena, reader->tokens[at].s);

		name[strlen(name) - 1] = '+';
		reader->at = at + 1;
		if (is_plain(name))
			match_one(reader,
				  arena_printf(reader->arena, "%s%s %s",
					       is_negated ? "! " : "", option, name));
		else
			unknown(reader);
	} else if (take_values(reader, &values)) {
		match_values(reader, option, &values);
	} else {
		unknown(reader);
	}
}

static void match_address(struct reader *reader, const char *option, const char *range)
{
	struct values values;

	if (!take_values(reader, &values)) {
		unknown(reader);
		return;
	}
	vec_foreach (value, &values.list)
		if (strchr(*value, '-')) {
			if (values.list.count > 1 || values.is_negated)
				unknown(reader);
			else
				match_one(reader,
					  arena_printf(reader->arena, "-m iprange %s %s",
						       range, *value));
			return;
		}
	match_values(reader, option, &values);
}

static bool is_icmpv6(const char *protocol)
{
	return str_equal(protocol, "icmpv6") || str_equal(protocol, "ipv6-icmp") ||
	       str_equal(protocol, "58");
}

static void match_protocol(struct reader *reader)
{
	struct values values, kept = { 0 };

	if (!take_values(reader, &values) || reader->protocol) {
		unknown(reader);
		return;
	}
	kept.is_negated = values.is_negated;
	vec_foreach (value, &values.list)
		if (!is_icmpv6(*value))
			vec_add(reader->arena, &kept.list, *value);
	if (kept.list.count)
		match_values(reader, "-p", &kept);
	else
		reader->is_ipv6 = !kept.is_negated;
	reader->protocol = kept.is_negated || !kept.list.count ? "" : kept.list.items[0];
	reader->has_protocols = kept.list.count > 1;
}

static void want_protocol(struct reader *reader, const char *protocol)
{
	if (!reader->protocol)
		match_one(reader, arena_printf(reader->arena, "-p %s", protocol));
	else if (!str_equal(reader->protocol, protocol) || reader->has_protocols)
		unknown(reader);
	reader->protocol = protocol;
}

static const char *port_number(struct reader *reader, const char *word)
{
	static const char *const names[][2] = {
		{ "ssh", "22" },     { "domain", "53" }, { "bootps", "67" },
		{ "bootpc", "68" },  { "http", "80" },	 { "ntp", "123" },
		{ "isakmp", "500" }, { "https", "443" }, { "ipsec-nat-t", "4500" },
	};
	char *range;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (str_equal(word, names[i][0]))
			return names[i][1];
	if (strspn(word, "0123456789-") != strlen(word))
		return NULL;
	range = arena_strdup(reader->arena, word);
	if (strchr(range, '-'))
		*strchr(range, '-') = ':';
	return range;
}

static void match_ports(struct reader *reader)
{
	const char *option = take(reader, "sport")   ? "--sport"
			     : take(reader, "dport") ? "--dport"
						     : NULL;
	struct values values;
	bool is_but;

	if (!option || !take_values(reader, &values)) {
		unknown(reader);
		return;
	}
	is_but = values.is_negated && values.list.count > 1;
	/* iptables asks no port where there is no protocol, or several. */
	if (!*reader->protocol || (is_but && reader->has_protocols)) {
		unknown_what(reader, "ports of no single protocol");
		return;
	}
	vec_foreach (value, &values.list) {
		*value = port_number(reader, *value);
		if (!*value) {
			unknown(reader);
			return;
		}
	}
	/* What is returned before has to say the protocol itself. */
	if (is_but)
		option =
			arena_printf(reader->arena, "-p %s %s", reader->protocol, option);
	match_values(reader, option, &values);
}

static void match_state(struct reader *reader)
{
	struct values values;
	const char *states = "";

	if (!take_values(reader, &values)) {
		unknown(reader);
		return;
	}
	vec_foreach (value, &values.list) {
		char *state = arena_strdup(reader->arena, *value);

		for (char *c = state; *c; c++)
			*c = (char)toupper((unsigned char)*c);
		states = arena_printf(reader->arena, "%s%s%s", states, *states ? "," : "",
				      state);
	}
	match_one(reader, arena_printf(reader->arena, "-m conntrack %s--ctstate %s",
				       values.is_negated ? "! " : "", states));
}

/* "exists", "missing", and the numbers that nft list prints */
static void match_ipsec(struct reader *reader, const char *direction)
{
	const bool is_in = take(reader, "exists") || take(reader, "1");

	if (is_in || take(reader, "missing") || take(reader, "0"))
		match_one(reader,
			  arena_printf(reader->arena, "-m policy --dir %s --pol %s",
				       direction, is_in ? "ipsec" : "none"));
	else
		unknown(reader);
}

/* nft's names of the types; iptables has not all of them. */
static const struct icmp_name {
	const char *nft, *iptables;
	int64_t type;
} icmp_names[] = {
	{ "echo-reply", "echo-reply", 0 },
	{ "destination-unreachable", "destination-unreachable", 3 },
	{ "source-quench", "source-quench", 4 },
	{ "redirect", "redirect", 5 },
	{ "echo-request", "echo-request", 8 },
	{ "router-advertisement", "router-advertisement", 9 },
	{ "router-solicitation", "router-solicitation", 10 },
	{ "time-exceeded", "time-exceeded", 11 },
	{ "parameter-problem", "parameter-problem", 12 },
	{ "timestamp-request", "timestamp-request", 13 },
	{ "timestamp-reply", "timestamp-reply", 14 },
	{ "info-request", "15", 15 },
	{ "info-reply", "16", 16 },
	{ "address-mask-request", "address-mask-request", 17 },
	{ "address-mask-reply", "address-mask-reply", 18 },
};

/* ret_name: as iptables takes it; false: it is no type. */
static bool icmp_type(const char *word, int64_t *ret_type, const char **ret_name)
{
	for (size_t i = 0; i < ARRAY_SIZE(icmp_names); i++)
		if (str_equal(word, icmp_names[i].nft)) {
			*ret_type = icmp_names[i].type;
			*ret_name = icmp_names[i].iptables;
			return true;
		}
	*ret_name = word;
	return !str_to_number(word, 0, 255, ret_type);
}

/* "8-10", "echo-request-10": a name has hyphens, too. */
static bool icmp_range(struct arena *arena, const char *word, int64_t *ret_first,
		       int64_t *ret_last)
{
	const char *name;

	for (const char *at = strchr(word, '-'); at; at = strchr(at + 1, '-')) {
		const char *first = arena_printf(arena, "%.*s", (int)(at - word), word);

		if (icmp_type(first, ret_first, &name) &&
		    icmp_type(at + 1, ret_last, &name))
			return *ret_first <= *ret_last;
	}
	return false;
}

/* iptables has no range of types: each of them. */
static bool add_icmp_types(struct arena *arena, const char *word, struct nft_texts *types)
{
	int64_t first, last;
	const char *name;

	if (icmp_type(word, &first, &name)) {
		vec_add(arena, types, name);
		return true;
	}
	if (!icmp_range(arena, word, &first, &last))
		return false;
	for (int64_t type = first; type <= last; type++)
		vec_add(arena, types, arena_printf(arena, "%" PRId64, type));
	return true;
}

static void match_icmp(struct reader *reader)
{
	struct values values, types = { 0 };

	want_protocol(reader, "icmp");
	if (!take(reader, "type") || !take_values(reader, &values)) {
		unknown(reader);
		return;
	}
	types.is_negated = values.is_negated;
	vec_foreach (value, &values.list)
		if (!add_icmp_types(reader->arena, *value, &types.list)) {
			unknown_what(reader, "no type of ICMP: nft refuses the file");
			return;
		}
	match_values(reader,
		     types.is_negated && types.list.count > 1
			     ? "-p icmp -m icmp --icmp-type"
			     : "-m icmp --icmp-type",
		     &types);
}

static void match_limit(struct reader *reader)
{
	const char *rate, *burst = "";

	if (!take(reader, "rate") || !is_plain(next(reader)) || take(reader, "over")) {
		unknown(reader);
		return;
	}
	rate = next(reader);
	reader->at++;
	if (take(reader, "burst") && is_plain(next(reader))) {
		burst = arena_printf(reader->arena, " --limit-burst %s", next(reader));
		reader->at++;
		(void)take(reader, "packets");
	}
	match_one(reader,
		  arena_printf(reader->arena, "-m limit --limit %s%s", rate, burst));
}

static bool match_meta(struct reader *reader)
{
	if (take(reader, "iifname") || take(reader, "iif"))
		match_device(reader, "-i");
	else if (take(reader, "oifname") || take(reader, "oif"))
		match_device(reader, "-o");
	else if (take(reader, "l4proto"))
		match_protocol(reader);
	else if (take(reader, "nfproto") || take(reader, "protocol"))
		reader->is_ipv6 |= !take(reader, "ipv4") && !take(reader, "ip") &&
				   (take(reader, "ipv6") || take(reader, "ip6"));
	else if (take(reader, "ipsec") || take(reader, "secpath"))
		match_ipsec(reader, "in");
	else
		return false;
	return true;
}

static bool match_ip(struct reader *reader)
{
	if (take(reader, "saddr"))
		match_address(reader, "-s", "--src-range");
	else if (take(reader, "daddr"))
		match_address(reader, "-d", "--dst-range");
	else if (take(reader, "protocol"))
		match_protocol(reader);
	else if (take(reader, "version"))
		reader->is_ipv6 |= !take(reader, "4");
	else
		return false;
	return true;
}

/* ------------------------------------------------------------ what is done */

static void skip_log(struct reader *reader)
{
	static const char *const words[] = { "prefix", "level",		  "group",
					     "flags",  "queue-threshold", "snaplen" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (take(reader, words[i])) {
			reader->at++;
			i = (size_t)-1;
		}
}

static void skip_counter(struct reader *reader)
{
	if (take(reader, "packets"))
		reader->at++;
	if (take(reader, "bytes"))
		reader->at++;
	if (take(reader, "name"))
		reader->at++;
}

static void target_to(struct reader *reader, const char *target, const char *option)
{
	(void)take(reader, "ip");
	(void)take(reader, "to");
	if (!is_plain(next(reader))) {
		unknown(reader);
		return;
	}
	reader->rule->target =
		arena_printf(reader->arena, "-j %s %s %s", target, option, next(reader));
	reader->at++;
	while (take(reader, "random") || take(reader, "fully-random") ||
	       take(reader, "persistent"))
		;
}

static void target_jump(struct reader *reader, const char *option)
{
	reader->rule->target = option;
	reader->rule->jump = next(reader);
	if (!is_plain(next(reader)))
		unknown(reader);
	else
		reader->at++;
}

static bool read_target(struct reader *reader)
{
	struct nft_rule *rule = reader->rule;

	if (take(reader, "accept")) {
		rule->target = "-j ACCEPT";
	} else if (take(reader, "drop")) {
		rule->target = "-j DROP";
	} else if (take(reader, "return")) {
		rule->target = "-j RETURN";
	} else if (take(reader, "reject")) {
		rule->target = "-j REJECT";
		if (take(reader, "with"))
			reader->at = reader->count;
	} else if (take(reader, "masquerade")) {
		rule->target = "-j MASQUERADE";
		while (take(reader, "random") || take(reader, "fully-random") ||
		       take(reader, "persistent"))
			;
	} else if (take(reader, "snat")) {
		target_to(reader, "SNAT", "--to-source");
	} else if (take(reader, "dnat")) {
		target_to(reader, "DNAT", "--to-destination");
	} else if (take(reader, "jump")) {
		target_jump(reader, "-j");
	} else if (take(reader, "goto")) {
		target_jump(reader, "-g");
	} else {
		return false;
	}
	return true;
}

static bool read_match(struct reader *reader)
{
	if (take(reader, "ip"))
		return match_ip(reader);
	if (take(reader, "meta"))
		return match_meta(reader);
	if (take(reader, "tcp") || take(reader, "udp")) {
		want_protocol(reader, reader->tokens[reader->at - 1].s);
		match_ports(reader);
	} else if (take(reader, "th") && reader->protocol) {
		match_ports(reader);
	} else if (take(reader, "icmp")) {
		match_icmp(reader);
	} else if (take(reader, "icmpv6") || take(reader, "ip6")) {
		reader->is_ipv6 = true;
		reader->at = reader->count;
	} else if (take(reader, "ct")) {
		if (!take(reader, "state"))
			return false;
		match_state(reader);
	} else if (take(reader, "rt")) {
		if (!take(reader, "ipsec"))
			return false;
		match_ipsec(reader, "out");
	} else if (take(reader, "limit")) {
		match_limit(reader);
	} else {
		return match_meta(reader);
	}
	return true;
}

/* What has no part in where a packet goes. */
static bool read_mere_word(struct reader *reader)
{
	if (take(reader, "counter"))
		skip_counter(reader);
	else if (take(reader, "log"))
		skip_log(reader);
	else if (take(reader, "comment"))
		reader->at++;
	else
		return false;
	return true;
}

static void rule_read(struct arena *arena, const struct nft_token *tokens, size_t count,
		      struct nft_rule *ret_rule)
{
	struct reader reader = {
		.arena = arena, .tokens = tokens, .count = count, .rule = ret_rule
	};

	*ret_rule = (struct nft_rule){ .line = tokens[0].line };
	vec_add(arena, &ret_rule->variants, "");
	while (reader.at < reader.count)
		if (!read_mere_word(&reader) && !read_match(&reader) &&
		    !read_target(&reader)) {
			reader.at -= reader.at > 0 && reader.at == reader.count;
			unknown(&reader);
		}
	if (reader.is_ipv6) {
		ret_rule->variants.count = 0;
		ret_rule->unknown = NULL;
	}
}

/* ------------------------------------------------------------ verdict maps */

/* "established : accept", in its pieces, with what stands before and behind the map. */
static void read_element(struct arena *arena, const struct nft_tokens *before,
			 const struct nft_tokens *element,
			 const struct nft_tokens *behind, struct nft_rules *ret_rules)
{
	struct nft_tokens tokens = { 0 };

	for (size_t i = 0; i < before->count; i++)
		vec_add(arena, &tokens, before->items[i]);
	for (size_t i = 0; i < element->count; i++) {
		struct nft_token token = element->items[i];
		char *text = arena_strdup(arena, token.s), *save = NULL;

		for (char *word = strtok_r(text, ":", &save); word;
		     word = strtok_r(NULL, ":", &save)) {
			token.s = word;
			vec_add(arena, &tokens, token);
		}
	}
	for (size_t i = 0; i < behind->count; i++)
		vec_add(arena, &tokens, behind->items[i]);
	if (tokens.count)
		rule_read(arena, tokens.items, tokens.count, vec_push(arena, ret_rules));
}

void nft_rules_read(struct arena *arena, const struct nft_tokens *statement,
		    struct nft_rules *ret_rules)
{
	struct nft_token *all = statement->items;
	const struct nft_token *tokens = all;
	const size_t count = statement->count;
	struct nft_tokens before = { .items = all }, element = { 0 }, behind;
	size_t map = 0, end;

	while (map + 1 < count &&
	       (!str_equal(tokens[map].s, "vmap") || !str_equal(tokens[map + 1].s, "{")))
		map++;
	if (map + 1 >= count) {
		rule_read(arena, tokens, count, vec_push(arena, ret_rules));
		return;
	}
	before.count = map;
	end = map + 2;
	while (end < count && !str_equal(tokens[end].s, "}"))
		end++;
	behind = (struct nft_tokens){ .items = all + end + (end < count),
				      .count = count - end - (end < count) };
	for (size_t i = map + 2; i <= end && i < count; i++) {
		if (!str_equal(tokens[i].s, ",") && i != end) {
			if (!str_equal(tokens[i].s, "\n"))
				vec_add(arena, &element, tokens[i]);
			continue;
		}
		if (element.count)
			read_element(arena, &before, &element, &behind, ret_rules);
		element.count = 0;
	}
}
