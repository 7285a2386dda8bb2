// SPDX-License-Identifier: GPL-2.0-or-later
/* inject_test.c - claims about `inject` */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "scenario/test_read.h"

static const char everything[] =
	"inject:\n"
	"  - { block: esp, at: internet, to: acme, how: reject }\n"
	"  - { daemon: \"off\", at: acme }\n"
	"  - { restart: acme }\n"
	"  - { forwarding: \"off\", at: home }\n"
	"  - { vti: \"off\", at: home }\n"
	"  - { rp_filter: acme }\n"
	"  - { routes: missing, at: home }\n"
	"  - { gateway: 10.1.2.254, at: hobbit }\n"
	"  - { forward: hobbit, at: acme }\n"
	"  - { kernel esp: \"off\", at: acme }\n"
	"  - { without: openssl, at: acme }\n"
	"  - { clone: home, at: public }\n"
	"  - { initiate: both }\n";

static void each_kind_is_read_in_order(void **state)
{
	_cleanup_(scenario_freep) struct scenario *scenario = NULL;
	struct err err = { 0 };

	(void)state;
	if (test_read(everything, sizeof(everything), &scenario, &err))
		fail_msg("%s", err.text);
	assert_int_equal(scenario->injections.count, INJECT_BOTH_INITIATE + 1);
	for (size_t i = 0; i < scenario->injections.count; i++)
		assert_int_equal(scenario->injections.items[i].kind, i);
	assert_int_equal(scenario->injections.items[0].what, BLOCK_ESP);
	assert_true(scenario->injections.items[0].is_rejected);
	assert_string_equal(scenario->injections.items[0].to, "acme");
	assert_string_equal(scenario->injections.items[2].at, "acme");
	assert_string_equal(scenario->injections.items[11].word, "home");
}

static void what_cannot_be_is_refused_with_its_line(void **state)
{
	static const struct {
		const char *inject, *part;
	} wrong[] = {
		{ "inject: { block: espp, at: acme }\n", "did you mean 'esp'" },
		{ "inject: { block: esp }\n", "needs `at:`" },
		{ "inject: { block: esp, at: acmee }\n", "acme" },
		{ "inject: { block: esp, at: acme, to: internet }\n", "internet" },
		{ "inject: { restart: acme, at: home }\n", "at" },
		{ "inject: { daemon: \"on\", at: acme }\n", "off" },
		{ "inject: { gateway: nowhere, at: hobbit }\n", "nowhere" },
		{ "inject: { clone: home, at: acme }\n", "acme" },
		{ "inject: { at: acme }\n", "says what" },
		{ "inject: [ esp ]\n", "mapping" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		_cleanup_(scenario_freep) struct scenario *scenario = NULL;
		struct err err = { 0 };

		assert_int_not_equal(test_read(wrong[i].inject, 200, &scenario, &err), 0);
		if (!strstr(err.text, wrong[i].part) || !strstr(err.text, "t.yml:14"))
			fail_msg("%s: '%s'", wrong[i].inject, err.text);
	}
}

static void cut_anywhere_it_never_crashes(void **state)
{
	(void)state;
	for (size_t cut = 0; cut < sizeof(everything); cut++) {
		_cleanup_(scenario_freep) struct scenario *scenario = NULL;
		struct err err = { 0 };

		(void)test_read(everything, cut, &scenario, &err);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_is_read_in_order),
		cmocka_unit_test(what_cannot_be_is_refused_with_its_line),
		cmocka_unit_test(cut_anywhere_it_never_crashes),
	};

	return cmocka_run_group_tests_name("scenario/inject", tests, NULL, NULL);
}
