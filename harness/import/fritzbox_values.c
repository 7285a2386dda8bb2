// SPDX-License-Identifier: GPL-2.0-or-later
/* fritzbox_values.c - the values of a connection, checked, each complaint with its line
 */
#include "import/fritzbox_values.h"

#include <string.h>

#include "base/str.h"

const struct tree_value *fritzbox_value(const struct fritzbox_connection *connection,
					enum fritzbox_key key)
{
	return tree_first(connection->keys[key]);
}

/* Is it a template's "${NAME}", "###NAME###", "<name>"? */
static bool is_placeholder(const char *text)
{
	return strstr(text, "${") || strstr(text, "###") || text[0] == '<' ||
	       (text[0] == '[' && str_ends(text, "]"));
}

struct origin fritzbox_origin(const struct fritzbox_connection *connection,
			      enum fritzbox_key key)
{
	return connection->keys[key] ? connection->keys[key]->at : connection->block->at;
}

/* Only secrets must not be quoted; of the rest 60 bytes are enough. */
static void remark_wrong(struct fritzbox_context *context, const struct tree_value *value,
			 enum fritzbox_key key, const char *wanted)
{
	const struct fritzbox_key_row *row = fritzbox_key_row(key);
	bool is_secret = row->value == FRITZBOX_VALUE_SECRET;

	if (is_placeholder(value->text))
		site_remark(context->site, REMARK_INVALID, value->at,
			    "%s: %s%.60s%s is a placeholder of a template", row->path,
			    is_secret ? "" : "'", is_secret ? "it" : value->text,
			    is_secret ? "" : "'");
	else
		site_remark(context->site, REMARK_INVALID, value->at,
			    "%s: '%.60s' is not %s", row->path,
			    is_secret ? "…" : value->text, wanted);
}

const struct tree_value *fritzbox_text(struct fritzbox_context *context,
				       const struct fritzbox_connection *connection,
				       enum fritzbox_key key)
{
	const struct tree_value *value = fritzbox_value(connection, key);

	if (!value || !*value->text)
		return NULL;
	if (is_placeholder(value->text)) {
		remark_wrong(context, value, key, "");
		return NULL;
	}
	return value;
}

bool fritzbox_yes(struct fritzbox_context *context,
		  const struct fritzbox_connection *connection, enum fritzbox_key key,
		  bool fallback)
{
	const struct tree_value *value = fritzbox_value(connection, key);

	if (!value)
		return fallback;
	if (str_equal(value->text, "yes"))
		return true;
	if (!str_equal(value->text, "no")) {
		remark_wrong(context, value, key, "yes or no");
		return fallback;
	}
	return false;
}

bool fritzbox_any_address(struct fritzbox_context *context,
			  const struct fritzbox_connection *connection,
			  enum fritzbox_key key, struct inet_addr *ret_addr)
{
	const struct tree_value *value = fritzbox_value(connection, key);

	if (!value || !*value->text)
		return false;
	if (inet_addr_parse(value->text, ret_addr) < 0) {
		remark_wrong(context, value, key, "an address");
		return false;
	}
	return true;
}

bool fritzbox_address(struct fritzbox_context *context,
		      const struct fritzbox_connection *connection, enum fritzbox_key key,
		      struct inet_addr *ret_addr)
{
	static const uint8_t zero[sizeof(ret_addr->bytes)];
	struct inet_addr addr;

	if (!fritzbox_any_address(context, connection, key, &addr) ||
	    memcmp(addr.bytes, zero, sizeof(zero)) == 0)
		return false;
	*ret_addr = addr;
	return true;
}
