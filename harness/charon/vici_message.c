// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vici_message.c - the codec of VICI messages
 *
 * Both directions are one pass over the bytes. The parser keeps its own stack of open
 * sections instead of calling itself, so nothing a peer sends can grow ours.
 */
#include "charon/vici_message.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* Types of elements ("Message format" of the VICI README). */
enum vici_element {
	VICI_ELEMENT_SECTION_START = 1,
	VICI_ELEMENT_SECTION_END = 2,
	VICI_ELEMENT_KEY_VALUE = 3,
	VICI_ELEMENT_LIST_START = 4,
	VICI_ELEMENT_LIST_ITEM = 5,
	VICI_ELEMENT_LIST_END = 6,
};

/* ------------------------------------------------------------ writing */

void vici_message_done(struct vici_message *message)
{
	buf_wipe(&message->bytes);
	message->depth = 0;
	message->is_list_open = false;
	message->mistake = NULL;
}

/* Remember the first mistake; the message is of no use afterwards. */
static void message_fail(struct vici_message *message, const char *mistake)
{
	if (!message->mistake)
		message->mistake = mistake;
}

static bool message_name_fits(struct vici_message *message, const char *name)
{
	size_t length = name ? strlen(name) : 0;

	if (length == 0)
		message_fail(message, "an element without a name");
	else if (length > VICI_NAME_MAX)
		message_fail(message, "a name of more than 255 bytes");
	return length > 0 && length <= VICI_NAME_MAX;
}

/* The type, and the name with its length byte before it. */
static void message_start(struct vici_message *message, enum vici_element type,
			  const char *name)
{
	if (message->is_list_open)
		message_fail(message, "an element inside a list that is no item");
	if (!message_name_fits(message, name))
		return;
	buf_putc(&message->bytes, (char)type);
	buf_putc(&message->bytes, (char)strlen(name));
	buf_puts(&message->bytes, name);
}

static void message_value(struct vici_message *message, const void *bytes, size_t length)
{
	if (length > VICI_VALUE_MAX) {
		message_fail(message, "a value of more than 65535 bytes");
		return;
	}
	buf_add_be16(&message->bytes, (uint16_t)length);
	buf_add(&message->bytes, bytes, length);
}

void vici_message_section(struct vici_message *message, const char *name)
{
	message_start(message, VICI_ELEMENT_SECTION_START, name);
	if (++message->depth > VICI_DEPTH_MAX)
		message_fail(message, "sections nested too deeply");
}

void vici_message_section_end(struct vici_message *message)
{
	if (message->depth == 0 || message->is_list_open) {
		message_fail(message, "an end of a section that is not open");
		return;
	}
	message->depth--;
	buf_putc(&message->bytes, VICI_ELEMENT_SECTION_END);
}

void vici_message_add_bytes(struct vici_message *message, const char *key,
			    const void *bytes, size_t length)
{
	message_start(message, VICI_ELEMENT_KEY_VALUE, key);
	message_value(message, bytes, length);
}

void vici_message_add(struct vici_message *message, const char *key, const char *text)
{
	vici_message_add_bytes(message, key, text, strlen(text));
}

void vici_message_printf(struct vici_message *message, const char *key,
			 const char *format, ...)
{
	char text[256];
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (length < 0 || (size_t)length >= sizeof(text))
		message_fail(message, "a formatted value that is too long");
	else
		vici_message_add(message, key, text);
}

void vici_message_list(struct vici_message *message, const char *name)
{
	message_start(message, VICI_ELEMENT_LIST_START, name);
	message->is_list_open = true;
}

void vici_message_item(struct vici_message *message, const char *text)
{
	if (!message->is_list_open)
		message_fail(message, "a list item outside a list");
	buf_putc(&message->bytes, VICI_ELEMENT_LIST_ITEM);
	message_value(message, text, strlen(text));
}

void vici_message_list_end(struct vici_message *message)
{
	if (!message->is_list_open)
		message_fail(message, "an end of a list that is not open");
	message->is_list_open = false;
	buf_putc(&message->bytes, VICI_ELEMENT_LIST_END);
}

void vici_message_reserve(struct vici_message *message, size_t room)
{
	buf_make_room(&message->bytes, room);
}

int vici_message_check(const struct vici_message *message, struct err *err)
{
	const char *mistake = message->mistake;

	if (!mistake && message->is_list_open)
		mistake = "a list that is left open";
	if (!mistake && message->depth > 0)
		mistake = "a section that is left open";
	if (!mistake && message->bytes.length > VICI_MESSAGE_MAX - VICI_NAME_MAX - 2)
		mistake = "more than 512 KiB";
	if (mistake)
		return err_set(err, EINVAL, "VICI message with %s", mistake);
	return 0;
}

/* ------------------------------------------------------------ reading */

/* What is still to be read, and where new nodes are hung. */
struct parser {
	const uint8_t *bytes;
	size_t length;
	size_t at;
	struct arena *arena;
	struct vici_node *open[VICI_DEPTH_MAX + 2]; /* root, sections, list */
	struct vici_node *last[VICI_DEPTH_MAX + 2]; /* the last child of each */
	unsigned int depth;			    /* index of the innermost */
	unsigned int elements;
	struct err *err;
};

static int parser_fail(struct parser *parser, const char *what)
{
	return err_set(parser->err, EBADMSG, "VICI message of %zu bytes: %s at byte %zu",
		       parser->length, what, parser->at);
}

/* Take size bytes as text with a NUL behind it. */
static int parser_take(struct parser *parser, size_t size, const char **ret_text)
{
	if (parser->length - parser->at < size)
		return parser_fail(parser, "element is cut off");
	*ret_text = "";
	if (size > 0) {
		char *copy = arena_alloc(parser->arena, size + 1);

		memcpy(copy, parser->bytes + parser->at, size);
		*ret_text = copy;
	}
	parser->at += size;
	return 0;
}

static int parser_take_name(struct parser *parser, const char **ret_name)
{
	size_t size;

	if (parser->at >= parser->length)
		return parser_fail(parser, "no length of a name");
	size = parser->bytes[parser->at++];
	if (parser->length - parser->at >= size &&
	    memchr(parser->bytes + parser->at, '\0', size))
		return parser_fail(parser, "NUL byte in a name");
	return parser_take(parser, size, ret_name);
}

static int parser_take_value(struct parser *parser, struct vici_node *node)
{
	if (parser->length - parser->at < 2)
		return parser_fail(parser, "no length of a value");
	node->length =
		(size_t)parser->bytes[parser->at] << 8 | parser->bytes[parser->at + 1];
	parser->at += 2;
	return parser_take(parser, node->length, &node->value);
}

static struct vici_node *parser_add(struct parser *parser, enum vici_node_kind kind)
{
	struct vici_node *node = arena_alloc(parser->arena, sizeof(*node));
	struct vici_node **last = &parser->last[parser->depth];

	node->kind = kind;
	node->name = "";
	if (*last)
		(*last)->next = node;
	else
		parser->open[parser->depth]->first = node;
	*last = node;
	return node;
}

/* Further nodes go into this one. */
static int parser_enter(struct parser *parser, struct vici_node *node)
{
	if (parser->depth >= VICI_DEPTH_MAX)
		return parser_fail(parser, "sections are nested too deeply");
	parser->depth++;
	parser->open[parser->depth] = node;
	parser->last[parser->depth] = NULL;
	return 0;
}

static int parser_leave(struct parser *parser, enum vici_node_kind kind)
{
	if (parser->depth == 0 || parser->open[parser->depth]->kind != kind)
		return parser_fail(parser, "end without a start");
	parser->depth--;
	return 0;
}

/* Lists hold items and nothing else; items are in lists and nowhere else. */
static bool parser_may_hold(const struct parser *parser, unsigned int type)
{
	bool is_in_list = parser->open[parser->depth]->kind == VICI_NODE_LIST;
	bool is_of_list = type == VICI_ELEMENT_LIST_ITEM || type == VICI_ELEMENT_LIST_END;

	return is_in_list == is_of_list;
}

static int parser_element(struct parser *parser, unsigned int type)
{
	struct vici_node *node;
	int ret;

	switch (type) {
	case VICI_ELEMENT_SECTION_START:
		node = parser_add(parser, VICI_NODE_SECTION);
		ret = parser_take_name(parser, &node->name);
		return ret ? ret : parser_enter(parser, node);
	case VICI_ELEMENT_SECTION_END:
		return parser_leave(parser, VICI_NODE_SECTION);
	case VICI_ELEMENT_KEY_VALUE:
		node = parser_add(parser, VICI_NODE_VALUE);
		ret = parser_take_name(parser, &node->name);
		return ret ? ret : parser_take_value(parser, node);
	case VICI_ELEMENT_LIST_START:
		node = parser_add(parser, VICI_NODE_LIST);
		ret = parser_take_name(parser, &node->name);
		return ret ? ret : parser_enter(parser, node);
	case VICI_ELEMENT_LIST_ITEM:
		return parser_take_value(parser, parser_add(parser, VICI_NODE_ITEM));
	case VICI_ELEMENT_LIST_END:
		return parser_leave(parser, VICI_NODE_LIST);
	}
	return parser_fail(parser, "element of an unknown type");
}

int vici_message_parse(const void *bytes, size_t length, struct arena *arena,
		       struct vici_node **ret_root, struct err *err)
{
	struct vici_node *root = arena_alloc(arena, sizeof(*root));
	struct parser parser = {
		.bytes = bytes, .length = length, .arena = arena, .err = err
	};

	root->kind = VICI_NODE_SECTION;
	root->name = "";
	parser.open[0] = root;
	if (length > VICI_MESSAGE_MAX)
		return parser_fail(&parser, "too long");
	while (parser.at < parser.length) {
		unsigned int type = parser.bytes[parser.at];
		int ret;

		if (++parser.elements > VICI_ELEMENTS_MAX)
			return parser_fail(&parser, "too many elements");
		if (!parser_may_hold(&parser, type))
			return parser_fail(&parser, "element that does not belong there");
		parser.at++;
		ret = parser_element(&parser, type);
		if (ret)
			return ret;
	}
	if (parser.depth > 0)
		return parser_fail(&parser, "section or list is left open");
	*ret_root = root;
	return 0;
}

/* ------------------------------------------------------------ looking up */

const struct vici_node *vici_node_get(const struct vici_node *node, const char *name)
{
	vici_node_foreach(child, node)
	{
		if (strcmp(child->name, name) == 0 && child->kind != VICI_NODE_ITEM)
			return child;
	}
	return NULL;
}

/* As vici_node_get() for the length bytes of one step; "*" is the first section. */
static const struct vici_node *node_step(const struct vici_node *node, const char *step,
					 size_t length)
{
	bool is_any = length == 1 && *step == '*';

	vici_node_foreach(child, node)
	{
		if (is_any ? child->kind == VICI_NODE_SECTION
			   : child->kind != VICI_NODE_ITEM &&
				     strlen(child->name) == length &&
				     memcmp(child->name, step, length) == 0)
			return child;
	}
	return NULL;
}

const struct vici_node *vici_node_find(const struct vici_node *node, const char *path)
{
	while (node && *path) {
		size_t length = strcspn(path, ".");

		node = node_step(node, path, length);
		path += length;
		if (*path == '.')
			path++;
	}
	return node;
}

const char *vici_node_text(const struct vici_node *node, const char *path)
{
	const struct vici_node *found = vici_node_find(node, path);

	if (!found || !found->value || memchr(found->value, '\0', found->length))
		return NULL;
	return found->value;
}

int64_t vici_node_number(const struct vici_node *node, const char *path, int64_t fallback)
{
	const char *text = vici_node_text(node, path);
	int64_t number;

	if (!text || str_to_number(text, INT64_MIN, INT64_MAX, &number) != 0)
		return fallback;
	return number;
}

/* ------------------------------------------------------------ showing */

static bool name_is_secret(const char *name)
{
	return strcmp(name, "data") == 0 || strcmp(name, "secret") == 0;
}

/* Bytes as text on one line, whatever they are. */
static void format_bytes(const char *bytes, size_t length, struct buf *out)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)bytes[i];

		if (byte < ' ' || byte == 0x7f)
			buf_printf(out, "\\x%02x", byte);
		else
			buf_putc(out, bytes[i]);
	}
}

static void format_node(const struct vici_node *node, unsigned int depth, struct buf *out)
{
	if (depth > VICI_DEPTH_MAX + 1)
		return;
	vici_node_foreach(child, node)
	{
		for (unsigned int i = 0; i < depth; i++)
			buf_putc(out, '\t');
		format_bytes(child->name, strlen(child->name), out);
		if (child->kind == VICI_NODE_VALUE)
			buf_puts(out, " = ");
		if (child->value && name_is_secret(child->name))
			buf_puts(out, "(not shown)");
		else if (child->value)
			format_bytes(child->value, child->length, out);
		if (child->value) {
			buf_putc(out, '\n');
			continue;
		}
		buf_puts(out, child->kind == VICI_NODE_LIST ? " [\n" : " {\n");
		format_node(child, depth + 1, out);
		for (unsigned int i = 0; i < depth; i++)
			buf_putc(out, '\t');
		buf_puts(out, child->kind == VICI_NODE_LIST ? "]\n" : "}\n");
	}
}

void vici_node_format(const struct vici_node *node, struct buf *out)
{
	format_node(node, 0, out);
}
