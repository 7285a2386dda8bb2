// SPDX-License-Identifier: GPL-2.0-or-later
/* vm_window_test.c - claims about the memory that a virtual machine and its host share */
#include "netns/vm_window.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/buf.h"

static int setup(void **state)
{
	void *window = mmap(NULL, VM_WINDOW_BYTES, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	*state = window;
	return window == MAP_FAILED;
}

static int teardown(void **state)
{
	return munmap(*state, VM_WINDOW_BYTES);
}

static void assert_next(struct vm_window *window, const char *name, const void *bytes,
			size_t length)
{
	struct buf got_name = { 0 }, got = { 0 };

	assert_int_equal(vm_window_take(window, &got_name, &got), 1);
	assert_string_equal(buf_text(&got_name), name);
	assert_int_equal(got.length, length);
	if (length)
		assert_memory_equal(got.data, bytes, length);
	buf_done(&got_name);
	buf_done(&got);
}

static int take(struct vm_window *window)
{
	struct buf name = { 0 }, bytes = { 0 };
	int ret = vm_window_take(window, &name, &bytes);

	buf_done(&name);
	buf_done(&bytes);
	return ret;
}

static void what_was_put_is_taken_in_turn(void **state)
{
	struct vm_window *window = *state;

	assert_int_equal(take(window), 0);
	assert_int_equal(vm_window_put(window, "evidence.jsonl", "{}\n", 3), 0);
	assert_int_equal(vm_window_put(window, "empty", "", 0), 0);
	assert_next(window, "evidence.jsonl", "{}\n", 3);
	assert_next(window, "empty", "", 0);
	assert_int_equal(take(window), 0);
}

/* Each frame is a little longer than a power of two, so that one lies across the end. */
static void a_frame_across_the_end_of_the_ring_is_whole(void **state)
{
	static uint8_t bytes[VM_CHUNK_MAX - 7];
	struct vm_window *window = *state;

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 7);
	for (size_t i = 0; i < VM_RING_BYTES / sizeof(bytes) + 3; i++) {
		bytes[0] = (uint8_t)i;
		assert_int_equal(
			vm_window_put(window, "all.pcapng", bytes, sizeof(bytes)), 0);
		assert_next(window, "all.pcapng", bytes, sizeof(bytes));
	}
}

static void what_is_too_long_for_a_frame_comes_in_parts(void **state)
{
	static uint8_t bytes[VM_CHUNK_MAX + 5];
	struct vm_window *window = *state;

	memset(bytes, 'x', sizeof(bytes));
	assert_int_equal(vm_window_put(window, "log", bytes, sizeof(bytes)), 0);
	assert_next(window, "log", bytes, VM_CHUNK_MAX);
	assert_next(window, "log", bytes, 5);
	assert_int_equal(take(window), 0);
}

static void a_name_longer_than_a_file_may_have_is_refused(void **state)
{
	char name[VM_NAME_MAX + 2];

	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(vm_window_put(*state, name, "", 0), -ENAMETOOLONG);
}

/* The guest may have been taken over: any word of the memory may be anything. */
static void no_word_of_the_guest_leads_out_of_the_ring(void **state)
{
	static const uint32_t odd[] = { 0,     1,     255,	  256,
					65536, 65537, 0x7fffffff, 0xffffffff };
	struct vm_window *window = *state;
	uint32_t *words = (uint32_t *)((uint8_t *)window + VM_RING_AT);

	for (size_t word = 0; word < 3; word++)
		for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
			int ret;

			window->head = window->tail = 0;
			assert_int_equal(vm_window_put(window, "name", "bytes", 5), 0);
			words[word] = odd[i];
			ret = take(window);
			/* A shorter one may be taken, and not more than was there. */
			assert_true(ret == -EBADMSG || ret == 1);
			assert_true(window->tail <= window->head);
		}
	window->tail = 0;
	for (uint64_t head = 1; head; head <<= 1) {
		memset(words, 0, 64);
		window->head = head;
		assert_int_equal(take(window), -EBADMSG);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_was_put_is_taken_in_turn, setup,
						teardown),
		cmocka_unit_test_setup_teardown(
			a_frame_across_the_end_of_the_ring_is_whole, setup, teardown),
		cmocka_unit_test_setup_teardown(
			what_is_too_long_for_a_frame_comes_in_parts, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_name_longer_than_a_file_may_have_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(
			no_word_of_the_guest_leads_out_of_the_ring, setup, teardown),
	};

	return cmocka_run_group_tests_name("netns/vm_window", tests, NULL, NULL);
}
