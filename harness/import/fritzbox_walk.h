/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fritzbox_walk.h - the files of a FRITZ!Box as trees, and the walk over their keys
 *
 * Takes full exports apart, and finds connections also where the braces are wrong: a
 * surplus '}' ends a connection early and leaves its keys outside of it. Inner layer of
 * import/fritzbox.
 */
#ifndef TWINSITE_IMPORT_FRITZBOX_WALK_H
#define TWINSITE_IMPORT_FRITZBOX_WALK_H

#include <stdbool.h>
#include <stddef.h>

#include "import/import.h"
#include "import/vpncfg_tree.h"

struct fritzbox_files {
	VEC(struct tree_node *) trees; /* their roots */
	const char *model;	       /* "FRITZ!Box 7490"; NULL: not said */
	const char *firmware;	       /* "113.07.29"; NULL: not said */
};

/* Never fails: mistakes are remarks of the site. All memory is its arena's. */
void fritzbox_files_read(struct site *site, const struct import_source *sources,
			 size_t count, struct fritzbox_files *ret_files);

struct fritzbox_visitor {
	void *user;
	/* A connection starts; its keys follow. */
	void (*connection)(void *user, const struct tree_node *block);
	/* A key of the connection that started last. is_outside: a surplus brace had
	 * closed that connection before. */
	void (*key)(void *user, const char *path, struct tree_node *leaf,
		    bool is_outside);
	/* A key or block of the vpncfg itself or beside it. */
	void (*other)(void *user, struct tree_node *node);
};

/* Paths are in the arena. */
void fritzbox_walk(struct arena *arena, struct tree_node *root,
		   const struct fritzbox_visitor *visitor);

#endif
