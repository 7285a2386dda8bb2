/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hide.h - what a report that is given away must not say
 *
 * Keys: a file in which one stands is not given away at all. Paths of this machine: the
 * scenario is known by its folder's name. On request public addresses: each becomes
 * "public-1", "public-2", …, the same one wherever it stands.
 */
#ifndef TWINSITE_REPORT_HIDE_H
#define TWINSITE_REPORT_HIDE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/inet.h"

struct buf;
struct scenario;

struct hide {
	struct arena *arena;
	const char *path; /* the scenario's folder with a '/' before its name; NULL */
	bool has_addresses;
	VEC(struct inet_addr) addresses; /* in the order of their numbers */
};

/* scenario may be NULL. */
void hide_begin(struct hide *hide, struct arena *arena, const struct scenario *scenario,
		bool has_addresses);

/* The text with what is hidden hidden. Private addresses and netmasks stay. */
void hide_text(struct hide *hide, const char *text, struct buf *out);

/*
 * Does one of the scenario's keys stand in these bytes: as it is, in hexadecimal or in
 * base64? Keys of fewer than HIDE_KEY_MIN bytes cannot be told from other text.
 */
#define HIDE_KEY_MIN 4
bool hide_has_key(const struct scenario *scenario, const char *bytes, size_t length);

#endif
