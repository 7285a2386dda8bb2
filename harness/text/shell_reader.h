/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shell_reader.h - one text that is read, for shell.c and shell_word.c alone */
#ifndef TWINSITE_TEXT_SHELL_READER_H
#define TWINSITE_TEXT_SHELL_READER_H

#include "base/map.h"
#include "text/shell.h"

struct shell_value {
	const char *text; /* NULL: set to something that only a run could tell */
};

struct shell_reader {
	struct arena *arena;
	const char *at;
	size_t line;
	struct map values; /* name to struct shell_value */
	struct shell_commands *out;
	unsigned int depth, steps;
	bool is_certain;  /* what is read now is run */
	bool is_ended;	  /* behind an `exit` that is certain */
	bool may_be_over; /* behind one that is not */
	bool is_apart;	  /* a subshell: its variables die with it */
	bool is_unread;	  /* read to find its end only: a loop without a word */
};

/* NULL: nothing set it. */
const struct shell_value *shell_value_of(struct shell_reader *reader, const char *name);

/* The length of a variable's name, 0: there is none. */
size_t shell_name_length(const char *text);
/* A letter that ends a word outside of quotes. */
bool shell_is_end(char c);

/* Blanks, comments, joined lines; separators: newlines, `;`, `&` too. */
void shell_skip_blanks(struct shell_reader *reader);
void shell_skip_separators(struct shell_reader *reader);

/* The next word into the command, or the words that a variable's value becomes. */
void shell_read_word(struct shell_reader *reader, struct shell_command *command);
/* A word that only a run can tell. */
void shell_add_unknown(struct shell_reader *reader, struct shell_command *command);

#endif
