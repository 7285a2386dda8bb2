// SPDX-License-Identifier: GPL-2.0-or-later
/* limits_test.c - a plane's limit is named, and only where it is one */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* clang-format off */
#include <cmocka.h>
/* clang-format on */

#include "base/cleanup.h"
#include "charon/test_acme_sites.h"
#include "model/aspect.h"
#include "run/limits.h"
#include "scenario/scenario.h"

static void check_named(bool is_home_transport, bool is_far_transport, bool is_named)
{
	struct site _cleanup_(site_freep) *home = acme_home_new();
	struct site _cleanup_(site_freep) *far = acme_firewall_new();
	struct scenario_site sites[2] = { { .site = home }, { .site = far } };
	struct scenario scenario = { .sites = { .items = sites, .count = 2 } };

	home->tunnels.items[0].children.items[0].is_transport = is_home_transport;
	far->tunnels.items[0].children.items[0].is_transport = is_far_transport;
	limits_without_kernel(&scenario, "libipsec");
	assert_int_equal(is_named, !!site_touching(home, NULL, ASPECT_SELECTORS));
	assert_int_equal(is_named, !!site_touching(far, NULL, ASPECT_SELECTORS));
	assert_null(site_touching(home, NULL, ASPECT_IKE));
}

static void transport_mode_of_both_ends_is_unproven_without_kernel_esp(void **state)
{
	(void)state;
	check_named(true, true, true);
}

static void where_both_settle_on_tunnel_mode_nothing_is_taken_back(void **state)
{
	(void)state;
	check_named(true, false, false);
	check_named(false, true, false);
	check_named(false, false, false);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			transport_mode_of_both_ends_is_unproven_without_kernel_esp),
		cmocka_unit_test(where_both_settle_on_tunnel_mode_nothing_is_taken_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
