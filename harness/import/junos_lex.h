/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * junos_lex.h - the words and marks of a Junos configuration
 *
 * The lexer stops at the end of each line, because a line may be a command of its
 * own: JUNOS_TOKEN_END there, with p on the line feed, which the caller skips.
 * Comments (`#` to the end of the line, slash-star over lines) are skipped.
 */
#ifndef TWINSITE_IMPORT_JUNOS_LEX_H
#define TWINSITE_IMPORT_JUNOS_LEX_H

#include "import/junos_tree.h"

enum junos_token {
	JUNOS_TOKEN_END,
	JUNOS_TOKEN_WORD,
	JUNOS_TOKEN_OPEN,      /* { */
	JUNOS_TOKEN_CLOSE,     /* } */
	JUNOS_TOKEN_SEMICOLON, /* ; */
	JUNOS_TOKEN_LIST,      /* [ */
	JUNOS_TOKEN_LIST_END,  /* ] */
};

struct junos_lexer {
	struct junos_tree *tree;
	const char *p, *end;
	struct origin at;
	bool is_command; /* one line: braces and semicolons are letters */
	const char *word;
};

/* The next token; lexer->word is the word, in the tree's arena. */
enum junos_token junos_token_next(struct junos_lexer *lexer);

/* A blank, or a control character that a terminal left behind. */
bool junos_is_blank(char c);

#endif
