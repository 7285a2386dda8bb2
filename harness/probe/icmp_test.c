// SPDX-License-Identifier: GPL-2.0-or-later
/* icmp_test.c - our echo requests are recognised, nobody else's are */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "probe/icmp.h"

#define IP_HEADER 20

/* An IPv4 header with protocol ICMP from 192.168.2.100 before a formatted request. */
static size_t make_request(uint8_t *packet)
{
	static const uint8_t header[IP_HEADER] = { 0x45, 0,   0,  0, 0, 0,   0,
						   0,	 64,  1,  0, 0, 192, 168,
						   2,	 100, 10, 1, 2, 42 };

	memcpy(packet, header, sizeof(header));
	return IP_HEADER + icmp_format(packet + IP_HEADER,
				       &(struct icmp_request){ .task = 7,
							       .sequence = 3,
							       .size = ICMP_SIZE_MIN },
				       12345);
}

static void a_request_is_recognised_with_its_source(void **state)
{
	uint8_t packet[128];
	struct icmp_sighting sighting;
	size_t length = make_request(packet);

	(void)state;
	assert_int_equal(length, ICMP_SIZE_MIN);
	assert_true(icmp_parse(packet, length, &sighting));
	assert_int_equal(sighting.kind, ICMP_SIGHT_REQUEST);
	assert_int_equal(sighting.task, 7);
	assert_int_equal(sighting.sequence, 3);
	assert_int_equal(sighting.sent_us, 12345);
	assert_string_equal(inet_addr_text(&sighting.from).s, "192.168.2.100");
}

static void an_error_that_quotes_the_request_is_recognised(void **state)
{
	uint8_t packet[256] = { 0x45, 0, 0, 0, 0, 0, 0, 0, 64, 1, 0, 0, 192, 168, 2, 82 };
	struct icmp_sighting sighting;
	size_t length;

	(void)state;
	packet[IP_HEADER] = 3;
	packet[IP_HEADER + 1] = 3;
	length = IP_HEADER + 8 + make_request(packet + IP_HEADER + 8);
	assert_true(icmp_parse(packet, length, &sighting));
	assert_int_equal(sighting.kind, ICMP_SIGHT_ERROR);
	assert_int_equal(sighting.code, 3);
	assert_string_equal(inet_addr_text(&sighting.from).s, "192.168.2.82");
	assert_string_equal(icmp_error_name(3, 3), "port unreachable");
	for (size_t cut = 0; cut < length; cut++)
		(void)icmp_parse(packet, cut, &sighting);
}

static void a_request_cut_anywhere_or_foreign_is_refused(void **state)
{
	uint8_t packet[128];
	struct icmp_sighting sighting;
	size_t needed = IP_HEADER + 8 + 20, length = make_request(packet);

	(void)state;
	for (size_t cut = 0; cut < needed; cut++)
		assert_false(icmp_parse(packet, cut, &sighting));
	packet[IP_HEADER + 8] ^= 1;
	assert_false(icmp_parse(packet, length, &sighting));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_is_recognised_with_its_source),
		cmocka_unit_test(an_error_that_quotes_the_request_is_recognised),
		cmocka_unit_test(a_request_cut_anywhere_or_foreign_is_refused),
	};

	return cmocka_run_group_tests_name("probe/icmp", tests, NULL, NULL);
}
