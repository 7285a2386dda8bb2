// SPDX-License-Identifier: GPL-2.0-or-later
/* dn_test.c - claims about distinguished names */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* clang-format off */
#include <cmocka.h>
/* clang-format on */

#include "base/cleanup.h"
#include "ipsec/dn.h"

static void spacing_and_case_do_not_tell_names_apart(void **state)
{
	(void)state;
	assert_true(dn_matches("C=DE, O=Example, CN=a", "C=DE,O=Example,CN=a"));
	assert_true(dn_matches("c=de,o=example,cn=A", "C=DE , O = Example , CN = a "));
	assert_true(dn_matches("/C=DE/O=Example/CN=a", "C=DE, O=Example, CN=a"));
	assert_true(dn_matches("O=Smith\\, Sons, CN=a", "O=Smith\\, Sons,CN=a"));
}

static void other_parts_are_another_name(void **state)
{
	static const char *const others[] = {
		"C=DE, O=Example, CN=b",      "C=DE, O=Example",
		"O=Example, C=DE, CN=a",      "C=DE, O=Example, OU=a",
		"C=DE, O=Examp le, CN=a",     "",
		"C=DE, O=Example, CN=a, L=x",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		assert_false(dn_matches("C=DE, O=Example, CN=a", others[i]));
		assert_false(dn_matches(others[i], "C=DE, O=Example, CN=a"));
	}
}

static void a_star_is_any_value_of_its_part(void **state)
{
	(void)state;
	assert_true(dn_matches("C=DE, O=Example, CN=a", "C=DE, O=Example, CN=*"));
	assert_true(dn_matches("C=DE, CN=a", "C=*,CN=*"));
	assert_false(dn_matches("C=DE, O=Example, CN=a", "C=DE, CN=*"));
	assert_false(dn_matches("C=DE, CN=*", "C=DE, CN=a"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spacing_and_case_do_not_tell_names_apart),
		cmocka_unit_test(other_parts_are_another_name),
		cmocka_unit_test(a_star_is_any_value_of_its_part),
	};

	return cmocka_run_group_tests_name("ipsec/dn", tests, NULL, NULL);
}
