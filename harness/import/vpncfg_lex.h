/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vpncfg_lex.h - the words of AVM's configuration language
 *
 * The language of vpn.cfg, ar7.cfg and their kin (devices.md 2.1): words, "strings",
 * { } = , ; and comments in both C styles. Tokens borrow the input. A lexer is a plain
 * value: copy it to look ahead. Every call moves on, so any input ends.
 */
#ifndef TWINSITE_IMPORT_VPNCFG_LEX_H
#define TWINSITE_IMPORT_VPNCFG_LEX_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

enum vpncfg_token_kind {
	VPNCFG_TOKEN_WORD, /* bare: yes, 192.168.0.0, 30s, ${PLACEHOLDER} */
	VPNCFG_TOKEN_STRING,
	VPNCFG_TOKEN_OPEN,
	VPNCFG_TOKEN_CLOSE,
	VPNCFG_TOKEN_EQUALS,
	VPNCFG_TOKEN_COMMA,
	VPNCFG_TOKEN_SEMICOLON,
	VPNCFG_TOKEN_END,
};

struct vpncfg_token {
	enum vpncfg_token_kind kind;
	const char *start; /* borrowed from the input; of strings: behind the quote */
	size_t length;	   /* of strings: without quotes, escapes not yet decoded */
	unsigned int line; /* 1-based */
	bool is_unclosed;  /* a string whose closing quote is missing on its line */
};

struct vpncfg_lexer {
	const char *at, *end; /* borrowed */
	unsigned int line;
	unsigned int open_comment_line; /* a comment that never ends; 0: none */
};

void vpncfg_lexer_init(struct vpncfg_lexer *lexer, const char *bytes, size_t length,
		       unsigned int first_line);
void vpncfg_lexer_next(struct vpncfg_lexer *lexer, struct vpncfg_token *ret_token);

/*
 * The token's text in the arena, escapes decoded (\" \\ \n \t \r \ooo), NUL-terminated.
 * ret_length may be NULL; it counts NUL bytes that the text itself contains.
 */
const char *vpncfg_token_text(struct arena *arena, const struct vpncfg_token *token,
			      size_t *ret_length);

#endif
