// SPDX-License-Identifier: GPL-2.0-or-later
/* sas_test.c - the walk meets every SA once, and steps over what is none */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/json.h"
#include "check/sas.h"

static const char list[] = "[{\"acme\":{\"child-sas\":{\"lan-1\":{\"name\":\"lan\"},"
			   "\"dmz-2\":{\"name\":\"dmz\"}}},"
			   "\"idle\":{\"child-sas\":{}},\"bare\":{}},"
			   "17, {}, [],"
			   "{\"office\":{\"child-sas\":{\"lan-3\":{\"name\":\"lan\"}}}}]";

static void every_ike_sa_is_met_once_in_order(void **state)
{
	static const char *const names[] = { "acme", "idle", "bare", "office" };
	json_t *sas = json_loads(list, 0, NULL);
	struct sas_walk walk = { .sas = sas };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		assert_non_null(sas_next(&walk));
		assert_string_equal(walk.name, names[i]);
	}
	assert_null(sas_next(&walk));
	assert_null(sas_next(&walk));
	json_decref(sas);
}

static void every_child_is_met_with_the_name_of_its_ike_sa(void **state)
{
	static const char *const names[][2] = { { "acme", "lan" },
						{ "acme", "dmz" },
						{ "office", "lan" } };
	json_t *sas = json_loads(list, 0, NULL);
	struct sas_walk walk = { .sas = sas };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const json_t *child = sas_next_child(&walk);

		assert_non_null(child);
		assert_string_equal(walk.name, names[i][0]);
		assert_string_equal(json_text(child, "name"), names[i][1]);
	}
	assert_null(sas_next_child(&walk));
	assert_null(sas_next_child(&walk));
	json_decref(sas);
}

static void no_list_and_no_array_have_no_sa(void **state)
{
	json_t *text = json_string("acme");
	struct sas_walk none = { 0 }, odd = { .sas = text };

	(void)state;
	assert_null(sas_next(&none));
	assert_null(sas_next_child(&none));
	assert_null(sas_next_child(&odd));
	json_decref(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_ike_sa_is_met_once_in_order),
		cmocka_unit_test(every_child_is_met_with_the_name_of_its_ike_sa),
		cmocka_unit_test(no_list_and_no_array_have_no_sa),
	};

	return cmocka_run_group_tests_name("check/sas", tests, NULL, NULL);
}
