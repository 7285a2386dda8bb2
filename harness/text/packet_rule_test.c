// SPDX-License-Identifier: GPL-2.0-or-later
/* packet_rule_test.c - claims: what iptables and nft would do is read, or named as not understood */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
/* clang-format off */
#include <cmocka.h>
/* clang-format on */

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "text/packet_rule.h"

#define _cleanup_arena_ _cleanup_(arena_freep)

static const char *const does_words[] = { "add",  "insert", "delete", "check", "flush",
					  "make", "drop",   "policy", "list" };
static const char *const tables[] = { "filter", "nat", "mangle", "other" };
static const char *const verdicts[] = { "-",	  "accept", "drop",
					"return", "source", "destination",
					"jump",	  "goto",   "unknown" };

static void show_nets(const char *name, const struct packet_nets *nets, struct buf *out)
{
	vec_foreach (net, &nets->list)
		buf_printf(out, " %s%s%s", net == nets->list.items ? name : ",",
			   net == nets->list.items && nets->is_negated ? "!=" : "=",
			   inet_prefix_text(net).s);
}

static void show_ports(const char *name, const struct packet_ports *ports,
		       struct buf *out)
{
	vec_foreach (range, &ports->list)
		buf_printf(out, " %s%s%u-%u", name, ports->is_negated ? "!=" : "=",
			   range->first, range->last);
}

static void show_side(const char *name, const struct packet_side *side, struct buf *out)
{
	if (side->device)
		buf_printf(out, " %s%s%s", name, side->is_negated ? "!=" : "=",
			   side->device);
	if (side->policy)
		buf_printf(out, " %s-%s", name,
			   side->policy == POLICY_NONE ? "clear" : "ipsec");
}

static const char *show(struct arena *arena, const struct packet_rule *rule)
{
	_cleanup_buf_ struct buf out = { 0 };

	buf_printf(&out, "%s", does_words[rule->does]);
	if (rule->place != 1)
		buf_printf(&out, "@%u", rule->place);
	buf_printf(&out, " %s/%s",
		   rule->nft_table ? rule->nft_table : tables[rule->table],
		   rule->chain ? rule->chain : "*");
	if (rule->family != AF_INET)
		buf_printf(&out, " %s", rule->family == AF_INET6 ? "v6" : "any");
	show_nets("src", &rule->src, &out);
	show_nets("dst", &rule->dst, &out);
	if (rule->protocol >= 0)
		buf_printf(&out, " p%s%d", rule->is_protocol_negated ? "!=" : "=",
			   rule->protocol);
	show_ports("sport", &rule->sports, &out);
	show_ports("dport", &rule->dports, &out);
	show_side("in", &rule->in, &out);
	show_side("out", &rule->out, &out);
	buf_printf(&out, "%s%s", rule->is_old_only ? " old" : "",
		   rule->is_partial ? " some" : "");
	vec_foreach (unknown, &rule->unknown)
		buf_printf(&out, " (%s)", *unknown);
	buf_printf(&out, " %s", verdicts[rule->verdict]);
	if (rule->verdict == VERDICT_JUMP || rule->verdict == VERDICT_GOTO)
		buf_printf(&out, " %s", rule->jump);
	return arena_strdup(arena, buf_text(&out));
}

static const struct {
	const char *line, *meaning; /* NULL: refused; "": not read; "other" */
} rows[] = {
	{ "iptables -t nat -A postrouting_rule -d 10.1.2.0/24 -j ACCEPT",
	  "add nat/postrouting_rule dst=10.1.2.0/24 accept" },
	{ "iptables --table nat --append postrouting_rule --destination 10.1.2.0/24 "
	  "--jump ACCEPT",
	  "add nat/postrouting_rule dst=10.1.2.0/24 accept" },
	{ "iptables --table=nat --ins POSTROUTING --dst=10.1.2.0/24 --jump=ACCEPT",
	  "insert nat/POSTROUTING dst=10.1.2.0/24 accept" },
	{ "/usr/sbin/iptables -w 5 -tnat -IPOSTROUTING 2 -d10.1.2.0/24 -jACCEPT",
	  "insert@2 nat/POSTROUTING dst=10.1.2.0/24 accept" },
	{ "iptables -w -A x -j DROP", "add filter/x drop" },
	{ "iptables -A x -j DROP -d 10.0.0.0/8", "add filter/x dst=10.0.0.0/8 drop" },
	{ "iptables -A x ! -d 10.0.0.0/8 -j DROP", "add filter/x dst!=10.0.0.0/8 drop" },
	{ "iptables -A x -d 10.0.0.0/8,172.16.0.1 -s 10/8 -j DROP",
	  "add filter/x src=10.0.0.0/8 dst=10.0.0.0/8 ,=172.16.0.1/32 drop" },
	{ "iptables -A x ! -d 10.0.0.0/8,172.16.0.0/12 -j DROP", NULL },
	{ "iptables -A x -d 10.0.0.0/8 -d 10.1.0.0/16 -j DROP", NULL },
	{ "iptables -A x -d 10.1.2.9/255.255.255.0 -j DROP",
	  "add filter/x dst=10.1.2.0/24 drop" },
	{ "iptables -A x -d vpn.example -j DROP", "add filter/x (-d vpn.example) drop" },
	{ "iptables -A x -d 10.1.2.0/62 -j DROP", NULL },
	{ "iptables -A x -d 10.1.2.0/255.0.255.0 -j DROP",
	  "add filter/x (-d 10.1.2.0/255.0.255.0) drop" },
	{ "iptables -A x -d ! 10.0.0.0/8 -j DROP", "" },
	{ "iptables -A x -m comment --comment \"no-jump to ACME -j ACCEPT\" -j DROP",
	  "add filter/x drop" },
	{ "iptables -A x -m policy --dir out --pol ipsec -j ACCEPT",
	  "add filter/x out-ipsec accept" },
	{ "iptables -A x -m policy --pol none --dir in -i eth0 -j DROP",
	  "add filter/x in=eth0 in-clear drop" },
	{ "iptables -A x -m policy --dir in --pol ipsec --proto esp --mode tunnel -j "
	  "ACCEPT",
	  "add filter/x in-ipsec accept" },
	{ "iptables -A x -m policy --dir out --pol ipsec --reqid 7 -j ACCEPT",
	  "add filter/x out-ipsec (--reqid 7) accept" },
	{ "iptables -A x -m set --match-set vpn dst -j ACCEPT",
	  "add filter/x (-m set --match-set vpn dst) accept" },
	{ "iptables -A x -m set ! --match-set vpn dst -d 10.0.0.0/8 -j ACCEPT",
	  "add filter/x dst=10.0.0.0/8 (-m set ! --match-set vpn dst) accept" },
	{ "iptables -A x -m mark --mark 0x1 -j ACCEPT",
	  "add filter/x (-m mark --mark 0x1) accept" },
	{ "iptables -A x -m rpfilter -j ACCEPT", "add filter/x (-m rpfilter) accept" },
	{ "iptables -A x -p udp -m multiport --dports 500,4500 -j ACCEPT",
	  "add filter/x p=17 dport=500-500 dport=4500-4500 accept" },
	{ "iptables -A x -p udp --dport 500:501 ! --sport :1023 -j ACCEPT",
	  "add filter/x p=17 sport!=0-1023 dport=500-501 accept" },
	{ "iptables -A x -p udp --dport isakmp -j ACCEPT",
	  "add filter/x p=17 dport=500-500 accept" },
	{ "iptables -A x -p udp --dport nosuch -j ACCEPT",
	  "add filter/x p=17 (--dport nosuch) accept" },
	{ "iptables -A x -p 50 -j ACCEPT", "add filter/x p=50 accept" },
	{ "iptables -A x ! -p ESP -j ACCEPT", "add filter/x p!=50 accept" },
	{ "iptables -A x -p nosuch -j ACCEPT", "add filter/x (-p nosuch) accept" },
	{ "iptables -A x -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
	  "add filter/x old accept" },
	{ "iptables -A x -m state --state NEW -j ACCEPT", "add filter/x accept" },
	{ "iptables -A x -m conntrack ! --ctstate INVALID -j ACCEPT",
	  "add filter/x accept" },
	{ "iptables -A x -m limit --limit 5/min -j LOG --log-prefix 'a b'",
	  "add filter/x some -" },
	{ "iptables -A x -p tcp --syn -j DROP", "add filter/x p=6 some drop" },
	{ "iptables -A x -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu",
	  "add filter/x p=6 some -" },
	{ "iptables -A x -j REJECT --reject-with tcp-reset", "add filter/x drop" },
	{ "iptables -A x -j MARK --set-mark 1", "add filter/x -" },
	{ "iptables -A x -j MARK --or-mark 1", "add filter/x -" },
	{ "iptables -A x", "add filter/x -" },
	{ "iptables -t nat -A x ! -o br-lan -j MASQUERADE",
	  "add nat/x out!=br-lan source" },
	{ "iptables -t nat -A x -o ppp+ -j SNAT --to-source 1.2.3.4",
	  "add nat/x out=ppp+ source" },
	{ "iptables -t nat -A x -j DNAT --to-destination 1.2.3.4",
	  "add nat/x destination" },
	{ "iptables -t nat -A x -d 10.0.0.0/8 -j NETMAP --to 10.9.0.0/16",
	  "add nat/x dst=10.0.0.0/8 unknown" },
	{ "iptables -A x -j VPN", "add filter/x jump VPN" },
	{ "iptables -A x -g VPN", "add filter/x goto VPN" },
	{ "iptables -N VPN", "make filter/VPN -" },
	{ "iptables -F", "flush filter/* -" },
	{ "iptables -t nat -F postrouting_rule", "flush nat/postrouting_rule -" },
	{ "iptables -X VPN", "drop filter/VPN -" },
	{ "iptables -P FORWARD DROP", "policy filter/FORWARD drop" },
	{ "iptables -D x -j DROP", "delete filter/x drop" },
	{ "iptables -D x 3", "" },
	{ "iptables -C x -j DROP", "check filter/x drop" },
	{ "iptables -t raw -A PREROUTING -j NOTRACK",
	  "add other/PREROUTING jump NOTRACK" },
	{ "iptables -tnat -Fx", "flush nat/x -" },
	{ "iptables -nvL", "list filter/* -" },
	{ "iptables -w5 -vA x -j DROP", "add filter/x drop" },
	{ "iptables -vI x -d 10.1.2.0/24 -j MASQUERADE",
	  "insert filter/x dst=10.1.2.0/24 source" },
	{ "iptables -L -n -v", "list filter/* -" },
	{ "iptables -4 -A x -j DROP", "add filter/x drop" },
	{ "iptables -6 -A x -j DROP", "add filter/x old drop" },
	{ "ip6tables -A x -d fd00::/8 -j DROP", "add filter/x v6 dst=fd00::/8 drop" },
	{ "iptables -j DROP", NULL },
	{ "iptables -A", NULL },
	{ "iptables -A x -A y -j DROP", NULL },
	{ "iptables -A x DROP", NULL },
	{ "iptables -A x -d", NULL },
	{ "iptables -A x -d $NET -j DROP", "" },
	{ "iptables -A x -j DROP; reboot", "" },
	{ "iptables -A x -j DROP || true", "" },
	{ "logger done", "other" },
	{ "", "other" },
	{ "NET=10.0.0.0/8", "other" },
	{ "nft add rule inet fw4 srcnat ip daddr 10.1.2.0/24 accept",
	  "add fw4/srcnat dst=10.1.2.0/24 accept" },
	{ "nft 'insert rule inet fw4 srcnat ip saddr 10.2.0.0/16 ip daddr { 10.1.2.0/24, "
	  "10.3.0.1 } counter accept comment \"to accept\"'",
	  "insert fw4/srcnat src=10.2.0.0/16 dst=10.1.2.0/24 ,=10.3.0.1/32 accept" },
	{ "nft insert rule inet fw4 forward ip daddr 10.1.2.0/24 rt ipsec missing reject "
	  "with icmp type port-unreachable",
	  "insert fw4/forward dst=10.1.2.0/24 out-clear drop" },
	{ "nft add rule inet fw4 srcnat_wan meta nfproto ipv4 ip daddr != 10.0.0.0/8 "
	  "masquerade",
	  "add fw4/srcnat_wan dst!=10.0.0.0/8 source" },
	{ "nft insert rule inet fw4 input meta secpath exists accept",
	  "insert fw4/input any in-ipsec accept" },
	{ "nft insert rule inet fw4 input iifname \"eth0*\" udp dport { 500, 4500-4501 } "
	  "accept",
	  "insert fw4/input any p=17 dport=500-500 dport=4500-4501 in=eth0+ accept" },
	{ "nft insert rule inet fw4 input meta l4proto esp accept",
	  "insert fw4/input any p=50 accept" },
	{ "nft insert rule inet fw4 input ct state established,related accept",
	  "insert fw4/input any old accept" },
	{ "nft insert rule inet fw4 forward ip daddr @vpn accept",
	  "insert fw4/forward (ip daddr @vpn) accept" },
	{ "nft insert rule inet fw4 forward meta mark 0x1 accept",
	  "insert fw4/forward any (meta mark 0x1) accept" },
	{ "nft add rule inet fw4 forward handle 12 drop",
	  "add fw4/forward any (handle) (12) drop" },
	{ "nft add rule ip nat POSTROUTING oifname != \"lo\" log prefix \"x\" masquerade",
	  "add nat/POSTROUTING out!=lo source" },
	{ "nft add rule inet fw4 forward limit rate 10/minute drop",
	  "add fw4/forward any some drop" },
	{ "nft add chain inet fw4 vpn", "make fw4/vpn any -" },
	{ "nft flush chain inet fw4 srcnat", "flush fw4/srcnat any -" },
	{ "nft list ruleset", "list filter/* any -" },
	{ "nft flush ruleset", "" },
	{ "nft -f /etc/x.nft", "" },
};

static void commands_are_read_as_the_program_does(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_arena_ struct arena *arena = arena_new();
		struct packet_rule rule;
		const char *why, *meaning = NULL;

		switch (packet_rule_read_line(arena, rows[i].line, &rule, &why)) {
		case RULE_READ:
			meaning = show(arena, &rule);
			break;
		case RULE_IS_OTHER:
			meaning = "other";
			break;
		case RULE_IS_REFUSED:
			assert_true(*why);
			break;
		case RULE_NOT_READ:
			assert_true(*why);
			meaning = "";
			break;
		}
		if (!str_equal(meaning, rows[i].meaning))
			fail_msg("%s\nis read as: %s\nand is: %s", rows[i].line,
				 meaning ? meaning : "(refused)",
				 rows[i].meaning ? rows[i].meaning : "(refused)");
	}
}

static void what_is_written_back_has_the_same_words(void **state)
{
	static const struct {
		const char *line, *matches, *target, *rest;
	} texts[] = {
		{ "iptables -w -t nat -A x -s 10.0.0.0/8 -o eth0 -j SNAT --to-source 1.2.3.4",
		  "-s 10.0.0.0/8 -o eth0", "SNAT --to-source 1.2.3.4", "-s 10.0.0.0/8" },
		{ "iptables -A x -j ACCEPT -d 10.0.0.0/8 -m comment --comment 'a b'",
		  "-d 10.0.0.0/8 -m comment --comment \"a b\"", "ACCEPT",
		  "-d 10.0.0.0/8 -m comment --comment \"a b\"" },
		{ "iptables -A x ! -i eth0 -p esp -m policy --dir in --pol ipsec -m set "
		  "--match-set a src -j DROP",
		  "! -i eth0 -p esp -m policy --dir in --pol ipsec -m set --match-set a "
		  "src",
		  "DROP", "-m set --match-set a src" },
		{ "nft insert rule inet fw4 forward oifname eth0 ip daddr { 10.1.0.0/16, "
		  "10.2.0.0/16 } udp dport { 500, 4500-4501 } rt ipsec missing reject",
		  "-o eth0 -m policy --dir out --pol none -d 10.1.0.0/16,10.2.0.0/16 -p 17 "
		  "-m multiport --dports 500,4500:4501",
		  "REJECT",
		  "-d 10.1.0.0/16,10.2.0.0/16 -p 17 -m multiport --dports 500,4500:4501" },
		{ "nft insert rule inet fw4 forward ip daddr @vpn drop", NULL, NULL,
		  NULL },
		{ "iptables -A x -j LOG --log-prefix 'a \"b\"'", NULL, NULL, NULL },
		{ "iptables -A x -j NFQUEUE --queue-num 3", "", "NFQUEUE --queue-num 3",
		  "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		_cleanup_arena_ struct arena *arena = arena_new();
		struct packet_rule rule;
		const char *why;

		assert_int_equal(packet_rule_read_line(arena, texts[i].line, &rule, &why),
				 RULE_READ);
		if (!str_equal(rule.matches, texts[i].matches) ||
		    !str_equal(rule.target, texts[i].target) ||
		    !str_equal(rule.rest, texts[i].rest))
			fail_msg("%s: '%s' '%s' '%s'", texts[i].line, rule.matches,
				 rule.target, rule.rest);
	}
}

/* ------------------------------------------------------------ which packets */

static const struct {
	const char *matches;
	enum packet_match match;
} matched[] = {
	{ "", MATCH_ALL },
	{ "-d 10.1.2.0/24", MATCH_ALL },
	{ "-d 10.1.0.0/16", MATCH_ALL },
	{ "-d 10.1.2.0/25", MATCH_SOME },
	{ "-d 10.2.0.0/16", MATCH_NONE },
	{ "! -d 10.2.0.0/16", MATCH_ALL },
	{ "! -d 10.1.2.0/24", MATCH_NONE },
	{ "! -d 10.1.2.0/25", MATCH_SOME },
	{ "-d 10.9.0.0/16,10.1.2.0/24", MATCH_ALL },
	{ "-s 192.168.2.0/24 -d 10.1.2.0/24", MATCH_ALL },
	{ "-s 192.168.3.0/24 -d 10.1.2.0/24", MATCH_NONE },
	{ "-p tcp", MATCH_SOME },
	{ "-o eth0", MATCH_ALL },
	{ "-o eth+", MATCH_ALL },
	{ "-o eth1", MATCH_NONE },
	{ "! -o eth1", MATCH_ALL },
	{ "-i br-lan", MATCH_UNKNOWN },
	{ "-i br-lan -o eth1", MATCH_NONE },
	{ "-m policy --dir out --pol ipsec", MATCH_ALL },
	{ "-m policy --dir out --pol none", MATCH_NONE },
	{ "-m policy --dir in --pol none", MATCH_ALL },
	{ "-m conntrack --ctstate ESTABLISHED", MATCH_NONE },
	{ "-m set --match-set a dst", MATCH_UNKNOWN },
	{ "-m set --match-set a dst -d 10.2.0.0/16", MATCH_NONE },
	{ "-m limit --limit 1/s", MATCH_SOME },
};

static void a_rule_is_about_all_some_none_or_unknown_packets(void **state)
{
	struct packet_kind kind = { .protocol = -1, .out = "eth0", .is_out_ipsec = true };

	(void)state;
	assert_int_equal(inet_prefix_parse("192.168.2.0/24", &kind.src), 0);
	assert_int_equal(inet_prefix_parse("10.1.2.0/24", &kind.dst), 0);
	for (size_t i = 0; i < ARRAY_SIZE(matched); i++) {
		_cleanup_arena_ struct arena *arena = arena_new();
		struct packet_rule rule;

		assert_true(packet_rule_read_matches(arena, matched[i].matches, &rule));
		if (packet_rule_match(&rule, &kind) != matched[i].match)
			fail_msg("%s: %d", matched[i].matches,
				 packet_rule_match(&rule, &kind));
	}
}

static void a_packet_of_nobody_known_may_be_any(void **state)
{
	struct packet_kind kind = { .protocol = 17, .port = 500 };
	_cleanup_arena_ struct arena *arena = arena_new();
	struct packet_rule rule;

	(void)state;
	assert_true(packet_rule_read_matches(arena, "-s 1.2.3.4 -p udp", &rule));
	assert_int_equal(packet_rule_match(&rule, &kind), MATCH_UNKNOWN);
	assert_true(packet_rule_read_matches(arena, "-p udp --dport 499:501", &rule));
	assert_int_equal(packet_rule_match(&rule, &kind), MATCH_ALL);
	assert_true(packet_rule_read_matches(arena, "-p udp ! --dport 500", &rule));
	assert_int_equal(packet_rule_match(&rule, &kind), MATCH_NONE);
	assert_true(packet_rule_read_matches(arena, "-p esp", &rule));
	assert_int_equal(packet_rule_match(&rule, &kind), MATCH_NONE);
	assert_false(packet_rule_read_matches(arena, "-m comment --comment 'a", &rule));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands_are_read_as_the_program_does),
		cmocka_unit_test(what_is_written_back_has_the_same_words),
		cmocka_unit_test(a_rule_is_about_all_some_none_or_unknown_packets),
		cmocka_unit_test(a_packet_of_nobody_known_may_be_any),
	};

	return cmocka_run_group_tests_name("text/packet_rule", tests, NULL, NULL);
}
