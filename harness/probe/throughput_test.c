// SPDX-License-Identifier: GPL-2.0-or-later
/* throughput_test.c - iperf3's own words become figures or a sentence */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/err.h"
#include "probe/throughput.h"

static void tcp_counts_what_was_received(void **state)
{
	struct throughput throughput = { 0 };

	(void)state;
	assert_int_equal(throughput_parse("{\"end\":{\"sum_sent\":{\"retransmits\":3,"
					  "\"bits_per_second\":9e8},"
					  "\"sum_received\":{\"bits_per_second\":2e8}}}",
					  &throughput, NULL),
			 0);
	assert_int_equal((int)throughput.mbit_s, 200);
	assert_int_equal(throughput.retransmits, 3);
}

static void udp_takes_off_what_was_lost(void **state)
{
	struct throughput throughput = { .is_udp = true };

	(void)state;
	assert_int_equal(throughput_parse("{\"end\":{\"sum\":{\"bits_per_second\":1e8,"
					  "\"lost_percent\":25}}}",
					  &throughput, NULL),
			 0);
	assert_int_equal((int)throughput.mbit_s, 75);
}

static void an_error_and_an_empty_output_are_sentences(void **state)
{
	struct throughput throughput = { 0 };
	struct err err;

	(void)state;
	assert_int_not_equal(
		throughput_parse("{\"error\":\"unable to connect\"}", &throughput, &err),
		0);
	assert_non_null(strstr(err.text, "unable to connect"));
	assert_int_not_equal(throughput_parse("", &throughput, &err), 0);
	assert_int_not_equal(throughput_parse("{\"end\":[]}", &throughput, &err), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tcp_counts_what_was_received),
		cmocka_unit_test(udp_takes_off_what_was_lost),
		cmocka_unit_test(an_error_and_an_empty_output_are_sentences),
	};

	return cmocka_run_group_tests_name("probe/throughput", tests, NULL, NULL);
}
