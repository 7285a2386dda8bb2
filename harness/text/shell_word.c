// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * shell_word.c - words of a shell script: quotes, variables (POSIX.1-2017 XCU 2.2, 2.6)
 */
#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "text/shell_reader.h"

#define WORDS_MAX 1024 /* of one command */
#define WORD_MAX  8192 /* bytes of one word after expansion */
#define SPLIT	  '\x01'

/* ------------------------------------------------------------ letters */

static bool is_name_letter(char c, bool is_first)
{
	return isalpha((unsigned char)c) || c == '_' ||
	       (!is_first && isdigit((unsigned char)c));
}

size_t shell_name_length(const char *text)
{
	size_t length = 0;

	while (is_name_letter(text[length], !length))
		length++;
	return length;
}

/* Letters that end a word outside of quotes. */
bool shell_is_end(char c)
{
	return !c || strchr(" \t\r\n;&|()<>", c);
}

void shell_skip_blanks(struct shell_reader *reader)
{
	for (;;) {
		reader->at += strspn(reader->at, " \t\r");
		if (*reader->at == '#')
			reader->at += strcspn(reader->at, "\n");
		else if (reader->at[0] == '\\' && reader->at[1] == '\n')
			reader->at += 2, reader->line++;
		else
			return;
	}
}

/* Newlines, `;`, `&` between commands. */
void shell_skip_separators(struct shell_reader *reader)
{
	for (shell_skip_blanks(reader);
	     *reader->at == '\n' || *reader->at == ';' || *reader->at == '&';
	     shell_skip_blanks(reader)) {
		reader->line += *reader->at == '\n';
		reader->at++;
	}
}

/* ------------------------------------------------------------ words */

struct word {
	struct buf text; /* SPLIT where a value that is not in quotes has blanks */
	bool is_known, is_quoted;
	const char *unset;
};

/* Behind the bracket that closes; brackets in quotes do not count. */
static const char *behind_brackets(struct shell_reader *reader, const char *at, char open,
				   char close)
{
	unsigned int depth = 0;
	char quote = 0;

	for (; *at; at++) {
		reader->line += *at == '\n';
		if (*at == '\\' && at[1] && quote != '\'')
			at++;
		else if (quote)
			quote = *at == quote ? 0 : quote;
		else if (*at == '\'' || *at == '"')
			quote = *at;
		else if (*at == open)
			depth++;
		else if (*at == close && !--depth)
			return at + 1;
	}
	reader->out->is_damaged = true;
	return at;
}

const struct shell_value *shell_value_of(struct shell_reader *reader, const char *name)
{
	return map_get(&reader->values, NULL, name);
}

static void put_value(struct word *word, const struct shell_value *value,
		      const char *name, bool is_inside)
{
	if (!value || !value->text) {
		word->is_known = false;
		if (!value && !word->unset)
			word->unset = name;
		return;
	}
	for (const char *c = value->text; *c; c++)
		buf_putc(&word->text, !is_inside && strchr(" \t\n", *c) ? SPLIT : *c);
}

/* "${NAME}"; "${NAME:-default}" when it has a value; the rest only a run can tell. */
static void read_braces(struct shell_reader *reader, struct word *word, bool is_inside)
{
	const char *start = reader->at + 2;
	size_t length = shell_name_length(start);
	const char *name = arena_strndup(reader->arena, start, length);
	const struct shell_value *value = shell_value_of(reader, name);
	bool is_plain = length && start[length] == '}';

	reader->at = behind_brackets(reader, reader->at + 1, '{', '}');
	if (is_plain || (length && str_starts(start + length, ":-") && value &&
			 value->text && *value->text))
		put_value(word, value, name, is_inside);
	else
		word->is_known = false;
}

static void add_substitution(struct shell_reader *reader, size_t line, const char *text,
			     size_t length)
{
	if (reader->is_unread || reader->is_ended || !length || *text == '(')
		return;
	/* Of a loop that is unrolled it is once. */
	vec_foreach (known, &reader->out->substitutions)
		if (known->line == line && !strncmp(known->text, text, length) &&
		    !known->text[length])
			return;
	if (reader->out->substitutions.count >= SHELL_COMMANDS_MAX)
		reader->out->is_cut = true;
	else
		vec_add(reader->arena, &reader->out->substitutions,
			((struct shell_substitution){
				line, arena_strndup(reader->arena, text, length) }));
}

static void read_dollar(struct shell_reader *reader, struct word *word, bool is_inside)
{
	size_t length = shell_name_length(reader->at + 1);

	if (reader->at[1] == '(') {
		const char *text = reader->at + 2;
		size_t line = reader->line;

		reader->at = behind_brackets(reader, reader->at + 1, '(', ')');
		if (reader->at > text && reader->at[-1] == ')')
			add_substitution(reader, line, text,
					 (size_t)(reader->at - text) - 1);
		word->is_known = false;
	} else if (reader->at[1] == '{') {
		read_braces(reader, word, is_inside);
	} else if (length) {
		const char *name = arena_strndup(reader->arena, reader->at + 1, length);

		reader->at += 1 + length;
		put_value(word, shell_value_of(reader, name), name, is_inside);
	} else if (reader->at[1] && strchr("0123456789@*#?$!-", reader->at[1])) {
		reader->at += 2;
		word->is_known = false;
	} else {
		buf_putc(&word->text, *reader->at++);
	}
}

static void read_backquotes(struct shell_reader *reader, struct word *word)
{
	const char *text = reader->at + 1;
	size_t line = reader->line;

	for (reader->at++; *reader->at && *reader->at != '`'; reader->at++) {
		reader->line += *reader->at == '\n';
		if (*reader->at == '\\' && reader->at[1])
			reader->at++;
	}
	reader->out->is_damaged |= !*reader->at;
	add_substitution(reader, line, text, (size_t)(reader->at - text));
	reader->at += *reader->at == '`';
	word->is_known = false;
}

static void read_single(struct shell_reader *reader, struct word *word)
{
	size_t length = strcspn(++reader->at, "'");

	for (size_t i = 0; i < length; i++)
		reader->line += reader->at[i] == '\n';
	buf_add(&word->text, reader->at, length);
	reader->at += length;
	reader->out->is_damaged |= !*reader->at;
	reader->at += *reader->at == '\'';
}

static void read_double(struct shell_reader *reader, struct word *word)
{
	for (reader->at++; *reader->at && *reader->at != '"';) {
		if (*reader->at == '$') {
			read_dollar(reader, word, true);
		} else if (*reader->at == '`') {
			read_backquotes(reader, word);
		} else {
			if (*reader->at == '\\' && reader->at[1] &&
			    strchr("$`\"\\\n", reader->at[1]))
				reader->at++;
			reader->line += *reader->at == '\n';
			buf_putc(&word->text, *reader->at++);
		}
	}
	reader->out->is_damaged |= !*reader->at;
	reader->at += *reader->at == '"';
}

/* One piece of a word outside of quotes: a letter, an escape, or a quoted part. */
static void read_piece(struct shell_reader *reader, struct word *word)
{
	char c = *reader->at;

	if (c == '\'' || c == '"') {
		word->is_quoted = true;
		(c == '"' ? read_double : read_single)(reader, word);
	} else if (c == '$') {
		read_dollar(reader, word, false);
	} else if (c == '`') {
		read_backquotes(reader, word);
	} else if (c == '\\' && reader->at[1]) {
		reader->line += reader->at[1] == '\n';
		if (reader->at[1] != '\n')
			buf_putc(&word->text, reader->at[1]);
		word->is_quoted |= reader->at[1] != '\n';
		reader->at += 2;
	} else {
		/* What a shell replaces by names of files. */
		if (strchr("*?[", c) && !(c == '[' && shell_is_end(reader->at[1])) &&
		    !(c == '[' && reader->at[1] == '['))
			word->is_known = false;
		word->is_known &= c != SPLIT && !(c == '~' && !word->text.length);
		buf_putc(&word->text, c);
		reader->at++;
	}
}

static void add_word(struct shell_reader *reader, struct shell_command *command,
		     const struct word *word, const char *text, size_t length)
{
	if (command->words.count < WORDS_MAX)
		vec_add(reader->arena, &command->words,
			((struct shell_word){ arena_strndup(reader->arena, text, length),
					      word->is_known }));
}

/* The next word into the command, or the words that a value of a variable becomes. */
void shell_read_word(struct shell_reader *reader, struct shell_command *command)
{
	struct word word = { .is_known = true };
	const char *text, *end;
	size_t length;

	while (!shell_is_end(*reader->at) && word.text.length < WORD_MAX)
		read_piece(reader, &word);
	if (!shell_is_end(*reader->at)) {
		reader->out->is_damaged = true;
		while (!shell_is_end(*reader->at))
			reader->at++;
	}
	if (word.unset && !command->unset)
		command->unset = word.unset;
	text = buf_text(&word.text);
	end = text + word.text.length;
	if (!word.text.length && (word.is_quoted || !word.is_known))
		add_word(reader, command, &word, "", 0);
	for (; text < end; text += length + (text + length < end)) {
		for (length = 0; text + length < end && text[length] != SPLIT;)
			length++;
		if (length)
			add_word(reader, command, &word, text, length);
	}
	buf_done(&word.text);
	reader->steps++;
}

void shell_add_unknown(struct shell_reader *reader, struct shell_command *command)
{
	add_word(reader, command, &(struct word){ .is_known = false }, "", 0);
}

const char *shell_quote(struct arena *arena, const char *word)
{
	bool needs = !*word || strpbrk(word, " \t#'|&;<>(){}*?[]~!\"\\$`");

	for (const char *c = word; *c; c++)
		if ((unsigned char)*c < ' ' && *c != '\t')
			return NULL;
	if (!needs || str_equal(word, "!"))
		return word;
	if (!strpbrk(word, "\"\\$`"))
		return arena_printf(arena, "\"%s\"", word);
	return strchr(word, '\'') ? NULL : arena_printf(arena, "'%s'", word);
}
