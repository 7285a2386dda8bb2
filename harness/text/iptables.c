// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * iptables.c - the words of iptables(8) as one rule
 *
 * A table of the options: how many words each takes, and what it is about. Options that
 * are not in it are matches that are not understood, with all words up to the next
 * option.
 */
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "text/packet_rule_read.h"

enum about {
	ABOUT_TABLE,
	ABOUT_CHAIN,   /* the command: what is done, to which chain */
	ABOUT_NOTHING, /* of the command, without effect: -w, -v */
	ABOUT_SRC,
	ABOUT_DST,
	ABOUT_PROTOCOL,
	ABOUT_IN,
	ABOUT_OUT,
	ABOUT_MODULE, /* -m */
	ABOUT_TARGET, /* -j */
	ABOUT_GOTO,
	ABOUT_SPORT,
	ABOUT_DPORT,
	ABOUT_DIR, /* of -m policy */
	ABOUT_POL,
	ABOUT_POLICY, /* its other words that the tunnels rehearsed all are */
	ABOUT_STATE,
	ABOUT_COMMENT,
	ABOUT_FAMILY,
	ABOUT_SOME,    /* a match that takes some of the packets */
	ABOUT_TARGETS, /* options of a target */
	ABOUT_UNKNOWN,
};

static const struct option {
	const char *name, *letter; /* either may be NULL */
	unsigned int words;	   /* behind it */
	enum about about;
	enum packet_rule_does does; /* of ABOUT_CHAIN */
} options[] = {
	{ "--table", "-t", 1, ABOUT_TABLE, 0 },
	{ "--append", "-A", 1, ABOUT_CHAIN, RULE_ADDS },
	{ "--insert", "-I", 1, ABOUT_CHAIN, RULE_INSERTS },
	{ "--delete", "-D", 1, ABOUT_CHAIN, RULE_DELETES },
	{ "--check", "-C", 1, ABOUT_CHAIN, RULE_CHECKS },
	{ "--flush", "-F", 0, ABOUT_CHAIN, RULE_FLUSHES },
	{ "--new-chain", "-N", 1, ABOUT_CHAIN, RULE_MAKES_CHAIN },
	{ "--delete-chain", "-X", 0, ABOUT_CHAIN, RULE_DROPS_CHAIN },
	{ "--policy", "-P", 2, ABOUT_CHAIN, RULE_SETS_POLICY },
	{ "--list", "-L", 0, ABOUT_CHAIN, RULE_LISTS },
	{ "--list-rules", "-S", 0, ABOUT_CHAIN, RULE_LISTS },
	{ "--zero", "-Z", 0, ABOUT_CHAIN, RULE_LISTS },
	{ "--wait", "-w", 0, ABOUT_NOTHING, 0 },
	{ "--wait-interval", "-W", 1, ABOUT_NOTHING, 0 },
	{ "--verbose", "-v", 0, ABOUT_NOTHING, 0 },
	{ "--numeric", "-n", 0, ABOUT_NOTHING, 0 },
	{ "--line-numbers", NULL, 0, ABOUT_NOTHING, 0 },
	{ "--exact", "-x", 0, ABOUT_NOTHING, 0 },
	{ "--set-counters", "-c", 2, ABOUT_NOTHING, 0 },
	{ "--modprobe", "-M", 1, ABOUT_NOTHING, 0 },
	{ "--ipv4", "-4", 0, ABOUT_FAMILY, 0 },
	{ "--ipv6", "-6", 0, ABOUT_FAMILY, 0 },
	{ "--source", "-s", 1, ABOUT_SRC, 0 },
	{ "--src", NULL, 1, ABOUT_SRC, 0 },
	{ "--destination", "-d", 1, ABOUT_DST, 0 },
	{ "--dst", NULL, 1, ABOUT_DST, 0 },
	{ "--protocol", "-p", 1, ABOUT_PROTOCOL, 0 },
	{ "--proto", NULL, 1, ABOUT_PROTOCOL, 0 },
	{ "--in-interface", "-i", 1, ABOUT_IN, 0 },
	{ "--out-interface", "-o", 1, ABOUT_OUT, 0 },
	{ "--fragment", "-f", 0, ABOUT_SOME, 0 },
	{ "--match", "-m", 1, ABOUT_MODULE, 0 },
	{ "--jump", "-j", 1, ABOUT_TARGET, 0 },
	{ "--goto", "-g", 1, ABOUT_GOTO, 0 },
	{ "--source-port", NULL, 1, ABOUT_SPORT, 0 },
	{ "--sport", NULL, 1, ABOUT_SPORT, 0 },
	{ "--source-ports", NULL, 1, ABOUT_SPORT, 0 },
	{ "--sports", NULL, 1, ABOUT_SPORT, 0 },
	{ "--destination-port", NULL, 1, ABOUT_DPORT, 0 },
	{ "--dport", NULL, 1, ABOUT_DPORT, 0 },
	{ "--destination-ports", NULL, 1, ABOUT_DPORT, 0 },
	{ "--dports", NULL, 1, ABOUT_DPORT, 0 },
	{ "--dir", NULL, 1, ABOUT_DIR, 0 },
	{ "--pol", NULL, 1, ABOUT_POL, 0 },
	{ "--mode", NULL, 1, ABOUT_POLICY, 0 },
	{ "--strict", NULL, 0, ABOUT_POLICY, 0 },
	{ "--ctstate", NULL, 1, ABOUT_STATE, 0 },
	{ "--state", NULL, 1, ABOUT_STATE, 0 },
	{ "--comment", NULL, 1, ABOUT_COMMENT, 0 },
	{ "--limit", NULL, 1, ABOUT_SOME, 0 },
	{ "--limit-burst", NULL, 1, ABOUT_SOME, 0 },
	{ "--tcp-flags", NULL, 2, ABOUT_SOME, 0 },
	{ "--syn", NULL, 0, ABOUT_SOME, 0 },
	{ "--icmp-type", NULL, 1, ABOUT_SOME, 0 },
	{ "--icmpv6-type", NULL, 1, ABOUT_SOME, 0 },
	{ "--espspi", NULL, 1, ABOUT_SOME, 0 },
	{ "--mac-source", NULL, 1, ABOUT_SOME, 0 },
	{ "--length", NULL, 1, ABOUT_SOME, 0 },
	{ "--timestart", NULL, 1, ABOUT_SOME, 0 },
	{ "--timestop", NULL, 1, ABOUT_SOME, 0 },
	{ "--weekdays", NULL, 1, ABOUT_SOME, 0 },
	{ "--probability", NULL, 1, ABOUT_SOME, 0 },
	{ "--reject-with", NULL, 1, ABOUT_TARGETS, 0 },
	{ "--to-source", NULL, 1, ABOUT_TARGETS, 0 },
	{ "--to-destination", NULL, 1, ABOUT_TARGETS, 0 },
	{ "--to-ports", NULL, 1, ABOUT_TARGETS, 0 },
	{ "--to", NULL, 1, ABOUT_TARGETS, 0 },
	{ "--random", NULL, 0, ABOUT_TARGETS, 0 },
	{ "--random-fully", NULL, 0, ABOUT_TARGETS, 0 },
	{ "--persistent", NULL, 0, ABOUT_TARGETS, 0 },
	{ "--log-prefix", NULL, 1, ABOUT_TARGETS, 0 },
	{ "--log-level", NULL, 1, ABOUT_TARGETS, 0 },
	{ "--set-mark", NULL, 1, ABOUT_TARGETS, 0 },
	{ "--set-xmark", NULL, 1, ABOUT_TARGETS, 0 },
	{ "--save-mark", NULL, 0, ABOUT_TARGETS, 0 },
	{ "--restore-mark", NULL, 0, ABOUT_TARGETS, 0 },
	{ "--clamp-mss-to-pmtu", NULL, 0, ABOUT_TARGETS, 0 },
	{ "--set-mss", NULL, 1, ABOUT_TARGETS, 0 },
};

/* Modules that are nothing without their options. */
static const char *const modules[] = {
	"comment", "tcp",    "udp",	  "udplite",   "sctp",	"icmp",	     "icmp6",
	"esp",	   "ah",     "multiport", "policy",    "state", "conntrack", "limit",
	"mac",	   "length", "time",	  "statistic", NULL,
};

/* Targets that end, and those behind which the next rule is asked. */
static const struct {
	const char *name;
	enum packet_verdict verdict;
} targets[] = {
	{ "ACCEPT", VERDICT_ACCEPT },
	{ "DROP", VERDICT_DROP },
	{ "REJECT", VERDICT_DROP },
	{ "RETURN", VERDICT_RETURN },
	{ "MASQUERADE", VERDICT_SOURCE },
	{ "SNAT", VERDICT_SOURCE },
	{ "NETMAP", VERDICT_UNKNOWN },
	{ "DNAT", VERDICT_DESTINATION },
	{ "REDIRECT", VERDICT_DESTINATION },
	{ "LOG", VERDICT_NONE },
	{ "NFLOG", VERDICT_NONE },
	{ "ULOG", VERDICT_NONE },
	{ "MARK", VERDICT_NONE },
	{ "CONNMARK", VERDICT_NONE },
	{ "TCPMSS", VERDICT_NONE },
	{ "TOS", VERDICT_NONE },
	{ "DSCP", VERDICT_NONE },
	{ "TTL", VERDICT_NONE },
	{ "CLASSIFY", VERDICT_NONE },
	{ "CHECKSUM", VERDICT_NONE },
	{ "TRACE", VERDICT_NONE },
	{ "SET", VERDICT_NONE },
};

struct reader {
	struct arena *arena;
	const struct shell_command *command;
	size_t i;
	struct packet_rule *rule;
	const char *why;     /* the words make no command: reading ends */
	const char *refused; /* a command, and a value that iptables refuses */
	const char *not_read;
	bool has_chain, is_unquotable;
	bool has_policy, has_unknown_module;
	enum packet_policy policy;
	bool is_dir_out;
	struct buf matches, target, rest;
};

/* ------------------------------------------------------------ options */

static const struct option *option_exact(const char *word, size_t length)
{
	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		if (options[i].name && strlen(options[i].name) == length &&
		    !strncmp(options[i].name, word, length))
			return &options[i];
	return NULL;
}

/* A long option may be cut where only one has that beginning (getopt_long(3)). */
static const struct option *option_long(const char *word)
{
	size_t length = strcspn(word, "=");
	const struct option *found = option_exact(word, length);

	for (size_t i = 0; !found && length > 3 && i < ARRAY_SIZE(options); i++)
		if (options[i].name && !strncmp(options[i].name, word, length)) {
			for (size_t j = i + 1; j < ARRAY_SIZE(options); j++)
				if (options[j].name &&
				    !strncmp(options[j].name, word, length) &&
				    options[j].about != options[i].about)
					return NULL;
			found = &options[i];
		}
	return found;
}

static const struct option *option_find(const char *word)
{
	if (str_starts(word, "--"))
		return option_long(word);
	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		if (options[i].letter && str_starts(word, options[i].letter) &&
		    (options[i].words || !word[2]))
			return &options[i];
	return NULL;
}

/* "-1" may be a value. */
static bool is_option(const char *word)
{
	return word[0] == '-' && word[1] &&
	       (!strchr("0123456789", word[1]) || str_equal(word, "-4") ||
		str_equal(word, "-6"));
}

/* ------------------------------------------------------------ values */

void packet_rule_unknown(struct arena *arena, struct packet_rule *rule, const char *text)
{
	vec_add(arena, &rule->unknown, text);
}

/* iptables(8) takes "10/8" and "10.1" for the beginning of an address. */
static bool net_parse(struct arena *arena, const char *text, struct inet_prefix *ret_net)
{
	size_t length = strspn(text, "0123456789.");
	unsigned int dots = 0;

	if (!inet_prefix_parse(text, ret_net))
		return true;
	if (!length || (text[length] && text[length] != '/'))
		return false;
	for (size_t i = 0; i < length; i++)
		dots += text[i] == '.';
	if (dots >= 3)
		return false;
	return !inet_prefix_parse(arena_printf(arena, "%.*s%s%s", (int)length, text,
					       &".0.0.0"[2 * (size_t)dots],
					       text + length),
				  ret_net);
}

/* "10.1.2.0/62" is no name of a host: iptables says "invalid mask". Masks may have holes. */
static bool is_wrong_number(const char *text)
{
	const char *slash = strchr(text, '/');

	return !text[strspn(text, "0123456789./")] && !(slash && strchr(slash, '.'));
}

static void read_nets(struct reader *reader, const char *option, const char *value,
		      bool is_negated, struct packet_nets *nets)
{
	char *rest = arena_strdup(reader->arena, value), *part;

	/* iptables: "! not allowed with multiple source or destination IP addresses" */
	if (is_negated && strchr(value, ','))
		reader->refused = "'!' with several addresses is refused";
	if (nets->list.count)
		reader->refused =
			arena_printf(reader->arena, "'%s' stands twice", option);
	nets->is_negated = is_negated;
	while ((part = strsep(&rest, ","))) {
		struct inet_prefix net;

		if (net_parse(reader->arena, part, &net) &&
		    net.addr.family == reader->rule->family)
			vec_add(reader->arena, &nets->list, inet_prefix_network(&net));
		else if (is_wrong_number(part))
			reader->refused =
				arena_printf(reader->arena, "'%s' is no network", part);
		else
			packet_rule_unknown(
				reader->arena, reader->rule,
				arena_printf(reader->arena, "%s %s", option, part));
	}
}

bool packet_port_parse(const char *text, char separator, struct packet_port *ret_range)
{
	/* services(5), as far as rules about VPNs have them. */
	static const struct {
		const char *name;
		uint16_t port;
	} services[] = { { "isakmp", 500 }, { "ipsec-nat-t", 4500 }, { "domain", 53 },
			 { "http", 80 },    { "https", 443 },	     { "ssh", 22 } };
	const char *at = strchr(text, separator);
	unsigned int first = 0, last = UINT16_MAX;

	for (size_t i = 0; i < ARRAY_SIZE(services); i++)
		if (str_equal(text, services[i].name)) {
			*ret_range = (struct packet_port){ services[i].port,
							   services[i].port };
			return true;
		}
	if (text != at && !str_take_number(&text, &first))
		return false;
	if (at ? text != at : *text)
		return false;
	if (!at)
		last = first;
	else if (*++at && (!str_take_number(&at, &last) || *at))
		return false;
	if (first > UINT16_MAX || last > UINT16_MAX)
		return false;
	*ret_range = (struct packet_port){ (uint16_t)first, (uint16_t)last };
	return true;
}

static void read_ports(struct reader *reader, const char *option, const char *value,
		       bool is_negated, struct packet_ports *ports)
{
	char *rest = arena_strdup(reader->arena, value), *part;

	if (ports->list.count)
		packet_rule_unknown(reader->arena, reader->rule, option);
	ports->is_negated = is_negated;
	while ((part = strsep(&rest, ","))) {
		struct packet_port range;

		if (packet_port_parse(part, ':', &range))
			vec_add(reader->arena, &ports->list, range);
		else
			packet_rule_unknown(
				reader->arena, reader->rule,
				arena_printf(reader->arena, "%s %s", option, part));
	}
}

static void read_protocol(struct reader *reader, const char *value, bool is_negated)
{
	struct packet_rule *rule = reader->rule;

	rule->protocol = packet_protocol(value);
	rule->is_protocol_negated = is_negated;
	if (rule->protocol == PACKET_PROTOCOL_UNKNOWN) {
		rule->protocol = PACKET_PROTOCOL_ALL;
		packet_rule_unknown(reader->arena, rule,
				    arena_printf(reader->arena, "-p %s", value));
	}
}

/* A connection that is new is NEW and nothing else. */
static void read_state(struct reader *reader, const char *value, bool is_negated)
{
	bool has_new = false;
	char *rest = arena_strdup(reader->arena, value), *part;

	while ((part = strsep(&rest, ","))) {
		has_new |= str_equal_nocase(part, "NEW");
		if (str_equal_nocase(part, "DNAT") || str_equal_nocase(part, "SNAT"))
			packet_rule_unknown(
				reader->arena, reader->rule,
				arena_printf(reader->arena, "--ctstate %s", part));
	}
	reader->rule->is_old_only |= has_new == is_negated;
}

static void read_target(struct reader *reader, const char *value, bool is_goto)
{
	struct packet_rule *rule = reader->rule;

	rule->verdict = is_goto ? VERDICT_GOTO : VERDICT_JUMP;
	rule->jump = value;
	for (size_t i = 0; !is_goto && i < ARRAY_SIZE(targets); i++)
		if (str_equal(targets[i].name, value))
			rule->verdict = targets[i].verdict;
}

static void read_table(struct reader *reader, const char *value)
{
	static const char *const names[] = {
		[TABLE_FILTER] = "filter", [TABLE_NAT] = "nat", [TABLE_MANGLE] = "mangle"
	};

	reader->rule->table = TABLE_OTHER;
	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++)
		if (str_equal(names[i], value))
			reader->rule->table = (enum ruleset_table)i;
}

static void read_module(struct reader *reader, const char *value)
{
	reader->has_policy |= str_equal(value, "policy");
	reader->has_unknown_module = true;
	for (size_t i = 0; modules[i]; i++)
		reader->has_unknown_module &= !str_equal(modules[i], value);
	if (reader->has_unknown_module)
		packet_rule_unknown(reader->arena, reader->rule,
				    arena_printf(reader->arena, "-m %s", value));
}

/* ------------------------------------------------------------ the words */

static const char *word_at(const struct reader *reader, size_t i)
{
	return i < reader->command->words.count ? reader->command->words.items[i].text
						: NULL;
}

static void keep_text(struct reader *reader, struct buf *out, const char *word)
{
	const char *text = shell_quote(reader->arena, word);

	/* iptables-restore knows no single quotes. */
	reader->is_unquotable |= !text || *text == '\'';
	if (text)
		buf_printf(out, "%s%s", out->length ? " " : "", text);
}

static void keep(struct reader *reader, struct buf *out, size_t first, size_t count)
{
	for (size_t i = first; i < first + count; i++)
		keep_text(reader, out, word_at(reader, i));
}

/* The chain, and for -I the place in it. */
static void read_chain(struct reader *reader, const struct option *option,
		       const char *value)
{
	const char *next = word_at(reader, reader->i);
	struct packet_rule *rule = reader->rule;
	int64_t place;

	if (reader->has_chain)
		reader->why = "it has two commands";
	reader->has_chain = true;
	rule->does = option->does;
	if (!option->words && next && !is_option(next) && !str_equal(next, "!")) {
		value = next;
		reader->i++;
		next = word_at(reader, reader->i);
	}
	rule->chain = value;
	if (next && !str_to_number(next, 1, UINT32_MAX, &place)) {
		reader->i++;
		rule->place = (unsigned int)place;
		if (option->does == RULE_DELETES)
			reader->not_read = "it takes a rule away by its number";
	}
	if (option->does == RULE_SETS_POLICY && next)
		read_target(reader, next, false);
}

static void read_pol(struct reader *reader, const char *value, bool is_negated)
{
	reader->policy =
		str_equal(value, "none") != is_negated ? POLICY_NONE : POLICY_IPSEC;
}

/* An option of a table row, its value(s) read: fields of the rule. */
static void take(struct reader *reader, const struct option *option, const char *value,
		 bool is_negated)
{
	struct packet_rule *rule = reader->rule;

	switch (option->about) {
	case ABOUT_TABLE:
		read_table(reader, value);
		break;
	case ABOUT_CHAIN:
		read_chain(reader, option, value);
		break;
	case ABOUT_SRC:
		read_nets(reader, option->letter ? option->letter : "-s", value,
			  is_negated, &rule->src);
		break;
	case ABOUT_DST:
		read_nets(reader, option->letter ? option->letter : "-d", value,
			  is_negated, &rule->dst);
		break;
	case ABOUT_PROTOCOL:
		read_protocol(reader, value, is_negated);
		break;
	case ABOUT_IN:
	case ABOUT_OUT:
		*(option->about == ABOUT_IN ? &rule->in : &rule->out) =
			(struct packet_side){ .device = value, .is_negated = is_negated };
		break;
	case ABOUT_MODULE:
		read_module(reader, value);
		break;
	case ABOUT_TARGET:
	case ABOUT_GOTO:
		read_target(reader, value, option->about == ABOUT_GOTO);
		break;
	case ABOUT_SPORT:
		read_ports(reader, option->name, value, is_negated, &rule->sports);
		break;
	case ABOUT_DPORT:
		read_ports(reader, option->name, value, is_negated, &rule->dports);
		break;
	case ABOUT_DIR:
		reader->is_dir_out = str_equal(value, "out");
		break;
	case ABOUT_POL:
		read_pol(reader, value, is_negated);
		break;
	case ABOUT_STATE:
		read_state(reader, value, is_negated);
		break;
	case ABOUT_SOME:
		rule->is_partial = true;
		break;
	case ABOUT_FAMILY:
		rule->is_old_only |=
			(rule->family == AF_INET) == str_equal(option->letter, "-6");
		break;
	case ABOUT_NOTHING:
	case ABOUT_POLICY:
	case ABOUT_COMMENT:
	case ABOUT_TARGETS:
	case ABOUT_UNKNOWN:
		break;
	}
}

/* Where the words of the option go in the texts for iptables-restore. */
static void keep_option(struct reader *reader, const struct option *option, size_t first,
			bool is_negated, const char *value)
{
	size_t count = reader->i - first;
	bool is_esp = option->about == ABOUT_PROTOCOL && !is_negated &&
		      packet_protocol(value) == 50;
	bool is_policy = option->about == ABOUT_DIR || option->about == ABOUT_POL ||
			 option->about == ABOUT_POLICY ||
			 (option->about == ABOUT_MODULE && str_equal(value, "policy"));

	if (option->about == ABOUT_TABLE || option->about == ABOUT_CHAIN ||
	    option->about == ABOUT_NOTHING || option->about == ABOUT_FAMILY)
		return;
	if (option->about == ABOUT_TARGET) {
		keep_text(reader, &reader->target, value);
	} else if (option->about == ABOUT_TARGETS) {
		keep(reader, &reader->target, first, count);
	} else {
		keep(reader, &reader->matches, first, count);
		if (!is_policy && !is_esp && option->about != ABOUT_IN &&
		    option->about != ABOUT_OUT)
			keep(reader, &reader->rest, first, count);
	}
}

/* A match that is not in the table: all words up to what may be the next option. */
static void read_unknown(struct reader *reader, size_t first)
{
	_cleanup_buf_ struct buf text = { 0 };
	struct packet_rule *rule = reader->rule;
	bool is_of_target = rule->verdict != VERDICT_NONE || rule->jump;
	const char *word;

	for (reader->i++; (word = word_at(reader, reader->i)) && !is_option(word) &&
			  !str_equal(word, "!");)
		reader->i++;
	/* Behind -j of a target that has options it may well be one of them. */
	if (is_of_target && !reader->has_unknown_module &&
	    rule->verdict == VERDICT_NONE) {
		keep(reader, &reader->target, first, reader->i - first);
		return;
	}
	for (size_t i = first; i < reader->i; i++)
		buf_printf(&text, "%s%s", i == first ? "" : " ", word_at(reader, i));
	if (reader->has_unknown_module && rule->unknown.count) {
		const char **last = &rule->unknown.items[rule->unknown.count - 1];

		*last = arena_printf(reader->arena, "%s %s", *last, buf_text(&text));
	} else {
		packet_rule_unknown(reader->arena, rule,
				    arena_strdup(reader->arena, buf_text(&text)));
	}
	keep(reader, is_of_target ? &reader->target : &reader->matches, first,
	     reader->i - first);
	if (!is_of_target)
		keep(reader, &reader->rest, first, reader->i - first);
}

/* `-m policy` has a --proto and a --policy of its own. */
static const struct option *option_here(const struct reader *reader, const char *word)
{
	static const struct option of_policy[] = {
		{ "--proto", NULL, 1, ABOUT_POLICY, 0 },
		{ "--policy", NULL, 1, ABOUT_POL, 0 },
	};

	for (size_t i = 0; reader->has_policy && i < ARRAY_SIZE(of_policy); i++)
		if (str_equal(word, of_policy[i].name))
			return &of_policy[i];
	return option_find(word);
}

/* The value in the same word, "--dport=500", "-d10.0.0.0/8"; NULL: in the next. */
static const char *value_inside(const char *word, const struct option *option)
{
	const char *equals = strchr(word, '=');

	if (str_starts(word, "--"))
		return equals && option->words == 1 ? equals + 1 : NULL;
	return word[2] ? word + 2 : NULL;
}

static void read_option(struct reader *reader)
{
	size_t first = reader->i;
	bool is_negated = str_equal(word_at(reader, first), "!");
	const char *word = word_at(reader, reader->i += is_negated), *value;
	const struct option *option = word ? option_here(reader, word) : NULL;

	if (!word || !is_option(word)) {
		reader->why = arena_printf(reader->arena, "'%s' is no option",
					   word ? word : "!");
		return;
	}
	if (!option) {
		read_unknown(reader, first);
		return;
	}
	value = value_inside(word, option);
	reader->i++;
	if (option->words && !value) {
		value = word_at(reader, reader->i);
		/* "-d ! NET": the old ones take it, the new ones refuse it. */
		if (value && str_equal(value, "!")) {
			reader->not_read = "'!' behind an option means something only to "
					   "old releases";
			reader->i++;
			value = word_at(reader, reader->i);
		}
		if (!value || reader->i + option->words > reader->command->words.count) {
			reader->why =
				arena_printf(reader->arena, "'%s' has no value", word);
			return;
		}
		reader->i += option->about == ABOUT_CHAIN ? 1 : option->words;
	}
	take(reader, option, value, is_negated);
	if (option->about == ABOUT_CHAIN && option->words == 2)
		reader->i++;
	/* "-w 5": seconds. */
	if (option->about == ABOUT_NOTHING && word_at(reader, reader->i) &&
	    strchr("0123456789", *word_at(reader, reader->i)))
		reader->i++;
	keep_option(reader, option, first, is_negated, value);
}

static void finish(struct reader *reader)
{
	struct packet_rule *rule = reader->rule;

	if (reader->policy != POLICY_NOT_SAID)
		*(reader->is_dir_out ? &rule->out.policy : &rule->in.policy) =
			reader->policy;
	if (reader->is_unquotable)
		return;
	rule->matches = arena_strdup(reader->arena, buf_text(&reader->matches));
	rule->target = arena_strdup(reader->arena, buf_text(&reader->target));
	rule->rest = arena_strdup(reader->arena, buf_text(&reader->rest));
}

enum packet_rule_reading iptables_read(struct arena *arena,
				       const struct shell_command *command,
				       bool is_command, struct packet_rule *rule,
				       const char **ret_why)
{
	struct reader reader = { .arena = arena, .command = command, .rule = rule };

	for (reader.i = 1; !reader.why && reader.i < command->words.count;)
		read_option(&reader);
	finish(&reader);
	buf_done(&reader.matches);
	buf_done(&reader.target);
	buf_done(&reader.rest);
	if (!reader.why && is_command && !reader.has_chain)
		reader.why = "it names no chain";
	if (!reader.why && is_command && rule->chain && !*rule->chain)
		reader.why = "its chain has no name";
	if (reader.why)
		rule->matches = rule->target = rule->rest = NULL;
	if (reader.why || reader.refused) {
		*ret_why = reader.why ? reader.why : reader.refused;
		return RULE_IS_REFUSED;
	}
	if (reader.not_read)
		*ret_why = reader.not_read;
	return reader.not_read ? RULE_NOT_READ : RULE_READ;
}
