// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * junos_groups.c - what `apply-groups` inherit
 *
 * A group is a tree of its own. Applied at a node it adds what stands at the same
 * path in the group, below that node; what is written there stays. `<*>` and
 * `<ge-*>` in a group stand for every child that is already there.
 */
#include <string.h>

#include "base/str.h"
#include "import/junos_tree.h"
#include "model/aspect.h"

/* `*` matches anything, `?` one character; the rest is literal. */
static bool glob_match(const char *pattern, size_t length, const char *text)
{
	const char *star = NULL, *again = NULL, *p = pattern, *end = pattern + length;

	while (*text) {
		if (p < end && *p == '*') {
			star = p++;
			again = text;
		} else if (p < end && (*p == '?' || *p == *text)) {
			p++;
			text++;
		} else if (star) {
			p = star + 1;
			text = ++again;
		} else {
			return false;
		}
	}
	while (p < end && *p == '*')
		p++;
	return p == end;
}

static bool is_wildcard(const char *name)
{
	size_t length = strlen(name);

	return length >= 3 && name[0] == '<' && name[length - 1] == '>';
}

static bool name_match(const char *pattern, const char *name)
{
	if (is_wildcard(pattern))
		return glob_match(pattern + 1, strlen(pattern) - 2, name);
	return str_equal(pattern, name);
}

/* `apply-groups-except`: nothing of that group goes into the node. */
static bool is_excepted(const struct junos_tree *tree, const struct junos_node *node,
			const char *name)
{
	return junos_get(tree, junos_get(tree, node, "apply-groups-except"), name) !=
	       NULL;
}

static void merge(struct junos_tree *tree, struct junos_node *to,
		  const struct junos_node *from, const char *group);

static void merge_child(struct junos_tree *tree, struct junos_node *to,
			const struct junos_node *child, const char *group)
{
	struct junos_node *target;
	size_t nodes = tree->nodes;

	if (!junos_work(tree, child->at, 1))
		return;
	if (is_wildcard(child->name)) {
		for (target = to->first; target; target = target->next) {
			if (!junos_work(tree, child->at, 1))
				return;
			if (!target->is_inactive && !is_excepted(tree, target, group) &&
			    name_match(child->name, target->name) &&
			    !str_starts(target->name, "apply-groups"))
				merge(tree, target, child, group);
		}
		return;
	}
	target = junos_node_add(tree, to, child->name, child->at);
	if (!target || target->is_inactive || is_excepted(tree, target, group))
		return;
	if (tree->nodes != nodes)
		target->is_inherited = true;
	merge(tree, target, child, group);
}

/* As deep as the group's own statements, which are at most JUNOS_DEPTH_MAX words. */
static void merge(struct junos_tree *tree, struct junos_node *to,
		  const struct junos_node *from, const char *group)
{
	junos_foreach (child, from) {
		if (tree->nodes > JUNOS_NODES_MAX)
			return;
		if (!str_equal(child->name, "apply-groups"))
			merge_child(tree, to, child, group);
	}
}

/* Where the group's tree has the path of the node; there may be several (wildcards). */
static void merge_at(struct junos_tree *tree, struct junos_node *to,
		     const struct junos_node *from, const struct junos_node *const *path,
		     size_t length, const char *group)
{
	if (length == 0) {
		merge(tree, to, from, group);
		return;
	}
	junos_foreach (child, from) {
		if (!junos_work(tree, child->at, 1))
			return;
		if (name_match(child->name, path[0]->name))
			merge_at(tree, to, child, path + 1, length - 1, group);
	}
}

/* An excerpt without its groups: what it inherits could be anything. */
static void remark_absent(struct junos_tree *tree, const struct junos_node *use,
			  const char *hint)
{
	tree->lacks_group = true;
	site_remark(tree->site, REMARK_INVALID, use->at, "there is no group '%s'%s",
		    use->name, hint);
	site_part_missing(tree->site, use->at,
			  arena_printf(tree->arena,
				       "apply-groups %.60s, which is not in these files",
				       use->name));
}

/* The active child, to be written to: asking is for readers. */
static struct junos_node *child_of(const struct junos_tree *tree,
				   const struct junos_node *node, const char *name)
{
	struct junos_node *child = node ? map_get(&tree->children, node, name) : NULL;

	return child && !child->is_inactive ? child : NULL;
}

static const struct junos_node *group_find(struct junos_tree *tree,
					   const struct junos_node *use)
{
	const struct junos_node *groups = junos_get(tree, tree->root, "groups");
	struct junos_node *group = child_of(tree, groups, use->name);

	if (!group && str_equal(use->name, "${node}")) {
		group = child_of(tree, groups, "node0");
		site_remark(tree->site, REMARK_ASSUMED, use->at,
			    "of the cluster's nodes node0 is rehearsed");
	}
	/* Junos's own have only applications and defaults. */
	if (!group && !str_starts(use->name, "junos-"))
		remark_absent(tree, use, junos_hint_child(tree, use->name, groups));
	if (group)
		group->is_applied = true;
	return group;
}

static void apply_at(struct junos_tree *tree, struct junos_node *node)
{
	const struct junos_node *path[JUNOS_DEPTH_MAX];
	size_t length = 0, left;

	for (const struct junos_node *n = node; n->parent; n = n->parent)
		length++;
	left = length;
	for (const struct junos_node *n = node; n->parent; n = n->parent)
		path[--left] = n;
	junos_foreach (use, junos_get(tree, node, "apply-groups")) {
		const struct junos_node *group = group_find(tree, use);

		if (group && !is_excepted(tree, node, use->name))
			merge_at(tree, node, group, path, length, use->name);
	}
}

static void apply_below(struct junos_tree *tree, struct junos_node *node)
{
	for (struct junos_node *child = node->first; child; child = child->next) {
		if (child->is_inactive ||
		    (!node->parent && str_equal(child->name, "groups")))
			continue;
		apply_below(tree, child);
	}
	/* The nearest groups first: what is inherited first counts. */
	if (junos_get(tree, node, "apply-groups"))
		apply_at(tree, node);
}

void junos_groups_apply(struct junos_tree *tree)
{
	apply_below(tree, tree->root);
}
