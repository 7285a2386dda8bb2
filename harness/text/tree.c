// SPDX-License-Identifier: GPL-2.0-or-later
/* tree.c - a configuration file as a tree that keeps its lines */
#include "text/tree.h"

#include "base/str.h"

struct tree_node *tree_add(struct arena *arena, struct tree_node *parent,
			   const char *name, struct origin at)
{
	struct tree_node *node = arena_alloc(arena, sizeof(*node));

	node->name = name;
	node->at = at;
	node->parent = parent;
	if (parent->last_child)
		parent->last_child->next = node;
	else
		parent->children = node;
	parent->last_child = node;
	return node;
}

struct tree_node *tree_find(const struct tree_node *block, const char *name)
{
	struct tree_node *found = NULL;

	tree_foreach (child, block) {
		if (str_equal(child->name, name))
			found = child;
	}
	if (found)
		found->is_used = true;
	return found;
}

const struct tree_value *tree_first(const struct tree_node *node)
{
	return node && node->values.count ? &node->values.items[0] : NULL;
}

const char *tree_text(const struct tree_node *node)
{
	const struct tree_value *value = tree_first(node);

	return value ? value->text : NULL;
}

/* The next one that is not in node. */
static struct tree_node *node_behind(const struct tree_node *root,
				     const struct tree_node *node)
{
	for (; node != root; node = node->parent)
		if (node->next)
			return node->next;
	return NULL;
}

struct tree_node *tree_next(const struct tree_node *root, const struct tree_node *node)
{
	return node->children ? node->children : node_behind(root, node);
}

void tree_use_all(struct tree_node *node)
{
	for (struct tree_node *in = node; in; in = tree_next(node, in))
		in->is_used = true;
}

struct tree_node *tree_unused(const struct tree_node *root, const struct tree_node *last)
{
	struct tree_node *node = last ? node_behind(root, last) : root->children;

	while (node && node->is_used)
		node = tree_next(root, node);
	return node;
}
