// SPDX-License-Identifier: GPL-2.0-or-later
/* hide_test.c - claims about what a report that is given away does not say */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "report/hide.h"
#include "scenario/scenario.h"

static void assert_hidden(bool has_addresses, const char *text, const char *wanted)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	const struct scenario scenario = { .path = "/home/anna/vpn/acme" };
	_cleanup_buf_ struct buf out = { 0 };
	struct hide hide;

	hide_begin(&hide, arena, &scenario, has_addresses);
	hide_text(&hide, text, &out);
	assert_string_equal(buf_text(&out), wanted);
}

static void public_address_has_the_same_number_wherever_it_stands(void **state)
{
	(void)state;
	assert_hidden(true, "7.7.7.7[7.7.7.7]...203.0.113.56:500, host:7.7.7.7/24",
		      "public-1[public-1]...public-2:500, host:public-1/24");
	assert_hidden(true, "x=2001:db8::1, [2001:db8::1]:500 2001:db8::2.",
		      "x=public-1, [public-1]:500 public-2.");
	assert_hidden(true, "::ffff:7.7.7.7", "::ffff:7.7.7.7"); /* not of 2000::/3 */
}

static void private_addresses_masks_and_numbers_stay(void **state)
{
	static const char *const texts[] = {
		"10.1.2.3 192.168.2.82/26 172.16.0.1 fe80::1 fd00::1 ::1 127.0.0.1 0.0.0.0",
		"255.255.255.192 255.0.0.0",
		"strongSwan 5.9.8, Linux 6.1.0",
		"1.2.3.4.5 12:30:59.123 a7.7.7.7 7.7.7 300.1.1.1",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_hidden(true, texts[i], texts[i]);
}

static void addresses_stay_unless_they_shall_not(void **state)
{
	(void)state;
	assert_hidden(false, "7.7.7.7", "7.7.7.7");
}

static void folder_of_the_scenario_is_not_said(void **state)
{
	(void)state;
	assert_hidden(false, "\"/home/anna/vpn/acme/scenario.yml\", /home/bert",
		      "\"acme/scenario.yml\", /home/bert");
}

static bool is_found(const char *key, const char *text)
{
	struct scenario_site site = { .psk = key };
	const struct scenario scenario = {
		.sites = { .items = &site, .count = 1, .room = 1 }
	};

	return hide_has_key(&scenario, text, strlen(text));
}

static void key_is_found_however_it_is_spelled(void **state)
{
	(void)state;
	assert_true(is_found("correct horse", "x correct horse y"));
	assert_true(is_found("correct horse", "0x636f727265637420686f727365"));
	assert_true(is_found("correct horse", "0sY29ycmVjdCBob3JzZQ=="));
	assert_false(is_found("correct horse", "correct house"));
	assert_false(is_found("abc", "abc")); /* too short to be told */
	assert_false(is_found(NULL, "correct horse"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(public_address_has_the_same_number_wherever_it_stands),
		cmocka_unit_test(private_addresses_masks_and_numbers_stay),
		cmocka_unit_test(addresses_stay_unless_they_shall_not),
		cmocka_unit_test(folder_of_the_scenario_is_not_said),
		cmocka_unit_test(key_is_found_however_it_is_spelled),
	};

	return cmocka_run_group_tests_name("report/hide", tests, NULL, NULL);
}
