// SPDX-License-Identifier: GPL-2.0-or-later
/* describe_test.c - payloads in bytes, and the line that each is described by */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "dissect/describe.h"
#include "dissect/ike.h"

#define HEADER 28

/* The body of one payload, as RFC 2407, 2408 and 7296 have it. */
static const struct {
	uint8_t version, type;
	const char *body;
	const char *text;
} rows[] = {
	{ 0x10, V1_PAYLOAD_ID, "01000000c0000201", "ID(ID_IPV4_ADDR 192.0.2.1)" },
	{ 0x10, V1_PAYLOAD_ID, "011101f4c0000201",
	  "ID(ID_IPV4_ADDR 192.0.2.1 (protocol 17, port 500))" },
	{ 0x10, V1_PAYLOAD_ID, "01000001c0000201",
	  "ID(ID_IPV4_ADDR 192.0.2.1 (protocol 0, port 1))" },
	{ 0x10, V1_PAYLOAD_ID, "040000000a010200ffffff00",
	  "ID(ID_IPV4_ADDR_SUBNET 10.1.2.0/24)" },
	{ 0x10, V1_PAYLOAD_ID, "040000000a010200ff00ff00",
	  "ID(ID_IPV4_ADDR_SUBNET 10.1.2.0/255.0.255.0)" },
	{ 0x10, V1_PAYLOAD_ID, "040000000000000000000000",
	  "ID(ID_IPV4_ADDR_SUBNET 0.0.0.0/0)" },
	{ 0x10, V1_PAYLOAD_ID, "040000000a010203ffffffff",
	  "ID(ID_IPV4_ADDR_SUBNET 10.1.2.3/32)" },
	{ 0x10, V1_PAYLOAD_ID, "040000000a0102ffffff",
	  "ID(ID_IPV4_ADDR_SUBNET 0a0102ffffff)" },
	{ 0x10, V1_PAYLOAD_ID, "070000000a0102010a010209",
	  "ID(ID_IPV4_ADDR_RANGE 10.1.2.1-10.1.2.9)" },
	{ 0x10, V1_PAYLOAD_ID, "02000000686f6d65", "ID(ID_FQDN home)" },
	{ 0x10, V1_PAYLOAD_ID, "02000000686f1b65", "ID(ID_FQDN 686f1b65)" },
	{ 0x10, V1_PAYLOAD_ID, "030000006d654061", "ID(ID_USER_FQDN me@a)" },
	{ 0x10, V1_PAYLOAD_ID, "0b0000000001ff", "ID(ID_KEY_ID 0001ff)" },
	{ 0x10, V1_PAYLOAD_ID, "0500000020010db8000000000000000000000001",
	  "ID(ID_IPV6_ADDR 2001:db8::1)" },
	{ 0x10, V1_PAYLOAD_ID,
	  "0600000020010db8000000000000000000000000ffffffff000000000000000000000000",
	  "ID(ID_IPV6_ADDR_SUBNET 2001:db8::/32)" },
	{ 0x10, V1_PAYLOAD_ID, "0900000030123110300e06035504030c0761636d652d6777",
	  "ID(ID_DER_ASN1_DN /CN=acme-gw)" },
	{ 0x10, V1_PAYLOAD_DELETE, "0000000103040002c0ffee01c0ffee02",
	  "D(ESP c0ffee01 c0ffee02)" },
	{ 0x10, V1_PAYLOAD_DELETE, "000000010110000101010101010101010202020202020202",
	  "D(IKE 01010101010101010202020202020202)" },
	{ 0x20, V2_PAYLOAD_DELETE, "03040001c0ffee01", "D(ESP c0ffee01)" },
	{ 0x20, V2_PAYLOAD_DELETE, "01000000", "D(IKE)" },
	{ 0x10, V1_PAYLOAD_VENDOR_ID, "afcad71368a1f1c96b8696fc77570100",
	  "VID(Dead Peer Detection)" },
	{ 0x10, V1_PAYLOAD_VENDOR_ID, "6d792076706e", "VID(my vpn)" },
	{ 0x10, V1_PAYLOAD_VENDOR_ID, "000102030405060708090a0b0c0d0e0f101112131415",
	  "VID(000102030405060708090a0b0c0d0e0f10111213… (22 bytes))" },
	{ 0x10, V1_PAYLOAD_NAT_OA, "01000000c0000207", "NAT-OA(192.0.2.7)" },
	{ 0x10, V1_PAYLOAD_NONCE, "00112233", "NONCE(4 bytes)" },
	{ 0x20, V2_PAYLOAD_NONCE, "0011223344", "NONCE(5 bytes)" },
	{ 0x10, V1_PAYLOAD_NOTIFY, "000000010100000e", "N(NO-PROPOSAL-CHOSEN)" },
	{ 0x10, V1_PAYLOAD_NOTIFY, "000000010304000ec0ffee01",
	  "N(NO-PROPOSAL-CHOSEN, ESP SPI c0ffee01)" },
	{ 0x10, V1_PAYLOAD_NOTIFY, "0000000101008d2800000007", "N(R-U-THERE 7)" },
	{ 0x10, V1_PAYLOAD_NOTIFY, "0000000103046000c0ffee018001000180020e10",
	  "N(RESPONDER-LIFETIME, ESP SPI c0ffee01 3600 s)" },
	{ 0x10, V1_PAYLOAD_NOTIFY, "0000000103046000c0ffee01800100020002000400010000",
	  "N(RESPONDER-LIFETIME, ESP SPI c0ffee01 65536 kB)" },
	{ 0x10, V1_PAYLOAD_NOTIFY, "0000000103046001c0ffee0100000001",
	  "N(REPLAY-STATUS, ESP SPI c0ffee01 on)" },
	{ 0x10, V1_PAYLOAD_NOTIFY, "0000000103046001c0ffee0100000000",
	  "N(REPLAY-STATUS, ESP SPI c0ffee01 off)" },
	{ 0x20, V2_PAYLOAD_NOTIFY, "00000011000e",
	  "N(INVALID_KE_PAYLOAD, wants group 14)" },
	{ 0x20, V2_PAYLOAD_NOTIFY, "00000018", "N(AUTHENTICATION_FAILED)" },
	{ 0x20, V2_PAYLOAD_NOTIFY, "03044009c0ffee01", "N(REKEY_SA, ESP SPI c0ffee01)" },
	{ 0x20, V2_PAYLOAD_NOTIFY, "0000400100000400", "N(SET_WINDOW_SIZE 1024)" },
	{ 0x20, V2_PAYLOAD_NOTIFY, "00004003abcd02",
	  "N(IPCOMP_SUPPORTED CPI abcd DEFLATE)" },
	{ 0x20, V2_PAYLOAD_NOTIFY, "0000400dc0000209",
	  "N(ADDITIONAL_IP4_ADDRESS 192.0.2.9)" },
	{ 0x20, V2_PAYLOAD_NOTIFY, "0000401300000e10", "N(AUTH_LIFETIME 3600 s)" },
	{ 0x20, V2_PAYLOAD_NOTIFY, "000040170104c0000209", "N(REDIRECT 192.0.2.9)" },
	{ 0x20, V2_PAYLOAD_NOTIFY, "00004017030576706e2e61", "N(REDIRECT vpn.a)" },
	{ 0x20, V2_PAYLOAD_NOTIFY, "00004017030976706e", "N(REDIRECT 030976706e)" },
	{ 0x20, V2_PAYLOAD_NOTIFY, "0000402f000100020003000400050009",
	  "N(SIGNATURE_HASH_ALGORITHMS SHA-1, SHA2-256, SHA2-384, SHA2-512, identity, 9)" },
	{ 0x20, V2_PAYLOAD_KE, "000e00000011", "KE(group 14 (modp2048))" },
	{ 0x20, V2_PAYLOAD_KE, "004d00000011", "KE(group 77 (unknown))" },
	{ 0x20, V2_PAYLOAD_AUTH, "020000000011", "AUTH(shared key)" },
	{ 0x20, V2_PAYLOAD_AUTH, "010000000011", "AUTH(RSA signature)" },
	{ 0x20, V2_PAYLOAD_IDI, "02000000686f6d65", "IDi(ID_FQDN home)" },
	{ 0x20, V2_PAYLOAD_IDR, "01000000c0000202", "IDr(ID_IPV4_ADDR 192.0.2.2)" },
	{ 0x20, V2_PAYLOAD_TSI, "01000000070000100000ffff0a0102000a0102ff",
	  "TSi(10.1.2.0/24)" },
	{ 0x20, V2_PAYLOAD_TSI, "010000000711001001f401f40a0102000a0102ff",
	  "TSi(10.1.2.0/24 protocol 17 ports 500-500)" },
	{ 0x20, V2_PAYLOAD_TSR,
	  "02000000070000100000ffff0a0102010a01020907060010000003ff00000000ffffffff",
	  "TSr(10.1.2.1-10.1.2.9, 0.0.0.0/0 protocol 6 ports 0-1023)" },
	{ 0x20, V2_PAYLOAD_TSR, "01000000070000100000ffff0a0102030a010203",
	  "TSr(10.1.2.3/32)" },
	{ 0x20, V2_PAYLOAD_TSR,
	  "01000000080000280000ffff20010db800000000000000000000000020010db8ffffffffffffffffffffffff",
	  "TSr(2001:db8::/32)" },
	{ 0x20, V2_PAYLOAD_TSI, "010000000a00000c73797374656d5f75",
	  "TSi(security label system_u)" },
	{ 0x20, V2_PAYLOAD_TSI, "01000000090000080011aabb",
	  "TSi(selector of type 9 0011aabb)" },
	{ 0x20, V2_PAYLOAD_IDI, "0d000000", "IDi(ID type ID_NULL)" },
	{ 0x20, V2_PAYLOAD_IDI, "c9000000ff01", "IDi(ID type unknown 201 ff01)" },
	{ 0x20, V2_PAYLOAD_SKF, "000200030011223344556677", "SKF(2/3)" },
	{ 0x20, V2_PAYLOAD_CP, "010000000001000000030000",
	  "CP(CFG_REQUEST INTERNAL_IP4_ADDRESS INTERNAL_IP4_DNS)" },
	{ 0x20, V2_PAYLOAD_CP,
	  "02000000000100040a010209000d00080a010200ffffff00000300040a0102fa0008001120010db800000000000000000000000140",
	  "CP(CFG_REPLY INTERNAL_IP4_ADDRESS=10.1.2.9 INTERNAL_IP4_SUBNET=10.1.2.0/24 INTERNAL_IP4_DNS=10.1.2.250 INTERNAL_IP6_ADDRESS=2001:db8::1/64)" },
	{ 0x10, V1_PAYLOAD_ATTRIBUTES, "0100000040890003626f62408a0003736563",
	  "CP(REQUEST XAUTH_USER_NAME=bob XAUTH_USER_PASSWORD=(not shown))" },
	{ 0x10, V1_PAYLOAD_ATTRIBUTES, "020000007004000e0a010200ffffff00000000000000",
	  "CP(REPLY UNITY_SPLIT_INCLUDE=10.1.2.0/24)" },
	{ 0x10, V1_PAYLOAD_SA,
	  "00000001000000010000002801010001000000200101000080010007800e0080800200028004000280030001800b0001",
	  "SA(IKE: AES-128-CBC, SHA-1, group 2 (modp1024), pre-shared key)" },
	{ 0x10, V1_PAYLOAD_SA,
	  "00000001000000010000002c01010001000000240101000080010005800200018004000e80030001800b0001000c000400007080",
	  "SA(IKE: 3DES-CBC, MD5, group 14 (modp2048), pre-shared key, 28800 s)" },
	{ 0x10, V1_PAYLOAD_SA,
	  "00000001000000010000002c01010001000000240101000080010063800200638004006380030001800b0002000c000400007080",
	  "SA(IKE: cipher 99 (unknown), hash 99 (unknown), group 99 (unknown), pre-shared key, 28800 kB)" },
	{ 0x10, V1_PAYLOAD_SA,
	  "00000001000000010000002c01030401c0ffee0100000020010c00008001000180020e1080040001800500028003000280060080",
	  "SA(ESP: AES-128-CBC, SHA-1, PFS group 2 (modp1024), tunnel, 3600 s)" },
	{ 0x10, V1_PAYLOAD_SA,
	  "00000001000000010000002401030401c0ffee01000000180103000080010002800210008004000380050001",
	  "SA(ESP: 3DES-CBC, MD5, UDP tunnel, 4096 kB)" },
	{ 0x10, V1_PAYLOAD_SA,
	  "00000001000000010000001801020401c0ffee010000000c0103000080050002",
	  "SA(AH: AH SHA-1, SHA-1)" },
	{ 0x20, V2_PAYLOAD_SA,
	  "0000002c010100040300000c0100000c800e01000300000802000005030000080300000c000000080400000e",
	  "SA(IKE: AES-256-CBC / PRF SHA2-256 / SHA2-256 / group 14 (modp2048))" },
	{ 0x20, V2_PAYLOAD_SA,
	  "0000002801030403c0ffee010300000c01000014800e010003000008040000000000000805000001",
	  "SA(ESP: AES-256-GCM-16 / none / ESN yes)" },
	{ 0x20, V2_PAYLOAD_SA,
	  "0000003401030404c0ffee010300000c0100000c800e00800300000c0100000c800e0100030000080300000c0000000805000000",
	  "SA(ESP: AES-128-CBC, AES-256-CBC / SHA2-256 / ESN no)" },
	{ 0x20, V2_PAYLOAD_SA, "0000001c010100020300000c010000c8800e01000000000806000013",
	  "SA(IKE: ENCR 200 (unknown) 256 bits / ADDKE1 group 19 (ecp256))" },
};

static void describe(uint8_t version, uint8_t type, const char *body, struct buf *out)
{
	uint8_t bytes[512] = { 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2 };
	size_t length = strlen(body) / 2, total = HEADER + 4 + length;
	struct ike_message message = { 0 };

	bytes[16] = type;
	bytes[17] = version;
	bytes[18] = version == 0x10 ? V1_EXCHANGE_MAIN : V2_EXCHANGE_AUTH;
	bytes[27] = (uint8_t)total;
	bytes[31] = (uint8_t)(4 + length);
	for (size_t i = 0; i < length; i++)
		(void)sscanf(body + 2 * i, "%2hhx", // NOLINT(cert-err34-c)
			     &bytes[HEADER + 4 + i]);
	assert_int_equal(ike_dissect((struct slice){ bytes, total }, false, &message), 0);
	assert_int_equal(message.payloads, 1);
	describe_payload(&message, &message.payload[0], out);
	ike_message_done(&message);
}

static void each_payload_is_described_by_its_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_buf_ struct buf said = { 0 };

		describe(rows[i].version, rows[i].type, rows[i].body, &said);
		assert_string_equal(buf_text(&said), rows[i].text);
	}
}

/* What a peer chooses goes to terminals: no byte of it does as it is, but ASCII. */
static void bytes_are_shown_but_never_as_they_are(void **state)
{
	static const struct {
		const char *bytes, *text, *hex;
	} texts[] = {
		{ "home.example", "home.example", "686f6d65… (12 bytes)" },
		{ "\033[2J", "\\x1b[2J", "1b5b324a" },
		{ "a\\b", "a\\x5cb", "615c62" },
		{ " ~", " ~", "207e" },
		{ "\x7f\x1f\xc3\xa4", "\\x7f\\x1f\\xc3\\xa4", "7f1fc3a4" },
	};
	_cleanup_buf_ struct buf longer = { 0 };
	char many[200];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		_cleanup_buf_ struct buf text = { 0 }, hex = { 0 };
		struct slice bytes = { (const uint8_t *)texts[i].bytes,
				       strlen(texts[i].bytes) };

		describe_bytes_as_text(bytes, &text);
		describe_hex(bytes, 4, &hex);
		assert_string_equal(buf_text(&text), texts[i].text);
		assert_string_equal(buf_text(&hex), texts[i].hex);
	}
	memset(many, 'x', sizeof(many));
	describe_bytes_as_text((struct slice){ (const uint8_t *)many, 128 }, &longer);
	assert_int_equal(longer.length, 128);
	describe_bytes_as_text((struct slice){ (const uint8_t *)many, 129 }, &longer);
	assert_non_null(strstr(buf_text(&longer), "x… (129 bytes)"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_payload_is_described_by_its_line),
		cmocka_unit_test(bytes_are_shown_but_never_as_they_are),
	};

	return cmocka_run_group_tests_name("dissect/describe", tests, NULL, NULL);
}
