// SPDX-License-Identifier: GPL-2.0-or-later
/* flow_test.c - what arrives is counted, and what is lost is noticed */
#include "probe/flow.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "netns/test_world.h"

static int measures_both_protocols(void *arg)
{
	_cleanup_(flow_closep) struct flow *flow = NULL;
	struct inet_addr dst = test_addr("10.0.0.2");
	struct test_pair pair = { 0 };
	struct err err = { 0 };
	double loss = -1, mbit_s;

	(void)arg;
	CHECK(!test_pair_make(&pair, &err));
	CHECK(!flow_open(pair.a, pair.b, &dst, &flow, &err));
	CHECK(flow_tcp(flow, 50) > 0);
	(void)flow_udp(flow, 100, 2, &loss); /* fills what nobody reads */
	mbit_s = flow_udp(flow, 100, 2, &loss);
	/* Not more than asked for; a starved sender sends less, and loses nothing. */
	CHECK(mbit_s > 0 && mbit_s < 2.5 && loss == 0);
	/* A cable that is pulled loses all of it. */
	CHECK(!link_set_up(pair.b, "eth0", false, &err));
	(void)flow_udp(flow, 100, 2, &loss);
	CHECK(loss == 1 || flow_udp(flow, 100, 2, &loss) == 0);
	test_pair_done(&pair);
	return 0;
}

static void what_arrives_is_counted_and_what_is_lost_is_noticed(void **state)
{
	(void)state;
	assert_int_equal(test_in_world(measures_both_protocols, NULL, NULL), 0);
}

static void the_median_is_the_middle_one(void **state)
{
	double odd[] = { 3, 1, 2 }, even[] = { 4, 1, 3, 2 };

	(void)state;
	assert_true(flow_median(odd, 3) == 2);
	assert_true(flow_median(even, 4) == 2.5);
	assert_true(flow_median(NULL, 0) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_median_is_the_middle_one),
		cmocka_unit_test(what_arrives_is_counted_and_what_is_lost_is_noticed),
	};

	return cmocka_run_group_tests_name("probe/flow", tests, NULL, NULL);
}
