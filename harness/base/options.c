// SPDX-License-Identifier: GPL-2.0-or-later
/* options.c - one table of options per command: parsing */
#include "base/options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"

#define ROWS_MAX  64 /* of one command */
#define FORMS_MAX 512

struct parser {
	const struct command_line *line;
	void *command;
	int argc, i;
	char **argv;
	size_t kept; /* operands so far, at the beginning of argv */
	bool is_said[ROWS_MAX];
	struct err *err;
};

static size_t row_count(const struct command_line *line)
{
	size_t count = 0;

	while (line->options && line->options[count].name)
		count++;
	return count < ROWS_MAX ? count : ROWS_MAX;
}

static const struct option_row *row_find(const struct command_line *line,
					 const char *name, size_t length)
{
	for (size_t i = 0; i < row_count(line); i++)
		if (strlen(line->options[i].name) == length &&
		    !strncmp(line->options[i].name, name, length))
			return &line->options[i];
	return NULL;
}

/* ------------------------------------------------------------ names */

static int unknown(struct parser *parser, const char *word, const char *nearest)
{
	return err_set(parser->err, EINVAL, "%s: unknown option '%s'%s%s%s",
		       parser->line->name, word, nearest ? ", did you mean '--" : "",
		       nearest ? nearest : "", nearest ? "'?" : "");
}

/* The whole name, or a beginning that only one has. */
static int row_by_name(struct parser *parser, const char *name, size_t length,
		       const struct option_row **ret_row)
{
	const struct command_line *line = parser->line;
	const char *names[ROWS_MAX + 1] = { NULL };
	const struct option_row *begins = NULL;
	char word[64];

	(void)snprintf(word, sizeof(word), "%.*s", (int)length, name);
	*ret_row = row_find(line, name, length);
	for (size_t i = 0; !*ret_row && i < row_count(line); i++) {
		names[i] = line->options[i].name;
		if (!length || !str_starts(line->options[i].name, word))
			continue;
		if (begins)
			return err_set(parser->err, EINVAL,
				       "%s: '--%s' may be '--%s' or '--%s'", line->name,
				       word, begins->name, line->options[i].name);
		begins = &line->options[i];
	}
	if (!*ret_row)
		*ret_row = begins;
	return *ret_row ? 0
			: unknown(parser, parser->argv[parser->i],
				  str_nearest(word, names));
}

static const struct option_row *row_by_letter(const struct command_line *line,
					      char letter)
{
	for (size_t i = 0; i < row_count(line); i++)
		if (letter && line->options[i].letter == letter)
			return &line->options[i];
	return NULL;
}

/* ------------------------------------------------------------ values */

static int put_number(struct parser *parser, const struct option_row *row,
		      const char *value)
{
	int64_t number;

	if (str_to_number(value, row->min, row->max, &number))
		return err_set(parser->err, EINVAL,
			       "%s: --%s: '%s' is no number from %lld to %lld",
			       parser->line->name, row->name, value, (long long)row->min,
			       (long long)row->max);
	*(unsigned int *)((char *)parser->command + row->offset) = (unsigned int)number;
	return 0;
}

/* "'openwr' is none of openwrt, junos; did you mean 'openwrt'?" */
static int put_word(struct parser *parser, const struct option_row *row,
		    const char *value)
{
	const char *const *words = row->words();
	const char *nearest = str_nearest(value, words);
	_cleanup_buf_ struct buf all = { 0 };

	for (int i = 0; words[i]; i++) {
		if (str_equal_nocase(words[i], value)) {
			*(int *)((char *)parser->command + row->offset) = i;
			return 0;
		}
		buf_printf(&all, "%s%s", i ? ", " : "", words[i]);
	}
	return err_set(parser->err, EINVAL, "%s: --%s: '%.60s' is none of %s%s%s%s",
		       parser->line->name, row->name, value, buf_text(&all),
		       nearest ? "; did you mean '" : "", nearest ? nearest : "",
		       nearest ? "'?" : "");
}

static int put(struct parser *parser, const struct option_row *row, char *value)
{
	bool *is_said = &parser->is_said[row - parser->line->options];
	bool was_said = *is_said;
	void *field = (char *)parser->command + row->offset;

	*is_said = true;
	if (was_said && (row->kind == OPTION_TEXT || row->kind == OPTION_NUMBER))
		return err_set(parser->err, EINVAL, "%s: --%s is there twice",
			       parser->line->name, row->name);
	switch (row->kind) {
	case OPTION_FLAG:
		*(bool *)field = true;
		return 0;
	case OPTION_TEXT:
		*(const char **)field = value;
		return 0;
	case OPTION_NUMBER:
		return put_number(parser, row, value);
	case OPTION_WORD:
		return put_word(parser, row, value);
	case OPTION_TAKE:
		return row->take(parser->command, value, parser->err);
	}
	return 0;
}

/* The next word is the value. */
static int put_next(struct parser *parser, const struct option_row *row)
{
	if (parser->i + 1 >= parser->argc)
		return err_set(parser->err, EINVAL, "%s: --%s needs a value: --%s %s",
			       parser->line->name, row->name, row->name, row->argument);
	return put(parser, row, parser->argv[++parser->i]);
}

static int read_long(struct parser *parser, char *word)
{
	char *equals = strchr(word, '=');
	size_t length = equals ? (size_t)(equals - word) : strlen(word);
	const struct option_row *row;
	int r = row_by_name(parser, word + 2, length - 2, &row);

	if (!row)
		return r;
	if (equals && !row->argument)
		return err_set(parser->err, EINVAL, "%s: --%s takes no value",
			       parser->line->name, row->name);
	if (equals)
		return put(parser, row, equals + 1);
	return row->argument ? put_next(parser, row) : put(parser, row, NULL);
}

/* "-q", "-qk", "-j4", "-j 4" */
static int read_short(struct parser *parser, char *word)
{
	for (char *c = word + 1; *c; c++) {
		const struct option_row *row = row_by_letter(parser->line, *c);
		int r;

		if (!row)
			return unknown(parser, word, NULL);
		if (row->argument)
			return c[1] ? put(parser, row, c + 1) : put_next(parser, row);
		r = put(parser, row, NULL);
		if (r)
			return r;
	}
	return 0;
}

/* ------------------------------------------------------------ the call as a whole */

/* Is one of the names, with a blank between, said? */
static bool is_one_said(const struct parser *parser, const char *names)
{
	for (size_t i = 0; i < row_count(parser->line); i++)
		if (parser->is_said[i] &&
		    str_has_word(names, parser->line->options[i].name))
			return true;
	return false;
}

static const char *first_said(const struct parser *parser, const char *names)
{
	for (size_t i = 0; i < row_count(parser->line); i++)
		if (parser->is_said[i] &&
		    str_has_word(names, parser->line->options[i].name))
			return parser->line->options[i].name;
	return "";
}

static int check_row(const struct parser *parser, const struct option_row *row)
{
	const char *name = parser->line->name;

	if (row->needs && !is_one_said(parser, row->needs))
		return err_set(parser->err, EINVAL,
			       "%s: --%s has no effect without --%.*s", name, row->name,
			       (int)strcspn(row->needs, " "), row->needs);
	if (row->excludes && is_one_said(parser, row->excludes))
		return err_set(parser->err, EINVAL, "%s: --%s has no effect with --%s",
			       name, row->name, first_said(parser, row->excludes));
	if (row->operands && row->operands != parser->kept)
		return err_set(parser->err, EINVAL,
			       "%s: --%s has no effect here: twinsite help %s", name,
			       row->name, name);
	return 0;
}

/* Each way to call it, in one sentence. */
static const char *say_forms(const struct command_line *line, char forms[FORMS_MAX])
{
	size_t at = 0;

	forms[0] = '\0';
	for (const char *form = line->usage; form && at < FORMS_MAX;) {
		const char *end = strchr(form, '\n');
		int length = end ? (int)(end - form) : (int)strlen(form);

		at += (size_t)snprintf(forms + at, FORMS_MAX - at, "%stwinsite %s %.*s",
				       at ? ", or: " : "", line->name, length, form);
		form = end ? end + 1 : NULL;
	}
	return forms;
}

static int check(const struct parser *parser)
{
	const struct command_line *line = parser->line;
	char forms[FORMS_MAX];

	for (size_t i = 0; i < row_count(line); i++) {
		int r = parser->is_said[i] ? check_row(parser, &line->options[i]) : 0;

		if (r)
			return r;
	}
	if (parser->kept >= line->operands_min && parser->kept <= line->operands_max)
		return 0;
	if (parser->kept < line->operands_min)
		return err_set(parser->err, EINVAL, "%s: something is missing: %s",
			       line->name, say_forms(line, forms));
	return err_set(parser->err, EINVAL, "%s: '%.60s' is too much: %s", line->name,
		       parser->argv[1 + line->operands_max], say_forms(line, forms));
}

int options_parse(const struct command_line *line, int argc, char **argv, void *command,
		  struct operands *ret_operands, struct err *err)
{
	struct parser parser = {
		.line = line, .command = command, .argc = argc, .argv = argv, .err = err
	};
	bool is_over = false;
	int r;

	for (parser.i = 1; parser.i < argc; parser.i++) {
		char *word = argv[parser.i];

		r = 0;
		is_over |= line->command_behind && parser.kept >= line->command_behind;
		if (!is_over && str_equal(word, "--"))
			is_over = true;
		else if (is_over || word[0] != '-' || !word[1])
			argv[1 + parser.kept++] = word;
		else if (word[1] == '-')
			r = read_long(&parser, word);
		else
			r = read_short(&parser, word);
		if (r)
			return r;
	}
	r = check(&parser);
	if (r)
		return r;
	*ret_operands = (struct operands){ argv + 1, parser.kept };
	return 0;
}

/* Is the word behind this option its value? -1: there is no such option. */
static int takes_next(const struct command_line *line, int argc, char **argv, int i)
{
	struct parser parser = { .line = line, .argc = argc, .argv = argv, .i = i };
	const struct option_row *row = NULL;
	const char *word = argv[i];

	if (word[1] == '-') {
		(void)row_by_name(&parser, word + 2, strcspn(word + 2, "="), &row);
		return !row ? -1 : row->argument && !strchr(word, '=');
	}
	for (const char *c = word + 1; *c; c++) {
		row = row_by_letter(line, *c);
		if (!row)
			return -1;
		if (row->argument)
			return !c[1];
	}
	return 0;
}

size_t options_find_operands(const struct command_line *line, int argc, char **argv,
			     int ret_indices[])
{
	bool is_over = false;
	size_t count = 0;

	for (int i = 1; i < argc; i++) {
		int next;

		is_over |= line->command_behind && count >= line->command_behind;
		if (is_over || argv[i][0] != '-' || !argv[i][1]) {
			ret_indices[count++] = i;
			continue;
		}
		is_over = str_equal(argv[i], "--");
		next = is_over ? 0 : takes_next(line, argc, argv, i);
		if (next < 0)
			break;
		i += next;
	}
	return count;
}

bool options_ask_help(const struct command_line *line, int argc, char **argv)
{
	size_t operands = 0;

	for (int i = 1; i < argc && !str_equal(argv[i], "--"); i++) {
		if (line->command_behind && operands >= line->command_behind)
			return false;
		if (str_equal(argv[i], "--help") || str_equal(argv[i], "-h"))
			return true;
		operands += argv[i][0] != '-';
	}
	return false;
}
