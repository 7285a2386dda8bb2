// SPDX-License-Identifier: GPL-2.0-or-later
/* edit_commands.c - ScreenOS and Junos as commands: the device takes them in their order */
#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "fix/languages.h"
#include "fix/text_lines.h"

static void add_line(const struct text_lines *lines, const char *statement,
		     struct buf *out)
{
	const struct text_line *last =
		lines->list.count ? &lines->list.items[lines->list.count - 1] : NULL;

	text_lines_add(lines, 0, lines->list.count, out);
	if (last && last->bytes[last->length - 1] != '\n')
		buf_putc(out, '\n');
	buf_puts(out, statement);
	buf_puts(out, last ? text_line_end(last) : "\n");
}

/* A word of a command, quotes belong to it. */
static size_t word_end(const char *bytes, size_t at, size_t length)
{
	if (at < length && bytes[at] == '"') {
		for (at++; at < length && bytes[at] != '"'; at++)
			;
		return at < length ? at + 1 : at;
	}
	while (at < length && !strchr(" \t\r\n", bytes[at]))
		at++;
	return at;
}

static size_t blanks_end(const char *bytes, size_t at, size_t length)
{
	while (at < length && (bytes[at] == ' ' || bytes[at] == '\t'))
		at++;
	return at;
}

/* "Main" and "Aggr" stand alone in the line, one for the other. */
static int replace_mode(const struct text_lines *lines, unsigned int line,
			const char *mode, struct buf *out, struct err *err)
{
	static const char *const modes[] = { "Main", "Aggr", "main", "aggressive" };
	const struct text_line *at = &lines->list.items[line - 1];

	for (size_t i = 0, end; i < at->length; i = end) {
		size_t start = blanks_end(at->bytes, i, at->length);

		end = word_end(at->bytes, start, at->length);
		for (size_t m = 0; m < ARRAY_SIZE(modes); m++) {
			if (end - start != strlen(modes[m]) ||
			    memcmp(at->bytes + start, modes[m], end - start) != 0)
				continue;
			text_lines_add(lines, 0, line - 1, out);
			buf_add(out, at->bytes, start);
			buf_puts(out, mode);
			buf_add(out, at->bytes + end, at->length - end);
			text_lines_add(lines, line, lines->list.count, out);
			return 0;
		}
		if (end == i)
			break;
	}
	return err_set(err, -EINVAL, "line %u says no exchange mode", line);
}

/* "address 1.2.3.4": the word behind `address`, which must be on the line. */
static int replace_word(const struct text_lines *lines, unsigned int line,
			const char *statement, struct buf *out, struct err *err)
{
	const size_t key_length = strcspn(statement, " ");
	const struct text_line *at;
	size_t i = 0;

	if (!line || line > lines->list.count)
		return err_set(err, -EINVAL, "there is no line %u", line);
	if (!statement[key_length])
		return replace_mode(lines, line, statement, out, err);
	at = &lines->list.items[line - 1];
	while (i < at->length) {
		size_t start = blanks_end(at->bytes, i, at->length);
		size_t end = word_end(at->bytes, start, at->length);

		if (end - start == key_length &&
		    !memcmp(at->bytes + start, statement, key_length)) {
			start = blanks_end(at->bytes, end, at->length);
			end = word_end(at->bytes, start, at->length);
			text_lines_add(lines, 0, line - 1, out);
			buf_add(out, at->bytes, start);
			buf_puts(out, statement + key_length + 1);
			buf_add(out, at->bytes + end, at->length - end);
			text_lines_add(lines, line, lines->list.count, out);
			return 0;
		}
		if (end == i)
			break;
		i = end;
	}
	return err_set(err, -EINVAL, "line %u has no word '%.*s'", line, (int)key_length,
		       statement);
}

int edit_commands(const char *text, unsigned int line, const char *statement,
		  struct buf *out, struct err *err)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct text_lines lines = { 0 };

	text_lines_split(arena, text, &lines);
	if (!str_starts(statement, "set ") && !str_starts(statement, "unset "))
		return replace_word(&lines, line, statement, out, err);
	add_line(&lines, statement, out);
	return 0;
}

int edit_set_paths(const char *text, unsigned int line, const char *statement,
		   struct buf *out, struct err *err)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct text_lines lines = { 0 };

	(void)line;
	if (!str_starts(statement, "set ") && !str_starts(statement, "delete ") &&
	    !str_starts(statement, "insert ") && !str_starts(statement, "activate "))
		return err_set(err, -EINVAL,
			       "no set, delete, insert or activate command");
	text_lines_split(arena, text, &lines);
	add_line(&lines, statement, out);
	return 0;
}
