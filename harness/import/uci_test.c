// SPDX-License-Identifier: GPL-2.0-or-later
/* uci_test.c - claims about the UCI reader */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
/* clang-format off */
#include <cmocka.h>
/* clang-format on */

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/str.h"
#include "import/uci.h"
#include "model/site.h"

static int setup(void **state)
{
	struct arena *arena = arena_new();
	struct uci *uci = arena_alloc(arena, sizeof(*uci));

	uci->arena = arena;
	*state = uci;
	return 0;
}

static int teardown(void **state)
{
	const struct uci *uci = *state;

	arena_free(uci->arena);
	return 0;
}

static struct tree_node *read_text(struct uci *uci, const char *text)
{
	uci_read(uci, "p", "etc/config/p", text, strlen(text));
	return uci_package_find(uci, "p");
}

static size_t count_of(const struct tree_node *block)
{
	size_t count = 0;

	tree_foreach (child, block)
		count++;
	return count;
}

static const char *value_of(struct uci *uci, const char *section, const char *option)
{
	return uci_get(uci,
		       uci_section_find(uci, uci_package_find(uci, "p"), NULL, section),
		       option);
}

static void words_may_be_quoted_in_every_way(void **state)
{
	struct uci *uci = *state;

	read_text(uci, "config 'remote' 'acme'\n"
		       "  option 'gateway' '7.7.7.7'\n"
		       "\toption \"key\" \"a\\\"b\\\\c\"\n"
		       "o mixed 'a'b\"c d\"\n"
		       "option bare a\\ b\n"
		       "option single 'a\\b'\n");
	assert_int_equal(uci->faults.count, 0);
	assert_string_equal(value_of(uci, "acme", "gateway"), "7.7.7.7");
	assert_string_equal(value_of(uci, "acme", "key"), "a\"b\\c");
	assert_string_equal(value_of(uci, "acme", "mixed"), "abc d");
	assert_string_equal(value_of(uci, "acme", "bare"), "a b");
	assert_string_equal(value_of(uci, "acme", "single"), "a\\b");
}

static void quotes_span_lines_and_lines_are_counted(void **state)
{
	struct uci *uci = *state;
	const struct tree_node *option;

	read_text(uci, "config a b\noption x 'one\ntwo'\noption y \\\n3\noption z 4\n");
	assert_string_equal(value_of(uci, "b", "x"), "one\ntwo");
	assert_string_equal(value_of(uci, "b", "y"), "3");
	option = uci_option_find(
		uci, uci_section_find(uci, uci_package_find(uci, "p"), "a", "b"), "z");
	assert_int_equal(option->at.line, 6);
	assert_string_equal(option->at.file, "etc/config/p");
}

static void comments_also_cut_bare_words(void **state)
{
	struct uci *uci = *state;

	read_text(uci, "# x\nconfig a b # y\noption k pass#word\noption q 'pass#word'\n"
		       " # z\n#/etc/config/ipsec\n");
	assert_int_equal(uci->faults.count, 0);
	assert_string_equal(value_of(uci, "b", "k"), "pass");
	assert_string_equal(value_of(uci, "b", "q"), "pass#word");
}

static void semicolons_part_statements(void **state)
{
	struct uci *uci = *state;

	read_text(uci, "config a b; option x '1' ; option y 2\n");
	assert_int_equal(uci->faults.count, 0);
	assert_string_equal(value_of(uci, "b", "x"), "1");
	assert_string_equal(value_of(uci, "b", "y"), "2");
}

static void sections_of_one_name_are_merged(void **state)
{
	struct uci *uci = *state;
	struct tree_node *package = read_text(
		uci, "config a b\noption x 1\nconfig a\nconfig a b\noption x 2\n"
		     "option y 3\nconfig a\n");

	assert_int_equal(count_of(package), 3);
	assert_string_equal(value_of(uci, "b", "x"), "2");
	assert_string_equal(value_of(uci, "b", "y"), "3");
	assert_string_equal(package->children->next->name, "@a[0]");
	assert_string_equal(package->children->next->next->name, "@a[1]");
}

/* With tree_unused(), as of every other language. */
static void what_nobody_asked_for_is_found_in_the_order_of_the_file(void **state)
{
	struct uci *uci = *state;
	struct tree_node *package = read_text(
		uci, "config a b\n option x 1\n list y 2\n option z ''\n option v 3\n");
	struct tree_node *section = uci_section_find(uci, package, "a", "b"), *unused;

	assert_string_equal(uci_type(section), "a");
	assert_string_equal(uci_get(uci, section, "x"), "1");
	assert_null(uci_get(uci, section, "z"));
	unused = tree_unused(section, NULL);
	assert_string_equal(unused->name, "y");
	assert_true(unused->is_list);
	unused = tree_unused(section, unused);
	assert_string_equal(unused->name, "v");
	assert_int_equal(unused->at.line, 5);
	assert_null(tree_unused(section, unused));
}

static void lists_grow_and_options_overwrite(void **state)
{
	struct uci *uci = *state;

	read_text(uci, "config a b\nlist l x\nlist l y\noption o 1\nlist o 2\n"
		       "list z 1\noption z 2\noption e 1\noption e ''\nlist n ''\n");
	assert_string_equal(value_of(uci, "b", "l"), "x y");
	assert_string_equal(value_of(uci, "b", "o"), "1 2");
	assert_string_equal(value_of(uci, "b", "z"), "2");
	assert_null(value_of(uci, "b", "e"));
	assert_string_equal(value_of(uci, "b", "n"), "");
	assert_null(value_of(uci, "b", "never"));
}

/* The last line of the article's file: init scripts skip it, `uci show` refuses all. */
static void bad_lines_are_skipped_and_noted(void **state)
{
	static const struct {
		const char *text, *fault;
		unsigned int line;
		bool is_strict_only;
	} cases[] = {
		{ "config a b\n...\noption x 1\n", "invalid command '...'", 2, false },
		{ "config a b\noption x 1 2\n", "too many arguments", 2, true },
		{ "config a b\noption x 1\noption\n", "insufficient arguments", 3,
		  false },
		{ "config a b\noption x 1\noption x-y 1\n",
		  "invalid character in name field", 3, false },
		{ "config a b\noption x 1\noption y 'z\n", "EOF with unterminated quote",
		  3, false },
		{ "option y 1\nconfig a b\noption x 1\n",
		  "option/list command found before the first section", 1, false },
		{ "config a b\nconfig c b\noption x 1\n",
		  "section of different type overwrites prior section with same name", 2,
		  true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		void *own = NULL;
		struct uci *uci;

		setup(&own);
		uci = own;
		read_text(uci, cases[i].text);
		assert_int_equal(uci->faults.count, 1);
		assert_string_equal(uci->faults.items[0].text, cases[i].fault);
		assert_int_equal(uci->faults.items[0].at.line, cases[i].line);
		assert_int_equal(uci->faults.items[0].is_strict_only,
				 cases[i].is_strict_only);
		assert_string_equal(value_of(uci, "b", "x"), "1");
		teardown(&own);
	}
}

static void an_export_holds_many_packages(void **state)
{
	static const char text[] = "package network\nconfig interface lan\n"
				   "package ipsec\nconfig remote acme\n";
	struct uci *uci = *state;

	uci_read(uci, NULL, "all", text, strlen(text));
	assert_int_equal(count_of(&uci->root), 2);
	assert_non_null(
		uci_section_find(uci, uci_package_find(uci, "ipsec"), "remote", "acme"));
	assert_null(uci_section_find(uci, uci_package_find(uci, "network"), "remote",
				     "acme"));
}

static void a_file_keeps_its_package(void **state)
{
	struct uci *uci = *state;

	read_text(uci, "package other\nconfig a b\noption x 1\n");
	assert_string_equal(value_of(uci, "b", "x"), "1");
}

static void the_output_of_uci_show_is_read(void **state)
{
	static const char text[] = "ipsec.acme=remote\n"
				   "ipsec.acme.gateway='7.7.7.7'\n"
				   "ipsec.acme.tunnel='acme_dmz' 'acme_lan'\n"
				   "ipsec.acme.key='it'\\''s'\n"
				   "network.@device[0]=device\n"
				   "network.@device[0].name=br-lan\n"
				   "nonsense\n";
	struct uci *uci = *state;
	const struct tree_node *acme, *device;

	uci_read(uci, NULL, "pasted.txt", text, strlen(text));
	acme = uci_section_find(uci, uci_package_find(uci, "ipsec"), "remote", "acme");
	device = uci_section_find(uci, uci_package_find(uci, "network"), "device",
				  "@device[0]");
	assert_string_equal(uci_get(uci, acme, "gateway"), "7.7.7.7");
	assert_string_equal(uci_get(uci, acme, "tunnel"), "acme_dmz acme_lan");
	assert_string_equal(uci_get(uci, acme, "key"), "it's");
	assert_int_equal(uci_option_find(uci, acme, "tunnel")->values.count, 2);
	assert_true(uci_is_anonymous(device));
	assert_string_equal(uci_get(uci, device, "name"), "br-lan");
	assert_int_equal(uci->faults.count, 1);
	assert_int_equal(uci->faults.items[0].at.line, 7);
}

static void windows_files_are_read(void **state)
{
	struct uci *uci = *state;

	read_text(uci, "\xef\xbb\xbf"
		       "config a b\r\noption x '1'\r\noption y 2\r\n\r\n");
	assert_int_equal(uci->faults.count, 0);
	assert_string_equal(value_of(uci, "b", "x"), "1");
	assert_string_equal(value_of(uci, "b", "y"), "2");
}

static void booleans_are_the_words_of_config_get_bool(void **state)
{
	(void)state;
	assert_int_equal(uci_bool_parse("on"), 1);
	assert_int_equal(uci_bool_parse("enabled"), 1);
	assert_int_equal(uci_bool_parse("0"), 0);
	assert_int_equal(uci_bool_parse("disabled"), 0);
	assert_int_equal(uci_bool_parse("TRUE"), -1);
	assert_int_equal(uci_bool_parse(""), -1);
}

static const char sample[] = "package p\nconfig 'a' 'b' # c\n\toption x 'one\ntwo'\n"
			     "list l \"q\\\"r\" ; list l z\\\n9\n...\noption k pass#w\n";

static void a_file_cut_anywhere_is_survived(void **state)
{
	(void)state;
	for (size_t length = 0; length <= strlen(sample); length++) {
		_cleanup_(arena_freep) struct arena *arena = arena_new();
		_cleanup_free_ char *cut = malloc(length + 1);
		struct uci uci = { .arena = arena };

		assert_non_null(cut);
		memcpy(cut, sample, length);
		uci_read(&uci, NULL, "cut", cut, length);
		assert_true(uci.faults.count <= 3);
	}
}

static void any_flipped_byte_is_survived(void **state)
{
	char bytes[sizeof(sample)];

	(void)state;
	for (size_t i = 0; i < strlen(sample) * 8; i++) {
		_cleanup_(arena_freep) struct arena *arena = arena_new();
		struct uci uci = { .arena = arena };

		memcpy(bytes, sample, sizeof(sample));
		bytes[i / 8] = (char)(bytes[i / 8] ^ (1 << i % 8));
		uci_read(&uci, "p", "flipped", bytes, strlen(sample));
		assert_non_null(uci_package_find(&uci, "p"));
	}
}

static void a_megabyte_of_anything_takes_no_time(void **state)
{
	static const char *const pieces[] = { "config a\n", "config a b\noption ",
					      "option x '", "list l \\\n",
					      "'\"#;",	    "config a n ; " };
	const size_t size = 1 << 20;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(pieces); i++) {
		_cleanup_(arena_freep) struct arena *arena = arena_new();
		_cleanup_free_ char *bytes = calloc(1, size + 64);
		struct uci uci = { .arena = arena };
		int64_t start = clock_cpu_us();
		size_t used = 0;

		assert_non_null(bytes);
		while (used < size) {
			size_t length = strlen(pieces[i]);

			memcpy(bytes + used, pieces[i], length);
			used += length;
		}
		uci_read(&uci, "p", "large", bytes, used);
		assert_true(clock_cpu_us() - start < 20 * 1000 * 1000);
		assert_true(uci.faults.count <= SITE_REMARKS_MAX);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(words_may_be_quoted_in_every_way, setup,
						teardown),
		cmocka_unit_test_setup_teardown(quotes_span_lines_and_lines_are_counted,
						setup, teardown),
		cmocka_unit_test_setup_teardown(comments_also_cut_bare_words, setup,
						teardown),
		cmocka_unit_test_setup_teardown(semicolons_part_statements, setup,
						teardown),
		cmocka_unit_test_setup_teardown(sections_of_one_name_are_merged, setup,
						teardown),
		cmocka_unit_test_setup_teardown(
			what_nobody_asked_for_is_found_in_the_order_of_the_file, setup,
			teardown),
		cmocka_unit_test_setup_teardown(lists_grow_and_options_overwrite, setup,
						teardown),
		cmocka_unit_test(bad_lines_are_skipped_and_noted),
		cmocka_unit_test_setup_teardown(an_export_holds_many_packages, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_file_keeps_its_package, setup,
						teardown),
		cmocka_unit_test_setup_teardown(the_output_of_uci_show_is_read, setup,
						teardown),
		cmocka_unit_test_setup_teardown(windows_files_are_read, setup, teardown),
		cmocka_unit_test(booleans_are_the_words_of_config_get_bool),
		cmocka_unit_test(a_file_cut_anywhere_is_survived),
		cmocka_unit_test(any_flipped_byte_is_survived),
		cmocka_unit_test(a_megabyte_of_anything_takes_no_time),
	};

	return cmocka_run_group_tests_name("import/uci", tests, NULL, NULL);
}
