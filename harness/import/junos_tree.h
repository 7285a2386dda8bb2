/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * junos_tree.h - a Junos configuration as one tree of words
 *
 * `set a b c` and `a { b c; }` are the same thing: nodes a, b, c, each below the
 * other. Words of a list `[ x y ]` stand side by side. `KEYWORD value` pairs may
 * follow each other on one line ("match source-address any application any"); a
 * table of such keywords keeps them side by side too. So the rest of the importer
 * never sees which form a file had.
 *
 * A keyword that holds one value may have several children, because it was set
 * again or because groups have one too: junos_value() knows which one counts.
 */
#ifndef TWINSITE_IMPORT_JUNOS_TREE_H
#define TWINSITE_IMPORT_JUNOS_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/map.h"
#include "model/site.h"

#define JUNOS_DEPTH_MAX 96	/* words from the root */
#define JUNOS_NODES_MAX 2000000 /* of a whole configuration */
#define JUNOS_WORK_MAX	20000000

struct junos_node {
	const char *name;
	struct origin at;
	struct junos_node *parent, *first, *last, *prev, *next;
	bool is_inactive;	   /* deactivated: as if it were not there */
	struct origin inactive_at; /* by which line */
	bool is_inherited;	   /* came from a group */
	bool is_applied;	   /* a group that some apply-groups names */
};

struct junos_tree {
	struct arena *arena;
	struct site *site; /* for remarks */
	struct map children;
	struct junos_node *root;
	size_t nodes;
	size_t work;	  /* steps of inheriting, and of other walks */
	bool lacks_group; /* apply-groups of one that is not there: it could say anything */
};

struct junos_words {
	VEC(const char *) list;
};

void junos_tree_init(struct junos_tree *tree, struct site *site);

/* ------------------------------------------------------------ building */

/* The child of that name, made at the end if it is new. NULL: the tree is full. */
struct junos_node *junos_node_add(struct junos_tree *tree, struct junos_node *parent,
				  const char *name, struct origin at);
/* Follow words from a node and make what is missing; the last node, NULL: full. */
struct junos_node *junos_path_add(struct junos_tree *tree, struct junos_node *from,
				  const struct junos_words *words, struct origin at);
/* The node at a path, inactive ones too; NULL: none. */
struct junos_node *junos_path_find(const struct junos_tree *tree, struct junos_node *from,
				   const struct junos_words *words);
void junos_node_remove(struct junos_tree *tree, struct junos_node *node);
/* Move a node among its siblings, in front of or behind one. */
void junos_node_move(struct junos_node *node, struct junos_node *sibling, bool is_before);
void junos_node_rename(struct junos_tree *tree, struct junos_node *node,
		       const char *name);

/* Put in what `apply-groups` inherit. */
void junos_groups_apply(struct junos_tree *tree);

/* ------------------------------------------------------------ asking */

/* The active child of that name; NULL when there is none. node may be NULL. */
const struct junos_node *junos_get(const struct junos_tree *tree,
				   const struct junos_node *node, const char *name);
/* Follow a path "security ike gateway" of words with single blanks. */
const struct junos_node *junos_path(const struct junos_tree *tree,
				    const struct junos_node *node, const char *path);
/* The one value of a keyword below node: the node with the value, or NULL. */
const struct junos_node *junos_value(const struct junos_tree *tree,
				     const struct junos_node *node, const char *keyword);
/* The first active child (of a list: the first item). */
const struct junos_node *junos_first(const struct junos_node *node);
const struct junos_node *junos_next(const struct junos_node *node);

#define junos_foreach(child, node)                                                \
	for (const struct junos_node *child = junos_first(node); (child) != NULL; \
	     child = junos_next(child))

/* "security ike gateway x" */
const char *junos_node_text(const struct junos_tree *tree, const struct junos_node *node);

/* As site_hint(), among the children of a node. */
const char *junos_hint_child(const struct junos_tree *tree, const char *word,
			     const struct junos_node *node);

/*
 * Account for a walk over count objects; false, with one remark, when a hostile
 * file made us walk for too long.
 */
bool junos_work(struct junos_tree *tree, struct origin at, size_t count);

/* junos_text.c: read one source into the tree */
struct import_source;
void junos_text_read(struct junos_tree *tree, const struct import_source *source,
		     size_t *ret_statements);

#endif
