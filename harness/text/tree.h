/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tree.h - a configuration file as a tree that keeps its lines
 *
 * What languages of "name = value" and "name { … }" have in common. A grammar adds the nodes
 * (AVM's: import/vpncfg_tree.h, strongSwan's: import/strongswan_settings.h, OpenWrt's:
 * import/uci.h), a reader marks what it has dealt with, be it that it was read, or that a
 * remark says why not. What nobody has dealt with tree_unused() finds, so that no word of a
 * file is dropped in silence. All memory is an arena's.
 */
#ifndef TWINSITE_TEXT_TREE_H
#define TWINSITE_TEXT_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/origin.h"

struct tree_value {
	const char *text; /* NUL-terminated */
	size_t length;	  /* may have NUL bytes of its own */
	bool is_quoted;
	bool is_cut; /* not quoted, and a comment begins right behind a character */
	struct origin at;
};

/* "name = value, value" or "name { children }"; UCI's "config value name", both. */
struct tree_node {
	const char *name;
	bool is_block;
	bool is_list; /* UCI: `list`, not `option` */
	bool is_used;
	VEC(struct tree_value) values; /* none: a block, or a value is missing */
	struct origin at;
	struct tree_node *parent, *next, *children, *last_child;
};

/* The last child of parent, borrowing name. */
struct tree_node *tree_add(struct arena *arena, struct tree_node *parent,
			   const char *name, struct origin at);

/* The last child of that name, and it is used then; NULL: there is none, or no block. */
struct tree_node *tree_find(const struct tree_node *block, const char *name);

/* The first value, its text; NULL: it has none, or there is no node. */
const struct tree_value *tree_first(const struct tree_node *node);
const char *tree_text(const struct tree_node *node);

/* Parents before children, in the order of the file; start with root. NULL: the end. */
struct tree_node *tree_next(const struct tree_node *root, const struct tree_node *node);

/* A node is dealt with, and all that is in it. */
void tree_use_all(struct tree_node *node);

/*
 * The next node below root that is not used; of an unused block only itself. Start with
 * NULL, then give the last one found.
 */
struct tree_node *tree_unused(const struct tree_node *root, const struct tree_node *last);

#define tree_foreach(child, block)                                         \
	for (struct tree_node *child = (block) ? (block)->children : NULL; \
	     (child) != NULL; child = (child)->next)

#endif
