// SPDX-License-Identifier: GPL-2.0-or-later
/* vpncfg_lex.c - the words of AVM's configuration language */
#include "import/vpncfg_lex.h"

#include <string.h>

#include "base/arena.h"

#define PLACEHOLDER_MAX 128 /* bytes; keeps a line of "${${${" from being quadratic */

void vpncfg_lexer_init(struct vpncfg_lexer *lexer, const char *bytes, size_t length,
		       unsigned int first_line)
{
	*lexer = (struct vpncfg_lexer){
		.at = bytes,
		.end = bytes + length,
		.line = first_line,
	};
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\v' ||
	       c == '\f' || c == '\0';
}

static bool is_comment(const struct vpncfg_lexer *lexer)
{
	return lexer->end - lexer->at >= 2 && lexer->at[0] == '/' &&
	       (lexer->at[1] == '/' || lexer->at[1] == '*');
}

static void skip_comment(struct vpncfg_lexer *lexer)
{
	bool is_block = lexer->at[1] == '*';
	unsigned int line = lexer->line;

	lexer->at += 2;
	while (lexer->at < lexer->end) {
		char c = *lexer->at;

		if (!is_block && c == '\n')
			return;
		if (is_block && c == '*' && lexer->end - lexer->at >= 2 &&
		    lexer->at[1] == '/') {
			lexer->at += 2;
			return;
		}
		lexer->line += c == '\n';
		lexer->at++;
	}
	if (is_block)
		lexer->open_comment_line = line;
}

static void skip_space(struct vpncfg_lexer *lexer)
{
	while (lexer->at < lexer->end) {
		if (is_comment(lexer)) {
			skip_comment(lexer);
		} else if (is_blank(*lexer->at)) {
			lexer->line += *lexer->at == '\n';
			lexer->at++;
		} else {
			return;
		}
	}
}

/*
 * A closing quote was forgotten: the string ends with its line, and before the ';' that
 * ends the line, so that one mistake does not swallow the rest of the file.
 */
static void close_at_line_end(struct vpncfg_lexer *lexer, struct vpncfg_token *token)
{
	const char *end = lexer->at;

	while (end > token->start && is_blank(end[-1]))
		end--;
	if (end > token->start && end[-1] == ';')
		end--;
	lexer->at = end;
	token->length = (size_t)(end - token->start);
	token->is_unclosed = true;
}

static void take_string(struct vpncfg_lexer *lexer, struct vpncfg_token *token)
{
	token->kind = VPNCFG_TOKEN_STRING;
	token->start = ++lexer->at;
	while (lexer->at < lexer->end && *lexer->at != '"' && *lexer->at != '\n') {
		bool is_escape = *lexer->at == '\\' && lexer->end - lexer->at >= 2 &&
				 lexer->at[1] != '\n' && lexer->at[1] != '\r';

		lexer->at += is_escape ? 2 : 1;
	}
	if (lexer->at == lexer->end || *lexer->at == '\n') {
		close_at_line_end(lexer, token);
		return;
	}
	token->length = (size_t)(lexer->at - token->start);
	lexer->at++;
}

/* "${NAME}" in a template belongs to the word, braces and all. */
static bool skip_placeholder(struct vpncfg_lexer *lexer)
{
	const char *at = lexer->at, *limit = lexer->end;

	if (limit - at < 2 || at[0] != '$' || at[1] != '{')
		return false;
	if (limit - at > PLACEHOLDER_MAX)
		limit = at + PLACEHOLDER_MAX;
	while (at < limit && *at != '}' && *at != '\n')
		at++;
	if (at == limit || *at == '\n')
		return false;
	lexer->at = at + 1;
	return true;
}

static void take_word(struct vpncfg_lexer *lexer, struct vpncfg_token *token)
{
	token->kind = VPNCFG_TOKEN_WORD;
	while (lexer->at < lexer->end && !is_blank(*lexer->at) &&
	       !strchr("{}=,;\"", *lexer->at) && !is_comment(lexer))
		if (!skip_placeholder(lexer))
			lexer->at++;
	token->length = (size_t)(lexer->at - token->start);
}

void vpncfg_lexer_next(struct vpncfg_lexer *lexer, struct vpncfg_token *ret_token)
{
	static const struct {
		char c;
		enum vpncfg_token_kind kind;
	} marks[] = {
		{ '{', VPNCFG_TOKEN_OPEN },	 { '}', VPNCFG_TOKEN_CLOSE },
		{ '=', VPNCFG_TOKEN_EQUALS },	 { ',', VPNCFG_TOKEN_COMMA },
		{ ';', VPNCFG_TOKEN_SEMICOLON },
	};

	skip_space(lexer);
	*ret_token = (struct vpncfg_token){
		.kind = VPNCFG_TOKEN_END,
		.start = lexer->at,
		.line = lexer->line,
	};
	if (lexer->at == lexer->end)
		return;
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (*lexer->at != marks[i].c)
			continue;
		ret_token->kind = marks[i].kind;
		ret_token->length = 1;
		lexer->at++;
		return;
	}
	if (*lexer->at == '"')
		take_string(lexer, ret_token);
	else
		take_word(lexer, ret_token);
}

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

/* Decode the escape behind a backslash; returns how many bytes it took. */
static size_t decode_escape(const char *in, size_t left, char *out)
{
	static const char letters[] = "ntr", bytes[] = "\n\t\r";
	const char *letter = *in ? strchr(letters, *in) : NULL;

	if (left >= 3 && is_octal(in[0]) && is_octal(in[1]) && is_octal(in[2])) {
		*out = (char)((in[0] - '0') * 64 + (in[1] - '0') * 8 + (in[2] - '0'));
		return 3;
	}
	*out = letter ? bytes[letter - letters] : *in;
	return 1;
}

const char *vpncfg_token_text(struct arena *arena, const struct vpncfg_token *token,
			      size_t *ret_length)
{
	char *text = arena_strndup(arena, token->start, token->length);
	size_t in = 0, out = 0;

	while (in < token->length) {
		char c = token->start[in++];

		if (c == '\\' && token->kind == VPNCFG_TOKEN_STRING && in < token->length)
			in += decode_escape(token->start + in, token->length - in, &c);
		text[out++] = c;
	}
	text[out] = '\0';
	if (ret_length)
		*ret_length = out;
	return text;
}
