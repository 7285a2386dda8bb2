// SPDX-License-Identifier: GPL-2.0-or-later
/* site_test.c - claims about the model */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
/* clang-format off */
#include <cmocka.h>
/* clang-format on */

#include "base/buf.h"
#include "base/cleanup.h"
#include "model/site.h"

#define _cleanup_site_ _cleanup_(site_freep)

static struct site_interface *add_interface(struct site *site, const char *name,
					    enum address_source source,
					    const char *prefix)
{
	struct site_interface *interface = vec_push(site->arena, &site->interfaces);

	interface->name = name;
	interface->device = name;
	interface->source = source;
	if (prefix)
		assert_int_equal(
			inet_prefix_parse(
				prefix,
				&vec_push(site->arena, &interface->addresses)->prefix),
			0);
	return interface;
}

static struct zone *add_zone(struct site *site, const char *name, const char *member)
{
	struct zone *zone = vec_push(site->arena, &site->zones);

	zone->name = name;
	vec_push(site->arena, &zone->interfaces)->s = member;
	return zone;
}

static void origins_say_file_and_line_or_whose_default(void **state)
{
	static const struct {
		struct origin at;
		const char *text;
	} cases[] = {
		{ { "firewall.screenos", 14, NULL }, "firewall.screenos:14" },
		{ { "etc/config/ipsec", 3, "ipsec.init 19.07" },
		  "etc/config/ipsec:3 (ipsec.init 19.07)" },
		{ { NULL, 0, "ScreenOS default" }, "ScreenOS default" },
		{ { "x", 0, NULL }, "x" },
		{ { NULL, 0, NULL }, "not written anywhere" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_buf_ struct buf out = { 0 };

		origin_format(&cases[i].at, &out);
		assert_string_equal(buf_text(&out), cases[i].text);
	}
}

static void a_line_is_the_same_in_the_same_file_only(void **state)
{
	char name[] = "conf.d/a.conf"; /* equal, and elsewhere */
	const struct origin a = { "conf.d/a.conf", 12, NULL }, again = { name, 12, "x" };
	const struct origin b = { "conf.d/b.conf", 12, NULL }, next = { name, 13, NULL };
	const struct origin nowhere = { 0 }, default_of = { NULL, 0, "a default" };

	(void)state;
	assert_true(origin_same_line(&a, &again));
	assert_false(origin_same_line(&a, &b));
	assert_false(origin_same_line(&a, &next));
	assert_false(origin_same_line(&a, &nowhere));
	assert_true(origin_same_line(&nowhere, &default_of));
}

static void remarks_keep_their_sentence(void **state)
{
	_cleanup_site_ struct site *site = site_new("home", DEVICE_OPENWRT);

	(void)state;
	site_remark(site, REMARK_UNKNOWN, (struct origin){ "f", 2, NULL },
		    "unknown option '%s'", "moed");
	assert_int_equal(site->remarks.count, 1);
	assert_string_equal(site->remarks.items[0].text, "unknown option 'moed'");
	assert_int_equal(site->remarks.items[0].at.line, 2);
}

static void the_default_route_shows_the_wan(void **state)
{
	_cleanup_site_ struct site *site = site_new("acme", DEVICE_SCREENOS);
	struct site_route *route;

	(void)state;
	assert_null(site_wan(site));
	add_interface(site, "ethernet0/1", ADDRESS_STATIC, "10.1.2.1/24");
	add_interface(site, "ethernet0/0", ADDRESS_STATIC, "7.7.7.7/24");
	route = vec_push(site->arena, &site->routes);
	assert_int_equal(inet_prefix_parse("0.0.0.0/0", &route->destination), 0);
	assert_int_equal(inet_addr_parse("7.7.7.1", &route->gateway), 0);
	assert_string_equal(site_wan(site)->name, "ethernet0/0");
}

static void the_ike_gateway_shows_the_wan(void **state)
{
	_cleanup_site_ struct site *site = site_new("acme", DEVICE_SCREENOS);
	struct tunnel *tunnel;

	(void)state;
	add_interface(site, "ethernet0/1", ADDRESS_DYNAMIC, NULL);
	add_interface(site, "ethernet0/0", ADDRESS_STATIC, "7.7.7.7/24");
	tunnel = vec_push(site->arena, &site->tunnels);
	tunnel->local.kind = ENDPOINT_INTERFACE;
	tunnel->local.name = "ethernet0/0";
	assert_string_equal(site_wan(site)->name, "ethernet0/0");
}

static void wan_comes_before_another_dhcp_interface(void **state)
{
	_cleanup_site_ struct site *site = site_new("home", DEVICE_OPENWRT);

	(void)state;
	add_interface(site, "iptv", ADDRESS_DYNAMIC, NULL);
	assert_string_equal(site_wan(site)->name, "iptv");
	add_interface(site, "wan", ADDRESS_DYNAMIC, NULL);
	assert_string_equal(site_wan(site)->name, "wan");
	site_wan(site)->is_disabled = true;
	assert_string_equal(site_wan(site)->name, "iptv");
}

static void zones_are_found_by_interface_device_or_name(void **state)
{
	_cleanup_site_ struct site *site = site_new("home", DEVICE_OPENWRT);
	struct site_interface *lan, dmz = { .name = "dmz0", .zone = "dmz" };
	struct site_interface vti = { .name = "x", .device = "vti0" };
	struct zone *vpn;

	(void)state;
	lan = add_interface(site, "lan", ADDRESS_STATIC, "192.168.2.82/26");
	add_zone(site, "lan", "lan");
	vpn = add_zone(site, "vpn", "nothing");
	vec_push(site->arena, &vpn->devices)->s = "vti0";
	assert_string_equal(site_zone_of_interface(site, lan)->name, "lan");
	assert_string_equal(site_zone_of_interface(site, &vti)->name, "vpn");
	assert_null(site_zone_of_interface(site, &dmz));
	add_zone(site, "dmz", "other");
	assert_string_equal(site_zone_of_interface(site, &dmz)->name, "dmz");
}

static void the_longest_network_holds_an_address(void **state)
{
	_cleanup_site_ struct site *site = site_new("home", DEVICE_OPENWRT);
	struct inet_addr addr;

	(void)state;
	add_interface(site, "wide", ADDRESS_STATIC, "192.168.0.1/16");
	add_interface(site, "narrow", ADDRESS_STATIC, "192.168.2.65/26");
	assert_int_equal(inet_addr_parse("192.168.2.100", &addr), 0);
	assert_string_equal(site_interface_for(site, &addr)->name, "narrow");
	assert_int_equal(inet_addr_parse("192.168.3.1", &addr), 0);
	assert_string_equal(site_interface_for(site, &addr)->name, "wide");
	assert_int_equal(inet_addr_parse("10.0.0.1", &addr), 0);
	assert_null(site_interface_for(site, &addr));
}

static void an_interface_that_is_off_gives_the_gateway_no_address(void **state)
{
	_cleanup_site_ struct site *site = site_new("home", DEVICE_OPENWRT);
	struct site_interface *lan;
	struct inet_addr own, host;

	(void)state;
	add_interface(site, "wan", ADDRESS_STATIC, "203.0.113.56/24");
	lan = add_interface(site, "lan", ADDRESS_STATIC, "192.168.2.65/26");
	assert_int_equal(inet_addr_parse("192.168.2.65", &own), 0);
	assert_int_equal(inet_addr_parse("192.168.2.66", &host), 0);
	assert_true(site_has_address(site, &own));
	assert_false(site_has_address(site, &host));
	lan->is_disabled = true;
	assert_false(site_has_address(site, &own));
}

static void a_ping_through_the_tunnel_notices_a_dead_peer(void **state)
{
	struct tunnel tunnel = { .dpd_delay_s = { .is_set = true, .n = 0 } };

	(void)state;
	assert_false(tunnel_has_dpd(&tunnel) || tunnel_notices_dead_peer(&tunnel));
	tunnel.keepalive_target.family = AF_INET;
	assert_false(tunnel_has_dpd(&tunnel));
	assert_true(tunnel_notices_dead_peer(&tunnel));
	tunnel = (struct tunnel){ .dpd_delay_s = { .is_set = true, .n = 30 } };
	assert_true(tunnel_has_dpd(&tunnel) && tunnel_notices_dead_peer(&tunnel));
}

static size_t count_kind(const struct site *site, enum remark_kind kind)
{
	size_t count = 0;

	vec_foreach (remark, &site->remarks)
		count += remark->kind == kind;
	return count;
}

static void what_is_too_much_is_counted_and_what_decides_is_kept(void **state)
{
	_cleanup_(site_freep) struct site *site = site_new("s", DEVICE_PLAIN);
	const struct origin nowhere = { 0 };
	const char *const words[] = { "lifetime", NULL };

	(void)state;
	site_remarks_end(site, nowhere);
	assert_int_equal(site->remarks.count, 0);
	assert_string_equal(site_hint(site, "lifetim", words),
			    ", did you mean 'lifetime'?");
	for (unsigned int i = 0; i < SITE_REMARKS_MAX + 3; i++)
		site_remark(site, REMARK_UNKNOWN, nowhere, "%u", i);
	assert_int_equal(site_remarks_count(site), SITE_REMARKS_MAX);
	assert_false(site_remark_wanted(site));
	assert_string_equal(site_hint(site, "lifetim", words), "");
	for (unsigned int i = 0; i < SITE_DECISIVE_MAX + 5; i++) {
		site_remark(site, REMARK_NOT_REHEARSED, nowhere, "word %u", i);
		remark_says(site_remark(site, REMARK_INVALID, nowhere, "no %u", i),
			    SAYS_NOT_LOADED, MEND_LINE, NULL);
		site_remark(site, REMARK_IGNORED, nowhere, "one more");
	}
	site_capped(site, nowhere, "only the first are read");
	site_remarks_end(site, nowhere);
	assert_int_equal(count_kind(site, REMARK_NOT_REHEARSED), SITE_DECISIVE_MAX + 5);
	assert_int_equal(count_kind(site, REMARK_INVALID), SITE_DECISIVE_MAX);
	assert_int_equal(count_kind(site, REMARK_IGNORED), 1);
	assert_int_equal(site->mistakes, SITE_DECISIVE_MAX + 5);
	assert_string_equal(site->remarks.items[SITE_REMARKS_MAX].text, "word 0");
	assert_string_equal(site->remarks.items[SITE_REMARKS_MAX + 1].text, "no 0");
	assert_string_equal(site->remarks.items[site->remarks.count - 1].text,
			    "50013 further remarks are left out");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_ping_through_the_tunnel_notices_a_dead_peer),
		cmocka_unit_test(an_interface_that_is_off_gives_the_gateway_no_address),
		cmocka_unit_test(origins_say_file_and_line_or_whose_default),
		cmocka_unit_test(a_line_is_the_same_in_the_same_file_only),
		cmocka_unit_test(remarks_keep_their_sentence),
		cmocka_unit_test(what_is_too_much_is_counted_and_what_decides_is_kept),
		cmocka_unit_test(the_default_route_shows_the_wan),
		cmocka_unit_test(the_ike_gateway_shows_the_wan),
		cmocka_unit_test(wan_comes_before_another_dhcp_interface),
		cmocka_unit_test(zones_are_found_by_interface_device_or_name),
		cmocka_unit_test(the_longest_network_holds_an_address),
	};

	return cmocka_run_group_tests_name("model/site", tests, NULL, NULL);
}
