// SPDX-License-Identifier: GPL-2.0-or-later
/* name_test.c - a DNS question is recognised on the wire, and nothing else is */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "probe/name.h"

/* clang-format off */
/* IPv4, UDP to port 53, question for hobbit.acme.inc, type A, class IN (RFC 1035). */
static const uint8_t question[] = {
	0x45, 0, 0, 61, 0, 0, 0, 0, 64, 17, 0, 0, 192, 168, 2, 82, 10, 1, 2, 250,
	0xc0, 0x01, 0, 53, 0, 41, 0, 0,
	0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0,
	6, 'h', 'o', 'b', 'b', 'i', 't', 4, 'a', 'c', 'm', 'e', 3, 'i', 'n', 'c', 0,
	0, 1, 0, 1,
};
/* clang-format on */
#define FLAGS_AT 30
#define PORT_AT	 23

static void the_question_for_the_name_is_recognised(void **state)
{
	(void)state;
	assert_true(name_question_matches(question, sizeof(question), "hobbit.acme.inc"));
	assert_true(name_question_matches(question, sizeof(question), "HOBBIT.acme.inc"));
	assert_false(name_question_matches(question, sizeof(question), "acme.inc"));
}

static void an_answer_or_another_port_is_not_a_question(void **state)
{
	uint8_t packet[sizeof(question)];

	(void)state;
	memcpy(packet, question, sizeof(packet));
	packet[FLAGS_AT] |= 0x80;
	assert_false(name_question_matches(packet, sizeof(packet), "hobbit.acme.inc"));
	memcpy(packet, question, sizeof(packet));
	packet[PORT_AT] = 54;
	assert_false(name_question_matches(packet, sizeof(packet), "hobbit.acme.inc"));
}

static void a_question_cut_or_flipped_anywhere_does_no_harm(void **state)
{
	uint8_t packet[sizeof(question)];

	(void)state;
	for (size_t cut = 0; cut < sizeof(question) - 5; cut++)
		assert_false(name_question_matches(question, cut, "hobbit.acme.inc"));
	for (size_t i = 0; i < sizeof(question); i++)
		for (unsigned int bit = 0; bit < 8; bit++) {
			memcpy(packet, question, sizeof(packet));
			packet[i] ^= (uint8_t)(1U << bit);
			(void)name_question_matches(packet, sizeof(packet),
						    "hobbit.acme.inc");
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_question_for_the_name_is_recognised),
		cmocka_unit_test(an_answer_or_another_port_is_not_a_question),
		cmocka_unit_test(a_question_cut_or_flipped_anywhere_does_no_harm),
	};

	return cmocka_run_group_tests_name("probe/name", tests, NULL, NULL);
}
