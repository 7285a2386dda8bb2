/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vpncfg_tree.h - AVM's configuration language as a tree that keeps its lines
 *
 * Reading never fails. What is wrong in the text (a surplus brace, words behind ';', a
 * missing ';', an unclosed string: all seen in files people publish) becomes a remark
 * with its line, and as much as is sound is kept. Depth is bounded, so hostile input costs
 * time and memory in proportion to its size.
 */
#ifndef TWINSITE_IMPORT_VPNCFG_TREE_H
#define TWINSITE_IMPORT_VPNCFG_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "model/site.h"

#define VPNCFG_DEPTH_MAX 16 /* ar7.cfg needs 6 */

struct vpncfg_value {
	const char *text;
	size_t length;
	bool is_quoted;
	struct origin at;
};

/* "name = value, value;" or "name { children }". */
struct vpncfg_node {
	const char *name; /* of "name { } { }": both blocks have it */
	bool is_block;
	struct origin at;
	VEC(struct vpncfg_value) values;
	struct vpncfg_node *parent, *next, *children, *last_child;
};

/*
 * Read bytes that start on first_line of file (a name to show, borrowed). Remarks go to the
 * site, all memory is its arena's; nothing points into bytes afterwards. Returned is the
 * root, a block without a name.
 */
const struct vpncfg_node *vpncfg_tree_parse(struct site *site, const char *file,
					    const char *bytes, size_t length,
					    unsigned int first_line);

/* The last child of that name, as the device takes it when one is given twice; NULL. */
const struct vpncfg_node *vpncfg_node_find(const struct vpncfg_node *block,
					   const char *name);

#endif
