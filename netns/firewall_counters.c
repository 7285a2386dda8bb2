// SPDX-License-Identifier: GPL-2.0-or-later
/* firewall_counters.c - read what iptables-save -c prints: iptables-save(8) */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "netns/firewall.h"

struct reader {
	struct arena *arena;
	struct firewall_counter_list *counters;
	const char *table; /* NULL: outside of a table */
	unsigned int line;
	struct err *err;
};

static int bad_line(const struct reader *reader, const char *line, const char *why)
{
	return err_set(reader->err, EINVAL, "firewall counters:%u: %s: '%.200s'",
		       reader->line, why, line);
}

/* "[12:3456]" at *text, which then stands behind it and blanks. */
static bool read_counts(const char **text, uint64_t *ret_packets, uint64_t *ret_bytes)
{
	char *end;

	if (**text != '[' || (*text)[1] < '0' || (*text)[1] > '9')
		return false;
	*ret_packets = strtoull(*text + 1, &end, 10);
	if (*end != ':' || end[1] < '0' || end[1] > '9')
		return false;
	*ret_bytes = strtoull(end + 1, &end, 10);
	if (*end != ']')
		return false;
	end++;
	*text = end + strspn(end, " \t");
	return true;
}

/*
 * The next word of a rule, without its quotes: words with blanks are in "double
 * quotes", in which a backslash protects the next character. NULL: no more.
 */
static const char *next_word(struct reader *reader, const char **text)
{
	_cleanup_buf_ struct buf word = { 0 };
	const char *at = *text + strspn(*text, " \t");
	bool is_quoted = false;

	if (!*at)
		return NULL;
	for (; *at && (is_quoted || (*at != ' ' && *at != '\t')); at++) {
		if (*at == '"')
			is_quoted = !is_quoted;
		else if (*at == '\\' && is_quoted && at[1])
			buf_putc(&word, *++at);
		else
			buf_putc(&word, *at);
	}
	*text = at;
	return arena_strdup(reader->arena, buf_text(&word));
}

static void read_rule(struct reader *reader, struct firewall_counter *counter)
{
	const char *text = counter->rule;
	const char *word;

	while ((word = next_word(reader, &text))) {
		if (str_equal(word, "--comment"))
			counter->comment = next_word(reader, &text);
		else if (str_equal(word, "-j") || str_equal(word, "-g"))
			counter->target = next_word(reader, &text);
	}
}

/* "[0:0] -A FORWARD -s 10.0.0.0/8 -j ACCEPT" */
static int read_rule_line(struct reader *reader, const char *line)
{
	struct firewall_counter counter = { .table = reader->table };
	const char *text = line;

	if (!read_counts(&text, &counter.packets, &counter.bytes))
		return bad_line(reader, line, "no counters");
	if (!str_starts(text, "-A "))
		return bad_line(reader, line, "not a rule");
	text += 3;
	counter.chain = next_word(reader, &text);
	if (!counter.chain)
		return bad_line(reader, line, "a rule without a chain");
	counter.rule = arena_strdup(reader->arena, text + strspn(text, " \t"));
	read_rule(reader, &counter);
	vec_add(reader->arena, reader->counters, counter);
	return 0;
}

/* ":FORWARD DROP [0:0]"; chains that somebody made have "-" for a policy. */
static int read_chain_line(struct reader *reader, const char *line)
{
	struct firewall_counter counter = { .table = reader->table };
	const char *text = line + 1;

	counter.chain = next_word(reader, &text);
	counter.target = next_word(reader, &text);
	text += strspn(text, " \t");
	if (!counter.chain || !counter.target ||
	    !read_counts(&text, &counter.packets, &counter.bytes))
		return bad_line(reader, line, "not a chain with policy and counters");
	if (!str_equal(counter.target, "-"))
		vec_add(reader->arena, reader->counters, counter);
	return 0;
}

static int read_line(struct reader *reader, const char *line)
{
	if (line[0] == '\0' || line[0] == '#')
		return 0;
	if (line[0] == '*') {
		reader->table = arena_strdup(reader->arena, line + 1);
		return 0;
	}
	if (!reader->table)
		return bad_line(reader, line, "not in a table");
	if (str_equal(line, "COMMIT")) {
		reader->table = NULL;
		return 0;
	}
	return line[0] == ':' ? read_chain_line(reader, line)
			      : read_rule_line(reader, line);
}

int firewall_counters_parse(const char *text, struct arena *arena,
			    struct firewall_counter_list *ret_counters, struct err *err)
{
	struct firewall_counter_list counters = { 0 };
	struct reader reader = { .arena = arena, .counters = &counters, .err = err };

	while (*text) {
		size_t length = strcspn(text, "\n");
		_cleanup_free_ char *line = strndup(text, length);
		int ret;

		reader.line++;
		if (!line)
			return err_sys(err, ENOMEM, "firewall counters");
		ret = read_line(&reader, line);
		if (ret)
			return ret;
		text += length + (text[length] == '\n');
	}
	if (reader.table)
		return err_set(err, EINVAL,
			       "firewall counters:%u: the end of table %.60s is missing",
			       reader.line, reader.table);
	*ret_counters = counters;
	return 0;
}

const struct firewall_counter *
firewall_counter_find(const struct firewall_counter_list *counters, const char *comment)
{
	vec_foreach (counter, counters)
		if (counter->comment && str_equal(counter->comment, comment))
			return counter;
	return NULL;
}
