/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * map.h - names to pointers, in an arena
 *
 * A hash table for configuration objects: a device file may have a hundred
 * thousand addresses and as many rules that name them. Keys have a scope (any
 * pointer: the zone, the parent node; NULL is one too), so one map serves all
 * name spaces. Nothing is removed; put NULL to forget. Keys are borrowed.
 */
#ifndef TWINSITE_BASE_MAP_H
#define TWINSITE_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

struct map_slot {
	const void *scope;
	const char *key; /* borrowed; NULL: empty slot */
	void *value;
};

/* Initialise with { 0 }, or { .is_nocase = true } for names of any case (ASCII). */
struct map {
	bool is_nocase;
	struct map_slot *slots;
	size_t count, room;
};

/* NULL when there is no such name. */
void *map_get(const struct map *map, const void *scope, const char *key);

/* Sets or replaces. */
void map_put(struct arena *arena, struct map *map, const void *scope, const char *key,
	     void *value);

#endif
