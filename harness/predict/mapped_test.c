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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_with_netmap_shows_its_network_and_no_other),
		cmocka_unit_test(a_mapping_of_what_goes_there_is_found),
		cmocka_unit_test(a_static_nat_that_is_in_use_does_the_same),
	};

	return cmocka_run_group_tests_name("predict/mapped", tests, NULL, NULL);
}
