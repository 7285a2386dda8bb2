/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fritzbox_connection.h - one "connections { … }" of a vpncfg as a tunnel of the model
 *
 * Inner layer of import/fritzbox.
 */
#ifndef TWINSITE_IMPORT_FRITZBOX_CONNECTION_H
#define TWINSITE_IMPORT_FRITZBOX_CONNECTION_H

#include <stdbool.h>

#include "base/map.h"
#include "import/fritzbox_keys.h"
#include "model/site.h"

struct fritzbox_context {
	struct site *site;
	bool has_sha2;	  /* FritzOS 7 and later, or not known */
	struct map names; /* of the connections so far */
	bool has_connection;
};

/* A connection's keys: block's own, and those that a surplus brace pushed out of it. */
struct fritzbox_connection {
	const struct tree_node *block;
	const struct tree_node *keys[FRITZBOX_KEY_COUNT]; /* NULL: not given */
};

/* Sort a leaf in under its key and mark it as used; unknown ones stay unused. */
void fritzbox_connection_take(struct fritzbox_context *context,
			      struct fritzbox_connection *connection, const char *path,
			      struct tree_node *leaf);

/* Add tunnel, access rules and NAT exemption to the site. */
void fritzbox_connection_import(struct fritzbox_context *context,
				const struct fritzbox_connection *connection);

#endif
