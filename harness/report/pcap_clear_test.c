// SPDX-License-Identifier: GPL-2.0-or-later
/* pcap_clear_test.c - a capture without IPsec does not look like one without problems */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "dissect/session_clear.h"
#include "dissect/test_message.h"
#include "report/pcap.h"

#define TCP 6

static void send_packet(struct session_set *set, const uint8_t *bytes, size_t length)
{
	session_set_add(set, &(struct capture_packet){ .link_type = TEST_LINK_RAW,
						       .bytes = bytes,
						       .captured = (uint32_t)length,
						       .length = (uint32_t)length });
}

/* From 192.0.2.1 to 192.0.2.2, so many bytes behind the two ports. */
static void send_ports(struct session_set *set, uint8_t protocol, uint16_t src_port,
		       uint16_t dst_port, const uint8_t *rest, size_t length)
{
	uint8_t bytes[128] = { 0x45, [8] = 64 };

	bytes[9] = protocol;
	test_put16(bytes + 2, 24 + length);
	memcpy(bytes + 12, (uint8_t[]){ 192, 0, 2, 1, 192, 0, 2, 2 }, 8);
	test_put16(bytes + 20, src_port);
	test_put16(bytes + 22, dst_port);
	memcpy(bytes + 24, rest, length);
	send_packet(set, bytes, 24 + length);
}

static void send_tcp(struct session_set *set)
{
	send_ports(set, TCP, 50000, 443, (uint8_t[16]){ [8] = 0x50 }, 16);
}

static void tell(const struct session_set *set, struct buf *out)
{
	const struct pcap_report report = { .name = "x", .set = set, .end = "" };

	pcap_text(&report, out);
}

static void assert_says(const struct buf *text, const char *wanted, bool is_said)
{
	if (!strstr(buf_text(text), wanted) == is_said)
		fail_msg("'%s' %s in:\n%s", wanted, is_said ? "is not" : "is",
			 buf_text(text));
}

static void of_a_capture_without_ipsec_what_is_there_is_told(void **state)
{
	_cleanup_(session_set_freep) struct session_set *set =
		session_set_new(NULL, NULL);
	_cleanup_buf_ struct buf text = { 0 };

	(void)state;
	send_tcp(set);
	send_tcp(set);
	tell(set, &text);
	assert_false(session_set_has_ipsec(set));
	assert_says(&text, "! no IKE, ESP, AH or IPComp in it", true);
	assert_says(&text, "2 packets 192.0.2.1 → 192.0.2.2: TCP to port 443", true);
}

/* WireGuard at home: no port below those of clients. */
static void of_two_ports_of_clients_both_are_told_and_most_packets_first(void **state)
{
	static const uint8_t rest[4] = { 0, 8 };
	_cleanup_(session_set_freep) struct session_set *set =
		session_set_new(NULL, NULL);
	_cleanup_buf_ struct buf text = { 0 };
	const char *most, *least;

	(void)state;
	send_tcp(set);
	for (int i = 0; i < 3; i++)
		send_ports(set, 17, 36116, 51820, rest, sizeof(rest));
	tell(set, &text);
	most = strstr(buf_text(&text), "UDP from port 36116 to port 51820");
	least = strstr(buf_text(&text), "TCP to port 443\n");
	if (!most || !least || most > least)
		fail_msg("%s", buf_text(&text));
}

/* Of what was not read nothing is claimed. */
static void what_could_not_be_read_may_have_been_ipsec(void **state)
{
	static const uint8_t fragment[] = { 0x45, 0, 0,	  28, 0, 9, 0x20, 5, 64, 17,
					    0,	  0, 192, 0,  2, 1, 192,  0, 2,	 2,
					    1,	  2, 3,	  4,  5, 6, 7,	  8 };
	_cleanup_(session_set_freep) struct session_set *set =
		session_set_new(NULL, NULL);
	_cleanup_buf_ struct buf text = { 0 };

	(void)state;
	send_tcp(set);
	send_packet(set, fragment, sizeof(fragment));
	tell(set, &text);
	assert_says(&text, "in what could be read of it", true);
	assert_says(&text, "Comp in it:", false);
}

static void keepalives_alone_are_no_tunnel(void **state)
{
	static const uint8_t rest[] = { 0, 9, 0, 0, 0xff };
	_cleanup_(session_set_freep) struct session_set *set =
		session_set_new(NULL, NULL);
	_cleanup_buf_ struct buf text = { 0 };

	(void)state;
	send_ports(set, 17, 4500, 4500, rest, sizeof(rest));
	tell(set, &text);
	assert_false(session_set_has_ipsec(set));
	assert_says(&text, "! of IPsec only NAT-T keepalives", true);
	assert_says(&text, "no IKE, ESP, AH or IPComp", false);
}

static void beside_ike_other_packets_need_no_word(void **state)
{
	_cleanup_(session_set_freep) struct session_set *set =
		session_set_new(NULL, NULL);
	struct test_message message;
	_cleanup_buf_ struct buf text = { 0 };

	(void)state;
	send_tcp(set);
	message_start(&message, 0, 0x20, V2_EXCHANGE_SA_INIT, IKE_V2_FLAG_INITIATOR,
		      false);
	message_send(&message, set, 1);
	tell(set, &text);
	assert_true(session_set_has_ipsec(set));
	assert_says(&text, "no IKE, ESP, AH or IPComp", false);
	assert_says(&text, "TCP to port 443", false);
}

/* RFC 9329: in the middle of a stream nobody knows where a message begins. */
static void tcp_encapsulation_without_its_beginning_is_named(void **state)
{
	_cleanup_(session_set_freep) struct session_set *set =
		session_set_new(NULL, NULL);
	_cleanup_buf_ struct buf text = { 0 };

	(void)state;
	send_ports(set, TCP, 50000, 4500, (uint8_t[40]){ [8] = 0x50 }, 40);
	tell(set, &text);
	assert_false(session_set_has_ipsec(set));
	assert_says(&text, "TCP on port 4500 may be one", true);
	assert_says(&text, "nobody tried", false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_a_capture_without_ipsec_what_is_there_is_told),
		cmocka_unit_test(
			of_two_ports_of_clients_both_are_told_and_most_packets_first),
		cmocka_unit_test(what_could_not_be_read_may_have_been_ipsec),
		cmocka_unit_test(keepalives_alone_are_no_tunnel),
		cmocka_unit_test(tcp_encapsulation_without_its_beginning_is_named),
		cmocka_unit_test(beside_ike_other_packets_need_no_word),
	};

	return cmocka_run_group_tests_name("report/pcap_clear", tests, NULL, NULL);
}
