// SPDX-License-Identifier: GPL-2.0-or-later
/* aspect_test.c - claims: a word touches its own tunnel only, and only in use */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "model/aspect.h"

static struct tunnel *add(struct site *site, const char *name, enum auth_method auth)
{
	vec_add(site->arena, &site->tunnels,
		((struct tunnel){ .name = name, .auth = auth }));
	return &site->tunnels.items[site->tunnels.count - 1];
}

static void a_word_of_an_unused_tunnel_touches_nothing(void **state)
{
	_cleanup_(site_freep) struct site *site = site_new("a", DEVICE_STRONGSWAN);
	struct tunnel *tunnel = add(site, "t", AUTH_PSK);

	(void)state;
	site_unrehearsed(site, "t", ASPECT_WAY, (struct origin){ .file = "f", .line = 3 },
			 "mark");
	assert_non_null(site_touching(site, NULL, ASPECTS_TRAFFIC));
	assert_null(site_touching(site, NULL, ASPECTS_UP));
	tunnel->is_disabled = true;
	assert_null(site_touching(site, NULL, ASPECTS_TRAFFIC));
}

static void a_word_of_one_tunnel_does_not_touch_another(void **state)
{
	_cleanup_(site_freep) struct site *site = site_new("a", DEVICE_STRONGSWAN);

	(void)state;
	(void)add(site, "t", AUTH_PSK);
	(void)add(site, "u", AUTH_PSK);
	site_unrehearsed(site, "t", ASPECT_WAY, (struct origin){ 0 }, "mark");
	assert_null(site_touching(site, &site->tunnels.items[1], ASPECT_WAY));
	assert_non_null(site_touching(site, &site->tunnels.items[0], ASPECT_WAY));
	site_unrehearsed(site, NULL, ASPECT_IKE, (struct origin){ 0 }, "port");
	assert_non_null(site_touching(site, &site->tunnels.items[1], ASPECT_IKE));
}

static void the_remark_names_the_word_and_what_it_touches(void **state)
{
	_cleanup_(site_freep) struct site *site = site_new("a", DEVICE_STRONGSWAN);

	(void)state;
	site_unrehearsed(site, NULL, ASPECTS_TRAFFIC, (struct origin){ 0 }, "x");
	assert_int_equal(site->remarks.items[0].kind, REMARK_NOT_REHEARSED);
	assert_string_equal(
		site->remarks.items[0].text,
		"'x' is not rehearsed, it touches IKE, the selectors, the way "
		"into the tunnel and NAT");
}

static void ends_that_authenticate_differently_fail_without_a_rehearsal(void **state)
{
	_cleanup_(site_freep) struct site *a = site_new("a", DEVICE_STRONGSWAN);
	_cleanup_(site_freep) struct site *b = site_new("b", DEVICE_STRONGSWAN);

	(void)state;
	(void)add(a, "t", AUTH_RSA);
	assert_false(site_auth_differs(a, b));
	(void)add(b, "t", AUTH_PSK);
	assert_true(site_auth_differs(a, b));
	(void)add(b, "u", AUTH_RSA);
	assert_false(site_auth_differs(a, b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_word_of_an_unused_tunnel_touches_nothing),
		cmocka_unit_test(a_word_of_one_tunnel_does_not_touch_another),
		cmocka_unit_test(the_remark_names_the_word_and_what_it_touches),
		cmocka_unit_test(
			ends_that_authenticate_differently_fail_without_a_rehearsal),
	};

	return cmocka_run_group_tests_name("model/aspect", tests, NULL, NULL);
}
