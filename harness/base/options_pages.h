/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * options_pages.h - the manual and the completion of shells, from the tables of options
 *
 * Nothing of a command or an option is said anywhere else. One that has no sentence is an error,
 * and the build asks (Makefile).
 */
#ifndef TWINSITE_BASE_OPTIONS_PAGES_H
#define TWINSITE_BASE_OPTIONS_PAGES_H

#include <stddef.h>

#include "base/options.h"

struct buf;
struct err;

/* Has every command its summary, usage and description, and every option its sentence? -EINVAL: it says which not. */
int options_are_described(const struct command_line *const *lines, size_t count,
			  struct err *err);

/* twinsite(1) in mdoc(7), of all commands. */
void options_man(const struct command_line *const *lines, size_t count, struct buf *out);

/* A script of that shell ("bash", "zsh", "fish"); -EINVAL for another. */
int options_complete(const char *shell, const struct command_line *const *lines,
		     size_t count, struct buf *out, struct err *err);

#endif
