// SPDX-License-Identifier: GPL-2.0-or-later
/* esp_inside_test.c - what ESP carries, told by its packets: here with NULL encryption */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "dissect/test_message.h"
#include "dissect/test_reading.h"
#include "dissect/test_unhex.h"

#define IPV4_HEAD 20

/* 192.0.2.1 → 192.0.2.2 outside; the keys of both SPIs encrypt and authenticate nothing. */
static const char keys[] =
	"\"IPv4\",\"*\",\"*\",\"0x11111111\",\"NULL\",\"\",\"NULL\",\"\"\n"
	"\"IPv4\",\"*\",\"*\",\"0x22222222\",\"NULL\",\"\",\"NULL\",\"\"\n";

struct bytes {
	uint8_t bytes[1024];
	size_t length;
};

static void add(struct bytes *to, const void *bytes, size_t length)
{
	assert_true(to->length + length <= sizeof(to->bytes));
	memcpy(to->bytes + to->length, bytes, length);
	to->length += length;
}

static void add_hex(struct bytes *to, const char *hex)
{
	uint8_t bytes[512];
	struct slice slice = test_unhex(hex, bytes, sizeof(bytes));

	add(to, slice.bytes, slice.length);
}

/* An IPv4 packet around what is in it. */
static struct bytes ip(const char *src, const char *dst, uint8_t protocol,
		       const struct bytes *inside)
{
	struct inet_addr from, to;
	struct bytes ret = { .bytes = { 0x45 }, .length = IPV4_HEAD };

	assert_int_equal(inet_addr_parse(src, &from), 0);
	assert_int_equal(inet_addr_parse(dst, &to), 0);
	test_put16(ret.bytes + 2, IPV4_HEAD + inside->length);
	ret.bytes[8] = 64;
	ret.bytes[9] = protocol;
	memcpy(ret.bytes + 12, from.bytes, 4);
	memcpy(ret.bytes + 16, to.bytes, 4);
	add(&ret, inside->bytes, inside->length);
	return ret;
}

static struct bytes esp(uint32_t spi, uint32_t sequence, uint8_t next,
			const struct bytes *inside)
{
	const uint8_t padding[] = { 1, 2, 3 };
	size_t pad = (2 - inside->length) & 3;
	struct bytes ret = { 0 };
	uint8_t head[8] = { (uint8_t)(spi >> 24),
			    (uint8_t)(spi >> 16),
			    (uint8_t)(spi >> 8),
			    (uint8_t)spi,
			    0,
			    0,
			    0,
			    (uint8_t)sequence };
	uint8_t trailer[2] = { (uint8_t)pad, next };

	add(&ret, head, sizeof(head));
	add(&ret, inside->bytes, inside->length);
	add(&ret, padding, pad);
	add(&ret, trailer, sizeof(trailer));
	return ret;
}

static void begin(struct test_reading *reading)
{
	reading_begin(reading, NULL);
	assert_int_equal(keyring_read_text(reading->keyring, "esp_sa", keys, NULL), 0);
	reading->set = session_set_new(reading->crypto, reading->keyring);
}

/* One packet of an SA with that next header. */
static void send_esp(struct test_reading *reading, uint8_t next,
		     const struct bytes *inside)
{
	struct bytes body = esp(0x11111111, reading->set->frames + 1, next, inside);
	struct bytes whole = ip("192.0.2.1", "192.0.2.2", 50, &body);
	struct capture_packet captured = { .link_type = TEST_LINK_RAW,
					   .bytes = whole.bytes,
					   .captured = (uint32_t)whole.length,
					   .length = (uint32_t)whole.length };

	session_set_add(reading->set, &captured);
}

/* Everything about the contents of a flow, a line each. */
static void say(const struct session_set *set, size_t index, struct buf *out)
{
	const struct esp_inside *inside;

	assert_true(index < set->flows.count);
	inside = set->flows.items[index].inside;
	assert_non_null(inside);
	esp_inside_mode_text(inside, out);
	for (uint32_t i = 0; i < inside->inners; i++) {
		buf_printf(out, "\n%s → %s ", inet_addr_text(&inside->inner[i].src).s,
			   inet_addr_text(&inside->inner[i].dst).s);
		esp_inner_text(&inside->inner[i], out);
	}
	for (uint32_t i = 0; i < inside->names; i++) {
		buf_putc(out, '\n');
		esp_dns_text(&inside->dns[i], out);
	}
}

static void is_said(const struct test_reading *reading, size_t index, const char *wanted)
{
	_cleanup_buf_ struct buf text = { 0 };

	say(reading->set, index, &text);
	assert_string_equal(buf_text(&text), wanted);
}

/* TCP from 40000 to 80, UDP from 40000 to 53 with a question, an echo request. */
static const char tcp[] = "9c4000500000000000000000500200000000"
			  "0000";
static const char dns[] = "9c4000350029"
			  "0000"
			  "123401000001000000000000"
			  "03777777076578616d706c65036e6574000001"
			  "0001";
static const char dns_no[] = "00359c400029"
			     "0000"
			     "123481830001000000000000"
			     "03777777076578616d706c65036e6574000001"
			     "0001";
static const char echo[] = "0800000000010001";

static void transport_mode_is_told_by_protocol_and_port(void **state)
{
	_cleanup_reading_ struct test_reading reading;
	static const struct {
		uint8_t next;
		const char *hex;
	} rows[] = { { 6, tcp }, { 17, dns }, { 17, dns_no }, { 1, echo }, { 89, "02" } };

	(void)state;
	begin(&reading);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bytes inside = { 0 };

		add_hex(&inside, rows[i].hex);
		send_esp(&reading, rows[i].next, &inside);
	}
	is_said(&reading, 0,
		"transport mode: 5\n"
		"192.0.2.1 → 192.0.2.2 TCP to port 80\n"
		"192.0.2.1 → 192.0.2.2 UDP to port 53\n"
		"192.0.2.1 → 192.0.2.2 UDP from port 53\n"
		"192.0.2.1 → 192.0.2.2 ICMP echo request\n"
		"192.0.2.1 → 192.0.2.2 OSPF\n"
		"asked for www.example.net (A)\n"
		"answered NXDOMAIN for www.example.net (A)");
}

static void tunnels_in_esp_are_taken_off(void **state)
{
	_cleanup_reading_ struct test_reading reading;
	struct bytes segment = { 0 }, gre = { 0 }, inner;

	(void)state;
	begin(&reading);
	add_hex(&segment, tcp);
	inner = ip("10.1.0.1", "10.2.0.1", 6, &segment);
	add_hex(&gre, "00000800");
	add(&gre, inner.bytes, inner.length);
	send_esp(&reading, 47, &gre);
	send_esp(&reading, 4, &inner);
	is_said(&reading, 0,
		"tunnel mode: 1, transport mode: 1\n"
		"10.1.0.1 → 10.2.0.1 TCP to port 80, in GRE\n"
		"10.1.0.1 → 10.2.0.1 TCP to port 80");
}

static void esp_in_esp_is_a_flow_of_its_own(void **state)
{
	_cleanup_reading_ struct test_reading reading;
	struct bytes segment = { 0 }, packet, nested, inner;

	(void)state;
	begin(&reading);
	add_hex(&segment, tcp);
	packet = ip("10.1.0.1", "10.2.0.1", 6, &segment);
	nested = esp(0x22222222, 1, 4, &packet);
	inner = ip("172.16.0.1", "172.16.0.2", 50, &nested);
	send_esp(&reading, 4, &inner);	 /* tunnel in tunnel */
	send_esp(&reading, 50, &nested); /* transport: the same two ends */
	assert_int_equal(reading.set->flows.count, 3);
	is_said(&reading, 0,
		"tunnel mode: 1, transport mode: 1, ESP or AH inside: 2\n"
		"172.16.0.1 → 172.16.0.2 ESP\n"
		"192.0.2.1 → 192.0.2.2 ESP");
	is_said(&reading, 1, "tunnel mode: 1\n10.1.0.1 → 10.2.0.1 TCP to port 80");
	is_said(&reading, 2, "tunnel mode: 1\n10.1.0.1 → 10.2.0.1 TCP to port 80");
}

/* ESP in itself, again and again: the depth has an end. */
static void nesting_has_a_bound(void **state)
{
	_cleanup_reading_ struct test_reading reading;
	struct bytes inside = { 0 };

	(void)state;
	begin(&reading);
	add_hex(&inside, tcp);
	inside = ip("10.1.0.1", "10.2.0.1", 6, &inside);
	for (uint32_t i = 0; i < 20; i++) {
		inside = esp(0x22222222, i, 4, &inside);
		inside = ip("172.16.0.1", "172.16.0.2", 50, &inside);
	}
	send_esp(&reading, 4, &inside);
	assert_int_equal(reading.set->flows.count, 2);
	assert_int_equal(reading.set->flows.items[1].packets, ESP_INSIDE_DEPTH_MAX);
}

static void aggfrag_blocks_are_packets_or_pieces_of_them(void **state)
{
	_cleanup_reading_ struct test_reading reading;
	struct bytes segment = { 0 }, packet, whole = { 0 }, late = { 0 }, bad = { 0 };

	(void)state;
	begin(&reading);
	add_hex(&segment, tcp);
	packet = ip("10.1.0.1", "10.2.0.1", 6, &segment);
	/* No offset; two packets, and the beginning of a third. */
	add_hex(&whole, "00000000");
	add(&whole, packet.bytes, packet.length);
	add(&whole, packet.bytes, packet.length);
	add(&whole, packet.bytes, 24);
	send_esp(&reading, ESP_NEXT_AGGFRAG, &whole);
	/* The rest of it, one whole packet, padding; with congestion control. */
	add_hex(&late, "01000010"
		       "0000000000000000000000000000000000000000");
	add(&late, packet.bytes + 24, 16);
	add(&late, packet.bytes, packet.length);
	add_hex(&late, "0000000000000000000000000000000000000000000000000000");
	send_esp(&reading, ESP_NEXT_AGGFRAG, &late);
	add_hex(&bad, "07000000");
	send_esp(&reading, ESP_NEXT_AGGFRAG, &bad);
	assert_int_equal(reading.set->flows.items[0].inside->inner[0].packets, 3);
	is_said(&reading, 0,
		"AGGFRAG (IP-TFS): 3, pieces of packets in it, not put together: 2\n"
		"10.1.0.1 → 10.2.0.1 TCP to port 80");
}

static void what_is_no_packet_inside_is_said_not_guessed(void **state)
{
	_cleanup_reading_ struct test_reading reading;
	struct bytes dummy = { 0 }, garbage = { 0 };

	(void)state;
	begin(&reading);
	add_hex(&dummy, "00000000");
	send_esp(&reading, 59, &dummy);
	add_hex(&garbage, "ffffffff");
	send_esp(&reading, 4, &garbage);
	is_said(&reading, 0, "dummies: 1, no packet could be read inside: 1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(transport_mode_is_told_by_protocol_and_port),
		cmocka_unit_test(tunnels_in_esp_are_taken_off),
		cmocka_unit_test(esp_in_esp_is_a_flow_of_its_own),
		cmocka_unit_test(nesting_has_a_bound),
		cmocka_unit_test(aggfrag_blocks_are_packets_or_pieces_of_them),
		cmocka_unit_test(what_is_no_packet_inside_is_said_not_guessed),
	};

	return cmocka_run_group_tests_name("dissect/esp_inside", tests, NULL, NULL);
}
