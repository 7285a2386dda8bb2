/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_mistakes.h - one mistake each in a healthy pair, and the class that it is */
#ifndef TWINSITE_PREDICT_TEST_MISTAKES_H
#define TWINSITE_PREDICT_TEST_MISTAKES_H

#include "finding/finding.h"
#include "predict/test_pairs.h"

struct test_pair {
	const char *name;
	const struct test_device *devices[2];
};

static const struct test_pair pairs[] = {
	{ "openwrt-screenos", { &openwrt, &screenos } },
	{ "openwrt-fritzbox", { &openwrt_for_box, &fritzbox } },
	{ "junos-openwrt", { &junos, &openwrt_v2 } },
	{ "openwrt-junos", { &openwrt_v2, &junos } },
	{ "swanctl-junos", { &swanctl, &junos } },
	{ "swanctl-screenos", { &swanctl_v1, &screenos } },
	{ "ipsec_conf-junos", { &ipsec_conf, &junos } },
	{ "screenos-openwrt", { &screenos, &openwrt } },
	{ "fritzbox-openwrt", { &fritzbox, &openwrt_for_box } },
};

enum {
	OPENWRT_SCREENOS,
	OPENWRT_FRITZBOX,
	JUNOS_OPENWRT,
	OPENWRT_JUNOS,
	SWANCTL_JUNOS,
	SWANCTL_SCREENOS,
	IPSEC_CONF_JUNOS
};

/* One mistake: in the files of one end, `find` becomes `replace` (NULL: appended). */
struct mistake {
	const char *claim;
	unsigned int pair, end;
	const char *find, *replace;
	const char *id;	  /* the only class above weak; NULL: none is */
	const char *weak; /* a class that is there as weak; NULL: do not care */
	bool is_behind_nat;
	enum severity severity;
};

#define HOME	   0
#define ACME	   1
#define NO_TUNNEL  .severity = SEVERITY_NO_TUNNEL
#define NO_TRAFFIC .severity = SEVERITY_NO_TRAFFIC
#define LEAK	   .severity = SEVERITY_LEAK
#define LATER	   .severity = SEVERITY_LATER

/* clang-format off */
static struct mistake mistakes[] = {
	{ "an_unknown_word_discards_the_connection", SWANCTL_JUNOS, HOME,
	  "proposals = aes256-sha256", "proposals = aes-256-sha256", "F01", NO_TUNNEL },
	{ "starter_adds_no_connection_with_an_unknown_word", IPSEC_CONF_JUNOS, HOME,
	  "ike=aes256-sha256-modp2048!", "ike=aes256-sha256-2!", "F01", NO_TUNNEL },
	{ "one_bad_proposal_among_good_ones_is_enough_for_starter", IPSEC_CONF_JUNOS, HOME,
	  "esp=aes256-sha256-modp2048!", "esp=aes256-sha256-modp2048,aes256-sha9", "F01",
	  NO_TUNNEL },
	{ "a_proposal_without_a_group_discards_the_connection", SWANCTL_JUNOS, HOME,
	  "  proposals = aes256-sha256-modp2048", "  proposals = aes256-sha256", "F01",
	  NO_TUNNEL },
	{ "a_remote_that_is_not_enabled_is_not_loaded", OPENWRT_SCREENOS, HOME,
	  "option enabled 1", "option enabled 0", "F01", NO_TUNNEL },
	{ "a_hash_sign_in_an_unquoted_key_cuts_it", SWANCTL_SCREENOS, ACME,
	  "preshare \"yourpassword\"", "preshare \"yourpassword#2\"", "F03", NO_TUNNEL },
	{ "a_key_in_hex_is_not_its_characters", SWANCTL_SCREENOS, ACME,
	  "preshare \"yourpassword\"", "preshare \"0x796f757270617373776f7264\"", "F03",
	  NO_TUNNEL },
	{ "a_key_in_base64_is_not_its_characters", SWANCTL_SCREENOS, ACME,
	  "preshare \"yourpassword\"", "preshare \"0seW91cnBhc3N3b3Jk\"", "F03", NO_TUNNEL },
	{ "a_blank_behind_the_key_counts", OPENWRT_FRITZBOX, ACME,
	  "key = \"yourpassword\"", "key = \"yourpassword \"", "F03", NO_TUNNEL },
	{ "one_end_that_starts_is_enough", SWANCTL_SCREENOS, HOME, "start_action = trap", "",
	  NULL, .weak = NULL },
	{ "an_end_without_a_key_is_named", SWANCTL_SCREENOS, HOME, "id-a = home.example",
	  "id-a = other.example\n id-b = 9.9.9.9", "F05", NO_TUNNEL },
	{ "a_peer_without_a_domain_has_no_address", OPENWRT_FRITZBOX, HOME,
	  "gateway box.example", "gateway box", "F06", LATER },
	{ "a_peer_of_a_private_domain_has_no_address", OPENWRT_SCREENOS, HOME,
	  "gateway 198.51.100.7", "gateway acme.local", "F06", LATER },
	{ "a_name_asked_through_its_own_tunnel_is_not_found", OPENWRT_SCREENOS, HOME,
	  "gateway 198.51.100.7", "gateway vpn.acme.inc", "F06", LATER },
	{ "a_start_asks_for_the_name_only_once", OPENWRT_JUNOS, HOME,
	  "gateway 198.51.100.7", "gateway vpn.example.net", NULL, .weak = "F06" },
	{ "a_call_to_the_wrong_address_is_named", OPENWRT_SCREENOS, HOME,
	  "gateway 198.51.100.7", "gateway 198.51.100.8", "F07", NO_TUNNEL },
	{ "a_peer_pinned_to_another_address_is_named", OPENWRT_SCREENOS, ACME,
	  "address 203.0.113.56", "address 203.0.113.65", "F30", NO_TUNNEL },
	{ "ike_not_let_in_breaks_later_where_it_may_start_itself", JUNOS_OPENWRT, ACME,
	  "option dest_port '500 4500'", "option dest_port '5000'", "F08", LATER },
	{ "port_4500_alone_does_not_let_ike_in", JUNOS_OPENWRT, ACME,
	  "option dest_port '500 4500'", "option dest_port '4500'", "F08", LATER },
	{ "esp_not_let_in_is_named", JUNOS_OPENWRT, ACME,
	  "option proto esp", "option proto gre", "F12", LATER },
	{ "an_srx_without_ike_among_its_services_is_silent", OPENWRT_JUNOS, ACME,
	  "system-services ike", "system-services ping", "F08", LATER },
	{ "a_port_forward_takes_the_ike_packets", JUNOS_OPENWRT, ACME, "config rule\n option name IKE\n",
	  "config redirect\n option src wan\n option src_dport 500\n option proto udp\n"
	  " option dest lan\n option dest_ip 192.168.2.9\nconfig rule\n option name IKE\n",
	  "F13", LATER },
	{ "a_port_forward_of_something_else_does_not", JUNOS_OPENWRT, ACME,
	  "config rule\n option name IKE\n",
	  "config redirect\n option src wan\n option src_dport 5000\n option proto udp\n"
	  " option dest lan\n option dest_ip 192.168.2.9\nconfig rule\n option name IKE\n",
	  NULL, .weak = NULL },
	{ "nat_without_nat_traversal_is_named", OPENWRT_SCREENOS, ACME,
	  "set ike gateway \"home-gw\" nat-traversal\n", "", "F14", .is_behind_nat = true,
	  NO_TRAFFIC },
	{ "versions_differ", OPENWRT_SCREENOS, HOME, "keyexchange ikev1",
	  "keyexchange ikev2", "F17", NO_TUNNEL },
	{ "a_box_knows_only_ikev1", OPENWRT_FRITZBOX, HOME, "option exchange_mode main",
	  "option keyexchange ikev2", "F17", NO_TUNNEL },
	{ "an_srx_without_v2_only_speaks_ikev1", OPENWRT_JUNOS, ACME, "version v2-only",
	  "version v1-only", "F17", NO_TUNNEL },
	{ "accesslist_decides_what_a_box_sends", OPENWRT_FRITZBOX, ACME,
	  "permit ip any 192.168.2.0 255.255.255.0",
	  "permit ip any 192.168.9.0 255.255.255.0", "F65", NO_TRAFFIC },
	{ "a_part_of_the_far_network_is_not_enough", OPENWRT_FRITZBOX, ACME,
	  "permit ip any 192.168.2.0 255.255.255.0",
	  "permit ip any 192.168.2.0 255.255.255.128", "F65", NO_TRAFFIC },
	{ "two_halves_are_the_whole", OPENWRT_FRITZBOX, ACME,
	  "\"permit ip any 192.168.2.0 255.255.255.0\"",
	  "\"permit ip any 192.168.2.0 255.255.255.128\", "
	  "\"permit ip any 192.168.2.128 255.255.255.128\"", NULL, .weak = NULL },
	{ "what_is_denied_first_is_not_sent", OPENWRT_FRITZBOX, ACME,
	  "\"permit ip any 192.168.2.0 255.255.255.0\"",
	  "\"deny ip any 192.168.0.0 255.255.0.0\", \"permit ip any any\"", "F65",
	  NO_TRAFFIC },
	{ "what_is_denied_behind_a_permit_of_all_is_sent", OPENWRT_FRITZBOX, ACME,
	  "\"permit ip any 192.168.2.0 255.255.255.0\"",
	  "\"permit ip any 192.168.2.0 255.255.255.0\", \"deny ip any any\"", NULL,
	  .weak = NULL },
	{ "an_entry_of_another_network_is_no_matter", OPENWRT_FRITZBOX, ACME,
	  "\"permit ip any 192.168.2.0 255.255.255.0\"",
	  "\"deny ip any 192.168.9.0 255.255.255.0\", \"permit ip any 192.168.2.0 "
	  "255.255.255.0\"", NULL, .weak = NULL },
	{ "a_wider_accesslist_is_fine", OPENWRT_FRITZBOX, ACME,
	  "permit ip any 192.168.2.0 255.255.255.0",
	  "permit ip any 192.168.0.0 255.255.0.0", NULL, .weak = NULL },
	{ "modes_differ", OPENWRT_FRITZBOX, ACME, "phase1_mode_idp",
	  "phase1_mode_aggressive", "F18", NO_TUNNEL },
	{ "screenos_wants_the_mode_it_says", OPENWRT_SCREENOS, ACME, " Main ", " Aggr ", "F18",
	  NO_TUNNEL },
	{ "ciphers_differ", OPENWRT_SCREENOS, ACME, "pre-g14-aes128-sha",
	  "pre-g14-aes256-sha", "F20", NO_TUNNEL },
	{ "fixes_of_ipsec_conf_are_in_its_words", IPSEC_CONF_JUNOS, HOME,
	  "ike=aes256-sha256-modp2048!", "ike=aes128-sha256-modp2048!", "F20", NO_TUNNEL },
	{ "a_version_in_ipsec_conf", IPSEC_CONF_JUNOS, HOME, "keyexchange=ikev2",
	  "keyexchange=ikev1", "F17", NO_TUNNEL },
	{ "an_identity_in_ipsec_conf", IPSEC_CONF_JUNOS, HOME, "leftid=@home.example",
	  "leftid=@hone.example", "F31", NO_TUNNEL },
	{ "hashes_differ", OPENWRT_SCREENOS, ACME, "pre-g14-aes128-sha", "pre-g14-aes128-md5",
	  "F21", NO_TUNNEL },
	{ "groups_differ", OPENWRT_SCREENOS, ACME, "pre-g14-aes128-sha", "pre-g2-aes128-sha",
	  "F22", NO_TUNNEL },
	{ "only_the_first_algorithm_is_sent", SWANCTL_SCREENOS, HOME,
	  "  proposals = aes128-sha1-modp2048", "  proposals = aes128-sha1-modp4096-modp2048",
	  "F23", NO_TUNNEL },
	{ "defaults_do_not_have_group_2", OPENWRT_FRITZBOX, HOME, " list p1_proposal p1\n", "",
	  "F24", NO_TUNNEL },
	{ "a_certificate_is_no_key", SWANCTL_JUNOS, HOME, "local {\n   auth = psk",
	  "local {\n   auth = pubkey", "F25", NO_TUNNEL },
	{ "xauth_is_asked_by_one_end_only", OPENWRT_FRITZBOX, ACME, "use_xauth = no",
	  "use_xauth = yes", "F25", NO_TUNNEL },
	{ "lifetimes_differ_is_only_weak", OPENWRT_SCREENOS, HOME, "ikelifetime 8h",
	  "ikelifetime 1h", NULL, .weak = "F26" },
	{ "keys_differ_in_main_mode", OPENWRT_SCREENOS, HOME, "'yourpassword'",
	  "'yourpasswort'", "F27", NO_TUNNEL },
	{ "keys_differ_in_ikev2", OPENWRT_JUNOS, HOME, "'yourpassword'", "'yourpasswort'",
	  "F29", NO_TUNNEL },
	{ "the_initiators_name_is_unknown", OPENWRT_SCREENOS, HOME, "@home.example",
	  "@hone.example", "F31", NO_TUNNEL },
	{ "an_initiator_without_a_name_says_its_address", OPENWRT_SCREENOS, HOME,
	  " option local_identifier '@home.example'\n", "", "F31", NO_TUNNEL },
	{ "the_responders_name_is_another", OPENWRT_SCREENOS, HOME,
	  "remote_identifier '198.51.100.7'", "remote_identifier '@acme.example'", "F32",
	  NO_TUNNEL },
	{ "a_key_id_is_no_host_name", OPENWRT_FRITZBOX, ACME,
	  "fqdn = \"home.example\"", "key_id = \"home.example\"", "F33", NO_TUNNEL },
	{ "main_mode_cannot_serve_anybody", OPENWRT_SCREENOS, ACME, "address 203.0.113.56 id",
	  "address 0.0.0.0 id", "F35", NO_TUNNEL },
	{ "esp_ciphers_differ", OPENWRT_SCREENOS, ACME, "g14-esp-aes128-sha",
	  "g14-esp-3des-sha", "F40", NO_TUNNEL },
	{ "esp_hashes_differ", OPENWRT_SCREENOS, ACME, "g14-esp-aes128-sha",
	  "g14-esp-aes128-md5", "F41", NO_TUNNEL },
	{ "pfs_is_asked_by_one_end_only", OPENWRT_SCREENOS, ACME, "g14-esp-aes128-sha",
	  "nopfs-esp-aes128-sha", "F42", NO_TUNNEL },
	{ "pfs_of_ikev2_is_seen_at_rekey", SWANCTL_JUNOS, HOME,
	  "esp_proposals = aes256-sha256-modp2048", "esp_proposals = aes256-sha256-modp4096",
	  "F43", LATER },
	{ "a_group_that_fits_only_with_another_cipher_is_seen_at_rekey", SWANCTL_JUNOS,
	  HOME, "esp_proposals = aes256-sha256-modp2048",
	  "esp_proposals = aes256-sha256-modp4096, aes128-sha256-modp2048", "F43", LATER },
	{ "extended_sequence_numbers_of_one_end_only", SWANCTL_JUNOS, HOME,
	  "esp_proposals = aes256-sha256-modp2048", "esp_proposals = "
	  "aes256-sha256-modp2048-esn", "F44", NO_TUNNEL },
	{ "extended_sequence_numbers_may_be_left_to_the_peer", SWANCTL_JUNOS, HOME,
	  "esp_proposals = aes256-sha256-modp2048", "esp_proposals = "
	  "aes256-sha256-modp2048-esn-noesn", NULL, .weak = NULL },
	{ "networks_are_disjoint", OPENWRT_SCREENOS, ACME,
	  "\"LAN\" 10.1.2.0 255.255.255.0", "\"LAN\" 10.1.3.0 255.255.255.0", "F45",
	  NO_TUNNEL },
	{ "networks_are_swapped", SWANCTL_JUNOS, HOME,
	  "local_ts = 192.168.2.0/24\n    remote_ts = 10.1.2.0/24",
	  "local_ts = 10.1.2.0/24\n    remote_ts = 192.168.2.0/24", "F46", NO_TUNNEL },
	{ "strict_devices_refuse_a_wider_network", OPENWRT_SCREENOS, ACME,
	  "\"LAN\" 10.1.2.0 255.255.255.0", "\"LAN\" 10.1.0.0 255.255.0.0", "F47",
	  NO_TUNNEL },
	{ "ikev2_narrows_a_wider_network", SWANCTL_JUNOS, HOME, "remote_ts = 10.1.2.0/24",
	  "remote_ts = 10.1.0.0/16", "F47", NO_TRAFFIC },
	{ "ikev1_takes_one_pair_for_each_child", SWANCTL_SCREENOS, HOME,
	  "remote_ts = 10.1.2.0/24", "remote_ts = 10.1.2.0/24, 10.1.3.0/24", "F48",
	  NO_TRAFFIC },
	{ "a_protocol_at_one_end_only", SWANCTL_JUNOS, HOME, "remote_ts = 10.1.2.0/24",
	  "remote_ts = 10.1.2.0/24[tcp]", "F50", NO_TRAFFIC },
	{ "transport_mode_couples_no_networks", SWANCTL_JUNOS, HOME, "start_action = trap",
	  "mode = transport\n    start_action = trap", "F51", NO_TUNNEL },
	{ "compression_at_one_end_is_only_weak", OPENWRT_FRITZBOX, HOME,
	  " option p2_proposal p2\n", " option p2_proposal p2\n", NULL, .weak = "F52" },
	{ "an_srx_without_proxy_identity_proposes_everything", SWANCTL_JUNOS, ACME,
	  "set security ipsec vpn v ike proxy-identity local 10.1.2.0/24\n"
	  "set security ipsec vpn v ike proxy-identity remote 192.168.2.0/24\n", "", "F54",
	  LATER },
	{ "keys_that_end_before_they_are_renewed", SWANCTL_JUNOS, HOME, "start_action = trap",
	  "rekey_time = 2h\n    life_time = 1h\n    start_action = trap", "F55", LATER },
	{ "no_dead_peer_detection_is_only_weak", SWANCTL_JUNOS, HOME, "dpd_delay = 30s", "",
	  NULL, .weak = "F56" },
	{ "ikev2_has_no_time_out_of_its_own_for_dead_peers", SWANCTL_JUNOS, HOME,
	  "dpd_delay = 30s", "dpd_delay = 30s\n  dpd_timeout = 60s", NULL, .weak = "F57" },
	{ "only_one_end_can_open_connections", OPENWRT_JUNOS, HOME,
	  "config rule\n option name From-VPN\n", "config rule\n option name From-VPN\n"
	  " option enabled 0\n", NULL, .weak = "F66" },
	{ "masquerading_without_an_exemption", OPENWRT_SCREENOS, HOME,
	  " list masq_dest '!10.1.2.0/24'\n", "", "F63", LEAK },
	{ "an_exemption_of_another_network", OPENWRT_SCREENOS, HOME,
	  "masq_dest '!10.1.2.0/24'", "masq_dest '!10.1.3.0/24'", "F64", LEAK },
	{ "no_forwarding_to_the_tunnel", OPENWRT_SCREENOS, HOME,
	  "config forwarding\n option src lan\n option dest wan\n", "", "F65", NO_TRAFFIC },
	{ "the_far_end_refuses_what_comes_out", OPENWRT_JUNOS, ACME,
	  "to-zone trust policy b then permit", "to-zone trust policy b then deny", "F66",
	  NO_TRAFFIC },
	{ "no_route_through_the_tunnel_interface", OPENWRT_JUNOS, ACME,
	  "set routing-options static route 192.168.2.0/24 next-hop st0.0\n", "", "F69",
	  NO_TRAFFIC },
	{ "routes_that_ospf_brings_are_not_missed", OPENWRT_JUNOS, ACME,
	  "set routing-options static route 192.168.2.0/24 next-hop st0.0\n",
	  "set protocols ospf area 0.0.0.0 interface st0.0\n", NULL,
	  .weak = NULL },
	{ "what_leaks_while_down_is_only_weak", OPENWRT_SCREENOS, HOME, "option enabled 1",
	  "option enabled 1", NULL, .weak = "F70" },
	{ "the_far_network_is_the_own", OPENWRT_SCREENOS, HOME, "option ipaddr '192.168.2.1'",
	  "list ipaddr '10.1.2.9/25'\n list ipaddr '192.168.2.1/24'", "F72", NO_TRAFFIC },
	{ "no_mss_clamping_is_only_weak", OPENWRT_SCREENOS, HOME, " option mtu_fix 1\n", "",
	  NULL, .weak = "F74" },
	{ "flow_offloading_goes_past_ipsec", OPENWRT_SCREENOS, HOME, "config defaults\n",
	  "config defaults\n option flow_offloading 1\n", "F76", LATER },
	{ "names_are_asked_from_outside_the_tunnel", OPENWRT_SCREENOS, HOME,
	  "10.1.2.250@192.168.2.1", "10.1.2.250@203.0.113.56", "F81", NO_TRAFFIC },
	{ "private_answers_are_thrown_away", OPENWRT_SCREENOS, HOME,
	  " list rebind_domain acme.inc\n", "", "F82", NO_TRAFFIC },
	{ "a_zone_without_a_network_catches_nothing", OPENWRT_SCREENOS, HOME,
	  "config forwarding\n", "config zone\n option name vpn\n option input REJECT\n"
	  "config forwarding\n option src vpn\n option dest lan\nconfig forwarding\n", "F86",
	  NO_TRAFFIC },
	{ "a_rule_for_one_machine_is_only_weak", OPENWRT_SCREENOS, HOME, "config forwarding\n",
	  "config rule\n option src lan\n option src_ip 192.168.2.9\n option dest wan\n"
	  " option proto all\n option target ACCEPT\nconfig rule\n option src lan\n"
	  " option dest wan\n option dest_ip 10.1.2.0/24\n option proto all\n"
	  " option target REJECT\nconfig forwarding\n", NULL, .weak = "F65" },
	{ "the_second_address_of_a_rule_is_one_too", OPENWRT_SCREENOS, HOME,
	  "config forwarding\n",
	  "config rule\n option src lan\n list src_ip 172.16.9.9\n list src_ip 192.168.2.9\n"
	  " option dest wan\n option proto all\n option target ACCEPT\nconfig rule\n"
	  " option src lan\n option dest wan\n option dest_ip 10.1.2.0/24\n"
	  " option proto all\n option target REJECT\nconfig forwarding\n",
	  NULL, .weak = "F65" },
	{ "a_rule_of_one_machine_may_be_for_a_wider_net", OPENWRT_SCREENOS, HOME,
	  "config forwarding\n",
	  "config rule\n option src lan\n option src_ip 192.168.2.9\n option dest wan\n"
	  " option dest_ip 10.0.0.0/8\n option proto all\n option target ACCEPT\n"
	  "config rule\n option src lan\n option dest wan\n option dest_ip 10.1.2.0/24\n"
	  " option proto all\n option target REJECT\nconfig forwarding\n",
	  NULL, .weak = "F65" },
	{ "group_2_is_only_weak", OPENWRT_FRITZBOX, HOME, "option enabled 1",
	  "option enabled 1", NULL, .weak = "F87" },
};
/* clang-format on */

#endif
