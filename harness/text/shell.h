/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shell.h - which commands a POSIX shell script runs, as far as reading can tell
 *
 * Nothing is run. Variables with a value that stands in the script are put in, `for`
 * over known words is unrolled, quotes and comments are gone, redirections stand apart, a
 * backslash joins lines. What only a run could tell is said, not guessed: a word with a
 * command substitution or a variable that nothing set is not known; a command behind
 * `if`, `&&`, in a function, or after an `exit` that may happen, is not certain.
 *
 * Grammar: POSIX.1-2017 XCU chapter 2, without arithmetic, functions' arguments, arrays.
 */
#ifndef TWINSITE_TEXT_SHELL_H
#define TWINSITE_TEXT_SHELL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

#define SHELL_COMMANDS_MAX 4096 /* of one script, loops unrolled */

struct shell_word {
	const char *text; /* without quotes, variables put in */
	bool is_known;	  /* false: something in it only a run can tell */
};

struct shell_command {
	size_t line; /* where it begins, an index of the lines given */
	VEC(struct shell_word) words;
	/*
	 * Files that its redirections write, those of a block at the last command of it;
	 * not another descriptor ("2>&1"). text of one that is not known: as far as it is
	 * (its beginning), or "".
	 */
	VEC(struct shell_word) writes;
	bool is_certain;   /* it runs, whatever the machine is like */
	bool is_fallback;  /* behind `||`: it runs when the one before it fails */
	const char *unset; /* the first variable in it that nothing set; NULL: none */
};

/* "$(…)", "`…`": a script in a script, which runs where it stands. Arithmetic is none. */
struct shell_substitution {
	size_t line;
	const char *text;
};

struct shell_commands {
	struct shell_command *items;
	size_t count, room;
	VEC(struct shell_substitution) substitutions; /* what they run is not in items */
	bool is_cut;	 /* more than SHELL_COMMANDS_MAX: the rest is not there */
	bool is_damaged; /* a quote or a block that nothing closes */
};

/* The lines of one script, in the arena. Never fails: see is_damaged. */
void shell_read(struct arena *arena, const char *const *lines, size_t count,
		struct shell_commands *ret_commands);

/*
 * The word as a shell would take it again: in double quotes where blanks or letters of
 * the shell need them, in single ones where those would not do; NULL when neither does,
 * or when it has a control character.
 */
const char *shell_quote(struct arena *arena, const char *word);

#endif
