// SPDX-License-Identifier: GPL-2.0-or-later
/* said_test.c - each mistake: which class, where in both files, and what to write instead */
#include "base/test_text.h"
#include "predict/test_said.h"

#define SAYS_MAX 6
#define WEAK_MAX 8

/* The mistakes are those of test_mistakes.h, by their claims. */
static const struct {
	const char *claim;
	const char *says[SAYS_MAX];
} rows[] = {
	{ "an_unknown_word_discards_the_connection",
	  { "F01 no tunnel left: left: strongSwan refuses the proposal 'aes-256-sha256-modp2048': algorithm '256' not recognized; the whole connection is discarded",
	    "left proposal = has a word that strongSwan does not know @swanctl.conf:6",
	    "fix left: swanctl.conf:6: words such as aes128, sha256, modp2048" } },
	{ "starter_adds_no_connection_with_an_unknown_word",
	  { "F01 no tunnel left: left: strongSwan refuses the proposal 'aes256-sha256-2': algorithm '2' not recognized, did you mean 'modp1024'?; the whole connection is discarded",
	    "left proposal = has a word that strongSwan does not know @ipsec.conf:11",
	    "fix left: ipsec.conf:11: write 'modp1024'" } },
	{ "one_bad_proposal_among_good_ones_is_enough_for_starter",
	  { "F01 no tunnel left: left: strongSwan refuses the proposal 'aes256-sha9': algorithm 'sha9' not recognized, did you mean 'sha1'?; the whole connection is discarded",
	    "left proposal = has a word that strongSwan does not know @ipsec.conf:12",
	    "fix left: ipsec.conf:12: write 'sha1'" } },
	{ "a_proposal_without_a_group_discards_the_connection",
	  { "F01 no tunnel left: left: a proposal for IKE has no DH group, and strongSwan discards the whole connection",
	    "left proposals = not whole @swanctl.conf:6",
	    "fix left: swanctl.conf:6: proposals = aes256-sha256-modp2048",
	    "tunnel acme\n" } },
	{ "a_remote_that_is_not_enabled_is_not_loaded",
	  { "F01 no tunnel left: left loads no tunnel: remote 'acme' is not enabled, nothing is built for it",
	    "left acme = not loaded @etc/config/ipsec:2",
	    "fix left: etc/config/ipsec:2: option enabled '1'" } },
	{ "a_hash_sign_in_an_unquoted_key_cuts_it",
	  { "F03 no tunnel left: the pre-shared keys look alike and are not: left uses 12 bytes, what is left of right's 14",
	    "left secret = (12 bytes) @swanctl.conf:29",
	    "right preshare = (14 bytes) @acme.screenos:9",
	    "fix both: take a key without '#'", "tunnel acme\n" } },
	{ "a_key_in_hex_is_not_its_characters",
	  { "F03 no tunnel left: the pre-shared keys look alike and are not: left uses 12 bytes, what is left of right's 26",
	    "left secret = (12 bytes) @swanctl.conf:29",
	    "right preshare = (26 bytes) @acme.screenos:9",
	    "fix both: take a key that does not start with 0x", "tunnel acme\n" } },
	{ "a_key_in_base64_is_not_its_characters",
	  { "F03 no tunnel left: the pre-shared keys look alike and are not: left uses 12 bytes, what is left of right's 18",
	    "left secret = (12 bytes) @swanctl.conf:29",
	    "right preshare = (18 bytes) @acme.screenos:9",
	    "fix both: take a key that does not start with 0s", "tunnel acme\n" } },
	{ "a_blank_behind_the_key_counts",
	  { "F03 no tunnel left: the pre-shared keys look alike and are not: left uses 12 bytes, what is left of right's 13",
	    "left option pre_shared_key = (12 bytes) @etc/config/ipsec:5",
	    "right key = (13 bytes) @vpn.cfg:19", "fix both: take a key without blanks",
	    "tunnel box\n" } },
	{ "an_end_without_a_key_is_named",
	  { "F05 no tunnel left: left has no pre-shared key for this tunnel",
	    "left secret = none @swanctl.conf:30",
	    "fix left: swanctl.conf:30: secret: the other end's key, for both identities",
	    "tunnel acme\n" } },
	{ "a_peer_without_a_domain_has_no_address",
	  { "F06 breaks later left: left cannot find an address for its peer 'box': it has no domain",
	    "left gateway = box @etc/config/ipsec:3",
	    "fix left: etc/config/ipsec:3: give gateway the public name or address of right",
	    "tunnel box\n" } },
	{ "a_peer_of_a_private_domain_has_no_address",
	  { "F06 breaks later left: left cannot find an address for its peer 'acme.local': it is of a domain that the Internet's DNS does not have",
	    "left gateway = acme.local @etc/config/ipsec:3",
	    "fix left: etc/config/ipsec:3: give gateway the public name or address of right",
	    "tunnel acme\n" } },
	{ "a_name_asked_through_its_own_tunnel_is_not_found",
	  { "F06 breaks later left: left cannot find an address for its peer 'vpn.acme.inc': its domain is asked from a server behind this tunnel",
	    "left gateway = vpn.acme.inc @etc/config/ipsec:3",
	    "left server = /acme.inc/10.1.2.250 @etc/config/dhcp:4",
	    "fix left: etc/config/dhcp:4: give the name its address here, or a server outside: /vpn.acme.inc/#",
	    "tunnel acme\n" } },
	{ "a_call_to_the_wrong_address_is_named",
	  { "F07 no tunnel left: left calls 198.51.100.8, right has 198.51.100.7",
	    "left gateway = 198.51.100.8 @etc/config/ipsec:3",
	    "right WAN address = 198.51.100.7 @acme.screenos:3",
	    "fix left: etc/config/ipsec:3: option gateway '198.51.100.7'",
	    "tunnel acme\n" } },
	{ "a_peer_pinned_to_another_address_is_named",
	  { "F30 no tunnel right: right expects its peer at 203.0.113.65, left has 203.0.113.56",
	    "right address = 203.0.113.65 @acme.screenos:9",
	    "left WAN address = 203.0.113.56 @etc/config/network:9",
	    "fix right: acme.screenos:9: set ike gateway \"home-gw\" address 203.0.113.56 …",
	    "tunnel home-gw\n" } },
	{ "ike_not_let_in_breaks_later_where_it_may_start_itself",
	  { "F08 breaks later right: right does not let UDP port 500 in from zone wan",
	    "right zone input = refuses UDP port 500 @etc/config/firewall:14",
	    "fix right: /etc/config/firewall: config rule; option src 'wan'; option proto 'udp'; option dest_port '500'; option target 'ACCEPT'",
	    "tunnel acme\n" } },
	{ "port_4500_alone_does_not_let_ike_in",
	  { "F08 breaks later right: right does not let UDP port 500 in from zone wan",
	    "right zone input = refuses UDP port 500 @etc/config/firewall:14",
	    "fix right: /etc/config/firewall: config rule; option src 'wan'; option proto 'udp'; option dest_port '500'; option target 'ACCEPT'",
	    "tunnel acme\n" } },
	{ "esp_not_let_in_is_named",
	  { "F12 breaks later right: right does not let ESP in from zone wan",
	    "right zone input = refuses ESP @etc/config/firewall:14",
	    "fix right: /etc/config/firewall: config rule; option src 'wan'; option proto 'esp'; option target 'ACCEPT'",
	    "tunnel acme\n" } },
	{ "an_srx_without_ike_among_its_services_is_silent",
	  { "F08 breaks later right: right does not let UDP port 500 in from zone untrust",
	    "right zone input = refuses UDP port 500 @:0",
	    "fix right: set security zones security-zone untrust interfaces ge-0/0/0.0 host-inbound-traffic system-services ike",
	    "tunnel gw\n" } },
	{ "a_port_forward_takes_the_ike_packets",
	  { "F13 breaks later right: right forwards UDP port 500 to 192.168.2.9 behind it: its own IKE daemon never sees what the other end sends",
	    "right port forward = UDP port 500 to 192.168.2.9 @etc/config/firewall:23",
	    "fix right: etc/config/firewall:23: take the port forward out, or UDP port 500 out of it",
	    "tunnel acme\n" } },
	{ "nat_without_nat_traversal_is_named",
	  { "F14 no traffic right: left is behind NAT, and right has NAT traversal switched off",
	    "right nat-traversal = off @:0",
	    "fix right: acme.screenos:9: set ike gateway \"home-gw\" nat-traversal",
	    "tunnel home-gw\n" } },
	{ "versions_differ",
	  { "F17 no tunnel both: left starts IKEv2, right only answers IKEv1",
	    "left keyexchange = IKEv2 @etc/config/ipsec:8",
	    "right ike gateway = IKEv1 @:0",
	    "fix left: etc/config/ipsec:8: option keyexchange 'ikev1'",
	    "fix right: set ike gateway ikev2 \"home-gw\" …", "tunnel acme\n" } },
	{ "a_box_knows_only_ikev1",
	  { "F17 no tunnel both: left starts IKEv2, right only answers IKEv1",
	    "left keyexchange = IKEv2 @etc/config/ipsec:8", "right version = IKEv1 @:0",
	    "fix left: etc/config/ipsec:8: option keyexchange 'ikev1'",
	    "tunnel box\n" } },
	{ "an_srx_without_v2_only_speaks_ikev1",
	  { "F17 no tunnel both: left starts IKEv2, right only answers IKEv1",
	    "left keyexchange = IKEv2 @etc/config/ipsec:8",
	    "right version = IKEv1 @acme.junos:15",
	    "fix left: etc/config/ipsec:8: option keyexchange 'ikev1'",
	    "fix right: acme.junos:15: set security ike gateway gw version v2-only",
	    "tunnel acme\n" } },
	{ "modes_differ",
	  { "F18 no tunnel both: left starts in main mode, right only answers aggressive mode",
	    "left exchange_mode = main @etc/config/ipsec:8",
	    "right mode = aggressive @vpn.cfg:16",
	    "fix right: vpn.cfg:16: mode = phase1_mode_idp;", "tunnel box\n" } },
	{ "screenos_wants_the_mode_it_says",
	  { "F18 no tunnel both: left starts in main mode, right only answers aggressive mode",
	    "left exchange_mode = main @:0",
	    "right Main/Aggr = aggressive @acme.screenos:9",
	    "fix right: acme.screenos:9: set ike gateway \"home-gw\" … Main …",
	    "tunnel acme\n" } },
	{ "ciphers_differ",
	  { "F20 no tunnel both: phase 1 encryption differs: left offers AES-128-CBC, right accepts AES-256-CBC",
	    "left phase 1 encryption = AES-128-CBC @etc/config/ipsec:12",
	    "right phase 1 encryption = AES-256-CBC @acme.screenos:9",
	    "fix left: etc/config/ipsec:11: option encryption_algorithm 'aes256', option hash_algorithm 'sha1', option dh_group 'modp2048'",
	    "fix right: acme.screenos:9: set ike gateway … proposal \"pre-g14-aes128-sha\"",
	    "tunnel acme\n" } },
	{ "fixes_of_ipsec_conf_are_in_its_words",
	  { "F20 no tunnel both: phase 1 encryption differs: left offers AES-128-CBC, right accepts AES-256-CBC",
	    "left phase 1 encryption = AES-128-CBC @ipsec.conf:11",
	    "right phase 1 encryption = AES-256-CBC @acme.junos:7",
	    "fix left: ipsec.conf:11: ike=aes256-sha256-modp2048!",
	    "fix right: acme.junos:4: set security ike proposal p1 encryption-algorithm aes-128-cbc; set security ike proposal p1 authentication-algorithm sha-256; set security ike proposal p1 dh-group group14",
	    "tunnel acme\n" } },
	{ "a_version_in_ipsec_conf",
	  { "F17 no tunnel both: left starts IKEv1, right only answers IKEv2",
	    "left keyexchange = IKEv1 @ipsec.conf:3",
	    "right version = IKEv2 @acme.junos:15",
	    "fix left: ipsec.conf:3: keyexchange=ikev2",
	    "fix right: acme.junos:15: set security ike gateway gw version v1-only",
	    "tunnel acme\n" } },
	{ "an_identity_in_ipsec_conf",
	  { "F31 no tunnel both: left introduces itself as host name 'hone.example', right expects host name 'home.example'",
	    "left leftid = host name 'hone.example' @ipsec.conf:6",
	    "right remote-identity = host name 'home.example' @acme.junos:14",
	    "fix left: ipsec.conf:6: leftid=@home.example",
	    "fix right: acme.junos:14: set security ike gateway gw remote-identity hostname hone.example",
	    "tunnel acme\n" } },
	{ "hashes_differ",
	  { "F21 no tunnel both: phase 1 hash differs: left offers SHA-1, right accepts MD5",
	    "left phase 1 hash = SHA-1 @etc/config/ipsec:13",
	    "right phase 1 hash = MD5 @acme.screenos:9",
	    "fix left: etc/config/ipsec:11: option encryption_algorithm 'aes128', option hash_algorithm 'md5', option dh_group 'modp2048'",
	    "fix right: acme.screenos:9: set ike gateway … proposal \"pre-g14-aes128-sha\"",
	    "tunnel acme\n" } },
	{ "groups_differ",
	  { "F22 no tunnel both: phase 1 group differs: left offers group 14 (modp2048), right accepts group 2 (modp1024)",
	    "left phase 1 group = group 14 (modp2048) @etc/config/ipsec:14",
	    "right phase 1 group = group 2 (modp1024) @acme.screenos:9",
	    "fix left: etc/config/ipsec:11: option encryption_algorithm 'aes128', option hash_algorithm 'sha1', option dh_group 'modp1024'",
	    "fix right: acme.screenos:9: set ike gateway … proposal \"pre-g14-aes128-sha\"",
	    "tunnel acme\n" } },
	{ "only_the_first_algorithm_is_sent",
	  { "F23 no tunnel left: in IKEv1 left sends only the first algorithm of each kind in a proposal, and right does not take that",
	    "left proposals = several algorithms in one proposal @swanctl.conf:6",
	    "right proposal = one of the later ones @acme.screenos:9",
	    "fix left: swanctl.conf:6: proposals = aes128-sha1-modp2048",
	    "tunnel acme\n" } },
	{ "defaults_do_not_have_group_2",
	  { "F24 no tunnel left: left has no proposal of its own for phase 1, and strongSwan's do not have what right wants: group 2 (modp1024)",
	    "left IKE proposal = none written @etc/config/ipsec:1",
	    "right phase1ss = group 2 (modp1024) @vpn.cfg:17",
	    "fix left: etc/config/ipsec:1: a proposal of its own for the remote: option encryption_algorithm 'aes256', option hash_algorithm 'sha512', option dh_group 'modp1024'",
	    "tunnel box\n" } },
	{ "a_certificate_is_no_key",
	  { "F25 no tunnel both: left authenticates by certificate or public key, right by pre-shared key",
	    "left auth = certificate or public key @swanctl.conf:10",
	    "right authentication-method = pre-shared key @acme.junos:4",
	    "fix left: swanctl.conf:10: local { auth = psk } remote { auth = psk }",
	    "tunnel acme\n" } },
	{ "xauth_is_asked_by_one_end_only",
	  { "F25 no tunnel both: left authenticates by pre-shared key, right by pre-shared key and XAuth",
	    "left authentication_method = pre-shared key @etc/config/ipsec:4",
	    "right keytype = pre-shared key and XAuth @vpn.cfg:21",
	    "fix right: vpn.cfg:21: keytype = connkeytype_pre_shared; use_xauth = no;",
	    "tunnel box\n" } },
	{ "keys_differ_in_main_mode",
	  { "F27 no tunnel both: the pre-shared keys differ: left has 12 bytes, right has 12, not the same ones",
	    "left option pre_shared_key = (12 bytes) @etc/config/ipsec:5",
	    "right preshare = (12 bytes) @acme.screenos:9",
	    "fix left: etc/config/ipsec:5: write the other end's key as option pre_shared_key",
	    "fix right: acme.screenos:9: write the other end's key as preshare",
	    "tunnel acme\n" } },
	{ "keys_differ_in_ikev2",
	  { "F29 no tunnel both: the pre-shared keys differ: left has 12 bytes, right has 12, not the same ones",
	    "left option pre_shared_key = (12 bytes) @etc/config/ipsec:5",
	    "right pre-shared-key = (12 bytes) @acme.junos:10",
	    "fix left: etc/config/ipsec:5: write the other end's key as option pre_shared_key",
	    "fix right: acme.junos:10: write the other end's key as pre-shared-key",
	    "tunnel acme\n" } },
	{ "the_initiators_name_is_unknown",
	  { "F31 no tunnel both: left introduces itself as host name 'hone.example', right expects host name 'home.example'",
	    "left local_identifier = host name 'hone.example' @etc/config/ipsec:6",
	    "right id = host name 'home.example' @acme.screenos:9",
	    "fix left: etc/config/ipsec:6: option local_identifier '@home.example'",
	    "fix right: acme.screenos:9: set ike gateway \"home-gw\" address … id \"hone.example\" …",
	    "tunnel acme\n" } },
	{ "an_initiator_without_a_name_says_its_address",
	  { "F31 no tunnel both: left introduces itself as address '203.0.113.56', right expects host name 'home.example'",
	    "left local_identifier = address '203.0.113.56' @etc/config/ipsec:1",
	    "right id = host name 'home.example' @acme.screenos:9",
	    "fix left: etc/config/ipsec:1: option local_identifier '@home.example'",
	    "fix right: acme.screenos:9: set ike gateway \"home-gw\" address … id \"203.0.113.56\" …",
	    "tunnel acme\n" } },
	{ "the_responders_name_is_another",
	  { "F32 no tunnel both: right introduces itself as address '198.51.100.7', left expects host name 'acme.example'",
	    "left remote_identifier = host name 'acme.example' @etc/config/ipsec:7",
	    "right local-id = address '198.51.100.7' @acme.screenos:9",
	    "fix right: acme.screenos:9: set ike gateway \"home-gw\" … local-id \"acme.example\" …",
	    "fix left: etc/config/ipsec:7: option remote_identifier '198.51.100.7'",
	    "tunnel home-gw\n" } },
	{ "a_key_id_is_no_host_name",
	  { "F33 no tunnel both: left introduces itself as host name 'home.example', right expects key id 'home.example'",
	    "left local_identifier = host name 'home.example' @etc/config/ipsec:6",
	    "right remoteid = key id 'home.example' @vpn.cfg:14",
	    "fix left: etc/config/ipsec:6: option local_identifier 'keyid:home.example'",
	    "fix right: vpn.cfg:14: remoteid { fqdn = \"home.example\"; }",
	    "tunnel box\n" } },
	{ "main_mode_cannot_serve_anybody",
	  { "F35 no tunnel both: right takes its peer from any address by its identity, but in main mode with a pre-shared key the identity comes too late",
	    "right address = any @acme.screenos:9",
	    "right Main/Aggr = main @acme.screenos:9",
	    "fix both: left: option exchange_mode 'aggressive' (no init script reads it: aggressive mode needs `aggressive = yes` in an own swanctl.conf); right: set ike gateway \"home-gw\" … Aggr …",
	    "fix both: or use IKEv2, or give the peer a fixed address",
	    "tunnel home-gw\n" } },
	{ "esp_ciphers_differ",
	  { "F40 no tunnel both: phase 2 encryption differs: left offers AES-128-CBC, right accepts 3DES-CBC",
	    "left phase 2 encryption = AES-128-CBC @etc/config/ipsec:16",
	    "right phase 2 encryption = 3DES-CBC @acme.screenos:11",
	    "fix left: etc/config/ipsec:15: option encryption_algorithm '3des', option hash_algorithm 'sha1', option dh_group 'modp2048'",
	    "fix right: acme.screenos:11: set vpn … proposal \"g14-esp-aes128-sha\"",
	    "phase 2 | tunnel acme\n" } },
	{ "esp_hashes_differ",
	  { "F41 no tunnel both: phase 2 hash differs: left offers SHA-1, right accepts MD5",
	    "left phase 2 hash = SHA-1 @etc/config/ipsec:17",
	    "right phase 2 hash = MD5 @acme.screenos:11",
	    "fix left: etc/config/ipsec:15: option encryption_algorithm 'aes128', option hash_algorithm 'md5', option dh_group 'modp2048'",
	    "fix right: acme.screenos:11: set vpn … proposal \"g14-esp-aes128-sha\"",
	    "phase 2 | tunnel acme\n" } },
	{ "pfs_is_asked_by_one_end_only",
	  { "F42 no tunnel both: phase 2 PFS group differs: left offers group 14 (modp2048), right accepts none",
	    "left phase 2 PFS group = group 14 (modp2048) @etc/config/ipsec:18",
	    "right phase 2 PFS group = none @acme.screenos:11",
	    "fix left: etc/config/ipsec:15: option encryption_algorithm 'aes128', option hash_algorithm 'sha1', no option dh_group",
	    "fix right: acme.screenos:11: set vpn … proposal \"g14-esp-aes128-sha\"",
	    "phase 2 | tunnel acme\n" } },
	{ "pfs_of_ikev2_is_seen_at_rekey",
	  { "F43 breaks later both: PFS group (at rekey) differs: left offers group 16 (modp4096), right accepts group 14 (modp2048)", "left PFS group (at rekey) = group 16 (modp4096) @swanctl.conf:21",
	    "right PFS group (at rekey) = group 14 (modp2048) @acme.junos:19",
	    "fix left: swanctl.conf:21: esp_proposals = aes256-sha256-modp2048",
	    "fix right: acme.junos:16: set security ipsec proposal p2 encryption-algorithm aes-256-cbc; set security ipsec proposal p2 authentication-algorithm hmac-sha-256-128; set security ipsec policy ipol perfect-forward-secrecy keys group16",
	    "phase 2 | tunnel acme\n" } },
	{ "a_group_that_fits_only_with_another_cipher_is_seen_at_rekey",
	  { "F43 breaks later both: phase 2 with its PFS group: no proposal of left fits one of right, although each algorithm alone is known to both",
	    "left esp_proposals = 2 proposals @swanctl.conf:21",
	    "phase 2 | tunnel acme\n" } },
	{ "extended_sequence_numbers_of_one_end_only",
	  { "F44 no tunnel both: left offers ESP with extended sequence numbers, right only without",
	    "left esp_proposals = esn @swanctl.conf:21",
	    "right ipsec proposal = no esn @acme.junos:16",
	    "fix left: swanctl.conf:21: esp_proposals = aes256-sha256-modp2048",
	    "phase 2 | tunnel acme\n" } },
	{ "networks_are_disjoint",
	  { "F45 no tunnel both: left wants 192.168.2.0/24 === 10.1.2.0/24, right has no such pair of networks",
	    "left local_subnet, remote_subnet = 192.168.2.0/24 === 10.1.2.0/24 @etc/config/ipsec:21",
	    "right proxy-id = 10.1.3.0/24 === 192.168.2.0/24 @acme.screenos:7",
	    "fix right: a policy with this tunnel for each direction between address objects of exactly 10.1.2.0/24 and 192.168.2.0/24",
	    "phase 2 | tunnel acme | selector 192.168.2.0/24 === 10.1.2.0/24\n" } },
	{ "networks_are_swapped",
	  { "F46 no tunnel both: left wants 10.1.2.0/24 === 192.168.2.0/24, right has its own local and remote network swapped",
	    "left local_ts, remote_ts = 10.1.2.0/24 === 192.168.2.0/24 @swanctl.conf:19",
	    "right proxy-identity = 10.1.2.0/24 === 192.168.2.0/24 @acme.junos:24",
	    "fix right: set security ipsec vpn V traffic-selector T local-ip 192.168.2.0/24 remote-ip 10.1.2.0/24",
	    "phase 2 | tunnel acme | selector 10.1.2.0/24 === 192.168.2.0/24\n" } },
	{ "strict_devices_refuse_a_wider_network",
	  { "F47 no tunnel both: left wants 192.168.2.0/24 === 10.1.2.0/24, right has 10.1.0.0/16 === 192.168.2.0/24",
	    "left local_subnet, remote_subnet = 192.168.2.0/24 === 10.1.2.0/24 @etc/config/ipsec:21",
	    "right proxy-id = 10.1.0.0/16 === 192.168.2.0/24 @acme.screenos:7",
	    "fix right: a policy with this tunnel for each direction between address objects of exactly 10.1.2.0/24 and 192.168.2.0/24",
	    "fix left: a section `config tunnel` with option local_subnet '192.168.2.0/24' and option remote_subnet '10.1.0.0/16'",
	    "phase 2 | tunnel acme | selector 192.168.2.0/24 === 10.1.2.0/24\n" } },
	{ "ikev2_narrows_a_wider_network",
	  { "F47 no traffic both: left wants 192.168.2.0/24 === 10.1.0.0/16, right has 10.1.2.0/24 === 192.168.2.0/24",
	    "left local_ts, remote_ts = 192.168.2.0/24 === 10.1.0.0/16 @swanctl.conf:20",
	    "right proxy-identity = 10.1.2.0/24 === 192.168.2.0/24 @acme.junos:24",
	    "fix right: set security ipsec vpn V traffic-selector T local-ip 10.1.0.0/16 remote-ip 192.168.2.0/24",
	    "fix left: a child with local_ts = 192.168.2.0/24 and remote_ts = 10.1.2.0/24",
	    "phase 2 | tunnel acme | selector 192.168.2.0/24 === 10.1.0.0/16\n" } },
	{ "ikev1_takes_one_pair_for_each_child",
	  { "F48 no traffic left: left puts several pairs of networks into one child: IKEv1 negotiates only the first",
	    "left local_ts, remote_ts = several pairs in 'lan' @swanctl.conf:18",
	    "fix left: swanctl.conf:18: one child (tunnel section) for each pair",
	    "phase 2 | tunnel acme\n" } },
	{ "a_protocol_at_one_end_only",
	  { "F50 no traffic both: left wants 192.168.2.0/24 === 10.1.2.0/24 and right 10.1.2.0/24 === 192.168.2.0/24, but one of them only for some protocol or port",
	    "left local_ts, remote_ts = 192.168.2.0/24 === 10.1.2.0/24 @swanctl.conf:20",
	    "right proxy-identity = 10.1.2.0/24 === 192.168.2.0/24 @acme.junos:25",
	    "fix right: set security ipsec vpn V traffic-selector T local-ip 10.1.2.0/24 remote-ip 192.168.2.0/24",
	    "fix left: a child with local_ts = 192.168.2.0/24 and remote_ts = 10.1.2.0/24",
	    "phase 2 | tunnel acme | selector 192.168.2.0/24 === 10.1.2.0/24\n" } },
	{ "transport_mode_couples_no_networks",
	  { "F51 no tunnel both: left wants transport mode for ESP, right tunnel mode",
	    "left encapsulation = transport @swanctl.conf:22",
	    "right encapsulation = tunnel @acme.junos:21",
	    "fix left: swanctl.conf:22: couple networks in tunnel mode", "phase 2\n" } },
	{ "an_srx_without_proxy_identity_proposes_everything",
	  { "F54 breaks later both: left wants 192.168.2.0/24 === 10.1.2.0/24, right has 0.0.0.0/0 === 0.0.0.0/0",
	    "left local_ts, remote_ts = 192.168.2.0/24 === 10.1.2.0/24 @swanctl.conf:19",
	    "right proxy-identity = 0.0.0.0/0 === 0.0.0.0/0 @:0",
	    "fix right: set security ipsec vpn V traffic-selector T local-ip 10.1.2.0/24 remote-ip 192.168.2.0/24",
	    "phase 2 | tunnel acme | selector 192.168.2.0/24 === 10.1.2.0/24\n" } },
	{ "keys_that_end_before_they_are_renewed",
	  { "F55 breaks later left: left lets the keys of 'lan' end after 3600 s and would renew them only after 7200 s",
	    "left lifetime = 3600 s @swanctl.conf:23",
	    "left rekey time = 7200 s @swanctl.conf:22",
	    "fix left: a rekey time below the lifetime" } },
	{ "masquerading_without_an_exemption",
	  { "F63 leak left: packets to 10.1.2.0/24 are masqueraded before they reach the tunnel: no NAT exemption",
	    "left masq = on @etc/config/firewall:17",
	    "left remote network = 10.1.2.0/24 @etc/config/ipsec:21",
	    "fix left: /etc/firewall.user: iptables -t nat -A postrouting_rule -d 10.1.2.0/24 -j ACCEPT",
	    "fix left: etc/config/firewall:17: list masq_dest '!10.1.2.0/24'",
	    "tunnel acme | selector 192.168.2.0/24 === 10.1.2.0/24\n" } },
	{ "an_exemption_of_another_network",
	  { "F64 leak left: the NAT exemption covers 10.1.3.0/24, the tunnel goes to 10.1.2.0/24",
	    "left exemption = 10.1.3.0/24 @etc/config/firewall:18",
	    "left remote network = 10.1.2.0/24 @etc/config/ipsec:21",
	    "fix left: /etc/firewall.user: iptables -t nat -A postrouting_rule -d 10.1.2.0/24 -j ACCEPT",
	    "fix left: etc/config/firewall:17: list masq_dest '!10.1.2.0/24'",
	    "tunnel acme | selector 192.168.2.0/24 === 10.1.2.0/24\n" } },
	{ "no_forwarding_to_the_tunnel",
	  { "F65 no traffic left: left does not forward 192.168.2.0/24 to 10.1.2.0/24: rejected by the zone default",
	    "left zone default = rejected @etc/config/firewall:10",
	    "left traffic selector = 10.1.2.0/24 @etc/config/ipsec:21",
	    "fix left: /etc/config/firewall, before the rule that refuses: config rule; option src 'lan'; option src_ip '192.168.2.0/24'; option dest '*'; option dest_ip '10.1.2.0/24'; option proto 'all'; option target 'ACCEPT'",
	    "selector 192.168.2.0/24 === 10.1.2.0/24\n" } },
	{ "the_far_end_refuses_what_comes_out",
	  { "F66 no traffic right: right does not forward 192.168.2.0/24 to 10.1.2.0/24: dropped by the rule",
	    "right b = dropped @acme.junos:31",
	    "left traffic selector = 10.1.2.0/24 @etc/config/ipsec:22",
	    "fix right: a policy from the zone of 192.168.2.0/24 to the zone of 10.1.2.0/24 that permits it through the tunnel, before any that refuses it",
	    "selector 192.168.2.0/24 === 10.1.2.0/24\n" } },
	{ "no_route_through_the_tunnel_interface",
	  { "F69 no traffic right: right has no route for 192.168.2.0/24 through st0.0",
	    "right tunnel interface = st0.0 @acme.junos:11",
	    "fix right: set routing-options static route 192.168.2.0/24 next-hop st0.0",
	    "tunnel gw | selector 10.1.2.0/24 === 192.168.2.0/24\n" } },
	{ "the_far_network_is_the_own",
	  { "F72 no traffic left: left has 10.1.2.0/25 itself, and the tunnel goes to 10.1.2.0/24",
	    "left own network = 10.1.2.0/25 @etc/config/network:4",
	    "left remote network = 10.1.2.0/24 @etc/config/ipsec:21",
	    "fix either end: give one LAN another network, or translate it (NETMAP, local_nat)",
	    "selector 192.168.2.0/24 === 10.1.2.0/24\n" } },
	{ "flow_offloading_goes_past_ipsec",
	  { "F76 breaks later left: left takes a short cut for known connections (flow offloading), past IPsec",
	    "left flow_offloading = on @etc/config/firewall:2",
	    "fix left: etc/config/firewall:2: option flow_offloading '0'" } },
	{ "names_are_asked_from_outside_the_tunnel",
	  { "F81 no traffic left: DNS questions for acme.inc leave with source 203.0.113.56, the tunnel only carries 192.168.2.0/24",
	    "left server = source 203.0.113.56 @etc/config/dhcp:4",
	    "left local network = 192.168.2.0/24 @etc/config/ipsec:20",
	    "fix left: etc/config/dhcp:4: list server '/acme.inc/10.1.2.250@192.168.2.1'",
	    "selector 192.168.2.0/24 === 10.1.2.0/24\n" } },
	{ "private_answers_are_thrown_away",
	  { "F82 no traffic left: rebind protection throws away private answers for acme.inc, which is not on the whitelist",
	    "left rebind_protection = on @etc/config/dhcp:2",
	    "left server = acme.inc @etc/config/dhcp:3",
	    "fix left: etc/config/dhcp:3: list rebind_domain 'acme.inc'" } },
	{ "a_zone_without_a_network_catches_nothing",
	  { "F86 no traffic left: zone vpn has no network, device or subnet: nothing is ever in it, and what is allowed for it has no effect",
	    "left zone = vpn @etc/config/firewall:20",
	    "left used by = vpn @etc/config/firewall:23",
	    "fix left: etc/config/firewall:20: list subnet '10.1.2.0/24'",
	    "fix left: or in zone vpn: option extra_src '-m policy --dir in --pol ipsec --proto esp' and option extra_dest '-m policy --dir out --pol ipsec --proto esp'" } },
};

static const struct mistake *mistake_of(const char *claim)
{
	for (size_t i = 0; i < ARRAY_SIZE(mistakes); i++)
		if (str_equal(mistakes[i].claim, claim))
			return &mistakes[i];
	fail_msg("no mistake of that claim: %s", claim);
	return NULL;
}

static void each_mistake_has_its_place_and_its_cure(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_buf_ struct buf said = { 0 };

		said_about(mistake_of(rows[i].claim), &said);
		for (size_t j = 0; j < SAYS_MAX && rows[i].says[j]; j++)
			assert_has(buf_text(&said), rows[i].says[j]);
	}
}

/* F24 is of either phase; that phase 1 comes up all the same is said of the second. */
static void defaults_of_phase_2_are_told_as_phase_2(void **state)
{
	const struct mistake none = { .find = " option p2_proposal p2\n", .replace = "" };
	_cleanup_buf_ struct buf said = { 0 };

	(void)state;
	said_of_two(OPENWRT_FRITZBOX, &none, NULL, &said);
	assert_has(buf_text(&said),
		   "F24 no tunnel left: left has no proposal of its own for phase 2");
	assert_has(buf_text(&said),
		   "left ESP proposal = none written @etc/config/ipsec:");
	assert_has(buf_text(&said), "right phase2ss = group 2 (modp1024) @vpn.cfg:");
	assert_has(buf_text(&said), "| phase 2 | tunnel box\n");
}

/* Two ends that each wait for the other: which word of which file says so. */
static void ends_that_both_wait_are_told_why(void **state)
{
	static const struct {
		const char *find, *replace, *says, *value;
	} rows_start[] = {
		{ "start_action = trap", "start_action = none",
		  "neither end starts the tunnel: left: never, right: never",
		  "left start_action = never @swanctl.conf:" },
		{ "start_action = trap", "", "left: never, right: never",
		  "left start_action = never @swanctl.conf:2" },
		{ "remote_addrs = 198.51.100.7", "remote_addrs = %any",
		  "left: not possible: it does not know its peer's address, right: never",
		  "left start_action = not possible: it does not know its peer's" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows_start); i++) {
		_cleanup_buf_ struct buf said = { 0 };
		const struct mistake left = { .find = rows_start[i].find,
					      .replace = rows_start[i].replace };
		const struct mistake anybody = { .find = "address 203.0.113.56",
						 .replace = "address 0.0.0.0" };

		said_of_two(SWANCTL_SCREENOS, &left, &anybody, &said);
		assert_has(buf_text(&said), "F04 no tunnel both");
		assert_has(buf_text(&said), rows_start[i].says);
		assert_has(buf_text(&said), rows_start[i].value);
		assert_has(buf_text(&said), "right monitor = never @acme.screenos:9");
		assert_has(buf_text(&said), "fix right: acme.screenos:9: set vpn");
		assert_has(buf_text(&said), "sees left: nothing, not even a log line");
		assert_has(buf_text(&said), "sees right: nothing, not even a log line");
		assert_has(buf_text(&said), "| tunnel acme");
		assert_before(buf_text(&said),
			      " | left start_action = ", " | right monitor = ");
	}
}

/* Either end that starts is enough, at once or on traffic. */
static void one_end_that_starts_is_enough(void **state)
{
	static const char *const starts[] = { "start_action = start",
					      "start_action = trap" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(starts); i++) {
		_cleanup_buf_ struct buf said = { 0 };
		const struct mistake left = { .find = "start_action = trap",
					      .replace = starts[i] };
		const struct mistake anybody = { .find = "address 203.0.113.56",
						 .replace = "address 0.0.0.0" };

		said_of_two(SWANCTL_SCREENOS, &left, &anybody, &said);
		assert_has_not(buf_text(&said), "F04");
	}
}

/* What works and should not be used like that: in a pair of that name, or by a mistake. */
static const struct {
	const char *claim, *pair;
	const char *says[WEAK_MAX];
} weak_rows[] = {
	{ "a_start_asks_for_the_name_only_once",
	  NULL,
	  { "F06 weak left: left cannot find an address for its peer 'vpn.example.net': not when the DNS is not there yet at its start, and it does not ask again | left gateway = vpn.example.net @etc/config/ipsec:3",
	    "fix left: etc/config/ipsec:25: option startaction 'route' (ipsec.init: option mode 'route')",
	    "tunnel acme\n" } },
	{ "lifetimes_differ_is_only_weak",
	  NULL,
	  { "F26 weak both: phase 1 lifetimes differ: left 3600 s, right 28800 s | left IKE lifetime = 3600 s @etc/config/ipsec:25 | right p1-proposal lifetime = 28800 s @:0",
	    "fix left: etc/config/ipsec:25: option rekeytime '28800'" } },
	{ "no_dead_peer_detection_is_only_weak",
	  NULL,
	  { "F56 weak both: neither end notices when the other one restarts | left dpd_delay = off @:0 | right dead-peer-detection = off @acme.junos:11",
	    "fix left: swanctl.conf:2: dpd_delay = 30s and dpd_action = restart" } },
	{ "ikev2_has_no_time_out_of_its_own_for_dead_peers",
	  NULL,
	  { "F57 weak left: left notices a dead peer after 195 s, not after 60 s | left dpd_timeout = 60 s @swanctl.conf:9",
	    "fix left: strongswan.conf: charon { retransmit_tries = 3 retransmit_timeout = 2.0 } makes it 24 s",
	    "tunnel acme\n" } },
	{ "only_one_end_can_open_connections",
	  NULL,
	  { "F66 weak left: left does not forward 10.1.2.0/24 to 192.168.2.0/24: rejected by the zone default | left zone default = rejected @etc/config/firewall:16 | right traffic selector = 192.168.2.0/24 @acme.junos:25",
	    "fix left: /etc/config/firewall, before the rule that refuses: config rule; option src 'wan'; option src_ip '10.1.2.0/24'; option dest '*'; option dest_ip '192.168.2.0/24'; option proto 'all'; option target 'ACCEPT'",
	    "selector 10.1.2.0/24 === 192.168.2.0/24\n" } },
	{ "no_mss_clamping_is_only_weak",
	  NULL,
	  { "F74 weak left: left tells TCP connections no smaller size: packets above 1423 bytes do not fit into the tunnel | left mtu_fix = off @:0",
	    "fix left: etc/config/firewall:11: option mtu_fix '1' (MSS 1383)" } },
	{ NULL,
	  "openwrt-screenos",
	  { "F70 weak left: while the tunnel is down left sends packets for 10.1.2.0/24 into the Internet in clear | left forwarding = accepted @etc/config/firewall:20 | left remote network = 10.1.2.0/24 @etc/config/ipsec:21",
	    "fix left: /etc/firewall.user: iptables -A forwarding_rule -d 10.1.2.0/24 -m policy --dir out --pol none -j REJECT",
	    "tunnel acme | selector 192.168.2.0/24 === 10.1.2.0/24\n" } },
	{ NULL,
	  "openwrt-fritzbox",
	  { "F52 weak right: right offers compression, left does not | left ipcomp = off @:0 | right phase2ss = on @vpn.cfg:35",
	    "F26 weak both: phase 1 lifetimes differ: left 10800 s, right 3600 s | left IKE lifetime = 10800 s @:0 | right lifetime = 3600 s @:0",
	    "F56 weak both: neither end notices when the other one restarts | left dpdaction = off @:0 | right keepalive_ip = off @vpn.cfg:2",
	    "F70 weak left: while the tunnel is down left sends packets for 10.1.2.0/24 into the Internet in clear | left forwarding = accepted @etc/config/firewall:20 | left remote network = 10.1.2.0/24 @etc/config/ipsec:21",
	    "F70 weak right: while the tunnel is down right sends packets for 192.168.2.0/24 into the Internet in clear | right reject_not_encrypted = no @vpn.cfg:2 | right remote network = 192.168.2.0/24 @vpn.cfg:31",
	    "F87 weak both: phase 1 settles on group 2 (modp1024), which is weak by now | left IKE proposal = group 2 (modp1024) @etc/config/ipsec:11 | right phase1ss = group 2 (modp1024) @vpn.cfg:17",
	    "F87 weak both: phase 2 settles on group 2 (modp1024), which is weak by now | left ESP proposal = group 2 (modp1024) @etc/config/ipsec:15 | right phase2ss = group 2 (modp1024) @vpn.cfg:35" } },
	{ NULL,
	  "junos-openwrt",
	  { "F70 weak right: while the tunnel is down right sends packets for 10.1.2.0/24 into the Internet in clear | right forwarding = accepted @etc/config/firewall:20 | right remote network = 10.1.2.0/24 @etc/config/ipsec:22",
	    "fix right: /etc/firewall.user: iptables -A forwarding_rule -d 10.1.2.0/24 -m policy --dir out --pol none -j REJECT",
	    "tunnel acme | selector 192.168.2.0/24 === 10.1.2.0/24\n" } },
	{ NULL,
	  "swanctl-screenos",
	  { "F26 weak both: phase 1 lifetimes differ: left 31680 s, right 28800 s | left rekey_time = 31680 s @swanctl.conf:7 | right p1-proposal lifetime = 28800 s @:0",
	    "fix left: swanctl.conf:7: rekey_time = 28800s",
	    "F56 weak both: neither end notices when the other one restarts | left dpd_delay = off @:0 | right dpd-liveness = off @acme.screenos:9",
	    "fix left: swanctl.conf:2: dpd_delay = 30s and dpd_action = restart" } },
	{ NULL,
	  "fritzbox-openwrt",
	  { "F52 weak left: left offers compression, right does not | left phase2ss = on @vpn.cfg:35 | right ipcomp = off @:0",
	    "F26 weak both: phase 1 lifetimes differ: left 3600 s, right 10800 s | left lifetime = 3600 s @:0 | right IKE lifetime = 10800 s @:0",
	    "F56 weak both: neither end notices when the other one restarts | left keepalive_ip = off @vpn.cfg:2 | right dpdaction = off @:0", "F70 weak left: while the tunnel is down left sends packets for 192.168.2.0/24 into the Internet in clear | left reject_not_encrypted = no @vpn.cfg:2 | left remote network = 192.168.2.0/24 @vpn.cfg:31",
	    "F70 weak right: while the tunnel is down right sends packets for 10.1.2.0/24 into the Internet in clear | right forwarding = accepted @etc/config/firewall:20 | right remote network = 10.1.2.0/24 @etc/config/ipsec:21",
	    "F87 weak both: phase 1 settles on group 2 (modp1024), which is weak by now | left phase1ss = group 2 (modp1024) @vpn.cfg:17 | right IKE proposal = group 2 (modp1024) @etc/config/ipsec:11",
	    "F87 weak both: phase 2 settles on group 2 (modp1024), which is weak by now | left phase2ss = group 2 (modp1024) @vpn.cfg:35 | right ESP proposal = group 2 (modp1024) @etc/config/ipsec:15" } },
};

static void what_is_only_weak_has_its_place_too(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(weak_rows); i++) {
		_cleanup_buf_ struct buf said = { 0 };
		const struct mistake *mistake =
			weak_rows[i].claim ? mistake_of(weak_rows[i].claim) : NULL;
		unsigned int pair = 0;

		while (!mistake && !str_equal(pairs[pair].name, weak_rows[i].pair))
			pair++;
		said_as(mistake ? mistake->pair : pair,
			mistake && mistake->end == 0 ? mistake : NULL,
			mistake && mistake->end == 1 ? mistake : NULL, true, &said);
		for (size_t j = 0; j < WEAK_MAX && weak_rows[i].says[j]; j++)
			assert_has(buf_text(&said), weak_rows[i].says[j]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_mistake_has_its_place_and_its_cure),
		cmocka_unit_test(defaults_of_phase_2_are_told_as_phase_2),
		cmocka_unit_test(ends_that_both_wait_are_told_why),
		cmocka_unit_test(one_end_that_starts_is_enough),
		cmocka_unit_test(what_is_only_weak_has_its_place_too),
	};

	return cmocka_run_group_tests_name("predict/said", tests, NULL, NULL);
}
