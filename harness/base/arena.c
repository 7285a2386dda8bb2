// SPDX-License-Identifier: GPL-2.0-or-later
/* arena.c - memory that is freed all at once */
#include "base/arena.h"

#include <openssl/crypto.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/exit.h"

#define ARENA_BLOCK_SIZE 8192
#define ARENA_ALIGN	 16

struct arena_block {
	struct arena_block *next;
	size_t used;
	size_t size;
	_Alignas(ARENA_ALIGN) unsigned char bytes[];
};

struct arena {
	struct arena_block *blocks; /* the newest first */
	bool is_secret;
};

static void *alloc_or_die(size_t size)
{
	void *memory = calloc(1, size);

	if (!memory)
		exit_without_memory();
	return memory;
}

struct arena *arena_new(void)
{
	return alloc_or_die(sizeof(struct arena));
}

void arena_free(struct arena *arena)
{
	struct arena_block *block;

	if (!arena)
		return;
	while ((block = arena->blocks)) {
		arena->blocks = block->next;
		if (arena->is_secret)
			OPENSSL_cleanse(block->bytes, block->size);
		free(block);
	}
	free(arena);
}

void arena_set_secret(struct arena *arena)
{
	arena->is_secret = true;
}

static size_t aligned(size_t size)
{
	return (size + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	struct arena_block *block = arena->blocks;
	void *memory;

	size = aligned(size);
	if (!block || block->size - block->used < size) {
		size_t room = size > ARENA_BLOCK_SIZE ? size : ARENA_BLOCK_SIZE;

		block = alloc_or_die(sizeof(*block) + room);
		block->size = room;
		block->next = arena->blocks;
		arena->blocks = block;
	}
	memory = block->bytes + block->used;
	block->used += size;
	return memory;
}

void *arena_memdup(struct arena *arena, const void *bytes, size_t length)
{
	void *copy = arena_alloc(arena, length ? length : 1);

	if (length)
		memcpy(copy, bytes, length);
	return copy;
}

char *arena_strndup(struct arena *arena, const char *text, size_t length)
{
	char *copy = arena_alloc(arena, length + 1);

	memcpy(copy, text, length);
	return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
	return arena_strndup(arena, text, strlen(text));
}

char *arena_vprintf(struct arena *arena, const char *format, va_list args)
{
	va_list again;
	char *text;
	int length;

	va_copy(again, args);
	length = vsnprintf(NULL, 0, format, args);
	text = arena_alloc(arena, (size_t)(length < 0 ? 0 : length) + 1);
	if (length > 0)
		(void)vsnprintf(text, (size_t)length + 1, format, again);
	va_end(again);
	return text;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = arena_vprintf(arena, format, args);
	va_end(args);
	return text;
}

/* Make the newest piece of the arena larger where it is; false: it is not that. */
static bool extend(struct arena *arena, const void *memory, size_t old, size_t size)
{
	struct arena_block *block = arena->blocks;
	size_t more = aligned(size) - aligned(old);

	if (!block ||
	    (const unsigned char *)memory + aligned(old) != block->bytes + block->used ||
	    block->size - block->used < more)
		return false;
	block->used += more;
	return true;
}

/* Most lists of a model have one element, so the first has room for no more. */
void *arena_vec_push_(struct arena *arena, void **items, size_t *count, size_t *room,
		      size_t size)
{
	if (*count == *room) {
		size_t more = *room > 1 ? *room * 2 : *room ? 4 : 1;

		if (!*room || !extend(arena, *items, *room * size, more * size)) {
			void *grown = arena_alloc(arena, more * size);

			if (*count)
				memcpy(grown, *items, *count * size);
			*items = grown;
		}
		*room = more;
	}
	return (unsigned char *)*items + (*count)++ * size;
}
