/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cursor.h - bounded reads: nobody reads a packet but through this
 *
 * A cursor borrows bytes and walks over them. A read beyond the end gives zeros
 * (or NULL), marks the cursor as short and leaves it at the end, so a parser may
 * read a whole header and ask once: `if (cursor.is_short)`.
 */
#ifndef TWINSITE_DISSECT_CURSOR_H
#define TWINSITE_DISSECT_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct slice {
	const uint8_t *bytes; /* borrowed; may be NULL when length is 0 */
	size_t length;
};

struct cursor {
	const uint8_t *at, *end;
	bool is_short;
};

static inline uint16_t be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline uint64_t be64(const uint8_t *p)
{
	return (uint64_t)be32(p) << 32 | be32(p + 4);
}

static inline struct cursor cursor_of(const uint8_t *bytes, size_t length)
{
	return (struct cursor){ bytes, length ? bytes + length : bytes, false };
}

static inline size_t cursor_left(const struct cursor *cursor)
{
	return (size_t)(cursor->end - cursor->at);
}

/* The next length bytes, or NULL (and short) when there are fewer. */
static inline const uint8_t *cursor_take(struct cursor *cursor, size_t length)
{
	const uint8_t *bytes = cursor->at;

	if (cursor_left(cursor) < length) {
		cursor->is_short = true;
		cursor->at = cursor->end;
		return NULL;
	}
	cursor->at += length;
	return bytes;
}

static inline uint8_t cursor_u8(struct cursor *cursor)
{
	const uint8_t *p = cursor_take(cursor, 1);

	return p ? *p : 0;
}

static inline uint16_t cursor_u16(struct cursor *cursor)
{
	const uint8_t *p = cursor_take(cursor, 2);

	return p ? be16(p) : 0;
}

static inline uint32_t cursor_u32(struct cursor *cursor)
{
	const uint8_t *p = cursor_take(cursor, 4);

	return p ? be32(p) : 0;
}

static inline uint64_t cursor_u64(struct cursor *cursor)
{
	const uint8_t *p = cursor_take(cursor, 8);

	return p ? be64(p) : 0;
}

static inline struct slice cursor_slice(struct cursor *cursor, size_t length)
{
	const uint8_t *p = cursor_take(cursor, length);

	return p ? (struct slice){ p, length } : (struct slice){ 0 };
}

/* All that is left. */
static inline struct slice cursor_rest(struct cursor *cursor)
{
	struct slice rest = { cursor->at, cursor_left(cursor) };

	cursor->at = cursor->end;
	return rest;
}

static inline bool slice_equal(struct slice a, struct slice b)
{
	return a.length == b.length && (!a.length || !memcmp(a.bytes, b.bytes, a.length));
}

#endif
