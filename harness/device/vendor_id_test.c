// SPDX-License-Identifier: GPL-2.0-or-later
/* vendor_id_test.c - who sends which vendor id */
#include <openssl/evp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "device/vendor_id.h"
#include "device/wire.h"

static void fritzbox_srx_and_screenos_are_known(void **state)
{
	static const uint8_t avm[] = { 0xa2, 0x22, 0x6f, 0xc3, 0x64, 0x50, 0x0f, 0x56,
				       0x34, 0xff, 0x77, 0xdb, 0x3b, 0x74, 0xf4, 0x1b };
	static const uint8_t heartbeat[] = "HeartBeat_Notify8k\x01";

	(void)state;
	assert_string_equal(vendor_id_find(avm, sizeof(avm))->device, "FRITZ!Box");
	assert_null(vendor_id_find(avm, sizeof(avm) - 1));
	assert_string_equal(vendor_id_find(heartbeat, 20)->device, "Juniper ScreenOS");
	assert_null(vendor_id_find(avm, 0));
}

static void vendor_id_with_random_bytes_is_known_by_its_end(void **state)
{
	static const uint8_t teldat[] = "\x01\x02\x03\x04\x05\x06\x07\x08\x09Teldat";
	static const uint8_t other[] = "Teldat and more";

	(void)state;
	assert_string_equal(vendor_id_find(teldat, 15)->name, "Teldat");
	assert_null(vendor_id_find(teldat, 14));
	assert_null(vendor_id_find(other, sizeof(other) - 1));
}

/* These are MD5 of their own name: the table's bytes are checked against that. */
static const struct {
	const char *sentence, *name;
} sentences[] = {
	{ "RFC 3947", "RFC 3947 NAT-T" },
	{ "draft-ietf-ipsec-nat-t-ike-00", "NAT-T draft 00" },
	{ "draft-ietf-ipsec-nat-t-ike-01", "NAT-T draft 01" },
	{ "draft-ietf-ipsec-nat-t-ike-02", "NAT-T draft 02" },
	{ "draft-ietf-ipsec-nat-t-ike-02\n", "NAT-T draft 02\\n" },
	{ "draft-ietf-ipsec-nat-t-ike-03", "NAT-T draft 03" },
	{ "draft-ietf-ipsec-nat-t-ike-04", "NAT-T draft 04" },
	{ "draft-ietf-ipsec-nat-t-ike-05", "NAT-T draft 05" },
	{ "draft-ietf-ipsec-nat-t-ike-06", "NAT-T draft 06" },
	{ "draft-ietf-ipsec-nat-t-ike-07", "NAT-T draft 07" },
	{ "draft-ietf-ipsec-nat-t-ike-08", "NAT-T draft 08" },
	{ "draft-stenberg-ipsec-nat-traversal-01", "NAT-T stenberg 01" },
	{ "draft-stenberg-ipsec-nat-traversal-02", "NAT-T stenberg 02" },
	{ "strongSwan", "strongSwan" },
	{ "FRAGMENTATION", "IKE fragmentation" },
	{ "IKE CGA version 1", "IKE CGA version 1" },
	{ "MS-Negotiation Discovery Capable", "MS-Negotiation Discovery Capable" },
	{ "Vid-Initial-Contact", "Vid-Initial-Contact" },
	{ "draft-ietf-ipsec-nat-t-ike", "NAT-T draft without number" },
	{ "ESPThruNAT", "NAT-T huttunen 01" },
	{ "draft-huttunen-ipsec-esp-in-udp-00.txt", "NAT-T huttunen 00" },
	{ "strongSwan 4.2.3", "strongSwan 4.2.3" },
	{ "strongSwan 4.3.5", "strongSwan 4.3.5" },
	{ "strongSwan 4.4.1", "strongSwan 4.4.1" },
	{ "strongSwan 4.5.2", "strongSwan 4.5.2" },
	{ "strongSwan 4.6.4", "strongSwan 4.6.4" },
	{ "KAME/racoon", "KAME/racoon" },
	{ "IPSec-Tools", "IPSec-Tools" },
	{ "NETGEAR", "Netgear" },
	{ "FORTIGATE", "FortiGate" },
	{ "forticlient connect license", "FortiClient Connect license" },
	{ "Fortinet Endpoint Control", "Fortinet Endpoint Control" },
	{ "MS NT5 ISAKMPOAKLEY", "Windows" },
	{ "MS-MamieExists", "MS-MamieExists" },
	{ "NLBS_PRESENT", "NLBS_PRESENT" },
	{ "GSSAPI", "GSSAPI" },
	{ "A GSS-API Authentication Method for IKE", "GSS-API method" },
	{ "A GSS-API Authentication Method for IKE\n", "GSS-API method\\n" },
	{ "ALTIGA NETWORKS", "Cisco VPN 3000 client" },
	{ "ALTIGA GATEWAY", "Cisco VPN 3000" },
	{ "CISCO-UNITY", "Cisco Unity" },
	{ "CISCO-DEAD-PEER-DETECTION", "Dead Peer Detection" },
	{ "draft-ietf-ipsra-isakmp-xauth-06.txt", "XAUTH" },
	{ "SSH Sentinel", "SSH Sentinel" },
	{ "SSH Sentinel 1.4.1", "SSH Sentinel 1.4.1" },
	{ "SSH Communications Security QuickSec 1.1.3", "SSH QuickSec 1.1.3" },
	{ "SSH Communications Security QuickSec 2.1.0", "SSH QuickSec 2.1.0" },
	{ "Ssh Communications Security IPSEC Express version 1.1.0",
	  "SSH IPSEC Express 1.1.0" },
	{ "SSH Communications Security IPSEC Express version 5.1.1",
	  "SSH IPSEC Express 5.1.1" },
	{ "SSH Communications Security IPSEC Express version 4.2.0",
	  "SSH IPSEC Express 4.2.0" },
	{ "IKE Challenge/Response for Authenticated Cryptographic Keys",
	  "Challenge/Response" },
	{ "IKE Challenge/Response for Authenticated Cryptographic Keys (Revised)",
	  "Challenge/Response revised" },
};

static void md5_vendor_ids_are_the_md5_of_their_sentence(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++) {
		const struct vendor_id *row;
		uint8_t hash[EVP_MAX_MD_SIZE];
		unsigned int length;

		assert_true(EVP_Digest(sentences[i].sentence,
				       strlen(sentences[i].sentence), hash, &length,
				       EVP_md5(), NULL));
		row = vendor_id_find(hash, length);
		if (!row)
			fail_msg("MD5(\"%s\") is not in the table",
				 sentences[i].sentence);
		else
			assert_string_equal(row->name, sentences[i].name);
	}
}

static size_t bytes_of(const char *hex, uint8_t bytes[64])
{
	size_t length = strlen(hex) / 2;

	assert_true(length <= 64 && strlen(hex) % 2 == 0);
	assert_int_equal(strspn(hex, "0123456789abcdef"), strlen(hex));
	for (size_t i = 0; i < length; i++) {
		char two[3] = { hex[2 * i], hex[2 * i + 1] };

		bytes[i] = (uint8_t)strtoul(two, NULL, 16);
	}
	return length;
}

/* Whoever's table it stands in: no other row takes its bytes. */
static void each_row_of_each_device_is_found_by_its_bytes(void **state)
{
	size_t rows = 0;

	(void)state;
	for (size_t i = 0; i < WIRE_TABLES; i++) {
		const struct device_wire *wire = wire_table(i);
		const struct vendor_id *row = wire ? wire->vendor_ids : NULL;

		for (; row && row->name; row++, rows++) {
			uint8_t bytes[64];
			size_t length = bytes_of(row->hex, bytes);

			assert_non_null(row->source);
			if (vendor_id_find(bytes, length) != row)
				fail_msg("%s is taken for another", row->name);
		}
	}
	assert_true(rows > 150);
}

/* Private numbers are its maker's to name, those of the registries are not. */
static void a_private_notify_has_the_name_that_its_device_gives_it(void **state)
{
	size_t rows = 0;

	(void)state;
	for (size_t i = 0; i < WIRE_TABLES; i++) {
		const struct device_wire *wire = wire_table(i);
		const struct wire_notify *row = wire ? wire->notifies : NULL;

		for (; row && row->version; row++, rows++) {
			const bool is_v2 = row->version == 2;

			assert_null(
				number_find(is_v2 ? NUMBER_V2_NOTIFY : NUMBER_V1_NOTIFY,
					    row->row.number));
			assert_string_equal(wire_notify_text(is_v2, row->row.number).s,
					    row->row.name);
		}
	}
	assert_true(rows);
	assert_string_equal(wire_notify_text(false, 40001).s, "NHTB-INFORM");
	assert_string_equal(wire_notify_text(false, 40002).s, "unknown 40002");
	assert_string_equal(wire_notify_text(true, 14).s, "NO_PROPOSAL_CHOSEN");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fritzbox_srx_and_screenos_are_known),
		cmocka_unit_test(each_row_of_each_device_is_found_by_its_bytes),
		cmocka_unit_test(a_private_notify_has_the_name_that_its_device_gives_it),
		cmocka_unit_test(vendor_id_with_random_bytes_is_known_by_its_end),
		cmocka_unit_test(md5_vendor_ids_are_the_md5_of_their_sentence),
	};

	return cmocka_run_group_tests_name("device/vendor_id", tests, NULL, NULL);
}
