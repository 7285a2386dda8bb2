// SPDX-License-Identifier: GPL-2.0-or-later
/* vpncfg_tree.c - AVM's configuration language as a tree that keeps its lines */
#include "import/vpncfg_tree.h"

#include "import/vpncfg_lex.h"

struct parser {
	struct site *site;
	const char *file;
	struct vpncfg_lexer lexer;
	struct tree_node *block;  /* the open one */
	struct tree_node *closed; /* closed by the token before: may be followed by '{' */
	unsigned int depth, skipped; /* levels open; levels beyond the limit */
	bool is_after_unclosed;	     /* what follows may be the rest of a secret */
};

static struct origin origin_at(const struct parser *parser, unsigned int line)
{
	return (struct origin){ .file = parser->file, .line = line };
}

/* How much of a token a remark quotes. Never of a value: it may be a secret. */
static int quoted_length(const struct vpncfg_token *token)
{
	return token->length > 40 ? 40 : (int)token->length;
}

static struct vpncfg_token peek(const struct parser *parser)
{
	struct vpncfg_lexer copy = parser->lexer;
	struct vpncfg_token token;

	vpncfg_lexer_next(&copy, &token);
	return token;
}

/* Does a new statement start here: a word and then '=' or '{'? */
static bool is_statement_ahead(const struct parser *parser)
{
	struct vpncfg_lexer copy = parser->lexer;
	struct vpncfg_token token;

	vpncfg_lexer_next(&copy, &token);
	if (token.kind != VPNCFG_TOKEN_WORD)
		return false;
	vpncfg_lexer_next(&copy, &token);
	return token.kind == VPNCFG_TOKEN_EQUALS || token.kind == VPNCFG_TOKEN_OPEN;
}

/*
 * Skip what is left of a line that makes no sense. A brace that was not opened within
 * the skipped part belongs to the file's structure and stays.
 */
static void skip_line(struct parser *parser, unsigned int line, bool until_semicolon)
{
	unsigned int opened = 0;

	for (;;) {
		struct vpncfg_token token = peek(parser);

		if (token.kind == VPNCFG_TOKEN_END || token.line != line)
			return;
		if (token.kind == VPNCFG_TOKEN_CLOSE && opened-- == 0)
			return;
		opened += token.kind == VPNCFG_TOKEN_OPEN;
		vpncfg_lexer_next(&parser->lexer, &token);
		if (until_semicolon && token.kind == VPNCFG_TOKEN_SEMICOLON)
			return;
	}
}

static struct tree_node *node_add(struct parser *parser, const char *name,
				  unsigned int line)
{
	return tree_add(parser->site->arena, parser->block, name,
			origin_at(parser, line));
}

static void block_open(struct parser *parser, const char *name, unsigned int line)
{
	if (parser->depth >= VPNCFG_DEPTH_MAX) {
		if (parser->skipped++ == 0)
			site_remark(
				parser->site, REMARK_INVALID, origin_at(parser, line),
				"blocks are nested more than %u deep, what is deeper is "
				"skipped",
				VPNCFG_DEPTH_MAX);
		return;
	}
	parser->block = node_add(parser, name, line);
	parser->block->is_block = true;
	parser->depth++;
}

static void block_close(struct parser *parser, unsigned int line)
{
	if (parser->skipped) {
		parser->skipped--;
		return;
	}
	if (!parser->block->parent) {
		site_remark(parser->site, REMARK_INVALID, origin_at(parser, line),
			    "surplus '}': no block is open here");
		return;
	}
	parser->closed = parser->block;
	parser->block = parser->block->parent;
	parser->depth--;
}

static void value_add(struct parser *parser, struct tree_node *node,
		      const struct vpncfg_token *token)
{
	struct tree_value *value = vec_push(parser->site->arena, &node->values);

	value->text = vpncfg_token_text(parser->site->arena, token, &value->length);
	value->is_quoted = token->kind == VPNCFG_TOKEN_STRING;
	value->at = origin_at(parser, token->line);
	parser->is_after_unclosed = token->is_unclosed;
	if (token->is_unclosed)
		site_remark(parser->site, REMARK_INVALID, origin_at(parser, token->line),
			    "the string of '%s' has no closing quote on its line",
			    node->name);
}

/* Behind a value: ';' ends the statement; everything else is somebody's mistake. */
static void statement_end(struct parser *parser, const struct tree_node *node,
			  unsigned int line)
{
	struct vpncfg_token token = peek(parser);

	if (token.kind == VPNCFG_TOKEN_SEMICOLON) {
		vpncfg_lexer_next(&parser->lexer, &token);
		return;
	}
	if (token.line != line || token.kind == VPNCFG_TOKEN_CLOSE ||
	    token.kind == VPNCFG_TOKEN_END || is_statement_ahead(parser)) {
		site_remark(parser->site, REMARK_INVALID, origin_at(parser, line),
			    "';' is missing behind the value of '%s'", node->name);
		return;
	}
	site_remark(parser->site, REMARK_UNKNOWN, origin_at(parser, line),
		    "what stands between the value of '%s' and ';' is not understood",
		    node->name);
	skip_line(parser, line, true);
}

static void take_values(struct parser *parser, const char *name, unsigned int line)
{
	struct tree_node *node = node_add(parser, name, line);
	struct vpncfg_token token;

	for (;;) {
		token = peek(parser);
		if ((token.kind != VPNCFG_TOKEN_WORD &&
		     token.kind != VPNCFG_TOKEN_STRING) ||
		    (token.line != line && is_statement_ahead(parser))) {
			site_remark(parser->site, REMARK_INVALID, origin_at(parser, line),
				    "'%s' %s", name,
				    node->values.count ? "ends with ','"
						       : "has no value");
			break;
		}
		vpncfg_lexer_next(&parser->lexer, &token);
		value_add(parser, node, &token);
		line = token.line;
		if (peek(parser).kind != VPNCFG_TOKEN_COMMA)
			break;
		vpncfg_lexer_next(&parser->lexer, &token);
		line = token.line;
	}
	statement_end(parser, node, line);
}

static void take_statement(struct parser *parser, const struct vpncfg_token *word)
{
	struct vpncfg_token next = peek(parser);
	const char *name;

	if (next.kind != VPNCFG_TOKEN_OPEN && next.kind != VPNCFG_TOKEN_EQUALS) {
		if (parser->is_after_unclosed)
			site_remark(
				parser->site, REMARK_UNKNOWN,
				origin_at(parser, word->line),
				"this line behind an unclosed string is not understood");
		else
			site_remark(parser->site, REMARK_UNKNOWN,
				    origin_at(parser, word->line),
				    "'%.*s' is not understood", quoted_length(word),
				    word->start);
		skip_line(parser, word->line, false);
		return;
	}
	vpncfg_lexer_next(&parser->lexer, &next);
	name = vpncfg_token_text(parser->site->arena, word, NULL);
	if (next.kind == VPNCFG_TOKEN_OPEN)
		block_open(parser, name, word->line);
	else
		take_values(parser, name, word->line);
}

/* "connections { … } { … }": a block without a name is one more of the one before. */
static void open_unnamed(struct parser *parser, const struct tree_node *before,
			 unsigned int line)
{
	if (!before && !parser->skipped)
		site_remark(parser->site, REMARK_INVALID, origin_at(parser, line),
			    "'{' without a name before it");
	block_open(parser, before ? before->name : "", line);
}

static bool take_token(struct parser *parser, const struct vpncfg_token *token)
{
	const struct tree_node *closed = parser->closed;

	parser->closed = NULL;
	switch (token->kind) {
	case VPNCFG_TOKEN_END:
		return false;
	case VPNCFG_TOKEN_WORD:
	case VPNCFG_TOKEN_STRING:
		take_statement(parser, token);
		return true;
	case VPNCFG_TOKEN_OPEN:
		open_unnamed(parser, closed, token->line);
		return true;
	case VPNCFG_TOKEN_CLOSE:
		block_close(parser, token->line);
		return true;
	case VPNCFG_TOKEN_EQUALS:
	case VPNCFG_TOKEN_COMMA:
		site_remark(parser->site, REMARK_UNKNOWN, origin_at(parser, token->line),
			    "a stray '%c' is not understood",
			    token->kind == VPNCFG_TOKEN_COMMA ? ',' : '=');
		skip_line(parser, token->line, false);
		return true;
	case VPNCFG_TOKEN_SEMICOLON: /* an empty statement does no harm */
		return true;
	}
	return true;
}

struct tree_node *vpncfg_tree_parse(struct site *site, const char *file,
				    const char *bytes, size_t length,
				    unsigned int first_line)
{
	struct tree_node *root = arena_alloc(site->arena, sizeof(*root));
	struct parser parser = { .site = site, .file = file, .block = root };
	struct vpncfg_token token;

	root->name = "";
	root->is_block = true;
	root->at = origin_at(&parser, first_line);
	vpncfg_lexer_init(&parser.lexer, bytes, length, first_line);
	do {
		vpncfg_lexer_next(&parser.lexer, &token);
	} while (take_token(&parser, &token));
	if (parser.lexer.open_comment_line)
		site_remark(site, REMARK_INVALID,
			    origin_at(&parser, parser.lexer.open_comment_line),
			    "this comment never ends");
	for (; parser.block->parent; parser.block = parser.block->parent)
		site_remark(site, REMARK_INVALID,
			    origin_at(&parser, parser.block->at.line),
			    "block '%s' is never closed", parser.block->name);
	return root;
}
