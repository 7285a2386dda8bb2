// SPDX-License-Identifier: GPL-2.0-or-later
/* router_root_test.c - claims: what our own lines call is in the table */
#include "lab/router_root.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/str.h"

static bool has_program(const char *name)
{
	for (const struct root_item *item = router_root; item->path; item++)
		if (item->kind == ROOT_PROGRAM && str_equal(item->path, name))
			return true;
	return false;
}

/* An image has nothing but the table: what is missing there is "not found" in a guest. */
static void the_programs_around_an_updown_script_are_in_an_image(void **state)
{
	static const char *const called[] = { "sh", "bash", "nice", "timeout", "echo" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(called); i++)
		if (!has_program(called[i]))
			fail_msg("%s is not in the table", called[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_programs_around_an_updown_script_are_in_an_image),
	};

	return cmocka_run_group_tests_name("lab/router_root", tests, NULL, NULL);
}
