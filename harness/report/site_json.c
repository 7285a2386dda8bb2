// SPDX-License-Identifier: GPL-2.0-or-later
/* site_json.c - what was understood of a device's files, for programs */
#include "report/site_json.h"

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/json.h"
#include "device/keys.h"
#include "report/shown.h"
#include "report/site_facts.h"
#include "report/site_text.h"

static void set_text(json_t *object, const char *key, const char *text)
{
	if (text)
		json_object_set_new(object, key, json_shown(text));
}

static void set_origin(json_t *object, const struct origin *at)
{
	set_text(object, "file", at->file);
	if (at->line)
		json_object_set_new(object, "line", json_integer(at->line));
	set_text(object, "source", at->source);
}

static json_t *leaf_json(const struct fact *fact)
{
	json_t *object = json_object(), *value = NULL;

	switch (fact->kind) {
	case FACT_TEXT:
		value = json_shown(fact->value);
		break;
	case FACT_NUMBER:
		value = json_integer(fact->number);
		break;
	case FACT_FLAG:
		value = json_boolean(fact->on);
		break;
	case FACT_GROUP:
	case FACT_LIST:
		break;
	}
	json_object_set_new(object, "value", value ? value : json_null());
	set_text(object, "unit", fact->unit);
	set_origin(object, &fact->at);
	return object;
}

static json_t *group_json(const struct fact *group);

/* Depth is that of the model, five at most. */
static json_t *fact_json(const struct fact *fact)
{
	json_t *array;

	if (fact->kind == FACT_GROUP)
		return group_json(fact);
	if (fact->kind != FACT_LIST)
		return leaf_json(fact);
	array = json_array();
	for (const struct fact *child = fact->children; child; child = child->next)
		json_array_append_new(array, group_json(child));
	return array;
}

/* A name that comes twice ("remote") becomes an array. */
static void group_set(json_t *object, const struct fact *fact)
{
	json_t *before = json_object_get(object, fact->name), *array;

	if (!before) {
		json_object_set_new(object, fact->name, fact_json(fact));
		return;
	}
	if (json_is_array(before)) {
		json_array_append_new(before, fact_json(fact));
		return;
	}
	array = json_array();
	json_array_append(array, before);
	json_array_append_new(array, fact_json(fact));
	json_object_set_new(object, fact->name, array);
}

static json_t *group_json(const struct fact *group)
{
	json_t *object = json_object();

	set_text(object, "name", group->value);
	set_origin(object, &group->at);
	for (const struct fact *child = group->children; child; child = child->next)
		group_set(object, child);
	return object;
}

static json_t *remark_json(struct arena *arena, const struct remark *remark)
{
	struct origin at = remark->at;
	json_t *object = json_object();

	at.file = shown_text(arena, at.file);
	set_text(object, "kind", remark_kind_name(remark->kind));
	set_text(object, "text", shown_text(arena, remark->text));
	set_origin(object, &at);
	return object;
}

static json_t *listing_json(struct arena *arena, const struct key_listing *listing)
{
	struct origin at = listing->at;
	json_t *object = json_object();

	at.file = shown_text(arena, at.file);
	set_text(object, "connection", shown_text(arena, listing->connection));
	set_text(object, "key", shown_text(arena, listing->path));
	set_text(object, "value", shown_text(arena, listing->value));
	set_text(object, "meaning", listing->meaning);
	set_text(object, "ignored", listing->ignored);
	set_origin(object, &at);
	return object;
}

static void set_lines(json_t *root, const struct site *site)
{
	size_t counts[LINE_STATES];
	json_t *lines;

	if (!site_lines_count(site, counts))
		return;
	lines = json_object();
	for (enum line_state state = 0; state < LINE_STATES; state++)
		json_object_set_new(lines, line_state_name(state),
				    json_integer((json_int_t)counts[state]));
	json_object_set_new(root, "lines", lines);
}

json_t *site_json(const struct site *site, const struct key_listings *listings)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	json_t *root = group_json(site_facts(arena, site)), *array = json_array();

	vec_foreach (remark, &site->remarks)
		json_array_append_new(array, remark_json(arena, remark));
	json_object_set_new(root, "remarks", array);
	set_lines(root, site);
	if (!listings)
		return root;
	array = json_array();
	vec_foreach (listing, &listings->list)
		json_array_append_new(array, listing_json(arena, listing));
	json_object_set_new(root, "keys", array);
	return root;
}
