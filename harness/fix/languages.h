/* SPDX-License-Identifier: GPL-2.0-or-later */
/* languages.h - one statement into one text, a function a language; private to fix/ */
#ifndef TWINSITE_FIX_LANGUAGES_H
#define TWINSITE_FIX_LANGUAGES_H

#include <stddef.h>

struct buf;
struct err;

/*
 * statement is one line without its end; line (from 1) says where. out: the new text.
 * Returns 0, or -EINVAL with a sentence.
 */
typedef int edit_statement(const char *text, unsigned int line, const char *statement,
			   struct buf *out, struct err *err);

edit_statement edit_uci, edit_swanctl, edit_vpncfg, edit_ipsec_conf, edit_commands,
	edit_set_paths, edit_braces;

/* The first line (from 1) of the section or block that a line is in; itself without one. */
unsigned int edit_uci_head(const char *text, unsigned int line);

#endif
