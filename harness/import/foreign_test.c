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
