// SPDX-License-Identifier: GPL-2.0-or-later
/* host_devices_test.c - claims about which names of a host's rules tell its WAN and its LAN */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "import/host_devices.h"
#include "import/surroundings.h"
#include "model/aspect.h"

#define MASQUERADE(device) "iptables -t nat -A POSTROUTING -o " device " -j MASQUERADE"
#define FORWARD(device)	   "iptables -t filter -A FORWARD -i " device " -j DROP"

static struct site *with_rules(const char *masquerade, const char *forward)
{
	struct site *site = site_new("a", DEVICE_STRONGSWAN);
	const struct origin at = { "etc/nftables.conf", 4, NULL };

	surroundings_wan_add(site, at);
	*vec_push(site->arena, &site->interfaces) =
		(struct site_interface){ .name = "lan", .device = "lan", .at = at };
	vec_add(site->arena, &site->firewall_user,
		((struct firewall_line){ masquerade, at }));
	vec_add(site->arena, &site->firewall_user,
		((struct firewall_line){ forward, at }));
	host_devices_name(site);
	return site;
}

static void what_is_masqueraded_leaves_by_the_wan(void **state)
{
	static const char *const lans[] = { "lan0", "br0", "br-lan" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lans); i++) {
		_cleanup_(arena_freep) struct arena *arena = arena_new();
		_cleanup_(site_freep) struct site *site = with_rules(
			MASQUERADE("ppp0"),
			arena_printf(arena, "iptables -t filter -A FORWARD -i %s -j DROP",
				     lans[i]));

		assert_null(site_touching(site, NULL, ASPECT_NAT));
		assert_string_equal(site->interfaces.items[0].device, "ppp0");
		assert_string_equal(site->interfaces.items[1].device, lans[i]);
	}
}

static void a_virtual_device_tells_nothing(void **state)
{
	static const struct {
		const char *masquerade, *forward;
	} rules[] = {
		{ MASQUERADE("wan0"), FORWARD("docker0") },
		{ MASQUERADE("wan0"), FORWARD("br-0123456789ab") },
		{ MASQUERADE("wan0"), FORWARD("virbr0") },
		{ MASQUERADE("tun0"), FORWARD("lan0") },
		{ MASQUERADE("wg0"), FORWARD("lan0") },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		_cleanup_(site_freep) struct site *site =
			with_rules(rules[i].masquerade, rules[i].forward);

		assert_non_null(site_touching(site, NULL, ASPECT_NAT));
		assert_string_equal(site->interfaces.items[0].device, "wan");
		assert_string_equal(site->interfaces.items[1].device, "lan");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_masqueraded_leaves_by_the_wan),
		cmocka_unit_test(a_virtual_device_tells_nothing),
	};

	return cmocka_run_group_tests_name("import/host_devices", tests, NULL, NULL);
}
