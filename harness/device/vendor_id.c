// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vendor_id.c - vendor ids: who sends them and what they promise, but for our devices
 *
 * Sources: the RFC or draft that defines one; else the lists that ike-scan 1.9.5
 * ("ike-vendor-ids"), Wireshark 4.0 (packet-isakmp.c), strongSwan 6.1
 * (isakmp_vendor.c) and libreswan 5.2 (vendorid.c) publish, each row compared with
 * them; and what public captures of the named devices show. Hashes whose sentence
 * is known are checked by the unit test.
 *
 * Looked for in these and in public logs on 2026-11-28, and no vendor id of their own found:
 * MikroTik, H3C, LANCOM (its client is NCP's), Sophos (its firewall runs strongSwan), Amazon (a
 * captured gateway sends DPD alone), Android's IKEv2. These stay unknown, or are what they
 * run; racoon2 sends none either, wire.c has its habit.
 */
#include "device/vendor_id.h"

#include <stdbool.h>
#include <string.h>

#include "device/device.h"
#include "device/wire.h"

#define DRAFT "draft-ietf-ipsec-nat-t-ike"
#define NATT  VENDOR_FEATURE_NAT_T_DRAFT
#define NONE  VENDOR_FEATURE_NONE

/* Capabilities, and makers of whom we have no row. */
/* clang-format off */
/* name, device, weight, feature, NAT-D number, source, hex, match, version at */
const struct vendor_id vendor_ids_of_others[] = {
	/* Capabilities */
	{ "Dead Peer Detection", NULL, 0, VENDOR_FEATURE_DPD, 0, "RFC 3706 5.1", "afcad71368a1f1c96b8696fc7757", 1, 0 },
	{ "RFC 3947 NAT-T", NULL, 0, VENDOR_FEATURE_NAT_T, 20, "RFC 3947 3.1", "4a131c81070358455c5728f20e95452f", 0, 0 },
	{ "NAT-T draft 00", NULL, 0, NATT, 130, DRAFT "-00", "4485152d18b6bbcd0be8a8469579ddcc", 0, 0 },
	{ "NAT-T draft 01", NULL, 0, NATT, 130, DRAFT "-01", "16f6ca16e4a4066d83821a0f0aeaa862", 0, 0 },
	{ "NAT-T draft 02", NULL, 0, NATT, 130, DRAFT "-02", "cd60464335df21f87cfdb2fc68b6a448", 0, 0 },
	{ "NAT-T draft 02\\n", NULL, 0, NATT, 130, DRAFT "-02, hashed with a line feed", "90cb80913ebb696e086381b5ec427b1f", 0, 0 },
	{ "NAT-T draft 03", NULL, 0, NATT, 130, DRAFT "-03", "7d9419a65310ca6f2c179d9215529d56", 0, 0 },
	{ "NAT-T draft 04", NULL, 0, NATT, 15, DRAFT "-04", "9909b64eed937c6573de52ace952fa6b", 0, 0 },
	{ "NAT-T draft 05", NULL, 0, NATT, 15, DRAFT "-05", "80d0bb3def54565ee84645d4c85ce3ee", 0, 0 },
	{ "NAT-T draft 06", NULL, 0, NATT, 15, DRAFT "-06", "4d1e0e136deafa34c4f3ea9f02ec7285", 0, 0 },
	{ "NAT-T draft 07", NULL, 0, NATT, 15, DRAFT "-07", "439b59f8ba676c4c7737ae22eab8f582", 0, 0 },
	{ "NAT-T draft 08", NULL, 0, NATT, 15, DRAFT "-08", "8f8d83826d246b6fc7a8a6a428c11de8", 0, 0 },
	{ "NAT-T draft 09", NULL, 0, NATT, 15, "Wireshark, ike-scan: beyond the last draft", "42ea5b6f898d9773a575df26e7dd19e1", 0, 0 },
	{ "NAT-T draft without number", "Apple macOS or iOS", 60, NATT, 15, "MD5(\"draft-ietf-ipsec-nat-t-ike\"); pluto: \"Mac OS X\"", "4df37928e9fc4fd1b3262170d515c662", 0, 0 },
	{ "NAT-T stenberg 01", NULL, 0, NATT, 130, "draft-stenberg-ipsec-nat-traversal-01", "27bab5dc01ea0760ea4e3190ac27c0d0", 0, 0 },
	{ "NAT-T stenberg 02", NULL, 0, NATT, 130, "draft-stenberg-ipsec-nat-traversal-02", "6105c422e76847e43f9684801292aecd", 0, 0 },
	{ "NAT-T huttunen 00", NULL, 0, NONE, 0, "draft-huttunen-ipsec-esp-in-udp-00", "6a7434c19d7e36348090a02334c9c805", 0, 0 },
	{ "NAT-T huttunen 01", NULL, 0, NONE, 0, "MD5(\"ESPThruNAT\"), draft-huttunen-ipsec-esp-in-udp-01", "50760f624c63e5c53eea386c685ca083", 0, 0 },
	{ "XAUTH", NULL, 0, VENDOR_FEATURE_XAUTH, 0, "draft-beaulieu-ike-xauth-02", "09002689dfd6b712", 1, 0 },
	{ "IKE fragmentation", NULL, 0, VENDOR_FEATURE_FRAGMENTATION, 0, "[MS-IKEE]; MD5(\"FRAGMENTATION\")", "4048b7d56ebce88525e7de7f00d6c2d3", 1, 0 },
	{ "Cisco Unity", "Cisco", 20, VENDOR_FEATURE_UNITY, 0, "MD5(\"CISCO-UNITY\"); strongSwan, racoon and others send it, too", "12f5f28c457168a9702d9fe274cc", 1, 0 },
	{ "heartbeats", NULL, 0, NONE, 0, "draft-ietf-ipsec-heartbeats-00", "8db7a41811221660", 0, 0 },
	{ "anti-replay", NULL, 0, NONE, 0, "draft-krywaniuk-ipsec-antireplay-00", "325df29a2319f2dd", 0, 0 },
	{ "Challenge/Response", NULL, 0, NONE, 0, "ike-scan", "ba290499c24e84e53a1d83a05e5f00c9", 0, 0 },
	{ "Challenge/Response revised", NULL, 0, NONE, 0, "ike-scan", "ad3251042cdc4652c9e0734ce5de4c7d", 0, 0 },
	{ "Delete with reason", NULL, 0, NONE, 0, "Wireshark", "2d7922c6b301d9b0e1342739e9cfbbd5", 0, 0 },
	{ "CAN-IKEv2", "Openswan or libreswan", 40, NONE, 0, "ASCII \"IKEv2\", libreswan vendorid.c", "494b457632", 0, 0 },

	/* Site-to-site routers and firewalls */
	{ "Cisco Delete Reason", "Cisco IOS or ASA", 60, NONE, 0, "ASCII; Wireshark, a captured Cisco with FlexVPN", "434953434f2d44454c4554452d524541534f4e", 0, 0 },
	{ "Cisco VPN revision 2", "Cisco IOS or ASA", 85, NONE, 0, "ASCII \"CISCOVPN-REV-02\"; Wireshark", "434953434f56504e2d5245562d3032", 0, 0 },
	{ "Cisco Dynamic Route", "Cisco IOS or ASA", 70, NONE, 0, "ASCII \"CISCO-DYNAMIC-ROUTE\"; Wireshark", "434953434f2d44594e414d49432d524f555445", 0, 0 },
	{ "Cisco GRE Mode", "Cisco ASA or AnyConnect", 70, NONE, 0, "ASCII \"CISCO-GRE-MODE\"; Wireshark", "434953434f2d4752452d4d4f4445", 1, 0 },
	{ "Cisco copyright", "Cisco IOS or ASA", 85, NONE, 0, "ASCII \"CISCO(COPYRIGHT)…\"; Wireshark", "434953434f28434f5059524947485429", 1, 0 },
	{ "Huawei DSCP", "Huawei", 95, NONE, 0, "ASCII \"HUAWEI-IKEv…\"; public captures of Huawei routers", "4855415745492d494b45", 1, 0 },
	{ "Cisco FlexVPN", "Cisco IOS", 60, NONE, 0, "ASCII \"FLEXVPN-SUPPORTED\"; Wireshark; Huawei routers send it, too", "464c455856504e2d535550504f52544544", 0, 0 },
	{ "Cisco IOS", "Cisco IOS", 85, NONE, 0, "libreswan vendorid.c", "3e984048", 1, 0 },
	{ "Cisco VPN 3000", "Cisco VPN 3000 or ASA", 85, NONE, 0, "MD5(\"ALTIGA GATEWAY\") and a version; ike-scan", "1f07f70eaa6514d3b0fa96542a50", 1, 14 },
	{ "Cisco VPN 3000 client", "Cisco VPN client", 85, NONE, 0, "MD5(\"ALTIGA NETWORKS\"); ike-scan", "f6f7efc7f5aeb8cb158cb9d094ba69e7", 0, 0 },
	{ "Cisco Unity firewall type", "Cisco VPN client", 70, NONE, 0, "libreswan vendorid.c", "800100018002000180030002", 1, 0 },
	{ "FortiGate", "Fortinet FortiGate", 95, NONE, 0, "MD5(\"FORTIGATE\") cut, and a version; Wireshark", "8299031757a36082c6a621de", 1, 12 },
	{ "FortiGate", "Fortinet FortiGate", 85, NONE, 0, "ike-scan, strongSwan isakmp_vendor.c", "1d6e178f6c2c0be284985465450fe9d4", 0, 0 },
	{ "FortiClient Connect license", "Fortinet FortiClient or FortiGate", 85, NONE, 0, "MD5(\"forticlient connect license\"); Wireshark, libreswan vendorid.c", "4c53427b6d465d1b337bb755a37a7fef", 0, 0 },
	{ "Fortinet Endpoint Control", "Fortinet FortiClient or FortiGate", 85, NONE, 0, "MD5(\"Fortinet Endpoint Control\"); Wireshark, libreswan vendorid.c", "b4f01ca951e9da8d0bafbbd34ad3044e", 0, 0 },
	{ "Fortinet Auto-Discovery Receiver", "Fortinet FortiGate", 95, NONE, 0, "Wireshark", "ca4a4cbb12eab6c58c57067c2e653786", 0, 0 },
	{ "Fortinet Auto-Discovery Sender", "Fortinet FortiGate", 95, NONE, 0, "Wireshark", "9b15e65a871aff342666623ba5022e60", 0, 0 },
	{ "Fortinet Exchange Interface IP", "Fortinet FortiGate", 95, NONE, 0, "Wireshark", "a58fec5036f57b21e8b499e336c76ee6", 0, 0 },
	{ "SonicWall", "SonicWall", 85, NONE, 0, "ike-scan, strongSwan isakmp_vendor.c", "5b362bc820f6", 1, 0 },
	{ "SonicWall c", "SonicWall", 85, NONE, 0, "ike-scan, strongSwan isakmp_vendor.c", "5b362bc820f70001", 1, 0 },
	{ "SonicWall a", "SonicWall", 80, NONE, 0, "ike-scan, Wireshark", "404bf439522ca3f6", 1, 0 },
	{ "SonicWall b", "SonicWall or WatchGuard", 60, NONE, 0, "ike-scan; SafeNet clients send it, too", "da8e937880010000", 1, 0 },
	{ "SafeNet or WatchGuard", "WatchGuard or a SafeNet client", 50, NONE, 0, "ike-scan", "da8e9378", 1, 0 },
	{ "Check Point", "Check Point", 95, NONE, 0, "ike-scan, Wireshark", "f4ed19e0c114eb516faaac0ee37daf2807b4381f", 1, 20 },
	{ "CryptoPro/GOST", "Check Point or CryptoPro", 60, NONE, 0, "Wireshark", "031017e07f7a82e3aa6950c99999", 1, 0 },
	{ "Palo Alto PAN-OS", "Palo Alto PAN-OS", 60, NONE, 0, "the partner of a FortiGate in weberblog.net's captures (arkime IKEv1.pcap)", "a9b9b1034f7e50a2513b47b100bb85a9", 0, 0 },
	{ "ZyWALL", "ZyXEL ZyWALL", 85, NONE, 0, "ike-scan, strongSwan isakmp_vendor.c", "625027749d5ab97f5616c1602765cf480a3b7d0b", 0, 0 },
	{ "ZyWALL router", "ZyXEL ZyWALL", 85, NONE, 0, "ike-scan, strongSwan isakmp_vendor.c", "b858d1addd08c1e8adafea150608aa4497aa6cc8", 0, 0 },
	{ "ZyWALL USG", "ZyXEL ZyWALL USG", 85, NONE, 0, "ike-scan, strongSwan isakmp_vendor.c", "f758f22668750f03b08df6ebe1d0", 1, 0 },
	{ "Teldat", "Teldat (perhaps bintec)", 85, NONE, 0, "nine random bytes and ASCII \"Teldat\"; ike-scan. bintec is of that group", "54656c646174", 2, 0 },
	{ "Nortel Contivity", "Nortel Contivity", 85, NONE, 0, "ASCII \"BNES\" and a version; ike-scan", "424e4553000000", 1, 0 },
	{ "StoneGate", "StoneGate", 85, NONE, 0, "ike-scan", "c573b056d7faca36c2fba28374127cbf", 0, 0 },
	{ "StoneGate", "StoneGate", 85, NONE, 0, "ike-scan", "baeb239037e17787d730eed9d95d48aa", 0, 0 },
	{ "Sidewinder", "Sidewinder", 80, NONE, 0, "ike-scan, Wireshark", "8404adf9cda05760b2ca292e4bff537b", 0, 0 },
	{ "Sidewinder", "Sidewinder", 60, NONE, 0, "ike-scan (\"maybe\")", "e720cdd49d2ee7b83ce1970a6c69b528", 0, 0 },
	{ "CyberGuard", "CyberGuard", 70, NONE, 0, "Wireshark", "9aa1f3b43472a45d5f506aeb26c0f214", 0, 0 },
	{ "Netgear", "Netgear", 85, NONE, 0, "MD5(\"NETGEAR\"); ike-scan", "dbfb81eb5760b0788562067da102d755", 0, 0 },
	{ "Raptor", "Symantec Raptor", 90, NONE, 0, "ASCII \"Raptor PowerVpn Server\"; ike-scan", "526170746f7220506f77657256706e20536572766572", 1, 0 },
	{ "Timestep", "Timestep", 90, NONE, 0, "ASCII; ike-scan", "54494d4553544550", 1, 0 },
	{ "Lucent VPN Gateway", "Lucent Brick", 85, NONE, 0, "ASCII \"LVG9.\"; libreswan vendorid.c", "4c5647392e", 1, 0 },
	{ "Lucent VPN Client", "Lucent VPN client", 85, NONE, 0, "ASCII \"LVC7.\"; libreswan vendorid.c", "4c5643372e", 1, 0 },
	{ "Aruba RAP", "Aruba access point", 90, NONE, 0, "Wireshark", "ca3e2b854ba8030017dc1023a4fde2041f9f7463", 0, 0 },
	{ "Aruba controller", "Aruba controller", 90, NONE, 0, "Wireshark", "3c8e70bdf9c7d74add53e4100915dc2e4bb51274", 0, 0 },
	{ "Aruba VIA client", "Aruba VIA client", 90, NONE, 0, "Wireshark", "88f0e3149b3fa48b05aa7f685f0b766be186ccb8", 0, 0 },
	{ "Aruba VIA profile", "Aruba VIA client", 80, NONE, 0, "ASCII \"VIA Auth Profile : \"; Wireshark", "56494120417574682050726f66696c65203a20", 1, 0 },
	{ "ELVIS-PLUS Zastava", "ELVIS-PLUS Zastava", 90, NONE, 0, "libreswan vendorid.c", "08db45e6cb01f80bb576e9a78c0f54e1300b8881", 1, 0 },

	/* Daemons */
	{ "libreswan", "libreswan", 95, NONE, 0, "ASCII \"OE-Libreswan-\" and its version; libreswan vendorid.c", "4f452d4c696272657377616e2d", 1, 0 },
	{ "libreswan 3.0 to 3.5", "libreswan", 90, NONE, 0, "\"OEN\" and a hash; libreswan vendorid.c", "4f454e", 1, 0 },
	{ "Openswan 2.6.40 or later", "Openswan", 90, NONE, 0, "\"OSW\" and a hash; ike-scan, libreswan vendorid.c", "4f5357", 1, 0 },
	{ "Openswan 2.6.32", "Openswan", 90, NONE, 0, "ike-scan; a captured Openswan 2.6.32", "4f4568794c64414365636661", 0, 0 },
	{ "Openswan 2.6.38", "Openswan", 90, NONE, 0, "ike-scan", "4f4576795c6b677a57715c73", 0, 0 },
	{ "FreeS/WAN or Openswan", "FreeS/WAN or Openswan", 70, NONE, 0, "\"OE\" and ten characters of a hash; ike-scan, libreswan vendorid.c", "4f45", 1, 0 },
	{ "OpenPGP", "FreeS/WAN, Openswan or PGPnet", 50, NONE, 0, "ASCII; ike-scan, libreswan vendorid.c", "4f70656e504750", 1, 0 },
	{ "KAME/racoon", "racoon", 90, NONE, 0, "MD5(\"KAME/racoon\")", "7003cbc1097dbe9c2600ba6983bc8b35", 0, 0 },
	{ "IPSec-Tools", "racoon (IPsec-Tools)", 90, NONE, 0, "MD5(\"IPSec-Tools\"); Wireshark", "20a3622c1cea7ce37bee3ca484425276", 0, 0 },
	{ "OpenIKED", "OpenIKED", 95, NONE, 0, "ASCII and a version; libreswan vendorid.c", "4f70656e494b4544", 1, 0 },
	{ "SSH QuickSec 0.9.0", "SSH QuickSec (many routers)", 60, NONE, 0, "MD5(\"SSH Communications Security QuickSec 0.9.0\")", "37eba0c4136184e7daf8562a77060b4a", 0, 0 },
	{ "SSH QuickSec 1.1.0", "SSH QuickSec (many routers)", 60, NONE, 0, "MD5(\"SSH Communications Security QuickSec 1.1.0\")", "5d72925e55948a9661a7fc48fdec7ff9", 0, 0 },
	{ "SSH QuickSec 1.1.1", "SSH QuickSec (many routers)", 60, NONE, 0, "MD5(\"SSH Communications Security QuickSec 1.1.1\")", "777fbf4c5af6d1cdd4b895a05bf82594", 0, 0 },
	{ "SSH QuickSec 1.1.2", "SSH QuickSec (many routers)", 60, NONE, 0, "MD5(\"SSH Communications Security QuickSec 1.1.2\")", "2cdf08e712ede8a5978761267cd19b91", 0, 0 },
	{ "SSH QuickSec 1.1.3", "SSH QuickSec (many routers)", 60, NONE, 0, "MD5(\"SSH Communications Security QuickSec 1.1.3\")", "59e454a8c2cf02a34959121f1890bc87", 0, 0 },
	{ "SSH QuickSec 2.1.0", "SSH QuickSec (many routers)", 60, NONE, 0, "MD5(\"SSH Communications Security QuickSec 2.1.0\")", "8f9cc94e01248ecdf147594c284b213b", 0, 0 },
	{ "SSH IPSEC Express 1.1.0", "SSH IPSEC Express (many routers)", 60, NONE, 0, "MD5(\"Ssh Communications Security IPSEC Express version 1.1.0\")", "fbf47614984031fa8e3bb6198089b223", 0, 0 },
	{ "SSH IPSEC Express 1.1.1", "SSH IPSEC Express (many routers)", 60, NONE, 0, "MD5(\"Ssh Communications Security IPSEC Express version 1.1.1\")", "1952dc91ac20f646fb01cf42a33aee30", 0, 0 },
	{ "SSH IPSEC Express 1.1.2", "SSH IPSEC Express (many routers)", 60, NONE, 0, "MD5(\"Ssh Communications Security IPSEC Express version 1.1.2\")", "e8bffa643e5c8f2cd10fda7370b6ebe5", 0, 0 },
	{ "SSH IPSEC Express 1.2.1", "SSH IPSEC Express (many routers)", 60, NONE, 0, "MD5(\"Ssh Communications Security IPSEC Express version 1.2.1\")", "c1111b2dee8cbc3d620573ec57aab9cb", 0, 0 },
	{ "SSH IPSEC Express 1.2.2", "SSH IPSEC Express (many routers)", 60, NONE, 0, "MD5(\"Ssh Communications Security IPSEC Express version 1.2.2\")", "09ec27bfbc09c75823cfecbffe565a2e", 0, 0 },
	{ "SSH IPSEC Express 2.0.0", "SSH IPSEC Express (many routers)", 60, NONE, 0, "MD5(\"SSH Communications Security IPSEC Express version 2.0.0\")", "7f21a596e4e318f0b2f4944c2384cb84", 0, 0 },
	{ "SSH IPSEC Express 2.1.0", "SSH IPSEC Express (many routers)", 60, NONE, 0, "MD5(\"SSH Communications Security IPSEC Express version 2.1.0\")", "2836d1fd2807bc9e5ae30786320451ec", 0, 0 },
	{ "SSH IPSEC Express 2.1.1", "SSH IPSEC Express (many routers)", 60, NONE, 0, "MD5(\"SSH Communications Security IPSEC Express version 2.1.1\")", "a68de756a9c5229bae66498040951ad5", 0, 0 },
	{ "SSH IPSEC Express 2.1.2", "SSH IPSEC Express (many routers)", 60, NONE, 0, "MD5(\"SSH Communications Security IPSEC Express version 2.1.2\")", "3f2372867e237c1cd8250a75559cae20", 0, 0 },
	{ "SSH IPSEC Express 3.0.0", "SSH IPSEC Express (many routers)", 60, NONE, 0, "MD5(\"SSH Communications Security IPSEC Express version 3.0.0\")", "0e58d5774df602007d0b02443660f7eb", 0, 0 },
	{ "SSH IPSEC Express 3.0.1", "SSH IPSEC Express (many routers)", 60, NONE, 0, "MD5(\"SSH Communications Security IPSEC Express version 3.0.1\")", "f5ce31ebc210f44350cf71265b57380f", 0, 0 },
	{ "SSH IPSEC Express 4.0.0", "SSH IPSEC Express (many routers)", 60, NONE, 0, "MD5(\"SSH Communications Security IPSEC Express version 4.0.0\")", "f64260af2e2742daddd56987068a99a0", 0, 0 },
	{ "SSH IPSEC Express 4.0.1", "SSH IPSEC Express (many routers)", 60, NONE, 0, "MD5(\"SSH Communications Security IPSEC Express version 4.0.1\")", "7a54d3bdb3b1e6d923892064be2d981c", 0, 0 },
	{ "SSH IPSEC Express 4.1.0", "SSH IPSEC Express (many routers)", 60, NONE, 0, "MD5(\"SSH Communications Security IPSEC Express version 4.1.0\")", "9aa1f3b43472a45d5f506aeb260cf214", 0, 0 },
	{ "SSH IPSEC Express 4.1.1", "SSH IPSEC Express (many routers)", 60, NONE, 0, "MD5(\"SSH Communications Security IPSEC Express version 4.1.1\")", "89f7b760d86b012acf263382394d962f", 0, 0 },
	{ "SSH IPSEC Express 4.2.0", "SSH IPSEC Express (many routers)", 60, NONE, 0, "MD5(\"SSH Communications Security IPSEC Express version 4.2.0\")", "6880c7d026099114e486c55430e7abee", 0, 0 },
	{ "SSH IPSEC Express 5.0", "SSH IPSEC Express (many routers)", 60, NONE, 0, "MD5(\"SSH Communications Security IPSEC Express version 5.0\")", "b037a21aceccb5570f602546f97bde8c", 0, 0 },
	{ "SSH IPSEC Express 5.0.0", "SSH IPSEC Express (many routers)", 60, NONE, 0, "MD5(\"SSH Communications Security IPSEC Express version 5.0.0\")", "2b2dad97c4d140930053287f996850b0", 0, 0 },
	{ "SSH IPSEC Express 5.1.0", "SSH IPSEC Express (many routers)", 60, NONE, 0, "MD5(\"SSH Communications Security IPSEC Express version 5.1.0\")", "45e17f3abe93944cb202910c59ef806b", 0, 0 },
	{ "SSH IPSEC Express 5.1.1", "SSH IPSEC Express (many routers)", 60, NONE, 0, "MD5(\"SSH Communications Security IPSEC Express version 5.1.1\")", "5925859f7377ed7816d2fb81c01fa551", 0, 0 },

	/* Clients */
	{ "Shrew Soft", "Shrew Soft client", 85, NONE, 0, "Wireshark, libreswan vendorid.c", "f14b94b7bff1fef02773b8c49feded26", 0, 0 },
	{ "Shrew Soft DPDv1_NG", "Shrew Soft client", 60, NONE, 0, "libreswan vendorid.c", "3b9031dce4fcf88b489a923963dd0c49", 0, 0 },
	{ "SafeNet SoftRemote", "SafeNet client", 85, NONE, 0, "ike-scan", "47bbe7c993f1fc13b4e6d0db565c68e5", 1, 0 },
	{ "SonicWall Global VPN Client", "SonicWall Global VPN Client", 60, NONE, 0, "ike-scan (\"unknown 10\")", "975b7816f69789600dda89040576e0db", 0, 0 },
	{ "NCP client", "NCP client", 90, NONE, 0, "libreswan vendorid.c", "101fb0b35c5a4f4c08b919f1cb9777b0", 0, 0 },
	{ "NCP", "NCP client", 80, NONE, 0, "libreswan vendorid.c; scapy's ikev2_nat_t capture has other last two bytes", "eb4c1b788afd4a9cb7730a68d56c", 1, 0 },
	{ "NCP", "NCP client", 80, NONE, 0, "libreswan vendorid.c, scapy's ikev2_nat_t capture", "c61baca1f1a60cc1", 1, 0 },
	{ "NCP", "NCP client", 80, NONE, 0, "libreswan vendorid.c", "cbe79444a0870de4224a2c151fbfe099", 0, 0 },
	{ "NCP server", "NCP Secure Enterprise Server", 50, NONE, 0, "the server of scapy's ikev2_nat_t capture", "c6f57ac398f493208145b7581e878983", 0, 0 },
	{ "SSH Sentinel", "SSH Sentinel client", 85, NONE, 0, "MD5(\"SSH Sentinel\")", "054182a07c7ae206f9d2cf9d2432c482", 0, 0 },
	{ "SSH Sentinel 1.1", "SSH Sentinel client", 85, NONE, 0, "MD5(\"SSH Sentinel 1.1\")", "b91623e693ca18a54c6a2778552305e8", 0, 0 },
	{ "SSH Sentinel 1.2", "SSH Sentinel client", 85, NONE, 0, "MD5(\"SSH Sentinel 1.2\")", "5430888de01a31a6fa8f60224e449958", 0, 0 },
	{ "SSH Sentinel 1.3", "SSH Sentinel client", 85, NONE, 0, "MD5(\"SSH Sentinel 1.3\")", "7ee5cb85f71ce259c94a5c731ee4e752", 0, 0 },
	{ "SSH Sentinel 1.4", "SSH Sentinel client", 85, NONE, 0, "MD5(\"SSH Sentinel 1.4\")", "63d9a1a7009491b5a0a6fdeb2a8284f0", 0, 0 },
	{ "SSH Sentinel 1.4.1", "SSH Sentinel client", 85, NONE, 0, "MD5(\"SSH Sentinel 1.4.1\")", "eb4b0d96276b4e220ad16221a7b2a5e6", 0, 0 },
	{ "Mac OS X", "Apple macOS", 80, NONE, 0, "ASCII \"Mac OSX 10.x\"; ike-scan from strongSwan 4", "4d6163204f53582031302e78", 1, 0 },

	/* Windows: MD5("MS NT5 ISAKMPOAKLEY") and a version */
	{ "Windows 2000", "Windows 2000", 90, NONE, 0, "[MS-IKEE]; ike-scan, libreswan vendorid.c", "1e2b516905991c7d7c96fcbfb587e46100000002", 0, 0 },
	{ "Windows XP", "Windows XP", 90, NONE, 0, "[MS-IKEE]; ike-scan, libreswan vendorid.c", "1e2b516905991c7d7c96fcbfb587e46100000003", 0, 0 },
	{ "Windows XP SP2/2003", "Windows XP SP2 or 2003", 90, NONE, 0, "[MS-IKEE]; ike-scan, libreswan vendorid.c", "1e2b516905991c7d7c96fcbfb587e46100000004", 0, 0 },
	{ "Windows Vista", "Windows Vista", 90, NONE, 0, "[MS-IKEE]; ike-scan, libreswan vendorid.c", "1e2b516905991c7d7c96fcbfb587e46100000005", 0, 0 },
	{ "Windows Vista SP1/2008", "Windows Vista or 2008", 90, NONE, 0, "[MS-IKEE]; ike-scan, libreswan vendorid.c", "1e2b516905991c7d7c96fcbfb587e46100000006", 0, 0 },
	{ "Windows 7", "Windows 7", 90, NONE, 0, "[MS-IKEE]; ike-scan, libreswan vendorid.c", "1e2b516905991c7d7c96fcbfb587e46100000007", 0, 0 },
	{ "Windows 7/2008 R2", "Windows 7 or 2008 R2", 90, NONE, 0, "[MS-IKEE]; ike-scan, libreswan vendorid.c", "1e2b516905991c7d7c96fcbfb587e46100000008", 0, 0 },
	{ "Windows 8 and later", "Windows 8 or later, or an Azure gateway", 90, NONE, 0, "[MS-IKEE]; ike-scan, libreswan vendorid.c; Azure in logs of MicrosoftDocs/azure-docs issues 32421 and 104181", "1e2b516905991c7d7c96fcbfb587e46100000009", 0, 0 },
	{ "Windows", "Windows", 85, NONE, 0, "[MS-IKEE]", "1e2b516905991c7d7c96fcbfb587e461", 1, 16 },
	{ "MS-Negotiation Discovery Capable", "Windows", 70, NONE, 0, "[MS-IKEE]", "fb1de3cdf341b7ea16b7e5be0855f120", 0, 0 },
	{ "Vid-Initial-Contact", "Windows", 70, NONE, 0, "[MS-IKEE]", "26244d38eddb61b3172a36e3d0cfb819", 0, 0 },
	{ "IKE CGA version 1", "Windows", 70, NONE, 0, "[MS-IKEE]", "e3a5966a76379fe707228231e5ce8652", 0, 0 },
	{ "MS-MamieExists", "Windows", 70, NONE, 0, "MD5 of its name: AuthIP; ike-scan, libreswan vendorid.c", "214ca4faffa7f32d6748e5303395ae83", 0, 0 },
	{ "NLBS_PRESENT", "Windows", 70, NONE, 0, "MD5 of its name: fast failover; ike-scan, libreswan vendorid.c", "72872b95fcda2eb708efe322119b4971", 0, 0 },
	{ "Windows KEY_MODS", "Windows", 80, NONE, 0, "libreswan vendorid.c; captured Windows clients", "01528bbbc00696121849ab9a1c5b2a51", 1, 16 },
	{ "Windows AuthIP KE", "Windows", 80, NONE, 0, "libreswan vendorid.c", "7bb93867d76c8d80df0f40fae8fc3b19", 1, 16 },
	{ "Windows security realm", "Windows", 80, NONE, 0, "libreswan vendorid.c", "686a8cbdfe634b405146fb2baf33e9e8", 0, 0 },
	{ "Xbox One", "Xbox One", 90, NONE, 0, "libreswan vendorid.c", "8aa394cf8a5577dc3110c113b027a4f2", 0, 0 },
	{ "Xbox IKEv2", "Xbox", 90, NONE, 0, "libreswan vendorid.c", "660822b3a73a244149578d62e0eb46a0", 0, 0 },
	{ "GSSAPI", "Windows", 50, NONE, 0, "MD5 of its name; draft-ietf-ipsec-isakmp-gss-auth", "621b04bb09882ac1e15935fefa24aeee", 0, 0 },
	{ "GSS-API method", "Windows", 50, NONE, 0, "draft-ietf-ipsec-isakmp-gss-auth", "ad2c0dd0b9c32083ccba25b8861ec455", 0, 0 },
	{ "GSS-API method\\n", "Windows", 50, NONE, 0, "draft-ietf-ipsec-isakmp-gss-auth-07, hashed with a line feed", "b46d8914f3aaa3f2fedeb7c7db2943ca", 0, 0 },
	{ .name = NULL },
};
/* clang-format on */

static unsigned int hex_digit(char c)
{
	return (unsigned int)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static bool matches(const struct vendor_id *row, const uint8_t *bytes, size_t length)
{
	size_t wanted = strlen(row->hex) / 2;

	if (length < wanted || (length > wanted && row->match == VENDOR_MATCH_WHOLE))
		return false;
	if (row->match == VENDOR_MATCH_SUFFIX)
		bytes += length - wanted;
	for (size_t i = 0; i < wanted; i++)
		if (bytes[i] !=
		    (hex_digit(row->hex[2 * i]) << 4 | hex_digit(row->hex[2 * i + 1])))
			return false;
	return true;
}

const struct vendor_id *vendor_id_find(const uint8_t *bytes, size_t length)
{
	const struct vendor_id *best = NULL;

	for (size_t i = 0; i < WIRE_TABLES; i++) {
		const struct device_wire *wire = wire_table(i);
		const struct vendor_id *row = wire ? wire->vendor_ids : NULL;

		for (; row && row->name; row++)
			if (matches(row, bytes, length) &&
			    (!best || strlen(row->hex) > strlen(best->hex)))
				best = row;
	}
	return best;
}
