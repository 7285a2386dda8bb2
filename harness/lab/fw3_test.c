// SPDX-License-Identifier: GPL-2.0-or-later
/* fw3_test.c - claims about OpenWrt's zones as iptables rules */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
/* clang-format off */
#include <cmocka.h>
/* clang-format on */

#include "base/cleanup.h"
#include "base/test_text.h"
#include "lab/fw3.h"
#include "lab/user_rules.h"

/* A router with lan, wan and a vpn zone that has no network. */
struct fixture {
	struct site *site;
	struct ports ports;
	struct ruleset *set;
};

static void port_add(struct fixture *f, const char *logical, const char *device,
		     const char *address)
{
	struct site_interface *interface = vec_push(f->site->arena, &f->site->interfaces);
	struct port *port;

	*interface = (struct site_interface){ .name = logical, .device = device };
	port = vec_push(f->site->arena, &f->ports.list);
	port->device = device;
	port->logical = logical;
	assert_int_equal(
		inet_prefix_parse(address,
				  &vec_push(f->site->arena, &port->addresses)->prefix),
		0);
}

static struct zone *zone_add(struct fixture *f, const char *name, const char *network,
			     unsigned int line)
{
	struct zone *zone = vec_push(f->site->arena, &f->site->zones);

	zone->name = name;
	zone->input = zone->forward = TARGET_REJECT;
	zone->output = TARGET_ACCEPT;
	zone->at = (struct origin){ .file = "etc/config/firewall", .line = line };
	if (network)
		vec_push(f->site->arena, &zone->interfaces)->s = network;
	return zone;
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct zone *wan;

	assert_non_null(f);
	f->site = site_new("home", DEVICE_OPENWRT);
	f->site->firewall = FIREWALL_FW3;
	f->site->default_forward = TARGET_REJECT;
	port_add(f, "lan", "br-lan", "192.168.2.82/26");
	port_add(f, "wan", "eth0.2", "203.0.113.56/24");
	f->ports.wan = &f->ports.list.items[1];
	f->ports.wan->is_wan = true;
	f->ports.wan_address = f->ports.wan->addresses.items[0].prefix;
	zone_add(f, "lan", "lan", 3)->forward = TARGET_ACCEPT;
	wan = zone_add(f, "wan", "wan", 10);
	wan->masq = (struct flag){ true, true, { .file = "firewall", .line = 15 } };
	zone_add(f, "vpn", NULL, 20);
	f->set = ruleset_new(f->site->arena);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	site_free(f->site);
	free(f);
	return 0;
}

static struct rule *rule_add(struct fixture *f, const char *src, const char *dest)
{
	struct rule *rule = vec_push(f->site->arena, &f->site->rules);

	rule->src_zone = src;
	rule->dest_zone = dest;
	rule->at = (struct origin){ .file = "etc/config/firewall", .line = 30 };
	return rule;
}

static void prefix_add(struct fixture *f, void *vec, const char *text, bool is_negated)
{
	VEC(struct prefix_value) *list = vec;
	struct prefix_value *value = vec_push(f->site->arena, list);

	assert_int_equal(inet_prefix_parse(text, &value->prefix), 0);
	value->is_negated = is_negated;
}

static const char *generate(struct fixture *f)
{
	fw3_generate(f->set, f->site, &f->ports);
	return ruleset_text(f->set);
}

static void zone_without_device_catches_nothing(void **state)
{
	const char *text = generate(*state);

	assert_has(text, ":zone_vpn_dest_ACCEPT - [0:0]\n");
	assert_has_not(text, "-j zone_vpn_forward");
	assert_has_not(text, "-j zone_vpn_input");
	assert_has_not(text, "-A zone_vpn_dest_ACCEPT ");
	assert_has(text, "# firewall:20: zone 'vpn' has no network, device or subnet");
}

static void forwarding_to_an_empty_zone_accepts_nothing(void **state)
{
	struct fixture *f = *state;
	struct zone_forwarding *forwarding =
		vec_push(f->site->arena, &f->site->forwardings);

	forwarding->src = "lan";
	forwarding->dest = "vpn";
	forwarding->at = (struct origin){ .file = "etc/config/firewall", .line = 40 };
	assert_has(generate(f), "-A zone_lan_forward -m comment --comment "
				"\"firewall:40 lan->vpn\" -j zone_vpn_dest_ACCEPT\n");
	assert_has_not(ruleset_text(f->set), "-A zone_vpn_dest_ACCEPT ");
}

static void exemption_comes_before_masquerade(void **state)
{
	struct fixture *f = *state;
	struct firewall_line line = {
		.text = "iptables -t nat -A postrouting_rule -d 10.1.2.0/24 -j ACCEPT",
		.at = { .file = "etc/firewall.user", .line = 4 },
	};
	const char *text;

	fw3_generate(f->set, f->site, &f->ports);
	assert_true(user_rules_add(f->set, false, &line, 1));
	text = ruleset_text(f->set);
	assert_has(text, "-A postrouting_rule -d 10.1.2.0/24 -m comment --comment "
			 "\"firewall.user:4\" -j ACCEPT\n");
	assert_before(text,
		      "-A POSTROUTING -m comment --comment \"custom rules\" -j "
		      "postrouting_rule",
		      "-A POSTROUTING -o eth0.2");
}

static void negated_masq_dest_returns_before_masquerade(void **state)
{
	struct fixture *f = *state;

	prefix_add(f, &f->site->zones.items[1].masq_dest, "10.1.2.0/24", true);
	prefix_add(f, &f->site->zones.items[1].masq_src, "192.168.2.64/26", false);
	assert_before(generate(f), "-A zone_wan_postrouting -d 10.1.2.0/24",
		      "-A zone_wan_postrouting -s 192.168.2.64/26 -m comment --comment "
		      "\"firewall:15 wan masq\" -j MASQUERADE");
}

static void masquerading_zone_drops_invalid(void **state)
{
	assert_before(generate(*state),
		      "-A zone_wan_dest_ACCEPT -o eth0.2 -m conntrack --ctstate INVALID "
		      "-m comment --comment \"Prevent NAT leakage\" -j DROP",
		      "-A zone_wan_dest_ACCEPT -o eth0.2 -m comment");
}

static void rules_come_before_forwardings_and_policies(void **state)
{
	struct fixture *f = *state;
	struct rule *rule = rule_add(f, "lan", "vpn");
	struct zone_forwarding *forwarding;

	rule->name = "Rest";
	rule->target = TARGET_REJECT;
	forwarding = vec_push(f->site->arena, &f->site->forwardings);
	forwarding->src = "lan";
	forwarding->dest = "wan";
	generate(f);
	assert_before(ruleset_text(f->set),
		      "\"firewall:30 Rest\" -j zone_vpn_dest_REJECT", "lan->wan");
	assert_before(ruleset_text(f->set), "lan->wan",
		      "\"firewall:3 lan forward\" -j zone_lan_dest_ACCEPT");
}

static void rule_without_dest_is_for_the_router(void **state)
{
	struct fixture *f = *state;
	struct rule *rule = rule_add(f, "wan", NULL);

	vec_push(f->site->arena, &rule->protocols)->s = "udp";
	vec_add(f->site->arena, &rule->dest_ports, ((struct port_range){ 500, 500 }));
	vec_add(f->site->arena, &rule->dest_ports, ((struct port_range){ 4500, 4501 }));
	generate(f);
	assert_has(ruleset_text(f->set),
		   "-A zone_wan_input -p udp -m udp --dport 500 -m comment");
	assert_has(ruleset_text(f->set), "--dport 4500:4501");
}

static void lists_make_every_combination(void **state)
{
	struct fixture *f = *state;
	struct rule *rule = rule_add(f, "lan", "wan");

	prefix_add(f, &rule->src, "192.168.2.64/26", false);
	prefix_add(f, &rule->src, "192.168.3.0/24", false);
	prefix_add(f, &rule->dest, "10.1.2.0/24", false);
	prefix_add(f, &rule->dest, "10.1.3.0/24", true);
	generate(f);
	assert_has(ruleset_text(f->set),
		   "-A zone_lan_forward -s 192.168.2.64/26 -d 10.1.2.0/24 ");
	assert_has(ruleset_text(f->set),
		   "-A zone_lan_forward -s 192.168.3.0/24 ! -d 10.1.3.0/24 ");
}

static void rule_for_a_missing_zone_is_left_out(void **state)
{
	struct fixture *f = *state;

	rule_add(f, "lan", "nowhere");
	assert_has(generate(f), "# firewall:30: there is no zone 'nowhere', left out");
	assert_has_not(ruleset_text(f->set), "zone_nowhere");
}

static void zone_by_subnet_has_jumps(void **state)
{
	struct fixture *f = *state;

	prefix_add(f, &f->site->zones.items[2].subnets, "10.1.0.0/16", false);
	f->site->zones.items[2].extra_src.s =
		"-m policy --dir in --pol ipsec --proto esp";
	f->site->zones.items[2].extra_dest.s =
		"-m policy --dir out --pol ipsec --proto esp";
	generate(f);
	assert_has(ruleset_text(f->set),
		   "-A FORWARD -s 10.1.0.0/16 -m policy --dir in --pol ipsec --proto esp "
		   "-m comment --comment \"firewall:20 zone vpn\" -j zone_vpn_forward\n");
	assert_has(ruleset_text(f->set),
		   "-A zone_vpn_dest_ACCEPT -d 10.1.0.0/16 -m policy --dir out");
}

static void fw4_has_no_custom_chains_and_no_extra(void **state)
{
	struct fixture *f = *state;
	struct rule *rule = rule_add(f, "lan", "wan");

	f->site->firewall = FIREWALL_FW4;
	rule->extra.s = "-m policy --dir out --pol ipsec";
	generate(f);
	assert_has_not(ruleset_text(f->set), "postrouting_rule");
	assert_has_not(ruleset_text(f->set), "-m policy");
	assert_has(ruleset_text(f->set), "-A srcnat_wan ");
	assert_has(ruleset_text(f->set), "-A forward_lan ");
}

static void hostile_words_cannot_write_rules(void **state)
{
	struct fixture *f = *state;
	struct rule *rule = rule_add(f, "lan", "wan");

	rule->name = "x\" -j ACCEPT\nCOMMIT\n*nat";
	rule->extra.s = "-m comment --comment \"a\nCOMMIT\n";
	zone_add(f, "a b\nCOMMIT", "lan", 50);
	generate(f);
	assert_has_not(ruleset_text(f->set), "\"a\n");
	assert_null(strstr(strstr(ruleset_text(f->set), "COMMIT\n") + 7, "*filter"));
	assert_has(ruleset_text(f->set), "unclosed quotes or control characters");
}

static void tunnel_interface_is_what_comes_in_esp(void **state)
{
	struct fixture *f = *state;
	struct site_interface *vti = vec_push(f->site->arena, &f->site->interfaces);

	*vti = (struct site_interface){ .name = "ipsec0if", .is_tunnel = true };
	vec_push(f->site->arena, &f->site->zones.items[2].interfaces)->s = "ipsec0if";
	generate(f);
	assert_has(ruleset_text(f->set), "-A FORWARD -i eth0.2 -m policy --dir in --pol "
					 "ipsec ");
	assert_has(ruleset_text(f->set), "-A FORWARD -i eth0.2 -m policy --dir in --pol "
					 "none ");
}

static void libipsec_rules_use_the_tun_device(void **state)
{
	struct fixture *f = *state;
	struct rule *rule = rule_add(f, "lan", "wan");
	const char *text;

	rule->extra.s = "-m policy --dir out --pol ipsec --proto esp";
	rule = rule_add(f, "wan", NULL);
	vec_push(f->site->arena, &rule->protocols)->s = "esp";
	rule->target = TARGET_ACCEPT;
	fw3_generate(f->set, f->site, &f->ports);
	ruleset_translate_libipsec(f->set, "eth0.2", &f->ports.wan_address.addr);
	text = ruleset_text(f->set);
	assert_has_not(text, "-m policy");
	assert_has(text, "-A zone_lan_forward -o ipsec0 -m comment");
	assert_has(text, "-A FORWARD -i ipsec0 -m comment --comment \"firewall:10 zone "
			 "wan\" -j zone_wan_forward\n");
	assert_has(text, "-A FORWARD -i eth0.2 -m comment --comment \"firewall:10 zone "
			 "wan\" -j zone_wan_forward\n");
	assert_before(text,
		      "-A zone_wan_postrouting -o ipsec0 -m comment --comment "
		      "\"firewall:15 wan masq\" -j SNAT --to-source 203.0.113.56",
		      "-A zone_wan_postrouting -m comment --comment \"firewall:15 wan "
		      "masq\" -j MASQUERADE");
	assert_has(text, "-A zone_wan_input -p udp -m udp --dport 4500 ");
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	static const struct CMUnitTest claims[] = {
		CLAIM(zone_without_device_catches_nothing),
		CLAIM(forwarding_to_an_empty_zone_accepts_nothing),
		CLAIM(exemption_comes_before_masquerade),
		CLAIM(negated_masq_dest_returns_before_masquerade),
		CLAIM(masquerading_zone_drops_invalid),
		CLAIM(rules_come_before_forwardings_and_policies),
		CLAIM(rule_without_dest_is_for_the_router),
		CLAIM(lists_make_every_combination),
		CLAIM(rule_for_a_missing_zone_is_left_out),
		CLAIM(zone_by_subnet_has_jumps),
		CLAIM(fw4_has_no_custom_chains_and_no_extra),
		CLAIM(hostile_words_cannot_write_rules),
		CLAIM(tunnel_interface_is_what_comes_in_esp),
		CLAIM(libipsec_rules_use_the_tun_device),
	};

	return cmocka_run_group_tests_name("lab/fw3", claims, NULL, NULL);
}
