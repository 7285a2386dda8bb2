// SPDX-License-Identifier: GPL-2.0-or-later
/* language_test.c - claims about the languages of the devices' files */
#include "device/language.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
/* clang-format off */
#include <cmocka.h>
/* clang-format on */

#include "base/cleanup.h"
#include "device/device.h"

static void check_language(const struct language *language)
{
	assert_non_null(language);
	for (unsigned int word = 0; word < WORD_COUNT; word++)
		if (!language->words[word].setting)
			fail_msg("word %u has no name", word);
	for (unsigned int type = 0; type < LANGUAGE_IDS; type++)
		if (language->ids[type] && !strstr(language->ids[type], "%v"))
			fail_msg("identity %u has no place for its value", type);
	/* proposals.c takes it off again. */
	if (language->esn)
		assert_non_null(language->ends);
}

static void every_setting_has_a_name_in_every_language(void **state)
{
	(void)state;
	for (size_t i = 0; i < DEVICE_KINDS; i++) {
		_cleanup_(site_freep) struct site *site =
			site_new("here", (enum device_kind)i);
		struct tunnel *tunnel;

		check_language(language_of(site));
		tunnel = vec_push(site->arena, &site->tunnels);
		for (int file = OWN_FILE_NONE; file <= OWN_FILE_IPSEC_CONF; file++) {
			tunnel->own_file = (enum own_file)file;
			tunnel->is_right_local = false;
			check_language(language_of(site));
			tunnel->is_right_local = true;
			check_language(language_of(site));
		}
	}
}

static void tunnels_in_own_files_are_written_for_there(void **state)
{
	_cleanup_(site_freep) struct site *site = site_new("router", DEVICE_OPENWRT);
	struct tunnel *tunnel = vec_push(site->arena, &site->tunnels);

	(void)state;
	assert_string_equal(language_of(site)->words[WORD_PEER].setting, "gateway");
	tunnel->own_file = OWN_FILE_SWANCTL;
	assert_string_equal(language_of(site)->words[WORD_PEER].setting, "remote_addrs");
	tunnel->own_file = OWN_FILE_IPSEC_CONF;
	assert_string_equal(language_of(site)->words[WORD_PEER].setting, "right");
	tunnel->is_right_local = true;
	assert_string_equal(language_of(site)->words[WORD_PEER].setting, "left");
	assert_string_equal(
		language_of(site)->add_pair(site->arena, false, "10.1.0.0/24",
					    "10.2.0.0/24"),
		"a conn with leftsubnet=10.2.0.0/24 and rightsubnet=10.1.0.0/24");
	assert_string_equal(language_of(site)->ids[ID_TYPE_FQDN], "@%v");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_setting_has_a_name_in_every_language),
		cmocka_unit_test(tunnels_in_own_files_are_written_for_there),
	};

	return cmocka_run_group_tests_name("device/language", tests, NULL, NULL);
}
