/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fritzbox_values.h - the values of a connection, checked, each complaint with its line
 *
 * Inner layer of import/fritzbox.
 */
#ifndef TWINSITE_IMPORT_FRITZBOX_VALUES_H
#define TWINSITE_IMPORT_FRITZBOX_VALUES_H

#include <stdbool.h>

#include "import/fritzbox_connection.h"

/* The value as written; NULL when the key is not given or has no value. */
const struct tree_value *fritzbox_value(const struct fritzbox_connection *connection,
					enum fritzbox_key key);

/* Non-empty text that is no placeholder, or NULL (remarked where it is wrong). */
const struct tree_value *fritzbox_text(struct fritzbox_context *context,
				       const struct fritzbox_connection *connection,
				       enum fritzbox_key key);

/* yes or no; what is neither is remarked and is fallback. */
bool fritzbox_yes(struct fritzbox_context *context,
		  const struct fritzbox_connection *connection, enum fritzbox_key key,
		  bool fallback);

/* An address that is not 0.0.0.0. False: none, or wrong and remarked. */
bool fritzbox_address(struct fritzbox_context *context,
		      const struct fritzbox_connection *connection, enum fritzbox_key key,
		      struct inet_addr *ret_addr);

/* As above, and 0.0.0.0 is an address too. */
bool fritzbox_any_address(struct fritzbox_context *context,
			  const struct fritzbox_connection *connection,
			  enum fritzbox_key key, struct inet_addr *ret_addr);

/* Where the key is written, else where the connection starts. */
struct origin fritzbox_origin(const struct fritzbox_connection *connection,
			      enum fritzbox_key key);

#endif
