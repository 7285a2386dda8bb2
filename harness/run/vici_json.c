// SPDX-License-Identifier: GPL-2.0-or-later
/* vici_json.c - a VICI message as JSON, for the evidence */
#include "run/vici_json.h"

#include "base/json.h"
#include "base/str.h"
#include "charon/vici_message.h"

static json_t *value_json(const struct vici_node *node)
{
	if (!node->value)
		return json_kept("");
	if (!str_is_utf8(node->value, node->length))
		return json_sprintf("(%zu bytes)", node->length);
	return json_stringn(node->value, node->length);
}

static json_t *list_json(const struct vici_node *list)
{
	json_t *array = json_array();

	vici_node_foreach(item, list) json_array_append_new(array, value_json(item));
	return array;
}

/* Messages are nested at most VICI_DEPTH_MAX deep: the parser sees to that. */
json_t *vici_json(const struct vici_node *section) // NOLINT(misc-no-recursion)
{
	json_t *object = json_object();

	vici_node_foreach(node, section)
	{
		json_t *value = NULL;

		switch (node->kind) {
		case VICI_NODE_SECTION:
			value = vici_json(node);
			break;
		case VICI_NODE_LIST:
			value = list_json(node);
			break;
		case VICI_NODE_VALUE:
		case VICI_NODE_ITEM:
			value = value_json(node);
			break;
		}
		json_add(object, node->name, value);
	}
	return object;
}
