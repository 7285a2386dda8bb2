// SPDX-License-Identifier: GPL-2.0-or-later
/* junos_secret_test.c - "$9$" secrets */
#include "import/junos_secret.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

/* Two of 'hello' are in the documentation of juniper9-crypt, one is in batfish's srx-1.
 */
static void public_vectors_are_read(void **state)
{
	uint8_t bytes[64];
	size_t length;

	(void)state;
	assert_int_equal(junos_secret_decode("$9$FNkC3/t1IcevLuOWx", bytes, &length), 0);
	assert_int_equal(length, 5);
	assert_memory_equal(bytes, "hello", 5);
	assert_int_equal(
		junos_secret_decode("$9$/E6g9tO1IcSrvfTCu1hKv-VwgJD", bytes, &length), 0);
	assert_int_equal(length, 8);
	assert_memory_equal(bytes, "hahahoho", 8);
	assert_int_equal(junos_secret_decode("$9$o1aGiPfz/Cuk.tO", bytes, &length), 0);
	assert_int_equal(length, 5);
	assert_memory_equal(bytes, "hello", 5);
}

static void any_bytes_come_back_with_any_salt(void **state)
{
	uint8_t bytes[256], back[JUNOS_SECRET_ROOM(256)];
	char text[JUNOS_SECRET_ROOM(256)];
	size_t length;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 37);
	for (unsigned int salt = 0; salt < 130; salt++) {
		size_t written = junos_secret_encode(bytes, sizeof(bytes), salt, text);

		assert_true(written < sizeof(text));
		assert_int_equal(strlen(text), written);
		assert_int_equal(junos_secret_decode(text, back, &length), 0);
		assert_int_equal(length, sizeof(bytes));
		assert_memory_equal(back, bytes, sizeof(bytes));
	}
}

static void other_forms_are_refused(void **state)
{
	static const char *const texts[] = { "",
					     "$9$",
					     "$8$FNkC",
					     "hello",
					     "$9$F",
					     "$9$FNkC3",
					     "$9$FNkC3/t1IcevLuOW",
					     "$9$FNkC3/t1Icev LuOWx",
					     "$9$FNk\xffz" };
	uint8_t bytes[64];
	size_t length;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_equal(junos_secret_decode(texts[i], bytes, &length), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(public_vectors_are_read),
		cmocka_unit_test(any_bytes_come_back_with_any_salt),
		cmocka_unit_test(other_forms_are_refused),
	};

	return cmocka_run_group_tests_name("import/junos_secret", tests, NULL, NULL);
}
