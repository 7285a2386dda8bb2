// SPDX-License-Identifier: GPL-2.0-or-later
/* site_index_test.c - an index answers what looking everywhere answers */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "model/site_index.h"
#include "model/way.h"

#define NETS  12
#define RULES 400

static const char *const zone_names[] = { "lan", "wan", "vpn", "*" };

/* The same numbers each time. */
static unsigned int next(unsigned int *seed)
{
	*seed = *seed * 1103515245 + 12345;
	return *seed >> 16;
}

static struct inet_prefix some_prefix(unsigned int *seed)
{
	static const char *const nets[NETS] = {
		"0.0.0.0/0",   "10.0.0.0/8",  "10.1.0.0/16",	"10.1.2.0/24",
		"10.1.2.7/32", "10.1.2.0/25", "192.168.0.0/16", "192.168.2.0/24",
		"fd00::/8",    "fd00:1::/32", "fd00:1::7/128",	"10.1.3.0/24",
	};
	struct inet_prefix prefix;

	assert_int_equal(inet_prefix_parse(nets[next(seed) % NETS], &prefix), 0);
	return prefix;
}

static void add_networks(struct site *site, struct rule *rule, unsigned int *seed)
{
	for (unsigned int i = next(seed) % 4; i; i--)
		vec_add(site->arena, &rule->src,
			((struct prefix_value){ .prefix = some_prefix(seed),
						.is_negated = next(seed) % 9 == 0 }));
	/* Some have more than an index wants to know. */
	for (unsigned int i = next(seed) % 20 ? next(seed) % 4 : 40; i; i--)
		vec_add(site->arena, &rule->dest,
			((struct prefix_value){ .prefix = some_prefix(seed) }));
}

static struct site *hub(unsigned int *seed)
{
	struct site *site = site_new("hub", DEVICE_SCREENOS);

	for (unsigned int i = 0; i < 40; i++) {
		struct site_interface *interface =
			vec_push(site->arena, &site->interfaces);

		interface->name = arena_printf(site->arena, "e%u", i / 2);
		interface->device = arena_printf(site->arena, "d%u", i);
		interface->is_disabled = next(seed) % 5 == 0;
		for (unsigned int n = next(seed) % 3; n; n--)
			vec_add(site->arena, &interface->addresses,
				((struct prefix_value){ .prefix = some_prefix(seed) }));
	}
	for (unsigned int i = 0; i < 3; i++) {
		struct zone *zone = vec_push(site->arena, &site->zones);

		zone->name = zone_names[i];
		for (unsigned int n = 0; n < 5; n++) {
			vec_add(site->arena, &zone->interfaces,
				((struct text){ .s = arena_printf(site->arena, "e%u",
								  next(seed) % 20) }));
			vec_add(site->arena, &zone->devices,
				((struct text){ .s = arena_printf(site->arena, "d%u",
								  next(seed) % 40) }));
		}
	}
	for (unsigned int i = 0; i < RULES; i++) {
		struct rule *rule = vec_push(site->arena, &site->rules);

		rule->src_zone = next(seed) % 9 ? zone_names[next(seed) % 4] : NULL;
		rule->dest_zone = zone_names[next(seed) % 4];
		rule->is_disabled = next(seed) % 4 == 0;
		add_networks(site, rule, seed);
	}
	return site;
}

static bool prefixes_hold(const struct prefix_value *items, size_t count,
			  const struct inet_addr *addr)
{
	for (size_t i = 0; i < count; i++)
		if (items[i].is_negated != inet_prefix_has(&items[i].prefix, addr))
			return true;
	return !count;
}

static bool zone_is(const char *zone, const char *name)
{
	return zone && (str_equal(zone, "*") || str_equal(zone, name));
}

/* As forward_ask() has it. */
static bool fits(const struct rule *rule, void *user)
{
	const struct site_index_question *question = user;

	return !rule->is_disabled && zone_is(rule->src_zone, question->from[0]) &&
	       zone_is(rule->dest_zone, question->to[0]) &&
	       prefixes_hold(rule->src.items, rule->src.count, question->src) &&
	       prefixes_hold(rule->dest.items, rule->dest.count, question->dst);
}

static const struct rule *look_everywhere(const struct site *site,
					  struct site_index_question *question)
{
	vec_foreach (rule, &site->rules)
		if (fits(rule, question))
			return rule;
	return NULL;
}

static void an_index_finds_the_first_rule_that_takes_the_packet(void **state)
{
	unsigned int seed = 1, found = 0;

	(void)state;
	for (unsigned int round = 0; round < 20; round++) {
		_cleanup_(site_freep) struct site *site = hub(&seed);
		const struct site *indexed = site_indexed(site->arena, site);

		for (unsigned int i = 0; i < 100; i++) {
			struct inet_prefix src = some_prefix(&seed),
					   dst = some_prefix(&seed);
			const char *from = zone_names[next(&seed) % 3],
				   *to = zone_names[next(&seed) % 3];
			struct site_index_question question = { &src.addr, &dst.addr,
								&from,	   &to,
								1,	   1 };
			const struct rule *wanted = look_everywhere(site, &question);

			found += wanted != NULL;
			assert_ptr_equal(site_index_rule(indexed->index, &question, fits,
							 &question),
					 wanted);
		}
	}
	assert_true(found > 500);
}

static void an_index_finds_the_interfaces_and_their_zones(void **state)
{
	unsigned int seed = 7, found = 0;

	(void)state;
	for (unsigned int round = 0; round < 50; round++) {
		_cleanup_(site_freep) struct site *site = hub(&seed);
		const struct site *indexed = site_indexed(site->arena, site);

		assert_ptr_equal(site_wan(indexed), site_wan(site));
		for (unsigned int i = 0; i < 20; i++) {
			struct inet_prefix prefix = some_prefix(&seed);
			struct site_interface *interface =
				site_interface_for(site, &prefix.addr);

			found += interface != NULL;
			assert_ptr_equal(site_interface_for(indexed, &prefix.addr),
					 interface);
		}
		vec_foreach (interface, &site->interfaces) {
			assert_ptr_equal(site_interface_find(indexed, interface->name),
					 site_interface_find(site, interface->name));
			assert_ptr_equal(site_zone_of_interface(indexed, interface),
					 site_zone_of_interface(site, interface));
		}
		assert_null(site_interface_find(indexed, "e99"));
	}
	assert_true(found > 100);
}

static void ways_and_own_files_are_found_as_by_looking_everywhere(void **state)
{
	unsigned int seed = 3, found = 0, zoneless = 0;

	(void)state;
	for (unsigned int round = 0; round < 50; round++) {
		_cleanup_(site_freep) struct site *site = hub(&seed);
		const struct site *indexed;

		vec_foreach (interface, &site->interfaces)
			if (next(&seed) % 3 == 0)
				interface->if_id.s = "42";
		for (unsigned int i = next(&seed) % 5; i; i--)
			*(struct tunnel *)vec_push(site->arena, &site->tunnels) =
				(struct tunnel){
					.own_file = next(&seed) % 3 ? OWN_FILE_NONE
								    : OWN_FILE_SWANCTL,
					.bind_interface = arena_printf(site->arena, "e%u",
								       next(&seed) % 25),
				};
		site->firewall = next(&seed) % 2 ? FIREWALL_FW4 : FIREWALL_OPEN;
		for (unsigned int i = 0; i < 5; i++) {
			struct site_route *route = vec_push(site->arena, &site->routes);

			route->destination = some_prefix(&seed);
			route->interface =
				arena_printf(site->arena, "e%u", next(&seed) % 25);
		}
		indexed = site_indexed(site->arena, site);
		assert_ptr_equal(site_own_file(indexed), site_own_file(site));
		assert_ptr_equal(site_zoneless(indexed), site_zoneless(site));
		zoneless += site_zoneless(site) != NULL;
		for (unsigned int i = 0; i < 20; i++) {
			struct inet_prefix to = some_prefix(&seed);
			bool has_way = site_has_way_to(site, &to);

			found += has_way;
			assert_int_equal(site_has_way_to(indexed, &to), has_way);
		}
	}
	assert_in_range(found, 100, 900);
	assert_in_range(zoneless, 1, 49);
}

static void routes_are_found_by_name_and_by_gateway(void **state)
{
	_cleanup_(site_freep) struct site *site = site_new("hub", DEVICE_JUNOS);
	struct site_interface *interface = vec_push(site->arena, &site->interfaces);
	struct site_route *by_name = vec_push(site->arena, &site->routes), *by_gateway;
	const struct site *indexed;

	(void)state;
	interface->name = "st0.1";
	vec_add(site->arena, &interface->addresses, ((struct prefix_value){ 0 }));
	assert_int_equal(
		inet_prefix_parse("10.9.0.1/24", &interface->addresses.items[0].prefix),
		0);
	by_name->interface = "st0.1";
	by_gateway = vec_push(site->arena, &site->routes);
	assert_int_equal(inet_addr_parse("10.9.0.2", &by_gateway->gateway), 0);
	indexed = site_indexed(site->arena, site);
	assert_int_equal(site_index_routes(indexed->index, "st0.1")->list.count, 2);
	assert_int_equal(site_index_routes(indexed->index, "st0.2")->list.count, 0);
	/* It has one already. */
	assert_ptr_equal(site_indexed(site->arena, indexed), indexed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_index_finds_the_first_rule_that_takes_the_packet),
		cmocka_unit_test(an_index_finds_the_interfaces_and_their_zones),
		cmocka_unit_test(ways_and_own_files_are_found_as_by_looking_everywhere),
		cmocka_unit_test(routes_are_found_by_name_and_by_gateway),
	};

	return cmocka_run_group_tests_name("model/site_index", tests, NULL, NULL);
}
