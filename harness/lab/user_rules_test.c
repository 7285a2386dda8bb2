// SPDX-License-Identifier: GPL-2.0-or-later
/* user_rules_test.c - claims about firewall.user and its translation for libipsec */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
/* clang-format off */
#include <cmocka.h>
/* clang-format on */

#include "base/cleanup.h"
#include "base/str.h"
#include "lab/user_rules.h"

#define _cleanup_arena_ _cleanup_(arena_freep)

static struct inet_addr wan_addr(void)
{
	struct inet_addr addr;

	assert_int_equal(inet_addr_parse("203.0.113.56", &addr), 0);
	return addr;
}

static void plain_commands_are_taken_apart(void **state)
{
	_cleanup_arena_ struct arena *arena = arena_new();
	struct user_rule rule;

	(void)state;
	assert_true(user_rule_parse(arena,
				    "/usr/sbin/iptables -w -t nat -I postrouting_rule "
				    "-d 10.1.2.0/24 -j SNAT --to-source 1.2.3.4 # exempt",
				    &rule));
	assert_int_equal(rule.table, TABLE_NAT);
	assert_int_equal(rule.rule.op, 'I');
	assert_string_equal(rule.rule.chain, "postrouting_rule");
	assert_string_equal(rule.rule.matches, "-d 10.1.2.0/24");
	assert_string_equal(rule.rule.target, "SNAT --to-source 1.2.3.4");
}

static void everything_else_is_left_to_a_shell(void **state)
{
	static const char *const lines[] = {
		"iptables -A input_rule -s $REMOTE -j ACCEPT",
		"iptables -A input_rule -j ACCEPT; reboot",
		"iptables -A input_rule -j ACCEPT || true",
		"iptables -D input_rule -j ACCEPT",
		"iptables -F input_rule",
		"iptables -I FORWARD 3 -j ACCEPT",
		"iptables -A input_rule -m comment --comment \"open -j ACCEPT",
		"iptables -A `id` -j ACCEPT",
		"iptables -j ACCEPT",
		"iptables -A input_rule -A output_rule -j ACCEPT",
		"iptables -t raw -A PREROUTING -j NOTRACK",
		"iptables",
		"ip route add 10.0.0.0/8 dev eth0",
		"exit 0",
	};
	_cleanup_arena_ struct arena *arena = arena_new();
	struct user_rule rule;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		if (user_rule_parse(arena, lines[i], &rule))
			fail_msg("taken for plain: %s", lines[i]);
	}
}

static void unknown_chain_fails_as_on_the_device(void **state)
{
	_cleanup_arena_ struct arena *arena = arena_new();
	struct ruleset *set = ruleset_new(arena);
	const struct firewall_line lines[] = {
		{ "iptables -A zone_vpn_gateway -j ACCEPT",
		  { "firewall.user", 3, NULL } },
		{ "iptables -A INPUT -p esp -j ACCEPT", { "firewall.user", 4, NULL } },
		{ "exit 0", { "firewall.user", 5, NULL } },
	};

	(void)state;
	assert_true(user_rules_add(set, false, lines, ARRAY_SIZE(lines)));
	assert_non_null(strstr(ruleset_text(set), "# firewall.user:3: No chain/target"));
	assert_null(strstr(ruleset_text(set), "\n-A zone_vpn_gateway"));
	assert_non_null(strstr(ruleset_text(set),
			       "-A INPUT -p esp -m comment --comment \"firewall.user:4\" "
			       "-j ACCEPT\n"));
}

static void one_line_for_a_shell_leaves_all_to_it(void **state)
{
	_cleanup_arena_ struct arena *arena = arena_new();
	struct ruleset *set = ruleset_new(arena);
	const struct firewall_line lines[] = {
		{ "iptables -A INPUT -p esp -j ACCEPT", { "firewall.user", 1, NULL } },
		{ "NET=$(uci get a.b.c)", { "firewall.user", 2, NULL } },
		{ "iptables -A INPUT -s $NET -j ACCEPT", { "firewall.user", 3, NULL } },
	};

	(void)state;
	assert_false(user_rules_add(set, false, lines, ARRAY_SIZE(lines)));
	assert_int_equal(set->count, 0);
}

static void variables_and_loops_need_no_shell(void **state)
{
	_cleanup_arena_ struct arena *arena = arena_new();
	struct ruleset *set = ruleset_new(arena);
	const struct firewall_line lines[] = {
		{ "P='-p udp'", { "firewall.user", 1, NULL } },
		{ "for n in 500 4500; do", { "firewall.user", 2, NULL } },
		{ "/usr/sbin/iptables -A INPUT $P --dport $n -j ACCEPT",
		  { "firewall.user", 3, NULL } },
		{ "done", { "firewall.user", 4, NULL } },
	};

	(void)state;
	assert_true(user_rules_add(set, false, lines, ARRAY_SIZE(lines)));
	assert_non_null(strstr(ruleset_text(set),
			       "-A INPUT -p udp --dport 500 -m comment --comment "
			       "\"firewall.user:3\" -j ACCEPT\n"
			       "-A INPUT -p udp --dport 4500 -m comment"));
}

/* devices.md 1.5: fw4's chains are in a table of their own. */
static void under_fw4_iptables_stands_beside(void **state)
{
	_cleanup_arena_ struct arena *arena = arena_new();
	struct ruleset *set = ruleset_new(arena);
	const struct firewall_line lines[] = {
		{ "iptables -I INPUT -p esp -j ACCEPT", { "firewall.user", 1, NULL } },
		{ "iptables -A INPUT -p udp -j DROP", { "firewall.user", 2, NULL } },
		{ "nft insert rule inet fw4 srcnat ip daddr 10.1.2.0/24 accept",
		  { "firewall.user", 3, NULL } },
	};
	const char *text;

	(void)state;
	assert_false(user_rules_add(set, false, lines, ARRAY_SIZE(lines)));
	assert_true(user_rules_add(set, true, lines, ARRAY_SIZE(lines)));
	text = ruleset_text(set);
	assert_non_null(strstr(text, "-I INPUT -m comment --comment \"iptables beside "
				     "fw4\" -j iptables_INPUT\n"));
	assert_non_null(strstr(text, "-I iptables_INPUT -p esp -m comment --comment "
				     "\"firewall.user:1\" -j RETURN\n"));
	assert_non_null(strstr(text, "-A iptables_INPUT -p udp -m comment --comment "
				     "\"firewall.user:2\" -j DROP\n"));
	assert_non_null(strstr(text, "-I POSTROUTING -d 10.1.2.0/24 -m comment --comment "
				     "\"firewall.user:3\" -j ACCEPT\n"));
}

static void libipsec_translation_says_the_same(void **state)
{
	static const struct {
		const char *line, *translated;
	} rows[] = {
		{ "iptables -A a -m policy --dir in --pol ipsec --proto esp -j ACCEPT",
		  "iptables -t filter -A a -i ipsec0 -j ACCEPT" },
		{ "iptables -A a -o eth0.2 -m policy --dir out --pol ipsec -j ACCEPT",
		  "iptables -t filter -A a -o ipsec0 -j ACCEPT" },
		{ "iptables -A a -o br-lan -m policy --dir out --pol ipsec -j ACCEPT",
		  ":" },
		{ "iptables -A a -m policy --dir out --pol none -j DROP",
		  "iptables -t filter -A a ! -o ipsec0 -j DROP" },
		{ "iptables -A a -o eth0.2 -m policy --dir out --pol none -j DROP",
		  "iptables -t filter -A a -o eth0.2 -j DROP" },
		{ "iptables -A a -i eth0.2 -j DROP",
		  "iptables -t filter -A a -i ipsec0 -j DROP; "
		  "iptables -t filter -A a -i eth0.2 -j DROP" },
		{ "iptables -A a -i eth0+ -j DROP",
		  "iptables -t filter -A a -i ipsec0 -j DROP; "
		  "iptables -t filter -A a -i eth0+ -j DROP" },
		{ "iptables -t nat -A a -o eth0.2 -j MASQUERADE",
		  "iptables -t nat -A a -o ipsec0 -j SNAT --to-source 203.0.113.56; "
		  "iptables -t nat -A a -o eth0.2 -j MASQUERADE" },
		{ "iptables -t nat -A a -o br-lan -j MASQUERADE",
		  "iptables -t nat -A a -o br-lan -j MASQUERADE" },
		{ "iptables -A a -p esp -j ACCEPT",
		  "iptables -t filter -A a -p udp -m udp --dport 4500 -j ACCEPT; "
		  "iptables -t filter -A a -p esp -j ACCEPT" },
		{ "logger -t fw done", "logger -t fw done" },
	};
	_cleanup_arena_ struct arena *arena = arena_new();
	const struct inet_addr wan = wan_addr();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_string_equal(
			user_rule_translate(arena, rows[i].line, "eth0.2", &wan),
			rows[i].translated);
}

static void damaged_lines_do_no_harm(void **state)
{
	static const char line[] =
		"iptables -t nat -A postrouting_rule ! -d 10.1.2.0/24 -m "
		"policy --dir out --pol ipsec ! --reqid 1 -m comment "
		"--comment \"a b\" -j SNAT --to-source 1.2.3.4";
	const struct inet_addr wan = wan_addr();

	(void)state;
	for (size_t i = 0; i < sizeof(line); i++) {
		for (unsigned int bit = 0; bit <= 8; bit++) {
			_cleanup_arena_ struct arena *arena = arena_new();
			char *damaged = arena_strdup(arena, line);

			if (bit == 8)
				damaged[i] = '\0';
			else
				damaged[i] ^= (char)(1U << bit);
			const char *text =
				user_rule_translate(arena, damaged, "eth0.2", &wan);
			assert_non_null(text);
		}
	}
}

int main(void)
{
	static const struct CMUnitTest claims[] = {
		cmocka_unit_test(plain_commands_are_taken_apart),
		cmocka_unit_test(everything_else_is_left_to_a_shell),
		cmocka_unit_test(unknown_chain_fails_as_on_the_device),
		cmocka_unit_test(one_line_for_a_shell_leaves_all_to_it),
		cmocka_unit_test(variables_and_loops_need_no_shell),
		cmocka_unit_test(under_fw4_iptables_stands_beside),
		cmocka_unit_test(libipsec_translation_says_the_same),
		cmocka_unit_test(damaged_lines_do_no_harm),
	};

	return cmocka_run_group_tests_name("lab/user_rules", claims, NULL, NULL);
}
