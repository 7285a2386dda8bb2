// SPDX-License-Identifier: GPL-2.0-or-later
/* user_rules_test.c - claims: predict asks the owner's scripts as netfilter would, or says that it cannot */
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
#include "base/err.h"
#include "base/str.h"
#include "import/import.h"
#include "model/aspect.h"
#include "predict/predict.h"
#include "predict/user_rules.h"

/* A router that masquerades, refuses what comes from the Internet, and lets the LAN out. */
#define FIREWALL                                                                   \
	"config defaults\n option input REJECT\n option output ACCEPT\n"           \
	" option forward REJECT\n"                                                 \
	"config zone\n option name lan\n list network lan\n option input ACCEPT\n" \
	" option output ACCEPT\n option forward ACCEPT\n"                          \
	"config zone\n option name wan\n list network wan\n option input REJECT\n" \
	" option output ACCEPT\n option forward REJECT\n option masq 1\n"          \
	"config forwarding\n option src lan\n option dest wan\n"                   \
	"config include\n option path /etc/firewall.user\n option fw4_compatible 1\n"

#define NETWORK                                                                   \
	"config interface 'lan'\n option device 'br-lan'\n option proto static\n" \
	" option ipaddr '192.168.2.1'\n option netmask '255.255.255.0'\n"         \
	"config interface 'wan'\n option device 'eth0.2'\n option proto static\n" \
	" option ipaddr '203.0.113.56'\n option netmask '255.255.255.0'\n"        \
	" option gateway '203.0.113.1'\n"

#define IPSEC                                                                        \
	"config remote acme\n option enabled 1\n option gateway 198.51.100.7\n"      \
	" option authentication_method psk\n option pre_shared_key 'yourpassword'\n" \
	" option keyexchange ikev2\n list crypto_proposal p1\n list tunnel lan\n"    \
	"config crypto_proposal p1\n option encryption_algorithm aes256\n"           \
	" option hash_algorithm sha256\n option dh_group modp2048\n"                 \
	"config tunnel lan\n list local_subnet 192.168.2.0/24\n"                     \
	" list remote_subnet 10.1.2.0/24\n list crypto_proposal p1\n"                \
	" option startaction start\n"

#define FAR                                                                            \
	"connections {\n home {\n  local_addrs = 198.51.100.7\n"                       \
	"  remote_addrs = 203.0.113.56\n  proposals = aes256-sha256-modp2048\n"        \
	"  local {\n   auth = psk\n  }\n  remote {\n   auth = psk\n  }\n"              \
	"  children {\n   lan {\n    local_ts = 10.1.2.0/24\n"                         \
	"    remote_ts = 192.168.2.0/24\n    esp_proposals = aes256-sha256-modp2048\n" \
	"    start_action = start\n   }\n  }\n }\n}\n"                                 \
	"secrets {\n ike-h {\n  secret = yourpassword\n }\n}\n"

#define NAT "iptables -t nat "
#define ALLOW                                                  \
	"iptables -A input_rule -p udp -m multiport --dports " \
	"500,4500 -j ACCEPT\niptables -A input_rule -p esp -j ACCEPT\n"

/*
 * Of the classes that scripts decide: those found, in the order F63 F64 F70 F08 F12;
 * "?N" for a doubt about what stands in line N.
 */
static const struct row {
	const char *script, *found;
} fw3[] = {
	{ "", "F63 F70 F08 F12" },
	/* NAT: what exempts. */
	{ NAT "-A postrouting_rule -d 10.1.2.0/24 -j ACCEPT", "F70 F08 F12" },
	{ NAT "--append postrouting_rule --destination 10.1.2.0/24 --jump ACCEPT",
	  "F70 F08 F12" },
	{ "/usr/sbin/iptables -w -t nat -I POSTROUTING -d 10.1.0.0/16 -j ACCEPT",
	  "F70 F08 F12" },
	{ "iptables -A postrouting_rule -t nat -m policy --dir out --pol ipsec -j ACCEPT",
	  "F70 F08 F12" },
	{ NAT "-A postrouting_rule -d 10.1.2.0/24,10.9.0.0/16 -j ACCEPT", "F70 F08 F12" },
	{ NAT "-A postrouting_rule ! -d 10.9.0.0/16 -j ACCEPT", "F70 F08 F12" },
	{ NAT "-A postrouting_rule -d 10.1.2.0/25 -j ACCEPT\n" NAT
	      "-A postrouting_rule -d 10.1.2.128/25 -j ACCEPT",
	  "F70 F08 F12" },
	{ NAT "-I zone_wan_postrouting -d 10.1.2.0/24 -j RETURN", "F70 F08 F12" },
	{ NAT "-I POSTROUTING -d 10.1.2.0/24 -j RETURN", "F70 F08 F12" },
	{ NAT "-A postrouting_wan_rule -d 10.1.2.0/24 -j ACCEPT", "F70 F08 F12" },
	{ NAT "-N vpn\n" NAT "-A vpn -j ACCEPT\n" NAT
	      "-A postrouting_rule -d 10.1.2.0/24 -j vpn",
	  "F70 F08 F12" },
	{ "NET='10.1.2.0/24'\nIPT=\"iptables -t nat\"\n$IPT -A postrouting_rule -d ${NET} "
	  "-j ACCEPT # far",
	  "F70 F08 F12" },
	{ "for n in 10.9.0.0/16 10.1.2.0/24; do\n" NAT
	  "-A postrouting_rule -d $n -j ACCEPT\ndone",
	  "F70 F08 F12" },
	{ NAT "-C postrouting_rule -d 10.1.2.0/24 -j ACCEPT 2>/dev/null || " NAT
	      "-A postrouting_rule -d 10.1.2.0/24 -j ACCEPT",
	  "F70 F08 F12" },
	{ NAT "-A postrouting_rule \\\n -d 10.1.2.0/24 \\\n -j ACCEPT", "F70 F08 F12" },
	/* What does not. */
	{ NAT "-A postrouting_rule -d 10.9.0.0/16 -j ACCEPT", "F64 F70 F08 F12" },
	{ NAT "-A postrouting_rule -d 10.1.2.0/25 -j ACCEPT", "F64 F70 F08 F12" },
	{ NAT "-A postrouting_rule -s 192.168.9.0/24 -d 10.1.2.0/24 -j ACCEPT",
	  "F64 F70 F08 F12" },
	{ NAT "-A postrouting_rule ! -d 10.1.2.0/24 -j ACCEPT", "F63 F70 F08 F12" },
	{ NAT "-A postrouting_rule -d 10.1.2.0/24 -j RETURN", "F63 F70 F08 F12" },
	{ NAT "-A POSTROUTING -d 10.1.2.0/24 -j ACCEPT", "F63 F70 F08 F12" },
	{ NAT "-A postrouting_lan_rule -d 10.1.2.0/24 -j ACCEPT", "F63 F70 F08 F12" },
	{ NAT "-A zone_vpn_nat -d 10.1.2.0/24 -j ACCEPT", "F63 F70 F08 F12" },
	{ NAT "-A postrouting_rule -d 10.1.2.0/24 -m comment --comment '-j ACCEPT'",
	  "F63 F70 F08 F12" },
	{ NAT "-A postrouting_rule -m policy --dir out --pol none -j ACCEPT",
	  "F63 F70 F08 F12" },
	{ NAT "-A postrouting_rule -p icmp -d 10.1.2.0/24 -j ACCEPT", "F63 F70 F08 F12" },
	{ NAT "-A postrouting_rule -o eth7 -d 10.1.2.0/24 -j ACCEPT", "F63 F70 F08 F12" },
	{ "ip6tables -t nat -A postrouting_rule -j ACCEPT", "F63 F70 F08 F12" },
	{ NAT "-A postrouting_rule -d 10.1.2.0/24 -j ACCEPT\n" NAT
	      "-D postrouting_rule -d 10.1.2.0/24 -j ACCEPT",
	  "F63 F70 F08 F12" },
	{ NAT "-A postrouting_rule -d 10.1.2.0/24 -j ACCEPT\n" NAT
	      "-I postrouting_rule -j MASQUERADE",
	  "F63 F70 F08 F12" },
	{ NAT "-A postrouting_rule -d 10.1.2.0/24 -j ACCEPT\n" NAT "-F postrouting_rule",
	  "F63 F70 F08 F12" },
	{ NAT "-A postrouting_rule -d 10.1.2.0/24 -j ACCEPT\ncommand " NAT
	      "-I postrouting_rule -j MASQUERADE",
	  "F63 F70 F08 F12" },
	{ "exit 0\n" NAT "-A postrouting_rule -j ACCEPT", "F63 F70 F08 F12" },
	/* What only a run could tell. */
	{ NAT "-A postrouting_rule -m set --match-set vpn dst -j ACCEPT",
	  "F70 F08 F12 ?1" },
	{ NAT "-A postrouting_rule -d $(cat /etc/vpn) -j ACCEPT", "?1" },
	{ "if [ -e /x ]; then\n" NAT "-A postrouting_rule -d 10.1.2.0/24 -j ACCEPT\nfi",
	  "F70 F08 F12 ?2" },
	{ NAT "-A postrouting_rule -d 10.1.2.0/24 -j ACCEPT\n/etc/vpn/rules.sh", "?2" },
	{ "ip route add 10.0.0.0/8 dev x\nlogger done\n. /lib/functions.sh\n" NAT
	  "-A postrouting_rule -d 10.1.2.0/24 -j ACCEPT",
	  "F70 F08 F12" },
	{ "trap 'iptables -t nat -I postrouting_rule -j MASQUERADE' EXIT\n" NAT
	  "-A postrouting_rule -d 10.1.2.0/24 -j ACCEPT",
	  "?1" },
	{ NAT "-A postrouting_rule -d 10.1.2.0/24 -j ACCEPT\r\n", "?1" },
	{ "ip xfrm policy flush\n" NAT "-A postrouting_rule -d 10.1.2.0/24 -j ACCEPT",
	  "?1" },
	{ NAT "-A postrouting_rule -d 10.1.2.0/24 -j ACCEPT\n"
	      "sysctl -w net.ipv4.ip_forward=0",
	  "?2" },
	{ NAT "-A postrouting_rule -d 10.1.2.0/24 -j ACCEPT\n"
	      "echo 0 > /proc/sys/net/ipv4/ip_forward",
	  "?2" },
	{ "sysctl -w net.ipv4.ip_forward=1\necho 1 > /proc/sys/net/ipv4/ip_forward\n"
	  "ip xfrm state show\n" NAT "-A postrouting_rule -d 10.1.2.0/24 -j ACCEPT",
	  "F70 F08 F12" },
	/* A doubt that could turn nothing is none. */
	{ NAT "-A postrouting_rule -m set --match-set vpn dst -j ACCEPT\n" NAT
	      "-A postrouting_rule -d 10.1.2.0/24 -j ACCEPT",
	  "F70 F08 F12" },
	{ NAT "-A postrouting_rule -d 10.9.0.0/16 -m set --match-set vpn dst -j ACCEPT",
	  "F64 F70 F08 F12" },
	/* What holds packets back while there is no tunnel. */
	{ "iptables -A forwarding_rule -d 10.1.2.0/24 -m policy --dir out --pol none -j "
	  "REJECT",
	  "F63 F08 F12" },
	{ "iptables -A forwarding_lan_rule -d 10.1.2.0/24 -o eth0.2 -m policy --dir out "
	  "--pol none -j reject",
	  "F63 F08 F12" },
	{ "iptables -I FORWARD --destination 10.1.2.0/24 -m policy --pol none --dir out "
	  "-j DROP -m comment --comment 'no-jump to ACME, never -j ACCEPT'",
	  "F63 F08 F12" },
	{ "iptables -I FORWARD --destination 10.1.2.0/24 -m policy --pol none --dir out "
	  "--jump ACCEPT",
	  "F63 F70 F08 F12" },
	{ "iptables -A forwarding_rule -d 10.9.0.0/16 -m policy --dir out --pol none -j "
	  "DROP",
	  "F63 F70 F08 F12" },
	{ "iptables -A forwarding_rule ! -d 10.9.0.0/16 -m policy --dir out --pol none "
	  "-j DROP",
	  "F63 F08 F12" },
	{ "iptables -A forwarding_rule -p tcp -d 10.1.2.0/24 -m policy --dir out --pol "
	  "none -j DROP",
	  "F63 F70 F08 F12" },
	{ "iptables -A output_rule -d 10.1.2.0/24 -m policy --dir out --pol none -j "
	  "REJECT",
	  "F63 F70 F08 F12" },
	/* What comes in. */
	{ ALLOW, "F63 F70" },
	{ "iptables -A input_wan_rule -p udp --dport isakmp -j ACCEPT\n"
	  "iptables -A input_wan_rule -p udp --dport 4500 -j ACCEPT\n"
	  "iptables -A input_wan_rule --protocol 50 --jump ACCEPT",
	  "F63 F70" },
	{ "iptables -I INPUT -s 198.51.100.7 -i eth0.2 -j ACCEPT", "F63 F70" },
	{ "iptables -I INPUT -s 198.51.100.8 -j ACCEPT", "F63 F70 F08 F12" },
	{ "iptables -A input_rule -p udp ! --dport 500 -j ACCEPT", "F63 F70 F08 F12" },
	{ "iptables -A input_rule -p udp --dport 4500 -j ACCEPT", "F63 F70 F08 F12" },
	{ "iptables -A INPUT -j ACCEPT", "F63 F70 F08 F12" },
	{ "iptables -A output_rule -p udp --dport 500 -j ACCEPT", "F63 F70 F08 F12" },
	{ "iptables -A input_rule -p udp --dport 500 -m conntrack --ctstate "
	  "ESTABLISHED -j ACCEPT",
	  "F63 F70 F08 F12" },
	{ ALLOW "iptables -I input_rule -p udp --dport 500 -j DROP", "F63 F70 F08" },
	{ "iptables -A input_rule -m mark --mark 1 -j ACCEPT", "F63 F70 ?1" },
};

static const struct row fw4[] = {
	{ "", "F63 F70 F08 F12" },
	/* iptables' tables stand beside fw4's: to accept there ends nothing. */
	{ NAT "-I POSTROUTING -d 10.1.2.0/24 -j ACCEPT", "F63 F70 F08 F12" },
	{ NAT "-A postrouting_rule -d 10.1.2.0/24 -j ACCEPT", "F63 F70 F08 F12" },
	{ "iptables -I INPUT -j ACCEPT", "F63 F70 F08 F12" },
	{ "iptables -I FORWARD -d 10.1.2.0/24 -m policy --dir out --pol none -j DROP",
	  "F63 F08 F12" },
	{ "nft insert rule inet fw4 srcnat ip daddr 10.1.2.0/24 accept", "F70 F08 F12" },
	{ "nft 'insert rule inet fw4 srcnat_wan ip daddr { 10.1.2.0/24, 10.9.0.0/16 } "
	  "return'",
	  "F70 F08 F12" },
	{ "nft add rule inet fw4 srcnat ip daddr 10.1.2.0/24 accept", "F63 F70 F08 F12" },
	{ "nft insert rule inet fw4 srcnat ip daddr 10.9.0.0/16 accept",
	  "F64 F70 F08 F12" },
	{ "nft insert rule inet fw4 srcnat ip daddr @vpn accept", "F70 F08 F12 ?1" },
	{ "nft insert rule inet fw4 forward ip daddr 10.1.2.0/24 rt ipsec missing reject",
	  "F63 F08 F12" },
	{ "nft insert rule inet fw4 input udp dport { 500, 4500 } accept\n"
	  "nft insert rule inet fw4 input_wan meta l4proto esp counter accept",
	  "F63 F70" },
	{ "nft -f /etc/vpn.nft", "?1" },
};

/* ------------------------------------------------------------ reading */

static char *test_concat(const char *a, const char *b)
{
	char *text = NULL;

	if (asprintf(&text, "%s%s", a, b) < 0)
		fail();
	return text;
}

static struct site *import_home_with(const char *script, const char *sections,
				     const char *firmware)
{
	_cleanup_free_ char *firewall = test_concat(FIREWALL, sections);
	const struct import_source sources[] = {
		{ "etc/config/ipsec", IPSEC, strlen(IPSEC) },
		{ "etc/config/network", NETWORK, strlen(NETWORK) },
		{ "etc/config/firewall", firewall, strlen(firewall) },
		{ "etc/firewall.user", script, strlen(script) },
	};
	const struct import_options options = { .reading = READING_RENDERED,
						.firmware = firmware };
	struct site *site = NULL;
	struct err err = { 0 };

	if (site_import(DEVICE_OPENWRT, "home", sources, ARRAY_SIZE(sources),
			firmware ? &options : NULL, &site, &err))
		fail_msg("%s", err.text);
	return site;
}

static struct site *import_home(const char *script, const char *firmware)
{
	return import_home_with(script, "", firmware);
}

/* rules: of /etc/iptables/rules.v4; NULL: none. */
static struct site *import_far_with(const char *rules)
{
	const struct import_source sources[] = {
		{ "swanctl.conf", FAR, strlen(FAR) },
		{ "etc/iptables/rules.v4", rules, rules ? strlen(rules) : 0 },
	};
	struct site *site = NULL;
	struct err err = { 0 };

	if (site_import(DEVICE_STRONGSWAN, "far", sources, rules ? 2 : 1, NULL, &site,
			&err))
		fail_msg("%s", err.text);
	return site;
}

static struct site *import_far(void)
{
	return import_far_with(NULL);
}

static const char *found(const struct findings *findings, struct arena *arena)
{
	static const char *const ids[] = { "F63", "F64", "F70", "F08", "F12" };
	_cleanup_buf_ struct buf text = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		vec_foreach (finding, findings)
			if (str_equal(finding->class->id, ids[i]) &&
			    str_equal(finding->site, "home"))
				buf_printf(&text, "%s%s", text.length ? " " : "", ids[i]);
	vec_foreach (unproven, &findings->unproven) {
		bool is_said = false;

		if (!str_equal(unproven->remark->at.file, "etc/firewall.user"))
			continue;
		for (const struct unproven *before = findings->unproven.items;
		     before < unproven; before++)
			is_said |= before->remark->at.line == unproven->remark->at.line;
		if (!is_said)
			buf_printf(&text, "%s?%u", text.length ? " " : "",
				   unproven->remark->at.line);
	}
	return arena_strdup(arena, buf_text(&text));
}

static void check_rows(const struct row *rows, size_t count, const char *firmware)
{
	_cleanup_(site_freep) struct site *far = import_far();

	for (size_t i = 0; i < count; i++) {
		_cleanup_(arena_freep) struct arena *arena = arena_new();
		_cleanup_(site_freep) struct site *home =
			import_home(rows[i].script, firmware);
		const struct predict_input input = { .sites = { home, far },
						     .arena = arena };
		struct findings findings;

		predict_pair(&input, &findings);
		if (!str_equal(found(&findings, arena), rows[i].found))
			fail_msg("%s\nsays: %s\nand is: %s", rows[i].script,
				 found(&findings, arena), rows[i].found);
	}
}

static void fw3_asks_the_scripts_rules_in_their_places(void **state)
{
	(void)state;
	check_rows(fw3, ARRAY_SIZE(fw3), NULL);
}

static void fw4_asks_its_own_chains_and_no_others(void **state)
{
	(void)state;
	check_rows(fw4, ARRAY_SIZE(fw4), "22.03");
}

/* ------------------------------------------------------------ what is forwarded */

#define RULE "config rule\n option name r\n option proto all\n"
#define OUT  " option src lan\n option dest wan\n"
#define IN   " option src wan\n option dest lan\n"

/* Beside F66 (only home opens connections): F65, F66, F08, F12, and "?word" of home. */
static const struct way {
	const char *script, *sections, *found;
} ways[] = {
	{ "", "", "F66 F08 F12" },
	{ "iptables -I FORWARD -m policy --dir in --pol ipsec -j ACCEPT", "", "F08 F12" },
	{ "iptables -A forwarding_rule -d 10.1.2.0/24 -j DROP", "", "F65 F66 F08 F12" },
	{ "iptables -I FORWARD -s 192.168.2.66 -j DROP", "", "F66 F08 F12" },
	{ "iptables -I FORWARD -m set --match-set vpn dst -j DROP", "",
	  "F66 F08 F12 ?-m" },
	{ "iptables -I FORWARD -m set --match-set vpn dst -j ACCEPT", "", "F08 F12 ?-m" },
	/* A match of fw3 that nobody here understands, and one that is. */
	{ "",
	  RULE OUT " option extra '-m set --match-set vpn dst'\n option target REJECT\n",
	  "F66 F08 F12 ?extra" },
	{ "",
	  RULE OUT
	  " option extra '-m policy --dir out --pol none'\n option target REJECT\n",
	  "F66 F08 F12" },
	{ "", RULE OUT " option target REJECT\n", "F65 F66 F08 F12" },
	/* Some protocols, ports, hosts: neither a way nor none. */
	{ "", "config rule\n option proto icmp\n" OUT " option target REJECT\n",
	  "F66 F08 F12" },
	{ "",
	  "config rule\n option name smb\n option proto tcp\n option dest_port 445\n" IN
	  " option target ACCEPT\n",
	  "F08 F12 ?rule" },
	{ "", RULE OUT " option src_mac 00:11:22:33:44:55\n option target REJECT\n",
	  "F08 ?src_mac" },
	{ "",
	  RULE OUT
	  " option weekdays 'sat sun'\n option enabled 0\n option target REJECT\n",
	  "F66 F08 F12" },
	{ "",
	  RULE OUT " option family ipv6\n option limit 10/sec\n option target REJECT\n",
	  "F66 F08 F12" },
	/* Whom the router answers. */
	{ "", RULE " option src wan\n option target ACCEPT\n", "F66" },
	{ "",
	  RULE " option src wan\n option src_ip 198.51.100.7\n option target ACCEPT\n",
	  "F66" },
	{ "", RULE " option src wan\n option src_ip 192.0.2.9\n option target ACCEPT\n",
	  "F66 F08 F12" },
	{ "", RULE " option src wan\n option mark 5\n option target ACCEPT\n",
	  "F66 ?mark" },
};

/* NAT rules of the device: F63 or not, or "?word". */
static const struct way nats[] = {
	{ "", "", "F63" },
	{ "",
	  "config nat\n option src wan\n option dest_ip 10.1.2.0/24\n option target "
	  "ACCEPT\n",
	  "" },
	{ "",
	  "config nat\n option src wan\n option proto tcp\n option dest_ip 10.1.2.0/24\n"
	  " option target ACCEPT\n",
	  "?a" },
	{ "",
	  "config nat\n option src wan\n option dest_port 443\n option target ACCEPT\n",
	  "?a" },
	{ "",
	  "config nat\n option src wan\n option proto tcp\n option target SNAT\n"
	  " option snat_ip 203.0.113.9\n",
	  "F63" },
	{ "", "config nat\n option src wan\n option ipset vpn\n option target ACCEPT\n",
	  "?ipset" },
	{ "",
	  "config nat\n option src wan\n option mark 5\n option dest_ip 10.9.0.0/16\n"
	  " option target ACCEPT\n",
	  "F63" },
};

static const char *found_on_way(const struct findings *findings, struct arena *arena,
				const char *const ids[4])
{
	_cleanup_buf_ struct buf text = { 0 };

	for (size_t i = 0; i < 4 && ids[i]; i++)
		vec_foreach (finding, findings)
			if (str_equal(finding->class->id, ids[i]) &&
			    str_equal(finding->site, "home"))
				buf_printf(&text, "%s%s", text.length ? " " : "", ids[i]);
	vec_foreach (unproven, &findings->unproven)
		buf_printf(&text, "%s?%.*s", text.length ? " " : "",
			   (int)strcspn(unproven->remark->word, " "),
			   unproven->remark->word);
	return arena_strdup(arena, buf_text(&text));
}

static void check_ways(const struct way *rows, size_t count, const char *const ids[4])
{
	_cleanup_(site_freep) struct site *far = import_far();

	for (size_t i = 0; i < count; i++) {
		_cleanup_(arena_freep) struct arena *arena = arena_new();
		_cleanup_(site_freep) struct site *home =
			import_home_with(rows[i].script, rows[i].sections, NULL);
		const struct predict_input input = { .sites = { home, far },
						     .arena = arena };
		struct findings findings;

		predict_pair(&input, &findings);
		if (!str_equal(found_on_way(&findings, arena, ids), rows[i].found))
			fail_msg("%s%s\nsays: %s\nand is: %s", rows[i].script,
				 rows[i].sections, found_on_way(&findings, arena, ids),
				 rows[i].found);
	}
}

static void what_is_forwarded_is_known_or_said_to_be_unknown(void **state)
{
	static const char *const ids[4] = { "F65", "F66", "F08", "F12" };

	(void)state;
	check_ways(ways, ARRAY_SIZE(ways), ids);
}

static void what_is_translated_is_known_or_said_to_be_unknown(void **state)
{
	static const char *const ids[4] = { "F63", "F64" };

	(void)state;
	check_ways(nats, ARRAY_SIZE(nats), ids);
}

/* 4,000 rules that each halve the network: an answer or a doubt, and soon. */
/* ------------------------------------------------------------ a Linux host */

#define HOST_NAT(rules) "*nat\n:POSTROUTING ACCEPT [0:0]\n" rules "COMMIT\n"
#define HOST_FILTER(rules)                                        \
	"*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n" rules \
	"-A FORWARD -i eth1 -j ACCEPT\n"                          \
	"-A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT\nCOMMIT\n"
#define HOST_IKE  "-A INPUT -i eth0 -p udp -m multiport --dports 500,4500 -j ACCEPT\n"
#define HOST_ESP  "-A INPUT -i eth0 -p esp -j ACCEPT\n"
#define HOST_IN	  "-A FORWARD -i eth0 -m policy --dir in --pol ipsec -j ACCEPT\n"
#define HOST_MASQ "-A POSTROUTING -o eth0 -j MASQUERADE\n"

/* No file shows which interface is which: the rules do, or nothing is concluded. */
static void a_host_is_judged_by_its_own_rules(void **state)
{
	static const char *const ids[] = { "F08", "F12", "F63", "F66" };
	static const struct {
		const char *rules, *found;
	} rows[] = {
		{ HOST_FILTER(HOST_IKE HOST_ESP HOST_IN), "" },
		{ HOST_FILTER(HOST_ESP HOST_IN), "F08" },
		{ HOST_FILTER(HOST_IKE HOST_IN), "F12" },
		{ HOST_FILTER(HOST_IKE HOST_ESP), "F66" },
		/* MOBIKE goes on at 4500 without any NAT. */
		{ HOST_FILTER("-A INPUT -i eth0 -p udp --dport 500 -j ACCEPT\n" HOST_ESP
				      HOST_IN),
		  "F08" },
		/* Some protocols pass: whether those of the user only a run tells. */
		{ HOST_FILTER(HOST_IKE HOST_ESP "-A FORWARD -i eth0 -p tcp -j ACCEPT\n"),
		  "" },
		{ HOST_NAT(HOST_MASQ), "F63" },
		{ HOST_NAT("-A POSTROUTING -d 192.168.2.0/24 -j ACCEPT\n" HOST_MASQ),
		  "" },
		{ HOST_NAT("-A POSTROUTING -o ppp+ -j MASQUERADE\n"), "?" },
		{ HOST_NAT(HOST_MASQ) HOST_FILTER(HOST_IKE HOST_ESP HOST_IN
						  "-A INPUT -i eth2 -j ACCEPT\n"),
		  "?" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(arena_freep) struct arena *arena = arena_new();
		_cleanup_(site_freep) struct site *home = import_home(ALLOW, NULL);
		_cleanup_(site_freep) struct site *far = import_far_with(rows[i].rules);
		const struct predict_input input = { .sites = { home, far },
						     .arena = arena };
		_cleanup_buf_ struct buf text = { 0 };
		struct findings findings;

		predict_pair(&input, &findings);
		for (size_t k = 0; k < ARRAY_SIZE(ids); k++)
			vec_foreach (finding, &findings)
				if (str_equal(finding->class->id, ids[k]) &&
				    str_equal(finding->site, "far"))
					buf_printf(&text, "%s%s", text.length ? " " : "",
						   ids[k]);
		if (site_touching(far, NULL, ASPECT_NAT))
			buf_puts(&text, "?");
		if (!str_equal(buf_text(&text), rows[i].found))
			fail_msg("%s\nsays: %s\nand is: %s", rows[i].rules,
				 buf_text(&text), rows[i].found);
	}
}

static void hostile_scripts_come_to_an_end(void **state)
{
	_cleanup_buf_ struct buf script = { 0 };
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	_cleanup_(site_freep) struct site *home = NULL, *far = import_far();
	struct findings findings;

	(void)state;
	for (unsigned int i = 0; i < 4000; i++)
		buf_printf(&script,
			   NAT "-A postrouting_rule -s 192.168.2.%u -d 10.1.2.%u -j "
			       "ACCEPT\n",
			   i % 256, i / 16);
	home = import_home(buf_text(&script), NULL);
	predict_pair(&(struct predict_input){ .sites = { home, far }, .arena = arena },
		     &findings);
	assert_true(findings.count > 0 || findings.unproven.count > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fw3_asks_the_scripts_rules_in_their_places),
		cmocka_unit_test(fw4_asks_its_own_chains_and_no_others),
		cmocka_unit_test(what_is_forwarded_is_known_or_said_to_be_unknown),
		cmocka_unit_test(what_is_translated_is_known_or_said_to_be_unknown),
		cmocka_unit_test(a_host_is_judged_by_its_own_rules),
		cmocka_unit_test(hostile_scripts_come_to_an_end),
	};

	return cmocka_run_group_tests_name("predict/user_rules", tests, NULL, NULL);
}
