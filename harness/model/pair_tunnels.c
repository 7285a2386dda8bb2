// SPDX-License-Identifier: GPL-2.0-or-later
/* pair_tunnels.c - which tunnels of the two ends belong together, all at once */
#include "model/pair_tunnels.h"

#include <ctype.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/str.h"
#include "model/pair.h"
#include "model/site_index.h"

#define KEYS_SELECTORS_MAX 16 /* enough to tell tunnels apart */
#define BUCKET_MAX	   16 /* what more tunnels share tells none apart */
#define FEW		   16 /* all are tried when nothing is shared */

/* The tunnels of one end that have a trait. */
struct bucket {
	size_t items[BUCKET_MAX];
	size_t count; /* more than BUCKET_MAX: too common to tell */
};

struct index {
	struct arena *arena;
	const struct site *site;
	struct map buckets;
};

typedef void take_key(void *user, const char *key);

static void key_lower(struct buf *key, const char *text)
{
	for (; *text; text++)
		buf_putc(key, (char)tolower((unsigned char)*text));
}

static void give_identity(const struct identity *identity, char kind, take_key *take,
			  void *user)
{
	_cleanup_buf_ struct buf key = { 0 };

	if (!identity->value)
		return;
	buf_printf(&key, "%c%d:", kind, (int)identity->type);
	key_lower(&key, identity->value);
	take(user, buf_text(&key));
}

static void give_networks(const struct tunnel *tunnel, bool is_mirrored, take_key *take,
			  void *user)
{
	unsigned int count = 0;

	vec_foreach (child, &tunnel->children) {
		vec_foreach (selector, &child->selectors) {
			_cleanup_buf_ struct buf key = { 0 };
			const struct inet_prefix *a =
				is_mirrored ? &selector->remote : &selector->local;
			const struct inet_prefix *b =
				is_mirrored ? &selector->local : &selector->remote;

			if (count++ >= KEYS_SELECTORS_MAX)
				return;
			buf_printf(&key, "n%s=", inet_prefix_text(a).s);
			buf_puts(&key, inet_prefix_text(b).s);
			take(user, buf_text(&key));
		}
	}
}

static void give_addresses(const struct tunnel *tunnel, bool is_mirrored, take_key *take,
			   void *user)
{
	const struct endpoint *end = is_mirrored ? &tunnel->local : NULL;

	if (!end && tunnel->remotes.count)
		end = &tunnel->remotes.items[0];
	if (end && end->kind == ENDPOINT_ADDRESS) {
		_cleanup_buf_ struct buf key = { 0 };

		buf_printf(&key, "a%s", inet_addr_text(&end->addr).s);
		take(user, buf_text(&key));
	}
}

/* Not the key itself: keys of maps are not wiped. FNV-1a. */
static void give_secret(const struct secret *secret, take_key *take, void *user)
{
	_cleanup_buf_ struct buf key = { 0 };
	uint64_t hash = 0xcbf29ce484222325U;

	if (!secret->is_readable)
		return;
	for (size_t i = 0; i < secret->length; i++)
		hash = (hash ^ secret->bytes[i]) * 0x100000001b3U;
	buf_printf(&key, "k%016llx", (unsigned long long)hash);
	take(user, buf_text(&key));
}

/*
 * What the tunnel shares with one that it belongs to. Written the same by both: the one
 * that is asked for (mirrored) and the one that asks.
 */
static void give_keys(const struct tunnel *tunnel, bool is_mirrored, take_key *take,
		      void *user)
{
	give_networks(tunnel, is_mirrored, take, user);
	give_identity(is_mirrored ? &tunnel->remote_id : &tunnel->local_id, 'i', take,
		      user);
	give_identity(is_mirrored ? &tunnel->local_id : &tunnel->remote_id, 'j', take,
		      user);
	give_addresses(tunnel, is_mirrored, take, user);
	give_secret(&tunnel->psk, take, user);
}

struct entry {
	struct index *index;
	size_t tunnel;
};

static void index_add(void *user, const char *key)
{
	struct entry *entry = user;
	struct index *index = entry->index;
	struct bucket *bucket = map_get(&index->buckets, NULL, key);

	if (!bucket) {
		bucket = arena_alloc(index->arena, sizeof(*bucket));
		map_put(index->arena, &index->buckets, NULL,
			arena_strdup(index->arena, key), bucket);
	}
	if (bucket->count < BUCKET_MAX)
		bucket->items[bucket->count] = entry->tunnel;
	bucket->count++;
}

static void index_make(struct arena *arena, const struct site *site, struct index *index)
{
	*index = (struct index){ .arena = arena, .site = site };
	for (size_t i = 0; i < site->tunnels.count; i++) {
		struct entry entry = { index, i };

		if (!site->tunnels.items[i].is_disabled)
			give_keys(&site->tunnels.items[i], true, index_add, &entry);
	}
}

/* ------------------------------------------------------------ the best match */

struct search {
	const struct site *own;
	const struct tunnel *tunnel;
	const struct index *index;
	const struct tunnel *best;
	unsigned int best_score;
};

static void try_one(struct search *search, const struct tunnel *candidate)
{
	unsigned int points =
		pair_score(search->own, search->tunnel, search->index->site, candidate);

	if (candidate->is_disabled || points < search->best_score)
		return;
	/* Of equals the first, however it was found. */
	if (points == search->best_score && search->best && search->best < candidate)
		return;
	search->best = candidate;
	search->best_score = points;
}

static void try_key(void *user, const char *key)
{
	struct search *search = user;
	const struct bucket *bucket = map_get(&search->index->buckets, NULL, key);

	for (size_t i = 0; bucket && bucket->count <= BUCKET_MAX && i < bucket->count;
	     i++)
		try_one(search, &search->index->site->tunnels.items[bucket->items[i]]);
}

static const struct tunnel *
best_match(const struct site *own, const struct tunnel *tunnel, const struct index *index)
{
	struct search search = { .own = own, .tunnel = tunnel, .index = index };
	const struct site *other = index->site;

	give_keys(tunnel, false, try_key, &search);
	for (size_t i = 0; other->tunnels.count <= FEW && i < other->tunnels.count; i++)
		try_one(&search, &other->tunnels.items[i]);
	return search.best;
}

void pair_tunnels(struct arena *arena, const struct site *first,
		  const struct site *second, struct tunnel_pairs *ret_pairs)
{
	const struct tunnel **back;
	struct index indices[2];

	*ret_pairs = (struct tunnel_pairs){ 0 };
	/* The tunnels stay the same ones. */
	first = site_indexed(arena, first);
	second = site_indexed(arena, second);
	index_make(arena, first, &indices[0]);
	index_make(arena, second, &indices[1]);
	back = arena_alloc(arena, (second->tunnels.count + 1) * sizeof(*back));
	for (size_t i = 0; i < second->tunnels.count; i++)
		if (!second->tunnels.items[i].is_disabled)
			back[i] = best_match(second, &second->tunnels.items[i],
					     &indices[0]);
	vec_foreach (tunnel, &first->tunnels) {
		const struct tunnel *peer;

		if (tunnel->is_disabled)
			continue;
		peer = best_match(first, tunnel, &indices[1]);
		if (peer && back[peer - second->tunnels.items] == tunnel)
			vec_add(arena, &ret_pairs->list,
				((struct tunnel_pair){ { tunnel, peer } }));
	}
}
