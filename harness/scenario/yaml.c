// SPDX-License-Identifier: GPL-2.0-or-later
/* yaml.c - YAML as a small tree of our own, each value with its file and line */
#include "scenario/yaml.h"

#include <errno.h>
#include <libfyaml.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"

/* ------------------------------------------------------------ sentences */

void yaml_error_set(const struct yaml_node *node, struct err *err, const char *format,
		    ...)
{
	char text[ERR_TEXT_MAX];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	(void)err_set(err, EINVAL, "%s:%u: %s", node->at.file, node->at.line, text);
}

void yaml_unknown_set(const struct yaml_node *node, const char *what, const char *word,
		      const char *const *words, struct err *err)
{
	const char *nearest = str_nearest(word, words);
	_cleanup_buf_ struct buf list = { 0 };

	if (nearest) {
		yaml_error_set(node, err, "unknown %s '%.64s', did you mean '%s'?", what,
			       word, nearest);
		return;
	}
	for (size_t i = 0; words[i]; i++)
		buf_printf(&list, "%s%s", i ? ", " : "", words[i]);
	yaml_error_set(node, err, "unknown %s '%.64s'; there %s: %.300s", what, word,
		       words[0] && words[1] ? "are" : "is",
		       words[0] ? buf_text(&list) : "none");
}

/* ------------------------------------------------------------ parsing */

/*
 * libfyaml's events become a tree by way of a stack of open collections. `key` is the
 * name that waits for its value in the innermost mapping.
 */
struct builder {
	struct arena *arena;
	const char *file;
	const char *bytes;
	size_t length;
	struct yaml_node *root;
	struct yaml_node *open[YAML_DEPTH_MAX];
	size_t depth;
	const char *key;
	unsigned int key_line;
	unsigned int documents;
	struct err *err;
};

static unsigned int event_line(struct fy_event *event)
{
	const struct fy_mark *mark = fy_event_start_mark(event);

	return mark && mark->line >= 0 ? (unsigned int)mark->line + 1 : 0;
}

static int build_error(const struct builder *builder, unsigned int line, const char *what)
{
	return err_set(builder->err, EINVAL, "%s:%u: %s", builder->file, line, what);
}

/* The line of a sequence item is its own, of a mapping's member that of its key. */
static int build_place(struct builder *builder, struct yaml_node *node)
{
	struct yaml_node *parent;

	if (!builder->depth) {
		builder->root = node;
		return 0;
	}
	parent = builder->open[builder->depth - 1];
	if (parent->items.count >= YAML_ITEMS_MAX)
		return build_error(builder, node->at.line, "too many items in one list");
	if (parent->kind == YAML_MAPPING) {
		node->key = steal(&builder->key);
		node->at.line = builder->key_line;
	}
	vec_add(builder->arena, &parent->items, node);
	return 0;
}

static int build_key(struct builder *builder, const char *key, unsigned int line)
{
	const struct yaml_node *mapping = builder->open[builder->depth - 1];

	if (yaml_get(mapping, key))
		return err_set(builder->err, EINVAL,
			       "%s:%u: '%.64s' stands twice here, first in line %u",
			       builder->file, line, key, yaml_get(mapping, key)->at.line);
	builder->key = key;
	builder->key_line = line;
	return 0;
}

static bool build_wants_key(const struct builder *builder)
{
	return builder->depth && !builder->key &&
	       builder->open[builder->depth - 1]->kind == YAML_MAPPING;
}

/*
 * libfyaml 0.7.12 leaks memory in fy_token_get_text() when a single-quoted text has a
 * few '' in it (and its iterator counts them wrong), so these we read ourselves.
 * Returns NULL when the text is none of these.
 */
static char *read_doubled_quotes(const struct builder *builder, struct fy_event *event)
{
	const struct fy_mark *start = fy_event_start_mark(event);
	const struct fy_mark *end = fy_event_end_mark(event);
	const char *from, *to;
	char *text, *at;

	if (fy_token_scalar_style(event->scalar.value) != FYSS_SINGLE_QUOTED || !start ||
	    !end || end->input_pos > builder->length || start->input_pos > end->input_pos)
		return NULL;
	from = builder->bytes + start->input_pos;
	to = builder->bytes + end->input_pos;
	if (!memmem(from, (size_t)(to - from), "''", 2))
		return NULL;
	text = at = arena_strndup(builder->arena, from, (size_t)(to - from));
	for (const char *c = text; *c; c++) {
		if (c[0] == '\'' && c[1] == '\'')
			c++;
		*at++ = *c;
	}
	*at = '\0';
	return text;
}

static int build_scalar(struct builder *builder, struct fy_event *event)
{
	size_t length = 0;
	struct fy_token *token = event->scalar.value;
	unsigned int line = event_line(event);
	struct yaml_node *node;
	const char *text;
	char *copy;

	copy = token ? read_doubled_quotes(builder, event) : NULL;
	if (copy && strpbrk(copy, "\r\n"))
		return build_error(builder, line,
				   "write a text of several lines with single quotes in "
				   "it after '|', or in double quotes");
	if (!copy) {
		text = token ? fy_token_get_text(token, &length) : "";
		if (!text || memchr(text, '\0', length))
			return build_error(builder, line, "a text with a NUL byte");
		copy = arena_strndup(builder->arena, text, length);
	}
	if (build_wants_key(builder))
		return build_key(builder, copy, line);
	node = arena_alloc(builder->arena, sizeof(*node));
	*node = (struct yaml_node){ .kind = YAML_SCALAR, .text = copy };
	node->at = (struct origin){ .file = builder->file, .line = line };
	return build_place(builder, node);
}

static int build_open(struct builder *builder, struct fy_event *event,
		      enum yaml_kind kind)
{
	struct yaml_node *node = arena_alloc(builder->arena, sizeof(*node));
	unsigned int line = event_line(event);
	int ret;

	if (build_wants_key(builder))
		return build_error(builder, line, "a key must be a word");
	if (builder->depth == YAML_DEPTH_MAX)
		return build_error(builder, line, "nested too deep");
	*node = (struct yaml_node){ .kind = kind, .text = "" };
	node->at = (struct origin){ .file = builder->file, .line = line };
	ret = build_place(builder, node);
	if (ret)
		return ret;
	builder->open[builder->depth++] = node;
	return 0;
}

static int build_event(struct builder *builder, struct fy_event *event)
{
	switch (event->type) {
	case FYET_NONE:
	case FYET_STREAM_START:
	case FYET_STREAM_END:
	case FYET_DOCUMENT_END:
		return 0;
	case FYET_DOCUMENT_START:
		if (builder->documents++)
			return build_error(builder, event_line(event),
					   "a second document ('---') is not expected");
		return 0;
	case FYET_ALIAS:
		return build_error(builder, event_line(event),
				   "aliases ('*name') are not supported");
	case FYET_SCALAR:
		return build_scalar(builder, event);
	case FYET_SEQUENCE_START:
		return build_open(builder, event, YAML_SEQUENCE);
	case FYET_MAPPING_START:
		return build_open(builder, event, YAML_MAPPING);
	case FYET_SEQUENCE_END:
	case FYET_MAPPING_END:
		builder->depth -= builder->depth > 0;
		return 0;
	}
	return 0;
}

/* libfyaml prints its diagnostics; ours are collected. */
static void discard_output(struct fy_diag *diag, void *user, const char *text,
			   size_t length)
{
	(void)diag;
	(void)user;
	(void)text;
	(void)length;
}

static int syntax_error(struct fy_diag *diag, const char *file, struct err *err)
{
	void *iterator = NULL;
	const struct fy_diag_error *error = fy_diag_errors_iterate(diag, &iterator);

	return err_set(err, EINVAL, "%s:%d: YAML: %.200s", file,
		       error && error->line > 0 ? error->line : 1,
		       error && error->msg ? error->msg : "cannot be read");
}

static int parse_events(struct builder *builder, struct fy_parser *parser,
			struct fy_diag *diag)
{
	struct fy_event *event;
	int ret = 0;

	while (ret == 0 && (event = fy_parser_parse(parser)) != NULL) {
		ret = build_event(builder, event);
		fy_parser_event_free(parser, event);
	}
	if (ret == 0 && (fy_parser_get_stream_error(parser) || builder->depth))
		ret = syntax_error(diag, builder->file, builder->err);
	return ret;
}

/*
 * What libfyaml must never see: it is C and reads hostile text, so bytes that are no
 * text at all are refused before. Tabs and line ends are the only control characters
 * that YAML allows.
 */
static int check_bytes(const char *file, const char *text, size_t length, struct err *err)
{
	unsigned int line = 1;

	if (length > YAML_SIZE_MAX)
		return err_set(err, EINVAL, "%s: larger than %u bytes", file,
			       YAML_SIZE_MAX);
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];

		line += c == '\n';
		if ((c < ' ' && !strchr("\t\n\r", c)) || c == '\0' || c == 0x7f)
			return err_set(err, EINVAL, "%s:%u: the control character 0x%02x",
				       file, line, c);
	}
	if (!str_is_utf8(text, length))
		return err_set(err, EINVAL, "%s: not UTF-8 text", file);
	return 0;
}

int yaml_parse(struct arena *arena, const char *file, const char *text, size_t length,
	       struct yaml_node **ret_root, struct err *err)
{
	const struct fy_diag_cfg diag_cfg = { .output_fn = discard_output,
					      .level = FYET_ERROR,
					      .module_mask = ~0u };
	struct builder builder = { .arena = arena, .file = file, .err = err };
	struct fy_parse_cfg cfg = { .flags = FYPCF_DISABLE_MMAP_OPT };
	struct fy_diag *diag;
	struct fy_parser *parser;
	int ret = check_bytes(file, text, length, err);

	builder.bytes = text;
	builder.length = length;
	if (ret)
		return ret;
	diag = fy_diag_create(&diag_cfg);
	if (!diag)
		return err_set(err, ENOMEM, "%s: out of memory", file);
	fy_diag_set_collect_errors(diag, true);
	cfg.diag = diag;
	parser = fy_parser_create(&cfg);
	if (!parser || fy_parser_set_string(parser, text, length))
		ret = err_set(err, ENOMEM, "%s: out of memory", file);
	else
		ret = parse_events(&builder, parser, diag);
	fy_parser_destroy(parser);
	fy_diag_destroy(diag);
	if (ret)
		return ret;
	if (!builder.root) {
		builder.root = arena_alloc(arena, sizeof(*builder.root));
		*builder.root = (struct yaml_node){ .kind = YAML_MAPPING, .text = "" };
		builder.root->at = (struct origin){ .file = file, .line = 1 };
	}
	*ret_root = builder.root;
	return 0;
}

/* ------------------------------------------------------------ trees */

struct yaml_node *yaml_get(const struct yaml_node *node, const char *key)
{
	if (!node || node->kind != YAML_MAPPING)
		return NULL;
	vec_foreach (item, &node->items)
		if (str_equal((*item)->key, key))
			return *item;
	return NULL;
}

struct yaml_node *yaml_without(struct arena *arena, const struct yaml_node *node,
			       const char *key)
{
	struct yaml_node *copy = arena_alloc(arena, sizeof(*copy));

	*copy = (struct yaml_node){
		.kind = node->kind, .key = node->key, .text = node->text, .at = node->at
	};
	vec_foreach (item, &node->items)
		if (!str_equal((*item)->key, key))
			vec_add(arena, &copy->items, *item);
	return copy;
}

/* Depth is bounded: both trees come from yaml_parse(). */
struct yaml_node *yaml_merge(struct arena *arena,
			     struct yaml_node *base, // NOLINT(misc-no-recursion)
			     struct yaml_node *overlay)
{
	struct yaml_node *merged;

	if (!base || !overlay)
		return base ? base : overlay;
	if (base->kind != YAML_MAPPING || overlay->kind != YAML_MAPPING)
		return overlay;
	merged = arena_alloc(arena, sizeof(*merged));
	*merged = (struct yaml_node){
		.kind = YAML_MAPPING, .key = overlay->key, .text = "", .at = overlay->at
	};
	vec_foreach (item, &base->items)
		vec_add(arena, &merged->items,
			yaml_merge(arena, *item, yaml_get(overlay, (*item)->key)));
	vec_foreach (item, &overlay->items)
		if (!yaml_get(base, (*item)->key))
			vec_add(arena, &merged->items, *item);
	return merged;
}

int yaml_want(const struct yaml_node *node, enum yaml_kind kind, struct err *err)
{
	static const char *const names[] = {
		[YAML_SCALAR] = "one value",
		[YAML_SEQUENCE] = "a list ('- …')",
		[YAML_MAPPING] = "a mapping ('key: value')",
	};

	if (node->kind == kind)
		return 0;
	return yaml_error(node, err, "%s%.64s%s must be %s", node->key ? "'" : "this",
			  node->key ? node->key : "", node->key ? "'" : "", names[kind]);
}

int yaml_want_keys(const struct yaml_node *node, const char *const *keys, struct err *err)
{
	int ret = yaml_want(node, YAML_MAPPING, err);

	if (ret)
		return ret;
	vec_foreach (item, &node->items) {
		bool is_known = false;

		for (size_t i = 0; keys[i]; i++)
			is_known |= str_equal(keys[i], (*item)->key);
		if (!is_known)
			return yaml_unknown(*item, "key", (*item)->key, keys, err);
	}
	return 0;
}

/* ------------------------------------------------------------ typed members */

/* 0 and NULL when absent. */
static int get_scalar(const struct yaml_node *map, const char *key,
		      const struct yaml_node **ret_node, struct err *err)
{
	const struct yaml_node *node = yaml_get(map, key);
	int ret = 0;

	*ret_node = NULL;
	if (!node)
		return 0;
	ret = yaml_want(node, YAML_SCALAR, err);
	if (ret)
		return ret;
	if (!*node->text)
		return yaml_error(node, err, "'%s' has no value", key);
	*ret_node = node;
	return 0;
}

int yaml_get_text(const struct yaml_node *map, const char *key, const char **ret_text,
		  struct err *err)
{
	const struct yaml_node *node;
	int ret = get_scalar(map, key, &node, err);

	if (ret == 0 && node)
		*ret_text = node->text;
	return ret;
}

int yaml_get_flag(const struct yaml_node *map, const char *key, bool *ret_flag,
		  struct err *err)
{
	const struct yaml_node *node;
	int ret = get_scalar(map, key, &node, err);

	if (ret || !node)
		return ret;
	if (str_equal(node->text, "yes") || str_equal(node->text, "true"))
		*ret_flag = true;
	else if (str_equal(node->text, "no") || str_equal(node->text, "false"))
		*ret_flag = false;
	else
		return yaml_error(node, err, "'%s' must be yes or no, not '%.64s'", key,
				  node->text);
	return 0;
}

int yaml_get_number(const struct yaml_node *map, const char *key, int64_t min,
		    int64_t max, unsigned int *ret_number, struct err *err)
{
	const struct yaml_node *node;
	int64_t number;
	int ret = get_scalar(map, key, &node, err);

	if (ret || !node)
		return ret;
	if (str_to_number(node->text, min, max, &number))
		return yaml_error(node, err,
				  "'%s' must be a number from %lld to %lld, not '%.64s'",
				  key, (long long)min, (long long)max, node->text);
	*ret_number = (unsigned int)number;
	return 0;
}

int yaml_get_addr(const struct yaml_node *map, const char *key,
		  struct inet_addr *ret_addr, struct err *err)
{
	const struct yaml_node *node;
	int ret = get_scalar(map, key, &node, err);

	if (ret || !node)
		return ret;
	if (inet_addr_parse(node->text, ret_addr))
		return yaml_error(node, err, "'%s': '%.64s' is not an IP address", key,
				  node->text);
	return 0;
}

int yaml_get_prefix(const struct yaml_node *map, const char *key,
		    struct inet_prefix *ret_prefix, struct err *err)
{
	const struct yaml_node *node;
	int ret = get_scalar(map, key, &node, err);

	if (ret || !node)
		return ret;
	if (!strchr(node->text, '/') || inet_prefix_parse(node->text, ret_prefix))
		return yaml_error(node, err,
				  "'%s': '%.64s' is not an address with its network's "
				  "length, such as 203.0.113.56/24",
				  key, node->text);
	return 0;
}

struct unit {
	const char *name;
	double factor;
};

/* A number and one of the units; -EINVAL when it is none or outside 0..max. */
static int parse_amount(const char *text, const struct unit *units, double max,
			double *ret_amount)
{
	char *end;
	double amount;

	if (!strchr("0123456789.", *text))
		return -EINVAL;
	amount = strtod(text, &end);
	while (*end == ' ')
		end++;
	for (; units->name; units++) {
		if (!str_equal(units->name, end))
			continue;
		amount *= units->factor;
		if (!isfinite(amount) || amount > max)
			return -EINVAL;
		*ret_amount = amount;
		return 0;
	}
	return -EINVAL;
}

int yaml_get_seconds(const struct yaml_node *map, const char *key, double *ret_seconds,
		     struct err *err)
{
	static const struct unit units[] = { { "", 1 },	     { "s", 1 },
					     { "ms", 1e-3 }, { "us", 1e-6 },
					     { "min", 60 },  { NULL, 0 } };
	const struct yaml_node *node;
	int ret = get_scalar(map, key, &node, err);

	if (ret || !node)
		return ret;
	if (parse_amount(node->text, units, 3600, ret_seconds))
		return yaml_error(node, err,
				  "'%s': '%.64s' is not a time of at most an hour, such "
				  "as 20ms or 0.5s",
				  key, node->text);
	return 0;
}

int yaml_get_duration(const struct yaml_node *map, const char *key,
		      unsigned int *ret_seconds, struct err *err)
{
	static const struct unit units[] = { { "", 1 },	    { "s", 1 },	   { "m", 60 },
					     { "min", 60 }, { "h", 3600 }, { "d", 86400 },
					     { NULL, 0 } };
	const struct yaml_node *node;
	double seconds = 0;
	int ret = get_scalar(map, key, &node, err);

	if (ret || !node)
		return ret;
	if (parse_amount(node->text, units, 31.0 * 86400, &seconds) || seconds < 1)
		return yaml_error(node, err,
				  "'%s': '%.64s' is not a time from 1s to 31d, such as "
				  "45s, 5m or 48h",
				  key, node->text);
	*ret_seconds = (unsigned int)(seconds + 0.5);
	return 0;
}

int yaml_get_percent(const struct yaml_node *map, const char *key, double *ret_percent,
		     struct err *err)
{
	static const struct unit units[] = { { "%", 1 }, { "", 1 }, { NULL, 0 } };
	const struct yaml_node *node;
	int ret = get_scalar(map, key, &node, err);

	if (ret || !node)
		return ret;
	if (parse_amount(node->text, units, 100, ret_percent))
		return yaml_error(node, err,
				  "'%s': '%.64s' is not a share such as 1%% or 0.5%%",
				  key, node->text);
	return 0;
}
