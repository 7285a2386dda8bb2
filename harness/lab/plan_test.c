// SPDX-License-Identifier: GPL-2.0-or-later
/* plan_test.c - claims about the planned world */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
/* clang-format off */
#include <cmocka.h>
/* clang-format on */

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "lab/plan.h"
#include "lab/plan_text.h"

/*
 * home 203.0.113.56 with 192.168.2.64/26, acme 7.7.7.7 with 10.1.2.0/24 and a public
 * DMZ; a laptop, a hobbit.
 */
struct fixture {
	struct scenario scenario;
	struct plan *plan;
	struct err err;
};

static struct inet_prefix prefix(const char *text)
{
	struct inet_prefix value;

	assert_int_equal(inet_prefix_parse(text, &value), 0);
	return value;
}

static void interface_add(struct site *site, const char *name, const char *device,
			  enum address_source source, const char *address)
{
	struct site_interface *interface = vec_push(site->arena, &site->interfaces);

	interface->name = name;
	interface->device = device;
	interface->source = source;
	if (address)
		vec_push(site->arena, &interface->addresses)->prefix = prefix(address);
}

static struct scenario_host *host_add(struct fixture *f, int site, const char *name,
				      const char *addr)
{
	struct arena *arena = f->scenario.arena;
	struct scenario_host *host =
		site < 0 ? vec_push(arena, &f->scenario.internet)
			 : vec_push(arena, &f->scenario.sites.items[site].hosts);

	host->name = name;
	host->addr = prefix(addr).addr;
	host->at = (struct origin){ .file = "scenario.yml", .line = 20 };
	return host;
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct scenario_site *home, *acme;
	struct arena *arena = arena_new();

	assert_non_null(f);
	f->scenario.arena = arena;
	f->scenario.name = "test";
	home = vec_push(arena, &f->scenario.sites);
	acme = vec_push(arena, &f->scenario.sites);
	home->name = "home";
	home->site = site_new("home", DEVICE_OPENWRT);
	home->site->firewall = FIREWALL_OPEN;
	home->wan.prefix = prefix("203.0.113.56/24");
	interface_add(home->site, "loopback", "lo", ADDRESS_STATIC, "127.0.0.1/8");
	interface_add(home->site, "lan", "br-lan", ADDRESS_STATIC, "192.168.2.82/26");
	interface_add(home->site, "wan", "eth0.2", ADDRESS_DYNAMIC, NULL);
	acme->name = "acme";
	acme->site = site_new("acme", DEVICE_SCREENOS);
	acme->site->firewall = FIREWALL_OPEN;
	interface_add(acme->site, "ethernet0/0", NULL, ADDRESS_STATIC, "7.7.7.7/24");
	interface_add(acme->site, "ethernet0/1", NULL, ADDRESS_STATIC, "10.1.2.1/24");
	interface_add(acme->site, "ethernet0/2", NULL, ADDRESS_STATIC, "66.77.88.193/26");
	acme->site->interfaces.items[0].gateway = prefix("7.7.7.1").addr;
	host_add(f, 0, "laptop", "192.168.2.100");
	host_add(f, 1, "hobbit", "10.1.2.42");
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	plan_free(f->plan);
	vec_foreach (site, &f->scenario.sites)
		site_free(site->site);
	arena_free(f->scenario.arena);
	free(f);
	return 0;
}

static void plan(struct fixture *f)
{
	if (plan_make(&f->scenario, ESP_KERNEL, &f->plan, &f->err) || !f->plan)
		fail_msg("%s", f->err.text);
}

static const struct plan_node *node(struct fixture *f, const char *name)
{
	int index = plan_node_find(f->plan, name);

	if (index < 0)
		fail_msg("no node %s", name);
	return &f->plan->nodes.items[index];
}

static const struct plan_link *link_of(struct fixture *f, const char *name)
{
	vec_foreach (link, &f->plan->links) {
		if (str_equal(link->name, name))
			return link;
	}
	fail_msg("no link %s", name);
	return NULL;
}

static bool has_address(const struct plan_node *of, const char *interface,
			const char *text)
{
	vec_foreach (address, &of->addresses) {
		if (str_equal(address->interface, interface) &&
		    str_equal(inet_prefix_text(&address->prefix).s, text))
			return true;
	}
	return false;
}

static const char *route_to(const struct plan_node *of, const char *destination)
{
	static struct inet_text text;
	const struct inet_prefix wanted = prefix(destination);

	vec_foreach (route, &of->routes) {
		if (inet_prefix_equal(&route->destination, &wanted)) {
			text = inet_addr_text(&route->gateway);
			return text.s;
		}
	}
	return "none";
}

static void refused(struct fixture *f, const char *piece)
{
	assert_true(plan_make(&f->scenario, ESP_KERNEL, &f->plan, &f->err) < 0);
	if (!strstr(f->err.text, piece))
		fail_msg("no '%s' in: %s", piece, f->err.text);
}

static void addresses_come_from_files_and_scenario(void **state)
{
	struct fixture *f = *state;

	plan(f);
	assert_true(has_address(node(f, "home"), "eth0.2", "203.0.113.56/24"));
	assert_true(has_address(node(f, "home"), "br-lan", "192.168.2.82/26"));
	assert_true(has_address(node(f, "acme"), "ethernet0_0", "7.7.7.7/24"));
	assert_true(has_address(node(f, "laptop"), "eth0", "192.168.2.100/26"));
	assert_true(has_address(node(f, "internet"), "home", "203.0.113.1/24"));
	assert_true(has_address(node(f, "internet"), "acme", "7.7.7.1/24"));
	assert_string_equal(route_to(node(f, "laptop"), "0.0.0.0/0"), "192.168.2.82");
	assert_string_equal(route_to(node(f, "home"), "0.0.0.0/0"), "203.0.113.1");
}

static void internet_knows_public_networks_only(void **state)
{
	struct fixture *f = *state;

	plan(f);
	assert_string_equal(route_to(node(f, "internet"), "66.77.88.192/26"), "7.7.7.7");
	assert_string_equal(route_to(node(f, "internet"), "10.1.2.0/24"), "none");
	assert_string_equal(route_to(node(f, "internet"), "0.0.0.0/0"), "none");
}

static void internet_links_are_captured_outside_the_gateways(void **state)
{
	struct fixture *f = *state;
	const struct plan_link *wan;

	plan(f);
	wan = link_of(f, "home-wan");
	assert_true(wan->is_internet);
	assert_int_equal(wan->capture_end, 0);
	assert_string_equal(f->plan->nodes.items[wan->nodes[0]].name, "internet");
	assert_false(link_of(f, "home-lan")->is_internet);
	assert_int_equal(link_of(f, "home-lan")->capture_end, 1);
}

static void sites_of_one_provider_share_a_switch(void **state)
{
	struct fixture *f = *state;

	f->scenario.sites.items[0].wan.prefix = prefix("7.7.7.99/24");
	host_add(f, -1, "public", "7.7.7.200");
	plan(f);
	assert_int_equal(node(f, "provider")->role, NODE_SWITCH);
	assert_int_equal(node(f, "provider")->interfaces.count, 4);
	assert_int_equal(node(f, "internet")->addresses.count, 1);
	assert_string_equal(route_to(node(f, "home"), "0.0.0.0/0"), "7.7.7.1");
}

static void nat_before_a_site_hides_it(void **state)
{
	struct fixture *f = *state;

	f->scenario.sites.items[0].is_behind_nat = true;
	plan(f);
	assert_true(has_address(node(f, "home-nat"), "inside", "203.0.113.1/24"));
	assert_true(has_address(node(f, "home-nat"), "outside", "192.0.2.10/24"));
	assert_true(has_address(node(f, "home"), "eth0.2", "203.0.113.56/24"));
	assert_non_null(strstr(node(f, "home-nat")->iptables, "-j MASQUERADE"));
	assert_non_null(strstr(node(f, "home-nat")->iptables,
			       "--dport 4500 -m comment --comment \"IKE to the site\" -j "
			       "DNAT --to-destination 203.0.113.56"));
	assert_string_equal(route_to(node(f, "internet"), "203.0.113.0/24"), "none");
}

static void host_off_every_lan_is_refused(void **state)
{
	struct fixture *f = *state;

	host_add(f, 1, "lab", "10.1.3.5");
	refused(f, "scenario.yml:20: host lab: 10.1.3.5 is in no network behind acme, "
		   "whose files have 10.1.2.0/24, 66.77.88.192/26");
}

static void gateway_that_no_file_names_is_no_sites_own_address(void **state)
{
	struct fixture *f = *state;
	struct scenario_site *home = &f->scenario.sites.items[0];
	struct scenario_site *acme = &f->scenario.sites.items[1];
	const struct plan_node *internet;

	home->gateway.family = acme->gateway.family = 0;
	home->wan.prefix = prefix("7.7.7.1/24");
	acme->site->routes.count = 0;
	site_wan(acme->site)->addresses.items[0].prefix = prefix("7.7.7.2/24");
	plan(f);
	internet = node(f, "internet");
	vec_foreach (address, &internet->addresses) {
		assert_string_not_equal(inet_addr_text(&address->prefix.addr).s,
					"7.7.7.1");
		assert_string_not_equal(inet_addr_text(&address->prefix.addr).s,
					"7.7.7.2");
	}
}

static void two_of_one_address_are_refused(void **state)
{
	struct fixture *f = *state;

	host_add(f, 1, "twin", "10.1.2.42");
	refused(f, "host twin: 10.1.2.42 is taken by host hobbit");
	f->scenario.sites.items[1].hosts.count--;
	host_add(f, 1, "router", "10.1.2.1");
	refused(f, "host router: 10.1.2.1 is the router's own address");
	f->scenario.sites.items[1].hosts.count--;
	host_add(f, -1, "other", "7.7.7.7");
	refused(f, "acme and other have the same address 7.7.7.7");
}

static void site_without_wan_address_is_refused(void **state)
{
	struct fixture *f = *state;

	f->scenario.sites.items[0].wan.prefix.addr.family = 0;
	refused(f, "home: its files do not say the WAN address");
}

static void gateway_off_the_wan_is_refused(void **state)
{
	struct fixture *f = *state;

	f->scenario.sites.items[0].gateway = prefix("198.51.100.1").addr;
	refused(f, "home: its gateway 198.51.100.1 is not in the network");
}

static void host_with_another_gateway_keeps_it(void **state)
{
	struct fixture *f = *state;

	f->scenario.sites.items[1].hosts.items[0].gateway = prefix("10.1.2.254").addr;
	plan(f);
	assert_string_equal(route_to(node(f, "hobbit"), "0.0.0.0/0"), "10.1.2.254");
}

static size_t routes_to(const struct plan_node *of, const char *destination)
{
	const struct inet_prefix wanted = prefix(destination);
	size_t count = 0;

	vec_foreach (route, &of->routes)
		count += inet_prefix_equal(&route->destination, &wanted);
	return count;
}

static void route_add(struct site *site, const char *destination, const char *gateway,
		      const char *interface)
{
	struct site_route *route = vec_push(site->arena, &site->routes);

	route->destination = prefix(destination);
	if (gateway)
		route->gateway = prefix(gateway).addr;
	route->interface = interface;
}

static void routes_that_a_kernel_refuses_are_left_out(void **state)
{
	struct fixture *f = *state;
	struct site *site = f->scenario.sites.items[1].site;

	route_add(site, "10.50.0.0/16", "10.1.2.9", NULL);
	route_add(site, "10.50.0.0/16", "10.1.2.9", NULL);
	route_add(site, "10.51.0.0/16", "10.1.2.1", NULL);
	route_add(site, "10.52.0.0/16", "192.0.2.1", NULL);
	route_add(site, "10.1.2.0/24", NULL, "ethernet0/1");
	route_add(site, "10.53.0.0/16", NULL, "ethernet0/1");
	plan(f);
	assert_int_equal(routes_to(node(f, "acme"), "10.50.0.0/16"), 1);
	assert_int_equal(routes_to(node(f, "acme"), "10.51.0.0/16"), 0);
	assert_int_equal(routes_to(node(f, "acme"), "10.52.0.0/16"), 0);
	assert_int_equal(routes_to(node(f, "acme"), "10.1.2.0/24"), 0);
	assert_int_equal(routes_to(node(f, "acme"), "10.53.0.0/16"), 1);
}

static void odd_addresses_do_not_reach_the_kernel(void **state)
{
	struct fixture *f = *state;
	struct site *site = f->scenario.sites.items[1].site;
	struct site_interface *trust = &site->interfaces.items[1];

	vec_push(site->arena, &trust->addresses)->prefix = prefix("10.1.2.1/24");
	vec_push(site->arena, &trust->addresses)->prefix = prefix("224.0.0.5/24");
	vec_push(site->arena, &trust->addresses)->prefix = prefix("0.0.0.0/8");
	vec_push(site->arena, &trust->addresses)->prefix = prefix("10.9.9.9/0");
	plan(f);
	assert_int_equal(node(f, "acme")->addresses.count, 3);
}

static void long_and_odd_names_become_linux_names(void **state)
{
	struct fixture *f = *state;
	struct site *site = f->scenario.sites.items[1].site;

	interface_add(site, "ge-0/0/15.4094-long", NULL, ADDRESS_STATIC, "10.9.0.1/24");
	interface_add(site, "ge-0/0/15.4094-lost", NULL, ADDRESS_STATIC, "10.8.0.1/24");
	interface_add(site, "a b;c", NULL, ADDRESS_STATIC, "10.7.0.1/24");
	plan(f);
	vec_foreach (one, &node(f, "acme")->interfaces) {
		assert_true(strlen(one->name) <= 15);
		assert_null(strpbrk(one->name, "/ :"));
		vec_foreach (other, &node(f, "acme")->interfaces)
			assert_true(one == other || strcmp(one->name, other->name) != 0);
	}
}

static void two_networks_on_one_device_share_a_port(void **state)
{
	struct fixture *f = *state;

	interface_add(f->scenario.sites.items[0].site, "iot", "br-lan", ADDRESS_STATIC,
		      "192.168.9.1/24");
	interface_add(f->scenario.sites.items[0].site, "alias", "@lan", ADDRESS_STATIC,
		      "192.168.8.1/24");
	plan(f);
	assert_true(has_address(node(f, "home"), "br-lan", "192.168.9.1/24"));
	assert_true(has_address(node(f, "home"), "br-lan", "192.168.8.1/24"));
	assert_int_equal(node(f, "home")->interfaces.count, 2);
}

static void lan_without_address_gets_the_first(void **state)
{
	struct fixture *f = *state;
	struct scenario_site *home = &f->scenario.sites.items[0];

	home->site->interfaces.items[1].addresses.items[0].prefix =
		prefix("192.168.2.64/26");
	plan(f);
	assert_true(has_address(node(f, "home"), "br-lan", "192.168.2.65/26"));
	plan_free(steal(&f->plan));
	home->router_lan = prefix("192.168.2.82/26");
	plan(f);
	assert_true(has_address(node(f, "home"), "br-lan", "192.168.2.82/26"));
}

static void names_make_dns_servers(void **state)
{
	struct fixture *f = *state;
	struct scenario_host *hobbit = &f->scenario.sites.items[1].hosts.items[0];
	struct site *home = f->scenario.sites.items[0].site;
	struct dns_forward *forward = vec_push(home->arena, &home->dns.forwards);
	struct dhcp_network *network = vec_push(home->arena, &home->dns.dhcp);

	vec_add(f->scenario.arena, &hobbit->names,
		((struct dns_record){ .name = "hobbit.acme.inc", .addr = hobbit->addr }));
	f->scenario.sites.items[0].dns_name = "home.dyndns.org";
	home->dns.is_served = true;
	home->dns.rebind_protection.on = true;
	forward->domain = "acme.inc";
	forward->server = prefix("10.1.2.250").addr;
	forward->source = prefix("192.168.2.82").addr;
	vec_push(home->arena, &home->dns.raw)->s = "conf-file=/etc/shadow";
	vec_push(home->arena, &home->dns.raw)->s = "bogus-priv";
	vec_push(home->arena, &home->dns.rebind_domains)->s = "acme.inc\nuser=x";
	vec_push(home->arena, &home->dns.rebind_domains)->s = "/acme.inc\nuser=x/";
	vec_push(home->arena, &home->dns.rebind_domains)->s = "/acme.inc/";
	vec_push(home->arena, &home->dns.raw)->s = "expand-hosts";
	home->dns.local_domain.s = "lan";
	vec_add(home->arena, &home->dns.records,
		((struct dns_record){ .name = "printer", .addr = hobbit->addr }));
	vec_push(home->arena, &network->domains)->s = "lan";
	vec_push(home->arena, &network->domains)->s = "acme.inc";
	network->interface = "lan";
	plan(f);
	assert_non_null(strstr(node(f, "home")->dnsmasq,
			       "\nhost-record=printer.lan,printer,10.1.2.42\n"));
	assert_non_null(strstr(node(f, "laptop")->files.items[0].text,
			       "\nsearch lan acme.inc\n"));
	assert_non_null(strstr(node(f, "hobbit")->dnsmasq,
			       "host-record=hobbit.acme.inc,10.1.2.42\n"));
	assert_non_null(strstr(node(f, "home")->dnsmasq,
			       "\nserver=/acme.inc/10.1.2.250@192.168.2.82\n"));
	assert_non_null(strstr(node(f, "home")->dnsmasq, "\nstop-dns-rebind\n"));
	assert_non_null(strstr(node(f, "home")->dnsmasq, "\nbogus-priv\n"));
	assert_null(strstr(node(f, "home")->dnsmasq, "\nconf-file"));
	assert_null(strstr(node(f, "home")->dnsmasq, "user=x"));
	assert_non_null(
		strstr(node(f, "home")->dnsmasq, "rebind-domain-ok=/acme.inc/\n"));
	/* 203.0.113.56 is for documentation and stands for a public address. */
	assert_non_null(
		strstr(node(f, "home")->dnsmasq, "rebind-domain-ok=/home.dyndns.org/\n"));
	assert_non_null(strstr(node(f, "internet")->dnsmasq, "\nlocal-ttl=1\n"));
	assert_int_equal(node(f, "internet")->names.count, 1);
	assert_string_equal(node(f, "internet")->names.items[0].name, "home.dyndns.org");
	assert_string_equal(inet_addr_text(&node(f, "internet")->names.items[0].addr).s,
			    "203.0.113.56");
	assert_non_null(strstr(node(f, "laptop")->files.items[0].text,
			       "nameserver 192.168.2.82\n"));
}

static void mtu_hole_is_at_the_provider(void **state)
{
	struct fixture *f = *state;
	struct scenario_impairment *hole =
		vec_push(f->scenario.arena, &f->scenario.impairments);

	hole->site = "home";
	hole->mtu = 1400;
	plan(f);
	assert_int_equal(node(f, "internet")->interfaces.items[0].mtu, 1400);
	assert_int_equal(node(f, "home")->interfaces.items[0].mtu, 0);
	assert_non_null(strstr(node(f, "internet")->iptables, "fragmentation-needed"));
}

static void default_route_of_a_tunnel_is_no_inner_network(void **state)
{
	struct fixture *f = *state;
	struct site *site = f->scenario.sites.items[1].site;
	struct tunnel *tunnel = vec_push(site->arena, &site->tunnels);
	struct child *child = vec_push(site->arena, &tunnel->children);

	vec_push(site->arena, &child->selectors)->local = prefix("0.0.0.0/0");
	vec_push(site->arena, &child->selectors)->local = prefix("10.1.2.0/25");
	vec_push(site->arena, &child->selectors)->local = prefix("172.16.0.0/16");
	plan(f);
	assert_int_equal(f->plan->inner[1].count, 3);
	assert_string_equal(inet_prefix_text(&f->plan->inner[1].items[2]).s,
			    "172.16.0.0/16");
}

/* The device runs each in a shell of its own: "exit 0" of one does not end the next. */
static void scripts_are_kept_apart_by_file(void **state)
{
	static const struct firewall_line lines[] = {
		{ "iptables -A INPUT -j ACCEPT", { .file = "etc/plain.sh", .line = 3 } },
		{ "exit 0", { .file = "etc/plain.sh", .line = 4 } },
		{ "NET=$(cat /etc/net)", { .file = "etc/shell.sh", .line = 1 } },
		{ "iptables -A INPUT -s $NET -j DROP",
		  { .file = "etc/shell.sh", .line = 2 } },
		{ "iptables -A INPUT -j DROP", { .file = "etc/last.sh", .line = 1 } },
	};
	_cleanup_buf_ struct buf text = { 0 };
	struct fixture *f = *state;
	struct site *home = f->scenario.sites.items[0].site;
	const struct plan_node *router;

	home->firewall = FIREWALL_FW3;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		vec_add(home->arena, &home->firewall_user, lines[i]);
	plan(f);
	router = node(f, "home");
	assert_int_equal(router->scripts.count, 3);
	assert_string_equal(router->scripts.items[0].file, "etc/plain.sh");
	assert_true(router->scripts.items[0].is_rules);
	assert_false(router->scripts.items[1].is_rules);
	/* Its rules come behind what the shell before it does. */
	assert_false(router->scripts.items[2].is_rules);
	assert_int_equal(router->scripts.items[1].lines.count, 2);
	assert_int_equal(router->scripts.items[2].lines.items[0].at.line, 1);
	assert_null(strstr(router->iptables, "-A INPUT -j DROP"));
	plan_text(f->plan, true, &text);
	assert_non_null(strstr(buf_text(&text), "\tetc/shell.sh, run by a shell:\n"));
	assert_null(strstr(buf_text(&text), "etc/plain.sh, run"));
}

static void plan_can_be_read(void **state)
{
	_cleanup_buf_ struct buf text = { 0 };
	struct fixture *f = *state;

	plan(f);
	plan_text(f->plan, true, &text);
	assert_non_null(strstr(buf_text(&text), "acme: gateway of acme\n"));
	assert_non_null(strstr(buf_text(&text),
			       "never in clear on the Internet, home: 192.168.2.64/26"));
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	static const struct CMUnitTest claims[] = {
		CLAIM(addresses_come_from_files_and_scenario),
		CLAIM(internet_knows_public_networks_only),
		CLAIM(internet_links_are_captured_outside_the_gateways),
		CLAIM(sites_of_one_provider_share_a_switch),
		CLAIM(nat_before_a_site_hides_it),
		CLAIM(host_off_every_lan_is_refused),
		CLAIM(gateway_that_no_file_names_is_no_sites_own_address),
		CLAIM(two_of_one_address_are_refused),
		CLAIM(site_without_wan_address_is_refused),
		CLAIM(gateway_off_the_wan_is_refused),
		CLAIM(host_with_another_gateway_keeps_it),
		CLAIM(routes_that_a_kernel_refuses_are_left_out),
		CLAIM(odd_addresses_do_not_reach_the_kernel),
		CLAIM(long_and_odd_names_become_linux_names),
		CLAIM(two_networks_on_one_device_share_a_port),
		CLAIM(lan_without_address_gets_the_first),
		CLAIM(names_make_dns_servers),
		CLAIM(mtu_hole_is_at_the_provider),
		CLAIM(default_route_of_a_tunnel_is_no_inner_network),
		CLAIM(scripts_are_kept_apart_by_file),
		CLAIM(plan_can_be_read),
	};

	return cmocka_run_group_tests_name("lab/plan", claims, NULL, NULL);
}
