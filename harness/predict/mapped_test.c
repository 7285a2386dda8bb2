// SPDX-License-Identifier: GPL-2.0-or-later
/* mapped_test.c - claims: which networks a site shows others under */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "predict/predict.h"

static struct inet_prefix net(const char *text)
{
	struct inet_prefix prefix;

	assert_int_equal(inet_prefix_parse(text, &prefix), 0);
	return prefix;
}

static bool is_mapped(const struct site *site, const char *shown)
{
	struct inet_prefix prefix = net(shown);

	return predict_is_mapped(site->arena, site, &prefix);
}

static void a_line_with_netmap_shows_its_network_and_no_other(void **state)
{
	static const char line[] =
		"iptables -t nat -A postrouting_rule -s 192.168.1.0/24 -d 10.2.0.0/24 "
		"-j NETMAP --to 10.1.0.0/24";
	_cleanup_(site_freep) struct site *site = site_new("home", DEVICE_OPENWRT);

	(void)state;
	assert_false(is_mapped(site, "10.1.0.0/24"));
	vec_add(site->arena, &site->firewall_user,
		((struct firewall_line){ .text = line }));
	assert_true(is_mapped(site, "10.1.0.0/24"));
	assert_true(is_mapped(site, "10.1.0.128/25"));
	assert_false(is_mapped(site, "10.1.0.0/16"));
	assert_false(is_mapped(site, "10.2.0.0/24"));
	assert_false(is_mapped(site, "192.168.1.0/24"));
	assert_false(is_mapped(site, "0.0.0.0/0"));
}

/* Where its network is not the tunnel's the packets are lost, and no exemption helps. */
static void a_mapping_of_what_goes_there_is_found(void **state)
{
	static const char line[] =
		"iptables -t nat -A postrouting_rule -s 192.168.1.0/24 -d 10.2.0.0/24 "
		"-j NETMAP --to 10.1.0.0/24";
	_cleanup_(site_freep) struct site *site = site_new("home", DEVICE_OPENWRT);
	const struct inet_prefix there = net("10.2.0.0/24"),
				 elsewhere = net("10.3.0.0/24");

	(void)state;
	vec_add(site->arena, &site->firewall_user,
		((struct firewall_line){ .text = line, .at = { "firewall.user", 7 } }));
	assert_int_equal(predict_mapping_towards(site->arena, site, &there)->line, 7);
	assert_null(predict_mapping_towards(site->arena, site, &elsewhere));
}

static void a_static_nat_that_is_in_use_does_the_same(void **state)
{
	_cleanup_(site_freep) struct site *site = site_new("hq", DEVICE_JUNOS);
	struct nat_rule *rule = vec_push(site->arena, &site->nat);

	(void)state;
	*rule = (struct nat_rule){ .kind = NAT_NETMAP, .to = net("10.1.0.0/24") };
	assert_true(is_mapped(site, "10.1.0.0/24"));
	rule->is_disabled = true;
	assert_false(is_mapped(site, "10.1.0.0/24"));
	*rule = (struct nat_rule){ .kind = NAT_SOURCE, .to = net("10.1.0.0/24") };
	assert_false(is_mapped(site, "10.1.0.0/24"));
}

/* A site with a map at st0.0 or tunnel.1, and a policy from its zone to `named`. */
static struct site *site_behind(enum device_kind kind, const char *named)
{
	struct site *site = site_new("hq", kind);
	struct tunnel *tunnel = vec_push(site->arena, &site->tunnels);
	struct child *child = vec_push(site->arena, &tunnel->children);
	struct selector *pair = vec_push(site->arena, &child->selectors);
	struct rule *rule = vec_push(site->arena, &site->rules);
	struct nat_rule *map = vec_push(site->arena, &site->nat);

	site->firewall = FIREWALL_POLICY;
	site->default_forward = TARGET_DROP;
	tunnel->bind_interface = "the-tunnel";
	*pair = (struct selector){ .local = net("10.1.0.0/24"),
				   .remote = net("10.2.0.0/24") };
	*rule = (struct rule){ .id = "2",
			       .src_zone = "vpn",
			       .dest_zone = "trust",
			       .target = TARGET_ACCEPT,
			       .at = { "fw", 7 } };
	vec_add(site->arena, &rule->dest,
		((struct prefix_value){ .prefix = net(named) }));
	*map = (struct nat_rule){ .kind = NAT_NETMAP,
				  .src_zone = "vpn",
				  .interface = "the-tunnel",
				  .to = net("192.168.1.0/24") };
	vec_add(site->arena, &map->dest,
		((struct prefix_value){ .prefix = net("10.1.0.0/24") }));
	return site;
}

static void a_policy_that_names_the_wrong_side_of_a_map_is_named(void **state)
{
	static const struct {
		enum device_kind kind;
		const char *named;
		size_t count;
	} cases[] = {
		{ DEVICE_SCREENOS, "192.168.1.0/24", 1 },
		{ DEVICE_SCREENOS, "10.1.0.20/32", 0 },
		{ DEVICE_JUNOS, "10.1.0.0/24", 1 },
		{ DEVICE_JUNOS, "192.168.1.0/24", 0 },
		/* Of neither: nothing is said, a run may find what it is. */
		{ DEVICE_JUNOS, "172.16.0.0/24", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_(site_freep) struct site *site =
			site_behind(cases[i].kind, cases[i].named);
		const struct predict_input input = { .arena = site->arena,
						     .sites = { site, site } };
		struct findings findings = { 0 };

		predict_behind(&input, 0, &findings);
		assert_int_equal(findings.count, cases[i].count);
		if (findings.count)
			assert_int_equal(findings.items[0].values[0].at.line, 7);
		site->tunnels.items[0].is_disabled = true;
		findings.count = 0;
		predict_behind(&input, 0, &findings);
		assert_int_equal(findings.count, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_with_netmap_shows_its_network_and_no_other),
		cmocka_unit_test(a_mapping_of_what_goes_there_is_found),
		cmocka_unit_test(a_static_nat_that_is_in_use_does_the_same),
		cmocka_unit_test(a_policy_that_names_the_wrong_side_of_a_map_is_named),
	};

	return cmocka_run_group_tests_name("predict/mapped", tests, NULL, NULL);
}
