// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * site_index.c - where in a site is what has to do with an address?
 *
 * Theory of operation. A network of an interface, and the zones and networks of a rule,
 * are hashed to a number; a sorted array has the numbers with where they are from. Who
 * looks for an address hashes what would hold it: its network of each length that occurs
 * (two or three, in files of people), and for rules each pair of lengths and zones.
 * Equal numbers of different networks are no harm: what is found is compared again. A
 * rule with many networks or negated ones stands in a list that is always walked.
 */
#include "model/site_index.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "model/way.h"

#define RULE_KEYS_MAX 16 /* pairs of networks of one rule */
#define LENGTHS_MAX   64 /* pairs of lengths of all rules; what is beyond is walked */

struct key {
	uint64_t hash;
	size_t item;
};

struct keys {
	VEC(struct key) list;
};

/* Prefix lengths of rules' sources and destinations. */
struct lengths {
	unsigned int src, dst;
};

struct site_index {
	const struct site *site;
	struct map names; /* of a kind (the scopes below) to what they are the names of */
	struct site_interface *wan;
	const struct tunnel *own_file;
	const struct site_interface *zoneless;
	bool has_length[129];	  /* of interfaces' networks */
	struct keys networks;	  /* items of site->interfaces */
	bool has_way_length[129]; /* of routes over ways */
	struct keys ways;	  /* items of site->routes */
	struct keys rules;	  /* items of site->rules, and of `walked` */
	struct lengths lengths[LENGTHS_MAX];
	size_t lengths_count;
	VEC(size_t) walked; /* rules with no keys, ascending */
};

/* Scopes of names. */
static const char interface_names, zone_interfaces, zone_devices, route_interfaces;

/* ------------------------------------------------------------ hashes */

/* FNV-1a */
static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t length)
{
	const uint8_t *byte = bytes;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ byte[i]) * 0x100000001b3U;
	return hash;
}

#define HASH_START 0xcbf29ce484222325U

/* Any address (length 0) is the same for each family. */
static uint64_t hash_network(uint64_t hash, const struct inet_addr *addr,
			     unsigned int length)
{
	struct inet_prefix prefix = { *addr, length };
	struct inet_prefix network = inet_prefix_network(&prefix);

	hash = hash_bytes(hash, &length, sizeof(length));
	if (!length)
		return hash;
	hash = hash_bytes(hash, &network.addr.family, sizeof(network.addr.family));
	return hash_bytes(hash, network.addr.bytes, sizeof(network.addr.bytes));
}

static uint64_t hash_zones(const char *from, const char *to)
{
	/* With the NUL at its end: "a" and "bc" are not "ab" and "c". */
	uint64_t hash = hash_bytes(HASH_START, from, strlen(from) + 1);

	return hash_bytes(hash, to, strlen(to) + 1);
}

static int key_compare(const void *a, const void *b)
{
	const struct key *one = a, *other = b;

	if (one->hash != other->hash)
		return one->hash < other->hash ? -1 : 1;
	return one->item < other->item ? -1 : one->item > other->item;
}

static void keys_sort(struct keys *keys)
{
	if (keys->list.count)
		qsort(keys->list.items, keys->list.count, sizeof(*keys->list.items),
		      key_compare);
}

/* The first with this hash; behind it are the others, in ascending order. */
static const struct key *keys_find(const struct keys *keys, uint64_t hash)
{
	size_t low = 0, high = keys->list.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (keys->list.items[middle].hash < hash)
			low = middle + 1;
		else
			high = middle;
	}
	return keys->list.items + low;
}

static bool key_is(const struct keys *keys, const struct key *key, uint64_t hash)
{
	return key < keys->list.items + keys->list.count && key->hash == hash;
}

/* ------------------------------------------------------------ interfaces */

static void add_networks(struct arena *arena, struct site_index *index)
{
	for (size_t i = 0; i < index->site->interfaces.count; i++) {
		const struct site_interface *interface =
			&index->site->interfaces.items[i];

		vec_foreach (address, &interface->addresses) {
			const struct inet_prefix *prefix = &address->prefix;

			if (interface->is_disabled)
				continue;
			index->has_length[prefix->length] = true;
			vec_add(arena, &index->networks.list,
				((struct key){ hash_network(HASH_START, &prefix->addr,
							    prefix->length),
					       i }));
		}
	}
	keys_sort(&index->networks);
}

static bool holds(const struct site_interface *interface, const struct inet_addr *addr,
		  unsigned int length)
{
	vec_foreach (address, &interface->addresses)
		if (address->prefix.length == length &&
		    inet_prefix_has(&address->prefix, addr))
			return true;
	return false;
}

struct site_interface *site_index_interface_for(const struct site_index *index,
						const struct inet_addr *addr)
{
	for (unsigned int length = 129; length-- > 0;) {
		uint64_t hash;
		const struct key *key;

		if (!index->has_length[length])
			continue;
		hash = hash_network(HASH_START, addr, length);
		for (key = keys_find(&index->networks, hash);
		     key_is(&index->networks, key, hash); key++) {
			struct site_interface *interface =
				&index->site->interfaces.items[key->item];

			if (holds(interface, addr, length))
				return interface;
		}
	}
	return NULL;
}

struct site_interface *site_index_wan(const struct site_index *index)
{
	return index->wan;
}

const struct tunnel *site_index_own_file(const struct site_index *index)
{
	return index->own_file;
}

const struct site_interface *site_index_zoneless(const struct site_index *index)
{
	return index->zoneless;
}

/* The first of a name counts. */
static void name_first(struct arena *arena, struct site_index *index, const void *scope,
		       const char *name, void *value)
{
	if (name && !map_get(&index->names, scope, name))
		map_put(arena, &index->names, scope, name, value);
}

static void add_names(struct arena *arena, struct site_index *index)
{
	vec_foreach (interface, &index->site->interfaces)
		name_first(arena, index, &interface_names, interface->name, interface);
	vec_foreach (zone, &index->site->zones) {
		vec_foreach (name, &zone->interfaces)
			name_first(arena, index, &zone_interfaces, name->s, zone);
		vec_foreach (name, &zone->devices)
			name_first(arena, index, &zone_devices, name->s, zone);
	}
}

struct site_interface *site_index_interface_find(const struct site_index *index,
						 const char *name)
{
	return map_get(&index->names, &interface_names, name);
}

struct zone *site_index_zone_of(const struct site_index *index,
				const struct site_interface *interface)
{
	struct zone *by_name = NULL, *by_device = NULL;

	if (interface->name)
		by_name = map_get(&index->names, &zone_interfaces, interface->name);
	if (interface->device)
		by_device = map_get(&index->names, &zone_devices, interface->device);
	/* The zone that stands first. */
	if (by_name && by_device)
		return by_name < by_device ? by_name : by_device;
	return by_name ? by_name : by_device;
}

/* ------------------------------------------------------------ routes */

static void add_routes(struct arena *arena, struct site_index *index)
{
	vec_foreach (route, &index->site->routes) {
		const struct site_interface *by = NULL;
		const char *name = route->interface;
		struct site_index_routes *routes;

		if (!name && route->gateway.family)
			by = site_index_interface_for(index, &route->gateway);
		if (by)
			name = by->name;
		if (!name)
			continue;
		routes = map_get(&index->names, &route_interfaces, name);
		if (!routes) {
			routes = arena_alloc(arena, sizeof(*routes));
			*routes = (struct site_index_routes){ 0 };
			map_put(arena, &index->names, &route_interfaces, name, routes);
		}
		vec_add(arena, &routes->list, route);
	}
}

/* Routes over XFRM interfaces and VTIs, by where they lead. */
static void add_ways(struct arena *arena, struct site_index *index)
{
	for (size_t i = 0; i < index->site->routes.count; i++) {
		const struct site_route *route = &index->site->routes.items[i];
		const struct site_interface *by =
			route->interface ? site_index_interface_find(index,
								     route->interface)
					 : NULL;
		const struct inet_prefix *to = &route->destination;

		if (!by || by->is_disabled || !interface_is_way(by))
			continue;
		index->has_way_length[to->length] = true;
		vec_add(arena, &index->ways.list,
			((struct key){ hash_network(HASH_START, &to->addr, to->length),
				       i }));
	}
	keys_sort(&index->ways);
}

bool site_index_has_way_to(const struct site_index *index,
			   const struct inet_prefix *network)
{
	for (unsigned int length = 0; length <= network->length; length++) {
		uint64_t hash;
		const struct key *key;

		if (!index->has_way_length[length])
			continue;
		hash = hash_network(HASH_START, &network->addr, length);
		for (key = keys_find(&index->ways, hash); key_is(&index->ways, key, hash);
		     key++) {
			const struct inet_prefix *to =
				&index->site->routes.items[key->item].destination;

			if (to->length == length && inet_prefix_has(to, &network->addr))
				return true;
		}
	}
	return false;
}

const struct site_index_routes *site_index_routes(const struct site_index *index,
						  const char *interface)
{
	static const struct site_index_routes none;
	const struct site_index_routes *routes =
		map_get(&index->names, &route_interfaces, interface);

	return routes ? routes : &none;
}

/* ------------------------------------------------------------ rules */

static bool has_negated(const struct rule *rule)
{
	vec_foreach (prefix, &rule->src)
		if (prefix->is_negated)
			return true;
	vec_foreach (prefix, &rule->dest)
		if (prefix->is_negated)
			return true;
	return false;
}

static bool add_lengths(struct site_index *index, unsigned int src, unsigned int dst)
{
	for (size_t i = 0; i < index->lengths_count; i++)
		if (index->lengths[i].src == src && index->lengths[i].dst == dst)
			return true;
	if (index->lengths_count == LENGTHS_MAX)
		return false;
	index->lengths[index->lengths_count++] = (struct lengths){ src, dst };
	return true;
}

/* No networks are any network. */
static struct inet_prefix prefix_at(const struct prefix_value *items, size_t count,
				    size_t at)
{
	return count ? items[at].prefix : (struct inet_prefix){ 0 };
}

static bool add_pairs(struct arena *arena, struct site_index *index, size_t item)
{
	const struct rule *rule = &index->site->rules.items[item];
	uint64_t zones = hash_zones(rule->src_zone, rule->dest_zone);
	size_t src_count = rule->src.count ? rule->src.count : 1;
	size_t dst_count = rule->dest.count ? rule->dest.count : 1;

	if (src_count > RULE_KEYS_MAX || dst_count > RULE_KEYS_MAX ||
	    src_count * dst_count > RULE_KEYS_MAX || has_negated(rule))
		return false;
	for (size_t i = 0; i < src_count * dst_count; i++) {
		struct inet_prefix src =
			prefix_at(rule->src.items, rule->src.count, i / dst_count);
		struct inet_prefix dst =
			prefix_at(rule->dest.items, rule->dest.count, i % dst_count);
		uint64_t hash = hash_network(zones, &src.addr, src.length);

		if (!add_lengths(index, src.length, dst.length))
			return false;
		hash = hash_network(hash, &dst.addr, dst.length);
		vec_add(arena, &index->rules.list, ((struct key){ hash, item }));
	}
	return true;
}

static void add_rules(struct arena *arena, struct site_index *index)
{
	for (size_t i = 0; i < index->site->rules.count; i++) {
		const struct rule *rule = &index->site->rules.items[i];

		if (rule->src_zone && rule->dest_zone && !add_pairs(arena, index, i))
			vec_add(arena, &index->walked, i);
	}
	keys_sort(&index->rules);
}

/* What is being looked for, and what was found until now. */
struct search {
	const struct site_index *index;
	const struct site_index_question *question;
	bool (*fits)(const struct rule *rule, void *user);
	void *user;
	size_t best; /* item of site->rules; their number: none */
};

static void try_hash(struct search *search, uint64_t hash)
{
	const struct keys *keys = &search->index->rules;
	const struct key *key = keys_find(keys, hash);

	for (; key_is(keys, key, hash) && key->item < search->best; key++)
		if (search->fits(&search->index->site->rules.items[key->item],
				 search->user))
			search->best = key->item;
}

static void try_zones(struct search *search, const char *from, const char *to)
{
	const struct site_index *index = search->index;
	uint64_t zones = hash_zones(from, to);

	for (size_t i = 0; i < index->lengths_count; i++) {
		uint64_t hash =
			hash_network(zones, search->question->src, index->lengths[i].src);

		try_hash(search, hash_network(hash, search->question->dst,
					      index->lengths[i].dst));
	}
}

static void try_walked(struct search *search)
{
	vec_foreach (item, &search->index->walked) {
		if (*item >= search->best)
			return;
		if (search->fits(&search->index->site->rules.items[*item], search->user))
			search->best = *item;
	}
}

const struct rule *site_index_rule(const struct site_index *index,
				   const struct site_index_question *question,
				   bool (*fits)(const struct rule *rule, void *user),
				   void *user)
{
	struct search search = { index, question, fits, user, index->site->rules.count };

	/* The last round of each is for any zone. */
	for (size_t i = 0; i <= question->from_count; i++)
		for (size_t j = 0; j <= question->to_count; j++)
			try_zones(&search,
				  i < question->from_count ? question->from[i] : "*",
				  j < question->to_count ? question->to[j] : "*");
	try_walked(&search);
	return search.best < index->site->rules.count
		       ? &index->site->rules.items[search.best]
		       : NULL;
}

const struct site *site_indexed(struct arena *arena, const struct site *site)
{
	struct site_index *index;
	struct site *copy;

	if (site->index)
		return site;
	index = arena_alloc(arena, sizeof(*index));
	*index = (struct site_index){ .site = site };
	add_names(arena, index);
	add_networks(arena, index);
	add_routes(arena, index);
	add_ways(arena, index);
	add_rules(arena, index);
	index->wan = site_wan(site);
	index->own_file = site_own_file(site);
	index->zoneless = site_zoneless(site);
	copy = arena_memdup(arena, site, sizeof(*site));
	copy->index = index;
	return copy;
}
