// SPDX-License-Identifier: GPL-2.0-or-later
/* edit_sections.c - UCI and ipsec.conf: sections that begin with a head and have no end */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "fix/languages.h"
#include "fix/text_lines.h"

#define WORD_MAX 64

/* Lines of one section: its head, what stands below it. */
struct section {
	size_t head, end;
};

typedef bool is_head_function(const struct text_line *line);

static bool is_uci_head(const struct text_line *line)
{
	return text_line_starts(line, "config");
}

/* Whatever is not indented; ipsec.conf(5). */
static bool is_conn_head(const struct text_line *line)
{
	return !text_line_indent(line) && !text_line_is_empty(line);
}

static int find_section(const struct text_lines *lines, unsigned int line,
			is_head_function *is_head, struct section *ret, struct err *err)
{
	const struct text_line *items = lines->list.items;

	if (!line || line > lines->list.count)
		return err_set(err, -EINVAL, "there is no line %u", line);
	ret->head = line - 1;
	while (ret->head && !is_head(&items[ret->head]))
		ret->head--;
	if (!is_head(&items[ret->head]))
		return err_set(err, -EINVAL, "line %u is in no section", line);
	ret->end = ret->head + 1;
	while (ret->end < lines->list.count && !is_head(&items[ret->end]))
		ret->end++;
	return 0;
}

unsigned int edit_uci_head(const char *text, unsigned int line)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct text_lines lines = { 0 };
	struct section section = { 0 };
	struct err err = { 0 };

	text_lines_split(arena, text, &lines);
	return find_section(&lines, line, is_uci_head, &section, &err)
		       ? line
		       : (unsigned int)section.head + 1;
}

/* The blanks before what stands in the section; a tab where it is empty. */
static void add_indent(const struct text_lines *lines, const struct section *section,
		       struct buf *out)
{
	for (size_t i = section->head + 1; i < section->end; i++) {
		const struct text_line *line = &lines->list.items[i];

		if (text_line_is_empty(line) || !text_line_indent(line))
			continue;
		buf_add(out, line->bytes, text_line_indent(line));
		return;
	}
	buf_putc(out, '\t');
}

static void add_statement(const struct text_lines *lines, const struct section *section,
			  const char *statement, struct buf *out)
{
	add_indent(lines, section, out);
	buf_puts(out, statement);
	buf_puts(out, text_line_end(&lines->list.items[section->head]));
}

/* ------------------------------------------------------------ UCI */

/* `option K …` or `list K …`, K with or without quotes. */
static bool sets_option(const struct text_line *line, const char *verb, const char *key)
{
	size_t at = text_line_indent(line), length = strlen(key);
	const char *end = line->bytes + line->length, *p;

	if (!text_line_starts(line, verb))
		return false;
	p = line->bytes + at + strlen(verb);
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	if (p < end && (*p == '\'' || *p == '"'))
		p++;
	return (size_t)(end - p) > length && !memcmp(p, key, length) &&
	       strchr("'\" \t\r\n", p[length]);
}

/* `option K` as it is written there, the new value behind it. */
static void replace_value(const struct text_line *line, const char *verb, const char *key,
			  const char *statement, struct buf *out)
{
	const char *at = line->bytes + text_line_indent(line) + strlen(verb);

	at = memmem(at, (size_t)(line->bytes + line->length - at), key, strlen(key));
	at += strlen(key);
	at += strspn(at, "'\"");
	at += strspn(at, " \t");
	buf_add(out, line->bytes, (size_t)(at - line->bytes));
	buf_puts(out, strchr(statement, '\''));
	buf_puts(out, text_line_end(line));
}

struct uci_statement {
	const char *verb; /* "option", "list", "no option" */
	char key[WORD_MAX];
};

static int read_uci(const char *statement, struct uci_statement *ret, struct err *err)
{
	static const char *const verbs[] = { "option", "list", "no option", NULL };
	int length = 0;

	for (size_t i = 0; verbs[i]; i++) {
		size_t n = strlen(verbs[i]);

		if (strncmp(statement, verbs[i], n) != 0 || statement[n] != ' ')
			continue;
		ret->verb = verbs[i];
		if (sscanf(statement + n, " %63[a-zA-Z0-9_-]%n", ret->key, &length) != 1)
			break;
		/* A value in quotes, and nothing behind it; no value with "no option". */
		statement += n + (size_t)length;
		n = strlen(statement);
		if (i == 2 ? !n
			   : n > 2 && statement[0] == ' ' && statement[1] == '\'' &&
				     strchr(statement + 2, '\'') == statement + n - 1)
			return 0;
		break;
	}
	return err_set(err, -EINVAL, "no statement of UCI");
}

int edit_uci(const char *text, unsigned int line, const char *statement, struct buf *out,
	     struct err *err)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct text_lines lines = { 0 };
	struct uci_statement uci = { .verb = "" };
	struct section section = { 0 };
	bool is_list, is_set, is_done = false;
	size_t last;

	text_lines_split(arena, text, &lines);
	if (read_uci(statement, &uci, err) ||
	    find_section(&lines, line, is_uci_head, &section, err))
		return -EINVAL;
	is_list = uci.verb[0] == 'l';
	is_set = uci.verb[0] != 'n';
	last = section.head;
	for (size_t i = section.head + 1; i < section.end; i++)
		if (sets_option(&lines.list.items[i], "list", uci.key))
			last = i;
	text_lines_add(&lines, 0, section.head + 1, out);
	if (is_list && last == section.head) {
		add_statement(&lines, &section, statement, out);
		is_done = true;
	}
	for (size_t i = section.head + 1; i < section.end; i++) {
		const struct text_line *at = &lines.list.items[i];
		bool is_option = sets_option(at, "option", uci.key);

		if (!is_list && (is_option || sets_option(at, "list", uci.key))) {
			if (is_set && !is_done && is_option)
				replace_value(at, uci.verb, uci.key, statement, out);
			else if (is_set && !is_done)
				add_statement(&lines, &section, statement, out);
			is_done = true;
			continue;
		}
		text_lines_add(&lines, i, i + 1, out);
		if (is_list && i == last) {
			add_statement(&lines, &section, statement, out);
			is_done = true;
		}
	}
	if (!is_done && is_set) {
		/* Below the head: what stood there so far comes behind it. */
		out->length = 0;
		text_lines_add(&lines, 0, section.head + 1, out);
		add_statement(&lines, &section, statement, out);
		text_lines_add(&lines, section.head + 1, section.end, out);
	}
	text_lines_add(&lines, section.end, lines.list.count, out);
	return 0;
}

/* ------------------------------------------------------------ ipsec.conf */

int edit_ipsec_conf(const char *text, unsigned int line, const char *statement,
		    struct buf *out, struct err *err)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	const char *value = strchr(statement, '=');
	struct text_lines lines = { 0 };
	struct section section = { 0 };
	bool is_done = false;
	char key[WORD_MAX];

	text_lines_split(arena, text, &lines);
	if (!value || (size_t)(value - statement) >= sizeof(key) ||
	    strspn(statement, "abcdefghijklmnopqrstuvwxyz_") !=
		    (size_t)(value - statement))
		return err_set(err, -EINVAL, "no statement of ipsec.conf");
	(void)snprintf(key, sizeof(key), "%.*s", (int)(value - statement), statement);
	if (find_section(&lines, line, is_conn_head, &section, err))
		return -EINVAL;
	for (size_t i = 0; i < lines.list.count; i++) {
		bool is_in = i > section.head && i < section.end;

		if (is_in && text_line_starts(&lines.list.items[i], key)) {
			if (!is_done)
				add_statement(&lines, &section, statement, out);
			is_done = true;
			continue;
		}
		text_lines_add(&lines, i, i + 1, out);
	}
	if (is_done)
		return 0;
	out->length = 0;
	text_lines_add(&lines, 0, section.head + 1, out);
	add_statement(&lines, &section, statement, out);
	text_lines_add(&lines, section.head + 1, lines.list.count, out);
	return 0;
}
