// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * link_test.c - one packet on every link and in every tunnel that we read
 *
 * The rows are headers as those standards, tcpdump and Wireshark have them; behind each
 * stands the same packet, and each must be read as if it stood there alone. Tunnels are
 * tried in each other, too.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "dissect/ip.h"
#include "dissect/test_unhex.h"
#include "dissect/tunnel.h"

#define ROOM 1024

struct frame {
	uint8_t bytes[ROOM];
	size_t length;
};

/* 203.0.113.1 port 500 > 198.51.100.2 port 500, a keepalive (checksum right) */
#define PAYLOAD "4500001d 00010000 4011a0c5 cb007101 c6336402 01f401f4 00090000 ff"

static void put_hex(struct frame *frame, const char *hex)
{
	char digits[2 * ROOM];
	size_t count = 0;

	for (; *hex; hex++)
		if (*hex != ' ')
			digits[count++] = *hex;
	digits[count] = '\0';
	frame->length += test_unhex(digits, frame->bytes + frame->length,
				    sizeof(frame->bytes) - frame->length)
				 .length;
}

static void put(struct frame *frame, const struct frame *more)
{
	assert_true(frame->length + more->length <= ROOM);
	memcpy(frame->bytes + frame->length, more->bytes, more->length);
	frame->length += more->length;
}

/* Of an IPv4 header: some links are told apart by it. */
static void put_checksum(struct frame *frame)
{
	uint32_t sum = 0;

	frame->bytes[10] = frame->bytes[11] = 0;
	for (size_t i = 0; i < 20; i += 2)
		sum += be16(frame->bytes + i);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	frame->bytes[10] = (uint8_t)(~sum >> 8);
	frame->bytes[11] = (uint8_t)~sum;
}

static struct frame payload(void)
{
	struct frame frame = { .length = 0 };

	put_hex(&frame, PAYLOAD);
	put_checksum(&frame);
	return frame;
}

/* ------------------------------------------------------------ links */

#define MACS  "020000000001 020000000002"
#define MGC   "4d4743"
#define ZEROS "0000000000000000"

static const struct {
	int link_type;
	const char *name, *header;
} links[] = {
	{ 1, "Ethernet", MACS "0800" },
	{ 1, "802.1Q", MACS "8100 0007 0800" },
	{ 1, "802.1ad", MACS "88a8 0007 8100 0008 0800" },
	{ 1, "LLC/SNAP", MACS "0025 aaaa03 000000 0800" },
	{ 1, "PPPoE", MACS "8864 1100 0001 001f 0021" },
	{ 1, "PPPoE, compressed protocol", MACS "8864 1100 0001 001e 21" },
	{ 1, "MPLS", MACS "8847 00010040 00011140" },
	{ 1, "Ethernet pseudowire", MACS "8847 00011140 00000000" MACS "0800" },
	{ 1, "Ethernet pseudowire without control word",
	  MACS "8847 00011140" MACS "0800" },
	{ 9, "PPP", "ff03 0021" },
	{ 9, "PPP, all compressed", "21" },
	{ 9, "MPLS in PPP", "ff03 0281 00011140" },
	{ 50, "PPP in HDLC", "ff03 0021" },
	{ 50, "Cisco HDLC in PPP_HDLC", "0f00 0800" },
	{ 51, "PPPoE without Ethernet", "1100 0001 001f 0021" },
	{ 166, "pppd", "0003 0021" },
	{ 166, "pppd, compressed", "01 21" },
	{ 204, "PPP with direction", "01 ff03 0021" },
	{ 100, "RFC 1483, LLC", "aaaa03 000000 0800" },
	{ 100, "RFC 1483, bridged", "aaaa03 0080c2 0007 0000" MACS "0800" },
	{ 104, "Cisco HDLC", "0f00 0800" },
	{ 205, "Cisco HDLC with direction", "00 0f00 0800" },
	{ 107, "frame relay", "1841 03 cc" },
	{ 107, "frame relay, SNAP", "1841 03 00 80 000000 0800" },
	{ 101, "raw", "" },
	{ 12, "raw, DLT", "" },
	{ 228, "IPv4", "" },
	{ 0, "BSD null", "02000000" },
	{ 108, "BSD loop", "00000002" },
	{ 109, "ENC", "02000000 c0000001 00000000" },
	{ 113, "SLL", "0000 0001 0006 0200000000010000 0800" },
	{ 113, "SLL with 802.2",
	  "0000 0001 0006 0200000000010000 0004 aaaa03 000000 0800" },
	{ 276, "SLL2", "0800 0000 00000002 0001 00 06 0200000000010000" },
	{ 117, "PFLOG", "3d020000 656d3000" ZEROS ZEROS ZEROS ZEROS ZEROS ZEROS ZEROS },
	{ 219, "MPLS link", "00011140" },
	{ 239, "NFLOG", "02000005 0800 0100 08000001 0500 0a00 00000000 2100 0900" },
	{ 239, "NFLOG, big-endian", "02000005 0008 0001 08000001 0021 0009" },
	{ 105, "802.11", "0802 0000" MACS "020000000003 0000 aaaa03 000000 0800" },
	{ 105, "802.11 QoS",
	  "8802 0000" MACS "020000000003 0000 0000 aaaa03 000000 0800" },
	{ 105, "802.11, four addresses",
	  "0803 0000" MACS "020000000003 0000 020000000004 aaaa03 000000 0800" },
	{ 127, "radiotap",
	  "00000a00 02000000 00 00 8802 0000" MACS
	  "020000000003 0000 0000 aaaa03 000000 0800" },
	{ 127, "radiotap with padding",
	  "00000a00 02000000 20 00 8802 0000" MACS
	  "020000000003 0000 0000 0000 aaaa03 000000 0800" },
	{ 192, "PPI", "00000800 01000000" MACS "0800" },
	{ 258, "PKTAP", "10000000 01000000 01000000 00000000" MACS "0800" },
	{ 178, "Juniper Ethernet", MGC "01" MACS "0800" },
	{ 178, "Juniper Ethernet with extensions",
	  MGC "81 0006 010103 020102" MACS "0800" },
	{ 178, "Juniper without layer 2", MGC "03 02000000" },
	{ 179, "Juniper PPP", MGC "00 ff03 0021" },
	{ 181, "Juniper Cisco HDLC", MGC "00 0f00 0800" },
	{ 180, "Juniper frame relay", MGC "00 1841 03 cc" },
	{ 136, "Juniper services", MGC "00 0100 0001 00000002" },
	{ 233, "Juniper SRX", MGC "01 0000000000000000" },
	{ 138, "IP over IEEE 1394", "0200000000000001 0200000000000002 0800" },
};

static struct frame on_link(size_t row)
{
	struct frame frame = { .length = 0 }, inner = payload();

	put_hex(&frame, links[row].header);
	put(&frame, &inner);
	return frame;
}

static void assert_is_payload(const struct packet *packet, const char *name)
{
	static const uint8_t src[] = { 203, 0, 113, 1 }, dst[] = { 198, 51, 100, 2 };

	if (packet->kind != PACKET_KEEPALIVE || memcmp(packet->src, src, 4) != 0 ||
	    memcmp(packet->dst, dst, 4) != 0 || packet->is_malformed)
		fail_msg("%s: read as %s", name, packet_kind_name(packet->kind));
}

static void every_link_shows_the_packet(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
		struct frame frame = on_link(i);
		struct packet packet;

		(void)packet_dissect(links[i].link_type, frame.bytes,
				     (uint32_t)frame.length, (uint32_t)frame.length,
				     &packet);
		assert_is_payload(&packet, links[i].name);
	}
}

/* From its own copy, so that a sanitizer sees each byte too far. */
static void dissect_exactly(int link_type, const uint8_t *bytes, size_t length)
{
	uint8_t *copy = malloc(length + !length);
	struct packet packet;

	assert_non_null(copy);
	memcpy(copy, bytes, length);
	(void)packet_dissect(link_type, copy, (uint32_t)length, ROOM, &packet);
	(void)tunnel_open(&packet, &packet);
	free(copy);
}

static void every_link_may_be_cut_anywhere(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
		struct frame frame = on_link(i);

		for (size_t length = 0; length < frame.length; length++)
			dissect_exactly(links[i].link_type, frame.bytes, length);
	}
}

static void every_link_may_have_each_byte_flipped(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
		struct frame frame = on_link(i);

		for (size_t at = 0; at < frame.length; at++) {
			frame.bytes[at] ^= 0xff;
			dissect_exactly(links[i].link_type, frame.bytes, frame.length);
			frame.bytes[at] ^= 0xff;
		}
	}
}

static void what_is_not_read_is_named_by_its_number(void **state)
{
	static const struct {
		int link_type;
		const char *hex;
		enum link_unread unread;
		uint32_t number;
	} rows[] = {
		{ 189, "00", LINK_UNREAD_LINK_TYPE, 189 },
		{ 1, MACS "88e5 00000000", LINK_UNREAD_ETHER_TYPE, 0x88e5 },
		{ 1, MACS "0003 424203", LINK_UNREAD_LLC, 0x42 },
		{ 9, "ff03 c021 01", LINK_UNREAD_PPP, 0xc021 },
		{ 105, "8000 0000" MACS "020000000003 0000", LINK_UNREAD_WIFI, 0x8000 },
		{ 117, "3d", LINK_UNREAD_CUT, 0 },
		{ 136, MGC "00 0100", LINK_UNREAD_INSIDE, 136 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct frame frame = { .length = 0 };
		struct packet packet;

		put_hex(&frame, rows[i].hex);
		(void)packet_dissect(rows[i].link_type, frame.bytes,
				     (uint32_t)frame.length, (uint32_t)frame.length,
				     &packet);
		assert_int_equal(packet.kind, PACKET_UNKNOWN);
		assert_int_equal(packet.unread, rows[i].unread);
		assert_int_equal(packet.unread_number, rows[i].number);
	}
}

/* ------------------------------------------------------------ tunnels */

static const struct {
	enum tunnel_kind kind;
	uint8_t protocol;
	uint16_t port; /* UDP */
	const char *name, *header;
} tunnels[] = {
	{ TUNNEL_IP, 4, 0, "IP in IP", "" },
	{ TUNNEL_GRE, 47, 0, "GRE", "0000 0800" },
	{ TUNNEL_GRE, 47, 0, "GRE with all fields",
	  "b000 0800 00000000 00000001 00000002" },
	{ TUNNEL_GRE, 47, 0, "GRE with Ethernet", "0000 6558" MACS "0800" },
	{ TUNNEL_GRE, 47, 0, "PPTP", "3081 880b 00210001 00000001 00000001 ff03 0021" },
	{ TUNNEL_ERSPAN, 47, 0, "ERSPAN I", "0000 88be" MACS "0800" },
	{ TUNNEL_ERSPAN, 47, 0, "ERSPAN II",
	  "1000 88be 00000001 1001 0001 00000000" MACS "0800" },
	{ TUNNEL_ERSPAN, 47, 0, "ERSPAN III",
	  "1000 22eb 00000001 2001 0001 00000000 00000001" ZEROS MACS "0800" },
	{ TUNNEL_ETHERIP, 97, 0, "EtherIP", "3000" MACS "0800" },
	{ TUNNEL_MPLS, 137, 0, "MPLS in IP", "00011140" },
	{ TUNNEL_MPLS, 17, 6635, "MPLS in UDP", "00011140" },
	{ TUNNEL_VXLAN, 17, 4789, "VXLAN", "08000000 00002a00" MACS "0800" },
	{ TUNNEL_VXLAN, 17, 8472, "VXLAN of Linux", "08000000 00002a00" MACS "0800" },
	{ TUNNEL_VXLAN, 17, 4790, "VXLAN-GPE", "0c000001 00002a00" },
	{ TUNNEL_GENEVE, 17, 6081, "Geneve", "0100 6558 00002a00 01020300" MACS "0800" },
	{ TUNNEL_GTP_U, 17, 2152, "GTP-U", "30ff 001d 00000001" },
	{ TUNNEL_GTP_U, 17, 2152, "GTP-U of 5G", "34ff 0025 00000001 00000085 01100500" },
	{ TUNNEL_L2TP, 17, 1701, "L2TP", "0002 0001 0002 ff03 0021" },
	{ TUNNEL_L2TP, 17, 1701, "L2TP with all fields",
	  "4a02 0020 0001 0002 0001 0002 0002 0000 ff03 0021" },
	{ TUNNEL_TZSP, 17, 37008, "TZSP", "01 00 0001 01" MACS "0800" },
	{ TUNNEL_TZSP, 17, 37008, "TZSP with tags",
	  "01 00 0001 00 0a01d3 01" MACS "0800" },
};

/* An IPv4 header, and UDP's where the tunnel wants it, before what is there. */
static struct frame tunnelled(size_t row, const struct frame *inner)
{
	struct frame frame = { .length = 0 };
	size_t udp = tunnels[row].port ? 8 : 0;

	put_hex(&frame, "45000000 00020000 40000000 0a090909 0a080808");
	if (udp) {
		put_hex(&frame, "c0000000 00000000");
		frame.bytes[22] = (uint8_t)(tunnels[row].port >> 8);
		frame.bytes[23] = (uint8_t)tunnels[row].port;
	}
	put_hex(&frame, tunnels[row].header);
	put(&frame, inner);
	frame.bytes[2] = (uint8_t)(frame.length >> 8);
	frame.bytes[3] = (uint8_t)frame.length;
	frame.bytes[9] = tunnels[row].protocol;
	if (udp) {
		frame.bytes[24] = (uint8_t)((frame.length - 20) >> 8);
		frame.bytes[25] = (uint8_t)(frame.length - 20);
	}
	put_checksum(&frame);
	return frame;
}

static void every_tunnel_shows_the_packet_two_deep(void **state)
{
	struct frame plain = payload();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(tunnels); i++) {
		struct frame one = tunnelled(i, &plain);

		for (size_t j = 0; j < ARRAY_SIZE(tunnels); j++) {
			struct frame two = tunnelled(j, &one);
			struct packet packet;

			assert_int_equal(
				0, packet_dissect_ip(two.bytes, two.length, &packet));
			if (tunnel_open(&packet, &packet) != tunnels[j].kind)
				fail_msg("outer %s", tunnels[j].name);
			if (tunnel_open(&packet, &packet) != tunnels[i].kind)
				fail_msg("%s in %s", tunnels[i].name, tunnels[j].name);
			assert_is_payload(&packet, tunnels[i].name);
			assert_int_equal(TUNNEL_NONE, tunnel_open(&packet, &packet));
		}
	}
}

/* PPPoE says how long its packet is, NFLOG's attribute and LLC's frame do, too. */
static bool says_its_length(const char *link)
{
	static const char *const words[] = { "PPPoE", "NFLOG", "LLC/SNAP" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strstr(link, words[i]))
			return true;
	return false;
}

static void every_link_carries_every_tunnel(void **state)
{
	struct frame plain = payload();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(links); i++)
		for (size_t j = 0; j < ARRAY_SIZE(tunnels); j++) {
			struct frame inner = tunnelled(j, &plain);
			struct frame frame = { .length = 0 };
			struct packet packet;

			if (says_its_length(links[i].name))
				continue;
			put_hex(&frame, links[i].header);
			put(&frame, &inner);
			(void)packet_dissect(links[i].link_type, frame.bytes,
					     (uint32_t)frame.length,
					     (uint32_t)frame.length, &packet);
			if (tunnel_open(&packet, &packet) != tunnels[j].kind)
				fail_msg("%s on %s", tunnels[j].name, links[i].name);
			assert_is_payload(&packet, links[i].name);
		}
}

static void every_tunnel_may_be_cut_anywhere(void **state)
{
	struct frame plain = payload();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(tunnels); i++) {
		struct frame frame = tunnelled(i, &plain);

		for (size_t length = 0; length < frame.length; length++)
			dissect_exactly(101, frame.bytes, length);
	}
}

static void what_only_has_a_tunnels_port_stays_udp(void **state)
{
	struct frame text = { .length = 0 };

	(void)state;
	put_hex(&text, "68656c6c6f20776f726c642c2068656c6c6f20776f726c642c2068656c6c6f");
	for (size_t i = 0; i < ARRAY_SIZE(tunnels); i++) {
		struct frame frame = { .length = 0 };
		struct packet packet;

		if (!tunnels[i].port)
			continue;
		put_hex(&frame, "4500003b 00020000 40110000 0a090909 0a080808 c0000000 "
				"00270000");
		frame.bytes[22] = (uint8_t)(tunnels[i].port >> 8);
		frame.bytes[23] = (uint8_t)tunnels[i].port;
		put(&frame, &text);
		assert_int_equal(0,
				 packet_dissect_ip(frame.bytes, frame.length, &packet));
		assert_int_equal(TUNNEL_NONE, tunnel_open(&packet, &packet));
		assert_int_equal(PACKET_UDP, packet.kind);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_link_shows_the_packet),
		cmocka_unit_test(every_link_may_be_cut_anywhere),
		cmocka_unit_test(every_link_may_have_each_byte_flipped),
		cmocka_unit_test(what_is_not_read_is_named_by_its_number),
		cmocka_unit_test(every_tunnel_shows_the_packet_two_deep),
		cmocka_unit_test(every_link_carries_every_tunnel),
		cmocka_unit_test(every_tunnel_may_be_cut_anywhere),
		cmocka_unit_test(what_only_has_a_tunnels_port_stays_udp),
	};

	return cmocka_run_group_tests_name("dissect/link", tests, NULL, NULL);
}
