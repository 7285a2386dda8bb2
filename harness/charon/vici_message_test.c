// SPDX-License-Identifier: GPL-2.0-or-later
/* vici_message_test.c - the VICI codec, with the README's example and hostile input */
#include "charon/vici_message.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/err.h"

/*
 * "Encoding example" of strongSwan's VICI README:
 *	key1 = value1
 *	section1 = {
 *		sub-section = { key2 = value2 }
 *		list1 = [ item1, item2 ]
 *	}
 */
static const uint8_t example[] = {
	3,   4,	  'k', 'e', 'y', '1', 0,   6,	'v', 'a', 'l', 'u', 'e', '1', 1,   8,
	's', 'e', 'c', 't', 'i', 'o', 'n', '1', 1,   11,  's', 'u', 'b', '-', 's', 'e',
	'c', 't', 'i', 'o', 'n', 3,   4,   'k', 'e', 'y', '2', 0,   6,	 'v', 'a', 'l',
	'u', 'e', '2', 2,   4,	 5,   'l', 'i', 's', 't', '1', 5,   0,	 5,   'i', 't',
	'e', 'm', '1', 5,   0,	 5,   'i', 't', 'e', 'm', '2', 6,   2,
};

static int setup(void **state)
{
	*state = arena_new();
	return 0;
}

static int teardown(void **state)
{
	arena_free(*state);
	return 0;
}

static void example_is_written_as_documented(void **state)
{
	struct vici_message _cleanup_vici_message_ message = { 0 };
	struct err err;

	(void)state;
	vici_message_add(&message, "key1", "value1");
	vici_message_section(&message, "section1");
	vici_message_section(&message, "sub-section");
	vici_message_add(&message, "key2", "value2");
	vici_message_section_end(&message);
	vici_message_list(&message, "list1");
	vici_message_item(&message, "item1");
	vici_message_item(&message, "item2");
	vici_message_list_end(&message);
	vici_message_section_end(&message);
	assert_int_equal(vici_message_check(&message, &err), 0);
	assert_int_equal(message.bytes.length, sizeof(example));
	assert_memory_equal(message.bytes.data, example, sizeof(example));
}

static void example_is_read_into_its_tree(void **state)
{
	struct vici_node *root;
	struct err err;
	struct buf _cleanup_buf_ text = { 0 };

	assert_int_equal(
		vici_message_parse(example, sizeof(example), *state, &root, &err), 0);
	assert_string_equal(vici_node_text(root, "key1"), "value1");
	assert_string_equal(vici_node_text(root, "section1.sub-section.key2"), "value2");
	assert_string_equal(vici_node_text(root, "*.*.key2"), "value2");
	assert_null(vici_node_text(root, "section1.sub-section.key1"));
	assert_null(vici_node_text(root, "section1.list1"));
	assert_null(vici_node_find(root, "section1.nothing.at.all"));
	assert_ptr_equal(vici_node_find(root, ""), root);
	assert_string_equal(vici_node_find(root, "section1.list1")->first->next->value,
			    "item2");
	vici_node_format(root, &text);
	assert_string_equal(buf_text(&text), "key1 = value1\n"
					     "section1 {\n"
					     "\tsub-section {\n"
					     "\t\tkey2 = value2\n"
					     "\t}\n"
					     "\tlist1 [\n"
					     "\t\titem1\n"
					     "\t\titem2\n"
					     "\t]\n"
					     "}\n");
}

static void names_with_dots_are_reached_by_get(void **state)
{
	static const uint8_t bytes[] = {
		1, 3, 'a', '.', 'b', 3, 1, 'n', 0, 2, '4', '2', 2
	};
	struct vici_node *root;
	struct err err;

	assert_int_equal(vici_message_parse(bytes, sizeof(bytes), *state, &root, &err),
			 0);
	assert_null(vici_node_find(root, "a.b"));
	assert_int_equal(vici_node_number(vici_node_get(root, "a.b"), "n", -1), 42);
	assert_int_equal(vici_node_number(vici_node_get(root, "a.c"), "n", -1), -1);
}

static void values_may_be_any_bytes_and_numbers_must_be_numbers(void **state)
{
	struct vici_message _cleanup_vici_message_ message = { 0 };
	struct buf _cleanup_buf_ text = { 0 };
	struct vici_node *root;
	struct err err;

	vici_message_add_bytes(&message, "data", "\0\xff#\"", 4);
	vici_message_add_bytes(&message, "odd", "a\0b\n", 4);
	vici_message_add(&message, "number", "12 ");
	vici_message_add(&message, "empty", "");
	assert_int_equal(vici_message_parse(message.bytes.data, message.bytes.length,
					    *state, &root, &err),
			 0);
	assert_int_equal(vici_node_get(root, "data")->length, 4);
	assert_memory_equal(vici_node_get(root, "data")->value, "\0\xff#\"", 4);
	assert_null(vici_node_text(root, "odd"));
	assert_int_equal(vici_node_number(root, "number", 7), 7);
	assert_string_equal(vici_node_text(root, "empty"), "");
	vici_node_format(root, &text);
	assert_string_equal(buf_text(&text), "data = (not shown)\n"
					     "odd = a\\x00b\\x0a\n"
					     "number = 12 \n"
					     "empty = \n");
}

static void cut_anywhere_is_refused_or_a_shorter_message(void **state)
{
	/* Only these cuts leave complete elements with nothing open. */
	for (size_t length = 0; length < sizeof(example); length++) {
		uint8_t _cleanup_free_ *copy = malloc(length + 1); /* exact for ASan */
		struct vici_node *root;
		struct err err;
		int ret;

		memcpy(copy, example, length);
		ret = vici_message_parse(copy, length, *state, &root, &err);
		assert_int_equal(ret, length == 0 || length == 14 ? 0 : -EBADMSG);
	}
}

static void flipped_bytes_never_crash(void **state)
{
	unsigned int refused = 0;

	for (size_t at = 0; at < sizeof(example); at++) {
		for (unsigned int mask = 1; mask < 256; mask = mask * 2 + 1) {
			uint8_t copy[sizeof(example)];
			struct vici_node *root = NULL;
			struct buf _cleanup_buf_ text = { 0 };
			struct err err;

			memcpy(copy, example, sizeof(copy));
			copy[at] ^= (uint8_t)mask;
			if (vici_message_parse(copy, sizeof(copy), *state, &root, &err)) {
				refused++;
				assert_non_null(strstr(err.text, "at byte"));
				continue;
			}
			vici_node_format(root, &text);
		}
	}
	assert_true(refused > 100);
}

static void wrong_nesting_is_refused(void **state)
{
	static const struct {
		const char *bytes;
		size_t length;
	} cases[] = {
		{ "\x02", 1 },			     /* end of no section */
		{ "\x06", 1 },			     /* end of no list */
		{ "\x05\0\0", 3 },		     /* item outside a list */
		{ "\x04\x01l\x03\x01k\0\0\x06", 9 }, /* key in a list */
		{ "\x04\x01l\x04\x01l\x06\x06", 8 }, /* list in a list */
		{ "\x01\x01s\x06", 4 },		     /* section ended as list */
		{ "\x04\x01l\x02", 4 },		     /* list ended as section */
		{ "\x07", 1 },			     /* unknown type */
		{ "\x03\x01\0\0\0", 5 },	     /* NUL in a name */
	};
	struct vici_node *root;
	struct err err;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(vici_message_parse(cases[i].bytes, cases[i].length,
						    *state, &root, &err),
				 -EBADMSG);
}

static void depth_and_number_of_elements_are_limited(void **state)
{
	struct buf _cleanup_buf_ deep = { 0 }, many = { 0 };
	struct vici_node *root;
	struct err err;

	for (unsigned int i = 0; i < VICI_DEPTH_MAX; i++)
		buf_add(&deep, "\x01\x01s", 3);
	for (unsigned int i = 0; i < VICI_DEPTH_MAX; i++)
		buf_putc(&deep, 2);
	assert_int_equal(vici_message_parse(deep.data, deep.length, *state, &root, &err),
			 0);
	buf_done(&deep);
	deep = (struct buf){ 0 };
	for (unsigned int i = 0; i < 100000; i++)
		buf_add(&deep, "\x01\x01s", 3);
	assert_int_equal(vici_message_parse(deep.data, deep.length, *state, &root, &err),
			 -EBADMSG);
	assert_non_null(strstr(err.text, "too deeply"));
	buf_add(&many, "\x04\x01l", 3);
	for (unsigned int i = 0; i < VICI_ELEMENTS_MAX; i++)
		buf_add(&many, "\x05\0\0", 3);
	buf_putc(&many, 6);
	assert_int_equal(vici_message_parse(many.data, many.length, *state, &root, &err),
			 -EBADMSG);
	assert_non_null(strstr(err.text, "too many"));
}

static void mistakes_of_the_writer_are_reported_once(void **state)
{
	char long_name[300];
	struct err err;

	(void)state;
	memset(long_name, 'n', sizeof(long_name));
	long_name[sizeof(long_name) - 1] = '\0';
	for (unsigned int i = 0; i < 7; i++) {
		struct vici_message _cleanup_vici_message_ message = { 0 };

		if (i == 0)
			vici_message_add(&message, long_name, "x");
		if (i == 1)
			vici_message_section(&message, "open");
		if (i == 2)
			vici_message_list(&message, "open");
		if (i == 3)
			vici_message_item(&message, "alone");
		if (i == 4)
			vici_message_section_end(&message);
		if (i == 5)
			vici_message_add(&message, "", "x");
		if (i == 6)
			vici_message_add_bytes(&message, "k", example, 65536);
		assert_int_equal(vici_message_check(&message, &err), -EINVAL);
	}
}

static void reserved_room_is_not_moved_again(void **state)
{
	struct vici_message _cleanup_vici_message_ message = { 0 };
	const char *data;

	(void)state;
	vici_message_add(&message, "type", "IKE");
	vici_message_reserve(&message, 4000);
	data = message.bytes.data;
	vici_message_add_bytes(&message, "data", example, sizeof(example));
	vici_message_add_bytes(&message, "data", example, sizeof(example));
	assert_ptr_equal(message.bytes.data, data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(example_is_written_as_documented),
		cmocka_unit_test(example_is_read_into_its_tree),
		cmocka_unit_test(names_with_dots_are_reached_by_get),
		cmocka_unit_test(values_may_be_any_bytes_and_numbers_must_be_numbers),
		cmocka_unit_test(cut_anywhere_is_refused_or_a_shorter_message),
		cmocka_unit_test(flipped_bytes_never_crash),
		cmocka_unit_test(wrong_nesting_is_refused),
		cmocka_unit_test(depth_and_number_of_elements_are_limited),
		cmocka_unit_test(mistakes_of_the_writer_are_reported_once),
		cmocka_unit_test(reserved_room_is_not_moved_again),
	};

	return cmocka_run_group_tests_name("charon/vici_message", tests, setup, teardown);
}
