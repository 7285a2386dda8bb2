// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * shell.c - which commands a POSIX shell script runs, as far as reading can tell
 *
 * A reader of one text by recursive descent, XCU 2.10: list, and-or list, compound
 * command, simple command. It expands while it reads, as a shell does, so that a
 * variable has the value that it has at that point.
 */
#include "text/shell.h"

#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "text/shell_reader.h"

#define DEPTH_MAX 32
#define STEPS_MAX 200000 /* words read, loops unrolled: an end to loops in loops */

/* ------------------------------------------------------------ redirections */

static void line_skip(struct shell_reader *reader)
{
	reader->at += strcspn(reader->at, "\n");
	if (*reader->at) {
		reader->at++;
		reader->line++;
	}
}

/* "<<EOF": the lines up to one that is nothing but the word. */
static void here_document_skip(struct shell_reader *reader)
{
	struct shell_command words = { 0 };
	const char *end;

	reader->at += 2;
	reader->at += *reader->at == '-';
	shell_skip_blanks(reader);
	shell_read_word(reader, &words);
	end = words.words.count ? words.words.items[0].text : "";
	for (line_skip(reader); *reader->at; line_skip(reader)) {
		const char *line = reader->at + strspn(reader->at, "\t");
		size_t length = strcspn(line, "\n");

		if (strlen(end) == length && !strncmp(line, end, length)) {
			reader->at = line + length;
			return;
		}
	}
	reader->out->is_damaged = true;
}

/* "&1", "&-": no file. */
static bool is_descriptor(const char *sign, size_t length, const char *target)
{
	return sign[length - 1] == '&' && length > 1 && sign[length - 2] != '&' &&
	       *target && target[strspn(target, "0123456789-")] == '\0';
}

/* At '<' or '>': where input comes from, output goes to. What it is fed is not read. */
static void redirection_read(struct shell_reader *reader, struct shell_command *command)
{
	struct shell_command target = { 0 };
	struct shell_word file = { "", false };
	const char *sign = reader->at;
	size_t length;
	bool is_literal;

	if (str_starts(reader->at, "<<")) {
		here_document_skip(reader);
		shell_add_unknown(reader, command);
		return;
	}
	length = strspn(sign, "<>&|");
	reader->at += length;
	shell_skip_blanks(reader);
	is_literal = reader->at[*reader->at == '"'] == '/';
	shell_read_word(reader, &target);
	if (!memchr(sign, '>', length))
		return;
	if (target.words.count == 1)
		file = target.words.items[0];
	if (file.is_known && is_descriptor(sign, length, file.text))
		return;
	/* Of "$X/tmp/a" nobody knows how it begins. */
	if (!file.is_known && !is_literal)
		file.text = "";
	vec_add(reader->arena, &command->writes, file);
}

/* "2>": a number right before the sign belongs to it. */
static bool at_redirection(const struct shell_reader *reader)
{
	const char *at = reader->at + strspn(reader->at, "0123456789");

	return *at == '<' || *at == '>' || (*reader->at == '&' && reader->at[1] == '>');
}

/* ------------------------------------------------------------ variables */

static void set_value(struct shell_reader *reader, const char *name, const char *text)
{
	struct shell_value *value = arena_alloc(reader->arena, sizeof(*value));

	value->text = reader->is_certain && !reader->is_apart ? text : NULL;
	map_put(reader->arena, &reader->values, NULL, name, value);
}

/* "NAME=value"; false: the word is none. */
static bool assign(struct shell_reader *reader, const struct shell_word *word)
{
	size_t length = shell_name_length(word->text);
	const char *name;

	if (!length || (word->text[length] != '=' &&
			!(word->text[length] == '+' && word->text[length + 1] == '=')))
		return false;
	name = arena_strndup(reader->arena, word->text, length);
	set_value(reader, name,
		  word->is_known && word->text[length] == '=' ? word->text + length + 1
							      : NULL);
	return true;
}

static bool is_assignment(const struct shell_word *word)
{
	size_t length = shell_name_length(word->text);

	return length && word->text[length] == '=';
}

static bool is_one_of(const char *word, const char *const *words)
{
	for (; *words; words++)
		if (str_equal(word, *words))
			return true;
	return false;
}

/*
 * A command that we do not know may set any variable it is given the name of:
 * `read NET`, `network_get_device WAN wan`.
 */
static void forget_named(struct shell_reader *reader, const struct shell_command *command)
{
	vec_foreach (word, &command->words)
		if (word->is_known && shell_value_of(reader, word->text))
			set_value(reader, word->text, NULL);
}

/* Assignments, `export`, `exit` and the like; false: another command. */
static bool run_builtin(struct shell_reader *reader, const struct shell_command *command)
{
	static const char *const declare[] = { "export", "local", "readonly", NULL };
	static const char *const end[] = { "exit", "return", "exec", NULL };
	const struct shell_word *words = command->words.items;
	size_t count = command->words.count, first = 0;
	bool is_declaring = is_one_of(words[0].text, declare);

	if (is_one_of(words[0].text, end) && !reader->is_apart) {
		reader->is_ended |= command->is_certain;
		reader->may_be_over |= !command->is_certain;
		return !str_equal(words[0].text, "exec");
	}
	while (first < count && is_assignment(&words[first]))
		first++;
	if (!is_declaring && first < count)
		return false;
	for (size_t i = is_declaring; i < count; i++)
		(void)assign(reader, &words[i]);
	return true;
}

static void run_command(struct shell_reader *reader, struct shell_command *command)
{
	size_t first = 0;

	/* "> file" empties it, "exec > file" changes where the rest says what it says. */
	if (command->writes.count &&
	    (!command->words.count ||
	     (command->words.count == 1 &&
	      str_equal(command->words.items[0].text, "exec")))) {
		command->words.count = 0;
		vec_add(reader->arena, &command->words,
			((struct shell_word){ ":", true }));
	}
	if (!command->words.count || reader->is_ended || reader->is_unread)
		return;
	if (reader->out->count >= SHELL_COMMANDS_MAX) {
		reader->out->is_cut = true;
		return;
	}
	command->is_certain =
		command->is_certain && reader->is_certain && !reader->may_be_over;
	if (run_builtin(reader, command))
		return;
	/* Its own environment, "A=1 iptables …". */
	while (is_assignment(&command->words.items[first]))
		first++;
	/* `command iptables …` is that command; `command -v x` asks only. */
	while (command->words.count > first + 1 &&
	       str_equal(command->words.items[first].text, "command") &&
	       command->words.items[first + 1].text[0] != '-')
		first++;
	command->words.items += first;
	command->words.count -= first;
	if (!strstr(command->words.items[0].text, "tables"))
		forget_named(reader, command);
	vec_add(reader->arena, reader->out, *command);
}

/* ------------------------------------------------------------ commands */

static void read_list(struct shell_reader *reader, const char *const *ends);

static const char *const end_brace[] = { "}", NULL };
static const char *const end_bracket[] = { ")", NULL };
static const char *const end_do[] = { "do", NULL };
static const char *const end_done[] = { "done", NULL };
static const char *const end_fi[] = { "fi", NULL };
static const char *const end_esac[] = { "esac", NULL };
static const char *const then_words[] = { "then", "elif", "else", NULL };

/* Is one of the words next, as a word of its own? */
static const char *next_word(const struct shell_reader *reader, const char *const *words)
{
	for (; *words; words++) {
		size_t length = strlen(*words);

		if (!strncmp(reader->at, *words, length) &&
		    (**words == ')' || shell_is_end(reader->at[length])))
			return *words;
	}
	return NULL;
}

static void expect(struct shell_reader *reader, const char *const *words)
{
	const char *word = next_word(reader, words);

	if (word)
		reader->at += strlen(word);
	else
		reader->out->is_damaged = true;
}

/* What is only run sometimes, up to one of the words. */
static void read_sometimes(struct shell_reader *reader, const char *const *ends)
{
	bool was_certain = reader->is_certain;

	reader->is_certain = false;
	read_list(reader, ends);
	reader->is_certain = was_certain;
	expect(reader, ends);
}

/* if …; then …; elif …; else …; fi: all of it may run or not, but the first question. */
static void read_if(struct shell_reader *reader)
{
	static const char *const inner[] = { "then", "elif", "else", "fi", NULL };
	bool was_certain = reader->is_certain;

	reader->is_certain = false;
	for (;;) {
		read_list(reader, inner);
		if (!next_word(reader, then_words))
			break;
		expect(reader, then_words);
	}
	reader->is_certain = was_certain;
	expect(reader, end_fi);
}

/* Run the body once for each word; the reader goes back to its beginning. */
static void read_for_body(struct shell_reader *reader, const char *name,
			  const struct shell_command *words, bool is_known)
{
	const char *body = reader->at;
	size_t line = reader->line;
	bool was_certain = reader->is_certain, was_unread = reader->is_unread;

	for (size_t i = 0; is_known && i < words->words.count; i++) {
		if (reader->steps > STEPS_MAX) {
			reader->out->is_cut = true;
			break;
		}
		reader->at = body;
		reader->line = line;
		set_value(reader, name, words->words.items[i].text);
		read_list(reader, end_done);
	}
	if (!is_known || !words->words.count) {
		reader->is_certain = false;
		reader->is_unread |= is_known;
		set_value(reader, name, NULL);
		read_list(reader, end_done);
		reader->is_certain = was_certain;
		reader->is_unread = was_unread;
	}
	expect(reader, end_done);
}

static void read_for(struct shell_reader *reader)
{
	struct shell_command words = { 0 };
	size_t length;
	const char *name;
	bool is_known = true;

	shell_skip_blanks(reader);
	length = shell_name_length(reader->at);
	name = arena_strndup(reader->arena, reader->at, length);
	reader->at += length;
	shell_skip_blanks(reader);
	if (str_starts(reader->at, "in") && shell_is_end(reader->at[2])) {
		reader->at += 2;
		for (shell_skip_blanks(reader); !shell_is_end(*reader->at);
		     shell_skip_blanks(reader))
			shell_read_word(reader, &words);
	} else {
		is_known = false;
	}
	vec_foreach (word, &words.words)
		is_known &= word->is_known;
	shell_skip_separators(reader);
	expect(reader, end_do);
	read_for_body(reader, name, &words, is_known);
}

static void read_case(struct shell_reader *reader)
{
	bool was_certain = reader->is_certain;

	/* Patterns look like commands that a bracket ends: nobody runs them. */
	reader->is_certain = false;
	while (*reader->at && !next_word(reader, end_esac)) {
		struct shell_command pattern = { 0 };
		const char *before = reader->at;

		read_list(reader, end_esac);
		if (next_word(reader, end_esac))
			break;
		if (*reader->at == ')' || *reader->at == '(')
			reader->at++;
		shell_skip_separators(reader);
		if (reader->at == before)
			shell_read_word(reader, &pattern);
		if (reader->at == before && *reader->at)
			reader->at++;
	}
	reader->is_certain = was_certain;
	expect(reader, end_esac);
}

/* "name() {": what a function does, it does when it is called: not known when. */
static bool read_function(struct shell_reader *reader,
			  const struct shell_command *command)
{
	if (command->words.count != 1 || *reader->at != '(')
		return false;
	reader->at++;
	shell_skip_blanks(reader);
	if (*reader->at != ')')
		return false;
	reader->at++;
	shell_skip_separators(reader);
	if (*reader->at == '{') {
		bool may_be_over = reader->may_be_over;

		reader->at++;
		read_sometimes(reader, end_brace);
		reader->may_be_over = may_be_over; /* its `return` ends it alone */
	}
	return true;
}

static void read_subshell(struct shell_reader *reader)
{
	bool was_apart = reader->is_apart;

	reader->at++;
	reader->is_apart = true;
	read_list(reader, end_bracket);
	reader->is_apart = was_apart;
	expect(reader, end_bracket);
}

/* if, while, for, case, {}, (); false: a simple command. */
static bool read_compound(struct shell_reader *reader)
{
	static const char *const words[] = { "if",   "while", "until", "for",
					     "case", "{",     NULL };
	const char *word = next_word(reader, words);

	if (*reader->at == '(') {
		read_subshell(reader);
		return true;
	}
	if (!word)
		return false;
	reader->at += strlen(word);
	if (str_equal(word, "if")) {
		read_if(reader);
	} else if (str_equal(word, "for")) {
		read_for(reader);
	} else if (str_equal(word, "case")) {
		read_case(reader);
	} else if (*word == '{') {
		read_list(reader, end_brace);
		expect(reader, end_brace);
	} else {
		read_sometimes(reader, end_do);
		read_sometimes(reader, end_done);
	}
	return true;
}

static void read_simple(struct shell_reader *reader, struct shell_command *command)
{
	command->line = reader->line;
	for (shell_skip_blanks(reader); *reader->at; shell_skip_blanks(reader)) {
		if (at_redirection(reader)) {
			reader->at += strspn(reader->at, "0123456789&");
			redirection_read(reader, command);
		} else if (shell_is_end(*reader->at)) {
			break;
		} else {
			shell_read_word(reader, command);
		}
	}
	if (!read_function(reader, command))
		run_command(reader, command);
}

/* A command, and those that `&&`, `||` and `|` tie to it. */
static void read_and_or(struct shell_reader *reader)
{
	bool is_certain = true, is_fallback = false;

	for (;;) {
		bool was_certain = reader->is_certain;
		size_t before = reader->out->count;
		struct shell_command block = { 0 };

		shell_skip_blanks(reader);
		reader->is_certain &= is_certain;
		if (!read_compound(reader)) {
			struct shell_command command = { .is_certain = true,
							 .is_fallback = is_fallback };

			read_simple(reader, &command);
		}
		reader->is_certain = was_certain;
		shell_skip_blanks(reader);
		while (at_redirection(reader)) {
			reader->at += strspn(reader->at, "0123456789&");
			redirection_read(reader, &block);
			shell_skip_blanks(reader);
		}
		if (reader->out->count > before)
			vec_foreach (file, &block.writes)
				vec_add(reader->arena,
					&reader->out->items[reader->out->count - 1]
						 .writes,
					*file);
		is_fallback = str_starts(reader->at, "||");
		if (is_fallback || str_starts(reader->at, "&&")) {
			is_certain = false;
			reader->at += 2;
		} else if (*reader->at == '|') {
			reader->at++;
		} else {
			return;
		}
		shell_skip_separators(reader);
	}
}

/* Commands up to one of the words that may end the block; ends NULL: to the end. */
static void read_list(struct shell_reader *reader, const char *const *ends)
{
	if (++reader->depth > DEPTH_MAX) {
		reader->out->is_damaged = true;
		reader->at += strlen(reader->at);
	}
	for (shell_skip_separators(reader); *reader->at; shell_skip_separators(reader)) {
		const char *before = reader->at;

		if (ends && next_word(reader, ends))
			break;
		if (ends == end_esac && *reader->at == ')')
			break;
		read_and_or(reader);
		if (reader->at == before) {
			/* Nothing that could begin a command. */
			if (ends == end_esac)
				break;
			reader->out->is_damaged = true;
			reader->at++;
		}
	}
	reader->depth--;
}

void shell_read(struct arena *arena, const char *const *lines, size_t count,
		struct shell_commands *ret_commands)
{
	_cleanup_buf_ struct buf text = { 0 };
	struct shell_reader reader = { .arena = arena,
				       .out = ret_commands,
				       .is_certain = true };

	*ret_commands = (struct shell_commands){ 0 };
	for (size_t i = 0; i < count; i++)
		buf_printf(&text, "%s\n", lines[i]);
	reader.at = buf_text(&text);
	read_list(&reader, NULL);
}
