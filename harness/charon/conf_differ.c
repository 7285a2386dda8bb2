// SPDX-License-Identifier: GPL-2.0-or-later
/* conf_differ.c - what two configurations would tell charon differently */
#include "charon/conf_differ.h"

#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"

struct pair {
	const char *key, *value;
};

struct pairs {
	struct pair *items;
	size_t count, room;
};

struct said { /* of one child, and its connection */
	struct pairs pairs;
	bool is_taken;
};

struct all {
	struct said *items;
	size_t count, room;
};

static const char *value_of(const struct pairs *pairs, const char *key)
{
	vec_foreach (pair, pairs)
		if (str_equal(pair->key, key))
			return pair->value;
	return NULL;
}

/* ------------------------------------------------------------ the text, read again */

#define DEPTH_CONNECTION 2 /* keys of a connection; one more: of an end, or "children" */
#define DEPTH_CHILD	 4

/* What is so whether it is said or not. */
static bool is_default(const char *line)
{
	static const char *const defaults[] = { "ipcomp = no", "local_ts = dynamic",
						"remote_ts = dynamic" };

	for (size_t i = 0; i < ARRAY_SIZE(defaults); i++)
		if (str_equal(line, defaults[i]))
			return true;
	return false;
}

/* "local-1.id" of an end, "child.mode"; NULL: the key itself, of the connection. */
static void pair_add(struct arena *arena, struct pairs *pairs, const char *section,
		     char *line)
{
	char *equals = strstr(line, " = ");

	if (!equals || str_starts(line, "local_addrs = ") || is_default(line))
		return;
	*equals = '\0';
	vec_add(arena, pairs,
		((struct pair){ section ? arena_printf(arena, "%s.%s", section, line)
					: line,
				equals + 3 }));
}

static void child_begin(struct arena *arena, const struct pairs *own, struct all *all)
{
	struct said *said = vec_push(arena, all);

	vec_foreach (pair, own)
		vec_add(arena, &said->pairs, *pair);
}

static void said_read(struct arena *arena, const struct conf *conf, struct all *all)
{
	_cleanup_buf_ struct buf text = { 0 };
	struct pairs own = { 0 };
	const char *section = NULL;
	unsigned int depth = 0;

	conf_swanctl_format(conf, false, &text);
	for (const char *at = buf_text(&text); *at;) {
		size_t length = strcspn(at, "\n");
		char *line = str_trim(arena_strndup(arena, at, length));

		at += length + (at[length] == '\n');
		if (str_starts(line, "secrets {"))
			return;
		if (str_ends(line, " {")) {
			line[strlen(line) - 2] = '\0';
			if (++depth == DEPTH_CONNECTION)
				own.count = 0;
			else if (depth == DEPTH_CONNECTION + 1)
				section = line;
			else if (depth == DEPTH_CHILD)
				child_begin(arena, &own, all);
		} else if (str_equal(line, "}")) {
			depth--;
		} else if (depth == DEPTH_CHILD) {
			pair_add(arena, &all->items[all->count - 1].pairs, "child", line);
		} else if (depth >= DEPTH_CONNECTION) {
			pair_add(arena, &own, depth > DEPTH_CONNECTION ? section : NULL,
				 line);
		}
	}
}

/* ------------------------------------------------------------ compared */

static unsigned int likeness(const struct pairs *a, const struct pairs *b)
{
	unsigned int count = 0;

	vec_foreach (pair, a)
		count += str_equal(pair->value, value_of(b, pair->key));
	/* Who it is for says more than what it says. */
	if (str_equal(value_of(a, "child.remote_ts"), value_of(b, "child.remote_ts")))
		count += 100;
	if (str_equal(value_of(a, "remote_addrs"), value_of(b, "remote_addrs")))
		count += 100;
	return count;
}

static struct said *most_like(const struct said *a, const struct all *all)
{
	struct said *best = NULL;
	unsigned int most = 0;

	vec_foreach (b, all) {
		unsigned int now = likeness(&a->pairs, &b->pairs);

		if (!b->is_taken && (!best || now > most)) {
			best = b;
			most = now;
		}
	}
	return best;
}

static void child_compare(const struct pairs *a, const struct pairs *b,
			  struct arena *arena, struct conf_differences *differences)
{
	vec_foreach (pair, a) {
		const char *other = value_of(b, pair->key);

		if (!str_equal(pair->value, other))
			vec_add(arena, differences,
				((struct conf_difference){ pair->key, pair->value,
							   other }));
	}
	vec_foreach (pair, b)
		if (!value_of(a, pair->key))
			vec_add(arena, differences,
				((struct conf_difference){ pair->key, NULL,
							   pair->value }));
}

static const char *networks(struct arena *arena, const struct pairs *pairs)
{
	const char *local = value_of(pairs, "child.local_ts");
	const char *remote = value_of(pairs, "child.remote_ts");

	return arena_printf(arena, "%s === %s", local ? local : "dynamic",
			    remote ? remote : "dynamic");
}

void conf_differ(const struct conf *a, const struct conf *b, struct arena *arena,
		 struct conf_differences *ret_differences)
{
	struct all all[2] = { 0 };

	*ret_differences = (struct conf_differences){ 0 };
	said_read(arena, a, &all[0]);
	said_read(arena, b, &all[1]);
	vec_foreach (said, &all[0]) {
		struct said *other = most_like(said, &all[1]);

		if (!other) {
			vec_add(arena, ret_differences,
				((struct conf_difference){
					.a = networks(arena, &said->pairs) }));
			continue;
		}
		other->is_taken = true;
		child_compare(&said->pairs, &other->pairs, arena, ret_differences);
	}
	vec_foreach (other, &all[1])
		if (!other->is_taken)
			vec_add(arena, ret_differences,
				((struct conf_difference){
					.b = networks(arena, &other->pairs) }));
}
