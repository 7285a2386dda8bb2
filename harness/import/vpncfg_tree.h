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

#include <stddef.h>

#include "model/site.h"
#include "text/tree.h"

#define VPNCFG_DEPTH_MAX 16 /* ar7.cfg needs 6 */

/*
 * Read bytes that start on first_line of file (a name to show, borrowed). Remarks go to the
 * site, all memory is its arena's; nothing points into bytes afterwards. Returned is the
 * root, a block without a name.
 */
struct tree_node *vpncfg_tree_parse(struct site *site, const char *file,
				    const char *bytes, size_t length,
				    unsigned int first_line);

#endif
