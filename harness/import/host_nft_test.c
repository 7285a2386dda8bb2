// SPDX-License-Identifier: GPL-2.0-or-later
/* host_nft_test.c - claims: rules of nftables.conf are those of iptables that do the same */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "import/host_nft.h"
#include "model/aspect.h"

static struct site *read_text(const char *text)
{
	struct site *site = site_new("a", DEVICE_STRONGSWAN);

	host_nft_read(site, "etc/nftables.conf", text);
	return site;
}

static void assert_commands(const char *text, const char *const commands[])
{
	_cleanup_(site_freep) struct site *site = read_text(text);
	size_t i = 0;

	for (; commands[i]; i++) {
		if (i >= site->firewall_user.count)
			fail_msg("no '%s'", commands[i]);
		assert_string_equal(site->firewall_user.items[i].text, commands[i]);
	}
	assert_int_equal(site->firewall_user.count, i);
	assert_null(site_touching(site, NULL, ASPECT_NAT));
}

#define NAT(rule)                                                                              \
	"table ip nat {\n chain post {\n  type nat hook postrouting priority srcnat;\n  " rule \
	"\n }\n}\n"
#define FILTER(rule)                                                                        \
	"table inet filter {\n chain fwd {\n  type filter hook forward priority 0; policy " \
	"drop;\n  " rule "\n }\n}\n"

static void usual_source_nat_is_read(void **state)
{
	static const struct {
		const char *rule, *command;
	} rules[] = {
		{ NAT("oifname \"eth0\" masquerade"),
		  "iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE" },
		{ NAT("oif eth0 ip daddr != 10.1.0.0/24 counter masquerade random"),
		  "iptables -t nat -A POSTROUTING -o eth0 ! -d 10.1.0.0/24 -j MASQUERADE" },
		{ NAT("ip saddr 10.2.0.0/24 oifname \"ppp*\" snat to 192.0.2.1"),
		  "iptables -t nat -A POSTROUTING -s 10.2.0.0/24 -o ppp+ -j SNAT "
		  "--to-source 192.0.2.1" },
		{ NAT("rt ipsec exists accept"),
		  "iptables -t nat -A POSTROUTING -m policy --dir out --pol ipsec -j "
		  "ACCEPT" },
		{ NAT("oifname eth0 rt ipsec missing masquerade comment \"to the net\""),
		  "iptables -t nat -A POSTROUTING -o eth0 -m policy --dir out --pol none "
		  "-j MASQUERADE" },
		{ "define WAN = eth0\n" NAT("oifname $WAN masquerade"),
		  "iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE" },
		{ "add table ip nat\nadd chain ip nat post { type nat hook postrouting "
		  "priority 100 ; }\nadd rule ip nat post oifname eth0 masquerade\n",
		  "iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		const char *const commands[] = { rules[i].command, NULL };

		assert_commands(rules[i].rule, commands);
	}
}

static void a_negated_set_returns_for_each_of_it(void **state)
{
	static const char *const commands[] = {
		"iptables -t nat -N but_4_2",
		"iptables -t nat -A but_4_2 -d 10.1.0.0/24 -j RETURN",
		"iptables -t nat -A but_4_2 -d 10.3.0.0/24 -j RETURN",
		"iptables -t nat -A POSTROUTING -o eth0 -j but_4_2",
		"iptables -t nat -A but_4_2 -j MASQUERADE",
		NULL,
	};

	(void)state;
	assert_commands(NAT("oifname eth0 ip daddr != { 10.1.0.0/24, 10.3.0.0/24 } "
			    "masquerade"),
			commands);
}

static void a_filter_with_states_ports_and_policy_is_read(void **state)
{
	static const char *const commands[] = {
		"iptables -t filter -A FORWARD -m conntrack --ctstate ESTABLISHED -j "
		"ACCEPT",
		"iptables -t filter -A FORWARD -m conntrack --ctstate INVALID -j DROP",
		"iptables -t filter -A FORWARD -m policy --dir in --pol ipsec -p udp "
		"--dport 53 -j ACCEPT",
		"iptables -t filter -A FORWARD -m policy --dir in --pol ipsec -p udp "
		"--dport 500:501 -j ACCEPT",
		"iptables -t filter -P FORWARD DROP",
		NULL,
	};

	(void)state;
	assert_commands(
		FILTER("ct state vmap { established : accept, invalid: drop }\n"
		       "  meta ipsec exists udp dport { domain, 500-501 } accept\n"
		       "  ip6 daddr fe80::/10 accept"),
		commands);
}

static void a_chain_that_is_jumped_to_is_made_first(void **state)
{
	static const char *const commands[] = {
		"iptables -t filter -N filter_tunnel_2",
		"iptables -t filter -A FORWARD -i eth0 -j filter_tunnel_2",
		"iptables -t filter -P FORWARD DROP",
		"iptables -t filter -A filter_tunnel_2 -s 10.1.0.0/24 -j ACCEPT",
		NULL,
	};

	(void)state;
	assert_commands(
		"table inet filter {\n chain fwd {\n  type filter hook forward priority "
		"filter; policy drop\n  iifname eth0 jump tunnel\n }\n chain tunnel {\n  "
		"ip saddr 10.1.0.0/24 accept\n }\n chain nobody {\n  drop\n }\n}\n",
		commands);
}

static void chains_that_begin_alike_stay_two(void **state)
{
	static const char *const commands[] = {
		"iptables -t filter -N filter_forward_from_2",
		"iptables -t filter -N filter_forward_from_3",
		"iptables -t filter -A FORWARD -i lan0 -j filter_forward_from_2",
		"iptables -t filter -A FORWARD -i wan0 -j filter_forward_from_3",
		"iptables -t filter -P FORWARD DROP",
		"iptables -t filter -A filter_forward_from_2 -j ACCEPT",
		"iptables -t filter -A filter_forward_from_3 -j DROP",
		NULL,
	};
	static const char *const buts[] = {
		"iptables -t filter -N but_4_2",
		"iptables -t filter -A but_4_2 -s 192.0.2.1 -j RETURN",
		"iptables -t filter -A but_4_2 -s 192.0.2.2 -j RETURN",
		"iptables -t filter -A FORWARD -i wan0 -j but_4_2",
		"iptables -t filter -A but_4_2 -j DROP",
		"iptables -t filter -N but_4_3",
		"iptables -t filter -A but_4_3 -s 192.0.2.1 -j RETURN",
		"iptables -t filter -A but_4_3 -s 192.0.2.2 -j RETURN",
		"iptables -t filter -A FORWARD -i lan0 -j but_4_3",
		"iptables -t filter -A but_4_3 -j ACCEPT",
		"iptables -t filter -P FORWARD DROP",
		NULL,
	};

	(void)state;
	assert_commands(FILTER("iifname lan0 jump forward_from_lan_to_all\n"
			       "  iifname wan0 jump forward_from_lan_to_none\n }\n"
			       " chain forward_from_lan_to_all {\n  accept\n }\n"
			       " chain forward_from_lan_to_none {\n  drop"),
			commands);
	assert_commands(FILTER("ip saddr != { 192.0.2.1, 192.0.2.2 } iifname vmap { wan0 "
			       ": drop, lan0 : accept }"),
			buts);
}

static void what_is_returned_before_says_its_protocol(void **state)
{
	static const char *const commands[] = {
		"iptables -t filter -N but_4_2",
		"iptables -t filter -A but_4_2 -p icmp -m icmp --icmp-type echo-request "
		"-j RETURN",
		"iptables -t filter -A but_4_2 -p icmp -m icmp --icmp-type echo-reply -j "
		"RETURN",
		"iptables -t filter -A FORWARD -p icmp -j but_4_2",
		"iptables -t filter -A but_4_2 -j DROP",
		"iptables -t filter -P FORWARD DROP",
		NULL,
	};

	(void)state;
	assert_commands(FILTER("icmp type != { echo-request, echo-reply } drop"),
			commands);
}

static void a_mark_in_quotes_is_no_mark(void **state)
{
	static const char *const commands[] = {
		"iptables -t filter -A FORWARD -s 192.0.2.1 -j DROP",
		"iptables -t filter -A FORWARD -j DROP",
		"iptables -t filter -P FORWARD DROP",
		NULL,
	};

	(void)state;
	assert_commands(FILTER("ip saddr 192.0.2.1 log prefix \"}\" drop\n  drop"),
			commands);
}

static void what_is_flushed_is_gone(void **state)
{
	static const char *const commands[] = {
		"iptables -t nat -A POSTROUTING -o eth1 -j MASQUERADE",
		NULL,
	};

	(void)state;
	assert_commands(NAT("oifname eth0 masquerade") "flush ruleset\n" NAT(
				"oifname eth1 masquerade"),
			commands);
	assert_commands(
		"table ip nat\nflush table ip nat\n" NAT("oifname eth1 masquerade"),
		commands);
}

static void the_elements_of_a_set_are_no_limit(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	_cleanup_(site_freep) struct site *site = NULL;
	const size_t room = 60000 * strlen("10.0.0.1,\n") + 1000;
	char *text = arena_alloc(arena, room), *at = text;

	(void)state;
	at = stpcpy(at, "table inet f {\n set s {\n  elements = {\n");
	for (size_t i = 0; i < 60000; i++)
		at = stpcpy(at, "10.0.0.1,\n");
	(void)stpcpy(at, "}\n }\n chain i {\n  type filter hook input priority 0;\n"
			 "  iifname eth0 drop\n }\n}\n");
	site = read_text(text);
	assert_int_equal(site->firewall_user.count, 1);
	assert_int_equal(site->firewall_user.items[0].at.line, 60008);
	assert_null(site_touching(site, NULL, ASPECT_NAT));
}

static void what_is_behind_a_limit_is_unproven(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	const char *text = "table inet f {\n";
	char *words = arena_alloc(arena, 200000), *at = words;

	(void)state;
	for (size_t i = 0; i < 201; i++)
		text = arena_printf(arena, "%s chain c%zu {\n }\n", text, i);
	for (size_t i = 0; i < 26000; i++)
		at = stpcpy(at, "add;");
	for (size_t i = 0; i < 2; i++) {
		_cleanup_(site_freep) struct site *site = read_text(i ? words : text);
		const struct remark *remark = site_touching(site, NULL, ASPECT_NAT);

		assert_non_null(remark);
		if (!i)
			assert_int_equal(remark->at.line, 402);
	}
}

static void what_has_no_form_of_iptables_is_unproven_by_its_line(void **state)
{
	static const struct {
		const char *text;
		unsigned int line; /* 0: it decides nothing */
	} rules[] = {
		{ NAT("ip daddr @partners accept"), 4 },
		{ NAT("snat ip prefix to ip saddr map { 10.1.0.0/24 : 10.2.0.0/24 }"),
		  4 },
		{ NAT("meta ipsec exists accept"), 4 },
		{ NAT("oifname \"eth0;reboot\" masquerade"), 4 },
		{ NAT("oifname eth0 masquerade to :1024-65535"), 4 },
		{ "include \"/etc/nft/*.nft\"\n", 1 },
		{ NAT("oifname eth0 accept") "table inet nat {\n chain post {\n"
					     "  type nat hook postrouting priority 101;\n  masquerade\n }\n}\n",
		  10 },
		{ "table ip6 nat {\n chain post {\n  type nat hook postrouting priority "
		  "100;\n  masquerade\n }\n}\n",
		  0 },
		{ NAT("counter"), 0 },
		{ FILTER("iifname lan0 jump alow"), 4 },
		{ FILTER("jump fwd"), 4 },
		{ "table inet f {\n include \"/etc/nftables.d/*.nft\"\n}\n", 2 },
		{ "table inet f {\n flags dormant\n}\n", 2 },
		{ "table inet f {\n set s {\n  flags interval\n }\n}\n", 0 },
		{ NAT("masquerade") "delete table ip nat\n", 7 },
		{ NAT("ip saddr != { 10.2.0.0/24, 10.3.0.0/24 } return"), 4 },
		{ FILTER("ip saddr != { 192.0.2.1, 192.0.2.2 } goto lan\n }\n chain lan "
			 "{\n  counter"),
		  4 },
		{ FILTER("meta l4proto { tcp, udp } th dport != { 22, 500 } drop"), 4 },
		{ FILTER("meta l4proto { tcp, udp } th dport 22 drop"), 0 },
		{ FILTER("meta l4proto { tcp, udp } tcp dport 22 drop"), 4 },
		{ FILTER("meta l4proto != icmp th dport 22 drop"), 4 },
		{ NAT("iifname lan0 oifname wan0 masquerade"), 4 },
		{ NAT("jump lan\n }\n chain lan {\n  iifname lan0 accept"), 7 },
		{ NAT("iifname != { lan0, lan1 } masquerade"), 4 },
		{ "table ip f {\n chain i {\n  type filter hook input priority 0;\n  "
		  "oifname eth0 drop\n }\n}\n",
		  4 },
		/* nft loads all of a file or nothing. */
		{ "table inet f {\n chain i {\n  type filter hook input priority 0;\n"
		  "  accept\n }\n",
		  1 },
		{ "add table inet f\ntable inet f {\n set s {\n  elements = { 10.0.0.1\n",
		  2 },
		{ FILTER("accept") "}\n", 7 },
		{ "add table ip f\nadd rule ip f i drop\n", 2 },
		{ "add table ip f\nadd chain ip f i\nadd rule ip f i drop\n", 0 },
		{ FILTER("icmp type ping accept"), 4 },
		{ FILTER("icmp type 8-10 accept"), 0 },
		{ FILTER("icmp type != 8-10 accept"), 0 },
		{ FILTER("icmp type { echo-request, 3-4 } accept"), 0 },
		{ FILTER("icmp type { echo-reply-source-quench } accept"), 0 },
		{ FILTER("icmp type 10-8 accept"), 4 },
		{ FILTER("icmp type 8-256 accept"), 4 },
		{ FILTER("icmp type 8- accept"), 4 },
		{ "table inet f {\n set s {\n  type ipv4_addr\n  elements = { 10.0.0.1 }\n"
		  " }\n chain i {\n  type filter hook input priority 0;\n }\n}\n",
		  0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		_cleanup_(site_freep) struct site *site = read_text(rules[i].text);
		const struct remark *remark = site_touching(site, NULL, ASPECT_NAT);

		if ((remark ? remark->at.line : 0) != rules[i].line)
			fail_msg("%s: line %u", rules[i].text,
				 remark ? remark->at.line : 0);
	}
}

static void a_type_that_iptables_has_no_name_for_is_its_number(void **state)
{
	static const char *const commands[] = {
		"iptables -t filter -A FORWARD -p icmp -m icmp --icmp-type 15 -j ACCEPT",
		"iptables -t filter -A FORWARD -p icmp -m icmp --icmp-type 30 -j ACCEPT",
		"iptables -t filter -P FORWARD DROP", NULL
	};

	(void)state;
	assert_commands(FILTER("icmp type { info-request, 30 } accept"), commands);
}

static void a_range_of_types_is_each_of_them(void **state)
{
	static const char *const commands[] = {
		"iptables -t filter -A FORWARD -p icmp -m icmp --icmp-type 15 -j ACCEPT",
		"iptables -t filter -A FORWARD -p icmp -m icmp --icmp-type 8 -j ACCEPT",
		"iptables -t filter -A FORWARD -p icmp -m icmp --icmp-type 9 -j ACCEPT",
		"iptables -t filter -P FORWARD DROP", NULL
	};

	(void)state;
	assert_commands(FILTER("icmp type { info-request, 8-9 } accept"), commands);
	assert_commands(FILTER("icmp type { info-request, echo-request-9 } accept"),
			commands);
}

/* Of a file alone nobody knows what another one, loaded before, has made. */
static void a_rule_of_a_chain_of_elsewhere_is_not_said_to_be_refused(void **state)
{
	_cleanup_(site_freep) struct site *site =
		read_text("add table ip f\nadd rule ip f i drop\n");
	const struct remark *remark = site_touching(site, NULL, ASPECT_NAT);

	(void)state;
	assert_non_null(remark);
	assert_non_null(strstr(remark->text, "unless another one made the chain"));
}

static void a_file_cut_anywhere_does_no_harm(void **state)
{
	static const char text[] = "define A = { 1, 2 }\n" FILTER(
		"ct state vmap { established : accept }\n ip daddr != { $A, 10.0.0.1 } "
		"log prefix \"x\" drop\n limit rate 5/second burst 5 packets accept\n "
		"snat to");
	char cut[sizeof(text)];

	(void)state;
	for (size_t length = 0; length < sizeof(text); length++) {
		memcpy(cut, text, length);
		cut[length] = '\0';
		site_free(read_text(cut));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(usual_source_nat_is_read),
		cmocka_unit_test(a_negated_set_returns_for_each_of_it),
		cmocka_unit_test(a_filter_with_states_ports_and_policy_is_read),
		cmocka_unit_test(a_chain_that_is_jumped_to_is_made_first),
		cmocka_unit_test(chains_that_begin_alike_stay_two),
		cmocka_unit_test(what_is_returned_before_says_its_protocol),
		cmocka_unit_test(a_mark_in_quotes_is_no_mark),
		cmocka_unit_test(what_is_flushed_is_gone),
		cmocka_unit_test(the_elements_of_a_set_are_no_limit),
		cmocka_unit_test(what_is_behind_a_limit_is_unproven),
		cmocka_unit_test(what_has_no_form_of_iptables_is_unproven_by_its_line),
		cmocka_unit_test(a_type_that_iptables_has_no_name_for_is_its_number),
		cmocka_unit_test(a_range_of_types_is_each_of_them),
		cmocka_unit_test(
			a_rule_of_a_chain_of_elsewhere_is_not_said_to_be_refused),
		cmocka_unit_test(a_file_cut_anywhere_does_no_harm),
	};

	return cmocka_run_group_tests_name("import/host_nft", tests, NULL, NULL);
}
