// SPDX-License-Identifier: GPL-2.0-or-later
/* options_help.c - one table of options per command: what --help says */
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/options.h"
#include "base/wrap.h"

#define COLUMNS	    80
#define HELP_COLUMN 24 /* where the sentences of options begin */
#define GAP	    2

static void spaces(struct buf *out, size_t count)
{
	while (count--)
		buf_putc(out, ' ');
}

/* Paragraphs, each a line of the text; one that begins with a blank stands as it is. */
static void wrap(const char *text, size_t indent, struct buf *out)
{
	for (bool is_first = true; is_first || *text; is_first = false) {
		size_t length = strcspn(text, "\n");

		if (!is_first && length)
			spaces(out, indent);
		if (*text == ' ')
			buf_add(out, text, length);
		else
			wrap_words(text, length, indent, indent, COLUMNS, out);
		buf_putc(out, '\n');
		text += length + (text[length] == '\n');
	}
}

static void usage(const struct command_line *line, struct buf *out)
{
	const char *form = line->usage;

	for (bool is_first = true; is_first || *form; is_first = false) {
		size_t length = strcspn(form, "\n");

		buf_printf(out, "%s twinsite %s%s%.*s\n", is_first ? "usage:" : "      ",
			   line->name, length ? " " : "", (int)length, form);
		form += length + (form[length] == '\n');
	}
}

void option_say(const struct option_row *row, struct buf *out)
{
	buf_puts(out, row->help);
	if (!row->words)
		return;
	buf_puts(out, row->kind == OPTION_WORD ? "\nOne of: " : "\nKnown: ");
	for (const char *const *word = row->words(); *word; word++)
		buf_printf(out, "%s%s", *word, word[1] ? ", " : ".");
}

static void option(const struct option_row *row, struct buf *out)
{
	_cleanup_buf_ struct buf head = { 0 }, said = { 0 };
	size_t columns;

	if (row->letter)
		buf_printf(&head, "  -%c, --%s", row->letter, row->name);
	else
		buf_printf(&head, "      --%s", row->name);
	if (row->argument)
		buf_printf(&head, " %s", row->argument);
	columns = wrap_width(buf_text(&head), head.length);
	buf_puts(out, buf_text(&head));
	if (columns + GAP > HELP_COLUMN) {
		buf_putc(out, '\n');
		columns = 0;
	}
	spaces(out, HELP_COLUMN - columns);
	option_say(row, &said);
	wrap(buf_text(&said), HELP_COLUMN, out);
}

/* Lines "word sentence", the sentence behind a column or, without one, below. */
static void pairs(const char *text, char end_of_word, size_t column, struct buf *out)
{
	while (*text) {
		size_t length = strcspn(text, "\n");
		size_t word = strcspn(text, (const char[]){ end_of_word, '\n', 0 });

		buf_printf(out, "  %.*s", (int)word, text);
		if (word < length) {
			_cleanup_buf_ struct buf rest = { 0 };

			buf_add(&rest, text + word + 1, length - word - 1);
			if (word + 2 < column)
				spaces(out, column - word - 2);
			else
				buf_printf(out, "\n%*s", (int)column, "");
			wrap(buf_text(&rest), column, out);
		} else {
			buf_putc(out, '\n');
		}
		text += length + (text[length] == '\n');
	}
}

void options_help(const struct command_line *line, struct buf *out)
{
	static const struct option_row help = { .name = "help",
						.letter = 'h',
						.help = "this text" };

	usage(line, out);
	buf_putc(out, '\n');
	wrap(line->about, 0, out);
	buf_putc(out, '\n');
	for (const struct option_row *row = line->options; row && row->name; row++)
		option(row, out);
	option(&help, out);
	if (line->after) {
		buf_putc(out, '\n');
		wrap(line->after, 0, out);
	}
	if (line->examples) {
		buf_puts(out, "\nExamples:\n");
		pairs(line->examples, '\t', 8, out);
	}
	if (line->statuses) {
		buf_puts(out, "\nExit status:\n");
		pairs(line->statuses, ' ', 8, out);
		buf_puts(out, "  4     twinsite's or the machine's own fault\n"
			      "  128+N ended by signal N\n");
	}
}
