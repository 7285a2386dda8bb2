// SPDX-License-Identifier: GPL-2.0-or-later
/* options_complete.c - what a shell completes: scripts from the tables of options */
#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/options_pages.h"
#include "base/str.h"

/* Operands by name: who prints them, one a line, the name first. */
static const struct operand_names {
	const char *command, *printed_by;
} operand_names[] = {
	{ "run", "list" },
	{ "plan", "list" },
	{ "predict", "list" },
	{ "why", "why" },
};

static const char *printed_by(const char *command)
{
	for (size_t i = 0; i < ARRAY_SIZE(operand_names); i++)
		if (str_equal(operand_names[i].command, command))
			return operand_names[i].printed_by;
	return NULL;
}

/* The first clause of an option's sentence, for one line, without a shell's quotes. */
static void add_short(const char *text, struct buf *out)
{
	size_t length = strcspn(text, ":;(\n");

	for (size_t i = 0; i < length; i++)
		if (!strchr("'\"`\\[]$", text[i]) &&
		    !(text[i] == ' ' && (i + 1 == length || text[i + 1] == ' ')))
			buf_putc(out, text[i]);
}

/* What an option takes, with blanks between. */
static void add_words(const struct option_row *row, struct buf *out)
{
	for (const char *const *word = row->words(); *word; word++)
		buf_printf(out, "%s%s", *word, word[1] ? " " : "");
}

/* ---------------------------------------------------------------- bash */

static void bash_words(const struct command_line *line, struct buf *out)
{
	for (const struct option_row *row = line->options; row && row->name; row++)
		buf_printf(out, "--%s ", row->name);
	buf_puts(out, "--help");
}

/* "--reports|-r|--jobs|-j": behind these stands a value, which is most often a path. */
static void bash_values(const struct command_line *line, struct buf *out)
{
	const char *between = "";

	for (const struct option_row *row = line->options; row && row->name; row++) {
		if (!row->argument)
			continue;
		buf_printf(out, "%s--%s", between, row->name);
		if (row->letter)
			buf_printf(out, "|-%c", row->letter);
		between = "|";
	}
}

/* Behind one of these stands one of a few words. */
static void bash_choices(const struct command_line *line, struct buf *out)
{
	bool is_begun = false;

	for (const struct option_row *row = line->options; row && row->name; row++) {
		if (!row->words)
			continue;
		if (!is_begun)
			buf_puts(out, "\t\tcase $prev in\n");
		is_begun = true;
		buf_printf(out, "\t\t--%s", row->name);
		if (row->letter)
			buf_printf(out, "|-%c", row->letter);
		buf_puts(out, ") choices=\"");
		add_words(row, out);
		buf_puts(out, "\" ;;\n");
	}
	if (is_begun)
		buf_puts(out, "\t\tesac\n");
}

static void bash(const struct command_line *const *lines, size_t count, struct buf *out)
{
	buf_puts(out,
		 "# bash completion of twinsite, made by: twinsite help --complete bash\n"
		 "_twinsite()\n{\n\tlocal cur=${COMP_WORDS[COMP_CWORD]} "
		 "prev=${COMP_WORDS[COMP_CWORD - 1]} words= values= names= choices=\n"
		 "\tCOMPREPLY=()\n\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n"
		 "\t\tmapfile -t COMPREPLY < <(compgen -W \"help");
	for (size_t i = 0; i < count; i++)
		buf_printf(out, " %s", lines[i]->name);
	buf_puts(out, "\" -- \"$cur\")\n\t\treturn\n\tfi\n\tcase ${COMP_WORDS[1]} in\n");
	for (size_t i = 0; i < count; i++) {
		const char *by = printed_by(lines[i]->name);

		buf_printf(out, "\t%s)\n\t\twords=\"", lines[i]->name);
		bash_words(lines[i], out);
		buf_puts(out, "\"\n\t\tvalues=\"");
		bash_values(lines[i], out);
		buf_puts(out, "\"\n");
		bash_choices(lines[i], out);
		if (by)
			buf_printf(out, "\t\tnames=%s\n", by);
		buf_puts(out, "\t\t;;\n");
	}
	buf_puts(
		out,
		"\tesac\n"
		"\tif [[ -n $choices ]]; then\n"
		"\t\tmapfile -t COMPREPLY < <(compgen -W \"$choices\" -- \"$cur\")\n"
		"\t\treturn\n\tfi\n"
		"\tif [[ -n $values && \"|$values|\" == *\"|$prev|\"* ]]; then\n"
		"\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n\t\treturn\n\tfi\n"
		"\tif [[ $cur == -* ]]; then\n"
		"\t\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
		"\t\treturn\n\tfi\n"
		"\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\"\n"
		"\t\t[ -z \"$names\" ] || compgen -W \"$(twinsite $names 2>/dev/null | "
		"cut -d' ' -f1)\" -- \"$cur\")\n}\n"
		"complete -o filenames -F _twinsite twinsite\n");
}

/* ---------------------------------------------------------------- zsh */

static void zsh_option(const struct option_row *row, struct buf *out)
{
	buf_printf(out, "\t\t\t'%s--%s%s[", row->kind == OPTION_TAKE ? "*" : "",
		   row->name, row->argument ? "=" : "");
	add_short(row->help, out);
	buf_puts(out, "]");
	if (row->argument) {
		buf_puts(out, ":");
		add_short(row->argument, out);
		if (row->words) {
			buf_puts(out, ":(");
			add_words(row, out);
			buf_putc(out, ')');
		} else {
			buf_puts(out, ":_files");
		}
	}
	buf_puts(out, "' \\\n");
}

static void zsh(const struct command_line *const *lines, size_t count, struct buf *out)
{
	buf_puts(out, "#compdef twinsite\n"
		      "# made by: twinsite help --complete zsh\n"
		      "_twinsite_names() {\n\tlocal -a names\n"
		      "\tnames=(${(f)\"$(twinsite $1 2>/dev/null | cut -d' ' -f1)\"})\n"
		      "\tcompadd -a names\n\t_files\n}\n"
		      "_twinsite() {\n\tlocal -a commands\n\tcommands=(\n");
	for (size_t i = 0; i < count; i++) {
		buf_printf(out, "\t\t'%s:", lines[i]->name);
		add_short(lines[i]->summary, out);
		buf_puts(out, "'\n");
	}
	buf_puts(out, "\t)\n\tif (( CURRENT == 2 )); then\n"
		      "\t\t_describe command commands\n\t\treturn\n\tfi\n"
		      "\tlocal command=$words[2]\n\tshift words\n\t(( CURRENT-- ))\n"
		      "\tcase $command in\n");
	for (size_t i = 0; i < count; i++) {
		const char *by = printed_by(lines[i]->name);

		buf_printf(out, "\t%s)\n\t\t_arguments \\\n", lines[i]->name);
		for (const struct option_row *row = lines[i]->options; row && row->name;
		     row++)
			zsh_option(row, out);
		buf_printf(out, "\t\t\t'--help[this text]' '*:operand:%s%s'\n\t\t;;\n",
			   by ? "_twinsite_names " : "_files", by ? by : "");
	}
	buf_puts(out, "\tesac\n}\n_twinsite \"$@\"\n");
}

/* ---------------------------------------------------------------- fish */

static void fish(const struct command_line *const *lines, size_t count, struct buf *out)
{
	buf_puts(
		out,
		"# fish completion of twinsite, made by: twinsite help --complete fish\n");
	for (size_t i = 0; i < count; i++) {
		const char *name = lines[i]->name, *by = printed_by(name);

		buf_printf(out,
			   "complete -c twinsite -n __fish_use_subcommand -f -a %s -d '",
			   name);
		add_short(lines[i]->summary, out);
		buf_puts(out, "'\n");
		for (const struct option_row *row = lines[i]->options; row && row->name;
		     row++) {
			buf_printf(out,
				   "complete -c twinsite -n '__fish_seen_subcommand_from "
				   "%s' -l %s",
				   name, row->name);
			if (row->letter)
				buf_printf(out, " -s %c", row->letter);
			if (row->words) {
				buf_puts(out, " -f -a '");
				add_words(row, out);
				buf_putc(out, '\'');
			}
			buf_printf(out, "%s -d '", row->argument ? " -r" : "");
			add_short(row->help, out);
			buf_puts(out, "'\n");
		}
		if (by)
			buf_printf(
				out,
				"complete -c twinsite -n '__fish_seen_subcommand_from "
				"%s' -a \"(twinsite %s 2>/dev/null | cut -d' ' -f1)\"\n",
				name, by);
	}
}

int options_complete(const char *shell, const struct command_line *const *lines,
		     size_t count, struct buf *out, struct err *err)
{
	static const struct {
		const char *shell;
		void (*make)(const struct command_line *const *lines, size_t count,
			     struct buf *out);
	} shells[] = { { "bash", bash }, { "zsh", zsh }, { "fish", fish } };

	for (size_t i = 0; i < ARRAY_SIZE(shells); i++) {
		if (!str_equal(shells[i].shell, shell))
			continue;
		shells[i].make(lines, count, out);
		return 0;
	}
	return err_set(err, EINVAL,
		       "help: --complete '%.40s': there are bash, zsh and fish", shell);
}
