// SPDX-License-Identifier: GPL-2.0-or-later
/* account_test.c - packets of a LAN found again inside ESP, and those that are not */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "dissect/ip.h"
#include "dissect/keyring.h"
#include "probe/throughput.h"
#include "run/account.h"

/* 10.1.0.5 > 10.2.0.5, ICMP echo, with the identification and one byte to vary. */
static struct packet echo(uint8_t bytes[static 29], uint8_t ttl, uint8_t id, uint8_t data)
{
	static const uint8_t head[29] = { 0x45, 0, 0,  29, 0, 0, 0,  0, 64, 1,
					  0,	0, 10, 1,  0, 5, 10, 2, 0,  5,
					  8,	0, 1,  2,  0, 7, 0,  1, 0 };
	struct packet packet;

	memcpy(bytes, head, sizeof(head));
	bytes[5] = id;
	bytes[8] = ttl;
	bytes[22] = ttl; /* a checksum is none of the packet's identity */
	bytes[28] = data;
	(void)packet_dissect_ip(bytes, 29, &packet);
	return packet;
}

/* A keyring with one SA of 10.1.0.0/16 to 10.2.0.0/16. */
static struct keyring *one_sa(void)
{
	struct keyring *keyring = keyring_new();
	struct esp_key_selectors selectors = { .sources = 1, .destinations = 1 };
	struct esp_key key = { .selectors = &selectors };

	assert_int_equal(inet_prefix_parse("10.1.0.0/16", &selectors.source[0]), 0);
	assert_int_equal(inet_prefix_parse("10.2.0.0/16", &selectors.destination[0]), 0);
	keyring_add_esp(keyring, &key);
	return keyring;
}

static void forwarded_packet_is_found_and_others_are_missing_or_explained(void **state)
{
	_cleanup_(keyring_freep) struct keyring *keyring = one_sa();
	struct account account;
	struct packet packet;
	uint8_t bytes[29];

	(void)state;
	assert_int_equal(account_init(&account), 0);
	packet = echo(bytes, 63, 1, 9);
	account_remember(&account, &packet, 1000);
	packet = echo(bytes, 63, 2, 9);
	account_remember(&account, &packet, 2000);
	packet = echo(bytes, 64, 1, 9);
	account_look_up(&account, keyring, &packet, 1, 999);
	assert_int_equal(account.found, 1);
	packet = echo(bytes, 64, 3, 9);
	account_look_up(&account, keyring, &packet, 2, 1500);
	packet = echo(bytes, 64, 2, 8);
	account_look_up(&account, keyring, &packet, 3, 1500);
	assert_int_equal(account.missing, 2);
	assert_int_equal(account.first_missing, 2);
	account_look_up(&account, keyring, &packet, 4, 2500);
	assert_int_equal(account.without_sa, 1);
	packet = echo(bytes, 64, 3, 9);
	bytes[16] = 11; /* another network is none of the tunnel's business */
	account_look_up(&account, keyring, &packet, 5, 1500);
	assert_int_equal(account.missing, 2);
	account_done(&account);
}

/* What the other end still sends with an SA that is deleted makes no tunnel. */
static void packets_after_the_teardown_have_no_tunnel_whatever_straggles(void **state)
{
	_cleanup_(keyring_freep) struct keyring *keyring = one_sa();
	struct account account;
	struct packet packet;
	uint8_t bytes[29];

	(void)state;
	assert_int_equal(account_init(&account), 0);
	account.taken_down_ns = 2000;
	packet = echo(bytes, 63, 1, 9);
	account_remember(&account, &packet, 1000);
	packet = echo(bytes, 63, 2, 9);
	account_remember(&account, &packet, 2400);
	packet = echo(bytes, 64, 3, 9);
	account_look_up(&account, keyring, &packet, 1, 2000);
	account_look_up(&account, keyring, &packet, 2, 2300);
	assert_int_equal(account.without_sa, 2);
	assert_int_equal(account.missing, 0);
	account_look_up(&account, keyring, &packet, 3, 1999);
	assert_int_equal(account.missing, 1);
	account_done(&account);
}

static void packets_of_an_outage_that_was_watched_have_no_tunnel(void **state)
{
	static const struct account_gap gap = { .from_ns = 1500, .until_ns = 1600 };
	_cleanup_(keyring_freep) struct keyring *keyring = one_sa();
	struct account account;
	struct packet packet;
	uint8_t bytes[29];

	(void)state;
	assert_int_equal(account_init(&account), 0);
	account.gaps = &gap;
	account.gap_count = 1;
	packet = echo(bytes, 63, 1, 9);
	account_remember(&account, &packet, 1000);
	packet = echo(bytes, 63, 2, 9);
	account_remember(&account, &packet, 2400);
	packet = echo(bytes, 64, 3, 9);
	account_look_up(&account, keyring, &packet, 1, 1500);
	account_look_up(&account, keyring, &packet, 2, 1600);
	assert_int_equal(account.without_sa, 2);
	account_look_up(&account, keyring, &packet, 3, 1499);
	account_look_up(&account, keyring, &packet, 4, 1601);
	assert_int_equal(account.missing, 2);
	account_done(&account);
}

/* A TCP segment, 10.1.0.5 > 10.2.0.5, or the ICMP error of 10.1.0.5 about one. */
static struct packet segment(uint8_t bytes[static 68], uint16_t src, uint16_t dst,
			     bool is_quoted)
{
	static const uint8_t ip[20] = { 0x45, 0, 0,  40, 0, 7, 0,  0, 64, 6,
					0,    0, 10, 1,	 0, 5, 10, 2, 0,  5 };
	size_t at = is_quoted ? 28 : 0;
	struct packet packet;

	memset(bytes, 0, 68);
	memcpy(bytes, ip, sizeof(ip));
	memcpy(bytes + at, ip, sizeof(ip));
	if (is_quoted) {
		bytes[3] = 68;
		bytes[9] = 1;
		bytes[20] = 3; /* unreachable, port */
		bytes[21] = 3;
	}
	bytes[at + 20] = (uint8_t)(src >> 8);
	bytes[at + 21] = (uint8_t)src;
	bytes[at + 22] = (uint8_t)(dst >> 8);
	bytes[at + 23] = (uint8_t)dst;
	bytes[at + 32] = 0x50;
	(void)packet_dissect_ip(bytes, is_quoted ? 68 : 40, &packet);
	return packet;
}

/* iperf's last FIN comes when the LAN is captured again, and its ESP was cut. */
static void packets_of_the_throughput_test_are_captured_in_part(void **state)
{
	static const struct {
		uint16_t src, dst;
		bool is_quoted, is_missing;
	} rows[] = {
		{ 40000, THROUGHPUT_PORT, false, false },
		{ THROUGHPUT_PORT, 40000, false, false },
		{ 40000, THROUGHPUT_PORT, true, false },
		{ 40000, 80, false, true },
		{ 40000, 80, true, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		_cleanup_(keyring_freep) struct keyring *keyring = one_sa();
		struct account account;
		struct packet packet;
		uint8_t bytes[68], other[29];

		assert_int_equal(account_init(&account), 0);
		packet = echo(other, 63, 1, 9);
		account_remember(&account, &packet, 1000);
		account_remember(&account, &packet, 2000);
		packet = segment(bytes, rows[i].src, rows[i].dst, rows[i].is_quoted);
		account_look_up(&account, keyring, &packet, 7, 1500);
		assert_int_equal(account.missing, rows[i].is_missing);
		assert_int_equal(account.cut, !rows[i].is_missing);
		assert_int_equal(account.first_missing, rows[i].is_missing ? 7 : 0);
		account_done(&account);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			forwarded_packet_is_found_and_others_are_missing_or_explained),
		cmocka_unit_test(
			packets_after_the_teardown_have_no_tunnel_whatever_straggles),
		cmocka_unit_test(packets_of_an_outage_that_was_watched_have_no_tunnel),
		cmocka_unit_test(packets_of_the_throughput_test_are_captured_in_part),
	};

	return cmocka_run_group_tests_name("run/account", tests, NULL, NULL);
}
