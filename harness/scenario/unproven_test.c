// SPDX-License-Identifier: GPL-2.0-or-later
/* unproven_test.c - claims about `unproven` */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "scenario/read.h"
#include "scenario/unproven.h"

#define BASE                                     \
	"sites:\n"                               \
	"  home:\n"                              \
	"    device: openwrt\n"                  \
	"    files: home\n"                      \
	"    hosts: { laptop: 192.168.2.100 }\n" \
	"  acme:\n"                              \
	"    device: screenos\n"                 \
	"    files: acme/firewall.screenos\n"    \
	"    hosts: { hobbit: 10.1.2.42 }\n"     \
	"internet:\n"                            \
	"  hosts: { public: 198.51.100.80 }\n"   \
	"expect:\n"                              \
	"  - tunnel: up\n"

static int read_text(const char *unproven, struct scenario **ret_scenario,
		     struct err *err)
{
	_cleanup_(scenario_freep) struct scenario *scenario = scenario_new();
	struct scenario_files files = { 0 };
	struct yaml_node *root = NULL;
	char text[2048] = BASE;
	int ret;

	(void)strncat(text, unproven, sizeof(text) - sizeof(BASE));
	ret = yaml_parse(scenario->arena, "t.yml", text, strlen(text), &root, err);
	if (!ret)
		ret = scenario_read(scenario, root, &files, err);
	if (!ret)
		*ret_scenario = steal(&scenario);
	return ret;
}

static void each_check_is_listed_for_its_plane(void **state)
{
	_cleanup_(scenario_freep) struct scenario *scenario = NULL;
	struct err err = { 0 };

	(void)state;
	if (read_text("unproven: { libipsec: [ exemption, throughput ], uml: rekey }\n",
		      &scenario, &err))
		fail_msg("%s", err.text);
	assert_true(scenario_may_be_unproven(scenario, "libipsec", "exemption"));
	assert_true(scenario_may_be_unproven(scenario, "libipsec", "throughput"));
	assert_true(scenario_may_be_unproven(scenario, "uml", "rekey"));
	assert_false(scenario_may_be_unproven(scenario, "uml", "exemption"));
	assert_false(scenario_may_be_unproven(scenario, "libipsec", "rekey"));
	assert_false(scenario_may_be_unproven(scenario, "native", "exemption"));
}

static void what_is_listed_for_native_holds_in_a_virtual_machine(void **state)
{
	_cleanup_(scenario_freep) struct scenario *scenario = NULL;
	struct err err = { 0 };

	(void)state;
	if (read_text("unproven: { native: [ exemption ], vm: rekey }\n", &scenario,
		      &err))
		fail_msg("%s", err.text);
	assert_true(scenario_may_be_unproven(scenario, "vm", "exemption"));
	assert_true(scenario_may_be_unproven(scenario, "vm", "rekey"));
	assert_false(scenario_may_be_unproven(scenario, "native", "rekey"));
	assert_false(scenario_may_be_unproven(scenario, "uml", "exemption"));
}

static void nothing_may_be_unproven_unless_it_is_listed(void **state)
{
	_cleanup_(scenario_freep) struct scenario *scenario = NULL;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(read_text("", &scenario, &err), 0);
	for (size_t i = 0; check_words[i]; i++)
		assert_false(
			scenario_may_be_unproven(scenario, "libipsec", check_words[i]));
}

static void wrong_words_are_refused_with_their_line(void **state)
{
	static const char *const cases[][2] = {
		{ "unproven: [ exemption ]\n", "t.yml:14: " },
		{ "unproven: { libipsek: [ esp ] }\n", "did you mean 'libipsec'" },
		{ "unproven: { uml: [ exemtion ] }\n", "did you mean 'exemption'" },
		{ "unproven: { uml: [ [ esp ] ] }\n", "t.yml:14: " },
		{ "unproven: { uml: { esp: yes } }\n", "t.yml:14: " },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		_cleanup_(scenario_freep) struct scenario *scenario = NULL;
		struct err err = { 0 };

		assert_int_equal(read_text(cases[i][0], &scenario, &err), -EINVAL);
		if (!strstr(err.text, cases[i][1]))
			fail_msg("%s: %s", cases[i][0], err.text);
	}
}

/* What a class of failure explains (finding/class.h) are checks that there are. */
static void classes_explain_known_checks_only(void **state)
{
	(void)state;
	for (unsigned int i = CLASS_NONE + 1; i < CLASSES_END; i++) {
		const char *words = finding_class_of((enum class_id)i)->explains;

		for (; *words; words += strspn(words, " ")) {
			char word[32];
			size_t length = strcspn(words, " ");

			(void)snprintf(word, sizeof(word), "%.*s", (int)length, words);
			if (!check_word_is_known(word))
				fail_msg("%s explains '%s'",
					 finding_class_of((enum class_id)i)->id, word);
			words += length;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_check_is_listed_for_its_plane),
		cmocka_unit_test(what_is_listed_for_native_holds_in_a_virtual_machine),
		cmocka_unit_test(nothing_may_be_unproven_unless_it_is_listed),
		cmocka_unit_test(classes_explain_known_checks_only),
		cmocka_unit_test(wrong_words_are_refused_with_their_line),
	};

	return cmocka_run_group_tests_name("scenario/unproven", tests, NULL, NULL);
}
