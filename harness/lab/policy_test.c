// SPDX-License-Identifier: GPL-2.0-or-later
/* policy_test.c - claims about ordered policies and FRITZ!Box rules as iptables */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
/* clang-format off */
#include <cmocka.h>
/* clang-format on */

#include "base/cleanup.h"
#include "base/test_text.h"
#include "lab/policy.h"

struct fixture {
	struct site *site;
	struct ports ports;
	struct ruleset *set;
};

static void port_add(struct fixture *f, const char *device, const char *zone,
		     const char *address)
{
	struct site_interface *interface =
		arena_alloc(f->site->arena, sizeof(*interface));
	struct port *port = vec_push(f->site->arena, &f->ports.list);

	interface->name = device;
	interface->zone = zone;
	port->device = device;
	port->logical = device;
	vec_add(f->site->arena, &port->interfaces, interface);
	assert_int_equal(
		inet_prefix_parse(address,
				  &vec_push(f->site->arena, &port->addresses)->prefix),
		0);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->site = site_new("acme", DEVICE_SCREENOS);
	f->site->firewall = FIREWALL_POLICY;
	f->site->is_ike_open = true;
	f->site->default_forward = TARGET_DROP;
	port_add(f, "eth0", "Untrust", "7.7.7.7/24");
	port_add(f, "eth1", "Trust", "10.1.2.1/24");
	port_add(f, "eth2", "DMZ", "66.77.88.193/26");
	f->ports.wan = &f->ports.list.items[0];
	f->ports.wan->is_wan = true;
	f->ports.wan_address = f->ports.wan->addresses.items[0].prefix;
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

static struct rule *rule_add(struct fixture *f, const char *id, const char *from,
			     const char *to, enum verdict_target target)
{
	struct rule *rule = vec_push(f->site->arena, &f->site->rules);

	rule->id = id;
	rule->src_zone = from;
	rule->dest_zone = to;
	rule->target = target;
	rule->at = (struct origin){ .file = "fw", .line = 9 };
	return rule;
}

static void between(struct fixture *f, struct rule *rule, const char *src,
		    const char *dest)
{
	assert_int_equal(
		inet_prefix_parse(src, &vec_push(f->site->arena, &rule->src)->prefix), 0);
	assert_int_equal(
		inet_prefix_parse(dest, &vec_push(f->site->arena, &rule->dest)->prefix),
		0);
}

static const char *generate(struct fixture *f)
{
	policy_generate(f->set, f->site, &f->ports);
	return ruleset_text(f->set);
}

static void tunnel_policy_never_passes_in_clear(void **state)
{
	struct fixture *f = *state;
	const char *text;

	between(f, rule_add(f, "11", "Trust", "Untrust", TARGET_TUNNEL), "10.1.2.0/24",
		"192.168.2.64/26");
	text = generate(f);
	assert_before(text,
		      "-A policies -i eth1 -o eth0 -s 10.1.2.0/24 -d 192.168.2.64/26 -m "
		      "policy --dir out --pol ipsec -m comment --comment \"fw:9 policy "
		      "11\" -j ACCEPT",
		      "-A policies -i eth1 -o eth0 -s 10.1.2.0/24 -d 192.168.2.64/26 -m "
		      "comment --comment \"fw:9 policy 11 not in ESP\" -j DROP");
	/* Sessions that tracking knows must not outlive the tunnel either. */
	assert_before(text, "-A FORWARD -m comment --comment \"tunnel policies\"",
		      "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED");
	assert_has(text, "-A tunnel_only -o eth0 -s 10.1.2.0/24 -d 192.168.2.64/26 -m "
			 "policy --dir out --pol none");
}

/* Its route goes with the SA: the policies of where the other one leads decide. */
static void a_known_session_does_not_leave_a_routed_tunnel_in_clear(void **state)
{
	struct fixture *f = *state;
	struct tunnel *tunnel = vec_push(f->site->arena, &f->site->tunnels);
	struct child *child = vec_push(f->site->arena, &tunnel->children);
	struct selector *selector = vec_push(f->site->arena, &child->selectors);

	tunnel->bind_interface = "tunnel.1";
	assert_int_equal(inet_prefix_parse("10.1.2.0/24", &selector->local), 0);
	assert_int_equal(inet_prefix_parse("192.168.2.64/26", &selector->remote), 0);
	assert_before(generate(f),
		      "-A tunnel_only -o eth0 -s 10.1.2.0/24 -d 192.168.2.64/26 -m "
		      "policy --dir out --pol none -m comment --comment \"no longer "
		      "routed into it\" -j left_tunnel",
		      "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED");
	assert_before(
		ruleset_text(f->set),
		"-A left_tunnel -m comment --comment \"policies\" -j policies",
		"-A left_tunnel -m comment --comment \"no policy matches\" -j DROP");
}

static void tunnel_policy_takes_only_what_was_in_esp(void **state)
{
	struct fixture *f = *state;

	between(f, rule_add(f, "10", "Untrust", "Trust", TARGET_TUNNEL),
		"192.168.2.64/26", "10.1.2.0/24");
	assert_has(generate(f), "-A policies -i eth0 -o eth1 -s 192.168.2.64/26 -d "
				"10.1.2.0/24 -m policy --dir in --pol ipsec");
	assert_has(ruleset_text(f->set), "-A tunnel_only -i eth0 -s 192.168.2.64/26 -d "
					 "10.1.2.0/24 -m policy --dir in --pol none");
}

static void earlier_policy_decides_before_a_tunnel(void **state)
{
	struct fixture *f = *state;
	const char *text;

	rule_add(f, "1", "Trust", "Untrust", TARGET_ACCEPT);
	between(f, rule_add(f, "11", "Trust", "Untrust", TARGET_TUNNEL), "10.1.2.0/24",
		"192.168.2.64/26");
	text = generate(f);
	assert_before(text,
		      "-A tunnel_only -o eth0 -m comment --comment \"fw:9 policy "
		      "1\" -j RETURN",
		      "-A tunnel_only -o eth0 -s 10.1.2.0/24");
	assert_before(text, "\"fw:9 policy 1\" -j ACCEPT",
		      "\"fw:9 policy 11\" -j ACCEPT");
}

static void nothing_passes_without_a_policy(void **state)
{
	const char *text = generate(*state);

	assert_has(text, ":FORWARD DROP");
	assert_has(text, "-A FORWARD -m comment --comment \"no policy matches\" -j DROP");
	assert_has_not(text, "-A policies ");
}

static void default_permit_all_passes(void **state)
{
	struct fixture *f = *state;

	f->site->default_forward = TARGET_ACCEPT;
	assert_has(generate(f), "\"no policy matches\" -j ACCEPT");
}

static void closed_device_does_not_answer_ike(void **state)
{
	struct fixture *f = *state;

	f->site->is_ike_open = false;
	assert_has_not(generate(f), "--dport 500");
}

static void source_nat_spares_tunnel_policies(void **state)
{
	struct fixture *f = *state;

	between(f, rule_add(f, "11", "Trust", "Untrust", TARGET_TUNNEL), "10.1.2.0/24",
		"192.168.2.64/26");
	rule_add(f, "1", "Trust", "Untrust", TARGET_ACCEPT)->is_source_nat = true;
	assert_before(generate(f),
		      "-A source_nat -o eth0 -s 10.1.2.0/24 -d 192.168.2.64/26",
		      "-A source_nat -o eth0 -s 10.1.2.0/24 -m comment --comment \"fw:9 "
		      "policy 1\" -j MASQUERADE");
}

static void nat_mode_spares_tunnels(void **state)
{
	struct fixture *f = *state;
	struct zone *trust = vec_push(f->site->arena, &f->site->zones);

	trust->name = "Trust";
	trust->is_nat_mode = true;
	assert_has(generate(f),
		   "-A POSTROUTING -o eth0 -s 10.1.2.0/24 -m policy --dir out "
		   "--pol none -m comment --comment \"interface in NAT "
		   "mode, zone Trust\" -j MASQUERADE");
}

static void junos_off_rule_comes_in_its_place(void **state)
{
	struct fixture *f = *state;
	struct nat_rule *off, *all;

	f->site->kind = DEVICE_JUNOS;
	off = vec_push(f->site->arena, &f->site->nat);
	off->kind = NAT_EXEMPT;
	off->src_zone = "Trust";
	off->dest_zone = "Untrust";
	assert_int_equal(inet_prefix_parse("192.168.2.64/26",
					   &vec_push(f->site->arena, &off->dest)->prefix),
			 0);
	all = vec_push(f->site->arena, &f->site->nat);
	all->kind = NAT_SOURCE;
	all->src_zone = "Trust";
	all->dest_zone = "Untrust";
	assert_before(generate(f),
		      "-A source_nat -o eth0 -s 10.1.2.0/24 -d "
		      "192.168.2.64/26 -m comment --comment \"built in nat\" "
		      "-j ACCEPT",
		      "-j MASQUERADE");
	assert_has_not(ruleset_text(f->set), "intrazone");
}

static void mapped_address_is_matched_after_translation(void **state)
{
	struct fixture *f = *state;
	struct nat_rule *mip = vec_push(f->site->arena, &f->site->nat);

	mip->kind = NAT_NETMAP;
	mip->src_zone = "Untrust";
	assert_int_equal(inet_prefix_parse("10.1.2.42/32", &mip->to), 0);
	assert_int_equal(inet_prefix_parse("7.7.7.42/32",
					   &vec_push(f->site->arena, &mip->dest)->prefix),
			 0);
	between(f, rule_add(f, "3", "Untrust", "Trust", TARGET_ACCEPT), "0.0.0.0/0",
		"7.7.7.42/32");
	assert_has(generate(f), "-A policies -i eth0 -o eth1 -d 10.1.2.42/32");
	assert_has(ruleset_text(f->set), "-A PREROUTING -i eth0 -d 7.7.7.42/32 -m "
					 "comment --comment \"built in nat\" -j NETMAP "
					 "--to 10.1.2.42/32");
}

/* ScreenOS asks by the MIP, Junos by what static NAT has made of it. */
static void which_address_a_policy_names_is_the_devices_word(void **state)
{
	static const struct {
		enum device_kind kind;
		const char *named, *expected;
	} cases[] = {
		{ DEVICE_SCREENOS, "7.7.7.42/32", "-o eth1 -d 10.1.2.42/32 -m comment" },
		{ DEVICE_SCREENOS, "10.1.2.0/24",
		  "-o eth1 -d 10.1.2.0/24 -m conntrack ! --ctstate DNAT" },
		{ DEVICE_JUNOS, "7.7.7.42/32", "-o eth1 -d 7.7.7.42/32 -m comment" },
		{ DEVICE_JUNOS, "10.1.2.0/24", "-o eth1 -d 10.1.2.0/24 -m comment" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct fixture *f;
		struct nat_rule *map;
		void *own = NULL;

		setup(&own);
		f = own;
		f->site->kind = cases[i].kind;
		map = vec_push(f->site->arena, &f->site->nat);
		map->kind = NAT_NETMAP;
		map->src_zone = "Untrust";
		assert_int_equal(inet_prefix_parse("10.1.2.42/32", &map->to), 0);
		assert_int_equal(
			inet_prefix_parse("7.7.7.42/32",
					  &vec_push(f->site->arena, &map->dest)->prefix),
			0);
		between(f, rule_add(f, "3", "Untrust", "Trust", TARGET_ACCEPT),
			"0.0.0.0/0", cases[i].named);
		assert_has(generate(f), cases[i].expected);
		teardown(&own);
	}
}

/* What goes to the Internet by the same zone keeps its address. */
static void a_mip_of_a_tunnels_interface_holds_there_alone(void **state)
{
	struct fixture *f = *state;
	struct site_interface *own = vec_push(f->site->arena, &f->site->interfaces);
	struct tunnel *tunnel = vec_push(f->site->arena, &f->site->tunnels);
	struct child *child = vec_push(f->site->arena, &tunnel->children);
	struct selector *pair = vec_push(f->site->arena, &child->selectors);
	struct nat_rule *mip = vec_push(f->site->arena, &f->site->nat);

	*own = (struct site_interface){ .name = "tunnel.1",
					.zone = "Untrust",
					.is_tunnel = true };
	tunnel->bind_interface = "tunnel.1";
	assert_int_equal(inet_prefix_parse("192.168.2.64/26", &pair->remote), 0);
	*mip = (struct nat_rule){ .kind = NAT_NETMAP,
				  .src_zone = "Untrust",
				  .interface = "tunnel.1" };
	assert_int_equal(inet_prefix_parse("10.1.2.42/32", &mip->to), 0);
	assert_int_equal(inet_prefix_parse("10.9.9.42/32",
					   &vec_push(f->site->arena, &mip->dest)->prefix),
			 0);
	assert_has(generate(f), "-A source_nat -o eth0 -d 192.168.2.64/26 -s 10.1.2.42");
	assert_has(ruleset_text(f->set),
		   "-A PREROUTING -i eth0 -s 192.168.2.64/26 -m policy --dir in --pol "
		   "ipsec -d 10.9.9.42/32");
	assert_has_not(ruleset_text(f->set), "--pol none -s 10.1.2.42/32");
}

static void route_based_tunnel_is_its_zone(void **state)
{
	struct fixture *f = *state;
	struct site_interface *st0 = vec_push(f->site->arena, &f->site->interfaces);
	struct tunnel *tunnel = vec_push(f->site->arena, &f->site->tunnels);
	struct child *child = vec_push(f->site->arena, &tunnel->children);
	struct selector *pair = vec_push(f->site->arena, &child->selectors);

	*st0 = (struct site_interface){ .name = "st0.0",
					.zone = "vpn",
					.is_tunnel = true };
	tunnel->bind_interface = "st0.0";
	assert_int_equal(inet_prefix_parse("192.168.2.64/26", &pair->remote), 0);
	rule_add(f, "5", "Trust", "vpn", TARGET_ACCEPT);
	rule_add(f, "6", "Trust", "Untrust", TARGET_ACCEPT);
	assert_has(generate(f),
		   "-A policies -i eth1 -o eth0 -d 192.168.2.64/26 -m policy "
		   "--dir out --pol ipsec -m comment");
	assert_has(ruleset_text(f->set),
		   "-A policies -i eth1 -o eth0 -m policy --dir out --pol none -m "
		   "comment --comment \"fw:9 policy 6\" -j ACCEPT");
}

static void a_policy_with_networks_meets_the_tunnels_network_once(void **state)
{
	struct fixture *f = *state;
	struct site_interface *st0 = vec_push(f->site->arena, &f->site->interfaces);
	struct tunnel *tunnel = vec_push(f->site->arena, &f->site->tunnels);
	struct child *child = vec_push(f->site->arena, &tunnel->children);
	struct selector *pair = vec_push(f->site->arena, &child->selectors);

	*st0 = (struct site_interface){ .name = "st0.0",
					.zone = "vpn",
					.is_tunnel = true };
	tunnel->bind_interface = "st0.0";
	assert_int_equal(inet_prefix_parse("192.168.2.64/26", &pair->remote), 0);
	between(f, rule_add(f, "5", "Trust", "vpn", TARGET_ACCEPT), "10.1.2.0/24",
		"192.168.0.0/16");
	between(f, rule_add(f, "6", "Trust", "vpn", TARGET_ACCEPT), "10.1.2.0/24",
		"192.168.2.80/32");
	between(f, rule_add(f, "7", "Trust", "vpn", TARGET_ACCEPT), "10.1.2.0/24",
		"172.16.0.0/16");
	assert_has(generate(f), "-d 192.168.2.64/26 -m policy --dir out --pol ipsec -s "
				"10.1.2.0/24 -m comment --comment \"fw:9 policy 5\"");
	assert_has(ruleset_text(f->set), "--pol ipsec -s 10.1.2.0/24 -d 192.168.2.80");
	assert_has_not(ruleset_text(f->set), "policy 7");
	assert_has_not(ruleset_text(f->set), "-d 192.168.0.0/16");
}

static void policy_of_an_empty_zone_catches_nothing(void **state)
{
	struct fixture *f = *state;

	rule_add(f, "7", "Nowhere", "Trust", TARGET_ACCEPT);
	assert_has(generate(f), "# fw:9: no interface is in zone 'Nowhere'");
	assert_has_not(ruleset_text(f->set), "-A policies ");
}

static void fritzbox_translates_all_but_the_tunnel(void **state)
{
	struct fixture *f = *state;
	struct rule *rule = rule_add(f, NULL, "*", "*", TARGET_TUNNEL);

	assert_int_equal(
		inet_prefix_parse("192.168.1.0/24",
				  &vec_push(f->site->arena, &rule->dest)->prefix),
		0);
	access_list_generate(f->set, f->site, &f->ports);
	assert_before(
		ruleset_text(f->set),
		"-A POSTROUTING -o eth0 -m policy --dir out --pol ipsec -m comment "
		"--comment \"no NAT into the tunnel\" -j ACCEPT",
		"-A POSTROUTING -o eth0 -m comment --comment \"NAT\" -j MASQUERADE");
	assert_before(ruleset_text(f->set),
		      "-A accesslist -o eth0 -d 192.168.1.0/24 -m policy --dir out --pol "
		      "ipsec -m comment --comment \"fw:9 accesslist\" -j ACCEPT",
		      "\"not in the accesslist\" -j DROP");
	assert_has_not(ruleset_text(f->set), "-A FORWARD -i eth0 -m comment");
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	static const struct CMUnitTest claims[] = {
		CLAIM(tunnel_policy_never_passes_in_clear),
		CLAIM(a_known_session_does_not_leave_a_routed_tunnel_in_clear),
		CLAIM(tunnel_policy_takes_only_what_was_in_esp),
		CLAIM(earlier_policy_decides_before_a_tunnel),
		CLAIM(nothing_passes_without_a_policy),
		CLAIM(default_permit_all_passes),
		CLAIM(closed_device_does_not_answer_ike),
		CLAIM(source_nat_spares_tunnel_policies),
		CLAIM(nat_mode_spares_tunnels),
		CLAIM(junos_off_rule_comes_in_its_place),
		CLAIM(mapped_address_is_matched_after_translation),
		CLAIM(which_address_a_policy_names_is_the_devices_word),
		CLAIM(a_mip_of_a_tunnels_interface_holds_there_alone),
		CLAIM(route_based_tunnel_is_its_zone),
		CLAIM(a_policy_with_networks_meets_the_tunnels_network_once),
		CLAIM(policy_of_an_empty_zone_catches_nothing),
		CLAIM(fritzbox_translates_all_but_the_tunnel),
	};

	return cmocka_run_group_tests_name("lab/policy", claims, NULL, NULL);
}
