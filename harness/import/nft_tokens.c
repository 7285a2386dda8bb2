// SPDX-License-Identifier: GPL-2.0-or-later
/* nft_tokens.c - the words of an nftables ruleset, with what `define` says put in */
#include <string.h>

#include "base/str.h"
#include "import/nft_rule.h"

#define TOKENS_MAX  50000
#define DEFINES_MAX 200

struct define {
	const char *name;
	struct nft_tokens value;
};

struct lexer {
	struct arena *arena;
	const char *at;
	unsigned int line;
	struct nft_tokens *tokens;
	VEC(struct define) defines;
	size_t define_at; /* of the tokens: a `define` that is not ended; SIZE_MAX: none */
	bool is_in_elements;
};

static void token_add(struct lexer *lexer, const char *s)
{
	struct nft_tokens *tokens = lexer->tokens;

	if (lexer->is_in_elements)
		return;
	if (tokens->count < TOKENS_MAX)
		vec_add(lexer->arena, tokens, ((struct nft_token){ s, lexer->line }));
	else if (!tokens->cut_at)
		tokens->cut_at = lexer->line;
}

static void put_define(struct lexer *lexer, const char *word)
{
	for (size_t i = lexer->defines.count; i-- > 0;) {
		const struct define *define = &lexer->defines.items[i];

		if (!str_equal(define->name, word + 1))
			continue;
		for (size_t j = 0; j < define->value.count; j++)
			token_add(lexer, define->value.items[j].s);
		return;
	}
	token_add(lexer, word);
}

/* "define NAME = value" ends with the line, or with the brace of its set. */
static void end_define(struct lexer *lexer)
{
	const struct nft_token *items;
	struct define define = { 0 };
	unsigned int depth = 0;
	size_t count;

	if (lexer->define_at == SIZE_MAX)
		return;
	items = lexer->tokens->items + lexer->define_at;
	count = lexer->tokens->count - lexer->define_at;
	for (size_t i = 0; i < count; i++) {
		depth += str_equal(items[i].s, "{");
		depth -= depth && str_equal(items[i].s, "}");
	}
	if (depth)
		return;
	if (count > 3 && str_equal(items[2].s, "=") &&
	    lexer->defines.count < DEFINES_MAX) {
		define.name = items[1].s;
		for (size_t i = 3; i < count; i++)
			if (!str_equal(items[i].s, "\n"))
				vec_add(lexer->arena, &define.value, items[i]);
		vec_add(lexer->arena, &lexer->defines, define);
	}
	lexer->tokens->count = lexer->define_at;
	lexer->define_at = SIZE_MAX;
}

static void take_quoted(struct lexer *lexer)
{
	size_t length = strcspn(++lexer->at, "\"\n");
	const bool is_like_mark = length == 1 && strchr("{};,", *lexer->at);

	token_add(lexer, arena_printf(lexer->arena, "%.*s%s", (int)length, lexer->at,
				      is_like_mark ? " " : ""));
	lexer->at += length;
	if (*lexer->at == '"')
		lexer->at++;
}

static void take_word(struct lexer *lexer)
{
	size_t length = strcspn(lexer->at, " \t\r\n{};,#\"");
	const char *word = arena_strndup(lexer->arena, lexer->at, length);
	const bool is_start =
		!lexer->tokens->count ||
		strchr("\n;", lexer->tokens->items[lexer->tokens->count - 1].s[0]);

	if (str_equal(word, "define") && is_start && lexer->define_at == SIZE_MAX)
		lexer->define_at = lexer->tokens->count;
	if (*word == '$')
		put_define(lexer, word);
	else
		token_add(lexer, word);
	lexer->at += length;
}

static void take_newline(struct lexer *lexer)
{
	end_define(lexer);
	token_add(lexer, "\n");
	lexer->line++;
	lexer->at++;
}

/* Behind "elements = {", of a set by name: there may be many, and none is looked at. */
static bool is_before_elements(const struct nft_tokens *tokens)
{
	return tokens->count > 2 && str_equal(tokens->items[tokens->count - 1].s, "{") &&
	       str_equal(tokens->items[tokens->count - 2].s, "=") &&
	       str_equal(tokens->items[tokens->count - 3].s, "elements");
}

static void take_sign(struct lexer *lexer, const char *sign)
{
	if (*sign == '}')
		lexer->is_in_elements = false;
	token_add(lexer, sign);
	if (*sign == '{' && is_before_elements(lexer->tokens))
		lexer->is_in_elements = true;
	lexer->at++;
}

static void skip(struct lexer *lexer, size_t letters, unsigned int lines)
{
	lexer->at += letters;
	lexer->line += lines;
}

void nft_tokens_read(struct arena *arena, const char *text, struct nft_tokens *ret_tokens)
{
	static const char marks[] = "{};,";
	static const char *const signs[] = { "{", "}", ";", "," };
	struct lexer lexer = { .arena = arena,
			       .at = text,
			       .line = 1,
			       .tokens = ret_tokens,
			       .define_at = SIZE_MAX };

	*ret_tokens = (struct nft_tokens){ 0 };
	while (*lexer.at) {
		const char *sign = strchr(marks, *lexer.at);

		if (*lexer.at == '\n')
			take_newline(&lexer);
		else if (*lexer.at == '#')
			lexer.at += strcspn(lexer.at, "\n");
		else if (lexer.at[0] == '\\' && lexer.at[1] == '\n')
			skip(&lexer, 2, 1);
		else if (strchr(" \t\r", *lexer.at))
			skip(&lexer, 1, 0);
		else if (*lexer.at == '"')
			take_quoted(&lexer);
		else if (sign)
			take_sign(&lexer, signs[sign - marks]);
		else
			take_word(&lexer);
	}
	end_define(&lexer);
}
