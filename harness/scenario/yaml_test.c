// SPDX-License-Identifier: GPL-2.0-or-later
/* yaml_test.c - claims about reading YAML */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "scenario/yaml.h"

static const char sample[] = "# A sentence.\n"
			     "sites:\n"
			     "  home:\n"
			     "    device: openwrt   # why\n"
			     "    hosts: { laptop: 192.168.2.100 }\n"
			     "list:\n"
			     "  - one\n"
			     "  - \"two\\tthree\"\n"
			     "  - |\n"
			     "    a block\n"
			     "    of text\n"
			     "seconds: 20ms\n"
			     "flag: yes\n"
			     "number: 17\n"
			     "prefix: 203.0.113.56/24\n"
			     "empty:\n";

struct fixture {
	struct arena *arena;
	struct yaml_node *root;
	struct err err;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->arena = arena_new();
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	arena_free(f->arena);
	free(f);
	return 0;
}

static int parse(struct fixture *f, const char *text)
{
	return yaml_parse(f->arena, "t.yml", text, strlen(text), &f->root, &f->err);
}

static void values_keep_their_lines(void **state)
{
	struct fixture *f = *state;
	const struct yaml_node *home, *list;

	assert_int_equal(parse(f, sample), 0);
	home = yaml_get(yaml_get(f->root, "sites"), "home");
	assert_non_null(home);
	assert_int_equal(home->at.line, 3);
	assert_string_equal(home->at.file, "t.yml");
	assert_int_equal(yaml_get(home, "device")->at.line, 4);
	assert_string_equal(yaml_get(home, "device")->text, "openwrt");
	list = yaml_get(f->root, "list");
	assert_int_equal(list->items.count, 3);
	assert_int_equal(list->items.items[1]->at.line, 8);
	assert_string_equal(list->items.items[1]->text, "two\tthree");
	assert_string_equal(list->items.items[2]->text, "a block\nof text\n");
	assert_string_equal(yaml_get(f->root, "empty")->text, "");
}

static void typed_members_are_read(void **state)
{
	struct fixture *f = *state;
	struct inet_prefix prefix = { 0 };
	unsigned int number = 0;
	double seconds = 0;
	bool flag = false;

	assert_int_equal(parse(f, sample), 0);
	assert_int_equal(yaml_get_seconds(f->root, "seconds", &seconds, &f->err), 0);
	assert_true(seconds > 0.019 && seconds < 0.021);
	assert_int_equal(yaml_get_flag(f->root, "flag", &flag, &f->err), 0);
	assert_true(flag);
	assert_int_equal(yaml_get_number(f->root, "number", 1, 20, &number, &f->err), 0);
	assert_int_equal(number, 17);
	assert_int_equal(yaml_get_prefix(f->root, "prefix", &prefix, &f->err), 0);
	assert_string_equal(inet_prefix_text(&prefix).s, "203.0.113.56/24");
	assert_int_equal(yaml_get_number(f->root, "absent", 1, 2, &number, &f->err), 0);
	assert_int_equal(number, 17);
}

static void wrong_values_are_quoted_with_their_line(void **state)
{
	struct fixture *f = *state;
	unsigned int number = 0;
	struct inet_addr addr;
	double seconds;

	assert_int_equal(parse(f, sample), 0);
	assert_int_equal(yaml_get_number(f->root, "number", 1, 9, &number, &f->err),
			 -EINVAL);
	assert_string_equal(f->err.text,
			    "t.yml:14: 'number' must be a number from 1 to 9, not '17'");
	assert_int_equal(yaml_get_addr(f->root, "flag", &addr, &f->err), -EINVAL);
	assert_string_equal(f->err.text, "t.yml:13: 'flag': 'yes' is not an IP address");
	assert_int_equal(yaml_get_seconds(f->root, "prefix", &seconds, &f->err), -EINVAL);
	assert_int_equal(yaml_get_addr(f->root, "list", &addr, &f->err), -EINVAL);
	assert_string_equal(f->err.text, "t.yml:6: 'list' must be one value");
}

static void unknown_key_is_named_with_the_nearest(void **state)
{
	struct fixture *f = *state;
	const char *const keys[] = { "sites", "expect", NULL };

	assert_int_equal(parse(f, "sites: 1\nexpct: 2\n"), 0);
	assert_int_equal(yaml_want_keys(f->root, keys, &f->err), -EINVAL);
	assert_string_equal(f->err.text,
			    "t.yml:2: unknown key 'expct', did you mean 'expect'?");
}

static void syntax_error_has_its_line(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(parse(f, "# x\na: 1\nb: [ 1, 2\nc: }\n"), -EINVAL);
	assert_memory_equal(f->err.text, "t.yml:", 6);
	assert_true(strstr(f->err.text, "t.yml:3: ") || strstr(f->err.text, "t.yml:4: "));
}

static void doubled_quotes_are_quotes(void **state)
{
	static const struct {
		const char *text, *value;
	} rows[] = {
		{ "a: ''\n", "" },
		{ "a: 'b'\n", "b" },
		{ "a: ''''\n", "'" },
		{ "a: 'b''c'\n", "b'c" },
		{ "a: '''b'''\n", "'b'" },
		{ "a: 'list ''x'' ''y'' ''z'' ''u'' v'\n", "list 'x' 'y' 'z' 'u' v" },
		{ "a: { b: 'c', d: 'e''f' }\n", NULL },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(parse(f, rows[i].text), 0);
		if (rows[i].value)
			assert_string_equal(yaml_get(f->root, "a")->text, rows[i].value);
	}
	assert_string_equal(yaml_get(yaml_get(f->root, "a"), "d")->text, "e'f");
}

static void what_no_scenario_needs_is_refused(void **state)
{
	static const struct {
		const char *text, *sentence;
	} rows[] = {
		{ "a: &x 1\nb: *x\n", "t.yml:2: aliases ('*name') are not supported" },
		{ "a: 1\n---\nb: 2\n",
		  "t.yml:2: a second document ('---') is not expected" },
		{ "a: 1\nb: 2\na: 3\n",
		  "t.yml:3: 'a' stands twice here, first in line 1" },
		{ "? [ a ]\n: 1\n", "t.yml:1: a key must be a word" },
		{ "a: \x01\n", "t.yml:1: the control character 0x01" },
		{ "a: \xff\n", "t.yml: not UTF-8 text" },
		{ "a: 'b''\n c'\n",
		  "t.yml:1: write a text of several lines with single quotes in it after "
		  "'|', or in double quotes" },
		{ "a: \"\\0\"\n", "t.yml:1: a text with a NUL byte" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(parse(f, rows[i].text), -EINVAL);
		assert_string_equal(f->err.text, rows[i].sentence);
	}
}

static void deep_nesting_is_refused(void **state)
{
	struct fixture *f = *state;
	char text[64 * 1024];

	memset(text, '[', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(parse(f, text), -EINVAL);
	assert_non_null(strstr(f->err.text, "t.yml:1: "));
}

static void overlay_replaces_by_key(void **state)
{
	struct fixture *f = *state;
	struct yaml_node *base, *merged;

	assert_int_equal(parse(f, "a: { b: 1, c: 2 }\nd: [ 1, 2 ]\n"), 0);
	base = f->root;
	assert_int_equal(parse(f, "d: [ 3 ]\na: { c: 5, e: 6 }\n"), 0);
	merged = yaml_merge(f->arena, base, f->root);
	assert_string_equal(yaml_get(yaml_get(merged, "a"), "b")->text, "1");
	assert_string_equal(yaml_get(yaml_get(merged, "a"), "c")->text, "5");
	assert_string_equal(yaml_get(yaml_get(merged, "a"), "e")->text, "6");
	assert_int_equal(yaml_get(merged, "d")->items.count, 1);
	assert_string_equal(yaml_get(yaml_get(base, "a"), "c")->text, "2");
}

/* A result or a sentence, nothing else; memory is checked by SAN=1. */
static void judge(struct fixture *f, const char *text, size_t length)
{
	int ret;

	f->err = (struct err){ 0 };
	f->root = NULL;
	ret = yaml_parse(f->arena, "t.yml", text, length, &f->root, &f->err);
	assert_true(ret == 0 || ret == -EINVAL);
	assert_true(ret == 0 ? f->root != NULL : f->err.text[0] != '\0');
}

static void cut_anywhere_is_a_sentence_or_a_tree(void **state)
{
	for (size_t length = 0; length < sizeof(sample); length++) {
		_cleanup_free_ char *copy = malloc(length ? length : 1);

		memcpy(copy, sample, length);
		judge(*state, copy, length);
	}
}

static void each_byte_flipped_is_a_sentence_or_a_tree(void **state)
{
	static const unsigned char masks[] = { 0x01, 0x02, 0x08, 0x10, 0x20, 0x80, 0xff };
	char copy[sizeof(sample)];

	for (size_t i = 0; i < sizeof(sample) - 1; i++)
		for (size_t m = 0; m < sizeof(masks); m++) {
			memcpy(copy, sample, sizeof(sample));
			copy[i] = (char)(copy[i] ^ masks[m]);
			judge(*state, copy, sizeof(sample) - 1);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(values_keep_their_lines, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(typed_members_are_read, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(wrong_values_are_quoted_with_their_line,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(unknown_key_is_named_with_the_nearest,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(syntax_error_has_its_line, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(doubled_quotes_are_quotes, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_no_scenario_needs_is_refused, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(deep_nesting_is_refused, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(overlay_replaces_by_key, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(cut_anywhere_is_a_sentence_or_a_tree,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(each_byte_flipped_is_a_sentence_or_a_tree,
						set_up, tear_down),
	};

	return cmocka_run_group_tests_name("scenario/yaml", tests, NULL, NULL);
}
