/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * exit.h - the exit status of every subcommand: one table
 *
 * On a signal N the status is 128 + N. Of several results the worst counts: the first
 * of 2, 4, 1, 5, 3, 75, 0 (what must be repaired before anything else can be said
 * comes first); a signal before all of them.
 */
#ifndef TWINSITE_BASE_EXIT_H
#define TWINSITE_BASE_EXIT_H

struct buf;
struct err;

/* EXIT(name, number, what it says), the worst first */
#define EXIT_STATUSES(EXIT)                                                           \
	EXIT(EXIT_BAD_INPUT, 2, "bad input, also a scenario that expects nothing")    \
	EXIT(EXIT_BROKE, 4, "the rehearsal broke: twinsite's or the machine's fault") \
	EXIT(EXIT_UNEXPECTED, 1, "a verdict differs from what was expected")          \
	EXIT(EXIT_UNSTABLE, 5, "unstable: two runs of the same differ")               \
	EXIT(EXIT_NOTHING_RAN, 3, "nothing ran, or nothing could be proved")          \
	EXIT(EXIT_MISSING, 75, "this machine lacks a capability that was probed")     \
	EXIT(EXIT_OK, 0, "as expected")

#define EXIT_ENUM(name, number, text) name = (number),
enum exit_status {
	EXIT_STATUSES(EXIT_ENUM) EXIT_SIGNAL = 128, /* + N: ended by signal N */
};
#undef EXIT_ENUM

/* The status that fits an error's kind; EXIT_OK when none was set. */
int exit_of_err(const struct err *err);

/* The one of two statuses that counts; one that the table does not have is the worst. */
int exit_worst(int a, int b);

/* Out of memory: a sentence on stderr, and an end with EXIT_BROKE. */
_Noreturn void exit_without_memory(void);

/* "Exit status:" and a line for each, for --help. */
void exit_help(struct buf *out);

#endif
