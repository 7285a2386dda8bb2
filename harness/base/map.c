// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * map.c - names to pointers, in an arena
 *
 * Open addressing with linear probing, at most half full. The hash is seeded from
 * the kernel's random bytes for this process, so that no file can be written
 * whose names all fall into one slot.
 */
#include "base/map.h"

#include <string.h>
#include <strings.h>
#include <sys/auxv.h>

#include "base/arena.h"
#include "base/str.h"

static uint64_t hash_seed(void)
{
	const void *random = (const void *)getauxval(AT_RANDOM);
	uint64_t seed = 0x9e3779b97f4a7c15u;

	if (random)
		memcpy(&seed, random, sizeof(seed));
	return seed;
}

static uint64_t hash_mix(uint64_t hash)
{
	hash ^= hash >> 32;
	hash *= 0xd6e8feb86659fd93u;
	return hash ^ (hash >> 32);
}

static size_t map_hash(const struct map *map, const void *scope, const char *key)
{
	uint64_t hash = hash_mix(hash_seed() ^ (uint64_t)(uintptr_t)scope);

	for (; *key != '\0'; key++) {
		unsigned char c = (unsigned char)*key;

		if (map->is_nocase && c >= 'A' && c <= 'Z')
			c = (unsigned char)(c + 'a' - 'A');
		hash = (hash ^ c) * 0x100000001b3u;
		hash ^= hash >> 29;
	}
	return (size_t)hash_mix(hash);
}

static bool key_equal(const struct map *map, const struct map_slot *slot,
		      const void *scope, const char *key)
{
	if (slot->scope != scope)
		return false;
	return map->is_nocase ? str_equal_nocase(slot->key, key)
			      : str_equal(slot->key, key);
}

/* The slot of the key, or the empty one where it belongs. */
static struct map_slot *map_slot_find(const struct map *map, const void *scope,
				      const char *key)
{
	size_t i = map_hash(map, scope, key) & (map->room - 1);

	while (map->slots[i].key && !key_equal(map, &map->slots[i], scope, key))
		i = (i + 1) & (map->room - 1);
	return &map->slots[i];
}

void *map_get(const struct map *map, const void *scope, const char *key)
{
	if (map->count == 0 || !key)
		return NULL;
	return map_slot_find(map, scope, key)->value;
}

static void map_grow(struct arena *arena, struct map *map)
{
	struct map bigger = { .is_nocase = map->is_nocase, .count = map->count };

	bigger.room = map->room ? map->room * 2 : 64;
	bigger.slots = arena_alloc(arena, bigger.room * sizeof(*bigger.slots));
	for (size_t i = 0; i < map->room; i++) {
		const struct map_slot *slot = &map->slots[i];

		if (slot->key)
			*map_slot_find(&bigger, slot->scope, slot->key) = *slot;
	}
	*map = bigger;
}

void map_put(struct arena *arena, struct map *map, const void *scope, const char *key,
	     void *value)
{
	struct map_slot *slot;

	if ((map->count + 1) * 2 > map->room)
		map_grow(arena, map);
	slot = map_slot_find(map, scope, key);
	if (!slot->key) {
		map->count++;
		slot->scope = scope;
		slot->key = key;
	}
	slot->value = value;
}
