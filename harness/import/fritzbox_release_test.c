// SPDX-License-Identifier: GPL-2.0-or-later
/* fritzbox_release_test.c - claims: a release of FRITZ!OS is known however it is written */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "import/fritzbox_release.h"

static void a_release_is_known_however_it_is_written(void **state)
{
	static const struct {
		const char *firmware;
		unsigned int number; /* 0: none is known */
	} cases[] = {
		{ "6.30", 630 },	  { "06.30", 630 },	{ "FRITZ!OS 6.30", 630 },
		{ "113.06.30", 630 },	  { "6.51", 630 },	{ "06.83", 680 },
		{ "113.06.83", 680 },	  { "7.01", 720 },	{ "7.29", 720 },
		{ "FRITZ!OS 7.50", 750 }, { "154.07.57", 750 }, { "8.00", 750 },
		{ "5.50", 600 },	  { NULL, 0 },		{ "", 0 },
		{ "documented", 0 },	  { "7", 0 },		{ "7.", 0 },
		{ "99999999999.1", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct fritzbox_release *release =
			fritzbox_release_of(cases[i].firmware);

		if ((release ? release->number : 0) != cases[i].number)
			fail_msg("'%s' is %u", cases[i].firmware,
				 release ? release->number : 0);
	}
}

static void sha2_is_offered_from_7_on(void **state)
{
	(void)state;
	assert_false(fritzbox_release_of("6.83")->offers_sha2);
	assert_true(fritzbox_release_of("7.00")->offers_sha2);
	assert_true(fritzbox_release_of("7.57")->offers_sha2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_release_is_known_however_it_is_written),
		cmocka_unit_test(sha2_is_offered_from_7_on),
	};

	return cmocka_run_group_tests_name("import/fritzbox_release", tests, NULL, NULL);
}
