// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * edit_blocks.c - swanctl.conf, vpn.cfg and Junos: blocks between braces
 *
 * A text is walked once from its start: quotes hide braces, '#' hides the rest of a line
 * (swanctl and Junos). An entry is a key at the level of its block up to the end of its
 * value; a block is an entry, too.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "fix/languages.h"

#define DEPTH_MAX 64
#define WORD_MAX  64

struct braces {
	const char *assign; /* between key and value */
	char end;	    /* of a value; '\n': the line's end */
	bool has_comments;  /* '#' */
	bool are_values;    /* a block as a whole is one value: localid { … } */
};

static const struct braces swanctl = { " = ", '\n', true, false };
static const struct braces avm = { " = ", ';', false, true };
static const struct braces paths = { " ", ';', true, false };

/* From `open`, behind its brace, to `close`, the closing one; the whole text: 0 to its end. */
struct block {
	size_t open, close;
	unsigned int first, last; /* lines */
};

/* Behind a quoted text or a comment that starts at i; i itself when none does. */
static size_t skip(const struct braces *braces, const char *text, size_t i)
{
	if (text[i] == '"') {
		for (i++; text[i] && text[i] != '"'; i++)
			if (text[i] == '\\' && text[i + 1])
				i++;
		return text[i] ? i + 1 : i;
	}
	if (text[i] == '#' && braces->has_comments)
		return i + strcspn(text + i, "\n");
	if (text[i] == '/' && text[i + 1] == '*' && braces->end == ';') {
		const char *end = strstr(text + i + 2, "*/");

		return end ? (size_t)(end + 2 - text) : i + strlen(text + i);
	}
	return i;
}

/*
 * The innermost block of the line; one that opens on it is meant, too. Of those outside
 * of `inner`, where it is given: the block that it stands in.
 */
static struct block block_of(const struct braces *braces, const char *text,
			     unsigned int line, const struct block *inner)
{
	struct block stack[DEPTH_MAX] = { { 0, strlen(text), 1, ~0u } };
	struct block found = stack[0];
	unsigned int depth = 0, now = 1, best = ~0u;

	for (size_t i = 0; text[i];) {
		size_t next = skip(braces, text, i);

		if (next != i) {
			for (; i < next; i++)
				now += text[i] == '\n';
			continue;
		}
		now += text[i] == '\n';
		if (text[i] == '{' && depth + 1 < DEPTH_MAX)
			stack[++depth] = (struct block){ .open = i + 1, .first = now };
		if (text[i] == '}' && depth) {
			struct block block = stack[depth--];

			block.close = i;
			block.last = now;
			if (block.first <= line && line <= now &&
			    now - block.first < best &&
			    (!inner ||
			     (block.open < inner->open && block.close > inner->close))) {
				best = now - block.first;
				found = block;
			}
		}
		i++;
	}
	return found;
}

/* One entry at the level of a block. */
struct entry {
	size_t start, end;  /* end: behind its value, or behind the closing brace */
	struct block block; /* open 0: a value */
};

static bool is_word_char(char c)
{
	return c && !strchr(" \t\r\n=;{}\"#", c);
}

/* The value of the entry ends here: at the end of the line, at ';' or before '}'. */
static size_t value_end(const struct braces *braces, const char *text, size_t i,
			size_t close)
{
	while (i < close) {
		size_t next = skip(braces, text, i);

		if (text[i] == '#' && next != i)
			break;
		if (next != i) {
			i = next;
			continue;
		}
		if (text[i] == braces->end)
			return braces->end == ';' ? i + 1 : i;
		if (text[i] == '\r' && braces->end == '\n')
			return i;
		i++;
	}
	while (i && strchr(" \t", text[i - 1]))
		i--;
	return i;
}

static size_t block_end(const struct braces *braces, const char *text, size_t i)
{
	unsigned int depth = 1;

	while (text[i] && depth) {
		size_t next = skip(braces, text, i);

		if (next != i) {
			i = next;
			continue;
		}
		depth += text[i] == '{';
		depth -= text[i] == '}';
		i++;
	}
	return i;
}

/* The entry whose words are `key` (Junos: "gateway X" for the block of that name). */
static bool find_entry(const struct braces *braces, const char *text,
		       const struct block *in, const char *key, struct entry *ret)
{
	const size_t length = strlen(key);

	for (size_t i = in->open; i < in->close;) {
		size_t next = skip(braces, text, i), start = i;
		bool is_it;

		if (next != i || !is_word_char(text[i])) {
			i = next != i ? next : i + 1;
			continue;
		}
		is_it = !strncmp(text + i, key, length) &&
			!is_word_char(text[i + length]);
		/* To the brace or the value's end, whichever comes first. */
		ret->start = start;
		ret->end = value_end(braces, text, i, in->close);
		ret->block = (struct block){ 0 };
		for (; i < ret->end && text[i] != '{'; i = next != i ? next : i + 1)
			next = skip(braces, text, i);
		if (i < ret->end) {
			ret->block.open = i + 1;
			ret->end = block_end(braces, text, i + 1);
			ret->block.close = ret->end - 1;
		}
		if (is_it)
			return true;
		i = ret->end > start ? ret->end : start + 1;
	}
	return false;
}

/* The blanks before the line on which byte `at` stands. */
static void add_indent(const char *text, size_t at, struct buf *out)
{
	size_t start = at;

	while (start && text[start - 1] != '\n')
		start--;
	buf_add(out, text + start, strspn(text + start, " \t"));
}

/* As the first line of the file ends. */
static const char *line_end(const char *text)
{
	const char *end = strchr(text, '\n');

	return end && end > text && end[-1] == '\r' ? "\r\n" : "\n";
}

/* Behind the opening brace, a level deeper than the line of the brace. */
static void add_inside(const char *text, const struct block *block, const char *line,
		       struct buf *out)
{
	const char *next = text + block->open + strcspn(text + block->open, "\n");

	buf_puts(out, line_end(text));
	if (*next && strspn(next + 1, " \t") &&
	    next[1 + strspn(next + 1, " \t")] != '}') {
		buf_add(out, next + 1, strspn(next + 1, " \t"));
	} else if (block->open) {
		add_indent(text, block->open - 1, out);
		buf_puts(out, "    ");
	}
	buf_puts(out, line);
}

static void replace(const char *text, size_t start, size_t end, const char *with,
		    struct buf *out)
{
	buf_add(out, text, start);
	buf_puts(out, with);
	buf_puts(out, text + end);
}

static int add_entry(const char *text, const struct block *block, const char *line,
		     struct buf *out)
{
	const char *rest = text + block->open;

	buf_add(out, text, block->open);
	if (block->open)
		add_inside(text, block, line, out);
	else
		buf_puts(out, line);
	/* What stands behind the brace on its line, or what the file begins with. */
	if (!block->open || !strchr("\r\n#", rest[strspn(rest, " \t")])) {
		buf_puts(out, line_end(text));
		add_indent(text, block->open, out);
		rest += strspn(rest, " \t");
	}
	buf_puts(out, rest);
	return 0;
}

/* "a { b { K = V } }" in `block`: walk down what is there, make the rest. */
static int set_in(const struct braces *braces, const char *text, struct block block,
		  const char *statement, struct buf *out, struct err *err)
{
	_cleanup_buf_ struct buf line = { 0 };
	char key[WORD_MAX];
	struct entry entry;
	size_t length = 0;

	while (length < sizeof(key) - 1 && is_word_char(statement[length]))
		length++;
	(void)snprintf(key, sizeof(key), "%.*s", (int)length, statement);
	statement += length + strspn(statement + length, " ");
	if (!length || (statement[0] != '{' && statement[0] != '='))
		return err_set(err, -EINVAL, "no statement of this language");
	if (statement[0] == '=') {
		statement += 1 + strspn(statement + 1, " ");
		length = strlen(statement);
		while (length && strchr(" ;", statement[length - 1]))
			length--;
		buf_printf(&line, "%s%s%.*s%s", key, braces->assign, (int)length,
			   statement, braces->end == ';' ? ";" : "");
		if (find_entry(braces, text, &block, key, &entry)) {
			replace(text, entry.start, entry.end, buf_text(&line), out);
			return 0;
		}
		return add_entry(text, &block, buf_text(&line), out);
	}
	if (braces->are_values) {
		buf_printf(&line, "%s %s", key, statement);
		if (!find_entry(braces, text, &block, key, &entry))
			return add_entry(text, &block, buf_text(&line), out);
		replace(text, entry.start, entry.end, buf_text(&line), out);
		return 0;
	}
	statement += 1 + strspn(statement + 1, " ");
	length = strlen(statement);
	while (length && strchr(" }", statement[length - 1]))
		length--;
	buf_printf(&line, "%.*s", (int)length, statement);
	if (!find_entry(braces, text, &block, key, &entry) || !entry.block.open)
		return err_set(err, -EINVAL, "there is no block '%s'", key);
	return set_in(braces, text, entry.block, buf_text(&line), out, err);
}

/* The block's own name: "local" of `local-1 {`. */
static bool is_named(const char *text, const struct block *block, const char *statement)
{
	size_t start = block->open ? block->open - 1 : 0,
	       length = strcspn(statement, " ");

	while (start && strchr(" \t", text[start - 1]))
		start--;
	while (start && is_word_char(text[start - 1]))
		start--;
	return !strncmp(text + start, statement, length) &&
	       strchr(" -{0123456789", text[start + length]);
}

/* In the block of the line; of a block that has the statement's name, the one around it. */
static int set_at(const struct braces *braces, const char *text, unsigned int line,
		  const char *statement, struct buf *out, struct err *err)
{
	struct block block = block_of(braces, text, line, NULL);

	if (strchr(statement, '{') && is_named(text, &block, statement))
		block = block_of(braces, text, line, &block);
	/* `remote { … }` said at a line of its brother: from the block around both. */
	while (strchr(statement, '{') && block.open) {
		out->length = 0;
		if (!set_in(braces, text, block, statement, out, err))
			return 0;
		block = block_of(braces, text, line, &block);
	}
	return set_in(braces, text, block, statement, out, err);
}

int edit_swanctl(const char *text, unsigned int line, const char *statement,
		 struct buf *out, struct err *err)
{
	return set_at(&swanctl, text, line, statement, out, err);
}

int edit_vpncfg(const char *text, unsigned int line, const char *statement,
		struct buf *out, struct err *err)
{
	return set_at(&avm, text, line, statement, out, err);
}

/* ------------------------------------------------------------ Junos with braces */

/* The next word of a command, quotes kept. */
static const char *next_word(const char *command, char word[WORD_MAX])
{
	size_t n;

	command += strspn(command, " ");
	n = *command == '"' && strchr(command + 1, '"')
		    ? (size_t)(strchr(command + 1, '"') + 1 - command)
		    : strcspn(command, " ");
	if (!n || n >= WORD_MAX)
		return NULL;
	(void)snprintf(word, WORD_MAX, "%.*s", (int)n, command);
	return command + n;
}

/* A block may be named by one word of the path or by two ("gateway home"). */
static const char *step(const char *text, const struct block *block, const char *rest,
			struct entry *entry)
{
	char one[WORD_MAX], two[WORD_MAX], both[2 * WORD_MAX + 1];
	const char *after = next_word(rest, one), *further;

	if (!after)
		return NULL;
	if ((further = next_word(after, two))) {
		(void)snprintf(both, sizeof(both), "%s %s", one, two);
		if (find_entry(&paths, text, block, both, entry) && entry->block.open)
			return further;
	}
	return find_entry(&paths, text, block, one, entry) && entry->block.open ? after
										: NULL;
}

/* The one mark "inactive:" of the line is taken out, with the blanks behind it. */
static int activate(const char *text, unsigned int line, struct buf *out, struct err *err)
{
	static const char mark[] = "inactive:";
	const char *at = text, *end, *found;

	for (unsigned int i = 1; i < line && at; i++) {
		at = strchr(at, '\n');
		at += at != NULL;
	}
	end = at ? at + strcspn(at, "\n") : NULL;
	found = at ? strstr(at, mark) : NULL;
	if (!line || !found || found >= end ||
	    (strstr(found + 1, mark) && strstr(found + 1, mark) < end))
		return err_set(err, -EINVAL, "'%s' is not once on line %u", mark, line);
	at = found + strlen(mark);
	at += strspn(at, " \t");
	replace(text, (size_t)(found - text), (size_t)(at - text), "", out);
	return 0;
}

int edit_braces(const char *text, unsigned int line, const char *statement,
		struct buf *out, struct err *err)
{
	struct block block = { 0, strlen(text), 1, ~0u };
	_cleanup_buf_ struct buf written = { 0 };
	const char *rest = statement, *after;
	bool is_delete = str_starts(statement, "delete ");
	struct entry entry;
	char word[WORD_MAX];

	if (str_starts(statement, "activate "))
		return activate(text, line, out, err);
	if (!is_delete && !str_starts(statement, "set "))
		return err_set(err, -EINVAL, "no set, delete or activate command");
	rest = strchr(statement, ' ') + 1;
	while ((after = step(text, &block, rest, &entry))) {
		block = entry.block;
		rest = after;
	}
	if (!block.open || !next_word(rest, word))
		return err_set(err, -EINVAL, "its path is not in the file");
	rest += strspn(rest, " ");
	if (is_delete) {
		if (!find_entry(&paths, text, &block, word, &entry))
			return err_set(err, -EINVAL, "'%s' is not in the file", word);
		replace(text, entry.start, entry.end, "", out);
		return 0;
	}
	/* `set … A B C` where only A's block is there: "B C;", or "B { C; }" as one line. */
	buf_printf(&written, "%s;", rest);
	if (find_entry(&paths, text, &block, word, &entry) && !entry.block.open) {
		replace(text, entry.start, entry.end, buf_text(&written), out);
		return 0;
	}
	return add_entry(text, &block, buf_text(&written), out);
}
