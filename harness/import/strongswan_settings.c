// SPDX-License-Identifier: GPL-2.0-or-later
/* strongswan_settings.c - the grammar of swanctl.conf and strongswan.conf */
#include "import/strongswan_settings.h"

#include <stdarg.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/map.h"
#include "base/str.h"

#define COPIES_MAX 20000 /* nodes that references may add */
#define NAME_ENDS  "{}=:,#\" \t\r\n"

struct parser {
	struct site *site;
	const char *file;
	const char *at, *end;
	unsigned int line;
	struct tree_node *section;
	struct strongswan_files *files;
	struct map names; /* scope: the section */
	unsigned int depth, skipped;
	VEC(struct reference) references;
};

struct reference {
	struct tree_node *section;
	const char *path; /* "connections.base" */
	struct origin at;
};

static struct origin here(const struct parser *parser)
{
	return (struct origin){ .file = parser->file, .line = parser->line };
}

/* A syntax error: nothing of the file is loaded, nor of those that it belongs to. */
static void refuse(struct parser *parser, const char *text, const char *word,
		   size_t length, const char *advice)
{
	struct remark *remark =
		site_remark(parser->site, REMARK_INVALID, here(parser),
			    "%s, strongSwan refuses the whole file%s%.*s%s", text,
			    length ? ": '" : "", length > 60 ? 60 : (int)length, word,
			    length ? "'" : "");

	remark_says(remark, SAYS_NONE_LOADED, MEND_LINE, NULL);
	remark_advise(remark, advice);
}

/* Of a section that ended too early as well as of one too many. */
static const char surplus[] =
	"take this '}' out, or the one above it that ends its section too early";

static bool is_at(const struct parser *parser, const char *set)
{
	return parser->at < parser->end && *parser->at && strchr(set, *parser->at);
}

static void skip_line(struct parser *parser)
{
	while (parser->at < parser->end && *parser->at != '\n')
		parser->at++;
}

/* Blanks, comments, and line ends too when asked for. */
static void skip_space(struct parser *parser, bool has_lines)
{
	for (;;) {
		if (is_at(parser, "#")) {
			skip_line(parser);
		} else if (has_lines && is_at(parser, "\n")) {
			parser->line++;
			parser->at++;
		} else if (is_at(parser, " \t\r")) {
			parser->at++;
		} else {
			return;
		}
	}
}

/* A quoted string: escapes, and line ends as they are. */
static void take_quoted(struct parser *parser, struct buf *out)
{
	static const char letters[] = "nrtbf", bytes[] = "\n\r\t\b\f";
	unsigned int line = parser->line;

	for (parser->at++; parser->at < parser->end && *parser->at != '"'; parser->at++) {
		char c = *parser->at;
		const char *letter;

		if (c == '\\' && parser->at + 1 < parser->end) {
			c = *++parser->at;
			if (c == '\n') {
				parser->line++;
				continue; /* the line goes on */
			}
			letter = c ? strchr(letters, c) : NULL;
			c = letter ? bytes[letter - letters] : c;
		}
		parser->line += c == '\n' && *parser->at == '\n';
		buf_putc(out, c);
	}
	if (parser->at < parser->end) {
		parser->at++;
		return;
	}
	parser->line = line;
	refuse(parser, "a string without closing quote", "", 0,
	       "close the string with a '\"'");
}

static char *take_name(struct parser *parser)
{
	_cleanup_buf_ struct buf out = { 0 };
	const char *start = parser->at;

	if (is_at(parser, "\"")) {
		take_quoted(parser, &out);
		return arena_strdup(parser->site->arena, buf_text(&out));
	}
	while (parser->at < parser->end && !is_at(parser, NAME_ENDS))
		parser->at++;
	return arena_strndup(parser->site->arena, start, (size_t)(parser->at - start));
}

/* The name's node in the open section: sections of one name are one. */
static struct tree_node *node_get(struct parser *parser, const char *name)
{
	struct tree_node *node = map_get(&parser->names, parser->section, name);

	if (node)
		return node;
	node = tree_add(parser->site->arena, parser->section, name, here(parser));
	map_put(parser->site->arena, &parser->names, parser->section, name, node);
	return node;
}

static void take_value(struct parser *parser, const char *name)
{
	struct tree_node *node;
	_cleanup_buf_ struct buf out = { 0 };
	struct origin at = here(parser);
	bool is_cut = false;

	for (;;) {
		while (is_at(parser, " \t\r"))
			parser->at++;
		if (parser->at == parser->end || is_at(parser, "\n}"))
			break;
		if (is_at(parser, "#")) {
			skip_line(parser);
			break;
		}
		if (out.length)
			buf_putc(&out, ' ');
		if (is_at(parser, "\"")) {
			take_quoted(parser, &out);
			continue;
		}
		while (parser->at < parser->end && !is_at(parser, "#}\" \t\r\n"))
			buf_putc(&out, *parser->at++);
		is_cut = is_at(parser, "#");
	}
	if (parser->skipped)
		return;
	node = node_get(parser, name);
	node->values.count = 0;
	vec_add(parser->site->arena, &node->values,
		((struct tree_value){
			.text = arena_memdup(parser->site->arena, buf_text(&out),
					     out.length + 1),
			.length = out.length,
			.is_cut = is_cut,
			.at = at,
		}));
	node->is_block = false;
	node->at = at;
}

static void open_section(struct parser *parser, const char *name)
{
	parser->at++;
	if (parser->depth >= SETTINGS_DEPTH_MAX || parser->skipped) {
		if (parser->skipped++ == 0)
			site_remark(
				parser->site, REMARK_INVALID, here(parser),
				"sections are nested too deep, what is deeper is skipped");
		return;
	}
	parser->section = node_get(parser, name);
	parser->section->values.count = 0;
	parser->section->is_block = true;
	parser->depth++;
}

static void close_section(struct parser *parser)
{
	parser->at++;
	if (parser->skipped) {
		parser->skipped--;
	} else if (!parser->depth) {
		refuse(parser, "surplus '}'", "", 0, surplus);
	} else {
		parser->section = parser->section->parent;
		parser->depth--;
	}
}

/* ": connections.base, other {" */
static void take_references(struct parser *parser, const char *name)
{
	struct tree_node *section = NULL;
	struct origin at = here(parser);

	if (!parser->skipped)
		section = node_get(parser, name);
	while (is_at(parser, ":,")) {
		struct reference reference = { .section = section, .at = at };

		parser->at++;
		skip_space(parser, true);
		reference.path = take_name(parser);
		skip_space(parser, true);
		if (section && *reference.path)
			vec_add(parser->site->arena, &parser->references, reference);
	}
}

static void parse_file(void *user, struct strongswan_file *file);

/* In any section; the file name may be quoted, and have wildcards. */
static void take_include(struct parser *parser)
{
	const struct origin at = here(parser);
	_cleanup_buf_ struct buf pattern = { 0 };

	skip_space(parser, false);
	if (is_at(parser, "\"")) {
		take_quoted(parser, &pattern);
	} else {
		while (parser->at < parser->end && !is_at(parser, "# \t\r\n}"))
			buf_putc(&pattern, *parser->at++);
	}
	if (!parser->skipped && pattern.length)
		strongswan_include(parser->site, parser->files,
				   arena_strdup(parser->site->arena, buf_text(&pattern)),
				   at, 0, parse_file, parser);
}

static void take_statement(struct parser *parser)
{
	const char *start = parser->at;
	char *name = take_name(parser);

	if (parser->at == start) { /* a stray mark */
		parser->at++;
		refuse(parser, "syntax error", start, 1,
		       "take that character out, or put the value into double quotes");
		return;
	}
	if (str_equal(name, "include") && is_at(parser, " \t")) {
		take_include(parser);
		return;
	}
	skip_space(parser, true);
	if (is_at(parser, ":"))
		take_references(parser, name);
	if (is_at(parser, "{")) {
		open_section(parser, name);
	} else if (is_at(parser, "=")) {
		parser->at++;
		take_value(parser, name);
	} else {
		refuse(parser, "neither '=' nor '{' behind a name", "", 0,
		       "write `name = value`, or `name {` where a section begins");
	}
}

/* ------------------------------------------------------------ references */

static struct tree_node *find_path(struct tree_node *root, const char *path)
{
	struct tree_node *node = root;

	while (node && *path) {
		size_t length = strcspn(path, ".");
		struct tree_node *child = node->children;

		while (child && (strlen(child->name) != length ||
				 strncmp(child->name, path, length) != 0))
			child = child->next;
		node = child;
		path += length + (path[length] == '.');
	}
	return node;
}

static bool is_inside(const struct tree_node *node, const struct tree_node *outer)
{
	for (; node; node = node->parent)
		if (node == outer)
			return true;
	return false;
}

/* Copy what is missing. Depth is bounded by the tree's, number by COPIES_MAX. */
static void copy_missing(struct parser *parser, const struct tree_node *from,
			 struct tree_node *to, unsigned int *copies)
{
	tree_foreach (child, from) {
		struct tree_node *own;

		parser->section = to;
		own = map_get(&parser->names, to, child->name);
		if (!own) {
			if ((*copies)++ >= COPIES_MAX)
				return;
			own = node_get(parser, child->name);
			if (child->values.count)
				vec_add(parser->site->arena, &own->values,
					child->values.items[0]);
			own->at = child->at;
		}
		if (!own->values.count && !child->values.count)
			copy_missing(parser, child, own, copies);
	}
}

static void resolve_references(struct parser *parser, struct tree_node *root)
{
	unsigned int copies = 0;

	vec_foreach (reference, &parser->references) {
		struct tree_node *from = find_path(root, reference->path);

		if (!from || from->values.count)
			site_remark(parser->site, REMARK_INVALID, reference->at,
				    "there is no section '%.60s' to refer to",
				    reference->path);
		else if (!is_inside(reference->section, from) &&
			 !is_inside(from, reference->section))
			copy_missing(parser, from, reference->section, &copies);
		if (from)
			from->is_used = true;
	}
}

/* What earlier files have: the same section again goes on. */
static void know_names(struct parser *parser, struct tree_node *section)
{
	tree_foreach (child, section) {
		map_put(parser->site->arena, &parser->names, section, child->name, child);
		know_names(parser, child);
	}
}

static void refuse_unclosed(struct parser *parser)
{
	struct remark *remark = site_remark(
		parser->site, REMARK_INVALID, parser->section->at,
		"section '%.60s' is never closed, strongSwan refuses the whole file",
		parser->section->name);

	remark_says(remark, SAYS_NONE_LOADED, MEND_LINE, NULL);
	remark_advise(remark, "a '}' is missing where its section ends");
}

/* All of a file, in the section that is open; its sections end with it. */
static void parse_file(void *user, struct strongswan_file *file)
{
	struct parser *parser = user;
	const struct parser outer = *parser;
	unsigned int depth = parser->depth;

	parser->file = file->name;
	parser->at = file->text;
	parser->end = file->text + strlen(file->text);
	parser->line = 1;
	for (;;) {
		skip_space(parser, true);
		if (parser->at == parser->end)
			break;
		if (is_at(parser, "}"))
			close_section(parser);
		else
			take_statement(parser);
	}
	if (parser->depth < depth)
		refuse(parser, "surplus '}'", "", 0, surplus);
	if (parser->depth > depth)
		refuse_unclosed(parser);
	parser->file = outer.file;
	parser->at = outer.at;
	parser->end = outer.end;
	parser->line = outer.line;
	parser->section = outer.section;
	parser->depth = depth;
	parser->skipped = outer.skipped;
}

void settings_parse(struct site *site, struct strongswan_files *files,
		    struct strongswan_file *file, struct tree_node *root)
{
	struct parser parser = {
		.site = site,
		.section = root,
		.files = files,
	};

	know_names(&parser, root);
	file->is_read = true;
	parse_file(&parser, file);
	resolve_references(&parser, root);
}
