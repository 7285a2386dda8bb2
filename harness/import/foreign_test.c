// SPDX-License-Identifier: GPL-2.0-or-later
/* foreign_test.c - claims: other makers' files are named, and ours are not taken for them */
#include <errno.h>

#include "import/test_import.h"

static const struct {
	enum device_kind kind;
	const char *text;
	const char *named; /* NULL: it is ours */
} rows[] = {
	{ DEVICE_SCREENOS,
	  "set interfaces ethernet eth0 address '192.0.2.11/24'\n"
	  "set vpn ipsec esp-group ESP lifetime '3600'\n",
	  "VyOS" },
	{ DEVICE_JUNOS,
	  "interfaces {\n    ethernet eth0 {\n    }\n}\nvpn {\n    ipsec {\n"
	  "        esp-group E {\n        }\n    }\n}\n",
	  "EdgeOS" },
	{ DEVICE_SCREENOS,
	  "config vpn ipsec phase1-interface\n    edit \"hq\"\n"
	  "        set remote-gw 192.0.2.22\n",
	  "FortiOS" },
	{ DEVICE_OPENWRT, "config system global\nconfig firewall policy\n", "FortiOS" },
	{ DEVICE_JUNOS,
	  "set deviceconfig system hostname x\n"
	  "set network ike gateway far protocol version ikev2\n",
	  "PAN-OS" },
	{ DEVICE_SCREENOS, "/ip ipsec peer\n/ip firewall nat\n", "RouterOS" },
	{ DEVICE_STRONGSWAN,
	  "conn ns\n\tikev2=insist\n\tleftsubnets={10.1.0.0/24}\n\tauto=start\n",
	  "libreswan" },
	{ DEVICE_STRONGSWAN, "conn ns\n ikev2 = insist\n phase2alg = aes256-sha2\n",
	  "libreswan" },
	{ DEVICE_STRONGSWAN, "conn ns\n ike=aes256-sha2;modp2048\n salifetime=1h\n",
	  "libreswan" },
	{ DEVICE_SCREENOS,
	  "# Configuration of gw\n# Language version: 13.4v1\n# Exported by admin on Fri\n"
	  "set interface eth0 ipv4-address 192.0.2.1 mask-length 24\n",
	  "Check Point" },
	{ DEVICE_SCREENOS, "add vpn site name HQ remote-site-link-selection x\n",
	  "Check Point" },
	{ DEVICE_STRONGSWAN,
	  "# /etc/ipsec.conf - Openswan IPsec configuration file\nconfig setup\n",
	  "Openswan" },
	/* One such line alone may be a mistake in a file of ours. */
	{ DEVICE_STRONGSWAN, "conn ns\n left=1.2.3.4\n ikev2=insist\n auto=add\n", NULL },
	{ DEVICE_STRONGSWAN, "conn ns\n ike=aes256-sha256-modp2048!\n auto=add\n", NULL },
	{ DEVICE_SCREENOS,
	  "set interface ethernet0/0 ip 1.2.3.4/24\nset vpn v gateway g\n", NULL },
	{ DEVICE_JUNOS,
	  "set interfaces ge-0/0/0 unit 0 family inet address 1.2.3.4/24\n"
	  "set security ike gateway g address 2.3.4.5\n",
	  NULL },
	{ DEVICE_OPENWRT, "config system 'system'\nconfig firewall 'x'\n", NULL },
};

static void a_foreign_file_is_refused_by_name_and_ours_is_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct import_source source = { "file", rows[i].text,
						      strlen(rows[i].text) };
		struct site *site = NULL;
		struct err err = { 0 };
		int r = site_import(rows[i].kind, "s", &source, 1, NULL, &site, &err);

		if (rows[i].named && (r != -EINVAL || !strstr(err.text, rows[i].named)))
			fail_msg("row %zu: %d %s", i, r, err.text);
		if (!rows[i].named && r)
			fail_msg("row %zu: %s", i, err.text);
		site_free(site);
	}
}

/* Before anybody asks which device it is: that it is none of ours is not all there is to say. */
static void a_file_that_is_like_none_of_ours_is_named_too(void **state)
{
	static const struct {
		const char *text, *said;
	} others[] = {
		{ "hostname r1\ncrypto isakmp policy 10\n encr aes 256\n"
		  "crypto map CM 10 ipsec-isakmp\n",
		  "file:2: this is a file of Cisco" },
		{ "ASA Version 9.8(2)\ncrypto ikev1 policy 10\n"
		  "tunnel-group 203.0.113.5 type ipsec-l2l\n",
		  "file of Cisco" },
		{ "<?xml version=\"1.0\"?>\n<pfsense>\n\t<version>22.2</version>\n",
		  "file:2: this is a file of pfSense" },
		{ "<?xml version=\"1.0\"?>\n<opnsense>\n", "a file of OPNsense" },
		{ "[Interface]\nPrivateKey = x\n[Peer]\n",
		  "file:1: this is a file of WireGuard, which is no IPsec" },
		{ "# jul/11/2023 18:58:54 by RouterOS 6.48.6\n/interface bridge\n",
		  "file of RouterOS" },
		{ "/ip ipsec peer add address=192.0.2.1/32\n", "file of RouterOS" },
		{ "ASA Version 9.9\ninterface GigabitEthernet0/0\n nameif inside\n",
		  "file of Cisco" },
		{ "path certificate \"/c\";\nremote a {\n\texchange_mode main;\n",
		  "file of racoon" },
		{ "flush;\nspdadd 10.1.0.0/24 10.2.0.0/24 any -P out ipsec\n",
		  "file of racoon or setkey" },
		{ "ikev2 'hq' active esp from 10.1.0.0/24 to 10.2.0.0/24\n",
		  "OpenBSD's iked" },
		{ "vpn policy site-to-site HQ\n", "file of SonicOS" },
		{ "sysname FW\nike proposal 10\nike peer b\n", "Huawei VRP" },
		{ "lang English\ncd /Setup/VPN/IKEv2/Peers\n", "LANCOM" },
		{ "ltm pool p {\n}\nltm virtual v {\n}\n", "F5 BIG-IP" },
		{ "{\n \"vpn\": {\n  \"ipsec\": {\n   \"esp-group\": {\n"
		  "   \"site-to-site\": {\n",
		  "a UniFi gateway" },
		{ "client\ndev tun\nproto udp\n", "file of OpenVPN, which is no IPsec" },
		{ "<?xml version=\"1.0\"?>\n<other>\n", "an XML document" },
		{ "{\n  \"configuration\": {\n", "file:1: JSON" },
		{ "hostname r1\ncrypto key\n", "not a file of a device" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		const struct import_source source = { "file", others[i].text,
						      strlen(others[i].text) };
		enum device_kind kind;
		struct err err = { 0 };

		assert_int_equal(import_detect(&source, 1, &kind, &err), -EINVAL);
		if (!strstr(err.text, others[i].said))
			fail_msg("%s: %s", others[i].said, err.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_foreign_file_is_refused_by_name_and_ours_is_read),
		cmocka_unit_test(a_file_that_is_like_none_of_ours_is_named_too),
	};

	return cmocka_run_group_tests_name("import/foreign", tests, NULL, NULL);
}
