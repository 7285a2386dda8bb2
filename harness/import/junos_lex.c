// SPDX-License-Identifier: GPL-2.0-or-later
/* junos_lex.c - the words and marks of a Junos configuration */
#include "import/junos_lex.h"

#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"

bool junos_is_blank(char c)
{
	return (unsigned char)c <= ' ' || c == 0x7f;
}

static void comment_skip(struct junos_lexer *lexer)
{
	struct origin at = lexer->at;

	for (lexer->p += 2; lexer->p < lexer->end; lexer->p++) {
		if (lexer->p[0] == '*' && lexer->p + 1 < lexer->end &&
		    lexer->p[1] == '/') {
			lexer->p += 2;
			return;
		}
		lexer->at.line += *lexer->p == '\n';
	}
	site_remark(lexer->tree->site, REMARK_INVALID, at, "a comment is not closed");
}

/* Blanks and comments, up to the end of the line. */
static void blanks_skip(struct junos_lexer *lexer)
{
	while (lexer->p < lexer->end) {
		if (*lexer->p == '\n')
			return; /* the caller looks at each new line */
		if (junos_is_blank(*lexer->p)) {
			lexer->p++;
		} else if (*lexer->p == '#') {
			while (lexer->p < lexer->end && *lexer->p != '\n')
				lexer->p++;
		} else if (*lexer->p == '/' && lexer->p + 1 < lexer->end &&
			   lexer->p[1] == '*' && !lexer->is_command) {
			comment_skip(lexer);
		} else {
			return;
		}
	}
}

/* "…" with \" and \\; ends at the line's end at the latest. */
static void quoted_take(struct junos_lexer *lexer)
{
	_cleanup_buf_ struct buf text = { 0 };
	const char *p = lexer->p + 1;

	for (; p < lexer->end && *p != '"' && *p != '\n'; p++) {
		if (*p == '\\' && p + 1 < lexer->end && (p[1] == '"' || p[1] == '\\'))
			p++;
		buf_putc(&text, *p);
	}
	if (p < lexer->end && *p == '"')
		p++;
	else
		site_remark(lexer->tree->site, REMARK_INVALID, lexer->at,
			    "a quotation mark is not closed");
	lexer->p = p;
	lexer->word = arena_strdup(lexer->tree->arena, buf_text(&text));
	if (text.data)
		explicit_bzero(text.data, text.length);
}

static bool is_separator(const struct junos_lexer *lexer, char c)
{
	if (junos_is_blank(c) || c == '[' || c == ']')
		return true;
	return !lexer->is_command && (c == '{' || c == '}' || c == ';');
}

enum junos_token junos_token_next(struct junos_lexer *lexer)
{
	static const struct {
		char c;
		enum junos_token kind;
	} marks[] = {
		{ '{', JUNOS_TOKEN_OPEN },	{ '}', JUNOS_TOKEN_CLOSE },
		{ ';', JUNOS_TOKEN_SEMICOLON }, { '[', JUNOS_TOKEN_LIST },
		{ ']', JUNOS_TOKEN_LIST_END },
	};
	const char *start;

	blanks_skip(lexer);
	if (lexer->p >= lexer->end || *lexer->p == '\n')
		return JUNOS_TOKEN_END;
	if (*lexer->p == '"') {
		quoted_take(lexer);
		return JUNOS_TOKEN_WORD;
	}
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		if (*lexer->p == marks[i].c && is_separator(lexer, marks[i].c)) {
			lexer->p++;
			return marks[i].kind;
		}
	}
	start = lexer->p;
	while (lexer->p < lexer->end && !is_separator(lexer, *lexer->p))
		lexer->p++;
	lexer->word =
		arena_strndup(lexer->tree->arena, start, (size_t)(lexer->p - start));
	return JUNOS_TOKEN_WORD;
}
