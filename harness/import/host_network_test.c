// SPDX-License-Identifier: GPL-2.0-or-later
/* host_network_test.c - claims about interfaces(5) and systemd-networkd */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "import/host_network.h"
#include "model/aspect.h"
#include "model/way.h"

#define INTERFACES "etc/network/interfaces"
#define NETDEV	   "etc/systemd/network/ipsec0.netdev"
#define NETWORK	   "etc/systemd/network/ipsec0.network"

static struct site *read_one(const char *name, const char *text)
{
	struct site *site = site_new("a", DEVICE_STRONGSWAN);

	assert_true(host_network_is(name));
	host_network_read(site, name, text);
	return site;
}

static void an_xfrm_interface_of_an_up_line_is_known_with_its_route(void **state)
{
	_cleanup_(site_freep) struct site *site = read_one(
		INTERFACES,
		"auto eth0\niface eth0 inet static\n  address 198.51.100.10\n"
		"  netmask 255.255.255.0\n  gateway 198.51.100.1\n\n"
		"iface ipsec0 inet manual\n"
		"  pre-up /sbin/ip link add $IFACE type xfrm dev eth0 if_id 0x2a\n"
		"  up ip link set ${IFACE} mtu 1400 up || true\n"
		"  up ip route add 10.2.0.0/24 dev $IFACE src 198.51.100.10\n"
		"  post-down ip link del ipsec0\n");
	const struct site_interface *ipsec0 = site_xfrm_of(site, 42);

	(void)state;
	assert_non_null(ipsec0);
	assert_string_equal(ipsec0->name, "ipsec0");
	assert_string_equal(ipsec0->under, "eth0");
	assert_int_equal(ipsec0->mtu.n, 1400);
	assert_int_equal(ipsec0->if_id.at.line, 8);
	assert_int_equal(site->routes.count, 1);
	assert_string_equal(site->routes.items[0].interface, "ipsec0");
	assert_string_equal(inet_addr_text(&site->routes.items[0].source).s,
			    "198.51.100.10");
	assert_string_equal(site_wan(site)->name, "eth0");
	assert_int_equal(site_wan(site)->addresses.items[0].prefix.length, 24);
	assert_null(site_touching(site, NULL, ASPECT_WAY));
}

static void a_command_that_is_not_known_leaves_the_way_unproven(void **state)
{
	static const char *const lines[] = {
		"up iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE",
		"up ip rule add fwmark 1 table 100",
		"up ip route add 10.2.0.0/24 dev ipsec0 table 100",
		"up ip route add $NET dev ipsec0",
		"up /usr/local/sbin/tunnel up",
		"up [ -e /x ] && ip route add 10.2.0.0/24 dev ipsec0",
		"up ip link add v0 type gre local 1.2.3.4 remote 4.3.2.1 key 5",
		"up ip tunnel add v0 mode vti local 1.2.3.4 remote 4.3.2.1 key 5 fwmark 1",
		"up sysctl -w net.ipv4.conf.eth0.disable_xfrm=1",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		_cleanup_(arena_freep) struct arena *arena = arena_new();
		_cleanup_(site_freep) struct site *site = read_one(
			INTERFACES,
			arena_printf(arena, "iface eth0 inet manual\n %s\n", lines[i]));
		const struct remark *remark = site_touching(site, NULL, ASPECT_WAY);

		if (!remark) {
			fail_msg("%s", lines[i]);
			return;
		}
		assert_int_equal(remark->at.line, 2);
		assert_int_equal(site->routes.count, 0);
	}
}

static void networkd_has_the_number_in_one_file_and_the_route_in_another(void **state)
{
	_cleanup_(site_freep) struct site *site = read_one(
		NETDEV, "[NetDev]\nName=ipsec0\nKind=xfrm\n[Xfrm]\nInterfaceId=42\n"
			"Independent=yes\n");
	const struct site_interface *ipsec0;

	(void)state;
	host_network_read(site, NETWORK,
			  "[Match]\nName=ipsec0\n[Link]\nMTUBytes=1380\n[Network]\n"
			  "Address=169.254.7.1/30\n[Route]\nDestination=10.2.0.0/24\n"
			  "[Route]\nDestination=10.3.0.0/24\nMetric=5\n");
	ipsec0 = site_xfrm_of(site, 42);
	assert_non_null(ipsec0);
	assert_int_equal(ipsec0->mtu.n, 1380);
	assert_int_equal(ipsec0->addresses.count, 1);
	assert_int_equal(site->routes.count, 2);
	assert_int_equal(site->routes.items[1].at.line, 10);
	assert_null(site_touching(site, NULL, ASPECT_WAY));
}

static void damaged_files_are_read_to_their_end(void **state)
{
	static const char *const texts[] = {
		"",
		"iface",
		"iface eth0",
		"iface eth0 inet",
		"up ip",
		"iface a inet x\nup",
		"iface a inet static\nup ip link add",
		"iface a inet static\nup ip link set",
		"iface a inet static\nup ip route add",
		"iface a inet static\nup 'ip",
		"iface a inet static\naddress\nnetmask 24",
		"[",
		"[Route]\nDestination=",
		"[Match]\nName=\n[Route]\nDestination=x",
		"[Xfrm]\nInterfaceId",
	};
	static const char *const names[] = { INTERFACES, NETDEV, NETWORK };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		for (size_t j = 0; j < ARRAY_SIZE(names); j++)
			site_free(read_one(names[j], texts[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_xfrm_interface_of_an_up_line_is_known_with_its_route),
		cmocka_unit_test(a_command_that_is_not_known_leaves_the_way_unproven),
		cmocka_unit_test(
			networkd_has_the_number_in_one_file_and_the_route_in_another),
		cmocka_unit_test(damaged_files_are_read_to_their_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
