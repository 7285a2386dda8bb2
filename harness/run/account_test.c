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

static void forwarded_packet_is_found_and_others_are_missing_or_explained(void **state)
{
	_cleanup_(keyring_freep) struct keyring *keyring = keyring_new();
	struct esp_key key = { .selectors = { .sources = 1, .destinations = 1 } };
	struct account account;
	struct packet packet;
	uint8_t bytes[29];

	(void)state;
	assert_int_equal(inet_prefix_parse("10.1.0.0/16", &key.selectors.source[0]), 0);
	assert_int_equal(inet_prefix_parse("10.2.0.0/16", &key.selectors.destination[0]),
			 0);
	keyring_add_esp(keyring, &key);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			forwarded_packet_is_found_and_others_are_missing_or_explained),
	};

	return cmocka_run_group_tests_name("run/account", tests, NULL, NULL);
}
