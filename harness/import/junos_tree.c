// SPDX-License-Identifier: GPL-2.0-or-later
/* junos_tree.c - a Junos configuration as one tree of words */
#include "import/junos_tree.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"

#define HINT_WORDS_MAX 2000

/*
 * Keywords that take one value and may be followed by a sibling on the same line,
 * with the word above them (NULL: wherever).
 */
static const struct {
	const char *word, *above;
} pairs[] = {
	{ "source-address", "match" },
	{ "destination-address", "match" },
	{ "application", "match" },
	{ "from-zone", "match" },
	{ "to-zone", "match" },
	{ "interval", "dead-peer-detection" },
	{ "threshold", "dead-peer-detection" },
	{ "ipsec-vpn", "tunnel" },
	{ "pair-policy", "tunnel" },
	{ "local", "proxy-identity" },
	{ "remote", "proxy-identity" },
	{ "service", "proxy-identity" },
	{ "gateway", "ike" },
	{ "ipsec-policy", "ike" },
	{ "authentication-method", NULL },
	{ "authentication-algorithm", NULL },
	{ "encryption-algorithm", NULL },
	{ "dh-group", NULL },
	{ "lifetime-seconds", NULL },
	{ "lifetime-kilobytes", NULL },
	{ "ike-policy", NULL },
	{ "external-interface", NULL },
	{ "bind-interface", NULL },
	{ "establish-tunnels", NULL },
	{ "local-address", NULL },
	{ "local-ip", NULL },
	{ "remote-ip", NULL },
	{ "destination-port", NULL },
	{ "source-port", NULL },
	{ "proposal-set", NULL },
};

/* The same of things that have a name: the word above the name. */
static const struct {
	const char *word, *kind;
} named_pairs[] = {
	{ "address", "gateway" },  { "version", "gateway" },   { "mode", "policy" },
	{ "proposals", "policy" }, { "ascii-text", "policy" },
};

static bool is_pair(const char *word, const struct junos_node *above)
{
	/* Of a NAT rule they may be a range: `match destination-port 8000 to 8080`. */
	if (str_equal(above->name, "match") && str_ends(word, "-port"))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		if (!str_equal(word, pairs[i].word))
			continue;
		/* `security ike gateway G` holds more than one word: not a pair there. */
		if (str_equal(word, "gateway") &&
		    !(above->parent && above->parent->parent &&
		      str_equal(above->parent->parent->name, "vpn")))
			return false;
		if (!pairs[i].above || str_equal(above->name, pairs[i].above))
			return true;
	}
	/* `ike gateway G address A external-interface I`, `ike policy P mode main …` */
	for (size_t i = 0; above->parent && i < ARRAY_SIZE(named_pairs); i++)
		if (str_equal(word, named_pairs[i].word) &&
		    str_equal(above->parent->name, named_pairs[i].kind))
			return true;
	/* `application A protocol tcp destination-port 80` */
	return str_equal(word, "protocol") && above->parent &&
	       (str_equal(above->parent->name, "application") ||
		str_equal(above->parent->name, "proposal") ||
		str_equal(above->parent->name, "term"));
}

void junos_tree_init(struct junos_tree *tree, struct site *site)
{
	*tree = (struct junos_tree){ .site = site, .arena = site->arena };
	tree->root = arena_alloc(tree->arena, sizeof(*tree->root));
	tree->root->name = "";
}

/* ------------------------------------------------------------ remarks */

const char *junos_hint_child(const struct junos_tree *tree, const char *word,
			     const struct junos_node *node)
{
	VEC(const char *) words = { 0 };

	if (!site_remark_wanted(tree->site) || !node)
		return "";
	junos_foreach (child, node) {
		if (words.count < HINT_WORDS_MAX)
			vec_add(tree->arena, &words, child->name);
	}
	vec_add(tree->arena, &words, NULL);
	return site_hint(tree->site, word, words.items);
}

bool junos_work(struct junos_tree *tree, struct origin at, size_t count)
{
	bool was_fine = tree->work < JUNOS_WORK_MAX;

	tree->work += count;
	if (tree->work < JUNOS_WORK_MAX)
		return true;
	if (was_fine)
		site_capped(tree->site, at,
			    "the configuration is too large: the rest is left out");
	return false;
}

const char *junos_node_text(const struct junos_tree *tree, const struct junos_node *node)
{
	const char *names[JUNOS_DEPTH_MAX];
	_cleanup_buf_ struct buf text = { 0 };
	size_t count = 0;

	for (; node && node->parent && count < JUNOS_DEPTH_MAX; node = node->parent)
		names[count++] = node->name;
	while (count-- > 0)
		buf_printf(&text, text.length ? " %s" : "%s", names[count]);
	return arena_strdup(tree->arena, buf_text(&text));
}

/* ------------------------------------------------------------ building */

static void node_link(struct junos_node *node, struct junos_node *parent,
		      struct junos_node *after)
{
	node->parent = parent;
	node->prev = after;
	node->next = after ? after->next : parent->first;
	if (node->next)
		node->next->prev = node;
	else
		parent->last = node;
	if (after)
		after->next = node;
	else
		parent->first = node;
}

static void node_unlink(struct junos_node *node)
{
	struct junos_node *parent = node->parent;

	if (node->prev)
		node->prev->next = node->next;
	else
		parent->first = node->next;
	if (node->next)
		node->next->prev = node->prev;
	else
		parent->last = node->prev;
}

static struct junos_node *child_find(const struct junos_tree *tree,
				     const struct junos_node *parent, const char *name)
{
	return map_get(&tree->children, parent, name);
}

struct junos_node *junos_node_add(struct junos_tree *tree, struct junos_node *parent,
				  const char *name, struct origin at)
{
	struct junos_node *node = child_find(tree, parent, name);

	if (node)
		return node;
	if (tree->nodes == JUNOS_NODES_MAX) {
		site_capped(
			tree->site, at,
			"the configuration has more than %d words: the rest is left out",
			JUNOS_NODES_MAX);
		tree->nodes++;
	}
	if (tree->nodes > JUNOS_NODES_MAX)
		return NULL;
	tree->nodes++;
	node = arena_alloc(tree->arena, sizeof(*node));
	node->name = name;
	node->at = at;
	node_link(node, parent, parent->last);
	map_put(tree->arena, &tree->children, parent, node->name, node);
	return node;
}

static size_t node_depth(const struct junos_node *node)
{
	size_t depth = 0;

	for (; node->parent; node = node->parent)
		depth++;
	return depth;
}

/* The newest value of a keyword stands last; nodes with contents keep their place. */
static void value_set_again(struct junos_node *node)
{
	if (!node->first && node->next)
		junos_node_move(node, node->parent->last, false);
}

struct junos_node *junos_path_add(struct junos_tree *tree, struct junos_node *from,
				  const struct junos_words *words, struct origin at)
{
	struct junos_node *node = from;
	size_t depth = node_depth(from);

	for (size_t i = 0; node && i < words->list.count; i++) {
		struct junos_node *above = node;
		bool pair = is_pair(words->list.items[i], above);

		if (++depth > JUNOS_DEPTH_MAX - 2) {
			site_remark(tree->site, REMARK_INVALID, at,
				    "a statement with more than %d words",
				    JUNOS_DEPTH_MAX);
			return NULL;
		}
		node = junos_node_add(tree, node, words->list.items[i], at);
		if (!node || !pair || i + 1 >= words->list.count)
			continue;
		node = junos_node_add(tree, node, words->list.items[++i], at);
		if (node && i + 1 < words->list.count) {
			value_set_again(node);
			node = above;
		}
	}
	if (node && node != from)
		value_set_again(node);
	return node;
}

struct junos_node *junos_path_find(const struct junos_tree *tree, struct junos_node *from,
				   const struct junos_words *words)
{
	struct junos_node *node = from;

	for (size_t i = 0; node && i < words->list.count; i++)
		node = child_find(tree, node, words->list.items[i]);
	return node;
}

void junos_node_remove(struct junos_tree *tree, struct junos_node *node)
{
	if (!node->parent)
		return;
	node_unlink(node);
	map_put(tree->arena, &tree->children, node->parent, node->name, NULL);
}

void junos_node_move(struct junos_node *node, struct junos_node *sibling, bool is_before)
{
	struct junos_node *parent = node->parent;

	if (node == sibling || !parent || sibling->parent != parent)
		return;
	node_unlink(node);
	node_link(node, parent, is_before ? sibling->prev : sibling);
}

void junos_node_rename(struct junos_tree *tree, struct junos_node *node, const char *name)
{
	if (child_find(tree, node->parent, name))
		return;
	map_put(tree->arena, &tree->children, node->parent, node->name, NULL);
	node->name = name;
	map_put(tree->arena, &tree->children, node->parent, name, node);
}

/* ------------------------------------------------------------ asking */

const struct junos_node *junos_first(const struct junos_node *node)
{
	const struct junos_node *child = node ? node->first : NULL;

	while (child && child->is_inactive)
		child = child->next;
	return child;
}

const struct junos_node *junos_next(const struct junos_node *node)
{
	do
		node = node->next;
	while (node && node->is_inactive);
	return node;
}

const struct junos_node *junos_get(const struct junos_tree *tree,
				   const struct junos_node *node, const char *name)
{
	const struct junos_node *child = node ? child_find(tree, node, name) : NULL;

	return child && !child->is_inactive ? child : NULL;
}

const struct junos_node *junos_path(const struct junos_tree *tree,
				    const struct junos_node *node, const char *path)
{
	char word[64];

	while (node && *path) {
		size_t length = strcspn(path, " ");

		if (length >= sizeof(word))
			return NULL;
		memcpy(word, path, length);
		word[length] = '\0';
		node = junos_get(tree, node, word);
		path += length + (path[length] == ' ');
	}
	return node;
}

/* The last one written counts; else the first one inherited. */
const struct junos_node *junos_value(const struct junos_tree *tree,
				     const struct junos_node *node, const char *keyword)
{
	const struct junos_node *found = NULL;

	junos_foreach (child, junos_get(tree, node, keyword)) {
		if (!child->is_inherited || !found)
			found = child;
	}
	return found;
}
