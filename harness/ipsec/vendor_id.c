// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vendor_id.c - vendor ids: who sends them and what they promise
 *
 * Sources: the RFC or draft that defines one; else the lists that ike-scan
 * ("ike-vendor-ids"), Wireshark and strongSwan publish, and what shared captures
 * of the named devices show.
 */
#include "ipsec/vendor_id.h"

#include <stdbool.h>
#include <string.h>

#include "base/cleanup.h"

#define DRAFT "draft-ietf-ipsec-nat-t-ike"
#define NATT  VENDOR_FEATURE_NAT_T_DRAFT
#define NONE  VENDOR_FEATURE_NONE

/* clang-format off */
/* name, device, weight, feature, NAT-D number, source, hex, prefix, version at */
static const struct vendor_id vendor_ids[] = {
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
	{ "NAT-T stenberg 01", NULL, 0, NATT, 130, "draft-stenberg-ipsec-nat-traversal-01", "27bab5dc01ea0760ea4e3190ac27c0d0", 0, 0 },
	{ "NAT-T stenberg 02", NULL, 0, NATT, 130, "draft-stenberg-ipsec-nat-traversal-02", "6105c422e76847e43f9684801292aecd", 0, 0 },
	{ "XAUTH", NULL, 0, VENDOR_FEATURE_XAUTH, 0, "draft-beaulieu-ike-xauth-02", "09002689dfd6b712", 0, 0 },
	{ "IKE fragmentation", NULL, 0, VENDOR_FEATURE_FRAGMENTATION, 0, "[MS-IKEE]", "4048b7d56ebce88525e7de7f00d6c2d3", 1, 0 },
	{ "Cisco Unity", "Cisco", 20, VENDOR_FEATURE_UNITY, 0, "strongSwan, many others send it too", "12f5f28c457168a9702d9fe274cc", 1, 0 },

	/* Products */
	{ "AVM FRITZ OS", "FRITZ!Box", 98, NONE, 0, "strongSwan pull request 316", "a2226fc364500f5634ff77db3b74f41b", 0, 0 },
	{ "NetScreen/Juniper 6", "Juniper SRX or ScreenOS", 80, NONE, 0, "Wireshark \"Netscreen-6\"; a captured SRX210 sends it", "699369228741c6d4ca094c93e242c9de19e7b7c6", 1, 20 },
	{ "NetScreen 15", "Juniper ScreenOS", 40, NONE, 0, "Wireshark \"Netscreen-15\"; Shrew Soft sends the 20 bytes alone", "166f932d55eb64d8e4df4fd37e2313f0d0fd8451", 1, 20 },
	{ "HeartBeat_Notify", "Juniper ScreenOS", 90, NONE, 0, "a captured ScreenOS 5.4.0", "4865617274426561745f4e6f74696679", 1, 0 },
	{ "NetScreen", "Juniper ScreenOS", 80, NONE, 0, "ike-scan", "299ee8289f40a8973bc78687e2e7226b532c3b76", 1, 20 },
	{ "NetScreen", "Juniper ScreenOS", 80, NONE, 0, "ike-scan", "3a15e1f3cf2a63582e3ac82d1c64cbe3b6d779e7", 1, 20 },
	{ "NetScreen", "Juniper ScreenOS", 80, NONE, 0, "ike-scan", "47d2b126bfcd83489760e2cf8c5d4d5a03497c15", 1, 20 },
	{ "NetScreen", "Juniper ScreenOS", 80, NONE, 0, "ike-scan", "4a4340b543e02b84c88a8b96a8af9ebe77d9accc", 1, 20 },
	{ "NetScreen", "Juniper ScreenOS", 80, NONE, 0, "ike-scan", "64405f46f03b7660a23be116a1975058e69e8387", 1, 20 },
	{ "NetScreen", "Juniper ScreenOS", 80, NONE, 0, "ike-scan", "8c0dc6cf62a0ef1b5c6eabd1b67ba69866adf16a", 1, 20 },
	{ "NetScreen", "Juniper ScreenOS", 80, NONE, 0, "ike-scan", "92d27a9ecb31d99246986d3453d0c3d57a222a61", 1, 20 },
	{ "NetScreen", "Juniper ScreenOS", 80, NONE, 0, "ike-scan", "9b096d9ac3275a7d6fe8b91c583111b09efed1a0", 1, 20 },
	{ "NetScreen", "Juniper ScreenOS", 80, NONE, 0, "ike-scan", "bf03746108d746c904f1f3547de24f78479fed12", 1, 20 },
	{ "NetScreen", "Juniper ScreenOS", 80, NONE, 0, "ike-scan", "cf49908791073fb46439790fdeb6aeed981101ab", 1, 20 },
	{ "NetScreen 5XP, ScreenOS 4", "Juniper ScreenOS", 80, NONE, 0, "ike-scan", "9436e8d67174ef9aed068d5ad5213f187a3f8ba6", 1, 20 },
	{ "Juniper SRX, IKEv2", "Juniper SRX", 95, NONE, 0, "strongSwan NEWS 5.9.8", "fd808804df73b15150709d878044cde0ac1efcde", 0, 0 },
	{ "Juniper SRX, IKEv2", "Juniper SRX", 70, NONE, 0, "public captures of SRX", "67967050f138eb51de0ca65f54f1f036", 0, 0 },
	{ "strongSwan", "strongSwan", 95, NONE, 0, "MD5(\"strongSwan\")", "882fe56d6fd20dbc2251613b2ebe5beb", 0, 0 },
	{ "strongSwan 4", "strongSwan", 90, NONE, 0, "ike-scan", "2d1f406118fbd5d28474791ffa00488a", 0, 0 },
	{ "Openswan 2.6.32", "Openswan", 90, NONE, 0, "a captured Openswan 2.6.32", "4f4568794c64414365636661", 0, 0 },
	{ "Openswan/libreswan", "Openswan or libreswan", 70, NONE, 0, "pluto: \"OE\" and ten characters of a hash", "4f45", 1, 0 },
	{ "FreeS/WAN", "FreeS/WAN", 90, NONE, 0, "pluto", "4f70656e504750", 1, 0 },
	{ "KAME/racoon", "racoon", 90, NONE, 0, "KAME", "7003cbc1097dbe9c2600ba6983bc8b35", 0, 0 },
	{ "Shrew Soft", "Shrew Soft client", 85, NONE, 0, "Wireshark", "f14b94b7bff1fef02773b8c49feded26", 0, 0 },
	{ "Cisco VPN 3000", "Cisco VPN 3000/ASA", 85, NONE, 0, "ike-scan", "1f07f70eaa6514d3b0fa96542a50", 1, 0 },
	{ "Cisco IOS", "Cisco IOS", 60, NONE, 0, "Wireshark: \"Cisco Delete Reason\"", "434953434f2d44454c4554452d524541534f4e", 0, 0 },
	{ "Cisco VPN revision 2", "Cisco", 85, NONE, 0, "\"CISCOVPN-REV-02\"", "434953434f56504e2d5245562d3032", 0, 0 },
	{ "Cisco FlexVPN", "Cisco IOS", 90, NONE, 0, "\"FLEXVPN-SUPPORTED\"", "464c455856504e2d535550504f52544544", 0, 0 },
	{ "Windows 2000", "Windows 2000", 90, NONE, 0, "[MS-IKEE]", "1e2b516905991c7d7c96fcbfb587e46100000002", 0, 0 },
	{ "Windows XP", "Windows XP", 90, NONE, 0, "[MS-IKEE]", "1e2b516905991c7d7c96fcbfb587e46100000003", 0, 0 },
	{ "Windows XP SP2/2003", "Windows XP SP2 or 2003", 90, NONE, 0, "[MS-IKEE]", "1e2b516905991c7d7c96fcbfb587e46100000004", 0, 0 },
	{ "Windows Vista", "Windows Vista", 90, NONE, 0, "[MS-IKEE]", "1e2b516905991c7d7c96fcbfb587e46100000005", 0, 0 },
	{ "Windows Vista SP1/2008", "Windows Vista or 2008", 90, NONE, 0, "[MS-IKEE]", "1e2b516905991c7d7c96fcbfb587e46100000006", 0, 0 },
	{ "Windows 7", "Windows 7", 90, NONE, 0, "[MS-IKEE]", "1e2b516905991c7d7c96fcbfb587e46100000007", 0, 0 },
	{ "Windows 2008 R2", "Windows 7 or 2008 R2", 90, NONE, 0, "[MS-IKEE]", "1e2b516905991c7d7c96fcbfb587e46100000008", 0, 0 },
	{ "Windows 8 and later", "Windows 8 or later", 90, NONE, 0, "[MS-IKEE]", "1e2b516905991c7d7c96fcbfb587e46100000009", 0, 0 },
	{ "Windows", "Windows", 85, NONE, 0, "[MS-IKEE]", "1e2b516905991c7d7c96fcbfb587e461", 1, 16 },
	{ "MS-Negotiation Discovery Capable", "Windows", 70, NONE, 0, "[MS-IKEE]", "fb1de3cdf341b7ea16b7e5be0855f120", 0, 0 },
	{ "Vid-Initial-Contact", "Windows", 70, NONE, 0, "[MS-IKEE]", "26244d38eddb61b3172a36e3d0cfb819", 0, 0 },
	{ "IKE CGA version 1", "Windows", 70, NONE, 0, "[MS-IKEE]", "e3a5966a76379fe707228231e5ce8652", 0, 0 },
	{ "Microsoft IKEv2", "Windows", 60, NONE, 0, "captured Windows clients", "01528bbbc00696121849ab9a1c5b2a51", 1, 16 },
	{ "GSSAPI", "Windows", 50, NONE, 0, "draft-ietf-ipsec-isakmp-gss-auth", "621b04bb09882ac1e15935fefa24aeee", 0, 0 },
	{ "FortiGate", "Fortinet FortiGate", 80, NONE, 0, "Wireshark, ike-scan", "8299031757a36082c6a621de", 1, 0 },
	{ "SonicWall", "SonicWall", 80, NONE, 0, "ike-scan", "5b362bc820f6", 1, 0 },
	{ "SonicWall", "SonicWall", 80, NONE, 0, "ike-scan", "404bf439522ca3f6", 0, 0 },
	{ "Check Point", "Check Point", 90, NONE, 0, "ike-scan", "f4ed19e0c114eb516faaac0ee37daf2807b4381f", 1, 20 },
	{ "SafeNet SoftRemote", "SafeNet client", 85, NONE, 0, "ike-scan", "47bbe7c993f1fc13b4e6d0db565c68e5", 1, 0 },
	{ "Nortel Contivity", "Nortel Contivity", 85, NONE, 0, "ike-scan", "424e4553", 1, 0 },
	{ "StoneGate", "StoneGate", 85, NONE, 0, "ike-scan", "c573b056d7faca36c2fba28374127cbf", 0, 0 },
	{ "StoneGate", "StoneGate", 85, NONE, 0, "ike-scan", "baeb239037e17787d730eed9d95d48aa", 0, 0 },
};
/* clang-format on */

static unsigned int hex_digit(char c)
{
	return (unsigned int)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static bool matches(const struct vendor_id *row, const uint8_t *bytes, size_t length)
{
	size_t wanted = strlen(row->hex) / 2;

	if (length < wanted || (length > wanted && !row->is_prefix))
		return false;
	for (size_t i = 0; i < wanted; i++)
		if (bytes[i] !=
		    (hex_digit(row->hex[2 * i]) << 4 | hex_digit(row->hex[2 * i + 1])))
			return false;
	return true;
}

const struct vendor_id *vendor_id_find(const uint8_t *bytes, size_t length)
{
	const struct vendor_id *best = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(vendor_ids); i++)
		if (matches(&vendor_ids[i], bytes, length) &&
		    (!best || strlen(vendor_ids[i].hex) > strlen(best->hex)))
			best = &vendor_ids[i];
	return best;
}
