// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * junos_text.c - both written forms of a Junos configuration, and terminals around it
 *
 * At the outermost level a line that begins with a command word (`set`, `delete`, …)
 * is a command; everything else is the curly form, read token by token. A prompt
 * ("root@srx# ") may stand before commands; what `show security ike` prints begins
 * below that path, so the path is kept for the block that follows.
 */
#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "import/import.h"
#include "import/junos_lex.h"
#include "import/junos_tree.h"
#include "import/text.h"

/* One statement on its way: words, then perhaps a list. */
struct statement {
	struct junos_words path, items;
	bool is_inactive, is_deleted, in_list, has_list;
	struct origin at;
};

struct parser {
	struct junos_lexer lexer;
	struct junos_tree *tree;
	struct junos_node *stack[JUNOS_DEPTH_MAX];
	struct origin opened[JUNOS_DEPTH_MAX];
	size_t depth, overflow;
	struct statement statement;
	struct junos_words edit; /* `edit security ike`, or "[edit security ike]" */
	struct junos_words base; /* of what `show …` prints */
	size_t statements;
};

/* ------------------------------------------------------------ statements */

static void statement_clear(struct statement *statement)
{
	statement->path.list.count = 0;
	statement->items.list.count = 0;
	statement->is_inactive = statement->is_deleted = false;
	statement->in_list = statement->has_list = false;
}

static void statement_word(struct parser *parser, const char *word)
{
	struct statement *statement = &parser->statement;

	if (statement->path.list.count == 0) {
		statement->at = parser->lexer.at;
		if (str_equal(word, "inactive:")) {
			statement->is_inactive = true;
			return;
		}
		if (str_equal(word, "delete:")) {
			statement->is_deleted = true;
			return;
		}
		if (str_equal(word, "protect:") || str_equal(word, "replace:"))
			return;
	}
	if (statement->in_list)
		vec_add(parser->tree->arena, &statement->items.list, word);
	else
		vec_add(parser->tree->arena, &statement->path.list, word);
}

static void make_inactive(struct junos_node *node, struct origin at)
{
	node->is_inactive = true;
	node->inactive_at = at;
}

static struct junos_node *statement_apply(struct parser *parser, struct junos_node *from)
{
	struct statement *statement = &parser->statement;
	struct junos_tree *tree = parser->tree;
	struct junos_node *node;

	parser->statements++;
	site_statement(tree->site, statement->at);
	node = junos_path_add(tree, from, &statement->path, statement->at);
	if (!node)
		return NULL;
	for (size_t i = 0; i < statement->items.list.count; i++) {
		struct junos_node *item = junos_node_add(
			tree, node, statement->items.list.items[i], statement->at);

		if (item && statement->is_inactive)
			make_inactive(item, statement->at);
	}
	if (statement->is_inactive && !statement->items.list.count)
		make_inactive(node, statement->at);
	if (statement->is_deleted)
		junos_node_remove(tree, node);
	return node;
}

/* ------------------------------------------------------------ commands */

static struct junos_node *edit_node(struct parser *parser)
{
	struct junos_node *node = junos_path_add(parser->tree, parser->tree->root,
						 &parser->edit, parser->lexer.at);

	return node ? node : parser->tree->root;
}

static void command_set(struct parser *parser)
{
	if (parser->statement.path.list.count)
		(void)statement_apply(parser, edit_node(parser));
}

static struct junos_node *command_target(struct parser *parser)
{
	struct statement *statement = &parser->statement;
	struct junos_node *node =
		junos_path_find(parser->tree, edit_node(parser), &statement->path);

	parser->statements++;
	if (!node || node == parser->tree->root) {
		site_remark(parser->tree->site, REMARK_INVALID, parser->lexer.at,
			    "there is no such statement in the configuration");
		return NULL;
	}
	return node;
}

static void command_delete(struct parser *parser)
{
	struct junos_node *node = command_target(parser);

	if (node)
		junos_node_remove(parser->tree, node);
}

static void command_deactivate(struct parser *parser)
{
	struct junos_node *node = command_target(parser);

	if (node)
		make_inactive(node, parser->statement.at);
}

static void command_activate(struct parser *parser)
{
	struct junos_node *node = command_target(parser);

	if (node)
		node->is_inactive = false;
}

/* Cut the path at the first of the words; what follows goes to rest. NULL: not there. */
static const char *path_split(struct statement *statement, const char *const *words,
			      const char **ret_last)
{
	size_t count = statement->path.list.count;

	for (size_t i = 0; i < count; i++) {
		for (size_t w = 0; words[w]; w++) {
			if (!str_equal(statement->path.list.items[i], words[w]) ||
			    i + 1 >= count)
				continue;
			*ret_last = statement->path.list.items[count - 1];
			statement->path.list.count = i;
			return words[w];
		}
	}
	return NULL;
}

/* insert … policy P before policy Q */
static void command_insert(struct parser *parser)
{
	static const char *const words[] = { "before", "after", NULL };
	const char *other, *where = path_split(&parser->statement, words, &other);
	struct junos_node *node, *sibling;

	if (!where) {
		site_remark(parser->tree->site, REMARK_INVALID, parser->lexer.at,
			    "'insert' without 'before' or 'after'");
		return;
	}
	node = command_target(parser);
	if (!node)
		return;
	sibling = map_get(&parser->tree->children, node->parent, other);
	if (sibling)
		junos_node_move(node, sibling, str_equal(where, "before"));
	else
		site_remark(parser->tree->site, REMARK_INVALID, parser->lexer.at,
			    "there is no '%s' to insert %s", other, where);
}

/* rename security ike gateway A to gateway B */
static void command_rename(struct parser *parser)
{
	static const char *const words[] = { "to", NULL };
	const char *name;
	struct junos_node *node;

	if (!path_split(&parser->statement, words, &name))
		return;
	node = command_target(parser);
	if (node)
		junos_node_rename(parser->tree, node, name);
}

static void command_edit(struct parser *parser)
{
	for (size_t i = 0; i < parser->statement.path.list.count; i++)
		vec_add(parser->tree->arena, &parser->edit.list,
			parser->statement.path.list.items[i]);
}

static void command_up(struct parser *parser)
{
	int64_t levels = 1;

	if (parser->statement.path.list.count)
		(void)str_to_number(parser->statement.path.list.items[0], 1, 100,
				    &levels);
	while (levels-- > 0 && parser->edit.list.count)
		parser->edit.list.count--;
}

static void command_exit(struct parser *parser)
{
	parser->edit.list.count = 0;
}

/* show [configuration] PATH [| …]: the block that follows stands below PATH. */
static void command_show(struct parser *parser)
{
	const struct junos_words *path = &parser->statement.path;
	bool is_operational =
		path->list.count && str_equal(path->list.items[0], "configuration");

	parser->base.list.count = 0;
	for (size_t i = 0; !is_operational && i < parser->edit.list.count; i++)
		vec_add(parser->tree->arena, &parser->base.list,
			parser->edit.list.items[i]);
	for (size_t i = is_operational; i < path->list.count; i++) {
		if (path->list.items[i][0] == '|')
			return;
		vec_add(parser->tree->arena, &parser->base.list, path->list.items[i]);
	}
}

static void command_other(struct parser *parser)
{
	site_remark(parser->tree->site, REMARK_IGNORED, parser->lexer.at,
		    "this command changes the configuration in a way that is not read");
}

static const struct {
	const char *word;
	void (*run)(struct parser *parser); /* NULL: changes nothing */
} commands[] = {
	{ "set", command_set },
	{ "delete", command_delete },
	{ "deactivate", command_deactivate },
	{ "activate", command_activate },
	{ "insert", command_insert },
	{ "rename", command_rename },
	{ "edit", command_edit },
	{ "up", command_up },
	{ "top", command_exit },
	{ "exit", command_exit },
	{ "quit", command_exit },
	{ "show", command_show },
	{ "copy", command_other },
	{ "replace", command_other },
	{ "wildcard", command_other },
	{ "load", command_other },
	{ "rollback", command_other },
	{ "annotate", NULL },
	{ "protect", NULL },
	{ "unprotect", NULL },
	{ "commit", NULL },
	{ "configure", NULL },
	{ "cli", NULL },
	{ "run", NULL },
	{ "save", NULL },
	{ "status", NULL },
	{ "request", NULL },
	{ "ping", NULL },
	{ "clear", NULL },
	{ "monitor", NULL },
	{ "start", NULL },
	{ "help", NULL },
};

static void statement_read_line(struct parser *parser)
{
	enum junos_token kind;

	statement_clear(&parser->statement);
	parser->statement.at = parser->lexer.at;
	while ((kind = junos_token_next(&parser->lexer)) != JUNOS_TOKEN_END) {
		if (kind == JUNOS_TOKEN_LIST)
			parser->statement.in_list = parser->statement.has_list = true;
		else if (kind == JUNOS_TOKEN_LIST_END)
			parser->statement.in_list = false;
		else
			statement_word(parser, parser->lexer.word);
	}
}

/* The rest of the line is a command; what is none is skipped by the caller. */
static void command_run(struct parser *parser)
{
	enum junos_token kind;

	parser->lexer.is_command = true;
	kind = junos_token_next(&parser->lexer);
	if (kind == JUNOS_TOKEN_WORD && str_equal(parser->lexer.word, "top")) {
		parser->edit.list.count = 0;
		kind = junos_token_next(&parser->lexer);
	}
	for (size_t i = 0; kind == JUNOS_TOKEN_WORD && i < ARRAY_SIZE(commands); i++) {
		if (!str_equal(commands[i].word, parser->lexer.word))
			continue;
		statement_read_line(parser);
		site_statement(parser->tree->site, parser->lexer.at);
		if (commands[i].run)
			commands[i].run(parser);
		else
			site_line_is(parser->tree->site, parser->lexer.at,
				     LINE_NO_EFFECT);
		break;
	}
	statement_clear(&parser->statement);
	parser->lexer.is_command = false;
}

/* ------------------------------------------------------------ lines */

static void line_skip(struct junos_lexer *lexer)
{
	while (lexer->p < lexer->end && *lexer->p != '\n')
		lexer->p++;
}

static bool rest_starts(const struct junos_lexer *lexer, const char *text)
{
	size_t length = strlen(text);

	return (size_t)(lexer->end - lexer->p) >= length &&
	       memcmp(lexer->p, text, length) == 0;
}

/* "root@srx> ", "root@srx# ", "srx# ", "host -> "; inside a block only with an '@' */
static bool prompt_skip(struct junos_lexer *lexer, bool is_inside)
{
	const char *p = lexer->p;
	char last;

	if (p >= lexer->end || !isalnum((unsigned char)*p))
		return false;
	while (p < lexer->end && !junos_is_blank(*p) && *p != '{' && *p != ';' &&
	       *p != '"')
		p++;
	last = p[-1];
	if (is_inside && !memchr(lexer->p, '@', (size_t)(p - lexer->p)))
		return false;
	if (p - lexer->p > 1 && (last == '>' || last == '#' || last == '%')) {
		lexer->p = p;
		return true;
	}
	if (lexer->end - p > 4 && memcmp(p, " -> ", 4) == 0) {
		lexer->p = p + 4;
		return true;
	}
	return false;
}

/* "[edit]" or "[edit security ike]" above a prompt */
static void banner_read(struct parser *parser)
{
	struct junos_lexer *lexer = &parser->lexer;

	parser->edit.list.count = 0;
	lexer->is_command = true;
	(void)junos_token_next(lexer); /* [ */
	(void)junos_token_next(lexer); /* edit */
	while (junos_token_next(lexer) == JUNOS_TOKEN_WORD)
		vec_add(parser->tree->arena, &parser->edit.list, lexer->word);
	lexer->is_command = false;
	line_skip(lexer);
}

static void pending_drop(struct parser *parser)
{
	if (parser->statement.path.list.count) {
		site_statement(parser->tree->site, parser->statement.at);
		site_remark(parser->tree->site, REMARK_UNKNOWN, parser->statement.at,
			    "this is neither a command nor a statement: '%s…'",
			    parser->statement.path.list.items[0]);
	}
	statement_clear(&parser->statement);
}

static void stack_drop(struct parser *parser)
{
	if (parser->depth)
		site_remark(parser->tree->site, REMARK_INVALID,
			    parser->opened[parser->depth - 1], "a brace is not closed");
	parser->depth = parser->overflow = 0;
}

/* Lines of pagers and logins; "{primary:node0}" of a cluster stands before others. */
static bool noise_skip(struct parser *parser)
{
	static const char *const roles[] = { "{primary", "{master", "{secondary",
					     "{backup",	 "{hold",   "{linecard" };
	struct junos_lexer *lexer = &parser->lexer;

	for (size_t i = 0; parser->depth == 0 && i < ARRAY_SIZE(roles); i++) {
		if (!rest_starts(lexer, roles[i]))
			continue;
		while (lexer->p < lexer->end && *lexer->p != '\n' && *lexer->p++ != '}')
			;
		break;
	}
	return rest_starts(lexer, "---(more") || rest_starts(lexer, "--- JUNOS");
}

static bool is_command_line(const struct junos_lexer *lexer)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		const char *behind = lexer->p + strlen(commands[i].word);

		if (rest_starts(lexer, commands[i].word) &&
		    (behind == lexer->end || junos_is_blank(*behind)))
			return true;
	}
	return false;
}

/* At the start of a line: is it a line of its own, outside of the curly form? */
static bool line_run(struct parser *parser)
{
	struct junos_lexer *lexer = &parser->lexer;
	bool is_prompted;

	while (lexer->p < lexer->end && junos_is_blank(*lexer->p) && *lexer->p != '\n')
		lexer->p++;
	if (noise_skip(parser)) {
		line_skip(lexer);
		return true;
	}
	if (parser->depth == 0 && rest_starts(lexer, "[edit")) {
		banner_read(parser);
		return true;
	}
	is_prompted = prompt_skip(lexer, parser->depth > 0);
	if (is_prompted)
		stack_drop(parser);
	else if (parser->depth || !is_command_line(lexer))
		return false;
	/* A command ends what was no statement. */
	pending_drop(parser);
	command_run(parser);
	line_skip(lexer);
	return true;
}

/* ------------------------------------------------------------ the curly form */

static struct junos_node *top_node(struct parser *parser)
{
	struct junos_node *node;

	if (parser->depth)
		return parser->stack[parser->depth - 1];
	node = junos_path_add(parser->tree, parser->tree->root, &parser->base,
			      parser->lexer.at);
	return node ? node : parser->tree->root;
}

static void block_open(struct parser *parser)
{
	struct junos_node *node = statement_apply(parser, top_node(parser));

	statement_clear(&parser->statement);
	if (!node || parser->depth == JUNOS_DEPTH_MAX) {
		parser->overflow++; /* its closing brace is to be skipped too */
		return;
	}
	parser->opened[parser->depth] = parser->lexer.at;
	parser->stack[parser->depth++] = node;
}

static void statement_end(struct parser *parser)
{
	if (parser->statement.path.list.count && !parser->overflow)
		(void)statement_apply(parser, top_node(parser));
	statement_clear(&parser->statement);
}

static void block_close(struct parser *parser)
{
	if (parser->statement.path.list.count)
		site_remark(parser->tree->site, REMARK_INVALID, parser->statement.at,
			    "';' is missing after '%s'",
			    parser->statement.path.list
				    .items[parser->statement.path.list.count - 1]);
	statement_end(parser);
	if (parser->overflow)
		parser->overflow--;
	else if (parser->depth)
		parser->depth--;
	else
		site_remark(parser->tree->site, REMARK_INVALID, parser->lexer.at,
			    "a closing brace without an opening one");
}

static void token_run(struct parser *parser, enum junos_token kind)
{
	switch (kind) {
	case JUNOS_TOKEN_WORD:
		statement_word(parser, parser->lexer.word);
		return;
	case JUNOS_TOKEN_OPEN:
		block_open(parser);
		return;
	case JUNOS_TOKEN_CLOSE:
		block_close(parser);
		return;
	case JUNOS_TOKEN_SEMICOLON:
		statement_end(parser);
		return;
	case JUNOS_TOKEN_LIST:
		parser->statement.in_list = parser->statement.has_list = true;
		return;
	case JUNOS_TOKEN_LIST_END:
		parser->statement.in_list = false;
		return;
	case JUNOS_TOKEN_END:
		return;
	}
}

static void text_parse(struct parser *parser)
{
	struct junos_lexer *lexer = &parser->lexer;

	while (lexer->p < lexer->end) {
		enum junos_token kind;

		if (!line_run(parser)) {
			while ((kind = junos_token_next(lexer)) != JUNOS_TOKEN_END)
				token_run(parser, kind);
		}
		if (lexer->p < lexer->end && *lexer->p == '\n') {
			lexer->p++;
			lexer->at.line++;
		}
	}
	pending_drop(parser);
	stack_drop(parser);
}

void junos_text_read(struct junos_tree *tree, const struct import_source *source,
		     size_t *ret_statements)
{
	_cleanup_buf_ struct buf text = { 0 };
	struct parser parser = { .tree = tree };

	import_text_normalise(source->bytes, source->length, &text);
	parser.lexer = (struct junos_lexer){
		.tree = tree,
		.p = buf_text(&text),
		.end = buf_text(&text) + text.length,
		.at = { .file = arena_strdup(tree->arena, source->name), .line = 1 },
	};
	text_parse(&parser);
	if (text.data)
		explicit_bzero(text.data, text.length);
	*ret_statements = parser.statements;
}
