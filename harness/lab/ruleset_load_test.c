// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ruleset_load_test.c - whatever the generators write, iptables takes it
 *
 * Every kind of firewall, with everything that a device's file can ask for, is loaded by
 * each iptables that works here, in a world of its own; skips aloud where user namespaces
 * are not allowed.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
/* clang-format off */
#include <cmocka.h>
/* clang-format on */

#include "base/cleanup.h"
#include "base/err.h"
#include "base/test_skip.h"
#include "lab/fw3.h"
#include "lab/policy.h"
#include "lab/user_rules.h"
#include "netns/firewall.h"
#include "netns/node.h"
#include "netns/test_world.h"

#define KINDS	 4
#define VARIANTS (KINDS * 2) /* for kernel ESP, for libipsec */
#define BACKENDS 2

static const char *const kinds[KINDS] = { "fw3", "fw4", "policy", "fritz" };

struct told {
	int rc[VARIANTS][BACKENDS];
	size_t rules[VARIANTS];
	struct err err[VARIANTS][BACKENDS];
	bool is_usable[BACKENDS];
};

static struct told *told;
static const char *missing; /* the capability; NULL: none */

/* ------------------------------------------------------------ a site that has it all */

static void add_prefix(struct site *site, void *vec, const char *text, bool is_negated)
{
	VEC(struct prefix_value) *list = vec;
	struct prefix_value *value = vec_push(site->arena, list);

	(void)inet_prefix_parse(text, &value->prefix);
	value->is_negated = is_negated;
}

static void add_port(struct site *site, struct ports *ports, const char *device,
		     const char *zone, const char *address)
{
	struct site_interface *interface = arena_alloc(site->arena, sizeof(*interface));
	struct port *port = vec_push(site->arena, &ports->list);

	interface->name = device;
	interface->zone = zone;
	port->device = port->logical = device;
	vec_add(site->arena, &port->interfaces, interface);
	(void)inet_prefix_parse(address,
				&vec_push(site->arena, &port->addresses)->prefix);
}

static struct zone *add_zone(struct site *site, const char *name, const char *member)
{
	struct zone *zone = vec_push(site->arena, &site->zones);

	zone->name = name;
	zone->input = TARGET_REJECT;
	zone->forward = TARGET_DROP;
	zone->mtu_fix.on = zone->masq.on = true;
	if (member)
		vec_push(site->arena, &zone->interfaces)->s = member;
	return zone;
}

static struct rule *add_rule(struct site *site, const char *src, const char *dest,
			     const char *protocol)
{
	struct rule *rule = vec_push(site->arena, &site->rules);

	rule->src_zone = src;
	rule->dest_zone = dest;
	rule->name = "it's a \"rule\"\n\\ with ; odd % name äöü";
	if (protocol)
		vec_push(site->arena, &rule->protocols)->s = protocol;
	return rule;
}

static void add_nat(struct site *site, enum nat_kind kind, const char *to, uint16_t port)
{
	struct nat_rule *rule = vec_push(site->arena, &site->nat);

	rule->kind = kind;
	rule->src_zone = kind == NAT_DESTINATION || kind == NAT_NETMAP ? "wan" : "lan";
	rule->dest_zone = kind == NAT_DESTINATION || kind == NAT_NETMAP ? NULL : "wan";
	rule->to_port = port;
	if (to)
		(void)inet_prefix_parse(to, &rule->to);
	if (port) {
		vec_push(site->arena, &rule->protocols)->s = "tcp";
		vec_add(site->arena, &rule->dest_ports,
			((struct port_range){ 8000, 8010 }));
	}
	add_prefix(site, &rule->dest, "198.51.100.7", false);
}

static void add_rules(struct site *site)
{
	static const char *const protocols[] = { NULL,	 "tcp",	 "udp",	     "tcpudp",
						 "icmp", "esp",	 "ah",	     "47",
						 "all",	 "sctp", "ipv6-icmp" };
	static const char *const icmp[] = { "echo-request", "3/4", "time-exceeded",
					    "packet-too-big", "0" };
	struct rule *rule;

	for (size_t i = 0; i < ARRAY_SIZE(protocols); i++) {
		rule = add_rule(site, "lan", "wan", protocols[i]);
		rule->target = (enum verdict_target)(i % (TARGET_TUNNEL + 1));
		add_prefix(site, &rule->src, "192.168.2.64/26", i % 2);
		add_prefix(site, &rule->dest, "10.1.2.0/24", false);
		add_prefix(site, &rule->dest, "0.0.0.0/0", false);
		rule = add_rule(site, i % 2 ? "wan" : "*", i % 3 ? NULL : "lan",
				protocols[i]);
		vec_add(site->arena, &rule->dest_ports, ((struct port_range){ 53, 53 }));
		vec_add(site->arena, &rule->dest_ports,
			((struct port_range){ 0, 65535 }));
		vec_add(site->arena, &rule->src_ports,
			((struct port_range){ 1024, 65535 }));
	}
	rule = add_rule(site, "wan", NULL, "icmp");
	for (size_t i = 0; i < ARRAY_SIZE(icmp); i++)
		vec_push(site->arena, &rule->icmp_types)->s = icmp[i];
	rule = add_rule(site, "lan", "wan", NULL);
	rule->extra.s = "-m policy --dir out --pol ipsec --proto esp";
	rule = add_rule(site, "lan", "wan", "tcp");
	rule->target = TARGET_TUNNEL;
	rule->is_source_nat = true;
}

static struct site *site_with_all(enum firewall_kind kind, struct ports *ports)
{
	struct site *site = site_new("all", DEVICE_SCREENOS);
	struct zone *zone;
	struct zone_forwarding *forwarding;

	site->firewall = kind;
	site->is_ike_open = site->syn_flood.on = site->drop_invalid.on = true;
	site->default_input = TARGET_REJECT;
	add_port(site, ports, "eth0.2", "wan", "203.0.113.56/24");
	add_port(site, ports, "br-lan", "lan", "192.168.2.82/26");
	ports->wan = &ports->list.items[0];
	ports->wan->is_wan = true;
	ports->wan_address = ports->wan->addresses.items[0].prefix;
	zone = add_zone(site, "wan", "eth0.2");
	add_prefix(site, &zone->masq_src, "192.168.2.0/24", false);
	add_prefix(site, &zone->masq_dest, "10.1.2.0/24", true);
	zone = add_zone(site, "lan", "br-lan");
	zone->is_nat_mode = true;
	vec_push(site->arena, &zone->devices)->s = "tun+";
	zone = add_zone(site, "vpn", NULL);
	add_prefix(site, &zone->subnets, "10.0.0.0/8", false);
	add_prefix(site, &zone->subnets, "172.16.0.0/12", true);
	zone->extra_src.s = "-m policy --dir in --pol ipsec --proto esp";
	zone->extra_dest.s = "-m policy --dir out --pol ipsec --proto esp";
	add_zone(site, "emptyzone11", NULL);
	forwarding = vec_push(site->arena, &site->forwardings);
	forwarding->src = "lan";
	forwarding->dest = "*";
	add_rules(site);
	add_nat(site, NAT_EXEMPT, NULL, 0);
	add_nat(site, NAT_SOURCE, NULL, 0);
	add_nat(site, NAT_SOURCE, "203.0.113.57", 0);
	add_nat(site, NAT_SOURCE, "203.0.113.64/28", 0);
	add_nat(site, NAT_DESTINATION, "192.168.2.100", 80);
	add_nat(site, NAT_DESTINATION, NULL, 8080);
	add_nat(site, NAT_NETMAP, "192.168.2.101/32", 0);
	return site;
}

static const char *generate(unsigned int variant, struct arena *arena, size_t *ret_count)
{
	static const enum firewall_kind firewalls[KINDS] = { FIREWALL_FW3, FIREWALL_FW4,
							     FIREWALL_POLICY,
							     FIREWALL_ACCESS_LIST };
	struct firewall_line line = {
		"iptables -t nat -I POSTROUTING -o eth0.2 -d 10.9.0.0/16 -j ACCEPT",
		{ "firewall.user", 1, NULL }
	};
	struct ports ports = { 0 };
	_cleanup_(site_freep) struct site *site =
		site_with_all(firewalls[variant / 2], &ports);
	struct ruleset *set = ruleset_new(arena);

	switch (site->firewall) {
	case FIREWALL_FW3:
	case FIREWALL_FW4:
		fw3_generate(set, site, &ports);
		break;
	case FIREWALL_POLICY:
		policy_generate(set, site, &ports);
		break;
	case FIREWALL_ACCESS_LIST:
		access_list_generate(set, site, &ports);
		break;
	case FIREWALL_OPEN:
		break;
	}
	(void)user_rules_add(set, site->firewall == FIREWALL_FW4, &line, 1);
	if (variant % 2)
		ruleset_translate_libipsec(set, "eth0.2", &ports.wan_address.addr);
	*ret_count = set->count;
	return ruleset_text(set);
}

/* ------------------------------------------------------------ the world */

static int in_world(void *arg)
{
	static const char probe[] = "*nat\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -j "
				    "MASQUERADE\nCOMMIT\n";
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	_cleanup_(node_freep) struct node *node = NULL;
	struct err err = { 0 };

	(void)arg;
	if (node_new("gw", NULL, &node, &err))
		return 1;
	for (unsigned int b = 0; b < BACKENDS; b++)
		told->is_usable[b] = !firewall_load(node, (enum firewall_backend)b,
						    AF_INET, probe, &err);
	for (unsigned int v = 0; v < VARIANTS; v++) {
		const char *text = generate(v, arena, &told->rules[v]);

		for (unsigned int b = 0; b < BACKENDS; b++)
			told->rc[v][b] =
				told->is_usable[b]
					? firewall_load(node, (enum firewall_backend)b,
							AF_INET, text, &told->err[v][b])
					: 0;
	}
	return 0;
}

static int setup(void **state)
{
	struct err err = { 0 };
	int rc;

	(void)state;
	told = mmap(NULL, sizeof(*told), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (told == MAP_FAILED)
		return -1;
	rc = test_world_run(in_world, NULL, NULL, &err);
	if (rc == -ENOTSUP)
		missing = "userns";
	else if (!rc && !told->is_usable[0] && !told->is_usable[1])
		missing = "iptables";
	if (rc && !missing)
		print_error("%s\n", err.text);
	return rc && !missing ? -1 : 0;
}

static void every_generated_rule_is_taken(void **state)
{
	(void)state;
	if (missing)
		skip_without(missing, "no rule can be loaded here");
	for (unsigned int v = 0; v < VARIANTS; v++) {
		/* A set that is nearly empty would prove nothing. */
		assert_true(told->rules[v] > 10);
		for (unsigned int b = 0; b < BACKENDS; b++) {
			if (told->rc[v][b])
				fail_msg("%s%s, backend %u: %s", kinds[v / 2],
					 v % 2 ? " for libipsec" : "", b,
					 told->err[v][b].text);
		}
	}
}

int main(void)
{
	static const struct CMUnitTest claims[] = {
		cmocka_unit_test(every_generated_rule_is_taken),
	};

	return cmocka_run_group_tests_name("lab/ruleset_load", claims, setup, NULL);
}
