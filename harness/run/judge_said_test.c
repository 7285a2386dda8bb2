// SPDX-License-Identifier: GPL-2.0-or-later
/* judge_said_test.c - what is said about each recorded fault: where, by what proof, what to do */
#include "base/test_text.h"
#include "run/test_edited.h"

#define SAYS_MAX 8

/* Long sentences are cut where a line ends. */
/* NOLINTBEGIN(bugprone-suspicious-missing-comma) */
static const struct {
	const char *run; /* and the scenario of that name */
	const char *says[SAYS_MAX];
} rows[] = {
	{ "acme-blocked-ike",
	  { "F08 ike-blocked (path) both: UDP 500 from home is dropped on the way",
	    "proof requests: 9 left (home-wan.pcapng), 0 arrived (no capture has one)",
	    "sees home: sending retransmit", "sees acme: get event: nothing",
	    "not F07 (peer-address-wrong)", "not F13 (ike-forwarded)",
	    "not F09 (ike-refused)" } },
	{ "acme-rejected-ike",
	  { "F09 ike-refused (path) both: 203.0.113.1 on the way to acme rejects UDP 500",
	    "home-wan.pcapng packet 4: ICMP 3/3 from 203.0.113.1, about UDP 500 of "
	    "7.7.7.7",
	    "the ICMP error is not logged", "take the reject rule out",
	    "not F08 (ike-blocked)" } },
	{ "acme-blocked-answers",
	  { "F10 answers-blocked (path) both: acme's answers from UDP 500 are dropped on "
	    "the way to home",
	    "proof answers: 15 left (acme-wan.pcapng), 0 arrived (no capture has one)",
	    "acme.charon.log:162 'received retransmit of request with ID 0",
	    "let UDP 500 back in" } },
	{ "office-blocked-nat-t",
	  { "F11 nat-t-blocked (path) branch: branch drops UDP 4500: it arrives at its "
	    "WAN and is not answered",
	    "UDP 500 there: 3 left (office-wan.pcapng), 3 arrived (branch-wan.pcapng)",
	    "UDP 500 back: 3 left (branch-wan.pcapng), 3 arrived (office-wan.pcapng)",
	    "UDP 4500 there: 9 left (office-wan.pcapng), 9 arrived (branch-wan.pcapng)",
	    "UDP 4500 back: 0 left", "sees branch: deleting half open IKE_SA",
	    "not F15 (fragments-dropped)" } },
	{ "acme-wrong-peer-address",
	  { "F07 peer-address-wrong (addresses) home: home calls 7.7.7.8, acme has "
	    "7.7.7.7",
	    "home gateway = 7.7.7.8 @etc/config/ipsec:7",
	    "acme WAN address = 7.7.7.7 @firewall.screenos:15",
	    "home-wan.pcapng packet 3 goes to 7.7.7.8",
	    "fix home: etc/config/ipsec:7: option gateway '7.7.7.7'" } },
	{ "office-pinned-address",
	  { "F30 no-connection-for-address (addresses) branch: branch's connection is for "
	    "the address 198.18.10.99, and office calls from 198.18.10.2",
	    "branch peer address = 198.18.10.99 @swanctl.conf:5",
	    "branch.charon.log:97 'no IKE config found for",
	    "fix branch: swanctl.conf:5: remote_addrs = 198.18.10.2", "not F34" } },
	{ "acme-restarted",
	  { "F56 dead-peer-detection-off (life cycle)",
	    "acme dpd-liveness = off @firewall.screenos:26",
	    "acme had the SA when the tunnel was up and has none after the traffic; home "
	    "still sends with it (16 packets out, 0 in)",
	    "in effect one end has no such SA any more", "dpd-liveness interval 10" } },
	{ "acme-dns-source",
	  { "F81 dns-source-outside-tunnel (DNS) home: DNS questions for acme.inc leave "
	    "with source 192.168.3.1",
	    "the tunnel only carries 192.168.2.64/26",
	    "hobbit.acme.inc: no answer at all, and 10.1.2.250 was never asked",
	    "no matching outbound IPsec policy for 192.168.3.1",
	    "list server '/acme.inc/10.1.2.250@192.168.2.82'" } },
	{ "acme-rebind",
	  { "F82 dns-rebind-protection (DNS) home",
	    "hobbit.acme.inc: NOERROR without an answer, although dns was asked by "
	    "192.168.2.82",
	    "in effect the answer came through the tunnel and was thrown away",
	    "list rebind_domain 'acme.inc'" } },
	{ "acme-search-missing",
	  { "F83 search-domain-missing (DNS) home: laptop says 'hobbit' without a domain",
	    "home search domain = lan @etc/config/dhcp:27",
	    "laptop asked for hobbit.lan, and no DNS server beyond the router saw it",
	    "in effect no question had the far site's domain",
	    "etc/config/dhcp:27: list dhcp_option '119,lan,acme.inc'" } },
	{ "acme-reverse-missing",
	  { "F84 reverse-zone-not-forwarded (DNS) home",
	    "laptop asked for 42.2.1.10.in-addr.arpa, and no DNS server beyond the "
	    "router saw it",
	    "home boguspriv = on @etc/config/dhcp:4",
	    "in effect the router answered the reverse question itself",
	    "etc/config/dhcp:10: list server "
	    "'/2.1.10.in-addr.arpa/10.1.2.250@192.168.2.82'" } },
	{ "acme-partner-all-to-all",
	  { "F96 second-network-reached (firewall) home: laptop reaches lab through the "
	    "tunnel, and must not: ACME-LAN of home lets it pass",
	    "home ACME-LAN = lets it pass, names no destination @etc/config/firewall:99",
	    "acme rule = lets it pass @firewall.screenos:42",
	    "laptop > lab: 2 of 2 requests arrived" } },
	{ "office-overlap",
	  { "F72 networks-overlap (routes) office: office has 10.10.0.0/24 itself, and "
	    "the tunnel goes to 10.0.0.0/8",
	    "office: the tunnel's route '10.0.0.0/8 dev ipsec0 src 10.10.0.1 table 220' "
	    "is asked before its own LAN 10.10.0.1/24",
	    "office own network = 10.10.0.0/24 @etc/config/network:12" } },
	{ "office-nobody-initiates",
	  { "F04 nobody-initiates (start) both: neither end starts the tunnel: office: "
	    "never, branch: never",
	    "no IKE packet is in any capture", "in effect neither end sent a request",
	    "office startaction = never @etc/config/ipsec:30",
	    "branch start_action = never @swanctl.conf:2",
	    "fix branch: swanctl.conf:2: start_action = trap" } },
	{ "fritzbox-aggressive",
	  { "F18 mode-differs (phase 1) both: openwrt starts in main mode, fritzbox only "
	    "answers aggressive mode",
	    "fritzbox.charon.log:104 '84.112.3.56 is initiating a Main Mode IKE_SA'",
	    "openwrt.charon.log:99 'sending retransmit 1",
	    "fritzbox: 9 answers in main mode were not sent",
	    "nor did the initiator learn more than that",
	    "fix fritzbox: vpn.cfg:20: mode = phase1_mode_idp;" } },
	{ "fritzbox-name",
	  { "F06 peer-name-not-resolvable (addresses) openwrt",
	    "openwrt.charon.log:96 'unable to resolve remotesite.dyndns.org, initiate "
	    "aborted'",
	    "the name appeared at 0.24 s, and in 1.2 s nothing happened by itself",
	    "started again by traffic: the tunnel came up", "@etc/config/ipsec:8",
	    "retry_initiate_interval = 60" } },
	{ "fritzbox-wan-change-nohotplug",
	  { "(life cycle) openwrt: openwrt got another WAN address, 84.112.3.57 for "
	    "84.112.3.56, and nothing restarts the tunnel",
	    "pc > nas: 120 requests in 6.0 s after the change, none answered",
	    "openwrt: 'Site2Site' is ESTABLISHED, 84.112.3.56 to 91.64.7.112, an address "
	    "that is gone",
	    "fritzbox: 'Site2Site_VPN' is ESTABLISHED",
	    "in effect the address changed while the SA stayed",
	    "fix openwrt: /etc/hotplug.d/iface/100-ipsec" } },
	{ "office-narrowed",
	  { "F47 selectors-narrowed (phase 2) both: office wants 10.10.0.0/24 === "
	    "10.20.0.0/16, branch has 10.20.0.0/24 === 10.10.0.0/24",
	    "office has the CHILD SA [\"10.10.0.0/24\"] === [\"10.20.0.0/24\"]",
	    "in effect the networks of the file have no CHILD SA of their own",
	    "some hosts are dead" } },
	{ "acme-missing-forward-rule",
	  { "F65 forward-rule-missing (firewall) home: home does not forward "
	    "192.168.2.64/26 to 66.77.88.192/26",
	    "proof laptop > web: refused by 192.168.2.82",
	    "the echo request of laptop to web was refused at home",
	    "option dest_ip '66.77.88.192/26'" } },
	{ "office-forwarding-off",
	  { "F68 forwarding-off (kernel) branch",
	    "branch net.ipv4.ip_forward = 0 @sysctl.conf:2", "desk > store: no answer",
	    "proof branch: net.ipv4.ip_forward = 0",
	    "fix branch: sysctl.conf:2: net.ipv4.ip_forward = 1" } },
	{ "acme-reverse-path",
	  { "F71 reverse-path-filter (kernel) acme",
	    "laptop > hobbit: acme's SAs received 35 packets and sent 0, the target saw "
	    "nothing",
	    "acme: TcpExtIPReversePathFilter counted 35, rp_filter = 1",
	    "not F68 (forwarding-off)", "not F67 (no-way-back)",
	    "not F66 (far-policy-missing)" } },
	{ "office-no-route",
	  { "F69 route-missing (routes) office: office has no route into the tunnel",
	    "office: SAs are installed, none has sent a packet, and table 220 has no "
	    "route",
	    "in effect nothing enters the tunnel", "charon.install_routes = yes" } },
	{ "office-plugin-missing",
	  { "F39 plugin-missing (crypto) branch: branch asks for the group MODP_2048 that "
	    "it has just refused",
	    "branch.charon.log:106 'DH group MODP_2048 unacceptable, requesting "
	    "MODP_2048'",
	    "in effect a daemon lacks an algorithm" } },
	{ "acme-unknown-cipher",
	  { "F01 config-not-loaded (configuration) home",
	    "home encryption = 'aes129' @etc/config/ipsec:16",
	    "home: connection 'acme' discarded: home: etc/config/ipsec:16",
	    "in effect the connection was not loaded", "write 'aes128'",
	    "broken ike-sa: home and acme have an IKEv1 SA (aggressive mode): never "
	    "loaded:" } },
	{ "office-dead-zone",
	  { "F86 zone-catches-nothing (firewall) office",
	    "office zone = vpn @etc/config/firewall:26", "store > desk: nothing arrived",
	    "list subnet '10.20.0.0/24'" } },
	{ "office-not-let-in",
	  { "F66 far-policy-missing (firewall) office: office does not forward "
	    "10.20.0.0/24 to 10.10.0.0/24",
	    "office decrypted 6 packets of this pair, desk saw none",
	    "what store sent came out of the tunnel and went no further",
	    "option src_ip '10.20.0.0/24'" } },
	{ "office-selectors-differ",
	  { "F45 selectors-differ (phase 2) both",
	    "branch.charon.log:127 'traffic selectors 10.20.0.0/24 === 10.10.0.0/24 "
	    "unacceptable'",
	    "the responder refused exactly this pair of networks",
	    "broken child-sa: one CHILD SA for exactly 10.10.0.0/24 === 10.20.0.0/24: "
	    "not there" } },
	{ "office-no-exemption",
	  { "F63 nat-exemption-missing (NAT) office",
	    "office masq = on @etc/config/firewall:21",
	    "office-wan.pcapng packet 7: 198.18.10.2 > 10.20.0.10 in clear",
	    "packets to 10.20.0.10 left office with the WAN address 198.18.10.2",
	    "iptables -t nat -A postrouting_rule -d 10.20.0.0/24 -j ACCEPT",
	    "broken exemption: office leaves desk to store untranslated" } },
	{ "acme-blocked-esp",
	  { "F12 esp-blocked (path) both: ESP from home is dropped on the way",
	    "ESP of home: 35 left (home-wan.pcapng), 0 arrived (no capture has one); "
	    "SAs: 35 out at home, 0 in at acme",
	    "not F74 (large-packets-lost)", "broken reach: laptop reaches web",
	    "broken mtu: largest whole packet laptop to hobbit: not even the smallest",
	    "ok blocked: guest does not reach web: refused by 192.168.3.1" } },
	{ "acme-other-gateway",
	  { "laptop > hobbit: acme's SAs received 20 packets and sent 3, the target saw "
	    "the request",
	    "on the LAN of acme: 17 requests to hobbit, 0 answers to the gateway",
	    "not F68", "not F71", "not F66", "ok name: laptop learns hobbit.acme.inc" } },
	{ "office-restarted",
	  { "F57 dead-peer-found-late (life cycle) branch",
	    "office dead peer detection = on @etc/config/ipsec:12",
	    "office still sends with it (16 packets out, 0 in)", "not F60", "not F56",
	    "20 packets in clear (2 before the tunnel, 16 during, 2 after)",
	    "branch-wan.pcapng packet 9: 10.20.0.10 > 10.10.0.10 in clear while the "
	    "tunnel was up" } },
	{ "office-pfs-at-rekey",
	  { "F43 pfs-differs-at-rekey (phase 2) both: PFS group (at rekey) differs: "
	    "office offers group 14 (modp2048), branch accepts group 16 (modp4096)",
	    "office.charon.log:168 'CHILD_SA rekeying failed, trying again in 7 "
	    "seconds'",
	    "branch asked to rekey and was refused", "@swanctl.conf:20",
	    "fix branch: swanctl.conf:20: esp_proposals = aes256-sha256-modp2048" } },
	{ "office-large-lost",
	  { "F74 large-packets-lost (MTU) both",
	    "ESP of 1188 bytes arrives, of 1220 does not",
	    "ESP of office: 15 left, the largest with 1220 bytes (office-wan.pcapng); 11 "
	    "arrived, the largest with 1188 (branch-wan.pcapng)" } },
	{ "acme-wrong-psk",
	  { "home option pre_shared_key = (16 bytes) @etc/config/ipsec:8",
	    "acme preshare = (17 bytes) @firewall.screenos:26",
	    "home.charon.log:150 'calculated HASH does not match HASH payload'",
	    "proof home.charon.log:147 'received proposals", "sees acme: get event" } },
};

/* NOLINTEND(bugprone-suspicious-missing-comma) */

static void each_fault_is_told_with_its_proof_and_its_cure(void **state)
{
	static const struct test_edit nothing = { NULL };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_buf_ struct buf said = { 0 };

		edited_judge(rows[i].run, rows[i].run, &nothing, &said);
		for (size_t j = 0; j < SAYS_MAX && rows[i].says[j]; j++)
			assert_has(buf_text(&said), rows[i].says[j]);
		assert_has(buf_text(&said), "and nothing else, was found and named");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_fault_is_told_with_its_proof_and_its_cure),
	};

	return cmocka_run_group_tests_name("run/judge_said", tests, NULL, NULL);
}
