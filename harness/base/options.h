/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * options.h - one table of options per command: parsing, help, completion, manual
 *
 * As git's parse-options and curl's tool_getparam: a row has the name, the letter, the
 * argument and one sentence; everything that is said of an option is made of it. Options
 * and operands may be mixed; `--` ends the options; "--name=value" and "--name value",
 * "-n5", "-qk"; a name may be cut where only one begins like that. What is mistyped, said
 * twice where once counts, or without effect in this call is refused, with a sentence.
 */
#ifndef TWINSITE_BASE_OPTIONS_H
#define TWINSITE_BASE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct err;

enum option_kind {
	OPTION_FLAG,   /* bool at offset */
	OPTION_TEXT,   /* const char * at offset, borrowed from argv */
	OPTION_NUMBER, /* unsigned int at offset, min..max */
	/* int or enum at offset: which of words(), in any case of letters; of several the
	 * last counts, as one may stand in an alias. */
	OPTION_WORD,
	OPTION_TAKE, /* take() is called; may be said more than once */
};

struct option_row {
	const char *name; /* "jobs"; NULL ends the table */
	char letter;	  /* 'j'; 0: none */
	enum option_kind kind;
	const char *argument; /* "N"; NULL: none (a flag, or a take() without value) */
	const char *help;     /* prose, wrapped where it is shown; "\n" begins a line */
	/* OPTION_WORD: what there is, a NULL behind it. OPTION_TEXT: what is known, others
	 * are taken, too; or NULL. Help and shells show them. */
	const char *const *(*words)(void);
	size_t offset; /* into the command's own structure */
	int64_t min, max;
	/* value: of argv (may be overwritten, to hide it), NULL without argument. */
	int (*take)(void *command, char *value, struct err *err);
	/* Names with a blank between. Without one of `needs` it would have no effect. */
	const char *needs, *excludes;
	/* Only with so many operands, else it has no effect; 0: with any number. */
	unsigned int operands;
};

#define OPTION_AT(type, field) .offset = offsetof(type, field)

struct command_line {
	const char *name;    /* "run" */
	const char *summary; /* half a sentence, for the list of all commands */
	const char *usage; /* behind the name: "SCENARIO …"; "\n" begins another form */
	const char *about; /* prose behind it */
	const struct option_row *options;
	const char *after; /* prose behind the options; may be NULL */
	/* Whole calls as one types them, "call\tsentence", a line each; may be NULL. */
	const char *examples;
	/* "0 sentence", a line each, where the table of base/exit.h says too much; or NULL. */
	const char *statuses;
	unsigned int operands_min, operands_max;
	/* Behind so many operands all words belong to another command; 0: none. */
	unsigned int command_behind;
};

struct operands {
	char **items; /* in argv */
	size_t count;
};

/*
 * argv[0] is the command's name; argv is put in another order. Returns 0, or -EINVAL
 * with a sentence, or what take() returned.
 */
int options_parse(const struct command_line *line, int argc, char **argv, void *command,
		  struct operands *ret_operands, struct err *err);

/* Is `--help` or `-h` among the options? */
bool options_ask_help(const struct command_line *line, int argc, char **argv);

/*
 * Where the operands stand, before anything is parsed: their indices in argv, argc of them at
 * most; what cannot be parsed ends them. Returns how many.
 */
size_t options_find_operands(const struct command_line *line, int argc, char **argv,
			     int ret_indices[]);

/* What is said of an option: its sentence, and the words that it takes. */
void option_say(const struct option_row *row, struct buf *out);

/* The whole of `twinsite help NAME`, lines of at most 80 columns. */
void options_help(const struct command_line *line, struct buf *out);

#endif
