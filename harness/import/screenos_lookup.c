// SPDX-License-Identifier: GPL-2.0-or-later
/* screenos_lookup.c - the names of a policy, looked up in address and service books */
#include "import/screenos_lookup.h"

#include <string.h>

#include "base/str.h"

#define HINT_NAMES_MAX 5000

static bool is_expansion_left(struct reader *reader)
{
	if (reader->expanded++ < SCREENOS_EXPANSION_MAX)
		return true;
	if (reader->expanded == SCREENOS_EXPANSION_MAX + 1)
		site_capped(reader->site, reader->at,
			    "the policies name more than %d addresses and services: the "
			    "rest is left out",
			    SCREENOS_EXPANSION_MAX);
	return false;
}

/* ------------------------------------------------------------ addresses */

/* "MIP(1.2.3.4)", "MIP(1.2.3.0/24)", "VIP(1.2.3.4)" */
static bool translated_parse(const char *name, struct inet_prefix *ret_prefix)
{
	char text[64];
	size_t length = strlen(name);

	if ((!str_starts(name, "MIP(") && !str_starts(name, "VIP(")) ||
	    length >= sizeof(text) || name[length - 1] != ')')
		return false;
	memcpy(text, name + 4, length - 5);
	text[length - 5] = '\0';
	return inet_prefix_parse(text, ret_prefix) == 0;
}

static void side_add(struct reader *reader, struct sos_side *side,
		     const struct inet_prefix *prefix, struct origin at)
{
	if (is_expansion_left(reader))
		vec_add(reader->arena, &side->prefixes,
			((struct prefix_value){ .prefix = *prefix, .at = at }));
}

static const char *address_hint(struct reader *reader, const char *zone, const char *name)
{
	VEC(const char *) names = { 0 };
	const void *scope = map_get(&reader->zone_map, NULL, zone);
	const struct map *map = &reader->address_map;

	if (!site_remark_wanted(reader->site) || map->count > HINT_NAMES_MAX)
		return "";
	for (size_t i = 0; i < map->room; i++) {
		if (map->slots[i].value && map->slots[i].scope == scope)
			vec_add(reader->arena, &names, map->slots[i].key);
	}
	vec_add(reader->arena, &names, NULL);
	return site_hint(reader->site, name, names.items);
}

static void side_add_object(struct reader *reader, struct sos_side *side,
			    const struct sos_address *address, unsigned int depth)
{
	if (address->fqdn)
		return;
	if (!address->is_group) {
		if (address->is_prefix)
			side_add(reader, side, &address->prefix, address->at);
		else
			side->is_wrong = true; /* its value was refused and remarked */
		return;
	}
	side->has_group = true;
	if (depth == SCREENOS_GROUP_DEPTH) {
		site_remark(reader->site, REMARK_INVALID, address->at,
			    "groups are nested too deeply at '%s'", address->name);
		return;
	}
	vec_foreach (member, &address->members) {
		const struct sos_address *found =
			sos_address_find(reader, address->zone->name, member->name);

		if (!is_expansion_left(reader))
			return;
		if (found)
			side_add_object(reader, side, found, depth + 1);
		else
			site_remark(reader->site, REMARK_INVALID, member->at,
				    "group '%s': there is no address '%s' in zone '%s'",
				    address->name, member->name, address->zone->name);
	}
}

static bool is_any_word(const char *word)
{
	return str_equal_nocase(word, "Any") || str_equal_nocase(word, "Any-IPv4") ||
	       str_equal_nocase(word, "Any-IPv6") ||
	       str_equal_nocase(word, "Dial-Up VPN");
}

static void side_add_name(struct reader *reader, struct sos_side *side,
			  const char *policy, const char *zone, const struct text *name)
{
	const char *book = str_equal(zone, "*") ? "Global" : zone;
	const struct sos_address *address;
	struct inet_prefix prefix;

	if (is_any_word(name->s)) {
		side->is_any = true;
		return;
	}
	if (translated_parse(name->s, &prefix)) {
		side_add(reader, side, &prefix, name->at);
		return;
	}
	address = sos_address_find(reader, book, name->s);
	if (address) {
		side_add_object(reader, side, address, 0);
	} else if (inet_prefix_parse(name->s, &prefix) == 0) {
		side_add(reader, side, &prefix, name->at);
	} else {
		side->is_wrong = true;
		site_remark(reader->site, REMARK_INVALID, name->at,
			    "policy %s: there is no address '%s' in zone '%s'%s", policy,
			    name->s, book, address_hint(reader, book, name->s));
	}
}

static void side_resolve(struct reader *reader, const struct sos_policy *policy,
			 bool is_src, struct sos_side *side)
{
	const char *zone = is_src ? policy->from : policy->to;
	const struct text *names = is_src ? policy->src.items : policy->dest.items;
	size_t count = is_src ? policy->src.count : policy->dest.count;
	bool is_negated = is_src ? policy->is_src_negated : policy->is_dest_negated;

	for (size_t i = 0; i < count; i++) {
		vec_add(reader->arena, &side->names, names[i]);
		side_add_name(reader, side, policy->id, zone, &names[i]);
	}
	if (side->is_any)
		side->prefixes.count = 0;
	vec_foreach (value, &side->prefixes)
		value->is_negated = is_negated;
}

/* ------------------------------------------------------------ services */

void sos_services_add(struct reader *reader, struct sos_services *services,
		      const struct text *name, unsigned int depth)
{
	const struct sos_service *service = sos_service_find(reader, name->s);

	if (!service || depth == SCREENOS_GROUP_DEPTH) {
		services->is_wrong = true;
		site_remark(reader->site, REMARK_INVALID, name->at,
			    "there is no service '%s'", name->s);
		return;
	}
	vec_foreach (entry, &service->entries) {
		services->is_any |= str_equal(entry->protocol, "all");
		if (is_expansion_left(reader))
			vec_add(reader->arena, &services->entries, *entry);
	}
	vec_foreach (member, &service->members) {
		struct text text = { member->name, member->at };

		if (is_expansion_left(reader))
			sos_services_add(reader, services, &text, depth + 1);
	}
}

/* ------------------------------------------------------------ policies */

static bool side_is_empty(const struct sos_side *side)
{
	return !side->is_any && side->prefixes.count == 0;
}

bool sos_policy_lookup(struct reader *reader, const struct sos_policy *policy,
		       struct sos_lookup *ret_lookup)
{
	struct sos_lookup lookup = { .policy = policy };

	side_resolve(reader, policy, true, &lookup.src);
	side_resolve(reader, policy, false, &lookup.dest);
	vec_foreach (name, &policy->services)
		sos_services_add(reader, &lookup.services, name, 0);
	if (lookup.src.is_wrong || lookup.dest.is_wrong || lookup.services.is_wrong)
		return false; /* remarked */
	if (side_is_empty(&lookup.src) || side_is_empty(&lookup.dest)) {
		site_remark(
			reader->site, REMARK_IGNORED, policy->at,
			"policy %s names an empty group, or hosts by name only, which is "
			"not rehearsed",
			policy->id);
		return false;
	}
	*ret_lookup = lookup;
	return true;
}
