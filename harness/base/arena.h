/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * arena.h - memory that is freed all at once
 *
 * A site model, a scenario or a plan is built once and dies as a whole: its
 * parts are taken from one arena and freed with it. Out of memory ends the
 * program (our inputs are bounded, see file_read()), so callers need no checks.
 */
#ifndef TWINSITE_BASE_ARENA_H
#define TWINSITE_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena); /* NULL is fine */

static inline void arena_freep(struct arena **arena)
{
	arena_free(*arena);
}

/* Zeroed memory, aligned for anything. */
void *arena_alloc(struct arena *arena, size_t size);
void *arena_memdup(struct arena *arena, const void *bytes, size_t length);
char *arena_strdup(struct arena *arena, const char *text);
char *arena_strndup(struct arena *arena, const char *text, size_t length);
char *arena_printf(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *arena, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

/*
 * Overwrite everything in the arena with zeros when it is freed. For models that
 * hold secrets.
 */
void arena_set_secret(struct arena *arena);

/*
 * A growing array whose memory comes from an arena: VEC(struct rule) rules;
 * gives rules.items and rules.count. vec_push() returns a pointer to a new,
 * zeroed element; pointers to older elements may become stale.
 */
#define VEC(type)             \
	struct {              \
		type *items;  \
		size_t count; \
		size_t room;  \
	}

#define vec_push(arena, vec)                                                        \
	((__typeof__((vec)->items))arena_vec_push_((arena), (void **)&(vec)->items, \
						   &(vec)->count, &(vec)->room,     \
						   sizeof(*(vec)->items)))

#define vec_add(arena, vec, value) (*vec_push((arena), (vec)) = (value))

/*
 * The question for NULL is there because UBSan is right that NULL + 0 is undefined.
 * The static analyzer is not asked: it would believe from then on that the items of
 * any array may be NULL while there are some.
 */
#ifdef __clang_analyzer__
#define VEC_HAS_ITEMS_(vec) 1
#else
#define VEC_HAS_ITEMS_(vec) ((vec)->items != NULL)
#endif

#define vec_foreach(variable, vec)                                            \
	for (__typeof__((vec)->items + 0) variable = (vec)->items;            \
	     VEC_HAS_ITEMS_(vec) && (variable) < (vec)->items + (vec)->count; \
	     (variable)++)

void *arena_vec_push_(struct arena *arena, void **items, size_t *count, size_t *room,
		      size_t size);

#endif
