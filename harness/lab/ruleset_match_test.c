// SPDX-License-Identifier: GPL-2.0-or-later
/* ruleset_match_test.c - what a rule's words mean to iptables, one text for each combination */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "lab/ruleset.h"

#define WORDS_MAX 4

static const struct row {
	const char *protocols[WORDS_MAX];
	const char *src[WORDS_MAX], *dest[WORDS_MAX]; /* "!" before: negated */
	struct port_range src_ports[WORDS_MAX], dest_ports[WORDS_MAX]; /* last 0: end */
	const char *icmp[WORDS_MAX];
	int family;
	const char *matches; /* with "; " between them */
	const char *note;    /* NULL: none */
} rows[] = {
	{ .matches = "" },
	{ .protocols = { "all" }, .matches = "" },
	{ .protocols = { "any" }, .matches = "" },
	{ .protocols = { "0" }, .matches = "" },
	/* IANA's numbers, by the names that device files use. */
	{ .protocols = { "ah" }, .matches = "-p 51" },
	{ .protocols = { "esp" }, .matches = "-p 50" },
	{ .protocols = { "ESP" }, .matches = "-p 50" },
	{ .protocols = { "gre" }, .matches = "-p 47" },
	{ .protocols = { "igmp" }, .matches = "-p 2" },
	{ .protocols = { "ipip" }, .matches = "-p 4" },
	{ .protocols = { "ospf" }, .matches = "-p 89" },
	{ .protocols = { "pim" }, .matches = "-p 103" },
	{ .protocols = { "vrrp" }, .matches = "-p 112" },
	{ .protocols = { "sctp" }, .matches = "-p 132" },
	{ .protocols = { "udplite" }, .matches = "-p 136" },
	{ .protocols = { "255" }, .matches = "-p 255" },
	{ .protocols = { "6" }, .matches = "-p tcp" },
	{ .protocols = { "17" }, .matches = "-p udp" },
	{ .protocols = { "1" }, .matches = "-p icmp" },
	{ .protocols = { "256" }, .matches = "", .note = "unknown protocol '256'" },
	{ .protocols = { "espp" }, .matches = "", .note = "unknown protocol 'espp'" },
	{ .protocols = { "esp", "udp" },
	  .dest_ports = { { 500, 500 } },
	  .matches = "-p 50; -p udp -m udp --dport 500" },
	/* Ports without a protocol are of both. */
	{ .dest_ports = { { 53, 53 } },
	  .matches = "-p tcp -m tcp --dport 53; -p udp -m udp --dport 53" },
	{ .src_ports = { { 68, 68 } },
	  .protocols = { "udp" },
	  .matches = "-p udp -m udp --sport 68" },
	{ .protocols = { "tcpudp" }, .matches = "-p tcp; -p udp" },
	{ .protocols = { "tcp" },
	  .src_ports = { { 1024, 65535 } },
	  .dest_ports = { { 80, 80 }, { 443, 443 } },
	  .matches = "-p tcp -m tcp --sport 1024:65535 --dport 80; "
		     "-p tcp -m tcp --sport 1024:65535 --dport 443" },
	{ .protocols = { "tcp" }, .dest_ports = { { 0, 65535 } }, .matches = "-p tcp" },
	{ .protocols = { "tcp" },
	  .dest_ports = { { 0, 1023 } },
	  .matches = "-p tcp -m tcp --dport 0:1023" },
	/* ICMP types by name, number, number and code; those of IPv6 are none. */
	{ .protocols = { "icmp" },
	  .icmp = { "echo-request" },
	  .matches = "-p icmp -m icmp --icmp-type echo-request" },
	{ .protocols = { "icmp" },
	  .icmp = { "8", "3/4" },
	  .matches = "-p icmp -m icmp --icmp-type 8; -p icmp -m icmp --icmp-type 3/4" },
	{ .protocols = { "icmp" },
	  .icmp = { "neighbour-solicitation", "pong" },
	  .matches = "-p icmp -m icmp --icmp-type pong",
	  .note = "ICMP type 'neighbour-solicitation' is not one of IPv4" },
	{ .protocols = { "icmp" },
	  .icmp = { "12345678" },
	  .matches = "",
	  .note = "ICMP type '12345678'" },
	/* Networks, host bits cut; 0.0.0.0/0 is any; a rule for IPv6 only is no rule. */
	{ .src = { "10.1.2.3/24" }, .matches = "-s 10.1.2.0/24" },
	{ .dest = { "10.1.2.3/32" }, .matches = "-d 10.1.2.3/32" },
	{ .src = { "!10.1.2.0/24" }, .matches = "! -s 10.1.2.0/24" },
	{ .src = { "0.0.0.0/0" },
	  .dest = { "10.9.0.0/16" },
	  .matches = "-d 10.9.0.0/16" },
	{ .src = { "!0.0.0.0/0" }, .matches = "! -s 0.0.0.0/0" },
	{ .src = { "10.1.0.0/16", "10.2.0.0/16" },
	  .dest = { "10.3.0.0/16", "10.4.0.0/16" },
	  .protocols = { "esp" },
	  .matches = "-s 10.1.0.0/16 -d 10.3.0.0/16 -p 50; "
		     "-s 10.1.0.0/16 -d 10.4.0.0/16 -p 50; "
		     "-s 10.2.0.0/16 -d 10.3.0.0/16 -p 50; "
		     "-s 10.2.0.0/16 -d 10.4.0.0/16 -p 50" },
	{ .src = { "fd00::/8" }, .matches = NULL },
	{ .src = { "fd00::/8", "10.1.0.0/16" }, .matches = "-s 10.1.0.0/16" },
	{ .family = AF_INET6, .matches = NULL },
	{ .family = AF_INET, .protocols = { "tcp" }, .matches = "-p tcp" },
};

static void add_prefix(struct arena *arena, const char *text, struct prefix_value *value)
{
	(void)arena;
	value->is_negated = *text == '!';
	assert_int_equal(inet_prefix_parse(text + value->is_negated, &value->prefix), 0);
}

static void fill(struct arena *arena, const struct row *row, struct rule *rule)
{
	rule->family = row->family;
	rule->at = (struct origin){ .file = "firewall", .line = 12 };
	for (size_t i = 0; i < WORDS_MAX && row->protocols[i]; i++)
		vec_push(arena, &rule->protocols)->s = row->protocols[i];
	for (size_t i = 0; i < WORDS_MAX && row->icmp[i]; i++)
		*vec_push(arena, &rule->icmp_types) =
			(struct text){ .s = row->icmp[i], .at = rule->at };
	for (size_t i = 0; i < WORDS_MAX && row->src[i]; i++)
		add_prefix(arena, row->src[i], vec_push(arena, &rule->src));
	for (size_t i = 0; i < WORDS_MAX && row->dest[i]; i++)
		add_prefix(arena, row->dest[i], vec_push(arena, &rule->dest));
	for (size_t i = 0; i < WORDS_MAX && row->src_ports[i].last; i++)
		*vec_push(arena, &rule->src_ports) = row->src_ports[i];
	for (size_t i = 0; i < WORDS_MAX && row->dest_ports[i].last; i++)
		*vec_push(arena, &rule->dest_ports) = row->dest_ports[i];
}

static void each_rule_means_these_matches(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(arena_freep) struct arena *arena = arena_new();
		_cleanup_buf_ struct buf said = { 0 };
		struct ruleset *set = ruleset_new(arena);
		struct ruleset_matches matches = { 0 };
		struct rule rule = { 0 };

		fill(arena, &rows[i], &rule);
		ruleset_rule_matches(set, &rule, &matches);
		for (size_t j = 0; j < matches.count; j++)
			buf_printf(&said, "%s%s", j ? "; " : "", matches.items[j]);
		if (!rows[i].matches || rows[i].note)
			assert_int_equal(matches.count,
					 rows[i].matches && *rows[i].matches);
		else
			assert_true(matches.count > 0);
		if (rows[i].matches)
			assert_string_equal(buf_text(&said), rows[i].matches);
		assert_int_equal(set->notes.count, rows[i].note != NULL);
		if (rows[i].note && (!strstr(set->notes.items[0], rows[i].note) ||
				     !strstr(set->notes.items[0], "firewall:12")))
			fail_msg("'%s' is not in '%s'", rows[i].note,
				 set->notes.items[0]);
	}
}

/* A rule of a NAT table has no source ports and no ICMP types; the rest is the same. */
static void rule_of_nat_means_the_same(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct ruleset *set = ruleset_new(arena);
	struct ruleset_matches matches = { 0 };
	struct nat_rule rule = { 0 };

	(void)state;
	add_prefix(arena, "10.1.2.0/24", vec_push(arena, &rule.src));
	add_prefix(arena, "!10.9.0.0/16", vec_push(arena, &rule.dest));
	vec_push(arena, &rule.protocols)->s = "udp";
	*vec_push(arena, &rule.dest_ports) = (struct port_range){ 500, 500 };
	ruleset_nat_matches(set, &rule, &matches);
	assert_int_equal(matches.count, 1);
	assert_string_equal(matches.items[0],
			    "-s 10.1.2.0/24 ! -d 10.9.0.0/16 -p udp -m udp --dport 500");
}

/* iptables has no lists: what would be thousands of rules is cut, and said so. */
static void more_combinations_than_iptables_should_hold_are_noted(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct ruleset *set = ruleset_new(arena);
	struct ruleset_matches matches = { 0 };
	struct rule rule = { 0 };

	(void)state;
	for (unsigned int i = 0; i < 50; i++) {
		char text[32];

		(void)snprintf(text, sizeof(text), "10.%u.0.0/16", i);
		add_prefix(arena, text, vec_push(arena, &rule.src));
		add_prefix(arena, text, vec_push(arena, &rule.dest));
	}
	ruleset_rule_matches(set, &rule, &matches);
	assert_int_equal(matches.count, RULESET_COMBOS_MAX);
	assert_int_equal(set->notes.count, 1);
	assert_non_null(strstr(set->notes.items[0], "more than 2048 combinations"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_means_these_matches),
		cmocka_unit_test(rule_of_nat_means_the_same),
		cmocka_unit_test(more_combinations_than_iptables_should_hold_are_noted),
	};

	return cmocka_run_group_tests_name("lab/ruleset_match", tests, NULL, NULL);
}
