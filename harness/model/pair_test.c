// SPDX-License-Identifier: GPL-2.0-or-later
/* pair_test.c - what belongs together is found, by more than its name */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "ipsec/alg.h"
#include "model/pair.h"
#include "model/pair_tunnels.h"

static struct inet_prefix net(const char *text)
{
	struct inet_prefix prefix;

	assert_int_equal(inet_prefix_parse(text, &prefix), 0);
	return prefix;
}

static struct tunnel *add_tunnel(struct site *site, const char *name, const char *local,
				 const char *remote)
{
	struct tunnel *tunnel = vec_push(site->arena, &site->tunnels);
	struct child *child;

	tunnel->name = name;
	tunnel->version = 1;
	child = vec_push(site->arena, &tunnel->children);
	*vec_push(site->arena, &child->selectors) =
		(struct selector){ .local = net(local), .remote = net(remote) };
	return tunnel;
}

static void the_tunnel_with_the_mirrored_networks_is_meant(void **state)
{
	struct site *a = site_new("a", DEVICE_OPENWRT),
		    *b = site_new("b", DEVICE_SCREENOS);
	const struct tunnel *own = add_tunnel(a, "x", "10.0.1.0/24", "10.0.2.0/24");

	(void)state;
	add_tunnel(b, "x", "10.0.9.0/24", "10.0.1.0/24");
	add_tunnel(b, "y", "10.0.2.0/24", "10.0.1.0/24");
	assert_string_equal(pair_tunnel(a, own, b)->name, "y");
	b->tunnels.items[1].is_disabled = true;
	assert_string_equal(pair_tunnel(a, own, b)->name, "x");
	b->tunnels.items[0].is_disabled = true;
	assert_null(pair_tunnel(a, own, b));
	site_free(a);
	site_free(b);
}

static void a_mirror_has_both_sides_and_ports_swapped(void **state)
{
	const struct selector selector = { .local = net("10.0.1.0/24"),
					   .remote = net("10.0.2.0/24"),
					   .local_port = 1,
					   .remote_port = 2 };
	struct selector mirror = pair_mirror(&selector), back = pair_mirror(&mirror);

	(void)state;
	assert_true(inet_prefix_equal(&mirror.local, &selector.remote));
	assert_int_equal(mirror.local_port, 2);
	assert_true(pair_selectors_equal(&back, &selector));
	assert_false(pair_selectors_equal(&mirror, &selector));
}

static void add_alg(struct arena *arena, struct proposal *proposal, enum alg_kind kind,
		    const char *keyword)
{
	struct proposal_alg alg = { .alg = alg_by_keyword(kind, keyword),
				    .word = keyword };

	assert_non_null(alg.alg);
	if (kind == ALG_KIND_ENCR)
		vec_add(arena, &proposal->encr, alg);
	else if (kind == ALG_KIND_INTEG)
		vec_add(arena, &proposal->integ, alg);
	else
		vec_add(arena, &proposal->dh, alg);
}

static void make(struct arena *arena, struct proposal *proposal, const char *encr,
		 const char *dh)
{
	add_alg(arena, proposal, ALG_KIND_ENCR, encr);
	add_alg(arena, proposal, ALG_KIND_INTEG, "sha1");
	if (dh)
		add_alg(arena, proposal, ALG_KIND_DH, dh);
}

static void the_first_offer_with_all_kinds_in_common_is_chosen(void **state)
{
	struct arena *arena = arena_new();
	struct proposal offers[2] = { 0 }, accepts[1] = { 0 };
	struct pair_choice choice;

	(void)state;
	make(arena, &offers[0], "aes256", "modp1024");
	make(arena, &offers[1], "aes128", "modp1024");
	make(arena, &accepts[0], "aes128", "modp1024");
	assert_true(pair_choose(offers, 2, accepts, 1, true, &choice));
	assert_string_equal(choice.encr->keyword, "aes128");
	assert_false(pair_choose(offers, 1, accepts, 1, true, &choice));
	arena_free(arena);
}

static void pfs_at_one_end_only_counts_when_it_is_used(void **state)
{
	struct arena *arena = arena_new();
	struct proposal offer = { 0 }, accept = { 0 };
	struct pair_choice choice;

	(void)state;
	make(arena, &offer, "aes128", "modp1024");
	make(arena, &accept, "aes128", NULL);
	assert_false(pair_choose(&offer, 1, &accept, 1, true, &choice));
	assert_true(pair_choose(&offer, 1, &accept, 1, false, &choice));
	assert_null(choice.dh);
	arena_free(arena);
}

/* ------------------------------------------------------------ many at once */

static void add_many(struct site *site, unsigned int count, bool is_mirrored,
		     bool is_reversed)
{
	for (unsigned int i = 0; i < count; i++) {
		unsigned int n = is_reversed ? count - 1 - i : i;
		char local[32], remote[32];

		(void)snprintf(local, sizeof(local), "10.%u.%u.0/24", n / 250, n % 250);
		(void)snprintf(remote, sizeof(remote), "172.%u.%u.0/24", n / 250,
			       n % 250);
		add_tunnel(site, arena_printf(site->arena, "t%u", n),
			   is_mirrored ? remote : local, is_mirrored ? local : remote);
	}
}

static void each_tunnel_of_two_hubs_finds_its_own(void **state)
{
	struct site *a = site_new("a", DEVICE_STRONGSWAN),
		    *b = site_new("b", DEVICE_STRONGSWAN);
	struct arena *arena = arena_new();
	struct tunnel_pairs pairs;

	(void)state;
	add_many(a, 2000, false, false);
	add_many(b, 2000, true, true);
	pair_tunnels(arena, a, b, &pairs);
	assert_int_equal(pairs.list.count, 2000);
	vec_foreach (pair, &pairs.list)
		assert_string_equal(pair->tunnels[0]->name, pair->tunnels[1]->name);
	arena_free(arena);
	site_free(a);
	site_free(b);
}

static void networks_and_key_weigh_more_than_the_address(void **state)
{
	struct site *a = site_new("a", DEVICE_JUNOS), *b = site_new("b", DEVICE_JUNOS);
	struct arena *arena = arena_new();
	struct tunnel *own, *other;
	struct tunnel_pairs pairs;
	struct site_interface *wan;
	static const uint8_t key[] = "made up";

	(void)state;
	own = add_tunnel(a, "fits", "10.0.1.0/24", "10.0.2.0/24");
	own->psk = (struct secret){ key, 7, true, true, { 0 } };
	own = add_tunnel(a, "points", "10.0.1.0/24", "10.0.9.0/24");
	*vec_push(a->arena, &own->remotes) =
		(struct endpoint){ .kind = ENDPOINT_ADDRESS,
				   .addr = net("192.0.2.2/32").addr };
	other = add_tunnel(b, "its", "10.0.2.0/24", "10.0.1.0/24");
	other->psk = (struct secret){ key, 7, true, true, { 0 } };
	wan = vec_push(b->arena, &b->interfaces);
	wan->name = wan->device = "wan";
	vec_add(b->arena, &wan->addresses,
		((struct prefix_value){ .prefix = net("192.0.2.2/24") }));
	pair_tunnels(arena, a, b, &pairs);
	assert_int_equal(pairs.list.count, 1);
	assert_string_equal(pairs.list.items[0].tunnels[0]->name, "fits");
	arena_free(arena);
	site_free(a);
	site_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_tunnel_of_two_hubs_finds_its_own),
		cmocka_unit_test(networks_and_key_weigh_more_than_the_address),
		cmocka_unit_test(the_tunnel_with_the_mirrored_networks_is_meant),
		cmocka_unit_test(a_mirror_has_both_sides_and_ports_swapped),
		cmocka_unit_test(the_first_offer_with_all_kinds_in_common_is_chosen),
		cmocka_unit_test(pfs_at_one_end_only_counts_when_it_is_used),
	};

	return cmocka_run_group_tests_name("model/pair", tests, NULL, NULL);
}
