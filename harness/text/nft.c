// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nft.c - `nft add rule` and `nft insert rule` of one line as one rule (nft(8) 1.0)
 *
 * nft joins its words and reads them again, so a command may be one word in quotes or
 * many. Expressions that are not understood are kept by name.
 */
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "text/packet_rule_read.h"

struct reader {
	struct arena *arena;
	struct packet_rule *rule;
	VEC(const char *) words;
	size_t i;
	bool is_end_unknown; /* the word before belongs to what is not understood */
};

/* ------------------------------------------------------------ words */

static void split(struct reader *reader, const char *text)
{
	while (*(text += strspn(text, " \t"))) {
		size_t length = strcspn(text, " \t{},;\"");

		if (*text == '"') {
			length = strcspn(text + 1, "\"");
			vec_add(reader->arena, &reader->words,
				arena_strndup(reader->arena, text + 1, length));
			text += length + 1 + (text[length + 1] == '"');
			continue;
		}
		length += !length;
		vec_add(reader->arena, &reader->words,
			arena_strndup(reader->arena, text, length));
		text += length;
	}
}

static const char *peek(const struct reader *reader)
{
	return reader->i < reader->words.count ? reader->words.items[reader->i] : "";
}

static const char *next(struct reader *reader)
{
	const char *word = peek(reader);

	reader->i += reader->i < reader->words.count;
	return word;
}

static bool take(struct reader *reader, const char *word)
{
	bool is_it = *word && str_equal(peek(reader), word);

	reader->i += is_it;
	return is_it;
}

static void unknown(struct reader *reader, const char *text)
{
	struct packet_rule *rule = reader->rule;

	if (reader->is_end_unknown) {
		const char **last = &rule->unknown.items[rule->unknown.count - 1];

		*last = arena_printf(reader->arena, "%s %s", *last, text);
	} else {
		packet_rule_unknown(reader->arena, rule, text);
	}
	reader->is_end_unknown = true;
}

/* "VALUE", "{ A, B }", with or without "!=" before. */
struct values {
	VEC(const char *) list;
	bool is_negated;
};

static void read_values(struct reader *reader, struct values *values)
{
	values->is_negated = take(reader, "!=");
	if (!values->is_negated)
		(void)take(reader, "==");
	if (!take(reader, "{")) {
		vec_add(reader->arena, &values->list, next(reader));
		/* "established,related" */
		while (take(reader, ","))
			vec_add(reader->arena, &values->list, next(reader));
		return;
	}
	while (*peek(reader) && !take(reader, "}"))
		if (!take(reader, ","))
			vec_add(reader->arena, &values->list, next(reader));
}

/* ------------------------------------------------------------ expressions */

static void read_nets(struct reader *reader, const char *option, struct packet_nets *nets)
{
	struct values values = { 0 };

	read_values(reader, &values);
	if (nets->list.count) { /* a second one of a kind: both must match */
		packet_rule_unknown(reader->arena, reader->rule, option);
		return;
	}
	nets->is_negated = values.is_negated;
	vec_foreach (value, &values.list) {
		struct inet_prefix net;

		if (!inet_prefix_parse(*value, &net))
			vec_add(reader->arena, &nets->list, inet_prefix_network(&net));
		else
			packet_rule_unknown(
				reader->arena, reader->rule,
				arena_printf(reader->arena, "%s %s", option, *value));
	}
}

static void read_ports(struct reader *reader, const char *option,
		       struct packet_ports *ports)
{
	struct values values = { 0 };

	read_values(reader, &values);
	if (ports->list.count) {
		packet_rule_unknown(reader->arena, reader->rule, option);
		return;
	}
	ports->is_negated = values.is_negated;
	vec_foreach (value, &values.list) {
		struct packet_port range;

		if (packet_port_parse(*value, '-', &range))
			vec_add(reader->arena, &ports->list, range);
		else
			packet_rule_unknown(
				reader->arena, reader->rule,
				arena_printf(reader->arena, "%s %s", option, *value));
	}
}

static void read_protocol(struct reader *reader)
{
	struct packet_rule *rule = reader->rule;
	struct values values = { 0 };

	read_values(reader, &values);
	rule->is_protocol_negated = values.is_negated;
	if (values.list.count == 1)
		rule->protocol = packet_protocol(values.list.items[0]);
	else if (!values.is_negated)
		rule->is_partial = true; /* of several */
	if (rule->protocol == PACKET_PROTOCOL_UNKNOWN ||
	    (values.list.count != 1 && values.is_negated)) {
		rule->protocol = PACKET_PROTOCOL_ALL;
		packet_rule_unknown(reader->arena, rule, "meta l4proto");
	}
}

static void read_device(struct reader *reader, const char *option,
			struct packet_side *side)
{
	struct values values = { 0 };
	size_t length;
	char *name;

	read_values(reader, &values);
	if (values.list.count != 1) {
		packet_rule_unknown(reader->arena, reader->rule, option);
		return;
	}
	name = arena_strdup(reader->arena, values.list.items[0]);
	length = strlen(name);
	/* nft's "eth*" is iptables' "eth+". */
	if (length && name[length - 1] == '*')
		name[length - 1] = '+';
	side->device = name;
	side->is_negated = values.is_negated;
}

static void read_state(struct reader *reader)
{
	struct values values = { 0 };
	bool has_new = false;

	read_values(reader, &values);
	vec_foreach (value, &values.list)
		has_new |= str_equal(*value, "new");
	reader->rule->is_old_only |= has_new == values.is_negated;
}

static enum packet_policy read_exists(struct reader *reader)
{
	const char *word = next(reader);

	if (str_equal(word, "missing") || str_equal(word, "0"))
		return POLICY_NONE;
	return POLICY_IPSEC;
}

static bool read_address(struct reader *reader, const char *word)
{
	bool is_v6 = str_equal(word, "ip6");
	bool is_family = str_equal(word, "ip") || is_v6;

	if (!is_family)
		return false;
	if (reader->rule->family == AF_UNSPEC)
		reader->rule->family = is_v6 ? AF_INET6 : AF_INET;
	if (take(reader, "saddr"))
		read_nets(reader, is_v6 ? "ip6 saddr" : "ip saddr", &reader->rule->src);
	else if (take(reader, "daddr"))
		read_nets(reader, is_v6 ? "ip6 daddr" : "ip daddr", &reader->rule->dst);
	else if (take(reader, "protocol") || take(reader, "nexthdr"))
		read_protocol(reader);
	else
		unknown(reader, word);
	return true;
}

static bool read_transport(struct reader *reader, const char *word)
{
	bool is_any = str_equal(word, "th");
	int protocol = str_equal(word, "tcp")	? 6
		       : str_equal(word, "udp") ? 17
						: PACKET_PROTOCOL_ALL;

	if (!is_any && protocol == PACKET_PROTOCOL_ALL)
		return false;
	if (!is_any)
		reader->rule->protocol = protocol;
	if (take(reader, "dport"))
		read_ports(reader, "dport", &reader->rule->dports);
	else if (take(reader, "sport"))
		read_ports(reader, "sport", &reader->rule->sports);
	else
		unknown(reader, word);
	return true;
}

/* meta …, ct …, rt …, with or without the word "meta". */
static bool read_meta(struct reader *reader, const char *word)
{
	struct packet_rule *rule = reader->rule;

	bool is_meta = str_equal(word, "meta");

	if (is_meta)
		word = next(reader);
	if (str_equal(word, "iifname") || str_equal(word, "iif")) {
		read_device(reader, word, &rule->in);
	} else if (str_equal(word, "oifname") || str_equal(word, "oif")) {
		read_device(reader, word, &rule->out);
	} else if (str_equal(word, "l4proto")) {
		read_protocol(reader);
	} else if (str_equal(word, "nfproto")) {
		bool is_negated = take(reader, "!=");
		bool is_v6 = str_equal(next(reader), "ipv6") != is_negated;

		rule->family = is_v6 ? AF_INET6 : AF_INET;
	} else if (str_equal(word, "ct") && take(reader, "state")) {
		read_state(reader);
	} else if (str_equal(word, "rt") && take(reader, "ipsec")) {
		rule->out.policy = read_exists(reader);
	} else if (str_equal(word, "secpath") || str_equal(word, "ipsec")) {
		rule->in.policy = read_exists(reader);
	} else if (is_meta) {
		unknown(reader, arena_printf(reader->arena, "meta %s", word));
	} else {
		return false;
	}
	return true;
}

/* ------------------------------------------------------------ for iptables-restore */

static void write_nets(struct buf *out, const char *option,
		       const struct packet_nets *nets)
{
	vec_foreach (net, &nets->list)
		buf_printf(out, "%s%s%s%s", net == nets->list.items ? " " : ",",
			   net == nets->list.items && nets->is_negated ? "! " : "",
			   net == nets->list.items ? option : "",
			   inet_prefix_text(net).s);
}

static void write_ports(struct buf *out, const char *option,
			const struct packet_ports *ports)
{
	vec_foreach (range, &ports->list) {
		bool is_first = range == ports->list.items;

		buf_printf(out, "%s%s%s%u", is_first ? " -m multiport " : ",",
			   is_first && ports->is_negated ? "! " : "",
			   is_first ? option : "", range->first);
		if (range->last != range->first)
			buf_printf(out, ":%u", range->last);
	}
}

static void write_side(struct buf *out, char option, const struct packet_side *side)
{
	if (side->device)
		buf_printf(out, " %s-%c %s", side->is_negated ? "! " : "", option,
			   side->device);
}

static void write_policy(struct buf *out, const char *direction,
			 const struct packet_side *side)
{
	if (side->policy != POLICY_NOT_SAID)
		buf_printf(out, " -m policy --dir %s --pol %s", direction,
			   side->policy == POLICY_NONE ? "none" : "ipsec");
}

/* Can iptables say it: all understood, no list negated, ports of a protocol? */
static bool is_writable(const struct packet_rule *rule)
{
	bool has_ports = rule->sports.list.count || rule->dports.list.count;

	return rule->family != AF_INET6 && !rule->unknown.count && !rule->is_partial &&
	       !rule->is_old_only &&
	       !(rule->src.is_negated && rule->src.list.count > 1) &&
	       !(rule->dst.is_negated && rule->dst.list.count > 1) &&
	       (!has_ports || rule->protocol == 6 || rule->protocol == 17);
}

static void write_back(struct reader *reader, const char *target)
{
	_cleanup_buf_ struct buf matches = { 0 }, rest = { 0 };
	struct packet_rule *rule = reader->rule;

	if (!is_writable(rule) || !target)
		return;
	write_nets(&rest, "-s ", &rule->src);
	write_nets(&rest, "-d ", &rule->dst);
	if (rule->protocol >= 0)
		buf_printf(rule->protocol == 50 ? &matches : &rest, " %s-p %d",
			   rule->is_protocol_negated ? "! " : "", rule->protocol);
	write_ports(&rest, "--sports ", &rule->sports);
	write_ports(&rest, "--dports ", &rule->dports);
	write_side(&matches, 'i', &rule->in);
	write_side(&matches, 'o', &rule->out);
	write_policy(&matches, "in", &rule->in);
	write_policy(&matches, "out", &rule->out);
	buf_puts(&matches, buf_text(&rest));
	rule->matches = str_trim(arena_strdup(reader->arena, buf_text(&matches)));
	rule->rest = str_trim(arena_strdup(reader->arena, buf_text(&rest)));
	rule->target = target;
}

/* ------------------------------------------------------------ statements */

static const struct {
	const char *word;
	enum packet_verdict verdict;
	const char *target; /* of iptables; NULL: none that needs no words of its own */
} verdicts[] = {
	{ "accept", VERDICT_ACCEPT, "ACCEPT" },
	{ "drop", VERDICT_DROP, "DROP" },
	{ "reject", VERDICT_DROP, "REJECT" },
	{ "return", VERDICT_RETURN, "RETURN" },
	{ "masquerade", VERDICT_SOURCE, "MASQUERADE" },
	{ "snat", VERDICT_SOURCE, NULL },
	{ "dnat", VERDICT_DESTINATION, NULL },
	{ "redirect", VERDICT_DESTINATION, NULL },
	{ "jump", VERDICT_JUMP, NULL },
	{ "goto", VERDICT_GOTO, NULL },
	{ "queue", VERDICT_UNKNOWN, NULL },
	{ "continue", VERDICT_NONE, NULL },
};

/* A verdict ends the rule; what stands behind it belongs to it. */
static bool read_verdict(struct reader *reader, const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(verdicts); i++) {
		if (!str_equal(verdicts[i].word, word))
			continue;
		reader->rule->verdict = verdicts[i].verdict;
		if (verdicts[i].verdict == VERDICT_JUMP ||
		    verdicts[i].verdict == VERDICT_GOTO)
			reader->rule->jump = next(reader);
		write_back(reader, verdicts[i].target);
		return true;
	}
	return false;
}

/* What counts, logs or comments decides nothing. */
static bool read_remark(struct reader *reader, const char *word)
{
	static const char *const log_words[] = { "prefix", "level", "group", "flags",
						 NULL };

	if (str_equal(word, "comment")) {
		(void)next(reader);
	} else if (str_equal(word, "counter")) {
		while (take(reader, "packets") || take(reader, "bytes"))
			(void)next(reader);
	} else if (str_equal(word, "log")) {
		for (size_t i = 0; log_words[i];)
			if (take(reader, log_words[i])) {
				(void)next(reader);
				i = 0;
			} else {
				i++;
			}
	} else if (str_equal(word, "limit")) {
		reader->rule->is_partial = true;
		while (*peek(reader) &&
		       (str_has_word("rate over burst packets", peek(reader)) ||
			strchr("0123456789", *peek(reader))))
			(void)next(reader);
	} else if (str_equal(word, "icmp") || str_equal(word, "icmpv6")) {
		reader->rule->protocol = str_equal(word, "icmp") ? 1 : 58;
		reader->rule->is_partial = true;
		(void)next(reader);
		read_values(reader, &(struct values){ 0 });
	} else {
		return false;
	}
	return true;
}

static void read_rule(struct reader *reader)
{
	while (*peek(reader)) {
		const char *word = next(reader);

		size_t before = reader->rule->unknown.count;

		if (read_verdict(reader, word))
			return;
		if (read_address(reader, word) || read_transport(reader, word) ||
		    read_meta(reader, word) || read_remark(reader, word)) {
			reader->is_end_unknown = reader->rule->unknown.count > before;
			continue;
		}
		unknown(reader, word);
	}
}

/* ------------------------------------------------------------ commands */

static void read_place(struct reader *reader)
{
	static const char *const families[] = { "ip", "ip6", "inet", NULL };
	struct packet_rule *rule = reader->rule;

	rule->family = AF_INET;
	for (size_t i = 0; families[i]; i++)
		if (take(reader, families[i])) {
			rule->family = i == 0 ? AF_INET : i == 1 ? AF_INET6 : AF_UNSPEC;
			break;
		}
	rule->nft_table = next(reader);
	rule->table = TABLE_OTHER;
	if (*peek(reader))
		rule->chain = next(reader);
}

static enum packet_rule_reading not_read(struct reader *reader, const char **ret_why)
{
	*ret_why = arena_printf(reader->arena, "`nft %s %s` is not understood",
				reader->words.count ? reader->words.items[0] : "",
				reader->words.count > 1 ? reader->words.items[1] : "");
	return RULE_NOT_READ;
}

enum packet_rule_reading nft_read(struct arena *arena,
				  const struct shell_command *command,
				  struct packet_rule *rule, const char **ret_why)
{
	_cleanup_buf_ struct buf text = { 0 };
	struct reader reader = { .arena = arena, .rule = rule };
	const char *does, *what;

	for (size_t i = 1; i < command->words.count; i++)
		buf_printf(&text, "%s ", command->words.items[i].text);
	if (strpbrk(buf_text(&text), ";\n")) {
		*ret_why = "it is more than one command";
		return RULE_NOT_READ;
	}
	split(&reader, buf_text(&text));
	while (str_starts(peek(&reader), "-") && !str_starts(peek(&reader), "-f"))
		reader.i++;
	does = next(&reader);
	what = str_equal(does, "list") ? "" : next(&reader);
	if (str_equal(does, "list")) {
		rule->does = RULE_LISTS;
		return RULE_READ;
	}
	/* Tables and the elements of sets change no rule. */
	if (str_equal(does, "add") && str_has_word("table set element map", what)) {
		rule->does = RULE_LISTS;
		return RULE_READ;
	}
	read_place(&reader);
	if (str_equal(what, "rule") &&
	    (str_equal(does, "add") || str_equal(does, "insert"))) {
		rule->does = str_equal(does, "add") ? RULE_ADDS : RULE_INSERTS;
		/* Where in the chain, by a number of the running one. */
		if (str_has_word("position handle index", peek(&reader)))
			unknown(&reader, next(&reader));
		reader.is_end_unknown = false;
		read_rule(&reader);
		return rule->chain ? RULE_READ : not_read(&reader, ret_why);
	}
	if (str_equal(what, "chain") && str_equal(does, "flush"))
		rule->does = RULE_FLUSHES;
	else if (str_equal(what, "chain") && str_equal(does, "add") && !*peek(&reader))
		rule->does = RULE_MAKES_CHAIN;
	else
		return not_read(&reader, ret_why);
	return RULE_READ;
}
