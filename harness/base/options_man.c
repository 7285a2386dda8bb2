// SPDX-License-Identifier: GPL-2.0-or-later
/* options_man.c - the manual twinsite(1), from the tables of options; in mdoc(7) */
#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/exit.h"
#include "base/options_pages.h"
#include "base/str.h"
#include "base/version.h"

#define COLUMNS 78

/* ---------------------------------------------------------------- text */

/* One character: what roff(7) would read as something else is escaped. UTF-8 stays what it is. */
static void add_char(const char *at, struct buf *out)
{
	if (*at == '\\')
		buf_puts(out, "\\e");
	else if (*at == '-')
		buf_puts(out, "\\-");
	else if (*at == '`')
		buf_puts(out, "\\(ga");
	else if (*at == '\'')
		buf_puts(out, "\\(aq");
	else if (*at == '^')
		buf_puts(out, "\\(ha");
	else if (*at == '~')
		buf_puts(out, "\\(ti");
	else
		buf_putc(out, *at);
}

static void add_text(const char *text, size_t length, struct buf *out)
{
	for (size_t i = 0; i < length; i++)
		add_char(text + i, out);
}

/* A paragraph, a line of roff below COLUMNS bytes; none begins with a control character. */
static void paragraph(const char *text, size_t length, struct buf *out)
{
	const char *end = text + length;
	size_t at = 0;

	while (text < end) {
		_cleanup_buf_ struct buf word = { 0 };
		size_t bytes = 0;
		bool is_end;

		while (text + bytes < end && text[bytes] != ' ')
			bytes++;
		add_text(text, bytes, &word);
		/* Sentences begin on lines of their own: roff then knows where they end. */
		is_end = bytes && (text[bytes - 1] == '.' || text[bytes - 1] == '?');
		if (at && at + 1 + word.length > COLUMNS) {
			buf_putc(out, '\n');
			at = 0;
		}
		if (at) {
			buf_putc(out, ' ');
			at++;
		} else if (*text == '.') {
			buf_puts(out, "\\&");
		}
		buf_puts(out, buf_text(&word));
		at = is_end ? COLUMNS : at + word.length;
		text += bytes + (text + bytes < end);
	}
	buf_putc(out, '\n');
}

/* Lines of the text that begin with a blank stand as they are. */
static void prose(const char *text, struct buf *out)
{
	bool is_literal = false;

	for (bool is_first = true; *text; is_first = false) {
		size_t length = strcspn(text, "\n");

		if ((*text == ' ') != is_literal) {
			is_literal = !is_literal;
			buf_puts(out, is_literal ? ".Bd -literal -offset indent\n"
						 : ".Ed\n.Pp\n");
		} else if (!is_first && !is_literal && length) {
			buf_puts(out, ".Pp\n");
		}
		if (is_literal) {
			add_text(text + 1, length - 1, out);
			buf_putc(out, '\n');
		} else if (length) {
			paragraph(text, length, out);
		}
		text += length + (text[length] == '\n');
	}
	if (is_literal)
		buf_puts(out, ".Ed\n");
}

/* ---------------------------------------------------------------- commands */

static void option(const struct option_row *row, struct buf *out)
{
	_cleanup_buf_ struct buf said = { 0 };

	buf_puts(out, ".It ");
	if (row->letter)
		buf_printf(out, "Fl %c , ", row->letter);
	buf_puts(out, "Fl \\-");
	add_text(row->name, strlen(row->name), out);
	if (row->argument) {
		buf_puts(out, " Ar ");
		add_text(row->argument, strlen(row->argument), out);
	}
	buf_putc(out, '\n');
	option_say(row, &said);
	prose(buf_text(&said), out);
}

/* Lines "word sentence" as a list. */
static void tagged(const char *text, char end_of_word, const char *title, struct buf *out)
{
	buf_printf(out, ".Pp\n%s\n.Bl -tag -width Ds -compact\n", title);
	while (*text) {
		size_t length = strcspn(text, "\n");
		size_t word = strcspn(text, (const char[]){ end_of_word, '\n', 0 });

		buf_puts(out, ".It ");
		if (*text == '.')
			buf_puts(out, "\\&");
		add_text(text, word, out);
		buf_putc(out, '\n');
		if (word < length)
			paragraph(text + word + 1, length - word - 1, out);
		text += length + (text[length] == '\n');
	}
	buf_puts(out, ".El\n");
}

static void command(const struct command_line *line, struct buf *out)
{
	const char *form = line->usage;

	buf_printf(out, ".Ss twinsite %s\n", line->name);
	buf_puts(out, ".Bd -literal\n");
	for (bool is_first = true; is_first || *form; is_first = false) {
		size_t length = strcspn(form, "\n");

		buf_printf(out, "twinsite %s%s", line->name, length ? " " : "");
		add_text(form, length, out);
		buf_putc(out, '\n');
		form += length + (form[length] == '\n');
	}
	buf_puts(out, ".Ed\n.Pp\n");
	prose(line->about, out);
	if (line->options && line->options->name) {
		buf_puts(out, ".Bl -tag -width Ds\n");
		for (const struct option_row *row = line->options; row->name; row++)
			option(row, out);
		buf_puts(out, ".El\n");
	}
	if (line->after) {
		buf_puts(out, ".Pp\n");
		prose(line->after, out);
	}
	if (line->examples)
		tagged(line->examples, '\t', "Examples:", out);
	if (line->statuses)
		tagged(line->statuses, ' ', "Exit status:", out);
}

/* ---------------------------------------------------------------- the page */

static void head(const struct command_line *const *lines, size_t count, struct buf *out)
{
	buf_printf(out,
		   ".\\\" made from the tables of options: twinsite help --man\n"
		   ".Dd %s\n.Dt TWINSITE 1\n.Os\n.Sh NAME\n.Nm twinsite\n"
		   ".Nd a dress rehearsal for site\\-to\\-site VPNs\n.Sh SYNOPSIS\n.Nm\n"
		   ".Ar command\n.Op Ar argument ...\n.Sh DESCRIPTION\n",
		   TWINSITE_DATE);
	prose("Reads the configuration files of two VPN gateways as they are, builds both "
	      "sites out of Linux network namespaces, lets two strongSwan daemons negotiate "
	      "with what the files say, and tells what works, and if not: which one setting, "
	      "on which side, in which file and line, and what to write instead.\n"
	      "No router is touched, no root is needed where user namespaces are allowed, "
	      "nothing is left behind.",
	      out);
	buf_puts(out, ".Bl -tag -width other-end -compact\n");
	for (size_t i = 0; i < count; i++) {
		buf_printf(out, ".It Cm %s\n", lines[i]->name);
		prose(lines[i]->summary, out);
	}
	buf_puts(out, ".El\n.Sh COMMANDS\n");
}

static void foot(struct buf *out)
{
	_cleanup_buf_ struct buf status = { 0 };
	const char *text;

	buf_puts(out,
		 ".Sh FILES\n.Bl -tag -width Ds\n.It Pa reports/\n"
		 "where reports go, below the working directory\n"
		 ".It Pa PREFIX/share/twinsite/scenarios/\n"
		 "the installed scenarios: a name that is no path is looked up there\n"
		 ".It Pa ~/.cache/twinsite/\nsaved machines of the plane vm\n.El\n");
	exit_help(&status);
	text = strchr(buf_text(&status) + 1, '\n');
	buf_puts(out, ".Sh EXIT STATUS\n");
	if (text)
		prose(text + 1, out);
	buf_puts(out,
		 ".Sh EXAMPLES\nWhat will not work with two files, and why:\n"
		 ".Pp\n.Dl $ twinsite predict home/ office.cfg\n.Pp\n"
		 "Rehearse an installed scenario:\n.Pp\n.Dl $ twinsite run acme\n.Pp\n"
		 "What a class of failure is:\n.Pp\n.Dl $ twinsite why psk\\-differs\n"
		 ".Sh SEE ALSO\n.Xr namespaces 7 ,\n.Xr swanctl 8\n");
}

void options_man(const struct command_line *const *lines, size_t count, struct buf *out)
{
	head(lines, count, out);
	for (size_t i = 0; i < count; i++)
		command(lines[i], out);
	foot(out);
}

/* ---------------------------------------------------------------- nothing without a word */

static bool is_said(const char *text)
{
	return text && text[strspn(text, " \n")];
}

int options_are_described(const struct command_line *const *lines, size_t count,
			  struct err *err)
{
	for (size_t i = 0; i < count; i++) {
		const struct command_line *line = lines[i];

		if (!is_said(line->summary) || !line->usage || !is_said(line->about))
			return err_set(err, EINVAL, "the command %s is not described",
				       line->name);
		for (const struct option_row *row = line->options; row && row->name;
		     row++)
			if (!is_said(row->help))
				return err_set(err, EINVAL, "%s --%s is not described",
					       line->name, row->name);
	}
	return 0;
}
