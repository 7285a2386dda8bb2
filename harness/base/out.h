/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * out.h - the one place where text leaves the program
 *
 * After out_guard() stdout and stderr are streams whose every byte goes through
 * base/plain.h, whoever wrote it: a subcommand, an error, a library, getopt. So no
 * subcommand can forget it. Buffering is as it was: stderr none, stdout by lines on a
 * terminal. What cannot be written is an error of the stream, as usual.
 */
#ifndef TWINSITE_BASE_OUT_H
#define TWINSITE_BASE_OUT_H

#include <stdbool.h>
#include <stddef.h>

/* Once, at the start of main(). Without memory everything stays as it is. */
void out_guard(void);

/* From now on stdout is a terminal that shows our colours and moves of the cursor. */
void out_allow_styles(bool are_allowed);

/*
 * The one way past the guard: lines that shall be commands for CI ("::error …"). The caller
 * has escaped what is of others by the rules of that language. Flush stdout before. False
 * when they cannot be written.
 */
bool out_commands(const char *bytes, size_t length);

/*
 * From now on lines of stdout are wrapped at the width of the terminal, if it is one. For prose:
 * not for what is copied or read by programs (diffs, JSON).
 */
void out_wrap(void);

#endif
