// SPDX-License-Identifier: GPL-2.0-or-later
/* ip_test.c - link layers, IP, transport, fragments */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/inet.h"
#include "dissect/ip.h"

/* clang-format off */
/* 192.0.2.1 > 198.51.100.2 UDP 4500 > 4500, 12 bytes of payload follow */
#define IPV4_UDP(length, sport_hi, sport_lo) \
	0x45, 0, 0, (length), 0x12, 0x34, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 198, 51, 100, 2, \
	(sport_hi), (sport_lo), 0x11, 0x94, 0, (length) - 20, 0, 0
#define ETHERNET 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2
/* clang-format on */

static struct packet dissect(int link, const uint8_t *bytes, uint32_t length)
{
	struct packet packet;

	(void)packet_dissect(link, bytes, length, length, &packet);
	return packet;
}

/* 192.0.2.1 > 198.51.100.2, UDP 5060 > 5060, cut by the snaplen. */
static struct packet of_port_5060(const char *payload, uint32_t captured)
{
	static const uint8_t head[] = { 0x45, 0,    1,	  0,	0, 0,	 0,   0,  64,  17,
					0,    0,    192,  0,	2, 1,	 198, 51, 100, 2,
					0x13, 0xc4, 0x13, 0xc4, 0, 0xec, 0,   0 };
	uint8_t bytes[128];
	struct packet packet;

	memcpy(bytes, head, sizeof(head));
	memcpy(bytes + sizeof(head), payload, captured);
	(void)packet_dissect(101, bytes, (uint32_t)sizeof(head) + captured, 256, &packet);
	return packet;
}

static void sip_cut_by_the_snaplen_is_no_ike(void **state)
{
	static const char sip[] = "SIP/2.0 401 nonce expired s id: x y z t u v w";
	static const char ike[29] = "\1\1\1\1\1\1\1\1\0\0\0\0\0\0\0\0\041\040\042\010"
				    "\0\0\0\0\0\0\0\344";

	(void)state;
	/* at 17 a blank, which is the version of IKEv2 */
	assert_int_equal(of_port_5060(sip, 40).kind, PACKET_UDP);
	assert_int_equal(of_port_5060(ike, 28).kind, PACKET_IKE);
}

static void esp_in_udp_marker_and_keepalive_are_told_apart(void **state)
{
	static const uint8_t esp[] = { ETHERNET, 8,   0, IPV4_UDP(38, 0x11, 0x94),
				       1,	 2,   3, 4,
				       0,	 0,   0, 9,
				       0xaa,	 0xbb };
	static const uint8_t ike[] = {
		ETHERNET, 8, 0, IPV4_UDP(38, 0x11, 0x94), 0, 0, 0, 0, 1, 2, 3, 4, 5, 6
	};
	static const uint8_t alive[] = { ETHERNET, 8, 0, IPV4_UDP(29, 0x11, 0x94),
					 0xff,	   0, 0, 0 /* Ethernet padding */ };
	struct packet packet = dissect(1, esp, sizeof(esp));
	struct inet_addr src;

	(void)state;
	assert_int_equal(packet.kind, PACKET_UDP_ESP);
	assert_int_equal(packet.spi, 0x01020304);
	assert_int_equal(packet.sequence, 9);
	assert_int_equal(packet.payload.length, 10);
	src = packet_src(&packet);
	assert_string_equal(inet_addr_text(&src).s, "192.0.2.1");
	packet = dissect(1, ike, sizeof(ike));
	assert_int_equal(packet.kind, PACKET_IKE);
	assert_true(packet.has_marker);
	assert_int_equal(packet.payload.length, 6);
	packet = dissect(1, alive, sizeof(alive));
	assert_int_equal(packet.kind, PACKET_KEEPALIVE);
}

static void every_link_type_leads_to_the_same_ip(void **state)
{
	static const uint8_t ip[] = { IPV4_UDP(38, 1, 1), 1, 2, 3, 4, 0, 0, 0, 9, 0, 0 };
	static const struct {
		int link;
		uint8_t length;
		uint8_t header[24];
	} links[] = {
		{ 1, 14, { ETHERNET, 8, 0 } },
		{ 1, 18, { ETHERNET, 0x81, 0, 0x20, 7, 8, 0 } },
		{ 1, 22, { ETHERNET, 0x88, 0xa8, 0, 9, 0x81, 0, 0x20, 7, 8, 0 } },
		{ 1, 22, { ETHERNET, 0x88, 0x64, 0x11, 0, 0, 1, 0, 40, 0, 0x21 } },
		{ 113, 16, { 0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0 } },
		{ 276, 20, { 8, 0, 0, 0, 0, 0, 0, 1 } },
		{ 101, 0, { 0 } },
		{ 12, 0, { 0 } },
		{ 0, 4, { 2, 0, 0, 0 } },
		{ 108, 4, { 0, 0, 0, 2 } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
		uint8_t bytes[80];
		struct packet packet;

		memcpy(bytes, links[i].header, links[i].length);
		memcpy(bytes + links[i].length, ip, sizeof(ip));
		packet = dissect(links[i].link, bytes,
				 (uint32_t)(links[i].length + sizeof(ip)));
		assert_int_equal(packet.kind, PACKET_UDP_ESP);
		assert_int_equal(packet.src_port, 257);
		if (links[i].length == 18)
			assert_int_equal(packet.vlan, 7);
	}
	assert_int_equal(dissect(147, ip, sizeof(ip)).kind, PACKET_UNKNOWN);
}

static void ipv6_extension_headers_are_walked_and_loops_end(void **state)
{
	/* hop-by-hop, destination options, atomic fragment, ESP */
	uint8_t bytes[40 + 24 + 12] = { 0x60, 0, 0, 0, 0, 36, 0, 64 };
	uint8_t loop[40 + 800] = { 0x60, 0, 0, 0, 3, 32, 0, 64 };
	struct packet packet;

	(void)state;
	bytes[40] = 60;
	bytes[48] = 44;
	bytes[56] = 50;
	bytes[67] = 5;
	packet = dissect(101, bytes, sizeof(bytes));
	assert_int_equal(packet.kind, PACKET_ESP);
	assert_int_equal(packet.spi, 5);
	packet = dissect(101, loop, sizeof(loop));
	assert_int_equal(packet.kind, PACKET_IP);
}

static void ike_on_a_floating_port_is_recognised_by_its_header(void **state)
{
	uint8_t bytes[28 + 4 + 28] = { IPV4_UDP(60, 0xea, 0x60) };
	struct packet packet;

	(void)state;
	bytes[22] = 0xc3; /* neither port is known */
	bytes[32] = 1;
	bytes[32 + 17] = 0x20;
	bytes[32 + 18] = 34;
	bytes[32 + 27] = 28;
	packet = dissect(101, bytes, sizeof(bytes));
	assert_int_equal(packet.kind, PACKET_IKE);
	assert_int_equal(packet.payload.length, 28);
	bytes[32 + 27] = 29;
	assert_int_equal(dissect(101, bytes, sizeof(bytes)).kind, PACKET_UDP);
}

static void icmp_error_quotes_what_it_is_about(void **state)
{
	static const uint8_t bytes[] = { 0x45,
					 0,
					 0,
					 56,
					 0,
					 0,
					 0,
					 0,
					 64,
					 1,
					 0,
					 0,
					 203,
					 0,
					 113,
					 1,
					 192,
					 0,
					 2,
					 1,
					 3,
					 3,
					 0,
					 0,
					 0,
					 0,
					 0,
					 0,
					 IPV4_UDP(200, 1, 0xf4) };
	struct packet icmp = dissect(101, bytes, sizeof(bytes)), quoted;

	(void)state;
	assert_int_equal(icmp.kind, PACKET_ICMP);
	assert_int_equal(packet_dissect_quoted(&icmp, &quoted), 0);
	assert_int_equal(quoted.src_port, 500);
	assert_true(quoted.is_cut);
}

static struct packet fragment_of(uint8_t *bytes, unsigned int offset, bool is_last,
				 unsigned int length)
{
	struct packet packet;

	bytes[2] = (uint8_t)((20 + length) >> 8);
	bytes[3] = (uint8_t)(20 + length);
	bytes[6] = (uint8_t)((is_last ? 0 : 0x20) | offset >> 11);
	bytes[7] = (uint8_t)(offset >> 3);
	(void)packet_dissect(101, bytes, 20 + length, 20 + length, &packet);
	return packet;
}

static void first_fragments_alone_are_told(void **state)
{
	_cleanup_(ip_reassembly_freep) struct ip_reassembly *all = ip_reassembly_new();
	uint8_t first[48] = { 0x45, 0, 0, 0, 0, 9, 0, 0, 64, 50 };
	struct packet packet = fragment_of(first, 0, false, 16), whole;

	(void)state;
	assert_false(ip_reassembly_losses(all).are_firsts_only);
	assert_false(ip_reassembly_add(all, &packet, 0, &whole));
	assert_true(ip_reassembly_losses(all).are_firsts_only);
}

/* Of one IKE SA between two, and not of others; a piece behind it shows that no filter is. */
static void first_fragments_are_told_by_their_ike_sa(void **state)
{
	_cleanup_(ip_reassembly_freep) struct ip_reassembly *all = ip_reassembly_new();
	uint8_t first[48] = {
		0x45,	     [5] = 9, [8] = 64, [9] = 17, [15] = 1, [19] = 2,
		[20] = 0x11, 0x94,    0x11,	0x94,	  [32] = 7, 7,
		7,	     7,	      7,	7,	  7,	    7
	};
	struct inet_addr a, b;
	const uint64_t spi_i = 0x0707070707070707;
	struct packet packet = fragment_of(first, 0, false, 24), whole;

	(void)state;
	a = packet_src(&packet);
	b = packet_dst(&packet);
	assert_false(ip_reassembly_has_ike_first(NULL, spi_i, &a, &b, 0));
	assert_false(ip_reassembly_has_ike_first(all, spi_i, &a, &b, 0));
	assert_false(ip_reassembly_add(all, &packet, 5, &whole));
	assert_true(ip_reassembly_has_ike_first(all, spi_i, &a, &b, 5));
	assert_true(ip_reassembly_has_ike_first(all, spi_i, &b, &a, 0));
	assert_false(ip_reassembly_has_ike_first(all, spi_i, &a, &b, 6));
	assert_false(ip_reassembly_has_ike_first(all, spi_i + 1, &a, &b, 0));
	assert_false(ip_reassembly_has_ike_first(all, spi_i, &a, &a, 0));
	first[5] = 10;
	packet = fragment_of(first, 24, true, 8);
	assert_false(ip_reassembly_add(all, &packet, 6, &whole));
	assert_false(ip_reassembly_has_ike_first(all, spi_i, &a, &b, 0));
}

static void fragments_in_any_order_make_the_packet_and_overlap_is_refused(void **state)
{
	_cleanup_(ip_reassembly_freep) struct ip_reassembly *all = ip_reassembly_new();
	uint8_t first[48] = { 0x45, 0, 0, 0, 0, 9, 0, 0, 64, 50 };
	uint8_t last[48] = { 0x45, 0, 0, 0, 0, 9, 0, 0, 64, 50 };
	struct packet a, b, whole;

	(void)state;
	first[23] = 0x77;
	a = fragment_of(first, 0, false, 16);
	b = fragment_of(last, 16, true, 11);
	assert_int_equal(a.kind, PACKET_FRAGMENT);
	assert_false(ip_reassembly_add(all, &b, 0, &whole));
	assert_false(ip_reassembly_losses(all).are_firsts_only);
	assert_false(ip_reassembly_add(all, &b, 0, &whole));
	assert_true(ip_reassembly_add(all, &a, 0, &whole));
	assert_int_equal(whole.kind, PACKET_ESP);
	assert_int_equal(whole.spi, 0x77);
	assert_int_equal(whole.payload.length, 27);
	assert_int_equal(ip_reassembly_losses(all).incomplete, 0);
	b = fragment_of(last, 8, true, 11);
	assert_false(ip_reassembly_add(all, &a, 0, &whole));
	assert_int_equal(ip_reassembly_losses(all).incomplete, 1);
	assert_false(ip_reassembly_add(all, &b, 0, &whole));
	assert_int_equal(ip_reassembly_losses(all).incomplete, 0);
	assert_int_equal(ip_reassembly_losses(all).refused, 1);
	b = fragment_of(last, 16, true, 11);
	assert_false(ip_reassembly_add(all, &b, 0, &whole));
	for (uint32_t i = 0; i < 1000; i++) { /* never finished ones are given up */
		a.fragment_id = 1000 + i;
		assert_false(ip_reassembly_add(all, &a, 0, &whole));
	}
	assert_int_equal(ip_reassembly_losses(all).incomplete, 1001);
	assert_int_equal(ip_reassembly_losses(NULL).incomplete, 0);
}

static void piece_that_is_too_old_or_of_other_bytes_is_of_another_packet(void **state)
{
	_cleanup_(ip_reassembly_freep) struct ip_reassembly *all = ip_reassembly_new();
	uint8_t old[48] = { 0x45, 0, 0, 0, 0, 9, 0, 0, 64, 50 };
	uint8_t first[48] = { 0x45, 0, 0, 0, 0, 9, 0, 0, 64, 50 };
	uint8_t last[48] = { 0x45, 0, 0, 0, 0, 9, 0, 0, 64, 50 };
	struct packet a, b, c, whole;

	(void)state;
	old[23] = 0x66;
	first[23] = 0x77;
	a = fragment_of(old, 0, false, 16);
	b = fragment_of(first, 0, false, 16);
	c = fragment_of(last, 16, true, 11);
	/* the number comes round: at once, and after more than a minute */
	for (int64_t later = 0; later <= 2 * IP_REASSEMBLY_NS;
	     later += 2 * IP_REASSEMBLY_NS) {
		assert_false(ip_reassembly_add(all, &a, 0, &whole));
		assert_false(ip_reassembly_add(all, &b, later, &whole));
		assert_true(ip_reassembly_add(all, &c, later, &whole));
		assert_int_equal(whole.spi, 0x77);
	}
	assert_false(ip_reassembly_add(all, &a, 0, &whole));
	assert_false(ip_reassembly_add(all, &c, 2 * IP_REASSEMBLY_NS, &whole));
}

static void packet_cut_anywhere_is_survived(void **state)
{
	static const uint8_t esp[] = {
		ETHERNET, 0x81, 0, 0, 5, 8,    0,   IPV4_UDP(38, 0x11, 0x94), 1, 2, 3,
		4,	  0,	0, 0, 9, 0xaa, 0xbb
	};
	struct packet packet;

	(void)state;
	for (uint32_t cut = 0; cut < sizeof(esp); cut++) {
		_cleanup_free_ uint8_t *part = malloc(cut ? cut : 1);

		memcpy(part, esp, cut);
		(void)packet_dissect(1, part, cut, sizeof(esp), &packet);
		assert_true(packet.is_cut);
		(void)packet_dissect(101, part, cut, sizeof(esp), &packet);
		(void)packet_dissect(113, part, cut, sizeof(esp), &packet);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(esp_in_udp_marker_and_keepalive_are_told_apart),
		cmocka_unit_test(sip_cut_by_the_snaplen_is_no_ike),
		cmocka_unit_test(every_link_type_leads_to_the_same_ip),
		cmocka_unit_test(ipv6_extension_headers_are_walked_and_loops_end),
		cmocka_unit_test(ike_on_a_floating_port_is_recognised_by_its_header),
		cmocka_unit_test(icmp_error_quotes_what_it_is_about),
		cmocka_unit_test(first_fragments_alone_are_told),
		cmocka_unit_test(first_fragments_are_told_by_their_ike_sa),
		cmocka_unit_test(
			fragments_in_any_order_make_the_packet_and_overlap_is_refused),
		cmocka_unit_test(
			piece_that_is_too_old_or_of_other_bytes_is_of_another_packet),
		cmocka_unit_test(packet_cut_anywhere_is_survived),
	};

	return cmocka_run_group_tests_name("dissect/ip", tests, NULL, NULL);
}
