/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_pairs.h - healthy files of both ends, as devices write them, for tests */
#ifndef TWINSITE_PREDICT_TEST_PAIRS_H
#define TWINSITE_PREDICT_TEST_PAIRS_H

#include "import/import.h"

#define TEST_FILES_MAX 5

struct test_device {
	enum device_kind kind;
	struct {
		const char *name, *text;
	} files[TEST_FILES_MAX];
};

#define OPENWRT_NETWORK                                                           \
	"config interface 'lan'\n option device 'br-lan'\n option proto static\n" \
	" option ipaddr '192.168.2.1'\n option netmask '255.255.255.0'\n"         \
	"config interface 'wan'\n option device 'eth0.2'\n option proto static\n" \
	" option ipaddr '203.0.113.56'\n option netmask '255.255.255.0'\n"        \
	" option gateway '203.0.113.1'\n"

#define OPENWRT_FIREWALL                                                           \
	"config defaults\n option input REJECT\n option output ACCEPT\n"           \
	" option forward REJECT\n"                                                 \
	"config zone\n option name lan\n list network lan\n option input ACCEPT\n" \
	" option output ACCEPT\n option forward ACCEPT\n"                          \
	"config zone\n option name wan\n list network wan\n option input REJECT\n" \
	" option output ACCEPT\n option forward REJECT\n option masq 1\n"          \
	" list masq_dest '!10.1.2.0/24'\n option mtu_fix 1\n"                      \
	"config forwarding\n option src lan\n option dest wan\n"                   \
	"config rule\n option name IKE\n option src wan\n option proto udp\n"      \
	" option dest_port '500 4500'\n option target ACCEPT\n"                    \
	"config rule\n option name ESP\n option src wan\n option proto esp\n"      \
	" option target ACCEPT\n"                                                  \
	"config rule\n option name From-VPN\n option src wan\n option dest lan\n"  \
	" option src_ip '10.1.2.0/24'\n option proto all\n"                        \
	" option extra '-m policy --dir in --pol ipsec'\n option target ACCEPT\n"

#define OPENWRT_DHCP                                                                  \
	"config dnsmasq\n option rebind_protection 1\n list rebind_domain acme.inc\n" \
	" list server '/acme.inc/10.1.2.250@192.168.2.1'\n"

/* IKEv1 main mode; REMOTE goes into the remote, TUNNEL into the tunnel. */
#define OPENWRT_IPSEC(remote, tunnel)                                                    \
	"config ipsec; config remote acme\n option enabled 1\n"                          \
	" option gateway 198.51.100.7\n"                                                 \
	" option authentication_method psk\n option pre_shared_key 'yourpassword'\n"     \
	" option local_identifier '@home.example'\n"                                     \
	" option remote_identifier '198.51.100.7'\n"                                     \
	" option keyexchange ikev1\n list crypto_proposal p1\n list tunnel lan\n" remote \
	"config crypto_proposal p1\n option encryption_algorithm aes128\n"               \
	" option hash_algorithm sha1\n option dh_group modp2048\n"                       \
	"config crypto_proposal p2\n option encryption_algorithm aes128\n"               \
	" option hash_algorithm sha1\n option dh_group modp2048\n"                       \
	"config tunnel lan\n list local_subnet 192.168.2.0/24\n"                         \
	" list remote_subnet 10.1.2.0/24\n list crypto_proposal p2\n"                    \
	" option dpdaction restart\n option dpddelay 30s\n option ikelifetime "          \
	"8h\n" tunnel

static const struct test_device openwrt = {
	DEVICE_OPENWRT,
	{ { "etc/config/ipsec", OPENWRT_IPSEC("", "") },
	  { "etc/config/network", OPENWRT_NETWORK },
	  { "etc/config/firewall", OPENWRT_FIREWALL },
	  { "etc/config/dhcp", OPENWRT_DHCP } },
};

static const struct test_device screenos = {
	DEVICE_SCREENOS,
	{ { "acme.screenos",
	    "set interface \"ethernet0/0\" zone \"Untrust\"\n"
	    "set interface \"ethernet0/1\" zone \"Trust\"\n"
	    "set interface ethernet0/0 ip 198.51.100.7/24\n"
	    "set interface ethernet0/0 route\n"
	    "set interface ethernet0/1 ip 10.1.2.1/24\n"
	    "set interface ethernet0/1 route\n"
	    "set address \"Trust\" \"LAN\" 10.1.2.0 255.255.255.0\n"
	    "set address \"Untrust\" \"home\" 192.168.2.0 255.255.255.0\n"
	    "set ike gateway \"home-gw\" address 203.0.113.56 id \"home.example\" Main "
	    "outgoing-interface \"ethernet0/0\" preshare \"yourpassword\" proposal "
	    "\"pre-g14-aes128-sha\"\n"
	    "set ike gateway \"home-gw\" nat-traversal\n"
	    "set vpn \"home-vpn\" gateway \"home-gw\" replay tunnel idletime 0 proposal "
	    "\"g14-esp-aes128-sha\"\n"
	    "set policy id 10 from \"Untrust\" to \"Trust\" \"home\" \"LAN\" \"ANY\" "
	    "tunnel "
	    "vpn \"home-vpn\" id 0x1 pair-policy 11\n"
	    "set policy id 11 from \"Trust\" to \"Untrust\" \"LAN\" \"home\" \"ANY\" "
	    "tunnel "
	    "vpn \"home-vpn\" id 0x1 pair-policy 10\n"
	    "set policy id 1 from \"Trust\" to \"Untrust\" \"Any\" \"Any\" \"ANY\" nat "
	    "src "
	    "permit\n"
	    "set vrouter \"trust-vr\"\n"
	    "set route 0.0.0.0/0 interface ethernet0/0 gateway 198.51.100.1\n"
	    "exit\n" } },
};

/* For the box: names instead of addresses, group 2. */
static const struct test_device openwrt_for_box = {
	DEVICE_OPENWRT,
	{ { "etc/config/ipsec",
	    "config remote box\n option enabled 1\n option gateway box.example\n"
	    " option authentication_method psk\n option pre_shared_key 'yourpassword'\n"
	    " option local_identifier '@home.example'\n"
	    " option remote_identifier '@box.example'\n option exchange_mode main\n"
	    " list p1_proposal p1\n list tunnel lan\n"
	    "config p1_proposal p1\n option encryption_algorithm aes128\n"
	    " option hash_algorithm sha1\n option dh_group modp1024\n"
	    "config p2_proposal p2\n option encryption_algorithm aes128\n"
	    " option authentication_algorithm sha1\n option pfs_group modp1024\n"
	    "config tunnel lan\n list local_subnet 192.168.2.0/24\n"
	    " list remote_subnet 10.1.2.0/24\n option p2_proposal p2\n" },
	  { "etc/config/network", OPENWRT_NETWORK },
	  { "etc/config/firewall", OPENWRT_FIREWALL } },
};

static const struct test_device fritzbox = {
	DEVICE_FRITZBOX,
	{ { "vpn.cfg",
	    "vpncfg {\n connections {\n  enabled = yes;\n  conn_type = conntype_lan;\n"
	    "  name = \"home\";\n  always_renew = no;\n  localip = 0.0.0.0;\n"
	    "  remoteip = 0.0.0.0;\n  remotehostname = \"home.example\";\n"
	    "  localid {\n   fqdn = \"box.example\";\n  }\n"
	    "  remoteid {\n   fqdn = \"home.example\";\n  }\n"
	    "  mode = phase1_mode_idp;\n  phase1ss = \"all/all/all\";\n"
	    "  keytype = connkeytype_pre_shared;\n  key = \"yourpassword\";\n"
	    "  use_nat_t = yes;\n  use_xauth = no;\n  use_cfgmode = no;\n"
	    "  phase2localid {\n   ipnet {\n    ipaddr = 10.1.2.0;\n"
	    "    mask = 255.255.255.0;\n   }\n  }\n"
	    "  phase2remoteid {\n   ipnet {\n    ipaddr = 192.168.2.0;\n"
	    "    mask = 255.255.255.0;\n   }\n  }\n"
	    "  phase2ss = \"esp-all-all/ah-none/comp-all/pfs\";\n"
	    "  accesslist = \"permit ip any 192.168.2.0 255.255.255.0\";\n }\n"
	    " ike_forward_rules = \"udp 0.0.0.0:500 0.0.0.0:500\",\n"
	    "  \"udp 0.0.0.0:4500 0.0.0.0:4500\";\n}\n" } },
};

static const struct test_device swanctl = {
	DEVICE_STRONGSWAN,
	{ { "swanctl.conf",
	    "connections {\n acme {\n  version = 2\n"
	    "  local_addrs = 203.0.113.56\n  remote_addrs = 198.51.100.7\n"
	    "  proposals = aes256-sha256-modp2048\n  rekey_time = 8h\n"
	    "  dpd_delay = 30s\n"
	    "  local {\n   auth = psk\n   id = home.example\n  }\n"
	    "  remote {\n   auth = psk\n   id = 198.51.100.7\n  }\n"
	    "  children {\n   lan {\n    local_ts = 192.168.2.0/24\n"
	    "    remote_ts = 10.1.2.0/24\n"
	    "    esp_proposals = aes256-sha256-modp2048\n"
	    "    start_action = trap\n    dpd_action = restart\n   }\n  }\n }\n}\n"
	    "secrets {\n ike-acme {\n  id-a = home.example\n"
	    "  secret = \"yourpassword\"\n }\n}\n" } },
};

static const struct test_device swanctl_v1 = {
	DEVICE_STRONGSWAN,
	{ { "swanctl.conf",
	    "connections {\n acme {\n  version = 1\n"
	    "  local_addrs = 203.0.113.56\n  remote_addrs = 198.51.100.7\n"
	    "  proposals = aes128-sha1-modp2048\n  rekey_time = 8h\n"
	    "  local {\n   auth = psk\n   id = home.example\n  }\n"
	    "  remote {\n   auth = psk\n   id = 198.51.100.7\n  }\n"
	    "  children {\n   lan {\n    local_ts = 192.168.2.0/24\n"
	    "    remote_ts = 10.1.2.0/24\n"
	    "    esp_proposals = aes128-sha1-modp2048\n"
	    "    start_action = trap\n   }\n  }\n }\n}\n"
	    "secrets {\n ike-acme {\n  id-a = home.example\n"
	    "  secret = \"yourpassword\"\n }\n}\n" } },
};

/* The same as swanctl, for starter. */
static const struct test_device ipsec_conf = {
	DEVICE_STRONGSWAN,
	{ { "ipsec.conf",
	    "config setup\nconn acme\n keyexchange=ikev2\n authby=secret\n"
	    " left=203.0.113.56\n leftid=@home.example\n leftsubnet=192.168.2.0/24\n"
	    " right=198.51.100.7\n rightid=198.51.100.7\n rightsubnet=10.1.2.0/24\n"
	    " ike=aes256-sha256-modp2048!\n esp=aes256-sha256-modp2048!\n"
	    " dpddelay=30s\n dpdaction=restart\n ikelifetime=8h\n auto=route\n" },
	  { "ipsec.secrets", "@home.example 198.51.100.7 : PSK \"yourpassword\"\n" } },
};

#define JUNOS(version, groups)                                                       \
	"set interfaces ge-0/0/0 unit 0 family inet address 198.51.100.7/24\n"       \
	"set interfaces ge-0/0/1 unit 0 family inet address 10.1.2.1/24\n"           \
	"set interfaces st0 unit 0 family inet\n"                                    \
	"set security ike proposal p1 authentication-method pre-shared-keys\n"       \
	"set security ike proposal p1 dh-group " groups "\n"                         \
	"set security ike proposal p1 authentication-algorithm sha-256\n"            \
	"set security ike proposal p1 encryption-algorithm aes-256-cbc\n"            \
	"set security ike policy pol mode main\n"                                    \
	"set security ike policy pol proposals p1\n"                                 \
	"set security ike policy pol pre-shared-key ascii-text \"yourpassword\"\n"   \
	"set security ike gateway gw ike-policy pol\n"                               \
	"set security ike gateway gw address 203.0.113.56\n"                         \
	"set security ike gateway gw external-interface ge-0/0/0.0\n"                \
	"set security ike gateway gw remote-identity hostname home.example\n"        \
	"set security ike gateway gw version " version "\n"                          \
	"set security ipsec proposal p2 protocol esp\n"                              \
	"set security ipsec proposal p2 authentication-algorithm hmac-sha-256-128\n" \
	"set security ipsec proposal p2 encryption-algorithm aes-256-cbc\n"          \
	"set security ipsec policy ipol perfect-forward-secrecy keys " groups "\n"   \
	"set security ipsec policy ipol proposals p2\n"                              \
	"set security ipsec vpn v bind-interface st0.0\n"                            \
	"set security ipsec vpn v ike gateway gw\n"                                  \
	"set security ipsec vpn v ike ipsec-policy ipol\n"                           \
	"set security ipsec vpn v ike proxy-identity local 10.1.2.0/24\n"            \
	"set security ipsec vpn v ike proxy-identity remote 192.168.2.0/24\n"        \
	"set security zones security-zone trust interfaces ge-0/0/1.0\n"             \
	"set security zones security-zone vpn interfaces st0.0\n"                    \
	"set security zones security-zone untrust interfaces ge-0/0/0.0 "            \
	"host-inbound-traffic system-services ike\n"                                 \
	"set security policies from-zone trust to-zone vpn policy a match "          \
	"source-address any destination-address any application any\n"               \
	"set security policies from-zone trust to-zone vpn policy a then permit\n"   \
	"set security policies from-zone vpn to-zone trust policy b match "          \
	"source-address any destination-address any application any\n"               \
	"set security policies from-zone vpn to-zone trust policy b then permit\n"   \
	"set routing-options static route 0.0.0.0/0 next-hop 198.51.100.1\n"         \
	"set routing-options static route 192.168.2.0/24 next-hop st0.0\n"

static const struct test_device junos = {
	DEVICE_JUNOS,
	{ { "acme.junos", JUNOS("v2-only", "group14") } },
};

/* The OpenWrt end for the SRX: IKEv2, AES-256 and SHA-256. */
static const struct test_device openwrt_v2 = {
	DEVICE_OPENWRT,
	{ { "etc/config/ipsec",
	    "config ipsec; config remote acme\n option enabled 1\n option gateway 198.51.100.7\n"
	    " option authentication_method psk\n option pre_shared_key 'yourpassword'\n"
	    " option local_identifier '@home.example'\n"
	    " option remote_identifier '198.51.100.7'\n option keyexchange ikev2\n"
	    " list crypto_proposal p1\n list tunnel lan\n option rekeytime 8h\n"
	    "config crypto_proposal p1\n option encryption_algorithm aes256\n"
	    " option hash_algorithm sha256\n option dh_group modp2048\n"
	    "config crypto_proposal p2\n option encryption_algorithm aes256\n"
	    " option hash_algorithm sha256\n option dh_group modp2048\n"
	    "config tunnel lan\n list local_subnet 192.168.2.0/24\n"
	    " list remote_subnet 10.1.2.0/24\n list crypto_proposal p2\n"
	    " option dpdaction restart\n option startaction start\n" },
	  { "etc/config/network", OPENWRT_NETWORK },
	  { "etc/config/firewall", OPENWRT_FIREWALL },
	  { "etc/config/dhcp", OPENWRT_DHCP } },
};

#endif
